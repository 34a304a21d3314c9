"""Steps over several finished clauses as terms: caps that they share, and of several only the highest. As run/lowered/shared."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from attrs import define, evolve

from xcrules.facts.scaled.values import CENTS
from xcrules.run.lowered import claims as c
from xcrules.run.lowered.shared import scale_of_cap
from xcrules.run.results import CONTINUED, DISCRETION, EXHAUSTED, GRANTED, OUTDONE, REFUSED

from .outcome import CODE, ClauseTerms
from .printing import Printer
from .terms import ZERO, Symbol, both, chosen, divided, down_to, either, known, least, minus, no, pick, plus, positive, scaled


@define(eq=False, slots=False, kw_only=True)
class LessenedTerms(ClauseTerms):
    """A clause as a step over several leaves it."""

    before: ClauseTerms

    @cached_property
    def steps(self) -> Any:
        return self.before.steps

    @cached_property
    def said(self) -> Any:
        return self.before.said

    @cached_property
    def nothing(self) -> Any:
        """The status of what comes to nothing by the step, where no earlier grant goes on."""
        raise NotImplementedError

    def _left(self, stays: Any) -> Any:
        return pick(stays, self.before.status, pick(self.going(), CODE[CONTINUED], self.nothing))


@define(eq=False, slots=False, kw_only=True)
class CappedTerms(LessenedTerms):
    """A clause under a cap over several: `room` is what those before left of it, 分; `free`: what it is had nothing been granted."""

    room: Symbol
    free: Symbol

    @cached_property
    def sure(self) -> Any:
        return both(self.before.sure, known(self.room, self.free))

    @cached_property
    def total(self) -> Symbol:
        return least(self.before.total, scaled(self.room, self.clause.cent))

    @cached_property
    def open(self) -> Any:
        return both(self.before.open, self.total.value > 0)

    @cached_property
    def amount(self) -> Symbol:
        limit, amount = scaled(self.room, self.clause.cent), self.before.amount
        whole = down_to(limit, self.clause.unit)
        return least(amount, whole) if amount.by % self.clause.unit == 0 else chosen(amount.value > limit.value, whole, amount)

    @cached_property
    def nothing(self) -> Any:
        return pick(self.free.value > 0, CODE[EXHAUSTED], CODE[REFUSED])

    @cached_property
    def status(self) -> Any:
        before, shut = self.before, both(self.said, self.total.value <= 0)
        kept = pick(before.open, self.total.value > 0, both(either(self.amount.value > 0, self.amount.value == before.amount.value), no(shut)))
        counts = either(before.status == CODE[GRANTED], before.status == CODE[DISCRETION])
        return self._left(either(no(counts), kept))

    def left(self) -> Symbol:
        """What the next clause finds; of a bound it is not known what is taken."""
        taken = divided(chosen(self.open, ZERO, self.amount), self.clause.cent)
        return evolve(positive(minus(self.room, taken)), sure=both(self.sure, no(self.open)))


@define(eq=False, slots=False, kw_only=True)
class ChosenTerms(LessenedTerms):
    """A clause of which only the highest of several is given; `others` with whether each goes first among equal ones."""

    others: Sequence[tuple[ClauseTerms, bool]]

    @cached_property
    def _beaten(self) -> Any:
        mine, found = self.before.worth, False
        for other, first in self.others:
            one, two = mine.value * other.clause.scale, other.worth.value * self.clause.scale
            found = either(found, both(other.worth.value > 0, either(one < two, both(first, mine.value > 0, one <= two))))
        return both(found, either(mine.value > 0, self.before.status == CODE[GRANTED]))

    @cached_property
    def sure(self) -> Any:
        return both(self.before.sure, no(self.before.open), *(both(x.sure, no(x.open)) for x, _ in self.others))

    @cached_property
    def total(self) -> Symbol:
        return chosen(self._beaten, ZERO, self.before.total)

    @cached_property
    def open(self) -> Any:
        return both(self.before.open, no(self._beaten))

    @cached_property
    def amount(self) -> Symbol:
        return chosen(self._beaten, ZERO, self.before.amount)

    @cached_property
    def nothing(self) -> Any:
        return CODE[OUTDONE]

    @cached_property
    def status(self) -> Any:
        return self._left(no(self._beaten))


def room_of_cap(cap: c.SharedCap, printer: Printer) -> tuple[Symbol, Symbol]:
    """分 that a cap leaves at first, and what it would be had nothing been granted."""
    printer, scale = printer.about(cap.names, None), scale_of_cap(cap)
    cent = scale // CENTS
    ceiling, free = (printer.at_scale(x, scale) for x in (cap.ceiling, cap.ungranted))
    used = plus(ZERO, *(printer.at_scale(x, scale) for x in cap.used))
    return positive(divided(minus(down_to(ceiling, cent), used), cent)), divided(free, cent)


def capped(before: ClauseTerms, room: Symbol, free: Symbol) -> CappedTerms:
    return CappedTerms(before.clause, before.lines, before.printer, going=before.going, before=before, room=room, free=free)


def only_one(among: Sequence[ClauseTerms]) -> list[ClauseTerms]:
    """These clauses (in the order of the law), of which one is given."""
    return [ChosenTerms(x.clause, x.lines, x.printer, going=x.going, before=x, others=[(y, j < i) for j, y in enumerate(among) if j != i]) for i, x in enumerate(among)]
