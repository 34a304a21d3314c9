"""What is done with values: the claims of a clause, the steps on groups of them, the gates, caps over several clauses.

A claim has a rank, (index of its part, index of its row), and keeps it to the end: whatever has to come down falls on the claims
of the highest rank. Amounts of a clause are whole numbers of 1/scale 元.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import field, frozen

from xcrules.base.money import Mode
from xcrules.base.node import Node
from xcrules.meaning.rules import Saying
from xcrules.meaning.values import OfALine, Origin

from .nodes import Value

Parts = frozenset[int]  # indexes of parts


@frozen(eq=False, repr=False)
class Named(OfALine):
    """A value that is read in several places. It reads only names before it."""

    name: str
    value: Value


@frozen(eq=False, repr=False)
class Guard(OfALine):
    """A condition of an item: it must hold."""

    test: Value


@frozen(eq=False, repr=False)
class Floor(OfALine):
    """下限 of an item."""

    limit: Value


@frozen(eq=False, repr=False)
class Ceiling(OfALine):
    """上限 of an item, less what was used; both down to the 分, never below 0."""

    limit: Value
    used: Value | None


@frozen(eq=False, repr=False)
class MadeUp(OfALine):
    """已得补差 of an item: `limit` is what was had, and only what is still missing counts. No bound: rounding may go past it."""

    limit: Value


Bound = Floor | Ceiling | MadeUp


@frozen(eq=False, repr=False)
class Worth(Node):
    """元 of an item, never below 0 (unless `both`), then its bounds in their order. Endless where an authority says the amount."""

    amount: Value
    bounds: tuple[Bound, ...]
    both: bool = False  # of an amount below 0 how far below


@frozen(eq=False, repr=False)
class RowCap(Node):
    """What a cap by key asks of a row. Without a ceiling it is what the claims come to."""

    key: Value
    ceiling: Value | None
    ungranted: Value | None
    used: Value | None


@frozen(eq=False, repr=False)
class RowRank(Node):
    """What 从高 asks of a row; the lowest rank comes first."""

    key: Value
    rank: Value
    had: Value  # places that are taken


RowKey = RowCap | RowRank


@frozen(eq=False, repr=False)
class Claim(OfALine):
    """The claims of one part. A row counts if its guards hold; then it is worth `worth` × `count`."""

    part: str
    table: str  # "" is the enterprise itself
    is_list: bool
    guards: tuple[Guard, ...]
    worth: Worth
    ungranted: Worth | None  # the same had nothing been granted before, where that may differ
    count: Value | None
    authority: bool  # says the amount
    award: Value | None  # what it recorded
    filled: tuple[Value, ...]  # absent until it has
    least: Worth | None  # what a recorded amount is brought up to, where there is a 下限
    matter: Value | None
    keys: tuple[RowKey | None, ...]  # one for each step of the clause; None: it asks nothing of these rows
    names: tuple[Named, ...]
    grant: Origin = field(eq=False, repr=False, kw_only=True)


# -- steps on groups ------------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class CapByKey(OfALine):
    """上限 over the rows of one key: the lowest ceiling any of them has, less the most any says was used."""

    parts: Parts


@frozen(eq=False, repr=False)
class CapTotal(OfALine):
    """上限 over the rows of these parts. Without a ceiling it is what they come to, exactly."""

    parts: Parts
    ceiling: Value | None
    ungranted: Value | None
    used: Value | None


@frozen(eq=False, repr=False)
class Highest(OfALine):
    """从高: of the rows with one key only the first by rank, then by amount (`lowest`: the lowest), `take` of them."""

    parts: Parts
    take: int = 1
    lowest: bool = False


@frozen(eq=False, repr=False)
class Against(OfALine):
    """竞合: rows of one matter, summed, against the rows of another list."""

    outside: str
    matter: str
    amount: str
    state: str
    scale: int  # of the amount
    received: str
    rival: str
    top_up: bool
    settled: bool


Step = CapByKey | CapTotal | Highest | Against


# -- clauses --------------------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class Event(Node):
    """What a share is paid on, and its year (不适用: not yet); `when` None is the grant itself."""

    name: str
    when: Value | None


@frozen(eq=False, repr=False)
class Payment(Node):
    """拨付 of a part: shares of the grant by year from the year of grant, or each on its event."""

    part: str
    ledger: str
    shares: tuple[Fraction, ...]
    after_expiry: bool
    events: tuple[Event, ...] = ()
    going: Value | None = None


@frozen(eq=False, repr=False)
class Clause(Node):
    """One clause. A 分 is `cent` of 1/scale 元, the total is brought to whole `unit`s."""

    number: str
    title: str
    words: str
    nature: str  # 另行规定 or 非资金条款: a status without money
    elsewhere: str  # the same of whoever meets the conditions
    claims: tuple[Claim, ...]
    steps: tuple[Step, ...]
    payments: tuple[Payment, ...]
    names: tuple[Named, ...]  # that the caps on totals read
    scale: int
    cent: int
    unit: int
    mode: Mode
    saying: Saying | None
    discretionary: bool  # some amount is for an authority to say: the total is a bound
    pooled: bool = False  # what it comes to is applied for, out of a fund
    settles: bool = False  # 裁量 gives what was given out of the fund
    share: int | None = None  # the step that has what was given, or no end until then

    @property
    def part_names(self) -> tuple[str, ...]:
        """The names of its 分项."""
        return tuple(x.part for x in self.claims if x.part)


@frozen(eq=False, repr=False)
class SharedCap(OfALine):
    """An upper bound over several clauses, in the order of the law; ceiling and room down to the 分. `paid`: on what is paid in the base year."""

    clauses: tuple[str, ...]
    names: tuple[Named, ...]
    ceiling: Value
    ungranted: Value
    used: tuple[Value, ...]
    paid: bool = False


@frozen(eq=False, repr=False)
class OnlyOne(OfALine):
    """Of several clauses only that of the highest amount is given, of equal ones the first in the law."""

    clauses: tuple[str, ...]


@frozen(eq=False, repr=False)
class Gates(Node):
    """In force if all of `force` hold; it was so before if any of `expired` does. Then whom it covers: all of `scope`."""

    names: tuple[Named, ...]
    force: tuple[Value, ...]
    expired: tuple[Value, ...]
    scope: tuple[Value, ...]


@frozen(eq=False, repr=False)
class History(Node):
    """Where earlier grants stand: the list, its columns of clause, year and amount, and the scale of that."""

    table: str
    clause: str
    year: str
    amount: str
    scale: int


@frozen(eq=False, repr=False)
class Frame(Node):
    """What instalments go by: the base year, the years that the policy is in force, the ledger of earlier grants."""

    base_year: Value | None
    first_year: int | None
    last_year: int | None
    history: History | None
