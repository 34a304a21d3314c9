"""Lines that can never do what they say: conditions that nobody meets, a floor above its cap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from attrs import frozen

from .. import calculus as c
from .. import program as p
from ..diagnostic import Diagnostic, Related
from .clauses import can_both_stand
from .coverage import plain_lets
from .possible import Ways, together, ways

_MOST = 200  # conditions of one part that are held against each other


@frozen
class _Held:
    """A condition, the line it stands on and the ways in which it holds."""

    rule: p.Rule
    ways: Ways | None


def check_sense(program: p.Program) -> list[Diagnostic]:
    """Of every clause, and of what holds for the whole policy."""
    outer = plain_lets(program.policy_rules)
    gates = list(_held(program.policy_rules, outer))
    found = [*_impossible(gates, ())]
    for rules in [part.rules for k in program.clauses for part in k.parts]:
        lets = {**outer, **plain_lets(rules)}
        found += _impossible(list(_held(rules, lets)), gates)
        found += _crossed(rules)
    return found


def _conditions(rule: p.Rule) -> list[c.Value]:
    match rule.body:
        case p.ConditionRule(condition) | p.ScopeRule(condition) | p.ExceptionRule(condition):
            return [condition]
        case p.LetRule(value=value) if isinstance(value, c.Logic | c.Cmp | c.Member):
            return [value]
    return []


def _held(rules: Iterable[p.Rule], lets: Mapping[str, c.Value]) -> Iterator[_Held]:
    for rule in rules:
        for condition in _conditions(rule):
            yield _Held(rule, ways(condition, lets))


def _impossible(held: list[_Held], gates: Iterable[_Held]) -> Iterator[Diagnostic]:
    """A condition that cannot hold, alone or beside one that must."""
    for one in held:
        if one.ways == []:
            yield Diagnostic("E446", f"这个{_kind(one.rule)}永远不会成立", one.rule.origin.span, _HELP)
    must = [x for x in (*gates, *held) if isinstance(x.rule.body, p.ConditionRule | p.ScopeRule) and x.ways][:_MOST]
    new = {id(x) for x in held}
    for one, other in combinations(must, 2):
        if id(other) in new and can_both_stand(one.rule, other.rule) and together((one.ways, other.ways)) == []:
            related = (Related(one.rule.origin.span, "与这一行合不到一起"),) if one.rule.origin.span else ()
            yield Diagnostic("E446", "这两行条件永远不会同时成立", other.rule.origin.span, _HELP, related=related)
            return


_HELP = "核对数和方向：高于与低于、在 小 至 大；不会有人合条件的，就谁也得不到"


def _kind(rule: p.Rule) -> str:
    return rule.origin.label if rule.origin.label in ("适用", "例外", "加给", "设定", "定义") else "条件"


def _crossed(rules: tuple[p.Rule, ...]) -> Iterator[Diagnostic]:
    """A floor above a cap on the same item: the cap wins, and the floor is never paid."""
    limits = [(r, r.body) for r in rules if isinstance(r.body, p.LimitRule) and isinstance(r.body.amount, c.Lit)]
    for floor, low in (x for x in limits if x[1].floor):
        for cap, high in (x for x in limits if not x[1].floor):
            assert isinstance(low.amount, c.Lit)
            assert isinstance(high.amount, c.Lit)
            if can_both_stand(floor, cap) and low.amount.value > high.amount.value:  # type: ignore[operator]
                related = (Related(cap.origin.span, "上限在这里"),) if cap.origin.span else ()
                yield Diagnostic("E447", "下限比上限高：上限压下来以后，下限从来给不到", floor.origin.span, "核对两个数，是不是写反了", related=related)
                break

