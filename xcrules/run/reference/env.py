"""What a value is read in, and what is kept of how it came about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from attrs import define, field

from xcrules.base.node import quick
from xcrules.facts.given import Facts, Record
from xcrules.facts.scaled.values import Parameters
from xcrules.meaning import values
from xcrules.plan import steps
from xcrules.run.ranges.abstract import NOTHING, Abstract, Needs, Num, Sym, Truth

if TYPE_CHECKING:
    from .results import Made


@quick
class Trace:
    """A node, what it came to, and the traces of its parts: the reasons are the evaluation itself."""

    node: values.Value
    value: Abstract
    kids: tuple[Trace, ...] = ()
    note: str = ""
    path: str = ""  # of a fact
    refused: tuple[Trace, ...] = ()  # of a fold: the conditions of rows that it leaves out, once for all that read the same

    @property
    def number(self) -> Num:
        """The value, of a node whose values are numbers."""
        assert isinstance(self.value, Num), self.node
        return self.value

    @property
    def truth(self) -> Truth:
        """The value, of a condition."""
        assert isinstance(self.value, Truth), self.node
        return self.value

    @property
    def word(self) -> Sym:
        """The value, of a word or a text."""
        assert isinstance(self.value, Sym), self.node
        return self.value


@define(eq=False, repr=False)
class Kept:
    """What is kept while clauses are decided one after the other."""

    folds: dict[tuple[int, bool], Trace | None] = field(factory=dict)  # over lists, one for all items; None: not so
    granted: bool = False  # for the clause at hand something granted before, or other support, was read: without it, it may come to more
    of_all: bool = False  # in a name of the whole policy's, which is worked out once: for any clause

    apart: dict[tuple[str, tuple[str, ...] | None], list[list[int]]] = field(factory=dict)  # rows of a list, by the facts that are read of them
    cells: dict[tuple[int, str], Needs] = field(factory=dict)  # of such rows, one of each

    def of_rows(self, path: str, cell: str, rows: list[int]) -> Needs:
        """A cell of the row at `path`, in each of these rows, which are kept."""
        if (key := (id(rows), cell)) not in self.cells:
            table, name = path.rpartition("[")[0], cell[len(path):]
            self.cells[key] = frozenset([f"{table}[{i}]{name}" for i in rows])
        return self.cells[key]

    def read(self, granted: Abstract) -> None:
        """Notes what was granted before, where it is not surely nothing."""
        self.granted = self.granted or granted != NOTHING

    def once(self, make: Callable[[], Trace], of_all: bool) -> Trace:
        """What is worked out once for whoever reads it; `of_all`: for all clauses."""
        before, self.granted = self.granted, False
        made = make()
        self.of_all |= self.granted and of_all
        self.granted |= before
        return made


@define(eq=False, repr=False)
class Env:
    """What a value is read in: the facts, the item at hand, the names in force."""

    facts: Facts
    parameters: Parameters
    base_year: values.Value | None
    lets: Mapping[str, steps.Let]
    outer: Env | None = None
    record: Record | None = None
    path: str = ""
    whole_unknown: bool = False  # the item's object was not given at all
    ungranted: bool = False  # read Used as 0: what the facts alone would give
    year: Num | None = None
    memo: dict[str, Trace] = field(factory=dict)
    results: Made | None = None  # what other clauses came to
    kept: Kept = field(factory=Kept)

    def inside(self, record: Record | None, path: str, lets: Mapping[str, steps.Let] | None = None, *,
               whole_unknown: bool = False, ungranted: bool | None = None) -> Env:
        """The same, at an item."""
        return Env(self.facts, self.parameters, self.base_year, lets or {}, self, record, path,
                   whole_unknown, self.ungranted if ungranted is None else ungranted, results=self.results, kept=self.kept)

    def of_list(self, table: str) -> Env:
        """Where the item of this list is at hand: in a fold over another, what is said of the item outside of it is read from there."""
        at: Env | None = self
        while at is not None and at.path.partition("[")[0] != table:
            at = at.outer
        return at or self
