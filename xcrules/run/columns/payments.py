"""Instalments of many enterprises: what grants of earlier years pay in the base year, and new ones at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np

from xcrules.run.lowered import claims as c, nodes as n
from xcrules.run.results import CONTINUED, DISCRETION, GRANTED, OUT_OF_SCOPE, STATUSES

from .claims import ClaimColumns
from .clause_columns import NONE, PLACE, ClauseColumns
from .doubts import Waiting
from .frames import RowFrame
from .vectors import ENDLESS, MOST, Mask, NoKernel, Vector, either, full, marks

if TYPE_CHECKING:
    from .outcome import GateColumns

_YEARS = (1900, 2200)  # between which a year lies that is not known


class Going:
    """What earlier grants pay in the base year: `now` in any case, and `more` (or without an end) where it is so that facts are `missing`."""

    def __init__(self, clause: c.Clause, frame: c.Frame, root: RowFrame, year: Vector, open_: Any) -> None:
        assert frame.base_year is not None
        self.clause, self.frame, self.size, self.year = clause, frame, root.size, full(year.data, root.size)
        self.now, self.more, self.after = (np.zeros(root.size, np.int64) for _ in range(3))
        self.rough, self.endless = np.zeros(root.size, bool), np.zeros(root.size, bool)
        self.missing = defaultdict[int, set[str]](set)
        self.dateless = np.zeros(root.size, bool) if year.ask is None else full(year.ask, root.size)
        self.when = frame.base_year.name if isinstance(frame.base_year, n.Column) else ""
        if not self.when:
            open_ |= self.dateless
        self._history(root, open_)
        self.unsure = marks(root.size, [*self.missing])

    def _history(self, root: RowFrame, open_: Any) -> None:
        history, frame = self.frame.history, self.frame
        if history is None:
            return
        table = root.cells.tables[history.table]
        if table.known is not None:
            open_ |= ~table.known
        cells = [table.facts[x] for x in (history.clause, history.year, history.amount)]
        ledger, granted, amount = cells
        for pay in self.clause.payments:
            if not (last := len(pay.shares) - 1):
                continue
            own = np.flatnonzero(either((ledger.data == root.cells.code(pay.ledger), ledger.ask)))
            owner, since = table.owner[own], granted.data[own]
            undated, due = _of(granted.ask, own), self.year[owner] - since
            open_[owner[_of(granted.none, own) | _of(amount.none, own)]] = True
            within = np.where(self.dateless[owner], (since + last >= _YEARS[0]) & (since < _YEARS[1]), (due >= 1) & (due <= last))
            if frame.first_year is not None and frame.last_year is not None:
                within &= (since >= frame.first_year) & (since <= frame.last_year)
            at = np.flatnonzero(within | undated)
            own, owner, due = own[at], owner[at], due[at]
            unnamed, undated, unknown = asks = [_of(x.ask, own) for x in cells]
            ageless = undated | self.dateless[owner]  # any year of its plan may be it
            cents, rest = np.divmod(amount.data[own] * 100, np.int64(history.scale))
            open_[owner[rest != 0]] = True
            parts = np.maximum(by_year(cents, pay.shares), 0)
            most = np.where(
                unknown, ENDLESS, np.where(ageless, parts[:, 1:].max(axis=1), parts[np.arange(len(own)), np.where(ageless, 0, due)])
            )
            unsure = (unnamed | unknown | ageless) & (most > 0)
            sure = np.where(unsure, 0, most)
            for into in (self.now, self.after) if pay.after_expiry else (self.now,):
                np.add.at(into, owner, sure)
            np.add.at(self.more, owner, np.where(most < ENDLESS, most - sure, 0))
            self.endless[owner[most >= ENDLESS]] = True
            for i in np.flatnonzero(unsure).tolist():
                row = f"{history.table}[{own[i] - table.offsets[owner[i]]}]."
                self.missing[int(owner[i])].update(
                    [row + x for x, ask in zip((history.clause, history.year, history.amount), asks, strict=True) if ask[i]],
                    (self.when,) if self.dateless[owner[i]] else (),
                )

    def pay(self, made: ClauseColumns, live: Any, closed: GateColumns, rows: ClaimColumns | None) -> None:
        """This year's payment; and instalments go on where nothing new is given, or the policy has expired."""
        now = self.now
        made.this_year[live] = now[live]
        zero = live & np.isin(made.status, [PLACE[x] for x in STATUSES if x not in (GRANTED, DISCRETION)]) & (now > 0)
        made.status[zero] = PLACE[CONTINUED]
        made.open |= (closed.late & (self.after > 0)) | ((closed.late | closed.expired) & self.unsure)
        late = closed.expired & (self.after > 0) & ~live
        goes_on = late & closed.covered
        made.status[goes_on], made.amount[goes_on], made.this_year[goes_on] = PLACE[CONTINUED], 0, self.after[goes_on]
        made.status[late & ~closed.covered] = PLACE[OUT_OF_SCOPE]
        waits = live & (made.status == PLACE[DISCRETION])
        made.this_year[waits] = np.where(now > 0, now, NONE)[waits]
        if rows is not None:
            self._new(made, live, rows)

    def nothing(self, made: ClauseColumns) -> Any:
        """Where earlier grants pay nothing, and what is given now is paid from this year on."""
        return self._from_now_on(made) & (self.now == 0) & (self.after == 0) & ~self.unsure

    def _from_now_on(self, made: ClauseColumns) -> Any:
        known = (made.status != PLACE[DISCRETION]) & ~(self.dateless & (made.status == PLACE[GRANTED]))
        return known if self.frame.last_year is None else known & (self.year <= self.frame.last_year)

    def beside(self, found: Sequence[Waiting], made: ClauseColumns, beyond: Any) -> list[Waiting]:
        """Those that wait for what is given now, with what earlier grants pay; without those of which it is not told."""
        plain, told = self.nothing(made) & ~self.rough, self._from_now_on(made) & ~self.rough & ~self.dateless & ~beyond
        joined = []
        for x in found:
            if not plain[x.row] and told[x.row]:
                low, high = x.this_year or (0, None)
                x = x._replace(missing=tuple(sorted(self.missing[x.row].union(x.missing))), this_year=(low, self._at_most(x.row, high)))
            joined += [x] if plain[x.row] or told[x.row] else []
        return joined

    def _at_most(self, row: int, paid: int | None) -> int | None:
        """With what else earlier grants may pay."""
        return None if paid is None or self.endless[row] else paid + int(self.more[row])

    def waiting(self, made: ClauseColumns, live: Any, beyond: Any) -> list[Waiting]:
        """Enterprises of which the clause is known, but not what is paid of it in the base year."""
        granted = made.status == PLACE[GRANTED]
        at = live & (self.unsure | (self.dateless & granted)) & ~made.open & ~(beyond & (self.unsure | (self.now > 0)))
        made.open |= at & (
            (made.status == PLACE[DISCRETION]) | (self.year > (_YEARS[1] if self.frame.last_year is None else self.frame.last_year))
        )
        at &= ~made.open
        made.open |= at
        found = []
        for row in np.flatnonzero(at).tolist():
            amount, low = (int(made.amount[row]), int(made.this_year[row])) if granted[row] else (0, int(self.now[row]))
            found.append(
                Waiting(
                    row, tuple(sorted(self.missing[row].union((self.when,) if self.dateless[row] else ()))), amount, amount,
                    (low, self._at_most(row, low)),
                )
            )
        return found

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
                self.rough |= grant * np.int64(pay.shares[0].numerator) % np.int64(pay.shares[0].denominator) != 0
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


def _of(mask: Mask, rows: Any) -> Any:
    return full(np.asarray(np.False_), len(rows)) if mask is None else mask.take(rows)
