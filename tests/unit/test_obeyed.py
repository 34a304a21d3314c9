"""Whatever can be written is obeyed or refused: each entry a small policy and what must come of it, worked out by hand."""

from __future__ import annotations

import time

import pytest

from tests.support.policies import FIRM, HEAD, REGISTER, amount, codes, read
from xcrules.base.diagnostic import XcrulesError
from xcrules.base.identity import clause_name
from xcrules.base.numerals import chinese, chinese_number
from xcrules.store.load import load_text
from xcrules.use.cases import run_cases
from xcrules.use.python.policy import Policy, loads

# -- readings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["分项", "性质", "静默", "废止", "规定", "解释"])
def test_a_reading_on_a_label_that_takes_none_is_refused(label: str) -> None:
    found = codes(FIRM + f"  标准〔A01 甲〕：1万元\n  标准〔A01 乙〕：2万元\n  {label}〔A01 甲〕：导向\n")
    assert "E435" in found


def test_a_part_of_one_reading_only_is_not_paid_under_the_other() -> None:
    text = ("「第一条 给。」\n  分项：一\n  对象：企业\n  标准：1万元\n  分项：二\n  对象〔A01 乙〕：企业\n  标准〔A01 乙〕：5万元\n")
    assert (amount(text), amount(text, readings={"A01": "乙"})) == (10000, 60000)


def test_every_reading_has_an_amount_and_an_object() -> None:
    assert codes(FIRM + "  标准〔A01 甲〕：1万元\n  条件〔A01 乙〕：合格\n") == {"E436"}
    found = read("「第一条 给。」\n  对象〔A01 甲〕：企业\n  标准：1万元\n  条件〔A01 乙〕：合格\n").diagnostics
    assert [(d.code, "如 对象〔A01 乙〕" in d.help) for d in found if d.is_error] == [("E436", True)]


def test_a_number_that_all_lines_have_and_the_register_has_not_is_one_slip() -> None:
    register = REGISTER.replace("A01", "A1")
    found = [d for d in load_text(HEAD + register + FIRM + "  标准〔A01 甲〕：1万元\n  标准〔A01 乙〕：2万元\n").diagnostics if d.is_error]
    assert [(d.code, d.span is not None and d.span.line) for d in found] == [("E526", (HEAD + register).count("\n") - 1)]
    assert "把表里的 A1 改为 A01" in found[0].help


def test_a_name_is_set_under_every_reading_that_uses_it() -> None:
    assert codes(FIRM + "  设定〔A01 甲〕：基数 ＝ 投资\n  条件〔A01 乙〕：合格\n  标准：基数 的 1%\n") == {"E437"}
    assert codes(FIRM + "  设定〔A01 甲〕：基数 ＝ 投资\n  标准〔A01 甲〕：基数 的 1%\n  标准〔A01 乙〕：1万元\n") == set()


def test_choices_that_make_no_difference_stop_the_policy_at_every_door() -> None:
    text = FIRM + "  条件〔A01 甲〕：合格\n  条件〔A01 乙〕：合格\n  标准：1万元\n"
    assert codes(text) == {"E533"}
    with pytest.raises(XcrulesError, match="E533"):
        loads(HEAD + REGISTER + text)


# -- lines that would count for nothing, or twice -----------------------------------------------------------------


@pytest.mark.parametrize(("lines", "code"), [
    ("  标准：1万元\n  加给：合格 的，1万元\n  加给：合格 的，1万元\n", "E438"),
    ("  标准：9万元\n  拨付：分 3年 等额，自 核定年度 起\n  拨付：分 3年 等额，自 核定年度 起\n", "E427"),
    ("  裁量：由 某局 核定\n  加给：合格 的，1万元\n", "E439"),
    ("  标准：1万元\n  时效：年度 在 2023年 至 2025年\n", "E440"),
    ("  标准：1万元\n  施行：届满 照行\n", "E489"),
    ("  标准：1万元\n  适用：不符 照行\n", "E489"),
    ("  标准：1万元\n  竞合：不适用\n", "E489"),
    ("  标准：1万元\n  上限：企业年度 投资，至多 3万元\n", "E442"),
    ("  标准：1万元\n  限次：企业终身 一次，已用 合格\n", "E443"),
    ("  标准：1万元\n  限次：企业终身 3次，已得补差\n", "E443"),
    ("  标准：1万元\n  下限：单项 1000元，已用 投资\n", "E443"),
    ("  标准：10万元-50万元\n", "E445"),
    ("  标准：10－50万元\n", "E445"),
    ("  标准：1万元\n  条件：投资 高于 10万元，投资 低于 5万元\n", "E446"),
    ("  标准：1万元\n  条件：投资 高于 10万元\n  条件：投资 低于 5万元\n", "E446"),
    ("  标准：1万元\n  条件：投资 在 30万元 至 10万元\n", "E446"),
    ("  标准：1万元\n  条件：投资 低于 0元\n", "E446"),
    ("  标准：1万元\n  条件：级别 为 甲，级别 为 乙\n", "E446"),
    ("  标准：投资 的 1%\n  下限：单项 5万元\n  上限：单项 1万元\n", "E447"),
    ("  标准：按 合格（是 1万元）\n", "E314"),
    ("  标准：1万元\n  上限：企业年度 按 合格（是 1万元）\n", "E314"),
    ("  设定：丁 ＝ 级别\n  标准：按 丁（甲 1万元）\n", "E314"),
    ("  标准：按 投资（5元 1万元）\n", "E314"),
    ("  标准：1万元\n  条件：投资 早于 1万元\n", "E302"),
])
def test_refused(lines: str, code: str) -> None:
    assert codes(FIRM + lines) == {code}


@pytest.mark.parametrize("lines", [
    "  标准：1万元\n  例外：投资 高于 30万元，投资 不高于 50万元 的，2万元\n  例外：投资 高于 50万元 的，3万元\n",
    "  设定：超五成 ＝ 投资 高于 50万元\n  标准：1万元\n  例外：投资 高于 30万元，非 超五成 的，2万元\n  例外：超五成 的，3万元\n",
])
def test_exceptions_that_exclude_each_other_are_seen_to(lines: str) -> None:
    assert amount(FIRM + lines) == 30000  # 100万 投资


def test_dates_are_earlier_and_later() -> None:
    assert amount(FIRM + "  条件：成立 早于 2016年12月31日，申报日 不早于 2024-05-01，申报日 不晚于 2024-05-01\n  标准：1万元\n") == 10000
    assert amount(FIRM + "  条件：成立 晚于 2010-01-01\n  标准：1万元\n") == 0


# -- caps on the whole ------------------------------------------------------------------------------------------


def test_a_cap_on_the_whole_may_name_what_the_clause_sets() -> None:
    assert amount(FIRM + "  设定：顶 ＝ 投资 的 1%\n  标准：100万元\n  上限：企业年度 顶\n") == 10000
    assert amount(FIRM + "  设定：贡献 ＝ 研发费\n  标准：100万元\n  上限：单项 本年 贡献\n") == 300
    assert amount("「第二条 名。」\n  定义：贡献 ＝ 研发费\n" + FIRM.replace("一", "三") + "  标准：100万元\n  上限：企业年度 上年 贡献\n", "3") == 100
    assert amount("「第一条 给。」\n  对象：主体\n  标准：100万元\n  上限：企业年度 资本\n") == 500000


@pytest.mark.parametrize("line", ["上限：企业年度 额", "上限：企业终身 顶", "上限：企业年度 1万元，已用 旧"])
def test_a_cap_on_the_whole_is_not_reckoned_from_one_item(line: str) -> None:
    text = f"「第一条 给。」\n  对象：每项 项目\n  设定：顶 ＝ 额\n  设定：旧 ＝ 前\n  条件：顶 高于 旧\n  标准：额\n  {line}\n"
    assert codes(text) == {"E441"}


# -- tables -----------------------------------------------------------------------------------------------------


def tiers(*cells: str) -> str:
    rows = "".join(f"  | {cell} | {n}万元 |\n" for n, cell in enumerate(cells, 5))
    return FIRM + "  对照：按 投资 定 奖\n  | 投资 | 奖 |\n" + rows + "  | 其他 | 不予支持 |\n  标准：奖\n"


@pytest.mark.parametrize("cell", ["50万元-100万元", "50万元 － 100万元", "50万元—100万元", "50万元～100万元", "50万元 至 100万元", "50万元到100万元"])
def test_a_range_is_a_range_with_any_dash(cell: str) -> None:
    assert amount(tiers(cell)) == 50000  # 100万 is in it


def test_a_bare_amount_is_asked_about_and_tiers_do_not_overlap() -> None:
    assert codes(tiers("100万元")) == {"E444"}
    assert amount(tiers("等于 100万元")) == amount(tiers("100万元 以上")) == 50000
    assert codes(tiers("1万元 至 2万元", "2万元 至 3万元")) == {"E432"}


@pytest.mark.parametrize("word", ["未知", "不适用"])
def test_a_member_that_says_something_else_is_refused(word: str) -> None:
    assert codes(f"事实：丁，逐项\n| 名称 | 类型 |\n| 戊 | 高、{word} |\n「第一条 给。」\n  对象：每项 丁，戊 为 高\n  标准：1万元\n") == {"E511"}


# -- numbers of articles --------------------------------------------------------------------------------------------


def test_a_quote_that_begins_by_citing_opens_no_article() -> None:
    text = FIRM + "  标准：1万元\n「第二条所列企业不超过1000元。」\n  上限：企业年度 1000元\n「第二条 导。」\n  性质：导向\n"
    assert amount(text) == 1000


@pytest.mark.parametrize("words", ["（二）所列企业不超过1000元。", "（二）项规定的企业不超过1000元。", "(二)项所称企业不超过1000元。"])
def test_nor_does_one_that_cites_an_item(words: str) -> None:
    assert amount(FIRM + f"  标准：1万元\n「{words}」\n  上限：企业年度 1000元\n") == 1000


@pytest.mark.parametrize(("words", "number"), [("一〇一", 101), ("百", 100), ("廿一", 21), ("一百零二", 102), ("一千", 1000), ("二千〇一", 2001),
                                               ("十", 10), ("二十六", 26), ("1000", 1000), ("一百一十", 110)])
def test_numerals(words: str, number: int) -> None:
    assert chinese_number(words) == number


def test_numerals_go_there_and_back() -> None:
    assert [chinese_number(chinese(n)) for n in range(1, 10_000)] == list(range(1, 10_000))


def test_inserted_articles_and_large_numbers_are_clauses() -> None:
    text = FIRM + "  标准：1万元\n「第一条之一 给。」\n  对象：企业\n  标准：2万元\n「（一）给。」\n  对象：企业\n  标准：3万元\n「第一千條 给。」\n  对象：企业\n  标准：4万元\n"
    assert [amount(text, k) for k in ("1", "1之一", "1之一(1)", "1000")] == [10000, 20000, 30000, 40000]
    assert [clause_name(k) for k in ("1000", "1之一(1)")] == ["第一千条", "第一条之一（一）"]


@pytest.mark.parametrize(("text", "code"), [
    ("「第六条 给。」\n  对象：企业\n  标准：8万元\n「第六条 限。」\n  上限：企业年度 1000元\n", "E448"),
    ("「第六条 给。」\n  对象：企业\n  标准：8万元\n「二、总额控制」\n  上限：企业年度 1000元\n", "E422"),
    ("「第六条 给。」\n  对象：企业\n  标准：8万元\n「第七章 附则」\n  上限：企业年度 1000元\n", "E422"),
    ("「1. 支持企业。」\n  对象：企业\n  标准：8万元\n「（一）限。」\n  上限：企业年度 1000元\n", "E422"),
    ("「第三条 给。」\n  对象：企业\n  标准：8万元\n「第二条企业给。」\n  性质：导向\n", "E449"),
])
def test_numbers_that_would_hang_lines_on_another_clause(text: str, code: str) -> None:
    assert codes(text) == {code}


# -- cases ----------------------------------------------------------------------------------------------------------


def cased(given: str, head: str = "案例：例") -> str:
    return FIRM + f"  条件：盈亏 低于 0元\n  标准：1万元\n{head}\n  给定：{given}\n  应得：1 应予支持 1万元\n"


@pytest.mark.parametrize("given", ["盈亏 为 －5万元", "盈亏 为 -5万元，项目 为 无", "盈亏 为 －5元，历史 含（条款 为 1，何年 为 2020年，金额 为 1元）",
                                   "盈亏 为 -1元，已获 含（1 为 3元）", "盈亏 为 -1元，级别 为 不适用"])
def test_facts_that_a_case_can_give(given: str) -> None:
    loaded = read(cased(given))
    assert loaded.program is not None
    assert loaded.usable, loaded.diagnostics
    assert [r.holds for r in run_cases(Policy(loaded.program))] == [True]


@pytest.mark.parametrize("lines", ["样本：空，读法 A01 甲\n  给定：合格\n案例：一，以 空\n  应得：1 应予支持 1万元\n", "样本：空\n  给定：合格\n案例：一，以 空〔A01 甲〕\n  应得：1 应予支持 1万元\n",
                                   "样本：空\n  给定：合格\n案例表：空〔A01 甲〕\n| 案例 | 应得 1 |\n| 一 | 应予支持 1万元 |\n"])
def test_a_reading_written_otherwise_leaves_a_sample_its_name(lines: str) -> None:
    found = read(FIRM + "  标准〔A01 甲〕：1万元\n  标准〔A01 乙〕：2万元\n" + lines).diagnostics
    assert [d.code for d in found if d.is_error] == ["E549"]


def test_readings_and_facts_of_a_case_are_checked() -> None:
    assert codes(cased("盈亏 为 -1元", "案例：例，读法 A02 甲")) == {"E526"}
    register = FIRM + "  标准〔A01 甲〕：1万元\n  标准〔A01 乙〕：2万元\n案例：例，读法 A01 丙\n  给定：合格\n  应得：1 应予支持 1万元\n"
    assert codes(register) == {"E528"}
    parameters = "参数：均价，元\n| 年度 | 值 | 来源 |\n| 2023年 | 1元 | 例 |\n"
    assert codes(parameters + cased("盈亏 为 五万")) == {"E802"}


@pytest.mark.parametrize(("typed", "code", "advice"), [
    ("样本：甲\n  给定：盈亏 为 -1元\n  应得：1 应予支持 1元\n", "E540", "先写 案例"),
    ("样本：甲\n  给定：盈亏 为 -1元\n样本：甲\n  给定：盈亏 为 1元\n", "E505", "另起一个名字"),
    ("样本：甲，读法 A01 乙\n  给定：盈亏 为 -1元\n", "E549", "案例：……，读法 A01 乙"),
    ("案例：二，读法 A01=乙\n  给定：盈亏 为 -1元\n", "E549", "写成 ，读法 A01 乙"),
    ("案例：二〔A01 乙〕\n  给定：盈亏 为 -1元\n", "E549", "写成 ，读法 A01 乙"),
    ("案例：二，读法 A01 甲，读法 A01 乙\n  给定：盈亏 为 -1元\n", "E549", "写成两个案例"),
    ("案例：二\n  给定：盈亏 为 -1元，合格\n  给定：盈亏 为 2元\n", "E803", "哪一个算数"),
    ("案例：二\n  给定：项目 含（额 为 1元，额 为 2元）\n", "E803", "哪一个算数"),
    ("案例：二\n  给定：已获 含（1 为 3元，1 为 4元）\n", "E803", "哪一个算数"),
    ("案例表：\n| 例 | 盈亏 | 盈亏 |\n| 一 | 1元 | 2元 |\n", "E803", "哪一列算数"),
    ("案例：二\n  给定：盈亏 为 5万\n", "E802", "写成 5万元"),
    ("案例：二\n  给定：年度 为 24年\n", "E802", "2024年"),
    ("案例：二\n  给定：项目 为 3\n", "E802", "没有的写 项目 为 无"),
])
def test_what_stands_in_a_case_counts_or_is_refused(typed: str, code: str, advice: str) -> None:
    found = [d for d in read(FIRM + "  标准〔A01 甲〕：1万元\n  标准〔A01 乙〕：2万元\n  条件：盈亏 低于 9元\n" + typed).diagnostics if d.is_error]
    assert [d.code for d in found] == [code]
    assert advice in found[0].help


def test_a_case_says_what_is_missing_and_the_next_is_run() -> None:
    loaded = read(cased("合格") + "案例：二\n  给定：盈亏 为 -1元\n  应得：1 应予支持 1万元\n")
    assert loaded.program is not None
    one, other = run_cases(Policy(loaded.program))
    assert "盈亏" in one.differences[0].got
    assert other.holds


# -- bounds ---------------------------------------------------------------------------------------------------------

_LONG = {
    "commas": FIRM + "  标准：1万元\n  条件：投资 高于 " + "9," * 16_000 + "\n",
    "quotes": "「x\n" * 4_000,
    "names": FIRM + "  标准：1万元\n" + "".join(f"  条件：没有{i} 高于 1元\n" for i in range(300)),
    "exceptions": FIRM + "  标准：1万元\n" + "".join(f"  例外：投资 高于 {i}元 的，{i}元\n" for i in range(400)),
    "standards": FIRM + "".join(f"  标准：{i}元\n" for i in range(2_000)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", _LONG)
def test_long_texts_end_soon_and_say_little(name: str) -> None:
    begin = time.process_time()
    found = read(_LONG[name]).diagnostics
    assert 0 < len(found) <= 201
    assert time.process_time() - begin < 10  # quadratic work would take minutes


def test_a_clause_chooses_by_a_hundred_readings_at_most() -> None:
    def chosen(n: int) -> set[str]:
        rows = "".join(f"| B{i} | 1 | 低 | 给 | 怎么给{i} | 甲、乙 | | 例子 |\n" for i in range(n))
        register = "读法：登记\n| 号 | 条款 | 风险 | 原文 | 问题 | 选项 | 另需人工 | 理由 |\n" + rows
        return codes(register + FIRM + "  标准：1万元\n" + "".join(f"  条件〔B{i} 甲〕：投资 高于 {i}元\n" for i in range(n)))

    assert chosen(100) == set()
    assert chosen(101) == {"E902"}


def test_of_a_reading_without_effect_in_another_clause_the_choices_are_indistinct() -> None:
    other = "「第二条 给。」\n  对象：企业\n  标准{}：1万元\n{}"
    assert codes(FIRM + "  标准：1万元\n" + other.format("〔A01 甲〕", "  标准〔A01 乙〕：1万元\n")) == {"E533"}
    assert codes(FIRM + "  标准：1万元\n" + other.format("〔A01 甲〕", "  标准〔A01 乙〕：2万元\n")) == set()
