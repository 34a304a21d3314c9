"""至多 and 至少: a bound, and the case it is for."""

from __future__ import annotations

from collections.abc import Iterable

from xcrules.meaning import rules, values

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


def limits_in_order(all_rules: Iterable[rules.Rule], as_written: bool = False) -> list[rules.Rule]:
    """限次, 上限, 从高 (or as they are written); where there is 已得补差 as things are judged: 从高, what was had, 上限."""
    rule_list = list(all_rules)
    made_up = any(isinstance(r.body, rules.CountCap) and r.body.top_up and not r.body.made_up_first for r in rule_list)

    def rank(rule: rules.Rule) -> int:
        match rule.body:
            case rules.CountCap(top_up=True, made_up_first=False):
                return 2
            case rules.Cap():
                return 3
            case rules.Highest():
                return 1 if made_up else 4
        return 0

    return rule_list if as_written and not made_up else sorted(rule_list, key=rank)
