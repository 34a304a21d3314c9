"""Phrases that are 是 or 否: 或 and 且, comparisons, membership, trends, elapsed years."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from xcrules.base.codes import Code
from xcrules.base.identity import clause_key
from xcrules.base.nearest import nearest
from xcrules.draft import syntax
from xcrules.facts.types import BOOL, ELAPSED, MONTHS, YEARS, DateType, EnumType, NumberType, TextType, Type, YearType
from xcrules.meaning import keys, values

from . import grades, granted, years
from .grades import COMPARISONS
from .kinds import back, compatible, describe, truth_meant
from .scope import Typed, of_one_area

if TYPE_CHECKING:
    from .reader import Reader

_DATED = ("早于", "晚于", "不早于", "不晚于")


def chain(read: Reader, expr: syntax.Chain) -> Typed | None:
    if len(set(expr.joins)) > 1:
        return read.report.error(Code.MIXED_JOINS, "或 与 且 写在一起，没有用括号分清先后", expr.at,
                                 help="例如 （甲 或 乙） 且 丙；整行的“并且”用 ， 隔开", fixes=bracketed(read, expr))
    value = values.joined("或" if expr.joins[0] == "或" else "且", [read.condition(p) for p in expr.parts], read.place(expr))
    return None if value is None else Typed(value, BOOL)


def bracketed(read: Reader, expr: syntax.Chain) -> tuple[tuple[str, str], ...]:
    """The two readings of a mixed chain with the brackets written out."""
    texts = [read.report.typed(p.at) for p in expr.parts]

    def grouped(inner: str, outer: str) -> str:
        groups: list[list[str]] = [[texts[0]]]
        for join, text in zip(expr.joins, texts[1:], strict=True):
            if join == inner:
                groups[-1].append(text)
            else:
                groups.append([text])
        done = [f"（{f' {inner} '.join(g)}）" if len(g) > 1 else g[0] for g in groups]
        return f" {outer} ".join(done)

    return tuple((f"改为 {t}", t) for t in (grouped("且", "或"), grouped("或", "且")))


def comparison(read: Reader, expr: syntax.Compare) -> Typed | None:
    left = read.read(expr.left)
    if left is not None and isinstance(left.type, EnumType) and expr.word not in _DATED:
        value = grades.compared(read, expr, COMPARISONS[expr.word], left, left.type)
        return None if value is None else Typed(value, BOOL)
    right = read.read(expr.right)
    if left is None or right is None:
        return None
    right = of_one_area(right, left.type)
    left = years.beside(left, right.type) or left
    right = years.beside(right, left.type) or right
    if not comparable(read, expr, left.type, right.type):
        return None
    if expr.word in _DATED and not isinstance(left.type, DateType | YearType):
        word = next(w for w in COMPARISONS if COMPARISONS[w] == COMPARISONS[expr.word])
        return read.report.error(Code.TYPE_MISMATCH, f"「{read.report.typed(expr.left.at)}」是{describe(left.type)}，「{expr.word}」只比日期和年度", expr.at,
                                 help=f"写成 {read.report.typed(expr.left.at)} {word} {read.report.typed(expr.right.at)}")
    if _itself(read, expr.at, left.value, right.value):
        return None
    if years.is_month(expr.left) or years.is_month(expr.right):  # so many calendar months from the other to this, itself the first
        left, right = Typed(values.Arith("历月", right.value, left.value, ELAPSED["月数"], span=read.place(expr)), MONTHS), years.A_MONTH
    return Typed(values.Compare(COMPARISONS[expr.word], left.value, right.value, span=read.place(expr)), BOOL)


def _itself(read: Reader, at: syntax.At, left: values.Value, right: values.Value) -> bool:
    """高企 为 高企: true of everybody."""
    if left != right or isinstance(left, values.Literal):
        return False
    text = read.report.typed(at)
    read.report.error(Code.NOT_A_CONDITION, f"「{text}」是与自己比，谁都一样", at, help="是否的事实只写名称，如 条件：合格；比的是别的数，写它的名称")
    return True


def comparable(read: Reader, expr: syntax.Compare, left: Type, right: Type) -> bool:
    ordered = isinstance(left, NumberType | YearType | DateType)
    if ordered and compatible(left, right):
        return True
    if not ordered:
        read.report.error(Code.TYPE_MISMATCH, f"「{read.report.typed(expr.left.at)}」是{describe(left)}，不能比高低", expr.at, help="枚举和文字用 为、不为")
    else:
        read.mismatch(expr.right, right, left, f"「{read.report.typed(expr.left.at)}」")
    return False


def among(read: Reader, expr: syntax.Among) -> Typed | None:
    left = read.read(expr.value)
    if left is None:
        return None
    if isinstance(left.type, EnumType):
        return membership(read, expr, left, left.type)
    tests: list[values.Value] = []
    written = [x for x in expr.members if isinstance(left.type, TextType) and isinstance(x, syntax.Literal | syntax.Verbatim | syntax.Name)
               and (not isinstance(x, syntax.Name) or _is_clause(read, left.value, x))]
    named = [_named(read, left.value, member) for member in written]
    names = [name for found in named if found is not None for name in found]
    if None in named:
        return None
    if names:
        tests.append(values.Member(left.value, tuple(names), named=True, span=read.place(expr)))
    for member in (x for x in expr.members if x not in written):
        if (
            isinstance(left.type, TextType)
            and isinstance(member, syntax.Name)
            and member.text not in read.scope.names()
            and not read.scope.excused(member.text)
        ):
            what = read.report.typed(expr.value.at)
            return read.report.error(Code.UNKNOWN_NAME, f"没有叫「{member.text}」的事实、设定或参数", member.at,
                                     help=f"「{what}」要与写死的文字比的，加引号：{what} {'不' * expr.negated}为 “{member.text}”")
        if left.type == BOOL and isinstance(member, syntax.Name) and (said := truth_meant(member.text)):
            return read.report.error(Code.UNKNOWN_MEMBER, f"「{read.report.typed(expr.value.at)}」只有 是、否，没有「{member.text}」", member.at, help=f"写成 {said}", fixes=((f"改为 {said}", said),))
        right = read.read(member)
        if right is None:
            return None
        if not compatible(left.type, right.type):
            return read.mismatch(member, right.type, left.type, f"「{read.report.typed(expr.value.at)}」")
        if _itself(read, expr.at, left.value, right.value):
            return None
        tests.append(values.Compare("=", left.value, right.value, span=read.place(expr)))
    return _of(read, expr, values.joined("或", tests, read.place(expr)))


def _of(read: Reader, expr: syntax.Among, value: values.Value) -> Typed:
    """为 as it is, 不为 denied."""
    return Typed(values.Logic("非", (value,), span=read.place(expr)) if expr.negated else value, BOOL)


def _is_clause(read: Reader, column: values.Value, member: syntax.Name) -> bool:
    """条款 为 二, of a ledger: the number of a clause that is no name of a fact."""
    return (isinstance(column, values.Fact) and column.field.role == "台账条款" and member.text not in read.scope.names()
            and isinstance(clause_key(member.text, read.scope.law.names), str))


def _named(read: Reader, column: values.Value, member: syntax.Literal | syntax.Verbatim | syntax.Name) -> tuple[str, ...] | None:
    """What a written text or number stands for: itself, or in a ledger the clause with all that is kept under it."""
    if not (isinstance(column, values.Fact) and column.field.role == "台账条款"):
        return (read.report.typed(member.at).strip("“”\""),)
    if (asked := granted.asked_of(read, member.text, member.at)) is None:
        return None
    known = read.scope.law.names
    return tuple(
        key for number in asked.clauses for key in ((number + asked.part,) if asked.part else known.with_parts(number) or (number,))
    )


def membership(read: Reader, expr: syntax.Among, left: Typed, type_: EnumType) -> Typed | None:
    members = []
    for member in expr.members:
        text = member.text if isinstance(member, syntax.Name | syntax.Literal | syntax.Verbatim) else read.report.typed(member.at)
        other = read.name(member) if text not in type_.members and isinstance(member, syntax.Name) and text in read.scope.names() else None
        if other is not None and _itself(read, expr.at, left.value, other.value):
            return None
        if (
            other is not None
            and len(expr.members) == 1
            and isinstance(other.type, EnumType)
            and set(other.type.members) & set(type_.members)
        ):
            return _of(read, expr, values.Compare("=", left.value, other.value, span=read.place(expr)))
        if text not in type_.members:
            return foreign(read, member, text, type_, read.report.typed(expr.value.at))
        members.append(text)
    return _of(read, expr, values.Member(left.value, tuple(members), span=read.place(expr)))


def foreign(read: Reader, member: syntax.Expr, text: str, type_: EnumType, what: str) -> None:
    if isinstance(member, syntax.Name) and not nearest(text, type_.members, 1, 0.79) and read.glued(member.at, f"「{text}」不是「{what}」的一种，像是几个词连在了一起"):
        return
    close = nearest(text, type_.members)
    read.report.error(Code.UNKNOWN_MEMBER, f"「{text}」不是「{what}」的一种", member.at,
                      help=f"「{what}」只有：{type_}", fixes=tuple((f"改为 {m}", m) for m in close), rests_on=(keys.members(what),))


def between(read: Reader, expr: syntax.Between) -> Typed | None:
    value = read.read(expr.value)
    if value is not None and isinstance(value.type, EnumType):
        return _between_kinds(read, expr, value, value.type)
    low, high = (years.beside(read.read(x), value.type if value is not None else None) for x in (expr.low, expr.high))
    if value is None or low is None or high is None:
        return None
    for side, typed in ((expr.low, low), (expr.high, high)):
        if not compatible(value.type, typed.type):
            return read.mismatch(side, typed.type, value.type, f"「{read.report.typed(expr.value.at)}」")
    place = read.place(expr)
    return Typed(values.Logic("且", (values.Compare(">=", value.value, low.value, span=place),
                                values.Compare("<=", value.value, high.value, span=place)), span=place), BOOL)


def _between_kinds(read: Reader, expr: syntax.Between, value: Typed, type_: EnumType) -> Typed | None:
    """年均类别 在 Ⅰ类 至 Ⅲ类."""
    if not grades.ordered(read, expr.value, type_):
        return None
    ends = [grades.member_of(x, type_) for x in (expr.low, expr.high)]
    if (wrong := next((x for x, end in zip((expr.low, expr.high), ends, strict=True) if end is None), None)) is not None:
        return foreign(read, wrong, read.report.typed(wrong.at), type_, read.report.typed(expr.value.at))
    return Typed(values.Member(value.value, grades.between(ends[0] or "", ends[1] or "", type_), span=read.place(expr)), BOOL)


def trend(read: Reader, expr: syntax.Trend) -> Typed | None:
    series, count, year = years.series_of(read, expr.series), years.whole_years(read, expr.years, expr.at), read.base_year(expr.at)
    if series is None or count is None or year is None:
        return None
    op: values.CompareOp = ">" if expr.direction == "增加" else "<"
    place = read.place(expr)
    figures = [values.At(series.value, back(year, n), span=place) for n in range(count + 1)]
    steps = tuple(values.Compare(op, now, before, span=place) for now, before in pairwise(figures))
    return Typed(steps[0] if count == 1 else values.Logic("且", steps, span=place), BOOL)


def elapsed(read: Reader, expr: syntax.Elapsed) -> Typed | None:
    since, time = read.read(expr.since), years.length(read, expr.time, expr.at)
    if since is None or time is None:
        return None
    if not isinstance(since.type, DateType | YearType):
        return read.report.error(Code.TYPE_MISMATCH, f"「{read.report.typed(expr.since.at)}」是{describe(since.type)}，不是日期或年度", expr.at)
    if isinstance(since.type, YearType) and time.type != YEARS:
        return read.report.error(Code.TYPE_MISMATCH, f"「{read.report.typed(expr.since.at)}」是年度，只满几年", expr.at, help="要算到月、日的，这一栏的类型写 日期")
    now = read.today(expr.at) if isinstance(since.type, DateType) else read.base_year(expr.at)
    if now is None:
        return None
    place = read.place(expr)
    due = years.later(read, since.value, Typed(time, time.type), expr.at)
    if isinstance(since.type, YearType):
        due = values.Arith("+", since.value, time, since.type, span=place)
    assert due is not None
    return Typed(values.Compare("<" if expr.negated else ">=", now, due, span=place), BOOL)  # of a day that does not apply, neither
