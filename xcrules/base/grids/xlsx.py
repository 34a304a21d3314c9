"""The cells of an .xlsx file, read as from a stranger: bytes in, a `Book` or the finding that says why not.

The reader is Python over the standard library's zip and expat, for three reasons. A facts file comes from
outside, and a reader in another language that trusts the counts in a file takes the whole process with it.
What is needed is more than values: a formula without result, a merged cell, a number format that says 万元.
And a number is taken from its digits. Every count here is one of things met, never one that the file claims.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Generator, Iterator, Mapping
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from xml.parsers import expat

from attrs import field, frozen

from xcrules.base.diagnostic import Code, Diagnostic

from .worksheet import BUILT_IN, DAMAGED, MAX_FILLED, PLAIN_WORDS, Memo, Plain, Refused, Struck, Worksheet, WorksheetReader, true, unescaped

MAX_EXPANDED = 100_000_000  # 解压之后、要读的各部分一共最多的字节
MAX_ELEMENTS = 3_000_000  # 各部分一共最多的 XML 元素
MAX_PARTS = 2_000  # 包里最多的文件数
MAX_DEPTH = 40  # XML 最多嵌套的层数
MAX_PLAIN = 1_000_000  # bytes of one row or text that is not looked at as XML
MAX_WITHIN = 400_000  # 一行、一条文字里最多的 XML 元素

_USUAL = re.compile(rb"""(?:\xef\xbb\xbf)?(?:<\?xml version=["']1\.\d["'](?: encoding=["'](?i:utf-8)["'])?(?: standalone=["']\w+["'])?\s*\?>)?\s*<""")
_PLAIN_TEXT = re.compile(rb'\s*<si>\s*<t(?: xml:space="preserve")?>%b</t>\s*' % PLAIN_WORDS)


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
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, ParseError, NotImplementedError, RuntimeError, KeyError,
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
        self.room, self.elements_left, self.filled = MAX_EXPANDED, MAX_ELEMENTS, MAX_FILLED
        self.local = Memo[str, str](lambda tag: tag.rpartition("}")[2])
        self.unreckoned = False  # the file says itself that the results in it are not yet reckoned

    def book(self) -> Book:
        main = self._main()
        related = self._related(main)
        listed: list[tuple[str, str, bool]] = []
        from_1904 = False
        for tag, x in self.elements(main, "sheet", "workbookPr", "calcPr"):
            if tag == "sheet":
                listed.append((x.attrib["name"], next((v for k, v in x.items() if k.endswith("}id")), ""), x.get("state", "visible") != "visible"))
            elif tag == "workbookPr":
                from_1904 = true(x.get("date1904"))
            else:
                self.unreckoned = true(x.get("fullCalcOnLoad"))
        texts = self._texts(_of_kind(related, "sharedStrings"))
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
        for _, x in self.elements(posixpath.join(folder, "_rels", f"{file}.rels"), "Relationship"):
            if x.get("TargetMode") != "External":
                target = x.attrib["Target"]
                place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                found[x.attrib["Id"]] = x.attrib["Type"].rpartition("/")[2], place
        return found

    # -- the elements of a part -------------------------------------------------------------------------

    def elements(self, path: str, *wanted: str, root: str = "", plain: Plain | None = None) -> Iterator[tuple[str, Element]]:
        """The elements of these names with all that is in them, as soon as they are read; everything else is let go at once.

        No DOCTYPE, no more than there is room for. A part may be missing, unless it must have this `root`. Elements that are written
        `plain`ly are taken as they come and never parsed: that is most of a long list.
        """
        if not root and path.lower() not in self.names:
            return
        builder, guard, begun = TreeBuilder(), expat.ParserCreate(), list[str]()
        parser = XMLParser(target=builder)
        guard.StartDoctypeDeclHandler, guard.StartElementHandler = _refused, lambda tag, _: begun.append(tag)
        held, within = None, 0  # the element that is open, and how many were read since
        for piece, closed in self._cut(path, plain):
            if not begun:
                guard.Parse(piece, False)
            parser.feed(piece)
            was, held = held, (yield from self._settled(builder.close(), wanted, closed))
            count = piece.count(b"<") - piece.count(b"</")
            within = within + count if held is was is not None else count
            if within > MAX_WITHIN:
                raise Refused(DAMAGED)
        tree = parser.close()
        if root and self.local[tree.tag] != root:
            raise Refused(DAMAGED)  # another part of the file
        yield from self._within(tree, wanted)

    def _cut(self, path: str, plain: Plain | None) -> Iterator[tuple[bytes, bool]]:
        """What of a part is to be parsed, some of it at a time, each with whether an element of the kind that may be plain ends there."""
        end, takes = plain or (b"", bool)
        rest, usual = b"", plain is not None
        for number, piece in enumerate(self._pieces(path)):
            if usual and (len(rest) > MAX_PLAIN or (number == 0 and not _USUAL.match(piece))):
                usual = False  # in another encoding, or nothing ends
            if not usual:
                yield rest + piece, False
                rest = b""
                continue
            *whole, rest = (rest + piece).split(end)
            for text in whole:
                if not (usual and takes(text)):
                    usual = usual and b"<!" not in text and b"<?" not in text.removeprefix(b"<?xml")  # what follows may be in a comment
                    yield text + end, True
        yield rest, False

    def _pieces(self, path: str) -> Iterator[bytes]:
        """The part, some of it at a time."""
        with self.archive.open(self.names[path.lower()]) as stream:
            while piece := stream.read(65_536):
                count = piece.count(b"<") - piece.count(b"</")
                self.room -= len(piece)
                self.elements_left -= count
                if self.room < 0:
                    raise Refused(f"解压后超过 {MAX_EXPANDED // 1_000_000} MB 的限制", "删去没有用的行、列和页")
                if self.elements_left < 0:
                    raise Refused(f"太大：超过 {MAX_ELEMENTS // 10_000} 万个元素", "删去没有用的行、列和页")
                yield piece

    def _settled(self, node: Element | None, wanted: tuple[str, ...], closed: bool) -> Generator[tuple[str, Element], None, Element | None]:
        """Of a tree that still grows at its end what is finished, which is taken out of it; what is open. The last is finished if it `closed` here."""
        while node is not None and len(node) and self.local[node.tag] not in wanted:
            finished = len(node) - (not closed or self.local[node[-1].tag] not in wanted)
            for child in node[:finished]:
                yield from self._within(child, wanted)
            del node[:finished]
            node = node[-1] if len(node) else None
        return node

    def _within(self, node: Element, wanted: tuple[str, ...], depth: int = 0) -> Iterator[tuple[str, Element]]:
        if depth > MAX_DEPTH:
            raise Refused(DAMAGED)
        if (name := self.local[node.tag]) in wanted:
            yield name, node
        else:
            for child in node:
                yield from self._within(child, wanted, depth + 1)

    def words(self, element: Element) -> str:
        """The words in an element, but for how they are read aloud."""
        said = ""
        for x in element:
            name = self.local[x.tag]
            if name == "t":
                said += x.text or ""
            elif name != "rPh":
                said += self.words(x)
        return said

    def of_cell(self, element: Element) -> str:
        """The words of a cell, as they are written; Struck where some of them are struck out."""
        said = self.words(element)
        return Struck(said) if any(map(self._strikes, element.iter())) else said

    def _strikes(self, x: Element) -> bool:
        return self.local[x.tag] == "strike" and x.get("val", "1") not in ("0", "false")

    def _texts(self, path: str) -> list[str]:
        """The shared strings, in order."""
        texts: list[str] = []

        def plain(text: bytes) -> bool:
            if found := _PLAIN_TEXT.fullmatch(text):
                texts.append(unescaped(found[1].decode()))
            return found is not None

        for _, x in self.elements(path, "si", plain=(b"</si>", plain)):
            texts.append(unescaped(self.of_cell(x)))
        return texts

    # -- what the parts say -----------------------------------------------------------------------------

    def _styles(self, path: str) -> list[str]:
        """The number format of each cell style, and whether its words are struck out."""
        formats: dict[str, str] = {}
        styles: list[str] = []
        struck: set[int] = set()  # of the fonts, by their place
        for tag, part in self.elements(path, "numFmts", "fonts", "cellXfs"):
            if tag == "numFmts":
                formats = {x.attrib["numFmtId"]: x.get("formatCode", "") for x in part}
            elif tag == "fonts":
                struck = {i for i, font in enumerate(part) for x in font if self._strikes(x)}
            else:
                for x in part:
                    number = x.get("numFmtId", "0")
                    shown = formats.get(number) or BUILT_IN.get(number, "General")
                    styles.append(Struck(shown) if int(x.get("fontId", "0")) in struck else shown)
        return styles

    def _beside(self, page: str) -> tuple[tuple[str, str], ...]:
        """The words of a page that stand in no cell: its comments, by their cells, and its text boxes."""
        parts = [path for kind, path in self._related(page).values() if kind in ("comments", "drawing")]
        found = ((x.get("ref", ""), self.words(x).strip()) for path in parts for _, x in self.elements(path, "comment", "sp"))
        return tuple((cell, words) for cell, words in found if words)

    def _properties(self) -> dict[str, str]:
        """The file's custom properties of text."""
        return {x.get("name", ""): "".join(x.itertext()).strip() for _, x in self.elements("docProps/custom.xml", "property")}


def _refused(*_: object) -> None:
    raise Refused(DAMAGED)


def _of_kind(related: Mapping[str, tuple[str, str]], kind: str) -> str:
    return next((path for k, path in related.values() if k == kind), "")
