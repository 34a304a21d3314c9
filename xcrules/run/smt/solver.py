"""A solver in a context of its own: what it finds rests on its conditions alone, not on what was asked before nor on when a term is forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import z3  # type: ignore[import-untyped]

YES, NO, UNSETTLED = z3.sat, z3.unsat, z3.unknown


class Solver:
    """Conditions and models are terms of the context in which they were made; numbers of terms, by which z3 puts things in order, are this solver's own.

    `limit`: steps that may be taken from here on, the same on every machine.
    """

    def __init__(self, options: Iterable[tuple[str, Any]] = ()) -> None:
        self._solver = z3.SimpleSolver(ctx=z3.Context())
        for name, value in options:
            self._solver.set(name, value)
        self.model: Any = None  # the last that was found
        self._end = 0

    def _own(self, conditions: Sequence[Any]) -> list[Any]:
        terms = z3.AstVector()
        for x in conditions:
            terms.push(z3.BoolVal(x) if isinstance(x, bool) else x)
        return [*terms.translate(self._solver.ctx)]

    def add(self, *conditions: Any) -> None:
        self._solver.add(self._own([x for x in conditions if x is not True]))

    def named(self, conditions: Sequence[Any]) -> list[Any]:
        """A name for each condition; it holds where `check` is given its name."""
        names = [z3.FreshBool("named", ctx=self._solver.ctx) for _ in conditions]
        self._solver.add([z3.Implies(name, x) for name, x in zip(names, self._own(conditions), strict=True)])
        return names

    def take(self, name: Any) -> None:
        """What has this name holds from here on."""
        self._solver.add(name)

    def push(self) -> None:
        self._solver.push()

    def pop(self) -> None:
        self._solver.pop()

    def limit(self, steps: int) -> None:
        self._end = self._taken() + steps

    def left(self) -> int:
        return self._end - self._taken()

    def _taken(self) -> int:
        return int(self._solver.statistics().get_key_value("rlimit count"))

    def check(self, *names: Any, most: int | None = None) -> Any:
        """The answer within the steps that are left, at most so many."""
        left = self.left() if most is None else min(self.left(), most)
        if left <= 0:
            return UNSETTLED
        self._solver.set("rlimit", left)
        answer = self._solver.check(*names)
        if answer == YES:
            self.model = self._solver.model().translate(z3.main_ctx())
        return answer

    def core(self, names: Sequence[Any]) -> list[int]:
        """Which of the names the last check could not have together."""
        core = {x.get_id() for x in self._solver.unsat_core()}
        return [i for i, x in enumerate(names) if x.get_id() in core]

    def keeps(self, condition: Any) -> bool:
        """Whether a condition may hold too; then it does from here on."""
        self.push()
        self.add(condition)
        if self.check() == YES:
            return True
        self.pop()
        return False

    def another(self, options: Iterable[tuple[str, Any]]) -> Solver:
        """One with other options for the same conditions."""
        made = Solver(options)
        terms = z3.AstVector(ctx=self._solver.ctx)
        for x in self._solver.assertions():
            terms.push(x)
        made._solver.add([*terms.translate(made._solver.ctx)])
        return made
