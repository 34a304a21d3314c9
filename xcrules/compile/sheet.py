"""Sheets: checked facts as records of whole numbers, which generated code reads.

A sheet is made in one pass from plain values when `msgspec` is installed and nothing is wrong with them,
and otherwise from what the reader of facts.py found; that reader alone says what is wrong. A sheet holds
all that the facts hold: `facts_of` turns it back for the reference evaluator.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from threading import Lock
from typing import Any

from attrs import evolve, field, frozen

from ..calculus import FactField
from ..datatypes import (
    NOT_APPLICABLE,
    BoolType,
    DateType,
    EnumType,
    LedgerType,
    NumberType,
    SeriesType,
    TextType,
    Type,
    YearType,
)  # fmt: skip
from ..facts import MAX_DIGITS, MAX_ITEMS, MAX_TEXT, MAX_WHOLE, NUMBER_KEY, WHOLE_UNITS, Facts
from ..program import FactTable, Schema
from ..runtime.reading import Fault, Layout, Limits, decimal_at, read
from ..runtime.values import NA, NOT_GIVEN, UNKNOWN, DefaultNumber, DefaultText, Held
from .layout import Parameters, absent_table, layout_of
from .scales import CENTS, absent, identifier, scale_of, scaled

_MOST = 10**MAX_WHOLE
_FIRST = Lock()
_LIMITS = Limits(MAX_DIGITS, MAX_WHOLE, MAX_ITEMS, MAX_TEXT)


@frozen(eq=False)
class Sheets:
    """The sheet classes of a policy and what reads into them."""

    schema: Schema
    parameters: Parameters
    money: int  # the scale of 元: 分, or whole 元
    top: type[Any]
    tables: dict[str, type[Any]]
    base_year: str  # the name of the fact that tells which year's parameters hold
    layout: Layout | None  # for the plain reader
    convert: Callable[[object], Any] | None = field(default=None)  # plain values to an unscaled sheet
    scale: Callable[[Any], None] | None = field(default=None)  # brings its numbers to their scales

    def quick(self, raw: object) -> Any | None:
        """The sheet of values that are all of the plainest kinds; None where msgspec will not have them."""
        if self.convert is None or self.scale is None or raw.__class__ is not dict:
            return None
        if raw.get(self.base_year).__class__ is not int:  # from a file: numbers are Decimal or text
            return None
        try:
            sheet = self.convert(raw)
            self.scale(sheet)
        except (Fault, ValueError, TypeError, RecursionError):
            return None
        return sheet

    def plain(self, raw: object) -> Any | None:
        """The sheet of plain values, as they come from a file too; None when something is odd about them."""
        if self.layout is None:
            return None
        try:
            return read(raw, self.layout, self.top, self.tables)
        except Fault:
            return None

    def of(self, facts: Facts) -> Any:
        """The sheet of checked facts."""
        top = facts.top
        year = top.get(self.base_year)
        values: dict[str, Any] = {}
        for spec in self.schema.top:
            values[identifier(spec.name)] = self._cell(spec, top.get(spec.name), year)
        for table in self.schema.nested:
            values[identifier(table.name)] = self._table(table, top.get(table.name), year)
        return self.top(**values, number=facts.number)

    def _table(self, table: FactTable, held: Any, year: object) -> Any:
        if held is None:
            return NOT_GIVEN if table.closed and table.kind == "名单" else UNKNOWN
        if held is NOT_APPLICABLE:
            return Held(NOT_APPLICABLE)
        if isinstance(held, tuple):
            return [self._record(table, x, year) for x in held]
        return self._record(table, held, year)

    def _record(self, table: FactTable, record: Mapping[str, Any], year: object) -> Any:
        return self.tables[table.name](**{identifier(f.name): self._cell(f, record.get(f.name), year) for f in table.fields})

    def _cell(self, spec: FactField, held: object, year: object) -> object:
        if held is None:
            return self._published(spec, year) if spec.parameter and spec.default is None else absent(spec, self.money)
        if held is NOT_APPLICABLE:
            return Held(NOT_APPLICABLE)
        scale = scale_of(spec.type, self.money)
        if isinstance(held, Mapping):
            return {_plain_key(k): Held(v) if v is NOT_APPLICABLE else scaled(v, scale) for k, v in held.items()}
        return scaled(held, scale) if isinstance(held, Fraction) else held

    def _published(self, spec: FactField, year: object) -> object:
        """The parameter that stands for a fact that was not given."""
        figure = self.parameters.get(spec.parameter, {}).get(year) if isinstance(year, Fraction) else None
        number = scaled(figure, scale_of(spec.type, self.money)) if figure is not None else UNKNOWN
        return DefaultNumber(number) if isinstance(number, int) else UNKNOWN


def _plain_key(key: object) -> object:
    return int(key) if isinstance(key, Fraction) else key


# -- back to facts ------------------------------------------------------------------------------------------


def facts_top(sheets: Sheets, sheet: Any) -> dict[str, Any]:
    """What Facts.top was before it became this sheet."""
    top = _values(sheets.schema.top, sheet, sheets.money)
    for table in sheets.schema.nested:
        held = getattr(sheet, identifier(table.name))
        if held is UNKNOWN or held is NOT_GIVEN:
            continue
        if held.__class__ is Held:
            top[table.name] = object.__getattribute__(held, "value")
        elif table.kind == "名单":
            top[table.name] = tuple(_values(table.fields, x, sheets.money) for x in held)
        else:
            top[table.name] = _values(table.fields, held, sheets.money)
    return top


def _values(fields: tuple[FactField, ...], record: Any, money: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for spec in fields:
        value = getattr(record, identifier(spec.name))
        if not given(value) or (value is NA and not isinstance(spec.type, BoolType)):
            continue
        made[spec.name] = _value(value, spec.type, money)
    return made


def given(value: Any) -> bool:
    """Whether a value was given; NA, which may be the fact that something is not so, counts as given."""
    return value is not UNKNOWN and value is not NOT_GIVEN and value.__class__ not in (DefaultNumber, DefaultText)


def _value(value: Any, type_: Type, money: int) -> object:
    if value.__class__ is Held:
        return object.__getattribute__(value, "value")
    match type_:
        case SeriesType(element):
            return {Fraction(k): _value(v, element, money) for k, v in value.items()}
        case LedgerType(element):
            return {k: _value(v, element, money) for k, v in value.items()}
        case TextType() if value == "不适用":
            return NOT_APPLICABLE
        case BoolType() | EnumType() | TextType():
            return value
        case _:
            return Fraction(value, scale_of(type_, money))


# -- the classes ------------------------------------------------------------------------------------------


class _Plain:
    """A sheet class without msgspec: slots, and defaults for what is not given."""

    __slots__ = ()
    defaults: Mapping[str, object] = {}

    def __init__(self, **values: object) -> None:
        for name, value in {**self.defaults, **values}.items():
            setattr(self, name, value)


def sheets_of(schema: Schema, clauses: tuple[str, ...], parameters: Parameters, money: int = CENTS) -> Sheets:
    """The sheet classes of a schema; `clauses` are the keys that 逐款 facts may have, `money` the scale of 元."""
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


def _quick_sheets(schema: Schema, clauses: tuple[str, ...], parameters: Parameters, money: int, base_year: str,
                  msgspec: Any) -> Sheets:  # fmt: skip
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


def _annotation(spec: FactField, type_: Type, clauses: tuple[str, ...], money: int, msgspec: Any) -> Any:
    """The type that msgspec checks: never wider than what facts.py takes, sometimes narrower."""
    from typing import Annotated, Literal

    meta = msgspec.Meta
    match type_:
        case BoolType():
            return bool
        case EnumType(members):
            return Literal[tuple(m for m in members if m != "不适用")]
        case TextType():
            return Annotated[str, meta(max_length=MAX_TEXT)]
        case DateType():
            return datetime.date
        case YearType():
            return Annotated[int, meta(ge=1900, le=2200)]
        case SeriesType(element):
            return dict[Annotated[int, meta(ge=1000, le=9999)], _annotation(spec, element, clauses, money, msgspec)]  # type: ignore[misc]
        case LedgerType(element):
            return dict[Literal[clauses or ("\0",)], _annotation(spec, element, clauses, money, msgspec)]  # type: ignore[misc]
        case NumberType():
            whole = Annotated[int, meta(ge=-_MOST if spec.signed else 0, le=_MOST)]
            return whole if _whole_only(type_, money) else whole | float | Decimal


def _whole_only(type_: NumberType, money: int) -> bool:
    """Numbers of which a fraction is refused, or is nothing that generated code can use."""
    return scale_of(type_, money) == 1 or any(name in WHOLE_UNITS for name, _ in type_.unit)


# -- bringing numbers to their scales ------------------------------------------------------------------------


def number(value: Any, scale: int, signed: bool) -> Any:
    """A number that is no plain int, at its scale; what stands for an absent one stays. Raises Fault."""
    kind = value.__class__
    if kind is not float and kind is not Decimal:
        return value
    text = repr(value) if kind is float else str(value)
    whole, _, part = text.partition(".")
    if len(whole) <= 15 and whole.isdigit() and part.isdigit() and 10 ** len(part) <= scale:  # 83.05: its digits will do
        return int(whole + part) * (scale // 10 ** len(part))
    made = decimal_at(Decimal(text), scale, _LIMITS)
    if made < 0 and not signed:
        raise Fault
    return made if isinstance(made, int) else Held(made / scale)


def day(value: Any) -> Any:
    """A date as its ordinal."""
    return value.toordinal() if value.__class__ is datetime.date else value


def scaler(schema: Schema, parameters: Parameters, money: int) -> Callable[[Any], None]:
    """A function that brings a sheet's numbers to their scales in place."""
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
    names = {"number": number, "day": day, "UNKNOWN": UNKNOWN, "NA": NA, "NOT_GIVEN": NOT_GIVEN,
             "published": _publisher(parameters), "year": f"f.{identifier(base.name)}" if base else ""}  # fmt: skip
    source = "\n".join([*lines, "    return None"]).replace("$YEAR", names["year"])  # type: ignore[arg-type]
    exec(compile(source, "<scale>", "exec"), names)
    made: Callable[[Any], None] = names["scale"]  # type: ignore[assignment]
    return made


def _publisher(parameters: Parameters) -> Callable[[str, int, int], object]:
    def published(name: str, year: int, scale: int) -> object:
        figure = parameters.get(name, {}).get(Fraction(year))
        kept = scaled(figure, scale) if figure is not None else UNKNOWN
        return DefaultNumber(kept) if isinstance(kept, int) else UNKNOWN

    return published


def _scale_lines(spec: FactField, record: str, depth: int, money: int) -> list[str]:
    at = f"{record}.{identifier(spec.name)}"
    pad = "    " * depth
    scale = scale_of(spec.type, money)
    match spec.type:
        case DateType():
            return [f"{pad}{at} = day({at})"]
        case SeriesType() | LedgerType() if scale != 1:
            each = f"v * {scale} if type(v) is int else number(v, {scale}, {spec.signed})"
            return [f"{pad}if {at} is not UNKNOWN and {at} is not NOT_GIVEN:", f"{pad}    {at} = {{k: {each} for k, v in {at}.items()}}"]
        case NumberType() if scale != 1:
            lines = [f"{pad}v = {at}", f"{pad}{at} = v * {scale} if type(v) is int else number(v, {scale}, {spec.signed})"]
            return lines + _published_lines(spec, at, pad, scale)
        case _:
            return _published_lines(spec, at, pad, scale)


def _published_lines(spec: FactField, at: str, pad: str, scale: int) -> list[str]:
    """缺省 参数: the figure of the base year in the place of what was not given."""
    if not spec.parameter or spec.default is not None:
        return []
    return [f"{pad}if {at} is UNKNOWN:", f"{pad}    {at} = published({spec.parameter!r}, $YEAR, {scale})"]

