"""参数：…，在 50元 至 300元: a figure given from outside is held to the limits at every door, and by the quick readers as by the one that explains."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

import xcrules
from tests.properties.test_columns import assert_both_ways
from tests.support.tables import block_table

POLICY = xcrules.loads("""事实：申报，顶层
| 名称   | 类型  | 要求      | 角色     |
| 年度   | 年度  |           | 基准年度 |
| 受理费 | 元/件 | 缺省 参数 |          |
| 比例   | 比率  | 缺省 参数 |          |

参数：受理费，元/件，在 50元/件 至 300.5元/件
| 年度   | 值       | 来源 |
| 2024年 | 200元/件 | 省定 |

参数：比例，比率，不低于 1.5%
| 年度   | 值 | 来源 |
| 2024年 | 2% | 省定 |

「第一条 每件交纳。」
  对象：企业
  标准：受理费 × 1件 ＋ 比例 × 100元
""")
WITHIN = (50, 50.0, Decimal("300.5"), "300.5", "50元/件", 300, None)
BEYOND = (0, 49, 49.99, Decimal("300.51"), "300.51", "49元/件", 301, Fraction(301, 2) * 3, Decimal("49.999"))


@pytest.mark.parametrize("value", WITHIN)
def test_within(value: object) -> None:
    facts = {"年度": 2024, "受理费": value}
    assert POLICY.decide(facts).to_json() == POLICY.decide(facts, engine="reference").to_json()
    assert POLICY.decide(facts)["1"].status == "应予支持"


@pytest.mark.parametrize("value", BEYOND)
def test_beyond(value: object) -> None:
    with pytest.raises(xcrules.XcrulesError) as raised:
        POLICY.decide({"年度": 2024, "受理费": value})
    assert [(d.code, d.path) for d in raised.value.diagnostics] == [("E813", "受理费")]


def test_one_end() -> None:
    assert POLICY.amounts({"年度": 2024, "比例": 0.015})["1"] == 201_50
    with pytest.raises(xcrules.XcrulesError, match="E813"):
        POLICY.amounts({"年度": 2024, "比例": 0.0149})


@pytest.mark.parametrize("values", [[50, 49, 300, 301, None], [50.0, 49.99, 300.5, 300.51, None], ["50", "49元/件", "300.5", "301", None], [Decimal("49.999"), Decimal("50.005"), Decimal("300.505"), None, Decimal(60)]])
def test_columns(values: list[object]) -> None:
    sheets = [{"年度": 2024, "受理费": v, "比例": r, "编号": f"e{i}"} for i, (v, r) in enumerate(zip(values, (0.015, 0.0149, 0.5, None, 0), strict=True))]
    assert_both_ways(POLICY, block_table(sheets, POLICY.program.form))
