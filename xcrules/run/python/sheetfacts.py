"""Facts that were read into a sheet: to their reader, facts like any others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xcrules.facts.given import Facts

from .runtime.values import NA
from .scales import identifier
from .sheet import Sheets, facts_top, given


class SheetFacts(Facts):
    """Facts that were read into a sheet; `top` is made when the reference evaluator wants it."""

    __slots__ = ("sheet", "sheets")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Facts) and (self.top, self.number) == (other.top, other.number)

    __hash__ = Facts.__hash__

    @property
    def money(self) -> int:
        return self.sheets.money  # type: ignore[no-any-return]

    def gives(self, name: str) -> bool:
        value = getattr(self.sheet, identifier(name))
        return name in self.top if value is NA else given(value)

    def length(self, table: str) -> int:
        rows = getattr(self.sheet, identifier(table))
        return len(rows) if isinstance(rows, list) else 0

    def longest(self) -> int:
        sheet, names = self.sheet, self.sheets.lists
        return max([len(rows) for name in names if (rows := getattr(sheet, name)).__class__ is list], default=0) if names else 0

    def __reduce__(self) -> tuple[Any, ...]:
        return Facts, (self.top, self.number, self.notices)

    def __getattr__(self, name: str) -> Any:
        if name == "top":
            top = facts_top(self.sheets, self.sheet)
            object.__setattr__(self, "top", top)
            return top
        if name == "number":
            return self.sheet.number
        if name == "notices":
            return ()
        raise AttributeError(name)


_new = object.__new__
_set_sheets, _set_sheet = SheetFacts.sheets.__set__, SheetFacts.sheet.__set__  # type: ignore[attr-defined]


def sheet_facts(sheets: Sheets, sheet: Any) -> SheetFacts:
    made: SheetFacts = _new(SheetFacts)
    _set_sheets(made, sheets)
    _set_sheet(made, sheet)
    return made


def on_sheet(facts: Facts, sheets: tuple[Sheets, ...]) -> SheetFacts:
    """These facts on a sheet of these, as they are when they came from their reader; else on one of the last."""
    if isinstance(facts, SheetFacts) and any(facts.sheets is own for own in sheets):
        return facts
    made = sheet_facts(sheets[-1], sheets[-1].of(facts))
    object.__setattr__(made, "top", facts.top)
    object.__setattr__(made, "notices", facts.notices)
    return made


def quick_reader(whole: Sheets, cents: Sheets) -> Callable[[object], SheetFacts | None]:
    """What reads plain values onto the sheet that fits them, whole 元 first; None when something is odd about them."""
    whole_quick, others = whole.quick, ((cents, cents.quick), (cents, cents.plain))

    def read(raw: object) -> SheetFacts | None:
        if (sheet := whole_quick(raw)) is not None:
            return sheet_facts(whole, sheet)
        for sheets, quick in others:
            if (sheet := quick(raw)) is not None:
                return sheet_facts(sheets, sheet)
        return None

    return read
