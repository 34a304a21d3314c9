"""A schema as the plain reader wants it (runtime/reading.py)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from xcrules.base.identity import ClauseNames
from xcrules.facts import given as facts
from xcrules.facts.tables import FactField, FactTable, Schema
from xcrules.facts.types import BoolType, DateType, EnumType, LedgerType, SeriesType, TextType, YearType

from .runtime.reading import Column, Layout, Limits, Table
from .runtime.values import NOT_GIVEN, UNKNOWN, DefaultNumber
from .scales import absent, identifier, scale_of, scaled

Parameters = Mapping[str, Mapping[Fraction, Fraction | None]]


def layout_of(schema: Schema, clauses: ClauseNames, parameters: Parameters, money: int) -> Layout | None:
    """The layout of all facts; None where the plain reader is not for them."""
    base = schema.top_of_role("基准年度")
    names = [f.name for f in schema.top] + [t.name for t in schema.nested]
    if base is None or facts.NUMBER_KEY in names:
        return None

    def column(spec: FactField) -> Column:
        return _column(spec, clauses, parameters, money)

    limits = Limits(facts.MAX_DIGITS, facts.MAX_WHOLE, facts.MAX_ITEMS, facts.MAX_TEXT)
    tables = tuple(
        Table(t.name, identifier(t.name), t.kind == "名单", tuple(column(f) for f in t.fields), absent_table(t)) for t in schema.nested
    )
    return Layout(tuple(column(f) for f in schema.top), tables, identifier(base.name), limits, facts.NUMBER_KEY)


def absent_table(table: FactTable) -> object:
    """What stands in a sheet for a list or an object that was not given."""
    return NOT_GIVEN if table.closed and table.kind == "名单" else UNKNOWN


def _column(spec: FactField, clauses: ClauseNames, parameters: Parameters, money: int) -> Column:
    kind, members = "数", frozenset[str]()
    match spec.type:
        case BoolType():
            kind = "是否"
        case EnumType(words):
            kind, members = "枚举", frozenset(w for w in words if w != "不适用")
        case TextType() if spec.role == "台账条款":
            kind, members = "枚举", frozenset(clauses.rows)
        case TextType():
            kind = "文字"
        case DateType():
            kind = "日期"
        case YearType():
            kind = "年度"
        case SeriesType():
            kind = "逐年"
        case LedgerType():
            kind, members = "逐款", frozenset(clauses.numbers)
    figures = figures_of(parameters, spec, money) if is_published(spec) else None
    scale = scale_of(spec.type, money)
    return Column(spec.name, identifier(spec.name), kind, scale, spec.signed, members, absent(spec, money), figures)


# -- 缺省 参数 ----------------------------------------------------------------------------------------------


def is_published(spec: FactField) -> bool:
    """Whether the figure of the base year stands for a fact that was not given."""
    return bool(spec.parameter) and spec.default is None


def figures_of(parameters: Parameters, spec: FactField, money: int) -> dict[int, int]:
    """The policy's figures for such a fact by year, at its scale; one that is no whole number there is left out."""
    scale = scale_of(spec.type, money)
    kept = {int(y): scaled(v, scale) for y, v in parameters.get(spec.parameter, {}).items() if v is not None}
    return {year: figure for year, figure in kept.items() if isinstance(figure, int)}


def published(parameters: Parameters, spec: FactField, year: object, money: int) -> object:
    """What stands for such a fact in a year; UNKNOWN where there is no figure."""
    figure = figures_of(parameters, spec, money).get(int(year)) if isinstance(year, int | Fraction) else None
    return UNKNOWN if figure is None else DefaultNumber(figure)
