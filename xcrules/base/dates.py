"""Days as ordinals, also before year 1 and after 9999: their year, and the same day of another month or year."""

from __future__ import annotations

import datetime
from typing import Any

_ERA_YEARS, _ERA_DAYS = 400, 146_097  # after which the calendar repeats: days before year 1 and after 9999 have a place too
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def civil(day: int) -> tuple[int, int, int]:
    """Year, month and day of any ordinal."""
    era, within = divmod(day - 1, _ERA_DAYS)
    date = datetime.date.fromordinal(within + 1)
    return date.year + era * _ERA_YEARS, date.month, date.day


def year_of(day: int) -> int:
    """The calendar year of a day."""
    return civil(day)[0]


def months_later(day: int, months: int) -> int:
    """The same day so many months later; where a month has no such day (2月29日 of a short year), its last day."""
    year, month, number = civil(day)
    year, place = divmod(year * 12 + month - 1 + months, 12)
    era, within = divmod(year - 1, _ERA_YEARS)
    leap = place == 1 and (year % 4 == 0) > (year % 100 == 0 and year % 400 != 0)
    last = _LENGTHS[place] + leap
    return datetime.date(within + 1, place + 1, min(number, last)).toordinal() + era * _ERA_DAYS


def from_to(of: str, first: Any, last: Any, civil: Any = civil, months_later: Any = months_later) -> Any:
    """Days, full years or full months (年数, 月数, 天数) from a day to another, how often the same day of a later month has come, below 0 where
    the other is earlier; 历月: calendar months, that of either day among them. Of arrays of days by a calendar of arrays."""
    if of == "天数":
        return last - first
    (year, month, _), (then, later, _) = civil(first), civil(last)
    months = (then - year) * 12 + later - month
    if of == "历月":
        return months + 1
    months = months - (months_later(first, months) > last)
    return months if of == "月数" else months // 12
