"""A claim once it is known to count, as code made from nodes writes it down; and what a clause comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from .amounts import Settled

ENDLESS = 1 << 300  # no upper end; every amount that facts can lead to is far below
_FAR = 1 << 290

# A claim: its part and the index of its row (its rank), net, net had nothing been granted before, what an authority recorded (else
# net), whether it has still to say it, the mark of its matter (NA: none), what 单项 caps let it come to, what was recorded before any bound (None: nothing), and for each step of the
# clause what that asks of it (None: nothing): (key, ceiling, ceiling had nothing been granted, used) or (key, rank, places taken).
Row = tuple[Any, ...]
PART, INDEX, NET, UNGRANTED, AWARD, OPEN, MATTER, TOP, RECORDED, KEYS = range(10)
Rank = tuple[int, int]
Limits = tuple[Any, ...]  # for each step what it asks beside the claims: (ceiling, the same ungranted, used), other support, or None
Support = list[tuple[Any, Any, Any]]  # matter, amount, state
Instalment = tuple[int, str, int]  # year of the grant, clause or part, 分 in the base year


class Record(NamedTuple):
    """What a clause comes to, in whole numbers of its scale, and from what. `amount` None under 裁量 that is not settled yet."""

    status: str
    amount: int | None
    bound: int | None
    rows: list[Row]
    limits: Limits
    going: tuple[Instalment, ...]  # of earlier grants
    year: Any  # the base year, for instalments; NA or None: none
    settled: Settled | None = None  # the claims after the steps; None where there are none
    sure: int = 0  # under 裁量 that is not settled: what is granted whatever is still said


def in_cents(amount: int, cent: int) -> int:
    """An amount in whole 分; without an end it stays so."""
    return ENDLESS if is_endless(amount) else amount // cent


def is_endless(amount: int) -> bool:
    return amount > _FAR
