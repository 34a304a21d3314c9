"""python -m tests.soundness [SHEETS] [SEED]: the terms of the solver beside the reference on so many sheets, of shipped policies and of random ones.

Sheets come from worked cases and from chance, with a few facts changed: to figures of the policy and one more or less, to 不适用, to not
filled in; lists have up to five rows. What is not filled in is filled at random for the solver.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from itertools import count as count_from
from random import Random
from typing import Any

import xcrules
from tests.support.enterprises import enterprise
from tests.support.pinned import Beyond, Pinned
from tests.support.random_policies import random_facts, random_policy
from xcrules.use.proof.sheets import Nearby, plain

SHIPPED = {"xicheng-2021": 2000, "nansha-technology-2017": 400, "nansha-headquarters-2017": 1000, "iit-comprehensive-2018": 1500}  # sheets of one turn
MOST_ROWS = 5
CLAUSES = 4  # of one sheet that are compared
FORMS = ((2, False), (MOST_ROWS, False), (MOST_ROWS, True))  # rows, and whether anything may be 不适用: the first that has a sheet is asked


class Sheets:
    """Sheets of a policy, around its cases and at random."""

    def __init__(self, policy: xcrules.Policy, r: Random) -> None:
        plan = policy._engines.default.plan
        self.policy, self.r, schema = policy, r, policy.program.schema
        self.cases = [plain(c.facts) for c in policy.program.cases]
        self.near = [Nearby(plan, k, schema, tuple({k.number, *(x.ledger for x in k.claims)})) for k in plan.clauses if not (k.nature or k.elsewhere)]

    def one(self) -> Any:
        r = self.r
        kind = r.random()
        raw = deepcopy(r.choice(self.cases)) if self.cases and kind < 0.5 else self._drawn()
        for _ in range(r.choice((0, 1, 1, 2, 3, 5))):
            self._change(raw)
        return raw

    def _drawn(self) -> Any:
        return enterprise(self.r.randrange(10**9)) if self.policy.name == "xicheng-2021" and self.r.random() < 0.7 else random_facts(self.r, self.policy)

    def _change(self, raw: Any) -> None:
        r, near = self.r, self.r.choice(self.near)
        table = r.choice([None, *near.tables.values()])
        held, fields = raw, near.top
        if table is not None:
            fields = near.fields[table.name]
            if table.kind == "名单":
                rows = raw.setdefault(table.name, [])
                if isinstance(rows, list) and len(rows) < MOST_ROWS and r.random() < 0.4:
                    other = self._drawn().get(table.name) or rows
                    rows += [deepcopy(x) for x in other[: MOST_ROWS - len(rows)]]
                    return
                held = r.choice(rows) if isinstance(rows, list) and rows else None
            else:
                held = raw.setdefault(table.name, {})
        if not isinstance(held, dict) or not fields:
            return
        field = r.choice(fields)
        how = r.random()
        if how < 0.1:
            held.pop(field.name, None)
        elif how < 0.15:
            held[field.name] = "不适用"
        elif values := near._values(field, 2023, held.get(field.name)):
            held[field.name] = r.choice(values)


class Compared:
    """What was compared of a policy: sheets, and clauses by their status; where solver and reference part."""

    def __init__(self, policy: xcrules.Policy, forms: tuple[tuple[int, bool], ...] = FORMS) -> None:
        self.policy, self.forms = policy, forms
        self.made: dict[tuple[int, bool], Pinned] = {}
        self.parted: list[tuple[Any, list[str]]] = []

    def more(self, count: int, seed: int) -> Counter[str]:
        r, seen = Random(seed), Counter[str]()
        sheets = Sheets(self.policy, r)
        while seen["sheets"] + seen["beyond"] < count:
            raw = sheets.one()
            try:
                seen["sheets" if self._one(raw, r, seen) else "beyond"] += 1
            except xcrules.XcrulesError:
                continue  # refused
        return seen

    def _one(self, raw: Any, r: Random, seen: Counter[str]) -> bool:
        facts = self.policy._engines.scaled(self.policy.facts(raw))
        for form in self.forms:
            if form not in self.made:
                self.made[form] = Pinned(self.policy, *form)
            try:
                if found := self.made[form].disagreements(facts, r, seen, 1, CLAUSES):
                    self.parted.append((raw, found))
            except Beyond:
                continue
            seen[f"{max([len(x) for x in raw.values() if isinstance(x, list)], default=0)} rows"] += 1
            seen["with 不适用"] += "不适用" in repr(raw)
            return True
        return False


def random_ones(r: Random) -> Iterator[xcrules.Policy]:
    while True:
        try:
            yield xcrules.loads(random_policy(Random(r.randrange(2**40))))
        except xcrules.XcrulesError:
            continue


def main(count: int = 100_000, seed: int = 1) -> int:
    whole, begun, parted = Counter[str](), time.process_time(), 0
    asked = {name: Compared(xcrules.load(name)) for name in SHIPPED}
    made = random_ones(Random(seed))
    for turn in count_from(seed):
        if whole["sheets"] >= count:
            break
        for name, one in [*asked.items(), *(("random", Compared(next(made), ((2, False), (3, True)))) for _ in range(5))]:
            seen = one.more(SHIPPED.get(name, 200), turn)
            whole.update(seen)
            for raw, found in one.parted:
                parted += 1
                print(name, found, raw)
            one.parted.clear()
        print(f"{time.process_time() - begun:7.0f} s {whole['sheets']:7} sheets, {parted} parted: {dict(whole.most_common())}", flush=True)
    return 1 if parted else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
