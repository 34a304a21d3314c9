"""A clause's reasons from what generated code wrote down: items, caps, conflicts, instalments.

Everything is worked out from the record of one decision, when it is read. What needs the reference evaluator raises Ask.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xcrules.base.money import UNLIMITED, Number, cents_by_year, money_text, schedule_of
from xcrules.facts.scaled.values import CENTS, NA, identifier
from xcrules.meaning.operators import fill
from xcrules.plan.steps import choices_of_one
from xcrules.run.decision import Reasons
from xcrules.run.lowered import claims as c
from xcrules.run.lowered.amounts import Cut, bring_down
from xcrules.run.lowered.bounds import Bounds
from xcrules.run.lowered.rows import INDEX, MATTER, PART, RECORDED, Instalment, Rank, Record, is_endless
from xcrules.run.lowered.shared import SharedCut
from xcrules.run.results import DISCRETION, GRANTED, ZERO, CapResult, Conflict, ItemResult, Refusals

if TYPE_CHECKING:
    from .clause import CompiledClause

Failing = Callable[[Any, Any], tuple[bool, ...]]  # for each condition of a part, whether an item fails it


def exact(amount: int, scale: int) -> Fraction:
    """元 of a whole number of 1/scale 元."""
    whole, rest = divmod(amount, scale)
    return Fraction(amount, scale) if rest else Fraction(whole)


def limited(amount: int, scale: int) -> Number:
    """元, or no end."""
    return UNLIMITED if is_endless(amount) else exact(amount, scale)


def paid(going: tuple[Instalment, ...]) -> int | None:
    """分 that earlier grants pay; None if there are none."""
    return sum([part for *_, part in going]) if going else None


def history(going: tuple[Instalment, ...]) -> tuple[str, ...]:
    """Instalments of earlier grants, as they are told."""
    return tuple([f"{granted}年核定的 {ledger}，本年续拨 {money_text(Fraction(part, CENTS))}" for granted, ledger, part in going])


class Details:
    """The reasons of one clause for one enterprise. `record` is what it came to before caps over several clauses."""

    def __init__(self, compiled: CompiledClause, facts: Any, record: Record, cuts: tuple[SharedCut, ...] = (),
                 amounts: tuple[int | None, ...] = ()) -> None:
        self.compiled, self.clause, self.facts, self.record, self.cuts, self.amounts = (
            compiled, compiled.lowered, facts, record, cuts, amounts,
        )
        self.settled = record.settled
        self._refused: dict[int, list[tuple[int, tuple[bool, ...]]]] = {}

    def reasons(self) -> Reasons:
        return Reasons(self.items(), self.caps(), self.conflicts(), history(self.record.going), (), self.touched, self.reckoned())

    @cached_property
    def shares(self) -> dict[Rank, int] | None:
        """What each item has of the amount; None under 裁量 that nobody has settled yet."""
        record, ranks = self.record, [r[: INDEX + 1] for r in self.record.rows]
        if record.status == DISCRETION:
            return None
        if not record.amount:
            return dict.fromkeys(ranks, 0)
        assert self.settled is not None
        return dict(zip(ranks, self.settled.shares(), strict=True))

    def refused(self, part: int) -> list[tuple[int, tuple[bool, ...]]]:
        """The items of a part that do not count, and which conditions they fail."""
        if part not in self._refused:
            claim = self.clause.claims[part]
            held: Any = getattr(self.facts, identifier(claim.table)) if claim.table else None
            rows: Any = held if claim.is_list else (held,)
            counted = {r[INDEX] for r in self.record.rows if r[PART] == part}
            wrong = [i for i in range(len(rows)) if i not in counted]
            self._refused[part] = [(i, self.compiled.failing(part)(self.facts, rows[i])) for i in wrong]
        return self._refused[part]

    def refusals(self) -> Refusals:
        """What refused the items, where none counts."""
        if self.record.rows:
            return None
        found = dict.fromkeys((part, failed) for part in range(len(self.clause.claims)) for _, failed in self.refused(part))
        return tuple([(self.clause.claims[part].part, self._wrong(part, failed)) for part, failed in found])

    def _wrong(self, part: int, failed: tuple[bool, ...]) -> tuple[tuple[str, str], ...]:
        """Label and line of each condition that is not met."""
        guards = self.clause.claims[part].guards
        return tuple([(g.origin.label, g.origin.text) for g, fails in zip(guards, failed, strict=True) if fails])

    def items(self) -> tuple[ItemResult, ...]:
        """Those that count, then those refused, part by part."""
        shares, scale = self.shares, self.clause.scale
        results: list[ItemResult] = []
        zero = None if shares is None else ZERO
        for part, claim in enumerate(self.clause.claims):
            for row in self.record.rows:
                if row[PART] == part:
                    amount = None if shares is None else exact(shares[row[: INDEX + 1]], scale)
                    matter = None if row[MATTER] is NA else str(row[MATTER])
                    results.append(ItemResult(item_path(claim, row[INDEX]), claim.part, True, amount, (), matter, (),
                                              None if row[RECORDED] is None else exact(row[RECORDED], scale)))
            for index, failed in self.refused(part):
                wrong = self._wrong(part, failed)
                labels, lines = tuple([x for x, _ in wrong]), tuple([x for _, x in wrong])
                results.append(ItemResult(item_path(claim, index), claim.part, False, zero, lines, None, labels))
        return self._cut_down(results)

    def _cut_down(self, items: list[ItemResult]) -> tuple[ItemResult, ...]:
        """The items after caps over several clauses, which fall on them in their order."""
        for amount in self.amounts:
            if amount == 0:
                items = [i._replace(amount=ZERO) for i in items]
            elif amount is not None and all(i.amount is not None for i in items):
                left = fill(exact(amount, self.clause.scale), [i.amount or ZERO for i in items])
                items = [i._replace(amount=x) for i, x in zip(items, left, strict=True)]
        return tuple(items)

    def of_parts(self) -> dict[str, int]:
        """What the items of each 分项 have after caps over several clauses."""
        shares = self.shares or {}
        amounts = list(shares.values())
        for limit in (x for x in self.amounts if x is not None):
            bring_down(amounts, range(len(amounts)), limit)
        found: dict[str, int] = {}
        for (part, *_), share in zip(shares, amounts, strict=True):
            name = self.clause.claims[part].part
            found[name] = found.get(name, 0) + share
        return found

    def caps(self) -> tuple[CapResult, ...]:
        """Caps in the order in which they were applied."""
        own = [self._cap(cut) for cut in self.settled.told()] if self.settled is not None else []
        return (*own, *(_shared(cut) for cut in self.cuts))

    def _cap(self, cut: Cut) -> CapResult:
        step, name, room, before, after, used, less = cut
        scale, origin = self.clause.scale, step.origin
        left, high, low = limited(room, scale), limited(before, scale), limited(after, scale)
        spent = None if used is None else exact(used, scale)
        return CapResult(
            origin.text, origin.words, name, (left, left), (high, high), (low, low),  # type: ignore[arg-type]
            None if spent is None else (spent, spent), tuple([(*self._named(k), exact(x, scale)) for k, x in less]), origin.label,
        )

    def _named(self, rank: Rank) -> tuple[str, str]:
        claim = self.clause.claims[rank[PART]]
        return item_path(claim, rank[INDEX]), claim.part

    def conflicts(self) -> tuple[Conflict, ...]:
        """竞合, matter by matter."""
        conflicts = []
        for matter, *amounts in self.settled.conflicts if self.settled is not None else ():
            before, received, rival, after = (limited(x, self.clause.scale) for x in amounts)
            conflicts.append(Conflict(matter, (before, before), (received, received), (rival, rival), (after, after)))  # type: ignore[arg-type]
        return tuple(conflicts)

    def reckoned(self) -> Fraction | None:
        """The amount before rounding; None under 裁量."""
        if isinstance(self.settled, Bounds):
            return None
        return exact(self.settled.sum(), self.clause.scale) if self.settled is not None else ZERO

    @cached_property
    def touched(self) -> frozenset[str]:
        """Readings of a line that cut or raised something, or alone refused an item."""
        found = set(self.settled.touched) if self.settled is not None else set()
        for part in self.compiled.tagged:
            for _, failed in self.refused(part):
                found |= choices_of_one(
                    [guard.origin for guard, fails in zip(self.clause.claims[part].guards, failed, strict=True) if fails]
                )
        for part in self.compiled.bounded:
            bounds = self.clause.claims[part].worth.bounds
            for item in self._counted(part):
                found.update(number for b, acts in zip(bounds, self.compiled.bounding(part)(self.facts, item), strict=True) if acts
                             for number, choice in b.origin.tags if choice)
        return frozenset(found)

    def _counted(self, part: int) -> list[Any]:
        """The items of a part that count."""
        claim = self.clause.claims[part]
        held: Any = getattr(self.facts, identifier(claim.table)) if claim.table else None
        return [held[r[INDEX]] if claim.is_list else held for r in self.record.rows if r[PART] == part]

    @cached_property
    def schedule(self) -> tuple[dict[int, int], dict[str, int]]:
        """分 of the new grant by years, and by the events that it waits for. Raises Ask where the year of one is unknown."""
        record = self.record
        if record.status != GRANTED or record.year is NA:
            return {}, {}
        grants = {name: amount // self.clause.cent for name, amount in self.of_parts().items()}
        happened = self.compiled.happened(self.facts)
        return schedule_of(grants, self.clause.payments, int(record.year), self.compiled.last_year, happened, cents_by_year)


def _shared(cut: SharedCut) -> CapResult:
    origin = cut.cap.origin
    low, high = (limited(x, CENTS) for x in cut.room)
    before, after = limited(cut.before, CENTS), limited(cut.after, CENTS)
    return CapResult(origin.text, origin.words, "、".join(cut.cap.clauses), (low, high), (before, before), (after, after), label=origin.label)  # type: ignore[arg-type]


def item_path(claim: c.Claim, index: int) -> str:
    return f"{claim.table}[{index}]" if claim.is_list else claim.table or "企业"
