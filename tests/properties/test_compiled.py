"""Compiled rules give what the reference evaluator gives: every field of every clause, on any facts.

Facts are drawn from a policy's own fact tables, complete and not; policies are the shipped regulation under
random readings, and small random policies of the typed fragment. Some hundred pairs of policy and facts by
default; more than 100,000 with XCRULES_HYPOTHESIS=nightly.
"""

from __future__ import annotations

import pickle
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, strategies as st

import xcrules
from tests.support.decisions import many, same_clauses
from tests.support.enterprises import enterprise
from tests.support.policies import EACH_SHIPPED, shipped
from tests.support.programs import load, programs
from tests.support.random_policies import SEEDS, policy_by_authority, random_facts, random_policy
from tests.support.strategies import Raw, facts
from xcrules.facts.given import Facts, read_facts
from xcrules.run.decision import ClauseDecision
from xcrules.run.reference import evaluate_clauses
from xcrules.run.results import cents_of

# -- comparing ------------------------------------------------------------------------------------------------

def assert_same(policy: xcrules.Policy, raw: Raw, readings: dict[str, str], seen: Counter[str]) -> None:
    """The compiled decision against the reference, field by field, reasons included."""
    chosen = policy.defaults | readings
    slow, found = read_facts(raw, policy.program.schema, policy.program.clause_names)
    assert not found, found
    facts = policy.facts(raw)
    assert facts.notices == slow.notices
    assert dict(facts.top) == dict(slow.top)
    assert facts.number == slow.number
    engines = policy._engines
    under = engines.under(chosen)
    reference = evaluate_clauses(under.plan, slow, engines.parameters)
    decision = policy.decide(facts, readings)
    if not readings:
        assert policy.amounts(facts) == {k.number: cents_of(k) for k in reference}
    seen.update(right.status for right in reference)
    same_clauses(decision.clauses, reference, raw, readings)
    seen["asked"] += sum(k.reasons.traces is not None for k in decision)
    seen["clauses"] += len(reference)


# -- the shipped regulation -------------------------------------------------------------------------------------


SHIPPED = shipped()


def some_readings(seed: int) -> dict[str, str]:
    """One of a few dozen random sets of choices; the first is the default."""
    if seed % 40 == 0:
        return {}
    r = Random(seed % 40)
    return {x.number: r.choice(x.modelled) for x in SHIPPED.program.readings if r.random() < 0.5}


@many(6)
@given(seed=SEEDS)
def test_shipped_regulation(seed: int) -> None:
    assert_same(SHIPPED, random_facts(Random(seed), SHIPPED), some_readings(seed), Counter())


@pytest.mark.parametrize("name", EACH_SHIPPED)
def test_every_clause_under_every_choice_has_a_function(name: str) -> None:
    policy = xcrules.load(name)
    engines = policy._engines
    for reading in policy.program.readings:
        for choice in reading.modelled:
            compiled = engines.under({**engines.defaults, reading.number: choice}).compiled
            for i, clause in enumerate(compiled.plan.clauses):
                assert clause.nature or compiled.clause(i).function


def in_cents(raw: Any) -> Any:
    """The same facts without parts of a 分 and without 不适用, which are left to the reference evaluator."""
    match raw:
        case dict():
            return {k: in_cents(v) for k, v in raw.items() if v != "不适用"}
        case list():
            return [in_cents(x) for x in raw]
        case Fraction() | Decimal():
            return Fraction(round(raw * 100), 100)
        case _:
            return raw


@many(8)
@given(data=st.data())
def test_what_is_known_is_never_asked_of_the_reference(data: st.DataObject) -> None:
    policy = load(data.draw(programs()))
    engines = policy._engines
    outcomes = engines.default.compiled.outcomes(engines.scaled(policy.facts(in_cents(data.draw(facts(policy, "1(1)"))))))
    assert outcomes[engines.default.compiled.index["1(1)"]] is not None  # facts of another clause are not drawn


def test_open_clauses_are_told_by_generated_code() -> None:
    """Sheets with holes: few of the clauses that whole numbers leave open are for the reference evaluator."""
    policy, open_, asked = xcrules.load("xicheng-2021"), 0, 0
    compiled = policy._engines.default.compiled
    reference = compiled.reference

    def counted(facts: Facts, only: tuple[str, ...]) -> tuple[ClauseDecision, ...]:
        nonlocal asked
        asked += len(only)
        return reference(facts, only)

    compiled.reference = counted
    for seed in range(60):
        facts = policy.facts(enterprise(seed, 0.03))
        open_ += compiled.outcomes(policy._engines.scaled(facts)).count(None)
        policy.decide(facts).to_json(disputes=False, reasons=False)
    assert open_ > 100
    assert asked < open_ * 0.06


def test_readings_and_warnings_of_a_compiled_decision() -> None:
    """What is worked out by judging again under other readings is the same too."""
    raw = random_facts(Random(12), SHIPPED)
    cold = xcrules.load("xicheng-2021")
    first, again = cold.decide(raw), SHIPPED.decide(raw)
    assert first == again
    assert again == first
    assert [k.readings for k in first.clauses] == [k.readings for k in again.clauses]
    assert first.to_json(details=True) == again.to_json(details=True)


@many(2)
@given(seed=SEEDS)
def test_choices_compared_in_whole_numbers_are_choices_compared_by_the_reference(seed: int) -> None:
    """争议, 原因 and what other choices would give, under other readings too, and of clauses that only the gates leave open."""
    r = Random(seed)
    raw, readings = random_facts(r, SHIPPED), {x.number: r.choice(x.modelled) for x in SHIPPED.program.readings if r.random() < 0.1}
    if r.random() < 0.3:
        raw.pop(r.choice(("申报日期", "政策兑现年度", "主体")), None)
    for mine, right in zip(SHIPPED.decide(raw, readings), SHIPPED.decide(raw, readings, engine="reference"), strict=True):
        assert (mine.number, mine.disputes, mine.reason, mine.readings) == (right.number, right.disputes, right.reason, right.readings)


@given(seed=SEEDS)
def test_disputes_name_what_another_choice_may_change(seed: int) -> None:
    """争议: another choice, decided for itself, comes to something else; or a person must judge one, and the line of this one acted."""
    raw = random_facts(Random(seed), SHIPPED)
    for clause in SHIPPED.decide(raw).clauses:
        for use in clause.readings:
            others = [SHIPPED.decide(raw, {use.number: x.choice})[clause.number] for x in use.alternatives if x.status is not None and x.needs == ""]
            if any(k.outcome() != clause.outcome() for k in others):
                assert use.number in clause.disputes, (clause.number, use.number)
            elif all(x.status is not None for x in use.alternatives):
                assert use.number not in clause.disputes, (clause.number, use.number)


def test_facts_changed_after_the_decision_do_not_change_it() -> None:
    """Reasons are built when read, from a copy."""
    raw = random_facts(Random(3), SHIPPED)
    one, other = SHIPPED.decide(raw), SHIPPED.decide(raw)
    shown = other.to_json(details=True)
    for held in raw.values():
        if isinstance(held, list | dict):
            held.clear()
    raw.clear()
    assert one.to_json(details=True) == shown


def test_facts_travel() -> None:
    """Facts in a record are plain facts in another process."""
    facts = SHIPPED.facts(random_facts(Random(8), SHIPPED))
    assert pickle.loads(pickle.dumps(facts)) == facts


def test_facts_of_another_policy_object() -> None:
    """Facts read by one policy object serve another of the same text, and facts that were changed on the way."""
    raw = random_facts(Random(21), SHIPPED)
    other = xcrules.load("xicheng-2021")
    right = SHIPPED.decide(raw)
    assert other.decide(SHIPPED.facts(raw)) == right
    assert SHIPPED.decide(Facts(SHIPPED.facts(raw).top, "7")).clauses == right.clauses


def test_one_policy_in_many_threads() -> None:
    """Compiling at the same moment in several threads ends in the same decisions."""
    fresh = xcrules.load("xicheng-2021")
    sheets = [random_facts(Random(i), SHIPPED) for i in range(24)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(fresh.decide, sheets))
    assert made == [SHIPPED.decide(x) for x in sheets]


# -- random policies ----------------------------------------------------------------------------------------------

def test_random_policies() -> None:
    """A policy of random lines; one that the checker refuses is no example, and most are none of these."""
    seen: Counter[str] = Counter()

    @many(3)
    @given(seed=SEEDS)
    def agree(seed: int) -> None:
        r = Random(seed)
        try:
            policy = xcrules.loads(random_policy(r) if seed % 4 else policy_by_authority(r))
        except xcrules.XcrulesError:
            seen["refused"] += 1
            return
        seen["policies"] += 1
        for _ in range(6):
            assert_same(policy, random_facts(r, policy), {}, seen)

    agree()
    assert seen["policies"] > seen["refused"] / 2, seen
    assert seen["asked"] < seen["clauses"] * 0.6, f"the compiled rules did most of the work: {seen}"
    assert {"应予支持", "裁量", "不符合", "额度用尽", "待补充"} <= set(seen)
