"""What the lines of a clause say, each as its label means it.

A rule holds values, not yet what they come to: amounts are values of type 元, ratios exact fractions (1/2, not 50),
days ordinals, years whole numbers. Which rules are there depends on the readings chosen (Rule.active); what a rule
says does not. Rules raise nothing and judge nothing: the planner brings them into the order of judging.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal as OneOf, assert_never

from attrs import field, frozen

from xcrules.base.money import Mode
from xcrules.base.node import Node
from xcrules.facts.types import Type

from . import values
from .several import Against as Against, OnlyOne as OnlyOne, SharedCap as SharedCap
from .telling import EACH_MONTH as EACH_MONTH, EACH_TIME as EACH_TIME, Saying as Saying

Reach = OneOf["单项", "同一", "分项", "合计"]
Gate = OneOf["施行", "适用", "竞合"]
Way = OneOf["从高", "从低", "先到先得"]


@frozen(eq=False, repr=False)
class Subject(Node):
    """对象: the enterprise (table ""), one object, or each record of a list (`is_list`).

    `matter` is the value that marks an item as the same matter elsewhere (事项标识), for 竞合 and 从高; None where no field does.
    `marked`: the line names it (事项 见). Conditions on the 对象 line are rules of their own.
    """

    table: str
    is_list: bool
    matter: values.Value | None
    marked: bool = False
    who: str = "企业"  # what the enterprise is called: 个人, 单位


@frozen(eq=False, repr=False)
class Condition(Node):
    """条件, 除外 (already turned into what must hold), and conditions that stand on the 对象 line. 是, 否 or unknown."""

    condition: values.Value


@frozen(eq=False, repr=False)
class Let(Node):
    """设定 (of its part), 定义 (of the policy): a name for a value, reckoned where it is read and with its exactness.

    The name of a list's column stands behind that of the list: 展览.自付; its value is reckoned from each record.
    """

    name: str
    value: values.Value
    type: Type


@frozen(eq=False, repr=False)
class Segment(Node):
    """A row of 对照 … 分段: the tier of the key that it is for (as its cell says it), and the rate of that part for each name, or a sum for it (`lumps`)."""

    tier: values.Value
    rates: tuple[values.Value, ...]
    lumps: tuple[str, ...] = ()


@frozen(eq=False, repr=False)
class Lookup(Node):
    """对照: the names that its columns set, and the condition that the row met is not 不予支持 (None: every row supports).

    `keys`: expressions that it goes by, named. `segments`: its rows where it is 分段; `lets` are sums over the parts of the key. `steps`:
    which row is taken where several hold (最高的一档、写在前的一行); the rows stand in that order. `rest`: the last row is for all else.
    """

    lets: tuple[Let, ...]
    supported: values.Value | None
    keys: tuple[Let, ...] = ()
    segments: tuple[Segment, ...] = ()
    steps: str = ""
    rest: bool = False


@frozen(eq=False, repr=False)
class Standard(Node):
    """标准: 元 of one item, before any 例外, 加给, 减征, cap or rounding; with a `condition` a part that is given where it holds, and parts are added."""

    amount: values.Value
    condition: values.Value | None = None


@frozen(eq=False, repr=False)
class ConditionalAmount(Node):
    """例外 (in place of the 标准) and 加给 (`adds` to it), where the condition holds: 元 of one item."""

    condition: values.Value
    amount: values.Value
    adds: bool


@frozen(eq=False, repr=False)
class ReliefCase(Node):
    """Where the condition holds a share is taken off (`reduced_to`: left), at most so much (元)."""

    condition: values.Value
    share: values.Value
    reduced_to: bool
    most: values.Value | None


@frozen(eq=False, repr=False)
class Relief(Node):
    """减征, 减半: less than what 标准, 例外 and 加给 come to; of several cases that hold the one that leaves least. Bounds and rounding come after."""

    cases: tuple[ReliefCase, ...]

    @property
    def condition(self) -> values.Value:
        """Where something is taken off."""
        return values.joined("或", [x.condition for x in self.cases])


@frozen(eq=False, repr=False)
class Discretion(Node):
    """裁量: who settles the amount ("": the text names nobody), and its record (元): a fact, or what is reckoned from one that the authority fills in; None: it stays open. `basis`: what it weighs, told only."""

    authority: str
    record: values.Value | None
    basis: tuple[str, ...] = ()


@frozen(eq=False, repr=False)
class Floor(Node):
    """下限: at least so many 元 of each item, before any cap on it; a cap below it wins."""

    parts: tuple[str, ...] | None  # None: the part it stands in
    amount: values.Value


@frozen(eq=False, repr=False)
class Cap(Node):
    """上限: at most so many 元 of what `reach` puts together, in a year (`period` 年度), over the years (终身), or of each item ("").

    `split` gives each part a cap of its own (各分项). `key` groups items (同一 某栏). `used` is what was had of it before,
    in 元, where a fact says so; otherwise a ledger does.
    """

    reach: Reach
    parts: tuple[str, ...] | None  # None: the part it stands in
    split: bool  # 各分项
    key: values.Value | None
    period: str
    amount: values.Value
    used: values.Value | None
    others: values.Value | None = None  # 同一 实际控制人: 元 that the other enterprises alike in this were granted, which one bound is over


@frozen(eq=False, repr=False)
class Order(Node):
    """How applications stand in order: by the value (a number, a day or a year) of each, and which comes first."""

    by: values.Value
    way: Way


@frozen(eq=False, repr=False)
class Fund(Node):
    """总额 over all enterprises: what a clause comes to is an application, which a later run over all of them decides.

    `total` 元 (None: only ranks count) in each year or over the time in force (`yearly`); beyond it all applications come down alike
    (`shared`), or they are met in `order`, the first `ranks` of them at most. Equal ones by `tie`, or each in part (`tie_shared`).
    What is not written stays open: the law does not say. `record`: what the enterprise was given out of it (元, 不适用 until then).
    """

    clauses: tuple[str, ...]  # the clause under which it stands, or those named
    total: values.Value | None
    yearly: bool
    shared: bool
    order: Order | None
    ranks: int | None
    tie: Order | None
    tie_shared: bool
    record: values.Value | None = None

    @property
    def open(self) -> str:
        """What a later run would have to know besides; "" where all is said."""
        if self.total is not None and not self.shared and self.order is None:
            return "超出怎么办"
        return "同分怎么办" if self.order is not None and self.tie is None and not self.tie_shared else ""


@frozen(eq=False, repr=False)
class CountCap(Node):
    """限次: granted so many `times` in the period, as a ledger or `used` (是否) says. `reach` 单项, 企业年度, 企业终身, or 同一 (`key`) of either period.
    `top_up`: what was had already is made up to the new amount, instead of nothing (已得补差); `made_up_first`: of each item, before 从高. `groups`: of several clauses together, each with the keys of its parts."""

    reach: str
    times: int
    years: OneOf["", "累计", "连续"]  # counted in years: so many different ones, this year aside; or so many from the first on
    used: values.Value | None
    top_up: bool
    period: str
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    key: str = ""  # the column by which earlier grants are alike to an item
    made_up_first: bool = False
    condition: values.Value | None = None  # 个人 的: limited in this case only
    pieces: str = ""  # 3件: so many of this application and of earlier ones together, told with this word; the highest of this one first

    @property
    def by_history(self) -> bool:
        """Whether the ledger of all years tells how often; that of this year knows amounts only, enough for once a year."""
        return self.period != "" and (bool(self.pieces or self.groups) or (self.reach, self.times) != ("企业年度", 1))


@frozen(eq=False, repr=False)
class Highest(Node):
    """从高: of items alike by `key` only the highest are given, `take` of them; by `rank` the first in `order` (members, best first) or, of a number, by its `way`.

    `parts`: over these parts of the clause together, else within each. `tied`: of one rank the highest amount first, or the lowest.
    """

    parts: tuple[str, ...]
    key: values.Value
    rank: values.Value | None
    order: tuple[str, ...]
    way: Way | None = None
    take: int = 1
    tied: OneOf["从高", "从低"] = "从高"

    @property
    def of_several(self) -> bool:
        """Whether more is asked than which one is the highest."""
        return self.take > 1 or self.way is not None or self.tied == "从低"


@frozen(eq=False, repr=False)
class AgainstOrder(Node):
    """竞合：先封顶后从高, and 先从高后封顶."""

    caps_first: bool


@frozen(eq=False, repr=False)
class Event(Node):
    """What a share is paid on: the year of a day (`when` a year, 不适用 until it is known; None the grant itself), or that something is so this year (是否)."""

    name: str
    when: values.Value | None
    dated: bool  # else `when` is 是否
    later: int = 0  # so many years after that of the day


@frozen(eq=False, repr=False)
class Payment(Node):
    """拨付: the share (exact, together 1) that is paid out in each year, the first in the year of the grant (0: from the next year on).

    With `events`, one for each share: it is paid in the year of its event, not before the year of the grant.
    `after_expiry`: later years are paid also when the policy is no longer in force. `going`: in a year in which this does not hold,
    no earlier grant is paid on.
    """

    shares: tuple[Fraction, ...]
    after_expiry: bool
    events: tuple[Event, ...] = ()
    going: values.Value | None = None
    open: str | None = None  # 各期未定, within 3年, in 5期 ("": nobody says how many): all of it waits for what each instalment will be

    @property
    def in_parts(self) -> bool:
        return bool(self.events) or len(self.shares) > 1


@frozen(eq=False, repr=False)
class Monthly(Node):
    """拨付：按月 of one clause, or of the clauses of one article: what it comes to is 元 of one month, and is paid in every one."""

    clause: str = ""  # the clause or article under which it stands; check refuses ""


@frozen(eq=False, repr=False)
class Term(Node):
    """施行: in force from `first_day` to `last_day` (ordinal days, both included; None: no end), by the day that `date` gives."""

    date: values.Value
    first_day: Fraction
    last_day: Fraction | None


@frozen(eq=False, repr=False)
class Ungated(Node):
    """施行：届满 照行, 适用：不符 照行, 竞合：不适用 of one clause, or of the clauses of one article: what holds for the others does not for it.

    适用：含 ……: it is for those of `also` besides whom the policy is for.
    """

    gate: Gate
    clause: str = ""  # the clause or article under which it stands; check refuses ""
    also: values.Value | None = None
    within: tuple[str, ...] = ()  # the 分项 that alone are spared; the others have it as a condition of their own


@frozen(eq=False, repr=False)
class Years(Node):
    """时效: the years that may be asked for, both included, by the year that `year` gives."""

    year: values.Value
    first: Fraction
    last: Fraction


@frozen(eq=False, repr=False)
class Rounding(Node):
    """取整 of one clause, of the clauses of one article, or of all."""

    unit: Fraction  # 元: 1/100 for 分, 10000 for 万元
    mode: Mode
    clause: str = ""  # the clause or article under which it stands; "" for all
    each: bool = False  # each item alone, before they are added


@frozen(eq=False, repr=False)
class Nature(Node):
    """性质, and other lines without effect (注释, 义务, 废止)."""

    kind: str
    reason: str


@frozen(eq=False, repr=False)
class Scope(Node):
    """适用: whom the policy is for at all; who is not, is told so once (不适用主体)."""

    condition: values.Value


Body = (
    Subject | Condition | Let | Lookup | Standard | ConditionalAmount | Relief | Discretion | Floor | Cap | SharedCap | Fund | CountCap
    | Highest | OnlyOne | Against | AgainstOrder | Payment | Monthly | Term | Ungated | Years | Rounding | Saying | Nature | Scope
)


def lets_of(body: Body) -> tuple[Let, ...]:
    """What a rule gives names to."""
    match body:
        case Let():
            return (body,)
        case Lookup(lets, keys=keys):
            return (*keys, *lets)
        case (
            Subject() | Condition() | Standard() | ConditionalAmount() | Relief() | Discretion() | Floor() | Cap() | SharedCap() | Fund()
            | CountCap() | Highest() | OnlyOne() | Against() | AgainstOrder() | Payment() | Monthly() | Term() | Ungated() | Years()
            | Rounding() | Saying() | Nature() | Scope()
        ):
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
