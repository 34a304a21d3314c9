"""按 本年 某数（…）: the cases of a figure that is told by year; 总额 is no figure of one enterprise."""

from __future__ import annotations

import pytest

from tests.support.policies import built
from xcrules.store.load import load_text
from xcrules.tell.readback import read_back

_LAW = """\
事实：申报，顶层
| 名称 | 类型 | 角色 |
| 兑现年度 | 年度 | 基准年度 |
| 入驻率 | 逐年 比率 | |
| 面积 | ㎡ | |
| 投资 | 元 | |

「第一条 入驻率达到80%的每平方米20元，达到90%的每平方米30元。」
  对象：企业
"""
_BY = "  标准：面积 × 按 {}入驻率（90% 以上 30元/㎡；80% 以上 不满 90% 20元/㎡；其他 0元/㎡）\n"


@pytest.mark.parametrize(("year", "amount"), [("本年", 3000), ("上年", 2000), ("前年", 0)])
def test_cases_of_a_figure_of_a_year(year: str, amount: int) -> None:
    """Of 100㎡; 90% this year, 89% the year before, 10% before that."""
    policy = built(load_text(_LAW + _BY.format(f"{year} ")))
    found = policy.decide({"兑现年度": 2024, "面积": 100, "投资": 0, "入驻率": {"2022": "10%", "2023": "89%", "2024": "90%"}})
    assert found["1"].amount == amount
    assert f"{year}入驻率" in read_back(policy.program, "1")


def test_of_which_year_has_to_be_said() -> None:
    (found,) = [d for d in load_text(_LAW + _BY.format("")).diagnostics if d.is_error]
    assert found.code == "E302"
    assert "按 本年 入驻率" in found.help


@pytest.mark.parametrize("line", ["每年，超出按比例", "每年 投资，超出按比例", "超出按比例"])
def test_what_an_enterprise_reports_is_no_budget(line: str) -> None:
    (found,) = [d for d in load_text(f"{_LAW}  标准：投资 的 20%\n  总额：{line}\n").diagnostics if d.is_error]
    assert "每年 投资" not in found.help
    assert not any("投资" in fix.text for fix in found.fixes)
