"""Claims in bundles: how they are grouped, joined and taken apart, and how a total falls on them.

Each claim has a rank, its part in the order of the text and its place in the list, and keeps it to the end: whatever
has to come down falls on the claims of the highest rank. A bundle is one claim as long as it is known what each claim
has of what was done to several; where that is not known (or, under 裁量, is nobody's to say) a bundle is several
claims with one total. Totals are ranges, so the same steps serve facts that are complete and facts that are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import attrs
from attrs import define, field

from xcrules.base.money import CENT, UNLIMITED, Number, Unlimited, brought_to, inside_out, nested, shared_out
from xcrules.base.node import quick
from xcrules.meaning.operators import compare, fill, floor_to, subtract
from xcrules.plan import steps
from xcrules.run.results import AmountRange, CapResult, Conflict

from . import abstract as a
from .abstract import Num, Sym, Truth
from .asks import Asks, Item, Items, Rank, Rounded


@quick
class Bundle:
    """Claims with one total. `net` 元 after the steps so far; `award` what an authority recorded, or `net` if none does."""

    items: tuple[Item, ...]
    parts: frozenset[str]
    rank: Rank
    net: Num
    award: Num
    open: Truth
    kids: tuple[Bundle, ...] = ()
    loose: a.Needs = a.NONE  # what tells how much of the total each claim has, where this does not follow from their order

    def but(self, **changes: Any) -> Bundle:
        """The same with other fields."""
        return attrs.evolve(self, **changes)  # type: ignore[misc]

    @property
    def counts_open(self) -> Truth:
        """Whether a decision of the authority is still wanted: open, and there is room for one."""
        return a.both((self.open, Truth(self.net.can_be_positive, self.net.can_be_zero, self.net.needs))) if self.open.yes else a.FALSE


@quick
class Told:
    """A step as it was applied to one group, for the reasons: the claims, and which of them stay (从高)."""

    step: steps.Cap | steps.Highest | steps.Against
    group: str
    whole: Bundle
    result: CapResult | Conflict | None = None
    kept: Bundle | None = None
    beside: bool = False  # whether claims of which it is not known whose they are may be of it too


Taken = tuple[Num, Num, bool]  # other support received, the highest that could be had, and whether what was received is made up (else nothing is given)
Bounded = tuple[int, tuple[Item, ...], Num, Taken | None, Told | None]
Limited = tuple[tuple[Item, ...], Num]  # claims that were brought down together, and to what at most


@define(eq=False, repr=False)
class ClauseState:
    """The state of a clause while its steps are applied."""

    asks: Asks
    bundles: list[Bundle]
    discretionary: bool = False  # some amount is for an authority to say: totals are bounds
    ungranted: bool = False  # what the facts alone give: nothing was granted before, nobody else supports
    caps: list[CapResult] = field(factory=list)
    conflicts: list[Conflict] = field(factory=list)
    touched: set[str] = field(factory=set)
    limits: list[Limited] = field(factory=list)  # by caps
    most: Number = UNLIMITED  # what the caps on all claims together leave
    limited: list[Bounded] = field(factory=list)  # by caps and 竞合; how many 竞合 came before
    weighed: list[tuple[int, list[Bundle]]] = field(factory=list)  # before each 竞合, which makes of nets what was awarded: how many of `limited`, the bundles
    stages: list[tuple[str, list[Bundle]]] = field(factory=list)  # after each step: the status of a zero made by it, the bundles
    told: list[Told] = field(factory=list)
    cent: Any = CENT  # at the scale of the amounts
    reasons: bool = True  # whether caps are noted, to be told


def bundles_of(claims: Iterable[Items[Any]], ungranted: bool = False) -> list[Bundle]:
    """One bundle for each claim; an unknown list is one bundle of which nothing is known, nor of what was recorded there."""
    made = []
    for claim in claims:
        if (found := claim.any_record) is not None:
            open_ = Truth(True, True, found.needs) if isinstance(claim.each.grant, steps.Discretion) else a.FALSE
            net = found.ungranted if ungranted else found.net
            made.append(Bundle((), frozenset([claim.each.part]), (claim.place, 0), net, net, open_))
        made += [bundle_of(i, ungranted) for i in claim.items]
    return made


def bundle_of(item: Item, ungranted: bool = False) -> Bundle:
    net = item.ungranted()[1] if ungranted else item.net
    open_ = a.both((item.undetermined, item.inside)) if item.undetermined.yes else a.FALSE
    return Bundle((item,), frozenset((item.part,)), item.rank, net, item.award, open_)


def in_order(bundles: Iterable[Bundle]) -> list[Bundle]:
    """In the order of application."""
    return sorted(bundles, key=lambda b: b.rank)


def merged(kids: Iterable[Bundle]) -> Bundle:
    """Several bundles as one; the total is the sum."""
    kids = in_order(kids)
    if len(kids) == 1:
        return kids[0]
    return Bundle(
        tuple(i for k in kids for i in k.items), frozenset().union(*(k.parts for k in kids)), kids[0].rank,
        a.total(k.net for k in kids), a.total(k.award for k in kids), a.either(k.counts_open for k in kids), tuple(kids),
    )


def total_of(bundles: Sequence[Bundle]) -> Num:
    return a.plain(bundles[0].net) if len(bundles) == 1 else a.total([b.net for b in bundles])


# -- grouping by a key ------------------------------------------------------------------------------------


def key_of(bundle: Bundle, step: steps.Cap | steps.Highest, asks: Asks) -> Sym:
    return asks.key(step, bundle.items[0]) if len(bundle.items) == 1 else Sym(None, na=True)


Groups = tuple[list[tuple[str, list[Bundle]]], list[Bundle], a.Needs]


def grouped(bundles: list[Bundle], key: Callable[[Bundle], Sym], apart: bool = True) -> Groups:
    """Groups by known key (a claim without a key is its own group), and those whose key is unknown.

    A single claim is a group whatever its key, if the key serves only to tell claims apart (`apart`).
    """
    groups: dict[str, list[Bundle]] = {}
    unknown: list[Bundle] = []
    needs: list[a.Needs] = []
    for i, bundle in enumerate(bundles):
        word = key(bundle)
        if not word.known and (len(bundles) > 1 or not apart):
            unknown.append(bundle)
            needs.append(word.needs)
        else:
            groups.setdefault(word.value if word.value is not None else f"\0{i}", []).append(bundle)
    return list(groups.items()), unknown, a.joined(needs)


# -- taking bundles apart -----------------------------------------------------------------------------------


def is_single(bundle: Bundle) -> bool:
    """One item, or one unknown list."""
    while len(bundle.items) <= 1 and len(bundle.kids) == 1:
        (bundle,) = bundle.kids
    return len(bundle.items) <= 1 and not bundle.kids


def split(bundle: Bundle) -> list[Bundle]:
    """A bundle as bundles of one item each (and unknown lists), with what each has of the total."""
    return [*_singles(bundle)]


def _singles(bundle: Bundle) -> Iterator[Bundle]:
    if is_single(bundle):
        yield bundle
        return
    for x, net in spread(bundle, bundle.net):
        yield Bundle(x.items, x.parts, x.rank, net, net if x.items and x.items[0].reckoned else x.award, x.open, (), x.loose)


def told_apart(bundle: Bundle) -> list[Bundle]:
    """The same if it is known what each has; else the bundle itself, as it is where the total is a range."""
    if not is_exact(bundle.net):
        return [bundle]
    singles = split(bundle)
    return singles if all(is_exact(x.net) for x in singles) else [bundle]


def is_exact(amount: Num) -> bool:
    return amount.known and not isinstance(amount.lo, Unlimited)


def leaves(bundle: Bundle) -> list[Bundle]:
    """The single claims and unknown lists of a bundle, in their order."""
    if bundle.kids:
        return in_order(x for kid in bundle.kids for x in leaves(kid))
    return [bundle] if is_single(bundle) else [bundle_of(i) for i in bundle.items]


def spread(bundle: Bundle, net: Num) -> Iterator[tuple[Bundle, Num]]:
    """What each single claim has of `net`, in the order of application; ranges where something is unknown."""
    if len(bundle.kids) == 1:
        yield from spread(bundle.kids[0], net)
    elif is_single(bundle):
        yield bundle, net
    elif not bundle.loose and is_exact(net) and (singles := _exactly(bundle)):
        yield from ((one, a.point(part)) for (one, _), part in zip(singles, fill(net.lo, [x.exact for _, x in singles]), strict=True))
    elif bundle.loose or not bundle.kids or not _one_after_the_other(bundle.kids):
        needs = a.beside(net.needs, needs_of(bundle))
        yield from ((k, a.num(a.ZERO, min(k.net.hi, net.hi), needs)) for k in leaves(bundle))  # not known: anything up to what there is
    else:
        earlier = a.NOTHING
        for kid in bundle.kids:
            yield from spread(kid, _left_over(kid.net, net, earlier))
            earlier = a.total((earlier, kid.net))


def _exactly(bundle: Bundle) -> list[tuple[Bundle, Num]]:
    """What each single claim has of what its kid came to, in the order of application, though kids cross each other; nothing where that is not known."""
    if not all(is_exact(k.net) for k in bundle.kids):
        return []
    singles = sorted((x for kid in bundle.kids for x in spread(kid, kid.net)), key=lambda x: x[0].rank)
    return singles if all(is_exact(x) for _, x in singles) else []


def needs_of(bundle: Bundle) -> a.Needs:
    """What its total, and what each of its claims has of it, may rest on."""
    return a.joined(
        (bundle.loose, bundle.net.needs, bundle.award.needs, *(needs_of(k) for k in bundle.kids), *(i.net.needs for i in bundle.items))
    )


def _one_after_the_other(kids: Sequence[Bundle]) -> bool:
    """Whether all claims of one kid come before all of the next."""
    lasts = [max((i.rank for i in k.items), default=k.rank) for k in kids]
    return all(last <= kid.rank for last, kid in zip(lasts, kids[1:], strict=False))


def _left_over(own: Num, whole: Num, earlier: Num) -> Num:
    """What is left of the whole for a claim when earlier ones have theirs."""
    lo = subtract(whole.lo, earlier.hi)
    if own.lo is own.hi and whole.lo is whole.hi and earlier.lo is earlier.hi:
        return a.point(min(own.lo, max(lo, a.ZERO)))
    hi = subtract(whole.hi, earlier.lo)
    return a.num(min(own.lo, max(lo, a.ZERO)), min(own.hi, max(hi, a.ZERO)), a.joined((own.needs, whole.needs, earlier.needs)))


def still_within(whole: Bundle, before: list[Bundle]) -> Bundle:
    """Claims taken apart without knowing the share of each: together they stay under the totals they had."""
    return whole.but(net=a.least(whole.net, total_of(before)), award=a.least(whole.award, a.total(b.award for b in before)))


def ends(value: Num) -> AmountRange:
    return value.lo, value.hi  # type: ignore[return-value]


# -- the total, brought to the unit of 取整 ---------------------------------------------------------------------


def brought(state: ClauseState, rounding: Rounded) -> Num:
    """What the claims come to now, rounded once: for 裁量 the bound, down to the 分."""
    whole = total_of(state.bundles)
    if state.discretionary:
        return a.num(floor_to(whole.lo, state.cent), floor_to(whole.hi, state.cent), whole.needs)
    if (shares := shares_of(state, rounding)) is not None:
        return a.point(a.added([*shares.values()]))
    capped = bool(state.limits) or any(i.top() != UNLIMITED for b in state.bundles for i in b.items)
    groups = [frozenset(items) for items, _ in state.limits if items]
    fits = not capped or (rounding.unit == state.cent and nested(groups) and len({*groups}) == len(groups))  # two on the same claims may cross once keys are known
    low = rounded(whole.lo, rounding)
    if not fits and not _fits_alone(state, low):
        low = floor_to(whole.lo, rounding.unit)
    high = min(rounded(whole.hi, rounding), floor_to(_room_of(state), rounding.unit))
    return a.num(low, high, whole.needs or of_shares(state))


def _fits_alone(state: ClauseState, rounded: Number) -> bool:
    """Whether one claim, that shares with no other, has room for its rounded amount under any cap."""
    items = [i for b in state.bundles for i in b.items]
    return len(state.bundles) == len(items) == 1 and all(
        rounded <= room for room in (items[0].top(), *(limit.lo for _, limit in state.limits))
    )


def _room_of(state: ClauseState) -> Number:
    """What all claims may come to by the caps alone: rounding passes none of them.

    Where several parts were put together, a group under a cap may hold claims that the cap is not about.
    """
    if not all(b.items for b in state.bundles) or len(frozenset().union(*(b.parts for b in state.bundles))) > 1:
        return state.most
    apart: set[Item] = {i for b in state.bundles for i in b.items}
    rooms: list[Number] = []
    for group, limit in sorted(state.limits, key=lambda x: (-len(x[0]), x[1].hi)):
        if apart.issuperset(group):
            rooms.append(limit.hi)
            apart.difference_update(group)
    return min(state.most, a.added([*rooms, *(i.top(highest=True) for i in apart)]))


def of_shares(state: ClauseState) -> a.Needs:
    """What the shares rest on where their sum is known: rounding may go either way with them, and so may what is taken of each."""
    taken = (x.needs for *_, made_up, _ in state.limited for x in (made_up or ())[:2])
    return a.joined((*(needs_of(b) for b in state.bundles), *(limit.needs for _, _, limit, *_ in state.limited), *taken))


def rounded(value: Number, rounding: Rounded) -> Number:
    """An end of a range, brought to the unit of 取整; no end stays none."""
    return value if isinstance(value, Unlimited) or not value.numerator else brought_to(value, rounding.unit, rounding.mode)


def shares_of(state: ClauseState, rounding: Rounded) -> dict[Item, Fraction] | None:
    """What each item has of the rounded total; None where that is not known. Of 裁量 see `award_shares`."""
    if not all(is_exact(b.net) for b in state.bundles):
        return None  # nor what each of its claims has
    singles = in_order(x for b in state.bundles for x in _singles(b))
    if not all(is_exact(x.net) and (x.items or not x.net.can_be_positive) for x in singles):
        return None  # or of a list that was not given, which may have some of it
    nets = {x.items[0]: x.net.exact for x in singles if x.items}
    return _in_cents(nets, state, rounding)


def award_shares(state: ClauseState, rounding: Rounded) -> dict[Item, Fraction] | None:
    """What each item has of what was recorded, cut by the same caps; None where that is not known."""
    awards, bound = awards_of(state), total_of(state.bundles)
    return _in_cents(awards, state, rounding, bound) if awards is not None and bound.known else None


def sure_of(state: ClauseState, rounding: Rounded) -> Number:
    """元 that are granted whatever an authority still says: what is reckoned or recorded, cut by the same caps and rounded once.

    Nothing where caps cross: more for one claim may then be less for all.
    """
    return awarded_of(state, rounding).lo if nested([frozenset(items) for _, items, *_ in state.limited]) else a.ZERO


def awards_of(state: ClauseState) -> dict[Item, Fraction] | None:
    """What was recorded for each item (or is reckoned), cut by the same caps, before rounding; None where that is not known."""
    singles = in_order(x for b in state.bundles for x in leaves(b))
    told = all(is_exact(b.award) and not open_which(b) for b in state.bundles)  # what is recorded for each may be known, and not which of them count
    if not (told and all(is_single(x) and x.items and is_exact(x.award) for x in singles)):
        return None
    awards = {x.items[0]: x.award for x in singles}
    for _, items, limit, taken, _ in sorted(state.limited, key=inside_out):
        members = sorted((i for i in items if i in awards), key=lambda i: i.rank)
        room = limit if taken is None else left_beside(a.total(awards[i] for i in members), *taken)
        earlier = a.NOTHING
        for item in members:  # a cap that is not known may still leave each the same
            own, awards[item] = awards[item], _left_over(awards[item], room, earlier)
            earlier = a.total((earlier, own))
    return {item: x.exact for item, x in awards.items()} if all(map(is_exact, awards.values())) else None


def left_beside(claimed: Num, received: Num, rival: Num, top_up: bool) -> Num:
    """Nothing if another policy would give more; else what is above what was received (or nothing at all)."""
    needs = a.joined((claimed.needs, received.needs, rival.needs))
    wins, loses = compare(">", (rival.lo, rival.hi), (claimed.lo, claimed.hi))
    results = [a.NOTHING] if wins else []
    if loses and top_up:
        results.append(a.num(max(subtract(claimed.lo, received.hi), a.ZERO), max(subtract(claimed.hi, received.lo), a.ZERO), needs))
    elif loses:
        results += [a.NOTHING] if received.can_be_positive else []
        results += [claimed] if received.can_be_zero else []
    return a.hull(results, needs)


def open_which(bundle: Bundle) -> bool:
    """Whether it is open which of its claims has what it comes to."""
    return not is_single(bundle) and (bundle.loose != a.NONE or any(map(open_which, bundle.kids)))


def awarded_of(state: ClauseState, rounding: Rounded) -> Num:
    """What was recorded for all claims, cut by the same caps and rounded once."""
    if (shares := award_shares(state, rounding)) is not None:
        return a.point(a.added([*shares.values()]))
    whole = a.total(b.award for b in state.bundles)
    bound = total_of(state.bundles)
    high = min(rounded(whole.hi, rounding), floor_to(bound.hi, rounding.unit))
    low = a.ZERO if any(taken is not None for *_, taken, _ in state.limited) else floor_to(whole.lo, rounding.unit)  # what is taken of it is not taken off here
    return a.num(low, high, whole.needs | bound.needs or of_shares(state))


def _in_cents(amounts: dict[Item, Fraction], state: ClauseState, rounding: Rounded, bound: Num = a.NO_LIMIT) -> dict[Item, Fraction] | None:
    """What each item has of the rounded total, which passes no cap and no `bound`; None where a cap that is not known tells which way it is rounded."""
    whole, cent = a.added([*amounts.values()]), state.cent
    if not whole % rounding.unit and not any(x % cent for x in amounts.values()):
        return amounts
    places = {item: place for place, item in enumerate(amounts)}
    every = [] if isinstance(bound.lo, Unlimited) else [(list(places.values()), bound.lo // cent * cent)]

    def shared(highest: bool) -> list[Fraction]:
        caps = [([places[i] for i in items if i in places], limit.hi if highest else limit.lo) for items, limit in state.limits]
        rooms = [*caps, *(([place], item.top(highest)) for item, place in places.items())]
        return shared_out(
            list(amounts.values()), [(x, room) for x, room in rooms if not isinstance(room, Unlimited)] + every, rounding.unit, cent,
            rounding.mode,
        )

    shares = shared(highest=False)
    open_ = any(limit.lo != limit.hi for _, limit in state.limits) or any(i.top() != i.top(highest=True) for i in places)
    return None if open_ and shared(highest=True) != shares else dict(zip(amounts, shares, strict=True))
