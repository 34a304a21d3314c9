"""Nodes over whole columns: one case for each kind, as run/python/printing prints it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import lcm
from typing import Any, assert_never

import numpy as np
from attrs import define, evolve, field, fields

from xcrules.base.identity import normal
from xcrules.base.node import Node
from xcrules.run.lowered import nodes as n

from . import days
from .folds import fold_items, fold_years
from .frames import RowFrame, same_row, vector
from .vectors import ENDLESS, Mask, NoKernel, Vector, bounded, constant, either, extremes, finite, full, times, truth, where

_FAR_DAYS = 1 << 40


@define(eq=False)
class Kernels:
    """`figures`: the yearly figures of the policy by name, at their scales."""

    figures: Mapping[str, Mapping[int, int]]
    caps: bool = False  # whether it is told who comes up to which cap
    explained: bool = False  # whether awards are told one by one
    _rests: dict[int, frozenset[object]] = field(factory=dict, init=False)
    _held: list[object] = field(factory=list, init=False)  # so that what is known by its id lives

    def value(self, node: n.Value, frame: RowFrame) -> Vector:
        """A value for each row of a frame. Raises NoKernel."""
        if frame.root is not None and not isinstance(node, n.Constant | n.Endless | n.Column) and not self._rests_on(node, frame.named):
            return frame.of_enterprise(self.value(node, frame.root))
        found = self._value(node, frame)
        return found if node.absent else found.without_none()

    def at_scale(self, node: n.Value, scale: int, frame: RowFrame) -> Vector:
        """A number in units of 1/scale."""
        return times(self.value(node, frame), scale // node.scale)

    def _rests_on(self, node: n.Value, named: Mapping[str, n.Value]) -> frozenset[object]:
        """The rows, and the year, that a value rests on beside the enterprise."""
        if id(node) not in self._rests:
            self._held.append(node)
            self._rests[id(node)] = self._homes(node, named)
        return self._rests[id(node)]

    def _homes(self, node: object, named: Mapping[str, n.Value]) -> frozenset[object]:
        match node:
            case n.Item() | n.Year():
                return frozenset({type(node)})
            case n.Folded(depth=depth):
                return frozenset({depth})
            case n.Local(name=name):
                return self._rests_on(named[name], named) if name in named else frozenset({name})
            case tuple():
                return frozenset().union(*(self._homes(x, named) for x in node))
            case Node():
                inner: frozenset[object] = frozenset().union(
                    *(self._homes(getattr(node, x.name), named) for x in fields(type(node)) if x.name != "origin")  # type: ignore[arg-type]
                )
                return (
                    inner - {node.depth} if isinstance(node, n.FoldItems) else inner - {n.Year} if isinstance(node, n.FoldYears) else inner
                )
        return frozenset()

    def _value(self, node: n.Value, frame: RowFrame) -> Vector:
        match node:
            case n.Constant(value=bool() as said):
                return truth(said)
            case n.Constant(value=str() as word):
                return constant(frame.cells.code(word))
            case n.Constant(value=number):
                assert isinstance(number, int)
                bounded(number, number)
                return constant(number)
            case n.Endless(sign=sign):
                return constant(sign * ENDLESS)
            case n.Nothing():
                return Vector(np.array(0, np.int64), None, np.ones(frame.size, bool), 0, 0)
            case n.Column(home=home, name=name, kind=kind, awaited=awaited):
                found = frame.fact(home, name)
                if awaited:
                    found = evolve(found, ask=either((found.ask, found.none)))
                return evolve(found, data=found.data != 0) if kind == "truth" else found
            case n.Entry():
                return self._entry(node, frame)
            case n.Granted():
                return self._granted(node, frame)
            case n.Result(clauses=clauses, ungranted=ungranted):
                assert frame.came_to is not None
                came = [frame.came_to(x, ungranted) for x in clauses]
                return self._number(sum(x.data for x in came), came, 0, sum(x.high for x in came))
            case n.Quotient():
                raise NoKernel
            case n.Figure(parameter=parameter, year=year):
                return self._figure(self.figures[parameter], self.value(year, frame), year.scale)
            case n.Known(of=n.Column() as fact):
                table, rows, missing = frame.place(fact.home)
                cells = table.facts[fact.name]
                unknown = np.array(False) if cells.ask is None else cells.ask if cells.unfit is None else cells.ask & ~cells.unfit
                return Vector(~(unknown if rows is None or not unknown.ndim else unknown[rows]), missing)
            case n.Known(of=n.Entry() as entry):
                return self._reported(entry, frame)
            case n.Known():
                raise AssertionError(node)
            case n.Local(name=name):
                if name not in frame.known:
                    frame.known[name] = self.value(frame.named[name], frame)
                return frame.known[name]
            case n.Year():
                assert frame.year is not None
                return frame.year
            case n.Add(left=left, right=right):
                one, other = self._pair(left, right, node.scale, frame)
                return self._number(one.data + other.data, (one, other), one.low + other.low, one.high + other.high)
            case n.Subtract(left=left, right=right):
                one, other = self._pair(left, right, node.scale, frame)
                return self._number(one.data - other.data, (one, other), one.low - other.high, one.high - other.low)
            case n.Times(left=left, right=right):
                one, other = self.value(left, frame), self.value(right, frame)
                finite(one, other)
                ends = [x * y for x in (one.low, one.high) for y in (other.low, other.high)]
                bounded(min(ends), max(ends))
                return self._number(one.data * other.data, (one, other), min(ends), max(ends))
            case n.Scaled(of=of, factor=factor):
                return times(self.value(of, frame), factor).without_none()
            case n.WholeSteps(of=of, above=above, below=below):
                held = self.value(of, frame)
                finite(held)
                held = times(held, above)
                return self._number(held.data // np.int64(below), (held,), held.low // below, held.high // below)
            case n.Least(left=left, right=right) | n.Most(left=left, right=right):
                one, other = self.at_scale(left, node.scale, frame), self.at_scale(right, node.scale, frame)
                data, choose = (
                    (np.minimum(one.data, other.data), min) if isinstance(node, n.Least) else (np.maximum(one.data, other.data), max)
                )
                return Vector(data, either((one.ask, other.ask)), None, choose(one.low, other.low), choose(one.high, other.high))
            case n.YearOf(day=day):
                held = self._days(day, frame)
                return Vector(days.civil(held.data)[0], held.ask, held.none, held.low // 366 - 1, held.high // 365 + 1)
            case n.SameDay() | n.DaysLater() | n.FromTo():
                return self._moved(node, frame)
            case n.Present(needs=needs, value=value):
                held, asked = self.value(value, frame), [self.value(x, frame) for x in needs]
                gone = either(x.none for x, need in zip(asked, needs, strict=True) if need.absent)
                if gone is None:
                    return evolve(held, ask=either([held.ask, *(x.ask for x in asked)]))
                ask = either([where(~gone, held.ask), *(x.ask for x in asked)])
                return Vector(np.where(gone, 0, held.data), ask, either((held.none, gone)), min(held.low, 0), max(held.high, 0))
            case n.Earliest(left=left, right=right):
                one, other = self.value(left, frame), self.value(right, frame)
                data = np.minimum(one.data, other.data)
                data = data if other.none is None else np.where(other.none, one.data, data)
                data = data if one.none is None else np.where(one.none, other.data, data)
                none = None if one.none is None or other.none is None else one.none & other.none
                return Vector(data, either((one.ask, other.ask)), none, min(one.low, other.low), max(one.high, other.high))
            case n.Position(of=of, words=words):
                held = self.value(of, frame)
                data = np.full(held.data.shape, len(words), np.int64)
                for place, word in reversed(list(enumerate(words))):
                    data = np.where(held.data == frame.cells.code(word), place, data)
                return Vector(data, held.ask, None, 0, len(words))
            case n.AsWord(of=of):
                return self.value(of, frame).without_none()
            case n.AsOneWord(parts=parts):
                return self._together([self.value(x, frame) for x in parts], frame)
            case n.Compare(op=op, left=left, right=right):
                return self._compare(op, left, right, frame)
            case n.SameRow(row=row, other=beside):
                return Vector(same_row(frame, row, beside))
            case n.Among(of=of, members=members, named=True):
                held = self.value(of, frame)
                codes = [code for word, code in frame.cells.codes.items() if normal(word) in members]
                return Vector(_in(held, codes), held.ask)
            case n.Among(of=of, members=members):
                held = self.value(of, frame)
                return Vector(_in(held, [frame.cells.code(x) for x in members]), held.ask)
            case n.All(parts=parts):
                return _all([self.value(x, frame) for x in parts])
            case n.Any(parts=parts):
                return _not(_all([_not(self.value(x, frame)) for x in parts]))
            case n.Not(of=of):
                return _not(self.value(of, frame))
            case n.Choose():
                return self._choose(node, frame)
            case n.FoldItems():
                return fold_items(self.value, node, frame)
            case n.FoldYears():
                return fold_years(self.value, node, frame)
            case _:
                assert_never(node)

    # -- numbers ----------------------------------------------------------------------------------------------

    def _pair(self, left: n.Value, right: n.Value, scale: int, frame: RowFrame) -> tuple[Vector, Vector]:
        one, other = self.at_scale(left, scale, frame), self.at_scale(right, scale, frame)
        finite(one, other)
        return one, other

    def _number(self, data: Any, of: Iterable[Vector], low: int, high: int) -> Vector:
        bounded(low, high)
        return Vector(data, either(x.ask for x in of), None, low, high)

    def _days(self, node: n.Value, frame: RowFrame) -> Vector:
        held = self.value(node, frame)
        if max(abs(held.low), abs(held.high)) > _FAR_DAYS:
            raise NoKernel
        return held

    def _moved(self, node: n.SameDay | n.DaysLater | n.FromTo, frame: RowFrame) -> Vector:
        match node:
            case n.FromTo(of=word, start=start, end=end):
                one, other = self._days(start, frame), self._days(end, frame)
                data = days.from_to(word, one.data, other.data)
            case n.SameDay(day=day, years=years, earlier=earlier):
                one, other = self._days(day, frame), self._days(years, frame)
                months, rest = np.divmod((-other.data if earlier else other.data) * 12, np.int64(years.scale))
                data = days.months_later(one.data, months)
                if np.any(rest):
                    data = data + -(-(days.months_later(one.data, months + 1) - data) * rest // np.int64(years.scale))
            case n.DaysLater(day=day, days=later, earlier=earlier):
                one, other = self._days(day, frame), self._days(later, frame)
                sign = -1 if earlier else 1
                data = one.data - sign * (-other.data // np.int64(later.scale))
        return self._number(data, (one, other), *extremes(data))

    # -- what stands by year or clause ------------------------------------------------------------------------

    def _together(self, words: list[Vector], frame: RowFrame) -> Vector:
        """A number for each combination of words, of the rows at hand alone."""
        number = np.zeros(frame.size, np.int64)
        for word in words:
            codes = np.unique(full(word.data, frame.size), return_inverse=True)[1]
            bounded(0, (int(number.max(initial=0)) + 1) * (frame.size + 1))
            number = np.unique(number * (frame.size + 1) + codes, return_inverse=True)[1]
        return Vector(number, either(x.ask for x in words), either(x.none for x in words), 0, frame.size)

    def _entry(self, node: n.Entry, frame: RowFrame) -> Vector:
        held, rows, missing = frame.place(node.series.home)
        columns = held.series[node.series.name][0]
        if isinstance(node.key, n.Constant) and isinstance(node.key.value, str):
            return _found(columns.get(node.key.value), rows, missing, node.closed, frame.size)
        key, scale = self.value(node.key, frame), np.int64(node.key.scale)
        if key.low == key.high and key.none is None and not node.checked:
            found = _found(columns.get(key.low // node.key.scale), rows, missing, node.closed, frame.size)
            return evolve(found, ask=either((found.ask, key.ask)))
        beyond = either((key.none, np.asarray((key.data < 0) | (key.data >= 10_000 * scale)))) if node.checked else None
        year, data, low, high = key.data // scale, np.array(0, np.int64), 0, 0
        ask: Mask = None if node.closed else np.ones(frame.size, bool)
        for at, cells in columns.items():
            assert isinstance(at, int)
            if key.low // node.key.scale <= at <= key.high // node.key.scale:
                here, own = year == at, _found(cells, rows, None, node.closed, frame.size)
                data, ask = np.where(here, own.data, data), _picked(here, own.ask, ask)
                low, high = min(low, own.low), max(high, own.high)
        if beyond is not None:
            data, ask = np.where(beyond, 0, data), where(~beyond, ask)
        return Vector(data, either((ask, key.ask, missing)), beyond, low, high)

    def _reported(self, node: n.Entry, frame: RowFrame) -> Vector:
        """Whether a series has a figure of a year; of a year that is none nothing is wanting."""
        held, rows, missing = frame.place(node.series.home)
        columns, given = held.series[node.series.name]
        key, scale = self.value(node.key, frame), np.int64(node.key.scale)
        year, found = key.data // scale, np.array(False)
        for at, cells in columns.items():
            unknown = cells.ask if cells.unfit is None or cells.ask is None else cells.ask & ~cells.unfit
            here = True if unknown is None else ~(unknown if rows is None else unknown[rows])
            found = found | ((year == at) & here)
        ask = ~given if rows is None else ~given[rows]
        if node.checked:
            beyond = either((key.none, np.asarray((key.data < 0) | (key.data >= 10_000 * scale))))
            found, ask = found | beyond, ask & ~beyond
        return Vector(found, either((ask, key.ask, missing)))

    def _granted(self, node: n.Granted, frame: RowFrame) -> Vector:
        """No part has an entry of its own: a row that has is odd."""
        columns = frame.cells.tables[""].series[node.ledger][0]
        cells = columns.get(node.whole)
        if any(x in columns for x in node.parts):
            raise NoKernel
        found = _found(cells, frame.owner, None, node.closed, frame.size)
        data = np.maximum(found.data, 0)
        asks = [found.ask]
        if node.key != node.whole and node.parts != (node.key,):
            asks.append(data > 0)
        return Vector(data, either(asks), None, 0, max(found.high, 0))

    def _figure(self, figures: Mapping[int, int], year: Vector, scale: int) -> Vector:
        made, found = np.zeros(year.data.shape, np.int64), np.zeros(year.data.shape, bool)
        for at, figure in figures.items():
            bounded(figure, figure)
            here = year.data == at * scale
            made, found = np.where(here, figure, made), found | here
        low, high = bounded(min([0, *figures.values()]), max([0, *figures.values()]))
        return Vector(made, either((year.ask, None if found.all() else ~found)), None, low, high)

    # -- truths and choices -----------------------------------------------------------------------------------

    def _compare(self, op: n.Op, left: n.Value, right: n.Value, frame: RowFrame) -> Vector:
        scale = lcm(left.scale, right.scale)
        one, other = self.at_scale(left, scale, frame), self.at_scale(right, scale, frame)
        a, b = one.data, other.data
        found = a < b if op == "<" else a <= b if op == "<=" else a > b if op == ">" else a >= b if op == ">=" else a == b if op == "=" else a != b
        none = either((one.none, other.none))
        return Vector(found if none is None else found & ~none, either((one.ask, other.ask)))

    def _choose(self, node: n.Choose, frame: RowFrame) -> Vector:
        """Of each arm only where it is taken."""
        tests = [self.value(test, frame) for test, _ in node.arms]
        held = [self.at_scale(x, node.scale, frame) for x in (*(v for _, v in node.arms), node.otherwise)]
        *before, last = held
        data, ask, none = last.data, last.ask, last.none
        for test, own in reversed(list(zip(tests, before, strict=True))):
            data = np.where(test.data, own.data, data)
            ask = either((test.ask, _picked(test.data, own.ask, ask)))
            none = _picked(test.data, own.none, none)
        return Vector(data, ask, none, min(x.low for x in held), max(x.high for x in held))


def _found(cells: Any, rows: Any, missing: Mask, closed: bool, size: int) -> Vector:
    """The column of one year or clause, of which there may be none."""
    if cells is None:
        return Vector(np.array(0, np.int64), missing if closed else np.ones(size, bool), None, 0, 0)
    return vector(evolve(cells, ask=cells.unfit) if closed else cells, rows, missing)


def _picked(test: Any, own: Mask, other: Mask) -> Mask:
    if own is None and other is None:
        return None
    return np.where(test, False if own is None else own, False if other is None else other)


def _in(held: Vector, codes: list[int]) -> Any:
    found = np.zeros(held.data.shape, bool)
    for code in codes:
        found = found | (held.data == code)
    return found if held.none is None else found & ~held.none


def _not(held: Vector) -> Vector:
    return Vector(~held.data, held.ask)


def _all(parts: list[Vector]) -> Vector:
    """且: settled where one that is known does not hold."""
    data: Any = np.array(True)
    ask: Mask = None
    failed: Mask = np.array(False)
    for x in parts:
        data = data & x.data
        ask = either((ask, x.ask))
    if ask is None:
        return Vector(data)
    for x in parts:
        failed = failed | (~x.data if x.ask is None else ~x.data & ~x.ask)
    return Vector(data & ~ask, ask & ~failed)
