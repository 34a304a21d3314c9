"""What the steps of a clause ask of the facts, by the meaning of values."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from attrs import define

from xcrules.base.money import UNLIMITED
from xcrules.facts.types import NOT_APPLICABLE
from xcrules.plan import steps
from xcrules.run.ranges import abstract as a
from xcrules.run.ranges.abstract import Num, Sym
from xcrules.run.ranges.asks import Supports
from xcrules.run.ranges.meaning import as_key

from .env import Env
from .values import evaluate, records_of


@define(eq=False, repr=False)
class ByFacts:
    """For one clause. See run/ranges/groups.Asks."""

    env: Env

    @property
    def granted(self) -> bool:
        return self.env.kept.granted

    @granted.setter
    def granted(self, value: bool) -> None:
        self.env.kept.granted = value

    def ceiling(self, cap: steps.Cap, item: Any, ungranted: bool) -> Num:
        env = self.env if item is None else item.ungranted()[0] if ungranted else item.env
        if item is None and ungranted:
            env = env.inside(env.record, env.path, whole_unknown=env.whole_unknown, ungranted=True)
        assert cap.ceiling is not None
        return evaluate(cap.ceiling, env).number

    def used(self, cap: steps.Cap, item: Any) -> Num:
        assert cap.used is not None
        return evaluate(cap.used, self.env if item is None else item.env).number

    def key(self, step: steps.Cap | steps.Highest, item: Any) -> Sym:
        assert step.key is not None
        return as_key(evaluate(step.key, item.env).value)

    def rank(self, step: steps.Highest, item: Any) -> Num:
        assert step.rank is not None
        found = evaluate(step.rank, item.env)
        if not step.order:
            held = a.plain(found.number)
            return held if step.rising else a.num(-held.hi, -held.lo, held.needs)
        if not found.word.known:
            return Num(a.ZERO, Fraction(len(step.order)), found.word.needs)
        return a.point(Fraction(step.order.index(found.word.value) if found.word.value in step.order else len(step.order)))

    def had(self, step: steps.Highest, item: Any) -> Num:
        return a.NOTHING if step.had is None else a.plain(evaluate(step.had, item.env).number)

    def support(self, rule: steps.Against) -> Supports:
        rows = records_of(rule.outside, self.env, closed=True) or ()
        return Supports(
            [(i, row.get(rule.matter), self._amount(rule, i, row.get(rule.amount)), row.get(rule.state)) for i, row in enumerate(rows)]
        )

    def _amount(self, rule: steps.Against, i: int, held: object) -> Num:
        if held is None:
            return Num(a.ZERO, UNLIMITED, frozenset([f"{rule.outside}[{i}].{rule.amount}"]))
        return a.point(held) if isinstance(held, Fraction) else a.NOTHING

    def open_support(self, rule: steps.Against) -> a.Needs:
        found = set()
        for i, row in enumerate(records_of(rule.outside, self.env, closed=True) or ()):
            if row.get(rule.matter) is NOT_APPLICABLE or (rule.optional and row.get(rule.matter) is None):
                continue
            found |= {f"{rule.outside}[{i}].{name}" for name in (rule.matter, rule.amount, rule.state) if row.get(name) is None}
        return frozenset(found)
