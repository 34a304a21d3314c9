"""Sheets of facts around the worked cases: at the figures of a clause, just below and above, one or two steps from what a case says.

A sheet is plain facts, as a file of facts holds them.

Values put into plain facts, each in its place.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar

from xcrules.base.dates import civil
from xcrules.facts import types
from xcrules.facts.tables import FactField, FactTable, Schema
from xcrules.meaning import values
from xcrules.plan import steps

Sheet = dict[str, Any]
T = TypeVar("T", bound=tuple[Any, ...])
MOST = 600  # sheets that are tried around one clause
_FRONT = 60  # of them such as come to something new, from which one more step is taken
_FIGURES = 24  # values of one number


def each_value(held: Any, made: Callable[[Any], Any]) -> Any:
    """Facts with what is made of each value in its place."""
    if isinstance(held, dict):
        return {k: each_value(x, made) for k, x in held.items()}
    return [each_value(x, made) for x in held] if isinstance(held, list) else made(held)


def plain(held: object) -> Any:
    """What a case says as a file of facts would: 万 and % written out."""
    return each_value(
        held,
        lambda x: x if not isinstance(x, types.LiteralValue) else _day(x.value) if isinstance(x.type, types.DateType) else number(x.value),
    )


def as_json(held: Any) -> Any:
    """A sheet as JSON has it: amounts as exact text."""
    return each_value(held, lambda x: str(x) if isinstance(x, Decimal | Fraction) else x)


def number(value: Fraction) -> Any:
    """A whole number, or exact to a billionth."""
    return int(value) if value.denominator == 1 else Decimal(round(value * 10**9)).scaleb(-9).normalize()


def _day(value: Fraction) -> str:
    return datetime.date(*civil(int(value))).isoformat()


class Nearby:
    """What of the facts a clause reads, and what values of each are worth trying."""

    def __init__(self, plan: steps.Plan, clause: steps.Decide, schema: Schema, keys: Iterable[str]) -> None:
        read = [*values.nodes_of((clause, plan.scope, plan.period, plan.lets, plan.shared))]
        outside = {s.outside for s in clause.steps if isinstance(s, steps.Against)}
        tables = {each.table for each in clause.claims} | {v.table for v in read if isinstance(v, values.FoldItems)} | outside
        fields = {(v.field.table, v.field.name) for v in read if isinstance(v, values.Fact)}
        matters = {(each.table, m.field.name) for each in clause.claims if isinstance(m := each.matter, values.Fact)} if outside else set()
        whole = outside | ({plan.history.table} if plan.history is not None and plan.history.table in tables else set())
        self.schema, self.keys = schema, tuple(keys)
        self.tables = {t.name: t for t in schema.nested if t.name in tables | {name for name, _ in fields}}
        self.fields = {
            name: [f for f in t.fields if (name, f.name) in fields | matters or name in whole] for name, t in self.tables.items()
        }
        self.top = [f for f in schema.top if ("", f.name) in fields or ("", f.name) in matters]
        self.literals = [v for v in dict.fromkeys(v for v in read if isinstance(v, values.Literal)) if isinstance(v.value, Fraction)]
        self.members = {m for v in read if isinstance(v, values.Member) for m in v.members}
        period = plan.period
        self.days = [x for x in (period.first_day, period.last_day) if x is not None] if period else []
        self.years = [x for x in (period.first_year, period.last_year) if x is not None] if period else []
        self.rates = [v.number for v in self.literals if isinstance(v.type, types.NumberType) and v.type.rate and v.value]

    def steps(self, sheet: Sheet) -> Iterator[Sheet]:
        """Every sheet that differs from this one in one fact, or by one row."""
        year = self._year(sheet)
        for field in self.top:
            for value in self._values(field, year, sheet.get(field.name)):
                yield {**sheet, field.name: value}
        for name, table in self.tables.items():
            held = sheet.get(name)
            if table.kind != "名单":
                base = held if isinstance(held, dict) else self._row(table, year)
                if held is None:
                    yield {**sheet, name: base}
                yield from ({**sheet, name: row} for row in self._rows(table, base, year))
                continue
            rows = held if isinstance(held, list) else []
            fresh = self._row(table, year)
            yield {**sheet, name: [*rows, fresh]}
            yield from ({**sheet, name: [*rows, row]} for row in self._rows(table, fresh, year) if len(rows) < 2)
            for i, row in enumerate(rows[:3]):
                yield {**sheet, name: [*rows, row]}
                yield {**sheet, name: [*rows[:i], *rows[i + 1:]]}
                for other in self._rows(table, row, year):
                    yield {**sheet, name: [*rows[:i], other, *rows[i + 1:]]}
                    if len(rows) == 1:
                        yield {**sheet, name: [row, other]}

    def _year(self, sheet: Sheet) -> int:
        return next((y for f in self.schema.top if f.role == "基准年度" and isinstance(y := sheet.get(f.name), int) and 1900 <= y <= 2200), 2024)

    def filled(self, sheet: Sheet) -> Sheet:
        """The same with a likely value for whatever the clause reads that it does not say: nothing is unknown."""
        year = self._year(sheet)
        made = {f.name: self._values(f, year, ...)[0] for f in self.top if not f.closed} | sheet
        for name, table in self.tables.items():
            row, held = self._row(table, year), made.get(name)
            if isinstance(held, str):  # 不适用
                continue
            if table.kind != "名单":
                made[name] = row | (held or {})
            elif held or not table.closed:
                made[name] = [row | x for x in held or [{}]]
        return made

    def _rows(self, table: FactTable, row: Sheet, year: int) -> Iterator[Sheet]:
        for field in self.fields[table.name]:
            for value in self._values(field, year, row.get(field.name)):
                yield {**row, field.name: value}

    def _row(self, table: FactTable, year: int) -> Sheet:
        """A row that the conditions are likely to let pass."""
        return {f.name: self._values(f, year, ...)[0] for f in self.fields[table.name] if f.role != "件数"}

    def _values(self, field: FactField, year: int, now: Any) -> list[Any]:
        match field.type:
            case types.BoolType():
                found: list[Any] = [field.default is not True, field.default is True]
            case types.EnumType(members):
                found = sorted((m for m in members if m != "不适用"), key=lambda m: m not in self.members)
            case types.YearType():
                found = [year + d for d in (0, -1, 1, -2, -3)] + [int(y) + d for y in self.years for d in (0, 1, -1)]
            case types.DateType():
                near = [Fraction(datetime.date(year + d, month, 10).toordinal()) for d in (0, -1, -2, -3, -5, 1) for month in (1, 6)]
                found = [_day(x) for x in near] + [_day(x + d) for x in (*self.days, *self._same(field.type)) for d in (0, 1, -1)]
            case types.TextType():
                found = list(self.keys[:3]) if field.role == "台账条款" else ["甲", "乙", None]
            case types.SeriesType(element):
                held = now if isinstance(now, dict) else {}
                figures = self._numbers(element)
                found = [{**held, str(y): v} for y in (year, year - 1, year - 2, year - 3) for v in figures[:_FIGURES // 2]]
                found += [{**held, y: held[z] + v} for y in held for z in held if z != y
                          for v in figures[:_FIGURES] if isinstance(held[z], int) and isinstance(v, int)]
                found += [{k: v for k, v in held.items() if k != gone} for gone in held]
            case types.LedgerType(element):
                found = [{key: v} for key in self.keys[:3] for v in self._numbers(element)[:_FIGURES // 2]]
            case types.NumberType() as type_:
                found = self._numbers(type_)
        return [v for v in found if v != now]

    def _same(self, type_: types.Type) -> list[Fraction]:
        return [v.number for v in self.literals if v.type == type_]

    def _numbers(self, type_: types.NumberType) -> list[Any]:
        """The figures of the clause in this unit, what comes to them by its rates, and a little less and more of each."""
        own = [
            v.number
            for v in self.literals
            if isinstance(v.type, types.NumberType) and (v.type == type_ or v.type.unit[:1] == type_.unit[:1] != ())
        ]
        near = [v / r for v in dict.fromkeys(own) for r in (Fraction(1), *dict.fromkeys(self.rates))]
        small = Fraction(1, 100) if type_.rate else Fraction(1)
        more = [x + d for x in dict.fromkeys(near) for d in (0, small, -small, *((10_000, 5_000) if ("元", 1) in type_.unit else ()))]
        least = [Fraction(1, 100), Fraction(0), Fraction(1, 2)] if type_.rate else [Fraction(n) for n in (0, 1, 2, 3, 7, 100)]
        ends = [2 * x for x in dict.fromkeys(near)] + [Fraction(10) ** 8, Fraction(101, 100), Fraction(103, 100)] * (("元", 1) in type_.unit)
        found = [x for x in dict.fromkeys([*more, *least, *ends]) if x >= 0]
        return [number(x) for x in found[:: max(len(found) // (2 * _FIGURES), 1)]]


def without_each(sheet: Sheet, base: Sheet) -> Iterator[tuple[str, Any]]:
    """What a sheet says beside another: facts of the enterprise, whole lists, rows, facts of objects; by name and what within."""
    for name, held in sheet.items():
        said = base.get(name)
        if name not in base:
            yield name, None
        yield from (
            (name, x)
            for x in ([*range(len(held))][::-1] if isinstance(held, list) else [*held] if isinstance(held, dict) else ())
            if not said or (isinstance(said, dict) and x not in said)
        )


def without(sheet: Sheet, name: str, within: Any) -> Sheet:
    """The sheet without one of these."""
    held = sheet.get(name)
    if within is None:
        return {k: v for k, v in sheet.items() if k != name}
    if isinstance(held, list):
        return {**sheet, name: [*held[:within], *held[within + 1:]]}
    return {**sheet, name: {k: v for k, v in held.items() if k != within}} if isinstance(held, dict) else sheet


def around(near: Nearby, seeds: Iterable[Sheet], tried: Callable[[Sheet], T | None], most: int = MOST) -> Iterator[T]:
    """What is made of the seeds, then of one step from each, then of one more from those that come to something new; None: no facts.

    What is made has the sheet first and what it comes to last.
    """
    seen, count, front = set[Hashable](), 0, deepcopy([*seeds])
    yield from filter(None, map(tried, front))
    while front and count < most:
        new: list[Sheet] = []
        share = max((most - count) // len(front), 40)
        for sheet in front:
            every = list(near.steps(sheet))
            for step in every[:: max(len(every) // share, 1)]:
                count += 1
                if count > most or (made := tried(step)) is None:
                    continue
                yield made
                if made[-1] not in seen and len(new) < _FRONT:
                    seen.add(made[-1])
                    new.append(step)
        front = new


# -- values put into their places ------------------------------------------------------------------------------------

Place = tuple[str, int, str]  # table ("" the enterprise), row, column


class Blank(NamedTuple):
    """A place in facts that is filled in otherwise; without `spec` a list or an object as a whole."""

    place: Place
    key: int | str | None
    spec: FactField | None
    before: str = ""

    def of(self, made: Mapping[str, Any]) -> Any:
        """Its value on a sheet."""
        table, row, name = self.place
        held = made.get(table) if table else made
        held = held[row] if isinstance(held, list) and row < len(held) else held
        value = held.get(name) if isinstance(held, dict) else None
        return value.get(str(self.key)) if self.key is not None and isinstance(value, dict) else value if self.key is None else None


def row_of(schema: Schema, sheet: Sheet, place: Place) -> dict[Any, Any]:
    """What holds a fact: the facts as a whole, an object, a row."""
    table, row, _ = place
    held: dict[Any, Any] = sheet if not table else sheet[table][row] if schema.is_list(table) else sheet.setdefault(table, {})
    return held


def put(schema: Schema, sheet: Sheet, step: Blank, value: Any) -> bool:
    """A value in its place, or none; whether there is one."""
    row, name = row_of(schema, sheet, step.place), step.place[2]
    if step.key is not None:
        row = row.setdefault(name, {})
        name = step.key if step.key in row else str(step.key)  # type: ignore[assignment]
    if value is None:
        row.pop(name, None)
    else:
        row[name] = value
    return value is not None


def path_of(schema: Schema, x: Any) -> str:
    """The path of a fact as in JSON."""
    table, row, name = x.place
    where = [f"{table}[{row}]" if schema.is_list(table) else table] if table else []
    return ".".join([*where, name, *([] if x.key is None else [str(x.key)])])
