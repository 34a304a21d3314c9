"""What an edit of a line may not touch: which way a comparison goes, what is denied, and the numbers.

Advice that turns a condition round or brings in another number is worse than none, so every candidate of mends.py
passes through here, whichever edit made it.
"""

from __future__ import annotations

import re
from decimal import Decimal

from xcrules.base.source import canonical
from xcrules.meaning.lint.numbers import number

CN = "〇一二三四五六七八九零两十百千"

_AT_LEAST = "不低于|不少于|不小于|不下于|不早于|大于等于|高于等于|大于或等于|至少|最少|最低|达到|以上|>=|≥"
_AT_MOST = "不超过|不高于|不多于|不大于|不晚于|小于等于|低于等于|小于或等于|至多|最多|最高|最长|以下|以内|<=|≤"
_ABOVE = "高于|超过|多于|大于|晚于|>|＞"
_BELOW = "低于|不满|不足|少于|小于|早于|未满|不到|<|＜"
_RELATION = re.compile(f"(?P<ge>{_AT_LEAST})|(?P<le>{_AT_MOST})|(?P<gt>{_ABOVE})|(?P<lt>{_BELOW})|(?P<full>(?<!每)满(?=\\s*\\d))")
_KINDS = {"ge": ">=", "full": ">=", "le": "<=", "gt": ">", "lt": "<"}
_DENIAL = re.compile("不|非|未|没有|无")


def keeps(before: str, after: str, dropped: str = "") -> bool:
    """Whether an edit leaves comparisons, denials and numbers as they are; one bound of the kind `dropped` may go."""
    return (_relations(before, dropped) in (_relations(after, ""), _relations(after, dropped)) and _denials(before) == _denials(after)
            and _digits_kept(before, after))


def _relations(text: str, dropped: str) -> list[str]:
    found = [_KINDS[m.lastgroup] for m in _RELATION.finditer(text) if m.lastgroup]
    return [kind for kind in found if kind != dropped]


def _denials(text: str) -> int:
    return len(_DENIAL.findall(_RELATION.sub(" ", text)))


def _digits_kept(before: str, after: str) -> bool:
    plain, said = digits(before), digits(spelled(before))
    return digits(after) in (plain, said) or digits(spelled(after)) in (plain, said)


def digits(text: str) -> str:
    """All digits of a text, in order."""
    return "".join(re.findall(r"\d", canonical(text)))


_ZERO = re.compile(r"(?<=\d)[oOОοＯ〇○◯]+|[oOОοＯ〇○◯](?=\d)")


def zeros(text: str) -> str:
    """1○万元, l0元: the digits that were meant."""
    text = _ZERO.sub(lambda m: "0" * len(m[0]), text)
    return re.sub(r"(?<=\d)[lIｌ|](?=\d)|(?<=\d)[lI](?=[万亿%元])", "1", text)


_CN_DAY = re.compile(rf"([{CN[:10]}零○]{{4}})年([{CN}]{{1,3}})月([{CN}]{{1,3}})日")


def _day_part(part: str, unit: str) -> str:
    figure = "".join(str("〇一二三四五六七八九".find(ch) if ch not in "零○" else 0) for ch in part) if unit == "年" else str(number(part))
    return figure + unit


def _times(figure: str, unit: str) -> str:
    """1.5 千 is 1500."""
    whole = Decimal(figure) * {"百": 100, "千": 1000, "万": 10000}[unit]
    return f"{whole:f}".rstrip("0").rstrip(".") if "." in f"{whole:f}" else f"{whole:f}"


def spelled(text: str) -> str:
    """五十万元 → 50万元, 百分之五 → 5%, 100W → 100万元, 1比0.5 → 1:0.5, 500平方米 → 500㎡, 2000元每件 → 2000元/件."""
    text = zeros(text)
    text = _CN_DAY.sub(lambda m: "".join(_day_part(part, unit) for part, unit in zip(m.groups(), "年月日", strict=True)), text)
    text = re.sub(rf"百分之([{CN}\d.]+)", lambda m: f"{number(m[1])}%" if m[1][0] in CN else f"{m[1]}%", text)
    text = re.sub(rf"(?<![一-鿿])([{CN}]|\d)成(?!\w)", lambda m: f"{number(m[1]) * 10}%", text)
    text = re.sub("(?<![一-鿿])(?:一半|半数)", "50%", text)
    text = re.sub(rf"(?<![一-鿿\d])([{CN}]+)(?=[万亿元年次国件家人部月个项名户套])", lambda m: str(number(m[1])), text)
    text = re.sub(rf"(?<=连续)([{CN}]+)年", lambda m: f" {number(m[1])}年 ", text)
    text = re.sub(r"(\d+(?:\.\d+)?)(千|百)万", lambda m: f"{_times(m[1], m[2])}万", text)
    text = re.sub(r"(\d+(?:\.\d+)?)千(?=元|$|[\s，,；;）)])", lambda m: _times(m[1], "千"), text)
    text = re.sub(r"(\d)\s*比\s*(\d)", r"\1:\2", text)
    text = re.sub(r"(\d:\d+)[，,、](\d+)(?!\d)", r"\1.\2", text)
    text = re.sub(r"(\d)个百分点", r"\1%", text)
    text = re.sub(r"(\d+)[wWＷ](?![A-Za-z])", r"\1万", text)
    text = re.sub(r"(?:人民币|RMB|rmb|[￥¥])\s*(?=\d)", "", text)
    text = re.sub(r"(\d+(?:\.\d+)?[万亿]?)\s*[员远圆园块](?:钱)?", r"\1元", text)
    text = re.sub(r"元整", "元", text)
    text = re.sub(r"(?<=[\d万亿])(?:平方米|平米|平方|m2|M2|m²|㎡米)", "㎡", text)
    text = re.sub(r"(\d+(?:\.\d+)?)万(?=㎡)", lambda m: _times(m[1], "万"), text)
    text = re.sub(r"(?<=元)\s*(?:每|／|/)\s*(?:平方米|平米|平方|m2|m²)", "/㎡", text)
    text = re.sub(r"(?<=元/㎡)\s*(?:每|／|/|·)\s*(?:个?月)", "·月", text)
    text = re.sub(r"(?<=元/㎡)\s*(?:每|／|/|·)\s*年", "·年", text)
    text = re.sub(r"(?<=元)\s*每\s*(?=[件人家项部国月年名套户个次株头])", "/", text)
    text = re.sub(r"(\d)\s+(?=[万亿元%])", r"\1", text)
    text = re.sub(r"(\d[万亿])(?![元美亿\w])", r"\1元", text)
    text = re.sub(r"元?\s*(?:每个?|／|/)\s*国家?", "元/国", text)
    text = re.sub(r"(\d)期", r"\1年", text)
    text = re.sub(r"(\d)\s*(?:个月)", r"\1月", text)
    text = re.sub(r"(?<!\d)(\d{1,3}(?:，\d{3})+)(?!\d)", lambda m: m[1].replace("，", ""), text)
    return re.sub(r"(?<!\d)((?:19|20|21)\d\d)年?\s*[-—~～至到]\s*((?:19|20|21)\d\d)年?", r"在 \1年 至 \2年", text)
