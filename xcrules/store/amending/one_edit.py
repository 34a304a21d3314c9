"""xcrules amend 政策 旧 新: one change of words, and the policy afterwards as a whole. Reads and writes no file.

Several texts of one policy by date: as it was, and after each of its amendments. Which one holds for a decision, a day of its facts says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from attrs import evolve, frozen

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError, errors
from xcrules.base.identity import ClauseNames, clause_name
from xcrules.base.source import Source, Span
from xcrules.draft.labels import Label
from xcrules.draft.outline import outline
from xcrules.draft.parse import parse_file
from xcrules.draft.syntax import Term
from xcrules.facts.types import DateType, Units, parse_literal, show
from xcrules.meaning import rules
from xcrules.meaning.program import Program
from xcrules.store.load import Earlier, Loaded, load_sources
from xcrules.store.texts import sources_of

from .document import consolidated
from .letters import Letters
from .places import LEDGER, ByHand, Effects, changed, misfit, official_alone
from .recut import Consolidated, recut, whole_quotes
from .woven import Strand, told_where_written

MAY_BE_WRONG = (Code.QUOTE_MISMATCH, Code.REGISTER_QUOTE_MISMATCH)  # an amendment that somebody began by hand is carried through


@frozen(eq=False)
class Amended:
    """A policy after an amendment: what was changed, what is left to a person, the texts, and all of it read again."""

    effects: Effects
    texts: Mapping[str, str]
    program: Program
    diagnostics: tuple[Diagnostic, ...] = ()


def clauses_of(loaded: Loaded) -> ClauseNames:
    """What a clause of a policy may be called, articles too. Raises XcrulesError where the policy could not be read."""
    if loaded.document is None:
        raise XcrulesError(loaded.diagnostics)
    law = outline(loaded.document.files)
    return ClauseNames(tuple(dict.fromkeys([*law.titles, *law.words])), {})


def amend(loaded: Loaded, old: str, new: str, number: str) -> Amended:
    """`old` becomes `new` in a clause ("" for wherever it stands) and in every place that goes with it, the official text among them.

    Raises XcrulesError where the words are not there or there more than once (E603), and where the policy is not right before or afterwards.
    """
    program = loaded.program
    wrong = [d for d in errors(loaded.diagnostics) if d.code not in MAY_BE_WRONG]
    if wrong or program is None:
        raise XcrulesError(wrong or loaded.diagnostics)
    effects = _changed(Letters(program.document), program.schema.units, old, new, number)
    return _whole(loaded, effects, Consolidated.of(program.document).put(effects.edits, (), None), {})


def amend_by(loaded: Loaded, source: Source) -> Amended:
    """The policy with an amendment in it. Raises XcrulesError with what cannot be read or does not fit, where it stands in the amendment."""
    program = loaded.program
    if program is None or not loaded.usable:
        raise XcrulesError(errors(loaded.diagnostics))
    file, wrong = parse_file(source)
    if errors(wrong):
        raise XcrulesError(errors(wrong))
    done = consolidated(program.document, file, program.schema.units)
    made = _whole(loaded, Effects("", done.edits, done.by_hand), done, done.pieces)
    return evolve(made, effects=evolve(made.effects, by_hand=(*made.effects.by_hand, *_paid_otherwise(program, made.program))))


def _paid_otherwise(before: Program, after: Program) -> Iterator[ByHand]:
    """Clauses whose 拨付 is another: what was granted under the old one goes on by the new."""
    for clause in before.clauses:
        old, new = ([r.body for r in k.rules() if isinstance(r.body, rules.Payment)] if k is not None else []
                    for k in (clause, after.clause(clause.number)))
        if any(x not in new for x in old):
            yield ByHand(LEDGER, f"{clause_name(clause.number)}的拨付改了，以前核定的各笔也照新的续拨")


def _years_left(before: Program, after: Program) -> Iterator[ByHand]:
    """Lines 时效 with a year that stands as it was although 施行 begins, or ends, in another one now."""
    was, now = ([_years(r.body) for r in p.policy_rules if isinstance(r.body, rules.Term)] for p in (before, after))
    kept = {(r.origin.text, r.origin.tags): _years(r.body) for r in before.policy_rules if isinstance(r.body, rules.Years)}
    for rule in after.policy_rules:
        if isinstance(rule.body, rules.Years):
            years = _years(rule.body)
            old = kept.get((rule.origin.text, rule.origin.tags), ("", ""))
            if any({x[end] for x in was} != {x[end] for x in now} and years[end] == old[end] for end in (0, 1)):
                tags = "，".join(map(" ".join, rule.origin.tags))
                yield ByHand(str(rule.origin.span), f"时效{f'〔{tags}〕' if tags else ''}还是 {_told([years])}：施行的年份原来是 {_told(was)}，现在是 {_told(now)}，看要不要跟着改")


def _years(body: rules.Term | rules.Years) -> tuple[str, str]:
    """The first and the last year of 施行 or 时效, "" where it has no end."""
    if isinstance(body, rules.Years):
        return str(body.first), str(body.last)
    first, last = ("" if d is None else str(date.fromordinal(int(d)).year) for d in (body.first_day, body.last_day))
    return first, last


def _told(spans: Iterable[tuple[str, str]]) -> str:
    return " 或 ".join(dict.fromkeys(f"{first}年 至 {last}年" if last else f"{first}年 起" for first, last in spans)) or "没有写"


def _whole(loaded: Loaded, effects: Effects, work: Consolidated, pieces: Mapping[str, tuple[Strand, ...]]) -> Amended:
    """The policy afterwards, read and checked; raises XcrulesError with the errors there are, where `pieces` say that they were written."""
    assert loaded.program is not None
    before = {s.name: s.text for s in sources_of(loaded.program)}
    again = load_sources(loaded.program.name, work.sources, [])
    found = told_where_written(again.diagnostics, pieces)
    if wrong := errors(found):
        raise XcrulesError(wrong)
    assert again.program is not None
    left = (*_years_left(loaded.program, again.program), *_new_warnings(loaded.diagnostics, found))
    return Amended(
        evolve(effects, by_hand=(*effects.by_hand, *left)), {s.name: s.text for s in work.sources if s.text != before[s.name]},
        again.program, tuple(found),
    )


def _changed(law: Letters, units: Units, old: str, new: str, number: str) -> Effects:
    words = ["".join(x.split()) for x in (old, new)]
    if words[0] == words[1] or not words[0]:
        raise misfit(f"「{old}」改成「{new}」，没有改什么", "写出原文里现在的字，和改成的字")
    found = law.find(old, number)
    if len(found) == 1 and not words[1] and whole_quotes(law, found[0], found[0] + len(words[0])):  # with the lines that rest on them
        return Effects(law.number_of(found[0]), tuple(recut(law, found[0], found[0] + len(words[0]), [], law.places[found[0]][0].span)), ())
    if len(found) == 1:
        return changed(law, found[0], old, new, units)
    where = f"{clause_name(number)}里" if number else "引文里"
    if not found:
        if len(done := law.find(new, number)) == 1 and (late := official_alone(law, done[0], old, new)) is not None:
            return late
        raise misfit(f"{where}没有「{old}」", "照原文抄一段；空格、换行不算")
    places = "、".join(dict.fromkeys(clause_name(law.number_of(at)) for at in found))
    raise misfit(f"{where}有 {len(found)} 处「{old}」：{places}", "多抄几个字，到只有一处；或用 --款 说明是哪一款")


def _new_warnings(known: Iterable[Diagnostic], now: Iterable[Diagnostic]) -> list[ByHand]:
    """What is to be said of the policy now and was not before."""
    before = {(d.code, d.message) for d in known}
    return [ByHand(d.place(), f"{d.code} {d.message}{f'；{d.help}' if d.help else ''}") for d in now if (d.code, d.message) not in before]


# -- several texts by date -------------------------------------------------------------------------------------------

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
