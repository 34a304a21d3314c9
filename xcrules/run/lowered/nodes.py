"""Values over whole numbers: what every phrase of a plan comes to once denominators, absence and signs are settled.

A number is a whole number ÷ `scale` (a Fraction where it rests on a Quotient). `absent`: it may be 不适用; then it reads as 0, and no comparison with it holds. `signed`:
it may be below 0. What is unknown is no node: every node that meets an unknown fact is unknown, but All, Any and Choose, which
may be settled without it. What claims and clauses ask of values stands in claims.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

from attrs import field, frozen

from xcrules.base.node import Node, nodes_within


@frozen(eq=False, repr=False)
class Valued(Node):
    """What is known of a value before any fact is read. Words and truths have scale 1."""

    scale: int = field(default=1, kw_only=True)
    signed: bool = field(default=False, kw_only=True)
    absent: bool = field(default=False, kw_only=True)


# -- where facts stand ----------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class Enterprise(Node):
    """The facts of the enterprise."""


@frozen(eq=False, repr=False)
class Object(Node):
    """An object of the enterprise, of which there is one."""

    table: str


@frozen(eq=False, repr=False)
class Item(Node):
    """The row, or the object, that a claim is about."""


@frozen(eq=False, repr=False)
class Folded(Node):
    """The row at hand of the fold that is `depth` deep, the outermost being 1."""

    depth: int


Home = Enterprise | Object | Item | Folded
Kind = Literal["number", "truth", "word", "text"]  # a word is of a closed list; of texts only equality is meant


# -- leaves ---------------------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class Constant(Valued):
    """A number (÷ scale), a word or a truth that is known now."""

    value: int | str | bool


@frozen(eq=False, repr=False)
class Endless(Valued):
    """Beyond every number: no upper end, or with sign -1 no lower one."""

    sign: int = 1


@frozen(eq=False, repr=False)
class Nothing(Valued):
    """不适用."""


@frozen(eq=False, repr=False)
class Column(Valued):
    """A fact. `sure`: it is never unknown, whatever is reported. `awaited`: where it was left out it is unknown."""

    home: Home
    name: str
    kind: Kind
    sure: bool = False
    awaited: bool = False


@frozen(eq=False, repr=False)
class Entry(Valued):
    """The figure of a series at a year (÷ scale of the key, any part of a year cut off), or of a ledger at a word.

    Nothing reported there: 0 if `closed`, else unknown. `checked`: the year may be absent or not of four digits; there it is 不适用.
    """

    series: Column
    key: Value
    closed: bool
    checked: bool = False


@frozen(eq=False, repr=False)
class Granted(Valued):
    """What a ledger says of a clause with parts, or of one of them: what stands at `whole` is the sum of its `parts`."""

    ledger: str
    key: str
    whole: str
    parts: tuple[str, ...]
    closed: bool


@frozen(eq=False, repr=False)
class Result(Valued):
    """What these clauses come to together, in 分; `ungranted`: what the facts alone give them."""

    clauses: tuple[str, ...]
    ungranted: bool = False


@frozen(eq=False, repr=False)
class Figure(Valued):
    """A yearly figure of the policy itself; unknown where none is published."""

    parameter: str
    year: Value


@frozen(eq=False, repr=False)
class Known(Valued):
    """Whether a fact, or an entry of a series, was reported."""

    of: Column | Entry


@frozen(eq=False, repr=False)
class Local(Valued):
    """A value that was named before (claims.Named)."""

    name: str


@frozen(eq=False, repr=False)
class Year(Valued):
    """The year at hand in a fold over years."""


# -- numbers --------------------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class OfTwo(Valued):
    """What is reckoned from two numbers."""

    left: Value
    right: Value


@frozen(eq=False, repr=False)
class Add(OfTwo):
    """The sum, at the scale of the node; each operand stands at its own, which divides that."""


@frozen(eq=False, repr=False)
class Subtract(OfTwo):
    """The difference, scales as in Add."""


@frozen(eq=False, repr=False)
class Times(OfTwo):
    """The product; its scale is that of both multiplied."""


@frozen(eq=False, repr=False)
class Scaled(Valued):
    """The whole number of a value times a constant factor; the scale of the node says the rest."""

    of: Value
    factor: int


@frozen(eq=False, repr=False)
class Quotient(OfTwo):
    """Left ÷ right, each at its scale, and `otherwise` where right is 0: the one number that may be whole at no scale, so a Fraction."""

    otherwise: Value


@frozen(eq=False, repr=False)
class WholeSteps(Valued):
    """Full steps: the whole number of a value × `above` ÷ `below`, rounded down."""

    of: Value
    above: int
    below: int


@frozen(eq=False, repr=False)
class Least(OfTwo):
    """The lower of two (较小, 至多), scales as in Add."""


@frozen(eq=False, repr=False)
class Most(OfTwo):
    """The higher of two (较大, at least 0), scales as in Add."""


@frozen(eq=False, repr=False)
class YearOf(Valued):
    """The calendar year of a day."""

    day: Value


@frozen(eq=False, repr=False)
class SameDay(Valued):
    """The same day so many years later, or earlier; a part of a year is so many months and a part of the next."""

    day: Value
    years: Value
    earlier: bool = False


@frozen(eq=False, repr=False)
class DaysLater(Valued):
    """A day so many days later, or earlier; a day begun is a day."""

    day: Value
    days: Value
    earlier: bool = False


@frozen(eq=False, repr=False)
class FromTo(Valued):
    """Full years, months or days from a day to another; calendar months."""

    of: Literal["年数", "月数", "天数", "历月"]
    start: Value
    end: Value


@frozen(eq=False, repr=False)
class Present(Valued):
    """The value, or 不适用 if any of these is. `beside` is read for the value too; a time that has `elapsed` is a number, a day or a year is none."""

    needs: tuple[Value, ...]
    value: Value
    beside: tuple[Value, ...] = ()
    elapsed: bool = False


@frozen(eq=False, repr=False)
class Earliest(Valued):
    """The earlier of two days; where one does not apply, the other: what has not happened is later than any day."""

    left: Value
    right: Value


@frozen(eq=False, repr=False)
class Position(Valued):
    """Where a word stands among these; their number where it does not, or is none."""

    of: Value
    words: tuple[str, ...]


@frozen(eq=False, repr=False)
class AsWord(Valued):
    """A number, a day or a year as a word, by which claims are told apart; what does not apply is 0 like any other."""

    of: Value


@frozen(eq=False, repr=False)
class AsOneWord(Valued):
    """Several words as one, by which claims are told apart; 不适用 where one of them is."""

    parts: tuple[Value, ...]


# -- truths ---------------------------------------------------------------------------------------------------

Op = Literal["<", "<=", ">", ">=", "=", "!="]


@frozen(eq=False, repr=False)
class Compare(Valued):
    """Of two numbers at their scales, two words, two texts or two truths. False where either is 不适用."""

    op: Op
    left: Value
    right: Value


@frozen(eq=False, repr=False)
class SameRow(Valued):
    """Whether one row is the other, and not only like it."""

    row: Home
    other: Home


@frozen(eq=False, repr=False)
class Among(Valued):
    """Whether a word is one of these; `named`: a text, of which `members` has the normal forms."""

    of: Value
    members: tuple[str, ...]
    named: bool = False


@frozen(eq=False, repr=False)
class All(Valued):
    """且: false as soon as one is false, whatever the others are."""

    parts: tuple[Value, ...]


@frozen(eq=False, repr=False)
class Any(Valued):
    """或: true as soon as one is true, whatever the others are."""

    parts: tuple[Value, ...]


@frozen(eq=False, repr=False)
class Not(Valued):
    """非."""

    of: Value


@frozen(eq=False, repr=False)
class Choose(Valued):
    """The value of the first arm whose test holds, else `otherwise`. Values stand at their own scales."""

    arms: tuple[tuple[Value, Value], ...]
    otherwise: Value
    moment: bool = False  # a day, a year or what elapsed: 不适用 where its arm is


# -- folds ----------------------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class FoldItems(Valued):
    """Over the rows of a list that pass the guard: 0 if there are none. A count has the body 1; `different` counts what it comes to once."""

    op: Literal["sum", "max", "min", "different"]
    table: str
    depth: int  # of its row, as Folded names it
    guard: Value | None
    body: Value


OfYears = Literal["max", "min", "sum", "mean"]


@frozen(eq=False, repr=False)
class FoldYears(Valued):
    """Over `count` years from `first`, none after `last`; parts of a year are cut off. A mean may be a Fraction.

    No years: 0, and a mean is 不适用. All left out by the guard: unknown. Without a first year there are none; without a last one it is the year 0.
    """

    op: OfYears
    first: Value
    count: int
    last: Value
    guard: Value | None
    body: Value


Value = (
    Constant | Endless | Nothing | Column | Entry | Granted | Result | Figure | Known | Local | Year | Add | Subtract | Times | Scaled
    | Quotient | WholeSteps | Least | Most | YearOf | SameDay | DaysLater | FromTo | Present | Earliest | Position | AsWord | AsOneWord
    | Compare | SameRow | Among | All | Any | Not | Choose | FoldItems | FoldYears
)


_KINDS: frozenset[type] = frozenset(get_args(Value))


def nodes_of(held: object) -> Iterator[Value]:
    """Every node in a value, a tuple of them or anything that holds them, itself first."""
    return nodes_within(held, _KINDS)
