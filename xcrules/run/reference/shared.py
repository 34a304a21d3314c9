"""SharedCap: one upper bound over several clauses, taken up in the order of the law.

Works on finished clauses: what a clause came to is cut to what earlier ones left. A clause that is still
open (pending, or with an authority) leaves a range, and then what later clauses get may be pending on the same facts.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import define

from xcrules.meaning import values
from xcrules.meaning.operators import add, fill, floor_to
from xcrules.plan import steps
from xcrules.run.decision import ClauseDecision, changed
from xcrules.run.ranges import abstract as a
from xcrules.run.ranges.abstract import Num, in_cents, less
from xcrules.run.ranges.groups import ends
from xcrules.run.results import CONTINUED, DISCRETION, EXHAUSTED, GRANTED, PENDING, REFUSED, CapResult, ItemResult

from .claims import Item
from .clause import Evidence, waits
from .payments import instalments
from .values import Env, evaluate


@define(eq=False)
class Room:
    """A bound over several clauses at work: what those before left of it; worked out when the first of them comes."""

    cap: steps.SharedCap
    left: Num | None = None

    @property
    def clauses(self) -> tuple[str, ...]:
        return self.cap.clauses

    def apply(self, numbers: list[str], own: dict[str, ClauseDecision], made: dict[str, ClauseDecision], env: Env, plan: steps.Plan) -> None:
        """The bound applied to those of its clauses that are decided, in the order of the law."""
        for n in numbers:
            made[n] = self._next(made[n], own[n], env, plan, next(k for k in plan.clauses if k.number == n))

    def _next(self, clause: ClauseDecision, own: ClauseDecision, env: Env, plan: steps.Plan, node: steps.Decide) -> ClauseDecision:
        """The next of its clauses with the bound applied; `own` is what it came to before any bound over several."""
        if span_of(clause) is None:
            return clause
        room = _room(self.cap, env) if self.left is None else self.left
        before = _told_again(clause, own, room, node)
        after = cut(before, self.cap, room, _zero(self.cap, env), plan.rounding_of(node).unit)
        self.left = _left(room, taken(after))
        return paid(before, after, room, plan, node) if node.pays else after


def _told_again(clause: ClauseDecision, own: ClauseDecision, room: Num, node: steps.Decide) -> ClauseDecision:
    """The clause as this bound finds it: what is open only by how much there is, is settled where this bound leaves one figure."""
    span = span_of(clause)
    assert span is not None
    if clause.status != PENDING or not (after := a.least(span, room)).known:
        return clause
    if own.status != PENDING:  # an earlier bound left a range
        return changed(own, caps=clause.caps)
    two_ways = clause.saying is not None and bool(clause.saying.reverse)
    sure = clause.bound_range is None and span.lo > a.ZERO and not two_ways  # it is granted something whatever the facts are
    if not sure or node.pays or not room.known or not isinstance(after.lo, Fraction):
        return clause
    return changed(clause, status=GRANTED, amount=max(span.hi, after.lo), amount_range=None, missing=())


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
            return changed(after, this_year=None, schedule=None, waiting=(), this_year_range=(low, min(max(before.this_year or low, low), add(room.hi, low))))
        low, high = before.this_year_range
        whole = span_of(before)
        if whole is None or whole.hi <= room.lo:
            return after
        return changed(after, this_year_range=(min(low, going.lo), min(high, add(room.hi, going.hi))))
    if after.status in (GRANTED, DISCRETION):
        if after.status == DISCRETION or after.amount == before.amount or waits(node, evidence.env):  # what is only applied for is not paid
            return after
        parts: dict[str, Fraction] = {}
        for item in after.items:
            parts[item.part] = parts.get(item.part, a.ZERO) + (item.amount or a.ZERO)
        schedule, waiting = instalments(node.pays, parts, evidence.continuing, plan.period)
        now = schedule.get(int(evidence.continuing.year.exact), a.ZERO) if schedule else a.ZERO
        return changed(after, schedule=tuple(sorted(schedule.items())), waiting=tuple(waiting.items()), this_year=now + going.exact)
    status = CONTINUED if going.can_be_positive else after.status
    return changed(after, status=status, schedule=None, waiting=(), this_year=going.exact, history=evidence.continuing.history)


def _room(cap: steps.SharedCap, env: Env) -> Num:
    return less(in_cents(evaluate(cap.ceiling, env).number), a.total(evaluate(v, env).number for v in cap.used))


def _zero(cap: steps.SharedCap, env: Env) -> str:
    """The status of a clause that gets nothing: 不符合 if the facts alone leave nothing to anybody."""
    ungranted = in_cents(evaluate(cap.ceiling, env.inside(None, "", ungranted=True)).number)
    return EXHAUSTED if ungranted.can_be_positive else REFUSED


def span_of(clause: ClauseDecision) -> Num | None:
    """The 元 that a clause would take of the bound: its amount, its bound, or a range; None if it takes none."""
    if clause.status in (GRANTED, DISCRETION):
        value = clause.bound if clause.amount is None else clause.amount
        return None if value is None else a.point(value)
    span = clause.bound_range or clause.amount_range
    return a.num(span[0], span[1], frozenset(clause.missing)) if clause.status == PENDING and span else None


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


def _left(room: Num, taken: Num) -> Num:
    return a.most(a.num(add(room.lo, -taken.hi), add(room.hi, -taken.lo), room.needs | taken.needs), a.NOTHING)


def cut(clause: ClauseDecision, cap: steps.SharedCap | steps.OnlyOne, room: Num, zero: str, unit: Fraction) -> ClauseDecision:
    before = span_of(clause)
    assert before is not None
    after = a.least(before, room)
    units = room if clause.status == DISCRETION or clause.bound_range else a.num(floor_to(room.lo, unit), floor_to(room.hi, unit), room.needs)
    group = "、".join(cap.clauses)
    result = CapResult(cap.origin.text, cap.origin.words, group, ends(room), ends(before), ends(after))
    bound = None if clause.bound is None else a.least(a.point(clause.bound), room)
    clause = changed(clause, caps=(*clause.caps, result))
    if clause.status == PENDING:
        more = room.needs if room.lo < before.hi else a.NONE  # once its own facts are known it may come to the most of them
        spans = {key: ends(a.least(a.num(span[0], span[1], a.NONE), units)) for key in ("amount_range", "bound_range") if (span := getattr(clause, key))}
        return changed(clause, **spans, missing=tuple(sorted({*clause.missing, *more})))
    after = after if after.known else a.least(before, units)  # ranges may come to the same whole units
    if not after.known or not (bound is None or bound.known):
        spans = {"bound_range" if clause.amount is None else "amount_range": ends(after)} | ({} if bound is None else {"bound_range": ends(bound)})
        return changed(clause, status=PENDING, amount=None, bound=None, sure=a.ZERO, missing=tuple(sorted(room.needs)),
                      items=tuple(i._replace(amount=None) for i in clause.items), **spans)
    if clause.status == DISCRETION:
        return none(clause, zero) if after.lo == a.ZERO else changed(clause, bound=after.lo, sure=floor_to(min(clause.sure, room.lo), unit))
    return _settled(clause, after.exact, bound, unit, zero)


def _settled(clause: ClauseDecision, amount: Fraction, bound: Num | None, unit: Fraction, zero: str) -> ClauseDecision:
    """A granted clause: what is left is no more than whole units of 取整, over the items in the order of application."""
    left = None if bound is None else bound.lo
    if amount == clause.amount and (left is None or left > a.ZERO):
        return changed(clause, bound=left)
    amount = floor_to(amount, unit)  # type: ignore[assignment]
    if amount == a.ZERO:
        return none(clause, zero)
    return changed(clause, amount=amount, bound=left, items=_shared_out(clause.items, amount))


def none(clause: ClauseDecision, zero: str) -> ClauseDecision:
    return changed(clause, status=zero, amount=a.ZERO, bound=None, sure=a.ZERO, items=tuple(i._replace(amount=a.ZERO) for i in clause.items))


def _shared_out(items: tuple[ItemResult, ...], amount: Fraction) -> tuple[ItemResult, ...]:
    if any(i.amount is None for i in items):
        return items
    return tuple(i._replace(amount=x) for i, x in zip(items, fill(amount, [i.amount or a.ZERO for i in items]), strict=True))
