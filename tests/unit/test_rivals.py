"""从高 … 之间: as it is told, and compared between versions."""

from __future__ import annotations

import pytest

import xcrules
from xcrules.draft.format import format_content
from xcrules.tell.changes import compare
from xcrules.tell.readback import read_back, read_back_policy

TEXT = """事实：申报，顶层
| 名称 | 类型 |
| 甲额 | 元   |
| 乙额 | 元   |
| 丙额 | 元   |

「第一条 下列三项：」
  性质：导向
「（一）甲；」
  对象：企业
  标准：甲额
「（二）乙；」
  对象：企业
  标准：乙额
「第二条 丙；三项只取一项。」
  对象：企业
  标准：丙额
  从高：1(1)、1(2)、2 之间
"""


def test_views() -> None:
    program = xcrules.loads(TEXT).program
    assert read_back_policy(program, {})["从高"] == "第一条（一）、第一条（二）与第二条从高不重复，只给予金额最高的一款（金额相同的，取条文在前的一款）。"
    assert read_back(program, "2").endswith("本款与第一条（一）、第一条（二）从高不重复，只给予金额最高的一款。")
    assert "几款之间从高" in str(compare(program, xcrules.loads(TEXT.replace("1(1)、1(2)、2 之间", "1(1)、2 之间")).program))
    assert format_content("1(1) 、1(2)、2  之间") == "1(1)、1(2)、2 之间"


@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_reasons(engine: str) -> None:
    decision = xcrules.loads(TEXT).decide({"甲额": 300000, "乙额": 500000, "丙额": 0}, engine=engine)
    assert decision["1(1)"].reason == "「1(1)、1(2)、2 之间」只取一款：他款 50万元，本款 30万元"
    cut = decision["1(1)"].caps[-1]
    assert (cut.label, cut.limit, cut.before, cut.after) == ("从高", (500000, 500000), (300000, 300000), (0, 0))
    assert [decision[n].status for n in ("1(1)", "1(2)", "2")] == ["从高不重复", "应予支持", "不符合"]


@pytest.mark.parametrize(("line", "code"), [("标准：丙额\n  总额：每年 9万元，超出按比例", "E475"), ("标准：丙额\n  表述：应补 税款，反向 应退", "E475")])
def test_a_clause_without_a_settled_amount_is_no_rival(line: str, code: str) -> None:
    with pytest.raises(xcrules.XcrulesError) as error:
        xcrules.loads(TEXT.replace("标准：丙额", line))
    assert code in [d.code for d in error.value.diagnostics]


def test_each_clause_outside_of_a_lead_is_refused() -> None:
    with pytest.raises(xcrules.XcrulesError) as error:
        xcrules.loads(TEXT.replace("1(1)、1(2)、2 之间", "各款 之间"))
    assert [d.code for d in error.value.diagnostics if d.is_error] == ["E473"]
