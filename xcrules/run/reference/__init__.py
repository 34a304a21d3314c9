"""The reference evaluator: exact, three-valued, ranges for amounts, always with reasons.

Pure: a plan and facts to the decision of each clause. Every other evaluator must agree with this one.
"""

from __future__ import annotations

from attrs import evolve

from xcrules.facts.given import Facts
from xcrules.facts.scaled.values import Parameters
from xcrules.plan import steps
from xcrules.run.decision import ClauseDecision
from xcrules.run.pooled import pooled
from xcrules.run.ranges.asks import Items

from .clause import Evidence, decide, glimpse, waits
from .gates import Gates, gates
from .payments import continuing
from .results import Made
from .rivals import Rivals
from .shared import Room
from .values import Env, Trace

__all__ = ["Evidence", "Gates", "Trace", "evaluate_clauses", "evaluate_first", "evaluate_gates", "first_of", "withheld"]


def evaluate_clauses(
    plan: steps.Plan, facts: Facts, parameters: Parameters, only: tuple[str, ...] | None = None
) -> tuple[ClauseDecision, ...]:
    """Every clause of the plan (or those named in `only`) decided for these facts."""
    env = environment(plan, facts, parameters)
    passed = gates(plan, env)
    nodes = {k.number: k for k in plan.clauses}
    made, over = Made(nodes), [Room(x) if isinstance(x, steps.SharedCap) else Rivals(x) for x in plan.shared]
    env.results = made
    wanted = None if only is None else {*only, *(n for x in only for n in plan.links.behind(x))}
    for unit in plan.links.order:
        for number in (n for n in unit if wanted is None or n in wanted):
            held = gates(plan, env, nodes[number]) if nodes[number].ungated else passed
            made.clauses[number] = decide(nodes[number], plan, held, env, continuing(nodes[number], plan, env, held))
        own = {n: made.clauses[n] for n in unit if n in made.clauses}
        for step in over:
            step.apply([n for n in own if n in step.clauses], own, made.clauses, env, plan)
    return tuple(
        pooled(made.clauses[n], node, waits(node, env)) for n, node in nodes.items() if n in made.clauses and (only is None or n in only)
    )


def evaluate_first(plan: steps.Plan, facts: Facts, parameters: Parameters, number: str, first: int) -> Evidence:
    """The gates of a clause that reads no other, and the first items of each of its lists."""
    env = environment(plan, facts, parameters)
    clause = next(k for k in plan.clauses if k.number == number)
    env.kept.granted = env.kept.of_all
    held = gates(plan, env, clause) if clause.ungated else gates(plan, env)
    return glimpse(clause, plan, held, env, continuing(clause, plan, env, held), first)


def first_of(evidence: object, first: int) -> object:
    """The same of a clause that reads others and was judged whole: of each list what is shown."""
    if not isinstance(evidence, Evidence):
        return evidence
    cut = (([i for i in own if i.rank[1] < first] for own in (x.items, x.refused)) for x in evidence.claims)
    claims = tuple(Items(x.each, x.place, items, refused, x.unknown_list, x.any_record)
                   for x, (items, refused) in zip(evidence.claims, cut, strict=True))
    return evolve(evidence, claims=claims, outcome=None, state=None, first=first)


def evaluate_gates(plan: steps.Plan, facts: Facts, parameters: Parameters) -> Gates:
    """The gates alone."""
    return gates(plan, environment(plan, facts, parameters))


def withheld(plan: steps.Plan, facts: Facts, parameters: Parameters, number: str) -> tuple[steps.Payment, ...]:
    """拨付 of which earlier grants have an instalment this year, and 续拨 is not met."""
    env, nodes, behind = environment(plan, facts, parameters), {k.number: k for k in plan.clauses}, plan.links.behind(number)
    env.results = made = Made(nodes)
    made.clauses.update({k.number: k for k in evaluate_clauses(plan, facts, parameters, tuple(behind))} if behind else {})
    asked = continuing(nodes[number], plan, env, gates(plan, env, nodes[number])).asked
    return tuple(pay for pay, trace in asked if not trace.truth.yes)


def environment(plan: steps.Plan, facts: Facts, parameters: Parameters) -> Env:
    return Env(facts, parameters, plan.base_year, {x.name: x for x in plan.lets})
