"""Tables and frames of a caller: to blocks, decided, and back as he had them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.facts.arrow import block_of, each_once
from xcrules.run.results import GRANTED, STATUSES
from xcrules.use.python.policy import Policy

from . import BLOCK
from .answers import AMOUNT, NO_CLAUSE, REFUSED, STATUS
from .texts import Deciders

_NOTHING = (*(x for x in STATUSES if x not in (GRANTED, "裁量", "待统筹", "待补充")), NO_CLAUSE)


def decided_table(policy: Policy, table: Any, readings: Mapping[str, str] | None = None) -> Any:
    """A pyarrow.Table of answers, in the order of the rows. Raises XcrulesError (E802) for what is no table."""
    if not isinstance(table, pa.Table):
        raise _no_table("decide_table 要一张 pyarrow.Table", table, "记录批用 pyarrow.Table.from_batches，pandas、Polars 的用 amounts_frame")
    try:
        return pa.concat_tables(list(_decided(policy, table, readings)))
    except pa.ArrowNotImplementedError as error:
        raise _unheld(error) from error


def _decided(policy: Policy, table: Any, readings: Mapping[str, str] | None) -> Iterator[Any]:
    deciders = Deciders(policy, readings)
    for start in range(0, max(table.num_rows, 1), BLOCK):
        yield deciders.table(block_of(table.slice(start, BLOCK), policy.program.form))


def amounts_frame(policy: Policy, frame: Any) -> Any:
    """A frame of 分, of the kind that came in."""
    polars = type(frame).__module__.partition(".")[0] == "polars" and type(frame).__name__ == "DataFrame"
    if not polars and ((library := sys.modules.get("pandas")) is None or not isinstance(frame, library.DataFrame)):  # who has a frame has the library
        raise _no_table("amounts_frame 要一个 pandas 或 Polars 的 DataFrame", frame, "pyarrow.Table 的用 decide_table，LazyFrame 先 .collect()")
    each_once([str(x) for x in frame.columns])
    came = _of_polars(frame) if polars else _of_pandas(frame)
    answers = decided_table(policy, came)
    made = {answers.column_names[0]: answers.column(0)}
    for name in answers.column_names:
        if name.endswith(f".{AMOUNT}"):
            made[name.removesuffix(f".{AMOUNT}")] = cents_of(answers, name)
    made[REFUSED] = answers.column(REFUSED)
    table = pa.table(made)
    if polars:
        import polars as pl

        return pl.from_arrow(table)
    import pandas

    return table.to_pandas(types_mapper={pa.int64(): pandas.Int64Dtype()}.get)


def _of_polars(frame: Any) -> Any:
    try:
        return frame.to_arrow()
    except pa.ArrowException as error:
        raise _unheld(error) from error


def _of_pandas(frame: Any) -> Any:
    """A pandas frame as an Arrow table. Raises XcrulesError (E802) for columns whose values are of several kinds, which Arrow cannot hold."""
    columns, mixed = {}, []
    for name, values in frame.items():
        try:
            columns[str(name).encode(errors="replace").decode()] = pa.Array.from_pandas(values)
        except (ValueError, TypeError, NotImplementedError, OverflowError):  # Arrow's own are kinds of these
            mixed.append(Diagnostic(Code.WRONG_KIND, f"「{name}」一列的值（或者里面某一栏的）不是一种：有 {'、'.join(sorted({type(x).__name__ for x in values}))}", path=str(name),
                                    help="一列都写成一种；名单、逐年的写成 list、dict，里面的每一栏也是一种"))
    if mixed:
        raise XcrulesError(mixed)
    return pa.table(columns)


def _unheld(error: Exception) -> XcrulesError:
    return XcrulesError([Diagnostic(Code.WRONG_KIND, f"表里有一列的类型读不了：{str(error)[:80]}", path="表", help="写成数、文字、日期、是否，名单写成 list<struct>")])


def _no_table(wanted: str, came: object, help: str) -> XcrulesError:
    return XcrulesError([Diagnostic(Code.WRONG_KIND, f"{wanted}，不是 {type(came).__name__}", path="表", help=help)])


def cents_of(answers: Any, name: str) -> Any:
    """Whole 分 of a column of 元; 0 where the status says that nothing is given."""
    column = answers.column(name)
    cents = pa.chunked_array(
        [pa.Array.from_buffers(pa.decimal128(38, 0), len(x), x.buffers(), offset=x.offset) for x in column.chunks], pa.decimal128(38, 0)
    )
    status = pc.cast(answers.column(f"{name.removesuffix(AMOUNT)}{STATUS}"), pa.string())
    return pc.if_else(pc.and_(pc.is_null(cents), pc.is_in(status, pa.array(_NOTHING))), pa.scalar(0, pa.int64()), cents.cast(pa.int64()))
