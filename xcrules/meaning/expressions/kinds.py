"""Types as phrases compare and name them."""

from __future__ import annotations

from fractions import Fraction

from xcrules.facts.types import YEAR, YEARS, EnumType, NumberType, SeriesType, TextType, Type, unit_text
from xcrules.meaning import values


def back(year: values.Value, n: int) -> values.Value:
    """The year n years before."""
    return year if n == 0 else values.Arith("-", year, values.Literal(Fraction(n), YEARS), YEAR)


def compatible(left: Type, right: Type) -> bool:
    """Whether two values may be compared or stand for each other."""
    if isinstance(left, TextType | EnumType) and isinstance(right, TextType | EnumType):
        return (isinstance(left, TextType) and isinstance(right, TextType)) or left == right
    return left == right


def describe(type_: Type) -> str:
    """The type in a sentence."""
    match type_:
        case EnumType():
            return "枚举（" + "、".join(type_.members) + "）"
        case NumberType(rate=True):
            return "比率"
        case NumberType(unit=()):
            return "没有单位的数"
        case NumberType(unit=(("元", 1),)):
            return "金额（元）"
        case NumberType():
            return f"以{unit_text(type_.unit)}计的数"
        case _:
            return str(type_)


def unlike(what: str, wanted: Type, text: str, got: Type) -> str:
    """What to look at where two types that are easily taken for each other do not fit: `what` as 「甲」, `text` as typed."""
    if wanted == YEARS and got == YEAR:
        return f"{what}要填哪一年的，类型写 年度；年 是多长的时间"
    if wanted == YEAR and got == YEARS and not any(ch.isdigit() for ch in text):
        return f"「{text}」要填哪一年的，类型写 年度；年 是多长的时间"
    return "逐年的事实要说是哪一年的：前面写 本年、上年，如 本年 某数" if SeriesType in (type(wanted), type(got)) else ""
