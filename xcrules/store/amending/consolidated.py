"""A policy while it is amended: its text, and where each piece of it was written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from xcrules.base.source import Source, Span
from xcrules.draft.parse import parse_file
from xcrules.draft.syntax import Document, Quote

from .letters import Letters
from .places import Altered, ByHand
from .woven import Strand, made, piece_at, whole, woven


@frozen(eq=False)
class Consolidated:
    """A policy as amended: its document, where each piece of its texts was written, what was changed, what is left to a person."""

    document: Document
    pieces: dict[str, tuple[Strand, ...]]
    edits: tuple[Altered, ...] = ()
    by_hand: tuple[ByHand, ...] = ()

    @classmethod
    def of(cls, document: Document) -> Consolidated:
        """A policy as it stands."""
        return cls(document, {s.name: whole(s) for s in _sources(document)})

    @property
    def sources(self) -> list[Source]:
        return _sources(self.document)

    def letters(self) -> Letters:
        return Letters(self.document, frozenset(id(q) for f in self.document.files for q in f.quotes if self.is_new(q)))

    def is_new(self, quote: Quote) -> bool:
        """Whether the amendment put a quote in."""
        return piece_at(self.pieces[quote.span.source.name], quote.span.start, quote.span.end)[0].adds

    def put(self, edits: Sequence[Altered], by_hand: Iterable[ByHand], at: Span | None) -> Consolidated:
        """With these edits of its texts in it, those files read again."""
        if not edits and not by_hand:
            return self
        pieces = dict(self.pieces)
        for edit in sorted({(e.span.source.name, e.span.start, e.span.end, e.text): e for e in edits}.values(), key=lambda e: -e.span.start):
            name = edit.span.source.name
            new = edit.pieces or ((made(edit.text, at or edit.span),) if edit.text else ())
            pieces[name] = woven(pieces[name], edit.span.start, edit.span.end, new)
        touched = {e.span.source.name for e in edits}
        texts = {name: "".join(p.text for p in pieces[name]) for name in touched}
        files = tuple(parse_file(evolve(f.source, text=texts[f.source.name]))[0] if f.source.name in texts else f for f in self.document.files)
        official = self.document.official
        if official is not None and official.name in texts:
            official = evolve(official, text=texts[official.name])
        return evolve(self, document=evolve(self.document, files=files, official=official), pieces=pieces,
                      edits=(*self.edits, *edits), by_hand=(*self.by_hand, *by_hand))


def _sources(document: Document) -> list[Source]:
    return [*(f.source for f in document.files), *([document.official] if document.official is not None else [])]
