"""已得补差 while facts are unknown: what was had is taken off once, whichever claims count and whosever they are; by every completion."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import pytest

import xcrules
from tests.support.decisions import amounts, answer, bounds, by_every_engine, settled, within
from xcrules.run.decision import ClauseDecision

Raw = dict[str, Any]
FACTS = """事实：申报，顶层
| 名称 | 类型    | 要求   | 角色     |
| 年   | 年度    |        | 基准年度 |
| 台账 | 逐款 元 | 闭世界 | 本年台账 |

事实：项目，逐项
| 名称   | 类型 | 要求             |
| 号     | 文字 |                  |
| 原创   | 是否 |                  |
| 开支   | 元   |                  |
| 核定额 | 元   | 核定 机关，可缺  |

事实：历史，逐笔，闭世界，历史台账
| 名称 | 类型 | 要求 | 角色     |
| 条款 | 文字 |      | 台账条款 |
| 哪年 | 年度 |      | 台账年度 |
| 金额 | 元   |      | 台账金额 |
| 号   | 文字 | 可缺 |          |

「第一条 项目支出的10%，原已享受的补差额。」
  对象：每项 项目，原创
"""
TEN_PERCENT, SETTLED = "  标准：开支 的 10%\n", "  裁量：由 机关 核定，记入 核定额\n"
LIMITS = ("企业终身", "企业年度", "同一 号 终身")


def decided(lines: str, raw: Raw) -> ClauseDecision:
    return by_every_engine(xcrules.loads(FACTS + lines), {"年": 2024, **raw})["1"]


def items(*rows: tuple[Any, Any, int]) -> list[Raw]:
    return [{"号": key, "原创": counts, "开支": spent, "核定额": spent} for key, counts, spent in rows]


def had(limit: str, *rows: tuple[int, str]) -> Raw:
    """What was had under the clause: of this year, or of one before."""
    if limit == "企业年度":
        return {"台账": {"1": sum(money for money, _ in rows)}}
    return {"历史": [{"条款": "1", "哪年": 2023, "金额": money, "号": key} for money, key in rows]}


@pytest.mark.parametrize("limit", LIMITS)
def test_it_is_taken_off_the_whole_and_not_off_each(limit: str) -> None:
    """5万元 are sure and 1万元 may come; 1万元 was had: 4万元 to 5万元. Of 6万元 and 6万元 with 9万元 had, 3万元 may be left."""
    lines = TEN_PERCENT + f"  限次：{limit} 一次，已得补差\n"
    made = decided(lines, {"项目": items(("甲", True, 500000), ("甲", None, 100000)), **had(limit, (10000, "甲"))})
    assert (made.status, made.amount_range, made.missing) == ("待补充", (40000, 50000), ("项目[1].原创",))
    made = decided(lines, {"项目": items(("甲", True, 600000), ("甲", None, 600000)), **had(limit, (90000, "甲"))})
    assert (made.status, made.amount_range, made.missing) == ("待补充", (0, 30000), ("项目[1].原创",))


@pytest.mark.parametrize("limit", LIMITS)
def test_a_bound_runs_from_less_to_more(limit: str) -> None:
    lines = SETTLED + f"  上限：单项 8万元\n  限次：{limit} 一次，已得补差\n"
    made = decided(lines, {"项目": items(("甲", True, 80000), ("甲", None, 80000)), **had(limit, (10000, "甲"))})
    assert (made.bound_range, made.missing) == ((70000, 150000), ("项目[1].原创",))


@pytest.mark.parametrize("unknown", ["条款", "金额", "号"])
def test_what_is_taken_of_awards_without_a_bound_is_asked_for(unknown: str) -> None:
    """1万元 for a project that may be the one of the ledger: until that is known nothing is granted, and the row is asked for."""
    row = {"条款": "1", "哪年": 2023, "金额": 50000, "号": "甲", unknown: None}
    raw: Raw = {"项目": [{"号": "乙", "原创": True, "核定额": 10000}, {"号": "甲", "原创": True, "核定额": 0}], "历史": [row]}
    made = decided(SETTLED + "  限次：同一 号 终身 一次，已得补差\n", raw)
    assert made.amount == 10000 if settled(made) else made.amount_range == (0, 10000) and made.missing == (f"历史[0].{unknown}",)
    raw["项目"][0]["号"] = None
    made = decided(SETTLED + "  限次：同一 号 终身 一次，已得补差\n", raw)
    assert settled(made) or f"历史[0].{unknown}" in made.missing


def test_two_that_may_be_anybody_s_may_both_have_had_all() -> None:
    """Two of 5万元, and 5万元 were had for 甲 and for 乙: nothing is left where the one is 甲's and the other 乙's."""
    raw: Raw = {"项目": items((None, True, 500000), (None, True, 500000)), **had("", (50000, "甲"), (50000, "乙"))}
    made = decided(TEN_PERCENT + "  限次：同一 号 终身 一次，已得补差\n", raw)
    assert (made.status, made.amount_range) == ("待补充", (0, 100000))


# -- by every completion ------------------------------------------------------------------------------------------


def completions(raw: Raw) -> list[Raw]:
    """The facts with every guard and every key that is open filled in, every way."""
    open_ = [(i, name) for i, row in enumerate(raw["项目"]) for name in ("号", "原创") if row[name] is None]
    made = []
    for values in product(*[("甲", "乙", "丙") if name == "号" else (True, False) for _, name in open_]):
        rows = [dict(row) for row in raw["项目"]]
        for (i, name), value in zip(open_, values, strict=True):
            rows[i][name] = value
        made.append({**raw, "项目": rows})
    return made


def holds(before: ClauseDecision, after: ClauseDecision) -> bool:
    """Whether what came out is among what could come out."""
    if settled(before):
        return answer(before) == answer(after)
    narrower = within(bounds(after), bounds(before)) if before.bound_range is not None and after.bound is not None else True
    return narrower and (before.amount_range is None or within(amounts(after), amounts(before)))


@pytest.mark.parametrize("seed", range(24))
def test_every_completion_is_within_what_is_told(seed: int) -> None:
    r = Random(seed)
    limits = r.sample(LIMITS, r.choice((1, 1, 2)))
    lines = r.choice((TEN_PERCENT, TEN_PERCENT, SETTLED, SETTLED + "  上限：单项 8万元\n"))
    lines += "".join(f"  限次：{x} 一次，已得补差\n" for x in limits) + r.choice(("", "", "  上限：企业年度 7万元\n"))
    policy = xcrules.loads(FACTS + lines)
    for _ in range(5):
        scale = 1 if "裁量" in lines else 10
        rows = items(*((r.choice(("甲", "甲", "乙", None)), r.choice((True, None, None)), r.choice((0, 1, 3, 5, 6)) * 10000 * scale) for _ in range(r.choice((2, 3)))))
        raw: Raw = {"年": 2024, "项目": rows}
        for limit in limits:
            raw |= had(limit, *((r.choice((1, 3, 5, 9)) * 10000, r.choice("甲乙")) for _ in range(r.choice((1, 2)))))
        before = by_every_engine(policy, raw)["1"]
        assert before.amount_range is None or Fraction(0) <= before.amount_range[0] <= before.amount_range[1]
        for filled in completions(raw):
            after = policy.decide(filled)["1"]
            assert holds(before, after), (lines, filled, before.outcome(), after.outcome())
