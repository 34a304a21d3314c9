"""What the worked cases have seen of each line: conditions true and false, arms taken, bounds from below, at and above, statuses, choices.

Told by what the reference's traces pass; what could be seen is read off the plans under the default readings and those that cases choose.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import define, field

from xcrules.base.diagnostic import XcrulesError
from xcrules.base.money import CENT, Unlimited, brought_to
from xcrules.facts.types import BoolType
from xcrules.meaning import values
from xcrules.plan import steps
from xcrules.run.ranges.abstract import Truth
from xcrules.run.reference import Evidence, Trace
from xcrules.run.reference.gates import FIRST_DAY, FIRST_YEAR, LAST_DAY, LAST_YEAR
from xcrules.run.reference.values import evaluate
from xcrules.run.results import DISCRETION, ELSEWHERE, EXHAUSTED, GRANTED, OUTDONE, POOLED, REFUSED
from xcrules.use.python.policy import Policy

TRUTH, ARM, BOUND = ("成立", "不成立"), ("取到",), ("低于", "等于", "高于")
Place = tuple[str, int]  # a file and where in it a line begins
Point = tuple[str, int, str]  # the clause, where the words begin, the words


@define
class SeenLine:
    """A line (of a clause; "" the whole policy) with what was seen of the words in it: {"经认定": {"成立": True, "不成立": False}}."""

    clause: str
    origin: values.Origin
    points: dict[Point, dict[str, bool]] = field(factory=dict)


@define
class Coverage:
    """Lines in the order of the law; clause → status → seen; reading → choice → chosen."""

    lines: list[SeenLine] = field(factory=list)
    statuses: dict[str, dict[str, bool]] = field(factory=dict)
    readings: dict[str, dict[str, bool]] = field(factory=dict)

    @property
    def counts(self) -> tuple[int, int]:
        """How much was seen, of how much."""
        every = [*(x for line in self.lines for p in line.points.values() for x in p.values()),
                 *(x for s in (self.statuses, self.readings) for p in s.values() for x in p.values())]
        return sum(every), len(every)


def coverage(policy: Policy) -> Coverage:
    """What all cases of a policy together have seen. A case that cannot be decided has seen nothing."""
    found, lines = Coverage(), dict[tuple[str, Place], SeenLine]()
    chosen = list(dict.fromkeys([(), *(c.readings for c in policy.program.cases)]))
    points: dict[Point, dict[str, bool]] = {}
    for readings in chosen:
        plan = policy._under(dict(readings)).plan
        for clause, origin, words, outcomes in _every(plan):
            if origin.span is not None:
                line = lines.setdefault((clause, (origin.span.source.name, origin.span.start)), SeenLine(clause, origin))
                line.points[words] = points.setdefault(words, {})
                line.points[words].update((x, line.points[words].get(x, False)) for x in outcomes)
        for k in plan.clauses:
            found.statuses.setdefault(k.number, {}).update((x, False) for x in _possible(k))
    for case in policy.program.cases:
        try:
            made = policy.decide_clauses(case.facts, [*dict.fromkeys(k.clause for k in case.checks)], dict(case.readings), engine="reference")
        except XcrulesError:
            continue
        for decided in made:
            if decided.status in found.statuses[decided.number]:
                found.statuses[decided.number][decided.status] = True
            for point, outcome in _seen(decided.evidence):
                if outcome in points.get(point, {}):
                    points[point][outcome] = True
    by_line = {number: i for i, number in enumerate(policy.clauses)}
    found.lines = sorted(lines.values(), key=lambda x: by_line.get(x.clause, -1))
    for r in policy.program.readings:
        if len(r.modelled) > 1:
            found.readings[r.number] = {x: any(dict(c).get(r.number, r.default) == x for c in chosen) for x in r.modelled}
    return found


def _possible(clause: steps.Decide) -> list[str]:
    if clause.nature:
        return []
    grants = [
        DISCRETION if isinstance(x.grant, steps.Discretion) else POOLED if clause.fund else clause.elsewhere or GRANTED
        for x in clause.claims
    ]
    recorded = any(isinstance(x.grant, steps.Discretion) and x.grant.record is not None for x in clause.claims)
    return [
        *dict.fromkeys(grants), *([GRANTED] if recorded else []), REFUSED,
        *([EXHAUSTED] if any(_may_be_used_up(s, clause) for s in clause.steps) else []),
        *([OUTDONE] if any(s.origin.label == ELSEWHERE for s in clause.steps) else []),
    ]


def _may_be_used_up(step: steps.Step, clause: steps.Decide) -> bool:
    """Whether a bound can be taken up by what was had: not where 限次 lets nobody in who had any of it."""
    if not isinstance(step, steps.Cap) or step.origin.label == ELSEWHERE:
        return False
    had = step.used
    once = [g.condition.left for x in clause.claims for g in x.guards if isinstance(g.condition, values.Compare) and g.condition.op == "<"]
    first_only = isinstance(had, values.FoldItems) and sum(
        isinstance(x, values.FoldItems) and (x.table, repr(x.guard)) == (had.table, repr(had.guard)) for x in once
    ) == len(clause.claims)
    return not first_only and (had is not None or any(isinstance(v, values.Used) for v in values.nodes_of(step.ceiling)))


# -- what there is to see ---------------------------------------------------------------------------------


def _every(plan: steps.Plan) -> Iterator[tuple[str, values.Origin, Point, tuple[str, ...]]]:
    gates: tuple[steps.Guard | steps.Let, ...] = (*plan.scope, *plan.lets)
    for gate in gates:
        yield from (("", gate.origin, *x) for x in _points("", gate))
    if plan.period is not None and plan.period.origin.span is not None:
        years = plan.period.year is not None
        for word in (FIRST_DAY, *([LAST_DAY] if plan.period.last_day is not None else []), *((FIRST_YEAR, LAST_YEAR) if years else ())):
            yield "", plan.period.origin, ("", plan.period.origin.span.start, word), TRUTH
    for k in plan.clauses:
        for each in k.claims:
            inside: tuple[steps.Guard | steps.Let, ...] = (*each.guards, *each.lets)
            for held in inside:
                yield from ((k.number, held.origin, *x) for x in _points(k.number, held))
            if isinstance(each.grant, steps.Amount):
                yield from ((k.number, _line_of(each.grant, x[0][1]), *x) for x in _points(k.number, each.grant))
        for step in k.steps:
            if isinstance(step, steps.Floor | steps.Cap) and not _endless(step):
                yield k.number, step.origin, _bound(k.number, step), BOUND


def _line_of(grant: steps.Amount, start: int) -> values.Origin:
    """Of the lines that make up an amount that in which the words stand."""
    every = [x for x in (grant.origin, *grant.exceptions, *grant.additions, *grant.reliefs) if x.span is not None and x.span.start <= start]
    return max(every, key=lambda x: x.span.start if x.span else 0, default=grant.origin)


def _points(clause: str, held: steps.Guard | steps.Let | steps.Amount) -> Iterator[tuple[Point, tuple[str, ...]]]:
    if isinstance(held, steps.Guard) and held.condition.span is None and (words := held.origin.span) is not None:  # 限次
        yield (clause, words.start, held.origin.text), TRUTH
    arms = {id(test) for v in values.nodes_of(held) if isinstance(v, values.Pick) for test, _ in v.arms}
    inner = {id(x) for v in values.nodes_of(held) if isinstance(v, values.Pick) for test, _ in v.arms for x in values.nodes_of(test)}
    for v in values.nodes_of(held):
        if id(v) in arms and (point := _point(clause, v)) is not None:
            yield point, ARM
        elif id(v) not in inner and _is_leaf(v) and (point := _point(clause, v)) is not None:
            yield point, TRUTH


def _is_leaf(v: values.Value) -> bool:
    """A word of a line that a case may show from both sides. Which of the years are reported (已报 最高一年) is none."""
    if isinstance(v, values.Known):
        return not (isinstance(v.fact, values.At) and isinstance(v.fact.key, values.Var))
    return isinstance(v, values.Compare | values.Member) or (isinstance(v, values.Fact) and isinstance(v.field.type, BoolType))


def _point(clause: str, v: values.Value) -> Point | None:
    return (clause, v.span.start, " ".join(v.span.text.split())) if v.span is not None else None


def _bound(clause: str, step: steps.Floor | steps.Cap) -> Point:
    return clause, step.origin.span.start if step.origin.span else 0, step.origin.text


def _endless(step: steps.Floor | steps.Cap) -> bool:
    return isinstance(step, steps.Cap) and (step.ceiling is None or (isinstance(step.ceiling, values.Pick) and step.ceiling.span is None))


# -- what was seen ----------------------------------------------------------------------------------------


def _seen(evidence: Any) -> Iterator[tuple[Point, str]]:
    if not isinstance(evidence, Evidence):
        return
    for _, trace in evidence.gates.scope_traces:
        yield from _passed("", trace)
    term = evidence.plan.period.origin.span if evidence.plan.period is not None else None
    for word, truth, _ in evidence.gates.force_traces if term is not None else ():
        yield from ((("", term.start, word), x) for x in _truth(truth))  # type: ignore[union-attr]  # none without a term
    number = evidence.clause.number
    for items in evidence.claims:
        for item in (*items.items, *items.refused):
            for g in item.guards:
                if g.guard.condition.span is None and g.guard.origin.span is not None:
                    yield from (((number, g.guard.origin.span.start, g.guard.origin.text), x) for x in _truth(g.trace.truth))
                yield from _passed(number, g.trace)
            if item.grant is not None:
                yield from _passed(number, item.grant)
            for x in item.units:  # what a ceiling is worked out from; kept of it is only the figure
                if isinstance(x.step, steps.Cap) and x.step.ceiling is not None:
                    yield from _passed(number, evaluate(x.step.ceiling, item.env))
            for step, before, limit in _bounded(item):
                yield from _against(_bound(number, step), before, limit)
    for told in evidence.state.told if evidence.state is not None else ():
        if isinstance(told.step, steps.Cap) and told.result is not None:
            yield from _against(_bound(number, told.step), told.result.before[0], told.result.limit[0])  # type: ignore[union-attr]


def _bounded(item: Any) -> Iterator[tuple[steps.Floor | steps.Cap, Any, Any]]:
    """下限 and 单项 caps, each with what came to it and with its limit. For 裁量 what was recorded comes to them; nothing was before."""
    if not isinstance(item.each.grant, steps.Discretion):
        yield from ((x.step, x.before.lo, x.limit.lo) for x in item.units)
    elif item.grant is not None and not item.undetermined.yes:
        award = item.grant.number.lo
        for x in item.units:
            yield x.step, award, x.limit.lo
            award = max(award, x.limit.lo) if isinstance(x.step, steps.Floor) else min(award, x.limit.lo)


def _against(point: Point, before: Any, limit: Any) -> Iterator[tuple[Point, str]]:
    """In whole 分, in which both are paid: 30% of a fee is hardly ever a bound to the last fraction."""
    if not isinstance(limit, Unlimited):
        came, most = (x if isinstance(x, Unlimited) else brought_to(x, CENT, "四舍五入") for x in (before, limit))
        yield point, "低于" if came < most else "等于" if came == most else "高于"


def _passed(clause: str, trace: Trace) -> Iterator[tuple[Point, str]]:
    """The conditions that were looked at, each with what it came to; an arm whose condition holds was taken."""
    if isinstance(trace.value, Truth) and (found := _point(clause, trace.node)) is not None:
        yield from ((point, x) for point in (found, ("", *found[1:])) for x in (*_truth(trace.value), *(ARM if not trace.value.no else ())))
    for kid in (*trace.kids, *trace.refused):
        yield from _passed(clause, kid)


def _truth(value: Truth) -> tuple[str, ...]:
    return ("成立",) if not value.no else ("不成立",) if not value.yes else ()
