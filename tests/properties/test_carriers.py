"""The same facts come to the same answers whatever carries them: text in either encoding, a workbook, Parquet, nested, lines; in any order of rows, in memory or put away."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

import xcrules
from tests.support.decisions import many
from tests.support.policies import shipped
from tests.support.random_policies import SEEDS, Raw, random_policy
from tests.support.tables import block_table, flat, sheets_of, tables
from xcrules.base.diagnostic import XcrulesError
from xcrules.use.batch import work
from xcrules.use.batch.texts import Deciders

Write = Callable[[Path, dict[str, pa.Table]], None]


def words(value: Any) -> str:
    """A value as it stands in a table of an office."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case Decimal():
            return format(value, "f")
        case list():
            return "、".join(value)
        case _:
            return str(value)


def as_text(encoding: str) -> Write:
    def write(folder: Path, held: dict[str, pa.Table]) -> None:
        for name, table in held.items():
            with open(folder / f"{name}.csv", "w", encoding=encoding, newline="") as file:
                csv.writer(file).writerows([table.column_names, *([words(x) for x in row.values()] for row in table.to_pylist())])
    return write


def as_book(folder: Path, held: dict[str, pa.Table]) -> None:
    book = openpyxl.Workbook(write_only=True)
    for name, table in held.items():
        sheet = book.create_sheet(name)
        sheet.append(table.column_names)
        for row in table.to_pylist():
            sheet.append([words(x) or None for x in row.values()])
    book.save(folder / "全部.xlsx")


def as_parquet(folder: Path, held: dict[str, pa.Table]) -> None:
    for name, table in held.items():
        pq.write_table(table, folder / f"{name}.parquet", row_group_size=3)


def in_parts(folder: Path, held: dict[str, pa.Table]) -> None:
    """Each table in two files, the second of it text."""
    for name, table in held.items():
        half = table.num_rows // 2
        pq.write_table(table.slice(0, half), folder / f"{name}-1.parquet")
        with open(folder / f"{name}-2.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([table.column_names, *([words(x) for x in row.values()] for row in table.slice(half).to_pylist())])


CARRIERS: dict[str, Write] = {"utf-8": as_text("utf-8"), "gb18030": as_text("gb18030"), "xlsx": as_book, "parquet": as_parquet, "parts": in_parts}


@contextmanager
def small(most: int) -> Iterator[None]:
    """So little room that tables are joined a few enterprises at a time."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("Joined", partial(work.Joined, most=most)), ("Shelves", partial(work.Shelves, most=most // 4)), ("BLOCK", 2)):
            patch.setattr(work, name, value)
        yield


def answers(policy: Deciders, data: Path) -> list[dict[str, Any]]:
    """What a run over the data says, row by row; of what is wrong, only that something is."""
    with work.work_of(data, policy.policy.program.form, data.parent / "架") as found:
        made = [work.done(policy, task, False).answers for task in found.tasks()]
        assert found.lost == 0
    rows = pa.concat_tables(made, promote_options="default").to_pylist()
    return [{k: bool(v) if k == "退回" else v for k, v in row.items()} for row in rows]


def sorted_or_not(r: Random, held: dict[str, pa.Table], shuffled: bool) -> dict[str, pa.Table]:
    """The rows of lists in another order; those of one enterprise keep theirs."""
    made = {"企业": held["企业"]}
    for name, table in held.items():
        if name != "企业":
            keys = table.column("编号").to_pylist()
            rank = {key: r.random() if shuffled else key for key in dict.fromkeys(keys)}
            made[name] = table.take(pa.array(sorted(range(len(keys)), key=lambda i, rank=rank, keys=keys: (rank[keys[i]], i)), pa.int64()))  # type: ignore[misc]
    return made


def assert_same(policy: xcrules.Policy, sheets: list[Raw], r: Random) -> None:
    form, deciders = policy.program.form, Deciders(policy)
    with TemporaryDirectory() as place:
        here = Path(place)
        pq.write_table(block_table(sheets, form), here / "嵌套.parquet")
        want = answers(deciders, here / "嵌套.parquet")
        lines = [json.dumps({k: v for k, v in sheet.items() if v is not None}, ensure_ascii=False, default=str) for sheet in sheets]
        (here / "行.jsonl").write_text("\n".join(lines), encoding="utf-8")
        assert answers(deciders, here / "行.jsonl") == want
        for name, write in CARRIERS.items():
            shuffled = r.random() < 0.5
            folder = here / name
            folder.mkdir()
            write(folder, sorted_or_not(r, tables(sheets, form), shuffled))
            with small(r.choice((2_000, 10**8))):
                assert answers(deciders, folder) == want, (name, shuffled)


@many(1)
@given(seed=SEEDS)
def test_random_policies(seed: int) -> None:
    r = Random(seed)
    try:
        policy = xcrules.loads(random_policy(r))
    except XcrulesError:
        return
    assert_same(policy, flat(sheets_of(r, policy, 6)), r)


@pytest.mark.slow
@many(1)
@given(seed=SEEDS)
def test_shipped_regulation(seed: int) -> None:
    r, policy = Random(seed), shipped()
    assert_same(policy, flat(sheets_of(r, policy, 6)), r)
