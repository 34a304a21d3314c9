"""拨付 in 分: what grants of earlier years still pay in the base year, and a new grant by years."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from xcrules.base.money import Happened, cents_by_year
from xcrules.facts.scaled.values import NA, Ask

from . import claims as c
from .rows import Instalment

Grants = Iterable[tuple[Any, Any, Any]]  # clause or part, year and amount of earlier grants


def continuing(payments: tuple[c.Payment, ...], frame: c.Frame, grants: Grants, year: Any, in_force: bool,
               happened: Happened, stopped: Collection[str]) -> tuple[Instalment, ...]:
    """Instalments of earlier grants that fall in the base year; once the policy has expired only those that go on."""
    if year is NA or year is None:
        return ()
    found: list[Instalment] = []
    for ledger, granted, amount in grants:
        for pay in payments:
            if ledger is not NA and ledger == pay.ledger and (in_force or pay.after_expiry) and pay.part not in stopped:
                part = _instalment(pay, frame, granted, amount, year, happened)
                if part > 0:
                    found.append((granted, pay.ledger, part))
    return tuple(found)


def _instalment(pay: c.Payment, frame: c.Frame, granted: Any, amount: Any, year: int, happened: Happened) -> int:
    """分 that a grant pays in a year."""
    if granted is NA or amount is NA:
        raise Ask
    first, last = frame.first_year, frame.last_year
    if first is not None and last is not None and not first <= granted <= last:  # an older policy's
        return 0
    if pay.events:
        due = [i for i, (_, when) in enumerate(happened[pay.part]) if when == year > granted]
    else:
        due = [year - granted] if 1 <= year - granted <= len(pay.shares) - 1 else []
    if not due:
        return 0
    assert frame.history is not None
    cents, rest = divmod(amount * 100, frame.history.scale)
    if rest:
        raise Ask
    shares = cents_by_year(cents, pay.shares)
    return sum([shares[i] for i in due])
