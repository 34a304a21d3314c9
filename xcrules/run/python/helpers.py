"""What generated code calls: values it must not use, windows of years, days. Whole numbers only; nothing here knows a plan."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from xcrules.base import dates
from xcrules.base.identity import normal
from xcrules.base.spoken import BESIDE
from xcrules.facts.scaled.values import NA, UNKNOWN, Ask, Opaque, known
from xcrules.run.lowered.rows import ENDLESS


def awaited(value: Any) -> Any:
    """What was left out is not known yet; what that leaves open the reference evaluator says."""
    if value is NA:
        raise Ask
    return value


def window(first: Any, first_scale: int, count: int, last: int, last_scale: int) -> range:
    """The years from `first`, `count` of them, none after `last`; none at all if `first` does not apply."""
    if first is NA:
        return range(0)
    start = _cut_off(first, first_scale)
    return range(start, min(start + count - 1, _cut_off(last, last_scale)) + 1)


def _cut_off(number: int, scale: int) -> int:
    return number // scale if number >= 0 else -(-number // scale)


def of_years(op: str, years: range, values: list[int]) -> Any:
    """最高一年 and the like: 0 (a mean: none) in an empty window; a window of which nothing was reported must be asked for."""
    if not years:
        return NA if op == "mean" else 0
    if not values:
        raise Ask
    if op == "mean":
        return Fraction(sum(values), len(values))
    return {"max": max, "min": min, "sum": sum}[op](values) + 0  # type: ignore[operator]


def year_of(day: Any) -> Any:
    """The calendar year of a day given as its ordinal."""
    return day if day is NA else dates.year_of(day)


def same_day(day: int, years: int, scale: int) -> int:
    """The same day so many years (÷ scale) later; a part of a month is that part of its days, and a day begun is a day."""
    months, rest = divmod(years * 12, scale)
    due = dates.months_later(day, months)
    if rest:
        due -= -(dates.months_later(day, months + 1) - due) * rest // scale
    return due


def days_later(day: int, days: int, scale: int, sign: int) -> int:
    """So many days (÷ scale) later, or with sign -1 earlier; a day begun is a day."""
    return day - sign * (-days // scale)


def from_to(of: str, first: int, last: int) -> Any:
    """From a day to another; here, because of an open day a helper of this module asks."""
    return dates.from_to(of, first, last)


def quotient(left: Any, left_scale: int, right: Any, right_scale: int, other: Any) -> Any:
    """left ÷ right, exact, and `other` where that is 0 or does not apply."""
    return Fraction(left * right_scale, right * left_scale) if right else other


def most(values: Iterable[int]) -> int:
    """最高 over records: 0 if there are none."""
    return max(values, default=0) + 0


def least(values: Iterable[int]) -> int:
    """最低 over records: 0 if there are none."""
    return min(values, default=0) + 0


def mark(text: Any) -> Any:
    """A text, or NA for the word that says there is none."""
    return NA if text == "不适用" else text


def is_named(text: Any, names: tuple[str, ...]) -> bool:
    """Whether a text is one of these identities, told in their normal forms."""
    return text is not NA and normal(text) in names


def key(number: int, scale: int) -> str:
    """A number, a day or a year as what tells claims apart; what does not apply is 0."""
    return str(Fraction(number + 0, scale))


def together(*words: Any) -> Any:
    """Several words as one; none where one of them is none."""
    return NA if any(x is NA for x in words) else BESIDE.join(x + "" for x in words)  # a word that is not known asks


def entry(series: Any, year: Any, scale: int, other: Any) -> Any:
    """The figure of a year that may be none, or not of four digits: there is no figure of such a one."""
    return NA if _is_no_year(year, scale) else series.get(year // scale, other)


def reported(series: Any, year: Any, scale: int) -> bool:
    """已报 of the figure of such a year."""
    return _is_no_year(year, scale) or year // scale in series


def _is_no_year(year: Any, scale: int) -> bool:
    return year is NA or year < 0 or year >= 10_000 * scale


def figure(figures: dict[int, int], year: int, scale: int) -> Any:
    """The policy's figure of a year that may have a part of one: there is none of that."""
    whole, rest = divmod(year + 0, scale)
    return UNKNOWN if rest else figures.get(whole, UNKNOWN)


def granted(ledger: Any, name: str, whole: str, parts: tuple[str, ...], closed: bool) -> Any:
    """What was granted under a clause with 分项 (`whole`), or under one of them; raises Ask where it does not say which."""
    entries = [ledger.get(x, None) for x in parts]
    total, open_ = sum(x for x in entries if x is not None), [x for x, value in zip(parts, entries, strict=True) if value is None]
    if name == whole:
        stands = ledger.get(whole, None)
        if stands is None and open_ and not closed:
            raise Ask
        return max(stands or 0, total) + 0
    own, stands = ledger.get(name, None), ledger.get(whole, None)
    if own is not None:
        return own + 0
    if stands is None and not closed:
        raise Ask
    rest = 0 if stands is None else max(stands - total, 0)
    if rest and open_ != [name]:
        raise Ask
    return rest


def result(facts: Any, clauses: tuple[str, ...], ungranted: bool) -> int:
    """What other clauses come to, in 分; raises Ask where that is not known."""
    return sum([facts.result(number, ungranted) + 0 for number in clauses])


def sure(value: Any) -> Any:
    """A number that is read only now and then; raises Ask if it is unknown."""
    return value if value is NA else value + 0


def happened(year: Any) -> int | None:
    """The year of an event, None for one that has not happened; raises Ask if it is unknown."""
    return None if year is NA else year + 0


def single(record: Any) -> Any:
    """An object; one that does not apply or was not given is for the reference."""
    if type(record) is Opaque:
        raise Ask
    return record


def earlier(one: Any, other: Any) -> Any:
    """Of two days; of one that does not apply, the other."""
    return other if one is NA else one if other is NA else min(one, other)


def not_recorded(award: Any) -> bool:
    """Whether nothing was recorded yet."""
    if award.__class__ is Opaque:
        if known(award):
            raise Ask
        return True
    return award is NA


NAMES: dict[str, Any] = {
    "NA": NA,
    "UNKNOWN": UNKNOWN,
    "Ask": Ask,
    "ENDLESS": ENDLESS,
    "known": known,
    "Fraction": Fraction,
    **{
        f.__name__: f
        for f in (
            awaited, window, of_years, year_of, same_day, days_later, from_to, quotient, most, least, mark, is_named, key, together, entry,
            reported, figure, granted, result, sure, happened, single, earlier, not_recorded,
        )
    },
}
