"""The claims of a clause over ranges; and what it comes to where these turn out to be known."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

from attrs import frozen

from xcrules.facts.scaled.values import NA, Ask, identifier
from xcrules.plan import steps
from xcrules.run.lowered import claims as c
from xcrules.run.lowered.rows import ENDLESS, Limits, Record, Row
from xcrules.run.lowered.settle import settled
from xcrules.run.ranges.abstract import Num, Sym, Truth

from ..clause import CompiledClause, Context, function_of
from ..writing import below_source
from . import helpers
from .filled import Filled
from .helpers import AnyRows, is_open
from .printing import RANGES, claim_source, limits_source
from .series import Figures


class Item(NamedTuple):
    """One claim as its function gives it; amounts are whole numbers of 1/scale 元, or what is known of them."""

    net: Any
    ungranted: Any
    award: Any
    open: bool
    matter: Any
    top: Any
    recorded: Any
    keys: tuple[Any, ...]
    inside: Any


Made = tuple[list[list[tuple[int, Item]]], tuple[Any, ...]]


@frozen(eq=False, slots=False)
class RangedClause:
    """A clause as functions over a filled record."""

    clause: CompiledClause

    @cached_property
    def key(self) -> tuple[object, ...]:
        """What its claims and limits rest on, of a record. Under another 取整 they are the same."""
        lowered = self.clause.lowered
        return lowered.scale, *((x.table, x.is_list) for x in lowered.claims), *self._sources

    @cached_property
    def _sources(self) -> tuple[str, ...]:
        """Of each claim, and of the limits."""
        lowered = self.clause.lowered
        return *(claim_source(lowered, i) for i in range(len(lowered.claims))), limits_source(lowered)

    @cached_property
    def reads_others(self) -> bool:
        """Whether it rests on what other clauses come to."""
        return any("result(f, " in x for x in self._sources)

    @cached_property
    def below(self) -> Callable[[Any, Any], Any]:
        """The amount of its one claim, below 0 where it is owed the other way."""
        return function_of(below_source(self.clause.lowered.claims[0], RANGES), "below", range_names(self.clause.context))

    @cached_property
    def _functions(self) -> tuple[list[Callable[..., Any]], Callable[[Any], tuple[Any, ...]]]:
        names, (*claims, limits) = range_names(self.clause.context), self._sources
        return [function_of(source, f"claim{i}", names) for i, source in enumerate(claims)], function_of(limits, "limits", names)

    def items(self, facts: Filled) -> list[list[tuple[int, Item]]]:
        """Of each part its claims that count or may count, each with its place. Raises Ask where the reference evaluator must be asked."""
        found: list[list[tuple[int, Item]]] = []
        for claim, function in zip(self.clause.lowered.claims, self._functions[0], strict=True):
            name = identifier(claim.table) if claim.table else ""
            held: Any = getattr(facts, name) if name else None
            if held.__class__ is AnyRows:  # one of which nothing is known stands for all
                any_one = function(facts, facts.any_row[name], True)
                found.append([] if any_one is None else [(0, _of_any(Item._make(any_one), held.needs))])
            elif claim.is_list:
                made = [(i, function(facts, row, True)) for i, row in enumerate(held)]
                found.append([(i, Item._make(x)) for i, x in made if x is not None])
            else:
                there = facts.there(name) if name else True
                one = function(facts, held, there) if there is not False else None
                found.append([] if one is None else [(0, Item._make(one))])
        return found

    def limits(self, facts: Filled) -> tuple[Any, ...]:
        """For each step what it asks beside the claims: (ceiling, the same ungranted, used), None of other steps."""
        return self._functions[1](facts)

    def made(self, facts: Filled) -> Made:
        """Its claims and limits, once for one record. Raises Ask where the reference evaluator must be asked."""
        if self.key not in facts.made:
            try:
                facts.made[self.key] = self.items(facts), self.limits(facts)
            except Ask:
                facts.made[self.key] = None
        found: Made | None = facts.made[self.key]
        if found is None:
            raise Ask
        return found

    def known(self, record: Any, facts: Filled) -> Record | None:
        """What the clause comes to, where all of it is known. Raises Ask where the reference evaluator must be asked."""
        items, limits = self.made(facts)
        every = [x for part in items for _, x in part]
        if any(_open_amounts(x) for x in every) or (every and any(is_open(y) for x in limits if x is not None for y in x)):
            return None
        clause, payments = self.clause.lowered, self.clause.lowered.payments
        rows: list[Row] = [
            (
                part, i, _end(x.net), _end(x.ungranted), _end(x.award), x.open, _end(x.matter),
                _end(x.top) if clause.unit > clause.cent else ENDLESS, x.recorded,
                tuple([None if k is None else tuple(map(_end, k)) for k in x.keys]),
            )
            for part, found in enumerate(items)
            for i, x in found
        ]
        try:
            year = self.clause.year(record) if payments else None
            going = self.clause.going(record, year=year) if payments else ()
            return settled(clause, rows, self._asked(record, limits) if rows else (), going, year)
        except Ask:
            return None

    def _asked(self, record: Any, limits: tuple[Any, ...]) -> Limits:
        return tuple(
            [
                support(x, record) if isinstance(x, c.Against) else None if limit is None else tuple(map(_end, limit))
                for x, limit in zip(self.clause.lowered.steps, limits, strict=True)
            ]
        )


def range_names(context: Context) -> dict[str, Any]:
    """What generated code over ranges may name."""
    figures, parameters = context.figures, context.lowerer.parameters
    return {
        **helpers.NAMES,
        **{identifier(x, "P_"): Figures(x, figures[identifier(x, "P_")], parameters[x], context.lowerer.figures[x]) for x in parameters},
    }


def support(step: c.Against | steps.Against, record: Any) -> list[tuple[Any, Any, Any]]:
    """Other support: matter, amount and state of each."""
    matter, amount, state = identifier(step.matter), identifier(step.amount), identifier(step.state)
    return [(getattr(x, matter), getattr(x, amount), getattr(x, state)) for x in getattr(record, identifier(step.outside))]


def _open_amounts(item: Item) -> bool:
    return item.inside is not True or any(map(is_open, item[:7])) or any(is_open(y) for x in item.keys if x is not None for y in x)


def _of_any(item: Item, needs: frozenset[str]) -> Item:
    """Whether there is one at all rests on the list."""
    return item._replace(inside=Truth(True, True, needs | (item.inside.needs if item.inside.__class__ is Truth else needs)))


def _end(amount: Any) -> Any:
    """As code on whole numbers has it: no end, or what does not apply."""
    if amount.__class__ is Num:
        return 0 if amount.na else ENDLESS
    return NA if amount.__class__ is Sym else amount
