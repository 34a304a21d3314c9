"""The steps of a clause over whole numbers: 从高, 竞合, caps, rounding.

The same steps as the reference evaluator's, for claims of which everything is known; amounts are whole
numbers in the clause's own unit. Claims stand in the order of application, and after every step it is known what
each of them has: whatever comes down, comes down from the last. What is not known raises Ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from xcrules.base.money import shared_out
from xcrules.facts.scaled.values import NA, Ask
from xcrules.run.results import EXHAUSTED, OUTDONE, REFUSED

from .forms import AGAINST, BEST, SAME, Clause, Step
from .values import ENDLESS, is_endless

# A claim as generated code writes it down: its part (a place among the clause's parts), its place in the
# list, net, data (net had nothing been granted before), award, whether the award is still open, its
# matter, what 单项 caps let it come to, and then what the keyed steps ask of it.
Row = tuple[Any, ...]
PART, PLACE, NET, DATA, AWARD, OPEN, MATTER, TOP, SLOTS = range(9)
Key = tuple[int, int]
Limit = tuple[int | None, int, int | None]  # a cap's ceiling, the same had nothing been granted, what was used
Cuts = tuple[tuple[Key, int], ...]


class Settled:
    """A clause while its steps are applied, and after them: what each claim has, and what was noted.

    Under 裁量 `nets` are bounds and `awards` what was recorded; else both are the amounts.
    """

    __slots__ = ("alone", "awards", "caps", "clause", "conflicts", "nets", "opens", "rooms", "rows", "stages", "touched")

    def __init__(self, clause: Clause, rows: list[Row], alone: bool) -> None:
        self.clause, self.rows, self.alone = clause, rows, alone
        self.nets: list[int] = [r[DATA if alone else NET] for r in rows]
        self.awards: list[int] = [r[AWARD] for r in rows]
        self.opens: list[bool] = [r[OPEN] and net > 0 for r, net in zip(rows, self.nets, strict=True)]
        self.caps: list[tuple[Any, ...]] = []  # step, group, room, before, after, used, cuts
        self.conflicts: list[tuple[Any, ...]] = []  # matter, before, received, rival, after
        self.touched: set[str] = set()
        self.rooms: list[tuple[list[int], int]] = []  # claims by their places, and what a cap lets them come to
        self.stages: list[tuple[str, int]] = [(EXHAUSTED, sum(self.nets))]  # after each step: the status of a zero made by it, the sum

    def total(self) -> int:
        """Rounded once; for 裁量 the bound, down to the 分."""
        clause = self.clause
        if clause.discretionary:
            return sum(self.nets) // clause.cent * clause.cent
        return sum(self.shares(self.nets))

    def shares(self, amounts: list[int]) -> list[int]:
        """What each claim has of the rounded total of these amounts."""
        clause = self.clause
        if is_endless(sum(amounts)):
            raise Ask
        tops = [([i], row[TOP]) for i, row in enumerate(self.rows) if row[TOP] < ENDLESS] if clause.unit > clause.cent else []
        return shared_out(amounts, self.rooms + tops, clause.unit, clause.cent, clause.half_up)

    def zero(self) -> str:
        """The status of a total of 0 where the facts alone would give more: the stage that made it, be it the rounding."""
        return next((status for status, total in self.stages if total <= 0), REFUSED)

    def bring_down(self, places: list[int], limit: int) -> None:
        """These claims to a limit together, from the last."""
        for amounts in (self.nets, self.awards):
            left = limit
            for i in places:
                amounts[i] = min(amounts[i], left)
                left -= amounts[i]
        if limit <= 0:
            for i in places:
                self.opens[i] = False


def settle(clause: Clause, rows: list[Row], limits: tuple[Limit, ...], sheet: Any, alone: bool = False) -> Settled:
    """All steps of a clause in their order; `alone` for what the facts alone give: nothing granted before, no other support."""
    state = Settled(clause, rows, alone)
    for step in clause.steps:
        if step.kind == SAME:
            _cap_by_key(step, state)
        elif step.kind == BEST:
            _best(step, state)
        elif step.kind != AGAINST:
            _cap_total(step, limits[step.limit], state)
        elif not alone:
            _against(step, sheet, state)
        state.stages.append((OUTDONE if step.kind == AGAINST else EXHAUSTED, sum(state.nets)))
    return state


def _groups(places: Iterable[int], keys: Callable[[int], Any]) -> list[tuple[str, list[int]]]:
    """Claims by their key; one without a key is its own group."""
    groups: dict[str, list[int]] = {}
    for n, place in enumerate(places):
        key = keys(place)
        if key == "不适用":  # a word for none
            raise Ask
        groups.setdefault(f"\0{n}" if key is NA else str(key), []).append(place)
    return list(groups.items())


def _within(step: Step, state: Settled) -> list[int]:
    return [i for i, row in enumerate(state.rows) if step.parts >> row[PART] & 1]


# -- caps -------------------------------------------------------------------------------------------------


def _cap_total(step: Step, limit: Limit, state: Settled) -> None:
    if places := _within(step, state):
        ceiling, bare, used = limit
        _cap(step, places, bare if state.alone and ceiling is not None else ceiling, used, "合计", state)


def _cap_by_key(step: Step, state: Settled) -> None:
    """Over the rows of one person or unit: the lowest ceiling, and the most that any row says was used."""
    slot, rows = step.slot, state.rows
    for name, places in _groups(_within(step, state), lambda i: rows[i][slot]):
        ceilings = [rows[i][slot + (3 if state.alone else 1)] for i in places]
        used = [rows[i][slot + 2] for i in places]
        _cap(step, places, None if ceilings[0] is None else min(ceilings), None if used[0] is None else max(used), name.lstrip("\0"), state)


def _cap(step: Step, places: list[int], ceiling: int | None, used: int | None, name: str, state: Settled) -> None:
    """A ceiling comes down to the 分; without one it is a balance, exact."""
    cent, nets = state.clause.cent, state.nets
    before = [nets[i] for i in places]
    total = sum(before)
    spent = 0 if used is None or state.alone else used
    room = max(total - spent if ceiling is None else (ceiling // cent * cent - spent) // cent * cent, 0)
    if ceiling is not None:
        state.rooms.append((places, room))
    state.bring_down(places, room)
    if total > room:
        state.touched.update(step.readings)
    state.caps.append((step, name, room, total, min(total, room), used, _cuts(places, before, state)))


def _cuts(places: list[int], before: list[int], state: Settled) -> Cuts:
    """By how much each claim came down; a bound under 裁量 is nobody's."""
    if state.clause.discretionary:
        return ()
    rows, nets = state.rows, state.nets
    return tuple([(rows[i][:2], was - nets[i]) for i, was in zip(places, before, strict=True) if was != nets[i]])


# -- 从高 and 竞合 ------------------------------------------------------------------------------------------


def _best(step: Step, state: Settled) -> None:
    """The highest first; of 裁量 claims with one bound those still to be decided, then the highest award."""
    nets, opens, awards, slot = state.nets, state.opens, state.awards, step.slot
    for _, places in _groups(_within(step, state), lambda i: state.rows[i][slot]):
        if len(places) < 2:
            continue
        if any(is_endless(nets[i]) for i in places):
            raise Ask
        state.touched.update(step.readings)
        first = min(places, key=lambda i: (state.rows[i][slot + 1], -nets[i], not opens[i], -awards[i], i))
        for i in places:
            if i != first:
                nets[i], awards[i], opens[i] = 0, 0, False


def _against(step: Step, sheet: Any, state: Settled) -> None:
    support = getattr(sheet, step.outside[0])
    if not len(support):
        return
    parts = state.clause.parts
    named = [i for i, row in enumerate(state.rows) if row[MATTER] is not NA and parts[row[PART]].reckoned]
    if not named:
        return
    groups = _groups(named, lambda i: state.rows[i][MATTER])
    outside = _by_matter(step, support, {name for name, _ in groups})
    for name, places in groups:
        if name in outside:
            _match(step, name, places, outside[name], state)


def _by_matter(step: Step, support: Any, wanted: set[str]) -> dict[str, list[Row]]:
    """Other support (amount, state) for these matters; a row without one matches nothing."""
    _, matter, amount, status = step.outside
    rows: dict[str, list[Row]] = {}
    for row in support:
        if (name := getattr(row, matter)) in wanted:
            rows.setdefault(name, []).append((getattr(row, amount), getattr(row, status)))
    return rows


def _match(step: Step, name: str, places: list[int], outside: list[Row], state: Settled) -> None:
    received, rival = _support(step, outside, state.clause.scale)
    if received <= 0 and rival <= 0:
        return
    total = sum(state.nets[i] for i in places)
    if is_endless(total):
        raise Ask
    if rival > total:
        net = 0
    elif step.top_up:
        net = max(total - received, 0)
    else:
        net = 0 if received > 0 else total
    state.conflicts.append((name, total, received, rival, net))
    if net != total:
        state.touched.update(step.readings)
    state.bring_down(places, net)


def _support(step: Step, outside: list[Row], scale: int) -> tuple[int, int]:
    """What other policies gave for a matter, and the highest that they could give."""
    received = rival = 0
    for amount, state in outside:
        if amount is NA or state is NA:
            raise Ask
        if state == step.states[0]:
            received += amount * scale
        if state == step.states[1]:
            rival = max(rival, amount * scale)
    return received, rival
