"""What a clause comes to for each enterprise of a block: status, 分, bound, what is paid this year; and where that is not known."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, evolve

from xcrules.run.lowered import claims as c, nodes as n
from xcrules.run.results import DISCRETION, GRANTED, OUT_OF_FORCE, OUT_OF_SCOPE, REFUSED

from .awards import Awards
from .claims import ClaimColumns, claims_of
from .clause_columns import NONE, PLACE, ClauseColumns, nothing_known
from .doubts import Doubts
from .ends import both_ways, has_ends
from .frames import RowFrame
from .kernels import Kernels
from .payments import Going
from .steps import Limits, Stages, as_ungranted, limit_of, rounded, says_bounds, settle
from .vectors import MOST, NoKernel, full, marked, marks


def clause_columns(
    kernels: Kernels, clause: c.Clause, frame: c.Frame, root: RowFrame, closed: GateColumns, alone: bool, doubts: Doubts | None = None
) -> ClauseColumns:
    """The clause for all enterprises that the gates let through; `alone`: also what the facts alone give; with `doubts` also what it may come to. Raises NoKernel."""
    made, live = nothing_known(root.size), closed.live
    made.open = closed.open.copy()
    made.status = closed.status.copy()
    if clause.nature:
        made.status[live] = PLACE[clause.nature]
        return made
    if clause.discretionary:
        made.bound = made.bound.copy()
    if clause.payments:
        made.this_year = made.this_year.copy()
    _check_kind(clause)
    going = None
    if clause.payments:
        if frame.base_year is None:
            raise NoKernel
        going = Going(clause, frame, root, kernels.value(frame.base_year, root), made.open)
    made.caps = {} if kernels.caps else None
    past = doubts is not None
    doubts = doubts if has_ends(clause) else None
    rows = claims_of(kernels, clause, root, live, made.open, doubts)
    least, most, caps = (
        _limits(kernels, clause, root, rows.claimed(), made.open, doubts) if rows is not None else ({}, {}, None)
    )

    def judge(whom: Any, of: ClaimColumns | None, to: ClauseColumns, low: bool = False) -> None:
        _judged(clause, root, whom, of, least if low else most, to, alone)
        if going is not None:
            going.pay(to, whom, closed, of)

    if rows is not None and doubts is not None and doubts.paths:
        made.waiting = both_ways(clause, rows, root, live, doubts, caps, made, judge)
    else:
        judge(live, rows, made)
    made.awards = made.awards.known(caps, root.cells) if made.awards is not None and kernels.explained else None
    if going is not None and not past:
        made.open |= live & going.unsure
    elif going is not None:
        made.behind = going.nothing(made)
        made.waiting = going.beside(made.waiting, made, closed.beyond) + going.waiting(made, live, closed.beyond)
    return made


def _check_kind(clause: c.Clause) -> None:
    if (clause.pooled or clause.settles or clause.share is not None
        or (clause.saying is not None and (clause.saying.reverse or clause.saying.each))):
        raise NoKernel
    if any(p.events or p.going is not None for p in clause.payments):
        raise NoKernel


def _judged(
    clause: c.Clause, root: RowFrame, live: Any, rows: ClaimColumns | None, limits: Limits, made: ClauseColumns, alone: bool
) -> None:
    made.status = np.where(live, PLACE[REFUSED], made.status)
    if rows is None or clause.discretionary:
        made.amount = np.where(live, 0, made.amount)
    if rows is None:
        return
    size = root.size
    reckoned = clause.discretionary and not says_bounds(clause)
    if reckoned:  # who has no amount to be said has it reckoned
        clause = evolve(clause, discretionary=False)
        said = np.isin(rows.part, [i for i, x in enumerate(clause.claims) if x.authority]) & ((rows.net > 0) | (rows.ungranted > 0))
        made.open[rows.owner[said]] = True
        rows.net, rows.ungranted = (np.where(made.open[rows.owner], 0, x) for x in (rows.net, rows.ungranted))
        rows.award, rows.endless = rows.net, False
    claimed = rows.claimed()
    state = settle(clause, rows, limits, root, made.open)
    wanted, doubt = rounded(clause, state.nets, rows, state, size)
    if made.caps is not None:
        _met(clause, rows, state, made)
    if clause.discretionary:
        wanted = _decided_by_authority(clause, rows, state, claimed, made)
        total = state.total // clause.cent * clause.cent
    else:
        made.open |= doubt
        total = wanted
        paid = claimed & (total > 0)
        made.status = np.where(paid, PLACE[clause.elsewhere or GRANTED], made.status)
        amount = np.where(paid, NONE, 0) if clause.elsewhere else total // np.int64(clause.cent)
        made.amount = amount if live.all() else np.where(live, amount, made.amount)
    made.awards = None if reckoned else Awards(clause, rows, state.awards, wanted, state.cuts)
    zero = claimed & (total <= 0)
    if zero.any() or (alone and not clause.discretionary):
        given = (total, doubt) if as_ungranted(clause, rows, limits) else _zeros(clause, rows, limits, root, state, zero, made)
        made.alone = (np.maximum(given[0], 0) // clause.cent, given[1]) if alone else None


def _met(clause: c.Clause, rows: ClaimColumns, state: Stages, made: ClauseColumns) -> None:
    """Who comes up to which cap, and what it cuts. Bounds of 裁量 are nobody's money."""
    size = len(made.open)
    said = marks(size, rows.owner[(rows.net > 0) | (rows.ungranted > 0)] if clause.discretionary else [])
    for origin, owners in rows.capped:
        made.meet(origin, marks(size, owners) & ~said, 0)
    for origin, at, group, room, before, after, _ in state.cuts if not clause.discretionary else ():
        if room is None:
            continue
        had, has, owner = np.zeros(len(room), np.int64), np.zeros(len(room), np.int64), np.zeros(len(room), np.int64)
        np.add.at(had, group, before[at])
        np.add.at(has, group, after[at])
        owner[group] = rows.owner[at]
        cut = np.zeros(size, np.int64)
        np.add.at(cut, owner, (had - has) // clause.cent)
        made.meet(origin, marks(size, owner[(had >= room) & (had > 0)]), cut)


def _limits(
    kernels: Kernels, clause: c.Clause, root: RowFrame, claimed: Any, ask: Any, doubts: Doubts | None
) -> tuple[Limits, Limits, Any]:
    """What caps on totals leave at least and at most; the number of the doubt which of these it is."""
    own = evolve(root, named={x.name: x.value for x in clause.names}, known={})
    least, most, doubtful = {}, {}, np.full(root.size, -1, np.int64)
    for index, step in enumerate(clause.steps):
        if isinstance(step, c.CapTotal):
            ceiling, used = (None if x is None else kernels.at_scale(x, clause.scale, own) for x in (step.ceiling, step.used))
            ungranted = (
                ceiling if step.ungranted == step.ceiling or step.ungranted is None else kernels.at_scale(step.ungranted, clause.scale, own)
            )
            fewest = used
            if (doubts is not None and not clause.discretionary and ceiling is not None
                and step.used is not None and used is not None and marked(used.ask)):
                fewest, used = doubts.number(kernels, step.used, clause.scale, own, used, ceiling.high + clause.cent, doubtful)
            for x in (ceiling, ungranted, used):
                if x is not None and x.ask is not None:
                    ask |= claimed & x.ask
            most[index] = limit_of(ceiling, ungranted, fewest, clause.cent, root.size)
            least[index] = most[index] if fewest is used else limit_of(ceiling, ungranted, used, clause.cent, root.size)
    return least, most, doubtful if (doubtful >= 0).any() else None


def _zeros(
    clause: c.Clause, rows: ClaimColumns, limits: Limits, root: RowFrame, state: Stages, zero: Any, made: ClauseColumns
) -> tuple[Any, Any]:
    """The status of a zero: the stage that made it, where the facts alone would give more. That, and where it is not known."""
    alone = settle(clause, rows, limits, root, made.open, ungranted=True)
    total, doubt = rounded(clause, alone.nets, rows, alone, root.size)
    if clause.discretionary:
        total = alone.total // clause.cent * clause.cent
    else:
        made.open |= zero & doubt
    left = zero & (total > 0)
    for status, nets in state.stages if left.any() else ():
        here = left & (rows.sums(nets) <= 0)
        made.status[here] = PLACE[status]
        left = left & ~here
    return total, doubt


def _decided_by_authority(clause: c.Clause, rows: ClaimColumns, state: Stages, claimed: Any, made: ClauseColumns) -> Any:
    """What of that which is recorded is given."""
    size = len(claimed)
    total = state.total
    waits = marks(size, rows.owner[rows.open & (rows.net > 0) & state.alive])
    granted, doubt = rounded(clause, state.awards, rows, state, size)
    some = claimed & (total // clause.cent > 0)
    given = some & ~waits
    made.open |= given & doubt
    made.status[some] = np.where(waits, PLACE[DISCRETION], PLACE[GRANTED])[some]
    made.awarded = np.where(some, granted // clause.cent, 0)
    made.amount[some] = np.where(waits, NONE, granted // clause.cent)[some]
    made.bound[some] = np.where(total >= rows.far, MOST, total // clause.cent)[some]
    return granted


# -- gates ---------------------------------------------------------------------------------------------------------


@define(eq=False)
class GateColumns:
    """Whom 有效期 and 适用主体 let through (`live`), the place of the status of others; of an expired policy whom it covers; where it is not known; `late`: out of force, but not
    known since when, or for whom; `beyond`: whom they are taken to let through, as it is not known."""

    live: Any
    status: Any
    expired: Any
    covered: Any
    open: Any
    late: Any
    beyond: Any = np.False_

    def but_for(self, beyond: Any) -> GateColumns:
        """As though they let these through."""
        return evolve(self, live=self.live | beyond, open=self.open & ~beyond, beyond=beyond)


def gate_columns(kernels: Kernels, gates: c.Gates, root: RowFrame) -> GateColumns:
    """Raises NoKernel."""
    own = evolve(root, named={x.name: x.value for x in gates.names}, known={})
    held = [kernels.value(x, own) for x in (n.All(gates.force), n.Any(gates.expired), n.All(gates.scope))]
    force, expired, scope = (full(x.data, root.size) for x in held)
    unknown = [np.zeros(root.size, bool) if x.ask is None else full(x.ask, root.size) for x in held]
    perhaps = force | unknown[0]
    outside = perhaps & ~scope & ~unknown[2]  # whom it surely does not cover, whether it is in force or only may be
    open_ = (unknown[0] | (perhaps & unknown[2])) & ~outside
    status = np.where(perhaps, PLACE[OUT_OF_SCOPE], PLACE[OUT_OF_FORCE])
    return GateColumns(
        force & scope & ~open_, status.astype(np.int8), ~perhaps & expired, scope, open_, ~perhaps & (unknown[1] | unknown[2])
    )
