"""Of a group to which a claim of unknown name may belong nothing is told as settled: whoever it belongs to, what is told holds."""

from __future__ import annotations

import xcrules
from tests.support.recompute import lines, wrong
from xcrules.tell.explain import reason_json

POLICY = xcrules.loads("""规定：《项目办法》
事实：申报，顶层
| 名称 | 类型 | 要求 | 角色     | 说明 |
| 年度 | 年度 |      | 基准年度 |      |

事实：项目，逐项
| 名称 | 类型 | 要求 | 角色     | 说明 |
| 名   | 文字 |      | 事项标识 |      |
| 额   | 元   |      |          |      |

事实：别处，逐笔，闭世界，外部支持
| 名称 | 类型               | 要求 | 角色     | 说明 |
| 名   | 文字               |      | 外部事项 |      |
| 额   | 元                 |      | 外部金额 |      |
| 状态 | 已获得、符合未获得 |      | 外部状态 |      |

「第一条 同名项目每年不超过15万元。」
  对象：每项 项目
  标准：额
  上限：同一 名 年度 15万元
「第二条 同名项目只补最高的一项。」
  对象：每项 项目
  标准：额
  从高：同一 名
「第三条 补助项目。」
  对象：每项 项目
  标准：额
「第四条 与其他政策从高不重复。」
  竞合：同一 名 与 别处，已获得 补差，符合未获得 择高
""")


FACTS = {"年度": 2023, "项目": [{"名": "甲", "额": 80000}, {"名": "甲", "额": 50000}, {"名": None, "额": 100000}]}


def decided(number: str, name: str | None, elsewhere: int = 0) -> xcrules.Reasons:
    rows = [{"名": "甲", "额": 80000}, {"名": "甲", "额": 50000}, {"名": name, "额": 100000}]
    had = [{"名": "甲", "额": elsewhere, "状态": "已获得"}] if elsewhere else []
    return POLICY.decide({"年度": 2023, "项目": rows, "别处": had})[number].reasons


def test_a_cap_may_have_cut() -> None:
    """甲 has 13万, or 23万 of which 15万 are left: it was told that 13万 do not go beyond the cap."""
    (cap,) = decided("1", None).caps
    assert (cap.before, cap.after, cap.cuts) == ((130000, 230000), (130000, 150000), ())
    (cap,) = decided("1", "甲").caps
    assert (cap.before, cap.after) == ((230000, 230000), (150000, 150000))


def test_what_others_gave_may_be_for_more() -> None:
    """甲 had 5万 elsewhere."""
    (conflict,) = decided("3", None, 50000).conflicts
    assert (conflict.before, conflict.after) == ((130000, 230000), (80000, 180000))


def test_the_highest_may_be_the_one_whose_name_is_not_known() -> None:
    (of_one,) = [x for x in POLICY.explain(FACTS, "2").kids if x.label == "从高"]
    assert of_one.value == "有事实未知，还不能确定取哪一项"
    assert not of_one.kids


def test_what_the_nameless_one_had_may_count() -> None:
    """甲 may have 15万 less 1万, or less the 3万 of the nameless one: no expression over 甲's rows alone comes to both."""
    policy = xcrules.loads("""规定：《项目办法》
事实：申报，顶层
| 名称 | 类型 | 要求 | 角色     |
| 年度 | 年度 |      | 基准年度 |

事实：项目，逐项
| 名称 | 类型 |
| 名   | 文字 |
| 额   | 元   |
| 已得 | 元   |

「第一条 同名项目每年不超过15万元。」
  对象：每项 项目
  标准：额
  上限：同一 名 年度 15万元，已用 已得
""")
    facts = {"年度": 2023, "项目": [{"名": "甲", "额": 80000, "已得": 10000}, {"名": None, "额": 100000, "已得": 30000}]}
    told = reason_json(policy.explain(facts, "1"))
    (cap,) = [x for x in lines(told) if x.get("标签") == "上限"]
    assert cap["依据"] == "可用 介于 12万元 与 14万元，已用 介于 1万元 与 3万元"
    assert not wrong(told)
