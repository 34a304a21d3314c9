"""What is decided otherwise where there is no day or year is read back otherwise."""

from __future__ import annotations

import pytest

from tests.support.policies import built
from xcrules.store.load import load_text
from xcrules.tell.readback import read_back

_LAW = """\
事实：申报，顶层
| 名称 | 类型 | 要求 | 角色 |
| 申报日期 | 日期 | | 申报日期 |
| 兑现年度 | 年度 | | 基准年度 |
| 投资 | 元 | | |
| 事故日期 | 日期 | 可缺 | |
| 认定年度 | 年度 | 可缺 | |
| 级别 | 甲、乙 | 可缺 | |

「第一条 按投资的10%补贴。」
  对象：企业
  条件：{}
  标准：投资 的 10%
"""


@pytest.mark.parametrize(("denied", "said", "differ"), [
    ("非 事故日期 未满 3年", "事故日期 满 3年", True), ("非 事故日期 满 3年", "事故日期 未满 3年", True),
    ("非 事故日期 早于 2020-01-01", "事故日期 不早于 2020-01-01", True), ("非 认定年度 早于 2020年", "认定年度 不早于 2020年", True),
    ("非 （事故日期 未满 3年 或 投资 高于 1万元）", "事故日期 满 3年，投资 不超过 1万元", True), ("非 投资 高于 1万元", "投资 不超过 1万元", False),
    ("非 级别 为 甲", "级别 不为 甲", False),
])
def test_a_denial_is_read_back_as_another_condition_where_it_is_one(denied: str, said: str, differ: bool) -> None:
    """A denial holds where there is no day, a comparison of it never does."""
    one, other = (built(load_text(_LAW.format(x))) for x in (denied, said))
    facts = {"申报日期": "2024-09-01", "兑现年度": 2024, "投资": 1000}
    decided = [p.decide(facts)["1"].status for p in (one, other)]
    assert decided == ["应予支持", "不符合" if differ else "应予支持"]
    assert (read_back(one.program, "1") != read_back(other.program, "1")) is differ
