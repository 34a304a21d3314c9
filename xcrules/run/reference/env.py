"""What a value is read in, and what is kept of how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import define, field, frozen

from xcrules.facts.given import Facts, Record
from xcrules.meaning import values
from xcrules.plan import steps

from .abstract import Abstract, Num


@frozen(eq=False, repr=False)
class Trace:
    """A node, what it came to, and the traces of its parts: the reasons are the evaluation itself."""

    node: values.Value
    value: Abstract
    kids: tuple[Trace, ...] = ()
    note: str = ""
    path: str = ""  # of a fact


Parameters = Mapping[str, Mapping[Fraction, Fraction | None]]


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
    folds: dict[tuple[int, bool], Trace | None] = field(factory=dict)  # over lists, one for all items; None: not so

    def inside(self, record: Record | None, path: str, lets: Mapping[str, steps.Let] | None = None, *,
               whole_unknown: bool = False, ungranted: bool | None = None) -> Env:
        """The same, at an item."""
        return Env(self.facts, self.parameters, self.base_year, lets or {}, self, record, path,
                   whole_unknown, self.ungranted if ungranted is None else ungranted, folds=self.folds)
