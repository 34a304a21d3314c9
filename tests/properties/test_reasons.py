"""What is told about a decision is true: every line recomputes, every quote is the one above the line that acted."""

from __future__ import annotations

import re
from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import xcrules
from tests.support.decisions import judged, many
from tests.support.programs import load, programs
from tests.support.random_policies import SEEDS, random_facts, random_policy
from tests.support.recompute import lines, wrong
from tests.support.strategies import Raw, facts
from xcrules.run.decision import ClauseDecision
from xcrules.run.results import CONTINUED, OUT_OF_FORCE, OUT_OF_SCOPE, ZERO_STATUSES
from xcrules.tell.explain import explain_clause, reason_json
from xcrules.use.python.policy import Policy

SHIPPED = {n: xcrules.load(n) for n in ("xicheng-2021", "nansha-headquarters-2017", "nansha-technology-2017", "iit-comprehensive-2018")}

NOTHING = (*ZERO_STATUSES, CONTINUED, OUT_OF_FORCE, OUT_OF_SCOPE)


def choices(policy: Policy, r: Random) -> dict[str, str]:
    """Another choice for some of the readings."""
    return {x.number: r.choice(x.modelled) for x in policy.program.readings if len(x.modelled) > 1 and r.random() < 0.2}


def quotes_of(policy: Policy, number: str, readings: dict[str, str]) -> dict[str, set[str]]:
    """Of each label the quotes above its lines that stand under these readings."""
    clause = policy.program.clause(number)
    assert clause is not None
    found: dict[str, set[str]] = {}
    for rule in (*clause.rules(), *policy.program.policy_rules):
        if rule.active(policy.defaults | readings):
            found.setdefault(rule.origin.label, set()).add(rule.origin.words)
    return found


def words_agree(line: dict[str, Any]) -> None:
    """What a step says in words is what its figures say, and no piece of its note is empty."""
    note, came = line.get("依据", ""), line.get("结果", "")
    assert not re.search("，，|^，|，$|^中最|，中最| $", note), line
    assert not re.search("至多 (介于|至少)", came), line
    if line.get("标签") == "限次" and came.endswith("没有享受过，不减"):
        figures = {x.get("名"): x["值"] for x in line.get("算式", {"项": []})["项"]}
        assert figures.get("可用") != "0" or figures.get("补差前") == "0", line
    if line.get("标签") == "竞合" and came.endswith("不减") and not came.endswith("减不减"):
        assert not re.search(r"其他政策\S+ (介于|至少|至多|未知|不限)", note), line


def check(policy: Policy, made: ClauseDecision, readings: dict[str, str]) -> int:
    """How many of its lines have been worked out again."""
    told = reason_json(explain_clause(made))
    assert not wrong(told)
    for line in lines(told):
        words_agree(line)
        assert "成立" not in line or not any(x["说明"] == line["说明"] for kid in line.get("因为", ()) for x in lines(kid) if x.get("因为")), line  # no part goes by the whole
    quotes = quotes_of(policy, made.number, readings)
    for line in lines(told):
        if "标签" in line and "原文" in line and line["标签"] in quotes and line["标签"] != "拨付":
            assert line["原文"] in quotes[line["标签"]], line
    return sum("算式" in line for line in lines(told))


def enough(told: list[int], share: float) -> None:
    """Of the examples that were drawn, how many had something to work out again."""
    assert len(told) >= settings().max_examples
    assert sum(n > 0 for n in told) >= share * len(told), Counter(told)


@pytest.mark.parametrize("name", SHIPPED)
def test_reasons_of_shipped_policies_recompute(name: str) -> None:
    told: list[int] = []

    @many(2)
    @given(seed=SEEDS)
    def each(seed: int) -> None:
        r, policy = Random(seed), SHIPPED[name]
        readings = choices(policy, r)
        told.append(sum(check(policy, made, readings) for made in policy.decide(random_facts(r, policy), readings, engine="reference")))

    each()
    enough(told, 0.9)


@pytest.mark.parametrize("name", SHIPPED)
@many(2)
@given(seed=SEEDS)
def test_why_nothing_is_the_same_both_ways(name: str, seed: int) -> None:
    """原因 of the compiled way is that of the reference, and every clause that comes to 0 has one."""
    r, policy = Random(seed), SHIPPED[name]
    raw, readings = random_facts(r, policy), choices(policy, r)
    compiled = policy.decide(raw, readings)
    for made, other in zip(policy.decide(raw, readings, engine="reference").clauses, compiled.clauses, strict=True):
        assert made.reason == other.reason
        assert bool(made.reason) == (made.status in NOTHING or made.amount == 0), made.status


def test_reasons_of_random_policies_recompute() -> None:
    told: list[int] = []

    @many(2)
    @given(seed=SEEDS)
    def each(seed: int) -> None:
        r, found = Random(seed), 0
        try:
            policy = xcrules.loads(random_policy(r))
        except xcrules.XcrulesError:
            told.append(0)
            return
        for _ in range(4):
            found += sum(check(policy, made, {}) for made in policy.decide(random_facts(r, policy), engine="reference"))
        told.append(found)

    each()
    enough(told, 0.5)


def test_reasons_of_other_random_policies_recompute() -> None:
    told: list[int] = []

    @many(4)
    @given(data=st.data())
    def each(data: st.DataObject) -> None:
        policy = load(data.draw(programs()))
        raw: Raw = data.draw(facts(policy, "1(1)", data.draw(st.booleans())))
        told.append(check(policy, judged(policy, "1(1)", raw), {}))

    each()
    enough(told, 0.5)
