"""SharedCap: one upper bound over several clauses, taken up in the order of the law.

Works on finished clauses: what a clause came to is cut to what earlier ones left. A clause that is still
open (pending, or with an authority) leaves a range, and then what later clauses get may be pending on the same facts.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import define, field

from xcrules.base.money import UNLIMITED, Unlimited, not_beyond
from xcrules.meaning import values
from xcrules.meaning.operators import add, fill
from xcrules.plan import steps
from xcrules.run.decision import ClauseDecision, changed
from xcrules.run.ranges import abstract as a
from xcrules.run.ranges.abstract import Num, in_cents, less
from xcrules.run.ranges.groups import ends
from xcrules.run.ranges.payments import part_grants
from xcrules.run.ranges.shared import cut, left_of, span_of, told_again
from xcrules.run.results import CONTINUED, DISCRETION, EXHAUSTED, GRANTED, PENDING, REFUSED, CapResult

from .claims import Item
from .clause import Evidence, waits
from .gates import gates
from .payments import continuing, instalments
from .values import Env, evaluate


@define(eq=False)
class Room:
    """A bound over several clauses at work: what those before left of it; worked out when the first of them comes."""

    cap: steps.SharedCap
    left: Num | None = None
    going: dict[str, Num] = field(factory=dict, init=False)  # of each clause, under a bound on what is paid

    @property
    def clauses(self) -> tuple[str, ...]:
        return self.cap.clauses

    def apply(
        self, numbers: list[str], own: dict[str, ClauseDecision], made: dict[str, ClauseDecision], env: Env, plan: steps.Plan
    ) -> None:
        """The bound applied to those of its clauses that are decided, in the order of the law."""
        for n in numbers:
            made[n] = self._next(made[n], own[n], env, plan, next(k for k in plan.clauses if k.number == n))

    def _next(self, clause: ClauseDecision, own: ClauseDecision, env: Env, plan: steps.Plan, node: steps.Decide) -> ClauseDecision:
        """The next of its clauses with the bound applied; `own` is what it came to before any bound over several."""
        if self.cap.paid and self.left is None:
            self._earlier_grants(env, plan)
        if self.cap.paid and node.pays:
            return self._payment(clause, node)
        if span_of(clause) is None:
            return clause
        room = _room(self.cap, env) if self.left is None else self.left
        before = told_again(clause, own, room, node)
        after = cut(before, self.cap, room, _zero(self.cap, env), plan.rounding_of(node).unit, span_of(clause))
        self.left = left_of(room, taken(after))
        return paid(before, after, room, plan, node) if node.pays else after

    def _earlier_grants(self, env: Env, plan: steps.Plan) -> None:
        """Under a bound on what is paid, what earlier grants pay this year comes first."""
        left, nodes = _room(self.cap, env), {k.number: k for k in plan.clauses}
        for number in (n for n in self.cap.clauses if nodes[n].pays):
            going = continuing(nodes[number], plan, env, gates(plan, env, nodes[number])).amount
            self.going[number] = a.least(going, left)
            left = left_of(left, self.going[number])
        self.left = left

    def _payment(self, clause: ClauseDecision, node: steps.Decide) -> ClauseDecision:
        """The next of its clauses, paid over years, with the bound applied to what it pays this year; what it is granted stays."""
        evidence, room = clause.evidence, self.left
        assert room is not None
        if not isinstance(evidence, Evidence) or evidence.continuing is None or evidence.outcome is None:
            return clause  # the gates are closed
        due, kept = evidence.continuing.amount, self.going[node.number]
        low, high = clause.this_year_range or (clause.this_year or a.ZERO,) * 2
        new = a.num(
            max(add(low, -due.lo), a.ZERO), UNLIMITED if isinstance(high, Unlimited) else max(add(high, -due.hi), a.ZERO),
            frozenset(clause.missing) if clause.status == PENDING else a.NONE,
        )
        if clause.status == DISCRETION:  # what an authority will say is paid this year, or part of it
            new = a.num(a.ZERO, clause.bound if clause.bound is not None else UNLIMITED, awards(clause))
        given = a.least(new, room)
        self.left = left_of(room, given)
        now = a.total((kept, a.NOTHING if clause.status == DISCRETION else given))
        result = CapResult(
            self.cap.origin.text, self.cap.origin.words, "、".join(self.cap.clauses), ends(a.total((room, kept))), (low, high), ends(now)
        )
        clause = changed(clause, caps=(*clause.caps, result))
        if clause.status == PENDING:
            more = room.needs | kept.needs if room.lo < new.hi or not kept.known else a.NONE
            return changed(clause, this_year_range=(min(low, now.lo), now.hi), missing=tuple(sorted({*clause.missing, *more})))
        if not now.known:
            spans = {"bound_range" if clause.amount is None else "amount_range": (x, x) for x in [clause.bound if clause.amount is None else clause.amount]}
            return changed(
                clause, status=PENDING, amount=None, bound=None, sure=a.ZERO, missing=tuple(sorted(now.needs)), this_year=None,
                schedule=None, waiting=(), this_year_range=ends(now), items=tuple(i._replace(amount=None) for i in clause.items), **spans,
            )
        if clause.this_year is None or now.exact == clause.this_year:
            return clause
        schedule, waiting = not_beyond(dict(clause.schedule or ()), dict(clause.waiting), int(evidence.continuing.year.exact), given.exact)
        return changed(
            clause, this_year=now.exact, schedule=clause.schedule and tuple(sorted(schedule.items())), waiting=tuple(waiting.items())
        )


def paid(before: ClauseDecision, after: ClauseDecision, room: Num, plan: steps.Plan, node: steps.Decide) -> ClauseDecision:
    """What is paid over years of what was cut: the plan of the grant follows it, earlier grants go on."""
    evidence = before.evidence
    assert isinstance(evidence, Evidence)
    assert evidence.continuing is not None
    going = evidence.continuing.amount
    if after.status == PENDING:
        if before.this_year_range is None:
            if before.status == PENDING:  # it is not known whether it is judged at all
                return after
            low = going.exact
            return changed(after, this_year=None, schedule=None, waiting=(),
                           this_year_range=(low, min(max(before.this_year or low, low), add(room.hi, low))))
        low, high = before.this_year_range
        whole = span_of(before)
        if whole is None or whole.hi <= room.lo:
            return after
        return changed(after, this_year_range=(min(low, going.lo), min(high, add(room.hi, going.hi))))
    if after.status in (GRANTED, DISCRETION):
        if after.status == DISCRETION or after.amount == before.amount or waits(node, evidence.env):  # what is only applied for is not paid
            return after
        schedule, waiting = instalments(node.pays, _by_part(after, evidence, plan), evidence.continuing, plan.period)
        now = schedule.get(int(evidence.continuing.year.exact), a.ZERO) if schedule else a.ZERO
        return changed(after, schedule=tuple(sorted(schedule.items())), waiting=tuple(waiting.items()), this_year=now + going.exact)
    status = CONTINUED if going.can_be_positive else after.status
    return changed(after, status=status, schedule=None, waiting=(), this_year=going.exact, history=evidence.continuing.history)


def _by_part(after: ClauseDecision, evidence: Evidence, plan: steps.Plan) -> dict[str, Fraction]:
    """What each 分项 has of what is left: from what its items have, or where that is not known from what it had, cut from the last."""
    if all(i.amount is not None for i in after.items):
        return {part: sum((i.amount or a.ZERO for i in after.items if i.part == part), a.ZERO)
                for part in dict.fromkeys(i.part for i in after.items)}
    assert evidence.state is not None
    assert evidence.outcome is not None
    assert after.amount is not None
    had = part_grants(evidence.clause, evidence.state, evidence.outcome.total, plan.rounding_of(evidence.clause))
    names = [x for x in dict.fromkeys(k.part for k in evidence.clause.claims) if x in had]
    return dict(zip(names, fill(after.amount, [had[x].exact for x in names]), strict=True))


def _room(cap: steps.SharedCap, env: Env) -> Num:
    return less(in_cents(evaluate(cap.ceiling, env).number), a.total(evaluate(v, env).number for v in cap.used))


def _zero(cap: steps.SharedCap, env: Env) -> str:
    """The status of a clause that gets nothing: 不符合 if the facts alone leave nothing to anybody."""
    ungranted = in_cents(evaluate(cap.ceiling, env.inside(None, "", ungranted=True)).number)
    return EXHAUSTED if ungranted.can_be_positive else REFUSED


def taken(clause: ClauseDecision) -> Num:
    """What it leaves to no later clause; of a bound anything may be taken above what is sure."""
    span = span_of(clause)
    if span is None:
        return a.NOTHING
    if clause.status == DISCRETION or clause.bound_range:
        if clause.amount_range and _unsaid(clause) == []:
            return a.num(*clause.amount_range, frozenset(clause.missing))
        return a.num(clause.sure, span.hi, wanted(clause))
    return span


def wanted(clause: ClauseDecision) -> a.Needs:
    """On what it rests how much of its bound a clause takes: what is missing, and what the authority is still to say."""
    return frozenset(clause.missing) | awards(clause)


def awards(clause: ClauseDecision) -> a.Needs:
    """Where the authority is still to say what it gives."""
    found: set[str] = set()
    for item in _unsaid(clause) or ():
        record = item.each.grant.record  # type: ignore[union-attr]
        if isinstance(record, values.Fact):
            found.add(f"{item.path}.{record.field.name}" if record.of_item else ".".join(filter(None, (record.field.table, record.field.name))))
    return frozenset(found) or frozenset([f"{clause.number} 的核定金额"])


def _unsaid(clause: ClauseDecision) -> list[Item] | None:
    """The items of which the authority may still have to say what it gives; None where they are not at hand."""
    if not isinstance(clause.evidence, Evidence):
        return None
    return [i for x in clause.evidence.claims for i in x.items if i.undetermined.yes and isinstance(i.each.grant, steps.Discretion)]
