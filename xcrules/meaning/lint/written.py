"""Numbers as lines write them: the literals of a line and of the table beneath it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from attrs import evolve

from xcrules.base.source import canonical
from xcrules.draft.labels import Label
from xcrules.draft.syntax import Line
from xcrules.facts.types import NO_UNITS, DateType, NumberType, Units, YearType, parse_literal, unit_text
from xcrules.facts.units import COINS, IN_OTHERS, MEASURES, read_unit
from xcrules.meaning.clauses.crossed import is_crossed

from .numbers import DAY, MONEY, MULT, NUM, OTHER, RATE, SCALES, YEAR, Mention, blanked

_CALENDAR = ("12月/年", "365天")  # how long a year is, no law says
_CLAUSES = re.compile(r"(?<![\w.,])\d[\d之]*(?:\(\d[\d()]*\)\S*|\s+)(?=\s*的\s)|\d[\d()之]*(?:\s*[、至]\s*(?:\d[\d()之]*|第[^\s、]+))*(?=\s*(?:合计|之间|的\s*(?:金额|本年已得|上年已得|历年已得|历年已拨|增加额)))|^\s*\d[\d()之]*[^\W\d]*(?:\s*[、至]\s*\d[\d()之]*[^\W\d]*)+(?=\s+(?:合计|之间))"  # 1(1)、2 合计
                      r"|(?:(?<=条款 为 )|(?<=条款 不为 )|(?<=除外 ))\d[\d()之]*(?:\s*、\s*\d[\d()之]*)*|\d[\d之]*\(\d[\d()]*\)")  # 条款 不为 1(1)、2; 除外 2; 14(5)收回
_WRITTEN = re.compile(r"(?<!\d)\d{4}-\d{1,2}-\d{1,2}(?!\d)|第[一二三四五六七八九十\d]{1,3}年|(?:(?<![\w.\[])|(?<=连续)|(?<=[超不]过)|(?<=[高低少多]于)|(?<=不[足满])|(?<=以上)|(?<=至))\d(?:(?!不?超过|不[足满]|[高低]于|至\d|的)[\w.:/%‰·㎡]|,(?=\d{3}))*|[一二三四五六七八九十百千万]+分之(?:\d+(?:\.\d+)?|[零〇一二三四五六七八九十百点]+)|一半")
_WORD_BEFORE = "|".join(rf"(?<=\d[^\W\d]{{{n}}})" for n in range(1, 7))
_EDGES = re.compile("(?<!\\w)(?:不超过|不低于|不高于|不满|不足|超过|低于|高于|达到|满)(?=\\d)|(?<=[元%‰])(?:以上|以下|以内|及以上|及以下|不满|不超过|不足|至|到|的)+(?:部分)?|(?:" + _WORD_BEFORE + ")及?以[上下内](?:的部分|(?=不满|不足|不超过|至|\\W|$))")  # 超过1万元至10万元的部分, 100周岁及以上
_PER_MANY = re.compile(rf"([^/]+)/((?:\d+|(?={MULT}))[^\W\d][\w·/㎡]*)")  # 10元/100公斤 is two numbers of the law, and so is 300元/万千瓦时


def rule_numbers(line: Line, units: Units = NO_UNITS) -> list[Mention]:
    """The literals on a line and in the table beneath it; places count from the start of the content."""
    if line.label == Label.USED_IN:
        return []  # clauses
    numbers = list(_literals(blanked(canonical(line.text), _CLAUSES), 0, units))  # the numbers of clauses are no numbers of the law
    grows = line.label == "参数" and any(re.match("递[增减]", cell.text) for row in line.rows for cell in row.cells)  # its figures are the law's own
    for row in line.rows[not is_crossed(line) :] if line.label == "对照" or grows else ():
        for cell in row.cells:
            numbers += _literals(blanked(cell.text, _EDGES), cell.start - line.content.start, units)
    return numbers


def _literals(text: str, offset: int, units: Units) -> Iterator[Mention]:
    for match in _WRITTEN.finditer(canonical(text)):
        typed = match[0].rstrip(".,:/·")
        if (many := _PER_MANY.fullmatch(typed)) and read_unit(many[2], units) is None:
            yield from _literals(many[1], offset + match.start(), units)
            one = "" if many[2][0].isdigit() else "1"
            below = _literals(one + many[2], offset + match.start() + many.start(2) - len(one), units)
            yield from (evolve(n, at=(n.at[0] + len(one), n.at[1])) for n in below)
            continue
        literal = parse_literal(typed, units) or parse_literal(typed.replace("周岁", "年")) or parse_literal(":".join(typed.split(":")[:2]))  # of 4:3:3 the law's reader has 4:3
        if literal is None and (things := re.fullmatch(rf"(\d+)({'|'.join(MEASURES)})", typed)):  # 限次：企业年度 5名
            yield Mention(OTHER, Fraction(things[1]), typed, (offset + match.start(), offset + match.end()), things[2])
        before, after = canonical(text)[: match.start()], canonical(text)[match.start() + len(typed) :]
        if literal is None or typed.replace("个月", "月") in _CALENDAR or _no_number_of_law(typed, before, after):
            continue
        match literal.type:
            case NumberType(rate=True):
                kind = RATE
            case NumberType(unit=unit) if ("元", 1) in unit:
                kind = MONEY
            case DateType():
                kind = DAY
            case YearType():
                kind = YEAR
            case _:
                kind = OTHER
        place = (offset + match.start(), offset + match.start() + len(typed))
        written = unit_text(literal.type.unit) if isinstance(literal.type, NumberType) else ""
        step = bool(re.search(r"[+\-]\s*$", before))
        counted = "步年" if step and written == "年" else written
        yield Mention(kind, _as_written(typed, literal.value, units), typed, place, counted, _measured_as(typed, kind))


def _no_number_of_law(typed: str, before: str, after: str) -> bool:
    """What stands for a quotient by 0; ÷ 12 and ÷ 365天 of what is told for a year; 100% ＋ 上浮比例, 其他 100%: the whole of what goes up or down."""
    if before.rstrip().endswith("除数为零 按") or (re.search(r",\s*到\s*$", before) and re.match(r"\s*(?:四舍五入|截尾|进位)", after)):
        return True
    if typed == "100%":
        return after.lstrip()[:1] in ("+", "-") or re.search(r"(?:[+\-]|否|其他|其余)\s*$", before) is not None
    return before.rstrip().endswith("÷") and re.fullmatch("12(?:个?月)?|36[056]天?", typed) is not None


def _as_written(typed: str, value: Fraction, units: Units) -> Fraction:
    """500 of 500公斤/亩, which is told in 吨/亩."""
    told = any(word in typed and word not in COINS and not units.knows(word) for word in IN_OTHERS)
    bare = parse_literal(match[0]) if told and (match := re.match(rf"(?:{NUM})(?:{MULT})?", typed)) else None
    return bare.value if bare else value


def _measured_as(typed: str, kind: str) -> tuple[str, ...]:
    """The same of a number of a line: 15亩, 40元/㎡·月."""
    units = typed.partition("/")[2].split("·") if kind == MONEY else [re.sub(rf"^(?:{NUM})(?:(?!千[瓦伏卡帕])(?:{MULT}))?\s*", "", typed)]
    return tuple(x for x in units if any(x in scale for scale in SCALES))
