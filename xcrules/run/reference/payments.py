"""Pay: a grant by years, and what earlier grants still pay this year."""

from __future__ import annotations

from fractions import Fraction

from attrs import field, frozen

from xcrules.base.money import UNLIMITED, Happened, money_text, plan_of, schedule_of
from xcrules.facts.types import NOT_APPLICABLE
from xcrules.meaning.rules import Event
from xcrules.plan import steps
from xcrules.run.ranges import abstract as a
from xcrules.run.ranges.abstract import Num, Truth
from xcrules.run.ranges.meaning import compared
from xcrules.run.ranges.payments import Stages, part_of, up

from .gates import Gates
from .values import Env, Trace, evaluate, records_of


@frozen(eq=False, repr=False)
class Continuing:
    """Instalments of earlier grants that fall in the base year (元), that year, and from which grants; the years of the events of 拨付."""

    amount: Num
    year: Num
    history: tuple[str, ...] = ()
    stages: Stages = field(factory=dict)
    asked: tuple[tuple[steps.Payment, Trace], ...] = ()  # what a share that falls in the year hangs on besides

    @property
    def needs(self) -> a.Needs:
        """What the years of a new grant depend on."""
        return a.joined((self.year.needs, *(when.needs for events in self.stages.values() for _, when in events if when is not None)))

    @property
    def happened(self) -> Happened:
        """The years of the events, all known."""
        return {part: [(name, 0 if when is None else None if when.na else int(when.exact)) for name, when in events] for part, events in self.stages.items()}


def continuing(clause: steps.Decide, plan: steps.Plan, env: Env, gates: Gates) -> Continuing:
    """What grants of earlier years pay in the base year under this clause; nothing before the policy is in force."""
    year = evaluate(plan.base_year, env).number if plan.base_year is not None else a.NOT_APPLICABLE_NUM
    stages = {p.part: tuple((x.name, _year_of(x, year, env)) for x in p.events) for p in clause.pays if p.events}
    paying, fields = a.either((gates.in_force, gates.expired)), plan.history
    if fields is None or not clause.pays or plan.base_year is None or not paying.yes:
        return Continuing(a.NOTHING, year, (), stages)
    in_force = gates.in_force.yes
    amounts: list[Num] = []
    history: list[str] = []
    conditions = {p.part: evaluate(p.going, env) for p in clause.pays if p.going is not None}
    asked: dict[str, tuple[steps.Payment, Trace]] = {}
    for i, record in enumerate(records_of(fields.table, env, closed=True) or ()):
        for pay in clause.pays:
            ledger = record.get(fields.clause)
            if ledger not in (None, pay.ledger) or not (in_force or pay.after_expiry):
                continue
            granted, amount, path = record.get(fields.year), record.get(fields.amount), f"{fields.table}[{i}]"
            value = a.point(amount) if isinstance(amount, Fraction) else Num(a.ZERO, UNLIMITED, frozenset([f"{path}.{fields.amount}"]))
            if granted is NOT_APPLICABLE or amount is NOT_APPLICABLE or year.na or (isinstance(granted, Fraction) and _of_older_policy(granted, plan)):
                part = a.NOTHING
            elif pay.events:
                part = _on_events(value, pay, stages[pay.part], granted, year, f"{path}.{fields.year}")
            else:
                part = _instalment(value, pay, granted, year, f"{path}.{fields.year}")
            if part.can_be_positive and pay.part in conditions:
                asked[pay.part] = pay, conditions[pay.part]
                part = a.if_inside(part, conditions[pay.part].truth)
            if ledger is None:  # it may be a grant of this part or of another
                part = a.if_inside(part, Truth(True, True, frozenset([f"{path}.{fields.clause}"])))
            if part.can_be_positive:
                amounts.append(part)
                shown = money_text(part.lo) if part.known else "未知"
                history.append(f"{granted}年核定的 {pay.ledger}，本年续拨 {shown}")
    return Continuing(a.if_inside(a.total(amounts), paying), year, tuple(history), stages, tuple(asked.values()))


def _of_older_policy(granted: Fraction, plan: steps.Plan) -> bool:
    """Grants outside 时效."""
    period = plan.period
    return period is not None and period.first_year is not None and period.last_year is not None and not period.first_year <= granted <= period.last_year


def _year_of(event: Event, year: Num, env: Env) -> Num | None:
    """The year of an event; what is so this year (是否) happens in the base year."""
    if event.when is None:
        return None
    value = evaluate(event.when, env).value
    if isinstance(value, Num):
        return value
    assert isinstance(value, Truth)
    if value.known:
        return year if value.yes else a.NOT_APPLICABLE_NUM
    return Num(year.lo, year.hi, year.needs | value.needs, may_na=True)


def _on_events(value: Num, pay: steps.Payment, events: tuple[tuple[str, Num | None], ...], granted: object, year: Num, path: str) -> Num:
    """The shares of one earlier grant whose events fall in the base year."""
    before = compared("<", a.point(granted), year) if isinstance(granted, Fraction) else Truth(True, True, year.needs | {path})
    due = [a.FALSE if when is None else a.both((compared("=", when, year), before)) for _, when in events]
    return a.total(a.if_inside(part_of(value, pay.shares, i), x) for i, x in enumerate(due) if x.yes)


def _instalment(value: Num, pay: steps.Payment, granted: object, year: Num, path: str) -> Num:
    """The share of one earlier grant that falls in the base year."""
    if not isinstance(granted, Fraction):
        return a.num(a.ZERO, up(value.hi), value.needs | year.needs | {path})
    last_share = len(pay.shares) - 1
    if year.known:
        age = int(year.exact - granted)
        return part_of(value, pay.shares, age) if 1 <= age <= last_share else a.NOTHING
    if year.hi < granted + 1 or year.lo > granted + last_share:
        return a.NOTHING
    highest = max((part_of(value, pay.shares, age).hi for age in range(1, last_share + 1)), default=a.ZERO)
    return a.num(a.ZERO, highest, value.needs | year.needs)


def instalments(pays: tuple[steps.Payment, ...], grants: dict[str, Fraction], going: Continuing,
                period: steps.Period | None) -> tuple[dict[int, Fraction], dict[str, Fraction]]:
    """The new grants (元) by year, and by the events that they wait for; none where there is no base year."""
    if not grants or not going.year.known or going.year.na:
        return {}, {}
    last_year = period.last_year if period else None
    return schedule_of(grants, pays, int(going.year.exact), None if last_year is None else int(last_year), going.happened, plan_of)
