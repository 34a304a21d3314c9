"""No amount, bound or upper end of a range passes any cap, and items add up to their clause, for all facts.

The caps and the worth of a row are in law.py, in plain numbers. Rounding is included: sums with parts of
a 分 must not lift anything over a cap.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import Phase, find, given, note, settings, strategies as st

from tests.support import law
from tests.support.policies import shipped
from tests.support.strategies import Raw, facts
from xcrules.base.money import Unlimited
from xcrules.run.decision import ClauseDecision
from xcrules.run.results import GRANTED, PENDING

SHIPPED = shipped()


def judged(number: str, raw: Raw, **readings: str) -> ClauseDecision:
    (decision,) = SHIPPED._engines.under(SHIPPED.chosen(readings)).reference(SHIPPED.facts(raw), (number,))
    note(f"{number} {decision.status} {decision.amount} {decision.bound} {[(i.path, i.amount) for i in decision.items]}")
    return decision


def most(decision: ClauseDecision) -> Fraction:
    """The highest of all that the decision speaks of."""
    ends: list[Any] = [decision.amount, decision.bound]
    ends += [x[1] for x in (decision.amount_range, decision.bound_range) if x is not None]
    assert not any(isinstance(x, Unlimited) for x in ends), "no end at all"
    return max((x for x in ends if x is not None), default=Fraction(0))


def bounds(number: str, raw: Raw) -> list[Fraction]:
    """What the caps on the whole clause leave, as far as the regulation has any."""
    found = []
    if number in law.YEARLY:
        found.append(law.left(law.YEARLY[number], (raw.get("本年度已获支持") or {}).get(number)))
    if number in law.PER_NAME:
        found.append(sum(law.by_name(number, raw).values(), Fraction(0)))
    if number in ("3(1)", "3(2)"):
        before = {row.get("条款") for row in raw.get("历史已获支持") or ()}
        found.append(Fraction(sum(x for name, x in law.ONCE.items() if name.startswith(number) and name not in before)))
    return found


@pytest.mark.parametrize("number", law.CLAUSES)
@given(data=st.data())
def test_complete_facts(number: str, data: st.DataObject) -> None:
    """Every cap on the clause, on each name and on each item; and items that add up to the 分."""
    raw = data.draw(facts(SHIPPED, number))
    decision = judged(number, raw)
    assert all(most(decision) <= bound for bound in bounds(number, raw))
    _cuts_are_no_gifts(decision)
    if decision.status == GRANTED:
        _items_add_up(number, raw, decision)
        _names_keep_their_caps(number, raw, decision)


@pytest.mark.slow
@pytest.mark.parametrize("number", law.CLAUSES)
def test_the_facts_drawn_for_a_clause_come_to_money(number: str) -> None:
    """Else what is said of amounts here would be said of none."""
    find(facts(SHIPPED, number), lambda raw: judged(number, raw).status in (GRANTED, "裁量"),
         settings=settings(max_examples=500, phases=(Phase.generate,), derandomize=True, database=None))


def _items_add_up(number: str, raw: Raw, decision: ClauseDecision) -> None:
    amounts = [i.amount for i in decision.items if i.amount is not None]
    assert len(amounts) == len(decision.items)
    assert sum(amounts) == decision.amount
    assert all(x >= 0 and (x * 100).denominator == 1 for x in amounts)
    for item, amount in zip(decision.items, amounts, strict=True):
        top = law.ceiling(number, item.path, item.part, raw)
        assert top is None or amount <= law.up(top)


def _names_keep_their_caps(number: str, raw: Raw, decision: ClauseDecision) -> None:
    if number not in law.PER_NAME:
        return
    rooms = law.by_name(number, raw)
    paid = dict.fromkeys(rooms, Fraction(0))
    for item in decision.items:
        if item.counts and item.amount:
            row = raw[law.TABLE[number]][int(item.path[:-1].partition("[")[2])]
            paid[row[law.NAME[number]]] += item.amount
    assert all(paid[name] <= rooms[name] for name in rooms)


def _cuts_are_no_gifts(decision: ClauseDecision) -> None:
    """A cap takes from an item or leaves it, and takes in all what it says it takes."""
    for cap in decision.caps:
        assert cap.after[1] <= min(cap.before[1], cap.limit[1])
        assert all(cut > 0 for *_, cut in cap.cuts)
        if cap.cuts:
            assert sum(cut for *_, cut in cap.cuts) == cap.before[0] - cap.after[0]


@pytest.mark.parametrize("number", [*law.YEARLY, "3(1)", "3(2)"])
@given(data=st.data())
def test_incomplete_facts(number: str, data: st.DataObject) -> None:
    """The upper end of a range knows the caps too."""
    raw = data.draw(facts(SHIPPED, number, partial=True, through=False))
    assert all(most(judged(number, raw)) <= bound for bound in bounds(number, raw))


@given(raw=facts(SHIPPED, "3(2)"))
def test_instalments_add_up(raw: Raw) -> None:
    decision = judged("3(2)", raw)
    if decision.status == GRANTED:
        assert decision.schedule is not None
        assert sum(x for _, x in decision.schedule) == decision.amount


CHOICES = {"3(3)": ("A20", "A21", "A22", "A23", "A37", "A38", "A46"), "6(3)": ("A32", "A46"), "7(1)": ("A26", "A38", "A46"),
           "2(1)": ("A03", "A37", "A38", "A46"), "3(4)": ("A24", "A61", "A46"), "6(2)": ("A31", "A46"),
           "2(2)": ("A05", "A61", "A46"), "6(4)": ("A31", "A46"), "4": ("A27", "A46"), "8(1)": ("A06", "A46")}


@pytest.mark.parametrize("number", CHOICES)
@given(data=st.data())
def test_under_other_readings(number: str, data: st.DataObject) -> None:
    """A reading may move a cap to other groups; it never lets an amount past the cap that it names."""
    raw = data.draw(facts(SHIPPED, number))
    chosen = {n: data.draw(st.sampled_from(SHIPPED.program.reading(n).modelled)) for n in CHOICES[number]}  # type: ignore[union-attr]
    decision = judged(number, raw, **chosen)
    amounts = [i.amount for i in decision.items if i.amount is not None]
    if decision.status == GRANTED:
        assert all(x >= 0 for x in amounts)
        assert sum(amounts) == decision.amount
    apart = number == "3(3)" and chosen["A22"] == "各自"
    if number in law.YEARLY and not (number == "6(3)" and chosen["A32"] == "只管出版"):
        had = (raw.get("本年度已获支持") or {}).get(number)
        if apart and decision.status == PENDING:  # of what stands at the clause either part may have had nothing
            had = None
        assert most(decision) <= law.left(law.YEARLY[number], had) * (2 if apart else 1)
