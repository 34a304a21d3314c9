"""What is known of a value: a range, a truth, a word; and the unknown facts on which it still depends.

`needs` is empty exactly when the value can no longer change. A value that comes out the same whatever
the unknown facts are, needs nothing: that is how a fact that cannot matter is not asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from fractions import Fraction
from typing import Any

from xcrules.base.money import CENT, UNLIMITED, Number, Unlimited
from xcrules.base.node import Node, quick
from xcrules.facts.scaled.values import Ask, Opaque
from xcrules.facts.types import YEARS
from xcrules.meaning.operators import add, arith, floor_to, multiply
from xcrules.meaning.values import ArithOp

Needs = frozenset[str]
NONE: Needs = frozenset()
ZERO = Fraction(0)


class Ranged(Node):
    """What may be unknown is no truth of Python's."""

    __slots__ = ()

    def __bool__(self) -> bool:
        raise Ask


@quick
class Num(Ranged):
    """A number between lo and hi; `na`: the fact does not apply, read as 0; `may_na`: it may turn out not to apply.

    Sums, products and whole steps with plain numbers are a plain number again where they are known.
    """

    lo: Number
    hi: Number
    needs: Needs = NONE
    na: bool = False
    may_na: bool = False

    @property
    def known(self) -> bool:
        return not self.may_na and same(self.lo, self.hi)

    @property
    def exact(self) -> Fraction:
        """The value, when it is known and finite."""
        assert not isinstance(self.lo, Unlimited)
        assert self.known
        return self.lo

    @property
    def can_be_zero(self) -> bool:
        return self.lo.numerator <= 0

    @property
    def can_be_positive(self) -> bool:
        return self.hi.numerator > 0

    def __add__(self, other: Any) -> Any:
        return _reckoned("+", self, other)

    def __sub__(self, other: Any) -> Any:
        return _reckoned("-", self, other)

    def __rsub__(self, other: Any) -> Any:
        return _reckoned("-", other, self)

    def __mul__(self, other: Any) -> Any:
        return _reckoned("×", self, other)

    def __floordiv__(self, below: int) -> Any:
        lo, hi = (x if isinstance(x, Unlimited) else Fraction(x // below) for x in (self.lo, self.hi))
        return as_plain(num(lo, hi, self.needs))

    def __neg__(self) -> Any:
        return _reckoned("-", 0, self)

    __radd__, __rmul__ = __add__, __mul__


@quick
class Truth(Ranged):
    """Can it be true, can it be false."""

    yes: bool
    no: bool
    needs: Needs = NONE

    @property
    def known(self) -> bool:
        return self.yes != self.no


@quick
class Sym(Ranged):
    """A word (an enumeration member or text); None when unknown, or when there is none (`na`)."""

    value: str | None
    needs: Needs = NONE
    na: bool = False

    @property
    def known(self) -> bool:
        return not self.needs


Abstract = Num | Truth | Sym

TRUE, FALSE = Truth(True, False), Truth(False, True)
NOTHING = Num(ZERO, ZERO)
ONE = Num(Fraction(1), Fraction(1))
NO_LIMIT = Num(UNLIMITED, UNLIMITED)
NOT_APPLICABLE_NUM = Num(ZERO, ZERO, na=True)


def same(lo: Number, hi: Number) -> bool:
    """Whether a range is a point, whose ends mostly are one object; most that are none have no upper end."""
    return lo is hi or ((lo.__class__ is Unlimited) is (hi.__class__ is Unlimited) and lo == hi)


def num(lo: Number, hi: Number, needs: Needs) -> Num:
    """A range, with no needs once it is a point."""
    return Num(lo, lo) if same(lo, hi) else Num(lo, hi, needs)


def _reckoned(op: ArithOp, left: Any, right: Any) -> Any:
    x = left if left.__class__ is Num else Num(left, left)
    y = right if right.__class__ is Num else Num(right, right)
    if isinstance(x.lo, Opaque) or isinstance(y.lo, Opaque):
        raise Ask
    lo, hi = arith(op, (x.lo, x.hi), (y.lo, y.hi), YEARS)
    if same(lo, hi):
        return Num(lo, lo) if lo.__class__ is Unlimited else lo
    return Num(lo, hi, x.needs | y.needs if x.needs and y.needs else x.needs or y.needs)


def as_plain(value: Num) -> Any:
    """A number that is known and has an end by itself."""
    return value.lo if value.known and not isinstance(value.lo, Unlimited) else value


def point(value: Number) -> Num:
    return Num(value, value)


def truth(yes: bool, no: bool, needs: Needs) -> Truth:
    return Truth(yes, no, NONE if yes != no else needs)


def of(value: bool) -> Truth:
    return TRUE if value else FALSE


def both(parts: Iterable[Truth]) -> Truth:
    """且: a part that is surely false hides what the others need."""
    unsure = []
    for part in parts:
        if not part.yes:
            return FALSE
        if part.no:
            unsure.append(part)
    return _of_all(unsure) if unsure else TRUE


def either(parts: Iterable[Truth]) -> Truth:
    """或: a part that is surely true hides what the others need."""
    unsure = []
    for part in parts:
        if not part.no:
            return TRUE
        if part.yes:
            unsure.append(part)
    return _of_all(unsure) if unsure else FALSE


def _of_all(unsure: list[Truth]) -> Truth:
    """Not known, as none of these is; mostly there is one."""
    return unsure[0] if len(unsure) == 1 else Truth(True, True, joined([x.needs for x in unsure]))


class Gathered(Set[str]):
    """Many needs as one set, put together when somebody looks: each of many claims may rest on those of all before it."""

    __slots__ = ("held", "parts", "size")

    def __init__(self, parts: Iterable[Needs], size: int) -> None:
        """`size`: no fewer than there are."""
        self.parts, self.size = tuple(parts), size
        self.held: Needs | None = None

    @property
    def every(self) -> Needs:
        if self.held is None:
            found, seen, left = set[str](), set[int](), list[Any]([self])
            while left:
                part = left.pop()
                if id(part) in seen:
                    continue
                seen.add(id(part))
                if part.held is not None or (part is not self and len(part.parts) > _FEW):  # such a one is asked for again
                    found |= part.every
                else:
                    found.update(*[x for x in part.parts if x.__class__ is not Gathered])
                    left += [x for x in part.parts if isinstance(x, Gathered)]
            self.held = frozenset(found)
        return self.held

    def __contains__(self, path: object) -> bool:
        return path in self.every

    def __iter__(self) -> Iterator[str]:
        return iter(self.every)

    def __len__(self) -> int:
        return len(self.every)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        """All at once: path by path takes as long as putting them together."""
        return self is other or self.every == (other.every if isinstance(other, Gathered) else other)

    __hash__ = None  # type: ignore[assignment]

    def __or__(self, other: Any) -> Any:
        return joined((self, other))  # type: ignore[arg-type]

    def union(self, *others: Needs) -> Needs:
        return joined((self, *others))  # type: ignore[arg-type]

    def __reduce__(self) -> Any:
        return frozenset, (tuple(self.every),)

    __ror__ = __or__


_FEW = 200  # paths that are put together at once


def beside(one: Needs, other: Needs) -> Needs:
    """Both; mostly one of them is empty."""
    return joined((one, other)) if one and other and one is not other else one or other


def joined(needs: Iterable[Needs]) -> Needs:
    """All of them, at once: one by one is quadratic. Those that are one and the same are not gone over again."""
    apart: dict[int, Any] = {id(n): n for n in needs if n}
    if len(apart) == 1:
        return next(iter(apart.values()))
    size = sum([n.size if n.__class__ is Gathered else len(n) for n in apart.values()])
    return NONE.union(*apart.values()) if size <= _FEW else Gathered(apart.values(), size)  # type: ignore[return-value]


def negate(part: Truth) -> Truth:
    return Truth(part.no, part.yes, part.needs)


def hull(values: list[Num], needs: Needs) -> Num:
    """A number that is one of these, depending on `needs`."""
    lo, hi = min(v.lo for v in values), max(v.hi for v in values)
    return num(lo, hi, joined((needs, *(v.needs for v in values))))


def perhaps(amount: Num, needs: Needs) -> Num:
    """An amount of which it may be that nothing is left."""
    return num(ZERO, amount.hi, beside(amount.needs, needs))


def total(values: Iterable[Num]) -> Num:
    """The sum of several amounts."""
    values = [*values]
    if len(values) == 1:
        return plain(values[0])
    lo = added([v.lo for v in values])
    return Num(lo, lo) if all(v.lo is v.hi for v in values) else num(lo, added([v.hi for v in values]), joined(v.needs for v in values))


def added(amounts: list[Number]) -> Number:
    """The sum, of long lists too: the whole numbers over each denominator first."""
    amounts = [x for x in amounts if x.numerator]  # a 0 that is a Fraction makes one of all that is reckoned with it
    if {*map(type, amounts)} == {int}:  # at the scale of a clause
        return sum(amounts)  # type: ignore[arg-type, return-value]
    over: dict[int, int] = {}
    for amount in amounts:
        if isinstance(amount, Unlimited):
            return amount
        denominator = amount.denominator
        over[denominator] = over.get(denominator, 0) + amount.numerator
    parts = [Fraction(n, d) for d, n in over.items()]
    return sum(parts[1:], parts[0]) if parts else ZERO


def plain(value: Num) -> Num:
    """A number as amounts read it: what does not apply is 0."""
    return num(value.lo, value.hi, value.needs) if value.na or value.may_na else value


def least(left: Num, right: Num) -> Num:
    """The smaller; one that is never the smaller has no say."""
    if left.hi <= right.lo:
        return plain(left)
    if right.hi <= left.lo:
        return plain(right)
    return num(min(left.lo, right.lo), min(left.hi, right.hi), beside(left.needs, right.needs))


def most(left: Num, right: Num) -> Num:
    """The larger; one that is never the larger has no say."""
    if left.lo >= right.hi:
        return plain(left)
    if right.lo >= left.hi:
        return plain(right)
    return num(max(left.lo, right.lo), max(left.hi, right.hi), beside(left.needs, right.needs))


def at_least_zero(value: Num) -> Num:
    """The same, and 0 for what is below it."""
    if value.lo.numerator >= 0:
        return plain(value)
    return num(ZERO, value.hi, value.needs) if value.hi.numerator > 0 else NOTHING


def size(value: Num) -> Num:
    """How far from 0 it is."""
    if value.lo.numerator >= 0:
        return plain(value)
    return num(max(ZERO, -value.hi), max(-value.lo, value.hi), value.needs)


def if_inside(value: Num, inside: Truth) -> Num:
    """The amount of an item that counts only if it is inside."""
    if not inside.no:
        return plain(value)
    if not inside.yes:
        return NOTHING
    lo, hi = value.lo, value.hi
    return num(lo if lo.numerator < 0 else ZERO, hi if hi.numerator > 0 else ZERO, beside(value.needs, inside.needs))


# -- amounts ----------------------------------------------------------------------------------------------


def multiplied(value: Num, count: Num) -> Num:
    """An amount for all of its 件数; one without an end stays so."""
    if count is ONE or isinstance(value.lo, Unlimited):
        return value
    if value.lo is value.hi and count.lo is count.hi:
        return point(multiply(value.lo, count.lo))
    ends = [multiply(x, n) for x in (value.lo, value.hi) for n in (count.lo, count.hi)]
    return num(min(ends), max(ends), beside(value.needs, count.needs))


def in_cents(bound: Num, cent: Fraction | int = CENT) -> Num:
    """An upper bound, down to the 分: so no rounding of what is under it passes it."""
    lo = floor_to(bound.lo, cent)
    return num(lo, lo if bound.lo is bound.hi else floor_to(bound.hi, cent), bound.needs)


def less(ceiling: Num, used: Num, cent: Fraction | int = CENT) -> Num:
    """Ceiling less used, never below 0, down to the 分."""
    return in_cents(balance(ceiling, used), cent)


def balance(amount: Num, received: Num) -> Num:
    """What is wanting of an amount, never below 0; exact, for it is no bound."""
    lo, hi = add(amount.lo, -received.hi), add(amount.hi, -received.lo)
    return at_least_zero(num(lo, hi, beside(amount.needs, received.needs)))
