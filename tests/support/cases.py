"""Cases of the shipped policies that were worked out by hand: what they say, and how that is held against a decision."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "policies"
KEYS = {"状态", "金额", "上限", "本年度拨付", "拨付计划", "缺失", "争议"}
Case = dict[str, Any]


def worked(name: str) -> list[Case]:
    """The cases of tests/policies/NAME.jsonl: 编号, 事实, 期望 by clause, 理由; numbers exact."""
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_float=Decimal) for line in lines if line.strip()]


def differences(expected: Mapping[str, Any], clause: Mapping[str, Any], whole: bool = False) -> list[str]:
    """What a case says of a clause and the clause does not; amounts are exact. 缺失 and 争议 hold what is named, or (`whole`) no more."""
    return [f"{key}：应得 {want}，算得 {clause.get(key)}" for key, want in expected.items() if not _holds(key, want, clause.get(key), whole)]


def _holds(key: str, want: Any, have: Any, whole: bool) -> bool:
    match key:
        case "状态":
            return bool(want == have)
        case "缺失" | "争议":
            return list(want) == list(have or ()) if whole else set(want) <= set(have or ())
        case "拨付计划":
            return have is not None and _amounts(want) == _amounts(have)
        case _:
            return have is not None and Fraction(str(want)) == Fraction(str(have))


def _amounts(plan: Mapping[str, Any]) -> dict[str, Fraction]:
    return {year: Fraction(str(amount)) for year, amount in plan.items()}
