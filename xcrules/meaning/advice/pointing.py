"""Findings brought nearer to the mistake: the 给定 line of a case, the clause that was meant, the day that the law says.

Looks at what other passes found and only moves it, or adds to its help what can be read beside it; judges nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import evolve

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.source import Span, canonical
from xcrules.draft.outline import Outline
from xcrules.draft.syntax import Line
from xcrules.facts.tables import FactField
from xcrules.facts.types import NumberType, parse_literal
from xcrules.meaning.program import Program

from .spelling import spelled

_CASE = re.compile("^(?:案例|样本)「[^」]*」：")
_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")


def pointed(found: list[Diagnostic], program: Program, law: Outline) -> list[Diagnostic]:
    """The findings, each where it helps most."""
    return [_one(d, program, law) for d in found]


def _one(d: Diagnostic, program: Program, law: Outline) -> Diagnostic:
    if d.code.startswith("E80") and _CASE.match(d.message) and d.span:
        return _in_case(d, program)
    return _day(d, law) if d.code == Code.NOT_A_DAY else _readings(d, program, law)


# -- cases ------------------------------------------------------------------------------------------------


def _in_case(d: Diagnostic, program: Program) -> Diagnostic:
    """At the 给定 line that says it, with the value as it should be written."""
    said = re.findall("「([^「」]*)」", _CASE.sub("", d.message))
    names = [*said, *re.split(r"[.\[\]]+", d.path)]
    best: tuple[int, Span] | None = None
    for line in _given(d.span, program):
        at = {w: line.text.find(w) for w in names if w and w in line.text}
        score = sum(len(w) for w in at)
        if at and (best is None or score > best[0]):
            word = next(w for w in [*reversed(said), *reversed(names)] if w in at)
            best = (score, line.content.part(at[word], at[word] + len(word)))
    moved = evolve(d, span=best[1]) if best else d
    return evolve(moved, help=_value(d, said, program) or d.help)


def _given(span: Span | None, program: Program) -> Iterator[Line]:
    """The 给定 lines beneath the heading of a case."""
    inside = False
    for line in program.document.lines():
        if line.label in ("样本", "案例", "案例表"):
            inside = span is not None and line.content.source is span.source and line.label_span.line == span.line
        elif inside and line.label == "给定":
            yield line


def _value(d: Diagnostic, said: list[str], program: Program) -> str:
    """How the value, or the name, is written."""
    path = d.path.split(".")
    field = _field(path, program)
    if d.code == Code.UNKNOWN_FACT and len(path) == 1 and (owners := [t.name for t in program.schema.nested if t.kind == "一份" and t.field_named(path[0])]):
        return f"写成 {'、'.join(f'{o}.{path[0]}' for o in owners)}"
    if field is None or not said:
        return ""
    typed = said[-1]
    if isinstance(field.type, NumberType):
        mended = spelled(typed)
        literal = parse_literal(canonical(mended))
        if literal is not None and literal.type == field.type:
            return f"写成 {mended}"
        bare = _bare_number(d, program, path[-1])
        return f"写成 {bare}{field.type}" if bare and field.type.unit else ""
    if d.code == Code.NOT_A_DATE and (year := _bare_number(d, program, path[-1])) and re.fullmatch(r"(19|20|21)\d\d年?", year):
        return f"写到日，例如 {year[:4]}-06-01"
    return ""


def _bare_number(d: Diagnostic, program: Program, name: str) -> str:
    """What a 给定 line gives for a name, where it is a number."""
    for line in _given(d.span, program):
        if match := re.search(rf"{re.escape(name)}\s*为\s*(\d[\d.,]*年?)(?![\w%])", canonical(line.text)):
            return match[1]
    return ""


def _field(path: list[str], program: Program) -> FactField | None:
    """The fact that a path in the facts leads to."""
    head = re.sub(r"\[.*", "", path[0])
    for table in program.schema.tables:
        fields = path[1:] if table.name == head else path if table.kind == "顶层" else []
        if fields and (found := table.field_named(fields[0])):
            return found
    return None


# -- other places -----------------------------------------------------------------------------------------


def _day(d: Diagnostic, law: Outline) -> Diagnostic:
    """2021年11月31日: the one day that the quote names."""
    quote = next((x.quote for x in law.lines if d.span and x.line.content.source is d.span.source
                  and x.line.content.start <= d.span.start <= x.line.content.end), None)
    days = set(_DAY.findall("".join(canonical(quote.words).split()))) if quote else set()
    return evolve(d, help=f"原文写的是 {days.pop()}") if len(days) == 1 else d


def _readings(d: Diagnostic, program: Program, law: Outline) -> Diagnostic:
    """Readings by their choices; what the lines say of a reading whose row has a fault."""
    if match := re.search(r"〔(\S+) 选项〕", d.help):
        reading = program.reading(match[1])
        return evolve(d, help=d.help.replace(match[0], "、".join(f"〔{reading.number} {x}〕" for x in reading.modelled))) if reading else d
    row = re.search(r"[A-Za-z]+\d+", d.span.source.line_text(d.span.line)) if d.code in (Code.UNREADABLE_CHOICES, Code.RAGGED_ROW) and d.span else None
    tagged = [(x.number, t.choice) for x in law.lines for t in x.line.tags if row and t.reading == row[0]]
    choices = "、".join(dict.fromkeys(choice for _, choice in tagged if choice))
    if d.code == Code.UNREADABLE_CHOICES and choices and not d.fixes:
        return evolve(d, help=f"条文里写到的选项有：{choices}；{d.help}")
    if d.code == Code.RAGGED_ROW and tagged:
        return evolve(d, help=d.help.replace("如 1(1)", f"条文里用在 {'、'.join(sorted({n for n, _ in tagged}))}"))
    return d
