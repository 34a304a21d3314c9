"""What is told to the solver is what the engines decide: complete sheets pinned in it, status and amount or bound compared."""

from __future__ import annotations

import datetime
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
import z3  # type: ignore[import-untyped]

import xcrules
from tests.support.enterprises import enterprise
from tests.support.pinned import Pinned
from tests.support.random_policies import random_facts, random_policy
from xcrules.base import dates
from xcrules.run.smt.calendar import months_between, months_later
from xcrules.run.smt.terms import Symbol

SHIPPED = ("xicheng-2021", "nansha-technology-2017", "nansha-headquarters-2017", "iit-comprehensive-2018")


def complete(r: Random, policy: xcrules.Policy) -> Any:
    """Facts in which nothing is unknown, and 不适用 is not written."""
    schema = policy.program.schema
    while True:
        raw = without(random_facts(r, policy))
        held = [(raw, schema.top), *((row, t.fields) for t in schema.nested for row in (raw.get(t.name) or []) if t.kind == "名单"),
                *((raw.get(t.name) or {}, t.fields) for t in schema.nested if t.kind == "一份")]
        if all(f.name in row for row, fields in held for f in fields if f.default is None and not (f.optional or f.closed or f.parameter)):
            return raw


def without(raw: Any) -> Any:
    """The same in whole 元, and without 不适用."""
    if isinstance(raw, dict):
        return {k: without(v) for k, v in raw.items() if v != "不适用"}
    if isinstance(raw, Decimal | Fraction | float) and raw > 1:
        return int(raw)
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


@pytest.mark.parametrize(("name", "sheets", "least"), [(SHIPPED[0], 14, 120), (SHIPPED[2], 2, 8), (SHIPPED[3], 12, 8)])
def test_shipped(name: str, sheets: int, least: int) -> None:
    assert agree(xcrules.load(name), sheets)["compared"] >= least


@pytest.mark.parametrize("name", SHIPPED[:2])
def test_told_as_a_whole(name: str) -> None:
    assert not Pinned(xcrules.load(name), rows=1).uncovered


def test_days() -> None:
    """The calendar of the solver beside that of the engines."""
    day, other, months = (z3.Int(x) for x in ("day", "other", "months"))
    low, high = datetime.date(2000, 1, 1).toordinal(), datetime.date(2040, 12, 31).toordinal()
    domain: list[Any] = []
    one, two = (Symbol(x, span=(low, high)) for x in (day, other))
    later = months_later(one, Symbol(months, span=(-400, 400)), domain).value
    full, touched = (months_between(one, two, whole, domain).value for whole in (True, False))
    solver, r = z3.SimpleSolver(), Random(3)
    solver.add(*domain)
    for n in range(12):
        x, y, m = r.randint(low, high), r.randint(low, high), r.randint(-300, 400)
        x = datetime.date(2000 + 4 * (n % 10), 2, 29).toordinal() if n % 3 == 0 else x
        solver.push()
        solver.add(day == x, other == y, months == m)
        assert solver.check() == z3.sat
        model = solver.model()
        assert [model.eval(v).as_long() for v in (later, full, touched)] == [dates.months_later(x, m), dates.full_months(x, y), dates.from_to("历月", x, y)]
        solver.pop()
        for years in (0, 1, -3, 4, 10):
            assert months_later(Symbol(x, span=(low, high)), Symbol(12 * years, span=(12 * years, 12 * years)), domain).value == dates.same_day(x, years)


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
    assert random_policies(range(4), 4)["compared"] >= 8


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_thousands(name: str) -> None:
    assert agree(xcrules.load(name), 120, seed=1000)["compared"] >= 100


@pytest.mark.slow
def test_random_policies_by_the_dozen() -> None:
    assert random_policies(range(100, 120), 6)["compared"] >= 150
