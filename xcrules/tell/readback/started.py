"""甲，不足 15分钟 按 15分钟, read back from the sums that it is written out in."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from attrs import evolve

from xcrules.facts.types import MONTHS, YEARS, NumberType
from xcrules.meaning import values


class Started(NamedTuple):
    """What `partly` was made of: the value in full units, and for each length as what it counts."""

    value: values.Value
    steps: tuple[tuple[values.Literal, values.Literal, bool], ...]  # whether what comes to just so much is in it


def started(value: values.Value) -> Started | None:
    """Read back from what `partly` writes out; None of any other value."""
    parts: list[values.Value] = []
    place = value.span
    while isinstance(value, values.Arith) and value.op == "+" and value.span == place:
        parts, value = [value.right, *parts], value.left
    match value:
        case values.Arith("×", values.Arith("进整", begun, values.Literal(type=NumberType()) as last), values.Literal(type=NumberType() as made) as counts) if value.span == place:
            whole, steps = begun, list[tuple[values.Literal, values.Literal, bool]]()
        case _:
            return None
    for part in parts:
        match part:
            case values.Arith("×", values.Arith("整除", values.Arith("+", full, values.Literal() as beyond, span=at), _), values.Literal() as more) if at == place:
                steps.append((evolve(last, value=_number(last) - _number(beyond)), counts, False))
                counts, whole = evolve(counts, value=_number(counts) + _number(more)), full
            case values.Arith("×", values.Arith("进整", values.Arith("-", begun, values.Literal() as just, span=at), _), values.Literal() as more) if at == place:
                steps.append((just, counts, True))
                counts = evolve(counts, value=_number(counts) + _number(more))
            case values.Arith("×", values.Arith("整除", full, _), _):
                whole = full
    match whole:
        case values.Arith("+", values.Arith("月数", start, values.Arith("减天", end, _)), _):
            whole = values.Arith("月数", start, end, MONTHS)
    if made == YEARS and isinstance(whole, values.Arith) and whole.op == "月数":
        whole = evolve(whole, op="年数")
    return Started(whole, tuple((_in_years(short_of), counts, just) for short_of, counts, just in (*steps, (last, counts, False))))


def _in_years(length: values.Literal) -> values.Literal:
    """12个月 is 1年."""
    number = _number(length)
    return evolve(length, value=number / values.MONTHS_IN_A_YEAR, type=YEARS) if length.type == MONTHS and not number % values.MONTHS_IN_A_YEAR else length


def _number(literal: values.Literal) -> Fraction:
    assert isinstance(literal.value, Fraction)
    return literal.value
