"""A clause's reasons from what generated code wrote down: items, caps, conflicts, instalments.

Everything is worked out from the rows of one decision, when it is read. What needs the reference
evaluator raises Ask.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from attrs import define

from .. import calculus as c
from ..datatypes import UNLIMITED, Number
from ..decision import DISCRETION, GRANTED, CapResult, Conflict, ItemResult
from ..operators import apportion as apportion_exact
from .forms import Coded
from .runtime import Ask, is_endless
from .scales import identifier
from .settle import MATTER, PART, PLACE, Key, Settled, settle, shares

Record = tuple[Any, ...]  # what a clause function returns
STATUS, AMOUNT, BOUND, ROWS, LIMITS, GOING, YEAR = range(7)
_ZERO = Fraction(0)
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


@define(eq=False)
class Details:
    """The reasons of one clause on one sheet."""

    coded: Coded
    plan: c.Plan
    sheet: Any
    record: Record
    outside: Callable[[c.Against], list[tuple[Any, ...]]]
    failing: Callable[[int], Failing]
    _settled: Settled | None = None
    _shares: dict[Key, int] | None = None

    @property
    def settled(self) -> Settled:
        """The steps once more, this time written down."""
        if self._settled is None:
            coded, record = self.coded, self.record
            self._settled = settle(coded.steps, record[ROWS], record[LIMITS], self.outside, coded.unit, coded.den // 100)
        return self._settled

    def shares(self) -> Mapping[Key, int] | None:
        """What each item has of the amount; None under 裁量 that nobody has settled yet."""
        status, clause = self.record[STATUS], self.coded.clause
        if status == DISCRETION:
            return None
        if clause.discretionary and status != GRANTED:
            return {}
        if self._shares is None:
            whole = self.settled.whole
            amount = self.record[AMOUNT]
            self._shares = shares(whole, amount, self.coded.unit, clause.discretionary) if whole.rows else {}
        return self._shares

    def items(self) -> tuple[ItemResult, ...]:
        """Those that count, then those refused, part by part."""
        shares, den = self.shares(), self.coded.den
        rows = self.record[ROWS]
        made: list[ItemResult] = []
        for part, each in enumerate(self.coded.clause.claims):
            kept = [r for r in rows if r[PART] == part]
            for row in kept:
                share = None if shares is None else shares.get(row[:2])
                amount = None if share is None else exact(share, den)
                made.append(ItemResult(self._path(each, row[PLACE]), each.part, True, amount, (), _word(row[MATTER]) if len(row) > 3 else None))
            for place, failed in self._refused(part, each, {r[PLACE] for r in kept}):
                words = tuple(g.origin.text for g, fails in zip(each.guards, failed, strict=True) if fails)
                made.append(ItemResult(self._path(each, place), each.part, False, None if shares is None else _ZERO, words))
        return tuple(made)

    def _path(self, each: c.Each, place: int) -> str:
        return f"{each.table}[{place}]" if each.is_list else each.table or "企业"

    def _refused(self, part: int, each: c.Each, kept: set[int]) -> list[tuple[int, tuple[bool, ...]]]:
        records = getattr(self.sheet, identifier(each.table)) if each.table else None
        every = records if each.is_list else [records]
        assert every is not None
        places = [i for i in range(len(every)) if i not in kept]
        failing = self.failing(part) if places else None
        return [(i, failing(self.sheet, every[i])) for i in places] if failing else []

    def caps(self) -> tuple[CapResult, ...]:
        den = self.coded.den

        def span(amount: int | None) -> Any:
            value = limited(amount or 0, den)
            return value, value

        return tuple(
            CapResult(step.node.origin.text, step.node.origin.words, name, span(room), span(before), span(after),
                      None if used is None else span(used), tuple((self._key_path(k), exact(x, den)) for k, x in cuts))
            for step, name, room, before, after, used, cuts in self.settled.caps
        )  # fmt: skip

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
        found = set(self.settled.touched)
        for part, each in enumerate(self.coded.clause.claims):
            if any(choice for g in each.guards for _, choice in g.origin.tags):
                kept = {r[PLACE] for r in self.record[ROWS] if r[PART] == part}
                for _, failed in self._refused(part, each, kept):
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
        last_year = self.plan.period.last_year if self.plan.period else None
        made: dict[int, Fraction] = {}
        for part, amount in by_part.items():
            pay = pays.get(part)
            total = exact(amount, self.coded.den)
            parts = apportion_exact(total, [total * s for s in pay.shares]) if pay else [total]
            for offset, cents in enumerate(parts):
                year = self.record[YEAR] + offset
                late = pay is not None and not pay.after_expiry and last_year is not None and year > last_year
                if cents and not late:
                    made[year] = made.get(year, _ZERO) + cents
        return made


__all__ = ["AMOUNT", "BOUND", "GOING", "LIMITS", "ROWS", "STATUS", "YEAR", "Ask", "Details", "exact", "limited"]
