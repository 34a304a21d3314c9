"""OnlyOne: of several finished clauses only that of the highest amount is given."""

from __future__ import annotations

from attrs import frozen

from xcrules.base.money import UNLIMITED
from xcrules.plan import steps
from xcrules.run.decision import ClauseDecision, changed
from xcrules.run.ranges import abstract as a
from xcrules.run.ranges.abstract import Num
from xcrules.run.ranges.groups import ends
from xcrules.run.ranges.shared import cut, none, span_of
from xcrules.run.results import DISCRETION, GRANTED, OUTDONE, PENDING, CapResult
from xcrules.run.rivals import fate_of

from .clause import Evidence
from .shared import paid, taken
from .values import Env


@frozen(eq=False)
class Rivals:
    """从高 … 之间 at work."""

    step: steps.OnlyOne

    @property
    def clauses(self) -> tuple[str, ...]:
        return self.step.clauses

    def apply(
        self, numbers: list[str], own: dict[str, ClauseDecision], made: dict[str, ClauseDecision], env: Env, plan: steps.Plan
    ) -> None:
        """The choice made among those of its clauses that are decided."""
        before = {n: made[n] for n in numbers}
        spans = {n: _comes_to(k) for n, k in before.items()}
        for i, number in enumerate(numbers):
            if spans[number].can_be_positive or before[number].status == GRANTED:  # what is granted may be 0, where an authority says so
                others = [(spans[n], j < i and spans[number].can_be_positive) for j, n in enumerate(numbers)
                          if j != i and spans[n].can_be_positive]
                node = next(k for k in plan.clauses if k.number == number)
                made[number] = own[number] = self._chosen(before[number], spans[number], others, plan, node)

    def _chosen(
        self, clause: ClauseDecision, own: Num, others: list[tuple[Num, bool]], plan: steps.Plan, node: steps.Decide
    ) -> ClauseDecision:
        award = clause.status == DISCRETION or bool(clause.bound_range)
        given = fate_of((own.lo, own.hi), [((x.lo, x.hi), first) for x, first in others], award)
        if (
            given
            and clause.bound_range
            and not fate_of((own.lo, clause.bound_range[0]), [((x.lo, x.hi), first) for x, first in others], True)
        ):
            given = None  # its bound may still turn out to be lower than another
        top = a.NOTHING
        for x, _ in others:
            top = a.most(top, x)
        if given:
            wins = fate_of((own.lo, own.hi), [((x.lo, x.hi), first) for x, first in others], False)  # whatever is still said
            return changed(clause, sure=clause.sure if wins else a.ZERO, caps=(*clause.caps, self._result(top, clause, clause)))
        if given is False:
            room = a.NOTHING
        else:  # those that are surely lower have no say
            bounds = [x for x in (clause.bound, clause.bound_range and clause.bound_range[1]) if x is not None]
            most = max(own.hi, *bounds) if bounds else own.hi  # if it is given, so is the whole of its bound
            room = Num(
                a.ZERO, most, a.joined(x.needs for x, _ in others if fate_of((x.lo, x.hi), [((own.lo, own.hi), False)], False) is not False)
            )
        if given is None and not own.can_be_positive:
            return changed(
                clause, status=PENDING, amount=None, bound=None, sure=a.ZERO, amount_range=(a.ZERO, a.ZERO),
                missing=tuple(sorted(room.needs)), caps=(*clause.caps, self._result(top, clause, clause)),
            )
        after = cut(clause, self.step, room, OUTDONE, plan.rounding_of(node).unit)
        after = paid(clause, after, room, plan, node) if node.pays else after
        if given is False and after.status == PENDING and own.lo > a.ZERO and _settled(clause):
            after = changed(
                none(after, OUTDONE), amount_range=None, bound_range=None, this_year=a.ZERO if node.pays else None, this_year_range=None,
                missing=(),
            )
        return changed(after, caps=(*clause.caps, self._result(top, clause, after)))

    def _result(self, top: Num, before: ClauseDecision, after: ClauseDecision) -> CapResult:
        origin, was, now = self.step.origin, span_of(before), span_of(after)
        assert was is not None
        return CapResult(
            origin.text, origin.words, "、".join(self.step.clauses), ends(top), ends(was), ends(a.NOTHING if now is None else now),
            label=origin.label,
        )


def _settled(clause: ClauseDecision) -> bool:
    """Whether what it pays this year of earlier grants is nothing."""
    evidence = clause.evidence
    return isinstance(evidence, Evidence) and (evidence.continuing is None or not evidence.continuing.amount.can_be_positive)


def _comes_to(clause: ClauseDecision) -> Num:
    """From what to what; an open clause without a range may come to anything."""
    if clause.status == PENDING and span_of(clause) is None:
        return Num(a.ZERO, UNLIMITED, frozenset(clause.missing))
    return taken(clause)
