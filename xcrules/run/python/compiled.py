"""A compiled plan: the gates, the clauses and the caps over several of them as functions, each made when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from attrs import define, evolve, field

from xcrules.base.diagnostic import XcrulesError
from xcrules.facts.given import Facts
from xcrules.facts.scaled import Records, ScaledFacts
from xcrules.facts.scaled.values import Ask
from xcrules.plan import steps
from xcrules.plan.effort import MAX_COMPARED, MAX_JUDGED, too_long_to_ask, too_long_to_compare
from xcrules.run.decision import ClauseDecision
from xcrules.run.disputes import Comparison
from xcrules.run.lowered import claims as c
from xcrules.run.lowered.lower import Lowerer
from xcrules.run.lowered.rows import Record
from xcrules.run.lowered.settle import settle
from xcrules.run.lowered.shared import AfterCaps, Left, only_one, scale_of_cap
from xcrules.run.ranges.abstract import NOTHING
from xcrules.run.ranges.entry import Entered, entry
from xcrules.run.results import DISCRETION, OUT_OF_FORCE, OUT_OF_SCOPE, cents_of

from .clause import CompiledClause, Context, Function, function_of
from .details import paid
from .open_clauses import OPEN_GATES, PassedGates, opened
from .outcomes import Judged, closed, decided
from .ranged.claims import RangedClause, range_names
from .ranged.filled import Filled
from .ranged.linked import Linked
from .ranged.printing import RANGES, gates_source as ranged_gates_source
from .writing import failing_source, gates_source, shared_source

Reference = Callable[[Facts, tuple[str, ...]], tuple[ClauseDecision, ...]]
Gate = tuple[str, bool | None]  # the status that closes every clause; of an expired policy, whether it covers the enterprise
UNSURE: Gate = ("", None)  # the reference evaluator must be asked


@define(eq=False, slots=False)
class Compiled:
    """A plan as Python functions. `reference` decides the clauses for which something is unknown."""

    plan: steps.Plan
    records: Records
    reference: Reference
    compared: Reference  # the same for a comparison of readings
    common: dict[tuple[int, ...], CompiledClause] = field(factory=dict)  # clauses that plans under other readings have too
    _clauses: dict[int, CompiledClause] = field(factory=dict, init=False)
    _ranged: dict[int, RangedClause] = field(factory=dict, init=False)
    _ranged_caps: dict[int, Function] = field(factory=dict, init=False)
    _gates_beside: dict[tuple[object, ...], Function] = field(factory=dict, init=False)
    _shutting: dict[tuple[object, ...], Function] = field(factory=dict, init=False)

    def decide(
        self, facts: ScaledFacts, compare: Comparison | None = None, only: tuple[str, ...] | None = None
    ) -> tuple[ClauseDecision, ...]:
        """These clauses (None: all) on checked facts. Raises XcrulesError where one is to be asked for and a list is too long for that."""
        indexes = range(len(self.plan.clauses)) if only is None else sorted(self.index[number] for number in only)
        outcomes = self.outcomes(facts) if only is None else [self.outcome(facts, i) for i in indexes]
        unsure = [i for i, x in zip(indexes, outcomes, strict=True) if x is None]
        left = iter(self.unsettled(facts, unsure, compare) if unsure else ())
        return tuple([decided(x, compare) if x is not None else next(left) for x in outcomes])

    def outcomes(self, facts: ScaledFacts) -> list[Judged | None]:
        """What each clause comes to; None where the reference evaluator must be asked."""
        return self.outcomes_of(facts, range(len(self.plan.clauses)))

    def outcomes_of(self, facts: ScaledFacts, indexes: Sequence[int]) -> list[Judged | None]:
        """The same of some clauses."""
        gate = self.gate(facts.record)
        if gate is None and not self.alone:
            outcomes = self._over_several(facts, frozenset().union(*(self._with_those_behind[i] for i in indexes)))
            return [outcomes[i] for i in indexes]
        if gate is not None:
            return [self._beyond(i, gate, facts) for i in indexes]
        functions = self._functions
        found = [functions[i](facts.record) for i in indexes]
        return [self._ranged_outcome(facts, i) if x is None else Judged(self, i, x, facts) for i, x in zip(indexes, found, strict=True)]

    def _ranged_outcome(self, facts: ScaledFacts, index: int) -> Judged | None:
        try:
            record = self.ranged(index).known(facts.record, self.filled(facts))
            judged = None if record is None else Judged(self, index, record, facts)
            if judged is not None:
                judged.reversed()  # its amount may be known, and not whether it is below 0
        except Ask:
            return None
        return judged

    def filled(self, facts: ScaledFacts) -> Filled:
        """The record of facts with its gaps filled."""
        held: Filled | None = facts.__dict__.get("filled")
        if held is None:
            held = facts.__dict__["filled"] = Filled(self.records, facts.record)
        return held

    def outcome(self, facts: ScaledFacts, index: int) -> Judged | None:
        """What one clause comes to."""
        if not self.alone:
            return self.outcomes_of(facts, [index])[0]
        gate = self.gate(facts.record)
        if gate is not None:
            return self._beyond(index, gate, facts)
        record = self.clause(index).function(facts.record)
        # to compare readings, long lists are not gone over again
        return (
            Judged(self, index, record, facts)
            if record is not None
            else self._ranged_outcome(facts, index)
            if facts.longest() <= MAX_COMPARED
            else None
        )

    def judge(self, facts: ScaledFacts, other: ClauseDecision) -> ClauseDecision:
        """One clause, to be compared with what it came to under other readings."""
        behind = self.plan.links.behind(other.number)
        if behind and (wrong := too_long_to_ask(facts, self.plan, (other.number, *behind), MAX_JUDGED)) is not None:
            raise XcrulesError([wrong])  # it and those on which it rests are judged anew for every choice
        outcome = self.outcome(facts, self.index[other.number])
        if outcome is not None:
            return decided(outcome, None)
        if (wrong := too_long_to_compare(facts, self.plan, (other.number, *behind))) is not None:
            raise XcrulesError([wrong])
        if too_long_to_ask(facts, self.plan, (other.number,), MAX_COMPARED) is None and (
            found := self._open(facts, [self.index[other.number]], None)[0]
        ):
            return found
        return self.compared(facts, (other.number,))[0]

    def unsettled(self, facts: ScaledFacts, indexes: Sequence[int], compare: Comparison | None) -> list[ClauseDecision]:
        """Clauses for which something is unknown: as ranges where these tell it, else by the reference evaluator."""
        found = self._open(facts, indexes, compare)
        wanted = [i for i, x in zip(indexes, found, strict=True) if x is None]
        asked = iter(self.asked(facts, wanted, compare) if wanted else ())
        return [next(asked) if x is None else x for x in found]

    def _open(self, facts: ScaledFacts, indexes: Sequence[int], compare: Comparison | None) -> list[ClauseDecision | None]:
        """What can be said of them without the reference evaluator."""
        try:
            gates = OPEN_GATES if self.gate(facts.record) is None else self.passed(self.filled(facts))
        except Ask:
            return [None] * len(indexes)
        if self.alone:
            return [opened(self, i, gates, facts, compare, self.filled(facts)) for i in indexes]
        made = Linked(self, facts, gates, compare).of(frozenset().union(*(self._with_those_behind[i] for i in indexes)))
        return [made[self.plan.clauses[i].number] for i in indexes]

    @cached_property
    def passed(self) -> Callable[[Filled], PassedGates]:
        """The gates where they are not known."""
        return function_of(ranged_gates_source(self.lowerer.gates()), "gates", range_names(self.context))

    def entered(self, facts: ScaledFacts) -> Entered | None:
        """What gates that are not known leave possible, where nothing is paid of earlier grants; None where they turn out to be closed, or passed, or it is for the reference evaluator to say."""
        try:
            in_force, _, covered = self.passed(self.filled(facts))
        except Ask:
            return None
        found = entry(in_force, covered, NOTHING)
        return found if found.may_enter and found.statuses else None

    @cached_property
    def alone(self) -> bool:
        """Whether no clause rests on others, and no cap stands over several."""
        return not (self.plan.shared or self.plan.links.linked)

    def ranged_cap(self, at: int) -> tuple[c.SharedCap, Function]:
        """A cap over several clauses, with what gives its figures over ranges; see `shared_source`."""
        cap = self.lowerer.shared[at]
        assert isinstance(cap, c.SharedCap)
        if at not in self._ranged_caps:
            self._ranged_caps[at] = function_of(shared_source(cap, scale_of_cap(cap), RANGES), "shared", range_names(self.context))
        return cap, self._ranged_caps[at]

    def ranged(self, index: int) -> RangedClause:
        """A clause over ranges."""
        clause = self.clause(index)
        if id(clause) not in self._ranged:
            self._ranged[id(clause)] = RangedClause(clause)
        return self._ranged[id(clause)]

    def asked(self, facts: Facts, indexes: Iterable[int], compare: Comparison | None) -> list[ClauseDecision]:
        """Clauses decided by the reference evaluator."""
        clauses = self.reference(facts, tuple(self.plan.clauses[i].number for i in indexes))
        return [evolve(k, compare=compare) for k in clauses]

    def amounts(self, facts: ScaledFacts) -> dict[str, int | None]:
        """分 of each clause; None where the amount is open."""
        if not self.alone or any(k.fund for k in self.plan.clauses) or self.gate(facts.record) is not None:
            return {k.number: cents_of(k) for k in self.decide(facts)}
        return {k.number: self._amount(i, facts) for i, k in enumerate(self.plan.clauses)}

    def _amount(self, index: int, facts: ScaledFacts) -> int | None:
        clause = self.clause(index)
        record = clause.function(facts.record)
        if record is None:
            return cents_of(self.unsettled(facts, [index], None)[0])
        if clause.lowered.nature or record.status == clause.lowered.elsewhere:
            return 0
        return None if record.amount is None else record.amount // clause.lowered.cent

    # -- making the functions ---------------------------------------------------------------------------------

    @cached_property
    def lowerer(self) -> Lowerer:
        return Lowerer(self.plan, self.records.schema, self.records.parameters)

    @cached_property
    def context(self) -> Context:
        return Context(self.lowerer)

    def clause(self, index: int) -> CompiledClause:
        """A clause with its functions."""
        found = self._clauses.get(index)
        if found is None:
            plan, clause = self.plan, self.plan.clauses[index]
            key = (id(clause), id(plan.lets), id(plan.period), id(plan.rounding))  # which live as long as the clause made from them
            if key not in self.common:
                self.common[key] = CompiledClause(self.lowerer.clause(clause), self.context)
            found = self._clauses[index] = self.common[key]
        return found

    @cached_property
    def _functions(self) -> tuple[Function, ...]:
        return tuple(self.clause(i).function for i in range(len(self.plan.clauses)))

    @cached_property
    def index(self) -> dict[str, int]:
        """Where each clause stands, by its number."""
        return {k.number: i for i, k in enumerate(self.plan.clauses)}

    @cached_property
    def _with_those_behind(self) -> tuple[frozenset[int], ...]:
        """Each clause, by its place, with those on which it rests."""
        return tuple(frozenset(self.index[x] for x in (k.number, *self.plan.links.behind(k.number))) for k in self.plan.clauses)

    # -- gates and caps over several clauses ------------------------------------------------------------------

    @cached_property
    def _gates(self) -> Function:
        return self._gates_of(None)

    def gate(self, record: Any) -> Gate | None:
        """None where clauses are judged; else what closes all of them, or UNSURE."""
        try:
            gate: Gate | None = self._gates(record)
        except Ask:
            return UNSURE
        return gate

    def _own_gates(self, clause: steps.Decide) -> Function:
        """Those of a clause that does not pass both: clauses that pass the same are alike."""
        if clause.ungated not in self._gates_beside:
            self._gates_beside[clause.ungated] = self._gates_of(clause)
        return self._gates_beside[clause.ungated]

    def _gates_of(self, clause: steps.Decide | None) -> Function:
        names = {**self.context.names, "OUT_OF_FORCE": OUT_OF_FORCE, "OUT_OF_SCOPE": OUT_OF_SCOPE}
        return function_of(gates_source(self.lowerer.gates(clause)), "gates", names)

    def shut_out(self, clause: steps.Decide, record: Any) -> frozenset[str]:
        """The readings of a line of 适用 that alone keeps an enterprise out. Raises Ask."""
        if (self._own_gates(clause) if clause.ungated else self._gates)(record) != (OUT_OF_SCOPE, None):
            return frozenset()
        if clause.ungated not in self._shutting:
            gates = self.lowerer.gates(clause)
            self._shutting[clause.ungated] = function_of(failing_source(gates.names, gates.scope), "failing", self.context.names)
        failed = self._shutting[clause.ungated](record, None)
        return steps.choices_of_one([g.origin for g, fails in zip(self.plan.scope_of(clause), failed, strict=True) if fails])

    def _beyond(self, index: int, gate: Gate, facts: ScaledFacts) -> Judged | None:
        """A clause where the gates are closed to others; None where the reference evaluator must be asked."""
        if gate is UNSURE:
            return None
        clause = self.clause(index)
        if not (node := self.plan.clauses[index]).ungated:
            return self._closed(clause, gate, facts)
        try:
            own: Gate | None = self._own_gates(node)(facts.record)
        except Ask:
            return None
        if own is not None:
            return self._closed(clause, own, facts)
        if not self.alone:
            return None  # rests on clauses that are closed
        found = clause.function(facts.record)
        return None if found is None else Judged(self, index, found, facts)

    def _closed(self, clause: CompiledClause, gate: Gate, facts: ScaledFacts) -> Judged | None:
        try:
            return closed(self, clause, gate, facts)
        except Ask:
            return None

    @cached_property
    def _caps(self) -> tuple[tuple[c.SharedCap, Function] | c.OnlyOne, ...]:
        return tuple((x, function_of(shared_source(x, scale_of_cap(x)), "shared", self.context.names)) if isinstance(x, c.SharedCap) else x
                     for x in self.lowerer.shared)

    def _over_several(self, given: ScaledFacts, wanted: Collection[int]) -> list[Judged | None]:
        """The clauses where one rests on the amounts of others, or comes after others under a cap over several of them; with each wanted one all behind it."""
        links, clauses = self.plan.links, [self.clause(i) for i in range(len(self.plan.clauses))]
        facts = Beside(given.record) if links.linked else given.record
        outcomes: list[Judged | None] = [None] * len(clauses)
        cuts: dict[int, AfterCaps | None] = {}
        over = [
            x
            if isinstance(x, c.OnlyOne)
            else _Room(*x, {} if not x[0].paid else {k.lowered.number: k for k in clauses if k.lowered.payments})
            for x in self._caps
        ]
        for unit in links.order:
            places = [i for number in unit if (i := self.index[number]) in wanted]
            for i in places:
                found = clauses[i].once(given, facts)
                cuts[i] = None if found is None else AfterCaps(found, (), ())
            own = {i: x.record for i in places if (x := cuts[i]) is not None}
            for step in over:
                if isinstance(step, c.OnlyOne):
                    among = [i for i in places if clauses[i].lowered.number in step.clauses]
                    cuts.update(zip(among, only_one(step, [clauses[i].lowered for i in among], [cuts[i] for i in among]), strict=True))
                    continue
                for i in (i for i in places if clauses[i].lowered.number in step.cap.clauses):
                    pays = (Judged(self, i, own[i], given, cuts[i], beside=facts if links.linked else None)
                            if clauses[i].lowered.number in step.paying and cuts[i] is not None else None)
                    cuts[i] = step.cut(facts, clauses[i].lowered, cuts[i], pays)
            for i in places:
                if (after := cuts[i]) is not None:
                    outcomes[i] = Judged(self, i, own[i], given, after, beside=facts if links.linked else None)
                    if links.linked:
                        facts.results[clauses[i].lowered.number] = clauses[i].lowered, own[i], after.record
        return outcomes


@define(eq=False)
class _Room:
    """A cap over several clauses, its figures worked out when the first of them comes."""

    cap: c.SharedCap
    figures: Function
    paying: Mapping[str, CompiledClause]  # those over years, where it is on what is paid
    left: Left | None = None

    def cut(self, facts: Any, clause: c.Clause, made: AfterCaps | None, pays: Judged | None) -> AfterCaps | None:
        """The next of its clauses (`pays`: with what is paid of it); None where it is not known, or what is left for it: then nothing is left that is known."""
        if self.left is None:
            self.left = self._begin(facts)
        if made is None:
            self.left.room = None
            return None
        try:
            if pays is None:
                return self.left.cut(clause, made)
            now, going = pays.payment()[0] or 0, paid(pays.record.going) or 0
            return self.left.pay(made, clause.number, going, now - going)
        except Ask:
            self.left.room = None
            return None

    def _begin(self, facts: Any) -> Left:
        try:
            going = {n: paid(self.paying[n].going(facts)) or 0 for n in self.cap.clauses if n in self.paying}
            return Left(self.cap, self.figures(facts), going)
        except Ask:
            return Left(self.cap, None)


class Beside:
    """Read as the record itself. `results` fills up as clauses are decided; a clause that is not in it is not known."""

    __slots__ = ("record", "results")

    def __init__(self, record: Any) -> None:
        self.record = record
        self.results: dict[str, tuple[c.Clause, Record, Record]] = {}  # with what it came to before and after caps over several

    def __getattr__(self, name: str) -> Any:
        return getattr(self.record, name)

    def result(self, number: str, ungranted: bool) -> int:
        """分 that a clause came to; `ungranted`: what the facts alone give it. Raises Ask where that is not known."""
        if number not in self.results:
            raise Ask
        clause, own, after = self.results[number]
        if ungranted and not clause.discretionary:
            return max(settle(clause, own.rows, own.limits, ungranted=True).total(), 0) // clause.cent if own.rows else 0
        if after.status == DISCRETION:
            raise Ask
        return (after.amount or 0) // clause.cent
