"""What generated code calls: windows of years, dates, what was granted. Whole numbers only; nothing here knows a plan.

A fact that is unknown, or no whole number at its scale, is an Opaque value (facts/scaled/values.py): whatever reads it raises
`Ask`, and the clause goes to the reference evaluator.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from xcrules.base.dates import civil, same_day  # noqa: F401  (generated code calls it)
from xcrules.facts.scaled.values import NA, UNKNOWN, Ask, known  # noqa: F401  (generated code names them)

ENDLESS = 1 << 300  # no upper end; every amount a record can lead to is far below
_FAR = 1 << 290


def is_endless(amount: int) -> bool:
    return amount > _FAR


def window(first: Any, count: int, last: int) -> range:
    """The years from `first`, `count` of them, none after `last`; none at all if `first` does not apply."""
    return range(0) if first is NA else range(first, min(first + count - 1, last) + 1)


def highest(years: range, values: list[int]) -> int:
    """最高一年: 0 in an empty window; a window of which nothing was reported must be asked for."""
    if not years:
        return 0
    if not values:
        raise Ask
    return max(values) + 0


def year_of(day: Any) -> Any:
    """The calendar year of a day given as its ordinal."""
    return day if day is NA else civil(day)[0]


def most(values: Iterable[int]) -> int:
    """最高 over records: 0 if there are none."""
    return max(values, default=0) + 0


def least(values: Iterable[int]) -> int:
    """最低 over records: 0 if there are none."""
    return min(values, default=0) + 0


def granted(ledger: Any, key: str, whole: str, parts: tuple[str, ...], closed: bool) -> Any:
    """What was granted under a clause with 分项 (`whole`), or under one of them; raises Ask where it does not say which."""
    told = [ledger.get(x, None) for x in parts]
    total, open_ = sum(x for x in told if x is not None), [x for x, value in zip(parts, told, strict=True) if value is None]
    if key == whole:
        stands = ledger.get(whole, None)
        if stands is None and open_ and not closed:
            raise Ask
        return max(stands or 0, total) + 0
    own, stands = ledger.get(key, None), ledger.get(whole, None)
    if own is not None:
        return own + 0
    if stands is None and not closed:
        raise Ask
    rest = 0 if stands is None else max(stands - total, 0)
    if rest and open_ != [key]:
        raise Ask
    return rest
