"""A clause at both ends of what is not known of its claims: decided where these are the same, else who waits for what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from xcrules.run.lowered import claims as c
from xcrules.run.results import DISCRETION, GRANTED, REFUSED

from .claims import ClaimColumns, KeyColumns
from .clause_columns import PLACE, ClauseColumns, nothing_known
from .doubts import Doubts, Paths, Waiting
from .frames import RowFrame
from .steps import groups_of, met, says_bounds
from .vectors import MOST, marks

Judge = Callable[..., None]  # of whom, their claims, into what, and whether caps leave the least


def has_ends(clause: c.Clause) -> bool:
    """Whether what a clause comes to with a claim and without it is all that it may come to: its steps never make less of more, and hold no claims apart that they took together."""
    def fits(index: int, step: c.Step) -> bool:
        match step:
            case c.CapTotal(ceiling=ceiling, parts=parts):
                return ceiling is not None and len(parts) == len(clause.claims)
            case c.CapByKey():
                return index == 0 and all(
                    (key := x.keys[index]) is None or (isinstance(key, c.RowCap) and key.ceiling is not None) for x in clause.claims
                )
            case c.Against():
                return index == 0 and not step.settled
            case _:
                return False

    return (clause.unit == clause.cent and (not clause.discretionary or says_bounds(clause))
            and all(fits(i, x) for i, x in enumerate(clause.steps)))


def both_ways(
    clause: c.Clause, rows: ClaimColumns, root: RowFrame, live: Any, doubts: Doubts, caps: Any, made: ClauseColumns, judge: Judge
) -> list[Waiting]:
    """The clause as though claims of which it is not known counted, each as high as it may be, and as though they did not: decided where that is the same, else who waits for what.

    Of several such claims, which do not all rest on the same, each may matter by itself where a step holds claims against each other, or an authority says amounts:
    that is for the rows.
    """
    unsure, size = (rows.doubt >= 0) & (clause.discretionary | (rows.ungranted > 0)), root.size  # one that is worth nothing is nothing
    limited = np.flatnonzero((caps >= 0) & live & marks(size, rows.owner)) if caps is not None else np.zeros(0, np.int64)
    owner, doubt = (
        np.concatenate([rows.owner[unsure], limited]), np.concatenate([rows.doubt[unsure], caps[limited] if len(limited) else limited]),
    )
    counts, step, one = (
        np.bincount(owner, minlength=size), clause.steps[0] if clause.steps else None, _rest_on_one(owner, doubt, doubts, size),
    )
    idle = unsure & (rows.net == 0)  # nothing is left of it, whether it counts or not
    told = live & ~made.open & (counts > 0) & (one | ~marks(size, limited))
    if clause.discretionary:
        told &= ~marks(size, rows.owner[idle])
    if isinstance(step, c.Against):
        told &= (counts == 1) | one | ~marks(size, met(step, rows, counts > 1, root))
    elif isinstance(step, c.CapByKey) or (clause.discretionary and step is not None):
        told &= one
    keys, strange = rows.keys[0] if isinstance(step, c.CapByKey) else None, np.zeros(size, bool)
    if keys is not None:
        if keys.unsure is not None:
            strange = live & marks(size, rows.owner[keys.unsure >= 0]) & (np.bincount(rows.owner, minlength=size) > 1)
        told &= ~strange
        own = np.flatnonzero(told[rows.owner])
        told &= ~marks(size, rows.owner[own[_bounding(keys, own, groups_of(own, rows.owner[own], keys.key[own]), unsure[own])]])
    made.open |= (counts > 0) & ~told
    without = nothing_known(size)
    without.amount, without.bound, without.this_year, without.open = (
        without.amount.copy(), without.bound.copy(), without.this_year.copy(), ~told,
    )
    judge(told, rows.take(np.flatnonzero(told[rows.owner] & ~(unsure & rows.out)), size).least(), without, True)
    judge(live, rows, made)
    given = without.status == PLACE[GRANTED]
    made.open |= told & (without.open | (marks(size, rows.owner[idle]) & ~given & (without.status != PLACE[REFUSED])))
    differ = told & ~made.open & ((made.status != without.status) | (made.amount != without.amount) | (made.bound != without.bound))
    made.open |= differ
    least = np.where(given, without.amount, 0)
    high = (np.where(made.status == PLACE[GRANTED], made.amount, 0) if made.awarded is None
            else np.where(without.status == PLACE[DISCRETION], 0, made.awarded))
    endless = (high >= rows.far // clause.cent) if rows.endless else np.zeros(size, bool)
    asked = np.flatnonzero(~(np.concatenate([idle[unsure], limited < 0]) & given[owner]))  # what comes to something without it asks for no more
    paths = _wanted(doubts, owner[asked], doubt[asked])
    low = np.where(made.status == PLACE[GRANTED], least, 0)
    year = (without.this_year, np.maximum(made.this_year, without.this_year)) if clause.payments else None
    told_by_key = _by_key(clause, rows, keys, strange & ~made.open, doubts, made, judge) if keys is not None and strange.any() else []
    at = np.flatnonzero(differ)
    years: Any = [None] * len(at) if year is None else zip(*(x[at].tolist() for x in year), strict=True)
    found = zip(at.tolist(), low[at].tolist(), np.maximum(least, high)[at].tolist(), endless[at].tolist(), years, strict=True)
    return told_by_key + [Waiting(row, paths[row], few, None if far else many, paid) for row, few, many, far, paid in found]


def _bounding(keys: KeyColumns, at: Any, group: Any, unsure: Any) -> Any:
    """Which claims that may not count have a say in the bound of others of their group: its lowest ceiling, or most used, is theirs."""
    found, sure = np.zeros(len(at), bool), ~unsure
    beside = np.bincount(group)[group] > 1
    for held, best, extreme in (
        (keys.ceiling, np.minimum, MOST * 2), (keys.ungranted, np.minimum, MOST * 2), (keys.used, np.maximum, -MOST * 2),
    ):
        if held is not None:
            ends = np.full(int(group.max(initial=-1)) + 1, extreme)
            best.at(ends, group[sure], held[at[sure]])
            found |= best(ends[group], held[at]) != ends[group]
    return unsure & beside & found


def _wanted(doubts: Doubts, rows: Any, of: Any) -> dict[int, Paths]:
    """What rows want, each for its doubts."""
    made: dict[int, Paths] = {}
    for row, doubt in zip(rows.tolist(), of.tolist(), strict=True):
        own = doubts.paths[doubt]
        made[row] = own if row not in made else tuple(sorted({*made[row], *own}))
    return made


def _rest_on_one(owner: Any, doubt: Any, doubts: Doubts, size: int) -> Any:
    """Enterprises all of whose doubts want the same."""
    places: dict[tuple[str, ...], int] = {}
    of = np.array([places.setdefault(x, len(places)) for x in doubts.paths], np.int64)[doubt]
    low, high = np.full(size, len(doubts.paths)), np.full(size, -1)
    np.minimum.at(low, owner, of)
    np.maximum.at(high, owner, of)
    return low == high


def _by_key(
    clause: c.Clause, rows: ClaimColumns, keys: KeyColumns, strange: Any, doubts: Doubts, made: ClauseColumns, judge: Judge
) -> list[Waiting]:
    """Under 裁量, claims of which it is not known to whom they belong. Most is left if each is somebody else's, as in `made`; least is the bound for all in one, or that of those
    that are known."""
    size, unknown = len(strange), keys.unsure >= 0
    known = nothing_known(size)
    known.amount, known.bound, known.open = known.amount.copy(), known.bound.copy(), ~strange
    judge(strange, rows.take(np.flatnonzero(strange[rows.owner] & ~unknown), size), known)
    room, used = np.full(size, MOST), np.zeros(size, np.int64)
    np.minimum.at(room, rows.owner, keys.ceiling // clause.cent)
    if keys.used is not None:
        np.maximum.at(used, rows.owner, keys.used)
    every = rows.sums(rows.net) // clause.cent
    least = np.maximum(np.minimum(every, np.maximum(room - -(-used // clause.cent), 0)), np.maximum(known.bound, 0))
    most = np.maximum(made.bound, 0)
    made.open |= strange & (known.open | ((least >= most) & (most > 0) & (every != most)))
    waits = strange & ~made.open & (least < most)
    made.open |= waits
    paths = _wanted(doubts, rows.owner[unknown], keys.unsure[unknown])
    high = np.where(made.status == PLACE[GRANTED], made.amount, 0)
    return [Waiting(row, paths[row], 0, int(high[row])) for row in np.flatnonzero(waits).tolist()]
