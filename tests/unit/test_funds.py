"""总额 and 拨付 on events at every door: JSON as published, what travels, what people read, the rule that the plan keeps."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction
from random import Random

import jsonschema
import pytest
from hypothesis import given

import xcrules
from tests.support.random_policies import SEEDS, random_facts, random_policy
from xcrules.run.decision import Decision
from xcrules.tell.report import decision_summary, decision_table, rendered

TEXT = """事实：申报，顶层
| 名称     | 类型 | 要求 | 角色     |
| 兑现年度 | 年度 |      | 基准年度 |
| 申报日期 | 日期 |      | 申报日期 |
| 投资额   | 元   |      |          |
| 得分     | 数   |      |          |
| 投产日期 | 日期 | 可缺 |          |

事实：历史，逐笔，闭世界，历史台账
| 名称 | 类型 | 角色     |
| 条款 | 文字 | 台账条款 |
| 年度 | 年度 | 台账年度 |
| 金额 | 元   | 台账金额 |

「第一条 按投资的10%奖励，按得分取前3名，每年安排100万元。」
  对象：企业
  标准：投资额 的 10%
  总额：每年 100万元，依 得分 从高到低，前 3名，同分 先到先得
「第二条 奖励8万元，核定时拨付25%，投产后拨付75%。」
  对象：企业
  标准：8万元
  拨付：分期 25%、75%，随 核定年度、投产日期
"""
POLICY = xcrules.loads(TEXT)
FACTS = {"兑现年度": 2024, "投资额": 500000}


def read(decision: Decision) -> str:
    return rendered(decision_table(decision), decision_summary(decision), width=140)


def test_what_is_applied_for_is_outside_the_totals() -> None:
    made = POLICY.decide(FACTS)
    first, second = made["1"], made["2"]
    assert (first.status, first.amount, first.applied) == ("待统筹", None, 50000)
    assert second.waiting == (("投产日期", Fraction(60000)),)
    assert (made.total, made.this_year) == ((80000, 80000), 20000)
    assert POLICY.amounts(FACTS) == {"1": None, "2": 8_000_000}


def test_the_plan_keeps_the_rule_of_sharing() -> None:
    fund = POLICY._engines.default.plan.clauses[0].fund
    assert fund is not None
    assert (fund.clauses, fund.ranks, fund.yearly, fund.shared) == (("1",), 3, True, False)
    assert fund.order is not None
    assert fund.order.way == "从高"
    assert fund.tie is not None
    assert fund.tie.way == "先到先得"


def test_people_read_it() -> None:
    text = read(POLICY.decide(FACTS))
    assert "申请 5万元" in text
    assert "另有待统筹，不在合计之内：1 申请 5万元" in text
    assert "本年拨付 2万元，待投产日期 6万元" in text
    later = read(POLICY.decide({**FACTS, "兑现年度": 2025, "投产日期": "2025-03-01", "历史": [{"条款": "2", "年度": 2024, "金额": 80000}]}))
    assert "本年拨付 14万元，新核定的 2025年 8万元" in later


def test_explained_to_the_fund() -> None:
    reason = POLICY.explain(FACTS, "1")
    assert reason.value == "申请 5万元"
    assert any(k.label == "总额" and k.value == "申请 5万元，待统筹" for k in reason.kids)
    paid = next(k for k in POLICY.explain(FACTS, "2").kids if k.label == "拨付")
    assert [(k.text, k.value, k.note) for k in paid.kids] == [("2024年", "2万元", "核定年度"), ("待 投产日期", "6万元", "")]


@pytest.mark.parametrize("facts", [FACTS, {"兑现年度": 2024}])
def test_it_travels(facts: dict[str, object]) -> None:
    made = POLICY.decide(facts)
    for again in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):
        assert again.to_json() == made.to_json()
        assert [(k.applied, k.applied_range, k.waiting) for k in again] == [(k.applied, k.applied_range, k.waiting) for k in made]


@given(SEEDS)
def test_decisions_are_as_published(seed: int) -> None:
    r = Random(seed)
    try:
        policy = xcrules.loads(random_policy(r))
        made = policy.decide(random_facts(r, policy))
    except xcrules.XcrulesError:
        return
    jsonschema.validate(made.to_json(details=True), xcrules.decision_schema(closed=True))
