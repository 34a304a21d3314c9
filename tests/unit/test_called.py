"""Clauses are called as the law numbers them, those that have others beneath them too."""

from __future__ import annotations

import pytest

from tests.support.policies import built
from xcrules.store.load import load_text

_LISTED = """\
编号：一、（一）1.

事实：申报，顶层
| 名称 | 类型 | 角色 |
| 兑现年度 | 年度 | 基准年度 |
| 投资 | 元 | |
| 迁出 | 是否 | |

事实：历史支持，逐笔，闭世界，历史台账
| 名称 | 类型 | 角色 |
| 条款 | 文字 | 台账条款 |
| 核定年度 | 年度 | 台账年度 |
| 金额 | 元 | 台账金额 |

「一、支持」
「（一）投资」
  对象：企业
「1.按投资的10%补贴。」
  标准：投资 的 10%
「2.按投资的5%补贴。」
  标准：投资 的 5%
「二、奖励」
「（一）奖励1万元。」
  对象：企业
  标准：1万元
「三、迁出的，退回已得资金，不再支持。」
  表述：应退 已得资金
  对象：企业
  条件：迁出
  标准：{} 的 历年已得
  用于：{}
  除外：迁出
"""
# 1万元 of 一（一）1, 2万元 of 一（一）2, 4万元 of 二（一）: what is given back
_GRANTED = [("一（一）1", 10_000), ("一（一）2", 20_000), ("二（一）", 40_000)]


@pytest.mark.parametrize(("said", "back", "spared"), [
    ("一", 30_000, ("一(一)1", "一(一)2")), ("一（一）", 30_000, ("一(一)1", "一(一)2")), ("第一条", 30_000, ("一(一)1", "一(一)2")), ("二", 40_000, ("二(一)",)),
    ("一 至 二", 70_000, ("一(一)1", "一(一)2", "二(一)")), ("一、二", 70_000, ("一(一)1", "一(一)2", "二(一)")), ("第一条 至 第二条", 70_000, ("一(一)1", "一(一)2", "二(一)")),
])
def test_what_has_clauses_beneath_it_is_called_as_the_law_numbers_it(said: str, back: int, spared: tuple[str, ...]) -> None:
    policy = built(load_text(_LISTED.format(said, said)))
    history = [{"条款": c, "核定年度": 2023, "金额": a} for c, a in _GRANTED]
    found = policy.decide({"兑现年度": 2024, "投资": 1_000_000, "迁出": True, "历史支持": history})
    status = {k.number: k.status for k in found.clauses}
    assert found["三"].amount == back
    assert tuple(n for n, s in status.items() if s == "不符合") == spared


def test_what_the_law_has_not_is_told_as_it_was_written() -> None:
    (found,) = [d for d in load_text(_LISTED.format("一 至 五", "一")).diagnostics if d.is_error]
    assert "没有编号为 五 的款" in found.message
