"""A file as written: quotes of the law, the lines beneath each, tables and comments, every one with its place."""

from __future__ import annotations

from attrs import field, frozen

from xcrules.base.source import Source, Span
from xcrules.draft.labels import card_of

from .expressions import At
from .lines import Body


@frozen
class Tag:
    """〔A08 保底〕; the choice is empty in 〔A04〕."""

    reading: str
    choice: str
    span: Span = field(eq=False, repr=False)


@frozen
class Row:
    """One row of a table: what its cells say, and their places."""

    values: tuple[str, ...]
    cells: tuple[Span, ...] = field(eq=False, repr=False)
    span: Span = field(eq=False, repr=False)
    comments: tuple[Span, ...] = field(default=(), eq=False, repr=False)

    def texts(self) -> tuple[str, ...]:
        return self.values


def cell_text(cell: Span) -> str:
    """The cell as meant: escapes undone, blanks at the ends gone."""
    return cell.text.replace("\\|", "|").strip()


@frozen
class LineError:
    """Where a line's content did not parse, and why it was not tried, if it was not."""

    at: At
    untried: str = ""  # empty, too deep


@frozen
class Line:
    """栏目〔读法〕：内容, with the table beneath it if it has one."""

    label: str
    label_span: Span = field(eq=False, repr=False)
    tags: tuple[Tag, ...]
    content: Span = field(eq=False, repr=False)
    body: Body | None = None
    error: LineError | None = field(default=None, eq=False)
    rows: tuple[Row, ...] = ()
    raw: str = ""  # free text, blanks folded: what two such lines are compared by
    comments: tuple[Span, ...] = field(default=(), eq=False, repr=False)

    @property
    def text(self) -> str:
        return self.content.text

    def span_of(self, at: At) -> Span:
        """The place in the file of a piece of the content."""
        return self.content.part(*at)


@frozen
class Quote:
    """「…」: a piece of the law, and the lines beneath it."""

    words: str
    span: Span = field(eq=False, repr=False)
    lines: tuple[Line, ...] = ()
    comments: tuple[Span, ...] = field(default=(), eq=False, repr=False)

    @property
    def notes(self) -> tuple[Line, ...]:
        """The lines that say something of the quote: no facts, cases … of the file that happen to follow it."""
        return tuple(line for line in self.lines if not card_of(line.label).of_file)


@frozen
class File:
    """One rule file: lines before any quote, then quotes; trailing comments last."""

    source: Source = field(eq=False, repr=False)
    head: tuple[Line, ...]
    quotes: tuple[Quote, ...]
    tail: tuple[Span, ...] = field(default=(), eq=False, repr=False)

    def lines(self) -> list[Line]:
        return [*self.head, *(line for q in self.quotes for line in q.lines)]


@frozen
class Document:
    """A policy as written: its files in order, the main one first, and the official text."""

    name: str
    files: tuple[File, ...]
    official: Source | None = field(default=None, eq=False, repr=False)

    def lines(self) -> list[Line]:
        return [line for f in self.files for line in f.lines()]
