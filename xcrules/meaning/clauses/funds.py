"""总额: a fund for all enterprises, out of which the applications of one or several clauses are met."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from xcrules.base.diagnostic import Code, Diagnostic, Related
from xcrules.base.identity import short_name
from xcrules.draft import syntax
from xcrules.facts.types import DATE, LEVELS, MONEY, YEAR, EnumType, NumberType
from xcrules.meaning import keys, rules, values
from xcrules.meaning.expressions.grades import height
from xcrules.meaning.expressions.kinds import describe
from xcrules.meaning.expressions.reader import Reader
from xcrules.meaning.expressions.scope import Typed
from xcrules.meaning.program import Clause
from xcrules.meaning.report import unknown_clause

from .place import Place

_HELP = "例如 总额：每年 800万元，超出按比例；或 总额：每年 800万元，依 综合得分 从高到低，前 20名，同分 按比例"


def fund(body: syntax.Fund, read: Reader, place: Place) -> rules.Fund | None:
    """总额 as a rule; None where a finding was made instead."""
    if (wrong := _wrong(body)) is not None:
        return read.report.error(Code.BAD_FUND, wrong, None, help=_HELP)
    span, total = body.totals[0] if body.totals else ("每年", None)
    amount = read.money(total) if total is not None else None
    if isinstance(amount, values.Fact) and not amount.field.parameter:
        return read.report.error(Code.BAD_FUND, f"「{amount.field.name}」是一家填报的数，不是各家一起分的总额", None, help=f"{_HELP}；数由机关公布的写成 参数")
    orders = [order_of(x, read) for x in (*body.orders, *(x for x in body.ties if x is not None))]
    record = _record(body, read) if body.records else None
    if (total is not None and amount is None) or None in orders or (body.records and record is None):
        return None
    order = orders[0] if body.orders else None
    tie = orders[1] if len(orders) > 1 else None
    ranks = int(re.match(r"\d+", body.ranks[0])[0]) if body.ranks else None  # type: ignore[index]  # _wrong has looked
    return rules.Fund(body.clauses or (place.number,), amount, span == "每年", bool(body.shares), order, ranks, tie, None in body.ties, record)


def _record(body: syntax.Fund, read: Reader) -> values.Value | None:
    """What was given out of it: one figure of the enterprise, for one clause, wanting until then."""
    value = read.of_type(name := body.records[0], MONEY, "分得的金额")
    if value is None or (isinstance(value, values.Fact) and value.field.optional and not value.field.table and len(body.clauses) < 2):
        return value
    return read.report.error(Code.BAD_FUND, "几款合计的总额，一栏记不下各款分得的数" if len(body.clauses) > 1 else f"「{name.text}」不能记分得的数", name.at,
                             help="记入 顶层 的一栏：元，可缺；各项、各款分得的合成一个数，几款的各写一个总额")


def _wrong(body: syntax.Fund) -> str | None:
    """What does not go together."""
    kinds: tuple[tuple[str, Sequence[object] | int], ...] = (
        ("每年", body.totals), ("超出按比例", body.shares), ("依", body.orders), ("前几名", body.ranks), ("同分", body.ties), ("记入", body.records),
    )
    counts = {name: held if isinstance(held, int) else len(held) for name, held in kinds}
    twice = next((name for name, count in counts.items() if count > 1), "")
    if twice:
        return f"「{twice}」写了两次"
    if not counts["每年"] and not counts["前几名"]:
        return "没有写一共多少：每年多少元，或前几名"
    if counts["超出按比例"] and counts["依"]:
        return "按比例压缩，与依次序给，只能是一种"
    if (counts["前几名"] or counts["同分"]) and not counts["依"]:
        return f"「{'前几名' if counts['前几名'] else '同分'}」要有次序：依 哪一栏"
    if body.ranks and not re.fullmatch(r"[1-9]\d{0,8}(名|家|个|项|户|人)?", body.ranks[0]):
        return f"「{body.ranks[0]}」不是名次"
    return None


def order_of(order: syntax.Order, read: Reader) -> rules.Order | None:
    """By what applications, or items, stand in order; None where a finding was made instead."""
    if order.name is None:
        day = read.scope.schema.top_of_role("申报日期")
        if day is None:
            return read.report.error(Code.NOT_AN_ORDER, "先到先得 看的是申报日期，可没有角色为 申报日期 的事实", None,
                                     help="在 事实 表里给申报日期一栏写角色 申报日期；或写明 依 哪个日期 先到先得", rests_on=(keys.ROLES,))
        return rules.Order(values.Fact(day), "先到先得")
    typed = read.name(order.name)
    if typed is None:
        return None
    if isinstance(typed.type, EnumType) and typed.type.rising:
        typed = Typed(height(typed.value, typed.type), LEVELS)
    wanted = typed.type in (DATE, YEAR) if order.word == "先到先得" else isinstance(typed.type, NumberType) or typed.type in (DATE, YEAR)
    if not wanted:
        help = "先到先得 看的是日期，例如 依 申报日期 先到先得" if order.word == "先到先得" else "依的要是数、日期或年度，例如 依 综合得分 从高"
        return read.report.error(Code.NOT_AN_ORDER, f"「{order.name.text}」是{describe(typed.type)}，排不出先后", order.name.at, help=help)
    return rules.Order(typed.value, order.word)  # type: ignore[arg-type]  # the grammar has these words only


def check_funds(all_rules: Iterable[rules.Rule], made: tuple[Clause, ...]) -> list[Diagnostic]:
    """The clauses of a 总额 exist, give money, stand once each, and are in no other one beside it."""
    known = {k.number: k for k in made}
    findings = []
    written = [r for r in (*all_rules, *(r for k in made for r in k.rules())) if isinstance(r.body, rules.Fund)]
    funds = sorted(written, key=lambda r: r.origin.span.start if r.origin.span else 0)
    for place, rule in enumerate(funds):
        numbers, span = _clauses(rule), rule.origin.span
        unknown = [n for n in numbers if n not in known]
        if unknown:
            findings.append(unknown_clause(unknown[0], known, span))
        elif len(set(numbers)) < len(numbers) or any(not known[n].parts for n in numbers):
            findings.append(Diagnostic(Code.BAD_FUND, "总额所列的款，每款写一次，都要是给钱的款", span, "例如 总额：1(1)、1(2) 合计 每年 800万元，超出按比例"))
        elif (
            isinstance(rule.body, rules.Fund)
            and rule.body.record is not None
            and len(known[numbers[0]].parts) > 1
            and any(isinstance(r.body, rules.Discretion) and r.body.record is None for r in known[numbers[0]].rules())
        ):
            findings.append(Diagnostic(Code.BAD_FUND, "分得的一个数，分不到各分项：裁量的分项没有自己的 记入", span, "裁量写成 由 某局 核定，记入 某栏"))
        elif (first := next((x for x in funds[:place] if x.beside(rule) and {*numbers} & {*_clauses(x)}), None)) is not None:
            both = next(n for n in numbers if n in _clauses(first))
            related = (Related(first.origin.span, "另一行在这里"),) if first.origin.span else ()
            findings.append(Diagnostic(Code.CONFLICTING_LINES, f"{short_name(both)} 有两行总额会同时成立", span, "一款只从一个总额里列支；留一行，或用读法分开", related=related))
    return findings


def _clauses(rule: rules.Rule) -> tuple[str, ...]:
    return rule.body.clauses if isinstance(rule.body, rules.Fund) else ()
