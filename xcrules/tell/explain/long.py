"""The reasons of a clause over a list too long to be told item by item: the first items, and of all of them the sums.

What somebody asks of a hundred thousand items is how many count and what they come to, what the others fail, which caps cut how much:
that is told from the whole numbers of the decision. Where each of them stands is said; none is left out of a figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction

from xcrules.base.money import money_text
from xcrules.plan import steps
from xcrules.run.decision import ClauseDecision, Reason
from xcrules.run.ranges.abstract import point
from xcrules.run.ranges.asks import Items
from xcrules.run.reference import Evidence
from xcrules.run.reference.claims import Item
from xcrules.run.results import CapResult, ItemResult

from .steps import brought_reason, conflict_reason, cuts, only_one, outcome, shared_cap, what_was_left
from .wording import Wording, money, span_text

WHERE = "逐项的见 xcrules decide --json --details 的「项目」「封顶」"


def summed(items: Items[Item], found: Iterable[ItemResult] | None, count: int, has: str, scope: Wording) -> Reason:
    """What all items of a part come to: how many count and for how much, what the others do not meet."""
    title = f"共 {count:,} {scope.counters.get(items.each.table, '项')}"
    if found is None:
        return Reason(title, "事实没有填全，没有逐项说明")
    own = [i for i in found if i.part == items.each.part]
    counted = [i for i in own if i.counts]
    sums = [i.amount for i in counted]
    value = f"计入 {len(counted):,}，不计 {len(own) - len(counted):,}"
    if has and None not in sums:
        value += f"；计入的一共{has} {money_text(sum([x for x in sums if x is not None], Fraction(0)))}"
    failing = Counter((i.labels[0], i.failed[0]) for i in own if not i.counts and i.failed)
    first = items.items[0] if items.items else items.refused[0] if items.refused else None
    shown = len(items.items) + len(items.refused)
    note = f"前 {shown} 项逐项说明如上，其余算法相同；{WHERE}" if first is not None else WHERE
    kids = tuple(Reason(f"{label}：{text}", f"{n:,} 项先因此不计", holds=False) for (label, text), n in failing.most_common())
    return Reason(title, value, note=note, kids=kids, label="合计")


def long_steps(clause: ClauseDecision, evidence: Evidence, first: int, scope: Wording) -> Iterator[Reason]:
    """竞合 and 上限 as they came out, the largest cuts first; then 取整 and the sum."""
    if clause.at_hand is None:
        return
    rule = next((s for s in evidence.clause.steps if isinstance(s, steps.Against)), None)
    if rule is not None:
        touching = sorted(clause.conflicts, key=lambda x: x.before == x.after)
        yield from (conflict_reason(x, rule) for x in touching[:first])
        yield from _others(len(touching) - first, f"竞合：{rule.origin.text}", "个事项")
    shared = [k for k in clause.caps if clause.number in k.group.split("、")]
    by_line: dict[str, list[CapResult]] = {}
    for cap in clause.caps:
        if cap not in shared:
            by_line.setdefault(f"{cap.label}：{cap.text}", []).append(cap)
    for line, caps in by_line.items():
        caps.sort(key=_less)
        yield from (_cap(k, first, scope) for k in caps[:first])
        yield from _others(len(caps) - first, line, "组")
    yield from (only_one(k, clause) if k.label == "从高" else shared_cap(k, clause) for k in shared)
    if clause.amount and clause.reckoned is not None and clause.reckoned != clause.amount and not shared:
        yield brought_reason(point(clause.reckoned), clause.amount, evidence.plan.rounding_of(evidence.clause))
    if clause.amount:
        yield Reason("各项之和", money_text(clause.amount), note=f"计入的 {sum(1 for i in clause.items if i.counts):,} 项", label="合计")


def _less(cap: CapResult) -> Fraction:
    return -sum([x for _, x in cap.cuts], Fraction(0))


def _cap(cap: CapResult, first: int, scope: Wording) -> Reason:
    group = f"（{cap.group}）" if cap.group not in ("合计", "") else ""
    used = f"，已用 {span_text(cap.used)}" if cap.used is not None and cap.used[1] else ""
    kids = cuts(cap._replace(cuts=cap.cuts[:first]), scope)
    kids += tuple(_others(len(cap.cuts) - first, "另外减少的", "项"))
    return Reason(f"{cap.label}：{cap.text}{group}", outcome(cap), cap.words, None, f"可用 {span_text(cap.limit)}{used}", kids, cap.label,
                  term=what_was_left(cap, money(cap.limit, "可用")))


def _others(count: int, title: str, word: str) -> Iterator[Reason]:
    if count > 0:
        yield Reason(title, f"另有 {count:,} {word}", note=WHERE)
