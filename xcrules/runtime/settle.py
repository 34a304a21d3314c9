"""Steps on groups of claims over whole numbers: 从高, 竞合, caps, how a total falls on the items.

The same steps as the reference evaluator's, for claims of which everything is known; amounts are whole
numbers in the clause's own unit. Used where a clause needs more than a sum and caps, and to write down
the reasons of any clause when they are read. What is not known raises Ask.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..results import EXHAUSTED, OUTDONE
from .forms import AGAINST, BEST, SAME, Clause, Step
from .values import NA, Ask, is_endless

# A claim as generated code writes it down: its part (a place among the clause's parts), its place in the
# list, net, data (net had nothing been granted before), award, whether the award is still open, its
# matter, and then what the keyed steps ask of it.
Row = tuple[Any, ...]
PART, PLACE, NET, DATA, AWARD, OPEN, MATTER, SLOTS = range(8)
Key = tuple[int, int]
Outside = Callable[[Step], list[Row]]
Limit = tuple[int | None, int, int | None]  # a cap's ceiling, the same had nothing been granted, what was used


class Bundle:
    """Claims with one total."""

    __slots__ = ("award", "data", "kids", "net", "open", "parts", "rows")

    def __init__(self, rows: list[Row], parts: int, net: int, data: int, award: int, open_: bool,
                 kids: tuple[Bundle, ...] = ()) -> None:  # fmt: skip
        self.rows, self.parts, self.net, self.data, self.award = rows, parts, net, data, award
        self.open, self.kids = open_, kids


class Settled:
    """A clause after its steps: the whole, the status of the zero that a step made, and what was noted."""

    __slots__ = ("bundles", "caps", "conflicts", "discretionary", "touched", "unit", "whole", "zero")

    def __init__(self, unit: int, discretionary: bool) -> None:
        self.unit, self.discretionary = unit, discretionary
        self.bundles: list[Bundle] = []
        self.caps: list[tuple[Any, ...]] = []  # step, group, limit, the claims before, after, used
        self.conflicts: list[tuple[Any, ...]] = []  # matter, before, received, rival, after
        self.touched: set[str] = set()
        self.zero = ""
        self.whole = Bundle([], 0, 0, 0, 0, False)


def settle(clause: Clause, rows: list[Row], limits: tuple[Limit, ...], outside: Outside) -> Settled:
    """All steps of a clause in their order. `outside` gives (matter, amount, state) rows."""
    state = Settled(clause.unit, clause.discretionary)
    rows = [r if len(r) > 3 else (*r, r[NET], r[NET], False, NA) for r in rows]  # short ones are only amounts
    state.bundles = [Bundle([r], 1 << r[PART], r[NET], r[DATA], r[AWARD], r[OPEN]) for r in rows]
    totals = [(EXHAUSTED, _sum(state.bundles))]
    for step in clause.steps:
        if step.kind == SAME:
            _cap_by_key(step, state)
        elif step.kind == BEST:
            _best(step, state)
        elif step.kind == AGAINST:
            _against(step, outside, clause.scale, state)
        else:
            _cap_total(step, limits[step.limit], state)
        totals.append((OUTDONE if step.kind == AGAINST else EXHAUSTED, _sum(state.bundles)))
    if state.bundles:
        state.whole = merged(state.bundles)
    before = state.whole.data
    for status, total in totals:
        if before > 0 and total == 0:
            state.zero = state.zero or status
        before = total
    return state


def _sum(bundles: list[Bundle]) -> int:
    return sum(b.net for b in bundles)


def merged(kids: list[Bundle]) -> Bundle:
    """Several bundles as one; the total is the sum."""
    if len(kids) == 1:
        return kids[0]
    parts = net = data = award = 0
    open_, rows = False, []
    for kid in kids:
        parts |= kid.parts
        net += kid.net
        data += kid.data
        award += kid.award
        open_ = open_ or (kid.open and kid.net > 0)
        rows += kid.rows
    return Bundle(rows, parts, net, data, award, open_, tuple(kids))


def split(bundle: Bundle, state: Settled) -> list[Bundle]:
    """A bundle as bundles of one claim each, with what each has of the total; under 裁量 bounds are nobody's share."""
    if len(bundle.rows) <= 1:
        return [bundle]
    shares = None if state.discretionary else allocate(bundle, bundle.net)
    if shares is None:
        raise Ask
    data = bundle.data
    return [Bundle([r], 1 << r[PART], shares[r[:2]], min(r[DATA], data), shares[r[:2]], r[OPEN]) for r in bundle.rows]


def _groups(bundles: list[Bundle], slot: int) -> list[tuple[str, list[Bundle]]]:
    """By the key in the rows' slot; a claim without a key is its own group."""
    groups: dict[str, list[Bundle]] = {}
    for i, bundle in enumerate(bundles):
        key = bundle.rows[0][slot] if len(bundle.rows) == 1 else NA
        if key == "不适用":  # a word for none
            raise Ask
        groups.setdefault(f"\0{i}" if key is NA else str(key), []).append(bundle)
    return list(groups.items())


# -- caps -------------------------------------------------------------------------------------------------


def _cap_total(step: Step, limit: Limit, state: Settled) -> None:
    within, without = _reached(step, state)
    if within:
        state.bundles = [*without, _capped(step, limit, merged(within), "合计", state)]


def _cap_by_key(step: Step, state: Settled) -> None:
    within, without = _reached(step, state)
    done = []
    for name, members in _groups(within, step.slot):
        whole = merged(members)
        done.append(_capped(step, _lowest(step, whole, state.unit), whole, name.lstrip("\0"), state))
    state.bundles = [*without, *done]


def _reached(step: Step, state: Settled) -> tuple[list[Bundle], list[Bundle]]:
    """What a cap is on, and the rest: claims joined before come apart where it tells them apart."""
    within: list[Bundle] = []
    without: list[Bundle] = []
    beyond: list[Bundle] = []
    for bundle in state.bundles:
        if not bundle.parts & step.parts:
            without.append(bundle)
        elif step.kind == SAME or bundle.parts & ~step.parts:
            for piece in split(bundle, state):
                (within if piece.parts & step.parts else beyond).append(piece)
        else:
            within.append(bundle)
    return within, without + beyond


def _lowest(step: Step, whole: Bundle, unit: int) -> Limit:
    """Over the rows of one person or unit: the lowest ceiling, and the most that any row says was used."""
    ceilings = [r[step.slot + 1] for r in whole.rows]
    used = [r[step.slot + 2] for r in whole.rows]
    ceiling = None if ceilings[0] is None else min(ceilings) // unit * unit
    return ceiling, ceiling or 0, None if used[0] is None else max(used)


def _capped(step: Step, limit: Limit, whole: Bundle, name: str, state: Settled) -> Bundle:
    ceiling, bare, used = limit
    unit = state.unit
    if ceiling is None:
        ceiling, bare = whole.net, whole.data
    else:
        ceiling, bare = ceiling // unit * unit, max(bare, 0)
    room = max(ceiling if used is None else (ceiling - used) // unit * unit, 0)
    net = min(whole.net, room)
    state.caps.append((step, name, room, whole, net, used))
    if net != whole.net:
        state.touched.update(step.readings)
    return Bundle(whole.rows, whole.parts, net, min(whole.data, bare), min(whole.award, net),
                  whole.open and net > 0, whole.kids or (whole,))  # fmt: skip


def cuts(whole: Bundle, net: int) -> tuple[tuple[Key, int], ...]:
    """By how much each claim comes down."""
    if net == whole.net or is_endless(net):
        return ()
    before, after = allocate(whole, whole.net), allocate(whole, net)
    if before is None or after is None:
        return ()
    return tuple((key, amount - after[key]) for key, amount in before.items() if amount != after[key])


# -- 从高 and 竞合 ------------------------------------------------------------------------------------------


def _height(bundle: Bundle) -> tuple[int, bool, int]:
    """Sorts the highest first; of 裁量 claims with one bound those still to be decided, then the highest award."""
    return -bundle.net, not bundle.open, -bundle.award


def _best(step: Step, state: Settled) -> None:
    within = [s for b in state.bundles if b.parts & step.parts for s in split(b, state)]
    without = [b for b in state.bundles if not b.parts & step.parts]
    done: list[Bundle] = []
    for _, members in _groups(within, step.slot):
        if len(members) > 1:
            if any(is_endless(b.net) for b in members):
                raise Ask
            state.touched.update(step.readings)
            first = min(range(len(members)), key=lambda i: (members[i].rows[0][step.slot + 1], *_height(members[i]), i))
            members = [b if i == first else Bundle(b.rows, b.parts, 0, 0, 0, False, b.kids) for i, b in enumerate(members)]
        done += members
    state.bundles = [*without, *done]


def _against(step: Step, outside: Outside, scale: int, state: Settled) -> None:
    rows = outside(step)
    if not rows:
        return
    singles = [s for b in state.bundles for s in split(b, state)]
    named = [b for b in singles if b.rows[0][MATTER] is not NA]
    rest = [b for b in singles if b.rows[0][MATTER] is NA]
    groups: dict[str, list[Bundle]] = {}
    for bundle in named:
        if bundle.rows[0][MATTER] == "不适用":
            raise Ask
        groups.setdefault(bundle.rows[0][MATTER], []).append(bundle)
    by_matter = _by_matter(rows) if groups else {}
    done = [b for name, members in groups.items() for b in _matched(step, name, members, by_matter.get(name, []), scale, state)]
    state.bundles = [*rest, *done]


def _by_matter(outside: list[Row]) -> dict[str, list[Row]]:
    """Other support by its matter; a row without one matches nothing."""
    rows: dict[str, list[Row]] = {}
    for row in outside:
        if row[0] is not NA:
            rows.setdefault(row[0], []).append(row)
    return rows


def _matched(step: Step, name: str, members: list[Bundle], outside: list[Row], scale: int, state: Settled) -> list[Bundle]:
    received, rival = _support(step, outside, scale)
    if received <= 0 and rival <= 0:
        return members
    whole = merged(members)
    if is_endless(whole.net):
        raise Ask
    if rival > whole.net:
        net = 0
    elif step.top_up:
        net = max(whole.net - received, 0)
    else:
        net = 0 if received > 0 else whole.net
    state.conflicts.append((name, whole.net, received, rival, net))
    if net != whole.net:
        state.touched.update(step.readings)
    return [Bundle(whole.rows, whole.parts, net, whole.data, min(whole.award, net), whole.open, whole.kids or (whole,))]


def _support(step: Step, outside: list[Row], scale: int) -> tuple[int, int]:
    """What other policies gave for a matter, and the highest that they could give."""
    received = rival = 0
    for _, amount, state in outside:
        if amount is NA or state is NA:
            raise Ask
        if state == step.states[0]:
            received += amount * scale
        if state == step.states[1]:
            rival = max(rival, amount * scale)
    return received, rival


# -- how the total falls on the items ---------------------------------------------------------------------------


def fill(total: int, wants: list[int]) -> list[int]:
    given = []
    for want in wants:
        part = min(want, max(total, 0))
        given.append(part)
        total -= part
    return given


def allocate(bundle: Bundle, net: int) -> dict[Key, int] | None:
    """What each claim has of the bundle's total, in the order of application; None if it has no end."""
    if is_endless(net):
        return None
    kids = bundle.kids
    if not kids:
        return {r[:2]: net for r in bundle.rows} if len(bundle.rows) == 1 else None
    if len(kids) == 1 and len(kids[0].rows) == len(bundle.rows):
        return allocate(kids[0], net)
    if any(is_endless(k.net) for k in kids):
        return None
    out: dict[Key, int] = {}
    for kid, share in zip(kids, fill(net, [k.net for k in kids]), strict=True):
        inner = allocate(kid, share)
        if inner is None:
            return None
        out |= inner
    return out


def shares(bundle: Bundle, cents: int, unit: int, awarded: bool = False) -> dict[Key, int]:
    """The rounded total over the claims, level by level, by largest remainder."""
    return _in_units(bundle, bundle.award if awarded else bundle.net, cents, unit, awarded)


def _in_units(bundle: Bundle, net: int, cents: int, unit: int, awarded: bool) -> dict[Key, int]:
    kids = bundle.kids
    if not kids:
        return {r[:2]: cents for r in bundle.rows[:1]}
    totals = [k.award if awarded else k.net for k in kids]
    if len(kids) == 1:
        return _in_units(kids[0], totals[0], cents, unit, awarded)
    wants = fill(net, totals)
    out: dict[Key, int] = {}
    for kid, want, share in zip(kids, wants, apportion(cents, wants, unit), strict=True):
        out |= _in_units(kid, want, share, unit, awarded)
    return out


def apportion(total: int, wants: list[int], unit: int) -> list[int]:
    """`total` (whole units) over the wants by largest remainder; earlier wants win ties."""
    floors = [w // unit * unit for w in wants]
    spare = (total - sum(floors)) // unit
    if spare:
        order = sorted(range(len(wants)), key=lambda i: (floors[i] - wants[i], i))
        for i in order[:spare]:
            floors[i] += unit
    return floors

