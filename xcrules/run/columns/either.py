"""A claim that may count or not, all else of its clause known: what would tell it, and what the clause comes to both ways.

The two ends are all that run/ranges has to say of such a clause, where no step holds claims against each other and no rounding passes a cap; what else is
open is told by the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from xcrules.facts.tables import FactField
from xcrules.facts.types import BoolType, EnumType, NumberType, SeriesType, TextType, YearType
from xcrules.run.lowered import claims as c
from xcrules.run.lowered import nodes as n

from .frames import RowFrame
from .kernels import Kernels
from .vectors import Vector, full

Paths = tuple[str, ...]


class Waiting(NamedTuple):
    """An enterprise by its place, what is missing, and 分 that are given in any case, and at most."""

    row: int
    missing: Paths
    low: int
    high: int
    gated: bool = False  # the gates are open too


class Doubts:
    """Of a clause, the unknown facts that tell of claims whether these count: `paths` by the number of the doubt."""

    def __init__(self, spec: Callable[[str, str], FactField]) -> None:
        """`spec`: of a table and a name the fact."""
        self.spec, self.paths = spec, list[Paths]()

    def of(self, kernels: Kernels, guards: Sequence[c.Guard], frame: RowFrame, doubt: Any) -> Any:
        """For each row of a frame the number of its doubt; -1 where there is none, or where it rests on more than single facts."""
        at = np.flatnonzero(doubt)
        asking = _Asking(self.spec, kernels, frame.take(at))
        for guard in guards:
            asking.ask(guard.test, np.ones(len(at), bool))
        found, told = np.full(frame.size, -1, np.int64), np.flatnonzero(asking.told)
        found[at[told]] = np.arange(len(told)) + len(self.paths)
        self.paths += [tuple(sorted(asking.paths[i])) for i in told.tolist()]
        return found


class _Asking:
    """Rows being asked of which facts their guards want: `told` where single facts are all."""

    def __init__(self, spec: Callable[[str, str], FactField], kernels: Kernels, frame: RowFrame) -> None:
        self.spec, self.kernels, self.frame = spec, kernels, frame
        self.told, self.paths = np.ones(frame.size, bool), [set[str]() for _ in range(frame.size)]

    def ask(self, node: n.Value, rows: Any) -> None:
        """What a truth wants in the rows in which it matters and is not known."""
        held = self.kernels.value(node, self.frame)
        rows = rows & False if held.ask is None else rows & held.ask
        match node:
            case n.Local(name=name):
                self.ask(self.frame.named[name], rows)
            case n.Not(of=of):
                self.ask(of, rows)
            case n.All(parts=parts) | n.Any(parts=parts):
                for part in parts:
                    self.ask(part, rows)
            case n.Column():
                self._want(node, rows, (BoolType,))
            case n.Among(of=n.Column() as word, named=False):
                self._want(word, rows, (EnumType, TextType))
            case n.Compare(left=n.Column() | n.Entry() | n.Constant() as left, right=n.Column() | n.Entry() | n.Constant() as right):
                one, other = (self.kernels.value(x, self.frame) for x in (left, right))
                self._side(node.op, left, one, other, rows)
                self._side("=", right, other, one, rows)
            case _:
                self.told &= ~rows

    def _side(self, op: n.Op, node: n.Value, own: Vector, other: Vector, rows: Any) -> None:
        """A side of a comparison where it is unknown: of what the other is it may hold."""
        if own.ask is None or not isinstance(node, n.Column | n.Entry):
            return
        spec = self._spec(node if isinstance(node, n.Column) else node.series)
        kind = spec.type.element if isinstance(spec.type, SeriesType) else spec.type
        rows = rows & own.ask
        known = rows if other.ask is None else rows & ~other.ask
        if isinstance(kind, YearType):
            known = known & ~((other.data > 1900 * node.scale) & (other.data < 2200 * node.scale))
        elif isinstance(kind, NumberType):
            known = known & ~((other.data > 0) | ((other.data == 0) & (op in (">", ">="))))
        else:
            known = known & False
        self.told &= ~(known if other.none is None else known | (rows & other.none))
        if isinstance(node, n.Column):
            self._want(node, rows, (YearType, NumberType, EnumType, TextType))
        else:
            self._want_entry(node, rows)

    def _spec(self, node: n.Column) -> FactField:
        return self.spec(self._table(node.home), node.name)

    def _table(self, home: n.Home) -> str:
        return "" if isinstance(home, n.Enterprise) else home.table if isinstance(home, n.Object) else self.frame.homes[0][0]

    def _want(self, node: n.Column, rows: Any, kinds: tuple[type, ...], of: Any = None) -> None:
        """`of`: of a series which of its figures."""
        _, places, absent = self.frame.place(node.home)
        spec, table = self._spec(node), self._table(node.home)
        if node.awaited or spec.parameter or spec.signed or not isinstance(spec.type, kinds) or isinstance(node.home, n.Folded):
            self.told &= ~rows
            return
        if absent is not None:
            self.told &= ~(rows & absent)
        own = self.frame.cells.tables[table]
        for i in np.flatnonzero(rows).tolist():
            where = "" if not table else f"{table}." if own.offsets is None else f"{table}[{places[i] - own.offsets[self.frame.owner[i]]}]."
            self.paths[i].add(where + spec.name + ("" if of is None else f".{of[i]}"))

    def _want_entry(self, node: n.Entry, rows: Any) -> None:
        """The figure of a year that is known."""
        key = self.kernels.value(node.key, self.frame)
        if node.checked or key.none is not None or isinstance(node.key, n.Constant):
            self.told &= ~rows
            return
        if key.ask is not None:
            self.told &= ~(rows & key.ask)
        self._want(node.series, rows, (SeriesType,), full(key.data // node.key.scale, self.frame.size))
