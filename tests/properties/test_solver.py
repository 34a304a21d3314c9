"""What is told to the solver is what the engines decide: complete sheets pinned in it, status and amount or bound compared."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

import xcrules
from tests.support.enterprises import enterprise
from tests.support.pinned import Pinned
from tests.support.random_policies import random_facts, random_policy

SHIPPED = ("xicheng-2021", "nansha-technology-2017", "nansha-headquarters-2017", "iit-comprehensive-2018")


def complete(r: Random, policy: xcrules.Policy) -> Any:
    """Facts in which little is unknown, and 不适用 is not written."""
    while True:
        raw = random_facts(r, policy)
        if all(f.name in raw for f in policy.program.schema.top if f.default is None and not f.optional and not f.closed and not f.parameter):
            return without(raw)


def without(raw: Any) -> Any:
    if isinstance(raw, dict):
        return {k: without(v) for k, v in raw.items() if v != "不适用"}
    return [without(x) for x in raw] if isinstance(raw, list) else raw


def agree(policy: xcrules.Policy, sheets: int, seed: int = 0) -> Counter[str]:
    pinned, seen, r = Pinned(policy), Counter[str](), Random(seed)
    for n in range(sheets):
        raw = enterprise(seed + n) if policy.name == "xicheng-2021" and n % 2 else complete(r, policy)
        try:
            count, found = pinned.disagreements(raw)
        except xcrules.XcrulesError:
            continue
        assert not found, (raw, found)
        seen["compared"] += count
    seen["uncovered"], seen["told"] = len(pinned.uncovered), len(pinned.terms)
    return seen


@pytest.mark.parametrize(("name", "sheets", "least"), [(SHIPPED[0], 24, 200), (SHIPPED[2], 3, 8), (SHIPPED[3], 12, 8)])
def test_shipped(name: str, sheets: int, least: int) -> None:
    assert agree(xcrules.load(name), sheets)["compared"] >= least


def test_the_first_regulation_is_told_as_a_whole() -> None:
    assert not Pinned(xcrules.load(SHIPPED[0]), rows=1).uncovered


def random_policies(seeds: range, sheets: int) -> Counter[str]:
    seen = Counter[str]()
    for seed in seeds:
        try:
            policy = xcrules.loads(random_policy(Random(seed)))
        except xcrules.XcrulesError:
            continue
        seen += agree(policy, sheets, seed)
    return seen


def test_random_policies() -> None:
    assert random_policies(range(3), 6)["compared"] >= 10


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_thousands(name: str) -> None:
    assert agree(xcrules.load(name), 120, seed=1000)["compared"] >= 100


@pytest.mark.slow
def test_random_policies_by_the_dozen() -> None:
    assert random_policies(range(100, 130), 8)["compared"] >= 400
