"""The record classes of a policy: msgspec structs, which check plain values as they are made of them.

What msgspec refuses is read by given.py, which alone says what is wrong: a class never takes more than that does.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from threading import Lock
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from xcrules.base.identity import ClauseNames
from xcrules.facts.given import MAX_ITEMS, MAX_TEXT, MAX_WHOLE, NUMBER_KEY
from xcrules.facts.tables import FactField, Schema
from xcrules.facts.types import BoolType, DateType, EnumType, LedgerType, NumberType, SeriesType, TextType, Type, YearType

from .scales import absent, absent_table, identifier, scale_of

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
    given_as = NUMBER_KEY if NUMBER_KEY not in {name for _, name, *_ in attributes} else "\0"  # then a fact, and the number too
    top = _class("申报", [*attributes, ("number", given_as, Any, None)])
    with _FIRST:  # msgspec looks at a struct's types at its first use, and two threads must not do that at once
        convert({}, top)
    return top, tables


def convert(raw: object, class_: type[Any]) -> Any:
    """A record of plain values. Raises ValueError, TypeError or RecursionError for any other."""
    return msgspec.convert(raw, class_, str_keys=True, builtin_types=(Decimal,))


def _class(name: str, attributes: list[Attribute]) -> type[Any]:
    types: list[Any] = [(own, annotation if annotation is Any else annotation | None, default) for own, _, annotation, default in attributes]
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
            return whole if _whole_only(type_) else whole | float | Decimal


def _whole_only(type_: NumberType) -> bool:
    """Numbers of which a fraction is refused, or is nothing that generated code can use."""
    return scale_of(type_) == 1 or type_.whole
