"""A clause that is open: by the gates alone, where what it comes to is known in whole numbers, or by its own figures, which are ranges then.

Reasons are asked of the reference evaluator when they are read.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xcrules.base.diagnostic import XcrulesError
from xcrules.facts.scaled.values import CENTS, NA, Ask, Opaque, identifier
from xcrules.facts.types import NOT_APPLICABLE
from xcrules.plan import steps
from xcrules.run.decision import NO_REASONS, ClauseDecision, Reasons
from xcrules.run.disputes import Comparison
from xcrules.run.lowered.bounds import Bounds
from xcrules.run.ranges.abstract import FALSE, NONE, NOTHING, TRUE, Num, Truth, either, if_inside, point, total
from xcrules.run.ranges.asks import Unit
from xcrules.run.ranges.entry import Entered, Fields, closed, entry, left_open, past, single, with_continuing, without_money
from xcrules.run.ranges.groups import awarded_of, is_exact, sure_of
from xcrules.run.ranges.payments import EarlierGrant, instalment, part_grants, paths_of, this_year_range
from xcrules.run.results import CONTINUED, DISCRETION, GRANTED, PENDING, ZERO, Refusals

from .details import exact, limited
from .outcomes import Judged, decided
from .ranged.filled import Filled
from .ranged.helpers import as_num
from .ranged.outcome import in_yuan, outcome

if TYPE_CHECKING:
    from xcrules.facts.scaled import ScaledFacts

    from .clause import CompiledClause
    from .compiled import Compiled
    from .ranged.claims import RangedClause


class AskedWhy:
    """The reasons of a clause that is open: those of the reference evaluator."""

    def __init__(self, compiled: Compiled, place: int, facts: ScaledFacts, within: Judged | Reasons | None = None) -> None:
        """`within`: what acted in it, where only the gates are open, or no claim was looked at."""
        self.compiled, self.place, self.facts, self.within = compiled, place, facts, within

    @cached_property
    def clause(self) -> ClauseDecision:
        (clause,) = self.compiled.asked(self.facts, [self.place], None)
        return clause

    @property
    def judged(self) -> Judged | None:
        """What the clause comes to where the gates alone are open."""
        return self.within if isinstance(self.within, Judged) else None

    def reasons(self) -> Reasons:
        return self.clause.reasons

    def acting(self) -> frozenset[str]:
        """Where lists are too long to say it, every reading of the clause may have."""
        try:
            return self.clause.acting if self.within is None else self.within.acting()
        except XcrulesError:
            return frozenset(self.compiled.plan.clauses[self.place].readings)

    def refusals(self) -> Refusals:
        return self.clause.refusals

    def evidence(self) -> object:
        return self.clause.evidence


PassedGates = tuple[Truth, Truth, Truth]  # in force, expired, covered
OPEN_GATES: PassedGates = (TRUE, FALSE, TRUE)


def opened(
    compiled: Compiled, place: int, gates: PassedGates, facts: ScaledFacts, compare: Comparison | None, known: Filled
) -> ClauseDecision | None:
    """The clause where it is not known, or the gates are not; None where that is for the reference evaluator to say. `known`: the facts as it reads them."""
    node, clause = compiled.plan.clauses[place], compiled.clause(place)
    if node.ungated or node.fund is not None or node.elsewhere or any(p.events or p.going is not None for p in node.pays):
        return None
    try:
        found = _found(compiled, place, clause, gates, facts, known)
        if found is None or isinstance(found, Judged):
            return None if found is None else decided(found, compare)
    except Ask:
        return None
    return ClauseDecision(
        node.number, node.title, node.words, saying=node.saying, parts=node.part_names, compare=compare,
        **{"why": AskedWhy(compiled, place, facts), **found},
    )


def _found(
    compiled: Compiled, place: int, clause: CompiledClause, gates: PassedGates, facts: ScaledFacts, filled: Filled
) -> Fields | Judged | None:
    going = _going(compiled, place, clause, gates, facts)
    entered = entry(gates[0], gates[2], going)
    if not entered.may_enter or clause.lowered.nature:
        fields = without_money(entered, clause.lowered.nature) if entered.may_enter else closed(entered, going)
        return {**fields, "why": AskedWhy(compiled, place, facts, NO_REASONS)}
    ranged, alone = compiled.ranged(place), compiled.alone
    looked_at = ranged.reads_others or (alone and gates is OPEN_GATES and ranged.key in filled.made)  # and not known then: that is why the clause is here
    record = None if looked_at else clause.function(facts.record) or ranged.known(facts.record, filled)
    if record is None:
        return _ranged(compiled, place, entered, going, filled)
    statuses, needs = past(entered, frozenset({record.status}), going.needs)
    if len(statuses) == 1 and not needs and not entered.statuses:
        return Judged(compiled, place, record, facts)
    if len(statuses) == 1 or record.status == CONTINUED:
        return None
    scale = clause.lowered.scale
    whole = point(limited((record.amount or 0) if record.bound is None else record.bound, scale))
    paid = point(exact(record.amount, scale)) if record.status == GRANTED and record.amount else NOTHING
    judged = Judged(compiled, place, record, facts)
    found = left_open(statuses, needs, whole, isinstance(record.settled, Bounds), paid)
    found |= {"why": AskedWhy(compiled, place, facts, judged), "reverse": clause.reversed(facts.record)}
    if clause.lowered.payments:
        found["this_year_range"] = ZERO, total((_now(judged), going)).hi
    return found


def _ranged(compiled: Compiled, place: int, gates: Entered, going: Num, known: Filled) -> Fields | None:
    """The clause where its own figures are ranges."""
    node, ranged = compiled.plan.clauses[place], compiled.ranged(place)
    found, discretionary = outcome(ranged, node, known, *ranged.made(known))
    lowered = ranged.clause.lowered
    rounding, state, whole = Unit(lowered.unit, lowered.mode), found.state, in_yuan(found.total, lowered.scale)
    own, needs = with_continuing(found.statuses, found.needs, going)
    grants: dict[str, Num] = {}
    year = NOTHING
    if GRANTED in own and node.pays:
        year = as_num(ranged.clause.stated_year(known))
        if year.na:
            return None
        grants = part_grants(node, state, found.total, rounding, lambda x: in_yuan(x, lowered.scale))
    statuses, needs = past(gates, own, needs.union(going.needs, *(x.needs for x in grants.values()), year.needs if grants else NONE))
    status = single(statuses)
    if status == GRANTED and node.pays and not needs:
        return None
    paid = in_yuan(awarded_of(state, rounding), lowered.scale) if discretionary and GRANTED in statuses else NOTHING
    if status == PENDING or needs or not is_exact(paid):  # of awards that several steps limit not even all facts tell which part has what
        fields = {**left_open(statuses, needs, whole, discretionary, paid), "reverse": _reversed(ranged, node, known)}
        if node.pays:
            low = ZERO if statuses != {GRANTED} else None
            fields["this_year_range"] = this_year_range(node, grants, going, low, bool(gates.statuses), {}, year)
        return fields
    if status == DISCRETION:
        sure = in_yuan(point(sure_of(state, rounding)), lowered.scale)
        return {"status": status, "bound": whole.hi, "sure": sure.exact, "this_year": going.exact if going.can_be_positive else None}
    if status == GRANTED and discretionary:
        return {"status": status, "amount": paid.exact, "bound": whole.lo}
    amount, way = (whole.exact, _reversed(ranged, node, known)) if status == GRANTED else (ZERO, False)
    return {"status": status, "amount": amount, "this_year": going.exact if node.pays else None, "reverse": way}


def _reversed(ranged: RangedClause, node: steps.Decide, known: Filled) -> bool:
    """Whether what the clause may come to is surely owed the other way."""
    if node.saying is None or not node.saying.reverse:
        return False
    if len(node.claims) != 1 or node.claims[0].is_list:
        raise Ask
    (part,) = ranged.made(known)[0]
    table = node.claims[0].table
    return bool(part) and as_num(ranged.below(known, getattr(known, identifier(table)) if table else None)).hi < ZERO


def _going(compiled: Compiled, place: int, clause: CompiledClause, gates: PassedGates, facts: ScaledFacts) -> Num:
    """元 that earlier grants pay in the base year, as far as the policy may be, or have been, in force; a range where these or the year are not known."""
    in_force, expired, _ = gates
    if not clause.lowered.payments or not (paying := either((in_force, expired))).yes:
        return NOTHING
    try:
        cents = sum([part for *_, part in clause.going(facts.record, in_force=in_force.yes)])
        return if_inside(point(Fraction(cents, CENTS)), paying)
    except Ask:
        year, plan = as_num(clause.stated_year(compiled.filled(facts))), compiled.plan
        pays = [p for p in plan.clauses[place].pays if in_force.yes or p.after_expiry]
        parts = [instalment(x, p, year, plan.period) for x in _earlier(clause, facts) for p in pays if x.ledger in (None, p.ledger)]
        return if_inside(total(parts), paying)


def _earlier(clause: CompiledClause, facts: ScaledFacts) -> list[EarlierGrant]:
    """The ledger of earlier grants. Raises Ask where it is no list."""
    history = clause.context.frame.history
    if history is None:
        return []
    grants = [[_given(x) for x in grant] for grant in clause.context.grants(facts.record)]
    return [EarlierGrant(ledger, _number(year, 1), _number(amount, history.scale), paths_of(history, i))
            for i, (ledger, year, amount) in enumerate(grants)]


def _given(value: Any) -> Any:
    """A value of a record as facts have it; None where it is unknown."""
    return NOT_APPLICABLE if value is NA else value.value if value.__class__ is Opaque else value


def _number(value: Any, scale: int) -> Any:
    return Fraction(value, scale) if isinstance(value, int) else value


def _now(judged: Judged) -> Num:
    """元 of the new grant that are paid in the base year."""
    record = judged.record
    if record.status != GRANTED:
        return NOTHING
    last = judged.compiled.context.frame.last_year
    if record.year is NA or (last is not None and record.year > last):
        raise Ask
    years, _ = judged.details.schedule
    return point(Fraction(years.get(record.year, 0), CENTS))
