"""Numbers as people write them, brought to the form in which a line writes them: 五十万元 → 50万元, 百分之五 → 5%."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from xcrules.base.money import decimal_text
from xcrules.base.nearest import simplified
from xcrules.facts.types import parse_literal
from xcrules.meaning.lint.numbers import MONEY, RATE, number

CN = "〇一二三四五六七八九零两十百千"


def _times(figure: str, unit: str) -> str:
    """1.5 千 is 1500."""
    whole = f"{Decimal(figure) * {'百': 100, '千': 1000, '万': 10000}[unit]:f}"
    return whole.rstrip("0").rstrip(".") if "." in whole else whole


_AREA = r"(?:平方米|平米|平方|m2|M2|m²|㎡米)"
_SPOKEN: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (  # in this order: what one gives the next may take up
    (r"(?<=\d)[oOОοＯ〇○◯]+|[oOОοＯ〇○◯](?=\d)", lambda m: "0" * len(m[0])),  # 1○万元
    (r"(?<=\d)[lIｌ|](?=\d)|(?<![A-Za-z])[lI](?=[\d万亿%元])", "1"),
    (rf"([{CN[:10]}零○]{{4}})年([{CN}]{{1,3}})月([{CN}]{{1,3}})日", lambda m: f"{number(m[1])}年{number(m[2])}月{number(m[3])}日"),
    (r"(?<!\d)((?:19|20)\d\d)([./])(\d{1,2})\2(\d{1,2})(?!\d)", r"\1年\3月\4日"),
    (rf"百分之([{CN}\d]+(?:[点.][{CN}\d]+)?)", lambda m: f"{decimal_text(number(m[1]))}%"),
    (r"(\d+(?:\.\d+)?)\s*‱", r"万分之\1"),
    (rf"(?<![一-鿿])([{CN}]|\d)成(?!\w)", lambda m: f"{number(m[1]) * 10}%"),
    ("(?<![一-鿿])(?:一半|半数)", "50%"),
    (rf"(?<![一-鿿\d])(?!一次)([{CN}]+)(?=[万亿元年次国件家人部月个项名户套天日间台处场吨亩㎡])", lambda m: str(number(m[1]))),
    (rf"(?<=连续)([{CN}]+)年", lambda m: f" {number(m[1])}年 "),
    (r"(\d+(?:\.\d+)?)(千|百)万", lambda m: f"{_times(m[1], m[2])}万"),
    (r"(\d+(?:\.\d+)?)千(?=元|$|[\s，,；;）)])", lambda m: _times(m[1], "千")),
    (rf"(第[{CN}\d]+)年?\s*[~～—–至到-]+\s*(?=第[{CN}\d]+年)", r"\1年 至 "),
    (rf"(?<=[于过到足满] )([{CN}]+)(?=$|[\s，,；;）)])", lambda m: str(number(m[1]))),
    (r"(\d)\s*比\s*(\d)", r"\1:\2"),
    (r"(\d:\d+)[，,、](\d+)(?!\d)", r"\1.\2"),
    (r"(?<![\d.,])(\d{1,3})[,，](\d{1,2})(?=[元%‰]|[万亿]元)", r"\1.\2"),
    (r"(\d)个百分点", r"\1%"),
    (r"(\d+)[wWＷ](?![A-Za-z])", r"\1万"),
    (r"(?:人民币|RMB|rmb|[￥¥])\s*(\d[\d.,]*)(?![\d.,万亿元])", r"\1元"),
    (r"(?:人民币|RMB|rmb|[￥¥])\s*(?=\d)", ""),
    (r"(\d+(?:\.\d+)?[万亿]?)\s*[员远圆园块](?:钱)?", r"\1元"),
    ("元整", "元"),
    (rf"(?<![一-鿿])分\s*([{CN}]+)(?=期[，,])", lambda m: f"分 {number(m[1])}"),
    (rf"(?<=[\d万亿])[ 　]*{_AREA}", "㎡"),
    (r"(\d+(?:\.\d+)?)万(?=㎡)", lambda m: _times(m[1], "万")),
    (rf"(?<=元)\s*(?:每|／|/)\s*{_AREA}", "/㎡"),
    (r"(?<=元/㎡)\s*(?:每|[／/、，.])\s*(?:个?月)", "·月"),
    (r"(?<=元/㎡)\s*(?:每|／|/|·)\s*年", "·年"),
    (r"(?<=元)\s*每\s*(?=[^\W\d])(?!满|增)", "/"),
    (r"(\d)\s+(?=[万亿元%㎡天日年月人件家项国部名户套台次场])", r"\1"),
    (r"(\d[万亿])(?![元美亿\w])", r"\1元"),
    (r"元?\s*(?:每个?|／|/)\s*国家?", "元/国"),
    (r"(\d)\s*(?:个月)", r"\1月"),
    (r"(?<!\d)(\d{1,3}(?:，\d{3})+)(?!\d)", lambda m: m[1].replace("，", "")),
    (r"(?<!\d)((?:19|20|21)\d\d)年?\s*[-—~～至到]\s*((?:19|20|21)\d\d)年?", r"在 \1年 至 \2年"),
)


_MISTYPED = (  # words of comparison, by sound or shape
    (re.compile("(?<=不)[底抵](?=[于与於])"), "低"),
    (re.compile(r"(?<=[高低多少早晚大小])[与予余於](?=\s*\d)"), "于"),
    (re.compile(r"[朝抄]过(?=\s*\d)|超[国果](?=\s*\d)"), "超过"),
)


def compared(text: str) -> str:
    """The text with its words of comparison as they are written: 不底于 → 不低于, 高與 5 → 高于 5."""
    text = simplified(text)
    for pattern, word in _MISTYPED:
        text = pattern.sub(word, text)
    return text


_PLAIN = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_FORMAL = re.compile("[壹贰叁肆伍陆柒捌玖][壹贰叁肆伍陆柒捌玖拾佰仟零]*(?=[万亿元次年个件项人家月日天户台套%])")  # as amounts are written on cheques


@lru_cache(maxsize=4096)
def spelled(text: str) -> str:
    """五十万元, 伍拾万元 → 50万元, 30萬元 → 30万元, 百分之五 → 5%, 100W → 100万元, 1比0.5 → 1:0.5, 500平方米 → 500㎡, 2000元每件 → 2000元/件."""
    text = _FORMAL.sub(lambda m: m[0].translate(_PLAIN), compared(text))
    for pattern, replacement in _SPOKEN:
        text = re.sub(pattern, replacement, text)
    return text


def percent(text: str) -> str:
    """0.305 → 30.5%."""
    shown = f"{Decimal(text) * 100:f}"
    return f"{shown.rstrip('0').rstrip('.') if '.' in shown else shown}%"


def rule_form(kind: str, text: str) -> str:
    """How a number of the law is written in a rule: 150万元, 5%, 1:0.5, 3年; empty where it cannot be written."""
    if parse_literal(text) is not None:
        return text
    form = spelled(text if kind in (MONEY, RATE) else text.replace("个国家", "国").replace("个月", "月"))
    return form if parse_literal(form) is not None else ""
