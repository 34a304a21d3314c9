"""What folds, shares, growth, means and spans of days read back as, and what a reason says of them."""

from __future__ import annotations

import pytest

import xcrules
from tests.support.decisions import Raw
from xcrules.run.decision import Reason
from xcrules.tell.explain import explain_clause
from xcrules.tell.readback import read_back

TABLES = """事实：申报，顶层
| 名称     | 类型    | 角色     |
| 兑现年度 | 年度    | 基准年度 |
| 申报日期 | 日期    | 申报日期 |
| 成立日期 | 日期    |          |
| 研发费   | 元      |          |
| 营收     | 元      |          |
| 产值     | 逐年 元 |          |

事实：展览，逐项
| 名称 | 类型 |
| 费用 | 元   |
| 原创 | 是否 |

「第一条 给一万元。」
  对象：企业
"""
FACTS: Raw = {"兑现年度": 2024, "申报日期": "2024-06-30", "成立日期": "2023-01-31", "研发费": 50, "营收": 1000, "产值": {2022: 50, 2023: 100, 2024: 120},
              "展览": [{"费用": 10, "原创": True}, {"费用": 30, "原创": True}]}


def policy(line: str) -> xcrules.Policy:
    return xcrules.loads(f"{TABLES}  条件：{line}\n  标准：1万元\n")


@pytest.mark.parametrize(("line", "said", "reckoned"), [
    ("产值 同比增长 不低于 10%", "产值同比增长的比率不低于10%", "算得 20%"),
    ("产值 较 前年 增长 超过 100%", "产值较前年增长的比率超过100%", "算得 140%"),
    ("非 产值 同比下降 高于 5%", "产值同比下降的比率不超过5%", "算得 -20%"),
    ("研发费 占 营收 的 比例 达到 5%", "研发费占营收的比例达到5%", "算得 5%"),
    ("（营收 ÷ 研发费，除数为零 按 不适用） 高于 300%", "营收除以研发费的商（研发费为0的，不适用）高于300%", "算得 2000%"),
    ("近 2年 产值 的 平均 高于 100元", "近2年产值的平均数高于100元", "算得 110元"),
    ("平均（展览 的 费用，原创） 高于 15元", "原创的各项展览的费用的平均数高于15元", "算得 20元"),
    ("自 成立日期 至 申报日期 的 月数 不低于 12月", "自成立日期至申报日期的整月数不低于12个月", "算得 17个月"),
])
def test_a_condition(line: str, said: str, reckoned: str) -> None:
    made = policy(line)
    assert read_back(made.program, "1", made.defaults) in (f"企业{said}的，给予1万元。", f"企业，{said}的，给予1万元。")
    decided = made.decide(FACTS)["1"]
    assert decided.amount == 10_000
    assert any(reckoned in reason.note for reason in every(explain_clause(decided)))


def every(reason: Reason) -> list[Reason]:
    return [reason, *(x for kid in reason.kids for x in every(kid))]


def test_a_divisor_of_nothing_is_said() -> None:
    decided = policy("研发费 占 营收 不低于 0% 或 产值 同比增长 高于 0%").decide({**FACTS, "营收": 0})["1"]
    assert decided.amount == 10_000
    alone = policy("研发费 占 营收 不低于 0%").decide({**FACTS, "营收": 0})["1"]
    assert alone.status == "不符合"
    assert any("除数为 0，不适用" in reason.note for reason in every(explain_clause(alone)))
