"""The record classes of a policy: plain values or checked facts to a record of whole numbers, and back.

A record holds all that the facts hold: `unscaled` turns it back for the reference evaluator.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import field, frozen

from xcrules.base.identity import all_plain
from xcrules.facts.given import Facts
from xcrules.facts.tables import FactField, FactTable, Schema
from xcrules.facts.types import NOT_APPLICABLE, BoolType, EnumType, LedgerType, SeriesType, TextType, Type

from .published import Parameters, is_published, published
from .scales import absent, absent_table, identifier, scale_of, scaled
from .scaling import Fault
from .values import NA, NOT_GIVEN, UNKNOWN, Opaque, is_given

_USUAL = frozenset({str, int, float, bool, Decimal, datetime.date, dict, type(None)})  # msgspec would take a set for a list, a Series for a dict


@frozen(eq=False)
class Records:
    """The record classes of a policy and what reads into them."""

    schema: Schema
    parameters: Parameters
    money: int  # the scale of 元: 分, or whole 元
    top: type[Any]
    tables: dict[str, type[Any]]
    base_year: str  # the name of the fact that tells which year's parameters hold
    convert: Callable[[object], Any] | None = field(default=None)  # plain values to a record, not yet scaled
    scale: Callable[[Any], None] | None = field(default=None)  # brings its numbers to their scales

    @cached_property
    def lists(self) -> tuple[str, ...]:
        """Where a record keeps its lists."""
        return tuple(identifier(t.name) for t in self.schema.nested if t.kind == "名单")

    def read(self, raw: object) -> Any | None:
        """The record of values that are all of the plainest kinds; None where msgspec will not have them."""
        if self.convert is None or self.scale is None or raw.__class__ is not dict:
            return None
        if raw.get(self.base_year).__class__ is not int:  # from a file: numbers are Decimal or text
            return None
        if not _usual(raw):
            return None
        try:
            record = self.convert(raw)
            self.scale(record)
            return record if all_plain(self.texts(record)) else None
        except (Fault, ValueError, TypeError, AttributeError, RecursionError):
            return None

    @cached_property
    def texts(self) -> Callable[[Any], list[str]]:
        """What gives all marks and names in a record: given.py has to see those of which something is to be said."""
        lines = ["def texts(f):", "    found = []"]
        for spec in self.schema.top:
            lines += _text_lines(spec, "f", 1)
        for table in self.schema.nested:
            own = [x for spec in table.fields for x in _text_lines(spec, "r", 2)]
            if own:
                at = f"f.{identifier(table.name)}"
                held = at if table.kind == "名单" else f"({at},)"
                lines += [f"    for r in {held} if {at}.__class__ is not Opaque else ():", *own]
        names: dict[str, Any] = {"Opaque": Opaque}
        exec(compile("\n".join([*lines, "    return found"]), "<texts>", "exec"), names)
        made: Callable[[Any], list[str]] = names["texts"]
        return made

    def of(self, facts: Facts) -> Any:
        """The record of checked facts."""
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
            return absent_table(table)
        if held is NOT_APPLICABLE:
            return Opaque(NOT_APPLICABLE)
        if isinstance(held, tuple):
            return [self._record(table, x, year) for x in held]
        return self._record(table, held, year)

    def _record(self, table: FactTable, record: Mapping[str, Any], year: object) -> Any:
        return self.tables[table.name](**{identifier(f.name): self._cell(f, record.get(f.name), year) for f in table.fields})

    def _cell(self, spec: FactField, held: object, year: object) -> object:
        if held is None:
            return published(self.parameters, spec, year, self.money) if is_published(spec) else absent(spec, self.money)
        if held is NOT_APPLICABLE:
            return Opaque(NOT_APPLICABLE)
        scale = scale_of(spec.type, self.money)
        if isinstance(held, Mapping):
            return {_plain_key(k): Opaque(v) if v is NOT_APPLICABLE else scaled(v, scale) for k, v in held.items()}
        return scaled(held, scale) if isinstance(held, Fraction) else held


def _usual(raw: dict[str, Any]) -> bool:
    """Whether all values, and those in objects and lists of objects, are of the plainest classes."""
    for value in raw.values():
        if value.__class__ is list:
            if not all(row.__class__ is dict and _USUAL.issuperset(map(type, row.values())) for row in value):
                return False
        elif value.__class__ not in _USUAL or (value.__class__ is dict and not _USUAL.issuperset(map(type, value.values()))):
            return False
    return True


def _text_lines(spec: FactField, record: str, depth: int) -> list[str]:
    if not isinstance(spec.type, TextType) or spec.role == "台账条款":
        return []
    pad, at = "    " * depth, f"{record}.{identifier(spec.name)}"
    return [f"{pad}if {at}.__class__ is str:", f"{pad}    found.append({at})"]


def _plain_key(key: object) -> object:
    return int(key) if isinstance(key, Fraction) else key


# -- back to facts ------------------------------------------------------------------------------------------


def unscaled(records: Records, record: Any) -> dict[str, Any]:
    """What Facts.top was before it became this record."""
    top = _values(records.schema.top, record, records.money)
    for table in records.schema.nested:
        held = getattr(record, identifier(table.name))
        if held is UNKNOWN or held is NOT_GIVEN:
            continue
        if held.__class__ is Opaque:
            top[table.name] = held.value
        elif table.kind == "名单":
            top[table.name] = tuple(_values(table.fields, x, records.money) for x in held)
        else:
            top[table.name] = _values(table.fields, held, records.money)
    return top


def _values(fields: tuple[FactField, ...], record: Any, money: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for spec in fields:
        value = getattr(record, identifier(spec.name))
        if not is_given(value) or (value is NA and not isinstance(spec.type, BoolType)):
            continue
        made[spec.name] = _value(value, spec.type, money)
    return made


def _value(value: Any, type_: Type, money: int) -> object:
    if value.__class__ is Opaque:
        return value.value
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
