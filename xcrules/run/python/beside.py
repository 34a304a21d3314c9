"""A record of facts with what other clauses came to beside it: 第五条 的 金额."""

from __future__ import annotations

from typing import Any

from xcrules.facts.scaled.values import Ask
from xcrules.run.lowered import claims as c
from xcrules.run.lowered.rows import Record
from xcrules.run.lowered.settle import settle
from xcrules.run.results import DISCRETION


class Beside:
    """Read as the record itself. `results` fills up as clauses are decided; a clause that is not in it is not known."""

    __slots__ = ("record", "results")

    def __init__(self, record: Any) -> None:
        self.record = record
        self.results: dict[str, tuple[c.Clause, Record, Record]] = {}  # with what it came to before and after caps over several

    def __getattr__(self, name: str) -> Any:
        return getattr(self.record, name)

    def result(self, number: str, ungranted: bool) -> int:
        """分 that a clause came to; `ungranted`: what the facts alone give it. Raises Ask where that is not known."""
        if number not in self.results:
            raise Ask
        clause, own, after = self.results[number]
        if ungranted and not clause.discretionary:
            return max(settle(clause, own.rows, own.limits, ungranted=True).total(), 0) // clause.cent if own.rows else 0
        if after.status == DISCRETION:
            raise Ask
        return (after.amount or 0) // clause.cent
