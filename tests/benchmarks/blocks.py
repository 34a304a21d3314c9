"""python -m tests.benchmarks.blocks [ENTERPRISES]: many enterprises at once, seven clauses, beside what a programmer writes for them in Polars and in SQL (DuckDB).

Processor time of this process with all its threads, tables in memory, the least of several rounds that take turns. All give amounts and statuses, which are held
against each other cell by cell. By hand everything is known and within 64 bits: no 缺失, no bound, no reason; what is checked and written besides, one of them does too.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa

import xcrules
from xcrules.use.batch.frames import cents_of
from xcrules.use.population.tables import population

from . import openfisca, subset

GRANTED, USED_UP, REFUSED = "应予支持", "额度用尽", "不符合"
RATES = ("经费支出强度", "平均强度")
COUNTS = ("取得证书次序", "国内专利件数", "国外专利国数", "以前补贴国数", "国际标准数", "国家标准数", "行业标准数", "影视部数", "游戏部数", "书籍部数")


def table_of(policy: xcrules.Policy, count: int, seed: int = 1) -> pa.Table:
    """A population whose every fact is given."""
    return pa.concat_tables([chunk["企业"] for chunk in population(policy, count, seed).chunks()], promote_options="permissive")


def by_hand(table: pa.Table) -> Any:
    """What a programmer would write for these seven clauses in Polars, over whole 分: a polars.DataFrame, `1` the 分 of a clause, `1s` its status."""
    import polars as pl

    c = pl.col
    whole = [(c(x) * 100).cast(pl.Int64) for x in subset.MONEY]
    rates = [(c(x) * 10**6).cast(pl.Int64) for x in RATES]
    frame = pl.from_arrow(table).lazy().with_columns(*whole, *rates, *(c(x).cast(pl.Int64) for x in COUNTS))  # type: ignore[union-attr]
    more = c("研发经费本年") - c("研发经费上年")
    grows = (c("经费支出本年") > c("经费支出上年")) & (c("经费支出上年") > c("经费支出前年")) & (c("经费支出强度") > c("平均强度")) & (more > 0)
    order = c("取得证书次序")
    first = ((c("新入驻") & c("持有证书")) | (order == 1)).cast(pl.Int64) * 30000000
    countries = pl.min_horizontal(c("国外专利国数"), pl.max_horizontal(6 - c("以前补贴国数"), pl.lit(0)))
    works = (c("影视部数") * 50000000 + c("游戏部数") * 30000000 + c("书籍部数") * 10000000) * 10
    amounts = frame.select(
        "国外专利国数",
        pl.min_horizontal((c("国家级专项资金") * 2 + c("市级专项资金") + 1) // 2, pl.lit(150000000)).alias("1"),
        pl.when(grows).then(pl.min_horizontal(pl.max_horizontal((more + 10) // 20, pl.lit(10000000)), pl.lit(50000000))).otherwise(0).alias("2"),
        (first + (order == 2).cast(pl.Int64) * 5000000).alias("3"),
        pl.min_horizontal(c("国内专利件数") * 400000 + countries * 1000000, pl.lit(50000000)).alias("4"),
        pl.min_horizontal(c("国际标准数") * 100000000 + c("国家标准数") * 40000000 + c("行业标准数") * 20000000, pl.lit(100000000)).alias("5"),
        ((pl.min_horizontal(works + pl.min_horizontal(c("版权签约费用") * 3, pl.lit(200000000)), pl.lit(1000000000)) + 5) // 10).alias("6"),
        ((pl.min_horizontal(c("普通贷款利息") * 3 + c("优惠贷款利息") * 5, pl.lit(1000000000)) + 5) // 10).alias("7"),
    )
    word = pl.Enum([GRANTED, USED_UP, REFUSED])

    def status(number: int) -> Any:
        zero = pl.when(c("国外专利国数") > 0).then(pl.lit(USED_UP, word)).otherwise(pl.lit(REFUSED, word)) if number == 4 else pl.lit(REFUSED, word)
        return pl.when(c(str(number)) > 0).then(pl.lit(GRANTED, word)).otherwise(zero).alias(f"{number}s")

    return amounts.with_columns(*(status(i) for i in range(1, 8))).drop("国外专利国数").collect()


def as_we_answer(table: pa.Table) -> Any:
    """The same with what a decision has besides: every cell is looked at (given, not below 0), amounts are 元 as decimals, and there is their total."""
    import polars as pl

    frame, names = pl.from_arrow(table), [str(i) for i in range(1, 8)]
    money = pl.Decimal(38, 2)
    looked_at = [*subset.MONEY, *RATES, *COUNTS]
    bad = frame.lazy().select(pl.col(looked_at).is_null().any(), pl.col(looked_at).min().lt(0).name.suffix("-")).collect().row(0)  # type: ignore[union-attr]
    assert not any(bad), "by hand only complete facts are told"
    return by_hand(table).lazy().with_columns((pl.sum_horizontal(*names).cast(money) / 100).alias("合计"), *((pl.col(x).cast(money) / 100).alias(x) for x in names)).collect()


SQL = f"""
with whole as (select {", ".join(f"({x} * 100)::bigint as {x}" for x in subset.MONEY)}, {", ".join(f"({x} * 1000000)::bigint as {x}" for x in RATES)},
  {", ".join(f"{x}::bigint as {x}" for x in COUNTS)}, 新入驻, 持有证书 from enterprises),
amounts as (select 国外专利国数,
  least((国家级专项资金 * 2 + 市级专项资金 + 1) // 2, 150000000) as "1",
  case when 经费支出本年 > 经费支出上年 and 经费支出上年 > 经费支出前年 and 经费支出强度 > 平均强度 and 研发经费本年 > 研发经费上年
    then least(greatest((研发经费本年 - 研发经费上年 + 10) // 20, 10000000), 50000000) else 0 end as "2",
  case when (新入驻 and 持有证书) or 取得证书次序 = 1 then 30000000 else 0 end + case when 取得证书次序 = 2 then 5000000 else 0 end as "3",
  least(国内专利件数 * 400000 + least(国外专利国数, greatest(6 - 以前补贴国数, 0)) * 1000000, 50000000) as "4",
  least(国际标准数 * 100000000 + 国家标准数 * 40000000 + 行业标准数 * 20000000, 100000000) as "5",
  (least((影视部数 * 50000000 + 游戏部数 * 30000000 + 书籍部数 * 10000000) * 10 + least(版权签约费用 * 3, 200000000), 1000000000) + 5) // 10 as "6",
  (least(普通贷款利息 * 3 + 优惠贷款利息 * 5, 1000000000) + 5) // 10 as "7" from whole)
select "1", "2", "3", "4", "5", "6", "7",
  {", ".join(f'''(case when "{i}" > 0 then '{GRANTED}' {f"when 国外专利国数 > 0 then '{USED_UP}'" if i == 4 else ""} else '{REFUSED}' end)::words as "{i}s"''' for i in range(1, 8))} from amounts
"""


def by_sql(table: pa.Table) -> Any:
    """The same in SQL, by DuckDB: a pyarrow.Table. Raises ImportError where that is not installed."""
    import duckdb

    with duckdb.connect() as base:
        base.execute("set enable_progress_bar = false")
        base.execute(f"create type words as enum ('{GRANTED}', '{USED_UP}', '{REFUSED}')")
        base.register("enterprises", table)
        return base.sql(SQL).to_arrow_table()


def differing(answers: pa.Table, other: Any) -> int:
    """In how many cells, amounts and statuses, the two come to something else. The facts are complete."""
    wrong = 0
    for i in range(1, 8):
        for ours, name in ((cents_of(answers, f"{i}.金额"), f"{i}"), (answers.column(f"{i}.状态"), f"{i}s")):
            theirs = other.column(name).to_pylist() if isinstance(other, pa.Table) else other[name].to_list()
            wrong += sum(a != (int(b * 100) if isinstance(b, Decimal) else b) for a, b in zip(ours.to_pylist(), theirs, strict=True))
    return wrong


def main(count: int, rounds: int = 5) -> None:
    policy = subset.subset_policy()
    table = table_of(policy, count)
    runs: dict[str, Callable[[pa.Table], Any]] = {"手写 Polars": by_hand, "手写 Polars，查每一格，出元和合计": as_we_answer, "手写 SQL，DuckDB": by_sql, "decide_table": policy.decide_table}
    made: dict[str, Any] = {}
    least: dict[str, float] = {}
    absent: dict[str, str] = {}
    try:
        peer = openfisca.prepared(table)
        runs["OpenFisca，只有金额"] = lambda _: peer()
    except ImportError:
        absent["OpenFisca，只有金额"] = "openfisca-core"
    for _ in range(rounds):
        for name, run in runs.items():
            try:
                start = time.process_time()
                made[name] = run(table)
                least[name] = min(time.process_time() - start, least.get(name, float("inf")))
            except ModuleNotFoundError as error:
                absent[name] = error.name or ""
    print(f"| 七款，{count} 家，状态和金额 | 处理器秒 | 每家微秒 | 倍数 | 与 decide_table 不同的格 |\n|---|---:|---:|---:|---:|")
    for name in least:
        wrong = "" if name == "decide_table" else openfisca.differing(made["decide_table"], made[name]) if isinstance(made[name], dict) else differing(made["decide_table"], made[name])
        print(f"| {name} | {least[name]:.2f} | {least[name] / count * 1e6:.2f} | {least[name] / least['手写 Polars']:.1f} | {wrong} |")
    for name, module in absent.items():
        print(f"| {name} | 未测：这个 Python 里没有 {module} | | | |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
