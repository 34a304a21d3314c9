"""One decision being read: its clauses, their outcomes, and their reasons when somebody asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..decision import CONTINUED, DISCRETION, GRANTED, OUT_OF_SCOPE, ClauseDecision
from ..operators import round_to
from .details import ASK_ALL, GOING, ROWS, STATUS, YEAR, Details, Record, exact, limited
from .forms import Coded
from .lazy import LazyClause, lazy_clause
from .runtime import Ask

if TYPE_CHECKING:
    from .compiled import Compiled
    from .sheetfacts import SheetFacts

_ZERO = Fraction(0)
_REASONS = ("items", "caps", "conflicts", "touched")
_set = object.__setattr__
_set_status, _set_amount, _set_bound = (getattr(ClauseDecision, n).__set__ for n in ("status", "amount", "bound"))
_EMPTY: dict[str, Any] = {
    "amount": None, "bound": None, "amount_range": None, "bound_range": None, "this_year": None, "schedule": None,
    "missing": (), "items": (), "caps": (), "conflicts": (), "history": (), "notes": (), "touched": frozenset(),
}  # fmt: skip
_REST = {n: v for n, v in _EMPTY.items() if n not in (*_REASONS, "amount", "bound")}
_NO_MONEY = tuple((n, v) for n, v in _EMPTY.items())


class Run:
    """One decision being read."""

    __slots__ = ("_asked", "_details", "_frame", "compiled", "facts", "records", "sheet")

    def __init__(self, compiled: Compiled, facts: SheetFacts, records: list[Any]) -> None:
        self.compiled, self.facts, self.sheet, self.records = compiled, facts, facts.sheet, records
        self._details: dict[int, Details] = {}
        self._asked: dict[int, ClauseDecision] = {}
        self._frame: Mapping[str, Any] | None = None

    # -- the decision ------------------------------------------------------------------------------------

    def decision_field(self, name: str) -> Any:
        if name == "clauses":
            return tuple([self.clause(i, r) for i, r in enumerate(self.records)])
        return self.frame[name]

    def clause(self, place: int, record: Record | None) -> LazyClause:
        """A clause with its outcome set at once, where there is one."""
        clause = lazy_clause(self, place)
        if record is not None and len(record) == 7:
            den = self.compiled.dens[place]
            status, amount, bound, _, _, _, _ = record
            _set_status(clause, status)
            _set_amount(clause, None if amount is None else exact(amount, den))
            _set_bound(clause, None if bound is None else limited(bound, den))
        elif record is not None and len(record) == 1 and record is not ASK_ALL:
            _set(clause, "status", record[0])
            for name, value in _NO_MONEY:
                _set(clause, name, value)
        return clause

    @property
    def frame(self) -> Mapping[str, Any]:
        if self._frame is None:
            self._frame = self.compiled.frame(self.facts)
        return self._frame

    # -- a clause ----------------------------------------------------------------------------------------

    def fill(self, clause: Any, place: int, name: str) -> Any:
        """A field of a clause that is being read; what is read together is set at once."""
        record = self.records[place]
        if record is not None and len(record) == 7 and name in _REASONS:
            coded = self.compiled.made[place][0]
            assert coded is not None
            try:
                made = self.details(place, coded).reasons()
                if not coded.clause.pays:
                    made |= _REST
            except Ask:
                made = {name: getattr(self.asked(place), name)}
        else:
            made = {name: self.clause_field(place, name)}
        for key, value in made.items():
            _set(clause, key, value)
        return made[name]

    def clause_field(self, place: int, name: str) -> Any:
        clause = self.compiled.plan.clauses[place]
        if name in ("number", "title", "words"):
            return getattr(clause, name)
        if name == "_compare":
            return self.frame["compare"]
        record = self.records[place]
        if record is None or record is ASK_ALL or name == "evidence":
            return getattr(self.asked(place), name)
        try:
            return self._closed_field(place, name, record) if len(record) < 7 else self._field(place, name, record)
        except Ask:
            return getattr(self.asked(place), name)

    def asked(self, place: int) -> ClauseDecision:
        """The reference evaluator's decision of a clause; of all that were not covered, at the first."""
        if place not in self._asked:
            wanted = {i for i, r in enumerate(self.records) if r is None or r is ASK_ALL} - set(self._asked) | {place}
            clauses = self.compiled.plan.clauses
            numbers = tuple(clauses[i].number for i in sorted(wanted))
            made = self.compiled.reference(self.facts, numbers)
            self._asked |= zip(sorted(wanted), made, strict=True)
        return self._asked[place]

    def _field(self, place: int, name: str, record: Record) -> Any:
        coded = self.compiled.made[place][0]
        if coded is not None and coded.clause.pays and name in ("this_year", "schedule", "history"):
            return self._paid(place, name, record, coded)
        return _EMPTY[name]

    def details(self, place: int, coded: Coded) -> Details:
        if place not in self._details:
            self._details[place] = Details(coded, self.compiled, place, self.sheet, self.records[place])
        return self._details[place]

    def _paid(self, place: int, name: str, record: Record, coded: Coded) -> Any:
        going = record[GOING]
        if record[STATUS] == DISCRETION:
            return _EMPTY[name]
        if name == "history":
            return going[1] if going else ()
        schedule = self.details(place, coded).schedule() if record[ROWS] else {}
        if name == "schedule":
            return tuple(sorted(schedule.items())) if record[STATUS] == GRANTED else None
        rounding = self.compiled.plan.rounding
        total = schedule.get(record[YEAR], _ZERO) + (going[0] if going else _ZERO)
        return round_to(total, rounding.unit, rounding.half_up)

    def _closed_field(self, place: int, name: str, record: Record) -> Any:
        """A clause that the gates closed, or one without money."""
        status, story = record[0], None
        if len(record) > 1:
            clause = self.compiled.plan.clauses[place]
            going = self.compiled.continuing(clause.pays, self.sheet, False)
            if going:
                status, story = (CONTINUED, going) if record[1] else (OUT_OF_SCOPE, None)
        if name == "status":
            return status
        if story is not None:
            rounding = self.compiled.plan.rounding
            if name == "this_year":
                return round_to(story[0], rounding.unit, rounding.half_up)
            if name in ("amount", "history"):
                return _ZERO if name == "amount" else story[1]
        return _EMPTY[name]
