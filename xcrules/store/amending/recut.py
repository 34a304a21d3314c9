"""A policy while it is amended: its text, and where each piece of it was written. Whole quotes with their lines put in, taken out and put in place of
others: each gives the edits of the rule file and of the official text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.source import Source, Span
from xcrules.draft.parse import parse_file
from xcrules.draft.syntax import Document, Line, Quote

from .letters import Letters
from .places import Altered, ByHand
from .woven import Strand, made, piece_at, typed, whole, woven


@frozen(eq=False)
class NewQuote:
    """A quote to be: its words and the lines beneath it as they were typed."""

    words: tuple[Strand, ...]
    lines: tuple[Strand, ...]

    @property
    def text(self) -> str:
        return re.sub(r"\s*\n\s*", "", "".join(p.text for p in self.words)).strip()


def new_quote(span: Span, quote: Quote) -> NewQuote:
    """A piece of an amendment's words with the lines beneath it; what speaks of the whole file is not among them."""
    words = tuple(typed(span.part(m.start(), m.end())) if m[0] not in "‘’" else made("“" if m[0] == "‘" else "”", span.part(m.start(), m.end()))
                  for m in re.finditer("[‘’]|[^‘’]+", span.text))
    last = "“" not in span.source.text[span.end : quote.span.end]  # of several in one sentence the lines beneath are of that
    return NewQuote(words, tuple(x for line in quote.notes if last for x in (typed(line_span(line)), made("\n", span))))


def line_span(line: Line) -> Span:
    """A line with its comments and its table, from the blanks before it."""
    source = line.label_span.source
    first = min([line.label_span.start, *(c.start for c in line.comments)])
    last = max([line.content.end, *(r.span.end for r in line.rows)])
    return Span(source, source.text.rfind("\n", 0, first) + 1, last)


def end_of(quote: Quote) -> int:
    """Where a quote ends with its notes in its file."""
    return max([quote.span.end, *(line_span(x).end for x in quote.notes)])


def inserted(law: Letters, at: int, new: Sequence[NewQuote], where: Span) -> list[Altered]:
    """New quotes behind letter `at`."""
    quote = law.places[at - 1][0]
    end = end_of(quote)
    opens = next(q for q, n in law.outline.quotes if n == law.number_of(at - 1))
    apart = new[0].text.startswith("第") or re.search(r"\n[ \t\r]*\n[ \t]*$", quote.span.source.text[: opens.span.start])
    pieces = (made("\n\n" if apart else "\n", where), *_text(new, (), (), where, adds=True))
    out = [_altered(Span(quote.span.source, end, end), pieces, "增加", "", "".join(q.text for q in new))]
    if law.official is not None:
        place = law.official_span(at, at)
        out.append(_altered(place, (made("\n\n", where), *(p for q in new for p in q.words)), "原文", "", "".join(q.text for q in new)))
    return out


def whole_quotes(law: Letters, first: int, last: int) -> bool:
    """Whether these letters are all that some quotes say."""
    return not ((first and law.places[first - 1][0] is law.places[first][0])
                or (last < len(law.places) and law.places[last - 1][0] is law.places[last][0]))


def recut(law: Letters, first: int, last: int, new: Sequence[NewQuote], where: Span) -> list[Altered]:
    """Other quotes in place of the letters from `first` to `last`; what stands before and behind in the same quotes stays with the new ones."""
    one, other = law.places[first][0], law.places[last - 1][0]
    source = one.span.source
    between = [q for q, _ in law.outline.quotes if q.span.source is source and one.span.start <= q.span.start <= other.span.start]
    if other.span.source is not source or any(len(q.notes) != len(q.lines) for q in between[:-1]):
        raise XcrulesError([Diagnostic(Code.DOES_NOT_FIT, "要改的字跨了两个文件，或中间夹着表、案例", where, "先把规则文件里这几段引文放到一处")])
    before = source.text[one.span.start + 1 : law.places[first][1]]
    after = source.text[law.places[last - 1][1] + 1 : other.span.end - 1]
    was = "".join(law.text[first:last])
    now = "".join(q.text for q in new)
    start, end = one.span.start, end_of(other)
    if not new and not before.strip() and not after.strip():
        end = source.text.find("\n", end) + 1 or end
        out = [_altered(Span(source, start, end), (), "删去", was, "")]
    else:
        kept = [typed(Span(source, at, at + len(t))) for at, t in ((start + 1, before), (law.places[last - 1][1] + 1, after))]
        held = new or [NewQuote((), tuple(x for line in one.notes for x in (typed(line_span(line)), made("\n", where))))]
        out = [_altered(Span(source, start, end), _text(held, (kept[0],), (kept[1],), where), "引文和注", was, now)]
    if law.official is not None:
        place = law.official_span(first, last)
        if not new and not before.strip() and not after.strip():
            stop = re.match(r"[ \t]*\n\s*", place.source.text[place.end :])
            place = Span(place.source, place.start, place.end + (stop.end() if stop else 0))
        out.append(_altered(place, tuple(p for q in new for p in q.words), "原文", was, now))
    return out


def _text(
    new: Sequence[NewQuote], before: tuple[Strand, ...], after: tuple[Strand, ...], where: Span, *, adds: bool = False
) -> tuple[Strand, ...]:
    out: list[Strand] = []
    for i, quote in enumerate(new):
        out += [
            made("「", where, adds=adds), *(before if i == 0 else ()), *quote.words, *(after if i == len(new) - 1 else ()), made("」\n", where),
            *quote.lines,
        ]
    if out and out[-1].text.endswith("\n"):
        out[-1] = made(out[-1].text[:-1], where)
    return tuple(out)


def _altered(span: Span, pieces: tuple[Strand, ...], what: str, before: str, after: str) -> Altered:
    return Altered(span, "".join(p.text for p in pieces), what, before, after, pieces)


# -- the policy while it is amended ----------------------------------------------------------------------------------

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
        for edit in sorted(
            {(e.span.source.name, e.span.start, e.span.end, e.text): e for e in edits}.values(), key=lambda e: -e.span.start
        ):
            name = edit.span.source.name
            new = edit.pieces or ((made(edit.text, at or edit.span),) if edit.text else ())
            pieces[name] = woven(pieces[name], edit.span.start, edit.span.end, new)
        touched = {e.span.source.name for e in edits}
        texts = {name: "".join(p.text for p in pieces[name]) for name in touched}
        files = tuple(
            parse_file(evolve(f.source, text=texts[f.source.name]))[0] if f.source.name in texts else f for f in self.document.files
        )
        official = self.document.official
        if official is not None and official.name in texts:
            official = evolve(official, text=texts[official.name])
        return evolve(self, document=evolve(self.document, files=files, official=official), pieces=pieces,
                      edits=(*self.edits, *edits), by_hand=(*self.by_hand, *by_hand))


def _sources(document: Document) -> list[Source]:
    return [*(f.source for f in document.files), *([document.official] if document.official is not None else [])]
