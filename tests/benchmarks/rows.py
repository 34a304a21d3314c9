"""python -m tests.benchmarks.rows [ENTERPRISES]: the whole regulation by `decide_table`, held row by row against `decide` on the same facts, every clause and the totals.

Half of the enterprises as `generate` makes them, half with 1 % of the cells empty, lists included. Ends with 1 where anything differs.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import xcrules
from xcrules.base.money import Unlimited
from xcrules.facts.arrow import block_facts, block_of, block_rows
from xcrules.facts.arrow.schema import FIGURE_OF
from xcrules.run.decision import Decision
from xcrules.use.population.tables import population

PIECE = 10_000
EMPTY = 0.01


def emptied(column: Any, random: np.random.Generator) -> Any:
    """The column with cells empty, those of its items for a list of records."""
    if pa.types.is_list(column.type) and pa.types.is_struct(column.type.value_type):
        return pa.ListArray.from_arrays(column.offsets, emptied(column.values, random), mask=column.is_null())
    if pa.types.is_struct(column.type):
        keyed = FIGURE_OF in [f.name for f in column.type]  # a figure for each year: 年度 is no cell that can be empty
        inner = [x if keyed and f.name != FIGURE_OF else emptied(x, random) for f, x in zip(column.type, column.flatten(), strict=True)]
        return pa.StructArray.from_arrays(inner, fields=[f.with_nullable(True) for f in column.type])
    return pc.if_else(pa.array(random.random(len(column)) < EMPTY), pa.scalar(None, column.type), column)


def tables(policy: xcrules.Policy, count: int, seed: int) -> Iterator[Any]:
    """The enterprises, some at a time."""
    random = np.random.default_rng(seed)
    for batch in population(policy, count, seed).blocks():
        for start in range(0, batch.num_rows, PIECE):
            piece = batch.slice(start, PIECE)
            whole = piece.slice(0, piece.num_rows // 2)
            rest = pa.concat_batches([piece.slice(piece.num_rows // 2)])
            holes = [rest.column(0), *(emptied(x, random) for x in rest.columns[1:])]
            yield pa.Table.from_batches([whole])
            yield pa.Table.from_arrays(holes, schema=rest.schema)


def differing(policy: xcrules.Policy, table: Any, seen: Counter[str]) -> list[str]:
    """What `decide_table` says otherwise than `decide`, of which `seen` counts the statuses."""
    block = block_of(table, policy.program.form)
    to_facts = block_facts(policy.program.form)
    found = []
    for row, answer in zip(block_rows(block, policy.program.form), policy.decide_table(table).to_pylist(), strict=True):
        try:
            wanted = expected(policy.decide(to_facts(row)))
        except xcrules.XcrulesError:
            wanted = {"退回": True}
            answer = {"退回": answer["退回"] is not None}
        seen.update(str(x) for name, x in wanted.items() if name.endswith(".状态"))
        seen["退回的家"] += wanted["退回"] is not None
        found += [f"{answer.get('编号')} {name}: decide {x!r}, decide_table {answer.get(name)!r}" for name, x in wanted.items() if answer.get(name) != x]
    return found


def expected(decision: Decision) -> dict[str, Any]:
    """What the columns should say; a clause that has no such column has nothing to say there."""
    made: dict[str, Any] = {"退回": None}
    for clause in decision.clauses:
        made |= {f"{clause.number}.状态": clause.status, f"{clause.number}.金额": clause.amount, f"{clause.number}.上限": _known(clause.bound),
                 f"{clause.number}.本年度拨付": clause.this_year, f"{clause.number}.缺失": list(clause.missing)}
    for name, (low, high) in (("合计", decision.total), ("本年度拨付合计", decision.paid_this_year_range)):
        made |= {name: low, f"{name}.至多": _known(high)}
    return made


def _known(amount: Fraction | Unlimited | None) -> Fraction | None:
    return None if isinstance(amount, Unlimited) else amount


def main(count: int, seed: int = 8) -> int:
    policy, wrong, done, start = xcrules.load("xicheng-2021"), list[str](), 0, time.process_time()
    seen = Counter[str]()  # equal where nothing happens says little
    for table in tables(policy, count, seed):
        wrong += differing(policy, table, seen)
        done += table.num_rows
        print(f"{done} 家，{len(wrong)} 处不同", file=sys.stderr, flush=True)
    statuses = "、".join(f"{k} {n}" for k, n in seen.most_common())
    print("\n".join([*wrong[:20], f"整部规定，{done} 家，逐款逐列与 decide 比，{len(wrong)} 处不同（{statuses}）；处理器 {time.process_time() - start:.0f} 秒"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
