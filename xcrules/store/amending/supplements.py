"""What an amendment brings beside the law's words: facts, figures, readings and worked cases; and what goes with a clause that it strikes out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, XcrulesError
from xcrules.base.identity import ClauseNames, clause_key, short_name
from xcrules.base.source import Span
from xcrules.draft.labels import Label, Where, card_of
from xcrules.draft.syntax import Document, Expected, File, Line, Promise

from .consolidated import Consolidated
from .places import LEDGER, Altered, ByHand, blocks, rows_of_register
from .recut import line_span
from .renumber import of_readings
from .woven import Strand, made, typed

_OWN = (Label.TITLE, Label.NUMBER)  # of the amendment itself


def with_supplements(work: Consolidated, amendment: File) -> Consolidated:
    """The tables and cases of the amendment: what has a name that the policy has stands in its place, the rest behind."""
    for lines in _supplements(amendment):
        work = _table(work, lines[0]) if card_of(lines[0].label).table else _block(work, lines)
    return work


def _supplements(amendment: File) -> Iterator[list[Line]]:
    """Each table, and each case with what stands beneath it."""
    held: list[Line] = []
    for line in amendment.lines():
        if not card_of(line.label).of_file or line.label in _OWN:
            continue
        if card_of(line.label).where is Where.CASE and held:
            held.append(line)
            continue
        if held:
            yield held
        held = [line]
    if held:
        yield held


def _name(line: Line) -> str:
    """What a table or a case is called: 主体 of 主体，逐项."""
    return re.split("[，,]", line.text)[0].strip()


def _block(work: Consolidated, lines: list[Line]) -> Consolidated:
    where = lines[0].label_span
    pieces = tuple(p for line in lines for p in (typed(line_span(line)), made("\n", where)))
    for head, beneath in blocks(work.document):
        if head.label == lines[0].label and _name(head) == _name(lines[0]):
            spans = [line_span(x) for x in (head, *beneath)]
            return work.put([_altered(Span(spans[0].source, spans[0].start, spans[-1].end), pieces[:-1], lines[0])], (), where)
    last = work.document.files[-1].source
    end = len(last.text.rstrip())
    return work.put([_altered(Span(last, end, len(last.text)), (made("\n\n", where), *pieces), lines[0])], (), where)


def _table(work: Consolidated, line: Line) -> Consolidated:
    """New rows go behind the old ones of the table of that name; one whose first cell is there already stands in its place."""
    where = line.label_span
    old = next((x for x in work.document.lines() if x.label == line.label and _name(x) == _name(line) and x.rows), None)
    if old is None or not line.rows:
        return _block(work, [line])
    if [c.strip() for c in old.rows[0].texts()] != [c.strip() for c in line.rows[0].texts()]:
        raise XcrulesError([Diagnostic(Code.DOES_NOT_FIT, f"「{_name(line) or line.label}」的列与原来的表不同", line.rows[0].span,
                                       f"照原来的写：| {' | '.join(old.rows[0].texts())} |")])
    known = {row.values[0]: row for row in old.rows[1:] if row.values}
    edits, behind = [], [made("", where)]
    for row in line.rows[1:]:
        was = known.get(row.values[0]) if row.values else None
        if was is not None:
            edits.append(_altered(was.span, (typed(row.span),), line))
        else:
            behind += [made("\n", where), typed(row.span)]
    end = old.rows[-1].span.end
    if len(behind) > 1:
        edits.append(_altered(Span(old.label_span.source, end, end), tuple(behind), line))
    return work.put(edits, (), where)


def _altered(span: Span, pieces: tuple[Strand, ...], line: Line) -> Altered:
    text = "".join(p.text for p in pieces)
    return Altered(span, text, f"{line.label} {_name(line)}".strip(), " ".join(span.text.split()), " ".join(text.split()), pieces)


# -- what goes with a clause ---------------------------------------------------------------------------------


def without_the_deleted(work: Consolidated, gone: set[str]) -> Consolidated:
    """What is expected of a clause that is no longer there, what is promised of it, and the readings that it left open, go with it."""
    edits: dict[int, Altered] = {}
    for span, what in _of_the_deleted(work.document, gone, work.letters().text):
        source = span.source
        start, end = source.text.rfind("\n", 0, span.start) + 1, source.text.find("\n", span.end) + 1 or len(source.text)
        edits.setdefault(start + hash(source.name), Altered(Span(source, start, end), "", f"{what}（随款删去）", " ".join(span.text.split()), ""))
    told = [ByHand(LEDGER, f"以前在 {short_name(n)} 下给的，记在哪一款，由兑现的人定") for n in sorted(gone)]
    work = work.put(list(edits.values()), told, None)
    return work.put(list(of_readings(work.document, dict.fromkeys(gone, ""))), (), None)


def _of_the_deleted(document: Document, gone: set[str], text: str) -> Iterator[tuple[Span, str]]:
    names = ClauseNames(tuple(gone), {})
    for head, beneath in blocks(document):
        expected = [x for x in beneath if isinstance(x.body, Expected)]
        dead = [x for x in expected if isinstance(x.body, Expected) and clause_key(x.body.clause, names) in gone]
        if dead and len(dead) == len(expected):
            spans = [line_span(x) for x in (head, *beneath)]
            yield Span(spans[0].source, spans[0].start, spans[-1].end), f"案例 {_name(head)}"
        elif dead:
            yield from ((line_span(x), f"案例 {_name(head)} 的应得") for x in dead)
    for line in document.lines():
        if isinstance(line.body, Promise) and any(clause_key(x, names) in gone for x in line.body.clauses):
            yield line_span(line), "保证"
    for row, cells in rows_of_register(document):
        words = "".join(cells["原文"].text.split()) if "原文" in cells else ""
        idle = not any(t.reading == cells["号"].text.strip() for line in document.lines() for t in line.tags)
        if words and words not in text and (idle or cells["条款"].text.strip() in gone):
            yield row.span, f"读法 {cells['号'].text}"
