"""A clause that is met out of a fund (总额): what it comes to is an application, until a run over all enterprises shares the fund out."""

from __future__ import annotations

from xcrules.plan import steps

from .decision import ClauseDecision, changed
from .results import GRANTED, PENDING, POOLED, ZERO


def pooled(clause: ClauseDecision, plan: steps.Decide) -> ClauseDecision:
    """The clause after all else was decided; of money only what earlier grants still pay is in the totals."""
    if plan.fund is None:
        return clause
    if clause.status == GRANTED and clause.amount:
        return changed(clause, status=POOLED, amount=None, applied=clause.amount, this_year=clause.this_year or None, schedule=None, waiting=())
    if clause.status == PENDING:
        return changed(clause, amount_range=None, applied_range=clause.amount_range)
    return changed(clause, sure=ZERO)
