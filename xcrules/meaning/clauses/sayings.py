"""表述: with which verb and noun people are told of what a clause grants, and what is owed the other way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.identity import short_name
from xcrules.draft import syntax
from xcrules.meaning import governing, rules
from xcrules.meaning.expressions.reader import Reader
from xcrules.meaning.program import Clause, Program

_STATUS_WORDS = ("裁量", "待统筹", "不符合", "待补充", "另行规定")  # what else a clause may come to: a verb is none of these

_GLUED = re.compile(r"(\w{4,}?)的?(税款|费用|资金|补[贴助]金?|奖励金?|津贴)")  # 应当缴纳的税款


def saying(body: syntax.Saying, read: Reader) -> rules.Body | None:
    """The words; a verb is not told from what is owed the other way if both are one, nor is a status a verb."""
    names = [x for x in (body.verb, body.reverse, body.exempt) if x is not None]
    if (stray := next((x for x in (body.receiver, body.noun) if x is not None and x.text.startswith("反向")), None)) is not None:
        return read.report.error(Code.UNFIT_SAYING, f"「{stray.text}」写在这里，成了受益的人或名词", stray.at, help="反向的另写在逗号后面：应补 税款，反向 应退")
    wrong = next((x for x in names if x.text in _STATUS_WORDS), next((x for x in names[1:] if x.text == names[0].text), None))
    if wrong is not None:
        return read.report.error(Code.UNFIT_SAYING, f"「{wrong.text}」不能做这里的动词", wrong.at, help="写 给予、应纳、减免 一类的动词；反向的写另一个，如 应补 税款，反向 应退")
    if body.noun is None and body.receiver is None and (glued := _GLUED.fullmatch(body.verb.text)) is not None:
        return read.report.error(Code.UNFIT_SAYING, "动词和名词之间空一格", body.verb.at, help=f"改成 {glued[1]} {glued[2]}", fixes=((f"改为 {glued[1]} {glued[2]}", f"{glued[1]} {glued[2]}"),))
    return rules.Saying(
        _joined("由" * (body.payer is not None), body.payer, body.verb), _joined(body.receiver, body.noun),
        body.reverse.text if body.reverse else "", exempt=body.exempt.text if body.exempt else "",
    )


def _joined(*words: syntax.Name | str | None) -> str:
    return in_full("".join(x if isinstance(x, str) else x.text for x in words if x is not None))


def in_full(office: str) -> str:
    """县（市、区）, as the law has its brackets."""
    return office.replace("(", "（").replace(")", "）")


def check_sayings(program: Program) -> Iterator[Diagnostic]:
    """What is owed one way or the other is one amount of one enterprise or object, with a sign of its own; of 分项 told apart each is told of."""
    for clause in program.clauses:
        yield from _told_apart(clause, program)
        for rule in program.policy_rules:
            body = rule.body
            if isinstance(body, rules.Saying) and body.reverse and clause.number == body.clause and body.within:
                yield Diagnostic(Code.TWO_WAYS_OF_MANY, f"{short_name(clause.number)} 有几个分项，分不出{body.verb}还是{body.reverse}", rule.origin.span, "分项的 表述 不写 反向；有反向的，单独写成一款")
            elif (isinstance(body, rules.Saying) and body.reverse
                  and body is governing.saying_of(program.policy_rules, clause.number)
                  and (why := _many(clause, program.policy_rules))):
                yield Diagnostic(Code.TWO_WAYS_OF_MANY, f"{short_name(clause.number)} {why}，分不出{body.verb}还是{body.reverse}", rule.origin.span,
                                 "有反向的款，对象是企业或者一份表，只有一个标准的数；表述写到那一款的引文下，别的款另写")


def _told_apart(clause: Clause, program: Program) -> Iterator[Diagnostic]:
    """A 表述 beneath some of the 分项 of a clause: the others have theirs, and nothing is paid in instalments, whose 分项 nobody tells apart."""
    policy, names = program.policy_rules, {part.name for part in clause.parts}
    apart = [r for r in policy if isinstance(r.body, rules.Saying) and r.body.clause == clause.number and r.body.within]
    if not apart:
        return
    told = {name for r in apart if isinstance(r.body, rules.Saying) for name in r.body.within}
    common = any(isinstance(r.body, rules.Saying) and not r.body.within and governing.under(r.body.clause, clause.number) for r in policy)
    if not common and (silent := [part.name for part in clause.parts if part.name not in told]) and told <= names:
        yield Diagnostic(Code.UNFIT_SAYING, f"分项「{silent[0]}」没有表述，别的分项有", apart[0].origin.span, f"分项「{silent[0]}」下也写一行 表述；各分项共用的，写在第一个 分项 之前")
    if paid := next((r for r in clause.rules() if isinstance(r.body, rules.Payment)), None):
        yield Diagnostic(Code.UNFIT_SAYING, f"{short_name(clause.number)} 分次拨付，各分项不能各有表述：各次拨付的数不分分项", paid.origin.span, "各分项用一个 表述，写在第一个 分项 之前；或者原文编成两款的各写一款；一条里分期给、又要退回的，退回写到说追回的那一条下")


def _many(clause: Clause, policy: tuple[rules.Rule, ...]) -> str:
    """Why a clause has no sign of its own; "" where it has."""
    if clause.nature or not clause.parts:
        return ""
    if len(clause.parts) > 1:
        return "有几个分项"
    bodies = [r.body for r in clause.rules()]
    if any(isinstance(b, rules.Subject) and b.is_list for b in bodies):
        return "的对象是一张名单"
    if sum(isinstance(b, rules.Standard) and b.condition is not None for b in bodies) > 1:
        return "有几行相加的标准"
    if any(isinstance(b, rules.CountCap) and b.top_up for b in bodies):
        return "只补与已得的差额"
    if any(
        isinstance(r.body, rules.Against)
        and (r.body.by_clause or any(isinstance(b, rules.Subject) and b.matter is not None for b in bodies))
        for r in policy
    ) and "竞合" not in governing.ungated(policy, clause.number):
        return "与别处的支持比（竞合）"
    of_several = [r.body for r in policy if isinstance(r.body, rules.SharedCap | rules.Fund) and clause.number in r.body.clauses]
    for kind, what in ((rules.Discretion, "是裁量"), (rules.Floor, "有下限"), (rules.SharedCap, "与别的款共一个上限"), (rules.Fund, "由总额统筹"), (rules.Payment, "分次拨付")):
        if any(isinstance(b, kind) for b in (*bodies, *of_several)):
            return what
    return ""
