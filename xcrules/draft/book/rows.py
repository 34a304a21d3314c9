"""A Document as rows: what stands in which cell, with the span it came from. Knows nothing of Excel.

The order of rows is the order of the files, so a comment stays above what it is about. A table has one
row among the lines (its heading) and its own rows on the page of its label, found by its key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import evolve, field, frozen

from xcrules.base.source import Source, Span, canonical
from xcrules.draft.labels import Label
from xcrules.draft.outline import outline
from xcrules.draft.syntax import File, Line, Quote, Row

LINES = "条文"
FILE = "文件"
HEADERS = ("条款", "原文", "栏目", "读法", "内容")
NUMBER, QUOTE, LABEL, READING, CONTENT = range(5)
TABLES = tuple(str(label) for label in Label if label.card.table)
KEY = "表"
EMPTY = "空表"  # before the key of a table that has a header and no row
OFFICIAL = "原文"
CHOICES = "选项"
FINDINGS = "检查"
GUIDE = "说明"


@frozen
class BookCell:
    """A cell's text and where it came from."""

    text: str
    span: Span | None = field(default=None, eq=False, repr=False)


NOTHING = BookCell("")


@frozen
class LineRow:
    """A row of the page 条文: a file's band, a quote, a line, a comment, or what could not be read."""

    kind: str  # 文件, 引文, 行, 说明
    cells: tuple[BookCell, ...]
    table: str = ""  # the key of the table that hangs on this line


@frozen
class TableRow:
    """A row of a table's page: 列名 (a header), 行, or 说明 (a comment on the row below)."""

    kind: str
    key: str
    cells: tuple[BookCell, ...]
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Rows:
    """All rows of a policy: the lines, and the tables by label."""

    lines: tuple[LineRow, ...]
    tables: dict[str, tuple[TableRow, ...]]


class Keys:
    """Keys of tables: the heading's name, numbered when it stands twice. The same order gives the same keys."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], int] = {}

    def of(self, label: str, content: str) -> str:
        name = " ".join(re.split("[，,]", content, maxsplit=1)[0].split()) or "（无名）"
        if name.startswith(("#", EMPTY)) or name == KEY:
            name = f"〔{name}〕"
        self._seen[label, name] = count = self._seen.get((label, name), 0) + 1
        return name if count == 1 else f"{name}（之{count}）"


def rows_of(files: tuple[File, ...]) -> Rows:
    """Every row of a policy's files, in order."""
    keys, lines = Keys(), []
    tables: dict[str, list[TableRow]] = {}
    for file in files:
        lines.append(LineRow(FILE, (BookCell(FILE), BookCell(file.source.name), NOTHING, NOTHING, NOTHING)))
        lines += _merged(_events(file, keys, tables))
    return Rows(tuple(lines), {label: tuple(rows) for label, rows in tables.items()})


def _merged(events: list[tuple[int, LineRow]]) -> Iterator[LineRow]:
    """The rows in order of place; a quote goes into the first row beneath it."""
    rows = [row for _, row in sorted(events, key=lambda e: e[0])]
    for above, row, below in zip((None, *rows), rows, (*rows[1:], None), strict=False):
        if row.kind != "引文":
            yield evolve(row, cells=(*above.cells[:LABEL], *row.cells[LABEL:])) if above is not None and above.kind == "引文" else row
        elif below is None or below.kind == "引文":
            yield row


def _events(file: File, keys: Keys, tables: dict[str, list[TableRow]]) -> list[tuple[int, LineRow]]:
    found: list[tuple[int, LineRow]] = []
    covered: list[Span] = []
    numbers = _numbers(file)
    for line in file.head:
        _line(line, "", found, covered, keys, tables)
    for quote, number in zip(file.quotes, numbers, strict=True):
        _comments(quote.comments, number, found, covered)
        cells = (BookCell(number), BookCell(quote.words or "「」", quote.span), NOTHING, NOTHING, NOTHING)
        found.append((quote.span.start, LineRow("引文", cells)))
        covered.append(quote.span)
        for line in quote.lines:
            _line(line, number, found, covered, keys, tables)
    _comments(file.tail, "", found, covered)
    found += [(s.start, _row("行", "", content=BookCell(s.text, s))) for s in _left_over(file.source, covered)]
    return found


def _row(
    kind: str, number: str, label: BookCell = NOTHING, reading: BookCell = NOTHING, content: BookCell = NOTHING, table: str = ""
) -> LineRow:
    return LineRow(kind, (BookCell(number), NOTHING, label, reading, content), table)


def _comments(spans: tuple[Span, ...], number: str, found: list[tuple[int, LineRow]], covered: list[Span]) -> None:
    for span in spans:
        found.append((span.start, _row("说明", number, content=BookCell(span.text, span))))
        covered.append(span)


def _line(line: Line, number: str, found: list[tuple[int, LineRow]], covered: list[Span], keys: Keys,
          tables: dict[str, list[TableRow]]) -> None:
    _comments(line.comments, number, found, covered)
    source = line.label_span.source
    covered.append(Span(source, line.label_span.start, max(line.content.end, line.label_span.end)))
    key = ""
    if line.label in TABLES:
        key = keys.of(line.label, line.text)
        if line.rows:
            _table(line.rows, key, tables.setdefault(line.label, []))
        for row in line.rows:
            covered += [row.span, *row.comments]
    found.append((line.label_span.start,
                  _row("行", number, BookCell(line.label, line.label_span), _reading(line), BookCell(line.text, line.content), key)))


def _reading(line: Line) -> BookCell:
    """What stands between the label and ： in brackets, as typed."""
    source, start = line.label_span.source, line.label_span.end
    match = re.match(r"\s*[〔\[【]([^〕\]】\n]*)", source.text[start : line.content.start])
    return BookCell(match[1].strip(), Span(source, start + match.start(1), start + match.end(1))) if match else NOTHING


def _table(rows: tuple[Row, ...], key: str, out: list[TableRow]) -> None:
    """Its header only where it differs from the one in effect, so that like tables make one list."""
    header = tuple(BookCell(t, s) for t, s in zip(rows[0].values, rows[0].cells, strict=True))
    in_effect = next((r.cells for r in reversed(out) if r.kind == "列名" and r.key == KEY), None)
    if len(rows) == 1 or in_effect != header or rows[0].comments:
        out += [TableRow("说明", c.text, (), c) for c in rows[0].comments]
        out.append(TableRow("列名", f"{EMPTY} {key}" if len(rows) == 1 else KEY, header, rows[0].span))
    for row in rows[1:]:
        out += [TableRow("说明", c.text, (), c) for c in row.comments]
        out.append(TableRow("行", key, tuple(BookCell(t, s) for t, s in zip(row.values, row.cells, strict=True)), row.span))


def _numbers(file: File) -> list[str]:
    """The number of the clause that each quote stands in."""
    place = file.quotes[0].span if file.quotes else None
    if place is None:
        return []
    dummy = Line("注释", place, (), place)
    marked = tuple(Quote(q.words, q.span, (dummy,)) for q in file.quotes)
    return [x.number for x in outline((File(file.source, (), marked),)).lines]


def _left_over(source: Source, covered: list[Span]) -> Iterator[Span]:
    """Text that is part of nothing: kept, so that the workbook loses no character that says something."""
    taken = sorted((s.start, s.end) for s in covered)
    at = 0
    for start, end in [*taken, (len(source.text), len(source.text))]:
        for match in re.finditer(r"[^\n]+", source.text[at:start]):
            text = match[0].strip(" \t\r　")
            if text and not _separator(text):
                begin = at + match.start() + match[0].index(text)
                yield Span(source, begin, begin + len(text))
        at = max(at, end)


def _separator(text: str) -> bool:
    """|---|---|, or a closing bracket's leavings."""
    return set(canonical(text)) <= set("|-: ｜")
