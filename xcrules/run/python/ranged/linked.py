"""Clauses that are open, where one rests on what others come to, or comes after them under a cap over several: in the order of their links."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field

from xcrules.facts.scaled.values import CENTS, Ask
from xcrules.plan import steps
from xcrules.run.decision import NO_REASONS, ClauseDecision
from xcrules.run.disputes import Comparison
from xcrules.run.lowered.shared import scale_of_cap
from xcrules.run.ranges import abstract as a
from xcrules.run.ranges.abstract import Num, in_cents, less
from xcrules.run.ranges.shared import comes_to, cut, left_of, span_of, told_again
from xcrules.run.results import DISCRETION, EXHAUSTED, REFUSED

from ..open_clauses import OPEN_GATES, AskedWhy, PassedGates, opened
from .filled import Filled
from .helpers import as_num, scaled
from .outcome import by_facts, in_yuan

if TYPE_CHECKING:
    from xcrules.facts.scaled import ScaledFacts

    from ..compiled import Compiled

_NOT_KNOWN = Num(a.ZERO, a.ZERO, frozenset(["?"]))  # for the reference evaluator to say


@define(eq=False)
class Linked:
    """What open clauses come to, one after the other; None of one that is for the reference evaluator to say."""

    compiled: Compiled
    facts: ScaledFacts
    gates: PassedGates
    compare: Comparison | None
    made: dict[str, ClauseDecision | None] = field(factory=dict, init=False)
    _left: dict[int, Num] = field(factory=dict, init=False)  # of each cap what those before leave

    def of(self, wanted: Collection[int]) -> dict[str, ClauseDecision | None]:
        """These clauses, of which each comes with those on which it rests."""
        compiled = self.compiled
        for unit in compiled.plan.links.order:
            places = [i for number in unit if (i := compiled.index[number]) in wanted]
            own = {i: self._own(i) for i in places}
            self.made |= {compiled.plan.clauses[i].number: x for i, x in own.items()}
            for at, step in enumerate(compiled.plan.shared):
                for i in (i for i in places if compiled.plan.clauses[i].number in step.clauses):
                    self.made[compiled.plan.clauses[i].number] = self._cut(at, i, own[i]) if isinstance(step, steps.SharedCap) else None
        return self.made

    def _own(self, place: int) -> ClauseDecision | None:
        """What a clause comes to before any cap over several."""
        reads = self.compiled.ranged(place).reads_others
        return (None if reads and self.gates is not OPEN_GATES
                else opened(self.compiled, place, self.gates, self.facts, self.compare, self._filled(place)))

    def _cut(self, at: int, place: int, own: ClauseDecision | None) -> ClauseDecision | None:
        """A clause under a cap, of which the earlier ones left a range."""
        step, node = self.compiled.plan.shared[at], self.compiled.plan.clauses[place]
        before, left = self.made[node.number], self._left.get(at)
        assert isinstance(step, steps.SharedCap)
        if before is None or own is None or before.status == DISCRETION or before.bound_range or left is _NOT_KNOWN:
            self._left[at] = _NOT_KNOWN
            return None
        if span_of(before) is None:
            return before
        if node.pays or step.paid or (figures := self._figures(at)) is None:
            self._left[at] = _NOT_KNOWN
            return None
        room, zero = figures[0] if left is None else left, figures[1]
        bare = told_again(evolve(before, why=NO_REASONS), evolve(own, why=NO_REASONS), room, node)
        after = cut(bare, step, room, zero, self.compiled.plan.rounding_of(node).unit)
        span = span_of(after)
        self._left[at] = left_of(room, a.NOTHING if span is None else span)
        return evolve(after, why=AskedWhy(self.compiled, place, self.facts))

    def _figures(self, at: int) -> tuple[Num, str] | None:
        """What a cap leaves to the first of its clauses, and the status of one that gets nothing."""
        lowered, function = self.compiled.ranged_cap(at)
        try:
            if (found := function(Resting(self))) is None:  # its condition may read what another clause comes to
                return None
            ceiling, ungranted, used = (in_yuan(as_num(x), scale_of_cap(lowered)) for x in found)
        except Ask:
            return None
        return less(in_cents(ceiling), used), EXHAUSTED if in_cents(ungranted).can_be_positive else REFUSED

    def result(self, number: str, ungranted: bool) -> Num:
        """分 that a clause comes to; `ungranted`: what the facts alone give it. Raises Ask where that is not known."""
        made = self.made.get(number)
        found = None if made is None else comes_to(made)
        if found is None:
            raise Ask
        node = self.compiled.plan.clauses[place := self.compiled.index[number]]
        if ungranted and node.claims and not node.discretionary:
            found = by_facts(self.compiled.ranged(place), node, self._filled(place))
        return as_num(scaled(found, CENTS))

    def _filled(self, place: int) -> Filled:
        """The record as a clause reads it."""
        return Resting(self) if self.compiled.ranged(place).reads_others else self.compiled.filled(self.facts)


class Resting(Filled):
    """A filled record with what other clauses come to beside it."""

    def __init__(self, linked: Linked) -> None:
        held = linked.compiled.filled(linked.facts)
        super().__init__(held.records, held.record)
        self.__dict__ |= {k: v for k, v in vars(held).items() if k != "made"}
        self.linked, self.held = linked, held

    def once(self, key: str, found: Callable[[], Any], results: bool = False) -> Any:
        """What reads none of them is the same as for every clause and reading."""
        return super().once(key, found) if results else self.held.once(key, found)

    def result(self, number: str, ungranted: bool) -> Any:
        return self.linked.result(number, ungranted)
