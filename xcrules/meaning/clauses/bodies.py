"""One line to one rule: the body of each label, typed in the scope of its part."""

from __future__ import annotations

import re
from fractions import Fraction

from attrs import frozen

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.nearest import nearest
from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.draft.labels import LABELS
from xcrules.facts.tables import FactTable
from xcrules.facts.types import BOOL, COUNT, DATE, MONEY, YEAR, YEARS, EnumType, NumberType, Type, parse_literal
from xcrules.meaning import rules, values
from xcrules.meaning.expressions.examples import example, example_of
from xcrules.meaning.expressions.kinds import compatible
from xcrules.meaning.expressions.lookups import lookup_rule
from xcrules.meaning.expressions.reader import Reader
from xcrules.meaning.expressions.scope import Scope
from xcrules.meaning.operators import same_day
from xcrules.meaning.report import Report

from .lines import bound_in_standard, explain_line

NATURES = ("标题", "主送", "印发", "落款", "抄送", "目的", "导向", "服务", "非资金", "另行规定", "解释权", "职责", "程序")
TIMES = NumberType((("次", 1),))
_SELECTING = (syntax.Compare, syntax.Among, syntax.Between, syntax.Trend, syntax.Elapsed, syntax.Not, syntax.Chain, syntax.All)


@frozen
class Place:
    """Where a line stands: its scope, the part names of its clause, and the clause's ledger number."""

    scope: Scope
    parts: tuple[str, ...] = ()


def rule_of(line: syntax.Line, words: str, place: Place) -> tuple[rules.Rule | None, list[Diagnostic]]:
    """The rule that the line states, and what is wrong with it."""
    report = Report(line)
    start = LABELS[line.label].start
    if line.error is not None:
        names = [*place.scope.names(), *place.scope.members(), *(t.name for t in place.scope.schema.nested), *place.parts]
        return None, explain_line(line, line.error, names, place.scope.schema).found
    body = _body(line, Reader(place.scope, report, start or ""), place)
    origin = origin_of(line, words)
    return (None if body is None else rules.Rule(body, origin)), report.found


def origin_of(line: syntax.Line, words: str) -> values.Origin:
    tags = tuple((t.reading, t.choice) for t in line.tags)
    return values.Origin(line.label, line.text, words, tags, span=line.content)


def _body(line: syntax.Line, read: Reader, place: Place) -> rules.Body | None:
    match line.label, line.body:
        case "性质", _:
            return _nature(line, read.report)
        case ("废止" | "注释" | "义务" | "静默"), _:
            return rules.Nature(line.label, line.text)
        case "对象", syntax.Subject() as body:
            return _subject(body, read)
        case "条件", body:
            value = read.condition(body)  # type: ignore[arg-type]
            return None if value is None else rules.Condition(value)
        case "除外", body:
            value = read.condition(body)  # type: ignore[arg-type]
            return None if value is None else rules.Condition(values.Logic("非", (value,), span=line.content))
        case "适用", body:
            value = read.condition(body)  # type: ignore[arg-type]
            return None if value is None else rules.Scope(value)
        case ("设定" | "定义"), syntax.Let() as body:
            return _let(body, read)
        case "对照", syntax.Lookup() as body:
            return lookup_rule(line, body, read)
        case "标准", body:
            return _standard(body, read)  # type: ignore[arg-type]
        case ("例外" | "加给"), syntax.ConditionalAmount() as body:
            condition, amount = read.condition(body.condition), _amount(body.amount, read)
            if condition is None or amount is None:
                return None
            return rules.ConditionalAmount(condition, amount, adds=line.label == "加给")
        case "裁量", syntax.Discretion() as body:
            return _discretion(body, read)
        case "上限", syntax.Limit(scope=syntax.Reach(whole="几款")) as body:
            return _shared_limit(body, read)
        case ("上限" | "下限"), syntax.Limit() as body:
            return _limit(line, body, read, place)
        case "限次", syntax.CountLimit() as body:
            return _count_limit(body, read)
        case "从高", syntax.Highest() as body:
            return _highest(body, read)
        case "竞合", syntax.Against() as body:
            return _against(body, read)
        case "竞合", syntax.AgainstOrder(word):
            return rules.AgainstOrder(caps_first=word == "先封顶后从高")
        case "拨付", syntax.Payment() as body:
            return _payment(body, read)
        case "施行", syntax.Term() as body:
            return _term(body, read)
        case "时效", syntax.YearsLimit() as body:
            return _years(body, read)
        case "取整", syntax.Rounding() as body:
            return _rounding(body, read.report)
    return None


def _nature(line: syntax.Line, report: Report) -> rules.Body | None:
    kind, _, reason = canonical(line.text).partition(",")
    kind = kind.strip()
    if kind not in NATURES:
        close = nearest(kind, NATURES)
        report.error(Code.UNKNOWN_NATURE, f"没有叫「{kind}」的性质", (0, len(kind)), help="性质有：" + "、".join(NATURES),
                     fixes=tuple((f"改为 {n}", n) for n in close))
        return None
    return rules.Nature(kind, reason.strip())


def _subject(body: syntax.Subject, read: Reader) -> rules.Body | None:
    name = body.name.text
    schema = read.scope.schema
    table = read.scope.table(name)
    if name != "企业" and table is None:
        if read.scope.blind or name in read.scope.lost:
            return None
        known = ["企业", *(t.name for t in schema.nested)]
        close = nearest(name, known)
        hint = f"是不是「{close[0]}」？" if close else f"先加一张表 事实：{name}，逐项；对整个企业判断的，写 对象：企业"
        read.report.error(Code.UNKNOWN_FACT_TABLE, f"没有叫「{name}」的事实表", body.name.at, help=hint,
                          fixes=tuple((f"改为 {n}", n) for n in close))
        return None
    is_list = table is not None and table.kind == "名单"
    if is_list and table is not None and body.each is None:
        read.report.error(Code.LIST_OR_SINGLE, f"「{name}」是名单，要逐{table.each}判断", body.name.at,
                          help=f"写成 每{table.each} {name}", fixes=((f"改为 每{table.each} {name}", f"每{table.each} {name}"),), sure=True)
        return None
    if not is_list and body.each is not None:
        read.report.error(Code.LIST_OR_SINGLE, f"「{name}」只有一份，不能逐项判断", None, help=f"写成 对象：{name}")
        return None
    matter = None
    if body.matter is not None:
        typed = read.name(body.matter)
        if typed is None:
            return None
        matter = typed.value
    elif table and (key := table.field_of_role("事项标识")):
        matter = values.Fact(key, of_item=True)
    return rules.Subject(name if table else "", is_list, matter)


def subject_condition(line: syntax.Line, read: Reader) -> values.Value | None:
    """The conditions that stand on the 对象 line after the name."""
    body = line.body
    return read.conditions(body.conditions) if isinstance(body, syntax.Subject) and body.conditions else None


def _let(body: syntax.Let, read: Reader) -> rules.Body | None:
    typed = read.read(body.value)
    if typed is None:
        return None
    value, type_ = typed.value, typed.type
    if body.at_most is not None or body.at_least is not None:
        if not isinstance(type_, NumberType):
            read.report.error(Code.TYPE_MISMATCH, f"「{body.name.text}」不是数，不能写至多、至少", body.name.at)
            return None
        bounded = _bounded(body, value, type_, read)
        if bounded is None:
            return None
        value = bounded
    return rules.Let(body.name.text, value, type_)


def _bounded(body: syntax.Let, value: values.Value, type_: NumberType, read: Reader) -> values.Value | None:
    """至多 6国，已用 以前年度已补贴国家数: what is left of the bound, never below 0."""
    place = read.report.line.content
    if body.at_most is not None:
        most = read.of_type(body.at_most, type_, f"「{body.name.text}」")
        if most is None:
            return None
        if body.used is not None:
            used = read.of_type(body.used, type_, f"「{body.name.text}」")
            if used is None:
                return None
            left = values.Arith("-", most, values.Used(used, span=place), type_, span=place)
            most = values.Arith("较大", left, values.Literal(Fraction(0), type_), type_, span=place)
        value = values.Arith("较小", value, most, type_, span=place)
    if body.at_least is not None:
        least = read.of_type(body.at_least, type_, f"「{body.name.text}」")
        if least is None:
            return None
        value = values.Arith("较大", value, least, type_, span=place)
    return value


def _standard(body: syntax.Expr, read: Reader) -> rules.Body | None:
    amount = _amount(body, read)
    return None if amount is None else rules.Standard(amount)


def _amount(body: syntax.Expr, read: Reader) -> values.Value | None:
    """元 of an item. 元/件 and the like are taken for one of it, when it has a 件数."""
    if isinstance(body, syntax.Compare) and body.word in ("不超过", "不高于", "不多于"):
        bound_in_standard(read.report, (body.left.at[1], body.right.at[1]))
        return None
    if isinstance(body, syntax.Literal) and re.search("以内|以下|封顶|为限", body.text):
        bound_in_standard(read.report, body.at)
        return None
    if isinstance(body, syntax.All):
        extra = body.parts[1]
        text = read.report.typed(extra.at)
        if "不超过" in text or "最高" in text or "至多" in text:
            bound_in_standard(read.report, extra.at)
        else:
            read.report.error(Code.SEVERAL_AMOUNTS, f"「{read.report.line.label}」只写一个金额，「{text}」要另起一行", extra.at,
                              help="条件写在 条件：，上限写在 上限：")
        return None
    if isinstance(body, _SELECTING):
        read.report.error(Code.SEVERAL_AMOUNTS, f"「{read.report.line.label}」要写金额，「{read.report.typed(body.at)}」是条件", body.at,
                          help="条件写在 条件：")
        return None
    return read.money(body)


def _discretion(body: syntax.Discretion, read: Reader) -> rules.Body | None:
    record = None
    if body.record is not None:
        record = read.of_type(body.record, MONEY, "核定的金额")
        if record is None:
            return None
    return rules.Discretion(body.authority.text, record)


def _parts(scope: syntax.Reach, read: Reader, place: Place) -> tuple[tuple[str, ...] | None, bool] | None:
    """The parts that a 上限 reaches: (None, _) is the part it stands in."""
    match scope.whole:
        case None:
            return None, False
        case "合计" | "各分项":
            if scope.whole == "各分项" and len(place.parts) < 2:
                read.report.error(Code.NO_PARTS, "本款没有分项，不能写 各分项", scope.whole_at)
                return None
            return place.parts, scope.whole == "各分项"
        case name if name in place.parts:
            return (name,), False
    close = nearest(scope.whole or "", place.parts)
    read.report.error(Code.UNKNOWN_PART, f"本款没有叫「{scope.whole}」的分项", scope.whole_at,
                      help="分项有：" + "、".join(filter(None, place.parts)) if any(place.parts) else "本款没有分项",
                      fixes=tuple((f"改为 {n}", n) for n in close if n))
    return None


def _key(name: syntax.Name | None, read: Reader) -> values.Value | None:
    """The field by which items are grouped."""
    if name is None:
        return None
    typed = read.name(name)
    if typed is None:
        return None
    if not isinstance(typed.value, values.Fact) or not typed.value.of_item:
        read.report.error(Code.BAD_GROUP_KEY, f"「同一」后面要写名单的一栏，「{name.text}」不是", name.at)
        return None
    return typed.value


def _shared_limit(body: syntax.Limit, read: Reader) -> rules.Body | None:
    """上限：1(1)、1(2) 合计 企业年度 200万元."""
    amount = read.money(body.amount)
    if not body.scope.reach.startswith("企业") or body.used is not None:
        read.report.error(Code.BAD_SHARED_CAP, "几款合计的上限只写 企业年度 或 企业终身，已用由台账得出", None,
                          help="例如 上限：1(1)、1(2) 合计 企业年度 200万元")
        return None
    if amount is None or not _lifetime_is_known(body, read):
        return None
    return rules.SharedLimit(body.scope.clauses, amount, _period(body.scope))


def _limit(line: syntax.Line, body: syntax.Limit, read: Reader, place: Place) -> rules.Body | None:
    if _second_amount(line, body, read):
        return None
    reached = _parts(body.scope, read, place)
    amount = read.money(body.amount)
    used = read.of_type(body.used, MONEY, "已用") if body.used is not None else None
    key = _key(body.scope.key, read)
    if reached is None or amount is None or (body.used is not None and used is None):
        return None
    if body.scope.key is not None and key is None:
        return None
    floor = line.label == "下限"
    if floor and body.used is not None:
        read.report.error(Code.IDLE_WORDS, "下限不减已用", body.used.at, help="写成 下限：单项 " + read.report.typed(body.amount.at))
        return None
    if floor and body.scope.reach != "单项":
        read.report.error(Code.FLOOR_OF_A_GROUP, "下限只管单项", None, help="写成 下限：单项 " + read.report.typed(body.amount.at))
        return None
    if body.scope.reach.startswith("企业") and len(place.parts) > 1 and body.scope.whole is None:
        text = line.text.strip()
        read.report.error(Code.UNCLEAR_PARTS, f"本款有分项（{'、'.join(place.parts)}），{body.scope.reach}上限要写明是合计还是各分项", None,
                          help=f"写成 合计 {text} 或 各分项 {text}",
                          fixes=((f"改为 合计 {text}", f"合计 {text}"), (f"改为 各分项 {text}", f"各分项 {text}")))
        return None
    if not floor and not _lifetime_is_known(body, read):
        return None
    parts, split = reached
    if split and body.scope.reach in ("单项", "同一"):
        parts, split = None, False  # the line stands in every part
    return rules.Limit(floor, _reach(body.scope), parts, split, key, _period(body.scope), amount, used)


def _lifetime_is_known(body: syntax.Limit, read: Reader) -> bool:
    """A cap over the years has a place where the years before are told: 已用, or the ledger of what was granted."""
    if _period(body.scope) != "终身" or body.used is not None or read.scope.blind:
        return True
    if body.scope.reach == "同一":
        help = "后面接 ，已用 某一栏：以前各年已得多少"
    elif read.scope.schema.table_of_role("历史台账") is None:
        help = "声明一张：事实：历史支持，逐笔，闭世界，历史台账；或者后面接 ，已用 某事实"
    else:
        return True
    read.report.error(Code.LIFETIME_WITHOUT_LEDGER, "终身的上限要减去以前各年已得的，可没有地方看", None, help=help)
    return False


def _second_amount(line: syntax.Line, body: syntax.Limit, read: Reader) -> bool:
    """One line, one bound: of two the lower holds when each has a line of its own."""
    if body.at_most is None:
        return False
    text = line.text.strip()
    reach = text[: body.amount.at[0]].strip()
    read.report.error(Code.TWO_LIMITS_IN_LINE, f"一行{line.label}只写一个数，「{read.report.typed(body.at_most.at)}」要另起一行", body.at_most.at,
                      help=f"写成两行：{line.label}：{reach} {read.report.typed(body.amount.at)}；"
                      f"{line.label}：{reach} {read.report.typed(body.at_most.at)}")
    return True


def _reach(scope: syntax.Reach) -> rules.Reach:
    if scope.reach == "单项":
        return "单项"
    if scope.reach == "同一":
        return "同一"
    return "分项" if scope.whole and scope.whole != "合计" else "合计"


def _period(scope: syntax.Reach) -> str:
    return {"企业年度": "年度", "企业终身": "终身"}.get(scope.reach, scope.period or "")


def _count_limit(body: syntax.CountLimit, read: Reader) -> rules.Body | None:
    found = parse_literal(canonical(body.times))
    if found is None or found.type not in (COUNT, TIMES) or found.value.denominator != 1 or found.value < 1:
        text = read.report.line.text.strip()
        hint = f"金额的限制另写 上限：{text}" if found is not None and found.type == MONEY else "写成 一次、3次"
        read.report.error(Code.NOT_A_COUNT, f"「{body.times}」不是次数", None, help=hint)
        return None
    used = None
    if body.used is not None:
        typed = read.read(body.used)
        if typed is None:
            return None
        if typed.type != BOOL:
            read.report.error(Code.TYPE_MISMATCH, f"限次的已用要写 是否 类型的事实，例如 {example_of('flag', read.scope.schema)}", body.used.at)
            return None
        used = typed.value
    if not _can_be_counted(body, int(found.value), read) or _idle_tail(body, read):
        return None
    top_up = body.settle == "已得补差"
    return rules.CountLimit(body.scope.reach, int(found.value), used, top_up, _period(body.scope))


def _idle_tail(body: syntax.CountLimit, read: Reader) -> bool:
    """What stands at the end of a 限次 and would count for nothing there."""
    reach = body.scope.reach
    if body.used is not None and reach != "单项":
        read.report.error(Code.IDLE_WORDS, f"「{reach}」的限次看台账，不看 已用", body.used.at, help=f"写成 {reach} {body.times}；看事实的写 单项 一次，已用 某个事实")
        return True
    if body.settle is not None and reach != "企业年度":
        read.report.error(Code.IDLE_WORDS, f"「{body.settle}」只用于 企业年度 的限次", None, help=f"写成 {reach} {body.times}")
        return True
    return False


def _can_be_counted(body: syntax.CountLimit, times: int, read: Reader) -> bool:
    """Whether there is something that says how often it was given before: a fact of the item, or a ledger."""
    reach, schema = body.scope.reach, read.scope.schema
    wrong = help = ""
    code = Code.COUNT_WITHOUT_RECORD
    if reach == "同一":
        wrong, help = "限次不能按「同一」数", "写成 单项 一次，已用 某个事实；同一件事只取一份的，写 从高：同一 某栏"
    elif reach == "单项" and body.used is None:
        wrong, help = "「单项」的限次要写 已用 某个事实", f"例如 限次：单项 一次，已用 {example_of('flag', schema)}"
    elif reach != "企业终身" and times != 1:
        code, wrong, help = Code.NOT_A_COUNT, f"「{reach}」的限次只能是一次", f"写成 {reach} 一次"
    elif reach == "企业终身" and schema.table_of_role("历史台账") is None and not read.scope.blind:
        wrong, help = "终身的限次要看历史台账，可没有标明 历史台账 的名单", "声明一张：事实：历史支持，逐笔，闭世界，历史台账"
    elif reach == "企业年度" and schema.top_of_role("本年台账") is None and not read.scope.blind:
        wrong, help = "年度的限次要看本年台账，可没有角色为 本年台账 的事实", "在顶层加一栏，类型 逐款 元，角色 本年台账"
    if wrong:
        read.report.error(code, wrong, None, help=help)
    return not wrong


def _highest(body: syntax.Highest, read: Reader) -> rules.Body | None:
    key = _key(body.key, read)
    if key is None:
        return None
    rank = None
    if body.rank is not None:
        typed = read.name(body.rank)
        if typed is None:
            return None
        if not isinstance(typed.type, EnumType):
            read.report.error(Code.TYPE_MISMATCH, f"「{body.rank.text}」不是枚举，不能排先后", body.rank.at)
            return None
        for name in body.order:
            if name.text not in typed.type.members:
                read.report.error(Code.UNKNOWN_MEMBER, f"「{name.text}」不是「{body.rank.text}」的一种", name.at, help=f"有：{typed.type}")
                return None
        rank = typed.value
        if len(body.order) < 2:
            others = "、".join(m for m in typed.type.members if m != body.order[0].text)
            read.report.error(Code.ORDER_OF_ONE, f"「依 {body.rank.text}」只写了一种，排不出先后", body.order[0].at,
                              help=f"从高到低写全，例如 {body.order[0].text}、……；另有 {others}")
            return None
    return rules.Highest(body.overall, key, rank, tuple(n.text for n in body.order))


def _against(body: syntax.Against, read: Reader) -> rules.Body | None:
    table = read.scope.table(body.outside.text)
    if table is None or table.role != "外部支持":
        known = [t.name for t in read.scope.schema.tables if t.role == "外部支持"]
        read.report.error(Code.NOT_OUTSIDE_SUPPORT, f"「{body.outside.text}」不是标明 外部支持 的名单", body.outside.at,
                          help="名单有：" + "、".join(known) if known else "在 事实：某名单，逐笔，闭世界，外部支持 里声明")
        return None
    state = table.field_of_role("外部状态")
    if state is None or not isinstance(state.type, EnumType):
        return None
    for name in (body.received, body.rival):
        if name.text not in state.type.members:
            read.report.error(Code.UNKNOWN_MEMBER, f"「{name.text}」不是「{state.name}」的一种", name.at, help=f"有：{state.type}")
            return None
    return None if _strange_matter(body, table, read) else rules.Against(table.name, body.received.text, body.rival.text, top_up=body.settle == "补差")


def _strange_matter(body: syntax.Against, outside: FactTable, read: Reader) -> bool:
    """A key that names no field, or one that marks no matter: then nothing would ever be found to be the same."""
    if read.scope.blind or body.key.text in read.scope.lost:
        return False
    fields = [f for t in read.scope.schema.tables for f in t.fields]
    marks = list(dict.fromkeys(f.name for role in ("事项标识", "外部事项") for f in fields if f.role == role))
    named = [f for f in fields if f.name == body.key.text]
    if any(not isinstance(f.type, NumberType) and f.type not in (BOOL, DATE, YEAR) for f in named):
        return False
    close = nearest(body.key.text, marks, 1) or marks[:1]
    code, wrong = (Code.BAD_GROUP_KEY, "「同一」后面要写标明事项的一栏，「{}」不是") if named else (Code.UNKNOWN_NAME, "没有叫「{}」的事实")
    read.report.error(code, wrong.format(body.key.text), body.key.at,
                      help=f"是不是「{close[0]}」？" if close else "先在名单里加一栏，角色 事项标识",
                      fixes=tuple((f"改为 {n}", n) for n in close))
    return True


def _payment(body: syntax.Payment, read: Reader) -> rules.Body | None:
    report = read.report
    if read.base_year((0, len(report.line.text)), "拨付") is None:
        return None
    years = parse_literal(canonical(body.years))
    if years is None or years.type != YEARS or not 1 <= years.value <= 50 or years.value.denominator != 1:
        report.error(Code.NOT_YEARS, f"「{body.years}」不是几年", None, help="写成 分 3年 等额")
        return None
    shares = [parse_literal(canonical(x)) for x in body.shares]
    all_values = tuple(x.value for x in shares if x) or (Fraction(1) / years.value,) * int(years.value)
    if len(all_values) != years.value or sum(all_values) != 1:
        report.error(Code.SHARES_NOT_WHOLE, f"各年的比例要有 {years.value} 个，合起来是 100%", None, help="例如 分 3年 按 50%、30%、20%")
        return None
    return rules.Payment(all_values, after_expiry=body.after != "停拨")


def _dated(name: syntax.Name, wanted: Type, read: Reader) -> values.Value | None:
    typed = read.name(name)
    if typed is not None and not compatible(typed.type, wanted):
        read.report.error(Code.TYPE_MISMATCH, f"「{name.text}」不是{wanted}", name.at)
        return None
    return typed.value if typed else None


def _term(body: syntax.Term, read: Reader) -> rules.Body | None:
    date = _dated(body.date, DATE, read)
    first = parse_literal(canonical(body.start))
    if first is None:
        read.report.error(Code.NOT_A_DAY, f"「{body.start}」不是一个日子", (0, len(body.start) + 2), help="例如 2024年3月1日")
        return None
    if date is None:
        return None
    last = None
    if body.years is not None:
        years = parse_literal(canonical(body.years))
        if years is None or years.type != YEARS or years.value.denominator != 1 or not 1 <= years.value <= 100:
            read.report.error(Code.NOT_YEARS, f"「{body.years}」不是几年", None, help="写成 起 5年")
            return None
        last = same_day(first.value, years.value) - (1 if body.last == "前一日" else 0)
    return rules.Term(date, first.value, last)


def _years(body: syntax.YearsLimit, read: Reader) -> rules.Body | None:
    year = _dated(body.year, YEAR, read)
    first, last = (parse_literal(canonical(t)) for t in (body.first, body.last))
    if first is not None and last is not None and first.type == last.type == YEAR and first.value > last.value:
        read.report.error(Code.YEARS_REVERSED, "时效要从一个年度到后面的年度", None, help=f"写成 {body.year.text} 在 {body.last} 至 {body.first}")
        return None
    if first is None or last is None or first.type != YEAR or last.type != YEAR:
        read.report.error(Code.YEARS_REVERSED, "时效要从一个年度到后面的年度", None, help=f"例如 {example('years', read.scope.schema)}")
        return None
    return None if year is None else rules.YearsLimit(year, first.value, last.value)


def _rounding(body: syntax.Rounding, report: Report) -> rules.Body | None:
    units = {"分": Fraction(1, 100), "角": Fraction(1, 10), "元": Fraction(1), "百元": Fraction(100), "万元": Fraction(10000)}
    if body.unit.text not in units:
        report.error(Code.BAD_ROUNDING_UNIT, f"不能取整到「{body.unit.text}」", body.unit.at, help="可以到 " + "、".join(units))
        return None
    return rules.Rounding(units[body.unit.text], half_up=body.mode == "四舍五入")


