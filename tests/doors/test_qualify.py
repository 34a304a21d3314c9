"""explain --怎样够格: the fewest facts that would have to be otherwise, each by as little as may be; every answer replays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import command
from xcrules.use.proof.sheets import plain
from xcrules.use.python.policy import Policy, load, loads

TEXT = """规定：《试行办法》

事实：申报，顶层
| 名称 | 类型 | 要求 | 角色 |
| 年度 | 年度 | | 基准年度 |
| 申报日期 | 日期 | | 申报日期 |
| 本区注册 | 是否 | | |
| 规模 | 大、中、小 | | |
| 研发 | 逐年 元 | | |
| 设立日期 | 日期 | | |
| 以前件数 | 件 | 缺省 0件 | |
| 本年件数 | 件 | | |
| 已获 | 逐款 元 | 闭世界 | 本年台账 |

事实：项目，逐项
| 名称 | 类型 | 要求 | 角色 |
| 级别 | 甲、乙、丙 | | |
| 获得年度 | 年度 | | |
| 额 | 元 | | |

「本办法适用于本区注册的。」
  适用：本区注册
「自2024年1月1日起施行，至2026年12月31日止。」
  施行：自 2024年1月1日 起，至 2026年12月31日，凭 申报日期
「第一条 研发不少于100万元的中小企业给5万元。」
  对象：企业
  条件：规模 为 中、小
  条件：本年 研发 不低于 100万元
  标准：5万元
「第二条 甲级、乙级项目，按额的10%给，企业年度不超过3万元。」
  对象：每项 项目，级别 为 甲、乙
  条件：获得年度 为 年度
  标准：额 的 10%
  上限：企业年度 3万元
「第三条 每件给1万元，至多6件。」
  对象：企业
  设定：件数 ＝ 本年件数，至多 6件，已用 以前件数
  标准：1万元/件 × 件数
「第四条 设立满三年的给1万元。」
  对象：企业
  条件：设立日期 不晚于 2021年1月1日
  标准：1万元
"""
FACTS: dict[str, Any] = {"年度": 2025, "申报日期": "2025-06-01", "本区注册": False, "规模": "小", "研发": {"2025": "80万元", "2024": 10}, "设立日期": "2022-03-01",
         "以前件数": 6, "本年件数": 2, "项目": [{"级别": "丙", "获得年度": 2025, "额": 200_000}]}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return loads(TEXT)


def changed(policy: Policy, clause: str, **more: Any) -> dict[str, tuple[str, str]] | None:
    facts = {k: v for k, v in {**FACTS, **more}.items() if v is not None}
    found = policy.how_to_qualify(facts, clause)
    if found.decision is None:
        return None
    assert found.facts is not None
    assert policy.decide(found.facts)[clause].outcome() == found.decision.outcome()  # it replays
    assert found.decision.status == "应予支持"
    return {x.path: (x.before, x.after) for x in found.changes}


@pytest.mark.parametrize(("clause", "more", "wanted"), [
    ("1", {}, {"本区注册": ("否", "是"), "研发.2025": ("80万元", "100万元")}),
    ("1", {"本区注册": True, "规模": "大", "研发": {"2025": 1_000_000}}, {"规模": ("大", "中")}),
    ("1", {"本区注册": None}, {"本区注册": ("", "是"), "研发.2025": ("80万元", "100万元")}),
    ("2", {"本区注册": True}, {"项目[0].级别": ("丙", "甲")}),
    ("2", {"本区注册": True, "项目": []}, {"项目[0].级别": ("", "甲"), "项目[0].获得年度": ("", "2025年"), "项目[0].额": ("", "1元")}),
    ("2", {"本区注册": True, "项目": [{"级别": "甲", "获得年度": 2024, "额": 200_000}]},  # what is gone by stays: a row more
     {"项目[1].级别": ("", "甲"), "项目[1].获得年度": ("", "2025年"), "项目[1].额": ("", "1元")}),
    ("2", {"本区注册": True, "项目": None}, {"项目[0].级别": ("", "甲"), "项目[0].获得年度": ("", "2025年"), "项目[0].额": ("", "1元")}),
    ("1", {"本区注册": True, "研发": {"2025": 1_000_000}}, {}),
])
def test_the_fewest_facts_and_the_smallest_change(policy: Policy, clause: str, more: dict[str, Any], wanted: dict[str, tuple[str, str]]) -> None:
    found = changed(policy, clause, **more)
    assert found is not None
    assert found == wanted


@pytest.mark.parametrize(("clause", "more", "fixed"), [
    ("1", {"申报日期": "2027-01-01"}, "申报日期 2027年1月1日"),
    ("2", {"本区注册": True, "已获": {"2": 30_000}}, "已获.2 3万元"),
    ("3", {"本区注册": True}, "以前件数 6件"),
    ("4", {"本区注册": True}, "设立日期 2022年3月1日"),
])
def test_where_nothing_helps_it_says_what_stands_in_the_way(policy: Policy, clause: str, more: dict[str, Any], fixed: str) -> None:
    found = policy.how_to_qualify({**FACTS, **more}, clause)
    assert (found.decision, found.facts) == (None, None)
    assert found.why == "能改的都改，也不给"
    assert found.fixed == (fixed,)


def test_command(tmp_path: Path) -> None:
    (tmp_path / "试.规则").write_text(TEXT, encoding="utf-8")
    (tmp_path / "企业.json").write_text(json.dumps(FACTS, ensure_ascii=False), encoding="utf-8")
    said = ("explain", str(tmp_path / "试.规则"), str(tmp_path / "企业.json"), "--怎样够格")
    code, text, _ = command(*said, "1")
    assert (code, text.splitlines()[1:5]) == (0, ["最少改 2 项：", "  本区注册：否 → 是", "  研发的2025：80万元 → 100万元", "→ 第一条 应予支持 5万元"])
    code, text, _ = command(*said, "3")
    assert (code, "挡住的，不能改：以前件数 6件" in text) == (1, True)
    code, text, _ = command(*said, "1", "--json")
    made = json.loads(text)
    assert (code, made["改"][0], made["结果"]["金额"], made["事实"]["本区注册"]) == (0, {"路径": "本区注册", "原": "否", "新": "是"}, "50000.00", True)
    assert command(*said, "9")[0] == 3


@pytest.mark.slow
def test_shipped_cases_replay() -> None:
    policy, found = load("xicheng-2021"), 0
    for case in policy.program.cases:
        for check in case.checks[:1]:
            if check.status not in ("非资金条款", "另行规定"):
                made = policy.how_to_qualify(plain(case.facts), check.clause, dict(case.readings))
                assert "重算" not in made.why, (case.name, made.why)
                assert "求解器" not in made.why, (case.name, made.why)
                found += made.decision is not None
    assert found >= 140


EITHER = """规定：《试行办法》

事实：申报，顶层
| 名称 | 类型 |
| 入驻 | 是否 |
| 共同认定 | 是否 |
| 孵化机构 | 是否 |

「第一条 入驻园区并经共同认定的，或者是孵化机构的，给1万元。」
  对象：企业
  条件：（入驻 且 共同认定） 或 孵化机构
  标准：1万元
「第二条 人才服务。」
  性质：另行规定，专项政策没有写出金额
"""


def test_of_several_ways_to_fill_in_the_one_with_the_fewest() -> None:
    found = loads(EITHER).how_to_qualify({}, "1")
    assert [(x.path, x.after) for x in found.changes] == [("孵化机构", "是")]


def test_a_clause_without_an_amount_says_so() -> None:
    assert loads(EITHER).how_to_qualify({}, "2").why == "这一款没有写金额，不由本规定算"
