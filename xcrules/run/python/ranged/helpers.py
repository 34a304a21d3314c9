"""What generated code over ranges calls: whole numbers, words and truths as they are, and what is known of the others.

A value is an int (a Fraction after a division), True or False, a word, NA; or a Num, Truth or Sym of run/ranges, whose meaning is told there.
Raises Ask where the reference evaluator must be asked.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from xcrules.base.money import UNLIMITED, Unlimited
from xcrules.facts.scaled.values import NA, UNKNOWN, Ask, DefaultText, Opaque, known as is_known
from xcrules.facts.types import DateType
from xcrules.meaning.operators import arith
from xcrules.meaning.values import ArithOp
from xcrules.run.ranges import abstract as a, meaning
from xcrules.run.ranges.abstract import Num, Sym, Truth, in_cents, less, multiplied

from .. import helpers
from .series import granted

OPEN = frozenset({Num, Truth, Sym})
_COMPARED: dict[str, Callable[[Any, Any], Any]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne}
_OF: dict[str, str] = {"sum": "合计", "max": "最高", "min": "最低", "mean": "平均", "different": "种数"}


def is_open(value: Any) -> bool:
    """Whether something of it is unknown."""
    return isinstance(value, Num | Truth | Sym) and not value.known


def as_num(value: Any) -> Num:
    """A number, as ranges have it; what does not apply is 0."""
    if value.__class__ is Num:
        return value
    if value.__class__ in (Opaque, Truth, Sym):
        raise Ask
    return Num(value, value)


def as_truth(value: Any) -> Truth:
    return value if value.__class__ is Truth else a.of(bool(value))


def as_sym(value: Any) -> Sym:
    if value.__class__ in (Opaque, Num, Truth):
        raise Ask
    return value if value.__class__ is Sym else Sym(None, na=True) if value is NA else Sym(value)


def back(value: Any) -> Any:
    """What is known as generated code has it."""
    if value.__class__ is Num:
        return value if value.na else a.as_plain(value)
    if value.__class__ is Truth:
        return value.yes if value.known else value
    return value if value.value is None else value.value


# -- operators ------------------------------------------------------------------------------------------------


def scaled(value: Any, factor: int) -> Any:
    """A number at another scale; it may turn out not to apply as before."""
    if factor == 1 or value is NA:
        return value
    if value.__class__ is not Num:
        return value * factor
    return Num(_times(value.lo, factor), _times(value.hi, factor), value.needs, value.na, value.may_na)


def _times(end: Any, factor: int) -> Any:
    return end if isinstance(end, Unlimited) else end * factor


def plain(value: Any) -> Any:
    return back(a.plain(value)) if value.__class__ is Num else value


def timed(value: Callable[[], Any], needs: tuple[Any, ...], beside: tuple[Any, ...], elapsed: bool) -> Any:
    """What is reckoned with times (`needs`): none where one of these does not apply."""
    if any(x is NA or (x.__class__ is Num and x.na) for x in needs):
        return a.NOT_APPLICABLE_NUM
    if not any(x.__class__ is Num and x.may_na for x in needs):
        return value()
    return meaning.perhaps_none(as_num(value()), a.joined(x.needs for x in (*needs, *beside) if x.__class__ is Num), elapsed)


def least(left: Any, right: Any) -> Any:
    if left.__class__ is not Num and right.__class__ is not Num:
        return left if left <= right else right
    return back(a.least(as_num(left), as_num(right)))


def earlier(one: Any, other: Any) -> Any:
    if one is NA or other is NA:
        return other if one is NA else one
    return back(meaning.earlier(as_num(one), as_num(other)))


def most(left: Any, right: Any) -> Any:
    if left.__class__ is not Num and right.__class__ is not Num:
        return left if left >= right else right
    return back(a.most(as_num(left), as_num(right)))


def compared(op: str, left: Any, by: int, right: Any, times: int) -> Any:
    """Of two values that apply, brought to one scale."""
    if left.__class__ not in OPEN and right.__class__ not in OPEN:
        return _COMPARED[op](left * by if by != 1 else left, right * times if times != 1 else right)
    kinds = {left.__class__, right.__class__}
    if Truth in kinds:
        return back(meaning.compared(op, as_truth(left), as_truth(right)))  # type: ignore[arg-type]
    if Sym in kinds:
        return back(meaning.compared(op, as_sym(left), as_sym(right)))  # type: ignore[arg-type]
    return back(meaning.compared(op, as_num(scaled(left, by)), as_num(scaled(right, times))))  # type: ignore[arg-type]


def among(word: Any, members: tuple[str, ...]) -> Any:
    return Truth(True, True, word.needs) if is_open(word) else word in members


def all_of(*parts: Any) -> Any:
    unsure: list[Truth] = []
    for part in parts:
        if part.__class__ is Truth:
            unsure.append(part)
        elif not part:
            return False
    return a.both(unsure) if unsure else True


def any_of(*parts: Any) -> Any:
    unsure: list[Truth] = []
    for part in parts:
        if part.__class__ is Truth:
            unsure.append(part)
        elif part:
            return True
    return a.either(unsure) if unsure else False


def negated(part: Any) -> Any:
    return a.negate(part) if part.__class__ is Truth else not part


def chosen(kind: str, arms: tuple[tuple[Callable[[], Any], Callable[[], Any]], ...], otherwise: Callable[[], Any]) -> Any:
    """The first arm that holds. Arms that may hold, and what follows them, stay possible."""
    possible, needs = [], a.NONE
    for test, value in arms:
        truth = test()
        if truth.__class__ is Truth:
            possible.append(value())
            needs |= truth.needs
        elif truth:
            possible.append(value())
            break
    else:
        possible.append(otherwise())
    if len(possible) == 1:
        return possible[0] if kind == "moment" else plain(possible[0])
    if kind == "truth":
        return back(meaning.one_truth([as_truth(x) for x in possible], needs))
    if {x.__class__ for x in possible} & {str, DefaultText, Sym}:
        return back(meaning.one_word([as_sym(x) for x in possible], needs))
    return back(meaning.one_number([a_number(x) for x in possible], needs, kind == "moment"))


def a_number(value: Any) -> Num:
    """A number of which it counts whether it applies."""
    return a.NOT_APPLICABLE_NUM if value is NA else as_num(value)


def divided(left: Any, left_scale: int, right: Any, right_scale: int, other: Any, scale: int) -> Any:
    """left ÷ right, exact, and `other` where that is 0 or does not apply (None: not applicable there)."""
    if right.__class__ is not Num:
        if not right:
            return NA if other is None else Fraction(other, scale) if other.__class__ is not Num else _over(other, scale)
        if left.__class__ is not Num:
            return Fraction(left * right_scale, right * left_scale)
    otherwise = None if other is None else _over(as_num(other), scale)
    return back(meaning.divided(_over(as_num(left), left_scale), _over(as_num(right), right_scale), otherwise))


def _over(value: Num, scale: int) -> Num:
    ends = [x if isinstance(x, Unlimited) else Fraction(x) / scale for x in (value.lo, value.hi)]
    return Num(ends[0], ends[1], value.needs, value.na, value.may_na)


def year_of(day: Any) -> Any:
    return back(meaning.year_of_day(day)) if day.__class__ is Num else helpers.year_of(day)


def same_day(day: Any, years: Any, scale: int) -> Any:
    return _reckoned("+", day, years, scale) if {day.__class__, years.__class__} & OPEN else helpers.same_day(day, years, scale)


def days_later(day: Any, days: Any, scale: int, sign: int) -> Any:
    return (_reckoned("加天" if sign > 0 else "减天", day, days, scale)
            if {day.__class__, days.__class__} & OPEN else helpers.days_later(day, days, scale, sign))


def from_to(of: Any, first: Any, last: Any) -> Any:
    return _reckoned(of, first, last, 1) if {first.__class__, last.__class__} & OPEN else helpers.from_to(of, first, last)


def _reckoned(op: ArithOp, day: Any, by: Any, scale: int) -> Any:
    x, y = as_num(day), _over(as_num(by), scale)
    return back(a.num(*arith(op, (x.lo, x.hi), (y.lo, y.hi), _DAY), a.beside(x.needs, y.needs)))


_DAY = DateType()


def position(word: Any, words: tuple[str, ...]) -> Any:
    """Where a word stands; as it is where it is unknown."""
    return word if is_open(word) else words.index(word) if word in words else len(words)


def key(number: Any, scale: int) -> Any:
    return Sym(None, number.needs) if is_open(number) else helpers.key(as_num(number).lo, scale)  # type: ignore[arg-type]


def mark(text: Any) -> Any:
    return text if text.__class__ is Sym else helpers.mark(text)


def known(value: Any) -> bool:
    return bool(value.known) if isinstance(value, Num | Truth | Sym) else is_known(value)


def entry(series: Any, year: Any, scale: int, other: Any) -> Any:
    if year.__class__ is Num:
        return series.at(year, scale)
    return helpers.entry(series, year, scale, other)


def reported(series: Any, year: Any, scale: int) -> bool:
    return bool(year.na) if year.__class__ is Num else helpers.reported(series, year, scale)


def figure(figures: Any, year: Any, scale: int) -> Any:
    return (
        figures.get(year, UNKNOWN)
        if year.__class__ is Num
        else figures.unknown(year)
        if (year + 0) % scale
        else figures.get(year // scale, UNKNOWN)
    )


# -- folds ----------------------------------------------------------------------------------------------------


def fold(op: str, rows: Any, guard: Callable[[Any], Any] | None, body: Callable[[Any], Any]) -> Any:
    """Over the rows of a list that pass, or may pass, a guard."""
    if rows.__class__ is AnyRows:
        passes = a.TRUE if guard is None else guard(rows.row)
        return (
            back(meaning.of_any_rows(_OF[op], as_num(body(rows.row)), rows.needs | as_truth(passes).needs)) if as_truth(passes).yes else 0
        )
    plain_ones: list[Any] = []
    open_: list[tuple[Truth, Num]] = []
    for row in rows:
        passes = True if guard is None else guard(row)
        if passes.__class__ is Truth:
            open_.append((passes, as_num(body(row))))
        elif passes:
            value = body(row)
            if value.__class__ is Num:
                open_.append((a.TRUE, value))
            else:
                plain_ones.append(value)
    if not open_:
        if op == "sum":
            return sum(plain_ones)
        return len({*plain_ones}) if op == "different" else max(plain_ones, default=0) if op == "max" else min(plain_ones, default=0)
    if op == "sum":
        plain_ones = [sum(plain_ones)]
    return back(meaning.folded(_OF[op], [*((a.TRUE, as_num(x)) for x in plain_ones), *open_]))


class AnyRows:
    """A list that was not given."""

    def __init__(self, needs: a.Needs, row: Any) -> None:
        self.needs, self.row = needs, row

    def __iter__(self) -> Any:
        raise Ask


def fold_years(
    op: str, first: Any, first_scale: int, count: int, last: Any, last_scale: int, series: Any, guard: Callable[[int], Any] | None,
    body: Callable[[int], Any],
) -> Any:
    """Over the years of a window; where it is not known which these are, anything."""
    none: Any = NA if op == "mean" else 0
    if first is NA or (first.__class__ is Num and first.na):
        return none
    if is_open(first) or is_open(last):
        return Num(series.least, UNLIMITED, as_num(first).needs | as_num(last).needs | {series.whole}, may_na=op == "mean")
    years = helpers.window(first, first_scale, count, as_num(last).lo, last_scale)  # type: ignore[arg-type]
    if not years:
        return none
    if not (found := [body(y) for y in years if guard is None or guard(y)]):
        return Num(series.least, UNLIMITED, series.needs_of(years))
    if any(x.__class__ is Num for x in found):
        return back(meaning.of_years(_OF[op], [as_num(x) for x in found]))
    return helpers.of_years(op, years, found)


# -- claims ---------------------------------------------------------------------------------------------------


def at_least_zero(amount: Any) -> Any:
    return back(a.at_least_zero(amount)) if amount.__class__ is Num else amount if amount > 0 else 0


def size(amount: Any) -> Any:
    return back(a.size(amount)) if amount.__class__ is Num else abs(amount)


def room(limit: Any, used: Any, cent: int) -> Any:
    """What a cap leaves, in whole 分 and never below 0."""
    if limit.__class__ is not Num and used.__class__ is not Num:
        return max((limit // cent * cent - (used or 0)) // cent * cent, 0)
    bound = in_cents(as_num(limit), cent)
    return back(a.at_least_zero(bound) if used is None else less(bound, as_num(used), cent))


def times(amount: Any, count: Any, scale: int) -> Any:
    """An amount for all of its 件数; one without an end stays so."""
    if amount.__class__ is not Num and count.__class__ is not Num:
        return amount * count // scale
    whole = back(multiplied(as_num(amount), as_num(count)))
    return whole if scale == 1 else whole // scale


def counted(amount: Any, inside: Any) -> Any:
    """The amount of a claim that counts, or may count."""
    if amount.__class__ is int and inside is not True and inside.yes and inside.no:  # its end at nothing is a whole number too
        return Num(min(amount, 0), max(amount, 0), inside.needs) if amount else 0  # type: ignore[arg-type]
    return amount if inside is True else back(a.if_inside(as_num(amount), inside))


def unrecorded(award: Any) -> bool:
    return award.__class__ in OPEN or helpers.not_recorded(award)


def awarded(award: Any, least_: Any, bound: Any) -> Any:
    """What was recorded, within the bounds of its claim; a recorded 0 is a refusal."""
    if award.__class__ is Num:
        raise Ask
    return 0 if award <= 0 else least(award if least_ is None else most(award, least_), bound)


def _or_ask(function: Callable[..., Any]) -> Callable[..., Any]:
    """A helper of whole numbers, where ranges are for the reference evaluator."""
    def asking(*values: Any) -> Any:
        if any(x.__class__ in OPEN for x in values):
            raise Ask
        return function(*values)

    return asking


NAMES: dict[str, Any] = (
    {name: _or_ask(x) if getattr(x, "__module__", "") == helpers.__name__ else x for name, x in helpers.NAMES.items()} | {
        "ENDLESS": a.NO_LIMIT, "Truth": Truth, "both": a.both, "together": lambda *words: back(meaning.together([as_sym(x) for x in words])),
        "result": lambda facts, clauses, ungranted: back(a.total([facts.result(x, ungranted) for x in clauses])),
    }
    | {
        f.__name__: f
        for f in (
            as_truth, plain, timed, earlier, least, most, compared, among, all_of, any_of, negated, chosen, divided, year_of, same_day,
            days_later, from_to, position, key, mark, known, entry, reported, figure, fold, fold_years, at_least_zero, size, room, times,
            counted, unrecorded, awarded, granted,
        )
    }
)
