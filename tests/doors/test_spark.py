"""xcrules.spark: on two local workers, row by row what `decide_table` and `batch` say, and nothing is moved between them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.doors.test_batch import CHAINED
from tests.support.commands import command

ROWS = 300
# in a process of its own: the JVM goes with it, and so do Spark's warnings about the versions of others
SESSION = """
import sys
import pyarrow.parquet as pq
from pyspark.sql import SparkSession
import xcrules

spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.sql.execution.arrow.maxRecordsPerBatch", "64") \\
    .config("spark.sql.files.maxPartitionBytes", "65536").config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate()
"""
SCRIPT = """
policy = xcrules.load("xicheng-2021")
df = spark.read.parquet(sys.argv[1])
for readings in ({}, {"A08": "门槛", "A22": "各自"}):
    answers = xcrules.spark.decide(df, policy, readings)
    assert "Exchange" not in answers._jdf.queryExecution().executedPlan().toString()
    found = {r["编号"]: r.asDict(recursive=True) for r in answers.collect()}
    wanted = {r["编号"]: r for r in policy.decide_table(pq.read_table(sys.argv[1]), readings).to_pylist()}
    assert found == wanted, [k for k in wanted if wanted[k] != found.get(k)][:3]
nobody = xcrules.spark.decide(df.where("1 = 0"), policy)
assert nobody.columns == answers.columns and nobody.count() == 0
flat = pq.read_table(sys.argv[2])  # names with points in them: 研发经费.2023
assert xcrules.spark.decide(spark.read.parquet(sys.argv[2]), policy).select("编号", "合计").collect() == [
    (r["编号"], r["合计"]) for r in policy.decide_table(flat).to_pylist()]
print("同", len(found))
"""


@pytest.mark.slow
def test_the_whole_regulation_on_two_workers(tmp_path: Path) -> None:
    data = tmp_path / "企业.parquet"
    assert command("generate", "xicheng-2021", str(ROWS), str(data), "--seed", "3").code == 0
    assert command("generate", "xicheng-2021", "5", str(tmp_path / "表")).code == 0
    assert on_spark(SCRIPT, data, tmp_path / "表" / "企业.parquet") == f"同 {ROWS}"


def on_spark(script: str, *arguments: object) -> str:
    made = subprocess.run([sys.executable, "-c", SESSION + script, *map(str, arguments)], capture_output=True, text=True, check=False,
                          env=os.environ | {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1", "PYTHONIOENCODING": "utf-8"})
    assert made.returncode == 0, made.stderr[-3000:]
    return made.stdout.strip()


# 甲分得 changes what 第二条 asks; 第四条 is given by rank, where some stand equal and the later date does not part them
FUNDS = """规定：试行办法
""" + CHAINED.replace("| 历史   |", "| 得分   | 数   |        |          |\n| 历史   |") + """「第四条 奖励3万元，每年安排20万元，得分排名前8名，同分的按比例。」
  对象：企业
  标准：3万元
  总额：每年 20万元，依 得分 从高，前 8名，同分 按比例
"""
SHARING = """
policy = xcrules.load(sys.argv[1])
answers, pools = xcrules.spark.share_out(spark.read.parquet(sys.argv[2]), policy)
assert "Exchange" not in answers._jdf.queryExecution().executedPlan().toString()
found = {r["编号"]: r.asDict(recursive=True) for r in answers.collect()}
wanted = {r["编号"]: r for r in pq.read_table(sys.argv[3] + "/名单").to_pylist()}
assert found == wanted, [(wanted[k], found.get(k)) for k in wanted if wanted[k] != found.get(k)][:2]
told = lambda rows: sorted(map(str, rows))
assert told(pools.to_pylist()) == told(pq.read_table(sys.argv[3] + "/统筹.parquet").to_pylist())
for number in "124":
    assert sum(r[number + ".分得"] or 0 for r in found.values() if r["合计"] is not None) > 0
print("同", len(found), *(sum(r[x + ".分得"] or 0 for r in found.values()) for x in "124"))
"""


@pytest.mark.slow
def test_what_is_shared_out_is_that_of_batch(tmp_path: Path) -> None:
    """All who ask: 10万, 15万 and, of 3万 each, 20万 for at most eight, go to the last cent; 10 of 200 rows are refused, and ask for nothing."""
    (tmp_path / "办法").mkdir()
    (tmp_path / "办法" / "条文.规则").write_text(FUNDS, encoding="utf-8")
    random = Random(5)
    rows = [{"编号": f"{i:03}", "年度": 2023, "投资额": "错" if i % 20 == 7 else str(random.randrange(200_000, 30_000_000)), "得分": str(random.randrange(60, 66))}
            for i in range(200)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "企业.parquet", row_group_size=50)
    assert command("batch", str(tmp_path / "办法"), str(tmp_path / "企业.parquet"), str(tmp_path / "结果"), "--进程", "1").code == 1
    assert on_spark(SHARING, tmp_path / "办法", tmp_path / "企业.parquet", tmp_path / "结果") == "同 200 100000.00 150000.00 200000.00"
