"""A clause that is met out of a fund (总额): what it comes to is an application, until a run over all enterprises shares the fund out."""

from __future__ import annotations

from xcrules.plan import steps

from .decision import ClauseDecision, changed
from .results import DISCRETION, GRANTED, PENDING, POOLED, ZERO


def pooled(clause: ClauseDecision, plan: steps.Decide, waits: bool) -> ClauseDecision:
    """The clause after all else was decided; while it `waits`, of money only what earlier grants still pay is in the totals."""
    if plan.fund is None or not waits:
        return clause
    if clause.status == DISCRETION and plan.fund.settles:
        return changed(clause, status=POOLED, sure=ZERO)
    if clause.status == GRANTED and clause.amount:
        return changed(
            clause, status=POOLED, amount=None, applied=clause.amount, this_year=clause.this_year or None, schedule=None, waiting=()
        )
    if clause.status == PENDING:
        return changed(clause, amount_range=None, applied_range=clause.amount_range)
    return changed(clause, sure=ZERO)
