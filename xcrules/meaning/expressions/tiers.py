"""Cells that say a range of one number: 500万元 以上 不满 5000万元, 1亿元（含）—3亿元（不含）, 超过 1亿元."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import reduce

from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.draft.parse.grammar import parse_content
from xcrules.facts.types import NO_UNITS, Units, parse_literal
from xcrules.meaning import values
from xcrules.meaning.possible import Range, range_of

from .grades import COMPARISONS

_EDGES: dict[str, values.CompareOp] = {"以上": ">=", "以下": "<=", "满": ">=", "未满": "<", "": "="}
_FROM = re.compile(r"^(超过|高于|达到|不低于|满)\s*(?=\d)")
_INCLUDED = re.compile(r"\s*[(（](不?含)\w*[)）]\s*$")
_DASH = re.compile(r"(?<=[^\s至到])\s*(?:至|到|[-－‐‑–—―─−~～〜∼]{1,2})\s*")  # not the sign of －5%
_EDGE_WORDS = re.compile(r"\s*((?<![不未])满(?=\s*\d)|未满|及以上|及以下|以上|以下|以内|不满|不足|超过|不超过|不低于|低于|高于|达到)\s*")
_REACHED = re.compile(r"(?<![不未])(?:满|达到?)(?=\s*\d[^不未超低高]*?以上)")  # 满4年（含）以上
THE_SMALLER_FIRST = "小的写在前面，如 10万元 至 50万元、10万元 以上 不满 50万元"


def op_of(bound: syntax.Bound) -> values.CompareOp:
    """The comparison that the word of a bound means."""
    return _EDGES.get(bound.word) or COMPARISONS[bound.word]


def bounds(text: str, units: Units = NO_UNITS) -> tuple[syntax.Bound, ...] | None:
    """The bounds that a key cell means: two ends for 1亿元-3亿元 and 1亿元 至 3亿元, both included; a bare value has the word ""."""
    text = _REACHED.sub(lambda m: " " * len(m[0]), text)
    ends = _DASH.split(text.strip()) if parse_literal(canonical(text), units) is None else [text]
    if len(ends) == 2 and (both := _ends(text, units, ends[0], ends[1])) is not None:
        return both
    body, error = parse_content("cell_key", canonical(text))
    if error is not None or (isinstance(body, syntax.Name | syntax.Literal) and parse_literal(canonical(text), units) is None):
        if (parted := _parted(text, units)) is not None:
            return parted
        if error is not None:
            return None
    return body if isinstance(body, tuple) else (syntax.Bound("", body),)  # type: ignore[arg-type]


_MARKS = re.compile(r"[\s、，,]+")


def _parted(text: str, units: Units) -> tuple[syntax.Bound, ...] | None:
    """The bounds of 超过1万元不超过10万元 and 5000万元（含）以上、1亿元以下, as the law writes it; None where blanks alone, or
    a mark between a lower end and an upper one, do not part it."""
    said = meant(text, units) if re.search(r"\d", text) else None
    found = bounds(said, units) if said is not None and _MARKS.sub("", said) == _MARKS.sub("", text) else None
    if found is None or (re.search("[、，,](?!\\d{3})", text) and [op_of(x)[0] for x in found] != [">", "<"]):
        return None
    made, at = list[syntax.Bound](), 0
    for bound in found:
        assert isinstance(bound.value, syntax.Literal)
        at = canonical(text).index(bound.value.text, at)
        made.append(syntax.Bound(bound.word, syntax.Literal(bound.value.text, (at, at + len(bound.value.text)))))
    return tuple(made)


def _ends(text: str, units: Units, *ends: str) -> tuple[syntax.Bound, ...] | None:
    """The two ends of a range, each included unless （不含） or 超过 says otherwise; None if they are no numbers."""
    found: list[syntax.Bound] = []
    at = 0
    for end, words in zip(ends, (("以上", "超过"), ("以下", "低于")), strict=True):
        begins = None if found else _FROM.match(end)  # 超过 1亿元 至 3亿元
        mark = _INCLUDED.search(end)
        number = re.sub(r"\s*以下$" if found else r"\s*以上$", "", end[begins.end() if begins else 0 : mark.start() if mark else len(end)])
        if parse_literal(canonical(number), units) is None or (begins and mark):
            return None
        at = text.index(number, at)
        word = begins[1] if begins else words[mark is not None and mark[1] == "不含"]
        found.append(syntax.Bound(word, syntax.Literal(canonical(number), (at, at + len(number)))))
        at += len(number)
    return tuple(found)


_SPOKEN = (  # in this order
    (r"^(\d[\d,.]*)(\s*[-—–－~～至到]+\s*\d[\d,.]*)([^\d\s]+)$", r"\1\3\2\3"),
    (r"\s*的$|之间$", ""), (r"(?<![A-Za-z])[lI](?=[\d万亿%])", "1"), (r"\s*[，,、且]\s*", " "), (r"大于或?等于|[>＞]\s*[=＝]|[≥⩾]", " 达到 "), (r"小于或?等于|[<＜]\s*[=＝]|[≤⩽]", " 不超过 "),
    (r"大于|[>＞]|突破", " 超过 "), (r"(?<=\d)分(?!之)", ""), (r"小于|[<＜]", " 不满 "), (r"(?<=\d)([^\s\d]*?)\s*(?:起|[-—–－~～至到]+)$", r"\1 以上"),
    (r"(?:达到|满|不低于)\s*(\d\S*?)\s*及?以上", r" 达到 \1 "), (r"(?:不超过|不高于)\s*(\d\S*?)\s*及?以[下内]", r" 不超过 \1 "),
    (r"以上\s*[-—–－~～至到]+\s*(?=\d)", "以上 不超过 "),
)
_BETWEEN = re.compile(r"(\d\S*?)\s*([<＜≤⩽][=＝]?)[^\d<＜≤⩽]*([<＜≤⩽][=＝]?)\s*(\d\S*)")


def meant(text: str, units: Units = NO_UNITS) -> str | None:
    """1亿元以上不满5亿元 with blanks between the words, ≥1亿元, 1亿元起, 突破1亿元 and 达到1亿元以上 in the words for it, 90分以上 of what is told in no unit; None for what may be anything."""
    between = _BETWEEN.fullmatch(text)
    said = f"{text}）" if text.count("（") > text.count("）") else text if between is None else (f"{'超过' if between[2] in '<＜' else '达到'} {between[1]} {'不满' if between[3] in '<＜' else '不超过'} {between[4]}")
    for pattern, word in _SPOKEN:
        said = re.sub(pattern, word, said)
    said = " ".join(_EDGE_WORDS.sub(r" \1 ", said).split())
    found = bounds(said, units) if said != text else None
    ends = [b.value.text for b in found or () if isinstance(b.value, syntax.Literal)]
    return said if found and found[0].word and all(parse_literal(canonical(x), units) is not None for x in ends) else None


def tier(text: str, units: Units = NO_UNITS) -> Range | None:
    """The range of numbers that a key cell means; None for 其他 and for bounds that are no literals."""
    found = bounds(text, units) if text not in ("其他", "") else None
    if found is None:
        return None
    return literal_tier([(op_of(b), b.value.text if isinstance(b.value, syntax.Literal | syntax.Name) else "") for b in found], units)


def literal_tier(ends: Iterable[tuple[values.CompareOp, str]], units: Units = NO_UNITS) -> Range | None:
    """The range of numbers between literals; None where an end is none."""
    found = [(op, parse_literal(canonical(text), units)) for op, text in ends]
    return (None if any(x is None for _, x in found)
            else reduce(Range.meet, (range_of(op, x.value) for op, x in found if x is not None), Range()))


def shared(one: Range, other: Range) -> str:
    """What two tiers both have, and how to part them: the drafter says to which the edge belongs."""
    low, high = max(one.low, other.low), min(one.high, other.high)
    if low == high:
        return "两档都含分界的那个数：归数小的一档的，数大的一档写 超过 它；归数大的一档的，数小的一档写 不满 它"
    return "两档有一段相同：核对分界的数；上一档到哪里为止，下一档就从哪里起"
