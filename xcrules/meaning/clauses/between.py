"""从高：1、3 之间，同一 项目编号: the clauses have items that are alike in a column, and amounts that are reckoned item by item."""

from __future__ import annotations

from collections.abc import Iterator

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.identity import short_name
from xcrules.base.nearest import nearest
from xcrules.facts.types import EnumType, TextType
from xcrules.meaning import rules, values
from xcrules.meaning.links import lets_read, reads_of
from xcrules.meaning.program import Clause, Program


def check_between(program: Program) -> Iterator[Diagnostic]:
    """What keeps clauses from being weighed against each other item by item."""
    for rule in program.policy_rules:
        found = [program.clause(n) for n in rule.body.clauses] if isinstance(rule.body, rules.OnlyOne) and rule.body.key else []
        if isinstance(rule.body, rules.OnlyOne) and None not in found:
            for clause in (k for k in found if k is not None and k.parts):
                if (wrong := _without_key(clause, rule.body.key, program)) is not None:
                    names = dict.fromkeys(f.name for t in program.schema.nested for f in t.fields if t.each and isinstance(f.type, TextType | EnumType))
                    close = nearest(rule.body.key, names)
                    yield Diagnostic(Code.BAD_GROUP_KEY, wrong, rule.origin.span, (f"是不是 同一 {close[0]}？" if close else "")
                                     + "各款的对象都写 每项 某名单，名单里都有这一栏（文字）；没有这一栏的，整款地比，去掉 ，同一 ……")
                    break
                elif (wrong := _unweighed(clause, rule.body.key, program)) is not None:
                    yield Diagnostic(Code.NOTHING_TO_ASK, f"{short_name(clause.number)} {wrong}，不能按「{rule.body.key}」逐项比", rule.origin.span, "整款地比的，去掉 ，同一 ……")


def _without_key(clause: Clause, key: str, program: Program) -> str | None:
    for body in (r.body for part in clause.parts for r in part.rules):
        if isinstance(body, rules.Subject):
            table = program.schema.table(body.table)
            field = table.field_named(key) if table is not None and body.is_list else None
            if field is None or not isinstance(field.type, TextType | EnumType):
                return f"{short_name(clause.number)} 的对象没有「{key}」一栏可以相同"
    return None


def _unweighed(clause: Clause, key: str, program: Program) -> str | None:
    bodies = [r.body for r in clause.rules()]
    if any(isinstance(b, rules.Discretion) for b in bodies):
        return "的金额由人核定"
    if reads_of(clause.rules(), lets_read(program.policy_rules)):
        return "的金额要看别的款给多少"
    alone = (b for b in bodies if isinstance(b, rules.Highest))
    if any(b.rank is not None or not (isinstance(b.key, values.Fact) and b.key.field.name == key) for b in alone):
        return "自己按别的栏从高"
    return None
