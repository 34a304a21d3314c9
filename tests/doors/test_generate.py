"""xcrules generate: the same every time, facts that pass, and both sides of every figure."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import xcrules
from tests.support.commands import command
from tests.support.policies import ROOT
from xcrules.facts.arrow import block_facts
from xcrules.facts.types import DateType, LedgerType, NumberType, SeriesType
from xcrules.use.population.columns import Drawn
from xcrules.use.population.distributions import Distributions, read_distributions
from xcrules.use.population.tables import as_arrow, population

SHIPPED = sorted(p.name for p in (ROOT / "policies").iterdir())
REGULATION = xcrules.load("xicheng-2021")


def block(name: str, count: int, seed: int = 1, laws: Distributions | None = None) -> Any:
    return next(population(xcrules.load(name), count, seed, laws).blocks())


def test_the_same_seed_gives_the_same_data_and_another_seed_others(tmp_path: Path) -> None:
    for folder, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        assert command("generate", "xicheng-2021", "50", str(tmp_path / folder), "--seed", seed).code == 0
    names = {p.name for p in (tmp_path / "a").iterdir()}
    assert {"企业.parquet", "上级资金.parquet", "贷款.parquet"} < names
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
        assert not pq.read_table(tmp_path / "a" / name).equals(pq.read_table(tmp_path / "c" / name))


def test_tables_the_nested_file_and_lines_hold_the_same_enterprises(tmp_path: Path) -> None:
    for target in ("表", "一个.parquet", "行.jsonl"):
        assert command("generate", "xicheng-2021", "40", str(tmp_path / target)).code == 0
    nested = pq.read_table(tmp_path / "一个.parquet").to_pylist()
    lines = [REGULATION.facts(line) for line in (tmp_path / "行.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(f.number, f.top) for f in lines] == [(f.number, f.top) for f in map(REGULATION.facts, map(block_facts(REGULATION.program.form), nested))]
    rows = pq.read_table(tmp_path / "表" / "贷款.parquet").to_pylist()
    key = lambda row: {k: v for k, v in row.items() if k != "编号"}  # noqa: E731
    assert [(e["编号"], x) for e in nested for x in e["贷款"]] == [(r["编号"], key(r)) for r in rows]
    own = pq.read_table(tmp_path / "表" / "企业.parquet").to_pylist()
    assert [e["主体"]["西城区注册"] for e in nested] == [r["主体.西城区注册"] for r in own]
    assert [(e["编号"], x["年度"], x["数"]) for e in nested for x in e["研发经费"] or ()] == [
        (r["编号"], y, v) for r in own for y in range(2018, 2027) if (v := r[f"研发经费.{y}"]) is not None]


@pytest.mark.parametrize(("name", "count"), [("xicheng-2021", 120), *(pytest.param(n, 500, marks=pytest.mark.slow) for n in SHIPPED if n != "xicheng-2021")])
def test_what_is_made_passes_and_reaches_every_clause(name: str, count: int) -> None:
    """No row would be sent back; each clause that gives money gives some and refuses some."""
    policy = xcrules.load(name)
    as_facts = block_facts(policy.program.form)
    seen: dict[str, Counter[str]] = {}
    for row in block(name, count).to_pylist():
        for clause in policy.decide(policy.facts(as_facts(row))):
            seen.setdefault(clause.number, Counter())[clause.status] += 1
    for number in policy.program.form.clause_titles:
        assert seen[number]["不符合"], number
        assert seen[number]["应予支持"] + seen[number]["裁量"], number


@pytest.mark.parametrize("name", ["xicheng-2021", *(pytest.param(n, marks=pytest.mark.slow) for n in SHIPPED if n != "xicheng-2021")])
def test_both_sides_of_every_figure_occur(name: str) -> None:
    """Of each figure that a fact is held against: some at it (or just below), and some above."""
    policy = xcrules.load(name)
    people = population(policy, 4_000, 3)
    found, tables = people.edges, next(people.chunks())
    looked = 0
    for table in policy.program.schema.tables:
        columns = tables[table.name if table.kind == "名单" else "企业"]
        for spec in table.fields:
            if not isinstance(spec.type, NumberType | DateType | SeriesType | LedgerType):
                continue
            lead = f"{table.name}.{spec.name}" if table.kind == "一份" else spec.name
            ends = [pc.min_max(columns[c]).as_py() for c in columns.column_names if c == lead or c.startswith(lead + ".")]
            ends = [e for e in ends if e["min"] is not None]
            for figure in found.of((spec.table, spec.name)) if ends else ():
                if isinstance(spec.type, DateType) and figure < 600_000:
                    continue  # a number of years from another day
                looked += 1
                assert max(_plain(e["max"]) for e in ends) > figure, (spec.name, figure)
                assert min(_plain(e["min"]) for e in ends) <= figure, (spec.name, figure)
    assert looked > 5 or name.startswith("iit")


def _plain(value: Any) -> Fraction:
    return Fraction(value.toordinal() if hasattr(value, "toordinal") else value)


def test_the_policy_s_figures_are_told_to_the_facts_that_meet_them() -> None:
    """1:0.5 with at most 150万元: what counts half turns at 300万元. At most 6国, of 1万元 each, at most 50万元 in all."""
    edges = population(REGULATION, 1).edges
    assert {Fraction(1_500_000), Fraction(3_000_000)} <= {*edges.of(("上级资金", "金额"))}
    assert {Fraction(6), Fraction(50)} <= {*edges.of(("专利", "本年度授权国家数"))}
    assert Fraction(10_000_000) in edges.of(("孵化和加速基地", "本年度已获金额"))
    assert edges.wanted["创新平台与奖项", "以前已奖励"] == {False}
    assert edges.members["标准", "类别"] == {"国际标准", "国家标准", "行业标准"}


def test_declared_distributions_are_kept() -> None:
    laws = read_distributions({"缺": "2%", "主体": {"西城区注册": "99%"}, "科技活动经费支出强度": {"从": "5%", "至": "7%"},
                      "上级资金": {"项数": {"0": 1, "3": 1}, "级别": {"国家级": 1, "北京市级": 3}, "金额": {"中位": "50万元", "离散": 3}, "到账年度": {"当年": 8, "上年": 2}}},
                     REGULATION.program.schema)
    made = block("xicheng-2021", 1_500, 1, laws).to_pylist()
    assert {len(e["上级资金"]) for e in made} == {0, 3}
    rows = [(e["政策兑现年度"], x) for e in made for x in e["上级资金"]]
    levels = Counter(x["级别"] for _, x in rows)
    assert set(levels) == {"国家级", "北京市级", None}
    assert 2.5 < levels["北京市级"] / levels["国家级"] < 3.5
    assert 0.01 < levels[None] / len(rows) < 0.03
    amounts = [x["金额"] for _, x in rows if x["金额"] is not None]
    assert 0.45 < sum(v < 500_000 for v in amounts) / len(amounts) < 0.55
    assert 0.6 < sum(500_000 / 3 < v < 1_500_000 for v in amounts) / len(amounts) < 0.75
    assert {y - x["到账年度"] for y, x in rows if x["到账年度"]} == {0, 1}
    assert all(Decimal("0.05") <= e["科技活动经费支出强度"] <= Decimal("0.07") for e in made if e["科技活动经费支出强度"] is not None)


def test_what_is_declared_of_one_fact_leaves_the_others_alone() -> None:
    laws = read_distributions({"上级资金": {"金额": {"中位": "50万元", "离散": 3}}}, REGULATION.program.schema)
    one, other = (block("xicheng-2021", 100, 1, x) for x in (None, laws))
    assert [n for n, a, b in zip(one.schema.names, one, other, strict=True) if not a.equals(b)] == ["上级资金"]


def test_decimals_are_exact_to_the_last_place() -> None:
    made = as_arrow(Drawn(np.array([1, -1, 10**17, 0]), np.array([True, True, True, False]), unit=100), pa.decimal128(20, 2))
    assert [str(x) for x in made.to_pylist()] == ["0.01", "-0.01", "1000000000000000.00", "None"]


@pytest.mark.parametrize(("words", "code"), [(["abc"], 2), (["0"], 2), (["100", "--seed", "-1"], 2), (["1万"], 3)])
def test_wrong_calls_are_told(tmp_path: Path, words: list[str], code: int) -> None:
    (tmp_path / "有").mkdir()
    (tmp_path / "有" / "别的.txt").write_text("")
    made = command("generate", "xicheng-2021", words[0], str(tmp_path / "有"), *words[1:])
    assert made.code == code
    assert "Traceback" not in made.err
