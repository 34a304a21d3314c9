"""What a clause over ranges may come to: its claims handed to the steps of run/ranges, and these asked for what they want to know of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from attrs import define

from xcrules.base.money import Number, Unlimited
from xcrules.facts.scaled.values import NA, identifier
from xcrules.facts.types import NOT_APPLICABLE
from xcrules.plan import steps
from xcrules.run.lowered import claims as c
from xcrules.run.ranges import abstract as a, asks
from xcrules.run.ranges.abstract import Num, Sym, Truth
from xcrules.run.ranges.asks import Items, Rank, Supports, Unit, any_record
from xcrules.run.ranges.groups import ClauseState, brought
from xcrules.run.ranges.outcome import Outcome, in_play, outcome_of, run

from .claims import Item, RangedClause, support
from .filled import Filled
from .helpers import AnyRows, as_num, as_sym, scaled


@define(eq=False, repr=False)
class RangedItem(asks.Item):
    """One claim in whole numbers of 1/scale 元."""

    keys: tuple[Any, ...]
    free: Num
    most: Num

    def ungranted(self) -> tuple[Any, Num]:
        return None, self.free

    def top(self, highest: bool = False) -> Number:
        return self.most.hi if highest else self.most.lo


class ByRows:
    """What steps ask; see run/ranges/groups.Asks."""

    def __init__(self, clause: c.Clause, places: dict[int, int], limits: tuple[Any, ...], record: Any) -> None:
        """`places`: of each step of the plan by its id, where it stands among the lowered ones."""
        self.clause, self.places, self.limits, self.record = clause, places, limits, record
        self.granted = any(x is not None and x[0] is not x[1] and x[0] != x[1] for x in limits)

    def _of(self, step: steps.Step, item: Any) -> Any:
        place = self.places[id(step)]
        return self.limits[place] if item is None else item.keys[place][1:]

    def ceiling(self, cap: steps.Cap, item: Any, ungranted: bool) -> Num:
        return as_num(self._of(cap, item)[1 if ungranted else 0])

    def used(self, cap: steps.Cap, item: Any) -> Num:
        return as_num(self._of(cap, item)[2])

    def key(self, step: steps.Cap | steps.Highest, item: Any) -> Sym:
        return as_sym(item.keys[self.places[id(step)]][0])

    def rank(self, step: steps.Highest, item: Any) -> Num:
        place = self._of(step, item)[0]
        return Num(a.ZERO, Fraction(len(step.order)), place.needs) if place.__class__ is Sym else a.plain(as_num(place))

    def had(self, step: steps.Highest, item: Any) -> Num:
        return as_num(self._of(step, item)[1])

    def _rows(self, rule: steps.Against) -> list[tuple[Any, Any, Any]]:
        return [] if getattr(self.record, identifier(rule.outside)).__class__ is AnyRows else support(rule, self.record)

    def support(self, rule: steps.Against) -> Supports:
        lowered = self.clause.steps[self.places[id(rule)]]
        assert isinstance(lowered, c.Against)
        factor = self.clause.scale // lowered.scale
        key = (rule.outside, rule.matter, rule.amount, rule.state, factor)
        if key not in self.record.made:  # what the rows say is the same under every reading
            self.record.made[key] = Supports(
                [
                    (i, _word(matter), a.NOTHING if amount is NA else a.plain(as_num(scaled(amount, factor))), _word(state))
                    for i, (matter, amount, state) in enumerate(self._rows(rule))
                ]
            )
        return self.record.made[key]  # type: ignore[no-any-return]

    def open_support(self, rule: steps.Against) -> a.Needs:
        rows = [row for row in self._rows(rule) if _word(row[0]) is not NOT_APPLICABLE]
        return a.NONE.union(*(x.needs for row in rows for x in row if x.__class__ in (Num, Sym)))


def _word(value: Any) -> Any:
    """A word as a record of facts has it; None where it is unknown."""
    word = as_sym(value)
    return None if word.needs else NOT_APPLICABLE if word.value in (None, "不适用") else word.value


def outcome(
    ranged: RangedClause, node: steps.Decide, facts: Filled, items: list[list[tuple[int, Item]]], limits: tuple[Any, ...]
) -> tuple[Outcome, bool]:
    """What the clause may come to, in whole numbers of 1/scale 元, and whether some of it is for an authority to say. Raises Ask where the reference evaluator must be asked."""
    lowered = ranged.clause.lowered
    node, claims, state = _ran(ranged, node, facts, items, limits)
    return outcome_of(node, claims, state, Unit(lowered.unit, lowered.mode)), node.discretionary


def by_facts(ranged: RangedClause, node: steps.Decide, facts: Filled) -> Num:
    """元 that the facts alone give: nothing granted before, no other support. Raises Ask as above."""
    lowered = ranged.clause.lowered
    node, claims, state = _ran(ranged, node, facts, *ranged.made(facts))
    alone = run(node, claims, state.asks, lowered.cent, ungranted=True, reasons=False)
    return in_yuan(brought(alone, Unit(lowered.unit, lowered.mode)), lowered.scale)


Ran = tuple[steps.Decide, Sequence[Items[RangedItem]], ClauseState]


def _ran(ranged: RangedClause, node: steps.Decide, facts: Filled, items: list[list[tuple[int, Item]]], limits: tuple[Any, ...]) -> Ran:
    key = (id(node), ranged.key)
    if key not in facts.made:
        facts.made[key] = _run(ranged.clause.lowered, node, facts, items, limits)
    return facts.made[key]  # type: ignore[no-any-return]


def _run(lowered: c.Clause, node: steps.Decide, facts: Filled, items: list[list[tuple[int, Item]]], limits: tuple[Any, ...]) -> Ran:
    """The steps on its claims, before any rounding."""
    group = [s for s in node.steps if not (isinstance(s, steps.Floor) or (isinstance(s, steps.Cap) and s.reach == "单项"))]
    asks = ByRows(lowered, {id(s): i for i, s in enumerate(group)}, limits, facts)
    claims: list[Items[RangedItem]] = []
    for place, (each, found) in enumerate(zip(node.claims, items, strict=True)):
        made = [_ranged(each, (place, i), x) for i, x in found]
        whole = getattr(facts, identifier(each.table)) if each.table else None
        if whole.__class__ is AnyRows and made:
            claims.append(Items(each, place, (), any_record=any_record(made[0], each, group, asks, whole.needs)))
        else:
            claims.append(Items(each, place, made))
    asks.granted = asks.granted or any(i.free is not i.net for x in claims for i in x.items)
    node = in_play(node, claims)
    return node, claims, run(node, claims, asks, lowered.cent, reasons=False)


def _ranged(each: steps.Each, rank: Rank, x: Item) -> RangedItem:
    net = as_num(x.net)
    inside = x.inside if x.inside.__class__ is Truth else a.TRUE
    return RangedItem(each, rank, "", None, inside, net, net if x.award is x.net else as_num(x.award), a.of(x.open), as_sym(x.matter), x.keys,
                      net if x.ungranted is x.net else as_num(x.ungranted), as_num(x.top))


def in_yuan(amount: Num, scale: int) -> Num:
    """元 of whole numbers."""
    lo = _yuan(amount.lo, scale)
    return Num(lo, lo if amount.hi is amount.lo else _yuan(amount.hi, scale), amount.needs)


def _yuan(end: Any, scale: int) -> Number:
    return end if isinstance(end, Unlimited) else Fraction(end, scale)
