"""The types of the language and the exact numbers in it.

Money is exact 元, years and dates are whole numbers, units are multisets (元/㎡·月). There is no
float here or anywhere behind here. `UNLIMITED` stands for "no upper end" and is never an amount.
"""

from __future__ import annotations

import datetime
import re
from fractions import Fraction
from functools import lru_cache

from attrs import Factory, field, frozen

from xcrules.base.dates import civil
from xcrules.base.money import Unlimited, decimal_text, money_text, scaled_text
from xcrules.base.node import Node
from xcrules.base.numerals import chinese_decimal, chinese_number

from .units import (
    MULTIPLIERS,
    NO_UNITS,
    UNITS,
    Unit,
    Units,
    is_whole,
    of_one_area,
    parse_unit,
    read_unit,
    unit_product,
    unit_text,
    units_of,
)

__all__ = ["MULTIPLIERS", "NO_UNITS", "UNITS", "Unit", "Units", "parse_unit", "unit_product", "unit_text", "units_of"]


class NotApplicable:
    """不适用: the fact is known not to apply; what reads it is false or 0."""

    def __repr__(self) -> str:
        return "不适用"


NOT_APPLICABLE = NotApplicable()

# -- types: a closed family ---------------------------------------------------------------------


@frozen(eq=False, repr=False)
class NumberType(Node):
    """A number with a unit: 元, 件, 元/国; a 比率 or 数 has none."""

    unit: Unit = ()
    rate: bool = False  # written and shown as a percentage
    whole: bool = field(default=Factory(lambda self: is_whole(self.unit), takes_self=True), eq=False, repr=False)  # counted one by one
    elapsed: bool = field(default=False, eq=False, repr=False)  # from one moment to another: 不适用 where one of these is, and what is reckoned on from it too
    cancelled: bool = field(default=False, eq=False, repr=False)  # no unit was left of a product or quotient: a number, or beside a rate the rate that it is

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
    """A closed list of members; `rising`: the same from the lowest to the highest, where they stand in an order."""

    members: tuple[str, ...]
    rising: tuple[str, ...] = ()

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
MONEY_A_MONTH = NumberType((("元", 1), ("月", -1)))
MONEY_A_YEAR = NumberType((("元", 1), ("年", -1)))
MONTHS, DAYS = NumberType((("月", 1),)), NumberType((("天", 1),))
LEVELS = NumberType((), elapsed=True)  # of members that stand in an order: how far up, or apart
ELAPSED = {"年数": NumberType(YEARS.unit, elapsed=True), "月数": NumberType(MONTHS.unit, elapsed=True), "天数": NumberType(DAYS.unit, elapsed=True)}
YEAR, DATE, BOOL, TEXT = YearType(), DateType(), BoolType(), TextType()



def is_time(type_: Type | None) -> bool:
    """A day, or a time that elapsed: of these 不适用 is none, of amounts and counts 0."""
    return isinstance(type_, DateType) or (isinstance(type_, NumberType) and type_.elapsed)


# -- literals -----------------------------------------------------------------------------------

MAX_LITERAL = 80  # 一个数最多的字数
_MULTIPLIER = "|".join(MULTIPLIERS)
SHARE = r"(?!百分之)([一二三四五六七八九十百千万]+)分之(\d+(?:\.\d+)?|[零〇一二三四五六七八九十百点]+)"  # 万分之零点五; 百分之五 is written 5%
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


@lru_cache(maxsize=30_000)  # cells of a table are read by many checks
def parse_literal(text: str, units: Units = NO_UNITS) -> LiteralValue | None:
    """The value of 150万元, -80元/吨, 10元/100公斤, 5%, 1:0.5, 2/37, 三分之一, 万分之零点五, 2021年, 2021年11月1日, 6国, 第三年; None if it is none of these."""
    if len(text) > MAX_LITERAL:
        return None
    if re.match(r"[-+]\d", text):
        found = _rate(text[1:]) or _quantity(text[1:], units)
        return found and LiteralValue(found.value * int(f"{text[0]}1"), found.type) if not found or isinstance(found.type, NumberType) else None
    for parse in (_date, _ratio, _rate, _fraction, _nth_year):
        if (found := parse(text)) is not None:
            return found
    return _quantity(text, units) or _rate_of_each(text, units)


def own_literal(text: str, type_: Type) -> LiteralValue | None:
    """The same where a number of this type is expected: its own units are known."""
    return parse_literal(text, own_units(type_))


def value_in(text: str, type_: Type) -> Fraction | None:
    """What it comes to in the units of this type: 3亩 is 2000 where ㎡ are told."""
    known = own_literal(text, type_)
    if known is not None and isinstance(known.type, NumberType) and isinstance(type_, NumberType):
        return known.value * of_one_area(known.type.unit, type_.unit)[1]
    return None if known is None else known.value


def own_units(type_: object) -> Units:
    """The units in which a value of this type is told."""
    return units_of(type_.unit) if isinstance(type_, NumberType) else NO_UNITS


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
    match = re.fullmatch(rf"({_NUMBER})(%|‰|个?(?:基点|BP|bp)|个百分点|倍)", text)
    return LiteralValue(exact(match[1]) / {"%": 100, "‰": 1000, "个百分点": 100, "倍": 1}.get(match[2], 10_000), RATE) if match else None


def _rate_of_each(text: str, units: Units) -> LiteralValue | None:
    """5‰/天, 万分之五/天: so much of an amount for each day."""
    rate, _, word = text.rpartition("/")
    found, unit = _rate(rate) or _fraction(rate), read_unit(f"/{word}", units)
    return (
        LiteralValue(found.value * unit[1], NumberType(unit[0]))
        if found is not None and unit is not None and unit[0]
        else None
    )


def _fraction(text: str) -> LiteralValue | None:
    if text == "一半":
        return LiteralValue(Fraction(1, 2), RATE)
    if match := re.fullmatch(r"(\d+)/(\d+)", text):
        above, below = Fraction(match[1]), int(match[2])
    elif match := re.fullmatch(SHARE, text):
        above, below = chinese_decimal(match[2]), chinese_number(match[1])
    else:
        return None
    return LiteralValue(above / below, RATE) if below else None


def _quantity(text: str, units: Units) -> LiteralValue | None:
    match = re.fullmatch(_QUANTITY, f"0.5{text[1:]}" if text[:1] == "半" else text)
    if not match:
        return None
    number, multiplier, unit_word = match.groups()
    if multiplier and parse_unit(multiplier + unit_word, units) is not None:  # 5千瓦 of a policy that has 千瓦
        unit_word, multiplier = multiplier + unit_word, None
    if (read := read_unit(unit_word, units)) is None:
        return None
    if unit_word == "年" and multiplier is None and re.fullmatch(r"\d{4}", number):
        return LiteralValue(Fraction(int(number)), YEAR)
    unit, factor = read
    return LiteralValue(exact(number) * MULTIPLIERS.get(multiplier or "", 1) * factor, NumberType(unit))


def _nth_year(text: str) -> LiteralValue | None:
    """第3年, 第三年: a number of years, counted from 1."""
    match = re.fullmatch("第([1-9][0-9]?|[一二三四五六七八九十]{1,3})年", text)
    return LiteralValue(Fraction(chinese_number(match[1])), YEARS) if match else None


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
        case NumberType(unit=unit) if unit and all(power < 0 for _, power in unit):
            return (decimal_text(value * 1000) + "‰" if (value * 10**9).denominator == 1 else decimal_text(value)) + unit_text(unit)[1:]
        case NumberType(unit=(("㎡", 1),)) if value.denominator == 3:
            return scaled_text(value * Fraction(3, 2000)) + "亩"  # 100亩 beside ㎡, as it was written
        case NumberType(unit=unit) if unit:
            return scaled_text(value) + unit_text(unit)
        case _:
            return decimal_text(value)
