"""Clauses beside the same under another choice of a reading: whether it makes a difference to one enterprise, in whole numbers.

What a choice could change is worked out once for each clause. For an enterprise only that is run again: the rounding, or the
steps on the same claims, or the function of the clause; nothing is decided, no reasons are made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from attrs import evolve, field, frozen

from xcrules.base.money import Mode
from xcrules.facts.scaled import ScaledFacts
from xcrules.facts.scaled.values import Ask
from xcrules.run.disputes import Choice, Use
from xcrules.run.lowered import claims as c
from xcrules.run.lowered.rows import KEYS, Record
from xcrules.run.lowered.settle import settled
from xcrules.run.results import DISCRETION

from .outcomes import Judged

if TYPE_CHECKING:
    from .clause import CompiledClause
    from .compiled import Compiled

Gates = dict[int, bool]  # whether the gates of a plan say something else of an enterprise
Unsure = list[tuple[Use, Choice]]


class Way(NamedTuple):
    """How a clause under another choice is compared: anew, or on the claims written down (`order`: its steps among those of the base)."""

    clause: c.Clause
    again: bool = False  # its claims differ: they are written down again
    settled_alike: bool = False  # of the same claims it makes the same
    counts_alike: bool = False  # the same items count; worth, and what the steps make of them, may differ
    pays_alike: bool = True  # of the same grants, earlier and new, it pays the same in the same years
    order: tuple[int, ...] = ()
    equal: tuple[bool, ...] = ()  # whether each of these steps is the very same
    same: bool = False


class Check(NamedTuple):
    """Another choice that could make a difference to a clause."""

    use: Use
    choice: Choice
    other: Compiled  # the plan with that choice
    ungated: bool  # it changes what a clause does that has gates of its own under one of them
    way: Way
    unit: int  # of its 取整, at the scale of the clause; 0 where that is no whole number
    mode: Mode


class Checks(NamedTuple):
    """The choices that can make a difference to a clause, by what it came to: where its items count, where none does, where the gates are closed to it."""

    gates: list[Check]  # where the gates come out otherwise
    counting: list[Check]
    empty: list[Check]
    shut: list[Check]


@frozen(eq=False, slots=False)
class Variants:
    """A plan beside those of other choices."""

    base: Compiled
    other: Callable[[str, str], Compiled]  # the plan with one other choice
    _checks: dict[int, Checks] = field(factory=dict, init=False)
    _others: dict[tuple[str, str], Compiled] = field(factory=dict, init=False)
    _gates: list[Compiled] = field(factory=list, init=False)  # those whose 有效期 or 适用 is written otherwise

    def disputed(self, judged: Judged, live: tuple[Use, ...], facts: ScaledFacts, gates: Gates) -> tuple[set[str], Unsure]:
        """The readings that make a difference to a clause, and the choices of which decisions have to tell."""
        found, unsure = set[str](), Unsure()
        checks = self._checks.get(judged.place) or self._of(judged.place, live)
        others = self._other_gates(facts, gates)
        by_state = checks.shut if not judged.through else checks.counting if judged.own.rows else checks.empty
        for check in (*[x for x in checks.gates if x.other in others], *by_state) if others else by_state:
            number = check.use.number
            if number in found:
                continue
            try:
                differs = self._differs(check, judged, facts, others)
            except Ask:
                differs = None
            if differs:
                found.add(number)
            elif differs is None:
                unsure.append((check.use, check.choice))
        return found, unsure

    def behind_gates(self, judged: Judged, live: tuple[Use, ...], facts: ScaledFacts) -> Unsure:
        """Of a clause of which the gates alone are open: the choices of which decisions have to tell; under the others it is what it is."""
        checks, own = self._checks.get(judged.place) or self._of(judged.place, live), judged.own
        nothing = own.rows and not own.amount and own.bound is None  # whether it would be a bound or an amount is not compared

        def alike(check: Check) -> bool:
            try:
                return not (nothing or check.ungated or not check.way.pays_alike) and self._differs(check, judged, facts, []) is False
            except Ask:
                return False

        weighed = [x for x in (checks.counting if own.rows else checks.empty) if not x.choice.gates and not alike(x)]
        return [(x.use, x.choice) for x in (*checks.gates, *weighed)]

    def _of(self, place: int, live: tuple[Use, ...]) -> Checks:
        """The choices of a clause; one that lets it pass other gates is always weighed."""
        every = [self._check(place, use, x) for use in live for x in use.live]
        own = [x for x in every if x.choice.steps or x.ungated]
        counting = [x for x in every if x.ungated or (not x.way.same if x.choice.steps else x.choice.rounding)]
        empty = [x for x in own if x.ungated or (x.way.again and not (x.way.counts_alike and x.way.pays_alike))]
        shut = [x for x in own if x.ungated or not (x.way.same or x.way.pays_alike)]
        self._checks[place] = made = Checks([x for x in every if x.choice.gates], counting, empty, shut)
        return made

    def _check(self, place: int, use: Use, choice: Choice) -> Check:
        base, other = self.base, self._other(use.number, choice)
        rounding = other.plan.rounding_of(other.plan.clauses[place])
        unit = rounding.unit * base.clause(place).lowered.scale
        ungated = (choice.gates or choice.steps) and bool(base.plan.clauses[place].ungated or other.plan.clauses[place].ungated)
        way = _way(base.clause(place), other.clause(place)) if choice.steps else Way(base.clause(place).lowered, same=True)
        return Check(use, choice, other, ungated, way, unit.numerator if unit.denominator == 1 else 0, rounding.mode)

    def _other(self, number: str, choice: Choice) -> Compiled:
        key = (number, choice.name)
        if key not in self._others:
            self._others[key] = self.other(*key)
            if choice.gates:
                self._gates.append(self._others[key])
        return self._others[key]

    def _other_gates(self, facts: ScaledFacts, gates: Gates) -> list[Compiled]:
        """The plans whose gates say something else of an enterprise."""
        if len(gates) < len(self._gates):  # as clauses are compared, more choices are met
            own = self.base.gate(facts.record)
            for other in self._gates:
                if id(other) not in gates:
                    gates[id(other)] = other.gate(facts.record) != own
        return [other for other in self._gates if gates[id(other)]]

    def _differs(self, check: Check, judged: Judged, facts: ScaledFacts, others: list[Compiled]) -> bool | None:
        """Whether a choice makes a difference; None where that is for decisions to tell."""
        choice, other = check.choice, check.other
        if check.ungated or not judged.through or (choice.gates and other in others):
            return _not_alike(judged, other.outcome(facts, judged.place))
        if choice.steps:
            return self._under_other_steps(check, judged, facts)
        if choice.rounding and (judged.own.amount or judged.own.bound is not None):
            return self._under_other_rounding(check, judged, facts)
        return False

    def _under_other_rounding(self, check: Check, judged: Judged, facts: ScaledFacts) -> bool | None:
        base, record, unit = self.base.clause(judged.place), judged.own, check.unit
        if base.lowered.saying is not None and base.lowered.saying.each:
            return _not_alike(judged, check.other.outcome(facts, judged.place))
        if unit and record.status == DISCRETION and record.settled is not None:  # a bound comes down to the 分
            return record.settled.sure(unit, check.mode) != record.sure
        if unit and record.settled is not None and (unit <= base.lowered.cent or not base.capped):
            shares = record.settled.shares(unit, check.mode)
            if sum(shares) != record.amount or not base.lowered.payments or shares == record.settled.shares():
                return sum(shares) != record.amount
        return _not_alike(judged, check.other.outcome(facts, judged.place))

    def _under_other_steps(self, check: Check, judged: Judged, facts: ScaledFacts) -> bool | None:
        place, record, other, way = judged.place, judged.own, check.other, check.way
        if way.again:
            written = other.clause(place).written(facts.record) if not way.clause.nature else None
            if written is None:
                return _not_alike(judged, other.outcome(facts, place))
            if way.settled_alike and written[:3] == (record.rows, record.limits, record.going):
                return False
            return _not_alike(judged, Judged(other, place, settled(way.clause, *written), facts))
        if _acts_alike(self.base.clause(place).lowered.steps, way, record):
            return False
        limits = tuple([record.limits[i] for i in way.order])
        rows = [(*row[:KEYS], tuple([row[KEYS][i] for i in way.order])) if row[KEYS] else row for row in record.rows]
        return _not_alike(judged, Judged(other, place, settled(way.clause, rows, limits, record.going, record.year), facts))


def _way(one: CompiledClause, two: CompiledClause) -> Way:
    """What of a clause is to be run again. The years of 时效 stand outside of it, and say which grants are paid on."""
    base, other = one.lowered, two.lowered
    rounding = (base.unit, base.mode) == (other.unit, other.mode)
    pays = base.payments == other.payments and (not base.payments or (one.context.frame, base.names) == (two.context.frame, other.names))
    if rounding and pays and (base.claims, base.steps, base.names, base.pooled) == (other.claims, other.steps, other.names, other.pooled):
        return Way(other, same=True)
    order = _order(base.steps, other.steps)
    claims = [evolve(x, keys=tuple(x.keys[i] for i in order)) if order is not None else x for x in base.claims]
    pools = base.pooled == other.pooled
    if order is None or (*claims, base.scale, base.names, rounding, pays, pools) != (
        *other.claims, other.scale, other.names, True, True, True,
    ):
        alike = pays and (base.steps, base.scale, base.discretionary) == (other.steps, other.scale, other.discretionary)
        ways = other.saying is not None and bool(other.saying.reverse)  # rows do not say which way they are owed
        counts = [[(x.table, x.is_list, x.guards, x.names) for x in k.claims] for k in (base, other)]
        return Way(other, again=True, settled_alike=alike and rounding and pools and not ways,
                   counts_alike=counts[0] == counts[1] and base.nature == other.nature, pays_alike=pays)
    return Way(other, order=order, equal=tuple(base.steps[i] == step for i, step in zip(order, other.steps, strict=True)))


def _order(base: Sequence[c.Step], other: Sequence[c.Step]) -> tuple[int, ...] | None:
    """For each step the one of the base that asks the same of the facts; None where there is none."""
    found = [next((i for i, x in enumerate(base) if _asks_the_same(x, step)), -1) for step in other]
    return tuple(found) if -1 not in found and len(set(found)) == len(found) else None


def _asks_the_same(one: c.Step, other: c.Step) -> bool:
    if isinstance(one, c.Against) and isinstance(other, c.Against):
        return one == evolve(other, received=one.received, rival=one.rival, top_up=one.top_up)
    return one == other


def _acts_alike(steps: Sequence[c.Step], way: Way, record: Record) -> bool:
    """Whether the steps that have something to act on are the same: 竞合 only where there is other support."""
    def at_work(i: int) -> bool:
        return not isinstance(steps[i], c.Against) or bool(record.limits[i])

    theirs = [(i, equal) for i, equal in zip(way.order, way.equal, strict=True) if at_work(i)]
    return theirs == [(i, True) for i in range(len(steps)) if at_work(i)]


def _not_alike(one: Judged, other: Judged | None) -> bool | None:
    """Whether two outcomes are not the same; None where one is not known."""
    return None if other is None else one.own.status != other.own.status or one.comes_to() != other.comes_to()
