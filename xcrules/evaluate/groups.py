"""Steps on groups of claims: 从高, 竞合 and caps, each making fewer, larger bundles with a total.

A bundle is a claim or several under one cap. Totals are ranges, so the same steps serve facts that are
complete and facts that are not. How a cut falls on the items is worked out from the finished bundles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import product

from attrs import define, evolve, field, frozen

from .. import calculus as c
from ..facts import Record
from ..money import UNLIMITED, Number, apportion
from ..operators import compare, fill, floor_to
from ..results import AmountRange, CapResult, Conflict
from . import abstract as a
from .abstract import Num, Sym, Truth
from .claims import Item, Items, less
from .values import Env, evaluate, records_of


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


def _key(bundle: Bundle, key: c.Value) -> Sym:
    if len(bundle.items) != 1:
        return Sym(None, na=True)
    value = evaluate(key, bundle.items[0].env).value
    if isinstance(value, Num):
        return Sym(str(value.lo), value.needs, value.na)
    assert isinstance(value, Sym)
    return value


Groups = tuple[list[tuple[str, list[Bundle]]], list[Bundle], a.Needs]


def _grouped(bundles: list[Bundle], key: Callable[[Bundle], Sym], alone: bool = True) -> Groups:
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


def _alone(bundle: Bundle) -> bool:
    """One item, or one unknown list."""
    if len(bundle.kids) <= 1 and len(bundle.items) <= 1:
        return not bundle.kids or _alone(bundle.kids[0])
    return False


def split(bundle: Bundle) -> list[Bundle]:
    """A bundle as bundles of one item each (and unknown lists), with what each has of the total."""
    if _alone(bundle):
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
    lo, hi = _minus(whole.lo, earlier.hi), _minus(whole.hi, earlier.lo)
    return a.num(min(own.lo, max(lo, a.ZERO)), min(own.hi, max(hi, a.ZERO)), own.needs | whole.needs | earlier.needs)


# -- caps -------------------------------------------------------------------------------------------------


def apply_cap(cap: c.Cap, state: Steps) -> None:
    """The sum over each group comes down to what the cap leaves."""
    parts = frozenset(cap.parts)
    within = [b for b in state.bundles if b.parts & parts]
    without = [b for b in state.bundles if not b.parts & parts]
    if not within:
        return
    pieces = [x for b in within for x in _apart(cap, parts, b, state.discretionary)]
    beyond = [x for x in pieces if not x.parts & parts]
    inside = [x for x in pieces if x.parts & parts] if beyond else pieces
    done = _by_key(cap, inside, state) if cap.reach == "同一" else [_capped(cap, merged(inside), "合计", state)]
    if len(pieces) > len(within) and (state.discretionary or any(allocate(b) is None for b in within)):
        beyond, done = [], [_still_within(merged([*beyond, *done]), within)]
    state.bundles = [*without, *beyond, *done]


def _apart(cap: c.Cap, parts: frozenset[str], bundle: Bundle, discretionary: bool) -> list[Bundle]:
    """A bundle taken apart as far as a cap tells its claims apart: those of its parts, those of one key.

    Each claim has its share of the total; a bound on what an authority may say is nobody's share.
    """
    if not bundle.parts & parts or (cap.reach != "同一" and bundle.parts <= parts):
        return [bundle]
    if not discretionary or not bundle.kids:
        return split(bundle)
    return [bundle] if _alone(bundle) else [x for kid in bundle.kids for x in _apart(cap, parts, kid, discretionary)]


def _still_within(whole: Bundle, before: list[Bundle]) -> Bundle:
    """Claims taken apart without knowing the share of each: together they stay under the totals they had."""
    return evolve(whole, net=a.least(whole.net, total_of(before)), award=a.least(whole.award, a.total(b.award for b in before)))


def _by_key(cap: c.Cap, claims: list[Bundle], state: Steps) -> list[Bundle]:
    """The cap on the claims of each person or unit."""
    assert cap.key is not None
    key = cap.key
    lists = [b for b in claims if not b.items]  # an unknown list: any number of persons or units
    groups, unknown, needs = _grouped([b for b in claims if b.items], lambda b: _key(b, key))
    done = [_capped(cap, merged(members), name.lstrip("\0"), state) for name, members in groups]
    if unknown:
        done = [_perhaps_same(cap, [*done, *unknown], needs, state)]
    return [*lists, *done]


def _perhaps_same(cap: c.Cap, bundles: list[Bundle], needs: a.Needs, state: Steps) -> Bundle:
    """Claims of which some may belong to one person or unit, who is not known: anything up to the sum."""
    apart = [_capped(cap, b, "未知", state, record=False) if len(b.items) == 1 else b for b in bundles]
    whole = merged(apart)
    unsure = a.num(a.ZERO, whole.net.hi, whole.net.needs | needs)
    return evolve(whole, net=unsure, award=a.num(a.ZERO, whole.award.hi, whole.award.needs | needs), kids=())


def _capped(cap: c.Cap, whole: Bundle, name: str, state: Steps, record: bool = True) -> Bundle:
    limit, bare, used = _limit(cap, whole, state.env)
    net, data = a.least(whole.net, limit), a.least(whole.data, bare)
    if record:
        state.caps.append(
            CapResult(cap.origin.text, cap.origin.words, name, _ends(limit), _ends(whole.net), _ends(net), None if used is None else _ends(used),
                      _cuts(whole, net))
        )  # fmt: skip
    if net != whole.net:
        state.touched |= {number for number, choice in cap.origin.tags if choice}
    kids = whole.kids or (whole,)
    open_ = a.both((whole.open, Truth(net.can_be_positive, net.can_be_zero, net.needs)))
    return Bundle(whole.items, whole.parts, net, data, a.least(whole.award, net), open_, kids)


def _limit(cap: c.Cap, whole: Bundle, env: Env) -> tuple[Num, Num, Num | None]:
    """What the cap leaves, what it would leave had nothing been granted, and what was granted."""
    envs = [(i.env, i.inside) for i in whole.items] if cap.reach == "同一" else [(env, a.TRUE)]
    if cap.ceiling is None:
        ceiling, bare = whole.net, whole.data
    else:
        ceiling = _extreme([(_num(cap.ceiling, e), t) for e, t in envs], lowest=True)
        ceiling = a.num(floor_to(ceiling.lo, env.unit), floor_to(ceiling.hi, env.unit), ceiling.needs)
        bare_env = env.inside(env.record, env.path, whole_unknown=env.whole_unknown, data=True)
        bare = _num(cap.ceiling, bare_env) if cap.reach != "同一" else ceiling
        bare = a.most(bare, a.NOTHING)
    if cap.used is None:
        return a.most(ceiling, a.NOTHING), bare, None
    used = _extreme([(_num(cap.used, e), t) for e, t in envs], lowest=False)
    return less(ceiling, used, env.unit), bare, used


def _num(node: c.Value, env: Env) -> Num:
    value = evaluate(node, env).value
    assert isinstance(value, Num)
    return value


def _extreme(values: list[tuple[Num, Truth]], lowest: bool) -> Num:
    """The lowest (or highest) over rows that count; rows that may not count widen the range."""
    pick = min if lowest else max
    sure = [v for v, t in values if not t.no] or [v for v, _ in values]
    every = [v for v, _ in values]
    needs = frozenset().union(*(v.needs | t.needs for v, t in values))
    if lowest:
        return a.num(pick(v.lo for v in every), pick(v.hi for v in sure), needs)
    return a.num(pick(v.lo for v in sure), pick(v.hi for v in every), needs)


def _ends(value: Num) -> AmountRange:
    return value.lo, value.hi  # type: ignore[return-value]


def _cuts(whole: Bundle, net: Num) -> tuple[tuple[str, Fraction], ...]:
    """By how much each item comes down; empty when nothing is cut or something is unknown."""
    before = allocate(whole)
    after = allocate(evolve(whole, net=net)) if net.known and net.lo != UNLIMITED else None
    if before is None or after is None or net == whole.net:
        return ()
    return tuple((i.path, before[i] - after[i]) for i in before if before[i] != after[i])


# -- 从高 ---------------------------------------------------------------------------------------------------


def apply_best(best: c.Best, state: Steps) -> None:
    """Of the claims with one key only the highest stays."""
    within = [s for b in state.bundles if b.items and b.parts & set(best.parts) for s in split(b)]
    without = [b for b in state.bundles if not (b.items and b.parts & set(best.parts))]
    groups, unknown, needs = _grouped(within, lambda b: _key(b, best.key))
    done: list[Bundle] = []
    for _, members in groups:
        done += _winner(best, members, state)
    if unknown:
        whole = merged([*done, *unknown])
        done = [evolve(whole, net=a.num(a.ZERO, whole.net.hi, whole.net.needs | needs), kids=())]
    state.bundles = [*without, *done]


def _winner(best: c.Best, members: list[Bundle], state: Steps) -> list[Bundle]:
    if len(members) == 1:
        return members
    ranks = [_rank(best, b) for b in members]
    if all(b.net.known for b in members) and None not in ranks:
        order = sorted(range(len(members)), key=lambda i: (ranks[i], *_height(members[i]), i))
        state.touched |= {number for number, choice in best.origin.tags if choice}
        return [b if i == order[0] else _beaten(b) for i, b in enumerate(members)]
    whole = merged(members)
    highest = max(b.net.hi for b in members)
    lowest: Number = (min if best.rank is not None else max)(b.net.lo for b in members)
    needs = whole.net.needs.union(*(_rank_needs(best, b) for b in members))
    return [evolve(whole, net=a.num(lowest, highest, needs), kids=())]


def _height(bundle: Bundle) -> tuple[Number, bool, Number]:
    """Sorts the highest first; of 裁量 claims with one bound those still to be decided, then the highest award."""
    return -bundle.net.lo, not bundle.open.yes, -bundle.award.lo


def _beaten(bundle: Bundle) -> Bundle:
    return evolve(bundle, net=a.NOTHING, data=a.NOTHING, award=a.NOTHING, open=a.FALSE)


def _rank_needs(best: c.Best, bundle: Bundle) -> a.Needs:
    """The unknown fact that a rank rests on."""
    return evaluate(best.rank, bundle.items[0].env).value.needs if best.rank is not None else a.NONE


def _rank(best: c.Best, bundle: Bundle) -> int | None:
    if best.rank is None:
        return 0
    value = evaluate(best.rank, bundle.items[0].env).value
    assert isinstance(value, Sym)
    if not value.known:
        return None
    return best.order.index(value.value) if value.value in best.order else len(best.order)


# -- 竞合 ---------------------------------------------------------------------------------------------------


def apply_against(rule: c.Against, state: Steps) -> None:
    """Claims of one matter, summed, against what other policies give for it."""
    records = records_of(rule.outside, state.env, closed=True) or ()
    if not records:
        return
    singles = [s for b in state.bundles for s in split(b)]
    named = [b for b in singles if b.items and not b.items[0].matter.na]
    rest = [b for b in singles if not b.items or b.items[0].matter.na]
    groups, unknown, needs = _grouped(named, lambda b: b.items[0].matter, alone=False)
    rows = _by_matter(rule, records)
    lists = [b for b in singles if not b.items]
    others = needs.union(*(b.net.needs for b in lists))  # for claims that may be of any of these matters
    done = [b for name, members in groups for b in _matched(rule, name, members, rows.get(name, ()), others, state)]
    done += [evolve(b, net=_perhaps(b.net, needs), award=_perhaps(b.award, needs)) for b in unknown]
    state.bundles = [*rest, *done] if not others else _unsettled(singles, lists, [*rest, *done])


def _perhaps(amount: Num, needs: a.Needs) -> Num:
    return a.num(a.ZERO, amount.hi, amount.needs | needs)


def _unsettled(before: list[Bundle], lists: list[Bundle], after: list[Bundle]) -> list[Bundle]:
    """Where a claim may be of any matter: what was cut may come to fall on that claim instead."""
    same = {id(b) for b in before} & {id(b) for b in after} - {id(b) for b in lists}
    cut = [b for b in after if id(b) not in same]
    if len(cut) == len(lists):
        return after
    whole = merged(cut)
    if not all(b.net.known for b in cut):
        whole = evolve(whole, loose=True, kids=tuple(b for b in before if id(b) not in same))
    return [*(b for b in after if id(b) in same), whole]


Rows = Sequence[tuple[int, Record]]  # of other support, with their places in the list


def _by_matter(rule: c.Against, records: Sequence[Record]) -> dict[object, list[tuple[int, Record]]]:
    rows: dict[object, list[tuple[int, Record]]] = {}
    for i, record in enumerate(records):
        rows.setdefault(record.get(rule.matter), []).append((i, record))
    return rows


def _matched(rule: c.Against, name: str, members: list[Bundle], rows: Rows, others: a.Needs, state: Steps) -> list[Bundle]:
    """With `others` that may be of the same matter, together they might come to more than what a rival gives."""
    scenarios = _outside(rule, rows, state.env)
    needs = _open_states(scenarios)
    received, rival = a.hull([x for x, _, _ in scenarios], needs), a.hull([z for _, z, _ in scenarios], needs)
    if not received.can_be_positive and not rival.can_be_positive:
        return members
    whole = merged(members)
    nets = [_net(rule, whole.net, x, z) for x, z, _ in scenarios]
    nets += [_net(rule, whole.net, x, a.NOTHING) for x, _, _ in scenarios if others]
    net = a.hull(nets, needs | others)
    state.conflicts.append(Conflict(name, _ends(whole.net), _ends(received), _ends(rival), _ends(net)))
    if net != whole.net:
        state.touched |= {number for number, choice in rule.origin.tags if choice}
    return [evolve(whole, net=net, award=a.least(whole.award, net), kids=whole.kids or (whole,))]


def _net(rule: c.Against, claimed: Num, received: Num, rival: Num) -> Num:
    """Nothing if another policy would give more; else what is above what was received (or nothing at all)."""
    needs = claimed.needs | received.needs | rival.needs
    wins, loses = compare(">", (rival.lo, rival.hi), (claimed.lo, claimed.hi))
    results = [a.NOTHING] if wins else []
    if loses and rule.top_up:
        left = a.num(max(_minus(claimed.lo, received.hi), a.ZERO), max(_minus(claimed.hi, received.lo), a.ZERO), needs)
        results.append(left)
    elif loses:
        results += [a.NOTHING] if received.can_be_positive else []
        results += [claimed] if received.can_be_zero else []
    return a.hull(results, needs)


def _minus(left: Number, right: Number) -> Number:
    if left == UNLIMITED or right == UNLIMITED:
        return UNLIMITED if left == UNLIMITED and right != UNLIMITED else a.ZERO
    return left - right  # type: ignore[operator]


MAX_OPEN_STATES = 6  # rows whose state is unknown are tried both ways; past this many, each by itself
Scenario = tuple[Num, Num, a.Needs]  # Σ received, the highest that could be, the unknown states it rests on


def _outside(rule: c.Against, given: Rows, env: Env) -> list[Scenario]:
    """What other support there is for a matter, for each way that unknown states may turn out."""
    rows: list[tuple[Num, object, str]] = []
    for i, record in given:
        path, amount = f"{rule.outside}[{i}]", record.get(rule.amount)
        value = a.point(amount) if isinstance(amount, Fraction) else Num(a.ZERO, UNLIMITED, frozenset([f"{path}.{rule.amount}"]))
        rows.append((value, record.get(rule.state), f"{path}.{rule.state}"))
    open_rows = [r for r in rows if r[1] is None]
    needs = frozenset(r[2] for r in open_rows)
    if len(open_rows) > MAX_OPEN_STATES:
        every = a.total(a.if_inside(v, Truth(True, s is None, needs)) for v, s, _ in rows)
        return [(every, every, needs), (a.NOTHING, a.NOTHING, needs)]
    scenarios = []
    for states in product((rule.received, rule.rival), repeat=len(open_rows)):
        turned = dict(zip((r[2] for r in open_rows), states, strict=True))
        settled = [(v, s if s is not None else turned[p]) for v, s, p in rows]
        best = a.NOTHING
        for value, held in settled:
            best = a.most(best, value) if held == rule.rival else best
        scenarios.append((a.total(v for v, held in settled if held == rule.received), best, needs))
    return scenarios


def _open_states(scenarios: list[Scenario]) -> a.Needs:
    return frozenset().union(*(n for _, _, n in scenarios))


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
