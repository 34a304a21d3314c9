"""Phrases about years: 本年 X, 日期 当年, windows of years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import calculus as c
from .. import syntax as s
from ..datatypes import DATE, YEAR, YEARS, DateType, SeriesType, YearType, parse_literal
from .kinds import back
from .scope import Typed

if TYPE_CHECKING:
    from .expressions import Reader



def series_of(read: Reader, expr: s.Expr) -> Typed | None:
    """A name that means a 逐年 fact."""
    typed = read.read(expr)
    if typed is None:
        return None
    if not isinstance(typed.type, SeriesType) or not isinstance(typed.value, c.Fact | c.Var):
        read.report.error("E316", f"「{read.report.typed(expr.at)}」不是逐年的事实", expr.at,
                          help="本年、上年、连续几年只用于类型为 逐年 的事实")  # fmt: skip
        return None
    return typed


def whole_years(read: Reader, text: str, at: s.At) -> int | None:
    found = parse_literal(text)
    if found is None or found.type != YEARS or not 1 <= found.value <= 50 or found.value.denominator != 1:
        read.report.error("E317", f"「{text}」不是几年", at, help="写成 2年、3年（1 至 50 的整数）")
        return None
    return int(found.value)


def year_of(read: Reader, expr: s.YearOf) -> Typed | None:
    date = read.read(expr.date)
    if date is None:
        return None
    if not isinstance(date.type, DateType | YearType):
        read.mismatch(expr.date, date.type, DATE, f"“{expr.word}”前面")
        return None
    year = c.YearOf(date.value, span=read.place(expr)) if isinstance(date.type, DateType) else date.value
    return Typed(year if expr.word == "当年" else back(year, -1), YEAR)


def year_ref(read: Reader, expr: s.YearRef) -> Typed | None:
    series, year = series_of(read, expr.series), read.base_year(expr.at)
    if series is None or year is None:
        return None
    assert isinstance(series.type, SeriesType)
    assert isinstance(series.value, c.Fact | c.Var)
    key = back(year, ("本年", "上年", "前年").index(expr.word))
    return Typed(c.At(series.value, key, span=read.place(expr)), series.type.element)


def window(read: Reader, expr: s.Window) -> Typed | None:
    series, start = series_of(read, expr.series), read.read(expr.start)
    years, base = whole_years(read, expr.years, expr.at), read.base_year(expr.at)
    if series is None or start is None or years is None or base is None:
        return None
    if not isinstance(start.type, YearType):
        read.report.error("E302", f"「{read.report.typed(expr.start.at)}」不是年度", expr.start.at,
                          help="写成 某日期 当年 或 某日期 次年")  # fmt: skip
        return None
    assert isinstance(series.type, SeriesType)
    assert isinstance(series.value, c.Fact | c.Var)
    place = read.place(expr)
    body = c.At(series.value, c.Var("年度"), span=place)
    guard = c.Known(body, span=place) if expr.reported else None
    return Typed(c.FoldYears(start.value, years, base, guard, body, span=place), series.type.element)
