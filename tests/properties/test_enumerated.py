"""Small random policies on every sheet of a small world: what is 已证 no sheet breaks, what is 不成立 the reference decides so on the facts that are told.

The world is within the bounds of a proof (two rows, all reported), not the other way round: a figure of 5元 may break what 3元 does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import pytest

import xcrules
from xcrules.use.proof.proving import LAW, LEAP, MONOTONE, OPEN, PROMISE, PROVED, REFUTED, Proof, prove

TABLES = """事实：申报，顶层
| 名称 | 类型    | 要求   | 角色     |
| 年度 | 年度    |        | 基准年度 |
| 甲   | 元      |        |          |
| 真   | 是否    |        |          |
| 已获 | 逐款 元 | 闭世界 | 本年台账 |

事实：项目，逐项
| 名称 | 类型   | 要求 | 角色     |
| 类   | 一、二 |      |          |
| 额   | 元     |      |          |
| 数   | 人     |      |          |
| 事项 | 文字   |      | 事项标识 |

事实：别处，逐笔，闭世界，外部支持
| 名称 | 类型       | 角色     |
| 事项 | 文字       | 外部事项 |
| 金额 | 元         | 外部金额 |
| 状态 | 已得、可得 | 外部状态 |

"""
CONDITIONS = ("", "", "真", "非 真", "甲 不低于 2元", "额 不低于 1元", "额 超过 甲", "类 为 一 或 额 超过 1元", "数 不少于 2人")
AMOUNTS = ("额", "额 的 50%", "额 × 数 ÷ 1人", "孰低（额、甲）", "孰高（额、2元）", "额 ＋ 甲", "额 × 按 类（一 1；二 2）", "按 额（不满 2元 1元；其他 3元）", "按 额（不满 1元 3元；1元 以上 不满 3元 1元；其他 2元）", "额 － 甲")
STEPS = ("", "", "上限：单项 2元", "下限：单项 1元", "上限：同一 类 年度 2元", "从高：同一 类", "从高：同一 事项，依 类（一、二）", "上限：单项 甲")
AGAINST = "「第二条 别处。」\n  竞合：同一 事项 与 别处，已得 补差，可得 择高\n"
MONEY = (0, 1, 2, 3)
Sheet = dict[str, Any]


def program(r: Random) -> str:
    limit = r.randint(1, 6)
    lines = [f"「第一条 补贴，企业年度总额不超过{limit}元。」", "  对象：每项 项目"]
    lines += [f"  条件：{x}" for x in (r.choice(CONDITIONS),) if x] + [f"  标准：{r.choice(AMOUNTS)}"]
    lines += [f"  {x}" for x in dict.fromkeys((r.choice(STEPS), r.choice(STEPS))) if x]
    lines += [f"  上限：企业年度 {r.choice((limit, limit, limit + 1))}元"] if r.random() < 0.6 else []
    return TABLES + "\n".join(lines) + "\n" + (AGAINST if r.random() < 0.3 else "") + f"\n保证：1 不超过 {r.randint(1, 8)}元\n保证：1 随 额 不减\n"


def world(text: str) -> Iterator[Sheet]:
    """Every sheet over a few values of what the lines name."""
    body = text[len(TABLES):].partition("保证")[0]
    rows = [{"类": c, "额": x, "数": k, "事项": "子"} for c in ("一", "二") for x in MONEY for k in ((1, 2) if "数" in body else (1,))]
    lists = [[], *([x] for x in rows), *([x, y] for x in rows for y in rows)]
    support = ([], [{"事项": "子", "金额": 1, "状态": "已得"}], [{"事项": "子", "金额": 3, "状态": "可得"}]) if "竞合" in body else ([],)
    for one, true, had, items, elsewhere in product(MONEY if "甲" in body else (1,), (True, False) if "真" in body else (True,), (0, 1) if "上限：企业年度" in body else (0, 2), lists, support):
        yield {"年度": 2024, "甲": one, "真": true, "已获": {"1": had} if had else {}, "项目": items, "别处": elsewhere}


def key(sheet: Sheet) -> str:
    return repr(sheet)


def raised(sheet: Sheet, column: str, by: tuple[int, ...]) -> Iterator[Sheet]:
    """The sheet with one figure of this column so much higher."""
    table, _, name = column.rpartition(".")
    for i, row in enumerate(sheet[table]) if table else [(0, sheet)]:
        more = [{**row, name: row[name] + x} for x in by]
        yield from ({**sheet, table: [*sheet[table][:i], x, *sheet[table][i + 1:]]} if table else x for x in more)


def broken(proof: Proof, comes_to: dict[str, Fraction], sheets: list[Sheet]) -> Sheet | None:
    """A sheet of the world on which a statement does not hold."""
    for sheet in sheets:
        amount = comes_to[key(sheet)]
        match proof.kind:
            case _ if proof.kind == LAW and amount > 0 and amount + sheet["已获"].get("1", 0) > limit_of(proof):
                return sheet
            case _ if proof.kind == PROMISE and "不超过" in proof.text and amount > limit_of(proof):
                return sheet
            case _ if proof.kind in (MONOTONE, LEAP) or "随" in proof.text:
                after = [comes_to[key(x)] - amount for x in raised(sheet, column_of(proof), (1,) if proof.kind == LEAP else (1, 2, 3)) if key(x) in comes_to]
                if any(abs(x) > 1 if proof.kind == LEAP else x > 0 if "只降不升" in proof.text else x < 0 for x in after):
                    return sheet
    return None


def limit_of(proof: Proof) -> Fraction:
    return Fraction(proof.text.rpartition("不超过 ")[2].removesuffix("元"))


def column_of(proof: Proof) -> str:
    return "项目.额" if proof.kind == PROMISE else proof.text.partition("「")[2].partition("」")[0]


def held(seeds: range) -> Counter[str]:
    seen = Counter[str]()
    for seed in seeds:
        text = program(Random(seed))
        policy = xcrules.loads(text)
        sheets = [*world(text)]
        comes_to = {key(x): amount_of(policy, x) for x in sheets}
        for proof in prove(policy, jump=Fraction(1), other_readings=False):
            if proof.kind not in (LAW, PROMISE, MONOTONE, LEAP) or proof.text.rpartition("「")[2].startswith(("已获", "别处")):
                continue
            seen[proof.state] += 1
            assert proof.state in (PROVED, REFUTED, OPEN), (seed, proof.text, proof.why)
            if proof.state == PROVED:
                assert broken(proof, comes_to, sheets) is None, (seed, text, proof.text)
            elif proof.state == REFUTED:
                told = [amount_of(policy, x) for x in proof.sheets]
                assert told == [x.amount for x in proof.comes_to]
                assert refutes(proof, told), (seed, text, proof.text)
    return seen


def refutes(proof: Proof, told: list[Fraction]) -> bool:
    if len(told) == 1:
        had = proof.sheets[0].get("已获", {}).get("1", 0) if proof.kind == LAW else 0
        return told[0] + had > limit_of(proof)
    change = told[1] - told[0]
    return abs(change) > 1 if proof.kind == LEAP else change > 0 if "只降不升" in proof.text else change < 0


def amount_of(policy: xcrules.Policy, sheet: Sheet) -> Fraction:
    [made] = policy.decide_clauses(sheet, ["1"], {}, engine="reference")
    assert made.amount is not None, (sheet, made.status)
    return Fraction(made.amount)


def test_small_policies_on_every_sheet() -> None:
    assert held(range(2))[PROVED]


@pytest.mark.slow
def test_many_small_policies_on_every_sheet() -> None:
    seen = held(range(100, 130))
    assert min(seen[PROVED], seen[REFUTED]) >= 30
    assert seen[OPEN] <= sum(seen.values()) // 20
