"""What clauses may not ask of each other: amounts that go round in a circle, amounts where nothing was granted yet."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from xcrules.base.diagnostic import Code, Diagnostic, Related
from xcrules.base.source import Span
from xcrules.meaning import governing, keys, rules
from xcrules.meaning.links import lets_read, reads_of
from xcrules.meaning.program import Program

_GATES = (rules.Scope, rules.Term, rules.Years)


def check_results(program: Program) -> list[Diagnostic]:
    """Circles, amounts read by the gates, amounts of clauses that are met out of a fund or may be owed the other way."""
    return [*_circle(program), *_in_gates(program), *_without_amount(program)]


def _circle(program: Program) -> Iterator[Diagnostic]:
    for over in (r for r in program.policy_rules if isinstance(r.body, rules.SharedCap)):
        asks = [
            r
            for n in over.body.clauses  # type: ignore[union-attr]
            for k in [program.clause(n)]
            if k is not None
            for r in k.rules()
            if isinstance(r.body, rules.Payment)
        ]
        if over.body.paid and (asked := reads_of([r.body for r in asks], lets_read(program.policy_rules))):  # type: ignore[union-attr]
            yield Diagnostic(Code.CIRCULAR_RESULT, f"续拨要看 {sorted(asked)[0]} 的金额，「按 拨付」的上限先要知道续拨多少", over.origin.span, "续拨 凭 的条件写成按事实看得出的")
            return
        if own := sorted(reads_of(over, lets_read(program.policy_rules)) & {*over.body.clauses}):  # type: ignore[union-attr]
            yield Diagnostic(Code.CIRCULAR_RESULT, f"这个上限要看 {own[0]} 的金额，{own[0]} 又在它之下", over.origin.span, "写成按事实算得出的数：把共同的数 设定、定义 成一个名称")
            return
    way = program.links.circle(program.reads)
    if not way:
        return
    last, first = next((a, b) for a, b in reversed(list(pairwise(way))) if b in program.reads.get(a, ()))
    rule = next((r for r in _lines(program, last) if first in reads_of(r, lets_read(program.policy_rules))), None)
    related = (Related(x, "它在这里看别的款的金额") for n in way[:-1] if n != last for x in [_first_reading(program, n)] if x is not None)
    yield Diagnostic(Code.CIRCULAR_RESULT, "款与款的金额绕成了圈：" + " → ".join(way), rule.origin.span if rule else None,
                     "其中一款要不看另一款也算得出：把共同的数 设定、定义 成一个名称，各款都用它；从前得过多少写 本年已得、历年已得", related=tuple(related),
                     rests_on=tuple(keys.lines(n) for n in way))


def _lines(program: Program, number: str) -> Iterator[rules.Rule]:
    clause = program.clause(number)
    yield from clause.rules() if clause is not None else ()
    yield from (r for r in program.policy_rules if isinstance(r.body, rules.SharedCap | rules.OnlyOne) and number in r.body.clauses)


def _first_reading(program: Program, number: str) -> Span | None:
    lets = lets_read(program.policy_rules)
    return next((r.origin.span for r in _lines(program, number) if reads_of(r, lets)), None)


def _in_gates(program: Program) -> Iterator[Diagnostic]:
    lets = lets_read(program.policy_rules)
    for rule in program.policy_rules:
        if isinstance(rule.body, _GATES) and (found := sorted(reads_of(rule, lets))):
            yield Diagnostic(Code.RESULT_IN_GATE, f"「{rule.origin.label}」管各款，{found[0]} 的金额要在它之后才知道", rule.origin.span,
                             "只管几款的，在那几款里写 条件；看从前得过没有的，写 本年已得、历年已得")


def _without_amount(program: Program) -> Iterator[Diagnostic]:
    twoways = {k.number for k in program.clauses
               for said in [governing.saying_of(program.policy_rules, k.number)]
               if said is not None and said.reverse}
    every = program.every_rule
    funds = [(r, r.body) for r in every if isinstance(r.body, rules.Fund)]
    lets = lets_read(program.policy_rules)
    for rule in (x for x in program.policy_rules if isinstance(x.body, rules.OnlyOne)):
        assert isinstance(rule.body, rules.OnlyOne)
        together = governing.in_one_fund(program.policy_rules, rule.body.clauses)
        funded = set[str]() if together else {n for r, x in funds if r.beside(rule) for n in x.clauses}
        if odd := [n for n in rule.body.clauses if n in funded | twoways]:
            why = "要统筹以后才知道给多少" if odd[0] in funded else "可能反向"
            yield Diagnostic(Code.NOTHING_TO_ASK, f"{odd[0]} {why}，不能同别的款比哪一款高", rule.origin.span, "只取一款的，从金额已定、不反向的几款里取，或者都在同一个总额里（总额：各款号 合计 每年 ……），比申请的数")
    for rule in every if funds or twoways else ():
        funded = {n for r, x in funds if r.beside(rule) for n in x.clauses}
        if found := sorted(reads_of(rule, lets) & (funded | twoways)):
            why = "要统筹以后才知道给多少，现在没有金额可引用" if found[0] in funded else "可能反向，它的金额没有正负，不能引用"
            help = "看它从前得过多少，写 本年已得、历年已得" if found[0] in funded else "两款都用的差额先 定义 成一个名称，再用这个名称"
            yield Diagnostic(Code.NOTHING_TO_ASK, f"{found[0]} {why}", rule.origin.span, help)
