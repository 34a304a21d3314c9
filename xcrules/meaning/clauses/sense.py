"""Lines that can never do what they say: conditions that nobody meets, a floor above its cap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from attrs import frozen

from xcrules.base.diagnostic import Code, Diagnostic, Related
from xcrules.base.identity import short_name
from xcrules.meaning import governing, rules, values
from xcrules.meaning.possible import Ways, together, ways
from xcrules.meaning.program import Clause, Program

from .coverage import plain_lets

_MOST = 200  # conditions of one part that are held against each other


@frozen
class _Demand:
    """A condition: the line it stands on, the ways in which it holds, and what it asks."""

    rule: rules.Rule
    ways: Ways | None
    asked: frozenset[object]  # two that ask nothing alike cannot contradict each other


def check_sense(program: Program) -> list[Diagnostic]:
    """Of every clause, and of what holds for the whole policy."""
    outer = plain_lets(program.policy_rules)
    gates = list(_demands(program.policy_rules, outer))
    findings = [*_impossible(gates, ())]
    findings += [d for k in program.clauses for d in _years_of_all(k, program)]
    for clause, all_rules in [(k, part.rules) for k in program.clauses for part in k.parts]:
        lets = {**outer, **plain_lets(all_rules)}
        passed = (
            []
            if "适用" in governing.ungated(program.policy_rules, clause.number) or governing.widened(program.policy_rules, clause.number)
            else gates
        )
        findings += _impossible(list(_demands(all_rules, lets)), passed)
        findings += _crossed(all_rules)
    return findings


def _years_of_all(clause: Clause, program: Program) -> Iterator[Diagnostic]:
    """享受年次 in one 分项 of several: years in which another gave count there too."""
    reading = [
        (p, r) for p in clause.parts for r in p.rules
        if any(isinstance(v, values.Var) and v.name == values.ENJOYED for v in values.nodes_of(r.body))
    ]
    if len({p.name for p, _ in reading}) != 1 or len({p.name for p in clause.parts}) == 1:
        return
    part, rule = reading[0]
    history, base = program.schema.table_of_role("历史台账"), program.schema.top_of_role("基准年度")
    of, year = (history.field_of_role(role) if history else None for role in ("台账条款", "台账年度"))
    ledger = f"计数（{history.name}，{of.name} 为 {short_name(clause.number)}{part.name}，{year.name} 早于 {base.name}）" if history and of and year and base else ""
    yield Diagnostic(Code.YEARS_OF_ALL_PARTS, f"享受年次数的是整款：别的分项给过的年度，「{part.name}」也算享受过", rule.origin.span,
                     f"只数这个分项的，写 设定：得过几次 ＝ {ledger}，0 次就是第一年；就按整款数的，用 静默：W355，理由")


def _conditions(rule: rules.Rule) -> list[values.Value]:
    match rule.body:
        case rules.Condition(condition) | rules.Scope(condition) | rules.ConditionalAmount(condition):
            return [condition]
        case rules.Relief(cases):
            return [x.condition for x in cases]
        case rules.Standard(condition=condition) if condition is not None:
            return [condition]
        case rules.Cap(amount=amount) | rules.Floor(amount=amount) if (held := values.in_a_case(amount)) is not None:
            return [held[0]]
        case rules.Let(value=value) if isinstance(value, values.Logic | values.Compare | values.Member):
            return [value]
    return []


def _demands(all_rules: Iterable[rules.Rule], lets: Mapping[str, values.Value]) -> Iterator[_Demand]:
    for rule in all_rules:
        for condition in _conditions(rule):
            held = ways(condition, lets)
            yield _Demand(rule, held, frozenset(key for way in held or () for key in way))


def _impossible(held: list[_Demand], gates: Iterable[_Demand]) -> Iterator[Diagnostic]:
    """A condition that cannot hold, alone or beside one that must."""
    for one in held:
        if one.ways == []:
            yield Diagnostic(Code.NEVER_TRUE, f"这个{_kind(one.rule)}永远不会成立", one.rule.origin.span, _HELP)
    must = [x for x in (*gates, *held) if isinstance(x.rule.body, rules.Condition | rules.Scope) and x.ways][:_MOST]
    new = {id(x) for x in held}
    for one, other in combinations(must, 2):
        if (id(other) in new and not one.asked.isdisjoint(other.asked) and one.rule.beside(other.rule)
            and together((one.ways, other.ways)) == []):
            related = (Related(one.rule.origin.span, "与这一行合不到一起"),) if one.rule.origin.span else ()
            help = _HELP_GATE if isinstance(one.rule.body, rules.Scope) else _HELP
            yield Diagnostic(Code.NEVER_TRUE, "这两行条件永远不会同时成立", other.rule.origin.span, help, related=related)
            return


_HELP = "核对数和方向：高于与低于、在 小 至 大；不会有人合条件的，就谁也得不到"
_HELP_GATE = "这一款专管不合 适用 的（例如迁出的退回），在它下面加一行 适用：不符 照行；否则核对数和方向"


def _kind(rule: rules.Rule) -> str:
    return "条件" if isinstance(rule.body, rules.Condition) else rule.origin.label


def _crossed(all_rules: tuple[rules.Rule, ...]) -> Iterator[Diagnostic]:
    """A floor above a cap on the same item: the cap wins, and the floor is never paid."""
    floors, caps = ([(r, r.body.amount.value) for r in all_rules if isinstance(r.body, kind) and isinstance(r.body.amount, values.Literal)]
                    for kind in (rules.Floor, rules.Cap))
    for floor, low in floors:
        for cap, high in caps:
            if floor.beside(cap) and low > high:  # type: ignore[operator]
                related = (Related(cap.origin.span, "上限在这里"),) if cap.origin.span else ()
                yield Diagnostic(Code.FLOOR_ABOVE_CAP, "下限比上限高：上限压下来以后，下限从来给不到", floor.origin.span, "核对两个数，是不是写反了", related=related)
                break
