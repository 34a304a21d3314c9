"""Text and places: a file's characters, a span in it, and what of it a person sees.

Knows nothing of the language. Spans count characters of the text as typed, so every message can
point at what the drafter wrote. `canonical` folds full-width and half-width forms one character to
one character, so that spans in the folded text are spans in the typed one.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cached_property

from attrs import field, frozen

from .node import Node

_PUNCTUATION = str.maketrans("，；：（）＝＋－−–×＊÷／％．　\t\r", ",;:()=+---××÷/%.   ")
_LETTERS_AND_DIGITS = {code: code - 0xFEE0 for first, last in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
                       for code in range(first, last + 1)}


def canonical(text: str) -> str:
    """The same text with one form for each punctuation mark, digit and operator; same length."""
    return text.translate(_PUNCTUATION).translate(_LETTERS_AND_DIGITS)


def display_width(text: str) -> int:
    """Columns that `text` takes on a terminal: a 汉字 takes two."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, width: int) -> str:
    """`text` with blanks to `width` columns."""
    return text + " " * (width - display_width(text))


@frozen(eq=False, repr=False)
class Source(Node):
    """One file: its name as shown to people and its characters."""

    name: str
    text: str = field(repr=False)
    official: bool = False  # the official text of a regulation, not rules

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(i + 1 for i, c in enumerate(self.text) if c == "\n")]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """The characters of a line (from 1), without its end."""
        start = self._line_starts[line - 1]
        end = self._line_starts[line] - 1 if line < len(self._line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r")


@frozen(eq=False, repr=False)
class Span(Node):
    """Characters `start` to `end` (not included) of a source."""

    source: Source = field(repr=False)
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        return self.source.place(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.place(self.start)[1]

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"

    def part(self, start: int, end: int) -> Span:
        """The piece from `start` to `end`, counted from this span's start."""
        return Span(self.source, self.start + start, self.start + end)
