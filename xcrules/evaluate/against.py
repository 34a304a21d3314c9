"""竞合: claims of one matter, summed, against what other policies give for it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

from attrs import evolve

from .. import calculus as c
from ..facts import Record
from ..money import UNLIMITED
from ..operators import compare, subtract
from ..results import Conflict
from . import abstract as a
from .abstract import Num, Truth
from .groups import Bundle, Steps, Told, ends, grouped, in_order, merged, split, still_within, told_apart
from .values import Env, records_of


def apply_against(rule: c.Against, state: Steps) -> None:
    """Claims of one matter, summed, against what other policies give for it."""
    records = records_of(rule.outside, state.env, closed=True) or ()
    if not records:
        return
    singles = [s for b in state.bundles for s in split(b)]
    named = [b for b in singles if _is_matched(b)]
    rest = [b for b in singles if not _is_matched(b)]
    groups, unknown, needs = grouped(named, lambda b: b.items[0].matter, alone=False)
    rows = _by_matter(rule, records)
    lists = [b for b in singles if not b.items]
    others = needs.union(*(b.net.needs for b in lists))  # for claims that may be of any of these matters
    done = [b for name, members in groups for b in _matched(rule, name, members, rows.get(name, ()), others, state)]
    done += [evolve(b, net=_perhaps(b.net, needs), award=_perhaps(b.award, needs)) for b in unknown]
    after = in_order([*rest, *done])
    after = in_order(_unsettled(singles, lists, after)) if others else after
    joined = state.discretionary and len(singles) > len(state.bundles)
    state.bundles = [still_within(merged(after), state.bundles)] if joined else after


def _is_matched(bundle: Bundle) -> bool:
    """A claim that names its matter and whose amount is reckoned: what an authority says is not matched."""
    return bool(bundle.items) and bundle.items[0].reckoned and not bundle.items[0].matter.na


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
    conflict = Conflict(name, ends(whole.net), ends(received), ends(rival), ends(net))
    state.conflicts.append(conflict)
    state.told.append(Told(rule, name, whole, conflict))
    if net != whole.net:
        state.touched |= {number for number, choice in rule.origin.tags if choice}
    state.limited.append((len(state.conflicts), whole.items, net))
    return told_apart(evolve(whole, net=net, award=net, kids=whole.kids or (whole,)))


def _net(rule: c.Against, claimed: Num, received: Num, rival: Num) -> Num:
    """Nothing if another policy would give more; else what is above what was received (or nothing at all)."""
    needs = claimed.needs | received.needs | rival.needs
    wins, loses = compare(">", (rival.lo, rival.hi), (claimed.lo, claimed.hi))
    results = [a.NOTHING] if wins else []
    if loses and rule.top_up:
        left = a.num(max(subtract(claimed.lo, received.hi), a.ZERO), max(subtract(claimed.hi, received.lo), a.ZERO), needs)
        results.append(left)
    elif loses:
        results += [a.NOTHING] if received.can_be_positive else []
        results += [claimed] if received.can_be_zero else []
    return a.hull(results, needs)


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
