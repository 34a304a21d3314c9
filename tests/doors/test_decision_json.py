"""A decision as JSON: every one is of its schema, and details of what an authority recorded are those of the reasons."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, reject
from jsonschema import Draft202012Validator

import xcrules
from tests.support.engines import ENGINES
from tests.support.policies import shipped, shipped_policies
from tests.support.random_policies import SEEDS, policy_by_authority, random_facts, random_policy

POLICY = shipped()
SCHEMA = xcrules.decision_schema(closed=True)
DECISION = Draft202012Validator({"$defs": SCHEMA["$defs"], "$ref": "#/$defs/决定"})
ROW = {"称号类别": "设计人才", "级别": "国家", "企业人才": True, "获得年度": 2023}


def named(*awards: tuple[str, int | None]) -> dict[str, Any]:
    """People with a title, and what was recorded for each."""
    rows = [{**ROW, "姓名": name} | ({} if award is None else {"核定金额": award}) for name, award in awards]
    return {"政策兑现年度": 2023, "申报日期": "2023-09-01", "主体": {"西城区注册": True, "西城区纳税": True, "中关村高新技术企业认定": True}, "人才称号": rows}


def of_its_schema(decision: xcrules.Decision) -> None:
    for how in ({"details": True}, {"details": True, "disputes": False, "reasons": False}, {}, {"disputes": False}, {"reasons": False}):
        DECISION.validate(decision.to_json(**how))


@given(seed=SEEDS)
def test_every_decision_is_of_its_schema(seed: int) -> None:
    r = Random(seed)
    try:
        policy = shipped(r.choice(shipped_policies())) if r.random() < 0.3 else xcrules.loads(r.choice((random_policy, policy_by_authority))(r))
    except xcrules.XcrulesError:  # lines put together at random may contradict each other
        reject()
    for case in r.sample(policy.program.cases, min(2, len(policy.program.cases))):
        of_its_schema(policy.decide(case.facts, dict(case.readings)))  # type: ignore[arg-type]
    of_its_schema(policy.decide(random_facts(r, policy), {x.number: r.choice(x.modelled) for x in policy.program.readings if r.random() < 0.1}))


def test_what_other_choices_surely_give_is_of_the_schema() -> None:
    """张三 60万元 comes down to 50万元; nothing was recorded for 李四."""
    decision = POLICY.decide(named(("张三", 600_000), ("李四", None)))
    told = decision["6(4)"].details_json()
    assert (told["状态"], told["至少"], told["上限"]) == ("裁量", "500000.00", "1000000.00")
    assert any("至少" in other for use in told["读法"] for other in use["备选"])  # type: ignore[attr-defined]
    of_its_schema(decision)


@pytest.mark.parametrize("engine", ENGINES)
def test_details_of_what_was_recorded_are_those_of_the_reasons(engine: Any) -> None:
    """50万元 for each person: 60 ＋ 10 come down to 50 from the last, 10 off each row; 30 stay; of 王五 nothing is recorded yet."""
    decision = POLICY.decide(named(("张三", 600_000), ("李四", 300_000), ("张三", 100_000), ("王五", None)), engine=engine)
    caps = decision["6(4)"].details_json(disputes=False)["封顶"]
    assert [(k["范围"], k["封顶前"], k["封顶后"], k["各项减少"]) for k in caps] == [  # type: ignore[attr-defined]
        ("张三", "700000.00", "500000.00", {"人才称号[0]": "100000.00", "人才称号[2]": "100000.00"}),
        ("李四", "300000.00", "300000.00", {}), ("王五", None, "500000.00", {})]


PARTS = """事实：申报，顶层
| 名称 | 类型 | 要求       | 角色     |
| 年度 | 年度 |            | 基准年度 |
| 本金 | 元   |            |          |
| 核定 | 元   | 核定，可缺 |          |

「第一条 给予补贴。」
分项：甲
「按比例。」
  对象：企业
  标准：本金 的 {share}
分项：乙
「按核定。」
  对象：企业
  裁量：由 机关 核定，记入 核定
「合计不超过十六分之一。」
  上限：合计 企业年度 本金 的 1/16
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("share", "principal", "before", "less"), [("1/8", "100.10", "22.5125", "16.2625"), ("1/3", "100", "130/3", "445/12")])
def test_what_is_not_rounded_yet_is_written_exactly(share: str, principal: str, before: str, less: str, engine: Any) -> None:
    """100.1 ÷ 8 ＋ 10 = 22.5125, less 6.25; 100 ÷ 3 ＋ 10 = 130/3, less 25/4 = 445/12. Both 分项 are of one path: what each came down by is one sum."""
    decision = xcrules.loads(PARTS.format(share=share)).decide({"年度": 2024, "本金": principal, "核定": 10}, engine=engine)
    (cap,) = decision["1"].details_json()["封顶"]  # type: ignore[misc]
    assert (cap["封顶前"], cap["封顶后"], cap["各项减少"]) == (before, "6.25", {"企业": less})
    of_its_schema(decision)
