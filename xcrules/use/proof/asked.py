"""The obligations put to the solver, one after another; every sheet that it finds is decided by the engine before it is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from attrs import evolve

from xcrules.base.diagnostic import XcrulesError
from xcrules.base.identity import clause_name
from xcrules.plan import steps
from xcrules.run.lowered import nodes as n
from xcrules.run.lowered.lower import Lowerer
from xcrules.run.smt.plan import PlanTerms
from xcrules.run.smt.sheet import OpenSheet
from xcrules.run.smt.terms import Uncovered, both
from xcrules.tell.changes import moved_clauses
from xcrules.use.python.policy import Policy

from .alike import untold
from .mutation import touched_by
from .obligations import Obligation, figures, happenings, of_law, promised
from .proving import AMENDED, LAW, NOBODY_LESS, OPEN, PROMISE, PROVED, READING, REFUTED, WRONG, Proof
from .questions import Question, TooSlow, Unfaithful, less
from .suggested import samples_of

Readings = tuple[tuple[str, str], ...]


def proofs(policy: Policy, clauses: tuple[str, ...], readings: Readings, rows: int, jump: Fraction, against: Policy | None, other: bool) -> Iterator[Proof]:
    """As `proving.prove` says."""
    tables = {t.name for t in policy.program.schema.nested if t.kind == "一份"}
    samples = tuple(s for s in samples_of(policy.program).values() if not any(isinstance(x, list | dict) and name not in tables for name, x in s.items()))[:4]
    plan = policy._under(dict(readings)).plan
    lowerers: dict[int, Lowerer] = {}
    questions = {k.number: Question(policy, k.number, readings, rows, samples, lowerers=lowerers) for k in plan.clauses if not (k.nature or k.elsewhere) and (not clauses or k.number in clauses)}
    if against is not None:
        back = {after: before for before, after in moved_clauses(against.program, policy.program).items()}
        for number, q in questions.items():
            if back.get(number, number) != number:  # ledgers name clauses by their numbers
                yield Proof(number, AMENDED, NOBODY_LESS, "", OPEN, f"编号变了，原来是{clause_name(back[number])}，没有比")
            elif number in back:
                yield from _ended(q, _amended(q, against), number, AMENDED)
        return
    for number, q in questions.items():
        for kind, made in ((LAW, of_law), (PROMISE, _promises), ("", lambda q: figures(q, jump)), ("", happenings)):
            yield from _ended(q, made(q), number, kind)
    if other:
        yield from _of_readings(policy, questions, dict(readings))


def _promises(q: Question) -> Iterator[Obligation]:
    for promise in q.policy.program.promises:
        for number in dict.fromkeys(promise.clauses[-1:]):
            if q.policy.program.clause_names.keys[number][0] == q.number:
                yield promised(q, promise, number)


def _ended(q: Question, made: Iterable[Obligation], number: str, kind: str) -> Iterator[Proof]:
    """Each obligation with its end; one for all where the clause cannot be told to the solver."""
    try:
        for o in made:
            yield judged(q, o)
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
    return evolve(ended, sheets=tuple(less(x[0], idle) for x in found), comes_to=tuple(x[1] for x in found), readings=tuple(x[2] for x in found))


# -- readings ---------------------------------------------------------------------------------------------------------


def _of_readings(policy: Policy, questions: dict[str, Question], chosen: dict[str, str]) -> Iterator[Proof]:
    """Of each other choice of a reading, whether it ever makes a difference, and for which clause."""
    own = policy._under(chosen).plan
    for reading in policy.program.readings:
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
