"""A block by columns comes to what it comes to row by row, in every column of the answers; and which clauses columns cover."""

from __future__ import annotations

import re
from decimal import Decimal
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given

import xcrules
from tests.support.decisions import many
from tests.support.policies import shipped
from tests.support.random_policies import SEEDS, Raw, policy_by_authority, random_facts, random_policy
from tests.support.tables import block_table, carried
from xcrules.base import dates
from xcrules.base.diagnostic import XcrulesError
from xcrules.facts.arrow import block_of, block_rows
from xcrules.meaning.values import SPANS
from xcrules.run.columns import days
from xcrules.use.batch.block import BlockDecider
from xcrules.use.batch.details import details_of

SHIPPED = shipped()


def simple(value: Any) -> Any:
    """The facts without what no whole number at its scale is, which goes to the rows."""
    if isinstance(value, dict):
        return {k: simple(v) for k, v in value.items()}
    if isinstance(value, list):
        return [simple(x) for x in value]
    if isinstance(value, float) or (isinstance(value, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value)):
        value = Decimal(str(value))
    return round(value, 2 if abs(value) > 1 else 6) if isinstance(value, Decimal) else value


def with_gaps(r: Random, raw: Any) -> Any:
    """A few facts are missing, as in what offices send."""
    if isinstance(raw, list):
        return [with_gaps(r, x) for x in raw]
    return {k: with_gaps(r, v) for k, v in raw.items() if r.random() >= 0.03} if isinstance(raw, dict) else raw


def table_of(r: Random, policy: xcrules.Policy, number: int, odd: bool) -> pa.Table:
    sheets: list[Raw] = [with_gaps(r, carried(random_facts(r, policy))) for _ in range(number)]
    return block_table([{**(x if odd else simple(x)), "编号": f"e{i}"} for i, x in enumerate(sheets)], policy.program.form)


def assert_both_ways(policy: xcrules.Policy, table: pa.Table, readings: dict[str, str] | None = None) -> None:
    decider = BlockDecider(policy, readings)
    block = block_of(table, policy.program.form)
    keys, facts = block.rows.column(decider.key), [*block_rows(block, policy.program.form)]
    decider.kernels.kernels.explained = True
    columns, rows = decider.decide(block), decider.decide_rows(keys.to_pylist(), facts)
    assert columns.table.schema.equals(rows.table.schema)
    for name in rows.table.column_names:
        one, other = columns.table.column(name).to_pylist(), rows.table.column(name).to_pylist()
        assert [(i, x, y) for i, (x, y) in enumerate(zip(one, other, strict=True)) if x != y] == [], name
    assert sorted(columns.wrong) == sorted(rows.wrong)
    told, right = (details_of(decider, keys, x, lambda at: [facts[i] for i in at], {}).to_pylist() for x in (columns, rows))
    assert told == right


@many(4)
@given(seed=SEEDS)
def test_random_policies(seed: int) -> None:
    r = Random(seed)
    text = random_policy(r) if seed % 3 else policy_by_authority(r)
    try:  # what is asked of a 总额 is told by rows
        policy = xcrules.loads("\n".join(x for x in text.splitlines() if not x.startswith("总额")))
    except XcrulesError:
        return
    assert_both_ways(policy, table_of(r, policy, 25, odd=seed % 4 == 0))


@many(1)
@given(seed=SEEDS)
@pytest.mark.parametrize("name", ["xicheng-2021", "nansha-technology-2017", "nansha-headquarters-2017", "iit-comprehensive-2018"])
def test_shipped_policies(name: str, seed: int) -> None:
    r, policy = Random(seed), xcrules.load(name)
    readings = {x.number: r.choice(x.modelled) for x in policy.program.readings if r.random() < 0.2}
    assert_both_ways(policy, table_of(r, policy, 20, odd=seed % 4 == 0), readings)


@pytest.mark.parametrize("name", ["xicheng-2021", "nansha-technology-2017", "nansha-headquarters-2017"])
def test_columns_cover_every_clause(name: str) -> None:
    policy = xcrules.load(name)
    decider = BlockDecider(policy)
    decider.decide(block_of(table_of(Random(3), policy, 12, odd=False), policy.program.form))
    assert decider.kernels.uncovered == set()


def test_columns_tell_what_is_open() -> None:
    """Behind gates, and where a claim may count or not; two grants of which one year of payment is missing: by the law up to 150万元 in all."""
    policy = SHIPPED
    decider = BlockDecider(policy)
    found = decider.judge(block_of(table_of(Random(5), policy, 120, odd=False), policy.program.form)).settled
    assert found is not None
    assert any(x.behind.any() for x in found if x.behind is not None)
    assert len({i for i, x in enumerate(found) if x.waiting}) > 4
    registered = {"西城区注册": True, "西城区纳税": True, "中关村高新技术企业认定": True}
    year = {"政策兑现年度": 2023, "申报日期": "2023-09-01", "主体": registered, "其他区级政策支持": [], "本年度已获支持": {}}

    def grants(first: int, gates: Raw) -> Raw:
        one = {"类别": "科技重大专项", "级别": "国家级", "金额": first, "到账年度": 2023}
        return {**year, **gates, "上级资金": [one, {**one, "级别": "北京市级", "金额": 400000, "到账年度": None}]}

    sheets = [grants(1000000, {}), grants(2000000, {}), grants(1000000, {"主体": {**registered, "西城区纳税": None}})]
    table = policy.decide_table(block_table([{**x, "编号": f"e{i}"} for i, x in enumerate(sheets)], policy.program.form))
    assert table["2(1).状态"].to_pylist() == ["待补充", "应予支持", "待补充"]
    assert table["2(1).金额"].to_pylist() == [None, 1500000, None]
    assert table["2(1).缺失"].to_pylist() == [["上级资金[1].到账年度"], [], ["上级资金[1].到账年度", "主体.西城区纳税"]]


def test_columns_tell_amounts_that_are_not_known() -> None:
    """Interest at 30 % or 50 %, by the law up to 100万元 in all: unknown, of an unknown kind of loan (3万 to 5万), of 10万 beside 190万; whom a base belongs to: once 1000万, or twice;
    whether a second record of it counts: of 900万 and 50万, 950万."""
    registered = {"西城区注册": True, "西城区纳税": True, "中关村高新技术企业认定": True}
    year = {"政策兑现年度": 2023, "申报日期": "2023-09-01", "主体": registered, "其他区级政策支持": [], "本年度已获支持": {}}
    loan = {"类型": "信用贷款", "首次贷款": False, "用于创业创新": True, "本年度缴纳利息": 100000}
    base = {"名称": "东", "经认定": True, "本年度已获金额": 0, "核定金额": 9000000}
    sheets: list[Raw] = [{"贷款": x} for x in ([{**loan, "本年度缴纳利息": None}], [{**loan, "类型": None}], [{**loan, "类型": None}, {**loan, "本年度缴纳利息": 1900000}], [{**loan, "本年度缴纳利息": 2000000}, {**loan, "本年度缴纳利息": None}])]
    sheets.append({"孵化和加速基地": [base, {**base, "名称": None}]})
    sheets.append({"孵化和加速基地": [base, {**base, "经认定": None, "核定金额": 500000}]})
    block = block_of(block_table([{**year, **x, "编号": f"e{i}"} for i, x in enumerate(sheets)], SHIPPED.program.form), SHIPPED.program.form)
    decider = BlockDecider(SHIPPED)
    table, told = decider.decide(block).table, {k.number: x for k, x in zip(decider.columns.clauses, decider.judge(block).settled or (), strict=True)}
    assert table["7(1).状态"].to_pylist()[:4] == ["待补充", "待补充", "待补充", "应予支持"]
    assert table["7(1).缺失"].to_pylist()[:4] == [["贷款[0].本年度缴纳利息"], ["贷款[0].类型"], ["贷款[0].类型"], []]
    assert [(x.row, x.low, x.high) for x in told["7(1)"].waiting if x.row < 4] == [(0, 0, 100_000_000), (1, 3_000_000, 5_000_000), (2, 98_000_000, 100_000_000)]
    assert [(x.row, x.missing, x.low, x.high) for x in told["5(1)"].waiting if x.row == 4] == [(4, ("孵化和加速基地[1].名称",), 0, 18 * 100_000_000)]
    assert [(x.row, x.missing, x.low, x.high) for x in told["5(1)"].waiting if x.row == 5] == [(5, ("孵化和加速基地[1].经认定",), 900_000_000, 950_000_000)]


def test_what_other_parts_give_is_sure_whosever_claims_are() -> None:
    """Two bases, of one of which the owner is not known, by law at most 100万 each; beside them 5万 that is recorded for the enterprise itself. Columns said from 0. One base alone is somebody's, whoever that is."""
    policy = xcrules.loads("""规定：样本
事实：申报，顶层
| 名称 | 类型 | 要求 | 角色 |
| 年度 | 年度 | | 基准年度 |
| 补助 | 元 | 可缺 | |
事实：基地，逐项
| 名称 | 类型 | 要求 |
| 单位 | 文字 | |
| 经费 | 元 | |
| 核定率 | 比率 | 可缺 |
「第一条 支持，」
分项：基地
对象：每项 基地
裁量：由 甲局 核定，按 经费 的 核定率
上限：同一 单位 年度 100万元
分项：本部
对象：企业
裁量：由 甲局 核定，记入 补助
上限：单项 30万元
""")
    bases = [{"单位": x, "经费": 1000000, "核定率": Decimal("0.1")} for x in ("甲", None)]
    assert_both_ways(policy, table := block_table([{"编号": f"e{i}", "年度": 2024, "补助": 50000, "基地": x} for i, x in enumerate((bases, bases[1:]))], policy.program.form))
    found = policy.decide_table(table)
    assert (found["1.状态"].to_pylist(), found["合计"].to_pylist()) == (["待补充", "应予支持"], [50000, 150000])


def test_columns_tell_instalments_that_are_not_known() -> None:
    """30万元 in three years of which 10万 may fall into 2023: under which clause, in which year, how much of it is not known; one of 2019 pays nothing, whatever it is.

    Who applied after the policy's end with a base year unknown may still have an instalment: columns said 不在有效期.
    """
    registered = {"西城区注册": True, "西城区纳税": True, "中关村高新技术企业认定": True}
    year = {"政策兑现年度": 2023, "申报日期": "2023-09-01", "主体": registered, "高新技术企业": {"新入驻": False, "持有国家高新技术企业证书": False, "本年度取得证书次序": 0}}
    grant = {"条款": "3(2)首次", "核定年度": 2022, "金额": 300000}
    changes: list[Raw] = [{"条款": None}, {"核定年度": None}, {"金额": None}, {"核定年度": 2019, "条款": None}]
    sheets = [{**year, "历史已获支持": [{**grant, **x}]} for x in changes]
    sheets.append({**year, "政策兑现年度": None, "历史已获支持": [grant]})
    sheets.append({**year, "政策兑现年度": None, "申报日期": "2029-09-01", "历史已获支持": [grant]})
    block = block_of(block_table([{**x, "编号": f"e{i}"} for i, x in enumerate(sheets)], SHIPPED.program.form), SHIPPED.program.form)
    decider = BlockDecider(SHIPPED)
    table, told = decider.decide(block).table, {k.number: x for k, x in zip(decider.columns.clauses, decider.judge(block).settled or (), strict=True)}
    assert table["3(2).状态"].to_pylist() == ["待补充"] * 3 + ["不符合", "待补充", "待补充"]
    assert [(x.row, x.missing, x.low, x.high, x.this_year) for x in told["3(2)"].waiting] == [
        (0, ("历史已获支持[0].条款",), 0, 0, (0, 100_000_00)), (1, ("历史已获支持[0].核定年度",), 0, 0, (0, 100_000_00)), (2, ("历史已获支持[0].金额",), 0, 0, (0, None))]


def test_columns_close_gates_that_are_known_in_part() -> None:
    """Who is not registered there is not covered, wherever its taxes are paid and whenever it applies; nothing of that is for the rows."""
    decider = BlockDecider(SHIPPED)
    sheet = {"编号": "e", "政策兑现年度": 2023, "申报日期": None, "主体": {"西城区注册": False, "西城区纳税": None, "中关村高新技术企业认定": True}}
    block = block_of(block_table([sheet], SHIPPED.program.form), SHIPPED.program.form)
    found = decider.judge(block)
    assert found.settled is not None
    assert not found.rows
    assert not any(x.open.any() for x in found.settled)
    assert set(decider.decide(block).table["2(1).状态"].to_pylist()) == {"不适用主体"}


def test_days() -> None:
    """Also before year 1 and after 9999."""
    r = Random(1)
    day = np.array([*range(-800, 800), *range(730_000, 731_500), *(r.randrange(-10**6, 5 * 10**6) for _ in range(300))])
    months = np.array([r.randrange(-500, 500) for _ in day])
    other = day + months * 11
    assert list(zip(*(x.tolist() for x in days.civil(day)), strict=True)) == [dates.civil(x) for x in day.tolist()]
    assert days.months_later(day, months).tolist() == [dates.months_later(x, k) for x, k in zip(day.tolist(), months.tolist(), strict=True)]
    for of in SPANS:
        assert days.from_to(of, day, other).tolist() == [dates.from_to(of, x, y) for x, y in zip(day.tolist(), other.tolist(), strict=True)]
