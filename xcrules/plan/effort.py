"""How many steps a decision may take. Three bounds; everything else is linear in the facts, whose lists have an end.

Crossed lists: each of two long ones may be fine by itself, but one gone over for every item of the other
could keep a server busy for hours. Unknown facts: the reference evaluator takes some fifty times as long
for an item as generated code does, goes over it again for every other reading, and what it is asked to tell takes longer still.
Empty cells: each is told by every clause that may want it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import accumulate
from math import prod

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.identity import short_name
from xcrules.base.node import nodes_within, parts_of
from xcrules.facts.given import Facts
from xcrules.facts.scaled import ScaledFacts
from xcrules.meaning import values

from . import steps

MAX_STEPS = 10_000_000  # 一张名单的项数乘以另一张的项数
MAX_GAPS = 100_000  # 名单里没有填的格
MAX_UNSURE = 20_000  # 由参照求值器判的款，一张名单的项数
MAX_TOLD = 1_000  # 逐项说明理由的，几张名单一共；更长的
FIRST = 20  # 只说前几项，其余说合计
MAX_ASKED = 30_000  # 由参照求值器判的款，一张名单的项数乘以每项都要重新看遍的另一张的项数
MAX_COMPARED = 1_000  # 为比较读法再由它判一遍的
MAX_JUDGED = 10_000  # 读别款金额的款，为比较读法连同所读的各款再判一遍的

Crossing = tuple[str, ...]  # lists, two or more: for every item of one all of the next are looked at


def crossings(plan: steps.Plan) -> frozenset[Crossing]:
    """The lists that a plan crosses."""
    found = set[Crossing]()
    for clause in plan.clauses:
        for each in clause.claims:
            found |= _chains(_values(clause, each), plan, each)
    return frozenset(found)


def too_many_steps(facts: Facts, crossed: Iterable[Crossing]) -> Diagnostic | None:
    """What is wrong with facts in which crossed lists are too long together."""
    for chain in sorted(crossed):
        if prod(facts.length(x) for x in chain) > MAX_STEPS:
            return Diagnostic(Code.LISTS_CROSSED, f"{_gone_over(facts, chain)}，超过 {MAX_STEPS} 步的限制", path=chain[0], help="分开填报")
    return None


def too_many_gaps(facts: ScaledFacts) -> Diagnostic | None:
    """What is wrong with facts of which much of the lists is not filled in."""
    found = [*facts.unfilled()]
    if sum(gaps for _, gaps in found) <= MAX_GAPS:
        return None
    table, gaps = max(found, key=lambda x: x[1])
    message = f"「{table}」的 {facts.length(table)} 项里有 {gaps} 格没有填；各张名单没有填的格一共至多 {MAX_GAPS} 格"
    return Diagnostic(Code.UNSURE_LIST_TOO_LONG, message, path=table, help="一格也没有填的行删去，没有的写 0、否或 不适用，其余的补齐，或分开填报")


def _gone_over(facts: Facts, chain: Crossing) -> str:
    """「平台」有 3 项，每一项都要看遍「设备」的 7 项."""
    inner = "，其中每一项又要看遍".join(f"「{x}」的 {facts.length(x)} 项" for x in chain[1:])
    return f"「{chain[0]}」有 {facts.length(chain[0])} 项，每一项都要看遍{inner}"


def too_long_to_ask(facts: Facts, plan: steps.Plan, only: Collection[str] | None, most: int, first: int | None = None) -> Diagnostic | None:
    """What is wrong with facts of which the reference evaluator is to decide some clauses (None: all), or to tell the `first` items of each list."""
    for clause in plan.clauses:
        for each in clause.claims if only is None or clause.number in only else ():
            if first is None and each.is_list and (items := facts.length(each.table)) > most:
                message = f"「{each.table}」有 {items} 项：{short_name(clause.number)} 的事实没有填全，或要逐项说明理由，一张名单至多 {most} 项"
                return Diagnostic(Code.UNSURE_LIST_TOO_LONG, message, path=each.table, help="把缺的事实补齐，或分开填报")
            if (found := _gone_over_too_often(facts, plan, clause, each, first)) is not None:
                return found
    return None


def too_long_to_compare(facts: Facts, plan: steps.Plan, only: Collection[str]) -> Diagnostic | None:
    """What is wrong with facts on which some clauses, not known in whole numbers, are to be judged anew for every other reading: all of the lists that they read are gone over."""
    if facts.longest() <= MAX_COMPARED:
        return None
    for clause in (k for k in plan.clauses if k.number in only):
        read = nodes_within((clause, plan.lets, plan.shared), _READING)
        for table in sorted({x.outside if isinstance(x, steps.Against) else x.table for x in read} - {""}):
            if facts.length(table) > MAX_COMPARED:
                return Diagnostic(Code.UNSURE_LIST_TOO_LONG, f"「{table}」有 {facts.length(table)} 项：为比较读法再判 {short_name(clause.number)} 的，至多 {MAX_COMPARED} 项", path=table)
    return None


_READING = frozenset({steps.Each, steps.Against, values.FoldItems})


def told_one_by_one(facts: Facts, plan: steps.Plan, only: Collection[str] | None) -> int:
    """How long a list may be for each of its items to be told, under these clauses (None: all): the short ones first."""
    lengths = sorted(facts.length(x.table) for k in plan.clauses if only is None or k.number in only for x in k.claims if x.is_list)
    return next((n - 1 for n, total in zip(lengths, accumulate(lengths), strict=True) if total > MAX_TOLD), MAX_TOLD)


def _gone_over_too_often(facts: Facts, plan: steps.Plan, clause: steps.Decide, each: steps.Each, first: int | None) -> Diagnostic | None:
    """Of a fold that reads a name the reference evaluator works out every item's own; others it works out once."""
    items, longest = facts.length(each.table) if each.is_list else 1, facts.longest()
    if max(items, longest) * longest <= MAX_ASKED:
        return None
    for chain in sorted(_chains(_values(clause, each), plan, each, own=True)):
        lengths = [facts.length(x) for x in chain]
        if first is not None and chain[0] == each.table:
            lengths[0] = min(lengths[0], first)
        if prod(lengths) > MAX_ASKED:
            message = f"{_gone_over(facts, chain)}：{short_name(clause.number)} 的事实没有填全，或要逐项说明理由，至多 {MAX_ASKED} 步"
            return Diagnostic(Code.UNSURE_LIST_TOO_LONG, message, path=chain[0], help="把缺的事实补齐，或分开填报")
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
            yield from (step.key, step.rank, step.had)


def _chains(all_values: Iterable[object], plan: steps.Plan, each: steps.Each, own: bool = False) -> set[Crossing]:
    """The lists that a claim crosses, in the names that its values read too; `own`: only what is gone over again for each item."""
    lets = {x.name: x.value for x in (*plan.lets, *each.lets)}
    items: Crossing = (each.table,) if each.is_list else ()
    found, known = set[Crossing](), dict[str, set[Crossing]]()

    def inside(held: object) -> set[Crossing]:
        """The lists gone over in a value; a name is worked out beforehand, but for the columns of the item."""
        if isinstance(held, values.FoldItems):
            chains = {(held.table, *inner) for inner in inside((held.guard, held.body, held.alike))} or {(held.table,)}
            if not own or values.reads_item(held):
                return chains
            found.update(chains)  # once for all items
            return set()
        if isinstance(held, values.Var) and held.name in lets:
            if held.name not in known:
                known[held.name] = set()
                known[held.name] = inside(lets[held.name])
            if held.of_item:
                return known[held.name]
            found.update((*items, *inner) for inner in known[held.name])
            return set()
        return set[Crossing]().union(*map(inside, parts_of(held)))

    found |= {(*items, *chain) for chain in inside(tuple(all_values))}
    return {x for x in found if len(x) > 1}
