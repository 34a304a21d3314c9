"""Bringing the numbers of a record that msgspec read to their scales, by one generated function."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from xcrules.facts.given import MAX_DIGITS, MAX_WHOLE
from xcrules.facts.tables import FactField, Schema
from xcrules.facts.types import DateType, LedgerType, NumberType, SeriesType

from .published import Parameters, figures_of, is_published
from .scales import MILLIONTHS, identifier, scale_of, scaled
from .values import NOT_GIVEN, UNKNOWN, DefaultNumber, Opaque


class Fault(Exception):
    """These facts are for the reader that explains."""


def number(value: Any, scale: int, signed: bool) -> Any:
    """A number that is no plain int, at its scale; what stands for an absent one stays. Raises Fault."""
    kind = value.__class__
    if kind is not float and kind is not Decimal:
        return value
    text = repr(value) if kind is float else str(value)
    whole, _, part = text.partition(".")
    if len(whole) <= 15 and whole.isdigit() and part.isdigit() and 10 ** len(part) <= scale:  # 83.05: its digits will do
        return int(whole + part) * (scale // 10 ** len(part))
    decimal = Decimal(text)
    if not decimal.is_finite() or len(decimal.as_tuple().digits) > MAX_DIGITS or (decimal < 0 and not signed):
        raise Fault
    if not -MAX_DIGITS <= decimal.adjusted() < MAX_WHOLE:
        raise Fault
    return scaled(Fraction(decimal), scale)


def share(value: Any, signed: bool) -> Any:
    """A 比率 in millionths. Raises Fault for one above 1, of which something is to be said."""
    made = value * MILLIONTHS if value.__class__ is int else number(value, MILLIONTHS, signed)
    held = made.value * MILLIONTHS if made.__class__ is Opaque and made is not UNKNOWN else made
    if held.__class__ in (int, Fraction) and held > MILLIONTHS:
        raise Fault
    return made


def day(value: Any) -> Any:
    """A date as its ordinal."""
    return value.toordinal() if value.__class__ is datetime.date else value


def scaler(schema: Schema, parameters: Parameters, money: int) -> Callable[[Any], None]:
    """A function that brings a record's numbers to their scales in place."""
    base = schema.top_of_role("基准年度")
    lines = ["def scale(f):"]
    for spec in schema.top:
        lines += _scale_lines(spec, "f", 1, money)
    for table in schema.nested:
        own = [x for spec in table.fields for x in _scale_lines(spec, "r", 2, money)]
        if own and table.kind == "名单":
            lines += [f"    rows = f.{identifier(table.name)}", "    for r in rows if rows is not UNKNOWN else ():", *own]
        elif own:
            lines += [f"    r = f.{identifier(table.name)}", "    if r is not UNKNOWN:", *own]
    specs = [*schema.top, *(spec for table in schema.nested for spec in table.fields)]
    figures = {(spec.table, spec.name): figures_of(parameters, spec, money) for spec in specs if is_published(spec)}
    names: dict[str, Any] = {"number": number, "share": share, "day": day, "UNKNOWN": UNKNOWN, "NOT_GIVEN": NOT_GIVEN,
                             "FIGURES": figures, "DefaultNumber": DefaultNumber}
    source = "\n".join([*lines, "    return None"]).replace("$YEAR", f"f.{identifier(base.name)}" if base else "")
    exec(compile(source, "<scale>", "exec"), names)
    made: Callable[[Any], None] = names["scale"]
    return made


def _scale_lines(spec: FactField, record: str, depth: int, money: int) -> list[str]:
    at = f"{record}.{identifier(spec.name)}"
    pad = "    " * depth
    scale = scale_of(spec.type, money)
    match spec.type:
        case DateType():
            return [f"{pad}{at} = day({at})"]
        case SeriesType() | LedgerType() if scale != 1:
            rate = isinstance(spec.type.element, NumberType) and spec.type.element.rate
            each = f"share(v, {spec.signed})" if rate else f"v * {scale} if type(v) is int else number(v, {scale}, {spec.signed})"
            return [f"{pad}if {at} is not UNKNOWN and {at} is not NOT_GIVEN:", f"{pad}    {at} = {{k: {each} for k, v in {at}.items()}}"]
        case NumberType(rate=True):
            return [f"{pad}{at} = share({at}, {spec.signed})", *_published_lines(spec, at, pad)]
        case NumberType() if scale != 1:
            lines = [f"{pad}v = {at}", f"{pad}{at} = v * {scale} if type(v) is int else number(v, {scale}, {spec.signed})"]
            return lines + _published_lines(spec, at, pad)
        case _:
            return _published_lines(spec, at, pad)


def _published_lines(spec: FactField, at: str, pad: str) -> list[str]:
    """缺省 参数: the figure of the base year in the place of what was not given."""
    if not is_published(spec):
        return []
    figures = f"FIGURES[{(spec.table, spec.name)!r}]"
    return [f"{pad}if {at} is UNKNOWN and $YEAR in {figures}:", f"{pad}    {at} = DefaultNumber({figures}[$YEAR])"]
