"""The steps of a clause over the claims of a block, as run/lowered/amounts applies them to those of one enterprise: segments instead of groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, assert_never

import numpy as np
from attrs import define, field

from xcrules.base.money import Mode
from xcrules.meaning.values import Origin
from xcrules.run.lowered import claims as c
from xcrules.run.results import EXHAUSTED, zero_of

from .claims import ClaimColumns, KeyColumns, to_cents
from .frames import RowFrame
from .vectors import MOST, NoKernel, Vector, bounded, full, marks

Limits = Mapping[int, tuple[Any, Any, Any]]  # by step: what a cap leaves of each enterprise (None: a balance), the same ungranted, what was used
Room = tuple[Any, Any, Any]  # claims, the group of each, what a group may come to


class Cut(NamedTuple):
    """A cap with its claims and their groups, and what these had before it and have after, of 裁量 of what is recorded; then also which claims could still come to something."""

    origin: Origin
    at: Any
    group: Any
    room: Any  # None: a balance, which is no bound
    before: Any
    after: Any
    alive: Any


@define(eq=False)
class Stages:
    """Claims after the steps: what each has, and all together; the rooms of the caps; after each step the status of a zero that it makes, with the claims."""

    nets: Any
    awards: Any
    total: Any = None
    rooms: list[Room] = field(factory=list)
    stages: list[tuple[str, Any]] = field(factory=list)
    cuts: list[Cut] = field(factory=list)
    alive: Any = None  # under 裁量, whether a claim still to be decided may come to something


def settle(clause: c.Clause, rows: ClaimColumns, limits: Limits, root: RowFrame, ask: Any, ungranted: bool = False) -> Stages:
    """All steps in their order. Raises NoKernel."""
    nets = rows.ungranted if ungranted else rows.net
    state = Stages(
        nets, rows.award if clause.discretionary else nets, stages=[(EXHAUSTED, nets)],
        alive=np.ones(len(nets), bool) if clause.discretionary else None,
    )
    for index, step in enumerate(clause.steps):
        match step:
            case c.CapByKey():
                _cap_by_key(clause, step, rows, rows.keys[index], state, ungranted)
            case c.CapTotal():
                _cap_total(clause, step, rows, limits[index], state, ungranted)
            case c.Highest():
                _highest(clause, step, rows, rows.keys[index], state)
            case c.Against():
                if not ungranted and not clause.discretionary:
                    _against(clause, step, rows, state, root, ask)
            case _:
                assert_never(step)
        state.awards = state.nets if state.alive is None else state.awards
        state.stages.append((zero_of(step.origin), state.nets))
    state.total = rows.sums(state.nets)
    return state


def as_ungranted(clause: c.Clause, rows: ClaimColumns, limits: Limits) -> bool:
    """Whether nothing was granted or received before, so that the facts alone give the same."""
    def same(index: int, step: c.Step, keys: KeyColumns | None) -> bool:
        match step:
            case c.CapTotal():
                return limits[index][0] is limits[index][1] and limits[index][2] is None
            case c.CapByKey():
                return keys is None or (keys.ceiling is keys.ungranted and keys.used is None)
        return isinstance(step, c.Highest)

    return rows.ungranted is rows.net and all(same(i, *x) for i, x in enumerate(zip(clause.steps, rows.keys, strict=True)))


def bring_down(amounts: Any, at: Any, group: Any, room: Any) -> Any:
    """Amounts whose claims `at` (ascending) come, group by group, to no more than its room: earlier ones keep theirs."""
    if not len(at):
        return amounts
    every = len(at) == len(amounts)
    if (group[1:] < group[:-1]).any():
        order, every = np.argsort(group, kind="stable"), False
        at, group = at[order], group[order]
    held = amounts if every else amounts.take(at)
    first = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    left = room.take(group.take(first))
    if len(first) < len(held):  # what those before in its group have may wrap around, the differences do not
        before = np.cumsum(held, dtype=np.int64) - held
        left = np.repeat(left + before.take(first), np.diff(first, append=len(held))) - before
    brought = np.minimum(held, np.maximum(left, 0))
    if every:
        return brought
    made = amounts.copy()
    made[at] = brought
    return made


def _within(parts: c.Parts, rows: ClaimColumns, count: int) -> Any:
    return np.flatnonzero(np.isin(rows.part, sorted(parts))) if len(parts) < count else np.arange(len(rows.part))


def _apply(origin: Origin, rows: ClaimColumns, state: Stages, at: Any, group: Any, room: Any, recorded: Any = None) -> None:
    """`recorded`: of a balance, which is no bound, what it leaves of what was recorded."""
    if rows.endless and ((room >= rows.far) & (room < MOST)).any():
        raise NoKernel
    alike, before, alive = state.awards is state.nets, state.awards, state.alive
    state.nets = bring_down(state.nets, at, group, room)
    state.awards = state.nets if alike else bring_down(state.awards, at, group, room if recorded is None else recorded)
    if alive is not None:
        state.alive = alive.copy()
        state.alive[at] &= room[group] > 0
    if recorded is None:
        state.rooms.append((at, group, room))
    state.cuts.append(Cut(origin, at, group, room if recorded is None else None, before, state.awards, alive))


def _cap_total(clause: c.Clause, step: c.CapTotal, rows: ClaimColumns, limit: tuple[Any, Any, Any], state: Stages, ungranted: bool) -> None:
    at = _within(step.parts, rows, len(clause.claims))
    group = rows.owner.take(at)
    room, own, used = limit
    if step.ceiling is None:
        total = rows.sums(np.where(np.isin(rows.part, sorted(step.parts)), state.nets, 0))
        left = np.maximum(total - (0 if ungranted or used is None else used), 0)
        _apply(step.origin, rows, state, at, group, left, left)
    else:
        _apply(step.origin, rows, state, at, group, own if ungranted else room)


def groups_of(at: Any, owner: Any, key: Any) -> Any:
    """A number for each pair of enterprise and key; a claim without a key is alone. Raises NoKernel."""
    span = int(key.max(initial=0)) + 1
    bounded(0, span * (int(owner.max(initial=0)) + 1))
    return np.unique(np.where(key < 0, -1 - np.arange(len(at)), owner * span + key), return_inverse=True)[1]


def _cap_by_key(clause: c.Clause, step: c.CapByKey, rows: ClaimColumns, keys: KeyColumns | None, state: Stages, ungranted: bool) -> None:
    at = _within(step.parts, rows, len(clause.claims))
    if keys is None or not len(at):
        return
    group = groups_of(at, rows.owner[at], keys.key[at])
    size = int(group.max()) + 1
    recorded = None
    if keys.ceiling is None:
        room, recorded = np.zeros(size, np.int64), np.zeros(size, np.int64)
        np.add.at(room, group, state.nets[at])
        np.add.at(recorded, group, state.awards[at])
    else:
        room = np.full(size, MOST * 2 - 1)
        np.minimum.at(room, group, (keys.ungranted if ungranted else keys.ceiling)[at])
        far = room >= MOST
        room = np.where(far, MOST, room // clause.cent * clause.cent)
    if keys.used is not None and not ungranted:
        used = np.full(size, -MOST)
        np.maximum.at(used, group, keys.used[at])
        room = (room - used) if keys.ceiling is None else (room - used) // clause.cent * clause.cent
        recorded = None if recorded is None else np.maximum(recorded - used, 0)
    _apply(step.origin, rows, state, at, group, np.maximum(room, 0), recorded)


def _highest(clause: c.Clause, step: c.Highest, rows: ClaimColumns, keys: KeyColumns | None, state: Stages) -> None:
    at = _within(step.parts, rows, len(clause.claims))
    if keys is None or not len(at):
        return
    group = groups_of(at, rows.owner[at], keys.key[at])
    order = np.lexsort((at, state.nets[at] if step.lowest else -state.nets[at], keys.rank[at], group))
    first = np.searchsorted(group[order], group[order])  # where its group begins
    state.nets = state.nets.copy()
    state.nets[at[order[np.arange(len(order)) - first >= step.take - keys.used[at[order]]]]] = 0


def met(step: c.Against, rows: ClaimColumns, whom: Any, root: RowFrame) -> Any:
    """Those of some enterprises that may have other support for what they claim."""
    table, span, own = root.cells.tables[step.outside], len(root.cells.codes) + 1, whom[rows.owner]
    matter, at = table.facts[step.matter], np.flatnonzero(whom[table.owner])
    hits = np.isin(table.owner[at] * span + matter.data[at], rows.owner[own] * span + rows.matter[own])
    return table.owner[at[hits if matter.ask is None else hits | matter.ask[at]]]


def _against(clause: c.Clause, step: c.Against, rows: ClaimColumns, state: Stages, root: RowFrame, ask: Any) -> None:
    """Claims of one matter, summed, against what other policies give for it."""
    table = root.cells.tables[step.outside]
    if table.known is not None:
        ask[np.unique(rows.owner)] |= ~table.known[np.unique(rows.owner)]
    if not table.size:
        return
    at = np.flatnonzero(rows.matter >= 0)
    span = len(root.cells.codes) + 1
    groups, own = np.unique(rows.owner[at] * span + rows.matter[at], return_inverse=True)
    if not len(groups):
        return
    matter, amount, given = (table.facts[name] for name in (step.matter, step.amount, step.state))
    if matter.ask is not None:
        ask |= marks(root.size, table.owner[matter.ask]) & marks(root.size, rows.owner[at])
    wanted = table.owner * span + np.maximum(matter.data, 0)
    place = np.minimum(np.searchsorted(groups, wanted), len(groups) - 1)
    hits = (groups[place] == wanted) & (matter.data >= 0)
    if matter.ask is not None:
        hits &= ~matter.ask
    if matter.none is not None:
        hits &= ~matter.none
    for mask in (amount.none, amount.ask, given.none, given.ask):
        if mask is not None:
            ask[table.owner[mask & hits]] = True
    factor = clause.scale // step.scale
    longest = int(np.bincount(table.owner).max())
    bounded(0, max(abs(amount.low), abs(amount.high)) * factor * longest)
    received, rival = np.zeros(len(groups), np.int64), np.zeros(len(groups), np.int64)
    for word, into, join in ((step.received, received, np.add), (step.rival, rival, np.maximum)):
        here = hits & (given.data == root.cells.code(word))
        join.at(into, place[here], amount.data[here] * np.int64(factor))
    total = np.zeros(len(groups), np.int64)
    np.add.at(total, own, state.nets[at])
    less = np.maximum(total - received, 0) if step.top_up else np.where(received > 0, 0, total)
    if rows.endless:  # what has no end has none beside what was received
        if len(rival) and int(rival.max()) >= rows.far:
            raise NoKernel
        less = np.where((total >= rows.far) & ((received == 0) | step.top_up), total, less)
    net = np.where(rival > total, 0, less)
    net = np.where((received > 0) | (rival > 0), net, total)
    state.nets = bring_down(state.nets, at, own, net)


# -- the caps of an authority's amounts -----------------------------------------------------------------------------


def says_bounds(clause: c.Clause) -> bool:
    """Under 裁量 a bound is nobody's share: whether columns say it, as where all is for an authority and each cap lies within those after it.

    What an authority says is beside other support only where 竞合 has it so (含裁量); else that is no step here.
    """
    before: list[c.Parts] = []
    for step in clause.steps:
        if isinstance(step, c.Highest) or (isinstance(step, c.CapByKey) and before) or (isinstance(step, c.Against) and step.settled):
            return False
        if isinstance(step, c.CapByKey | c.CapTotal):
            if not all(x <= step.parts or not x & step.parts for x in before) or (isinstance(step, c.CapTotal) and step.ceiling is None):
                return False
            before.append(step.parts)
    return all(x.authority for x in clause.claims)


def limit_of(ceiling: Vector | None, ungranted: Vector | None, used: Vector | None, cent: int, size: int) -> tuple[Any, Any, Any]:
    """What a cap on a total leaves of each enterprise."""
    spent = None if used is None else full(used.data, size)
    if ceiling is None or ungranted is None:
        return None, None, spent
    if used is not None and (used.endless or ceiling.endless):
        raise NoKernel
    rooms = []
    for held, less in ((ceiling, used), (ungranted, None)):
        room = to_cents(held, cent)
        if less is not None:
            low, high = bounded(room.low - less.high - cent, room.high - less.low)
            room = to_cents(Vector(room.data - less.data, None, None, low, high), cent)
        rooms.append(np.maximum(full(np.minimum(room.data, MOST), size), 0))
    return rooms[0], rooms[0] if ungranted is ceiling and used is None else rooms[1], spent


# -- rounding ------------------------------------------------------------------------------------------------------


def brought_to(total: Any, unit: Any, mode: Mode) -> Any:
    """base/money.brought_to for many."""
    down = total // unit * unit
    rest = total - down
    match mode:
        case "四舍五入":
            return np.where(2 * rest >= unit, down + unit, down)
        case "截尾":
            return down
        case "进位":
            return np.where(rest > 0, down + unit, down)
        case "四舍六入":
            return np.where((2 * rest > unit) | ((2 * rest == unit) & (down // unit % 2 == 1)), down + unit, down)


def uneven(amounts: Any, unit: int) -> Any:
    """The places of those that are no whole units."""
    if unit == 1:
        return np.zeros(0, np.int64)
    down = amounts // np.int64(unit)
    down *= np.int64(unit)
    return np.flatnonzero(down != amounts)


def rounded(clause: c.Clause, amounts: Any, rows: ClaimColumns, state: Stages, size: int) -> tuple[Any, Any]:
    """The total of each enterprise brought to its unit; and where a cap that is nearly reached makes that a matter of single claims."""
    wanted, doubt = state.total if amounts is state.nets else rows.sums(amounts), np.zeros(size, bool)
    cent = np.int64(clause.cent)
    odd = uneven(wanted, clause.unit)
    apart = odd if rows.ends is None else np.union1d(odd, rows.owner[uneven(amounts, clause.cent)])
    if not len(apart):  # as mostly: nothing is made that is as long as the block
        return wanted, doubt
    exact, wanted = wanted[apart], wanted.copy()
    wanted[odd] = brought_to(wanted[odd], np.int64(clause.unit), clause.mode)
    least, short = rows.sums(amounts // cent * cent)[apart], np.zeros(size, np.int64)
    short[apart] = np.maximum(np.maximum(wanted[apart], brought_to(exact, cent, "四舍五入")) - least, 0)
    near = (short > 0).take(rows.owner)
    tops = [(np.arange(len(amounts)), np.arange(len(amounts)), rows.top)] if clause.unit > clause.cent else []
    bound = [(np.arange(len(amounts)), rows.owner, state.total // cent * cent)] if clause.discretionary else []
    for at, group, room in (*state.rooms, *tops, *bound):
        held = near.take(at)
        at, group = at[held], group[held]
        taken = np.zeros(len(room), np.int64)
        np.add.at(taken, group, amounts[at] // cent * cent)
        doubt[rows.owner[at[(room - taken)[group] < short[rows.owner[at]]]]] = True
    return wanted, doubt
