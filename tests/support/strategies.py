"""Strategies for facts, built from a policy's own schema and plan: what to ask is read from the policy.

`facts(policy, clause)` gives plain nested values as a caller would give them, aimed at one clause: the
numbers in its lines and their neighbours by a 分, the members it names, the years around the base year.
`partial=True` leaves facts out, which makes them unknown. Not here: rule texts (programs.py).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

import attrs
from attrs import field, frozen
from hypothesis import strategies as st

from xcrules.facts.tables import FactField, FactTable
from xcrules.facts.types import (
    MONEY,
    BoolType,
    DateType,
    EnumType,
    LedgerType,
    NumberType,
    SeriesType,
    TextType,
    YearType,
)
from xcrules.meaning import values
from xcrules.plan import steps
from xcrules.use.python.policy import Policy

Raw = dict[str, Any]
Strategy = st.SearchStrategy[Any]
CENT = Fraction(1, 100)
NAMES = ("甲", "乙", "丙")  # persons, units, matters
MOST_RECORDS = 4
LARGEST = Fraction(10**15)
ABSENT = object()  # drawn for a key that is left out

# -- reading a plan ---------------------------------------------------------------------------------------


def nodes(tree: object) -> Iterator[Any]:
    """Every node in a piece of a plan, itself included."""
    if isinstance(tree, tuple):
        for part in tree:
            yield from nodes(part)
    elif attrs.has(kind := type(tree)) and kind.__module__ in (values.__name__, steps.__name__):
        yield tree
        for spec in attrs.fields(kind):
            if spec.name not in ("origin", "span", "field"):
                yield from nodes(getattr(tree, spec.name))


def clause_of(plan: steps.Plan, number: str) -> steps.Decide:
    return next(k for k in plan.clauses if k.number == number)


def pieces(plan: steps.Plan, number: str) -> tuple[object, ...]:
    """What a clause is judged by: its own nodes, the gates, and the names of the policy."""
    return (clause_of(plan, number), plan.lets, plan.scope, plan.period, plan.base_year)


def tables_read(plan: steps.Plan, number: str) -> frozenset[str]:
    """Fact tables that a clause or the gates read."""
    clause = clause_of(plan, number)
    found = {n.field.table for n in nodes(pieces(plan, number)) if isinstance(n, values.Fact)}
    found |= {n.table for n in nodes(clause) if isinstance(n, values.FoldItems)}
    found |= {each.table for each in clause.claims}
    found |= {s.outside for s in clause.steps if isinstance(s, steps.Against)}
    return frozenset(found - {""})


@frozen
class Hints:
    """What a clause's own lines say of good values: amounts, members of enumerations, keys of ledgers."""

    amounts: tuple[Fraction, ...]
    members: Mapping[tuple[str, str], tuple[str, ...]]
    ledgers: tuple[str, ...]
    clauses: tuple[str, ...]
    tables: frozenset[str]
    first_day: int
    last_day: int
    gates: frozenset[tuple[str, str]]  # fields that 适用 reads


def hints(policy: Policy, number: str) -> Hints:
    """Hints for one clause under the default readings."""
    plan = policy._engines.default.plan
    clause = clause_of(plan, number)
    period = plan.period
    first = int(period.first_day) if period else datetime.date(2021, 1, 1).toordinal()
    last = int(period.last_day) if period and period.last_day else first + 1800
    ledgers = tuple(dict.fromkeys(x.ledger for x in clause.claims))
    tables = tables_read(plan, number) | ({plan.history.table} if plan.history and clause.pays else frozenset())
    scope = [n for n in nodes((plan.scope, plan.lets)) if isinstance(n, values.Fact)]
    gates = frozenset((n.field.table, n.field.name) for n in scope)
    return Hints(_amounts(clause), _members(pieces(plan, number)), ledgers, policy.clauses, tables, first, last, gates)


def _amounts(clause: steps.Decide) -> tuple[Fraction, ...]:
    """Amounts in the lines, and what comes to them by one of the rates there."""
    literals = [(n.value, n.type) for n in nodes(clause) if isinstance(n, values.Literal) and isinstance(n.value, Fraction)]
    sums = {x for x, type_ in literals if type_ == MONEY and x}
    rates = {x for x, type_ in literals if isinstance(type_, NumberType) and type_.rate and x}
    return tuple(sorted(sums | {a / r for a in sums for r in rates}))


def _members(tree: object) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for node in nodes(tree):
        if isinstance(node, values.Member) and isinstance(node.value, values.Fact):
            key = (node.value.field.table, node.value.field.name)
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), *node.members)))
    return found


# -- values -----------------------------------------------------------------------------------------------


def mostly(common: Strategy, rare: Strategy, weight: int = 4) -> Strategy:
    """`common` about `weight` times for each `rare`."""
    return st.integers(0, weight).flatmap(lambda n: rare if n == weight else common)


@lru_cache(maxsize=64)
def money(landmarks: tuple[Fraction, ...] = ()) -> Strategy:
    """元, not negative: 0, small sums in 厘, and the landmarks, their thirds, sums less a 分 and half a 分."""
    near = st.sampled_from((0, CENT, -CENT, CENT / 2, -CENT / 2, Fraction(1, 3), 1, -1))
    scale = st.sampled_from((1, 1, 1, Fraction(1, 2), Fraction(1, 3), Fraction(2, 3), 2, 3, 7))
    around = st.builds(lambda x, k, d: max(x * k + d, Fraction(0)), st.sampled_from(landmarks or (Fraction(100),)), scale, near)
    small = st.integers(0, 10**6).map(lambda n: Fraction(n, 1000))
    whole = st.integers(0, 2000).map(lambda n: Fraction(n * 10_000))
    return st.one_of(around, around, whole, small, st.sampled_from((Fraction(0), CENT, LARGEST)))


@frozen
class Values:
    """Strategies for the values of facts, given a base year and hints."""

    hints: Hints
    year: int
    partial: bool = False
    through: bool = False  # past the gates for sure
    _made: dict[Any, Strategy] = field(factory=dict, eq=False, repr=False)

    def of(self, spec: FactField) -> Strategy:
        """A value of a field, or ABSENT where leaving it out means something."""
        key = (spec.table, spec.name)
        if key not in self._made:
            self._made[key] = self._of(spec)
        return self._made[key]

    def _of(self, spec: FactField) -> Strategy:
        value = self._value(spec)
        if self.through and ((spec.table, spec.name) in self.hints.gates or spec.role in ("申报日期", "基准年度")):
            return value
        absence_is_known = spec.optional or spec.closed or spec.default is not None
        if absence_is_known:
            return mostly(value, st.just(ABSENT), 2)
        return mostly(value, st.sampled_from((ABSENT, None)), 5) if self.partial else value

    def _value(self, spec: FactField) -> Strategy:
        match spec.type:
            case BoolType():
                if self.through and (spec.table, spec.name) in self.hints.gates:
                    return st.just(True)
                common = spec.default is None  # 以前已补贴 and its like are rarely true
                return mostly(st.just(common), st.just(not common), 5)
            case EnumType(members):
                named = self.hints.members.get((spec.table, spec.name), members)
                return mostly(st.sampled_from(named), st.sampled_from(members), 5)
            case TextType():
                return self._text(spec)
            case DateType():
                return self._date(spec)
            case YearType():
                near = st.integers(self.year - 3, self.year + 1)
                return st.just(self.year) if spec.role == "基准年度" else mostly(st.just(self.year), near, 4)
            case SeriesType(element):
                return self._keyed(spec, element, [str(y) for y in range(self.year - 5, self.year + 2)])
            case LedgerType(element):
                return self._keyed(spec, element, list(self.hints.clauses))
            case NumberType():
                return self.number(spec, spec.type)

    def number(self, spec: FactField, type_: NumberType) -> Strategy:
        if type_ == MONEY:
            amount = money(self.hints.amounts)
            return mostly(amount, amount.map(lambda x: -x), 4) if spec.signed else amount
        if type_.rate:
            return st.sampled_from((Fraction(1, 20), Fraction("0.0500001"), Fraction(1, 15), Fraction(0), Fraction(1)))
        return st.integers(0, 8)

    def _text(self, spec: FactField) -> Strategy:
        if spec.role == "台账条款":
            return st.sampled_from((*self.hints.ledgers, *self.hints.ledgers, self.hints.clauses[-1]))
        return st.sampled_from(NAMES)

    def _date(self, spec: FactField) -> Strategy:
        first, last = self.hints.first_day, self.hints.last_day
        if spec.role == "申报日期":
            days = st.integers(first, last) if self.through else mostly(st.integers(first, last), st.sampled_from((first - 1, first, last, last + 1)), 9)
        else:
            start = datetime.date(self.year - 4, 1, 1).toordinal()
            days = st.integers(start, start + 6 * 365)
        return days.map(lambda n: datetime.date.fromordinal(n).isoformat())

    def _keyed(self, spec: FactField, element: NumberType, keys: list[str]) -> Strategy:
        value = self.number(spec, element)
        if spec.closed:
            return st.dictionaries(st.sampled_from(keys), value, max_size=3)
        held = mostly(value, st.just(ABSENT), 5) if self.partial else value
        years = st.fixed_dictionaries(dict.fromkeys(keys, held)).map(without_absent)
        return st.one_of(years.map(_growing), years)

    def record(self, table: FactTable) -> Strategy:
        return st.fixed_dictionaries({f.name: self.of(f) for f in table.fields}).map(without_absent)

    def table(self, table: FactTable) -> Strategy:
        held = self.record(table)
        if table.kind == "名单":
            held = st.lists(held, min_size=1, max_size=MOST_RECORDS)
            held = mostly(held, st.just([]), 11)
        if table.closed:
            return mostly(held, st.just(ABSENT), 2)
        return mostly(held, st.just(ABSENT), 8) if self.partial else held


def _growing(series: Raw) -> Raw:
    """The same numbers, higher from year to year by a 分 at least."""
    held = sorted(x for x in series.values() if x is not None)
    left = iter([x + i * CENT for i, x in enumerate(held)])
    return {year: None if x is None else next(left) for year, x in series.items()}


def without_absent(record: Raw) -> Raw:
    return {k: v for k, v in record.items() if v is not ABSENT}


# -- facts ------------------------------------------------------------------------------------------------


def facts(policy: Policy, number: str, partial: bool = False, year: int | None = None,
          through: bool = True) -> st.SearchStrategy[Raw]:
    """Facts for one clause: the top level, the gates' tables and the clause's own; `through` the gates or not."""
    known = hints(policy, number)
    first = datetime.date.fromordinal(known.first_day).year
    last = datetime.date.fromordinal(known.last_day).year
    inside = st.integers(first, last)
    years = inside if through else mostly(inside, st.sampled_from((first - 1, last + 1)), 14)
    return (years if year is None else st.just(year)).flatmap(lambda y: _facts(policy, Values(known, y, partial, through)))


def _facts(policy: Policy, all_values: Values) -> Strategy:
    known = all_values.hints
    schema = policy.program.schema
    shape = {f.name: all_values.of(f) for f in schema.top}
    shape |= {t.name: all_values.table(t) for t in schema.nested if t.name in known.tables}
    return st.fixed_dictionaries(shape).map(without_absent)


# -- places in facts ----------------------------------------------------------------------------------------


@frozen
class Place:
    """A fact in facts: how to reach it, what it is, the path by which it is asked for."""

    keys: tuple[str | int, ...]
    spec: FactField | FactTable

    @property
    def path(self) -> str:
        out = ""
        for key in self.keys:
            out += f"[{key}]" if isinstance(key, int) else f".{key}" if out else key
        return out

    def put(self, raw: Raw, value: object) -> Raw:
        """The facts with another value here; what is not touched is shared."""
        made: Raw = _put(raw, self.keys, value)
        return made

    def get(self, raw: Raw) -> object:
        held: Any = raw
        for key in self.keys:
            held = held[key] if isinstance(key, int) else (held or {}).get(key)
        return held


def _put(held: Any, keys: tuple[str | int, ...], value: object) -> Any:
    if not keys:
        return value
    first, rest = keys[0], keys[1:]
    if isinstance(first, int):
        return [_put(x, rest, value) if i == first else x for i, x in enumerate(held)]
    return {**(held or {}), first: _put((held or {}).get(first), rest, value)}


def unknowns(policy: Policy, number: str, raw: Raw) -> list[Place]:
    """Places that a clause's facts leave unknown; a list or object not given is one place."""
    known = hints(policy, number)
    years = _years_around(policy, raw)
    found = [p for f in policy.program.schema.top for p in _open(Place((f.name,), f), raw, years)]
    for table in policy.program.schema.nested:
        if table.name not in known.tables:
            continue
        held = raw.get(table.name)
        if held is None:
            found += [] if table.closed else [Place((table.name,), table)]
        elif table.kind == "名单":
            found += [p for i in range(len(held)) for f in table.fields
                      for p in _open(Place((table.name, i, f.name), f), raw, years)]
        else:
            found += [p for f in table.fields for p in _open(Place((table.name, f.name), f), raw, years)]
    return found


def _years_around(policy: Policy, raw: Raw) -> range:
    """Years of series that may be asked for."""
    spec = policy.program.schema.top_of_role("基准年度")
    base = raw.get(spec.name) if spec else None
    return range(2016, 2031) if base is None else range(int(base) - 6, int(base) + 2)


def _open(place: Place, raw: Raw, years: range) -> list[Place]:
    spec = place.spec
    assert isinstance(spec, FactField)
    if isinstance(spec.type, SeriesType):
        held = place.get(raw) or {}
        return [Place((*place.keys, str(y)), spec) for y in years if held.get(str(y)) is None]  # type: ignore[attr-defined]
    known = spec.optional or spec.closed or spec.default is not None
    return [place] if place.get(raw) is None and not known else []


def asked_for(place: Place, missing: tuple[str, ...]) -> bool:
    """Whether a missing path is this place, the object it stands in, or a year of its series."""
    return any(place.path == m or place.path.startswith((m + ".", m + "[")) or m.startswith(place.path + ".") for m in missing)


def value_at(all_values: Values, place: Place) -> Strategy:
    """A value for a place. With values that are not partial it is known."""
    if isinstance(place.spec, FactTable):
        return all_values.table(place.spec)
    if isinstance(place.spec.type, SeriesType):
        return all_values.number(place.spec, place.spec.type.element)
    return all_values.of(place.spec)
