"""The outline of the law, read from its own words: 第二条, （一）, and which lines stand under which.

There is no second numbering: 「第二条 …」 opens 第二条, 「（一）…」 opens its first 款.
"""

from __future__ import annotations

import re

from attrs import field, frozen

from ..labels import LABELS
from ..source import Source
from ..syntax import File, Line, Quote

_DIGITS = {d: i for i, d in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_ARTICLE = re.compile(r"\s*第\s*([〇零一二三四五六七八九十百\d]+)\s*条")
_PARAGRAPH = re.compile(r"\s*[（(]\s*([一二三四五六七八九十]+)\s*[）)]")
_HEADING = re.compile(r"\s*第\s*[〇零一二三四五六七八九十百\d]+\s*条[\s　]*(?:【[^】]*】|[^，。；：,;:]{0,30})\s*")
_TITLE_MARK = re.compile(r"\s*[一二三四五六七八九十]+、[^。；：;:]{0,29}[^，。；：,;:\s]\s*")


def chinese_number(text: str) -> int:
    """二十六 → 26."""
    if text.isdigit():
        return int(text)
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total += (digit or (1 if char == "十" else 0)) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit


def is_heading(words: str) -> bool:
    """第二条 支持企业自主创新: numbering and a title, no sentence."""
    return bool(_HEADING.fullmatch(words) or _TITLE_MARK.fullmatch(words))


def paragraph_number(words: str, before: str) -> str:
    """The number of the clause that a quote opens or goes on with, the one above it being `before`."""
    if match := _ARTICLE.match(words):
        return str(chinese_number(match[1]))
    if (match := _PARAGRAPH.match(words)) and before:
        return f"{before.partition('(')[0]}({chinese_number(match[1])})"
    return before


@frozen
class Placed:
    """A line with the quote it stands under and the number of its clause (empty before 第一条)."""

    line: Line
    quote: Quote | None
    number: str


@frozen
class Stretch:
    """Where a clause stands: its quotes, one after another in one file, with the lines beneath."""

    source: Source = field(repr=False)
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]


@frozen
class Outline:
    """All lines in order with their clause; titles of articles; the words of each clause, and where it stands."""

    lines: tuple[Placed, ...]
    titles: dict[str, str]
    words: dict[str, str]
    stretches: dict[str, Stretch | None]  # None: in several places

    def unread(self) -> frozenset[str]:
        """The clauses with a line of no known label."""
        return frozenset(x.number for x in self.lines if x.line.label not in LABELS)

    def divided(self) -> frozenset[str]:
        """The articles that have 款."""
        return frozenset(n.partition("(")[0] for n in self.words if "(" in n)


def outline(files: tuple[File, ...]) -> Outline:
    """Walk the quotes in order; the numbering comes from their words."""
    placed: list[Placed] = []
    titles: dict[str, str] = {}
    words: dict[str, str] = {}
    stretches: dict[str, Stretch | None] = {}
    article = number = ""
    for file in files:
        placed.extend(Placed(line, None, "") for line in file.head)
        open_number, begin = None, 0
        for quote in file.quotes:
            if match := _ARTICLE.match(quote.words):
                article = number = str(chinese_number(match[1]))
                titles[article] = " ".join(quote.words.split()) if is_heading(quote.words) else match[0].strip()
            elif (match := _PARAGRAPH.match(quote.words)) and article:
                number = f"{article}({chinese_number(match[1])})"
            if number and not is_heading(quote.words):
                words[number] = _joined(words.get(number, ""), quote.words)
            placed.extend(Placed(line, quote, number) for line in quote.lines)
            if number != open_number:
                _end(stretches, open_number, file.source, begin, quote.span.start)
                open_number, begin = number, quote.span.start
        _end(stretches, open_number, file.source, begin, len(file.source.text))
    return Outline(tuple(placed), titles, words, stretches)


def _joined(before: str, words: str) -> str:
    """Words in one line, but for lists and tables: a line that ends a sentence or an item stays a line of its own."""
    for line in words.splitlines():
        text = "".join(line.split())
        inside = "\n" in words.strip() or "\n" in before
        before += ("\n" if inside and before.endswith(_STOPS) and text else "") + text
    return before


_STOPS = ("。", "；", ";", "：", ":")


def _end(stretches: dict[str, Stretch | None], number: str | None, source: Source, start: int, end: int) -> None:
    if number is not None:
        stretches[number] = None if number in stretches else Stretch(source, start, end)
