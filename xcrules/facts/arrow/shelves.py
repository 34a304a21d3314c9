"""Tables put away by place and taken out again: in memory while they are few, then in a folder, so that memory does not grow with them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

MOST = 64_000_000  # bytes that are held in memory at one time


class Shelves:
    """Places with tables of any columns, each in the order in which it was put there. Without a folder all stays in memory. Raises OSError."""

    def __init__(self, folder: Path | None, most: int = MOST) -> None:
        self.folder, self.most = folder, most
        self._held: dict[str, list[Any]] = {}
        self._size = 0
        self.clear()

    def put(self, place: str, table: Any) -> None:
        self._held.setdefault(place, []).append(table)
        self._size += _weight(table)
        if self.folder is not None and self._size > self.most:
            self.folder.mkdir(exist_ok=True)
            for name, tables in self._held.items():
                _append(self.folder / name, tables)
            self._held, self._size = {}, 0

    def take(self, place: str) -> Iterator[Any]:
        """What is there now."""
        held = [*self._held.get(place, ())]  # while it is taken, putting other things away may bring these into the folder
        path = None if self.folder is None else self.folder / place
        if path is not None and path.exists():
            size = path.stat().st_size
            with open(path, "rb") as file:
                while file.tell() < size:
                    yield pa.ipc.open_stream(file).read_all()
        yield from held

    def drop(self, place: str) -> None:
        """Room for others."""
        self._size -= sum(map(_weight, self._held.pop(place, ())))
        if self.folder is not None:
            (self.folder / place).unlink(missing_ok=True)

    def clear(self) -> None:
        """Everything thrown away, also what a run left that was killed."""
        self._held, self._size = {}, 0
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def _weight(table: Any) -> int:
    """Bytes in memory: of a few rows, mostly what a table and its columns are themselves."""
    return int(table.nbytes + 1_000 * (1 + table.num_columns))


def _append(path: Path, tables: Sequence[Any]) -> None:
    """One more stream at the end of a file for each run of tables that have the same columns."""
    with open(path, "ab") as file:
        start = 0
        for end in range(1, len(tables) + 1):
            if end == len(tables) or not tables[end].schema.equals(tables[start].schema):
                whole = pa.concat_tables(tables[start:end]).unify_dictionaries().combine_chunks()
                with pa.ipc.new_stream(file, whole.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
                    writer.write_table(whole)
                start = end


def together(tables: Sequence[Any]) -> Any:
    """One table of several. A column that is not of one type in all becomes text, which is read value by value: no number passes through another kind."""
    if len(tables) == 1:
        return tables[0]
    types: dict[str, set[Any]] = {}
    for table in tables:
        for column in table.schema:
            if not pa.types.is_null(column.type):
                types.setdefault(column.name, set()).add(column.type)
    mixed = {
        name
        for name, found in types.items()
        if len(found) > 1 and not all(map(pa.types.is_integer, found)) and not all(map(pa.types.is_decimal, found))
    }
    made = pa.concat_tables([_as_text(t, mixed) for t in tables] if mixed else tables, promote_options="permissive")
    return made.unify_dictionaries()


def _as_text(table: Any, names: set[str]) -> Any:
    for place, name in enumerate(table.column_names):
        if name in names:
            held = table.column(name)
            if pa.types.is_list(held.type) and pa.types.is_string(held.type.value_type):  # what does not apply; files name the inside in their own ways
                column = held.cast(pa.list_(pa.string()))
            else:
                column = pa.array([None if x is None else _word(x) for x in held.to_pylist()], pa.string())
            table = table.set_column(place, name, column)
    return table


def with_facts(rows: Any, facts: Sequence[Mapping[str, str]], mark: str) -> Any:
    """Rows of 「企业」, each with these facts as text in place of what it says of them; `mark` names the column of what does not apply."""
    for name in sorted({n for x in facts for n in x}):
        held = rows.column(name).to_pylist() if name in rows.column_names else [None] * len(facts)
        column = pa.array([x.get(name) or (None if old is None else _word(old)) for x, old in zip(facts, held, strict=True)], pa.string())
        rows = (
            rows.set_column(rows.column_names.index(name), name, column) if name in rows.column_names else rows.append_column(name, column)
        )
    if mark in rows.column_names:
        marks = [
            None if old is None else [m for m in old if m not in x] for x, old in zip(facts, rows.column(mark).to_pylist(), strict=True)
        ]
        rows = rows.set_column(rows.column_names.index(mark), mark, pa.array(marks, pa.list_(pa.string())))
    return rows


def _word(value: Any) -> str:
    """As an office would write it."""
    match value:
        case str():
            return value
        case bool():
            return "是" if value else "否"
        case float() if (number := Decimal(repr(value))).is_finite():
            return format(number, "f")
        case Decimal():
            return format(value, "f")
        case list() | dict():
            return json.dumps(value, ensure_ascii=False, default=str)
        case _:
            return str(value)
