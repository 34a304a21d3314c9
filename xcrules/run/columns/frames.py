"""Which rows a value is asked about: the enterprises of a block, the rows of a list or an object that claims are about, pairs of rows in folds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np
from attrs import define, evolve, field

from xcrules.facts.arrow.block import rows_at
from xcrules.facts.arrow.cells import BlockCells, FactCells, TableCells
from xcrules.run.lowered import nodes as n

from .vectors import Mask, NoKernel, Vector, either

MOST_PAIRS = 1 << 22  # of rows in a fold

Place = tuple[str, Any]  # a table, and for each row of the frame its row in it (None: of an object, that of the enterprise)
ITEM = 0  # the home of the row that a claim is about; folds have their depths


@define(eq=False)
class RowFrame:
    """`owner` None: the rows are the enterprises of the block themselves."""

    cells: BlockCells
    size: int
    owner: Any = None
    homes: Mapping[int, Place] = field(factory=dict)
    year: Vector | None = None
    named: Mapping[str, n.Value] = field(factory=dict)
    known: dict[str, Vector] = field(factory=dict)  # named values that were worked out
    root: RowFrame | None = None  # that of the enterprises
    came_to: Callable[[str, bool], Vector] | None = None  # 分 of a clause that was decided before, or what the facts alone give it

    def take(self, at: Any) -> RowFrame:
        """Some of its rows, or each several times."""
        owner = at if self.owner is None else self.owner.take(at)
        homes = {key: (table, None if rows is None else rows.take(at)) for key, (table, rows) in self.homes.items()}
        known = {name: held.take(at) for name, held in self.known.items()}
        return RowFrame(self.cells, len(at), owner, homes, self.year and self.year.take(at), self.named, known, self.root or self)

    def pairs(self, table: str, depth: int) -> tuple[RowFrame, Any]:
        """Each of its rows with each row of a list that its enterprise has; and which of its rows each pair is of. Raises NoKernel for very many."""
        held = self.cells.tables[table]
        starts, counts = held.offsets[:-1], np.diff(held.offsets)
        if self.owner is not None:
            starts, counts = starts[self.owner], counts[self.owner]
        if int(counts.sum()) > MOST_PAIRS:
            raise NoKernel
        outer = np.repeat(np.arange(self.size), counts)
        inner = self.take(outer)
        return evolve(inner, homes={**inner.homes, depth: (table, rows_at(starts, counts))}), outer

    def of_enterprise(self, held: Vector) -> Vector:
        """What was worked out for the enterprises, for each of its rows."""
        return held if self.owner is None else held.take(self.owner)

    # -- facts ------------------------------------------------------------------------------------------------

    def place(self, home: n.Home) -> tuple[TableCells, Any, Mask]:
        """The table of a home, the row in it for each row of the frame (None: its own), and where that is not known."""
        match home:
            case n.Enterprise():
                return self.cells.tables[""], self.owner, None
            case n.Object(table=table):
                rows: Any = None
            case n.Item():
                table, rows = self.homes[ITEM]
            case n.Folded(depth=depth):
                table, rows = self.homes[depth]
        held = self.cells.tables[table]
        if rows is not None:
            return held, rows, None
        missing = None if held.known is None or held.known.all() else ~held.known
        return held, self.owner, missing if missing is None or self.owner is None else missing[self.owner]

    def fact(self, home: n.Home, name: str) -> Vector:
        held, rows, missing = self.place(home)
        return vector(held.facts[name], rows, missing)


def vector(cells: FactCells, rows: Any, missing: Mask) -> Vector:
    """FactCells as a vector of these rows."""
    own = Vector(cells.data, cells.ask, cells.none, cells.low, cells.high)
    own = own if rows is None else own.take(rows)
    return own if missing is None else evolve(own, ask=either((own.ask, missing)))


def same_row(frame: RowFrame, one: n.Home, other: n.Home) -> Any:
    """Whether two homes are one row."""
    places = [frame.homes[x.depth if isinstance(x, n.Folded) else ITEM] if isinstance(x, n.Item | n.Folded) else None for x in (one, other)]
    if None in places:
        raise NoKernel
    (table, rows), (beside, others) = cast("list[Place]", places)
    return np.array(False) if table != beside or rows is None or others is None else rows == others
