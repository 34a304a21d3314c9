"""Literals in the drafter's own form, and what has to be known of a value before it is said.

甲，不足 15分钟 按 15分钟, read back from the sums that it is written out in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from attrs import evolve

from xcrules.base.identity import clause_name
from xcrules.base.source import canonical
from xcrules.facts.tables import FactField, Schema
from xcrules.facts.types import MONTHS, YEARS, DateType, NumberType, Type, YearType, is_time, show, value_in
from xcrules.meaning import values

from .words import unspaced


def opposite(node: values.Value) -> values.Value:
    """The denial of a 且 or 或 with the 非 on its parts, so that no 非 stands in another."""
    match node:
        case values.Logic("非", (inner,)):
            return inner
        case values.Logic("且" | "或" as op, parts):
            return values.Logic("或" if op == "且" else "且", tuple(opposite(p) for p in parts))
    return values.Logic("非", (node,))


def called(node: values.Member) -> list[str]:
    """What the members are called: as they are; a clause of a ledger 第三条（二）, another text in “”."""
    if not node.named:
        return list(node.members)
    kept = isinstance(node.value, values.Fact) and node.value.field.role == "台账条款"
    return [clause_name(m) if kept else f"“{m}”" for m in node.members]


def all_compared(nodes: Iterable[values.Value]) -> bool:
    """Whether every condition is a comparison, after which 的企业 may follow."""
    return all(isinstance(p, values.Compare | values.Member) for n in nodes for p in (n.parts if isinstance(n, values.Logic) else (n,)))


def is_or(node: values.Value) -> bool:
    if not isinstance(node, values.Logic) or node.op != "或":
        return False
    comparisons = [p for p in node.parts if isinstance(p, values.Compare) and p.op == "="]
    return len(comparisons) != len(node.parts) or any(p.left != comparisons[0].left for p in comparisons)


def of_a_moment(node: values.Compare) -> bool:
    """Whether it asks for a day or a year that there may not be: 非 事故日期 未满 3年 holds where there was none, 事故日期 满 3年 does not."""
    facts = (x.field for x in values.nodes_of(node) if isinstance(x, values.Fact))
    return any(f.role not in ("申报日期", "基准年度") and (is_time(f.type) or isinstance(f.type, YearType)) for f in facts)


def per_unit(node: values.Value) -> bool:
    """1万元/国: better said after what it multiplies."""
    return isinstance(node, values.Literal) and isinstance(node.type, NumberType) and any(p < 0 for _, p in node.type.unit)


def nth_year(node: values.Arith) -> values.Value | None:
    """The first year, where it is 自 某年 起 第几年."""
    match node:
        case values.Arith(
            "-", values.Fact(field=FactField(role="基准年度")), values.Arith("-", start, values.Literal(Fraction() as one)), NumberType()
        ) if one == 1:
            return start
    return None


def year_end(node: values.Arith) -> tuple[values.Value, str] | None:
    """The year and 年初 or 年末, the day and 月初 or 月末, where it is the first or the last day of a year or a month."""
    match node:
        case values.Arith("+", values.Literal(), values.Arith("×", values.Arith("-", values.Arith("历月", right=day), _)), DateType()) if (
            node.span is not None and node.span.text.endswith(("月初", "月末"))
        ):
            return day, node.span.text[-2:]
        case values.Arith("+", values.Literal(), values.Arith("-", year, values.Literal()), DateType()) if (
            node.span is not None and node.span.text.endswith(("年初", "年末"))
        ):
            return year, node.span.text[-2:]
    return None


def type_of(node: values.Value) -> Type | None:
    """The type of a value that is no name."""
    return values.type_of(node, lambda name: None)


def literal(node: values.Literal) -> str:
    """The drafter's own form where it means this value: 1:0.5, 150万元, 每国1万元."""
    text = unspaced(canonical(node.span.text)) if node.span else ""
    if value_in(text, node.type) != node.value:
        text = show(node.value, node.type)
    above, slash, below = text.partition("/")
    if slash and per_unit(node):
        return ("".join(f"每{u}" for u in re.split("[·/]", below)) + (" " if below[-1].isascii() else "") + _months(above)).replace("㎡", "平方米")
    return _months(text).replace("㎡", "平方米") if _number(node) else text


def _months(text: str) -> str:
    return re.sub(r"(?<=\d)月", "个月", text)


def counted(node: values.Compare, schema: Schema) -> str:
    """件 behind the number that a count is held against: 不少于1件."""
    match node:
        case values.Compare(_, values.FoldItems(table=name, body=None), values.Literal(type=NumberType(unit=()))):
            table = schema.table(name)
            return table.each if table else "项"
    return ""

def _number(node: values.Literal) -> bool:
    return isinstance(node.type, NumberType) and not node.type.rate


def time_of(node: values.Arith) -> str:
    """3年, 6个月, 90天 by which a day or a year is moved; "" where it is no constant."""
    match node.right:
        case values.Literal(Fraction() as time, NumberType(unit=(("天", 1),))):
            return f"{show(time)}天"
        case values.Literal(Fraction() as time, NumberType(unit=(("年", 1),))):
            months = time * 12
            return f"{show(months)}个月" if months.denominator == 1 and time.denominator != 1 else f"{show(time)}年"
    return ""


def in_months(time: values.Value) -> values.Value:
    """A number of months that was brought to years, as it was written."""
    match time:
        case values.Arith("×", months, values.Literal(type=NumberType(unit=(("年", 1), ("月", -1))))):
            return months
    return time


def several_of(node: values.Value) -> list[values.Value]:
    """甲, 乙 and 丙 of 孰高（甲、乙、丙）, which all have its place."""
    span, parts = node.span, list[values.Value]()
    while isinstance(node, values.Arith) and node.op in ("较小", "较大") and node.span == span:
        parts.insert(0, node.right)
        node = node.left
    return [node, *parts]


def case_key(test: values.Value) -> values.Value | None:
    """What the words of a case leave out: 不满200万元 of what."""
    match test:
        case values.Logic("且", (first, *_)):
            return case_key(first)
        case values.Compare(left=left, right=values.Literal(right)) if not isinstance(right, bool):
            return left
    return None


# -- begun hours and months, read back from the sums that they are written out in ----------------------------

class Started(NamedTuple):
    """What `partly` was made of: the value in full units, and for each length as what it counts."""

    value: values.Value
    steps: tuple[tuple[values.Literal, values.Literal, bool], ...]  # whether what comes to just so much is in it


def started(value: values.Value) -> Started | None:
    """Read back from what `partly` writes out; None of any other value."""
    parts: list[values.Value] = []
    place = value.span
    while isinstance(value, values.Arith) and value.op == "+" and value.span == place:
        parts, value = [value.right, *parts], value.left
    match value:
        case values.Arith(
            "×", values.Arith("进整", begun, values.Literal(type=NumberType()) as last), values.Literal(type=NumberType() as made) as counts
        ) if value.span == place:
            whole, steps = begun, list[tuple[values.Literal, values.Literal, bool]]()
        case _:
            return None
    for part in parts:
        match part:
            case values.Arith(
                "×", values.Arith("整除", values.Arith("+", full, values.Literal() as beyond, span=at), _), values.Literal() as more
            ) if at == place:
                steps.append((evolve(last, value=last.number - beyond.number), counts, False))
                counts, whole = evolve(counts, value=counts.number + more.number), full
            case values.Arith(
                "×", values.Arith("进整", values.Arith("-", begun, values.Literal() as just, span=at), _), values.Literal() as more
            ) if at == place:
                steps.append((just, counts, True))
                counts = evolve(counts, value=counts.number + more.number)
            case values.Arith("×", values.Arith("整除", full, _), _):
                whole = full
    match whole:
        case values.Arith("+", values.Arith("月数", start, values.Arith("减天", end, _)), _):
            whole = values.Arith("月数", start, end, MONTHS)
    if made == YEARS and isinstance(whole, values.Arith) and whole.op == "月数":
        whole = evolve(whole, op="年数")
    return Started(whole, tuple((_in_years(short_of), counts, just) for short_of, counts, just in (*steps, (last, counts, False))))


def rounded_to(said: Started) -> values.Literal | None:
    """0.1㎡, where half of it or more counts as one, and less as nothing."""
    half, last = said.steps[0], said.steps[-1]
    rounds = len(said.steps) == 2 and half[0].number * 2 == last[0].number == last[1].number and not (half[1].number or half[2])
    return last[0] if rounds and last[0].type == last[1].type else None


def _in_years(length: values.Literal) -> values.Literal:
    """12个月 is 1年."""
    number = length.number
    return (evolve(length, value=number / values.MONTHS_IN_A_YEAR, type=YEARS)
            if length.type == MONTHS and not number % values.MONTHS_IN_A_YEAR else length)
