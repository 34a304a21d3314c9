"""The first regulation: every worked case, the official text, the register, the policy's own cases."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

import xcrules
from tests.support.cases import Case, differences, worked
from tests.support.engines import ENGINES, Engine, on_every_engine
from tests.support.policies import ROOT, shipped
from xcrules.plan.planner import Planner, default_readings
from xcrules.store.load import load_policy
from xcrules.use.cases import run_cases

OWN, GIVEN = worked("xicheng_cases"), worked("xicheng_samples")  # our own cases, and those given with the regulation
CLAUSES = ["2(1)", "2(2)", "2(3)", "3(1)", "3(2)", "3(3)", "3(4)", "4", "5(1)", "5(2)", "6(1)", "6(2)", "6(3)", "6(4)", "6(5)", "7(1)", "7(2)", "7(3)", "8(1)", "8(2)", "8(3)", "9(1)", "9(2)"]


@pytest.fixture(scope="module")
def policy() -> xcrules.Policy:
    return shipped()


def test_there_are_enough_cases() -> None:
    assert len(OWN) >= 300


@pytest.mark.parametrize(("engine", "case"), on_every_engine((str(c["编号"]), c) for c in OWN + GIVEN))
def test_case(policy: xcrules.Policy, engine: Engine, case: Case) -> None:
    decision = policy.decide(case["事实"], engine=engine)
    wrong = {n: w for n, expected in case["期望"].items() if (w := differences(expected, decision[n].to_json()))}
    assert not wrong, f"{case['理由']}：{wrong}"


def test_no_finding() -> None:
    assert load_policy("xicheng-2021").diagnostics == ()


def test_clauses_in_order(policy: xcrules.Policy) -> None:
    assert list(policy.clauses) == CLAUSES


@pytest.mark.parametrize("engine", ENGINES)
def test_own_cases_hold(policy: xcrules.Policy, engine: Engine) -> None:
    results = run_cases(policy, engine)
    assert len(results) >= 25
    assert [r for r in results if not r.holds] == []


def test_all_readings_are_registered(policy: xcrules.Policy) -> None:
    assert [r.number for r in policy.program.readings] == [f"A{i:02}" for i in range(1, 63)]


COMPUTED = ["A01", "A03", "A06", "A07", "A08", "A09", "A12", "A13", "A16", "A17", "A20", "A21", "A22", "A23", "A24", "A26", "A32", "A37", "A38", "A42", "A44", "A46", "A60", "A61"]


@pytest.mark.parametrize("number", COMPUTED)
def test_computed_readings_change_the_plan(policy: xcrules.Policy, number: str) -> None:
    """Each choice that facts can compute is modelled, and no two choices of a reading mean the same."""
    reading = policy.program.reading(number)
    assert reading is not None
    assert len(reading.modelled) >= 2
    base = default_readings(policy.program)
    plans = [Planner(policy.program).plan({**base, number: choice}) for choice in reading.modelled]
    assert all(one != other for i, one in enumerate(plans) for other in plans[i + 1 :])


BASE = {"政策兑现年度": 2023, "申报日期": "2023-09-01",
        "主体": {"西城区注册": True, "西城区纳税": True, "中关村高新技术企业认定": True}}
RESEARCH = {**BASE, "科技活动经费支出": {"2021": 100, "2022": 200, "2023": 300}, "科技活动经费支出强度": "0.05",
            "西城园平均强度": "0.04"}
ENTRANT = {**BASE, "新入驻企业": {"新入驻": True, "符合产业定位": True, "突出贡献": True, "西城区注册日期": "2021-03-10"}}
HIGH_TECH = {"新入驻": True, "持有国家高新技术企业证书": True}
FOREIGN = {"类型": "国外专利", "途径": "PCT", "已授权": True, "授权年度": 2023, "本年度授权国家数": 4, "以前年度已补贴国家数": 3}
MAJOR = {"类别": "科技重大专项", "到账年度": 2023}

# number, choice, clause, facts, amount worked by hand from readings.md
SWITCHED = [
    ("A01", "仅首类", "2(1)", {**BASE, "主体": {"西城区注册": False, "西城区纳税": False, "科技企业孵化机构认定": True},
                              "上级资金": [{**MAJOR, "级别": "国家级", "金额": 5}]}, 5),
    ("A03", "只配高级", "2(1)", {**BASE, "上级资金": [{**MAJOR, "级别": "国家级", "金额": 100, "事项标识": "P"},
                                                  {**MAJOR, "级别": "北京市级", "金额": 1000, "事项标识": "P"}]}, 100),
    ("A05", "按上限", "2(2)", {**BASE, "创新平台与奖项": [{"类型": "科技奖项", "级别": "国家级", "获得年度": 2023, "经认定": True}]}, 1000000),
    ("A07", "比前年", "2(3)", {**RESEARCH, "研发经费": {"2021": 0, "2022": 1000000, "2023": 4000000}}, 200000),
    ("A07", "两年平均", "2(3)", {**RESEARCH, "研发经费": {"2021": 0, "2022": 1000000, "2023": 8000000}}, 200000),
    ("A08", "据实", "2(3)", {**RESEARCH, "研发经费": {"2022": 0, "2023": 1000}}, 50),
    ("A08", "门槛", "2(3)", {**RESEARCH, "研发经费": {"2022": 0, "2023": 1999999}}, 0),
    ("A09", "含", "2(3)", {**RESEARCH, "西城园平均强度": "0.05", "研发经费": {"2022": 0, "2023": 4000000}}, 200000),
    ("A10", "同一口径", "2(3)", {**RESEARCH, "科技活动经费支出": {"2021": 0, "2022": 1000000, "2023": 6000000}}, 250000),
    ("A12", "次年起", "3(1)", {**ENTRANT, "区综合贡献": {"2021": 9000000, "2022": 100, "2023": 200}}, 100),
    ("A16", "两份", "3(2)", {**BASE, "高新技术企业": {**HIGH_TECH, "本年度取得证书次序": 1}}, 600000),
    ("A17", "只给首次", "3(2)", {**BASE, "高新技术企业": {**HIGH_TECH, "本年度取得证书次序": 2}}, 300000),
    ("A19", "申请即可", "3(3)", {**BASE, "专利": [{**FOREIGN, "已授权": False, "以前年度已补贴国家数": 0}]}, 40000),
    ("A20", "按项", "3(3)", {**BASE, "专利": [FOREIGN]}, 10000),
    ("A21", "择一", "3(3)", {**BASE, "专利": [{"类型": "国内发明专利", "已授权": True, "授权年度": 2023, "事项标识": "X"},
                                           {**FOREIGN, "事项标识": "X"}]}, 30000),
    ("A22", "各自", "3(3)", {**BASE, "专利": [{"类型": "国内发明专利", "已授权": True, "授权年度": 2023, "件数": 200},
                                           {**FOREIGN, "以前年度已补贴国家数": 0, "件数": 20}]}, 1000000),
    ("A23", "每年", "3(3)", {**BASE, "专利": [FOREIGN]}, 40000),
    ("A24", "兼具", "3(4)", {**BASE, "标准": [{"类别": "国家标准", "方式": "主导", "领域": "产品", "已公布": True, "公布年度": 2023}]}, 0),
    ("A26", "叠加", "7(1)", {**BASE, "贷款": [{"类型": "信用贷款", "用于创业创新": True, "本年度缴纳利息": 1000}]}, 800),
    ("A27", "按比例", "4", {**BASE, "应用场景项目": [{"国际领先": True, "全国首发": True, "西城区落地应用": True,
        "形成示范推广效应": True, "取得一定效益": True, "经认定": True, "实际投资总额": 1000}]}, 300),
    ("A32", "只管出版", "6(3)", {**BASE, "园区出版作品": [], "版权衍生产品": [
        {"类型": "影视", "自有版权": True, "完成年度": 2023, "数量": 3}]}, 1500000),
    ("A37", "择一", "9(1)", {**BASE, "上级资金": [{"类别": "国际交流合作项目", "级别": "国家级", "金额": 1000, "到账年度": 2023,
        "事项标识": "P"}], "其他区级政策支持": [{"事项标识": "P", "金额": 1, "状态": "已获得"}]}, 0),
    ("A38", "先封顶", "2(1)", {**BASE, "上级资金": [{**MAJOR, "级别": "国家级", "金额": 1400000, "事项标识": "P1"},
        {**MAJOR, "级别": "国家级", "金额": 600000}], "其他区级政策支持": [{"事项标识": "P1", "金额": 300000, "状态": "已获得"}]}, 1200000),
    ("A46", "截尾", "7(1)", {**BASE, "贷款": [{"类型": "信用贷款", "用于创业创新": True, "本年度缴纳利息": "0.99"}]}, "0.49"),
    ("A46", "到元", "7(1)", {**BASE, "贷款": [{"类型": "信用贷款", "用于创业创新": True, "本年度缴纳利息": "1.00"}]}, 1),
    ("A60", "可补差", "2(3)", {**RESEARCH, "研发经费": {"2022": 0, "2023": 4000000}, "本年度已获支持": {"2(3)": 50000}}, 150000),
    ("A61", "每家", "3(4)", {**BASE, "历史已获支持": [{"条款": "3(4)", "核定年度": 2022, "金额": 1}],
        "标准": [{"类别": "国家标准", "方式": "主导", "领域": "产品", "已公布": True, "公布年度": 2023}]}, 0),
]


@pytest.mark.parametrize(("number", "choice", "clause", "facts", "amount"), SWITCHED)
def test_switched_reading(policy: xcrules.Policy, number: str, choice: str, clause: str, facts: dict[str, object],
                          amount: object) -> None:
    assert policy.decide(facts, {number: choice})[clause].amount == Decimal(str(amount))


@pytest.mark.parametrize(("number", "choice", "day", "status"), [
    ("A42", "对应日", "2026-11-01", "不符合"), ("A42", "前一日", "2026-11-01", "不在有效期"),
    ("A44", "期内发生", "2027-03-01", "不符合"), ("A44", "期内申报", "2027-03-01", "不在有效期"),
])
def test_switched_period(policy: xcrules.Policy, number: str, choice: str, day: str, status: str) -> None:
    facts = {**BASE, "政策兑现年度": 2026, "申报日期": day, "上级资金": []}
    assert policy.decide(facts, {number: choice})["2(1)"].status == status


def test_talent_cap_by_title(policy: xcrules.Policy) -> None:
    title = {"姓名": "王", "称号类别": "创新创业人才", "级别": "国家", "获得年度": 2023, "企业人才": True}
    facts = {**BASE, "人才称号": [title, title]}
    assert policy.decide(facts)["8(1)"].bound == 1000000
    assert policy.decide(facts, {"A06": "每称号"})["8(1)"].bound == 2000000


def test_every_year_must_be_reported(policy: xcrules.Policy) -> None:
    facts = {**ENTRANT, "区综合贡献": {"2022": 100}}
    assert policy.decide(facts, {"A13": "须齐全"})["3(1)"].missing == ("区综合贡献.2021", "区综合贡献.2023")


def test_instalments_stop_at_expiry(policy: xcrules.Policy) -> None:
    facts = {**BASE, "政策兑现年度": 2026, "申报日期": "2026-05-01", "高新技术企业": {**HIGH_TECH, "本年度取得证书次序": 0}}
    assert policy.decide(facts)["3(2)"].schedule == ((2026, 100000), (2027, 100000), (2028, 100000))
    assert policy.decide(facts, {"A18": "停拨"})["3(2)"].schedule == ((2026, 100000),)


def test_what_is_certain_is_said_to_the_cent(policy: xcrules.Policy) -> None:
    """One loan's interest open: 640000.33 × 50 % ＝ 320000.165, rounded 320000.17, is certain, and 100万元 the most."""
    facts = json.loads((ROOT / "policies" / "xicheng-2021" / "示例企业.json").read_text(encoding="utf-8"), parse_float=Decimal)
    decision = policy.decide(facts).to_json(disputes=False)
    assert decision["条款"]["7(1)"]["金额区间"] == ["320000.17", "1000000.00"]
    assert decision["本年度拨付合计区间"][0] == "10090000.42"


def test_what_was_given_this_year_is_no_earlier_award(policy: xcrules.Policy) -> None:
    """一次性 goes by 历史已获支持: outside programs rely on it (docs/facts.md)."""
    facts = {**ENTRANT, "区综合贡献": {"2021": 5600000, "2022": 100, "2023": 100}}
    assert policy.decide(facts)["3(1)"].amount == 2800000
    assert policy.decide({**facts, "本年度已获支持": {"3(1)": 8000000}})["3(1)"].amount == 2800000
    assert policy.decide({**facts, "历史已获支持": [{"条款": "3(1)", "核定年度": 2022, "金额": 1}]})["3(1)"].status == "不符合"
