"""Records of whole numbers made from the cells of a block, for enterprises of which nothing is to be said: what a clause reads, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any

import numpy as np
from attrs import field, frozen

from xcrules.facts.scaled import Records
from xcrules.facts.scaled.values import NA, UNKNOWN, absent
from xcrules.facts.tables import FactField
from xcrules.facts.types import BoolType, EnumType, LedgerType, SeriesType, TextType

from .block import rows_at
from .cells import BlockCells, FactCells, TableCells


@frozen
class Reads:
    """What is read: facts of the enterprise, and tables as a whole."""

    facts: frozenset[str]
    tables: frozenset[str]


@frozen(eq=False)
class CellRecords:
    """What makes records of some enterprises of a block, by their places (an array). None of them may be odd, or have a value that is no whole number."""

    records: Records
    cells: BlockCells
    words: Sequence[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "words", [*self.cells.codes, ""])  # what is not given has code 0, in a block without any word too

    def of(self, at: Any, keys: Sequence[Any], reads: Reads) -> Iterator[Any]:
        """A record for each of them; what is not read stands as 不适用, and lists as empty: of that nothing is asked."""
        top, classes = self.records.classes
        own = self.cells.tables[""]
        unread: dict[str, Any] = {name: NA for name, spec in self.records.columns.fields if spec.name not in reads.facts}
        columns = {name: self._column(own, spec, at) for name, spec in self.records.columns.fields if spec.name in reads.facts}
        for name, table, held in self.records.tables:
            cells = self.cells.tables[table.name]
            if table.name not in reads.tables:
                unread[name] = [] if table.kind == "名单" else classes[table.name](*[NA] * len(table.fields))
                continue
            known = None if cells.known is None else cells.known[at].tolist()
            if table.kind == "名单":
                starts, counts = cells.offsets[:-1][at], np.diff(cells.offsets)[at]
                made = self._rows(classes[table.name], held.fields, cells, rows_at(starts, counts))
                every = [made[e - k : e] for e, k in zip(np.cumsum(counts).tolist(), counts.tolist(), strict=True)]
            else:
                every = self._rows(classes[table.name], held.fields, cells, at)
            columns[name] = every if known is None else [x if k else UNKNOWN for x, k in zip(every, known, strict=True)]
        names, blank = list(columns), top(**unread)
        publishes = any(
            x.published
            for x in (self.records.columns, *(columns for _, table, columns in self.records.tables if table.name in reads.tables))
        )
        for key, *values in zip(keys, *columns.values(), strict=True):
            record = copy(blank)
            record.number = key
            for name, value in zip(names, values, strict=True):
                setattr(record, name, value)
            if publishes:
                self._publish(record)
            yield record

    def _rows(self, class_: type[Any], fields: Sequence[tuple[str, FactField]], cells: TableCells, at: Any) -> list[Any]:
        return [class_(*values) for values in zip(*(self._column(cells, spec, at) for _, spec in fields), strict=True)]

    def _publish(self, record: Any) -> None:
        """The policy's figures of the base year stand for facts that were not given."""
        year: Any = getattr(record, self.records.year_name, None)
        for columns, rows in self.records.parts(record):
            for name, figures in columns.published.items() if year.__class__ is int else ():
                for row in rows:
                    if getattr(row, name) is UNKNOWN:
                        setattr(row, name, figures.get(year, UNKNOWN))

    def _column(self, table: TableCells, spec: FactField, at: Any) -> list[Any]:
        """A fact of some rows as records hold it."""
        nothing = absent(spec)
        if isinstance(spec.type, SeriesType | LedgerType):
            columns, given = table.series[spec.name]
            made: list[Any] = [{} if x else nothing for x in given[at].tolist()]
            for key, cells in columns.items():
                values = cells.data[at].tolist()
                null: list[bool] | None = None if cells.ask is None else cells.ask[at].tolist()
                for i, value in enumerate(values):
                    if null is None or not null[i]:
                        made[i][key] = value
            return made
        cells = table.facts[spec.name]
        values = self._values(cells, spec, at)
        if cells.null is not None:
            return [nothing if x else value for x, value in zip(cells.null[at].tolist(), values, strict=True)]
        return values

    def _values(self, cells: FactCells, spec: FactField, at: Any) -> list[Any]:
        data = cells.data[at]
        if isinstance(spec.type, BoolType):
            return (data != 0).tolist()  # type: ignore[no-any-return]
        if isinstance(spec.type, EnumType | TextType):
            words = self.words
            return ["不适用" if i < 0 else words[i] for i in data.tolist()]
        return data.tolist()  # type: ignore[no-any-return]
