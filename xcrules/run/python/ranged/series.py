"""逐年 and 逐款 figures, and those of the policy, of which not all are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from xcrules.base.money import UNLIMITED, Unlimited
from xcrules.facts.scaled.values import UNKNOWN, Ask, Yearly
from xcrules.run.ranges import abstract as a
from xcrules.run.ranges.abstract import Num


class OpenSeries:
    """逐年 or 逐款 figures; of those that were not given, what is known of them. `whole`: the path of all of it."""

    __slots__ = ("given", "least", "na", "path", "unknown", "whole")

    def __init__(self, given: Any, path: str, least: Any, unknown: str = "", na: bool = False) -> None:
        """`unknown`: the path of the object that it belongs to, where that was not given; `na`: where that does not apply."""
        self.given, self.path, self.least, self.unknown, self.na = given, path, least, unknown, na
        self.whole = unknown or path

    def get(self, key: Any, other: Any) -> Any:
        if self.na:
            return a.NOT_APPLICABLE_NUM
        if key.__class__ is Num:
            return self.at(key)
        if self.unknown:
            return Num(self.least, UNLIMITED, frozenset([self.unknown]), may_na=True)
        found = self.given.get(key, other)
        return Num(self.least, UNLIMITED, frozenset([f"{self.path}.{key}"]), may_na=True) if found is UNKNOWN else found

    def at(self, year: Num, scale: int = 1) -> Any:
        """In a year (÷ scale) that is not known."""
        if self.na or year.na or year.hi < a.ZERO or year.lo >= Fraction(10_000 * scale):
            return a.NOT_APPLICABLE_NUM
        return Num(self.least, UNLIMITED, year.needs | {self.whole}, may_na=True)

    def needs_of(self, years: Iterable[int]) -> a.Needs:
        return frozenset([self.unknown] if self.unknown else [f"{self.path}.{y}" for y in years])

    def __contains__(self, key: Any) -> bool:
        return not self.unknown and (self.na or (key.__class__ is not Num and key in self.given))


def granted(ledger: OpenSeries, name: str, whole: str, parts: tuple[str, ...], closed: bool) -> Any:
    found: list[Any] = [ledger.given.get(x, None) for x in (name, whole, *parts)]
    if not {x.__class__ for x in found} <= {int, type(None)}:
        raise Ask  # for the reference
    (own, stands, *told), path = found, frozenset([f"{ledger.path}.{name}"])
    total = sum([x for x in told if x is not None])
    if name == whole:
        return Num(Fraction(total), UNLIMITED, path) if stands is None and None in told and not closed else max(stands or 0, total)
    if own is not None or stands is None:
        return own if own is not None else 0 if closed else Num(a.ZERO, UNLIMITED, path)
    rest: Any = max(stands - total, 0)  # of the parts at which nothing stands
    return rest if not rest or told.count(None) == 1 else Num(a.ZERO, rest, path)


class Figures:
    """The policy's yearly figures; where there is none, that is what is wanting."""

    def __init__(self, name: str, figures: Mapping[int, int], published: Yearly, scale: int) -> None:
        self.name, self.figures, self.published = name, figures, published
        self.least, self.most = (x if isinstance(x, Unlimited) else x * scale for x in (published.least, published.most))

    def get(self, year: Any, _other: Any) -> Any:
        if year.__class__ is Num:
            return year if year.na else Num(a.ZERO, self.most, year.needs, may_na=True)
        return self.figures[year] if year in self.figures else self.unknown(year)

    def unknown(self, year: Any) -> Num:
        return a.num(self.least, self.most, frozenset([f"参数 {self.name}：{year}年{'未公布' if year in self.published else '没有数'}"]))
