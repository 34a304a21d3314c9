"""One clause asked of the solver: for which sheet of facts does something hold; and that sheet made small, whole and plausible.

Whether two plans of a policy come to the same for a clause on every sheet of facts within bounds.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import z3  # type: ignore[import-untyped]
from attrs import define, field

from xcrules.base.diagnostic import XcrulesError
from xcrules.base.money import Unlimited
from xcrules.facts.scaled.values import scale_of
from xcrules.facts.tables import FactField
from xcrules.facts.types import BoolType, DateType, EnumType, LedgerType, NumberType, TextType, YearType
from xcrules.plan import steps
from xcrules.run.decision import ClauseDecision
from xcrules.run.lowered import claims as c, nodes as n
from xcrules.run.lowered.lower import Lowerer
from xcrules.run.results import DISCRETION, OUT_OF_FORCE, OUT_OF_SCOPE
from xcrules.run.smt.outcome import ClauseTerms
from xcrules.run.smt.plan import PlanTerms, asked_whether_reported
from xcrules.run.smt.sheet import OpenSheet, Place
from xcrules.run.smt.slopes import Slopes
from xcrules.run.smt.solver import NO, UNSETTLED, YES, Solver
from xcrules.run.smt.terms import FAR, Symbol, Uncovered, both, either
from xcrules.use.python.policy import Policy

from .sheets import Sheet, each_value, number

MOST_WORK, SMALLER = 40_000_000, 4_000_000  # steps of the solver, the same on every machine: to settle a question; to make its sheet small and plausible
_OPTIONS = ("arith.solver", 2), ("relevancy", 0)  # of sums and choices four times as fast; of products the newer one knows more
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
    work: int = MOST_WORK  # steps for one question
    lowerers: dict[int, Lowerer] = field(factory=dict)  # by plan: questions about one policy share them
    asked: int = field(default=0, init=False)
    solver: Any = field(default=None, init=False)  # while a question is open
    _nearest: tuple[Sheet, ...] = field(default=(), init=False)  # the sample that was nearest to the last sheet: mostly it is so for the next of the clause

    @cached_property
    def plan(self) -> steps.Plan:
        return self.policy._under(dict(self.readings)).plan

    @cached_property
    def sheet(self) -> OpenSheet:
        return OpenSheet(self.policy.program.schema, self.rows, self.policy.program.clause_names.rows,
                         asked_whether_reported(self._lowerer(self.plan), [self.number]), self.nullable)

    def _lowerer(self, plan: steps.Plan) -> Lowerer:
        if id(plan) not in self.lowerers:
            self.lowerers[id(plan)] = Lowerer(
                plan, self.policy.program.schema, self.policy._engines.parameters,
                frozenset((table, name) for table, _, name in self.nullable),
            )
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
    def _known(self) -> Any:
        """That nothing is asked which was not reported; and the facts that are told beside those a clause reads."""
        known = both(self.own.open(self.number).sure, self.held.sure)
        if (year := self.policy.program.schema.top_of_role("基准年度")) is not None:  # other years are rather this one
            self.sheet.column("", 0, year.name)
        for table in self.policy.program.schema.nested:  # a row of a ledger is told as a whole
            if table.role and ("present", table.name, 0) in self.sheet._made:
                for row in range(self.rows):
                    _ = [self.sheet.column(table.name, row, f.name) for f in table.fields]
        return known

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

    def find(self, *conditions: Any, beside: OpenSheet | None = None, steps: int | None = None) -> Any:
        """A model in which these hold; None if there is none. They stay until `done`, so that the model may be made smaller. Raises TooSlow."""
        if any(x is False for x in conditions):
            return None
        self.asked += 1
        solver = self.hold(*conditions, beside=beside)
        solver.limit(self.work if steps is None else steps)
        [plain] = solver.named([both(*(x.with_plain_factors() for x in (self.sheet, beside) if x is not None))])
        made = bool(self.sheet.products)
        answer = solver.check(plain, most=self.work // (2 if made else 20))
        if answer == YES:
            solver.take(plain)
        elif answer != NO or solver.core([plain]):  # with any factors
            answer = solver.check(most=self.work // 2) if made else answer
            answer = self._elsewhere(self.work // (40 if made else 12)) if answer == UNSETTLED else answer
        if answer == YES:
            return solver.model
        self.done()
        if answer == UNSETTLED:
            raise TooSlow(f"求解器走了 {self.work // 10_000}万步，没有找到反例，也没有证完")
        return None

    def _elsewhere(self, most: int) -> Any:
        """The answer of the solver that knows more of products."""
        other = self.solver.another((("arith.nl.nra", False),))
        other.limit(most)
        answer = other.check()
        self.solver.model = other.model
        return answer

    def hold(self, *conditions: Any, beside: OpenSheet | None = None) -> Solver:
        """A solver for which these hold beside what holds of every sheet, until `done`."""
        known = self._known  # may make facts whose bounds are to be told too
        self.solver = solver = Solver(_OPTIONS)
        solver.add(known, *self.sheet.domain, *(beside.added if beside is not None else ()), *conditions)
        return solver

    def done(self) -> None:
        """Forget the conditions of the last model."""
        self.solver = None

    # -- small and plausible ------------------------------------------------------------------------------------------

    def shrunk(self) -> tuple[Any, Sheet]:
        """The last model as near as may be to a 样本, with few rows and round figures; and that 样本. As it is where that takes too many steps."""
        solver, found, best = self.solver, self.solver.model, None
        solver.limit(SMALLER)
        for base in self._nearest or self.samples or ({},):
            if best is not None and solver.left() < SMALLER // 2:
                break
            wishes = [*self._wishes(base)]
            solver.push()
            names = solver.named(wishes)
            left = [*range(len(wishes))]
            while (answer := solver.check(*(names[i] for i in left))) == NO and (core := solver.core(names)):
                left.remove(core[-1])
            if answer == YES and (best is None or len(wishes) - len(left) < best[0]):
                best = len(wishes) - len(left), base, [wishes[i] for i in left], solver.model
            solver.pop()
        if best is None:
            return found, {}
        solver.add(*best[2])
        solver.model, self._nearest = best[3], (best[1],)
        self._round()
        return solver.model, best[1]

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
        figures = [(made.value, spec.type) for _, spec, made in self.sheet.variables() if isinstance(spec.type, NumberType)]
        figures += [(value, self.sheet.spec(p[0], p[2]).element) for (p, _), (_, value) in self.sheet._read.items()]  # type: ignore[misc]
        for value, type_ in figures:
            now = self.solver.model.eval(value, model_completion=True).as_long()
            for unit in (scale_of(type_) // 100,) if type_.rate else _ROUND if abs(now) >= _ROUND[-1] else _SMALL if now else ():
                if now % unit == 0 or any(
                    self.solver.keeps(value == x) for x in dict.fromkeys((now // unit * unit, -(-now // unit) * unit)) if x
                ):
                    break

    # -- as facts, and replayed -----------------------------------------------------------------------------------------

    def facts(self, model: Any, sheet: OpenSheet, base: Mapping[str, Any]) -> Sheet:
        """The sheet of a model, completed by what its 样本 says of facts that no line asked for."""
        schema = self.policy.program.schema
        closed = {*(f.name for f in schema.top if f.closed), *(t.name for t in schema.nested if t.closed)}
        made = {k: each_value(v, lambda x: number(x) if isinstance(x, Fraction) else x)
                for k, v in sheet.plain(model).items() if v or k not in closed or k in base}
        return {
            **{k: v for k, v in base.items() if k not in made},
            **{k: {**base[k], **v} if isinstance(v, dict) and isinstance(base.get(k), dict) else v for k, v in made.items()},
        }

    def replayed(
        self, model: Any, sheet: Sheet, held: ClauseTerms, readings: Iterable[tuple[str, str]], policy: Policy | None = None
    ) -> ClauseDecision:
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


# -- two plans -------------------------------------------------------------------------------------------------------

WITHIN = "只可能在事实没有填全时不同，求解器只看填全的"
PAID = "只关系到拨付，求解器不看拨付"


def untold(q: Question, plan: steps.Plan, lowered: c.Clause) -> str:
    """Why two clauses that come to the same in status, amount and bound may be different all the same; "" if they may not."""
    one, two = (next(k for k in p.clauses if k.number == q.number) for p in (q.plan, plan))
    if one.pays != two.pays or (one.pays and len(one.claims) > 1 and one != two):
        return PAID
    return WITHIN if any(isinstance(x, n.Known) for x in n.nodes_of((q.held.clause, lowered))) else ""


def telling(q: Question, plan: steps.Plan) -> tuple[bool, Sheet | None]:
    """Whether it is settled if another plan is alike for the clause; and facts on which it is not."""
    try:
        terms = q.terms(plan)
        broken, held = q.differs(terms)
        if q.find(*broken) is None:
            return not untold(q, plan, held.clause), None
        model, base = q.shrunk()
        sheet = q.facts(model, q.sheet, base)
        q.replayed(model, sheet, q.held, q.readings)
        return True, sheet
    except (Uncovered, TooSlow, Unfaithful, XcrulesError):
        return False, None
    finally:
        q.done()
