"""What a grant pays over years, where it is a range."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from xcrules.base.money import Number, plan_of
from xcrules.meaning.operators import floor_to
from xcrules.plan import steps

from . import abstract as a
from .abstract import Num
from .asks import Rounded
from .groups import ClauseState, award_shares, awarded_of, leaves, shares_of, spread
from .meaning import compared

Stages = dict[str, tuple[tuple[str, Num | None], ...]]  # of parts paid on events: each with its year, 不适用 if not yet; None: the grant itself


def part_of(grant: Num, shares: tuple[Fraction, ...], age: int) -> Num:
    """What the plan of a grant says for a year; within a 分 of its share where the grant is not known."""
    if grant.known and isinstance(grant.lo, Fraction):
        return a.point(plan_of(grant.lo, shares)[age])
    low = floor_to(grant.lo * shares[age]) if isinstance(grant.lo, Fraction) else grant.lo
    return a.num(low, up(grant.hi * shares[age] if isinstance(grant.hi, Fraction) else grant.hi), grant.needs)


def up(value: Number) -> Number:
    """Up to a 分."""
    return -floor_to(-value) if isinstance(value, Fraction) else value


def part_grants(clause: steps.Decide, state: ClauseState, total: Num, rounding: Rounded, in_yuan: Callable[[Num], Num] = lambda x: x) -> dict[str, Num]:
    """What is newly granted in each part (元, whole 分): a range where the shares of several parts are not known. `in_yuan` brings what stands in `state` to 元."""
    if clause.discretionary:
        shares, total = award_shares(state, rounding), awarded_of(state, rounding)
    else:
        shares = shares_of(state, rounding)
    grants: dict[str, Num] = {}
    if shares is not None:
        for item, share in shares.items():
            grants[item.part] = a.total((grants.get(item.part, a.NOTHING), a.point(share)))
        return {part: in_yuan(x) for part, x in grants.items()}
    parts = frozenset(p for b in state.bundles for x in leaves(b) if x.net.can_be_positive for p in x.parts)
    if len(parts) == 1:
        return dict.fromkeys(parts, in_yuan(total))
    for bundle in state.bundles:
        for leaf, net in spread(bundle, bundle.net):
            for part in leaf.parts:
                grants[part] = a.total((grants.get(part, a.NOTHING), net))
    least = {part: in_yuan(a.least(grant, total)) for part, grant in grants.items()}
    return {part: a.num(floor_to(x.lo), up(x.hi), x.needs | total.needs) for part, x in least.items()}


def this_year_range(clause: steps.Decide, grants: dict[str, Num], going: Num, low: Fraction | None, closing: bool,
                    stages: Stages, year: Num) -> tuple[Fraction, Number]:
    """元 that an open clause pays this year: first instalments of what it may grant, and those of earlier grants.

    `low` where nothing may be newly granted; `closing` where it may turn out not to be judged at all.
    """
    pays = {p.part: p for p in clause.pays}
    first = a.total(x for part, grant in grants.items() for x in _now(grant, pays.get(part), stages, year))
    lo = a.ZERO if closing else (first.lo if low is None else low) + going.lo  # type: ignore[operator]
    return lo, a.total((first, going)).hi


def _now(grant: Num, pay: steps.Payment | None, stages: Stages, year: Num) -> list[Num]:
    """What of a new grant is paid this year: the first share, or those whose event has happened."""
    if pay is None:
        return [grant]
    if not pay.events:
        return [part_of(grant, pay.shares, 0)]
    due = [a.TRUE if when is None else compared("<=", when, year) for _, when in stages[pay.part]]
    return [a.if_inside(part_of(grant, pay.shares, i), x) for i, x in enumerate(due) if x.yes]
