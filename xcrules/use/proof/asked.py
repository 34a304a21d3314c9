"""The obligations put to the solver, one after another; every sheet that it finds is decided by the engine before it is told.

保证: what a policy promises of a clause, as what would refute it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from xcrules.base.diagnostic import XcrulesError
from xcrules.base.identity import clause_name
from xcrules.facts.scaled.values import scale_of
from xcrules.facts.types import EnumType, NumberType
from xcrules.meaning import values
from xcrules.meaning.expressions.grades import COMPARISONS
from xcrules.meaning.grants import LIFETIME, YEARLY, granted_before
from xcrules.meaning.program import Promise
from xcrules.plan import steps
from xcrules.run.lowered import nodes as n
from xcrules.run.lowered.lower import Lowerer
from xcrules.run.smt.outcome import ClauseTerms
from xcrules.run.smt.plan import PlanTerms
from xcrules.run.smt.printing import COMPARED
from xcrules.run.smt.sheet import OpenSheet
from xcrules.run.smt.terms import Symbol, Uncovered, both, either, known, no, plus
from xcrules.tell.changes import moved_clauses
from xcrules.use.python.policy import Policy

from .mutation import touched_by
from .obligations import Obligation, figures, happenings, of_law, of_part, raised_in, valued
from .proving import AMENDED, LAW, NO_OLDER, NOBODY_LESS, OPEN, PROMISE, PROVED, READING, REFUTED, WRONG, Proof
from .questions import Question, TooSlow, Unfaithful, less, untold
from .told import samples_of

Readings = tuple[tuple[str, str], ...]


def proofs(
    policy: Policy, clauses: tuple[str, ...], readings: Readings, rows: int, jump: Fraction, against: Policy | None, other: bool
) -> Iterator[Proof]:
    """As `proving.prove` says."""
    tables = {t.name for t in policy.program.schema.nested if t.kind == "一份"}
    samples = tuple(
        s
        for s in samples_of(policy.program).values()
        if not any(isinstance(x, list | dict) and name not in tables for name, x in s.items())
    )[:4]
    plan = policy._under(dict(readings)).plan
    lowerers: dict[int, Lowerer] = {}
    every = {k.number: Question(policy, k.number, readings, rows, samples, lowerers=lowerers)
             for k in plan.clauses if not (k.nature or k.elsewhere)}
    questions = {number: q for number, q in every.items() if not clauses or number in clauses}
    general = [x for x in policy.program.promises if x.kind == "less" and not clauses]
    if against is not None:
        kept = moved_clauses(against.program, policy.program)
        gone = [clause_name(k.number) for k in against.program.clauses if not (clauses or k.nature or k.number in kept)]
        amended = [*_of_amendment(against, questions, kept)]
        yield from amended
        yield from (Proof("", AMENDED, NOBODY_LESS, "", OPEN, f"{x}没有了，从前由它得的，要看别的款还给不给") for x in gone)
        yield from (_nobody_less(x, amended, gone) for x in general)
        return
    for number, q in questions.items():
        yield from _ended(q, of_law(q), number, LAW)
        yield from _promises(q, every, dict(readings))
        yield from _ended(q, figures(q, jump), number, "")
        yield from _ended(q, happenings(q), number, "")
    yield from (evolve(_kept("", x), state=OPEN, why=NO_OLDER) for x in general)
    if other:
        yield from _of_readings(policy, questions, dict(readings))


# -- promises ---------------------------------------------------------------------------------------------------------


def _promises(q: Question, every: dict[str, Question], readings: dict[str, str]) -> Iterator[Proof]:
    """What is promised of a clause, under the last that a promise names."""
    for promise in q.policy.program.promises:
        for key in promise.clauses[-1:]:
            if q.policy.program.clause_names.keys[key][0] != q.number:
                continue
            if promise.kind == "only":
                yield _only(q, promise, every, readings)
            else:
                ask = _each if promise.kind == "each" else promised
                yield from _ended(q, (ask(q, promise, key) for _ in [0]), q.number, PROMISE)


def _each(q: Question, promise: Promise, key: str) -> Proof:
    """每项 都可能 增加: of each kind of row that the clause counts the last of a full list adds something on some sheet."""
    for kind in kinds_of(q, promise, key):
        made = judged(q, kind.adds)
        if made.state == REFUTED and judged(q, evolve(kind.adds, broken=kind.counted, varied=None)).state == REFUTED:
            continue  # its conditions on kinds let none of these in
        if made.state == REFUTED:
            each, before = promise.word[1:], f"已有 {q.rows - 1} {promise.word[1:]}这样的，" if q.rows > 1 else ""
            shown = judged(q, kind.idle)
            return evolve(shown if shown.state == REFUTED else made, why=f"{before}再有一{each}{f'「{kind.told}」' if kind.told else ''}，从不增加")
        if made.state != PROVED:
            return made
    return _kept(q.number, promise)


def _kept(number: str, promise: Promise) -> Proof:
    return Proof(number, PROMISE, promise.text, f"保证：{promise.text}", PROVED, at=promise.span)


def _only(q: Question, promise: Promise, every: dict[str, Question], readings: dict[str, str]) -> Proof:
    """读法 A08 只动 2(3): no other choice of the reading makes a difference to any other clause."""
    keys = q.policy.program.clause_names.keys
    others = {n: x for n, x in every.items() if n not in {keys[c][0] for c in promise.clauses}}
    made = [*_of_readings(q.policy, others, readings, promise.word)]
    worst = next((x for state in (WRONG, PROVED, OPEN) for x in made if x.state == state), None)  # proved is of a reading that it makes a difference
    if not made:
        return evolve(_kept(q.number, promise), state=OPEN, why="没有别的写成规则的选项可换")
    return (
        _kept(q.number, promise)
        if worst is None
        else evolve(
            _kept(q.number, promise), state=REFUTED if worst.state == PROVED else worst.state, why=worst.why, sheets=worst.sheets,
            comes_to=worst.comes_to, readings=worst.readings,
        )
    )


def _ended(q: Question, made: Iterable[Obligation | Proof], number: str, kind: str) -> Iterator[Proof]:
    """Each obligation with its end; one for all where the clause cannot be told to the solver."""
    try:
        for o in made:
            yield judged(q, o) if isinstance(o, Obligation) else o
    except Uncovered as why:
        yield Proof(number, kind or "其余", "", "", OPEN, f"求解器还不懂：{why}")


def judged(q: Question, o: Obligation) -> Proof:
    """The end of one obligation."""
    ended = Proof(o.clause, o.kind, o.text, o.line, PROVED, at=o.at)
    try:
        beside = o.varied[1] if o.varied is not None else None
        model = q.find(*(() if o.readings is not None else (q.gate,)), *o.broken, beside=beside)
        if model is None:
            return evolve(ended, state=REFUTED) if o.shown else ended
        if o.instead is not None:
            found = q.solver
            if _is_proved(q, o.instead, beside, found.left()):
                return evolve(ended, text=o.instead.text)
            q.solver = found
        return evolve(_told(q, o, model, ended), state=PROVED if o.shown else REFUTED)
    except TooSlow as why:
        return evolve(ended, state=OPEN, why=str(why))
    except (Unfaithful, XcrulesError) as error:
        return evolve(ended, state=WRONG, why=f"找到的事实重算不出同样的结果，请报告：{error}")
    finally:
        q.done()


def _is_proved(q: Question, o: Obligation, beside: OpenSheet | None, steps: int) -> bool:
    """Whether it holds; what is not settled within the steps is not proved."""
    try:
        return q.find(q.gate, *o.broken, beside=beside, steps=steps) is None
    except TooSlow:
        return False


def _told(q: Question, o: Obligation, model: Any, ended: Proof) -> Proof:
    base: dict[str, Any] = {}
    if not o.shown or o.readings is not None:
        model, base = q.shrunk()
    sheet = q.facts(model, q.sheet, base)
    found = [(sheet, q.replayed(model, sheet, q.held, q.readings), q.readings)]
    if o.varied is not None:
        held, other = o.varied
        readings, second = (q.readings, q.facts(model, other, base)) if o.readings is None else (o.readings, sheet)
        found.append((second, q.replayed(model, second, held, readings, o.policy), readings))
    idle = frozenset[tuple[str, str]]()
    if base and o.policy is None:
        idle = frozenset.intersection(*(q.without_idle(x, base, r) for x, _, r in found))
    return evolve(
        ended, sheets=tuple(less(x[0], idle) for x in found), comes_to=tuple(x[1] for x in found), readings=tuple(x[2] for x in found)
    )


# -- readings ---------------------------------------------------------------------------------------------------------


def _of_readings(policy: Policy, questions: dict[str, Question], chosen: dict[str, str], only: str = "") -> Iterator[Proof]:
    """Of each other choice of a reading (of one only), whether it ever makes a difference, and for which clause."""
    own = policy._under(chosen).plan
    for reading in (x for x in policy.program.readings if only in ("", x.number)):
        now = policy.chosen(chosen)[reading.number]
        for choice in reading.modelled if len(reading.modelled) > 1 else ():
            if choice != now:
                with_it = tuple({**chosen, reading.number: choice}.items())
                plan = policy._under(dict(with_it)).plan
                yield _differing(own, plan, questions, f"读法 {reading.number} 选 {choice}，有时与 {now} 结果不同", reading.question, with_it)


def _differing(own: steps.Plan, plan: steps.Plan, questions: dict[str, Question], text: str, line: str, readings: Readings) -> Proof:
    ended = Proof("", READING, text, line, REFUTED)
    for number in sorted(touched_by(own, plan) & {*questions}, key=[*questions].index):
        made = difference(questions[number], plan, text, line, readings)
        if made.state == PROVED:
            return made
        ended = made if made.state != REFUTED else ended
    return ended


def difference(q: Question, plan: steps.Plan, text: str, line: str, readings: Readings) -> Proof:
    """Whether another plan of the same policy comes to something else for the clause."""
    def made() -> Iterator[Obligation]:
        broken, held = q.differs(q.terms(plan))
        yield Obligation(q.number, READING, text, line, broken, shown=True, varied=(held, q.sheet), readings=readings)
        why.append(untold(q, plan, held.clause))

    why: list[str] = []
    [proof] = _ended(q, made(), q.number, READING)
    return evolve(proof, state=OPEN, why=why[0]) if proof.state == REFUTED and why[0] else proof


# -- amendments -------------------------------------------------------------------------------------------------------


def _of_amendment(old: Policy, questions: dict[str, Question], kept: dict[str, str]) -> Iterator[Proof]:
    """Of each clause that both versions have (number before → number now), whether somebody gets less and whether anything changes."""
    back = {after: before for before, after in kept.items()}
    for number, q in questions.items():
        if back.get(number, number) != number:  # ledgers name clauses by their numbers
            yield Proof(number, AMENDED, NOBODY_LESS, "", OPEN, f"编号变了，原来是{clause_name(back[number])}，没有比")
        elif number in back:
            yield from _ended(q, _amended(q, old), number, AMENDED)


def _nobody_less(promise: Promise, amended: Iterable[Proof], gone: list[str]) -> Proof:
    """改后 不少于 改前: what was said of each clause, as one; a clause that went is none of which it can be said."""
    of_clauses = [x for x in amended if x.text in (NOBODY_LESS, "")]
    for state, why in ((WRONG, "有误"), (REFUTED, "少得的"), (OPEN, "没有证出来的")):
        names = [clause_name(x.clause) for x in of_clauses if x.state == state]
        if names or (state == OPEN and gone):
            return evolve(_kept("", promise), state=state, why="；".join([f"{why}：{'、'.join(dict.fromkeys(names))}"] * bool(names) + [f"旧版有、现在没有的：{'、'.join(gone)}"] * bool(gone)))
    return _kept("", promise)


def _amended(q: Question, old: Policy) -> Iterator[Obligation]:
    """Against an older policy: nobody gets less, and whether anything changes at all."""
    readings = tuple((x, c) for x, c in q.readings if old.program.reading(x) is not None)
    plan = old._under(dict(readings)).plan
    if q.number not in [k.number for k in plan.clauses if not k.nature]:
        return
    lowerer = Lowerer(plan, old.program.schema, old._engines.parameters)
    _refuse_other_facts(q, old, lowerer)
    terms = PlanTerms(lowerer, q.sheet)
    broken, held = q.differs(terms)
    gate = terms.open(q.number)
    less = (gate.sure, held.sure, gate.value, both(q.held.worth.value * held.clause.scale < held.worth.value * q.held.clause.scale))
    same = Obligation(q.number, AMENDED, "修改前后结果一样", "", broken, varied=(held, q.sheet), readings=readings, policy=old)
    yield evolve(same, text=NOBODY_LESS, broken=less)
    yield same


def _refuse_other_facts(q: Question, old: Policy, lowerer: Lowerer) -> None:
    """Facts that are of another kind now cannot be held against each other."""
    clause = lowerer.clause(next(k for k in lowerer.plan.clauses if k.number == q.number))
    now = {(t.name, f.name): f for t in q.policy.program.schema.tables for f in t.fields}
    was = {f.name for t in old.program.schema.tables for f in t.fields if now.get((t.name, f.name)) != f}
    read = {x.name for x in n.nodes_of(clause) if isinstance(x, n.Column)} & was
    if read:
        raise Uncovered(f"事实改了：{'、'.join(sorted(read))}")


# -- 保证, as what would refute it -----------------------------------------------------------------------------------

def promised(q: Question, promise: Promise, number: str) -> Obligation:
    """A 保证 about the clause, or about a part of it (`number`)."""
    held, worth = _worth(q, number)
    scale = held.clause.scale
    made = stated(q.number, promise)
    if promise.kind in ("monotone", "slope"):
        places = [p for p, spec, _ in q.sheet.variables() if p[2] == promise.column and isinstance(spec.type, NumberType)]
        if not places:
            return evolve(made, broken=(False,))  # the clause does not read it
        step, most_ = (
            [int(x.value * scale) for x in promise.values if isinstance(x, values.Literal) and isinstance(x.value, Fraction)]
            if promise.kind == "slope"
            else (None, 0)
        )
        after, sheet, free = raised_in(q, places, step and step * scale_of(q.sheet.spec(places[0][0], places[0][2]).type) // scale)
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
        used = [
            v
            for level in (YEARLY, LIFETIME)
            if (v := granted_before(q.number, (part,), level, q.policy.program.schema, held.clause.part_names if part else ())) is not None
        ]
        together = plus(worth, valued(q, used[0], scale)) if used else worth
        return evolve(
            made, broken=(known(limits[0]), worth.value > 0, no(COMPARED[COMPARISONS[promise.word]](together.value, limits[0].value)))
        )
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
        columns = {x.name: type_.members for x in n.nodes_of(claim) if isinstance(x, n.Column)
                   and isinstance(x.home, n.Item)
                   and isinstance(type_ := q.sheet.spec(claim.table, x.name).type, EnumType)}
        by_kind = [
            j
            for j, guard in enumerate(claim.guards)
            if all(isinstance(x.home, n.Item) and x.name in columns for x in n.nodes_of(guard.test) if isinstance(x, n.Column))
        ]
        sheet = q.sheet.varied(without=last)
        terms = q.terms(sheet=sheet)
        after, gate = terms.outcome(q.number), terms.open(q.number)
        given = (
            *(x.counts for x in lines), *(x.net.value > 0 for x in lines[:-1]), gate.value, gate.sure, after.sure,
            True if after.open is False else after.open == q.held.open,
        )
        more = _worth(q, number)[1].value > (of_part(after, part) if part else after.worth).value
        for told, rows in [(f"{name} {m}", tuple(q.sheet.column(claim.table, row, name).value == q.sheet.code(m) for row in range(q.rows)))
                           for name, members in columns.items() for m in members if m != "不适用"] or [("", ())]:
            counted = (lines[0].here, *(lines[0].guards[j].value for j in by_kind), *rows[:1])
            yield Kind(told, evolve(made, broken=(*given, *rows, more), shown=True, varied=(after, sheet)),
                       evolve(made, broken=(*given, *rows), varied=(after, sheet)), counted)
