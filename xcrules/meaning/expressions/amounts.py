"""Phrases that are numbers: sums, products, parts of a whole, full steps."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import evolve

from xcrules.base.codes import Code
from xcrules.base.nearest import nearest
from xcrules.draft import syntax
from xcrules.facts.types import COUNT, ELAPSED, MONEY, RATE, YEARS, DateType, NumberType, SeriesType, Type, Unit, YearType, unit_product
from xcrules.meaning import values

from . import ratios, years
from .kinds import describe
from .scope import Typed, of_one_area, unitless

if TYPE_CHECKING:
    from .reader import Reader


def binary(read: Reader, expr: syntax.Binary) -> Typed | None:
    left, right = read.read(expr.left), read.read(expr.right)
    if left is None or right is None:
        return None
    right = of_one_area(right, left.type)
    if expr.operator in "+-":
        return additive(read, expr, left, right)
    if not (isinstance(left.type, NumberType) and isinstance(right.type, NumberType)):
        bad, typed = (expr.right, right) if isinstance(left.type, NumberType) else (expr.left, left)
        return read.report.error(Code.TYPE_MISMATCH, f"「{read.report.typed(bad.at)}」是{describe(typed.type)}，不能乘除", bad.at)
    if expr.operator == "÷":
        return ratios.divided(read, expr, left.value, right.value, ratios.ratio_type(left.type, right.type, right.value))
    unit = unit_product(_so_many(read, left, right.type), _so_many(read, right, left.type))
    type_ = NumberType(
        unit, rate=not unit and (left.type.rate or right.type.rate), elapsed=_still_elapsed(unit, left.type, right.type),
        cancelled=not unit and left.type != right.type,
    )
    return Typed(values.Arith("×", left.value, right.value, type_, span=read.place(expr)), type_)


def _so_many(read: Reader, typed: Typed, price: NumberType) -> Unit:
    """The unit of a factor beside a price; 计数（员工，残疾） × 500元/人: what is counted is so many of what the price is of."""
    assert isinstance(typed.type, NumberType)
    each = tuple((name, 1) for name, power in price.unit if power < 0)
    counts = isinstance(typed.value, values.FoldItems) and typed.value.op == "计数"
    return each if counts and len(each) == 1 and read.scope.schema.units.whole(each) else typed.type.unit


def additive(read: Reader, expr: syntax.Binary, left: Typed, right: Typed) -> Typed | None:
    left, right = unitless(_whole(left, right), right.type), _whole(right, left)
    right = unitless(right, left.type)
    if _span_of_numbers(read, expr, left, right):
        return None
    op: values.ArithOp = "+" if expr.operator == "+" else "-"
    if isinstance(left.type, DateType) and (day := years.later(read, left.value, right, expr.at, 1 if op == "+" else -1)) is not None:
        return Typed(day, left.type)
    type_ = _sum_type(op, left.type, right.type)
    if type_ is None:
        if isinstance(left.type, NumberType):
            read.mismatch(expr.right, right.type, left.type, f"「{read.report.typed(expr.left.at)}」")
        else:
            read.report.error(Code.TYPE_MISMATCH, f"{describe(left.type)}与{describe(right.type)}不能相{'加' if op == '+' else '减'}", expr.at,
                              help=_apart(read, expr) if isinstance(left.type, DateType) and right.type == left.type and op == "-" else "")
        return None
    return Typed(values.Arith(op, left.value, right.value, type_, span=read.place(expr)), type_)


def _whole(typed: Typed, beside: Typed) -> Typed:
    """1 － 税率: beside a rate 1 is the whole, 100%."""
    match typed.value:
        case values.Literal(Fraction() as number) if number == 1 and typed.type == COUNT and beside.type == RATE:
            return Typed(evolve(typed.value, type=RATE), RATE)
    return typed


def _apart(read: Reader, expr: syntax.Binary) -> str:
    return f"隔了多久写成 自 {read.report.typed(expr.right.at)} 至 {read.report.typed(expr.left.at)} 的 天数（月数、年数）"


def _span_of_numbers(read: Reader, expr: syntax.Binary, left: Typed, right: Typed) -> bool:
    """10万元-50万元 under 「给予10-50万元」: taken as a difference it is below 0, and nothing is paid."""
    one, other = left.value, right.value
    if (
        expr.operator != "-"
        or not (isinstance(one, values.Literal) and isinstance(other, values.Literal))
        or isinstance(left.type, DateType | YearType)
    ):
        return False
    if not one.value < other.value:  # type: ignore[operator]
        return False
    low, high = read.report.typed(expr.left.at), read.report.typed(expr.right.at)
    lowest = low + (high.lstrip("0123456789.") if low.isdigit() else "")
    read.report.error(Code.RANGE_AS_DIFFERENCE, f"「{read.report.typed(expr.at)}」是相减，得数小于 0，不是从{low}到{high}", expr.at,
                      help=f"分成两行：下限：单项 {lowest} 和 上限：单项 {high}；在幅度之内由机关定多少的，另写 裁量：由 某机关 核定，记入 某事实；条件写 在 {lowest} 至 {high}")
    return True


def part_of(read: Reader, expr: syntax.PartOf) -> Typed | None:
    if isinstance(expr.whole, syntax.Name) and isinstance(expr.part, syntax.Name) and (
        table := read.scope.table(expr.whole.text)
    ):
        field = table.field_named(expr.part.text)
        if table.kind == "一份" and field:
            return Typed(values.Fact(field, span=read.place(expr)), field.type)
        return read.report.error(Code.UNKNOWN_NAME, f"「{expr.whole.text}」没有「{expr.part.text}」一栏" if not field else
                                 f"「{expr.whole.text}」是名单，要用 合计（{expr.whole.text} 的 {expr.part.text}） 之类", expr.at)
    if (
        isinstance(expr.whole, syntax.Literal)
        and isinstance(expr.part, syntax.Name)
        and (of := re.fullmatch(r"(\d+)([^\W\d]\w*)", expr.whole.text))
        and of[2] in read.scope.law.names.parts.get(of[1], ())
    ):
        of_now = re.match("[今当]年", expr.part.text)
        words = ["本年已得"] if of_now else nearest(expr.part.text, ("本年已得", "上年已得", "历年已得", "历年已拨", "金额"), 1, 0.4) or ["历年已得"]
        return read.report.error(Code.UNKNOWN_NAME, f"{expr.whole.text} 没有「{expr.part.text}」", expr.part.at,
                                 help=f"今年的写 {expr.whole.text} 的 {words[0]}" if of_now else f"是不是「{words[0]}」？", settled=bool(of_now), fixes=tuple((f"改为 {w}", w) for w in words))
    whole = read.read(expr.whole)
    if (
        whole is not None
        and isinstance(whole.type, YearType)
        and (figure := years.parameter_at(read, expr.part, whole.value, expr)) is not None
    ):
        return figure  # 受伤日期 前一年 的 平均工资
    part = read.read(expr.part)
    if whole is None or part is None:
        return None
    part = unitless(part, RATE)
    if isinstance(whole.type, YearType) and isinstance(part.type, SeriesType) and isinstance(part.value, values.Fact | values.Var):
        return Typed(values.At(part.value, whole.value, span=read.place(expr)), part.type.element)  # 首次享受年度 的 经济贡献
    if (
        not isinstance(whole.type, NumberType)
        or not isinstance(part.type, NumberType)
        or not (part.type.rate or (part.type.unit and all(power < 0 for _, power in part.type.unit)))
    ):
        if isinstance(whole.type, NumberType) and isinstance(part.type, NumberType) and isinstance(whole.value, values.Literal):
            _times(read, expr, whole, whole.type, part.type)
        elif isinstance(whole.type, NumberType) and (stepped := re.match(r"\s*每满\s*\S+\s+[^\s，、；）)]+", read.report.line.text[expr.at[1] :])):
            base, each = read.report.typed(expr.whole.at), read.report.typed(expr.part.at)
            read.report.error(Code.TYPE_MISMATCH, f"“的”后面是比率，「{each}」却是{describe(part.type)}", expr.part.at, help=f"每满 管的是「{each}」的，再套一层括号：{base} 的 （（{each}）{stepped[0]}）")
        elif isinstance(whole.type, NumberType):
            read.mismatch(expr.part, part.type, RATE, "“的”后面")
        else:
            read.report.error(Code.TYPE_MISMATCH, f"「{read.report.typed(expr.whole.at)}」是{describe(whole.type)}，没有几分之几", expr.at)
        return None
    type_ = whole.type if part.type.rate else NumberType(unit_product(whole.type.unit, part.type.unit))  # 欠额 的 5‰/天
    return Typed(values.Arith("×", whole.value, part.value, type_, span=read.place(expr)), type_)


def _times(read: Reader, expr: syntax.PartOf, whole: Typed, many: NumberType, each: NumberType) -> None:
    """27个月 的 工资: so many times what is told for one."""
    number, what = read.report.typed(expr.whole.at), read.report.typed(expr.part.at)
    bare = re.match(r"[\d.,]+[万亿]?", number)
    fits = unit_product(many.unit, each.unit) == MONEY.unit
    mended = f"{what} × {number if fits or bare is None else bare[0]}"
    read.report.error(Code.TYPE_MISMATCH, f"“的”后面是比率，「{what}」却是{describe(each)}", expr.at,
                      help=f"写成 {mended}" + ("" if fits else f"；{what} 是一{many}的数的，类型写 {each}/{many}，写成 {what} × {number}"), fixes=((f"改为 {mended}", mended),))


def extreme(read: Reader, expr: syntax.Extreme) -> Typed | None:
    """孰高（甲、乙、丙）: the highest of numbers of one unit, 孰低, or 平均; of days 孰晚, 孰早."""
    parts = [read.read(x) for x in expr.parts]
    first, dated = parts[0], expr.word in ("孰晚", "孰早")
    op: values.ArithOp = "较大" if expr.word in ("孰高", "孰晚") else "+" if expr.word == "平均" else "较小"
    type_ = next(
        (t.type for t in parts if t is not None and isinstance(t.type, NumberType) and t.type.elapsed),
        first.type if first is not None else COUNT,
    )
    made: values.Value | None = None
    for part, typed in zip(expr.parts, parts, strict=True):
        if typed is None or first is None:
            return None
        if not isinstance(typed.type, DateType if dated else NumberType):
            other = {"孰高": "孰晚", "孰低": "孰早", "孰晚": "孰高", "孰早": "孰低"}.get(expr.word, "") if isinstance(typed.type, DateType | NumberType) else ""
            return read.report.error(Code.TYPE_MISMATCH, f"「{read.report.typed(part.at)}」是{describe(typed.type)}，{expr.word}比的是{'日期' if dated else '数'}", part.at,
                                     help=f"写成 {other}（……）" if other else "逐年的事实前面写 本年、上年" if isinstance(typed.type, SeriesType) else "")
        typed = unitless(typed, first.type)
        if typed.type != first.type:
            return read.mismatch(part, typed.type, first.type, f"「{read.report.typed(expr.parts[0].at)}」")
        made = typed.value if made is None else values.Arith(op, made, typed.value, type_, span=read.place(expr))
    if made is not None and expr.word == "平均":
        made = values.Arith("÷", made, values.Literal(Fraction(len(parts)), COUNT), type_, span=read.place(expr))
    return Typed(made, type_) if made is not None else None


def _still_elapsed(unit: Unit, left: NumberType, right: NumberType) -> bool:
    """Twice the months, half the days; what is paid for these is money, which reads 不适用 as 0."""
    return (left.elapsed or right.elapsed) and unit in (left.unit, right.unit)


def per_full(read: Reader, expr: syntax.PerFull) -> Typed | None:
    value, amount = read.read(expr.value), read.read(expr.amount)
    step = read.literal(syntax.Literal(expr.step, expr.at))
    if value is None or amount is None or step is None:
        return None
    if isinstance(step.value, values.Literal) and not step.value.value:
        return read.report.error(Code.BAD_DIVISOR, f"每满「{expr.step}」数不出次数", expr.at, help="步子要大于 0，照原文的数写")
    if value.type != step.type or not isinstance(step.value, values.Literal):
        return read.report.error(Code.TYPE_MISMATCH, f"每满的步子「{expr.step}」与「{read.report.typed(expr.value.at)}」单位不同", expr.at,
                                 help="步子的单位与前面的数一样；计数 得到的数没有单位，步子也不写单位")
    if not isinstance(amount.type, NumberType):
        return read.report.error(Code.TYPE_MISMATCH, f"「{read.report.typed(expr.amount.at)}」是{describe(amount.type)}，不能按次数乘", expr.amount.at)
    steps = values.Arith("整除", value.value, step.value, COUNT, span=read.place(expr))
    return Typed(values.Arith("×", steps, amount.value, amount.type, span=read.place(expr)), amount.type)


def _sum_type(op: str, left: Type, right: Type) -> Type | None:
    match left, right:
        case NumberType(), NumberType():
            return (right if right.elapsed else left) if left == right else None
        case YearType(), NumberType() if right == YEARS:
            return left
        case YearType(), YearType() if op == "-":
            return ELAPSED["年数"]
    return None
