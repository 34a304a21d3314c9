"""Columns drawn for one chunk of enterprises: a value for each fact of each enterprise, or of each record of a list.

Without a declared distribution a fact is drawn as the policy asks for it: figures around its thresholds, caps and tiers; members that
conditions name more often than others; 是 where 是 is asked for; years and days around the base year.

Whole numbers drawn with numpy: log-like around the figures of a policy, with each figure, one less and one more among them.

Everything is integer arithmetic, so the same seed gives the same numbers on every machine.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import ceil, exp, floor, log
from statistics import NormalDist
from typing import Any
from zlib import crc32

import numpy as np
from attrs import frozen

from xcrules.facts.tables import FactField, Form
from xcrules.facts.types import MONEY, BoolType, DateType, EnumType, LedgerType, NumberType, SeriesType, TextType, YearType
from xcrules.plan.edges import Edges

from .distributions import YEARS, Distribution, Distributions, Evenly, Spread, Weights

Ints = Any  # an array of int64
_LEVELS = 1024  # of a log-like distribution
_MOST = 4 * 10**17  # as an int64 with room for a sum
AT_EDGES, ZERO = 20, 3  # percent of numbers


def stream(seed: int, chunk: int, path: str) -> np.random.Generator:
    """Numbers of their own for each fact of each chunk: what is declared of one fact does not change the others."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, chunk, crc32(path.encode())])))


def percent(rng: np.random.Generator, n: int, share: Fraction | int) -> Any:
    """Which of n are among so many percent."""
    return rng.integers(0, 10_000, n, dtype=np.int64) < int(share * 100)


def picked(rng: np.random.Generator, n: int, weights: Sequence[int]) -> Ints:
    """Places in `weights`, each as often as it weighs."""
    ends = np.cumsum(np.asarray(weights, dtype=np.int64))
    return np.searchsorted(ends, rng.integers(0, int(ends[-1]), n, dtype=np.int64), side="right")


@lru_cache(maxsize=64)
def _multipliers(factor: Fraction) -> Ints:
    """The levels of a log-like distribution around 1, in thousandths."""
    normal = NormalDist(0, log(float(factor)) or 1e-9)
    return np.array([round(1000 * exp(normal.inv_cdf((i + 0.5) / _LEVELS))) for i in range(_LEVELS)], dtype=np.int64)


def spread(rng: np.random.Generator, centres: Ints, factor: Fraction) -> Ints:
    """Around each centre; between two levels as likely everywhere."""
    held = _multipliers(factor)
    level = rng.integers(0, _LEVELS, len(centres), dtype=np.int64)
    centres = np.minimum(centres, _MOST // int(held[-1]))
    made = centres * held[level] // 1000
    step = centres * (held[np.minimum(level + 1, _LEVELS - 1)] - held[level]) // 1000
    return made + rng.integers(0, np.maximum(step, 1), dtype=np.int64)


def sides(edges: Sequence[Fraction], unit: int) -> Ints:
    """Each figure in whole units, with one less and one more; of one that is not whole what lies below and above."""
    below = [x * unit // 1 for x in edges]
    return np.array(
        sorted({int(b) + d for b, x in zip(below, edges, strict=True) for d in (-1, 0, 1) if 0 <= b + d < _MOST}), dtype=np.int64
    )


def at_edges(rng: np.random.Generator, made: Ints, edges: Ints, share: int = AT_EDGES) -> Ints:
    """Some of the numbers put on the edges, which take turns."""
    if len(edges):
        chosen = np.flatnonzero(percent(rng, len(made), share))
        made[chosen] = edges[(np.arange(len(chosen)) + int(rng.integers(0, len(edges)))) % len(edges)]
    return made


def rounded(rng: np.random.Generator, made: Ints, steps: Sequence[tuple[int, int]]) -> Ints:
    """As people have figures: `steps` are (percent, step); what is smaller than a step stays."""
    lot = rng.integers(0, 100, len(made), dtype=np.int64)
    for share, step in steps:
        these = (lot < share) & (np.abs(made) >= step)
        made = np.where(these, made // step * step, made)
        lot = lot - share + 100 * (lot < share)
    return made


def few(rng: np.random.Generator, n: int) -> Ints:
    """Small counts: mostly 1 to 3, some 0, few above 6."""
    return picked(rng, n, (10, 40, 20, 12, 8, 4, 2, 1, 1, 1, 1))


# -- columns ---------------------------------------------------------------------------------------------------------

_MATTERS, _NAMES = ("甲事", "乙事", "丙事", "丁事"), ("甲", "乙", "丙", "丁", "戊")
_MATTER_ROLES = ("事项标识", "外部事项")
_MOSTLY, _EVENLY = 88, 50  # percent of 是
_GIVEN = {"optional": 60, "default": 60, "closed": 25}  # percent of facts that need not be filled in
_GROWTH = tuple(range(70, 171, 5))  # a year in percent of the year before
_FACTOR, _WIDE = Fraction(5, 2), Fraction(5)
_USUAL = {MONEY: Fraction(1_000_000)}
_ROUND_MONEY = ((35, 1_000_000), (15, 100_000), (10, 100))  # 分: to 万元, 千元, 元
_JANUARY_1ST = np.array([datetime.date(y, 1, 1).toordinal() for y in range(1, 2301)], dtype=np.int64)


@frozen
class Drawn:
    """Whole numbers: in `unit`-ths of the fact's unit, days as ordinals, places in `words`; `known` is None where all are filled in."""

    values: Ints
    known: Any = None
    words: tuple[str, ...] = ()
    unit: int = 1


@frozen
class Lot:
    """So many records of a table, each of which enterprise it belongs to (None: its own), and the base years of these."""

    table: str
    count: int
    base: Ints  # of each record

    def path(self, name: str) -> str:
        return f"{self.table}.{name}"


@frozen
class Drawing:
    """What a chunk is drawn by."""

    form: Form
    edges: Edges
    laws: Distributions
    seed: int
    chunk: int

    def column(self, spec: FactField, rows: Lot) -> Drawn:
        """A fact with one value."""
        law = self.laws.law(spec.table, spec.name)
        rng = stream(self.seed, self.chunk, rows.path(spec.name))
        made = self._declared(spec.type, law, rows, rng) if law.drawn is not None else self._usual(spec, rows, rng)
        return Drawn(made.values, self._known(spec, law, rows.count, rng), made.words, made.unit)

    def series(self, spec: FactField, rows: Lot) -> dict[int, Drawn]:
        """A fact by years: up to the base year, mostly growing; what it grew by lies on an edge now and then."""
        assert isinstance(spec.type, SeriesType)
        law = self.laws.law(spec.table, spec.name)
        rng = stream(self.seed, self.chunk, rows.path(spec.name))
        made = (self._declared(spec.type.element, law, rows, rng) if law.drawn is not None
                else self._numbers(spec, spec.type.element, rows.count, rng))
        edges = sides(self.edges.of((spec.table, spec.name)), made.unit)
        filled = self._known(spec, law, rows.count, rng)
        level, found = made.values, dict[int, Ints]()
        for back in range(5):  # from the base year into the past
            found[back] = level
            earlier = level * 100 // np.asarray(_GROWTH, dtype=np.int64)[rng.integers(0, len(_GROWTH), rows.count)]
            by = at_edges(rng, level - earlier, edges, 15)
            level = np.where((by <= level) | np.full(rows.count, spec.signed), level - by, earlier)
        columns = {}
        for year in self.form.years:
            back_of = rows.base - year
            values = np.zeros(rows.count, dtype=np.int64)
            for back, held in found.items():
                values = np.where(back_of == back, held, values)
            known = (back_of >= 0) & (back_of < 5) & ~((back_of > 1) & percent(rng, rows.count, 10))
            columns[year] = Drawn(values, known if filled is None else known & filled, unit=made.unit)
        return columns

    def ledger(self, spec: FactField, rows: Lot) -> dict[str, Drawn]:
        """What was granted under each clause: mostly nothing."""
        assert isinstance(spec.type, LedgerType)
        law = self.laws.law(spec.table, spec.name)
        columns = {}
        for number in self.form.clause_titles:
            rng = stream(self.seed, self.chunk, f"{rows.path(spec.name)}.{number}")
            made = (self._declared(spec.type.element, law, rows, rng) if law.drawn is not None
                    else self._numbers(spec, spec.type.element, rows.count, rng))
            columns[number] = Drawn(made.values, percent(rng, rows.count, 15), unit=made.unit)
        return columns

    def lengths(self, table: str, n: int) -> Ints:
        """How many records each enterprise has in a list: often none, one or two, a few many."""
        rng = stream(self.seed, self.chunk, f"{table}#")
        match self.laws.law(table, "项数").drawn:
            case Weights(values):
                return np.array([int(v) for v, _ in values], dtype=np.int64)[picked(rng, n, [w for _, w in values])]
            case _:
                return picked(rng, n, (36, 30, 17, 8, 4, 2, 1, 0, 1, 0, 0, 0, 1))

    # -- what was filled in ---------------------------------------------------------------------------------

    def _known(self, spec: FactField, law: Distribution, n: int, rng: np.random.Generator) -> Any:
        kind = "optional" if spec.optional else "default" if spec.default is not None else "closed" if spec.closed else ""
        missing = law.missing if law.missing is not None else 1 - Fraction(_GIVEN[kind], 100) if kind else self.laws.missing
        if missing == 0 or spec.role in ("基准年度",):
            return None
        return ~percent(rng, n, missing * 100)

    # -- as declared ----------------------------------------------------------------------------------------

    def _declared(self, type_: object, law: Distribution, rows: Lot, rng: np.random.Generator) -> Drawn:
        n, unit = rows.count, unit_of(type_)
        match law.drawn:
            case Spread(middle, factor):
                return Drawn(spread(rng, np.full(n, int(middle * unit), dtype=np.int64), factor), unit=unit)
            case Evenly(low, high):
                return Drawn(rng.integers(int(low * unit), int(high * unit) + 1, n, dtype=np.int64), unit=unit)
            case Weights(values):
                which = picked(rng, n, [w for _, w in values])
                if isinstance(type_, EnumType | TextType):
                    return Drawn(which, words=tuple(str(v) for v, _ in values))
                if isinstance(type_, YearType):
                    years = [rows.base + YEARS[v] if isinstance(v, str) else np.full(n, int(v), dtype=np.int64) for v, _ in values]
                    return Drawn(np.choose(which, years) if len(years) <= 32 else np.stack(years)[which, np.arange(n)])
                return Drawn(
                    np.array([int(v * unit) if isinstance(v, Fraction) else int(v) for v, _ in values], dtype=np.int64)[which], unit=unit
                )
            case _:
                raise AssertionError(law)

    # -- as the policy asks for it --------------------------------------------------------------------------

    def _usual(self, spec: FactField, rows: Lot, rng: np.random.Generator) -> Drawn:
        place, n = (spec.table, spec.name), rows.count
        match spec.type:
            case BoolType():
                wanted = self.edges.wanted.get(place, {True, False})
                share = _EVENLY if len(wanted) != 1 else _MOSTLY if True in wanted else 100 - _MOSTLY
                return Drawn(percent(rng, n, share).astype(np.int64))
            case EnumType(members):
                words = tuple(m for m in members if m != "不适用") or members
                named = self.edges.members.get(place, set())
                return Drawn(picked(rng, n, [4 if m in named else 1 for m in words]), words=words)
            case TextType():
                words = self._words(spec)
                return Drawn(picked(rng, n, [1] * len(words)), words=words)
            case YearType():
                return Drawn(self._years(spec, rows, rng))
            case DateType():
                return Drawn(self._days(spec, rows, rng))
            case NumberType() as type_:
                return self._numbers(spec, type_, n, rng)
            case _:
                raise AssertionError(spec.type)

    def _words(self, spec: FactField) -> tuple[str, ...]:
        if spec.role == "台账条款":
            names = self.form.clause_names
            return tuple(key for key in names.rows if names.keys[key][0] in self.form.clause_titles) or names.rows
        said = tuple(sorted(self.edges.members.get((spec.table, spec.name), ())))
        return said or (_MATTERS if spec.role in _MATTER_ROLES or not spec.table else _NAMES)

    def _years(self, spec: FactField, rows: Lot, rng: np.random.Generator) -> Ints:
        if spec.role == "台账年度":
            return rows.base - 1 - picked(rng, rows.count, (40, 25, 15, 10, 10))
        return rows.base + np.array([0, -1, -2, -3, 1, -5], dtype=np.int64)[picked(rng, rows.count, (70, 12, 7, 5, 4, 2))]

    def _days(self, spec: FactField, rows: Lot, rng: np.random.Generator) -> Ints:
        days = [int(x) for x in self.edges.of((spec.table, spec.name)) if x >= _JANUARY_1ST[1899]]
        applied = spec.role == "申报日期"
        years = rows.base - picked(rng, rows.count, (97, 2, 1) if applied else (40, 20, 14, 9, 7, 4, 2, 1, 1, 1, 1))
        made = _JANUARY_1ST[years - 1] + rng.integers(0, 365, rows.count, dtype=np.int64)
        if applied and days:  # mostly while the policy is in force
            made = np.where(percent(rng, rows.count, 3), made, np.clip(made, days[0], days[-1] - 1))
        return at_edges(rng, made, sides([Fraction(x) for x in days], 1), 3)

    def _numbers(self, spec: FactField, type_: NumberType, n: int, rng: np.random.Generator) -> Drawn:
        figures = self.edges.of((spec.table, spec.name))
        unit, most = unit_of(type_), max(figures, default=Fraction(0))
        edges = sides(figures, unit)
        if most <= 30 and unit == 1:
            made = few(rng, n) if not figures or most <= 2 else rng.integers(0, int(most) + 3, n, dtype=np.int64)
            return Drawn(at_edges(rng, made, edges), unit=1)
        centres = [int(x * unit) for x in figures if x > 0] or [int(_usual(type_) * unit)]
        made = spread(rng, np.array(centres, dtype=np.int64)[rng.integers(0, len(centres), n)], _FACTOR if figures else _WIDE)
        if unit == 1:  # counts are mostly few
            made = np.where(percent(rng, n, 60), few(rng, n), made)
        if type_.unit == MONEY.unit:
            made = rounded(rng, made, _ROUND_MONEY)
        made = np.where(percent(rng, n, ZERO), 0, made)
        if spec.signed:
            made = np.where(percent(rng, n, 5), -made, made)
        made = at_edges(rng, made, edges)
        if spec.least is not None or spec.most is not None:
            made = np.clip(
                made, None if spec.least is None else ceil(spec.least * unit), None if spec.most is None else floor(spec.most * unit)
            )
        return Drawn(made, unit=unit)


def unit_of(type_: object) -> int:
    """In which part of its unit a figure is drawn: 元 in 分, rates in ten-thousandths, counts whole."""
    match type_:
        case NumberType(rate=True):
            return 10_000
        case NumberType(unit=unit, whole=whole):
            return 1 if whole or not unit else 100
        case _:
            return 1


def _usual(type_: NumberType) -> Fraction:
    return Fraction(3, 50) if type_.rate else _USUAL.get(type_, Fraction(200))


def base_years(
    form: Form, edges: Edges, spec: FactField | None, laws: Distributions, seed: int, chunk: int, n: int,
    drawn: Callable[[FactField, Lot], Drawn],
) -> Ints:
    """The base year of each enterprise: mostly a year of the policy, sometimes one before or after."""
    first, last = (max(a for a, _ in form.in_force), min(b for _, b in form.in_force)) if form.in_force else _told(edges, spec)
    rng = stream(seed, chunk, "#base")
    if spec is not None and laws.law(spec.table, spec.name).drawn is not None:
        return drawn(spec, Lot("", n, np.full(n, last, dtype=np.int64))).values
    made = first + rng.integers(0, last - first + 1, n, dtype=np.int64)
    return np.where(percent(rng, n, 2), last + 1, np.where(percent(rng, n, 2), first - 1, made))


def _told(edges: Edges, spec: FactField | None) -> tuple[int, int]:
    """The years that the policy names, or of late."""
    years = [int(x) for x in edges.of(("", spec.name)) if 1990 <= x <= 2200] if spec is not None else []
    return (min(years), max(years)) if years else (2022, 2024)
