"""拨付：按月: what a clause comes to is 元 of one month. What reckons in years, or sets it against sums, has no say in it."""

from __future__ import annotations

from collections.abc import Iterator

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.identity import short_name
from xcrules.meaning import governing, rules
from xcrules.meaning.program import Program

_INSTEAD = "一共给多少、一年封顶多少的，标准写成 某数 × 几个月，不写 拨付：按月"


def check_monthly(program: Program) -> Iterator[Diagnostic]:
    """It stands under a clause, is the same under all readings, and beside it stands nothing that is not of a month."""
    policy = program.policy_rules
    for rule in policy:
        if isinstance(rule.body, rules.Monthly) and not (
            rule.body.clause and any(governing.under(rule.body.clause, k.number) and k.parts for k in program.clauses)
        ):
            yield Diagnostic(Code.BY_MONTH, "「按月」不在给付的一款之下", rule.origin.span, "移到那一款的引文下，与 对象、标准 在一起")
        elif isinstance(rule.body, rules.Monthly) and rule.choices:
            yield Diagnostic(Code.BY_MONTH, "按月不按月不能按读法取舍：金额的单位跟着变", rule.origin.span, "去掉〔 〕；一种读法下一次付清的，标准写成 某数 × 几个月")
    monthly = [k for k in program.clauses if governing.by_month(policy, k.number)]
    told = set[rules.Rule]()
    for clause in monthly:
        for rule in (*clause.rules(), *(r for r in policy if _of_all(r.body, clause.number))):
            if (wrong := _not_of_a_month(rule.body)) and rule not in told:
                told.add(rule)
                yield Diagnostic(Code.BY_MONTH, f"{short_name(clause.number)} 按月支付，{wrong}", rule.origin.span,
                                 f"一个月一共至多多少的，写 上限：每月 ……；{_INSTEAD}" if isinstance(rule.body, rules.Cap) else _INSTEAD)
    numbers = {k.number for k in monthly}
    for rule in policy:
        if isinstance(rule.body, rules.SharedCap) and rule.body.period in ("", rules.EACH_MONTH):
            other = [n for n in rule.body.clauses if n not in numbers]
            if other and (rule.body.period or len(other) < len(rule.body.clauses)):
                yield Diagnostic(Code.BY_MONTH, f"一个月的上限只用于按月支付的款，{short_name(other[0])} 不是", rule.origin.span, "按月支付的，在那一款下加一行 拨付：按月；一次申报至多多少的，写 每次")
        if isinstance(rule.body, rules.OnlyOne) and 0 < len(numbers & {*rule.body.clauses}) < len(rule.body.clauses):
            yield Diagnostic(Code.BY_MONTH, "有的按月支付，有的不是，比不出哪一款高", rule.origin.span, "只取一款的，写成条件：另一款下写 除外：已享受 某款")


def _of_all(body: rules.Body, number: str) -> bool:
    return (isinstance(body, rules.SharedCap | rules.Fund) and number in body.clauses) or (
        isinstance(body, rules.Saying) and bool(body.reverse) and governing.under(body.clause, number)
    )


def _not_of_a_month(body: rules.Body) -> str:
    """What of a line does not go with an amount of one month; "" of all others."""
    match body:
        case rules.Cap(period=period) if period not in ("", rules.EACH_MONTH):
            return f"上限不按{period}：只知道一个月的数"
        case rules.CountCap(period="年度"):
            return "每月都给，不限一年几次"
        case rules.SharedCap(period=period) if period not in ("", rules.EACH_MONTH):
            return f"几款合计的上限不按{period}"
        case rules.Fund():
            return "总额分的是一笔钱"
        case rules.Payment():
            return "不再分年、分期"
        case rules.Saying():
            return "没有反向"
    return ""
