"""总额 shared out among all who apply: by proportion, in an order, up to a rank. In whole 分, which add up.

Nothing is given that the rule does not settle: where equal ones stand at the end of the money and no rule says how they part, they stay open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from xcrules.meaning import values
from xcrules.plan import steps


class Application(NamedTuple):
    """What one enterprise asks under a clause, or for one item: 分; by what it stands in order, and by what among equal ones (None: not known)."""

    enterprise: str
    clause: str
    item: str
    asked: int
    by: Fraction | None = None
    tie: Fraction | None = None


class Allotted(NamedTuple):
    """分 that an application is given; None: open, for the reason in `why`. `rank` counts from 1 where there is an order."""

    given: int | None
    rank: int | None = None
    why: str = ""


def of_items(fund: steps.Fund) -> bool:
    """Whether items stand in order, not enterprises: what they go by is a column of a list."""
    return fund.order is not None and any(isinstance(v, values.Fact | values.Var) and v.of_item for v in values.nodes_of(fund.order.by))


def share_out(fund: steps.Fund, room: int | None, applications: Sequence[Application], others: Iterable[int | None] = ()) -> list[Allotted]:
    """What each application is given of `room` 分 (None: only ranks count).

    `others`: what those may still ask of whom it is not known yet, None without an end. While they could take from what is given here, all stays open.
    """
    most = sum(x.asked for x in applications)
    open_ones = list(others)
    enough = room is None or (None not in open_ones and most + sum(x or 0 for x in open_ones) <= room)
    if fund.ranks is None and enough:
        return [Allotted(x.asked, rank) for x, rank in zip(applications, _ranks(fund, applications), strict=True)]
    if open_ones:
        return _all(applications, f"还有 {len(open_ones)} 家没有定，补齐以后再统筹")
    assert room is not None or fund.ranks is not None
    if fund.order is None:
        return _by_proportion(applications, room or 0) if fund.shared else _all(applications, "总额没有写超出怎么办")
    if unknown := sum(x.by is None for x in applications):
        return _all(applications, f"有 {unknown} 处没有填次序所依的数，补齐以后再统筹")
    if fund.tie is not None and (untold := _untold(fund, applications)):
        return _all(applications, f"有 {untold} 处没有填同分所依的数，补齐以后再统筹")
    return _in_order(fund, room, applications)


def _untold(fund: steps.Fund, applications: Sequence[Application]) -> int:
    """How many stand equal with another enterprise, and do not say by what they would part."""
    at: dict[Fraction | None, set[tuple[str, ...]]] = {}
    for x in applications:
        at.setdefault(x.by, set()).add(x[:3] if of_items(fund) else x[:1])
    return sum(x.tie is None and len(at[x.by]) > 1 for x in applications)


def _all(applications: Sequence[Application], why: str) -> list[Allotted]:
    return [Allotted(None, None, why) for _ in applications]


def _by_proportion(applications: Sequence[Application], room: int) -> list[Allotted]:
    return [Allotted(x) for x in proportion([a.asked for a in applications], room, applications)]


def proportion(asked: Sequence[int], room: int, order: Sequence[Application]) -> list[int]:
    """`room` in proportion to what is asked: down to the 分, what is left by the largest remainder, of equal ones the larger, then by name."""
    total = sum(asked)
    if total <= room:
        return list(asked)
    given = [x * room // total for x in asked]
    first = sorted(range(len(asked)), key=lambda i: (-(asked[i] * room % total), -asked[i], order[i][:3]))
    for i in first[: room - sum(given)]:
        given[i] += 1
    return given


# -- in order -------------------------------------------------------------------------------------------------


def _in_order(fund: steps.Fund, room: int | None, applications: Sequence[Application]) -> list[Allotted]:
    """The first in order first; one enterprise stands there once, however many clauses it applies under."""
    shares: dict[int, Allotted] = {}
    left, places, rank = room, fund.ranks, 1
    for group in _groups(fund, applications):
        need = sum(applications[i].asked for unit in group for i in unit)
        can = need if left is None else min(need, left)
        part = can if places is None or places >= len(group) else 0 if places == 0 else min(can, need * places // len(group))
        settled = part in (0, need) or len(group) == 1 or fund.tie_shared
        if places is not None and 0 < places < len(group):
            settled = fund.tie_shared
        amounts: list[int | None] = list(
            proportion([sum(applications[i].asked for i in u) for u in group], part, [applications[u[0]] for u in group])
        )
        why = "" if settled else f"第 {rank} 名有 {len(group)} 个一样的，总额没有写同分怎么办"
        for unit, amount in zip(group, amounts, strict=True):
            _fill(shares, unit, applications, amount if settled else None, rank, why)
        left = None if left is None else left - (part if settled else can)
        places = None if places is None else max(places - len(group), 0)
        rank += len(group)
    return [shares[i] for i in range(len(applications))]


def _fill(
    shares: dict[int, Allotted], unit: Sequence[int], applications: Sequence[Application], amount: int | None, rank: int, why: str
) -> None:
    """What an enterprise has, clause by clause in the order of the law."""
    for i in unit:
        part = None if amount is None else min(amount, applications[i].asked)
        shares[i] = Allotted(part, rank, why)
        amount = None if amount is None or part is None else amount - part


def _groups(fund: steps.Fund, applications: Sequence[Application]) -> list[list[list[int]]]:
    """Those that stand equal, the first in order first; each is what one enterprise (or one item) asks."""
    units: dict[tuple[str, ...], list[int]] = {}
    for i, x in enumerate(applications):
        units.setdefault((x.enterprise, x.clause, x.item) if of_items(fund) else (x.enterprise,), []).append(i)
    keyed = sorted(((_place(fund, applications[unit[0]]), unit) for unit in units.values()), key=lambda x: x[0])
    return [[unit for _, unit in group] for _, group in groupby(keyed, key=lambda x: x[0])]


def _place(fund: steps.Fund, x: Application) -> tuple[Fraction, ...]:
    assert fund.order is not None
    by = x.by or Fraction(0)
    first = -by if fund.order.way == "从高" else by
    if fund.tie is None:
        return (first,)
    tie = x.tie if x.tie is not None else Fraction(0)
    return first, -tie if fund.tie.way == "从高" else tie


def _ranks(fund: steps.Fund, applications: Sequence[Application]) -> list[int | None]:
    if fund.order is None or any(x.by is None for x in applications):
        return [None] * len(applications)
    found: dict[int, int] = {}
    rank = 1
    for group in _groups(fund, applications):
        found.update((i, rank) for unit in group for i in unit)
        rank += len(group)
    return [found[i] for i in range(len(applications))]
