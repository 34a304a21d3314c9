"""Why: the evaluation itself, told as a tree whose leaves are facts and whose nodes carry the law's words.

Reads the evidence that the reference evaluator leaves on a clause's decision; decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from . import calculus as c
from .datatypes import MONEY, show
from .decision import ClauseDecision, Reason
from .evaluate import Evidence, Trace
from .evaluate.abstract import Abstract, Num, Sym, Truth
from .evaluate.claims import Item, Items, UnitStep
from .money import Unlimited, money_text
from .results import AmountRange, CapResult, ReadingUse

NOTHING: AmountRange = (Fraction(0), Fraction(0))


def explain_clause(clause: ClauseDecision) -> Reason:
    """The reasons of one clause, from the gates to the amount."""
    evidence = clause.evidence
    assert isinstance(evidence, Evidence)
    kids = [_force(evidence), _scope(evidence)]
    kids += [_claims(x, clause) for x in evidence.claims]
    kids += [_conflict(x.matter, x.before, x.received, x.rival, x.after) for x in clause.conflicts]
    kids += [_cap(x) for x in clause.caps]
    kids += [Reason("以前核定的分期", line) for line in clause.history]
    if clause.this_year is not None and (clause.schedule or clause.this_year):
        plan = "，".join(f"{y}年 {money_text(x)}" for y, x in clause.schedule or ())
        kids.append(Reason("拨付", f"本年度 {money_text(clause.this_year)}" + (f"；新核定分期 {plan}" if plan else "")))
    if clause.missing:
        kids.append(Reason("还缺的事实", "、".join(clause.missing)))
    return Reason(f"{clause.number} {clause.status}", outcome_text(clause), clause.words, None, "", tuple(kids))


def outcome_text(clause: ClauseDecision) -> str:
    """应得的数 as a person writes it."""
    if clause.amount is not None:
        return money_text(clause.amount)
    if clause.bound is not None:
        return f"至多 {money_text(clause.bound)}"
    span = clause.amount_range or clause.bound_range
    return range_text(span) if span else ""


def range_text(span: AmountRange) -> str:
    low, high = span
    if low == high:
        return money_text(low)
    return f"介于 {money_text(low)} 与 {'不限' if isinstance(high, Unlimited) else money_text(high)}"


# -- gates ------------------------------------------------------------------------------------------------


def _force(evidence: Evidence) -> Reason:
    kids = tuple(
        Reason(text, value_text(trace.value, trace.node), "", holds(truth)) for text, truth, trace in evidence.gates.force_traces
    )
    return Reason("在有效期内", "", "", holds(evidence.gates.in_force), "", kids)


def _scope(evidence: Evidence) -> Reason:
    kids = tuple(_condition(g.origin.text, g.origin.words, t) for g, t in evidence.gates.scope_traces)
    return Reason("属于适用主体", "", "", holds(evidence.gates.scope), "", kids)


def holds(truth: Truth) -> bool | None:
    return truth.yes if truth.known else None


# -- claims -----------------------------------------------------------------------------------------------


def _claims(items: Items, clause: ClauseDecision) -> Reason:
    each = items.each
    title = f"分项 {each.part}：{each.origin.text}" if each.part else each.origin.text
    if items.unknown_list:
        return Reason(title, f"名单「{items.unknown_list}」没有填报", each.origin.words)
    amounts = {(i.path, i.part): i.amount for i in clause.items}
    kids = [_item(i, amounts.get((i.path, i.part))) for i in (*items.items, *items.refused)]
    if not kids:
        return Reason(title, "名单是空的", each.origin.words, False)
    return Reason(title, "", each.origin.words, None, "", tuple(kids))


def _item(item: Item, amount: object) -> Reason:
    above = item.each.origin.words
    kids = [_condition(g.guard.origin.text, _other(g.guard.origin.words, above), g.trace) for g in item.guards]
    if item.grant is not None:
        kids.append(_grant(item))
    kids += [_unit(u) for u in item.units]
    if item.each.count is not None and item.inside.yes and item.count.known and item.count.lo != 1:
        kids.append(Reason("件数", show(item.count.lo)))
    value = money_text(amount) if amount is not None else ("" if item.inside.yes else "不计")  # type: ignore[arg-type]
    return Reason(item.path, value, "", holds(item.inside), "", tuple(kids))


def _other(words: str, above: str) -> str:
    """The law's words, unless they were just quoted."""
    return "" if words == above else words


def _grant(item: Item) -> Reason:
    origin, trace = item.each.grant.origin, item.grant
    assert trace is not None
    if isinstance(item.each.grant, c.Award):
        held = item.undetermined.yes and not item.undetermined.no
        value = "还没有核定" if held else value_text(trace.value, trace.node)
        return Reason(f"裁量：{origin.text}", value, origin.words)
    return Reason(f"标准：{origin.text}", value_text(trace.value, trace.node), origin.words, None, leaves(trace))


def _unit(unit: UnitStep) -> Reason:
    label = unit.step.origin.label
    before, after = _num_text(unit.before), _num_text(unit.after)
    value = f"{before} → {after}" if before != after else f"{after}，不变"
    if unit.before.lo == unit.before.hi and isinstance(unit.before.lo, Unlimited):
        value = f"至多 {after}"
    return Reason(f"{label}：{unit.step.origin.text}", value, unit.step.origin.words, None, leaves(unit.trace))


def _num_text(value: Num) -> str:
    return range_text((value.lo, value.hi))  # type: ignore[arg-type]


# -- steps on groups ----------------------------------------------------------------------------------------


def _cap(cap: CapResult) -> Reason:
    used = f"，已用 {range_text(cap.used)}" if cap.used and cap.used != NOTHING else ""
    cut = cap.before != cap.after
    before, after = range_text(cap.before), range_text(cap.after)
    value = f"{before} → {after}" if cut and before != "不限" else f"至多 {after}" if cut else f"{before}，没有超过"
    kids = tuple(Reason(path, f"减少 {money_text(x)}") for path, x in cap.cuts)
    group = "" if cap.group in ("合计", "") else f"（{cap.group}）"
    return Reason(f"上限：{cap.text}{group}", value, cap.words, None, f"可用 {range_text(cap.limit)}{used}", kids)


def _conflict(matter: str, before: AmountRange, received: AmountRange, rival: AmountRange, after: AmountRange) -> Reason:
    parts = [f"本款 {range_text(before)}"]
    parts += [f"其他政策已得 {range_text(received)}"] if received != NOTHING else []
    parts += [f"其他政策可得 {range_text(rival)}"] if rival != NOTHING else []
    return Reason(f"竞合：同一事项 {matter}", f"净额 {range_text(after)}", "", None, "，".join(parts))


# -- values -------------------------------------------------------------------------------------------------


def _condition(text: str, words: str, trace: Trace) -> Reason:
    assert isinstance(trace.value, Truth)
    parts = tuple(_parts(trace))
    note = leaves(trace) if not parts else ""
    return Reason(text, "", words, holds(trace.value), note, parts)


def _parts(trace: Trace) -> Iterator[Reason]:
    """The parts of a 且 or 或, each with the facts it read."""
    if isinstance(trace.node, c.Logic) and trace.node.op != "非":
        for kid in trace.kids:
            assert isinstance(kid.value, Truth)
            text = kid.node.span.text if kid.node.span else ""
            yield Reason(text, "", "", holds(kid.value), leaves(kid))


def leaves(trace: Trace) -> str:
    """The facts that a value read, each once: 级别 国家级，金额 60万元."""
    return "，".join(dict.fromkeys(_leaves(trace)))


def _leaves(trace: Trace) -> Iterator[str]:
    node = trace.node
    match node:
        case c.Fact(field=field):
            yield f"{field.name} {value_text(trace.value, node)}" + (f"（{trace.note}）" if trace.note else "")
        case c.At(series=c.Fact(field=field)):
            yield f"{_key(trace)}{field.name} {value_text(trace.value, node)}"
        case c.Parameter(name=name):
            yield f"{name} {value_text(trace.value, node)}"
        case c.Var(name=name):
            yield f"{name}＝{value_text(trace.value, node, trace)}"
            yield from _under(trace.kids)
        case _:
            if trace.note:
                yield trace.note
            yield from _under(_deciding(trace))


def _deciding(trace: Trace) -> Iterable[Trace]:
    """The parts that settle a 或 that holds or a 且 that does not; the others did not matter."""
    if not isinstance(trace.node, c.Logic) or not isinstance(trace.value, Truth) or not trace.value.known:
        return trace.kids
    settling = {"或": True, "且": False}.get(trace.node.op)
    if trace.value.yes is not settling:
        return trace.kids
    return [k for k in trace.kids if isinstance(k.value, Truth) and k.value.known and k.value.yes is settling]


def _under(kids: Iterable[Trace]) -> Iterator[str]:
    for kid in kids:
        yield from _leaves(kid)


def _key(trace: Trace) -> str:
    key = trace.kids[0].value if trace.kids else None
    if isinstance(key, Num) and key.known:
        return f"{show(key.lo)}年"
    return f"{key.value} " if isinstance(key, Sym) and key.value else ""


def value_text(value: Abstract, node: c.Value, trace: Trace | None = None) -> str:
    """What is known of a value: 60万元, 是, 介于 …, 未知."""
    match value:
        case Truth():
            return {True: "是", False: "否", None: "未知"}[holds(value)]
        case Sym():
            return "无" if value.na else value.value if value.value is not None else "未知"
        case Num(na=True):
            return "不适用"
        case Num() if value.known:
            return show(value.lo, _type_of(node, trace))
        case Num():
            low, high = show(value.lo, _type_of(node, trace)), show(value.hi, _type_of(node, trace))
            return "未知" if isinstance(value.hi, Unlimited) else f"介于 {low} 与 {high}"


def _type_of(node: c.Value, trace: Trace | None = None):  # type: ignore[no-untyped-def]
    match node:
        case c.Fact(field=field):
            return field.type
        case c.At(series=c.Fact(field=field)):
            return field.type.element  # type: ignore[union-attr]
        case c.Arith(type=type_) | c.Lit(type=type_) | c.Pick(type=type_) | c.FoldItems(type=type_):
            return type_
        case c.FoldYears(body=body):
            return _type_of(body)
        case c.Var() if trace is not None and trace.kids:
            return _type_of(trace.kids[0].node, trace.kids[0])
    return MONEY if isinstance(node, c.Used) else None


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
        )  # fmt: skip
        kids.append(Reason(f"{use.number}（风险{use.risk}）{use.question}", f"取「{use.choice}」", "", None, "", others))
    return Reason("读法", "", "", None, "", tuple(kids))


def reason_json(reason: Reason) -> dict[str, object]:
    """The tree as plain JSON values."""
    out: dict[str, object] = {"说明": reason.text}
    for key, value in (("结果", reason.value), ("原文", reason.words), ("成立", reason.holds), ("依据", reason.note)):
        if value not in ("", None):
            out[key] = value
    if reason.kids:
        out["因为"] = [reason_json(k) for k in reason.kids]
    return out
