"""A block comes to what `decide` says of each of its rows: statuses, amounts, bounds, what is paid, what is missing, totals, what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, strategies as st

import xcrules
from tests.support.decisions import many
from tests.support.policies import shipped
from tests.support.random_policies import SEEDS, Raw, random_policy
from tests.support.tables import block_table, flat, sheets_of, tables
from xcrules.base.diagnostic import XcrulesError
from xcrules.base.money import Unlimited
from xcrules.facts.arrow import named
from xcrules.facts.arrow.block import ROW_NUMBER
from xcrules.facts.arrow.joined import Joined, Stray
from xcrules.facts.arrow.schema import TableHeads
from xcrules.facts.arrow.shelves import Shelves
from xcrules.run.decision import Decision
from xcrules.use.batch.block import BlockDecider

SHIPPED = shipped()


def exact(value: Any) -> Any:
    return Fraction(value) if isinstance(value, Decimal) else value


def expected(decision: Decision) -> dict[str, Any]:
    """The answers that a row has, by column."""
    made: dict[str, Any] = {}
    for clause in decision:
        bound = None if isinstance(clause.bound, Unlimited) else clause.bound
        made |= {f"{clause.number}.状态": clause.status, f"{clause.number}.金额": clause.amount, f"{clause.number}.申请额": clause.applied,
                 f"{clause.number}.上限": bound, f"{clause.number}.本年度拨付": clause.this_year, f"{clause.number}.缺失": list(clause.missing)}
    for name, found in (("合计", decision.totals), ("本年度拨付合计", decision.totals_this_year)):
        for words, (low, high) in found.items():
            made |= {(name, words): low, (name, words, "至多"): None if isinstance(high, Unlimited) else high}
    return made


def answer(policy: xcrules.Policy, raw: Raw, readings: dict[str, str]) -> dict[str, Any] | XcrulesError:
    try:
        return expected(policy.decide(raw, readings))
    except XcrulesError as error:
        return error


def assert_equal(policy: xcrules.Policy, sheets: list[Raw], table: pa.Table, readings: dict[str, str]) -> None:
    answers = policy.decide_table(table, readings)
    assert answers.num_rows == len(sheets)
    several = len({n.split(".")[1] for n in answers.column_names if n.startswith("合计.")} - {"至多"}) > 0
    for raw, row in zip(sheets, answers.to_pylist(), strict=True):
        assert_row(policy, raw, row, readings, several)


def assert_row(policy: xcrules.Policy, raw: Raw, row: dict[str, Any], readings: dict[str, str], several: bool) -> None:
    want = answer(policy, raw, readings)
    if isinstance(want, XcrulesError):
        assert "[E" in row.pop("退回"), want
        assert all(v is None for k, v in row.items() if k != "编号"), row
        return
    assert row["退回"] is None, (row["退回"], raw)
    for name, value in want.items():
        if isinstance(name, tuple):
            column = ".".join([name[0], *([name[1]] if several else []), *name[2:]])
            assert exact(row[column]) == value, (name, raw)
        elif name not in row:
            assert value is None, (name, value)
        else:
            assert exact(row[name]) == value, (name, row[name], value, raw)


@many(3)
@given(seed=SEEDS)
def test_shipped_regulation(seed: int) -> None:
    r = Random(seed)
    sheets = sheets_of(r, SHIPPED, 6)
    readings = {} if seed % 2 else {x.number: r.choice(x.modelled) for x in SHIPPED.program.readings if r.random() < 0.3}
    assert_equal(SHIPPED, sheets, block_table(sheets, SHIPPED.program.form), readings)


@many(6)
@given(seed=SEEDS)
def test_random_policies(seed: int) -> None:
    r = Random(seed)
    try:
        policy = xcrules.loads(random_policy(r))
    except XcrulesError:
        return
    sheets = sheets_of(r, policy, 5)
    assert_equal(policy, sheets, block_table(sheets, policy.program.form), {})


@pytest.mark.parametrize("name", ["nansha-headquarters-2017", "nansha-technology-2017", "iit-comprehensive-2018"])
def test_other_shipped_policies(name: str) -> None:
    policy = xcrules.load(name)
    sheets = sheets_of(Random(7), policy, 8)
    assert_equal(policy, sheets, block_table(sheets, policy.program.form), {})


@many(2)
@given(seed=SEEDS, most=st.sampled_from((10**9, 2_000)), sorted_=st.booleans())
def test_tables_joined_by_their_key_come_to_the_same(seed: int, most: int, sorted_: bool) -> None:
    """The rows of a list in any order, in memory, side by side, or put away in a folder: those of one enterprise keep theirs."""
    r, form = Random(seed), SHIPPED.program.form
    # an object of which nothing is told is the same in columns as one that was not given
    sheets = flat(sheets_of(r, SHIPPED, 6))
    held = tables(sheets, form)
    heads = {t.name: TableHeads(form, t) for t in form.schema.nested}
    rows = {name: numbered(named(table, heads.get(name) or TableHeads(form))) for name, table in held.items()}
    for name in rows.keys() - {"企业"}:
        keys = rows[name].column("编号").to_pylist()
        order = sorted(range(len(keys)), key=lambda i, keys=keys: (keys[i] if sorted_ else hash((seed, keys[i])), i))  # type: ignore[misc]
        rows[name] = rows[name].take(pa.array(order, pa.int64()))
    rows[""] = rows.pop("企业")
    decider, strays = BlockDecider(SHIPPED), list[Stray]()
    with TemporaryDirectory() as folder:
        joined = Joined(form, Held(rows), [n for n in rows if n], Shelves(Path(folder) / "x", most // 10), strays.extend, most)
        answers = pa.concat_tables([decider.decide(block).table for block in joined.blocks(4 if most > 2_000 else 2)]).to_pylist()
    assert strays == []
    for raw, row in zip(sheets, answers, strict=True):
        assert_row(SHIPPED, raw, row, {}, False)


class Held:
    """Tables in memory, some rows at a time."""

    def __init__(self, tables: dict[str, pa.Table]) -> None:
        self.tables = tables

    def rows(self, table: str) -> Iterator[pa.Table]:
        held = self.tables[table]
        return iter([held.slice(i, 5) for i in range(0, max(held.num_rows, 1), 5)])

    def keys(self, table: str) -> Iterator[pa.ChunkedArray]:
        return (rows.column("编号") for rows in self.rows(table))

    def extent(self, table: str) -> tuple[int, int]:
        return self.tables[table].num_rows, self.tables[table].nbytes


def numbered(table: pa.Table) -> pa.Table:
    return table.append_column(ROW_NUMBER, pa.array(range(table.num_rows), pa.int64()))


def test_one_thing_said_of_every_clause() -> None:
    """合计 goes by what 表述 says, also of rows that columns leave open: they were summed under another name, and so for nothing."""
    policy = xcrules.loads(ONE_WORD)
    sheets = [{"编号": "e0", "投资": 100000, "核定": None}, {"编号": "e1", "投资": "10万元", "核定": 30000}, {"编号": "e2", "投资": None, "核定": 30000}]
    table = pa.table({"编号": ["e0", "e1", "e2"], "投资": ["100000", "10万元", None], "核定": [None, "30000", "30000"]})
    assert_equal(policy, [{k: v for k, v in s.items() if v is not None} for s in sheets], table, {})
    assert [str(x["合计"]) for x in policy.decide_table(table).to_pylist()] == ["10000.00", "40000.00", "30000.00"]


ONE_WORD = """规定：试
表述：应纳 税款
事实：申报，顶层
| 名称 | 类型 |
| 投资 | 元 |
| 核定 | 元 |

「第一条 按投资的10%。」
  对象：企业
  标准：投资 的 10%
「第二条 照核定的数。」
  对象：企业
  标准：核定
"""
