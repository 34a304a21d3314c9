"""The oracle and the engine on the same random facts: every clause, every amount; and 待补充 where facts are open.

The oracle tries every filling of an unknown field, the engine reckons with ranges. So the engine may call a clause
open that the oracle can close (it says so less often than once in a hundred clauses); the reverse never holds.
"""

from __future__ import annotations

import os
from fractions import Fraction
from typing import Any

import pytest

import xcrules
from tests.support.enterprises import enterprise
from tests.support.oracle import CLAUSES, decide
from tests.support.policies import shipped

OPEN = "待补充"
BLOCKS = 40 if os.environ.get("XCRULES_HYPOTHESIS") == "nightly" else 4
SIZE = 100


@pytest.fixture(scope="module")
def policy() -> xcrules.Policy:
    return shipped()


def told(clause: dict[str, Any]) -> dict[str, Any]:
    """A clause of either side, amounts as Fraction."""
    out: dict[str, Any] = {"状态": clause["状态"]}
    for key in ("金额", "上限", "本年度拨付"):
        if clause.get(key) is not None:
            out[key] = Fraction(clause[key])
    if "拨付计划" in clause:
        out["拨付计划"] = {y: Fraction(v) for y, v in clause["拨付计划"].items() if Fraction(v)}
    return out


@pytest.mark.parametrize("block", range(BLOCKS))
def test_complete_facts(policy: xcrules.Policy, block: int) -> None:
    for seed in range(block * SIZE, (block + 1) * SIZE):
        facts = enterprise(seed)
        expected, got = decide(facts), policy.decide(facts).to_json(disputes=False)["条款"]
        for number in CLAUSES:
            assert told(got[number]) == told(expected[number]), (seed, number)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_facts_with_holes(policy: xcrules.Policy, block: int) -> None:
    closed = wide = 0
    for seed in range(10_000 + block * SIZE, 10_000 + (block + 1) * SIZE):
        facts = enterprise(seed, holes=0.06)
        expected, got = decide(facts), policy.decide(facts).to_json(disputes=False)["条款"]
        for number in CLAUSES:
            mine, theirs = told(got[number]), told(expected[number])
            if mine["状态"] != OPEN:
                assert mine == theirs, (seed, number)
            elif theirs["状态"] != OPEN:
                wide += 1
            closed += theirs["状态"] != OPEN
    assert closed > 100
    assert wide <= closed / 100, f"{wide} of {closed} clauses are open to the engine alone"


def test_enterprises_reach_every_status() -> None:
    """The generator is worth its name: all the statuses of a clause with money come out, and no seed gives the same facts."""
    enterprises = [enterprise(seed) for seed in range(200)]
    assert len({str(s) for s in enterprises}) == 200
    statuses = {k["状态"] for s in enterprises for k in decide(s).values()}
    assert {"应予支持", "裁量", "不符合", "额度用尽", "从高不重复", "分期续拨", "不适用主体", "非资金条款", "另行规定"} <= statuses
