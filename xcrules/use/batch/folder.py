"""The answers as a folder of Parquet files, put in its place when it is whole."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa

from xcrules.run.results import STATUSES

from . import running
from .results import table_of
from .running import ASKED, REFUSED, STATE, WANTING, Job, refused_count, refused_tables, write_parquet, write_tables
from .summary import HEADER, Summary, explanation

_TYPES = dict.fromkeys(STATUSES, pa.int64()) | dict.fromkeys(HEADER[-5:], pa.decimal128(38, 2))


def write_folder(job: Job, summary: Summary, pools: Any | None) -> int:
    """退回, 按款汇总 and 说明 beside what is there, then the folder renamed. How many rows 退回 has. Raises XcrulesError."""
    aside, refused = job.aside, refused_count(job)
    write_tables(aside / "退回.parquet", refused_tables(job))
    if pools is not None:
        write_parquet(aside / "统筹.parquet", pools)
    write_parquet(aside / "按款汇总.parquet", table_of(HEADER, summary.rows(words_of(job)), _TYPES))
    told = explanation(job, summary, refused)
    (aside / "说明.json").write_text(json.dumps([{"项": a, "内容": b} for a, b in told], ensure_ascii=False, indent=1), encoding="utf-8")
    old = job.out.parent / f".{job.out.name}.旧"
    if job.out.exists():
        shutil.rmtree(old, ignore_errors=True)
        os.rename(job.out, old)
    os.rename(aside, job.out)
    for name in (REFUSED, ASKED):
        shutil.rmtree(job.out / name)
    (job.out / STATE).unlink()
    shutil.rmtree(old, ignore_errors=True)
    return refused


def not_ours(out: Path) -> list[str]:
    """What stands in a folder and no run has written."""
    ours = {running.ANSWERS, WANTING, running.DETAILS, REFUSED, ASKED, STATE, "退回.parquet", "统筹.parquet", "按款汇总.parquet", "说明.json"}
    return sorted({x.name for x in out.iterdir()} - ours)


def words_of(job: Job) -> dict[str, str]:
    """The words of each clause by its number."""
    return {k.number: " ".join(k.words.split()) for k in job.policy.program.clauses}
