"""Caps over several clauses, and 从高 between several, over columns: as run/lowered/shared applies them to the clauses of one enterprise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import define, evolve, field

from xcrules.facts.scaled.values import CENTS
from xcrules.run.lowered import claims as c
from xcrules.run.lowered.shared import scale_of_cap
from xcrules.run.results import DISCRETION, EXHAUSTED, GRANTED, OUTDONE, REFUSED

from .claims import room_of
from .clause_columns import NONE, PLACE, ClauseColumns
from .frames import RowFrame
from .kernels import Kernels
from .vectors import MOST, NoKernel, Vector, bounded, either, full


@define(eq=False)
class Remaining:
    """A cap over several clauses at work: what those before left of it, from `low` to `high`, in 分. What an authority has still to say may be taken or not."""

    cap: c.SharedCap
    low: Any
    high: Any
    zero: Any = field(init=False)  # the status of what the cap leaves nothing of

    def __attrs_post_init__(self) -> None:
        self.zero = np.full(len(self.low), PLACE[REFUSED])

    @classmethod
    def of(cls, kernels: Kernels, cap: c.SharedCap, root: RowFrame) -> Remaining:
        """The cap before any clause; where its figures are not known anything may be left."""
        made = cls(cap, np.zeros(root.size, np.int64), np.full(root.size, MOST))
        if cap.paid:  # what is paid over years is told by rows
            return made
        own, scale = evolve(root, named={x.name: x.value for x in cap.names}, known={}), scale_of_cap(cap)
        try:
            ceiling, ungranted, *used = [kernels.at_scale(x, scale, own) for x in (cap.ceiling, cap.ungranted, *cap.used)]
            low, high = bounded(sum(x.low for x in used), sum(x.high for x in used))
            room = room_of(ceiling, Vector(sum(x.data for x in used), None, None, low, high) if used else None, scale // CENTS)
        except NoKernel:
            return made
        known = full(room.data <= MOST, root.size)
        if (ask := either((room.ask, ungranted.ask, *(x.ask for x in used)))) is not None:
            known = known & ~ask
        left = full(room.data // (scale // CENTS), root.size)
        made.low, made.high = np.where(known, left, 0), np.where(known, left, MOST)
        made.zero[full(ungranted.data >= scale // CENTS, root.size)] = PLACE[EXHAUSTED]
        return made

    def cut(self, clause: c.Clause, made: ClauseColumns) -> None:
        """The next of its clauses comes down to what is left; open where that is not known and matters."""
        granted, waits = made.status == PLACE[GRANTED], made.status == PLACE[DISCRETION]
        here = (granted | waits) & ~made.open
        claimed, unit = np.where(waits, made.bound, made.amount), clause.unit // clause.cent
        limited = np.maximum(claimed, made.bound)
        made.open |= here & (np.minimum(limited, self.low) != np.minimum(limited, self.high))
        here &= ~made.open
        after = np.minimum(claimed, self.low)
        down = here & (((after != claimed) & granted) | (np.minimum(made.bound, self.low) == 0))
        if made.caps is not None:
            made.meet(self.cap.origin, here & (claimed >= self.high) & (claimed > 0) & (made.bound < 0), claimed - after)
        made.amount[down] = (after // unit * unit)[down]
        made.bound[here] = np.minimum(made.bound, self.low)[here]
        zero = down & (made.amount == 0)
        made.status[zero], made.bound[zero] = self.zero[zero], NONE
        if clause.payments:  # what was cut is paid by parts
            made.open |= down | (made.this_year > 0) if self.cap.paid else down
        some = np.where(made.open, MOST, np.where(granted & ~zero, made.amount, np.where(waits & ~zero, made.bound, 0)))
        self.low = np.maximum(self.low - some, 0)
        self.high = np.where(self.high < MOST, np.maximum(self.high - np.where(granted & ~made.open, made.amount, 0), 0), MOST)


def only_one(clauses: Sequence[c.Clause], made: Sequence[ClauseColumns]) -> None:
    """Of these clauses (in the order of the law) only the highest is given; open where one of them is not known, or waits for an authority."""
    granted = [x.status == PLACE[GRANTED] for x in made]
    doubt = np.logical_or.reduce([x.open | (x.status == PLACE[DISCRETION]) for x in made])
    amounts = np.stack([np.where(given, x.amount, 0) for x, given in zip(made, granted, strict=True)])
    best, first = amounts.max(axis=0), amounts.argmax(axis=0)
    for i, (clause, x, given) in enumerate(zip(clauses, made, granted, strict=True)):
        x.open |= doubt & (given | (x.status == PLACE[DISCRETION]))
        lost = given & ~x.open & (best > 0) & (first != i)
        x.status[lost], x.amount[lost], x.bound[lost] = PLACE[OUTDONE], 0, NONE
        if clause.payments:
            x.open |= lost
