"""What an edit of a line may not touch: which way a comparison goes, what is denied, which year and how far, and the numbers.

Advice that turns a condition round or brings in another number is worse than none, so every candidate of search.py
passes through here, whichever edit made it.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from xcrules.meaning.lint.numbers import digits

from .spelling import compared, spelled

_AT_LEAST = "不低于|不少于|不小于|不下于|不早于|[大高多晚]于或?等于|至少|最少|最低|达到|以上|>=|≥"
_AT_MOST = "不超过|不高于|不多于|不大于|不晚于|不迟于|[小低少早]于或?等于|至多|最多|最高|最长|以下|以内|<=|≤"
_ABOVE = "高于|超过|多于|大于|晚于|迟于|高出|>|＞"
_BELOW = "低于|不满|不足|少于|小于|早于|未满|不到|<|＜"
_RELATION = re.compile(f"(?P<ge>{_AT_LEAST})|(?P<le>{_AT_MOST})|(?P<gt>{_ABOVE})|(?P<lt>{_BELOW})|(?P<full>(?<!每)满(?=\\s*\\d))")
_KINDS = {"ge": ">=", "full": ">=", "le": "<=", "gt": ">", "lt": "<"}
_MEANT = re.compile("本年|上年|前年|次年|当年|当月|次月|下月|上月|年初|年末|月初|月末|同比|补差|即止|连续|终身|单项")  # which year, how far: whoever writes it means it
_TWICE = re.compile("(?:最[多高长]|至多)(?=不[超多高大])|(?:最[少低]|至少)(?=不[少低小])")  # 最多不超过 says one thing
_AND_UP = re.compile(r"((?:达到|不[低少]于|至少)\s*\d[^\s，,；;]*?)及?以上")
_DENIAL = re.compile(r"不|非|未|没有|无|(?:^|(?<=[\s，,（(]))除(?=[^，,）)]*外)|排除|(?<=为)\s*(?:负|[-−－—–―]|[（(](?=\d[^，,）)]*[）)]))(?=\s*\d)")  # （5万元）, as accounts have it
_ITSELF = re.compile(r"(?:^|[\s，,（(])(\S+) (?:不?[低高]于|不?[超多少]\S|等于|为) \1(?:$|[\s，,）)])"  # 甲 不低于 甲 says nothing
                     r"|(?:^|[，,；;（(])\s*([^\s，,；;（）()]+)(?: [或且] |[，,]\s*)\2\s*(?:$|[，,；;）)])")  # nor more than 甲: 甲 或 甲


@lru_cache(maxsize=4096)  # a text is come to in several ways
def keeps(before: str, after: str, spoken: tuple[str, ...] = ()) -> bool:
    """Whether an edit leaves comparisons, denials and numbers as they are; a bound word of the kinds `spoken` (<=, >=, >)
    may go, because the label says it."""
    before = _AND_UP.sub(r"\1", _TWICE.sub("", compared(before)))
    return (_relations(before, spoken) in (_relations(after, ()), _relations(after, spoken)) and _denials(before) == _denials(after)
            and not _years(before) - _years(after) and _digits_kept(before, after))


def _years(text: str) -> Counter[str]:
    return Counter(_MEANT.findall(re.sub("[前上]一年", "上年", text.replace("核定当年", "核定年度"))))


def says_nothing(text: str) -> bool:
    """甲 不低于 甲, 甲，甲."""
    return _ITSELF.search(text) is not None


def _relations(text: str, spoken: tuple[str, ...]) -> list[str]:
    kinds = [_KINDS[m.lastgroup] for m in _RELATION.finditer(text) if m.lastgroup]
    return [kind for kind in kinds if kind not in spoken]


def _denials(text: str) -> int:
    return len(_DENIAL.findall(_RELATION.sub(" ", text)))


def _digits_kept(before: str, after: str) -> bool:
    forms = digits(before), digits(spelled(before))
    if min(len(_DECIMAL.findall(x)) for x in (before, spelled(before))) > len(_DECIMAL.findall(after)):
        return False
    return (
        digits(after) in forms
        or digits(spelled(after)) in forms
        or (sorted(digits(after)) == sorted(forms[0]) and _by_unit(before) == _by_unit(after))
    )


_DECIMAL = re.compile(r"\d(?:\.\d+|,\d{1,2})(?=\s*[万亿元%‰])")  # 1.5万元, or 1,5万元, and 15万元 have the same digits
_FIGURE = re.compile(r"(\d[\d.,:]*[万亿]?)([^\s\d，,；;、（）()]*)")


def _by_unit(text: str) -> dict[str, list[str]]:
    """The numbers of each unit in order: of 2万元 每满 1万人次 either may stand first, of 2万元 and 5万元 not."""
    found: dict[str, list[str]] = {}
    for figure, unit in _FIGURE.findall(text):
        found.setdefault(unit, []).append(figure)
    return found
