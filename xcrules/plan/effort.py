"""How many steps a decision may take. Two bounds; everything else is linear in the facts, whose lists have an end.

Crossed lists: each of two long ones may be fine by itself, but one gone over for every item of the other
could keep a server busy for hours. Unknown facts: the reference evaluator takes some thousand times as long
for an item as generated code does, and goes over it again for every other reading.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic
from xcrules.facts.given import Facts
from xcrules.meaning import values

from . import steps

MAX_STEPS = 10_000_000  # 一张名单的项数乘以另一张的项数
MAX_UNSURE = 5_000  # 由参照求值器判的款，一张名单的项数
MAX_ASKED = 30_000  # 由参照求值器判的款，一张名单的项数乘以每项都要重新看遍的另一张的项数
MAX_COMPARED = 1_000  # 为比较读法再由它判一遍的

Crossing = tuple[str, str]  # two lists: for every item of the first, all of the second are looked at


def crossings(plan: steps.Plan) -> frozenset[Crossing]:
    """The pairs of lists that a plan crosses."""
    return frozenset((each.table, fold) for clause in plan.clauses for each in clause.claims if each.is_list
                     for fold in _folds(_values(clause, each), {x.name: x.value for x in (*plan.lets, *each.lets)}))


def too_many_steps(facts: Facts, crossed: Iterable[Crossing]) -> Diagnostic | None:
    """What is wrong with facts in which two crossed lists are too long together."""
    for one, other in sorted(crossed):
        items, inner = facts.length(one), facts.length(other)
        if items * inner > MAX_STEPS:
            message = f"「{one}」有 {items} 项，每一项都要看遍「{other}」的 {inner} 项，超过 {MAX_STEPS} 步的限制"
            return Diagnostic(Code.LISTS_CROSSED, message, path=one, help="分开填报")
    return None


def too_long_to_ask(facts: Facts, plan: steps.Plan, only: Collection[str] | None, most: int) -> Diagnostic | None:
    """What is wrong with facts of which the reference evaluator is to decide some clauses; None: all."""
    for clause in plan.clauses:
        for each in clause.claims if only is None or clause.number in only else ():
            if each.is_list and (items := facts.length(each.table)) > most:
                message = f"「{each.table}」有 {items} 项：{clause.number} 的事实没有填全，或要逐项说明理由，一张名单至多 {most} 项"
                return Diagnostic(Code.UNSURE_LIST_TOO_LONG, message, path=each.table, help="把缺的事实补齐，或分开填报")
            if each.is_list and (found := _gone_over_too_often(facts, plan, clause, each)) is not None:
                return found
    return None


def _gone_over_too_often(facts: Facts, plan: steps.Plan, clause: steps.Decide, each: steps.Each) -> Diagnostic | None:
    """Of a fold that reads a name the reference evaluator works out every item's own; others it works out once."""
    items = facts.length(each.table)
    if items * facts.longest() <= MAX_ASKED:
        return None
    lets = {x.name: x.value for x in (*plan.lets, *each.lets)}
    for table in sorted(_folds(_values(clause, each), lets, own=True)):
        if items * (inner := facts.length(table)) > MAX_ASKED:
            message = (f"「{each.table}」有 {items} 项，每一项都要看遍「{table}」的 {inner} 项：{clause.number} 的事实没有填全，或要逐项说明理由，"
                       f"至多 {MAX_ASKED} 步")
            return Diagnostic(Code.UNSURE_LIST_TOO_LONG, message, path=each.table, help="把缺的事实补齐，或分开填报")
    return None


def _values(clause: steps.Decide, each: steps.Each) -> Iterator[object]:
    """All that is worked out for an item."""
    yield from (g.condition for g in each.guards)
    yield each.grant.value if isinstance(each.grant, steps.Amount) else each.grant.record
    yield each.count
    yield each.matter
    for step in clause.steps:
        if isinstance(step, steps.Floor):
            yield step.amount
        elif isinstance(step, steps.Cap) and step.reach in ("单项", "同一"):
            yield from (step.key, step.ceiling, step.used)
        elif isinstance(step, steps.Highest):
            yield from (step.key, step.rank)


def _folds(all_values: Iterable[object], lets: dict[str, values.Value], own: bool = False) -> set[str]:
    """The lists that these values go over, in the names that they read too; `own`: only where the fold reads a name."""
    found, read, left = set[str](), set[str](), list(all_values)
    while left:
        for node in values.nodes_of(left.pop()):
            if isinstance(node, values.FoldItems):
                if not own or any(isinstance(x, values.Var) for x in values.nodes_of((node.guard, node.body))):
                    found.add(node.table)
            elif isinstance(node, values.Var) and node.name in lets and node.name not in read:
                read.add(node.name)
                left.append(lets[node.name])
    return found
