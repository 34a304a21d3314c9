"""A file cut into pieces that are laid out alone, so that after an edit only the piece that changed is read again.

A piece begins where a quote or a known label stands at the left edge: nothing before such a line changes what it
is (see layout.py), but for comments above it, which are handed over here. Reads no line itself.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from attrs import evolve, frozen

from xcrules.base.diagnostic import Diagnostic
from xcrules.base.source import Source, Span
from xcrules.draft.labels import LABELS
from xcrules.draft.syntax import File, Line, Quote

from .called import LineParser
from .layout import lay_out
from .memo import Memo, moved

_START = re.compile(rf"(?m)^(?:「|(?:{'|'.join(LABELS)})(?:〔[^〔〕\[\]【】\n]*〕)?[：:])")


@frozen
class _Piece:
    """What a piece of text came to, and where it stood."""

    source: Source
    start: int
    file: File
    found: tuple[Diagnostic, ...]


def lay_out_file(source: Source, parse: LineParser, memo: Memo) -> tuple[File, list[Diagnostic]]:
    """As lay_out, piece by piece."""
    head: list[Line] = []
    quotes: list[Quote] = []
    more: list[Line] = []  # lines in pieces of their own that belong to the last quote
    comments: tuple[Span, ...] = ()
    found: list[Diagnostic] = []
    for start, end in _cuts(source.text):
        piece = _piece(source, start, end, parse, memo)
        file = _below(comments, piece.file)
        found += piece.found
        (more if quotes else head).extend(file.head)
        if file.quotes:
            _close(quotes, more)
            quotes += file.quotes
        comments = file.tail
    _close(quotes, more)
    return File(source, tuple(head), tuple(quotes), comments), found


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    starts = [0, *(m.start() for m in _START.finditer(text) if m.start()), len(text)]
    return itertools.pairwise(starts)


def _piece(source: Source, start: int, end: int, parse: LineParser, memo: Memo) -> _Piece:
    key = ("piece", source.name, source.text[start:end])
    held: _Piece | None = memo.recall(key)
    if held is None:
        file, found = lay_out(source, parse, start, end)
        held = _Piece(source, start, file, tuple(found))
    elif held.source is not source or held.start != start:
        held = _moved(held, source, start)
    return memo.keep(key, held)


def _moved(piece: _Piece, source: Source, start: int) -> _Piece:
    by, old = start - piece.start, piece.file
    head, quotes, tail, found = moved((old.head, old.quotes, old.tail, piece.found), source, by)
    return _Piece(source, start, File(source, head, quotes, tail), found)


def _below(comments: tuple[Span, ...], file: File) -> File:
    """The piece with the comments that stand above its first line."""
    if not comments:
        return file
    if file.head:
        first = evolve(file.head[0], comments=(*comments, *file.head[0].comments))
        return evolve(file, head=(first, *file.head[1:]))
    if file.quotes:
        opening = evolve(file.quotes[0], comments=(*comments, *file.quotes[0].comments))
        return evolve(file, quotes=(opening, *file.quotes[1:]))
    return evolve(file, tail=(*comments, *file.tail))


def _close(quotes: list[Quote], more: list[Line]) -> None:
    if more:
        quotes[-1] = evolve(quotes[-1], lines=(*quotes[-1].lines, *more))
        more.clear()
