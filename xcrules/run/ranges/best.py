"""从高: of claims with one key only the highest, by an order of words first where there is one."""

from __future__ import annotations

from xcrules.base.money import Number
from xcrules.plan import steps

from . import abstract as a
from .abstract import Truth
from .asks import Asks
from .groups import Bundle, ClauseState, Told, grouped, in_order, key_of, merged, needs_of, split


def apply_best(best: steps.Highest, state: ClauseState) -> None:
    """Of the claims with one key only the highest stays."""
    within = [s for b in state.bundles if b.items and b.parts & set(best.parts) for s in split(b)]
    without = [b for b in state.bundles if not (b.items and b.parts & set(best.parts))]
    lists = [b for b in without if not b.items and b.parts & set(best.parts)]  # their records may be of any key
    groups, unknown, needs = grouped(within, lambda b: key_of(b, best, state.asks))
    done: list[Bundle] = []
    for name, members in groups:
        stays = _winner(best, members, lists, state)
        done += stays
        if len(members) > 1:
            state.told.append(Told(best, name, merged(members), kept=next((b for b, was in zip(stays, members, strict=False) if b is was), None)))
    if unknown:
        whole, needs = merged([*done, *unknown]), a.joined((needs, *_rests_on(best, within, state)))
        net = a.num(_least(best, within, done, unknown, lists), whole.net.hi, whole.net.needs | needs)
        done = [whole.but(net=net, award=a.perhaps(whole.award, needs), open=_still_open(best, within, needs), kids=(), loose=needs)]
    state.bundles = in_order([*without, *done])


def _least(best: steps.Highest, within: list[Bundle], done: list[Bundle], unknown: list[Bundle], lists: list[Bundle]) -> Number:
    """What surely stays where some claims may have the key of another: one of them; by amount, no less than is known to stay."""
    if best.rank is not None:
        return a.ZERO if lists else min(b.net.lo for b in within)
    return max(a.total(b.net for b in done).lo, *(b.net.lo for b in unknown))


def _winner(best: steps.Highest, members: list[Bundle], lists: list[Bundle], state: ClauseState) -> list[Bundle]:
    """What stays of claims with one key. A record of a list that was not given may come before them, and be worth less."""
    ranks = [_rank(best, b, state.asks)[0] for b in members]
    overtaken = bool(lists) and best.rank is not None and not any(
        r == 0 and b.net.known and b.items[0].inside.known for r, b in zip(ranks, members, strict=True))
    if len(members) == 1 and not overtaken:
        return members
    if all(_comparable(b) for b in members) and None not in ranks and not overtaken:
        first = min(range(len(members)), key=lambda i: (ranks[i], *_height(members[i]), i))
        if best.rank is None or members[first].items[0].inside.known:  # by rank a claim of 0 that may not count stands before others or does not
            state.touched |= {number for number, choice in best.origin.tags if choice}
            return [b if i == first else b.but(net=a.NOTHING, award=a.NOTHING, open=a.FALSE) for i, b in enumerate(members)]
    whole, highest = merged(members), max(b.net.hi for b in members)
    lowest: Number = a.ZERO if overtaken else (min if best.rank is not None else max)(b.net.lo for b in members)
    needs = a.joined((*_rests_on(best, members, state), *(b.net.needs for b in lists)))
    award = a.num(a.ZERO if overtaken else min(b.award.lo for b in members), max(b.award.hi for b in members), needs)
    return [whole.but(net=a.num(lowest, highest, needs), award=award, open=_still_open(best, members, needs), kids=(), loose=needs)]


def _rests_on(best: steps.Highest, members: list[Bundle], state: ClauseState) -> list[a.Needs]:
    """On what the choice among these rests: what each comes to, whether it counts, and its rank."""
    return [*(b.items[0].inside.needs for b in members if best.rank is not None), *(x for b in members for x in (needs_of(b), b.open.needs, _rank(best, b, state.asks)[1]))]


def _comparable(bundle: Bundle) -> bool:
    """Whether all that the choice goes by is known."""
    return bundle.net.known and (bundle.items[0].reckoned or (bundle.open.known and bundle.award.known))


def _still_open(best: steps.Highest, members: list[Bundle], needs: a.Needs) -> Truth:
    """Whether a decision is wanted of what stays of these: surely where one that wants it is as high as any."""
    highest = max(b.net.hi for b in members)
    if best.rank is None and any(not b.open.no and b.net.lo >= highest for b in members):
        return a.TRUE
    return a.truth(any(b.open.yes for b in members), any(b.open.no for b in members), needs.union(*(b.open.needs for b in members)))


def _height(bundle: Bundle) -> tuple[Number, bool, Number]:
    """Sorts the highest first; of 裁量 claims with one bound those still to be decided, then the highest award."""
    return -bundle.net.lo, not bundle.open.yes, -bundle.award.lo


def _rank(best: steps.Highest, bundle: Bundle, asks: Asks) -> tuple[int | None, a.Needs]:
    return (0, a.NONE) if best.rank is None else asks.rank(best, bundle.items[0])
