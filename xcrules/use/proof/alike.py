"""Whether two plans of a policy come to the same for a clause on every sheet of facts within bounds."""

from __future__ import annotations

from xcrules.base.diagnostic import XcrulesError
from xcrules.plan import steps
from xcrules.run.lowered import claims as c
from xcrules.run.lowered import nodes as n
from xcrules.run.smt.terms import Uncovered

from .questions import Question, TooSlow, Unfaithful
from .sheets import Sheet

WITHIN = "只可能在事实没有填全时不同，求解器只看填全的"
PAID = "只关系到拨付，求解器不看拨付"


def untold(q: Question, plan: steps.Plan, lowered: c.Clause) -> str:
    """Why two clauses that come to the same in status, amount and bound may be different all the same; "" if they may not."""
    one, two = (next(k for k in p.clauses if k.number == q.number) for p in (q.plan, plan))
    if one.pays != two.pays or (one.pays and len(one.claims) > 1 and one != two):
        return PAID
    return WITHIN if any(isinstance(x, n.Known) for x in n.nodes_of((q.held.clause, lowered))) else ""


def telling(q: Question, plan: steps.Plan) -> tuple[bool, Sheet | None]:
    """Whether it is settled if another plan is alike for the clause; and facts on which it is not."""
    try:
        terms = q.terms(plan)
        broken, held = q.differs(terms)
        if q.find(*broken) is None:
            return not untold(q, plan, held.clause), None
        model, base = q.shrunk()
        sheet = q.facts(model, q.sheet, base)
        q.replayed(model, sheet, q.held, q.readings)
        return True, sheet
    except (Uncovered, TooSlow, Unfaithful, XcrulesError):
        return False, None
    finally:
        q.done()
