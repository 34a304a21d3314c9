"""PlanTerms: whole numbers and truths that are known (Python's) or not (z3's). What is known is worked out at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import gcd
from typing import Any

import z3  # type: ignore[import-untyped]
from attrs import evolve, frozen

ENDLESS = 10**40  # no upper end; every amount of a sheet within bounds is far below
FAR = 10**39
MOST_SPLIT = 16  # values of a factor that are told apart one by one
MOST_BITS = 1 << 10


class Uncovered(Exception):
    """What the solver is not told; the reason, in Chinese."""


@frozen(eq=False)
class Symbol:
    """A number, a word by its code, or a truth. `absent`: 不适用; then the number is 0. `sure`: no unknown fact is met.

    A number is a multiple of `by` and lies within `span`. Of a day that is made of its month and its number, these.
    """

    value: Any
    absent: Any = False
    sure: Any = True
    by: int = 1
    span: tuple[int, int] = (-ENDLESS, ENDLESS)
    civil: tuple[Any, Any] | None = None


def constant(value: int) -> Symbol:
    return Symbol(value, by=abs(value), span=(value, value))


ZERO = constant(0)


# -- truths -----------------------------------------------------------------------------------------------


def both(*parts: Any) -> Any:
    """且."""
    kept = [p for p in parts if p is not True]
    return False if any(p is False for p in kept) else True if not kept else kept[0] if len(kept) == 1 else z3.And(*kept)


def either(*parts: Any) -> Any:
    """或."""
    kept = [p for p in parts if p is not False]
    return True if any(p is True for p in kept) else False if not kept else kept[0] if len(kept) == 1 else z3.Or(*kept)


def no(part: Any) -> Any:
    """非."""
    return not part if isinstance(part, bool) else z3.Not(part)


def pick(test: Any, one: Any, other: Any) -> Any:
    """One value if the test holds, else the other."""
    if isinstance(test, bool):
        return one if test else other
    if one is other or (
        isinstance(one, int) and isinstance(other, int) and one == other and isinstance(one, bool) == isinstance(other, bool)
    ):
        return one
    if isinstance(one, bool) and isinstance(other, bool):
        return test if one else z3.Not(test)
    return z3.If(test, one, other)


def evenly(at: Any, starts: Sequence[int], values: Sequence[Any]) -> Any:
    """The value of the last start that `at` has come to, told by halves; before the first that of the first."""
    if len(values) == 1:
        return values[0]
    middle = len(values) // 2
    return pick(at < starts[middle], evenly(at, starts[:middle], values[:middle]), evenly(at, starts[middle:], values[middle:]))


def known(*terms: Symbol) -> Any:
    """Whether none of these rests on an unknown fact."""
    return both(*(t.sure for t in terms))


# -- numbers ----------------------------------------------------------------------------------------------


def plus(*terms: Symbol) -> Symbol:
    by = 0
    for t in terms:
        by = gcd(by, t.by)
    return Symbol(
        sum([t.value for t in terms]), sure=known(*terms), by=by, span=(sum(t.span[0] for t in terms), sum(t.span[1] for t in terms))
    )


def minus(one: Symbol, other: Symbol) -> Symbol:
    return Symbol(one.value - other.value, sure=known(one, other), by=gcd(one.by, other.by),
                  span=(one.span[0] - other.span[1], one.span[1] - other.span[0]))


def scaled(term: Symbol, factor: int) -> Symbol:
    """A term times a number that is known; still absent where it was if that is 1."""
    if factor == 1:
        return term
    ends = sorted((term.span[0] * factor, term.span[1] * factor))
    return Symbol(term.value * factor, sure=term.sure, by=term.by * abs(factor), span=(ends[0], ends[1]))


def least(*terms: Symbol) -> Symbol:
    return _extreme(terms, lowest=True)


def most(*terms: Symbol) -> Symbol:
    return _extreme(terms, lowest=False)


def _extreme(terms: Iterable[Symbol], lowest: bool) -> Symbol:
    first, *rest = terms
    for t in rest:
        end = min if lowest else max
        one, other = (first, t) if lowest else (t, first)
        if one.span[1] <= other.span[0]:  # settled by what they can be
            first = evolve(first, sure=known(first, t), absent=False)
            continue
        if t.span[1] <= first.span[0] if lowest else first.span[1] <= t.span[0]:
            first = evolve(t, sure=known(first, t), absent=False)
            continue
        first = Symbol(pick(one.value <= other.value, first.value, t.value), sure=known(first, t), by=gcd(first.by, t.by),
                     span=(end(first.span[0], t.span[0]), end(first.span[1], t.span[1])))
    return first


def chosen(test: Any, one: Symbol, other: Symbol) -> Symbol:
    """One term if the test holds, else the other; sure if that is."""
    return Symbol(
        pick(test, one.value, other.value), pick(test, one.absent, other.absent), pick(test, one.sure, other.sure), gcd(one.by, other.by),
        (min(one.span[0], other.span[0]), max(one.span[1], other.span[1])),
    )


def divided(term: Symbol, by: int) -> Symbol:
    """Rounded down."""
    if by == 1:
        return term
    whole = term.value // by if isinstance(term.value, int) else term.value / by
    return Symbol(whole, sure=term.sure, by=term.by // by if term.by % by == 0 else 1, span=(term.span[0] // by, term.span[1] // by))


def down_to(term: Symbol, unit: int) -> Symbol:
    """Down to whole units."""
    return term if term.by % unit == 0 else scaled(divided(term, unit), unit)


def positive(term: Symbol) -> Symbol:
    """At least 0."""
    return most(term, ZERO) if term.span[0] < 0 else term


def product(few: Symbol, many: Symbol, digits: Callable[[Symbol], list[Any]]) -> Symbol:
    """A product of unknowns; the factor of few values is told apart by them, or by its digits, so that what is left is linear."""
    ends = [x * y for x in few.span for y in many.span]
    span, sure, by = (min(ends), max(ends)), known(few, many), few.by * many.by
    values = range(few.span[0], few.span[1] + 1, max(few.by, 1))
    made: Any = 0
    if len(values) <= MOST_SPLIT and few.span[0] % max(few.by, 1) == 0:
        for v in reversed(values):
            made = pick(few.value == v, many.value * v, made)
    elif few.span[0] >= 0 and few.span[1] < MOST_BITS:
        made = sum([z3.If(d, many.value * (1 << i), 0) for i, d in enumerate(digits(few))])
    else:
        made = few.value * many.value
    return Symbol(made, sure=sure, by=by, span=span)
