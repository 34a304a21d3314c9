"""Units: those that every policy has, those that a policy declares (单位：TEU、艘), and products of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen

from xcrules.base.node import Node

UNITS = ("元", "美元", "件", "国", "部", "人", "家", "项", "次", "月", "年", "㎡", "台", "套", "亩", "吨", "小时", "天", "场",
         "册", "株", "户", "辆", "张", "处", "期", "米", "公里")
COUNTED = ("件", "国", "部", "人", "家", "项", "次", "台", "套", "场", "册", "株", "户", "辆", "张", "处", "期")
MEASURES = ("笔", "个", "名", *COUNTED)  # of 逐笔 and 每笔; beside what a policy declares
SAME = {"平方米": "㎡", "平米": "㎡", "个月": "月", "日": "天"}  # units as laws say them
IN_OTHERS = {
    "公斤": (Fraction(1, 1000), "吨"), "千克": (Fraction(1, 1000), "吨"), "斤": (Fraction(1, 2000), "吨"), "克": (Fraction(1, 10**6), "吨"), "公顷": (Fraction(15), "亩"),
    "千米": (Fraction(1), "公里"), "兆瓦时": (Fraction(1000), "千瓦时"), "兆瓦": (Fraction(1000), "千瓦"), "角": (Fraction(1, 10), "元"), "分": (Fraction(1, 100), "元"),
}  # in numbers
_AREAS = {"㎡": Fraction(1), "亩": Fraction(2000, 3)}  # of which each is so many of the other
COINS = ("角", "分")  # 5分/千瓦时; 90分 alone is no money
MULTIPLIERS = {"万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "亿": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 1000, "百": 100}

Unit = tuple[tuple[str, int], ...]  # (("元", 1), ("国", -1)), sorted; () is a bare number


@frozen(eq=False, repr=False)
class Units(Node):
    """The units of a policy beside those that every policy has: whole ones and those with a fraction (of 人 in 年平均人数 too)."""

    counted: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        return iter((*self.counted, *self.measured))

    def knows(self, word: str) -> bool:
        """Whether a word is a unit here."""
        return word in UNITS or word in self.counted or word in self.measured

    def measures(self, word: str) -> bool:
        """Whether things are told one by one with this word: 逐艘, 每艘."""
        return word in MEASURES or word in self.counted or word in self.measured

    def whole(self, unit: Unit) -> bool:
        """Whether what is told in this unit is a whole number: 件, but not 元/件."""
        return is_whole(tuple(x for x in unit if x[0] not in self.measured), self.counted)


NO_UNITS = Units()


def is_whole(unit: Unit, declared: tuple[str, ...] = ()) -> bool:
    """Whether a number of this unit is counted one by one."""
    return all(power > 0 for _, power in unit) and any(name in COUNTED or name in declared for name, _ in unit)


def unit_product(left: Unit, right: Unit, sign: int = 1) -> Unit:
    """The unit of left × right (sign 1) or left ÷ right (sign -1)."""
    powers = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, 0) + sign * power
    return tuple(sorted((n, p) for n, p in powers.items() if p))


def of_one_area(unit: Unit, other: Unit) -> tuple[Unit, Fraction]:
    """A unit in the measure of area of another, 元/亩 beside ㎡ as 元/㎡, and by what its numbers are multiplied."""
    own, wanted = ([x for x in each if x[0] in _AREAS] for each in (unit, other))
    if len(own) != 1 or len(wanted) != 1 or own[0][0] == wanted[0][0]:
        return unit, Fraction(1)
    (name, power), measure = own[0], wanted[0][0]
    return unit_product(unit_product(unit, ((name, -power),)), ((measure, power),)), (_AREAS[name] / _AREAS[measure]) ** power


def unit_text(unit: Unit) -> str:
    """元/国, ㎡·月, or 数 for none."""
    above = "·".join(n for n, p in unit for _ in range(p))
    below = "·".join(n for n, p in unit for _ in range(-p))
    return (above or ("数" if not below else "1")) + ("/" + below if below else "")


def parse_unit(text: str, units: Units = NO_UNITS) -> Unit | None:
    """The unit written as 元/㎡·月 or 元/㎡/月, or None if a word in it is no unit in which facts are told."""
    read = read_unit(text, units)
    return read[0] if read and all(units.knows(word) for _, word in _words(text)) else None


def read_unit(text: str, units: Units = NO_UNITS) -> tuple[Unit, Fraction] | None:
    """The unit of a number and by what the number is multiplied: 500公斤/亩 is 0.5 of 吨/亩, unless the policy has 公斤 as a unit of its own,
    元/万千瓦时 a ten-thousandth of 元/千瓦时."""
    unit: Unit = ()
    factor = Fraction(1)
    if text == "分":
        return None
    for sign, word in _words(text):
        if (read := _one_unit(word, units) or (_many(word, units) if sign < 0 else None)) is None:
            return None
        unit, factor = unit_product(unit, ((read[1], 1),), sign), factor * read[0] ** sign
    return unit, factor


def _one_unit(word: str, units: Units) -> tuple[Fraction, str] | None:
    """How many of which unit of the policy one of this word is."""
    if units.knows(word):
        return Fraction(1), word
    other = IN_OTHERS.get(word)
    return other if other and units.knows(other[1]) else None  # 千瓦 has to be declared


_MANY = tuple(re.compile(rf"(\d*)({many})(\D+)") for many in ("", "|".join(MULTIPLIERS)))  # 1000千瓦时 before 万吨, 1万千瓦时


def _many(word: str, units: Units) -> tuple[Fraction, str] | None:
    """The same of so many beneath the line: 元/100公斤, 元/万吨."""
    for match in filter(None, (many.fullmatch(word) for many in _MANY)):
        if (one := _one_unit(SAME.get(match[3], match[3]), units)) and (count := int(match[1] or 1) * MULTIPLIERS.get(match[2], 1)):
            return count * one[0], one[1]
    return None


def strange_words(text: str, units: Units) -> tuple[str, ...]:
    """The words of a unit, or of a number with one, that are no unit here: 艘 of 3万艘, TEU of 元/TEU."""
    number = re.match(rf"\d[\d,.]*(?:{'|'.join(MULTIPLIERS)})?", text)
    rest = text[number.end() :] if number else text
    if not re.fullmatch(r"[^\W\d]+(?:[·/]\d*[^\W\d]+)*", rest):
        return ()
    words = (_of_many(word, units) if sign < 0 else word for sign, word in _words(rest))
    return tuple(dict.fromkeys(word for word in words if word and not units.knows(word)))


def _of_many(word: str, units: Units) -> str:
    """艘 of 万艘, of which there may be many beneath a line; empty where it is known. 千瓦 is a word of its own."""
    if _many(word, units):
        return ""
    bare = word.lstrip("0123456789")
    match = _MANY[1].fullmatch(bare)
    return match[3] if match and match[2] != "千" else bare


def _words(text: str) -> Iterator[tuple[int, str]]:
    """Each word of a unit, with 1 above the line and -1 below."""
    for place, side in enumerate(text.split("/")):
        yield from ((-1 if place else 1, SAME.get(word, word)) for word in side.split("·") if word)


def units_of(unit: Unit) -> Units:
    """So much as is needed to read numbers of this unit again."""
    return Units(measured=tuple(name for name, _ in unit if name not in UNITS))
