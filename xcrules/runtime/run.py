"""One decision being read: its clauses, their outcomes, and their reasons when somebody asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Protocol

from ..results import CONTINUED, DISCRETION, GRANTED, OUT_OF_SCOPE
from .calls import Calls
from .details import Details, Failing, exact, limited
from .forms import AMOUNT, ASK_ALL, BOUND, GOING, ROWS, STATUS, YEAR, Clause, Record
from .values import Ask

_ZERO = Fraction(0)
_set = object.__setattr__
_REASONS = ("items", "caps", "conflicts", "reckoned")
_EMPTY: dict[str, Any] = {
    "amount": None, "bound": None, "amount_range": None, "bound_range": None, "this_year": None, "this_year_range": None, "schedule": None,
    "missing": (), "items": (), "caps": (), "conflicts": (), "history": (), "notes": (), "touched": frozenset(),
    "reckoned": None,
}  # fmt: skip
_REST = {n: v for n, v in _EMPTY.items() if n not in (*_REASONS, "touched", "amount", "bound")}
_NOT_ASKED: Record = ()
_NO_MONEY = tuple(_EMPTY.items())
_NEVER_TOGETHER = ("number", "title", "words", "evidence", "_compare")


class Machine(Protocol):
    """A compiled policy under one set of readings, as a run needs it."""

    @property
    def calls(self) -> Calls: ...

    def clause(self, place: int) -> Clause: ...

    def failing(self, place: int, part: int) -> Failing: ...

    def view(self, run: Run, place: int) -> Any:
        """A clause of the run for its reader, with no field set yet."""

    def numbers(self) -> tuple[str, ...]: ...

    def reference(self, facts: Any, only: tuple[str, ...]) -> tuple[Any, ...]:
        """These clauses, decided by the reference evaluator."""

    def frame(self, facts: Any) -> Mapping[str, Any]:
        """The fields of a decision other than its clauses, and `compare`."""


class Run:
    """One decision being read."""

    __slots__ = ("_asked", "_details", "_frame", "facts", "machine", "records", "sheet")

    def __init__(self, machine: Machine, facts: Any, sheet: Any, records: list[Any]) -> None:
        self.machine, self.facts, self.sheet, self.records = machine, facts, sheet, records
        self._details: dict[int, Details] = {}
        self._asked: dict[int, Any] = {}
        self._frame: Mapping[str, Any] | None = None

    # -- the decision ------------------------------------------------------------------------------------

    def decision_field(self, name: str) -> Any:
        if name == "clauses":
            return tuple([self.clause(i, r) for i, r in enumerate(self.records)])
        return self.frame[name]

    def clause(self, place: int, record: Record | None) -> Any:
        """A clause with its outcome set at once, where there is one."""
        clause = self.machine.view(self, place)
        if record is not None and len(record) == 7:
            den = self.machine.clause(place).den
            amount, bound = record[AMOUNT], record[BOUND]
            _set(clause, "status", record[STATUS])
            _set(clause, "amount", None if amount is None else exact(amount, den))
            _set(clause, "bound", None if bound is None else limited(bound, den))
        elif record is not None and len(record) == 1 and record is not ASK_ALL:
            _set(clause, "status", record[0])
            for name, value in _NO_MONEY:
                _set(clause, name, value)
        return clause

    @property
    def frame(self) -> Mapping[str, Any]:
        if self._frame is None:
            self._frame = self.machine.frame(self.facts)
        return self._frame

    # -- a clause ----------------------------------------------------------------------------------------

    def fill(self, view: Any, place: int, name: str) -> Any:
        """A field of a clause that is being read; what is read together is set at once."""
        made = self._together(place, name)
        for key, value in made.items():
            _set(view, key, value)
        return made[name]

    def _together(self, place: int, name: str) -> dict[str, Any]:
        record = self.records[place]
        if record is None or len(record) != 7 or name in _NEVER_TOGETHER:
            return {name: self._field(place, name)}
        try:
            if name in _REASONS:
                made = self.details(place).reasons()
                return made if self.machine.clause(place).pays else {**_REST, **made}
            if name == "touched":
                return {name: self.details(place).touched()}
        except Ask:
            return {name: getattr(self.asked(place), name)}
        return {name: self._field(place, name)} if self.machine.clause(place).pays else _REST

    def _field(self, place: int, name: str) -> Any:
        if name in ("number", "title", "words"):
            return getattr(self.machine.clause(place), name)
        if name == "_compare":
            return self.frame["compare"]
        record = self.records[place]
        if record is None or record is ASK_ALL or name == "evidence":
            return getattr(self.asked(place), name)
        try:
            return self._closed_field(place, name, record) if len(record) < 7 else self._paid(place, name, record)
        except Ask:
            return getattr(self.asked(place), name)

    def asked(self, place: int) -> Any:
        """The reference evaluator's decision of a clause; of all that were not covered, at the first."""
        if place not in self._asked:
            wanted = {i for i, r in enumerate(self.records) if r is None or r is ASK_ALL} - set(self._asked) | {place}
            numbers = self.machine.numbers()
            made = self.machine.reference(self.facts, tuple(numbers[i] for i in sorted(wanted)))
            self._asked |= zip(sorted(wanted), made, strict=True)
        return self._asked[place]

    def details(self, place: int) -> Details:
        if place not in self._details:
            self._details[place] = Details(self.machine.clause(place), self.machine, place, self.sheet, self.records[place])
        return self._details[place]

    def _paid(self, place: int, name: str, record: Record) -> Any:
        """What is paid in this year and when, for clauses with 拨付."""
        if not self.machine.clause(place).pays or name not in ("this_year", "schedule", "history"):
            return _EMPTY[name]
        going = record[GOING]
        if name == "history":
            return going[1] if going else ()
        if record[STATUS] == DISCRETION:
            return going[0] if going and name == "this_year" else None
        schedule = self.details(place).schedule() if record[ROWS] else {}
        if name == "schedule":
            return tuple(sorted(schedule.items())) if record[STATUS] == GRANTED else None
        return schedule.get(record[YEAR], _ZERO) + (going[0] if going else _ZERO)

    def _closed_field(self, place: int, name: str, record: Record) -> Any:
        """A clause that the gates closed, or one without money."""
        status, story = record[0], None
        if len(record) > 1:
            calls = self.machine.calls
            going = calls.continuing(self.machine.clause(place).pays, self.sheet, False)
            if going:
                status, story = (CONTINUED, going) if record[1] else (OUT_OF_SCOPE, None)
        if name == "status":
            return status
        if story is not None:
            if name == "this_year":
                return story[0]
            if name in ("amount", "history"):
                return _ZERO if name == "amount" else story[1]
        return _EMPTY[name]


def judged(machine: Machine, facts: Any, sheet: Any, place: int, record: Record | None, clause: Any) -> Any:
    """A clause decided under other readings, from its record; `clause` itself where the outcome is the same."""
    if record is not None and record is not ASK_ALL and _same_outcome(machine, place, record, clause):
        return clause
    records: list[Any] = [_NOT_ASKED] * len(machine.numbers())  # the others are not to be judged by the reference
    records[place] = record
    return Run(machine, facts, sheet, records).clause(place, record)


def _same_outcome(machine: Machine, place: int, record: Record, clause: Any) -> bool:
    """Whether a record says what the clause says; not every such record is known for one."""
    run: Any = getattr(clause, "_run", None)
    other = machine.clause(place)
    if len(record) == 7 and not other.pays:
        mine = run.records[place] if run is not None else None
        if mine is not None and len(mine) == 7 and run.machine.clause(place).den == other.den:
            return bool(record[:ROWS] == mine[:ROWS])
        same = _same(clause.amount, record[AMOUNT], other.den) and _same(clause.bound, record[BOUND], other.den)
        return same and bool(record[STATUS] == clause.status)
    if run is None or run.records[place] != record:
        return False
    return bool(run.machine.clause(place) == other and run.machine.calls.frame == machine.calls.frame)


def _same(money: Any, amount: int | None, den: int) -> bool:
    """Whether an amount in 元 (or none, or no end) is this whole number of 1/den 元."""
    if money is None or amount is None:
        return money is None and amount is None
    return bool(limited(amount, den) == money)
