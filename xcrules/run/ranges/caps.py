"""上限 on groups of claims: totals come down, and the cut falls on the claims in the order of application."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from xcrules.base.money import inside_out
from xcrules.base.spoken import spoken_group
from xcrules.meaning.operators import fill, subtract
from xcrules.plan import steps
from xcrules.run.results import CapResult

from . import abstract as a, groups
from .abstract import Num, Truth, balance, in_cents, less
from .groups import Bundle, ClauseState, Told


def apply_cap(cap: steps.Cap, state: ClauseState) -> None:
    """The sum over each group comes down to what the cap leaves."""
    parts = frozenset(cap.parts)
    within = [b for b in state.bundles if b.parts & parts]
    without = [b for b in state.bundles if not b.parts & parts]
    if not within:
        return
    limited = len(state.limited)
    apart = [(b, _apart(cap, parts, b, state.discretionary)) for b in within]
    pieces = [x for _, each in apart for x in each]
    beyond = [x for x in pieces if not x.parts & parts]
    inside = [x for x in pieces if x.parts & parts] if beyond else pieces
    done = _by_key(cap, inside, state) if cap.reach == "同一" else _capped(cap, groups.merged(inside), "合计", state)
    if cap.reach != "同一" and cap.ceiling is not None and all(b.parts <= parts for b in state.bundles):
        state.most = min(state.most, state.limits[-1][1].hi)
    if len(pieces) > len(within) and (state.discretionary or not all(groups.is_exact(x.net) for x in pieces)):
        left = groups.still_within(groups.merged([*beyond, *done]), within)
        if cap.ceiling is None:  # of all together no more is taken off than was had
            had = a.total(taken[0] for _, _, _, taken, _ in state.limited[limited:] if taken is not None)
            left = left.but(net=a.most(left.net, a.point(subtract(groups.total_of(within).lo, had.hi))))
        if state.discretionary:
            left = _less_what_is_open(left, apart)
        beyond, done = [], [left]
    state.bundles = groups.in_order([*without, *beyond, *done])


def _less_what_is_open(left: Bundle, apart: list[tuple[Bundle, list[Bundle]]]) -> Bundle:
    """What was taken off claims together before they were taken apart is off one of them: where it is not known how much, it may be off those that this
    cap leaves as they are."""
    off = a.total(a.num(a.ZERO, subtract(groups.total_of(each).hi, b.net.lo), b.net.needs)
                  for b, each in apart if len(each) > 1 and not groups.is_exact(b.net))
    return left.but(net=a.num(max(subtract(left.net.lo, off.hi), a.ZERO), left.net.hi, left.net.needs | off.needs))


def _apart(cap: steps.Cap, parts: frozenset[str], bundle: Bundle, discretionary: bool) -> list[Bundle]:
    """A bundle taken apart as far as a cap tells its claims apart: those of its parts, those of one key.

    Each claim has its share of the total; a bound on what an authority may say is nobody's share.
    """
    if not bundle.parts & parts or (cap.reach != "同一" and bundle.parts <= parts):
        return [bundle]
    if not discretionary or not bundle.kids:
        return groups.split(bundle)
    return [bundle] if groups.is_single(bundle) else [x for kid in bundle.kids for x in _apart(cap, parts, kid, discretionary)]


def _by_key(cap: steps.Cap, claims: list[Bundle], state: ClauseState) -> list[Bundle]:
    """The cap on the claims of each person or unit."""
    lists = [b for b in claims if not b.items]  # an unknown list: any number of persons or units
    alike, unknown, needs = groups.grouped([b for b in claims if b.items], lambda b: groups.key_of(b, cap, state.asks))
    done = [x for name, members in alike for x in _capped(cap, groups.merged(members), spoken_group(name), state, beside=unknown)]
    if unknown:
        done = _perhaps_same(cap, [groups.merged(members) for _, members in alike], unknown, needs, state)
    return [*lists, *done]


def _perhaps_same(cap: steps.Cap, alike: list[Bundle], unknown: list[Bundle], needs: a.Needs, state: ClauseState) -> list[Bundle]:
    """Claims of which some may belong to one person or unit, who is not known.

    Most is left if each is somebody else's. However they fall together, what is left is no less than the lowest bound
    for all in one, and no less than that bound for each of the known groups.
    """
    apart = [x for b in [*alike, *unknown] for x in _capped(cap, b, "未知", state, record=False)]
    every = groups.merged([*alike, *unknown])
    limit, _ = _limit(cap, every, state)
    if cap.ceiling is None:  # what each had is taken off its own claims: least is left if each is somebody else's who had most
        least = groups.total_of(apart).lo
    else:
        least = max(min(every.net.lo, limit.lo), a.total(a.point(min(g.net.lo, limit.lo)) for g in alike).lo)
    needs = a.joined((needs, limit.needs, groups.needs_of(every), *(groups.needs_of(x) for x in apart)))
    net = a.num(least, groups.total_of(apart).hi, needs)
    if net.known and net == every.net:
        return apart
    whole = groups.merged(apart)
    kids = whole.kids if net.known and not net.can_be_positive else ()
    award = a.num(a.ZERO, whole.award.hi, a.beside(whole.award.needs, needs))
    return [whole.but(net=net, award=award, kids=kids, loose=a.NONE if kids else needs)]


def _capped(
    cap: steps.Cap, whole: Bundle, name: str, state: ClauseState, record: bool = True, beside: Sequence[Bundle] = (),
) -> list[Bundle]:
    """`beside`: claims that may be of this group too, which is told of it."""
    limit, used = _limit(cap, whole, state)
    net = a.least(whole.net, limit)
    if cap.ceiling is not None and net.lo < net.hi and len(whole.kids) > 1 and any(i.inside.no for i in whole.items):
        # each that counts has its own ceiling and use in the bound of all; what is made up is taken off once, whoever counts
        net = a.num(net.lo, min(net.hi, a.total(a.least(kid.net, _limit(cap, kid, state)[0]) for kid in whole.kids).hi), net.needs)
    told = None
    if record and state.reasons:
        before, left, had = _perhaps_with(cap, whole, beside, state) if beside else (whole.net, limit, used)
        result = CapResult(
            cap.origin.text, cap.origin.words, name, groups.ends(left), groups.ends(before), groups.ends(a.least(before, left)),
            None if had is None else groups.ends(had), () if state.discretionary or beside else _cuts(whole, net), cap.origin.label,
        )
        state.caps.append(result)
        state.told.append(told := Told(cap, name, whole, result, beside=bool(beside)))
    if cap.origin.tags and groups.ends(net) != groups.ends(whole.net):
        state.touched |= {number for number, choice in cap.origin.tags if choice}
    taken = None if cap.ceiling is not None else (a.NOTHING if used is None else used, a.NOTHING, True)
    state.limited.append((len(state.conflicts), whole.items, limit, taken, told))
    if cap.ceiling is not None:  # a balance is no bound: rounding may go past it
        state.limits.append((whole.items, limit))
    open_ = a.both((whole.open, Truth(limit.can_be_positive, limit.can_be_zero, limit.needs))) if whole.open.yes else a.FALSE
    after = Bundle(
        whole.items, whole.parts, whole.rank, net,
        a.least(whole.award, limit) if taken is None else groups.left_beside(whole.award, *taken), open_, whole.kids or (whole,),
        whole.loose,
    )
    return [after] if state.discretionary else groups.told_apart(after)


def _perhaps_with(cap: steps.Cap, whole: Bundle, beside: Sequence[Bundle], state: ClauseState) -> tuple[Num, Num, Num | None]:
    """What a group comes to, what the cap leaves and what was granted, where any of the claims beside it may be of it."""
    ways = [_limit(cap, x, state) for x in (whole, groups.merged([whole, *beside]))]
    before = a.total([whole.net, a.perhaps(groups.total_of(beside), a.NONE)])
    had = [used for _, used in ways if used is not None]
    used = a.hull(had, a.NONE) if had else None
    return before, balance(before, used) if cap.ceiling is None and used is not None else a.hull([limit for limit, _ in ways], a.NONE), used


def _limit(cap: steps.Cap, whole: Bundle, state: ClauseState) -> tuple[Num, Num | None]:
    """What the cap leaves, and what was granted."""
    of: list[tuple[Any, Truth]] = [(i, i.inside) for i in whole.items] if cap.reach == "同一" else [(None, a.TRUE)]
    asks, free = state.asks, state.ungranted
    ceiling = None if cap.ceiling is None else _extreme([(asks.ceiling(cap, i, free), t) for i, t in of], lowest=True)
    if cap.used is None or free:
        return a.at_least_zero(whole.net if ceiling is None else in_cents(ceiling, state.cent)), None
    used = _extreme([(asks.used(cap, i), t) for i, t in of], lowest=False)
    asks.granted = asks.granted or used != a.NOTHING
    return balance(whole.net, used) if ceiling is None else less(ceiling, used, state.cent), used


def _extreme(all_values: list[tuple[Num, Truth]], lowest: bool) -> Num:
    """The lowest (or highest) over rows that count; rows that may not count widen the range."""
    if len(all_values) == 1:
        (value, inside), = all_values
        return a.num(value.lo, value.hi, a.beside(value.needs, inside.needs))
    pick, other = (min, max) if lowest else (max, min)
    every, sure = [v for v, _ in all_values], [v for v, t in all_values if not t.no]
    outer = pick(v.lo if lowest else v.hi for v in every)
    ends = [v.hi if lowest else v.lo for v in sure or every]
    inner = pick(ends) if sure else other(ends)  # which of them counts is not known, if any does
    return a.num(min(outer, inner), max(outer, inner), a.joined(n for v, t in all_values for n in (v.needs, t.needs)))


def _cuts(whole: Bundle, net: Num) -> tuple[tuple[str, str, Fraction], ...]:
    """By how much each item comes down; empty when nothing is cut or something is unknown."""
    if net == whole.net or not (groups.is_exact(net) and groups.is_exact(whole.net)):
        return ()
    before, after = [*groups.spread(whole, whole.net)], [*groups.spread(whole, net)]
    if not all(groups.is_exact(x) for _, x in (*before, *after)):
        return ()
    return tuple((b.items[0].path, b.items[0].part, x.exact - y.exact) for (b, x), (_, y) in zip(before, after, strict=True) if x != y)


def tell_awards(state: ClauseState) -> None:
    """Of claims about which an authority has nothing left to say, the records of caps: what was recorded came down, from the inside out."""
    found: dict[int, CapResult] = {}
    for place, bundles in (*state.weighed, (len(state.limited), state.bundles)):
        found = {id(told): result for told, result in _of_awards(state.limited[:place], bundles)} | found
    state.told = [Told(x.step, x.group, x.whole, found.get(id(x), x.result), x.kept, x.beside) for x in state.told]
    state.caps = [x.result for x in state.told if isinstance(x.result, CapResult)]


def _of_awards(limited: list[groups.Bounded], bundles: list[Bundle]) -> Iterator[tuple[Told, CapResult]]:
    awards = {} if any(map(groups.open_which, bundles)) else {
        x.items[0]: x.award.exact for b in bundles for x in groups.leaves(b) if x.items and groups.is_exact(x.award)}
    for _, items, limit, taken, told in sorted(limited, key=inside_out):
        members = sorted(items, key=lambda i: i.rank)
        was = [awards.pop(i) for i in members if i in awards]
        if told is None or told.whole.open.yes or len(was) < len(members):
            continue  # who has what share of it is not said
        before = a.point(sum(was, a.ZERO))
        after = a.least(before, limit) if taken is None else groups.left_beside(before, *taken)
        kept = list(zip(members, was, fill(after.lo, was), strict=True)) if after.known else []
        awards |= {i: x for i, _, x in kept}
        if isinstance(told.result, CapResult):
            yield (
                told,
                told.result._replace(
                    before=groups.ends(before), after=groups.ends(after), cuts=tuple((i.path, i.part, x - y) for i, x, y in kept if x != y)
                ),
            )
