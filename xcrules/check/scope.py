"""Which names may stand at a place, and what each is: fields of the item first, then 设定, then facts."""

from __future__ import annotations

from collections.abc import Callable

from attrs import field, frozen

from .. import calculus as c
from ..datatypes import EnumType, Type
from ..program import FactTable, ParameterTable, Schema

LetType = Callable[[str], Type | None]


@frozen
class Typed:
    """A value of the calculus and its type."""

    value: c.Value
    type: Type


@frozen
class Scope:
    """Names valid in a line. `let_type` gives the type of a 设定, None if it has a fault of its own."""

    schema: Schema
    parameters: tuple[ParameterTable, ...]
    item: FactTable | None = None
    lets: frozenset[str] = frozenset()
    let_type: LetType = field(default=lambda name: None, eq=False)

    def owners(self, name: str) -> list[str]:
        """The objects (not lists) that have a field of this name."""
        return [t.name for t in self.schema.nested if t.kind == "一份" and t.field_named(name)]

    def fact(self, name: str) -> c.Fact | None:
        """The fact that a bare name means here, if it means just one."""
        if self.item and (found := self.item.field_named(name)):
            return c.Fact(found, of_item=True)
        if top := next((f for f in self.schema.top if f.name == name), None):
            return c.Fact(top)
        owners = self.owners(name)
        if len(owners) == 1 and (table := self.schema.table(owners[0])) and (found := table.field_named(name)):
            return c.Fact(found)
        return None

    def names(self) -> list[str]:
        """Every name that may stand as a value here."""
        item = [f.name for f in self.item.fields] if self.item else []
        objects = [f.name for t in self.schema.nested if t.kind == "一份" for f in t.fields]
        return list(dict.fromkeys([*item, *self.lets, *(f.name for f in self.schema.top), *objects,
                                   *(p.name for p in self.parameters)]))  # fmt: skip

    def members(self) -> list[str]:
        """Every member of every enumeration of the policy."""
        found = [m for t in self.schema.tables for f in t.fields if isinstance(f.type, EnumType) for m in f.type.members]
        return list(dict.fromkeys(found))
