"""Excel workbooks as grids of cells: opening them safely, naming a cell, what may stand in one.

Knows nothing of policies or facts. Bytes in and out, no files. XlsxWriter writes, python-calamine reads;
both come with the extra [excel] and are imported where they are used.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
import zlib
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
MAX_CELLS = 5_000_000  # 一页从 A1 到最后一格最多的格数
_BANNED = re.compile("[\ud800-\udfff\ufffe\uffff]")
_OPENED = re.compile(rb"<(?:[\w.-]+:)?(?:row|c)(?=[\s/>])")
_TAG = re.compile(rb"""<(?:[\w.-]+:)?(row|c)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*/?>""")
_PLACE = re.compile(rb"""\sr\s*=\s*["']([^"']*)["']""")
_REFERENCE = {b"row": re.compile(rb"(?P<row>[1-9]\d{0,6})"), b"c": re.compile(rb"(?P<column>[A-Za-z]{1,3})(?P<row>[1-9]\d{0,6})")}
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
    except (calamine.CalamineError, ElementTree.ParseError, zipfile.BadZipFile, KeyError, ValueError):
        return [], [_damaged(name)]


def _damaged(name: str) -> Diagnostic:
    return Diagnostic("E854", f"「{name}」不是 Excel 工作簿（.xlsx），或者已经损坏", path=name,
                      help="用 Excel 或 WPS 打开，另存为 .xlsx")  # fmt: skip


def _unsafe(data: bytes, name: str) -> Diagnostic | None:
    """No .xlsx, one that expands beyond all measure, or one whose few cells span more than can be held.

    Looked at before the library sees it, which makes room for every cell that a sheet spans.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names or names & {"xl/workbook.bin", "content.xml"}:
                return _damaged(name)
            if sum(i.file_size for i in archive.infolist()) > MAX_EXPANDED:
                return Diagnostic("E854", f"「{name}」解压后超过 {MAX_EXPANDED // 1_000_000} MB 的限制", path=name)
            wide = any(_spanned(archive.read(n)) > MAX_CELLS for n in names if n.endswith(".xml"))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        return _damaged(name)
    return Diagnostic("E854", f"「{name}」里有一页太大，超过 {MAX_CELLS // 10_000} 万格", path=name,
                      help="删去离表很远的格子和没有用的行列") if wide else None  # fmt: skip


def _spanned(xml: bytes) -> int:
    """How many cells there are from A1 to the last row and column that a sheet's text names.

    A row or cell written as no program writes it counts as endless: what it would become is not known.
    """
    rows = columns = most = cells = tags = 0
    for tag in _TAG.finditer(xml):
        tags += 1
        places = _PLACE.findall(tag[2])
        found = _REFERENCE[tag[1]].fullmatch(places[0]) if len(places) == 1 else None
        if places and not found:
            return MAX_CELLS + 1
        if found:
            rows = max(rows, int(found["row"]))
        if tag[1] == b"row":
            cells = 0
        else:
            cells += 1
            most = max(most, cells)
            columns = max(columns, _column(found["column"]) if found else 0)
    return rows * max(columns, most, 1) if tags == len(_OPENED.findall(xml)) else MAX_CELLS + 1


def _grid(sheet: Any, name: str, faults: frozenset[tuple[int, int]]) -> Grid:
    return Grid(name, tuple(tuple(row) for row in sheet.to_python(skip_empty_area=False)), faults)


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
            yield int(place[2]) - 1, _column(place[1]) - 1


def _column(letters: bytes) -> int:
    """A → 1, AA → 27."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + letter - 64
    return column


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
