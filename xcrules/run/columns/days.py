"""Days as ordinals, many at once: base/dates over arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from xcrules.base import dates

_ERA_YEARS, _ERA_DAYS = 400, 146_097
_LENGTHS = np.array((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), np.int64)


def civil(day: Any) -> tuple[Any, Any, Any]:
    """Year, month and day of ordinals. Years are counted from March, so that a leap day is the last of its year."""
    era, within = np.divmod(day + 305, _ERA_DAYS)  # the day before 0000-03-01 has the ordinal -306
    year = (within - within // 1460 + within // 36524 - within // 146_096) // 365
    rest = within - (365 * year + year // 4 - year // 100)
    place = (5 * rest + 2) // 153
    number = rest - (153 * place + 2) // 5 + 1
    month = np.where(place < 10, place + 3, place - 9)
    return year + era * _ERA_YEARS + (month <= 2), month, number


def ordinal(year: Any, month: Any, number: Any) -> Any:
    """The ordinal of a day."""
    year = year - (month <= 2)
    era, within = np.divmod(year, _ERA_YEARS)
    place = np.where(month > 2, month - 3, month + 9)
    return era * _ERA_DAYS + within * 365 + within // 4 - within // 100 + (153 * place + 2) // 5 + number - 306


def months_later(day: Any, months: Any) -> Any:
    """The same day so many months later; where a month has no such day, its last day."""
    year, month, number = civil(day)
    year, place = np.divmod(year * 12 + month - 1 + months, 12)
    leap = (place == 1) & (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return ordinal(year, place + 1, np.minimum(number, _LENGTHS[place] + leap))


def from_to(of: str, first: Any, last: Any) -> Any:
    """base/dates.from_to over arrays."""
    return dates.from_to(of, first, last, civil, months_later)
