"""What a cell of a form looks like: its number format, its check, its width, the value that stands in it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from xcrules.base.source import display_width
from xcrules.facts.types import DateType, EnumType, NumberType, Type, YearType

Raw = Mapping[str, object]


def format_of(type_: Type) -> str:
    match type_:
        case NumberType(rate=True):
            return "0.00%"
        case NumberType() if type_.whole:
            return "0"
        case NumberType(unit=(("元", 1),)):
            return "#,##0.00"
        case NumberType():
            return "General"
        case YearType():
            return "0"
        case DateType():
            return "yyyy-mm-dd"
    return "@"


def check_of(type_: Type, cell: str, signed: bool) -> str | None:
    """A formula that holds for what may stand in the cell."""
    match type_:
        case NumberType():
            more = "" if signed else f",{cell}>=0"
            return f"AND(ISNUMBER({cell}){more}{f',{cell}=INT({cell})' if type_.whole else ''})"
        case YearType():
            return f"AND(ISNUMBER({cell}),{cell}>=1900,{cell}<=2200,{cell}=INT({cell}))"
        case DateType():
            return f"AND(ISNUMBER({cell}),{cell}>3000)"
    return None


def width_of(name: str, type_: Type) -> float:
    least = 16 if isinstance(type_, NumberType | DateType) else 12
    longest = max((display_width(m) for m in type_.members), default=0) if isinstance(type_, EnumType) else 0
    return min(max(display_width(name) + 4, longest + 6, least), 30)


def flattened(record: Raw) -> Iterator[tuple[str, object]]:
    for key, value in record.items():
        if isinstance(value, Mapping):
            yield from ((f"{key}.{inner}", v) for inner, v in value.items() if v is not None)
        elif value is not None:
            yield str(key), value


def as_number(value: object) -> float | int | None:
    """The number, if Excel keeps it as it is: fifteen digits."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | Fraction):
        return None
    value = Decimal(repr(value)) if isinstance(value, float) else value
    nearest = float(value)
    return nearest if Fraction(Decimal(f"{nearest:.15G}")) == Fraction(value) else None


def as_date(value: object) -> datetime.date | None:
    if isinstance(value, datetime.date):
        return value
    try:
        day = datetime.date.fromisoformat(str(value))
    except ValueError:
        return None
    return day if day.year >= 1901 else None


def as_text(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return format(value, "f") if isinstance(value, Decimal) else str(value)
