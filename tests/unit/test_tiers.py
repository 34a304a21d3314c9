"""Tables over a number: how their cells are read, and what is told of them in words, in reasons and between versions."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

import xcrules
from tests.support.policies import read
from tests.support.recompute import lines, wrong
from xcrules.meaning.clauses import gaps
from xcrules.meaning.expressions import boxes, ladders
from xcrules.meaning.expressions.tiers import bounds, tier
from xcrules.meaning.possible import Range
from xcrules.store.load import load_text
from xcrules.tell.changes import change_lines, compare
from xcrules.tell.explain import reason_json
from xcrules.tell.readback import read_back
from xcrules.use.python.policy import Policy

HEAD = "规定：试行办法\n事实：申报，顶层\n| 名称 | 类型 |\n| 收入 | 元 |\n| 扣除 | 元 |\n| 星级 | 年 |\n\n「第一条 税」\n  对象：企业\n"
TAX = "  对照：按 所得 ＝ 收入 － 扣除 分段 定 税额\n| 所得 | 税率 |\n| 不超过 36000元 的 | 3% |\n| 超过36000元至144000元的部分 | 10% |\n| 超过 144000元 的部分 | 20% |\n  标准：税额\n"


def policy(text: str) -> Policy:
    return xcrules.loads(HEAD + text)


def said(text: str) -> str:
    program = load_text(HEAD + text).program
    assert program is not None
    return read_back(program, "1")


@pytest.mark.parametrize("cell", ["1亿元 至 3亿元", "1亿元-3亿元", "1亿元—3亿元", "1亿元——3亿元", "1亿元 ～ 3亿元", "1亿元‐3亿元", "1亿元到3亿元",
                                  "1亿元（含）至 3亿元（含）", "1亿元(含)-3亿元", "1亿元 以上 3亿元 以下", "1亿元（含本数）以上 3亿元 以下", "达到 1亿元 不超过 3亿元", "满 1亿元 不超过 3亿元",
                                  "超过 1亿元（含） 不满 3亿元（含）", "高于 1亿元(含本数) 3亿元 以下", "1亿元（含）以上、3亿元以下", "1亿元以上，3亿元（含）以下"])
def test_a_range_with_both_ends(cell: str) -> None:
    assert tier(cell) == Range(10**8, True, 3 * 10**8, True)


@pytest.mark.parametrize("cell", ["超过 1亿元 不满 3亿元", "超过1亿元至3亿元（不含）", "1亿元（不含）— 3亿元（不含）", "1亿元（不含）以上 3亿元（不含）以下",
                                  "1亿元 以上（不含） 不满 3亿元", "达到 1亿元（不含） 不超过 3亿元（不含）", "超过 1亿元（不含） 不满 3亿元（不含）"])
def test_a_range_without_its_ends(cell: str) -> None:
    assert tier(cell) == Range(10**8, False, 3 * 10**8, False)


@pytest.mark.parametrize("cell", ["", "1亿元 至", "至 3亿元", "1亿元 左右", "1亿元（含）", "超过 1亿元（含）至 3亿元", "一亿元", "3亿元以下、5亿元以上"])
def test_what_is_no_range(cell: str) -> None:
    found = bounds(cell)
    assert found is None or found[0].word == ""


@pytest.mark.parametrize(("arms", "taken"), [("2年（含）以下 1万元；其他 2万元", "1122"), ("2年（不含）以下 1万元；其他 2万元", "1222"), ("超过 2年（含） 不满 4年 1万元；其他 2万元", "2112"),
                                             ("2年 以上（不含） 不超过 3年 1万元；其他 2万元", "2212")])
def test_arms_have_their_ends_or_not(arms: str, taken: str) -> None:
    made = policy(f"  标准：按 星级（{arms}）\n")
    assert "".join(str(int((made.decide({"收入": 0, "扣除": 0, "星级": years})["1"].amount or 0) // 10_000)) for years in (1, 2, 3, 4)) == taken


def test_a_table_of_parts_in_words() -> None:
    assert said(TAX).endswith("按税额给予。所称所得，是指收入减去扣除。税额按所得分段计算，各段相加：不超过36000元的部分3%；"
                              "超过36000元至144000元的部分10%；超过144000元的部分20%。")


def test_the_reason_shows_each_part_that_adds_something() -> None:
    told = str(reason_json(policy(TAX).explain({"收入": 100000, "扣除": 40000}, "1")))
    assert "'税额 ＝ 3.6万元 × 3% ＋ 2.4万元 × 10% ＝ 3,480元'" in told


def test_a_rate_and_the_key_changed_are_two_items() -> None:
    old, new = load_text(HEAD + TAX).program, load_text(HEAD + TAX.replace("10%", "12%").replace("收入 － 扣除", "收入 － 扣除 × 2")).program
    assert old is not None
    assert new is not None
    told = "\n".join(change_lines(compare(old, new)))
    assert "对照 税额（超过36000元至144000元的部分）" in told
    assert "对照 税额 的 所得" in told


@pytest.mark.parametrize("word", ["超额累进", "累进", "分段计算"])
def test_other_words_for_parts_are_mended(word: str) -> None:
    found = [d for d in load_text(HEAD + TAX.replace("分段", word)).diagnostics if d.is_error]
    assert [d.code for d in found] == ["E203"]
    assert "收入 － 扣除 分段 定 税额" in found[0].help


def test_a_unit_left_out_of_a_range() -> None:
    found = load_text(HEAD + TAX.replace("超过36000元至144000元的部分", "3.6-14.4万元")).diagnostics
    assert [(d.code, d.fixes[0].text) for d in found if d.is_error] == [("E419", "3.6万元-14.4万元")]


@pytest.mark.parametrize(("rows", "said"), [
    ("| 不满 500万元 | 1万元 |\n| 800万元 以上 | 2万元 |\n", "收入 500万元 以上 不满 800万元"),
    ("| 不满 500万元 | 1万元 |\n| 超过 500万元 | 2万元 |\n", "收入 等于 500万元"),
    ("| 500万元 以上 | 1万元 |\n| 800万元 以上 | 2万元 |\n", ""),  # below the lowest there is nothing
    ("| 不超过 500万元 | 1万元 |\n| 超过 500万元 不超过 1亿元 | 2万元 |\n", "收入 超过 1亿元"),
    ("| 0元 至 500万元 | 1万元 |\n| 超过 500万元 | 2万元 |\n", ""),
])
def test_the_gap_between_tiers_is_named(rows: str, said: str) -> None:
    found = [d for d in load_text(f"{HEAD}  对照：按 收入 定 奖金\n| 收入 | 奖金 |\n{rows}  标准：奖金\n").diagnostics if d.is_error]
    assert [(d.code, d.message) for d in found] == ([("E314", f"对照没有写 {said} 的怎么办")] if said else [])


@pytest.mark.parametrize(("gate", "own", "codes"), [("级别 为 甲、乙", "", []), ("级别 为 甲、乙、丙", "", ["E314"]), ("级别 为 甲、乙", "  适用：不符 照行\n", ["E314"]), ("级别 为 甲、乙", "  适用：含 级别 为 丙\n", ["E314"])])
def test_what_the_policy_is_not_for_needs_no_row(gate: str, own: str, codes: list[str]) -> None:
    found = read(f"「为甲、乙。」\n  适用：{gate}\n「第一条 给。」\n{own}  对象：企业\n  标准：按 级别（甲 1万元；乙 2万元）\n").diagnostics
    assert [d.code for d in found if d.is_error] == codes


@pytest.mark.parametrize(("rows", "codes"), [("| 是 | 3万元 |\n| 否 | 1万元 |\n", []), ("| 是 | 3万元 |\n", ["E314"])])
def test_a_key_that_is_a_name_for_conditions_on_figures(rows: str, codes: list[str]) -> None:
    lines = "  设定：所得 ＝ 收入 － 扣除\n  设定：大企业 ＝ 非 停业，所得 不低于 300万元\n  对照：按 大企业 定 奖金\n| 大企业 | 奖金 |\n"
    found = load_text(HEAD.replace("| 星级 | 年 |", "| 停业 | 是否 |") + f"{lines}{rows}  标准：奖金\n").diagnostics
    assert [d.code for d in found if d.is_error] == codes


@pytest.mark.parametrize(("cell", "code", "said"), [
    ("30万元起", "E419", "30万元 以上"), ("30万元—", "E419", "30万元 以上"), ("≥30万元", "E419", "达到 30万元"),
    ("大于30万元小于50万元", "E419", "超过 30万元 不满 50万元"), ("30万元<收入≤50万元", "E419", "超过 30万元 不超过 50万元"),
    ("低于30万元的", "E419", "低于 30万元"), ("30万", "E444", "30万元 以上"),
])
def test_a_cell_in_other_words_is_told_in_these(cell: str, code: str, said: str) -> None:
    text = f"{HEAD}  对照：按 收入 定 奖金\n| 收入 | 奖金 |\n| {cell} | 1万元 |\n| 其他 | 不予支持 |\n  标准：奖金\n"
    found = [d for d in load_text(text).diagnostics if d.is_error]
    assert [(d.code, d.fixes[0].text) for d in found] == [(code, said)]
    assert not [d for d in load_text(text.replace(f"| {cell} |", f"| {said} |")).diagnostics if d.is_error]


@pytest.mark.parametrize("cell", ["50万元 至 10万元", "50万元—10万元", "50万元 以上 不满 10万元", "超过 50万元 不超过 50万元"])
def test_a_tier_without_a_number_is_refused(cell: str) -> None:
    table = f"  对照：按 收入 定 奖金\n| 收入 | 奖金 |\n| {cell} | 3万元 |\n| 其他 | 1万元 |\n  标准：奖金\n"
    for text in (table, f"  标准：按 收入（{cell.replace('—', ' 至 ')} 3万元；其他 1万元）\n"):
        assert [d.code for d in load_text(HEAD + text).diagnostics if d.is_error] == ["E446"], text


def test_at_least_more_than_at_most_is_refused() -> None:
    for bounds_, code in (("至多 5万元，至少 10万元", ["E447"]), ("至多 10万元，至少 5万元", []), ("至少 5万元，至多 10万元", [])):
        text = f"{HEAD}  设定：奖金 ＝ 收入，{bounds_}\n  标准：奖金\n"
        assert [d.code for d in load_text(text).diagnostics if d.is_error] == code


def test_steps_are_told_from_the_highest_down() -> None:
    table = "  对照：按 收入 定 奖金\n| 收入 | 奖金 |\n| 达到 1亿元 | 1万元 |\n| 达到 3亿元 | 3万元 |\n| 其他 | 不予支持 |\n  标准：奖金\n"
    assert said(table).endswith("奖金按收入确定（同时符合几档的，按最高的一档）：达到3亿元的为3万元；达到1亿元的为1万元；其他情形不予支持。")
    other = table.replace("| 达到 1亿元 | 1万元 |\n| 达到 3亿元 | 3万元 |", "| 达到 3亿元 | 3万元 |\n| 达到 1亿元 | 1万元 |")
    one, two = load_text(HEAD + table).program, load_text(HEAD + other).program
    assert one is not None
    assert two is not None
    assert not change_lines(compare(one, two)) or "对照" not in "\n".join(change_lines(compare(one, two)))


YEARS = ("规定：试行办法\n事实：申报，顶层\n| 名称 | 类型 | 角色 |\n| 年度 | 年度 | 基准年度 |\n| 落户日期 | 日期 | |\n| 贡献 | 元 | |\n\n「第一条 奖励」\n  对象：企业\n"
         "  条件：自 落户日期 次年 起 第几年 不超过 第五年\n  设定：年次 ＝ 自 落户日期 次年 起 第几年\n"
         "  标准：贡献 × 按 年次（第一年 至 第三年 95%；第4年、第5年 50%；超过 5年 0%；其他 1%）\n")


def test_the_which_year_in_words() -> None:
    program = load_text(YEARS).program
    assert program is not None
    assert read_back(program, "1") == ("企业自落户日期次年起第几年不超过第五年的，按贡献的95%（年次第一年至第三年）、50%（第4年、第5年）、0%（超过5年）、1%（其他）给予。"
                                       "所称年次，是指自落户日期次年起第几年。")


def test_the_which_year_in_reasons() -> None:
    told = reason_json(xcrules.loads(YEARS).explain({"年度": 2023, "落户日期": "2020-05-01", "贡献": 100}, "1"))
    assert not wrong(told)
    assert any("年次＝3年" in r.get("依据", "") for r in lines(told))


def test_numbers_of_the_law_in_turn_are_counted_on() -> None:
    quote = "「第一条 自落户次年起，前三年按贡献的95%给予，后两年按50%给予。」"
    text = YEARS.replace("「第一条 奖励」", quote).replace("；超过 5年 0%；其他 1%", "；其他 0%").replace("不超过 第五年", "高于 0年")
    assert [d.code for d in load_text(text).diagnostics] == []


LEDGER = ("规定：试行办法\n事实：申报，顶层\n| 名称 | 类型 | 角色 |\n| 年度 | 年度 | 基准年度 |\n| 贡献 | 元 | |\n\n"
          "事实：历史，逐笔，闭世界，历史台账\n| 名称 | 类型 | 角色 |\n| 条款 | 文字 | 台账条款 |\n| 何年 | 年度 | 台账年度 |\n| 金额 | 元 | 台账金额 |\n\n"
          "「第一条 奖励」\n  对象：企业\n  标准：贡献 × 按 享受年次（第一年 95%；其他 50%）\n  限次：企业终身 2年\n")


def test_years_of_enjoyment_in_words_and_reasons() -> None:
    program = load_text(LEDGER).program
    assert program is not None
    assert read_back(program, "1") == ("企业，按贡献的95%（享受年次为第一年）、50%（其他）给予；每家企业终身至多享受2年。"
                                       "所称享受年次，是指以前各年度中已享受本款的年数加一。")
    facts = {"年度": 2024, "贡献": 100, "历史": [{"条款": "1", "何年": 2022, "金额": 1}, {"条款": "1", "何年": 2022, "金额": 2}]}
    told = reason_json(xcrules.loads(LEDGER).explain(facts, "1"))
    assert not wrong(told)
    assert [r["结果"] for r in lines(told) if r.get("标签") == "限次"] == ["以前享受过，还没有满年数"]


def test_the_reason_of_years_used_up() -> None:
    facts = {"年度": 2024, "贡献": 100, "历史": [{"条款": "1", "何年": 2022, "金额": 1}, {"条款": "1", "何年": 2023, "金额": 2}]}
    clause = xcrules.loads(LEDGER).decide(facts)["1"]
    assert clause.status == "不符合"
    assert clause.reason == "已享受满「2年」（2022年 1元、2023年 2元）"


@pytest.mark.parametrize(("cell", "code", "mended"), [
    ("≥1亿元", "E419", "达到 1亿元"), ("大于1亿元", "E419", "超过 1亿元"), ("1-3亿元", "E419", "1亿元-3亿元"),
])
def test_cells_as_people_write_them(cell: str, code: str, mended: str) -> None:
    found = [d for d in load_text(HEAD + f"  对照：按 收入 定 奖金\n| 收入 | 奖金 |\n| {cell} | 1万元 |\n| 其他 | 0元 |\n  标准：奖金\n").diagnostics if d.is_error]
    assert [(d.code, d.fixes[0].text) for d in found] == [(code, mended)]
    assert bounds(mended) is not None


@pytest.mark.parametrize(("cell", "apart"), [
    ("1亿元及以上", "1亿元 及以上"), ("1亿元以内", "1亿元 以内"), ("超过30万元", "超过 30万元"), ("1亿元以上（含1亿元）", "1亿元 以上 （含1亿元）"),
    ("1亿元以上不满5亿元", "1亿元 以上 不满 5亿元"), ("超过1万元不超过10万元", "超过 1万元 不超过 10万元"), ("不满500万元", "不满 500万元"),
])
def test_cells_without_blanks_as_the_law_writes_them(cell: str, apart: str) -> None:
    assert bounds(cell) == bounds(apart) is not None
    text = HEAD + f"  对照：按 收入 定 奖金\n| 收入 | 奖金 |\n| {cell} | 1万元 |\n| 其他 | 0元 |\n  标准：奖金\n"
    assert not [d for d in load_text(text).diagnostics if d.is_error]


@pytest.mark.parametrize(("line", "help"), [
    ("  对照：按 收入 － 扣除 分段 定 税额\n| 所得 | 税率 |\n| 不超过 1元 | 1% |\n| 超过 1元 | 2% |\n  标准：税额\n", "按 名称 ＝ 收入 － 扣除 分段 定 税额"),
    ("  标准：收入\n  条件：自 星级 起 5年 内\n", "自 星级 起 第几年 在 第一年 至 第5年"),
    ("  标准：按 星级（第一年至第三年 1元；其他 2元）\n", "第一年 至 第三年"),
])
def test_what_to_write_instead(line: str, help: str) -> None:
    assert any(help in d.help for d in load_text(HEAD + line).diagnostics if d.is_error)


def test_rows_that_meet_are_found_without_looking_at_every_pair() -> None:
    """Cells that are stretches, are none, or hold cases apart from each other."""
    r = Random(7)
    for apart in (False, True):
        rows = [tuple(r.randrange(64) if apart else (1 << r.randrange(7)) - 1 & -(1 << r.randrange(6)) for _ in range(2)) for _ in range(40)]
        assert ladders._meeting(rows) == [sum(1 << n for n, other in enumerate(rows) if boxes.meets(row, other)) for row in rows]


def test_cases_and_the_rows_that_hold_there() -> None:
    r = Random(8)
    ends = [Fraction(x) for x in range(6)]
    bounds = [None if r.random() < 0.2 else Range(*((low := min(pair)), r.random() < 0.5 or low == max(pair), max(pair), r.random() < 0.5 or low == max(pair)))
              for pair in ((r.choice(ends), r.choice(ends)) for _ in range(40))]
    cases = [*gaps._pieces(x for x in bounds if x is not None)]
    assert [*gaps._holding(cases, bounds)] == [[i for i, x in enumerate(bounds) if x is None or gaps._within(case, x)] for case in cases]
