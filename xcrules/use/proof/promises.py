"""保证: what a policy promises of a clause, as what would refute it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from xcrules.facts.types import EnumType, NumberType
from xcrules.meaning import values
from xcrules.meaning.expressions.grades import COMPARISONS
from xcrules.meaning.grants import LIFETIME, YEARLY, granted_before
from xcrules.meaning.program import Promise
from xcrules.run.lowered import nodes as n
from xcrules.run.smt.outcome import ClauseTerms
from xcrules.run.smt.printing import COMPARED
from xcrules.run.smt.terms import Symbol, either, known, no, plus

from .obligations import Obligation, of_part, raised_in, scale_at, valued
from .proving import PROMISE
from .questions import Question


def promised(q: Question, promise: Promise, number: str) -> Obligation:
    """A 保证 about the clause, or about a part of it (`number`)."""
    held, worth = _worth(q, number)
    scale = held.clause.scale
    made = stated(q.number, promise)
    if promise.kind in ("monotone", "slope"):
        places = [p for p, spec, _ in q.sheet.variables() if p[2] == promise.column and isinstance(spec.type, NumberType)]
        if not places:
            return evolve(made, broken=(False,))  # the clause does not read it
        step, most_ = [int(x.value * scale) for x in promise.values if isinstance(x, values.Literal) and isinstance(x.value, Fraction)] if promise.kind == "slope" else (None, 0)
        after, sheet, free = raised_in(q, places, step and step * scale_at(q, places[0]) // scale)
        more = after.worth if number == q.number else of_part(after, number.removeprefix(q.number))
        if step is not None:
            return evolve(made, broken=(*free, after.sure, more.value - worth.value > most_), varied=(after, sheet))
        wrong = more.value < worth.value if promise.word == "不减" else more.value > worth.value
        return evolve(made, broken=(*free, after.sure, wrong), varied=(after, sheet))
    limits = [valued(q, v, scale) for v in promise.values]
    rivals = [t.name for t in q.policy.program.schema.nested if t.role == "外部支持" and promise.alone]
    without = [no(q.sheet.present(name, row)) for name in rivals for row in range(q.rows)]
    if promise.kind == "total":
        part = number.removeprefix(q.number)
        used = [v for level in (YEARLY, LIFETIME) if (v := granted_before(q.number, (part,), level, q.policy.program.schema, held.clause.part_names if part else ())) is not None]
        together = plus(worth, valued(q, used[0], scale)) if used else worth
        return evolve(made, broken=(known(limits[0]), worth.value > 0, no(COMPARED[COMPARISONS[promise.word]](together.value, limits[0].value))))
    match promise.kind:
        case "bound":
            return evolve(made, broken=(*without, known(limits[0]), no(COMPARED[COMPARISONS[promise.word]](worth.value, limits[0].value))))
        case "between":
            _, low, high = limits
            other, its = _worth(q, promise.clauses[0])
            where = COMPARED[COMPARISONS[promise.word]](its.value, valued(q, promise.values[0], other.clause.scale).value)
            return evolve(made, broken=(*without, other.sure, where, either(worth.value < low.value, worth.value > high.value)))
        case _:
            return evolve(made, broken=tuple(worth.value != x.value for x in limits))


def stated(number: str, promise: Promise) -> Obligation:
    """A promise of which nothing has been asked yet."""
    return Obligation(number, PROMISE, promise.text, f"保证：{promise.text}", (), at=promise.span)


def _worth(q: Question, key: str) -> tuple[ClauseTerms, Symbol]:
    """A clause, and what it or its 分项 comes to."""
    number, part = q.policy.program.clause_names.keys[key]
    held = q.own.outcome(number)
    return held, of_part(held, part) if part else held.worth


# -- each row adds ----------------------------------------------------------------------------------------------------


@frozen(eq=False)
class Kind:
    """Rows of one kind: that the last of a full list of them may still add (`adds`); such a list, where it never does (`idle`); whether there are any."""

    told: str
    adds: Obligation
    idle: Obligation
    counted: tuple[Any, ...]


def kinds_of(q: Question, promise: Promise, number: str) -> Iterator[Kind]:
    """The kinds of rows that a clause, or a part of it, tells apart: by each value of each enumeration it reads of them."""
    made, part = stated(q.number, promise), q.policy.program.clause_names.keys[number][1]
    for i, claim in enumerate(q.held.clause.claims):
        if not claim.is_list or part not in ("", claim.part):
            continue
        lines, last = [x for x in q.held.lines if x.part == i], frozenset({(claim.table, q.rows - 1)})
        columns = {x.name: type_.members for x in n.nodes_of(claim) if isinstance(x, n.Column) and isinstance(x.home, n.Item) and isinstance(type_ := q.sheet.spec(claim.table, x.name).type, EnumType)}
        by_kind = [j for j, guard in enumerate(claim.guards) if all(isinstance(x.home, n.Item) and x.name in columns for x in n.nodes_of(guard.test) if isinstance(x, n.Column))]
        sheet = q.sheet.varied(without=last)
        terms = q.terms(sheet=sheet)
        after, gate = terms.outcome(q.number), terms.open(q.number)
        given = (*(x.counts for x in lines), *(x.net.value > 0 for x in lines[:-1]), gate.value, gate.sure, after.sure, True if after.open is False else after.open == q.held.open)
        more = _worth(q, number)[1].value > (of_part(after, part) if part else after.worth).value
        for told, rows in [(f"{name} {m}", tuple(q.sheet.column(claim.table, row, name).value == q.sheet.code(m) for row in range(q.rows)))
                           for name, members in columns.items() for m in members if m != "不适用"] or [("", ())]:
            counted = (lines[0].here, *(lines[0].guards[j].value for j in by_kind), *rows[:1])
            yield Kind(told, evolve(made, broken=(*given, *rows, more), shown=True, varied=(after, sheet)), evolve(made, broken=(*given, *rows), varied=(after, sheet)), counted)
