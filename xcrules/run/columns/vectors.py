"""Values of many rows at once: whole numbers or truths, where they are not known, where they do not apply, and between what they lie."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from attrs import define, evolve

Mask = Any  # numpy array of bool, or None: no row

MOST, ENDLESS = 1 << 61, 1 << 62


class NoKernel(Exception):
    """Columns do not say it: the rows must."""


@define(eq=False)
class Vector:
    """`data` is int64 or bool, as long as the frame or a single one for all rows."""

    data: Any
    ask: Mask = None
    none: Mask = None
    low: int = 0
    high: int = 1

    def take(self, at: Any) -> Vector:
        """The same for other rows: each is one of these."""
        return Vector(_at(self.data, at), _at(self.ask, at), _at(self.none, at), self.low, self.high)

    def without_none(self) -> Vector:
        return self if self.none is None else evolve(self, none=None)

    @property
    def endless(self) -> bool:
        """Whether some of it may be without an end."""
        return self.high > MOST or self.low < -MOST


def _at(held: Any, at: Any) -> Any:
    return held if held is None or held.ndim == 0 else held.take(at)  # half the time of held[at]


def constant(value: int) -> Vector:
    return Vector(np.array(value, np.int64), None, None, value, value)


def truth(value: bool) -> Vector:
    return Vector(np.array(value))


def either(masks: Iterable[Mask]) -> Mask:
    """Rows that any of these marks."""
    found: Mask = None
    for mask in masks:
        if mask is not None:
            found = mask if found is None else found | mask
    return found


def marks(size: int, places: Any) -> Any:
    """A mask of so many rows that marks these."""
    made = np.zeros(size, bool)
    made[places] = True
    return made


def marked(mask: Mask) -> bool:
    """Whether a mask marks any row."""
    return mask is not None and bool(np.any(mask))


def where(mask: Mask, held: Mask) -> Mask:
    """The rows of a mask that another marks too."""
    return None if held is None else held if mask is None else held & mask


def bounded(low: int, high: int) -> tuple[int, int]:
    """Bounds of a number, if 64 bits hold it. Raises NoKernel."""
    if low < -MOST or high > MOST:
        raise NoKernel
    return low, high


def finite(*held: Vector) -> None:
    """Raises NoKernel where something may be without an end."""
    if any(x.endless for x in held):
        raise NoKernel


def times(held: Vector, factor: int) -> Vector:
    """Its numbers times a constant; what has no end keeps none."""
    if factor == 1:
        return held
    if not held.endless:
        low, high = bounded(*sorted((held.low * factor, held.high * factor)))
        return Vector(held.data * np.int64(factor), held.ask, held.none, low, high)
    if factor < 1:
        raise NoKernel
    data = held.data
    far = (data >= ENDLESS) | (data <= -ENDLESS)
    inner = np.where(far, 0, data)
    if inner.size:
        bounded(int(inner.min()) * factor, int(inner.max()) * factor)
    return Vector(np.where(far, data, inner * np.int64(factor)), held.ask, held.none, held.low, held.high)


def full(held: Any, size: int) -> Any:
    """An array with a value for each row."""
    if held.ndim:
        return held
    made = np.ndarray((size,), held.dtype, held, strides=(0,))  # as broadcast_to, in a fifth of its time
    made.flags.writeable = False
    return made


def extremes(data: Any) -> tuple[int, int]:
    """The lowest and the highest number; of none, 0."""
    return (int(data.min()), int(data.max())) if data.size else (0, 0)
