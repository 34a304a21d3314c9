"""The totals of a clause whose only step is one cap for each person or unit: the commonest that is no mere sum.

The same figures as settle.py gives, without the bundles that only reasons want.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..results import EXHAUSTED
from .forms import SAME, Clause
from .settle import AWARD, DATA, NET, OPEN, Row, Settled
from .values import NA, Ask


class Totals(NamedTuple):
    """What a clause comes to after its steps, and the status of the zero that a step made."""

    net: int
    data: int
    award: int
    open: bool
    zero: str


def totals_of(done: Settled) -> Totals:
    """The totals of a clause that was settled step by step."""
    whole = done.whole
    return Totals(whole.net, whole.data, whole.award, whole.open, done.zero)


def is_keyed(clause: Clause) -> bool:
    """Whether one cap by key over all parts is all that is done to the rows."""
    steps = clause.steps
    return len(steps) == 1 and steps[0].kind == SAME and steps[0].parts == (1 << len(clause.parts)) - 1


def keyed_totals(clause: Clause, rows: list[Row]) -> Totals:
    """The totals where `is_keyed` holds. Raises Ask where a key is not known."""
    slot, unit = clause.steps[0].slot, clause.unit
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        key = row[slot]
        if key is None or key == "不适用":
            raise Ask
        groups.setdefault(row[:2] if key is NA else str(key), []).append(row)
    before = net = data = award = 0
    open_ = False
    for members in groups.values():
        claimed, had, awarded, wanted = _summed(members)
        room, bare = _room(members, slot, unit, claimed, had)
        after = claimed if claimed < room else room
        before += claimed
        net += after
        data += had if had < bare else bare
        award += awarded if awarded < after else after
        open_ = open_ or (wanted and after > 0)
    exhausted = (data > 0 and before == 0) or (before > 0 and net == 0)
    return Totals(net, data, award, open_, EXHAUSTED if exhausted else "")


def _summed(members: list[Row]) -> tuple[int, int, int, bool]:
    if len(members) == 1:
        row = members[0]
        return row[NET], row[DATA], row[AWARD], row[OPEN]
    wanted = any(r[OPEN] and r[NET] > 0 for r in members)
    return sum(r[NET] for r in members), sum(r[DATA] for r in members), sum(r[AWARD] for r in members), wanted


def _room(members: list[Row], slot: int, unit: int, claimed: int, had: int) -> tuple[int, int]:
    """What the cap of one person or unit leaves, and its ceiling had nothing been granted."""
    ceiling, used = members[0][slot + 1], members[0][slot + 2]
    if len(members) > 1:
        ceiling = None if ceiling is None else min(r[slot + 1] for r in members)
        used = None if used is None else max(r[slot + 2] for r in members)
    if ceiling is None:
        ceiling, bare = claimed, had
    else:
        ceiling = ceiling // unit * unit
        bare = max(ceiling, 0)
    room = ceiling if used is None else (ceiling - used) // unit * unit
    return max(room, 0), bare
