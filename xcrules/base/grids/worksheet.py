"""One page of a workbook, read as its XML comes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Protocol

from attrs import field, frozen

MAX_FILLED = 600_000  # 填了内容的格子最多的个数
MAX_ROW, MAX_COLUMN = 1_048_576, 16_384  # Excel 的限制
_PLACE = re.compile(r"([A-Za-z]{1,3})([1-9]\d{0,6})")
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})(?::\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6}))?")
_NUMBER = re.compile(r"[+-]?(\d{1,60}(\.\d{0,60})?|\.\d{1,60})([eE][+-]?\d{1,3})?")
_DIGITS = 15  # Excel 的数最多有这么多位有效数字
_LAYOUT = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d+|[A-Za-z])')  # in printed headers and footers: sides, fonts, sizes, fields
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NOISE = Decimal(2) ** -51  # what the last bits of a computed number may be off by

Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from 0
Start = Callable[[str, Mapping[str, str]], None]
Heard = Callable[[str], None]


class Struck(str):
    """A number format of cells whose words are struck out."""

    __slots__ = ()


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
    printed: tuple[str, ...] = ()  # the words of its printed header and footer, left, middle and right apart


class Refused(Exception):
    """Why a workbook is not read: a message and what to do."""

    def __init__(self, message: str, help: str = "用 Excel 或 WPS 打开，另存为 .xlsx") -> None:
        super().__init__(message)
        self.message, self.help = message, help


DAMAGED = "不是 Excel 工作簿（.xlsx），或者已经损坏"


def true(text: str | None) -> bool:
    return text in ("1", "true", "on")


def unescaped(text: str) -> str:
    """_x000D_ and the like, as Excel writes characters that XML has none for."""
    return _ESCAPE.sub(lambda m: m[0] if m[1].upper().startswith(("D8", "D9", "DA", "DB", "DC", "DD", "DE", "DF"))
                       else chr(int(m[1], 16)), text) if "_x" in text else text


class Parts(Protocol):
    """What a page needs of the workbook that it is in."""

    filled: int  # cells that may still be met
    unreckoned: bool  # no program has worked out its formulas

    def parse(self, path: str, start: Start, end: Heard, text: Heard) -> Iterator[None]: ...


class WorksheetReader:
    """One page being read: its cells as they come."""

    def __init__(self, opened: Parts, name: str, hidden: bool, texts: list[str], styles: list[str]) -> None:
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
        self.printed: list[str] = []
        self.root = ""

    def read(self, path: str, beside: tuple[tuple[str, str], ...]) -> Worksheet:
        for _ in self.opened.parse(path, self._start, self._end, self._text):
            pass
        if self.root != "worksheet":
            raise Refused(DAMAGED)  # another part of the file: no cell of the page would be read
        return Worksheet(self.name, self.cells, tuple(self.merged), self.hidden, frozenset(self.hidden_rows), tuple(self.hidden_columns), beside,
                         tuple(filter(None, (x.strip() for x in _LAYOUT.sub("\n", unescaped("".join(self.printed))).splitlines()))))

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.root = self.root or tag
        match tag:
            case "c":
                self._place(attributes.get("r"))
                self.attributes, self.value, self.words, self.formula = attributes, [], [], None
            case "v":
                self.into = self.value
            case "oddHeader" | "evenHeader" | "firstHeader" | "oddFooter" | "evenFooter" | "firstFooter":
                self.into = self.printed
                self.printed.append("\n")
            case "t":
                self.into = None if self.aside else self.words
            case "f":
                self.formula = self.into = []
            case "rPh":
                self.aside += 1
            case "row":
                row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
                if not 0 <= row < MAX_ROW:
                    raise Refused(DAMAGED)
                self.row, self.column = row, -1
                if true(attributes.get("hidden")):
                    self.hidden_rows.add(row)
            case "col" if true(attributes.get("hidden")):
                self.hidden_columns.append((int(attributes["min"]) - 1, int(attributes["max"]) - 1))
            case "mergeCell":
                self.merged.append(area(attributes["ref"]))

    def _place(self, reference: str | None) -> None:
        """Where the cell stands: as it says, else one to the right of the last."""
        column = self.column + 1
        if reference is not None:
            match = _PLACE.fullmatch(reference)
            if match is None or int(match[2]) - 1 != self.row:
                raise Refused(DAMAGED)
            column = column_number(match[1]) - 1
        if column >= MAX_COLUMN or self.row < 0:
            raise Refused(DAMAGED)
        self.column = column

    def _text(self, piece: str) -> None:
        if self.into is not None:
            self.into.append(piece)

    def _end(self, tag: str) -> None:
        if tag in ("v", "t", "f") or self.into is self.printed:
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
            raise Refused(DAMAGED)
        self.cells[place] = cell

    def _of_kind(self, kind: str, value: str, style: str, formula: str | None) -> Cell | None:
        match kind:
            case "n" if value:
                if not _NUMBER.fullmatch(value) or math.isinf(float(value)):
                    raise Refused(DAMAGED)
                if formula is not None and self.opened.unreckoned and Decimal(value) == 0:
                    return Cell("无结果", "", style, formula)  # 0 is what programs put there
                return Cell("数", value, style, formula)
            case "s" if value:
                text = self.texts[int(value)]
            case "str":
                text = unescaped(value)
            case "inlineStr":
                text = unescaped("".join(self.words))
            case "b" if value:
                return Cell("是否", "1" if true(value) else "0", style, formula)
            case "e":
                return Cell("错误", value, style, formula)
            case "d" if value:
                return Cell("文字", value.removesuffix("Z").removesuffix("T00:00:00"), "@", formula)
            case "n" | "s" | "b" | "d":
                return None if formula is None else Cell("无结果", "", style, formula)
            case _:
                raise Refused(DAMAGED)
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
