"""Phrases within a line: names, numbers, comparisons, sums.

Each carries `at`, its place counted from the start of the line's content, so that a line parses alone and its tree can be
kept for the same text anywhere. Places are outside equality.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from attrs import AttrsInstance, field, fields, frozen, has

At = tuple[int, int]


def place() -> At:
    """The field of a place."""
    at: At = field(eq=False, repr=False)
    return at


@frozen
class Name:
    """A run that is no keyword in its place."""

    text: str
    at: At = place()

    @property
    def columns(self) -> tuple[Name, ...]:
        """Of 同一 甲、乙, which is one name of several columns, each."""
        starts, parts = [0], self.text.split("、")
        for part in parts:
            starts.append(starts[-1] + len(part) + 1)
        tight = self.at[1] - self.at[0] == len(self.text)  # nothing written between
        return tuple(
            Name(x, (self.at[0] + at, self.at[0] + at + len(x)) if tight else self.at) for x, at in zip(parts, starts, strict=False)
        )


@frozen
class Literal:
    """150万元, 5%, 2021年11月1日: still as text."""

    text: str
    at: At = place()


@frozen
class Verbatim:
    """“某某” behind 为: the text itself."""

    text: str
    at: At = place()


@frozen
class All:
    """A，B，C: every one holds."""

    parts: tuple[Expr, ...]
    at: At = place()


@frozen
class Chain:
    """A 或 B 或 C, A 且 B: `joins` are the words between."""

    parts: tuple[Expr, ...]
    joins: tuple[str, ...]
    at: At = place()


@frozen
class Not:
    """非 A."""

    part: Expr
    at: At = place()


@frozen
class Compare:
    """A 高于 B."""

    left: Expr
    word: str
    right: Expr
    at: At = place()


@frozen
class Among:
    """A 为 甲、乙; A 不为 甲."""

    value: Expr
    negated: bool
    members: tuple[Expr, ...]
    at: At = place()


@frozen
class Between:
    """A 在 B 至 C, both ends included."""

    value: Expr
    low: Expr
    high: Expr
    at: At = place()


@frozen
class Trend:
    """X 连续 2年 增加."""

    series: Expr
    years: str
    direction: str
    at: At = place()


@frozen
class Elapsed:
    """日期 满 3年, 日期 未满 6个月 (counted to the day of application)."""

    since: Expr
    negated: bool
    time: str
    at: At = place()


@frozen
class Binary:
    """A ＋ B, A － B, A × B, A ÷ B."""

    left: Expr
    operator: str
    right: Expr
    at: At = place()


@frozen
class Zeroed:
    """A ÷ B，除数为零 按 0: what the value is where B is 0 (按 不适用: none)."""

    value: Expr
    zero: Expr
    at: At = place()


@frozen
class Partly:
    """A，不足 6个月 按 半年，不足 1年 按 1年: what is left over full steps (of the last length) counts as what is said for the first length that it falls short of (不超过: or comes to).

    A，到 0.1㎡ 四舍五入 has one step, and how what is left over is rounded.
    """

    value: Expr
    steps: tuple[tuple[Literal, Literal, bool], ...]
    at: At = place()
    brought: str = ""


@frozen
class Share:
    """A 占 B."""

    part: Expr
    whole: Expr
    at: At = place()


YEAR_ON_YEAR = "同比"


@frozen
class Growth:
    """A 较 B 增长; X 较 上年 增长 (`base` the word 上年); X 同比增长; 下降. X may be 上年 X."""

    now: Expr
    base: Expr | str
    word: str
    at: At = place()


RESULTS = ("金额", "本年已得", "上年已得", "历年已得", "历年已拨")  # what may be asked of every clause that gives something


@frozen
class ResultOf:
    """第五条 的 金额, 2(1) 的 历年已得, 本款 的 本年已得; 第三条 的 增加额."""

    clause: str
    word: str
    clause_at: At = place()
    at: At = place()


@frozen
class Enjoyed:
    """已享受 第五条、2(1): one of these, now or before."""

    clauses: tuple[str, ...]
    at: At = place()


@frozen
class PartOf:
    """A 的 B: a rate of an amount, or a field of an object."""

    whole: Expr
    part: Expr
    at: At = place()


@frozen
class Window:
    """X 自 日期 当年 起 3年 内 [已报] 最高一年, 最低一年, 合计, 平均."""

    series: Expr
    start: Expr
    years: str
    reported: bool
    word: str
    at: At = place()


@frozen
class FromTo:
    """自 成立日期 至 申报日期 的 年数, 月数, 天数: full ones; 自 购置日期 当月 至 兑现年度 年末 的 月数: calendar months, the first and the last among them."""

    start: Expr
    end: Expr
    of: str
    at: At = place()


@frozen
class Recent:
    """近 3年 X 的 平均 (本年 among them), 前 3年 X 的 合计 (without it), 最高, 最低; 历年 X 的 最高, of last year and those before it that were reported."""

    word: str
    years: str
    series: Expr
    of: str
    at: At = place()


EVER, MOST_YEARS = "历年", 50


def ever(series: Expr, at: At) -> Recent:
    """历年 X 的 最高."""
    return Recent(EVER, f"{MOST_YEARS}年", series, "最高", at)


@frozen
class Extreme:
    """孰高（甲、乙、丙）, 孰低（甲、乙）."""

    word: str
    parts: tuple[Expr, ...]
    at: At = place()


@frozen
class PerFull:
    """A 每满 30件 3万元."""

    value: Expr
    step: str
    amount: Expr
    at: At = place()


@frozen
class YearOf:
    """日期 当年, 日期 次年: a year; 日期 当月, 次月, as an end of FromTo: a month; 年度 年初, 年末, 日期 月初, 月末: a day."""

    date: Expr
    word: str
    at: At = place()


@frozen
class YearRef:
    """本年 X, 上年 X, 前年 X."""

    word: str
    series: Expr
    at: At = place()


@frozen
class NthYear:
    """自 日期 当年 起 第几年."""

    start: Expr
    at: At = place()


@frozen
class KeyBounds:
    """第1年 至 第3年, 不超过 3年: the numbers that an arm is for, as comparisons with each end."""

    bounds: tuple[tuple[str, Name | Literal], ...]
    at: At = place()


@frozen
class ReliefCase:
    """甲 的，30%，至多 1.5万元; 甲 的，减按 75%. `share` None: half."""

    condition: Expr
    share: Expr | None = None
    reduced_to: bool = False
    most: Expr | None = None


@frozen
class Arm:
    """国家级、省级 100%."""

    keys: tuple[Name | Literal | KeyBounds, ...]
    value: Expr


@frozen
class Pick:
    """按 级别（国家级 1:1；北京市级 1:0.5）, 按 本年 入驻率（90% 以上 …）."""

    key: Name
    arms: tuple[Arm, ...]
    year: str  # 本年, 上年; "" of what is no 逐年
    at: At = place()

    @property
    def asked(self) -> Expr:
        """What the cases are told of."""
        return YearRef(self.year, self.key, self.key.at) if self.year else self.key


@frozen
class Alike:
    """同一 人: of the rows of a list those that are alike in a column to the item at hand."""

    key: Name
    at: At = place()


@frozen
class FoldOf:
    """合计（贷款 的 利息 － 贴息，级别 为 国家级，同一 人）: of which rows stands behind the first ，."""

    word: str
    list: Name
    body: Expr
    rows: tuple[Expr | Alike, ...]
    at: At = place()


@frozen
class CountOf:
    """计数（专利，已授权）."""

    list: Name
    rows: tuple[Expr | Alike, ...]
    at: At = place()


Expr = (
    Name | Literal | Verbatim | All | Chain | Not | Compare | Among | Between | Trend | Elapsed | Binary | Zeroed | Partly | Share | Growth
    | PartOf | Window | FromTo | Recent | Extreme | PerFull | YearOf | YearRef | NthYear | Pick | FoldOf | CountOf | ResultOf | Enjoyed
)


def pieces_of(held: object) -> Iterator[object]:
    """Every piece of what is written, or of a tuple of these, itself first; without places."""
    if isinstance(held, tuple):
        for x in held:
            yield from pieces_of(x)
    elif has(type(held)):
        yield held
        for name in _compared(type(held)):  # type: ignore[arg-type]  # classes are hashable
            yield from pieces_of(getattr(held, name))


@cache
def _compared(kind: type[AttrsInstance]) -> tuple[str, ...]:
    return tuple(a.name for a in fields(kind) if a.eq)
