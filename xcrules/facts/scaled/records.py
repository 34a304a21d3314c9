"""The records of a policy: plain values or checked facts to a record of whole numbers, and back.

A record holds all that the facts hold: Unscaled turns it back for the reference evaluator.

Facts with a record of whole numbers, read straight into one or brought to one: facts like any others.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import Any

from attrs import frozen

from xcrules.base.diagnostic import writable
from xcrules.base.identity import ClauseNames, all_plain
from xcrules.facts.files import quick_json
from xcrules.facts.given import MAX_TEXT, NUMBER_KEY, Facts, PlacedFacts
from xcrules.facts.tables import FactField, FactTable, Schema
from xcrules.facts.types import NOT_APPLICABLE, BoolType, EnumType, LedgerType, SeriesType, TextType, Type

from .classes import Fault, bringing_of, convert, record_classes
from .values import NA, NOT_GIVEN, UNKNOWN, Opaque, Parameters, absent, absent_table, identifier, is_given, published, scale_of, scaled

_PLAIN = frozenset({str, int, float, bool, Decimal, datetime.date, dict, list, type(None)})  # msgspec would take a set for a list
_DEEPEST = 4  # a year within a row of a list within the facts


class Columns:
    """How the fields of one table stand in its records."""

    def __init__(self, fields: tuple[FactField, ...], parameters: Parameters) -> None:
        self.fields = tuple((identifier(f.name), f) for f in fields)
        self.named = dict(self.fields)
        self.absent = {name: absent(f) for name, f in self.fields}
        self.held = attrgetter(*self.named, "__class__")  # what a record has in its columns, of one column too, and its class
        self.published = {name: figures for name, f in self.fields if (figures := published(parameters, f))}
        self._numbers = [(name, number) for name, f in self.fields if (number := bringing_of(f)) is not None]
        self._texts = [name for name, f in self.fields if isinstance(f.type, TextType) and f.role != "台账条款"]

    def bring(self, record: Any, year: object, texts: list[str]) -> None:
        """Brings a record, as msgspec made it, to whole numbers in place, and puts its marks and names into a list. Raises Fault."""
        for name, number in self._numbers:
            setattr(record, name, number(getattr(record, name)))
        if self.published and isinstance(year, int):
            for name, figures in self.published.items():
                if getattr(record, name) is UNKNOWN:
                    setattr(record, name, figures.get(year, UNKNOWN))
        texts += [text for name in self._texts if (text := getattr(record, name)).__class__ is str]

    def without_nulls(self, record: Any) -> None:
        """What stands for an absent fact in the place of each null; a year or clause with null goes."""
        for name, nothing in self.absent.items():
            value = getattr(record, name)
            if value is None:
                setattr(record, name, nothing)
            elif value.__class__ is dict:
                setattr(record, name, {k: v for k, v in value.items() if v is not None})

    def values(self, given: Mapping[str, Any], year: object) -> dict[str, object]:
        """The values of a record of checked facts."""
        values = {name: self._value(name, f, given.get(f.name)) for name, f in self.fields}
        for name, figures in self.published.items() if isinstance(year, Fraction) else ():
            if values[name] is UNKNOWN:
                values[name] = figures.get(int(year), UNKNOWN)  # type: ignore[call-overload]
        return values

    def _value(self, name: str, field: FactField, given: object) -> object:
        if given is None:
            return self.absent[name]
        if given is NOT_APPLICABLE:
            return Opaque(NOT_APPLICABLE)
        scale = scale_of(field.type)
        if isinstance(given, Mapping):
            plain = int if isinstance(field.type, SeriesType) else str
            return {plain(k): Opaque(v) if v is NOT_APPLICABLE else scaled(v, scale) for k, v in given.items()}
        return scaled(given, scale) if isinstance(given, Fraction) else given

    def unscaled(self, record: Any) -> dict[str, Any]:
        """The facts that a record holds."""
        given = ((f, getattr(record, name)) for name, f in self.fields)
        return {f.name: _exact(v, f.type) for f, v in given if is_given(v) and (v is not NA or isinstance(f.type, BoolType))}


@frozen(eq=False, slots=False)
class Records:
    """The records of one policy: amounts in 分. `clauses` are what ledgers may name."""

    schema: Schema
    clauses: ClauseNames
    parameters: Parameters

    @cached_property
    def classes(self) -> tuple[type[Any], dict[str, type[Any]]]:
        """The class of a record, and by table that of its rows or its object."""
        return record_classes(self.schema, self.clauses)

    @cached_property
    def columns(self) -> Columns:
        """Those of the top level."""
        return Columns(self.schema.top, self.parameters)

    @cached_property
    def tables(self) -> tuple[tuple[str, FactTable, Columns], ...]:
        """Where a record keeps each list or object, its table and its columns."""
        return tuple((identifier(t.name), t, Columns(t.fields, self.parameters)) for t in self.schema.nested)

    @cached_property
    def kept(self) -> Mapping[str, tuple[str, FactTable, Columns]]:
        """The same by where."""
        return {x[0]: x for x in self.tables}

    @cached_property
    def lists(self) -> tuple[str, ...]:
        """Where a record keeps its lists."""
        return tuple(name for name, table, _ in self.tables if table.kind == "名单")

    @cached_property
    def base_year(self) -> str:
        """The fact that tells which year's parameters hold; "" if there is none."""
        field = self.schema.top_of_role("基准年度")
        return field.name if field else ""

    def parts(self, record: Any) -> Iterator[tuple[Columns, Sequence[Any]]]:
        """The record with its columns, then the rows of each table with theirs."""
        yield self.columns, (record,)
        for name, _, columns in self.tables:
            rows = getattr(record, name)
            yield columns, rows if rows.__class__ is list else () if rows is NOT_GIVEN or rows.__class__ is Opaque else (rows,)

    @cached_property
    def year_name(self) -> str:
        """Where a record keeps the base year."""
        return identifier(self.base_year)

    # -- plain values -------------------------------------------------------------------------------------

    def read(self, raw: object) -> Any | None:
        """The record of plain values of which nothing is to be said; None for any others."""
        raw = dict(raw) if isinstance(raw, PlacedFacts) else raw
        if raw.__class__ is not dict or not (kinds := _kinds(raw)) <= _PLAIN:
            return None
        return self._record(raw, type(None) in kinds)

    def read_text(self, text: str) -> Any | None:
        """The record of a JSON text of which nothing is to be said; None for any other. What comes from one is plain."""
        return None if (raw := quick_json(text)).__class__ is not dict else self._record(raw, "null" in text)

    def _record(self, raw: Any, nulls: bool) -> Any | None:
        class_, _ = self.classes
        texts: list[str] = []
        try:
            record = convert(raw, class_)
            if nulls:
                self._without_nulls(record)
            year = getattr(record, self.year_name, None)
            for columns, rows in self.parts(record):
                for row in rows:
                    columns.bring(row, year, texts)
        except (Fault, ValueError, RecursionError):
            return None
        number = record.number = raw.get(NUMBER_KEY)
        told = number == writable(number[:MAX_TEXT]) if isinstance(number, str) else number.__class__ not in (dict, list)
        return record if told and all_plain(texts) else None

    def _without_nulls(self, record: Any) -> None:
        for name, table, _ in self.tables:
            if getattr(record, name) is None:
                setattr(record, name, absent_table(table))
        for columns, rows in self.parts(record):
            for row in rows:
                columns.without_nulls(row)

    # -- checked facts ------------------------------------------------------------------------------------

    def of(self, facts: Facts) -> Any:
        """The record of checked facts."""
        top, tables = self.classes
        year = facts.top.get(self.base_year)
        values = self.columns.values(facts.top, year)
        for name, table, columns in self.tables:
            match facts.top.get(table.name):
                case None:
                    values[name] = absent_table(table)
                case tuple(rows):
                    values[name] = [tables[table.name](**columns.values(row, year)) for row in rows]
                case Mapping() as row:
                    values[name] = tables[table.name](**columns.values(row, year))
                case other:
                    values[name] = Opaque(other)
        return top(**values, number=facts.number)


class Unscaled(Mapping[str, Any]):
    """What Facts.top was before it became this record; each table is made when it is asked for."""

    def __init__(self, records: Records, record: Any) -> None:
        self._record = record
        self._facts = records.columns.unscaled(record)
        self._tables = {table.name: (name, columns) for name, table, columns in records.tables if is_given(getattr(record, name))}

    def __getitem__(self, name: str) -> Any:
        if name not in self._facts and name in self._tables:
            own, columns = self._tables[name]
            given = getattr(self._record, own)
            if given.__class__ is list:
                self._facts[name] = tuple(columns.unscaled(row) for row in given)
            else:
                self._facts[name] = given.value if isinstance(given, Opaque) else columns.unscaled(given)
        return self._facts[name]

    def __contains__(self, name: object) -> bool:
        return name in self._facts or name in self._tables

    def __iter__(self) -> Iterator[str]:
        return iter({**self._facts, **self._tables})

    def __len__(self) -> int:
        return len({**self._facts, **self._tables})


def _kinds(raw: object) -> set[type]:
    """The classes of all values within objects and lists, gone through level by level."""
    kinds: set[type] = set()
    level: list[Any] = [raw]
    for _ in range(_DEEPEST):
        values = list(chain.from_iterable([x if x.__class__ is list else x.values() for x in level]))
        own = {*map(type, values), object if int in map(type, chain.from_iterable(level)) else str}  # 2022 beside "2022" would be one key
        kinds |= own
        if dict not in own and list not in own:
            return kinds
        level = [x for x in values if x.__class__ is dict or x.__class__ is list]
    return {object}


def _exact(value: Any, type_: Type) -> object:
    """A value of a record as it stands in Facts.top."""
    if value.__class__ is Opaque:
        return value.value
    match type_:
        case SeriesType(element):
            return {Fraction(k): _exact(v, element) for k, v in value.items()}
        case LedgerType(element):
            return {k: _exact(v, element) for k, v in value.items()}
        case TextType() if value == "不适用":
            return NOT_APPLICABLE
        case BoolType() | EnumType() | TextType():
            return value
        case _:
            return Fraction(value, scale_of(type_))


# -- facts with a record ---------------------------------------------------------------------------------------------

class ScaledFacts(Facts):
    """Facts with their record; `top` is made table by table, as the reference evaluator wants it."""

    __slots__ = ("__dict__", "record", "records")
    records: Records
    record: Any  # of the class records.top

    def __init__(self, records: Records, record: Any, notices: tuple[Any, ...] = ()) -> None:
        _set(self, "records", records)
        _set(self, "schema", records.schema)
        _set(self, "record", record)
        _set(self, "notices", notices)
        _set(self, "number", record.number)

    @cached_property
    def top(self) -> Mapping[str, Any]:
        return Unscaled(self.records, self.record)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Facts) and (self.top, self.number) == (other.top, other.number)

    __hash__ = Facts.__hash__

    def gives(self, name: str) -> bool:
        value = getattr(self.record, identifier(name))
        return name in self.top if value is NA else is_given(value)

    def length(self, table: str) -> int:
        rows = getattr(self.record, identifier(table))
        return len(rows) if isinstance(rows, list) else 0

    def longest(self) -> int:
        record, names = self.record, self.records.lists
        return max([len(rows) for name in names if (rows := getattr(record, name)).__class__ is list], default=0) if names else 0

    def unfilled(self) -> Iterator[tuple[str, int]]:
        """The lists, and how many of their cells are unknown."""
        for name, table, columns in self.records.tables:
            if (rows := getattr(self.record, name)).__class__ is list:
                yield table.name, sum([getattr(row, column) is UNKNOWN for row in rows for column, _ in columns.fields])


_set = object.__setattr__


def scaled_facts(facts: Facts, records: Records) -> ScaledFacts:
    """The facts as they are when they were read into a record of these; else brought to one."""
    if isinstance(facts, ScaledFacts) and facts.records is records:
        return facts
    return ScaledFacts(records, records.of(facts), facts.notices)
