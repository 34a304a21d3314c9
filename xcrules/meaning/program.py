"""What a policy means: names resolved, values typed, readings still open.

A Program is the checked Document. `plan` picks one set of readings and lowers its rules to the steps
of plan/steps.py. Rules already hold values; what differs between readings is which
rules are there. All of it is frozen and compares by what it says; places (spans) and origins are outside equality.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import field, frozen

from xcrules.base.identity import ClauseNames
from xcrules.base.node import Node
from xcrules.base.source import Source, Span
from xcrules.facts.tables import Form, ParameterTable, Schema

from . import values
from .links import Links, lets_read, links_of, reads_of, shared_of
from .rules import OnlyOne, Payment, Rule, SharedCap, Subject, Years

if TYPE_CHECKING:
    from xcrules.draft.syntax import Document


@frozen(eq=False, repr=False)
class Reading(Node):
    """One row of the register: what the law leaves open, the choices (default first), and why."""

    number: str
    clause: str
    risk: str
    words: str
    question: str
    choices: tuple[str, ...]
    manual: tuple[tuple[str, str], ...]  # choices that are not modelled, with the fact they would need
    reason: str
    interpretation: str = ""  # an interpretation document that settled it
    chosen: str = ""
    span: Span | None = field(default=None, eq=False, repr=False)

    @property
    def default(self) -> str:
        return self.chosen or self.choices[0]

    @property
    def tags(self) -> tuple[str, ...]:
        """What may stand in 〔 〕: the reading, and each of its modelled choices."""
        return (self.number, *(f"{self.number} {choice}" for choice in self.modelled))

    @property
    def modelled(self) -> tuple[str, ...]:
        manual = {name for name, _ in self.manual}
        return tuple(name for name in self.choices if name not in manual)


# -- rules ------------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class Part(Node):
    """分项: its name (empty if the clause has none) and its rules."""

    name: str
    rules: tuple[Rule, ...]


@frozen(eq=False, repr=False)
class Clause(Node):
    """款: its number, its words, what holds for all parts, its parts, its totals."""

    number: str
    title: str
    words: str
    shared: tuple[Rule, ...]
    parts: tuple[Part, ...]
    totals: tuple[Rule, ...]
    nature: str
    origin: values.Origin = field(eq=False, repr=False)

    def rules(self) -> tuple[Rule, ...]:
        return (*self.shared, *(r for p in self.parts for r in p.rules), *self.totals)

    @property
    def paid_in_parts(self) -> bool:
        return any(isinstance(r.body, Payment) and r.body.in_parts for r in self.rules())


@frozen(eq=False, repr=False)
class CaseCheck(Node):
    """应得: what a clause must come to; `said` is the status as 表述 has it (应退扶持资金). Of one 分项 only its amount is told, and no status."""

    clause: str
    status: str
    said: str
    values: tuple[tuple[str, object], ...]
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen(eq=False, repr=False)
class Case(Node):
    """案例: facts as nested plain values, and what is expected."""

    name: str
    facts: dict[str, object] = field(eq=False, repr=False)
    checks: tuple[CaseCheck, ...]
    readings: tuple[tuple[str, str], ...] = ()
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen(eq=False, repr=False)
class Promise(Node):
    """保证: what is to hold for every enterprise. Its words and types are checked; whether it holds, `use/proof` asks."""

    text: str
    kind: str
    clauses: tuple[str, ...]
    values: tuple[values.Value, ...]
    word: str
    column: str = ""  # that a monotone one, or a slope, goes by
    alone: bool = False  # where there is no other support
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen(eq=False, repr=False)
class Program(Node):
    """A checked policy."""

    name: str
    title: str
    number: str
    schema: Schema
    parameters: tuple[ParameterTable, ...]
    readings: tuple[Reading, ...]
    policy_rules: tuple[Rule, ...]  # 定义 适用 施行 时效 取整 竞合, and notes outside clauses
    clauses: tuple[Clause, ...]
    cases: tuple[Case, ...]
    promises: tuple[Promise, ...]
    sources: tuple[Source, ...] = field(eq=False, repr=False)  # the texts, official text aside
    written: Document | Callable[[], Document] = field(eq=False, repr=False, alias="document")

    @cached_property
    def document(self) -> Document:
        """What was written; of a policy that was stored or sent it is read again, when somebody wants it."""
        return self.written() if callable(self.written) else self.written

    @cached_property
    def every_rule(self) -> tuple[Rule, ...]:
        """Those of the whole policy, then those of each clause."""
        return (*self.policy_rules, *(r for k in self.clauses for r in k.rules()))

    @cached_property
    def edition(self) -> str:
        """A fingerprint of the texts, official text aside: the same text, the same edition."""
        import hashlib

        return hashlib.sha256("\0".join(s.text for s in self.sources).encode()).hexdigest()[:16]

    @cached_property
    def applicant(self) -> str:
        """What the policy calls those whom it judges as a whole; where only rows are judged, what its law speaks of; 申请人 where it has several words, or none."""
        found = {r.body.who for k in self.clauses for r in k.rules() if isinstance(r.body, Subject) and not r.body.table}
        if not found and any("企业" in k.words for k in self.clauses):
            return "企业"
        return found.pop() if len(found) == 1 else "申请人"

    @cached_property
    def clause_names(self) -> ClauseNames:
        """The numbers of the clauses and of their parts, as ledgers name them."""
        return names_of(self.clauses)

    @cached_property
    def form(self) -> Form:
        """What an office is asked."""
        clauses = tuple((k.number, k.words) for k in self.clauses if not k.nature)
        in_force = tuple((int(b.first), int(b.last)) for r in self.policy_rules if isinstance(b := r.body, Years))
        return Form(self.name, self.title, self.schema, self.clause_names, clauses, in_force)

    @cached_property
    def links(self) -> Links:
        """Which clauses rest on which, and the order in which they are decided."""
        lets = lets_read(self.policy_rules)
        together = [(r.body.clauses, reads_of(r.body, lets)) for r in shared_of(self.policy_rules) if isinstance(r.body, SharedCap)]
        choices = [r.body.clauses for r in self.policy_rules if isinstance(r.body, OnlyOne) and not r.body.by_item]
        return links_of([k.number for k in self.clauses], self.reads, together, choices)

    @cached_property
    def reads(self) -> dict[str, frozenset[str]]:
        """Clause → the clauses whose amounts it reads."""
        lets = lets_read(self.policy_rules)
        beside = [r.body for r in self.policy_rules if isinstance(r.body, SharedCap) and r.body.by_item]
        return {k.number: reads_of((*k.rules(), *(b for b in beside if k.number in b.clauses)), lets) for k in self.clauses}

    def reading(self, number: str) -> Reading | None:
        return next((r for r in self.readings if r.number == number), None)

    def clause(self, number: str) -> Clause | None:
        return next((k for k in self.clauses if k.number == number), None)


def names_of(clauses: Iterable[Clause]) -> ClauseNames:
    """The numbers of clauses, and the names of their 分项."""
    made = tuple(clauses)
    parts = {k.number: tuple(dict.fromkeys(p.name for p in k.parts if p.name)) for k in made}
    return ClauseNames(tuple(k.number for k in made), {number: names for number, names in parts.items() if names})
