"""The steps of a clause in which an authority says some amount: its claims have bounds until then.

A bound over several claims is nobody's share. So claims that were brought down together are one bundle with one bound; a step
that tells them apart looks at what they were before, and together they stay within what they had.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from xcrules.base.money import Mode, inside_out, nested
from xcrules.base.spoken import spoken_group

from . import claims as c
from .amounts import Cut, Settled, Taken, bring_down, grouped, left_beside
from .rows import AWARD, INDEX, KEYS, OPEN, PART, Row, Support, is_endless


class Bundle(NamedTuple):
    """Claims with one bound. `open`: an authority has still to say something about them."""

    members: tuple[int, ...]
    net: int
    open: bool
    kids: tuple[Bundle, ...] = ()


class Bounds(Settled):
    """`nets` are not used after the first step: bundles have the bounds, `awards` what was recorded for each claim."""

    __slots__ = ("awards", "bundles", "capped", "limited", "unweighed")

    def __init__(self, clause: c.Clause, rows: list[Row], ungranted: bool) -> None:
        super().__init__(clause, rows, ungranted)
        self.awards: list[int] = [r[AWARD] for r in rows]
        self.unweighed: list[tuple[int, list[int]]] = []  # before each 竞合, which makes of nets what was awarded: how many of `limited`, the awards
        self.capped: list[int] = []  # of each of `caps`, which of `limited` it is
        self.bundles = [Bundle((i,), net, rows[i][OPEN]) for i, net in enumerate(self.nets)]
        self.limited: list[tuple[int, tuple[int, ...], int, Taken | None, bool]] = []  # how many 竞合 came before, claims, what they come to together, or what is taken of them, and whether something is open

    def sum(self) -> int:
        return sum([b.net for b in self.bundles])

    def total(self) -> int:
        """The bound, down to the 分."""
        return self.sums[-1] // self.clause.cent * self.clause.cent

    def is_open(self) -> bool:
        return any(b.open and b.net > 0 for b in self.bundles)

    def shares(self, unit: int | None = None, mode: Mode = "四舍五入") -> list[int]:
        """Of what was recorded, brought down by the same caps from the inside out; together within the bound, rounding included."""
        return self.shared_out(self._brought_down(), unit, mode)

    def _brought_down(self) -> list[int]:
        awards, limited = list(self.awards), self.limited
        for _, members, limit, taken, _ in limited if len(limited) < 2 else sorted(limited, key=inside_out):
            bring_down(awards, members, limit if taken is None else left_beside(sum([awards[i] for i in members]), taken))
        return awards

    def told(self) -> list[Cut]:
        """The caps; of claims about which an authority has nothing left to say, how what was recorded came down, from the inside out."""
        cuts = dict(zip(self.capped, self.caps, strict=True))
        for last, awards in ((len(self.limited), self.awards), *reversed(self.unweighed)):
            self._tell(cuts, last, list(awards))
        return list(cuts.values())

    def _tell(self, cuts: dict[int, Cut], last: int, awards: list[int]) -> None:
        loose: set[int] = set()
        for place, (_, members, limit, taken, open_) in sorted(enumerate(self.limited[:last]), key=lambda x: inside_out(x[1])):
            if open_ or not loose.isdisjoint(members):
                loose.update(members)  # who has what share of it is not said
                continue
            was = [awards[i] for i in members]
            total = sum(was)
            bring_down(awards, members, limit if taken is None else left_beside(total, taken))
            if place in cuts:
                step, name, room, _, _, used, _ = cuts[place]
                less = tuple([(self.rows[i][: INDEX + 1], x - awards[i]) for i, x in zip(members, was, strict=True) if x != awards[i]])
                cuts[place] = step, name, room, total, sum([awards[i] for i in members]), used, less

    def beyond(self) -> list[tuple[list[int], int]]:
        """All of them what they are bound by."""
        return [] if is_endless(self.sum()) else [(list(range(len(self.rows))), self.total())]

    def sure(self, unit: int | None = None, mode: Mode = "四舍五入") -> int:
        """Where caps cross, more for one claim may be less for all: then nothing is sure."""
        asked = any(self.awards) and (len(self.limited) < 2 or nested([frozenset(members) for _, members, *_ in self.limited]))
        return sum(self.shares(unit, mode)) if asked else 0

    # -- caps -------------------------------------------------------------------------------------------------

    def cap_total(self, step: c.CapTotal, limit: Any) -> None:
        if len(step.parts) == len(self.clause.claims):
            self.bundles = [self._capped(step, merged(self.bundles), limit, "合计")]
        elif within := self._told_apart(self.bundles, step.parts)[0]:
            pieces = [x for b in within for x in self._apart(b, step.parts, False)]
            inside, beyond = self._told_apart(pieces, step.parts)
            self._replace(within, pieces, beyond, [self._capped(step, merged(inside), limit, "合计")])

    def cap_by_key(self, step: c.CapByKey, index: int) -> None:
        within = self._told_apart(self.bundles, step.parts)[0]
        alone = len(self.bundles) == len(self.rows)  # nothing was brought down together yet
        pieces = within if alone else [x for b in within for x in self._apart(b, step.parts, True)]
        inside, beyond = (pieces, []) if alone else self._told_apart(pieces, step.parts)
        done = []
        for name, members in grouped(range(len(inside)), lambda n: self.rows[inside[n].members[0]][KEYS][index][0]):
            whole = merged([inside[n] for n in members])
            done.append(self._capped(step, whole, self.lowest(list(whole.members), index), spoken_group(name)))
        self._replace(within, pieces, beyond, done)

    def _replace(self, within: list[Bundle], pieces: list[Bundle], beyond: list[Bundle], done: list[Bundle]) -> None:
        """Bundles by what was made of them; those that were told apart stay together within what they had."""
        after = [*beyond, *done]
        if len(pieces) > len(within):
            whole = merged(after)
            after = [whole._replace(net=min(whole.net, sum([b.net for b in within])))]
        if within is self.bundles:
            self.bundles = after if len(after) == 1 else in_order(after)
            return
        gone = {b.members[0] for b in within}
        self.bundles = in_order([*(b for b in self.bundles if b.members[0] not in gone), *after])

    def _apart(self, bundle: Bundle, parts: c.Parts, by_key: bool) -> list[Bundle]:
        """A bundle taken apart as far as a cap tells its claims apart."""
        if len(bundle.members) == 1:
            return [bundle]
        own = self._parts(bundle)
        if not own & parts or (not by_key and own <= parts):
            return [bundle]
        return [x for kid in bundle.kids for x in self._apart(kid, parts, by_key)]

    def _capped(self, step: c.CapByKey | c.CapTotal, whole: Bundle, limit: Any, name: str) -> Bundle:
        ceiling, used = self.room_of(limit)
        room = self.room(whole.net, ceiling, used)
        if ceiling is not None:
            self.rooms.append((list(whole.members), room))
        if whole.net > room:
            self.acted.append(step.origin)
        self.limited.append((len(self.conflicts), whole.members, room, None if ceiling is not None else (used or 0, 0, True), whole.open))
        self.capped.append(len(self.limited) - 1)
        self.caps.append((step, name, room, whole.net, min(whole.net, room), used, ()))
        return Bundle(whole.members, min(whole.net, room), whole.open and room > 0, whole.kids or (whole,))

    def _told_apart(self, bundles: list[Bundle], parts: c.Parts) -> tuple[list[Bundle], list[Bundle]]:
        """Those with claims of some parts, and the others."""
        if len(parts) == len(self.clause.claims):
            return bundles, []
        inside = [bool(self._parts(b) & parts) for b in bundles]
        return [b for b, x in zip(bundles, inside, strict=True) if x], [b for b, x in zip(bundles, inside, strict=True) if not x]

    def _parts(self, bundle: Bundle) -> frozenset[int]:
        return frozenset([self.rows[i][PART] for i in bundle.members])

    # -- 从高 and 竞合 ------------------------------------------------------------------------------------------

    def height(self, i: int) -> tuple[Any, ...]:
        """Of claims with one bound those still to be decided, then the highest award."""
        bundle = self.bundles[i]  # 从高 comes before anything is brought down together
        return (-bundle.net, not bundle.open, -self.awards[i])

    def drop(self, i: int) -> None:
        self.bundles[i] = Bundle((i,), 0, False)
        self.awards[i] = 0

    def against(self, step: c.Against, support: Support) -> None:
        weighed = {*self.weighed(step)}
        singles = [x for b in self.bundles for x in (spread(b, b.net) if weighed & {*b.members} else [b])]
        self.unweighed.append((len(self.limited), list(self.awards)))
        whole, joined, still = self.sum(), len(singles) > len(self.bundles), self.is_open() and not step.settled
        for x in singles if joined else ():
            if not x.kids and not self.clause.claims[self.rows[x.members[0]][PART]].authority:
                self.awards[x.members[0]] = x.net
        self.nets = [0] * len(self.rows)
        for b in singles:
            self.nets[b.members[0]] = b.net
        super().against(step, support)
        self.bundles = in_order([b._replace(net=self.nets[b.members[0]]) for b in singles])
        if joined:
            after = merged(self.bundles)
            self.bundles = [after._replace(net=min(after.net, whole), open=after.open or still)]  # who has what share is still not said

    def match(self, step: c.Against, name: str, members: list[int], total: int, received: int, rival: int) -> None:
        taken = received, rival, step.top_up
        open_ = any(self.rows[i][OPEN] for i in members)
        said = sum(map(self._brought_down().__getitem__, members)) if step.settled and not open_ else None
        super().match(step, name, members, total, received, rival)
        self.limited.append((len(self.conflicts), tuple(members), self.conflicts[-1][-1], taken if step.settled else None, open_))
        if said is not None:  # all is settled: that is what came down
            self.conflicts[-1] = name, said, received, rival, left_beside(said, taken)
        for i in members if not step.settled else ():
            self.awards[i] = self.nets[i]


def in_order(bundles: Iterable[Bundle]) -> list[Bundle]:
    """In the order of application."""
    return sorted(bundles, key=lambda b: b.members[0])


def merged(bundles: Iterable[Bundle]) -> Bundle:
    """Several bundles as one."""
    kids = list(bundles)
    if len(kids) == 1:
        return kids[0]
    kids = in_order(kids)
    members = tuple(sorted(i for k in kids for i in k.members))
    return Bundle(members, sum([k.net for k in kids]), any(k.open and k.net > 0 for k in kids), tuple(kids))


def spread(bundle: Bundle, net: int) -> list[Bundle]:
    """What each claim has of a bound where 竞合 asks it, in the order of application."""
    if len(bundle.members) == 1:
        return [bundle._replace(net=net, kids=())]
    singles = in_order(x for kid in bundle.kids for x in spread(kid, kid.net))
    nets = [x.net for x in singles]
    bring_down(nets, range(len(nets)), net)
    return [x._replace(net=part) for x, part in zip(singles, nets, strict=True)]
