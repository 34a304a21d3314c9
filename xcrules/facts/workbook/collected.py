"""What is read from a workbook so far: the facts with their cells, findings, remarks."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from attrs import define, field

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.grids.worksheet import Cell
from xcrules.base.identity import normal
from xcrules.facts.given import PlacedFacts
from xcrules.facts.types import TextType, Type
from xcrules.facts.unfit import Unfit

from .cells import value_of
from .layout import Names
from .pages import Page


@define
class Collected:
    """The facts of one workbook as they are read."""

    names: Names
    from_1904: bool = False
    facts: PlacedFacts = field(factory=PlacedFacts)
    found: list[Diagnostic] = field(factory=list)
    _digits: dict[str, str] = field(factory=dict)  # texts that were typed as numbers, and where
    _noughts: dict[str, tuple[str, str]] = field(factory=dict)  # texts with noughts in front, by what is left without them

    def say(self, code: Code, message: str, place: str, help: str = "") -> None:
        self.found.append(Diagnostic(code, message, path=place, help=help))

    def notice(self, code: Code, message: str, place: str, help: str = "") -> None:
        self.facts.notices.append(Diagnostic(code, message, path=place, help=help))

    def value(self, page: Page, row: int, column: int, type_: Type, name: str | Callable[[], str], times: Fraction | None = None) -> object:
        """The fact in a cell, None if it is unknown or unfit (which is said, with its name)."""
        page.take(row, column)
        return None if (cell := page.at(row, column)) is None else self.read(cell, page, row, column, type_, name, times)

    def read(self, cell: Cell, page: Page, row: int, column: int, type_: Type, name: str | Callable[[], str], times: Fraction | None = None) -> object:
        """The same of a cell that is taken."""
        try:
            value = value_of(cell, type_, times, self.from_1904)
        except Unfit as why:
            self.found.append(why.finding(name if isinstance(name, str) else name(), page.address(row, column)))
            return None
        if isinstance(type_, TextType) and isinstance(value, str):
            if cell.kind == "数":
                self._digits.setdefault(value, page.address(row, column))
            elif value.startswith("0") and value.isdigit():
                self._noughts.setdefault(value.lstrip("0"), (value, page.address(row, column)))
        return value

    def finish(self) -> None:
        """001 typed as text in one cell and as a number in another: Excel has taken the noughts of the second away."""
        for text in sorted(self._digits.keys() & self._noughts.keys()):
            other, place = self._noughts[text]
            self.say(Code.CHANGED_BY_EXCEL, f"这一格是数 {text}，{place} 却写着「{other}」；是不是 Excel 去掉了前面的 0？", self._digits[text], "把单元格格式改成“文本”，再重新写")
        for group in [k for k, v in self.facts.items() if v == {} and normal(k) not in self.names.ledgers]:
            del self.facts[group]

    def holder(self, group: str, place: str) -> dict[str, object] | None:
        """The object that facts of a group belong to; None if something else stands there."""
        if not group:
            return self.facts
        self.facts.places.setdefault(group, place)
        held = self.facts.setdefault(group, {})
        return held if isinstance(held, dict) else None

    def put(self, group: str, name: str, value: object, place: str) -> None:
        """A fact with its value; said if it is there already."""
        path = f"{group}.{name}" if group else name
        self.facts.places.setdefault(path, place)
        if value is None:
            return
        held = self.holder(group, place)
        if held is None:
            self.say(Code.PRESENCE_CONTRADICTED, f"「{group}」写了“不适用”，下面却又填了", place)
        elif name in held:
            self.say(Code.REPEATED_KEY, f"「{path}」写了两次，另一处在 {self.facts.places[path]}", place, "只留一处")
        else:
            self.facts.places[path] = place
            held[name] = value
