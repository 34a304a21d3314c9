"""Caps over several clauses: what earlier ones take, later ones lack; and 从高 between several. Works on what clauses came to."""

from __future__ import annotations

from collections.abc import Mapping
from math import lcm
from typing import NamedTuple

from xcrules.facts.scaled.values import CENTS, Ask
from xcrules.run.results import CONTINUED, DISCRETION, EXHAUSTED, GRANTED, OUTDONE, REFUSED
from xcrules.run.rivals import fate_of

from . import claims as c
from .rows import Record, in_cents

Room = tuple[int, int]  # 分, from and to: what an authority has still to say may be taken or not
Figures = tuple[int, int, int]  # the ceiling, the same had nothing been granted, what was used; at the scale of the cap


class SharedCut(NamedTuple):
    """A cap over several clauses at work on one of them, in 分."""

    cap: c.SharedCap | c.OnlyOne
    room: Room  # under 从高: what the others come to at most
    before: int
    after: int


class AfterCaps(NamedTuple):
    """A clause after such caps, and what it came to before each of them."""

    record: Record
    cuts: tuple[SharedCut, ...]
    amounts: tuple[int | None, ...]  # after each, where it brought the clause's amount down
    paid: tuple[int, int] | None = None  # 分 of earlier grants and of the new one in the base year, where a cap is on what is paid


def scale_of_cap(cap: c.SharedCap) -> int:
    """The scale at which the ceiling and what was used are whole."""
    return lcm(CENTS, cap.ceiling.scale, cap.ungranted.scale, *(x.scale for x in cap.used))


class Left:
    """A cap over several clauses at work: what those before left of it."""

    def __init__(self, cap: c.SharedCap, figures: Figures | None, going: Mapping[str, int] | None = None) -> None:
        """`figures` None: not known. `going`: 分 of earlier grants of each clause in the base year, under a cap on what is paid: they come first."""
        self.cap, self.room, self.zero, self.going = cap, None, "", dict[str, int]()
        if figures is not None:
            cent = scale_of_cap(cap) // CENTS
            ceiling, ungranted, used = figures
            left = max((ceiling // cent * cent - used) // cent, 0)
            for number, cents in (going or {}).items():
                self.going[number] = min(cents, left)
                left -= self.going[number]
            self.room, self.zero = (left, left), EXHAUSTED if ungranted // cent > 0 else REFUSED

    def cut(self, clause: c.Clause, made: AfterCaps) -> AfterCaps:
        """The next of its clauses with the cap applied. Raises Ask where what is left is not known; then it is not for those after it."""
        room, self.room = self.room, None
        if room is None:
            raise Ask
        after = _cut(self.cap, clause, made, room, self.zero) if made.record.status in (GRANTED, DISCRETION) else made
        self.room = _left(room, clause, after.record)
        return after


    def pay(self, made: AfterCaps, number: str, going: int, new: int) -> AfterCaps:
        """The next of its clauses, paid over years: what it pays in the base year with the cap applied. An award that is not settled is for the reference evaluator to say."""
        room, self.room = self.room, None
        if room is None or made.record.status == DISCRETION:
            raise Ask
        kept = min(going, self.going.get(number, 0))
        paid = _least(new, room)
        self.room = room[0] - paid, room[1] - paid
        cut = SharedCut(self.cap, (room[0] + kept, room[1] + kept), going + new, kept + paid)
        return made._replace(cuts=(*made.cuts, cut), paid=(kept, paid))


def _cut(cap: c.SharedCap, clause: c.Clause, before: AfterCaps, room: Room, zero: str) -> AfterCaps:
    record = before.record
    claimed = record.bound if record.amount is None else record.amount
    assert claimed is not None
    amount = _least(in_cents(claimed, clause.cent), room)
    bound = None if record.bound is None else _least(in_cents(record.bound, clause.cent), room) * clause.cent
    cut = SharedCut(cap, room, in_cents(claimed, clause.cent), amount)
    down: int | None = None
    nothing = CONTINUED if record.going else zero  # instalments of earlier grants go on
    if record.status == DISCRETION:
        sure = min(record.sure, room[0] * clause.cent) // clause.unit * clause.unit
        record = record._replace(bound=bound, sure=sure) if amount else record._replace(status=nothing, amount=0, bound=None, sure=0)
        down = None if amount else 0
    elif amount * clause.cent != record.amount or bound == 0:
        down = amount * clause.cent // clause.unit * clause.unit
        record = record._replace(amount=down, bound=bound) if down else record._replace(status=nothing, amount=0, bound=None)
    else:
        record = record._replace(bound=bound)
    return AfterCaps(record, (*before.cuts, cut), (*before.amounts, down))


def _least(amount: int, room: Room) -> int:
    low, high = min(amount, room[0]), min(amount, room[1])
    if low != high:
        raise Ask
    return low


def _left(room: Room, clause: c.Clause, after: Record) -> Room:
    """What later clauses find; of a bound anything may be taken above what is sure."""
    if after.status == DISCRETION:
        assert after.bound is not None
        return max(room[0] - after.bound // clause.cent, 0), max(room[1] - after.sure // clause.cent, 0)
    taken = (after.amount or 0) // clause.cent
    return max(room[0] - taken, 0), max(room[1] - taken, 0)


# -- 从高 between clauses ----------------------------------------------------------------------------------------


def only_one(step: c.OnlyOne, clauses: list[c.Clause], made: list[AfterCaps | None]) -> list[AfterCaps | None]:
    """The clauses (in the order of the law) of which only one is given. None where one of them is not known, and where it hangs on an award."""
    if any(x is None for x in made):
        return [None if x is None or x.record.status in (GRANTED, DISCRETION) else x for x in made]
    spans = [_comes_to(k, x.record) if x is not None else (0, 0) for k, x in zip(clauses, made, strict=True)]
    after: list[AfterCaps | None] = []
    for i, x in enumerate(made):
        assert x is not None
        if not spans[i][1] and x.record.status != GRANTED:  # what is granted may be 0, where an authority says so
            after.append(x)
            continue
        others = [(span, j < i and spans[i][1] > 0) for j, span in enumerate(spans) if j != i and span[1]]
        fate = fate_of(spans[i], others, x.record.status == DISCRETION)
        if fate and x.record.sure and not fate_of(spans[i], others, False):  # it may still come to less than another
            x = x._replace(record=x.record._replace(sure=0))
        after.append(None if fate is None else _chosen(step, x, others, spans[i][1], given=fate))
    return after


def _comes_to(clause: c.Clause, record: Record) -> Room:
    if record.status == DISCRETION:
        assert record.bound is not None
        return record.sure // clause.cent, in_cents(record.bound, clause.cent)
    amount = (record.amount or 0) // clause.cent if record.status == GRANTED else 0
    return amount, amount


def _chosen(step: c.OnlyOne, before: AfterCaps, others: list[tuple[Room, bool]], most: int, given: bool) -> AfterCaps:
    room = max((low for (low, _), _ in others), default=0), max((high for (_, high), _ in others), default=0)
    cuts = (*before.cuts, SharedCut(step, room, most, most if given else 0))
    if given:
        return AfterCaps(before.record, cuts, (*before.amounts, None))
    status = CONTINUED if before.record.going else OUTDONE  # instalments of earlier grants go on
    return AfterCaps(before.record._replace(status=status, amount=0, bound=None, sure=0), cuts, (*before.amounts, 0))
