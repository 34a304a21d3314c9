"""从高: of claims with one key only the highest, one or several; by an order of words or by a number first where there is one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from xcrules.base.money import Number, Unlimited
from xcrules.plan import steps

from . import abstract as a
from .abstract import Num, Truth
from .asks import Asks
from .groups import Bundle, ClauseState, Told, grouped, in_order, key_of, merged, needs_of, split


def apply_best(best: steps.Highest, state: ClauseState) -> None:
    """Of the claims with one key only the highest stay."""
    within = [s for b in state.bundles if b.items and b.parts & set(best.parts) for s in split(b)]
    without = [b for b in state.bundles if not (b.items and b.parts & set(best.parts))]
    lists = [b for b in without if not b.items and b.parts & set(best.parts)]  # their records may be of any key
    if not within or (len(within) <= _places(best, within, state).least and not lists):
        return  # whatever they are of
    groups, unknown, needs = grouped(within, lambda b: key_of(b, best, state.asks))
    done: list[Bundle] = []
    for name, members in groups:
        stays, kept = _first(best, members, lists, state)
        done += stays
        if len(members) > _places(best, members, state).most:
            state.told.append(Told(best, name, merged(members), kept=None if unknown else kept))  # one of these may be of it too, and higher
    if unknown:
        places = _places(best, within, state)
        whole, needs = merged([*done, *unknown]), a.joined((needs, places.needs, *_rests_on(best, within, state)))
        net = a.num(_least(best, within, done, lists, places.least), whole.net.hi, a.beside(whole.net.needs, needs))
        done = [whole.but(net=net, award=a.perhaps(whole.award, needs), open=_still_open(best, within, needs), kids=(), loose=needs)]
    if best.rank is None and (rivals := [b for b in lists if b.net.can_be_positive]):
        without, done = [b for b in without if b not in rivals], [_or_of(rivals, done)]
    state.bundles = in_order([*without, *done])


def _or_of(lists: list[Bundle], stay: list[Bundle]) -> Bundle:
    """By amount no less is left for records that were not given, but it may be theirs: a later cap is then on these."""
    whole = merged([*stay, *lists])
    needs = a.joined((needs_of(whole), whole.open.needs))
    net = a.num(a.total(b.net for b in stay).lo, whole.net.hi, needs)
    return whole.but(net=net, award=a.perhaps(whole.award, needs), open=a.both((whole.open, Truth(True, True, needs))), loose=needs)


class _Places(NamedTuple):
    """How many are taken, at least and at most."""

    least: int
    most: int
    needs: a.Needs


def _places(best: steps.Highest, members: Iterable[Bundle], state: ClauseState) -> _Places:
    """How many of them are taken: fewer where earlier grants count too; of those that may be of different keys from the fewest on."""
    if best.had is None:
        return _Places(best.take, best.take, a.NONE)
    had = [state.asks.had(best, b.items[0]) for b in members]
    left = [max(best.take - int(x), 0) if not isinstance(x, Unlimited) else 0 for n in had for x in (n.hi, n.lo)]
    return _Places(min(left), max(left), a.joined(n.needs for n in had))


def _least(best: steps.Highest, within: list[Bundle], done: list[Bundle], lists: list[Bundle], take: int) -> Number:
    """What surely stays where some claims may have the key of another: as many as are taken of one; by amount, no less than is known to stay."""
    if best.rank is not None:
        return a.ZERO if lists else a.added(sorted(b.net.lo for b in within)[: min(take, _surely(within))])
    return max(a.total(b.net for b in done).lo, _top((b.net.lo for b in within), take))


def _top(amounts: Iterable[Number], count: int) -> Number:
    """What the highest of these come to."""
    return a.added(sorted(amounts, reverse=True)[:count])


def _surely(members: Iterable[Bundle]) -> int:
    """How many of them count whatever is unknown."""
    return sum(not b.items[0].inside.no for b in members)


def _first(best: steps.Highest, members: list[Bundle], lists: list[Bundle], state: ClauseState) -> tuple[list[Bundle], Bundle | None]:
    """What stays of claims with one key, and of which where that is known. A record of a list that was not given may come before them, and be worth less.

    A claim stays if fewer than are taken may stand before it, and does not if as many surely do. What does not stay comes before nothing
    that may: so nothing rests on it. Of 裁量 only one is taken.
    """
    places, ranks = range(len(members)), [_rank(best, b, state.asks) for b in members]
    before = lists if best.rank is not None and not (best.take == 1 and best.order and any(
        r.known and r.lo == 0 and b.net.known and b.items[0].inside.known for r, b in zip(ranks, members, strict=True))) else []
    least, most, unsure = _places(best, members, state)
    if len(members) <= least and not before:
        return members, None
    counts = [not b.items[0].inside.no or (best.rank is None and b.net.known) for b in members]  # by rank a claim of 0 that may not count stands before others or does not
    may, surely = _ahead(places, _orders(best, members, ranks), dict(enumerate(counts)))
    sure = {i for i in places if not before and may[i] < least}
    full = sum(counts[i] for i in sure) >= most
    out = {i for i in places if surely[i] >= most or (full and i not in sure)}
    if len(sure) + len(out) == len(members):
        state.touched |= {number for number, choice in best.origin.tags if choice}
        return [b if i in sure else _dropped(b) for i, b in enumerate(members)], merged(b for i, b in enumerate(members) if i in sure)
    sure = {i for i in sure if counts[i]}  # of the others, one that does not count leaves its place to what comes after
    left = [b for i, b in enumerate(members) if i not in sure and i not in out]
    lows = sorted((b.net.lo for b in left), reverse=best.rank is None)  # by amount the highest of what is known stay
    taken = max((least if best.rank is None else min(least, sum(counts))) - len(sure), 0)
    needs = a.joined((unsure, *_rests_on(best, left, state), *(b.net.needs for b in before)))
    net = a.num(a.ZERO if before else a.added(lows[:taken]), _top((b.net.hi for b in left), most - len(sure)), needs)
    award = (
        net
        if all(b.items[0].reckoned for b in left)
        else a.num(a.ZERO if before else min(b.award.lo for b in left), max(b.award.hi for b in left), needs)
    )
    whole = merged(left).but(net=net, award=award, open=_still_open(best, left, needs), kids=(), loose=needs)
    return [*(members[i] for i in sorted(sure)), *(_dropped(members[i]) for i in sorted(out)), whole], None


def _orders(best: steps.Highest, members: list[Bundle], ranks: list[Num]) -> list[list[_Standing]]:
    """By what claims stand, the lowest first: rank, amount; of 裁量 claims with one bound those still to be decided, then the highest award; their place."""
    falling = [Num(-b.net.hi, -b.net.lo, b.net.needs) for b in members]
    orders = [ranks, [b.net for b in members] if best.lowest else falling]
    if not all(b.items[0].reckoned or (b.open.known and b.award.known) for b in members):
        return [*map(_standings, orders)]
    later = [
        [a.point(a.ZERO if b.open.yes else a.ONE.lo) for b in members], [Num(-b.award.hi, -b.award.lo, b.award.needs) for b in members],
    ]
    return [*map(_standings, [*orders, *([] if best.lowest else later)]), [_Standing(i, i, True) for i in range(len(members))]]


class _Standing(NamedTuple):
    """A range by where its ends stand among all ends of an order, and whether it is known: whole numbers are compared in a tenth of the time."""

    lo: int
    hi: int
    known: bool


def _standings(order: list[Num]) -> list[_Standing]:
    places = {end: i for i, end in enumerate(sorted({end for x in order for end in (x.lo, x.hi)}))}
    return [_Standing(places[x.lo], places[x.hi], x.known) for x in order]


def _dropped(bundle: Bundle) -> Bundle:
    return bundle.but(net=a.NOTHING, award=a.NOTHING, open=a.FALSE)


def _ahead(
    places: Sequence[int], orders: Sequence[Sequence[_Standing]], counts: Mapping[int, bool]
) -> tuple[dict[int, int], dict[int, int]]:
    """Of each claim how many others may stand before it, and how many of those that count surely do: by the first order the lowest, of what is alike there by the next."""
    own, *others = orders
    lows, highs = sorted(own[i].lo for i in places), sorted(own[i].hi for i in places if counts[i])
    may = {i: bisect_right(lows, own[i].hi) - 1 for i in places}
    surely = {i: bisect_left(highs, own[i].lo) for i in places}
    alike: dict[int, list[int]] = {}  # at a figure or, not known, at the lowest there: before what is there only as the next order has it
    for i in places:
        alike.setdefault(own[i].lo, []).append(i)
    settled = {i: counts[i] and own[i].known for i in places}
    for group in (x for x in alike.values() if len(x) > 1 and others):
        inner_may, inner_surely = _ahead(group, others, settled)
        for i in (x for x in group if own[x].known):
            may[i] -= len(group) - 1 - inner_may[i]
            surely[i] += inner_surely[i]
    return may, surely


def _rests_on(best: steps.Highest, members: list[Bundle], state: ClauseState) -> list[a.Needs]:
    """On what the choice among these rests: what each comes to, whether it counts, and its rank."""
    return [*(b.items[0].inside.needs for b in members if best.rank is not None),
            *(x for b in members for x in (needs_of(b), b.open.needs, _rank(best, b, state.asks).needs))]


def _still_open(best: steps.Highest, members: list[Bundle], needs: a.Needs) -> Truth:
    """Whether a decision is wanted of what stays of these: surely where one that wants it is as high as any."""
    highest = max(b.net.hi for b in members)
    if best.rank is None and any(not b.open.no and b.net.lo >= highest for b in members):
        return a.TRUE
    return a.truth(any(b.open.yes for b in members), any(b.open.no for b in members), needs.union(*(b.open.needs for b in members)))


def _rank(best: steps.Highest, bundle: Bundle, asks: Asks) -> Num:
    return a.NOTHING if best.rank is None else asks.rank(best, bundle.items[0])
