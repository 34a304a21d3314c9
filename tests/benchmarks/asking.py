"""How many questions settle a decision: facts are asked for one after another, in one order or another, until nothing that is missing matters.

    python -m tests.benchmarks.asking [sheets]

What is missing is what can still matter, gates before all else; so other orders ask as much, and 缺失 stays in the order of its names.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import xcrules
from tests.support.enterprises import enterprise
from xcrules.facts.types import BoolType, DateType, EnumType, YearType
from xcrules.run.decision import Decision

Order = Callable[[Decision, set[str]], str | None]  # what to ask for next; None: nothing
UNASKED = 0.35  # of the facts of an enterprise how many it has filled in before anything is asked


def settle(policy: xcrules.Policy, truth: dict[str, Any], first: dict[str, Any], order: Order) -> int:
    """The questions until no fact that is missing matters; what the truth does not say is asked for once."""
    facts, asked = first, set[str]()
    while (path := order(policy.decide(facts), asked)) is not None:
        asked.add(path)
        reveal(facts, truth, path)
    return len(asked)


def reveal(facts: Any, truth: Any, path: str) -> None:
    """What the truth says at a path: 主体.注册, 贷款[1].金额, 研发.2023, or a list or an object as a whole."""
    steps = [int(x) if x.isdigit() and len(x) < 4 else x for x in re.findall(r"[^.\[\]]+", path)]
    for here, step in enumerate(steps):
        try:
            truth = truth[step]
        except (KeyError, IndexError, TypeError):
            return
        if here == len(steps) - 1:
            facts[step] = truth
        elif isinstance(step, int):
            facts = facts[step]
        else:
            facts = facts.setdefault(step, [{} for _ in truth] if isinstance(truth, list) else {})


def partly(r: Random, truth: dict[str, Any]) -> dict[str, Any]:
    """What an enterprise has filled in by itself."""
    return {k: (v if not isinstance(v, dict) or r.random() < 0.5 else {x: y for x, y in v.items() if r.random() < UNASKED}) for k, v in truth.items() if r.random() < UNASKED}


def as_told(decision: Decision, asked: set[str]) -> str | None:
    """缺失 as it stands."""
    return next((m for m in decision.missing if m not in asked), None)


def soonest(policy: xcrules.Policy, statuses: bool) -> Order:
    """What most clauses wait for; of equal ones statuses before amounts."""
    schema = policy.program.schema
    kinds = {(f.table, f.name): isinstance(f.type, BoolType | EnumType | YearType | DateType) for t in schema.tables for f in t.fields}
    tables = {t.name for t in schema.nested}

    def weight(path: str) -> int:
        names = re.sub(r"\[\d+\]", "", path).split(".")
        if names[0] in tables and len(names) == 1:
            return 2
        return 0 if kinds.get((names[0], names[1]) if names[0] in tables else ("", names[0])) else 1

    def order(decision: Decision, asked: set[str]) -> str | None:
        waits = Counter(m for k in decision.clauses for m in k.missing if m not in asked)
        return min(waits, key=lambda m: (-waits[m], weight(m) if statuses else 0, m), default=None)

    return order


def main(sheets: int) -> None:
    policy = xcrules.load("xicheng-2021")
    orders: dict[str, Order] = {
        "as 缺失 stands": as_told, "what most clauses wait for": soonest(policy, False), "and statuses before amounts": soonest(policy, True)}
    for start in ("nothing filled in", "some filled in"):
        counts = dict.fromkeys(orders, 0)
        for seed in range(sheets):
            truth = enterprise(seed)
            for name, order in orders.items():
                first = {} if start.startswith("nothing") else partly(Random(seed), truth)
                counts[name] += settle(policy, truth, first, order)
        print(start)
        for name, n in counts.items():
            print(f"  {name}: {n / sheets:.1f} questions, {100 * (1 - n / counts['as 缺失 stands']):.0f} % fewer")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
