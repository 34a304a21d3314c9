"""The work that there is: blocks of enterprises from a folder of tables, a nested Parquet file, or lines of JSON, in their order."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from attrs import evolve

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.files import bounded_lines, decode
from xcrules.facts.arrow import Block, ListRows, block_of
from xcrules.facts.arrow.block import ROW_NUMBER
from xcrules.facts.arrow.joined import Joined, Stray
from xcrules.facts.arrow.shelves import Shelves, with_facts
from xcrules.facts.files import MAX_FACT_BYTES, read_json
from xcrules.facts.given import NUMBER_KEY
from xcrules.facts.tables import Form

from . import BLOCK, PIECE
from .block import PlainFacts
from .results import REFUSED, BlockResult, table_of, texts_of
from .sources import FILE_ROWS, files_of, unreadable
from .texts import Deciders

LINES = (".jsonl", ".ndjson")
_STRAYS = "退回"


class JsonTask(NamedTuple):
    """Some lines of JSON, each an enterprise, with their numbers, and facts in place of what they say."""

    lines: Sequence[bytes | Diagnostic]
    numbers: Sequence[int]
    facts: Sequence[Mapping[str, str]] = ()


Task = Block | JsonTask


class Work(ABC):
    """Tasks in their order, how many enterprises there are, in which files. Rows that are lost and what should be said of the data are known when all tasks are made."""

    count: int
    files: tuple[str, ...]
    key = ""  # what the key's column is called, where it has a name of its own
    lost = 0

    @property
    @abstractmethod
    def notes(self) -> list[tuple[str, str]]: ...

    @abstractmethod
    def tasks(self) -> Iterator[Task]: ...

    def strays(self) -> Iterator[Any]:
        """Tables of rows of 退回 that belong to no enterprise."""
        return iter(())


class Folder(Work):
    """A folder of tables, joined some enterprises at a time; what does not fit into memory is put away in `scratch`."""

    def __init__(self, folder: Path, form: Form, key: str, carried: tuple[str, ...], scratch: Path | None) -> None:
        self.form, self.key, self.shelves = form, key, Shelves(scratch)
        self.source = files_of(folder, form, key, carried, self.shelves)
        self.files = tuple([p.label for p in self.source.parts])
        self.lists = self.source.tables()
        self.joined = Joined(form, self.source, self.lists, self.shelves, self._stray)
        self.count, self.lost = self.joined.count, 0

    def tasks(self) -> Iterator[Task]:
        self.lost = 0
        self.shelves.drop(_STRAYS)
        return self.joined.blocks(BLOCK)

    def _stray(self, found: list[Stray]) -> None:
        self.lost += len(found)
        rows = table_of(REFUSED, ((x.key, x.table, x.row, x.found.path, x.found.code.value, x.found.message, x.found.help) for x in found))
        self.shelves.put(_STRAYS, placed(rows, self.files))

    def strays(self) -> Iterator[Any]:
        return self.shelves.take(_STRAYS)

    @property
    def notes(self) -> list[tuple[str, str]]:
        notes = [(p.label, "企业" if not p.table else p.table) for p in self.source.parts]
        notes += [(f"「{name}」", f"{n} 家没有行，按没有算") for name, n in self.joined.without_rows.items() if n]
        absent = [t.name for t in self.form.schema.nested if t.kind == "名单" and t.name not in self.lists]
        notes += [("没有的表", "、".join(absent) + "：不知道有没有")] if absent else []
        return notes + ([("没有读的文件", "、".join(self.source.unread))] if self.source.unread else [])


class OneFile(Work):
    """A file in which no row of a list can belong to none."""

    def __init__(self, path: Path, count: int) -> None:
        self.path, self.count, self.files = path, count, (path.name,)

    @property
    def notes(self) -> list[tuple[str, str]]:
        return [(self.path.name, f"{self.count} 家")]


class NestedFile(OneFile):
    """One Parquet file with a row for each enterprise, its lists within; read row group by row group."""

    def __init__(self, path: Path, form: Form, key: str) -> None:
        self.form, self.key = form, key
        try:
            self.file = pq.ParquetFile(path, pre_buffer=False)
            block_of(self.file.schema_arrow.empty_table(), form, key)
        except (pa.ArrowException, OSError) as error:
            raise unreadable(path, error) from error
        super().__init__(path, self.file.metadata.num_rows)

    def tasks(self) -> Iterator[Task]:
        start = 1
        try:
            for batch in self.file.iter_batches(BLOCK):
                numbers = pa.array(range(start, start + batch.num_rows), pa.int64())
                start += batch.num_rows
                yield block_of(pa.Table.from_batches([batch]).append_column(ROW_NUMBER, numbers), self.form, self.key)
        except (pa.ArrowException, OSError) as error:
            raise unreadable(self.path, error) from error


class JsonLines(OneFile):
    """One enterprise a line, as `decide --stream` has them; they become rows of Python all at once."""

    def __init__(self, path: Path) -> None:
        with open(path, "rb") as file:
            super().__init__(path, sum(1 for _ in _filled(file)))

    def tasks(self) -> Iterator[Task]:
        with open(self.path, "rb") as file:
            lines = _filled(file)
            while held := [*islice(lines, min(BLOCK, 8 * PIECE))]:
                yield JsonTask([line for _, line in held], [number for number, _ in held])


def _filled(file: BinaryIO) -> Iterator[tuple[int, bytes | Diagnostic]]:
    """The lines in which something is, with their numbers."""
    return ((n, line) for n, line in enumerate(bounded_lines(file, MAX_FACT_BYTES), 1) if isinstance(line, Diagnostic) or line.strip())


@contextmanager
def work_of(data: Path, form: Form, scratch: Path | None, key: str = "", carried: tuple[str, ...] = ()) -> Iterator[Work]:
    """The work in a folder or a file; `scratch` is a folder for what does not fit into memory, None for one of the system. Raises XcrulesError where it is none, or cannot be read."""
    with nullcontext(str(scratch)) if scratch is not None else TemporaryDirectory() as folder:
        work = _opened(data, form, Path(folder), key, carried)
        try:
            yield work
        finally:
            if isinstance(work, Folder):
                work.shelves.clear()


def _opened(data: Path, form: Form, scratch: Path, key: str, carried: tuple[str, ...]) -> Work:
    if data.is_dir():
        return Folder(data, form, key, carried, scratch)
    if not data.is_file():
        raise XcrulesError([Diagnostic(Code.NOT_FOUND, f"找不到「{data}」", path=str(data), help="给出放各张表的文件夹，一个嵌套的 .parquet，或一行一家的 .jsonl")])
    if data.suffix.lower() in LINES:
        return JsonLines(data)
    if data.suffix.lower() in (".parquet", ".pq"):
        return NestedFile(data, form, key)
    raise XcrulesError([Diagnostic(Code.UNREADABLE_TABLE, f"「{data.name}」不是 .parquet，也不是 .jsonl", path=str(data), help="表放在一个文件夹里，给出文件夹")])


def stamp_of(data: Path) -> str:
    """A fingerprint of the data as it lies there: names, sizes, times of change."""
    files = sorted(data.rglob("*")) if data.is_dir() else [data]
    lines = [f"{p.relative_to(data.parent)} {p.stat().st_size} {p.stat().st_mtime_ns}" for p in files if p.is_file()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


# -- doing it -------------------------------------------------------------------------------------------------------


def placed(table: Any, files: Sequence[str]) -> Any:
    """行号 as the file and its row."""
    number = table.column("行号")
    file, at = pc.divide(number, FILE_ROWS), table.column_names.index("行号")
    table = table.set_column(at, "行", pc.subtract(number, pc.multiply(file, FILE_ROWS)))
    return table.add_column(at, "文件", texts_of(files, file.combine_chunks()))


def called(table: Any, key: str, at: int = 0) -> Any:
    """The table with its key under the name that the data have for it ("": as it is)."""
    names = table.column_names
    return table if not key or key in names else table.rename_columns([*names[:at], key, *names[at + 1 :]])


def done(deciders: Deciders, task: Task, explained: bool) -> BlockResult:
    """A task decided."""
    if isinstance(task, Block):
        return deciders.result(task, explained)
    return deciders.result_of_rows(*rows_of(task), task.numbers, explained)


def rows_of(task: JsonTask) -> tuple[list[str], list[Any]]:
    """The keys of lines, and their facts or what is wrong with them."""
    rows: list[Any] = []
    keys: list[str] = []
    for place, (number, line) in enumerate(zip(task.numbers, task.lines, strict=True)):
        raw = _read(line)
        if task.facts and isinstance(raw, dict):
            raw |= task.facts[place]
        echoed = raw.get(NUMBER_KEY) if isinstance(raw, dict) else None
        keys.append(str(echoed) if isinstance(echoed, str | int) else f"第{number}行")
        rows.append(raw if isinstance(raw, XcrulesError) else PlainFacts(raw))
    return keys, rows


def _read(line: bytes | Diagnostic) -> Any:
    if isinstance(line, Diagnostic):
        return XcrulesError([line])
    source = decode(line, "这一行", {"path": ""})
    if isinstance(source, Diagnostic):
        return XcrulesError([source])
    raw, found = read_json(source.text, "")
    if not found and not isinstance(raw, dict):
        found = [Diagnostic(Code.WRONG_KIND, "一行要是一个对象（键和值）", help="一家写一行：{\"编号\": …}")]
    found = [evolve(d, path=d.path.removeprefix("第 1 行"), help=d.help or "照 JSON 的写法改这一行") for d in found]
    return XcrulesError(found) if found else raw


def taken(task: Task, at: list[int], facts: Sequence[Mapping[str, str]], mark: str) -> Task:
    """Some enterprises of a task, each with facts of the top level in place of what it says of them."""
    if isinstance(task, JsonTask):
        return JsonTask([task.lines[i] for i in at], [task.numbers[i] for i in at], facts)
    block = task.take(np.array(at, np.int64))
    return Block(with_facts(block.rows, facts, mark), block.lists)


def packed(number: int, task: Task, folder: Path) -> Any:
    """A task as it goes to another process: its tables in a file, as what goes through a pipe is copied six times."""
    if isinstance(task, JsonTask):
        return number, task
    path = folder / str(number)
    with pa.OSFile(str(path), "wb") as file:
        for rows in (task.rows, *(x.rows for x in task.lists.values())):
            with pa.ipc.new_stream(file, rows.schema) as writer:
                writer.write_table(rows)
    return number, path, {n: (x.offsets, x.given) for n, x in task.lists.items()}


@contextmanager
def unpacked(held: Any) -> Iterator[tuple[int, Task]]:
    """A task that came, and its number; its file, which is not copied into memory, goes."""
    if len(held) == 2:
        yield held
        return
    number, path, lists = held
    with pa.memory_map(str(path)) as file:
        rows, *tables = [pa.ipc.open_stream(file).read_all() for _ in range(1 + len(lists))]
        yield number, Block(rows, {n: ListRows(table, *of) for table, (n, of) in zip(tables, lists.items(), strict=True)})
    with suppress(PermissionError):  # on some systems no file goes that is in use: then it goes with its folder
        path.unlink()
