"""竞合：不适用 of a clause: what people are told of it, what check says, and what an amendment that adds it is."""

from __future__ import annotations

from xcrules.meaning.program import Program
from xcrules.store.load import load_text
from xcrules.tell.changes import change_lines, compare
from xcrules.tell.readback import read_back, read_back_policy

TEXT = """规定：试行办法
事实：申报，顶层
| 名称 | 类型 |
| 投资 | 元 |

事实：项目，逐项
| 名称 | 类型 | 要求 | 角色 |
| 投入 | 元 | | |
| 标识 | 文字 | 可缺 | 事项标识 |

事实：别处支持，逐笔，闭世界，外部支持
| 名称 | 类型 | 角色 |
| 标识 | 文字 | 外部事项 |
| 金额 | 元 | 外部金额 |
| 状态 | 已获得、符合未获得 | 外部状态 |

「第一条 按项目投入的10%补贴。」
  对象：每项 项目
  标准：投入 的 10%
「第二条 在市级奖励的基础上，再按投资的5%给予奖励。」
  对象：企业
  标准：投资 的 5%
「第三条 同一项目从高不重复。」
  竞合：同一 标识 与 别处支持，已获得 补差，符合未获得 择高
"""
SPARED = TEXT.replace("  对象：企业\n", "  竞合：不适用\n  对象：企业\n")


def program(text: str) -> Program:
    made = load_text(text).program
    assert made is not None
    return made


def test_read_back() -> None:
    assert read_back(program(SPARED), "2").endswith("本款在他项支持之外另给，不与他项支持从高。")
    assert "另给" not in read_back(program(SPARED), "1")
    assert read_back_policy(program(SPARED))["竞合"].endswith("管的是第一条；第二条在他项支持之外另给，不与他项支持从高。")


def test_check_no_longer_warns() -> None:
    assert "W326" in {f.code for f in load_text(TEXT).diagnostics}
    assert "W326" not in {f.code for f in load_text(SPARED).diagnostics}


def test_diff() -> None:
    assert change_lines(compare(program(TEXT), program(SPARED))) == ["全规定：新增竞合 第二条在他项支持之外另给，不与他项支持从高"]


IN_ONE = """规定：试行办法
事实：申报，顶层
| 名称 | 类型 | 角色 |
| 申报日期 | 日期 | 申报日期 |
| 价款 | 元 | |
| 转让 | 是否 | |

「第一条 购车补贴价款的10%；」
  分项：购车
  对象：企业，非 转让
  表述：给予 补贴
  标准：价款 的 10%
「转让的，退还价款的10%。」
  分项：退还
  对象：企业，转让
  施行：届满 照行
  表述：退还 补贴
  标准：价款 的 10%
「第二条 自2024年1月1日起施行，有效期三年。」
  施行：自 2024年1月1日 起 3年，止于 前一日，凭 申报日期
"""


def test_one_part_goes_on() -> None:
    """The other wants the day; what gives back and is not spared is told (W328), by its name."""
    told = load_text(IN_ONE)
    assert not told.diagnostics
    assert read_back(program(IN_ONE), "1") == ("购车：企业同时满足非转让、申报日期不晚于2026年12月31日的，按价款的10%给予补贴。"
                                               "退还：企业转让的，按价款的10%退还补贴。本款的退还在有效期届满以后仍然施行。")
    (found,) = load_text(IN_ONE.replace("  施行：届满 照行\n", "")).diagnostics
    assert (found.code, found.message[:4]) == ("W328", "1退还 ")
    assert any("届满以后" in x for x in change_lines(compare(program(IN_ONE.replace("  施行：届满 照行\n", "")), program(IN_ONE))))
