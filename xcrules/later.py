"""A value that is made when it is first asked for: what was kept of a policy and is seldom read.

No promise of the same object in two threads that ask at once: what is made is a value, either will do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """Called, it gives the value; pickled, it is the value."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: T | None = None

    def __call__(self) -> T:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __reduce__(self) -> tuple[Callable[[T], Later[T]], tuple[T]]:
        return made, (self(),)


def made(value: T) -> Later[T]:
    """A value that is there already."""
    later = Later(lambda: value)
    later._made = value
    return later
