"""What stands on a line after its label: one class for each thing that a label says."""

from __future__ import annotations

from typing import Literal as OneOf

from attrs import frozen

from .expressions import At, Expr, KeyBounds, Name, ReliefCase, place
from .limits import Against, AgainstOrder, Cap, CountCap, Floor, Fund, Highest, OnlyOne


@frozen
class Subject:
    """对象."""

    each: str | None
    name: Name
    conditions: tuple[Expr, ...]
    matter: Name | None


@frozen
class Condition:
    """条件."""

    value: Expr


@frozen
class Exclusion:
    """除外."""

    value: Expr


@frozen
class Scope:
    """适用."""

    value: Expr


@frozen
class Standard:
    """标准; with a condition it is one of several that are added."""

    amount: Expr
    condition: Expr | None = None


@frozen
class AtMost:
    """，至多 6国，已用 某数."""

    amount: Expr
    used: Expr | None = None


@frozen
class AtLeast:
    """，至少 1国."""

    amount: Expr


@frozen
class Let:
    """设定, 定义. `of` is the list whose column is defined: 定义：展览 的 自付 ＝ ……. Bounds hold one after the other."""

    of: Name | None
    name: Name
    value: Expr
    bounds: tuple[AtMost | AtLeast, ...] = ()

    @property
    def key(self) -> str:
        """The name that it sets; of a column with its list: 展览.自付."""
        return f"{self.of.text}.{self.name.text}" if self.of is not None else self.name.text


@frozen
class ConditionalAmount:
    """例外 (replaces) and 加给 (adds)."""

    condition: Expr
    amount: Expr
    adds: bool = False


@frozen
class Relief:
    """减半; 减征, of several cases the one that takes off most."""

    cases: tuple[ReliefCase, ...]


@frozen
class LookupKey:
    """What a 对照 goes by: a name, or an expression that the line gives this name."""

    name: Name
    value: Expr | None


@frozen
class Lookup:
    """对照: the table itself hangs on the line."""

    keys: tuple[LookupKey, ...]
    results: tuple[Name, ...]
    segments: bool = False  # 分段: each row is for its part of the key, the parts are added
    lent: str = ""  # 定 第十三条（一） 的 受理费: the clause whose table it is


@frozen
class Bound:
    """One side of a tier in a table cell: 不满 5000万元, 500万元 以上."""

    word: str
    value: Expr


@frozen
class Discretion:
    """裁量: what records the amount, or the amount by what is recorded (核定比例). `basis`: what the authority weighs, in words."""

    authority: Name | None  # None: the text names none
    record: Expr | None
    basis: tuple[str, ...] = ()


@frozen
class Payment:
    """拨付."""

    years: str  # empty: paid as events happen
    shares: tuple[str, ...]  # () is 等额, or 一次
    after: str | None
    going: Expr | None = None  # what must hold for an earlier grant to go on
    events: tuple[Expr, ...] = ()  # 投产日期, 投产日期 ＋ 1年
    next_year: bool = False  # from the year after that of the grant
    since: Expr | None = None  # from the year of this day on, and not from that of the grant
    open: bool = False  # 各期未定: how much of it when, nobody has said


@frozen
class Monthly:
    """拨付：按月."""


@frozen
class Term:
    """施行. `last`: 前一日 or 对应日 of so many `years`, or without these the last day itself."""

    start: str
    years: str | None
    last: str | None
    date: Name


@frozen
class Ungated:
    """施行：届满 照行, 适用：不符 照行 and 竞合：不适用, beneath a clause: the rule of the policy that it is spared. 适用：含 分支机构: `also` these."""

    gate: OneOf["施行", "适用", "竞合"]
    also: Expr | None = None


@frozen
class Years:
    """时效: 2021年, or 施行之日 当年, 期满之日 当年."""

    year: Name
    first: str
    last: str


@frozen
class Rounding:
    """取整; of each item alone where `each` is written."""

    unit: Name
    mode: str
    each: bool = False


@frozen
class Saying:
    """表述：应补 税款，反向 应退，除外 免征; 表述：由 基金 支付 职工 补助金."""

    verb: Name
    noun: Name | None
    reverse: Name | None
    payer: Name | None = None
    receiver: Name | None = None
    exempt: Name | None = None


@frozen
class UnitWords:
    """单位：TEU、艘; 单位：总吨，可有小数."""

    names: tuple[Name, ...]
    measured: bool


@frozen
class Heading:
    """事实：上级资金，逐笔，闭世界; 参数：受理费，元，在 50元 至 300元."""

    name: Name
    qualifiers: tuple[tuple[Name, ...], ...]
    within: tuple[KeyBounds, ...] = ()


@frozen
class TypeText:
    """A cell of the 类型 column: 元, 逐年 元, or members."""

    kind: str  # 逐年, 逐款 or empty
    names: tuple[Name, ...]
    order: str = ""  # 从高到低: of members that stand in an order


@frozen
class GivenWord:
    """A word or a literal in a case; None for the path when the value stands alone."""

    text: str
    literal: bool
    at: At = place()


@frozen
class Assign:
    """path 为 value (是 and 否 for a bare path and 非 path)."""

    path: str
    value: GivenWord
    at: At = place()


@frozen
class Gather:
    """list 含（…）、（…）, or series 含（2022年 为 …）."""

    path: str
    records: tuple[tuple[Assign, ...], ...]
    at: At = place()


@frozen
class Given:
    """给定."""

    items: tuple[Assign | Gather, ...]


@frozen
class ExpectedItem:
    """本年度拨付 10万元; 2023年 10万元."""

    key: str
    values: tuple[str, ...]


@frozen
class Expected:
    """应得."""

    clause: str
    status: str
    values: tuple[str, ...]
    items: tuple[ExpectedItem, ...]
    at: At = place()


@frozen
class Promise:
    """保证: checked for its words and types; whether it holds is for `prove`."""

    kind: str  # bound, total, between, monotone, slope, among, only, less, each
    clauses: tuple[str, ...]
    values: tuple[Expr, ...]
    word: str = ""  # of `only` the reading
    alone: bool = False  # 未经竞合


Body = (
    Subject | Condition | Exclusion | Scope | Standard | Let | ConditionalAmount | Relief | Lookup | Discretion | Cap | Floor | Fund
    | CountCap | Highest | OnlyOne | Against | AgainstOrder | Payment | Monthly | Term | Ungated | Years | Rounding | Saying | UnitWords
    | Heading | Given | Expected | Promise
)
Content = Body | Expr | TypeText | tuple[Bound, ...]  # of a start symbol: that of a line, or of a cell of a table
