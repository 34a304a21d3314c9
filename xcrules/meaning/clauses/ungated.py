"""施行：届满 照行, 适用：不符 照行 and 竞合：不适用: a clause that is spared what holds for the others, such as one of giving back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.draft import syntax
from xcrules.facts.types import DATE, YEAR, show
from xcrules.meaning import governing, rules, values
from xcrules.meaning.program import Clause, Program


def held_apart(policy: Iterable[rules.Rule], clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    """施行：届满 照行 beneath 分项：退还: the clause is spared, and its other 分项 want the day, or him whom the policy is for, like a 条件."""
    policy = tuple(policy)
    return tuple(
        evolve(k, parts=tuple(evolve(p, rules=(*p.rules, *_own_gates(policy, k.number, p.name))) for p in k.parts)) for k in clauses
    )


def _own_gates(policy: tuple[rules.Rule, ...], number: str, part: str) -> Iterator[rules.Rule]:
    spared = governing.spared(policy, number)
    for gate in dict.fromkeys(x.gate for x in spared):
        if all(x.within and part not in x.within for x in spared if x.gate == gate):
            yield from (rule for r in policy if (rule := _as_condition(r, gate)) is not None)


def _as_condition(rule: rules.Rule, gate: rules.Gate) -> rules.Rule | None:
    """What a clause that goes on is not asked, as a condition: the end of the term and of its years, or whom the policy is for."""
    body, said = rule.body, rule.origin.text.strip()
    if gate == "施行" and isinstance(body, rules.Term) and body.last_day is not None:
        test, said = values.Compare("<=", body.date, values.Literal(body.last_day, DATE)), f"{said.rpartition('凭')[2].strip()} 不晚于 {show(body.last_day, DATE)}"
        return evolve(rule, body=rules.Condition(test), origin=evolve(rule.origin, label="条件", text=said))
    if gate == "施行" and isinstance(body, rules.Years):
        inside = values.Logic(
            "且",
            (
                values.Compare(">=", body.year, values.Literal(body.first, YEAR)), values.Compare("<=", body.year, values.Literal(body.last, YEAR)),
            ),
        )
        return evolve(rule, body=rules.Condition(inside), origin=evolve(rule.origin, label="条件"))
    return (evolve(rule, body=rules.Condition(body.condition), origin=evolve(rule.origin, label="条件"))
            if gate == "适用" and isinstance(body, rules.Scope) else None)


def check_ungated(program: Program) -> Iterator[Diagnostic]:
    """It stands under a clause, of a policy that has what it is spared; what is paid over years has words of its own for the end of the term."""
    for rule in program.policy_rules:
        if isinstance(rule.body, rules.Ungated):
            wrong = _idle(rule.body, program) if rule.body.clause else (
                f"「{rule.origin.text.strip()}」不在给付的一款之下", "移到那一款（例如退回的、在别处的支持之外再给的）的引文下，与 对象、标准 在一起")
            if wrong is not None:
                yield Diagnostic(Code.BAD_UNGATED, wrong[0], rule.origin.span, wrong[1])


def _idle(body: rules.Ungated, program: Program) -> tuple[str, str] | None:
    """Why there is nothing that the clause could be spared, and what to write; None where there is."""
    policy = [r.body for r in program.policy_rules]
    said = [r.body for k in program.clauses if governing.under(body.clause, k.number) for r in k.rules()]
    said += [b for b in policy if isinstance(b, rules.Fund) and any(governing.under(body.clause, n) for n in b.clauses)]
    if body.gate != "施行" and any(
        x.label == body.gate and not isinstance(x.body, syntax.Ungated | syntax.AgainstOrder) for x in program.document.lines()
    ):
        return None  # of one that could not be read, that is told
    if body.gate == "适用":
        return ("规定没有 适用，说不上不符", "删去这一行：没有 适用 的，人人都可以申报")
    if body.gate == "竞合":
        return ("规定没有 竞合，说不上不适用", "删去这一行：没有 竞合 的，别处的支持本来就不抵减")
    if not any(isinstance(b, rules.Term) and b.last_day is not None for b in policy):
        return "没有写明止期的 施行，说不上届满", "加一行 施行：自 某日 起 几年，止于 前一日，凭 申报日期；或删去这一行"
    if any(isinstance(b, rules.Payment) for b in said):
        return f"{body.clause} 有 拨付，届满以后的续拨由 拨付 说", "删去这一行，在 拨付 里写 届满 照拨 或 届满 停拨"
    if any(isinstance(b, rules.Fund) for b in said):
        return f"{body.clause} 由 总额 统筹，届满以后没有总额", "删去这一行；退回的款不写 总额"
    return None
