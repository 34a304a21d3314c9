"""上限, 下限, 限次 and 从高: how much and how often, of what and over which time."""

from __future__ import annotations

import re
from fractions import Fraction

from attrs import frozen

from xcrules.base.diagnostic import Code, Key
from xcrules.base.identity import clause_key
from xcrules.base.money import UNLIMITED
from xcrules.base.nearest import nearest
from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.facts.types import (
    BOOL,
    COUNT,
    MONEY,
    MONEY_A_MONTH,
    YEARS,
    LiteralValue,
    NumberType,
    SeriesType,
    TextType,
    parse_literal,
    unit_text,
)
from xcrules.meaning import keys, rules, values
from xcrules.meaning.expressions.examples import example_of
from xcrules.meaning.expressions.folds import NO_KEY
from xcrules.meaning.expressions.reader import Reader
from xcrules.meaning.grants import tells
from xcrules.meaning.matters import marks_of

from .place import Place

TIMES = NumberType((("次", 1),))


@frozen
class _Bound:
    """What a 上限 or 下限 says, its names and amounts understood."""

    parts: tuple[str, ...] | None
    split: bool
    amount: values.Value
    used: values.Value | None
    key: values.Value | None


def _bound(line: syntax.Line, body: syntax.Cap | syntax.Floor, read: Reader, place: Place) -> _Bound | None:
    if body.paid:
        return _paid_of_some(read)
    if _second_amount(line, body, read):
        return None
    reached = _parts(body.scope, read, place)
    amount = _amount(body, read)
    used = read.of_type(body.used, read.given, "已用") if body.used is not None else None
    key = item_key(body.scope.key, read, isinstance(body, syntax.Cap))
    if reached is None or amount is None or (body.used is not None and used is None):
        return None
    if body.scope.key is not None and key is None:
        return None
    parts, split = reached
    if split and body.scope.reach in ("单项", "同一"):
        parts, split = None, False  # the line stands in every part
    return _Bound(parts, split, amount, used, key)


def _amount(body: syntax.Cap | syntax.Floor, read: Reader, several: bool = False) -> values.Value | None:
    """元 of the bound; of one that holds in a case only, elsewhere no limit (of a 下限 0)."""
    condition = read.condition(body.condition) if body.condition is not None else None
    by_month = several and (
        body.scope.reach == "每月"
        or (body.scope.key is not None and {clause_key(n, read.scope.law.names) for n in body.scope.clauses} <= read.scope.law.monthly)
    )
    amount = read.of_type(body.amount, MONEY_A_MONTH, "每月的上限") if by_month else read.money(body.amount)
    if body.condition is None or condition is None or amount is None:
        return amount if body.condition is None else None
    elsewhere = values.Literal(UNLIMITED if isinstance(body, syntax.Cap) else Fraction(0), MONEY)
    return values.Pick(((condition, amount),), elsewhere, MONEY, span=amount.span)


def floor(line: syntax.Line, body: syntax.Floor, read: Reader, place: Place) -> rules.Floor | None:
    """下限 as a rule, of 单项 only; None where a finding was made instead, as of all that stand here."""
    if body.scope.whole == "几款":
        return read.report.error(Code.FLOOR_OF_A_GROUP, "下限只管单项，不管几款合起来的数", None, help=f"写成 下限：单项 {read.report.typed(body.amount.at)}，写在每一款下")
    bound = _bound(line, body, read, place)
    if bound is None:
        return None
    amount = read.report.typed(body.amount.at)
    over = f"；各项合起来至少这么多的，对象写 企业，标准写 孰高（合计（{read.scope.item.name} 的 …）、{amount}）" if read.scope.item and read.scope.item.kind == "名单" else ""
    help = f"写成 下限：单项 {amount}{over}"
    if body.used is not None:
        return read.report.error(Code.IDLE_WORDS, "下限不减已用", body.used.at, help=help)
    if body.scope.reach != "单项":
        return read.report.error(Code.FLOOR_OF_A_GROUP, "下限只管单项", None, help=f"{help}；原文说的是不超过的，写 上限：{line.text.strip()}")
    return rules.Floor(bound.parts, bound.amount)


def cap(line: syntax.Line, body: syntax.Cap, read: Reader, place: Place) -> rules.Cap | None:
    """上限 of a clause as a rule; in a clause with 分项 a cap of the enterprise must say of which."""
    bound = _bound(line, body, read, place)
    if bound is None:
        return None
    several = isinstance(bound.key, values.Fact) and not bound.key.of_item
    if (several or body.scope.over_all) and len(place.parts) > 1 and body.scope.whole is None:
        text = line.text.strip()
        return read.report.error(Code.UNCLEAR_PARTS, f"本款有分项（{'、'.join(place.parts)}），{body.scope.reach}上限要写明是合计还是各分项", None,
                                 help=f"写成 合计 {text} 或 各分项 {text}；只管一个分项的，写它的名称：{place.part or place.parts[0]} {text}",
                                 fixes=((f"改为 合计 {text}", f"合计 {text}"), (f"改为 各分项 {text}", f"各分项 {text}")))
    if not _lifetime_is_known(body, read) or (body.scope.reach == "每月" and _not_by_month(read)):
        return None
    if several:
        others = _others(body, bound.key, bound.used, read)
        return (
            None
            if others is None
            else rules.Cap(
                "合计" if body.scope.whole in (None, "合计") else "分项", bound.parts, bound.split, None, _period(body.scope), bound.amount, None, others,
            )
        )
    return rules.Cap(_reach(body.scope), bound.parts, bound.split, bound.key, _period(body.scope), bound.amount, bound.used)


def _others(body: syntax.Cap, key: values.Value | None, used: values.Value | None, read: Reader) -> values.Value | None:
    """同一 实际控制人 年度 45万元，已用 他企已得: what others that have the same were granted; nothing where there is none such."""
    name = body.scope.key.text if body.scope.key is not None else ""
    if used is None or key is None or body.scope.period is None:
        return read.report.error(Code.BAD_GROUP_KEY, f"几家企业合起来的上限，一家的决定不知道「{name}」相同的别家得了多少" if used is None else f"同一 {name} 的上限没有写明是一年的还是历年的", None,
                                 help="后面接 ，已用 某一栏：别家已得多少，写成企业的一栏，元，要求写明由谁认定" if used is None else f"写成 同一 {name} 年度 ……，或 同一 {name} 终身 ……")
    return values.Pick(((values.Compare("=", key, key), used),), values.Literal(Fraction(0), MONEY), MONEY, span=used.span)


def shared_cap(body: syntax.Cap, read: Reader) -> rules.Body | None:
    """上限：1(1)、1(2) 合计 企业年度 200万元."""
    amount = _amount(body, read, several=True)
    if body.paid and (body.scope.reach != "企业年度" or body.used is not None):
        return _paid_of_some(read)
    if body.scope.key is not None and not any(f.name == body.scope.key.text for f in read.scope.schema.top):
        return _of_each(body, body.scope.key, amount, read)
    if body.scope.reach == "同一" and amount is not None and body.scope.period:
        key = item_key(body.scope.key, read, of_enterprise=True)
        used = read.of_type(body.used, MONEY, "已用") if body.used is not None else None
        if isinstance(key, values.Fact) and not key.of_item and (body.used is None or used is not None):
            others = _others(body, key, used, read)
            return None if others is None else rules.SharedCap(body.scope.clauses, amount, _period(body.scope), others)
        return None
    if not body.scope.over_all or body.used is not None:
        return read.report.error(Code.BAD_SHARED_CAP, "几款合计的上限只写 企业年度、企业终身、每次 或 每月，已用由台账得出", None,
                                 help="例如 上限：1(1)、1(2) 合计 企业年度 200万元；一次申报里至多多少的，写 上限：1(1)、1(2) 合计 每次 200万元")
    if amount is None or not _lifetime_is_known(body, read):
        return None
    return rules.SharedCap(body.scope.clauses, amount, _period(body.scope), paid=body.paid)


def _paid_of_some(read: Reader) -> None:
    """What is paid in a year is bounded over clauses as wholes."""
    read.report.error(Code.BAD_SHARED_CAP, "「按 拨付」管的是整款一年拨付多少，只接在 企业年度 的上限后面，不与 已用 一起写", None,
                      help="写成 第三条、第九条 合计 企业年度 200万元，按 拨付；写在一款下的，合计 企业年度 200万元，按 拨付")


def _of_each(body: syntax.Cap, key: syntax.Name, amount: values.Value | None, read: Reader) -> rules.Body | None:
    """上限：1、2 合计 同一 姓名 年度 10万元: so much for each; what was had before is in the ledger of all years, if that tells whose it was."""
    history, period = read.scope.schema.table_of_role("历史台账"), _period(body.scope)
    told = (
        history is not None
        and bool(marks_of(history, key.text))
        and (period == "终身" or (history.field_of_role("台账年度") is not None and read.scope.schema.top_of_role("基准年度") is not None))
    )
    if body.used is not None or (period and not told and not read.scope.blind):
        return read.report.error(Code.BAD_SHARED_CAP, "几款合计的上限，已用由台账得出" if body.used is not None else f"从前得过的，历史台账里没有「{key.text}」一栏可以相同", None,
                                 help=f"历史台账里加一栏 {key.text}；只管这一次申报的，写 合计 同一 {key.text} {read.report.typed(body.amount.at)}", rests_on=(keys.ROLES,))
    return None if amount is None else rules.SharedCap(body.scope.clauses, amount, period, key=key.text)


def _parts(scope: syntax.Reach, read: Reader, place: Place) -> tuple[tuple[str, ...] | None, bool] | None:
    """The parts that a 上限 reaches: (None, _) is the part it stands in."""
    match scope.whole:
        case None:
            return None, False
        case "合计" | "各分项":
            if scope.whole == "各分项" and len(place.parts) < 2:
                return read.report.error(Code.NO_PARTS, "本款没有分项，不能写 各分项", scope.whole_at,
                                         spoils=(_parts_of(place),), rests_on=(_parts_of(place), *keys.of_clause(place.number)))
            return place.parts, scope.whole == "各分项"
        case "各款":
            return told_outside(read, scope.whole_at)
        case name if name in place.parts:
            return (name,), False
    close = nearest(scope.whole or "", place.parts)
    return read.report.error(Code.UNKNOWN_PART, f"本款没有叫「{scope.whole}」的分项", scope.whole_at,
                             help="分项有：" + "、".join(filter(None, place.parts)) if any(place.parts) else "本款没有分项",
                             fixes=tuple((f"改为 {n}", n) for n in close if n), spoils=(missing := (keys.clause(f"{place.number}{scope.whole}"),)), rests_on=missing)


def told_outside(read: Reader, at: syntax.At | None) -> None:
    """各款 where no 款 stand beneath."""
    read.report.error(Code.EACH_OUTSIDE_LEAD, "「各款」只写在导言下，这里管的就是这一款", at, help="去掉 各款")


def _parts_of(place: Place) -> Key:
    """Whether a clause has parts: that it has none is said once."""
    return "分项", place.number


def item_key(name: syntax.Name | None, read: Reader, of_enterprise: bool = False) -> values.Value | None:
    """The field by which items are grouped; or, of a 上限, enterprises (同一 实际控制人)."""
    if name is None:
        return None
    if len(name.columns) > 1:
        parts = [item_key(x, read) for x in name.columns]
        return None if None in parts else values.Together(tuple(x for x in parts if x is not None))
    typed = read.name(name)
    if typed is None:
        return None
    if of_enterprise and isinstance(typed.value, values.Fact) and not typed.value.of_item and isinstance(typed.type, TextType):
        return typed.value
    if not isinstance(typed.value, values.Fact | values.Var) or not typed.value.of_item or isinstance(typed.type, SeriesType):
        help = "" if read.scope.item is not None else ("这一款的对象不是名单，只有一项：一年至多多少，写 上限：企业年度 ……；每人、每项各有上限的，列成名单，对象写 每名 某名单，名单里有这一栏；"
                                                       "几家企业合起来的，写企业的一栏文字")
        return read.report.error(
            Code.BAD_GROUP_KEY, (NO_KEY if isinstance(typed.type, SeriesType) else "「同一」后面要写名单的一栏，「{}」不是").format(name.text), name.at, help=help,
        )
    return typed.value


def _not_by_month(read: Reader) -> bool:
    """每月 is of what is paid by the month."""
    if read.given != MONEY:
        return False
    read.report.error(Code.BY_MONTH, "「每月」的上限只用于按月支付的款", (0, 2), help="这一款按月支付的，加一行 拨付：按月；一年一共的，写 企业年度")
    return True


def _lifetime_is_known(body: syntax.Cap, read: Reader) -> bool:
    """A cap over the years has a place where the years before are told: 已用, or the ledger of what was granted."""
    if _period(body.scope) != "终身" or body.used is not None or read.scope.blind:
        return True
    if body.scope.reach == "同一":
        name = body.scope.key.text if body.scope.key is not None else ""
        if tells(read.scope.schema.table_of_role("历史台账"), name, "终身", read.scope.schema):
            return True
        help = f"历史台账里加一栏 {name}，或者后面接 ，已用 某一栏：以前各年已得多少"
    elif read.scope.schema.table_of_role("历史台账") is None:
        help = "声明一张：事实：历史支持，逐笔，闭世界，历史台账；或者后面接 ，已用 某事实"
    else:
        return True
    read.report.error(Code.LIFETIME_WITHOUT_LEDGER, "终身的上限要减去以前各年已得的，可没有地方看", None, help=help, rests_on=(keys.ROLES,))
    return False


def _second_amount(line: syntax.Line, body: syntax.Cap | syntax.Floor, read: Reader) -> bool:
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
    return {"企业年度": "年度", "企业终身": "终身", "每月": rules.EACH_MONTH, "每次": rules.EACH_TIME}.get(scope.reach, scope.period or "")


_AS_ITEMS = re.compile(r"(?<=\d)(?:个|名|笔)$")  # words of lists that are no units of numbers: 3个 are three items


def count_cap(body: syntax.CountCap, read: Reader, place: Place) -> rules.Body | None:
    """限次 as a rule: there must be a fact or a ledger that says how often it was given."""
    together = body.scope.clauses if body.scope.whole == "几款" else ()
    if not together and _parts(body.scope, read, place) is None:
        return None
    running = body.times.startswith("连续")
    literal = parse_literal(_AS_ITEMS.sub("项", canonical(body.times)).removeprefix("连续").strip(), read.scope.schema.units)
    pieces = "" if literal is None or running or body.scope.reach == "单项" else _pieces(body.times, literal, read)
    if (
        literal is None
        or literal.type not in ((YEARS,) if running else (COUNT, TIMES, YEARS, literal.type if pieces else TIMES))
        or literal.value.denominator != 1
        or literal.value < 1
    ):
        text = read.report.line.text.strip()
        hint = f"金额的限制另写 上限：{text}" if literal is not None and literal.type == MONEY else "写成 一次、3次，累计几年的写 5年，从首次起连续几年的写 连续 5年"
        return read.report.error(Code.NOT_A_COUNT, f"「{body.times}」不是次数", None, help=hint)
    used, condition = None, read.condition(body.condition) if body.condition is not None else None
    if body.condition is not None and condition is None:
        return None
    if body.used is not None:
        typed = read.read(body.used)
        if typed is None:
            return None
        if typed.type != BOOL:
            return read.report.error(Code.TYPE_MISMATCH, f"限次的已用要写 是否 类型的事实，例如 {example_of('flag', read.scope.schema)}", body.used.at)
        used = typed.value
    in_years = literal.type == YEARS
    of_year = _period(body.scope) == "年度" and (bool(pieces or together) or not (body.scope.reach == "企业年度" and literal.value == 1))
    if (
        not _can_be_counted(body, literal, read)
        or _idle_tail(body, read)
        or ((in_years or of_year) and read.base_year((0, 0), "享受几年" if in_years else "一年几次") is None)
    ):
        return None
    groups = tuple((n, read.scope.law.names.with_parts(n)) for n in together)
    return rules.CountCap(
        body.scope.reach, int(literal.value), "连续" if running else "累计" if in_years else "", used, body.settle == "已得补差", _period(body.scope), groups,
        body.scope.key.text if body.scope.key is not None else "", body.made_up is not None and body.made_up.startswith("先补差"), condition, pieces,
    )


def _pieces(typed: str, times: LiteralValue, read: Reader) -> str:
    """The measure word of 3件, with which things of this application are counted too; 次 is how often before."""
    if (items := _AS_ITEMS.search(typed)) is not None:
        return items[0]
    word = unit_text(times.type.unit) if isinstance(times.type, NumberType) and times.type not in (COUNT, TIMES, YEARS) else ""
    return word if word and read.scope.schema.units.measures(word) else ""


def _idle_tail(body: syntax.CountCap, read: Reader) -> bool:
    """What stands at the end of a 限次 and would count for nothing there."""
    reach = body.scope.reach
    if body.used is not None and reach != "单项":
        read.report.error(Code.IDLE_WORDS, f"「{reach}」的限次看台账，不看 已用", body.used.at, help=f"写成 {reach} {body.times}；看事实的写 单项 一次，已用 某个事实")
        return True
    if not body.times.endswith(("次", "年")) and not body.times.isdecimal() and (body.settle is not None or body.scope.whole == "几款"):
        read.report.error(Code.IDLE_WORDS, f"「{body.times}」数的是本款这一次和以前的各项，不与补差、几款合计一起写", None, help="几款合起来几次的写 次；补差的写 一次，已得补差")
        return True
    if body.made_up is not None and body.settle != "已得补差":
        read.report.error(Code.IDLE_WORDS, f"没有写 已得补差，「{body.made_up}」没有作用", None, help=f"写成 一次，已得补差，{body.made_up}；或者去掉它")
        return True
    if body.settle == "已得补差" and body.times not in ("1次", "一次"):
        read.report.error(Code.IDLE_WORDS, f"补差的限次只写一次，「{body.times}」补不了", None, help=f"写成 {read.report.line.text.strip().replace(body.times, '一次')}")
        return True
    if body.settle is not None and reach == "单项":
        read.report.error(Code.IDLE_WORDS, f"「{body.settle}」不用于 单项 的限次", None, help="写成 单项 一次；历年只补差额的，写 同一 某栏 终身 一次，已得补差（台账里有这一栏），或标准减去那一栏已得的数")
        return True
    return False


def _can_be_counted(body: syntax.CountCap, times: LiteralValue, read: Reader) -> bool:
    """Whether there is something that says how often it was given before: a fact of the item, or a ledger."""
    reach, schema = body.scope.reach, read.scope.schema
    wrong = help = ""
    code = Code.COUNT_WITHOUT_RECORD
    by_history = reach in ("企业终身", "同一") or (reach == "企业年度" and (times.value != 1 or times.type not in (COUNT, TIMES) or body.scope.whole == "几款"))
    if reach in (rules.EACH_MONTH, rules.EACH_TIME):
        code, wrong, help = Code.NOT_A_COUNT, f"限次数的是从前得过几次，没有「{reach}」", f"写成 企业年度 {body.times}，或 企业终身 {body.times}；一次申报里只取几件的，写 从高：全部，前 {body.times}"
    elif reach == "同一" and body.scope.period is None:
        name = body.scope.key.text if body.scope.key is not None else "某栏"
        wrong, help = "按「同一」数的限次没有写明是一年的还是历年的", f"写成 同一 {name} 终身 {body.times}，或 同一 {name} 年度 {body.times}；同一次申报里同一件事只取一份的，写 从高：同一 {name}"
    elif reach == "单项" and body.used is None:
        wrong, help = "「单项」的限次要写 已用 某个事实", f"名单里加一栏（是否，缺省 否），例如 限次：单项 一次，已用 {example_of('flag', schema)}"
    elif not by_history and body.scope.whole == "几款":
        wrong, help = "几款合起来的限次只写 企业终身、同一 某栏 终身，或一年几次", "一年只给其中一款的，写 从高：… 之间；每一款各限的，各写一行 限次"
    elif _period(body.scope) != "终身" and times.type == YEARS:
        code, wrong, help = Code.NOT_A_COUNT, f"「{reach}」的限次不按年数", f"写成 企业终身 {body.times}"
    elif not by_history and reach != "企业年度" and times.value != 1:
        code, wrong, help = Code.NOT_A_COUNT, f"「{reach}」的限次只能是一次", f"写成 {reach} 一次；一年几次的写 企业年度 {body.times}，按人、按项目数的写 同一 某栏 年度 {body.times}"
    elif by_history and schema.table_of_role("历史台账") is None and not read.scope.blind:
        wrong, help = f"{'一年几次' if _period(body.scope) == '年度' else '终身'}的限次要看历史台账，可没有标明 历史台账 的名单", "声明一张：事实：历史支持，逐笔，闭世界，历史台账"
    elif (reach == "同一" and body.scope.key is not None and not read.scope.blind
          and not marks_of(history := schema.table_of_role("历史台账"), body.scope.key.text)):
        assert history is not None
        code, wrong, help = Code.BAD_GROUP_KEY, f"历史台账「{history.name}」没有「{body.scope.key.text}」一栏，认不出是不是同一个", f"在 事实 表里给「{history.name}」加一栏 {body.scope.key.text}：类型 文字，要求 可缺"
    elif reach == "企业年度" and not by_history and schema.top_of_role("本年台账") is None and not read.scope.blind:
        wrong, help = "年度的限次要看本年台账，可没有角色为 本年台账 的事实", "在顶层加一栏，类型 逐款 元，角色 本年台账"
    if wrong:
        read.report.error(code, wrong, None, help=help, settled=code == Code.BAD_GROUP_KEY, rests_on=(keys.ROLES,))
    return not wrong


def only_one(body: syntax.OnlyOne, read: Reader) -> rules.Body | None:
    """从高 … 之间: of several clauses only one."""
    if not body.clauses:
        return told_outside(read, None)
    return rules.OnlyOne(body.clauses, body.key.text if body.key is not None else "", split=body.split)
