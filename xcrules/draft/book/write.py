"""Rows to an .xlsx file: cells, drop-downs, colours, filters, and the findings of check as notes.

Every string is written as a string; a text that Excel cannot hold is a finding, never cut.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from attrs import frozen

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.grids.workbook import MAX_CELL, MAX_COLUMNS, MAX_ROWS, address, finished, height, new_book, unfit
from xcrules.base.source import Source, Span, display_width
from xcrules.draft.labels import RISKS, ROLES, Label, labels
from xcrules.draft.syntax import Document

from .draft import COLUMNS, DRAFT, draft_rows
from .rows import (
    CHOICES,
    FILE,
    FINDINGS,
    GUIDE,
    HEADERS,
    KEY,
    LABEL,
    LINES,
    OFFICIAL,
    QUOTE,
    READING,
    TABLES,
    BookCell,
    LineRow,
    Rows,
    TableRow,
    rows_of,
)
from .style import COLOURS, NARROWEST, WIDEST, WIDTHS, Styles, formula_for, page

_SPARE = 2000  # 表尾之后仍带下拉的行数
_NOTE = 1500  # 一条批注最多的字数
_TYPES = ("元", "件", "比率", "数", "年度", "日期", "是否", "文字", "逐年 元", "逐款 元")
_NEEDS = ("可缺", "可负", "闭世界", "缺省 否", "缺省 0元", "缺省 参数", "认定 ", "核定 ")


@frozen
class _Place:
    """Where a span of the source stands in the workbook."""

    span: Span
    sheet: str
    row: int
    column: int

    def holds(self, span: Span) -> bool:
        return self.span.source == span.source and self.span.start <= span.start <= self.span.end


def export_book(document: Document, title: str = "", choices: Iterable[str] = (), findings: Iterable[Diagnostic] = ()) -> bytes:
    """The workbook of a policy. Raises XcrulesError when a text cannot stand in a cell (E851, E852, E853)."""
    rows = rows_of(document.files)
    official = document.official.text.replace("\r", "").split("\n") if document.official else []
    if wrong := list(_unfit(rows, official)):
        raise XcrulesError(wrong)
    buffer = io.BytesIO()
    book = new_book(buffer)
    title = title or document.name
    _Writer(book, title, tuple(findings)).write(rows, document, official, _readings(rows, choices))
    return finished(book, buffer)


def _unfit(rows: Rows, official: list[str]) -> Iterable[Diagnostic]:
    """Texts and tables beyond what Excel holds."""
    grids: dict[str, list[tuple[BookCell, ...]]] = {LINES: [r.cells for r in rows.lines], OFFICIAL: [(BookCell(x),) for x in official]}
    for label, table in rows.tables.items():
        grids[label] = [(BookCell(r.key), *r.cells) for r in table]
    for name, grid in grids.items():
        if len(grid) + 1 > MAX_ROWS or any(len(cells) > MAX_COLUMNS for cells in grid):
            yield Diagnostic(Code.SHEET_TOO_LARGE, f"「{name}」超过 Excel 一页的行数或列数", path=name)
        for index, cells in enumerate(grid, 1):
            for column, cell in enumerate(cells):
                if found := unfit(_stored(cell.text), address(name, index, column)):
                    yield Diagnostic(found.code, found.message, cell.span, found.help, path=found.path)


def _stored(text: str) -> str:
    return text.replace("\r", "")


def _readings(rows: Rows, choices: Iterable[str]) -> list[str]:
    """What may be chosen in the column 读法: every registered choice, and every combination in use."""
    return list(dict.fromkeys([*choices, *(r.cells[READING].text for r in rows.lines if r.cells[READING].text)]))


class _Writer:
    """One workbook being written."""

    def __init__(self, book: Any, title: str, findings: tuple[Diagnostic, ...]) -> None:
        self.book, self.title, self.findings = book, title, findings
        self.styles = Styles(book)
        self.places: list[_Place] = []
        self.sheets: dict[str, Any] = {}
        self.filled: dict[tuple[str, int, int], str] = {}  # what stands in a cell, for the red and the amber ones

    def write(self, rows: Rows, document: Document, official: list[str], readings: list[str]) -> None:
        self._lines(rows, readings)
        for label in TABLES:
            if label in rows.tables:
                self._table(label, rows.tables[label])
        if document.official is not None:
            self._official(document.official.name, official)
        self._notes()
        self._guide()
        self._choices(readings)
        self._draft([*(f.source for f in document.files), *([document.official] if document.official else [])])

    # -- sheets ---------------------------------------------------------------------------------------

    def _sheet(self, name: str, headers: Iterable[str]) -> Any:
        sheet = self.sheets[name] = self.book.add_worksheet(name)
        for column, text in enumerate(headers):
            sheet.write_string(0, column, text, self.styles["header"])
        sheet.set_row(0, 22)
        sheet.freeze_panes(1, 0)
        page(sheet, f"{self.title}　{name}")
        return sheet

    def _put(self, sheet: str, row: int, column: int, cell: BookCell, style: str) -> None:
        text = _stored(cell.text)
        if text:
            self.sheets[sheet].write_string(row, column, text, self.styles[style])
        else:
            self.sheets[sheet].write_blank(row, column, None, self.styles[style])
        self.filled[sheet, row, column] = text
        if cell.span is not None:
            self.places.append(_Place(cell.span, sheet, row, column))

    def _lines(self, rows: Rows, readings: list[str]) -> None:
        sheet = self._sheet(LINES, HEADERS)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width, self.styles["column"])
        firsts = self._first_rows(rows)
        under = False
        for index, row in enumerate(rows.lines, 1):
            under = row.kind != FILE and (under or bool(row.cells[QUOTE].text))
            styles = _line_styles(row, under)
            if row.kind != FILE:
                sheet.set_row(index, height((_stored(c.text) for c in row.cells), WIDTHS))
            for column, (cell, style) in enumerate(zip(row.cells, styles, strict=True)):
                self._put(LINES, index, column, cell, style)
            if (place := firsts.get((row.cells[LABEL].text, row.table))) is not None and row.table:
                label = row.cells[LABEL].text
                sheet.write_url(index, 0, f"internal:'{label}'!A{place + 1}", self.styles["number"],
                                row.cells[0].text or f"见{label}", f"这张表在『{label}』页")
        last = len(rows.lines) + _SPARE
        sheet.autofilter(0, 0, len(rows.lines), len(HEADERS) - 1)
        for group, colour in COLOURS.items():
            sheet.conditional_format(1, LABEL, last, LABEL, {
                "type": "formula", "criteria": formula_for(labels(group), f"$C{2}"), "format": self.styles.filled(colour)})
        sheet.data_validation(1, LABEL, last, LABEL, {
            "validate": "list", "source": f"={CHOICES}!$A$2:$A${len(Label) + 1}", "error_title": "没有这个栏目",
            "error_message": "从下拉里选一个栏目。"})
        if readings:
            sheet.data_validation(1, READING, last, READING, {
                "validate": "list", "source": f"={CHOICES}!$B$2:$B${len(readings) + 1}", "show_error": False,
                "input_title": "读法", "input_message": "例如 A08 保底；几个读法用逗号隔开。先在『读法』页登记。"})

    def _first_rows(self, rows: Rows) -> dict[tuple[str, str], int]:
        """The first row of each table on its sheet."""
        found: dict[tuple[str, str], int] = {}
        for label, table in rows.tables.items():
            for index, row in enumerate(_body(table), 1):
                found.setdefault((label, row.key.removeprefix("空表 ")), index)
        return found

    def _table(self, label: str, rows: tuple[TableRow, ...]) -> None:
        top = rows[0].cells if rows[0].kind == "列名" and rows[0].key == KEY else ()
        sheet = self._sheet(label, [KEY, *(c.text for c in top)])
        if top:
            self.places += [_Place(c.span, label, 0, i) for i, c in enumerate(top, 1) if c.span]
        widths = _widths(rows)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, self.styles["column"])
        page(sheet, f"{self.title}　{label}", wide=sum(widths) > 180)
        body = _body(rows)
        for index, row in enumerate(body, 1):
            style = {"列名": "columns", "说明": "comment"}.get(row.kind, "cell")
            sheet.set_row(index, height((_stored(c.text) for c in row.cells), widths[1:]))
            self._put(label, index, 0, BookCell(row.key, row.span), "key" if row.kind == "行" else style)
            for column, cell in enumerate(row.cells, 1):
                self._put(label, index, column, cell, style)
        sheet.autofilter(0, 0, max(len(body), 1), max((len(r.cells) for r in rows), default=1))
        if all(r.kind != "列名" for r in body):
            self._choices_in(sheet, label, [c.text for c in top], len(body))

    def _choices_in(self, sheet: Any, label: str, headers: list[str], rows: int) -> None:
        """Drop-downs for columns with known words; other words are allowed where the language allows them."""
        known = {("事实", "类型"): (_TYPES, False), ("事实", "要求"): (_NEEDS, False), ("事实", "角色"): (ROLES, True),
                 ("读法", "风险"): (RISKS, True), ("参数", "值"): (("未公布",), False)}
        for column, header in enumerate(headers, 1):
            if (label, header) in known:
                words, strict = known[label, header]
                sheet.data_validation(1, column, rows + _SPARE, column, {
                    "validate": "list", "source": list(words), "show_error": strict, "error_title": f"没有这种{header}",
                    "error_message": "可写：" + "、".join(words)})

    def _official(self, name: str, lines: list[str]) -> None:
        sheet = self._sheet(OFFICIAL, [name])
        sheet.set_column(0, 0, 110, self.styles["column"])
        for index, text in enumerate(lines, 1):
            sheet.set_row(index, height([text], [110]))
            sheet.write_string(index, 0, text, self.styles["plain"])

    def _choices(self, readings: list[str]) -> None:
        sheet = self._sheet(CHOICES, ("栏目", "读法", "栏目的意思"))
        for index, label in enumerate(Label, 1):
            sheet.write_string(index, 0, label)
            sheet.write_string(index, 2, label.card.meaning)
        for index, text in enumerate(readings, 1):
            sheet.write_string(index, 1, text)
        sheet.hide()

    def _draft(self, sources: list[Source]) -> None:
        sheet = self._sheet(DRAFT, COLUMNS)
        for index, row in enumerate(draft_rows(sources), 1):
            for column, text in enumerate(row):
                sheet.write_string(index, column, text)
        sheet.hide()

    # -- findings -------------------------------------------------------------------------------------

    def _notes(self) -> None:
        """A note on each cell that has a finding, and a page that lists them all."""
        if not self.findings:
            return
        notes: dict[tuple[str, int, int], list[Diagnostic]] = {}
        for finding in self.findings:
            if (place := self._place(finding)) is not None:
                notes.setdefault((place.sheet, place.row, place.column), []).append(finding)
        for (name, row, column), found in notes.items():
            text = "\n".join(f"{d.severity} {d.code}：{d.message}" + (f"\n{d.help}" if d.help else "") for d in found)
            sheet = self.sheets[name]
            sheet.write_comment(row, column, text[:_NOTE], {"author": "xcrules check", "x_scale": 2.2,
                                                            "y_scale": min(1 + text.count("\n") / 3, 4), "font_size": 9})
            if row:
                kind = "error" if any(d.is_error for d in found) else "warning"
                style = self.styles[f"{kind} label" if name == LINES and column == LABEL else kind]
                sheet.write_string(row, column, self.filled.get((name, row, column), ""), style)
        self._listed()

    def _place(self, finding: Diagnostic) -> _Place | None:
        span = finding.span
        if span is None:
            return None
        around = [p for p in self.places if p.holds(span)]
        return min(around, key=lambda p: (p.span.end - p.span.start, p.column), default=None)

    def _listed(self) -> None:
        sheet = self._sheet(FINDINGS, ("位置", "级别", "代码", "问题", "怎样改"))
        for column, width in enumerate((14, 7, 8, 60, 60)):
            sheet.set_column(column, column, width, self.styles["column"])
        for index, d in enumerate(self.findings, 1):
            place = self._place(d)
            at = address(place.sheet, place.row, place.column) if place else d.place()
            if place:
                sheet.write_url(index, 0, f"internal:'{place.sheet}'!{at.rpartition('!')[2]}", self.styles["cell"], at)
            else:
                sheet.write_string(index, 0, at[:MAX_CELL], self.styles["cell"])
            sheet.set_row(index, height((d.message, d.help), (60, 60)))
            for column, text in enumerate((str(d.severity), d.code, d.message, d.help), 1):
                sheet.write_string(index, column, text[:MAX_CELL], self.styles["cell"])
        sheet.autofilter(0, 0, len(self.findings), 4)

    def _guide(self) -> None:
        sheet = self.sheets[GUIDE] = self.book.add_worksheet(GUIDE)
        sheet.set_column(0, 0, 100, self.styles["column"])
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, f"{self.title}：怎样改这个工作簿", self.styles["title"])
        for index, text in enumerate(_GUIDE, 2):
            sheet.set_row(index, height([text], [100]) + 6)
            sheet.write_string(index, 0, text, self.styles["plain"])
        page(sheet, self.title)


_GUIDE = (
    "一、『条文』页每行一注：原文照抄公布的文字，只写在它的第一行；下面各行的栏目都属于这段原文。条款一栏是算出来的，改了也不起作用。",
    "二、栏目从下拉里选；读法写读法的号和选项，如 A08 保底，几个读法用逗号隔开；内容照经注体书写，词与词之间空一格。",
    "三、内容以 # 开头、栏目空着的行是说明，属于它下面的一行。深色的行是文件名，它下面的各行存入这个文件。",
    "四、事实、参数、读法、对照、案例表的内容在各自的页上，“表”一栏写明属于『条文』里的哪一张表；加一行就在表里插一行，写上表名。",
    "五、表的列名不同的，另起一行列名：这一行的“表”一栏写一个“表”字。表里以 # 开头的行是说明，属于它下面的一行；排序会打乱说明的位置。",
    "六、有批注的红格、黄格是检查发现的问题，『检查』页是全部问题的清单。改好后存盘，运行 xcrules sheet import 这个文件 文件夹，即写回规则文件。",
    "七、所有格子都是文本格式，1:0.5、2024年3月1日 照写就行，Excel 不会改动它们。",
)


def _line_styles(row: LineRow, under: bool) -> tuple[str, ...]:
    """`under`: the row belongs to a quote, whose words stand in it or above it."""
    if row.kind == FILE:
        return ("band",) * 5
    quote = "quote" if row.cells[QUOTE].text else "under" if under else "cell"
    content = "comment" if row.kind == "说明" else "cell"
    return ("number", quote, "label", "cell", content)


def _body(rows: tuple[TableRow, ...]) -> tuple[TableRow, ...]:
    """The rows under the page's header, which is the first table's where it can be."""
    return rows[1:] if rows[0].kind == "列名" and rows[0].key == KEY else rows


def _widths(rows: tuple[TableRow, ...]) -> list[int]:
    columns = max((len(r.cells) for r in rows), default=0)
    keys = [display_width(r.key) for r in rows if r.kind == "行"]
    widths = [min(max([NARROWEST, *(w + 2 for w in keys)]), 26)]
    for column in range(columns):
        longest = [display_width(r.cells[column].text) + 2 for r in rows if len(r.cells) > column]
        widths.append(min(max([NARROWEST, *longest]), WIDEST))
    return widths
