"""xcrules.spark: on two local workers, row by row what `decide_table` says, and nothing is moved between them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import command

ROWS = 300
# in a process of its own: the JVM goes with it, and so do Spark's warnings about the versions of others
SCRIPT = """
import sys
import pyarrow.parquet as pq
from pyspark.sql import SparkSession
import xcrules

spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.sql.execution.arrow.maxRecordsPerBatch", "64") \\
    .config("spark.sql.files.maxPartitionBytes", "65536").config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate()
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
    made = subprocess.run([sys.executable, "-c", SCRIPT, str(data), str(tmp_path / "表" / "企业.parquet")], capture_output=True, text=True, check=False,
                          env=os.environ | {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1", "PYTHONIOENCODING": "utf-8"})
    assert made.stdout.strip().endswith(f"同 {ROWS}"), made.stderr[-3000:]
