"""从高：1、3 之间，同一 项目编号: of items alike in a column only those of the highest clause count.

What a clause comes to for a key is written out in values: the sum, over the items that count, of what each is worth after
下限 and 单项 caps. An item counts where its own clause comes to more for its key than every other (as much, than a later one).
So the engines, the reasons and what is missing have nothing new to learn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import reduce

from attrs import evolve

from xcrules.facts.types import MONEY
from xcrules.meaning import rules, values
from xcrules.meaning.inlining import inlined
from xcrules.meaning.program import Program

from . import steps

_NOTHING = values.Literal(Fraction(0), MONEY)


def outdone(node: steps.Decide, every: Mapping[str, steps.Decide], choices: Iterable[rules.Rule], program: Program) -> steps.Decide:
    """The clause, whose items count only where no other clause comes to more for what they are alike in."""
    claims, numbers = list(node.claims), [k.number for k in program.clauses]
    for rule in choices:
        assert isinstance(rule.body, rules.OnlyOne)
        others = [every[n] for n in rule.body.clauses if n != node.number]
        for place, each in enumerate(node.claims):
            own = _column(each, rule.body.key, program)
            mine = _comes_to(node, rule.body.key, own, program)
            tests = tuple(values.Compare(">=" if numbers.index(node.number) < numbers.index(x.number) else ">", mine, _comes_to(x, rule.body.key, own, program)) for x in others)
            test = tests[0] if len(tests) == 1 else values.Logic("且", tests)
            claims[place] = evolve(claims[place], guards=(*claims[place].guards, steps.Guard(test, origin=rule.origin)))
    readings = (*node.readings, *(x for k in every.values() for x in k.readings), *(x for r in choices for x, _ in r.origin.tags))
    return evolve(node, claims=tuple(claims), readings=tuple(dict.fromkeys(readings)))


def _column(each: steps.Each, key: str, program: Program) -> values.Value:
    """The column of a record of the list that a part is about."""
    table = program.schema.table(each.table)
    field = table.field_named(key) if table is not None else None
    assert field is not None  # check has refused a part without it
    return values.Fact(field, of_item=True)


def _comes_to(clause: steps.Decide, key: str, own: values.Value, program: Program) -> values.Value:
    """元 that a clause comes to for all items whose key is that of the item at hand."""
    sums: list[values.Value] = []
    for each in clause.claims:
        lets = {x.name: x.value for x in each.lets}
        tests = tuple(inlined(g.condition, lets) for g in each.guards)
        guard = None if not tests else tests[0] if len(tests) == 1 else values.Logic("且", tests)
        alike = (_column(each, key, program), own)
        best = any(isinstance(s, steps.Highest) and each.part in s.parts for s in clause.steps)  # 从高 of its own, by the same column: check has refused others
        sums.append(values.FoldItems("最高" if best else "合计", each.table, guard, _worth(clause, each, lets), MONEY, each.closed, alike))
    return reduce(lambda one, other: values.Arith("+", one, other, MONEY), sums)


def _worth(clause: steps.Decide, each: steps.Each, lets: Mapping[str, values.Value]) -> values.Value:
    """元 of one item after 下限 and 单项 caps."""
    assert isinstance(each.grant, steps.Amount)
    value: values.Value = values.Arith("较大", inlined(each.grant.value, lets), _NOTHING, MONEY)
    for step in clause.steps:
        if isinstance(step, steps.Floor) and each.part in step.parts:
            value = values.Arith("较大", value, inlined(step.amount, lets), MONEY)
        elif isinstance(step, steps.Cap) and step.reach == "单项" and each.part in step.parts and step.ceiling is not None:
            value = values.Arith("较小", value, _left(inlined(step.ceiling, lets), inlined(step.used, lets) if step.used is not None else None), MONEY)
    return value if each.count is None else values.Arith("×", value, each.count, MONEY)


def _left(ceiling: values.Value, used: values.Value | None) -> values.Value:
    """What is left of a bound, never below 0."""
    left = ceiling if used is None else values.Arith("-", ceiling, values.Used(used), MONEY)
    return values.Arith("较大", left, _NOTHING, MONEY)
