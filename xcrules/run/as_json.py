"""A decision as plain JSON values (facts.md “结果”): amounts are texts of exact 元 with two places."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xcrules.base.diagnostic import writable
from xcrules.base.money import Number, Unlimited, cents_text, decimal_text
from xcrules.facts.scalars import MAX_TEXT
from xcrules.facts.unfit import short

from .results import ZERO, Alternative, AmountRange, direction, told_by_part, totals, totals_this_year

if TYPE_CHECKING:
    from .decision import ClauseDecision, Decision
    from .results import Money


def decision_json(decision: Decision, details: bool = False, disputes: bool = True, reasons: bool = True) -> dict[str, object]:
    """The decision as plain JSON values; amounts are strings such as "600000.00".

    With `details` 提示 also tells of matters that count in several clauses, for which every item is looked at.
    Without `disputes` there is no 争议 and no 读法 in the clauses: nothing is decided again under other readings.
    Without `reasons` there is no 原因 of what comes to 0: no item is looked at again.
    """
    out: dict[str, object] = {"政策": decision.policy, "版本": decision.edition}
    if decision.text:
        out["文字"] = decision.text
    if decision.number is not None:
        out["编号"] = echo(decision.number)
    out["条款"] = {k.number: clause_json(k, disputes, reasons) for k in decision.clauses}
    apart = any(k.saying is not None and bool(k.saying.reverse or k.saying.monthly or k.saying.each) for k in decision.clauses)
    out |= _totals_json("合计", totals(decision.clauses), apart)
    out |= _totals_json("本年度拨付合计", totals_this_year(decision.clauses), apart)
    out["按无既往支持计算"] = list(decision.assumed)
    if decision.without:
        out["按没有计算"] = list(decision.without)
    out["读法"] = dict(decision.changed_readings)
    told = decision.warnings if details else decision.noticed
    out["提示"] = [{"代码": n.code, "信息": n.message, "位置": n.place} for n in told]
    if details:
        out["明细"] = [details_json(k, disputes, reasons) for k in decision.clauses]
    return out


def _totals_json(key: str, found: Mapping[str, AmountRange], apart: bool) -> dict[str, object]:
    """The sum or its range; where several things are said of the clauses, or one may be owed either way (`apart`), one for each."""
    if len(found) > 1 or apart:
        return {f"分别{key}": {words: cents_text(span[0]) if span[0] == span[1] else _cents_from_to(span) for words, span in found.items()}}
    (span,) = found.values()
    return {key: cents_text(span[0])} if span[0] == span[1] else {f"{key}区间": _cents_from_to(span)}


def clause_json(clause: ClauseDecision, disputes: bool = True, reasons: bool = True) -> dict[str, object]:
    """The clause as in facts.md; only keys that apply."""
    out: dict[str, object] = {"状态": clause.status}
    _put_money(out, clause)
    if clause.exempt:
        out["表述"] = clause.exempt
    if clause.schedule is not None:
        out["拨付计划"] = {str(year): cents_text(part) for year, part in clause.schedule}
    if clause.waiting:
        out["待拨付"] = {event: cents_text(part) for event, part in clause.waiting}
    if clause.missing:
        out["缺失"] = list(clause.missing)
    if reasons and (reason := clause.reason):
        out["原因"] = reason
    if reasons and "分项" not in out and (parts := clause.by_part):
        out["分项"] = {name: _money_json(span) for name, span in parts}
    if disputes and (found := clause.disputes):
        out["争议"] = list(found)
    return out


def _put_money(out: dict[str, object], money: Money) -> None:
    """The 元 of an outcome; only keys that apply. One after the other, without a loop: it is done for every clause of every decision."""
    if (saying := money.saying) is not None:
        way = direction(money)
        out |= {} if saying.reverse and not way else {"表述": saying.words(money.reverse)}
        out |= {"按月": True} if saying.monthly else {}
        out |= {"方向": way} if way else {}
    if (amount := money.amount) is not None:
        out["金额"] = cents_text(amount)
    if (amount := money.applied) is not None:
        out["申请额"] = cents_text(amount)
    if money.sure:
        out["至少"] = cents_text(money.sure)
    if (bound := money.bound) is not None:
        out["上限"] = _cents(bound)
    if (span := money.amount_range) is not None:
        out["金额区间"] = _cents_from_to(span)
    if (span := money.applied_range) is not None:
        out["申请额区间"] = _cents_from_to(span)
    if (span := money.bound_range) is not None:
        out["上限区间"] = _cents_from_to(span)
    if (amount := money.this_year) is not None:
        out["本年度拨付"] = cents_text(amount)
    if saying is not None and (parts := told_by_part(money)):
        out["分项"] = {name: {"表述": saying.of(name).words(), **_money_json(span)} for name, span in parts}


def _money_json(span: AmountRange) -> dict[str, object]:
    return {"金额": cents_text(span[0])} if span[0] == span[1] else {"金额区间": _cents_from_to(span)}


def _alternative_json(other: Alternative) -> dict[str, object]:
    told = f"未建模（另需人工：{other.needs}）" if other.outcome is None else other.outcome
    out: dict[str, object] = {"选项": other.choice, "结果": told, "不同": other.differs}
    if other.status is not None:
        out["状态"] = other.status
        _put_money(out, other)
    return out


def details_json(clause: ClauseDecision, disputes: bool = True, reasons: bool = True) -> dict[str, object]:
    """The same with items, caps, conflicts, readings and notes."""
    out = {"条款": clause.number, **clause_json(clause, disputes, reasons)}
    out["项目"] = [
        {"路径": i.path, "分项": i.part, "计入": i.counts, "金额": _money(i.amount), "不符": list(i.failed)}
        | ({} if i.recorded is None else {"核定": _money(i.recorded)}) for i in clause.items
    ]
    out["封顶"] = [
        {"依据": k.text, "原文": k.words, "范围": k.group, "限额": _span(k.limit), "已用": _span(k.used),
         "封顶前": _span(k.before), "封顶后": _span(k.after), "各项减少": _less(k.cuts)}
        for k in clause.caps
    ]
    out["竞合"] = [
        {"事项标识": x.matter, "本款": _span(x.before), "已得": _span(x.received), "可得": _span(x.rival), "净额": _span(x.after)}
        for x in clause.conflicts
    ]
    out["读法"] = [
        {"号": r.number, "选项": r.choice, "风险": r.risk, "问题": r.question, "争议": r.disputed,
         "备选": [_alternative_json(x) for x in r.alternatives]}
        for r in (clause.readings if disputes else ())
    ]
    out["历史"], out["提示"] = list(clause.history), list(clause.notes)
    return out


def echo(number: object) -> str | int | None:
    """The caller's 编号 as it goes back: text and whole numbers as they came, anything else as short text."""
    if isinstance(number, str):
        return short(number) if len(number) > MAX_TEXT else writable(number)  # refused where facts are read, but told of which line
    if number is None or isinstance(number, bool) or (isinstance(number, int) and abs(number) < 10**18):
        return number
    if isinstance(number, int):
        number = Decimal(number)  # whose text has no limit
    if isinstance(number, Decimal) and number.is_finite() and number == number.to_integral_value() and number.adjusted() < 18:
        return int(number)
    return None if isinstance(number, list | tuple | dict) else str(number)[:100]  # refused where facts are read


def _cents(value: Number) -> str | None:
    return None if isinstance(value, Unlimited) else cents_text(value)


def _cents_from_to(span: AmountRange) -> list[str | None]:
    return [cents_text(span[0]), _cents(span[1])]


def _money(value: Number | None) -> str | None:
    """Two places; of what is not rounded yet all that there are, or a fraction where they have no end."""
    if value is None or isinstance(value, Unlimited):
        return None
    return cents_text(value) if 100 % value.denominator == 0 else decimal_text(value)


def _less(cuts: Iterable[tuple[str, str, Fraction]]) -> dict[str, str | None]:
    """By path alone."""
    less: dict[str, Fraction] = {}
    for path, _, x in cuts:
        less[path] = less.get(path, ZERO) + x
    return {path: _money(x) for path, x in less.items()}


def _span(value: AmountRange | None) -> object:
    if value is None:
        return None
    return _money(value[0]) if value[0] == value[1] else [_money(value[0]), _money(value[1])]


def decision_schema(closed: bool = False) -> dict[str, Any]:
    """The JSON Schema of what `Decision.to_json()` gives, and of the error lines of `xcrules decide --stream`.

    Keys may be added in later versions, so keys that it does not know are let pass; `closed` refuses them.
    """
    made: dict[str, Any] = json.loads(Path(__file__).with_name("decision.schema.json").read_text(encoding="utf-8"), object_hook=None if closed else _open)
    return made


def _open(schema: dict[str, Any]) -> dict[str, Any]:
    """An object of named keys without the rule that there are no others."""
    return {k: v for k, v in schema.items() if (k, v) != ("additionalProperties", False) or "properties" not in schema}
