"""Readings compared: what each other choice would give, clause by clause. Worked out when asked for.

A clause is judged again under another choice only if that choice changes its steps or, for choices about
the gates, if the gates come out differently for these facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from attrs import evolve, field, frozen

from . import calculus as c
from .datatypes import Unlimited, money_text
from .decision import PENDING, Alternative, ClauseDecision, ReadingUse
from .facts import Facts
from .program import Program, Reading


class Decider(Protocol):
    """What is wanted of a policy here."""

    @property
    def program(self) -> Program: ...

    def plan_of(self, chosen: Mapping[str, str]) -> c.Plan: ...

    def gate_states(self, facts: Facts, readings: Mapping[str, str]) -> tuple[object, object]: ...

    def decide_clauses(self, facts: Facts, readings: Mapping[str, str], only: tuple[str, ...]) -> tuple[ClauseDecision, ...]: ...


@frozen(eq=False)
class Alternatives:
    """Compares choices for one decision: the policy, the facts, the choices made."""

    policy: Decider
    facts: Facts
    chosen: Mapping[str, str]
    _gates: dict[tuple[str, str], bool] = field(factory=dict, init=False, repr=False)  # does a choice leave the gates as they are?

    def attach(self, clause: ClauseDecision) -> ClauseDecision:
        """The clause, able to say on request which readings it rests on."""
        return evolve(clause, compare=self.readings_of)

    def readings_of(self, clause: ClauseDecision) -> tuple[ReadingUse, ...]:
        uses = []
        for number in self._numbers(clause):
            reading = self.policy.program.reading(number)
            if reading is not None:
                uses.append(self._use(reading, clause))
        return tuple(uses)

    def _numbers(self, clause: ClauseDecision) -> list[str]:
        """Readings noted on the clause's own lines, then those of the gates, the order and the rounding."""
        plan = self.policy.plan_of(self.chosen)
        node = next(k for k in plan.clauses if k.number == clause.number)
        own = list(node.readings)
        outer = [plan.rounding.origin, *(g.origin for g in plan.scope), *([plan.period.origin] if plan.period else [])]
        outer += [s.origin for s in node.steps if isinstance(s, c.Against)]
        return list(dict.fromkeys([*own, *(number for o in outer for number, _ in o.tags)]))

    def _use(self, reading: Reading, clause: ClauseDecision) -> ReadingUse:
        number, chosen = reading.number, self.chosen.get(reading.number, reading.default)
        alternatives = tuple(self._alternative(reading, x, clause) for x in reading.choices if x != chosen)
        disputed = number in clause.touched or any(x.differs for x in alternatives)
        return ReadingUse(number, chosen, reading.risk, reading.question, alternatives, disputed)

    def _alternative(self, reading: Reading, choice: str, clause: ClauseDecision) -> Alternative:
        if choice not in reading.modelled:
            return Alternative(choice, None, False, dict(reading.manual).get(choice, ""))
        readings = {**self.chosen, reading.number: choice}
        if self._same(reading.number, choice, readings, clause):
            return Alternative(choice, shown(clause), False)
        (other,) = self.policy.decide_clauses(self.facts, readings, (clause.number,))
        return Alternative(choice, shown(other), other.outcome() != clause.outcome())

    def _same(self, number: str, choice: str, readings: Mapping[str, str], clause: ClauseDecision) -> bool:
        """Whether the choice surely changes nothing for this clause, without judging it again."""
        one, other = self.policy.plan_of(self.chosen), self.policy.plan_of(readings)
        mine = _node(one, clause.number)
        if one.shared or other.shared:
            return False
        if mine is not _node(other, clause.number) or one.lets != other.lets:
            return False
        if one.rounding != other.rounding and not _nothing(clause):
            return False
        if one.period == other.period and one.scope == other.scope:
            return True
        return not mine.pays and self._same_gates(number, choice, readings)

    def _same_gates(self, number: str, choice: str, readings: Mapping[str, str]) -> bool:
        key = (number, choice)
        if key not in self._gates:
            states = [self.policy.gate_states(self.facts, r) for r in (self.chosen, readings)]
            self._gates[key] = states[0] == states[1]
        return self._gates[key]


def _nothing(clause: ClauseDecision) -> bool:
    """No number that rounding could change."""
    return not clause.amount and clause.bound is None and clause.amount_range is None and clause.bound_range is None


def _node(plan: c.Plan, number: str) -> c.Decide:
    return next(k for k in plan.clauses if k.number == number)


def shown(clause: ClauseDecision) -> str:
    """The outcome in a few words: 应予支持 30万元."""
    if clause.status == PENDING:
        span = clause.amount_range or clause.bound_range
        if span and not isinstance(span[1], Unlimited) and span[1]:
            return f"{PENDING}（{money_text(span[0])} 至 {money_text(span[1])}）"
        return PENDING
    if clause.amount is not None and clause.amount:
        return f"{clause.status} {money_text(clause.amount)}"
    if clause.bound is not None:
        return f"{clause.status}，上限 {money_text(clause.bound)}"
    if clause.this_year:
        return f"{clause.status}，本年拨付 {money_text(clause.this_year)}"
    return clause.status
