"""What generated clause functions call: earlier grants, steps on groups, rounding."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from ..money import money_text
from ..results import CONTINUED, DISCRETION, EXHAUSTED, GRANTED, REFUSED
from . import values
from .forms import Clause, Frame, Pay, Record, Step
from .keyed import is_keyed, keyed_totals, totals_of
from .settle import settle
from .values import NA, Ask, Held

_ZERO = Fraction(0)
VALUES = ("NA", "ENDLESS", "UNKNOWN", "Ask", "known", "window", "highest", "year_of", "same_day", "most", "least")


class Calls:
    """The functions that a policy's clauses call, under one set of readings."""

    __slots__ = ("frame",)

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    def names(self) -> dict[str, Any]:
        """What generated code may name, besides the parameters."""
        return {
            **{n: getattr(values, n) for n in VALUES},
            "GRANTED": GRANTED, "REFUSED": REFUSED, "EXHAUSTED": EXHAUSTED, "CONTINUED": CONTINUED, "DISCRETION": DISCRETION,
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
        return Fraction(amount + 0, scale) * pay.shares[age] if 1 <= age <= len(pay.shares) - 1 else _ZERO

    def settled(self, clause: Clause, sheet: Any, rows: list[Any], limits: Any, going: Any, year: Any) -> Record:
        """The outcome of a clause whose steps are more than sums and caps."""
        keyed = is_keyed(clause)
        done = keyed_totals(clause, rows) if keyed else totals_of(settle(clause, rows, limits, outside_of(sheet)))
        if done.data <= 0:
            if done.net > 0 or done.zero:
                raise Ask
            status = REFUSED
        elif done.net > 0:
            status = DISCRETION if clause.discretionary and done.open else GRANTED
        else:
            status = done.zero
        if status == DISCRETION:
            return status, None, done.net, rows, limits, going, year
        if status != GRANTED:
            return CONTINUED if going else status, 0, None, rows, limits, going, year
        total = done.award if clause.discretionary else done.net
        bound = done.net if clause.discretionary else None
        return status, self.rounded(total, clause.unit), bound, rows, limits, going, year

    def rounded(self, total: int, unit: int) -> int:
        if values.is_endless(total):
            raise Ask
        return (2 * total + unit) // (2 * unit) * unit if self.frame.half_up else total // unit * unit

    def rounded_money(self, amount: Fraction) -> Fraction:
        """元 to the unit of rounding."""
        unit = self.frame.unit
        return (amount + unit / 2) // unit * unit if self.frame.half_up else amount // unit * unit


def outside_of(sheet: Any) -> Callable[[Step], list[tuple[Any, ...]]]:
    """Rows of other support: matter, money, state."""

    def rows(step: Step) -> list[tuple[Any, ...]]:
        table, *names = step.outside
        return [tuple(getattr(x, n) for n in names) for x in getattr(sheet, table)]

    return rows


def single(record: Any) -> Any:
    """An object; one that does not apply is for the reference."""
    if type(record) is Held and values.known(record):
        raise Ask
    return record


def not_recorded(award: Any) -> bool:
    """Whether nothing was recorded yet."""
    if award.__class__ is Held:
        if values.known(award):
            raise Ask
        return True
    return award is NA
