"""One page of a workbook, read as its XML comes.

What a number format of Excel says: a day, a percentage, a unit, or a number shown as another than it is.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Protocol, TypeVar
from xml.etree.ElementTree import Element

from attrs import field, frozen

from xcrules.base.source import canonical

MAX_FILLED = 800_000  # 填了内容的格子最多的个数
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384  # 一页最多的行数、列数（Excel 的限制）
_LETTERS = re.compile(r"[A-Za-z]{1,3}")
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})(?::\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6}))?")
_NUMBER = re.compile(r"[+-]?(\d{1,60}(\.\d{0,60})?|\.\d{1,60})([eE][+-]?\d{1,3})?")
_DIGITS = 15  # Excel 的数最多有这么多位有效数字
_PRINTED = frozenset(("oddHeader", "evenHeader", "firstHeader", "oddFooter", "evenFooter", "firstFooter"))
_LAYOUT = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d+|[A-Za-z])')  # in printed headers and footers: sides, fonts, sizes, fields
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
PLAIN_WORDS = rb"([^<>&\x00-\x08\x0b-\x1f]*)"  # that stand for themselves
_PLAIN_ROW = re.compile(rb'\s*<row r="([1-9]\d{0,6})"[^<>&]*(?<!/)>\s*')
_PLAIN = rb'(?: s="(\d{1,6})")?(?: t="(\w+)")?(?: ?/>|>(?:<f(?: [^<>&]*)?(?:/>|>W</f>))?(?:<v ?/>|<v>W</v>|<is><t(?: xml:space="preserve")?>W</t></is>)?</c>)'.replace(b"W", PLAIN_WORDS)
_OF_PLAIN = re.compile(_PLAIN.decode())
_PLAIN_CELL = re.compile(rb'<c r="([A-Z]{1,3})([1-9]\d{0,6})"(P)'.replace(b"P", re.sub(rb"\((?!\?)", b"(?:", _PLAIN)))
_NOISE = Decimal(2) ** -51  # what the last bits of a computed number may be off by

K = TypeVar("K")
V = TypeVar("V")
Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from 0
Plain = tuple[bytes, Callable[[bytes], bool]]  # where elements of one kind end (</row>), and who takes one that is written plainly


class Memo(dict[K, V]):
    """What is made of each key, made once."""

    def __init__(self, make: Callable[[K], V]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, key: K) -> V:
        value = self[key] = self.make(key)
        return value


class Struck(str):
    """A number format of cells whose words are struck out, or words of which some are."""

    __slots__ = ()


class Cell:
    """One cell with something in it: 数 (its digits in `text`), 文字, 是否 ("1" or "0"), 错误 or 无结果 (a formula without one).

    Cells of a page that the file writes alike are one object, so what was found out of one is known of all.
    """

    __slots__ = ("formula", "kind", "style", "text")

    def __init__(self, kind: str, text: str, style: str, formula: str | None) -> None:
        self.kind, self.text, self.style, self.formula = kind, text, style, formula

    @property
    def number(self) -> Decimal:
        """The number that was typed or reckoned; Excel keeps doubles, and shows fifteen digits of them."""
        if len(self.text) <= _DIGITS and "e" not in self.text and "E" not in self.text:
            return Decimal(self.text)
        value = Decimal(repr(float(self.text)))
        if len(value.as_tuple().digits) > _DIGITS:
            seen = Decimal(f"{value:.{_DIGITS - 1}E}")
            value = seen if abs(seen - value) <= _NOISE * abs(value) else value
        return value


@frozen
class Worksheet:
    """A page's filled cells by row and by column from 0, both ascending; every cell once; what else matters of it."""

    name: str
    rows: Mapping[int, Mapping[int, Cell]] = field(factory=dict, repr=False)
    distinct: Collection[Cell] = field(default=(), repr=False)
    merged: tuple[Area, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = field(default=frozenset(), repr=False)
    hidden_columns: tuple[tuple[int, int], ...] = ()
    beside: tuple[tuple[str, str], ...] = ()  # comments with their cells (B2), text boxes with ""
    printed: tuple[str, ...] = ()  # the words of its printed header and footer, left, middle and right apart

    @property
    def cells(self) -> dict[tuple[int, int], Cell]:
        """The same by (row, column)."""
        return {(row, column): cell for row, cells in self.rows.items() for column, cell in cells.items()}


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
    return type(text)(_ESCAPE.sub(lambda m: m[0] if m[1].upper().startswith(("D8", "D9", "DA", "DB", "DC", "DD", "DE", "DF"))
                       else chr(int(m[1], 16)), text)) if "_x" in text else text


class Parts(Protocol):
    """What a page needs of the workbook that it is in."""

    filled: int  # cells that may still be met
    unreckoned: bool  # no program has worked out its formulas

    local: Memo[str, str]  # names of elements without their namespace

    def elements(self, path: str, *wanted: str, root: str = "", plain: Plain | None = None) -> Iterator[tuple[str, Element]]: ...

    def of_cell(self, element: Element) -> str: ...


class WorksheetReader:
    """One page being read: its rows as they come."""

    def __init__(self, opened: Parts, name: str, hidden: bool, texts: list[str], styles: list[str]) -> None:
        self.opened, self.name, self.hidden, self.texts, self.styles = opened, name, hidden, texts, styles
        self.rows: dict[int, dict[int, Cell]] = {}
        self.alike = Memo(self._made)  # by what the file says of them
        self.plain = Memo(self._plainly)  # the same, by the very words of the file
        self.columns = Memo(_column)  # by their letters
        self.plain_columns = Memo[bytes, int](lambda letters: _column(letters.decode()))
        self.row = -1

    def read(self, path: str, beside: tuple[tuple[str, str], ...]) -> Worksheet:
        merged, hidden_rows, hidden_columns, printed = list[Area](), set[int](), list[tuple[int, int]](), list[str]()
        for tag, x in self.opened.elements(path, "row", "c", "col", "mergeCell", *_PRINTED, root="worksheet", plain=(b"</row>", self._plain_row)):
            if tag == "row":
                self._row(x)
                if true(x.get("hidden")):
                    hidden_rows.add(self.row)
            elif tag == "mergeCell":
                merged.append(area(x.attrib["ref"]))
            elif tag == "col" and true(x.get("hidden")):
                hidden_columns.append((int(x.attrib["min"]) - 1, int(x.attrib["max"]) - 1))
            elif tag in _PRINTED:
                printed.append("".join(x.itertext()))
            elif tag == "c":
                raise Refused(DAMAGED)  # in no row
        rows = {row: held if [*held] == (order := sorted(held)) else {c: held[c] for c in order}
                for row, held in sorted(self.rows.items()) if held}
        return Worksheet(
            self.name, rows, [*filter(None, (*self.alike.values(), *self.plain.values()))], tuple(merged), self.hidden,
            frozenset(hidden_rows), tuple(hidden_columns), beside,
            tuple(filter(None, (x.strip() for x in _LAYOUT.sub("\n", unescaped("\n".join(printed))).splitlines()))),
        )

    def _row(self, row: Element) -> None:
        """The cells of a row, each where it says that it stands, else one to the right of the last. What is done for each is done half a million times."""
        self.row = int(row.attrib["r"]) - 1 if "r" in row.attrib else self.row + 1
        held, number, local, columns, alike = self._begun(), str(self.row + 1), self.opened.local, self.columns, self.alike
        column = -1
        for c in row:
            if local[c.tag] != "c":
                continue
            given = c.attrib
            column = column + 1 if (place := given.get("r")) is None else columns[place.removesuffix(number)]
            value, formula = "", None
            for x in c:
                name = local[x.tag]
                if name == "is":
                    value = self.opened.of_cell(x)
                elif name == "v" or name == "f":
                    text = x.text or "" if not len(x) else "".join(x.itertext())
                    value, formula = (value + text, formula) if name == "v" else (value, text)
            cell = alike["struck" if isinstance(value, Struck) else given.get("t", "n"), value, given.get("s"), formula]
            if column >= MAX_COLUMNS or (cell is not None and column in held):
                raise Refused(DAMAGED)
            if cell is not None:
                held[column] = cell
        self._ended(held)

    def _begun(self) -> dict[int, Cell]:
        if not 0 <= self.row < MAX_ROWS:
            raise Refused(DAMAGED)
        return self.rows.setdefault(self.row, {})

    def _ended(self, held: Mapping[int, Cell]) -> None:
        self.opened.filled -= len(held)
        if self.opened.filled < 0:
            raise Refused(f"填了内容的格子超过 {MAX_FILLED // 10_000} 万", "分成几份填报")

    def _plain_row(self, text: bytes) -> bool:
        """The same of a row as programs write nearly all of them, by its words alone; whether it is one, with every cell where it says."""
        parts = _PLAIN_CELL.split(text)
        number = _PLAIN_ROW.fullmatch(parts[0])
        if number is None or b"hidden" in parts[0] or parts[2::4].count(number[1]) * 4 < len(parts) - 1 or any(parts[4::4]):
            return False
        self.row = int(number[1]) - 1
        held, columns, plain = self._begun(), self.plain_columns, self.plain
        before = len(held)
        found = [
            (columns[letters], cell) for letters, said in zip(parts[1::4], parts[3::4], strict=True) if (cell := plain[said]) is not None
        ]
        held.update(found)
        if len(held) < before + len(found):
            raise Refused(DAMAGED)
        self._ended(held)
        return True

    def _plainly(self, text: bytes) -> Cell | None:
        """The cell that is written so: ` s="1" t="s"><v>12</v></c>`."""
        style, kind, formula, value, inline = _OF_PLAIN.findall(text.decode())[0]
        return self._made((kind or "n", value or inline, style, formula if b"<f" in text else None))

    def _made(self, said: tuple[str, str, str | None, str | None]) -> Cell | None:
        """The cell of which the file says this; None if there is nothing in it."""
        kind, value, format_, formula = said
        number, value = int(format_ or "0"), value if kind in ("str", "inlineStr", "struck") else value.strip()
        style = self.styles[number] if number < len(self.styles) else "General"
        match kind:
            case "n" if value:
                if (digits := _NUMBER.fullmatch(value)) is None or (digits[3] and math.isinf(float(value))):
                    raise Refused(DAMAGED)
                if formula is not None and self.opened.unreckoned and Decimal(value) == 0:
                    return Cell("无结果", "", style, formula)  # 0 is what programs put there
                return Cell("数", value, style, formula)
            case "s" if value:
                text = self.texts[int(value)]
            case "str" | "inlineStr":
                text = unescaped(value)
            case "struck":
                text = Struck(unescaped(value))
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
        return Cell("文字", text, Struck(style) if isinstance(text, Struck) else style, formula) if text else None


def _column(letters: str) -> int:
    if not _LETTERS.fullmatch(letters):  # of another row, or no place
        raise Refused(DAMAGED)
    return column_number(letters) - 1


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


# -- number formats --------------------------------------------------------------------------------------------------

_PIECE = re.compile(r'"([^"]*)"?|[\\!](.)|[_*].|\[\$([^\]-]*)[^\]]*\]|(\[(?:h+|m+|s+)\])|\[[^\]]*\]|(General)|(.)', re.S | re.I)
_LAST_DAY = 2_958_465  # 9999-12-31


@frozen
class Shown:
    """How a cell shows its number."""

    day: bool = False  # as a day or a time
    percent: bool = False
    words: str = ""  # the words beside the digits, in canonical form without blanks
    altered: bool = False  # digits moved, as by 0!.0, which shows 50000 as 5.0
    zeros: int = 0  # 000 shows 1 as 001
    whole_day: bool = False  # year and day of the month are shown; yyyy"年"m"月" shows no day


@lru_cache(maxsize=4096)
def shown_by(code: str) -> Shown:
    """What the format does to a positive number."""
    sections = _sections(code)
    kinds = [_section(s) for s in sections]
    first = kinds[0]
    if any(k.altered or k.words != first.words for k in kinds[1:] if k.words or k.altered):
        return Shown(first.day, first.percent, first.words, altered=True)
    return first


def _sections(code: str) -> list[list[re.Match[str]]]:
    found: list[list[re.Match[str]]] = [[]]
    for piece in _PIECE.finditer(code):
        if piece[6] == ";":
            found.append([])
        else:
            found[-1].append(piece)
    return found


def _section(pieces: list[re.Match[str]]) -> Shown:
    digits = [i for i, p in enumerate(pieces) if p[6] and p[6] in "0#?"]
    words = percent = ""
    day = altered = False
    for place, piece in enumerate(pieces):
        literal, plain = piece[1] or piece[2] or piece[3] or "", piece[6] or ""
        inside = bool(digits) and digits[0] < place < digits[-1]
        if piece[4] or (plain and plain in "yYmMdDhHsS"):
            day = True
        elif plain == "%":
            percent = "%"
        elif plain == "," and digits and not inside:
            altered = True
        elif plain and plain not in "0#?.,Ee+-@()/ ":
            literal = plain
        if literal:
            altered = altered or (inside and bool(literal.strip()))
            words += literal
    width = len(digits) if digits and all(pieces[i][6] == "0" for i in digits) and len(digits) == len(pieces) else 0
    kept = "".join(canonical(words).split()).strip("()-+.:")
    letters = "".join(p[6] or " " for p in pieces).lower()
    whole = day and re.search("[yeb]", letters) is not None and re.search("(?<!d)dd?(?!d)", letters) is not None
    return Shown(day, bool(percent), "" if day else kept, altered and not day, width if width > 1 else 0, whole)


def moment_of(serial: Decimal, from_1904: bool) -> datetime.datetime | None:
    """The day and time that Excel counts so; None for what is no day (or 1900-02-29, which never was)."""
    serial += 1462 if from_1904 else 0
    if not 0 <= serial < _LAST_DAY + 1 or 60 <= serial < 61:
        return None
    start = datetime.datetime(1899, 12, 30 if serial >= 61 else 31)
    return start + datetime.timedelta(days=int(serial), seconds=round(serial % 1 * 86_400))


# the formats that a file names by a number only, as a Chinese Excel shows them
BUILT_IN = {
    "0": "General", "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "5": "\"¥\"#,##0", "6": "\"¥\"#,##0", "7": "\"¥\"#,##0.00",
    "8": "\"¥\"#,##0.00", "9": "0%", "10": "0.00%", "11": "0.00E+00", "12": "# ?/?", "13": "# ??/??",
    "37": "#,##0", "38": "#,##0", "39": "#,##0.00", "40": "#,##0.00", "41": "#,##0", "42": "\"¥\"#,##0", "43": "#,##0.00",
    "44": "\"¥\"#,##0.00", "48": "##0.0E+0", "49": "@",
} | dict.fromkeys(("14", "15", "22", "30", "31"), "yyyy-mm-dd") | dict.fromkeys(("17", "27", "36", "50", "52", "57"), "yyyy-mm") \
  | dict.fromkeys(("16", "28", "29", "51", "53", "54", "58"), "mm-dd") \
  | dict.fromkeys(("18", "19", "20", "21", "32", "33", "34", "35", "45", "46", "47", "55", "56"), "h:mm:ss")
