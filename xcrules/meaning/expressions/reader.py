"""From phrases to typed values: names resolved, units checked, one finding per mistake.

Each function gives a Typed, or None after it has reported why not; who gets None reports nothing more.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import assert_never

from attrs import frozen

from xcrules.base.codes import Code
from xcrules.base.nearest import nearest
from xcrules.base.source import Span, canonical
from xcrules.draft import syntax
from xcrules.facts import types
from xcrules.meaning import keys, values
from xcrules.meaning.report import Report
from xcrules.meaning.tables.units import unknown_units

from . import amounts, choices, conditions, folds, granted, ratios, started, years
from .kinds import compatible, describe, unlike
from .scope import OF_THE_TERM, REFUSED, NameScope, Typed
from .words import in_one_list, line_splits


@frozen
class Reader:
    """Reads the phrases of one line in a scope."""

    scope: NameScope
    report: Report
    start: str  # the grammar's start symbol of the line, to try splits of glued words

    # -- doors ------------------------------------------------------------------------------------

    def condition(self, expr: syntax.Expr) -> values.Value | None:
        """A phrase that must be 是 or 否."""
        typed = self.read(expr)
        if typed is None:
            return None
        if not isinstance(typed.type, types.BoolType):
            return self.report.error(Code.NOT_A_CONDITION, f"「{self.report.typed(expr.at)}」是{describe(typed.type)}，不是成立与否的条件",
                                     expr.at, help=f"写成 {self.report.typed(expr.at)} 高于 0%" if isinstance(expr, syntax.Growth) else "写成比较，例如 高于 0元、为 国家级")
        return typed.value

    def conditions(self, exprs: tuple[syntax.Expr, ...], at: Span | None = None) -> values.Value | None:
        """All of several phrases, which stand at a place or are the line; None if one of them has a fault."""
        return values.joined("且", [self.condition(e) for e in exprs], at or self.report.line.content)

    @property
    def given(self) -> types.NumberType:
        """What the amounts of the clause here are: 元, or 元/月 where it is paid by the month."""
        return types.MONEY_A_MONTH if self.scope.here in self.scope.law.monthly else types.MONEY

    def money(self, expr: syntax.Expr) -> values.Value | None:
        """A phrase that must be an amount in 元 (in 元/月 where the clause is paid by the month)."""
        typed = self.read(expr)
        if typed is None:
            return None
        if (typed.type == types.MONEY_A_YEAR
            and self.scope.here not in self.scope.law.monthly | self.scope.law.once | {""}
            and self.scope.schema.top_of_role("基准年度")):
            return values.Arith("×", typed.value, values.Literal(Fraction(1), types.YEARS), types.MONEY, span=self.place(expr))  # of the year that is decided
        if typed.type != self.given:
            return self._not_money(expr, typed.type)
        return typed.value

    def of_type(self, expr: syntax.Expr, wanted: types.Type, what: str) -> values.Value | None:
        typed = years.beside(self.read(expr), wanted)
        if typed is None or compatible(typed.type, wanted):
            return typed.value if typed else None
        return self.mismatch(expr, typed.type, wanted, what)

    def _not_money(self, expr: syntax.Expr, type_: types.Type) -> None:
        text = self.report.typed(expr.at)
        if isinstance(expr, syntax.Literal) and type_ == types.COUNT:
            self.report.error(Code.MISSING_UNIT, f"「{text}」没有写单位", expr.at, help=f"金额写成 {text}元",
                              fixes=((f"改为 {text}元", f"{text}元"),), sure=text[-1] in "万亿")
        else:
            # ㎡ for 亩: another name or unit in place would be another amount
            apart = isinstance(type_, types.NumberType) and {power > 0 for name, power in type_.unit if name != "元"} == {True, False}
            help = ("逐年的事实要说是哪一年的：前面写 本年、上年，如 本年 某数" if isinstance(type_, types.SeriesType) else
                    left_over(type_) if isinstance(type_, types.NumberType) and len(type_.unit) > 1 else "")
            if type_ == types.MONEY_A_YEAR:
                help = "一年决定一次的款，元/年 就是这一年的金额，要有角色为 基准年度 的事实；限次、拨付 说是给几年的，再乘以几年（× 3年）"
            elif type_ == types.MONEY_A_MONTH:
                help = "每月支付的款，加一行 拨付：按月；一共几个月的，再乘以几个月（× 24个月，× 月数）；月收入的几倍一次给的，再乘以 1个月"
            elif type_ == types.MONEY and self.given != types.MONEY:
                help = f"逐月支付的，金额写成 {text if text[-1] == '元' else '3000元'}/月，事实表里的类型写 元/月；一次付清的，另写一款，不写 拨付：按月"
            elif type_ == types.RATE and self.start == "exception":
                help = f"上浮几成、按标准的几成，写成 {values.STANDARD} 的 {text}"
            unit = "元" if self.given == types.MONEY else "元/月：这一款按月支付"
            self.report.error(Code.NOT_MONEY, f"「{text}」是{describe(type_)}，这里要的是金额（{unit}）", expr.at, help=help, settled=apart)

    def mismatch(self, expr: syntax.Expr, got: types.Type, wanted: types.Type, what: str) -> None:
        text = self.report.typed(expr.at)
        if isinstance(expr, syntax.Literal) and got == types.COUNT and isinstance(wanted, types.NumberType):
            unit = "%" if wanted.rate else types.unit_text(wanted.unit)
            text = "100" if wanted.rate and text == "1" else text  # 1 beside shares is the whole, seldom a hundredth
            self.report.error(Code.MISSING_PERCENT if wanted.rate else Code.MISSING_UNIT, f"「{text}」没有写单位，{what}是{describe(wanted)}",
                              expr.at, help=f"写成 {text}{unit}", fixes=((f"改为 {text}{unit}", f"{text}{unit}"),),
                              sure=not wanted.rate and (("元", 1) not in wanted.unit or text[-1] in "万亿"))
        elif isinstance(expr, syntax.Literal) and (got, wanted) == (types.YEARS, types.MONTHS) and text.removesuffix("年").isdecimal():
            months = f"{12 * int(text.removesuffix('年'))}个月"
            self.report.error(Code.TYPE_MISMATCH, f"{what}是{describe(wanted)}，「{text}」却是{describe(got)}", expr.at, help=f"改成 {months}", fixes=((f"改为 {months}", months),), sure=True)
        else:
            told = (
                [x for x in self.scope.names() if (f := self.scope.fact(x)) is not None and f.field.type == got]
                if isinstance(expr, syntax.Literal)
                else []
            )
            self.report.error(
                Code.TYPE_MISMATCH,
                f"{what}是{describe(wanted)}，「{text}」却是{describe(got)}",
                expr.at,
                help=unlike(what, wanted, text, got)
                or (
                    f"写成 {text}/{str(wanted).partition('/')[2]}"
                    if isinstance(expr, syntax.Literal) and str(wanted).startswith(f"{got}/")
                    else f"{describe(got)}有：{'、'.join(told[:4])}"
                    if told
                    else ""
                ),
            )

    def place(self, expr: syntax.Expr | syntax.Name) -> Span:
        return self.report.span(expr.at)

    # -- phrases ----------------------------------------------------------------------------------

    def read(self, expr: syntax.Expr) -> Typed | None:
        """The phrase as a value with its type; None where a finding was made instead."""
        match expr:
            case syntax.Name():
                return self.name(expr)
            case syntax.Literal():
                return self.literal(expr)
            case syntax.Verbatim(text):
                return Typed(values.Literal(text, types.TEXT, span=self.place(expr)), types.TEXT)
            case syntax.All(parts):
                value = self.conditions(parts, self.place(expr))
                return None if value is None else Typed(value, types.BOOL)
            case syntax.Chain():
                return conditions.chain(self, expr)
            case syntax.Not(part):
                inner = self.condition(part)
                return None if inner is None else Typed(values.Logic("非", (inner,), span=self.place(expr)), types.BOOL)
            case syntax.Compare():
                return conditions.comparison(self, expr)
            case syntax.Among():
                return conditions.among(self, expr)
            case syntax.Between():
                return conditions.between(self, expr)
            case syntax.Trend():
                return conditions.trend(self, expr)
            case syntax.Elapsed():
                return conditions.elapsed(self, expr)
            case syntax.Binary():
                return amounts.binary(self, expr)
            case syntax.Zeroed():
                return ratios.zeroed(self, expr)
            case syntax.Partly():
                return started.partly(self, expr)
            case syntax.Share():
                return ratios.share(self, expr)
            case syntax.Growth():
                return ratios.growth(self, expr)
            case syntax.PartOf():
                return amounts.part_of(self, expr)
            case syntax.Window():
                return years.window(self, expr)
            case syntax.FromTo():
                return years.from_to(self, expr)
            case syntax.Recent():
                return years.recent(self, expr)
            case syntax.Extreme():
                return amounts.extreme(self, expr)
            case syntax.PerFull():
                return amounts.per_full(self, expr)
            case syntax.YearOf():
                return years.year_of(self, expr)
            case syntax.YearRef():
                return years.year_ref(self, expr)
            case syntax.NthYear():
                return years.nth_year(self, expr)
            case syntax.Pick():
                return choices.pick(self, expr)
            case syntax.FoldOf():
                return folds.fold(self, expr)
            case syntax.CountOf():
                return folds.count(self, expr)
            case syntax.ResultOf():
                return granted.result(self, expr)
            case syntax.Enjoyed():
                return granted.enjoyed(self, expr)
            case _:
                assert_never(expr)

    def literal(self, expr: syntax.Literal) -> Typed | None:
        text = canonical(expr.text)
        literal = types.parse_literal(text, self.scope.schema.units)
        if literal is None:
            self._bad_literal(expr)
            return None
        return Typed(values.Literal(literal.value, literal.type, span=self.place(expr)), literal.type)

    def _bad_literal(self, expr: syntax.Literal) -> None:
        if self.glued(expr.at, "数与后面的字连在了一起"):
            return
        if strange := list(unknown_units(re.sub(r"/\d+(?=\D)", "/", canonical(expr.text)), self.scope.schema.units, self.place(expr))):
            self.report.findings.extend(strange)
            return
        self.report.error(Code.UNKNOWN_NUMBER, f"「{self.report.typed(expr.at)}」不是认得的数", expr.at,
                          help=_day_help(canonical(expr.text)) or ("得分不写单位，只写数；钱写 0.05元，每一份的写 5分/吨" if expr.text.endswith("分") else "") or "数后面写单位：10万元、6国、3年、5%、1:0.5、2024年3月1日")

    def name(self, expr: syntax.Name) -> Typed | None:
        scope, text = self.scope, expr.text
        if key := scope.column(text):
            type_ = scope.let_type(key)
            return None if type_ is None else Typed(values.Var(key, of_item=True, span=self.place(expr)), type_)
        if text in scope.lets and not (scope.item and scope.item.field_named(text)):
            type_ = scope.let_type(text)
            return None if type_ is None else Typed(values.Var(text, span=self.place(expr)), type_)
        if fact := scope.fact(text):
            return self._fact(fact, expr)
        if text in ("是", "否"):
            return Typed(values.Literal(text == "是", types.BOOL, span=self.place(expr)), types.BOOL)
        if parameter := scope.parameter(text):
            year = self.base_year(expr.at)
            return None if year is None else Typed(values.Parameter(text, year, span=self.place(expr), type=parameter.type), parameter.type)
        if text == values.ENJOYED:
            return years.enjoyed(self, expr)
        if types.parse_literal(text) is not None:  # 第三年, which no figure begins
            return self.literal(syntax.Literal(text, expr.at))
        self._unknown(expr)
        return None

    def _fact(self, fact: values.Fact, expr: syntax.Name) -> Typed | None:
        if isinstance(fact.field.type, types.LedgerType):
            return self.report.error(Code.LEDGER_AS_NUMBER, f"「{expr.text}」是各款的台账，不能当作一个数用", expr.at)
        return Typed(values.Fact(fact.field, fact.of_item, span=self.place(expr)), fact.field.type)

    def _unknown(self, expr: syntax.Name) -> None:
        text, scope = expr.text, self.scope
        owners = scope.owners(text)
        if len(owners) > 1 and scope.hazy:
            return  # whose it is would be said by the 对象, which has a fault of its own
        if len(owners) > 1:
            shown = "、".join(f"{o} 的 {text}" for o in owners)
            self.report.error(Code.AMBIGUOUS_NAME, f"「{text}」有几个：{shown}", expr.at, help="写明是哪一个",
                              fixes=tuple((f"改为 {o} 的 {text}", f"{o} 的 {text}") for o in owners), rests_on=(keys.name(text),))
            return
        if scope.table(text):
            self.report.error(Code.LIST_AS_VALUE, f"「{text}」是一张名单，不是一个值", expr.at, help=f"逐项判断用 对象：每项 {text}；求和用 合计（{text} 的 某栏）")
            return
        if self.glued(expr.at, f"没有叫「{text}」的事实或设定，像是几个词连在了一起") or scope.excused(text):
            return
        if text in OF_THE_TERM:
            wanting = "没有一行 施行" if text == OF_THE_TERM[0] else "没有一行写明止期的 施行"
            self.report.error(Code.NO_TERM, f"{wanting}，说不出「{text}」", expr.at,
                              help="写一行 施行：自 2024年1月1日 起 3年，止于 前一日，凭 某日期", rests_on=(keys.name(text),))
            return
        if self._column_of_another(expr):
            return
        if text == REFUSED:
            self.report.error(Code.UNKNOWN_NAME, f"「{text}」只写在 对照 的格里", expr.at, help="这里不给的写 0元", fixes=(("改为 0元", "0元"),))
            return
        if text in ("年初", "年末", "月初", "月末"):
            field = scope.schema.top_of_role("基准年度" if (year := text.startswith("年")) else "申报日期")
            which = f"{field.name if field else '兑现年度' if year else '申报日期'} {text}"
            self.report.error(Code.UNKNOWN_NAME, f"「{text}」没有说是哪一{'年' if year else '个月'}的", expr.at, help=f"前面写{'年度或' * year}日期：{which}", fixes=((f"改为 {which}", which),))
            return
        close = [OF_THE_TERM["满" in text]] if _OF_A_TERM.fullmatch(text) else nearest(text, scope.names())
        hint = f"是不是「{'」「'.join(close)}」？" if close else ""
        if nth := _NTH.fullmatch(text):
            hint, close = f"数到第几个{nth[2]}的一栏，与 {nth[1]}{nth[2]} 比；数已经过了几个{nth[2]}的一栏，与 {int(nth[1]) - 1}{nth[2]} 比", []
        differences = self._difference(text)
        if differences:
            hint, close = f"比上年多出来的数，写成 {differences[0]}（上年不少于本年的是 0 或负数）；比率写 同比增长", []
        self.report.error(Code.UNKNOWN_NAME, f"没有叫「{text}」的事实、设定或参数", expr.at,
                          help=hint or f"先在 事实 表里写上它，或用 设定：{text} ＝ …… 起名",
                          fixes=tuple((f"改为 {n}", n) for n in close), settled=bool(nth or differences), rests_on=(keys.name(text),))

    def _column_of_another(self, expr: syntax.Name) -> bool:
        """A column, but of a list that is not read here: in 合计（到账 …） the columns are those of 到账, and the item's own are not."""
        text, scope = expr.text, self.scope
        owners = [t.name for t in scope.schema.nested if t.kind == "名单" and t.field_named(text)]
        if not owners:
            return False
        beside = scope.around if scope.around is not None and scope.around.name in owners else None
        if beside is not None:
            own = f"本项{text}" if f"本项{text}" not in scope.names() else f"手头{text}"
            message, help = f"「{text}」是手头的 {beside.name} 的一栏，名单的（ ）里只读 {scope.item.name if scope.item else ''} 的栏", (
                f"先另写一行 设定：{own} ＝ {text}，这里写 {own}")
        else:
            message, help = f"这里没有叫「{text}」的事实、设定或参数", f"「{text}」是 {'、'.join(owners)} 的一栏，这里的对象不是它"
            if self.report.line.label == "定义":
                name, equals, _ = self.report.line.text.partition("＝")
                each = f"每项各有一个的，写成 定义：{owners[0]} 的 {name.strip()} ＝ ……；" if equals and " 的 " not in name.strip() else ""
                help = f"「{text}」是 {'、'.join(owners)} 的一栏，定义管全规定，没有对象；{each}各项合起来的，写 合计（{owners[0]} 的 {text}）；只在一款里用的，改成那一款的 设定"
        self.report.error(Code.UNKNOWN_NAME, message, expr.at, help=help, settled=beside is not None, rests_on=(keys.name(text),))
        return True

    def _difference(self, text: str) -> list[str]:
        """经济贡献增量, 新增经济贡献: what a figure of each year is above that of the year before."""
        if not _GROWN.search(text):
            return []
        return [f"（本年 {f.name} － 上年 {f.name}）" for f in (*self.scope.schema.top, *(self.scope.item.fields if self.scope.item else ()))
                if isinstance(f.type, types.SeriesType) and f.name in text and f.name != text]

    def glued(self, at: syntax.At, message: str) -> bool:
        """Report a run that splits into known words; False if it does not."""
        names = [*self.scope.names(), *self.scope.members(), *(t.name for t in self.scope.schema.nested)]
        contents = line_splits(self.start, self.report.line.text, names, self.scope.schema.units)
        if not contents:
            return False
        contents = [in_one_list(x, self.scope.members()) for x in contents]
        report_glued(self.report, at, message, contents)
        return True

    def base_year(self, at: syntax.At, what: str = "本年、上年") -> values.Value | None:
        if field := self.scope.schema.top_of_role("基准年度"):
            return values.Fact(field)
        return self._no_role(f"{what}要知道以哪一年为准，可没有角色为 基准年度 的事实", at, "在 事实 表里给兑现年度一栏写角色 基准年度")

    def today(self, at: syntax.At) -> values.Value | None:
        if field := self.scope.schema.top_of_role("申报日期"):
            return values.Fact(field)
        return self._no_role("满几年要知道算到哪一天，可没有角色为 申报日期 的事实", at, "在 事实 表里给申报日期一栏写角色 申报日期")

    def _no_role(self, message: str, at: syntax.At, help: str) -> None:
        if not (self.scope.blind or self.scope.lost):  # else the row that has the role may be the faulty one
            self.report.error(Code.UNCOVERED_CASE, message, at, help=help, settled=True, rests_on=(keys.ROLES,))


def left_over(type_: types.NumberType) -> str:
    """元·吨/艘, which is not 元: which units are too many for 元, and what to write."""
    if ("元", 2) in type_.unit:
        return "金额乘了金额：其中一个要是比率或数量"
    above, below = ("、".join(name for name, power in type_.unit if power * sign > 0 and name != "元") for sign in (1, -1))
    much = f"多出了 {above}：每{above.replace('、', '每')}多少元的，写成 元/{above.replace('、', '·')}，每{above.replace('、', '每')}几‰的，写成 5‰/{above.replace('、', '·')}" if above else ""
    few = f"每{below.replace('、', '每')}多少元的，再乘以有几{below.replace('、', '、几')}（某数 × ……），或者只写一{below.replace('、', '、一')}的金额" if below else ""
    return f"单位约不去：{much}；{few}" if much and few else much or few


_GROWN = re.compile("增长|增加|增量|新增|增幅|增额|净增|多出|超出")
_NTH = re.compile("第(\\d+)(个月|月|天|次)")
_OF_A_TERM = re.compile("(?:本办法|政策)?(?:施行|实施|生效|期满|届满)(?:日期|之日|日|时)")


def _day_help(text: str) -> str:
    """1月1日 wants its year; 2023年2月30日 is no day."""
    match = re.fullmatch(r"(?:\d{4}年)?(\d{1,2})月(\d{1,2})日", text)
    if match is None:
        return ""
    if not 1 <= int(match[2]) <= _DAYS.get(int(match[1]), 0):
        most = _DAYS.get(int(match[1]))
        return f"没有 {match[1]}月{match[2]}日 这一天，{f'{match[1]}月只有 {most} 天' if most else '一年有 12 个月'}"
    return f"日期要写年份：2024年{text}" if "年" not in text else f"{text[:4]}年的 2月没有 29日"


_DAYS = dict(enumerate((31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1))


def report_glued(report: Report, at: syntax.At, message: str, contents: list[str]) -> None:
    """One split: offered. Several: shown, none chosen."""
    if len(contents) == 1:
        report.error(Code.GLUED_WORDS, message, None, help=f"词与词之间空一格：{contents[0]}", fixes=(("空开", contents[0]),), sure=True)
    else:
        shown = "；或者 ".join(contents[:4])
        report.error(Code.GLUED_WORDS, message + "，有几种断法", at, help=f"词与词之间空一格：{shown}")
