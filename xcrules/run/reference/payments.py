"""Pay: a grant by years, and what earlier grants still pay this year."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from xcrules.base.money import UNLIMITED, Number, money_text, plan_of, schedule_of
from xcrules.facts.types import NOT_APPLICABLE
from xcrules.meaning.operators import floor_to
from xcrules.plan import steps

from . import abstract as a
from .abstract import Num
from .gates import Gates
from .groups import ClauseState, award_shares, awarded_of, leaves, shares_of, spread
from .values import Env, evaluate, records_of


@frozen(eq=False, repr=False)
class Continuing:
    """Instalments of earlier grants that fall in the base year (元), that year, and from which grants."""

    amount: Num
    year: Num
    history: tuple[str, ...] = ()


def continuing(clause: steps.Decide, plan: steps.Plan, env: Env, gates: Gates) -> Continuing:
    """What grants of earlier years pay in the base year under this clause; nothing before the policy is in force."""
    year = evaluate(plan.base_year, env).value if plan.base_year is not None else a.NOT_APPLICABLE_NUM
    assert isinstance(year, Num)
    paying, fields = a.either((gates.in_force, gates.expired)), plan.history
    if fields is None or not clause.pays or plan.base_year is None or not paying.yes:
        return Continuing(a.NOTHING, year)
    in_force = gates.in_force.yes
    amounts: list[Num] = []
    history: list[str] = []
    for i, record in enumerate(records_of(fields.table, env, closed=True) or ()):
        for pay in clause.pays:
            ledger = record.get(fields.clause)
            if ledger not in (None, pay.ledger) or not (in_force or pay.after_expiry):
                continue
            part = _instalment(pay, plan, record.get(fields.year), record.get(fields.amount), year, f"{fields.table}[{i}]", fields)
            if ledger is None:  # it may be a grant of this part or of another
                part = a.if_inside(part, a.Truth(True, True, frozenset([f"{fields.table}[{i}].{fields.clause}"])))
            if part.can_be_positive:
                amounts.append(part)
                shown = money_text(part.lo) if part.known else "未知"
                history.append(f"{record.get(fields.year)}年核定的 {pay.ledger}，本年续拨 {shown}")
    return Continuing(a.if_inside(a.total(amounts), paying), year, tuple(history))


def _instalment(pay: steps.Payment, plan: steps.Plan, granted: object, amount: object, year: Num, path: str,
                fields: steps.History) -> Num:
    """The share of one earlier grant that falls in the base year; grants outside 时效 are an older policy's."""
    if granted is NOT_APPLICABLE or amount is NOT_APPLICABLE or year.na:
        return a.NOTHING
    value = a.point(amount) if isinstance(amount, Fraction) else Num(a.ZERO, UNLIMITED, frozenset([f"{path}.{fields.amount}"]))
    if not isinstance(granted, Fraction):
        return a.num(a.ZERO, _up(value.hi), value.needs | year.needs | {f"{path}.{fields.year}"})
    period = plan.period
    if period and period.first_year is not None and period.last_year is not None and not (
        period.first_year <= granted <= period.last_year
    ):
        return a.NOTHING
    last_share = len(pay.shares) - 1
    if year.known:
        age = int(year.exact - granted)
        return _part(value, pay.shares, age) if 1 <= age <= last_share else a.NOTHING
    if year.hi < granted + 1 or year.lo > granted + last_share:
        return a.NOTHING
    highest = max((_part(value, pay.shares, age).hi for age in range(1, last_share + 1)), default=a.ZERO)
    return a.num(a.ZERO, highest, value.needs | year.needs)


def _part(grant: Num, shares: tuple[Fraction, ...], age: int) -> Num:
    """What the plan of a grant says for a year; within a 分 of its share where the grant is not known."""
    if grant.known and isinstance(grant.lo, Fraction):
        return a.point(plan_of(grant.lo, shares)[age])
    low = floor_to(grant.lo * shares[age]) if isinstance(grant.lo, Fraction) else grant.lo
    return a.num(low, _up(grant.hi * shares[age] if isinstance(grant.hi, Fraction) else grant.hi), grant.needs)


def _up(value: Number) -> Number:
    """Up to a 分."""
    return -floor_to(-value) if isinstance(value, Fraction) else value


def instalments(pays: tuple[steps.Payment, ...], grants: dict[str, Fraction], base_year: Num,
                period: steps.Period | None) -> dict[int, Fraction]:
    """The new grants by year (元); none where there is no base year."""
    if not base_year.known or base_year.na:
        return {}
    last_year = period.last_year if period else None
    return schedule_of(grants, pays, int(base_year.exact), None if last_year is None else int(last_year))


def part_grants(clause: steps.Decide, state: ClauseState, total: Num, rounding: steps.Rounding) -> dict[str, Num]:
    """What is newly granted in each part (元, whole 分): a range where the shares of several parts are not known."""
    if clause.discretionary:
        shares, total = award_shares(state, rounding), awarded_of(state, rounding)
    else:
        shares = shares_of(state, rounding)
    grants: dict[str, Num] = {}
    if shares is not None:
        for item, share in shares.items():
            grants[item.part] = a.total((grants.get(item.part, a.NOTHING), a.point(share)))
        return grants
    parts = frozenset(p for b in state.bundles for x in leaves(b) if x.net.can_be_positive for p in x.parts)
    if len(parts) == 1:
        return dict.fromkeys(parts, total)
    for bundle in state.bundles:
        for leaf, net in spread(bundle, bundle.net):
            for part in leaf.parts:
                grants[part] = a.total((grants.get(part, a.NOTHING), net))
    return {part: _in_cents(a.least(grant, total), total) for part, grant in grants.items()}


def _in_cents(grant: Num, total: Num) -> Num:
    """A part's share, up or down to a 分."""
    return a.num(floor_to(grant.lo), _up(grant.hi), grant.needs | total.needs)


def this_year_range(clause: steps.Decide, grants: dict[str, Num], going: Continuing, low: Fraction | None,
                    closing: bool) -> tuple[Fraction, Number]:
    """元 that an open clause pays this year: first instalments of what it may grant, and those of earlier grants.

    `low` where nothing may be newly granted; `closing` where it may turn out not to be judged at all.
    """
    shares = {p.part: p.shares for p in clause.pays}
    first = a.total(_part(grant, shares.get(part, (Fraction(1),)), 0) for part, grant in grants.items())
    lo = a.ZERO if closing else (first.lo if low is None else low) + going.amount.lo  # type: ignore[operator]
    return lo, a.total((first, going.amount)).hi
