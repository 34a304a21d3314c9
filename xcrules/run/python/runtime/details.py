"""A clause's reasons from what generated code wrote down: items, caps, conflicts, instalments.

Everything is worked out from the rows of one decision, when it is read. What needs the reference
evaluator raises Ask.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Protocol

from xcrules.base.money import UNLIMITED, Number, schedule_of
from xcrules.run.results import DISCRETION, CapResult, Conflict, ItemResult

from .calls import Calls
from .forms import AMOUNT, LIMITS, ROWS, STATUS, YEAR, Clause, Part, Record, Step
from .settle import MATTER, PART, PLACE, Key, Settled, settle
from .values import is_endless

_ZERO = Fraction(0)
_NONE: frozenset[str] = frozenset()
Failing = Callable[[Any, Any], tuple[bool, ...]]  # for each condition of a part, whether an item fails it


def exact(amount: int, den: int) -> Fraction:
    """元 of a whole number of 1/den 元."""
    whole, rest = divmod(amount, den)
    return Fraction(amount, den) if rest else Fraction(whole)


def limited(amount: int, den: int) -> Number:
    """元, or no end."""
    return UNLIMITED if is_endless(amount) else exact(amount, den)


def _word(matter: object) -> str | None:
    return str(matter) if isinstance(matter, str) and matter != "不适用" else None


class Machine(Protocol):
    """What is wanted of a compiled policy here."""

    @property
    def calls(self) -> Calls: ...

    def failing(self, place: int, part: int) -> Failing: ...


class Details:
    """The reasons of one clause on one sheet."""

    __slots__ = ("_refusals", "_schedule", "_settled", "_shares", "clause", "machine", "place", "record", "sheet")

    def __init__(self, clause: Clause, machine: Machine, place: int, sheet: Any, record: Record) -> None:
        self.clause, self.machine, self.place, self.sheet, self.record = clause, machine, place, sheet, record
        self._settled: Settled | None = None
        self._shares: Mapping[Key, int] | None = None
        self._refusals: list[list[tuple[int, tuple[bool, ...]]]] | None = None
        self._schedule: dict[int, Fraction] | None = None

    @property
    def settled(self) -> Settled:
        """The steps once more, this time written down."""
        if self._settled is None:
            self._settled = settle(self.clause, self.record[ROWS], self.record[LIMITS], self.sheet)
        return self._settled

    @property
    def stepped(self) -> bool:
        """Whether any step had something to work on."""
        return bool(self.clause.steps and self.record[ROWS])

    def shares(self) -> Mapping[Key, int] | None:
        """What each item has of the amount; None under 裁量 that nobody has settled yet."""
        if self._shares is None and self.record[STATUS] != DISCRETION:
            self._shares = self._shared(self.record[ROWS], self.record[AMOUNT])
        return self._shares

    def _shared(self, rows: list[Any], amount: int) -> Mapping[Key, int]:
        keys = [r[:2] for r in rows]
        if not amount:
            return dict.fromkeys(keys, 0)
        if len(rows) == 1:
            return {keys[0]: amount}
        settled = self.settled
        return dict(zip(keys, settled.shares(settled.awards if self.clause.discretionary else settled.nets), strict=True))

    def refusals(self) -> list[list[tuple[int, tuple[bool, ...]]]]:
        """For each part the items that do not count, and which conditions they fail."""
        if self._refusals is None:
            kept = {r[:2] for r in self.record[ROWS]}
            self._refusals = [self._refused(i, part, kept) for i, part in enumerate(self.clause.parts)]
        return self._refusals

    def _refused(self, number: int, part: Part, kept: set[Key]) -> list[tuple[int, tuple[bool, ...]]]:
        records: Any = getattr(self.sheet, part.place) if part.table else None
        every: Any = records if part.is_list else (records,)
        places = [i for i in range(len(every)) if (number, i) not in kept]
        if not places:
            return []
        failing = self.machine.failing(self.place, number)
        return [(i, failing(self.sheet, every[i])) for i in places]

    def items(self) -> tuple[ItemResult, ...]:
        """Those that count, then those refused, part by part."""
        shares, den, rows = self.shares(), self.clause.den, self.record[ROWS]
        made: list[ItemResult] = []
        zero = None if shares is None else _ZERO
        for number, (part, refused) in enumerate(zip(self.clause.parts, self.refusals(), strict=True)):
            name = part.name
            for row in rows:
                if row[PART] == number:
                    share = None if shares is None else shares.get(row[:2])
                    amount = None if share is None else exact(share, den)
                    made.append(ItemResult(_path(part, row[PLACE]), name, True, amount, (), _word(row[MATTER])))
            for place, failed in refused:
                lines = tuple([line for line, fails in zip(part.lines, failed, strict=True) if fails])
                labels = tuple([label for label, fails in zip(part.labels, failed, strict=True) if fails])
                made.append(ItemResult(_path(part, place), name, False, zero, lines, None, labels))
        return tuple(made)

    def caps(self) -> tuple[CapResult, ...]:
        """Caps in the order in which they were applied."""
        return tuple([self._cap(*cap) for cap in self.settled.caps]) if self.stepped else ()

    def _cap(self, step: Step, name: str, room: int, before: int, after: int, used: int | None, less: Any) -> CapResult:
        den = self.clause.den
        left, high = limited(room, den), limited(before, den)
        low = high if after == before else left if after == room else limited(after, den)
        spent = None if used is None else exact(used, den)
        return CapResult(
            step.text, step.words, name, (left, left), (high, high), (low, low),  # type: ignore[arg-type]
            None if spent is None else (spent, spent), tuple([(self._key_path(k), exact(x, den)) for k, x in less]), step.label,
        )

    def _key_path(self, key: Key) -> str:
        return _path(self.clause.parts[key[0]], key[1])

    def conflicts(self) -> tuple[Conflict, ...]:
        """竞合, matter by matter."""
        if not self.stepped:
            return ()
        den = self.clause.den
        made = []
        for matter, *amounts in self.settled.conflicts:
            before, received, rival, after = (exact(x, den) for x in amounts)
            made.append(Conflict(matter, (before, before), (received, received), (rival, rival), (after, after)))
        return tuple(made)

    def reckoned(self) -> Fraction | None:
        """The amount before rounding; None under 裁量."""
        if self.clause.discretionary:
            return None
        return exact(sum(self.settled.nets), self.clause.den) if self.record[ROWS] else _ZERO

    def touched(self) -> frozenset[str]:
        """Readings of a line that cut something, or alone refused an item."""
        found = set(self.settled.touched if self.stepped else _NONE)
        for part, refused in zip(self.clause.parts, self.refusals(), strict=True):
            for _, failed in refused:
                if sum(failed) == 1:
                    found.update(part.readings[failed.index(True)])
        return frozenset(found) if found else _NONE

    # -- 拨付 --------------------------------------------------------------------------------------------

    def schedule(self) -> dict[int, Fraction]:
        """The new grant by years."""
        if self._schedule is None:
            self._schedule = self._paid_by_year()
        return self._schedule

    def _paid_by_year(self) -> dict[int, Fraction]:
        by_part: dict[str, int] = {}
        for (part, _), share in (self.shares() or {}).items():
            name = self.clause.parts[part].name
            by_part[name] = by_part.get(name, 0) + share
        grants = {name: exact(amount, self.clause.den) for name, amount in by_part.items()}
        return schedule_of(grants, self.clause.pays, self.record[YEAR], self.machine.calls.frame.last_year)


def _path(part: Part, place: int) -> str:
    return f"{part.table}[{place}]" if part.is_list else part.table or "企业"
