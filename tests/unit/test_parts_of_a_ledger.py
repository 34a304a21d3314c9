"""What was granted this year under a clause with parts, where only another reading caps the parts."""

from __future__ import annotations

import pytest

import xcrules
from tests.support.engines import ENGINES, Engine

TEXT = """事实：申报，顶层
| 名称 | 类型 | 要求 | 角色 |
| 年 | 年度 | | 基准年度 |
| 甲额 | 元 | | |
| 乙额 | 元 | | |
| 台账 | 逐款 元 | 闭世界 | 本年台账 |

读法：登记
| 号 | 风险 | 问题 | 选项 |
| R1 | 低 | 各分项有没有自己的上限？ | 没有、有 |

「第一条 甲和乙。」
分项：甲
  对象：企业
  标准：甲额
分项：乙
  对象：企业
  标准：乙额
上限：合计 企业年度 50元
上限〔R1 有〕：各分项 企业年度 10元
"""
FACTS = {"年": 2024, "甲额": 9, "乙额": 3}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_part_that_only_another_reading_asks_for_is_for_a_person(engine: Engine) -> None:
    """The clause has 4元 this year: 12元 of 46 as read. With 10 for each part it must be told
    whether the 4 are 甲's, which then has 6 left of its 9; 乙 has enough for its 3 in any case.
    """
    clause = xcrules.loads(TEXT).decide(FACTS | {"台账": {"1": 4}}, engine=engine)["1"]
    assert (clause.status, clause.amount, clause.missing, clause.disputes) == ("应予支持", 12, (), ())
    ((other,),) = (use.alternatives for use in clause.readings)
    assert (other.choice, other.differs, other.outcome) == ("有", False, None)
    assert other.needs == "台账.1甲"


@pytest.mark.parametrize(("ledger", "amount"), [({"1甲": 4, "1": 4}, 9), ({"1甲": 4, "1乙": 0}, 9), ({"1": 0}, 12), ({}, 12)])
def test_where_the_parts_are_told_the_other_reading_is_worked_out(ledger: dict[str, int], amount: int) -> None:
    """甲 has 4 of its 10: 6 ＋ 3."""
    clause = xcrules.loads(TEXT).decide(FACTS | {"台账": ledger})["1"]
    ((other,),) = (use.alternatives for use in clause.readings)
    assert (clause.amount, other.amount, other.needs) == (12, amount, "")
    assert clause.disputes == (("R1",) if amount != 12 else ())
    chosen = xcrules.loads(TEXT).decide(FACTS | {"台账": ledger}, {"R1": "有"})["1"]
    assert chosen.amount == amount


def test_the_part_is_missing_where_the_reading_is_chosen() -> None:
    """6 ＋ 3 if the 4 are 甲's, 9 ＋ 3 if they are 乙's."""
    clause = xcrules.loads(TEXT).decide(FACTS | {"台账": {"1": 4}}, {"R1": "有"})["1"]
    assert (clause.status, clause.amount_range, clause.missing) == ("待补充", (9, 12), ("台账.1甲",))
