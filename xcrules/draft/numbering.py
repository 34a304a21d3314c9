"""How a text is numbered: 第一条（一）, or 一、（一）1.（1）①, and down to which level its pieces are clauses of their own.

Keys are one spelling of what the document shows: 2(1)1 of 第二条（一）1., 二(一)1 of 二、（一）1.; those of an annex begin
with it (附1-2(1)). A level stands in brackets where the law has it so, and where its figure would join the one before:
2(1)1(3), 一1(2) of 一、1.（2）, 2(1) of 第二条 1. What 附则 numbers afresh is 附则5, 附则5(1), whatever mark it has there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import takewhile
from typing import TYPE_CHECKING

from attrs import frozen

from xcrules.base.numerals import HAN, chinese, chinese_number

from .labels import Label, card_of

if TYPE_CHECKING:  # a decision names clauses without the trees
    from .syntax import File, Line, Quote

_MARKS = {
    "一、": re.compile(rf"\s*({HAN}{{1,5}})\s*、"), "（一）": re.compile(rf"\s*[（(]\s*({HAN}{{1,5}})\s*[）)]"),
    "1.": re.compile(r"\s*(\d{1,3})\s*[.．、](?!\d)"), "（1）": re.compile(r"\s*[（(]\s*(\d{1,3})\s*[）)]"), "①": re.compile("\\s*([①-⑳])"),
}
ARTICLE = "第一条"
_FORMS = {ARTICLE: r"第一条", "一、": r"一\s*、", "（一）": r"[（(]\s*一\s*[）)]", "1.": r"1\s*[.．、]", "（1）": r"[（(]\s*1\s*[）)]", "①": "①"}
_ANNEX = re.compile(rf"\s*附\s*(?:(件|表)\s*(\d{{1,3}}|{HAN}{{1,3}})?\s*(?=$|[：:\s　])|(?=[：:]))")
_SHORT = 60  # a longer piece is no heading of an annex


@frozen
class Numbering:
    """The levels of a text in their order, 第一条 or 一、 the first; the last is the deepest that opens clauses."""

    levels: tuple[str, ...]
    head: str = ""  # 附则, of what is numbered afresh beneath it

    @property
    def by_articles(self) -> bool:
        return self.levels[0] == ARTICLE

    def opened(self, words: str, above: str) -> str | None:
        """The key of the clause that a piece of the law opens beneath what stands above it; None where it opens none.

        The first level of 第一条 is read elsewhere: it may be a citation.
        """
        for depth, level in enumerate(self.levels):
            match = _MARKS[level].match(words) if level in _MARKS else None
            if match is None:
                continue
            if depth == 0:
                return self.head + self._label(match[1])
            lead = self._upto(above, depth)
            return lead and lead + self._piece(depth, self._label(match[1]))
        return None

    def _label(self, text: str) -> str:
        if "①" <= text <= "⑳":
            return str(ord(text) - ord("①") + 1)
        number = chinese_number(text)
        return chinese(number) if not (self.by_articles or self.head or text.isascii()) else str(number)

    def _piece(self, depth: int, label: str) -> str:
        return f"({label})" if self._bracketed[depth] else label

    @property
    def _bracketed(self) -> list[bool]:
        out = [False]
        for level in self.levels[1:]:
            joins = not out[-1] and (len(out) > 1 or self.by_articles or bool(self.head))
            out.append(level[0] == "（" or joins)
        return out

    def _upto(self, above: str, depth: int) -> str:
        """The clause above at the level before `depth`; a level that the text leaves out is 0."""
        pieces = pieces_of(above)
        if not pieces:
            return ""
        missing = (self._piece(at, "0") for at in range(len(pieces), depth))
        return "".join([*pieces[:depth], *missing])


def pieces_of(number: str) -> list[str]:
    """2, (1) and 3 of 2(1)3, 一 and 1 of 一1; the annex stays with its article, 附则 with its item."""
    match = re.match(rf"(?:附表?\d*-|正文-)?(?:附则)?(?:\d+|{HAN}+)(?:之{HAN}+)?", number)
    return [match[0], *re.findall(r"\([^()]*\)|[^()]+", number[match.end() :])] if match else []


def read_numbering(text: str) -> Numbering | None:
    """一、（一）1. as the header writes it; None where that is no order of levels."""
    levels: list[str] = []
    at = 0
    while at < len(text.rstrip()):
        found = next(((name, m) for name, form in _FORMS.items() if (m := re.compile(rf"\s*{form}").match(text, at))), None)
        if found is None or found[0] in levels:
            return None
        levels.append(found[0])
        at = found[1].end()
    order = [list(_FORMS).index(x) for x in levels]
    return Numbering(tuple(levels)) if levels and order == sorted(order) and order[0] < 3 and (len(order) < 2 or order[1] > 1) else None


# -- several texts in one policy ---------------------------------------------------------------------------


@frozen
class Text:
    """A document, or an annex of it: what its keys begin with, and how it is numbered."""

    prefix: str
    numbering: Numbering | None


def texts_of(files: Iterable[File], is_article: re.Pattern[str]) -> dict[int, Text]:
    """By the id of each quote that begins one: the texts of a policy. The first begins with the first quote."""
    files = tuple(files)
    held = [read_numbering(line.text) for line in (files[0].head if files else ()) if line.label == Label.NUMBERING]
    written = [x for x in held if x is not None]
    groups: list[tuple[str, list[Quote]]] = []
    for quote in (q for file in files for q in file.quotes):
        match = opens_annex(quote.words)
        if match or not groups:
            groups.append((_annex(match, quote.words, [name for name, _ in groups]) if match else "", []))
        groups[-1][1].append(quote)
    working = [any(_works(line) for q in quotes for line in takewhile(lambda x: x.label != Label.USED_IN, q.lines)) for _, quotes in groups]
    only = working.index(True) if working.count(True) == 1 else 0
    return {id(quotes[0]): Text("" if at == only else f"{name or '正文'}-", _numbering(quotes, written, is_article))
            for at, (name, quotes) in enumerate(groups)}


def opens_annex(words: str) -> re.Match[str] | None:
    """附件1：……办法, the heading of another text."""
    return _ANNEX.match(words) if len(words) <= _SHORT else None


def _annex(match: re.Match[str], words: str, before: list[str]) -> str:
    """附1 of 附件1：, 附 of 附件：, and 附2 of another one without a number; 附表 of 附：税目税额表."""
    kind = "附表" if match[1] == "表" or (match[1] is None and words.rstrip().endswith("表")) else "附"
    named = (f"{kind}{n}" for n in ("", *range(2, len(before) + 3)))
    return f"{kind}{chinese_number(match[2])}" if match[2] else next(x for x in named if x not in before)


def _works(line: Line) -> bool:
    return not (card_of(line.label).silent or card_of(line.label).of_file)


def _numbering(quotes: list[Quote], written: list[Numbering], is_article: re.Pattern[str]) -> Numbering | None:
    """What a header says of a text that begins so, else 第一条（一） or 一、（一）; of one that begins with （一） a header must speak."""
    for first, begins in ((ARTICLE, is_article), *_MARKS.items()):
        if any(begins.match(q.words) for q in quotes):
            said = next((x for x in written if x.levels[0] == first), None)
            return said or (Numbering((first, "（一）")) if first in (ARTICLE, "一、") else None)
    return None


def afresh(behind: list[str], numbering: Numbering | None) -> Numbering | None:
    """How the pieces behind the heading 附则 are numbered, as deep as their text; None where its own numbers run on."""
    items = [words for words in behind if level_of(words)]
    marks, order = [level_of(words) for words in items], list(_MARKS)
    if not items or marks[0] == "①" or (numbering and marks[0] == numbering.levels[0] and numbering.opened(items[0], "") != chinese(1)):
        return None
    levels = tuple(x for x in order[order.index(marks[0]) :] if x in marks)
    return Numbering(levels[: len(numbering.levels) if numbering else 2], "附则")


def level_of(words: str) -> str:
    """The form in which a piece of the law is numbered: 1. or （1）; "" where it is not."""
    return next((level for level, mark in _MARKS.items() if mark.match(words)), "")
