"""What generated code calls: values it must not use, windows of years, dates. Whole numbers only.

Not an evaluator: nothing here knows a plan. `Held` stands in a sheet where a fact is unknown (or cannot be
kept as a whole number); whatever reads it raises `Ask`, and the clause goes to the reference evaluator.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from xcrules.base.dates import civil, same_day  # noqa: F401  (generated code calls it)

NA = False  # 不适用 of a number or a word: counts as 0, and every comparison asks first
ENDLESS = 1 << 300  # no upper end; every amount a sheet can lead to is far below
_FAR = 1 << 290


class Ask(Exception):
    """Generated code met what it does not cover: the reference evaluator must be asked."""


class Held:
    """A value of which generated code knows nothing: every use raises Ask. `value` None is an unknown fact."""

    __slots__ = ("value",)

    def __init__(self, value: object = None) -> None:
        object.__setattr__(self, "value", value)

    def _ask(self, *_: object) -> NoReturn:
        raise Ask

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = __iter__ = __len__ = __int__ = _ask
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __floordiv__ = __rfloordiv__ = __neg__ = _ask
    __contains__ = __getitem__ = __index__ = __str__ = __format__ = _ask

    def __getattr__(self, name: str) -> NoReturn:
        raise Ask

    def __reduce__(self) -> tuple[Any, ...]:
        return (_held, (self.value,))

    def __repr__(self) -> str:
        return f"Held({self.value!r})"


UNKNOWN = Held()


def _held(value: object) -> Held:
    """The one UNKNOWN again after a sheet went to another process."""
    return UNKNOWN if value is None else Held(value)


class DefaultNumber(int):
    """A number that was not given and stands at its default (scaled), or 0 and 1 for 是否."""

    __slots__ = ()


class DefaultText(str):
    """A word that was not given and stands at its default."""

    __slots__ = ()


def is_endless(amount: int) -> bool:
    return amount > _FAR


def known(value: object) -> bool:
    """已报 of a single fact."""
    return value.__class__ is not Held or object.__getattribute__(value, "value") is not None


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


class Empty:
    """A closed-world list or ledger that was not given: empty, and known not to have been written."""

    __slots__ = ()

    def get(self, _key: object, other: Any) -> Any:
        return other

    def __contains__(self, _key: object) -> bool:
        return False

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __reduce__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN = Empty()
