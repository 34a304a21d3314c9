"""Phrases that divide: 甲 ÷ 乙, 甲 占 乙, 甲 较 乙 增长, 产值 同比增长; and what is said for a divisor of 0."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from xcrules.base.codes import Code
from xcrules.draft import syntax
from xcrules.facts.types import COUNT, RATE, NumberType, SeriesType, Type, YearType, unit_product
from xcrules.meaning import keys, values

from .kinds import back, compatible, describe
from .scope import NO_ENDS, Ends, Typed, hull

if TYPE_CHECKING:
    from .reader import Reader

_YEARS = ("本年", "上年", "前年")


def ratio_type(left: NumberType, right: NumberType, divisor: values.Value) -> NumberType:
    """元 ÷ 人 is 元/人; of two with one unit a 比率, but 10万元 ÷ 1万元 is how often."""
    unit = unit_product(left.unit, right.unit, -1)
    same = bool(left.unit) and not isinstance(divisor, values.Literal)
    return NumberType(
        unit, rate=not unit and (left.rate or right.rate or same), elapsed=left.elapsed and unit == left.unit, cancelled=not unit
    )


def divided(read: Reader, expr: syntax.Binary, left: values.Value, right: values.Value, type_: NumberType) -> Typed | None:
    """A quotient of which nothing is said for a divisor of 0: it must be one that never is."""
    place = read.place(expr)
    if isinstance(right, values.Literal) and right.value:
        return Typed(values.Arith("÷", left, right, type_, span=place), type_)
    if _never_zero(read, right):
        return Typed(values.Quotient(left, right, values.Literal(Fraction(0), type_), type_, span=place), type_)
    divisor, whole = read.report.typed(expr.right.at), read.report.typed(expr.at)
    if isinstance(right, values.Literal):
        return read.report.error(Code.BAD_DIVISOR, "不能除以 0", expr.right.at, help="换一个不为 0 的数")
    said = tuple(f"（{whole}，除数为零 按 {x}）" for x in (_nothing(type_), "不适用"))
    return read.report.error(Code.BAD_DIVISOR, f"除数「{divisor}」可能是 0，没有说为 0 时按多少", expr.at,
                             help=f"写成 {said[0]}；为 0 时什么也谈不上的，写 {said[1]}；一方占另一方的比例写 甲 占 乙",
                             fixes=tuple((f"改为 {x}", x) for x in said))


def _nothing(type_: NumberType) -> str:
    unit = str(type_)
    return "0%" if type_.rate else "0" if type_ == COUNT or unit.startswith("1/") else f"0{unit}"


def _never_zero(read: Reader, value: values.Value) -> bool:
    """A figure of the policy that is published as another number than 0 in every year; 1 less a rate of a table; a 设定 that is 至少 so many."""
    if isinstance(value, values.Fact) and value.field.name in read.scope.above and not read.scope.folded:
        return True  # where it is 0, nothing is given
    table = read.scope.parameter(value.name) if isinstance(value, values.Parameter) else None
    low, high = _ends(read, value)
    return ((low is not None and low > 0) or (high is not None and high < 0)
            or (table is not None and all(figure != 0 for _, figure, _ in table.values)))


def _ends(read: Reader, value: values.Value) -> Ends:
    """Between which numbers a value is, whatever is filled in."""
    match value:
        case values.Literal(Fraction() as number):
            return number, number
        case values.Var(name):
            return read.scope.between.get(name, NO_ENDS)
        case values.Fact(field=spec) if isinstance(spec.type, NumberType) and not spec.signed:
            return Fraction(0), None
        case values.FoldItems("计数"):
            return Fraction(0), None
        case values.Pick(arms, otherwise):
            return hull([_ends(read, x) for x in (*(v for _, v in arms), *(() if otherwise is None else (otherwise,)))])
        case values.Arith("较大" | "较小" as op, left, right):
            low, high = hull(ends := [_ends(read, left), _ends(read, right)])
            return max((x for x, _ in ends if x is not None), default=None) if op == "较大" else low, high
        case values.Arith("+" | "-" | "×" as op, left, right):
            (low, high), (least, most) = _ends(read, left), _ends(read, right)
            if op == "+":
                return _sum(low, least), _sum(high, most)
            if op == "-":
                return _sum(low, None if most is None else -most), _sum(high, None if least is None else -least)
            if low is not None and least is not None and low >= 0 and least >= 0:
                return low * least, None if high is None or most is None else high * most
        case values.Arith("÷", left, right) | values.Quotient(left, right, values.Literal()):
            (low, high), (least, most) = _ends(read, left), _ends(read, right)
            if low is not None and least is not None and low >= 0 and least > 0:
                return Fraction(0) if most is None else low / most, None if high is None else high / least
    return NO_ENDS


def _sum(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one + other


def zeroed(read: Reader, expr: syntax.Zeroed) -> Typed | None:
    """甲 ÷ 乙 × 100，除数为零 按 0: of a product in which one is divided by what may be 0."""
    above, below = _split(read, expr)
    if above is None or below is None:
        return None
    left, right = read.read(above), read.read(below)
    if left is None or right is None:
        return None
    if not (isinstance(left.type, NumberType) and isinstance(right.type, NumberType)):
        bad, typed = (below, right) if isinstance(left.type, NumberType) else (above, left)
        return read.report.error(Code.TYPE_MISMATCH, f"「{read.report.typed(bad.at)}」是{describe(typed.type)}，不能乘除", bad.at)
    type_ = ratio_type(left.type, right.type, right.value)
    if isinstance(expr.zero, syntax.Name) and expr.zero.text == "不适用":
        return Typed(values.Quotient(left.value, right.value, None, type_, span=read.place(expr.value)), type_)
    other = read.read(expr.zero)
    if other is None:
        return None
    if other.type == COUNT and isinstance(other.value, values.Literal) and other.value.value == 0:
        other = Typed(values.Literal(Fraction(0), type_, span=other.value.span), type_)
    if type_.cancelled and other.type == RATE:
        type_ = RATE
    if not compatible(other.type, type_):
        return read.mismatch(expr.zero, other.type, type_, f"「{read.report.typed(expr.value.at)}」")
    return Typed(values.Quotient(left.value, right.value, other.value, type_, span=read.place(expr.value)), type_)


def _split(read: Reader, expr: syntax.Zeroed) -> tuple[syntax.Expr | None, syntax.Expr | None]:
    """What stands above the one ÷ that is meant, all other factors with it, and what below."""
    factors: list[tuple[str, syntax.Expr]] = []
    left = expr.value
    while isinstance(left, syntax.Binary) and left.operator in "×÷":
        factors.insert(0, (left.operator, left.right))
        left = left.left
    doubtful = [i for i, (operator, x) in enumerate(factors) if operator == "÷" and not isinstance(x, syntax.Literal)]
    if len(doubtful) != 1:
        help = ("把要管的那一步括起来：（甲 ÷ 乙，除数为零 按 0） ＋ 丙" if isinstance(left, syntax.Binary) or doubtful else "删去它：这里没有除以一个可能是 0 的数")
        read.report.error(Code.UNCLEAR_ZERO, "「除数为零」管不到除法，或管得到不止一步", expr.at, help=help)
        return None, None
    at = doubtful[0]
    above = left
    for operator, x in factors[:at] + factors[at + 1 :]:
        above = syntax.Binary(above, operator, x, (expr.value.at[0], x.at[1]))
    return above, factors[at][1]


def share(read: Reader, expr: syntax.Share) -> Typed | None:
    """甲 占 乙: a 比率 of two amounts of one unit; without a whole there is none."""
    part, whole = read.read(expr.part), read.read(expr.whole)
    if part is None or whole is None:
        return None
    if (isinstance(expr.part, syntax.Binary) and isinstance(whole.type, NumberType)
        and not compatible(part.type, whole.type) and (factor := read.read(expr.part.right)) is not None
        and compatible(factor.type, whole.type)):
        said, before = read.report.typed((expr.part.right.at[0], expr.at[1])), read.report.typed((expr.at[0], expr.part.right.at[0]))
        return read.report.error(Code.TYPE_MISMATCH, f"「占」管的是前面的整个「{read.report.typed(expr.part.at)}」", expr.at, help=f"只管最后一个数的，括起来：{before} （{said}）")
    if not _alike(read, expr.part, part.type, expr.whole, whole.type, "占"):
        return None
    return Typed(values.Quotient(part.value, whole.value, None, RATE, span=read.place(expr)), RATE)


def growth(read: Reader, expr: syntax.Growth) -> Typed | None:
    """甲 较 乙 增长: what is more of it, as a share of 乙; of what is not above 0 there is none."""
    pair = _years(read, expr, expr.base) if isinstance(expr.base, str) else _read(read, expr.now, expr.base)
    if pair is None:
        return None
    now, base = pair
    right = expr.now if isinstance(expr.base, str) else expr.base
    if not _alike(read, expr.now, now.type, right, base.type, expr.word):
        return None
    place, type_ = read.place(expr), now.type
    more, less = (now.value, base.value) if expr.word == "增长" else (base.value, now.value)
    above = values.Arith("较大", base.value, values.Literal(Fraction(0), type_), type_, span=place)
    return Typed(values.Quotient(values.Arith("-", more, less, type_, span=place), above, None, RATE, span=place), RATE)


def _read(read: Reader, now: syntax.Expr, base: syntax.Expr) -> tuple[Typed, Typed] | None:
    """Two numbers; of 产值 较 成立日期 当年 the series this year and that year."""
    if (left := read.read(now)) is None or (right := read.read(base)) is None:
        return None
    if (not isinstance(left.type, SeriesType) or not isinstance(right.type, YearType)
        or not isinstance(left.value, values.Fact | values.Var)):
        return left, right
    year = read.base_year(now.at)
    return None if year is None else _in_years(read, now, left.value, left.type, year, right.value)


def _in_years(
    read: Reader, expr: syntax.Expr, series: values.Fact | values.Var, type_: SeriesType, *years: values.Value
) -> tuple[Typed, Typed]:
    one, other = (Typed(values.At(series, year, span=read.place(expr)), type_.element) for year in years)
    return one, other


def _years(read: Reader, expr: syntax.Growth, before: str) -> tuple[Typed, Typed] | None:
    """A series in two years: 产值 较 前年 is this year's; 上年 产值 较 前年 and 上年 产值 同比 are last year's."""
    ago, series = (_YEARS.index(expr.now.word), expr.now.series) if isinstance(expr.now, syntax.YearRef) else (0, expr.now)
    back_to = ago + 1 if before == syntax.YEAR_ON_YEAR else _YEARS.index(before)
    said, name = (read.report.typed(x.at) for x in (expr.now, series))
    if (now := read.read(series)) is None or (year := read.base_year(expr.at, "上年" if before == syntax.YEAR_ON_YEAR else before)) is None:
        return None
    if not isinstance(now.type, SeriesType) or not isinstance(now.value, values.Fact | values.Var):
        return read.report.error(Code.NOT_A_SERIES, f"「{name}」不是逐年的事实，没有{'上年' if before == syntax.YEAR_ON_YEAR else before}的数", series.at,
                                 help=f"类型写成 逐年；或者写明与哪个数比：{name} 较 某数 {expr.word}", rests_on=(keys.series(name),))
    if back_to <= ago:
        return read.report.error(Code.NOT_A_SERIES, f"「{said}」要与更早的一年比，{before} 不是", expr.at,
                                 help=f"写成 {said} 同比{expr.word}，或 {name} 较 {before} {expr.word}（本年与{before}比）")
    return _in_years(read, expr.now, now.value, now.type, back(year, ago), back(year, back_to))


def _alike(read: Reader, one: syntax.Expr, left: Type, other: syntax.Expr, right: Type, word: str) -> bool:
    """Two numbers of one unit."""
    if not isinstance(left, NumberType):
        read.report.error(Code.TYPE_MISMATCH, f"「{read.report.typed(one.at)}」是{describe(left)}，「{word}」比的是数", one.at,
                          help="逐年的事实前面写 本年、上年，或写 某数 同比增长" if isinstance(left, SeriesType) else "")
        return False
    if not compatible(left, right):
        read.mismatch(other, right, left, f"「{read.report.typed(one.at)}」")
        return False
    return True
