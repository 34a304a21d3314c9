"""Nodes as terms of the solver: one case for each kind, as run/python/printing prints them as Python."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from fractions import Fraction
from math import lcm
from typing import Any, assert_never

from attrs import evolve, field, frozen

from xcrules.meaning import values
from xcrules.run.lowered import nodes as n
from xcrules.run.lowered.claims import Named

from .calendar import months_between, months_later
from .sheet import FIRST_YEAR, LAST_YEAR, OpenSheet
from .terms import (
    ENDLESS,
    ZERO,
    Symbol,
    Uncovered,
    both,
    chosen,
    constant,
    divided,
    either,
    evenly,
    known,
    least,
    minus,
    most,
    no,
    pick,
    plus,
    scaled,
)

Row = tuple[str, int]
MOST_YEARS = 12
COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b, "=": lambda a, b: a == b, "!=": lambda a, b: a != b}


@frozen(eq=False)
class Printer:
    """Prints the nodes of one claim, or of what stands beside the items. `item` is the row they are about."""

    sheet: OpenSheet
    parameters: Any  # figures by name and year
    figures: Any  # their scales
    result: Callable[[str, bool], Symbol]  # 分 that another clause comes to
    item: Row | None = None
    folded: tuple[Row, ...] = ()
    year: Symbol | None = None
    named: dict[str, Named] = field(factory=dict)
    _locals: dict[str, Symbol] = field(factory=dict)

    def about(self, names: Iterable[Named], item: Row | None) -> Printer:
        return evolve(self, item=item, named={x.name: x for x in names}, locals={})

    def at_scale(self, node: n.Value, scale: int) -> Symbol:
        term = self.term(node)
        return term if isinstance(node, n.Endless) else scaled(term, scale // node.scale)

    def term(self, node: n.Value) -> Symbol:
        """The term of a value, at its own scale."""
        match node:
            case n.Constant(value=bool() as value):
                return Symbol(value)
            case n.Constant(value=str() as value):
                return Symbol(self.sheet.code(value))
            case n.Constant(value=value):
                return constant(int(value))
            case n.Endless(sign=sign):
                return constant(sign * ENDLESS)
            case n.Nothing():
                return Symbol(0, absent=True, by=0, span=(0, 0))
            case n.Column(awaited=awaited):
                found = self.sheet.column(*self._row(node.home), node.name)
                return found if not awaited else evolve(found, absent=False, sure=both(found.sure, no(found.absent)))
            case n.Entry():
                return self._entry(node)
            case n.Granted():
                return self._granted(node)
            case n.Result(clauses=clauses, ungranted=ungranted):
                return plus(ZERO, *(self.result(number, ungranted) for number in clauses))
            case n.Figure():
                return self._figure(node)
            case n.Known(of=n.Column() as of):
                return Symbol(self.term(of).sure)
            case n.Known(of=n.Entry(series=series, key=key)):
                at = self._key(key)
                return Symbol(either(at.absent, self.sheet.reported(*self._row(series.home), series.name, at.value)))
            case n.Known():
                raise AssertionError(node)
            case n.Local(name=name):
                if name not in self._locals:
                    self._locals[name] = evolve(self, folded=(), year=None, locals=self._locals).term(self.named[name].value)
                return self._locals[name]
            case n.Year():
                assert self.year is not None
                return self.year
            case n.Add(left=left, right=right):
                return plus(self.at_scale(left, node.scale), self.at_scale(right, node.scale))
            case n.Subtract(left=left, right=right):
                return minus(self.at_scale(left, node.scale), self.at_scale(right, node.scale))
            case n.Times(left=left, right=right):
                return self.sheet.product(self.term(left), self.term(right))
            case n.Scaled(of=of, factor=factor):
                return scaled(self.term(of), factor)
            case n.WholeSteps(of=of, above=above, below=below):
                return divided(scaled(self.term(of), above), below)
            case n.Least(left=left, right=right):
                return least(self.at_scale(left, node.scale), self.at_scale(right, node.scale))
            case n.Most(left=left, right=right):
                return most(self.at_scale(left, node.scale), self.at_scale(right, node.scale))
            case n.YearOf(day=day):
                return self._year_of(self.term(day))
            case n.DaysLater(day=day, days=days, earlier=earlier):
                whole = divided(scaled(self.term(days), -1), days.scale)
                return (plus if earlier else minus)(self.term(day), whole)
            case n.FromTo(of="天数", start=start, end=end):
                return minus(self.term(end), self.term(start))
            case n.FromTo(of=of, start=start, end=end):
                months = months_between(self.term(start), self.term(end), of != "历月", self.sheet.domain)
                return divided(months, 12) if of == "年数" else months
            case n.SameDay(day=day, years=years, earlier=earlier):
                months = scaled(self.term(years), -12 if earlier else 12)
                if months.by % years.scale:
                    raise Uncovered("不足一个月的日子")
                return months_later(self.term(day), divided(months, years.scale), self.sheet.domain)
            case n.Quotient():
                raise Uncovered("除以一个会变的数")
            case n.Present(needs=needs, value=value):
                term, none = self.term(value), either(*(self.term(x).absent for x in needs if x.absent))
                return (
                    term
                    if none is False
                    else Symbol(pick(none, 0, term.value), either(none, term.absent), term.sure, term.by,
                                (min(term.span[0], 0), max(term.span[1], 0)))
                )
            case n.Earliest(left=left, right=right):
                one, other = self.term(left), self.term(right)
                return evolve(chosen(one.absent, other, chosen(other.absent, one, least(one, other))), sure=known(one, other))
            case n.Position(of=of, words=words):
                place, term = constant(len(words)), self.term(of)
                for i, word in reversed([*enumerate(words)]):
                    place = chosen(term.value == self.sheet.code(word), constant(i), place)
                return evolve(place, sure=term.sure)
            case n.AsWord(of=of):
                return evolve(self.term(of), absent=False)
            case n.AsOneWord(parts=parts):
                several = [self.term(x) for x in parts]
                return Symbol(tuple(x.value for x in several), either(*(x.absent for x in several)), known(*several))
            case n.Compare():
                return self._compare(node)
            case n.SameRow(row=row, other=other):
                return Symbol(self._row(row) == self._row(other))
            case n.Among(of=of, members=members):
                term = self.term(of)
                return Symbol(either(*(term.value == self.sheet.code(m) for m in members)), sure=term.sure)
            case n.All(parts=parts):
                terms = [self.term(p) for p in parts]
                return Symbol(
                    both(*(t.value for t in terms)),
                    sure=either(known(*terms), *(both(t.sure, no(t.value)) for t in terms)) if known(*terms) is not True else True,
                )
            case n.Any(parts=parts):
                terms = [self.term(p) for p in parts]
                return Symbol(
                    either(*(t.value for t in terms)),
                    sure=either(known(*terms), *(both(t.sure, t.value) for t in terms)) if known(*terms) is not True else True,
                )
            case n.Not(of=of):
                term = self.term(of)
                return Symbol(no(term.value), sure=term.sure)
            case n.Choose(arms=arms, otherwise=otherwise):
                made = self.at_scale(otherwise, node.scale)
                for test, value in reversed(arms):
                    holds = self.term(test)
                    made = chosen(holds.value, self.at_scale(value, node.scale), made)
                    made = evolve(made, sure=both(holds.sure, made.sure))
                return made if node.absent else evolve(made, absent=False)
            case n.FoldItems():
                return self._fold_items(node)
            case n.FoldYears():
                return self._fold_years(node)
            case _:
                assert_never(node)

    def _row(self, home: n.Home) -> Row:
        match home:
            case n.Enterprise():
                return "", 0
            case n.Object(table=table):
                return table, 0
            case n.Item():
                assert self.item is not None
                return self.item
            case n.Folded(depth=depth):
                return self.folded[depth - 1]
            case _:
                assert_never(home)

    # -- look-ups -------------------------------------------------------------------------------------------------

    def _key(self, key: n.Value) -> Symbol:
        """A year as a whole number."""
        return divided(self.term(key), key.scale)

    def _entry(self, node: n.Entry) -> Symbol:
        row = self._row(node.series.home)
        if isinstance(node.key, n.Constant) and isinstance(node.key.value, str):
            return self.sheet.entry(*row, node.series.name, node.key.value, node.closed)
        if isinstance(node.key, n.Column) and node.key.kind in ("word", "text"):
            raise Uncovered("台账按会变的字查")
        at = self._key(node.key)
        made = self.sheet.entry(*row, node.series.name, at.value, node.closed)
        outside = either(at.absent, at.value < 0, at.value >= 10_000) if node.checked else False
        return Symbol(
            pick(outside, 0, made.value), outside, either(outside, both(at.sure, made.sure)), made.by, (min(made.span[0], 0), made.span[1])
        )

    def _granted(self, node: n.Granted) -> Symbol:
        """Every part of a ledger is taken to be told, so that none is wanting."""
        self.sheet.parts.update(node.parts)
        own = {x: self.sheet.entry("", 0, node.ledger, x, True) for x in node.parts}
        whole, parts = self.sheet.entry("", 0, node.ledger, node.whole, True), plus(*own.values())
        self.sheet.domain.append(either(whole.value == 0, whole.value >= parts.value))  # less than its parts is refused
        return most(whole, parts) if node.key == node.whole else own[node.key]

    def _figure(self, node: n.Figure) -> Symbol:
        year, scale = self.term(node.year), self.figures[node.parameter]
        figures = {
            int(when) * node.year.scale: int(value * scale) for when, value in self.parameters[node.parameter].items() if value is not None
        }
        if self.sheet.base_years is not None and any(x not in figures for x in range(year.span[0], year.span[1] + 1, node.year.scale)):
            raise Uncovered("参数没有公布的年份")
        made, sure = ZERO, False
        for when, value in figures.items():
            made, sure = chosen(year.value == when, constant(value), made), either(sure, year.value == when)
        return evolve(made, sure=both(year.sure, sure))

    def _year_of(self, day: Symbol) -> Symbol:
        years = range(FIRST_YEAR, LAST_YEAR + 1)
        year = evenly(day.value, [datetime.date(y, 1, 1).toordinal() for y in years], years)
        return Symbol(year, day.absent, day.sure, span=(FIRST_YEAR, LAST_YEAR))

    # -- truths ---------------------------------------------------------------------------------------------------

    def _compare(self, node: n.Compare) -> Symbol:
        left, right = node.left, node.right
        if isinstance(left, n.Quotient) or isinstance(right, n.Quotient):
            return self._ratio(node)
        one, other = self.term(left), self.term(right)
        scale = lcm(left.scale, right.scale)
        absent = either(*(t.absent for x, t in ((left, one), (right, other)) if x.absent))
        holds = COMPARED[node.op](scaled(one, scale // left.scale).value, scaled(other, scale // right.scale).value)
        return Symbol(both(no(absent), holds), sure=known(one, other))

    def _ratio(self, node: n.Compare) -> Symbol:
        """A quotient against a number: the divisor is brought to the other side."""
        left, right, op = node.left, node.right, node.op
        if isinstance(right, n.Quotient):
            left, right, op = right, left, values.MIRROR[op]
        if not isinstance(left, n.Quotient) or not isinstance(right, n.Constant):
            raise Uncovered("除以一个会变的数")
        above, below, other = self.term(left.left), self.term(left.right), self.term(left.otherwise)
        figure = Fraction(int(right.value), right.scale)
        one = scaled(above, figure.denominator * left.right.scale)
        two = scaled(below, figure.numerator * left.left.scale)
        back = values.MIRROR[op]
        holds = (
            pick(below.value > 0, COMPARED[op](one.value, two.value), COMPARED[back](one.value, two.value))
            if below.span[0] < 0
            else COMPARED[op](one.value, two.value)
        )
        same = both(no(other.absent), COMPARED[op](other.value * figure.denominator, figure.numerator * left.otherwise.scale))
        return Symbol(pick(below.value == 0, same, holds), sure=both(above.sure, below.sure, either(other.sure, below.value != 0)))

    # -- folds ----------------------------------------------------------------------------------------------------

    def _fold_items(self, node: n.FoldItems) -> Symbol:
        kept: list[tuple[Any, Symbol]] = []
        sure: Any = True
        for row in range(self.sheet.rows):
            inner = evolve(self, folded=(*self.folded[: node.depth - 1], (node.table, row)), locals=self._locals)
            here = self.sheet.present(node.table, row)
            guard = inner.term(node.guard) if node.guard is not None else Symbol(True)
            body = inner.term(node.body)
            counts = both(here, guard.value)
            sure = both(sure, either(no(here), both(guard.sure, either(no(guard.value), body.sure))))
            kept.append((counts, body))
        if node.op == "sum":
            return evolve(plus(ZERO, *(chosen(c, evolve(b, absent=False), ZERO) for c, b in kept)), sure=sure)
        if node.op == "different":
            fresh = [both(c, *(no(both(d, x.value == b.value)) for d, x in kept[:i])) for i, (c, b) in enumerate(kept)]
            return evolve(plus(ZERO, *(chosen(f, constant(1), ZERO) for f in fresh)), sure=sure)
        return evolve(_highest(kept, node.op == "max")[1], sure=sure)

    def _fold_years(self, node: n.FoldYears) -> Symbol:
        if node.op == "mean" or node.count > MOST_YEARS:
            raise Uncovered("几年的平均" if node.op == "mean" else "一次看许多年")
        first, last = self._key(node.first), self._key(node.last)
        start = no(first.absent) if node.first.absent else True
        kept: list[tuple[Any, Symbol]] = []
        sure, window = known(first, last), False
        for i in range(node.count):
            year = plus(evolve(first, absent=False), constant(i))
            inner = evolve(self, year=year, locals=self._locals)
            here = both(start, year.value <= last.value)
            guard = inner.term(node.guard) if node.guard is not None else Symbol(True)
            body = inner.term(node.body)
            sure = both(sure, either(no(here), both(guard.sure, either(no(guard.value), body.sure))))
            kept.append((both(here, guard.value), body))
            window = either(window, here)
        found, made = (
            _highest(kept, node.op == "max")
            if node.op != "sum"
            else (either(*(c for c, _ in kept)), plus(ZERO, *(chosen(c, b, ZERO) for c, b in kept)))
        )
        return evolve(made, sure=both(sure, either(no(window), found)), absent=False)


def _highest(kept: Iterable[tuple[Any, Symbol]], highest: bool) -> tuple[Any, Symbol]:
    """Whether any is kept, and the highest (lowest) of those; 0 if none is."""
    found: Any = False
    made = ZERO
    for counts, body in kept:
        better = both(counts, either(no(found), body.value > made.value if highest else body.value < made.value))
        made, found = chosen(better, evolve(body, absent=False), made), either(found, counts)
    return found, made
