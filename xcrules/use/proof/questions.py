"""One clause asked of the solver: for which sheet of facts does something hold; and that sheet made small, whole and plausible."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import z3  # type: ignore[import-untyped]
from attrs import define, field

from xcrules.base.money import Unlimited
from xcrules.facts.scaled.scales import scale_of
from xcrules.facts.tables import FactField
from xcrules.facts.types import BoolType, DateType, EnumType, LedgerType, NumberType, TextType, YearType
from xcrules.plan import steps
from xcrules.run.decision import ClauseDecision
from xcrules.run.lowered.lower import Lowerer
from xcrules.run.results import DISCRETION, OUT_OF_FORCE, OUT_OF_SCOPE
from xcrules.run.smt.outcome import ClauseTerms
from xcrules.run.smt.plan import PlanTerms, asked_whether_reported
from xcrules.run.smt.sheet import OpenSheet, Place
from xcrules.run.smt.slopes import Slopes
from xcrules.run.smt.terms import FAR, Symbol, both, either
from xcrules.use.python.policy import Policy

from .sheets import Sheet, each_value, number

MOST_WORK, SMALLER = 40_000_000, 4_000_000  # steps of the solver, the same on every machine: to settle a question; to make its sheet small and plausible
_LARGE = 10**7  # figures are rather no larger than this
_ROUND, _SMALL = (10**8, 10**7, 10**6, 10**5, 10**4, 1000, 100), (10**6, 10**4, 100)


class TooSlow(Exception):
    """The solver has not come to an end; the reason, in Chinese."""


class Unfaithful(Exception):
    """A sheet on which the engine does not decide what the solver says: a fault of ours."""


@define(eq=False, slots=False)
class Question:
    """A clause under some readings, on a sheet of which nothing is known but its bounds."""

    policy: Policy
    number: str
    readings: tuple[tuple[str, str], ...] = ()
    rows: int = 2
    samples: tuple[Sheet, ...] = ()  # what cases begin with: a sheet is told by what differs
    nullable: frozenset[Place] = frozenset()
    lowerers: dict[int, Lowerer] = field(factory=dict)  # by plan: questions about one policy share them
    asked: int = field(default=0, init=False)
    model: Any = field(default=None, init=False)  # the last that was found
    _nearest: tuple[Sheet, ...] = field(default=(), init=False)  # the sample that was nearest to the last sheet: mostly it is so for the next of the clause
    _end: int = field(default=0, init=False)  # of the steps that may be taken
    _told: int = field(default=0, init=False)

    @cached_property
    def plan(self) -> steps.Plan:
        return self.policy._under(dict(self.readings)).plan

    @cached_property
    def sheet(self) -> OpenSheet:
        return OpenSheet(self.policy.program.schema, self.rows, self.policy.program.clause_names.rows, asked_whether_reported(self._lowerer(self.plan), [self.number]), self.nullable)

    def _lowerer(self, plan: steps.Plan) -> Lowerer:
        if id(plan) not in self.lowerers:
            self.lowerers[id(plan)] = Lowerer(plan, self.policy.program.schema, self.policy._engines.parameters)
        return self.lowerers[id(plan)]

    def terms(self, plan: steps.Plan | None = None, sheet: OpenSheet | None = None) -> PlanTerms:
        """The terms of a plan (else of this one) on this sheet, or on a varied one."""
        return PlanTerms(self._lowerer(plan or self.plan), sheet or self.sheet)

    @cached_property
    def own(self) -> PlanTerms:
        return self.terms()

    @cached_property
    def held(self) -> ClauseTerms:
        return self.own.outcome(self.number)

    @cached_property
    def slopes(self) -> Slopes:
        """What the amount shows of itself, without the solver."""
        return Slopes(self.sheet, self.held.worth)

    @cached_property
    def _solver(self) -> Any:
        solver = z3.SimpleSolver()
        solver.set("arith.solver", 2)  # of sums and choices four times as fast; of products the newer one knows more
        solver.set("relevancy", 0)
        solver.add(self.own.open(self.number).sure, self.held.sure)
        if (year := self.policy.program.schema.top_of_role("基准年度")) is not None:  # other years are rather this one
            self.sheet.column("", 0, year.name)
        for table in self.policy.program.schema.nested:  # a row of a ledger is told as a whole
            if table.role and ("present", table.name, 0) in self.sheet._made:
                for row in range(self.rows):
                    _ = [self.sheet.column(table.name, row, f.name) for f in table.fields]
        return solver

    @cached_property
    def gate(self) -> Any:
        """Whether the clause is judged: in force, and for whom the policy is."""
        return self.own.open(self.number).value

    def differs(self, other: PlanTerms) -> tuple[tuple[Any, ...], ClauseTerms]:
        """That another plan comes to something else for the clause, in status, amount or bound; and the clause there."""
        gate, held = other.open(self.number), other.outcome(self.number)
        one, two = self.held, held
        up, down = two.clause.scale, one.clause.scale
        apart = either(one.status != two.status, one.open != two.open, one.worth.value * up != two.worth.value * down)
        return (gate.sure, held.sure, either(gate.value != self.gate, both(self.gate, gate.value, apart))), held

    def find(self, *conditions: Any, beside: OpenSheet | None = None, on: bool = False) -> Any:
        """A model in which these hold; None if there is none. They stay until `done`, so that the model may be made smaller. Raises TooSlow.

        `on`: within the steps that the question before has left.
        """
        if any(x is False for x in conditions):
            return None
        self.asked += 1
        self.hold(*conditions, beside=beside)
        if not on:
            self._allow(MOST_WORK)
        plain = z3.FreshBool("plain")
        self._solver.add(z3.Implies(plain, both(*(x.with_plain_factors() for x in (self.sheet, beside) if x is not None))))
        made = bool(self.sheet.products)
        answer = self.check(plain, most=MOST_WORK // (2 if made else 20))
        if answer == z3.sat:
            self._solver.add(plain)
        elif answer != z3.unsat or len(self._solver.unsat_core()):  # with any factors
            answer = self.check(most=MOST_WORK // 2) if made else answer
            answer = self._elsewhere(MOST_WORK // (40 if made else 12)) if answer == z3.unknown else answer
        if answer == z3.sat:
            return self.model
        self.done()
        if answer == z3.unknown:
            raise TooSlow(f"求解器走了 {MOST_WORK // 10_000}万步，没有做完")
        return None

    def _elsewhere(self, most: int) -> Any:
        """The answer of the solver that knows more of products."""
        other = z3.SimpleSolver()
        other.set("arith.nl.nra", False)
        other.add(*self._solver.assertions())
        other.set("rlimit", most)
        answer = other.check()
        if answer == z3.sat:
            self.model = other.model()
        return answer

    def hold(self, *conditions: Any, beside: OpenSheet | None = None) -> None:
        """From here on these hold, until `done`."""
        solver, domain = self._solver, self.sheet.domain
        solver.add(*[d for d in domain[self._told:] if d is not True])
        self._told = len(domain)
        solver.push()
        solver.add(*(beside.added if beside is not None else ()), *conditions)

    def done(self) -> None:
        """Forget the conditions of the last model."""
        self._solver.pop(self._solver.num_scopes())

    def check(self, *names: Any, most: int = MOST_WORK) -> Any:
        """The answer within the steps that are left; a model is kept."""
        left = min(self._left(), most)
        if left <= 0:
            return z3.unknown
        self._solver.set("rlimit", left)
        answer = self._solver.check(*names)
        if answer == z3.sat:
            self.model = self._solver.model()
        return answer

    def _allow(self, steps: int) -> None:
        self._end = self._taken() + steps

    def _left(self) -> int:
        return self._end - self._taken()

    def _taken(self) -> int:
        """Steps of the solver up to now."""
        return int(self._solver.statistics().get_key_value("rlimit count"))

    # -- small and plausible ------------------------------------------------------------------------------------------

    def shrunk(self) -> tuple[Any, Sheet]:
        """The last model as near as may be to a 样本, with few rows and round figures; and that 样本. As it is where that takes too many steps."""
        solver, best = self._solver, None
        self._allow(SMALLER)
        for base in self._nearest or self.samples or ({},):
            if best is not None and self._left() < SMALLER // 2:
                break
            wishes = [(z3.FreshBool("wish"), w) for w in self._wishes(base)]
            solver.push()
            solver.add(*[z3.Implies(name, wish) for name, wish in wishes])
            left = [name for name, _ in wishes]
            while (answer := self.check(*left)) == z3.unsat:
                core = {x.get_id() for x in solver.unsat_core()}
                last = max((i for i, x in enumerate(left) if x.get_id() in core), default=None)
                if last is None:
                    break
                left.pop(last)
            if answer == z3.sat and (best is None or len(wishes) - len(left) < best[0]):
                best = len(wishes) - len(left), base, [w for n, w in wishes if any(n.get_id() == x.get_id() for x in left)], self.model
            solver.pop()
        if best is None:
            return self.model, {}
        solver.add(*best[2])
        self.model, self._nearest = best[3], (best[1],)
        self._round()
        return self.model, best[1]

    def _wishes(self, base: Mapping[str, Any]) -> Iterator[Any]:
        """What would be welcome, the most welcome first."""
        rest = []
        for place, spec, made in self.sheet.variables():
            said = _said(base, place)
            if said is not None and (value := self._scaled(spec, said)) is not None:
                yield both(made.sure, made.value == value)
            elif spec.default is not None and not place[1] and (value := self._scaled(spec, spec.default)) is not None:
                rest.append(made.value == value)
            elif made.absent is not False:
                rest.append(made.absent)
            elif isinstance(spec.type, NumberType):
                rest.append(made.value == 0)
                yield made.value <= _LARGE * scale_of(spec.type)
            elif isinstance(spec.type, BoolType):
                rest.append(z3.Not(made.value))
            elif isinstance(spec.type, YearType) and (year := self.policy.program.schema.top_of_role("基准年度")) is not None and spec is not year:
                rest.append(made.value == self.sheet.column("", 0, year.name).value)
        for key, made in reversed([*self.sheet._made.items()]):
            if key[0] == "present":
                yield z3.Not(made)
        for (place, _), (_, value) in self.sheet._read.items():
            spec = self.sheet.spec(place[0], place[2])
            yield value == 0 if isinstance(spec.type, LedgerType) else value <= _LARGE * scale_of(spec.type)
        yield from rest

    def _scaled(self, spec: FactField, value: Any) -> Any:
        match spec.type:
            case BoolType():
                return value if isinstance(value, bool) else None
            case EnumType() | TextType():
                return self.sheet.code(str(value))
            case DateType():
                return datetime.date.fromisoformat(str(value)).toordinal()
            case YearType() | NumberType():
                return int(Fraction(value) * scale_of(spec.type))
            case _:
                return None

    def _round(self) -> None:
        """Round figures where the model has others."""
        figures = [made.value for _, spec, made in self.sheet.variables() if isinstance(spec.type, NumberType)]
        figures += [value for _, value in self.sheet._read.values()]
        for value in figures:
            now = self.model.eval(value, model_completion=True).as_long()
            for unit in _ROUND if abs(now) >= _ROUND[-1] else _SMALL if now else ():
                if now % unit == 0 or any(self._keeps(value == x) for x in dict.fromkeys((now // unit * unit, -(-now // unit) * unit)) if x):
                    break

    def _keeps(self, condition: Any) -> bool:
        solver = self._solver
        solver.push()
        solver.add(condition)
        if self.check() == z3.sat:
            return True  # the frame stays until the question is done
        solver.pop()
        return False

    # -- as facts, and replayed -----------------------------------------------------------------------------------------

    def facts(self, model: Any, sheet: OpenSheet, base: Mapping[str, Any]) -> Sheet:
        """The sheet of a model, completed by what its 样本 says of facts that no line asked for."""
        schema = self.policy.program.schema
        closed = {*(f.name for f in schema.top if f.closed), *(t.name for t in schema.nested if t.closed)}
        made = {k: each_value(v, lambda x: number(x) if isinstance(x, Fraction) else x) for k, v in sheet.plain(model).items() if v or k not in closed or k in base}
        return {**{k: v for k, v in base.items() if k not in made}, **{k: {**base[k], **v} if isinstance(v, dict) and isinstance(base.get(k), dict) else v for k, v in made.items()}}

    def replayed(self, model: Any, sheet: Sheet, held: ClauseTerms, readings: Iterable[tuple[str, str]], policy: Policy | None = None) -> ClauseDecision:
        """What the engine decides on the sheet. Raises Unfaithful where that is not what the solver says."""
        decided = (policy or self.policy).decide_clauses(sheet, [self.number], dict(readings))[0]
        said = model.eval(_expression(held.worth), model_completion=True).as_long()
        limit = decided.bound if decided.status == DISCRETION else decided.amount
        if decided.status in (OUT_OF_FORCE, OUT_OF_SCOPE):
            return decided
        amount = None if limit is None or isinstance(limit, Unlimited) else limit * 100 * held.clause.cent
        if amount != (None if said > FAR else said):
            raise Unfaithful(f"{self.number}：{decided.status} {limit}，求解 {Fraction(said, 100 * held.clause.cent)}")
        return decided


    def without_idle(self, sheet: Sheet, base: Mapping[str, Any], readings: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """The facts of the enterprise and of its objects that a 样本 does not say and without which the same is decided."""
        idle: set[tuple[str, str]] = set()
        now = self._outcome(sheet, readings)
        for name, held in sheet.items():
            for key in held if isinstance(held, dict) and self.policy.program.schema.table(name) is not None else ():
                if _said(base, (name, 0, key)) is None and self._outcome(less(sheet, {*idle, (name, key)}), readings) == now:
                    idle.add((name, key))
        return frozenset(idle)

    def _outcome(self, sheet: Sheet, readings: Iterable[tuple[str, str]]) -> object:
        return self.policy.decide_clauses(sheet, [self.number], dict(readings))[0].outcome()


def less(sheet: Sheet, idle: Iterable[tuple[str, str]]) -> Sheet:
    """The sheet without these facts of its objects."""
    gone = {*idle}
    return {k: {x: y for x, y in v.items() if (k, x) not in gone} if isinstance(v, dict) else v for k, v in sheet.items()}


def _expression(term: Symbol) -> Any:
    return z3.IntVal(term.value) if isinstance(term.value, int) else term.value


def _said(base: Mapping[str, Any], place: Place) -> Any:
    table, _, name = place
    held = base.get(table) if table else base
    return held.get(name) if isinstance(held, dict) else None
