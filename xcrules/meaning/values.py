"""The values that every phrase of the language comes to; what is done with claims is plan/steps.

Eighteen kinds. Every reader of a plan (the reference, the lowering, the explanation) implements these and nothing else.
Values are total: no recursion, no loop but over a list of facts or a window of years. The table of
meanings stands in ARCHITECTURE.md. Places and quoted words are attributes outside equality.

Numbers are exact fractions in the unit of their type: 元, 件, a ratio as a share of one (5% is 1/20), years as whole
numbers, days as ordinals (1 is 0001-01-01). A value may be unknown, and a fact may not apply (不适用); both are the
evaluators' matter. Dividing by what may be 0 without a word on that, and values of another type, are refused before there is a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Literal as OneOf, TypeVar, get_args

from attrs import field, frozen

from xcrules.base.money import UNLIMITED, Unlimited
from xcrules.base.node import Node, nodes_within
from xcrules.base.source import Span
from xcrules.facts.tables import FactField
from xcrules.facts.types import MONEY, TEXT, YEAR, NumberType, Type


@frozen(eq=False, repr=False)
class Written(Node):
    """What a drafter wrote, and where; None of what no text says so."""

    span: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen(eq=False, repr=False)
class Origin(Written):
    """Where a rule comes from: its label and line, the law's words above it, the readings it carries."""

    label: str
    text: str
    words: str
    tags: tuple[tuple[str, str], ...] = ()


@frozen(eq=False, repr=False)
class OfALine(Node):
    """What a line comes to, and which line that is."""

    origin: Origin = field(eq=False, repr=False, kw_only=True)


STANDARD = "标准"  # in 例外 and 加给, what 标准 comes to
ENJOYED = "享受年次"  # a name that every clause has, for its own years in the ledger of earlier grants


# -- values ---------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class Literal(Written):
    """A constant: an amount, a member or a text, 是 or 否; without an end for the open side of a tier."""

    value: Fraction | str | bool | Unlimited
    type: Type

    @property
    def number(self) -> Fraction:
        """The value of one that is a number."""
        assert isinstance(self.value, Fraction)
        return self.value


@frozen(eq=False, repr=False)
class Fact(Written):
    """A fact of the enterprise, or of the item at hand; `awaited`: one that may be left out (可缺) is then unknown, and not nothing."""

    field: FactField
    of_item: bool = False
    awaited: bool = False


@frozen(eq=False, repr=False)
class Var(Written):
    """The value of a Let of this clause or of the policy; `of_item`: of a column that 定义 makes, worked out from the item at hand."""

    name: str
    of_item: bool = False


@frozen(eq=False, repr=False)
class At(Written):
    """A series at a year, or a ledger at a clause number.

    `parts` are the keys of a clause's parts and `whole` its own: what stands at one of these counts for the others too.
    """

    series: Fact | Var
    key: Value
    whole: str = ""
    parts: tuple[str, ...] = ()


@frozen(eq=False, repr=False)
class Parameter(Written):
    """A yearly figure of the policy itself (参数), at a year; unknown for one that is 未公布 or not listed."""

    name: str
    year: Value
    type: Type | None = field(default=None, eq=False, repr=False)


@frozen(eq=False, repr=False)
class Known(Written):
    """Whether a fact was reported: the only node that sees ignorance (settled by 已报 in the text)."""

    fact: At | Fact


@frozen(eq=False, repr=False)
class Used(Written):
    """What was granted before. Read as 0 when asking what the facts alone would give."""

    value: Value


@frozen(eq=False, repr=False)
class Result(Written):
    """元 of these clauses together. 金额: what this decision grants them after every cap; 本年已得, 历年已得: what the ledgers say (`value`).

    When asking what the facts alone would give, the first is what they alone give these clauses, the ledgers read as 0.
    """

    clauses: tuple[str, ...]
    word: str
    value: Value | None


@frozen(eq=False, repr=False)
class YearOf(Written):
    """The calendar year of a date."""

    date: Value


ArithOp = OneOf["+", "-", "×", "÷", "较小", "较大", "整除", "进整", "加天", "减天", "年数", "月数", "天数", "历月"]
MONTHS_IN_A_YEAR = 12
SPANS: tuple[ArithOp, ...] = ("年数", "月数", "天数", "历月")  # from one day to another


@frozen(eq=False, repr=False)
class Arith(Written):
    """Exact arithmetic; 整除 counts full steps, 进整 those that have begun. A date plus years is the same day of that year; 加天 and 减天 move a day by days.

    年数, 月数 and 天数 from a day to another: how often the same day came again, below 0 where the other is earlier. 历月: calendar months, that of either day among them.
    """

    op: ArithOp
    left: Value
    right: Value
    type: Type


@frozen(eq=False, repr=False)
class Quotient(Written):
    """左 ÷ 右, exact; where the divisor is 0 `otherwise`, and 不适用 where that is None."""

    left: Value
    right: Value
    otherwise: Value | None
    type: Type


CompareOp = OneOf["<", "<=", ">", ">=", "=", "!="]
OPPOSITE: dict[CompareOp, CompareOp] = {">": "<=", "<": ">=", "<=": ">", ">=": "<", "=": "!=", "!=": "="}  # holds where it does not
MIRROR: dict[CompareOp, CompareOp] = {">": "<", "<": ">", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}  # said from the other side


@frozen(eq=False, repr=False)
class Compare(Written):
    """An order or equality of two values of one type: 是, 否 or unknown."""

    op: CompareOp
    left: Value
    right: Value


@frozen(eq=False, repr=False)
class Member(Written):
    """Whether an enumeration value is one of these; `named`: whether a text is the identity of one of these."""

    value: Value
    members: tuple[str, ...]
    named: bool = False


@frozen(eq=False, repr=False)
class Logic(Written):
    """且, 或, 非 by Kleene."""

    op: OneOf["且", "或", "非"]
    parts: tuple[Value, ...]


Test = TypeVar("Test", bound="Value | None")


def joined(op: OneOf["且", "或"], tests: Sequence[Test], span: Span | None = None) -> Test | Logic:
    """Several conditions as one; one alone as it is; None where one of them is (it could not be read)."""
    read = tuple(t for t in tests if t is not None)
    return Logic(op, read, span=span) if len(read) == len(tests) > 1 else next((t for t in tests if t is None), tests[0])


@frozen(eq=False, repr=False)
class Pick(Written):
    """The value of the first arm whose condition holds; `otherwise` if none does (None: 0, and 不予支持)."""

    arms: tuple[tuple[Value, Value], ...]
    otherwise: Value | None
    type: Type

    @property
    def covers_all(self) -> bool:
        """是 and 否 of one value: one arm surely holds. Members never do: an enumeration may be 不适用."""
        match [condition for condition, _ in self.arms]:
            case [Compare("=", one, Literal(bool() as x)), Compare("=", other, Literal(bool() as y))]:
                return one == other and x != y
        return False


@frozen(eq=False, repr=False)
class FoldItems(Written):
    """合计, 最高, 最低 or 计数 over the records of a list that pass the guard; 种数: how many different numbers the body comes to.

    `alike`: only over those that are alike to the item at hand: of each pair a value of the record, a value outside of it. The item itself
    is alike to itself, even where that does not apply.
    """

    op: OneOf["合计", "最高", "最低", "计数", "种数"]
    table: str
    guard: Value | None
    body: Value | None  # None for 计数
    type: Type
    closed: bool = False
    alike: tuple[tuple[Value, Value], ...] = ()


@frozen(eq=False, repr=False)
class FoldYears(Written):
    """最高, 最低, 合计 or 平均 over `count` years from `first`, none after `last`; `guard` may leave years out.

    Inside, Var("年度") is the year. No year left: 0 (平均: 不适用) if the window is empty, unknown if all were left out.
    """

    op: OneOf["最高", "最低", "合计", "平均"]
    first: Value
    count: int
    last: Value
    guard: Value | None
    body: At


@frozen(eq=False, repr=False)
class Together(Written):
    """Several values as one word, by which claims are told apart: alike where each is; none (不适用) where one does not apply."""

    parts: tuple[Value, ...]


Value = (
    Literal | Fact | Var | At | Parameter | Known | Used | Result | YearOf | Arith | Quotient | Compare | Member | Logic | Pick | FoldItems
    | FoldYears | Together
)


def alike_in(one: Value, other: Value) -> tuple[tuple[Value, Value], ...]:
    """Two keys of the same columns, column by column."""
    if isinstance(one, Together) and isinstance(other, Together):
        return tuple(zip(one.parts, other.parts, strict=True))
    return ((one, other),)


NO_MONEY = Literal(Fraction(0), MONEY)


def in_a_case(amount: Value) -> tuple[Value, Value] | None:
    """Of a bound that holds in one case only (no limit elsewhere; of a 下限 0): its condition and its amount."""
    match amount:
        case Pick(((condition, value),), Literal(otherwise)) if otherwise in (UNLIMITED, 0):
            return condition, value
    return None


def standing(node: Value | None) -> Value | None:
    """The fact of which this says how far up it stands in the order of its kinds."""
    match node:
        case Pick(((Member(word), Literal()), *_), Quotient(otherwise=None), NumberType(elapsed=True)):
            return word
    return None


def reads_item(fold: FoldItems) -> bool:
    """Whether a fold may come to another figure for each item at hand: it reads a name or a field of the item's, or asks what is alike to it."""
    inside = tuple(nodes_of((fold.guard, fold.body)))
    lists = {fold.table, *(n.table for n in inside if isinstance(n, FoldItems))}
    return bool(fold.alike) or any((isinstance(n, Var) and not n.of_item)
                                   or (isinstance(n, Fact) and n.of_item and n.field.table not in lists)
                                   or (isinstance(n, Var) and n.name.rpartition(".")[0] not in lists)
                                   for n in inside)


def type_of(node: Value, of_name: Callable[[str], Type | None]) -> Type | None:
    """The type of a value, where it may be a day or a year, or a word; `of_name` tells that of a name."""
    match node:
        case Fact(field):
            return field.type
        case Literal(type=type_) | Arith(type=type_) | Pick(type=type_) | Quotient(type=type_):
            return type_
        case YearOf():
            return YEAR
        case Var(name):
            return of_name(name)
    return None


EVERY = Literal("全部", TEXT)  # the key that all items share
_KINDS: frozenset[type] = frozenset(get_args(Value))


def nodes_of(held: object) -> Iterator[Value]:
    """Every value inside a value, the body of a rule, or a tuple of these, itself first."""
    return nodes_within(held, _KINDS)
