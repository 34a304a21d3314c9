"""The two gates before every clause: in force, and a beneficiary in scope."""

from __future__ import annotations

from attrs import frozen

from xcrules.plan import steps
from xcrules.run.ranges import abstract as a
from xcrules.run.ranges.abstract import Num, Truth

from .values import Env, Trace, evaluate

FIRST_DAY, LAST_DAY, FIRST_YEAR, LAST_YEAR = "不早于施行日", "不晚于有效期末日", "兑现年度不早于起始年度", "兑现年度不晚于末年度"
_LAST = (LAST_DAY, LAST_YEAR)


@frozen(eq=False, repr=False)
class Gates:
    """Whether the policy is in force for these facts and whom it covers, with traces."""

    in_force: Truth
    expired: Truth  # has been in force: earlier grants may still be paid, which before 施行 they are not
    scope: Truth
    force_traces: tuple[tuple[str, Truth, Trace], ...]
    scope_traces: tuple[tuple[steps.Guard, Trace], ...]


def gates(plan: steps.Plan, env: Env, clause: steps.Decide | None = None) -> Gates:
    """Both gates; of a clause that does not pass both, its own."""
    period, guards = (plan.period, plan.scope) if clause is None else (plan.period_of(clause), plan.scope_of(clause))
    checks = tuple(_period(period, env)) if period else ()
    scope = tuple((g, evaluate(g.condition, env)) for g in guards)
    expired = a.either(a.negate(t) for name, t, trace in checks if name in _LAST and not trace.number.na)  # one that does not apply is neither early nor late
    return Gates(a.both(t for _, t, _ in checks), expired, a.both(t.truth for _, t in scope), checks, scope)


def _period(period: steps.Period, env: Env) -> list[tuple[str, Truth, Trace]]:
    day = evaluate(period.date, env)
    checks = [(FIRST_DAY, _at_least(day.number, period.first_day), day)]
    if period.last_day is not None:
        checks.append((LAST_DAY, _at_most(day.number, period.last_day), day))
    if period.year is not None and period.first_year is not None and period.last_year is not None:
        year = evaluate(period.year, env)
        checks.append((FIRST_YEAR, _at_least(year.number, period.first_year), year))
        checks.append((LAST_YEAR, _at_most(year.number, period.last_year), year))
    return checks


def _at_least(value: Num, least: object) -> Truth:
    if value.na:
        return a.FALSE
    return a.truth(value.hi >= least, value.lo < least or value.may_na, value.needs)  # type: ignore[operator]


def _at_most(value: Num, most: object) -> Truth:
    if value.na:
        return a.FALSE
    return a.truth(value.lo <= most, value.hi > most or value.may_na, value.needs)  # type: ignore[operator]
