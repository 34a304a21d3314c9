"""Days and years read back: 注册日期次年, 成立日期满6个月之日, 购置日期次月, 自成立日期起已满3年."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from xcrules.facts.tables import FactField
from xcrules.facts.types import DateType
from xcrules.meaning import values

from .literals import in_months, time_of, year_end
from .words import SIGNS, comparison

if TYPE_CHECKING:
    from .phrases import Phrases


def shifted(node: values.Arith, words: Phrases) -> str:
    """A year or a day some years on: 注册日期次年, 首次享受年度后第4年; 成立日期满6个月之日."""
    if (end := year_end(node)) is not None:
        return f"{words.value(end[0])}{end[1]}"
    if isinstance(node.type, DateType):
        return f"{words.value(node.left)}{'满' if node.op in ('+', '加天') else '前推'}{time_of(node) or words.operand(in_months(node.right))}之日"
    match node.right:
        case values.Literal(Fraction() as n) if n.denominator == 1:
            years = int(n) if node.op == "+" else -int(n)
        case _:
            return f"{words.value(node.left)}{SIGNS[node.op]}{words.value(node.right)}"
    if abs(years) == 1 and isinstance(node.left, values.YearOf):
        return f"{words.value(node.left.date)}{'次年' if years > 0 else '前一年'}"
    if abs(years) == 1:
        return f"{words.value(node.left)}的{'次年' if years > 0 else '上一年'}"
    return f"{words.value(node.left)}{'后' if years > 0 else '前'}第{abs(years)}年"


def month(node: values.Value, words: Phrases) -> str:
    """购置日期当月, 购置日期次月; 兑现年度年末."""
    match node:
        case values.Arith() if year_end(node) is not None:
            return words.value(node)
        case values.Arith("+" | "-" as op, day, values.Literal(Fraction() as time), DateType()) if time * 12 == 1:
            return f"{words.value(day)}{'次月' if op == '+' else '上月'}"
    return f"{words.value(node)}当月"


def days_compared(node: values.Compare, words: Phrases) -> str | None:
    """日期 满 3年, 未满 3年: the day of application (or the base year) is not before the day some years on, or is. A day beside a month."""
    match node:
        case values.Compare(op, values.Arith("历月", start, end), values.Literal(Fraction() as first)) if first == 1:
            return f"{month(end, words)}{comparison(op, dated=True)}{month(start, words)}"
        case values.Compare(">=" | "<" as op, values.Fact(field=FactField(role="申报日期" | "基准年度")),
                   values.Arith("+" | "加天", since) as due) if (time := time_of(due)):
            return f"自{words.value(since)}起{'已' if op == '>=' else '未'}满{time}"
    return None
