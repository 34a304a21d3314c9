"""Numbers of which it is known between what they lie, many at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from xcrules.run.lowered import nodes as n

from .folds import sums
from .vectors import ENDLESS, bounded

Ends = tuple[Any, Any]  # between what the numbers of some rows lie; ENDLESS: without an end


def say(low: Any, high: Any, start: Any, end: Any) -> tuple[Any, Any]:
    """Of the lower of two, each between its ends: where the second has a say, and where the first has."""
    first = high <= start
    return ~first, first | ~(end <= low)


def times(end: Any, factor: int) -> Any:
    return end if factor == 1 else np.where(np.abs(end) >= ENDLESS, end, end * np.int64(factor))


def plus(one: Any, other: Any) -> Any:
    """A sum, without an end where either is."""
    far = np.where(np.abs(one) >= ENDLESS, one, other)
    return np.where(np.abs(far) >= ENDLESS, far, one + other)


def product(one: Any, other: Any) -> Any:
    """Of numbers not below 0; nothing times what has no end is nothing."""
    far = ((one >= ENDLESS) & (other > 0)) | ((other >= ENDLESS) & (one > 0))
    return np.where(far, ENDLESS, np.where(one >= ENDLESS, 0, one) * np.where(other >= ENDLESS, 0, other))


def compare(op: n.Op, one: Any, end: Any, other: Any, beyond: Any) -> tuple[Any, Any]:
    """Where a comparison of two numbers, each between its ends, can be true, and where false."""
    match op:
        case "<":
            return one < beyond, end >= other
        case "<=":
            return one <= beyond, end > other
        case ">":
            return compare("<", other, beyond, one, end)
        case ">=":
            return compare("<=", other, beyond, one, end)
        case "=":
            return (one <= beyond) & (other <= end), ~((one == end) & (other == beyond) & (one == other))
        case "!=":
            yes, no = compare("=", one, end, other, beyond)
            return no, yes


def summed(ends: Any, outer: Any, size: int) -> Any:
    """Of each of so many rows the sum of those that are its own (`outer`); without an end where one is."""
    far, counts = np.abs(ends) >= ENDLESS, np.bincount(outer, minlength=size)
    finite = np.where(far, 0, ends)
    bounded(0, int(np.abs(finite).max(initial=0)) * int(counts.max(initial=0)))
    made = sums(finite, counts)
    made[outer[far]] = ends[far]
    return made
