"""The two gates, with the dates and years they are held against."""

from __future__ import annotations

from fractions import Fraction

from attrs import evolve

from xcrules.facts.types import DATE, YEAR, Type, show
from xcrules.meaning import values
from xcrules.plan import steps
from xcrules.run.decision import Expression, Reason
from xcrules.run.ranges.abstract import Truth
from xcrules.run.reference import Gates, Trace
from xcrules.run.results import OUT_OF_SCOPE
from xcrules.tell.readback.words import comparison

from .formula import exact, named, spelled, unit_of
from .items import condition
from .wording import Wording, holds


def gate_text(plan: steps.Plan, gates: Gates, status: str) -> str:
    """What is not met, in a few words: of 适用主体 for 不适用主体, else of 有效期."""
    scope = Wording(dict(plan.counters), plan.history)
    told = scope_reason(gates, scope) if status == OUT_OF_SCOPE else force_reason(plan.period, gates, scope)
    failed = [k for k in told.kids if k.holds is False] if told else []
    if status != OUT_OF_SCOPE:
        return failed[0].text if failed else ""
    return "；".join(_unmet(k) for k in failed)


def _unmet(reason: Reason) -> str:
    """The part of a 且 that does not hold, if it is but one; else the whole line; and the facts that settle it."""
    parts = [k for k in reason.kids if k.holds is False]
    told = parts[0] if len(parts) == 1 and reason.term is not None and reason.term.op == "且" else reason
    because = named(told.term) if told.term is not None else ""
    return f"条件「{told.text}」不成立" + (f"（{because}）" if because else "")


def force_reason(period: steps.Period | None, gates: Gates, scope: Wording, ungated: bool = False) -> Reason | None:
    """有效期: each bound with the fact that is held against it; of a clause that goes on when the term has ended its first day alone."""
    if period is None:
        return None
    bounds: list[tuple[values.CompareOp, str, Fraction | None, Type, values.Origin | None]] = [
        (">=", "施行日", period.first_day, DATE, period.origin),
        ("<=", "有效期末日", period.last_day, DATE, period.origin),
        (">=", "起始年度", period.first_year, YEAR, period.years_origin),
        ("<=", "末年度", period.last_year, YEAR, period.years_origin),
    ]
    wanted = [b for b in bounds if b[2] is not None]
    kids, quoted = [], ""
    for (op, what, bound, type_, origin), (_, truth, trace) in zip(wanted, gates.force_traces, strict=False):
        words = origin.words if origin and origin.words != quoted else ""
        quoted = words or quoted
        assert isinstance(bound, Fraction)
        kids.append(_bound(op, what, bound, type_, truth, trace, words, scope))
    in_force = holds(gates.in_force)
    inside, before = ("已施行（届满 照行）", "还没有施行") if ungated else ("在有效期内", "不在有效期内")
    return Reason(inside if in_force is not False else before, "", "", in_force, "", tuple(kids))


def _bound(op: values.CompareOp, what: str, bound: Fraction, type_: Type, truth: Truth, trace: Trace, words: str, scope: Wording) -> Reason:
    """申报日期 2021年10月31日，早于施行日 2021年11月1日."""
    held = holds(truth)
    asked = scope.term(trace)
    limit = Expression("数", exact(bound, type_), unit=unit_of(type_), shown=show(bound, type_))
    fact = named(evolve(asked, kids=())) if asked.op in ("值", "名") else f"{spelled(asked)}：{named(asked)}"
    word = comparison(op if held is not False else values.OPPOSITE[op], dated=True)
    verdict = f"{'要' if held is None else ''}{word}{what} {limit.shown}"
    return Reason(f"{fact}，{verdict}", "", words, held, "", (), "施行" if type_ == DATE else "时效", term=Expression(op, held, kids=(asked, limit)))


def scope_reason(gates: Gates, scope: Wording, ungated: bool = False) -> Reason | None:
    """适用主体, with the article it stands in; of a clause that does not ask for it, that alone."""
    if not gates.scope_traces:
        return Reason("适用主体", "不看（不符 照行）") if ungated else None
    kids = tuple(_condition(g, t, scope) for g, t in gates.scope_traces)
    met = holds(gates.scope)
    return Reason("属于适用主体" if met is not False else "不属于适用主体", "", "", met, "", kids)


def _condition(guard: steps.Guard, trace: Trace, scope: Wording) -> Reason:
    return condition(guard.origin.text, guard.origin.words, trace, "", scope, guard.origin.label)
