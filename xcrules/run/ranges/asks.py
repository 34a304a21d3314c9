"""What the steps on claims want of an engine: claims as it has judged them, and what steps ask of the facts beside these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from attrs import define, frozen

from xcrules.base.money import UNLIMITED, Mode, Number
from xcrules.base.node import quick
from xcrules.plan import steps

from . import abstract as a
from .abstract import Num, Sym, Truth

One = TypeVar("One", bound="Item")
Rank = tuple[int, int]  # the order of application: the part in the order of the text, the place in the list


@define(eq=False, repr=False)
class Item:
    """One claim, as an engine has judged it; all of its amounts are of one scale."""

    each: steps.Each
    rank: Rank
    path: str
    env: Any  # what its values are read in, by the engine that knows
    inside: Truth
    net: Num  # after bounds on quantities, 下限 and 单项 caps; for 裁量 the bound
    award: Num  # 裁量: what was recorded (0 if nothing was); 标准: the same as net
    undetermined: Truth  # 裁量: whether nothing was recorded
    matter: Sym

    @property
    def part(self) -> str:
        return self.each.part

    @property
    def reckoned(self) -> bool:
        """Whether its amount is reckoned and not for an authority to say."""
        return isinstance(self.each.grant, steps.Amount)

    def ungranted(self) -> tuple[Any, Num]:
        """Had nothing been granted before: what is then read, and `net`."""
        raise NotImplementedError

    def top(self, highest: bool = False) -> Number:
        """What 单项 caps let it come to at most, as far as that is sure; or what they may let it come to (`highest`)."""
        raise NotImplementedError


@frozen(eq=False, repr=False)
class AnyRecord:
    """What the records of a list that was not given may come to, together; as an Item. They rest on the list, and on
    what else would matter for a record."""

    needs: a.Needs
    net: Num
    ungranted: Num


def any_number_of(one: Num, needs: a.Needs) -> Num:
    """What any number of records come to, of which one comes to this."""
    return Num(a.ZERO, UNLIMITED, needs) if one.can_be_positive else a.NOTHING


def any_record(item: Item, each: steps.Each, all_steps: Iterable[steps.Step], asks: Asks, needs: a.Needs) -> AnyRecord:
    """What the records of a list would come to, from one of which nothing is known."""
    free = item.ungranted()[1]
    needs = needs.union(item.inside.needs, item.net.needs, free.needs)
    for step in all_steps:
        if isinstance(step, steps.Cap) and step.reach == "同一" and each.part in step.parts:
            needs |= a.NONE if step.ceiling is None else asks.ceiling(step, item, False).needs
            needs |= a.NONE if step.used is None else asks.used(step, item).needs
        elif isinstance(step, steps.Against) and each.matter is not None:
            needs |= asks.open_support(step)
    return AnyRecord(needs, any_number_of(item.net, needs), any_number_of(free, needs))


@quick
class Items(Generic[One]):
    """The items of one Each that may count; `unknown_list` if the list was not given: then `any_record` is what all
    its records together may come to."""

    each: steps.Each
    place: int
    items: Sequence[One]
    refused: Sequence[One] = ()
    unknown_list: str = ""
    any_record: AnyRecord | None = None


Support = tuple[int, Any, Num, Any]  # other support: place, matter and state (None: unknown), amount


class Supports(dict[object, Any]):
    """Other support, and what was made of it: its sums are the same for every run over the same rows."""

    def __init__(self, rows: list[Support]) -> None:
        super().__init__()
        self.rows = rows


class Asks(Protocol):
    """What steps ask of the facts, beside the claims."""

    granted: bool  # something granted before, or other support, was read: without it, the clause may come to more

    def ceiling(self, cap: steps.Cap, item: Any, ungranted: bool) -> Num:
        """Of a cap, for an item (None: of a total); `ungranted`: had nothing been granted before."""

    def used(self, cap: steps.Cap, item: Any) -> Num: ...

    def key(self, step: steps.Cap | steps.Highest, item: Any) -> Sym: ...

    def rank(self, step: steps.Highest, item: Any) -> Num:
        """Where an item stands by an order of words, or by a number; the lowest first."""

    def had(self, step: steps.Highest, item: Any) -> Num:
        """How many places of those with the key of an item are taken."""

    def support(self, rule: steps.Against) -> Supports: ...

    def open_support(self, rule: steps.Against) -> a.Needs:
        """What was not given of it: a record may be of any matter, and a row of any, unless it names none."""


class Rounded(Protocol):
    """取整, at the scale of the amounts."""

    @property
    def unit(self) -> Any: ...
    @property
    def mode(self) -> Mode: ...


class Unit(NamedTuple):
    """取整 in whole numbers."""

    unit: int
    mode: Mode
