"""A lowered clause with the functions made from it, each when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from xcrules.base.money import Happened
from xcrules.facts.scaled.values import NA, Ask, identifier
from xcrules.run.decision import ClauseDecision
from xcrules.run.lowered import claims as c
from xcrules.run.lowered.lower import Lowerer
from xcrules.run.lowered.payments import continuing
from xcrules.run.lowered.rows import Instalment, Limits, Record, Row
from xcrules.run.lowered.settle import settled
from xcrules.run.results import PENDING

from . import helpers
from .details import Failing
from .writing import below_source, bounding_source, clause_source, events_source, failing_source

if TYPE_CHECKING:
    from xcrules.facts.scaled import ScaledFacts

Names = Mapping[str, Any]
Function = Callable[..., Any]


def function_of(source: str, name: str, names: Names) -> Function:
    """A generated function."""
    inside = dict(names)
    exec(compile(source, f"<{name}>", "exec"), inside)
    function: Function = inside[name]
    return function


def parameter_names(parameters: Mapping[str, Mapping[Fraction, Fraction | None]], scales: Mapping[str, int]) -> dict[str, dict[int, int]]:
    """The yearly figures of the policy under the names that generated code has for them."""
    return {identifier(name, "P_"): {int(y): int(v * scales[name]) for y, v in years.items() if v is not None}
            for name, years in parameters.items()}


@frozen(eq=False, slots=False)
class Context:
    """What holds for all clauses of a plan: what generated code may name, and what earlier grants pay."""

    lowerer: Lowerer

    @cached_property
    def frame(self) -> c.Frame:
        return self.lowerer.frame

    @cached_property
    def figures(self) -> dict[str, dict[int, int]]:
        """The yearly figures of the policy, as generated code names them."""
        return parameter_names(self.lowerer.parameters, self.lowerer.figures)

    @cached_property
    def names(self) -> Names:
        """What generated code may name."""
        return {**helpers.NAMES, **self.figures}

    def grants(self, facts: Any) -> list[tuple[Any, Any, Any]]:
        """Earlier grants: clause, year, amount."""
        history = self.frame.history
        if history is None:
            return []
        clause, year, amount = (identifier(x) for x in (history.clause, history.year, history.amount))
        return [(getattr(x, clause), getattr(x, year), getattr(x, amount)) for x in getattr(facts, identifier(history.table))]


@frozen(eq=False, slots=False)
class CompiledClause:
    """One clause: lowered to nodes, and as functions over a record of facts."""

    lowered: c.Clause
    context: Context
    _failing: dict[int, Failing] = field(factory=dict, init=False)
    _bounding: dict[int, Failing] = field(factory=dict, init=False)

    @cached_property
    def plain(self) -> bool:
        """Whether it is paid at once, out of no fund, and never owed the other way."""
        clause = self.lowered
        return not (clause.payments or clause.pooled or clause.settles or (clause.saying is not None and clause.saying.reverse))

    @cached_property
    def undecided(self) -> dict[str, Any]:
        """The fields of its decisions, before anything is known of them."""
        clause = self.lowered
        return vars(ClauseDecision(clause.number, clause.title, clause.words, PENDING, saying=clause.saying, parts=clause.part_names))

    @cached_property
    def source(self) -> str:
        """The generated function; "" for a clause without money."""
        return "" if self.lowered.nature else clause_source(self.lowered, self.context.frame)

    @cached_property
    def written(self) -> Callable[[Any], tuple[list[Row], Limits, tuple[Instalment, ...], Any] | None]:
        """Facts to the claims that count, and what `settled` wants besides; None where the reference evaluator must be asked."""
        names = {**self.context.names, "continuing": lambda facts, year: self.going(facts, year=year)}
        return function_of(self.source, "clause", names)

    @cached_property
    def function(self) -> Callable[[Any], Record | None]:
        """Facts to what the clause comes to; None where the reference evaluator must be asked."""
        clause = self.lowered
        if clause.nature:
            record = Record(clause.nature, None, None, [], (), (), None)
            return lambda _facts: record
        written, refused = self.written, settled(clause, [], ())  # of most clauses nobody claims anything

        def function(facts: Any) -> Record | None:
            found = written(facts)
            if found is None:
                return None
            rows, limits, going, year = found
            if not rows and year is None:
                return refused
            try:
                return settled(clause, rows, limits, going, year)
            except Ask:
                return None

        return function

    def once(self, given: ScaledFacts, beside: Any) -> Record | None:
        """The same of facts with what other clauses came to `beside` them: where it reads none, worked out once for all readings that leave it alike."""
        if self._reads_others:
            return self.function(beside)
        made = given.__dict__.setdefault("made", {})
        if self not in made:
            made[self] = self.function(given.record)
        return made[self]  # type: ignore[no-any-return]

    @cached_property
    def _reads_others(self) -> bool:
        return "result(f, " in self.source

    @cached_property
    def _events(self) -> Callable[[Any], tuple[Happened, Collection[str]]]:
        return function_of(events_source(self.lowered), "events", self.context.names)

    def happened(self, facts: Any) -> Happened:
        """The years of the events on which shares are paid. Raises Ask where one is unknown."""
        return self._events(facts)[0] if any(p.events for p in self.lowered.payments) else {}

    def year(self, facts: Any) -> Any:
        """The base year. Raises Ask where it is unknown."""
        return helpers.sure(self.stated_year(facts))

    def stated_year(self, facts: Any) -> Any:
        """What stands for the base year in a record."""
        base = self.context.frame.base_year
        return NA if base is None else getattr(facts, identifier(base.name))  # type: ignore[union-attr]

    def going(self, facts: Any, in_force: bool = True, year: Any = None) -> tuple[Instalment, ...]:
        """What earlier grants under the clause pay in the base year."""
        context, payments = self.context, self.lowered.payments
        if not payments:
            return ()
        if year is None:
            year = self.year(facts)
        happened, stopped = self._events(facts) if any(p.events or p.going is not None for p in payments) else ({}, ())
        return continuing(payments, context.frame, context.grants(facts), year, in_force, happened, stopped)

    def failing(self, part: int) -> Failing:
        """For an item of a part, which of its conditions it fails."""
        if part not in self._failing:
            claim = self.lowered.claims[part]
            self._failing[part] = function_of(failing_source(claim.names, tuple(g.test for g in claim.guards)), "failing", self.context.names)
        return self._failing[part]

    def bounding(self, part: int) -> Failing:
        """For an item of a part, which of its 下限 and 单项 caps change what it is worth."""
        if part not in self._bounding:
            self._bounding[part] = function_of(bounding_source(self.lowered, self.lowered.claims[part]), "bounding", self.context.names)
        return self._bounding[part]

    @cached_property
    def _below(self) -> Callable[[Any, Any], bool]:
        return function_of(below_source(self.lowered.claims[0]), "below", self.context.names)

    def reversed(self, facts: Any) -> bool:
        """Whether what the clause comes to is owed the other way: its one claim is below 0."""
        if self.lowered.saying is None or not self.lowered.saying.reverse or not self.lowered.claims:
            return False
        table = self.lowered.claims[0].table
        return self._below(facts, getattr(facts, identifier(table)) if table else None)

    @cached_property
    def tagged(self) -> tuple[int, ...]:
        """The parts with a condition that rests on a reading."""
        return tuple(i for i, claim in enumerate(self.lowered.claims) if any(choice for g in claim.guards for _, choice in g.origin.tags))

    @cached_property
    def bounded(self) -> tuple[int, ...]:
        """The parts with a bound on an item that rests on a reading."""
        return tuple(
            i for i, claim in enumerate(self.lowered.claims) if any(choice for b in claim.worth.bounds for _, choice in b.origin.tags)
        )

    @cached_property
    def capped(self) -> bool:
        """Whether an item has a ceiling of its own, which rounding to more than a 分 must not pass."""
        return any(isinstance(b, c.Ceiling) for claim in self.lowered.claims for b in claim.worth.bounds)

    @property
    def last_year(self) -> int | None:
        """The last year that the policy is in force; None where it has none."""
        return self.context.frame.last_year
