"""What 标准 comes to as a name that 例外 and 加给 read, 减征 and 取整: amounts of one item, written out in values."""

from __future__ import annotations

from collections.abc import Container, Iterable
from fractions import Fraction
from functools import reduce

from attrs import evolve

from xcrules.base.source import Span
from xcrules.facts.types import COUNT, MONEY, RATE
from xcrules.meaning import governing, rules, values
from xcrules.meaning.inlining import inlined
from xcrules.meaning.possible import natural

from . import steps

Standards = list[tuple[rules.Standard, values.Origin]]
Adjustments = list[tuple[rules.ConditionalAmount, values.Origin]]
_WHOLE = values.Literal(Fraction(1), RATE)


def relieved(value: values.Value, cases: Iterable[rules.ReliefCase], span: Span | None) -> values.Value:
    """What lines of 减征 leave, written so that it never falls when the value rises: of several cases the least, as no two lines hold at once."""
    left: list[values.Value] = []
    for case in cases:
        share = case.share if case.reduced_to else values.Arith("-", _WHOLE, case.share, RATE)
        made = values.Arith("×", value, values.Pick(((case.condition, share),), _WHOLE, RATE, span=span), MONEY, span=span)
        less = None if case.most is None else values.Pick(((case.condition, case.most),), values.NO_MONEY, MONEY, span=span)
        left.append(made if less is None else values.Arith("较大", made, values.Arith("-", value, less, MONEY, span=span), MONEY, span=span))
    return reduce(lambda one, other: values.Arith("较小", one, other, MONEY, span=span), left)


def name_the_standard(
    standards: Standards, adjustments: Adjustments, taken: Container[str], both: bool
) -> tuple[Adjustments, tuple[steps.Let, ...]]:
    """例外：停业 的，标准 的 50%; 加给：甲级 的，标准 的 20%: what 标准 comes to has a name; in 加给 it is what 例外 puts in its place, where one does.

    What comes to less than 0 is 0 there too, but where it is owed the other way (`both`).
    """
    floored = (lambda x: x) if both else not_below_nothing
    reads = any(isinstance(v, values.Var) and v.name == values.STANDARD for v in values.nodes_of(tuple(x for x, _ in adjustments)))
    if not reads or not standards or values.STANDARD in taken:
        return adjustments, ()
    parts = [
        floored(x.amount) if x.condition is None else values.Pick(((x.condition, not_below_nothing(x.amount)),), values.NO_MONEY, MONEY)
        for x, _ in standards
    ]
    origin, name = standards[0][1], f"{values.STANDARD}（例外）"
    let = steps.Let(values.STANDARD, reduce(lambda one, other: values.Arith("+", one, other, MONEY), parts), MONEY, origin=origin)
    replacing = tuple((x.condition, floored(x.amount)) for x, _ in adjustments if not x.adds)
    if not replacing:
        return adjustments, (let,)
    instead = steps.Let(name, values.Pick(replacing, values.Var(values.STANDARD), MONEY), MONEY, origin=origin)
    return [(inlined(x, {values.STANDARD: values.Var(name)}) if x.adds else x, where) for x, where in adjustments], (let, instead)


def not_below_nothing(amount: values.Value) -> values.Value:
    """A part that comes to less than 0 takes nothing from the others."""
    return amount if natural(amount).low >= 0 else values.Arith("较大", amount, values.NO_MONEY, MONEY, span=amount.span)


def brought(value: values.Value, to: steps.Rounding) -> values.Value:
    """取整 of one item in full steps; what is below 0 counts for nothing anyway."""
    unit = values.Literal(to.unit, MONEY)
    if to.mode == "进位":
        return values.Arith("-", values.NO_MONEY, brought(values.Arith("-", values.NO_MONEY, value, MONEY), evolve(to, mode="截尾")), MONEY)
    whole = value if to.mode == "截尾" else values.Arith("+", value, values.Literal(to.unit / 2, MONEY), MONEY)
    return values.Arith("×", values.Arith("整除", whole, unit, COUNT), unit, MONEY)


def rounding_of(policy: Iterable[rules.Rule], number: str, *, each: bool = False) -> steps.Rounding | None:
    """取整 of the total under a clause itself, else under its article ("" for what holds for all); None where neither has one. Of each item it may be that of all too."""
    said = [(r.body, r.origin) for r in policy if isinstance(r.body, rules.Rounding) and r.body.each == each]
    own = [(body, origin) for body, origin in said if (each or bool(body.clause) == bool(number)) and governing.under(body.clause, number)]
    if not own:
        return None
    body, origin = max(own, key=lambda said: len(said[0].clause))
    return steps.Rounding(body.unit, body.mode, origin=origin)
