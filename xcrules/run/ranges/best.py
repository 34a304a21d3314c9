"""从高: of claims with one key only the highest, one or several; by an order of words or by a number first where there is one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction

from xcrules.base.money import Number
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
    if len(within) <= best.take and not (lists and best.rank is not None):
        return  # whatever they are of
    groups, unknown, needs = grouped(within, lambda b: key_of(b, best, state.asks))
    done: list[Bundle] = []
    for name, members in groups:
        stays, kept = _first(best, members, lists, state)
        done += stays
        if len(members) > best.take:
            state.told.append(Told(best, name, merged(members), kept=kept))
    if unknown:
        whole, needs = merged([*done, *unknown]), a.joined((needs, *_rests_on(best, within, state)))
        net = a.num(_least(best, within, done, lists), whole.net.hi, whole.net.needs | needs)
        done = [whole.but(net=net, award=a.perhaps(whole.award, needs), open=_still_open(best, within, needs), kids=(), loose=needs)]
    state.bundles = in_order([*without, *done])


def _least(best: steps.Highest, within: list[Bundle], done: list[Bundle], lists: list[Bundle]) -> Number:
    """What surely stays where some claims may have the key of another: as many as are taken of one; by amount, no less than is known to stay."""
    if best.rank is not None:
        return a.ZERO if lists else _sum(sorted(b.net.lo for b in within)[: min(best.take, _surely(within))])
    return max(a.total(b.net for b in done).lo, _top((b.net.lo for b in within), best.take))


def _sum(amounts: Iterable[Number]) -> Number:
    return a.added([*amounts])


def _top(amounts: Iterable[Number], count: int) -> Number:
    """What the highest of these come to."""
    return _sum(sorted(amounts, reverse=True)[:count])


def _surely(members: Iterable[Bundle]) -> int:
    """How many of them count whatever is unknown."""
    return sum(not b.items[0].inside.no for b in members)


def _first(best: steps.Highest, members: list[Bundle], lists: list[Bundle], state: ClauseState) -> tuple[list[Bundle], Bundle | None]:
    """What stays of claims with one key, and of which where that is known. A record of a list that was not given may come before them, and be worth less."""
    ranks = [_rank(best, b, state.asks) for b in members]
    overtaken = bool(lists) and best.rank is not None and not (best.take == 1 and best.order and any(
        r.known and r.lo == 0 and b.net.known and b.items[0].inside.known for r, b in zip(ranks, members, strict=True)))
    if len(members) <= best.take and not overtaken:
        return members, None
    if all(_comparable(b) for b in members) and all(r.known for r in ranks) and not overtaken:
        first = sorted(range(len(members)), key=lambda i: (ranks[i].lo, *_height(best, members[i]), i))[: best.take]
        if best.rank is None or _surely(members[i] for i in first) == best.take:  # by rank a claim of 0 that may not count stands before others or does not
            return _parted(best, members, {*first}, state)
    if best.take > 1 or (best.rank is not None and not best.order):
        return _several(best, members, ranks, lists if overtaken else [], state)
    whole, highest = merged(members), max(b.net.hi for b in members)
    lowest: Number = a.ZERO if overtaken else (min if best.rank is not None else max)(b.net.lo for b in members)
    needs = a.joined((*_rests_on(best, members, state), *(b.net.needs for b in lists)))
    award = a.num(a.ZERO if overtaken else min(b.award.lo for b in members), max(b.award.hi for b in members), needs)
    return [whole.but(net=a.num(lowest, highest, needs), award=award, open=_still_open(best, members, needs), kids=(), loose=needs)], None


def _parted(best: steps.Highest, members: list[Bundle], first: set[int], state: ClauseState) -> tuple[list[Bundle], Bundle]:
    """These stay, and nothing of the others."""
    state.touched |= {number for number, choice in best.origin.tags if choice}
    return [b if i in first else _dropped(b) for i, b in enumerate(members)], merged(b for i, b in enumerate(members) if i in first)


def _dropped(bundle: Bundle) -> Bundle:
    return bundle.but(net=a.NOTHING, award=a.NOTHING, open=a.FALSE)


def _several(best: steps.Highest, members: list[Bundle], ranks: list[Num], before: list[Bundle], state: ClauseState) -> tuple[list[Bundle], Bundle | None]:
    """Which stay whatever is unknown, which do not, and what the others may come to together. All is reckoned: of 裁量 only one is taken.

    A claim stays if fewer than are taken may stand before it, and does not if as many surely do. What does not stay comes before nothing
    that may: so nothing rests on it. `before`: lists that were not given, of which records may stand before these.
    """
    places, counts = range(len(members)), [not b.items[0].inside.no for b in members]
    amounts = [b.net if best.lowest else Num(-b.net.hi, -b.net.lo, b.net.needs) for b in members]
    may, surely = _ahead(places, (ranks, amounts, [a.point(Fraction(i)) for i in places]), counts)
    sure = {i for i in places if not before and may[i] < best.take}
    out = {i for i in places if surely[i] >= best.take}
    if len(sure) + len(out) == len(members):
        return _parted(best, members, sure, state)
    sure = {i for i in sure if counts[i]}  # of the others, one that does not count leaves its place to what comes after
    rest = [i for i in places if i not in sure and i not in out]
    lows = sorted((members[i].net.lo for i in rest), reverse=best.rank is None)  # by amount the highest of what is known stay
    taken = max((best.take if best.rank is None else min(best.take, sum(counts))) - len(sure), 0)
    needs = a.joined((*(x for i in rest for x in (needs_of(members[i]), ranks[i].needs)), *(members[i].items[0].inside.needs for i in rest),
                      *(b.net.needs for b in before)))
    net = a.num(a.ZERO if before else _sum(lows[:taken]), _top((members[i].net.hi for i in rest), best.take - len(sure)), needs)
    whole = merged(members[i] for i in rest).but(net=net, award=net, open=a.FALSE, kids=(), loose=needs)
    return [*(members[i] for i in sorted(sure)), *(_dropped(members[i]) for i in sorted(out)), whole], None


def _ahead(places: Sequence[int], orders: Sequence[Sequence[Num]], counts: Sequence[bool]) -> tuple[dict[int, int], dict[int, int]]:
    """Of each claim how many others may stand before it, and how many of those that count surely do: by the first order the lowest, of what is alike there by the next."""
    own, *others = orders
    lows, highs = sorted(own[i].lo for i in places), sorted(own[i].hi for i in places if counts[i])
    may = {i: bisect_right(lows, own[i].hi) - 1 for i in places}
    surely = {i: bisect_left(highs, own[i].lo) for i in places}
    alike: dict[Number, list[int]] = {}
    for i in places:
        if own[i].known:
            alike.setdefault(own[i].lo, []).append(i)
    for group in (x for x in alike.values() if len(x) > 1 and others):
        inner_may, inner_surely = _ahead(group, others, counts)
        for i in group:
            may[i] -= len(group) - 1 - inner_may[i]
            surely[i] += inner_surely[i]
    return may, surely


def _rests_on(best: steps.Highest, members: list[Bundle], state: ClauseState) -> list[a.Needs]:
    """On what the choice among these rests: what each comes to, whether it counts, and its rank."""
    return [*(b.items[0].inside.needs for b in members if best.rank is not None), *(x for b in members for x in (needs_of(b), b.open.needs, _rank(best, b, state.asks).needs))]


def _comparable(bundle: Bundle) -> bool:
    """Whether all that the choice goes by is known."""
    return bundle.net.known and (bundle.items[0].reckoned or (bundle.open.known and bundle.award.known))


def _still_open(best: steps.Highest, members: list[Bundle], needs: a.Needs) -> Truth:
    """Whether a decision is wanted of what stays of these: surely where one that wants it is as high as any."""
    highest = max(b.net.hi for b in members)
    if best.rank is None and any(not b.open.no and b.net.lo >= highest for b in members):
        return a.TRUE
    return a.truth(any(b.open.yes for b in members), any(b.open.no for b in members), needs.union(*(b.open.needs for b in members)))


def _height(best: steps.Highest, bundle: Bundle) -> tuple[Number | bool, ...]:
    """Sorts the highest first (or last); of 裁量 claims with one bound those still to be decided, then the highest award."""
    return (bundle.net.lo,) if best.lowest else (-bundle.net.lo, not bundle.open.yes, -bundle.award.lo)


def _rank(best: steps.Highest, bundle: Bundle, asks: Asks) -> Num:
    return a.NOTHING if best.rank is None else asks.rank(best, bundle.items[0])
