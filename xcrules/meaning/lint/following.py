"""Numbers that follow from those of the law: the last of so many years, what an amount comes to in them, what is left of a whole."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

from attrs import evolve

from xcrules.base.dates import months_later

from .numbers import DAY, LATER, MONEY, NUM, OTHER, RATE, YEAR, Mention, number
from .spoken import OFF


def derived(law: list[Mention]) -> list[Mention]:
    """What follows from the law's years: that of a day, the last of so many years from it, how many from one to another."""
    years = [n.value if n.kind == YEAR else Fraction(datetime.date.fromordinal(int(n.value)).year) for n in law if n.kind in (DAY, YEAR)]
    spans = [n.value for n in law if n.kind == OTHER and n.unit in ("年", LATER)]
    ends = [Mention(YEAR, y + n, "", (0, 0)) for y in years for n in (Fraction(0), *spans, *(n - 1 for n in spans))]
    lasting = {late - early + more for early in years for late in years if late > early for more in (0, 1)}  # both ends counted, or one
    following = [n for n in law if n.kind == OTHER and n.unit in ("年", LATER)]
    counted = {
        Fraction(n)
        for first, more in pairwise(following)
        if more.unit == LATER
        for n in range(int(first.value) + 1, int(first.value + more.value) + 1)
    }  # 前三年……后两年: the fourth, the fifth
    return ends + [Mention(OTHER, n, "", (0, 0), "年") for n in sorted(lasting | counted)]


def last_days(numbers: list[Mention]) -> set[Fraction]:
    """Of 自 2019年1月1日 起 3年: 2022年1月1日 and the day before; of 年度 在 2019年 至 2021年 the first and the last day."""
    first = next((n for n in numbers if n.kind == DAY), None)
    spans = [n.value for n in numbers if n.kind == OTHER and n.unit == "年"]
    ends = {Fraction(months_later(int(first.value), int(years * 12))) for years in spans} if first else set()
    years = (int(n.value) for n in numbers if n.kind == YEAR and 0 < n.value < 10_000)
    edges = {Fraction(datetime.date(year, *day).toordinal()) for year in years for day in ((1, 1), (12, 31))}
    return ends | {end - 1 for end in ends} | edges


def totals(law: list[Mention]) -> list[tuple[Mention, Mention]]:
    """Money of the law and what it comes to in so many years: 每年10万元，连续三年 is an award of 30万元 paid in three parts."""
    spans = [n.value for n in law if n.kind == OTHER and n.unit == "年" and n.value > 1]
    return [(n, Mention(MONEY, n.value * years, "", (0, 0))) for n in law if n.kind == MONEY for years in spans]


_MORE, _LESS = re.compile("(?:上浮|上调|递增|提高|增加|增长|加发|加收|增发|超计划|超定额)[^，。；%]{0,4}$|(?<![不未])超[过出][^，。；,;%\\d的]{1,10}$"), re.compile("(?:下浮|递减|降低|减少|下调|下降)[^，。；%]{0,8}$")

_FROM_ON = re.compile("[^\\W\\d]{0,4}?起")
BORNE = "[^,。;配]{0,12}(?:承担|负担|分担|分摊)"  # 按6:4的比例
_PARTS = re.compile(rf"(?:{NUM})(?:[:比](?:{NUM})){{2,}}|(?!1[:比]|{NUM}[:比]1(?![\\d.]))(?:{NUM})[:比](?:{NUM})|(?:{NUM})[:比](?:{NUM})(?={BORNE})")  # 4:3:3, 6:4 of a whole


def wholes_of(law: Iterable[Mention], words: str) -> list[tuple[Mention, Mention]]:
    """Shares of the law and what is then left of the whole: 上浮20% is 120%, 降低30% is 70%; 8折 takes 20% off; 1:3:6 is 1/10 and so on; 从第31页起 is over 30页."""
    law = [*law]
    rates = [(n, words[: n.at[0]]) for n in law if n.kind == RATE]
    more = [(n, 1 + n.value) for n, before in rates if _MORE.search(before)]
    less = [(n, 1 - n.value) for n, before in rates if _LESS.search(before) or OFF.search(n.text)]
    parts = [(n, part) for n, _ in rates if (m := _PARTS.match(words, n.at[0]))
             for whole in [[number(x) for x in re.split("[:比]", m[0])]] if sum(whole)
             for part in (x / sum(whole) for x in whole)]
    last = [(n, evolve(n, value=n.value - 1)) for n in law
            if n.kind == OTHER and words[n.at[0] - 1 : n.at[0]] == "第" and _FROM_ON.match(words, n.at[1])]
    return [(n, Mention(RATE, value, "", (0, 0))) for n, value in (*more, *less, *parts)] + last


def stepped(law: Iterable[Mention], words: str, rates: Iterable[Fraction]) -> list[tuple[Mention, Mention]]:
    """10%，次年下调2个百分点 is 8%; with 每年 6% too, and so on. Of the rates that any article says."""
    points = [(n, words[: n.at[0]]) for n in law if n.kind == RATE and n.text.endswith("百分点")]
    found: list[tuple[Mention, Mention]] = []
    for n, before in points:
        way = 1 if _MORE.search(before) else -1 if _LESS.search(before) else 0
        for times in range(1, (6 if _YEARLY.search(before) else 2) if way else 1):
            found += [(n, Mention(RATE, rate + n.value * way * times, "", (0, 0))) for rate in rates]
    return found


_YEARLY = re.compile("每年|逐年|每增|每满|以后各年")
