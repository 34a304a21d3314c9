"""Which single facts guards and amounts want in the rows of a block, and between what an amount lies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from math import lcm
from typing import Any

import numpy as np
from attrs import evolve

from xcrules.facts.tables import FactField
from xcrules.facts.types import BoolType, DateType, EnumType, NumberType, SeriesType, TextType, YearType
from xcrules.run.lowered import claims as c, nodes as n

from .frames import ITEM, RowFrame
from .intervals import Ends, compare, plus, product, say, summed, times
from .kernels import Kernels
from .vectors import ENDLESS, Vector, either, extremes, full, marks, truth

Spec = Callable[[str, str], FactField]  # of a table and a name the fact


class Asking:
    """Rows being asked of which facts their guards want: `told` where single facts are all."""

    def __init__(self, base_year: str, spec: Spec, kernels: Kernels, frame: RowFrame) -> None:
        self.base_year, self.spec, self.kernels, self.frame = base_year, spec, kernels, frame
        self.told, self.paths = np.ones(frame.size, bool), defaultdict[int, set[str]](set)
        self._found: dict[int, Ends] = {}

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
                self.want(node, rows, (BoolType,))
            case n.Among(of=n.Column() as word, named=False):
                self.want(word, rows, (EnumType, TextType))
            case n.Compare():
                self._compared(node, rows)
            case _:
                self.told &= ~rows

    def _compared(self, node: n.Compare, rows: Any) -> None:
        """Two words, or two numbers, each between its ends, of which either may turn out not to apply."""
        sides, scale = (node.left, node.right), lcm(node.left.scale, node.right.scale)
        asks, nones = zip(*((x.ask, x.none) for x in (self.kernels.value(side, self.frame) for side in sides)), strict=True)
        if (gone := either(nones)) is not None:
            self.told &= ~(rows & gone)
        if any(map(self._is_word, sides)):
            for side, ask in zip(sides, asks, strict=True):
                if isinstance(side, n.Column) and ask is not None:
                    self.want(side, rows & ask, (EnumType, TextType))
                elif ask is not None:
                    self.told &= ~(rows & ask)
            return
        (one, end), (other, beyond) = (self.ends(side, scale) for side in sides)
        yes, no = compare(node.op, one, end, other, beyond)
        for side, ask in zip(sides, asks, strict=True):
            if isinstance(side, n.Column | n.Entry) and ask is not None:
                no = no | ask
            self.wants(side, rows)
        self.told &= ~rows | (yes & no)

    def _is_word(self, node: n.Value) -> bool:
        if isinstance(node, n.Column):
            return isinstance(self._spec(node).type, EnumType | TextType)
        return isinstance(node, n.Constant) and isinstance(node.value, str)

    def _spec(self, node: n.Column) -> FactField:
        return self.spec(self._table(node.home), node.name)

    def _table(self, home: n.Home) -> str:
        if isinstance(home, n.Enterprise | n.Object):
            return home.table if isinstance(home, n.Object) else ""
        return self.frame.homes[home.depth if isinstance(home, n.Folded) else ITEM][0]

    def want(self, node: n.Column, rows: Any, kinds: tuple[type, ...], of: Any = None) -> None:
        """`of`: of a series which of its figures."""
        _, places, absent = self.frame.place(node.home)
        spec, table = self._spec(node), self._table(node.home)
        if node.awaited or not isinstance(spec.type, kinds):
            self.told &= ~rows
            return
        if spec.parameter:
            self.told &= ~rows | self._unpublished(spec.parameter)
        if absent is not None:
            self.told &= ~(rows & absent)
        offsets, at = self.frame.cells.tables[table].offsets, np.flatnonzero(rows)
        homes = [table and f"{table}."] * len(at) if offsets is None else [f"{table}[{x}]." for x in (places[at] - offsets[self.frame.owner[at]]).tolist()]
        years = [""] * len(at) if of is None else [f".{x}" for x in of[at].tolist()]
        for i, home, year in zip(at.tolist(), homes, years, strict=True):
            self.paths[i].add(home + spec.name + year)

    def _unpublished(self, parameter: str) -> Any:
        """Of whom nothing stands for a fact that is not given: the base year is known, and no figure is published of it."""
        year = self.frame.cells.tables[""].facts.get(self.base_year)
        if year is None:
            return np.zeros(self.frame.size, bool)
        known = ~np.isin(year.data, list(self.kernels.figures[parameter])) & (True if year.ask is None else ~year.ask)
        return known[self.frame.owner]

    def _want_entry(self, node: n.Entry, rows: Any) -> None:
        """The figure of a year; of one that is not known the year and all figures."""
        key = self.kernels.value(node.key, self.frame)
        if node.checked or key.none is not None or isinstance(node.key, n.Constant):
            self.told &= ~rows
            return
        if key.ask is not None:
            self._when(node.key, rows & key.ask)
            self.want(node.series, rows & key.ask, (SeriesType,))
            rows = rows & ~key.ask
        self.want(node.series, rows, (SeriesType,), full(key.data // node.key.scale, self.frame.size))

    def _when(self, node: n.Value, rows: Any) -> None:
        """A day or a year that is not known, where it is a fact."""
        match node:
            case n.YearOf(day=n.Column() as day):
                self.want(day, rows, (DateType,))
            case n.Column():
                self.want(node, rows, (YearType,))
            case n.Present(needs=needs, value=value, beside=beside):
                for one in (*needs, value, *beside):
                    self._when(one, rows)
            case n.Subtract(left=left, right=right) | n.Add(left=left, right=right):
                self._when(left, rows)
                self._when(right, rows)
            case n.Constant():
                return
            case _:
                self.told &= ~rows

    # -- amounts ------------------------------------------------------------------------------------------------

    def worth(self, worth: c.Worth, clause: c.Clause) -> Ends:
        """Between what an item is worth; where that is two numbers, what it wants."""
        every = np.ones(self.frame.size, bool)
        low, high = self.ends(worth.amount, clause.scale)
        if worth.both:
            self.told &= False
        low, high = np.maximum(low, 0), np.maximum(high, 0)
        limits: list[tuple[n.Value, Any, Any]] = []  # of each bound, rows in which it has a say, and in which what stood before has
        for bound in worth.bounds:
            start, end = self.ends(bound.limit, clause.scale)
            if isinstance(bound, c.Floor):
                limits.append((bound.limit, *say(-high, -low, -end, -start)))
                low, high = np.maximum(low, start), np.maximum(high, end)
                continue
            used = getattr(bound, "used", None)
            if isinstance(bound, c.MadeUp) or used is not None:
                self.told &= False
                continue
            start, end = (np.where(x >= ENDLESS, x, np.maximum(x // clause.cent * clause.cent, 0)) for x in (start, end))
            says, before = say(low, high, start, end)
            limits.append((bound.limit, says & (start != end), before))
            low, high = np.minimum(low, start), np.minimum(high, end)
        rows = every & (low != high)
        for node, own, before in reversed(limits):
            self.wants(node, rows & own)
            rows = rows & before
        self.wants(worth.amount, rows)
        return low, high

    def number(self, node: n.Value, scale: int) -> Ends:
        """Between what a number lies, and what it wants."""
        self.wants(node, np.ones(self.frame.size, bool))
        return self.ends(node, scale)

    def ends(self, node: n.Value, scale: int) -> Ends:
        """Between what a number lies, in units of 1/scale; not `told` where that is not for columns to say."""
        if id(node) not in self._found:
            held = self.kernels.value(node, self.frame)
            data = full(held.data, self.frame.size)
            if held.ask is None:
                self._found[id(node)] = data, data
            else:
                low, high = self._ends(node, full(held.ask, self.frame.size), data)
                self._found[id(node)] = np.where(held.ask, low, data), np.where(held.ask, high, data)
        low, high = self._found[id(node)]
        return times(low, scale // node.scale), times(high, scale // node.scale)

    def _ends(self, node: n.Value, ask: Any, data: Any) -> Ends:
        match node:
            case n.Local(name=name):
                return self.ends(self.frame.named[name], node.scale)
            case n.Column() | n.Entry():
                spec = self._spec(node if isinstance(node, n.Column) else node.series)
                year, most = isinstance(spec.type, YearType), spec.most if spec.parameter else None
                return (np.full(len(data), 1900 if year else -ENDLESS if spec.signed and not spec.parameter else 0),
                        np.full(len(data), 2200 if year else ENDLESS if most is None else int(most * node.scale)))
            case n.Scaled(of=of, factor=factor) if factor > 0:
                low, high = self.ends(of, of.scale)
                return times(low, factor), times(high, factor)
            case n.Add(left=left, right=right) | n.Least(left=left, right=right) | n.Most(left=left, right=right):
                pairs = zip(self.ends(left, node.scale), self.ends(right, node.scale), strict=True)
                join = np.minimum if isinstance(node, n.Least) else np.maximum if isinstance(node, n.Most) else plus
                low, high = (join(x, y) for x, y in pairs)
                return low, high
            case n.Subtract(left=left, right=right):
                (one, end), (other, beyond) = self.ends(left, node.scale), self.ends(right, node.scale)
                self.told &= ~(ask & (((one <= -ENDLESS) & (beyond <= -ENDLESS)) | ((end >= ENDLESS) & (other >= ENDLESS))))
                return plus(one, -beyond), plus(end, -other)
            case n.Times(left=left, right=right):
                (one, end), (other, beyond) = self.ends(left, left.scale), self.ends(right, right.scale)
                self.told &= ~(ask & ((one < 0) | (other < 0)))
                return product(one, other), product(end, beyond)
            case n.Choose(moment=False):
                low, high = np.full(len(data), ENDLESS), np.full(len(data), -ENDLESS)
                for _, taken, value in self._arms(node):
                    start, end = self.ends(value, node.scale)
                    low, high = np.where(taken, np.minimum(low, start), low), np.where(taken, np.maximum(high, end), high)
                return low, high
            case n.FoldYears(guard=n.Known(of=n.Entry(series=series))):
                self.told &= ~ask | self._no_year(node)
                return np.full(len(data), -ENDLESS if self._spec(series).signed else 0), np.full(len(data), ENDLESS)
            case n.FoldItems(op="sum", table=table, guard=guard, body=body):
                listed = self.frame.cells.tables[table].known
                self.told &= ~ask | (True if listed is None else listed[self.frame.owner])
                inner, outer = self._folded(node)
                yes, perhaps = inner.passing(guard)
                low, high = (
                    np.where(yes, end, np.where(perhaps, join(end, 0), 0))
                    for end, join in zip(inner.ends(body, node.scale), (np.minimum, np.maximum), strict=True)
                )
                self.told &= ~marks(len(data), outer[~inner.told])
                return summed(low, outer, self.frame.size), summed(high, outer, self.frame.size)
            case _:
                self.told &= ~ask
                return data, data

    def passing(self, guard: n.Value | None) -> tuple[Any, Any]:
        """The rows that pass a guard, and those that may."""
        held = truth(True) if guard is None else self.kernels.value(guard, self.frame)
        ask = full(np.asarray(np.False_ if held.ask is None else held.ask), self.frame.size)
        return full(held.data, self.frame.size) & ~ask, ask

    def _folded(self, node: n.FoldItems) -> tuple[Asking, Any]:
        """Those of the rows of its list; and which row here each is of."""
        inner, outer = self.frame.pairs(node.table, node.depth)
        return Asking(self.base_year, self.spec, self.kernels, inner), outer

    def wants(self, node: n.Value, rows: Any) -> None:
        """What a number wants in these rows, where it may be several."""
        low, high = self.ends(node, node.scale)
        rows = rows & (low != high)
        if not rows.any():
            return
        match node:
            case n.Local(name=name):
                self.wants(self.frame.named[name], rows)
            case n.Column():
                self.want(node, rows, (NumberType, YearType))
            case n.Entry():
                self._want_entry(node, rows)
            case n.Scaled(of=of):
                self.wants(of, rows)
            case n.Add(left=left, right=right) | n.Subtract(left=left, right=right) | n.Times(left=left, right=right):
                self.wants(left, rows)
                self.wants(right, rows)
            case n.Least(left=left, right=right) | n.Most(left=left, right=right):
                (one, end), (other, beyond) = self.ends(left, node.scale), self.ends(right, node.scale)
                right_says, left_says = say(one, end, other, beyond) if isinstance(node, n.Least) else say(-end, -one, -beyond, -other)
                self.wants(left, rows & left_says)
                self.wants(right, rows & right_says)
            case n.Choose():
                for test, taken, value in self._arms(node):
                    if test is not None:
                        self.ask(test, rows & taken)
                    self.wants(value, rows & taken)
            case n.FoldYears():
                self._want_years(node, rows)
            case n.FoldItems(guard=guard):
                inner, outer = self._folded(node)
                yes, perhaps = inner.passing(guard)
                if guard is not None:
                    inner.ask(guard, perhaps & rows[outer])
                inner.wants(node.body, (yes | perhaps) & rows[outer])
                self.told &= ~marks(len(rows), outer[~inner.told])
                for i, paths in inner.paths.items():
                    self.paths[int(outer[i])] |= paths

    def _arms(self, node: n.Choose) -> Iterable[tuple[n.Value | None, Any, n.Value]]:
        """The arms with the rows in which each may be taken."""
        left = np.ones(self.frame.size, bool)
        for test, value in node.arms:
            held = self.kernels.value(test, self.frame)
            unsure = np.False_ if held.ask is None else held.ask
            yield test, left & (held.data | unsure), value
            left = left & (unsure | ~held.data)
        yield None, left, node.otherwise

    def _window(self, node: n.FoldYears) -> tuple[Any, Any, Any]:
        """The first and the last year, and rows in which these are not known."""
        first, last = self.kernels.value(node.first, self.frame), self.kernels.value(node.last, self.frame)
        if first.none is not None or last.none is not None or node.first.scale != 1 or node.last.scale != 1:
            self.told &= False
        unknown = full(np.asarray(np.False_ if (mask := either((first.ask, last.ask))) is None else mask), self.frame.size)
        return full(first.data, self.frame.size), full(last.data, self.frame.size), unknown

    def _no_year(self, node: n.FoldYears) -> Any:
        """Rows in which it is not known which years these are, or no figure of them is reported."""
        assert node.guard is not None
        first, last, unknown = self._window(node)
        some = np.zeros(self.frame.size, bool)
        for k in range(node.count):
            year = first + k
            frame = evolve(self.frame, year=Vector(year, None, None, *extremes(year)), known=dict(self.frame.known))
            held = self.kernels.value(node.guard, frame)
            some = some | ((year <= last) & held.data & (True if held.ask is None else ~held.ask))
        return unknown | ~some

    def _want_years(self, node: n.FoldYears, rows: Any) -> None:
        """Every year of the window; where that is not known what tells it, and all figures."""
        assert isinstance(node.guard, n.Known)
        assert isinstance(node.guard.of, n.Entry)
        series, (first, last, unknown) = node.guard.of.series, self._window(node)
        for time in (node.first, node.last):
            held = self.kernels.value(time, self.frame)
            if held.ask is not None:
                self._when(time, rows & held.ask)
        self.want(series, rows & unknown, (SeriesType,))
        for k in range(node.count):
            self.want(series, rows & ~unknown & (first + k <= last), (SeriesType,), first + k)
