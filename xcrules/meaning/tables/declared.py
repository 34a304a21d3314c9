"""What the tables of a policy declare, by name: an index, so that a name is looked up and not searched for.

Two policies are compared by it as well: a clause that holds none of the words that mean something else now, and
reads no role that another fact has now, means what it meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from attrs import frozen

from xcrules.facts.tables import FactField, FactTable, ParameterTable, Schema
from xcrules.facts.types import EnumType

T = TypeVar("T", FactTable, FactField, ParameterTable)
Owned = tuple[tuple[str, FactField], ...]  # the objects that have a field of a name, and the field


@frozen(eq=False)
class Declared:
    """The first declaration of each name, as the searches in Schema give it."""

    tables: Mapping[str, FactTable]
    top: Mapping[str, FactField]
    owned: Mapping[str, Owned]
    parameters: Mapping[str, ParameterTable]
    roles: tuple[object, ...]
    names: tuple[str, ...]  # all that may stand as a value anywhere
    members: tuple[str, ...]  # of every enumeration

    def means(self, word: str) -> tuple[object, ...]:
        """All that a word is declared to be."""
        return self.tables.get(word), self.top.get(word), self.owned.get(word), self.parameters.get(word)

    def changed(self, before: Declared) -> frozenset[str]:
        """The words that mean something else than before."""
        words = {w for one in (self, before) for names in (one.tables, one.top, one.owned, one.parameters) for w in names}
        return frozenset(w for w in words if self.means(w) != before.means(w))


def declared(schema: Schema, parameters: Iterable[ParameterTable]) -> Declared:
    """The index of a policy's tables."""
    owned: dict[str, Owned] = {}
    for table in schema.nested:
        for field in _first(table.fields).values() if table.kind == "一份" else ():
            owned[field.name] = (*owned.get(field.name, ()), (table.name, field))
    roles = tuple((f.role, f) for f in schema.top if f.role) + tuple((t.role, t) for t in schema.tables if t.role)
    top, figures = _first(schema.top), _first(parameters)
    objects = (f.name for t in schema.nested if t.kind == "一份" for f in t.fields)
    members = (m for t in schema.tables for f in t.fields if isinstance(f.type, EnumType) for m in f.type.members)
    return Declared(_first(schema.nested), top, owned, figures, roles, tuple(dict.fromkeys((*top, *objects, *figures))),
                    tuple(dict.fromkeys(members)))


def _first(named: Iterable[T]) -> dict[str, T]:
    made: dict[str, T] = {}
    for each in named:
        made.setdefault(each.name, each)
    return made
