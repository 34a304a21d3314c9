"""What generated clause functions call: earlier grants, steps on groups, rounding."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from xcrules.base.money import cents_by_year, money_text
from xcrules.facts.scaled.values import NA, Ask, Opaque, known
from xcrules.run.results import CONTINUED, DISCRETION, GRANTED, REFUSED

from . import values
from .forms import Clause, Frame, Pay, Record
from .settle import settle

Instalment = tuple[int, str, int]  # year of the grant, clause or part, 分 in the base year
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
        }

    def continuing(self, pays: tuple[Pay, ...], sheet: Any, in_force: bool) -> tuple[Fraction, tuple[Instalment, ...]] | None:
        """What earlier grants pay in the base year, together and one by one; None if nothing."""
        ledger = self.frame.ledger
        rows = getattr(sheet, ledger.table) if ledger is not None and pays else ()
        if not rows:
            return None
        assert ledger is not None
        year = getattr(sheet, self.frame.base_year) + 0
        found: list[Instalment] = []
        for row in rows:
            kept, granted, amount = getattr(row, ledger.clause), getattr(row, ledger.year), getattr(row, ledger.amount)
            for pay in pays:
                if kept is not NA and kept == pay.ledger and (in_force or pay.after_expiry):
                    part = self._instalment(pay, granted, amount, year, ledger.scale)
                    if part > 0:
                        found.append((granted, pay.ledger, part))
        return (Fraction(sum([part for _, _, part in found]), 100), tuple(found)) if found else None

    def _instalment(self, pay: Pay, granted: Any, amount: Any, year: int, scale: int) -> int:
        """分 that a grant pays in a year; `amount` in 1/scale 元."""
        if granted is NA or amount is NA:
            raise Ask
        first, last = self.frame.first_year, self.frame.last_year
        if first is not None and last is not None and not first <= granted <= last:
            return 0
        age = year - granted
        if not 1 <= age <= len(pay.shares) - 1:
            return 0
        cents, rest = divmod(amount * 100, scale)
        if rest:
            raise Ask
        paid: int = cents_by_year(cents, pay.shares)[age]
        return paid

    def settled(self, clause: Clause, sheet: Any, rows: list[Any], limits: Any, going: Any, year: Any) -> Record:
        """The outcome of a clause: its steps applied to its rows."""
        done = settle(clause, rows, limits, sheet)
        total, rest = done.total(), (rows, limits, going, year)
        if total <= 0:
            alone = settle(clause, rows, limits, sheet, alone=True)
            status = CONTINUED if going else done.zero() if sum(alone.nets) > 0 else REFUSED
            return (status, 0, None, *rest)
        if not clause.discretionary:
            return (GRANTED, total, None, *rest)
        if any(done.opens):
            return (DISCRETION, None, total, *rest)
        return (GRANTED, sum(done.shares(done.awards)), total, *rest)


def history(going: tuple[Fraction, tuple[Instalment, ...]] | None) -> tuple[str, ...]:
    """Instalments of earlier grants, as they are told."""
    told = going[1] if going else ()
    return tuple([f"{granted}年核定的 {ledger}，本年续拨 {money_text(Fraction(part, 100))}" for granted, ledger, part in told])


def single(record: Any) -> Any:
    """An object; one that does not apply or was not given is for the reference."""
    if type(record) is Opaque:
        raise Ask
    return record


def not_recorded(award: Any) -> bool:
    """Whether nothing was recorded yet."""
    if award.__class__ is Opaque:
        if known(award):
            raise Ask
        return True
    return award is NA
