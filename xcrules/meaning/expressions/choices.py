"""按 …（…）: a value by the cases of a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xcrules.base.codes import Code
from xcrules.draft import syntax
from xcrules.facts.types import BOOL, EnumType, Type
from xcrules.meaning import values

from . import conditions
from .kinds import compatible
from .scope import Typed

if TYPE_CHECKING:
    from .reader import Reader



def pick(read: Reader, expr: syntax.Pick) -> Typed | None:
    key = read.name(expr.key)
    if key is None:
        return None
    arms: list[tuple[values.Value, values.Value]] = []
    otherwise: values.Value | None = None
    type_: Type | None = None
    seen: set[str] = set()
    for arm in expr.arms:
        value = read.read(arm.value)
        if value is None:
            return None
        if type_ is not None and not compatible(type_, value.type):
            read.mismatch(arm.value, value.type, type_, "前面各种情形")
            return None
        type_ = type_ or value.type
        if any(k.text == "其他" and not _is_member(key.type, "其他") for k in arm.keys) or (
            [k.text for k in arm.keys] == ["其他"]
        ):
            otherwise = value.value
            continue
        test = key_test(read, expr, key, arm, seen)
        if test is None:
            return None
        arms.append((test, value.value))
    assert type_ is not None
    if otherwise is None and not isinstance(key.type, EnumType) and not (key.type == BOOL and seen >= {"是", "否"}):
        left = "、".join(x for x in ("是", "否") if x not in seen) if key.type == BOOL else ""
        read.report.error(Code.UNCOVERED_CASE, f"按 {expr.key.text} 没有写{f'「{left}」' if left else '其余情形'}怎么办", expr.at,
                          help=f"在（ ）里补上 {left or '其他'} 某值；不给的写 0元")
        return None
    return Typed(values.Pick(tuple(arms), otherwise, type_, span=read.place(expr)), type_)


def key_test(read: Reader, expr: syntax.Pick, key: Typed, arm: syntax.Arm, seen: set[str]) -> values.Value | None:
    for k in arm.keys:
        if k.text in seen:
            read.report.error(Code.REPEATED_ARM, f"「{k.text}」在 按 {expr.key.text} 里写了两次", k.at, help=_unlisted(key.type, expr))
            return None
        seen.add(k.text)
    among = conditions.among(read, syntax.Among(expr.key, False, arm.keys, arm.keys[0].at))
    return among.value if among else None


def _unlisted(type_: Type, expr: syntax.Pick) -> str:
    """Members that no arm names yet."""
    written = {k.text for arm in expr.arms for k in arm.keys}
    left = [m for m in type_.members if m not in written] if isinstance(type_, EnumType) else []
    return f"删去一个，或改成还没有写的：{'、'.join(left)}" if left else "删去一个"


def _is_member(type_: Type, text: str) -> bool:
    return isinstance(type_, EnumType) and text in type_.members
