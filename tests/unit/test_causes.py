"""One mistake, one finding: what a finding spoils, and what is told all the same beside it."""

from __future__ import annotations

import pytest

from tests.support.policies import FIRM, HEAD, REGISTER
from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.source import Source
from xcrules.draft.parse import parse_file
from xcrules.draft.syntax import Document
from xcrules.meaning import keys
from xcrules.meaning.causes import told_once
from xcrules.meaning.check import check
from xcrules.store.load import load_text

LAW = "第一条 支持企业。第二条 支持创新。"
QUOTED = "「第一条 支持企业。」\n  对象：企业\n  标准：1万元\n「第二条 支持{}。」\n  对象：企业\n  标准：2万元\n"
CASE = "案例：一\n  给定：投资 为 1元\n  应得：{} 应予支持 1万元\n"


def errors(text: str, head: str = HEAD) -> list[Diagnostic]:
    return [d for d in load_text(head + text).diagnostics if d.is_error]


def against_law(text: str) -> list[str]:
    """The errors of a policy whose quotes are held against LAW."""
    file, _ = parse_file(Source("条文.规则", HEAD + text))
    return [d.code for d in check(Document("甲", (file,), Source("原文.txt", LAW)))[1] if d.is_error]


def finding(code: Code, **marks: tuple[tuple[str, ...], ...]) -> Diagnostic:
    return Diagnostic(code, "", **marks)  # type: ignore[arg-type]


def test_what_rests_on_something_spoilt_is_not_told() -> None:
    cause = finding(Code.UNKNOWN_TABLE_WORD, spoils=(keys.table("奖项"),))
    effect = finding(Code.LIST_OR_SINGLE, rests_on=(keys.table("奖项"),))
    other = finding(Code.LIST_OR_SINGLE, rests_on=(keys.table("展览"),))
    assert told_once([effect, cause, other]) == [cause, other]
    assert told_once([effect, other], {keys.table("奖项")}) == [other]


def test_an_effect_that_is_not_told_spoils_all_the_same() -> None:
    first = finding(Code.UNKNOWN_ROLE, spoils=(keys.ROLES,))
    second = finding(Code.MISSING_ROLE, rests_on=(keys.ROLES,), spoils=(keys.table("账"),))
    third = finding(Code.LIST_OR_SINGLE, rests_on=(keys.table("账"),))
    assert told_once([third, second, first]) == [first]


def test_of_several_that_spoil_what_they_rest_on_the_first_is_told() -> None:
    one, other = (finding(Code.CONFLICTING_LINES, spoils=(keys.lines("1"),), rests_on=(keys.lines("1"),)) for _ in range(2))
    assert [d is one for d in told_once([one, other])] == [True]


def test_findings_that_hide_each_other_are_told() -> None:
    one = finding(Code.UNKNOWN_NAME, spoils=(keys.name("甲"),), rests_on=(keys.name("乙"),))
    other = finding(Code.UNKNOWN_NAME, spoils=(keys.name("乙"),), rests_on=(keys.name("甲"),))
    assert told_once([one, other]) == [one, other]


def test_an_unknown_clause_is_told_beside_a_quote_that_differs_elsewhere() -> None:
    assert against_law(QUOTED.format("创造") + CASE.format("3")) == ["E601", "E543"]


@pytest.mark.parametrize("quote", ["「第三条 支持创新。」", "「第 支持创新。」"])
def test_a_clause_whose_number_differs_from_the_law_is_not_also_unknown(quote: str) -> None:
    text = QUOTED.format("创新").replace("「第二条 支持创新。」", quote) + CASE.format("2")
    assert against_law(text) == ["E601"]


def test_a_nature_that_is_none_does_not_hide_another_clause() -> None:
    text = "「第一条 支持。」\n  性质：导航\n「第二条 支持。」\n  对象：企业\n  标准：1万元\n" + CASE.format("1").replace("1万元", "") + CASE.format("7")
    assert sorted(d.code for d in errors(text)) == ["E404", "E543"]


def test_a_setting_that_renames_a_yearly_fact_is_said_where_it_stands() -> None:
    """Also where it is used in a cell of a table."""
    cell = FIRM + "  设定：产值 ＝ 研发费\n  对照：按 合格 定 奖金\n  | 合格 | 奖金 |\n  | 是 | 产值 的 10% |\n  | 否 | 0元 |\n  标准：奖金\n"
    key = FIRM + "  设定：产值 ＝ 研发费\n  对照：按 产值 定 奖金\n  | 产值 | 奖金 |\n  | 1万元 以上 | 5元 |\n  | 其他 | 0元 |\n  标准：奖金\n"
    for text in (cell, key):
        (found,) = errors(text)
        assert (found.code, found.span and found.span.text.strip()) == ("E302", "产值 ＝ 研发费")
        assert "产值 ＝ 本年 研发费" in found.help


def test_a_table_of_one_reading_is_blamed_and_not_the_line_that_reads_it() -> None:
    text = FIRM + "  对照〔A01 甲〕：按 合格 定 奖金\n  | 合格 | 奖金 |\n  | 是 | 5元 |\n  | 否 | 0元 |\n  标准：奖金\n"
    (found,) = errors(text, HEAD + REGISTER)
    assert (found.code, found.span and found.span.text.strip()) == ("E437", "按 合格 定 奖金")
    assert [r.span.text.strip() for r in found.related] == ["奖金"]


def test_the_words_of_a_reading_are_held_against_the_quotes_where_there_is_no_official_text() -> None:
    register = "读法：登记\n| 号 | 条款 | 风险 | 原文 | 问题 | 选项 |\n| A01 | 1 | 低 | {} | 怎么算？ | 甲、乙 |\n"
    text = "「第一条 支持企业。」\n  对象：企业\n  标准〔A01 甲〕：1万元\n  标准〔A01 乙〕：2万元\n"
    assert [d.code for d in errors(register.format("支持企业") + text)] == []
    assert [d.code for d in errors(register.format("支助企业") + text)] == ["E531"]


def test_a_part_of_an_unknown_clause_in_the_register_is_refused() -> None:
    register = "读法：登记\n| 号 | 条款 | 风险 | 问题 | 选项 |\n| A01 | {} | 低 | 怎么算？ | 甲、乙 |\n"
    text = "「第三条 支持」\n「（一）支持企业。」\n  对象：企业\n  标准〔A01 甲〕：1万元\n  标准〔A01 乙〕：2万元\n"
    assert [d.code for d in errors(register.format("3(1)首次") + text)] == []
    assert [d.code for d in errors(register.format("3(12)首次") + text)] == ["E534"]


def test_the_register_names_several_of_the_last_provisions_at_once() -> None:
    register = "读法：登记\n| 号 | 条款 | 风险 | 问题 | 选项 |\n| A01 | 附则{} | 低 | 怎么算？ | 甲、乙 |\n"
    text = "「第一条 支持企业。」\n  对象：企业\n  标准〔A01 甲〕：1万元\n  标准〔A01 乙〕：2万元\n「附则」\n「5. 一般。」\n  性质：导向\n「6. 二般。」\n  性质：导向\n"
    assert [d.code for d in errors(register.format("5、6") + text)] == []
    assert [d.code for d in errors(register.format("5、7") + text)] == ["E534"]


def test_clauses_are_weighed_as_they_stand_under_the_reading_of_the_line() -> None:
    register = "读法：登记\n| 号 | 条款 | 风险 | 问题 | 选项 |\n| A01 | 1 | 低 | 怎么从高？ | 按款、按项 |\n"
    text = ("事实：展览，逐项\n| 名称 | 类型 |\n| 题名 | 文字 |\n| 馆 | 文字 |\n「第一条 每项3万元。」\n  对象：每项 展览\n  标准：3万元\n  从高〔A01 按款〕：同一 馆\n"
            "「第二条 每项2万元。」\n  对象：每项 展览\n  标准：2万元\n「第三条 同一题名从高。」\n  从高〔A01 {}〕：1、2 之间，同一 题名\n")
    assert [d.code for d in errors(register + text.format("按项"))] == []
    assert [d.code for d in errors(register + text.format("按款"))] == ["E475"]


def test_a_cap_that_is_missing_is_one_warning() -> None:
    text = "「第一条 按2%支持，不超过5万元，另给3年。」\n  对象：企业\n  标准：投资 的 2%\n"
    warnings = [(d.code, d.span and d.span.text) for d in load_text(HEAD + text).diagnostics if d.code in ("W304", "W306")]
    assert warnings == [("W306", "不超过"), ("W304", "3年")]


def test_a_quote_that_stands_in_a_line_of_notes_is_told_where_it_stands() -> None:
    joined = "「第一条 支持企业。」\n  对象：企业\n  条件：合格「第二条 支持创新。」\n  对象：企业\n  标准：2万元\n"
    assert "E601" in against_law(joined)
    assert "E203" in against_law(joined)


def test_an_unreadable_line_in_the_place_of_a_quote_is_told() -> None:
    joined = "「第一条 支持企业。」\n  对象：企业\n  标准：1万元\n拨付：100万元\n  对象：企业\n  标准：2万元\n"
    assert "E601" in against_law(joined)
    assert "E203" in against_law(joined)
