"""python -m tests.benchmarks.blocks [ENTERPRISES]: many enterprises at once, seven clauses, beside hand-written Polars on the same table.

Processor time of this process, tables in memory; amounts are held against each other to the 分. Polars gives amounts only: no status, no bound, no 缺失.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import pyarrow as pa

import xcrules
from xcrules.use.batch.frames import cents_of
from xcrules.use.population.tables import population

from . import subset

Answers = dict[str, list[int]]


def table_of(policy: xcrules.Policy, count: int, seed: int = 1) -> pa.Table:
    """A population whose every fact is given."""
    return pa.concat_tables([chunk["企业"] for chunk in population(policy, count, seed).chunks()], promote_options="permissive")


def by_hand(table: pa.Table) -> Any:
    """What a programmer would write for these seven clauses in Polars, over whole 分."""
    import polars as pl

    c = pl.col
    whole = [(c(x) * 100).cast(pl.Int64) for x in subset.MONEY]
    rates = [(c(x) * 10**6).cast(pl.Int64) for x in ("经费支出强度", "平均强度")]
    counts = [c(x).cast(pl.Int64) for x in ("取得证书次序", "国内专利件数", "国外专利国数", "以前补贴国数", "国际标准数", "国家标准数", "行业标准数", "影视部数", "游戏部数", "书籍部数")]
    frame = pl.from_arrow(table).lazy().with_columns(*whole, *rates, *counts)  # type: ignore[union-attr]
    more = c("研发经费本年") - c("研发经费上年")
    grows = (c("经费支出本年") > c("经费支出上年")) & (c("经费支出上年") > c("经费支出前年")) & (c("经费支出强度") > c("平均强度")) & (more > 0)
    order = c("取得证书次序")
    first = ((c("新入驻") & c("持有证书")) | (order == 1)).cast(pl.Int64) * 30000000
    countries = pl.min_horizontal(c("国外专利国数"), pl.max_horizontal(6 - c("以前补贴国数"), pl.lit(0)))
    works = (c("影视部数") * 50000000 + c("游戏部数") * 30000000 + c("书籍部数") * 10000000) * 10
    return frame.select(
        pl.min_horizontal((c("国家级专项资金") * 2 + c("市级专项资金") + 1) // 2, pl.lit(150000000)).alias("1"),
        pl.when(grows).then(pl.min_horizontal(pl.max_horizontal((more + 10) // 20, pl.lit(10000000)), pl.lit(50000000))).otherwise(0).alias("2"),
        (first + (order == 2).cast(pl.Int64) * 5000000).alias("3"),
        pl.min_horizontal(c("国内专利件数") * 400000 + countries * 1000000, pl.lit(50000000)).alias("4"),
        pl.min_horizontal(c("国际标准数") * 100000000 + c("国家标准数") * 40000000 + c("行业标准数") * 20000000, pl.lit(100000000)).alias("5"),
        ((pl.min_horizontal(works + pl.min_horizontal(c("版权签约费用") * 3, pl.lit(200000000)), pl.lit(1000000000)) + 5) // 10).alias("6"),
        ((pl.min_horizontal(c("普通贷款利息") * 3 + c("优惠贷款利息") * 5, pl.lit(1000000000)) + 5) // 10).alias("7"),
    ).collect()


def differing(answers: pa.Table, frame: Any) -> int:
    """In how many cells the two come to something else; rows of which a fact is unknown are left out."""
    wrong = 0
    for number in frame.columns:
        ours, theirs = cents_of(answers, f"{number}.金额").to_pylist(), frame[number].to_list()
        status = answers.column(f"{number}.状态").to_pylist()
        wrong += sum(a != b for a, b, s in zip(ours, theirs, status, strict=True) if s in ("应予支持", "不符合") and b is not None)
    return wrong


def measured(run: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    made = run()
    return made, time.process_time() - start


def main(count: int) -> None:
    policy = subset.subset_policy()
    table = table_of(policy, count)
    policy.decide_table(table.slice(0, 10))
    by_hand(table.slice(0, 10))
    answers, ours = measured(lambda: policy.decide_table(table))
    frame, theirs = measured(lambda: by_hand(table))
    print(f"| 七款，{count} 家 | 处理器秒 | 每家微秒 | 倍数 |\n|---|---:|---:|---:|")
    for name, seconds in (("手写 Polars，只有金额", theirs), ("decide_table，状态、金额、上限、缺失", ours)):
        print(f"| {name} | {seconds:.2f} | {seconds / count * 1e6:.1f} | {seconds / theirs:.1f} |")
    print(f"金额不同的格：{differing(answers, frame)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
