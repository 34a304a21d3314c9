"""What the properties share: deciding one clause, and what of a decision is compared."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import note, settings
from strategies import Raw

from xcrules.base.money import Number
from xcrules.run.decision import ClauseDecision
from xcrules.run.results import PENDING
from xcrules.use.python.policy import Policy

ZERO = Fraction(0)


def many(times: int) -> settings:
    """More examples than usual, for a property that stands alone and is cheap."""
    return settings(max_examples=settings().max_examples * times)


def judged(policy: Policy, number: str, raw: Raw, **readings: str) -> ClauseDecision:
    """One clause decided for raw facts, under the defaults and these choices."""
    (made,) = policy._engines.under(policy.chosen(readings)).reference(policy.facts(raw), (number,))
    note(f"{number}: {answer(made)} 缺失 {made.missing}")
    return made


def answer(made: ClauseDecision) -> tuple[Any, ...]:
    """Status, amounts and instalments, which two decisions are compared by."""
    return made.outcome()


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
