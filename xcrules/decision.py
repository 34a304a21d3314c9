"""The answer with its reasons: what each clause comes to, on which items, caps, years and readings.

Amounts are exact 元. The JSON form (facts.md “结果”) writes them as decimal strings with two places.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from attrs import field, frozen

from .datatypes import Number, Unlimited, cents_text

GRANTED, DISCRETION, PENDING = "应予支持", "裁量", "待补充"
REFUSED, EXHAUSTED, OUTDONE = "不符合", "额度用尽", "从高不重复"
CONTINUED, OUT_OF_FORCE, OUT_OF_SCOPE = "分期续拨", "不在有效期", "不适用主体"
STATUSES = (GRANTED, DISCRETION, REFUSED, EXHAUSTED, OUTDONE, CONTINUED, PENDING, OUT_OF_SCOPE, OUT_OF_FORCE,
            "另行规定", "非资金条款")  # fmt: skip
ZERO_STATUSES = (REFUSED, EXHAUSTED, OUTDONE)

AmountRange = tuple[Fraction, Number]  # 元, from and to; UNLIMITED has no upper end


@frozen
class Reason:
    """One step of the reasons: what was asked, in whose words, and what it came to."""

    text: str
    value: str
    words: str = ""  # the quoted law
    holds: bool | None = None
    note: str = ""
    kids: tuple[Reason, ...] = ()


@frozen
class ItemResult:
    """One claim: its path, whether it counts, and its amount (元) after all caps."""

    path: str
    part: str
    counts: bool | None  # None: depends on what is missing
    amount: Fraction | None
    failed: tuple[str, ...] = ()  # the lines that it did not meet
    matter: str | None = None  # the key of its matter (事项标识), if it has one


@frozen
class CapResult:
    """A cap at work on one group: what stood before and after, and whose claims were cut by how much."""

    text: str
    words: str
    group: str
    limit: AmountRange
    before: AmountRange
    after: AmountRange
    used: AmountRange | None = None
    cuts: tuple[tuple[str, Fraction], ...] = ()


@frozen
class Conflict:
    """10(2)-like rules at work: one matter against other support, 元."""

    matter: str
    before: AmountRange
    received: AmountRange
    rival: AmountRange
    after: AmountRange


@frozen
class Alternative:
    """What another choice of a reading would give; `outcome` None if it is not modelled."""

    choice: str
    outcome: str | None
    differs: bool
    needs: str = ""


@frozen
class ReadingUse:
    """A reading that the clause rests on, with the choice made and what the others would give."""

    number: str
    choice: str
    risk: str
    question: str
    alternatives: tuple[Alternative, ...]
    disputed: bool


Compare = Callable[["ClauseDecision"], tuple[ReadingUse, ...]]


@frozen
class ClauseDecision:
    """What one clause comes to. Amounts in 元."""

    number: str
    title: str
    words: str
    status: str
    amount: Fraction | None = None
    bound: Number | None = None
    amount_range: AmountRange | None = None
    bound_range: AmountRange | None = None
    this_year: Fraction | None = None
    schedule: tuple[tuple[int, Fraction], ...] | None = None
    missing: tuple[str, ...] = ()
    items: tuple[ItemResult, ...] = ()
    caps: tuple[CapResult, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    history: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    touched: frozenset[str] = frozenset()  # readings whose line cut or refused something here
    evidence: object = field(default=None, eq=False, repr=False)  # traces, for explain
    _compare: Compare | None = field(default=None, eq=False, repr=False, alias="compare")

    @cached_property
    def readings(self) -> tuple[ReadingUse, ...]:
        """Readings that the clause rests on; worked out when asked for."""
        return self._compare(self) if self._compare else ()

    @property
    def disputes(self) -> tuple[str, ...]:
        """争议: numbers of readings that made or could make a difference here."""
        return tuple(sorted(r.number for r in self.readings if r.disputed))

    def outcome(self) -> tuple[object, ...]:
        """What two choices of a reading are compared by."""
        return (self.status, self.amount, self.bound, self.amount_range, self.bound_range, self.this_year, self.schedule)

    def to_json(self) -> dict[str, object]:
        """The clause as in facts.md; only keys that apply."""
        out: dict[str, object] = {"状态": self.status}
        _put(out, "金额", self.amount)
        _put(out, "上限", self.bound)
        _put_range(out, "金额区间", self.amount_range)
        _put_range(out, "上限区间", self.bound_range)
        _put(out, "本年度拨付", self.this_year)
        if self.schedule is not None:
            out["拨付计划"] = {str(year): cents_text(part) for year, part in self.schedule}
        if self.missing:
            out["缺失"] = list(self.missing)
        if self.disputes:
            out["争议"] = list(self.disputes)
        return out

    def details_json(self) -> dict[str, object]:
        """The same with items, caps, conflicts, readings and notes."""
        out = {"条款": self.number, **self.to_json()}
        out["项目"] = [
            {"路径": i.path, "分项": i.part, "计入": i.counts, "金额": _money(i.amount), "不符": list(i.failed)}
            for i in self.items
        ]
        out["封顶"] = [
            {"依据": k.text, "原文": k.words, "范围": k.group, "限额": _span(k.limit), "已用": _span(k.used),
             "封顶前": _span(k.before), "封顶后": _span(k.after), "各项减少": {p: _money(x) for p, x in k.cuts}}
            for k in self.caps
        ]  # fmt: skip
        out["竞合"] = [
            {"事项标识": x.matter, "本款": _span(x.before), "已得": _span(x.received), "可得": _span(x.rival),
             "净额": _span(x.after)}
            for x in self.conflicts
        ]  # fmt: skip
        out["读法"] = [
            {"号": r.number, "选项": r.choice, "风险": r.risk, "问题": r.question, "争议": r.disputed,
             "备选": [{"选项": x.choice, "结果": x.outcome if x.outcome is not None else f"未建模（另需人工：{x.needs}）",
                       "不同": x.differs} for x in r.alternatives]}
            for r in self.readings
        ]  # fmt: skip
        out["历史"], out["提示"] = list(self.history), list(self.notes)
        return out


@frozen
class Decision:
    """A decision on one enterprise: every clause, the total, what was assumed."""

    policy: str
    edition: str
    clauses: tuple[ClauseDecision, ...]
    readings: tuple[tuple[str, str], ...]
    changed_readings: tuple[tuple[str, str], ...] = ()
    assumed: tuple[str, ...] = ()
    number: object = None

    def __getitem__(self, number: str) -> ClauseDecision:
        """The clause of a number, such as "2(1)"; KeyError if there is none."""
        for clause in self.clauses:
            if clause.number == number:
                return clause
        raise KeyError(number)

    @property
    def total(self) -> AmountRange:
        """元 over all clauses: from what is sure to what is possible. Bounds of 裁量 are never in it."""
        low, high = Fraction(0), Fraction(0)
        endless: Number | None = None
        for clause in self.clauses:
            first, last = _amounts(clause)
            low += first
            if isinstance(last, Unlimited):
                endless = last
            else:
                high += last
        return low, high if endless is None else endless

    @property
    def this_year(self) -> Fraction:
        """元 paid this year: instalments where there are any, else the amounts granted."""
        paid = (k.this_year if k.this_year is not None else k.amount for k in self.clauses)
        return sum((x for x in paid if x is not None), Fraction(0))

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What a person must look at: one matter that counts in several clauses (nothing is taken off for it)."""
        clauses: dict[str, list[str]] = {}
        for clause in self.clauses:
            for item in clause.items:
                if item.counts and item.matter and clause.number not in clauses.setdefault(item.matter, []):
                    clauses[item.matter].append(clause.number)
        return tuple(f"同一事项 {m} 在 {'、'.join(n)} 几款都计入，没有自动扣减，请核对是否重复" for m, n in clauses.items() if len(n) > 1)

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(m for k in self.clauses for m in k.missing))

    def to_json(self, details: bool = False) -> dict[str, object]:
        """The decision as plain JSON values; amounts are strings such as "600000.00"."""
        low, high = self.total
        out: dict[str, object] = {"政策": self.policy, "版本": self.edition}
        if self.number is not None:
            out["编号"] = echo(self.number)
        out["条款"] = {k.number: k.to_json() for k in self.clauses}
        if high == low:
            out["合计"] = cents_text(low)
        else:
            out["合计区间"] = [cents_text(low), None if isinstance(high, Unlimited) else cents_text(high)]
        out["本年度拨付合计"] = cents_text(self.this_year)
        out["按无既往支持计算"] = list(self.assumed)
        out["读法"] = dict(self.changed_readings)
        if details:
            out["提示"] = list(self.warnings)
            out["明细"] = [k.details_json() for k in self.clauses]
        return out


def echo(number: object) -> str | int | None:
    """The caller's 编号 as it goes back: text and whole numbers as they came, anything else as short text."""
    if number is None or isinstance(number, str | int):
        return number
    if isinstance(number, Decimal) and number.is_finite() and number == number.to_integral_value() and number.adjusted() < 18:
        return int(number)
    return str(number)[:100]


def _amounts(clause: ClauseDecision) -> AmountRange:
    if clause.amount is not None:
        return clause.amount, clause.amount
    return clause.amount_range or (Fraction(0), Fraction(0))


def _money(value: Number | None) -> str | None:
    return None if value is None or isinstance(value, Unlimited) else _decimal(value)


def _decimal(value: Fraction) -> str:
    """Two places, or more where a step before rounding has more."""
    if (value * 100).denominator == 1:
        return cents_text(value)
    return f"{value.numerator}/{value.denominator}"


def _span(value: AmountRange | None) -> object:
    if value is None:
        return None
    return _money(value[0]) if value[0] == value[1] else [_money(value[0]), _money(value[1])]


def _put(out: dict[str, object], key: str, value: Number | None) -> None:
    if isinstance(value, Fraction):
        out[key] = cents_text(value)
    elif value is not None:
        out[key] = None


def _put_range(out: dict[str, object], key: str, value: AmountRange | None) -> None:
    if value is not None:
        low, high = value
        out[key] = [cents_text(low), None if isinstance(high, Unlimited) else cents_text(high)]
