"""Program and readings to Plan: the rules that stand under these readings, as steps in the order of judging.

`clause.py` says what becomes of one clause, `policy.py` what holds for all of them, `grants.py` what was granted before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import combinations
from typing import Any, TypeVar

from attrs import evolve, field, frozen

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic
from xcrules.facts.types import SeriesType
from xcrules.meaning import rules
from xcrules.meaning.program import Clause, Program

from . import steps
from .clause import decide
from .policy import rounding_of, whole_policy

T = TypeVar("T")
Chosen = dict[str, str]  # a choice for every reading


def default_readings(program: Program) -> Chosen:
    """The default choice of every registered reading (or what an interpretation document chose)."""
    return {r.number: r.default for r in program.readings}


def plan(program: Program, readings: Mapping[str, str]) -> steps.Plan:
    """The plan of a checked program under a choice for every reading."""
    return Planner(program).plan(readings)


@frozen(eq=False)
class Planner:
    """Plans of one program under many readings, which share what the readings leave alike.

    A clause depends only on the readings that its own lines choose by (and those of 竞合 and 取整), so two plans that
    do not differ in a clause share it: the same object, which is how comparing readings knows what to decide again.
    """

    program: Program
    _made: dict[tuple[str | None, ...], Any] = field(factory=dict, init=False, repr=False)

    def plan(self, readings: Mapping[str, str]) -> steps.Plan:
        """The plan under a choice for every reading."""
        chosen = dict(readings)
        clauses = tuple(self._clause(k, chosen) for k in self.program.clauses)
        return evolve(self._policy(chosen), clauses=clauses, readings=tuple(sorted(chosen.items())))

    def pieces(self) -> Iterator[tuple[frozenset[str], Callable[[Chosen], object]]]:
        """What a plan is made of: the readings that a piece chooses by, and the piece under a choice for each."""
        yield frozenset(_chosen_by(self.program.policy_rules)), self._policy
        for clause in self.program.clauses:
            yield frozenset(_chosen_by((*clause.rules(), *self._reaching(clause)))), partial(self._clause, clause)

    def _policy(self, chosen: Chosen) -> steps.Plan:
        return self._once("", self.program.policy_rules, chosen, lambda: whole_policy(self.program, chosen))

    def _clause(self, clause: Clause, chosen: Chosen) -> steps.Decide:
        reaching = self._reaching(clause)

        def made() -> steps.Decide:
            policy = [r for r in reaching if r.active(chosen)]
            return decide(clause, policy, rounding_of(policy, clause.number), self.program.schema, chosen)

        return self._once(clause.number, (*clause.rules(), *reaching), chosen, made)

    def _reaching(self, clause: Clause) -> tuple[rules.Rule, ...]:
        """The rules of the whole policy that reach into a clause."""
        return tuple(r for r in self.program.policy_rules if _reaches(r.body, clause.number))

    def _once(self, name: str, rule_list: Iterable[rules.Rule], chosen: Chosen, make: Callable[[], T]) -> T:
        """The piece of this name under these choices, made once."""
        key = (name, *(chosen.get(number) for number in _chosen_by(rule_list)))
        if key not in self._made:
            self._made[key] = make()
        made: T = self._made[key]
        return made


def _chosen_by(rule_list: Iterable[rules.Rule]) -> dict[str, None]:
    """The readings that these rules choose by, in their order."""
    return dict.fromkeys(number for r in rule_list for number, _ in r.choices)


def _reaches(body: rules.Body, clause: str) -> bool:
    """竞合, 取整 of the clause or its article, and 定义 that only rename a 逐年 fact: they are put in place in the clause."""
    match body:
        case rules.Against() | rules.AgainstOrder():
            return True
        case rules.Rounding():
            return bool(body.clause) and body.holds_for(clause)
        case rules.Let():
            return isinstance(body.type, SeriesType)
        case _:
            return False


def indistinct_choices(program: Program) -> list[Diagnostic]:
    """Choices of one reading that come to the same plan: one of them is written nowhere, or twice."""
    base, touched = default_readings(program), dict[str, list[Callable[[Chosen], object]]]()
    for numbers, piece in Planner(program).pieces():
        for number in numbers:
            touched.setdefault(number, []).append(piece)
    found = []
    for reading in program.readings:
        pieces = touched.get(reading.number, [])
        plans = {x: [piece({**base, reading.number: x}) for piece in pieces] for x in reading.modelled}
        for one, other in combinations(plans, 2):
            if plans[one] == plans[other]:
                found.append(Diagnostic(Code.EQUAL_CHOICES, f"读法 {reading.number} 的「{one}」与「{other}」算起来完全一样", reading.span,
                                        f"写出〔{reading.number} {other}〕的不同，或从选项里去掉它"))
    return found
