"""The record classes of a policy: msgspec structs, which check plain values as they read them.

A record is made in one pass from plain values when nothing is odd about them; what msgspec refuses is read by given.py, which
alone says what is wrong.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from threading import Lock
from typing import Annotated, Any, Literal

import msgspec
from attrs import evolve
from msgspec import Meta

from xcrules.base.identity import ClauseNames
from xcrules.facts.given import MAX_ITEMS, MAX_TEXT, MAX_WHOLE, NUMBER_KEY, WHOLE_UNITS
from xcrules.facts.tables import FactField, Schema
from xcrules.facts.types import (
    BoolType,
    DateType,
    EnumType,
    LedgerType,
    NumberType,
    SeriesType,
    TextType,
    Type,
    YearType,
)

from .published import Parameters
from .records import Records
from .scales import CENTS, absent, absent_table, identifier, scale_of
from .scaling import scaler

_MOST = 10**MAX_WHOLE - 1
_FIRST = Lock()


def records_of(schema: Schema, clauses: ClauseNames, parameters: Parameters, money: int = CENTS) -> Records:
    """The record classes of a schema; `clauses` are what ledgers may name, `money` the scale of 元."""
    base = schema.top_of_role("基准年度")

    def spec(f: FactField) -> tuple[str, Any, Any]:
        return f.name, _annotation(f, f.type, clauses, money), absent(f, money)

    tables: dict[str, type[Any]] = {t.name: _struct(t.name, [spec(f) for f in t.fields]) for t in schema.nested}
    fields = [spec(f) for f in schema.top]
    for table in schema.nested:
        row: Any = tables[table.name]
        rows: Any = Annotated[list[row], Meta(max_length=MAX_ITEMS)]
        fields.append((table.name, rows if table.kind == "名单" else row, absent_table(table)))
    is_fact = any(name == NUMBER_KEY for name, *_ in fields)
    top = _struct("申报", fields if is_fact else [*fields, (NUMBER_KEY, Any, None)], number=True)
    records = Records(schema, parameters, money, top, tables, base.name if base else "")
    if is_fact or base is None:
        return records

    def convert(raw: object) -> Any:
        return msgspec.convert(raw, top, str_keys=True, builtin_types=(Decimal,))

    with _FIRST:  # msgspec looks at a struct's types at its first use, and two threads must not do that at once
        convert({})
    return evolve(records, convert=convert, scale=scaler(schema, parameters, money))


def _struct(name: str, fields: list[tuple[str, Any, Any]], number: bool = False) -> type[Any]:
    rename = {}
    specs = []
    for given, annotation, default in fields:
        own = "number" if number and given == NUMBER_KEY else identifier(given)
        specs.append((own, annotation, default))
        rename[own] = given
    if number and "number" not in rename:
        specs.append(("number", Any, None))
        rename["number"] = "\0"
    return msgspec.defstruct(identifier(name), specs, rename=rename, forbid_unknown_fields=True, gc=False)


def _annotation(spec: FactField, type_: Type, clauses: ClauseNames, money: int) -> Any:
    """The type that msgspec checks: never wider than what given.py takes, sometimes narrower."""
    match type_:
        case BoolType():
            return bool
        case EnumType(members):
            return Literal[tuple(m for m in members if m != "不适用")]
        case TextType() if spec.role == "台账条款":
            return Literal[clauses.rows or ("\0",)]
        case TextType():
            return Annotated[str, Meta(max_length=MAX_TEXT)]
        case DateType():
            return datetime.date
        case YearType():
            return Annotated[int, Meta(ge=1900, le=2200)]
        case SeriesType(element):
            return dict[Annotated[int, Meta(ge=1000, le=9999)], _annotation(spec, element, clauses, money)]  # type: ignore[misc]
        case LedgerType(element):
            return dict[Literal[clauses.numbers or ("\0",)], _annotation(spec, element, clauses, money)]  # type: ignore[misc]
        case NumberType():
            whole = Annotated[int, Meta(ge=-_MOST if spec.signed else 0, le=_MOST)]
            return whole if _whole_only(type_, money) else whole | float | Decimal


def _whole_only(type_: NumberType, money: int) -> bool:
    """Numbers of which a fraction is refused, or is nothing that generated code can use."""
    return scale_of(type_, money) == 1 or any(name in WHOLE_UNITS for name, _ in type_.unit)
