"""上限：……，按 拨付 over random sheets: no year pays more, nothing of an award is lost, engines and columns agree, and a fact that was missing narrows."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given

import xcrules
from tests.support.decisions import narrower, same_to_the_letter
from tests.support.random_policies import SEEDS
from tests.support.tables import block_table
from xcrules.run.results import GRANTED

from .test_columns import assert_both_ways

pytestmark = pytest.mark.slow

POLICY = xcrules.loads("""
事实：申报，顶层
| 名称     | 类型    | 要求              | 角色     |
| 本县     | 是否    |                   |          |
| 年度     | 年度    |                   | 基准年度 |
| 年度台账 | 逐款 元 | 闭世界            | 本年台账 |
| 投资     | 元      |                   |          |
| 贴息     | 元      |                   |          |
| 加奖     | 元      |                   |          |
| 核定额   | 元      | 可缺，核定 县政府 |          |
| 投产日期 | 日期    | 可缺              |          |

事实：历史支持，逐笔，闭世界，历史台账
| 名称     | 类型 | 角色     |
| 条款     | 文字 | 台账条款 |
| 核定年度 | 年度 | 台账年度 |
| 金额     | 元   | 台账金额 |
「第一条 贴息照补。」
  适用：本县
  对象：企业
  标准：贴息
「第二条 按投资的20%奖励，分三年按40%、30%、30%拨付。」
  对象：企业
  标准：投资 的 20%
  拨付：分 3年 按 40%、30%、30%，自 核定年度 起
「第三条 加奖核定时拨付一半，投产后再拨一半；另给加奖的10%。」
  分项：甲
  对象：企业
  标准：加奖
  拨付：分期 50%、50%，随 核定年度、投产日期
  分项：乙
  对象：企业
  标准：加奖 的 10%
「第四条 由县政府酌情给予。」
  对象：企业
  裁量：由 县政府 核定，记入 核定额
  上限：企业年度 200万元
「第五条 按投资的1%奖励，次年拨付。」
  对象：企业
  标准：投资 的 1%
  拨付：一次，自 核定次年 起
「第六条 单个企业每年获得的资金总额不超过300万元。」
  用于：各款
  上限：合计 企业年度 300万元，按 拨付
""")
MOST = 3_000_000


def sheet(r: Random) -> dict[str, Any]:
    made: dict[str, Any] = {
        "本县": r.random() < 0.9, "年度": 2026, "投资": r.choice([0, 5_000_000, 25_000_000, "33333333.33"]), "贴息": r.choice([0, 1_500_000, MOST]), "加奖": r.choice([0, 200_000, "1000000.01"]),
        "年度台账": {k: r.choice([100_000, "33333.33"]) for k in ("1", "2", "3甲", "3乙", "4", "5") if r.random() < 0.2},
        "历史支持": [{"条款": r.choice(["2", "3甲", "5", "1"]), "核定年度": r.choice([2023, 2024, 2025]), "金额": r.choice([100_000, "5000000.01", 10_000_000])} for _ in range(r.randint(0, 3))],
    }
    return made | ({"投产日期": r.choice(["2025-01-02", "2026-03-04", "2027-01-01"])} if r.random() < 0.5 else {}) | ({"核定额": r.choice([0, 1_000_000])} if r.random() < 0.7 else {})


@given(seed=SEEDS)
def test_what_is_paid_in_a_year(seed: int) -> None:
    r = Random(seed)
    for _ in range(10):
        whole = sheet(r)
        made = POLICY.decide(whole, engine="reference")
        granted = [k for k in made.clauses if k.status == GRANTED]
        assert sum((k.amount or 0) if k.this_year is None else k.this_year for k in made.clauses) <= MOST
        for k in (x for x in granted if x.schedule is not None):
            assert sum((x for _, x in (*k.schedule, *k.waiting)), Fraction(0)) == k.amount
        gone = r.choice(["投资", "贴息", "加奖"])
        hidden = {k: v for k, v in whole.items() if k != gone}
        for one, two in zip(POLICY.decide(hidden, engine="reference").clauses, made.clauses, strict=True):
            narrower(one, two)
            low, high = one.this_year_range or (Fraction(0), MOST)
            assert low <= (two.this_year or 0) <= high or one.this_year == two.this_year
        for facts in (whole, hidden):
            same_to_the_letter(POLICY.decide(facts, engine="reference"), POLICY.decide(facts, engine="compiled"))


def test_columns() -> None:
    r = Random(7)
    assert_both_ways(POLICY, block_table([{**sheet(r), "编号": f"e{i}"} for i in range(60)], POLICY.program.form))
