"""Slips in a policy against its cases: what is noticed, what is refused, what passes, and the facts on which it shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from tests.support.commands import command
from xcrules.base.resources import shipped_policies
from xcrules.use.cases import run_cases
from xcrules.use.proof.mutants import DROPPED, mutants
from xcrules.use.proof.mutation import ALIKE, KILLED, REFUSED, TOLD, Verdict, mutate, tellings
from xcrules.use.proof.sheets import plain
from xcrules.use.proof.told import given_lines, suggestion
from xcrules.use.python.policy import Policy, load, loads

HEAD = """规定：《试行办法》

事实：申报，顶层
| 名称 | 类型 | 要求 | 角色 |
| 年度 | 年度 | | 基准年度 |
| 合格 | 是否 | | |
| 研发费 | 逐年 元 | | |
| 强度 | 比率 | | |
| 已获 | 逐款 元 | 闭世界 | 本年台账 |

事实：项目，逐项
| 名称 | 类型 | 要求 | 角色 |
| 级别 | 甲、乙、丙 | | |
| 额 | 元 | | |
| 完成 | 日期 | 可缺 | |
| 事项 | 文字 | 可缺 | 事项标识 |

读法：登记
| 号  | 条款 | 风险 | 原文 | 问题 | 选项 | 理由 |
| A01 | 1 | 低 | 甲级、乙级 | 乙级算不算？ | 算、不算 | 原文有乙级 |

「第一条 甲级、乙级项目，按额的10%补贴，不超过5万元。」
  对象：每项 项目
  条件〔A01 算〕：级别 为 甲、乙
  条件〔A01 不算〕：级别 为 甲
  标准：额 的 10%
  上限：企业年度 5万元
"""
CASES = """
样本：通常
  给定：年度 为 2024年，合格

案例：甲级，以 通常
  # 30万元 × 10% ＝ 3万元
  给定：项目 含（级别 为 甲，额 为 30万元）
  应得：1 应予支持 3万元
"""


def found(policy: Policy) -> dict[str, Verdict]:
    return {f"{v.mutant.origin.label} {v.mutant.what}": v for v in mutate(policy)}


def test_what_becomes_of_each_slip() -> None:
    states = {what: v.state for what, v in found(loads(HEAD + CASES)).items()}
    assert states == {
        "条件 去掉这一行": TOLD,  # no 丙 in the cases
        "条件 「级别 为 甲、乙」去掉 甲": KILLED,
        "条件 「级别 为 甲、乙」去掉 乙": TOLD,
        "标准 去掉这一行": REFUSED,
        "标准 10% 改作 11%": KILLED,
        "标准 10% 改作 9%": KILLED,
        "上限 去掉这一行": TOLD,
        "上限 企业年度 改作 企业终身": TOLD,  # 本年台账 is then not taken off
        "上限 企业年度 改作 单项": TOLD,
        "上限 5万元 改作 6万元": TOLD,
        "上限 5万元 改作 4万元": TOLD,
        "读法 读法 A01 算 改作 不算": TOLD,
    }  # the line of A01 不算 is in no plan that a case asks for


def test_lines_of_a_reading_that_a_case_chooses_are_changed_too() -> None:
    case = "\n案例：只算甲，以 通常，读法 A01 不算\n  给定：项目 含（级别 为 乙，额 为 30万元）\n  应得：1 不符合\n"
    verdicts = found(loads(HEAD + CASES + case))
    assert verdicts["条件 「级别 为 甲」甲 改作 乙"].state == KILLED
    assert verdicts["条件 「级别 为 甲」甲 改作 乙"].case == "只算甲"


def test_a_line_is_got_wrong_in_each_part_that_writes_it_and_in_all_that_a_lead_gives_it() -> None:
    """Of two 分项 with one condition only the first was looked at, and a lead was taken from the first alone."""
    parts = "  分项：甲级\n{0}  对象：每项 项目，级别 为 甲\n  标准：额 的 10%\n  分项：乙级\n{0}  对象：每项 项目，级别 为 乙\n  标准：额 的 5%\n  上限：合计 企业年度 5万元\n"
    for text, left in ((parts.format("  条件：合格\n"), [1, 1]), ("  条件：合格\n" + parts.format(""), [0])):
        policy = loads(HEAD[:HEAD.index("读法：")] + HEAD[HEAD.index("「第一条"):HEAD.index("  对象：")] + text + CASES)
        dropped = [m for m in mutants(policy.program) if m.origin.text == "合格" and m.kind == DROPPED]
        plans = [m.plan(policy._engines.default.plan, policy._engines.planner) for m in dropped]
        assert [sum(g.origin.text == "合格" for each in p.clauses[0].claims for g in each.guards) for p in plans if p is not None] == left


def test_a_case_that_fails_notices_nothing() -> None:
    policy = loads(HEAD + CASES.replace("应予支持 3万元", "应予支持 4万元"))
    assert {v.state for v in mutate(policy)} == {TOLD, REFUSED}


def test_a_slip_that_changes_nothing_is_not_told_apart() -> None:
    """A member that the table pays nothing for; the same figure twice."""
    text = HEAD.replace("标准：额 的 10%", "标准：额 × 按 级别（甲 10%；其他 10%）") + CASES
    assert found(loads(text))["标准 「按 级别（甲 10%；其他 10%）」去掉 甲 一档"].state == ALIKE


@pytest.mark.parametrize("line", ["上限：1甲、2甲 合计 企业年度 6万元", "上限：1、2 合计 同一 事项 6万元", "从高：1、2 之间，同一 事项"])
def test_slips_of_a_line_over_items_of_several_clauses_are_slips_of_the_plan(line: str) -> None:
    """Each of its slips makes another plan: it was taken to change nothing, and not counted."""
    clauses = "「{0}条 按额的10%补贴。」\n  分项：甲\n  对象：每项 项目\n  标准：额 的 10%\n  分项：乙\n  对象：企业\n  标准：1万元\n" if "甲" in line else "「{0}条 按额的10%补贴。」\n  对象：每项 项目\n  标准：额 的 10%\n"
    text = HEAD.partition("读法：")[0] + clauses.format("第一") + clauses.format("第二") + f"「第三条 如下。」\n  {line}\n"
    policy = loads(text)
    base = policy._engines.default.plan
    own = [m for m in mutants(policy.program) if m.origin.text.strip() == line.partition("：")[2]]
    assert own
    assert all(m.plan(base, policy._engines.planner) not in (None, base) for m in own)


def test_a_cap_told_by_each_row_is_not_made_one_of_all() -> None:
    """No enterprise has the figure of a row: it ended in a traceback."""
    capped = HEAD.replace("  上限：企业年度 5万元", "  上限：同一 事项 年度 额 的 5%") + CASES.replace("额 为 30万元", "额 为 100万元，事项 为 甲").replace("应予支持 3万元", "应予支持 5万元")
    assert "上限 去掉这一行" in (states := found(loads(capped)))
    assert not [x for x in states if "不分是不是同一个" in x]


def test_a_series_without_a_figure_is_no_line() -> None:
    """研发费 含（） was written, which no case may say."""
    assert given_lines({"年度": 2024, "研发费": {}, "已获": {}}, {}, loads(HEAD + CASES).program.schema) == ["年度 为 2024年"]


def test_an_object_that_does_not_apply_stays_so() -> None:
    """It was filled in like one that is not given, and ended in a traceback."""
    text = HEAD.replace("读法：登记", "事实：厂房\n| 名称 | 类型 |\n| 自有 | 是否 |\n\n读法：登记").replace("  标准：额", "  条件：非 自有\n  标准：额") + CASES.replace("，合格\n", "，合格，厂房 为 不适用\n")
    assert found(loads(text))["标准 10% 改作 11%"].state == KILLED


def test_one_column_of_what_must_be_alike_is_left_out() -> None:
    """额 of 6万元 each, 甲 and 乙 of one matter: under a cap of 4,000元 for each level of a matter 8,000元, for the matter 4,000元."""
    text = HEAD.replace("  上限：企业年度 5万元", "  上限：同一 级别、事项 4000元") + CASES.replace("额 为 30万元", "额 为 30万元，事项 为 一").replace("应予支持 3万元", "应予支持 4000元")
    verdicts = found(loads(text))
    for column, row in (("级别", "级别"), ("事项", "事项")):
        verdict = verdicts[f"上限 「同一 级别、事项 4000元」不看 {column}"]
        assert verdict.state == TOLD
        rows = verdict.sheet["项目"]
        assert len({x[row] for x in rows}) > 1


SHEETS = [
    ("条件 去掉这一行", {"级别": "丙"}),
    ("条件 「级别 为 甲、乙」去掉 乙", {"级别": "乙"}),
]


@pytest.mark.parametrize(("what", "row"), SHEETS)
def test_the_facts_found_tell_the_slip(what: str, row: dict[str, str]) -> None:
    verdict = found(loads(HEAD + CASES))[what]
    assert verdict.sheet is not None
    assert any(row.items() <= r.items() for r in verdict.sheet["项目"])


@pytest.mark.parametrize("name", shipped_policies())
def test_every_slip_makes_a_plan_or_is_refused(name: str) -> None:
    """None ends in a traceback; the first clause of each is decided."""
    policy = load(name)
    base, planner = policy._engines.default.plan, policy._engines.planner
    planned = [m.plan(base, planner) for m in islice(mutants(policy.program), 0, None, 3)]
    assert any(p is None for p in planned)
    assert sum(p is not None and p != base for p in planned) > len(planned) // 2


def test_suggested_cases_say_the_facts_and_leave_the_figure_open(tmp_path: Path) -> None:
    policy = loads(HEAD + CASES)
    verdicts = [v for v in mutate(policy) if v.state == TOLD]
    text = suggestion(policy.program, tellings(verdicts))
    assert "案例：待手算 1 1，以 通常\n" in text
    assert "# 应得：1 ……\n" in text
    read = loads(HEAD + CASES + text).program.cases[1:]
    sheets = list({id(v.sheet): v.sheet for v in verdicts}.values())
    assert [plain(c.facts) for c in read] == sheets
    assert all(c.checks == () for c in read)


def test_every_kind_of_fact_is_written_as_a_case_says_it() -> None:
    policy = loads(HEAD)
    sheet = {"年度": 2024, "合格": False, "研发费": {"2023": 1_000_000, "2024": 0}, "已获": {"1": 500}, "项目": [{"级别": "甲", "额": 1, "完成": "2024-02-01"}, {}]}
    lines = given_lines(sheet, {"年度": 2024}, policy.program.schema)
    assert lines == ["非 合格", "研发费 含（2023年 为 100万元，2024年 为 0元）", "已获 含（1 为 500元）", "项目 含（级别 为 甲，额 为 1元，完成 为 2024-02-01）、（　）"]
    whole = HEAD + "\n案例：例\n" + "".join(f"  给定：{x}\n" for x in ["年度 为 2024年", *lines[:3], lines[3].replace("、（　）", "")])
    assert plain(loads(whole).program.cases[0].facts) == {**sheet, "项目": sheet["项目"][:1]}


# -- the command ------------------------------------------------------------------------------------------


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    monkeypatch.chdir(tmp_path)

    def written(cases: str) -> str:
        Path("试行.规则").write_text(HEAD + cases, encoding="utf-8")
        return "试行.规则"

    return written


def test_command(policy: Callable[[str], str]) -> None:
    ran = command("mutate", policy(CASES))
    assert ran.code == 1
    assert "第一条\n  试行.规则:24:13　条件：级别 为 甲、乙\n    ✗ 去掉这一行\n" in ran.out
    assert "改了 12 处，一次一处：3 处案例发现，1 处检查不让过，8 处漏过" in ran.out
    assert "发现率 27.2%" in ran.out  # 3 of 11
    assert command("mutate", "试行.规则", "--at-least", "27").code == 0
    assert command("mutate", "试行.规则", "--at-least", "28").code == 1


def test_a_bar_on_a_terminal_and_nothing_elsewhere(policy: Callable[[str], str]) -> None:
    assert command("mutate", policy(CASES)).err == ""
    steps: list[tuple[int, int]] = []
    _ = [*mutate(loads(HEAD + CASES), None, lambda done, of: steps.append((done, of)))]
    assert steps[-1][0] == steps[-1][1] == len(steps)


def test_command_as_json(policy: Callable[[str], str]) -> None:
    out = json.loads(command("mutate", policy(CASES), "1", "--json").out)
    assert {k: v for k, v in out.items() if k != "漏过"} == {"改动": 11, "发现": 3, "拒绝": 1, "可分辨": 7, "未分出": 0, "等价": 0, "发现率": "30%"}
    first = out["漏过"][0]
    assert (first["条款"], first["行"], first["改动"], first["种类"], first["状态"]) == (["1"], "条件：级别 为 甲、乙", "去掉这一行", "去掉一行", "可分辨")
    assert first["事实"]["年度"] == 2024


def test_command_suggests(policy: Callable[[str], str]) -> None:
    name = policy(CASES)
    assert "已写 待算.规则" in command("mutate", name, "--suggest", "待算.规则").out
    assert "案例：待手算" in Path("待算.规则").read_text(encoding="utf-8")
    assert command("mutate", name, "--suggest", "待算.规则").code == 3  # it is there
    assert command("mutate", name, "--suggest", "没有/待算.规则").code == 3
    assert command("mutate", name, "9").code == 3


def test_no_slip_counts_by_nothing() -> None:
    policy = loads("事实：人员\n| 名称 | 类型 |\n| 年数 | 年 |\n\n「第一条 每满1年500元。」\n  对象：人员\n  标准：年数 每满 1年 500元\n"
                   "案例：甲\n  给定：人员.年数 为 3.5年\n  应得：1 应予支持 1500元\n")
    assert found(policy)
    assert not any("0年" in name for name in found(policy))


def test_two_cases_of_one_name_are_both_run() -> None:
    right, wrong = CASES, CASES.replace("样本：通常\n  给定：年度 为 2024年，合格\n", "").replace("3万元\n", "4万元\n")
    assert [r.holds for r in run_cases(loads(HEAD + right + wrong))] == [True, False]
