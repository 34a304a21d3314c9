"""Whatever Python holds at whatever place of the facts: a decision or findings, of both engines alike, that print, travel and are JSON."""

from __future__ import annotations

import array
import collections
import copy
import datetime
import enum
import json
import pickle
import types
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest

import xcrules

POLICY = xcrules.load("xicheng-2021")
SHEET: dict[str, Any] = {
    "编号": "甲", "政策兑现年度": 2023, "申报日期": "2023-09-01", "科技活动经费支出强度": "0.05", "西城园平均强度": 0.04,
    "主体": {"西城区注册": True, "西城区纳税": True, "中关村高新技术企业认定": True}, "研发经费": {"2021": 1000000, "2022": 2000000, "2023": 3000000},
    "上级资金": [{"类别": "科技重大专项", "级别": "北京市级", "金额": 600000, "到账年度": 2023, "事项标识": "a"}],
    "贷款": [{"类型": "信用贷款", "首次贷款": True, "用于创业创新": True, "本年度缴纳利息": 130000}],
    "历史已获支持": [{"条款": "3(1)", "核定年度": 2022, "金额": 100}], "本年度已获支持": {"3(3)": 498000},
    "其他区级政策支持": [{"事项标识": "a", "金额": 1, "状态": "已获得"}],
}


class Word(str):
    pass


class Kind(enum.StrEnum):
    OWN = "信用贷款"


class Count(enum.IntEnum):
    ONE = 1


class Held(dict[str, object]):
    pass


ENDLESS: list[Any] = []
ENDLESS.append(ENDLESS)
VALUES: list[Any] = [
    None, True, 0, -1, 10**18, 10**5000, -(10**5000), Count.ONE, 0.1, float("nan"), float("inf"), 5e-324, Decimal("NaN"), Decimal("sNaN"), Decimal("1e400"), Decimal("-0"),
    Fraction(1, 3), Fraction(1, 10**200), "", "\0", "\ud800", "\ufeff", "是", "1e400", "0x10", "9" * 10_000, "不适用", "未知", Word("是"), Kind.OWN, b"2023",
    datetime.date(1, 1, 1), datetime.date(9999, 12, 31), datetime.datetime(2023, 9, 1, tzinfo=datetime.UTC), datetime.time(1), datetime.timedelta(1), "0000-01-01", "10000-01-01",
    np.int64(2023), np.uint64(2**63), np.float32(0.1), np.float64("nan"), np.longdouble("0.1"), np.bool_(True), np.str_("是"), np.datetime64("2023-09-01"), np.datetime64("NaT", "D"),
    np.timedelta64(1, "D"), np.array(5), np.array([1, 2]), np.complex128(1), pd.NA, pd.NaT, pd.Timestamp("2023-09-01", tz="Asia/Shanghai"), pd.Series([1]), pd.Period("2023"),
    pd.DataFrame({"a": [1]}), [], [None], [[]], (), {}, Held({"2023": "1"}), {1: 2}, {None: 1}, {pd.NA: 1}, {np.int64(2023): 1}, {2023.0: 1}, {True: 1}, {(1,): 1}, {b"2023": 1},
    {"2023": 1, 2023: 2}, {datetime.date(2023, 1, 1): 5}, {10**5000: 1}, {1}, range(3), iter([]), types.MappingProxyType({}), collections.UserDict({"2023": 1}), collections.deque(),
    types.SimpleNamespace(), object(), object, len, 1j, ..., array.array("i", [1]), ENDLESS,
]


def places(held: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of the sheet, the whole of it too."""
    keys = held if isinstance(held, dict) else range(len(held)) if isinstance(held, list) else ()
    return [path, *(x for key in keys for x in places(held[key], (*path, key)))]


PLACES = places(SHEET)


def spoiled(path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    sheet = copy.deepcopy(SHEET)
    held: Any = sheet
    for key in path[:-1]:
        held = held[key]
    held[path[-1]] = value
    return sheet


def answer(raw: Any, engine: Any) -> str:
    try:
        made = POLICY.decide(raw, engine=engine)
    except xcrules.XcrulesError as error:
        found = pickle.loads(pickle.dumps(error)).diagnostics
        return json.dumps([[d.code, d.path, d.message, d.help] for d in found])
    assert repr(made)
    return json.dumps(made.to_json(), allow_nan=False)


def reach(pairs: list[tuple[tuple[Any, ...], Any]]) -> None:
    for path, value in pairs:
        raw = spoiled(path, value)
        assert answer(raw, "compiled") == answer(raw, "reference"), path


def test_odd_values_end_as_decisions_or_findings() -> None:
    r = Random(7)
    reach([(r.choice(PLACES), v) for v in r.sample(VALUES, 15)])


@pytest.mark.slow
def test_every_odd_value_at_every_place() -> None:
    reach([(path, value) for path in PLACES for value in VALUES])
