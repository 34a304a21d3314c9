"""What a clause is lowered to before it is written: its items, caps and unit. Data only."""

from __future__ import annotations

from typing import NamedTuple

from attrs import frozen

from .. import calculus as c
from ..runtime.forms import Clause, Step
from .expressions import Code, Scope


class Lowered(NamedTuple):
    """A step on groups, and what it was lowered to."""

    node: c.Cap | c.Best | c.Against
    step: Step


Unit = tuple[c.Floor | c.Cap, Code, Code | None, Code | None]  # step, limit, used, limit had nothing been granted
GroupCap = tuple[Code | None, Code | None, Code | None]  # ceiling, the same had nothing been granted, used


@frozen(eq=False)
class Slot:
    """What a keyed step asks of a row: a word, or an amount to be brought to the clause's unit."""

    code: Code
    amount: bool = False


@frozen(eq=False)
class Item:
    """The expressions of one Each, each with its own denominator."""

    each: c.Each
    scope: Scope
    amount: Code | None  # None: an award of an authority
    bare: Code | None  # the amount had nothing been granted before, where that differs
    units: tuple[Unit, ...]
    count: Code | None
    record: Code | None  # where the award is kept
    slots: tuple[Slot, ...]


@frozen(eq=False)
class Form:
    """A clause lowered: amounts are whole numbers of 1/den 元, rounded to `unit` of these."""

    clause: c.Decide
    plan: c.Plan
    name: str
    den: int
    unit: int
    steps: tuple[Lowered, ...]
    items: tuple[Item, ...]
    caps: tuple[GroupCap | None, ...]  # one for each step; None where the step is no cap on a sum
    bare: bool = False  # only the amount is wanted, in 分: no rows are written down

    @property
    def differs(self) -> bool:
        """Whether what was granted before is to be told apart from what the facts alone would give."""
        return any(item.bare is not None for item in self.items)

    @property
    def plain(self) -> bool:
        """Whether sums and caps are all there is, unless there is other support; each cap on whole sums."""
        if not all(isinstance(s.node, c.Against) or s.step.limit >= 0 for s in self.steps) or self.parted:
            return False
        whole = (1 << len(self.items)) - 1
        return not self.clause.discretionary or all(s.step.limit < 0 or s.step.parts == whole for s in self.steps)

    @property
    def parted(self) -> bool:
        """Whether a cap takes part of what a cap before it joined: what of the sum is whose must then be known."""
        joined: list[int] = []
        for parts in (s.step.parts for s in self.steps if s.step.limit >= 0):
            if any(j & parts and j & ~parts for j in joined):
                return True
            joined.append(parts)
        return False

    @property
    def outside(self) -> list[str]:
        """The lists of other support that the clause is matched against."""
        return list(dict.fromkeys(s.node.outside for s in self.steps if isinstance(s.node, c.Against)))


class Coded(NamedTuple):
    """A clause as data, and its function as source."""

    clause: Clause
    source: str
