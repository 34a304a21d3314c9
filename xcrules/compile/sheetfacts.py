"""Facts that were read into a sheet: to their reader, facts like any others."""

from __future__ import annotations

from typing import Any

from ..facts import Facts
from .sheet import Sheets, facts_top


class SheetFacts(Facts):
    """Facts that were read into a sheet; `top` is made when the reference evaluator wants it."""

    __slots__ = ("sheet", "sheets")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Facts) and (self.top, self.number) == (other.top, other.number)

    __hash__ = Facts.__hash__

    def __reduce__(self) -> tuple[Any, ...]:
        return Facts, (self.top, self.number)

    def __getattr__(self, name: str) -> Any:
        if name == "top":
            top = facts_top(self.sheets, self.sheet)
            object.__setattr__(self, "top", top)
            return top
        if name == "number":
            return self.sheet.number
        raise AttributeError(name)


def sheet_facts(sheets: Sheets, sheet: Any) -> SheetFacts:
    made: SheetFacts = object.__new__(SheetFacts)
    object.__setattr__(made, "sheets", sheets)
    object.__setattr__(made, "sheet", sheet)
    return made
