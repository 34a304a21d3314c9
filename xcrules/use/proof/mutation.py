"""Whether the worked cases would notice: each natural slip of a policy against its cases, and facts that tell it where none does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property
from importlib.util import find_spec
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from attrs import define, evolve, field, frozen

from xcrules.base.diagnostic import XcrulesError
from xcrules.meaning import values
from xcrules.meaning.links import Links
from xcrules.meaning.program import Case
from xcrules.plan import steps
from xcrules.run.decision import ClauseDecision
from xcrules.run.python import Compiled
from xcrules.run.python.clause import CompiledClause
from xcrules.run.reference import evaluate_clauses
from xcrules.use.cases import differences, run_cases
from xcrules.use.python.policy import Policy

from .mutants import Mutant, mutants
from .sheets import Nearby, Sheet, around, plain, without, without_each
from .told import Telling, begins_with, samples_of

if TYPE_CHECKING:
    from .questions import Question

NONE: tuple[tuple[str, str], ...] = ()  # the default readings
KILLED, REFUSED, TOLD, UNTOLD, ALIKE = "发现", "拒绝", "可分辨", "未分出", "等价"
_SEEDS, _SEARCHED, _ASKED = 12, 2, 4  # cases to start from; sets of readings, and clauses of each, that are searched for one slip
_NEAR, _WORK = 150, 10_000_000  # sheets around one that the solver has found; its steps for one slip and clause


@frozen
class Verdict:
    """A slip and what became of it: the case that noticed, or a sheet (of a clause, under some readings) on which it shows."""

    mutant: Mutant
    state: str
    case: str = ""
    clause: str = ""
    sheet: Sheet | None = None
    readings: tuple[tuple[str, str], ...] = ()


class _Tried(NamedTuple):
    """A sheet, its facts as compiled clauses read them, and what the policy's own plan makes of it (None: something is unknown)."""

    sheet: Sheet
    facts: Any
    outcome: Any


@define(eq=False, slots=False)
class _Group:
    """The cases under one set of readings, beside the plan that they are decided by."""

    policy: Policy
    readings: tuple[tuple[str, str], ...]
    cases: list[Case] = field(factory=list)
    common: dict[tuple[int, ...], CompiledClause] = field(factory=dict, init=False)  # clauses of the own plan, which lives as long
    _pools: dict[str, _Pool] = field(factory=dict, init=False)
    _questions: dict[str, Question] = field(factory=dict, init=False)

    @cached_property
    def plan(self) -> steps.Plan:
        return self.policy._under(dict(self.readings)).plan

    def may_notice(self, mutant: Mutant) -> bool:
        """Cases under readings of their own are asked about the clauses that they are about, and not about other choices of these."""
        if mutant.choice is not None:
            return mutant.choice[0] not in dict(self.readings)
        return not self.readings or not mutant.clauses or any(k.clause in mutant.clauses for case in self.cases for k in case.checks)

    def compiled(self, plan: steps.Plan, clauses: Collection[str], own: bool = False) -> Compiled:
        """What decides these clauses of a plan."""
        narrow, parameters = narrowed(plan, clauses), self.policy._engines.parameters

        def reference(facts: Any, only: tuple[str, ...]) -> tuple[ClauseDecision, ...]:
            return evaluate_clauses(narrow, facts, parameters, only)

        return Compiled(narrow, self.policy._engines.records, reference, reference, self.common if own else {**self.common})

    def facts(self, sheet: Any) -> Any:
        """Facts as compiled clauses read them; None where the policy does not take them."""
        try:
            return self.policy._engines.scaled(self.policy.facts(sheet))
        except XcrulesError:
            return None

    @cached_property
    def scaled(self) -> list[Any]:
        return [self.facts(case.facts) for case in self.cases]

    def noticed(self, mutant: steps.Plan, touched: frozenset[str]) -> str:
        """The first case that another plan does not bear out; "" if there is none. 争议 rests on plans that are not changed, and is not asked."""
        made: dict[tuple[str, ...], Compiled] = {}
        for case, facts in zip(self.cases, self.scaled, strict=True):
            if only := tuple(dict.fromkeys(k.clause for k in case.checks if k.clause in touched)):
                made[only] = made.get(only) or self.compiled(mutant, only)
                got = {k.number: k for k in made[only].decide(facts, None, only)}
                if any(differences(k, got[k.clause], ("争议",)) for k in case.checks if k.clause in got):
                    return case.name
        return ""

    @cached_property
    def samples(self) -> dict[str, Sheet]:
        return samples_of(self.policy.program)

    def question(self, clause: str) -> Question:
        """The clause as the solver is asked about it."""
        from .questions import Question

        if clause not in self._questions:
            self._questions[clause] = Question(self.policy, clause, self.readings, samples=tuple(self.samples.values())[:1], work=_WORK)
        return self._questions[clause]

    def pool(self, clause: str) -> _Pool:
        if clause not in self._pools:
            self._pools[clause] = _Pool(self, clause)
        return self._pools[clause]


@define(eq=False, slots=False)
class _Pool:
    """Sheets around the cases of a clause, each with what the plan makes of it, worked out once and no further than asked for."""

    group: _Group
    clause: str
    told: list[_Tried] = field(factory=list, init=False)  # sheets that have told some slip: they are tried first
    made: list[_Tried] = field(factory=list, init=False)
    _left: list[Iterator[_Tried]] = field(factory=list, init=False)

    @cached_property
    def own(self) -> Compiled:
        return self.group.compiled(self.group.plan, (self.clause,), own=True)

    @cached_property
    def node(self) -> steps.Decide:
        return self.own.plan.clauses[self.own.index[self.clause]]

    def seeds(self) -> list[Sheet]:
        """Its cases, and two of them with all filled in; these first where no case is about the clause."""
        cases = self.group.cases or list(self.group.policy.program.cases)
        own = [c for c in cases if any(k.clause == self.clause for k in c.checks)]
        given = [plain(c.facts) for c in own or cases][:_SEEDS]
        filled = [*map(self._near.filled, given[:2])]
        return [*given, *filled] if own else [*filled, *given]

    def telling(self, mutant: steps.Plan) -> Sheet | None:
        """The first sheet on which another plan comes to something else."""
        other = self.group.compiled(mutant, (self.clause,))
        for tried in chain(self.told, self._every()):
            if self._comes_to(other, tried.facts) != tried.outcome and self._differs(other, tried.facts):
                if all(tried.sheet is not x.sheet for x in self.told):
                    tried = self._lean(tried, other)
                    self.told.append(tried)
                return tried.sheet
        return None

    def _lean(self, tried: _Tried, other: Compiled) -> _Tried:
        """The same without what it says beside its 样本 and need not: the plans come to the same two things."""
        base = self.group.samples.get(begins_with(tried.sheet, self.group.samples), {})
        theirs = self._comes_to(other, tried.facts)
        for name, within in without_each(tried.sheet, base):
            less = self._try(without(tried.sheet, name, within))
            if (less is not None and less.outcome == tried.outcome
                and self._comes_to(other, less.facts) == theirs and self._differs(other, less.facts)):
                tried = less
        return tried

    def added(self, sheet: Sheet, mutant: steps.Plan) -> Sheet | None:
        """A sheet from elsewhere, if another plan comes to something else on it; what is near it may tell more."""
        tried = self._try(sheet)
        if tried is None or not self._differs(self.group.compiled(mutant, (self.clause,)), tried.facts):
            return None
        self.told.append(tried)
        self._left.append(around(self._near, [sheet], self._try, _NEAR))
        return sheet

    def _comes_to(self, compiled: Compiled, facts: Any) -> Any:
        judged = compiled.outcome(facts, compiled.index[self.clause])
        return None if judged is None else judged.comes_to()

    def _differs(self, other: Compiled, facts: Any) -> bool:
        one, two = (c.decide(facts, None, (self.clause,))[0] for c in (self.own, other))
        return one.outcome() != two.outcome()

    def _try(self, sheet: Sheet) -> _Tried | None:
        facts = self.group.facts(sheet)
        return None if facts is None else _Tried(sheet, facts, self._comes_to(self.own, facts))

    def _every(self) -> Iterator[_Tried]:
        yield from self.made
        self._left = self._left or ([] if self.made else [around(self._near, self.seeds(), self._try)])
        while self._left:
            for tried in self._left[0]:
                self.made.append(tried)
                yield tried
            self._left.pop(0)

    @cached_property
    def _near(self) -> Nearby:
        keys = tuple(dict.fromkeys([*(each.ledger for each in self.node.claims), self.clause]))
        return Nearby(self.own.plan, self.node, self.group.policy.program.schema, keys)


def tellings(verdicts: Iterable[Verdict]) -> list[Telling]:
    """Each sheet that tells some slips, with all of these."""
    told: dict[int, list[Verdict]] = {}
    for v in verdicts:
        if v.sheet is not None:
            told.setdefault(id(v.sheet), []).append(v)
    return [Telling(g[0].clause, g[0].readings, g[0].sheet, tuple(f"{v.mutant.origin.span}　{v.mutant.what}" for v in g)) for g in told.values() if g[0].sheet is not None]


# -- every slip -------------------------------------------------------------------------------------------


def mutate(policy: Policy, clause: str | None = None, progress: Callable[[int, int], None] = lambda _done, _of: None) -> Iterator[Verdict]:
    """What becomes of every slip (in the lines of one clause) that stands in a plan of the default readings or of those that the cases choose."""
    policy = policy.texts[-1]  # a case of an earlier day would notice every slip
    groups = {NONE: _Group(policy, NONE)}
    for result in run_cases(policy):
        if result.holds:
            key = result.case.readings
            groups.setdefault(key, _Group(policy, key)).cases.append(result.case)
    every = [m for m in mutants(policy.program) if clause is None or clause in m.clauses]
    for i, mutant in enumerate(every, 1):
        if (verdict := _judged(mutant, groups.values())) is not None:
            yield verdict
        progress(i, len(every))


def _judged(mutant: Mutant, groups: Iterable[_Group]) -> Verdict | None:
    """None where no plan has the line."""
    standing: list[tuple[_Group, steps.Plan, frozenset[str]]] = []
    refused = False
    for group in groups:
        if not group.may_notice(mutant):
            continue
        plan = mutant.plan(group.plan, group.policy._engines.planner)
        refused |= plan is None
        if plan is not None and (touched := touched_by(group.plan, plan)):
            if case := group.noticed(plan, touched):
                return Verdict(mutant, KILLED, case)
            standing.append((group, plan, touched))
    if not standing:
        return Verdict(mutant, REFUSED) if refused else None
    for group, plan, touched in standing[:_SEARCHED]:
        for clause in sorted(touched, key=lambda n: (n not in mutant.clauses, list(group.policy.clauses).index(n)))[:_ASKED]:
            if (sheet := group.pool(clause).telling(plan)) is not None:
                return Verdict(mutant, TOLD, clause=clause, sheet=sheet, readings=group.readings)
    return _proved(mutant, standing) if find_spec("z3") is not None else Verdict(mutant, UNTOLD)


def _proved(mutant: Mutant, standing: Iterable[tuple[_Group, steps.Plan, frozenset[str]]]) -> Verdict:
    """What a solver says of a slip that no sheet has told: facts that do, or that it makes no difference."""
    from .questions import telling

    settled = True
    for group, plan, touched in standing:
        for clause in touched:
            done, sheet = telling(group.question(clause), plan)
            if sheet is not None and (tried := group.pool(clause).added(sheet, plan)):
                return Verdict(mutant, TOLD, clause=clause, sheet=tried, readings=group.readings)
            settled &= done and sheet is None
    return Verdict(mutant, ALIKE if settled else UNTOLD)


def touched_by(one: steps.Plan, other: steps.Plan) -> frozenset[str]:
    """The clauses that may come to something else."""
    every = [k.number for k in one.clauses if not k.nature]
    lets = ({a.name for a, b in zip(one.lets, other.lets, strict=False) if a != b}
            if len(one.lets) == len(other.lets) else {x.name for x in one.lets})
    while more := {x.name for x in one.lets if x.name not in lets and _reads(x.value, lets)}:
        lets |= more
    if any(getattr(one, x) != getattr(other, x) for x in ("scope", "period", "rounding", "shared")) or _reads((one.scope, one.period, one.shared), lets):
        return frozenset(every)
    changed = {k.number for k, new in zip(one.clauses, other.clauses, strict=True) if (k is not new and k != new) or _reads(k, lets)}
    return frozenset(n for n in every if changed & {n, *one.links.behind(n)}) | changed


def _reads(held: object, names: set[str]) -> bool:
    return bool(names) and any(isinstance(v, values.Var) and v.name in names for v in values.nodes_of(held))


def narrowed(plan: steps.Plan, clauses: Collection[str]) -> steps.Plan:
    """The plan with these clauses and those on which they rest alone: these come to the same."""
    kept = {*clauses, *(n for x in clauses for n in plan.links.behind(x))}
    units = tuple(u for u in plan.links.units if kept & {*u})
    links = Links(units, {n: x for n, x in plan.links.before.items() if n in kept}, plan.links.linked)
    shared = tuple(evolve(x, clauses=tuple(n for n in x.clauses if n in kept)) for x in plan.shared if kept & {*x.clauses})
    return evolve(plan, clauses=tuple(k for k in plan.clauses if k.number in kept), shared=shared, links=links)
