"""What one clause came to, as another reads it: 第五条 的 金额."""

from __future__ import annotations

from attrs import define, field

from xcrules.plan import steps
from xcrules.run.decision import ClauseDecision
from xcrules.run.ranges import abstract as a
from xcrules.run.ranges.abstract import Num
from xcrules.run.ranges.shared import comes_to

from .clause import Evidence, granted_by_facts
from .shared import awards, wanted


@define(eq=False)
class Made:
    """The clauses decided so far, after every bound over several of them."""

    nodes: dict[str, steps.Decide]
    clauses: dict[str, ClauseDecision] = field(factory=dict)

    def of(self, clauses: tuple[str, ...], ungranted: bool) -> Num:
        """元 of these together; `ungranted`: what the facts alone would give them."""
        return a.total(self._one(n, ungranted) for n in clauses)

    def _one(self, number: str, ungranted: bool) -> Num:
        clause = self.clauses[number]
        evidence = clause.evidence
        if ungranted and isinstance(evidence, Evidence) and evidence.state is not None and not self.nodes[number].discretionary:
            return a.if_inside(granted_by_facts(evidence), a.both((evidence.gates.in_force, evidence.gates.scope)))
        return amount_of(clause)


def amount_of(clause: ClauseDecision) -> Num:
    """元 that a clause is granted: a range where that is open, from 0 to the bound where an authority has still to say it."""
    if (found := comes_to(clause)) is not None:
        return found
    if clause.bound_range is None:
        assert clause.bound is not None
        return a.num(clause.sure, clause.bound, awards(clause))
    return a.num(a.ZERO, max((clause.amount_range or (a.ZERO, a.ZERO))[1], clause.bound_range[1]), wanted(clause))
