"""上限：一奖励、二奖励 合计 企业年度 20万元, 一、二 合计 同一 姓名: what a side takes of the bound must be known before those behind it in the law have theirs."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.identity import short_name
from xcrules.base.money import CENT
from xcrules.meaning import governing, rules
from xcrules.meaning.inlining import WHOLE, columns_read
from xcrules.meaning.matters import covered, key_of
from xcrules.meaning.program import Clause, Program
from xcrules.meaning.several import apart

from .weighed import unfit, without_amount


def check_jointly(program: Program) -> Iterator[Diagnostic]:
    """E475 where it is not, each line once: it would bound too much or too little."""
    order = [(k.number, p.name) for k in program.clauses for p in k.parts]
    for rule in (r for r in program.policy_rules if isinstance(r.body, rules.SharedCap) and r.body.by_item):
        assert isinstance(rule.body, rules.SharedCap)
        sides = [(k, part) for n, part in rule.body.weighed for k in [program.clause(n)] if k is not None and not (k.nature and k.parts)]
        if len(sides) < len(rule.body.weighed) or not apart(rule.body.weighed):
            continue  # E543, E434 say so
        last = max((next(i for i, x in enumerate(order) if x[0] == k.number and part in ("", x[1])), k.number, part) for k, part in sides)[1:]
        for clause, part in sides:
            against = rule.body.against is not None
            why = _never(clause, against, program) or _apart(clause, sides[0][0], program)
            why = why or _alike_in(clause, part, rule.body.key, program)
            why = why or (_weighed_otherwise(clause, rule.body.key, rule, program) if against else "")
            if against or (clause.number, part) != last:
                why = why or _unknown(_unbound(clause) if against else clause, part, rule, program)
            if why:
                yield Diagnostic(Code.NOTHING_TO_ASK, f"{short_name(clause.number)}{part} 不能与别的{'款合计，再与别处的支持比' if against else '分项合计封顶'}：{why}", rule.origin.span,
                                 "这一款单独比的，从 合计 里去掉" if against else
                                 "一个人（一个项目）一份材料的，不列名单：对象写 个人，上限写 企业年度、企业终身，就可以一起封顶；列名单的，各封各的，写在各款下" if rule.body.key else
                             "各封各的，写在各款下；管整款的，列款号，不写分项，它的各分项都在里面")
                break


def _never(clause: Clause, against: bool, program: Program) -> str:
    """Why no part of a clause can be under such a bound."""
    summed = any(isinstance(r.body, rules.Against) and clause.number in r.body.summed for r in program.policy_rules)
    if (summed and not against) or (
        any(
            n.startswith(clause.number) and n.removeprefix(clause.number) in ("", *(p.name for p in clause.parts))
            for n in covered(program)[0]
        )
        and any(isinstance(r.body, rules.Against) for r in program.policy_rules)
    ):
        return "先要与别处的政策比过（竞合）"
    return without_amount(clause, program.policy_rules, of_a_month=not against) or ""


def _unbound(clause: Clause) -> Clause:
    """The clause as 竞合 sees it, before bounds on several items."""
    def kept(all_rules: tuple[rules.Rule, ...]) -> tuple[rules.Rule, ...]:
        return tuple(r for r in all_rules if not isinstance(r.body, rules.Cap) or r.body.reach == "单项")

    return evolve(clause, parts=tuple(evolve(p, rules=kept(p.rules)) for p in clause.parts), totals=kept(clause.totals))


def _weighed_otherwise(clause: Clause, key: str, rule: rules.Rule, program: Program) -> str:
    """Why 竞合 does not weigh the clause beside others."""
    if any(isinstance(r.body, rules.AgainstOrder) and r.body.caps_first and r.beside(rule) for r in program.policy_rules):
        return "合计的竞合先比，再封顶，不能 先封顶后从高"
    if any(x.gate == "竞合" for x in governing.spared(program.policy_rules, clause.number)):
        return "它写了 竞合：不适用"
    if any(isinstance(r.body, rules.Discretion) for r in clause.rules()):
        return "它的金额由机关核定"
    subjects = [r.body for p in clause.parts for r in p.rules if isinstance(r.body, rules.Subject)]
    if any(x.matter is None or key_of(x.table, x.is_list, key, x.matter, program.schema) != x.matter for x in subjects):
        return "它没有写明是哪件事（角色 事项标识 的一栏，企业的写 事项 见 某栏）"
    return ""


def _alike_in(clause: Clause, part: str, key: str, program: Program) -> str:
    """Why its items do not tell what they are alike in; "" of a line that does not ask."""
    subjects = [r.body for p in clause.parts if p.name == part or not part for r in p.rules if isinstance(r.body, rules.Subject)]
    marks = [key_of(x.table, x.is_list, key, x.matter, program.schema) for x in subjects] if key else []
    if None in marks:
        return f"它的对象没有「{key}」一栏可以相同"
    columns = {columns_read(m) if x.is_list else "" for m, x in zip(marks, subjects, strict=False)}
    return "它的各分项不按同一栏" if len(columns) > 1 else ""


def _apart(clause: Clause, other: Clause, program: Program) -> str:
    """Gates that are open for one and shut for another: what that one comes to is then given to nobody."""
    gates = [
        ({*governing.ungated(program.policy_rules, k.number)} - {"竞合"}, [x for x, _ in governing.widened(program.policy_rules, k.number)])
        for k in (clause, other)
    ]
    return "" if gates[0] == gates[1] else f"它与 {short_name(other.number)} 的 适用、施行 不一样（照行、含）"


def _unknown(clause: Clause, part: str, rule: rules.Rule, program: Program) -> str:
    """Why it is not known what a side takes before the sides behind it."""
    side = [p for p in clause.parts if p.name == part or not part]
    names, every = {p.name for p in side}, {p.name for p in clause.parts}
    beside = [r for r in (*(r for p in side for r in p.rules), *clause.totals) if r.beside(rule)]
    key = rule.body.key if isinstance(rule.body, rules.SharedCap) else ""
    if (found := unfit(clause, key, program.policy_rules, program.schema)) is not None:
        return found[1].rpartition("，")[0]
    if any(isinstance(r.body, rules.Cap) and r.body.reach == "同一"
           and (not r.body.parts or {*r.body.parts} & names) and not (key and columns_read(r.body.key) == key)
           for r in beside):
        return "它的各项另按「同一」别的一栏封顶，各得多少不只看这一行" if key else "它的各项另按「同一」封顶，给多少不只看这个分项"
    if key and any((isinstance(r.body, rules.Cap) and r.body.reach in WHOLE)
                   or (isinstance(r.body, rules.CountCap) and not (r.body.by_history or r.body.key))
                   for r in beside):
        return "它的各项合起来另有上限、限次，各得多少到最后才知道"
    if any(isinstance(r.body, rules.CountCap) and r.body.top_up for r in beside):
        return "它只补与从前的差额（已得补差）"
    if any(
        isinstance(r.body, rules.Highest) and names & {*(r.body.parts or every)} and not names >= {*(r.body.parts or every)}
        for r in clause.totals
        if r.beside(rule)
    ):
        return "它与别的分项从高，给多少不只看这个分项"
    rounded = [
        r.body.unit
        for r in program.policy_rules
        if isinstance(r.body, rules.Rounding) and not r.body.each and governing.under(r.body.clause, clause.number)
    ]
    if (key or len(side) < len(clause.parts)) and rule.origin.label != "竞合" and any(unit > CENT for unit in rounded):
        return "它那一款的合计另有取整，各分项得多少要到最后才知道（每一项先取整的，写 取整：单项 ……）"
    over = {*rule.body.weighed}  # type: ignore[union-attr]
    for other in (r for r in program.policy_rules if r is not rule and r.beside(rule)):
        body = other.body
        if not isinstance(body, rules.SharedCap | rules.OnlyOne) or clause.number not in body.clauses:
            continue
        around = isinstance(body, rules.SharedCap) and not body.by_item and {n for n, _ in over} <= {*body.clauses}
        if not around and ({*body.weighed}, body.by_item) != (over, True):  # around it: this bound is seen to first, and a clause that the other cuts leaves nothing of it to those behind
            return f"它另与别的款一起看（{other.origin.label}：{other.origin.text.strip()}）"
    return ""
