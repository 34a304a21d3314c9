"""Columns that an authority fills in: read by a 标准 as nothing until then, or recorded by two lines that would both pay it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from xcrules.base.diagnostic import Code, Diagnostic, Related
from xcrules.base.identity import short_name
from xcrules.draft.labels import Label
from xcrules.meaning import rules, values
from xcrules.meaning.clauses.coverage import plain_lets
from xcrules.meaning.possible import together, ways
from xcrules.meaning.program import Clause, Part, Program

_Home = tuple[Clause, Part]


def settled(program: Program) -> Iterator[Diagnostic]:
    """W344 and W345, clause by clause."""
    for clause in program.clauses:
        for rule in clause.rules():
            yield from _read_as_nothing(rule)
    yield from _twice(program)


def _read_as_nothing(rule: rules.Rule) -> Iterator[Diagnostic]:
    """W344: 标准：核定面积 × 30元/㎡ of a column 核定，可缺: nothing while nobody has settled it, where 裁量 says that it is open."""
    if not isinstance(rule.body, rules.Standard) or rule.origin.label != Label.STANDARD:
        return
    fact = next((x for x in values.nodes_of(rule.body.amount) if isinstance(x, values.Fact) and x.field.optional and x.field.source.startswith("核定")), None)
    if fact is not None:
        name, text = fact.field.name, rule.origin.text.strip()
        yield Diagnostic(Code.SETTLED_IN_STANDARD, f"「{name}」要机关核定，还没有填的，这里按没有算，不是待核定", fact.span or rule.origin.span,
                         f"写成 裁量：核定，{'记入' if text == name else '按'} {text}；没有核定的就是不给的，用 静默：W344，理由")


def _twice(program: Program) -> Iterator[Diagnostic]:
    """W345: what is settled once is paid by each line that records it, where one item may be under both."""
    lines = [((clause, part), rule) for clause in program.clauses for part in clause.parts for rule in part.rules
             if isinstance(rule.body, rules.Discretion) and isinstance(rule.body.record, values.Fact)]
    told: set[object] = set()
    for (home, one), (away, other) in combinations(lines, 2):
        if _recorded(one) != _recorded(other) or not one.beside(other) or other.origin.span in told or _weighed(program, home, away) or _apart(program, home, away):
            continue
        told.add(other.origin.span)
        name = other.body.record.field.name  # type: ignore[union-attr]  # both are Facts here
        yield Diagnostic(Code.SETTLED_TWICE, f"「{name}」在 {short_name(home[0].number)}{home[1].name} 也记入：核定一次，两处都给", other.origin.span,
                         "各有各的核定数的，事实表里各写一栏；只给一处的，写 从高，或在 条件 里写明哪一处不给；真要给两次的，用 静默：W345，理由",
                         related=(Related(one.origin.span, "另一行在这里"),) if one.origin.span else ())


def _recorded(rule: rules.Rule) -> tuple[str, str]:
    assert isinstance(rule.body, rules.Discretion)
    assert isinstance(rule.body.record, values.Fact)
    return rule.body.record.field.table, rule.body.record.field.name


def _weighed(program: Program, home: _Home, away: _Home) -> bool:
    """Whether 从高 lets only one of them stand."""
    if home[0] is away[0]:
        own = {(home[0].number, p.name) for p in (home[1], away[1])}
        return any(isinstance(r.body, rules.Highest) for r in home[0].rules()) or any(own <= {*r.body.sides} for r in program.policy_rules if isinstance(r.body, rules.OnlyOne))
    return any({home[0].number, away[0].number} <= set(r.body.clauses) for r in program.policy_rules if isinstance(r.body, rules.OnlyOne))


def _apart(program: Program, home: _Home, away: _Home) -> bool:
    """Whether nothing meets the conditions of both."""
    made = []
    for clause, part in (home, away):
        all_rules = (*clause.shared, *part.rules)
        lets = {**plain_lets(program.policy_rules), **plain_lets(all_rules)}
        made += [held for r in all_rules if isinstance(r.body, rules.Condition) and (held := ways(r.body.condition, lets)) is not None]
    return together(made) == []
