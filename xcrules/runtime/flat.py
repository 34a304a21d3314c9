"""The steps of a clause whose claims are only summed and capped: the commonest clause, without bundles.

The same figures as settle.py gives.
"""

from __future__ import annotations

from typing import Any

from .forms import AGAINST, LIMITS, ROWS, SUM, Clause, Record, Step
from .settle import NET, Key, apportion, fill
from .values import is_endless

Cap = tuple[Step, str, int, int, int, int | None, tuple[tuple[Key, int], ...]]  # group, room, before, after, used, cuts


class Flat:
    """A clause after its caps: what each of them did, and what is left for the claims in their order."""

    __slots__ = ("caps", "touched", "wants")

    def __init__(self, caps: list[Cap], touched: set[str], wants: list[int]) -> None:
        self.caps, self.touched, self.wants = caps, touched, wants

    def shares(self, rows: list[Any], amount: int, unit: int) -> dict[Key, int]:
        """The rounded total over the claims, by largest remainder."""
        parts = self.wants if unit == 1 else apportion(amount, self.wants, unit)
        return {row[:2]: part for row, part in zip(rows, parts, strict=True)}


def is_flat(clause: Clause, sheet: Any) -> bool:
    """Whether sums and caps over all parts are all there is, for these facts."""
    whole = (1 << len(clause.parts)) - 1
    return not clause.discretionary and all(
        (step.kind == SUM and step.parts == whole) or (step.kind == AGAINST and not getattr(sheet, step.outside[0]))
        for step in clause.steps
    )


def flat(clause: Clause, record: Record) -> Flat:
    """The caps of a flat clause, from the inside out."""
    rows, limits, unit = record[ROWS], record[LIMITS], clause.unit
    wants = [row[NET] for row in rows]
    net, caps, touched = sum(wants), [], set[str]()
    for step in clause.steps:
        if step.kind == SUM:
            room, used = _room(limits[step.limit], net, unit)
            after = min(net, room)
            left = wants
            if after != net:
                left = fill(after, wants)
                touched.update(step.readings)
            caps.append((step, "合计", room, net, after, used, _cuts(rows, wants, left)))
            net, wants = after, left
    return Flat(caps, touched, wants)


def _room(limit: Any, net: int, unit: int) -> tuple[int, int | None]:
    ceiling, _, used = limit
    ceiling = net if ceiling is None else ceiling // unit * unit
    return max(ceiling if used is None else (ceiling - used) // unit * unit, 0), used


def _cuts(rows: list[Any], before: list[int], after: list[int]) -> tuple[tuple[Key, int], ...]:
    if before is after or is_endless(sum(before)):
        return ()
    return tuple([(row[:2], x - y) for row, x, y in zip(rows, before, after, strict=True) if x != y])
