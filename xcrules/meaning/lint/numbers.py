"""A number where it stands, in the law or in a line, so that 150 in the one and 15 in the other is seen: its kind and exact value, and which are the same.

The law's are read in spoken.py, those of lines in written.py; what follows from some is in following.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from itertools import product

from attrs import field, frozen

from xcrules.base.numerals import chinese_decimal
from xcrules.base.source import canonical
from xcrules.draft.syntax import At
from xcrules.facts.types import MULTIPLIERS
from xcrules.facts.units import MEASURES, UNITS

LATER = "年后"  # of 后两年, which begin after others
MONEY, RATE, DAY, YEAR, OTHER = "金额", "比率", "日期", "年度", "数"


@frozen
class Mention:
    """A number where it stands: kind, value (元, share of one, ordinal day), the text, its place."""

    kind: str
    value: Fraction
    text: str
    at: At = field(eq=False)
    unit: str = ""
    measured: tuple[str, ...] = field(eq=False, default=())  # 亩 of 100亩; of 元 for each what it is for


ONES = "一二两三四五六七八九"
CN = f"〇零{ONES}十百千"
NUM = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
MULT = "|".join(MULTIPLIERS)
SCALES: tuple[dict[str, int], ...] = (  # how much of the least of them each is
    {"㎡": 3, "平方米": 3, "平米": 3, "亩": 2000, "公顷": 30000}, {"吨": 10**6, "公斤": 1000, "千克": 1000, "斤": 500, "克": 1},
    {"公里": 1000, "千米": 1000, "米": 1}, {"天": 1, "日": 1}, {"月": 1, "个月": 1}, {"小时": 1},
    {"瓦": 1, "千瓦": 1000, "兆瓦": 10**6, "吉瓦": 10**9}, {"千瓦时": 1, "兆瓦时": 1000, "吉瓦时": 10**6})
ALIKE = {"步年": "年", "年度": "年", LATER: "年", "个月": "月", "日": "天", "名": "人", "国家": "国", "个国家": "国", "平方米": "㎡"}  # one unit


def digits(text: str) -> str:
    """All digits of a text, in order."""
    return "".join(re.findall(r"\d", canonical(text)))


def blanked(text: str, pattern: re.Pattern[str]) -> str:
    """The text with blanks where the pattern is, so that places stay what they are."""
    return pattern.sub(lambda m: " " * len(m[0]), text)


def number(text: str) -> Fraction:
    """150, 1,500.5, 三百二十, 零点五 or 1亿2000万."""
    plain = re.sub(r"[,\s]", "", text)
    return Fraction(plain) if re.fullmatch(r"[\d.]+", plain) else chinese_decimal(plain)


_LENGTHS = ({"年": 12, "步年": 12, "月": 1, "个月": 1}, {"小时": 60, "分钟": 1, "天": 1440, "日": 1440})  # one told in the other
_COUNTS = frozenset(MEASURES)
_PHYSICAL = frozenset(UNITS) - _COUNTS


def told_as(law: Mention, rule: Mention) -> Fraction | None:
    """A number of the law in the measure of one of a rule: 1兆瓦 is 1000 of 千瓦, 每千瓦1元 1000 for each 兆瓦; None where these have nothing in common."""
    for one, other in product(law.measured, rule.measured):
        for scale in SCALES:
            if one in scale and other in scale and law.kind == rule.kind:
                by = Fraction(scale[one], scale[other])
                return law.value / by if rule.kind == MONEY else law.value * by
    return None


def _measured_alike(law: Mention, rule: Mention) -> bool | None:
    """Whether two measured numbers are as much, however they are told; None where they do not say."""
    if (value := told_as(law, rule)) is not None:
        return value == rule.value
    return False if law.measured and rule.measured and law.kind == rule.kind == OTHER else None


def same(law: Mention, rule: Mention) -> bool:
    """Whether the rule's number is the law's: by value, units as far as they say something."""
    if (alike := _measured_alike(law, rule)) is not None:
        return alike
    if rule.unit == "步年" and law.unit == "年":
        return law.value - rule.value in (0, 1)  # 至 当年 ＋ 4年 is the fifth year
    for lengths in _LENGTHS:
        if law.unit in lengths and rule.unit in lengths:
            return law.value * lengths[law.unit] == rule.value * lengths[rule.unit]
    if law.kind == rule.kind == MONEY and rule.unit.endswith("/月") and law.value == rule.value * 12:
        return True  # 月均低于5000元（年6万元）
    if law.value != rule.value or _units_apart(law, rule):
        return False  # 2名 is not 2年
    if law.kind == rule.kind:
        return True
    loose = {law.kind, rule.kind}
    return loose <= {OTHER, YEAR, RATE} or loose == {MONEY, OTHER}


def _units_apart(law: Mention, rule: Mention) -> bool:
    """Whether two numbers are told in units of which neither stands for the other: 100元 for 100千瓦. One thing is counted by several words, 5家 and 5户."""
    if law.kind == rule.kind != OTHER:
        return False
    said = ALIKE.get(law.unit, law.unit)
    told = [ALIKE.get(x, x) for x in rule.unit.partition("/")[0].split("·")]  # 3个月 of 3月/年
    if said in told or {said, *told} & {"", "数", "次"}:
        return False
    return not any(_COUNTS & {said, x} and not _PHYSICAL & {said, x} for x in told)


class Sought:
    """Numbers by their value: where a law and a table say thousands, one is not held against every other."""

    def __init__(self, numbers: Iterable[Mention]) -> None:
        self.all, self.otherwise, self.by_value = [*numbers], list[Mention](), dict[Fraction, list[Mention]]()
        for n in self.all:
            self.by_value.setdefault(n.value, []).append(n)
            if _told_otherwise(n):
                self.otherwise.append(n)

    def near(self, number: Mention) -> list[Mention]:
        """Those that may be the `same`."""
        if _told_otherwise(number):
            return self.all
        return [*self.by_value.get(number.value, ()), *(n for n in self.otherwise if n.value != number.value)]

    def laws_for(self, rule: Mention) -> list[Mention]:
        """Those of the law that say a number of a rule."""
        return [law for law in self.near(rule) if same(law, rule)]

    def rules_for(self, law: Mention) -> list[Mention]:
        """Those of rules that a number of the law says."""
        return [rule for rule in self.near(law) if same(law, rule)]


def _told_otherwise(n: Mention) -> bool:
    """Whether a number may be the same as one of another value: 12个月, 1年."""
    return bool(n.measured) or n.unit == "步年" or n.unit.endswith("/月") or any(n.unit in lengths for lengths in _LENGTHS)
