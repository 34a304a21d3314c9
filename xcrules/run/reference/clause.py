"""Decide: a clause from its claims and steps to a status, an amount or a bound, and what is missing.

The status of a zero is the stage that made it zero: the facts themselves (不符合), bounds already used
up (额度用尽), other support (从高不重复). With unknown facts several statuses stay possible; one possible
status with one possible amount is a decision, anything else is 待补充.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from xcrules.plan import steps
from xcrules.run.decision import ClauseDecision, changed
from xcrules.run.ranges import abstract as a
from xcrules.run.ranges.abstract import Num
from xcrules.run.ranges.asks import Items
from xcrules.run.ranges.entry import Entered, closed, entry, left_open, past, single, with_continuing, without_money
from xcrules.run.ranges.groups import (
    ClauseState,
    award_shares,
    awarded_of,
    brought,
    is_exact,
    shares_of,
    sure_of,
)
from xcrules.run.ranges.outcome import Outcome, in_play, outcome_of, run
from xcrules.run.ranges.payments import part_grants, this_year_range
from xcrules.run.results import CONTINUED, DISCRETION, GRANTED, PENDING, ItemResult

from .asked import ByFacts
from .claims import Item, claim
from .gates import Gates
from .payments import Continuing, instalments
from .values import Env, evaluate


@frozen(eq=False, repr=False)
class Evidence:
    """What explain reads: the gates, the claims as judged, the finished bundle."""

    clause: steps.Decide
    plan: steps.Plan
    gates: Gates
    env: Env
    claims: tuple[Items[Item], ...] = ()
    outcome: Outcome | None = None
    state: ClauseState | None = None
    continuing: Continuing | None = None
    first: int | None = None  # so many items of each list were judged, and no steps on all of them


def glimpse(clause: steps.Decide, plan: steps.Plan, gates: Gates, env: Env, continuing: Continuing, first: int) -> Evidence:
    """The gates and the first items of each list: what can be shown of lists of which not every item can be."""
    entered = entry(gates.in_force, gates.scope, continuing.amount).may_enter and not clause.nature
    claims = tuple(claim(each, place, clause.steps, env, first) for place, each in enumerate(clause.claims)) if entered else ()
    return Evidence(clause, plan, gates, env, claims, continuing=continuing, first=first)


def decide(clause: steps.Decide, plan: steps.Plan, gates: Gates, env: Env, continuing: Continuing) -> ClauseDecision:
    """What the clause comes to for these facts."""
    base = ClauseDecision(clause.number, clause.title, clause.words, PENDING, saying=clause.saying, parts=clause.part_names)
    env.kept.granted = env.kept.of_all
    evidence = Evidence(clause, plan, gates, env, continuing=continuing)
    entered = entry(gates.in_force, gates.scope, continuing.amount)
    if not entered.may_enter:
        found = closed(entered, continuing.amount)
        return changed(
            base, **found, history=continuing.history if found["status"] == CONTINUED else (), evidence=evidence,
            touched=_excluding_readings(gates),
        )
    if clause.nature:
        return changed(base, **without_money(entered, clause.nature), evidence=evidence)
    claims = tuple(claim(each, place, clause.steps, env) for place, each in enumerate(clause.claims))
    rounding, clause = plan.rounding_of(clause), in_play(clause, claims)
    state = run(clause, claims, ByFacts(env))
    outcome = outcome_of(clause, claims, state, rounding)
    evidence = Evidence(clause, plan, gates, env, claims, outcome, state, continuing)
    base = changed(base, caps=tuple(state.caps), conflicts=tuple(state.conflicts), evidence=evidence,
                   touched=frozenset(state.touched) | _refusing_readings(claims) | _bounding_readings(claims))
    return _finish(base, clause, plan, outcome, entered, continuing, claims, env)


def waits(clause: steps.Decide, env: Env) -> bool:
    """Whether what it comes to is applied for: it is met out of a 总额, and what the enterprise was given is not recorded."""
    value = evaluate(clause.fund.record, env).number if clause.fund is not None and clause.fund.record is not None else None
    return clause.fund is not None and (value is None or value.na or not value.known)


def granted_by_facts(evidence: Evidence) -> Num:
    """元 that the facts alone give a clause that was judged: nothing granted before, no other support."""
    return brought(run(evidence.clause, evidence.claims, ByFacts(evidence.env), ungranted=True), evidence.plan.rounding_of(evidence.clause))


# -- the decision -------------------------------------------------------------------------------------------


def _finish(base: ClauseDecision, clause: steps.Decide, plan: steps.Plan, outcome: Outcome, gates: Entered,
            continuing: Continuing, claims: tuple[Items[Item], ...], env: Env) -> ClauseDecision:
    rounding, (own, own_needs) = plan.rounding_of(clause), with_continuing(outcome.statuses, outcome.needs, continuing.amount)
    grants = (
        part_grants(clause, outcome.state, outcome.total, rounding) if clause.pays and GRANTED in own and not waits(clause, env) else {}
    )
    pay_needs = continuing.amount.needs.union(*(g.needs for g in grants.values()), continuing.needs if grants else a.NONE)
    statuses, needs = past(gates, own, own_needs | (pay_needs if clause.pays else a.NONE))
    awarded = awarded_of(outcome.state, rounding) if clause.discretionary and GRANTED in statuses else a.NOTHING
    if len(statuses) == 1 and not needs and is_exact(awarded):  # of awards that several steps limit not even all facts tell which part has what
        return _settled(base, clause, plan, outcome, single(statuses), continuing, claims, grants, awarded)
    pending = changed(
        base, **left_open(statuses, needs, outcome.total, clause.discretionary, awarded), items=_item_results(claims, None),
        reverse=_reversed(clause, claims),
    )
    if not clause.pays:
        return pending
    low = a.ZERO if statuses != {GRANTED} else None
    return evolve(
        pending,
        this_year_range=this_year_range(clause, grants, continuing.amount, low, bool(gates.statuses), continuing.stages, continuing.year),
    )


def _settled(base: ClauseDecision, clause: steps.Decide, plan: steps.Plan, outcome: Outcome, status: str, continuing: Continuing,
             claims: tuple[Items[Item], ...], grants: dict[str, Num], recorded: Num) -> ClauseDecision:
    if status == DISCRETION:
        going = continuing.amount.exact if continuing.amount.can_be_positive else None
        sure = sure_of(outcome.state, plan.rounding_of(clause))
        return changed(base, status=status, bound=outcome.total.hi, sure=sure, this_year=going, history=continuing.history,
                      items=_item_results(claims, None))
    awarded, rounding = clause.discretionary and status == GRANTED, plan.rounding_of(clause)
    shares = (award_shares if awarded else shares_of)(outcome.state, rounding) if status == GRANTED else None
    amount = a.ZERO if status != clause.elsewhere else None
    if awarded:
        amount = recorded.exact
    elif status == GRANTED:
        amount = outcome.total.exact
    shares = dict.fromkeys((i for x in claims for i in x.items), a.ZERO) if status != GRANTED else shares
    items = _item_results(claims, shares or {})
    reckoned = None if clause.discretionary or not is_exact(outcome.whole.net) else outcome.whole.net.exact
    found = changed(
        base, status=status, amount=amount, items=items, bound=outcome.total.lo if awarded else None, reckoned=reckoned,
        unlisted=frozenset(x.each.part for x in claims if x.unknown_list), reverse=status == GRANTED and _reversed(clause, claims),
    )
    if not clause.pays:
        return found
    schedule, waiting = instalments(clause.pays, {part: g.exact for part, g in grants.items()}, continuing, plan.period)
    now = schedule.get(int(continuing.year.exact), a.ZERO) if schedule else a.ZERO
    return changed(found, schedule=tuple(sorted(schedule.items())) if status == GRANTED else None, waiting=tuple(waiting.items()),
                  this_year=now + continuing.amount.exact, history=continuing.history)


def _reversed(clause: steps.Decide, claims: tuple[Items[Item], ...]) -> bool:
    return clause.saying is not None and bool(clause.saying.reverse) and any(i.below_zero for x in claims for i in x.items)


def _item_results(claims: tuple[Items[Item], ...], shares: Mapping[Any, Fraction] | None) -> tuple[ItemResult, ...]:
    out = []
    for group in claims:
        for item in (*group.items, *group.refused):
            counts = None if not item.inside.known else item.inside.yes
            amount = None if shares is None else shares.get(item, a.ZERO if counts is False else None)
            wrong = [g.guard.origin for g in item.guards if not g.trace.truth.yes]
            failed, labels = tuple(o.text for o in wrong), tuple(o.label for o in wrong)
            out.append(ItemResult(item.path, item.part, counts, amount, failed, item.matter.value, labels, _recorded(item)))
    return tuple(out)


def _recorded(item: Item) -> Fraction | None:
    """裁量: what the authority recorded of the item, before any bound."""
    value = item.grant.value if item.grant is not None and isinstance(item.each.grant, steps.Discretion) and item.undetermined.no else None
    return value.lo if isinstance(value, Num) and value.known and isinstance(value.lo, Fraction) else None


def _excluding_readings(gates: Gates) -> frozenset[str]:
    """Readings of a line of 适用 that alone keeps an enterprise out."""
    failed = [g.origin for g, trace in gates.scope_traces if not trace.truth.yes] if gates.in_force.yes else []
    return steps.choices_of_one(failed)


def _refusing_readings(claims: tuple[Items[Item], ...]) -> frozenset[str]:
    """Readings of a line that alone refused an item."""
    refused = ([g.guard.origin for g in i.guards if not g.trace.truth.yes] for x in claims for i in x.refused
               if all(g.trace.truth.known for g in i.guards))
    return frozenset(number for failed in refused for number in steps.choices_of_one(failed))


def _bounding_readings(claims: tuple[Items[Item], ...]) -> frozenset[str]:
    """Readings of a 下限 or 单项 cap that changed what an item is worth."""
    units = (u for group in claims for item in group.items for u in item.units if (u.before.lo, u.before.hi) != (u.after.lo, u.after.hi))
    return frozenset(number for u in units for number, choice in u.step.origin.tags if choice)
