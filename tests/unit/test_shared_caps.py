"""上限 over several clauses: taken up in the order of the law, with the ledger, with unknowns."""

from __future__ import annotations

from decimal import Decimal

import pytest

import xcrules
from tests.support.recompute import wrong
from xcrules.draft.format import format_content
from xcrules.store.load import load_text
from xcrules.tell.changes import compare
from xcrules.tell.explain import reason_json
from xcrules.tell.readback import read_back_policy

TEXT = """事实：申报，顶层
| 名称 | 类型    | 要求   | 角色     |
| 年   | 年度    |        | 基准年度 |
| 日   | 日期    |        | 申报日期 |
| 甲额 | 元      |        |          |
| 乙额 | 元      |        |          |
| 核定 | 元      | 可缺   |          |
| 台账 | 逐款 元 | 闭世界 | 本年台账 |

「第一条 总则」
「（一）甲，」
  对象：企业
  标准：甲额
「（二）乙，」
  对象：企业
  标准：乙额 的 50%
「（三）丙由园区核定。」
  对象：企业
  裁量：由 园区 核定，记入 核定
  上限：企业年度 80万元
「（四）三项合计每年不超过100万元。」
  上限：1(1)、1(2)、1(3) 合计 企业年度 100万元
"""


def outcome(facts: dict[str, object]) -> dict[str, tuple[object, ...]]:
    policy = xcrules.loads(TEXT)
    decision = policy.decide(facts)
    again = policy.decide(facts)
    assert decision.to_json() == again.to_json()
    return {k.number: (k.status, k.amount if k.amount is not None else k.bound) for k in decision.clauses}


def test_what_was_recorded_counts_while_an_earlier_clause_is_open() -> None:
    """1(2) takes 0 to 20万 of the 40万 that 1(1) leaves; of 80万 recorded 1(3) has what is left: 20万 to 40万."""
    policy = xcrules.loads(TEXT.replace("乙额 的 50%\n", "乙额 的 50%\n  上限：企业年度 20万元\n"))
    decision = policy.decide({"年": 2024, "日": "2024-06-01", "甲额": 600000, "核定": 800000})
    made = decision["1(3)"]
    assert (made.status, made.amount_range, made.bound_range) == ("待补充", (200000, 400000), (200000, 400000))
    assert decision["1(2)"].amount_range == (0, 200000)
    assert decision.total == (800000, 1200000)


def test_what_was_recorded_is_not_asked_for_again() -> None:
    """1(1) takes what it takes, 1(2) at most 30万 recorded of what is left: 1(3) rests on 甲额 alone."""
    text = TEXT.replace("1(1)、1(2)、1(3) 合计", "1(1)、1(2)、1(3)、1(5) 合计") + "「（五）丁，」\n  对象：企业\n  标准：乙额\n"
    decision = xcrules.loads(text).decide({"年": 2024, "日": "2024-06-01", "乙额": 0, "核定": 300000})
    assert decision["1(3)"].missing == decision["1(1)"].missing == ("甲额",)
    decision = xcrules.loads(text).decide({"年": 2024, "日": "2024-06-01", "乙额": 200000, "核定": 300000})
    assert (decision["1(5)"].amount_range, decision["1(5)"].missing) == ((0, 200000), ("甲额",))
    decision = xcrules.loads(text).decide({"年": 2024, "日": "2024-06-01", "乙额": 200000})
    assert decision["1(5)"].missing == ("核定", "甲额")


@pytest.mark.parametrize("awarded", [500000, None])
@pytest.mark.parametrize("cap", ["  上限：企业年度 80万元\n", ""])
def test_reasons_of_an_award_under_a_shared_cap_recompute(awarded: int | None, cap: str) -> None:
    """60万 and 20万 leave 20万: what the award of 50万 loses, it loses to the shared cap and not to rounding."""
    policy = xcrules.loads(TEXT.replace("  上限：企业年度 80万元\n", cap))
    given = {"年": 2024, "日": "2024-06-01", "甲额": 600000, "乙额": 400000} | ({"核定": awarded} if awarded else {})
    reason = policy.explain(given, "1(3)")
    assert wrong(reason_json(reason)) == []
    assert not any(kid.label == "取整" for kid in reason.kids)
    assert reason.value == ("20万元" if awarded else "至多 20万元")


@pytest.mark.parametrize(("first", "second", "awarded", "want"), [
    (600000, 1000000, 0, [("应予支持", 600000), ("应予支持", 400000), ("额度用尽", 0)]),
    (1000000, 2, 1, [("应予支持", 1000000), ("额度用尽", 0), ("额度用尽", 0)]),
    (100, 100, 50, [("应予支持", 100), ("应予支持", 50), ("应予支持", 50)]),
    (1000001, 2, 0, [("应予支持", 1000000), ("额度用尽", 0), ("额度用尽", 0)]),
    ("999999.99", "0.05", 0, [("应予支持", Decimal("999999.99")), ("应予支持", Decimal("0.01")), ("额度用尽", 0)]),
])
def test_taken_up_in_order(first: object, second: object, awarded: object, want: list[tuple[str, object]]) -> None:
    got = outcome({"甲额": first, "乙额": second, "核定": awarded})
    assert [got["1(1)"], got["1(2)"]] == want[:2]
    assert got["1(3)"] == want[2] or awarded == 0


def test_the_bound_of_a_discretion_comes_down_to_what_is_left() -> None:
    assert outcome({"甲额": 600000, "乙额": 0})["1(3)"] == ("裁量", 400000)


def test_the_ledger_counts_for_all() -> None:
    got = outcome({"甲额": 600000, "乙额": 1000000, "台账": {"1(2)": 500000}})
    assert (got["1(1)"], got["1(2)"]) == (("应予支持", 500000), ("额度用尽", 0))


def test_an_unknown_before_makes_what_comes_after_pending() -> None:
    decision = xcrules.loads(TEXT).decide({"乙额": 1000000})
    assert (decision["1(2)"].status, decision["1(2)"].missing) == ("待补充", ("甲额",))
    assert decision["1(2)"].amount_range == (0, 500000)


def test_a_cut_is_recorded() -> None:
    decision = xcrules.loads(TEXT).decide({"甲额": 600000, "乙额": 1000000})
    cut = decision["1(2)"].caps[-1]
    assert (cut.before, cut.after, cut.words) == ((500000, 500000), (400000, 400000), "（四）三项合计每年不超过100万元。")


@pytest.mark.parametrize(("old", "new", "code"), [
    ("1(1)、1(2)、1(3) 合计", "1(1)、1(9) 合计", "E543"), ("1(1)、1(2)、1(3) 合计", "1(1)、1(1) 合计", "E434"),
    ("1(1)、1(2)、1(3) 合计 企业年度", "1(1)、1(2) 合计 单项", "E434"),
])
def test_mistakes(old: str, new: str, code: str) -> None:
    assert [d.code for d in load_text(TEXT.replace(old, new)).diagnostics if d.is_error] == [code]


def test_views() -> None:
    program = xcrules.loads(TEXT).program
    assert read_back_policy(program, {})["上限"] == "第一条（一）、（二）与（三）合计，企业年度不超过100万元。"
    other = xcrules.loads(TEXT.replace("企业年度 100万元", "企业年度 120万元")).program
    assert "100万元" in str(compare(program, other))
    assert format_content("1(1) 、1(2)  合计 企业年度 100万元") == "1(1)、1(2) 合计 企业年度 100万元"


def test_a_reading_on_the_cap_is_a_dispute_of_the_clauses_it_cuts() -> None:
    """60万 leave 40万 of 1(2)'s 50万; without the cap it has 50万. What 1(1) has is the same either way."""
    table = "读法：登记\n| 号 | 条款 | 风险 | 原文 | 问题 | 选项 | 另需人工 | 理由 |\n| A01 | 1 | 高 | | 计入吗？ | 计入、不计 | | 文义 |\n\n"
    plain = TEXT.replace("  上限：1(1)、1(2)、1(3)", "  上限〔A01 计入〕：1(1)、1(2)、1(3)")
    behind = TEXT.replace("「（四）", "  定义〔A01 计入〕：受限 ＝ 甲额 高于 0元\n  定义〔A01 不计〕：受限 ＝ 甲额 高于 100万元\n「（四）").replace("  上限：1(1)、1(2)", "  上限：受限 的，1(1)、1(2)")
    for text in (plain, behind):
        decision = xcrules.loads(text.replace("「第一条", table + "「第一条", 1)).decide({"年": 2024, "日": "2024-06-01", "甲额": 600000, "乙额": 1000000, "核定": 0})
        assert [(k.amount, k.disputes) for k in decision.clauses[:2]] == [(600000, ()), (400000, ("A01",))]


PIECES = """事实：申报，顶层
| 名称     | 类型    | 要求   | 角色     |
| 年度     | 年度    |        | 基准年度 |
| 额       | 元      |        |          |
| 本年已获 | 逐款 元 | 闭世界 | 本年台账 |

事实：产品，逐件
| 名称 | 类型 |
| 价   | 元   |

事实：历史支持，逐笔，闭世界，历史台账
| 名称     | 类型 | 角色     |
| 条款     | 文字 | 台账条款 |
| 核定年度 | 年度 | 台账年度 |
| 金额     | 元   | 台账金额 |

「第一条 。」
分项：甲
对象：每件 产品
标准：价
限次：企业年度 2件
分项：乙
对象：企业
标准：额
「第二条 。」
对象：企业
标准：额
「第三条 。」
"""


@pytest.mark.parametrize(("line", "told"), [
    ("上限：1甲、2 合计 企业年度 100元", ["E475"]), ("从高：1甲、2 之间", ["E475"]), ("上限：1乙、2 合计 企业年度 100元", ["E475"]), ("上限：1、2 合计 企业年度 100元", []),
])
def test_what_pieces_leave_is_not_known_beforehand(line: str, told: list[str]) -> None:
    """Which of this application are among so many is seen when the clause is decided: a 分项 behind it would have too much."""
    assert [d.code for d in load_text(PIECES + line + "\n").diagnostics if d.is_error] == told


def test_what_rounding_takes_of_the_rest_is_not_said_to_be_used_up() -> None:
    """1(1) takes 10元 of 10.50元; of the 0.50元 that is left no whole 元 remains."""
    text = TEXT.replace("合计 企业年度 100万元", "合计 企业年度 10.5元") + "「（五）到元为止。」\n  取整：到 元 截尾\n"
    policy = xcrules.loads(text)
    facts = {"年": 2024, "日": "2024-06-01", "甲额": 10, "乙额": 14, "核定": 0}
    made = policy.decide(facts)["1(2)"]
    assert (made.status, made.reason) == ("额度用尽", "上限「1(1)、1(2)、1(3) 合计 企业年度 10.5元」只余 0.5元，取整后为 0元")
    assert [k.value for k in policy.explain(facts, "1(2)").kids if k.label == "上限"] == ["7元 → 0.5元，取整后 0元"]


def test_of_a_group_used_up_and_one_rounded_away_the_latter_is_told() -> None:
    """Of 甲 nothing is left, of 乙 0.30元."""
    text = """事实：奖，逐项
| 名称 | 类型 |
| 名   | 文字 |
| 已获 | 元   |
「第一条 每项5元，每人每年不超过10元，不足一元的不计。」
  取整：到 元 截尾
「第二条 每项5元。」
  对象：每项 奖
  标准：5元
  上限：同一 名 年度 10元，已用 已获
"""
    made = xcrules.loads(text).decide({"奖": [{"名": "甲", "已获": 10}, {"名": "乙", "已获": "9.7"}]})["2"]
    assert (made.status, made.reason) == ("不符合", "算得 0.3元，取整后为 0元")


BACK = """事实：申报，顶层
| 名称 | 类型 | 要求 | 角色 |
| 年度 | 年度 | | 基准年度 |
| 申报日 | 日期 | | 申报日期 |
| 取消称号 | 是否 | 缺省 否 | |
| 处罚日 | 日期 | 可缺 | |
| 本年已获 | 逐款 元 | 闭世界 | 本年台账 |
事实：历史，逐笔，闭世界，历史台账
| 名称 | 类型 | 角色 |
| 条款 | 文字 | 台账条款 |
| 何年 | 年度 | 台账年度 |
| 金额 | 元 | 台账金额 |
「第一条 入选的奖励10万元。」
  对象：企业
  条件：非 取消称号
  标准：10万元
「第二条 被取消称号的，收回奖励资金。」
  表述：收回 奖励资金
  对象：企业
  条件：取消称号
  标准：第一条 的 历年已得 － 本款 的 历年已得
「第三条 新店奖励1万元，被取消的收回。」
  分项：奖励
  表述：给予 奖励
  对象：企业
  标准：1万元
  分项：收回
  表述：收回 奖励
  对象：企业
  条件：取消称号
  标准：3奖励 的 历年已得
"""
HAD = {"年度": 2026, "申报日": "2026-10-01", "取消称号": True, "本年已获": {"1": 100_000, "3": 15_000},
       "历史": [{"条款": "1", "何年": 2025, "金额": 100_000}, {"条款": "3奖励", "何年": 2025, "金额": 10_000}]}


@pytest.mark.parametrize("cap", ["  上限：第一条 至 第三条 合计 企业年度 12万元\n", "  用于：第一条 至 第三条\n  上限：合计 企业年度 12万元\n", "  用于：各款\n  上限：合计 企业年度 12万元\n"])
def test_what_is_given_back_is_no_part_of_a_bound_over_a_run_of_clauses(cap: str) -> None:
    """11.5万元 of 12万元 are used up: nothing of that is taken off what 2 gives back."""
    assert xcrules.loads(BACK + "「第四条 合计不超过12万元。」\n" + cap).decide(HAD)["2"].amount == 100_000


def test_what_a_lead_says_is_given_back_is_no_part_of_a_bound_over_all_clauses() -> None:
    """表述 beneath the lead of an article is that of its 款: as above."""
    law = BACK.replace("收回奖励资金。」\n  表述：收回 奖励资金\n", "收回奖励资金：」\n  表述：收回 奖励资金\n「（一）全部收回。」\n")
    assert xcrules.loads(law + "「第四条 合计不超过12万元。」\n  用于：各款\n  上限：合计 企业年度 12万元\n").decide(HAD)["2(1)"].amount == 100_000


@pytest.mark.parametrize(("lead", "last", "back", "codes"), [
    ("上限：合计 企业年度 12万元", "义务：合计不超过12万元。", 100_000, []),
    ("性质：标题", "上限：第一条 合计 企业年度 12万元", 100_000, []),
    ("性质：标题", "用于：第一条\n  上限：合计 企业年度 12万元", 100_000, []),
    ("性质：标题", "上限：1(1)、1(2)、1(3) 合计 企业年度 12万元", 5000, ["W328"]),
])
def test_a_bound_over_an_article_leaves_what_is_given_back_alone_unless_it_is_named(lead: str, last: str, back: int, codes: list[str]) -> None:
    """11.5万元 of 12万元 are used up: of the 10万元 owed back 5000元 would be left, if it were a grant."""
    clauses = BACK.replace("「第一条 入选", f"「第一条 支持办法：」\n  {lead}\n「（一）入选").replace("「第二条 被", "「（二）被").replace("第一条 的", "1(1) 的")
    law = clauses.partition("「第三条")[0] + f"「（三）新店奖励1万元。」\n  对象：企业\n  标准：1万元\n「第二条 合计不超过12万元。」\n  {last}\n"
    had = {"本年已获": {"1(1)": 115_000}, "历史": [{"条款": "1(1)", "何年": 2025, "金额": 100_000}]}
    made = load_text(law)
    assert [d.code for d in made.diagnostics if "这个上限" in d.message] == codes
    assert made.program is not None
    assert xcrules.Policy(made.program).decide(HAD | had)["1(2)"].amount == back


def test_a_tax_that_is_paid_back_is_a_grant() -> None:
    """退还 税款 goes to who had paid it: of 12万元 for the article 2万元 are left beside 10万元."""
    law = (
        BACK.partition("「第一条")[0] + "「第一条 合计每年不超过12万元：」\n  上限：合计 企业年度 12万元\n「（一）奖励10万元。」\n  对象：企业\n  标准：10万元\n"
        "「（二）退还税款5万元。」\n  表述：退还 税款\n  对象：企业\n  标准：5万元\n"
    )
    made = load_text(law)
    assert {d.code for d in made.diagnostics} == {"W301"}
    assert made.program is not None
    assert xcrules.Policy(made.program).decide({"年度": 2026, "取消称号": False})["1(2)"].amount == 20_000


@pytest.mark.parametrize(("last", "new_shop"), [
    ("限次：合计 企业终身 一次", 0), ("用于：各款\n  限次：合计 企业终身 一次", 0), ("限次：第一条 至 第三条 合计 企业终身 一次", 0), ("用于：各款\n  上限：各款 企业年度 5万元", 10_000),
])
def test_what_is_given_back_is_no_grant_that_is_had_once(last: str, new_shop: int) -> None:
    """1 was had in 2025: nothing more is given, but all of its 10万元 is owed back, and more than 5万元 a year."""
    law = BACK.partition("「第三条")[0] + f"「第三条 新店奖励1万元。」\n  对象：企业\n  标准：1万元\n「第四条 一家企业只奖一次，每款每年不超过5万元。」\n  {last}\n"
    had = {"本年已获": {"1": 100_000}, "历史": [{"条款": "1", "何年": 2025, "金额": 100_000}]}
    made = xcrules.loads(law).decide(HAD | had)
    assert (made["2"].amount, made["3"].amount) == (100_000, new_shop)


@pytest.mark.parametrize("over", ["clause", "policy"])
def test_a_clause_of_which_one_part_gives_back_is_weighed_against_other_support(over: str) -> None:
    """给予 is said of all, 收回 of one: of 1万元 of the other 4000元 are left beside 6000元 from elsewhere, of the 5000元 owed back nothing is taken off."""
    of_all = "  表述：给予 奖励\n"
    law = (
        "事实：申报，顶层\n| 名称 | 类型 | 要求 | 角色 |\n| 年度 | 年度 | | 基准年度 |\n| 取消 | 是否 | | |\n\n"
        "事实：项目，逐笔\n| 名称 | 类型 | 角色 |\n| 标识 | 文字 | 事项标识 |\n\n"
        "事实：别处，逐笔，闭世界，外部支持\n| 名称 | 类型 | 角色 |\n| 标识 | 文字 | 外部事项 |\n| 金额 | 元 | 外部金额 |\n| 状态 | 已获得、符合未获得 | 外部状态 |\n\n"
        + of_all[2:] * (over == "policy") + "「第一条 给予奖励，被取消的收回。」\n" + of_all * (over == "clause")
        + "  分项：奖励\n  对象：每个 项目\n  标准：1万元\n  分项：收回\n  对象：每个 项目\n  表述：收回 奖励\n  条件：取消\n  标准：5千元\n"
        "「第二条 同一项目同时符合别处政策的，从高不重复。」\n  竞合：同一 标识 与 别处，已获得 补差，符合未获得 择高\n"
    )
    facts = {"年度": 2026, "取消": True, "项目": [{"标识": "甲"}], "别处": [{"标识": "甲", "金额": 6000, "状态": "已获得"}]}
    made = xcrules.loads(law).decide(facts)["1"]
    assert dict(made.by_part) == {"奖励": (4000, 4000), "收回": (5000, 5000)}


def test_a_part_that_is_spared_of_what_governs_all_clauses_is_so() -> None:
    barred = HAD | {"处罚日": "2026-06-01"}
    gate = "「第四条 受到处罚的，两年内不予支持。」\n  用于：各款，除外 2、3收回\n  除外：自 处罚日 起 未满 2年\n"
    made = xcrules.loads(BACK + gate).decide(barred)
    assert (made["1"].amount, made["2"].amount) == (0, 100_000)
    assert dict(made["3"].by_part) == {"奖励": (0, 0), "收回": (10_000, 10_000)}
    assert [d.code for d in load_text(BACK + gate.replace("、3收回", "")).diagnostics if "3收回" in d.message] == ["W328"]


def test_a_bound_over_a_clause_that_gives_back_by_a_part_is_warned_of() -> None:
    facts = (
        "事实：申报，顶层\n| 名称 | 类型 | 要求 | 角色 |\n| 兑现年度 | 年度 | | 基准年度 |\n| 取消 | 是否 | | |\n"
        "| 已得 | 逐款 元 | 闭世界 | 本年台账 |\n\n事实：历史支持，逐笔，闭世界，历史台账\n| 名称 | 类型 | 角色 |\n"
        "| 条款 | 文字 | 台账条款 |\n| 核定年度 | 年度 | 台账年度 |\n| 金额 | 元 | 台账金额 |\n\n"
    )
    back = "  分项：收回\n  表述：收回 资金\n  对象：企业\n  条件：取消\n  标准：1奖励 的 历年已得\n"
    first = "「第一条 奖励10万元，被取消的收回。」\n  分项：奖励\n  表述：给予 奖励\n  对象：企业\n  条件：非 取消\n  标准：10万元\n" + back
    second = "「第二条 奖励1万元。」\n  对象：企业\n  标准：1万元\n「第三条 合计不超过6万元。」\n  上限：{} 合计 企业年度 6万元\n"
    assert [d.code for d in load_text(facts + first + second.format("第一条、第二条")).diagnostics if "上限" in d.message] == ["W328"]
    assert [d.code for d in load_text(facts + first + second.format("1奖励、第二条")).diagnostics] == []
