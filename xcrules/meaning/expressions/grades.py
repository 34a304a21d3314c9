"""Kinds that stand in an order (Ⅰ类、Ⅱ类、Ⅲ类，从高到低): one above another, and how many steps they are apart.

Against a kind that is written out it is membership; two facts are compared by how far up they stand.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from xcrules.base.codes import Code
from xcrules.draft import syntax
from xcrules.facts.types import LEVELS, EnumType, Type
from xcrules.meaning import values

from .kinds import describe
from .scope import Typed

if TYPE_CHECKING:
    from .reader import Reader

COMPARISONS: dict[str, values.CompareOp] = {
    "高于": ">", "超过": ">", "多于": ">", "低于": "<", "不满": "<", "不足": "<", "少于": "<",
    "不超过": "<=", "不高于": "<=", "不多于": "<=", "不低于": ">=", "达到": ">=", "不少于": ">=",
    "等于": "=", "不等于": "!=", "早于": "<", "晚于": ">", "不早于": ">=", "不晚于": "<=",
}
_NONE = values.Literal(Fraction(0), LEVELS)


def height(word: values.Value, type_: EnumType) -> values.Value:
    """How far up it stands, the lowest at 0; 不适用 where the fact is."""
    arms = tuple((values.Member(word, (m,)), values.Literal(Fraction(n), LEVELS)) for n, m in enumerate(type_.rising))
    return values.Pick(arms, values.Quotient(_NONE, _NONE, None, LEVELS), LEVELS)


def compared(read: Reader, expr: syntax.Compare, op: values.CompareOp, left: Typed, type_: EnumType) -> values.Value | None:
    """年均类别 不低于 Ⅲ类; 年均类别 高于 目标类别."""
    if not ordered(read, expr.left, type_):
        return None
    place = read.place(expr)
    if (member := member_of(expr.right, type_)) is not None:
        held = those(op, member, type_)
        if not held:
            return read.report.error(Code.NEVER_TRUE, f"没有一种{expr.word}「{member}」", expr.at, help=f"从低到高是：{'、'.join(type_.rising)}")
        return values.Member(left.value, held, span=place)
    right = read.read(expr.right)
    if right is None or right.type != type_:
        return None if right is None else read.mismatch(expr.right, right.type, type_, f"「{read.report.typed(expr.left.at)}」")
    return values.Compare(op, height(left.value, type_), height(right.value, type_), span=place)


def ordered(read: Reader, expr: syntax.Expr, type_: EnumType) -> bool:
    """Whether its kinds stand in an order; a finding where they do not."""
    if not type_.rising:
        name = read.report.typed(expr.at)
        read.report.error(Code.TYPE_MISMATCH, f"「{name}」没有写明高低：事实表里类型写成 {type_}，从高到低（或从低到高），就可以比", expr.at, help="只看是不是那几种的，写 为、不为")
    return bool(type_.rising)


def member_of(expr: syntax.Expr, type_: EnumType) -> str | None:
    """The kind that is written there."""
    text = expr.text if isinstance(expr, syntax.Name | syntax.Literal | syntax.Verbatim) else ""
    return text if text in type_.members else None


def those(op: values.CompareOp, member: str, type_: EnumType) -> tuple[str, ...]:
    """The kinds that stand so to one of them."""
    at, up = type_.rising.index(member), type_.rising
    held = {">": up[at + 1 :], ">=": up[at:], "<": up[:at], "<=": up[: at + 1], "=": up[at : at + 1], "!=": (*up[:at], *up[at + 1 :])}[op]
    return tuple(m for m in type_.members if m in held)


def between(one: str, other: str, type_: EnumType) -> tuple[str, ...]:
    """The kinds from one to another, whichever stands higher."""
    low, high = sorted((one, other), key=type_.rising.index)
    return tuple(m for m in those(">=", low, type_) if m in those("<=", high, type_))


def spread(text: str, type_: Type) -> tuple[str, ...]:
    """The kinds that Ⅲ类以上, 低于 Ⅲ类 and Ⅰ类 至 Ⅲ类 stand for; a single one of what is none of these."""
    if not isinstance(type_, EnumType) or text in type_.members or not type_.rising:
        return (text,)
    kind = "|".join(sorted(map(re.escape, type_.members), key=len, reverse=True))
    if (edge := re.fullmatch(rf"({kind})\s*及?以([上下])", text)) is not None:
        return those(">=" if edge[2] == "上" else "<=", edge[1], type_)
    if (ends := re.fullmatch(rf"({kind})\s*[至到]\s*({kind})", text)) is not None:
        return between(ends[1], ends[2], type_)
    word = re.fullmatch(rf"({'|'.join(COMPARISONS)})\s*({kind})", text)
    return those(COMPARISONS[word[1]], word[2], type_) if word is not None else (text,)


def apart(read: Reader, expr: syntax.FromTo) -> Typed | None:
    """自 目标类别 至 年均类别 的 级数: so many steps up, below 0 where it goes down."""
    known = next((x for x in (expr.start, expr.end) if isinstance(x, syntax.Name) and x.text in read.scope.names()), expr.start)
    first = read.read(known)
    if first is None:
        return None
    if not isinstance(first.type, EnumType):
        return read.report.error(Code.TYPE_MISMATCH, f"「{read.report.typed(known.at)}」是{describe(first.type)}，数不出级数", expr.at, help="级数 数的是有高低的几种情形之间差几级")
    if not ordered(read, known, first.type):
        return None
    start, end = (_end(read, x, first.type) for x in (expr.start, expr.end))
    if start is None or end is None:
        return None
    return Typed(values.Arith("-", end, start, LEVELS, span=read.place(expr)), LEVELS)


def _end(read: Reader, expr: syntax.Expr, type_: EnumType) -> values.Value | None:
    if (member := member_of(expr, type_)) is not None:
        return height(values.Literal(member, type_, span=read.place(expr)), type_)
    typed = read.read(expr)
    if typed is None or typed.type == type_:
        return None if typed is None else height(typed.value, type_)
    return read.mismatch(expr, typed.type, type_, "级数的两头")
