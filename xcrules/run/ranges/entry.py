"""The gates, and what stays possible past them: statuses, ranges and what is missing of a clause that is open.

有效期 comes first, then 主体; instalments that were granted before need only 主体. One possible status with one possible
amount is a decision, anything else is 待补充.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from xcrules.base.node import Node, quick
from xcrules.run.results import CONTINUED, DISCRETION, GRANTED, OUT_OF_FORCE, OUT_OF_SCOPE, PENDING, ZERO_STATUSES

from . import abstract as a
from .abstract import Needs, Num, Truth

Fields = dict[str, Any]  # of a ClauseDecision


@quick
class Entered(Node):
    """Statuses that the gates alone may give, whether the clause itself may come to be judged, and what that rests on."""

    statuses: frozenset[str]
    may_enter: bool
    needs: Needs


def entry(in_force: Truth, scope: Truth, going: Num) -> Entered:
    """What the gates leave possible; `going`: 元 that earlier grants pay."""
    statuses: set[str] = set()
    if not scope.yes and in_force.yes:
        return Entered(frozenset({OUT_OF_SCOPE}), False, a.NONE)
    if in_force.no:
        if going.can_be_zero:
            statuses.add(OUT_OF_FORCE)
        if going.can_be_positive:
            statuses |= ({CONTINUED} if scope.yes else set()) | ({OUT_OF_SCOPE} if scope.no else set())
    if in_force.yes and scope.no:
        statuses.add(OUT_OF_SCOPE)
    needs = in_force.needs
    if in_force.yes or going.can_be_positive:
        needs = needs | scope.needs
    if in_force.no:
        needs = needs | going.needs
    return Entered(frozenset(statuses), in_force.yes and scope.yes, needs)


def single(statuses: frozenset[str]) -> str:
    return next(iter(statuses)) if len(statuses) == 1 else PENDING


def closed(gates: Entered, going: Num) -> Fields:
    """The clause is not judged: out of force, out of scope, or only instalments go on."""
    status, needs = single(gates.statuses), gates.needs
    if status == CONTINUED:
        if going.known:
            return {"status": status, "amount": a.ZERO, "this_year": going.exact}
        status, needs = PENDING, needs | going.needs
    if status != PENDING:
        return {"status": status}
    paid = (a.ZERO, going.hi) if going.can_be_positive else None
    return {"status": status, "missing": tuple(sorted(needs)), "amount_range": (a.ZERO, a.ZERO), "this_year_range": paid}


def without_money(gates: Entered, nature: str) -> Fields:
    """A clause of which only the nature is said, as far as the gates let it."""
    statuses = gates.statuses | {nature}
    return {"status": single(statuses), "missing": tuple(sorted(gates.needs)) if len(statuses) > 1 else ()}


def with_continuing(statuses: frozenset[str], needs: Needs, going: Num) -> tuple[frozenset[str], Needs]:
    """No new grant, but an instalment of an earlier one: 分期续拨, whatever it is that leaves no new grant."""
    zero = statuses & set(ZERO_STATUSES)
    if not zero or not going.can_be_positive:
        return statuses, needs
    own = statuses - (zero if not going.can_be_zero else frozenset()) | {CONTINUED}
    return own, needs if own != {CONTINUED} else a.NONE


def past(gates: Entered, own: frozenset[str], needs: Needs) -> tuple[frozenset[str], Needs]:
    """All that is possible, of what the clause itself may come to; open where these are several, or needs are left: what no
    fact can tell is for the authority to say."""
    statuses = gates.statuses | own
    if len(statuses) > 1:
        needs = gates.needs | (a.NONE if len(own) == 1 and not needs else needs)
    return frozenset({DISCRETION}) if DISCRETION in statuses and not needs else statuses, needs


def left_open(statuses: frozenset[str], needs: Needs, total: Num, discretionary: bool, paid: Num) -> Fields:
    """待补充: from what is sure to what is possible. `total` 元, for 裁量 the bound; `paid` what is recorded, should all of it turn out to be."""
    positive = statuses & {GRANTED, DISCRETION}
    low = total.lo if not statuses - positive and isinstance(total.lo, Fraction) else a.ZERO
    high = total.hi if positive else a.ZERO
    found: Fields = {"status": PENDING, "missing": tuple(sorted(needs)), "bound_range" if discretionary else "amount_range": (low, high)}
    if discretionary and GRANTED in statuses and paid.can_be_positive:
        least = paid.lo if statuses == {GRANTED} and isinstance(paid.lo, Fraction) else a.ZERO
        found["amount_range"] = least, min(paid.hi, high)
    return found
