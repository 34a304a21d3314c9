"""What a clause comes to for each enterprise of a block, as far as columns say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import define

from xcrules.meaning.values import Origin
from xcrules.run.results import DISCRETION, STATUSES

from .awards import Awards
from .doubts import Waiting
from .vectors import Vector

PLACE = {word: np.int8(place) for place, word in enumerate(STATUSES)}
NONE = -1  # for an amount, a bound or a payment that there is none of


@define(eq=False)
class ClauseColumns:
    """Of each enterprise: the place of its status among STATUSES, 分 (NONE: none) of amount, bound (MOST: no end) and this year's payment; `open`: the rows must say it.

    `caps`: by label and text of a cap whom it brings up to it, and 分 that it cuts.
    `alone`: 分 that the facts alone give, and where that is not known; of clauses of which another asks it.
    `behind`: enterprises of which the gates alone are open, of whom the rest says what the clause comes to past them (None: all, or not asked).
    """

    status: Any
    amount: Any
    bound: Any
    this_year: Any
    open: Any
    alone: tuple[Any, Any] | None = None
    caps: dict[tuple[str, str], tuple[Any, Any]] | None = None  # None: not asked
    behind: Any = None
    awarded: Any = None  # of 裁量, 分 that are recorded, whatever has still to be said
    waiting: Sequence[Waiting] = ()  # open ones of which it is told what they wait for
    awards: Awards | None = None  # None: not asked, or for the rows

    def meet(self, origin: Origin, at: Any, cut: Any) -> None:
        """Enterprises that come up to a cap, and 分 that it cuts."""
        assert self.caps is not None
        mask, cents = self.caps.get((origin.label, origin.text), (False, 0))
        self.caps[origin.label, origin.text] = mask | at, cents + np.where(at, cut, 0)

    def came_to(self, ungranted: bool) -> Vector:
        """分 that another clause reads."""
        if ungranted and self.alone is not None:
            data, ask = self.alone[0], self.open | self.alone[1]
        else:
            data, ask = np.maximum(self.amount, 0), self.open | (self.status == PLACE[DISCRETION])
        return Vector(data, ask if ask.any() else None, None, 0, int(data.max(initial=0)))


def nothing_known(size: int) -> ClauseColumns:
    none = np.full(size, NONE, np.int64)
    return ClauseColumns(np.zeros(size, np.int8), none, none, none, np.ones(size, bool))
