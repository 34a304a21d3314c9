"""Values as msgspec took them, brought to the whole numbers of their scale."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from xcrules.facts.given import MAX_DIGITS, MAX_WHOLE
from xcrules.facts.tables import FactField
from xcrules.facts.types import DateType, LedgerType, NumberType, SeriesType

from .scales import MILLIONTHS, scale_of, scaled
from .values import Opaque


class Fault(Exception):
    """These facts are for the reader that explains."""


def bringing(field: FactField) -> Callable[[Any], Any] | None:
    """What brings a value of this fact to its scale, and leaves alone what stands for an absent one; None for what is as it should be."""
    scale, signed = scale_of(field.type), field.signed
    match field.type:
        case DateType():
            return lambda value: value.toordinal() if value.__class__ is datetime.date else value
        case SeriesType(element) | LedgerType(element):
            each = _number(scale, signed, element.rate)
            return lambda given: {k: each(v) for k, v in given.items() if v is not None} if given.__class__ is dict else given
        case NumberType(rate=rate) if scale != 1:
            return _number(scale, signed, rate)
    return None


def _number(scale: int, signed: bool, rate: bool) -> Callable[[Any], Any]:
    def whole(value: Any) -> Any:
        return value * scale if value.__class__ is int else _decimal(value, scale, signed)

    def share(value: Any) -> Any:
        number = whole(value)
        if (number.__class__ is int and number > MILLIONTHS) or (number.__class__ is Opaque and (number.value or 0) > 1):
            raise Fault  # of one above 1 something is to be said
        return number

    return share if rate else whole


def _decimal(value: Any, scale: int, signed: bool) -> Any:
    """A number with decimal places at its scale."""
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
