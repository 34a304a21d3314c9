"""Why: the evaluation itself, told as a tree whose leaves are facts and whose nodes carry the law's words.

    explain_clause(decision["2(1)"])         the reasons of one clause, from the gates to the amount
    explain_gates(decision["2(1)"])          有效期 and 适用主体 alone: they are the same for every clause but those with 照行
    reason_json(reason)                      as plain JSON values, with the expression and every value it names

Reads the evidence that the reference evaluator leaves on a clause's decision; decides nothing.

The two gates, with the dates and years they are held against.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from attrs import evolve

from xcrules.base.identity import short_name
from xcrules.base.money import at_most, money_text
from xcrules.draft.labels import APPLICANTS, Label
from xcrules.facts.types import DATE, YEAR, Type, show
from xcrules.meaning import values
from xcrules.plan import steps
from xcrules.run.decision import ClauseDecision, Expression, Reason
from xcrules.run.ranges.abstract import Truth
from xcrules.run.ranges.asks import Items
from xcrules.run.reference import Evidence, Gates, Trace
from xcrules.run.reference.claims import Item
from xcrules.run.results import OUT_OF_SCOPE, ItemResult, ReadingUse, of_parts, open_range, told_apart, verb, worded
from xcrules.tell.readback.names import matter_text
from xcrules.tell.readback.words import comparison

from .conditions import condition
from .formula import exact, named, spelled, term_json, unit_of
from .items import item_reason
from .steps import WHERE, fund_reasons, long_steps, outdone, payment_reasons, step_reasons, summed, total_reasons
from .wording import Wording, holds, span_text

__all__ = ["WHERE", "explain_clause", "explain_gates", "gate_text", "has_own_gates", "is_long", "outcome_text", "read_back_reason", "readings_reason", "reason_json"]


def explain_clause(clause: ClauseDecision, gates: bool = True) -> Reason:
    """The reasons of one clause, from the gates (unless they were told already) to the amount."""
    evidence = clause.evidence
    assert isinstance(evidence, Evidence)
    scope = _scope(evidence)
    kids = list(explain_gates(clause)) if gates else []
    told = tuple(evidence.state.told) if evidence.state else ()
    lost = outdone(told, scope)
    items = None if evidence.first is not None and clause.at_hand is None else clause.items
    kids += [_claims(x, clause, items, lost, evidence, scope) for x in evidence.claims]
    if evidence.first is None:
        kids += [*step_reasons(clause, evidence, scope), *total_reasons(clause, evidence, scope)]
    else:
        kids += long_steps(clause, evidence, evidence.first, scope)
    kids += [*fund_reasons(clause, evidence), *payment_reasons(clause, evidence, scope, () if items is None else clause.history)]
    if clause.missing:
        most = evidence.first or len(clause.missing)
        more = f" 等 {len(clause.missing):,} 处" if len(clause.missing) > most else ""
        kids.append(Reason("还缺的事实", "、".join(scope.said(m) for m in clause.missing[:most]) + more))
    return Reason(f"{heading(clause)}：{clause.exempt or worded(clause.status, clause)}", outcome_text(clause), clause.words, None, "", tuple(kids))


def explain_gates(clause: ClauseDecision) -> tuple[Reason, ...]:
    """有效期 and 适用主体."""
    evidence = clause.evidence
    assert isinstance(evidence, Evidence)
    scope = _scope(evidence)
    own = evidence.clause.ungated
    force = force_reason(evidence.plan.period_of(evidence.clause), evidence.gates, scope, "施行" in own)
    return tuple(filter(None, (force, scope_reason(evidence.gates, scope, "适用" in own))))


def has_own_gates(clause: ClauseDecision) -> bool:
    """Whether it does not pass both gates (照行): its gates are not those of the other clauses."""
    return isinstance(clause.evidence, Evidence) and bool(clause.evidence.clause.ungated)


def is_long(clause: ClauseDecision) -> bool:
    """Whether of its lists only the first items are told, and of all of them the sums."""
    return isinstance(clause.evidence, Evidence) and clause.evidence.first is not None


def heading(clause: ClauseDecision) -> str:
    """2(1) 第二条 支持企业自主创新, 二（一） 支持创新; of an article without a title the number alone."""
    number = short_name(clause.number)
    if not clause.number[:1].isdigit() and clause.title.startswith(clause.number.partition("(")[0] + "、"):
        return f"{number} {matter_text(clause.words)}".rstrip()  # of a 一、 text: the title of its section is not its own
    return f"{number} {clause.title}" if " " in clause.title else number


def outcome_text(clause: ClauseDecision) -> str:
    """应得的数 as a person writes it."""
    if apart := told_apart(clause):
        return f"{money_text(clause.amount or Fraction(0))}（{'，'.join(map(' '.join, apart))}）"
    if clause.amount is not None:
        return money_text(clause.amount) + (f"（{'，'.join(parts)}）" if (parts := of_parts(clause)) else "")
    if clause.applied is not None:
        return f"申请 {money_text(clause.applied)}"
    if clause.bound is not None:
        return (f"至少 {money_text(clause.sure)}，" if clause.sure else "") + at_most(clause.bound)
    span = open_range(clause)
    return span_text(span) if span else ""


def _scope(evidence: Evidence) -> Wording:
    found = {x for each in evidence.clause.claims if not each.table for x in APPLICANTS if each.origin.text.startswith(x)}
    return Wording(dict(evidence.plan.counters), evidence.plan.history, found.pop() if len(found) == 1 else "申请人" if found else "企业")


def _claims(
    items: Items[Item], clause: ClauseDecision, results: tuple[ItemResult, ...] | None, lost: dict[int, str], evidence: Evidence,
    scope: Wording,
) -> Reason:
    each = items.each
    title = f"分项 {each.part}：{each.origin.text}" if each.part else each.origin.text
    if items.unknown_list:
        return Reason(title, f"名单「{items.unknown_list}」没有填报", each.origin.words)
    amounts = {(i.path, i.part): i.amount for i in results or ()}
    has = verb(clause, "得", each.part) if each.grant.origin.label != Label.SUBJECT else ""  # 另行规定: nothing is given here
    kids = tuple(_one(i, amounts, has, lost, scope) for i in (*items.items, *items.refused))
    if not kids:
        return Reason(title, f"「{each.table}」里一{scope.counters.get(each.table, '项')}也没有", each.origin.words, False)
    if evidence.first is not None and (count := evidence.env.facts.length(each.table) if each.is_list else 0) > evidence.first:
        kids += (summed(items, results, count, has, scope),)
    return Reason(title, "", each.origin.words, None, "", kids)


def _one(item: Item, amounts: Mapping[tuple[str, str], Fraction | None], has: str, lost: dict[int, str], scope: Wording) -> Reason:
    amount = amounts.get((item.path, item.part))
    return item_reason(item, amount, has, lost.get(id(item), ""), scope)


def read_back_reason(text: str, beside: Iterable[str]) -> Reason:
    """复述 of the clause under the readings of the decision, and beneath it of what it leans on."""
    return Reason("读作", text, kids=tuple(Reason(x, "") for x in beside))


def readings_reason(uses: tuple[ReadingUse, ...]) -> Reason:
    """The readings a clause rests on: those of 高 risk always, with what the others would give."""
    kids = []
    for use in uses:
        if use.risk != "高" and not use.disputed:
            continue
        others = tuple(
            Reason(f"若取「{x.choice}」", x.outcome if x.outcome is not None else f"未建模（另需人工：{x.needs}）",
                   note="" if x.differs or x.outcome is None else "结果相同")
            for x in use.alternatives
        )
        kids.append(Reason(f"{use.number}（风险{use.risk}）{use.question}", f"取「{use.choice}」", "", None, "", others))
    return Reason("读法", "", "", None, "", tuple(kids))


def reason_json(reason: Reason) -> dict[str, object]:
    """The tree as plain JSON values."""
    return dict(_json(reason))


def _json(reason: Reason) -> Iterator[tuple[str, object]]:
    yield "说明", reason.text
    for key, value in (("标签", reason.label), ("路径", reason.path), ("结果", reason.value), ("原文", reason.words),
                       ("成立", reason.holds), ("依据", reason.note)):
        if value not in ("", None):
            yield key, value
    if reason.term is not None:
        yield "数值", reason.term.value
        if reason.term.unit:
            yield "单位", reason.term.unit
        yield "算式", term_json(reason.term)
    if reason.kids:
        yield "因为", [reason_json(k) for k in reason.kids]


# -- the two gates ---------------------------------------------------------------------------------------------------

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
    kids = tuple(condition(g.origin.text, g.origin.words, t, "", scope, g.origin.label) for g, t in gates.scope_traces)
    met = holds(gates.scope)
    return Reason("属于适用主体" if met is not False else "不属于适用主体", "", "", met, "", kids)
