"""A compiled plan: the gates and the clause functions, made when first wanted, and what they call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

from attrs import define, field

from .. import calculus as c
from ..datatypes import money_text
from ..decision import CONTINUED, DISCRETION, EXHAUSTED, GRANTED, OUT_OF_FORCE, OUT_OF_SCOPE, REFUSED, ClauseDecision
from ..facts import Facts
from . import runtime
from .clauses import code_clause
from .details import ASK_ALL, Failing, Record
from .expressions import NotCovered, Scope, lower
from .forms import Coded
from .lazy import LazyClause, LazyDecision, lazy_decision
from .run import Run
from .runtime import NA, Ask, Held
from .scales import identifier, scale_of
from .settle import settle
from .sheet import Sheets
from .sheetfacts import SheetFacts, sheet_facts

Reference = Callable[[Facts, tuple[str, ...]], tuple[ClauseDecision, ...]]
Frame = Callable[[Facts], Mapping[str, Any]]  # the fields of a Decision other than its clauses, and `compare`
ClauseFunction = Callable[[Any], Record | None]
_ZERO = Fraction(0)


@define(eq=False)
class Compiled:
    """A plan as Python functions. `reference` decides the clauses that these do not cover."""

    plan: c.Plan
    sheets: Sheets
    history: Any  # table, clause, year and amount of the ledger of earlier grants; or None
    reference: Reference
    frame: Frame
    shared: dict[Any, Any] = field(factory=dict)  # clauses that plans under other readings have in common with this one
    _failing: dict[tuple[int, int], Failing] = field(factory=dict)

    def decide(self, facts: Facts) -> LazyDecision:
        """The decision on checked facts."""
        kept = self._on_sheet(facts)
        sheet = kept.sheet
        gate = self.gates(sheet)
        records = [fn(sheet) for fn in self.functions] if gate is None else [gate] * len(self.plan.clauses)
        return lazy_decision(self, kept, records)

    def read(self, facts: SheetFacts, records: list[Any]) -> Run:
        """What a decision's parts are read from."""
        return Run(self, facts, records)

    def _on_sheet(self, facts: Facts) -> SheetFacts:
        """These facts on a sheet of this policy, as they are when they came from its own reader."""
        if isinstance(facts, SheetFacts) and getattr(facts, "sheets", None) is self.sheets:
            return facts
        kept = sheet_facts(self.sheets, self.sheets.of(facts))
        object.__setattr__(kept, "top", facts.top)
        return kept

    def decide_only(self, facts: Facts, only: tuple[str, ...]) -> tuple[LazyClause, ...]:
        """Some clauses: only these are compiled."""
        kept = self._on_sheet(facts)
        sheet = kept.sheet
        gate = self.gates(sheet)
        records: list[Any] = [()] * len(self.plan.clauses)  # not asked for, so not to be judged by the reference either
        places = [i for i, k in enumerate(self.plan.clauses) if k.number in only]
        for place in places:
            records[place] = self.function(place)(sheet) if gate is None else gate
        run = Run(self, kept, records)
        return tuple(run.clause(place, records[place]) for place in places)

    # -- making the functions ----------------------------------------------------------------------------

    @cached_property
    def parameter_dens(self) -> dict[str, int]:
        return {name: lcm(*(v.denominator for v in figures.values() if v is not None))
                for name, figures in self.sheets.parameters.items()}  # fmt: skip

    @cached_property
    def top(self) -> Scope:
        return Scope({x.name: x for x in self.plan.lets}, parameters=self.parameter_dens)

    @cached_property
    def names(self) -> dict[str, Any]:
        """What generated code may name."""
        names: dict[str, Any] = {n: getattr(runtime, n) for n in (
            "NA", "ENDLESS", "UNKNOWN", "Ask", "known", "window", "highest", "year_of", "same_day", "most", "least")}  # fmt: skip
        for name, figures in self.sheets.parameters.items():
            den = self.parameter_dens[name]
            names[identifier(name, "P_")] = {int(y): int(v * den) for y, v in figures.items() if v is not None}
        names |= {"GRANTED": GRANTED, "REFUSED": REFUSED, "EXHAUSTED": EXHAUSTED, "CONTINUED": CONTINUED, "DISCRETION": DISCRETION,
                  "single": _single, "not_recorded": _not_recorded,
                  "continuing": self.continuing, "settled": self.settled}  # fmt: skip
        return names

    @cached_property
    def functions(self) -> tuple[ClauseFunction, ...]:
        return tuple(self.function(i) for i in range(len(self.plan.clauses)))

    @cached_property
    def dens(self) -> list[int]:
        """The unit of each clause: amounts are in 1/den 元."""
        return [coded.den if (coded := self.coded(i)) else 1 for i in range(len(self.plan.clauses))]

    def function(self, place: int) -> ClauseFunction:
        """The function of a clause; one that always asks, where the clause is not covered."""
        return self.made[place][1]

    def coded(self, place: int) -> Coded | None:
        """A clause as lowered; None where it is not covered."""
        return self.made[place][0]

    @cached_property
    def made(self) -> Mapping[int, tuple[Coded | None, ClauseFunction]]:
        """The clauses by place, each lowered when it is first wanted."""
        return _Made(self)

    def make(self, place: int) -> tuple[Coded | None, ClauseFunction]:
        """A clause lowered, or taken from a plan that has the same one."""
        plan = self.plan
        clause = plan.clauses[place]
        key = (id(clause), id(plan.lets), id(plan.period), id(plan.rounding))  # kept alive by what is kept here
        if key not in self.shared:
            self.shared[key] = (*self._make(clause), plan)
        coded, function, _ = self.shared[key]
        return coded, function

    def _make(self, clause: c.Decide) -> tuple[Coded | None, ClauseFunction]:
        if clause.nature:
            record = (clause.nature,)
            return None, lambda _sheet: record
        try:
            coded = code_clause(clause, self.plan, self.top)
        except NotCovered:
            return None, _asks
        return coded, self._compiled(coded)

    def _compiled(self, coded: Coded) -> ClauseFunction:
        names = {**self.names, f"{coded.name}_steps": coded, f"{coded.name}_pays": coded.clause.pays}
        exec(compile(coded.source, f"<{coded.clause.number}>", "exec"), names)
        made: ClauseFunction = names[coded.name]
        return made

    def source(self) -> str:
        """All generated code, for reading."""
        pieces = [self._gate_source() or ""] + [k.source for i in range(len(self.plan.clauses)) if (k := self.coded(i))]
        return "\n\n".join(pieces)

    def failing(self, place: int, part: int) -> Failing:
        """For an item of a part, which of its conditions it fails."""
        if (place, part) not in self._failing:
            each = self.plan.clauses[place].claims[part]
            scope = Scope({**self.top.lets, **{x.name: x for x in each.lets}}, record="r" if each.table else "",
                          parameters=self.parameter_dens)  # fmt: skip
            try:
                tests = "".join(f"not {lower(g.condition, scope).inner}, " for g in each.guards)
            except NotCovered as why:
                raise Ask from why
            names = dict(self.names)
            exec(compile(f"def failing(f, r):\n    return ({tests})", "<failing>", "exec"), names)
            self._failing[place, part] = names["failing"]
        return self._failing[place, part]

    # -- gates -------------------------------------------------------------------------------------------

    @cached_property
    def gates(self) -> Callable[[Any], Any]:
        """None where clauses are to be judged; else a record that closes every clause, or asks."""
        source = self._gate_source()
        if source is None:
            return lambda _sheet: ASK_ALL
        names = {**self.names, "CLOSED": _CLOSED, "SCOPE": (OUT_OF_SCOPE,), "ASK": ASK_ALL}
        exec(compile(source, "<gates>", "exec"), names)
        made: Callable[[Any], Any] = names["gates"]
        return made

    def _gate_source(self) -> str | None:
        try:
            force = [*_period_tests(self.plan.period, self.top)] if self.plan.period else []
            scope = [lower(g.condition, self.top).inner for g in self.plan.scope]
        except NotCovered:
            return None
        lines = ["def gates(f):", "    # 有效期，然后适用主体", "    try:"]
        lines.append(f"        scope = {' and '.join(scope) or 'True'}")
        lines += [f"        if not ({' and '.join(force)}):", "            return CLOSED[not not scope]"] if force else []
        lines += ["        return None if scope else SCOPE", "    except Ask:", "        return ASK"]
        return "\n".join(lines) + "\n"

    # -- what generated code calls ---------------------------------------------------------------------------

    def continuing(self, pays: tuple[c.Pay, ...], sheet: Any, in_force: bool) -> tuple[Fraction, tuple[str, ...]] | None:
        """What earlier grants pay in the base year, and their story; None if nothing."""
        fields = self.history
        if fields is None or not pays:
            return None
        rows = getattr(sheet, identifier(fields.table))
        if not rows:
            return None
        table = self.sheets.schema.table(fields.table)
        assert table is not None
        amount_field = table.field_named(fields.amount)
        assert amount_field is not None
        assert isinstance(self.plan.base_year, c.Fact)
        scale = scale_of(amount_field.type)
        year = getattr(sheet, identifier(self.plan.base_year.field.name)) + 0
        total, story = _ZERO, []
        for row in rows:
            ledger, granted, amount = (getattr(row, identifier(n)) for n in (fields.clause, fields.year, fields.amount))
            for pay in pays:
                if ledger is not NA and ledger == pay.ledger and (in_force or pay.after_expiry):
                    part = _instalment(pay, self.plan, granted, amount, year, scale)
                    if part > 0:
                        total += part
                        story.append(f"{granted}年核定的 {pay.ledger}，本年续拨 {money_text(part)}")
        return (total, tuple(story)) if story else None

    def settled(self, coded: Coded, sheet: Any, rows: list[Any], limits: Any, going: Any, year: Any) -> Record:
        """The outcome of a clause whose steps are more than sums and caps."""
        clause = coded.clause
        done = settle(coded.steps, rows, limits, self.outside(sheet), coded.unit, coded.den // 100)
        whole = done.whole
        if whole.data <= 0:
            if whole.net > 0 or done.zero:
                raise Ask
            status = REFUSED
        elif whole.net > 0:
            status = DISCRETION if clause.discretionary and whole.open else GRANTED
        else:
            status = done.zero
        if status == DISCRETION:
            return status, None, whole.net, rows, limits, going, year
        if status != GRANTED:
            return CONTINUED if going else status, 0, None, rows, limits, going, year
        total = whole.award if clause.discretionary else whole.net
        bound = whole.net if clause.discretionary else None
        return status, self.rounded(total, coded.unit), bound, rows, limits, going, year

    def rounded(self, total: int, unit: int) -> int:
        if runtime.is_endless(total):
            raise Ask
        return (2 * total + unit) // (2 * unit) * unit if self.plan.rounding.half_up else total // unit * unit

    def outside(self, sheet: Any) -> Callable[[c.Against], list[tuple[Any, ...]]]:
        """Rows of other support: matter, 分, state."""

        def rows(node: c.Against) -> list[tuple[Any, ...]]:
            names = [identifier(n) for n in (node.matter, node.amount, node.state)]
            return [tuple(getattr(x, n) for n in names) for x in getattr(sheet, identifier(node.outside))]

        return rows


class _Made(dict[int, tuple[Coded | None, ClauseFunction]]):
    """What was lowered so far."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled

    def __missing__(self, place: int) -> tuple[Coded | None, ClauseFunction]:
        self[place] = self.compiled.make(place)
        return self[place]


def _single(record: Any) -> Any:
    """An object; one that does not apply is for the reference."""
    if type(record) is Held and runtime.known(record):
        raise Ask
    return record


def _not_recorded(award: Any) -> bool:
    """Whether nothing was recorded yet."""
    if award.__class__ is Held:
        if runtime.known(award):
            raise Ask
        return True
    return award is NA


def _asks(_sheet: Any) -> None:
    return None


_CLOSED = ((OUT_OF_FORCE, False), (OUT_OF_FORCE, True))  # with whether the beneficiary is in scope


def _period_tests(period: c.Period, top: Scope) -> list[str]:
    day = lower(period.date, top)
    tests = [f"{day.inner} is not NA"] if day.na else []
    tests.append(f"{day.inner} >= {at_scale_of(period.first_day)}")
    if period.last_day is not None:
        tests.append(f"{day.inner} <= {at_scale_of(period.last_day)}")
    if period.year is not None and period.first_year is not None and period.last_year is not None:
        year = lower(period.year, top)
        if year.na or day.den != 1 or year.den != 1:
            raise NotCovered("a year that may not apply")
        tests.append(f"{at_scale_of(period.first_year)} <= {year.text} <= {at_scale_of(period.last_year)}")
    return tests


def at_scale_of(value: Fraction) -> str:
    if value.denominator != 1:
        raise NotCovered("a bound that is no whole number")
    return str(value.numerator)


def _instalment(pay: c.Pay, plan: c.Plan, granted: Any, amount: Any, year: int, scale: int) -> Fraction:
    if granted is NA or amount is NA:
        raise Ask
    first, last = (plan.period.first_year, plan.period.last_year) if plan.period else (None, None)
    if first is not None and last is not None and not first.numerator <= granted <= last.numerator:
        return _ZERO
    age = year - granted
    return Fraction(amount + 0, scale) * pay.shares[age] if 1 <= age <= len(pay.shares) - 1 else _ZERO
