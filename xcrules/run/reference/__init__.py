"""The reference evaluator: exact, three-valued, ranges for amounts, always with reasons.

Pure: a plan and facts to the decision of each clause. Every other evaluator must agree with this one.
"""

from __future__ import annotations

from xcrules.facts.given import Facts
from xcrules.plan import steps
from xcrules.run.decision import ClauseDecision
from xcrules.run.pooled import pooled

from .clause import Evidence, decide
from .gates import Gates, gates
from .payments import continuing
from .shared import apply_shared
from .values import Env, Parameters, Trace

__all__ = ["Evidence", "Gates", "Trace", "evaluate_clauses", "evaluate_gates"]


def evaluate_clauses(plan: steps.Plan, facts: Facts, parameters: Parameters, only: tuple[str, ...] | None = None) -> tuple[ClauseDecision, ...]:
    """Every clause of the plan (or those named in `only`) decided for these facts."""
    env = environment(plan, facts, parameters)
    passed = gates(plan, env)
    wanted = None if only is None else {n for k in plan.shared if set(k.clauses) & set(only) for n in k.clauses} | set(only)
    made = tuple(
        decide(k, plan, passed, env, continuing(k, plan, env, passed))
        for k in plan.clauses
        if wanted is None or k.number in wanted
    )
    for cap in plan.shared:
        made = apply_shared(cap, made, env, plan)
    nodes = {k.number: k for k in plan.clauses}
    return tuple(pooled(k, nodes[k.number]) for k in made if only is None or k.number in only)


def evaluate_gates(plan: steps.Plan, facts: Facts, parameters: Parameters) -> Gates:
    """The gates alone."""
    return gates(plan, environment(plan, facts, parameters))


def environment(plan: steps.Plan, facts: Facts, parameters: Parameters) -> Env:
    return Env(facts, parameters, plan.base_year, {x.name: x for x in plan.lets})
