"""Exact amounts and how they are written. `UNLIMITED` stands for "no upper end" and is never an amount.

Free of attrs and of the language: a decision is printed with nothing more than this, results.py and as_json.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Literal, Protocol, TypeVar


class Unlimited:
    """Beyond every number: the upper end (sign 1) or lower end (sign -1) of a range that has none."""

    __slots__ = ("sign",)

    def __init__(self, sign: int = 1) -> None:
        self.sign = sign

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unlimited) and other.sign == self.sign

    def __hash__(self) -> int:
        return hash((Unlimited, self.sign))

    def __lt__(self, other: object) -> bool:
        return self.sign < (other.sign if other.__class__ is Unlimited else 0)

    def __gt__(self, other: object) -> bool:
        return self.sign > (other.sign if other.__class__ is Unlimited else 0)

    def __le__(self, other: object) -> bool:
        return not self > other

    def __ge__(self, other: object) -> bool:
        return not self < other

    @property
    def numerator(self) -> int:
        """Of a sign as a Fraction's is."""
        return self.sign

    def __neg__(self) -> Unlimited:
        return Unlimited(-self.sign)

    def __repr__(self) -> str:
        return "UNLIMITED" if self.sign > 0 else "-UNLIMITED"


UNLIMITED = Unlimited(1)
Number = Fraction | Unlimited
CENT = Fraction(1, 100)
PLACES = {"分": CENT, "角": Fraction(1, 10), "元": Fraction(1), "十元": Fraction(10), "百元": Fraction(100),
          "千元": Fraction(1000), "万元": Fraction(10000)}  # to which 取整 may bring a total, in 元


N = TypeVar("N", int, Fraction)


# -- sharing out ----------------------------------------------------------------------------------


def apportion(total: Fraction, shares: list[Fraction]) -> list[Fraction]:
    """`total` (whole 分) over `shares` by largest remainder; each gets its share up or down to a 分.

    The shares must add up to `total` within less than one 分 for each of them; earlier shares win ties.
    """
    floors = [s // CENT * CENT for s in shares]
    spare = int((total - sum(floors, Fraction(0))) / CENT)
    order = sorted(range(len(shares)), key=lambda i: (floors[i] - shares[i], i))
    for i in order[:spare]:
        floors[i] += CENT
    return floors


# -- by years -------------------------------------------------------------------------------------


def plan_of(grant: Fraction, shares: Sequence[Fraction]) -> list[Fraction]:
    """A grant by years: 分 by largest remainder, earlier years first where remainders are equal."""
    cents = grant / CENT
    return ([x * CENT for x in cents_by_year(cents.numerator, shares)] if cents.denominator == 1
            else apportion(grant, [grant * s for s in shares]))


def cents_by_year(grant: int, shares: Sequence[Fraction]) -> list[int]:
    """The same of whole 分, in 分."""
    over = lcm(*(s.denominator for s in shares))
    exact = [grant * s.numerator * (over // s.denominator) for s in shares]
    parts = [x // over for x in exact]
    if spare := grant - sum(parts):
        for i in sorted(range(len(parts)), key=lambda i: (-(exact[i] % over), i))[:spare]:
            parts[i] += 1
    return parts


class Paid(Protocol):
    """How the grants of a part are paid over years, and whether this goes on after the policy has expired."""

    @property
    def part(self) -> str: ...
    @property
    def shares(self) -> tuple[Fraction, ...]: ...
    @property
    def after_expiry(self) -> bool: ...


Happened = Mapping[str, Sequence[tuple[str, int | None]]]  # of a part that is paid on events: each with its year; 0 the grant, None not yet
By = dict[int, N]  # what is paid in each year
Waiting = dict[str, N]  # what waits for each event


def due_years(pay: Paid, year: int, happened: Happened) -> list[tuple[str, int | None]]:
    """Of each share of a grant of `year`: the event that it is paid on ("" for a year by itself) and the year; None where that is not known yet."""
    if pay.part in happened:
        return [(event, None if when is None else max(when, year)) for event, when in happened[pay.part]]
    return [("", year + offset) for offset in range(len(pay.shares))]


def schedule_of(grants: Mapping[str, N], pays: Iterable[Paid], year: int, last_year: int | None, happened: Happened,
                divided: Callable[[N, Sequence[Fraction]], list[N]]) -> tuple[By[N], Waiting[N]]:
    """New grants (元 or 分 of each part) by the years in which they are paid, and by the events that they wait for.

    What is not paid over years is paid at once.
    """
    schedule: By[N] = {}
    waiting: Waiting[N] = {}
    by_part = {p.part: p for p in pays}
    for part, grant in grants.items():
        pay = by_part.get(part)
        shares = divided(grant, pay.shares) if pay is not None else [grant]
        due = due_years(pay, year, happened) if pay is not None else [("", year)]
        for share, (event, when) in zip(shares, due, strict=True):
            if not share:
                continue
            if when is None:
                waiting[event] = waiting[event] + share if event in waiting else share
            elif pay is None or pay.after_expiry or last_year is None or when <= last_year:
                schedule[when] = schedule[when] + share if when in schedule else share
    return schedule, waiting


BEYOND = "本年上限以外"  # what waits for nothing that is known: the year's bound on payments leaves no room for it


def not_beyond(schedule: By[N], waiting: Waiting[N], year: int, most: N) -> tuple[By[N], Waiting[N]]:
    """A plan of which at most so much is paid in a year; what is over is in no other year, and told."""
    over = schedule[year] - most if year in schedule else 0 * most
    if over <= 0:
        return schedule, waiting
    return {y: x for y, x in (schedule | {year: most}).items() if x}, {**waiting, BEYOND: over}


# -- over claims ----------------------------------------------------------------------------------

Room = tuple[Sequence[int], N]  # claims by their places, and what they may come to together


Mode = Literal["四舍五入", "截尾", "进位", "四舍六入"]  # 四舍六入: half to even


def brought_to(total: N, unit: N, mode: Mode) -> N:
    """`total` to whole units; `total` is not below 0."""
    match mode:
        case "四舍五入":
            return (2 * total + unit) // (2 * unit) * unit
        case "截尾":
            return total // unit * unit
        case "进位":
            return -(-total // unit) * unit
        case "四舍六入":
            whole, rest = divmod(total, unit)
            return (whole + (2 * rest > unit or (2 * rest == unit and whole % 2 == 1))) * unit


def inside_out(step: tuple[Any, ...]) -> tuple[int, int]:
    """Where a step on awards stands (after how many 竞合, its claims, what it leaves, what it takes off): what is taken off comes first, then bounds."""
    return step[0], len(step[1]) if step[3] is None else 0


def nested(groups: Sequence[frozenset[object]]) -> bool:
    """Whether of any two groups one lies within the other, or they have nothing in common: then what comes to more comes to more under limits on them."""
    inmost: dict[object, object] = {}
    for group in sorted(groups, key=len, reverse=True):
        if len({id(inmost.get(x)) for x in group}) > 1:
            return False
        inmost |= dict.fromkeys(group, group)
    return True


def shared_out(nets: Sequence[N], rooms: Sequence[Room[N]], unit: N, cent: N, mode: Mode) -> list[N]:
    """What each claim has of the clause's total, which is brought to `unit` once: the one place where it is done.

    Claims stand in their order. Each comes to whole 分 by largest remainder, earlier ones first where remainders
    are equal. What 取整 still takes off falls on the last claim and then on those before it; what it adds goes
    to the last that may have it. No room is passed: where only less than the rounded total fits, it is rounded down.
    Amounts are exact numbers of one kind, whole or Fraction; `unit` and the rooms are whole numbers of `cent`.
    """
    exact = _sum(nets, cent)
    given = [net // cent * cent for net in nets]
    total = _sum(given, cent)
    if total == exact and total % unit == 0:
        return given
    if len(nets) == 1 and all(room >= exact for members, room in rooms if members):  # nobody to share it with
        wanted = brought_to(exact, unit, mode)
        narrow = [room for members, room in rooms if members and room < wanted]
        return [min(narrow) // unit * unit if narrow else wanted]
    left: list[N] = [room - _sum([given[i] for i in members], cent) for members, room in rooms]
    over: dict[int, list[int]] = {}
    for k, (members, _) in enumerate(rooms):
        for i in members:
            over.setdefault(i, []).append(k)

    def add(places: list[int], amount: N, each: N) -> N:
        """Gives these claims up to an amount, no one more than `each`; what could not be given."""
        for i in places:
            if amount <= 0:
                break
            part = min(amount, each)
            for k in over.get(i, ()):
                part = min(part, left[k])
            given[i] += part
            amount -= part
            for k in over.get(i, ()):
                left[k] -= part
        return amount

    wanted = brought_to(exact, unit, mode)
    open_ = [i for i, net in enumerate(nets) if net != given[i]]
    add(sorted(open_, key=lambda i: (given[i] - nets[i], i)), brought_to(exact, cent, mode) - total, cent)
    short = wanted - _sum(given, cent)
    short = add([i for i in reversed(range(len(nets))) if nets[i] > 0], short, short)
    total = _sum(given, cent)
    return _lessened(given, total % unit if short > 0 else total - wanted)


def _lessened(given: list[N], over: N) -> list[N]:
    """The claims less what is over, from the last to the first."""
    for i in reversed(range(len(given))):
        part = min(over, given[i])
        given[i] -= part
        over -= part
    return given


def _sum(values: Sequence[N], like: N) -> N:
    return sum(values, 0 * like)


# -- showing ------------------------------------------------------------------------------------


def decimal_text(value: Fraction, places: int | None = None) -> str:
    """Shortest decimal, or a fraction when the decimal does not end (within `places`, where they are told)."""
    numerator, denominator = value.as_integer_ratio()
    places = denominator.bit_length() if places is None else places  # as many as any decimal of this denominator has
    scaled, rest = divmod(abs(numerator) * 10**places, denominator)
    if rest:
        return f"{numerator}/{denominator}"
    digits = f"{scaled:0{places + 1}d}"
    whole, part = digits[:-places], digits[-places:].rstrip("0")
    return ("-" if numerator < 0 else "") + whole + ("." + part if part else "")


def money_text(value: Number) -> str:
    """150万元, 4000元, 33.33元: as a person writes it; what has no end in decimals exactly, and nearly: 100/3元（约 33.33元）."""
    if isinstance(value, Unlimited):
        return "不限"
    text = scaled_text(value) + "元"
    return f"{text}（约 {grouped(decimal_text(brought_to(abs(value), CENT, '四舍五入') * (1 if value > 0 else -1)))}元）" if "/" in text else text


def at_most(value: Number) -> str:
    """至多 150万元; 上不封顶 where the law says no most."""
    return "上不封顶" if isinstance(value, Unlimited) else f"至多 {money_text(value)}"


def scaled_text(value: Fraction) -> str:
    """7亿, 2.6002亿, 1,250万, 4,000, 33.33: with 万 and 亿 where no more than four (two) places are left."""
    numerator, denominator = value.as_integer_ratio()
    if denominator == 1 and abs(numerator) >= 10**8 and not numerator % 10**4:
        return grouped(decimal_text(value / 10**8)) + "亿"
    if denominator == 1 and abs(numerator) >= 10**4 and not numerator % 100:
        return grouped(decimal_text(value / 10**4)) + "万"
    return grouped(decimal_text(value))


def grouped(digits: str) -> str:
    """1350000.25 → 1,350,000.25, as the language reads it too; a fraction stays as it is."""
    whole, point, part = digits.partition(".")
    return digits if "/" in digits else f"{int(whole):,}{point}{part}" if whole not in ("-0", "") else digits


def cents_text(value: Fraction) -> str:
    """Exactly two places: 600000.00. The value must be a whole number of 分."""
    numerator, denominator = value.as_integer_ratio()  # at once: read one after the other they take three times as long
    if denominator == 1:  # most are
        return f"{numerator}.00"
    cents, rest = divmod(numerator * 100, denominator)
    if rest:
        raise ValueError(f"{value} is no whole number of 分")
    sign, digits = ("-" if cents < 0 else ""), f"{abs(cents):03d}"
    return f"{sign}{digits[:-2]}.{digits[-2:]}"
