"""Claims in bundles: how they are grouped, joined and taken apart, and how a total falls on them.

A bundle is a claim or several under one cap; the steps of caps, best and against make fewer, larger ones. Totals
are ranges, so the same steps serve facts that are complete and facts that are not. How a cut falls on the items is
worked out from the finished bundles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from attrs import define, evolve, field, frozen

from .. import calculus as c
from ..money import UNLIMITED, apportion
from ..operators import fill, subtract
from ..results import AmountRange, CapResult, Conflict
from . import abstract as a
from .abstract import Num, Sym, Truth
from .claims import Item, Items
from .values import Env, evaluate


@frozen(eq=False, repr=False)
class Bundle:
    """Claims with one total. `net` 元 after the steps so far, `data` the same had nothing been granted before."""

    items: tuple[Item, ...]
    parts: frozenset[str]
    net: Num
    data: Num
    award: Num
    open: Truth
    kids: tuple[Bundle, ...] = ()
    loose: bool = False  # what each of the kids has of the total does not follow from their order

    @property
    def counts_open(self) -> Truth:
        """Whether a decision of the authority is still wanted: open, and there is room for one."""
        return a.both((self.open, Truth(self.net.can_be_positive, self.net.can_be_zero, self.net.needs)))


@frozen(eq=False, repr=False)
class Told:
    """A step as it was applied to one group, for the reasons: the claims, and which of them stay (从高)."""

    step: c.Cap | c.Best | c.Against
    group: str
    whole: Bundle
    result: CapResult | Conflict | None = None
    kept: Bundle | None = None


@define(eq=False, repr=False)
class Steps:
    """The state of a clause while its steps are applied."""

    env: Env
    bundles: list[Bundle]
    caps: list[CapResult]
    conflicts: list[Conflict]
    touched: set[str]
    discretionary: bool = False  # some amount is for an authority to say: totals are bounds
    stages: list[tuple[str, Num]] = field(factory=list)  # after each step: the status of a zero made by it, the total
    told: list[Told] = field(factory=list)


def bundles_of(claims: Iterable[Items]) -> list[Bundle]:
    """One bundle for each claim; an unknown list is one bundle of which nothing is known."""
    made = []
    for claim in claims:
        if claim.unknown_list:
            needs = frozenset([claim.unknown_list]) | claim.unknown_needs
            anything = Num(a.ZERO, UNLIMITED, needs)
            open_ = Truth(True, True, needs) if isinstance(claim.each.grant, c.Award) else a.FALSE
            made.append(Bundle((), frozenset([claim.each.part]), anything, anything, a.NOTHING, open_))
        made += bundles_of_items(claim.items)
    return made


def bundles_of_items(items: Iterable[Item]) -> list[Bundle]:
    return [Bundle((i,), frozenset([i.part]), i.net, i.data, i.award, a.both((i.undetermined, i.inside))) for i in items]


def merged(kids: list[Bundle]) -> Bundle:
    """Several bundles as one; the total is the sum."""
    if len(kids) == 1:
        return kids[0]
    return Bundle(
        tuple(i for k in kids for i in k.items), frozenset().union(*(k.parts for k in kids)),
        a.total(k.net for k in kids), a.total(k.data for k in kids), a.total(k.award for k in kids),
        a.either(k.counts_open for k in kids), tuple(kids),
    )  # fmt: skip


def total_of(bundles: list[Bundle]) -> Num:
    return a.total(b.net for b in bundles)


# -- grouping by a key ------------------------------------------------------------------------------------


def key_of(bundle: Bundle, key: c.Value) -> Sym:
    if len(bundle.items) != 1:
        return Sym(None, na=True)
    value = evaluate(key, bundle.items[0].env).value
    if isinstance(value, Num):
        return Sym(str(value.lo), value.needs, value.na)
    assert isinstance(value, Sym)
    return value


Groups = tuple[list[tuple[str, list[Bundle]]], list[Bundle], a.Needs]


def grouped(bundles: list[Bundle], key: Callable[[Bundle], Sym], alone: bool = True) -> Groups:
    """Groups by known key (a claim without a key is its own group), and those whose key is unknown.

    A single claim is a group whatever its key, if the key serves only to tell claims apart (`alone`).
    """
    groups: dict[str, list[Bundle]] = {}
    unknown: list[Bundle] = []
    needs = a.NONE
    for i, bundle in enumerate(bundles):
        word = key(bundle)
        if not word.known and (len(bundles) > 1 or not alone):
            unknown.append(bundle)
            needs |= word.needs
        else:
            groups.setdefault(word.value if word.value is not None else f"\0{i}", []).append(bundle)
    return list(groups.items()), unknown, needs


def is_single(bundle: Bundle) -> bool:
    """One item, or one unknown list."""
    if len(bundle.kids) <= 1 and len(bundle.items) <= 1:
        return not bundle.kids or is_single(bundle.kids[0])
    return False


def split(bundle: Bundle) -> list[Bundle]:
    """A bundle as bundles of one item each (and unknown lists), with what each has of the total."""
    if is_single(bundle):
        return [bundle]
    return [_share(leaf, net, bundle) for leaf, net in _spread(bundle, bundle.net)]


def _share(leaf: Bundle, net: Num, whole: Bundle) -> Bundle:
    award = leaf.award if not leaf.items or isinstance(leaf.items[0].each.grant, c.Award) else net
    return evolve(leaf, net=net, data=a.least(leaf.data, whole.data), award=award, kids=())


def _spread(bundle: Bundle, net: Num) -> list[tuple[Bundle, Num]]:
    """What each single claim has of `net`, in the order of application; ranges where something is unknown."""
    if len(bundle.kids) == 1:
        return _spread(bundle.kids[0], net)
    if bundle.loose or not bundle.kids:
        kids = bundle.kids or bundles_of_items(bundle.items) or [bundle]
        return _spread_loosely(kids, net, bundle.net.needs) if len(kids) > 1 else [(kids[0], net)]
    out: list[tuple[Bundle, Num]] = []
    earlier = a.NOTHING
    for kid in bundle.kids:
        out += _spread(kid, _left_over(kid.net, net, earlier))
        earlier = a.total((earlier, kid.net))
    return out


def _spread_loosely(kids: Sequence[Bundle], net: Num, needs: a.Needs) -> list[tuple[Bundle, Num]]:
    """Shares that are not known: anything up to what there is."""
    ups = [a.num(a.ZERO, min(k.net.hi, net.hi), k.net.needs | net.needs | needs) for k in kids]
    return [x for kid, up in zip(kids, ups, strict=True) for x in _spread(kid, up)]


def _left_over(own: Num, whole: Num, earlier: Num) -> Num:
    """What is left of the whole for a claim when earlier ones have theirs."""
    lo, hi = subtract(whole.lo, earlier.hi), subtract(whole.hi, earlier.lo)
    return a.num(min(own.lo, max(lo, a.ZERO)), min(own.hi, max(hi, a.ZERO)), own.needs | whole.needs | earlier.needs)


def ends(value: Num) -> AmountRange:
    return value.lo, value.hi  # type: ignore[return-value]


# -- how the total falls on the items ---------------------------------------------------------------------------


def allocate(bundle: Bundle) -> dict[Item, Fraction] | None:
    """What each item has of the bundle's total, in the order of application; None if it is not known."""
    if not bundle.net.known or bundle.net.lo == UNLIMITED or bundle.loose:
        return None
    if not bundle.kids:
        return dict.fromkeys(bundle.items, bundle.net.exact) if len(bundle.items) == 1 else None
    if len(bundle.kids) == 1 and bundle.kids[0].items == bundle.items:
        return allocate(evolve(bundle.kids[0], net=bundle.net))
    if not all(k.net.known and k.net.lo != UNLIMITED for k in bundle.kids):
        return None
    shares = fill(bundle.net.exact, [k.net.exact for k in bundle.kids])
    out: dict[Item, Fraction] = {}
    for kid, share in zip(bundle.kids, shares, strict=True):
        inner = allocate(evolve(kid, net=a.point(share)))
        if inner is None:
            return None
        out |= inner
    return out


def in_cents(bundle: Bundle, cents: Fraction, unit: Fraction) -> dict[Item, Fraction]:
    """The bundle's rounded total over its items, level by level, so that no cap is passed by rounding."""
    if not bundle.kids:
        return dict.fromkeys(bundle.items[:1], cents)
    if len(bundle.kids) == 1:
        return in_cents(bundle.kids[0], cents, unit)
    wants = fill(bundle.net.exact, [k.net.exact for k in bundle.kids])
    out: dict[Item, Fraction] = {}
    for kid, want, share in zip(bundle.kids, wants, apportion(cents, wants, unit), strict=True):
        out |= in_cents(evolve(kid, net=a.point(want)), share, unit)
    return out
