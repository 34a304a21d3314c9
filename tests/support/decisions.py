"""Deciding, and what of a decision is compared: one clause of it, or the whole to the letter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import attrs
from hypothesis import note, settings

import xcrules
from xcrules.base.money import Number
from xcrules.run.decision import ClauseDecision, Decision
from xcrules.run.results import OUT_OF_FORCE, OUT_OF_SCOPE, PENDING
from xcrules.use.python.policy import Policy

from .engines import DEFAULT, ENGINES
from .strategies import Raw

ZERO = Fraction(0)
COMPARED = tuple(a.name for a in attrs.fields(ClauseDecision) if a.eq)


def many(times: int) -> settings:
    """More examples than usual, for a property that stands alone and is cheap."""
    return settings(max_examples=settings().max_examples * times)


def judged(policy: Policy, number: str, raw: Raw, **readings: str) -> ClauseDecision:
    """One clause decided for raw facts by the reference, under the defaults and these choices."""
    (made,) = policy._engines.under(policy.chosen(readings)).reference(policy.facts(raw), (number,))
    note(f"{number}: {answer(made)} 缺失 {made.missing}")
    return made


def answer(made: ClauseDecision) -> tuple[Any, ...]:
    """Status, amounts and instalments, which two decisions are compared by; not what is sure so far, which no fact is asked for."""
    return attrs.evolve(made, sure=ZERO).outcome()


def settled(made: ClauseDecision) -> bool:
    return made.status != PENDING


def amounts(made: ClauseDecision) -> tuple[Number, Number]:
    """From what to what the amount may be; a status without money is 0."""
    if made.amount is not None:
        return made.amount, made.amount
    return made.amount_range or (ZERO, ZERO)


def bounds(made: ClauseDecision) -> tuple[Number, Number]:
    """From what to what the bound of a 裁量 clause may be."""
    if made.bound is not None:
        return made.bound, made.bound
    return made.bound_range or (ZERO, ZERO)


def within(inner: tuple[Number, Number], outer: tuple[Number, Number]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


# -- one answer ---------------------------------------------------------------------------------------------


def same_clauses(ones: Sequence[ClauseDecision], others: Sequence[ClauseDecision], *about: object) -> None:
    """Every field of every clause, and its reasons; 待补充 names what is missing."""
    for one, other in zip(ones, others, strict=True):
        for name in COMPARED:
            assert getattr(one, name) == getattr(other, name), (other.number, name, *about)
        assert one.reasons == other.reasons, (other.number, *about)
        assert one == other
        assert hash(one) == hash(other)
        assert settled(one) or one.missing, (one.number, *about)


def same_to_the_letter(one: Decision, other: Decision, *about: object) -> None:
    same_clauses(one.clauses, other.clauses, *about)
    assert letter(one) == letter(other), about


def letter(decision: Decision) -> str:
    """All that a decision says, as JSON text."""
    return json.dumps(decision.to_json(details=True), ensure_ascii=False)


def told(policy: Policy, raw: Any, **how: Any) -> str:
    """What a decision says, details included; or the codes and places of what is wrong."""
    try:
        return letter(policy.decide(raw, **how))
    except xcrules.XcrulesError as error:
        return json.dumps([[d.code, d.path] for d in error.diagnostics], ensure_ascii=False)


def by_every_engine(policy: Policy, raw: Any, readings: dict[str, str] | None = None, note: object = None) -> Decision:
    """The decision, which is the same by every engine to the letter."""
    decision = policy.decide(raw, readings, engine=DEFAULT)
    for engine in ENGINES:
        if engine != DEFAULT:
            same_to_the_letter(decision, policy.decide(raw, readings, engine=engine), engine, note)
    return decision


def narrower(before: ClauseDecision, after: ClauseDecision) -> None:
    """What may come out after is among what could come out before; whom the policy is not for is told before days are known."""
    if before.status == OUT_OF_SCOPE and after.status == OUT_OF_FORCE:
        return
    if settled(before):
        assert answer(before) == answer(after)
    elif before.bound_range is None:
        assert within(amounts(after), amounts(before))
    else:
        assert within(bounds(after), bounds(before))
        assert after.amount is None or ZERO <= after.amount <= before.bound_range[1]
