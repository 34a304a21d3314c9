"""The classes of sheets: msgspec structs where it is installed, which check plain values as they read them.

A sheet is made in one pass from plain values when nothing is odd about them; what msgspec refuses is read
by the plain reader (runtime/reading.py) and at last by facts.py, which alone says what is wrong.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from threading import Lock
from typing import Any

from attrs import evolve

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

from .layout import Parameters, absent_table, layout_of
from .scales import CENTS, absent, identifier, scale_of
from .scaling import scaler
from .sheet import Sheets

_MOST = 10**MAX_WHOLE - 1
_FIRST = Lock()


class _Plain:
    """A sheet class without msgspec: slots, and defaults for what is not given."""

    __slots__ = ()
    defaults: Mapping[str, object] = {}

    def __init__(self, **values: object) -> None:
        for name, value in {**self.defaults, **values}.items():
            setattr(self, name, value)


def sheets_of(schema: Schema, clauses: ClauseNames, parameters: Parameters, money: int = CENTS) -> Sheets:
    """The sheet classes of a schema; `clauses` are what ledgers may name, `money` the scale of 元."""
    base = schema.top_of_role("基准年度")
    try:
        import msgspec
    except ImportError:
        tables = {t.name: _plain_class(t.name, [(f.name, absent(f, money)) for f in t.fields]) for t in schema.nested}
        top = _plain_class("申报", _top_defaults(schema, money))
        layout = layout_of(schema, clauses, parameters, money)
        return Sheets(schema, parameters, money, top, tables, base.name if base else "", layout)
    return _quick_sheets(schema, clauses, parameters, money, base.name if base else "", msgspec)


def _top_defaults(schema: Schema, money: int) -> list[tuple[str, object]]:
    lists = [(t.name, absent_table(t)) for t in schema.nested]
    return [*((f.name, absent(f, money)) for f in schema.top), *lists]


def _plain_class(name: str, fields: list[tuple[str, object]]) -> type[Any]:
    defaults = {identifier(n): value for n, value in fields}
    slots = (*defaults, "number") if name == "申报" else tuple(defaults)
    return type(identifier(name), (_Plain,), {"__slots__": slots, "defaults": {**defaults, "number": None} if name == "申报" else defaults})


def _quick_sheets(schema: Schema, clauses: ClauseNames, parameters: Parameters, money: int, base_year: str,
                  msgspec: Any) -> Sheets:
    def spec(f: FactField) -> tuple[str, Any, Any]:
        return f.name, _annotation(f, f.type, clauses, money, msgspec), absent(f, money)

    tables: dict[str, type[Any]] = {}
    for table in schema.nested:
        tables[table.name] = _struct(msgspec, table.name, [spec(f) for f in table.fields])
    fields = [spec(f) for f in schema.top]
    for table in schema.nested:
        one: Any = tables[table.name]
        many: Any = msgspec_list(one, msgspec)
        fields.append((table.name, many if table.kind == "名单" else one, absent_table(table)))
    named = any(name == NUMBER_KEY for name, *_ in fields)
    top = _struct(msgspec, "申报", [*fields, (NUMBER_KEY, Any, None)] if not named else fields, number=True)
    layout = layout_of(schema, clauses, parameters, money)
    sheets = Sheets(schema, parameters, money, top, tables, base_year, layout)
    if named or not base_year:
        return sheets

    def convert(raw: object) -> Any:
        return msgspec.convert(raw, top, str_keys=True, builtin_types=(Decimal,))

    with _FIRST:  # msgspec looks at a struct's types at its first use, and two threads must not do that at once
        convert({})
    return evolve(sheets, convert=convert, scale=scaler(schema, parameters, money))


def msgspec_list(record: Any, msgspec: Any) -> Any:
    from typing import Annotated

    return Annotated[list[record], msgspec.Meta(max_length=MAX_ITEMS)]


def _struct(msgspec: Any, name: str, fields: list[tuple[str, Any, Any]], number: bool = False) -> type[Any]:
    rename = {}
    specs = []
    for given, annotation, default in fields:
        own = "number" if number and given == NUMBER_KEY else identifier(given)
        specs.append((own, annotation, default))
        rename[own] = given
    if number and "number" not in rename:
        specs.append(("number", Any, None))
        rename["number"] = "\0"
    made: type[Any] = msgspec.defstruct(identifier(name), specs, rename=rename, forbid_unknown_fields=True, gc=False)
    return made


def _annotation(spec: FactField, type_: Type, clauses: ClauseNames, money: int, msgspec: Any) -> Any:
    """The type that msgspec checks: never wider than what facts.py takes, sometimes narrower."""
    from typing import Annotated, Literal

    meta = msgspec.Meta
    match type_:
        case BoolType():
            return bool
        case EnumType(members):
            return Literal[tuple(m for m in members if m != "不适用")]
        case TextType() if spec.role == "台账条款":
            return Literal[clauses.rows or ("\0",)]
        case TextType():
            return Annotated[str, meta(max_length=MAX_TEXT)]
        case DateType():
            return datetime.date
        case YearType():
            return Annotated[int, meta(ge=1900, le=2200)]
        case SeriesType(element):
            return dict[Annotated[int, meta(ge=1000, le=9999)], _annotation(spec, element, clauses, money, msgspec)]  # type: ignore[misc]
        case LedgerType(element):
            return dict[Literal[clauses.numbers or ("\0",)], _annotation(spec, element, clauses, money, msgspec)]  # type: ignore[misc]
        case NumberType():
            whole = Annotated[int, meta(ge=-_MOST if spec.signed else 0, le=_MOST)]
            return whole if _whole_only(type_, money) else whole | float | Decimal


def _whole_only(type_: NumberType, money: int) -> bool:
    """Numbers of which a fraction is refused, or is nothing that generated code can use."""
    return scale_of(type_, money) == 1 or any(name in WHOLE_UNITS for name, _ in type_.unit)
