"""From what generated clause functions return to clauses decided: status and amounts now, reasons when they are read."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xcrules.base.money import not_beyond
from xcrules.facts.scaled.values import CENTS, Ask
from xcrules.run.decision import ClauseDecision, Reasons
from xcrules.run.disputes import Comparison
from xcrules.run.lowered.rows import PART, Record, in_cents, is_endless
from xcrules.run.lowered.shared import AfterCaps
from xcrules.run.results import CONTINUED, DISCRETION, GRANTED, OUT_OF_SCOPE, POOLED, ZERO, Refusals

from .details import Details, exact, history, limited, paid

if TYPE_CHECKING:
    from xcrules.facts.scaled import ScaledFacts

    from .clause import CompiledClause
    from .compiled import Compiled, Gate


Paid = tuple[int | None, tuple[tuple[int, int], ...] | None, tuple[tuple[str, int], ...]]


class Judged:
    """A clause of a plan (by its place among the clauses) and what it comes to for some facts; gives its reasons when they are read."""

    def __init__(
        self, compiled: Compiled, place: int, record: Record, facts: ScaledFacts, cut: AfterCaps | None = None, through: bool = True,
        beside: Any = None,
    ) -> None:
        """`cut` where caps over several clauses stand above it; not `through` where the gates closed it; `beside`: the record of
        facts with what other clauses came to, where it reads that.
        """
        self.compiled, self.place, self.facts = compiled, place, facts
        self.clause = compiled.clause(place)
        self.own = record  # what it comes to before caps over several clauses
        self.cut, self.through, self.beside = cut, through, beside

    @property
    def judged(self) -> Judged:
        """As a decision asks it."""
        return self

    @property
    def record(self) -> Record:
        """What it comes to after all caps."""
        return self.own if self.cut is None else self.cut.record

    @property
    def read(self) -> Any:
        """The record of facts as the clause reads it."""
        return self.facts.record if self.beside is None else self.beside

    @cached_property
    def details(self) -> Details:
        """Its reasons."""
        return Details(self.clause, self.read, self.own, *(self.cut[1:3] if self.cut is not None else ()))

    @property
    def waits(self) -> bool:
        """Whether it is met out of a fund, and what was given of it is not recorded."""
        record, clause = self.record, self.clause.lowered
        return clause.pooled and (clause.share is None or not record.limits or is_endless(record.limits[clause.share][0]))

    @property
    def applies(self) -> bool:
        """Whether what it comes to is applied for, until the fund is shared out."""
        record, clause = self.record, self.clause.lowered
        if record.status == DISCRETION:
            return clause.settles
        return record.status == GRANTED and bool(record.amount) and not clause.settles and self.waits

    @property
    def sure(self) -> int:
        """What others settled of it already."""
        return 0 if self.waits else self.record.sure

    def payment(self) -> Paid:
        """分 paid in the base year, a new grant by years, and by the events that it waits for."""
        record, clause = self.record, self.clause.lowered
        going, at_most = (paid(record.going), None) if self.cut is None or self.cut.paid is None else self.cut.paid
        if not self.through or not clause.payments or record.status == DISCRETION or self.applies:
            return going, None, ()
        years, waiting = self.details.schedule
        if at_most is not None:
            years, waiting = not_beyond(years, waiting, record.year, at_most)
        now = years.get(record.year, 0) + (going or 0)
        return now, tuple(sorted(years.items())) if record.status == GRANTED else None, tuple(waiting.items())

    def reversed(self) -> bool:
        """Whether it is owed the other way."""
        return self.record.status == GRANTED and self.clause.reversed(self.read)

    def comes_to(self) -> tuple[object, ...]:
        """What two choices of a reading are compared by."""
        record, clause = self.record, self.clause.lowered
        amount = None if record.amount is None else record.amount // clause.cent
        bound = None if record.bound is None else in_cents(record.bound, clause.cent)
        own = record.status, amount, bound, self.sure // clause.cent
        if self.clause.plain and clause.saying is None:
            return *own, False, False, None, ()
        return *own, self.applies, self.reversed(), self.payment() if clause.payments else None, self.of_parts()

    def of_parts(self) -> tuple[int, ...]:
        """What the claims of each 分项 have of it, where 表述 tells of them apart."""
        clause = self.clause.lowered
        if clause.saying is None or not clause.saying.each or not self.through:
            return ()
        shares = self.details.shares or {}
        return tuple(sum(x for rank, x in shares.items() if rank[PART] == i) for i in range(len(clause.claims)))

    def parts(self) -> list[Fraction]:
        """元 of each 分项 of the amount, after caps over several clauses."""
        found = self.details.of_parts()
        return [exact(found.get(x.part, 0), self.clause.lowered.scale) for x in self.clause.lowered.claims]

    # -- why ------------------------------------------------------------------------------------------------------

    def reasons(self) -> Reasons:
        if not self.through:
            return Reasons(history=history(self.own.going), touched=self.acting())
        if self.details.clause.nature:
            return Reasons()
        try:
            return self.details.reasons()
        except Ask:
            return self._asked().reasons

    def acting(self) -> frozenset[str]:
        if not self.through:
            return self._shutting_out()
        try:
            return self.details.touched
        except Ask:
            return self._asked().acting

    def _shutting_out(self) -> frozenset[str]:
        """The readings by which it is not for the enterprise, where some line of 适用 is a choice: asked once of all clauses that pass the same gates."""
        plan, node = self.compiled.plan, self.compiled.plan.clauses[self.place]
        if self.record.status != OUT_OF_SCOPE or not any(choice for g in plan.scope_of(node) for _, choice in g.origin.tags):
            return frozenset()
        held: dict[tuple[Compiled, object], frozenset[str]] = self.facts.__dict__.setdefault("shut_out", {})
        if (self.compiled, node.ungated) not in held:
            try:
                held[self.compiled, node.ungated] = self.compiled.shut_out(node, self.facts.record)
            except Ask:
                held[self.compiled, node.ungated] = self._asked().acting
        return held[self.compiled, node.ungated]

    def refusals(self) -> Refusals:
        if not self.through:
            return ()
        try:
            return self.details.refusals()
        except Ask:
            return self._asked().refusals

    def evidence(self) -> object:
        return self._asked().evidence

    def _asked(self) -> ClauseDecision:
        (clause,) = self.compiled.asked(self.facts, [self.place], None)
        return clause


def closed(compiled: Compiled, clause: CompiledClause, gate: Gate, facts: ScaledFacts) -> Judged:
    """A clause that the gates closed; instalments of earlier grants go on where the policy has expired and covers the enterprise."""
    status, covered = gate
    going = clause.going(facts.record, in_force=False) if covered is not None else ()
    amount = None
    if going:
        status, amount = (CONTINUED, 0) if covered else (OUT_OF_SCOPE, None)
    record = Record(status, amount, None, [], (), going if covered else (), None)
    return Judged(compiled, compiled.index[clause.lowered.number], record, facts, through=False)


def decided(judged: Judged, compare: Comparison | None) -> ClauseDecision:
    """The clause decided."""
    compiled = judged.clause
    record, clause, scale = judged.own if judged.cut is None else judged.cut.record, compiled.lowered, compiled.lowered.scale
    amount = None if record.amount is None else exact(record.amount, scale) if record.amount else ZERO
    bound = None if record.bound is None else limited(record.bound, scale)
    sure = exact(record.sure, scale) if record.sure and not judged.waits else ZERO
    if compiled.plain:  # most are: of a decision made by the thousand, what all of them have in common is made once
        fields = compiled.undecided.copy()
        fields["status"], fields["amount"], fields["bound"], fields["sure"], fields["_why"], fields["_compare"] = record.status, amount, bound, sure, judged, compare
        made: ClauseDecision = object.__new__(ClauseDecision)
        object.__setattr__(made, "__dict__", fields)
        return made
    applies = judged.applies
    this_year, schedule, waiting = judged.payment()
    years = None if schedule is None else tuple([(year, exact(cents, CENTS)) for year, cents in schedule])
    later = tuple([(event, exact(cents, CENTS)) for event, cents in waiting])
    return ClauseDecision(
        clause.number, clause.title, clause.words, POOLED if applies else record.status, None if applies else amount, bound, sure,
        applied=amount if applies else None, this_year=None if this_year is None else exact(this_year, CENTS), schedule=years,
        waiting=later, saying=clause.saying, parts=clause.part_names, reverse=judged.reversed(), why=judged, compare=compare,
    )
