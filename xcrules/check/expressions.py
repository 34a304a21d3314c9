"""From phrases to typed values of the calculus: names resolved, units checked, one finding per mistake.

Each function gives a Typed, or None after it has reported why not; who gets None reports nothing more.
"""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from attrs import evolve, frozen

from .. import calculus as c
from .. import syntax as s
from ..datatypes import (
    BOOL,
    COUNT,
    DATE,
    MONEY,
    RATE,
    YEAR,
    YEARS,
    BoolType,
    DateType,
    EnumType,
    LedgerType,
    NumberType,
    SeriesType,
    TextType,
    Type,
    YearType,
    parse_literal,
    unit_product,
    unit_text,
)  # fmt: skip
from ..nearest import nearest
from ..source import Span, canonical
from .report import Report
from .scope import Scope, Typed
from .words import line_splits

COMPARISONS: dict[str, c.CmpOp] = {
    "高于": ">", "超过": ">", "多于": ">", "低于": "<", "不满": "<", "不足": "<", "少于": "<",
    "不超过": "<=", "不高于": "<=", "不多于": "<=", "不低于": ">=", "达到": ">=", "不少于": ">=",
    "等于": "=", "不等于": "!=",
}  # fmt: skip


@frozen
class Reader:
    """Reads the phrases of one line in a scope."""

    scope: Scope
    report: Report
    start: str  # the grammar's start symbol of the line, to try splits of glued words

    # -- doors ------------------------------------------------------------------------------------

    def condition(self, expr: s.Expr) -> c.Value | None:
        """A phrase that must be 是 or 否."""
        typed = self.read(expr)
        if typed is None:
            return None
        if not isinstance(typed.type, BoolType):
            self.report.error("E307", f"「{self.report.typed(expr.at)}」是{describe(typed.type)}，不是成立与否的条件",
                              expr.at, help="写成比较，例如 高于 0元、为 国家级")  # fmt: skip
            return None
        return typed.value

    def conditions(self, exprs: tuple[s.Expr, ...]) -> c.Value | None:
        """All of several phrases; None if one of them has a fault."""
        values = [self.condition(e) for e in exprs]
        good = [v for v in values if v is not None]
        if len(good) != len(values):
            return None
        return good[0] if len(good) == 1 else c.Logic("且", tuple(good), span=self.report.line.content)

    def money(self, expr: s.Expr) -> c.Value | None:
        """A phrase that must be an amount in 元."""
        typed = self.read(expr)
        if typed is None:
            return None
        if typed.type != MONEY:
            self._not_money(expr, typed.type)
            return None
        return typed.value

    def of_type(self, expr: s.Expr, wanted: Type, what: str) -> c.Value | None:
        typed = self.read(expr)
        if typed is None or compatible(typed.type, wanted):
            return typed.value if typed else None
        self._mismatch(expr, typed.type, wanted, what)
        return None

    def _not_money(self, expr: s.Expr, type_: Type) -> None:
        text = self.report.typed(expr.at)
        if isinstance(expr, s.Literal) and type_ == COUNT:
            self.report.error("E303", f"「{text}」没有写单位", expr.at, help=f"金额写成 {text}元",
                              fixes=((f"改为 {text}元", f"{text}元"),))  # fmt: skip
        else:
            self.report.error("E308", f"「{text}」是{describe(type_)}，这里要的是金额（元）", expr.at)

    def _mismatch(self, expr: s.Expr, got: Type, wanted: Type, what: str) -> None:
        text = self.report.typed(expr.at)
        if isinstance(expr, s.Literal) and got == COUNT and isinstance(wanted, NumberType):
            unit = "%" if wanted.rate else unit_text(wanted.unit)
            self.report.error("E304" if wanted.rate else "E303", f"「{text}」没有写单位，{what}是{describe(wanted)}",
                              expr.at, help=f"写成 {text}{unit}", fixes=((f"改为 {text}{unit}", f"{text}{unit}"),))  # fmt: skip
        else:
            self.report.error("E302", f"{what}是{describe(wanted)}，「{text}」却是{describe(got)}", expr.at)

    def place(self, expr: s.Expr | s.Name) -> Span:
        return self.report.span(expr.at)

    # -- phrases ----------------------------------------------------------------------------------

    def read(self, expr: s.Expr) -> Typed | None:
        """The phrase as a value of the calculus with its type."""
        match expr:
            case s.Name():
                return self.name(expr)
            case s.Literal():
                return self.literal(expr)
            case s.All(parts):
                value = self.conditions(parts)
                return None if value is None else Typed(value, BOOL)
            case s.Chain():
                return self._chain(expr)
            case s.Not(part):
                inner = self.condition(part)
                return None if inner is None else Typed(c.Logic("非", (inner,), span=self.place(expr)), BOOL)
            case s.Compare():
                return self._compare(expr)
            case s.Among():
                return self._among(expr)
            case s.Between():
                return self._between(expr)
            case s.Trend():
                return self._trend(expr)
            case s.Elapsed():
                return self._elapsed(expr)
            case s.Binary():
                return self._binary(expr)
            case s.PartOf():
                return self._part_of(expr)
            case s.Window():
                return self._window(expr)
            case s.PerFull():
                return self._per_full(expr)
            case s.YearOf():
                return self._year_of(expr)
            case s.YearRef():
                return self._year_ref(expr)
            case s.Pick():
                return self._pick(expr)
            case s.FoldOf():
                return self._fold(expr)
            case s.CountOf():
                return self._count(expr)
            case _:
                assert_never(expr)

    def literal(self, expr: s.Literal) -> Typed | None:
        text = canonical(expr.text)
        found = parse_literal(text)
        if found is None:
            self._bad_literal(expr, text)
            return None
        return Typed(c.Lit(found.value, found.type, span=self.place(expr)), found.type)

    def _bad_literal(self, expr: s.Literal, text: str) -> None:
        if self._glued(expr.at, "数与后面的字连在了一起"):
            return
        self.report.error("E305", f"「{self.report.typed(expr.at)}」不是认得的数", expr.at,
                          help="数后面写单位：150万元、6国、3年、5%、1:0.5、2021年11月1日")  # fmt: skip

    def name(self, expr: s.Name) -> Typed | None:
        scope, text = self.scope, expr.text
        if text in scope.lets and not (scope.item and scope.item.field_named(text)):
            type_ = scope.let_type(text)
            return None if type_ is None else Typed(c.Var(text, span=self.place(expr)), type_)
        if fact := scope.fact(text):
            return self._fact(fact, expr)
        if text in ("是", "否"):
            return Typed(c.Lit(text == "是", BOOL, span=self.place(expr)), BOOL)
        if parameter := next((p for p in scope.parameters if p.name == text), None):
            year = self.base_year(expr.at)
            return None if year is None else Typed(c.Parameter(text, year, span=self.place(expr)), parameter.type)
        self._unknown(expr)
        return None

    def _fact(self, fact: c.Fact, expr: s.Name) -> Typed | None:
        if isinstance(fact.field.type, LedgerType):
            self.report.error("E312", f"「{expr.text}」是各款的台账，不能当作一个数用", expr.at)
            return None
        return Typed(c.Fact(fact.field, fact.of_item, span=self.place(expr)), fact.field.type)

    def _unknown(self, expr: s.Name) -> None:
        text, scope = expr.text, self.scope
        owners = scope.owners(text)
        if len(owners) > 1 and scope.hazy:
            return  # whose it is would be said by the 对象, which has a fault of its own
        if len(owners) > 1:
            shown = "、".join(f"{o} 的 {text}" for o in owners)
            self.report.error("E310", f"「{text}」有几个：{shown}", expr.at, help="写明是哪一个",
                              fixes=tuple((f"改为 {o} 的 {text}", f"{o} 的 {text}") for o in owners))  # fmt: skip
            return
        if scope.schema.table(text):
            self.report.error("E313", f"「{text}」是一张名单，不是一个值", expr.at,
                              help=f"逐项判断用 对象：每项 {text}；求和用 合计（{text} 的 某栏）")  # fmt: skip
            return
        if self._glued(expr.at, f"没有叫「{text}」的事实或设定，像是几个词连在了一起") or scope.excused(text):
            return
        close = nearest(text, scope.names())
        elsewhere = [t.name for t in scope.schema.nested if t.kind == "名单" and t.field_named(text)]
        hint = f"是不是「{'」「'.join(close)}」？" if close else ""
        if not close and elsewhere:
            hint = f"「{text}」是 {'、'.join(elsewhere)} 的一栏，这里的对象不是它"
        self.report.error("E301", f"没有叫「{text}」的事实、设定或参数", expr.at,
                          help=hint or "先在 事实 表里写上它，或用 设定 起名",
                          fixes=tuple((f"改为 {n}", n) for n in close))  # fmt: skip

    def _glued(self, at: s.At, message: str) -> bool:
        """Report a run that splits into known words; False if it does not."""
        names = [*self.scope.names(), *self.scope.members(), *(t.name for t in self.scope.schema.nested)]
        found = line_splits(self.start, self.report.line.text, names)
        if not found:
            return False
        report_glued(self.report, at, message, found)
        return True

    def base_year(self, at: s.At, what: str = "本年、上年") -> c.Value | None:
        if field := self.scope.schema.top_of_role("基准年度"):
            return c.Fact(field)
        self._no_role(f"{what}要知道以哪一年为准，可没有角色为 基准年度 的事实", at, "在 事实 表里给兑现年度一栏写角色 基准年度")
        return None

    def today(self, at: s.At) -> c.Value | None:
        if field := self.scope.schema.top_of_role("申报日期"):
            return c.Fact(field)
        self._no_role("满几年要知道算到哪一天，可没有角色为 申报日期 的事实", at, "在 事实 表里给申报日期一栏写角色 申报日期")
        return None

    def _no_role(self, message: str, at: s.At, help: str) -> None:
        if not (self.scope.blind or self.scope.lost):  # else the row that has the role may be the faulty one
            self.report.error("E314", message, at, help=help)

    # -- conditions ---------------------------------------------------------------------------------

    def _chain(self, expr: s.Chain) -> Typed | None:
        if len(set(expr.joins)) > 1:
            self.report.error("E306", "或 与 且 写在一起，没有用括号分清先后", expr.at,
                              help="例如 （甲 或 乙） 且 丙；整行的“并且”用 ， 隔开", fixes=self._bracketed(expr))  # fmt: skip
            return None
        values = [self.condition(p) for p in expr.parts]
        good = tuple(v for v in values if v is not None)
        if len(good) != len(values):
            return None
        return Typed(c.Logic("或" if expr.joins[0] == "或" else "且", good, span=self.place(expr)), BOOL)

    def _bracketed(self, expr: s.Chain) -> tuple[tuple[str, str], ...]:
        """The two readings of a mixed chain with the brackets written out."""
        texts = [self.report.typed(p.at) for p in expr.parts]

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

    def _compare(self, expr: s.Compare) -> Typed | None:
        left, right = self.read(expr.left), self.read(expr.right)
        if left is None or right is None:
            return None
        if not self._comparable(expr, left.type, right.type):
            return None
        return Typed(c.Cmp(COMPARISONS[expr.word], left.value, right.value, span=self.place(expr)), BOOL)

    def _comparable(self, expr: s.Compare, left: Type, right: Type) -> bool:
        ordered = isinstance(left, NumberType | YearType | DateType)
        if ordered and compatible(left, right):
            return True
        if not ordered:
            self.report.error("E302", f"「{self.report.typed(expr.left.at)}」是{describe(left)}，不能比高低", expr.at,
                              help="枚举和文字用 为、不为")  # fmt: skip
        else:
            self._mismatch(expr.right, right, left, f"「{self.report.typed(expr.left.at)}」")
        return False

    def _among(self, expr: s.Among) -> Typed | None:
        left = self.read(expr.value)
        if left is None:
            return None
        if isinstance(left.type, EnumType):
            return self._membership(expr, left, left.type)
        tests = []
        for member in expr.members:
            right = self.read(member)
            if right is None:
                return None
            if not compatible(left.type, right.type):
                self._mismatch(member, right.type, left.type, f"「{self.report.typed(expr.value.at)}」")
                return None
            tests.append(c.Cmp("=", left.value, right.value, span=self.place(expr)))
        value: c.Value = tests[0] if len(tests) == 1 else c.Logic("或", tuple(tests), span=self.place(expr))
        return Typed(c.Logic("非", (value,), span=self.place(expr)) if expr.negated else value, BOOL)

    def _membership(self, expr: s.Among, left: Typed, type_: EnumType) -> Typed | None:
        members = []
        for member in expr.members:
            text = member.text if isinstance(member, s.Name | s.Literal) else self.report.typed(member.at)
            if text not in type_.members:
                self._foreign(member, text, type_, self.report.typed(expr.value.at))
                return None
            members.append(text)
        value: c.Value = c.Member(left.value, tuple(members), span=self.place(expr))
        return Typed(c.Logic("非", (value,), span=self.place(expr)) if expr.negated else value, BOOL)

    def _foreign(self, member: s.Expr, text: str, type_: EnumType, what: str) -> None:
        if isinstance(member, s.Name) and self._glued(member.at, f"「{text}」不是「{what}」的一种，像是几个词连在了一起"):
            return
        close = nearest(text, type_.members)
        self.report.error("E315", f"「{text}」不是「{what}」的一种", member.at,
                          help=f"「{what}」只有：{type_}", fixes=tuple((f"改为 {m}", m) for m in close))  # fmt: skip

    def _between(self, expr: s.Between) -> Typed | None:
        value, low, high = self.read(expr.value), self.read(expr.low), self.read(expr.high)
        if value is None or low is None or high is None:
            return None
        for side, typed in ((expr.low, low), (expr.high, high)):
            if not compatible(value.type, typed.type):
                self._mismatch(side, typed.type, value.type, f"「{self.report.typed(expr.value.at)}」")
                return None
        place = self.place(expr)
        return Typed(c.Logic("且", (c.Cmp(">=", value.value, low.value, span=place),
                                    c.Cmp("<=", value.value, high.value, span=place)), span=place), BOOL)  # fmt: skip

    def _trend(self, expr: s.Trend) -> Typed | None:
        series, years = self.series(expr.series), self._years(expr.years, expr.at)
        year = self.base_year(expr.at)
        if series is None or years is None or year is None:
            return None
        op: c.CmpOp = ">" if expr.direction == "增加" else "<"
        place = self.place(expr)
        held = series.value
        assert isinstance(held, c.Fact | c.Var)
        steps = tuple(
            c.Cmp(op, c.At(held, back(year, n), span=place), c.At(held, back(year, n + 1), span=place),
                  span=place)
            for n in range(years)
        )  # fmt: skip
        return Typed(steps[0] if years == 1 else c.Logic("且", steps, span=place), BOOL)

    def _elapsed(self, expr: s.Elapsed) -> Typed | None:
        since, years = self.read(expr.since), self._years(expr.years, expr.at)
        if since is None or years is None:
            return None
        if not isinstance(since.type, DateType | YearType):
            self.report.error("E302", f"「{self.report.typed(expr.since.at)}」是{describe(since.type)}，不是日期或年度", expr.at)
            return None
        now = self.today(expr.at) if isinstance(since.type, DateType) else self.base_year(expr.at)
        if now is None:
            return None
        place = self.place(expr)
        due = c.Arith("+", since.value, c.Lit(Fraction(years), YEARS), since.type, span=place)
        full = c.Cmp(">=", now, due, span=place)
        return Typed(c.Logic("非", (full,), span=place) if expr.negated else full, BOOL)

    # -- numbers ------------------------------------------------------------------------------------

    def _binary(self, expr: s.Binary) -> Typed | None:
        left, right = self.read(expr.left), self.read(expr.right)
        if left is None or right is None:
            return None
        if expr.operator in "+-":
            return self._additive(expr, left, right)
        if not (isinstance(left.type, NumberType) and isinstance(right.type, NumberType)):
            bad, typed = (expr.right, right) if isinstance(left.type, NumberType) else (expr.left, left)
            self.report.error("E302", f"「{self.report.typed(bad.at)}」是{describe(typed.type)}，不能乘除", bad.at)
            return None
        if expr.operator == "÷" and not _nonzero_literal(right.value):
            self.report.error("E311", "÷ 后面只能是不为 0 的数", expr.right.at,
                              help="除以一个事实会遇到 0；改用比率事实，或乘以分数，如 × 1/3")  # fmt: skip
            return None
        unit = unit_product(left.type.unit, right.type.unit, 1 if expr.operator == "×" else -1)
        type_ = NumberType(unit, rate=not unit and (left.type.rate or right.type.rate))
        op: c.ArithOp = "×" if expr.operator == "×" else "÷"
        return Typed(c.Arith(op, left.value, right.value, type_, span=self.place(expr)), type_)

    def _additive(self, expr: s.Binary, left: Typed, right: Typed) -> Typed | None:
        op: c.ArithOp = "+" if expr.operator == "+" else "-"
        type_ = _sum_type(op, left.type, right.type)
        if type_ is None:
            if isinstance(left.type, NumberType):
                self._mismatch(expr.right, right.type, left.type, f"「{self.report.typed(expr.left.at)}」")
            else:
                self.report.error("E302", f"{describe(left.type)}与{describe(right.type)}不能相{'加' if op == '+' else '减'}", expr.at)
            return None
        return Typed(c.Arith(op, left.value, right.value, type_, span=self.place(expr)), type_)

    def _part_of(self, expr: s.PartOf) -> Typed | None:
        if isinstance(expr.whole, s.Name) and isinstance(expr.part, s.Name) and (
            table := self.scope.schema.table(expr.whole.text)
        ):
            field = table.field_named(expr.part.text)
            if table.kind == "一份" and field:
                return Typed(c.Fact(field, span=self.place(expr)), field.type)
            self.report.error("E301", f"「{expr.whole.text}」没有「{expr.part.text}」一栏" if not field else
                              f"「{expr.whole.text}」是名单，要用 合计（{expr.whole.text} 的 {expr.part.text}） 之类", expr.at)  # fmt: skip
            return None
        whole, part = self.read(expr.whole), self.read(expr.part)
        if whole is None or part is None:
            return None
        if isinstance(whole.type, YearType) and isinstance(part.type, SeriesType) and isinstance(part.value, c.Fact | c.Var):
            return Typed(c.At(part.value, whole.value, span=self.place(expr)), part.type.element)  # 首次享受年度 的 经济贡献
        if not isinstance(whole.type, NumberType) or not isinstance(part.type, NumberType) or not part.type.rate:
            if isinstance(whole.type, NumberType):
                self._mismatch(expr.part, part.type, RATE, "“的”后面")
            else:
                self.report.error("E302", f"「{self.report.typed(expr.whole.at)}」是{describe(whole.type)}，没有几分之几", expr.at)
            return None
        return Typed(c.Arith("×", whole.value, part.value, whole.type, span=self.place(expr)), whole.type)

    def _per_full(self, expr: s.PerFull) -> Typed | None:
        value, amount = self.read(expr.value), self.read(expr.amount)
        step = self.literal(s.Literal(expr.step, expr.at))
        if value is None or amount is None or step is None:
            return None
        if value.type != step.type or not isinstance(step.value, c.Lit) or not step.value.value:
            self.report.error("E302", f"每满的步子「{expr.step}」与「{self.report.typed(expr.value.at)}」单位不同", expr.at)
            return None
        if not isinstance(amount.type, NumberType):
            self.report.error("E302", f"「{self.report.typed(expr.amount.at)}」是{describe(amount.type)}，不能按次数乘", expr.amount.at)
            return None
        steps = c.Arith("整除", value.value, step.value, COUNT, span=self.place(expr))
        return Typed(c.Arith("×", steps, amount.value, amount.type, span=self.place(expr)), amount.type)

    # -- years --------------------------------------------------------------------------------------

    def series(self, expr: s.Expr) -> Typed | None:
        """A name that means a 逐年 fact."""
        typed = self.read(expr)
        if typed is None:
            return None
        if not isinstance(typed.type, SeriesType) or not isinstance(typed.value, c.Fact | c.Var):
            self.report.error("E316", f"「{self.report.typed(expr.at)}」不是逐年的事实", expr.at,
                              help="本年、上年、连续几年只用于类型为 逐年 的事实")  # fmt: skip
            return None
        return typed

    def _years(self, text: str, at: s.At) -> int | None:
        found = parse_literal(text)
        if found is None or found.type != YEARS or not 1 <= found.value <= 50 or found.value.denominator != 1:
            self.report.error("E317", f"「{text}」不是几年", at, help="写成 2年、3年（1 至 50 的整数）")
            return None
        return int(found.value)

    def _year_of(self, expr: s.YearOf) -> Typed | None:
        date = self.read(expr.date)
        if date is None:
            return None
        if not isinstance(date.type, DateType | YearType):
            self._mismatch(expr.date, date.type, DATE, f"“{expr.word}”前面")
            return None
        year = c.YearOf(date.value, span=self.place(expr)) if isinstance(date.type, DateType) else date.value
        return Typed(year if expr.word == "当年" else back(year, -1), YEAR)

    def _year_ref(self, expr: s.YearRef) -> Typed | None:
        series, year = self.series(expr.series), self.base_year(expr.at)
        if series is None or year is None:
            return None
        assert isinstance(series.type, SeriesType)
        assert isinstance(series.value, c.Fact | c.Var)
        key = back(year, ("本年", "上年", "前年").index(expr.word))
        return Typed(c.At(series.value, key, span=self.place(expr)), series.type.element)

    def _window(self, expr: s.Window) -> Typed | None:
        series, start = self.series(expr.series), self.read(expr.start)
        years, base = self._years(expr.years, expr.at), self.base_year(expr.at)
        if series is None or start is None or years is None or base is None:
            return None
        if not isinstance(start.type, YearType):
            self.report.error("E302", f"「{self.report.typed(expr.start.at)}」不是年度", expr.start.at,
                              help="写成 某日期 当年 或 某日期 次年")  # fmt: skip
            return None
        assert isinstance(series.type, SeriesType)
        assert isinstance(series.value, c.Fact | c.Var)
        place = self.place(expr)
        body = c.At(series.value, c.Var("年度"), span=place)
        guard = c.Known(body, span=place) if expr.reported else None
        return Typed(c.FoldYears(start.value, years, base, guard, body, span=place), series.type.element)

    # -- choices and lists ----------------------------------------------------------------------------

    def _pick(self, expr: s.Pick) -> Typed | None:
        key = self.name(expr.key)
        if key is None:
            return None
        arms: list[tuple[c.Value, c.Value]] = []
        otherwise: c.Value | None = None
        type_: Type | None = None
        seen: set[str] = set()
        for arm in expr.arms:
            value = self.read(arm.value)
            if value is None:
                return None
            if type_ is not None and not compatible(type_, value.type):
                self._mismatch(arm.value, value.type, type_, "前面各种情形")
                return None
            type_ = type_ or value.type
            if any(k.text == "其他" and not _is_member(key.type, "其他") for k in arm.keys) or (
                [k.text for k in arm.keys] == ["其他"]
            ):
                otherwise = value.value
                continue
            test = self._key_test(expr, key, arm, seen)
            if test is None:
                return None
            arms.append((test, value.value))
        assert type_ is not None
        return Typed(c.Pick(tuple(arms), otherwise, type_, span=self.place(expr)), type_)

    def _key_test(self, expr: s.Pick, key: Typed, arm: s.Arm, seen: set[str]) -> c.Value | None:
        for k in arm.keys:
            if k.text in seen:
                self.report.error("E318", f"「{k.text}」在 按 {expr.key.text} 里写了两次", k.at, help=_unlisted(key.type, expr))
                return None
            seen.add(k.text)
        among = self._among(s.Among(expr.key, False, arm.keys, arm.keys[0].at))
        return among.value if among else None

    def _fold(self, expr: s.FoldOf) -> Typed | None:
        table = self.scope.schema.table(expr.list.text)
        if table is None or table.kind != "名单":
            self._no_list(expr.list)
            return None
        field = table.field_named(expr.item.text)
        if field is None and self.scope.excused(expr.item.text):
            return None
        if field is None or not isinstance(field.type, NumberType):
            close = nearest(expr.item.text, [f.name for f in table.fields])
            self.report.error("E301", f"「{expr.list.text}」没有叫「{expr.item.text}」的数", expr.item.at,
                              help=f"是不是「{close[0]}」？" if close else "", fixes=tuple((f"改为 {n}", n) for n in close))  # fmt: skip
            return None
        op = next(o for o in ("合计", "最高", "最低") if o == expr.word)
        value = c.FoldItems(op, table.name, None, c.Fact(field, of_item=True), field.type, table.closed,
                            span=self.place(expr))  # fmt: skip
        return Typed(value, field.type)

    def _count(self, expr: s.CountOf) -> Typed | None:
        table = self.scope.schema.table(expr.list.text)
        if table is None or table.kind != "名单":
            self._no_list(expr.list)
            return None
        inner = evolve(self, scope=evolve(self.scope, item=table))
        guard = inner.conditions(expr.guard) if expr.guard else None
        if expr.guard and guard is None:
            return None
        return Typed(c.FoldItems("计数", table.name, guard, None, COUNT, table.closed, span=self.place(expr)), COUNT)

    def _no_list(self, name: s.Name) -> None:
        if self.scope.excused(name.text):
            return
        lists = [t.name for t in self.scope.schema.nested if t.kind == "名单"]
        close = nearest(name.text, lists)
        self.report.error("E319", f"没有叫「{name.text}」的名单", name.at,
                          help=f"是不是「{close[0]}」？" if close else "", fixes=tuple((f"改为 {n}", n) for n in close))  # fmt: skip


def _unlisted(type_: Type, expr: s.Pick) -> str:
    """Members that no arm names yet."""
    written = {k.text for arm in expr.arms for k in arm.keys}
    left = [m for m in type_.members if m not in written] if isinstance(type_, EnumType) else []
    return f"删去一个，或改成还没有写的：{'、'.join(left)}" if left else "删去一个"


def report_glued(report: Report, at: s.At, message: str, found: list[str]) -> None:
    """One split: offered. Several: shown, none chosen."""
    if len(found) == 1:
        report.error("E202", message, None, help=f"词与词之间空一格：{found[0]}", fixes=(("空开", found[0]),))
    else:
        shown = "；或者 ".join(found[:4])
        report.error("E202", message + "，有几种断法", at, help=f"词与词之间空一格：{shown}")


def back(year: c.Value, n: int) -> c.Value:
    """The year n years before."""
    return year if n == 0 else c.Arith("-", year, c.Lit(Fraction(n), YEARS), YEAR)


def compatible(left: Type, right: Type) -> bool:
    """Whether two values may be compared or stand for each other."""
    if isinstance(left, TextType | EnumType) and isinstance(right, TextType | EnumType):
        return (isinstance(left, TextType) and isinstance(right, TextType)) or left == right
    return left == right


def _sum_type(op: str, left: Type, right: Type) -> Type | None:
    match left, right:
        case NumberType(), NumberType():
            return left if left == right else None
        case (YearType() | DateType()), NumberType() if right == YEARS:
            return left
        case YearType(), YearType() if op == "-":
            return YEARS
    return None


def _nonzero_literal(value: c.Value) -> bool:
    return isinstance(value, c.Lit) and bool(value.value)


def _is_member(type_: Type, text: str) -> bool:
    return isinstance(type_, EnumType) and text in type_.members


def describe(type_: Type) -> str:
    """The type in a sentence."""
    match type_:
        case EnumType():
            return "枚举（" + "、".join(type_.members) + "）"
        case NumberType(rate=True):
            return "比率"
        case NumberType(unit=()):
            return "没有单位的数"
        case NumberType(unit=(("元", 1),)):
            return "金额（元）"
        case NumberType():
            return f"以{unit_text(type_.unit)}计的数"
        case _:
            return str(type_)
