"""Tables and frames of a caller decided: `decide_table`, `amounts_frame`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import xcrules

POLICY = xcrules.loads("""事实：申报，顶层
| 名称   | 类型 | 要求 |
| 投资额 | 元   |      |
| 核定额 | 元   | 核定 商务局，可缺 |

事实：主体
| 名称   | 类型 |
| 在本县 | 是否 |

事实：贷款，逐笔
| 名称 | 类型 |
| 利息 | 元   |

「第一条 按投资额的10%补贴，每家不超过50万元。」
  对象：企业
  条件：在本县
  标准：投资额 的 10%
  上限：单项 50万元
「第二条 贷款按利息的一半贴息。」
  对象：每笔 贷款
  标准：利息 的 50%
「第三条 由商务局核定，不超过20万元。」
  对象：企业
  裁量：由 商务局 核定，记入 核定额
  上限：单项 20万元
""")
ROWS: list[dict[str, Any]] = [
    {"编号": "甲", "投资额": 1000000, "在本县": True, "贷款": [{"利息": Decimal("0.01")}, {"利息": Decimal("100.10")}]},
    {"编号": "乙", "投资额": 9007199254740993, "在本县": True, "贷款": []},
    {"编号": "丙", "投资额": None, "在本县": True, "贷款": None},
    {"编号": "丁", "投资额": -1, "在本县": False, "贷款": [{"利息": 5}]},
]


def test_a_table() -> None:
    table = pa.table({"编号": [x["编号"] for x in ROWS], "投资额": [x["投资额"] for x in ROWS], "主体.在本县": [x["在本县"] for x in ROWS],
                      "贷款": pa.array([x["贷款"] for x in ROWS], pa.list_(pa.struct([("利息", pa.decimal128(10, 2))])))})
    answers = POLICY.decide_table(table).to_pylist()
    assert [x["1.金额"] for x in answers] == [Decimal(100000), Decimal(500000), None, None]
    assert [x["2.金额"] for x in answers] == [Decimal("50.06"), Decimal(0), None, None]
    assert (answers[0]["3.状态"], answers[0]["3.上限"], answers[0]["合计"]) == ("裁量", Decimal(200000), Decimal("100050.06"))
    assert (answers[2]["1.状态"], answers[2]["1.缺失"], answers[2]["2.缺失"]) == ("待补充", ["投资额"], ["贷款"])
    assert answers[3]["退回"] == "[E809] 投资额：「投资额」不能是负数"


@pytest.mark.parametrize("frame", [pd.DataFrame(ROWS[:3]), pl.DataFrame(ROWS[:3])], ids=["pandas", "polars"])
def test_a_frame(frame: Any) -> None:
    made = POLICY.amounts_frame(frame)
    assert type(made) is type(frame)
    rows = made.to_dict("records") if isinstance(made, pd.DataFrame) else made.to_dicts()
    assert [x["编号"] for x in rows] == ["甲", "乙", "丙"]
    assert str(made["1"].dtype) == "Int64"
    assert [None if pd.isna(x["1"]) else x["1"] for x in rows] == [10_000_000, 50_000_000, None]
    assert [None if pd.isna(x["2"]) else x["2"] for x in rows] == [5006, 0, None]
    assert all(pd.isna(x["3"]) for x in rows)


def test_a_column_that_no_fact_has_is_refused() -> None:
    with pytest.raises(xcrules.XcrulesError, match="没有「投资金额」这一栏") as refused:
        POLICY.decide_table(pa.table({"编号": ["甲"], "投资金额": [1]}))
    assert "是不是「投资额」？" in refused.value.diagnostics[0].help


def test_columns_that_stand_twice_are_refused() -> None:
    loans = pa.ListArray.from_arrays([0, 1], pa.StructArray.from_arrays([pa.array([1]), pa.array([2])], names=["利息", "利息"]))
    twice = pa.table([["甲"], [[]], [[]]], names=["编号", "贷款", "贷款"])
    for door, came in ((POLICY.decide_table, twice), (POLICY.decide_table, pa.table({"编号": ["甲"], "贷款": loans})), (POLICY.amounts_frame, twice.to_pandas())):
        with pytest.raises(xcrules.XcrulesError) as raised:
            door(came)
        assert [d.code for d in raised.value.diagnostics] == ["E803"]


@pytest.mark.parametrize("values", [[1, "1元"], [[{"利息": 1}], [{"利息": "1元"}]], [[], "无"], [object(), 1]])
def test_a_column_of_several_kinds_is_refused_by_name(values: list[Any]) -> None:
    with pytest.raises(xcrules.XcrulesError) as refused:
        POLICY.amounts_frame(pd.DataFrame({"编号": ["甲", "乙"], "贷款": values}))
    assert [(d.code, d.path) for d in refused.value.diagnostics] == [("E802", "贷款")]


def test_advice_on_columns_is_for_who_has_a_table() -> None:
    with pytest.raises(xcrules.XcrulesError) as raised:
        POLICY.decide_table(pa.table({"街道": ["甲"]}))
    assert [d.help for d in raised.value.diagnostics] == ["不是事实的栏，先去掉", "各表都要有企业的编号；叫别的名字的，改名为「编号」"]


def test_a_unit_in_a_name_is_obeyed() -> None:
    answers = POLICY.decide_table(pa.table({"编号": ["甲"], "投资额（万元）": [12.5], "在本县": [True]}))
    assert answers.column("1.金额").to_pylist() == [Decimal(12500)]


@pytest.mark.parametrize("came", [3, None, "表", {"投资额": [1]}, [1], pl.LazyFrame({"投资额": [1]}), pd.Series([1])])
def test_what_is_no_table_is_said(came: Any) -> None:
    for door in (POLICY.decide_table, POLICY.amounts_frame):
        with pytest.raises(xcrules.XcrulesError) as raised:
            door(came)
        assert [d.code for d in raised.value.diagnostics] == ["E802"]


def test_items_of_which_nothing_is_known_are_items() -> None:
    """[{}] of Arrow, whose struct has no column, is one loan; a null among loans is none, as `decide` has it."""
    loans = pa.array([[{}], [], None], pa.list_(pa.struct([])))
    answers = POLICY.decide_table(pa.table({"编号": ["甲", "乙", "丙"], "贷款": loans})).to_pylist()
    assert [(x["2.状态"], x["2.缺失"]) for x in answers] == [("待补充", ["贷款[0].利息"]), ("不符合", []), ("待补充", ["贷款"])]
    (refused,) = POLICY.decide_table(pa.table({"编号": ["甲"], "贷款": [[{"利息": 4}, None]]})).to_pylist()
    assert refused["退回"] == "[E802] 贷款[1]：「贷款[1]」要是一个对象，不是空"


def test_a_block_without_any_word() -> None:
    """A kind that nobody gave, beside a clause that is decided row by row: 1元 recorded, 2元 at least, and 3元."""
    policy = xcrules.loads("事实：申报，顶层\n| 名称 | 类型 |\n| 费用 | 元 |\n\n事实：展览，逐项\n| 名称 | 类型 | 要求 |\n| 级别 | 国家级、其他 | |\n| 数额 | 元 | 核定 甲局，可缺 |\n"
                           "「第一条 给展览，另给费用。」\n  分项：展览\n  对象：每项 展览\n  裁量：由 甲局 核定，记入 数额\n  上限：单项 20元\n  下限：单项 2元\n"
                           "  分项：费用\n  对象：企业\n  标准：费用\n")
    (answer,) = policy.decide_table(pa.table({"编号": ["甲"], "费用": [3], "展览": [[{"数额": 1}]]})).to_pylist()
    assert answer["1.金额"] == 5


@pytest.mark.parametrize(("values", "right"), [
    (pa.array(["12.5", None]), [Decimal(12500), None]), (pa.array([Decimal("0.00010000000000000000000000000001"), 0]), [Decimal("0.10"), 0]),
    (pa.array([12.5, float("nan")]), [Decimal(12500), "E802"]), (pa.array([float("inf"), 1.0]), ["E802", Decimal(1000)]),
    (pa.array(["1,000", "2"]), None), (pa.array(["1万元", "2"]), None), (pa.array([True, False]), None), (pa.array([[1], [2]]), None),
])
def test_what_stands_under_a_unit(values: Any, right: list[Any] | None) -> None:
    """A tenth of so many 万元; what may have a unit of its own, or is no number, is not multiplied."""
    table = pa.table({"编号": ["甲", "乙"], "投资额（万元）": values, "在本县": [True, True]})
    if right is None:
        with pytest.raises(xcrules.XcrulesError, match="这一列就要都是数"):
            POLICY.decide_table(table)
        return
    answers = POLICY.decide_table(table).to_pylist()
    assert [x["1.金额"] if x["退回"] is None else x["退回"][1:5] for x in answers] == right


def test_types_that_arrow_cannot_take_rows_of() -> None:
    """Views, as DuckDB and Polars may give them, are read; what cannot be read is said, and keys that are no text."""
    table = pa.table({"编号": pa.array(["甲"]).cast(pa.string_view()), "投资额": pa.array(["100元"]).cast(pa.string_view()), "主体": [{"在本县": True}],
                      "贷款": pa.array([[{"利息": "4"}]]).cast(pa.list_(pa.struct([("利息", pa.string_view())])))})
    (answer,) = POLICY.decide_table(table).to_pylist()
    assert (answer["1.金额"], answer["2.金额"]) == (10, 2)
    for name, column in (("投资额", pa.RunEndEncodedArray.from_arrays([1], [5])), ("编号", pa.array([[1]])), ("编号", pa.array([b"\xff"]))):
        with pytest.raises(xcrules.XcrulesError) as raised:
            POLICY.decide_table(pa.table({"编号": ["甲"], name: column}))
        assert [d.code for d in raised.value.diagnostics] == ["E802"]
    for frame in (pl.DataFrame({"编号": ["甲"], "投资额": pl.Series([10**30], dtype=pl.Int128)}), pd.DataFrame({"编号": ["甲"], "投资额": [10**30]}), pd.DataFrame({"编号": ["甲"], "投资额": [1j]})):
        with pytest.raises(xcrules.XcrulesError) as raised:
            POLICY.amounts_frame(frame)
        assert [d.code for d in raised.value.diagnostics] == ["E802"]
