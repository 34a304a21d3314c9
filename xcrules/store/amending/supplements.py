"""What an amendment brings beside the law's words: facts, figures, readings and worked cases; and what goes with a clause that it strikes out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.identity import ClauseNames, clause_key, short_name
from xcrules.base.source import Span
from xcrules.draft.labels import Label, Where, card_of
from xcrules.draft.syntax import Document, Expected, File, Line, Promise, Row

from .consolidated import Consolidated
from .places import LEDGER, Altered, ByHand, blocks, rows_of_register
from .recut import line_span
from .renumber import of_readings, references
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
    """What is expected of a clause that is no longer there, what is promised of it, and the readings that no line takes any more, go with it."""
    edits = [Altered(span, "", f"{what}（随款删去）", " ".join(span.text.split()), "") for span, what in _of_the_deleted(work.document, gone)]
    told = [ByHand("读法", f"{reading} 的原文「{words}」还在，没有一行再提到它，随着删去；还没有定的，在修正案里登记，写上〔{reading}〕")
            for reading, row in _idle(work.document).items() if (words := row[1]) and words in work.letters().text]
    told += [ByHand(LEDGER, f"以前在 {short_name(n)} 下给的，记在哪一款，由兑现的人定") for n in sorted(gone)]
    work = work.put(edits, (), None)
    told += [ByHand(str(x.span), f"{x.what}还写着删去的 {short_name(n)}") for n in sorted(gone) for x in references(work.document, {n: n})]
    work = work.put((), told, None)
    return work.put(list(of_readings(work.document, dict.fromkeys(gone, ""))), (), None)


def _of_the_deleted(document: Document, gone: set[str]) -> Iterator[tuple[Span, str]]:
    names = ClauseNames(tuple(gone), {})
    idle = _idle(document)
    yield from ((_all_of(row.span), f"读法 {reading}") for reading, (row, _) in idle.items())
    for head, beneath in blocks(document):
        expected = [x for x in beneath if isinstance(x.body, Expected)]
        dead = [x for x in expected if isinstance(x.body, Expected) and clause_key(x.body.clause, names) in gone]
        if (dead and len(dead) == len(expected)) or any(re.search(rf"读法\s+{x}\s", head.text) for x in idle):
            yield _all_of(*map(line_span, (head, *beneath))), f"案例 {_name(head)}"
        else:
            yield from ((_all_of(line_span(x)), f"案例 {_name(head)} 的应得") for x in dead)
    for line in document.lines():
        if isinstance(line.body, Promise) and (line.body.word in idle or any(clause_key(x, names) in gone for x in line.body.clauses)):
            yield _all_of(line_span(line)), "保证"
        elif line.label == Label.CASE_TABLE and line.rows:
            yield from _of_table(line, gone, names)


def _idle(document: Document) -> dict[str, tuple[Row, str]]:
    """The rows of readings that no line takes, each with the law's words that it repeats."""
    tagged = {tag.reading for line in document.lines() for tag in line.tags}
    rows = ((cells["号"].text.strip(), row, "".join(cells["原文"].text.split()) if "原文" in cells else "") for row, cells in rows_of_register(document))
    return {reading: (row, words) for reading, row, words in rows if reading not in tagged}


def _of_table(line: Line, gone: set[str], names: ClauseNames) -> Iterator[tuple[Span, str]]:
    """The rows of a 案例表 that expect nothing else, and of the others the column."""
    head = line.rows[0].values
    asked = {i: clause_key(x.removeprefix("应得").strip(), names) in gone for i, x in enumerate(head) if x.startswith("应得")}
    columns = [i for i, x in enumerate(head) if asked.get(i) or (x.startswith("已获") and clause_key(x.removeprefix("已获").strip(), names) in gone)]
    dead = [row for row in line.rows[1:] if (own := [x for i, x in asked.items() if row.values[i]]) and all(own)]
    if dead and len(dead) == len(line.rows) - 1:
        yield _all_of(line_span(line)), "案例表"
        return
    for row in line.rows:
        if row in dead:
            yield _all_of(row.span), f"案例 {row.values[0]}"
        else:
            yield from ((_with_bar(row, i), f"案例表的 {head[i]}") for i in columns)


def _with_bar(row: Row, at: int) -> Span:
    text = row.span.source.text
    start, end = (x.end + len(text[x.end :]) - len(text[x.end :].lstrip(" ")) for x in (row.cells[at - 1], row.cells[at]))
    return Span(row.span.source, start, end)


def _all_of(*spans: Span) -> Span:
    """From the first line to the last, line ends included."""
    source, end = spans[0].source, spans[-1].end
    return Span(source, source.text.rfind("\n", 0, spans[0].start) + 1, source.text.find("\n", end) + 1 or len(source.text))
