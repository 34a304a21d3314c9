"""Days as terms: their year, month and day of the month, and the same day of another month. Within the years of a sheet 2月 of every fourth has 29 days."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any

import z3  # type: ignore[import-untyped]

from xcrules.base import dates

from .terms import Symbol, both, either, evenly, known, pick, plus

_BEGIN = 1904  # a leap year, from which to 2099 every fourth is one
_FIRST, _LAST = (datetime.date(year, 1, 1).toordinal() for year in (_BEGIN, 2100))
_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

Civil = tuple[Any, Any]  # months since the first year, day of the month


def civil(day: Symbol, domain: list[Any]) -> Civil:
    """The month and the day of the month of a day."""
    if day.civil is not None:
        return day.civil
    if isinstance(day.value, int):
        date = datetime.date.fromordinal(day.value)
        return (date.year - _BEGIN) * 12 + date.month - 1, date.day
    month, number = z3.Int(f"month!{len(domain)}"), z3.Int(f"number!{len(domain)}")
    first = (day.span[0] - _FIRST) // 31 - 1
    domain += [month >= max(first, 0), month < 12 * 196, number >= 1, number <= _length(month)]
    domain.append(either(day.value < _FIRST if day.span[0] < _FIRST else False, day.value == _first(month) + number - 1))  # what does not apply has no month
    return month, number


def _by_month(place: Any, values: tuple[int, ...]) -> Any:
    """The value of a month of the year."""
    made: Any = values[11]
    for i in reversed(range(11)):
        made = pick(place == i, values[i], made)
    return made


def _parts(month: Any) -> tuple[Any, Any, Any]:
    """Years since the first, month of the year, whether the year is a leap year."""
    year, place = (month // 12, month % 12) if isinstance(month, int) else (month / 12, month % 12)
    return year, place, year % 4 == 0


def _first(month: Any) -> Any:
    """The first day of a month."""
    year, place, leap = _parts(month)
    fourth = (year + 3) // 4 if isinstance(year, int) else (year + 3) / 4
    return _FIRST + 365 * year + fourth + _by_month(place, _BEFORE) + pick(both(leap, place >= 2), 1, 0)


def _length(month: Any) -> Any:
    _, place, leap = _parts(month)
    return _by_month(place, _LENGTHS) + pick(both(leap, place == 1), 1, 0)


@cache
def _shifts(low: int, high: int, months: int) -> tuple[list[int], list[int]]:
    """By how many days the same day is later: on which days that changes, and to how many."""
    starts, shifts = [low], [dates.months_later(low, months) - low]
    for year in range(datetime.date.fromordinal(low).year, datetime.date.fromordinal(high).year + 1):
        for day in (datetime.date(year, 2, 28).toordinal() + i for i in (1, 2)):
            shift = dates.months_later(day, months) - day
            if low < day <= high and shift != shifts[-1]:
                starts.append(day)
                shifts.append(shift)
    return starts, shifts


def months_later(day: Symbol, months: Symbol, domain: list[Any]) -> Symbol:
    """The same day so many months later; where a month has no such day, its last day."""
    if months.span[0] == months.span[1] and months.span[0] % 12 == 0 and day.span[1] < _LAST:
        starts, shifts = _shifts(max(day.span[0], _FIRST), day.span[1], months.span[0])
        return plus(day, Symbol(evenly(day.value, starts, shifts), sure=known(months), span=(min(shifts), max(shifts))))
    month, number = civil(day, domain)
    due = month + months.value
    last = _length(due)
    number = pick(number <= last, number, last)
    shift = sorted((months.span[0] * 31, months.span[1] * 31))
    return Symbol(_first(due) + number - 1, sure=known(day, months), civil=(due, number),
                  span=(day.span[0] + min(shift[0], 0) - 31, day.span[1] + max(shift[1], 0) + 31))


def months_between(first: Symbol, last: Symbol, whole: bool, domain: list[Any]) -> Symbol:
    """How often the same day of a later month has come from one day to another; not `whole`: the calendar months, that of either day among them."""
    (one, number), (other, then) = civil(first, domain), civil(last, domain)
    months, length = other - one, _length(other)
    made = pick(pick(number <= length, number, length) <= then, months, months - 1) if whole else months + 1
    low, high = last.span[0] - first.span[1], last.span[1] - first.span[0]
    return Symbol(
        made, sure=known(first, last), span=(max(min(low // 28, low // 31) - 1, -2400), min(max(high // 28, high // 31) + 2, 2400))
    )
