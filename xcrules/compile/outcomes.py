"""From what generated clause functions return to clauses decided: status and amounts now, reasons when they are read.

What a record does not say, or generated code does not cover, is decided by the reference evaluator: all such clauses of a
decision at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..decision import NO_REASONS, ClauseDecision, Compare, Reasons
from ..results import CONTINUED, DISCRETION, GRANTED, OUT_OF_SCOPE, ZERO
from ..runtime.details import Details, exact, limited
from ..runtime.forms import AMOUNT, ASK_ALL, BOUND, GOING, ROWS, STATUS, YEAR, Clause, Record
from ..runtime.values import Ask

if TYPE_CHECKING:
    from .compiled import Compiled
    from .sheetfacts import SheetFacts

Records = Iterable[tuple[int, Record | None]]  # by the place of the clause


def decided(compiled: Compiled, facts: SheetFacts, records: Records, compare: Compare | None) -> dict[int, ClauseDecision]:
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


def told(compiled: Compiled, facts: SheetFacts, place: int, record: Record, compare: Compare | None) -> ClauseDecision | None:
    """A clause as its record tells it; None where the reference must be asked."""
    clause = compiled.clause(place)
    try:
        if len(record) == 7:
            return _judged(compiled, facts, place, clause, record, compare)
        return _closed(compiled, facts, place, clause, record, compare)
    except Ask:
        return None


def _judged(compiled: Compiled, facts: SheetFacts, place: int, clause: Clause, record: Record,
            compare: Compare | None) -> ClauseDecision:  # fmt: skip
    den, amount, bound = clause.den, record[AMOUNT], record[BOUND]
    now = schedule = None
    details = None
    if clause.pays:
        going = record[GOING][0] if record[GOING] else None
        if record[STATUS] == DISCRETION:
            now = going
        else:
            details = Details(clause, compiled, place, facts.sheet, record)
            years = details.schedule() if record[ROWS] else {}
            schedule = tuple(sorted(years.items())) if record[STATUS] == GRANTED else None
            now = years.get(record[YEAR], ZERO) + (going or ZERO)
    return ClauseDecision(
        clause.number, clause.title, clause.words, record[STATUS],
        None if amount is None else exact(amount, den), None if bound is None else limited(bound, den),
        this_year=now, schedule=schedule, why=RecordedWhy(compiled, facts, place, record, details), compare=compare,
    )  # fmt: skip


class RecordedWhy:
    """The reasons of a clause, from its record when they are read."""

    __slots__ = ("compiled", "details", "facts", "place", "record")

    def __init__(self, compiled: Compiled, facts: SheetFacts, place: int, record: Record,
                 details: Details | Reasons | None) -> None:  # fmt: skip
        self.compiled, self.facts, self.place, self.record, self.details = compiled, facts, place, record, details

    def reasons(self) -> Reasons:
        details, record = self.details, self.record
        if isinstance(details, Reasons):  # of a clause that was not judged
            return details
        details = details or Details(self.compiled.clause(self.place), self.compiled, self.place, self.facts.sheet, record)
        going = record[GOING]
        try:
            return Reasons(details.items(), details.caps(), details.conflicts(), going[1] if going else (), (), details.touched(),
                           details.reckoned())  # fmt: skip
        except Ask:
            return self._asked().reasons

    def evidence(self) -> object:
        return self._asked().evidence

    def _asked(self) -> ClauseDecision:
        (clause,) = self.compiled.asked(self.facts, [self.place], None)
        return clause


def _closed(compiled: Compiled, facts: SheetFacts, place: int, clause: Clause, record: Record,
            compare: Compare | None) -> ClauseDecision:  # fmt: skip
    """A clause that the gates closed, or one without money."""
    status, amount, now, why = record[0], None, None, NO_REASONS
    if len(record) > 1 and (going := compiled.calls.continuing(clause.pays, facts.sheet, False)):
        if record[1]:
            status, amount, now, why = CONTINUED, ZERO, going[0], Reasons(history=going[1])
        else:
            status = OUT_OF_SCOPE
    reasons = RecordedWhy(compiled, facts, place, record, why)
    return ClauseDecision(clause.number, clause.title, clause.words, status, amount, this_year=now, why=reasons, compare=compare)


