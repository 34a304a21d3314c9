"""Decide: a clause from its claims and steps to a status, an amount or a bound, and what is missing.

The status of a zero is the stage that made it zero: the facts themselves (不符合), bounds already used
up (额度用尽), other support (从高不重复). With unknown facts several statuses stay possible; one possible
status with one possible amount is a decision, anything else is 待补充.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import evolve, frozen

from .. import calculus as c
from ..decision import ClauseDecision
from ..money import Number, Unlimited
from ..operators import round_to
from ..results import (
    CONTINUED,
    DISCRETION,
    EXHAUSTED,
    GRANTED,
    OUT_OF_FORCE,
    OUT_OF_SCOPE,
    OUTDONE,
    PENDING,
    REFUSED,
    ZERO_STATUSES,
    AmountRange,
    ItemResult,
)
from . import abstract as a
from .abstract import Needs, Num
from .against import apply_against
from .best import apply_best
from .caps import apply_cap
from .claims import Item, Items, claim
from .gates import Gates
from .groups import (
    Bundle,
    Steps,
    allocate,
    bundles_of,
    in_cents,
    merged,
    total_of,
)
from .payments import Continuing, instalments
from .values import Env


@frozen(eq=False, repr=False)
class Evidence:
    """What explain reads: the gates, the claims as judged, the finished bundle."""

    clause: c.Decide
    plan: c.Plan
    gates: Gates
    env: Env
    claims: tuple[Items, ...] = ()
    outcome: Outcome | None = None
    state: Steps | None = None
    continuing: Continuing | None = None


@frozen(eq=False, repr=False)
class Outcome:
    """The statuses that are possible, the total in 元, and the facts on which they depend."""

    statuses: frozenset[str]
    total: Num
    needs: Needs
    whole: Bundle


def decide(clause: c.Decide, plan: c.Plan, gates: Gates, env: Env, continuing: Continuing) -> ClauseDecision:
    """What the clause comes to for these facts."""
    base = ClauseDecision(clause.number, clause.title, clause.words, PENDING)
    evidence = Evidence(clause, plan, gates, env, continuing=continuing)
    past_gates, gate_needs = _gate_statuses(gates, continuing)
    if not past_gates.may_enter:
        return _closed(base, past_gates.statuses, gate_needs, continuing, plan, evidence)
    if clause.nature:
        statuses = past_gates.statuses | {clause.nature}
        missing = _ordered(gate_needs) if len(statuses) > 1 else ()
        return evolve(base, status=_single(statuses), missing=missing, evidence=evidence)
    claims = tuple(claim(each, clause.steps, env) for each in clause.claims)
    state = _run(clause, claims, env)
    outcome = _outcome(clause, claims, state)
    evidence = evolve(evidence, claims=claims, outcome=outcome, state=state)
    done = _finish(base, clause, plan, outcome, past_gates, gate_needs, continuing, claims)
    return evolve(done, caps=tuple(state.caps), conflicts=tuple(state.conflicts), evidence=evidence,
                  touched=frozenset(state.touched) | _refusing_readings(claims))  # fmt: skip


# -- gates ------------------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class _Entry:
    """Statuses that the gates alone may give, and whether the clause itself may come to be judged."""

    statuses: frozenset[str]
    may_enter: bool
    continued: bool  # instalments may go on although no longer in force


def _gate_statuses(gates: Gates, continuing: Continuing) -> tuple[_Entry, Needs]:
    """有效期 first, then 主体; instalments already granted need only 主体 (settled)."""
    force, scope, going = gates.in_force, gates.scope, continuing.amount
    statuses: set[str] = set()
    if not scope.yes and force.yes:
        return _Entry(frozenset({OUT_OF_SCOPE}), False, False), a.NONE
    if force.no:
        if going.can_be_zero:
            statuses.add(OUT_OF_FORCE)
        if going.can_be_positive:
            statuses |= ({CONTINUED} if scope.yes else set()) | ({OUT_OF_SCOPE} if scope.no else set())
    if force.yes and scope.no:
        statuses.add(OUT_OF_SCOPE)
    continued = force.no and going.can_be_positive and scope.yes
    needs = force.needs
    if force.yes or going.can_be_positive:
        needs = needs | scope.needs
    if force.no:
        needs = needs | going.needs
    return _Entry(frozenset(statuses), force.yes and scope.yes, continued), needs


def _closed(base: ClauseDecision, statuses: frozenset[str], needs: Needs, continuing: Continuing, plan: c.Plan,
            evidence: Evidence) -> ClauseDecision:  # fmt: skip
    """The clause is not judged: out of force, out of scope, or only instalments go on."""
    status = _single(statuses)
    if status == CONTINUED:
        if continuing.amount.known:
            return evolve(base, status=status, amount=a.ZERO, this_year=_rounded(continuing.amount.exact, plan),
                          history=continuing.history, evidence=evidence)  # fmt: skip
        status, needs = PENDING, needs | continuing.amount.needs
    missing = _ordered(needs) if status == PENDING else ()
    return evolve(base, status=status, missing=missing, evidence=evidence,
                  amount_range=(a.ZERO, a.ZERO) if status == PENDING else None)  # fmt: skip


def _single(statuses: frozenset[str]) -> str:
    return next(iter(statuses)) if len(statuses) == 1 else PENDING


# -- steps ------------------------------------------------------------------------------------------------


def _run(clause: c.Decide, claims: tuple[Items, ...], env: Env) -> Steps:
    state = Steps(env, bundles_of(claims), [], [], set(), clause.discretionary)
    state.stages = [(EXHAUSTED, total_of(state.bundles))]
    for step in clause.steps:
        match step:
            case c.Floor() | c.Cap(reach="单项"):
                continue
            case c.Cap():
                apply_cap(step, state)
                status = EXHAUSTED
            case c.Best():
                apply_best(step, state)
                status = EXHAUSTED
            case c.Against():
                apply_against(step, state)
                status = OUTDONE
        state.stages.append((status, total_of(state.bundles)))
    return state


def _outcome(clause: c.Decide, claims: tuple[Items, ...], state: Steps) -> Outcome:
    whole = merged(state.bundles) if state.bundles else Bundle((), frozenset(), a.NOTHING, a.NOTHING, a.NOTHING, a.FALSE)
    data = whole.data
    statuses: set[str] = set()
    deciding = [data]
    if data.can_be_zero:
        statuses.add(REFUSED)
    before = data
    for status, total in state.stages:
        if before.can_be_positive and total.can_be_zero and total != before:
            statuses.add(status)
        deciding.append(total)
        before = total
    final = whole.net
    needs = frozenset[str]().union(*(t.needs for t in deciding))
    if final.can_be_positive:
        statuses |= _positive_statuses(clause, whole)
        needs |= whole.counts_open.needs if clause.discretionary else a.NONE
    if len(statuses) == 1:
        needs = final.needs if final.can_be_positive else a.NONE
        if statuses == {GRANTED} and clause.discretionary:
            needs |= whole.award.needs
    unknown_lists = frozenset(x.unknown_list for x in claims if x.unknown_list)
    return Outcome(frozenset(statuses), final, needs | unknown_lists, whole)


def _positive_statuses(clause: c.Decide, whole: Bundle) -> set[str]:
    if not clause.discretionary:
        return {GRANTED}
    return ({DISCRETION} if whole.open.yes else set()) | ({GRANTED} if whole.open.no else set())


# -- the decision -------------------------------------------------------------------------------------------


def _finish(base: ClauseDecision, clause: c.Decide, plan: c.Plan, outcome: Outcome, entry: _Entry, gate_needs: Needs,
            continuing: Continuing, claims: tuple[Items, ...]) -> ClauseDecision:  # fmt: skip
    own = _with_continuing(outcome.statuses, continuing)
    statuses = entry.statuses | own
    needs = outcome.needs | (continuing.amount.needs if clause.pays else a.NONE)
    if len(statuses) > 1:
        settled = len(own) == 1 and not outcome.needs
        needs = gate_needs | (a.NONE if settled and not continuing.amount.needs else needs)
    pending = len(statuses) > 1 or bool(needs)
    if pending and clause.pays and len(statuses) == 1 and not outcome.needs:
        pending = not continuing.amount.known
    if pending:
        return _pending(base, clause, plan, outcome, statuses, needs, claims)
    return _settled(base, clause, plan, outcome, next(iter(statuses)), continuing, claims)


def _with_continuing(statuses: frozenset[str], continuing: Continuing) -> frozenset[str]:
    """No new grant, but an instalment of an earlier one: 分期续拨."""
    going = continuing.amount
    zero = statuses & set(ZERO_STATUSES)
    if not zero or not going.can_be_positive:
        return statuses
    return statuses - (zero if not going.can_be_zero else frozenset()) | {CONTINUED}


def _pending(base: ClauseDecision, clause: c.Decide, plan: c.Plan, outcome: Outcome, statuses: frozenset[str],
             needs: Needs, claims: tuple[Items, ...]) -> ClauseDecision:  # fmt: skip
    positive = statuses & {GRANTED, DISCRETION}
    low = a.ZERO if statuses - positive else _round(outcome.total.lo, plan)
    high = _round(outcome.total.hi, plan) if positive else a.ZERO
    found = evolve(base, status=PENDING, missing=_ordered(needs), items=_item_results(claims, None))
    span: AmountRange = (low if isinstance(low, Fraction) else a.ZERO, high)
    if clause.discretionary:
        return evolve(found, bound_range=span)
    return evolve(found, amount_range=span)


def _settled(base: ClauseDecision, clause: c.Decide, plan: c.Plan, outcome: Outcome, status: str,
             continuing: Continuing, claims: tuple[Items, ...]) -> ClauseDecision:  # fmt: skip
    whole = outcome.whole
    if status == DISCRETION:
        bound = outcome.total.lo
        return evolve(base, status=status, bound=bound, items=_item_results(claims, None))
    total = whole.award if clause.discretionary and status == GRANTED else outcome.total
    amount = _rounded(total.exact, plan) if status == GRANTED else a.ZERO
    counted = evolve(whole, net=total) if not clause.discretionary else None
    shares = in_cents(counted, amount, plan.rounding.unit) if counted is not None and allocate(counted) is not None else None
    if clause.discretionary and status == GRANTED:
        shares = _award_shares(whole, amount, plan)
    found = evolve(base, status=status, amount=amount, items=_item_results(claims, shares or {}),
                   reckoned=None if clause.discretionary else outcome.total.exact)  # fmt: skip
    if clause.discretionary and status == GRANTED:
        found = evolve(found, bound=outcome.total.lo)
    if clause.pays:
        found = _paid(found, clause, plan, shares or {}, continuing)
    return found


def _award_shares(whole: Bundle, amount: Fraction, plan: c.Plan) -> dict[Item, Fraction] | None:
    """The recorded amounts as paid: the same tree, with awards in the place of bounds."""
    awarded = _awarded(whole)
    if awarded is None or allocate(awarded) is None:
        return None
    return in_cents(awarded, amount, plan.rounding.unit)


def _awarded(bundle: Bundle) -> Bundle | None:
    if not bundle.award.known:
        return None
    kids = [_awarded(k) for k in bundle.kids]
    if any(k is None for k in kids):
        return None
    return evolve(bundle, net=bundle.award, kids=tuple(k for k in kids if k is not None))


def _paid(found: ClauseDecision, clause: c.Decide, plan: c.Plan, shares: dict[Item, Fraction],
          continuing: Continuing) -> ClauseDecision:  # fmt: skip
    """拨付: the schedule of what is newly granted, and this year's payment with earlier grants."""
    by_part: dict[str, Fraction] = {}
    for item, share in shares.items():
        by_part[item.part] = by_part.get(item.part, a.ZERO) + share
    last_year = plan.period.last_year if plan.period else None
    schedule = instalments(clause.pays, by_part, continuing.year, last_year)
    first = schedule.get(continuing.year, a.ZERO) if continuing.year is not None else a.ZERO
    now = _rounded(first + continuing.amount.exact, plan)
    if found.status == GRANTED:
        found = evolve(found, schedule=tuple(sorted(schedule.items())))
    return evolve(found, this_year=now, history=continuing.history)


def _item_results(claims: tuple[Items, ...], shares: dict[Item, Fraction] | None) -> tuple[ItemResult, ...]:
    out = []
    for group in claims:
        for item in (*group.items, *group.refused):
            counts = None if not item.inside.known else item.inside.yes
            amount = None if shares is None else shares.get(item, a.ZERO if counts is False else None)
            wrong = [g.guard.origin for g in item.guards if not g.truth.yes]
            failed, labels = tuple(o.text for o in wrong), tuple(o.label for o in wrong)
            out.append(ItemResult(item.path, item.part, counts, amount, failed, item.matter.value, labels))
    return tuple(out)


def _refusing_readings(claims: tuple[Items, ...]) -> frozenset[str]:
    """Readings of a line that alone refused an item."""
    found: set[str] = set()
    for group in claims:
        for item in group.refused:
            failed = [g for g in item.guards if not g.truth.yes]
            if len(failed) == 1 and all(g.truth.known for g in item.guards):
                found |= {number for number, choice in failed[0].guard.origin.tags if choice}
    return frozenset(found)


def _round(value: Number, plan: c.Plan) -> Number:
    return value if isinstance(value, Unlimited) else _rounded(value, plan)


def _rounded(value: Fraction, plan: c.Plan) -> Fraction:
    rounded = round_to(value, plan.rounding.unit, plan.rounding.half_up)
    assert isinstance(rounded, Fraction)
    return rounded


def _ordered(needs: Needs) -> tuple[str, ...]:
    return tuple(sorted(needs))
