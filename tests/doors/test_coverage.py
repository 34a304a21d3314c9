"""What the worked cases have seen of each line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.doors.test_mutate import CASES, HEAD
from tests.support.commands import command
from xcrules.base.resources import shipped_policies
from xcrules.base.source import display_width
from xcrules.use.proof.coverage import coverage
from xcrules.use.python.policy import load, loads

MORE = """
案例：丙级不算，以 通常
  给定：项目 含（级别 为 丙，额 为 30万元）
  应得：1 不符合

案例：正好，以 通常，读法 A01 不算
  # 50万元 × 10% ＝ 5万元
  给定：项目 含（级别 为 甲，额 为 50万元）
  应得：1 应予支持 5万元
"""


def seen(cases: str) -> dict[str, dict[str, bool]]:
    return seen_in(HEAD + cases)


def seen_in(text: str) -> dict[str, dict[str, bool]]:
    return {words: x for line in coverage(loads(text)).lines for (_, _, words), x in line.points.items()}


def test_conditions_are_seen_true_and_false_and_bounds_from_three_sides() -> None:
    assert seen(CASES) == {
        "级别 为 甲、乙": {"成立": True, "不成立": False},
        "企业年度 5万元": {"低于": True, "等于": False, "高于": False},
    }
    assert seen(CASES + MORE) == {
        "级别 为 甲、乙": {"成立": True, "不成立": True},
        "级别 为 甲": {"成立": True, "不成立": False},  # the line of a reading that a case chooses
        "企业年度 5万元": {"低于": True, "等于": True, "高于": False},
    }


def test_statuses_and_choices_of_readings() -> None:
    found = coverage(loads(HEAD + CASES))
    assert found.statuses == {"1": {"应予支持": True, "不符合": False, "额度用尽": False}}
    assert found.readings == {"A01": {"算": True, "不算": False}}
    assert found.counts == (4, 10)
    assert coverage(loads(HEAD + CASES + MORE)).readings == {"A01": {"算": True, "不算": True}}


def test_arms_are_taken_or_not() -> None:
    text = HEAD.replace("标准：额 的 10%", "标准：额 × 按 级别（甲 10%；其他 5%）") + CASES
    found = {words: x for line in coverage(loads(text)).lines for (_, _, words), x in line.points.items()}
    assert found["甲"] == {"取到": True}


def test_a_row_that_a_sum_leaves_out_was_looked_at() -> None:
    text = HEAD.replace("标准：额 的 10%", "设定：乙的额 ＝ 合计（项目 的 额，级别 为 乙）\n  标准：额 的 10% ＋ 乙的额 × 0") + CASES
    found = {words: x for line in coverage(loads(text)).lines for (_, _, words), x in line.points.items()}
    assert found["级别 为 乙"]["不成立"]  # 甲 and 丙, of which the sum has nothing


def test_bounds_of_discretion_are_seen_by_what_was_recorded() -> None:
    text = HEAD.replace("| 完成 |", "| 核定 | 元 | 可缺 | |\n| 完成 |").replace("标准：额 的 10%", "裁量：由 部门 核定，记入 核定\n  上限：单项 额 的 30%\n  上限：单项 8万元")
    cases = "\n案例：未核定\n  给定：年度 为 2024年，合格，项目 含（级别 为 甲，额 为 20万元）\n  应得：1 裁量 5万元\n"
    assert bounds(text + cases) == [[], []]  # 5万元 is what a bound leaves open, not what came to one
    assert bounds(text + cases + cases.replace("未核定", "已核定").replace("20万元）", "20万元，核定 为 4万元）").replace("裁量 5", "应予支持 4")) == [["低于"], ["低于"]]
    assert bounds(text + cases + cases.replace("未核定", "已核定").replace("20万元）", "20万元，核定 为 9万元）").replace("裁量 5", "应予支持 5")) == [["高于"], ["低于"]]


def bounds(text: str) -> list[list[str]]:
    return [[side for side, held in x.items() if held] for words, x in seen_in(text).items() if words.startswith("单项")]


def test_a_bound_is_not_used_up_where_nobody_who_had_any_is_let_in() -> None:
    text = HEAD + "\n事实：历史，逐笔，闭世界，历史台账\n| 名称 | 类型 | 角色 |\n| 条款 | 文字 | 台账条款 |\n| 核定 | 年度 | 台账年度 |\n| 金额 | 元 | 台账金额 |\n" + CASES
    once, life = "标准：额 的 10%\n  限次：企业终身 一次", "上限：企业终身 5万元"
    lasting = text.replace("上限：企业年度 5万元", life)
    assert "额度用尽" in coverage(loads(lasting)).statuses["1"]
    assert "额度用尽" not in coverage(loads(lasting.replace("标准：额 的 10%", once))).statuses["1"]
    assert "额度用尽" in coverage(loads(text.replace("标准：额 的 10%", once))).statuses["1"]  # of this year


@pytest.mark.parametrize("name", shipped_policies())
def test_of_every_shipped_policy_all_is_seen_that_can_be(name: str) -> None:
    found = coverage(load(name))
    seen, every = found.counts
    unseen = [(words, side) for line in found.lines for (_, _, words), x in line.points.items() for side, held in x.items() if not held]
    assert (unseen, seen) == ([], every)


def test_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    Path("试行.规则").write_text(HEAD + CASES, encoding="utf-8")
    ran = command("test", "试行.规则", "--coverage")
    assert ran.code == 0
    assert ran.out == """第一条
  ✗ 条件：级别 为 甲、乙
      没有 不成立：级别 为 甲、乙
  ✗ 上限：企业年度 5万元
      没有 等于、高于：企业年度 5万元
  ✗ 没有出现过的状态：不符合、额度用尽
✗ 没有选过的读法：A01 不算

看到 4 处，共 10 处：40%
1 个案例，1 个相符，0 个不符
"""
    assert command("test", "试行.规则", "--at-least", "40").code == 0
    assert command("test", "试行.规则", "--at-least", "41").code == 1
    found = json.loads(command("test", "试行.规则", "--coverage", "--json").out)
    assert found["覆盖"]["份额"] == "40%"
    assert found["覆盖"]["行"][0] == {"条款": "1", "位置": "试行.规则:24:13", "行": "条件：级别 为 甲、乙", "看到": {"级别 为 甲、乙": {"成立": True, "不成立": False}}}
    wide = command("test", "xicheng-2021", "--coverage").out
    assert max(map(display_width, wide.splitlines())) <= 80
