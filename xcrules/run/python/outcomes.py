"""From what generated clause functions return to clauses decided: status and amounts now, reasons when they are read.

What a record does not say, or generated code does not cover, is decided by the reference evaluator: all such clauses of a
decision at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from xcrules.facts.scaled.values import Ask
from xcrules.run.decision import ClauseDecision, Compare, Reasons
from xcrules.run.results import CONTINUED, DISCRETION, GRANTED, OUT_OF_SCOPE, ZERO

from .runtime.calls import history
from .runtime.details import Details, exact, limited
from .runtime.forms import AMOUNT, ASK_ALL, BOUND, GOING, ROWS, STATUS, YEAR, Clause, Record

if TYPE_CHECKING:
    from xcrules.facts.scaled import ScaledFacts

    from .compiled import Compiled

_JUDGED = 7  # values in the record of a clause that was judged
Records = Iterable[tuple[int, Record | None]]  # by the place of the clause


def decided(compiled: Compiled, facts: ScaledFacts, records: Records, compare: Compare | None) -> dict[int, ClauseDecision]:
    """The clauses whose records these are, by place."""
    made: dict[int, ClauseDecision] = {}
    asked: list[int] = []
    for place, record in records:
        clause = told(compiled, facts, place, record, compare) if record is not None and record is not ASK_ALL else None
        if clause is None:
            asked.append(place)
        else:
            made[place] = clause
    if asked:
        made |= zip(asked, compiled.asked(facts, asked, compare), strict=True)
    return made


def told(compiled: Compiled, facts: ScaledFacts, place: int, record: Record, compare: Compare | None) -> ClauseDecision | None:
    """A clause as its record tells it; None where the reference must be asked."""
    clause = compiled.clause(place)
    try:
        if len(record) == _JUDGED:
            return _judged(compiled, facts, place, clause, record, compare)
        return _closed(compiled, facts, place, clause, record, compare)
    except Ask:
        return None


def _judged(compiled: Compiled, facts: ScaledFacts, place: int, clause: Clause, record: Record,
            compare: Compare | None) -> ClauseDecision:
    den, amount, bound = clause.den, record[AMOUNT], record[BOUND]
    now = schedule = None
    details = None
    if clause.pays:
        going = record[GOING][0] if record[GOING] else None
        if record[STATUS] == DISCRETION:
            now = going
        else:
            details = Details(clause, compiled, place, facts.record, record)
            years = details.schedule() if record[ROWS] else {}
            schedule = tuple(sorted(years.items())) if record[STATUS] == GRANTED else None
            now = years.get(record[YEAR], ZERO) + (going or ZERO)
    return ClauseDecision(
        clause.number, clause.title, clause.words, record[STATUS],
        None if amount is None else exact(amount, den), None if bound is None else limited(bound, den),
        this_year=now, schedule=schedule, why=RecordedWhy(compiled, facts, place, record, record[GOING], details), compare=compare,
    )


def judged_by(clause: ClauseDecision) -> RecordedWhy | None:
    """The record of a clause that generated code judged."""
    why = clause._why
    return why if isinstance(why, RecordedWhy) and len(why.record) == _JUDGED else None


def comes_to_the_same(clause: Clause, record: Record, base: RecordedWhy) -> bool:
    """Whether a record says what a clause came to under other readings; of what is paid over years nothing is told here."""
    same = len(record) == _JUDGED and record[:ROWS] == base.record[:ROWS]
    return same and not clause.pays and base.compiled.clause(base.place).den == clause.den


def rounds_the_same(clause: Clause, base: RecordedWhy) -> bool:
    """Whether what a clause came to is a whole number of its own unit of 取整 and of another clause's before it is rounded."""
    own = base.compiled.clause(base.place)
    if clause.discretionary or own.den != clause.den:
        return False
    exact = base.unrounded()
    return exact is not None and exact % own.unit == exact % clause.unit == 0


class RecordedWhy:
    """The reasons of a clause, from its record when they are read."""

    __slots__ = ("compiled", "details", "facts", "going", "place", "record")

    def __init__(self, compiled: Compiled, facts: ScaledFacts, place: int, record: Record, going: Any,
                 details: Details | None = None) -> None:
        self.compiled, self.facts, self.place, self.record, self.details = compiled, facts, place, record, details
        self.going = going  # of earlier grants

    def reasons(self) -> Reasons:
        if len(self.record) < _JUDGED:
            return Reasons(history=history(self.going))
        details = self._details()
        try:
            return Reasons(details.items(), details.caps(), details.conflicts(), history(self.going), (), details.touched(),
                           details.reckoned())
        except Ask:
            return self._asked().reasons

    def unrounded(self) -> int | None:
        """What the claims come to before 取整; None where generated code cannot say."""
        try:
            return sum(self._details().settled.nets)
        except Ask:
            return None

    def acting(self) -> frozenset[str]:
        if len(self.record) < _JUDGED:
            return frozenset()
        try:
            return self._details().touched()
        except Ask:
            return self._asked().acting

    def _details(self) -> Details:
        if self.details is None:
            self.details = Details(self.compiled.clause(self.place), self.compiled, self.place, self.facts.record, self.record)
        return self.details

    def evidence(self) -> object:
        return self._asked().evidence

    def _asked(self) -> ClauseDecision:
        (clause,) = self.compiled.asked(self.facts, [self.place], None)
        return clause


def _closed(compiled: Compiled, facts: ScaledFacts, place: int, clause: Clause, record: Record,
            compare: Compare | None) -> ClauseDecision:
    """A clause that the gates closed, or one without money."""
    status, amount, now, paid = record[0], None, None, None
    if len(record) > 1 and (going := compiled.calls.continuing(clause.pays, facts.record, False)):
        if record[1]:
            status, amount, now, paid = CONTINUED, ZERO, going[0], going
        else:
            status = OUT_OF_SCOPE
    reasons = RecordedWhy(compiled, facts, place, record, paid)
    return ClauseDecision(clause.number, clause.title, clause.words, status, amount, this_year=now, why=reasons, compare=compare)


