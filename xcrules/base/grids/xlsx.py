"""The cells of an .xlsx file, read as from a stranger: bytes in, a `Book` or the finding that says why not.

The reader is Python over the standard library's zip and expat, for three reasons. A facts file comes from
outside, and a reader in another language that trusts the counts in a file takes the whole process with it.
What is needed is more than values: a formula without result, a merged cell, a number format that says 万元.
And a number is taken from its digits. Every count here is one of things met, never one that the file claims.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from attrs import field, frozen

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic

from .cellformat import BUILT_IN
from .worksheet import DAMAGED, MAX_FILLED, Heard, Refused, Start, Struck, Worksheet, WorksheetReader, true, unescaped

MAX_EXPANDED = 100_000_000  # 解压之后、要读的各部分一共最多的字节
MAX_ELEMENTS = 3_000_000  # 各部分一共最多的 XML 元素
MAX_PARTS = 2_000  # 包里最多的文件数
MAX_DEPTH = 40  # XML 最多嵌套的层数
_START, _TEXT, _END = 1, 0, -1


@frozen
class Book:
    """All pages in order; whether days count from 1904; the file's custom properties."""

    worksheets: tuple[Worksheet, ...]
    from_1904: bool = False
    properties: Mapping[str, str] = field(factory=dict, repr=False)


def open_book(data: bytes, name: str) -> Book | Diagnostic:
    """The workbook in these bytes, or the finding (E854, with `name` for its place)."""
    try:
        return _Opened(data).book()
    except Refused as why:
        return Diagnostic(Code.NOT_A_WORKBOOK, f"「{name}」{why.message}", path=name, help=why.help)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, NotImplementedError, RuntimeError, KeyError,
            ValueError, IndexError, OSError, EOFError, OverflowError):
        return Diagnostic(Code.NOT_A_WORKBOOK, f"「{name}」{DAMAGED}", path=name, help="用 Excel 或 WPS 打开，另存为 .xlsx")


# -- the package --------------------------------------------------------------------------------------


class _Opened:
    """One file being read; what is left of the room for it."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        names = self.archive.namelist()
        if len(names) > MAX_PARTS or len(set(names)) != len(names):
            raise Refused(DAMAGED)
        self.names = {n.lower(): n for n in names}
        self.room, self.elements, self.filled = MAX_EXPANDED, MAX_ELEMENTS, MAX_FILLED
        self.unreckoned = False  # the file says itself that the results in it are not yet reckoned

    def book(self) -> Book:
        main = self._main()
        related = self._related(main)
        listed: list[tuple[str, str, bool]] = []
        from_1904 = False
        for tag, attributes in self._starts(main):
            if tag == "sheet":
                target = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id" and ":" in k), "")
                listed.append((attributes["name"], target, attributes.get("state", "visible") != "visible"))
            elif tag == "workbookPr":
                from_1904 = true(attributes.get("date1904"))
            elif tag == "calcPr":
                self.unreckoned = true(attributes.get("fullCalcOnLoad"))
        texts = [unescaped(words) for _, words in self._words(_of_kind(related, "sharedStrings"), "si")]
        styles = self._styles(_of_kind(related, "styles"))
        worksheets = []
        for name, target, hidden in listed:
            kind, path = related[target]
            if kind == "worksheet":
                worksheets.append(WorksheetReader(self, name, hidden, texts, styles).read(path, self._beside(path)))
        return Book(tuple(worksheets), from_1904, self._properties())

    def _main(self) -> str:
        """The workbook part, by the package's own relations."""
        found = [p for kind, p in self._related("").values() if kind == "officeDocument"]
        main = found[0] if found else "xl/workbook.xml"
        if main.lower() not in self.names or main.endswith(".bin"):
            raise Refused(DAMAGED)
        return main

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id → (kind, path) of what a part refers to."""
        folder, file = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}
        path = posixpath.join(folder, "_rels", f"{file}.rels")
        for tag, attributes in self._starts(path):
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes["Target"]
                place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                found[attributes["Id"]] = attributes["Type"].rpartition("/")[2], place
        return found

    def parse(self, path: str, start: Start, end: Heard, text: Heard) -> Iterator[None]:
        """Run a part through expat, some of it at a time: names without prefix, no DOCTYPE, no more than there is room for."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        local: dict[str, str] = {}
        depth = 0

        def opened(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            self.elements -= 1
            depth += 1
            if depth > MAX_DEPTH:
                raise Refused(DAMAGED)
            if self.elements < 0:
                raise Refused(f"太大：超过 {MAX_ELEMENTS // 10_000} 万个元素", "删去没有用的行、列和页")
            start(local.get(tag) or local.setdefault(tag, tag.rpartition(":")[2]), attributes)

        def closed(tag: str) -> None:
            nonlocal depth
            depth -= 1
            end(local[tag])

        def doctype(*_: object) -> None:
            raise Refused(DAMAGED)

        parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = opened, closed, doctype
        parser.CharacterDataHandler = text
        with self.archive.open(self.names[path.lower()]) as stream:
            while piece := stream.read(65_536):
                self.room -= len(piece)
                if self.room < 0:
                    raise Refused(f"解压后超过 {MAX_EXPANDED // 1_000_000} MB 的限制", "删去没有用的行、列和页")
                parser.Parse(piece, False)
                yield
        parser.Parse(b"", True)
        yield

    def _events(self, path: str) -> Iterator[tuple[int, str, Mapping[str, str]]]:
        """What a part says: where elements begin, with their attributes, where they end, and the words between; nothing of one that is not there."""
        met: list[tuple[int, str, Mapping[str, str]]] = []
        if path.lower() in self.names:
            for _ in self.parse(path, lambda tag, given: met.append((_START, tag, given)), lambda tag: met.append((_END, tag, {})), lambda words: met.append((_TEXT, words, {}))):
                yield from met
                met.clear()

    def _starts(self, path: str) -> Iterator[tuple[str, Mapping[str, str]]]:
        return ((name, attributes) for kind, name, attributes in self._events(path) if kind == _START)

    def _words(self, path: str, *wanted: str) -> Iterator[tuple[Mapping[str, str], str]]:
        """Each of these elements with the words from there on, but for how they are read aloud."""
        within, held, of = Counter[str](), list[str](), None
        for kind, name, attributes in self._events(path):
            within[name] += kind  # of words nothing
            if kind == _TEXT and within["t"] and not within["rPh"]:
                held.append(name)
            elif kind == _START and name in wanted:
                if of is not None:
                    yield of, "".join(held)
                held, of = [], attributes
        if of is not None:
            yield of, "".join(held)

    def _styles(self, path: str) -> list[str]:
        """The number format of each cell style, and whether its words are struck out."""
        formats: dict[str, str] = {}
        styles: list[str] = []
        struck: set[int] = set()  # of the fonts, by their place
        font, inside, fonts = -1, False, False
        for kind, tag, attributes in self._events(path):
            if tag == "cellXfs":
                inside = kind == _START
            elif tag == "fonts":
                fonts = kind == _START
            elif fonts and tag == "font" and kind == _START:
                font += 1
            elif fonts and tag == "strike" and kind == _START and attributes.get("val", "1") not in ("0", "false"):
                struck.add(font)
            elif tag == "numFmt" and kind == _START:
                formats[attributes["numFmtId"]] = attributes.get("formatCode", "")
            elif tag == "xf" and kind == _START and inside:
                number = attributes.get("numFmtId", "0")
                shown = formats.get(number) or BUILT_IN.get(number, "General")
                styles.append(Struck(shown) if int(attributes.get("fontId", "0")) in struck else shown)
        return styles

    def _beside(self, page: str) -> tuple[tuple[str, str], ...]:
        """The words of a page that stand in no cell: its comments, by their cells, and its text boxes."""
        parts = [path for kind, path in self._related(page).values() if kind in ("comments", "drawing")]
        found = ((attributes.get("ref", ""), words.strip()) for path in parts for attributes, words in self._words(path, "comment", "sp"))
        return tuple((cell, words) for cell, words in found if words)

    def _properties(self) -> dict[str, str]:
        """The file's custom properties of text."""
        found: dict[str, str] = {}
        key = ""
        for kind, name, attributes in self._events("docProps/custom.xml"):
            if kind == _START and name == "property":
                key = attributes.get("name", "")
            elif kind == _TEXT and key and name.strip():
                found[key] = found.get(key, "") + name
        return found


def _of_kind(related: Mapping[str, tuple[str, str]], kind: str) -> str:
    return next((path for k, path in related.values() if k == kind), "")
