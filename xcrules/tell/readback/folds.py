"""Phrases of what has phrases inside: sums, lists and windows of years (甲与乙之和, 各笔发票的金额之和, 近3年产值的平均数), days and years
(注册日期次年, 成立日期满6个月之日, 购置日期次月, 自成立日期起已满3年).
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import evolve

from xcrules.facts.tables import FactField
from xcrules.facts.types import YEARS, DateType
from xcrules.meaning import values

from .literals import case_key, in_months, time_of, year_end
from .words import SIGNS, comparison

if TYPE_CHECKING:  # the phrases of what is inside
    from .phrases import Phrases

_OF_RECENT = {"最高": "最高者", "最低": "最低者", "合计": "合计", "平均": "平均数"}
_NUMBER = re.compile(r"（[一二三四五六七八九十\d]+）")  # of a clause
_INWARD = re.compile("[、，；（]|与|之和|乘以|除以|每满|减去|加上")  # a summand with one of these would run into its neighbour

_SHARE = re.compile(r"的\d")


def sum_of(node: values.Arith, words: Phrases) -> str:
    """甲、乙与丙之和; 甲加上乙乘以丙 where a summand is more than a name. 加上 and 上年 do not meet: that would be 上上年.

    0.4元（大瓶）、0.2元（小瓶），加上0.2元（大袋）、0.1元（小袋）: choices stand apart.
    """
    parts, first = [node.right], node.left
    while isinstance(first, values.Arith) and first.op == "+":
        parts.insert(0, first.right)
        first = first.left
    parts.insert(0, first)
    if sum(isinstance(x.right if isinstance(x, values.Arith) and x.op == "×" else x, values.Pick) for x in parts) > 1:
        return "，加上".join(words.value(x) if isinstance(x, values.Pick) else words.operand(x) for x in parts)
    summands = [words.operand(x) for x in parts]
    last = summands[-1]
    shares = len(summands) > 2 and any(_SHARE.search(x) for x in summands)
    if not shares and not any(_INWARD.search(_NUMBER.sub("", x)) for x in summands):
        return f"{'、'.join(summands[:-1])}与{last}之和"
    return f"{words.before(node.left)}加上{f'（{last}）' if last.startswith('上') else last}"


def fold(node: values.FoldItems, words: Phrases, end: str = "") -> str:
    """合格的各场课程的人次之和; 国家级的专利奖的项数."""
    table = words.schema.table(node.table)
    inner = evolve(words, table=node.table)
    asked = inner.conjuncts(node.guard) if node.guard is not None else []
    which = [f"同一{'、同一'.join(inner.value(x) for x, _ in node.alike)}"] if node.alike else []
    which += [inner.conditions(asked)] if asked else []
    guard, each = "、".join(which) + "的" if which else "", table.each if table else "项"
    if node.body is None:
        return f"{guard}{node.table}的{each}数"
    end = end or {"合计": "之和", "最高": "中的最高者", "最低": "中的最低者", "种数": "的种数"}[node.op]
    return f"{guard}各{each_of(each, node.table)}的{inner.operand(node.body)}{end}"


def each_of(each: str, name: str) -> str:
    """项专利; 个项目, not 项项目."""
    return f"{measure(each, name)}{name}"


def measure(each: str, name: str) -> str:
    """The measure word, which is not the noun's own first character."""
    return "个" if each and name.startswith(each) else each


def of_the_year(node: values.Value) -> values.Value:
    """500元/年, of what it comes to in the year that is decided."""
    match node:
        case values.Arith("×", price, values.Literal(type=kind, span=None)) if kind == YEARS:
            return price
    return node


def first_time(node: values.Value) -> values.Compare | None:
    """首次达到 1亿元: the comparison of the base year, where that of the highest of earlier years is denied."""
    match node:
        case values.Logic("且", (values.Compare() as now, values.Logic("非", (values.Compare(left=values.FoldYears(guard=values.Logic())),)))):
            return now
    return None


def window(node: values.FoldYears, words: Phrases) -> str:
    """近3年产值的平均数; 成立日期次年起3年内产值最低一年（限已报年度）."""
    only = "（限已报年度）" if node.guard is not None else ""
    series, first, last = words.value(node.body.series), words.years_ago(node.first), words.years_ago(node.last)
    if node.guard is not None and last == 1 and first == node.count:
        return f"以前各年（限已报年度）{series}中最高的一年"
    if last in (0, 1) and first == node.count - 1 + last:
        return f"{'前' if last else '近'}{node.count}年{series}的{_OF_RECENT[node.op]}"
    word = f"{node.op}一年" if node.op in ("最高", "最低") else f"的{_OF_RECENT[node.op]}"
    return f"{words.value(node.first)}起{node.count}年内{series}{word}{only}"


def told_by(pick: values.Pick, words: Phrases) -> str:
    """The numbers or words that the cases are told by, where their words leave that out: 不满200万元 of what."""
    return "、".join(dict.fromkeys(words.value(x) for t, _ in pick.arms if (x := case_key(t)) is not None))


def same_words(node: values.Arith) -> bool:
    """2万元（高） less 1万元（高）: choices of the same words by two facts."""
    tests = [test for x in values.nodes_of(node) if isinstance(x, values.Pick) and values.standing(x) is None
             for test, _ in x.arms if isinstance(test, values.Member)]
    whose: dict[str, values.Value] = {}
    return any(whose.setdefault(m, test.value) != test.value for test in tests for m in test.members)


# -- days and years ------------------------------------------------------------------------------------------

def shifted(node: values.Arith, words: Phrases) -> str:
    """A year or a day some years on: 注册日期次年, 首次享受年度后第4年; 成立日期满6个月之日."""
    if (end := year_end(node)) is not None:
        return f"{month(end[0], words) if end[1].startswith('月') else words.value(end[0])}{end[1]}"
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
