"""The awards of a clause one by one: what each claim has of its total, and what each cap took from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from attrs import define, field

from xcrules.facts.arrow.cells import BlockCells
from xcrules.meaning.values import Origin
from xcrules.run.lowered import claims as c

from .claims import ClaimColumns
from .steps import Cut, bring_down, brought_to
from .vectors import marks


@define(eq=False)
class Awards:
    """`nets`: what each claim has before rounding, of 裁量 what is recorded; `total` what those of each enterprise come to, rounded. `told`: of whom that is all."""

    clause: c.Clause
    rows: ClaimColumns
    nets: Any
    total: Any
    cuts: Sequence[Cut]
    told: Any = field(init=False)
    number: Any = field(init=False)  # of each claim, that of its row in the list

    def known(self, limits: Any, cells: BlockCells) -> Awards:
        """Without those of whom not all is known, or has an end, though it does not matter for what they come to: `limits` has the numbers of the doubts what caps leave (None:
        there are none)."""
        rows = self.rows
        doubt = (rows.doubt >= 0) | (rows.net >= rows.far) if rows.endless and not self.clause.discretionary else rows.doubt >= 0
        for keys in rows.keys:
            doubt = doubt if keys is None or keys.unsure is None else doubt | (keys.unsure >= 0)
        self.told = ~marks(len(self.total), rows.owner[doubt])
        if limits is not None:
            self.told &= limits < 0
        self.number = np.zeros(len(rows.owner), np.int64)
        for part, claim in enumerate(self.clause.claims):
            if claim.is_list:
                own = rows.part == part
                self.number[own] = rows.row[own] - cells.tables[claim.table].offsets[rows.owner[own]]
        return self

    def shares(self, most: Any) -> Any:
        """What each claim has of the total (base/money.shared_out where no cap is near), and of no more 分 than `most`, which caps over several clauses leave."""
        rows, cent = self.rows, np.int64(self.clause.cent)
        given = self.nets // cent * cent
        exact, down = rows.sums(self.nets), rows.sums(given)
        near = (exact != down) | (self.total != down)
        if near.any():
            self._round(given, np.flatnonzero(near.take(rows.owner)), brought_to(exact, cent, self.clause.mode) - down)
        return bring_down(given, np.arange(len(given)), rows.owner, np.minimum(self.total, most * cent))

    def _round(self, given: Any, at: Any, spare: Any) -> None:
        """`given`, whole 分, of some claims: with what is to spare of each enterprise by largest remainder, and with what 取整 adds for the last."""
        rows, cent = self.rows, self.clause.cent
        owner = rows.owner[at]
        order = np.lexsort((given[at] - self.nets[at], owner))
        rank = np.arange(len(at)) - np.searchsorted(owner, owner)
        given[at[order[rank * cent < spare[owner]]]] += cent
        at = at[self.nets[at] > 0]
        last = at[np.diff(rows.owner[at], append=-1) != 0]
        given[last] += np.maximum(self.total - rows.sums(given), 0)[rows.owner[last]]

    def taken(self) -> Iterator[tuple[Origin, Any, Any]]:
        """The caps, their claims, and what each took of these. Of bounds that an authority has still to fill it is not said, nor of those beyond them."""
        rows, loose = self.rows, np.zeros(len(self.nets), bool)
        for origin, at, group, _, before, after, alive in self.cuts:
            less = before[at] - after[at]
            if alive is not None and len(at):
                alone = np.bincount(group)[group] == 1
                waits = loose[at] | (rows.open[at] & alive[at] & (alone | (rows.net[at] > 0)))
                loose[at] = (np.bincount(group, waits) > 0)[group]
                less[loose[at]] = 0
            yield origin, at, less
