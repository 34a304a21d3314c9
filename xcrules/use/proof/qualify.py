"""The smallest change of an enterprise's facts with which a clause gives it something.

Fewest facts first, then the smallest change of each figure. Left alone is what nobody can change any more: the base year and the day of application,
days and years gone by, what was granted before and elsewhere, identities, published figures. What is not reported may be filled in.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from copy import deepcopy
from fractions import Fraction
from typing import Any

import z3  # type: ignore[import-untyped]

from xcrules.base.diagnostic import XcrulesError
from xcrules.facts.scaled.values import NA, scale_of
from xcrules.facts.tables import FactField
from xcrules.facts.types import BoolType, DateType, EnumType, NumberType, YearType, show
from xcrules.meaning.program import Program
from xcrules.run.decision import ClauseDecision
from xcrules.run.results import DISCRETION, GRANTED
from xcrules.run.smt.held import MOST_ROWS, Held, Reported, not_applying
from xcrules.run.smt.outcome import CODE
from xcrules.run.smt.solver import NO
from xcrules.run.smt.terms import Uncovered, either
from xcrules.tell.publish.view import fact_places
from xcrules.use.python.policy import Policy

from .proving import Otherwise, Qualifying
from .questions import MOST_WORK, Question, TooSlow
from .sheets import Blank, Sheet, path_of, put, row_of

WANTED = (GRANTED, DISCRETION)
MOST_CHANGES = 12
_LEDGERS = ("历史台账", "外部支持")
_OTHERS = ("基准年度", "申报日期", "本年台账", "事项标识", "台账条款")


def how_to_qualify(policy: Policy, facts: Mapping[str, Any], clause: str, readings: Mapping[str, str] | None = None) -> Qualifying:
    """Raises XcrulesError as `decide_clauses` does."""
    policy = policy.in_force(facts)
    chosen = tuple((readings or {}).items())
    now = policy.decide_clauses(facts, [clause], readings)[0]
    if now.status in WANTED:
        return Qualifying(clause, now, facts=facts, decision=now)
    node = next(k for k in policy._under(readings).plan.clauses if k.number == clause)
    if node.nature or node.elsewhere:
        return Qualifying(clause, now, why="这一款没有写金额，不由本规定算")
    try:
        return _Search(policy, facts, clause, chosen, now).found()
    except Uncovered as why:
        return Qualifying(clause, now, why=f"求解器还不懂：{why}")
    except TooSlow as why:
        return Qualifying(clause, now, why=str(why))


class _Search:
    """One enterprise and one clause."""

    def __init__(
        self, policy: Policy, facts: Mapping[str, Any], clause: str, readings: tuple[tuple[str, str], ...], now: ClauseDecision
    ) -> None:
        self.policy, self.raw, self.clause, self.readings, self.now = policy, facts, clause, readings, now
        self.schema = policy.program.schema
        record = policy._engines.scaled(policy.facts(facts)).record
        self.q = self._question(record)
        self.own = Reported(record, self.q.sheet)
        held = self.q.held
        self.wish = (self.q.gate, either(*(held.status == CODE[x] for x in WANTED)), held.worth.value > 0)
        self.held = self.own.facts()
        self.had = had_before(policy.program)
        self.gone = {
            x.place[:2] for x in self.held if self.schema.is_list(x.place[0]) and isinstance(x.spec.type, YearType) and self._is_past(x)
        }  # rows of years gone by
        self.fixed = [x for x in self.held if x.known and self._is_fixed(x)]
        self.free = [x for x in self.held if x.known and not self._is_fixed(x)]
        self.rows = [(t, i, here) for t, i, here in self.own.lists() if i >= len(self.own.rows[t])]

    def _question(self, record: Any) -> Question:
        """The clause on a sheet that has room for one row more."""
        nullable = not_applying(record, self.schema)
        first = Question(self.policy, self.clause, self.readings, rows=1, nullable=nullable)
        _ = first.held.worth, first.gate
        own = Reported(record, first.sheet)
        longest = max([len(own.rows[t]) for t, _, _ in own.lists()], default=0)
        if longest >= MOST_ROWS:
            raise Uncovered(f"名单有 {longest} 行")
        return Question(self.policy, self.clause, self.readings, rows=longest + 1, nullable=nullable)

    def _is_fixed(self, x: Held) -> bool:
        table = self.schema.table(x.place[0]) if x.place[0] else None
        if (x.spec.role in _OTHERS or x.spec.parameter or (table is not None and table.role in _LEDGERS)
            or (x.place[0], x.place[2]) in self.had):
            return True
        return x.place[:2] in self.gone or self._is_past(x)

    def _is_past(self, x: Held) -> bool:
        year = self.own.base_year
        if isinstance(x.spec.type, DateType):
            return isinstance(x.value, int) and x.value <= self._today()
        return year is not None and (
            (isinstance(x.spec.type, YearType) and isinstance(x.value, int) and x.value < year) or (isinstance(x.key, int) and x.key < year)
        )

    def _today(self) -> int:
        """The day of application, else the end of the base year."""
        day = next((x.value for x in self.held if x.spec.role == "申报日期" and isinstance(x.value, int)), None)
        return day if day is not None else datetime.date(self.own.base_year or 9999, 12, 31).toordinal()

    # -- the search -----------------------------------------------------------------------------------------------

    def found(self) -> Qualifying:
        q = self.q
        hard = [*(x.so for x in self.fixed), *self._rows_kept()]
        if q.find(*self.wish, *hard) is None:
            fixed = self._in_the_way()
            return Qualifying(self.clause, self.now, why="能改的都改，也不给" if fixed else "事实怎样改，都不给", fixed=fixed)
        changes = [(z3.Not(x.so), 1) for x in self.free] + [(here, max(len(self._columns(t, i)), 1)) for t, i, here in self.rows]
        kinds, little = self._milder()
        for most in range(MOST_CHANGES):
            few = [z3.PbLe(changes, most)] if changes else []
            if any(q.find(*self.wish, *hard, *few, *more) is not None for more in (little, kinds, [])):
                break
        else:
            raise Uncovered(f"要改的不止 {MOST_CHANGES} 项")
        try:
            model = self._small()
            return self._told(model)
        finally:
            q.done()

    def _rows_kept(self) -> Iterator[Any]:
        for table, row, here in self.own.lists():
            spec = self.schema.table(table)
            if row < len(self.own.rows[table]):
                yield here
            elif spec is not None and spec.role in _LEDGERS:
                yield z3.Not(here)

    def _milder(self) -> tuple[list[Any], list[Any]]:
        """What is rather left alone: of what kind a thing is; and also statuses, where figures that are at most twice what they are do."""
        kinds = [x.so for x in self.free if isinstance(x.spec.type, EnumType)]
        near = [z3.And(x.made.value - x.value <= abs(x.value), x.value - x.made.value <= abs(x.value)) for x in self.free
                if isinstance(x.spec.element, NumberType) and isinstance(x.value, int)]
        return kinds, [
            *kinds, *near, *(x.so for x in self.free if isinstance(x.spec.type, BoolType)), *(z3.Not(h) for _, _, h in self.rows),
        ]

    def _in_the_way(self) -> tuple[str, ...]:
        """Of the facts left alone those that cannot be as they are."""
        solver = self.q.hold(*self.wish, *self._rows_kept())
        solver.limit(MOST_WORK)
        names = solver.named([x.so for x in self.fixed])
        left = [*range(len(names))]
        if solver.check(*names) == NO:
            left = solver.core(names)
        for each in [*left]:  # one by one what is not needed for it
            rest = [i for i in left if i != each]
            left = rest if solver.check(*(names[i] for i in rest)) == NO else left
        self.q.done()
        return tuple(f"{path_of(self.schema, x)} {_words(x.spec, _unscaled(x.spec, x.value))}" for x in (self.fixed[i] for i in left))

    def _columns(self, table: str, row: int) -> list[tuple[str, FactField, Any]]:
        return [(p[2], spec, made) for p, spec, made in self.q.sheet.variables() if p[:2] == (table, row)]

    # -- small and plausible ----------------------------------------------------------------------------------------

    def _small(self) -> Any:
        """The model with the same facts changed, each as little as may be; what is new is of this year and round."""
        solver, model = self.q.solver, self.q.solver.model
        changed = [x for x in self.free if not z3.is_true(model.eval(x.so, model_completion=True))]
        solver.add(
            *(x.so for x in self.free if x not in changed),
            *(z3.Not(h) for _, _, h in self.rows if not z3.is_true(model.eval(h, model_completion=True))),
        )
        for x in changed:
            if isinstance(x.spec.element, NumberType) and isinstance(x.value, int):
                self._nearer(x.made.value, x.value)
            elif isinstance(x.spec.type, EnumType):
                self._likely(x.spec, x.made)
        new = [(x.spec, x.made) for x in self.held if not x.known]
        new += [(spec, made) for t, i, _ in self.rows for _, spec, made in self._columns(t, i)]
        yeses = [(made.value, 1) for spec, made in new if isinstance(spec.type, BoolType)]
        any(solver.keeps(z3.PbLe(yeses, most)) for most in range(len(yeses)))  # of several ways to fill in what is asked the one with the fewest
        for spec, made in new:
            self._likely(spec, made)
        return solver.model

    def _nearer(self, term: Any, old: int) -> None:
        low = 1
        high = abs(self._now(term) - old)
        while low < high:
            middle = (low + high) // 2
            if self.q.solver.keeps(z3.And(term - old <= middle, old - term <= middle)):
                high = abs(self._now(term) - old)
            else:
                low = middle + 1

    def _likely(self, spec: FactField, made: Any) -> None:
        type_, keeps, scale = spec.element, self.q.solver.keeps, scale_of(spec.type)
        if made.absent is not False and keeps(made.absent):
            return
        match type_:
            case YearType() if (year := self.own.base_year) is not None:
                keeps(made.value == year)
            case DateType():
                keeps(made.value == self._today())
            case BoolType():
                keeps(z3.Not(made.value))
            case EnumType(members):
                any(keeps(made.value == self.q.sheet.code(m)) for m in members if m != "不适用")
            case NumberType():
                if not any(keeps(made.value == x * scale) for x in (0, 1, 10_000, 100_000, 1_000_000, 10_000_000)):
                    self._nearer(made.value, 0)

    def _now(self, term: Any) -> int:
        return self.q.solver.model.eval(term, model_completion=True).as_long()  # type: ignore[no-any-return]

    # -- as facts ---------------------------------------------------------------------------------------------------

    def _told(self, model: Any) -> Qualifying:
        made = self.q.sheet.plain(model)
        sheet: Sheet = deepcopy(dict(self.raw))
        rows = [(t, i) for t, i, here in self.rows if z3.is_true(model.eval(here, model_completion=True))]
        for name in self.own.unknown:
            sheet[name] = [] if self.schema.is_list(name) else {}
        for t, _ in rows:
            sheet[t] = [*(sheet.get(t) or []), {}]
        steps = [Blank(x.place, x.key, x.spec, _words(x.spec, _unscaled(x.spec, x.value)) if x.known else "") for x in self.held
                 if not x.known or (x in self.free and not z3.is_true(model.eval(x.so, model_completion=True)))]
        steps += [Blank((t, i, name), None, spec, "") for t, i in rows for name, spec, _ in self._columns(t, i)]
        steps = [x for x in steps if put(self.schema, sheet, x, x.of(made))]
        decided = self._decided(sheet)
        if decided is None or decided.status not in WANTED:
            raise Uncovered(f"找到的事实重算不出同样的结果：{'事实有误' if decided is None else decided.status}")
        steps = [x for x in steps if x.before or not self._is_idle(sheet, x, decided)]
        lists = [Blank(("", 0, name), None, None, "") for name in sorted(self.own.unknown) if sheet.get(name) in ([], {})]
        steps += [x for x in lists if not self._is_idle(sheet, x, decided)]
        changes = tuple(
            Otherwise(path_of(self.schema, x), x.before, "无" if x.spec is None else _words(x.spec, x.of(made)), x.place[:2] in rows)
            for x in steps
        )
        return Qualifying(self.clause, self.now, changes, sheet, self._decided(sheet))

    def _is_idle(self, sheet: Sheet, step: Blank, decided: ClauseDecision) -> bool:
        """Whether the same is decided without a fact that was filled in; then it is taken out again."""
        held = row_of(self.schema, sheet, step.place).get(step.place[2])
        value = held.get(str(step.key)) if step.key is not None and isinstance(held, dict) else held
        put(self.schema, sheet, step, None)
        again = self._decided(sheet)
        if again is not None and again.outcome() == decided.outcome():
            return True
        put(self.schema, sheet, step, value)
        return False

    def _decided(self, sheet: Sheet) -> ClauseDecision | None:
        try:
            return self.policy.decide_clauses(sheet, [self.clause], dict(self.readings))[0]
        except XcrulesError:
            return None


def had_before(program: Program) -> set[tuple[str, str]]:
    """The facts of which a line says 已用: what was had before."""
    places = fact_places(program)
    spans = [line.span_of(used.at) for line in program.document.lines() for held in (line.body, *getattr(line.body, "bounds", ()))
             if (used := getattr(held, "used", None)) is not None]
    return {(table, name) for span in spans for _, _, table, name in places.within(span)}


def _unscaled(spec: FactField, value: Any) -> Any:
    if isinstance(value, bool | str) or value is NA:
        return value
    return datetime.date.fromordinal(value).isoformat() if isinstance(spec.type, DateType) else Fraction(value, scale_of(spec.type))


def _words(spec: FactField, value: Any) -> str:
    """A value as a person writes it."""
    if isinstance(spec.type, BoolType):
        return "是" if value else "否"
    if value is NA:
        return "不适用"
    if isinstance(spec.type, DateType) and isinstance(value, str):
        value = datetime.date.fromisoformat(value).toordinal()
    return value if isinstance(value, str) else show(Fraction(value), spec.element)
