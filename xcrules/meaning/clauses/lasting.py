"""施行：届满 照行: a clause that is judged also when the term of the policy has ended, such as one of giving back."""

from __future__ import annotations

from collections.abc import Iterator

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic
from xcrules.meaning import rules
from xcrules.meaning.program import Program


def check_lasting(program: Program) -> Iterator[Diagnostic]:
    """It stands under a clause, of a policy whose term ends whatever readings are chosen; what is paid over years has words of its own."""
    terms = [r for r in program.policy_rules if isinstance(r.body, rules.Term)]
    for rule in program.policy_rules:
        body = rule.body
        if not isinstance(body, rules.Lasting):
            continue
        said = [r.body for k in program.clauses if rules.under(body.clause, k.number) for r in k.rules()]
        said += [r.body for r in program.policy_rules if isinstance(r.body, rules.Fund) and any(rules.under(body.clause, n) for n in r.body.clauses)]
        if not body.clause:
            yield Diagnostic(Code.BAD_LASTING, "「届满 照行」不在给付的一款之下", rule.origin.span, "移到届满以后还要看的那一款（例如退回）的引文下，与 对象、标准 在一起")
        elif not any(isinstance(r.body, rules.Term) and r.body.last_day is not None for r in terms):
            yield Diagnostic(Code.BAD_LASTING, "没有写明止期的 施行，说不上届满", rule.origin.span, "加一行 施行：自 某日 起 几年，止于 前一日，凭 申报日期；或删去这一行")
        elif any(isinstance(b, rules.Payment) for b in said):
            yield Diagnostic(Code.BAD_LASTING, f"{body.clause} 有 拨付，届满以后的续拨由 拨付 说", rule.origin.span, "删去这一行，在 拨付 里写 届满 照拨 或 届满 停拨")
        elif any(isinstance(b, rules.Fund) for b in said):
            yield Diagnostic(Code.BAD_LASTING, f"{body.clause} 由 总额 统筹，届满以后没有总额", rule.origin.span, "删去这一行；退回的款不写 总额")
