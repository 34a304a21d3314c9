"""What clauses were granted, in words: 第五条的金额, 已享受第五条."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from xcrules.meaning import values

from .names import named
from .words import joined


def result_name(clauses: tuple[str, ...], word: str) -> str:
    """第五条的金额; 第二条（一）、（二）、（三）合计的历年已得."""
    return f"{'、'.join(named(clauses))}{'合计' if len(clauses) > 1 else ''}的{word}"


def enjoyed(parts: Iterable[values.Compare]) -> str | None:
    """已享受第五条或第六条: more than nothing, now or by a ledger."""
    found, parts = list[str](), list(parts)
    for part in parts:
        match part:
            case values.Compare(">", values.Result(clauses), values.Literal(Fraction(numerator=0))):
                found += clauses
            case _:
                return None
    words = {part.left.word for part in parts if isinstance(part.left, values.Result)}
    return f"已享受{joined(named(dict.fromkeys(found)))}" if len(words) > 1 else None
