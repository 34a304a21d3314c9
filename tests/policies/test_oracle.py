"""The oracle against cases worked by hand: ours, and the sample cases shipped with the regulation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.support.oracle import CLAUSES, decide

HERE = Path(__file__).resolve().parent
OURS = HERE / "xicheng_cases.jsonl"
SAMPLES = HERE / "xicheng_samples.jsonl"
KEYS = {"状态", "金额", "上限", "本年度拨付", "拨付计划", "缺失", "争议"}


def load(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []  # test_case_files_are_there fails and says so
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_float=Decimal) for line in lines if line.strip()]


CASES = [
    pytest.param(case, id=f"{path.stem}:{case['编号']}") for path in (OURS, SAMPLES) for case in load(path)
]


def differences(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> list[str]:
    """What the written expectation says and the decision does not."""
    found = []
    for key, want in expected.items():
        have = actual.get(key)
        if key in ("缺失", "争议"):
            same = set(want) <= set(have or [])
        elif key == "拨付计划":
            same = have is not None and {y: Fraction(v) for y, v in want.items()} == have
        elif key == "状态":
            same = want == have
        else:
            same = have is not None and Fraction(want) == have
        if not same:
            found.append(f"{key}: expected {want}, got {have}")
    return found


@pytest.mark.parametrize("path", [OURS, SAMPLES], ids=["ours", "samples"])
def test_case_files_are_there(path: Path) -> None:
    assert path.is_file(), f"case file not found: {path}"
    cases = load(path)
    assert cases, f"no cases in {path}"
    numbers = [case["编号"] for case in cases]
    assert len(numbers) == len(set(numbers)), f"编号 twice in {path}"
    for case in cases:
        assert case["期望"], case["编号"]
        assert set(case["期望"]) <= set(CLAUSES), case["编号"]
        assert all(set(expected) <= KEYS for expected in case["期望"].values()), case["编号"]


@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any]) -> None:
    decision = decide(case["事实"])
    assert set(decision) == set(CLAUSES)
    wrong = {
        clause: found
        for clause, expected in case["期望"].items()
        if (found := differences(expected, decision[clause]))
    }
    assert not wrong, f"{case['编号']}（{case['理由']}）: {wrong}"
