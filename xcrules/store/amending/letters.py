"""The law's words letter by letter, each with its place in the quotes and in the official text. White space is no letter."""

from __future__ import annotations

import re
from functools import cached_property

from attrs import frozen

from xcrules.base.identity import is_under
from xcrules.base.source import Source, Span
from xcrules.draft.outline import Outline, outline
from xcrules.draft.syntax import Document, Quote
from xcrules.meaning.tables.official import blanked


@frozen(slots=False)
class Letters:
    """The quotes of a policy in their order as one run of letters."""

    document: Document
    new: frozenset[int] = frozenset()  # ids of quotes that an amendment has just put in: its other instructions do not mean them

    @cached_property
    def outline(self) -> Outline:
        return outline(self.document.files)

    @cached_property
    def places(self) -> list[tuple[Quote, int]]:
        """Of each letter its quote and where it stands in that quote's file."""
        return [(q, at) for q, _ in self.outline.quotes for at, x in enumerate(q.words, q.span.start + 1) if not x.isspace()]

    @cached_property
    def text(self) -> str:
        return "".join(q.span.source.text[at] for q, at in self.places)

    @property
    def official(self) -> Source | None:
        return self.document.official

    @cached_property
    def official_places(self) -> list[int]:
        """Where each letter of the official text stands in it."""
        return [at for at, x in enumerate(blanked(self.official.text)) if not x.isspace()] if self.official is not None else []

    @cached_property
    def official_text(self) -> str:
        return "".join(self.official.text[at] for at in self.official_places) if self.official is not None else ""

    def within(self, number: str) -> tuple[int, int]:
        """From which letter to which a clause goes, its 款 included; the whole law for ""."""
        own = {id(q) for q, n in self.outline.quotes if not number or n == number or is_under(n, number)} - self.new
        found = [i for i, (q, _) in enumerate(self.places) if id(q) in own]
        return (found[0], found[-1] + 1) if found else (0, 0)

    def find(self, words: str, number: str) -> list[int]:
        """Where these words begin in a clause, in letters of the law."""
        first, last = self.within(number)
        wanted = "".join(words.split())
        found = (m.start() + first for m in re.finditer(f"(?={re.escape(wanted)})", self.text[first:last])) if wanted else ()
        return [
            at
            for at in found
            if not (self._amid(at) or self._amid(at + len(wanted)) or any(map(self._apart, range(at + 1, at + len(wanted)))))
        ]

    def _amid(self, at: int) -> bool:
        """Whether a letter goes on with the number before it: 50 is not in 150."""
        return 0 < at < len(self.text) and self._number(at - 1) and self._number(at) and not self._apart(at)

    def _apart(self, at: int) -> bool:
        """Whether two figures stand side by side that are not of one number."""
        (one, before), (other, here) = self.places[at - 1], self.places[at]
        return self._number(at - 1) and self._number(at) and (one is not other or here - before > 1)

    def _number(self, at: int) -> bool:
        return self.text[at] in "0123456789０１２３４５６７８９.．"

    def number_of(self, at: int) -> str:
        """The clause in which a letter stands."""
        return next(n for q, n in self.outline.quotes if q is self.places[at][0])

    def span(self, first: int, last: int) -> Span | None:
        """The letters from `first` to `last` (not included) in the rule file; None where they stand in two quotes."""
        quote, start = self.places[first - 1 if first == last and first else first]
        if first == last:
            return Span(quote.span.source, start + (first > 0), start + (first > 0))
        return Span(quote.span.source, start, self.places[last - 1][1] + 1) if self.places[last - 1][0] is quote else None

    def official_span(self, first: int, last: int) -> Span:
        """The same letters in the official text, where that has the same ones."""
        assert self.official is not None
        at = self.official_places
        if first == last:
            start = at[first - 1] + 1 if first else at[0]
            return Span(self.official, start, start)
        return Span(self.official, at[first], at[last - 1] + 1)


def core(old: str, new: str) -> tuple[int, int, str]:
    """What of the letters of `old` changes: from where, to where, and to what."""
    first = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    most = min(len(old), len(new)) - first
    last = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    return first, len(old) - last, new[first : len(new) - last]
