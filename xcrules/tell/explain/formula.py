"""Traces to terms: an expression with the values it names, and those values as a person reads them.

A term holds all that is wanted to work its value out again; the prose of a reason is made from it, here.
A name (设定, 定义) is spelled out where it is first used in a line and only named after that, so a line is as
long as what was evaluated and no longer.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import assert_never

from attrs import define, evolve, field

from xcrules.base.identity import short_name
from xcrules.base.money import Number, Unlimited, decimal_text
from xcrules.base.spoken import spoken
from xcrules.facts.types import BOOL, DATE, MONEY, YEAR, DateType, NumberType, Type, show
from xcrules.meaning import values
from xcrules.plan import effort
from xcrules.run.decision import Expression
from xcrules.run.ranges.abstract import Abstract, Num, Sym, Truth
from xcrules.run.reference import Trace
from xcrules.tell.readback.literals import nth_year, year_end
from xcrules.tell.readback.names import result_name
from xcrules.tell.readback.words import comparison, is_comparison

MOST_VALUES = 40  # named in one line of prose; the term has them all
NOT_APPLICABLE = "不适用"
_FOLDED = {"计数": "合条件的{}", "合计": "{}合计", "最高": "{}中最高", "最低": "{}中最低"}
_ANY_YEAR = (Fraction(1900), Fraction(2200))  # all that is known of a year that was not given
_RECKONED = ("相除", "平均", *values.SPANS)


@define
class Expressions:
    """Terms of one line, read at an item: its path, and the words for rows of lists."""

    at: str
    counters: Mapping[str, str]
    _seen: set[int] = field(factory=set, init=False)

    def term(self, trace: Trace) -> Expression:
        """The expression of a trace with every value it came to."""
        made = self._shape(trace)
        type_, shown = type_of(trace), value_text(trace.value, type_of(trace))
        if isinstance(trace.node, values.Fact) and trace.node.field.role == "台账条款":
            shown = short_name(shown)
        return evolve(made, value=known(trace.value, type_), unit=unit_of(type_), shown=shown, note=_note(trace, made))

    def _shape(self, trace: Trace) -> Expression:
        node = trace.node
        match node:
            case values.Literal():
                return Expression("数", None)
            case values.Fact(field=spec):
                return Expression("值", None, self._name(spec.name, trace.path), path=trace.path)
            case values.At(series=series):
                name = series.field.name if isinstance(series, values.Fact) else series.name
                return Expression("值", None, f"{_key(trace)}{name}", path=f"{name}.{_plain_key(trace)}")
            case values.Parameter(name=name):
                return Expression("值", None, f"{_key(trace)}{name}", path=name)
            case values.Var(name=name):
                name = self._name(name.rpartition(".")[2], trace.path)
                return Expression("名", None, name, kids=self._spelled(trace)) if trace.kids else Expression("值", None, name)
            case values.Result(clauses=clauses, word=word):
                return Expression("名" if trace.kids else "值", None, result_name(clauses, word, node), path=trace.path,
                                  kids=self._spelled(trace) if trace.kids else ())
            case values.Used():
                return self._shape(trace.kids[0])
            case values.Known():
                return Expression("已报", None, kids=self._all(trace.kids))
            case values.YearOf():
                return Expression("年份", None, kids=self._all(trace.kids))
            case values.Arith(op=op, type=type_) if (
                op not in values.SPANS and trace.number.na and not (isinstance(type_, DateType) and trace.kids[0].number.na)
            ):
                return Expression("不适用", None, " ".join(node.span.text.split()) if node.span else "", kids=self._all(trace.kids))
            case values.Arith(op=op, type=type_):
                shift = {"+": "加年", "-": "减年"} if isinstance(type_, DateType) else {}
                said = " ".join(node.span.text.split()) if node.span and (nth_year(node) or year_end(node)) is not None else ""
                return Expression(shift.get(op, op), None, said, kids=self._all(trace.kids))
            case values.Quotient():
                return Expression("相除", None, kids=self._all(trace.kids))
            case values.Compare(op=op) | values.Logic(op=op):
                return Expression(op, None, kids=self._all(trace.kids))
            case values.Member(members=members):
                words = tuple(Expression("数", m, shown=m) for m in members)
                return Expression("属于", None, kids=(*self._all(trace.kids), *words))
            case values.Pick():
                return Expression("取", None, kids=tuple(self._arms(trace, node)))
            case values.FoldItems(op="计数", guard=None, alike=()):  # all of them: so many
                return Expression("数", None)
            case values.FoldItems(op=op):
                return Expression(op, None, node.table, kids=tuple(self._rows(trace, node)))
            case values.FoldYears(op=op):
                return Expression(op, None, kids=tuple(self._years(trace, node)))
            case values.Together():  # a key is told by what it comes to
                return Expression("数", None)
            case _:
                assert_never(node)

    def _all(self, kids: tuple[Trace, ...]) -> tuple[Expression, ...]:
        return tuple(self.term(k) for k in kids)

    def _spelled(self, trace: Trace) -> tuple[Expression, ...]:
        inner = trace.kids[0]
        if id(inner) in self._seen:
            return ()
        self._seen.add(id(inner))
        return (self.term(inner),)

    def _name(self, name: str, path: str) -> str:
        """The name alone for what stands in the item at hand or on top; with its row for another row of a list."""
        owner = path.rpartition(".")[0]
        return name if not owner or owner == self.at or "[" not in owner else spoken(path, self.counters)

    def _arms(self, trace: Trace, node: values.Pick) -> Iterator[Expression]:
        kids = iter(trace.kids)
        for _ in node.arms:
            test = next(kids)
            if not test.truth.yes:
                yield Expression("若", False, kids=(self.term(test),))
                continue
            value = next(kids)
            yield Expression("若", known(test.truth, BOOL), kids=(self.term(test), self.term(value)))
            if not test.truth.no:
                return
        rest = next(kids, None)
        if rest is not None:
            yield Expression("否则", known(rest.value, type_of(rest)), kids=(self.term(rest),))

    def _rows(self, trace: Trace, node: values.FoldItems) -> Iterator[Expression]:
        kids = iter(trace.kids if _told_whole(trace) else trace.kids[: effort.FIRST * _parts_of_row(node)])
        for kid in kids:
            guard = self.term(kid) if node.guard is not None or node.alike else None
            body = self.term(next(kids) if guard is not None else kid) if node.body is not None else None
            held = tuple(t for t in (guard, body) if t is not None)
            yield Expression("若", guard.value, kids=held) if guard is not None else held[0]

    def _years(self, trace: Trace, node: values.FoldYears) -> Iterator[Expression]:
        """Each year of the window; one that was not reported is not among those chosen from."""
        for body in trace.kids[2:]:
            made = self.term(body)
            if node.guard is None or body.value.known or (body is trace.kids[-1] and isinstance(node.guard, values.Logic)):
                yield made


def _parts_of_row(node: values.FoldItems) -> int:
    """How many traces a row has among the kids of a fold."""
    return 1 + (node.body is not None and (node.guard is not None or bool(node.alike)))


def _told_whole(trace: Trace) -> bool:
    return len(trace.kids) <= effort.MAX_TOLD


def _note(trace: Trace, made: Expression) -> str:
    if isinstance(trace.node, values.FoldItems):
        return "" if _told_whole(trace) else f"共 {len(trace.kids) // _parts_of_row(trace.node):,} 项，列出前 {effort.FIRST} 项"
    if isinstance(trace.node, values.Arith) and _is_of_tier(trace.node):
        return _part_note(trace, made)
    if not isinstance(trace.node, values.FoldYears):
        return trace.note if made.op in ("值", "取", "相除") else ""
    if isinstance(trace.node.guard, values.Logic):  # 历年: most years of the window are before its time
        return "以前填报的各年"
    first, last = (value_text(t.value, YEAR) for t in trace.kids[:2])
    return "，".join(filter(None, (f"自 {first} 起 {trace.node.count}年，至 {last} 止", trace.note)))


def _is_of_tier(node: values.Arith) -> bool:
    """Whether it is what one tier adds to a sum of 分段, as meaning/expressions/segments.py writes it."""
    match node:
        case values.Arith("×", values.Arith("较大", values.Arith("较小" | "-"), values.Literal(Fraction() as low))):
            return low == 0
    return False


def _part_note(trace: Trace, made: Expression) -> str:
    """What a tier of 分段 adds, where it adds something: 10.8万元 × 10% ＝ 1.08万元."""
    value = trace.value
    if not isinstance(value, Num) or not value.known or value.na or not value.lo:
        return ""
    part, rate = made.kids
    return f"{part.shown} × {rate.shown} ＝ {value_text(value, type_of(trace))}"


def type_of(trace: Trace) -> Type | None:
    match trace.node:
        case values.At(series=values.Fact(field=spec)) | values.FoldYears(body=values.At(series=values.Fact(field=spec))):
            return spec.element
        case values.FoldItems(type=type_) | values.Parameter(type=type_):
            return type_
        case values.Var() | values.Used():
            return type_of(trace.kids[0]) if trace.kids else YEAR
        case values.Result():
            return MONEY
        case values.FoldYears():
            return None
        case node:
            return values.type_of(node, lambda _: None) or BOOL


def unit_of(type_: Type | None) -> str:
    """元, 比率, 年度 … of a number; nothing for a word or a truth."""
    return str(type_) if isinstance(type_, NumberType | DateType) or type_ == YEAR else ""


# -- values as in JSON ---------------------------------------------------------------------------------------


def known(value: Abstract, type_: Type | None) -> object:
    """Exact text of a number, [from, to] of a range, true, false, a word; null for what is not known."""
    match value:
        case Truth():
            return value.yes if value.known else None
        case Sym():
            return NOT_APPLICABLE if value.na else value.value
        case Num(na=True):
            return NOT_APPLICABLE
        case Num() if value.known:
            return exact(value.lo, type_)
        case Num():
            return [exact(value.lo, type_), exact(value.hi, type_)]


def exact(value: Number, type_: Type | None = None) -> str | None:
    """1350000.25, 1/3, 2023-09-01; None for no end."""
    if isinstance(value, Unlimited):
        return None
    return datetime.date.fromordinal(int(value)).isoformat() if isinstance(type_, DateType) else decimal_text(value)


# -- values as a person reads them -----------------------------------------------------------------------------


def value_text(value: Abstract, type_: Type | None) -> str:
    """What is known of a value: 60万元, 是, 介于 …, 未知."""
    match value:
        case Truth():
            return ("是" if value.yes else "否") if value.known else "未知"
        case Sym():
            return "无" if value.na else value.value if value.value is not None else "未知"
        case Num(na=True):
            return NOT_APPLICABLE
        case Num() if value.known:
            return f"{show(value.lo)}个月" if isinstance(type_, NumberType) and type_.unit == (("月", 1),) else show(value.lo, type_)
        case Num() if type_ == YEAR and (value.lo, value.hi) == _ANY_YEAR:
            return "未知"
        case Num():
            return range_text(value.lo, value.hi, type_)


def range_text(low: Number, high: Number, type_: Type | None) -> str:
    if isinstance(high, Unlimited):
        return "未知" if isinstance(low, Unlimited) or low == 0 else f"至少 {show(low, type_)}"
    if isinstance(low, Unlimited):
        return f"至多 {show(high, type_)}"
    return f"介于 {show(low, type_)} 与 {show(high, type_)}"


def _key(trace: Trace) -> str:
    """2023年 of a series, nothing of a ledger."""
    value = trace.kids[0].value if trace.kids else None
    return f"{show(value.lo)}年" if isinstance(value, Num) and value.known and not value.na else ""


def _plain_key(trace: Trace) -> str:
    value = trace.kids[0].value
    if isinstance(value, Num):
        return decimal_text(value.lo) if value.known and isinstance(value.lo, Fraction) else "?"
    return value.value or "" if isinstance(value, Sym) else ""


def named(term: Expression) -> str:
    """The values that a term rests on, each once: 级别 国家级，金额 60万元."""
    found = list(dict.fromkeys(_named(term)))
    more = f"，…… 共 {len(found)} 个数" if len(found) > MOST_VALUES else ""
    return "，".join(found[:MOST_VALUES]) + more


def _named(term: Expression) -> Iterator[str]:
    match term.op:
        case "值":
            yield f"{term.name} {term.shown}" + (f"（{term.note}）" if term.note and term.note != term.shown else "")
        case "加年" if term.name.endswith(("月初", "月末")):
            yield f"{term.name} {term.shown}"
        case "名":
            yield f"{term.name}＝{term.shown}"
            for kid in term.kids:
                yield from (x for x in _named(kid) if x != _came_to(kid))
        case _:
            if term.note and term.op != "×":
                yield term.note
            for kid in settling(term):
                yield from _named(kid)
            if term.op in _RECKONED and not term.note.startswith("除数"):
                yield _came_to(term)
            if term.op in _FOLDED and (term.op == "计数" or len(term.kids) > 1):
                yield f"{_FOLDED[term.op].format(term.name)} {term.shown}" if term.name else f"取{term.op}的"
            if term.note and term.op == "×":  # what a part comes to, after what it is a part of
                yield term.note


def _came_to(term: Expression) -> str:
    """The figure of a share or a mean, which stands in no fact."""
    return f"算得 {term.shown}"


def settling(term: Expression) -> tuple[Expression, ...]:
    """The parts that settle a 或 that holds or a 且 that does not; the others did not matter."""
    wanted = {"或": True, "且": False}.get(term.op)
    if wanted is None or term.value is not wanted:
        return term.kids
    return tuple(k for k in term.kids if k.value is wanted)


def spelled(term: Expression) -> str:
    """The expression in words, for a part that has no text of its own in the line."""
    match term.op:
        case "值" | "名":
            return term.name
        case "-" | "加年" | "不适用" if term.name:  # 自 某年 起 第几年, 某年 年末
            return term.name
        case "数":
            return term.shown
        case "属于":
            return f"{spelled(term.kids[0])} 为 {'、'.join(k.shown for k in term.kids[1:])}"
        case "非":
            return f"非 {spelled(term.kids[0])}"
        case "且":
            return "，".join(spelled(k) for k in term.kids)
        case "或":
            return " 或 ".join(f"（{spelled(k)}）" if k.op == "且" else spelled(k) for k in term.kids)
        case "年份":
            return f"{spelled(term.kids[0])} 当年"
        case "加年" | "减年":
            return f"{spelled(term.kids[0])} {term.op[0]} {spelled(term.kids[1])}"
        case op if len(term.kids) == 2:
            word = comparison(op, term.kids[0].unit == str(DATE)) if is_comparison(op) else op
            return f"{spelled(term.kids[0])} {word} {spelled(term.kids[1])}"
    return term.name or term.shown


def term_json(term: Expression) -> dict[str, object]:
    """A term as plain JSON values."""
    out: dict[str, object] = {"运算": term.op, "值": term.value}
    for key, value in (("名", term.name), ("单位", term.unit), ("路径", term.path), ("注", term.note)):
        if value:
            out[key] = value
    if term.kids:
        out["项"] = [term_json(k) for k in term.kids]
    return out
