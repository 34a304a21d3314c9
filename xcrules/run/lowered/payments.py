"""拨付 in 分: what grants of earlier years still pay in the base year, and a new grant by years."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from xcrules.base.money import cents_by_year
from xcrules.facts.scaled.values import NA, Ask

from . import claims as c
from .rows import Instalment

Grants = Iterable[tuple[Any, Any, Any]]  # clause or part, year and amount of earlier grants


def continuing(payments: tuple[c.Payment, ...], frame: c.Frame, grants: Grants, year: Any, in_force: bool) -> tuple[Instalment, ...]:
    """Instalments of earlier grants that fall in the base year; once the policy has expired only those that go on."""
    if year is NA or year is None:
        return ()
    found: list[Instalment] = []
    for ledger, granted, amount in grants:
        for pay in payments:
            if ledger is not NA and ledger == pay.ledger and (in_force or pay.after_expiry):
                part = _instalment(pay, frame, granted, amount, year)
                if part > 0:
                    found.append((granted, pay.ledger, part))
    return tuple(found)


def _instalment(pay: c.Payment, frame: c.Frame, granted: Any, amount: Any, year: int) -> int:
    """分 that a grant pays in a year."""
    if granted is NA or amount is NA:
        raise Ask
    first, last = frame.first_year, frame.last_year
    if first is not None and last is not None and not first <= granted <= last:  # an older policy's
        return 0
    age = year - granted
    if not 1 <= age <= len(pay.shares) - 1:
        return 0
    assert frame.history is not None
    cents, rest = divmod(amount * 100, frame.history.scale)
    if rest:
        raise Ask
    return int(cents_by_year(cents, pay.shares)[age])


def by_years(payments: tuple[c.Payment, ...], grants: dict[str, int], year: int, last_year: int | None) -> dict[int, int]:
    """New grants (of each part) by the years in which they are paid; at once where a part is not paid over years."""
    schedule: dict[int, int] = {}
    by_part = {p.part: p for p in payments}
    for part, grant in grants.items():
        pay = by_part.get(part)
        for offset, cents in enumerate(cents_by_year(grant, pay.shares) if pay is not None else [grant]):
            late = pay is not None and not pay.after_expiry and last_year is not None and year + offset > last_year
            if cents and not late:
                schedule[year + offset] = schedule.get(year + offset, 0) + cents
    return schedule
