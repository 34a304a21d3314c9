"""The last look before a policy may be used: every line that could be read has come to something.

Whoever reads a line gives its rule or a finding. Should one give neither, the line would be gone without a word and the
policy would pay without it; so that is an error, though it is our own mistake and no drafter's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.source import Span
from xcrules.draft import syntax
from xcrules.draft.labels import Group, Label, card_of
from xcrules.meaning.expressions.scope import is_blind
from xcrules.meaning.program import Program

_MADE = (Label.CASE, Label.EXPECTED, Label.PROMISE)


def check_dropped(program: Program, findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Lines that came to fewer rules than they state; asked of a policy without errors. A line that a warning is about (nothing under
    its lead uses it) was not dropped unsaid."""
    lines = program.document.lines()
    if is_blind(program.document, lines):
        return  # a file that is not there, which the loader says
    made = Counter(_place(span) for span in _made(program) if span is not None)
    told = {_place(d.span) for d in findings if d.span is not None}
    for line in lines:
        for span, least in _stated(line):
            if made[_place(span)] < least and not told & {_place(span), _place(line.label_span)}:
                yield Diagnostic(Code.DROPPED_LINE, f"「{line.label}」这一行读懂了，却没有成为规则", span,
                                 "这是 xcrules 自己的错，不是写法的错：换一种写法，或者拆成几行（先用 设定 起名），并告诉维护的人")


def _stated(line: syntax.Line) -> list[tuple[Span, int]]:
    """How many rules, fields or cases the line states at least, and where: a 对象 with conditions two, a table one for each row."""
    card = card_of(line.label)
    if card.table and card.of_file and not card.names:  # 读法, 案例表: each row is one of its own
        return [(row.span, 1) for row in line.rows[1:]]
    if card.table and card.of_file:
        return [(line.content, len(line.rows) - 1)]
    if line.label in _MADE:
        return [(line.content, 1)]
    if line.body is None or card.of_file or card.group is Group.NOTE:
        return []
    return [(line.content, 2 if isinstance(line.body, syntax.Subject) and line.body.conditions else 1)]


def _made(program: Program) -> Iterator[Span | None]:
    yield from (rule.origin.span for rule in program.every_rule)
    yield from (t.span for t in program.schema.tables for _ in t.fields)
    yield from (p.span for p in program.parameters for _ in (*p.values, *([p.growth] if p.growth is not None else [])))
    yield from (x.span for x in program.readings)
    yield from (x.span for x in program.promises)
    yield from (span for x in program.cases for span in (x.span, *(c.span for c in x.checks)))


def _place(span: Span) -> tuple[str, int]:
    return span.source.name, span.line
