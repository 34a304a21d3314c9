"""拨付 as a phrase: over years, or as events happen."""

from __future__ import annotations

from fractions import Fraction

from xcrules.base.money import decimal_text
from xcrules.meaning import rules

from .phrases import Phrases


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
