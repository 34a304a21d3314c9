"""Program and readings to Plan: the rules that stand under these readings, as steps in the order of judging.

`clause.py` says what becomes of one clause, `policy.py` what holds for all of them, `grants.py` what was granted before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import combinations
from typing import Any, NamedTuple

from attrs import define, evolve, field

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.facts.types import SeriesType
from xcrules.meaning import governing, rules
from xcrules.meaning.program import Clause, Program

from . import steps
from .behind import nothing_behind
from .clause import decide
from .policy import of_payments, rounding_of_all, whole_policy
from .together import bounded
from .weighed import outdone

Chosen = dict[str, str]  # a choice for every reading
Made = dict[tuple[str | None, ...], Any]  # the pieces made, each by its clause and the choices that it rests on


def default_readings(program: Program) -> Chosen:
    """The default choice of every registered reading (or what an interpretation document chose)."""
    return {r.number: r.default for r in program.readings}


class Piece(NamedTuple):
    """A piece of a plan: its clause ("": what holds for all), the readings that it chooses by, how it is made under a choice for each."""

    clause: str
    readings: tuple[str, ...]
    make: Callable[[Chosen], Any]


def piece_of(program: Program, clause: Clause) -> Piece:
    """A clause, with the rules of the whole policy that reach into it."""
    choices = [r for r in program.policy_rules if isinstance(r.body, rules.OnlyOne) and r.body.by_item and clause.number in r.body.clauses]
    over = [r for r in program.policy_rules if isinstance(r.body, rules.SharedCap) and r.body.by_item and clause.number in r.body.clauses]
    beside = {k.number: k for r in (*choices, *over) if isinstance(r.body, rules.OnlyOne | rules.SharedCap)
              for n in r.body.clauses for k in [program.clause(n)] if k is not None}
    behind, named = nothing_behind(program), [r for r in program.policy_rules if rules.lets_of(r.body)]
    reaching = {k.number: [r for r in program.policy_rules if reaches(r.body, k.number)] for k in (clause, *beside.values())}

    def judged(one: Clause, chosen: Chosen) -> steps.Decide:
        policy = [r for r in reaching[one.number] if r.active(chosen)]
        return decide(one, policy, program.schema, chosen, behind.over(r for r in named if r.active(chosen)))

    def make(chosen: Chosen) -> steps.Decide:
        node = judged(clause, chosen)
        standing, together = [r for r in choices if r.active(chosen)], [r for r in over if r.active(chosen)]
        every = {n: judged(k, chosen) for n, k in beside.items()} if standing or together else {}
        node = outdone(node, every, standing, program) if standing else node
        node = bounded(node, every, together, program, rounding_of_all(r for r in rounded if r.active(chosen))) if together else node
        apart = governing.uncompared((r for r in reaching[clause.number] if r.active(chosen)), clause.number)
        return evolve(node, claims=tuple(evolve(x, matter=None) if x.part in apart else x for x in node.claims)) if apart else node

    rounded = [r for r in program.policy_rules if over and isinstance(r.body, rules.Rounding)]
    judged_by_hand = [r for r in named if any(number in behind.judged for number, _ in r.choices)]
    rule_lists = [(*k.rules(), *reaching[k.number]) for k in (clause, *(k for n, k in beside.items() if n != clause.number))]
    return Piece(clause.number, _chosen_by((*(r for each in rule_lists for r in each), *choices, *over, *rounded, *judged_by_hand)), make)


@define(eq=False)
class Planner:
    """Plans of one program under many readings, which share what the readings leave alike.

    A clause depends only on the readings that its own lines choose by (and those of 竞合 and 取整), so two plans that
    do not differ in a clause share it: the same object, which is how comparing readings knows what to decide again.
    """

    program: Program
    pieces_made: Made = field(factory=dict, repr=False)
    pieces: tuple[Piece, ...] = field(init=False, repr=False)

    @pieces.default
    def _pieces(self) -> tuple[Piece, ...]:
        """What holds for all clauses, then the clauses."""
        rest = Piece("", _chosen_by(self.program.policy_rules), partial(whole_policy, self.program))
        return rest, *(piece_of(self.program, k) for k in self.program.clauses)

    def plan(self, readings: Mapping[str, str]) -> steps.Plan:
        """The plan under a choice for every reading."""
        chosen = dict(readings)
        rest, *clauses = [self.made(piece, chosen) for piece in self.pieces]
        made: steps.Plan = evolve(rest, clauses=tuple(clauses), links=self.program.links, readings=tuple(sorted(chosen.items())))
        return of_payments(made, self.program.schema) if any(isinstance(x, steps.SharedCap) and x.paid for x in made.shared) else made

    def made(self, piece: Piece, chosen: Chosen) -> Any:
        """The piece under these choices, made once."""
        key = (piece.clause, *[chosen.get(number) for number in piece.readings])
        if key not in self.pieces_made:
            self.pieces_made[key] = piece.make(chosen)
        return self.pieces_made[key]


def _chosen_by(rule_list: Iterable[rules.Rule]) -> tuple[str, ...]:
    """The readings that these rules choose by, in their order."""
    return tuple(dict.fromkeys(number for r in rule_list for number, _ in r.choices))


def reaches(body: rules.Body, clause: str) -> bool:
    """竞合, 表述, 照行, 取整 of the clause or its article, 定义 that only rename a 逐年 fact, and what is over items of several clauses: they are put in place in the clause."""
    match body:
        case rules.SharedCap() | rules.OnlyOne():
            return body.by_item and clause in body.clauses
        case rules.Against() | rules.AgainstOrder():
            return True
        case rules.Fund(clauses):
            return clause in clauses
        case rules.Saying() | rules.Monthly() | rules.Ungated():
            return governing.under(body.clause, clause)
        case rules.Rounding():
            return (bool(body.clause) or body.each) and governing.under(body.clause, clause)
        case rules.Let():
            return isinstance(body.type, SeriesType)
        case _:
            return False


def indistinct_choices(planner: Planner) -> list[Diagnostic]:
    """Choices of one reading that come to the same plan: one of them is written nowhere, or twice."""
    base = default_readings(planner.program)
    touched: dict[str, list[Piece]] = {}
    for piece in planner.pieces:
        for number in piece.readings:
            touched.setdefault(number, []).append(piece)
    found = []
    for reading in planner.program.readings:
        pieces = touched.get(reading.number, [])
        plans = {x: [planner.made(piece, {**base, reading.number: x}) for piece in pieces] for x in reading.modelled}
        for one, other in combinations(plans, 2):
            if plans[one] == plans[other]:
                found.append(Diagnostic(Code.EQUAL_CHOICES, f"读法 {reading.number} 的「{one}」与「{other}」算起来完全一样", reading.span,
                                        f"写出〔{reading.number} {other}〕的不同，或从选项里去掉它"))
    return found
