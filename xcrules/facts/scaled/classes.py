"""The record classes of a policy: msgspec structs, which check plain values as they are made of them.

What msgspec refuses is read by given.py, which alone says what is wrong: a class never takes more than that does.

Values as msgspec took them, brought to the whole numbers of their scale.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from threading import Lock
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from xcrules.base.identity import ClauseNames
from xcrules.facts.given import MAX_DIGITS, MAX_ITEMS, MAX_TEXT, MAX_WHOLE, NUMBER_KEY
from xcrules.facts.tables import FactField, Schema
from xcrules.facts.types import BoolType, DateType, EnumType, LedgerType, NumberType, SeriesType, TextType, Type, YearType

from .values import MILLIONTHS, Opaque, absent, absent_table, identifier, scale_of, scaled

_MOST = 10**MAX_WHOLE - 1
_FIRST = Lock()

Attribute = tuple[str, str, Any, object]  # its own name, the name as given, its type, what stands where it is not given


def record_classes(schema: Schema, clauses: ClauseNames) -> tuple[type[Any], dict[str, type[Any]]]:
    """The class of the whole record, and that of each table; `clauses` are what ledgers may name."""
    def attribute(field: FactField) -> Attribute:
        return identifier(field.name), field.name, _annotation(field, field.type, clauses), absent(field)

    tables = {t.name: _class(t.name, [attribute(f) for f in t.fields]) for t in schema.nested}
    attributes = [attribute(f) for f in schema.top]
    for table in schema.nested:
        row: Any = tables[table.name]
        rows: Any = Annotated[list[row], Meta(max_length=MAX_ITEMS)]
        attributes.append((identifier(table.name), table.name, rows if table.kind == "名单" else row, absent_table(table)))
    given_as = NUMBER_KEY if NUMBER_KEY not in {name for _, name, *_ in attributes} else "\x7f"  # then a fact, and the number too
    top = _class("申报", [*attributes, ("number", given_as, Any, None)])
    with _FIRST:  # msgspec looks at a struct's types at its first use, and two threads must not do that at once
        convert({}, top)
    return top, tables


def convert(raw: object, class_: type[Any]) -> Any:
    """A record of plain values. Raises ValueError, TypeError or RecursionError for any other."""
    return msgspec.convert(raw, class_, str_keys=True, builtin_types=(Decimal,))


def _class(name: str, attributes: list[Attribute]) -> type[Any]:
    types: list[Any] = [
        (own, annotation if annotation is Any else annotation | None, default) for own, _, annotation, default in attributes
    ]
    given_as = {own: given for own, given, *_ in attributes}
    return msgspec.defstruct(identifier(name), types, rename=given_as, forbid_unknown_fields=True, gc=False)


def _annotation(field: FactField, type_: Type, clauses: ClauseNames) -> Any:
    """The type that msgspec checks: never wider than what given.py takes, sometimes narrower."""
    match type_:
        case BoolType():
            return bool
        case EnumType(members):
            return Literal[tuple(m for m in members if m != "不适用")]
        case TextType() if field.role == "台账条款":
            return Literal[clauses.rows or ("\0",)]
        case TextType():
            return Annotated[str, Meta(max_length=MAX_TEXT)]
        case DateType():
            return datetime.date
        case YearType():
            return Annotated[int, Meta(ge=1900, le=2200)]
        case SeriesType(element):
            return dict[Annotated[int, Meta(ge=1000, le=9999)], _annotation(field, element, clauses) | None]  # type: ignore[misc]
        case LedgerType(element):
            return dict[Literal[clauses.numbers or ("\0",)], _annotation(field, element, clauses) | None]  # type: ignore[misc]
        case NumberType():
            whole = Annotated[int, Meta(ge=-_MOST if field.signed else 0, le=_MOST)]
            return whole if scale_of(type_) == 1 or type_.whole else whole | float | Decimal  # where a fraction is refused, or of no use to generated code


# -- what msgspec took, at its scale ---------------------------------------------------------------------------------

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
