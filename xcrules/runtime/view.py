"""A decision to its reader, without attrs: the same attributes as Decision and ClauseDecision, made when read."""

from __future__ import annotations

from typing import Any

from ..results import Notice, ReadingUse, counted_twice

FIELDS = ("number", "title", "words", "status", "amount", "bound", "amount_range", "bound_range", "this_year", "this_year_range", "schedule",
          "missing", "items", "caps", "conflicts", "history", "notes", "reckoned", "touched", "evidence", "_compare")  # fmt: skip


class ClauseOutcome:
    """One clause of a run."""

    __slots__ = ("_place", "_run", *FIELDS)

    def __init__(self, run: Any, place: int) -> None:
        self._run, self._place = run, place

    def __getattr__(self, name: str) -> Any:
        if name not in FIELDS:
            raise AttributeError(name)
        return self._run.fill(self, self._place, name)

    @property
    def readings(self) -> tuple[ReadingUse, ...]:
        found: tuple[ReadingUse, ...] = self._compare.uses(self)
        return found

    @property
    def disputes(self) -> tuple[str, ...]:
        found: tuple[str, ...] = self._compare.disputes(self)
        return found

    @property
    def reason(self) -> str:
        found: str = self._compare.why(self)
        return found

    def outcome(self) -> tuple[object, ...]:
        """What two choices of a reading are compared by."""
        return (self.status, self.amount, self.bound, self.amount_range, self.bound_range, self.this_year,
                self.this_year_range, self.schedule)  # fmt: skip


class DecisionOutcome:
    """A decision under the default readings."""

    __slots__ = ("assumed", "changed_readings", "clauses", "edition", "number", "policy")

    def __init__(self, policy: str, edition: str, clauses: tuple[ClauseOutcome, ...], assumed: tuple[str, ...], number: object) -> None:
        self.policy, self.edition, self.clauses, self.assumed, self.number = policy, edition, clauses, assumed, number
        self.changed_readings: tuple[tuple[str, str], ...] = ()

    @property
    def without(self) -> tuple[str, ...]:
        return ()

    @property
    def noticed(self) -> tuple[Notice, ...]:
        return ()

    @property
    def warnings(self) -> tuple[Notice, ...]:
        return counted_twice(self.clauses)
