"""Exact amounts and how they are written. `UNLIMITED` stands for "no upper end" and is never an amount.

Free of attrs and of the language: a decision is printed with nothing more than this and results.py.
"""

from __future__ import annotations

from fractions import Fraction
from functools import total_ordering


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
CENT = Fraction(1, 100)


# -- sharing out ----------------------------------------------------------------------------------


def apportion(total: Fraction, shares: list[Fraction], unit: Fraction = CENT) -> list[Fraction]:
    """`total` (whole units) over `shares` by largest remainder; each gets its share up or down to a unit.

    The shares must add up to `total` within less than one unit for each of them; earlier shares win ties.
    """
    floors = [s // unit * unit for s in shares]
    spare = int((total - sum(floors, Fraction(0))) / unit)
    order = sorted(range(len(shares)), key=lambda i: (floors[i] - shares[i], i))
    for i in order[:spare]:
        floors[i] += unit
    return floors


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
