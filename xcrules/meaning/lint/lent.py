"""W347: what another clause sets before its 例外 is taken for what it pays."""

from __future__ import annotations

from collections.abc import Iterator

from xcrules.base.diagnostic import Code, Diagnostic, Related
from xcrules.base.identity import clause_name
from xcrules.meaning import rules, values
from xcrules.meaning.program import Program

_CHANGES = rules.ConditionalAmount | rules.Relief


def before_exceptions(program: Program) -> Iterator[Diagnostic]:
    """第十八条 的 月标准, where 第十八条 pays 月标准 but for an 例外: the 例外 is no part of the name."""
    paid = dict(_paid(program))
    for clause in program.clauses:
        told = set[str]()
        for rule in clause.rules():
            for node in values.nodes_of(rule.body):
                if isinstance(node, values.Var) and node.name in paid and node.name not in told:
                    told.add(node.name)
                    title, change = paid[node.name]
                    yield Diagnostic(Code.LENT_WITHOUT_EXCEPTION, f"「{node.name}」没有算{title}的{change.origin.label}", node.span or rule.origin.span,
                                     f"要的是{title}给的数，写 {title} 的 金额；原文说的就是这个标准的，用 静默：W347，理由",
                                     related=(Related(change.origin.span, f"{title}的{change.origin.label}在这里"),) if change.origin.span else ())


def _paid(program: Program) -> Iterator[tuple[str, tuple[str, rules.Rule]]]:
    """Names, as other clauses call them, that are all of a 标准 which the same part changes in a case."""
    for clause in program.clauses:
        for part in clause.parts:
            title = clause_name(clause.number + part.name)
            for change in [r for r in part.rules if isinstance(r.body, _CHANGES)][:1]:
                for rule in part.rules:
                    if isinstance(rule.body, rules.Standard) and isinstance(rule.body.amount, values.Var):
                        yield f"{title}的{rule.body.amount.name}", (title, change)
