"""Lists that are gone over once for every item of another: found in the plan, and bounded."""

from __future__ import annotations

import pickle
from time import process_time
from typing import Any

import pyarrow as pa
import pytest

import xcrules
from xcrules.base.diagnostic import XcrulesError
from xcrules.base.money import UNLIMITED
from xcrules.plan import effort, steps
from xcrules.tell.explain import explain_clause
from xcrules.tell.report import decision_table, rendered
from xcrules.use.batch import block

TABLES = """事实：申报，顶层
| 名称 | 类型 |
| 兑现年度 | 年度 |

事实：平台，逐个
| 名称 | 类型 |
| 用途 | 文字 |

事实：设备，逐台
| 名称 | 类型 |
| 价格 | 元 |

"""
CROSSED = """「第一条 办法」
「（一）每个平台，设备价值合计超过1万元的，给予1万元。」
  对象：每个 平台
  条件：合计（设备 的 价格） 高于 1万元
  标准：1万元
"""
BESIDE = """「第一条 办法」
「（一）设备价值合计超过1万元的，给予1万元。」
  对象：企业
  条件：合计（设备 的 价格） 高于 1万元
  标准：1万元
"""


def plan(text: str) -> steps.Plan:
    return xcrules.loads(TABLES + text)._engines.default.plan


def facts(platforms: int, machines: int) -> dict[str, object]:
    return {"平台": [{"用途": "展示"}] * platforms, "设备": [{"价格": 10}] * machines}


def test_crossed_lists_are_found() -> None:
    assert effort.crossings(plan(CROSSED)) == {("平台", "设备")}
    assert effort.crossings(plan(BESIDE)) == frozenset()


def test_a_name_between_hides_nothing() -> None:
    named = CROSSED.replace("  条件：合计（设备 的 价格） 高于", "  设定：总价 ＝ 合计（设备 的 价格）\n  条件：总价 高于")
    assert effort.crossings(plan(named)) == {("平台", "设备")}


def test_lists_inside_of_lists_are_found() -> None:
    """合计 of a column that is itself a 合计 of the like: every row against every row, and once more for each item of another list."""
    like = """「第一条 办法」
「（一）同价的设备价值合计。」
  定义：设备 的 同价合计 ＝ 合计（设备 的 价格，同一 价格）
  对象：{subject}
  条件：合计（设备 的 同价合计） 高于 1万元
  标准：1万元
"""
    assert effort.crossings(plan(like.format(subject="企业"))) == {("设备", "设备")}
    assert effort.crossings(plan(like.format(subject="每个 平台"))) == {("平台", "设备", "设备")}


@pytest.mark.parametrize("warm", [False, True])
def test_the_bound_is_an_error_with_a_code(warm: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = xcrules.loads(TABLES + CROSSED)
    if warm:
        for _ in range(3):
            policy.decide(facts(1, 1))
    monkeypatch.setattr(effort, "MAX_STEPS", 20)
    assert policy.decide(facts(4, 5))["1(1)"].status == "不符合"
    for run in (policy.decide, policy.amounts):
        with pytest.raises(XcrulesError) as caught:
            run(facts(3, 7))
        (found,) = caught.value.diagnostics
        assert (found.code, found.path) == ("E817", "平台")
        assert "3 项" in found.message
        assert "7 项" in found.message


def test_what_is_given_by_default_is_soon_over() -> None:
    """3,000 items each against 3,000 others: under the bound, and done."""
    assert xcrules.loads(TABLES + CROSSED).decide(facts(3000, 3000))["1(1)"].amount == 30_000_000


# -- facts that are not complete, in long lists ---------------------------------------------------------------------

LONG = effort.MAX_UNSURE + 1


EACH = """「第一条 办法」
「（一）每台设备按价格支持。」
  对象：每台 设备
  标准：价格
"""


def machines(count: int, missing: int) -> dict[str, object]:
    return {"设备": [{"价格": 10}] * (count - missing) + [{}] * missing}


def test_a_long_list_need_not_be_complete() -> None:
    """What is open is said of it; why, item by item, is too much to be told."""
    policy = xcrules.loads(TABLES + EACH)
    assert policy.decide(machines(LONG, 0))["1(1)"].amount == 10 * LONG
    clause = policy.decide(machines(LONG, 1))["1(1)"]
    assert (clause.amount_range, clause.missing) == ((10 * (LONG - 1), UNLIMITED), (f"设备[{LONG - 1}].价格",))
    assert policy.amounts(machines(LONG, 1)) == {"1(1)": None}
    assert not clause.disputes
    with pytest.raises(XcrulesError) as caught:
        _ = clause.items
    assert [(d.code, d.path) for d in caught.value.diagnostics] == [("E818", "设备")]


def test_as_many_as_may_be() -> None:
    clause = xcrules.loads(TABLES + EACH).decide(machines(LONG - 1, 1))["1(1)"]
    assert (clause.status, clause.missing) == ("待补充", (f"设备[{LONG - 2}].价格",))


IN_PARTS = """「第一条 办法」
「（一）每台设备按价格支持，每个平台给予1元，合计不超过500元。」
  分项：设备
  对象：每台 设备
  标准：价格
  分项：平台
  对象：每个 平台
  标准：1元
  上限：合计 企业年度 500元
"""
WITHIN = """「第一条 办法」
「（一）每台设备启用之日起三年内停用的，给予1元。」
  对象：每台 设备
  条件：停用日期 不晚于 启用日期 ＋ 3年
  标准：1元
"""


def test_what_is_settled_is_told_though_its_parts_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """60 of 10元 and one of which the price is not known, under 500元: the whole decision was refused (E818) for what each 分项 has of it."""
    monkeypatch.setattr(effort, "MAX_UNSURE", 49)
    decision = xcrules.loads(TABLES + IN_PARTS).decide({"设备": [{"价格": 10}] * 60 + [{}], "平台": [{"用途": "展示"}]})
    told = decision["1(1)"].to_json()
    assert (told["金额"], told["分项"]) == ("500.00", {"设备": {"金额区间": ["0.00", "500.00"]}, "平台": {"金额区间": ["0.00", "500.00"]}})


def test_a_day_some_years_after_one_that_is_not_known_is_a_range(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was for the reference evaluator to say, which does not look at long lists."""
    monkeypatch.setattr(effort, "MAX_UNSURE", 49)
    policy = xcrules.loads(TABLES.replace("| 价格 | 元 |", "| 启用日期 | 日期 |\n| 停用日期 | 日期 |") + WITHIN)
    sure = {"启用日期": "2024-02-29", "停用日期": "2027-02-28"}
    clause = policy.decide({"设备": [sure] * 50 + [{"启用日期": "2024-02-29", "停用日期": "2027-03-01"}, {"停用日期": "2027-03-01"}]})["1(1)"]
    assert (clause.amount_range, clause.missing) == ((50, 51), ("设备[51].启用日期",))


TWO_READINGS = """读法：登记
| 号 | 风险 | 问题 | 选项 |
| R1 | 低 | 看不看用途？ | 不看、看 |

「第一条 办法」
「（一）每个平台给予1元。」
  对象：每个 平台
  条件〔R1 看〕：用途 为 展示
  标准：1元
"""


def test_a_comparison_that_is_too_long_is_said_to_be_left_out() -> None:
    tables = TABLES.replace("| 用途 | 文字 |", "| 用途 | 展示、其他 |")
    policy = xcrules.loads(tables + TWO_READINGS)
    for _ in range(2):
        policy.decide({"平台": []})
    clause = policy.decide({"平台": [{}] * LONG})["1(1)"]
    assert clause.amount == LONG
    ((other,),) = (use.alternatives for use in clause.readings)
    assert (other.outcome, other.differs) == (None, True)
    assert clause.disputes == ("R1",)


def test_of_the_enterprise_too_nothing_open_is_compared_over_a_long_list() -> None:
    tables = TABLES.replace("| 用途 | 文字 |", "| 用途 | 展示、其他 |")
    policy = xcrules.loads(tables + TWO_READINGS.replace("对象：每个 平台", "对象：企业").replace("用途 为 展示", "计数（平台，用途 为 展示） 不少于 1").replace("每个平台给予", "给予"))
    clause = policy.decide({"平台": [{}] * (effort.MAX_COMPARED + 1)}, readings={"R1": "看"})["1(1)"]
    assert (clause.status, clause.disputes) == ("待补充", ("R1",))


BY_NAME = """「第一条 办法」
「（一）每个平台，高于门槛的设备不少于2台的，给予1万元。」
  对象：每个 平台
  设定：门槛 ＝ 面积 的 50%
  条件：计数（设备，价格 高于 门槛） 不少于 2
  标准：1万元
"""


@pytest.mark.slow
def test_a_list_gone_over_anew_for_every_item_is_bounded_for_facts_that_are_not_complete() -> None:
    policy = xcrules.loads(TABLES.replace("| 用途 | 文字 |", "| 用途 | 文字 |\n| 面积 | 元 |") + BY_NAME)

    def of(platforms: int, last: dict[str, object]) -> dict[str, object]:
        return {"平台": [{"用途": "展示", "面积": 3}] * platforms, "设备": [{"价格": 10}] * 1000 + [last]}

    assert policy.decide(of(1000, {"价格": 1}))["1(1)"].amount == 10_000_000
    decision = policy.decide(of(1000, {}))
    assert decision["1(1)"].amount == 10_000_000
    with pytest.raises(XcrulesError) as caught:  # why, is for the reference evaluator to say
        _ = decision["1(1)"].evidence
    assert [(d.code, d.path) for d in caught.value.diagnostics] == [("E818", "平台")]
    assert policy.decide(of(3, {}))["1(1)"].amount == 30_000


# -- other support of which much is not known ------------------------------------------------------------------------------

SUPPORT = """事实：申报，顶层
| 名称 | 类型 |
| 兑现年度 | 年度 |

事实：设备，逐台
| 名称 | 类型 | 要求 | 角色 |
| 价格 | 元 | | |
| 何事 | 文字 | 可缺 | 事项标识 |

事实：别处，逐笔，闭世界，外部支持
| 名称 | 类型 | 角色 |
| 哪件 | 文字 | 外部事项 |
| 数额 | 元 | 外部金额 |
| 状态 | 已获得、符合未获得 | 外部状态 |

「第一条 办法」
「（一）每台设备按价格支持。」
  对象：每台 设备
  标准：价格
「第二条 从高不重复。」
  竞合：同一 何事 与 别处，已获得 补差，符合未获得 择高
"""


@pytest.mark.parametrize(("claims", "row", "column"), [
    (1, {"数额": 1}, "状态"),
    (1000, {"数额": 1}, "状态"),
    (1000, {"数额": 1, "状态": "已获得"}, "哪件"),
])
def test_other_support_of_which_a_column_is_not_known(claims: int, row: dict[str, object], column: str) -> None:
    """5,000 rows: linear in them and in the claims, reasons and JSON included; each row is asked for."""
    rows = [row | ({} if column == "哪件" else {"哪件": f"事{i % claims}"}) for i in range(5000)]
    start = process_time()
    made = xcrules.loads(SUPPORT).decide({"设备": [{"价格": 9, "何事": f"事{i}"} for i in range(claims)], "别处": rows})
    assert made.to_json(details=True)
    assert process_time() - start < 5
    assert (made["1(1)"].status, set(made["1(1)"].missing)) == ("待补充", {f"别处[{i}].{column}" for i in range(5000)})


# -- the reasons of long lists --------------------------------------------------------------------------------------

CAPPED = """「第一条 办法」
「（一）每台设备价格不低于20元的，按价格支持，不超过500元。」
  对象：每台 设备
  条件：价格 不低于 20元
  标准：价格
  上限：企业年度 500元
"""


def test_of_a_long_list_the_first_items_and_the_sums_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: 35 of 30元, of which 500元 stay; 15 of 10元 do not count."""
    policy = xcrules.loads(TABLES + CAPPED)
    facts = {"设备": [{"价格": 30}] * 35 + [{"价格": 10}] * 15}
    whole = policy.explain(facts, "1(1)")
    monkeypatch.setattr(effort, "MAX_TOLD", 49)
    reason = policy.explain(facts, "1(1)")
    assert (reason.text, reason.value) == (whole.text, "500元")
    claims, cap, total = (next(k for k in reason.kids if k.label == label or k.text == label) for label in ("每台 设备", "上限", "合计"))
    *items, of_all = claims.kids
    assert items == list(next(k for k in whole.kids if k.text == "每台 设备").kids[: effort.FIRST])
    assert (of_all.text, of_all.value) == ("共 50 台", "计入 35，不计 15；计入的一共得 500元")
    assert [(k.text, k.value) for k in of_all.kids] == [("条件：价格 不低于 20元", "15 项先因此不计")]
    assert cap.value == "1,050元 → 500元"
    assert cap.term is not None
    assert (cap.term.op, cap.term.value, [k.value for k in cap.term.kids]) == ("较小", "500", ["1050", "500"])
    assert [k.value for k in cap.kids] == ["减少 10元"] + ["减少 30元"] * 18
    assert (total.value, total.note) == ("500元", "计入的 35 项")


def test_of_a_long_list_with_gaps_it_is_said_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = xcrules.loads(TABLES + CAPPED)
    monkeypatch.setattr(effort, "MAX_TOLD", 49)
    monkeypatch.setattr(effort, "MAX_UNSURE", 49)
    reason = policy.explain({"设备": [{"价格": 10}] * 20 + [{}] * 30}, "1(1)")
    assert "待补充" in reason.text
    assert next(k for k in reason.kids if k.text == "还缺的事实").value.endswith(" 等 30 处")


TWICE = """「第一条 办法」
「（一）展示用的平台，面积不少于2元的，给予1元。」
  对象：每个 平台
  条件：用途 为 展示
  条件：面积 不低于 2元
  标准：1元
"""


def test_why_a_long_list_with_gaps_is_refused_is_said_not_to_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = xcrules.loads(TABLES.replace("| 用途 | 文字 |", "| 用途 | 展示、其他 |\n| 面积 | 元 |") + TWICE)
    facts = {"平台": [{"面积": 1}] * 50}
    assert "面积 不低于 2元" in str(policy.decide(facts).to_json()["条款"])
    monkeypatch.setattr(effort, "MAX_UNSURE", 49)
    assert policy.decide(facts)["1(1)"].to_json()["原因"] == "名单太长，事实又没有填全，没有逐项说明"


@pytest.mark.slow
def test_rows_that_nobody_can_tell_apart_have_one_answer_at_every_door() -> None:
    """A bound for each name, and the names are not known: generated code gives a range; of a list longer than it is asked about the reference evaluator says so at once."""
    policy = xcrules.load("xicheng-2021")
    sheet = {"政策兑现年度": 2023, "申报日期": "2023-09-01", "主体": {"西城区注册": True, "西城区纳税": True, "中关村高新技术企业认定": True}}

    def answer(rows: int, engine: str) -> object:
        raw = {**sheet, "孵化和加速基地": [{"名称": f"甲{i}" if i % 3 else None, "经认定": True} for i in range(rows)]}
        started = process_time()
        try:
            return policy.decide(raw, engine=engine)["5(1)"].status  # type: ignore[arg-type]
        except XcrulesError as error:
            assert process_time() - started < 5
            return [d.code for d in error.diagnostics]

    assert answer(20, "compiled") == answer(20, "reference") == "待补充"
    assert answer(effort.MAX_UNSURE + 1, "compiled") == "待补充"
    assert answer(effort.MAX_UNSURE + 1, "reference") == ["E818"]


def test_what_is_too_long_to_be_told_does_not_keep_a_decision_from_table_and_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settled though other support has gaps, of a list that the reference evaluator is not asked about: the table refused it, the JSON did not."""
    policy = xcrules.load("xicheng-2021")
    loan = {"类型": "信用贷款", "首次贷款": True, "用于创业创新": True, "本年度缴纳利息": 100_000, "事项标识": "甲"}
    monkeypatch.setattr(effort, "MAX_UNSURE", 49)
    decision = policy.decide({"政策兑现年度": 2023, "申报日期": "2023-09-01", "主体": {"西城区注册": True, "西城区纳税": True, "中关村高新技术企业认定": True}, "贷款": [loan] * 50,
                              "其他区级政策支持": [{"事项标识": "甲", "金额": 1}] * 50})
    clause = decision["7(1)"]
    with pytest.raises(XcrulesError) as caught:
        _ = clause.items
    assert [d.code for d in caught.value.diagnostics] == ["E818"]
    assert "100万元" in rendered(decision_table(decision))
    assert pickle.loads(pickle.dumps(decision)) == decision


def test_of_several_lists_the_short_ones_are_told_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """60 items may be told one by one: 20 of one list, of the other 50 the first and the sums."""
    rules = CAPPED + "「（二）每个平台给予1元。」\n  对象：每个 平台\n  标准：1元\n"
    policy = xcrules.loads(TABLES + rules)
    monkeypatch.setattr(effort, "MAX_TOLD", 60)
    facts = {"设备": [{"价格": 30}] * 50, "平台": [{}] * 20}
    told = {k.number: explain_clause(k) for k in policy._told(facts)}
    assert [k.text for k in told["1(1)"].kids[0].kids][-1] == "共 50 台"
    assert len(told["1(2)"].kids[0].kids) == 20


@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_cells_that_are_not_filled_in_are_counted_over_all_lists(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is told by every clause that may want it: 2,000 are decided, one more is refused at once, of the list that has most of them."""
    monkeypatch.setattr(effort, "MAX_GAPS", 2_000)
    policy = xcrules.loads(TABLES + BESIDE)
    blank: dict[str, object] = {"设备": [{}] * 2_000}
    decision = policy.decide({**blank, "平台": [{"用途": "展示"}]}, engine=engine)
    assert (decision["1(1)"].status, len(decision["1(1)"].missing)) == ("待补充", 2_000)
    with pytest.raises(XcrulesError) as caught:
        policy.decide({**blank, "平台": [{}]}, engine=engine)
    assert [(d.code, d.path) for d in caught.value.diagnostics] == [("E818", "设备")]
    assert "2000 项里有 2000 格没有填" in caught.value.diagnostics[0].message
    monkeypatch.setattr(block, "MAX_GAPS", 2_000)
    table = policy.decide_table(pa.Table.from_pylist([{"编号": "1", "设备": [{"价格": None}] * 2_000, "平台": [{"用途": None}]}, {"编号": "2", "设备": [{"价格": 3}], "平台": []}]))
    assert ["E818" in str(x) for x in table.column("退回").to_pylist()] == [True, False]
