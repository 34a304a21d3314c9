"""A workbook back to the texts of rule files. Every finding names its cell; with any error nothing is given.

Each row is written as a line of the language and read again alone, so a cell that would turn into another
line, close a quote or open a column is found where it stands. Which words are valid is said by check.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from attrs import define, evolve, field, frozen

from xcrules.base.diagnostic import Code, Diagnostic, errors
from xcrules.base.grids.workbook import Grid, read_grids
from xcrules.base.nearest import did_you_mean
from xcrules.base.source import Source, Span
from xcrules.base.writing import line_end, with_line_end
from xcrules.draft.format import column_widths, escaped, indent_of, table_row
from xcrules.draft.labels import LABELS, Where, labels
from xcrules.draft.outline import is_heading
from xcrules.draft.parse import parse_file
from xcrules.draft.parse.invisible import invisible

from .cells import KeyedRows, ReadRow, alone, continued, typed_text
from .draft import DRAFT, as_typed, drafts
from .rows import CHOICES, CONTENT, EMPTY, FILE, FINDINGS, GUIDE, HEADERS, KEY, LABEL, LINES, NUMBER, OFFICIAL, QUOTE, READING, TABLES, Keys

MAIN_FILE = "条文.规则"
_BLOCKS: tuple[str, ...] = labels(where=Where.BLOCK)  # a blank line stands before these
_FILE_NAME = re.compile(r"[^\\/:*?\"<>|.\s][^\\/:*?\"<>|\x00-\x1f]{0,80}")
_PARAGRAPH = re.compile(r"\s*(第\s*[〇零一二三四五六七八九十百\d]+\s*条|[（(]\s*[一二三四五六七八九十]+\s*[）)])")


@frozen
class Imported:
    """The rule files by name, the official text (name and text), and where each character came from.

    `files` are what the findings are about; `texts` are what to write: the same, with unchanged lines as they were typed.
    """

    files: tuple[Source, ...] = ()
    official: Source | None = None
    texts: Mapping[str, str] = field(factory=dict, repr=False)
    diagnostics: tuple[Diagnostic, ...] = ()
    places: dict[str, tuple[tuple[int, int, str], ...]] = field(factory=dict, repr=False)

    @property
    def usable(self) -> bool:
        return bool(self.files) and not errors(self.diagnostics)

    def cell_of(self, span: Span) -> str:
        """The cell that a place in one of the files came from, or ""."""
        held = [p for p in self.places.get(span.source.name, ()) if p[0] <= span.start <= p[1]]
        return min(held, key=lambda p: p[1] - p[0], default=(0, 0, ""))[2]

    def at_cells(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Findings about the files, with cells for places."""
        return [evolve(d, span=None, fixes=(), related=(), path=self.cell_of(d.span) or str(d.span)) if d.span else d for d in found]


@define
class _Text:
    """A file being written: its text so far, and the cells its characters came from."""

    name: str
    band: str = ""
    parts: list[str] = field(factory=list)
    places: list[tuple[int, int, str]] = field(factory=list)
    length: int = 0
    in_quote: bool = False
    pending: list[tuple[str, str]] = field(factory=list)  # comments, with their cells: they stand above what comes next

    def flush(self, indent: str = "") -> None:
        """Write the comments that wait."""
        waiting, self.pending = self.pending, []
        for line, place in waiting:
            self.add(indent + line, (line, place))

    def add(self, text: str, *cells: tuple[str, str]) -> None:
        """A piece with its line end; `cells` are (text within the piece, address), in order."""
        at = 0
        for part, cell in cells:
            start = text.find(part, at) if part else at
            if start >= 0:
                at = start + len(part)
                self.places.append((self.length + start, self.length + at, cell))
        self.parts.append(text + "\n")
        self.length += len(text) + 1

    def gap(self) -> None:
        """A blank line, once."""
        if self.parts and self.parts[-1] != "\n":
            self.parts.append("\n")
            self.length += 1


def import_book(data: bytes, name: str = "工作簿") -> Imported:
    """The texts that a workbook holds."""
    grids, found = read_grids(data, name)
    if found:
        return Imported(diagnostics=tuple(found))
    by_name = {g.name.strip(): g for g in grids}
    if LINES not in by_name:
        return Imported(diagnostics=(Diagnostic(Code.NO_POLICY_TABLE, f"工作簿里没有『{LINES}』页", path=name,
                                                help="用 xcrules sheet export 导出的工作簿来改"),))
    return _Reader(by_name, found).read()


class _Reader:
    """One workbook being read."""

    def __init__(self, grids: dict[str, Grid], found: list[Diagnostic]) -> None:
        self.grids, self.found = grids, found
        self.keys = Keys()
        self.tables = {label: self._tables(label) for label in TABLES}
        self.texts: list[_Text] = []
        self.opened: dict[str, list[str]] = {}  # keys that a line of 条文 opens, by label

    def read(self) -> Imported:
        grid = self.grids[LINES]
        columns = self._columns(grid)
        if columns is not None:
            for index in range(1, len(grid.rows)):
                if grid.rows[index]:  # a cell far below leaves a million rows empty
                    self._row(grid, index, columns)
            self._unclaimed()
        for text in self.texts:
            text.flush()
        if errors(self.found) or not self.texts:
            empty = [] if self.found else [Diagnostic(Code.NO_POLICY_TABLE, f"『{LINES}』页没有内容", path=f"{LINES}!A2")]
            return Imported(diagnostics=(*self.found, *empty))
        files = tuple(Source(t.name, "".join(t.parts)) for t in self.texts)
        self._listed(files)
        typed = drafts(self.grids.get(DRAFT))
        official = self._official({f.name for f in files}, typed)
        texts = {f.name: as_typed(f, typed) for f in files}
        return Imported(files, official, texts, tuple(self.found), {t.name: tuple(t.places) for t in self.texts})

    def _say(self, code: Code, message: str, place: str, help: str = "") -> None:
        self.found.append(Diagnostic(code, message, path=place, help=help))

    # -- cells ----------------------------------------------------------------------------------------

    def _cell(self, grid: Grid, row: int, column: int) -> str:
        """The text of a cell; what Excel made of a date or a time is refused, for it is not what was typed."""
        value, place = grid.at(row, column), grid.address(row, column)
        if (row, column) in grid.faults:
            self._say(Code.CELL_NOT_TEXT, "这一格是 Excel 的错误值，不是文字", place, "改成文字，或清空")
            return ""
        text = typed_text(value)
        if text is None:
            self._say(Code.CELL_NOT_TEXT, f"这一格成了 Excel 的日期或时间（{value}），看不出原来写的是什么", place, "先把单元格格式改成“文本”，再重新写，例如 2024年3月1日、1:0.5")
            return ""
        for unseen in invisible(Source("", text))[:1]:
            self._say(unseen.code, unseen.message, place, unseen.help)
            return ""
        return text

    def _columns(self, grid: Grid) -> list[int] | None:
        """Where each of the five columns stands, by the names in the first row."""
        names = [str(grid.at(0, i)).strip() for i in range(len(grid.rows[0]) if grid.rows else 0)]
        missing = [h for h in HEADERS[1:] if h not in names]
        if missing:
            self._say(Code.NO_POLICY_TABLE, f"第一行缺「{'」「'.join(missing)}」列", grid.address(0, 0), "第一行是 " + "｜".join(HEADERS))
            return None
        return [names.index(h) if h in names else -1 for h in HEADERS]

    # -- lines ----------------------------------------------------------------------------------------

    def _row(self, grid: Grid, index: int, columns: list[int]) -> None:
        cells = [self._cell(grid, index, c) if c >= 0 else "" for c in columns]
        at = [grid.address(index, c) if c >= 0 else "" for c in columns]
        if cells[NUMBER].strip() == FILE and not (cells[LABEL] or cells[READING] or cells[CONTENT]):
            self._band(cells[QUOTE].strip(), at[QUOTE])
            return
        if not any(c.strip() for c in cells[1:]) and not cells[QUOTE]:
            return
        if not self.texts:
            self.texts.append(_Text(MAIN_FILE))
        if cells[QUOTE]:
            self._quote(cells[QUOTE], at[QUOTE])
        if cells[LABEL].strip():
            self._line(cells, at)
        elif cells[CONTENT].lstrip().startswith("#"):
            self._comment(cells[CONTENT], at[CONTENT])
        elif cells[CONTENT].strip() or cells[READING].strip():
            self._say(Code.ROW_WITHOUT_LABEL, "这一行有内容，栏目却空着", at[LABEL], "从下拉里选栏目；只是说明的，内容以 # 开头")

    def _band(self, name: str, place: str) -> None:
        if not _FILE_NAME.fullmatch(name):
            self._say(Code.NOT_WRITABLE, f"「{name}」不能做规则文件的名字", place, "写成 事实.规则 这样，不带文件夹")
        if any(t.name == name for t in self.texts):
            self._say(Code.NOT_WRITABLE, f"文件「{name}」出现了两次", place, "同一个文件的各行放在一起")
        self.texts.append(_Text(name, place))

    def _quote(self, cell: str, place: str) -> None:
        words = cell[1:-1] if cell.startswith("「") and cell.endswith("」") else cell
        file, _ = alone(f"「{words}」\n")
        if len(file.quotes) != 1 or file.quotes[0].words != words or file.head or file.tail or file.quotes[0].lines:
            self._say(Code.QUOTE_MARK_IN_LAW, "这段原文放不进一对「」：里面有 」，或者有一行以栏目、「 开头", place, "原文里的引号用 “ ” 或 『 』；分成几段引文写")
            return
        text = self.texts[-1]
        if _PARAGRAPH.match(words) or is_heading(words):
            text.gap()
        text.in_quote = False
        text.flush()
        text.add(f"「{words}」", (words, place))
        text.in_quote = True

    def _comment(self, cell: str, place: str) -> None:
        text = self.texts[-1]
        for line in filter(None, (x.strip(" \t\r　") for x in cell.split("\n"))):
            text.pending.append((line if line.startswith("#") else f"# {line}", place))

    def _line(self, cells: list[str], at: list[str]) -> None:
        label = cells[LABEL].strip().rstrip("：:").strip()
        if label not in LABELS:
            self._say(Code.UNKNOWN_LABEL_IN_BOOK, f"没有叫「{label}」的栏目", at[LABEL], did_you_mean(label, LABELS, "栏目有：" + "、".join(LABELS)))
            return
        reading = cells[READING].strip().removeprefix("〔").removesuffix("〕").strip()
        content = continued(cells[CONTENT])
        piece = f"{label}{f'〔{reading}〕' if reading else ''}：{content}".rstrip()
        if not self._holds(label, reading, content, piece, at):
            return
        text = self.texts[-1]
        indent = indent_of(label, beneath=text.in_quote)
        if label in _BLOCKS:
            text.gap()
        text.flush(indent)
        text.add(indent + piece, (label, at[LABEL]), (reading, at[READING]), (content, at[CONTENT]))
        if label in TABLES:
            self._write_table(label, self.keys.of(label, content), indent, text)

    def _holds(self, label: str, reading: str, content: str, piece: str, at: list[str]) -> bool:
        """Whether the piece, read alone, is this one line again."""
        if "\n" in reading:
            self._say(Code.BAD_READING_IN_BOOK, "读法要写在一行里", at[READING], "几个读法用逗号隔开，如 A01 统领，A02")
            return False
        file, wrong = alone(piece + "\n")
        if wrong:
            self._say(Code.BAD_READING_IN_BOOK, wrong[0].message, at[READING], wrong[0].help)
            return False
        same = len(file.head) == 1 and not (file.quotes or file.tail or file.head[0].rows)
        if same and file.head[0].label == label and file.head[0].text == content and bool(file.head[0].tags) == bool(reading):
            return True
        self._say(Code.CELL_OF_SEVERAL_LINES, "这一格会变成不止一行：里面另有栏目、引文、表格或说明", at[CONTENT], "一行只写一个栏目，其余另起一行")
        return False

    # -- tables ---------------------------------------------------------------------------------------

    def _tables(self, label: str) -> dict[str, KeyedRows]:
        """The rows of a table's page by key."""
        tables: dict[str, KeyedRows] = {}
        grid = self.grids.get(label)
        if grid is None:
            return tables
        header: ReadRow | None = None
        comments: list[str] = []
        for index in range(len(grid.rows)):
            cells = [self._cell(grid, index, c) for c in range(len(grid.rows[index]))]
            if not any(c.strip() for c in cells):
                continue
            first = cells[0].strip()
            if first.startswith("#"):
                comments += [x.strip() for x in first.split("\n") if x.strip()]
                continue
            row = self._table_row(grid, index, cells, header, comments)
            comments = []
            if first == KEY:
                header = row
            elif first.startswith(EMPTY):
                self._put(tables, first.removeprefix(EMPTY).strip(), grid.address(index, 0), row)
            elif not first:
                self._say(Code.ROW_OF_NO_TABLE, "这一行没有写属于哪一张表", grid.address(index, 0), f"“{KEY}”一栏写明表名，与『{LINES}』页一致")
            elif header is None:
                self._say(Code.ROW_OF_NO_TABLE, "这一行的上面没有列名", grid.address(index, 0), f"先写一行列名，“{KEY}”一栏写“{KEY}”字")
            else:
                self._put(tables, first, grid.address(index, 0), header).rows.append(row)
                header = evolve(header, comments=())  # they stand above the first table of this header only
        for comment in comments:
            self._say(Code.ROW_OF_NO_TABLE, f"说明「{comment[:20]}」下面没有它所说明的行", grid.address(len(grid.rows) - 1, 0))
        return tables

    def _put(self, tables: dict[str, KeyedRows], key: str, place: str, header: ReadRow) -> KeyedRows:
        table = tables.setdefault(key, KeyedRows(place, header))
        if table.header is None or table.header.values != header.values:
            self._say(Code.ROW_OF_NO_TABLE, f"「{key}」的列名前后不一", place, "同一张表的各行放在同一行列名之下")
        return table

    def _table_row(self, grid: Grid, index: int, cells: list[str], header: ReadRow | None, comments: list[str]) -> ReadRow:
        """As many cells as the header has; a header ends at its last name."""
        values = [" ".join(c.split()) if "\n" in c else c.strip() for c in cells[1:]]
        if cells[0].strip() == KEY or cells[0].strip().startswith(EMPTY):
            width = max((i for i, v in enumerate(values, 1) if v), default=0)
        else:
            least = len(header.values) if header else 0
            width = max([least, *(i for i, v in enumerate(values, 1) if v)])
        values = (values + [""] * width)[:width]
        return ReadRow(tuple(values), tuple(grid.address(index, i) for i in range(1, width + 1)), tuple(comments))

    def _write_table(self, label: str, key: str, indent: str, text: _Text) -> None:
        self.opened.setdefault(label, []).append(key)
        table = self.tables[label].get(key)
        if table is None:
            return
        table.used = True
        rows = [*([table.header] if table.header else []), *table.rows]
        widths = column_widths([r.values for r in rows])
        for row in rows:
            for comment in row.comments:
                text.add(indent + comment, (comment, row.addresses[0] if row.addresses else table.place))
            line = table_row(row.values, widths)
            if self._row_holds(row, line, table):
                start = text.length
                text.add(indent + line, *zip((escaped(v) for v in row.values), row.addresses, strict=True))
                text.places.append((start, text.length - 1, row.addresses[0]))

    def _row_holds(self, row: ReadRow, line: str, table: KeyedRows) -> bool:
        file, _ = alone(f"事实：表\n{line}\n")
        if len(file.head) == 1 and [r.values for r in file.head[0].rows] == [row.values]:
            return True
        for value, place in zip(row.values, row.addresses, strict=True):
            one, _ = alone(f"事实：表\n| {escaped(value)} | 一 |\n")
            if [r.values for r in one.head[0].rows] != [(value, "一")]:
                self._say(Code.CELL_OF_SEVERAL_LINES, "这一格的内容放不进表格", place, "格子里不用全角竖线｜，末尾不用反斜杠")
                return False
        self._say(Code.CELL_OF_SEVERAL_LINES, "这一行全是短横或空格，会被当作表格的分隔线", row.addresses[0] if row.addresses else table.place)
        return False

    def _unclaimed(self) -> None:
        """Rows whose table no line opens: said once for each table."""
        for label, tables in self.tables.items():
            for key in (k for k, t in tables.items() if not t.used):
                self._say(Code.TABLE_WITHOUT_LABEL, f"『{LINES}』页没有栏目为「{label}」、名为「{key}」的表", tables[key].place,
                          did_you_mean(key, self.opened.get(label, ()), least=0.3) + f"表名与『{LINES}』页“内容”一栏逗号之前的文字一致")

    # -- files ----------------------------------------------------------------------------------------

    def _listed(self, files: tuple[Source, ...]) -> None:
        """Every further file is named by the main one's 文件：."""
        main, _ = parse_file(files[0])
        named = {n.strip() for line in main.head if line.label == "文件" for n in line.text.split("、")}
        strange = [n for n in self.grids if n not in (LINES, *TABLES, OFFICIAL, DRAFT, CHOICES, FINDINGS, GUIDE)]
        wanted = [*self.opened, *(OFFICIAL for line in main.head if line.label == OFFICIAL and strange)]  # a draft may have no official text yet
        lacking = [p for p in wanted if p not in self.grids]
        for page in lacking:
            self._say(Code.NO_POLICY_TABLE, f"工作簿里没有『{page}』页", page, "页名要照导出时的" + (f"；这几页没有读：{'、'.join(strange)}" if strange else ""))
        for page in () if lacking else (n for n in strange if self.grids[n].rows):
            self._say(Code.TEXT_OUTSIDE_TABLES, f"『{page}』页没有读", page, f"是规则的，写到『{LINES}』或各表的页里")
        for text in self.texts[1:]:
            if text.name not in named:
                self._say(Code.NOT_WRITABLE, f"文件「{text.name}」没有列在 文件： 里，不会被读入", text.band, "在第一个文件的 文件： 一行加上它，用顿号隔开")

    def _official(self, taken: Collection[str], typed: Mapping[str, str]) -> Source | None:
        grid = self.grids.get(OFFICIAL)
        if grid is None or not grid.rows:
            return None
        name = str(grid.at(0, 0)).strip()
        if not _FILE_NAME.fullmatch(name) or name.endswith(".规则") or name.casefold() in {t.casefold() for t in taken}:
            self._say(Code.NOT_WRITABLE, f"「{name}」不能做存放原文的文件名", grid.address(0, 0), "写成 原文.txt")
            return None
        lines = [typed_text(grid.at(i, 0)) or "" for i in range(1, len(grid.rows))]
        while lines and not lines[-1].strip():
            lines.pop()
        text = "\n".join(lines) + "\n" if lines else ""
        draft = typed.get(name, "")
        if draft and [x.rstrip() for x in draft.split("\n")][: len(lines)] == [x.rstrip() for x in lines] and not "".join(
                draft.split("\n")[len(lines) :]).strip():
            return Source(name, draft)
        return Source(name, with_line_end(text, line_end(draft))) if text else None
