"""Pay: a grant by years, and what earlier grants still pay this year."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from .. import calculus as c
from ..money import UNLIMITED, apportion, money_text
from ..node import Node
from . import abstract as a
from .abstract import Num
from .values import Env, evaluate, records_of


@frozen(eq=False, repr=False)
class Continuing:
    """Instalments of earlier grants that fall in the base year (元), that year, and from which grants."""

    amount: Num
    year: int | None
    history: tuple[str, ...] = ()


@frozen(eq=False, repr=False)
class HistoryFields(Node):
    """Where the ledger of earlier grants keeps its clause, year and amount."""

    table: str
    clause: str
    year: str
    amount: str


def continuing(clause: c.Decide, plan: c.Plan, fields: HistoryFields | None, env: Env, in_force: bool) -> Continuing:
    """What grants of earlier years pay in the base year under this clause."""
    year = evaluate(plan.base_year, env).value if plan.base_year is not None else None
    known = int(year.exact) if isinstance(year, Num) and year.known and not year.na else None
    if fields is None or not clause.pays or not isinstance(year, Num):
        return Continuing(a.NOTHING, known)
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
    return Continuing(a.total(amounts), known, tuple(history))


def _instalment(pay: c.Pay, plan: c.Plan, granted: object, amount: object, year: Num, path: str,
                fields: HistoryFields) -> Num:  # fmt: skip
    """The share of one earlier grant that falls in the base year; grants outside 时效 are an older policy's."""
    value = a.point(amount) if isinstance(amount, Fraction) else Num(a.ZERO, UNLIMITED, frozenset([f"{path}.{fields.amount}"]))
    if not isinstance(granted, Fraction):
        return Num(a.ZERO, value.hi, value.needs | {f"{path}.{fields.year}"})
    period = plan.period
    if period and period.first_year is not None and period.last_year is not None and not (
        period.first_year <= granted <= period.last_year
    ):
        return a.NOTHING
    last_share = len(pay.shares) - 1
    if year.known:
        age = year.exact - granted
        return _part(value, pay.shares[int(age)]) if 1 <= age <= last_share else a.NOTHING
    if year.hi < granted + 1 or year.lo > granted + last_share:
        return a.NOTHING
    top = _part(value, max(pay.shares[1:], default=a.ZERO))
    return a.num(a.ZERO, top.hi, value.needs | year.needs)


def _part(value: Num, share: Fraction) -> Num:
    ends = [x if not isinstance(x, Fraction) else x * share for x in (value.lo, value.hi)]
    return a.num(ends[0], ends[1], value.needs)


def instalments(pays: tuple[c.Pay, ...], by_part: dict[str, Fraction], year: int | None,
                last_year: Fraction | None) -> dict[int, Fraction]:  # fmt: skip
    """The new grants by year (元): shares where the part is paid over years, else all in the year of grant.

    Under 届满 停拨 nothing is paid after `last_year`.
    """
    if year is None:
        return {}
    schedule: dict[int, Fraction] = {}
    shares = {p.part: p.shares for p in pays}
    stops = {p.part for p in pays if not p.after_expiry}
    for part, amount in by_part.items():
        wanted = [amount * s for s in shares.get(part, (Fraction(1),))]
        for offset, cents in enumerate(apportion(amount, wanted)):
            late = part in stops and last_year is not None and year + offset > last_year
            if cents and not late:
                schedule[year + offset] = schedule.get(year + offset, a.ZERO) + cents
    return schedule
