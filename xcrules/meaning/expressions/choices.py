"""按 …（…）: a value by the cases of a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from xcrules.base.codes import Code
from xcrules.draft import syntax
from xcrules.facts.types import BOOL, COUNT, DateType, EnumType, NumberType, SeriesType, Type, YearType
from xcrules.meaning import values
from xcrules.meaning.possible import Range

from . import conditions, tiers
from .grades import COMPARISONS, spread
from .kinds import compatible, describe, truth_meant
from .scope import Typed, unitless

if TYPE_CHECKING:
    from .reader import Reader


def pick(read: Reader, expr: syntax.Pick) -> Typed | None:
    key = read.read(expr.asked)
    if key is None:
        return None
    arms: list[tuple[values.Value, values.Value]] = []
    otherwise: values.Value | None = None
    type_: Type | None = None
    seen: set[str] = set()
    if isinstance(key.type, EnumType) and key.type.rising:
        expr = evolve(expr, arms=tuple(_each_kind(read, arm, key.type) for arm in expr.arms))
    for arm in expr.arms:
        value = read.read(arm.value)
        if value is None:
            return None
        value = unitless(value, type_)
        if type_ is not None and not compatible(type_, value.type):
            bare = next((x.value for x in expr.arms if isinstance(x.value, syntax.Literal)), arm.value) if type_ == COUNT else arm.value
            return read.mismatch(bare, type_, value.type, "别的情形") if bare is not arm.value else read.mismatch(bare, value.type, type_, "前面各种情形")
        if type_ is None or (isinstance(value.type, NumberType) and value.type.elapsed):  # of 0月 and of 自 … 的 月数, which may not apply
            type_ = value.type
        written = _words(arm)
        if written == ["其他"] or ("其他" in written and not _is_member(key.type, "其他")):
            otherwise = value.value
            continue
        test = key_test(read, expr, key, arm, seen)
        if test is None:
            return None
        arms.append((test, value.value))
    if not _apart(read, expr):
        return None
    assert type_ is not None
    return Typed(values.Pick(tuple(arms), otherwise, type_, span=read.place(expr)), type_)


def _each_kind(read: Reader, arm: syntax.Arm, type_: EnumType) -> syntax.Arm:
    """Ⅲ类 以上 as the kinds that it stands for."""
    return evolve(arm, keys=tuple(syntax.Name(m, k.at) for k in arm.keys for m in spread(read.report.typed(k.at), type_)))


def key_test(read: Reader, expr: syntax.Pick, key: Typed, arm: syntax.Arm, seen: set[str]) -> values.Value | None:
    plain = tuple(k for k in arm.keys if not isinstance(k, syntax.KeyBounds))
    for k in plain:
        if k.text in seen:
            return read.report.error(Code.REPEATED_ARM, f"「{k.text}」在 按 {expr.key.text} 里写了两次", k.at, help=_unlisted(key.type, expr))
        seen.add(k.text)
    if key.type == BOOL and (odd := next((k for k in plain if k.text not in ("是", "否", "其他")), None)):
        said = "是" if odd.text == expr.key.text else truth_meant(odd.text)
        return read.report.error(Code.UNKNOWN_MEMBER, f"「{expr.key.text}」只有 是、否，没有「{odd.text}」", odd.at, help=f"写成 {said} ……" if said else "写 是 ……；否 ……",
                                 fixes=((f"改为 {said}", said),) if said else ())
    ranges = [k for k in arm.keys if isinstance(k, syntax.KeyBounds)]
    if ranges and not isinstance(key.type, NumberType | YearType | DateType):
        return read.report.error(Code.TYPE_MISMATCH, f"「{expr.key.text}」是{describe(key.type)}，没有大小，「{read.report.typed(ranges[0].at)}」不能是一段", ranges[0].at,
                                 help=f"写明哪一年的：按 本年 {expr.key.text}（……）" if isinstance(key.type, SeriesType) else "把这些情形写全，用 、 隔开" + (f"；有高低的，类型写明次序：{key.type}，从高到低" if isinstance(key.type, EnumType) else ""))
    tests = [_between(read, expr.asked, k) for k in ranges]
    if plain:
        among = conditions.among(read, syntax.Among(expr.asked, False, plain, plain[0].at))
        tests.insert(0, among.value if among else None)
    return values.joined("或", tests, read.report.span((arm.keys[0].at[0], arm.keys[-1].at[1])))


def _between(read: Reader, key: syntax.Expr, bounds: syntax.KeyBounds) -> values.Value | None:
    """第1年 至 第3年, 不超过 3年 as comparisons of the key."""
    tests = [conditions.comparison(read, syntax.Compare(key, word, end, bounds.at)) for word, end in bounds.bounds]
    return values.joined("且", [None if t is None else t.value for t in tests], read.report.span(bounds.at))


def _apart(read: Reader, expr: syntax.Pick) -> bool:
    """No number is in two arms and some number in each, where the ends are written as numbers."""
    ranges: list[tuple[syntax.At, Range]] = []
    for k in (k for arm in expr.arms for k in arm.keys):
        held = ((("等于", k),) if not isinstance(k, syntax.KeyBounds) else k.bounds)
        tier = tiers.literal_tier([(COMPARISONS[word], end.text) for word, end in held], read.scope.schema.units)
        if tier is None:
            continue
        if tier.empty:
            read.report.error(Code.NEVER_TRUE, f"「{read.report.typed(k.at)}」里没有一个数", k.at, help=tiers.THE_SMALLER_FIRST)
            return False
        if not all(tier.meet(other).empty for _, other in ranges):
            read.report.error(Code.OVERLAPPING_ROWS, f"「{read.report.typed(k.at)}」与前面的情形有重叠", k.at, help="一个数只落在一种情形里：核对分界的数")
            return False
        ranges.append((k.at, tier))
    return True


def _words(arm: syntax.Arm) -> list[str]:
    """What an arm is for, where that is no range."""
    return [k.text for k in arm.keys if not isinstance(k, syntax.KeyBounds)]


def _unlisted(type_: Type, expr: syntax.Pick) -> str:
    """Members that no arm names yet."""
    left = [m for m in getattr(type_, "members", ()) if not any(m in _words(arm) for arm in expr.arms)]
    return f"删去一个，或改成还没有写的：{'、'.join(left)}" if left else "删去一个"


def _is_member(type_: Type, text: str) -> bool:
    return isinstance(type_, EnumType) and text in type_.members
