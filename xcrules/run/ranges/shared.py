"""A clause under a bound over several: what it came to, cut to what earlier ones left. From fields of decisions alone, so every engine may ask."""

from __future__ import annotations

from fractions import Fraction

from xcrules.meaning.operators import add, fill, floor_to
from xcrules.plan import steps
from xcrules.run.decision import ClauseDecision, changed
from xcrules.run.results import DISCRETION, GRANTED, PENDING, CapResult, ItemResult

from . import abstract as a
from .abstract import Num
from .groups import ends


def span_of(clause: ClauseDecision) -> Num | None:
    """The 元 that a clause would take of the bound: its amount, its bound, or a range; None if it takes none."""
    if clause.status in (GRANTED, DISCRETION):
        value = clause.bound if clause.amount is None else clause.amount
        return None if value is None else a.point(value)
    span = clause.bound_range or clause.amount_range
    return a.num(span[0], span[1], frozenset(clause.missing)) if clause.status == PENDING and span else None


def comes_to(clause: ClauseDecision) -> Num | None:
    """元 that a clause is granted, a range where that is open; None where an authority has still to say it."""
    if clause.status == GRANTED and clause.amount is not None:
        return a.point(clause.amount)
    if clause.status == DISCRETION and clause.bound is not None:
        return None
    if clause.status == PENDING:
        return None if clause.bound_range is not None else a.num(*(clause.amount_range or (a.ZERO, a.ZERO)), frozenset(clause.missing))
    return a.NOTHING


def told_again(clause: ClauseDecision, own: ClauseDecision, room: Num, node: steps.Decide) -> ClauseDecision:
    """The clause as this bound finds it: what is open only by how much there is, is settled where this bound leaves one figure."""
    span = span_of(clause)
    assert span is not None
    if clause.status != PENDING or not (after := a.least(span, room)).known:
        return clause
    if own.status != PENDING:  # an earlier bound left a range
        return changed(own, caps=clause.caps)
    two_ways = clause.saying is not None and bool(clause.saying.reverse)
    sure = clause.bound_range is None and span.lo > a.ZERO and not two_ways  # it is granted something whatever the facts are
    if not sure or node.pays or not room.known or not isinstance(after.lo, Fraction):
        return clause
    return changed(clause, status=GRANTED, amount=max(span.hi, after.lo), amount_range=None, missing=())


def cut(
    clause: ClauseDecision, cap: steps.SharedCap | steps.OnlyOne, room: Num, zero: str, unit: Fraction, told: Num | None = None,
) -> ClauseDecision:
    """The clause with the bound applied; `told` is what it came to, where that is open and the bound finds it settled."""
    before = span_of(clause)
    assert before is not None
    after = a.least(before, room)
    units = (
        room if clause.status == DISCRETION or clause.bound_range else a.num(floor_to(room.lo, unit), floor_to(room.hi, unit), room.needs)
    )
    group = "、".join(cap.clauses)
    result = CapResult(cap.origin.text, cap.origin.words, group, ends(room), ends(before if told is None else told), ends(after))
    bound = None if clause.bound is None else a.least(a.point(clause.bound), room)
    clause = changed(clause, caps=(*clause.caps, result))
    if clause.status == PENDING:
        more = room.needs if room.lo < before.hi else a.NONE  # once its own facts are known it may come to the most of them
        spans = {key: ends(a.least(a.num(span[0], span[1], a.NONE), units)) for key in ("amount_range", "bound_range") if (span := getattr(clause, key))}
        return changed(clause, **spans, missing=tuple(sorted({*clause.missing, *more})))
    after = after if after.known else a.least(before, units)  # ranges may come to the same whole units
    if not after.known or not (bound is None or bound.known):
        spans = {"bound_range" if clause.amount is None else "amount_range": ends(after)} | ({} if bound is None else {"bound_range": ends(bound)})
        return changed(clause, status=PENDING, amount=None, bound=None, sure=a.ZERO, missing=tuple(sorted(room.needs)),
                      items=tuple(i._replace(amount=None) for i in clause.items), **spans)
    if clause.status == DISCRETION:
        return none(clause, zero) if after.lo == a.ZERO else changed(clause, bound=after.lo, sure=floor_to(min(clause.sure, room.lo), unit))
    return _settled(clause, after.exact, bound, unit, zero)


def left_of(room: Num, taken: Num) -> Num:
    return a.most(a.num(add(room.lo, -taken.hi), add(room.hi, -taken.lo), room.needs | taken.needs), a.NOTHING)


def _settled(clause: ClauseDecision, amount: Fraction, bound: Num | None, unit: Fraction, zero: str) -> ClauseDecision:
    """A granted clause: what is left is no more than whole units of 取整, over the items in the order of application."""
    left = None if bound is None else bound.lo
    if amount == clause.amount and (left is None or left > a.ZERO):
        return changed(clause, bound=left)
    amount = floor_to(amount, unit)  # type: ignore[assignment]
    if amount == a.ZERO:
        return none(clause, zero)
    return changed(clause, amount=amount, bound=left, items=_shared_out(clause.items, amount))


def none(clause: ClauseDecision, zero: str) -> ClauseDecision:
    return changed(
        clause, status=zero, amount=a.ZERO, bound=None, sure=a.ZERO, items=tuple(i._replace(amount=a.ZERO) for i in clause.items)
    )


def _shared_out(items: tuple[ItemResult, ...], amount: Fraction) -> tuple[ItemResult, ...]:
    if any(i.amount is None for i in items):
        return items
    return tuple(i._replace(amount=x) for i, x in zip(items, fill(amount, [i.amount or a.ZERO for i in items]), strict=True))
