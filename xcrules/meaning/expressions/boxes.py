"""The cases that a row of a 对照 is for, as a box: for each key the ones of its elementary cases that the cell names.

Elementary are the members of an enumeration; of a number, the bounds written in its column and what lies between two of them.
Each case is a bit of a whole number: of long tables steps have many cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xcrules.base.money import UNLIMITED
from xcrules.draft import syntax
from xcrules.draft.syntax import cell_text
from xcrules.facts.types import Units

from . import cells, tiers
from .scope import Typed

Cases = int
Box = tuple[Cases, ...]


def boxes(rows: Sequence[syntax.Row], keys: Sequence[Typed], units: Units) -> list[tuple[Box, bool]]:
    """The box of each row; False with it where a bound is no number yet, so that the row may be for less."""
    columns = [_column([cell_text(row.cells[at]) for row in rows], key, units) for at, key in enumerate(keys)]
    return [(tuple(whole if cell is None else cell for cell, whole in row), all(cell is not None for cell, _ in row))
            for row in zip(*([(cell, whole) for cell in found] for found, whole in columns), strict=True)]


def meets(one: Box, other: Box) -> bool:
    """Whether some case is in both."""
    return all(a & b for a, b in zip(one, other, strict=True))


def within(one: Box, other: Box) -> bool:
    """Whether all of one is in the other."""
    return all(not a & ~b for a, b in zip(one, other, strict=True))


def left(box: Box, others: Iterable[Box]) -> list[Box]:
    """What of a box is in none of the others."""
    pieces = [box]
    for other in others:
        pieces = [rest for piece in pieces for rest in _minus(piece, other)]
    return pieces


def _minus(piece: Box, other: Box) -> list[Box]:
    if not meets(piece, other):
        return [piece]
    found = []
    for at, values in enumerate(other):
        if outside := piece[at] & ~values:
            found.append((*piece[:at], outside, *piece[at + 1 :]))
        piece = (*piece[:at], piece[at] & values, *piece[at + 1 :])
    return found


def bits(cases: Cases) -> Iterator[int]:
    """The places of those that are set, the lowest first."""
    while cases:
        lowest = cases & -cases
        yield lowest.bit_length() - 1
        cases ^= lowest


def _column(texts: Sequence[str], key: Typed, units: Units) -> tuple[list[Cases | None], Cases]:
    """What each cell of a column is for, None where that is not known; and all there is."""
    members = cells.members_of(key.type)
    if members:
        places = {m: n for n, m in enumerate(members)}
        whole = (1 << len(members)) - 1
        return [
            whole if text in cells.OTHERS else sum({1 << places.setdefault(m.strip(), len(places)) for m in text.split("、")})
            for text in texts
        ], whole
    found = [tiers.tier(text, units) for text in texts]
    points = sorted({end for tier in found if tier is not None for end in (tier.low, tier.high) if end not in (UNLIMITED, -UNLIMITED)})
    last = 2 * len(points)
    whole = (1 << last + 1) - 1  # below the first, the first, between it and the second, the second, ...
    at = {point: 2 * n + 1 for n, point in enumerate(points)} | {-UNLIMITED: -1, UNLIMITED: last + 1}

    def between(low: int, high: int) -> Cases:
        return (1 << high) - (1 << low) if low < high else 0

    return [
        whole if text in cells.OTHERS else None if tier is None else between(at[tier.low] + (not tier.low_in), at[tier.high] + tier.high_in)
        for text, tier in zip(texts, found, strict=True)
    ], whole
