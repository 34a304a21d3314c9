"""A compiled clause as data: its parts, steps and instalments, with the words that its reasons are told in."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

Record = tuple[Any, ...]  # what a clause function returns
STATUS, AMOUNT, BOUND, ROWS, LIMITS, GOING, YEAR = range(7)
ASK_ALL: Record = ("ask",)  # a record that holds nothing: the gates want the reference evaluator

SAME, SUM, BEST, AGAINST = "同一", "合计", "从高", "竞合"


class Part(NamedTuple):
    """The claims of one part: where they stand, and for each condition its line and the readings on it."""

    name: str
    table: str  # "" is the enterprise itself
    place: str  # the table's name on a sheet
    is_list: bool
    lines: tuple[str, ...]
    readings: tuple[tuple[str, ...], ...]
    labels: tuple[str, ...] = ()  # of the lines
    reckoned: bool = True  # else an authority says the amounts


class Step(NamedTuple):
    """A step on groups, with its parts as bits and the place of its slots in a row."""

    kind: str
    text: str
    words: str
    readings: tuple[str, ...]
    parts: int = 0
    slot: int = -1
    limit: int = -1  # place among the clause's limits
    outside: tuple[str, str, str, str] = ("", "", "", "")  # 竞合: table, matter, amount and state on a sheet
    states: tuple[str, str] = ("", "")  # received, rival
    top_up: bool = False
    label: str = "上限"


class Pay(NamedTuple):
    """拨付 of a part: shares of the grant by year from the year of grant."""

    part: str
    ledger: str
    shares: tuple[Fraction, ...]
    after_expiry: bool


class Clause(NamedTuple):
    """One clause. Amounts in its function are whole numbers of 1/den 元; a 分 is `cent` of these, 取整 is to `unit`.

    A clause without a function has `den` 0: it is without money (`nature`), or the reference decides it.
    """

    number: str
    title: str
    words: str
    nature: str = ""
    function: str = ""
    den: int = 0
    cent: int = 1
    unit: int = 1
    half_up: bool = True
    discretionary: bool = False
    parts: tuple[Part, ...] = ()
    steps: tuple[Step, ...] = ()
    pays: tuple[Pay, ...] = ()
    scale: int = 1  # brings a sheet's money to the clause's unit


class Ledger(NamedTuple):
    """Where a sheet keeps what was granted before: the list, and clause, year and amount in it."""

    table: str
    clause: str
    year: str
    amount: str
    scale: int


class Frame(NamedTuple):
    """What holds for all clauses: the years in force, the base year on a sheet."""

    first_year: int | None
    last_year: int | None
    base_year: str
    ledger: Ledger | None
