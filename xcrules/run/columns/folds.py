"""Folds over the rows of a list, as sums of segments, and over years."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import evolve

from xcrules.run.lowered import nodes as n

from .frames import RowFrame
from .vectors import NoKernel, Vector, bounded, either, extremes, finite, full, marks, where

ValueOf = Callable[[n.Value, RowFrame], Vector]
_MOST_YEARS = 60


def fold_items(value: ValueOf, node: n.FoldItems, frame: RowFrame) -> Vector:
    """Over the rows of a list that pass the guard. Raises NoKernel."""
    cells = frame.cells.tables[node.table]
    ask = None if cells.known is None or cells.known.all() else ~cells.known if frame.owner is None else ~cells.known[frame.owner]
    inner, outer = frame.pairs(node.table, node.depth)
    if node.guard is not None:
        guard = value(node.guard, inner)
        if guard.ask is not None:
            ask = either((ask, marks(frame.size, outer[full(guard.ask, len(outer))])))
        at = np.flatnonzero(full(guard.data, inner.size) & (True if guard.ask is None else ~guard.ask))
        inner, outer = inner.take(at), outer[at]
    body = value(node.body, inner)
    if body.ask is not None:
        ask = either((ask, marks(frame.size, outer[full(body.ask, len(outer))])))
    if node.op == "different":
        pairs = np.unique(np.stack([outer, full(body.data, inner.size).astype(np.int64)]), axis=1)
        counts = np.bincount(pairs[0], minlength=frame.size)
        return Vector(counts, ask, None, 0, int(counts.max(initial=0)))
    data, counts = full(body.data, inner.size), np.bincount(outer, minlength=frame.size)
    if node.op == "sum":
        finite(body)
        longest = int(counts.max(initial=0))
        low, high = bounded(min(body.low, 0) * longest, max(body.high, 0) * longest)
        return Vector(sums(data, counts), ask, None, low, high)
    best = np.zeros(frame.size, np.int64)
    filled = counts > 0
    if filled.any():
        best[filled] = (np.maximum if node.op == "max" else np.minimum).reduceat(data, (np.cumsum(counts) - counts)[filled])
    return Vector(best, ask, None, min(body.low, 0), max(body.high, 0))


def fold_years(value: ValueOf, node: n.FoldYears, frame: RowFrame) -> Vector:
    """Over years, one after the other. Raises NoKernel."""
    if node.op == "mean" or node.count > _MOST_YEARS:
        raise NoKernel
    first, last = value(node.first, frame), value(node.last, frame)
    start, end = full(_cut_off(first.data, node.first.scale), frame.size), full(_cut_off(last.data, node.last.scale), frame.size)
    if first.none is not None:
        end = np.where(first.none, start - 1, end)
    ask, data, seen = either((first.ask, last.ask)), np.zeros(frame.size, np.int64), np.zeros(frame.size, bool)
    low = high = 0
    for k in range(node.count):
        year = start + k
        inside = year <= end
        inner = evolve(frame, year=Vector(year, None, None, *extremes(year)), known=dict(frame.known))
        if node.guard is not None:
            guard = value(node.guard, inner)
            ask = either((ask, where(inside, guard.ask)))
            inside = inside & guard.data
        body = value(node.body, inner)
        ask = either((ask, where(inside, body.ask)))
        own = full(body.data, frame.size)
        if node.op == "sum":
            data = data + np.where(inside, own, 0)
            low, high = bounded(low + min(body.low, 0), high + max(body.high, 0))
        else:
            better = own > data if node.op == "max" else own < data
            data = np.where(inside & (~seen | better), own, data)
            low, high = min(low, body.low), max(high, body.high)
        seen = seen | inside
    return Vector(data, either((ask, ~seen & (end >= start))), None, low, high)


def sums(data: Any, counts: Any) -> Any:
    """The sum of each segment."""
    total = np.concatenate([np.zeros(1, np.int64), np.cumsum(data, dtype=np.int64)])  # may wrap around, the differences do not
    ends = np.cumsum(counts)
    return total[ends] - total[ends - counts]


def _cut_off(number: Any, scale: int) -> Any:
    return number if scale == 1 else np.where(number >= 0, number // np.int64(scale), -(-number // np.int64(scale)))
