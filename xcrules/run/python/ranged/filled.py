"""A record in which each unknown fact stands as what is known of it, with its path: then code over ranges reads it like any other."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from fractions import Fraction
from typing import Any

from attrs import frozen

from xcrules.base.money import UNLIMITED
from xcrules.facts.scaled import Records
from xcrules.facts.scaled.records import Columns
from xcrules.facts.scaled.values import UNKNOWN, Empty, Opaque, is_given, scale_of
from xcrules.facts.tables import FactField, FactTable
from xcrules.facts.types import NOT_APPLICABLE, BoolType, LedgerType, SeriesType, Type
from xcrules.run.ranges import abstract as a
from xcrules.run.ranges.abstract import Num, Truth
from xcrules.run.ranges.meaning import not_applicable, unknown

from .helpers import AnyRows
from .series import OpenSeries


@frozen(eq=False)
class BaseYear:
    """The base year, by which the policy's figures stand for facts that were not given."""

    records: Records
    value: Any

    @property
    def needs(self) -> a.Needs:
        return frozenset([self.records.base_year]) if self.value is UNKNOWN else a.NONE

    def has_figure(self, parameter: str) -> bool:
        return isinstance(self.value, int) and self.records.parameters[parameter].get(Fraction(self.value)) is not None


class Filled:
    """A record with its gaps filled, each fact and table when it is first read: a clause reads few of them."""

    def __init__(self, records: Records, record: Any) -> None:
        self.records, self.record = records, record
        self.year = BaseYear(records, getattr(record, records.year_name) if records.base_year else None)
        self.any_row: dict[str, Any] = {}  # of a list or object of which nothing was given, one of which nothing is known
        self.made: dict[object, Any] = {}  # claims of clauses on it, see claims, and what steps make of them, see outcome

    def __getattr__(self, name: str) -> Any:
        held = getattr(self.record, name)
        if (spec := self.records.columns.named.get(name)) is not None:
            held = _value(held, spec, "", self.year)
        elif (kind := self.records.kept.get(name)) is not None:
            held = self._table(*kind, held)
        self.__dict__[name] = held
        return held

    def _table(self, name: str, table: FactTable, columns: Columns, held: Any) -> Any:
        if held.__class__ is list:
            return [_row(columns, row, f"{table.name}[{i}].", self.year) for i, row in enumerate(held)]
        if held.__class__ is not Opaque:
            return _row(columns, held, f"{table.name}.", self.year) if is_given(held) else held
        class_ = self.records.classes[1][table.name]
        if held is UNKNOWN:
            needs = frozenset([table.name])
            self.any_row[name] = row = _unknown_row(columns, class_, table.name, needs)
            return AnyRows(needs, row) if table.kind == "名单" else row
        return [] if table.kind == "名单" else _row_without(columns, class_)

    def once(self, key: str, found: Callable[[], Any], results: bool = False) -> Any:
        """What is the same wherever it stands, worked out once; `results`: it reads what other clauses come to."""
        if key not in self.made:
            self.made[key] = found()
        return self.made[key]

    def there(self, name: str) -> Any:
        """Whether an object is there; False if it does not apply."""
        getattr(self, name)
        held = getattr(self.record, name)
        return (
            Truth(True, True, frozenset([next(t.name for own, t, _ in self.records.tables if own == name)]))
            if held is UNKNOWN
            else held.__class__ is not Opaque
        )


def _row(columns: Columns, row: Any, path: str, year: BaseYear) -> Any:
    """The row itself if nothing of it is unknown."""
    held = [(*field, x) for field, x in zip(columns.fields, columns.held(row), strict=False) if x.__class__ in _FILLED]
    if not held:
        return row
    row = copy(row)
    for name, spec, value in held:
        setattr(row, name, _value(value, spec, path, year))
    return row


_FILLED = frozenset({dict, Empty, Opaque})


def _value(value: Any, spec: FactField, path: str, year: BaseYear) -> Any:
    """A fact as it is, or what is known of it."""
    if value.__class__ is dict or value.__class__ is Empty:
        return _series(value, spec, path)
    if value.__class__ is not Opaque:
        return value
    if isinstance(spec.type, SeriesType | LedgerType):
        return _series(value, spec, path)
    return _unknown(spec, path, year) if value is UNKNOWN else _none(spec.type) if value.value is NOT_APPLICABLE else value


def _unknown(spec: FactField, path: str, year: BaseYear) -> Any:
    """What is known of a fact: its type; of one for which the policy's figure stands, that it may be given instead."""
    if spec.default is not None or (spec.parameter and year.has_figure(spec.parameter)):
        return UNKNOWN  # what stands for it is no whole number
    found = unknown(spec.type, path + spec.name, spec.signed)
    return (
        Num(a.ZERO, UNLIMITED if spec.most is None else spec.most * scale_of(spec.type), found.needs | year.needs, may_na=True)
        if spec.parameter and year.records.base_year
        else found
    )


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
    return class_(
        **{
            name: OpenSeries({}, "", a.ZERO, na=True) if isinstance(f.type, SeriesType | LedgerType) else _none(f.type)
            for name, f in columns.fields
        }
    )


def _none(type_: Type) -> Any:
    """What does not apply: of 是否 it is not so."""
    return False if isinstance(type_, BoolType) else not_applicable(type_)
