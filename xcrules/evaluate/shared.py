"""SharedCap: one upper bound over several clauses, taken up in the order of the law.

Works on finished clauses: what a clause came to is cut to what earlier ones left. A clause that is still
pending leaves a range, and then what later clauses get may be pending on the same facts.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import evolve

from .. import calculus as c
from ..decision import ClauseDecision
from ..money import Number, Unlimited, apportion
from ..operators import add, fill
from ..results import DISCRETION, EXHAUSTED, GRANTED, PENDING, CapResult, ItemResult
from . import abstract as a
from .abstract import Num
from .claims import less
from .values import Env, evaluate


def apply_shared(cap: c.SharedCap, made: tuple[ClauseDecision, ...], env: Env, rounding: c.RoundTo) -> tuple[ClauseDecision, ...]:
    """The clauses with the bound applied to those it names."""
    room = _room(cap, env)
    out = []
    for clause in made:
        if clause.number not in cap.clauses or (span := _came_to(clause)) is None:
            out.append(clause)
            continue
        after = a.least(span, room)
        out.append(_cut(clause, cap, span, after, room, rounding.unit))
        room = _left(room, after)
    return tuple(out)


def _room(cap: c.SharedCap, env: Env) -> Num:
    ceiling = evaluate(cap.ceiling, env).value
    assert isinstance(ceiling, Num)
    used = [evaluate(v, env).value for v in cap.used]
    return less(ceiling, a.total(u for u in used if isinstance(u, Num)), env.unit)


def _came_to(clause: ClauseDecision) -> Num | None:
    """The 元 that a clause takes of the bound: its amount, its bound, or a range; None if it takes none."""
    needs = frozenset(clause.missing)
    if clause.status == GRANTED and clause.amount is not None:
        return a.point(clause.amount)
    if clause.status == DISCRETION and clause.bound is not None:
        return a.num(a.ZERO, clause.bound, frozenset([f"{clause.number} 的核定金额"]))
    span = clause.amount_range or clause.bound_range
    return a.num(span[0], span[1], needs) if clause.status == PENDING and span else None


def _left(room: Num, taken: Num) -> Num:
    lo, hi = add(room.lo, -taken.hi), add(room.hi, -taken.lo)
    return a.most(a.num(lo, hi, room.needs | taken.needs), a.NOTHING)


def _cut(clause: ClauseDecision, cap: c.SharedCap, before: Num, after: Num, room: Num, unit: Fraction) -> ClauseDecision:
    group = "、".join(cap.clauses)
    result = CapResult(cap.origin.text, cap.origin.words, group, _span(room), _span(before), _span(after))
    clause = evolve(clause, caps=(*clause.caps, result))
    if clause.status == DISCRETION:
        return _bounded(clause, room)
    if clause.status == PENDING:
        key = "amount_range" if clause.amount_range else "bound_range"
        return evolve(clause, **{key: _span(after)}, missing=_with(clause.missing, room))  # type: ignore[arg-type]
    if not after.known:
        return evolve(clause, status=PENDING, amount=None, bound=None, amount_range=_span(after), missing=_with((), room),
                      items=tuple(i._replace(amount=None) for i in clause.items))  # fmt: skip
    return _settled(clause, after.exact, unit)


def _bounded(clause: ClauseDecision, room: Num) -> ClauseDecision:
    """A clause still at discretion: its bound comes down to what is sure to be left."""
    bound = min(clause.bound if clause.bound is not None else room.hi, room.hi)
    return evolve(clause, status=EXHAUSTED, amount=a.ZERO, bound=None) if bound == a.ZERO else evolve(clause, bound=bound)


def _settled(clause: ClauseDecision, amount: Fraction, unit: Fraction) -> ClauseDecision:
    if amount == clause.amount:
        return clause
    status = EXHAUSTED if amount == a.ZERO else clause.status
    return evolve(clause, status=status, amount=amount, items=_shared_out(clause.items, amount, unit))


def _shared_out(items: tuple[ItemResult, ...], amount: Fraction, unit: Fraction) -> tuple[ItemResult, ...]:
    """The lower amount over the items in the order of application."""
    if any(i.amount is None for i in items):
        return items
    shares = apportion(amount, fill(amount, [i.amount or a.ZERO for i in items]), unit)
    return tuple(i._replace(amount=x) for i, x in zip(items, shares, strict=True))


def _with(missing: tuple[str, ...], room: Num) -> tuple[str, ...]:
    return tuple(sorted({*missing, *room.needs}))


def _span(value: Num) -> tuple[Fraction, Number]:
    assert not isinstance(value.lo, Unlimited)
    return value.lo, value.hi
