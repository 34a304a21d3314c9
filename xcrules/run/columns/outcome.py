"""What a clause comes to for each enterprise of a block: status, 分, bound, what is paid this year; and where that is not known."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from attrs import define, evolve

from xcrules.run.lowered import claims as c
from xcrules.run.results import CONTINUED, DISCRETION, GRANTED, OUT_OF_FORCE, OUT_OF_SCOPE, REFUSED, STATUSES

from .claims import ClaimColumns, claims_of
from .frames import RowFrame
from .kernels import Kernels
from .steps import Limits, Stages, check_bounds, limit_of, settle
from .vectors import MOST, NoKernel, full

PLACE = {word: np.int8(place) for place, word in enumerate(STATUSES)}
NONE = -1  # for an amount, a bound or a payment that there is none of


@define(eq=False)
class ClauseColumns:
    """Of each enterprise: the place of its status among STATUSES, 分 (NONE: none) of amount, bound and this year's payment; `open`: the rows must say it."""

    status: Any
    amount: Any
    bound: Any
    this_year: Any
    open: Any


def nothing_known(size: int) -> ClauseColumns:
    none = np.full(size, NONE, np.int64)
    return ClauseColumns(np.zeros(size, np.int8), none, none, none, np.ones(size, bool))


def clause_columns(kernels: Kernels, clause: c.Clause, frame: c.Frame, root: RowFrame, live: Any, closed: GateColumns, open_: Any) -> ClauseColumns:
    """The clause for all enterprises; `open_` marks those that are for the rows already. Raises NoKernel."""
    made = nothing_known(root.size)
    made.open = open_.copy()
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
    rows = claims_of(kernels, clause, root, live, made.open)
    _judged(kernels, clause, root, live, rows, made)
    if going is not None:
        going.pay(made, live, closed, rows)
    return made


def _check_kind(clause: c.Clause) -> None:
    if clause.pooled or clause.settles or clause.share is not None or (clause.saying is not None and (clause.saying.reverse or clause.saying.each)):
        raise NoKernel
    if any(p.events or p.going is not None for p in clause.payments):
        raise NoKernel
    if clause.discretionary:
        check_bounds(clause)


def _judged(kernels: Kernels, clause: c.Clause, root: RowFrame, live: Any, rows: ClaimColumns | None, made: ClauseColumns) -> None:
    made.status[live], made.amount[live] = PLACE[REFUSED], 0
    if rows is None:
        return
    size = root.size
    claimed = np.zeros(size, bool)
    claimed[rows.owner] = True
    limits = _limits(kernels, clause, root, claimed, made.open)
    state = settle(clause, rows, limits, root, made.open)
    wanted, doubt = rounded(clause, state.nets, rows, state, size)
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
    if zero.any():
        _zeros(clause, rows, limits, root, state, zero, made)


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


def _zeros(clause: c.Clause, rows: ClaimColumns, limits: Limits, root: RowFrame, state: Stages, zero: Any, made: ClauseColumns) -> None:
    """The status of a zero: the stage that made it, where the facts alone would give more."""
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


def _decided_by_authority(clause: c.Clause, rows: ClaimColumns, state: Stages, claimed: Any, made: ClauseColumns) -> None:
    size = len(claimed)
    total = state.sums[-1][1]
    waits = np.zeros(size, bool)
    waits[rows.owner[rows.open & (rows.net > 0) & state.alive]] = True
    granted, doubt = rounded(clause, state.awards, rows, state, size)
    some = claimed & (total // clause.cent > 0)
    given = some & ~waits
    made.open |= given & doubt
    made.status[some] = np.where(waits, PLACE[DISCRETION], PLACE[GRANTED])[some]
    made.amount[some] = np.where(waits, NONE, granted // clause.cent)[some]
    made.bound[some] = np.where(total >= rows.far, NONE, total // clause.cent)[some]


# -- rounding ------------------------------------------------------------------------------------------------------


def rounded(clause: c.Clause, amounts: Any, rows: ClaimColumns, state: Stages, size: int) -> tuple[Any, Any]:
    """The total of each enterprise brought to its unit; and where a cap that is nearly reached makes that a matter of single claims."""
    exact = rows.sums(amounts)
    unit, cent = np.int64(clause.unit), np.int64(clause.cent)
    match clause.mode:
        case "四舍五入":
            wanted = (2 * exact + unit) // (2 * unit) * unit
        case "截尾":
            wanted = exact // unit * unit
        case "进位":
            wanted = -(-exact // unit) * unit
        case "四舍六入":
            whole, rest = np.divmod(exact, unit)
            wanted = (whole + ((2 * rest > unit) | ((2 * rest == unit) & (whole % 2 == 1)))) * unit
    if clause.unit == 1:
        return exact, np.zeros(size, bool)
    given = amounts if clause.cent == 1 else amounts // cent * cent
    least = rows.sums(given)
    short = np.where((least == exact) & (exact % unit == 0), 0, np.maximum(np.maximum(wanted, (2 * exact + cent) // (2 * cent) * cent) - least, 0))
    doubt = np.zeros(size, bool)
    if not short.any():
        return np.where(exact % unit == 0, exact, wanted), doubt
    tops = [(np.arange(len(amounts)), np.arange(len(amounts)), rows.top)] if clause.unit > clause.cent else []
    bound = [(np.arange(len(amounts)), rows.owner, state.sums[-1][1] // cent * cent)] if clause.discretionary else []
    for at, group, room in (*state.rooms, *tops, *bound):
        if not len(at):
            continue
        taken = np.zeros(len(room), np.int64)
        np.add.at(taken, group, given[at])
        tight = (room - taken)[group] < short[rows.owner[at]]
        doubt[rows.owner[at[tight]]] = True
    return wanted, doubt & (short > 0)


# -- gates ---------------------------------------------------------------------------------------------------------


@define(eq=False)
class GateColumns:
    """Whom 有效期 and 适用主体 let through (`live`), the place of the status of others; of an expired policy whom it covers; where it is not known."""

    live: Any
    status: Any
    expired: Any
    covered: Any
    open: Any


def gate_columns(kernels: Kernels, gates: c.Gates, root: RowFrame) -> GateColumns:
    """Raises NoKernel."""
    own = evolve(root, named={x.name: x.value for x in gates.names}, known={})
    open_ = np.zeros(root.size, bool)

    def hold(tests: Sequence[Any], every: bool) -> Any:
        found = np.full(root.size, every)
        for test in tests:
            held = kernels.value(test, own)
            if held.ask is not None:
                np.logical_or(open_, held.ask, out=open_)
            found = found & held.data if every else found | held.data
        return found

    force, expired, scope = hold(gates.force, True), hold(gates.expired, False), hold(gates.scope, True)
    status = np.where(force, PLACE[OUT_OF_SCOPE], PLACE[OUT_OF_FORCE])
    return GateColumns(force & scope & ~open_, status.astype(np.int8), ~force & expired, scope, open_)


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
        fraction = np.zeros(self.size, bool)
        fraction[rows.owner[rows.net % clause.cent != 0]] = True
        made.open |= given & fraction
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
