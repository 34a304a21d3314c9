"""Of several clauses only the highest is given: which surely is, which surely is not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, Self, TypeVar


class Ordered(Protocol):
    def __lt__(self, other: Self, /) -> bool: ...


N = TypeVar("N", bound=Ordered)


def fate_of(own: tuple[N, N], others: Iterable[tuple[tuple[N, N], bool]], open_award: bool) -> bool | None:
    """Whether a clause that comes to `own` (from, to) is given; None: it hangs on what is not known.

    `others`: what each other comes to, and whether it goes first among equal ones. `open_award`: the clause comes to what an
    authority says, so it is given if that may be more than any other.
    """
    low, high = own
    given: bool | None = True
    for (least, most), first in others:
        if high < least or (first and not least < high):
            return False
        mine = high if open_award else low
        if mine < most or (first and not most < mine):
            given = None
    return given
