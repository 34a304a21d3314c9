"""What a clause may come to, from its claims: its steps, the status of a zero, and the facts on which that depends.

The status of a zero is the stage that made it zero: the facts themselves (不符合), bounds already used up (额度用尽), other support (从高不重复).
With unknown facts several statuses stay possible.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import evolve

from xcrules.base.money import CENT
from xcrules.base.node import quick
from xcrules.plan import steps
from xcrules.run.results import DISCRETION, EXHAUSTED, GRANTED, REFUSED, zero_of

from . import abstract as a
from .abstract import Needs, Num
from .against import apply_against
from .asks import Asks, Items, Rounded
from .best import apply_best
from .caps import apply_cap, tell_awards
from .groups import Bundle, ClauseState, awarded_of, brought, bundles_of, merged, total_of

Claims = Sequence[Items[Any]]


@quick
class Outcome:
    """The statuses that are possible, the total in 元, and the facts on which they depend."""

    statuses: frozenset[str]
    total: Num  # rounded; for 裁量 the bound
    needs: Needs
    whole: Bundle
    state: ClauseState


def in_play(clause: steps.Decide, claims: Claims) -> steps.Decide:
    """The clause without its 裁量 parts where nothing counts under them: then nobody has an amount to say, and the total is no bound."""
    asked = not clause.discretionary or any(x.can_be_positive for free in (False, True) for x in _bounded(claims, free))
    return clause if asked else evolve(clause, claims=tuple(x for x in clause.claims if isinstance(x.grant, steps.Amount)))


def _bounded(claims: Claims, ungranted: bool = False) -> Iterator[Num]:
    """What an authority may say of each claim that it has to say."""
    for claim in (x for x in claims if isinstance(x.each.grant, steps.Discretion)):
        if (found := claim.any_record) is not None:
            yield found.ungranted if ungranted else found.net
        yield from (i.ungranted()[1] if ungranted else i.net for i in claim.items)


# -- steps ------------------------------------------------------------------------------------------------


def run(clause: steps.Decide, claims: Claims, asks: Asks, cent: Any = CENT, ungranted: bool = False, reasons: bool = True) -> ClauseState:
    """The steps of a clause; `ungranted` for what the facts alone give: nothing granted before, no other support."""
    state = ClauseState(asks, bundles_of(claims, ungranted), clause.discretionary, ungranted, cent=cent, reasons=reasons)
    state.stages = [(EXHAUSTED, state.bundles)]
    for step in clause.steps:
        match step:
            case steps.Floor() | steps.Cap(reach="单项"):
                continue
            case steps.Cap():
                apply_cap(step, state)
            case steps.Highest():
                apply_best(step, state)
            case steps.Against():
                if ungranted:
                    continue
                apply_against(step, state)
        state.stages.append((zero_of(step.origin), state.bundles))
    if state.discretionary and state.caps:
        tell_awards(state)
    return state


def outcome_of(clause: steps.Decide, claims: Claims, state: ClauseState, rounding: Rounded) -> Outcome:
    whole = merged(state.bundles) if state.bundles else Bundle((), frozenset(), (0, 0), a.NOTHING, a.NOTHING, a.FALSE)
    final = brought(state, rounding)
    statuses, needs = _zero_statuses(clause, claims, state, final, rounding) if final.can_be_zero else (set[str](), final.needs)
    if final.can_be_positive:
        statuses |= _positive_statuses(clause, whole)
        needs |= whole.counts_open.needs if clause.discretionary else a.NONE
    if len(statuses) == 1:
        needs = final.needs if final.can_be_positive else a.NONE
    if GRANTED in statuses and clause.discretionary:
        needs |= whole.award.needs | awarded_of(state, rounding).needs
        if not any(net.lo > a.ZERO for net in _bounded(claims)):  # whether there is a bound at all
            needs |= a.joined(net.needs for net in _bounded(claims))
    return Outcome(frozenset(statuses), final, needs, whole, state)


def _zero_statuses(clause: steps.Decide, claims: Claims, state: ClauseState, final: Num,
                   rounding: Rounded) -> tuple[set[str], Needs]:
    """The stages that may have made the zero, and on what that depends: first of all whether the facts alone do."""
    settled, before = final, total_of(state.bundles)
    if state.asks.granted:
        ungranted = run(clause, claims, state.asks, state.cent, ungranted=True, reasons=False)
        settled, before = brought(ungranted, rounding), total_of(ungranted.bundles)
    statuses = {REFUSED} if settled.can_be_zero else set[str]()
    needs = settled.needs | before.needs | final.needs
    for status, bundles in state.stages if settled.can_be_positive else ():
        total = total_of(bundles)
        if before.can_be_positive and total.can_be_zero and total != before:
            statuses.add(status)
        needs |= total.needs
        before = total
    if settled.can_be_positive and before.can_be_positive:  # what is left rounds to nothing
        statuses.add(REFUSED)
    return statuses, needs


def _positive_statuses(clause: steps.Decide, whole: Bundle) -> set[str]:
    if not clause.discretionary:
        return {clause.elsewhere or GRANTED}
    return ({DISCRETION} if whole.open.yes else set()) | ({GRANTED} if whole.open.no else set())
