"""Amounts worked out by hand: zeros, order, instalments, rounding, earlier grants; the same by every engine."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import xcrules
from tests.support.decisions import by_every_engine
from tests.support.policies import EARLIER
from xcrules.run.decision import ClauseDecision, Decision

HEAD = f"""事实：申报，顶层
| 名称 | 类型    | 要求   | 角色     |
| 年   | 年度    |        | 基准年度 |
| 贡献 | 元      |        |          |
| 台账 | 逐款 元 | 闭世界 | 本年台账 |

事实：项目，逐项
| 名称   | 类型           | 要求                  |
| 类     | 甲类、乙类     | 缺省 甲类             |
| 名     | 文字           |                       |
| 级     | 国家、省       |                       |
| 额     | 元             |                       |
| 核定额 | 元             | 核定 机关，可缺       |

{EARLIER}"""
Raw = dict[str, Any]


def whole(lines: str, raw: Raw, rest: str = "") -> Decision:
    policy = xcrules.loads(HEAD + "「第一条 支持。」\n" + "".join(f"  {x.strip()}\n" for x in lines.strip().splitlines()) + rest)
    raw = {"年": 2024, **raw}
    return by_every_engine(policy, raw)


def decided(lines: str, raw: Raw, rest: str = "") -> ClauseDecision:
    return whole(lines, raw, rest)["1"]


def items(*amounts: object, **more: list[object]) -> list[Raw]:
    return [{"名": f"名{i}", "级": "省", "额": x, **{k: v[i] for k, v in more.items()}} for i, x in enumerate(amounts)]


@pytest.mark.parametrize("cap", ["企业年度 贡献", "合计 企业年度 贡献", "同一 名 年度 贡献", "单项 贡献"])
@pytest.mark.parametrize("ledger", [{}, {"1": 5}])
def test_a_bound_that_the_facts_bring_to_nothing(cap: str, ledger: Raw) -> None:
    made = decided(f"对象：每项 项目\n标准：额\n上限：{cap}", {"贡献": 0, "台账": ledger, "项目": items(100, 200)})
    assert (made.status, made.amount, made.missing) == ("不符合", 0, ())


def test_a_bound_used_up_is_another_matter() -> None:
    made = decided("对象：每项 项目\n标准：额\n上限：企业年度 贡献", {"贡献": 50, "台账": {"1": 50}, "项目": items(100)})
    assert made.status == "额度用尽"


def test_the_first_by_rank_is_worth_nothing() -> None:
    raw = {"项目": items(0, 50000, 名=["一", "一"], 级=["国家", "省"])}
    made = decided("对象：每项 项目\n标准：额\n从高：同一 名，依 级（国家、省）", raw)
    assert (made.status, made.amount, made.missing) == ("不符合", 0, ())


def test_one_share_is_unknown_and_the_total_is_not() -> None:
    """10万 and an unknown, together 9万 a year: 9万, in three years 3万 each."""
    made = decided("对象：每项 项目\n标准：额\n上限：企业年度 9万元\n拨付：分 3年 等额，自 核定年度 起",
                   {"项目": [{"名": "甲", "级": "省"}, *items(100000)]})
    assert (made.status, made.amount, made.this_year) == ("应予支持", 90000, 30000)
    assert made.schedule == ((2024, 30000), (2025, 30000), (2026, 30000))


@pytest.mark.parametrize("more", ["", "从高：同一 级"])
def test_cuts_fall_on_the_last(more: str) -> None:
    """3, 2 and 1万 of the names a, b, a; together 5万: the third gets nothing."""
    raw = {"项目": items(30000, 20000, 10000, 名=["a", "b", "a"])}
    made = decided("对象：每项 项目\n标准：额\n上限：同一 名 年度 10万元\n上限：企业年度 5万元", raw)
    assert [i.amount for i in made.reasons.items] == [30000, 20000, 0]


def test_two_parts_keep_their_order_through_a_choice_of_one() -> None:
    """甲 3万 and 乙 3万, together 4万: 3万 and 1万; a 从高 within 甲 that has one claim changes nothing."""
    lines = "分项：甲\n对象：每项 项目，类 为 甲类\n标准：额\n{}分项：乙\n对象：每项 项目，类 为 乙类\n标准：额\n上限：合计 企业年度 4万元\n上限：乙 企业终身 1万元"
    raw = {"项目": items(30000, 30000, 类=["甲类", "乙类"])}
    for more in ("", "从高：同一 名\n"):  # the name of 甲 stands once
        made = decided(lines.format(more), raw)
        assert [i.amount for i in made.reasons.items if i.counts] == [30000, 10000]


def test_an_unknown_rank_leaves_awards_open() -> None:
    raw = {"项目": [{"名": "一", "级": "省", "额": 1, "核定额": 40000}, {"名": "一", "额": 1, "核定额": 30000}]}
    made = decided("对象：每项 项目\n裁量：由 机关 核定，记入 核定额\n上限：单项 5万元\n从高：同一 名，依 级（国家、省）", raw)
    assert (made.status, made.missing) == ("待补充", ("项目[1].级",))
    assert made.bound_range == (50000, 50000)


def test_an_earlier_grant_goes_on_as_its_plan_says() -> None:
    """100.01 in three years: 33.34, 33.34, 33.33."""
    lines = "对象：每项 项目\n标准：额\n拨付：分 3年 等额，自 核定年度 起"
    paid = [decided(lines, {"年": y, "项目": [], "往年": [{"条款": "1", "年度": 2024, "金额": "100.01"}]}).this_year for y in (2025, 2026)]
    assert paid == [Fraction("33.34"), Fraction("33.33")]


ROUNDED = "对象：每项 项目\n标准：额\n{}取整：到 {}"


@pytest.mark.parametrize(("amounts", "line", "unit", "want"), [
    ([9000] * 100, "上限：单项 5000元\n", "万元 四舍五入", 500000), ([9000], "上限：单项 5000元\n", "万元 四舍五入", 0),
    (["16.60"], "上限：单项 16.99元\n", "元 四舍五入", 16), (["16.60"], "", "元 四舍五入", 17), (["16.60"], "", "元 截尾", 16),
    (["0.004"], "", "分 四舍五入", 0), ([6000, 6000], "上限：企业年度 12000元\n", "万元 四舍五入", 10000),
])
def test_the_total_is_rounded_once_and_passes_no_bound(amounts: list[object], line: str, unit: str, want: int) -> None:
    made = decided(ROUNDED.format(line, unit), {"项目": items(*amounts)})
    assert (made.status, made.amount) == ("应予支持" if want else "不符合", want)
    assert sum(i.amount or 0 for i in made.reasons.items) == want


def test_a_balance_is_no_bound() -> None:
    """33.335 with nothing received: 33.34; less 33.33: 0.005, which is 0.01; 0.006 is 0.01."""
    lines = "对象：每项 项目\n标准：额\n限次：企业年度 一次，已得补差"
    assert decided(lines, {"项目": items("33.335")}).amount == Fraction("33.34")
    assert decided(lines, {"项目": items("33.335"), "台账": {"1": "33.33"}}).amount == Fraction("0.01")
    assert decided(lines, {"项目": items("0.006")}).amount == Fraction("0.01")
    assert decided(lines, {"项目": items(33), "台账": {"1": 33}}).status == "额度用尽"


def test_rounding_under_one_clause_is_of_that_clause() -> None:
    made = whole("对象：每项 项目\n标准：额\n取整：到 元 截尾", {"项目": items("16.60"), "贡献": "16.605"},
                 "「第二条 另支持。」\n  对象：企业\n  标准：贡献\n「第三条 其余。」\n  性质：导向\n  取整：到 角 四舍五入\n")
    assert (made["1"].amount, made["2"].amount) == (16, Fraction("16.6"))


PARTS = """分项：甲
对象：每项 项目，类 为 甲类
标准：额
分项：乙
对象：每项 项目，类 为 乙类
标准：额
上限：甲 企业年度 10万元"""


@pytest.mark.parametrize(("ledger", "want"), [
    ({}, 100000), ({"1甲": 30000}, 70000), ({"1乙": 30000}, 100000), ({"1": 30000, "1乙": 30000}, 100000), ({"1": 30000, "1甲": 10000}, 90000),
])
def test_the_bound_of_a_part_counts_what_that_part_was_granted(ledger: Raw, want: int) -> None:
    assert decided(PARTS, {"项目": items(200000), "台账": ledger}).amount == want


def test_a_ledger_that_does_not_say_whose_it_is() -> None:
    """30000 under the clause: of 甲, or of 乙; asked for only where the bound of 甲 may be reached."""
    made = decided(PARTS, {"项目": items(200000), "台账": {"1": 30000}})
    assert (made.status, made.missing, made.amount_range) == ("待补充", ("台账.1甲",), (70000, 100000))
    assert decided(PARTS, {"项目": items(60000), "台账": {"1": 30000}}).amount == 60000


def test_a_bound_over_clauses_sees_every_part() -> None:
    rest = "「第二条 另支持。」\n  对象：企业\n  标准：贡献\n「第三条 合计。」\n  上限：1、2 合计 企业年度 10万元\n"
    made = whole(PARTS, {"项目": items(20000), "贡献": 90000, "台账": {"1乙": 50000}}, rest)
    assert (made["1"].amount, made["2"].amount) == (20000, 30000)


def test_a_bound_of_discretion_after_an_open_clause_is_open() -> None:
    rest = "「第二条 由机关核定。」\n  对象：每项 项目\n  裁量：由 机关 核定，记入 核定额\n  上限：单项 8万元\n「第三条 合计。」\n  上限：1、2 合计 企业年度 10万元\n"
    lines = "对象：企业\n标准：贡献"
    made = whole(lines, {"项目": items(1)}, rest)["2"]
    assert (made.status, made.missing, made.bound_range) == ("待补充", ("贡献",), (0, 80000))
    assert whole(lines, {"项目": items(1), "贡献": 60000}, rest)["2"].bound == 40000
    assert whole(lines, {"项目": items(1, 核定额=[70000]), "贡献": 60000}, rest)["2"].bound == 40000


def test_payment_of_this_year_is_a_range_while_facts_are_open() -> None:
    """3万 of three years are sure, and 1万 more if the other claim is known to be 3万 or more."""
    lines = "对象：每项 项目\n标准：额\n上限：单项 3万元\n拨付：分 3年 等额，自 核定年度 起"
    made = whole(lines, {"项目": [*items(30000), {"名": "乙", "级": "省"}]})
    assert made.paid_this_year_range == (10000, 20000)
    assert made.to_json()["本年度拨付合计区间"] == ["10000.00", "20000.00"]
    assert "本年度拨付合计" not in made.to_json()
    assert whole(lines, {"项目": items(30000)}).to_json()["本年度拨付合计"] == "10000.00"


TERM = "「第二条 施行。」\n  施行：自 2024年1月1日 起 3年，止于 前一日，凭 日\n"


@pytest.mark.parametrize(("day", "year", "status"), [("2023-12-31", 2023, "不在有效期"), ("2024-01-01", 2024, "分期续拨"), ("2027-01-01", 2027, "分期续拨")])
def test_instalments_go_on_after_and_never_before(day: str, year: int, status: str) -> None:
    policy = xcrules.loads(HEAD.replace("| 贡献", "| 日   | 日期    |        | 申报日期 |\n| 贡献") + "「第一条 支持。」\n  对象：每项 项目\n  标准：额\n"
                           "  拨付：分 6年 等额，自 核定年度 起\n" + TERM)
    raw = {"年": year, "日": day, "项目": [], "往年": [{"条款": "1", "年度": 2022, "金额": 100}]}
    assert by_every_engine(policy, raw)["1"].status == status


BY_AUTHORITY = "对象：每项 项目{}\n裁量：由 机关 核定，记入 核定额\n上限：单项 80元\n"


def test_a_bound_of_an_authority_passes_no_cap_whatever_the_order_of_the_caps() -> None:
    """80 and 80, together 100 a year, then 甲 50 in a lifetime: 50 + 80 is more than 100, so the bound stays 100."""
    lines = "分项：甲\n" + BY_AUTHORITY.format("，类 为 甲类") + "分项：乙\n" + BY_AUTHORITY.format("，类 为 乙类")
    raw = {"项目": items(1, 1, 类=["甲类", "乙类"])}
    made = decided(lines + "上限：合计 企业年度 100元\n上限：甲 企业终身 50元", raw)
    assert (made.status, made.bound) == ("裁量", 100)


def test_caps_of_two_keys_over_a_bound() -> None:
    """a and b of one person may have 100 of 160, c 80 of another; b and c of one level 120: never more than 100 + 80."""
    raw = {"项目": items(1, 1, 1, 名=["a", "a", "b"], 级=["省", "国家", "国家"])}
    made = decided(BY_AUTHORITY.format("") + "上限：同一 名 年度 100元\n上限：同一 级 年度 120元", raw)
    assert (made.status, made.bound) == ("裁量", 180)
    assert [k.after[0] for k in made.caps] == [100, 80, 80, 120]


def test_awards_under_caps_that_cross() -> None:
    """30, 60 and 70 recorded: b and c of one level come to 120 together, so c has 60; a and b to 90, under 100."""
    raw = {"项目": items(1, 1, 1, 名=["a", "a", "b"], 级=["省", "国家", "国家"], 核定额=[30, 60, 70])}
    made = decided(BY_AUTHORITY.format("") + "上限：同一 名 年度 100元\n上限：同一 级 年度 120元", raw)
    assert (made.status, made.amount, made.bound) == ("应予支持", 150, 180)
    assert [i.amount for i in made.items] == [30, 60, 60]


@pytest.mark.parametrize(("amount", "used", "status", "reason"), [
    ("0.40", "10", "不符合", "算得 0.4元，取整后为 0元"), ("0.60", "10", "额度用尽", "上限「企业年度 10元」已用完（已用 10元）"),
    ("0.60", "9.70", "不符合", "算得 0.3元，取整后为 0元"), ("0.40", "0", "不符合", "算得 0.4元，取整后为 0元"),
])
def test_what_the_facts_alone_bring_to_nothing_by_rounding(amount: str, used: str, status: str, reason: str) -> None:
    """A cap that is used up takes nothing from what would have been rounded away."""
    made = decided(ROUNDED.format("上限：企业年度 10元\n", "元 四舍五入"), {"台账": {"1": used}, "项目": items(amount)})
    assert (made.status, made.amount, made.reason) == (status, 0, reason)
