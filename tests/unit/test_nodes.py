"""Every kind of node, printed as Python, gives what a direct reading of its meaning gives: over zeros, signs, absence and ties."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from xcrules.base.dates import months_later
from xcrules.facts.scaled.values import NA, NOT_GIVEN, UNKNOWN, Ask, Opaque
from xcrules.meaning.values import SPANS
from xcrules.run.lowered import nodes as n
from xcrules.run.lowered.rows import ENDLESS
from xcrules.run.python.helpers import NAMES
from xcrules.run.python.printing import at_scale, text

NONE = "不适用"  # what the direct reading gives for it
MAYBE = n.Column(n.Enterprise(), "甲", "number", scale=100, signed=True, absent=True)
OTHER = n.Column(n.Enterprise(), "乙", "number", scale=3, signed=True)
WORD = n.Column(n.Enterprise(), "词", "word", absent=True)
MARK = n.Column(n.Enterprise(), "文", "text", absent=True)
TRUE = n.Column(n.Enterprise(), "真", "truth", sure=True)
OPEN = n.Column(n.Enterprise(), "开", "truth")
DAY = n.Column(n.Enterprise(), "日", "number", signed=True, absent=True)
YEAR = n.Column(n.Enterprise(), "年", "number", absent=True)
OBJECT = n.Column(n.Object("物"), "值", "number", scale=100)
ITEM = n.Column(n.Item(), "值", "number", scale=100)
FOLDED = n.Column(n.Folded(1), "值", "number", scale=100, signed=True)
def kept(name: str) -> n.Column:
    """Where a series or a ledger stands."""
    return n.Column(n.Enterprise(), name, "number")


SERIES = n.Entry(kept("列"), n.Constant(2023), False, scale=100)
THREE, HALF = n.Constant(3), n.Constant(1, scale=2)
ABOVE = n.Compare(">", FOLDED, n.Constant(0))


def whole(kind: type[Any], *args: Any, scale: int = 1, **how: Any) -> Any:
    return kind(*args, scale=scale, signed=True, **how)


LEAP = datetime.date(2024, 2, 29).toordinal()
CASES: list[n.Value] = [
    THREE, HALF, n.Constant(-2), n.Constant("金"), n.Constant(True), n.Nothing(absent=True), n.Endless(), MAYBE, OTHER, WORD, MARK, TRUE, DAY,
    OBJECT, ITEM, SERIES,
    n.Entry(kept("列"), YEAR, False, True, scale=100, absent=True), n.Entry(kept("列"), YEAR, True, True, scale=100, absent=True),
    n.Entry(kept("列"), n.Constant(4047, scale=2), True, scale=100), n.Entry(kept("账"), n.Constant("1"), True, scale=100),
    n.Entry(kept("账"), n.Constant("9"), True, scale=100), n.Entry(kept("空"), n.Constant(2023), True, scale=100),
    n.Result(("1",), scale=100), n.Result(("1", "2"), True, scale=100), whole(n.Subtract, n.Result(("2",), scale=100), OTHER, scale=300),
    n.Granted("账", "1", "1", ("1甲", "1乙"), True, scale=100), n.Granted("账", "1甲", "1", ("1甲", "1乙"), True, scale=100),
    n.Granted("账", "1乙", "1", ("1甲", "1乙"), True, scale=100), n.Granted("账", "2乙", "2", ("2甲", "2乙"), True, scale=100),
    n.Figure("均值", n.Constant(2023), scale=10), n.Figure("均值", n.Constant(4046, scale=2), scale=10),
    n.Known(MAYBE), n.Known(n.Column(n.Enterprise(), "未报", "number")), n.Known(n.Column(n.Enterprise(), "半", "number")), n.Known(SERIES),
    n.Known(n.Entry(kept("列"), n.Constant(1999), False)), n.Known(n.Entry(kept("列"), YEAR, False, True)), n.Local("名", scale=100),
    whole(n.Add, MAYBE, OTHER, scale=300), whole(n.Subtract, MAYBE, OTHER, scale=300), whole(n.Subtract, OTHER, MAYBE, scale=300),
    whole(n.Subtract, MAYBE, n.Constant(-2), scale=100), whole(n.Add, whole(n.Subtract, OTHER, OTHER, scale=3), HALF, scale=6),
    whole(n.Subtract, HALF, whole(n.Subtract, OTHER, THREE, scale=3), scale=6), whole(n.Times, MAYBE, OTHER, scale=300),
    whole(n.Times, whole(n.Add, MAYBE, OTHER, scale=300), OTHER, scale=900), whole(n.Scaled, MAYBE, 7, scale=300),
    whole(n.Scaled, whole(n.Add, MAYBE, OTHER, scale=300), 1, scale=600), whole(n.Scaled, OTHER, -2, scale=3),
    whole(n.Subtract, OTHER, whole(n.Scaled, whole(n.Add, MAYBE, OTHER, scale=300), 1, scale=600), scale=600),
    whole(n.WholeSteps, MAYBE, 1, 150), whole(n.WholeSteps, whole(n.Add, MAYBE, OTHER, scale=300), 2, 7), whole(n.WholeSteps, OTHER, -5, 3),
    whole(n.Quotient, OTHER, MAYBE, n.Nothing(absent=True), absent=True), whole(n.Quotient, MAYBE, OTHER, HALF),
    n.Compare("<", whole(n.Quotient, MAYBE, OTHER, n.Nothing(absent=True), absent=True), HALF),
    whole(n.Scaled, whole(n.Add, whole(n.Quotient, MAYBE, OTHER, THREE), HALF, scale=2), 3, scale=20),
    whole(n.WholeSteps, whole(n.Quotient, MAYBE, OTHER, THREE), 2, 7), n.AsWord(whole(n.Quotient, MAYBE, OTHER, THREE)),
    whole(n.Least, MAYBE, OTHER, scale=300), whole(n.Most, MAYBE, n.Constant(0), scale=100),
    n.YearOf(DAY, absent=True), whole(n.SameDay, DAY, THREE), whole(n.SameDay, DAY, HALF, True), whole(n.SameDay, DAY, n.Constant(17, scale=24)),
    *(whole(n.DaysLater, DAY, x, early) for x in (THREE, HALF) for early in (False, True)),
    *(whole(n.FromTo, of, n.Constant(LEAP), n.Constant(LEAP + days)) for of in SPANS for days in (-400, -1, 0, 28, 31, 364, 365, 366, 1461)),
    whole(n.Earliest, DAY, n.Constant(LEAP), absent=False), whole(n.Earliest, n.Nothing(absent=True), DAY, absent=True),
    whole(n.Present, (MAYBE, DAY), n.Add(MAYBE, THREE, scale=100), scale=100, absent=True),
    n.Position(WORD, ("金", "银", "金")), n.AsWord(MAYBE), n.AsWord(OTHER), n.AsWord(DAY), n.AsOneWord((WORD, MARK, n.AsWord(OTHER)), absent=True),
    *(n.Compare(op, a, b) for op in get_args(n.Op) for a, b in itertools.permutations((MAYBE, OTHER, HALF), 2)),
    *(n.Compare(op, a, b) for op in ("=", "!=") for a, b in ((WORD, n.Constant("金")), (MARK, n.Constant("某")), (n.Constant("某"), MARK), (MARK, MARK),
                                                             (TRUE, n.Constant(False)), (WORD, WORD))),
    n.Compare("<", n.Add(MAYBE, OTHER, scale=300), n.Constant(-1)), n.Compare("<", MAYBE, n.Endless()),
    n.Among(WORD, ("金",)), n.Among(WORD, ("金", "银")),
    n.All((TRUE, n.Compare(">", OTHER, THREE))), n.Any((TRUE, n.Compare(">", OTHER, THREE))), n.Not(n.Any((TRUE, n.All((TRUE, n.Not(TRUE)))))),
    whole(n.Choose, ((n.Compare("=", WORD, n.Constant("金")), MAYBE), (TRUE, OTHER)), HALF, scale=300),
    n.Choose(((TRUE, WORD),), n.Constant("无"), absent=True), whole(n.Subtract, whole(n.Choose, ((TRUE, OTHER),), n.Constant(-1), scale=3), THREE, scale=3),
    *(whole(n.FoldItems, op, "表", 1, guard, FOLDED, scale=100) for op in ("sum", "max", "min") for guard in (None, ABOVE)),
    n.FoldItems("sum", "表", 1, ABOVE, n.Constant(1)),
    whole(n.FoldItems, "max", "表", 1, None, whole(n.FoldItems, "sum", "表", 2, n.Compare("<=", n.Column(n.Folded(2), "值", "number", scale=100), FOLDED),
                                                   n.Column(n.Folded(2), "值", "number", scale=100), scale=100), scale=100),
    whole(n.FoldItems, "sum", "表", 1, None, whole(n.FoldItems, "sum", "表", 2, n.SameRow(n.Folded(2), n.Folded(1)),
                                                   n.Column(n.Folded(2), "值", "number", scale=100), scale=100), scale=100),
    *(n.FoldYears(op, first, count, n.Constant(last), n.Known(n.Entry(kept("列"), n.Year(), False)), n.Entry(kept("列"), n.Year(), False, scale=100), scale=100, absent=op == "mean")
      for op in get_args(n.OfYears) for first in (YEAR, n.Constant(4045, scale=2)) for count in (1, 3) for last in (2021, 2023)),
    n.FoldYears("max", n.Constant(2022), 2, n.Constant(2023), None, n.Entry(kept("列"), n.Subtract(n.Year(), n.Constant(1)), True, scale=100), scale=100),
]
SUM = whole(n.Add, OTHER, THREE, scale=3)
CASES += [wrapped for x in (SUM, whole(n.Present, (OTHER,), SUM, scale=3), whole(n.Present, (OTHER,), whole(n.Scaled, SUM, 1, scale=6), scale=6), n.Constant(-2))
          for one in (x, whole(n.Scaled, x, 1, scale=x.scale), whole(n.Scaled, x, 1, scale=2 * x.scale))  # what is printed as another is bracketed as that
          for wrapped in (whole(n.Times, one, OTHER, scale=3 * one.scale), whole(n.Subtract, THREE, one, scale=one.scale), whole(n.Scaled, one, 7, scale=one.scale),
                          whole(n.Choose, ((TRUE, one),), HALF, scale=2 * one.scale), whole(n.Add, whole(n.Scaled, one, 1, scale=one.scale), HALF, scale=2 * one.scale),
                          n.Compare("<", one, HALF), whole(n.WholeSteps, one, 2, 7))]

RESULTS = {"1": 250, "2": 30}  # 分 of other clauses
ROWS = ((), (0,), (-5, -5), (5, 0, -5, 7))


def worlds() -> Iterator[SimpleNamespace]:
    """Small facts: absent, zero, below zero, equal to each other."""
    choices = itertools.product((NA, 0, -150, 300), (0, -2, 9), (NA, "金", "银"), (True, False))
    for i, (maybe, other, word, true) in enumerate(choices):
        day, year, mark = (NA, LEAP, 738000)[i % 3], (NA, 2022, 2023, -1, 10_000)[i % 5], (NA, "某", "别", "不适用")[i % 4]
        rows = [SimpleNamespace(值=x) for x in ROWS[i % 4]]
        yield SimpleNamespace(甲=maybe, 乙=other, 词=word, 真=true, 日=day, 年=year, 文=mark, 未报=UNKNOWN, 半=Opaque(Fraction(1, 3)), 物=SimpleNamespace(值=7),
                              列={2021: 5, 2022: 9, 2023: 9}, 账={"1": 10, "1甲": 4, "2": 3, "2甲": 8}, 空=NOT_GIVEN, 表=rows, result=lambda clause, ungranted: RESULTS[clause] * (2 if ungranted else 1))


# -- the direct reading: exact numbers, words, truths, NONE ------------------------------------------------------------


def number(value: Any) -> Any:
    """What does not apply is 0 where a number is wanted."""
    return Fraction(0) if value is NONE else value


def later(day: int, years: Fraction) -> int:
    months = years * 12 // 1
    due = months_later(day, int(months))
    part = (months_later(day, int(months) + 1) - due) * (years * 12 - months)
    return due + -int(-part // 1)


class Reader:
    """Reads nodes one by one; `rows` are those of folds by depth."""

    def __init__(self, facts: Any, item: Any, named: dict[str, Any]) -> None:
        self.facts, self.item, self.named = facts, item, named
        self.rows: dict[int, Any] = {}
        self.year = 0

    def __call__(self, node: n.Value) -> Any:
        match node:
            case n.Constant(value=value):
                return Fraction(value, node.scale) if type(value) is int else value
            case n.Endless(sign=sign):
                return Fraction(sign * ENDLESS)
            case n.Nothing():
                return NONE
            case n.Column(kind=kind, name=name, home=home):
                homes = {n.Enterprise: self.facts, n.Item: self.item, n.Object: self.facts.物}
                held = getattr(self.rows[home.depth] if isinstance(home, n.Folded) else homes[type(home)], name)
                if kind != "truth" and (held is NA or held == NONE):
                    return NONE
                return Fraction(held, node.scale) if kind == "number" else held
            case n.Entry(series=series, key=key, checked=checked):
                at = self(key)
                if checked and (at is NONE or not 0 <= at < 10_000):
                    return NONE
                held = getattr(self.facts, series.name)
                entries = {} if held is NOT_GIVEN else held
                found = entries.get(at if isinstance(at, str) else int(at))
                if found is None and not node.closed:
                    raise Ask
                return Fraction(found or 0, node.scale)
            case n.Granted(ledger=ledger, key=key, whole=whole, parts=parts):
                held = getattr(self.facts, ledger)
                told = sum(held.get(x, 0) for x in parts)
                rest = max(held.get(whole, 0) - told, 0) if key != whole else max(held.get(whole, 0), told)
                return Fraction(held.get(key, rest) if key != whole else rest, node.scale)
            case n.Result(clauses=clauses, ungranted=ungranted):
                return Fraction(sum(RESULTS[x] for x in clauses) * (2 if ungranted else 1), 100)
            case n.Figure(year=year):
                return {Fraction(2023): Fraction(17, 10)}[self(year)]
            case n.Known(of=n.Column(name=name)):
                return name != "未报"
            case n.Known(of=n.Entry(key=key, checked=checked)):
                at = self(key)
                return (checked and (at is NONE or not 0 <= at < 10_000)) or int(at) in self.facts.列
            case n.Local(name=name):
                return self.named[name]
            case n.Year():
                return Fraction(self.year)
            case n.Add(left=left, right=right):
                return number(self(left)) + number(self(right))
            case n.Subtract(left=left, right=right):
                return number(self(left)) - number(self(right))
            case n.Times(left=left, right=right):
                return number(self(left)) * number(self(right))
            case n.Scaled(of=of, factor=factor):
                return number(self(of)) * of.scale * factor / node.scale
            case n.WholeSteps(of=of, above=above, below=below):
                return Fraction(number(self(of)) * of.scale * above // below)
            case n.Least(left=left, right=right):
                return min(number(self(left)), number(self(right)))
            case n.Most(left=left, right=right):
                return max(number(self(left)), number(self(right)))
            case n.YearOf(day=day):
                return NONE if (at := self(day)) is NONE else Fraction(datetime.date.fromordinal(int(at)).year)
            case n.SameDay(day=day, years=years, earlier=earlier):
                return Fraction(later(int(number(self(day))), number(self(years)) * (-1 if earlier else 1)))
            case n.Present(needs=needs, value=value):
                return NONE if any(self(x) is NONE for x in needs) else self(value)
            case n.Earliest(left=left, right=right):
                days = [day for day in (self(left), self(right)) if day is not NONE]
                return min(days) if days else NONE
            case n.Position(of=of, words=words):
                return Fraction(words.index(word) if (word := self(of)) in words else len(words))
            case n.AsWord(of=of):
                return str(number(self(of)))
            case n.AsOneWord(parts=parts):
                words = [self(x) for x in parts]
                return NONE if NONE in words else "\x1f".join(words)
            case n.Compare(op=op, left=left, right=right):
                one, other = self(left), self(right)
                if NONE in (one, other):
                    return False
                return {"<": lambda: one < other, "<=": lambda: one <= other, ">": lambda: one > other, ">=": lambda: one >= other,
                        "=": lambda: one == other, "!=": lambda: one != other}[op]()
            case n.Quotient(left=left, right=right, otherwise=otherwise):
                below = number(self(right))
                return number(self(left)) / below if below else self(otherwise)
            case n.DaysLater(day=day, days=days, earlier=earlier):
                moved = -int(-number(self(days)) // 1)
                return number(self(day)) + (-moved if earlier else moved)
            case n.FromTo(of=of, start=start, end=end):
                one, other = int(self(start)), int(self(end))
                step = {"年数": 12, "月数": 1}.get(of)
                if of == "历月":
                    return Fraction(len({(d.year, d.month) for d in map(datetime.date.fromordinal, range(one, other + 1))}) if other >= one else 2 - len({(d.year, d.month) for d in map(datetime.date.fromordinal, range(other, one + 1))}))
                return Fraction(other - one if step is None else max(m for m in range(-200, 200) if months_later(one, m * step) <= other))
            case n.SameRow(row=n.Folded(one), other=n.Folded(other)):
                return self.rows[one] is self.rows[other]
            case n.Among(of=of, members=members):
                return self(of) in members
            case n.All(parts=parts):
                return all(self(x) for x in parts)
            case n.Any(parts=parts):
                return any(self(x) for x in parts)
            case n.Not(of=of):
                return not self(of)
            case n.Choose(arms=arms, otherwise=otherwise):
                found = next((self(value) for test, value in arms if self(test)), None)
                found = self(otherwise) if found is None else found
                return found if node.absent else number(found)
            case n.FoldItems():
                values = []
                for row in self.facts.表:
                    self.rows[node.depth] = row
                    if node.guard is None or self(node.guard):
                        values.append(self(node.body))
                return {"sum": sum, "max": lambda x: max(x, default=0), "min": lambda x: min(x, default=0)}[node.op](values)
            case n.FoldYears(first=first, count=count, last=last):
                empty = NONE if node.op == "mean" else Fraction(0)
                if (start := self(first)) is NONE:
                    return empty
                years = range(int(start), min(int(start) + count - 1, int(self(last))) + 1)
                values = []
                for year in years:
                    self.year = year
                    if node.guard is None or self(node.guard):
                        values.append(number(self(node.body)))
                if years and not values:
                    raise Ask
                if not values:
                    return empty
                return sum(values) / len(values) if node.op == "mean" else {"max": max, "min": min, "sum": sum}[node.op](values)


def printed(node: n.Value, source: str, facts: Any, item: Any, scale: int | None = None) -> Any:
    """What the Python of a node gives, as an exact number or a word."""
    value = eval(source, {**NAMES, "f": facts, "r": item, "名_": 700, "均值": {2023: 17}})
    if isinstance(node, n.Endless):
        return Fraction(value)
    kind = node.kind if isinstance(node, n.Column) else ""
    truth = isinstance(node, n.Compare | n.Among | n.All | n.Any | n.Not | n.Known) or kind == "truth" or (isinstance(node, n.Constant) and value is True)
    if truth:
        return bool(value)
    if value is NA and node.absent:
        return NONE
    return value if isinstance(value, str) else Fraction(value, scale or node.scale)


def outcome(read: Any) -> Any:
    try:
        return read()
    except Ask:
        return "问"


@pytest.mark.parametrize("node", CASES, ids=lambda x: type(x).__name__)
def test_printed_as_read(node: n.Value) -> None:
    source, item = text(node), SimpleNamespace(值=450)
    for facts in worlds():
        right = outcome(lambda facts=facts: Reader(facts, item, {"名": Fraction(7)})(node))
        assert outcome(lambda facts=facts: printed(node, source, facts, item)) == right, (source, facts)
        if isinstance(right, Fraction) and not isinstance(node, n.Endless):  # a number may be wanted at a finer scale
            assert printed(node, at_scale(node, node.scale * 6), facts, item, node.scale * 6) == right
        if right is NONE and isinstance(node, n.Column | n.Entry | n.Present | n.YearOf) and not (isinstance(node, n.Column) and node.kind in ("word", "text")):
            assert eval(at_scale(node, node.scale * 6), {**NAMES, "f": facts, "r": item}) == 0


def test_what_is_settled_without_an_unknown_fact() -> None:
    """且 and 或 do not ask for a 是否 beside one that settles them, wherever it stands."""
    facts = SimpleNamespace(真=False, 开=UNKNOWN, 未=UNKNOWN)
    other = n.Column(n.Enterprise(), "未", "truth")
    closed = n.Column(n.Enterprise(), "真", "truth")
    for kind, value in ((n.All, False), (n.Any, True)):
        facts.真 = value
        for parts in itertools.permutations((OPEN, closed, other)):
            assert bool(eval(text(kind(parts)), {**NAMES, "f": facts})) is value
        with pytest.raises(Ask):
            eval(text(kind((OPEN, other))), {**NAMES, "f": facts})


def test_every_kind_of_node_is_tried() -> None:
    kinds = {type(x) for node in CASES for x in n.nodes_of(node)}
    assert kinds == set(get_args(n.Value))
