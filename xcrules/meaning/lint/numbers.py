"""Numbers of the law and numbers of the rules beneath it, so that 150 in the one and 15 in the other is seen.

Finds numbers in Chinese text (150 万元, 百分之五, 三年, 10-50万元, 1:0.5) and in lines, each with its
kind and exact value; compares nothing. References (第二条, （一）, 2021〕1号) are no numbers.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, product

from attrs import evolve, field, frozen

from xcrules.base.dates import months_later
from xcrules.base.numerals import chinese_decimal
from xcrules.base.source import canonical
from xcrules.draft.labels import Label
from xcrules.draft.syntax import At, Line
from xcrules.facts.types import MULTIPLIERS, NO_UNITS, DateType, NumberType, Units, YearType, parse_literal, unit_text
from xcrules.facts.units import COINS, IN_OTHERS, UNITS
from xcrules.meaning.clauses.crossed import is_crossed

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


_ONES = "一二两三四五六七八九"
_CN = f"〇零{_ONES}十百千"
_SKIPPED = re.compile(
    rf"第\s*[{_CN}\d]+\s*[条款项章节](?!起)"
    r"|“[^”元%‰年月日]{1,10}”"  # a name: “万亩千亿”
    r"|(?:^|(?<=[。;:\n]))\s*\d{1,2}[.、](?!\d)|(?:^|(?<=[。\n]))\s*[一二三四五六七八九十]{1,3}、|(?<!第)二次(?=[一-鿿])"  # 6. and 三、 of a list; 二次招商
    rf"|[(（]\s*[{_CN}\d]+\s*[)）]"
    r"|[〔\[（(]\s*\d{4}\s*[〕\]）)]\s*\d+\s*号|\d+\s*号"
    r"|\d+\s*\+\s*\d+|(?<![\dA-Za-z万亿])[A-Za-z][A-Za-z/ -]*\d[\d.\-]*"
    r"|以\s*[十百千万]?元\s*为(?:计算)?单位|(?:取整|精确|保留|舍|入|进)到?\s*至?\s*[十百千万]元(?!的)|不足\s*[一1]?\s*[十百千万]\s*元(?:的|部分)*,?(?:舍去|舍弃|不计|忽略不计|免收|四舍五入)"  # of 取整
    r"|不足\s*[一1]\s*[元角分](?:的|部分)?,?(?:[^,。;]{0,3}按\s*[一1]\s*[元角分])?"
    r"|(?<!\d)(?<!\d年)\d{1,2}\s*月\s*\d{1,2}\s*日"  # of every year: no line has it
    r"|(?<![\d.,])\d+(?:[A-Za-z](?![A-Za-z])|[A-Za-z]+\d)[A-Za-z\d]*"  # 5G is a name, 2000TEU so many of a unit
)
_NUM = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_MULT = "|".join(MULTIPLIERS)
_DAY = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_YEAR = re.compile(r"(?<!\d)((?:19|20|21)\d{2})\s*年")
_RATIO = re.compile(rf"({_NUM})\s*[:比]\s*({_NUM})")
_SHARE = re.compile(rf"([{_CN}万\d]+)分之([{_CN}\d]+(?:[点.][{_CN}\d]+)?)")
_FRACTION = re.compile(r"(?<![\d/.])(\d+)/([1-9]\d*)(?![\d/.年])")
_HALF = re.compile("一半")
_TENTHS = re.compile(rf"([{_CN}])成(?![立为果功员本长])")
_COINS = re.compile(rf"(?:({_NUM}|[{_CN}]+)元)?({_NUM}|[{_CN}]+)角(?:({_NUM}|[{_CN}]+)分(?!之))?(?![形洲大星债钢])|({_NUM}|[{_CN}]+)分(?![之钟值])")  # 3元5角, 每千瓦时补助5分
_EACH_PAID = re.compile("每\\s*(?:[^\\W\\d]{1,4}(?:补助|补贴|补偿|收取|征收|收费|缴纳|加价|支付|优惠)|千瓦时|度|吨|公斤|斤|立方米|方|公里)$")  # so that 5分 is money, and no points
_TOLD_IN = "元|人民币|美元|[%‰]|个?百分点|个?基点|个?国家|个?月|年|次|倍|国|件|㎡|平方米|人|名|项|家|部|台|套"
_CHAIN = re.compile(rf"\s*(?:[-~—–至到、/或和]|,(?!\s*(?:{_NUM})\s*[-~—–至到]))\s*(?=(?:{_NUM}|[{_CN}]))")  # 1-3年 900，4-6年 1200: the comma ends it
_FIRST = re.compile("(首)(?:次|个(?!月|小时)|家)|(首|(?<![大过个年点])半)个?(小时|月|年|日|天|公里)")
_OFF = re.compile(r"([一二三四五六七八九]{1,2}|\d(?:\.\d)?)折(?![算合价旧线扣])")
_FOLLOWING = re.compile(r"(?:^|[^一-鿿]|[其之此])后$")  # 后两年, not 入驻后3年
_UNIT_KINDS = {"元": MONEY, "人民币": MONEY, "美元": MONEY, "%": RATE, "‰": RATE, "百分点": RATE, "个百分点": RATE, "基点": RATE, "个基点": RATE, "倍": RATE}


def digits(text: str) -> str:
    """All digits of a text, in order."""
    return "".join(re.findall(r"\d", canonical(text)))


def law_numbers(words: str, units: Units = NO_UNITS) -> list[Mention]:
    """The numbers in a piece of the law, in order."""
    text = _blanked(canonical(words), _SKIPPED)
    numbers: list[Mention] = []
    for pattern, kind, read in _SPELT:
        numbers += [Mention(kind, value, m[0], m.span()) for m in pattern.finditer(text) if (value := read(m)) is not None]
        text = pattern.sub(lambda m, read=read: m[0] if read(m) is None else " " * len(m[0]), text)  # type: ignore[misc]
    numbers += _plain(text, _plain_in(units))
    numbers += [Mention(OTHER, Fraction(1, 1 + (m[2] == "半")), m[0], m.span(), m[3] or "次") for m in _FIRST.finditer(text)]
    numbers += [Mention(OTHER, Fraction(2), m[0], m.span(), "人") for m in re.finditer("双人", text)]
    whole = canonical(words)
    return sorted((evolve(n, measured=_measured_in(whole, n)) for n in numbers), key=lambda f: f.at)


_SCALES: tuple[dict[str, int], ...] = (  # how much of the least of them each is
    {"㎡": 3, "平方米": 3, "平米": 3, "亩": 2000, "公顷": 30000}, {"吨": 10**6, "公斤": 1000, "千克": 1000, "斤": 500, "克": 1},
    {"公里": 1000, "千米": 1000, "米": 1}, {"天": 1, "日": 1}, {"月": 1, "个月": 1}, {"小时": 1})
_MEASURES = "|".join(sorted((x for scale in _SCALES for x in scale), key=len, reverse=True))
_BEHIND = re.compile(rf"\s*({_MEASURES})(?![份底初末内])")
_EACH = re.compile(rf"每\s*(?:1|一)?\s*({_MEASURES})(?=[^,，。;；、:：]{{0,8}}$)")


def _measured_in(words: str, n: Mention) -> tuple[str, ...]:
    """What the law measures a number in, or an amount for each of."""
    if n.kind == OTHER:
        found = _BEHIND.match(words, n.at[1] - len(n.unit)) or _BEHIND.match(words, n.at[1])
        return (found[1],) if found else ()
    return tuple(_EACH.findall(words[max(n.at[0] - 20, 0) : n.at[0]])) if n.kind == MONEY and (n.unit == "元" or n.text[-1] in "角分") else ()


def _measured_as(typed: str, kind: str) -> tuple[str, ...]:
    """The same of a number of a line: 15亩, 40元/㎡·月."""
    units = typed.partition("/")[2].split("·") if kind == MONEY else [re.sub(rf"^(?:{_NUM})(?:{_MULT})?\s*", "", typed)]
    return tuple(x for x in units if any(x in scale for scale in _SCALES))


def _measured_alike(law: Mention, rule: Mention) -> bool | None:
    """Whether two measured numbers are as much, however they are told; None where they do not say."""
    for one, other in product(law.measured, rule.measured):
        for scale in _SCALES:
            if one in scale and other in scale and law.kind == rule.kind:
                return (
                    law.value * scale[one] == rule.value * scale[other]
                    if rule.kind != MONEY
                    else law.value * scale[other] == rule.value * scale[one]
                )
    return False if law.measured and rule.measured and law.kind == rule.kind == OTHER else None


def law_days(words: str) -> list[Fraction]:
    """The days in a piece of the law."""
    return [day for m in _DAY.finditer(canonical(words)) if (day := _day(m)) is not None] if "日" in words else []


def _blanked(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda m: " " * len(m[0]), text)


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
    (_OFF, RATE, lambda m: sum(number(c) / 10**place for place, c in enumerate(m[1].replace(".", ""), 1))),
)


@lru_cache
def _plain_in(units: Units) -> re.Pattern[str]:
    """A number, what it is times, its unit; with the units of a policy, 5千瓦 is five of them where it has them.

    A number of two magnitudes is one, 七万二千 and 1亿2000(万), where what follows 万 says its own magnitude: 五万二次 are two.
    """
    own = "".join(f"{re.escape(x)}|" for x in sorted(units, key=len, reverse=True))
    not_own = f"(?!{own[:-1]})" if own else ""
    small = rf"(?:零?[{_ONES}]{not_own}[十百千][{_CN}]*|零[{_ONES}]|零?(?:\d{not_own}[十百千])+|零?\d{{3,4}}(?=元))"
    large = rf"(?:{small}|[{_CN}]+(?=万)|零?\d+(?=[百千]?万))"
    great = rf"(?:\d[\d,]*|[{_CN}]+)\s*(?:亿{large}(?:万{small})?|万{small})"
    point = rf"[{_CN}]+点[〇零{_ONES}]+(?=\s*(?:[百千]?[万亿]|元|倍|%|个?百分点))"
    return re.compile(rf"({great}|{_NUM}|{point}|[{_CN}]+)\s*({not_own}(?:{_MULT}))?\s*({own}{_TOLD_IN})?")


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


def number(text: str) -> Fraction:
    """150, 1,500.5, 三百二十, 零点五 or 1亿2000万."""
    plain = re.sub(r"[,\s]", "", text)
    return Fraction(plain) if re.fullmatch(r"[\d.]+", plain) else chinese_decimal(plain)


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
    years = {
        Fraction(datetime.date(int(n.value), *day).toordinal())
        for n in numbers
        if n.kind == YEAR and 0 < n.value < 10_000
        for day in ((1, 1), (12, 31))
    }
    return ends | {end - 1 for end in ends} | years


def totals(law: list[Mention]) -> list[tuple[Mention, Mention]]:
    """Money of the law and what it comes to in so many years: 每年10万元，连续三年 is an award of 30万元 paid in three parts."""
    spans = [n.value for n in law if n.kind == OTHER and n.unit == "年" and n.value > 1]
    return [(n, Mention(MONEY, n.value * years, "", (0, 0))) for n in law if n.kind == MONEY for years in spans]


_MORE, _LESS = re.compile("(?:上浮|提高|增加|增长|加发|加收|增发|超计划|超定额)[^，。；%]{0,4}$|(?<![不未])超[过出][^，。；,;%\\d的]{1,10}$"), re.compile("(?:下浮|降低|减少|下调|下降)[^，。；%]{0,8}$")

_FROM_ON = re.compile("[^\\W\\d]{0,4}?起")
BORNE = "[^,。;配]{0,12}(?:承担|负担|分担|分摊)"  # 按6:4的比例
_PARTS = re.compile(rf"(?:{_NUM})(?:[:比](?:{_NUM})){{2,}}|(?!1[:比]|{_NUM}[:比]1(?![\\d.]))(?:{_NUM})[:比](?:{_NUM})|(?:{_NUM})[:比](?:{_NUM})(?={BORNE})")  # 4:3:3, 6:4 of a whole


def wholes_of(law: Iterable[Mention], words: str) -> list[tuple[Mention, Mention]]:
    """Shares of the law and what is then left of the whole: 上浮20% is 120%, 降低30% is 70%; 8折 takes 20% off; 1:3:6 is 1/10 and so on; 从第31页起 is over 30页."""
    law = [*law]
    rates = [(n, words[: n.at[0]]) for n in law if n.kind == RATE]
    more = [(n, 1 + n.value) for n, before in rates if _MORE.search(before)]
    less = [(n, 1 - n.value) for n, before in rates if _LESS.search(before) or _OFF.search(n.text)]
    parts = [
        (n, part)
        for n, _ in rates
        if (m := _PARTS.match(words, n.at[0]))
        for whole in [[number(x) for x in re.split("[:比]", m[0])]]
        if sum(whole)
        for part in (x / sum(whole) for x in whole)
    ]
    last = [
        (n, evolve(n, value=n.value - 1))
        for n in law
        if n.kind == OTHER and words[n.at[0] - 1 : n.at[0]] == "第" and _FROM_ON.match(words, n.at[1])
    ]
    return [(n, Mention(RATE, value, "", (0, 0))) for n, value in (*more, *less, *parts)] + last


# -- the rules -----------------------------------------------------------------------------------------

_CALENDAR = ("12月/年", "365天")  # how long a year is, no law says
_CLAUSES = re.compile(r"(?<![\w.,])\d[\d之]*(?:\(\d[\d()]*\)\S*|\s+)(?=\s*的\s)|\d[\d()之]*(?:\s*[、至]\s*\d[\d()之]*)*(?=\s*(?:合计|之间|的\s*(?:金额|本年已得|历年已得|历年已拨|增加额)))|^\s*\d[\d()之]*[^\W\d]*(?:\s*[、至]\s*\d[\d()之]*[^\W\d]*)+(?=\s+(?:合计|之间))"  # 1(1)、2 合计
                      r"|(?:(?<=条款 为 )|(?<=条款 不为 ))\d[\d()之]*(?:\s*、\s*\d[\d()之]*)*")  # 条款 不为 1(1)、2
_WRITTEN = re.compile(r"(?<!\d)\d{4}-\d{1,2}-\d{1,2}(?!\d)|第[一二三四五六七八九十\d]{1,3}年|(?:(?<![\w.\[])|(?<=连续)|(?<=[超不]过)|(?<=[高低少多]于)|(?<=不[足满])|(?<=以上)|(?<=至))\d(?:(?!不?超过|不[足满]|[高低]于|至\d|的)[\w.:/%‰·㎡]|,(?=\d{3}))*|[一二三四五六七八九十百千万]+分之(?:\d+(?:\.\d+)?|[零〇一二三四五六七八九十百点]+)|一半")
_WORD_BEFORE = "|".join(rf"(?<=\d[^\W\d]{{{n}}})" for n in range(1, 7))
_EDGES = re.compile("(?<!\\w)(?:不超过|不低于|不高于|不满|不足|超过|低于|高于|达到|满)(?=\\d)|(?<=[元%‰])(?:以上|以下|以内|及以上|及以下|不满|不超过|不足|至|到|的)+(?:部分)?|(?:" + _WORD_BEFORE + ")及?以[上下内](?:的部分|(?=不满|不足|不超过|至|\\W|$))")  # 超过1万元至10万元的部分, 100周岁及以上
_PER_MANY = re.compile(r"([^/]+)/(\d+[^\W\d]\w*)")  # 10元/100公斤 is two numbers of the law


def rule_numbers(line: Line, units: Units = NO_UNITS) -> list[Mention]:
    """The literals on a line and in the table beneath it; places count from the start of the content."""
    if line.label == Label.USED_IN:
        return []  # clauses
    numbers = list(_literals(_blanked(canonical(line.text), _CLAUSES), 0, units))  # the numbers of clauses are no numbers of the law
    grows = line.label == "参数" and any(re.match("递[增减]", cell.text) for row in line.rows for cell in row.cells)  # its figures are the law's own
    for row in line.rows[not is_crossed(line) :] if line.label == "对照" or grows else ():
        for cell in row.cells:
            numbers += _literals(_blanked(cell.text, _EDGES), cell.start - line.content.start, units)
    return numbers


def _literals(text: str, offset: int, units: Units) -> Iterator[Mention]:
    for match in _WRITTEN.finditer(canonical(text)):
        typed = match[0].rstrip(".,:/·")
        if many := _PER_MANY.fullmatch(typed):
            for part in (1, 2):
                yield from _literals(many[part], offset + match.start() + many.start(part), units)
            continue
        literal = parse_literal(typed, units) or parse_literal(typed.replace("周岁", "年")) or parse_literal(":".join(typed.split(":")[:2]))  # of 4:3:3 the law's reader has 4:3
        before, after = canonical(text)[: match.start()], canonical(text)[match.start() + len(typed) :]
        if literal is None or typed.replace("个月", "月") in _CALENDAR or _no_number_of_law(typed, before, after):
            continue
        match literal.type:
            case NumberType(rate=True):
                kind = RATE
            case NumberType(unit=unit) if ("元", 1) in unit:
                kind = MONEY
            case DateType():
                kind = DAY
            case YearType():
                kind = YEAR
            case _:
                kind = OTHER
        place = (offset + match.start(), offset + match.start() + len(typed))
        written = unit_text(literal.type.unit) if isinstance(literal.type, NumberType) else ""
        step = bool(re.search(r"[+\-]\s*$", before))
        yield Mention(kind, _as_written(typed, literal.value, units), typed, place, "步年" if step and written == "年" else written, _measured_as(typed, kind))


def _no_number_of_law(typed: str, before: str, after: str) -> bool:
    """What stands for a quotient by 0; ÷ 12 and ÷ 365天 of what is told for a year; 100% ＋ 上浮比例, 其他 100%: the whole of what goes up or down."""
    if before.rstrip().endswith("除数为零 按"):
        return True
    if typed == "100%":
        return after.lstrip()[:1] in ("+", "-") or re.search(r"(?:[+\-]|否|其他|其余)\s*$", before) is not None
    return before.rstrip().endswith("÷") and re.fullmatch("12(?:个?月)?|36[056]天?", typed) is not None


def _as_written(typed: str, value: Fraction, units: Units) -> Fraction:
    """500 of 500公斤/亩, which is told in 吨/亩."""
    told = any(word in typed and word not in COINS and not units.knows(word) for word in IN_OTHERS)
    bare = parse_literal(match[0]) if told and (match := re.match(rf"(?:{_NUM})(?:{_MULT})?", typed)) else None
    return bare.value if bare else value


_LENGTHS = ({"年": 12, "步年": 12, "月": 1, "个月": 1}, {"小时": 60, "分钟": 1, "天": 1440, "日": 1440})  # one told in the other
_TIMES = ("年", "步年", "年度", "月", "个月", "日", "天", LATER)


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
    told = rule.unit.partition("/")[0] if rule.kind == OTHER else rule.unit  # 3个月 of 3月/年
    if law.value != rule.value or (not {law.unit, told} & {"", "数", "次"} and (law.unit in _TIMES) != (told in _TIMES)):
        return False  # 2名 is not 2年
    if law.kind == rule.kind:
        return True
    loose = {law.kind, rule.kind}
    return loose <= {OTHER, YEAR, RATE} or loose == {MONEY, OTHER}


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
        own = self.by_value.get(number.value, [])
        return self.all if _told_otherwise(number) else [*own, *(n for n in self.otherwise if n.value != number.value)] if self.otherwise else own


def _told_otherwise(n: Mention) -> bool:
    """Whether a number may be the same as one of another value: 12个月, 1年."""
    return bool(n.measured) or n.unit == "步年" or n.unit.endswith("/月") or any(n.unit in lengths for lengths in _LENGTHS)
