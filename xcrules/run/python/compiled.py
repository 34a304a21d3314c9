"""A compiled plan: the gates and the clause functions, each made when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

from attrs import define, evolve, field

from xcrules.facts.given import Facts
from xcrules.facts.scaled import ScaledFacts
from xcrules.facts.scaled.records import Records
from xcrules.facts.scaled.scales import identifier, scale_of
from xcrules.meaning import values
from xcrules.plan import steps
from xcrules.run.decision import ClauseDecision, Compare
from xcrules.run.results import OUT_OF_FORCE, OUT_OF_SCOPE, cents_of

from .clauses import code_clause, plain_clause
from .expressions import NotCovered, Scope, lower
from .forms import Coded
from .outcomes import comes_to_the_same, decided, judged_by, rounds_the_same, told
from .runtime.calls import Calls
from .runtime.details import Failing
from .runtime.forms import AMOUNT, ASK_ALL, Clause, Frame, Ledger, Record

Reference = Callable[[Facts, tuple[str, ...]], tuple[ClauseDecision, ...]]
ClauseFunction = Callable[[Any], Record | None]
# What the gates may name; CLOSED goes by whether the beneficiary is in scope.
GATE_NAMES = {"CLOSED": ((OUT_OF_FORCE, False), (OUT_OF_FORCE, True)), "EARLY": (OUT_OF_FORCE,), "SCOPE": (OUT_OF_SCOPE,), "ASK": ASK_ALL}


@define(eq=False)
class Compiled:
    """A plan as Python functions. `reference` decides the clauses that these do not cover."""

    plan: steps.Plan
    records: Records
    history: Any  # table, clause, year and amount of the ledger of earlier grants; or None
    reference: Reference
    compared: Reference  # the same for a comparison of readings
    shared: dict[Any, Any] = field(factory=dict)  # clauses that plans under other readings have in common with this one
    _failing: dict[tuple[int, int], Failing] = field(factory=dict)
    _alike: dict[int, tuple[bool, bool]] = field(factory=dict)

    def decide(self, facts: ScaledFacts, compare: Compare | None = None) -> tuple[ClauseDecision, ...]:
        """Every clause on checked facts. Raises XcrulesError where one is to be asked for and a list is too long for that."""
        sheet = facts.record
        gate = self.gates(sheet)
        records = [fn(sheet) for fn in self.functions] if gate is None else [gate] * len(self.plan.clauses)
        made = decided(self, facts, enumerate(records), compare)
        return tuple([made[place] for place in range(len(records))])

    def judge(self, facts: ScaledFacts, other: ClauseDecision) -> ClauseDecision:
        """One clause, to be compared with what it came to under other readings: that itself, where it comes to the same."""
        place = self.places[other.number]
        base = judged_by(other)
        same_gates, same_lets = self._common(base.compiled.plan) if base is not None else (False, False)
        gate = None if same_gates else self.gates(facts.record)  # what was judged came through them
        only_rounds = base is not None and same_gates and same_lets and base.compiled.plan.clauses[place] is self.plan.clauses[place]
        if base is not None and only_rounds and rounds_the_same(self.clause(place), base):
            return other
        record = self.functions[place](facts.record) if gate is None else gate
        if record is not None and record is not ASK_ALL:
            if base is not None and comes_to_the_same(self.clause(place), record, base):
                return other
            if (made := told(self, facts, place, record, None)) is not None:
                return made
        return self.compared(facts, (other.number,))[0]

    def _common(self, plan: steps.Plan) -> tuple[bool, bool]:
        """Whether the gates are as in another plan, and the named values."""
        if id(plan) not in self._alike:  # plans are kept as long as what was made from them
            own = self.plan
            self._alike[id(plan)] = ((plan.period, plan.scope) == (own.period, own.scope), plan.lets == own.lets)
        return self._alike[id(plan)]

    def asked(self, facts: Facts, places: list[int], compare: Compare | None) -> list[ClauseDecision]:
        """The clauses at these places, decided by the reference evaluator."""
        made = self.reference(facts, tuple(self.plan.clauses[place].number for place in places))
        return [evolve(k, compare=compare) for k in made]

    def gate(self, facts: ScaledFacts) -> Record | None:
        """What the gates say; see `gates`."""
        gate: Record | None = self.gates(facts.record)
        return gate

    def amounts(self, facts: ScaledFacts) -> dict[str, int | None]:
        """分 of each clause; None where the amount is open."""
        if self.gates(facts.record) is not None:
            return {k.number: cents_of(k) for k in self.decide(facts)}
        return {number: self._amount(place, facts) for number, place in self.places.items()}

    def _amount(self, place: int, facts: ScaledFacts) -> int | None:
        """分 of a clause."""
        record = self.functions[place](facts.record)
        if record is None:
            (decided,) = self.reference(facts, (self.plan.clauses[place].number,))
            return cents_of(decided)
        if self.plan.clauses[place].nature:
            return 0
        amount: int | None = record[AMOUNT]
        return None if amount is None else amount * 100 // self.clause(place).den

    # -- what a run asks for ------------------------------------------------------------------------------

    def clause(self, place: int) -> Clause:
        """A clause as data."""
        return self.coded(place).clause

    def coded(self, place: int) -> Coded:
        """A clause as data, with its function as source; without a source where it is not covered."""
        return self.made[place][0]

    def failing(self, place: int, part: int) -> Failing:
        """For an item of a part, which of its conditions it fails."""
        if (place, part) not in self._failing:
            names = dict(self.names)
            exec(compile(self.failing_source(place, part), "<failing>", "exec"), names)
            self._failing[place, part] = names["failing"]
        return self._failing[place, part]

    def failing_source(self, place: int, part: int, name: str = "failing") -> str:
        each = self.plan.clauses[place].claims[part]
        scope = Scope({**self.top.lets, **{x.name: x for x in each.lets}}, record="r" if each.table else "",
                      parameters=self.parameter_dens)
        tests = "".join(f"not {lower(g.condition, scope).inner}, " for g in each.guards)
        return f"def {name}(f, r):\n    return ({tests})\n"

    # -- making the functions ----------------------------------------------------------------------------

    @cached_property
    def calls(self) -> Calls:
        return Calls(self._frame())

    def _frame(self) -> Frame:
        plan, period = self.plan, self.plan.period
        years = (period.first_year, period.last_year) if period else (None, None)
        first, last = (None if y is None else y.numerator for y in years)
        base = identifier(plan.base_year.field.name) if isinstance(plan.base_year, values.Fact) else ""
        return Frame(first, last, base, self._ledger())

    def _ledger(self) -> Ledger | None:
        fields = self.history
        table = self.records.schema.table(fields.table) if fields is not None else None
        amount = table.field_named(fields.amount) if table is not None else None
        if fields is None or amount is None:
            return None
        table_name, clause, year, money = (identifier(n) for n in (fields.table, fields.clause, fields.year, fields.amount))
        return Ledger(table_name, clause, year, money, scale_of(amount.type))

    @cached_property
    def parameter_dens(self) -> dict[str, int]:
        return {name: lcm(*(v.denominator for v in figures.values() if v is not None))
                for name, figures in self.records.parameters.items()}

    @cached_property
    def top(self) -> Scope:
        return Scope({x.name: x for x in self.plan.lets}, parameters=self.parameter_dens)

    @cached_property
    def names(self) -> dict[str, Any]:
        """What generated code may name."""
        return {**self.parameter_names, **self.calls.names()}

    @cached_property
    def parameter_names(self) -> dict[str, dict[int, int]]:
        """The yearly figures of the policy, at their denominators."""
        return {
            identifier(name, "P_"): {int(y): int(v * self.parameter_dens[name]) for y, v in figures.items() if v is not None}
            for name, figures in self.records.parameters.items()
        }

    @cached_property
    def places(self) -> dict[str, int]:
        return {k.number: i for i, k in enumerate(self.plan.clauses)}

    @cached_property
    def functions(self) -> list[ClauseFunction]:
        """The clause functions; each is made at its first call."""
        return [self._at_first_call(place) for place in range(len(self.plan.clauses))]

    def _at_first_call(self, place: int) -> ClauseFunction:
        def first(sheet: Any) -> Record | None:
            self.functions[place] = self.made[place][1]
            return self.functions[place](sheet)

        return first

    @cached_property
    def made(self) -> Mapping[int, tuple[Coded, ClauseFunction]]:
        """The clauses by place, each lowered when it is first wanted."""
        return _Made(self)

    def make(self, place: int) -> tuple[Coded, ClauseFunction]:
        """A clause lowered, or taken from a plan that has the same one."""
        plan = self.plan
        clause = plan.clauses[place]
        key = (id(clause), id(plan.lets), id(plan.period), id(plan.rounding))  # kept alive by what is kept here
        if key not in self.shared:
            self.shared[key] = (*self._make(clause), plan)
        coded, function, _ = self.shared[key]
        return coded, function

    def _make(self, clause: steps.Decide) -> tuple[Coded, ClauseFunction]:
        if clause.nature:
            record = (clause.nature,)
            return Coded(plain_clause(clause), ""), lambda _sheet: record
        try:
            coded = code_clause(clause, self.plan, self.top)
        except NotCovered:
            return Coded(plain_clause(clause), ""), _asks
        return coded, self._compiled(coded)

    def _compiled(self, coded: Coded) -> Callable[[Any], Any]:
        names = {**self.names, f"{coded.clause.function}_data": coded.clause}
        exec(compile(coded.source, f"<{coded.clause.number}>", "exec"), names)
        made: Callable[[Any], Any] = names[coded.clause.function]
        return made

    def source(self) -> str:
        """All generated code, for reading."""
        pieces = [self.gate_source() or "", *(self.coded(i).source for i in range(len(self.plan.clauses)))]
        return "\n\n".join(p for p in pieces if p)

    # -- gates -------------------------------------------------------------------------------------------

    @cached_property
    def gates(self) -> Callable[[Any], Any]:
        """None where clauses are to be judged; else a record that closes every clause, or asks."""
        source = self.gate_source()
        if source is None:
            return lambda _sheet: ASK_ALL
        names = {**self.names, **GATE_NAMES}
        exec(compile(source, "<gates>", "exec"), names)
        made: Callable[[Any], Any] = names["gates"]
        return made

    def gate_source(self, name: str = "gates") -> str | None:
        """The function of the gates; None where they have a form that is left to the reference."""
        try:
            force, expired = _period_tests(self.plan.period, self.top) if self.plan.period else ([], [])
            scope = [lower(g.condition, self.top).inner for g in self.plan.scope]
        except NotCovered:
            return None
        lines = [f"def {name}(f):", "    # 有效期，然后适用主体", "    try:"]
        lines.append(f"        scope = {' and '.join(scope) or 'True'}")
        if force:
            lines += [f"        if not ({' and '.join(force)}):", f"            return CLOSED[not not scope] if {' or '.join(expired) or 'False'} else EARLY"]
        lines += ["        return None if scope else SCOPE", "    except Ask:", "        return ASK"]
        return "\n".join(lines) + "\n"


class _Made(dict[int, tuple[Coded, ClauseFunction]]):
    """What was lowered so far."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled

    def __missing__(self, place: int) -> tuple[Coded, ClauseFunction]:
        self[place] = self.compiled.make(place)
        return self[place]


def _asks(_sheet: Any) -> None:
    return None


def _period_tests(period: steps.Period, top: Scope) -> tuple[list[str], list[str]]:
    """What must all hold for the policy to be in force, and of what one holds once it has expired."""
    day = lower(period.date, top)
    given = f"{day.inner} is not NA and " if day.na else ""
    force, expired = [f"{given}{day.inner} >= {_whole(period.first_day)}"], []
    if period.last_day is not None:
        force.append(f"{day.inner} <= {_whole(period.last_day)}")
        expired.append(f"({given}{day.inner} > {_whole(period.last_day)})")
    if period.year is not None and period.first_year is not None and period.last_year is not None:
        year = lower(period.year, top)
        if year.na or day.den != 1 or year.den != 1:
            raise NotCovered("a year that may not apply")
        force.append(f"{_whole(period.first_year)} <= {year.text} <= {_whole(period.last_year)}")
        expired.append(f"{year.text} > {_whole(period.last_year)}")
    return force, expired


def _whole(value: Fraction) -> str:
    if value.denominator != 1:
        raise NotCovered("a bound that is no whole number")
    return str(value.numerator)
