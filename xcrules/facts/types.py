"""The types of the language and the exact numbers in it.

Money is exact 元, years and dates are whole numbers, units are multisets (元/㎡·月). There is no
float here or anywhere behind here. `UNLIMITED` stands for "no upper end" and is never an amount.
"""

from __future__ import annotations

import datetime
import re
from fractions import Fraction

from attrs import frozen

from xcrules.base.dates import civil
from xcrules.base.money import Unlimited, decimal_text, money_text, scaled_text
from xcrules.base.node import Node

UNITS = ("元", "美元", "件", "国", "部", "人", "家", "项", "次", "月", "年", "㎡", "台", "套", "亩", "吨", "小时", "天", "场",
         "册", "株", "户", "辆", "张", "处", "期", "米", "公里")
MULTIPLIERS = {"万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "亿": 10**8, "千万": 10**7, "百万": 10**6,
               "十万": 10**5, "万": 10**4, "千": 1000, "百": 100}


class NotApplicable:
    """不适用: the fact is known not to apply; what reads it is false or 0."""

    def __repr__(self) -> str:
        return "不适用"


NOT_APPLICABLE = NotApplicable()

Unit = tuple[tuple[str, int], ...]  # (("元", 1), ("国", -1)), sorted; () is a bare number


def unit_product(left: Unit, right: Unit, sign: int = 1) -> Unit:
    """The unit of left × right (sign 1) or left ÷ right (sign -1)."""
    powers = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, 0) + sign * power
    return tuple(sorted((n, p) for n, p in powers.items() if p))


def unit_text(unit: Unit) -> str:
    """元/国, ㎡·月, or 数 for none."""
    above = "·".join(n for n, p in unit for _ in range(p))
    below = "·".join(n for n, p in unit for _ in range(-p))
    return (above or ("数" if not below else "1")) + ("/" + below if below else "")


def parse_unit(text: str) -> Unit | None:
    """The unit written as 元/㎡·月, or None if a word in it is no unit."""
    unit: Unit = ()
    for sign, side in zip((1, -1), ([*text.split("/"), ""])[:2], strict=True):
        for word in filter(None, side.split("·")):
            if word not in UNITS:
                return None
            unit = unit_product(unit, ((word, 1),), sign)
    return unit if text.count("/") <= 1 else None


# -- types: a closed family ---------------------------------------------------------------------


@frozen(eq=False, repr=False)
class NumberType(Node):
    """A number with a unit: 元, 件, 元/国; a 比率 or 数 has none."""

    unit: Unit = ()
    rate: bool = False  # written and shown as a percentage

    def __str__(self) -> str:
        return "比率" if self.rate else unit_text(self.unit)


@frozen(eq=False, repr=False)
class YearType(Node):
    """A calendar year, 年度."""

    def __str__(self) -> str:
        return "年度"


@frozen(eq=False, repr=False)
class DateType(Node):
    """A day, 日期 (kept as its ordinal)."""

    def __str__(self) -> str:
        return "日期"


@frozen(eq=False, repr=False)
class BoolType(Node):
    """是否."""

    def __str__(self) -> str:
        return "是否"


@frozen(eq=False, repr=False)
class TextType(Node):
    """文字: only equality is meant."""

    def __str__(self) -> str:
        return "文字"


@frozen(eq=False, repr=False)
class EnumType(Node):
    """A closed list of members."""

    members: tuple[str, ...]

    def __str__(self) -> str:
        return "、".join(self.members)


@frozen(eq=False, repr=False)
class SeriesType(Node):
    """逐年 X: a value for each year."""

    element: NumberType

    def __str__(self) -> str:
        return f"逐年 {self.element}"


@frozen(eq=False, repr=False)
class LedgerType(Node):
    """逐款 X: a value for each clause number."""

    element: NumberType

    def __str__(self) -> str:
        return f"逐款 {self.element}"


ScalarType = NumberType | YearType | DateType | BoolType | TextType | EnumType
Type = ScalarType | SeriesType | LedgerType

MONEY = NumberType((("元", 1),))
RATE = NumberType((), rate=True)
COUNT = NumberType(())
YEARS = NumberType((("年", 1),))
YEAR, DATE, BOOL, TEXT = YearType(), DateType(), BoolType(), TextType()

# -- literals -----------------------------------------------------------------------------------

MAX_LITERAL = 80  # 一个数最多的字数
_MULTIPLIER = "|".join(MULTIPLIERS)
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_QUANTITY = rf"({_NUMBER})({_MULTIPLIER})?([^\d\W㎡]?[\w㎡·/]*)"  # compiled when first used


@frozen(eq=False, repr=False)
class LiteralValue(Node):
    """A literal's value and type."""

    value: Fraction
    type: ScalarType


def exact(text: str) -> Fraction:
    """The number written in decimal digits (with or without thousands commas)."""
    return Fraction(text.replace(",", ""))


def parse_literal(text: str) -> LiteralValue | None:
    """The value of 150万元, 5%, 1:0.5, 2/37, 2021年, 2021年11月1日, 6国; None if it is none of these."""
    if len(text) > MAX_LITERAL:
        return None
    for parse in (_date, _ratio, _rate, _fraction, _quantity):
        if (found := parse(text)) is not None:
            return found
    return None


def _date(text: str) -> LiteralValue | None:
    match = re.fullmatch(r"(\d{4})年(\d{1,2})月(\d{1,2})日|(\d{4})-(\d{1,2})-(\d{1,2})", text)
    if not match:
        return None
    try:
        day = datetime.date(*(int(g) for g in match.groups() if g))
    except ValueError:
        return None
    return LiteralValue(Fraction(day.toordinal()), DATE)


def _ratio(text: str) -> LiteralValue | None:
    match = re.fullmatch(rf"({_NUMBER}):({_NUMBER})", text)
    if not match or exact(match[1]) == 0:
        return None
    return LiteralValue(exact(match[2]) / exact(match[1]), RATE)


def _rate(text: str) -> LiteralValue | None:
    match = re.fullmatch(rf"({_NUMBER})([%‰])", text)
    return LiteralValue(exact(match[1]) / (100 if match[2] == "%" else 1000), RATE) if match else None


def _fraction(text: str) -> LiteralValue | None:
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    return LiteralValue(Fraction(int(match[1]), int(match[2])), RATE) if match and int(match[2]) else None


def _quantity(text: str) -> LiteralValue | None:
    match = re.fullmatch(_QUANTITY, text)
    if not match:
        return None
    number, multiplier, unit_word = match.groups()
    unit = parse_unit(unit_word)
    if unit is None:
        return None
    if unit_word == "年" and multiplier is None and re.fullmatch(r"\d{4}", number):
        return LiteralValue(Fraction(int(number)), YEAR)
    return LiteralValue(exact(number) * MULTIPLIERS.get(multiplier or "", 1), NumberType(unit))


# -- showing ------------------------------------------------------------------------------------


def show(value: object, type_: Type | None = None) -> str:
    """A value as the drafter would write it."""
    if value is None:
        return "未知"
    if value is True or value is False:
        return "是" if value else "否"
    if isinstance(value, Unlimited):
        return "不限"
    if isinstance(value, Fraction):
        return _show_number(value, type_)
    return str(value)


def _show_number(value: Fraction, type_: Type | None) -> str:
    match type_:
        case DateType():
            year, month, day = civil(int(value))
            return f"{year}年{month}月{day}日"
        case YearType():
            return f"{value}年"
        case NumberType(rate=True):
            return decimal_text(value * 100) + "%" if (value * 10**8).denominator == 1 else decimal_text(value)
        case NumberType(unit=(("元", 1),)):
            return money_text(value)
        case NumberType(unit=unit) if unit:
            return scaled_text(value) + unit_text(unit)
        case _:
            return decimal_text(value)
