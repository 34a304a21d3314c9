"""What an open decision may come to, whatever is filled in: by the solver, over all that is unknown at once.

The range of a decision takes each unknown fact by itself wherever it stands; here a fact is the same everywhere, so what cannot be together is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from fractions import Fraction
from math import lcm
from typing import Any

import z3  # type: ignore[import-untyped]
from attrs import define, field

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.identity import clause_name
from xcrules.base.money import Unlimited
from xcrules.run.decision import ClauseDecision, Decision
from xcrules.run.exact import Exact, Possible
from xcrules.run.lowered.lower import Lowerer
from xcrules.run.results import DISCRETION, OUT_OF_FORCE, OUT_OF_SCOPE, PENDING
from xcrules.run.smt.held import MOST_ROWS, Held, Reported, not_reported
from xcrules.run.smt.plan import PlanTerms, asked_whether_reported
from xcrules.run.smt.sheet import FIRST_YEAR, LAST_YEAR, OpenSheet
from xcrules.run.smt.solver import NO, YES, Solver
from xcrules.run.smt.terms import Uncovered, both, either, no
from xcrules.use.python.policy import Policy

from .sheets import Blank, path_of, put

MOST_TOLD = 8  # amounts that are told one by one
WORK = 4_000_000  # steps of the solver for one question
ASKED = 400  # questions for one decision
UNBORNE = "找到的填法重算不出同样的结果，请报告"


class _Late(Exception):
    """A question that has not come to its end, or to one that is not the engine's; the reason, in Chinese."""


def exact(policy: Policy, facts: Mapping[str, Any], decision: Decision) -> Exact:
    """For the open clauses of a decision on these facts, and for its total, what is possible."""
    open_ = [k for k in decision.clauses if k.status == PENDING and k.amount_range is not None]
    return _Search(policy.in_force(facts), facts, decision, open_).found() if open_ else Exact()


@define(eq=False, slots=False)
class _Search:
    policy: Policy
    raw: Mapping[str, Any]
    decision: Decision
    open: list[ClauseDecision]
    notices: list[Diagnostic] = field(factory=list, init=False)
    asked: int = field(default=0, init=False)

    def found(self) -> Exact:
        try:
            self._prepare()
        except Uncovered as why:
            return Exact({}, None, (_notice("", f"求解器还不懂：{why}"),))
        made: dict[str, Possible] = {}
        for number, (term, span) in self.terms.items():
            if number not in self.mixed and (possible := self._possible(number, term, span)) is not None:
                made[number] = possible
        total = self._total() if len(self.terms) == len(self.open) == len(made) + len(self.mixed) else None
        return Exact(made, total, tuple(self.notices))

    # -- the sheet ------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        policy, schema = self.policy, self.policy.program.schema
        facts = policy.facts(self.raw)
        record, longest = policy._engines.scaled(facts).record, facts.longest()
        plan = policy._under(dict(self.decision.readings)).plan
        numbers = [k.number for k in self.open]
        away = not_reported(record, schema)
        lowerer = Lowerer(plan, schema, policy._engines.parameters, frozenset((table, name) for table, _, name in away))
        if longest > MOST_ROWS:
            raise Uncovered(f"名单有 {longest} 行")
        self.sheet = OpenSheet(schema, max(longest, 1), policy.program.clause_names.rows, asked_whether_reported(lowerer, numbers), away)
        terms, self.own = PlanTerms(lowerer, self.sheet), Reported(record, self.sheet)
        self.sheet.base_years = (
            (year, year) if (year := self.own.base_year) is not None and FIRST_YEAR <= year <= LAST_YEAR else (FIRST_YEAR, LAST_YEAR)
        )
        self.lists = {t for t in self.own.unknown if schema.is_list(t)}
        self.terms: dict[str, tuple[Any, tuple[Fraction, Fraction]]] = {}
        self.mixed = {k.number for k in self.open if k.bound_range is not None}  # an authority may have to say it: told in the total alone
        sure: list[Any] = []
        for k in self.open:
            try:
                span = _span(k)
                self.terms[k.number] = self._term(k, terms, sure), span
            except Uncovered as why:
                self.notices.append(_notice(k.number, str(why)))
        self.solver = Solver()
        self.solver.add(*self._as_reported(), *sure, *self.sheet.domain)

    def _term(self, k: ClauseDecision, terms: PlanTerms, sure: list[Any]) -> Any:
        """What a clause comes to as a term, and its scale: 0 where it is not judged, or an authority has still to say it (no total has that)."""
        if _told_otherwise(k):
            raise Uncovered("两个方向的，或按月的")
        before = {*self.sheet._made}
        held, gate = terms.outcome(k.number), terms.open(k.number)
        amount, open_ = held.amount, held.open
        lists = ({key[1] for key in {*self.sheet._made} - before if key[0] == "present"} | {x.split("[")[0].split(".")[0] for x in k.missing}) & self.lists
        if lists:
            raise Uncovered(f"名单没有填：{'、'.join(sorted(lists))}")
        sure += [gate.sure, either(no(gate.value), held.sure)]
        return z3.If(_truth(both(gate.value, no(open_))), amount.value, z3.IntVal(0)), 100 * held.clause.cent

    def _as_reported(self) -> Iterator[Any]:
        for table, row, here in self.own.lists():
            yield here if row < len(self.own.rows[table]) else z3.Not(here)
        for x in self.own.facts():
            yield x.so if x.known else self._unreported(x)

    def _unreported(self, x: Held) -> Any:
        """What is not reported may be anything; but of what 已报 asks about, and no clause misses, it counts that it was not."""
        path = path_of(self.policy.program.schema, x)
        if any(f"{path}.".startswith((f"{m}.", f"{m}[")) for k in self.open for m in k.missing) or (
            x.made.sure is True if x.key is None else x.place not in self.sheet.asked
        ):
            return True
        return no(x.made.sure) if x.key is None else x.so

    # -- what is possible -----------------------------------------------------------------------------------------

    def _possible(self, number: str, told: tuple[Any, int], span: tuple[Fraction, Fraction]) -> Possible | None:
        term, scale = told
        try:
            found: list[int] = []
            while len(found) <= MOST_TOLD and (value := self._find(number, term, scale, *(term != x for x in found))) is not None:
                found.append(value)
            if not found or not span[0] * scale <= min(found) <= max(found) <= span[1] * scale:
                raise _Late("没有一份填法合得上")
            if len(found) <= MOST_TOLD:
                made = Possible(tuple(Fraction(x, scale) for x in sorted(found)), True)
            else:
                ends = (self._end(number, term, scale, min(found), int(span[0] * scale), -1),
                        self._end(number, term, scale, max(found), int(span[1] * scale), 1))
                made = Possible(tuple(Fraction(x, scale) for x in ends), False)
        except _Late as why:
            self.notices.append(_notice(number, str(why)))
            return None
        return made

    def _end(self, number: str, term: Any, scale: int, found: int, end: int, sign: int) -> int:
        """The furthest value in one direction, between one that was found and where the range ends."""
        while found != end:
            middle = end if found == end - sign else (found + end + (sign > 0)) // 2
            value = self._find(number, term, scale, term >= middle if sign > 0 else term <= middle)
            if value is None:
                end = middle - sign
            else:
                found = value
        return found

    def _find(self, number: str, term: Any, scale: int, *conditions: Any) -> int | None:
        """A value that is possible, borne out by the engine; None if there is none. Raises _Late."""
        self.asked += 1
        self.solver.push()
        try:
            self.solver.add(*conditions)
            self.solver.limit(WORK if self.asked <= ASKED else 0)
            answer = self.solver.check()
            if answer == NO:
                return None
            if answer != YES:
                raise _Late("求解器没有在限定的步数里做完")
            model = self.solver.model
            value: int = model.eval(term, model_completion=True).as_long()
            if not self._replays(number, model, Fraction(value, scale)):
                raise _Late(UNBORNE)
            return value
        finally:
            self.solver.pop()

    def _replays(self, number: str, model: Any, value: Fraction) -> bool:
        sheet, made = deepcopy(dict(self.raw)), self.sheet.plain(model)
        for name in self.own.unknown - self.lists:  # no clause that is asked for reads these
            sheet[name] = {}
        for x in self.own.facts():
            if not x.known and x.place[0] not in self.lists:
                step = Blank(x.place, x.key, x.spec)
                away = x.made.absent is not False and z3.is_true(model.eval(_truth(x.made.absent), model_completion=True))
                put(self.policy.program.schema, sheet, step, "不适用" if away else step.of(made))
        wanted = [number] if number else [k.number for k in self.open]
        try:
            decided = self.policy.decide_clauses(sheet, wanted, dict(self.decision.readings))
        except XcrulesError:
            return False
        given = [Fraction(0) if k.status in (OUT_OF_FORCE, OUT_OF_SCOPE, DISCRETION) else k.amount for k in decided]
        return None not in given and sum((x or Fraction(0) for x in given), Fraction(0)) == value

    def _total(self) -> Possible | None:
        """Of all clauses together; only where there is one total."""
        totals = self.decision.totals
        if len(totals) > 1 or any(map(_told_otherwise, self.decision.clauses)):
            return None
        scale = lcm(*(told[1] for told, _ in self.terms.values()))
        whole = sum((told[0] * (scale // told[1]) for told, _ in self.terms.values()), z3.IntVal(0))
        span = sum((s[0] for _, s in self.terms.values()), Fraction(0)), sum((s[1] for _, s in self.terms.values()), Fraction(0))
        rest = sum((k.amount for k in self.decision.clauses if k.amount is not None), Fraction(0))
        made = self._possible("", (whole, scale), span)
        return None if made is None else Possible(tuple(x + rest for x in made.amounts), made.all)


def _told_otherwise(k: ClauseDecision) -> bool:
    """Whether its amount is none that totals add: owed either way, or by the month."""
    return k.saying is not None and bool(k.saying.reverse or k.saying.monthly)


def _span(k: ClauseDecision) -> tuple[Fraction, Fraction]:
    assert k.amount_range is not None
    low, high = k.amount_range
    if isinstance(high, Unlimited):
        raise Uncovered("没有上限")
    return low, high


def _truth(value: Any) -> Any:
    return z3.BoolVal(value) if isinstance(value, bool) else value


def _notice(number: str, why: str) -> Diagnostic:
    return Diagnostic(Code.NOT_EXACT, f"{clause_name(number) or '合计'}没有求出准确的结果，只有区间：{why}", path=number)
