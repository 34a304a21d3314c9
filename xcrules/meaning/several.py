"""What lines over several clauses say: one bound over all of them, and of several only one. Of a clause it may be one 分项."""

from __future__ import annotations

from attrs import frozen

from xcrules.base.node import Node

from . import values

Sides = tuple[tuple[str, str], ...]  # clauses, each with the name of the 分项 ("": the whole)


@frozen(eq=False, repr=False)
class Against(Node):
    """竞合 with another list of support (`outside`), of one matter: what has the state `received` there is made up to the higher (`top_up`, else
    nothing is granted); what has `rival` is weighed against it and the higher taken. `by_clause`: that list says to which clause its support corresponds."""

    outside: str
    received: str
    rival: str
    top_up: bool
    by_clause: bool = False
    settled: bool = False  # 含裁量: what an authority settles is weighed too
    summed: tuple[str, ...] = ()  # clauses of which it is taken off once (a `SharedCap` says it): the others one by one


@frozen(eq=False, repr=False)
class SharedCap(Node):
    """上限 over several clauses: at most so many 元 of all of them in a 年度 or over the years (终身), with what `others` were granted.

    `sides`: what it is over where some of it is a 分项. `key`: so many for all that is alike in this column of their lists.
    `against` (then no `amount`): what they come to, less what was received elsewhere for what is alike.
    `paid`: it is what is paid in the year, of what is settled in it and of what was before, that is at most so much.
    """

    clauses: tuple[str, ...]
    amount: values.Value | None
    period: str
    others: values.Value | None = None
    sides: Sides = ()
    key: str = ""
    against: Against | None = None
    paid: bool = False

    @property
    def by_item(self) -> bool:  # items are bounded, each where it stands, not clauses that are finished
        return bool(self.key or self.sides)

    @property
    def weighed(self) -> Sides:
        return self.sides or tuple((n, "") for n in self.clauses)

    @property
    def called(self) -> tuple[str, ...]:
        """What it is over, as a line names it."""
        return tuple(n + part for n, part in self.weighed)


@frozen(eq=False, repr=False)
class OnlyOne(Node):
    """从高 … 之间: of several clauses only the one of the highest amount is given, of equal ones the first in the law.

    `key`: so of the items that are alike in this column of their lists, by what each clause comes to for them; others stay.
    `sides`: what is weighed where some of it is a 分项. `split`: 各分项 of all clauses.
    """

    clauses: tuple[str, ...]
    key: str = ""
    sides: Sides = ()
    split: bool = False

    @property
    def by_item(self) -> bool:  # items are weighed, each where it stands, not clauses that are finished
        return bool(self.key or self.sides)

    @property
    def weighed(self) -> Sides:
        return self.sides or tuple((n, "") for n in self.clauses)


def apart(sides: Sides) -> bool:
    """Whether these are several, and none of what is named stands in another."""
    return len({*sides}) >= max(len(sides), 2) and not any(part and (n, "") in sides for n, part in sides)
