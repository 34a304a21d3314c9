"""The tables that a district's data lies in: which file holds which, and the rows of each, named as facts are.

A folder of tables (Parquet; CSV in UTF-8 or GB18030; sheets of Excel workbooks), a single nested Parquet file, or NDJSON.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from attrs import field, frozen

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, XcrulesError
from xcrules.base.files import read_file
from xcrules.base.grids.worksheet import Cell, Worksheet
from xcrules.base.grids.xlsx import open_book
from xcrules.base.identity import normal
from xcrules.facts.arrow import enterprises_name, key_name, mark_name, named
from xcrules.facts.arrow.block import ROW_NUMBER
from xcrules.facts.arrow.heads import KEY, Head, TableHeads
from xcrules.facts.arrow.office import Cells
from xcrules.facts.arrow.shelves import Shelves
from xcrules.facts.form import Form
from xcrules.facts.workbook.kinds import other_kind
from xcrules.facts.workbook.layout import CHOICES, GUIDE, REMARKS, Names
from xcrules.facts.workbook.pages import Page

MAX_WORKBOOK = 400_000_000  # 一个工作簿最多的字节数
CHUNK = 32_768  # rows of a file read at a time
FILE_ROWS = 10**9  # the number of a row is that of its file, times this, and its own
_HEADING = 30  # rows at the top among which the heading is looked for
_PARQUET, _TEXT, _BOOK = (".parquet", ".pq"), (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm")
_OLD = (".xls", ".et", ".xlsb", ".ods", ".numbers")


@frozen
class TableFile:
    """One file, or one sheet of a workbook, with rows of one table ("": 「企业」)."""

    table: str
    path: Path
    number: int
    sheet: Worksheet | None = field(default=None, repr=False)
    from_1904: bool = False

    @property
    def label(self) -> str:
        return self.path.name if self.sheet is None else f"{self.path.name} {self.sheet.name}页"


@frozen
class TableFiles:
    """What a folder holds: the parts of each table, and the files that are none of them. Text and sheets are read once, and put on the shelves."""

    form: Form
    parts: tuple[TableFile, ...]
    unread: tuple[str, ...]
    key: str = ""  # what the key's column is called
    carried: tuple[str, ...] = ()
    shelves: Shelves = field(factory=lambda: Shelves(None), repr=False)
    _read: set[int] = field(factory=set, init=False)

    def tables(self) -> list[str]:
        return list(dict.fromkeys(p.table for p in self.parts if p.table))

    def rows(self, table: str, only_keys: bool = False) -> Iterator[Any]:
        """The rows of a table, some at a time, as pyarrow.Tables. Raises XcrulesError where a file cannot be read or has columns that no fact has."""
        for part, heads in self._parts_of(table):
            yield from _of_parquet(part, heads, only_keys) if _is_parquet(part) else self._shelved(part, heads)

    def _parts_of(self, table: str) -> Iterator[tuple[TableFile, TableHeads]]:
        heads = TableHeads(self.form, next((t for t in self.form.schema.nested if t.name == table), None), self.key, self.carried if not table else ())
        return ((part, heads) for part in self.parts if part.table == table)

    def _shelved(self, part: TableFile, heads: TableHeads) -> Iterator[Any]:
        place = f"表{part.number}"
        if part.number in self._read:
            yield from self.shelves.take(place)
            return
        self.shelves.drop(place)  # what was read of it before it was left
        for rows in (_of_text(part, heads) if part.sheet is None else [_of_sheet(part, part.sheet, heads)]):
            self.shelves.put(place, rows)
            yield rows
        self._read.add(part.number)

    def keys(self, table: str) -> Iterator[Any]:
        """The keys of the rows alone."""
        return (rows.column(key_name(self.form)) for rows in self.rows(table, only_keys=True))

    def extent(self, table: str) -> tuple[int, int]:
        """How many rows a table has, and about how many bytes in memory. Every file of it has been looked into."""
        count = size = 0
        for part, heads in self._parts_of(table):
            if _is_parquet(part):
                some = next(_of_parquet(part, heads, size=1_024))
                more = _count(part.path)
                count, size = count + more, size + some.nbytes * more // max(some.num_rows, 1)
            else:
                for rows in self._shelved(part, heads):
                    count, size = count + rows.num_rows, size + rows.nbytes
        return count, size

    def place(self, number: int) -> tuple[str, int]:
        """The file of a row and its number there."""
        part = number // FILE_ROWS
        return self.parts[part].label, number % FILE_ROWS


def files_of(folder: Path, form: Form, key: str = "", carried: Iterable[str] = (), shelves: Shelves | None = None) -> TableFiles:
    """The tables in a folder. Raises XcrulesError (E811, E841) where 「企业」 is not there, or nobody can tell what a file holds."""
    parts: list[TableFile] = []
    unread: list[str] = []
    wrong: list[Diagnostic] = []
    names = Names(form)
    for path in sorted(folder.rglob("*")):
        ending = path.suffix.lower()
        if not path.is_file() or path.name.startswith((".", "~$")):
            continue
        if ending in _OLD:
            data = path.read_bytes()[:100_000]
            wrong.append(other_kind(data, path.name) or Diagnostic(Code.NOT_XLSX, f"「{path.name}」读不了", path=path.name, help="另存为 .xlsx"))
        elif ending in _BOOK:
            parts += _sheets(path, names, len(parts), wrong, unread)
        elif ending in (*_PARQUET, *_TEXT):
            inside = path.relative_to(folder).parts[0] if path.parent != folder else path.stem
            table = _table(re.sub(r"[-_ ]?(?:part[-_]?)?\d+$", "", inside), names) if (table := _table(inside, names)) is None else table
            if table is None:
                wrong.append(_unknown(str(path.relative_to(folder)), form))
            else:
                parts.append(TableFile(table, path, len(parts)))
        else:
            unread.append(str(path.relative_to(folder)))
    if not wrong and not any(p.table == "" for p in parts):
        name = enterprises_name(form)
        wrong.append(Diagnostic(Code.NOT_FOUND, f"「{folder}」里没有「{name}」这张表", path=str(folder),
                                help=f"文件叫 {name}.parquet、{name}.csv，或者工作簿里有一页叫 {name}；空表用 xcrules facts 政策 --tables 文件夹 写出"))
    if wrong:
        raise XcrulesError(wrong)
    return TableFiles(form, tuple(parts), tuple(unread), key, tuple(carried), shelves or Shelves(None))


def _table(name: str, names: Names) -> str | None:
    """The table of this name ("": 「企业」); None if it is none."""
    said, own = normal(name), enterprises_name(names.form)
    if said in (normal(own), normal(f"{own}名单"), normal(f"{own}表"), normal(f"{own}基本情况")):
        return ""
    spoken = names.table_spoken_of(name)
    return names.lists[spoken].name if spoken in names.lists else None


def _unknown(name: str, form: Form) -> Diagnostic:
    return Diagnostic(Code.UNREADABLE_TABLE, f"看不出「{name}」是哪张表", path=name,
                      help="用表名做文件名、页名：" + "、".join((enterprises_name(form), *(t.name for t in form.schema.nested if t.kind == "名单"))) + "；不是表的，移出去")


def _sheets(path: Path, names: Names, first: int, wrong: list[Diagnostic], unread: list[str]) -> list[TableFile]:
    data = read_file(path, MAX_WORKBOOK, "工作簿")
    book = data if isinstance(data, Diagnostic) else other_kind(data, path.name) or open_book(data, path.name)
    if isinstance(book, Diagnostic):
        wrong.append(book)
        return []
    found: list[TableFile] = []
    sheets = [s for s in book.worksheets if s.cells]
    for sheet in sheets:
        table = _table(sheet.name, names)
        if table is None and len(sheets) == 1:
            table = _table(path.stem, names)
        if table is not None:
            found.append(TableFile(table, path, first + len(found), sheet, book.from_1904))
        elif normal(sheet.name).startswith((normal(GUIDE), normal(REMARKS), normal(CHOICES))):
            unread.append(f"{path.name} {sheet.name}页")
        else:
            wrong.append(_unknown(f"{path.name} {sheet.name}页", names.form))
    return found


# -- the rows of a part -------------------------------------------------------------------------------------------


def _is_parquet(part: TableFile) -> bool:
    return part.path.suffix.lower() in _PARQUET


def _count(path: Path) -> int:
    return int(pq.read_metadata(path).num_rows)


def _of_parquet(part: TableFile, heads: TableHeads, only_keys: bool = False, size: int = CHUNK) -> Iterator[Any]:
    try:
        with pq.ParquetFile(part.path, pre_buffer=False) as file:  # buffered, all that is behind stays in memory
            schema = file.schema_arrow
            if only_keys:
                schema = pa.schema([f for f in schema if heads.is_key(f.name)])
            at = part.number * FILE_ROWS + 1
            for batch in (b for b in file.iter_batches(size, columns=schema.names) if b.num_rows):
                numbers = pa.array(np.arange(at, at + batch.num_rows))
                at += batch.num_rows
                yield named(pa.Table.from_batches([batch]).append_column(ROW_NUMBER, numbers), heads)
            if at == part.number * FILE_ROWS + 1:
                yield named(schema.empty_table().append_column(ROW_NUMBER, pa.array([], pa.int64())), heads)
    except (pa.ArrowException, OSError) as error:
        raise unreadable(part.path, error) from error


def unreadable(path: Path, error: Exception) -> XcrulesError:
    return XcrulesError([Diagnostic(Code.UNREADABLE_TABLE, f"「{path.name}」读不了：{str(error).splitlines()[0][:80]}", path=str(path), help="看看文件是不是完整的")])


def _of_text(part: TableFile, heads: TableHeads) -> Iterator[Any]:
    csv.field_size_limit(10_000_000)
    with open(part.path, encoding=_encoding(part.path), newline="") as file:
        lines = csv.reader(file, delimiter=_delimiter(part.path))
        above: list[list[str]] = []
        for words in lines:
            above.append(words)
            if any(normal(w) == normal(heads.key) for w in words) or len(above) == _HEADING:
                break
        names = next((w for w in reversed(above) if any(normal(x) == normal(heads.key) for x in w)), above[0] if above else [])
        cells = Cells(_heads(names, heads), mark_name(heads.form))
        width, at = len(names), len(above)
        rows: list[dict[int, Cell | str]] = []
        numbers: list[int] = []
        faults: dict[int, list[Diagnostic]] = {}
        for words in lines:
            at += 1
            if not any(map(str.strip, words)):
                continue
            if len(words) != width and any(map(str.strip, words[width:])):
                faults[len(rows)] = [Diagnostic(Code.FORM_CHANGED, f"这一行有 {len(words)} 栏，表头有 {width} 栏", help="文字里有逗号的，整格加上双引号")]
            rows.append(dict(enumerate(w.strip() for w in words[:width])))
            numbers.append(part.number * FILE_ROWS + at)
            if len(rows) == CHUNK:
                yield cells.table(rows, numbers, faults)
                rows, numbers, faults = [], [], {}
        yield cells.table(rows, numbers, faults)


def _encoding(path: Path) -> str:
    """UTF-8, or else GB18030. Raises XcrulesError (E812) for what is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with open(path, encoding=encoding, newline="") as file:
                while piece := file.read(1 << 20):
                    if "\0" in piece:
                        break
                else:
                    return encoding
        except UnicodeDecodeError:
            continue
    raise XcrulesError([Diagnostic(Code.NOT_UTF8, f"「{path.name}」不是 UTF-8，也不是 GB18030 的文字", path=str(path), help="另存为“CSV UTF-8（逗号分隔）”")])


def _delimiter(path: Path) -> str:
    with open(path, "rb") as file:
        head = file.read(4096)
    return "\t" if path.suffix.lower() == ".tsv" or head.count(b"\t") > head.count(b",") else ","


def _heads(names: list[str], heads: TableHeads) -> Mapping[int, Head]:
    filled = {i: name for i, name in enumerate(names) if name.strip()}
    found, wrong = heads.read(list(filled.values()))
    if wrong:
        raise XcrulesError(wrong)
    places = list(filled)
    return {places[i]: head for i, head in found.items()}


def _of_sheet(part: TableFile, sheet: Worksheet, heads: TableHeads) -> Any:
    page = Page(sheet, part.from_1904)
    top = [(row, dict(page.words(row))) for row in list(page.by_row)[:_HEADING]]
    row, names = next(((r, w) for r, w in top if any(normal(x) == normal(heads.key) for x in w.values())), top[0])
    width = max(names) + 1
    found = _heads([names.get(i, "") for i in range(width)], heads)
    key = next(i for i, head in found.items() if head.kind == KEY)
    rows: list[dict[int, Cell | str]] = []
    numbers: list[int] = []
    faults: dict[int, list[Diagnostic]] = {}
    for at in (r for r in page.by_row if r > row):
        filled = [c for c in page.by_row[at] if c in found]
        if not filled or (key not in filled and page.remarking(at)):
            continue
        wrong = _odd(page, at, filled, [c for c in page.by_row[at] if c not in found and c >= width])
        if wrong:
            faults[len(rows)] = wrong
        rows.append({c: cell for c in filled if (cell := page.at(at, c)) is not None})
        numbers.append(part.number * FILE_ROWS + at + 1)
    return Cells(found, mark_name(heads.form), part.from_1904).table(rows, numbers, faults)


def _odd(page: Page, row: int, filled: list[int], beside: list[int]) -> list[Diagnostic]:
    """Rows that are no enterprise's, and cells that belong to several."""
    if page.summing(row):
        return [Diagnostic(Code.TOTALS_AMONG_ROWS, "这一行像是合计，不是填报的一行", help="删去这一行")]
    if area := page.spans(row, filled):
        return [Diagnostic(Code.MERGED_CELLS, f"合并的单元格 {area} 里填了内容", help="取消合并，每格各填各的")]
    if beside:
        return [Diagnostic(Code.FORM_CHANGED, f"「{page.word(row, beside[0])[:20]}」在表头之外", help="移到有表头的列，或删去")]
    return []
