"""Types as phrases compare and name them."""

from __future__ import annotations

from fractions import Fraction

from xcrules.facts.types import YEAR, YEARS, EnumType, NumberType, TextType, Type, unit_text
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
