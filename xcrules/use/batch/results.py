"""What one block of enterprises comes to, as tables to be written: 名单, 待补清单, 退回, 明细."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from xcrules.base.diagnostic import Diagnostic
from xcrules.base.spoken import spoken
from xcrules.facts.arrow import Block, ListRows, block_rows, enterprises_name
from xcrules.facts.arrow.block import CARRY, ROW_NUMBER
from xcrules.facts.asking.words import what_to_write
from xcrules.facts.tables import FactField, Form

from . import PIECE
from .applying import APPLYING
from .block import BlockDecider, DecidedBlock
from .details import Rows, details_of

_INDEXED = re.compile(r"(.+?)\[(\d+)\](?:\.(.*))?", re.S)


class BlockResult(NamedTuple):
    """The tables of one block. The numbers of rows are those of TableFiles.place."""

    answers: Any  # a row for each enterprise
    wanting: Any  # 编号, 款, 事实, 表, 行号, 栏, 由谁补, 怎样填
    refused: Any  # 编号, 表, 行号, 栏, 代码, 问题, 改法
    details: Any | None = None
    applying: Any | None = None  # what is asked of each 总额


class Placer:
    """Where in the tables a fact stands, by its path and the enterprise's place in a block."""

    def __init__(self, form: Form, block: Block | None, numbers: Any) -> None:
        """`numbers`: those of the rows of enterprises (None: there are none)."""
        self.enterprises, self.numbers = enterprises_name(form), numbers
        self.lists = {} if block is None else {n: (x.offsets, numbers_of(x)) for n, x in block.lists.items()}

    def columns(self, paths: Sequence[str], which: Any, rows: Any) -> tuple[Any, Any, Any]:
        """Table, number of the row, column, of these of the paths in these rows."""
        split = [
            (x[1], int(x[2]), x[3] or "") if (x := _INDEXED.fullmatch(p)) is not None and x[1] in self.lists else (self.enterprises, -1, p)
            for p in paths
        ]
        tables, places, names = zip(*split, strict=True) if split else ((), (), ())
        if self.numbers is None:
            return texts_of(tables, which), pa.nulls(len(rows), pa.int64()), texts_of(names, which)
        numbers, place = self.numbers[rows], np.array(places, np.int64)[which]
        for name, (offsets, own) in self.lists.items():
            at: Any = np.flatnonzero((np.array(tables) == name)[which]) if own is not None and name in tables else []
            if len(at):
                found = offsets[rows[at]] + place[at]
                there = found < offsets[rows[at] + 1]
                numbers[at[there]] = own[found[there]]
        return texts_of(tables, which), pa.array(numbers), texts_of(names, which)


def result_of(decider: BlockDecider, block: Block, explained: bool = False) -> BlockResult:
    """A block decided."""
    def rows(at: Sequence[int]) -> Iterator[Any]:
        for start in range(0, len(at), PIECE):
            yield from block_rows(block.take(np.array(at[start : start + PIECE], np.int64)), decider.form)

    decider.kernels.kernels.explained = explained
    placer = Placer(decider.form, block, numbers_of(block))
    return result_tables(decider, decider.decide(block), placer, carried_of(block), rows if explained else None)


def numbers_of(held: Block | ListRows) -> Any:
    """The numbers of its rows; None where they have none."""
    return held.rows.column(ROW_NUMBER).to_numpy() if ROW_NUMBER in held.rows.column_names else None


def carried_of(block: Block) -> dict[str, Any]:
    """The columns that are carried along."""
    return {n.removeprefix(CARRY): block.rows.column(n) for n in block.rows.column_names if n.startswith(CARRY)}


def result_tables(
    decider: BlockDecider, decided: DecidedBlock, placer: Placer, carried: Mapping[str, Any], rows: Rows | None
) -> BlockResult:
    """What a decided block comes to; `rows` where awards are explained."""
    answers = decided.table
    for place, (name, column) in enumerate(carried.items(), 1):
        answers = answers.add_column(place, name, column)
    keys, fields = answers.column(0), Fields(decider.form)
    wanting = [(i, path, c) for i, row in sorted(decided.rows.items()) for c, x in sorted(row.clauses.items()) for path in x.missing]
    at, which, paths = _coded(wanting)
    who, how = zip(*map(fields.said, paths), strict=True) if paths else ((), ())
    wanted = (
        keys.take(at), texts_of([k.number for k in decider.columns.clauses], [c for _, _, c in wanting]),
        texts_of([spoken(x, fields.counters) for x in paths], which), *placer.columns(paths, which, at), texts_of(who, which),
        texts_of(how, which),
    )
    found = [(w.row, d.path, d) for w in decided.wrong for d in w.found]
    at, which, paths = _coded(found)
    refused = (keys.take(at), *placer.columns(paths, which, at), *(pa.array([x(d) for _, _, d in found], pa.string()) for x in _SAID))
    return BlockResult(
        answers, pa.table(dict(zip(WANTING, wanted, strict=True))), pa.table(dict(zip(REFUSED, refused, strict=True))),
        None if rows is None else details_of(decider, keys, decided, rows, fields.counters),
        table_of(APPLYING, [x for _, row in sorted(decided.rows.items()) for x in row.applying]) if decider.applying.funds else None,
    )


def _coded(found: Sequence[tuple[int, str, Any]]) -> tuple[Any, Any, list[str]]:
    """The rows, which of the distinct paths each has, these."""
    paths: dict[str, int] = {}
    which = [paths.setdefault(path, len(paths)) for _, path, _ in found]
    return np.array([row for row, _, _ in found], np.int64), np.array(which, np.int64), [*paths]


def texts_of(words: Sequence[str], which: Any) -> Any:
    """A column of these of the words; null where it is none of them."""
    return pa.array(words, pa.string()).take(pa.array(which, pa.int64()))


NUMBERS = {"行号": pa.int64()}
WANTING = ("编号", "款", "事实", "表", "行号", "栏", "由谁补", "怎样填")
REFUSED = ("编号", "表", "行号", "栏", "代码", "问题", "改法")
_SAID: tuple[Callable[[Diagnostic], str], ...] = lambda d: d.code.value, lambda d: d.message, lambda d: d.help  # of what is wrong, in the last three


def table_of(names: Sequence[str], rows: Iterable[Sequence[Any]], types: Mapping[str, Any] = NUMBERS) -> Any:
    """A table of rows; a column that `types` do not name is of texts."""
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table({name: pa.array(column, types.get(name, pa.string())) for name, column in zip(names, columns, strict=True)})


class Fields:
    """The facts by their paths: who supplies them, and how they are written."""

    def __init__(self, form: Form) -> None:
        self.counters = {t.name: t.each for t in form.schema.nested if t.each}
        self._fields: dict[str, FactField] = {f.name: f for f in form.schema.top}
        self._fields |= {f"{t.name}.{f.name}": f for t in form.schema.nested for f in t.fields}
        self._said: dict[str, tuple[str, str]] = {}
        self._sources = {t.name: list(dict.fromkeys(f.source for f in t.fields if f.source)) for t in form.schema.nested}

    def said(self, path: str) -> tuple[str, str]:
        """By whom, and how. What no authority certifies the enterprise itself supplies."""
        name = re.sub(r"\[\d+\]", "", path)
        if name not in self._said:
            self._said[name] = self._of(name)
        return self._said[name]

    def _of(self, name: str) -> tuple[str, str]:
        while name and name not in self._fields and name not in self._sources:
            name = name.rpartition(".")[0]
        found = self._fields.get(name)
        if found is None:
            return "企业", "整张名单：没有的，在「企业」表里写 没有"
        return found.source.removeprefix("认定 ").removeprefix("核定 ") or "企业", what_to_write(found)
