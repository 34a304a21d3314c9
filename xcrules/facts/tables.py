"""What an enterprise is asked: tables of fields, and what the absence of each means.

What an office is asked by a policy.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

from attrs import field, frozen

from xcrules.base.identity import ClauseNames
from xcrules.base.node import Node
from xcrules.base.source import Span

from .types import LedgerType, NumberType, ScalarType, SeriesType, Type, show
from .units import NO_UNITS, Units


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
    least: Fraction | None = None  # what the law allows of the parameter that it stands for
    most: Fraction | None = None

    @property
    def element(self) -> ScalarType:
        """The type of one value: of a fact by year or by clause that of each."""
        return self.type.element if isinstance(self.type, SeriesType | LedgerType) else self.type


@frozen(eq=False, repr=False)
class FactTable(Node):
    """事实：a table of fields, at the top level, of one object, or of each record of a list."""

    name: str
    kind: str  # 顶层, 一份, 名单
    fields: tuple[FactField, ...]
    each: str = ""  # 笔, 项, 个
    closed: bool = False
    role: str = ""  # 历史台账, 外部支持
    span: Span | None = field(default=None, eq=False, repr=False)

    def field_of_role(self, role: str) -> FactField | None:
        return next((f for f in self.fields if f.role == role), None)

    def field_named(self, name: str) -> FactField | None:
        return next((f for f in self.fields if f.name == name), None)


@frozen(eq=False, repr=False)
class Schema(Node):
    """All fact tables."""

    tables: tuple[FactTable, ...]
    units: Units = NO_UNITS

    def table(self, name: str) -> FactTable | None:
        return next((t for t in self.tables if t.name == name and t.kind != "顶层"), None)

    def is_list(self, name: str) -> bool:
        """Whether a table has rows."""
        return any(t.name == name and t.kind == "名单" for t in self.tables)

    @property
    def top(self) -> tuple[FactField, ...]:
        return tuple(f for t in self.tables if t.kind == "顶层" for f in t.fields)

    @property
    def nested(self) -> tuple[FactTable, ...]:
        return tuple(t for t in self.tables if t.kind != "顶层")

    def top_of_role(self, role: str) -> FactField | None:
        return next((f for f in self.top if f.role == role), None)

    def table_of_role(self, role: str) -> FactTable | None:
        return next((t for t in self.tables if t.role == role), None)


@frozen(eq=False, repr=False)
class Indexing(Node):
    """以后每年 递增 5%: from the last year told on, each is so much more (a share of the year before, or `added` to it), below 0 less."""

    by: Fraction
    added: bool
    text: str
    source: str


_GROWN, _EXACT = 50, 160  # years that growth is followed, as far as its fractions stay within so many bits


@frozen(eq=False, repr=False)
class ParameterTable(Node):
    """参数：a figure for each year (None: 未公布), with its source; the law allows none below `least` or above `most`."""

    name: str
    type: NumberType
    values: tuple[tuple[Fraction, Fraction | None, str], ...]
    span: Span | None = field(default=None, eq=False, repr=False)
    least: Fraction | None = None
    most: Fraction | None = None
    growth: Indexing | None = None
    bounds: str = ""  # limits that are reckoned from other parameters, as the line has them

    @property
    def figures(self) -> dict[Fraction, Fraction | None]:
        """By year, as far as they are told or follow from what is."""
        found = {year: figure for year, figure, _ in self.values}
        year = max(found, default=Fraction(0))
        figure = found.get(year)
        for _ in range(_GROWN if self.growth is not None and figure is not None else 0):
            assert self.growth is not None
            assert figure is not None
            year, figure = year + 1, figure + self.growth.by if self.growth.added else figure * (1 + self.growth.by)
            if figure < (self.least or 0) or (self.most is not None and figure > self.most) or figure.denominator.bit_length() > _EXACT:
                break
            found[year] = figure
        return found


def limits_text(held: FactField | ParameterTable) -> str:
    """在 50元 至 300元, 不低于 1.5%; "" where there is no limit."""
    if isinstance(held, ParameterTable) and held.bounds:
        return held.bounds
    least, most = (None if x is None else show(x, held.type) for x in (held.least, held.most))
    if least is not None and most is not None:
        return f"在 {least} 至 {most}"
    return f"不低于 {least}" if least is not None else f"不超过 {most}" if most is not None else ""


# -- the form --------------------------------------------------------------------------------------------------------

_SPREAD = 2  # years before the policy's own that are asked for: growth is measured from them
_TITLE = 40  # characters of a clause that are shown beside its number


@frozen(slots=False, eq=False)
class Form:
    """The facts that a policy asks for, and the words that stand around them. All that files and workbooks know of a policy."""

    name: str  # as commands take it
    policy: str  # its title
    schema: Schema
    clause_names: ClauseNames
    clauses: tuple[tuple[str, str], ...]  # number and words of each clause that gives money
    in_force: tuple[tuple[int, int], ...] = ()  # first and last years

    @property
    def title(self) -> str:
        return self.policy or self.name

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years that the policy covers, and those before that growth is measured from; none if it does not say."""
        if not self.in_force:
            return ()
        return tuple(range(min(first for first, _ in self.in_force) - _SPREAD, max(last for _, last in self.in_force) + 1))

    @cached_property
    def clause_titles(self) -> dict[str, str]:
        """The clauses that give money, with their words cut short."""
        return {number: words[:_TITLE] + ("……" if len(words) > _TITLE else "") for number, words in self.clauses}
