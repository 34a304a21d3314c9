"""What the reasons tell of rows that do not count."""

from __future__ import annotations

import pytest

import xcrules
from xcrules.tell.explain import outcome_text
from xcrules.tell.publish import publish_markdown
from xcrules.tell.readback import read_back
from xcrules.tell.readback.names import matter_text
from xcrules.tell.report import amount_text, clause_notes, decision_summary, decision_table, rendered

RULES = """
事实：申报，顶层
| 名称     | 类型 | 要求 | 角色     |
| 兑现年度 | 年度 |      | 基准年度 |

事实：平台，逐个
| 名称     | 类型 | 要求               |
| 经认定   | 是否 |                    |
| 核定金额 | 元   | 核定 主管部门，可缺 |

「第一条 经认定的平台，给予资金支持，每家全年不超过100万元。」
  对象：每个 平台，经认定
  裁量：由 主管部门 核定，记入 核定金额
  上限：企业年度 100万元
"""


def told(reason: xcrules.Reason) -> list[str]:
    return [reason.text, *(line for kid in reason.kids for line in told(kid))]


def test_nobody_decides_on_a_row_that_does_not_count() -> None:
    policy = xcrules.loads(RULES)
    facts = {"兑现年度": 2024, "平台": [{"经认定": True}, {"经认定": False, "核定金额": 5000}]}
    rows = {r.path: told(r) for r in walk(policy.explain(facts, "1")) if r.path in ("平台[0]", "平台[1]")}
    assert any(line.startswith("裁量") for line in rows["平台[0]"])
    assert not any(line.startswith("裁量") for line in rows["平台[1]"])


def test_an_award_of_nothing_is_not_told_as_support() -> None:
    policy = xcrules.loads(RULES)
    facts = {"兑现年度": 2024, "平台": [{"经认定": True, "核定金额": 0}]}
    decision = policy.decide(facts)
    (clause,) = decision.clauses
    assert (clause.status, clause.amount, clause.reason) == ("应予支持", 0, "核定为0")  # the 状态 of the format
    people = [rendered(decision_table(decision)), decision_summary(decision), decision._repr_html_(), policy.explain(facts, "1").text]
    assert not any("应予支持" in text for text in people)
    assert "不予支持" in people[0]
    assert people[1].startswith("合计 0元")
    case = RULES + "\n案例：不给\n  给定：兑现年度 为 2024年，平台 含（经认定，核定金额 为 0元）\n  应得：1 应予支持 0元\n"
    assert "应予支持" not in publish_markdown(xcrules.loads(case).program).rpartition("案例")[2]


def test_an_award_taken_away_is_not_told_as_an_award_of_nothing() -> None:
    elsewhere = ("事实：别处支持，逐笔，闭世界，外部支持\n| 名称 | 类型 | 角色 |\n| 条款 | 文字 | 台账条款 |\n| 金额 | 元 | 外部金额 |\n"
                 "| 状态 | 已获得、符合未获得 | 外部状态 |\n\n事实：平台")
    policy = xcrules.loads(RULES.replace("事实：平台", elsewhere) + "「第二条 就高、不重复。」\n  竞合：同一 条款 与 别处支持，已获得 补差，符合未获得 择高，含裁量\n")
    facts = {"兑现年度": 2024, "平台": [{"经认定": True, "核定金额": 5000}], "别处支持": [{"条款": "1", "金额": 6000, "状态": "符合未获得"}]}
    clause = policy.decide(facts)["1"]
    assert (clause.status, clause.amount, clause.reason) == ("应予支持", 0, "同一事项 1 其他政策可得 6,000元，高于本款 5,000元")
    assert "不予支持（核定后减为0）" in policy.decide(facts)._repr_html_()


def test_what_an_item_comes_to_before_an_open_cap_is_told() -> None:
    text = ("事实：申报，顶层\n| 名称 | 类型 | 角色 |\n| 年度 | 年度 | 基准年度 |\n\n事实：人才，逐名\n| 名称 | 类型 |\n| 高管 | 是否 |\n\n"
            "「第一条 由某局定。」\n  对象：企业\n  裁量：由 某局 核定\n  上限：企业年度 220万元\n"
            "「第二条 各给。」\n  对象：每名 人才\n  标准：5万元\n  例外：高管 的，8万元\n  上限：企业年度 1 的 金额 ＋ 10万元\n")
    rows = {r.path: r.value for r in walk(xcrules.loads(text).explain({"年度": 2024, "人才": [{"高管": True}, {"高管": False}]}, "2"))}
    assert rows["人才[0]"].startswith("单独算 8万元")
    assert rows["人才[1]"].startswith("单独算 5万元")


def walk(reason: xcrules.Reason) -> list[xcrules.Reason]:
    return [reason, *(below for kid in reason.kids for below in walk(kid))]


def test_what_the_law_sets_no_most_for_is_told_without_one() -> None:
    policy = xcrules.loads(RULES.replace("  上限：企业年度 100万元\n", "").replace("，每家全年不超过100万元", ""))
    decision = policy.decide({"兑现年度": 2024, "平台": [{"经认定": True}]})
    assert outcome_text(decision["1"]) == amount_text(decision["1"]) == "上不封顶"
    assert "1 上不封顶" in decision_summary(decision)
    granted = policy.decide({"兑现年度": 2024, "平台": [{"经认定": True, "核定金额": 5000}]})
    assert clause_notes(granted["1"]) == "已核定"


PARTLY = """
事实：申报，顶层
| 名称     | 类型 | 角色     |
| 兑现年度 | 年度 | 基准年度 |

事实：团队，逐个
| 名称     | 类型 | 要求       |
| 编号     | 文字 |            |
| 区级     | 是否 |            |
| 市级     | 是否 |            |
| 补助     | 元   |            |
| 核定资助 | 元   | 核定，可缺 |

「第一条 区级团队最高20万元；」
  分项：区级
  对象：每个 团队，区级
  裁量：核定，记入 核定资助
  上限：单项 20万元
「分期兑现。」
  拨付：分期，各期未定
「市级团队1:1配套；」
  分项：市级
  对象：每个 团队，市级
  标准：补助 的 1:1
「同一团队从高。」
  分项：区级、市级
  从高：合计 同一 编号
"""


def test_settled_is_said_of_what_an_authority_settled_and_instalments_of_what_is_paid_in_them() -> None:
    policy = xcrules.loads(PARTLY)
    both = {"编号": "甲", "区级": True, "市级": True, "补助": 3_000_000}
    alone = {"编号": "乙", "区级": True, "市级": False, "补助": 0, "核定资助": 100_000}
    for teams, notes, paid, words in (
        ([both], "区级 0元，市级 300万元；本年拨付 300万元", [("本年度拨付", "300万元")], ""),
        ([both, alone], "区级 10万元，市级 300万元；本年拨付 300万元，待各期核定 10万元；须核定的部分已核定，合计至多 320万元", [("拨付：分期，各期未定，本年度", "300万元"), ("待 各期核定", "10万元")], "分期兑现。"),
        ([alone], "区级 10万元，市级 0元；本年拨付 0元，待各期核定 10万元；已核定，上限 20万元", [("拨付：分期，各期未定，本年度", "0元"), ("待 各期核定", "10万元")], "分期兑现。"),
    ):
        facts = {"兑现年度": 2024, "团队": teams}
        assert clause_notes(policy.decide(facts)["1"]) == notes
        told = next(r for r in walk(policy.explain(facts, "1")) if r.label == "拨付")
        assert ([(r.text, r.value) for r in walk(told)], told.words) == (paid, words)


def test_a_closed_list_that_is_not_filled_is_told_as_counted_for_none() -> None:
    policy = xcrules.loads("事实：参展，逐次，闭世界\n| 名称 | 类型 |\n| 展位费 | 元 |\n\n「第一条 由政府部门支付展位费。」\n  对象：每次 参展\n  标准：展位费\n")
    assert policy.decide({})["1"].reason == "「参展」没有填报，按没有计算"
    assert policy.decide({"参展": []})["1"].reason == "「参展」没有可计的一项"
    assert policy.decide({"参展": [{"展位费": 5500}]})["1"].amount == 5500


TIERS = """
事实：申报，顶层
| 名称     | 类型 | 要求 | 角色     |
| 兑现年度 | 年度 |      | 基准年度 |
| 营收     | 元   |      |          |
| 投产日期 | 日期 | 可缺 |          |

事实：历史支持，逐笔，闭世界，历史台账
| 名称     | 类型 | 要求 | 角色     |
| 条款     | 文字 |      | 台账条款 |
| 核定年度 | 年度 |      | 台账年度 |
| 金额     | 元   |      | 台账金额 |

「第一条 营收达到1亿元的奖励10万元，达到5亿元的奖励20万元。」
  对象：企业
  对照：按 营收 定 奖
  | 营收       | 奖       |
  | 达到 1亿元 | 10万元   |
  | 达到 5亿元 | 20万元   |
  | 其他       | 不予支持 |
  条件：奖 高于 5万元
  标准：奖 － 本款 的 历年已得
「第二条 投产的奖励9万元，自投产当年起分三年等额拨付。」
  对象：企业
  标准：9万元
  拨付：分 3年 等额，自 投产日期 当年 起
"""


def test_outside_of_the_tiers_is_said_only_of_what_is_known() -> None:
    policy = xcrules.loads(TIERS)
    known, unknown = ("；".join(r.note for r in walk(policy.explain({"兑现年度": 2024, **given}, "1"))) for given in ({"营收": 5}, {}))
    assert "奖＝0元，不在所列情形之内，按 0" in known
    assert "还不知道在不在所列情形之内，不在的按 0" in unknown


def test_what_was_had_before_is_no_bound() -> None:
    clause, _ = xcrules.loads(TIERS).decide({"兑现年度": 2024, "营收": 100_000_000, "历史支持": [{"条款": "1", "核定年度": 2023, "金额": 200_000}]}).clauses
    assert (clause.status, clause.reason) == ("额度用尽", "减去以前已得的以后，没有可给的")


def test_where_it_was_looked_for_earlier_grants_is_told() -> None:
    """A grant that stands in this year's ledger alone is not among those of earlier years: no reader is to think that it was looked at."""
    policy = xcrules.load("xicheng-2021")
    for history, said in ({"历史已获支持": []}, "以前没有享受过（历史已获支持里没有）"), ({}, "以前没有享受过（历史已获支持未填，按没有）"):
        told = [r.value for r in walk(policy.explain({"高新技术企业": {"本年度取得证书次序": 1}, "本年度已获支持": {"3(2)": 5}, **history}, "3(2)")) if r.label == "限次"]
        assert told == [said, said], history


def test_the_matter_of_a_clause_ends_before_a_bracket_that_it_would_leave_open() -> None:
    assert matter_text("（1）经认定为特色楼宇（某一特定产业占50%以上，或入驻率达70%的楼宇），") == "经认定为特色楼宇"
    assert matter_text("投资专项奖励：" + "投" * 40 + "（可合并计算）") == "投资专项奖励，" + "投" * 32 + "…"
    assert matter_text("投资专项奖励：" + "投" * 30 + "（可合并计算）") == "投资专项奖励，" + "投" * 30 + "…"
    assert matter_text("现代服务业企业（含分支机构）入驻的，") == "现代服务业企业（含分支机构）入驻的"


def test_equal_years_that_are_no_whole_percent_are_told_as_such() -> None:
    assert "分3期等额拨付：投产日期当年、投产日期次年、投产日期后第2年各1/3（" in read_back(xcrules.loads(TIERS).program, "2")


def test_a_cap_over_what_nobody_has_yet_settled_is_told_as_the_most() -> None:
    policy = xcrules.loads("事实：海塘，逐处\n| 名称 | 类型 | 要求 |\n| 长度 | 公里 | |\n| 每公里核定 | 元/公里 | 核定，可缺 |\n\n"
                           "「第一条 每公里增加不超过1万元的补助。」\n  对象：每处 海塘\n  裁量：核定，按 长度 × 每公里核定\n  上限：单项 长度 × 1万元/公里\n")
    for settled, said in (({}, "至多 3万元"), ({"每公里核定": 0}, "0元，没有超过"), ({"每公里核定": 20000}, "6万元 → 3万元")):
        caps = [r.value for r in walk(policy.explain({"海塘": [{"长度": 3, **settled}]}, "1")) if r.label == "上限"]
        assert caps == [said]


def test_the_applicant_is_told_by_the_word_of_the_rules() -> None:
    for who, every in (("企业", "每家企业"), ("农户", "各农户")):
        policy = xcrules.loads("事实：历史支持，逐笔，闭世界，历史台账\n| 名称 | 类型 | 角色 |\n| 条款 | 文字 | 台账条款 |\n| 核定年度 | 年度 | 台账年度 |\n| 金额 | 元 | 台账金额 |\n\n"
                               f"「第一条 给予一次性支持。」\n  对象：{who}\n  标准：5万元\n  限次：企业终身 一次\n")
        assert f"{every}终身只给予一次" in policy.read_back("1")
        assert [(r.text, r.value) for r in walk(policy.explain({}, "1")) if r.path] == [(who, "得 5万元")]


def test_a_column_that_was_left_out_is_named_where_the_amount_comes_to_nothing_by_it() -> None:
    top = xcrules.loads("事实：申报，顶层\n| 名称 | 类型 | 要求 |\n| 核定面积 | ㎡ | 核定，可缺 |\n\n定义：补贴面积 ＝ 核定面积\n\n「第一条 每平方米补贴30元。」\n  对象：企业\n  标准：补贴面积 × 30元/㎡\n")
    assert top.decide({})["1"].reason == "算得 0元（「核定面积」没有填，按没有算）"
    assert top.decide({"核定面积": 0})["1"].reason == "按所填的事实算得 0元"
    assert top.decide({}, engine="reference")["1"].reason == top.decide({})["1"].reason
    listed = xcrules.loads("事实：场地，逐处\n| 名称 | 类型 | 要求 |\n| 面积 | ㎡ | 可缺 |\n\n「第一条 每平方米补贴30元。」\n  对象：每处 场地\n  标准：面积 × 30元/㎡\n")
    assert listed.decide({"场地": [{}]})["1"].reason == "算得 0元（「面积」没有填，按没有算）"
    assert listed.decide({"场地": [{"面积": 0}]})["1"].reason == "按所填的事实算得 0元"
    named = xcrules.loads("事实：申报，顶层\n| 名称 | 类型 | 要求 | 角色 |\n| 兑现年度 | 年度 | | 基准年度 |\n| 晋升过 | 是否 | | |\n| 晋升日期 | 日期 | 可缺 | |\n\n「第一条 按月补贴，晋升的补到当月。」\n  对象：个人\n"
                          "  设定：月数 ＝ 按 晋升过（否 0个月；是 自 兑现年度 年初 至 晋升日期 当月 的 月数）\n  设定：补贴月数 ＝ 12个月 － 月数\n  标准：补贴月数 × 1000元/月\n")
    assert named.decide({"兑现年度": 2026, "晋升过": True})["1"].reason == "算得 0元（「晋升日期」没有填，按没有算）"
    assert named.decide({"兑现年度": 2026, "晋升过": False})["1"].amount == 12000


def test_whom_the_policy_is_for_is_told_in_the_words_of_its_sentence() -> None:
    policy = xcrules.loads("事实：申报，顶层\n| 名称 | 类型 |\n| 本区 | 是否 |\n\n「第一条 奖励1万元。」\n  对象：企业\n  标准：1万元\n"
                           "「第二条 鼓励创新，宽容失败。」\n  性质：导向\n「贸易企业、」\n  性质：导向\n「外区企业不享受。」\n  适用：本区\n")
    told = next(r for r in walk(policy.explain({"本区": True}, "1")) if r.label == "适用")
    assert told.words == "贸易企业、外区企业不享受。"


UNFILLED = """
事实：申报，顶层
| 名称         | 类型 | 要求 | 角色     |
| 兑现年度     | 年度 |      | 基准年度 |
| 资助期满日期 | 日期 | 可缺 |          |
| 延期         | 是否 |      |          |

「第一条 资助期满后奖励1万元。」
  对象：企业
  条件：非 （兑现年度 － 资助期满日期 当年 － 1年 － 1年 不低于 1年） 且 延期
  标准：1万元
「第二条 奖励2万元。」
  对象：企业
  条件：兑现年度 不低于 2019年
  标准：2万元
"""


def test_what_was_not_filled_in_is_told_as_that() -> None:
    policy = xcrules.loads(UNFILLED)
    first = "".join(r.text + r.note for r in walk(policy.explain({"兑现年度": 2024, "延期": True}, "1")))
    assert "兑现年度 － 资助期满日期 当年 － 1年 － 1年 不低于 1年" in first
    assert "资助期满日期 不适用（未填）" in first
    assert "年度 不适用" not in first
    second = "".join(r.text + r.note for r in walk(policy.explain({}, "2")))
    assert "兑现年度 未知" in second
    assert "1900年" not in second


def test_a_bracket_in_a_chain_is_told_by_its_own_words() -> None:
    policy = xcrules.loads(UNFILLED.split("「第一条")[0] + "「第一条 给予。」\n  对象：企业\n  条件：兑现年度 不低于 2019年，（兑现年度 不低于 2020年，延期） 或 非 延期\n  标准：1万元\n")
    held = [r for r in walk(policy.explain({"兑现年度": 2024, "延期": False}, "1")) if r.text.startswith("兑现年度 不低于 2019年，")]
    assert [r.holds for r in held] == [True]  # the line itself, and nothing within it
    assert [r.holds for r in walk(policy.explain({"兑现年度": 2024, "延期": False}, "1")) if r.text == "兑现年度 不低于 2020年，延期"] == [False]


def test_a_heading_is_no_part_of_the_sentence_that_a_gate_cites() -> None:
    law = ("事实：申报，顶层\n| 名称 | 类型 | 角色 |\n| 年度 | 年度 | 基准年度 |\n| 在区 | 是否 | |\n| 额 | 元 | |\n\n「第一条 给予一万元。」\n  对象：企业\n  标准：1万元\n  表述：奖励\n"
           "「第二条 按额给予补贴。」\n  对象：企业\n  标准：额\n  表述：给予补贴\n「第三条 附则」\n「本文件适用于在区企业。」\n  适用：在区\n")
    policy = xcrules.loads(law)
    quotes = {r.words for r in walk(policy.explain({"年度": 2024, "在区": False, "额": 1}, "1"))}
    assert "本文件适用于在区企业。" in quotes
    assert decision_summary(policy.decide({"年度": 2024, "在区": False, "额": 1})) == "合计 0元"  # not once for each 表述


def test_an_instalment_that_is_held_back_is_a_reason() -> None:
    policy = xcrules.loads("""
事实：申报，顶层
| 名称     | 类型 | 角色     |
| 兑现年度 | 年度 | 基准年度 |
| 面积     | ㎡   |          |
| 合格     | 是否 |          |

事实：历史支持，逐笔，闭世界，历史台账
| 名称 | 类型 | 角色     |
| 条款 | 文字 | 台账条款 |
| 年度 | 年度 | 台账年度 |
| 金额 | 元   | 台账金额 |

「第一条 3平方米以上的奖励9万元，分三年拨付，合格的拨付当年的一期。」
  对象：企业
  条件：面积 不低于 3㎡
  标准：9万元
  拨付：分 3年 等额，自 核定年度 起，续拨 凭 合格
""")
    held = "以前核定的，本年的一期不拨：「合格」不成立"

    def reason(year: int, good: bool, area: int = 2) -> str:
        facts = {"兑现年度": year, "面积": area, "合格": good, "历史支持": [{"条款": "1", "年度": 2023, "金额": 90000}]}
        one, other = policy.decide(facts, engine="reference")["1"].reason, policy.decide(facts)["1"].reason
        assert one == other
        return one

    assert reason(2024, False) == f"条件「面积 不低于 3㎡」不成立；{held}"
    assert held not in reason(2024, True)
    assert held not in reason(2026, False)  # the three years are over: there is no instalment
    assert reason(2024, False, area=3) == ""  # of what is granted, explain tells


def test_amounts_of_parts_leave_the_matter_its_room() -> None:
    policy = xcrules.loads("""
事实：申报，顶层
| 名称 | 类型 |
| 面积 | ㎡   |

「第一条 免除企业租金；给予员工补助。」
  分项：企业
  对象：企业
  标准：面积 × 10元/㎡
  表述：由 县产业发展专项资金 免除 企业 租金
  分项：员工
  对象：企业
  标准：面积 × 2元/㎡
  表述：由 县工伤保险基金 给予 员工 一次性补助金
""")
    lines = rendered(decision_table(policy.decide({"面积": 100}), width=80), width=80).splitlines()
    assert any("免除企业租金，给予员工补助 " in x and "应予支持" in x for x in lines)
    assert any("由县产业发展专项资金免除企业租金" in x and x.endswith(" 1,000元") for x in lines)
    assert any("由县工伤保险基金给予员工一次性补助金" in x and x.endswith(" 200元") for x in lines)


def test_what_no_fact_can_tell_is_for_the_authority_and_asks_for_nothing() -> None:
    """The authority may give all of it to what another policy gives more for: nothing is missing."""
    text = """事实：申报，顶层
| 名称 | 类型 | 角色 |
| 年度 | 年度 | 基准年度 |
事实：项目，逐项
| 名称 | 类型 | 要求 | 角色 |
| 单位 | 文字 | | |
| 核定额 | 元 | 核定 甲局，可缺 | |
| 事项 | 文字 | 可缺 | 事项标识 |
事实：外部，逐笔，闭世界，外部支持
| 名称 | 类型 | 角色 |
| 事项 | 文字 | 外部事项 |
| 金额 | 元 | 外部金额 |
| 状态 | 得了、没得 | 外部状态 |
事实：台账，逐笔，闭世界，历史台账
| 名称 | 类型 | 角色 |
| 条款 | 文字 | 台账条款 |
| 何年 | 年度 | 台账年度 |
| 金额 | 元 | 台账金额 |
| 单位 | 文字 | |
「总则」
  竞合：同一 事项 与 外部，得了 补差，没得 择高，含裁量
  竞合：先封顶后从高
「第一条 由甲局核定。」
  对象：每项 项目
  裁量：由 甲局 核定，记入 核定额
  限次：同一 单位 终身 一次，已得补差
  上限：企业终身 5万元
"""
    facts = {"年度": 2023, "项目": [{"单位": "丙"}, {"单位": "乙"}, {"单位": "丙", "事项": "甲"}],
             "外部": [{"事项": "甲", "金额": 2_000_000, "状态": "没得"}], "台账": []}
    policy = xcrules.loads(text)
    for engine in ("compiled", "reference"):
        made = policy.decide(facts, engine=engine)["1"]
        assert (made.status, made.missing, made.bound) == ("裁量", (), 50_000), engine

CONTINUED = """
事实：申报，顶层
| 名称           | 类型    | 要求   | 角色     |
| 兑现年度       | 年度    |        | 基准年度 |
| 合格           | 是否    |        |          |
| 收入           | 元      |        |          |
| 本年度已获支持 | 逐款 元 | 闭世界 | 本年台账 |

事实：历史支持，逐笔，闭世界，历史台账
| 名称     | 类型 | 角色     |
| 条款     | 文字 | 台账条款 |
| 核定年度 | 年度 | 台账年度 |
| 金额     | 元   | 台账金额 |

「第一条 按收入的三分之一补贴，每年不超过800元，以百元计，分三年拨付。」
  对象：企业
  条件：合格
  标准：收入 ÷ 3
  上限：企业年度 800元
  取整：到 百元 截尾
  拨付：分 3年 等额，自 核定年度 起
"""


@pytest.mark.parametrize(("facts", "said"), [
    ({"合格": False, "收入": 3000}, "条件「合格」不成立"), ({"合格": True, "收入": 0}, "按所填的事实算得 0元"),
    ({"合格": True, "收入": 120}, "算得 40元，取整后为 0元"), ({"合格": True, "收入": 3000, "已获": 800}, "上限「企业年度 800元」已用完（已用 800元）"),
    ({"合格": True, "收入": 3000, "已获": 750}, "上限「企业年度 800元」只余 50元，取整后为 0元"), ({"收入": 3000, "已获": 800}, "上限「企业年度 800元」已用完（已用 800元）"),
])
def test_why_there_is_no_new_grant_beside_an_instalment(facts: dict[str, object], said: str) -> None:
    """What a bound leaves nothing of was told as rounded away: 算得 1000元，取整后为 0元."""
    ledger = {"1": facts.get("已获", 0)}
    raw = {"兑现年度": 2024, "本年度已获支持": ledger, "历史支持": [{"条款": "1", "核定年度": 2023, "金额": 300}], **facts}
    raw.pop("已获", None)
    for engine in ("compiled", "reference"):
        clause = xcrules.loads(CONTINUED).decide(raw, engine=engine)["1"]
        assert (clause.status, clause.this_year) == ("分期续拨", 100)
        assert clause.reason == f"本年没有新核定（{said}），续拨以前核定的分期"
