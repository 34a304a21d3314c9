"""The claims of a clause in a block: which rows count, what each is worth, what the steps on groups ask of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import define, evolve, field

from xcrules.meaning.values import Origin
from xcrules.run.lowered import claims as c, nodes as n

from .doubts import Doubts
from .frames import ITEM, RowFrame
from .kernels import Kernels
from .vectors import MOST, NoKernel, Vector, bounded, either, full, marked, marks

UNCAPPED = MOST  # of a claim that no 单项 cap bounds, or no award


@define(eq=False)
class KeyColumns:
    """What a step asks of claims: their keys (-1: none), and of 上限 the ceiling, the same ungranted and what was used, of 从高 the rank and (as used) the places taken."""

    key: Any
    ceiling: Any = None
    ungranted: Any = None
    used: Any = None
    rank: Any = None
    unsure: Any = None  # of 上限, the number of the doubt what it is (-1: it is known); one alone is a group whatever its key


@define(eq=False)
class ClaimColumns:
    """Claims sorted by enterprise, part and place. `far`: net of what has no end; `top`: what 单项 caps let a claim come to."""

    owner: Any
    part: Any
    row: Any  # of the list that its part is about, else none that says anything
    net: Any
    ungranted: Any
    top: Any
    award: Any
    open: Any
    matter: Any  # -1: none
    keys: tuple[KeyColumns | None, ...]
    doubt: Any  # the number of the doubt whether it counts, or of its amount; -1: there is none
    out: Any  # whether it may not count
    low: Any  # net at least, ungranted, and award: else these are what it is at most
    low_ungranted: Any
    low_award: Any
    far: int = MOST
    endless: bool = False  # whether some net has no end
    size: int = 0  # of the block
    ends: Any = None  # where the claims of each enterprise end, behind a 0; None: nobody has several
    capped: list[tuple[Origin, Any]] = field(factory=list)  # the enterprises of which a 单项 cap changes what an item is worth

    def claimed(self) -> Any:
        """Whose they are."""
        return np.ones(self.size, bool) if self.ends is None and len(self.owner) == self.size else marks(self.size, self.owner)

    def sums(self, amounts: Any) -> Any:
        """What the claims of each enterprise come to."""
        if self.ends is None:
            if len(amounts) == self.size:
                return amounts
            total = np.zeros(self.size, np.int64)
            total[self.owner] = amounts
            return total
        total = np.zeros(len(amounts) + 1, np.int64)
        np.cumsum(amounts, out=total[1:])  # may wrap around, the differences do not
        return np.diff(total[self.ends])

    def counted(self, size: int) -> int:
        """Among so many enterprises; the claims of the one that has most."""
        self.size, self.ends = size, None
        if (self.owner[1:] != self.owner[:-1]).all():
            return 1
        counts = np.bincount(self.owner, minlength=size)
        self.ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        return int(counts.max())

    def take(self, at: Any, size: int) -> ClaimColumns:
        """Some of them, of so many enterprises."""
        keys = tuple(
            None
            if k is None
            else KeyColumns(*(None if x is None else x.take(at) for x in (k.key, k.ceiling, k.ungranted, k.used, k.rank, k.unsure)))
            for k in self.keys
        )
        made = evolve(self, owner=self.owner.take(at), **{name: getattr(self, name).take(at) for name in _OF_CLAIMS}, keys=keys)
        made.counted(size)
        return made

    def least(self) -> ClaimColumns:
        """At the lower end of what is not known."""
        return evolve(self, net=self.low, ungranted=self.low_ungranted, award=self.low_award)


_OF_CLAIMS = ("part", "row", "net", "ungranted", "top", "award", "open", "matter", "doubt", "out", "low", "low_ungranted", "low_award")


def claims_of(kernels: Kernels, clause: c.Clause, root: RowFrame, live: Any, ask: Any, doubts: Doubts | None = None) -> ClaimColumns | None:
    """The claims of the enterprises that are `live`; `ask` is marked where they are not known, but where `doubts` tell what would tell it. None: of nobody any. Raises NoKernel."""
    _alike_keys(clause)
    parts = [
        _part(kernels, clause, i, evolve(root, named={x.name: x.value for x in claim.names}, known={}), live, ask, doubts)
        for i, claim in enumerate(clause.claims)
    ]
    if not any(len(x.owner) for x in parts):
        return None
    made = _joined(parts, len(clause.steps), root.size)
    longest = made.counted(root.size)
    for step, keys in zip(clause.steps, made.keys, strict=True):
        if not isinstance(step, c.CapByKey) or keys is None or keys.unsure is None:
            continue
        if doubts is None or not clause.discretionary or len(clause.steps) > 1 or len(step.parts) < len(clause.claims):
            several = np.bincount(made.owner[np.isin(made.part, sorted(step.parts))], minlength=root.size) > 1
            ask[made.owner[(keys.unsure >= 0) & several[made.owner]]] = True
            keys.unsure = None
    _check(made, longest + 1)
    return made


def _alike_keys(clause: c.Clause) -> None:
    """Numbers as keys are told apart from words by their parts alone: the parts of one step must ask alike."""
    for keys in zip(*(claim.keys for claim in clause.claims), strict=True):
        kinds = {(isinstance(k.key, n.AsWord), k.key.of.scale if isinstance(k.key, n.AsWord) else 1) for k in keys if k is not None}
        if len(kinds) > 1 or (len(clause.claims) > 1 and any(k is not None and isinstance(k.key, n.AsOneWord) for k in keys)):
            raise NoKernel


def _check(made: ClaimColumns, longest: int) -> None:
    """Nets without an end come to less than 64 bits hold, and to more than all that have one. Raises NoKernel."""
    most = 0
    for amounts in (made.net,) if made.ungranted is made.net else (made.net, made.ungranted):
        highest = int(amounts.max(initial=0))
        if highest >= MOST:
            made.endless, highest = True, int(amounts[amounts < MOST].max(initial=0))
        most = max(most, highest * longest)
    bounded(0, most)
    bounded(0, int(made.award.max(initial=0)) * longest if made.award is not made.net else 0)
    made.far = MOST // longest
    if made.endless:
        if most >= made.far:
            raise NoKernel
        made.net, made.ungranted, made.low, made.low_ungranted = (
            np.minimum(x, made.far) for x in (made.net, made.ungranted, made.low, made.low_ungranted)
        )


def _joined(parts: Sequence[ClaimColumns], steps: int, size: int) -> ClaimColumns:
    if len(parts) == 1:
        return parts[0]
    side_by_side = len(parts[0].owner) == size and all(np.array_equal(x.owner, np.arange(size)) for x in parts)
    owner = np.concatenate([x.owner for x in parts])
    order = None if side_by_side else np.argsort(owner, kind="stable")
    known: dict[tuple[int, ...], Any] = {}

    def joined(held: list[Any]) -> Any:
        if all(x.strides == (0,) or not len(x) for x in held) and len(values := {x[0] for x in held if len(x)}) == 1:
            return np.broadcast_to(values.pop(), (len(owner),))
        return np.stack(held, axis=1).ravel() if order is None else np.concatenate(held).take(order)

    def column(name: str) -> Any:
        """What is the same beside another name is joined once."""
        held = [getattr(x, name) for x in parts]
        of = tuple(map(id, held))
        if of not in known:
            known[of] = joined(held)
        return known[of]

    keys: list[KeyColumns | None] = []
    for i in range(steps):
        own = [x.keys[i] for x in parts]
        if not any(own):
            keys.append(None)
            continue
        made = {}
        for name in ("key", "ceiling", "ungranted", "used", "rank", "unsure"):
            held = [None if k is None else getattr(k, name) for k in own]
            made[name] = (
                None
                if all(x is None for x in held)
                else joined([np.full(len(p.owner), -1, np.int64) if x is None else x for x, p in zip(held, parts, strict=True)])
            )
        keys.append(KeyColumns(**made))
    return ClaimColumns(
        joined([x.owner for x in parts]), **{name: column(name) for name in _OF_CLAIMS}, keys=tuple(keys),
        capped=[y for x in parts for y in x.capped],
    )


def _part(kernels: Kernels, clause: c.Clause, part: int, root: RowFrame, live: Any, ask: Any, doubts: Doubts | None) -> ClaimColumns:
    claim = clause.claims[part]
    frame, doubt = _counting(kernels, claim, _rows(claim, root, live, ask))
    size = frame.size
    owner = np.arange(size) if frame.owner is None else frame.owner
    doubtful = full(np.array(-1), size)
    if marked(doubt):
        doubtful = doubtful if doubts is None else doubts.of(kernels, claim.guards, frame, doubt)
        ask[owner[doubt & (doubtful < 0)]] = True
    asks = []
    capped = clause.unit > clause.cent and any(isinstance(b, c.Ceiling) for b in claim.worth.bounds)
    acting: list[tuple[Origin, Any]] | None = [] if kernels.caps else None
    out = doubtful >= 0
    net, top = _worth(kernels, claim.worth, frame, clause, acting)
    own = None if claim.ungranted is None else _worth(kernels, claim.ungranted, frame, clause)[0]
    low, low_own = net, own
    if doubts is not None and not clause.payments:
        doubtful = doubtful.copy() if marked(either((net.ask, own and own.ask))) else doubtful
        if marked(net.ask):
            low, net = doubts.worth(kernels, claim.worth, frame, clause, net, doubtful)
        if claim.ungranted is not None and own is not None and marked(own.ask):
            low_own, own = doubts.worth(kernels, claim.ungranted, frame, clause, own, doubtful)
    least = None if claim.least is None else _worth(kernels, claim.least, frame, clause)[0]
    if claim.count is not None and not (claim.authority and not claim.worth.bounds):
        count = kernels.value(claim.count, frame)
        low, net, top = (_times_count(x, count, claim.count.scale) for x in (low, net, top))
        own, low_own, least = (x and _times_count(x, count, claim.count.scale) for x in (own, low_own, least))
        asks.append(count.ask)
    asks += [net.ask, own and own.ask, least and least.ask]
    award, open_ = _award(kernels, claim, clause, frame, net, least, asks)
    low_award = award if low is net else _award(kernels, claim, clause, frame, low, least, asks)[0]
    matter = kernels.value(claim.matter, frame) if claim.matter is not None else None
    keys = tuple(None if k is None else _key(kernels, k, clause, frame, asks, doubts) for k in claim.keys)
    asks.append(matter and matter.ask)
    if marked(unknown := either(asks)):
        ask[owner[full(unknown, size)]] = True
    at_most = full(net.data, size)
    at_least = at_most if low is net else full(low.data, size)
    free, low_free = (at_most, at_least) if own is None or low_own is None else (full(x.data, size) for x in (own, low_own))
    return ClaimColumns(
        owner, full(np.array(part), size), frame.homes[ITEM][1] if claim.is_list else full(np.array(-1), size), at_most, free,
        full(top.data if capped else np.array(UNCAPPED), size), award, open_,
        full(np.array(-1), size) if matter is None else _key_data(matter, size), keys, doubtful, out, at_least, low_free, low_award,
        capped=[(origin, owner[full(at, size)]) for origin, at in acting or ()],
    )


def _rows(claim: c.Claim, root: RowFrame, live: Any, ask: Any) -> RowFrame:
    """The rows that a claim is about, of the enterprises that are live."""
    if not claim.table:
        return root if live.all() else root.take(np.flatnonzero(live))
    table = root.cells.tables[claim.table]
    if table.known is not None:
        ask |= live & ~table.known
        live = live & table.known
    if not claim.is_list:
        at = np.flatnonzero(live)
        return evolve(root.take(at), homes={ITEM: (claim.table, None)})
    rows = np.flatnonzero(live[table.owner])
    return evolve(root.take(table.owner[rows]), homes={ITEM: (claim.table, rows)})


def _counting(kernels: Kernels, claim: c.Claim, frame: RowFrame) -> tuple[RowFrame, Any]:
    """The rows that count, and of which of them that is not known."""
    doubt: Any = None
    for guard in claim.guards:
        held = kernels.value(guard.test, frame)
        counts = full(held.data, frame.size)
        if held.ask is not None:
            counts = counts | held.ask
            doubt = full(held.ask, frame.size) if doubt is None else doubt | held.ask
        if not counts.all():
            at = np.flatnonzero(counts)
            frame, doubt = frame.take(at), None if doubt is None else doubt[at]
    return frame, doubt


# -- what a claim is worth -----------------------------------------------------------------------------------------


def to_cents(held: Vector, cent: int) -> Vector:
    """Down to whole 分; what has no end keeps none."""
    if cent == 1:
        return held
    data = held.data // np.int64(cent) * np.int64(cent)
    data = np.where(np.abs(held.data) > MOST, held.data, data) if held.endless else data
    return Vector(data, held.ask, None, min(held.low, held.low // cent * cent if not held.endless else held.low), held.high)


def _worth(
    kernels: Kernels, worth: c.Worth, frame: RowFrame, clause: c.Clause, acting: list[tuple[Origin, Any]] | None = None
) -> tuple[Vector, Vector]:
    """元 of an item within its bounds; and what its ceilings alone let it come to. `acting` is told which ceilings change what it is worth, and where."""
    held = kernels.at_scale(worth.amount, clause.scale, frame)
    if worth.amount.signed:
        data = np.abs(held.data) if worth.both else np.maximum(held.data, 0)
        held = Vector(data, held.ask, None, 0, max(-held.low, held.high, 0))
    top = Vector(np.array(UNCAPPED), None, None, UNCAPPED, UNCAPPED)
    for bound in worth.bounds:
        if isinstance(bound, c.MadeUp):
            raise NoKernel
        limit = kernels.at_scale(bound.limit, clause.scale, frame)
        if isinstance(bound, c.Floor):
            held = Vector(
                np.maximum(held.data, limit.data), either((held.ask, limit.ask)), None, max(held.low, limit.low), max(held.high, limit.high)
            )
            continue
        used = None if bound.used is None else kernels.at_scale(bound.used, clause.scale, frame)
        room = room_of(limit, used, clause.cent)
        ask = either((held.ask, room.ask))
        if acting is not None:
            acting.append((bound.origin, held.data > room.data))
        held = Vector(np.minimum(held.data, room.data), ask, None, min(held.low, room.low), min(held.high, room.high))
        top = Vector(np.minimum(top.data, room.data), None, None, 0, min(top.high, room.high))
    return held, top


def room_of(limit: Vector, used: Vector | None, cent: int) -> Vector:
    """What a ceiling leaves, in whole 分 and never below 0."""
    room = to_cents(limit, cent)
    if used is not None:
        if room.endless or used.endless:
            raise NoKernel
        low, high = bounded(room.low - used.high - cent, room.high - used.low)
        room = to_cents(Vector(room.data - used.data, either((room.ask, used.ask)), None, low, high), cent)
    return Vector(np.maximum(room.data, 0), room.ask, None, 0, max(room.high, 0))


def _times_count(held: Vector, count: Vector, scale: int) -> Vector:
    if not held.endless and held.high < UNCAPPED:
        ends = [x * y for x in (held.low, held.high) for y in (count.low, count.high)]
        bounded(min(ends), max(ends))
        return Vector(
            held.data * count.data // np.int64(scale), either((held.ask, count.ask)), None, min(ends) // scale, max(ends) // scale
        )
    far = held.data >= UNCAPPED
    inner = np.where(far, 0, held.data)
    most = int(inner.max(initial=0)) * max(abs(count.low), abs(count.high))
    bounded(0, most)
    return Vector(
        np.where(far, held.data, inner * count.data // np.int64(scale)), either((held.ask, count.ask)), None, min(held.low, -most),
        max(held.high, most),
    )


def _award(
    kernels: Kernels, claim: c.Claim, clause: c.Clause, frame: RowFrame, net: Vector, least: Vector | None, asks: list[Any]
) -> tuple[Any, Any]:
    """What was recorded, within the bounds, and whether it has still to be."""
    size = frame.size
    if not claim.authority:
        return full(net.data, size), full(np.array(False), size)
    if claim.award is None:
        return np.zeros(size, np.int64), np.ones(size, bool)
    open_ = np.zeros(size, bool)
    for fact in claim.filled:
        if not isinstance(fact, n.Column):
            raise NoKernel
        held, rows, missing = frame.place(fact.home)
        cells = held.facts[fact.name]
        for mask, to in ((cells.ask, True), (cells.none, True), (cells.unfit, False)):
            if mask is not None:
                own = mask if rows is None else mask[rows]
                open_ = open_ | own if to else open_ & ~own
        asks += [missing, None if cells.unfit is None else cells.unfit if rows is None else cells.unfit[rows]]
    held_award = kernels.at_scale(claim.award, clause.scale, frame)
    asks.append(None if held_award.ask is None else held_award.ask & ~open_)
    award = np.maximum(held_award.data, 0 if least is None else least.data)
    award = np.where(open_ | (held_award.data <= 0), 0, np.minimum(award, net.data))
    return full(award, size), open_


# -- what the steps on groups ask ----------------------------------------------------------------------------------


def _key_data(held: Vector, size: int) -> Any:
    data = full(held.data, size)
    return data if held.none is None else np.where(held.none, -1, data)


def _key(kernels: Kernels, key: c.RowKey, clause: c.Clause, frame: RowFrame, asks: list[Any], doubts: Doubts | None) -> KeyColumns:
    word = kernels.value(key.key, frame)
    unsure = None
    if isinstance(key, c.RowCap) and key.ceiling is not None and word.ask is not None:
        unsure = np.where(word.ask, 0, -1) if doubts is None else doubts.word(kernels, key.key, frame, full(word.ask, frame.size))
        word = Vector(np.where(word.ask, -1, word.data), word.ask & (unsure < 0), word.none, word.low, word.high)
    asks.append(word.ask)
    if isinstance(key.key, n.AsWord) and (word.low < 0 or word.high > MOST // 4):
        raise NoKernel
    data = _key_data(word, frame.size)
    if isinstance(key, c.RowRank):
        rank, had = kernels.value(key.rank, frame), kernels.value(key.had, frame)
        asks += [rank.ask, had.ask]
        return KeyColumns(data, rank=full(rank.data, frame.size), used=full(had.data, frame.size))
    amounts = [None if x is None else kernels.at_scale(x, clause.scale, frame) for x in (key.ceiling, key.ungranted, key.used)]
    asks += [x and x.ask for x in amounts]
    ceiling, ungranted, used = (None if x is None else full(x.data, frame.size) for x in amounts)
    if amounts[2] is not None and (amounts[2].endless or (amounts[0] is not None and amounts[0].endless)):
        raise NoKernel
    return KeyColumns(data, ceiling, ungranted, used, unsure=unsure)
