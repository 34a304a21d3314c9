"""从高 … 之间: as it is told, and compared between versions."""

from __future__ import annotations

import pytest

import xcrules
from tests.support.decisions import by_every_engine
from xcrules.draft.format import format_content
from xcrules.run.decision import Reason
from xcrules.tell.changes import compare
from xcrules.tell.readback import read_back, read_back_policy

TEXT = """事实：申报，顶层
| 名称 | 类型 |
| 甲额 | 元   |
| 乙额 | 元   |
| 丙额 | 元   |

「第一条 下列三项：」
  性质：导向
「（一）甲；」
  对象：企业
  标准：甲额
「（二）乙；」
  对象：企业
  标准：乙额
「第二条 丙；三项只取一项。」
  对象：企业
  标准：丙额
  从高：1(1)、1(2)、2 之间
"""


def test_views() -> None:
    program = xcrules.loads(TEXT).program
    assert read_back_policy(program, {})["从高"] == "第一条（一）、第一条（二）与第二条从高不重复，只给予金额最高的一款（金额相同的，取条文在前的一款）。"
    assert read_back(program, "2").endswith("本款与第一条（一）、第一条（二）从高不重复，只给予金额最高的一款。")
    assert "几款之间从高" in str(compare(program, xcrules.loads(TEXT.replace("1(1)、1(2)、2 之间", "1(1)、2 之间")).program))
    assert format_content("1(1) 、1(2)、2  之间") == "1(1)、1(2)、2 之间"


@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_reasons(engine: str) -> None:
    decision = xcrules.loads(TEXT).decide({"甲额": 300000, "乙额": 500000, "丙额": 0}, engine=engine)
    assert decision["1(1)"].reason == "「1(1)、1(2)、2 之间」只取一款：他款 50万元，本款 30万元"
    cut = decision["1(1)"].caps[-1]
    assert (cut.label, cut.limit, cut.before, cut.after) == ("从高", (500000, 500000), (300000, 300000), (0, 0))
    assert [decision[n].status for n in ("1(1)", "1(2)", "2")] == ["从高不重复", "应予支持", "不符合"]


OPEN = """事实：申报，顶层
| 名称   | 类型    | 要求            | 角色     |
| 年     | 年度    |                 | 基准年度 |
| 投入   | 元      |                 |          |
| 租金   | 元      |                 |          |
| 合格   | 是否    |                 |          |
| 核定额 | 元      | 核定 机关，可缺 |          |
| 台账   | 逐款 元 | 闭世界          | 本年台账 |

「第一条 投入的10%。」
  对象：企业
  标准：投入 的 10%
"""
SETTLED = "「第二条 机关核定，最高8万元。」\n  对象：企业\n  裁量：由 机关 核定，记入 核定额\n  上限：单项 8万元\n  从高：1、2 之间\n"
FIVE = "「第二条 合格的5万元。」\n  对象：企业，合格\n  标准：5万元\n"
TWO = "「第三条 租金的10%。」\n  对象：企业\n  标准：租金 的 10%\n"


def test_the_bound_of_what_was_settled_stays_whole_where_it_is_given() -> None:
    """5万元 were settled of at most 8万元: as the highest it keeps the bound of 8万元, whatever it is worth itself."""
    policy = xcrules.loads(OPEN + SETTLED)
    made = by_every_engine(policy, {"年": 2024, "核定额": 50000})["2"]
    assert (made.status, made.amount_range, made.bound_range, made.missing) == ("待补充", (0, 50000), (0, 80000), ("投入",))
    given = by_every_engine(policy, {"年": 2024, "核定额": 50000, "投入": 0})["2"]
    assert (given.status, given.amount, given.bound) == ("应予支持", 50000, 80000)


@pytest.mark.parametrize("tie", ["从高：1、2、3 之间", "上限：1、2 合计 企业年度 10万元"])
def test_what_another_clause_rests_on_is_asked_for_from_the_start(tie: str) -> None:
    """Once 合格 is known the clause hangs on what the first comes to: both are missing."""
    policy = xcrules.loads(OPEN + FIVE + TWO + f"  {tie}\n")
    made = by_every_engine(policy, {"年": 2024, "租金": 400000})["2"]
    assert (made.status, made.amount_range, made.missing) == ("待补充", (0, 50000), ("合格", "投入"))
    assert by_every_engine(policy, {"年": 2024, "租金": 400000, "合格": True})["2"].missing == ("投入",)
    assert by_every_engine(policy, {"年": 2024, "租金": 400000, "投入": 0})["2"].missing == ("合格",)
    assert by_every_engine(policy, {"年": 2024, "租金": 400000, "合格": False})["2"].status == "不符合"


def test_what_no_other_can_reach_is_not_asked_for() -> None:
    """8万元 are left at least for what comes to 5万元 at most."""
    policy = xcrules.loads(OPEN + "  上限：单项 2万元\n" + FIVE + "  上限：1、2 合计 企业年度 10万元\n")
    assert by_every_engine(policy, {"年": 2024})["2"].missing == ("合格",)


PEOPLE = """事实：人才，逐名
| 名称     | 类型 | 要求       |
| 身份证号 | 文字 |            |
| 领军     | 是否 |            |
| 创业     | 是否 |            |
| 核定额   | 元   | 核定，可缺 |

「第一条 领军人才奖励5万元；」
  分项：领军
  对象：每名 人才，领军
  标准：5万元
「创业人才最高20万元，同一人只取最高。」
  分项：创业
  对象：每名 人才，创业
  裁量：核定，记入 核定额
  上限：单项 20万元
  从高：合计 同一 身份证号
「第二条 领军人才奖励30万元。」
  对象：每名 人才，领军
  标准：30万元
「第三条 同一个人从高不重复。」
  从高：各款 之间，同一 身份证号
"""


def _told(facts: dict[str, object], clause: str) -> list[str]:
    def lines(reason: Reason) -> list[str]:
        return [f"{reason.text}：{reason.value}", *(x for kid in reason.kids for x in lines(kid))]

    return lines(xcrules.loads(PEOPLE).explain(facts, clause))


def test_only_rivals_that_have_something_are_told() -> None:
    person = {"身份证号": "甲", "领军": True, "创业": False}
    between = [x for x in _told({"人才": [person]}, "2") if x.startswith("从高")]
    assert between == ["从高：与 1 之间，同一 身份证号：本款 30万元，他款 5万元"]
    assert not any(x.startswith("从高：与") for x in _told({"人才": [{**person, "领军": False}]}, "2"))  # out by itself
    given_way = [x for x in _told({"人才": [person]}, "1") if x.startswith("从高：与")]
    assert given_way == ["从高：与 2 之间，同一 身份证号：本款 5万元，他款 30万元"]


def test_a_row_that_stands_in_two_parts_is_told_with_its_part() -> None:
    text = PEOPLE.replace("30万元", "1万元").replace("5万元", "25万元")
    told = xcrules.loads(text).explain({"人才": [{"身份证号": "甲", "领军": True, "创业": True}]}, "1")
    (best,) = [x for x in told.kids if x.text.startswith("从高")]
    assert best.value == "取 人才第1名（领军）"
    assert [x.value for x in best.kids if not x.holds] == ["还没有核定，至多 20万元，不计"]


@pytest.mark.parametrize(("line", "code"), [("标准：丙额\n  总额：每年 9万元，超出按比例", "E475"), ("标准：丙额\n  表述：应补 税款，反向 应退", "E475")])
def test_a_clause_without_a_settled_amount_is_no_rival(line: str, code: str) -> None:
    with pytest.raises(xcrules.XcrulesError) as error:
        xcrules.loads(TEXT.replace("标准：丙额", line))
    assert code in [d.code for d in error.value.diagnostics]


def test_each_clause_outside_of_a_lead_is_refused() -> None:
    with pytest.raises(xcrules.XcrulesError) as error:
        xcrules.loads(TEXT.replace("1(1)、1(2)、2 之间", "各款 之间"))
    assert [d.code for d in error.value.diagnostics if d.is_error] == ["E473"]


def _warned(text: str) -> list[str]:
    return [d.message for d in xcrules.loads(text).diagnostics if d.code == "W326"]


def test_the_part_that_keeps_a_clause_out_is_named() -> None:
    text = PEOPLE.replace("「第一条", "事实：企业们，逐个\n| 名称 | 类型 |\n| 新建 | 是否 |\n\n「第一条").replace("  从高：合计 同一 身份证号\n", "")
    more = text.replace("「第三条", "「第三条 企业1万元，」\n  分项：企业\n  对象：每个 企业们，新建\n  标准：1万元\n「人才1万元。」\n  分项：人才\n  对象：每名 人才\n  标准：1万元\n「第四条")
    assert _warned(text) == []
    assert _warned(more) == ["从高管不到 3：3 的分项 企业 的对象没有「身份证号」一栏可以相同，整款都不能比"]


@pytest.mark.parametrize(("saying", "warned"), [("", True), ("  表述：减免 税款\n", True), ("  表述：应缴 税款\n", False), ("  表述：追回 资金\n", False)])
def test_what_the_enterprise_pays_is_held_against_no_support(saying: str, warned: bool) -> None:
    text = ("事实：申报，顶层\n| 名称 | 类型 | 要求 |\n| 额 | 元 | |\n| 事 | 文字 | 可缺 |\n事实：别处，逐笔，闭世界，外部支持\n| 名称 | 类型 | 角色 |\n| 事 | 文字 | 外部事项 |\n"
            "| 金额 | 元 | 外部金额 |\n| 状态 | 已得、未得 | 外部状态 |\n「第一条 奖一成。」\n  对象：企业，事项 见 事\n  标准：额 的 10%\n「第二条 另按半成。」\n  对象：企业\n  标准：额 的 5%\n"
            f"{saying}「第三条 不重复。」\n  竞合：同一 事 与 别处，已得 补差，未得 择高\n")
    assert bool(_warned(text)) is warned


def test_a_bound_on_one_of_the_parts_that_only_the_highest_is_taken_of_is_not_seen() -> None:
    text = PEOPLE.replace("  从高：合计 同一 身份证号\n", "  上限：同一 身份证号 10万元\n  从高：合计 同一 身份证号\n")
    assert _warned(PEOPLE) == []
    assert _warned(text) == ["从高比的时候看不到 1 的「上限：同一 身份证号 10万元」，比的可能比给的多"]


def test_what_is_surely_lower_pays_nothing_this_year() -> None:
    """甲 of two years is 3 or 6 and 乙 is 9: 甲 is not given, and pays 0 of this year, as it does when all is known."""
    policy = xcrules.loads(
        "事实：申报，顶层\n| 名称 | 类型 | 角色 |\n| 年度 | 年度 | 基准年度 |\n| 真 | 是否 | |\n\n「第一条 甲。」\n  对象：企业\n  标准：3元\n  加给：真 的，3元\n  拨付：分 2年 等额，自 核定年度 起\n"
        "「第二条 乙。」\n  对象：企业\n  标准：9元\n  从高：1、2 之间\n")
    open_, whole = (policy.decide({"年度": 2024, **x})["1"] for x in ({}, {"真": True}))
    assert (open_.status, open_.this_year) == (whole.status, whole.this_year) == ("从高不重复", 0)


ASKED = "事实：申报，顶层\n| 名称 | 类型 | 要求 | 角色 |\n| 年度 | 年度 | | 基准年度 |\n| 真 | 是否 | | |\n| 甲额 | 元 | | |\n| 核定 | 元 | 核定 局，可缺 | |\n| 已获 | 逐款 元 | 闭世界 | 本年台账 |\n\n"
AWARD = "「第一条 甲。」\n  对象：企业\n  裁量：由 局 核定，记入 核定\n  上限：单项 甲额\n"


def test_an_award_of_which_the_bound_is_not_known_asks_for_the_others() -> None:
    """甲 of at most 30 stands behind 乙 of 50, which hangs on 真; of at most 60 it may be given: 真 is asked for while 甲额 is not known."""
    policy = xcrules.loads(ASKED + AWARD + "「第二条 乙。」\n  对象：企业\n  条件：真\n  标准：50元\n  从高：1、2 之间\n")
    assert policy.decide({"年度": 2024})["1"].missing == ("甲额", "真")
    assert policy.decide({"年度": 2024, "甲额": 30})["1"].missing == ("真",)


def test_what_is_paid_this_year_is_within_what_a_shared_bound_leaves() -> None:
    """Half of 28 is 14 this year, but of 10 for both 4 to 10 are left beside an award of at most 6."""
    policy = xcrules.loads(ASKED + AWARD + "「第二条 乙。」\n  对象：企业\n  标准：28元\n  拨付：分 2年 等额，自 核定年度 起\n「第三条 合计。」\n  上限：1、2 合计 企业年度 10元\n")
    made = policy.decide({"年度": 2024, "甲额": 6})["2"]
    assert (made.amount_range, made.this_year_range) == ((4, 10), (0, 10))


def test_items_are_told_in_whole_cents() -> None:
    """A third of 100 and 50 under 60 for both: 33.33 and 26.67, by every engine."""
    policy = xcrules.loads(
        ASKED + "「第一条 甲。」\n  分项：一\n  对象：企业\n  标准：甲额 ÷ （甲额 － 97元） × 1元\n  分项：二\n  对象：企业\n  标准：50元\n  上限：合计 企业年度 60元\n".replace("甲额 ÷ （甲额 － 97元） × 1元", "（甲额 ÷ （甲额 － 97元），除数为零 按 0） × 1元"))
    made = by_every_engine(policy, {"年度": 2024, "甲额": 100})["1"]
    assert [x.amount * 100 for x in made.items if x.amount is not None] == [3333, 2667]
