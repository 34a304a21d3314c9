"""A 对照 whose last keys stand across the top, as laws print them: one column for each of their cases.

`按 净吨位、期限 定 税额` over | 净吨位 | 1年 | 90日 | is read as one row for each cell: | 净吨位 | 期限 | 税额 |. Every cell keeps its place.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from xcrules.base.diagnostic import Diagnostic
from xcrules.base.source import Span
from xcrules.draft import syntax
from xcrules.draft.outline import Outline
from xcrules.meaning.tables.rows import ragged

BETWEEN = "/"  # 普通/1年 over a column that is for two keys


def uncrossed(outline: Outline, findings: list[Diagnostic]) -> Outline:
    """The outline with such tables written out."""
    return evolve(
        outline,
        lines=tuple(
            evolve(x, line=evolve(x.line, rows=tuple(_written_out(x.line, findings)))) if is_crossed(x.line) else x for x in outline.lines
        ),
    )


def is_crossed(line: syntax.Line) -> bool:
    """Whether the first keys stand on the left under their names, and what the others are stands over the columns."""
    body, head = line.body, line.rows[0].values if line.rows else ()
    if not isinstance(body, syntax.Lookup) or body.segments or body.lent or len(body.results) != 1 or len(body.keys) < 2:
        return False
    left = _beside(body, head)
    across = len(body.keys) - left
    return (left > 0 < across and len(head) > left + 1 and body.results[0].text not in head
            and all(len(_cases(x, across)) == across for x in head[left:]))


def _cases(text: str, across: int) -> list[str]:
    """What a column is for, by each key across the top."""
    return text.split(BETWEEN) if across > 1 else [text]


def _beside(body: syntax.Lookup, head: tuple[str, ...]) -> int:
    """How many keys have a column of their own."""
    names = [k.name.text for k in body.keys]
    return next((at for at, name in enumerate(names) if head[at : at + 1] != (name,)), len(names))


def _written_out(line: syntax.Line, findings: list[Diagnostic]) -> Iterator[syntax.Row]:
    body, head = line.body, line.rows[0]
    assert isinstance(body, syntax.Lookup)
    left = _beside(body, head.values)
    across = len(body.keys) - left
    yield evolve(head, values=(*(k.name.text for k in body.keys), body.results[0].text),
                 cells=(*head.cells[:left], *(head.cells[left] for _ in body.keys[left:]), head.cells[-1]))
    for row in line.rows[1:]:
        if len(row.cells) != len(head.cells):
            findings.append(ragged(row, [*head.values]))
            continue
        for at in range(left, len(head.cells)):
            yield evolve(row, values=(*row.values[:left], *(x.strip() for x in _cases(head.values[at], across)), row.values[at]),
                         cells=(*row.cells[:left], *_parts(head.cells[at], across), row.cells[at]))


def _parts(cell: Span, across: int) -> Iterator[Span]:
    start = cell.start
    for text in _cases(cell.text, across):
        yield Span(cell.source, start + len(text) - len(text.lstrip()), start + len(text.rstrip()))
        start += len(text) + len(BETWEEN)
