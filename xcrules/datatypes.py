"""The types of the language and the exact numbers in it.

Money is exact 元, years and dates are whole numbers, units are multisets (元/㎡·月). There is no
float here or anywhere behind here. `UNLIMITED` stands for "no upper end" and is never an amount.
"""

from __future__ import annotations

import datetime
import re
from fractions import Fraction
from functools import total_ordering

from attrs import frozen

UNITS = ("元", "美元", "件", "国", "部", "人", "家", "项", "次", "月", "年", "㎡", "台", "套", "亩", "吨", "小时", "天", "场",
         "册", "株", "户", "辆", "张", "处", "期", "米", "公里")  # fmt: skip
MULTIPLIERS = {"万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "亿": 10**8, "千万": 10**7, "百万": 10**6,
               "十万": 10**5, "万": 10**4, "千": 1000, "百": 100}  # fmt: skip


@total_ordering
class Unlimited:
    """Beyond every number: the upper end (sign 1) or lower end (sign -1) of a range that has none."""

    __slots__ = ("sign",)

    def __init__(self, sign: int = 1) -> None:
        self.sign = sign

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unlimited) and other.sign == self.sign

    def __hash__(self) -> int:
        return hash((Unlimited, self.sign))

    def __lt__(self, other: object) -> bool:
        return self.sign < (other.sign if isinstance(other, Unlimited) else 0)

    def __neg__(self) -> Unlimited:
        return Unlimited(-self.sign)

    def __repr__(self) -> str:
        return "UNLIMITED" if self.sign > 0 else "-UNLIMITED"


UNLIMITED = Unlimited(1)
Number = Fraction | Unlimited


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


@frozen
class NumberType:
    """A number with a unit: 元, 件, 元/国; a 比率 or 数 has none."""

    unit: Unit = ()
    rate: bool = False  # written and shown as a percentage

    def __str__(self) -> str:
        return "比率" if self.rate else unit_text(self.unit)


@frozen
class YearType:
    """A calendar year, 年度."""

    def __str__(self) -> str:
        return "年度"


@frozen
class DateType:
    """A day, 日期 (kept as its ordinal)."""

    def __str__(self) -> str:
        return "日期"


@frozen
class BoolType:
    """是否."""

    def __str__(self) -> str:
        return "是否"


@frozen
class TextType:
    """文字: only equality is meant."""

    def __str__(self) -> str:
        return "文字"


@frozen
class EnumType:
    """A closed list of members."""

    members: tuple[str, ...]

    def __str__(self) -> str:
        return "、".join(self.members)


@frozen
class SeriesType:
    """逐年 X: a value for each year."""

    element: NumberType

    def __str__(self) -> str:
        return f"逐年 {self.element}"


@frozen
class LedgerType:
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
_QUANTITY = re.compile(rf"({_NUMBER})({_MULTIPLIER})?([^\d\W㎡]?[\w㎡·/]*)")


@frozen
class LiteralValue:
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
    match = _QUANTITY.fullmatch(text)
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


def decimal_text(value: Fraction, places: int = 6) -> str:
    """Shortest decimal, or a fraction when the decimal does not end within `places`."""
    scaled = value * 10**places
    if scaled.denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = f"{abs(scaled.numerator):0{places + 1}d}"
    whole, part = digits[:-places], digits[-places:].rstrip("0")
    return ("-" if value < 0 else "") + whole + ("." + part if part else "")


def money_text(value: Number) -> str:
    """150万元, 4000元, 33.33元: as a person writes it."""
    if isinstance(value, Unlimited):
        return "不限"
    if value and value % 10**8 == 0:
        return decimal_text(value / 10**8) + "亿元"
    if abs(value) >= 10000 and (value * 100 / 10**4).denominator == 1:
        return decimal_text(value / 10**4) + "万元"
    return grouped(decimal_text(value)) + "元"


def grouped(digits: str) -> str:
    """1350000.25 → 1,350,000.25, as the language reads it too; a fraction stays as it is."""
    whole, point, part = digits.partition(".")
    return digits if "/" in digits else f"{int(whole):,}{point}{part}" if whole not in ("-0", "") else digits


def cents_text(value: Fraction) -> str:
    """Exactly two places: 600000.00. The value must be a whole number of 分."""
    cents = value * 100
    if cents.denominator != 1:
        raise ValueError(f"{value} is no whole number of 分")
    sign, digits = ("-" if cents < 0 else ""), f"{abs(cents.numerator):03d}"
    return f"{sign}{digits[:-2]}.{digits[-2:]}"


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
            day = datetime.date.fromordinal(int(value))
            return f"{day.year}年{day.month}月{day.day}日"
        case YearType():
            return f"{value}年"
        case NumberType(rate=True):
            return decimal_text(value * 100) + "%" if (value * 10**8).denominator == 1 else decimal_text(value)
        case NumberType(unit=(("元", 1),)):
            return money_text(value)
        case NumberType(unit=unit) if unit:
            return decimal_text(value) + unit_text(unit)
        case _:
            return decimal_text(value)
