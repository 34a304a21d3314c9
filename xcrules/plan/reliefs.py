"""减征 and 减半: what a line leaves of an amount."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import reduce

from xcrules.base.source import Span
from xcrules.facts.types import MONEY, RATE
from xcrules.meaning import rules, values

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
