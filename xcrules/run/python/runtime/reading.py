"""Plain values to a sheet, for facts of which nothing is odd; anything odd raises Fault.

Takes less than facts.py does and never more. What it refuses is read there once more, and said why.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from .values import UNKNOWN, DefaultNumber

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR = re.compile(r"\d{4}")
_ORDINARY_LEAST, _ORDINARY_MOST = Decimal(-(10**15)), Decimal(10**15)
_PLACES = {1: 0, 100: 2, 10**6: 6}
_MILLIONTHS = 10**6  # a 比率; of one above 1 something is to be said


class Fault(Exception):
    """These facts are not for the quick reader."""


class Limits(NamedTuple):
    """What facts may have (facts.py)."""

    digits: int
    whole: int
    items: int
    text: int


class Column(NamedTuple):
    """A fact: its name, its place on a sheet, how it is read, and what stands there when it is not given."""

    name: str
    place: str
    kind: str  # the name of its type, or 数 for numbers
    scale: int
    signed: bool
    members: frozenset[str]
    absent: Any
    figures: Mapping[int, int] | None = None  # 缺省 参数: by base year, scaled


class Table(NamedTuple):
    """A list or an object of facts."""

    name: str
    place: str
    is_list: bool
    columns: tuple[Column, ...]
    absent: Any


class Layout(NamedTuple):
    """All that may be in a sheet."""

    columns: tuple[Column, ...]
    tables: tuple[Table, ...]
    base_year: str  # its place
    limits: Limits
    number_key: str


Make = Callable[..., Any]


def read(raw: object, layout: Layout, top: Make, records: Mapping[str, Make]) -> Any:
    """The sheet of these facts. Raises Fault."""
    if raw.__class__ is not dict:
        raise Fault
    left: dict[str, Any] = dict(raw)
    values = _columns(left, layout.columns, layout.limits)
    year = values[layout.base_year]
    _publish(values, layout.columns, year)
    for table in layout.tables:
        values[table.place] = _table(left.pop(table.name, None), table, layout, records[table.name], year)
    values["number"] = left.pop(layout.number_key, None)
    if left:
        raise Fault
    return top(**values)


def _table(held: Any, table: Table, layout: Layout, make: Make, year: Any) -> Any:
    if held is None:
        return table.absent
    if not table.is_list:
        return _record(held, table, layout, make, year)
    if held.__class__ is not list or len(held) > layout.limits.items:
        raise Fault
    return [_record(x, table, layout, make, year) for x in held]


def _record(held: Any, table: Table, layout: Layout, make: Make, year: Any) -> Any:
    if held.__class__ is not dict:
        raise Fault
    left = dict(held)
    values = _columns(left, table.columns, layout.limits)
    if left:
        raise Fault
    _publish(values, table.columns, year)
    return make(**values)


def _columns(left: dict[str, Any], columns: tuple[Column, ...], limits: Limits) -> dict[str, Any]:
    """The values of the columns, each taken out of `left`."""
    values = {}
    for column in columns:
        held = left.pop(column.name, None)
        values[column.place] = column.absent if held is None else _READERS[column.kind](held, column, limits)
    return values


def _publish(values: dict[str, Any], columns: tuple[Column, ...], year: Any) -> None:
    """缺省 参数: the figure of the base year in the place of what was not given."""
    for column in columns:
        if column.figures is not None and values[column.place] is UNKNOWN and year.__class__ is int and year in column.figures:
            values[column.place] = DefaultNumber(column.figures[year])


# -- one value ------------------------------------------------------------------------------------------------


def _bool(held: Any, _column: Column, _limits: Limits) -> Any:
    if held.__class__ is not bool:
        raise Fault
    return held


def _word(held: Any, column: Column, _limits: Limits) -> Any:
    if held.__class__ is not str or held not in column.members:
        raise Fault
    return held


def _text(held: Any, _column: Column, limits: Limits) -> Any:
    if held.__class__ is not str or len(held) > limits.text or held == "不适用":
        raise Fault
    return held


def _day(held: Any, _column: Column, _limits: Limits) -> Any:
    if held.__class__ is datetime.date:
        return held.toordinal()
    if held.__class__ is not str or not _DATE.fullmatch(held) or not held.isascii():
        raise Fault
    try:
        return datetime.date.fromisoformat(held).toordinal()
    except ValueError:
        raise Fault from None


def _year(held: Any, _column: Column, limits: Limits) -> Any:
    year = _number(held, 1, False, limits)
    if not 1900 <= year <= 2200:
        raise Fault
    return year


def _amount(held: Any, column: Column, limits: Limits) -> Any:
    return _number(held, column.scale, column.signed, limits)


def _by_year(held: Any, column: Column, limits: Limits) -> Any:
    if held.__class__ is not dict:
        raise Fault
    years = {_year_key(k): v for k, v in held.items()}  # a key must be a year even where nothing stands under it
    if len(years) != len(held):
        raise Fault
    return {k: _number(v, column.scale, column.signed, limits) for k, v in years.items() if v is not None}


def _year_key(key: Any) -> int:
    if not (key.__class__ is str and key.isascii() and _YEAR.fullmatch(key)):
        raise Fault
    return int(key)


def _by_clause(held: Any, column: Column, limits: Limits) -> Any:
    if held.__class__ is not dict or not held.keys() <= column.members:
        raise Fault
    return {k: _number(v, column.scale, column.signed, limits) for k, v in held.items() if v is not None}


def _number(held: Any, scale: int, signed: bool, limits: Limits) -> int:
    """The whole number that stands for a number at its scale; one that is none is for the reader of facts.py."""
    kind = held.__class__
    if kind is int:
        if not -(10**limits.whole) < held < 10**limits.whole:
            raise Fault
        made: Any = held * scale
    elif kind is Decimal or kind is float:
        made = decimal_at(Decimal(repr(held)) if kind is float else held, scale, limits)
    else:
        raise Fault
    if made.__class__ is not int or (made < 0 and not signed) or (scale == _MILLIONTHS and made > scale):
        raise Fault
    return made


def decimal_at(value: Decimal, scale: int, limits: Limits) -> int | Fraction:
    """A decimal at its scale; a Fraction where that is no whole number. Raises Fault for one that is too long."""
    if value.is_finite() and _ORDINARY_LEAST < value < _ORDINARY_MOST and scale in _PLACES:
        places = _PLACES[scale]
        whole = int(value.scaleb(places))
        if Decimal(whole).scaleb(-places) == value:
            return whole
    if not value.is_finite() or len(value.as_tuple().digits) > limits.digits:
        raise Fault
    if not -limits.digits <= value.adjusted() < limits.whole:
        raise Fault
    times = Fraction(value) * scale
    return times.numerator if times.denominator == 1 else times


_READERS: dict[str, Callable[[Any, Column, Limits], Any]] = {
    "是否": _bool, "枚举": _word, "文字": _text, "日期": _day, "年度": _year, "数": _amount, "逐年": _by_year, "逐款": _by_clause,
}
