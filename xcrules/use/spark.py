"""Enterprises on Spark: blocks of Arrow to each worker and back, no row moved between them. Needs the extra [spark].

    answers = xcrules.spark.decide(spark.read.parquet("企业.parquet"), xcrules.load("xicheng-2021"))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from xcrules.base.resources import needed
from xcrules.use.python.policy import Policy


def decide(df: Any, policy: Policy, readings: Mapping[str, str] | None = None) -> Any:
    """A DataFrame with a row for each enterprise in, one with their answers out: what `policy.decide_table` says of each row, column for column.

    Rows are nested (lists as array<struct>), so nothing is shuffled. How many rows are decided together is Spark's
    `spark.sql.execution.arrow.maxRecordsPerBatch`. Raises XcrulesError for columns that no fact has, readings that are not there, or a missing extra.
    """
    types = needed("pyspark.sql.pandas.types")
    empty = types.to_arrow_schema(df.schema).empty_table()
    work = decided(policy, readings, df.columns)
    schema = types.from_arrow_schema(plain(next(work(empty.to_batches() or [_one(empty)]))).schema)
    return df.toDF(*map(str, range(len(df.columns)))).mapInArrow(work, schema)  # Spark takes 研发经费.2023 for a part of 研发经费


def decided(policy: Policy, readings: Mapping[str, str] | None, names: Sequence[str]) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """What a worker does with its batches, whose columns have these names; it travels with the policy."""
    chosen = dict(readings or {})

    def blocks(batches: Iterable[Any]) -> Iterator[Any]:
        import pyarrow as pa

        from xcrules.facts.arrow import block_of
        from xcrules.use.batch.texts import Deciders

        deciders = Deciders(policy, chosen)
        for batch in batches:
            made = deciders.table(block_of(pa.Table.from_batches([batch]).rename_columns(names), policy.program.form))
            yield from plain(made).combine_chunks().to_batches() or [_one(plain(made))]

    return blocks


def plain(table: Any) -> Any:
    """The table without dictionaries, which Spark has not."""
    import pyarrow as pa

    fields = [pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in table.schema]
    return table.cast(pa.schema(fields))


def _one(table: Any) -> Any:
    """A batch without rows."""
    import pyarrow as pa

    return pa.RecordBatch.from_arrays([pa.array([], f.type) for f in table.schema], schema=table.schema)
