"""With what reasons are told: places of facts as people say them, spans of 元, terms of 元."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import frozen

from xcrules.base.money import Mode, Number, Unlimited, money_text
from xcrules.base.spoken import spoken
from xcrules.facts.types import MONEY
from xcrules.plan import steps
from xcrules.run.decision import Expression, Reason
from xcrules.run.ranges.abstract import Num, Truth
from xcrules.run.reference import Trace
from xcrules.run.results import AmountRange

from .formula import Expressions, exact

ZERO = Expression("数", "0", unit=str(MONEY), shown="0元")


@frozen
class Wording:
    """What the reasons of a clause are told with: the words for rows of lists, the ledger of earlier grants."""

    counters: Mapping[str, str]
    history: steps.History | None
    who: str = "企业"  # what stands for the path 企业: 单位, 农户

    def said(self, path: str) -> str:
        return self.who if path == "企业" else spoken(path, self.counters)

    def term(self, trace: Trace, at: str = "") -> Expression:
        return Expressions(at, self.counters).term(trace)


def holds(truth: Truth) -> bool | None:
    return truth.yes if truth.known else None


def span_text(span: AmountRange) -> str:
    """30万元; 介于 10万元 与 30万元."""
    low, high = span
    if low == high:
        return money_text(low)
    return f"至少 {money_text(low)}" if isinstance(high, Unlimited) else f"介于 {money_text(low)} 与 {money_text(high)}"


def most_text(span: AmountRange) -> str:
    """至多 30万元, of a bound that is not settled 上限介于 10万元 与 30万元."""
    return f"至多 {span_text(span)}" if span[0] == span[1] else f"上限{span_text(span)}"


def ends(value: Num) -> AmountRange:
    return value.lo, value.hi  # type: ignore[return-value]


def money(value: Num | AmountRange | Fraction, name: str = "", op: str = "值", kids: tuple[Expression, ...] = ()) -> Expression:
    """A term of 元."""
    low: Number
    high: Number
    low, high = (value, value) if isinstance(value, Fraction) else ends(value) if isinstance(value, Num) else value
    figure = exact(low) if low == high else [exact(low), exact(high)]
    return Expression(op, figure, name, str(MONEY), shown=span_text((low, high)), kids=kids)


def figure(op: str, kids: tuple[Expression, ...]) -> Expression:
    """A step between figures that are told; what it comes to is for the whole to say."""
    return Expression(op, None, unit=str(MONEY), kids=kids)


BROUGHT: dict[Mode, str] = {"四舍五入": "四舍五入", "截尾": "向下取", "进位": "向上取", "四舍六入": "四舍六入"}


def to_unit(rounding: steps.Rounding, value: Num | Fraction, whole: Expression, op: str = "") -> Expression:
    """取整 of a figure to what it comes to."""
    return money(value, op=op or BROUGHT[rounding.mode], kids=(whole, Expression("数", exact(rounding.unit), unit=str(MONEY))))


def unit_reason(rounding: steps.Rounding, value: str, term: Expression, note: str = "") -> Reason:
    return Reason(f"取整：{rounding.origin.text}", value, rounding.origin.words, None, note, label="取整", term=term)
