"""The core calculus: what every label and phrase of the language is lowered to.

Fourteen kinds of value, six kinds of step over claims, one conclusion. Every reader of a plan
(evaluation, generated code, columns, a solver, the explanation) implements these and nothing else.
Values are total: no recursion, no loop but over a list of facts or a window of years. The table of
meanings stands in ARCHITECTURE.md. Places and quoted words are attributes outside equality.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal as OneOf

from attrs import field, fields, frozen

from .datatypes import Type
from .money import Unlimited
from .node import Node
from .source import Span


def _span() -> Span | None:
    place: Span | None = field(default=None, eq=False, repr=False)
    return place


@frozen(eq=False, repr=False)
class Origin(Node):
    """Where a rule comes from: its label and line, the law's words above it, the readings it carries."""

    label: str
    text: str
    words: str
    tags: tuple[tuple[str, str], ...] = ()
    span: Span | None = _span()


def _origin() -> Origin:
    origin: Origin = field(eq=False, repr=False, kw_only=True)
    return origin


# -- facts ----------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class FactField(Node):
    """One column of a fact table: what it is, and what its absence means."""

    name: str
    type: Type
    table: str = ""  # "" is the top level
    default: Fraction | str | bool | None = None
    optional: bool = False  # 可缺: absence is known, and is nothing
    parameter: str = ""  # 缺省 参数: absence is read from this parameter of the base year
    signed: bool = False  # 可负
    closed: bool = False  # 闭世界: absence is nothing
    role: str = ""
    source: str = ""  # 认定 or 核定, and by whom
    note: str = ""


# -- values ---------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class Lit(Node):
    """A constant."""

    value: Fraction | str | bool | Unlimited
    type: Type
    span: Span | None = _span()


@frozen(eq=False, repr=False)
class Fact(Node):
    """A fact of the enterprise, or of the item at hand."""

    field: FactField
    of_item: bool = False
    span: Span | None = _span()


@frozen(eq=False, repr=False)
class Var(Node):
    """The value of a Let of this clause or of the policy."""

    name: str
    span: Span | None = _span()


@frozen(eq=False, repr=False)
class At(Node):
    """A series at a year, or a ledger at a clause number.

    `parts` are the keys of a clause's parts and `whole` its own: what stands at one of these counts for the others too.
    """

    series: Fact | Var
    key: Value
    whole: str = ""
    parts: tuple[str, ...] = ()
    span: Span | None = _span()


@frozen(eq=False, repr=False)
class Parameter(Node):
    """A yearly figure of the policy itself."""

    name: str
    year: Value
    span: Span | None = _span()
    type: Type | None = field(default=None, eq=False, repr=False)


@frozen(eq=False, repr=False)
class Known(Node):
    """Whether a fact was reported: the only node that sees ignorance (settled by 已报 in the text)."""

    fact: At | Fact
    span: Span | None = _span()


@frozen(eq=False, repr=False)
class Used(Node):
    """What was granted before. Read as 0 when asking what the facts alone would give."""

    value: Value
    span: Span | None = _span()


@frozen(eq=False, repr=False)
class YearOf(Node):
    """The calendar year of a date."""

    date: Value
    span: Span | None = _span()


ArithOp = OneOf["+", "-", "×", "÷", "较小", "较大", "整除"]


@frozen(eq=False, repr=False)
class Arith(Node):
    """Exact arithmetic; 整除 counts full steps. A date plus years is the same day of that year."""

    op: ArithOp
    left: Value
    right: Value
    type: Type
    span: Span | None = _span()


CmpOp = OneOf["<", "<=", ">", ">=", "=", "!="]


@frozen(eq=False, repr=False)
class Cmp(Node):
    """An order or equality of two values of one type."""

    op: CmpOp
    left: Value
    right: Value
    span: Span | None = _span()


@frozen(eq=False, repr=False)
class Member(Node):
    """Whether an enumeration value is one of these."""

    value: Value
    members: tuple[str, ...]
    span: Span | None = _span()


@frozen(eq=False, repr=False)
class Logic(Node):
    """且, 或, 非 by Kleene."""

    op: OneOf["且", "或", "非"]
    parts: tuple[Value, ...]
    span: Span | None = _span()


@frozen(eq=False, repr=False)
class Pick(Node):
    """The value of the first arm whose condition holds; `otherwise` if none does (None: 0, and 不予支持)."""

    arms: tuple[tuple[Value, Value], ...]
    otherwise: Value | None
    type: Type
    span: Span | None = _span()


@frozen(eq=False, repr=False)
class FoldItems(Node):
    """合计, 最高, 最低 or 计数 over the records of a list that pass the guard."""

    op: OneOf["合计", "最高", "最低", "计数"]
    table: str
    guard: Value | None
    body: Value | None  # None for 计数
    type: Type
    closed: bool = False
    span: Span | None = _span()


@frozen(eq=False, repr=False)
class FoldYears(Node):
    """The highest over `count` years from `first`, none after the base year; `guard` may leave years out.

    Inside, Var("年度") is the year. No year left: 0 if the window is empty, unknown if all were left out.
    """

    first: Value
    count: int
    last: Value
    guard: Value | None
    body: At
    span: Span | None = _span()


Value = (
    Lit | Fact | Var | At | Parameter | Known | Used | YearOf | Arith | Cmp | Member | Logic | Pick | FoldItems
    | FoldYears
)  # fmt: skip



def nodes_of(held: object) -> Iterator[Value]:
    """Every value inside a value, or a tuple of them, itself first."""
    if isinstance(held, tuple):
        for x in held:
            yield from nodes_of(x)
    elif isinstance(held, Value):
        yield held
        for spec in fields(type(held)):
            yield from nodes_of(getattr(held, spec.name))


# -- steps over claims ------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class Let(Node):
    """A name for a value, within a clause or the whole policy."""

    name: str
    value: Value
    type: Type
    origin: Origin = _origin()


@frozen(eq=False, repr=False)
class Guard(Node):
    """A condition of an item: it must hold."""

    condition: Value
    origin: Origin = _origin()


@frozen(eq=False, repr=False)
class Amount(Node):
    """元 of an item: 标准, with 例外 replacing it and 加给 on top, as one value; whose lines these are, for the reasons."""

    value: Value
    exceptions: tuple[Origin, ...] = field(default=(), eq=False, repr=False)  # one for each arm that replaces
    additions: tuple[Origin, ...] = field(default=(), eq=False, repr=False)  # the innermost first
    origin: Origin = _origin()


@frozen(eq=False, repr=False)
class Award(Node):
    """裁量: the amount is what the authority recorded; until then there is only a bound."""

    record: Value | None
    authority: str
    origin: Origin = _origin()


@frozen(eq=False, repr=False)
class Each(Node):
    """The claims of one part: its items, their conditions, and an amount or an award of each."""

    part: str
    ledger: str  # the number under which grants of this part are kept: 3(2)首次
    table: str  # "" is the enterprise itself
    is_list: bool
    lets: tuple[Let, ...]
    guards: tuple[Guard, ...]
    grant: Amount | Award
    count: Value | None  # a record may stand for several like items
    matter: Value | None  # the key of the matter, for 竞合
    origin: Origin = _origin()


Reach = OneOf["单项", "同一", "分项", "合计"]


@frozen(eq=False, repr=False)
class Floor(Node):
    """下限 of each item of these parts."""

    parts: tuple[str, ...]
    amount: Value
    origin: Origin = _origin()


@frozen(eq=False, repr=False)
class Cap(Node):
    """An upper bound on the sum over each group of claims; the cut falls in the order of application.

    `ceiling` None is "what it comes to by itself", for 已得补差: only what was granted is taken off.
    """

    reach: Reach
    parts: tuple[str, ...]
    key: Value | None
    ceiling: Value | None
    used: Value | None
    period: str
    origin: Origin = _origin()


@frozen(eq=False, repr=False)
class Best(Node):
    """从高: of the claims with one key only the highest (by `order` of members of `rank` first)."""

    parts: tuple[str, ...]
    key: Value
    rank: Value | None
    order: tuple[str, ...]
    origin: Origin = _origin()


@frozen(eq=False, repr=False)
class Against(Node):
    """竞合: claims of one matter, summed, against support from another list."""

    outside: str
    matter: str
    amount: str
    state: str
    received: str
    rival: str
    top_up: bool
    optional: bool = False  # 外部事项 可缺: a row that names no matter is of none; else of which is unknown
    third: bool = False  # 外部状态 has a member besides these two: support of neither state counts for nothing
    origin: Origin = _origin()


Step = Floor | Cap | Best | Against


@frozen(eq=False, repr=False)
class Pay(Node):
    """拨付 of a part: shares of the grant by year from the year of grant; grants of earlier years go on."""

    part: str
    ledger: str
    shares: tuple[Fraction, ...]
    after_expiry: bool
    origin: Origin = _origin()


@frozen(eq=False, repr=False)
class RoundTo(Node):
    """取整 of a clause's total: to `unit` 元, half up or cut off."""

    unit: Fraction
    half_up: bool
    origin: Origin = _origin()


@frozen(eq=False, repr=False)
class Decide(Node):
    """One clause: its claims, the steps in order, its instalments, and how its total is rounded."""

    number: str
    title: str
    words: str
    claims: tuple[Each, ...]
    steps: tuple[Step, ...]
    pays: tuple[Pay, ...]
    rounding: RoundTo | None = None  # None: as all others
    nature: str = ""  # 另行规定 or 非资金条款: a status without money
    readings: tuple[str, ...] = field(default=(), eq=False)
    origin: Origin = _origin()

    @property
    def discretionary(self) -> bool:
        return any(isinstance(each.grant, Award) for each in self.claims)


@frozen(eq=False, repr=False)
class Period(Node):
    """In force from `first_day` to `last_day` (None: no end), for years `first_year` to `last_year`."""

    date: Value
    first_day: Fraction
    last_day: Fraction | None
    year: Value | None
    first_year: Fraction | None
    last_year: Fraction | None
    years_origin: Origin | None = field(default=None, eq=False, repr=False)
    origin: Origin = _origin()


@frozen(eq=False, repr=False)
class SharedCap(Node):
    """An upper bound over several clauses, in the order of the law; what earlier ones take, later ones lack."""

    clauses: tuple[str, ...]
    ceiling: Value
    used: tuple[Value, ...]  # what was granted before under each clause
    period: str
    origin: Origin = _origin()


@frozen(eq=False, repr=False)
class Plan(Node):
    """The policy for one set of readings: gates, clauses, and how totals are rounded."""

    lets: tuple[Let, ...]
    scope: tuple[Guard, ...]
    period: Period | None
    rounding: RoundTo
    clauses: tuple[Decide, ...]
    base_year: Value | None
    today: Value | None  # the day of application
    shared: tuple[SharedCap, ...] = ()
    counters: tuple[tuple[str, str], ...] = field(default=(), eq=False, repr=False)  # 名单 → the word for one row: 笔
    history: tuple[str, str, str, str] = field(default=("", "", "", ""), eq=False, repr=False)  # ledger: table, clause, year, 元
    readings: tuple[tuple[str, str], ...] = field(default=(), eq=False)

    def rounding_of(self, clause: Decide) -> RoundTo:
        """取整 of a clause: its own, or that of all."""
        return clause.rounding or self.rounding
