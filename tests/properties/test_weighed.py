"""从高：1、2 之间，同一 某栏: of two clauses the one counts that gives more where nothing weighs them, whatever bounds each has on what is alike."""

from __future__ import annotations

from random import Random

import xcrules

HEAD = """事实：申报，顶层
| 名称     | 类型 | 角色     |
| 兑现年度 | 年度 | 基准年度 |

事实：人才，逐名
| 名称     | 类型 |
| 身份证号 | 文字 |
| 甲       | 是否 |
| 乙       | 是否 |
| 额       | 元   |
| 已得     | 元   |

"""
CAPS = ("", "", "单项 5万元", "同一 身份证号 年度 9万元", "同一 身份证号 年度 20万元，已用 已得", "同一 身份证号 年度 额 × 1.5，已用 已得", "甲 的，同一 身份证号 年度 8万元")
WHOLE = ("", "从高：合计 同一 身份证号", "上限：合计 同一 身份证号 年度 12万元，已用 已得", "上限：合计 同一 身份证号 年度 12万元\n从高：合计 同一 身份证号")


def _lines(r: Random, who: str) -> str:
    cap = r.choice(CAPS)
    return f"对象：每名 人才，{who}\n标准：{r.choice(('额', '额 的 50%', '3万元', '7万元'))}\n" + (f"上限：{cap}\n" if cap else "")


def _clause(r: Random, number: str) -> str:
    if r.random() < 0.5:
        return f"「第{number}条 。」\n" + _lines(r, "甲") + r.choice(("", "从高：同一 身份证号\n"))
    return f"「第{number}条 。」\n分项：一\n" + _lines(r, "甲") + "分项：二\n" + _lines(r, "乙") + r.choice(WHOLE) + "\n"


def test_what_is_weighed_is_what_is_given() -> None:
    weighed = 0
    for seed in range(14):
        r = Random(seed)
        clauses = HEAD + _clause(r, "一") + _clause(r, "二")
        policy, alone = xcrules.loads(clauses + "「第三条 。」\n从高：1、2 之间，同一 身份证号\n"), xcrules.loads(clauses)
        if any(d.code == "W326" for d in policy.diagnostics):
            continue  # a bound that cannot be seen
        for _ in range(3):
            rows = [{"身份证号": "一", "甲": r.random() < 0.7, "乙": r.random() < 0.6, "额": r.randint(0, 20) * 10000, "已得": r.randint(0, 6) * 10000} for _ in range(r.randint(1, 3))]
            facts = {"兑现年度": 2020, "人才": rows}
            one, other = (alone.amounts(facts)[n] or 0 for n in ("1", "2"))
            expected = {"1": one, "2": 0} if one >= other else {"1": 0, "2": other}
            assert policy.amounts(facts) == expected, seed
            assert {k.number: (k.amount or 0) * 100 for k in policy.decide(facts, engine="reference").clauses} == expected, seed
            weighed += one > 0 and other > 0
    assert weighed >= 12
