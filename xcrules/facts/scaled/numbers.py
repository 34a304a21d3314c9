"""Values as msgspec took them, brought to the whole numbers of their scale."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from xcrules.facts.given import MAX_DIGITS, MAX_WHOLE
from xcrules.facts.tables import FactField
from xcrules.facts.types import DateType, LedgerType, NumberType, SeriesType

from .scales import MILLIONTHS, scale_of, scaled
from .values import Opaque


class Fault(Exception):
    """These facts are for the reader that explains."""


def bringing_of(field: FactField) -> Callable[[Any], Any] | None:
    """What brings a value of this fact to its scale, and leaves alone what stands for an absent one; None for what is as it should be."""
    bring = _bringing(field)
    return bring if field.least is None and field.most is None else partial(_within, bring, scale_of(field.type), field)


def _within(bring: Callable[[Any], Any] | None, scale: int, field: FactField, given: Any) -> Any:
    """Raises Fault for what the law does not allow."""
    value = given if bring is None else bring(given)
    number = Fraction(value, scale) if value.__class__ is int else value.value if value.__class__ is Opaque else None
    if number is not None and ((field.least is not None and number < field.least) or (field.most is not None and number > field.most)):
        raise Fault
    return value


def _bringing(field: FactField) -> Callable[[Any], Any] | None:
    scale = scale_of(field.type)
    match field.type:
        case DateType():
            return _day
        case SeriesType(element) | LedgerType(element):
            return partial(_each, _of_number(scale, field.signed, element.rate), 0 if element.rate else scale)
        case NumberType(rate=rate) if scale != 1:
            return _of_number(scale, field.signed, rate)
    return None


def _day(value: Any) -> Any:
    return value.toordinal() if value.__class__ is datetime.date else value


def _each(number: Callable[[Any], Any], scale: int, given: Any) -> Any:
    """逐年 or 逐款: each of its numbers; most are whole, and all is done with them that `scale` says."""
    if given.__class__ is not dict:
        return given
    return {k: v * scale if scale and v.__class__ is int else number(v) for k, v in given.items()}


def _of_number(scale: int, signed: bool, rate: bool) -> Callable[[Any], Any]:
    number = Number(scale, signed)
    return partial(_share, number) if rate else number


class Number:
    """Brings a number to its scale; called with it. Raises Fault for one that is too long, or negative."""

    __slots__ = ("factors", "scale", "signed")

    def __init__(self, scale: int, signed: bool) -> None:
        self.scale, self.signed = scale, signed
        self.factors = {places: scale // 10**places for places in range(len(str(scale)))}  # by how many places are written

    def __call__(self, value: Any) -> Any:
        kind = value.__class__
        if kind is int:
            return value * self.scale
        if kind is not float and kind is not Decimal:
            return value
        text = repr(value) if kind is float else str(value)
        whole, _, part = text.partition(".")
        if len(whole) <= 15 and (factor := self.factors.get(len(part))) and (digits := whole + part).isdigit():  # 83.05: its digits will do
            return int(digits) * factor
        decimal = Decimal(text)
        if not decimal.is_finite() or len(decimal.as_tuple().digits) > MAX_DIGITS or (decimal < 0 and not self.signed):
            raise Fault
        if not -MAX_DIGITS <= decimal.adjusted() < MAX_WHOLE:
            raise Fault
        return scaled(Fraction(decimal), self.scale)


def _share(number: Number, value: Any) -> Any:
    """A 比率. Raises Fault for one above 1, of which something is to be said."""
    share = number(value)
    if (share.__class__ is int and share > MILLIONTHS) or (share.__class__ is Opaque and (share.value or 0) > 1):
        raise Fault
    return share
