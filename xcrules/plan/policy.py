"""What a plan says of all clauses alike: the names in force, whom and when the policy covers, 取整, caps over several clauses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import reduce
from typing import TypeVar

from attrs import evolve

from xcrules.base.money import CENT
from xcrules.facts.tables import Schema
from xcrules.facts.types import BOOL, MONEY, RATE
from xcrules.meaning import rules, values
from xcrules.meaning.grants import YEARLY, granted_before
from xcrules.meaning.program import Program

from . import steps
from .behind import nothing_behind
from .lines import lets_in, part_names, standing
from .standard import rounding_of

Body = TypeVar("Body")
Said = tuple[Body, values.Origin]  # what a line says, and where it stands


def whole_policy(program: Program, chosen: dict[str, str]) -> steps.Plan:
    """The plan without its clauses."""
    policy = standing(program.policy_rules, {}, chosen, nothing_behind(program))
    year, day = program.schema.top_of_role("基准年度"), program.schema.top_of_role("申报日期")
    return steps.Plan(
        lets=lets_in(policy),
        scope=tuple(steps.Guard(body.condition, origin=origin) for body, origin in _all(policy, rules.Scope)),
        period=_period(policy),
        rounding=rounding_of_all(policy),
        clauses=(),
        base_year=values.Fact(year) if year else None,
        today=values.Fact(day) if day else None,
        shared=tuple(_over_several(policy, program)),
        counters=tuple((t.name, t.each) for t in program.schema.nested if t.each),
        history=_history(program.schema),
    )


def rounding_of_all(policy: Iterable[rules.Rule]) -> steps.Rounding:
    """取整 of what has none of its own."""
    return rounding_of(policy, "") or steps.Rounding(CENT, "四舍五入", origin=values.Origin("取整", "到 分 四舍五入", ""))


def _all(policy: Iterable[rules.Rule], kind: type[Body]) -> list[Said[Body]]:
    return [(r.body, r.origin) for r in policy if isinstance(r.body, kind)]


def _period(policy: list[rules.Rule]) -> steps.Period | None:
    """施行, with the years of 时效 where there is one."""
    terms, limits = _all(policy, rules.Term), _all(policy, rules.Years)
    if not terms:
        return None
    term, origin = terms[0]
    if not limits:
        return steps.Period(term.date, term.first_day, term.last_day, None, None, None, origin=origin)
    years, years_origin = limits[0]
    both = evolve(origin, tags=tuple(dict.fromkeys((*origin.tags, *years_origin.tags))))
    return steps.Period(term.date, term.first_day, term.last_day, years.year, years.first, years.last, years_origin, origin=both)


def _over_several(policy: list[rules.Rule], program: Program) -> Iterator[steps.SharedCap | steps.OnlyOne]:
    """In the order written, but what bounds payments comes when amounts are settled."""
    for rule in sorted(policy, key=lambda r: isinstance(r.body, rules.SharedCap) and r.body.paid):
        if isinstance(rule.body, rules.SharedCap) and not rule.body.by_item:
            yield _shared_cap(rule.body, rule.origin, program)
        elif isinstance(rule.body, rules.OnlyOne) and not rule.body.by_item:
            yield steps.OnlyOne(rule.body.clauses, origin=rule.origin)


def _shared_cap(cap: rules.SharedCap, origin: values.Origin, program: Program) -> steps.SharedCap:
    names = {k.number: part_names(k) for k in program.clauses}
    granted = [granted_before(n, names.get(n) or ("",), cap.period, program.schema, names.get(n, ())) for n in cap.clauses]
    assert cap.amount is not None  # 竞合 is by item
    return steps.SharedCap(
        cap.clauses, cap.amount, tuple(v for v in (*granted, cap.others) if v is not None), cap.period, cap.paid, origin=origin
    )


def of_payments(plan: steps.Plan, schema: Schema) -> steps.Plan:
    """The plan in which what bounds payments of the year takes off, of what was granted this year, as much as is paid this year."""
    clauses = {k.number: k for k in plan.clauses}
    shared = tuple(
        evolve(x, used=tuple(v for n in x.clauses if n in clauses for v in _paid_of(clauses[n], plan, schema)))
        if isinstance(x, steps.SharedCap) and x.paid
        else x
        for x in plan.shared
    )
    return evolve(plan, shared=shared)


def _paid_of(clause: steps.Decide, plan: steps.Plan, schema: Schema) -> Iterator[values.Value]:
    pays = {p.part: p for p in clause.pays}
    for part in clause.part_names if pays and clause.part_names else ("",):
        granted = granted_before(clause.number, (part,) if part else clause.part_names or ("",), YEARLY, schema, clause.part_names)
        if granted is not None:
            yield values.Arith("×", granted, _paid_now(pays[part], plan.base_year), MONEY) if part in pays else granted


def _paid_now(pay: steps.Payment, year: values.Value | None) -> values.Value:
    """Which share of a grant of this year is paid this year."""
    shares = [values.Literal(x, RATE) for x in pay.shares]
    if not pay.events:
        return shares[0]
    due = (
        values.Literal(True, BOOL)
        if event.when is None or year is None
        else values.Compare("<=", event.when, year)
        if event.dated
        else event.when
        for event in pay.events
    )
    nothing: values.Value = values.Literal(Fraction(0), RATE)
    return reduce(lambda sum, x: values.Arith("+", sum, values.Pick((x,), nothing, RATE), RATE), zip(due, shares, strict=True), nothing)


def _history(schema: Schema) -> steps.History | None:
    table = schema.table_of_role("历史台账")
    if table is None:
        return None
    return steps.History(table.name, *(f.name if (f := table.field_of_role(r)) else "" for r in ("台账条款", "台账年度", "台账金额", "台账已拨")))
