"""A clause's reasons from what generated code wrote down: items, caps, conflicts, instalments.

Everything is worked out from the rows of one decision, when it is read. What needs the reference
evaluator raises Ask.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Protocol

from .. import calculus as c
from ..datatypes import UNLIMITED, Number
from ..decision import DISCRETION, GRANTED, CapResult, Conflict, ItemResult
from ..operators import apportion as apportion_exact
from .forms import Coded
from .runtime import is_endless
from .scales import identifier
from .settle import MATTER, PART, PLACE, Key, Settled, settle, shares

Record = tuple[Any, ...]  # what a clause function returns
STATUS, AMOUNT, BOUND, ROWS, LIMITS, GOING, YEAR = range(7)
ASK_ALL: Record = ("ask",)  # a record that holds nothing: the gates want the reference evaluator
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


class Judge(Protocol):
    """What is wanted of a compiled policy here."""

    plan: c.Plan

    def failing(self, place: int, part: int) -> Failing: ...

    def outside(self, sheet: Any) -> Callable[[c.Against], list[tuple[Any, ...]]]: ...


class Details:
    """The reasons of one clause on one sheet."""

    __slots__ = ("_refusals", "_settled", "_shares", "coded", "judge", "place", "record", "sheet")

    def __init__(self, coded: Coded, judge: Judge, place: int, sheet: Any, record: Record) -> None:
        self.coded, self.judge, self.place, self.sheet, self.record = coded, judge, place, sheet, record
        self._settled: Settled | None = None
        self._shares: Mapping[Key, int] | None = None
        self._refusals: list[list[tuple[int, tuple[bool, ...]]]] | None = None

    @property
    def settled(self) -> Settled:
        """The steps once more, this time written down."""
        if self._settled is None:
            coded, record = self.coded, self.record
            outside = self.judge.outside(self.sheet)
            self._settled = settle(coded.steps, record[ROWS], record[LIMITS], outside, coded.unit, coded.den // 100)
        return self._settled

    def shares(self) -> Mapping[Key, int] | None:
        """What each item has of the amount; None under 裁量 that nobody has settled yet."""
        if self._shares is None:
            status, clause, rows = self.record[STATUS], self.coded.clause, self.record[ROWS]
            if status == DISCRETION:
                return None
            amount = self.record[AMOUNT]
            if not rows or (clause.discretionary and status != GRANTED):
                self._shares = {}
            elif len(rows) == 1:
                self._shares = {rows[0][:2]: amount}
            elif not amount:
                self._shares = {r[:2]: 0 for r in rows}
            else:
                self._shares = shares(self.settled.whole, amount, self.coded.unit, clause.discretionary)
        return self._shares

    def refusals(self) -> list[list[tuple[int, tuple[bool, ...]]]]:
        """For each part the items that do not count, and which conditions they fail."""
        if self._refusals is None:
            kept = {r[:2] for r in self.record[ROWS]}
            self._refusals = [self._refused(part, each, kept) for part, each in enumerate(self.coded.clause.claims)]
        return self._refusals

    def _refused(self, part: int, each: c.Each, kept: set[Key]) -> list[tuple[int, tuple[bool, ...]]]:
        records: Any = getattr(self.sheet, identifier(each.table)) if each.table else None
        every: Any = records if each.is_list else (records,)
        places = [i for i in range(len(every)) if (part, i) not in kept]
        if not places:
            return []
        failing = self.judge.failing(self.place, part)
        return [(i, failing(self.sheet, every[i])) for i in places]

    def reasons(self) -> dict[str, Any]:
        """Items, caps, conflicts and the readings that had a hand in them."""
        stepped = bool(self.coded.steps and self.record[ROWS])
        return {
            "items": self.items(), "caps": self.caps() if stepped else (), "conflicts": self.conflicts() if stepped else (),
            "touched": self.touched(),
        }  # fmt: skip

    def items(self) -> tuple[ItemResult, ...]:
        """Those that count, then those refused, part by part."""
        shares, den = self.shares(), self.coded.den
        made: list[ItemResult] = []
        refusals = self.refusals()
        zero = None if shares is None else _ZERO
        for part, each in enumerate(self.coded.clause.claims):
            for row in self.record[ROWS]:
                if row[PART] == part:
                    share = None if shares is None else shares.get(row[:2])
                    amount = None if share is None else exact(share, den)
                    matter = _word(row[MATTER]) if len(row) > 3 else None
                    made.append(ItemResult(self._path(each, row[PLACE]), each.part, True, amount, (), matter))
            for place, failed in refusals[part]:
                words = tuple(g.origin.text for g, fails in zip(each.guards, failed, strict=True) if fails)
                made.append(ItemResult(self._path(each, place), each.part, False, zero, words))
        return tuple(made)

    def _path(self, each: c.Each, place: int) -> str:
        return f"{each.table}[{place}]" if each.is_list else each.table or "企业"

    def caps(self) -> tuple[CapResult, ...]:
        den = self.coded.den

        made = []
        for step, name, room, before, after, used, cuts in self.settled.caps:
            left, high, low = limited(room, den), limited(before, den), limited(after, den)
            spent: Any = None if used is None else exact(used, den)
            made.append(CapResult(
                step.node.origin.text, step.node.origin.words, name, (left, left), (high, high), (low, low),  # type: ignore[arg-type]
                None if used is None else (spent, spent), tuple((self._key_path(k), exact(x, den)) for k, x in cuts),
            ))  # fmt: skip
        return tuple(made)

    def _key_path(self, key: Key) -> str:
        return self._path(self.coded.clause.claims[key[0]], key[1])

    def conflicts(self) -> tuple[Conflict, ...]:
        den = self.coded.den
        made = []
        for matter, *amounts in self.settled.conflicts:
            before, received, rival, after = (exact(x, den) for x in amounts)
            made.append(Conflict(matter, (before, before), (received, received), (rival, rival), (after, after)))
        return tuple(made)

    def touched(self) -> frozenset[str]:
        """Readings of a line that cut something, or alone refused an item."""
        clause = self.coded.clause
        found = set(self.settled.touched) if self.coded.steps and self.record[ROWS] else set()
        refusals = self.refusals()
        if not found and not any(refusals):
            return _NONE
        for each, refused in zip(clause.claims, refusals, strict=True):
            for _, failed in refused:
                if sum(failed) == 1:
                    found |= {n for n, choice in each.guards[failed.index(True)].origin.tags if choice}
        return frozenset(found)

    # -- 拨付 --------------------------------------------------------------------------------------------

    def schedule(self) -> dict[int, Fraction]:
        """The new grant by years."""
        by_part: dict[str, int] = {}
        for (part, _), share in (self.shares() or {}).items():
            name = self.coded.clause.claims[part].part
            by_part[name] = by_part.get(name, 0) + share
        pays = {p.part: p for p in self.coded.clause.pays}
        last_year = self.judge.plan.period.last_year if self.judge.plan.period else None
        made: dict[int, Fraction] = {}
        for name, amount in by_part.items():
            pay = pays.get(name)
            total = exact(amount, self.coded.den)
            parts = apportion_exact(total, [total * s for s in pay.shares]) if pay else [total]
            for offset, cents in enumerate(parts):
                year = self.record[YEAR] + offset
                late = pay is not None and not pay.after_expiry and last_year is not None and year > last_year
                if cents and not late:
                    made[year] = made.get(year, _ZERO) + cents
        return made
