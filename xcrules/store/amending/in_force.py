"""Several texts of one policy by date: as it was, and after each of its amendments. Which one holds for a decision, a day of its facts says."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, XcrulesError
from xcrules.base.source import Source, Span
from xcrules.draft.labels import Label
from xcrules.draft.parse import parse_file
from xcrules.draft.syntax import Term
from xcrules.facts.types import DateType, parse_literal, show
from xcrules.meaning.program import Program
from xcrules.store.load import Earlier, Loaded

from .one_edit import amend_by
from .places import LEDGER

_AS_BEFORE = "从这一天起，台账照修正以后的文字读：换了编号的，台账改记新的号；以前核定的照旧续拨的，旧的 拨付 留在一个分项里（条件：某年度 早于 施行的那一年），台账写到那个分项"


def as_amended(loaded: Loaded, amendments: Sequence[tuple[str, Source | Diagnostic]]) -> Loaded:
    """The policy after all of its amendments, with the texts before each; or as it stands, with what is wrong with one of them."""
    earlier: list[Earlier] = []
    try:
        for _, source in amendments:
            if isinstance(source, Diagnostic):
                raise XcrulesError([source])
            assert loaded.program is not None
            until, date, place = _first_day(source, loaded.program, earlier)
            done = amend_by(loaded, source)
            earlier.append(Earlier(until, date, loaded.program, loaded.diagnostics))
            granted = (Diagnostic(Code.GRANTED_BEFORE_AMENDMENT, f"台账：{x.what}", place, _AS_BEFORE) for x in done.effects.by_hand if x.place == LEDGER)
            loaded = Loaded(done.program, (*done.diagnostics, *granted))
    except XcrulesError as error:
        return evolve(loaded, diagnostics=(*loaded.diagnostics, *error.diagnostics))
    return evolve(loaded, earlier=tuple(earlier))


def _first_day(source: Source, program: Program, earlier: Sequence[Earlier]) -> tuple[int, str, Span]:
    """From which day an amendment holds, by which fact, and where it says so. Raises XcrulesError where it does not say so, or not after the one before it."""
    file, _ = parse_file(source)
    line = next((x for x in file.lines() if x.label == Label.TERM), None)
    term = line.body if line is not None else None
    place = line.content if line is not None else Span(source, 0, 1)
    day = parse_literal(term.start) if isinstance(term, Term) else None
    if not isinstance(term, Term) or day is None:
        raise _wrong("修正案没有写从哪一天起", place, "在「本决定自2025年1月1日起施行。」下面写 施行：自 2025年1月1日 起，凭 申报日期")
    dates = [f.name for f in program.schema.top if isinstance(f.type, DateType)]
    if term.date.text not in dates:
        raise _wrong(f"「{term.date.text}」不是申报的日期", place, f"凭 后面写：{'、'.join(dates)}" if dates else "先在事实表的顶层加一栏日期")
    if earlier and (int(day.value) <= earlier[-1].until or term.date.text != earlier[-1].date):
        raise _wrong(f"这一次修正要在上一次（{show(Fraction(earlier[-1].until), DateType())}）之后，凭同一个日期", place, "修正： 里按施行的先后排列")
    return int(day.value), term.date.text, place


def _wrong(message: str, place: Span, help: str) -> XcrulesError:
    return XcrulesError([Diagnostic(Code.AMENDMENT_WITHOUT_DAY, message, place, help)])
