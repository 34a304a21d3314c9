"""The oracle against cases worked by hand: ours, and the sample cases shipped with the regulation."""

from __future__ import annotations

import pytest

from tests.support.cases import KEYS, Case, differences, worked
from tests.support.oracle import CLAUSES, decide

FILES = ("xicheng_cases", "xicheng_samples")  # ours, and those given with the regulation
CASES = [pytest.param(case, id=f"{name}:{case['编号']}") for name in FILES for case in worked(name)]


@pytest.mark.parametrize("name", FILES)
def test_cases_say_what_can_be_compared(name: str) -> None:
    cases = worked(name)
    assert cases
    numbers = [case["编号"] for case in cases]
    assert len(numbers) == len(set(numbers)), f"编号 twice in {name}"
    for case in cases:
        assert case["期望"], case["编号"]
        assert set(case["期望"]) <= set(CLAUSES), case["编号"]
        assert all(set(expected) <= KEYS for expected in case["期望"].values()), case["编号"]


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    decision = decide(case["事实"])
    assert set(decision) == set(CLAUSES)
    wrong = {
        clause: found
        for clause, expected in case["期望"].items()
        if (found := differences(expected, decision[clause]))
    }
    assert not wrong, f"{case['编号']}（{case['理由']}）: {wrong}"


@pytest.mark.parametrize(("expected", "clause", "whole"), [
    ({"状态": "不符合"}, {"状态": "应予支持"}, False), ({"金额": 1}, {"金额": "1.01"}, False), ({"金额": 0}, {}, False),
    ({"缺失": ["甲"]}, {"缺失": ["乙"]}, False), ({"缺失": ["甲"]}, {"缺失": ["甲", "乙"]}, True),
    ({"拨付计划": {"2024": 1}}, {"拨付计划": {"2024": "1.00", "2025": "1.00"}}, False),
])
def test_a_difference_is_told(expected: Case, clause: Case, whole: bool) -> None:
    assert len(differences(expected, clause, whole)) == 1
