"""Phrases about years: 本年 X, 日期 当年, windows of years."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, NamedTuple

from attrs import evolve

from xcrules.base.codes import Code
from xcrules.draft import syntax
from xcrules.draft.labels import Where, card_of
from xcrules.facts import types
from xcrules.facts.types import DATE, DAYS, ELAPSED, MONTHS, YEAR, YEARS, DateType, NumberType, SeriesType, Type, YearType, parse_literal
from xcrules.meaning import keys, values

from . import grades
from .kinds import back
from .scope import Typed, of_one_area, unitless

if TYPE_CHECKING:
    from .reader import Reader

_OPS: tuple[Literal["最高", "最低", "合计", "平均"], ...] = ("最高", "最低", "合计", "平均")


class Series(NamedTuple):
    """A 逐年 fact, and the type of a year's figure."""

    value: values.Fact | values.Var
    element: NumberType


def series_of(read: Reader, expr: syntax.Expr) -> Series | None:
    """A name that means a 逐年 fact."""
    typed = read.read(expr)
    if typed is None:
        return None
    if not isinstance(typed.type, SeriesType) or not isinstance(typed.value, values.Fact | values.Var):
        name = read.report.typed(expr.at)
        return read.report.error(Code.NOT_A_SERIES, f"「{name}」不是逐年的事实", expr.at,
                                 help="参数是政策自己的数，只取某一年的：本年、上年、前年" if isinstance(typed.value, values.Parameter) else f"只有一个数的，要本年的就直接写 {name}；本年、上年、连续几年只用于类型为 逐年 的事实", rests_on=(keys.series(name),))
    return Series(typed.value, typed.type.element)


def whole_years(read: Reader, text: str, at: syntax.At) -> int | None:
    literal = parse_literal(text)
    if literal is None or literal.type != YEARS or not 1 <= literal.value <= syntax.MOST_YEARS or literal.value.denominator != 1:
        return read.report.error(Code.NOT_YEARS, f"「{text}」不是几年", at, help="写成 2年、3年（1 至 50 的整数）")
    return int(literal.value)


def length(read: Reader, text: str, at: syntax.At) -> values.Literal | None:
    """3年, 60周岁, 6个月, 90天: years (months are parts of one), or days."""
    literal = parse_literal("6个月" if text == "半年" else text.replace("周岁", "年"))
    unit = literal.type if literal is not None and isinstance(literal.type, NumberType) else None
    most = {YEARS: 200, MONTHS: 2_400, DAYS: 80_000}.get(unit, 0) if unit is not None else 0
    if literal is None or not 1 <= literal.value <= most or literal.value.denominator != 1:
        return read.report.error(Code.NOT_YEARS, f"「{text}」不是几年、几个月、几天", at, help="写成 3年、60周岁、6个月、90天（整数，不超过 200年）")
    return values.Literal(literal.value, literal.type, span=read.report.span(at))


def beside(typed: Typed | None, wanted: Type | None) -> Typed | None:
    """5年 held against months is 60个月, under a name too, 5倍 against a bare number 5. Not the other way round: of full years there is no half."""
    if (
        typed is not None
        and typed.type == types.RATE
        and wanted == types.COUNT
        and isinstance(typed.value, values.Literal)
        and typed.value.span is not None
        and typed.value.span.text.endswith("倍")
    ):
        return Typed(evolve(typed.value, type=types.COUNT), types.COUNT)
    if typed is not None and typed.type == YEARS and wanted == MONTHS:
        return _in_months(typed)
    return of_one_area(unitless(typed, wanted), wanted) if typed is not None and wanted is not None else typed


def _in_months(typed: Typed) -> Typed:
    """What the policy says in years, under a name or by cases too; of full years that passed, or were filled in, it is not known how many months they were."""
    value, span = typed.value, typed.value.span
    if isinstance(value, values.Literal) and isinstance(value.value, Fraction):
        return Typed(values.Literal(value.value * values.MONTHS_IN_A_YEAR, MONTHS, span=span), MONTHS)
    if not isinstance(value, values.Var | values.Parameter | values.Pick) or (isinstance(typed.type, NumberType) and typed.type.elapsed):
        return typed
    each = values.Literal(Fraction(values.MONTHS_IN_A_YEAR), NumberType(types.unit_product(MONTHS.unit, YEARS.unit, -1)))
    return Typed(values.Arith("×", value, each, MONTHS, span=span), MONTHS)


def later(read: Reader, day: values.Value, time: Typed, at: syntax.At, sign: int = 1) -> values.Value | None:
    """A day so many years, months or days on (sign -1: before); None for what is no length of time."""
    place = read.report.span(at)
    if time.type == DAYS:
        return values.Arith("加天" if sign > 0 else "减天", day, time.value, DATE, span=place)
    value = time.value
    if time.type == MONTHS:
        part = Fraction(1, values.MONTHS_IN_A_YEAR)
        value = (
            values.Literal(value.value * part, YEARS, span=value.span)
            if isinstance(value, values.Literal) and isinstance(value.value, Fraction)
            else values.Arith(
                "×", value, values.Literal(part, NumberType((("年", 1), ("月", -1)))),
                ELAPSED["年数"] if isinstance(time.type, NumberType) and time.type.elapsed else YEARS, span=value.span,
            )
        )
    elif time.type != YEARS:
        return None
    return values.Arith("+" if sign > 0 else "-", day, value, DATE, span=place)


def from_to(read: Reader, expr: syntax.FromTo) -> Typed | None:
    """自 成立日期 至 申报日期 的 月数; of two 年度 their difference."""
    if expr.of == "级数":
        return grades.apart(read, expr)
    start, end = read.read(expr.start), read.read(expr.end)
    if start is None or end is None:
        return None
    place = read.place(expr)
    if isinstance(start.type, YearType) and isinstance(end.type, YearType) and expr.of == "年数":
        return Typed(values.Arith("-", end.value, start.value, ELAPSED[expr.of], span=place), ELAPSED[expr.of])
    for each, typed in ((expr.start, start), (expr.end, end)):
        if not isinstance(typed.type, DateType):
            return read.mismatch(each, typed.type, DATE, f"{expr.of}的两头")
    op = next(o for o in values.SPANS if o == expr.of)
    if is_month(expr.start) or is_month(expr.end):
        if op != "月数":
            return read.report.error(Code.TYPE_MISMATCH, f"当月、次月 说的是月份，只数 月数，不数 {op}", expr.at, help=f"两头写日期：自 某日期 至 某日期 的 {op}")
        op = "历月"
    return Typed(values.Arith(op, start.value, end.value, ELAPSED[expr.of], span=place), ELAPSED[expr.of])


_YEARS = {"当年": 0, "前一年": 1, "上一年": 1, "次年": -1, "下一年": -1}  # how many years before
A_MONTH = Typed(values.Literal(Fraction(1), MONTHS), MONTHS)
_MONTHS = {"当月": 0, "上月": -1, "次月": 1, "下月": 1}  # how many months later
_ENDS = {"年初": datetime.date(2000, 1, 1), "年末": datetime.date(2000, 12, 31)}  # of 2000, from which those of other years are counted
_MONTH_ENDS = {"月初": _ENDS["年初"], "月末": datetime.date(2000, 1, 31)}  # so many months later, where it is the last day whatever its number


def is_month(expr: syntax.Expr) -> bool:
    """Whether of this day only the month is meant: 日期 当月, 日期 次月."""
    return isinstance(expr, syntax.YearOf) and expr.word in _MONTHS


def year_of(read: Reader, expr: syntax.YearOf) -> Typed | None:
    """The year of a day, or one beside it; the first or the last day of a year or a month; a day in a month, of which nothing but the month is asked."""
    date, place = read.read(expr.date), read.place(expr)
    if date is None:
        return None
    if not isinstance(date.type, DateType) and not (isinstance(date.type, YearType) and expr.word not in (*_MONTHS, *_MONTH_ENDS)):
        return read.mismatch(expr.date, date.type, DATE, f"“{expr.word}”前面")
    if (months := _MONTHS.get(expr.word)) is not None:
        day = later(read, date.value, A_MONTH, expr.at, months) if months else date.value
        return None if day is None else Typed(day, DATE)
    if (end := _MONTH_ENDS.get(expr.word)) is not None:
        first, count = values.Literal(Fraction(end.toordinal()), DATE), ELAPSED["月数"]
        gone = values.Arith("-", values.Arith("历月", first, date.value, count, span=place), A_MONTH.value, count, span=place)
        day = later(read, first, Typed(gone, count), expr.at)
        return None if day is None else Typed(day, DATE)
    year = values.YearOf(date.value, span=place) if isinstance(date.type, DateType) else date.value
    if (end := _ENDS.get(expr.word)) is None:
        return Typed(back(year, _YEARS[expr.word]), YEAR)
    since = values.Arith("-", year, values.Literal(Fraction(end.year), YEAR), ELAPSED["年数"], span=place)
    return Typed(values.Arith("+", values.Literal(Fraction(end.toordinal()), DATE), since, DATE, span=place), DATE)


def enjoyed(read: Reader, expr: syntax.Name) -> Typed | None:
    """享受年次: how manieth year of the clause this one is, by the ledger of earlier grants; the plan says of which clause."""
    line = read.report.line
    if card_of(line.label).where is Where.POLICY:
        return read.report.error(Code.MISPLACED_YEARS, f"「{line.label}」管全规定，享受年次却是一款的", expr.at, help="写在这一款的 设定、条件、标准 或 对照 里")
    if read.base_year(expr.at, "享受年次") is None:
        return None
    if read.scope.schema.table_of_role("历史台账") is None:
        if not read.scope.blind:
            read.report.error(Code.MISPLACED_YEARS, "享受年次要看历史台账，可没有标明 历史台账 的名单", expr.at, help="声明一张：事实：历史支持，逐笔，闭世界，历史台账",
                              rests_on=(keys.ROLES,))
        return None
    return Typed(values.Var(values.ENJOYED, span=read.place(expr)), YEARS)


def nth_year(read: Reader, expr: syntax.NthYear) -> Typed | None:
    """1 in the year itself, 0 or less before it; of a year that does not apply none."""
    start, base = read.read(expr.start), read.base_year(expr.at, "第几年")
    if start is None or base is None:
        return None
    if not isinstance(start.type, YearType):
        return read.report.error(Code.TYPE_MISMATCH, f"「{read.report.typed(expr.start.at)}」不是年度", expr.start.at, help="写成 自 某日期 当年 起 第几年，或 自 某日期 次年 起 第几年")
    return Typed(values.Arith("-", base, back(start.value, 1), ELAPSED["年数"], span=read.place(expr)), ELAPSED["年数"])


def parameter_at(read: Reader, name: syntax.Expr, year: values.Value, whole: syntax.Expr) -> Typed | None:
    """A 参数 at a year; None for what is no name of one."""
    parameter = read.scope.parameter(name.text) if isinstance(name, syntax.Name) and read.scope.fact(name.text) is None else None
    if parameter is None:
        return None
    return Typed(values.Parameter(parameter.name, year, span=read.place(whole), type=parameter.type), parameter.type)


def year_ref(read: Reader, expr: syntax.YearRef) -> Typed | None:
    """本年, 上年 or 前年 of a 逐年 fact, or of a 参数."""
    year, ago = read.base_year(expr.at), ("本年", "上年", "前年").index(expr.word)
    if year is not None and (figure := parameter_at(read, expr.series, back(year, ago), expr)) is not None:
        return figure
    series = series_of(read, expr.series)
    if series is None or year is None:
        return None
    return Typed(values.At(series.value, back(year, ago), span=read.place(expr)), series.element)


def window(read: Reader, expr: syntax.Window) -> Typed | None:
    series, start = series_of(read, expr.series), read.read(expr.start)
    years, base = whole_years(read, expr.years, expr.at), read.base_year(expr.at)
    if series is None or start is None or years is None or base is None:
        return None
    if not isinstance(start.type, YearType):
        return read.report.error(Code.TYPE_MISMATCH, f"「{read.report.typed(expr.start.at)}」不是年度", expr.start.at, help="写成 某日期 当年 或 某日期 次年")
    place = read.place(expr)
    body = values.At(series.value, values.Var("年度"), span=place)
    guard = values.Known(body, span=place) if expr.reported else None
    op = next(o for o in _OPS if expr.word.startswith(o))
    return Typed(values.FoldYears(op, start.value, years, base, guard, body, span=place), series.element)


def recent(read: Reader, expr: syntax.Recent) -> Typed | None:
    """近 3年 产值 的 平均: the base year and those before it; 前 3年: only those before it; 历年: last year, and those before it that were reported."""
    series, years, base = (
        series_of(read, expr.series), whole_years(read, expr.years, expr.at), read.base_year(expr.at, "历年" if expr.word == syntax.EVER else f"{expr.word}几年"),
    )
    if series is None or years is None or base is None:
        return None
    before = expr.word != "近"
    place, last = read.place(expr), back(base, 1 if before else 0)
    body = values.At(series.value, values.Var("年度"), span=place)
    first, guard = back(base, years if before else years - 1), None
    if expr.word == syntax.EVER:  # the year before must be known; of the others those that are
        guard = values.Logic("或", (values.Known(body, span=place), values.Compare("=", values.Var("年度"), last, span=place)))
    return Typed(values.FoldYears(next(o for o in _OPS if o == expr.of), first, years, last, guard, body, span=place), series.element)
