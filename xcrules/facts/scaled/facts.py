"""Facts with a record of whole numbers, read straight into one or brought to one: facts like any others."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from xcrules.facts.given import Facts

from .records import Records, Unscaled
from .scales import identifier
from .values import NA, is_given


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


_set = object.__setattr__


def scaled_facts(facts: Facts, records: Records) -> ScaledFacts:
    """The facts as they are when they were read into a record of these; else brought to one."""
    if isinstance(facts, ScaledFacts) and facts.records is records:
        return facts
    return ScaledFacts(records, records.of(facts), facts.notices)
