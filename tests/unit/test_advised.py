"""What a drafter is told: each entry a text that was typed, and the words of the finding that say what to write instead."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))  # test_obeyed.py

from test_obeyed import FIRM, codes, read

from xcrules.diagnostic import Diagnostic
from xcrules.load import load_text


def errors(text: str) -> list[Diagnostic]:
    return [d for d in read(text).diagnostics if d.is_error]


def warned(text: str) -> set[str]:
    return {d.code for d in read(text).diagnostics} - {"W301"}


@pytest.mark.parametrize(("text", "code", "advice"), [
    ("「第二条 下列给予支持：」\n  条件：合格\n「（一）给。」\n  对象：企业\n  标准：1万元\n", "E563", "每一款的引文下"),
    ("「第二条 下列给予支持：」\n  对象：企业\n  条件：合格\n「（一）给。」\n  对象：企业\n  标准：1万元\n", "E563", "每一款的引文下"),
    (FIRM + "  设定：基 ＝ 投资，至少 5元，至少 6元\n  标准：基\n", "E203", "至少只写一个"),
    (FIRM + "  设定：基 ＝ 投资，至少 5元，至多 6元\n  标准：基\n", "E203", "至多 甲，至少 乙"),
    (FIRM + "  标准：投资 的 1%\n  下限：单项 5元，不少于 6元\n", "E460", "下限：单项 6元"),
    (FIRM + "  标准：最高（投资、盈亏）\n", "E203", "投资，至少 盈亏"),
    (FIRM + "  设定：基 ＝ 较小（投资，盈亏）\n  标准：基\n", "E203", "投资，至多 盈亏"),
    (FIRM + "  条件：本年 研发费 同比 增长\n  标准：1万元\n", "E203", "本年 研发费 高于 上年 研发费"),
    (FIRM + "  条件：研发费 同比 下降 10%\n  标准：1万元\n", "E203", "上年 研发费 － 本年 研发费 不低于 上年 研发费 的 10%"),
    (FIRM + "  标准：档\n  对照：按 合格 定 档\n  | 合格 | 档 |\n  | √ | 1万元 |\n  | 否 | 0元 |\n", "E315", "是不是 是？"),
    (FIRM + "  标准：1万元\n  文件：别的.规则\n", "E561", "最前面"),
    (FIRM + "  标准：1万元\n  原文：别的.txt\n", "E561", "最前面"),
    ("规定：甲\n规定：乙\n" + FIRM + "  标准：1万元\n", "E561", "留一行"),
    (FIRM + "  标准：1万元\n\n案例：一\n  给定：合格\n  应得：1 应予支持 1万元，2(1) 不符合\n", "E545", "应得：2(1) 不符合"),
    ("「一、给一万元。」\n  对象：企业\n  标准：1万元\n「（一）二」\n  注释：无\n", "E422", "一、改写成 第一条"),
    ("「1.给一万元。」\n  对象：企业\n  标准：1万元\n", "E422", "改写成 第一条"),
    ("「（一）给一万元。」\n  对象：企业\n  标准：1万元\n", "E422", "改写成 第一条"),
])  # fmt: skip
def test_one_finding_says_what_to_write(text: str, code: str, advice: str) -> None:
    found = errors(text)
    assert [d.code for d in found] == [code]
    assert advice in found[0].help


def test_a_column_of_a_list_in_a_definition_is_not_blamed_on_its_table() -> None:
    text = FIRM + "  定义：大 ＝ 额 高于 5元\n  定义：小 ＝ 额 低于 5元\n  标准：1万元\n  条件：大，小\n"
    assert {d.span.text for d in errors(text) if d.span} == {"额"}
    assert all("设定" in d.help for d in errors(text))


def test_a_lifetime_cap_has_a_ledger() -> None:
    no_ledger = "事实：申报，顶层\n| 名称 | 类型 |\n| 额 | 元 |\n" + FIRM
    for text, wanted in (("  标准：额\n  上限：企业终身 3万元\n", ["E562"]), ("  标准：额\n  上限：企业年度 3万元\n", []),
                         ("  标准：额\n  上限：企业终身 3万元，已用 额\n", [])):  # fmt: skip
        assert [d.code for d in load_text(no_ledger + text).diagnostics if d.is_error] == wanted
    assert codes(FIRM + "  标准：投资\n  上限：企业终身 3万元\n") == set()
    items = "「第一条 给。」\n  对象：每项 项目\n  标准：额\n  上限：同一 题名 终身 3万元"
    assert (codes(items + "\n"), codes(items + "，已用 前\n")) == ({"E562"}, set())


def test_a_parameter_may_be_in_one_unit_for_another() -> None:
    table = "参数：汇率，元/件\n| 年度 | 值 | 来源 |\n| 2024年 | {} | 公布 |\n"
    assert codes(table.format("7元/件") + FIRM + "  标准：1万元\n") == set()
    assert "7元/件" in errors(table.format("7") + FIRM + "  标准：1万元\n")[0].help


def test_a_cell_of_both_is_either() -> None:
    text = FIRM + "  标准：档\n  对照：按 合格 定 档\n  | 合格 | 档 |\n  | 是、否 | 1万元 |\n"
    assert codes(text) == set()


def test_a_heading_that_ends_in_a_colon_needs_no_line() -> None:
    assert codes("「第二条 下列给予支持：」\n「（一）给。」\n  对象：企业\n  标准：1万元\n") == set()
    assert codes("「第二条 给予10万元：」\n「（一）给。」\n  对象：企业\n  标准：1万元\n") == {"E602"}


def test_a_bound_is_not_written_in_notes_or_reasons() -> None:
    law = "「第二条 每年不超过2万元。」\n  对象：企业\n  标准：2万元\n"
    assert "W306" in warned(law) & warned(law + "  注释：不超过2万元\n")
    assert not warned(law + "  静默：W306，不超过2万元是总额\n") & {"W306", "W391"}


def test_numbers_of_cases_are_no_rule_of_the_last_clause() -> None:
    law = "「第二条 给2万元。」\n  对象：企业\n  标准：2万元\n\n"
    assert warned(law + "样本：甲\n  给定：年度 为 2024年\n案例：一，以 甲\n  给定：投资 为 123456元\n  应得：2 应予支持 2万元\n") == set()


@pytest.mark.parametrize("label", ["标准", "下限", "条件", "除外", "例外", "加给", "上限", "取整", "拨付", "限次"])
@pytest.mark.parametrize("subject", ["企业", "每项 项目"])
def test_the_example_for_a_line_is_itself_accepted(label: str, subject: str) -> None:
    head = f"「第一条 给。」\n  对象：{subject}\n"
    text = head + ("" if label == "标准" else "  标准：1万元\n") + f"  {label}：（（）\n"
    found = errors(text)
    assert len(found) == 1
    sample = found[0].help.removeprefix(f"例如 {label}：")
    assert codes(text.replace("（（）", sample)) == set()
