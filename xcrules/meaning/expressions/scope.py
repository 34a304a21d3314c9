"""Which names may stand at a place, and what each is: fields of the item first, then 设定, then facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import Factory, field, frozen

from xcrules.draft.labels import LABELS
from xcrules.draft.syntax import Document, Heading, Line, cell_text
from xcrules.facts.tables import FactTable, ParameterTable, Schema
from xcrules.facts.types import Type
from xcrules.meaning import values
from xcrules.meaning.tables.declared import Declared, declared

LetType = Callable[[str], Type | None]


@frozen
class Typed:
    """A value of the calculus and its type."""

    value: values.Value
    type: Type


@frozen
class Scope:
    """Names valid in a line. `let_type` gives the type of a 设定, None if it has a fault of its own."""

    schema: Schema
    parameters: tuple[ParameterTable, ...]
    item: FactTable | None = None
    lets: frozenset[str] = frozenset()
    let_type: LetType = field(default=lambda name: None, eq=False)
    lost: frozenset[str] = frozenset()  # names whose own declaration has a fault, which is said there
    blind: bool = False  # a table of the policy could not be read: no name is called unknown
    hazy: bool = False  # the same of a line of this part: its 对象, a 设定
    index: Declared = field(default=Factory(lambda self: declared(self.schema, self.parameters), takes_self=True), eq=False, repr=False)

    def excused(self, name: str) -> bool:
        """Whether not knowing this name is the fault of another line."""
        return self.blind or self.hazy or name in self.lost

    def owners(self, name: str) -> list[str]:
        """The objects (not lists) that have a field of this name."""
        return [owner for owner, _ in self.index.owned.get(name, ())]

    def table(self, name: str) -> FactTable | None:
        """The object or list of this name."""
        return self.index.tables.get(name)

    def parameter(self, name: str) -> ParameterTable | None:
        """The yearly figure of this name."""
        return self.index.parameters.get(name)

    def fact(self, name: str) -> values.Fact | None:
        """The fact that a bare name means here, if it means just one."""
        if self.item and (found := self.item.field_named(name)):
            return values.Fact(found, of_item=True)
        if top := self.index.top.get(name):
            return values.Fact(top)
        owned = self.index.owned.get(name, ())
        return values.Fact(owned[0][1]) if len(owned) == 1 else None

    def names(self) -> list[str]:
        """Every name that may stand as a value here."""
        item = [f.name for f in self.item.fields] if self.item else []
        return list(dict.fromkeys([*item, *self.lets, *self.index.names]))

    def members(self) -> list[str]:
        """Every member of every enumeration of the policy."""
        return list(self.index.members)


_DECLARING = ("事实", "参数", "定义")


def lost_names(lines: Iterable[Line], schema: Schema, parameters: tuple[ParameterTable, ...]) -> frozenset[str]:
    """Names that stand in the tables but came to nothing, because their row or table has a fault."""
    written: set[str] = set()
    for line in lines:
        if line.label in ("事实", "参数") and isinstance(line.body, Heading):
            written.add(line.body.name.text)
        if line.label == "事实" and isinstance(line.body, Heading):
            written |= {cell_text(row.cells[0]) for row in line.rows[1:] if row.cells}
    known = {f.name for t in schema.tables for f in t.fields} | {t.name for t in schema.tables}
    return frozenset(written - known - {p.name for p in parameters})


def is_blind(document: Document, lines: Iterable[Line]) -> bool:
    """Whether a declaration could not be read at all: its file, its label, or what stands after it."""
    named = {n.strip() for line in lines if line.label == "文件" for n in line.text.split("、")}
    return bool(named - {f.source.name for f in document.files}) or any(
        (line.label in _DECLARING and line.error is not None) or (line.label not in LABELS and line.rows) for line in lines
    )
