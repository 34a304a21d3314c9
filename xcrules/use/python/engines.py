"""A program and what decides by it: plans, both engines, the comparison of readings. Made when wanted, kept, never changed.

Which engine decides is chosen by the caller. Nothing here depends on what was decided before: the same facts under the same
readings give the same decision, the first time and ever after.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from xcrules.base.diagnostic import XcrulesError
from xcrules.facts.given import Facts
from xcrules.facts.scaled import Records, ScaledFacts, scaled_facts
from xcrules.facts.scaled.values import Ask, Yearly
from xcrules.facts.types import LedgerType
from xcrules.meaning.program import Program
from xcrules.plan import effort, steps
from xcrules.plan.effort import Crossing, crossings, too_long_to_ask, too_many_gaps, too_many_steps
from xcrules.plan.planner import Made, Planner, default_readings
from xcrules.run.alternatives import Alternatives, Engine, Judge
from xcrules.run.decision import ClauseDecision, Decision
from xcrules.run.disputes import Comparison
from xcrules.run.reference import evaluate_clauses, evaluate_first, evaluate_gates, first_of, withheld

if TYPE_CHECKING:
    from xcrules.run.python import Compiled
    from xcrules.run.python.clause import CompiledClause
    from xcrules.run.python.variants import Variants

Key = tuple[tuple[str, str], ...]


@define(eq=False, slots=False)
class Engines:
    """What a program is decided with, under any readings."""

    program: Program
    pieces_made: Made = field(factory=dict)
    _under: dict[Key, Under] = field(factory=dict, init=False)
    clauses_made: dict[tuple[int, ...], CompiledClause] = field(factory=dict, init=False)  # what plans under several readings have in common

    def under(self, chosen: Mapping[str, str]) -> Under:
        """What decides under a full set of modelled choices."""
        key = tuple(sorted(chosen.items()))
        if key not in self._under:
            self._under[key] = Under(self, key)
        return self._under[key]

    @cached_property
    def clauses(self) -> tuple[str, ...]:
        """The numbers of the clauses, in the order of the law."""
        return tuple(k.number for k in self.program.clauses)

    @cached_property
    def defaults(self) -> dict[str, str]:
        """Reading → its default choice, of every reading."""
        return default_readings(self.program)

    @cached_property
    def default(self) -> Under:
        return self.under(self.defaults)

    @cached_property
    def planner(self) -> Planner:
        return Planner(self.program, self.pieces_made)

    @cached_property
    def parameters(self) -> dict[str, Yearly]:
        """The policy's figures by name and year, in the unit of each; None where none is published."""
        return {p.name: Yearly(p) for p in self.program.parameters}

    @cached_property
    def _closed(self) -> tuple[tuple[str, bool], ...]:
        """What may be left out and then counts as empty, and whether it is a ledger of support."""
        schema = self.program.schema
        top = [(f.name, isinstance(f.type, LedgerType)) for f in schema.top if f.closed]
        return (*top, *((t.name, bool(t.role)) for t in schema.nested if t.closed))

    def left_out(self, facts: Facts, ledgers: bool) -> tuple[str, ...]:
        """Closed lists that were not given, ledgers of support or others: the decision takes them as empty and says so."""
        return tuple([name for name, ledger in self._closed if ledger is ledgers and not facts.gives(name)])

    @cached_property
    def crossings(self) -> frozenset[Crossing]:
        """The pairs of lists of which one is gone over for each item of the other."""
        return crossings(self.default.plan)

    @cached_property
    def records(self) -> Records:
        """What reads facts into the whole numbers that compiled rules work on."""
        return Records(self.program.schema, self.program.clause_names, self.parameters)

    def scaled(self, facts: Facts) -> ScaledFacts:
        """The facts as generated code reads them."""
        return scaled_facts(facts, self.records)

    def measured(self, facts: Facts) -> Facts:
        """The facts, if a decision on them takes no more steps than it may. Raises XcrulesError (E817, E818)."""
        found = too_many_steps(facts, self.crossings)
        if found is None and facts.longest() > effort.MAX_COMPARED:
            found = too_many_gaps(self.scaled(facts))
        if found is not None:
            raise XcrulesError([found])
        return facts

    # -- comparing readings ------------------------------------------------------------------------------

    def plan_of(self, chosen: Mapping[str, str]) -> steps.Plan:
        return self.under(chosen).plan

    def same_gates(self, facts: Facts, one: Mapping[str, str], other: Mapping[str, str], engine: Engine) -> bool:
        """Whether 有效期 and 适用主体 come out the same under two full sets of readings."""
        if engine == "compiled":
            from xcrules.run.python.compiled import UNSURE

            scaled, under = self.scaled(facts), [self.under(readings).compiled for readings in (one, other)]
            states = [x.gate(scaled.record) for x in under]
            if UNSURE not in states:
                return states[0] == states[1]
            with suppress(Ask):
                return under[0].passed(under[0].filled(scaled)) == under[1].passed(under[0].filled(scaled))
        passed = [evaluate_gates(self.plan_of(readings), facts, self.parameters) for readings in (one, other)]
        return (passed[0].in_force, passed[0].expired, passed[0].scope) == (passed[1].in_force, passed[1].expired, passed[1].scope)

    def closed(self, facts: Facts, readings: Mapping[str, str], status: str) -> str:
        """What of 有效期 (or of 适用主体, for 不适用主体) is not met, under a full set of readings."""
        from xcrules.tell.explain import gate_text

        plan = self.plan_of(readings)
        return gate_text(plan, evaluate_gates(plan, facts, self.parameters), status)

    def withheld(self, facts: Facts, readings: Mapping[str, str], clause: str) -> tuple[steps.Payment, ...]:
        return withheld(self.plan_of(readings), facts, self.parameters, clause)

    def judge(self, readings: Mapping[str, str], engine: Engine) -> Judge:
        """What decides single clauses under a full set of readings."""
        return self.under(readings).judge(engine)


@define(eq=False, slots=False)
class Under:
    """A program under one full set of choices of its readings."""

    engines: Engines
    readings: Key
    _alternatives: dict[Engine, Alternatives] = field(factory=dict, init=False)

    @cached_property
    def chosen(self) -> dict[str, str]:
        """Reading → its choice here, of every reading."""
        return dict(self.readings)

    @cached_property
    def changed(self) -> Key:
        """The choices that are not the defaults."""
        return tuple((n, x) for n, x in self.readings if self.engines.defaults[n] != x)

    @cached_property
    def plan(self) -> steps.Plan:
        return self.engines.planner.plan(self.chosen)

    def clauses(self, facts: Facts, engine: Engine, only: tuple[str, ...] | None = None) -> tuple[ClauseDecision, ...]:
        """These clauses (None: all) on checked facts, in the order of the law. Raises XcrulesError where the facts are too long for that."""
        if engine == "compiled":
            scaled = self.engines.scaled(facts)
            return self.compiled.decide(scaled, Comparison(self.alternatives(engine), scaled), only)
        compare = Comparison(self.alternatives(engine), facts)
        return tuple([evolve(k, compare=compare) for k in self.reference(facts, only)])

    def told(self, facts: Facts, only: tuple[str, ...] | None) -> tuple[ClauseDecision, ...]:
        """These clauses (None: all) with the traces that explain tells; of lists too long for that, with those of their first items.

        Raises XcrulesError (E818) where a clause over such lists reads others, or goes over a list anew for each item.
        """
        most = effort.told_one_by_one(facts, self.plan, only)
        if facts.longest() <= most:
            return self.clauses(facts, "reference", only)
        clauses = self.clauses(facts, "compiled", only)
        long = {
            k.number for k in clauses if too_long_to_ask(facts, self.plan, {k.number, *self.plan.links.behind(k.number)}, most) is not None
        }
        short = {k.number: k.evidence for k in self.reference(facts, tuple(k.number for k in clauses if k.number not in long))}
        for clause in clauses:  # in the place of traces of all items
            vars(clause)["evidence"] = self._first_items(facts, clause.number) if clause.number in long else short[clause.number]
        return clauses

    def _first_items(self, facts: Facts, number: str) -> object:
        if self.plan.links.behind(number):
            return first_of(self.reference(facts, (number,))[0].evidence, effort.FIRST)
        if (wrong := too_long_to_ask(facts, self.plan, {number}, effort.MAX_UNSURE, effort.FIRST)) is not None:
            raise XcrulesError([wrong])
        return evaluate_first(self.plan, facts, self.engines.parameters, number, effort.FIRST)

    def decide(self, facts: Facts, engine: Engine = "compiled") -> Decision:
        """The decision on checked facts. Raises XcrulesError where they are too long to be decided."""
        facts = self.engines.scaled(facts) if engine == "compiled" else facts
        clauses = self.clauses(facts, engine)
        program, left_out = self.engines.program, self.engines.left_out
        return Decision(program.title or program.name, program.edition, clauses, self.readings, self.changed,
                        left_out(facts, True), left_out(facts, False), facts.number, facts.notices)

    def amounts(self, facts: Facts) -> dict[str, int | None]:
        """分 of each clause; None where the amount is open."""
        return self.compiled.amounts(self.engines.scaled(facts))

    def reference(self, facts: Facts, only: tuple[str, ...] | None) -> tuple[ClauseDecision, ...]:
        """These clauses (None: all) by the reference evaluator. Raises XcrulesError (E818) where a list is too long for it."""
        return self._by_reference(facts, only, effort.MAX_UNSURE)

    def compared(self, facts: Facts, only: tuple[str, ...] | None) -> tuple[ClauseDecision, ...]:
        """The same for the sake of a comparison of readings, for which shorter lists are gone over once more."""
        return self._by_reference(facts, only, effort.MAX_COMPARED)

    def _by_reference(self, facts: Facts, only: tuple[str, ...] | None, most: int) -> tuple[ClauseDecision, ...]:
        wanted = None if only is None else {*only, *(n for x in only for n in self.plan.links.behind(x))}
        if (found := too_long_to_ask(facts, self.plan, wanted, most)) is not None:
            raise XcrulesError([found])
        return evaluate_clauses(self.plan, facts, self.engines.parameters, only)

    def judge(self, engine: Engine) -> Judge:
        """What decides single clauses, for comparison."""
        if engine == "compiled":
            return self.compiled.judge  # type: ignore[return-value]  # of scaled facts, as a compiled decision has them
        return lambda facts, clause: self.compared(facts, (clause.number,))[0]

    @cached_property
    def compiled(self) -> Compiled:
        """The plan as generated Python."""
        from xcrules.run.python import Compiled

        engines = self.engines
        return Compiled(self.plan, engines.records, self.reference, self.compared, engines.clauses_made)

    @cached_property
    def variants(self) -> Variants:
        """The plan beside those of other choices, as generated Python."""
        from xcrules.run.python.variants import Variants

        return Variants(self.compiled, lambda number, choice: self.engines.under({**self.chosen, number: choice}).compiled)

    def alternatives(self, engine: Engine) -> Alternatives:
        """The other choices of each reading."""
        if engine not in self._alternatives:
            self._alternatives[engine] = Alternatives(self.engines, self.chosen, engine, self.variants if engine == "compiled" else None)
        return self._alternatives[engine]
