"""Facts as offices write them: read where they mean one thing, refused with a form to write where they do not.

The same at every door (JSON, YAML, Python) and at the first decision of a process as at the later ones.
"""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings, strategies as st

import xcrules
from xcrules.base import identity
from xcrules.base.source import Source
from xcrules.facts import given as reader
from xcrules.facts.files import read_yaml
from xcrules.facts.given import Facts, read_facts
from xcrules.tell.report import decision_summary
from xcrules.use.cases import run_cases
from xcrules.use.cli import main

RULES = """规定：测试办法
事实：申报，顶层
| 名称   | 类型    | 要求   | 角色     |
| 年度   | 年度    |        | 基准年度 |
| 申报日 | 日期    |        | 申报日期 |
| 强度   | 比率    | 缺省 0% |         |
| 费用   | 元      | 缺省 0元 |        |
| 合格   | 是否    | 缺省 是 |         |
| 投入   | 逐年 元 |        |          |
| 已获   | 逐款 元 | 闭世界 | 本年台账 |

事实：获奖，逐项
| 名称 | 类型         | 要求 | 角色     |
| 题名 | 文字         |      |          |
| 级别 | 国家级、市级 |      |          |
| 奖金 | 元           |      |          |
| 事项 | 文字         | 可缺 | 事项标识 |

事实：历史，逐笔，闭世界，历史台账
| 名称     | 类型 | 角色     |
| 条款     | 文字 | 台账条款 |
| 核定年度 | 年度 | 台账年度 |
| 金额     | 元   | 台账金额 |

事实：其他政策，逐笔，闭世界，外部支持
| 名称 | 类型               | 角色     |
| 事项 | 文字               | 外部事项 |
| 金额 | 元                 | 外部金额 |
| 状态 | 已获得、符合未获得 | 外部状态 |

事实：子女，逐人，闭世界
| 名称 | 类型 |
| 姓名 | 文字 |

竞合：同一 事项 与 其他政策，已获得 补差，符合未获得 择高

「第三条 奖励办法」
「（一）每项给予奖金的一倍，每个题名不超过1万元，」
  对象：每项 获奖
  标准：奖金
  上限：同一 题名 年度 1万元
「累计不超过5万元。」
  上限：企业终身 5万元
「（二）首次的给予2万元，」
  分项：首次
  对象：企业
  条件：合格
  标准：2万元
「再次的给予1万元，各一次。」
  分项：再次
  对象：企业
  标准：1万元
  限次：企业终身 一次
「第十六条 按费用给予，全年不超过3万元。」
  对象：企业
  标准：费用
  上限：企业年度 3万元
"""
POLICY = xcrules.loads(RULES)
BASE: dict[str, Any] = {"年度": 2023, "申报日": "2023-09-01", "投入": {"2023": 5}, "获奖": [], "历史": [], "其他政策": [], "已获": {}, "子女": []}


def cold() -> xcrules.Policy:
    """A policy that decides for the first time."""
    return xcrules.Policy(POLICY.program)


def warm() -> xcrules.Policy:
    policy = cold()
    for _ in range(2):
        policy.decide(BASE)
    return policy


WARM = warm()


def outcome(policy: xcrules.Policy, raw: Any) -> tuple[Any, ...]:
    """Facts and notices, or the findings."""
    try:
        facts = policy.facts(raw)
    except xcrules.XcrulesError as error:
        return "refused", [(d.code, d.path, d.message, d.help) for d in error.diagnostics]
    return "read", dict(facts.top), facts.notices, facts.number


def found(raw: Any) -> list[str]:
    """The codes with which facts are refused, the same the first time and later."""
    one, other = outcome(cold(), raw), outcome(WARM, raw)
    assert one == other
    return [code for code, *_ in one[1]] if one[0] == "refused" else []


def told(raw: Any) -> list[str]:
    """The codes of the notices."""
    one, other = cold().decide(raw), WARM.decide(raw)
    assert one == other
    assert one.notices == other.notices
    return [d.code for d in one.notices]


def amount(number: str, **facts: Any) -> tuple[str, Any]:
    """Status and amount of a clause; the same the first time and later."""
    one, other = cold().decide({**BASE, **facts})[number], WARM.decide({**BASE, **facts})[number]
    assert (one.status, one.amount) == (other.status, other.amount)
    return one.status, one.amount


# -- clause numbers in ledgers ------------------------------------------------------------------------------------

AWARD = [{"题名": "甲", "级别": "市级", "奖金": 9000}]
SPELLINGS = ("3(1)", "３(1)", "3(1) ", "3（1）", "第三条（一）", "三（一）", "3⑴")


@pytest.mark.parametrize("clause", SPELLINGS)
def test_a_lifetime_cap_counts_a_grant_however_its_clause_is_written(clause: str) -> None:
    assert amount("3(1)", 获奖=AWARD, 历史=[{"条款": clause, "核定年度": 2022, "金额": 45000}]) == ("应予支持", 5000)


@pytest.mark.parametrize("clause", ["3.1", "3-1", "3(9)", "", "3(2)", "3(1)\u200b", "不适用"])
def test_a_row_of_no_clause_is_refused(clause: str) -> None:
    raw = {**BASE, "历史": [{"条款": clause, "核定年度": 2022, "金额": 1}]}
    assert found(raw) == ["E872"]


def test_what_could_be_meant_is_said() -> None:
    def help(clause: str) -> str:
        raw = {**BASE, "历史": [{"条款": clause, "核定年度": 2022, "金额": 1}]}
        return read_facts(raw, POLICY.program.schema, POLICY.program.clause_names)[1][0].help

    assert help("3.1") == help("3-1") == "是不是「3(1)」？"
    assert help("3(2)") == "写成「3(2)首次」或「3(2)再次」"


@pytest.mark.parametrize("clause", ["16", "１６", "第十六条", "第16条", "十六", 16])
def test_a_clause_without_paragraphs(clause: Any) -> None:
    assert amount("16", 费用=50000, 已获={clause: 10000}) == ("应予支持", 20000)
    assert found({**BASE, "历史": [{"条款": clause, "核定年度": 2022, "金额": 1}]}) == []


def test_the_heading_of_a_table_is_told_how_facts_are_nested() -> None:
    with pytest.raises(xcrules.XcrulesError) as raised:
        WARM.facts({**BASE, "已获.3(2)": 5})
    assert [(d.code, d.help) for d in raised.value.diagnostics] == [("E801", "一层一层写：已获: {3(2): …}；已获.3(2) 是表格的栏名")]


def test_this_years_ledger_takes_a_clause_or_its_parts() -> None:
    def held(ledger: dict[str, Any]) -> Any:
        return WARM.facts({**BASE, "已获": ledger}).top["已获"]

    assert held({"3(2)": 5}) == {"3(2)": 5}
    assert held({"三（二）首次": 5, "3(2)再次": 2}) == {"3(2)首次": 5, "3(2)再次": 2, "3(2)": 7}
    assert held({"3(2)": 9, "3(2)首次": 5}) == {"3(2)首次": 5, "3(2)": 9}
    assert found({**BASE, "已获": {"3(2)": 4, "3(2)首次": 5}}) == ["E873"]
    assert found({**BASE, "已获": {"3(1)": 4, "3（1）": 5}}) == ["E803"]
    assert found({**BASE, "已获": {"3.1": 4}}) == ["E801"]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(SPELLINGS), st.integers(0, 60000)), max_size=4), st.integers(0, 20000))
def test_every_spelling_gives_the_decision_of_the_plain_one(rows: list[tuple[str, int]], prize: int) -> None:
    def facts(plain: bool) -> dict[str, Any]:
        ledger = [{"条款": "3(1)" if plain else c, "核定年度": 2022, "金额": x} for c, x in rows]
        return {**BASE, "获奖": [{"题名": "甲", "级别": "市级", "奖金": prize}], "历史": ledger}

    assert WARM.decide(facts(False)) == WARM.decide(facts(True)) == cold().decide(facts(False))


# -- identities ---------------------------------------------------------------------------------------------------

TWICE = [{"题名": "P1（甲）", "级别": "市级", "奖金": 9000}]


@pytest.mark.parametrize("other", ["P1（甲）", "P1(甲)", "Ｐ１（甲）", "p1（甲）", "P1（甲） ", "P1 （甲）", "\u00a0P1（甲）"])
def test_one_title_has_one_cap(other: str) -> None:
    """9000 and 9000 under a cap of 10000 for each title."""
    awards = [*TWICE, {"题名": other, "级别": "市级", "奖金": 9000}]
    assert amount("3(1)", 获奖=awards) == ("应予支持", 10000)
    assert told({**BASE, "获奖": awards}) == ([] if other == "P1（甲）" else ["W330"])


def test_a_name_in_two_forms_of_unicode_is_one() -> None:
    for one, other in (("é", "e\u0301"), ("\uf92c", "郎")):
        awards = [{"题名": t, "级别": "市级", "奖金": 9000} for t in (one, other)]
        assert amount("3(1)", 获奖=awards) == ("应予支持", 10000)


@pytest.mark.parametrize(("one", "other"), [("001", "1"), ("GZ-1", "GZ—1"), ("A0", "AO"), ("甲项目、乙项目", "乙 项目"), ("P1；P2", "Ｐ１")])
def test_titles_that_look_alike_stay_two_and_are_mentioned(one: str, other: str) -> None:
    awards = [{"题名": t, "级别": "市级", "奖金": 9000} for t in (one, other)]
    assert amount("3(1)", 获奖=awards) == ("应予支持", 18000)
    assert told({**BASE, "获奖": awards}) == ["W333"]


@pytest.mark.parametrize("char", ["\u200b", "\ufeff", "\u00ad", "\u202e", "\ud800"])
def test_invisible_characters_are_found(char: str) -> None:
    assert found({**BASE, "获奖": [{**TWICE[0], "题名": f"甲{char}"}]}) == ["E870"]


@pytest.mark.parametrize("word", ["无", "/", "—", "-", "N/A", "暂无", "0", "", "同上", "无。", "同上。"])
def test_words_for_nothing_are_no_names(word: str) -> None:
    assert found({**BASE, "获奖": [{**TWICE[0], "题名": word}]}) == ["E871"]
    assert found({**BASE, "其他政策": [{"事项": word, "金额": 1, "状态": "已获得"}]}) == ["E871"]


@pytest.mark.parametrize("word", ["无", "/", "—", "-", "N/A", "暂无", "0", ""])
def test_a_mark_that_may_be_left_out_may_say_nothing(word: str) -> None:
    awards = [{**TWICE[0], "事项": word}]
    assert amount("3(1)", 获奖=awards) == amount("3(1)", 获奖=TWICE) == ("应予支持", 9000)
    assert told({**BASE, "获奖": awards}) == ["W332"]


def test_one_matter_in_two_spellings_is_held_against_other_support() -> None:
    awards = [{**TWICE[0], "事项": "BJ-7"}]
    other = [{"事项": "ｂｊ－7 ", "金额": 4000, "状态": "已获得"}]
    assert amount("3(1)", 获奖=awards, 其他政策=other) == ("应予支持", 5000)
    assert told({**BASE, "获奖": awards, "其他政策": other}) == ["W330"]


def test_words_are_shown_as_typed() -> None:
    awards = [{**TWICE[0], "题名": "Ｐ１"}]
    assert WARM.facts({**BASE, "获奖": awards}).top["获奖"][0]["题名"] == "Ｐ１"  # type: ignore[index]


def test_members_and_names_of_facts_are_compared_in_the_normal_form() -> None:
    raw = {**BASE, "获奖": [{"题名": "甲", " 级别": "国 家级", "奖金": 1}]}
    assert WARM.facts(raw).top["获奖"] == ({"题名": "甲", "级别": "国家级", "奖金": 1},)
    assert found({**BASE, "获奖": [{"级别": "市级", "级 别": "市级"}]}) == ["E803"]


# -- numbers, days, yes and no ------------------------------------------------------------------------------------


def value(name: str, given: object) -> object:
    """How a fact of the top level is read, the same at every door and time; its codes where it is refused."""
    raw = {**BASE, name: given}
    if codes := found(raw):
        return codes
    return WARM.facts(raw).top.get(name)


DAY = Fraction(datetime.date(2024, 9, 1).toordinal())


@pytest.mark.parametrize("text", ["2024-09-01", "２０２４年９月１日", "2024. 9. 1", "2024.9.1", "2024/9/1", "2024年9月1日", "2024年9月1号", "20240901", 20240901,
                                  Decimal(20240901), "2024-09-01 00:00:00", "2024-09-01T00:00:00", datetime.date(2024, 9, 1), datetime.datetime(2024, 9, 1),
                                  pd.Timestamp("2024-09-01"), np.datetime64("2024-09-01")])
def test_days(text: object) -> None:
    assert value("申报日", text) == DAY


@pytest.mark.parametrize("text", ["9/1/2024", "2024-9", "2024年9月", "24-9-1", 45536, "45536", "2024-02-30", "20241301", "2024-09.01", datetime.datetime(2024, 9, 1, 8),
                                  pd.Timestamp("2024-09-01", tz="UTC"), "昨天", 2024.5, True, "", "2024-09-01T08:00:00", np.datetime64("2024-09"), np.datetime64("2024")])
def test_what_is_no_day(text: object) -> None:
    assert value("申报日", text) == ["E807"]


def test_the_mark_of_a_note_is_no_figure_of_a_day_or_a_year() -> None:
    assert value("申报日", "2024年9月1①日") == ["E807"]
    assert [value("年度", x) for x in ("2023年度", "２０２３年", "202③", "2023①")] == [2023, 2023, ["E802"], ["E802"]]


def test_the_form_of_a_day_is_shown() -> None:
    wrong = read_facts({"申报日": "昨天"}, POLICY.program.schema, POLICY.program.clause_names)[1]
    assert "2024-09-01" in wrong[0].help


@pytest.mark.parametrize("text", ["50000", "50,000", "50,000.00", "￥50,000.00", "¥50000", "50000元", "50000元整", "5万元", "人民币50,000元整", "５００００", "50000.0",
                                  " 50000 ", "RMB 50,000", "人民币 5万元", "￥5万元整", "人民币5万", "￥5万", 50000, 50000.0, Decimal("5E+4"), np.int64(50000), np.float64(50000), np.float32(50000), "5e4"])
def test_amounts(text: object) -> None:
    assert value("费用", text) == 50000


@pytest.mark.parametrize("text", ["5,0000", "50.000,00", "50 000", "5万美元", "$50,000", "约5万", "5万", "伍万元整", "50000件", "5%", "(50,000)", "五万", "5万余元", "¥", "元整",
                                  "1/2", True, np.bool_(True), [50000], "", "50000①", "50000²", "5₀000", "5000⓪", "5000㉑", "5⒈5"])
def test_what_is_no_amount(text: object) -> None:
    assert value("费用", text) == ["E802"]


@pytest.mark.parametrize("nothing", ["0e50", "0E-999999", Decimal("0E+99"), Decimal("-0E-99"), "0", 0.0, Decimal("0.00")])
def test_nothing_is_nothing_however_long_it_is_written(nothing: object) -> None:
    assert value("费用", nothing) == 0


@pytest.mark.parametrize("text", ["1e99999999999999999999", "9" * 5000, 10**18, "1" * 61, Decimal("1e999"), Fraction(1, 10**70)])
def test_numbers_without_end(text: object) -> None:
    assert value("费用", text) == ["E805"]


@pytest.mark.parametrize("text", [float("nan"), float("inf"), Decimal("NaN"), np.float64("nan"), np.float32("inf")])
def test_what_is_no_number(text: object) -> None:
    assert value("费用", text) == ["E804"]


@pytest.mark.parametrize(("text", "right"), [("5%", Fraction(1, 20)), ("5‰", Fraction(1, 200)), (0.1, Fraction(1, 10)), (np.float64(0.1), Fraction(1, 10)),
                                             (np.float32(0.1), Fraction(1, 10)), ("0.05", Fraction(1, 20)), ("５％", Fraction(1, 20))])
def test_shares(text: object, right: Fraction) -> None:
    assert value("强度", text) == right


def test_a_share_above_one_is_mentioned_unless_it_says_percent() -> None:
    assert [told({**BASE, "强度": x}) for x in (1, "1", 5.5, "5.5", Decimal("1.01"), 2, Fraction(4, 3))] == [[], [], *[["W331"]] * 5]
    assert [told({**BASE, "强度": x}) for x in ("550%", "5.5%", 0.055)] == [[], [], []]


def test_a_share_of_many_places_is_told_as_it_was_typed() -> None:
    notice, = POLICY.decide({**BASE, "强度": "1.0000001"}).warnings
    assert notice.message == "「强度」是 1.0000001，即 100.00001%；要是指 1.0000001%，写 0.010000001"


@pytest.mark.parametrize(("raw", "message", "help"), [
    ({"编号": [1]}, "「编号」要写文字或数，不是名单", ""),
    ({"编号": "甲" * 10_001}, "「编号」超过字数限制", ""),
    ({"编号": "甲\ud800"}, "「编号」里有半个字符（编码坏了）（U+D800）", "重新键入编号"),
    ({"编号": {"甲": 1}}, "「编号」要写文字或数，不是对象", ""),
    ({"投入": {"2023-09-01": 5}}, "「2023-09-01」是日期，不是年度，写成四位数字，如 \"2023\"", ""),
    ({"投入": {datetime.date(2023, 9, 1): 5}}, "「2023-09-01」是日期，不是年度，写成四位数字，如 \"2023\"", ""),
    ({"投入": {2022: 5, "2022": 6}}, "「投入」的 2022 写了两次", "同一个年度只能写一次"),
    ({"投入": {2023.0: 5}}, "「2023.0」不是年度，写成四位数字，如 \"2023\"", ""),
    ({"投入": {"202③": 5}}, "「202③」不是年度，写成四位数字，如 \"2023\"", ""),
    ({"投入": {("甲",): 5}}, "「名单」不是年度，写成四位数字，如 \"2023\"", ""),
    ({"申报日": "2024-09-01 10:30"}, "「申报日」要写日期，「2024-09-01 10:30」还带着时刻", "去掉时刻，写成 2024-09-01，或 2024年9月1日"),
    ({"申报日": "2024年9月1日 10时"}, "「申报日」要写日期，「2024年9月1日 10时」还带着时刻", "去掉时刻，写成 2024-09-01，或 2024年9月1日"),
    ({"申报日": datetime.datetime(2024, 9, 1, 10)}, "「申报日」要写日期，不带时刻和时区", "写成 2024-09-01，或 2024年9月1日"),
    ({"获奖": [{"题名": float("nan")}]}, "「获奖[0].题名」要写文字，不是 nan", "不知道的写 null（Python 里是 None）"),
    ({"获奖": [{"级别": np.float64("nan")}]}, "「获奖[0].级别」要写文字，不是 nan", "不知道的写 null（Python 里是 None）"),
    ({"获奖": [{"题名": datetime.date(2024, 9, 1)}]}, "「获奖[0].题名」要写文字，不是日期（2024-09-01）", ""),
    ({("甲", 1): 1}, "键要写文字，不是名单", ""),
    ({None: 1}, "键要写文字，不是空", ""),
    ({"获奖": [{b"x": 1}]}, "「获奖[0]」里的键要写文字，不是 bytes", ""),
    ({"获奖": {1, 2}}, "「获奖」要是名单（方括号），不是 set", "没有的写 []，不知道的不写或写 null"),
    ({"费用": "90萬元"}, "「费用」要写数，不是「90萬元」", "只写数，如 50000，单位是元"),  # never 写成 90元: a ten thousandth
    ({"费用": "90万元（含税）"}, "「费用」要写数，不是「90万元（含税）」", "只写数，如 50000，单位是元"),
    ({"费用": "负9万元"}, "「费用」要写数，不是「负9万元」", "只写数，不写单位：-90000，单位是元"),
    ({"费用": "（9万元）"}, "「费用」要写数，不是「（9万元）」", "只写数，不写单位：-90000，单位是元"),
    ({"费用": "90w"}, "「费用」要写数，不是「90w」", "只写数，如 50000，单位是元"),
    ({"费用": "50块"}, "「费用」要写数，不是「50块」", "写成 50元；不写单位的是元"),
    ({"费用": "90万美元"}, "「费用」的单位是元，写的却是美元（90万美元）", "只写数，如 50000，单位是元"),
    ({"获奖": "无"}, "「获奖」要是名单（方括号），不是文字「无」", "没有的写 []，不知道的不写或写 null"),
    ({"获奖": [{"级别": ""}]}, "「」不是「获奖[0].级别」的一种", "没有或不知道的，留空或写 null；只有：国家级、市级"),
    ({"合格": "对"}, "「合格」要写 true 或 false，不是文字「对」", "也可以写 是 或 否；不知道的留空或写 null"),
])
def test_what_stands_there_is_told_as_people_say_it(raw: Any, message: str, help: str) -> None:
    with pytest.raises(xcrules.XcrulesError) as caught:
        POLICY.facts({**BASE, **raw})
    assert [(d.message, d.help) for d in caught.value.diagnostics] == [(message, help)]


@pytest.mark.parametrize(("text", "told"), [("? [甲]\n: 1\n", ["键要写成文字，不能是名单或对象"]), ("null: 1\n", [])])
def test_keys_in_yaml(text: str, told: list[str]) -> None:
    raw, found = read_yaml(Source("甲.yaml", text))
    assert [d.message for d in found] == told
    assert raw == (None if told else {"null": "1"})


@pytest.mark.parametrize(("text", "right"), [("是", True), ("否", False), (True, True), (np.bool_(False), False), ("true", True), ("No", False), ("√", True), ("☑", True), ("×", False)])
def test_yes_and_no(text: object, right: bool) -> None:
    assert value("合格", text) is right


@pytest.mark.parametrize("text", [1, 0, "1", "无", "对", "x", "是的", "", np.int64(1), Decimal(1)])
def test_what_is_neither_yes_nor_no(text: object) -> None:
    assert value("合格", text) == ["E802"]


@pytest.mark.parametrize("key", ["2023", 2023, "2023年", "２０２３", "2023年度", np.int64(2023)])
def test_years_as_keys(key: Any) -> None:
    assert value("投入", {key: 7}) == {2023: 7}


# -- values of data frames ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("nothing", [pd.NA, pd.NaT, np.datetime64("NaT", "D"), "未知", " 未知 "])
@pytest.mark.parametrize("name", ["年度", "申报日", "费用", "合格", "投入", "已获", "获奖", "子女"])
def test_missing_values_of_pandas_are_unknown(nothing: object, name: str) -> None:
    assert value(name, nothing) is None


ARRAYS = [pd.Series([1, 2]), np.array([1, 2]), np.array([[1]]), pd.DataFrame({"甲": [1]}), pd.Index([1]), pd.Series([], dtype=object), pd.Series({2023: 1}), object(), {1}, b"1", 1j]


@pytest.mark.parametrize("array", ARRAYS, ids=lambda x: type(x).__name__)
@pytest.mark.parametrize("name", ["年度", "申报日", "费用", "强度", "合格", "投入", "已获", "获奖"])
def test_arrays_are_no_values(array: object, name: str) -> None:
    assert value(name, array) == (["E807"] if name == "申报日" else ["E802"])
    assert found({**BASE, "获奖": [{"题名": array}]}) == ["E802"]
    assert found({**BASE, "获奖": [{"级别": array}]}) == ["E802"]
    assert found({**BASE, "历史": [{"条款": array}]}) == ["E802"]


def test_rows_of_a_data_frame_are_facts() -> None:
    frame = pd.DataFrame({"年度": [2023], "申报日": pd.to_datetime(["2023-09-01"]), "强度": [0.1], "费用": [12.5], "合格": [True]}).astype(object)
    row = frame.to_dict("records")[0]
    plain = {"年度": 2023, "申报日": "2023-09-01", "强度": 0.1, "费用": 12.5, "合格": True}
    assert outcome(cold(), row) == outcome(WARM, row) == outcome(WARM, plain)


# -- cases --------------------------------------------------------------------------------------------------------

CASE = """
案例：一
  给定：年度 为 2023年，申报日 为 2023-09-01，费用 为 5万元
  给定：{}
  应得：16 {}
"""


@pytest.mark.parametrize(("line", "result"), [
    ("已获 含（16 为 1万元）", "应予支持 2万元"), ("已获 含（第十六条 为 1万元）", "应予支持 2万元"), ("已获.16 为 1万元", "应予支持 2万元"), ("已获 含（3（2）首次 为 1万元）", "应予支持 3万元"),
    ("历史 含（条款 为 16，核定年度 为 2022年，金额 为 1万元）", "应予支持 3万元"), ("历史 含（条款 为 3（1），核定年度 为 2022年，金额 为 1万元）", "应予支持 3万元"),
    ("获奖 含（题名 为 001，级别 为 市级，奖金 为 1元）", "应予支持 3万元"),
])
def test_ledgers_of_cases_name_clauses_in_any_writing(line: str, result: str) -> None:
    policy = xcrules.loads(RULES + CASE.format(line, result))
    assert [x.differences for x in run_cases(policy)] == [()]


@pytest.mark.parametrize(("line", "code"), [("历史 含（条款 为 3.1，核定年度 为 2022年，金额 为 1万元）", "E872"), ("已获 含（3(9) 为 1万元）", "E801"),
                                           ("历史 含（条款 为 3(2)，核定年度 为 2022年，金额 为 1万元）", "E872")])
def test_ledgers_of_cases_that_name_no_clause(line: str, code: str) -> None:
    with pytest.raises(xcrules.XcrulesError) as caught:
        xcrules.loads(RULES + CASE.format(line, "应予支持 3万元"))
    assert [d.code for d in caught.value.diagnostics] == [code]


def test_facts_of_a_case_may_be_negative() -> None:
    signed = RULES.replace("| 合格   | 是否    | 缺省 是 |         |", "| 合格   | 是否    | 缺省 是 |         |\n| 盈亏   | 元      | 可负   |          |")
    for text in ("－5万元", "-5万元"):
        policy = xcrules.loads(signed.replace("  标准：费用\n", "  条件：盈亏 低于 0元\n  标准：费用\n") + CASE.format(f"盈亏 为 {text}", "应予支持 3万元"))
        assert [x.differences for x in run_cases(policy)] == [()]


# -- all doors ----------------------------------------------------------------------------------------------------

WORDS = ("无", "/", "", "甲", "甲 ", "Ａ", "a", "001", "1", "3（1）", "3(1)", "3.1", "3(2)首次", "16", "2023", "2023-09-01", "２０２３年９月１日", "5万元", "5%", "50,000", "是",
         "国家级", "市级 ", "不适用", "甲\u200b", "null", "1e400", "-1")
NUMBERS = (0, 1, -1, 16, 2023, 20230901, Decimal("5.5"), Decimal("0.01"), 10**18, True, False, None)
PLACES = (("年度",), ("申报日",), ("强度",), ("费用",), ("合格",), ("投入",), ("投入", "2023"), ("已获",), ("已获", "3(1)"), ("获奖",), ("获奖", 0), ("获奖", 0, "题名"),
          ("获奖", 1, "题名"), ("获奖", 0, "级别"), ("获奖", 0, "奖金"), ("获奖", 1, "事项"), ("历史", 0, "条款"), ("历史", 0, "金额"), ("其他政策", 0, "事项"), ("子女",))


def spoilt(r: Random) -> dict[str, Any]:
    """Facts with up to three places overwritten by what somebody might write."""
    raw: dict[str, Any] = {
        "年度": 2023, "申报日": "2023-09-01", "强度": Decimal("0.1"), "费用": Decimal("100.5"), "合格": True, "投入": {"2023": 5, "2022": 6}, "已获": {"3(1)": 7, "16": 8},
        "获奖": [{"题名": "甲", "级别": "市级", "奖金": 9000, "事项": "A"}, {"题名": "乙", "级别": "国家级", "奖金": 100, "事项": "B"}],
        "历史": [{"条款": "3(1)", "核定年度": 2022, "金额": 1}], "其他政策": [{"事项": "A", "金额": 1, "状态": "已获得"}], "子女": [],
    }
    for _ in range(r.randrange(4)):
        *steps, last = r.choice(PLACES)
        target: Any = raw
        for step in steps:
            target = target[step] if isinstance(target, dict | list) and target and (isinstance(step, int) or step in target) else None
        if isinstance(target, dict | list):
            target[last] = r.choice(WORDS + NUMBERS)
    return raw


def as_yaml(raw: dict[str, Any]) -> object:
    """Through a YAML file: every scalar comes back as text."""
    text = json.dumps(raw, ensure_ascii=False, default=lambda x: int(x) if x == int(x) else float(x))
    made, wrong = read_yaml(Source("f", text))
    assert wrong == []
    return made


@settings(max_examples=250)
@given(st.integers(0, 2**32))
@example(610)  # a list that does not apply beside a gap
def test_first_and_later_and_json_agree(seed: int) -> None:
    """What one way reads every way reads, and what one refuses all refuse with the same words."""
    raw = spoilt(Random(seed))
    first, later = outcome(cold(), raw), outcome(WARM, raw)
    assert first == later
    text = json.dumps(raw, ensure_ascii=True, default=float)
    assert outcome(WARM, xcrules.parse_json(text)) == later
    if first[0] == "read":
        assert WARM.decide(raw) == cold().decide(raw)


@settings(max_examples=150)
@given(st.integers(0, 2**32))
def test_yaml_reads_what_json_reads(seed: int) -> None:
    """A text of YAML may be a number or a word for unknown where one of JSON is only text: never the other way round."""
    raw = spoilt(Random(seed))
    mine, other = outcome(WARM, raw), outcome(WARM, as_yaml(raw))
    if mine[0] == "read":
        assert other[:2] == mine[:2]


# -- what a decision says -----------------------------------------------------------------------------------------


def test_notices_stand_in_the_json_and_in_the_table(capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    raw = {**BASE, "强度": 5.5}
    decision = WARM.decide(raw)
    (notice,) = decision.to_json()["提示"]  # type: ignore[misc]
    assert notice == {"代码": "W331", "信息": "「强度」是 5.5，即 550%；要是指 5.5%，写 0.055", "位置": "强度"}
    assert "请注意：「强度」是 5.5" in decision_summary(decision)
    in_a_row = WARM.decide({**BASE, "获奖": [TWICE[0], {**TWICE[0], "事项": "无"}]})
    assert "获奖[1].事项" in str(in_a_row.to_json()["提示"]), "a program counts from 0"
    assert "请注意：「获奖第2项.事项」" in decision_summary(in_a_row, WARM.counters), "a person from 1, as in 待补充 and in explain"
    rules, facts = tmp_path / "条文.规则", tmp_path / "事实.json"
    rules.write_text(RULES, encoding="utf-8")
    facts.write_text(json.dumps(raw), encoding="utf-8")
    assert main(["decide", str(rules), str(facts)]) == 0
    assert "即 550%" in capsys.readouterr().out


def test_many_notices_are_counted() -> None:
    awards = [{"题名": str(i), "级别": "市级", "奖金": 1, "事项": "无"} for i in range(1, 50)]
    decision = WARM.decide({**BASE, "获奖": awards})
    assert len(decision.notices) == 21
    assert decision.notices[-1].message == "另有 29 处同样的情形"


def test_a_matter_that_counts_twice_is_told_in_the_same_shape() -> None:
    text = RULES + "「第十七条 每项另给100元。」\n  对象：每项 获奖\n  标准：100元\n"
    decision = xcrules.loads(text).decide({**BASE, "获奖": [{**TWICE[0], "事项": "A-9"}]})
    (notice,) = decision.to_json(details=True)["提示"]  # type: ignore[misc]
    assert (notice["代码"], notice["位置"]) == ("W334", "3(1)、17")
    assert decision.to_json()["提示"] == []


def test_closed_lists_that_were_not_given_are_told_for_what_they_are() -> None:
    raw = {k: v for k, v in BASE.items() if k not in ("历史", "已获", "子女")}
    for decision in (cold().decide(raw), WARM.decide(raw)):
        made = decision.to_json()
        assert (made["按无既往支持计算"], made["按没有计算"]) == (["已获", "历史"], ["子女"])
        assert "没有填报 已获、历史，按无既往支持计算\n没有填报 子女，按没有计算" in decision_summary(decision)
    assert "按没有计算" not in WARM.decide(BASE).to_json()


@pytest.mark.parametrize("clause", ["3(1)", "3（1）", "第三条（一）", "３(1)"])
def test_explain_takes_a_clause_as_it_is_written(clause: str, capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    rules, facts = tmp_path / "条文.规则", tmp_path / "事实.json"
    rules.write_text(RULES, encoding="utf-8")
    facts.write_text(json.dumps({**BASE, "获奖": TWICE}), encoding="utf-8")
    assert main(["explain", str(rules), str(facts), clause, "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["条款"], told["金额"]) == ("3(1)", "9000.00")
    assert main(["explain", str(rules), str(facts), "3.1"]) == 3
    assert "3(1)" in capsys.readouterr().err


def test_facts_keep_their_notices_when_they_travel() -> None:
    import pickle

    facts: Facts = WARM.facts({**BASE, "强度": 5.5})
    assert [d.code for d in pickle.loads(pickle.dumps(facts)).notices] == ["W331"]


def test_no_help_is_sought_for_what_is_only_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A near word takes a millisecond; of 100,000 keys that are none it took half a minute to be told of a thousand."""
    sought: list[str] = []
    for module in (identity, reader):
        monkeypatch.setattr(module, "nearest", lambda text, known, *_, **__: sought.append(text) or [])
    many = 2 * reader.MAX_FAULTS + 500
    for raw in ({"已获": {f"{i}(99)": 1 for i in range(many)}}, {f"键{i}": 1 for i in range(many)}, {"历史": [{"条款": f"{i}(99)"} for i in range(many)]}):
        with pytest.raises(xcrules.XcrulesError) as raised:
            WARM.facts({**BASE, **raw})
        *told, last = raised.value.diagnostics
        assert len(told) == reader.MAX_FAULTS
        assert all(d.help for d in told)
        assert last.message == f"另有 {many - reader.MAX_FAULTS} 处同样的情形"
        assert 0 < len(sought) <= 2 * reader.MAX_FAULTS
        sought.clear()


def test_an_object_of_too_many_keys_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(raw: dict[str, Any]) -> tuple[str, str]:
        with pytest.raises(xcrules.XcrulesError) as raised:
            WARM.facts(raw)
        return raised.value.diagnostics[0].code, raised.value.diagnostics[0].path

    monkeypatch.setattr(reader, "MAX_ITEMS", 9)
    many = {str(i): 1 for i in range(10)}
    assert [told(x) for x in (many, {"已获": many}, {"历史": [many]})] == [("E815", "（整份事实）"), ("E815", "已获"), ("E815", "历史[0]")]
