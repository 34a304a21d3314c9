"""What is known of a value: a range, a truth, a word; and the unknown facts on which it still depends.

`needs` is empty exactly when the value can no longer change. A value that comes out the same whatever
the unknown facts are, needs nothing: that is how a fact that cannot matter is not asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from xcrules.base.money import UNLIMITED, Number, Unlimited
from xcrules.base.node import Node, quick

Needs = frozenset[str]
NONE: Needs = frozenset()
ZERO = Fraction(0)


@quick
class Num(Node):
    """A number between lo and hi; `na`: the fact does not apply, read as 0; `may_na`: it may turn out not to apply."""

    lo: Number
    hi: Number
    needs: Needs = NONE
    na: bool = False
    may_na: bool = False

    @property
    def known(self) -> bool:
        return (self.lo is self.hi or self.lo == self.hi) and not self.may_na

    @property
    def exact(self) -> Fraction:
        """The value, when it is known and finite."""
        assert isinstance(self.lo, Fraction)
        assert self.known
        return self.lo

    @property
    def can_be_zero(self) -> bool:
        return self.lo.numerator <= 0

    @property
    def can_be_positive(self) -> bool:
        return self.hi.numerator > 0


@quick
class Truth(Node):
    """Can it be true, can it be false."""

    yes: bool
    no: bool
    needs: Needs = NONE

    @property
    def known(self) -> bool:
        return self.yes != self.no


@quick
class Sym(Node):
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
NO_LIMIT = Num(UNLIMITED, UNLIMITED)
NOT_APPLICABLE_NUM = Num(ZERO, ZERO, na=True)


def num(lo: Number, hi: Number, needs: Needs) -> Num:
    """A range, with no needs once it is a point. The ends of a point are one object: that is seen at once."""
    return Num(lo, lo) if lo is hi or lo == hi else Num(lo, hi, needs)


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
            unsure.append(part.needs)
    return Truth(True, True, joined(unsure)) if unsure else TRUE


def either(parts: Iterable[Truth]) -> Truth:
    """或: a part that is surely true hides what the others need."""
    unsure = []
    for part in parts:
        if not part.no:
            return TRUE
        if part.yes:
            unsure.append(part.needs)
    return Truth(True, True, joined(unsure)) if unsure else FALSE


def joined(needs: Iterable[Needs]) -> Needs:
    """All of them, at once: one by one is quadratic. Those that are one and the same are not gone over again."""
    apart = {id(n): n for n in needs if n}
    return next(iter(apart.values())) if len(apart) == 1 else NONE.union(*apart.values())


def negate(part: Truth) -> Truth:
    return Truth(part.no, part.yes, part.needs)


def hull(values: list[Num], needs: Needs) -> Num:
    """A number that is one of these, depending on `needs`."""
    lo, hi = min(v.lo for v in values), max(v.hi for v in values)
    return num(lo, hi, joined((needs, *(v.needs for v in values))))


def perhaps(amount: Num, needs: Needs) -> Num:
    """An amount of which it may be that nothing is left."""
    return num(ZERO, amount.hi, amount.needs | needs)


def total(values: Iterable[Num]) -> Num:
    """The sum of several amounts."""
    values = list(values)
    lo = added([v.lo for v in values])
    return Num(lo, lo) if all(v.lo is v.hi for v in values) else num(lo, added([v.hi for v in values]), joined(v.needs for v in values))


def added(amounts: list[Number]) -> Number:
    """The sum, of long lists too: the whole numbers over each denominator first."""
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
    return num(min(left.lo, right.lo), min(left.hi, right.hi), joined((left.needs, right.needs)))


def most(left: Num, right: Num) -> Num:
    """The larger; one that is never the larger has no say."""
    if left.lo >= right.hi:
        return plain(left)
    if right.lo >= left.hi:
        return plain(right)
    return num(max(left.lo, right.lo), max(left.hi, right.hi), joined((left.needs, right.needs)))


def at_least_zero(value: Num) -> Num:
    """The same, and 0 for what is below it."""
    if value.lo.numerator >= 0:
        return plain(value)
    return num(ZERO, value.hi, value.needs) if value.hi.numerator > 0 else NOTHING


def size(value: Num) -> Num:
    """How far from 0 it is."""
    if value.lo >= ZERO:
        return plain(value)
    return num(max(ZERO, -value.hi), max(-value.lo, value.hi), value.needs)


def if_inside(value: Num, inside: Truth) -> Num:
    """The amount of an item that counts only if it is inside."""
    if not inside.no:
        return plain(value)
    if not inside.yes:
        return NOTHING
    return num(min(ZERO, value.lo), max(ZERO, value.hi), joined((value.needs, inside.needs)))
