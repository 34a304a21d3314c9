"""What is reckoned over a list: 合计（展览 的 开支 － 1万元，级别 为 国家级，同一 主办）, 计数（展览，原创）."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import evolve

from xcrules.base.codes import Code
from xcrules.base.nearest import nearest
from xcrules.draft import syntax
from xcrules.facts.tables import FactTable
from xcrules.facts.types import COUNT, DateType, NumberType, SeriesType, YearType
from xcrules.meaning import keys, values

from .kinds import compatible, describe
from .scope import Typed

if TYPE_CHECKING:
    from .reader import Reader

NO_KEY = "「{}」一年一个数，不能看各项的是不是同一个"
_Rows = tuple[values.Value | None, tuple[tuple[values.Value, values.Value], ...]]  # what a row must pass, what it must be alike in


def fold(read: Reader, expr: syntax.FoldOf) -> Typed | None:
    """The sum, highest, lowest or mean (of none: 不适用) of what a phrase comes to for the rows of a list."""
    table = _list(read, expr.list)
    if table is None:
        return None
    if not _is_column(read, table, expr.body):
        return None
    body, rows = (
        evolve(read, scope=evolve(read.scope, item=table, around=read.scope.item, folded=True)).read(expr.body),
        _rows(read, table, expr.rows),
    )
    if body is None or rows is None:
        return None
    if not isinstance(body.type, NumberType):
        help = f"有几项用 计数（{table.name}，某条件）" + ("；逐年的事实前面写 本年、上年" if isinstance(body.type, SeriesType) else "")
        if isinstance(body.type, DateType | YearType):
            what = read.report.typed(expr.body.at)
            help = f"日期、年度没有{expr.word}；有没有晚于（早于）某日的，写 计数（{table.name}，{what} 晚于 某日期） 高于 0；要用最近的那一个的，另填一栏"
        return read.report.error(Code.TYPE_MISMATCH, f"「{read.report.typed(expr.body.at)}」是{describe(body.type)}，{expr.word}要的是数", expr.body.at,
                                 help=help, settled=isinstance(body.type, DateType | YearType))
    op: Literal["最高", "最低", "合计"] = "最高" if expr.word == "最高" else "最低" if expr.word == "最低" else "合计"
    place = read.place(expr)
    made = values.FoldItems(op, table.name, rows[0], body.value, body.type, table.closed, rows[1], span=place)
    if expr.word != "平均":
        return Typed(made, body.type)
    return Typed(values.Quotient(made, evolve(made, op="计数", body=None, type=COUNT), None, body.type, span=place), body.type)


def count(read: Reader, expr: syntax.CountOf) -> Typed | None:
    """How many rows of a list there are, or pass a condition."""
    table = _list(read, expr.list)
    rows = None if table is None else _rows(read, table, expr.rows)
    if table is None or rows is None:
        return None
    return Typed(values.FoldItems("计数", table.name, rows[0], None, COUNT, table.closed, rows[1], span=read.place(expr)), COUNT)


def _list(read: Reader, name: syntax.Name) -> FactTable | None:
    table = read.scope.table(name.text)
    if table is None or table.kind != "名单":
        return no_list(read, name)
    return table


def _is_column(read: Reader, table: FactTable, body: syntax.Expr) -> bool:
    """A name alone must be a column: one that is something else would be counted once for every row."""
    if not isinstance(body, syntax.Name) or body.text in read.scope.columns(table):
        return True
    if not read.scope.excused(body.text):
        close = nearest(body.text, read.scope.columns(table))
        read.report.error(Code.UNKNOWN_NAME, f"「{table.name}」没有叫「{body.text}」的数", body.at,
                          help=f"是不是「{close[0]}」？" if close else "", fixes=tuple((f"改为 {n}", n) for n in close), rests_on=(keys.name(body.text),))
    return False


def _rows(read: Reader, table: FactTable, written: tuple[syntax.Expr | syntax.Alike, ...]) -> _Rows | None:
    """Which rows are meant; None where a finding was made instead."""
    inner = evolve(read, scope=evolve(read.scope, item=table, around=read.scope.item, folded=True))
    conditions = tuple(x for x in written if not isinstance(x, syntax.Alike))
    guard = inner.conditions(conditions) if conditions else None
    if conditions and guard is None:
        return None
    alikes = [evolve(x, key=name) for x in written if isinstance(x, syntax.Alike) for name in x.key.columns]
    pairs = [pair for x in alikes if (pair := _alike(read, inner, table, x)) is not None]
    return None if len(pairs) < len(alikes) else (guard, tuple(pairs))


def _alike(read: Reader, inner: Reader, table: FactTable, expr: syntax.Alike) -> tuple[values.Value, values.Value] | None:
    """同一 人: this column of the row, and what the same name means for the item at hand."""
    name = expr.key
    if name.text not in read.scope.columns(table):
        close = nearest(name.text, read.scope.columns(table))
        return read.report.error(Code.BAD_GROUP_KEY, f"「同一」后面要写「{table.name}」的一栏，「{name.text}」不是", name.at,
                                 help=f"是不是「{close[0]}」？" if close else "", fixes=tuple((f"改为 {n}", n) for n in close))
    if read.scope.column(name.text) == "" and read.scope.fact(name.text) is None:
        return read.report.error(Code.BAD_GROUP_KEY, f"这里没有哪一项的「{name.text}」可以相同", expr.at,
                                 help=f"「同一」说的是与手头的一项相同：写在 对象：每{table.each} {table.name} 之下，或写在 定义：{table.name} 的 某栏 里；"
                                      f"对象是另一张名单的，那张名单也要有「{name.text}」一栏")
    row, own = inner.name(name), read.name(name)
    if row is None or own is None:
        return None
    if isinstance(row.type, SeriesType):
        return read.report.error(Code.BAD_GROUP_KEY, NO_KEY.format(name.text), name.at)
    if not compatible(row.type, own.type):
        return read.mismatch(name, own.type, row.type, f"「{table.name}」的「{name.text}」")
    return row.value, own.value


def no_list(read: Reader, name: syntax.Name) -> None:
    if read.scope.excused(name.text):
        return
    lists = [t.name for t in read.scope.schema.nested if t.kind == "名单"]
    close = nearest(name.text, lists)
    read.report.error(Code.UNKNOWN_LIST, f"没有叫「{name.text}」的名单", name.at,
                      help=f"是不是「{close[0]}」？" if close else "", fixes=tuple((f"改为 {n}", n) for n in close), rests_on=(keys.name(name.text),))
