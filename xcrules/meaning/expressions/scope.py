"""Which names may stand at a place, and what each is: fields of the item first, then 设定, then facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple, TypeVar

from attrs import Factory, evolve, field, frozen

from xcrules.base.identity import ClauseNames, is_under
from xcrules.draft.labels import LABELS, Label, Where, card_of
from xcrules.draft.syntax import Document, Heading, Line, cell_text
from xcrules.facts import units
from xcrules.facts.tables import FactField, FactTable, ParameterTable, Schema
from xcrules.facts.types import COUNT, MONEY, MONEY_A_MONTH, RATE, EnumType, NumberType, Type, unit_product
from xcrules.meaning import values

REFUSED = "不予支持"
OF_THE_TERM = ("施行之日", "期满之日")  # days that the line 施行 gives names to
LetType = Callable[[str], Type | None]
Named = TypeVar("Named", FactTable, FactField, ParameterTable)


Ends = tuple[Fraction | None, Fraction | None]  # lowest and highest; None: any
NO_ENDS: Ends = (None, None)


def hull(all_ends: list[Ends]) -> Ends:
    """Between which numbers a value is that is one of these."""
    lows, highs = [x for x, _ in all_ends if x is not None], [x for _, x in all_ends if x is not None]
    return min(lows) if lows and len(lows) == len(all_ends) else None, max(highs) if highs and len(highs) == len(all_ends) else None


@frozen
class Typed:
    """A value and its type."""

    value: values.Value
    type: Type


def unitless(typed: Typed, wanted: Type | None) -> Typed:
    """作业天数 ÷ 180天 held against 80%: of what has no unit left it is said beside it whether it is a rate."""
    if isinstance(wanted, NumberType) and wanted.cancelled and not wanted.rate and typed.type == RATE:
        return Typed(typed.value, wanted)  # 至多 100% of such a number
    if not (isinstance(typed.type, NumberType) and typed.type.cancelled and wanted in (RATE, COUNT)):
        return typed
    made = evolve(typed.value, type=wanted) if isinstance(typed.value, values.Arith | values.Quotient) else typed.value
    return Typed(made, wanted)


def of_one_area(typed: Typed, beside: Type) -> Typed:
    """100亩 beside ㎡ is 200000/3㎡, 200元/亩 is 0.3元/㎡."""
    if not (isinstance(typed.type, NumberType) and isinstance(beside, NumberType)):
        return typed
    unit, by = units.of_one_area(typed.type.unit, beside.unit)
    if by == 1:
        return typed
    if isinstance(typed.value, values.Literal) and isinstance(typed.value.value, Fraction) and len(unit) == 1:  # a price is told as it was written
        return Typed(evolve(typed.value, value=typed.value.value * by, type=NumberType(unit)), NumberType(unit))
    each = values.Literal(by, NumberType(unit_product(unit, typed.type.unit, -1)))
    return Typed(values.Arith("×", typed.value, each, NumberType(unit), span=typed.value.span), NumberType(unit))


class Lent(NamedTuple):
    """What a 设定 of another clause is called here, and its type (None: it has a fault of its own); or why it cannot be read here."""

    name: str = ""
    type: Type | None = None
    wrong: str = ""
    help: str = ""
    circle: bool = False


Lend = Callable[[str, tuple[str, ...], str, str, FactTable | None], Lent]  # the clause here; those asked, a 分项 of theirs ("": any), the name; what the line is about


@frozen(eq=False)
class _Index:
    """The first declaration of each name, so that a name is looked up and not searched for."""

    tables: Mapping[str, FactTable]
    top: Mapping[str, FactField]
    owned: Mapping[str, list[tuple[str, FactField]]]  # the objects that have a field of a name, and the field
    parameters: Mapping[str, ParameterTable]


def _index(schema: Schema, parameters: Iterable[ParameterTable]) -> _Index:
    owned: dict[str, list[tuple[str, FactField]]] = {}
    for table in schema.nested:
        for each in _by_name(table.fields).values() if table.kind == "一份" else ():
            owned.setdefault(each.name, []).append((table.name, each))
    return _Index(_by_name(schema.nested), _by_name(schema.top), owned, _by_name(parameters))


def _by_name(declared: Iterable[Named]) -> dict[str, Named]:
    first: dict[str, Named] = {}
    for each in declared:
        first.setdefault(each.name, each)
    return first


@frozen(eq=False)
class Law:
    """The clauses that give something, and the names of their parts."""

    names: ClauseNames
    every: frozenset[str] = frozenset()  # numbers that the law has, whether they give something or not
    monthly: frozenset[str] = frozenset()  # those whose amounts are 元 of one month
    once: frozenset[str] = frozenset()  # those that are had once, or paid over years: no price of theirs is that of the year at hand

    def under(self, number: str) -> tuple[str, ...]:
        """The clauses of an article that has 款, itself too if it gives something."""
        return tuple(n for n in self.names.numbers if n == number or is_under(n, number))


NO_LAW = Law(ClauseNames((), {}))


@frozen
class NameScope:
    """Names valid in a line. `let_type` gives the type of a 设定, None if it has a fault of its own."""

    schema: Schema
    parameters: tuple[ParameterTable, ...]
    item: FactTable | None = None
    around: FactTable | None = None  # in the brackets of a fold: what the item at hand is of
    lets: frozenset[str] = frozenset()
    between: Mapping[str, Ends] = field(factory=dict, eq=False)  # of these, those of which the line says between which numbers they are
    above: frozenset[str] = frozenset()  # columns that a 条件 of the part wants above 0
    let_type: LetType = field(default=lambda name: None, eq=False)
    lost: frozenset[str] = frozenset()  # names whose own declaration has a fault, which is said there
    blind: bool = False  # a table of the policy could not be read: no name is called unknown
    hazy: bool = False  # the same of a line of this part: its 对象, a 设定
    law: Law = NO_LAW  # what may be asked of other clauses
    here: str = ""  # the number of the clause in which the line stands
    folded: bool = False  # over a list that is gone over: its rows are at hand, and not what a line is about
    lend: Lend | None = field(default=None, eq=False)  # what other clauses set; None outside of clauses
    _index: _Index = field(default=Factory(lambda self: _index(self.schema, self.parameters), takes_self=True), eq=False, repr=False)

    def excused(self, name: str) -> bool:
        """Whether not knowing this name is the fault of another line."""
        return self.blind or self.hazy or name in self.lost

    def with_standard(self) -> NameScope:
        """With 标准 as the name of what 标准 comes to, where nothing else has it."""
        if values.STANDARD in self.lets or self.fact(values.STANDARD) is not None or self.parameter(values.STANDARD) is not None:
            return self
        given, others = MONEY_A_MONTH if self.here in self.law.monthly else MONEY, self.let_type
        return evolve(self, lets=self.lets | {values.STANDARD}, let_type=lambda name: given if name == values.STANDARD else others(name))

    def owners(self, name: str) -> list[str]:
        """The objects (not lists) that have a field of this name."""
        return [owner for owner, _ in self._index.owned.get(name, ())]

    def table(self, name: str) -> FactTable | None:
        """The object or list of this name."""
        return self._index.tables.get(name)

    def parameter(self, name: str) -> ParameterTable | None:
        """The yearly figure of this name."""
        return self._index.parameters.get(name)

    def fact(self, name: str) -> values.Fact | None:
        """The fact that a bare name means here, if it means just one."""
        if self.item and (field := self.item.field_named(name)):
            return values.Fact(field, of_item=True)
        if top := self._index.top.get(name):
            return values.Fact(top)
        owned = self._index.owned.get(name, ())
        return values.Fact(owned[0][1]) if len(owned) == 1 else None

    def column(self, name: str) -> str:
        """The key of a column of the item's list that 定义 makes; "" where there is none of this name."""
        key = f"{self.item.name}.{name}" if self.item and self.item.field_named(name) is None else ""
        return key if key in self.lets else ""

    def columns(self, table: FactTable) -> list[str]:
        """The columns of a list, those that 定义 makes among them."""
        return [*(f.name for f in table.fields), *(x.partition(".")[2] for x in sorted(self.lets) if x.startswith(f"{table.name}."))]

    def names(self) -> list[str]:
        """Every name that may stand as a value here."""
        item = self.columns(self.item) if self.item else []
        objects = (f.name for t in self.schema.nested if t.kind == "一份" for f in t.fields)
        return list(dict.fromkeys([*item, *(x for x in self.lets if "." not in x), *self._index.top, *objects, *self._index.parameters]))

    def members(self) -> list[str]:
        """Every member of every enumeration of the policy."""
        types = (f.type for t in self.schema.tables for f in t.fields)
        return list(dict.fromkeys(m for t in types if isinstance(t, EnumType) for m in t.members))


def lost_names(lines: Iterable[Line], schema: Schema, parameters: tuple[ParameterTable, ...]) -> frozenset[str]:
    """Names that stand in the tables but came to nothing, because their row or table has a fault."""
    written: set[str] = set()
    for line in lines:
        if isinstance(line.body, Heading):
            written.add(line.body.name.text)
        if line.label == Label.FACTS and isinstance(line.body, Heading):
            written |= {cell_text(row.cells[0]) for row in line.rows[1:] if row.cells}
    known = {f.name for t in schema.tables for f in t.fields} | {t.name for t in schema.tables}
    return frozenset(written - known - {p.name for p in parameters})


def is_blind(document: Document, lines: Iterable[Line]) -> bool:
    """Whether a declaration could not be read at all: its file, its label, or what stands after it."""
    named = {n.strip() for line in lines if line.label == Label.FILES for n in line.text.split("、")}
    return bool(named - {f.source.name for f in document.files}) or any(
        (_declares(line.label) and line.error is not None) or (line.label not in LABELS and line.rows) for line in lines
    )


def _declares(label: str) -> bool:
    """Whether what it names may be called in every clause."""
    return card_of(label).names and card_of(label).where is not Where.CLAUSE
