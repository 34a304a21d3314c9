"""A clause that gives back: what would spare those who owe it, or let them owe what they were never paid."""

from __future__ import annotations

from collections.abc import Iterator

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.meaning import governing, rules, values
from xcrules.meaning.program import Clause, Program

_SPARED: dict[rules.Gate, tuple[str, str]] = {"适用": ("不再是适用主体的（例如迁出）", "适用：不符 照行"), "施行": ("届满以后的", "施行：届满 照行")}


def refunds(program: Program) -> Iterator[Diagnostic]:
    """W328, W329: who has left, or is late, is just who must give back; the gates before all clauses would spare him."""
    policy = [r.body for r in program.policy_rules]
    gates: dict[rules.Gate, bool] = {"适用": any(isinstance(b, rules.Scope) for b in policy),
                                     "施行": any(isinstance(b, rules.Term) and b.last_day is not None for b in policy)}
    for clause in program.clauses:
        back, spared = _giving_back(clause, program), governing.spared(program.policy_rules, clause.number)
        left = {gate: _SPARED[gate] for gate, there in gates.items() if there and not all(any(x.gate == gate and (not x.within or name in x.within) for x in spared) for name in back)}
        if left:
            parts = [p for p in clause.parts if p.name in back or back == [""]]
            place = next((r.origin.span for p in parts for r in p.rules if isinstance(r.body, rules.Standard | rules.Discretion)), clause.origin.span)
            yield Diagnostic(Code.REFUND_BEHIND_GATES, f"{clause.number}{'、'.join(back)} 是退回的，先过 {'、'.join(left)}：{'、'.join(who for who, _ in left.values())}就不用退了", place,
                             f"在{'这一款的引文' if back == [''] else '这个分项'}下加一行 {'；再加一行 '.join(line for _, line in left.values())}；原文只对还在的收回的，用 静默：W328，理由")
        if governing.gives_back(program.policy_rules, clause.number):
            yield from _unpaid(clause, program)


def _giving_back(clause: Clause, program: Program) -> list[str]:
    """The 分项 that give back, as 表述 says of them apart; "" of a clause that does as a whole."""
    said = governing.saying_of(program.policy_rules, clause.number, tuple(p.name for p in clause.parts))
    if governing.gives_back(program.policy_rules, clause.number):
        return [""]
    return [name for name, x in said.each if governing.all_back([x.verb])] if said is not None else []


def _unpaid(clause: Clause, program: Program) -> Iterator[Diagnostic]:
    """W329: what was granted is owed back before it was ever paid."""
    names = program.clause_names.keys
    slow = {k.number for k in program.clauses if any(isinstance(r.body, rules.Payment) and (r.body.events or len(r.body.shares) > 1) for r in k.rules())}
    for rule in clause.rules():
        for value in values.nodes_of(rule.body) if isinstance(rule.body, rules.Standard | rules.Let) else ():
            if isinstance(value, values.Result) and value.word == "历年已得" and (found := slow & {names.get(x, (x, ""))[0] for x in value.clauses} - {clause.number}):
                number = min(found)
                yield Diagnostic(Code.REFUND_OF_UNPAID, f"{number} 分次拨付，历年已得 是核定的数：还没有拨的几期也要退了", rule.origin.span,
                                 f"只退拨了的：历史台账加一栏 元，角色 台账已拨，这里写 {number} 的 历年已拨；原文要退全部核定的，用 静默：W329，理由")
                return
