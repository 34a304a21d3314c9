"""甲，不足 15分钟 按 15分钟; 甲，到 0.1㎡ 四舍五入: what is left over full steps counts as a whole one, as half of one, or not at all."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from attrs import evolve

from xcrules.base.codes import Code
from xcrules.draft import syntax
from xcrules.facts.types import COUNT, DAYS, ELAPSED, MONTHS, YEARS, NumberType
from xcrules.meaning import values

from . import years
from .kinds import describe
from .scope import Typed

if TYPE_CHECKING:
    from .reader import Reader

_A_DAY, _A_MONTH = values.Literal(Fraction(1), DAYS), values.Literal(Fraction(1), MONTHS)


class _Measure(NamedTuple):
    """A value twice, in the unit in which steps are told: full units (what is left over is gone), and units that have begun."""

    full: values.Value
    begun: values.Value
    unit: NumberType
    made: NumberType  # the type of what comes out


class _Step(NamedTuple):
    short_of: values.Literal
    counts: values.Literal
    just: bool = False  # 不超过: what comes to just so much is in it


def partly(read: Reader, expr: syntax.Partly) -> Typed | None:
    """Written out in full steps and steps that have begun, each a sum that never falls when the value rises.

    With lengths t₁ < … < tₙ that count as a₁ ≤ … ≤ aₙ: a₁ for each step of tₙ that has begun, aᵢ₊₁ − aᵢ for each with tᵢ in it (不超过: with more than that), tₙ − aₙ for each that is full.
    """
    typed = read.read(expr.value)
    measure = None if typed is None else _measure(read, expr, typed)
    steps = None if measure is None else _steps(read, expr, measure)
    if measure is None or steps is None:
        return None
    place, last = read.place(expr), steps[-1].short_of
    times = evolve(COUNT, elapsed=measure.made.elapsed)

    def often(op: values.ArithOp, value: values.Value, counts: values.Literal) -> values.Value:
        return values.Arith("×", values.Arith(op, value, last, times, span=place), counts, measure.made, span=place)

    parts = [often("进整", measure.begun, steps[0].counts)] if _above(steps[0].counts) or len(steps) > 1 else []
    for one, other in pairwise(steps):
        more = _less(other.counts, one.counts, measure.made)
        if one.just:
            parts.append(often("进整", values.Arith("-", measure.begun, one.short_of, measure.unit, span=place), more))
        else:
            parts.append(often("整除", values.Arith("+", measure.full, _less(last, one.short_of, measure.unit), measure.unit, span=place), more))
    if _above(rest := _less(evolve(last, value=_in(last.value, measure.unit, measure.made)), steps[-1].counts, measure.made)):
        parts.append(often("整除", measure.full, rest))
    value = parts[0]
    for part in parts[1:]:
        value = values.Arith("+", value, part, measure.made, span=place)
    return Typed(value, measure.made)


def _measure(read: Reader, expr: syntax.Partly, typed: Typed) -> _Measure | None:
    value, type_ = typed.value, typed.type
    if not isinstance(type_, NumberType):
        return read.report.error(Code.TYPE_MISMATCH, f"「{read.report.typed(expr.value.at)}」是{describe(type_)}，没有零头", expr.value.at)
    match value:
        case values.Arith("年数" | "月数", start, end):
            before = years.later(read, end, Typed(_A_DAY, DAYS), expr.at, -1)
            assert before is not None  # a day before
            full, begun = (values.Arith("月数", start, x, ELAPSED["月数"], span=value.span) for x in (end, before))
            return _Measure(full, values.Arith("+", begun, _A_MONTH, ELAPSED["月数"], span=value.span), ELAPSED["月数"], type_)
    if type_.elapsed and type_ in (YEARS, MONTHS):
        return read.report.error(Code.BAD_REMAINDER, f"「{read.report.typed(expr.value.at)}」已经去掉了零头，没有不足的", expr.at,
                                 help="零头在数的时候说：自 某日期 至 某日期 的 月数，不足 1个月 按 1个月")
    return _Measure(value, value, type_, type_)


def _steps(read: Reader, expr: syntax.Partly, measure: _Measure) -> list[_Step] | None:
    """The lengths, in the unit of the value, and as what they count, in that of what comes out."""
    found: list[_Step] = []
    for written, counted, just in expr.steps:
        short_of = _said(read, written, measure.unit)
        counts = None if short_of is None else _said(read, counted, measure.made)
        if short_of is None or counts is None:
            return None
        nothing = evolve(counts, value=Fraction(0))
        if expr.brought == "四舍五入":
            found.append(_Step(evolve(short_of, value=short_of.number / 2), nothing))
        found.append(_Step(short_of, nothing if expr.brought == "截尾" else counts, just))
    lengths = [Fraction(0), *(x.short_of.number for x in found)]
    amounts = [*(x.counts.number for x in found), _in(lengths[-1], measure.unit, measure.made)]
    whole = (
        measure.unit == MONTHS != measure.full.op if isinstance(measure.full, values.Arith) and measure.full.op in values.SPANS else False
    )
    if any(x >= y for x, y in pairwise(lengths)) or any(x > y for x, y in pairwise(amounts)):
        return read.report.error(Code.BAD_REMAINDER, "不足多少按多少，要从小到大写，按的数不能比整的一份多", expr.at, help="例如 不足 6个月 按 半年，不足 1年 按 1年；最后一个是整的一份")
    if whole and any(x.denominator != 1 for x in lengths):
        return read.report.error(Code.BAD_REMAINDER, "从一个日子到另一个日子，零头只数到足几个月", expr.at, help="写 不足 1个月、不足 6个月；几天的，写 自 某日期 至 某日期 的 天数，不足 7天 按 7天")
    return found


def _said(read: Reader, written: syntax.Literal, wanted: NumberType) -> values.Literal | None:
    typed = read.literal(written)
    if typed is None:
        return None
    if isinstance(typed.value, values.Literal) and {typed.type, wanted} == {YEARS, MONTHS}:
        return evolve(typed.value, value=_in(typed.value.value, typed.type, wanted), type=wanted)
    if typed.type != wanted or not isinstance(typed.value, values.Literal):
        return read.mismatch(written, typed.type, wanted, "不足的、所按的数")
    return evolve(typed.value, type=wanted)


def _in(number: object, unit: object, wanted: NumberType) -> Fraction:
    """Years as months, or the other way round; all else as it is."""
    assert isinstance(number, Fraction)
    if unit == wanted:
        return number
    return number * values.MONTHS_IN_A_YEAR if wanted == MONTHS else number / values.MONTHS_IN_A_YEAR


def _less(one: values.Literal, other: values.Literal, type_: NumberType) -> values.Literal:
    return values.Literal(one.number - other.number, type_, span=other.span)


def _above(literal: values.Literal) -> bool:
    return literal.number > 0
