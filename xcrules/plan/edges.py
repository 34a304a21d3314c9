"""Where a plan turns: the figures at which a fact changes a comparison, a tier, a floor or a cap, and which words it asks for.

Told from single facts: an amount is brought to one line for each fact in it (`coefficient × fact`), what else stands in it counted as 1.
So the edges are where to look, no proof of where an amount turns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import product

from attrs import define, field

from xcrules.facts.scaled.values import Parameters
from xcrules.facts.tables import FactField
from xcrules.facts.types import MONEY, BoolType
from xcrules.meaning import values

from . import steps

Place = tuple[str, str]  # the table ("": the top level) and the field
Line = tuple[FactField | None, Fraction]  # of a fact its coefficient; of none a constant
_MOST = 48  # lines of one value, edges of one fact


@define(eq=False)
class Edges:
    """What one or several plans ask of each fact."""

    figures: dict[Place, set[Fraction]] = field(factory=lambda: defaultdict(set))  # in the unit of the fact, days as ordinals
    members: dict[Place, set[str]] = field(factory=lambda: defaultdict(set))  # of an enumeration, or texts
    wanted: dict[Place, set[bool]] = field(factory=lambda: defaultdict(set))  # 是 or 否, as conditions ask
    alike: dict[Place, set[Place]] = field(factory=lambda: defaultdict(set))  # facts that are compared with each other

    def of(self, place: Place) -> tuple[Fraction, ...]:
        """The figures of a fact and of those that it is compared with, the smallest first."""
        beside = {place, *self.alike.get(place, ())}
        return tuple(sorted({x for p in beside for x in self.figures.get(p, ())}))


def edges_of(plans: Iterable[steps.Plan], parameters: Parameters) -> Edges:
    """The edges of these plans together."""
    found, seen = Edges(), dict[int, tuple[steps.Decide, list[Line]]]()  # clauses that plans share are read once
    for plan in plans:
        reader = _Reader(found, parameters, {let.name: let.value for let in plan.lets})
        reader.whole(plan)
        for clause in plan.clauses:
            if id(clause) not in seen:
                seen[id(clause)] = clause, reader.clause(clause)
        claimed = {clause.number: seen[id(clause)][1] for clause in plan.clauses}
        for cap in plan.shared:
            if isinstance(cap, steps.SharedCap):
                reader.meet([line for number in cap.clauses for line in claimed[number]], reader.lines(cap.ceiling))
    return found


class _Reader:
    """The values of one plan, or of one part of a clause, being read."""

    def __init__(self, found: Edges, parameters: Parameters, lets: Mapping[str, values.Value]) -> None:
        self.found, self.parameters, self.lets = found, parameters, lets

    def whole(self, plan: steps.Plan) -> None:
        for guard in plan.scope:
            self.condition(guard.condition, True)
        self.tests((plan.lets, plan.shared))
        if (period := plan.period) is not None:
            for fact, ends in ((period.date, (period.first_day, period.last_day)), (period.year, (period.first_year, period.last_year))):
                for spec, coefficient in self.lines(fact):
                    if spec is not None and coefficient == 1:
                        self.found.figures[_place(spec)] |= {x for x in ends if x is not None}

    def clause(self, clause: steps.Decide) -> list[Line]:
        """What an item of the clause comes to."""
        claimed: list[Line] = []
        for each in clause.claims:
            inner = _Reader(self.found, self.parameters, {**self.lets} | {let.name: let.value for let in each.lets})
            for guard in each.guards:
                inner.condition(guard.condition, True)
            inner.tests((each.lets, each.guards, each.grant, each.count))
            lines = inner.amounts(each)
            claimed += lines
            for step in clause.steps:
                if isinstance(step, steps.Floor | steps.Cap) and each.part in step.parts:
                    bound = inner.lines(step.amount if isinstance(step, steps.Floor) else step.ceiling)
                    inner.meet(lines, bound)
                    if isinstance(step, steps.Cap):
                        inner.meet(inner.lines(step.used), bound)
        self.tests((clause.steps, clause.pays))
        return claimed

    def amounts(self, each: steps.Each) -> list[Line]:
        """元 of an item, for as many pieces as it stands for."""
        if isinstance(each.grant, steps.Discretion):
            return self.lines(each.grant.record)
        return self.lines(each.grant.value) + (
            self._times(self.lines(each.grant.value), self.lines(each.count)) if each.count is not None else []
        )

    # -- conditions -----------------------------------------------------------------------------------------

    def tests(self, held: object) -> None:
        """Every comparison inside."""
        for node in values.nodes_of(held if isinstance(held, tuple) else (held,)):
            match node:
                case values.Compare(_, left, right) | values.Arith("较小" | "较大", left, right):
                    self.meet(self.lines(left), self.lines(right))
                case values.Member(value, members):
                    for spec, _ in self.lines(value):
                        if spec is not None:
                            self.found.members[_place(spec)] |= set(members)
                case values.Pick(arms):
                    for test, _ in arms:
                        self.condition(test, True)
                        self.condition(test, False)
                case values.FoldItems(guard=guard) if guard is not None:
                    self.condition(guard, True)
                case _:
                    pass

    def condition(self, value: values.Value, holds: bool) -> None:
        """是 or 否 of each 是否 fact that makes the condition come out so."""
        match value:
            case values.Logic("非", parts):
                self.condition(parts[0], not holds)
            case values.Logic(_, parts):
                for part in parts:
                    self.condition(part, holds)
            case values.Fact(spec) if isinstance(spec.type, BoolType):
                self.found.wanted[_place(spec)].add(holds)
            case values.Var(name) if name in self.lets:
                self.condition(self.lets[name], holds)
            case values.Compare("=" | "!=" as op, left, values.Literal(value=bool(said))):
                self.condition(left, holds == (said == (op == "=")))
            case _:
                pass

    def meet(self, left: Iterable[Line], right: Iterable[Line]) -> None:
        """Where a fact on one side comes to what stands on the other."""
        sides = list(left), list(right)
        for one, other in (sides, sides[::-1]):
            constants = {c for p, c in other if p is None} or {Fraction(0)}
            own = {c for p, c in one if p is None} | {Fraction(0)}
            for spec, coefficient in one:
                if spec is not None and coefficient:
                    edges = {(c - o) / coefficient for c, o in product(constants, own)}
                    self.found.figures[_place(spec)] |= {x for x in sorted(edges)[:_MOST] if x >= 0}
        for (p, _), (q, _) in product(*sides):
            if p is not None and q is not None and p != q and p.element == q.element:
                self.found.alike[_place(p)].add(_place(q))
                self.found.alike[_place(q)].add(_place(p))

    # -- lines ----------------------------------------------------------------------------------------------

    def lines(self, value: values.Value | None) -> list[Line]:
        """What a value comes to by each fact in it, and the constants that it may come to."""
        return list(dict.fromkeys(self._lines(value)))[:_MOST] if value is not None else []

    def _lines(self, value: values.Value) -> Iterator[Line]:
        match value:
            case values.Literal(value=Fraction() as number):
                yield None, number
            case values.Fact(spec):
                yield spec, Fraction(1)
            case values.Var(name) if name in self.lets:
                yield from self.lines(self.lets[name])
            case (
                values.At(inner) | values.Used(inner) | values.Quotient(inner) | values.FoldItems(body=inner) | values.FoldYears(body=inner)
            ):
                yield from self.lines(inner)
            case values.Parameter(name):
                yield from ((None, x) for x in self.parameters.get(name, {}).values() if x is not None)
            case values.Arith("+" | "-" as op, left, right):
                yield from self.lines(left)
                yield from ((p, c if op == "+" else -c) for p, c in self.lines(right))
            case values.Arith("×", left, right):
                yield from self._times(self.lines(left), self.lines(right))
            case values.Arith("÷" | "整除" | "进整", left, right):
                divisors = [c for p, c in self.lines(right) if p is None and c]
                yield from ((p, c / d) for (p, c), d in product(self.lines(left), divisors))
            case values.Arith("较小" | "较大", left, right):
                yield from self.lines(left)
                yield from self.lines(right)
            case values.Pick(arms, otherwise):
                for _, arm in arms:
                    yield from self.lines(arm)
                yield from self.lines(otherwise)
            case _:
                pass

    def _times(self, left: list[Line], right: list[Line]) -> list[Line]:
        """Of each fact, with the other counted as 1; where one is in 元, of that alone."""
        found: list[Line] = []
        for (p, c), (q, d) in product(left, right):
            both = [x for x in (p, q) if x is not None]
            money = [x for x in both if x.element == MONEY]
            found += [(x, c * d) for x in (money if len(money) == 1 else both)] if both else [(None, c * d)]
        return list(dict.fromkeys(found))[:_MOST]


def _place(spec: FactField) -> Place:
    return spec.table, spec.name
