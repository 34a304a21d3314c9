"""The cells of an .xlsx file, read as from a stranger: bytes in, a `Book` or the finding that says why not.

The reader is Python over the standard library's zip and expat, for three reasons. A facts file comes from
outside, and a reader in another language that trusts the counts in a file takes the whole process with it.
What is needed is more than values: a formula without result, a merged cell, a number format that says 万元.
And a number is taken from its digits. Every count here is one of things met, never one that the file claims.
"""

from __future__ import annotations

import io
import math
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from xml.parsers import expat

from attrs import field, frozen

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic

from .cellformat import BUILT_IN

MAX_EXPANDED = 100_000_000  # 解压之后、要读的各部分一共最多的字节
MAX_ELEMENTS = 3_000_000  # 各部分一共最多的 XML 元素
MAX_FILLED = 600_000  # 填了内容的格子最多的个数
MAX_ROW, MAX_COLUMN = 1_048_576, 16_384  # Excel 的限制
MAX_PARTS = 2_000  # 包里最多的文件数
MAX_DEPTH = 40  # XML 最多嵌套的层数
_PLACE = re.compile(r"([A-Za-z]{1,3})([1-9]\d{0,6})")
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})(?::\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6}))?")
_NUMBER = re.compile(r"[+-]?(\d{1,60}(\.\d{0,60})?|\.\d{1,60})([eE][+-]?\d{1,3})?")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DIGITS = 15  # Excel 的数最多有这么多位有效数字
_NOISE = Decimal(2) ** -51  # what the last bits of a computed number may be off by

Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from 0
_Start = Callable[[str, Mapping[str, str]], None]


class Cell:
    """One cell with something in it: 数 (its digits in `text`), 文字, 是否 ("1" or "0"), 错误 or 无结果 (a formula without one)."""

    __slots__ = ("formula", "kind", "style", "text")

    def __init__(self, kind: str, text: str, style: str, formula: str | None) -> None:
        self.kind, self.text, self.style, self.formula = kind, text, style, formula

    @property
    def number(self) -> Decimal:
        """The number that was typed or reckoned; Excel keeps doubles, and shows fifteen digits of them."""
        value = Decimal(repr(float(self.text)))
        if len(value.as_tuple().digits) > _DIGITS:
            seen = Decimal(f"{value:.{_DIGITS - 1}E}")
            value = seen if abs(seen - value) <= _NOISE * abs(value) else value
        return value


@frozen
class Worksheet:
    """A page's filled cells by (row, column) from 0, and what else matters of it."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(factory=dict, repr=False)
    merged: tuple[Area, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = field(default=frozenset(), repr=False)
    hidden_columns: tuple[tuple[int, int], ...] = ()
    beside: tuple[tuple[str, str], ...] = ()  # comments with their cells (B2), text boxes with ""


@frozen
class Book:
    """All pages in order; whether days count from 1904; the file's custom properties."""

    worksheets: tuple[Worksheet, ...]
    from_1904: bool = False
    properties: Mapping[str, str] = field(factory=dict, repr=False)


class Refused(Exception):
    """Why a workbook is not read: a message and what to do."""

    def __init__(self, message: str, help: str = "用 Excel 或 WPS 打开，另存为 .xlsx") -> None:
        super().__init__(message)
        self.message, self.help = message, help


_DAMAGED = "不是 Excel 工作簿（.xlsx），或者已经损坏"


def open_book(data: bytes, name: str) -> Book | Diagnostic:
    """The workbook in these bytes, or the finding (E854, with `name` for its place)."""
    try:
        return _Opened(data).book()
    except Refused as why:
        return Diagnostic(Code.NOT_A_WORKBOOK, f"「{name}」{why.message}", path=name, help=why.help)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, NotImplementedError, RuntimeError, KeyError,
            ValueError, IndexError, OSError, EOFError, OverflowError):
        return Diagnostic(Code.NOT_A_WORKBOOK, f"「{name}」{_DAMAGED}", path=name, help="用 Excel 或 WPS 打开，另存为 .xlsx")


# -- the package --------------------------------------------------------------------------------------


class _Opened:
    """One file being read; what is left of the room for it."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        names = self.archive.namelist()
        if len(names) > MAX_PARTS or len(set(names)) != len(names):
            raise Refused(_DAMAGED)
        self.names = {n.lower(): n for n in names}
        self.room, self.elements, self.filled = MAX_EXPANDED, MAX_ELEMENTS, MAX_FILLED
        self.unreckoned = False  # the file says itself that the results in it are not yet reckoned

    def book(self) -> Book:
        main = self._main()
        related = self._related(main)
        listed: list[tuple[str, str, bool]] = []
        from_1904 = False

        def workbook(tag: str, attributes: Mapping[str, str]) -> None:
            nonlocal from_1904
            if tag == "sheet":
                target = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id" and ":" in k), "")
                listed.append((attributes["name"], target, attributes.get("state", "visible") != "visible"))
            elif tag == "workbookPr":
                from_1904 = _true(attributes.get("date1904"))
            elif tag == "calcPr":
                self.unreckoned = _true(attributes.get("fullCalcOnLoad"))

        self.parse(main, workbook)
        texts = self._texts(_of_kind(related, "sharedStrings"))
        styles = self._styles(_of_kind(related, "styles"))
        worksheets = []
        for name, target, hidden in listed:
            kind, path = related[target]
            if kind == "worksheet":
                worksheets.append(_WorksheetReader(self, name, hidden, texts, styles).read(path, self._beside(path)))
        return Book(tuple(worksheets), from_1904, self._properties())

    def _main(self) -> str:
        """The workbook part, by the package's own relations."""
        found = [p for kind, p in self._related("").values() if kind == "officeDocument"]
        main = found[0] if found else "xl/workbook.xml"
        if main.lower() not in self.names or main.endswith(".bin"):
            raise Refused(_DAMAGED)
        return main

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id → (kind, path) of what a part refers to."""
        folder, file = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes["Target"]
                path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                found[attributes["Id"]] = attributes["Type"].rpartition("/")[2], path

        if (path := posixpath.join(folder, "_rels", f"{file}.rels")).lower() in self.names:
            self.parse(path, start)
        return found

    def parse(self, path: str, start: _Start, end: Callable[[str], None] | None = None,
              text: Callable[[str], None] | None = None) -> None:
        """Run a part through expat: names without prefix, no DOCTYPE, no more than there is room for."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        local: dict[str, str] = {}
        depth = 0

        def opened(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            self.elements -= 1
            depth += 1
            if depth > MAX_DEPTH:
                raise Refused(_DAMAGED)
            if self.elements < 0:
                raise Refused(f"太大：超过 {MAX_ELEMENTS // 10_000} 万个元素", "删去没有用的行、列和页")
            start(local.get(tag) or local.setdefault(tag, tag.rpartition(":")[2]), attributes)

        def closed(tag: str) -> None:
            nonlocal depth
            depth -= 1
            if end is not None:
                end(local[tag])

        def doctype(*_: object) -> None:
            raise Refused(_DAMAGED)

        parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = opened, closed, doctype
        if text is not None:
            parser.CharacterDataHandler = text
        with self.archive.open(self.names[path.lower()]) as stream:
            while piece := stream.read(65_536):
                self.room -= len(piece)
                if self.room < 0:
                    raise Refused(f"解压后超过 {MAX_EXPANDED // 1_000_000} MB 的限制", "删去没有用的行、列和页")
                parser.Parse(piece, False)
        parser.Parse(b"", True)

    def _texts(self, path: str | None) -> list[str]:
        """The shared strings."""
        found: list[str] = []
        if path is None or path.lower() not in self.names:
            return found
        pieces: list[str] = []
        aside = shown = 0

        def start(tag: str, _: Mapping[str, str]) -> None:
            nonlocal aside, shown
            if tag == "si":
                pieces.clear()
            aside += tag == "rPh"  # how it is read aloud, not what it says
            shown += tag == "t"

        def end(tag: str) -> None:
            nonlocal aside, shown
            aside -= tag == "rPh"
            shown -= tag == "t"
            if tag == "si":
                found.append(_unescaped("".join(pieces)))

        self.parse(path, start, end, lambda words: pieces.append(words) if shown and not aside else None)
        return found

    def _styles(self, path: str | None) -> list[str]:
        """The number format of each cell style."""
        formats: dict[str, str] = {}
        styles: list[str] = []
        inside = False
        if path is None or path.lower() not in self.names:
            return styles

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            nonlocal inside
            if tag == "numFmt":
                formats[attributes["numFmtId"]] = attributes.get("formatCode", "")
            elif tag == "cellXfs":
                inside = True
            elif tag == "xf" and inside:
                number = attributes.get("numFmtId", "0")
                styles.append(formats.get(number) or BUILT_IN.get(number, "General"))

        def end(tag: str) -> None:
            nonlocal inside
            inside = inside and tag != "cellXfs"

        self.parse(path, start, end)
        return styles

    def _beside(self, page: str) -> tuple[tuple[str, str], ...]:
        """The words of a page that stand in no cell: its comments, by their cells, and its text boxes."""
        found: list[tuple[str, list[str]]] = []
        shown = 0

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            nonlocal shown
            if tag in ("comment", "sp"):
                found.append((attributes.get("ref", ""), []))
            shown += tag == "t"

        def end(tag: str) -> None:
            nonlocal shown
            shown -= tag == "t"

        for kind, path in self._related(page).values():
            if kind in ("comments", "drawing") and path.lower() in self.names:
                self.parse(path, start, end, lambda words: found[-1][1].append(words) if shown and found else None)
        return tuple((cell, words) for cell, pieces in found if (words := "".join(pieces).strip()))

    def _properties(self) -> dict[str, str]:
        """The file's custom properties of text."""
        found: dict[str, str] = {}
        name = ""

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            nonlocal name
            name = attributes.get("name", "") if tag == "property" else name

        def words(piece: str) -> None:
            if name and piece.strip():
                found[name] = found.get(name, "") + piece

        if "docprops/custom.xml" in self.names:
            self.parse("docProps/custom.xml", start, None, words)
        return found


def _of_kind(related: Mapping[str, tuple[str, str]], kind: str) -> str | None:
    return next((path for k, path in related.values() if k == kind), None)


def _true(text: str | None) -> bool:
    return text in ("1", "true", "on")


def _unescaped(text: str) -> str:
    """_x000D_ and the like, as Excel writes characters that XML has none for."""
    return _ESCAPE.sub(lambda m: m[0] if m[1].upper().startswith(("D8", "D9", "DA", "DB", "DC", "DD", "DE", "DF"))
                       else chr(int(m[1], 16)), text) if "_x" in text else text


# -- one page -----------------------------------------------------------------------------------------


class _WorksheetReader:
    """One page being read: its cells as they come."""

    def __init__(self, opened: _Opened, name: str, hidden: bool, texts: list[str], styles: list[str]) -> None:
        self.opened, self.name, self.hidden, self.texts, self.styles = opened, name, hidden, texts, styles
        self.cells: dict[tuple[int, int], Cell] = {}
        self.merged: list[Area] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: list[tuple[int, int]] = []
        self.row = self.column = -1
        self.attributes: Mapping[str, str] = {}
        self.value: list[str] = []
        self.words: list[str] = []
        self.formula: list[str] | None = None
        self.aside = 0
        self.into: list[str] | None = None

    def read(self, path: str, beside: tuple[tuple[str, str], ...]) -> Worksheet:
        self.opened.parse(path, self._start, self._end, self._text)
        return Worksheet(self.name, self.cells, tuple(self.merged), self.hidden, frozenset(self.hidden_rows), tuple(self.hidden_columns), beside)

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        match tag:
            case "c":
                self._place(attributes.get("r"))
                self.attributes, self.value, self.words, self.formula = attributes, [], [], None
            case "v":
                self.into = self.value
            case "t":
                self.into = None if self.aside else self.words
            case "f":
                self.formula = self.into = []
            case "rPh":
                self.aside += 1
            case "row":
                row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
                if not 0 <= row < MAX_ROW:
                    raise Refused(_DAMAGED)
                self.row, self.column = row, -1
                if _true(attributes.get("hidden")):
                    self.hidden_rows.add(row)
            case "col" if _true(attributes.get("hidden")):
                self.hidden_columns.append((int(attributes["min"]) - 1, int(attributes["max"]) - 1))
            case "mergeCell":
                self.merged.append(area(attributes["ref"]))

    def _place(self, reference: str | None) -> None:
        """Where the cell stands: as it says, else one to the right of the last."""
        column = self.column + 1
        if reference is not None:
            match = _PLACE.fullmatch(reference)
            if match is None or int(match[2]) - 1 != self.row:
                raise Refused(_DAMAGED)
            column = column_number(match[1]) - 1
        if column >= MAX_COLUMN or self.row < 0:
            raise Refused(_DAMAGED)
        self.column = column

    def _text(self, piece: str) -> None:
        if self.into is not None:
            self.into.append(piece)

    def _end(self, tag: str) -> None:
        if tag in ("v", "t", "f"):
            self.into = None
        elif tag == "rPh":
            self.aside -= 1
        elif tag == "c":
            self._cell()

    def _cell(self) -> None:
        kind, value = self.attributes.get("t", "n"), "".join(self.value)
        formula = None if self.formula is None else "".join(self.formula)
        style = int(self.attributes.get("s", "0"))
        cell = self._of_kind(kind, value.strip() if kind != "str" else value, self.styles[style] if style < len(self.styles) else "General", formula)
        if cell is None:
            return
        place = self.row, self.column
        self.opened.filled -= 1
        if self.opened.filled < 0:
            raise Refused(f"填了内容的格子超过 {MAX_FILLED // 10_000} 万", "分成几份填报")
        if place in self.cells:
            raise Refused(_DAMAGED)
        self.cells[place] = cell

    def _of_kind(self, kind: str, value: str, style: str, formula: str | None) -> Cell | None:
        match kind:
            case "n" if value:
                if not _NUMBER.fullmatch(value) or math.isinf(float(value)):
                    raise Refused(_DAMAGED)
                if formula is not None and self.opened.unreckoned and Decimal(value) == 0:
                    return Cell("无结果", "", style, formula)  # 0 is what programs put there
                return Cell("数", value, style, formula)
            case "s" if value:
                text = self.texts[int(value)]
            case "str":
                text = _unescaped(value)
            case "inlineStr":
                text = _unescaped("".join(self.words))
            case "b" if value:
                return Cell("是否", "1" if _true(value) else "0", style, formula)
            case "e":
                return Cell("错误", value, style, formula)
            case "d" if value:
                return Cell("文字", value.removesuffix("Z").removesuffix("T00:00:00"), "@", formula)
            case "n" | "s" | "b" | "d":
                return None if formula is None else Cell("无结果", "", style, formula)
            case _:
                raise Refused(_DAMAGED)
        return Cell("文字", text, style, formula) if text else None


def column_number(letters: str) -> int:
    """A → 1, AA → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def area(reference: str) -> Area:
    """B2:C5 → (1, 1, 4, 2). Raises ValueError."""
    match = _RANGE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    top, left = int(match[2]) - 1, column_number(match[1]) - 1
    bottom, right = (int(match[4]) - 1, column_number(match[3]) - 1) if match[3] else (top, left)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)
