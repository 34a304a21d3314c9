"""A sheet of facts of which nothing is known but its bounds: the solver's variables, and a model read back as plain facts.

Every fact is reported, or its absence means something; lists have at most `rows` rows. 不适用 that is written as such is left out.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Any

import z3  # type: ignore[import-untyped]
from attrs import define, evolve, field, frozen

from xcrules.facts.scaled.values import scale_of
from xcrules.facts.tables import FactField, Schema
from xcrules.facts.types import BoolType, DateType, EnumType, LedgerType, NumberType, TextType, YearType

from .terms import Symbol, Uncovered, both, either, pick, plus, product, scaled

FIRST_YEAR, LAST_YEAR = 2000, 2040
YEARS_AROUND = 10  # before and after, of which a series may still tell
MOST_MONEY, MOST_OTHER, MOST_COUNT, MOST_RATE = 10**11, 10**7, 1023, 10  # 元; ㎡ and the like; pieces; as a share of 1
PLAIN = 0, 1, 100, 1_000, 10_000  # of a product one factor is tried as one of these first: a sheet is soon found, though not every one
TEXTS, NO_WORD = 99, -1
_NAMES = "甲乙丙丁戊己庚辛壬癸"
Place = tuple[str, int, str]  # table ("" the enterprise), row, column


@frozen(eq=False)
class Raised:
    """What a varied sheet has more of in one place; of a series in a year, of a ledger under a word."""

    place: Place
    by: Symbol
    key: Any = None


@define(eq=False, slots=False)
class OpenSheet:
    """The variables of a proof, each made when first asked for; `domain` are the bounds they keep to."""

    schema: Schema
    rows: int
    ledgers: tuple[str, ...]  # the clauses that a ledger may name
    askable: frozenset[tuple[str, str]] = frozenset()  # what may be left unreported, because 已报 asks about it
    nullable: frozenset[Place] = frozenset()  # what may not apply, though its table does not say so; without a column a whole object or list that does not
    raised: tuple[Raised, ...] = ()
    without: frozenset[tuple[str, int]] = frozenset()  # rows that a varied sheet has no more
    domain: list[Any] = field(factory=list)
    words: dict[str, int] = field(factory=dict)
    added: list[Any] = field(factory=list)
    parts: set[str] = field(factory=set)  # 分项 that a ledger must tell of, also that nothing was granted
    twin: OpenSheet | None = None  # that this one is varied from
    products: list[tuple[Symbol, Symbol, Symbol]] = field(factory=list, init=False)
    asked: set[Place] = field(factory=set, init=False)  # series of which 已报 asks
    base_years: tuple[int, int] | None = field(default=None, init=False)  # between which the base year lies; then a parameter must have a figure for every year of which it may be read
    _made: dict[Any, Any] = field(factory=dict)
    _read: dict[tuple[Place, Any], tuple[Any, Any]] = field(factory=dict)  # entries of series and ledgers: by key, the figure and whether it is there

    def varied(self, raised: tuple[Raised, ...] = (), without: frozenset[tuple[str, int]] = frozenset()) -> OpenSheet:
        """The same sheet but for these facts, or for these last rows; `added` is what holds of it beside the domain."""
        return evolve(self, raised=raised, without=without, twin=self, added=[], words=self.words, made=self._made, read=self._read)

    def code(self, word: str) -> int:
        return self.words.setdefault(word, TEXTS + 1 + len(self.words))

    def spec(self, table: str, name: str) -> FactField:
        held = self.schema.table(table) if table else None
        found = held.field_named(name) if held is not None else next((f for f in self.schema.top if f.name == name), None)
        assert found is not None, (table, name)
        return found

    def span(self, place: Place) -> tuple[int, int]:
        """Between which ends a figure of this place lies."""
        return _bounds(self.spec(place[0], place[2]))

    def product(self, one: Symbol, other: Symbol) -> Symbol:
        """A product. Beside that of the sheet which this one is varied from it is told what is true of any two: more of both is no less."""
        for constant, factor in ((one, other), (other, one)):
            if constant.span[0] == constant.span[1]:
                return scaled(factor, constant.span[0])
        few, many = sorted((one, other), key=lambda t: (t.span[1] - t.span[0]) // max(t.by, 1))
        made = product(few, many, self.digits)
        self.products.append((few, many, made))
        place = len(self.products) - 1
        if self.twin is not None and place < len(self.twin.products):
            a, b, was = self.twin.products[place]
            if min(x.span[0] for x in (a, b, few, many)) >= 0:
                self.added += [z3.Implies(both(a.value <= few.value, b.value <= many.value), was.value <= made.value),
                                z3.Implies(both(a.value >= few.value, b.value >= many.value), was.value >= made.value)]
                for x, y, z, w in ((a, few, b, many), (b, many, a, few)):
                    self.added.append(
                        z3.Implies(both(z.value == w.value, x.value <= y.value), made.value - was.value <= (y.value - x.value) * z.span[1])
                    )
        return made

    def with_plain_factors(self) -> Any:
        """That products have plain factors."""
        return both(*(either(*(few.value == x for x in PLAIN)) for few, _, _ in self.products))

    def fresh(self, name: str) -> Any:
        """A number that stands for no fact, named alike wherever the same is asked."""
        made = z3.Int(f"{name}!{len(self._made)}")
        self._made["fresh", len(self._made)] = made
        return made

    def digits(self, number: Symbol) -> list[Any]:
        """The binary digits of a number, the lowest first."""
        key = ("digits", number.value.get_id())
        if key not in self._made:
            made = [z3.Bool(f"digit {i}!{len(self._made)}") for i in range(number.span[1].bit_length())]
            self._made[key] = number.value, made
            (self.added if self.twin is not None else self.domain).append(
                number.value == sum([z3.If(d, 1 << i, 0) for i, d in enumerate(made)])
            )
        return self._made[key][1]  # type: ignore[no-any-return]

    def present(self, table: str, row: int) -> Any:
        """Whether a list has this row."""
        key = ("present", table, row)
        self._refuse_away(table)
        if key not in self._made:
            self._made[key] = z3.Bool(f"{table}[{row}]")
            if row:
                self.domain.append(z3.Implies(self._made[key], self.present(table, row - 1)))
        return self._made[key] if (table, row) not in self.without else False

    def _refuse_away(self, table: str) -> None:
        if (table, 0, "") in self.nullable:
            raise Uncovered(f"「{table}」写着不适用")

    def column(self, table: str, row: int, name: str) -> Symbol:
        place = (table, row, name)
        self._refuse_away(table)
        if place not in self._made:
            self._made[place] = self._fact(place)
        made: Symbol = self._made[place]
        more = next((x for x in self.raised if x.place == place), None)
        return made if more is None else evolve(plus(made, more.by), absent=made.absent)

    def _fact(self, place: Place) -> Symbol:
        table, row, name = place
        spec, title = self.spec(table, name), f"{table}[{row}].{name}"
        may_lack = ((spec.optional or spec.closed) and spec.default is None) or place in self.nullable
        sure = z3.Bool(f"{title} 已报") if (table, name) in self.askable and not may_lack and spec.default is None else True
        match spec.type:
            case BoolType():
                return Symbol(z3.Bool(title), sure=sure)
            case EnumType() | TextType() as type_:
                value = z3.Int(title)
                absent = value == NO_WORD if may_lack else False
                members = type_.members if isinstance(type_, EnumType) else self.ledgers if spec.role == "台账条款" else ()
                codes = [self.code(m) for m in members if m != "不适用"]
                self.domain.append(either(absent, z3.Or([value == c for c in codes]) if members else both(value >= 0, value < 10 * TEXTS)))
                return Symbol(value, absent, sure)
            case _:
                value = z3.Int(title)
                absent = z3.Bool(f"{title} 不适用") if may_lack else False
                low, high = self.base_years if self.base_years is not None and spec.role == "基准年度" else _bounds(spec)
                self.domain.append(either(absent, both(value >= low, value <= high)))
                if may_lack:
                    self.domain.append(z3.Implies(absent, value == 0))
                return Symbol(value, absent, sure, span=(min(low, 0) if may_lack else low, high))

    def entry(self, table: str, row: int, name: str, key: Any, closed: bool) -> Symbol:
        """The figure of a series at a year, or of a ledger at a word; what a closed one does not have is 0."""
        place = table, row, name
        low, high = self.span(place)
        if ("figures", place) not in self._made:
            figures = z3.Function(f"{table}[{row}].{name}", z3.IntSort(), z3.IntSort())
            self._made["figures", place] = figures, z3.Function(f"{table}[{row}].{name} 已报", z3.IntSort(), z3.BoolSort())
        figures, reported = self._made["figures", place]
        at = self.code(key) if isinstance(key, str) else key
        known = (place, key if isinstance(key, str) else z3.simplify(z3.IntVal(at) if isinstance(at, int) else at).sexpr())
        if known not in self._read:
            value = figures(at)
            self._read[known] = at, value
            self.domain.append(both(value >= low, value <= high, True if not closed else z3.Implies(z3.Not(reported(at)), value == 0)))
            if not isinstance(key, str):
                self.domain.append(z3.Implies(reported(at), both(at >= FIRST_YEAR - YEARS_AROUND, at <= LAST_YEAR + YEARS_AROUND)))
        made = Symbol(figures(at), sure=True if closed or isinstance(key, str) else reported(at), span=(low, high))
        raised = next((x for x in self.raised if x.place == place), None)
        if raised is None:
            return made
        more = plus(made, raised.by)
        return Symbol(pick(raised.key == (key if isinstance(key, str) else at), more.value, made.value), sure=made.sure, span=more.span)

    def reported(self, table: str, row: int, name: str, key: Any) -> Any:
        """已报 of an entry."""
        self.asked.add((table, row, name))
        self.entry(table, row, name, key, False)
        return self._made["figures", (table, row, name)][1](self.code(key) if isinstance(key, str) else key)

    # -- a model as facts -----------------------------------------------------------------------------------------

    def variables(self) -> list[tuple[Place, FactField, Symbol]]:
        """Every fact that was asked for, but series and ledgers."""
        return [(k, self.spec(k[0], k[2]), v) for k, v in self._made.items() if isinstance(v, Symbol)]

    def plain(self, model: Any) -> dict[str, Any]:
        """The facts of a model, as a file of facts holds them: what no clause asked for is not in them."""
        names = self._names(model)
        rows: dict[tuple[str, int], dict[str, Any]] = {}
        for (table, row, name), spec, made in self.variables():
            term = self.column(table, row, name)
            held = rows.setdefault((table, row), {})
            if _true(model, made.sure) and not _true(model, term.absent):
                held[name] = _plain(spec, _value(model, term.value), names)
        for (place, _), (at, _) in self._read.items():
            table, row, name = place
            spec, key = self.spec(table, name), _value(model, at)
            word = next((w for w, c in self.words.items() if c == key), str(key)) if isinstance(spec.type, LedgerType) else str(key)
            term = self.entry(table, row, name, word if isinstance(spec.type, LedgerType) else at, spec.closed)
            entries = rows.setdefault((table, row), {}).setdefault(name, {})
            if _true(model, term.sure) and (1000 <= key <= 9999 or isinstance(spec.type, LedgerType)):
                entries[word] = _plain(spec, _value(model, term.value), names)
        for (table, _), held in rows.items():
            for name, value in held.items():
                if isinstance(value, dict) and isinstance(self.spec(table, name).type, LedgerType):
                    held[name] = {
                        k: v
                        for k, v in value.items()
                        if v or not self.spec(table, name).closed or (k in self.parts and any(value.values()))
                    }
        sheet: dict[str, Any] = dict(rows.pop(("", 0), {}))
        for nest in self.schema.nested:
            own = [held for (name, _), held in sorted(rows.items(), key=lambda x: x[0][1]) if name == nest.name]
            count = [False if (nest.name, i) in self.without else self._made.get(("present", nest.name, i)) for i in range(self.rows)]
            if nest.kind == "一份":
                sheet |= {nest.name: own[0]} if own else {}
            elif own or any(x is not None for x in count):
                there = sum(1 for x in count if x is not None and _true(model, x))
                sheet[nest.name] = [*own, *({} for _ in range(there - len(own)))][:there]
        return sheet

    def _names(self, model: Any) -> Mapping[int, str]:
        """Words by their codes; texts that stand in no rule get names of their own."""
        known = {c: w for w, c in self.words.items()}
        free = (x for x in (*_NAMES, *(f"甲{i}" for i in range(1, 99))) if x not in self.words)
        for _, spec, made in self.variables():
            code = _value(model, made.value) if isinstance(spec.type, TextType) else None
            if code is not None and code not in known:
                known[code] = next(free)
        return known


def _bounds(spec: FactField) -> tuple[int, int]:
    match spec.element:
        case YearType():
            return FIRST_YEAR, LAST_YEAR
        case DateType():
            return datetime.date(FIRST_YEAR, 1, 1).toordinal(), datetime.date(LAST_YEAR, 12, 31).toordinal()
        case NumberType(rate=True):
            most = MOST_RATE
        case NumberType(unit=unit) if any(name == "元" for name, _ in unit):
            most = MOST_MONEY
        case NumberType(unit=unit, whole=whole):
            most = MOST_COUNT if whole or not unit else MOST_OTHER
    most *= scale_of(spec.type)
    least = -most if spec.signed else 0
    return (least if spec.least is None else ceil(spec.least * scale_of(spec.type))), most if spec.most is None else min(
        most, floor(spec.most * scale_of(spec.type))
    )


def _value(model: Any, value: Any) -> Any:
    if isinstance(value, int):
        return value
    found = model.eval(value, model_completion=True)
    return z3.is_true(found) if z3.is_bool(found) else found.as_long()


def _true(model: Any, value: Any) -> bool:
    return value if isinstance(value, bool) else z3.is_true(model.eval(value, model_completion=True))


def _plain(spec: FactField, value: Any, names: Mapping[int, str]) -> Any:
    match spec.type:
        case BoolType():
            return bool(value)
        case EnumType() | TextType():
            return names[value]
        case DateType():
            return datetime.date.fromordinal(value).isoformat()
        case YearType():
            return value
        case _:
            return Fraction(value, scale_of(spec.type))
