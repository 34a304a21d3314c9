"""Decisions whose parts are made when they are read. To their reader they are what the reference gives.

A `LazyClause` is a ClauseDecision in which no field is set at first; reading one asks the run it came
from. Equal, hashed, shown and copied as any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from ..decision import ClauseDecision, Decision

if TYPE_CHECKING:
    from .run import Run

_set = object.__setattr__


class LazyClause(ClauseDecision):
    """One clause of a run."""

    __slots__ = ("_run", "_place")  # noqa: RUF023

    def __getattr__(self, name: str) -> Any:
        if name == "readings":
            return super().__getattr__(name)  # type: ignore[misc]
        if name not in _CLAUSE_FIELDS:
            raise AttributeError(name)
        return self._run.fill(self, self._place, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ClauseDecision):
            return NotImplemented
        return all(getattr(self, n) == getattr(other, n) for n in _CLAUSE_COMPARED)

    __hash__ = ClauseDecision.__hash__


class LazyDecision(Decision):
    """A decision of a run."""

    __slots__ = ("_run",)

    def __getattr__(self, name: str) -> Any:
        if name == "warnings":
            return super().__getattr__(name)  # type: ignore[misc]
        if name not in _DECISION_FIELDS:
            raise AttributeError(name)
        value = self._run.decision_field(name)
        _set(self, name, value)
        return value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Decision):
            return NotImplemented
        return all(getattr(self, n) == getattr(other, n) for n in _DECISION_FIELDS)

    __hash__ = Decision.__hash__


_CLAUSE_FIELDS = {a.name for a in attrs.fields(ClauseDecision)}
_CLAUSE_COMPARED = tuple(a.name for a in attrs.fields(ClauseDecision) if a.eq)
_DECISION_FIELDS = {a.name for a in attrs.fields(Decision)}


def lazy_clause(run: Run, place: int) -> LazyClause:
    made: LazyClause = object.__new__(LazyClause)
    _set(made, "_run", run)
    _set(made, "_place", place)
    return made


def lazy_decision(run: Run) -> LazyDecision:
    made: LazyDecision = object.__new__(LazyDecision)
    _set(made, "_run", run)
    return made
