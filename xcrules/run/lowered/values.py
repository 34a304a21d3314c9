"""Values of a plan to nodes over whole numbers: denominators, absence, signs and names, each settled here and nowhere else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import gcd, lcm
from typing import assert_never

from attrs import define, evolve, field, frozen

from xcrules.base.identity import normal
from xcrules.base.money import Unlimited
from xcrules.facts.scaled.values import CENTS, scale_of
from xcrules.facts.tables import FactField
from xcrules.facts.types import YEAR, BoolType, DateType, EnumType, LedgerType, NumberType, SeriesType, TextType, Type, YearType, is_time
from xcrules.meaning import values
from xcrules.plan import steps

from . import nodes as n
from .claims import Named

Lets = Mapping[str, steps.Let]
SOME_YEARS = 1000  # by which a year that was reported may be shifted and still have four digits


@frozen
class Standpoint:
    """Where a value stands: which row it is about, whether what was granted reads as 0."""

    item: n.Home | None = None
    own: bool = False  # whether the names of the item are in force
    ungranted: bool = False
    depth: int = 0
    any_year: bool = False  # the year of the fold may be any
    table: str = ""  # the list that a fold goes over
    outer: Standpoint | None = None  # where the fold stands

    def of_list(self, table: str) -> Standpoint:
        """Where the item of this list is at hand: in a fold over another, what is said of the item outside of it is read from there."""
        at = self
        while at.outer is not None and at.table != table:
            at = at.outer
        return evolve(self, item=at.item, table=at.table, outer=at.outer)


@define(eq=False)
class Lowering:
    """Lowers the values of one claim, of the caps on a total, or of the gates. `names` are what they read in several places."""

    outer: Lets
    figures: Mapping[str, int]  # the scales of the parameters
    own: Lets = field(factory=dict)
    lacking: frozenset[tuple[str, str]] = frozenset()  # facts, each with its table, that may not apply though they do not say so
    names: list[Named] = field(factory=list, init=False)
    _uses: Counter[tuple[bool, str]] = field(factory=Counter, init=False)
    _locals: dict[tuple[bool, str, bool], n.Local] = field(factory=dict, init=False)

    def count(self, all_values: object, own: bool) -> None:
        """Reckons with these values: a name that is read more than once, or in a fold, is worked out beforehand."""
        left, columns = [(all_values, own)], set[str]()
        while left:
            held, inner = left.pop()
            folded = {v.name for fold in values.nodes_of(held) if isinstance(fold, values.FoldItems | values.FoldYears)
                      for v in values.nodes_of(fold) if isinstance(v, values.Var)}
            for var in (v for v in values.nodes_of(held) if isinstance(v, values.Var)):
                if var.of_item:  # written out wherever it is read: what it names stands in several places
                    if var.name not in columns:
                        columns.add(var.name)
                        left += [(self.outer[var.name].value, False)] * 2
                    continue
                if (found := self._home(var.name, inner)) is None:
                    continue
                key = (found, var.name)
                if not self._uses[key]:
                    left.append(((self.own if found else self.outer)[var.name].value, found))
                self._uses[key] += 2 if var.name in folded else 1

    def lower(self, node: values.Value, at: Standpoint) -> n.Value:
        """The node of a value."""
        match node:
            case values.Literal(value):
                return _literal(value)
            case values.Fact():
                return _column(self._may_lack(node.field), _home(node, at), node.awaited)
            case values.Var(name):
                return self.lower(self.outer[name].value, at.of_list(name.rpartition(".")[0])) if node.of_item else self._named(name, at)
            case values.At():
                return self._entry(node, at)
            case values.Parameter(name, year):
                when = self.lower(year, at)
                return present((when,), n.Figure(name, when, scale=self.figures[name]))
            case values.Known(fact):
                of = self.lower(fact, at)
                assert isinstance(of, n.Column | n.Entry)
                return n.Constant(True) if isinstance(of, n.Entry) and of.closed else n.Known(of)
            case values.Used(value):
                return n.Constant(0) if at.ungranted else self.lower(value, at)
            case values.Result(clauses, _, before):
                if before is None:
                    return n.Result(clauses, at.ungranted, scale=CENTS)
                return n.Constant(0) if at.ungranted else self.lower(before, at)
            case values.YearOf(date):
                day = self.lower(date, at)
                return n.YearOf(day, absent=day.absent)
            case values.Arith():
                return self._arith(node, at)
            case values.Quotient():
                return self._quotient(node, at)
            case values.Compare(op, left, right):
                return n.Compare(op, self.lower(left, at), self.lower(right, at))
            case values.Member(value, members, named):
                return n.Among(self.lower(value, at), tuple(map(normal, members)) if named else members, named)
            case values.Logic(op, parts):
                lowered = tuple(self.lower(p, at) for p in parts)
                return n.Not(lowered[0]) if op == "非" else n.All(lowered) if op == "且" else n.Any(lowered)
            case values.Pick():
                return self._choose(node, at)
            case values.FoldItems():
                return self._fold_items(node, at)
            case values.FoldYears():
                return self._fold_years(node, at)
            case values.Together(parts):
                words = tuple(self.key(x, at) for x in parts)
                return n.AsOneWord(words, absent=any(x.absent for x in words))
            case _:
                assert_never(node)

    # -- names ------------------------------------------------------------------------------------------------

    def _home(self, name: str, own: bool) -> bool | None:
        """Whether a name is the item's; None for the year of a fold."""
        if own and name in self.own:
            return True
        return False if name in self.outer else None

    def _named(self, name: str, at: Standpoint) -> n.Value:
        own = self._home(name, at.own)
        if own is None:
            assert name == "年度", name
            return n.Year()
        key = (own, name, at.ungranted and self._reads_used(own, name))
        if key in self._locals:
            return self._locals[key]
        let = (self.own if own else self.outer)[name]
        value = self.lower(let.value, Standpoint(n.Item() if own else None, own, at.ungranted))
        if self._uses[own, name] < 2:
            return value
        taken = {x.name for x in self.names}
        local = n.Local(next(x for x in (name, f"{name}0", f"{name}1", f"{name}2") if x not in taken),
                        scale=value.scale, signed=value.signed, absent=value.absent)
        self.names.append(Named(local.name, value, origin=let.origin))
        self._locals[key] = local
        return local

    def _reads_used(self, own: bool, name: str) -> bool:
        return self.reads_used((self.own if own else self.outer)[name].value, own)

    def reads_used(self, value: object, own: bool) -> bool:
        """Whether what was granted before enters into a value; a name is followed once, however often it is read."""
        left, seen = [(value, own)], set[tuple[bool, str]]()
        while left:
            held, inner = left.pop()
            for node in values.nodes_of(held):
                if isinstance(node, values.Used | values.Result):
                    return True
                if isinstance(node, values.Var) and (found := self._home(node.name, inner)) is not None and (found, node.name) not in seen:
                    seen.add((found, node.name))
                    left.append(((self.own if found else self.outer)[node.name].value, found))
        return False

    # -- look-ups ---------------------------------------------------------------------------------------------

    def _entry(self, node: values.At, at: Standpoint) -> n.Value:
        assert isinstance(node.series, values.Fact)  # names of series are put in place by the planner
        spec, key = node.series.field, self.lower(node.key, at)
        scale = scale_of(spec.type)
        if node.parts:
            assert isinstance(key, n.Constant)
            return n.Granted(spec.name, str(key.value), node.whole, node.parts, spec.closed, scale=scale, signed=spec.signed)
        checked = isinstance(spec.type, SeriesType) and not self._four_digits(node.key, at)
        series = n.Column(_home(node.series, at), spec.name, "number")
        return n.Entry(series, key, spec.closed, checked, scale=scale, signed=spec.signed, absent=checked)

    def key(self, node: values.Value, at: Standpoint) -> n.Value:
        """A value as what tells claims apart."""
        lowered = self.lower(node, at)
        return (
            lowered
            if isinstance(node, values.Together) or isinstance(self.type_of(node, at.own), EnumType | TextType)
            else n.AsWord(lowered)
        )

    def _may_lack(self, spec: FactField) -> FactField:
        return evolve(spec, optional=True, default=None) if (spec.table, spec.name) in self.lacking else spec

    def _four_digits(self, year: values.Value, at: Standpoint) -> bool:
        match year:
            case values.Literal(Fraction() as value):
                return SOME_YEARS <= value < 10 * SOME_YEARS
            case values.Fact(field):
                return isinstance(field.type, YearType) and not self._may_lack(field).optional
            case values.Arith("+" | "-", left, values.Literal(Fraction() as shift)):
                return abs(shift) < SOME_YEARS / 2 and isinstance(left, values.Fact) and self._four_digits(left, at)
            case values.Var(name):
                return self._home(name, at.own) is None and not at.any_year
            case _:
                return False

    # -- arithmetic -------------------------------------------------------------------------------------------

    def _arith(self, node: values.Arith, at: Standpoint) -> n.Value:
        left, right = self.lower(node.left, at), self.lower(node.right, at)
        either = left.signed or right.signed
        scale = lcm(left.scale, right.scale)
        made: n.Value
        match node.op:
            case "+" | "-" if isinstance(node.type, DateType):
                made = n.SameDay(left, right, node.op == "-", signed=True)
            case "加天" | "减天":
                made = n.DaysLater(left, right, node.op == "减天", signed=True)
            case "年数" | "月数" | "天数" | "历月":
                made = n.FromTo(node.op, left, right, signed=True)
            case "+":
                made = n.Add(left, right, scale=scale, signed=either)
            case "-":
                made = n.Subtract(left, right, scale=scale, signed=True)
            case "×":
                made = _product(left, right)
            case "÷":
                made = scaled(left, 1 / _number(right))
            case "整除":
                made = _full_steps(left, _number(right))
            case "进整":
                made = _negative(_full_steps(_negative(left), _number(right)))
            case "较小" if isinstance(node.type, DateType) and (left.absent or right.absent):
                return n.Earliest(left, right, signed=True, absent=left.absent and right.absent)
            case "较小":
                made = n.Least(left, right, scale=scale, signed=either)
            case "较大":
                made = n.Most(left, right, scale=scale, signed=left.signed and right.signed)
        if not (is_time(node.type) or isinstance(node.type, YearType)):
            return made
        elapsed = isinstance(node.type, NumberType)
        both = elapsed or is_time(self.type_of(node.right, at.own))
        absent = left.absent or (both and right.absent)
        return n.Present(
            (left, right) if both else (left,), made, () if both else (right,), elapsed, scale=made.scale, signed=made.signed, absent=absent
        )

    def _quotient(self, node: values.Quotient, at: Standpoint) -> n.Value:
        other = n.Nothing(absent=True) if node.otherwise is None else self.lower(node.otherwise, at)
        if isinstance(node.right, values.Literal) and not node.right.value:
            return other
        left, right = self.lower(node.left, at), self.lower(node.right, at)
        return n.Quotient(left, right, other, signed=left.signed or right.signed or other.signed, absent=node.otherwise is None)

    def type_of(self, node: values.Value, own: bool) -> Type | None:
        """The type of a value, where it may be a day or a year, or a word."""
        def of_name(name: str) -> Type:
            home = self._home(name, own)
            return YEAR if home is None else (self.own if home else self.outer)[name].type

        return values.type_of(node, of_name)

    def _choose(self, node: values.Pick, at: Standpoint) -> n.Value:
        arms = [(self.lower(test, at), self.lower(value, at)) for test, value in node.arms]
        if node.otherwise is None and node.covers_all:
            *arms, (_, last) = arms
        else:
            last = (self.lower(node.otherwise, at) if node.otherwise is not None
                    else n.Constant(False if isinstance(node.type, BoolType) else 0))
        every = [*(v for _, v in arms), last]
        moment = isinstance(node.type, YearType) or is_time(node.type)
        absent = (moment or not isinstance(node.type, NumberType)) and any(v.absent for v in every)
        return n.Choose(tuple(arms), last, moment, scale=lcm(*(v.scale for v in every)), signed=any(v.signed for v in every), absent=absent)

    # -- folds ------------------------------------------------------------------------------------------------

    def _fold_items(self, node: values.FoldItems, at: Standpoint) -> n.Value:
        depth = at.depth + 1
        inner = evolve(at, item=n.Folded(depth), depth=depth, table=node.table, outer=at)
        body = self.lower(node.body, inner) if node.body is not None else n.Constant(1)
        guard = _all(self._alike(node, inner, at), self.lower(node.guard, inner) if node.guard is not None else None)
        if node.op == "种数":
            return n.FoldItems("different", node.table, depth, guard, body)
        op: dict[str, str] = {"合计": "sum", "计数": "sum", "最高": "max", "最低": "min"}
        return n.FoldItems(op[node.op], node.table, depth, guard, body, scale=body.scale, signed=body.signed)  # type: ignore[arg-type]

    def _alike(self, node: values.FoldItems, inner: Standpoint, at: Standpoint) -> n.Value | None:
        """Whether a row is alike to the item at hand; that one is to itself."""
        if not node.alike:
            return None
        pairs = tuple(n.Compare("=", self.lower(row, inner), self.lower(own, at)) for row, own in node.alike)
        same = pairs[0] if len(pairs) == 1 else n.All(pairs)
        return same if at.item is None or inner.item is None else n.Any((n.SameRow(inner.item, at.item), same))

    def _fold_years(self, node: values.FoldYears, at: Standpoint) -> n.Value:
        first, last = self.lower(node.first, at), self.lower(node.last, at)
        inner = evolve(at, depth=at.depth + 1, any_year=not self._four_digits(node.first, at))
        body = self.lower(node.body, inner)
        guard = self.lower(node.guard, inner) if node.guard is not None else None
        op: dict[str, n.OfYears] = {"最高": "max", "最低": "min", "合计": "sum", "平均": "mean"}
        return n.FoldYears(op[node.op], first, node.count, last, guard, body, scale=body.scale, signed=body.signed, absent=node.op == "平均")


def _all(one: n.Value | None, other: n.Value | None) -> n.Value | None:
    """且 of what there is."""
    return n.All((one, other)) if one is not None and other is not None else one or other


def _literal(value: Fraction | str | bool | Unlimited) -> n.Value:
    if isinstance(value, Unlimited):
        return n.Endless(value.sign, signed=value.sign < 0)
    return number(value) if isinstance(value, Fraction) else n.Constant(value)


def number(value: Fraction) -> n.Constant:
    """A number that is known now."""
    return n.Constant(value.numerator, scale=value.denominator, signed=value < 0)


def _number(value: n.Value) -> Fraction:
    """What the language divides by: a number other than 0."""
    assert isinstance(value, n.Constant)
    assert isinstance(value.value, int)
    return Fraction(value.value, value.scale)


def present(needs: Iterable[n.Value], value: n.Value) -> n.Value:
    """The value, absent where one of these is."""
    doubtful = tuple(x for x in needs if x.absent)
    if not doubtful:
        return value
    return n.Present(doubtful, value, scale=value.scale, signed=value.signed, absent=True)


def _home(node: values.Fact, at: Standpoint) -> n.Home:
    if node.of_item:
        item = at.of_list(node.field.table).item
        assert item is not None, node.field.name
        return item
    return n.Object(node.field.table) if node.field.table else n.Enterprise()


def _column(spec: FactField, home: n.Home, awaited: bool = False) -> n.Column:
    is_number = isinstance(spec.type, NumberType)
    kinds: list[tuple[type, n.Kind]] = [(BoolType, "truth"), (EnumType, "word"), (TextType, "text")]
    kind: n.Kind = next((kind for type_, kind in kinds if isinstance(spec.type, type_)), "number")
    left_out = spec.optional or spec.closed
    absent = (spec.optional or (spec.closed and not is_number)) and spec.default is None and kind != "truth" and not awaited
    assert not isinstance(spec.type, SeriesType | LedgerType), spec.name
    return n.Column(home, spec.name, kind, kind == "truth" and (spec.default is not None or left_out), awaited,
                    scale=scale_of(spec.type), signed=spec.signed, absent=absent or kind == "text")


def _product(left: n.Value, right: n.Value) -> n.Value:
    if isinstance(left, n.Constant):
        left, right = right, left
    if isinstance(right, n.Constant):
        return scaled(left, _number(right) if right.value else Fraction(0))
    return n.Times(left, right, scale=left.scale * right.scale, signed=left.signed or right.signed)


def scaled(value: n.Value, by: Fraction) -> n.Value:
    """A value times a number that is known now."""
    if isinstance(value, n.Constant):
        assert isinstance(value.value, int)
        return number(Fraction(value.value, value.scale) * by)
    factor, scale = by.numerator, value.scale * by.denominator
    common = gcd(factor, scale) or 1
    return n.Scaled(value, factor // common, scale=scale // common, signed=value.signed or by < 0)


def _negative(value: n.Value) -> n.Value:
    return n.Subtract(n.Constant(0), value, scale=value.scale, signed=True)


def _full_steps(value: n.Value, step: Fraction) -> n.Value:
    above, below = step.denominator, value.scale * step.numerator
    if below < 0:
        above, below = -above, -below
    common = gcd(above, below)
    return n.WholeSteps(value, above // common, below // common, signed=value.signed or step < 0)
