"""What clauses were granted: 第五条 的 金额, 2(1) 的 历年已得, 已享受 第五条."""

from __future__ import annotations

import re
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from xcrules.base.codes import Code
from xcrules.base.identity import ClauseNames, clause_key, clause_name
from xcrules.base.nearest import nearest
from xcrules.base.source import Span
from xcrules.draft import syntax
from xcrules.draft.outline import nearest_clauses
from xcrules.facts.types import BOOL, MONEY, MONEY_A_MONTH
from xcrules.meaning import keys, values
from xcrules.meaning.grants import LAST_YEAR, LIFETIME, PAID, YEARLY, granted_before
from xcrules.meaning.report import unknown_clause

from .scope import Typed

if TYPE_CHECKING:
    from .reader import Reader

AMOUNT = "金额"
LEDGERS = {"本年已得": YEARLY, "上年已得": LAST_YEAR, "历年已得": LIFETIME, "历年已拨": PAID}
_GIVING = ("标准", "例外", "加给")
_LEDGER_HELP = {YEARLY: "在 申报 表里加一栏：类型 逐款 元，角色 本年台账", PAID: "在历史台账的表里加一栏：类型 元，角色 台账已拨，填每一笔到现在拨付了多少"}


class Asked(NamedTuple):
    """What a line asks of the law: clauses, and a part of the one."""

    clauses: tuple[str, ...]
    part: str = ""


def result(read: Reader, expr: syntax.ResultOf) -> Typed | None:
    """第五条 的 金额, 本款 的 历年已得, 第三条 的 增加额."""
    asked = asked_of(read, expr.clause, expr.clause_at)
    if asked is None:
        return None
    if (expr.clause == "本款" and expr.word in LEDGERS and read.report.line.label in _GIVING
        and len(parts := [x for x in read.scope.law.names.parts.get(read.scope.here, ()) if x]) > 1):
        read.report.error(Code.NOTHING_TO_ASK, f"这一款有几个分项，「本款 的 {expr.word}」连别的分项得过的也算", expr.at,
                          help=f"只看一个分项的，写 {' 或 '.join(f'{read.scope.here}{x} 的 {expr.word}' for x in parts)}；几个分项一起看的，写 {read.scope.here} 的 {expr.word}")
    if expr.word in LEDGERS:
        value = _ledger(read, asked, expr.word, expr.at)
    elif expr.word == AMOUNT:
        value = _amount(read, asked, expr.clause, expr.at)
    else:
        return _lent(read, asked, expr)
    if value is None or not (monthly := read.scope.law.monthly & {*asked.clauses}) or expr.word != AMOUNT:
        return None if value is None else Typed(value, MONEY)
    if len(monthly) < len(asked.clauses):
        return read.report.error(Code.BY_MONTH, f"「{expr.clause}」有的按月支付，有的不是，金额不能相加", expr.at, help="分开引用：按月的是 元/月，× 几个月 才是元")
    return Typed(value, MONEY_A_MONTH)


def _lent(read: Reader, asked: Asked, expr: syntax.ResultOf) -> Typed | None:
    """第三条 的 增加额: what a 设定 or 对照 of that clause comes to."""
    if read.scope.lend is None:
        return read.report.error(Code.NOTHING_TO_ASK, f"「{read.report.line.label}」不是一款的，不能看「{expr.clause}」的「{expr.word}」", expr.at,
                                 help=f"各处都用的数写成 定义：{expr.word} ＝ ……")
    lent = read.scope.lend(read.scope.here, asked.clauses, asked.part, expr.word, None if read.scope.folded else read.scope.item)
    if lent.wrong:
        read.report.error(Code.CIRCULAR_LET if lent.circle else Code.NOTHING_TO_ASK, lent.wrong, expr.at, help=lent.help,
                          rests_on=(*keys.existing(asked.clauses[0]), keys.name(expr.word)))
    return None if lent.type is None else Typed(values.Var(lent.name, span=read.report.span(expr.at)), lent.type)


def enjoyed(read: Reader, expr: syntax.Enjoyed) -> Typed | None:
    """已享受 第五条: granted now, or in a ledger of this or of earlier years."""
    schema = read.scope.schema
    kept = [
        word
        for word, period in LEDGERS.items()
        if period in (YEARLY, LIFETIME) and (schema.top_of_role("本年台账") if period == YEARLY else schema.table_of_role("历史台账")) is not None
    ]
    tests: list[values.Value] = []
    for clause in expr.clauses:
        asked = asked_of(read, clause, expr.at)
        if asked is None:
            return None
        now = [_amount(read, asked, clause, expr.at)] if not (asked.clauses == (read.scope.here,) or asked.part) else []
        if None in now:
            return None
        if not now and not kept:
            _no_ledger(read, clause, LIFETIME, expr.at)
        amounts = [x for x in (*now, *(_ledger(read, asked, word, expr.at) for word in kept)) if x is not None]
        if not amounts:
            return None
        tests += [values.Compare(">", x, values.NO_MONEY, span=read.report.span(expr.at)) for x in amounts]
    return Typed(values.joined("或", tests, read.report.span(expr.at)), BOOL)


def asked_of(read: Reader, text: str, at: syntax.At) -> Asked | None:
    """The clauses that are meant: one or 本款, and where several are told, as 第二条、第四条 至 第六条, all of these."""
    several = [[_one(read, end.strip(), at) for end in each.split("至")] for each in text.split("、")]
    if len(several) == len(several[0]) == 1:
        return several[0][0]
    names, made = read.scope.law.names, list[str]()
    for ends in several:
        if None in ends:
            return None
        first, last = (x for x in (ends[0], ends[-1]) if x is not None)
        run = names.through(first.clauses[0], last.clauses[-1])
        if first.part or last.part or not run:
            return read.report.error(Code.NOTHING_TO_ASK, f"「{text}」{'里有分项' if run else '倒过来了'}", at, help="几款一起看的，照条文的次序写款号，不写分项")
        made += run if len(ends) > 1 else first.clauses
    return Asked(tuple(dict.fromkeys(made)))


def _one(read: Reader, text: str, at: syntax.At) -> Asked | None:
    """本款, a clause, or those of an article that has 款."""
    scope, law = read.scope, read.scope.law
    if text == "本款":
        if not scope.here or scope.here not in law.names.numbers:
            return read.report.error(Code.NOTHING_TO_ASK, "「本款」写在这里，不知道是哪一款", at, help="写明款号，如 第五条 的 历年已得")
        return Asked((scope.here,))
    key = clause_key(text, law.names)
    if isinstance(key, str):
        number, part = law.names.keys[key]
        return Asked((number,), part)
    number = law.names.article(text)
    if under := law.under(number):
        return Asked(under)
    if number in law.every:
        read.report.error(Code.NOTHING_TO_ASK, f"「{text}」没有写给多少，没有金额可引用", at, help=_beside(number, law.names.numbers) + "引用一个有 标准 或 裁量 的款", rests_on=keys.existing(number))
    elif not scope.blind and (near := nearest(number, [f"{n}{part}" for n, part in law.names.keys.values() if part], 1, 0.6)) and re.search(r"[^\W\d]$", number):
        read.report.error(Code.UNKNOWN_CLAUSE, f"没有编号为 {number} 的款", at, help=f"是不是 {near[0]}？", rests_on=(*keys.existing(number), keys.PARTS))
    elif not scope.blind:
        read.report.findings.append(unknown_clause(number, law.names.numbers, read.report.span(at)))
    return None


def _beside(number: str, giving: tuple[str, ...]) -> str:
    """The 款 of its own article that give something."""
    close = nearest_clauses(number, [n for n in giving if keys.article(n) == keys.article(number)])
    return f"是不是 {' 或 '.join(map(clause_name, close))}？" if close else ""


def _amount(read: Reader, asked: Asked, text: str, at: syntax.At) -> values.Value | None:
    if asked.part:
        return read.report.error(Code.NOTHING_TO_ASK, f"金额按款引用，「{text}」是一个分项", at, help=f"写成 {asked.clauses[0]} 的 金额；只看这个分项的，用 定义 写出它的数，两处都用：定义：某额 ＝ ……（名单的，定义：某名单 的 某额 ＝ ……，那里写 合计（某名单 的 某额））")
    if read.scope.here in asked.clauses:
        return read.report.error(Code.CIRCULAR_RESULT, f"「{text}」的金额要看它自己", at, help="本款从前得过多少，写 本款 的 本年已得、本款 的 历年已得")
    return values.Result(asked.clauses, AMOUNT, None, span=read.report.span(at))


def _ledger(read: Reader, asked: Asked, word: str, at: syntax.At) -> values.Value | None:
    """What a ledger says of the clauses, or of the part, in 元."""
    names, period = read.scope.law.names, LEDGERS[word]
    if period == LAST_YEAR and read.base_year(at, word) is None:
        return None
    found = [_before(read, number, asked.part, period, names) for number in asked.clauses]
    amounts = [x for x in found if x is not None]
    if len(amounts) < len(found):
        return _no_ledger(read, asked.clauses[0], period, at)
    return values.Result(
        (asked.clauses[0] + asked.part,) if asked.part else asked.clauses, word, _sum(amounts, read.report.span(at)),
        span=read.report.span(at),
    )


def _sum(amounts: list[values.Value], place: Span) -> values.Value:
    return reduce(lambda total, amount: values.Arith("+", total, amount, MONEY, span=place), amounts)


def _before(read: Reader, number: str, part: str, period: str, names: ClauseNames) -> values.Value | None:
    parts = names.parts.get(number, ())
    return granted_before(number, (part,) if part else parts or ("",), period, read.scope.schema, parts)


def _no_ledger(read: Reader, clause: str, period: str, at: syntax.At) -> None:
    if not read.scope.blind:
        what = {YEARLY: "今年已得", LAST_YEAR: "上年已得", LIFETIME: "从前各年已得", PAID: "从前各年已拨"}[period]
        read.report.error(Code.NO_LEDGER, f"「{clause}」{what}的数没有地方看", at, help=_LEDGER_HELP.get(period, "声明一张：事实：历史支持，逐笔，闭世界，历史台账"), rests_on=(keys.ROLES, keys.LEDGERS))
