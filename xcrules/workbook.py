"""Excel workbooks as grids of cells: opening them safely, naming a cell, what may stand in one.

Knows nothing of policies or facts. Bytes in and out, no files. XlsxWriter writes, python-calamine reads;
both come with the extra [excel] and are imported where they are used.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

from attrs import field, frozen

from .diagnostic import Diagnostic, XcrulesError

MAX_CELL = 32_767  # 一格最多的字数（Excel 的限制，按 UTF-16 计）
MAX_ROWS = 1_048_576  # 一页最多的行数（Excel 的限制）
MAX_COLUMNS = 16_384  # 一页最多的列数（Excel 的限制）
MAX_EXPANDED = 400_000_000  # 解压之后最多的字节
MAX_CELLS = 5_000_000  # 一页最多读入的格数
_BANNED = re.compile("[\ud800-\udfff\ufffe\uffff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

CellValue = str | bool | float | int | datetime.date | datetime.datetime | datetime.time | datetime.timedelta


@frozen
class Grid:
    """One sheet: its rows from A1 on, and the cells that hold an error such as #DIV/0!."""

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


def address(sheet: str, row: int, column: int) -> str:
    """条文!D12 (row and column from 0)."""
    return f"{sheet}!{column_name(column)}{row + 1}"


# -- what a cell holds --------------------------------------------------------------------------------


def excel_length(text: str) -> int:
    """Characters as Excel counts them: one beyond the basic plane counts twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def unfit(text: str, place: str) -> Diagnostic | None:
    """Why a text cannot stand in a cell, if it cannot."""
    if (length := excel_length(text)) > MAX_CELL:
        return Diagnostic("E851", f"这一格有 {length} 字，超过 Excel 一格 {MAX_CELL} 字的限制", path=place,
                          help="把这段文字分成几行或几段引文")  # fmt: skip
    if found := _BANNED.search(text) or _CONTROL.search(text):
        return Diagnostic("E852", f"这一格有 Excel 存不了的字符（U+{ord(found[0]):04X}）", path=place, help="删去这个字符")
    return None


def shortest(number: float | int) -> Decimal:
    """The number as its shortest decimal form, which is what was typed."""
    return Decimal(repr(number))


def plain_number(number: float | int) -> str:
    """600000, 0.05: no exponent, no trailing .0."""
    text = format(shortest(number), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def blank(value: CellValue) -> bool:
    return isinstance(value, str) and not value.strip()


# -- opening ------------------------------------------------------------------------------------------


def needed(module: str) -> ModuleType:
    """An optional library, or XcrulesError (E850) with the one sentence that names the extra."""
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError:
        raise XcrulesError([Diagnostic("E850", "读写 Excel 工作簿要先安装附加组件", path="xlsx",
                                       help='运行 pip install "xcrules[excel]"')]) from None  # fmt: skip


def read_grids(data: bytes, name: str) -> tuple[list[Grid], list[Diagnostic]]:
    """All sheets of an .xlsx file in order. Raises XcrulesError (E850) when the library is missing."""
    calamine = needed("python_calamine")
    if (wrong := _unsafe(data, name)) is not None:
        return [], [wrong]
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        faults = _faults(data)
        return [_grid(book.get_sheet_by_name(n), n, faults.get(n, frozenset())) for n in book.sheet_names], []
    except _TooLarge as large:
        return [], [Diagnostic("E854", f"「{large}」这一页太大", path=name, help="删去没有用的行和列")]
    except (calamine.CalamineError, ElementTree.ParseError, zipfile.BadZipFile, KeyError, ValueError):
        return [], [_damaged(name)]


class _TooLarge(Exception):
    """A sheet that reaches beyond MAX_CELLS."""


def _damaged(name: str) -> Diagnostic:
    return Diagnostic("E854", f"「{name}」不是 Excel 工作簿（.xlsx），或者已经损坏", path=name,
                      help="用 Excel 或 WPS 打开，另存为 .xlsx")  # fmt: skip


def _unsafe(data: bytes, name: str) -> Diagnostic | None:
    """Not a zip archive, or one that expands beyond all measure."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(i.file_size for i in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, EOFError):
        return _damaged(name)
    return Diagnostic("E854", f"「{name}」解压后超过 {MAX_EXPANDED // 1_000_000} MB 的限制", path=name) if size > MAX_EXPANDED else None


def _grid(sheet: Any, name: str, faults: frozenset[tuple[int, int]]) -> Grid:
    end = sheet.end or (0, 0)
    if (end[0] + 1) * (end[1] + 1) > MAX_CELLS:
        raise _TooLarge(name)
    rows = sheet.to_python(skip_empty_area=False)
    return Grid(name, tuple(tuple(row) for row in rows), faults)


# The library gives a cell such as #DIV/0! as empty, and empty means unknown: so such cells are looked up.


def _faults(data: bytes) -> dict[str, frozenset[tuple[int, int]]]:
    """Sheet name → cells that hold an error value."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        targets = {e.get("Id"): e.get("Target", "") for e in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")}
        found = {}
        for sheet in _elements(archive, "xl/workbook.xml", "sheet"):
            target = next((targets.get(v, "") for k, v in sheet.attrib.items() if k.endswith("}id")), "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if target and path in archive.namelist():
                found[sheet.get("name", "")] = frozenset(_error_cells(archive.read(path)))
        return found


def _elements(archive: zipfile.ZipFile, path: str, kind: str) -> Iterator[ElementTree.Element]:
    for element in ElementTree.fromstring(archive.read(path)).iter():
        if element.tag.rpartition("}")[2] == kind:
            yield element


def _error_cells(xml: bytes) -> Iterator[tuple[int, int]]:
    for cell in re.finditer(rb"<(?:\w+:)?c\s[^>]*>", xml):
        place = re.search(rb'\sr="([A-Z]{1,3})(\d{1,7})"', cell[0])
        if place and re.search(rb'\st="e"', cell[0]):
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - 64
            yield int(place[2]) - 1, column - 1


# -- making -------------------------------------------------------------------------------------------


def new_book(buffer: io.BytesIO) -> Any:
    """An empty workbook in which a string is only ever a string: no formula, link or number is made of it."""
    writer = needed("xlsxwriter")
    return writer.Workbook(buffer, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    })  # fmt: skip


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
