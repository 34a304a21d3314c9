"""上限 on groups of claims: totals come down, and the cut falls on the claims in the order of application."""

from __future__ import annotations

from fractions import Fraction

from attrs import evolve

from .. import calculus as c
from ..money import UNLIMITED
from ..operators import floor_to
from ..results import CapResult
from . import abstract as a
from .abstract import Num, Truth
from .claims import less
from .groups import Bundle, Steps, Told, allocate, ends, grouped, is_single, key_of, merged, split, total_of
from .values import Env, evaluate


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
    return [bundle] if is_single(bundle) else [x for kid in bundle.kids for x in _apart(cap, parts, kid, discretionary)]


def _still_within(whole: Bundle, before: list[Bundle]) -> Bundle:
    """Claims taken apart without knowing the share of each: together they stay under the totals they had."""
    return evolve(whole, net=a.least(whole.net, total_of(before)), award=a.least(whole.award, a.total(b.award for b in before)))


def _by_key(cap: c.Cap, claims: list[Bundle], state: Steps) -> list[Bundle]:
    """The cap on the claims of each person or unit."""
    assert cap.key is not None
    key = cap.key
    lists = [b for b in claims if not b.items]  # an unknown list: any number of persons or units
    groups, unknown, needs = grouped([b for b in claims if b.items], lambda b: key_of(b, key))
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
        result = CapResult(cap.origin.text, cap.origin.words, name, ends(limit), ends(whole.net), ends(net),
                           None if used is None else ends(used), _cuts(whole, net), cap.origin.label)  # fmt: skip
        state.caps.append(result)
        state.told.append(Told(cap, name, whole, result))
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


def _cuts(whole: Bundle, net: Num) -> tuple[tuple[str, Fraction], ...]:
    """By how much each item comes down; empty when nothing is cut or something is unknown."""
    before = allocate(whole)
    after = allocate(evolve(whole, net=net)) if net.known and net.lo != UNLIMITED else None
    if before is None or after is None or net == whole.net:
        return ()
    return tuple((i.path, before[i] - after[i]) for i in before if before[i] != after[i])
