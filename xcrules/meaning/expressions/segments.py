"""对照 … 分段: every row is for its part of the key, and the parts are added (超额累进).

A table of rates over tiers that meet, from nothing to no end. What it sets is reckoned with what values there are: the part
of the key in a tier is 较大（较小（依据，到） － 从，0）, so a key below 0 comes to 0 and each part grows with the key.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import reduce
from itertools import pairwise

from attrs import evolve, frozen

from xcrules.base.codes import Code
from xcrules.base.source import Span, canonical
from xcrules.draft import syntax
from xcrules.draft.syntax import cell_text
from xcrules.facts.types import COUNT, NumberType, Type, Units, parse_literal, show, unit_product, unit_text
from xcrules.facts.units import UNITS
from xcrules.meaning import rules, values
from xcrules.meaning.report import Report

from . import cells
from .kinds import describe
from .reader import Reader
from .scope import REFUSED, Typed
from .tiers import THE_SMALLER_FIRST


@frozen
class _Tier:
    """A row: the words of its tier, from where to where (None: no end), and the rates in the order of the columns."""

    row: syntax.Row
    low: values.Value | None
    high: values.Value | None
    rates: tuple[values.Value, ...]
    ended: bool = False  # by the row behind it, and not in its own words


def segmented(line: syntax.Line, body: syntax.Lookup, keys: list[Typed], named: tuple[rules.Let, ...], read: Reader) -> rules.Lookup | None:
    """The sums as names; None after a finding."""
    key, name = keys[0], body.keys[0].name.text
    if len(keys) > 1 or not isinstance(key.type, NumberType):
        what = f"「{name}」是{describe(key.type)}" if len(keys) == 1 else "这里写了几个依据"
        return read.report.error(Code.BAD_SEGMENTS, f"分段要按一个数分，{what}", None, help="写成 按 应纳税所得额 分段 定 税额；还要看别的情形的，每种情形一张表，或用 例外")
    units, lumps = read.scope.schema.units, set[str]()
    rated = cells.column_types(evolve(line, rows=(line.rows[0], *line.rows[2:])), body, units)  # without the first, which may be a sum of its own
    types = {n: t for n, t in cells.column_types(line, body, units).items() if n in rated or not _may_be_lump(line, body, n, key, units)}
    types |= {n: t for n, t in rated.items() if n not in types}
    tiers = [_tier(row, body, key, types, read) for row in line.rows[2:]]
    tiers = [*(_tier(row, body, key, types, read, lumps if tiers else None) for row in line.rows[1:2]), *tiers]
    good = [t for t in tiers if t is not None]
    good = _ended(good)
    if len(good) != len(tiers) or not _meet(good, types, key.type, read, bool(lumps)):
        return None
    lets = tuple(_sum(result.text, at, good, key, types[result.text], result.text in lumps) for at, result in enumerate(body.results))
    rows = tuple(
        rules.Segment(_words(t, key), t.rates, tuple(r.text for r in body.results if t is good[0] and r.text in lumps)) for t in good
    )
    return rules.Lookup(lets, None, named, rows)


def _ended(tiers: list[_Tier]) -> list[_Tier]:
    """A row that only says from where on ends where the next begins."""
    return [
        *(evolve(one, high=other.low, ended=True) if one.high is None and _below(one.low, other.low) else one
          for one, other in pairwise(tiers)),
        *tiers[-1:],
    ]


def _below(one: values.Value | None, other: values.Value | None) -> bool:
    return isinstance(one, values.Literal) and isinstance(other, values.Literal) and one.value < other.value  # type: ignore[operator]


def _tier(
    row: syntax.Row, body: syntax.Lookup, key: Typed, types: dict[str, Type], read: Reader, lumps: set[str] | None = None
) -> _Tier | None:
    if not cells.full(row, body, read):
        return None
    text = cell_text(row.cells[0])
    if text in cells.OTHERS:
        rows = read.report.line.rows
        above = re.findall(r"\d[^\s以及的至（(]*", cell_text(rows[rows.index(row) - 1].cells[0]))[-1:] or ["甲"]
        return _refuse(row, f"分段的表没有「{text or '空格'}」：每一行都是数的一段", f"上一行以外的写 超过 {above[0]}；一段里不收、不给的，比率写 0%", read)
    bounds = cells.part_bounds(row.cells[0], key, body.keys[0].name.text, read)
    if bounds is None:
        return None
    counted = isinstance(key.type, NumberType) and key.type.whole
    lows = [_before(v) if op == ">=" and counted else v for op, v in bounds if op in (">", ">=")]
    highs = [_before(v) if op == "<" and counted else v for op, v in bounds if op in ("<", "<=")]
    if len(lows) > 1 or len(highs) > 1 or len(lows) + len(highs) != len(bounds):
        return _refuse(row, f"「{text}」不是数的一段", "写成 不超过 甲、超过 甲 不超过 乙、超过 乙", read)
    ends = [x.value for x in (*lows, *highs) if isinstance(x, values.Literal)]
    if len(ends) == 2 and ends[0] >= ends[1]:  # type: ignore[operator]
        return _refuse(row, f"「{text}」前后颠倒，里面没有一个数", f"{THE_SMALLER_FIRST}；看是不是多写、少写了一位", read)
    rates = [
        _lump(cell, result.text, key, types, read, lumps) if lumps is not None else cells.result(cell, result.text, types, read)
        for cell, result in zip(row.cells[1:], body.results, strict=True)
    ]
    if any(rate is True for rate in rates):
        return _refuse(row, f"分段的表不写 {REFUSED}", "这一段不收、不给的，比率写 0%；整个不给的，写 条件", read)
    found = tuple(rate for rate in rates if not isinstance(rate, bool))
    return _Tier(row, lows[0] if lows else None, highs[0] if highs else None, found) if len(found) == len(rates) else None


def _before(value: values.Value) -> values.Value:
    """241 of a number that is counted: what the tier begins behind, and what one under it ends with."""
    match value:
        case values.Literal(Fraction() as number) if number.denominator == 1 and number > 0:
            return evolve(value, value=number - 1)
    return value


def _may_be_lump(line: syntax.Line, body: syntax.Lookup, name: str, key: Typed, units: Units) -> bool:
    """Whether the first cell of a column is in the unit of what its second comes to."""
    at = len(body.keys) + [r.text for r in body.results].index(name)
    texts = [cell_text(row.cells[at]) for row in line.rows[1:3] if at < len(row.cells)]
    first, second = (getattr(parse_literal(canonical(x), units), "type", None) for x in (*texts, "", "")[:2])
    return first is None or (isinstance(second, NumberType) and first == _come_to(key, second))


def _lump(cell: Span, name: str, key: Typed, types: dict[str, Type], read: Reader, lumps: set[str]) -> values.Value | bool:
    """不超过1万元的，每件50元: in the first row a sum for it may stand, in the unit of what the others come to; its column is then among `lumps`."""
    own: dict[str, Type] = {}
    made = cells.result(cell, name, own, read)
    rate, text = types.get(name), cell_text(cell)
    if own.get(name) == COUNT and isinstance(rate, NumberType) and rate.rate and isinstance(key.type, NumberType) and key.type.unit:
        wrong = Report(syntax.Line("对照", cell, (), cell), read.report.findings)
        wrong.error(Code.TYPE_MISMATCH, f"「{text}」没有单位：是首段的定额，还是比率？", None, help=f"定额写成 {text}{unit_text(key.type.unit)}，比率写成 {text}%")
        return False
    if isinstance(made, bool) or own[name] == rate or not isinstance(rate, NumberType) or own[name] != _come_to(key, rate):
        return made if isinstance(made, bool) else cells.result(cell, name, types, read)
    lumps.add(name)
    return made


def _come_to(key: Typed, rate: NumberType) -> NumberType:
    assert isinstance(key.type, NumberType)
    unit = unit_product(key.type.unit, rate.unit)
    return NumberType(unit, rate=not unit and (key.type.rate or rate.rate))


def _refuse(row: syntax.Row, message: str, help: str, read: Reader) -> None:
    cells.row_report(read, row).error(Code.BAD_SEGMENTS, message, None, help=help)


def _meet(tiers: list[_Tier], types: dict[str, Type], key: NumberType, read: Reader, lump: bool) -> bool:
    """From the first, of a sum of its own from nothing, to no end, each tier beginning where the one before it ends."""
    first, last = tiers[0], tiers[-1]
    nothing = "、".join("0%" if isinstance(t, NumberType) and t.rate else f"0{unit_text(t.unit)}" if isinstance(t, NumberType) else "0" for t in types.values())
    if lump and first.low is not None and first.low != _zero(key):
        low = _said(first.low)
        cells.row_report(read, first.row).error(Code.UNCOVERED_CASE, f"{low}以下的部分没有写怎么办", None, help=f"前面加一行 | 不超过 {low} | {nothing} |")
        return False
    for one, other in pairwise(tiers):
        if not _follows(one, other, read):
            return False
    if last.high is not None:
        high = _said(last.high)
        cells.row_report(read, last.row).error(Code.UNCOVERED_CASE, f"超过 {high} 的部分没有写怎么办", None, help=f"末尾加一行 | 超过 {high} | {nothing} |")
        return False
    return True


def _follows(one: _Tier, other: _Tier, read: Reader) -> bool:
    report, text = cells.row_report(read, other.row), cell_text(other.row.cells[0])
    if one.high is None or other.low is None:
        help = f"写明从哪里起到哪里止：{'超过 ' + _said(one.high) if one.high is not None else '上一行'} 不超过 ……"
        report.error(Code.OVERLAPPING_ROWS, f"「{text}」与前面的一段有重叠", None, help=help if one.high is not None else "每一行从低到高，上一行写明到哪里止")
        return False
    if one.high == other.low:
        return True
    if not (isinstance(one.high, values.Literal) and isinstance(other.low, values.Literal)):
        _refuse(other.row, f"看不出「{text}」与前面的一段接不接得上", f"上一段到 {_said(one.high)} 止，这一段从 {_said(other.low)} 起：两处写成一样的", read)
    elif one.high.value < other.low.value:  # type: ignore[operator]
        report.error(Code.UNCOVERED_CASE, f"{_said(one.high)}到{_said(other.low)}的部分没有写怎么办", None, help=_where(one.high, other.low) + _counted(one.high, other.low))
    else:
        report.error(Code.OVERLAPPING_ROWS, f"「{text}」与前面的一段有重叠", None, help=f"从低到高写：{_where(one.high, other.low)}")
    return False


def _where(high: values.Literal, low: values.Literal) -> str:
    high_text, low_text = (x.span.text if x.span is not None else _said(x) for x in (high, low))
    if high_text == low_text:  # 3人 以下, 3人 以上: of whole numbers the edge is in both
        return f"{high_text} 两段都含：归上一段的，这一段写 超过 {high_text}；归这一段的，上一段写 不满 {high_text}"
    return f"上一段到 {high_text} 止，这一段却从 {low_text} 起，两处要是一个数"


def _counted(high: values.Literal, low: values.Literal) -> str:
    """240度, then 241度: they meet where there is nothing between."""
    unit = low.type.unit if isinstance(low.type, NumberType) and low.value == high.value + 1 else ()  # type: ignore[operator]
    return f"：超过 {_said(high)}；{unit[0][0]} 只有整数的，声明成 单位：{unit[0][0]}，不写 可有小数" if len(unit) == 1 and unit[0][0] not in UNITS else ""


def _said(value: values.Value) -> str:
    if isinstance(value, values.Literal):
        return show(value.value, value.type)
    return value.span.text if value.span is not None else "它"


def _zero(type_: NumberType) -> values.Literal:
    return values.Literal(Fraction(0), type_)


def _words(tier: _Tier, key: Typed) -> values.Value:
    """The tier as a condition of the key, for what tells of it."""
    span = None if tier.ended else cells.bare(tier.row.cells[0])
    low = [] if tier.low is None else [values.Compare(">", key.value, tier.low, span=span)]
    ends = low if tier.high is None else [*low, values.Compare("<=", key.value, tier.high, span=span)]
    return values.joined("且", ends, span)


def _sum(name: str, at: int, tiers: list[_Tier], key: Typed, rate: Type, lump: bool) -> rules.Let:
    assert isinstance(key.type, NumberType)
    assert isinstance(rate, NumberType)
    type_ = _come_to(key, rate)
    parts: list[values.Value] = [values.Arith("×", _part(t, key, key.type), t.rates[at], type_, span=t.row.span) for t in tiers]
    if lump:
        parts[0] = values.Pick(
            ((values.Compare(">=", key.value, _zero(key.type)), tiers[0].rates[at]),), _zero(type_), type_, span=tiers[0].row.span
        )
    return rules.Let(name, reduce(lambda one, other: values.Arith("+", one, other, type_, span=tiers[0].row.span), parts), type_)


def _part(tier: _Tier, key: Typed, type_: NumberType) -> values.Arith:
    """How much of the key lies in the tier."""
    span = tier.row.cells[0]
    value = key.value if tier.high is None else values.Arith("较小", key.value, tier.high, type_, span=span)
    if tier.low is not None and tier.low != _zero(type_):
        value = values.Arith("-", value, tier.low, type_, span=span)
    return values.Arith("较大", value, _zero(type_), type_, span=span)
