"""Rows of a long list that say the same are worked out once, and each still rests on its own cells. Figures by hand."""

from __future__ import annotations

from fractions import Fraction

import xcrules
from xcrules.plan.effort import FIRST, MAX_TOLD

TEXT = """规定：同样的行

事实：申报，顶层
| 名称 | 类型 | 角色 |
| 年度 | 年度 | 基准年度 |

事实：职工，逐个
| 名称 | 类型 |
| 高校 | 是否 |
| 工资 | 元 |

定义：职工 的 双倍 ＝ 工资 × 2

「第一条 按高校职工工资之和给予奖励。」
  对象：企业
  标准：合计（职工 的 双倍，高校）

「第二条 每名高校职工给予1元奖励。」
  对象：企业
  标准：计数（职工，高校） × 1元

「第三条 按高校职工的最高工资给予奖励。」
  对象：企业
  标准：最高（职工 的 工资，高校）
"""
POLICY = xcrules.loads(TEXT)
MANY = MAX_TOLD + FIRST + 200


def test_each_of_many_alike_rows_counts_and_is_asked_for() -> None:
    """MANY rows of which neither is known, as many of 3元 of which it is not known whether they count, one of 7元 that does, as many of 9元 that do not."""
    rows = [{}, {"工资": 3}, {"高校": False, "工资": 9}] * MANY + [{"高校": True, "工资": 7}]
    made = POLICY.decide({"年度": 2023, "职工": rows}, engine="reference")
    blank, open_ = range(0, 3 * MANY, 3), range(1, 3 * MANY, 3)
    guards = {f"职工[{i}].高校" for i in (*blank, *open_)}
    amounts = {f"职工[{i}].工资" for i in blank}
    assert {*made["1"].missing} == guards | amounts
    assert {*made["2"].missing} == guards
    assert made["2"].amount_range == (1, 2 * MANY + 1)
    assert {*made["3"].missing} == amounts | {f"职工[{i}].高校" for i in blank}
    assert made["1"].amount_range is not None
    assert made["1"].amount_range[0] == 14


def test_many_alike_rows_of_which_all_is_known() -> None:
    rows = [{"高校": True, "工资": 3}, {"高校": False, "工资": 9}] * MANY
    made = POLICY.decide({"年度": 2023, "职工": rows}, engine="reference")
    assert [made[x].amount for x in "123"] == [Fraction(6 * MANY), Fraction(MANY), Fraction(3)]
