"""What a clause comes to for each enterprise of a block: status, 分, bound, what is paid this year; and where that is not known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from attrs import define, evolve

from xcrules.meaning.values import Origin
from xcrules.run.lowered import claims as c
from xcrules.run.lowered import nodes as n
from xcrules.run.results import CONTINUED, DISCRETION, GRANTED, OUT_OF_FORCE, OUT_OF_SCOPE, REFUSED, STATUSES

from .claims import ClaimColumns, claims_of
from .either import Doubts, Waiting
from .frames import RowFrame
from .kernels import Kernels
from .steps import Limits, Stages, groups_of, limit_of, rounded, says_bounds, settle
from .vectors import MOST, NoKernel, Vector, full, marks

PLACE = {word: np.int8(place) for place, word in enumerate(STATUSES)}
NONE = -1  # for an amount, a bound or a payment that there is none of


@define(eq=False)
class ClauseColumns:
    """Of each enterprise: the place of its status among STATUSES, 分 (NONE: none) of amount, bound (MOST: no end) and this year's payment; `open`: the rows must say it.

    `caps`: by label and text of a cap whom it brings up to it, and 分 that it cuts.
    `alone`: 分 that the facts alone give, and where that is not known; of clauses of which another asks it.
    `behind`: enterprises of which the gates alone are open, of whom the rest says what the clause comes to past them (None: not asked).
    """

    status: Any
    amount: Any
    bound: Any
    this_year: Any
    open: Any
    alone: tuple[Any, Any] | None = None
    caps: dict[tuple[str, str], tuple[Any, Any]] | None = None  # None: not asked
    behind: Any = None
    waiting: Sequence[Waiting] = ()  # open ones of which it is told what they wait for

    def meet(self, origin: Origin, at: Any, cut: Any) -> None:
        """Enterprises that come up to a cap, and 分 that it cuts."""
        assert self.caps is not None
        mask, cents = self.caps.get((origin.label, origin.text), (False, 0))
        self.caps[origin.label, origin.text] = mask | at, cents + np.where(at, cut, 0)

    def came_to(self, ungranted: bool) -> Vector:
        """分 that another clause reads."""
        if ungranted and self.alone is not None:
            data, ask = self.alone[0], self.open | self.alone[1]
        else:
            data, ask = np.maximum(self.amount, 0), self.open | (self.status == PLACE[DISCRETION])
        return Vector(data, ask if ask.any() else None, None, 0, int(data.max(initial=0)))


def nothing_known(size: int) -> ClauseColumns:
    none = np.full(size, NONE, np.int64)
    return ClauseColumns(np.zeros(size, np.int8), none, none, none, np.ones(size, bool))


def clause_columns(kernels: Kernels, clause: c.Clause, frame: c.Frame, root: RowFrame, closed: GateColumns, alone: bool, doubts: Doubts | None = None) -> ClauseColumns:
    """The clause for all enterprises that the gates let through; `alone`: also what the facts alone give; with `doubts` also what it may come to. Raises NoKernel."""
    made, live = nothing_known(root.size), closed.live
    made.open = closed.open.copy()
    made.status = closed.status.copy()
    if clause.nature:
        made.status[live] = PLACE[clause.nature]
        return made
    made.amount, made.bound, made.this_year = made.amount.copy(), made.bound.copy(), made.this_year.copy()
    _check_kind(clause)
    going = None
    if clause.payments:
        if frame.base_year is None:
            raise NoKernel
        year = kernels.value(frame.base_year, root)
        if year.ask is not None:
            made.open |= live & year.ask
        going = _Going(clause, frame, root, full(year.data, root.size), made.open)
    made.caps = {} if kernels.caps else None
    doubts = doubts if has_ends(clause) and not clause.payments else None
    rows = claims_of(kernels, clause, root, live, made.open, doubts)
    if rows is not None and doubts is not None and doubts.paths:
        made.waiting = both_ways(clause, rows, root, live, doubts, made, lambda whom, of, to: _judged(kernels, clause, root, whom, of, to, alone))
    else:
        _judged(kernels, clause, root, live, rows, made, alone)
    if going is not None:
        going.pay(made, live, closed, rows)
    return made


def _check_kind(clause: c.Clause) -> None:
    if clause.pooled or clause.settles or clause.share is not None or (clause.saying is not None and (clause.saying.reverse or clause.saying.each)):
        raise NoKernel
    if any(p.events or p.going is not None for p in clause.payments):
        raise NoKernel


def _judged(kernels: Kernels, clause: c.Clause, root: RowFrame, live: Any, rows: ClaimColumns | None, made: ClauseColumns, alone: bool) -> None:
    made.status[live], made.amount[live] = PLACE[REFUSED], 0
    if rows is None:
        return
    size = root.size
    if clause.discretionary and not says_bounds(clause):  # who has no amount to be said has it reckoned
        clause = evolve(clause, discretionary=False)
        said = np.isin(rows.part, [i for i, x in enumerate(clause.claims) if x.authority]) & ((rows.net > 0) | (rows.ungranted > 0))
        made.open[rows.owner[said]] = True
        rows.net, rows.ungranted = (np.where(made.open[rows.owner], 0, x) for x in (rows.net, rows.ungranted))
        rows.award, rows.endless = rows.net, False
    claimed = marks(size, rows.owner)
    limits = _limits(kernels, clause, root, claimed, made.open)
    state = settle(clause, rows, limits, root, made.open)
    wanted, doubt = rounded(clause, state.nets, rows, state, size)
    if made.caps is not None:
        _met(clause, rows, state, made)
    if clause.discretionary:
        _decided_by_authority(clause, rows, state, claimed, made)
        total = state.sums[-1][1] // clause.cent * clause.cent
    else:
        made.open |= doubt
        total = wanted
        paid = claimed & (total > 0)
        made.status[paid] = PLACE[clause.elsewhere or GRANTED]
        made.amount[paid] = NONE if clause.elsewhere else (total // clause.cent)[paid]
    zero = claimed & (total <= 0)
    if zero.any() or (alone and not clause.discretionary):
        given, doubt = _zeros(clause, rows, limits, root, state, zero, made)
        made.alone = np.maximum(given, 0) // clause.cent, doubt


def _met(clause: c.Clause, rows: ClaimColumns, state: Stages, made: ClauseColumns) -> None:
    """Who comes up to which cap, and what it cuts. Bounds of 裁量 are nobody's money."""
    size = len(made.open)
    said = marks(size, rows.owner[(rows.net > 0) | (rows.ungranted > 0)] if clause.discretionary else [])
    for origin, owners in rows.capped:
        made.meet(origin, marks(size, owners) & ~said, 0)
    for origin, (at, group, room), before, after in state.cuts if not clause.discretionary else ():
        had, has, owner = np.zeros(len(room), np.int64), np.zeros(len(room), np.int64), np.zeros(len(room), np.int64)
        np.add.at(had, group, before[at])
        np.add.at(has, group, after[at])
        owner[group] = rows.owner[at]
        cut = np.zeros(size, np.int64)
        np.add.at(cut, owner, (had - has) // clause.cent)
        made.meet(origin, marks(size, owner[(had >= room) & (had > 0)]), cut)


def _limits(kernels: Kernels, clause: c.Clause, root: RowFrame, claimed: Any, ask: Any) -> Limits:
    own = evolve(root, named={x.name: x.value for x in clause.names}, known={})
    made = {}
    for index, step in enumerate(clause.steps):
        if isinstance(step, c.CapTotal):
            held = [None if x is None else kernels.at_scale(x, clause.scale, own) for x in (step.ceiling, step.ungranted, step.used)]
            for x in held:
                if x is not None and x.ask is not None:
                    ask |= claimed & x.ask
            made[index] = limit_of(held[0], held[1], held[2], clause.cent, root.size)
    return made


def _zeros(clause: c.Clause, rows: ClaimColumns, limits: Limits, root: RowFrame, state: Stages, zero: Any, made: ClauseColumns) -> tuple[Any, Any]:
    """The status of a zero: the stage that made it, where the facts alone would give more. That, and where it is not known."""
    alone = settle(clause, rows, limits, root, made.open, ungranted=True)
    total, doubt = rounded(clause, alone.nets, rows, alone, root.size)
    if clause.discretionary:
        total = alone.sums[-1][1] // clause.cent * clause.cent
    else:
        made.open |= zero & doubt
    left = zero & (total > 0)
    for status, sums in state.sums:
        here = left & (sums <= 0)
        made.status[here] = PLACE[status]
        left = left & ~here
    return total, doubt


def _decided_by_authority(clause: c.Clause, rows: ClaimColumns, state: Stages, claimed: Any, made: ClauseColumns) -> None:
    size = len(claimed)
    total = state.sums[-1][1]
    waits = marks(size, rows.owner[rows.open & (rows.net > 0) & state.alive])
    granted, doubt = rounded(clause, state.awards, rows, state, size)
    some = claimed & (total // clause.cent > 0)
    given = some & ~waits
    made.open |= given & doubt
    made.status[some] = np.where(waits, PLACE[DISCRETION], PLACE[GRANTED])[some]
    made.amount[some] = np.where(waits, NONE, granted // clause.cent)[some]
    made.bound[some] = np.where(total >= rows.far, MOST, total // clause.cent)[some]


# -- both ways ------------------------------------------------------------------------------------------------------


def has_ends(clause: c.Clause) -> bool:
    """Whether what a clause comes to with a claim and without it is all that it may come to: its steps never make less of more, and hold no claims apart that they took together."""
    def fits(index: int, step: c.Step) -> bool:
        match step:
            case c.CapTotal(ceiling=ceiling, parts=parts):
                return ceiling is not None and len(parts) == len(clause.claims)
            case c.CapByKey():
                return index == 0 and all((key := x.keys[index]) is None or (isinstance(key, c.RowCap) and key.ceiling is not None) for x in clause.claims)
            case c.Against():
                return index == 0 and not step.settled
            case _:
                return False

    return clause.unit == clause.cent and (not clause.discretionary or says_bounds(clause)) and all(fits(i, x) for i, x in enumerate(clause.steps))


def both_ways(clause: c.Clause, rows: ClaimColumns, root: RowFrame, live: Any, doubts: Doubts, made: ClauseColumns, judge: Callable[[Any, ClaimColumns, ClauseColumns], None]) -> list[Waiting]:
    """The clause as though claims of which it is not known counted, and as though they did not: decided where that is the same, else who waits for what.

    Of several such claims each may matter by itself where a step holds claims against each other, or an authority says amounts: that is for the rows.
    """
    unsure, size = (rows.doubt >= 0) & (clause.discretionary | (rows.ungranted > 0)), root.size  # one that is worth nothing is nothing
    counts, step = np.bincount(rows.owner[unsure], minlength=size), clause.steps[0] if clause.steps else None
    told = live & ~made.open & (counts > 0) & ~marks(size, rows.owner[unsure & (rows.net == 0)])
    if clause.discretionary or isinstance(step, c.CapByKey | c.Against):
        told &= counts == 1
    if isinstance(step, c.CapByKey) and (keys := rows.keys[0]) is not None:
        own = np.flatnonzero(told[rows.owner])
        group = groups_of(own, rows.owner[own], keys.key[own])
        told &= ~marks(size, rows.owner[own[unsure[own] & (np.bincount(group)[group] > 1)]])
    made.open |= (counts > 0) & ~told
    without = nothing_known(size)
    without.amount, without.bound, without.open = without.amount.copy(), without.bound.copy(), ~told
    judge(told, rows.take(np.flatnonzero(told[rows.owner] & ~unsure), size), without)
    judge(live, rows, made)
    made.open |= told & without.open
    differ = told & ~made.open & ((made.status != without.status) | (made.amount != without.amount) | (made.bound != without.bound))
    made.open |= differ
    low, high = (np.where(x.status == PLACE[GRANTED], x.amount, 0) for x in (without, made))
    paths: dict[int, set[str]] = {}
    for row, k in zip(rows.owner[unsure].tolist(), rows.doubt[unsure].tolist(), strict=True):
        paths.setdefault(row, set()).update(doubts.paths[k])
    sure = made.status == PLACE[GRANTED]
    return [Waiting(row, tuple(sorted(paths[row])), int(low[row]) if sure[row] else 0, int(max(low[row], high[row]))) for row in np.flatnonzero(differ).tolist()]


# -- gates ---------------------------------------------------------------------------------------------------------


@define(eq=False)
class GateColumns:
    """Whom 有效期 and 适用主体 let through (`live`), the place of the status of others; of an expired policy whom it covers; where it is not known."""

    live: Any
    status: Any
    expired: Any
    covered: Any
    open: Any

    def but_for(self, beyond: Any) -> GateColumns:
        """As though they let these through."""
        return evolve(self, live=self.live | beyond, open=self.open & ~beyond)


def gate_columns(kernels: Kernels, gates: c.Gates, root: RowFrame) -> GateColumns:
    """Raises NoKernel."""
    own = evolve(root, named={x.name: x.value for x in gates.names}, known={})
    held = [kernels.value(x, own) for x in (n.All(gates.force), n.Any(gates.expired), n.All(gates.scope))]
    force, expired, scope = (full(x.data, root.size) for x in held)
    unknown = [np.zeros(root.size, bool) if x.ask is None else full(x.ask, root.size) for x in held]
    perhaps = force | unknown[0]
    outside = perhaps & ~scope & ~unknown[2]  # whom it surely does not cover, whether it is in force or only may be
    open_ = np.logical_or.reduce(unknown) & ~outside
    status = np.where(perhaps, PLACE[OUT_OF_SCOPE], PLACE[OUT_OF_FORCE])
    return GateColumns(force & scope & ~open_, status.astype(np.int8), ~perhaps & expired, scope, open_)


# -- instalments ---------------------------------------------------------------------------------------------------


class _Going:
    """What grants of earlier years pay in the base year, and new ones at once."""

    def __init__(self, clause: c.Clause, frame: c.Frame, root: RowFrame, year: Any, open_: Any) -> None:
        self.clause, self.frame, self.size, self.year = clause, frame, root.size, year
        self.now, self.after = np.zeros(root.size, np.int64), np.zeros(root.size, np.int64)
        self._history(root, open_)

    def _history(self, root: RowFrame, open_: Any) -> None:
        history, frame = self.frame.history, self.frame
        if history is None:
            return
        table = root.cells.tables[history.table]
        if table.known is not None:
            open_ |= ~table.known
        ledger, granted, amount = (table.facts[x] for x in (history.clause, history.year, history.amount))
        if ledger.ask is not None:
            open_[table.owner[ledger.ask]] = True
        for pay in self.clause.payments:
            own = np.flatnonzero(ledger.data == root.cells.code(pay.ledger))
            for mask in (granted.ask, granted.none, amount.ask, amount.none):
                if mask is not None:
                    open_[table.owner[own[mask[own]]]] = True
            owner, since = table.owner[own], granted.data[own]
            if frame.first_year is not None and frame.last_year is not None:
                within = (since >= frame.first_year) & (since <= frame.last_year)
                own, owner, since = own[within], owner[within], since[within]
            due = self.year[owner] - since
            within = (due >= 1) & (due <= len(pay.shares) - 1)
            own, owner, due = own[within], owner[within], due[within]
            cents, rest = np.divmod(amount.data[own] * 100, np.int64(history.scale))
            open_[owner[rest != 0]] = True
            part = np.maximum(by_year(cents, pay.shares)[np.arange(len(own)), due], 0)
            np.add.at(self.now, owner, part)
            if pay.after_expiry:
                np.add.at(self.after, owner, part)

    def pay(self, made: ClauseColumns, live: Any, closed: GateColumns, rows: ClaimColumns | None) -> None:
        """This year's payment; and instalments go on where nothing new is given, or the policy has expired."""
        now = self.now
        made.this_year[live] = now[live]
        zero = live & np.isin(made.status, [PLACE[x] for x in STATUSES if x not in (GRANTED, DISCRETION)]) & (now > 0)
        made.status[zero] = PLACE[CONTINUED]
        late = closed.expired & (self.after > 0) & ~live
        goes_on = late & closed.covered
        made.status[goes_on], made.amount[goes_on], made.this_year[goes_on] = PLACE[CONTINUED], 0, self.after[goes_on]
        made.status[late & ~closed.covered] = PLACE[OUT_OF_SCOPE]
        waits = live & (made.status == PLACE[DISCRETION])
        made.this_year[waits] = np.where(now > 0, now, NONE)[waits]
        if rows is not None:
            self._new(made, live, rows)

    def _new(self, made: ClauseColumns, live: Any, rows: ClaimColumns) -> None:
        """The first share of what is granted now. Only where the claims themselves are what each part has: no step, whole 分."""
        clause = self.clause
        given = live & (made.status == PLACE[GRANTED])
        if clause.steps or clause.unit != clause.cent or clause.discretionary:
            made.open |= given
            return
        made.open |= given & marks(self.size, rows.owner[rows.net % clause.cent != 0])
        last = self.frame.last_year
        by_part = {p.part: p for p in clause.payments}
        names = list(dict.fromkeys(x.part for x in clause.claims))
        for name in names:
            own = np.isin(rows.part, [i for i, x in enumerate(clause.claims) if x.part == name])
            grant = rows.sums(np.where(own, rows.net // clause.cent, 0))
            pay = by_part.get(name)
            if pay is not None:
                grant = by_year(grant, pay.shares)[:, 0]
                if not pay.after_expiry and last is not None:
                    grant = np.where(self.year > last, 0, grant)
            made.this_year = np.where(given, made.this_year + grant, made.this_year)


def by_year(grant: Any, shares: Sequence[Fraction]) -> Any:
    """分 of grants by years: base/money.cents_by_year for many."""
    over = lcm(*(s.denominator for s in shares))
    parts = np.array([s.numerator * (over // s.denominator) for s in shares], np.int64)
    if len(grant) and int(np.abs(grant).max()) * int(np.abs(parts).max()) > MOST:
        raise NoKernel
    whole, rest = np.divmod(grant[:, None] * parts, np.int64(over))
    rank = np.argsort(np.argsort(-rest, axis=1, kind="stable"), axis=1, kind="stable")
    return whole + (rank < (grant - whole.sum(axis=1))[:, None])
