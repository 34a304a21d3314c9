"""至多 and 至少: a bound, and the case it is for."""

from __future__ import annotations

from xcrules.meaning import rules, values

from .phrases import Phrases


def bound(start: str, amount: values.Value, words: Phrases) -> str:
    """企业年度总额不超过150万元; of one that holds in a case only: 注册地在南沙的，企业年度总额不超过300万元."""
    held = rules.in_a_case(amount)
    if held is None:
        return start + words.value(amount)
    return f"{words.conditions([held[0]])}的，{start}{words.value(held[1])}"
