"""Decisions whose parts are made when they are read. To their reader they are what the reference gives.

A `LazyClause` is a ClauseDecision in which no field is set at first; reading one asks the run it came
from. Equal, hashed, shown and copied as any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from ..decision import ClauseDecision, Decision

if TYPE_CHECKING:
    from .compiled import Compiled
    from .sheetfacts import SheetFacts

_set, _new = object.__setattr__, object.__new__


class LazyClause(ClauseDecision):
    """One clause of a run."""

    __slots__ = ("_run", "_place")  # noqa: RUF023

    def __getattr__(self, name: str) -> Any:
        if name in ("readings", "reason"):
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
    """A decision of a run: until it is read, only what the clause functions returned."""

    __slots__ = ("_made", "_run")

    def __getattr__(self, name: str) -> Any:
        if name == "_run":
            compiled, facts, records = self._made
            run = compiled.read(facts, records)
            _set(self, "_run", run)
            return run
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


_set_run, _set_place = LazyClause._run.__set__, LazyClause._place.__set__  # type: ignore[attr-defined]
_set_made = LazyDecision._made.__set__  # type: ignore[attr-defined]


def lazy_clause(run: Any, place: int) -> LazyClause:
    made: LazyClause = _new(LazyClause)
    _set_run(made, run)
    _set_place(made, place)
    return made


def lazy_decision(compiled: Compiled, facts: SheetFacts, records: list[Any]) -> LazyDecision:
    made: LazyDecision = _new(LazyDecision)
    _set_made(made, (compiled, facts, records))
    return made
