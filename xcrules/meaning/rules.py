"""What the lines of a clause say, each as its label means it."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal as OneOf
from typing import assert_never

from attrs import field, frozen

from xcrules.base.node import Node
from xcrules.facts.types import Type

from . import values

Reach = OneOf["单项", "同一", "分项", "合计"]


@frozen(eq=False, repr=False)
class Subject(Node):
    """对象: the enterprise (table ""), one object, or each record of a list; with conditions of its own."""

    table: str
    is_list: bool
    matter: values.Value | None


@frozen(eq=False, repr=False)
class Condition(Node):
    """条件, 除外 (already turned into what must hold), and conditions that stand on the 对象 line."""

    condition: values.Value


@frozen(eq=False, repr=False)
class Let(Node):
    """设定, 定义."""

    name: str
    value: values.Value
    type: Type


@frozen(eq=False, repr=False)
class Lookup(Node):
    """对照: names set by a table, and the condition that some row supports."""

    lets: tuple[Let, ...]
    supported: values.Value | None


@frozen(eq=False, repr=False)
class Standard(Node):
    """标准."""

    amount: values.Value


@frozen(eq=False, repr=False)
class ConditionalAmount(Node):
    """例外 (replaces) and 加给 (adds)."""

    condition: values.Value
    amount: values.Value
    adds: bool


@frozen(eq=False, repr=False)
class Discretion(Node):
    """裁量."""

    authority: str
    record: values.Value | None


@frozen(eq=False, repr=False)
class Floor(Node):
    """下限 of each item."""

    parts: tuple[str, ...] | None  # None: the part it stands in
    amount: values.Value


@frozen(eq=False, repr=False)
class Cap(Node):
    """上限."""

    reach: Reach
    parts: tuple[str, ...] | None  # None: the part it stands in
    split: bool  # 各分项
    key: values.Value | None
    period: str
    amount: values.Value
    used: values.Value | None


@frozen(eq=False, repr=False)
class SharedCap(Node):
    """上限 over several clauses."""

    clauses: tuple[str, ...]
    amount: values.Value
    period: str


@frozen(eq=False, repr=False)
class CountCap(Node):
    """限次."""

    reach: str
    times: int
    used: values.Value | None
    top_up: bool
    period: str


@frozen(eq=False, repr=False)
class Highest(Node):
    """从高."""

    overall: bool
    key: values.Value
    rank: values.Value | None
    order: tuple[str, ...]


@frozen(eq=False, repr=False)
class Against(Node):
    """竞合 with another list of support."""

    outside: str
    received: str
    rival: str
    top_up: bool


@frozen(eq=False, repr=False)
class AgainstOrder(Node):
    """竞合：先封顶后从高, and 先从高后封顶."""

    caps_first: bool


@frozen(eq=False, repr=False)
class Payment(Node):
    """拨付."""

    shares: tuple[Fraction, ...]
    after_expiry: bool


@frozen(eq=False, repr=False)
class Term(Node):
    """施行."""

    date: values.Value
    first_day: Fraction
    last_day: Fraction | None


@frozen(eq=False, repr=False)
class Years(Node):
    """时效."""

    year: values.Value
    first: Fraction
    last: Fraction


@frozen(eq=False, repr=False)
class Rounding(Node):
    """取整 of one clause, of the clauses of one article, or of all."""

    unit: Fraction
    half_up: bool
    clause: str = ""  # the clause or article under which it stands; "" for all

    def holds_for(self, number: str) -> bool:
        """Whether it is for this clause (or for all clauses alike, if `number` is "")."""
        return self.clause == number or (bool(self.clause) and number.startswith(f"{self.clause}("))


@frozen(eq=False, repr=False)
class Nature(Node):
    """性质, and other lines without effect (注释, 义务, 废止)."""

    kind: str
    reason: str


@frozen(eq=False, repr=False)
class Scope(Node):
    """适用."""

    condition: values.Value


Body = (
    Subject | Condition | Let | Lookup | Standard | ConditionalAmount | Discretion | Floor | Cap | SharedCap
    | CountCap | Highest | Against | AgainstOrder | Payment | Term | Years | Rounding
    | Nature | Scope
)


def lets_of(body: Body) -> tuple[Let, ...]:
    """What a rule gives names to."""
    match body:
        case Let():
            return (body,)
        case Lookup(lets):
            return lets
        case (Subject() | Condition() | Standard() | ConditionalAmount() | Discretion() | Floor() | Cap() | SharedCap() | CountCap() | Highest()
              | Against() | AgainstOrder() | Payment() | Term() | Years() | Rounding() | Nature() | Scope()):
            return ()
        case _:
            assert_never(body)


@frozen(eq=False, repr=False)
class Rule(Node):
    """One line with a meaning, and where it stands."""

    body: Body
    origin: values.Origin = field(eq=False, repr=False)

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The readings that must be chosen so for this rule to be there."""
        return tuple(t for t in self.origin.tags if t[1]) if self.origin.tags else ()

    def active(self, readings: dict[str, str]) -> bool:
        return not self.origin.tags or all(readings.get(number) == choice for number, choice in self.choices)

    def beside(self, other: Rule) -> bool:
        """Whether both may be there at once: no reading is chosen differently for them."""
        mine = dict(self.choices)
        return not mine or all(mine.get(number, choice) == choice for number, choice in other.choices)
