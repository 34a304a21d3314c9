"""What a policy means: names resolved, values typed, readings still open.

A Program is the checked Document. `plan` picks one set of readings and lowers its rules to the steps
of calculus.py. Rule bodies already hold values of the calculus; what differs between readings is which
rules are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import field, frozen

from . import calculus as c
from .datatypes import NumberType, Type
from .identity import ClauseNames
from .node import Node
from .source import Source, Span

if TYPE_CHECKING:
    from .syntax import Document


@frozen(eq=False, repr=False)
class FactTable(Node):
    """事实：a table of fields, at the top level, of one object, or of each record of a list."""

    name: str
    kind: str  # 顶层, 一份, 名单
    fields: tuple[c.FactField, ...]
    each: str = ""  # 笔, 项, 个
    closed: bool = False
    role: str = ""  # 历史台账, 外部支持
    span: Span | None = field(default=None, eq=False, repr=False)

    def field_of_role(self, role: str) -> c.FactField | None:
        return next((f for f in self.fields if f.role == role), None)

    def field_named(self, name: str) -> c.FactField | None:
        return next((f for f in self.fields if f.name == name), None)


@frozen(eq=False, repr=False)
class Schema(Node):
    """All fact tables."""

    tables: tuple[FactTable, ...]

    def table(self, name: str) -> FactTable | None:
        return next((t for t in self.tables if t.name == name and t.kind != "顶层"), None)

    @property
    def top(self) -> tuple[c.FactField, ...]:
        return tuple(f for t in self.tables if t.kind == "顶层" for f in t.fields)

    @property
    def nested(self) -> tuple[FactTable, ...]:
        return tuple(t for t in self.tables if t.kind != "顶层")

    def top_of_role(self, role: str) -> c.FactField | None:
        return next((f for f in self.top if f.role == role), None)

    def table_of_role(self, role: str) -> FactTable | None:
        return next((t for t in self.tables if t.role == role), None)


@frozen(eq=False, repr=False)
class ParameterTable(Node):
    """参数：a figure for each year (None: 未公布), with its source."""

    name: str
    type: NumberType
    values: tuple[tuple[Fraction, Fraction | None, str], ...]
    span: Span | None = field(default=None, eq=False, repr=False)


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
    def modelled(self) -> tuple[str, ...]:
        manual = {name for name, _ in self.manual}
        return tuple(name for name in self.choices if name not in manual)


# -- rules ------------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class SubjectRule(Node):
    """对象: the enterprise (table ""), one object, or each record of a list; with conditions of its own."""

    table: str
    is_list: bool
    matter: c.Value | None


@frozen(eq=False, repr=False)
class ConditionRule(Node):
    """条件, 除外 (already turned into what must hold), and conditions that stand on the 对象 line."""

    condition: c.Value


@frozen(eq=False, repr=False)
class LetRule(Node):
    """设定, 定义."""

    name: str
    value: c.Value
    type: Type


@frozen(eq=False, repr=False)
class LookupRule(Node):
    """对照: names set by a table, and the condition that some row supports."""

    lets: tuple[LetRule, ...]
    supported: c.Value | None


@frozen(eq=False, repr=False)
class StandardRule(Node):
    """标准."""

    amount: c.Value


@frozen(eq=False, repr=False)
class ExceptionRule(Node):
    """例外 (replaces) and 加给 (adds)."""

    condition: c.Value
    amount: c.Value
    adds: bool


@frozen(eq=False, repr=False)
class DiscretionRule(Node):
    """裁量."""

    authority: str
    record: c.Value | None


@frozen(eq=False, repr=False)
class LimitRule(Node):
    """上限, 下限."""

    floor: bool
    reach: c.Reach
    parts: tuple[str, ...] | None  # None: the part it stands in
    split: bool  # 各分项
    key: c.Value | None
    period: str
    amount: c.Value
    used: c.Value | None


@frozen(eq=False, repr=False)
class SharedLimitRule(Node):
    """上限 over several clauses."""

    clauses: tuple[str, ...]
    amount: c.Value
    period: str


@frozen(eq=False, repr=False)
class CountRule(Node):
    """限次."""

    reach: str
    times: int
    used: c.Value | None
    top_up: bool
    period: str


@frozen(eq=False, repr=False)
class HighestRule(Node):
    """从高."""

    overall: bool
    key: c.Value
    rank: c.Value | None
    order: tuple[str, ...]


@frozen(eq=False, repr=False)
class AgainstRule(Node):
    """竞合 with another list of support."""

    outside: str
    received: str
    rival: str
    top_up: bool


@frozen(eq=False, repr=False)
class OrderRule(Node):
    """竞合：先封顶后从高, and 先从高后封顶."""

    caps_first: bool


@frozen(eq=False, repr=False)
class PaymentRule(Node):
    """拨付."""

    shares: tuple[Fraction, ...]
    after_expiry: bool


@frozen(eq=False, repr=False)
class TermRule(Node):
    """施行."""

    date: c.Value
    first_day: Fraction
    last_day: Fraction | None


@frozen(eq=False, repr=False)
class YearsRule(Node):
    """时效."""

    year: c.Value
    first: Fraction
    last: Fraction


@frozen(eq=False, repr=False)
class RoundingRule(Node):
    """取整 of one clause, of the clauses of one article, or of all."""

    unit: Fraction
    half_up: bool
    clause: str = ""  # the clause or article under which it stands; "" for all

    def holds_for(self, number: str) -> bool:
        """Whether it is for this clause (or for all clauses alike, if `number` is "")."""
        return self.clause == number or (bool(self.clause) and number.startswith(f"{self.clause}("))


@frozen(eq=False, repr=False)
class NatureRule(Node):
    """性质, and other lines without effect (注释, 义务, 废止)."""

    kind: str
    reason: str


@frozen(eq=False, repr=False)
class ScopeRule(Node):
    """适用."""

    condition: c.Value


RuleBody = (
    SubjectRule | ConditionRule | LetRule | LookupRule | StandardRule | ExceptionRule | DiscretionRule | LimitRule | SharedLimitRule
    | CountRule | HighestRule | AgainstRule | OrderRule | PaymentRule | TermRule | YearsRule | RoundingRule
    | NatureRule | ScopeRule
)  # fmt: skip


@frozen(eq=False, repr=False)
class Rule(Node):
    """One line with a meaning, and where it stands."""

    body: RuleBody
    origin: c.Origin = field(eq=False, repr=False)

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The readings that must be chosen so for this rule to be there."""
        return tuple(t for t in self.origin.tags if t[1]) if self.origin.tags else ()

    def active(self, readings: dict[str, str]) -> bool:
        return all(readings.get(number) == choice for number, choice in self.choices)


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
    origin: c.Origin = field(eq=False, repr=False)

    def rules(self) -> tuple[Rule, ...]:
        return (*self.shared, *(r for p in self.parts for r in p.rules), *self.totals)


@frozen(eq=False, repr=False)
class CaseCheck(Node):
    """应得: what a clause must come to."""

    clause: str
    status: str
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
    """保证: kept for the prover; its words and types are checked."""

    text: str
    kind: str
    clauses: tuple[str, ...]
    values: tuple[c.Value, ...]
    word: str
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen(eq=False, repr=False)
class HistoryFields(Node):
    """Where the ledger of earlier grants keeps its clause, year and amount."""

    table: str
    clause: str
    year: str
    amount: str


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
        """What was written; of a policy that was kept or sent it is read again, when somebody wants it."""
        return self.written() if callable(self.written) else self.written

    @cached_property
    def edition(self) -> str:
        """A fingerprint of the texts, official text aside: the same text, the same edition."""
        import hashlib

        return hashlib.sha256("\0".join(s.text for s in self.sources).encode()).hexdigest()[:16]

    @cached_property
    def clause_names(self) -> ClauseNames:
        """The numbers of the clauses and of their parts, as ledgers name them."""
        return names_of(self.clauses)

    def reading(self, number: str) -> Reading | None:
        return next((r for r in self.readings if r.number == number), None)

    def parameter(self, name: str) -> ParameterTable | None:
        return next((p for p in self.parameters if p.name == name), None)

    def clause(self, number: str) -> Clause | None:
        return next((k for k in self.clauses if k.number == number), None)


def names_of(clauses: Iterable[Clause]) -> ClauseNames:
    """The numbers of clauses, and the names of their 分项."""
    made = tuple(clauses)
    parts = {k.number: tuple(dict.fromkeys(p.name for p in k.parts if p.name)) for k in made}
    return ClauseNames(tuple(k.number for k in made), {number: names for number, names in parts.items() if names})
