"""A record in which each unknown fact stands as what is known of it, with its path: then code over ranges reads it like any other."""

from __future__ import annotations

from copy import copy
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from xcrules.base.money import UNLIMITED
from xcrules.facts.scaled import Records
from xcrules.facts.scaled.records import Columns
from xcrules.facts.scaled.values import UNKNOWN, Empty, Opaque, is_given
from xcrules.facts.tables import FactField
from xcrules.facts.types import NOT_APPLICABLE, BoolType, LedgerType, SeriesType, Type
from xcrules.run.ranges import abstract as a
from xcrules.run.ranges.abstract import Num, Truth
from xcrules.run.ranges.meaning import not_applicable, unknown

from .helpers import AnyRows, OpenSeries


@frozen(eq=False)
class Filled:
    """`record`, and of each object and list of which nothing was given (by name) whether it is there: False if it does not apply."""

    record: Any
    given: dict[str, Any]
    any_row: dict[str, Any]  # of a list that was not given, a row of which nothing is known
    made: dict[int, Any] = field(factory=dict)  # claims of clauses on it, see claims


@frozen(eq=False)
class BaseYear:
    """The base year, by which the policy's figures stand for facts that were not given."""

    records: Records
    value: Any

    @property
    def needs(self) -> a.Needs:
        return frozenset([self.records.base_year]) if self.value is UNKNOWN else a.NONE

    def has_figure(self, parameter: str) -> bool:
        return isinstance(self.value, int) and self.records.parameters.get(parameter, {}).get(Fraction(self.value)) is not None


def filled(records: Records, record: Any) -> Filled:
    """The record with its gaps filled."""
    own = getattr(record, records.year_name) if records.base_year else None
    year = BaseYear(records, own)
    top = _row(records.columns, record, "", year)
    given: dict[str, Any] = {}
    any_row: dict[str, Any] = {}
    for name, table, columns in records.tables:
        held = getattr(record, name)
        if held.__class__ is list:
            rows = [_row(columns, row, f"{table.name}[{i}].", year) for i, row in enumerate(held)]
            new: Any = rows if any(x is not y for x, y in zip(rows, held, strict=True)) else held
        elif held.__class__ is not Opaque:
            new = _row(columns, held, f"{table.name}.", year) if is_given(held) else held
        elif held is UNKNOWN:
            needs = frozenset([table.name])
            given[name] = Truth(True, True, needs)
            any_row[name] = new = _unknown_row(columns, records.classes[1][table.name], table.name, needs)
            if table.kind == "名单":
                new = AnyRows(needs)
        else:
            given[name] = False
            new = [] if table.kind == "名单" else _row_without(columns, records.classes[1][table.name])
        if new is not held:
            top = copy(top) if top is record else top
            setattr(top, name, new)
    return Filled(top, given, any_row)


def _row(columns: Columns, row: Any, path: str, year: BaseYear) -> Any:
    """The row itself if nothing of it is unknown."""
    new: dict[str, Any] = {}
    for name, spec in columns.fields:
        value = getattr(row, name)
        if value.__class__ is dict or value.__class__ is Empty:
            new[name] = _series(value, spec, path)
        elif value.__class__ is Opaque:
            if isinstance(spec.type, SeriesType | LedgerType):
                new[name] = _series(value, spec, path)
            elif value is UNKNOWN:
                new[name] = _unknown(spec, path, year)
            elif value.value is NOT_APPLICABLE:
                new[name] = _none(spec.type)
    if not new:
        return row
    row = copy(row)
    for name, value in new.items():
        setattr(row, name, value)
    return row


def _unknown(spec: FactField, path: str, year: BaseYear) -> Any:
    """What is known of a fact: its type; of one for which the policy's figure stands, that it may be given instead."""
    if spec.default is not None or (spec.parameter and year.has_figure(spec.parameter)):
        return UNKNOWN  # what stands for it is no whole number
    found = unknown(spec.type, path + spec.name, spec.signed)
    return Num(a.ZERO, UNLIMITED, found.needs | year.needs, may_na=True) if spec.parameter and year.records.base_year else found


def _series(value: Any, spec: FactField, path: str) -> Any:
    least = -UNLIMITED if spec.signed else a.ZERO
    if value.__class__ is Opaque and value is not UNKNOWN:
        return OpenSeries({}, path + spec.name, least, na=True)
    held = {} if value is UNKNOWN else value
    if held.__class__ is dict and any(x.__class__ is Opaque for x in held.values()):
        held = {k: a.NOT_APPLICABLE_NUM if x.__class__ is Opaque and x.value is NOT_APPLICABLE else x for k, x in held.items()}
    return OpenSeries(held, path + spec.name, least)


def _unknown_row(columns: Columns, class_: type[Any], table: str, needs: a.Needs) -> Any:
    values: dict[str, Any] = {}
    for name, spec in columns.fields:
        if isinstance(spec.type, SeriesType | LedgerType):
            values[name] = OpenSeries({}, f"{table}.{spec.name}", -UNLIMITED if spec.signed else a.ZERO, unknown=table)
        else:
            values[name] = unknown(spec.type, table, spec.signed)
    return class_(**values)


def _row_without(columns: Columns, class_: type[Any]) -> Any:
    return class_(**{name: OpenSeries({}, "", a.ZERO, na=True) if isinstance(f.type, SeriesType | LedgerType) else _none(f.type) for name, f in columns.fields})


def _none(type_: Type) -> Any:
    """What does not apply: of 是否 it is not so."""
    return False if isinstance(type_, BoolType) else not_applicable(type_)
