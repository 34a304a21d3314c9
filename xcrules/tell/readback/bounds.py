"""What bounds a grant and divides it, as phrases: 至多 and 至少 with the case that they are for; 总额, how much there is for all enterprises, and
what becomes of applications beyond it; 拨付, over years or as events happen.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from xcrules.base.money import decimal_text
from xcrules.facts.types import DateType, YearType
from xcrules.meaning import rules, values

from .literals import type_of
from .names import named
from .phrases import Phrases
from .words import joined


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


# -- 总额 ----------------------------------------------------------------------------------------------------

def fund_text(body: rules.Fund, words: Phrases, of_policy: bool = False) -> str:
    """全部企业每年合计不超过300万元，超出的按各自申请额同比例核减；每家企业先列申请额，待统筹后确定."""
    whose = f"{joined(named(body.clauses), '与')}，" if of_policy else ""
    said = [f"全部{words.who}{'每年' if body.yearly else '在有效期内'}合计不超过{words.value(body.total)}"] if body.total is not None else []
    if body.shared:
        said.append("超出的按各自申请额同比例核减")
    if body.order is not None:
        said.append(f"{_order(body.order, words)}依次给予" + (f"，只给前{body.ranks}名" if body.ranks is not None else ""))
    if body.tie is not None:
        said.append(f"相同的{_order(body.tie, words)}排列")
    if body.tie_shared:
        said.append("相同的按各自申请额同比例分配")
    left = f"；{body.open.replace('怎么办', '的如何处理')}，没有规定" if body.open else ""
    kept = f"；统筹后分得的记入“{words.value(body.record)}”，没有记入的待统筹" if body.record is not None else f"；{words.each}先列申请额，待统筹后确定"
    return f"{whose}{'，'.join(said)}{left}{kept}"


def _order(order: rules.Order, words: Phrases) -> str:
    """按综合得分从高到低; 按申报日期从早到晚."""
    early, late = ("早", "晚") if isinstance(type_of(order.by), DateType | YearType) else ("低", "高")
    return f"按{words.value(order.by)}" + (f"从{late}到{early}" if order.way == "从高" else f"从{early}到{late}")


# -- 拨付 ----------------------------------------------------------------------------------------------------

def payment(rule: rules.Payment, words: Phrases) -> str:
    """自核定年度起分3年等额拨付，政策届满后继续拨付; 分2期拨付：核定当年50%，投产日期当年50%……."""
    if rule.open is not None:
        return ("分期" if not rule.open else f"分{rule.open}" if rule.open.endswith("期") else f"在{rule.open}内分期") + "拨付，各期拨付多少另行核定"
    after = f"政策届满后{'继续' if rule.after_expiry else '停止'}拨付"
    after += f"；核定以后的各年，{words.conditions([rule.going])}的才拨付当年的一期" if rule.going is not None else ""
    if rule.events:
        return f"{_on_events(rule)}，{after}"
    how = "等额拨付" if _equal(rule) else f"拨付，各年依次为{shares(rule)}"
    if len(_paid(rule)) == 1 and len(rule.shares) == 2:
        return f"核定的次年一次拨付，{after}"
    return f"自核定{'次年' if _paid(rule) != rule.shares else '年度'}起分{len(_paid(rule))}年{how}，{after}"


def _on_events(rule: rules.Payment) -> str:
    moments = [moment(x) for x in rule.events]
    late = "" if all(x.when is None for x in rule.events) else "（早于核定的，在核定当年）"
    if len(moments) == 1:
        return f"在{moments[0]}一次拨付{late}"
    if _equal(rule):
        return f"分{len(moments)}期等额拨付：{'、'.join(moments)}各1/{len(moments)}{late}"
    return f"分{len(moments)}期拨付：" + "，".join(f"{x}{percent}" for x, percent in zip(moments, percents(rule), strict=True)) + late


def moment(event: rules.Event) -> str:
    """投产日期当年; of 是否 the year in which it is so."""
    if event.when is None:
        return "核定当年"
    if event.later:
        return f"{event.name}{'次年' if event.later == 1 else f'后第{event.later}年'}"
    return f"{event.name}当年" if event.dated else f"「{event.name}」成立的当年"


def percents(rule: rules.Payment) -> list[str]:
    return [decimal_text(x * 100) + "%" for x in _paid(rule)]


def _paid(rule: rules.Payment) -> tuple[Fraction, ...]:
    """The shares of the years in which something is paid: of 自 核定次年 起 not that of the grant."""
    return rule.shares if rule.shares[0] else rule.shares[1:]


def shares(rule: rules.Payment) -> str:
    """等额; 50%、30%、20%."""
    return "等额" if _equal(rule) else "、".join(percents(rule))


def instalments(rule: rules.Payment) -> str:
    """分3年等额; 分2期50%、50%."""
    if rule.open is not None:
        return f"{rule.open}各期未定"
    return f"{'次年起' if _paid(rule) != rule.shares else ''}分{len(_paid(rule))}{'期' if rule.events else '年'}{shares(rule)}"


def _equal(rule: rules.Payment) -> bool:
    """Whether it is told as 等额: of events where the share is no whole percent."""
    return len(set(_paid(rule))) == 1 and (not rule.events or 100 % rule.shares[0].denominator > 0)
