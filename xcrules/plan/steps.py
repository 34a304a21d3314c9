"""What a plan does with claims: the steps in the order of judging, one conclusion for each clause."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve, field, frozen

from xcrules.base.money import Mode
from xcrules.base.node import Node
from xcrules.facts.types import Type
from xcrules.meaning.links import NO_LINKS, Links
from xcrules.meaning.rules import Event, Order, Reach, Saying
from xcrules.meaning.values import Logic, OfALine, Origin, Value, joined


@frozen(eq=False, repr=False)
class Let(OfALine):
    """A name for a value, within a clause or the whole policy."""

    name: str
    value: Value
    type: Type


@frozen(eq=False, repr=False)
class Guard(OfALine):
    """A condition of an item: it must hold."""

    condition: Value


@frozen(eq=False, repr=False)
class Amount(OfALine):
    """元 of an item as one value: 标准, 例外 in its place, 加给 on top, less of it all under 减征 and 减半; whose lines these are, for the reasons.

    `parted`: each 标准 has its own condition; the first is `origin`, the others are additions before any 加给.
    """

    value: Value
    exceptions: tuple[Origin, ...] = field(default=(), eq=False, repr=False)  # one for each arm that replaces
    additions: tuple[Origin, ...] = field(default=(), eq=False, repr=False)  # the innermost first
    reliefs: tuple[Origin, ...] = field(default=(), eq=False, repr=False)  # the innermost first, outside of all additions
    parted: bool = False
    both: bool = False  # below 0 it is owed the other way, and no 0
    rounded: Rounding | None = field(default=None, eq=False, repr=False)  # outside all of these


@frozen(eq=False, repr=False)
class Discretion(OfALine):
    """裁量: the amount is what the authority recorded, or by what it `filled` in; until then there is only a bound."""

    record: Value | None
    authority: str
    filled: tuple[Value, ...] = ()


@frozen(eq=False, repr=False)
class Each(OfALine):
    """The claims of one part: its items, their conditions, and an amount or an award of each."""

    part: str
    ledger: str  # the number under which grants of this part are kept: 3(2)首次
    table: str  # "" is the enterprise itself
    is_list: bool
    lets: tuple[Let, ...]
    guards: tuple[Guard, ...]
    grant: Amount | Discretion
    count: Value | None  # a record may stand for several like items
    matter: Value | None  # the key of the matter, for 竞合
    closed: bool = False  # a list that was not given is empty


@frozen(eq=False, repr=False)
class Floor(OfALine):
    """下限 of each item of these parts."""

    parts: tuple[str, ...]
    amount: Value


@frozen(eq=False, repr=False)
class Cap(OfALine):
    """An upper bound on the sum over each group of claims; the cut falls in the order of application.

    `ceiling` None is "what it comes to by itself", for 已得补差: only what was granted is taken off (of one item: after its bounds, before 从高).
    """

    reach: Reach
    parts: tuple[str, ...]
    key: Value | None
    ceiling: Value | None
    used: Value | None
    period: str
    beside: tuple[str, ...] = ()  # the 分项 of several clauses that it is over together: what those before take now is in `used`


IN_ALL, SHARE = "总额", "分得"  # the periods of the caps that a 总额 is: all that there is, and what the enterprise was given of it


@frozen(eq=False, repr=False)
class Highest(OfALine):
    """从高: of the claims with one key only the highest, `take` of them (by `order` of members of `rank` first, or by the number that it is).

    `rising`: the lowest number comes first; `lowest`: of one rank the lowest amount does.
    """

    parts: tuple[str, ...]
    key: Value
    rank: Value | None
    order: tuple[str, ...]
    take: int = 1
    rising: bool = False
    lowest: bool = False
    had: Value | None = None  # so many places were taken by earlier grants


@frozen(eq=False, repr=False)
class Against(OfALine):
    """竞合: claims of one matter, summed, against support from another list."""

    outside: str
    matter: str
    amount: str
    state: str
    received: str
    rival: str
    top_up: bool
    optional: bool = False  # 外部事项 可缺: a row that names no matter is of none; else of which is unknown
    settled: bool = False  # what an authority settles is weighed too
    third: bool = False  # 外部状态 has a member besides these two: support of neither state counts for nothing


Step = Floor | Cap | Highest | Against


@frozen(eq=False, repr=False)
class Payment(OfALine):
    """拨付 of a part: shares of the grant by year from the year of grant, or each on its event; grants of earlier years go on."""

    part: str
    ledger: str
    shares: tuple[Fraction, ...]
    after_expiry: bool
    events: tuple[Event, ...] = ()
    going: Value | None = None  # else no earlier grant is paid on this year


@frozen(eq=False, repr=False)
class Fund(OfALine):
    """总额: what these clauses come to are applications, decided by a later run over all enterprises. As in meaning/rules."""

    clauses: tuple[str, ...]
    total: Value | None
    yearly: bool
    shared: bool
    order: Order | None
    ranks: int | None
    tie: Order | None
    tie_shared: bool
    record: Value | None = None  # what it was given; until then 不适用
    settles: bool = False  # that is also what 裁量 gives, which keeps no record of its own


def choices_of_one(origins: Sequence[Origin]) -> frozenset[str]:
    """The readings by which the line stands that all of these are of; none where they are of several lines."""
    return frozenset(number for number, choice in origins[0].tags if choice) if len({x.span for x in origins}) == 1 else frozenset()


@frozen(eq=False, repr=False)
class Rounding(OfALine):
    """取整 of a clause's total: to `unit` 元."""

    unit: Fraction
    mode: Mode


@frozen(eq=False, repr=False)
class Decide(OfALine):
    """One clause: its claims, the steps in order, its instalments, and how its total is rounded."""

    number: str
    title: str
    words: str
    claims: tuple[Each, ...]
    steps: tuple[Step, ...]
    pays: tuple[Payment, ...]
    rounding: Rounding | None = None  # None: as all others
    saying: Saying | None = None  # in which words people are told of it
    fund: Fund | None = None  # out of which it is met: then it is an application only
    nature: str = ""  # 另行规定 or 非资金条款: a status without money
    elsewhere: str = ""  # the same of whoever meets the conditions: its claims only say whether there are any
    ungated: tuple[str | Guard, ...] = ()  # 施行: judged also when the term has ended; 适用: also of whom the policy is not for; of whom this holds besides
    readings: tuple[str, ...] = field(default=(), eq=False)
    discretionary: bool = field(init=False, eq=False, repr=False)  # whether an authority says some amount (裁量): then the total is a bound

    @property
    def part_names(self) -> tuple[str, ...]:
        """The names of its 分项; () of a clause that has none."""
        return tuple(x.part for x in self.claims if x.part)

    @discretionary.default
    def _said_by_an_authority(self) -> bool:
        return any(isinstance(each.grant, Discretion) for each in self.claims)


@frozen(eq=False, repr=False)
class Period(OfALine):
    """In force from `first_day` to `last_day` (None: no end), for years `first_year` to `last_year`."""

    date: Value
    first_day: Fraction
    last_day: Fraction | None
    year: Value | None
    first_year: Fraction | None
    last_year: Fraction | None
    years_origin: Origin | None = field(default=None, eq=False, repr=False)


@frozen(eq=False, repr=False)
class SharedCap(OfALine):
    """An upper bound over several clauses, in the order of the law; what earlier ones take, later ones lack.

    `paid`: on what is paid in the base year. Instalments of earlier grants come first, and a grant that is paid over years stays as it was settled.
    """

    clauses: tuple[str, ...]
    ceiling: Value
    used: tuple[Value, ...]  # what was granted before under each clause; what is paid of it this year
    period: str
    paid: bool = False


@frozen(eq=False, repr=False)
class OnlyOne(OfALine):
    """Of several clauses only that of the highest amount is given, of equal ones the first in the law."""

    clauses: tuple[str, ...]


@frozen(eq=False, repr=False)
class History(Node):
    """Where the ledger of earlier grants stands, and in which columns it keeps clause, year, 元 and what of these is paid ("": in none)."""

    table: str
    clause: str
    year: str
    amount: str
    paid: str = ""


@frozen(eq=False, repr=False)
class Plan(Node):
    """The policy for one set of readings: gates, clauses, and how totals are rounded."""

    lets: tuple[Let, ...]
    scope: tuple[Guard, ...]
    period: Period | None
    rounding: Rounding
    clauses: tuple[Decide, ...]
    base_year: Value | None
    today: Value | None  # the day of application
    shared: tuple[SharedCap | OnlyOne, ...] = ()  # over finished clauses, in the order written
    links: Links = field(default=NO_LINKS, eq=False, repr=False)
    counters: tuple[tuple[str, str], ...] = field(default=(), eq=False, repr=False)  # 名单 → the word for one row: 笔
    history: History | None = field(default=None, eq=False, repr=False)
    readings: tuple[tuple[str, str], ...] = field(default=(), eq=False)

    def rounding_of(self, clause: Decide) -> Rounding:
        """取整 of a clause: its own, or that of all."""
        return clause.rounding or self.rounding

    def period_of(self, clause: Decide) -> Period | None:
        """有效期 of a clause: its first day alone where it is judged also when the term has ended."""
        if self.period is None or "施行" not in clause.ungated:
            return self.period
        return evolve(self.period, last_day=None, year=None, first_year=None, last_year=None)

    def scope_of(self, clause: Decide) -> tuple[Guard, ...]:
        """适用主体 of a clause: none where it is judged whomever the policy is for; with those whom it is for besides."""
        others = tuple(x for x in clause.ungated if isinstance(x, Guard))
        if "适用" in clause.ungated or not others or not self.scope:
            return () if "适用" in clause.ungated else self.scope
        own = joined("且", [g.condition for g in self.scope])
        return (Guard(Logic("或", (own, *(g.condition for g in others))), origin=others[0].origin),)
