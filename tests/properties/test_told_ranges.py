"""What the reasons tell of a cap and of other support while facts are missing holds of what comes out once these are known."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest

import xcrules
from tests.support.random_policies import Raw, random_facts, random_policy

Ranges = dict[tuple[str, ...], list[Any]]


def without_some(r: Random, policy: xcrules.Policy, raw: Raw) -> Raw:
    """The same without a few facts of rows, of those that no default stands for."""
    raw = deepcopy(raw)
    lists = [t for t in policy.program.schema.nested if t.kind == "名单"]
    told = [(row, f.name) for t in lists for row in raw.get(t.name) or () for f in t.fields if f.name in row and not f.optional and f.default is None]
    for row, name in r.sample(told, min(len(told), r.choice((1, 1, 2, 4)))):
        del row[name]
    return raw


def told(clause: xcrules.ClauseDecision) -> Ranges:
    """The ranges told of each cap on each group, and of each matter; of what is told twice, none."""
    reasons = clause.at_hand
    if reasons is None:
        return {}
    found = [((x.text, x.group, x.label), [x.before, x.limit, x.after]) for x in reasons.caps]
    found += [((x.matter,), [x.before, x.received, x.rival, x.after]) for x in reasons.conflicts]
    names = [name for name, _ in found]
    return {name: ranges for name, ranges in found if names.count(name) == 1}


def compared(seed: int) -> Iterator[tuple[Any, Any]]:
    r = Random(seed)
    text = random_policy(r)
    if "裁量" in text:  # of what an authority says the most is told, and then what it said
        return
    try:
        policy = xcrules.loads(text)
    except xcrules.XcrulesError:
        return
    for _ in range(12):
        raw = random_facts(r, policy)
        try:
            opened, whole = policy.decide(without_some(r, policy, raw)), policy.decide(raw)
        except xcrules.XcrulesError:
            continue
        for clause in opened:
            known = told(whole[clause.number])
            yield from ((x, y) for name, ranges in told(clause).items() for x, y in zip(ranges, known.get(name, ()), strict=name in known))


@pytest.mark.slow
def test_what_is_told_holds() -> None:
    seen = 0
    for seed in range(150):
        for (low, high), (least, most) in compared(seed):
            assert low <= least and most <= high, seed  # noqa: PT018
            seen += 1
    assert seen > 1000
