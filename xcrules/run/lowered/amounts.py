"""Claims of whole numbers while the steps of their clause are applied: 从高, 竞合, caps, rounding, the status of a zero.

The same steps as the reference evaluator's, for claims of which everything is known. Claims stand in the order of application, and
after every step it is known what each of them has: whatever comes down, comes down from the last. Under 裁量 amounts are bounds,
which are nobody's share: see bounds.py. What is not known raises Ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from xcrules.base.money import Mode, shared_out
from xcrules.base.spoken import spoken_group
from xcrules.facts.scaled.values import NA, Ask
from xcrules.meaning.values import Origin
from xcrules.run.results import EXHAUSTED, REFUSED, zero_of

from . import claims as c
from .rows import ENDLESS, INDEX, KEYS, MATTER, NET, PART, TOP, UNGRANTED, Rank, Row, Support, is_endless

Cut = tuple[c.Step, str, int, int, int, int | None, tuple[tuple[Rank, int], ...]]  # step, group, room, before, after, used, by claim
Match = tuple[str, int, int, int, int]  # matter, before, received, rival, after


class Settled:
    """A clause while its steps are applied, and after them: what each claim has, and what was noted."""

    __slots__ = ("acted", "caps", "clause", "conflicts", "nets", "rooms", "rows", "sums", "ungranted")

    def __init__(self, clause: c.Clause, rows: list[Row], ungranted: bool) -> None:
        self.clause, self.rows, self.ungranted = clause, rows, ungranted
        self.nets: list[int] = [r[UNGRANTED if ungranted else NET] for r in rows]
        self.caps: list[Cut] = []
        self.conflicts: list[Match] = []
        self.acted: list[Origin] = []  # of the steps that cut something
        self.rooms: list[tuple[list[int], int]] = []  # claims, and what a cap lets them come to
        self.sums: list[int] = [sum(self.nets)]  # before the steps, and after each

    @property
    def touched(self) -> set[str]:
        """The readings of the steps that cut something."""
        return {number for origin in self.acted for number, choice in origin.tags if choice}

    def sum(self) -> int:
        """What the claims come to before rounding."""
        return sum(self.nets)

    def total(self) -> int:
        """What they come to, rounded once."""
        return sum(self.shares())

    def shares(self, unit: int | None = None, mode: Mode = "四舍五入") -> list[int]:
        """What each claim has of the rounded total; `unit` for another rounding than the clause's."""
        return self.shared_out(self.nets, unit, mode)

    def shared_out(self, amounts: list[int], unit: int | None, mode: Mode) -> list[int]:
        """What each claim has of the rounded total of these amounts, which passes no cap."""
        clause = self.clause
        if unit is None:
            unit, mode = clause.unit, clause.mode
        total, cent = sum(amounts), clause.cent
        if is_endless(total):
            raise Ask
        if total % unit == 0 and (len(amounts) == 1 or not any(x % cent for x in amounts)):
            return amounts
        tops = [([i], row[TOP]) for i, row in enumerate(self.rows) if row[TOP] < ENDLESS] if unit > cent else []
        return shared_out(amounts, [*self.rooms, *tops, *self.beyond()], unit, cent, mode)

    def told(self) -> list[Cut]:
        """The caps as they are told."""
        return self.caps

    def beyond(self) -> list[tuple[list[int], int]]:
        """What claims may come to beside what caps let them."""
        return []

    def is_open(self) -> bool:
        """Whether an authority has still to say an amount."""
        return False

    def sure(self, unit: int | None = None, mode: Mode = "四舍五入") -> int:
        """What is granted whatever an authority still says, rounded once."""
        return sum(self.shares(unit, mode))

    def zero(self) -> str:
        """The status of a total of 0 where the facts alone would give more: the stage that made it, be it the rounding."""
        made = next((i for i, total in enumerate(self.sums) if total <= 0), None)
        return REFUSED if made is None else zero_of(self.clause.steps[made - 1].origin) if made else EXHAUSTED

    # -- caps -------------------------------------------------------------------------------------------------

    def cap_total(self, step: c.CapTotal, limit: Any) -> None:
        """The sum over the claims of some parts comes down to what the cap leaves."""
        if members := self.within(step.parts):
            self.cap(step, members, *self.room_of(limit), "合计")

    def cap_by_key(self, step: c.CapByKey, index: int) -> None:
        """The same over the claims of each person or unit."""
        for name, members in grouped(self.within(step.parts), lambda i: self.rows[i][KEYS][index][0]):
            self.cap(step, members, *self.room_of(self.lowest(members, index)), spoken_group(name))

    def lowest(self, members: list[int], index: int) -> Any:
        """The lowest ceiling of claims of one key, and the most that any of them says was used."""
        asked = [self.rows[i][KEYS][index] for i in members]
        _, ceiling, ungranted, used = asked[0]
        if ceiling is not None:
            ceiling, ungranted = min([x[1] for x in asked]), min([x[2] for x in asked])
        return ceiling, ungranted, None if used is None else max([x[3] for x in asked])

    def room_of(self, limit: Any) -> tuple[int | None, int | None]:
        """The ceiling that holds (None: what the claims come to), and what was used of it."""
        ceiling, ungranted, used = limit
        return (ungranted, None) if self.ungranted else (ceiling, used)

    def room(self, total: int, ceiling: int | None, used: int | None) -> int:
        """What a cap leaves: a ceiling comes down to the 分; without one it is a balance, exact."""
        cent, spent = self.clause.cent, used or 0
        return max(total - spent if ceiling is None else (ceiling // cent * cent - spent) // cent * cent, 0)

    def cap(self, step: c.CapByKey | c.CapTotal, members: list[int], ceiling: int | None, used: int | None, name: str) -> None:
        """These claims together come down to what the cap leaves."""
        nets = self.nets
        before = [nets[i] for i in members]
        total = sum(before)
        cuts: tuple[tuple[Rank, int], ...] = ()
        room = self.room(total, ceiling, used)
        if ceiling is not None:  # a balance is no bound: rounding may go past it
            self.rooms.append((members, room))
        if total > room:
            self.bring_down(members, room)
            self.acted.append(step.origin)
            cuts = tuple([(self.rows[i][: INDEX + 1], was - nets[i]) for i, was in zip(members, before, strict=True) if was != nets[i]])
        self.caps.append((step, name, room, total, min(total, room), used, cuts))

    def bring_down(self, members: list[int], limit: int) -> None:
        """These claims to a limit together, from the last."""
        bring_down(self.nets, members, limit)

    def within(self, parts: c.Parts) -> list[int]:
        """The claims of some parts."""
        if len(parts) == len(self.clause.claims):
            return list(range(len(self.rows)))
        return [i for i, row in enumerate(self.rows) if row[PART] in parts]

    # -- 从高 and 竞合 ------------------------------------------------------------------------------------------

    def highest(self, step: c.Highest, index: int) -> None:
        """Of the claims with one key only the first stay."""
        rows = self.rows
        for _, members in grouped(self.within(step.parts), lambda i: rows[i][KEYS][index][0]):
            take = step.take - rows[members[0]][KEYS][index][2]  # those with one key have one
            if len(members) > take:
                self.acted.append(step.origin)
                for i in sorted(
                    members, key=lambda i: (rows[i][KEYS][index][1], *((-self.height(i)[0],) if step.lowest else self.height(i)), i)
                )[take:]:
                    self.drop(i)

    def height(self, i: int) -> tuple[Any, ...]:
        """Sorts the highest first."""
        return (-self.nets[i],)

    def drop(self, i: int) -> None:
        """A claim that another stands before."""
        self.nets[i] = 0

    def against(self, step: c.Against, support: Support) -> None:
        """Claims of one matter, summed, against what other policies give for it; what an authority says only where the line has it so."""
        named = self.weighed(step)
        by_matter = _by_matter(support, {self.rows[i][MATTER] for i in named})
        for name, members in grouped(named, lambda i: self.rows[i][MATTER]) if by_matter else ():
            if name in by_matter:
                total = sum(self.nets[i] for i in members)
                received, rival = _received(step, by_matter[name], self.clause.scale // step.scale)
                if received > 0 or rival > 0:
                    self.match(step, name, members, total, received, rival)

    def weighed(self, step: c.Against) -> list[int]:
        """The claims that name their matter, of what an authority says only where the line has it so."""
        return [
            i for i, row in enumerate(self.rows) if row[MATTER] is not NA and (step.settled or not self.clause.claims[row[PART]].authority)
        ]

    def match(self, step: c.Against, name: str, members: list[int], total: int, received: int, rival: int) -> None:
        """The claims of a matter come down to what stays beside other support."""
        net = left_beside(total, (received, rival, step.top_up))
        self.conflicts.append((name, total, received, rival, net))
        if net != total:
            self.acted.append(step.origin)
        self.bring_down(members, net)


Taken = tuple[int, int, bool]  # other support received, the highest that could be had, and whether what was received is made up (else nothing is given)


def left_beside(total: int, taken: Taken) -> int:
    """What stays of a total beside other support; where there is no end, there is none either."""
    received, rival, top_up = taken
    if rival > total or (received > 0 and not top_up):
        return 0
    return total if is_endless(total) else max(total - received, 0)


def bring_down(amounts: list[int], members: Iterable[int], limit: int) -> None:
    """The amounts of these claims to a limit together, in place: earlier ones keep theirs, what has to come down falls on the last."""
    left = limit
    for i in members:
        amounts[i] = min(amounts[i], left)
        left -= amounts[i]


def grouped(members: Iterable[int], key: Callable[[int], Any]) -> list[tuple[str, list[int]]]:
    """Claims by their key; one without a key is its own group."""
    groups: dict[str, list[int]] = {}
    for n, i in enumerate(members):
        word = key(i)
        groups.setdefault(f"\0{n}" if word is NA else word, []).append(i)
    return list(groups.items())


def _by_matter(support: Support, wanted: set[str]) -> dict[str, Support]:
    """Other support for these matters; a row without one matches nothing."""
    found: dict[str, Support] = {}
    for row in support if wanted else ():
        if row[0] in wanted:
            found.setdefault(row[0], []).append(row)
    return found


def _received(step: c.Against, rows: Support, factor: int) -> tuple[int, int]:
    """What other policies gave for a matter, and the highest that they could give."""
    received = rival = 0
    for _, amount, state in rows:
        if amount is NA or state is NA:
            raise Ask
        if state == step.received:
            received += amount * factor
        if state == step.rival:
            rival = max(rival, amount * factor)
    return received, rival
