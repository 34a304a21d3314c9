"""The columns of a block as whole numbers at the scales of their facts, and which rows are odd: those the readers of facts must look at.

Nothing is told here. A row of which something is to be said (a number too long or below 0, a word that is none, names that look alike, what stands
twice), and one that says 不适用 by a mark, is odd, and so is whatever no column holds as such; of all other rows the facts are as these cells have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import define, field

from xcrules.base.identity import ClauseNames, plain_forms
from xcrules.facts.given import MAX_ITEMS
from xcrules.facts.scaled.values import NA, DefaultNumber, DefaultText, absent
from xcrules.facts.tables import FactField, FactTable, Form
from xcrules.facts.types import EnumType, LedgerType, SeriesType, TextType

from .block import FAULTS, WORD, Block
from .decode import Decoded, Decoder, null_mask, one_array
from .schema import CLAUSE_OF, FIGURE_OF, YEAR_OF, key_name, mark_name

Key = int | str  # of a fact by year or by clause


@define(eq=False)
class FactCells:
    """One fact of many rows: `ask` where it is unknown or `unfit` (no whole number at its scale), `none` where it is 不适用, `null` where nothing was given.

    Masks may be None.
    """

    data: Any
    ask: Any
    none: Any
    unfit: Any
    low: int
    high: int
    null: Any = None


@define(eq=False)
class TableCells:
    """The rows of a table. `known`: which of these objects, or lists, are known at all (None: all)."""

    size: int
    known: Any = None
    facts: dict[str, FactCells] = field(factory=dict)
    series: dict[str, tuple[dict[Key, FactCells], Any]] = field(factory=dict)  # by year or clause; and of whom it was given
    offsets: Any = None  # of a list: where the rows of each enterprise begin and end
    owner: Any = None  # of a list: the enterprise of each row


@define(eq=False)
class BlockCells:
    """A block: the enterprises ("") with their objects and lists by name. `codes` are those of words and texts; equal texts of one enterprise have one code."""

    size: int
    odd: Any
    tables: dict[str, TableCells]
    codes: dict[str, int]
    unfit: Any  # enterprises of which some value is no whole number
    noted: Any  # enterprises that are as these cells have them, and of which something is to be said
    noted_of: set[str] = field(factory=set)  # of which facts and tables

    def code(self, word: str) -> int:
        return self.codes.setdefault(word, len(self.codes))


class CellReader:
    """What reads the blocks of a form."""

    def __init__(self, form: Form, clauses: ClauseNames, within: Form | None = None) -> None:
        """`within`: that of the blocks, where they have columns besides, which are passed over."""
        self.clauses, self.passes_over = clauses, within is not None
        self.key, self.mark = key_name(within or form), mark_name(within or form)
        self.tables: dict[str, FactTable] = {t.name: t for t in form.schema.nested}
        self.fields = {t.name: {f.name: f for f in t.fields} for t in form.schema.nested} | {"": {f.name: f for f in form.schema.top}}

    def read(self, block: Block) -> BlockCells:
        """FactCells of all facts that a block has columns of; of others nothing is known."""
        size = block.rows.num_rows
        made = BlockCells(size, np.zeros(size, bool), {"": TableCells(size)}, {}, np.zeros(size, bool), np.zeros(size, bool))
        reading = _Reading(self, made)
        for name, table in self.tables.items():
            if table.kind == "一份":
                made.tables[name] = TableCells(size, np.zeros(size, bool))
        reading.rows("", block.rows, None)
        for table in self.tables.values():
            if table.kind == "名单":
                reading.list(table, block)
        for name, own in self.fields.items():
            reading.finish(name, own)
        reading.look_alike()
        return made


class _Reading:
    """One block being read."""

    def __init__(self, reader: CellReader, made: BlockCells) -> None:
        self.reader, self.made = reader, made
        self.decoder = Decoder(reader.clauses, made.code)
        self.decoded: dict[tuple[str, str], Decoded] = {}
        self.texts: list[tuple[Any, Any, Any]] = []  # codes, of which rows, and whose they are

    def odd(self, mask: Any, owner: Any) -> None:
        """Rows of a table, of which `owner` says whose they are, are odd."""
        if mask is not None:
            self.made.odd[mask if owner is None else owner[mask]] = True

    def unfit(self, mask: Any, owner: Any) -> None:
        if mask is not None:
            self.made.unfit[mask if owner is None else owner[mask]] = True

    def noted(self, mask: Any, owner: Any, name: str) -> None:
        if mask is not None:
            self.made.noted[mask if owner is None else owner[mask]] = True
            self.made.noted_of.add(name)

    def list(self, table: FactTable, block: Block) -> None:
        size, held = self.made.size, block.lists.get(table.name)
        if held is None:
            self.made.tables[table.name] = TableCells(
                0, None if table.closed else np.zeros(size, bool), offsets=np.zeros(size + 1, np.int64), owner=np.zeros(0, np.int64)
            )
            return
        offsets = np.asarray(held.offsets, np.int64)
        lengths = np.diff(offsets)
        known = None if held.given is None or table.closed else np.asarray(held.given, bool)
        self.made.odd |= lengths > MAX_ITEMS
        owner = np.repeat(np.arange(size), lengths)
        self.made.tables[table.name] = TableCells(len(owner), known, offsets=offsets - offsets[0], owner=owner)
        self.rows(table.name, held.rows.slice(int(offsets[0]), len(owner)), owner)

    def rows(self, home: str, table: Any, owner: Any) -> None:
        """The columns of a table, by their names."""
        fields = self.reader.fields[home]
        for name in table.column_names:
            column = table.column(name)
            if column.null_count == len(column) or name == self.reader.key or (name.startswith("\0") and not name.startswith((FAULTS, WORD))):
                continue
            if name in fields:
                self._fact(home, fields[name], column, owner)
                continue
            outer, _, inner = name.partition(".")
            if not home and name in self.reader.tables and self.reader.tables[name].kind == "一份":
                self._object(name, one_array(column))
            elif not home and outer in self.reader.tables and self.reader.tables[outer].kind == "一份":
                self._inner(outer, inner, column, None)
            elif not name.startswith("\0") and inner and outer in fields:
                self._keyed(home, fields[outer], inner, column, owner)
            elif name == self.reader.mark:
                self.odd(self.decoder.not_empty(column), owner)
            elif not self.reader.passes_over or name.startswith("\0"):
                self.odd(~null_mask(column), owner)

    def _object(self, name: str, column: Any) -> None:
        if not pa.types.is_struct(column.type):
            self.odd(~null_mask(column), None)
            return
        valid = ~null_mask(column)
        for spec, inner in zip(column.type, column.flatten(), strict=True):
            self._inner(name, spec.name, inner, None)
        known = self.made.tables[name].known
        known |= valid

    def _inner(self, home: str, name: str, column: Any, owner: Any) -> None:
        """A column of an object; one with anything makes it known."""
        fields = self.reader.fields[home]
        given = ~null_mask(column)
        self.made.tables[home].known |= given
        outer, _, key = name.partition(".")
        if name in fields:
            self._fact(home, fields[name], column, owner)
        elif key and outer in fields:
            self._keyed(home, fields[outer], key, column, owner)
        elif not self.reader.passes_over:
            self.odd(given, owner)

    # -- facts ------------------------------------------------------------------------------------------------

    def _fact(self, home: str, spec: FactField, column: Any, owner: Any) -> None:
        if isinstance(spec.type, SeriesType | LedgerType):
            self._figures(home, spec, one_array(column), owner)
        elif (home, spec.name) in self.decoded:
            self.odd(~null_mask(column), owner)
        else:
            self.decoded[home, spec.name] = found = self.decoder.decode(column, spec, spec.type)
            self.odd(found.odd, owner)
            self.noted(found.noted, owner, home or spec.name)
            if isinstance(spec.type, TextType) and spec.role != "台账条款":
                self.texts.append((found.data, ~found.null, owner))

    def _keyed(self, home: str, spec: FactField, key: str, column: Any, owner: Any) -> None:
        """One year of a series, or one clause of a ledger, that has a column of its own."""
        if not isinstance(spec.type, SeriesType | LedgerType):
            self.odd(~null_mask(column), owner)
            return
        found = self.decoder.decode(column, spec, spec.type.element)
        self._add(home, spec, key, found, ~found.null, owner)

    def _figures(self, home: str, spec: FactField, column: Any, owner: Any) -> None:
        """A series or a ledger as list<struct>."""
        name = YEAR_OF if isinstance(spec.type, SeriesType) else CLAUSE_OF
        type_ = column.type.value_type if pa.types.is_list(column.type) else None
        if type_ is None or not pa.types.is_struct(type_) or {type_.field(i).name for i in range(type_.num_fields)} != {name, FIGURE_OF}:
            self.odd(~null_mask(column), owner)
            return
        size, given = len(column), ~null_mask(column)
        row = np.repeat(np.arange(size), np.where(given, column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False), 0))
        inner = column.flatten()
        keys, figures = inner.field(name), inner.field(FIGURE_OF)
        if len(row) != len(inner) or inner.null_count:
            self.odd(given, owner)
            return
        words = keys.to_pylist()
        lines: dict[Any, list[int]] = {}
        for i, word in enumerate(words):
            lines.setdefault(word, []).append(i)
        for word, at in lines.items():
            places = np.array(at, np.int64)
            own = row[places]
            if len(np.unique(own)) != len(own) or word is None:
                twice = np.zeros(size, bool)
                twice[own] = True
                self.odd(twice, owner)
                continue
            taken = np.full(size, -1, np.int64)
            taken[own] = places
            spread = figures.take(pa.array(taken, pa.int64(), mask=taken < 0))
            found = self.decoder.decode(spread, spec, spec.element)
            self._add(home, spec, str(word), found, given, owner)
        if not lines:
            self._given(home, spec, given)

    def _add(self, home: str, spec: FactField, key: str, found: Decoded, given: Any, owner: Any) -> None:
        at: Key | None
        if isinstance(spec.type, SeriesType):
            at = int(key) if len(key) == 4 and key.isascii() and key.isdigit() and key[0] != "0" else None
        else:
            at = key if key in self.reader.clauses.numbers else None
        held = self._given(home, spec, given)
        if at is None or at in held:
            self.odd(~found.null, owner)
            return
        self.odd(found.odd, owner)
        self.noted(found.noted, owner, home or spec.name)
        self.unfit(found.unfit, owner)
        data, unfit = found.data, found.unfit
        low, high = _extremes(data)
        held[at] = FactCells(data, found.null if unfit is None else found.null | unfit, None, unfit, low, high)
        if not np.any(held[at].ask):
            held[at].ask = None

    def _given(self, home: str, spec: FactField, given: Any) -> dict[Key, FactCells]:
        table = self.made.tables[home]
        held, before = table.series.get(spec.name, ({}, None))
        table.series[spec.name] = held, given if before is None else before | given
        return held

    def finish(self, home: str, fields: Mapping[str, FactField]) -> None:
        """What stands for facts that were not given."""
        table = self.made.tables[home]
        for name, spec in fields.items():
            if isinstance(spec.type, SeriesType | LedgerType):
                table.series.setdefault(name, ({}, np.zeros(table.size, bool)))
                continue
            found = self.decoded.get((home, name))
            null = np.ones(table.size, bool) if found is None else found.null
            data = np.zeros(table.size, np.int64) if found is None else found.data
            unfit = None if found is None else found.unfit
            ask = none = None
            if null.any():
                nothing = absent(spec)
                if isinstance(nothing, DefaultText):
                    data = np.where(null, self.made.code(str(nothing)), data)
                elif isinstance(nothing, DefaultNumber):
                    data = np.where(null, int(nothing), data)
                elif nothing is NA:
                    none = null
                else:
                    ask = null
            if isinstance(spec.type, TextType) and "不适用" in self.made.codes:
                said = data == self.made.codes["不适用"]
                none = said if none is None else none | said
            if none is not None:
                data = np.where(none, -1 if isinstance(spec.type, EnumType | TextType) else 0, data)
            if unfit is not None:
                ask = unfit if ask is None else ask | unfit
            table.facts[name] = FactCells(data, ask, none, unfit, *_extremes(data), null if null.any() else None)
            self.unfit(unfit, table.owner)

    # -- names ------------------------------------------------------------------------------------------------

    def look_alike(self) -> None:
        """Enterprises of whose texts something is to be said: one that is no name, two that look alike."""
        used = [(data[known], np.flatnonzero(known) if owner is None else owner[known]) for data, known, owner in self.texts]
        if not used:
            return
        codes, owners = np.concatenate([x for x, _ in used]), np.concatenate([x for _, x in used])
        distinct = np.unique(codes[codes >= 0])
        words = list(self.made.codes)
        forms = plain_forms(words[i] for i in distinct.tolist())
        group = np.full(len(words) + 1, -1, np.int64)  # of each text, those that look like it; -1: no name
        group[distinct] = forms
        own = group[codes]
        self.made.odd[owners[own < 0]] = True
        if len(set(forms)) == len(forms):
            return
        counts = np.bincount(group[distinct][group[distinct] >= 0])
        several = (own >= 0) & (counts[own] > 1)
        pairs = np.unique(np.stack([owners[several], own[several], codes[several]]), axis=1)
        same = (pairs[0, 1:] == pairs[0, :-1]) & (pairs[1, 1:] == pairs[1, :-1])
        self.made.odd[pairs[0, 1:][same]] = True


def _extremes(data: Any) -> tuple[int, int]:
    return (int(data.min()), int(data.max())) if data.size else (0, 0)
