"""竞合: claims of one matter, summed, against what other policies give for it."""

from __future__ import annotations

from collections.abc import Sequence

from xcrules.base.node import quick
from xcrules.plan import steps
from xcrules.run.results import Conflict

from . import abstract as a
from .abstract import Num
from .asks import Support, Supports
from .groups import Bundle, ClauseState, Told, awards_of, ends, grouped, in_order, left_beside, merged, split, still_within, told_apart


def apply_against(rule: steps.Against, state: ClauseState) -> None:
    """Claims of one matter, summed, against what other policies give for it."""
    support = state.asks.support(rule)
    if not support.rows:
        return
    state.asks.granted = True
    state.weighed.append((len(state.limited), state.bundles))
    apart = [(b, split(b)) for b in state.bundles]
    singles = [
        s for b, each in apart for s in (each if not state.discretionary or any(not x.items or _is_matched(rule, x) for x in each) else [b])
    ]
    named = [b for b in singles if _is_matched(rule, b)]
    rest = [b for b in singles if not _is_matched(rule, b)]
    groups, unknown, needs = grouped(named, lambda b: b.items[0].matter, apart=False)
    lists = [b for b in singles if not b.items]
    others = needs.union(*(b.net.needs for b in lists))  # for claims that may be of any of these matters
    beside = a.perhaps(a.total(b.net for b in (*unknown, *lists)), others) if unknown or lists else a.NOTHING
    done = [b for name, members in groups for b in _matched(rule, name, members, _support(rule, support, name), (others, beside), state)]
    unsure = needs | state.asks.open_support(rule) if unknown else needs
    done += [b.but(net=a.perhaps(b.net, unsure), award=a.perhaps(b.award, unsure)) for b in unknown]
    after = in_order([*rest, *done])
    after = in_order(_unsettled(singles, lists, after, others)) if others else after
    joined = state.discretionary and len(singles) > len(state.bundles)
    if joined:
        whole = still_within(merged(after), state.bundles)
        after = [whole if rule.settled else whole.but(open=a.either((whole.open, *(b.counts_open for b in state.bundles))))]  # who has what share is still not said
    state.bundles = after


def _is_matched(rule: steps.Against, bundle: Bundle) -> bool:
    """A claim that names its matter and whose amount is reckoned, or settled where the line weighs that too."""
    return bool(bundle.items) and (rule.settled or bundle.items[0].reckoned) and not bundle.items[0].matter.na


def _unsettled(before: list[Bundle], lists: list[Bundle], after: list[Bundle], others: a.Needs) -> list[Bundle]:
    """Where a claim may be of any matter: what was cut may come to fall on that claim instead."""
    same = {id(b) for b in before} & {id(b) for b in after} - {id(b) for b in lists}
    cut = [b for b in after if id(b) not in same]
    if len(cut) == len(lists):
        return after
    whole = merged(cut)
    if not all(b.net.known for b in cut):
        whole = whole.but(loose=others, kids=tuple(b for b in before if id(b) not in same))
    return [*(b for b in after if id(b) in same), whole]


def _by_matter(records: Sequence[Support]) -> dict[object, list[Support]]:
    rows: dict[object, list[Support]] = {}
    for row in records:
        rows.setdefault(row[1], []).append(row)
    return rows


def _matched(
    rule: steps.Against, name: str, members: list[Bundle], support: tuple[_Support, _Support, a.Needs], may_be: tuple[a.Needs, Num],
    state: ClauseState,
) -> list[Bundle]:
    """With others that may be of the same matter (what that rests on, what they come to), they might come to more than what a rival gives."""
    others, beside = may_be
    most, least, doubts = support
    received, rival = a.hull([most.received, least.received], doubts), a.hull([most.rival, least.rival], doubts)
    if not received.can_be_positive and not rival.can_be_positive:
        return members
    whole = merged(members)

    def left(claimed: Num) -> Num:
        nets = [left_beside(claimed, x.received, x.rival, rule.top_up) for x in (most, least)]
        nets += [left_beside(claimed, x.received, a.NOTHING, rule.top_up) for x in (most, least) if others]
        return a.hull(nets, a.joined((others, doubts)))

    net, settled = left(whole.net), state.discretionary and rule.settled
    told = a.total([whole.net, beside])
    conflict = Conflict(name, ends(told), ends(received), ends(rival), ends(left(told)))
    if settled and not whole.open.yes and (said := _said(whole, state)) is not None:  # all is settled: that is what came down
        conflict = Conflict(name, ends(said), ends(received), ends(rival), ends(left(said)))
    state.conflicts.append(conflict)
    state.told.append(Told(rule, name, whole, conflict))
    if ends(net) != ends(whole.net):
        state.touched |= {number for number, choice in rule.origin.tags if choice}
    state.limited.append((len(state.conflicts), whole.items, net, (received, rival, rule.top_up) if settled else None, state.told[-1]))
    after = whole.but(net=net, award=left(whole.award) if settled else net, kids=whole.kids or (whole,))
    apart, awards = told_apart(after), {b.items: b.award for b in members}
    return [b.but(award=awards[b.items]) for b in apart] if settled and apart[0] is not after else apart


def _said(whole: Bundle, state: ClauseState) -> Num | None:
    """What was settled of these claims, brought down by what came before."""
    awards = awards_of(state)
    return a.point(a.added([awards[i] for i in whole.items])) if awards is not None and all(i in awards for i in whole.items) else None


@quick
class _Support:
    """Other support for a matter: the sum received, and the highest that could be had."""

    received: Num
    rival: Num


def _support(rule: steps.Against, support: Supports, name: str) -> tuple[_Support, _Support, a.Needs]:
    """Other support that leaves the least of a claim, that which leaves the most, and the facts that tell which it is.

    What is left is never more for more support. A row whose state is unknown leaves the least as received (as a rival
    it takes all only if it is above the claim, and then it does so as received too). It leaves the most as of a third
    state, if there is one, else as a rival. Rows that may be of this matter (`perhaps`) leave the least if they are.
    """
    key = rule.received, rule.rival, rule.third, rule.optional
    if (key, name) in support:
        return support[key, name]  # type: ignore[no-any-return]
    if key not in support:
        rows = _by_matter(support.rows)
        stray = [] if rule.optional else rows.pop(None, [])
        support[key] = rows, _sums(rule, stray, rule.matter).resting_on_all()  # those that may be of any matter
    rows, perhaps = support[key]
    own = _sums(rule, rows.get(name, ()), "")
    rivals = [*own.rival, *([] if rule.third else own.open)]
    every = _Support(a.total([*own.received, *own.open, *perhaps.received]), _highest([*own.rival, *perhaps.rival]))
    support[key, name] = every, _Support(a.total(own.received), _highest(rivals)), a.joined((own.doubts, perhaps.doubts))
    return support[key, name]  # type: ignore[no-any-return]


@quick
class _Sums:
    """Rows of other support that count, by state; `open` is of an unknown one. `doubts`: the facts that tell whether they count."""

    received: list[Num]
    rival: list[Num]
    open: list[Num]
    doubts: a.Needs


    def resting_on_all(self) -> _Sums:
        """As one bundle of doubts: what is the same for every matter is joined once."""
        all_ = a.joined((self.doubts, *(x.needs for x in (*self.received, *self.rival, *self.open))))
        received = a.total([*self.received, *self.open])
        rival = _highest(self.rival)
        return _Sums([Num(received.lo, received.hi, all_)], [Num(rival.lo, rival.hi, all_)], [], all_)


def _sums(rule: steps.Against, rows: Sequence[Support], unknown: str) -> _Sums:
    """The rows by state; `unknown` names the column by which it is doubtful that they count at all."""
    received: list[Num] = []
    rival: list[Num] = []
    unsure: list[Num] = []
    doubts: set[str] = set()
    for i, _, money, state in rows:
        if state not in (None, rule.received, rule.rival) or not money.can_be_positive:
            continue
        (unsure if state is None else received if state == rule.received else rival).append(money)
        doubts |= {f"{rule.outside}[{i}].{name}" for name in ([unknown] if unknown else []) + ([rule.state] if state is None else [])}
    return _Sums(received, [_highest(rival)] if rival else [], unsure, frozenset(doubts))


def _highest(values: Sequence[Num]) -> Num:
    if not values:
        return a.NOTHING
    lo, hi = max(x.lo for x in values), max(x.hi for x in values)
    return a.num(lo, hi, a.NONE.union(*(x.needs for x in values if x.hi > lo)))
