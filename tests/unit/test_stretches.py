"""Tables joined some enterprises at a time come to what they come to in memory: blocks, strays, who has no rows, keys that are told twice."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest

import xcrules
from xcrules.facts.arrow.block import FAULTS, ROW_NUMBER
from xcrules.facts.arrow.joined import Joined, Stray
from xcrules.facts.arrow.shelves import Shelves, together

POLICY = xcrules.loads("事实：顶层\n| 名称 | 类型 |\n| 甲 | 元 |\n\n事实：贷款，逐笔\n| 名称 | 类型 |\n| 息 | 元 |\n\n事实：专利，逐项\n| 名称 | 类型 |\n| 费 | 元 |\n\n"
                       "「第一条 奖甲。」\n  对象：企业\n  标准：甲\n「第二条 贴息。」\n  对象：每笔 贷款\n  标准：息\n「第三条 补费。」\n  对象：每项 专利\n  标准：费\n")


class Pieces:
    """Tables in memory, some rows at a time."""

    def __init__(self, tables: dict[str, pa.Table], size: int) -> None:
        self.tables, self.size = tables, size

    def rows(self, table: str) -> Iterator[pa.Table]:
        held = self.tables[table]
        return iter([held.slice(i, self.size) for i in range(0, max(held.num_rows, 1), self.size)])

    def keys(self, table: str) -> Iterator[Any]:
        return (rows.column("编号") for rows in self.rows(table))

    def extent(self, table: str) -> tuple[int, int]:
        return self.tables[table].num_rows, self.tables[table].nbytes


def tables_of(r: Random) -> dict[str, pa.Table]:
    """Some enterprises and their rows: in the order of their keys or not, with rows of nobody, keys told twice, keys left out."""
    count = r.choice((0, 1, 7, 40))
    keys: list[str | None] = [f"企{i:0{r.choice((1, 3))}}" for i in range(count)]
    if r.random() < 0.5:
        r.shuffle(keys)
    else:
        keys = sorted(map(str, keys))
    if r.random() < 0.3 and count:
        keys += [keys[0], None]
    known = [*keys, *(["无此家", None, ""] if r.random() < 0.5 else [])]
    tables = {"": keys}
    for name in ("贷款", "专利"):
        tables[name] = [r.choice(known) for _ in range(r.choice((0, 30, 90)))] if known else []
        if r.random() < 0.6 and None not in tables[name]:
            tables[name] = sorted(map(str, tables[name]))
    return {name: pa.table({"编号": pa.array(held, pa.string()), ROW_NUMBER: pa.array(range(len(held)), pa.int64())}) for name, held in tables.items()}


def joined(tables: dict[str, pa.Table], r: Random, folder: Path | None, most: int) -> tuple[Any, ...]:
    strays: list[Stray] = []
    made = Joined(POLICY.program.form, Pieces(tables, r.choice((1, 3, 1000))), ["贷款", "专利"], Shelves(folder, most // 4), strays.extend, most)
    enterprises = []
    for block in made.blocks(3):
        lists = {n: [x.rows.column(ROW_NUMBER).to_pylist()[a:b] for a, b in zip(x.offsets, x.offsets[1:], strict=False)] for n, x in block.lists.items()}
        assert block.rows.num_rows == 3 or block.rows.column(ROW_NUMBER)[-1].as_py() == tables[""].num_rows - 1
        faults = block.rows.column(FAULTS).to_pylist() if FAULTS in block.rows.column_names else [None] * block.rows.num_rows
        enterprises += list(zip(block.rows.column("编号").to_pylist(), block.rows.column(ROW_NUMBER).to_pylist(), faults, *lists.values(), strict=True))
    return enterprises, sorted((x.table, x.row, x.key or "", x.found.message) for x in strays), +made.without_rows


@pytest.mark.parametrize("seed", range(60))
def test_some_at_a_time_is_all_at_once(tmp_path: Path, seed: int) -> None:
    r = Random(seed)
    tables = tables_of(r)
    whole = joined(tables, r, None, 10**9)
    assert [x[1] for x in whole[0]] == list(range(tables[""].num_rows))
    for most in (100, 1_000):
        assert joined(tables, r, tmp_path / "架", most) == whole


def respelt(r: Random, key: str) -> str:
    """The same identity as somebody else types it."""
    return r.choice((key, key.lower(), "".join(chr(ord(x) + 0xFEE0) for x in key), f"{key[0]} {key[1:]}", f"{key[0]}\u3000{key[1:].lower()}"))


@pytest.mark.parametrize("seed", range(10))
def test_keys_are_compared_as_identities(tmp_path: Path, seed: int) -> None:
    """However each table spells its keys, in any order: an enterprise has the rows of its identity, and two of one identity are told."""
    r = Random(seed)
    keys = [f"A{i:02}" for i in range(30)]
    loans = [r.choice([*keys, "B1"]) for _ in range(60)]
    if r.random() < 0.5:
        r.shuffle(keys)
    else:
        loans.sort()
    twice = keys[3]
    typed = {"": [respelt(r, x) for x in keys] + [respelt(r, twice)], "贷款": [respelt(r, x) for x in loans], "专利": []}
    tables = {name: pa.table({"编号": pa.array(held, pa.string()), ROW_NUMBER: pa.array(range(len(held)), pa.int64())}) for name, held in typed.items()}
    for most in (100, 10**9):
        rows, strays, _ = joined(tables, r, tmp_path / "架", most)
        assert [(x[0], x[3]) for x in rows] == [(key, [i for i, x in enumerate(loans) if x == own]) for key, own in zip(typed[""][:-1], keys, strict=True)] + [(typed[""][-1], [])]
        assert [i for i, x in enumerate(rows) if x[2] is not None] == [3, len(keys)]
        assert strays == [("贷款", i, typed["贷款"][i], f"这一行「{typed['贷款'][i]}」不在「企业」里") for i, x in enumerate(loans) if x == "B1"]


def test_columns_of_several_types_become_text() -> None:
    """2^53 + 1 stays what it is beside a fraction that a binary number holds."""
    tables = [pa.table({"a": pa.array([2**53 + 1], pa.int64()), "b": [True], "c": pa.nulls(1)}), pa.table({"a": [0.5], "b": ["否"], "c": [1]}),
              pa.table({"a": pa.array([Decimal("0.10")]), "b": [None], "c": [None]})]
    assert together(tables).to_pylist() == [{"a": "9007199254740993", "b": "是", "c": None}, {"a": "0.5", "b": "否", "c": 1}, {"a": "0.10", "b": None, "c": None}]


def test_shelves_throw_away_what_a_killed_run_left(tmp_path: Path) -> None:
    folder = tmp_path / "架"
    left = Shelves(folder, 0)
    left.put("甲", pa.table({"a": [1]}))
    assert folder.exists()
    shelves = Shelves(folder, 0)
    assert not folder.exists()
    shelves.put("甲", pa.table({"a": [2]}))
    shelves.put("甲", pa.table({"a": ["3"]}))
    assert [t.to_pylist() for t in shelves.take("甲")] == [[{"a": 2}], [{"a": "3"}]]
    shelves.clear()
    assert not folder.exists()
