"""A population as Arrow: chunk by chunk, in the tables that `batch` reads, or nested as a block; or as lines of JSON."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from attrs import define, field

from xcrules.facts.arrow import block_facts, block_schema, enterprises_name, key_name, mark_name, table_schemas
from xcrules.facts.tables import FactField, FactTable, Form
from xcrules.facts.types import LedgerType, SeriesType
from xcrules.plan.edges import Edges, edges_of
from xcrules.use.batch.answers import decimals
from xcrules.use.python.policy import Policy

from .columns import Drawing, Drawn, Lot, base_years
from .distributions import Distributions

CHUNK = 65_536  # enterprises drawn at a time
_EPOCH = 719_163  # 1970-01-01 as an ordinal


@define
class Population:
    """So many enterprises of a policy, the same for the same seed and distributions."""

    form: Form
    edges: Edges
    count: int
    seed: int
    laws: Distributions = field(factory=Distributions)

    def chunks(self) -> Iterator[dict[str, Any]]:
        """「企业」 and each list as a pyarrow.Table, for some enterprises at a time."""
        return (chunk.tables() for chunk in self._chunks())

    def blocks(self) -> Iterator[Any]:
        """The same, nested: a pyarrow.RecordBatch with one row for each enterprise."""
        return (chunk.block() for chunk in self._chunks())

    def _chunks(self) -> Iterator[_Chunk]:
        return (_Chunk(self, chunk, start, min(CHUNK, self.count - start)) for chunk, start in enumerate(range(0, self.count, CHUNK)))


def population(policy: Policy, count: int, seed: int = 0, laws: Distributions | None = None) -> Population:
    """A population that exercises what the policy says under its default readings and each other choice."""
    engines = policy._engines
    choices = [{r.number: x} for r in policy.program.readings for x in r.modelled if x != r.default]
    plans = [engines.planner.plan({**engines.defaults, **other}) for other in ({}, *choices)]
    return Population(policy.program.form, edges_of(plans, engines.parameters), count, seed, laws or Distributions())


def write_tables(people: Population, folder: Path) -> dict[str, int]:
    """A Parquet file for each table; how many rows each has. Raises OSError."""
    writers: dict[str, Any] = {}
    rows: dict[str, int] = {}
    try:
        for tables in people.chunks():
            for name, table in tables.items():
                if name not in writers:
                    words = [f.name for f in table.schema if "dictionary" in str(f.type)]  # figures hardly repeat
                    writers[name] = pq.ParquetWriter(folder / f"{name}.parquet", table.schema, compression="zstd", compression_level=1, use_dictionary=words)
                writers[name].write_table(table)
                rows[name] = rows.get(name, 0) + table.num_rows
    finally:
        for writer in writers.values():
            writer.close()
    return rows


def write_block(people: Population, path: Path) -> dict[str, int]:
    """One nested Parquet file. Raises OSError."""
    with pq.ParquetWriter(path, block_schema(people.form), compression="zstd", compression_level=1) as writer:
        for block in people.blocks():
            writer.write_batch(block, row_group_size=16_384)
    return {path.name: people.count}


def write_lines(people: Population, path: Path) -> dict[str, int]:
    """One facts object a line, numbers exact, nothing where nothing is known. Raises OSError."""
    facts, encode = block_facts(people.form), msgspec.json.Encoder(decimal_format="number").encode
    with path.open("wb") as out:
        for block in people.blocks():
            for start in range(0, block.num_rows, 4096):  # as Python values a chunk is large
                out.writelines(encode(_filled(facts(row))) + b"\n" for row in block.slice(start, 4096).to_pylist())
    return {path.name: people.count}


def _filled(value: Any) -> Any:
    """A value without what is not known in it; no more decimals than it has."""
    if isinstance(value, dict):
        return {str(k): _filled(x) for k, x in value.items() if x is not None}
    if isinstance(value, list):
        return [_filled(x) for x in value]
    return Decimal(format(value.normalize(), "f")) if isinstance(value, Decimal) else value


@define
class _Chunk:
    """Some enterprises being drawn."""

    people: Population
    chunk: int
    start: int
    count: int
    drawing: Drawing = field(init=False)
    own: Lot = field(init=False)

    def __attrs_post_init__(self) -> None:
        people = self.people
        self.drawing = Drawing(people.form, people.edges, people.laws, people.seed, self.chunk)
        year = people.form.schema.top_of_role("基准年度")
        base = base_years(people.form, people.edges, year, people.laws, people.seed, self.chunk, self.count, self.drawing.column)
        self.own = Lot("", self.count, base)

    @property
    def form(self) -> Form:
        return self.people.form

    def tables(self) -> dict[str, Any]:
        schemas, keys = table_schemas(self.form), self.keys()
        made: dict[str, dict[str, Any]] = {enterprises_name(self.form): {key_name(self.form): keys}}
        for table in self.form.schema.tables:
            if table.kind == "名单":
                lengths = self.drawing.lengths(table.name, self.count)
                made[table.name] = {key_name(self.form): keys.take(pa.array(np.repeat(np.arange(self.count), lengths)))}
                made[table.name] |= self._flat(table, self._rows(table, lengths), "", schemas[table.name])
            else:
                name = enterprises_name(self.form)
                made[name] |= self._flat(table, self._rows(table, None), f"{table.name}." if table.kind == "一份" else "", schemas[name])
        return {
            name: pa.table(
                [columns[f.name] if f.name in columns else pa.nulls(len(columns[key_name(self.form)]), f.type) for f in schemas[name]],
                schema=schemas[name],
            )
            for name, columns in made.items()
        }

    def keys(self) -> Any:
        """E0000001: as wide as the last one."""
        wide = max(len(str(self.people.count)), 4)
        return pa.array([f"E{i:0{wide}}" for i in range(self.start + 1, self.start + self.count + 1)], pa.string())

    def _rows(self, table: FactTable, lengths: Any) -> Lot:
        name = "" if table.kind == "顶层" else table.name
        return Lot(name, self.count, self.own.base) if lengths is None else Lot(name, int(lengths.sum()), np.repeat(self.own.base, lengths))

    def _flat(self, table: FactTable, rows: Lot, lead: str, schema: Any) -> dict[str, Any]:
        found = {}
        for spec in table.fields:
            columns = self._columns(spec, rows)
            for inner, column in columns.items():
                name = f"{lead}{spec.name}.{inner}" if inner != "" else lead + spec.name
                found[name] = as_arrow(column, schema.field(name).type)
        return found

    def _columns(self, spec: FactField, rows: Lot) -> dict[Any, Drawn]:
        if spec.role == "基准年度" and rows.table == "":
            return {"": Drawn(rows.base)}
        match spec.type:
            case SeriesType():
                return dict(self.drawing.series(spec, rows))
            case LedgerType():
                return dict(self.drawing.ledger(spec, rows))
            case _:
                return {"": self.drawing.column(spec, rows)}

    # -- nested ---------------------------------------------------------------------------------------------

    def block(self) -> Any:
        schema = block_schema(self.form)
        columns: dict[str, Any] = {key_name(self.form): self.keys()}
        for table in self.form.schema.tables:
            if table.kind == "顶层":
                columns |= self._nested(table, self._rows(table, None), {f.name: schema.field(f.name).type for f in table.fields})
                continue
            type_ = schema.field(table.name).type
            lengths = self.drawing.lengths(table.name, self.count) if table.kind == "名单" else None
            struct = type_.value_type if lengths is not None else type_
            rows = self._rows(table, lengths)
            inner = self._nested(table, rows, {f.name: f.type for f in struct})
            record = pa.StructArray.from_arrays(
                [inner[f.name] if f.name in inner else pa.nulls(rows.count, f.type) for f in struct], fields=list(struct)
            )
            columns[table.name] = record if lengths is None else _listed(lengths, record, type_)
        columns.setdefault(mark_name(self.form), pa.nulls(self.count, schema.field(mark_name(self.form)).type))
        return pa.record_batch([columns[f.name] for f in schema], schema=schema)

    def _nested(self, table: FactTable, rows: Lot, types: dict[str, Any]) -> dict[str, Any]:
        found = {}
        for spec in table.fields:
            columns = self._columns(spec, rows)
            type_ = types[spec.name]
            found[spec.name] = (
                _figures(columns, rows.count, type_) if isinstance(spec.type, SeriesType | LedgerType) else as_arrow(columns[""], type_)
            )
        return found


def _listed(lengths: Any, values: Any, type_: Any) -> Any:
    offsets = np.zeros(len(lengths) + 1, dtype=np.int32)
    np.cumsum(lengths, out=offsets[1:])
    return pa.ListArray.from_arrays(pa.array(offsets), values, type=type_)


def _figures(columns: dict[Any, Drawn], count: int, type_: Any) -> Any:
    """Figures by year or clause, those that are filled in, as list<struct>; null where none is."""
    key, figure = type_.value_type[0], type_.value_type[1]
    known = (
        np.stack([np.ones(count, dtype=bool) if c.known is None else c.known for c in columns.values()], axis=1)
        if columns
        else np.zeros((count, 0), bool)
    )
    values = np.stack([c.values for c in columns.values()], axis=1)[known] if columns else np.zeros(0, dtype=np.int64)
    unit = next((c.unit for c in columns.values()), 1)
    which = np.broadcast_to(np.arange(len(columns)), known.shape)[known]
    names = pa.array(list(columns), key.type).take(pa.array(which)) if columns else pa.nulls(0, key.type)
    record = pa.StructArray.from_arrays([names, as_arrow(Drawn(values, unit=unit), figure.type)], fields=[key, figure])
    lengths = known.sum(axis=1)
    listed = _listed(lengths, record, type_)
    return pa.compute.if_else(pa.array(lengths > 0), listed, pa.scalar(None, type_))


def as_arrow(column: Drawn, type_: Any) -> Any:
    """A column in its Arrow type; numbers stay exact."""
    mask = None if column.known is None else ~column.known
    if pa.types.is_dictionary(type_) or pa.types.is_string(type_):
        made = pa.DictionaryArray.from_arrays(pa.array(column.values.astype(np.int32), mask=mask), pa.array(column.words, pa.string()))
        return made if pa.types.is_dictionary(type_) else made.cast(pa.string())
    if pa.types.is_boolean(type_):
        return pa.array(column.values.astype(bool), mask=mask)
    if pa.types.is_date32(type_):
        return pa.array((column.values - _EPOCH).astype(np.int32), mask=mask).cast(type_)
    if pa.types.is_decimal128(type_):
        return decimals(column.values * (10**type_.scale // column.unit), column.known, type_)
    return pa.array(column.values, mask=mask).cast(type_)
