"""From what generated clause functions return to clauses decided: status and amounts now, reasons when they are read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from xcrules.facts.scaled.scales import CENTS
from xcrules.facts.scaled.values import Ask
from xcrules.run.decision import ClauseDecision, Comparer, Reasons
from xcrules.run.lowered.rows import Record, in_cents, is_endless
from xcrules.run.lowered.shared import AfterCaps
from xcrules.run.results import CONTINUED, DISCRETION, GRANTED, OUT_OF_SCOPE, POOLED, ZERO, Refusals

from .details import Details, exact, history, limited, paid

if TYPE_CHECKING:
    from xcrules.facts.scaled import ScaledFacts

    from .clause import CompiledClause
    from .compiled import Compiled, Gate


Paid = tuple[int | None, tuple[tuple[int, int], ...] | None, tuple[tuple[str, int], ...]]


class Judged(NamedTuple):
    """A clause of a plan (by its place among the clauses) and what it comes to; `cut` where caps over several clauses stand above it."""

    compiled: Compiled
    place: int
    record: Record
    cut: AfterCaps | None = None
    through: bool = True  # else the gates closed it
    beside: Any = None  # the record with what other clauses came to, where it reads that

    def details(self, facts: Any) -> Details:
        """Its reasons for these facts."""
        return Details(self.compiled.clause(self.place), facts if self.beside is None else self.beside, self.record, *(self.cut[1:] if self.cut is not None else ()))

    @property
    def applies(self) -> bool:
        """Whether what it comes to is applied for, out of a fund: what was given is not recorded."""
        record, clause = self.record if self.cut is None else self.cut.record, self.compiled.clause(self.place).lowered
        if not clause.pooled or record.status != GRANTED or not record.amount:
            return clause.settles and record.status == DISCRETION
        return not clause.settles if clause.share is None else is_endless(record.limits[clause.share][0])

    def payment(self, facts: Any) -> Paid:
        """分 paid in the base year, a new grant by years, and by the events that it waits for."""
        record, clause = self.record if self.cut is None else self.cut.record, self.compiled.clause(self.place).lowered
        going = paid(record.going)
        if not self.through or not clause.payments or record.status == DISCRETION or self.applies:
            return going, None, ()
        years, waiting = self.details(facts).schedule
        now = years.get(record.year, 0) + (going or 0)
        return now, tuple(sorted(years.items())) if record.status == GRANTED else None, tuple(waiting.items())

    def reversed(self, facts: Any) -> bool:
        """Whether it is owed the other way."""
        record = self.record if self.cut is None else self.cut.record
        return record.status == GRANTED and self.compiled.clause(self.place).reversed(facts if self.beside is None else self.beside)

    def comes_to(self, facts: Any) -> tuple[object, ...]:
        """What two choices of a reading are compared by."""
        record = self.record if self.cut is None else self.cut.record
        clause = self.compiled.clause(self.place).lowered
        amount = None if record.amount is None else record.amount // clause.cent
        bound = None if record.bound is None else in_cents(record.bound, clause.cent)
        sure = 0 if clause.pooled else record.sure // clause.cent
        return record.status, self.applies, amount, bound, sure, self.reversed(facts), self.payment(facts) if clause.payments else None


def closed(compiled: Compiled, clause: CompiledClause, gate: Gate, facts: Any) -> Judged:
    """A clause that the gates closed; instalments of earlier grants go on where the policy has expired and covers the enterprise."""
    status, covered = gate
    going = clause.going(facts, in_force=False) if covered is not None else ()
    amount = None
    if going:
        status, amount = (CONTINUED, 0) if covered else (OUT_OF_SCOPE, None)
    record = Record(status, amount, None, [], (), going if covered else (), None)
    return Judged(compiled, compiled.index[clause.lowered.number], record, through=False)


def decided(judged: Judged, facts: ScaledFacts, compare: Comparer | None) -> ClauseDecision:
    """The clause decided."""
    compiled = judged.compiled.clause(judged.place)
    clause = compiled.lowered
    record = judged.record if judged.cut is None else judged.cut.record
    if compiled.plain:  # most are: of a decision made by the thousand, what all of them have in common is made once
        made: ClauseDecision = object.__new__(ClauseDecision)
        made.__dict__.update(compiled.undecided, status=record.status, amount=None if record.amount is None else exact(record.amount, clause.scale),
                             bound=None if record.bound is None else limited(record.bound, clause.scale), sure=exact(record.sure, clause.scale) if record.sure else ZERO,
                             _why=RecordedWhy(judged, facts), _compare=compare)
        return made
    this_year, schedule, waiting = judged.payment(facts.record)
    years = None if schedule is None else tuple([(year, exact(cents, CENTS)) for year, cents in schedule])
    later = tuple([(event, exact(cents, CENTS)) for event, cents in waiting])
    amount = None if record.amount is None else exact(record.amount, clause.scale)
    return ClauseDecision(
        clause.number, clause.title, clause.words, POOLED if judged.applies else record.status, None if judged.applies else amount,
        None if record.bound is None else limited(record.bound, clause.scale), ZERO if clause.pooled else exact(record.sure, clause.scale),
        applied=amount if judged.applies else None, this_year=None if this_year is None else exact(this_year, CENTS), schedule=years, waiting=later,
        saying=clause.saying, reverse=judged.reversed(facts.record),
        why=RecordedWhy(judged, facts), compare=compare,
    )


class RecordedWhy:
    """The reasons of a clause, from its record when they are read."""

    def __init__(self, judged: Judged, facts: ScaledFacts) -> None:
        self.judged, self.facts = judged, facts

    @cached_property
    def details(self) -> Details:
        return self.judged.details(self.facts.record)

    def reasons(self) -> Reasons:
        if not self.judged.through:
            return Reasons(history=history(self.judged.record.going))
        if self.details.clause.nature:
            return Reasons()
        try:
            return self.details.reasons()
        except Ask:
            return self._asked().reasons

    def acting(self) -> frozenset[str]:
        if not self.judged.through:
            return frozenset()
        try:
            return self.details.touched
        except Ask:
            return self._asked().acting

    def refusals(self) -> Refusals:
        if not self.judged.through:
            return ()
        try:
            return self.details.refusals()
        except Ask:
            return self._asked().refusals

    def evidence(self) -> object:
        return self._asked().evidence

    def _asked(self) -> ClauseDecision:
        (clause,) = self.judged.compiled.asked(self.facts, [self.judged.place], None)
        return clause
