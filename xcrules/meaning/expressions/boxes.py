"""The cases that a row of a 对照 is for, as a box: for each key the ones of its elementary cases that the cell names.

Elementary are the members of an enumeration; of a number, the bounds written in its column and what lies between two of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xcrules.base.money import UNLIMITED
from xcrules.draft import syntax
from xcrules.draft.syntax import cell_text
from xcrules.facts.types import Units

from . import cells, tiers
from .scope import Typed

Box = tuple[frozenset[object], ...]


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
    return all(a <= b for a, b in zip(one, other, strict=True))


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
        if outside := piece[at] - values:
            found.append((*piece[:at], outside, *piece[at + 1 :]))
        piece = (*piece[:at], piece[at] & values, *piece[at + 1 :])
    return found


def _column(texts: Sequence[str], key: Typed, units: Units) -> tuple[list[frozenset[object] | None], frozenset[object]]:
    """What each cell of a column is for, None where that is not known; and all there is."""
    members = cells.members_of(key.type)
    if members:
        whole: frozenset[object] = frozenset(members)
        return [whole if text in cells.OTHERS else frozenset(m.strip() for m in text.split("、")) for text in texts], whole
    found = [tiers.tier(text, units) for text in texts]
    points = sorted({end for tier in found if tier is not None for end in (tier.low, tier.high) if end not in (UNLIMITED, -UNLIMITED)})
    whole = frozenset(range(2 * len(points) + 1))  # below the first, the first, between it and the second, the second, ...
    at = {point: 2 * n + 1 for n, point in enumerate(points)} | {-UNLIMITED: -1, UNLIMITED: 2 * len(points) + 1}
    return [whole if text in cells.OTHERS else None if tier is None
            else frozenset(range(at[tier.low] + (not tier.low_in), at[tier.high] + tier.high_in)) for text, tier in zip(texts, found, strict=True)], whole
