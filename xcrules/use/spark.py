"""Enterprises on Spark: blocks of Arrow to each worker and back, no row moved between them. Needs the extra [spark].

    answers = xcrules.spark.decide(spark.read.parquet("企业.parquet"), xcrules.load("xicheng-2021"))
    answers, pools = xcrules.spark.share_out(df, policy)  # where a 总额 is shared out among all
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from xcrules.base.resources import needed
from xcrules.use.python.policy import Policy

if TYPE_CHECKING:
    from xcrules.facts.arrow import Block
    from xcrules.use.batch.sharing import ByClause, Fed, Shares
    from xcrules.use.batch.texts import Deciders

Work = Callable[["Deciders", "Block"], Any]  # a block to a table


class SharedOut(NamedTuple):
    """A DataFrame of the answers with what each 总额 gives each who applies, and 统筹 as a pyarrow.Table (None: no clause has a 总额)."""

    answers: Any
    pools: Any


def decide(df: Any, policy: Policy, readings: Mapping[str, str] | None = None) -> Any:
    """A DataFrame with a row for each enterprise in, one with their answers out: what `policy.decide_table` says of each row, column for column.

    Rows are nested (lists as array<struct>), so nothing is shuffled. How many rows are decided together is Spark's
    `spark.sql.execution.arrow.maxRecordsPerBatch`. Raises XcrulesError for columns that no fact has, readings that are not there, or a missing extra.
    """
    return _carried(df, policy, readings, _answers)


def share_out(df: Any, policy: Policy, readings: Mapping[str, str] | None = None) -> SharedOut:
    """What `xcrules batch` comes to: the answers of `decide` with each 总额 shared out among all enterprises, 分得 after each 申请额.

    What is asked comes to the driver, who applies with a line for each clause; nothing else does. The data are gone over once to ask, once for each 总额
    whose shares a fact records, and once more when the answers are taken: they have to be the same each time. Raises XcrulesError as `decide` does.
    """
    needed("pyspark.sql.pandas.types")
    import pyarrow as pa

    from xcrules.use.batch.sharing import exchanged, shares
    from xcrules.use.batch.texts import Deciders

    funds = Deciders(policy, readings).funds
    if not funds:
        return SharedOut(decide(df, policy, readings), None)
    asked = _carried(df, policy, readings, _asked).toArrow()

    def again(new: Fed) -> None:
        nonlocal asked
        asked = exchanged(asked, "编号", pa.array([*new], pa.string()), _carried(df, policy, readings, partial(_asked_again, new)).toArrow())

    made = shares(funds, lambda: [asked], again)
    return SharedOut(_carried(df, policy, readings, partial(_given, made, made.by_clause())), made.table())


# -- what workers do --------------------------------------------------------------------------------------------------


def _answers(deciders: Deciders, block: Block) -> Any:
    return deciders.table(block)


def _asked(deciders: Deciders, block: Block) -> Any:
    from xcrules.use.batch.applying import APPLYING
    from xcrules.use.batch.results import table_of

    found = deciders.result(block).applying
    return table_of(APPLYING, ()) if found is None else found


def _asked_again(fed: Fed, deciders: Deciders, block: Block) -> Any:
    """What those ask who were given something."""
    return _asked(deciders, _fed(fed, deciders, block)[1])


def _given(made: Shares, found: ByClause, deciders: Deciders, block: Block) -> Any:
    """The answers with what was given."""
    from xcrules.use.batch.sharing import at_places

    answers = deciders.table(block)
    at, again = _fed(made.fed, deciders, block)
    return found.beside(at_places(answers, at, deciders.table(again)) if at else answers)


def _fed(fed: Fed, deciders: Deciders, block: Block) -> tuple[list[int], Block]:
    """The enterprises of a block that were given something: their places, and they with what records it."""
    from xcrules.facts.arrow import Block, mark_name
    from xcrules.use.batch.work import taken

    keys = block.rows.column(deciders.last.key).to_pylist()
    at = [i for i, key in enumerate(keys) if key in fed]
    task = taken(block, at, [fed[keys[i]] for i in at], mark_name(deciders.policy.program.form))
    assert isinstance(task, Block)
    return at, task


def _carried(df: Any, policy: Policy, readings: Mapping[str, str] | None, work: Work) -> Any:
    """What the work makes of the rows, as a DataFrame."""
    types = needed("pyspark.sql.pandas.types")
    empty = types.to_arrow_schema(df.schema).empty_table()
    blocks = decided(policy, readings, df.columns, work)
    schema = types.from_arrow_schema(next(blocks(empty.to_batches() or [_one(empty)])).schema)
    return df.toDF(*map(str, range(len(df.columns)))).mapInArrow(blocks, schema)  # Spark takes 研发经费.2023 for a part of 研发经费


def decided(
    policy: Policy, readings: Mapping[str, str] | None, names: Sequence[str], work: Work = _answers
) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """What a worker does with its batches, whose columns have these names; it travels with the policy."""
    chosen = dict(readings or {})

    def blocks(batches: Iterable[Any]) -> Iterator[Any]:
        import pyarrow as pa

        from xcrules.facts.arrow import block_of
        from xcrules.use.batch.texts import Deciders

        deciders = Deciders(policy, chosen)
        for batch in batches:
            made = plain(work(deciders, block_of(pa.Table.from_batches([batch]).rename_columns(names), policy.program.form)))
            yield from made.combine_chunks().to_batches() or [_one(made)]

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
