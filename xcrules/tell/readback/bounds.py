"""至多 and 至少: a bound, and the case it is for."""

from __future__ import annotations

from xcrules.meaning import values

from .phrases import Phrases


def bound(start: str, amount: values.Value, words: Phrases) -> str:
    """企业年度总额不超过150万元; of one that holds in a case only: 注册地在南沙的，企业年度总额不超过300万元."""
    held = values.in_a_case(amount)
    if held is None:
        return start + words.value(amount) if not isinstance(amount, values.Pick) else _by_cases(start, amount, words)
    return f"{words.conditions([held[0]])}的，{start}{words.value(held[1])}"


def _by_cases(start: str, amount: values.Pick, words: Phrases) -> str:
    """企业年度总额，领军的不超过300万元，非领军的不超过100万元."""
    whole, word = start[:-3], start[-3:]  # 不超过, 不少于
    told = [f"{words.case(t) if isinstance(t, values.Member) or _holds(t) else words.condition(t)}的{word}{words.value(v)}" for t, v in amount.arms]
    other = [f"其他的{word}{words.value(amount.otherwise)}"] if amount.otherwise is not None else []
    return "，".join([*([whole] if whole else []), *told, *other])


def _holds(test: values.Value) -> bool:
    """Whether a case is that something holds, or that it does not."""
    return isinstance(test, values.Compare) and isinstance(test.right, values.Literal) and isinstance(test.right.value, bool)


def roof(others: values.Value, words: Phrases) -> tuple[str, str]:
    """Of a bound over several enterprises: what they have in common, and what says how much the others were granted."""
    match others:
        case values.Pick(((values.Compare(left=key), used),)):
            return words.value(key), words.value(used)
    return "", words.value(others)
