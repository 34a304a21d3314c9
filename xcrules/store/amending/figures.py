"""A figure of the law as a line writes it: in the form of the one that stands there, so that a change undone leaves the text as it was."""

from __future__ import annotations

import datetime
import re
from fractions import Fraction

from xcrules.base.numerals import chinese
from xcrules.base.source import canonical
from xcrules.facts.types import MULTIPLIERS, show
from xcrules.meaning.lint.numbers import DAY, MONEY, RATE, YEAR, Mention

_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
_MONTHS = {"年": 12, "月": 1, "个月": 1}


def in_form_of(rule: Mention, old: Mention, new: Mention) -> str:
    """What a line writes for `new` where it wrote `rule` for `old`: as the law if it did so, else 20万元 for 100000元, 1:0.6 for 1:0.5, 72月 for 六年."""
    typed = canonical(rule.text)
    if typed == "".join(canonical(old.text).split()) and (_FIGURE.search(typed) is None) == (_FIGURE.search(new.text) is None):
        return "".join(new.text.split())
    value = _value(rule, old, new)
    match = _FIGURE.match(typed)
    if new.kind == DAY:
        day = datetime.date.fromordinal(int(value))
        return day.isoformat() if "-" in typed else f"{day.year}年{day.month}月{day.day}日"
    if new.kind == RATE:
        return _rate(typed, value, new)
    if new.kind == YEAR:
        return f"{show(value)}年"
    if match is None:  # 第三年
        return re.sub("第.+年", f"第{chinese(int(value)) if not re.search('[0-9]', typed) else int(value)}年", typed)
    unit = typed[match.end() :]
    scale = next((MULTIPLIERS[unit[:n]] for n in (2, 1) if unit[:n] in MULTIPLIERS), 1)
    if new.kind == MONEY and value * 100 % scale:  # finer than what the line counts in
        return f"{show(value)}元"
    return (f"{int(value / scale):,}" if "," in match[0] else show(value / scale)) + unit


def _value(rule: Mention, old: Mention, new: Mention) -> Fraction:
    """A line may count in months what the law counts in years, or say 当年 ＋ 4年 for the fifth."""
    if rule.unit != old.unit and rule.unit in _MONTHS and old.unit in _MONTHS:
        return new.value * _MONTHS[new.unit if new.unit in _MONTHS else old.unit] / _MONTHS[rule.unit]
    return rule.value + new.value - old.value


def _rate(typed: str, value: Fraction, new: Mention) -> str:
    left = typed.partition(":")[0].replace(",", "")
    if ":" in typed and left.isdigit() and _decimal(value * int(left)):
        return f"{left}:{show(value * int(left))}"
    if ":" in new.text:
        return "".join(new.text.split())
    if typed.endswith("‰") and _decimal(value * 1000):
        return f"{show(value * 1000)}‰"
    return f"{show(value * 100)}%" if _decimal(value * 100) else f"{value.numerator}/{value.denominator}"


def _decimal(value: Fraction) -> bool:
    return (value * 10**8).denominator == 1
