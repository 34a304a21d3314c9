"""Unknown facts: revealing one narrows what may come out, and what is not asked for cannot matter.

Two things are exempt, both decided by looking at the Program. A line that says 已报 (the Known node) takes a
year that was not reported as not chosen, so reporting it later is another set of facts, not a revelation. And
主体 is judged before dates are known: 不适用主体 may become 不在有效期.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, note, strategies as st

from tests.support import law
from tests.support.decisions import ZERO, answer, judged, narrower, settled, within
from tests.support.policies import shipped
from tests.support.strategies import Hints, Place, Raw, Values, asked_for, clause_of, facts, hints, nodes, unknowns, value_at
from xcrules.meaning import values
from xcrules.run.results import OUT_OF_FORCE, OUT_OF_SCOPE

SHIPPED = shipped()
NUMBERS = (*law.CLAUSES, "6(5)", "7(2)")
HINTS = {number: hints(SHIPPED, number) for number in NUMBERS}


def reported(number: str) -> frozenset[str]:
    """Facts of which a line of the clause asks whether they were reported."""
    known = [n for n in nodes(clause_of(SHIPPED._engines.default.plan, number)) if isinstance(n, values.Known)]
    return frozenset(n.field.name for k in known for n in nodes(k) if isinstance(n, values.Fact))


EXEMPT = {number: reported(number) for number in NUMBERS}


def open_places(number: str, raw: Raw) -> list[Place]:
    return [p for p in unknowns(SHIPPED, number, raw) if p.keys[0] not in EXEMPT[number]]


def values_for(known: Hints, raw: Raw) -> Values:
    return Values(known, int(raw.get("政策兑现年度") or 2023))


def test_the_exemption_is_read_from_the_program() -> None:
    assert {number for number, names in EXEMPT.items() if names} == {"3(1)"}


@pytest.mark.parametrize("number", NUMBERS)
@given(data=st.data(), through=st.booleans())
def test_revealing_narrows(number: str, data: st.DataObject, through: bool) -> None:
    raw = data.draw(facts(SHIPPED, number, partial=True, through=through))
    places = open_places(number, raw)
    assume(places)
    before = judged(SHIPPED, number, raw)
    for place in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3, unique_by=lambda p: p.keys)):
        raw = place.put(raw, data.draw(value_at(values_for(HINTS[number], raw), place)))
        note(f"{place.path} = {place.get(raw)}")
        after = judged(SHIPPED, number, raw)
        narrower(before, after)
        before = after


def filled(number: str, raw: Raw, places: list[Place], data: st.DataObject) -> Raw:
    for place in places:
        raw = place.put(raw, data.draw(value_at(values_for(HINTS[number], raw), place)))
    return raw


@pytest.mark.parametrize("number", NUMBERS)
@given(data=st.data(), through=st.booleans())
def test_what_is_not_asked_for_cannot_matter(number: str, data: st.DataObject, through: bool) -> None:
    """Complete the facts in two ways that agree on what is missing: the decision is the same."""
    raw = data.draw(facts(SHIPPED, number, partial=True, through=through))
    missing = judged(SHIPPED, number, raw).missing
    places = unknowns(SHIPPED, number, raw)
    kept = [p for p in places if asked_for(p, missing) or p.keys[0] in EXEMPT[number]]
    loose = [p for p in places if p not in kept]
    assume(loose)
    common = filled(number, raw, kept, data)
    one, two = (judged(SHIPPED, number, filled(number, common, loose, data)) for _ in range(2))
    if {one.status, two.status} == {OUT_OF_SCOPE, OUT_OF_FORCE}:
        return
    assert answer(one) == answer(two)


@pytest.mark.parametrize("number", NUMBERS)
@given(data=st.data())
def test_complete_facts_leave_nothing_to_ask(number: str, data: st.DataObject) -> None:
    raw = data.draw(facts(SHIPPED, number, through=False))
    made = judged(SHIPPED, number, raw)
    assert settled(made)
    assert made.missing == ()


@pytest.mark.parametrize("number", NUMBERS)
@given(data=st.data(), through=st.booleans())
def test_missing_and_pending_go_together(number: str, data: st.DataObject, through: bool) -> None:
    """待补充 names what is missing, each thing unknown indeed; a decision asks for nothing."""
    raw = data.draw(facts(SHIPPED, number, partial=True, through=through))
    made = judged(SHIPPED, number, raw)
    assert settled(made) == (not made.missing)
    places = unknowns(SHIPPED, number, raw)
    for path in made.missing:
        assert any(p.path == path or path.startswith(p.path) or p.path.startswith(path) for p in places), path


@given(raw=st.just({}))
def test_the_helpers_can_fail(raw: Raw) -> None:
    assert not within((ZERO, Fraction(2)), (ZERO, Fraction(1)))
    assert judged(SHIPPED, "2(1)", raw).missing
