"""What single facts, comparisons, choices and folds come to, as far as is known. No facts and no names are read here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from xcrules.base.money import UNLIMITED, Number, Unlimited
from xcrules.base.spoken import BESIDE
from xcrules.facts.tables import FactField
from xcrules.facts.types import NOT_APPLICABLE, BoolType, DateType, EnumType, NumberType, TextType, Type, YearType, is_time
from xcrules.meaning import values
from xcrules.meaning.operators import arith, compare, quotient, year_of

from . import abstract as a
from .abstract import Abstract, Num, Sym, Truth

# -- facts ----------------------------------------------------------------------------------------------


def unknown(type_: Type, path: str, signed: bool = False) -> Abstract:
    """All that is known of a fact that was not given: its type, and that it may not apply."""
    needs = frozenset([path])
    match type_:
        case BoolType():
            return Truth(True, True, needs)
        case EnumType() | TextType():
            return Sym(None, needs)
        case NumberType() if not signed:
            return Num(a.ZERO, UNLIMITED, needs, may_na=True)
        case YearType():
            return Num(Fraction(1900), Fraction(2200), needs, may_na=True)
        case _:
            return Num(-UNLIMITED, UNLIMITED, needs, may_na=True)


def not_applicable(type_: Type) -> Abstract:
    match type_:
        case BoolType():
            return a.FALSE
        case EnumType() | TextType():
            return Sym(None, na=True)
        case _:
            return a.NOT_APPLICABLE_NUM


def nothing(type_: Type) -> Abstract:
    """闭世界: what was not given is 0, or is not so."""
    return a.NOTHING if isinstance(type_, NumberType) else not_applicable(type_)


def held(value: object, type_: Type) -> Abstract:
    if value is NOT_APPLICABLE:
        return not_applicable(type_)
    if isinstance(value, bool):
        return a.of(value)
    if isinstance(value, str):
        return Sym(value)
    assert isinstance(value, Fraction)
    return a.point(value)


def literal(value: Fraction | str | bool | Unlimited) -> Abstract:
    if isinstance(value, bool):
        return a.of(value)
    return Sym(value) if isinstance(value, str) else a.point(value)


def of_parts(node: values.At, key: str, spec: FactField, ledger: Mapping[Any, Any]) -> Num:
    """What was granted under a clause with 分项, or under one of them: what stands at the clause is the sum of its parts.

    Where it is more than what stands at the parts, the rest is of those at which nothing stands.
    """
    def at(name: str) -> Fraction | None:
        entry = ledger.get(name)
        return entry if isinstance(entry, Fraction) else None if entry is None else a.ZERO

    own, whole, told = at(key), at(node.whole), [at(x) for x in node.parts]
    open_ = [x for x, value in zip(node.parts, told, strict=True) if value is None]
    total = sum((x for x in told if x is not None), a.ZERO)
    path = f"{spec.name}.{key}"
    if key == node.whole:
        if whole is None and open_ and not spec.closed:
            return Num(total, UNLIMITED, frozenset([path]))
        return a.point(max(whole or a.ZERO, total))
    if own is not None:
        return a.point(own)
    if whole is None:
        return a.NOTHING if spec.closed else Num(a.ZERO, UNLIMITED, frozenset([path]))
    rest = max(whole - total, a.ZERO)
    return a.num(rest if open_ == [key] else a.ZERO, rest, frozenset([path]))


# -- operators --------------------------------------------------------------------------------------------


def computed(node: values.Arith, x: Num, y: Num, moments: bool, both: bool) -> Num:
    """Sums and products of numbers read 不适用 as 0; a day or a year that does not apply (`moments`) leads to none, and (`both`) what is
    reckoned with a time that does not apply neither."""
    if node.op == "较小" and isinstance(node.type, DateType):
        return earlier(x, y)
    if moments and (x.na or (both and y.na)):
        return a.NOT_APPLICABLE_NUM
    doubtful = moments and (x.may_na or (both and y.may_na))
    if node.op in ("较小", "较大"):
        made = (a.least if node.op == "较小" else a.most)(x, y)
    else:
        made = a.num(*arith(node.op, (x.lo, x.hi), (y.lo, y.hi), node.type), x.needs | y.needs)
    return perhaps_none(made, x.needs | y.needs, isinstance(node.type, NumberType)) if doubtful else made


def earlier(x: Num, y: Num) -> Num:
    """Of two days; where one does not apply, the other: what has not happened is later than any day."""
    if x.na or y.na:
        return y if x.na else x
    if not y.may_na and y.hi <= x.lo:
        return y
    if not x.may_na and x.hi <= y.lo:
        return x
    made, needs = a.least(x, y), x.needs | y.needs
    hi = max([made.hi, *(other.hi for one, other in ((x, y), (y, x)) if one.may_na)])
    return Num(made.lo, hi, needs, may_na=True) if x.may_na and y.may_na else a.num(made.lo, hi, needs)


def perhaps_none(made: Num, needs: a.Needs, elapsed: bool) -> Num:
    """What is reckoned with a time that may turn out not to apply: then it does not either, and of a number that is 0."""
    lo, hi = (min(made.lo, a.ZERO), max(made.hi, a.ZERO)) if elapsed else (made.lo, made.hi)
    return Num(lo, hi, needs, may_na=True)


def year_of_day(day: Num) -> Num:
    """The calendar year of a day."""
    if day.na:
        return day
    made = a.num(year_of(day.lo), year_of(day.hi), day.needs)
    return Num(made.lo, made.hi, day.needs, may_na=True) if day.may_na else made


def divided(x: Num, y: Num, other: Num | None) -> Num:
    """x ÷ y, and `other` where y is 0; without that it does not apply there."""
    if y.lo == y.hi == a.ZERO:
        return a.NOT_APPLICABLE_NUM if other is None else a.plain(other)
    lo, hi = quotient((x.lo, x.hi), (y.lo, y.hi))
    needs = x.needs | y.needs
    if not (y.lo <= a.ZERO <= y.hi or y.may_na):
        return a.num(lo, hi, needs)
    return Num(lo, hi, needs, may_na=True) if other is None else a.hull([Num(lo, hi), a.plain(other)], needs)


def compared(op: values.CompareOp, x: Abstract, y: Abstract) -> Truth:
    """What does not apply is neither more nor less than anything, nor the same, nor other."""
    if isinstance(x, Truth) and isinstance(y, Truth):
        same = a.either((a.both((x, y)), a.both((a.negate(x), a.negate(y)))))
        return same if op == "=" else a.negate(same)
    assert isinstance(x, Num | Sym)
    assert isinstance(y, Num | Sym)
    if x.na or y.na:
        return a.FALSE
    if isinstance(x, Num) and isinstance(y, Num):
        yes, no = compare(op, (x.lo, x.hi), (y.lo, y.hi))
        return a.truth(yes, no or x.may_na or y.may_na, x.needs | y.needs) if yes else a.FALSE
    assert isinstance(x, Sym)
    assert isinstance(y, Sym)
    if x.known and y.known:
        return a.of((x.value == y.value) == (op == "="))
    return Truth(True, True, x.needs | y.needs)


def logic(op: str, truths: list[Truth]) -> Truth:
    if op == "非":
        return a.negate(truths[0])
    return a.both(truths) if op == "且" else a.either(truths)


def one_of(possible: list[Abstract], needs: a.Needs, type_: Type) -> Abstract:
    """One of these, which depending on `needs`."""
    if isinstance(possible[0], Num):
        return one_number([v for v in possible if isinstance(v, Num)], needs, isinstance(type_, YearType) or is_time(type_))
    if isinstance(possible[0], Truth):
        return one_truth([v for v in possible if isinstance(v, Truth)], needs)
    return one_word([v for v in possible if isinstance(v, Sym)], needs)


def one_truth(possible: list[Truth], needs: a.Needs) -> Truth:
    return a.truth(any(t.yes for t in possible), any(t.no for t in possible), needs.union(*(v.needs for v in possible)))


def as_key(value: Abstract) -> Sym:
    """A word by which claims are told apart; a number that does not apply is 0 like any other."""
    if isinstance(value, Num):
        return Sym(str(value.lo), value.needs, value.na)
    assert isinstance(value, Sym)
    return value


def together(parts: list[Sym]) -> Sym:
    """Several words as one; none where one of them is none."""
    if any(x.known and x.value is None for x in parts):
        return Sym(None, na=True)
    needs = a.joined(x.needs for x in parts)
    return Sym(None, needs) if needs else Sym(BESIDE.join(x.value or "" for x in parts))


def one_word(possible: list[Sym], needs: a.Needs) -> Sym:
    needs = needs.union(*(v.needs for v in possible))
    same = all(v == possible[0] for v in possible)
    return possible[0] if same and possible[0].needs == needs else Sym(None, needs)


def one_number(possible: list[Num], needs: a.Needs, moment: bool) -> Num:
    """A number is 0 where it does not apply; a day or a year stays one that does not apply."""
    applying = [v for v in possible if not v.na] if moment else possible
    if not applying:
        return a.NOT_APPLICABLE_NUM
    made = a.hull(applying, needs)
    if moment and (len(applying) < len(possible) or any(v.may_na for v in possible)):
        return Num(made.lo, made.hi, needs.union(*(v.needs for v in possible)), may_na=True)
    return made


# -- folds --------------------------------------------------------------------------------------------------


def folded(op: str, counted: list[tuple[Truth, Num]]) -> Num:
    """合计, 计数, 最高 or 最低 of values that each count or may count."""
    if op in ("合计", "计数"):
        return a.total(a.if_inside(v, t) for t, v in counted)
    if op == "种数":
        return _different(counted)
    if not counted:
        return a.NOTHING
    sure = [v for t, v in counted if not t.no]
    ends = [v for _, v in counted]
    if op == "最高":
        lo: Number = max((v.lo for v in sure), default=min(min(v.lo for v in ends), a.ZERO))
        hi = max(v.hi for v in ends)
        return a.num(lo, hi if sure else max(hi, a.ZERO), _needs(x for x in counted if not sure or x[1].hi > lo))
    hi = min((v.hi for v in sure), default=max(max(v.hi for v in ends), a.ZERO))
    lo = min(v.lo for v in ends)
    return a.num(lo if sure else min(lo, a.ZERO), hi, _needs(x for x in counted if not sure or x[1].lo < hi))


def of_any_rows(op: str, one: Num, needs: a.Needs) -> Num:
    """A fold over a list that was not given, of which any row may come to `one`: there may be none, and any number of them."""
    lo, hi = min(one.lo, a.ZERO), max(one.hi, a.ZERO)
    if op not in ("最高", "最低"):
        lo, hi = -UNLIMITED if lo < a.ZERO else a.ZERO, UNLIMITED if hi > a.ZERO else a.ZERO
    return a.num(lo, hi, needs | one.needs)


def _different(counted: list[tuple[Truth, Num]]) -> Num:
    """How many different numbers there are: what is not known may be one of those that are."""
    sure = {v.lo for t, v in counted if not t.no and v.known}
    open_ = [(t, v) for t, v in counted if not v.known]
    possible = {v.lo for _, v in counted if v.known}
    least = len(sure) or int(any(not t.no for t, _ in open_))
    needs = _needs(x for x in counted if not x[1].known or x[1].lo not in sure)
    return a.num(Fraction(least), Fraction(len(possible) + len(open_)), needs)


def _needs(counted: Iterable[tuple[Truth, Num]]) -> a.Needs:
    """What those rest on that may come to be the highest (or lowest)."""
    return a.joined(n for t, v in counted for n in (t.needs, v.needs))


def of_years(op: str, found: list[Num]) -> Num:
    """最高, 最低, 合计 or 平均 of the years of a window, of which there are some."""
    if op in ("合计", "平均"):
        whole = a.total(map(a.plain, found))
        share = (Fraction(1 if op == "合计" else len(found)),) * 2
        return a.num(*quotient((whole.lo, whole.hi), share), whole.needs)
    pick = max if op == "最高" else min
    return a.num(pick(v.lo for v in found), pick(v.hi for v in found), a.joined(v.needs for v in found))
