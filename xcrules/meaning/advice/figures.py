"""Edits of numbers: the unit that one lacks, the one number that can be meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from xcrules.base.source import canonical
from xcrules.facts.types import NumberType, parse_literal
from xcrules.facts.units import COINS, IN_OTHERS, MEASURES, UNITS
from xcrules.meaning.expressions.scope import NameScope
from xcrules.meaning.lint.numbers import DAY, MULT, RATE, Mention, digits

from .around import NAME, Around
from .spelling import percent, rule_form, spelled

_FIGURE = re.compile(r"\d(?:[\w㎡·.%‰/:]|,(?=\d{3}))*")
_BARE = r"\d+(?:\.\d+)?(?:万|亿)?"
_EACH = re.compile(r"每\s*(?:一?个)?([^\W\d]{1,4}?)\s*(?:给予|补[贴助]|奖励?|资助)?\s*(\d[\d.]*[万亿]?元)")
_YEAR = r"(19|20|21)\d\d"


def _figures(text: str) -> Iterator[tuple[str, Callable[[str], str]]]:
    """Each number as typed, and the text with another in its place."""
    for match in _FIGURE.finditer(canonical(text)):
        typed = match[0].rstrip("./")
        before, behind = text[: match.start()], text[match.start() + len(typed) :]
        yield typed, lambda form, b=before, r=behind: b + form + r  # type: ignore[misc]


def numbers(text: str, around: Around) -> Iterator[str]:
    """A number with the unit that it lacks; one of the law only where it has the same digits."""
    yield re.sub(r"(?<=\d)[,，](?=\d)", "", text)  # 30,0000元
    yield _per_unit(text, around)
    yield spelled(_EACH.sub(r"\2/\1", text))  # 每件2000元
    yield _EACH.sub(r"\2", text)
    yield re.sub(r"\s*[×*]\s*(?=\d\S*[%‰:]\S*$)", " 的 ", text)
    figures, measured = list(_figures(text)), (*around.scope.schema.units.measured, *(IN_OTHERS.keys() - COINS))
    told = _told(text, around, [typed for typed, _ in figures])
    for typed, with_ in figures:
        literal = parse_literal(typed, around.scope.schema.units)
        for law in around.law:
            form = rule_form(law.kind, canonical(law.text).replace(" ", ""))
            if form and form != typed and digits(form) == digits(typed):
                yield with_(form)
        if literal is not None and isinstance(literal.type, NumberType) and literal.type.unit:
            own, bare = str(literal.type), re.match(_BARE, typed)
            yield from (
                with_(bare[0] + unit if bare and unit.startswith(f"{own}/") else f"{typed}{'·' if '/' in own else '/'}{unit}")
                for unit in told
                if unit != own and ("/" not in unit or unit.startswith(f"{own}/"))
            )
        if typed in ("1", "1%") and re.search(r"[＋－+-]", text):
            yield with_("100%")  # the whole of what goes up or down
        elif re.fullmatch(_BARE, typed):
            ends = "元" if typed[-1] in "万亿" or len(re.findall(r"\d", typed.partition(".")[0])) > 4 else "万元"  # 3,000,000 is no 300亿元
            units = ("年",) if re.fullmatch(_YEAR, typed) else (ends, "元", "%", "㎡", "年", "件", "国", "次", "人", "家", "月")
            yield from (with_(typed + unit) for unit in dict.fromkeys((*units, *told)))
        if literal is None and (per := re.fullmatch(rf"(.+[/·])(?!{MULT})[^\W\d]+", typed)):  # 1万元/个
            yield from (with_(per[1] + unit) for unit in told if f"{unit}/" not in per[1])
        if (bare := re.match(r"[\d.,]+[万亿]?(?=[^\W\d万亿])(?!:)", typed)) and _of_things(typed[bare.end() :], measured):  # 3个月 is not 3元
            yield from (with_(bare[0] + unit) for unit in (*_units(around.scope, measured), "") if bare[0] + unit != typed)
    if len(figures) > 1 and all(re.fullmatch(_YEAR, typed) for typed, _ in figures):
        yield re.sub(r"(\d{4})(?!年)", r"\1年", text)


def only_number(text: str, around: Around) -> Iterator[str]:
    """What can be but one number: 首次 where a count stands, 0.3 for 30%, the one number of its kind that the law has here."""
    yield re.sub(r"(?<=为 )(?:首次|第一次)", "1", re.sub(r"(?<=为 )第?[二两]次", "2", text))
    if around.start == "payment" and len(shares := re.findall(r"第[一二三四五六七八九十\d]+年\D{0,4}?(\d[\d.]*[%％])", text)) > 1:  # 第一年60%，第二年40%
        yield re.sub(r"^.*[%％][^，,；;]*", f"分 {len(shares)}年 按 {'、'.join(shares)}", text)
    if unit := re.findall(r"\d[\d.]*[万亿]?(元[^\s，；）]*|%)", text):  # 农业灌溉 不征收
        yield re.sub(r"(?<=\s)(?:不[征收缴计补奖给]\S*?|免[征收缴]?)(?=\s*[；），]|$)", f"0{unit[-1]}", text)
    yield re.sub(r"减半\S{0,4}$", "50%", text) if around.start == "relief" else text
    for typed, with_ in _figures(text):
        if parse_literal(typed, around.scope.schema.units) is None and (form := _left_of_law(typed, text, around.law)):
            yield with_(form)
        if (time := re.fullmatch(r"(\d+)(?:(年)|个?月)", typed)) and (time[2] or int(time[1]) % 12 == 0):  # 12月 of what is told in 年
            yield with_(f"{int(time[1]) * 12}月" if time[2] else f"{int(time[1]) // 12}年")
        if re.fullmatch(r"0\.\d+", typed):
            yield with_(percent(typed))


def _left_of_law(typed: str, text: str, law: list[Mention]) -> str:
    """For what is no number, the one number of its kind that the law has here and the line has not: 1: → 1:0.5."""
    kind = RATE if re.search("[:%‰]", typed) else DAY if "年" in typed and "月" in typed else ""
    forms = {rule_form(n.kind, canonical(n.text).replace(" ", "")) for n in law if n.kind == kind}
    left = {f for f in forms if f and not re.search(rf"(?<![\d.:]){re.escape(f)}(?![\d.:])", canonical(text))}
    return left.pop() if len(left) == 1 else ""


def _per_unit(text: str, around: Around) -> str:
    """8万元 × 博士人数 ＋ 5万元 × 硕士人数: each amount by the unit of what it is multiplied with."""

    def per(match: re.Match[str]) -> str:
        fact = around.fact(match[3])
        unit = str(fact.type) if fact and isinstance(fact.type, NumberType) and fact.type.unit else ""
        return f"{match[1]}/{unit}{match[2]}{match[3]}" if unit not in ("", "元") else match[0]

    return re.sub(r"(\d[\d.,]*[万亿]?元)(\s*[×*]\s*)([^\s，,；;、（）()＋－]+)", per, text)


def _of_things(unit: str, measured: tuple[str, ...] = ()) -> bool:
    """件, 个, or a word of the policy's own: one may be taken for another, which none can be for money, for time or for what is `measured`."""
    return unit in MEASURES or (unit not in (*UNITS, *measured) and not re.search("[元年月日天%‰/·㎡米]", unit))


def _told(text: str, around: Around, figures: list[str]) -> list[str]:
    """The units that a number here may have been meant to have: of the facts and numbers of the line, then of what else is counted."""
    named = (around.fact(x) for x in NAME.findall(text))
    types = [*(f.type for f in named if f), *(x.type for t in figures if (x := parse_literal(t, around.scope.schema.units)))]
    units = [str(x) for x in types if isinstance(x, NumberType) and x.unit]
    return list(dict.fromkeys([*units, *_units(around.scope), *(("㎡·月", "月") if "㎡" in units else ())]))


def _units(scope: NameScope, measured: tuple[str, ...] = ()) -> list[str]:
    """The units in which the facts in sight are counted."""
    told = (str(f.type) for t in scope.schema.tables for f in t.fields if isinstance(f.type, NumberType) and f.type.unit)
    return list(dict.fromkeys(x for x in told if _of_things(x, measured)))
