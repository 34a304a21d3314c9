"""Pay: a grant by years, and what earlier grants still pay this year."""

from __future__ import annotations

from fractions import Fraction

from attrs import field, frozen

from xcrules.base.money import Happened, money_text, plan_of, schedule_of
from xcrules.meaning.rules import Event
from xcrules.plan import steps
from xcrules.run.ranges import abstract as a
from xcrules.run.ranges.abstract import Num, Truth
from xcrules.run.ranges.payments import EarlierGrant, Stages, instalment, paths_of

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
        return {
            part: [(name, 0 if when is None else None if when.na else int(when.exact)) for name, when in events]
            for part, events in self.stages.items()
        }


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
    ledgers = {None, *(p.ledger for p in clause.pays)}
    for i, record in enumerate(records_of(fields.table, env, closed=True) or ()):
        if record.get(fields.clause) not in ledgers:
            continue
        grant = EarlierGrant(record.get(fields.clause), record.get(fields.year), record.get(fields.amount), paths_of(fields, i))
        for pay in clause.pays:
            if grant.ledger not in (None, pay.ledger) or not (in_force or pay.after_expiry):
                continue
            part = instalment(grant, pay, year, plan.period, stages.get(pay.part, ()))
            if part.can_be_positive and pay.part in conditions:
                asked[pay.part] = pay, conditions[pay.part]
                part = a.if_inside(part, conditions[pay.part].truth)
            if part.can_be_positive:
                amounts.append(part)
                shown = money_text(part.lo) if part.known else "未知"
                history.append(f"{grant.year}年核定的 {pay.ledger}，本年续拨 {shown}")
    return Continuing(a.if_inside(a.total(amounts), paying), year, tuple(history), stages, tuple(asked.values()))


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


def instalments(pays: tuple[steps.Payment, ...], grants: dict[str, Fraction], going: Continuing,
                period: steps.Period | None) -> tuple[dict[int, Fraction], dict[str, Fraction]]:
    """The new grants (元) by year, and by the events that they wait for; none where there is no base year."""
    if not grants or not going.year.known or going.year.na:
        return {}, {}
    last_year = period.last_year if period else None
    return schedule_of(grants, pays, int(going.year.exact), None if last_year is None else int(last_year), going.happened, plan_of)
