"""A clause that lacks a condition which all its neighbours have: likelier forgotten than meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from xcrules.base.diagnostic import Code, Diagnostic, Related
from xcrules.base.identity import short_name
from xcrules.base.source import Span
from xcrules.draft.labels import Label
from xcrules.draft.numbering import pieces_of
from xcrules.meaning import governing, rules, values
from xcrules.meaning.program import Clause, Program

_FEWEST = 3  # neighbours that must all have it


def lacking(program: Program) -> Iterator[Diagnostic]:
    """W319, among the 款 of one article, and among the articles that have none, if some other speaks of the same 对象."""
    beside: dict[str, list[Clause]] = {}
    for clause in program.clauses:
        if any(part.rules for part in clause.parts) and not governing.gives_back(program.policy_rules, clause.number):  # who is barred still gives back
            beside.setdefault("".join(pieces_of(clause.number)[:-1]), []).append(clause)
    for clauses in beside.values():
        held = [_conditions(k) for k in clauses]
        common = {c for c, n in Counter(c for x in held for c in x).items() if n == len(held) - 1 >= _FEWEST}  # that all but one have
        for at, clause in enumerate(clauses if common else ()):
            other = held[0 if at else 1]
            missing = [c for c in other if c in common and c not in held[at] and _words(c) not in map(_words, held[at])]
            place = next((r.origin.span for p in clause.parts for r in p.rules if isinstance(r.body, rules.Standard | rules.Discretion)), None)
            if missing and any(_tables(k) == _tables(clause) for k in clauses if k is not clause):
                yield _said(clause, missing[0], other[missing[0]], place or clause.origin.span)


def _tables(clause: Clause) -> frozenset[str]:
    """Whom a clause speaks of: what is asked of an enterprise is not asked of a person who works there."""
    return frozenset(r.body.table for r in clause.rules() if isinstance(r.body, rules.Subject))


def _said(clause: Clause, condition: values.Value, rule: rules.Rule, place: Span | None) -> Diagnostic:
    words = _words(condition) or rule.origin.text.strip()  # alone, of a line that says more
    label = rule.origin.label if rule.origin.label == Label.EXCLUSION else Label.CONDITION
    related = (Related(rule.origin.span, "例如这一款有"),) if rule.origin.span is not None else ()
    return Diagnostic(Code.LACKS_A_CONDITION, f"旁边各款都有条件「{words}」，{short_name(clause.number)} 没有", place,
                      f"漏了的，补一行 {label}：{words}；原文本来没有的，用 静默：W319，理由", related=related)


def _words(condition: values.Value) -> str:
    """As it is written: a column of one list and that of another may be one condition."""
    return " ".join(condition.span.text.split()) if condition.span is not None else ""


def _conditions(clause: Clause) -> dict[values.Value, rules.Rule]:
    """What every part of a clause asks, condition by condition, whatever the reading."""
    parts = [{c: r for r in part.rules if isinstance(r.body, rules.Condition) for c in _single(r.body.condition)} for part in clause.parts]
    return {c: r for c, r in parts[0].items() if all(c in x for x in parts)}


def _single(condition: values.Value) -> tuple[values.Value, ...]:
    if isinstance(condition, values.Logic) and condition.op == "且":
        return tuple(c for part in condition.parts for c in _single(part))
    return (condition,)
