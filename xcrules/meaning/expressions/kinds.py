"""Types as phrases compare and name them."""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from xcrules.facts import types
from xcrules.facts.units import IN_OTHERS
from xcrules.meaning import values

MEANS_YES = ("√", "✓", "✔", "对", "有", "真", "1", "Y", "y", "yes", "YES", "true", "True", "TRUE", "是的", "符合", "成立", "满足")  # what people write for 是, and for 否
MEANS_NO = ("×", "✗", "✘", "X", "x", "无", "没有", "假", "0", "N", "n", "no", "NO", "false", "False", "FALSE", "非", "不", "不是", "不符合", "不成立", "不满足", "否则")


def truth_meant(word: str) -> str:
    """是 for √ and 有, 否 for × and 无; empty for another word."""
    return "是" if word in MEANS_YES else "否" if word in MEANS_NO else ""


def back(year: values.Value, n: int) -> values.Value:
    """The year n years before."""
    return year if n == 0 else values.Arith("-", year, values.Literal(Fraction(n), types.YEARS), types.YEAR)


def compatible(left: types.Type, right: types.Type) -> bool:
    """Whether two values may be compared or stand for each other."""
    if isinstance(left, types.TextType | types.EnumType) and isinstance(right, types.TextType | types.EnumType):
        return (isinstance(left, types.TextType) and isinstance(right, types.TextType)) or left == right
    return left == right


def describe(type_: types.Type) -> str:
    """The type in a sentence."""
    match type_:
        case types.EnumType():
            return "枚举（" + "、".join(type_.members) + "）"
        case types.NumberType(rate=True):
            return "比率"
        case types.NumberType(unit=()):
            return "没有单位的数"
        case types.NumberType(unit=(("元", 1),)):
            return "金额（元）"
        case types.NumberType():
            return f"以{types.unit_text(type_.unit)}计的数"
        case types.YearType() | types.DateType() | types.BoolType() | types.TextType() | types.SeriesType() | types.LedgerType():
            return str(type_)
        case _:
            assert_never(type_)


def _counted_in(type_: types.NumberType) -> bool:
    """Whether one plain unit stands after a number of this type."""
    return not type_.rate and len(type_.unit) == 1 and type_.unit[0][1] == 1


def unlike(what: str, wanted: types.Type, text: str, got: types.Type) -> str:
    """What to look at where two types that are easily taken for each other do not fit: `what` as 「甲」, `text` as typed."""
    if wanted == types.YEARS and got == types.YEAR:
        return f"{what}要填哪一年的，类型写 年度；年 是多长的时间"
    if wanted == types.YEAR and got == types.YEARS and not any(ch.isdigit() for ch in text):
        return f"「{text}」要填哪一年的，类型写 年度；年 是多长的时间"
    if (wanted, got) == (types.MONTHS, types.YEARS):
        return "足年数换不成月数：两个日子之间的写 的 月数，填报的在事实表里写 月；写死的 3年 写 36个月"
    if (
        isinstance(wanted, types.NumberType)
        and isinstance(got, types.NumberType)
        and _counted_in(wanted)
        and _counted_in(got)
        and text[:1].isdigit()
    ):
        if {wanted.unit, got.unit} & {types.YEARS.unit, types.MONTHS.unit}:
            return ""  # 3个月 is not 3元
        own, meant = types.unit_text(got.unit), types.unit_text(wanted.unit)
        number, real = text.removesuffix(own), f"真是以{own}计的，改{what}的类型"
        if number == text:
            return ""
        if IN_OTHERS.get(own, ("", ""))[1] == meant:
            return f"{own} 声明成了另一个单位，不与 {meant} 换算：「单位」一行里删去 {own}，规则里照写 {text}，就按{meant}算"
        if types.NO_UNITS.whole(got.unit) or types.NO_UNITS.whole(wanted.unit) or types.MONEY.unit in (got.unit, wanted.unit):
            return f"写成 {number}{meant}；{real}"
        return f"{own} 与 {meant} 不换算：{real}；要按{meant}比的，先算出 {text} 是多少{meant}，写那个数"  # the same number is another amount
    if wanted == types.DATE and isinstance(got, types.NumberType) and got.unit in (types.YEARS.unit, types.MONTHS.unit):
        return f"日期过了多久，写 {what.strip('「」')} 满 {text}（正好 {text} 的也算），不到的写 未满 {text}"
    if (
        isinstance(wanted, types.NumberType)
        and isinstance(got, types.NumberType)
        and types.MONEY.unit == types.unit_product(wanted.unit, got.unit)
        and not wanted.rate
    ):
        return f"要相乘的，写成 {what.strip('「」')} {'的' if got.rate else '×'} {text}"
    return "逐年的事实要说是哪一年的：前面写 本年、上年，如 本年 某数" if types.SeriesType in (type(wanted), type(got)) else ""
