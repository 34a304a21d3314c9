"""Whether conditions can hold, alone or together: ranges of numbers, members, flags and comparisons.

A condition is taken apart into its ways to hold (甲，乙 或 丙 has two), each a set of bounds on what is read.
What cannot be seen counts as possible; a condition with too many ways is not judged. Decides about words of the
language only by the values that they come to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import assert_never

from attrs import frozen

from xcrules.base.money import UNLIMITED, Number
from xcrules.facts.types import BoolType, EnumType, NumberType, SeriesType
from xcrules.meaning import values

MOST_WAYS = 256
_SIGNS: dict[str, frozenset[str]] = {">": frozenset(">"), "<": frozenset("<"), "=": frozenset("="), ">=": frozenset(">="),
                                     "<=": frozenset("<="), "!=": frozenset("<>")}


@frozen
class Range:
    """Numbers from `low` to `high`; whether each end belongs to it."""

    low: Number = -UNLIMITED
    low_in: bool = False
    high: Number = UNLIMITED
    high_in: bool = False

    @property
    def empty(self) -> bool:
        return self.low > self.high or (self.low == self.high and not (self.low_in and self.high_in))

    def meet(self, other: Range) -> Range:
        low, low_in = max((self.low, not self.low_in), (other.low, not other.low_in))
        high, high_in = min((self.high, self.high_in), (other.high, other.high_in))
        return Range(low, not low_in, high, high_in)


@frozen
class OneOf:
    """One of these members, or (`denied`) none of them."""

    members: frozenset[object]
    denied: bool = False

    @property
    def empty(self) -> bool:
        return not self.denied and not self.members

    def meet(self, other: OneOf) -> OneOf:
        if self.denied and other.denied:
            return OneOf(self.members | other.members, True)
        if self.denied:
            return OneOf(other.members - self.members)
        return OneOf(self.members - other.members if other.denied else self.members & other.members)


Bound = Range | OneOf
Way = dict[object, Bound]  # what must be true of each value that is read
Ways = list[Way]
_Known = dict[tuple[str, bool], Ways | None]  # by name, and whether it is to hold


def range_of(op: str, value: Number) -> Range:
    """The numbers that compare so with `value`."""
    match op:
        case ">" | ">=":
            return Range(value, op == ">=")
        case "<" | "<=":
            return Range(high=value, high_in=op == "<=")
    return Range(value, True, value, True)


def ways(value: values.Value, lets: Mapping[str, values.Value]) -> Ways | None:
    """The ways in which a condition holds: none if it never can, None if they are too many to look at."""
    return _ways(value, True, lets, {})


def together(parts: Iterable[Ways | None]) -> Ways | None:
    """The ways in which several conditions hold at once."""
    held: Ways = [{}]
    for part in parts:
        if part is None or len(held) * len(part) > MOST_WAYS * 4:
            return None
        held = [way for one in held for other in part if (way := _met(one, other)) is not None]
        if len(held) > MOST_WAYS:
            return None
    return held


def _met(one: Way, other: Way) -> Way | None:
    """Both ways at once, None if they contradict each other."""
    made = dict(one)
    for key, bound in other.items():
        held = made.get(key)
        if held is not None and type(held) is type(bound):
            bound = held.meet(bound)  # type: ignore[arg-type]
        if bound.empty:
            return None
        made[key] = bound
    return made


def _ways(value: values.Value, holds: bool, lets: Mapping[str, values.Value], known: _Known) -> Ways | None:
    match value:
        case values.Literal(bool() as truth):
            return [{}] if truth == holds else []
        case values.Var(name) if name in lets:
            if (name, holds) not in known:
                known[name, holds] = None  # a name that stands on itself is said elsewhere
                known[name, holds] = _ways(lets[name], holds, lets, known)
            return known[name, holds]
        case values.Logic("非", (part,)):
            return _ways(part, not holds, lets, known)
        case values.Logic(op, parts):
            inner = [_ways(p, holds, lets, known) for p in parts]
            if (op == "且") == holds:
                return together(inner)
            listed = [x for x in inner if x is not None]
            every = [way for x in listed for way in x]
            return every if len(listed) == len(inner) and len(every) <= MOST_WAYS else None
        case values.Member(term, members):
            return _member(term_of(term, lets), frozenset(members), holds)
        case values.Compare(op, left, right):
            return _compared(op if holds else values.OPPOSITE[op], term_of(left, lets), term_of(right, lets))
        case (
            values.Literal() | values.Var() | values.Fact() | values.At() | values.Parameter() | values.Known() | values.Used()
            | values.Result() | values.YearOf() | values.Arith() | values.Quotient() | values.Pick() | values.FoldItems()
            | values.FoldYears() | values.Together()
        ):
            return [{value: OneOf(frozenset({holds}))}]
        case _:
            assert_never(value)


def term_of(value: values.Value, lets: Mapping[str, values.Value]) -> values.Value:
    """What a name that only renames something stands for."""
    for _ in range(40):
        if not isinstance(value, values.Var) or value.name not in lets:
            break
        value = lets[value.name]
    return value


def _member(term: values.Value, members: frozenset[object], holds: bool) -> Ways:
    known = term.field.type.members if isinstance(term, values.Fact) and isinstance(term.field.type, EnumType) else None
    if known is not None:
        members, holds = (members if holds else frozenset(known) - members), True
    bound = OneOf(members, not holds)
    return [] if bound.empty else [{term: bound}]


def _compared(op: values.CompareOp, left: values.Value, right: values.Value) -> Ways:
    if isinstance(left, values.Literal) and not isinstance(right, values.Literal):
        op, left, right = values.MIRROR[op], right, left
    if not isinstance(right, values.Literal):
        key, signs = ((left, right), _SIGNS[op]) if hash(left) <= hash(right) else ((right, left), _SIGNS[values.MIRROR[op]])
        return [{key: OneOf(signs)}] if left != right else ([{}] if "=" in signs else [])
    held = right.value
    if isinstance(held, bool) and isinstance(right.type, BoolType):
        return [{left: OneOf(frozenset({held == (op == "=")}))}]
    if not isinstance(held, Fraction):
        return _member(left, frozenset({held}), op == "=")
    if isinstance(left, values.Literal):
        return [{}] if isinstance(left.value, Fraction) and ("<" if left.value < held else ">" if left.value > held else "=") in _SIGNS[op] else []
    wanted = [range_of(x, held) for x in (("<", ">") if op == "!=" else (op,))]
    met = [r for x in wanted if not (r := x.meet(natural(left))).empty]
    return [{left: r} for r in met]


def natural(term: object) -> Range:
    """The numbers that a value can be: what is counted, granted or reported without 可负 is never below 0."""
    if isinstance(term, values.Var) and term.name == values.ENJOYED:
        return Range(Fraction(1), True)
    return Range(Fraction(0), True) if _never_below_zero(term) else Range()


def _never_below_zero(term: object) -> bool:
    match term:
        case values.Literal(Fraction() as number):
            return number >= 0
        case values.Fact(field=field):
            return isinstance(field.type, NumberType | SeriesType) and not field.signed
        case values.Result() | values.FoldItems("计数" | "种数"):
            return True
        case values.At(series=body) | values.FoldYears(body=body) | values.FoldItems(body=body) | values.Used(body):
            return _never_below_zero(body)
        case values.Arith("较大", left, right):
            return _never_below_zero(left) or _never_below_zero(right)
        case values.Arith("+" | "×" | "÷" | "较小" | "整除" | "进整", left, right):
            return _never_below_zero(left) and _never_below_zero(right)
        case values.Pick(arms, otherwise):
            return all(_never_below_zero(x) for x in (*(value for _, value in arms), *(() if otherwise is None else (otherwise,))))
        case values.Quotient(left, right, otherwise):
            return all(x is None or _never_below_zero(x) for x in (left, right, otherwise))
    return False
