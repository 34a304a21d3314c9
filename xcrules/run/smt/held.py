"""What an enterprise reports, in a sheet of the solver: of each thing that was asked for, whether it was reported and that it is as reported."""

from __future__ import annotations

from typing import Any, NamedTuple

from xcrules.facts.scaled.values import NA, NOT_GIVEN, Opaque, identifier
from xcrules.facts.tables import FactField, Schema
from xcrules.facts.types import BoolType, DateType, EnumType, LedgerType, NotApplicable, NumberType, SeriesType, TextType, YearType

from .sheet import FIRST_YEAR, LAST_YEAR, YEARS_AROUND, OpenSheet, Place
from .terms import Symbol, Uncovered, both, no

MOST_ROWS = 8  # of a list, that a sheet is made for
_ALWAYS = ("台账条款", "外部状态")  # roles of what cannot be 不适用


class Held(NamedTuple):
    """A fact (of a series or a ledger what it has under `key`): how it was reported, and that it is so. `value` None: it was not."""

    place: Place
    key: int | str | None
    spec: FactField
    value: Any  # a whole number at its scale, a word, a truth; NA
    made: Symbol
    so: Any

    @property
    def known(self) -> bool:
        return self.value is not None


def not_applying(record: Any, schema: Schema, unknown: bool = False) -> frozenset[Place]:
    """The facts that are reported as 不适用 (a whole object or list has no column); or (`unknown`) that may turn out to be, because they are not reported."""
    found = {("", 0, f.name) for f in schema.top if _is_away(record, f, unknown)}
    for table in schema.nested:
        held = getattr(record, identifier(table.name))
        found |= {(table.name, 0, "")} if held is NA or (isinstance(held, Opaque) and held.value is not None) else set()
        rows = (
            held if isinstance(held, list) else [held] if held is not NOT_GIVEN and held is not NA and not isinstance(held, Opaque) else []
        )
        found |= {(table.name, i, f.name) for i, row in enumerate(rows[:MOST_ROWS]) for f in table.fields if _is_away(row, f, unknown)}
        found |= ({(table.name, 0, f.name) for f in table.fields if not isinstance(f.type, BoolType)}
                  if unknown and isinstance(held, Opaque) else set())
    return frozenset(found)


def not_reported(record: Any, schema: Schema) -> frozenset[Place]:
    """The facts that are 不适用, or may turn out to be."""
    return not_applying(record, schema) | not_applying(record, schema, True)


def _is_away(row: Any, field: FactField, unknown: bool) -> bool:
    value = getattr(row, identifier(field.name))
    if isinstance(field.type, BoolType | SeriesType | LedgerType) or field.role in _ALWAYS:
        return False
    return (isinstance(value, Opaque) and value.value is None) if unknown else value is NA


class Reported:
    """The record of an enterprise beside a sheet on which it is to stand."""

    def __init__(self, record: Any, sheet: OpenSheet) -> None:
        self.sheet = sheet
        self.rows: dict[str, list[Any]] = {"": [record]}
        self.unknown: set[str] = set()  # lists and objects that were not given
        for table in sheet.schema.nested:
            value = getattr(record, identifier(table.name))
            if isinstance(value, Opaque) and value.value is None:
                self.unknown.add(table.name)
            self.rows[table.name] = (
                [] if value is NOT_GIVEN or value is NA or isinstance(value, Opaque) else [*value] if table.kind == "名单" else [value]
            )

    def lists(self) -> list[tuple[str, int, Any]]:
        """Each row of a list that was asked for: whether the sheet has it."""
        return [(k[1], k[2], made) for k, made in self.sheet._made.items() if k[0] == "present"]

    def facts(self) -> list[Held]:
        """Everything that was asked for, but rows that the enterprise does not have."""
        found = [self._held(place, None, spec, made, made.value, True) for place, spec, made in self.sheet.variables() if self._has(place)]
        for key, made in self.sheet._made.items():
            if key[0] == "figures" and self._has(place := key[1]):
                spec = self.sheet.spec(place[0], place[2])
                found += [self._held(place, x, spec, Symbol(figure := made[0](self.sheet.code(x) if isinstance(x, str) else x)), figure,
                                     made[1](x) if isinstance(x, int) else True) for x in self._keys(place, spec)]
        return found

    def _keys(self, place: Place, spec: FactField) -> list[int | str]:
        """Every year that a series may tell of (years may be unknown themselves), or the words of a ledger that were asked for."""
        if isinstance(spec.type, LedgerType):
            words = {c: w for w, c in self.sheet.words.items()}
            return [words[at] for (of, _), (at, _) in self.sheet._read.items() if of == place]
        held = self._value(place)
        return sorted({*range(FIRST_YEAR - YEARS_AROUND, LAST_YEAR + YEARS_AROUND + 1), *(held if isinstance(held, dict) else ())})

    @property
    def base_year(self) -> int | None:
        field = self.sheet.schema.top_of_role("基准年度")
        year = getattr(self.rows[""][0], identifier(field.name)) if field is not None else None
        return None if year is None or isinstance(year, Opaque) or year is NA else int(year)

    def _has(self, place: Place) -> bool:
        table = self.sheet.schema.table(place[0]) if place[0] in self.unknown else None
        return place[1] < len(self.rows[place[0]]) or (table is not None and table.kind != "名单")

    def _value(self, place: Place) -> Any:
        table, row, name = place
        return getattr(self.rows[table][row], identifier(name)) if row < len(self.rows[table]) else None

    def _held(self, place: Place, key: int | str | None, spec: FactField, made: Symbol, term: Any, reported: Any) -> Held:
        value, name = self._value(place), place[2]
        if key is not None and value is not None and not isinstance(value, Opaque):
            value = value.get(key, None if isinstance(key, int) and not spec.closed else 0)
        if isinstance(value, Opaque):
            if value.value is not None:
                raise Uncovered(f"「{name}」{'写着不适用' if isinstance(value.value, NotApplicable) else '比记数的单位还细'}")
            value = None
        if value is None:
            return Held(place, key, spec, None, made, no(reported) if reported is not True else True)
        if value is NA and not isinstance(spec.type, BoolType):
            if key is not None or made.absent is False:
                raise Uncovered(f"「{name}」写着不适用")
            return Held(place, key, spec, NA, made, made.absent)
        plain = str(value) if isinstance(spec.type, EnumType | TextType) else bool(value) if isinstance(spec.type, BoolType) else int(value)
        if (key is None and isinstance(plain, int) and isinstance(spec.type, NumberType | YearType | DateType)
            and not made.span[0] <= plain <= made.span[1]):
            raise Uncovered(f"「{name}」超出求解器看的范围")
        so = term == (self.sheet.code(plain) if isinstance(plain, str) else plain)
        return Held(place, key, spec, plain, made, both(so, True if made.absent is False else no(made.absent), made.sure, reported))
