"""A clause that is open only by the gates: what it comes to is known in whole numbers, and the gates say what stays possible of it.

Reasons are asked of the reference evaluator when they are read.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from xcrules.facts.scaled.scales import CENTS
from xcrules.facts.scaled.values import NA, Ask
from xcrules.run.decision import ClauseDecision, Comparer, Reasons
from xcrules.run.lowered.bounds import Bounds
from xcrules.run.ranges.abstract import NOTHING, Num, Truth, either, if_inside, point, total
from xcrules.run.ranges.entry import Fields, closed, entry, left_open, past, without_money
from xcrules.run.results import CONTINUED, GRANTED, ZERO, Refusals

from .details import exact, limited
from .outcomes import Judged

if TYPE_CHECKING:
    from xcrules.facts.scaled import ScaledFacts

    from .clause import CompiledClause
    from .compiled import Compiled


class AskedWhy:
    """The reasons of a clause that is open: those of the reference evaluator."""

    def __init__(self, compiled: Compiled, place: int, facts: ScaledFacts) -> None:
        self.compiled, self.place, self.facts = compiled, place, facts

    @cached_property
    def clause(self) -> ClauseDecision:
        (clause,) = self.compiled.asked(self.facts, [self.place], None)
        return clause

    def reasons(self) -> Reasons:
        return self.clause.reasons

    def acting(self) -> frozenset[str]:
        return self.clause.acting

    def refusals(self) -> Refusals:
        return self.clause.refusals

    def evidence(self) -> object:
        return self.clause.evidence


PassedGates = tuple[Truth, Truth, Truth]  # in force, expired, covered


def by_gates(compiled: Compiled, place: int, gates: PassedGates, facts: ScaledFacts, compare: Comparer | None) -> ClauseDecision | None:
    """The clause where the gates are not known; None where that is for the reference evaluator to say."""
    node, clause = compiled.plan.clauses[place], compiled.clause(place)
    if node.ungated or node.fund is not None or any(p.events or p.going is not None for p in node.pays):
        return None
    try:
        found = _found(compiled, place, clause, gates, facts)
    except Ask:
        return None
    if found is None:
        return None
    return ClauseDecision(node.number, node.title, node.words, saying=node.saying, why=AskedWhy(compiled, place, facts), compare=compare, **found)


def _found(compiled: Compiled, place: int, clause: CompiledClause, gates: PassedGates, facts: ScaledFacts) -> Fields | None:
    going = _going(clause, gates, facts)
    entered = entry(gates[0], gates[2], going)
    if not entered.may_enter:
        return closed(entered, going)
    if clause.lowered.nature:
        return without_money(entered, clause.lowered.nature)
    record = clause.function(facts.record)
    if record is None or record.status == CONTINUED:
        return None
    statuses, needs = past(entered, frozenset({record.status}), going.needs)
    if len(statuses) == 1:
        return None
    scale = clause.lowered.scale
    whole = point(limited((record.amount or 0) if record.bound is None else record.bound, scale))
    paid = point(exact(record.amount, scale)) if record.status == GRANTED and record.amount else NOTHING
    found = left_open(statuses, needs, whole, isinstance(record.settled, Bounds), paid)
    if clause.lowered.payments:
        found["this_year_range"] = ZERO, total((_now(Judged(compiled, place, record), facts), going)).hi
    return found


def _going(clause: CompiledClause, gates: PassedGates, facts: ScaledFacts) -> Num:
    """元 that earlier grants pay in the base year, as far as the policy may be, or have been, in force."""
    in_force, expired, _ = gates
    paying = either((in_force, expired))
    if not clause.lowered.payments or not paying.yes:
        return NOTHING
    cents = sum([part for *_, part in clause.going(facts.record, in_force=in_force.yes)])
    return if_inside(point(Fraction(cents, CENTS)), paying)


def _now(judged: Judged, facts: ScaledFacts) -> Num:
    """元 of the new grant that are paid in the base year."""
    record = judged.record
    if record.status != GRANTED:
        return NOTHING
    last = judged.compiled.context.frame.last_year
    if record.year is NA or (last is not None and record.year > last):
        raise Ask
    years, _ = judged.details(facts.record).schedule
    return point(Fraction(years.get(record.year, 0), CENTS))
