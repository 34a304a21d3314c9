"""The read-back: each clause as fluent Chinese, made from its rules. Never a second source.

    read_back(program, "2(1)")   每笔上级资金，类别为科技重大专项、…的，按金额的1:1（国家级）…给予；企业年度总额不超过150万元。
    read_back_policy(program)    what holds for the whole policy by label: 适用, 定义, 施行, 时效, 竞合, 取整, 废止

It says what the rules say under one set of readings and nothing else: a note (注释) has no sentence.
It decides nothing and reads no facts.
"""

from __future__ import annotations

from collections.abc import Mapping

from xcrules.base.identity import clause_name
from xcrules.meaning import governing, rules, values
from xcrules.meaning.program import Program

from .clauses import chosen_of, clause_text, read_back_definitions, read_back_over_several, read_back_policy, rivals_text

__all__ = ["clause_name", "read_back", "read_back_beside", "read_back_definitions", "read_back_over_several", "read_back_policy"]


def read_back(program: Program, number: str, readings: Mapping[str, str] | None = None) -> str:
    """The clause as a sentence or a few, each ended by 。

    `readings` are choices such as {"A08": "门槛"}; readings left out stand at their default. Raises
    KeyError for a number that is no clause.
    """
    clause = program.clause(number)
    if clause is None:
        raise KeyError(number)
    chosen = chosen_of(program, readings)
    standing = [r for r in program.policy_rules if r.active(chosen)]
    ungated, also = governing.spared(standing, number), tuple(x for x, _ in governing.widened(standing, number))
    text = clause_text(
        clause, program.schema, chosen, governing.saying_of(program.policy_rules, number, tuple(x.name for x in clause.parts)), ungated,
        program.applicant, also,
    )
    return text + rivals_text(program.policy_rules, chosen, number)


def read_back_beside(program: Program, number: str, readings: Mapping[str, str] | None = None) -> list[str]:
    """What the sentence of a clause leans on, each as a sentence: the 定义 that its lines read and those that these read, with the law's words where these are another clause's, and the bounds over several clauses that it shares."""
    chosen, clause = chosen_of(program, readings), program.clause(number)
    assert clause is not None
    defined = {x.name: x.value for r in program.policy_rules if r.active(chosen) for x in rules.lets_of(r.body)}
    left: list[object] = [r.body for r in clause.rules() if r.active(chosen)]
    own = {x.name for r in clause.rules() for x in rules.lets_of(r.body)}
    found = set[str]()
    while left:
        names = {v.name for v in values.nodes_of(left.pop()) if isinstance(v, values.Var) and v.name in defined} - found - own
        found |= names
        left += [defined[name] for name in names]
    words = {x.name: r.origin.words.strip() for r in program.policy_rules if r.active(chosen) and isinstance(x := r.body, rules.Let)}
    told = [f"{text}。" + f"「{words[name]}」" * (words[name] not in clause.words) for name, text in read_back_definitions(program, chosen).items() if name in found]
    shared = [text for rule, text in read_back_over_several(program, chosen)
              if isinstance(rule.body, rules.SharedCap | rules.Fund) and number in rule.body.clauses]
    return [*told, *(f"{text.rstrip('。')}。" for text in shared)]
