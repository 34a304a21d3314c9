"""Excel workbooks as grids of cells: opening them safely, naming a cell, what may stand in one.

Knows nothing of policies or facts. Bytes in and out, no files. xlsx.py reads; XlsxWriter writes, comes with
the extra [excel] and is imported where it is used.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from attrs import field, frozen

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.resources import needed
from xcrules.base.source import display_width

from .worksheet import MAX_COLUMNS as MAX_COLUMNS, MAX_ROWS as MAX_ROWS, Cell, Refused, Worksheet, moment_of, shown_by
from .xlsx import open_book

MAX_CELL = 32_767  # 一格最多的字数（Excel 的限制，按 UTF-16 计）
MAX_HEIGHT = 409  # 一行最高多少磅（Excel 的限制）
MAX_CELLS = 5_000_000  # 一页从 A1 到最后一格最多的格数
_BANNED = re.compile("[\ud800-\udfff\ufffe\uffff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

CellValue = str | bool | Decimal | datetime.date | datetime.datetime | datetime.time


@frozen
class Grid:
    """One page: its rows from A1 on, and the cells that hold an error such as #DIV/0!."""

    name: str
    rows: tuple[tuple[CellValue, ...], ...] = field(repr=False)
    faults: frozenset[tuple[int, int]] = frozenset()

    def at(self, row: int, column: int) -> CellValue:
        """The value of a cell (both from 0), "" for an empty one."""
        cells = self.rows[row] if row < len(self.rows) else ()
        return cells[column] if column < len(cells) else ""

    def address(self, row: int, column: int) -> str:
        return address(self.name, row, column)


def column_name(column: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def address(page: str, row: int, column: int) -> str:
    """条文!D12 (row and column from 0)."""
    return f"{page}!{column_name(column)}{row + 1}"


# -- what a cell holds --------------------------------------------------------------------------------


def excel_length(text: str) -> int:
    """Characters as Excel counts them: one beyond the basic plane counts twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def unfit(text: str, place: str) -> Diagnostic | None:
    """Why a text cannot stand in a cell, if it cannot."""
    if (length := excel_length(text)) > MAX_CELL:
        return Diagnostic(Code.CELL_TOO_LONG, f"这一格有 {length} 字，超过 Excel 一格 {MAX_CELL} 字的限制", path=place, help="把这段文字分成几行或几段引文")
    if found := _BANNED.search(text) or _CONTROL.search(text):
        return Diagnostic(Code.CHARACTER_NOT_IN_EXCEL, f"这一格有 Excel 存不了的字符（U+{ord(found[0]):04X}）", path=place, help="删去这个字符")
    return None


def plain_number(number: Decimal) -> str:
    """600000, 0.05: no exponent, no trailing .0."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


# -- opening ------------------------------------------------------------------------------------------


def read_grids(data: bytes, name: str) -> tuple[list[Grid], list[Diagnostic]]:
    """All pages of an .xlsx file in order, or why it is not read (E854)."""
    book = open_book(data, name)
    if isinstance(book, Diagnostic):
        return [], [book]
    try:
        return [_grid(page, book.from_1904) for page in book.worksheets], []
    except Refused as why:
        return [], [Diagnostic(Code.NOT_A_WORKBOOK, f"「{name}」{why.message}", path=name, help=why.help)]


def _grid(page: Worksheet, from_1904: bool) -> Grid:
    """The rows of a page, each as long as its last filled cell."""
    widths = {row: max(cells) + 1 for row, cells in page.rows.items()}
    height = max(widths, default=-1) + 1
    if height + sum(widths.values()) > MAX_CELLS:
        raise Refused(f"里「{page.name}」一页太大，超过 {MAX_CELLS // 10_000} 万格", "删去离表很远的格子和没有用的行列")
    rows: list[tuple[CellValue, ...]] = [()] * height
    for row, cells in page.rows.items():
        rows[row] = tuple(_held(cells[c], from_1904) if c in cells else "" for c in range(widths[row]))
    faults = frozenset((row, c) for row, cells in page.rows.items() for c, cell in cells.items() if cell.kind in ("错误", "无结果"))
    return Grid(page.name, tuple(rows), faults)


def _held(cell: Cell, from_1904: bool) -> CellValue:
    match cell.kind:
        case "数":
            number = cell.number
            if not shown_by(cell.style).day:
                return number
            moment = moment_of(number, from_1904)
            if moment is None:
                return number
            return moment.time() if 0 <= number < 1 and not from_1904 else moment if moment.time() != datetime.time() else moment.date()
        case "是否":
            return cell.text == "1"
        case "文字":
            return cell.text
    return ""


# -- making -------------------------------------------------------------------------------------------


def new_book(target: io.BytesIO | str, **options: bool) -> Any:
    """An empty workbook, in memory or at a path, in which a string is only ever a string: no formula, link or number is made of it."""
    kept = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return needed("xlsxwriter").Workbook(target, {"in_memory": not isinstance(target, str), **kept, **options})


def printed(sheet: Any, title: str, wide: bool = False, across: int = 1) -> None:
    """Prints on A4 (A3 for a wide table), lying, so many pages wide, with its title below."""
    sheet.set_landscape()
    sheet.set_paper(8 if wide else 9)
    sheet.fit_to_pages(across, 0)
    sheet.set_footer(f"&L{title.replace('&', '&&')}&R第 &P 页，共 &N 页")


def lines(text: str, width: float) -> int:
    """Lines that a text takes in a column: a 汉字 takes two of its units."""
    room = max(int(width), 2)
    if len(text) * 2 <= room and "\n" not in text:  # most are short
        return 1
    return sum(max(-(-display_width(part) // room), 1) for part in text.split("\n"))


def height(texts: Iterable[str], widths: Iterable[float]) -> float:
    """Points that a row needs for its texts to wrap within columns of these widths."""
    return tall(max((lines(text, width) for text, width in zip(texts, widths, strict=False)), default=1))


def tall(count: int) -> float:
    """Points of so many lines."""
    return min(3 + 14.5 * count, MAX_HEIGHT)


def finished(book: Any, buffer: io.BytesIO) -> bytes:
    """The bytes of a workbook made by `new_book`.

    Its row heights are a first guess: unmarked as chosen by a person, they follow the text when it is edited.
    """
    book.close()
    made = io.BytesIO()
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"<row [^>]*>", lambda m: m[0].replace(b' customHeight="1"', b""), data)
            new.writestr(item, data)
    return made.getvalue()
