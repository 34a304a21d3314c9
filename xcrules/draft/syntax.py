"""What was written: the tree of a file, as values.

Expression nodes carry `at`, their place counted from the start of the line's content, so that a line
parses alone and its tree can be kept for the same text anywhere. Places are outside equality. The
meaning of what is written is in program.py; nothing here decides anything.
"""

from __future__ import annotations

from attrs import field, frozen

from xcrules.base.source import Source, Span

from .labels import card_of

At = tuple[int, int]


def _at() -> At:
    place: At = field(eq=False, repr=False)
    return place


# -- expressions --------------------------------------------------------------------------------


@frozen
class Name:
    """A run that is no keyword in its place."""

    text: str
    at: At = _at()


@frozen
class Literal:
    """150万元, 5%, 2021年11月1日: still as text."""

    text: str
    at: At = _at()


@frozen
class All:
    """A，B，C: every one holds."""

    parts: tuple[Expr, ...]
    at: At = _at()


@frozen
class Chain:
    """A 或 B 或 C, A 且 B: `joins` are the words between."""

    parts: tuple[Expr, ...]
    joins: tuple[str, ...]
    at: At = _at()


@frozen
class Not:
    """非 A."""

    part: Expr
    at: At = _at()


@frozen
class Compare:
    """A 高于 B."""

    left: Expr
    word: str
    right: Expr
    at: At = _at()


@frozen
class Among:
    """A 为 甲、乙; A 不为 甲."""

    value: Expr
    negated: bool
    members: tuple[Expr, ...]
    at: At = _at()


@frozen
class Between:
    """A 在 B 至 C, both ends included."""

    value: Expr
    low: Expr
    high: Expr
    at: At = _at()


@frozen
class Trend:
    """X 连续 2年 增加."""

    series: Expr
    years: str
    direction: str
    at: At = _at()


@frozen
class Elapsed:
    """日期 满 3年, 日期 未满 3年 (counted to the day of application)."""

    since: Expr
    negated: bool
    years: str
    at: At = _at()


@frozen
class Binary:
    """A ＋ B, A － B, A × B, A ÷ B."""

    left: Expr
    operator: str
    right: Expr
    at: At = _at()


@frozen
class PartOf:
    """A 的 B: a rate of an amount, or a field of an object."""

    whole: Expr
    part: Expr
    at: At = _at()


@frozen
class Window:
    """X 自 日期 当年 起 3年 内 [已报] 最高一年."""

    series: Expr
    start: Expr
    years: str
    reported: bool
    at: At = _at()


@frozen
class PerFull:
    """A 每满 30件 3万元."""

    value: Expr
    step: str
    amount: Expr
    at: At = _at()


@frozen
class YearOf:
    """日期 当年, 日期 次年."""

    date: Expr
    word: str
    at: At = _at()


@frozen
class YearRef:
    """本年 X, 上年 X, 前年 X."""

    word: str
    series: Expr
    at: At = _at()


@frozen
class Arm:
    """国家级、省级 100%."""

    keys: tuple[Name | Literal, ...]
    value: Expr


@frozen
class Pick:
    """按 级别（国家级 1:1；北京市级 1:0.5）."""

    key: Name
    arms: tuple[Arm, ...]
    at: At = _at()


@frozen
class FoldOf:
    """合计（贷款 的 本年度缴纳利息）."""

    word: str
    list: Name
    item: Name
    at: At = _at()


@frozen
class CountOf:
    """计数（专利，已授权）."""

    list: Name
    guard: tuple[Expr, ...]
    at: At = _at()


Expr = (
    Name | Literal | All | Chain | Not | Compare | Among | Between | Trend | Elapsed | Binary | PartOf | Window
    | PerFull | YearOf | YearRef | Pick | FoldOf | CountOf
)


# -- what stands on a line, by label --------------------------------------------------------------


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
    """标准."""

    amount: Expr


@frozen
class Let:
    """设定, 定义."""

    name: Name
    value: Expr
    at_most: Expr | None
    used: Expr | None
    at_least: Expr | None


@frozen
class ConditionalAmount:
    """例外 (replaces) and 加给 (adds)."""

    condition: Expr
    amount: Expr
    adds: bool = False


@frozen
class Lookup:
    """对照: the table itself hangs on the line."""

    keys: tuple[Name, ...]
    results: tuple[Name, ...]


@frozen
class Bound:
    """One side of a tier in a table cell: 不满 5000万元, 500万元 以上."""

    word: str
    value: Expr


@frozen
class Discretion:
    """裁量."""

    authority: Name
    record: Name | None


@frozen
class Reach:
    """The reach of a 上限, 下限 or 限次."""

    reach: str  # 单项, 同一, 企业年度, 企业终身
    key: Name | None = None  # of 同一 X
    period: str | None = None  # 年度 or 终身, of 同一 X
    whole: str | None = None  # 合计, 各分项, or the name of a part
    whole_at: At | None = field(default=None, eq=False, repr=False)
    clauses: tuple[str, ...] = ()  # 2(1)、6(1) 合计: the reach goes over several clauses


@frozen
class Cap:
    """上限."""

    scope: Reach
    amount: Expr
    used: Expr | None
    at_most: Expr | None = None  # a second amount, which check refuses


@frozen
class Floor:
    """下限, written as a 上限 is."""

    scope: Reach
    amount: Expr
    used: Expr | None
    at_most: Expr | None = None


@frozen
class CountCap:
    """限次."""

    scope: Reach
    times: str
    used: Expr | None
    settle: str | None


@frozen
class Highest:
    """从高."""

    overall: bool
    key: Name
    rank: Name | None
    order: tuple[Name, ...]


@frozen
class Against:
    """竞合 with another list of support."""

    key: Name
    outside: Name
    received: Name
    settle: str
    rival: Name


@frozen
class AgainstOrder:
    """竞合：先从高后封顶."""

    word: str


@frozen
class Payment:
    """拨付."""

    years: str
    shares: tuple[str, ...]  # () is 等额
    after: str | None


@frozen
class Term:
    """施行."""

    start: str
    years: str | None
    last: str | None
    date: Name


@frozen
class Years:
    """时效."""

    year: Name
    first: str
    last: str


@frozen
class Rounding:
    """取整."""

    unit: Name
    mode: str


@frozen
class Heading:
    """事实：上级资金，逐笔，闭世界."""

    name: Name
    qualifiers: tuple[tuple[Name, ...], ...]


@frozen
class TypeText:
    """A cell of the 类型 column: 元, 逐年 元, or members."""

    kind: str  # 逐年, 逐款 or empty
    names: tuple[Name, ...]


@frozen
class GivenWord:
    """A word or a literal in a case; None for the path when the value stands alone."""

    text: str
    literal: bool
    at: At = _at()


@frozen
class Assign:
    """path 为 value (是 and 否 for a bare path and 非 path)."""

    path: str
    value: GivenWord
    at: At = _at()


@frozen
class Gather:
    """list 含（…）、（…）, or series 含（2022年 为 …）."""

    path: str
    records: tuple[tuple[Assign, ...], ...]
    at: At = _at()


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
    at: At = _at()


@frozen
class Promise:
    """保证: checked for its words and types now; proved later."""

    kind: str  # bound, between, monotone, among
    clauses: tuple[str, ...]
    values: tuple[Expr, ...]
    word: str = ""


Body = (
    Subject | Condition | Exclusion | Scope | Standard | Let | ConditionalAmount | Lookup | Discretion | Cap | Floor
    | CountCap | Highest | Against | AgainstOrder | Payment | Term | Years | Rounding | Heading | Given | Expected | Promise
)
Content = Body | Expr | TypeText | tuple[Bound, ...]  # of a start symbol: that of a line, or of a cell of a table

# -- the file ------------------------------------------------------------------------------------


@frozen
class Tag:
    """〔A08 保底〕; the choice is empty in 〔A04〕."""

    reading: str
    choice: str
    span: Span = field(eq=False, repr=False)


@frozen
class Row:
    """One row of a table: what its cells say, and their places."""

    values: tuple[str, ...]
    cells: tuple[Span, ...] = field(eq=False, repr=False)
    span: Span = field(eq=False, repr=False)
    comments: tuple[Span, ...] = field(default=(), eq=False, repr=False)

    def texts(self) -> tuple[str, ...]:
        return self.values


def cell_text(cell: Span) -> str:
    """The cell as meant: escapes undone, blanks at the ends gone."""
    return cell.text.replace("\\|", "|").strip()


@frozen
class LineError:
    """Where a line's content did not parse, and why it was not tried, if it was not."""

    at: At
    untried: str = ""  # empty, too deep


@frozen
class Line:
    """栏目〔读法〕：内容, with the table beneath it if it has one."""

    label: str
    label_span: Span = field(eq=False, repr=False)
    tags: tuple[Tag, ...]
    content: Span = field(eq=False, repr=False)
    body: Body | None = None
    error: LineError | None = field(default=None, eq=False)
    rows: tuple[Row, ...] = ()
    raw: str = ""  # free text, blanks folded: what two such lines are compared by
    comments: tuple[Span, ...] = field(default=(), eq=False, repr=False)

    @property
    def text(self) -> str:
        return self.content.text

    def span_of(self, at: At) -> Span:
        """The place in the file of a piece of the content."""
        return self.content.part(*at)


@frozen
class Quote:
    """「…」: a piece of the law, and the lines beneath it."""

    words: str
    span: Span = field(eq=False, repr=False)
    lines: tuple[Line, ...] = ()
    comments: tuple[Span, ...] = field(default=(), eq=False, repr=False)

    @property
    def notes(self) -> tuple[Line, ...]:
        """The lines that say something of the quote: no facts, cases … of the file that happen to follow it."""
        return tuple(line for line in self.lines if not card_of(line.label).of_file)


@frozen
class File:
    """One rule file: lines before any quote, then quotes; trailing comments last."""

    source: Source = field(eq=False, repr=False)
    head: tuple[Line, ...]
    quotes: tuple[Quote, ...]
    tail: tuple[Span, ...] = field(default=(), eq=False, repr=False)

    def lines(self) -> list[Line]:
        return [*self.head, *(line for q in self.quotes for line in q.lines)]


@frozen
class Document:
    """A policy as written: its files in order, the main one first, and the official text."""

    name: str
    files: tuple[File, ...]
    official: Source | None = field(default=None, eq=False, repr=False)

    def lines(self) -> list[Line]:
        return [line for f in self.files for line in f.lines()]
