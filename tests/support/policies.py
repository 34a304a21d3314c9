"""Texts that many tests begin with, and policies made from text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from xcrules.base.resources import shipped_policies
from xcrules.store.load import Loaded, load_text
from xcrules.use.python.policy import Policy, load

ROOT = Path(__file__).resolve().parents[2]
EACH_SHIPPED = [pytest.param(n, marks=pytest.mark.slow if n.startswith("nansha") else ()) for n in shipped_policies()]  # the large ones are left to .ci/run
EXAMPLE = ROOT / "policies" / "xicheng-2021" / "示例企业.json"

HEAD = """事实：申报，顶层
| 名称   | 类型       | 要求   | 角色     |
| 年度   | 年度       |        | 基准年度 |
| 申报日 | 日期       |        | 申报日期 |
| 研发费 | 逐年 元    |        |          |
| 投资   | 元         |        |          |
| 盈亏   | 元         | 可负   |          |
| 合格   | 是否       |        |          |
| 成立   | 日期       |        |          |
| 级别   | 甲、乙、丙 |        |          |
| 已获   | 逐款 元    | 闭世界 | 本年台账 |

事实：主体
| 名称 | 类型 |
| 资本 | 元   |

事实：项目，逐项
| 名称 | 类型 | 要求     |
| 题名 | 文字 |          |
| 额   | 元   |          |
| 前   | 元   | 缺省 0元 |

事实：历史，逐笔，闭世界，历史台账
| 名称 | 类型 | 角色     |
| 条款 | 文字 | 台账条款 |
| 何年 | 年度 | 台账年度 |
| 金额 | 元   | 台账金额 |
"""
REGISTER = """
读法：登记
| 号  | 条款 | 风险 | 原文 | 问题   | 选项   | 另需人工 | 理由 |
| A01 | 1    | 低   | 给   | 怎么给 | 甲、乙 |          | 例子 |

"""
EARLIER = """事实：往年，逐笔，闭世界，历史台账
| 名称 | 类型 | 角色     |
| 条款 | 文字 | 台账条款 |
| 年度 | 年度 | 台账年度 |
| 金额 | 元   | 台账金额 |

"""
FACTS: Mapping[str, object] = {
    "年度": 2024, "申报日": "2024-05-01", "研发费": {"2022": 1, "2023": 100, "2024": 300}, "投资": 1000000, "盈亏": -5, "合格": True,
    "成立": "2010-01-01", "级别": "甲", "主体": {"资本": 500000}, "项目": [{"题名": "p", "额": 70000}, {"题名": "q", "额": 90000}],
}
FIRM = "「第一条 给。」\n  对象：企业\n"


def read(text: str) -> Loaded:
    """The lines behind HEAD, and behind REGISTER if they name its reading."""
    return load_text(HEAD + (REGISTER if "A01" in text else "") + text)


def codes(text: str) -> set[str]:
    """The errors of lines behind HEAD."""
    return {d.code for d in read(text).diagnostics if d.is_error}


def built(loaded: Loaded) -> Policy:
    """The policy that was read; what is wrong with it fails the test that wants it."""
    assert loaded.usable, "\n".join(f"[{d.code}] {d.place()} {d.message}　{d.help}" for d in loaded.diagnostics if d.is_error)
    assert loaded.program is not None
    return Policy(loaded.program, loaded.diagnostics)


def policy(text: str) -> Policy:
    """A policy from one text."""
    return built(load_text(text))


@cache
def shipped(name: str = "xicheng-2021") -> Policy:
    """A policy that comes with the package, checked once for all tests of a process."""
    return load(name)


def amount(text: str, clause: str = "1", readings: Mapping[str, str] | None = None) -> int:
    """元 that lines behind HEAD pay; the first decision and the second are the same."""
    made = built(read(text))
    one, other = (made.decide(FACTS, readings)[clause] for _ in range(2))
    assert (one.status, one.amount) == (other.status, other.amount)
    assert one.amount is not None
    return int(one.amount)
