"""The choices on which a line rests by the names it reads: it acts by the 定义 of a name as much as by itself.

Told only of readings with a choice that a person must judge: of the others it is worked out whether they make a difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve, field, frozen

from xcrules.meaning import rules, values
from xcrules.meaning.program import Program


@frozen
class Behind:
    """Of each name the choices that its lines carry, those of the names they read included; only of the readings `judged` by a person."""

    judged: frozenset[str]
    names: Mapping[str, frozenset[tuple[str, str]]] = field(factory=dict)

    def over(self, rule_list: Iterable[rules.Rule]) -> Behind:
        """With the names that these rules set."""
        lets = {let.name: (rule, let) for rule in rule_list for let in rules.lets_of(rule.body)} if self.judged else {}
        names = dict(self.names)

        def of(name: str) -> frozenset[tuple[str, str]]:
            if name in lets:
                rule, let = lets.pop(name)
                names[name] = frozenset(t for t in rule.choices if t[0] in self.judged).union(*map(of, _read(let)))
            return names.get(name, frozenset())

        for name in [*lets]:
            of(name)
        return evolve(self, names=names)

    def told(self, rule_list: Sequence[rules.Rule]) -> list[rules.Rule]:
        """These rules, each with the choices behind the names it reads."""
        inside = self.over(rule_list)
        return [inside._told(rule) for rule in rule_list] if any(inside.names.values()) else [*rule_list]

    def _told(self, rule: rules.Rule) -> rules.Rule:
        more = frozenset[tuple[str, str]]().union(*(self.names.get(name, ()) for name in _read(rule.body))) - {*rule.origin.tags}
        return evolve(rule, origin=evolve(rule.origin, tags=(*rule.origin.tags, *sorted(more)))) if more else rule


def _read(held: object) -> Iterable[str]:
    return (v.name for v in values.nodes_of(held) if isinstance(v, values.Var))


def nothing_behind(program: Program) -> Behind:
    """Before any rule is read."""
    return Behind(frozenset(r.number for r in program.readings if r.manual))
