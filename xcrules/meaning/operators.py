"""What each operator means, exactly, on single numbers and on ranges: for the reference, and what the
lowering takes over of it.

A range [lo, hi] holds every value the operand may have; each function here gives the range of the
result and never a narrower one. Only `Unlimited` ends are not Fractions.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from xcrules.base import dates
from xcrules.base.money import CENT, UNLIMITED, Number, Unlimited
from xcrules.facts.types import DateType, Type

from .values import ArithOp, CompareOp

Range = tuple[Number, Number]
_ZERO = Fraction(0)


def same_day(day: Fraction, years: Fraction) -> Fraction:
    """The same day `years` later; 2月29日 falls on 2月28日 of a short year.

    A part of a year is so many months (1.5年 is 18 months); what is less than a month is that part of its days, and a
    day begun is a day.
    """
    months = years * 12 // 1
    due = dates.months_later(int(day), int(months))
    rest = years * 12 - months
    if rest:
        due += ceil((dates.months_later(int(day), int(months) + 1) - due) * rest)
    return Fraction(due)


def year_of(day: Number) -> Number:
    """The calendar year of a date."""
    return day if isinstance(day, Unlimited) else Fraction(dates.year_of(int(day)))


def add(left: Number, right: Number) -> Number:
    if isinstance(left, Unlimited) or not right.numerator:
        return left
    return right if isinstance(right, Unlimited) or not left.numerator else left + right


def subtract(left: Number, right: Number) -> Number:
    """left − right; what is left of no end is no end, and of two without an end nothing that is sure."""
    if isinstance(left, Unlimited) or isinstance(right, Unlimited):
        return left if isinstance(left, Unlimited) and not isinstance(right, Unlimited) else Fraction(0)
    return left - right


def multiply(left: Number, right: Number) -> Number:
    over, under = left.numerator, right.numerator
    if not (over and under):
        return _ZERO
    if isinstance(left, Unlimited) or isinstance(right, Unlimited):
        return UNLIMITED if (over > 0) == (under > 0) else -UNLIMITED
    return left * right


def floor_to(value: Number, unit: Fraction | int = CENT) -> Number:
    """Down to a whole number of units; one that is whole already is itself."""
    if isinstance(value, Unlimited) or not value.numerator * unit.denominator % (value.denominator * unit.numerator):
        return value
    return value // unit * unit  # type: ignore[return-value]  # of whole numbers, whole


def arith(op: ArithOp, left: Range, right: Range, type_: Type) -> Range:
    """The range of left op right."""
    if op in ("+", "-", "×") and left[0] is left[1] and right[0] is right[1] and not isinstance(type_, DateType):
        made = multiply(left[0], right[0]) if op == "×" else add(left[0], right[0] if op == "+" else -right[0])
        return made, made
    match op:
        case "+" | "-" if isinstance(type_, DateType):
            sign = 1 if op == "+" else -1
            return _date_shift(left, right, sign)
        case "加天" | "减天":
            sign = 1 if op == "加天" else -1
            first, last = right if sign > 0 else (right[1], right[0])
            return _days_on(left[0], first, sign), _days_on(left[1], last, sign)
        case "年数" | "月数" | "天数" | "历月":
            return from_to(op, left[1], right[0]), from_to(op, left[0], right[1])
        case "+":
            return add(left[0], right[0]), add(left[1], right[1])
        case "-":
            return add(left[0], -right[1]), add(left[1], -right[0])
        case "×":
            if right[0] is right[1]:
                lo, hi = (multiply(x, right[0]) for x in left)
                return (lo, hi) if right[0].numerator >= 0 else (hi, lo)
            products = [multiply(a, b) for a in left for b in right]
            return min(products), max(products)
        case "÷":
            return arith("×", left, (_inverse(right[0]), _inverse(right[1])), type_)
        case "整除":
            return _full_steps(left[0], right[0]), _full_steps(left[1], right[0])
        case "进整":
            return -_full_steps(-left[0], right[0]), -_full_steps(-left[1], right[0])
        case "较小":
            return min(left[0], right[0]), min(left[1], right[1])
        case "较大":
            return max(left[0], right[0]), max(left[1], right[1])


def _inverse(value: Number) -> Number:
    """1 ÷ value; the language only divides by numbers that are not 0."""
    return Fraction(0) if isinstance(value, Unlimited) else 1 / value


def quotient(left: Range, right: Range) -> Range:
    """The range of left ÷ right where right is not 0 (some of its values are not)."""
    inverses = []
    if right[1] > Fraction(0):
        inverses.append((_inverse(right[1]), _inverse(right[0]) if right[0] > Fraction(0) else Unlimited(1)))
    if right[0] < Fraction(0):
        inverses.append((_inverse(right[1]) if right[1] < Fraction(0) else Unlimited(-1), _inverse(right[0])))
    ends = [multiply(a, b) for pair in inverses for a in left for b in pair]
    return min(ends), max(ends)


def _full_steps(value: Number, step: Number) -> Number:
    if isinstance(value, Unlimited) or isinstance(step, Unlimited):
        return value
    return Fraction(value // step)


def _date_shift(day: Range, years: Range, sign: int) -> Range:
    """Later by as many years, or earlier: the earliest and the latest that it may be."""
    first, last = years if sign > 0 else (-years[1], -years[0])
    return _shifted(day[0], first, -1), _shifted(day[1], last, 1)


def _shifted(day: Number, years: Number, side: int) -> Number:
    return Unlimited(side) if isinstance(day, Unlimited) or isinstance(years, Unlimited) else same_day(day, years)


def _days_on(day: Number, days: Number, sign: int) -> Number:
    """So many days later (sign 1) or earlier; a day begun is a day."""
    if isinstance(day, Unlimited) or isinstance(days, Unlimited):
        return day if isinstance(day, Unlimited) else Unlimited(sign if days > Fraction(0) else -sign)
    return day + sign * ceil(days)


def from_to(op: ArithOp, first: Number, last: Number) -> Number:
    """Full years, months or days from a day to another."""
    if isinstance(first, Unlimited) or isinstance(last, Unlimited):
        return last if isinstance(last, Unlimited) else -first
    return Fraction(dates.from_to(op, int(first), int(last)))


def compare(op: CompareOp, left: Range, right: Range) -> tuple[bool, bool]:
    """Whether the comparison can be true, and whether it can be false."""
    match op:
        case "<":
            return left[0] < right[1], left[1] >= right[0]
        case "<=":
            return left[0] <= right[1], left[1] > right[0]
        case ">":
            return compare("<", right, left)
        case ">=":
            return compare("<=", right, left)
        case "=":
            point = left[0] == left[1] == right[0] == right[1]
            return left[0] <= right[1] and right[0] <= left[1], not point
        case "!=":
            can, cannot = compare("=", left, right)
            return cannot, can


def fill(total: Number, wants: list[Fraction]) -> list[Fraction]:
    """`total` given to the wants in their order until it is used up."""
    if isinstance(total, Unlimited):
        return wants
    given, left = [], max(total, Fraction(0))
    for want in wants:
        given.append(want if want <= left else left)
        left -= given[-1]
    return given
