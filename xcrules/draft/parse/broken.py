"""How a line begins that bears a label, and one that was to bear one: 条 件：…, 标准 4000元, - 标准：…, 〔A15〕拨付：…."""

from __future__ import annotations

import re

from attrs import frozen

from xcrules.draft.labels import LABELS, card_of

from .called import LineParser

LABEL = re.compile(r"[ \t　]*([^\W\d]\w{0,11})[ \t　]*([〔\[【][^〕\]】\n]*[〕\]】]?|[（(]\s*[A-Za-z]+\d[^）)\n]*[）)])?[ \t　]*[：:]")
# a label that was not finished: 条 件：…, 标准 4000元, 标准；4000元, 上限〔A14〕企业终身 …, 〔A15〕拨付：…
_NAMES = "|".join(LABELS)
_SPACED = re.compile(rf"[ \t　]*({'|'.join('[ 　]+'.join(name) for name in LABELS)})(?=[ \t　]*[〔：:])")
_UNENDED = re.compile(rf"[ \t　]*({_NAMES})[ \t　]*(〔[^〕\n]*〕)?([ \t　]*[；;，,、。．.∶︰]|(?<=〕)|[ \t　]+)(?=\S)")
# 标准10万元, 上限企业年度 …: no blank either; - 标准：, **标准**：, 【标准】: as in other kinds of text
_UNMARKED = re.compile(rf"[ \t　]*({_NAMES})(?:(?=\d)|(?<=限)(?=单项|企业年度|企业终身|合计|各分项|同一))")
_DECORATED = re.compile(rf"[ \t　]*(?:[-*•●·]+[ \t　]*|[【\[]+)({_NAMES})(?:[*】\]]+[ \t　]*[：:]?|[ \t　]*[：:])\**[ \t　]*(?=\S)")
_TAG_FIRST = re.compile(rf"[ \t　]*(〔[^〕\n]*〕)[ \t　]*({_NAMES})[ \t　]*[：:]")


@frozen
class Broken:
    """A line that was to begin with a label: which, with what tags, where the content begins, and the mend."""

    label: str
    place: tuple[int, int]
    tags: tuple[int, int] | None
    content: int
    mended: str  # what should stand before the content


def broken(text: str, start: int, end: int, parse: LineParser) -> Broken | None:
    """The label that the line text[start:end] was to begin with; None if it was to begin with none. `parse` tells whether the rest fits."""
    if match := _SPACED.match(text, start, end):
        label = re.sub(r"\s", "", match[1])
        rest = LABEL.match(label + text[match.end() : end])
        shift = match.end() - len(label)
        if rest is None:
            return None
        tags = (rest.start(2) + shift, rest.end(2) + shift) if rest[2] else None
        return Broken(label, match.span(1), tags, rest.end() + shift, f"{label}{rest[2] or ''}：")
    if match := _TAG_FIRST.match(text, start, end):
        return Broken(match[2], (match.start(1), match.end()), match.span(1), match.end(), f"{match[2]}{match[1]}：")
    if match := _DECORATED.match(text, start, end):
        return Broken(match[1], (match.start() + len(match[0]) - len(match[0].lstrip()), match.end()), None, match.end(), f"{match[1]}：")
    if match := _UNMARKED.match(text, start, end):
        content = text[match.end() : end].strip()
        if parse(match[1], content)[1] is None and card_of(match[1]).start:
            return Broken(match[1], match.span(1), None, match.end(), f"{match[1]}：")
    if match := _UNENDED.match(text, start, end):
        content = text[match.end() : end].strip()
        if match[2] or match[3].strip() or (card_of(match[1]).start and parse(match[1], content)[1] is None):
            return Broken(match[1], (match.start(1), match.end()), match.span(2) if match[2] else None, match.end(),
                           f"{match[1]}{match[2] or ''}：")
    return None
