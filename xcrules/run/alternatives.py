"""Readings of a policy under one set of choices: which a clause rests on, and how another choice could change it.

A clause is judged again under another choice only if that choice changes its steps or, for choices about
the gates, if the gates come out differently for these facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

from attrs import field, frozen

from xcrules.base.diagnostic import XcrulesError
from xcrules.base.money import money_text
from xcrules.facts.given import Facts
from xcrules.facts.scaled import ScaledFacts
from xcrules.facts.tables import FactField
from xcrules.facts.types import show
from xcrules.meaning import governing, rules, values
from xcrules.meaning.links import shared_of
from xcrules.meaning.program import Program, Reading
from xcrules.plan import steps

from .decision import ClauseDecision
from .disputes import Choice, Use, use
from .results import PENDING

if TYPE_CHECKING:
    from .python.variants import Variants

Engine = Literal["compiled", "reference"]
MOST_GRANTS = 10  # earlier grants told one by one; of more their number


class Decider(Protocol):
    """What is wanted of a policy here."""

    @property
    def program(self) -> Program: ...

    def plan_of(self, chosen: Mapping[str, str]) -> steps.Plan: ...

    def same_gates(self, facts: Facts, one: Mapping[str, str], other: Mapping[str, str], engine: Engine) -> bool: ...

    def closed(self, facts: Facts, readings: Mapping[str, str], status: str) -> str: ...

    def withheld(self, facts: Facts, readings: Mapping[str, str], clause: str) -> tuple[steps.Payment, ...]: ...

    def judge(self, readings: Mapping[str, str], engine: Engine) -> Judge:
        """What decides a clause under a full set of readings; see Judge."""


Judge = Callable[[Facts, ClauseDecision], ClauseDecision]  # facts and a clause to the clause under other readings


@frozen(eq=False)
class Alternatives:
    """The other choices, for all decisions under one set of choices. Worked out clause by clause, when asked for."""

    policy: Decider
    chosen: Mapping[str, str]
    engine: Engine
    variants: Variants | None = None  # where generated code decides
    _live: dict[str, tuple[Use, ...]] = field(factory=dict, init=False, repr=False)
    _uses: dict[str, tuple[Use, ...]] = field(factory=dict, init=False, repr=False)
    _left_open: dict[str, frozenset[str]] = field(factory=dict, init=False, repr=False)
    _judges: dict[tuple[str, str], Judge] = field(factory=dict, init=False, repr=False)
    _turned: dict[tuple[str, str], bool] = field(factory=dict, init=False, repr=False)

    @cached_property
    def plan(self) -> steps.Plan:
        """The plan under the choices made."""
        return self.policy.plan_of(self.chosen)

    def uses(self, clause: str) -> tuple[Use, ...]:
        """The readings that a clause rests on: those on its own lines, then those of the gates, the order, the rounding."""
        if clause not in self._uses:
            found = (self.policy.program.reading(n) for n in self._numbers(clause))
            self._uses[clause] = tuple(self._use(r, clause) for r in found if r is not None)
        return self._uses[clause]

    def live(self, clause: str) -> tuple[Use, ...]:
        """Those of which some other choice could change something."""
        if clause not in self._live:
            self._live[clause] = tuple(x for x in self.uses(clause) if x.live)
        return self._live[clause]

    def left_open(self, clause: str) -> frozenset[str]:
        """Those of which a person would have to say what some choice gives, and whose line may cut or refuse something in the clause."""
        if clause not in self._left_open:
            plan, node = self.plan, _node(self.plan, clause)
            lines = (*node.steps, *(g for each in node.claims for g in each.guards), *plan.scope_of(node))
            self._left_open[clause] = frozenset(x.number for x in self.uses(clause) if x.open) & {
                number for x in lines for number, choice in x.origin.tags if choice
            }
        return self._left_open[clause]

    def quickly(self, facts: Facts, clause: ClauseDecision, gates: dict[int, bool]) -> tuple[set[str], list[tuple[Use, Choice]]]:
        """The readings that make a difference to a clause as far as whole numbers tell, and the choices of which decisions have to."""
        live = self.live(clause.number)
        if (self.variants is None or (judged := clause.judged) is None or self._over_several
            or judged.compiled.plan.links.linked or not isinstance(facts, ScaledFacts)):
            return set(), [(use, x) for use in live for x in use.live]
        return ((set(), self.variants.behind_gates(judged, live, facts)) if clause.status == PENDING
                else self.variants.disputed(judged, live, facts, gates))

    @cached_property
    def _own_gates(self) -> tuple[object, ...]:
        return _gates(self.plan)

    @cached_property
    def _over_several(self) -> bool:
        """Whether under some readings a line reaches over several clauses."""
        return any(shared_of(self.policy.program.policy_rules))

    def same_gates(self, facts: Facts, number: str, choice: str) -> bool:
        """Whether both gates come out as under the choices made."""
        return self.policy.same_gates(facts, self.chosen, self.readings(number, choice), self.engine)

    def judge(self, facts: Facts, number: str, choice: str, clause: ClauseDecision) -> ClauseDecision | None:
        """The clause under another choice; None where that is not worked out."""
        key = (number, choice)
        if key not in self._judges:
            self._judges[key] = self.policy.judge(self.readings(number, choice), self.engine)
        try:
            return self._judges[key](facts, clause)
        except XcrulesError:  # too long a list to go over again for the sake of a comparison
            return None

    def subjects(self, clause: str) -> tuple[tuple[str, str], ...]:
        """The parts of a clause, each with the table of its items."""
        return tuple((each.part, each.table) for each in _node(self.plan, clause).claims)

    def earlier(self, facts: Facts, ledger: str) -> tuple[str, ...]:
        """Earlier grants under a clause or part, as the ledger tells them."""
        return grants_before(facts, self.plan.history, ledger)

    def withheld(self, facts: Facts, clause: str) -> tuple[str, ...]:
        """The conditions of 续拨 that keep back this year's instalment of an earlier grant."""
        if all(x.going is None for x in _node(self.plan, clause).pays):
            return ()
        return tuple(dict.fromkeys(x.origin.text.rpartition("凭")[2].strip() for x in self.policy.withheld(facts, self.chosen, clause)))

    def given(self, facts: Facts, table: str) -> bool | None:
        """Whether a list or an object was reported; None: it was not, and counts as empty."""
        return facts.gives(table) or (None if (held := self.policy.program.schema.table(table)) is not None and held.closed else False)

    def unfilled(self, facts: Facts, clause: str) -> tuple[str, ...]:
        """The columns that may be left out, were, and are read by what the amount is reckoned from."""
        plan, claims = self.plan, _node(self.plan, clause).claims
        amounts = [x for each in claims for x in (each.grant, *(let.value for let in _read((*plan.lets, *each.lets), [each.grant])))]
        read = (v.field for held in amounts for v in values.nodes_of(held) if isinstance(v, values.Fact))
        return tuple(dict.fromkeys(x.name for x in read if x.optional and not _filled(facts, x)))

    def closed(self, facts: Facts, status: str) -> str:
        """What of the gates is not met."""
        return self.policy.closed(facts, self.chosen, status)

    def readings(self, number: str, choice: str) -> Mapping[str, str]:
        """The choices made, with one other."""
        return {**self.chosen, number: choice}

    def _numbers(self, clause: str) -> list[str]:
        plan, node = self.plan, _node(self.plan, clause)
        gates = (r.origin for r in self.policy.program.policy_rules if isinstance(r.body, rules.Scope | rules.Term | rules.Years)
                 or (isinstance(r.body, rules.OnlyOne | rules.SharedCap) and clause in r.body.clauses)
                 or (isinstance(r.body, rules.Ungated) and governing.under(r.body.clause, clause)))
        outer = [plan.rounding.origin, *gates]  # also those that another choice would set up
        outer += [s.origin for s in node.steps if isinstance(s, steps.Against)]
        behind = [_node(plan, n) for n in plan.links.behind(clause)] if plan.links.linked or plan.links.beside[clause] else []
        outer += [x.origin for x in _read(plan.lets, (node, *behind, *plan.scope, *(x for x in plan.shared if clause in x.clauses)))]
        return list(
            dict.fromkeys(
                [*node.readings, *(number for k in behind for number in k.readings), *(number for o in outer for number, _ in o.tags)]
            )
        )

    def _use(self, reading: Reading, clause: str) -> Use:
        chosen = self.chosen.get(reading.number, reading.default)
        choices = tuple(self._choice(reading, x, clause) for x in reading.choices if x != chosen)
        return use(reading.number, chosen, reading.risk, reading.question, choices)

    def _choice(self, reading: Reading, choice: str, clause: str) -> Choice:
        if choice not in reading.modelled:
            return Choice(choice, dict(reading.manual).get(choice, ""))
        one, other = self.plan, self.policy.plan_of(self.readings(reading.number, choice))
        mine = _node(one, clause)
        gates = self._other_gates(reading.number, choice)
        if one.links.linked and (
            one.rounding != other.rounding or any(_node(one, n) is not _node(other, n) for n in one.links.behind(clause))
        ):
            return Choice(choice, None, True, one.rounding != other.rounding, gates)
        all_steps = bool(one.shared or other.shared) or mine is not _node(other, clause) or one.lets != other.lets
        return Choice(choice, None, all_steps or bool(gates and (mine.pays or mine.ungated)), one.rounding != other.rounding, gates)

    def _other_gates(self, number: str, choice: str) -> bool:
        """Whether another choice says something else of 有效期 or 适用主体; the same for all clauses."""
        key = (number, choice)
        if key not in self._turned:
            self._turned[key] = self._own_gates != _gates(self.policy.plan_of(self.readings(number, choice)))
        return self._turned[key]


def _filled(facts: Facts, column: FactField) -> bool:
    """Whether the column was filled in, of a list in every row."""
    held = facts.top.get(column.table) if column.table else facts.top
    rows = held if isinstance(held, tuple) else (held,) if isinstance(held, Mapping) else ()
    return all(column.name in row for row in rows)


def grants_before(facts: Facts, history: steps.History | None, ledger: str) -> tuple[str, ...]:
    """Rows of the ledger of earlier grants under one clause or part: 2022年 100万元, or 2022年 100万元，已拨 30万元."""
    rows = facts.top.get(history.table) if history is not None else None
    if history is None or not isinstance(rows, tuple):
        return ()
    return told_grants([r for r in rows if r.get(history.clause) == ledger], history, _paid)


def told_grants(
    rows: Sequence[Mapping[str, object]], history: steps.History,
    more: Callable[[Mapping[str, object], steps.History], str] = lambda row, history: "",
) -> tuple[str, ...]:
    """2022年 100万元 of each row, with `more` of it; of many the first, and how many there are."""
    told = [f"{_shown(r.get(history.year), show, '年', '年度未知')} {_shown(r.get(history.amount), money_text, '', '金额未知')}{more(r, history)}" for r in rows[:MOST_GRANTS]]
    return (*told, *([f"等 {len(rows)} 笔"] if len(rows) > MOST_GRANTS else []))


def _paid(row: Mapping[str, object], history: steps.History) -> str:
    paid = row.get(history.paid) if history.paid else None
    return f"，已拨 {money_text(paid)}" if isinstance(paid, Fraction) and paid != row.get(history.amount) else ""


def _shown(value: object, text: Callable[[Fraction], str], unit: str, unknown: str) -> str:
    return text(value) + unit if isinstance(value, Fraction) else unknown


def _read(lets: Iterable[steps.Let], readers: Iterable[object]) -> list[steps.Let]:
    """The 定义 that a clause or a gate reads, through others too."""
    by_name, found, left = {x.name: x for x in lets}, dict[str, steps.Let](), list(readers)
    while left:
        names = (v.name for v in values.nodes_of(left.pop()) if isinstance(v, values.Var))
        new = [by_name[x] for x in dict.fromkeys(names) if x in by_name and x not in found]
        found |= {x.name: x for x in new}
        left += [x.value for x in new]
    return list(found.values())


def _gates(plan: steps.Plan) -> tuple[object, ...]:
    """有效期 and 适用主体, with the 定义 that these read."""
    return plan.period, plan.scope, _read(plan.lets, plan.scope)


def _node(plan: steps.Plan, number: str) -> steps.Decide:
    return next(k for k in plan.clauses if k.number == number)
