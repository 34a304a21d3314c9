"""从高 by an order of words: a word that is not known is asked for, and the range holds every way it may turn out."""

from __future__ import annotations

from fractions import Fraction

import xcrules

POLICY = xcrules.loads(
    """事实：申报，顶层
| 名称 | 类型 | 角色 |
| 兑现年度 | 年度 | 基准年度 |

事实：项目，逐项
| 名称 | 类型 |
| 级别 | 国家级、市级、区级 |
| 经费 | 元 |
| 单位 | 文字 |

「第一条 办法」
「（一）每个项目按经费支持，同一单位从高，依级别。」
  对象：每项 项目
  标准：经费
  从高：同一 单位，依 级别（国家级、市级）
"""
)


def project(level: str | None, money: int, unit: str) -> dict[str, object]:
    return {"经费": money, "单位": unit, **({"级别": level} if level else {})}


def test_an_unknown_level_is_asked_for() -> None:
    """甲: a 国家级 of 300 against one of unknown level of 500: whichever comes first; 乙 adds its 20."""
    rows = [project("国家级", 300, "甲"), project(None, 500, "甲"), project("市级", 20, "乙")]
    clause = POLICY.decide({"兑现年度": 2023, "项目": rows})["1(1)"]
    assert clause.status == "待补充"
    assert clause.missing == ("项目[1].级别",)
    assert clause.amount_range == (Fraction(320), Fraction(520))


def test_a_level_that_can_at_most_be_as_high_is_not_asked_for() -> None:
    """国家级 of 300 stands before 200 of any level: of one level the higher is first."""
    clause = POLICY.decide({"兑现年度": 2023, "项目": [project(None, 200, "甲"), project("国家级", 300, "甲")]})["1(1)"]
    assert (clause.status, clause.amount, clause.missing) == ("应予支持", 300, ())


def test_either_way_is_within_the_range() -> None:
    amounts = []
    for level in ("国家级", "市级", "区级"):
        rows = [project("国家级", 300, "甲"), project(level, 500, "甲"), project("市级", 20, "乙")]
        amounts.append(POLICY.decide({"兑现年度": 2023, "项目": rows})["1(1)"].amount)
    assert amounts == [520, 320, 320]  # of one level the higher; else the higher level


def test_a_line_that_takes_all_that_is_left_leaves_what_is_sure() -> None:
    """Two pieces a year, five in a life, none had: of 30, 40 and an unknown of at most 50 two are given, 40 always: 40 and 30 to 50."""
    policy = xcrules.loads(
        """事实：申报，顶层
| 名称 | 类型 | 角色 |
| 兑现年度 | 年度 | 基准年度 |

事实：项目，逐件
| 名称 | 类型 |
| 经费 | 元 |

事实：往年，逐笔，闭世界，历史台账
| 名称 | 类型 | 角色 |
| 条款 | 文字 | 台账条款 |
| 年度 | 年度 | 台账年度 |
| 金额 | 元 | 台账金额 |

「第一条 每件按经费支持，至多50元，每年2件，历年5件。」
  对象：每件 项目
  标准：经费
  上限：单项 50元
  限次：企业年度 2件
  限次：企业终身 5件
"""
    )
    facts = {"兑现年度": 2024, "项目": [{"经费": 30}, {"经费": 40}, {}]}
    for engine in ("compiled", "reference"):
        assert policy.decide(facts, engine=engine)["1"].amount_range == (Fraction(70), Fraction(90))


def test_what_was_had_is_asked_for_where_keys_are_not_known() -> None:
    """Two pieces of one 号 a year: of 40 (it may not count) and 40 (of a or b), one of a had or not: 80 or 40, so the ledger is asked for too."""
    policy = xcrules.loads(
        """事实：申报，顶层
| 名称 | 类型 | 角色 |
| 兑现年度 | 年度 | 基准年度 |

事实：项目，逐件
| 名称 | 类型 |
| 号 | 文字 |
| 经费 | 元 |
| 验收 | 是否 |

事实：往年，逐笔，闭世界，历史台账
| 名称 | 类型 | 角色 |
| 条款 | 文字 | 台账条款 |
| 年度 | 年度 | 台账年度 |
| 金额 | 元 | 台账金额 |
| 号 | 文字 | |

「第一条 每件按经费支持，每号每年2件。」
  对象：每件 项目，验收
  标准：经费
  限次：同一 号 年度 2件
"""
    )
    facts = {"兑现年度": 2024, "项目": [{"号": "a", "经费": 40}, {"经费": 40, "验收": True}], "往年": [{"条款": "1", "金额": 1, "号": "a"}]}
    made = policy.decide(facts)["1"]
    assert made.amount_range == (Fraction(40), Fraction(80))
    assert made.missing == ("往年[0].年度", "项目[0].验收", "项目[1].号")
