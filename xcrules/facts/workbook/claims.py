"""Units that stand in a workbook beside the form's own words: 万元 in a heading, in 怎样填, in a number format.

A unit is taken exactly as it is written, or `UnclearUnit` is raised; it is never passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from xcrules.base.source import canonical
from xcrules.facts.types import MULTIPLIERS, NumberType, parse_unit, units_of

_CUT = re.compile(r"[,;。、()\[\]【】〔〕:\n]")
_AROUND = re.compile(r"(?:计量|金额|货币|数额)?(?:单位)?(?:是|以|按|均为|为|用|/)?(.*?)(?:为单位|计算|计|填写|填报|填)?")
_SAYS_NOTHING = ("", "整数", "必填", "选填", "可为负", "小数", "数字", "*")
_RATES = {"%": Fraction(1, 100), "百分数": Fraction(1, 100), "百分比": Fraction(1, 100), "‰": Fraction(1, 1000), "千分数": Fraction(1, 1000)}
_TIMES = MULTIPLIERS | {"十": 10}
_TIMES_FIRST = re.compile("(" + "|".join(sorted(_TIMES, key=len, reverse=True)) + ")(.*)")
_RISKY = re.compile(r"[万亿千百%‰]|美元|美金|港元|港币|欧元|日元|英镑|usd|hkd|eur|jpy|gbp|\$|€|£")
_OTHER = r"(?:[十百千万亿]+元|[十百千万亿]*(?:美元|美金|港元|港币|欧元|日元|英镑))"
_WHOLE = re.compile(rf"(?:.*[(\[])?(?:(?:计量|金额|货币|数额)?单位[::为]?)?({_OTHER})[)\]]?")
_STATED = re.compile(r"(?:单位|均?以|按|均为)[:为]?((?:十|百|千|万|亿)+元)")


class UnclearUnit(Exception):
    """A unit that does not fit the fact, or cannot be told."""


def factor(text: str, type_: NumberType, strict: bool = False) -> Fraction | None:
    """What a number written under these words is multiplied by; None if they say nothing of it.

    Raises UnclearUnit. `strict` wants every word to be a unit, as in a heading after the fact's name.
    """
    folded = _plain(text)
    said = set()
    for piece in filter(None, _CUT.split(folded)):
        core = piece if piece in _SAYS_NOTHING else (_AROUND.fullmatch(piece) or [piece, piece])[1]
        if core in _SAYS_NOTHING or (type_.rate and core == "比率"):
            continue
        found = _unit(core, type_)
        if found is not None:
            said.add(found)
        elif strict or _RISKY.search(piece):
            raise UnclearUnit(text)
    if len(said) > 1:
        raise UnclearUnit(text)
    return said.pop() if said else None


def _unit(core: str, type_: NumberType) -> Fraction | None:
    """The factor of one unit; None if these are other words. Raises UnclearUnit for a unit that is not the fact's."""
    if core in _RATES:
        if not type_.rate:
            raise UnclearUnit(core)
        return _RATES[core]
    times, rest = (_TIMES[m[1]], m[2]) if (m := _TIMES_FIRST.fullmatch(core)) else (1, core)
    while m := _TIMES_FIRST.fullmatch(rest):
        times, rest = times * _TIMES[m[1]], m[2]
    if rest == "" and times > 1 and not type_.rate:
        return Fraction(times)
    own = tuple(sorted((name.lower(), power) for name, power in type_.unit))  # as the text is folded: TEU is teu here
    unit = () if rest == "数" else parse_unit(rest, units_of(own)) if rest else None
    if unit is None:
        return None
    if type_.rate or unit != own:
        raise UnclearUnit(core)
    return Fraction(times)


def stated(text: str) -> str:
    """单位：万元 and the like in running text, "" if there is none."""
    match = _STATED.search(_plain(text))
    return match[1] if match else ""


def of_table(text: str) -> str:
    """The unit that a line about a whole table states, other than 元: 单位：万元, （万元）, 贷款（千元）, "" if there is none."""
    return found[1] if (found := _WHOLE.fullmatch(_plain(text))) else stated(text)


def _plain(text: str) -> str:
    folded = "".join(canonical(text).split()).lower().replace("￥", "¥")
    return re.sub("人民币|rmb|cny", "", folded).replace("¥", "元")


def agreed(claims: Iterator[Fraction | None]) -> Fraction | None:
    """The one factor that all who say something say. Raises UnclearUnit."""
    said = {c for c in claims if c is not None}
    if len(said) > 1:
        raise UnclearUnit("、".join(str(c) for c in said))
    return said.pop() if said else None
