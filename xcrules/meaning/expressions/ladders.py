"""Steps of a 对照: where every row of a key says from where on (达到 1亿元、达到 3亿元), the highest that is reached holds.

So the order in which the steps are written does not matter. Where every row says up to where (不超过), the lowest holds.
Rows that differ in their other keys stay in the order written: of those the first that holds is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from attrs import frozen

from xcrules.base.codes import Code
from xcrules.base.money import UNLIMITED, Number
from xcrules.draft import syntax
from xcrules.draft.syntax import cell_text
from xcrules.facts.types import BOOL, EnumType, Units, own_units

from . import cells, tiers
from .reader import Reader
from .scope import Typed

_Step = tuple[Number, bool]  # how far up, and whether the number itself is left out; of 不超过 with the sign turned
_LOWEST: _Step = (-UNLIMITED, False)


@frozen
class Ladder:
    """The order in which the rows of a table are tried, and what is said of it: 最高, 最低, 最近 or nothing."""

    order: tuple[int, ...]
    word: str = ""


def ladder(rows: Sequence[syntax.Row], keys: list[Typed], read: Reader) -> Ladder | None:
    """The order of the rows; None after a finding."""
    columns = {at: side for at, key in enumerate(keys) if (side := _side(rows, at, key))}
    order = list(range(len(rows)))
    groups: dict[tuple[str, ...], list[int]] = {}
    for n, row in enumerate(rows):
        groups.setdefault(tuple(cell_text(c) for at, c in enumerate(row.cells[: len(keys)]) if at not in columns), []).append(n)
    for group in groups.values() if columns else ():
        heights = {n: tuple(_height(cell_text(rows[n].cells[at]), side, read.scope.schema.units) for at, side in columns.items()) for n in group}
        if (wrong := _unsure(rows, heights)) is not None:
            cells.row_report(read, wrong).error(Code.UNCLEAR_STEPS, f"「{'、'.join(cell_text(wrong.cells[at]) for at in columns)}」与别的档分不出高低", None,
                                                help="分界的数直接写成数；两个依据各有高低的，每一行两头都写明，如 1亿元 以上 不满 3亿元")
            return None
        for place, n in zip(group, sorted(group, key=lambda n: tuple(h or _LOWEST for h in heights[n]), reverse=True), strict=True):
            order[place] = n
    sides = set(columns.values())
    return Ladder(tuple(order), "" if not sides else "最近" if len(sides) > 1 else "最高" if ">" in sides else "最低")


def is_ladder(rows: Sequence[syntax.Row], key: Typed) -> bool:
    """Whether the rows of a table over one key are steps."""
    return bool(_side(rows, 0, key))


def _side(rows: Sequence[syntax.Row], at: int, key: Typed) -> str:
    """">" where every row of a column is open above, "<" where every one is open below; nothing if there is but one, or another."""
    if isinstance(key.type, EnumType) or key.type == BOOL:
        return ""
    found = [tiers.bounds(text, own_units(key.type)) for row in rows if (text := cell_text(row.cells[at])) not in cells.OTHERS]
    sides = {tiers.op_of(b[0])[0] if b is not None and len(b) == 1 and b[0].word else "" for b in found}
    return sides.pop() if len(found) > 1 and len(sides) == 1 and sides <= {">", "<"} else ""


def _height(text: str, side: str, units: Units) -> _Step | None:
    """How high a step is; None where that is no number yet, the lowest for a row that is for any."""
    if text in cells.OTHERS:
        return _LOWEST
    tier = tiers.tier(text, units)
    if tier is None:
        return None
    return (tier[0], not tier[1]) if side == ">" else (-tier[2], not tier[3])


def _unsure(rows: Sequence[syntax.Row], heights: dict[int, tuple[_Step | None, ...]]) -> syntax.Row | None:
    """A row that is neither above nor below another of its kind."""
    for (_, mine), (n, theirs) in combinations(heights.items(), 2):
        if None in mine or None in theirs:
            return rows[n]
        pairs = [(a, b) for a, b in zip(mine, theirs, strict=True) if a is not None and b is not None]
        if any(a < b for a, b in pairs) == any(a > b for a, b in pairs):  # each above the other in one key, or in none
            return rows[n]
    return None
