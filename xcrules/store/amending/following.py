"""What follows from an amendment. 序号相应调整: the clauses behind one that came or went have other numbers, and so has every line that names one.

What an amendment brings beside the law's words: facts, figures, readings and worked cases; and what goes with a clause that it strikes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.identity import ClauseNames, clause_key, clause_name, figures_of, short_name
from xcrules.base.numerals import chinese, chinese_number
from xcrules.base.source import Span, canonical
from xcrules.draft.labels import Label, Where, card_of
from xcrules.draft.numbering import pieces_of
from xcrules.draft.syntax import Document, Expected, File, Line, Promise, Row

from .places import LEDGER, Altered, ByHand, blocks, misfit, rows_of_register
from .recut import Consolidated, line_span
from .woven import Strand, made, typed


@frozen(eq=False)
class Moved:
    """原第（四）项改为第（五）项: the clause, and what it is to be called; both "" where only 顺延 is said."""

    number: str
    other: str
    at: Span | None


_MARK = re.compile(r"\s*(?:第\s*([〇零一二三四五六七八九十百\d]+)\s*[条條]|[（(]\s*([〇零一二三四五六七八九十百\d]+)\s*[）)]|([〇零一二三四五六七八九十百\d]+)\s*[、.．])")


def renumbered(work: Consolidated, moved: Sequence[Moved], before: tuple[str, ...]) -> Consolidated:
    """The numbers moved up for what came and down for what went; `before` are the clauses of the old text. What an instruction says of a number is held against it."""
    numbers = _new_numbers(work, before, moved[0].at)
    for one in moved:
        wanted = figures_of(canonical(one.other).replace("第", "").replace("条", "").replace("项", "")) if one.other else ()
        got = numbers.get(one.number, one.number)
        if one.other and figures_of(got)[-1:] != wanted[-1:]:
            raise misfit(f"{clause_name(one.number)}排下来是 {clause_name(got)}，不是 {one.other}", "核对增加、删去了哪几条哪几项", one.at)
    changed = {old: new for old, new in numbers.items() if old != new}
    edits = [*_marks(work, numbers), *references(work.document, changed)]
    told = [ByHand(f"{q.span.source.name}:{q.span.line}", f"引文里的「{m[0]}」说的是不是改了号的那一款")
            for q, _ in work.letters().outline.quotes for m in _CITED.finditer(q.words) if m.start() > 0 and _cited(m) in changed]
    ledger = [ByHand(LEDGER, f"以前记在 {old} 下的，现在是 {new}") for old, new in changed.items()]
    return work.put(edits, (*told, *(ledger if changed else ())), None)


_BETWEEN = re.compile("之[一二三四五六七八九十]+$")  # 第二条之一 is of 第二条, and moves no 第三条


def _new_numbers(work: Consolidated, before: tuple[str, ...], at: Span | None) -> dict[str, str]:
    """Old number → new number of every clause of the old text that is still there."""
    kept: dict[str, int] = {}
    order: list[tuple[str, bool]] = []
    for quote, number in work.letters().outline.quotes:
        new = work.is_new(quote)
        if number and (number, new) not in order and (not new or _MARK.match(quote.words)):
            order.append((number, new))
            kept |= {number: len(order)} if not new else {}
    out: dict[str, str] = {}
    for number in before:
        parent = _above(number)
        if number not in kept:
            continue
        behind = sum(new and _above(n) == parent and place < kept[number] for place, (n, new) in enumerate(order, 1))
        went = sum(_above(n) == parent and figures_of(n) < figures_of(number) and n not in kept for n in before)
        if _BETWEEN.search(number) and (behind != went or out.get(parent, parent) != parent):
            raise misfit(f"{clause_name(number)}的号要跟着变，之几的号不会自己变", "先在规则文件和原文里改好它的号，再修正；或不写序号相应调整", at)
        out[number] = out.get(parent, parent) + _shifted(number[len(parent) :], behind - went)
    return out


def _above(number: str) -> str:
    """2(1) of 2(1)3; of an article what its count begins in: 附1-, 附则, else nothing."""
    if _BETWEEN.search(number):
        return number.rpartition("之")[0]
    return "".join(pieces_of(number)[:-1]) or re.findall(r"^(?:附表?\d*-|正文-)?(?:附则)?", number)[0]


def _shifted(piece: str, by: int) -> str:
    inner = piece.strip("()")
    return piece.replace(inner, _numeral(inner, by)) if by else piece


def _numeral(text: str, by: int) -> str:
    return str(int(text) + by) if text.isdigit() else chinese(chinese_number(text) + by)


def _marks(work: Consolidated, numbers: Mapping[str, str]) -> Iterator[Altered]:
    """The numbers in the law's words, in the quotes and in the official text."""
    law, seen = work.letters(), set[str]()
    for at, (quote, _) in enumerate(law.places):
        if (at and law.places[at - 1][0] is quote) or work.is_new(quote):
            continue
        number = law.number_of(at)
        if number in seen or number not in numbers:
            continue
        seen.add(number)
        mark = _MARK.match(quote.words)
        if mark is None or numbers[number] == number:
            continue
        old = next(x for x in mark.groups() if x)
        last = numbers[number][len(_above(numbers[number])) :].strip("()")
        text = last if old.isdigit() else chinese(int(last)) if last.isdigit() else last
        if text == old:
            continue
        place = quote.span.part(1 + mark.start(mark.lastindex or 1), 1 + mark.end(mark.lastindex or 1))
        first = next(i for i in range(at, len(law.places)) if law.places[i][1] == place.start)
        yield Altered(place, text, "引文", mark[0].strip(), mark[0].strip().replace(old, text))
        if law.official is not None:
            yield Altered(law.official_span(first, first + len(old)), text, "原文", mark[0].strip(), mark[0].strip().replace(old, text))


# -- lines that name a clause ------------------------------------------------------------------------------

_CITED = re.compile(r"第([〇零一二三四五六七八九十百\d]+)条(?:第?[（(]([〇零一二三四五六七八九十百\d]+)[）)]项?)?")
_NAMED = re.compile(r"附则\d+(?:\(\d+\)\d*)*|(?<![\w.〔])\d+(?:\(\d+\)\d*)+")
_BARE = re.compile(r"(?<=[(,])\s*(\d+)(?=[^\d()]{0,6}\s+为)|条款\s*为\s*(\d+)(?![\d(])|(?<![\w.,])(\d+)(?=(?:\s*、\s*\d+)*\s*(?:合计|之间|的\s*(?:金额|本年已得|上年已得|历年已得|历年已拨)))|^(?:应得|已获)\s*(\d+)$")

_BARE_IN: dict[str, str] = {Label.EXPECTED: r"^(\d+)(?=\s)", Label.PROMISE: r"(?:^|[若则的动加、]\s*)(\d+)(?=\s|、|$)", Label.USED_IN: r"(?<![\w(])(\d+)(?![\d(])"}  # where a number alone is a clause


def _cited(match: re.Match[str]) -> str:
    return str(chinese_number(match[1])) + (f"({chinese_number(match[2])})" if match[2] else "")


def references(document: Document, changed: Mapping[str, str]) -> Iterator[Altered]:
    """Every place of a rule file that names a clause by its old number."""
    if not changed:
        return
    for line in document.lines():
        spans = [line.content, *(c for row in line.rows for c in row.cells)] if line.label != Label.READINGS else []
        for span in spans:
            yield from _in_line(line, span, changed)
    yield from of_readings(document, changed)


def of_readings(document: Document, changed: Mapping[str, str]) -> Iterator[Altered]:
    """The cells 条款 of the register with other numbers; "" for one that is gone. A cell that would be empty is left to its row."""
    for _, cells in rows_of_register(document):
        cell = cells["条款"]
        text = "/".join(filter(None, (_listed(x, changed) for x in canonical(cell.text).split("/"))))
        if text and text != canonical(cell.text):
            yield Altered(cell, text, f"读法 {cells['号'].text} 的 条款", cell.text, text)


def _listed(text: str, changed: Mapping[str, str]) -> str:
    """2(1)(2) with the new number of each."""
    match = re.fullmatch(r"\s*((?:附则)?\d+)((?:\(\d+\))*)\s*", text)
    if match is None:
        return text
    numbers = [x for n in (match[1] + x for x in (re.findall(r"\(\d+\)", match[2]) or [""])) if (x := changed.get(n, n))]
    if not numbers:
        return ""
    heads = {n.partition("(")[0] for n in numbers}
    return heads.pop() + "".join(n[n.find("(") :] for n in numbers if "(" in n) if len(heads) == 1 else "/".join(numbers)


def _in_line(line: Line, span: Span, changed: Mapping[str, str]) -> Iterator[Altered]:
    text = canonical(span.text)
    found = [(m.start(), m.end(), m[0]) for m in _NAMED.finditer(text)]
    found += [(m.start(1), m.end(1), m[1]) for m in re.finditer(_BARE_IN.get(line.label, "$()"), text)]
    found += [(m.start(i), m.end(i), m[i]) for m in _BARE.finditer(text) for i in (1, 2, 3, 4) if m[i]]
    found += (
        [(m.start(), m.end(), m[0]) for m in _CITED.finditer(text)] if card_of(line.label).start or line.label == Label.USED_IN else []
    )  # a note may cite another law
    for start, end, written in found:
        number = _cited(match) if (match := _CITED.fullmatch(written)) else written
        if (new := changed.get(number)) is not None:
            told = clause_name(new) if match else new
            yield Altered(span.part(start, end), told, line.label, " ".join(span.text.split()), f"{written} → {told}")


# -- what an amendment brings beside the words, and what goes with a clause ------------------------------------------

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
