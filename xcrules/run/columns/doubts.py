"""A claim that may count or not, or of which not all of the amount is known: what would tell it, and what the clause comes to at both ends.

The two ends are all that run/ranges has to say of such a clause, where no step holds claims against each other and no rounding passes a cap; what else is
open is told by the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from xcrules.facts.types import EnumType, TextType
from xcrules.run.lowered import claims as c, nodes as n

from .asking import Asking, Spec
from .frames import RowFrame
from .intervals import Ends
from .kernels import Kernels
from .vectors import ENDLESS, Vector, full

Paths = tuple[str, ...]


class Waiting(NamedTuple):
    """An enterprise by its place, what is missing, and 分 that are given in any case, and at most (None: without an end)."""

    row: int
    missing: Paths
    low: int
    high: int | None
    this_year: tuple[int, int | None] | None = None  # the same of what is paid by years
    gated: bool = False  # the gates are open too


class Doubts:
    """Of a clause, the unknown facts that tell of claims whether these count, and how much: `paths` by the number of the doubt."""

    def __init__(self, spec: Spec, base_year: str) -> None:
        """`base_year`: the name of the fact that says it."""
        self.spec, self.base_year, self.paths = spec, base_year, list[Paths]()

    def _asking(self, kernels: Kernels, frame: RowFrame) -> Asking:
        return Asking(self.base_year, self.spec, kernels, frame)

    def of(self, kernels: Kernels, guards: Sequence[c.Guard], frame: RowFrame, doubt: Any) -> Any:
        """For each row of a frame the number of its doubt; -1 where there is none, or where it rests on more than single facts."""
        at = np.flatnonzero(doubt)
        asking = self._asking(kernels, frame.take(at))
        for guard in guards:
            asking.ask(guard.test, np.ones(len(at), bool))
        found = np.full(frame.size, -1, np.int64)
        self._number(found, at, asking)
        return found

    def worth(
        self, kernels: Kernels, worth: c.Worth, frame: RowFrame, clause: c.Clause, held: Vector, doubts: Any
    ) -> tuple[Vector, Vector]:
        """What items come to at least and at most, where `held` asks; the numbers of their doubts are put into `doubts`."""
        return self._between(kernels, frame, held, ENDLESS, doubts, lambda asking: asking.worth(worth, clause))

    def number(
        self, kernels: Kernels, node: n.Value, scale: int, frame: RowFrame, held: Vector, beyond: int, doubts: Any
    ) -> tuple[Vector, Vector]:
        """The same of a number of which it does not matter how far it is above `beyond`."""
        return self._between(kernels, frame, held, beyond, doubts, lambda asking: asking.number(node, scale))

    def _between(
        self, kernels: Kernels, frame: RowFrame, held: Vector, beyond: int, doubts: Any, ends: Callable[[Asking], Ends]
    ) -> tuple[Vector, Vector]:
        at = np.flatnonzero(full(held.ask, frame.size))
        asking = self._asking(kernels, frame.take(at))
        low, high = ends(asking)
        told = asking.told.copy()
        asking.told &= low != high
        self._number(doubts, at, asking)
        ask, data = np.zeros(frame.size, bool), full(held.data, frame.size)
        ask[at[~told]] = True
        made = []
        for end in (low, high):
            own = data.copy()
            own[at[told]] = np.minimum(end[told], beyond)
            made.append(Vector(own, ask, None, 0, max(int(own.max(initial=0)), held.high)))
        return made[0], made[1]

    def word(self, kernels: Kernels, node: n.Value, frame: RowFrame, unknown: Any) -> Any:
        """For each row of which a word is unknown the number of its doubt; -1 where there is none, or where it is more than a fact."""
        at, found = np.flatnonzero(unknown), np.full(frame.size, -1, np.int64)
        asking = self._asking(kernels, frame.take(at))
        asking.told &= isinstance(node, n.Column)
        if isinstance(node, n.Column):
            asking.want(node, np.ones(len(at), bool), (TextType, EnumType))
        self._number(found, at, asking)
        return found

    def _number(self, found: Any, at: Any, asking: Asking) -> None:
        rows = np.flatnonzero(asking.told)
        before, found[at[rows]] = found[at[rows]].tolist(), np.arange(len(rows)) + len(self.paths)
        for i, had in zip(rows.tolist(), before, strict=True):
            self.paths.append(tuple(sorted(asking.paths[i] if had < 0 else asking.paths[i].union(self.paths[had]))))
