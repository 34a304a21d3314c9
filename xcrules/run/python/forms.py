"""What a clause is lowered to before it is written: its items, caps and unit. Data only."""

from __future__ import annotations

from typing import NamedTuple

from attrs import frozen

from xcrules.plan import steps

from .expressions import Code, Scope
from .runtime.forms import Clause, Step


class Lowered(NamedTuple):
    """A step on groups, and what it was lowered to."""

    node: steps.Cap | steps.Highest | steps.Against
    step: Step


Unit = tuple[steps.Floor | steps.Cap, Code, Code | None, Code | None]  # step, limit, used, limit had nothing been granted
GroupCap = tuple[Code | None, Code | None, Code | None]  # ceiling, the same had nothing been granted, used


@frozen(eq=False)
class Slot:
    """What a keyed step asks of a row: a word, or an amount to be brought to the clause's unit."""

    code: Code
    amount: bool = False


@frozen(eq=False)
class Item:
    """The expressions of one Each, each with its own denominator."""

    each: steps.Each
    scope: Scope
    amount: Code | None  # None: an award of an authority
    bare: Code | None  # the amount had nothing been granted before, where that differs
    units: tuple[Unit, ...]
    count: Code | None
    record: Code | None  # where the award is kept
    slots: tuple[Slot, ...]


@frozen(eq=False)
class Form:
    """A clause lowered: amounts are whole numbers of 1/den 元; a 分 is `cent` of these, 取整 is to `unit`."""

    clause: steps.Decide
    plan: steps.Plan
    name: str
    den: int
    cent: int
    unit: int
    steps: tuple[Lowered, ...]
    items: tuple[Item, ...]
    caps: tuple[GroupCap | None, ...]  # one for each step; None where the step is no cap on a sum


class Coded(NamedTuple):
    """A clause as data, and its function as source."""

    clause: Clause
    source: str
