"""What generated clause functions call: earlier grants, steps on groups, rounding."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from ..money import money_text, plan_of
from ..results import CONTINUED, DISCRETION, GRANTED, REFUSED
from . import values
from .forms import Clause, Frame, Pay, Record, Step
from .settle import settle
from .values import NA, Ask, Held

_ZERO = Fraction(0)
VALUES = ("NA", "ENDLESS", "UNKNOWN", "Ask", "known", "window", "highest", "year_of", "same_day", "most", "least", "granted")


class Calls:
    """The functions that a policy's clauses call, under one set of readings."""

    __slots__ = ("frame",)

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    def names(self) -> dict[str, Any]:
        """What generated code may name, besides the parameters."""
        return {
            **{n: getattr(values, n) for n in VALUES},
            "single": single, "not_recorded": not_recorded, "continuing": self.continuing, "settled": self.settled,
        }  # fmt: skip

    def continuing(self, pays: tuple[Pay, ...], sheet: Any, in_force: bool) -> tuple[Fraction, tuple[str, ...]] | None:
        """What earlier grants pay in the base year, and their story; None if nothing."""
        ledger = self.frame.ledger
        rows = getattr(sheet, ledger.table) if ledger is not None and pays else ()
        if not rows:
            return None
        assert ledger is not None
        year = getattr(sheet, self.frame.base_year) + 0
        total, story = _ZERO, []
        for row in rows:
            kept, granted, amount = getattr(row, ledger.clause), getattr(row, ledger.year), getattr(row, ledger.amount)
            for pay in pays:
                if kept is not NA and kept == pay.ledger and (in_force or pay.after_expiry):
                    part = self._instalment(pay, granted, amount, year, ledger.scale)
                    if part > 0:
                        total += part
                        story.append(f"{granted}年核定的 {pay.ledger}，本年续拨 {money_text(part)}")
        return (total, tuple(story)) if story else None

    def _instalment(self, pay: Pay, granted: Any, amount: Any, year: int, scale: int) -> Fraction:
        if granted is NA or amount is NA:
            raise Ask
        first, last = self.frame.first_year, self.frame.last_year
        if first is not None and last is not None and not first <= granted <= last:
            return _ZERO
        age = year - granted
        return plan_of(Fraction(amount + 0, scale), pay.shares)[age] if 1 <= age <= len(pay.shares) - 1 else _ZERO

    def settled(self, clause: Clause, sheet: Any, rows: list[Any], limits: Any, going: Any, year: Any) -> Record:
        """The outcome of a clause: its steps applied to its rows."""
        outside = outside_of(sheet)
        done = settle(clause, rows, limits, outside)
        total, rest = done.total(), (rows, limits, going, year)
        if total <= 0:
            alone = settle(clause, rows, limits, outside, alone=True)
            status = CONTINUED if going else done.zero() if sum(alone.nets) > 0 else REFUSED
            return (status, 0, None, *rest)
        if not clause.discretionary:
            return (GRANTED, total, None, *rest)
        if any(done.opens):
            return (DISCRETION, None, total, *rest)
        return (GRANTED, sum(done.shares(done.awards)), total, *rest)


def outside_of(sheet: Any) -> Callable[[Step], list[tuple[Any, ...]]]:
    """Rows of other support: matter, money, state."""

    def rows(step: Step) -> list[tuple[Any, ...]]:
        table, *names = step.outside
        return [tuple(getattr(x, n) for n in names) for x in getattr(sheet, table)]

    return rows


def single(record: Any) -> Any:
    """An object; one that does not apply or was not given is for the reference."""
    if type(record) is Held:
        raise Ask
    return record


def not_recorded(award: Any) -> bool:
    """Whether nothing was recorded yet."""
    if award.__class__ is Held:
        if values.known(award):
            raise Ask
        return True
    return award is NA
