"""单位: the units that a policy declares beside those that every policy has, and what is written in a unit that nobody declared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from xcrules.base.diagnostic import Code, Diagnostic, Fix
from xcrules.base.nearest import simplified
from xcrules.base.source import Source, Span
from xcrules.draft.syntax import Line, UnitWords
from xcrules.facts.types import MULTIPLIERS, UNITS, Units
from xcrules.facts.units import COUNTED, IN_OTHERS, SAME, strange_words
from xcrules.meaning import keys

_TYPES = ("比率", "数", "年度", "日期", "是否", "文字", "逐年", "逐款", "分", "角", "倍")
_NO_UNIT = re.compile("以上|以下|以内|左右|之[内间前后]|[不未满超过达到低高多少的第每约等半块零一二两三四五六七八九十百万亿]|千(?![瓦克米卡])")
_MEASURED = re.compile("[元米克斤吨两瓦时秒钟升里亩顷焦卡伏安度]$|[a-zA-Z]$")  # what ends so is measured; 厅, 艘 are counted


def units(lines: list[Line]) -> tuple[Units, list[Diagnostic]]:
    """What is declared: counted one by one, or measured."""
    findings: list[Diagnostic] = []
    found: dict[str, bool] = {}  # the word, and whether it may have a fraction
    for line in lines:
        if line.label != "单位" or not isinstance(line.body, UnitWords):
            continue
        for name in line.body.names:
            if name.text in COUNTED and line.body.measured:  # 折算的人数
                found[name.text] = True
            elif wrong := unfit(name.text, found):
                findings.append(Diagnostic(Code.UNFIT_UNIT, f"「{name.text}」{wrong[0]}", line.span_of(name.at), wrong[1]))
            else:
                found[name.text] = line.body.measured
    return Units(tuple(n for n, part in found.items() if not part), tuple(n for n, part in found.items() if part)), findings


def unfit(word: str, found: Mapping[str, bool] = MappingProxyType({})) -> tuple[str, str] | None:
    """What is wrong with a word as a unit, and what to do."""
    if word in UNITS or word in SAME:
        return "本来就是单位", "删去它，直接用" + (f"；折算、平均出来有零头的，写 单位：{word}，可有小数" if word in COUNTED else "")
    if word in found:
        return "写了两次", "删去一个"
    if word == "分":
        return "不能做单位的名字", "得分的一栏，类型写 数，规则里只写数：90；钱的一栏，类型写 元"
    if word in _TYPES or word in MULTIPLIERS or "·" in word or re.search(r"\d", word):
        return "不能做单位的名字", "单位是一个词，没有数字和 ·，也不是 万、比率 这样另有意思的字；几个单位合成的（元/艘、艘·天）不用写，各自写了就能合"
    return None


_CALLED = {"岁": "年", "周岁": "年", "美金": "美元", "方": "立方米", "立方": "立方米", "立米": "立方米", "平": "㎡", "平方": "㎡", "名": "人", "位": "人", "人民币": "元", "顿": "吨", "t": "吨", "T": "吨", "kg": "公斤", "KG": "公斤", "km": "公里", "m": "米", "个小时": "小时"}


def unknown_units(text: str, known: Units, place: Span) -> Iterator[Diagnostic]:
    """For a number or a type in units that nobody declared: the unit that is meant or the lines to add, one finding for each unit of the policy."""
    for word in strange_words(text, known):
        if not _NO_UNIT.search(word) and unfit(word) is None:
            help, fixes = _meant(text, word, known, place) or _declared(word, place)
            yield Diagnostic(Code.UNKNOWN_UNIT, f"没有叫「{word}」的单位", place, help, fixes, spoils=(keys.unit(word),), rests_on=(keys.unit(word),))


def _meant(text: str, word: str, known: Units, place: Span) -> tuple[str, tuple[Fix, ...]] | None:
    """萬元, 美金, 方: another spelling of a unit that there is, or what people call it."""
    halves = next(((word[:i], word[i:]) for i in range(1, len(word)) if known.knows(word[:i]) and known.knows(word[i:])), None)
    if halves is not None and word in place.text:  # 300元月
        good = place.text.replace(word, "/".join(halves))
        return f"写成 {good}", (Fix(f"改为 {good}", place, good),)
    for other in (simplified(word), _CALLED.get(word, word), *(x for x in known if word in x or x in word)):  # 箱 where 标箱 is declared
        unit = re.sub("|".join(MULTIPLIERS), "", other)
        if other != word and (known.knows(unit) or unit in SAME or unit in IN_OTHERS):
            good = place.text.replace(word, other)
            return f"写成 {good}{'；第几名的，类型写 数' if word == '名' else ''}", (Fix(f"改为 {good}", place, good),) if word in place.text else ()
    return None


def _declared(word: str, place: Span) -> tuple[str, tuple[Fix, ...]]:
    """A unit of the policy's own, and how it is declared."""
    at = before_first(place.source)
    known_ones = f"本来就有的写 {'、'.join(COUNTED)}；都不合的，" if word == "个" else ""  # the word for anything: more likely one of them
    if word in IN_OTHERS and IN_OTHERS[word][1] in UNITS:
        known_ones = f"栏目、类型写 {IN_OTHERS[word][1]}，规则里的数照写 5{word}；都用它的，"
    ways = sorted((f"单位：{word}", f"单位：{word}，可有小数"), key=len, reverse=_MEASURED.search(word) is not None)
    return (f"{known_ones}在文件前面加一行 {ways[0]}（{'量' if '小数' in ways[0] else '数'}出来的；{'一个一个数，填整数' if '小数' in ways[0] else '可以有小数'}的写 {ways[1]}）",
            tuple(Fix(f"加一行 {line}", at, f"{line}\n") for line in ways))


def before_first(source: Source) -> Span:
    """Before the first table or quote of the file, where the policy's own words are declared."""
    match = re.search(r"^\s*(?:事实|「)", source.text, re.MULTILINE)
    return Span(source, match.start() if match else 0, match.start() if match else 0)
