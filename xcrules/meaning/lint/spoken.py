"""Numbers as the law says them: 150 万元, 百分之五, 三年, 10-50万元, 1:0.5. References (第二条, （一）, 2021〕1号) are no numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache

from attrs import evolve

from xcrules.base.source import canonical
from xcrules.facts.types import MULTIPLIERS, NO_UNITS, Units, parse_literal
from xcrules.facts.units import UNITS

from .numbers import CN, DAY, LATER, MONEY, MULT, NUM, ONES, OTHER, RATE, SCALES, YEAR, Mention, blanked, number

_SKIPPED = re.compile(
    rf"第\s*[{CN}\d]+\s*[条款项章节](?!起)"
    r"|“[^”元%‰年月日]{1,10}”"  # a name: “万亩千亿”
    r"|(?:^|(?<=[。;:\n]))\s*\d{1,2}[.、](?!\d)|(?:^|(?<=[。\n]))\s*[一二三四五六七八九十]{1,3}、|(?<!第)二次(?=[一-鿿])"  # 6. and 三、 of a list; 二次招商
    rf"|[(（]\s*[{CN}\d]+\s*[)）]"
    r"|[〔\[（(]\s*\d{4}\s*[〕\]）)]\s*\d+\s*号|\d+\s*号"
    r"|\d+\s*\+\s*\d+|(?<![\dA-Za-z万亿])[A-Za-z][A-Za-z/ -]*\d[\d.\-]*(?![\d.]*个?基点)"
    r"|以\s*[十百千万]?元\s*为(?:计算)?单位|(?:取整|精确|保留|舍|入|进)到?\s*至?\s*[十百千万]元(?!的)|不足\s*[一1]?\s*[十百千万]\s*元(?:的|部分)*,?(?:舍去|舍弃|不计|忽略不计|免收|四舍五入)|[十百千万]元以下(?:的|部分)*,?(?:舍去|舍弃|不计|四舍五入)"  # of 取整
    r"|之日起\s*\d+\s*[日天]后(?=起?(?:施行|实施|生效))"
    r"|不足\s*[一1]\s*[元角分](?:的|部分)?,?(?:[^,。;]{0,3}按\s*[一1]\s*[元角分])?"
    r"|(?<!\d)(?<!\d年)\d{1,2}\s*月\s*\d{1,2}\s*日"  # of every year: no line has it
    r"|(?<![\d.,])\d+(?:[A-Za-z](?![A-Za-z])|[A-Za-z]+\d)[A-Za-z\d]*"  # 5G is a name, 2000TEU so many of a unit
)
_DAY = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_YEAR = re.compile(r"(?<!\d)((?:19|20|21)\d{2})\s*年")
_RATIO = re.compile(rf"({NUM})\s*[:比]\s*({NUM})")
_SHARE = re.compile(rf"([{CN}万\d]+)分之([{CN}\d]+(?:[点.][{CN}\d]+)?)")
_FRACTION = re.compile(r"(?<![\d/.])(\d+)/([1-9]\d*)(?![\d/.年])")
_HALF = re.compile("一半")
_TENTHS = re.compile(rf"([{CN}])成(?![立为果功员本长])")
_COINS = re.compile(rf"(?:({NUM}|[{CN}]+)元)?({NUM}|[{CN}]+)角(?:({NUM}|[{CN}]+)分(?!之))?(?![形洲大星债钢])|({NUM}|[{CN}]+)分(?![之钟值])")  # 3元5角, 每千瓦时补助5分
_EACH_PAID = re.compile("每\\s*(?:[^\\W\\d]{1,4}(?:补助|补贴|补偿|收取|征收|收费|缴纳|加价|支付|优惠)|千瓦时|度|吨|公斤|斤|立方米|方|公里)$")  # so that 5分 is money, and no points
_TOLD_IN = "元|人民币|美元|[%‰]|个?百分点|个?基点|个?国家|个?月|年|次|倍|国|件|㎡|平方米|人|名|项|家|部|台|套"
_CHAIN = re.compile(rf"\s*(?:[-~—–至到、/或和]|,(?!\s*(?:{NUM})\s*[-~—–至到]))\s*(?=(?:{NUM}|[{CN}]))")  # 1-3年 900，4-6年 1200: the comma ends it
_FIRST = re.compile("(首)(?:次|个(?!月|小时)|家)|(首|(?<![大过个年点])半)个?(小时|月|年|日|天|公里)")
OFF = re.compile(r"([一二三四五六七八九]{1,2}|\d(?:\.\d)?)折(?![算合价旧线扣])")
_FOLLOWING = re.compile(r"(?:^|[^一-鿿]|[其之此])后$")  # 后两年, not 入驻后3年
_UNIT_KINDS = {"元": MONEY, "人民币": MONEY, "美元": MONEY, "%": RATE, "‰": RATE, "百分点": RATE, "个百分点": RATE, "基点": RATE, "个基点": RATE, "倍": RATE}


def law_numbers(words: str, units: Units = NO_UNITS) -> list[Mention]:
    """The numbers in a piece of the law, in order."""
    text = blanked(re.sub(r"(?<=[\d个])(?:BP|bp)(?![A-Za-z])", "基点", canonical(words)), _SKIPPED)  # LPR-150BP
    numbers: list[Mention] = []
    for pattern, kind, read in _SPELT:
        numbers += [Mention(kind, value, m[0], m.span()) for m in pattern.finditer(text) if (value := read(m)) is not None]
        text = pattern.sub(lambda m, read=read: m[0] if read(m) is None else " " * len(m[0]), text)  # type: ignore[misc]
    numbers += _plain(text, _plain_in(units))
    numbers += [Mention(OTHER, Fraction(1, 1 + (m[2] == "半")), m[0], m.span(), m[3] or "次") for m in _FIRST.finditer(text)]
    numbers += [Mention(OTHER, Fraction(2), m[0], m.span(), "人") for m in re.finditer("双人", text)]
    whole = canonical(words)
    return sorted((evolve(n, measured=_measured_in(whole, n)) for n in numbers), key=lambda f: f.at)


_MEASURES = "|".join(sorted((x for scale in SCALES for x in scale), key=len, reverse=True))
_BEHIND = re.compile(rf"\s*({_MEASURES})(?![份底初末内])")
_EACH = re.compile(rf"每\s*(?:1|一)?\s*({_MEASURES})(?=[^,，。;；、:：]{{0,8}}$)")


def _measured_in(words: str, n: Mention) -> tuple[str, ...]:
    """What the law measures a number in, or an amount for each of."""
    if n.kind == OTHER:
        found = _BEHIND.match(words, n.at[1] - len(n.unit)) or _BEHIND.match(words, n.at[1])
        return (found[1],) if found else ()
    return tuple(_EACH.findall(words[max(n.at[0] - 20, 0) : n.at[0]])) if n.kind == MONEY and (n.unit == "元" or n.text[-1] in "角分") else ()


def law_days(words: str) -> list[Fraction]:
    """The days in a piece of the law."""
    return [day for m in _DAY.finditer(canonical(words)) if (day := _day(m)) is not None] if "日" in words else []


def _day(match: re.Match[str]) -> Fraction | None:
    literal = parse_literal(f"{match[1]}年{match[2]}月{match[3]}日")
    return literal.value if literal else None


def _ratio(match: re.Match[str]) -> Fraction | None:
    """1:0.5, 三分之二."""
    first = number(match[1])
    return number(match[2]) / first if first else None


def _coins(match: re.Match[str]) -> Fraction | None:
    """3元5角; 5分 where it is paid for each of something."""
    before = match.string[: match.start()]
    if (match[4] and not _EACH_PAID.search(before)) or (match[0] == "三角" and before.endswith(("长", "珠", "金", "闽"))):
        return None
    return sum((number(x) / part for x, part in zip(match.groups(), (1, 10, 100, 100), strict=True) if x), Fraction(0))


_SPELT: tuple[tuple[re.Pattern[str], str, Callable[[re.Match[str]], Fraction | None]], ...] = (  # in this order: what one takes is gone for the next
    (_DAY, DAY, _day),
    (_YEAR, YEAR, lambda m: Fraction(m[1])),
    (_COINS, MONEY, _coins),
    (_RATIO, RATE, _ratio),
    (_SHARE, RATE, _ratio),
    (_FRACTION, RATE, lambda m: Fraction(int(m[1]), int(m[2]))),
    (_HALF, RATE, lambda m: Fraction(1, 2)),
    (_TENTHS, RATE, lambda m: number(m[1]) / 10),
    (OFF, RATE, lambda m: sum(number(c) / 10**place for place, c in enumerate(m[1].replace(".", ""), 1))),
)


@lru_cache
def _plain_in(units: Units) -> re.Pattern[str]:
    """A number, what it is times, its unit; with the units of a policy, 5千瓦 is five of them where it has them.

    A number of two magnitudes is one, 七万二千 and 1亿2000(万), where what follows 万 says its own magnitude: 五万二次 are two.
    """
    own = "".join(f"{re.escape(x)}|" for x in sorted(units, key=len, reverse=True))
    not_own = f"(?!{own}千[瓦伏卡帕])"  # 每千瓦 is no thousand
    spelt = rf"(?:{not_own}[{CN}])+"
    small = rf"(?:零?[{ONES}]{not_own}[十百千][{CN}]*|零[{ONES}]|零?(?:\d{not_own}[十百千])+|零?\d{{3,4}}(?=元))"
    large = rf"(?:{small}|[{CN}]+(?=万)|零?\d+(?=[百千]?万))"
    great = rf"(?:\d[\d,]*|[{CN}]+)\s*(?:亿{large}(?:万{small})?|万{small})"
    point = rf"[{CN}]+点[〇零{ONES}]+(?=\s*(?:[百千]?[万亿]|元|倍|%|个?百分点))"
    return re.compile(rf"({great}|{NUM}|{point}|{spelt})\s*({not_own}(?:{MULT}))?\s*({own}{_TOLD_IN})?")


def _plain(text: str, written: re.Pattern[str]) -> Iterator[Mention]:
    """Numbers with a unit; in 10-50万元 and 100、40、20万元 the last unit is everybody's."""
    pending: list[re.Match[str]] = []
    at = 0
    while match := written.search(text, at):
        at = match.end()
        if not (match[2] or match[3]) and _CHAIN.match(text, at):
            pending.append(match)
            continue
        first = (*pending, match)[0].start()
        ordinal = text[first - 1 : first] == "第"  # 第二次, 第二、三年 are numbers, but ask for no line
        unit = LATER if match[3] == "年" and _FOLLOWING.search(text, 0, match.start()) else match[3] or ""
        for each in (*pending, match):
            yield _quantity(each, match[2] or "", "" if ordinal else unit)
        pending = []
    for each in pending:
        yield _quantity(each, "", "")


def _quantity(match: re.Match[str], multiplier: str, unit: str) -> Mention:
    if great := re.search("[万亿]", match[1]):  # it has its own, which of 七万二千、8万元 no other gives it
        value, multiplier = number(match[1] + (match[2] or "")), great[0]
    else:
        value = number(match[1]) * MULTIPLIERS.get(multiplier, 1)
    if unit[-1:] in ("%", "‰", "点"):
        value /= 1000 if unit == "‰" else 10_000 if unit.endswith("基点") else 100
    behind = match.string[match.end() : match.end() + 4]
    counted = (behind[:1].isascii() and behind[:1].isalpha()) or _BEHIND.match(behind) is not None or behind.startswith(UNITS[1:])  # 10万吨, 2000TEU
    kind = _UNIT_KINDS.get(unit, MONEY if multiplier and not unit and not counted else OTHER)
    own = match[0].strip()
    return Mention(kind, value, own if match[2] or match[3] else f"{own}{'' if great else multiplier}{unit}", match.span(), unit)
