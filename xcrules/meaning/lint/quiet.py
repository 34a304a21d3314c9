"""静默：W303，理由 and 静默：W303 3万元，理由 — warnings put to rest in place, by the person who has looked.

Beneath a quote it reaches that quote and its lines, W326 only the nearest 从高, 竞合 or 限次 above it of which that is said; before any quote, the line above it. A 静默 without
a reason, or with nothing to silence, is a finding itself. Errors cannot be silenced.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import evolve, frozen

from xcrules.base.diagnostic import Code, Diagnostic, Fix, Key
from xcrules.base.source import Span, canonical
from xcrules.draft.syntax import Against, CountCap, Document, File, Highest, Line, OnlyOne

DATED = (Code.NOT_IN_FORCE, Code.PARAMETERS_RUNNING_OUT, Code.PAST_YEAR_UNPUBLISHED)  # depend on the day asked about: never silenced, never missed
_QUIET = re.compile(r"\s*(W\d{3}(?:\s*[、,]\s*W\d{3})*)(?:\s+([^\s,;:、]+))?\s*(?:[,;:]\s*(.*))?", re.S)


@frozen
class _Silence:
    """One 静默 line: what it silences, and where."""

    line: Line
    codes: tuple[str, ...]
    of: str  # what alone is silenced: what the warning says in 「」; empty: all
    reach: Span


def quiet(document: Document, findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings that stand, with those about the 静默 lines themselves."""
    wrong: list[Diagnostic] = []
    findings = [*findings]
    silences = [x for f in document.files for x in _silences(f, wrong, [d.span for d in findings if d.code == Code.NOT_WEIGHED and d.span])]
    used: set[tuple[int, str]] = set()
    kept: list[Diagnostic] = []
    rested: set[Key] = set()  # 不超过5万元 that need no 上限: nor then a line with 5万元
    for finding in findings:
        holder = next((i for i, x in enumerate(silences) if _silenced(finding, x)), None)
        if holder is None:
            kept.append(finding)
        else:
            used.add((holder, finding.code))
            rested.update(finding.spoils if finding.code in (Code.LAW_CAP_MISSING, Code.LAW_INSTALMENTS_MISSING) else ())
    kept = [d for d in kept if d.code != Code.LAW_NUMBER_UNUSED or not rested.intersection(d.rests_on)]
    for i, silence in enumerate(silences):
        idle = [code for code in silence.codes if (i, code) not in used and code not in DATED]
        if idle:
            wrong.append(_idle(idle, silence, kept))
    return [*kept, *wrong]


def _idle(codes: list[str], silence: _Silence, kept: list[Diagnostic]) -> Diagnostic:
    """A 静默 of what is not there: no such warning at all, one of other words, one that stands elsewhere, one that is gone."""
    line = silence.line
    if strange := [x for x in codes if x not in {*Code}]:
        return _warning(Code.IDLE_SILENCE, f"没有 {'、'.join(strange)} 这个警告", line, "代码照抄 check 说的，如 W303；没有要静默的，把这一行删去")
    if (
        silence.of
        and (here := next((d for d in kept if _silenced(d, evolve(silence, of="")) and d.code in codes), None))
        and (said := re.search("「([^「」]+)」", here.message))
    ):
        return _warning(Code.IDLE_SILENCE, f"这里的 {here.code} 说的是「{said[1]}」，不是「{silence.of}」", line, f"写成 静默：{here.code} {said[1]}，理由；这一段里的都不必理会的，写 静默：{here.code}，理由")
    if elsewhere := next((d for d in kept if d.code in codes and d.span is not None and d.span.source is line.content.source), None):
        return _warning(Code.IDLE_SILENCE, f"这里没有 {'、'.join(codes)} 可静默，它出在第 {elsewhere.span.line if elsewhere.span else 0} 行", line,
                        "静默写在它管的那段引文下面；要静默的就是那一处，移过去；不是的，把这一行删去")
    return _warning(Code.IDLE_SILENCE, f"这里没有 {'、'.join(codes)} 可静默", line, "警告已经没有了，就把这一行删去")


def _silenced(finding: Diagnostic, silence: _Silence) -> bool:
    return (
        not finding.is_error and finding.code in silence.codes and finding.span is not None
        and _within(finding.span, silence.reach) and (not silence.of or f"「{silence.of}」" in canonical(finding.message))
    )


def _warning(code: Code, message: str, line: Line, help: str) -> Diagnostic:
    whole = Span(line.content.source, line.label_span.start, line.content.end)
    fixes = (Fix("删去这一行", whole, "", sure=True),) if code == Code.IDLE_SILENCE and help.startswith("警告已经") and "、" not in message else ()
    return Diagnostic(code, message, whole, help, fixes)


def _silences(file: File, wrong: list[Diagnostic], left_out: list[Span]) -> Iterator[_Silence]:
    above: Line | None = None
    for line in file.head:
        if line.label != "静默":
            above = line
        elif codes := _codes(line, wrong):
            yield _Silence(line, *codes, _line_reach(above or line))
    for quote in (q for q in file.quotes if any(x.label == "静默" for x in q.lines)):
        reach = Span(file.source, quote.span.start, max([quote.span.end, *(_line_reach(x).end for x in quote.lines)]))
        weighing: dict[str, Span] = {}  # 从高 and 竞合 beneath one quote leave out other clauses each; the nearest is the last
        for line in quote.lines:
            if isinstance(line.body, Against | CountCap | Highest | OnlyOne):
                first = weighing.pop(line.label, line.label_span)
                weighing[line.label] = Span(file.source, first.start, _line_reach(line).end)
            if line.label == "静默" and (codes := _codes(line, wrong)):
                near = tuple(x for x in codes[0] if x == Code.NOT_WEIGHED and weighing)
                nearest = [*reversed(weighing.values()), reach]
                close = next((x for x in nearest if any(_within(d, x) for d in left_out)), nearest[0])
                yield from (
                    _Silence(line, some, codes[1], where)
                    for some, where in ((near, close), (tuple(x for x in codes[0] if x not in near), reach))
                    if some
                )


def _within(span: Span, reach: Span) -> bool:
    return span.source is reach.source and reach.start <= span.start <= reach.end


def _line_reach(line: Line) -> Span:
    last = line.rows[-1].span.end if line.rows else line.content.end
    return Span(line.content.source, line.label_span.start, last)


def _codes(line: Line, wrong: list[Diagnostic]) -> tuple[tuple[str, ...], str] | None:
    match = _QUIET.fullmatch(canonical(line.text))
    if match is None:
        codes = tuple(dict.fromkeys(re.findall(r"W\d{3}", line.text)))
        listed, _, reason = canonical(line.text).rpartition(",")
        each = _each_of(listed) or codes or ("W303",)
        lines = " 另起一行 ".join(f"静默：{x}，{reason.strip() or '理由'}" for x in each)
        wrong.append(_warning(Code.BAD_SILENCE, f"读不懂「静默：{line.text}」", line, f"写成 {lines}；错误不能静默"))
        return (codes, "") if codes else None  # what it was to silence is not told beside it
    if not (match[3] or "").strip():
        wrong.append(_warning(Code.BAD_SILENCE, "静默没有写理由", line, f"写成 静默：{match[1]}，为什么这个警告不必理会"))
    return tuple(re.findall(r"W\d{3}", match[1])), match[2] or ""


def _each_of(listed: str) -> list[str]:
    """W304 3万元、5万元: of each code its own words, and of each of these a line."""
    found: list[str] = []
    for code, words in re.findall(r"(W\d{3})((?:(?!W\d{3})[^,;:])*)", listed):
        found += [f"{code} {x}" for x in re.split(r"[、\s]+", words) if x] or [code]
    return found
