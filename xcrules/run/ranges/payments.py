"""What a grant pays over years, where it is a range."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from xcrules.base.money import UNLIMITED, Number, plan_of
from xcrules.facts.types import NOT_APPLICABLE
from xcrules.meaning.operators import add, floor_to
from xcrules.plan import steps

from . import abstract as a
from .abstract import Num, Truth
from .asks import Rounded
from .groups import ClauseState, award_shares, awarded_of, leaves, of_shares, shares_of, spread
from .meaning import compared

if TYPE_CHECKING:
    from xcrules.run.lowered.claims import History

Stages = dict[str, tuple[tuple[str, Num | None], ...]]  # of parts paid on events: each with its year, 不适用 if not yet; None: the grant itself


class EarlierGrant(NamedTuple):
    """A grant of an earlier year: under which clause or part, in which year, of how many 元. None is unknown, and what its path says would tell it."""

    ledger: object
    year: object
    amount: object
    paths: tuple[str, str, str]


def paths_of(history: steps.History | History, index: int) -> tuple[str, str, str]:
    """The paths of one row of the ledger of earlier grants."""
    row = f"{history.table}[{index}]"
    return f"{row}.{history.clause}", f"{row}.{history.year}", f"{row}.{history.amount}"


def instalment(
    grant: EarlierGrant, pay: steps.Payment, year: Num, period: steps.Period | None, events: tuple[tuple[str, Num | None], ...] = ()
) -> Num:
    """元 that an earlier grant, if it was one of this part, pays in the base year."""
    ledger, granted, amount = grant.paths
    if (grant.year is NOT_APPLICABLE or grant.amount is NOT_APPLICABLE or year.na
        or (isinstance(grant.year, Fraction) and _of_older_policy(grant.year, period))):
        return a.NOTHING
    value = a.point(grant.amount) if isinstance(grant.amount, Fraction) else Num(a.ZERO, UNLIMITED, frozenset([amount]))
    part = _on_events(value, pay, events, grant.year, year, granted) if pay.events else _of_years(value, pay, grant.year, year, granted)
    if grant.ledger is None:  # it may be a grant of this part or of another
        part = a.if_inside(part, Truth(True, True, frozenset([ledger])))
    return part


def _of_older_policy(granted: Fraction, period: steps.Period | None) -> bool:
    """Grants outside 时效."""
    return (period is not None and period.first_year is not None and period.last_year is not None
            and not period.first_year <= granted <= period.last_year)


def _on_events(value: Num, pay: steps.Payment, events: tuple[tuple[str, Num | None], ...], granted: object, year: Num, path: str) -> Num:
    """The shares of one earlier grant whose events fall in the base year."""
    before = compared("<", a.point(granted), year) if isinstance(granted, Fraction) else Truth(True, True, year.needs | {path})
    due = [a.FALSE if when is None else a.both((compared("=", when, year), before)) for _, when in events]
    return a.total(a.if_inside(part_of(value, pay.shares, i), x) for i, x in enumerate(due) if x.yes)


def _of_years(value: Num, pay: steps.Payment, granted: object, year: Num, path: str) -> Num:
    """The share of one earlier grant that falls in the base year."""
    last_share = len(pay.shares) - 1
    if isinstance(granted, Fraction):
        path = ""
        if year.known:
            age = int(year.exact - granted)
            return part_of(value, pay.shares, age) if 1 <= age <= last_share else a.NOTHING
        if year.hi < granted + 1 or year.lo > granted + last_share:
            return a.NOTHING
    highest = max((part_of(value, pay.shares, age).hi for age in range(1, last_share + 1)), default=a.ZERO)
    return a.num(a.ZERO, highest, value.needs | year.needs | ({path} if path else a.NONE))


def part_of(grant: Num, shares: tuple[Fraction, ...], age: int) -> Num:
    """What the plan of a grant says for a year; within a 分 of its share where the grant is not known."""
    if grant.known and isinstance(grant.lo, Fraction):
        return a.point(plan_of(grant.lo, shares)[age])
    low = floor_to(grant.lo * shares[age]) if isinstance(grant.lo, Fraction) else grant.lo
    return a.num(low, up(grant.hi * shares[age] if isinstance(grant.hi, Fraction) else grant.hi), grant.needs)


def up(value: Number) -> Number:
    """Up to a 分."""
    return -floor_to(-value) if isinstance(value, Fraction) else value


def part_grants(
    clause: steps.Decide, state: ClauseState, total: Num, rounding: Rounded, in_yuan: Callable[[Num], Num] = lambda x: x
) -> dict[str, Num]:
    """What is newly granted in each part (元, whole 分): a range where the shares of several parts are not known. `in_yuan` brings what stands in `state` to 元."""
    if clause.discretionary:
        shares, total = award_shares(state, rounding), awarded_of(state, rounding)
    else:
        shares = shares_of(state, rounding)
    grants: dict[str, Num] = {}
    if shares is None and clause.discretionary:
        return {part: in_yuan(a.least(x, total)) for part, x in _awards_by_part(state, total, rounding).items()}
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
    if rounding.unit > state.cent:  # what the total loses or gains is borne by some of the parts
        grants = {
            part: a.num(max(x.lo - rounding.unit, a.ZERO), add(x.hi, rounding.unit), x.needs | total.needs) for part, x in grants.items()
        }
    least = {part: in_yuan(a.least(grant, total)) for part, grant in grants.items()}
    return {part: a.num(floor_to(x.lo), up(x.hi), x.needs | total.needs) for part, x in least.items()}


def _awards_by_part(state: ClauseState, total: Num, rounding: Rounded) -> dict[str, Num]:
    """What each part may have of awards that are not all known: others that come to less leave it more than its share of the bound; what steps on several take is not told apart."""
    grants: dict[str, Num] = {}
    for leaf in (x for b in state.bundles for x in leaves(b)):
        own = a.num(
            a.ZERO if state.limited or rounding.unit > state.cent else leaf.award.lo, leaf.items[0].net.hi if leaf.items else total.hi,
            leaf.net.needs | leaf.award.needs | total.needs or of_shares(state),
        )
        grants |= {part: a.total((grants.get(part, a.NOTHING), own)) for part in leaf.parts}
    return grants


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
