"""One line to its rules: the body of each label, typed in the scope of its part."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from itertools import islice
from typing import assert_never

from attrs import evolve

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.nearest import nearest
from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.draft.labels import APPLICANTS, Group, Label, card_of
from xcrules.draft.parse.limits import MAX_VALUES
from xcrules.facts.types import RATE, EnumType, NumberType, TextType
from xcrules.meaning import keys, rules, values
from xcrules.meaning.expressions.folds import no_list
from xcrules.meaning.expressions.lookups import lookup_rule
from xcrules.meaning.expressions.reader import Reader
from xcrules.meaning.report import Report

from .best import highest
from .caps import cap, count_cap, floor, only_one, shared_cap
from .funds import fund
from .lets import scope_of
from .payments import payment
from .place import Place, origin_of
from .sayings import in_full, saying
from .terms import against, rounding, term, years
from .unparsed import bound_in_standard, explain_line

NATURES = ("标题", "主送", "印发", "落款", "抄送", "目的", "导向", "服务", "非资金", "另行规定", "解释权", "职责", "程序")
_SELECTING = (syntax.Compare, syntax.Among, syntax.Between, syntax.Trend, syntax.Elapsed, syntax.Not, syntax.Chain, syntax.All)


def rules_of(line: syntax.Line, words: str, place: Place) -> tuple[tuple[rules.Rule, ...], list[Diagnostic]]:
    """The rules that the line states (a 对象 with conditions two, any other line one), and what is wrong with it."""
    report = Report(line)
    start = card_of(line.label).start
    if line.error is not None:
        names = [*place.scope.names(), *place.scope.members(), *(t.name for t in place.scope.schema.nested), *place.parts]
        return (), explain_line(line, line.error, names, place.scope.schema).findings
    scope = place.scope
    if isinstance(line.body, syntax.Subject):  # opens the scope of its own table
        scope = evolve(scope, item=scope.table(line.body.name.text))
    elif isinstance(line.body, syntax.Let):
        scope = scope_of(scope, line.body)
    elif isinstance(line.body, syntax.ConditionalAmount):
        scope = scope.with_standard()
    read = Reader(scope, report, start or "")
    bodies = [_free_text(line, report, place) if line.body is None else _body(line, line.body, read, place)]
    if isinstance(line.body, syntax.Subject) and line.body.conditions and bodies[0] is not None:
        condition = read.conditions(line.body.conditions)
        bodies.append(None if condition is None else rules.Condition(condition))
    if not isinstance(line.body, syntax.Lookup) and sum(1 for _ in islice(values.nodes_of(tuple(bodies)), MAX_VALUES)) == MAX_VALUES:
        report.error(Code.TOO_LONG_OR_DEEP, f"这一行展开来超过 {MAX_VALUES} 个运算的限制", None, help="用 设定 起名，分成几行写")
        return (), report.findings
    origin = origin_of(line, words)
    return tuple(rules.Rule(body, origin) for body in bodies if body is not None), report.findings


def _free_text(line: syntax.Line, report: Report, place: Place) -> rules.Body | None:
    if line.label == "性质":
        return _nature(line, report, place)
    return rules.Nature(line.label, line.text) if card_of(line.label).group is Group.NOTE else None


def _body(line: syntax.Line, body: syntax.Body, read: Reader, place: Place) -> rules.Body | None:
    match body:
        case syntax.Subject():
            return _subject(body, read)
        case syntax.Condition(value):
            return _in_case(rules.Condition, read.condition(value))
        case syntax.Exclusion(value):
            return _in_case(lambda barred: rules.Condition(values.Logic("非", (barred,), span=line.content)), read.condition(value))
        case syntax.Scope(value):
            return _in_case(rules.Scope, read.condition(value))
        case syntax.Standard():
            condition = read.condition(body.condition) if body.condition is not None else None
            amount = _amount(body.amount, read)
            return None if amount is None or (body.condition is not None and condition is None) else rules.Standard(amount, condition)
        case syntax.Let():
            return _let(body, read)
        case syntax.Lookup():
            return lookup_rule(line, body, read)
        case syntax.ConditionalAmount():
            condition, amount = read.condition(body.condition), _amount(body.amount, read)
            return None if condition is None or amount is None else rules.ConditionalAmount(condition, amount, body.adds)
        case syntax.Relief():
            return _relief(body, read)
        case syntax.Discretion():
            return _discretion(body, read)
        case syntax.Floor():
            return floor(line, body, read, place)
        case syntax.Cap():
            return shared_cap(body, read) if body.scope.whole == "几款" else cap(line, body, read, place)
        case syntax.Fund():
            return fund(body, read, place)
        case syntax.CountCap():
            return count_cap(body, read, place)
        case syntax.Highest():
            return highest(body, read, place)
        case syntax.OnlyOne():
            return only_one(body, read)
        case syntax.Against():
            return against(body, read)
        case syntax.AgainstOrder(word):
            return rules.AgainstOrder(caps_first=word == "先封顶后从高")
        case syntax.Payment():
            return payment(body, read)
        case syntax.Monthly():
            return rules.Monthly()
        case syntax.Term():
            return term(body, read)
        case syntax.Ungated(gate, also):
            condition = read.condition(also) if also is not None else None
            return None if also is not None and condition is None else rules.Ungated(gate, also=condition)
        case syntax.Years():
            return years(body, read)
        case syntax.Rounding():
            return rounding(body, read)
        case syntax.Saying():
            return saying(body, read)
        case syntax.UnitWords() | syntax.Heading() | syntax.Given() | syntax.Expected() | syntax.Promise():
            return None  # of tables and cases, which have readers of their own
        case _:
            assert_never(body)


def _in_case(rule: Callable[[values.Value], rules.Body], condition: values.Value | None) -> rules.Body | None:
    """The rule on a condition, which may have been refused."""
    return None if condition is None else rule(condition)


def _relief(body: syntax.Relief, read: Reader) -> rules.Body | None:
    cases: list[rules.ReliefCase] = []
    for x in body.cases:
        condition = read.condition(x.condition)
        share = values.Literal(Fraction(1, 2), RATE) if x.share is None else read.of_type(x.share, RATE, "减去的是几成，")
        most = read.money(x.most) if x.most is not None else None
        if condition is None or share is None or (x.most is not None and most is None):
            return None
        if x.share is not None and isinstance(share, values.Literal) and not 0 < share.value <= 1:  # type: ignore[operator]
            return read.report.error(Code.BAD_RELIEF, f"「{read.report.typed(x.share.at)}」不是几成", x.share.at, help="减去的在 0 与 100% 之间：30%；全免的写 100%，或者 除外")
        cases.append(rules.ReliefCase(condition, share, x.reduced_to, most))
    return rules.Relief(tuple(cases))


def _nature(line: syntax.Line, report: Report, place: Place) -> rules.Body | None:
    kind, _, reason = canonical(line.text).partition(",")
    kind = kind.strip()
    if kind not in NATURES:
        close = nearest(kind, NATURES)
        return report.error(Code.UNKNOWN_NATURE, f"没有叫「{kind}」的性质", (0, len(kind)), help="性质有：" + "、".join(NATURES),
                            fixes=tuple((f"改为 {n}", n) for n in close), spoils=(keys.clause(place.number),))
    return rules.Nature(kind, reason.strip())


def _subject(body: syntax.Subject, read: Reader) -> rules.Body | None:
    name = body.name.text
    schema = read.scope.schema
    table = read.scope.table(name)
    if name not in APPLICANTS and table is None:
        if read.scope.blind or name in read.scope.lost:
            return None
        if (apart := next((f"每{t.each} {t.name}" for t in schema.nested if t.each and name == f"每{t.each}{t.name}"), None)) is not None:
            return read.report.error(Code.GLUED_WORDS, "有几个词连在了一起", body.name.at, help=f"词与词之间空一格：{apart}", fixes=(("空开", apart),), sure=True)
        each = {t.name: f"每{t.each} " for t in schema.nested if t.kind == "名单" and body.each is None}
        close = [each.get(n, "") + n for n in nearest(name, [*APPLICANTS, *(t.name for t in schema.nested)]) if n != f"其他{name}"]
        whole = "对整个企业判断的，写 对象：企业" if body.each is not None else f"对整个申报的人、单位判断的，写 对象：申请人（或 {'、'.join(x for x in APPLICANTS if x != '申请人')}）"
        hint = f"是不是「{close[0]}」？" if close else f"先加一张表 事实：{name}，逐项；{whole}"
        return read.report.error(Code.UNKNOWN_FACT_TABLE, f"没有叫「{name}」的事实表", body.name.at, help=hint,
                                 fixes=tuple((f"改为 {n}", n) for n in close), rests_on=(keys.name(name),))
    is_list = table is not None and table.kind == "名单"
    if is_list and table is not None and body.each is None:
        return read.report.error(Code.LIST_OR_SINGLE, f"「{name}」是名单，要逐{table.each}判断", body.name.at,
                                 help=f"写成 每{table.each} {name}", fixes=((f"改为 每{table.each} {name}", f"每{table.each} {name}"),), sure=True)
    if not is_list and body.each is not None:
        return read.report.error(Code.LIST_OR_SINGLE, f"「{name}」只有一份，不能逐项判断", None, help=f"写成 对象：{name}", rests_on=(keys.table(name),))
    if is_list and table is not None and body.each is not None and not schema.units.measures(word := body.each[1:]):
        return read.report.error(Code.LIST_OR_SINGLE, f"「{word}」不是量词", (0, len(body.each)), help=f"写成 每{table.each}；{word} 是本规定的单位的，在文件前面加一行 单位：{word}",
                                 fixes=((f"改为 每{table.each}", f"每{table.each}"),), rests_on=(keys.table(name),))
    matter = None
    if body.matter is not None:
        typed = read.name(body.matter)
        if typed is None:
            return None
        if not isinstance(typed.type, TextType | EnumType):
            return read.report.error(Code.BAD_GROUP_KEY, f"「事项 见」后面要写一个文字的事实，「{body.matter.text}」不是", body.matter.at,
                                     help="在事实表里加一栏，类型 文字，要求 可缺，如 项目编号")
        matter = typed.value
    elif table and (key := table.field_of_role("事项标识")):
        matter = values.Fact(key, of_item=True)
    return rules.Subject(name if table else "", is_list, matter, marked=body.matter is not None, who=name if not table else "企业")


def _let(body: syntax.Let, read: Reader) -> rules.Body | None:
    if body.of is not None and not _may_define(body.of, body.name, read):
        return None
    typed = read.read(body.value)
    if typed is None:
        return None
    value, type_ = typed.value, typed.type
    for bound in body.bounds:
        if not isinstance(type_, NumberType):
            return read.report.error(Code.TYPE_MISMATCH, f"「{body.name.text}」不是数，不能写至多、至少", body.name.at)
        bounded = _bounded(body.name.text, bound, value, type_, read)
        if bounded is None:
            return None
        value = bounded
    return rules.Let(body.key, value, type_)


def _may_define(of: syntax.Name, name: syntax.Name, read: Reader) -> bool:
    """A column is made by 定义, of a list, under a name of its own."""
    table, label = read.scope.table(of.text), read.report.line.label
    if label != Label.DEFINITION:
        read.report.error(Code.MISPLACED_COLUMN, f"名单的一栏「{name.text}」写在 定义 里，不写在 {label} 里", (of.at[0], name.at[1]),
                          help=f"写成 定义：{of.text} 的 {name.text} ＝ ……；只在本款用的，写 {label}：{name.text} ＝ ……")
    elif table is not None and table.kind != "名单":
        read.report.error(Code.MISPLACED_COLUMN, f"「{of.text}」只有一份，不是名单", (of.at[0], name.at[1]), help=f"写成 定义：{name.text} ＝ ……",
                          fixes=((f"改为 {name.text}", name.text),))
    elif table is None:
        no_list(read, of)
    elif table.field_named(name.text) is not None:
        read.report.error(Code.NAME_IS_A_FACT, f"「{of.text}」已经有「{name.text}」一栏，定义要另起名", name.at, help="换一个名称")
    else:
        return True
    return False


def _bounded(name: str, bound: syntax.AtMost | syntax.AtLeast, value: values.Value, type_: NumberType, read: Reader) -> values.Value | None:
    """至少 1国; 至多 6国，已用 以前年度已补贴国家数: what is left of the bound, never below 0."""
    place = read.report.line.content
    limit = read.of_type(bound.amount, type_, f"「{name}」")
    match value, limit:
        case values.Arith("较小", _, values.Literal(low)), values.Literal(high) if isinstance(bound, syntax.AtLeast) and low < high:  # type: ignore[operator]
            read.report.error(Code.FLOOR_ABOVE_CAP, f"至少的数比至多的高：「{name}」总是它", bound.amount.at, help="核对两个数，是不是写反了")
    if limit is None or isinstance(bound, syntax.AtLeast):
        return None if limit is None else values.Arith("较大", value, limit, type_, span=place)
    if bound.used is not None:
        used = read.of_type(bound.used, type_, f"「{name}」")
        if used is None:
            return None
        left = values.Arith("-", limit, values.Used(used, span=place), type_, span=place)
        limit = values.Arith("较大", left, values.Literal(Fraction(0), type_), type_, span=place)
    return values.Arith("较小", value, limit, type_, span=place)


def _amount(body: syntax.Expr, read: Reader) -> values.Value | None:
    """元 of an item. 元/件 and the like are taken for one of it, when it has a 件数."""
    if isinstance(body, syntax.Compare) and body.word in ("不超过", "不高于", "不多于"):
        return bound_in_standard(read.report, (body.left.at[1], body.right.at[1]))
    if isinstance(body, syntax.Literal) and re.search("以内|以下|封顶|为限", body.text):
        return bound_in_standard(read.report, body.at)
    if isinstance(body, syntax.All):
        extra = body.parts[1]
        text = read.report.typed(extra.at)
        if "不超过" in text or "最高" in text or "至多" in text:
            bound_in_standard(read.report, extra.at)
        else:
            read.report.error(Code.SEVERAL_AMOUNTS, f"「{read.report.line.label}」只写一个金额，「{text}」要另起一行", extra.at, help="条件写在 条件：，上限写在 上限：")
        return None
    if isinstance(body, _SELECTING):
        return read.report.error(Code.SEVERAL_AMOUNTS, f"「{read.report.line.label}」要写金额，「{read.report.typed(body.at)}」是条件", body.at,
                                 help="条件写在 条件：")
    return read.money(body)


def _discretion(body: syntax.Discretion, read: Reader) -> rules.Body | None:
    record = None
    if body.record is not None:
        record = read.of_type(body.record, read.given, "核定的金额") if isinstance(body.record, syntax.Name) else read.money(body.record)
        if record is None:
            return None
    return rules.Discretion(in_full(body.authority.text) if body.authority is not None else "", record, body.basis)
