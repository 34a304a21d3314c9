"""Sums, lists and windows of years as phrases: 甲与乙之和, 各笔发票的金额之和, 近3年产值的平均数."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import evolve

from xcrules.facts.types import YEARS
from xcrules.meaning import values

from .literals import case_key

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
