"""What a clause comes to, from its claims: its steps over whole numbers, rounding, the status of a zero."""

from __future__ import annotations

from typing import Any, assert_never

from xcrules.run.results import CONTINUED, DISCRETION, GRANTED, REFUSED

from . import claims as c
from .amounts import Settled
from .bounds import Bounds
from .rows import NET, PART, UNGRANTED, Instalment, Limits, Record, Row


def settled(clause: c.Clause, rows: list[Row], limits: Limits, going: tuple[Instalment, ...] = (), year: Any = None) -> Record:
    """What a clause comes to: its steps applied to its claims."""
    if not rows:
        return Record(CONTINUED if going else REFUSED, 0, None, rows, limits, going, year)
    done = settle(clause, rows, limits)
    total = done.total()
    amount: int | None = max(total, 0)
    bound: int | None = None
    sure = 0
    if total <= 0:
        status = CONTINUED if going else done.zero() if settle(clause, rows, limits, ungranted=True).total() > 0 else REFUSED
    elif not isinstance(done, Bounds):
        status, amount = (clause.elsewhere, None) if clause.elsewhere else (GRANTED, amount)
    elif done.is_open():
        status, amount, bound, sure = DISCRETION, None, total, done.sure()
    else:
        status, amount, bound = GRANTED, sum(done.shares()), total
    return Record(status, amount, bound, rows, limits, going, year, done, sure)


def settle(clause: c.Clause, rows: list[Row], limits: Limits, ungranted: bool = False) -> Settled:
    """All steps of a clause in their order; `ungranted` for what the facts alone give: nothing granted before, no other support."""
    said = clause.discretionary and any(clause.claims[r[PART]].authority and (r[NET] or r[UNGRANTED]) for r in rows)  # else nobody has an amount to say
    state = (Bounds if said else Settled)(clause, rows, ungranted)
    for index, step in enumerate(clause.steps):
        match step:
            case c.CapByKey():
                state.cap_by_key(step, index)
            case c.CapTotal():
                state.cap_total(step, limits[index])
            case c.Highest():
                state.highest(step, index)
            case c.Against():
                if not ungranted and limits[index]:
                    state.against(step, limits[index])
            case _:
                assert_never(step)
        state.sums.append(state.sum())
    return state
