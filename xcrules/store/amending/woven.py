"""Texts put together from others, each piece with the place that it comes from: a finding about the whole is told where it was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve, frozen

from xcrules.base.diagnostic import Diagnostic
from xcrules.base.source import Source, Span


@frozen(eq=False)
class Strand:
    """A piece of a text and where it was written; `typed`: letter by letter, else it was made of what stands there."""

    text: str
    at: Span
    typed: bool = True
    adds: bool = False  # begins a quote of a clause that was not there


def whole(source: Source) -> tuple[Strand, ...]:
    return (Strand(source.text, Span(source, 0, len(source.text))),)


def typed(span: Span) -> Strand:
    return Strand(span.text, span)


def made(text: str, at: Span, *, adds: bool = False) -> Strand:
    return Strand(text, at, typed=False, adds=adds)


def woven(pieces: Iterable[Strand], start: int, end: int, new: Iterable[Strand]) -> tuple[Strand, ...]:
    """The pieces with others in place of the characters from `start` to `end`."""
    pieces = tuple(pieces)
    return (*_cut(pieces, 0, start), *new, *_cut(pieces, end, sum(len(p.text) for p in pieces)))


def _cut(pieces: tuple[Strand, ...], start: int, end: int) -> list[Strand]:
    out, at = [], 0
    for piece in pieces:
        first, last = max(start - at, 0), min(end - at, len(piece.text))
        if first < last:
            out.append(evolve(piece, text=piece.text[first:last], at=piece.at.part(first, last) if piece.typed else piece.at))
        at += len(piece.text)
    return out


def piece_at(pieces: Iterable[Strand], place: int, end: int) -> tuple[Strand, int]:
    """The piece that holds the character at a place, and how far in; at the end of the text, and for what is empty, the one before."""
    at, last = 0, None
    for piece in pieces:
        if place < at + len(piece.text) or (place == end == at + len(piece.text)):
            return piece, place - at
        at, last = at + len(piece.text), piece
    assert last is not None
    return last, len(last.text)


def origin(pieces: Iterable[Strand], span: Span) -> Span:
    """Where the characters of a span of the whole were written; of a span over several pieces, of the first."""
    piece, at = piece_at(pieces, span.start, span.end)
    return piece.at.part(at, min(at + span.end - span.start, len(piece.text))) if piece.typed else piece.at


def told_where_written(found: Iterable[Diagnostic], texts: Mapping[str, tuple[Strand, ...]]) -> list[Diagnostic]:
    """Findings about texts that stand on no disk, each at the place that it comes from. What could be mended there is said, not offered."""
    return [
        evolve(d, span=origin(texts[d.span.source.name], d.span), fixes=()) if d.span is not None and d.span.source.name in texts else d
        for d in found
    ]
