"""A cap on one part after a step that joined claims of several parts: each claim with its share, in both evaluators."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest

import xcrules
from xcrules.base.money import Unlimited
from xcrules.run.decision import ClauseDecision

Raw = dict[str, Any]

FACTS = """事实：申报，顶层
| 名称 | 类型    | 要求   | 角色     |
| 年   | 年度    |        | 基准年度 |
| 标识 | 文字    |        |          |
| 自投 | 元      |        |          |
| 核定 | 元      | 可缺   |          |
| 台账 | 逐款 元 | 闭世界 | 本年台账 |

事实：项目，逐项
| 名称 | 类型 | 要求 | 角色     |
| 单位 | 文字 |      |          |
| 投入 | 元   |      |          |
| 事项 | 文字 |      | 事项标识 |

事实：设备，逐项
| 名称   | 类型 | 要求 | 角色     |
| 原价   | 元   |      |          |
| 哪事项 | 文字 |      | 事项标识 |

事实：历史，逐笔，闭世界，历史台账
| 名称     | 类型 | 要求 | 角色     |
| 条款     | 文字 |      | 台账条款 |
| 核定年度 | 年度 |      | 台账年度 |
| 金额     | 元   |      | 台账金额 |

事实：别处，逐笔，闭世界，外部支持
| 名称 | 类型               | 要求 | 角色     |
| 哪件 | 文字               |      | 外部事项 |
| 数额 | 元                 |      | 外部金额 |
| 状态 | 已获得、符合未获得 |      | 外部状态 |

"""
PARTS = """「第一条 自己投入的、项目的、设备的，各按一半补贴。」
分项：自办
  对象：企业，事项 见 标识
  标准：自投 的 50%
分项：项目
  对象：每项 项目
  标准：投入 的 50%
分项：设备
  对象：每项 设备
  标准：原价 的 50%
"""
AGAINST = "「第二条 从高不重复。」\n  竞合：同一 事项 与 别处，已获得 补差，符合未获得 择高\n"


def policy(*caps: str, parts: str = PARTS, against: str = AGAINST) -> xcrules.Policy:
    """Three parts and these lines on amounts of the whole clause."""
    lines = "".join(f"  上限：{cap}\n" for cap in caps)
    return xcrules.loads(FACTS + parts + "「有上限。」\n" + lines + against)


def both(made: xcrules.Policy, raw: Raw) -> ClauseDecision:
    """The clause by generated code, after the same from the reference evaluator."""
    facts = made.facts(raw)
    (right, *_) = made._engines.default.reference(facts, ("1",))
    compiled = made.decide(facts).clauses[0]
    assert compiled == right
    assert compiled.reasons == right.reasons
    return right


def amounts(decision: ClauseDecision) -> list[Any]:
    return [i.amount for i in decision.items]


MATTER: Raw = {"年": 2024, "标识": "甲", "自投": 60000, "项目": [{"单位": "子", "投入": 40000, "事项": "甲"}], "设备": []}
GIVEN: Raw = {"别处": [{"哪件": "甲", "数额": 5000, "状态": "已获得"}]}


def test_other_parts_of_a_matter_are_not_cut() -> None:
    """3万 ＋ 2万 less 5千 received: 3万 and 1.5万; 项目 comes down to 1万, 自办 keeps its 3万."""
    found = both(policy("项目 企业年度 1万元"), MATTER | GIVEN)
    assert found.amount == 40000
    assert amounts(found) == [30000, 10000]
    (cap,) = found.caps
    assert (cap.before[0], cap.after[0]) == (Fraction(15000), Fraction(10000))
    assert cap.cuts == (("项目[0]", "项目", Fraction(5000)),)


def test_cap_on_the_earlier_part() -> None:
    """自办 3万 → 1万; what was received has fallen on 项目, which keeps 1.5万."""
    found = both(policy("自办 企业年度 1万元"), MATTER | GIVEN)
    assert amounts(found) == [10000, 15000]


def test_each_part_its_own_cap() -> None:
    """各分项 2万: 3万 → 2万 and 1.5万."""
    assert amounts(both(policy("各分项 企业年度 2万元"), MATTER | GIVEN)) == [20000, 15000]


def test_matters_are_shared_out_each_by_itself() -> None:
    """甲: 3万 ＋ 2万 − 5千 → 3万, 1.5万; 乙: 1万 ＋ 4万 − 2万 → 1万, 2万. 项目 1.5万 ＋ 1万 → 2万, 设备 keeps 2万."""
    raw = MATTER | {"项目": [*MATTER["项目"], {"单位": "子", "投入": 20000, "事项": "乙"}],
                    "设备": [{"原价": 80000, "哪事项": "乙"}],
                    "别处": [*GIVEN["别处"], {"哪件": "乙", "数额": 20000, "状态": "已获得"}]}
    found = both(policy("项目 企业年度 2万元"), raw)
    assert amounts(found) == [30000, 15000, 5000, 20000]
    assert found.amount == 70000


def test_lifetime_of_a_part_after_the_whole_year() -> None:
    """8万 ＋ 4万, together 10万 a year: 8万, 2万; then 自办 at most 5万 for ever, so 5万 ＋ 2万."""
    raw = {"年": 2024, "自投": 160000, "项目": [{"单位": "子", "投入": 80000}], "设备": []}
    found = both(policy("自办 企业终身 5万元", "合计 企业年度 10万元", against=""), raw)
    assert amounts(found) == [50000, 20000]
    assert [(str(c.before[0]), str(c.after[0])) for c in found.caps] == [("120000", "100000"), ("80000", "50000")]


ONE_UNIT = PARTS.replace("  标准：投入 的 50%\n", "  标准：投入 的 50%\n  上限：同一 单位 年度 1万元\n")


def test_key_of_one_part() -> None:
    """甲: 3万 ＋ 2万 ＋ 2万 − 5千 → 3万, 2万, 1.5万. Each 单位 1万: 子 3.5万 → 1万. 自办 has no 单位 and keeps its 3万."""
    raw = MATTER | GIVEN | {"项目": [{"单位": "子", "投入": 40000, "事项": "甲"}] * 2}
    found = both(policy("合计 企业年度 100万元", parts=ONE_UNIT), raw)
    assert amounts(found) == [30000, 10000, 0]


AWARDED = PARTS.replace("，事项 见 标识\n  标准：自投 的 50%", "\n  裁量：由 园区 核定，记入 核定")


@pytest.mark.parametrize(("recorded", "status", "amount"), [(None, "裁量", None), (30000, "应予支持", 70000), (80000, "应予支持", 90000)])
def test_a_bound_is_nobodys_share(recorded: int | None, status: str, amount: int | None) -> None:
    """10万 together. 自办 has no bound of its own but at most 5万 for ever; 项目 of 4万 is not pressed out by it."""
    raw = {"年": 2024, "项目": [{"单位": "子", "投入": 80000}], "设备": []} | ({} if recorded is None else {"核定": recorded})
    found = both(policy("自办 企业终身 5万元", "合计 企业年度 10万元", parts=AWARDED, against=""), raw)
    assert found.status == status
    assert found.amount == amount
    assert found.bound == 90000


def test_an_unknown_matter_may_be_that_of_the_other_support() -> None:
    """One claim alone, of a matter that must be given and is not: 3万, or less the 5千 received."""
    made = xcrules.loads(FACTS + "「第一条 半数。」\n  对象：企业，事项 见 标识\n  标准：自投 的 50%\n" + AGAINST)
    found = both(made, {"年": 2024, "自投": 60000} | GIVEN)
    assert (found.status, found.missing) == ("待补充", ("标识",))
    assert found.amount_range is not None
    assert found.amount_range[0] <= 25000
    assert found.amount_range[1] == 30000


# -- at random --------------------------------------------------------------------------------------------------

CAPS = ("自办 企业年度 2万元", "项目 企业年度 3万元", "设备 企业终身 1万元", "自办 企业终身 4万元", "项目 企业终身 5万元",
        "合计 企业年度 6万元", "各分项 企业年度 3万元")


CLOSED = ("历史", "别处")


def random_policy(r: Random) -> xcrules.Policy:
    parts = ONE_UNIT if r.random() < 0.4 else PARTS
    if r.random() < 0.2:
        parts = parts.replace("，事项 见 标识\n  标准：自投 的 50%", "\n  裁量：由 园区 核定，记入 核定")
    order = r.choice(("", "  竞合：先封顶后从高\n"))
    return policy(*r.sample(CAPS, r.choice((1, 2, 3))), parts=parts, against=AGAINST + order if r.random() < 0.8 else "")


def random_facts(r: Random) -> Raw:
    def money() -> int:
        return r.choice((0, 1, 10000, 33333, 40000, 60000, 80000, 200000))

    def matter() -> str:
        return r.choice("甲甲乙丙")

    raw: Raw = {"年": 2024, "标识": matter(), "自投": money(), "核定": money()}
    raw["项目"] = [{"单位": r.choice("子丑"), "投入": money(), "事项": matter()} for _ in range(r.choice((0, 1, 2, 3)))]
    raw["设备"] = [{"原价": money(), "哪事项": matter()} for _ in range(r.choice((0, 1, 2)))]
    raw["历史"] = [{"条款": "1" + r.choice(("自办", "项目", "设备")), "核定年度": 2022, "金额": 5000}] * r.choice((0, 0, 1))
    raw["别处"] = [{"哪件": matter(), "数额": money() // 4, "状态": r.choice(("已获得", "符合未获得"))} for _ in range(r.choice((0, 1, 2)))]
    return raw


def holed(r: Random, raw: Raw) -> Raw:
    """The same facts with some not given."""
    def some(row: Raw) -> Raw:
        return {k: v for k, v in row.items() if r.random() < 0.85 or k in ("年", "核定", *CLOSED)}

    return some({k: [some(x) for x in v] if isinstance(v, list) and k not in CLOSED else v for k, v in raw.items()})


@pytest.mark.parametrize("seed", range(100))
def test_both_evaluators_and_less_known(seed: int) -> None:
    """Complete facts come to the same in both; less complete ones to a range that has it."""
    r = Random(seed)
    made = random_policy(r)
    for _ in range(4):
        raw = random_facts(r)
        full, less = both(made, raw), both(made, holed(r, raw))
        assert full.status != "应予支持" or sum(amounts(full)) == full.amount
        _contains(less, full, raw)


def _contains(less: ClauseDecision, full: ClauseDecision, raw: Raw) -> None:
    if less.status != "待补充":
        assert (less.status, less.amount, less.bound) == (full.status, full.amount, full.bound)
        return
    span = less.bound_range or less.amount_range
    assert span is not None
    low, high = span
    value = full.bound if full.bound is not None else full.amount
    assert value is not None
    assert isinstance(high, Unlimited) or value <= high, (raw, less)
    assert not isinstance(low, Fraction) or low <= value, (raw, less)
