"""The tables that a district's data lies in: which file holds which, and the rows of each, named as facts are.

A folder of tables (Parquet; CSV in UTF-8 or GB18030; sheets of Excel workbooks), a single nested Parquet file, or NDJSON.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from attrs import evolve, field, frozen

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.files import read_file
from xcrules.base.grids.worksheet import Cell, Worksheet
from xcrules.base.grids.xlsx import open_book
from xcrules.base.identity import normal
from xcrules.facts.arrow import enterprises_name, key_name, mark_name, named
from xcrules.facts.arrow.block import ROW_NUMBER
from xcrules.facts.arrow.office import Cells
from xcrules.facts.arrow.schema import KEY, Head, TableHeads
from xcrules.facts.arrow.shelves import Shelves
from xcrules.facts.tables import Form
from xcrules.facts.types import MONEY
from xcrules.facts.workbook.layout import CHOICES, GUIDE, REMARKS, Names, UnclearUnit, agreed, factor, of_table
from xcrules.facts.workbook.pages import Page, remarks, totals
from xcrules.facts.workbook.read import other_kind

from . import NO_ROW

MAX_WORKBOOK = 400_000_000  # 一个工作簿最多的字节数
CHUNK = 32_768  # rows of a file read at a time
FILE_ROWS = 10**9  # the number of a row is that of its file, times this, and its own
MAX_TEXT_CELL = 10_000_000  # 一格最多的字数
_UNIT_LENGTH = 60  # a longer text is no line about units
_MAY_UNIT = re.compile("[元币镑美]")
_MAY_TOTAL = re.compile("[计总汇共例和页∑Σ]|平均|其中|total|sum", re.I)
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
    _heads: dict[str, TableHeads] = field(factory=dict, init=False, repr=False)

    def tables(self) -> list[str]:
        return list(dict.fromkeys(p.table for p in self.parts if p.table))

    def rows(self, table: str, only_keys: bool = False) -> Iterator[Any]:
        """The rows of a table, some at a time, as pyarrow.Tables. Raises XcrulesError where a file cannot be read or has columns that no fact has."""
        for part, heads in self._parts_of(table):
            yield from _of_parquet(part, heads, only_keys) if _is_parquet(part) else self._shelved(part, heads)

    def _parts_of(self, table: str) -> Iterator[tuple[TableFile, TableHeads]]:
        if table not in self._heads:
            self._heads[table] = TableHeads(
                self.form, next((t for t in self.form.schema.nested if t.name == table), None), self.key, self.carried if not table else ()
            )
        return ((part, self._heads[table]) for part in self.parts if part.table == table)

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
    sheets = [s for s in book.worksheets if s.rows]
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
        with pq.ParquetFile(part.path, pre_buffer=False, buffer_size=1 << 16) as file:  # else whole row groups stay in memory
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
    kinds = ((PermissionError, "没有读它的权限"), (pa.ArrowMemoryError, "内存不够"), (pa.ArrowNotImplementedError, "有一栏的类型读不了"))
    why = next((words for kind, words in kinds if isinstance(error, kind)), "不是 Parquet，或者不完整、坏了")
    return XcrulesError([Diagnostic(Code.UNREADABLE_TABLE, f"「{path.name}」读不了：{why}", path=str(path), help="看看文件是不是完整的")])


def _of_text(part: TableFile, heads: TableHeads) -> Iterator[Any]:
    csv.field_size_limit(MAX_TEXT_CELL)
    with open(part.path, encoding=_encoding(part.path), newline="") as file:
        lines = _lines(file, part.path)
        above: list[list[str]] = []
        for words in lines:
            above.append(words)
            if any(normal(w) == normal(heads.key) for w in words) or len(above) == _HEADING:
                break
        names = next((w for w in reversed(above) if any(normal(x) == normal(heads.key) for x in w)), above[0] if above else [])
        found = _heads(part, names, heads, (w for words in above if words is not names for w in words))
        cells = Cells(found, mark_name(heads.form))
        width, at = len(names), len(above)
        nameless, notes = ([i for i, name in enumerate(names) if i not in found and bool(name.strip()) is told] for told in (False, True))
        rows: list[dict[int, Cell | str]] = []
        numbers: list[int] = []
        faults: dict[int, list[Diagnostic]] = {}
        for words in lines:
            at += 1
            if not any(map(str.strip, words)):
                continue
            if wrong := _odd_words(words, width, nameless, notes, part):
                faults[len(rows)] = [wrong]
            rows.append(dict(enumerate(w.strip() for w in words[:width])))
            numbers.append(part.number * FILE_ROWS + at)
            if len(rows) == CHUNK:
                yield cells.table(rows, numbers, faults)
                rows, numbers, faults = [], [], {}
        yield cells.table(rows, numbers, faults)


def _lines(file: TextIO, path: Path) -> Iterator[list[str]]:
    """The rows of a CSV file. Raises XcrulesError where a quote is not closed: what is behind it would be one cell."""
    lines = csv.reader(file, delimiter=_delimiter(path), strict=True)
    width = 0
    try:
        for words in lines:
            width = max(width, len(words))
            if any(("\n" in w or "\r" in w) and (len(words) < width or len(re.split("[,\t]", w)) >= width) for w in words):
                raise csv.Error  # other rows are within that cell
            yield words
    except csv.Error as error:
        what = f"第 {lines.line_num} 行有一格超过 {MAX_TEXT_CELL // 10_000} 万字" if "limit" in str(error) else f"到第 {lines.line_num} 行为止，有一个引号不成对"
        raise XcrulesError([Diagnostic(Code.UNREADABLE_TABLE, f"「{path.name}」{what}", path=str(path), help="有逗号、换行、引号的格子整格加引号，里面的引号写两个")]) from error


def _odd_words(words: list[str], width: int, nameless: list[int], notes: list[int], part: TableFile) -> Diagnostic | None:
    """What is wrong with a row of text: a total, a remark, cells that no column has. Raises XcrulesError for a unit that the numbers are not read in."""
    if len(words) > width:  # 4,321.00 without quotes makes one more
        return Diagnostic(Code.FORM_CHANGED, f"这一行有 {len(words)} 栏，表头有 {width} 栏", help="文字里有逗号的，整格加上双引号")
    if any(i < len(words) and words[i].strip() for i in nameless):
        return Diagnostic(Code.FORM_CHANGED, "这一行有一格在没有栏名的那一栏", help="写上栏名，或删去")
    filled = [w for w in words if w.strip()]
    if _MAY_TOTAL.search(",".join(words)) and totals(filled):
        return _no_row("合计或示例")
    _no_unit(filled, part)
    return _no_row("说明") if len(filled) == 1 and remarks(filled) else _noted(words[i] for i in notes if i < len(words))


def _noted(words: Iterable[str]) -> Diagnostic | None:
    """A unit that a cell under 备注 states: the numbers beside it were read without."""
    unit = next((unit for w in words if _MAY_UNIT.search(w) and (unit := of_table(w))), "")
    return Diagnostic(Code.UNCLEAR_UNIT, f"备注里写着单位{unit}，表里却不是", help="把单位写在列名里，如 金额（万元），或删去") if unit else None


def _no_row(what: str) -> Diagnostic:
    return Diagnostic(Code.TOTALS_AMONG_ROWS, f"这一行像是{what}，{NO_ROW}", help="删去这一行")


def _no_unit(words: list[str], part: TableFile) -> None:
    """Raises XcrulesError where a row beneath the heading states a unit: those above it were read without."""
    said = next(
        (unit for w in words if len(w) < _UNIT_LENGTH and "元" in w and (unit := of_table(w)) and (len(words) == 1 or w.strip() == unit)), "",
    )
    if said:
        raise _unclear(part, f"表头下面的一行写着单位{said}")


def _unclear(part: TableFile, what: str) -> XcrulesError:
    return XcrulesError([Diagnostic(Code.UNCLEAR_UNIT, f"「{part.label}」{what}", path=part.label, help="单位写在列名里，如 金额（万元）")])


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


def _heads(part: TableFile, names: list[str], heads: TableHeads, above: Iterable[str]) -> Mapping[int, Head]:
    """What each column holds; money in the unit that the words above the heading, or the name of the file or page, state."""
    filled = {i: name for i, name in enumerate(names) if name.strip()}
    found, wrong = heads.read(list(filled.values()))
    if wrong:
        raise XcrulesError(wrong)
    places = list(filled)
    named = re.search("[十百千万亿]+元", normal(part.sheet.name if part.sheet else part.path.stem))
    said = dict.fromkeys(filter(None, (*map(of_table, above), named[0] if named else "")))
    try:
        times = agreed(factor(unit, MONEY, strict=True) for unit in said)
    except UnclearUnit:
        raise _unclear(part, f"表头上面的单位{'、'.join(said)}看不出是哪一种") from None
    for head in found.values():
        if times is not None and head.type == MONEY and head.times not in (None, times):
            raise _unclear(part, f"表头上面写着单位{'、'.join(said)}，「{head.name}」的栏名里是另一种")
    return {places[i]: evolve(head, times=times) if head.type == MONEY and head.times is None else head for i, head in found.items()}


def _of_sheet(part: TableFile, sheet: Worksheet, heads: TableHeads) -> Any:
    page = Page(sheet, part.from_1904)
    top = [(row, dict(page.words(row))) for row in list(page.by_row)[:_HEADING]]
    row, names = next(((r, w) for r, w in top if any(normal(x) == normal(heads.key) for x in w.values())), top[0])
    below = page.bottom(row, next((c for c, x in names.items() if normal(x) == normal(heads.key)), -1))
    names = _names(page, row, below)
    width = max(names) + 1
    found = _heads(
        part, [names.get(i, "") for i in range(width)], heads,
        [*(word for r, words in top if r < row for word in words.values()), *sheet.printed],
    )
    key = next(i for i, head in found.items() if head.kind == KEY)
    rows: list[dict[int, Cell | str]] = []
    numbers: list[int] = []
    faults: dict[int, list[Diagnostic]] = {}
    for at in (r for r in page.by_row if r > below):
        filled = [c for c in page.by_row[at] if c in found]
        beside = [c for c in page.by_row[at] if c not in found and not names.get(c, "").strip()]
        _no_unit([word for _, word in page.words(at)], part)
        if (not filled and not beside) or (key not in filled and page.remarking(at)):
            continue
        wrong = _odd(page, at, filled, beside) or [
            x for x in [_noted(page.word(at, c) for c in page.by_row[at] if c not in found and names.get(c))] if x
        ]
        if wrong:
            faults[len(rows)] = wrong
        rows.append({c: page.by_row[at][c] for c in filled})
        numbers.append(part.number * FILE_ROWS + at + 1)
    return Cells(found, mark_name(heads.form), part.from_1904).table(rows, numbers, faults)


def _names(page: Page, row: int, below: int) -> dict[int, str]:
    """What the columns are called by a heading of one row or several: 主体.在本县 of 在本县 beneath a 主体 that is merged over it."""
    columns = sorted({c for r in range(row, below + 1) for c in page.by_row.get(r, ())})
    return {c: ".".join(dict.fromkeys(filter(None, (page.word(r, c) for r in range(row, below + 1))))) for c in columns}


def _odd(page: Page, row: int, filled: list[int], beside: list[int]) -> list[Diagnostic]:
    """Rows that are no enterprise's, and cells that belong to several."""
    if page.summing(row):
        return [_no_row("合计或示例")]
    if len(page.by_row[row]) == 1 and page.remarking(row):
        return [_no_row("说明")]
    if area := page.spans(row, filled):
        return [Diagnostic(Code.MERGED_CELLS, f"合并的单元格 {area} 里填了内容", help="取消合并，每格各填各的")]
    if (struck := page.struck(row, filled)) is not None:
        return [Diagnostic(Code.TOTALS_AMONG_ROWS, f"「{page.word(row, struck)[:20]}」划掉了（删除线），看不出还算不算", help="不算的删去这一行，算的去掉删除线")]
    if beside:
        return [Diagnostic(Code.FORM_CHANGED, f"「{page.word(row, beside[0])[:20]}」在没有栏名的那一栏", help="移到有表头的列，或删去")]
    return []
