"""How a line begins that bears a label, or was to bear one: 条 件：…, 标准 4000元, - 标准：…; and the label that somebody meant who wrote none of ours."""

from __future__ import annotations

import re
from collections.abc import Callable

from attrs import frozen

from xcrules.base.nearest import nearest, simplified
from xcrules.base.source import canonical
from xcrules.draft.labels import LABELS, Label, card_of
from xcrules.draft.syntax import Body, LineError

LineParser = Callable[[str, str], tuple[Body | None, LineError | None]]

_CALLED = (  # what the labels are called by people
    ("封顶|最高|最多|不超过|限额", "上限"), ("保底|最低|最少", "下限"), ("^(?:补贴|补助|奖励|资助|支持)(?:标准|金额|额度?)?$|^金额$", "标准"),
    ("^(?:已知|事实是|条件为)$", "给定"), ("^(?:结果|预期|期望|应当得|应给)$", "应得"), ("^(?:排除|不含|不包括)$", "除外"), ("^(?:政策|办法)(?:名称|名)?$", "规定"), ("^(?:额外|另加|追加|另奖)$", "加给"), ("^(?:折半|减按一半)$", "减半"),
    ("^(?:有效期|施行日期|生效)$", "施行"), ("^(?:受理|适用范围|适用主体|范围)$", "适用"), ("^适用对象$", "适用、对象"), ("^(?:减免|免除|免征|免缴)$", "除外、减征"), ("^备注$", "注释"), ("^(?:分期|发放|兑付)$", "拨付"),
    ("^(?:资金|年度)?(?:总额|总量)控制$|^(?:资金|年度)(?:总额|总量|预算|规模)$|^统筹$", "总额"),
)


def likely_labels(label: str, content: str, parse: LineParser) -> list[str]:
    """Labels that look like this one; those that can hold the content come first."""
    if called := next((name for words, name in _CALLED if re.search(words, label)), ""):
        return called.split("、")
    close = nearest(label, LABELS, most=6, least=0.3)
    fits = [n for n in close if card_of(n).start is not None and parse(n, content)[1] is None
            and not (card_of(n).start == "conditions" and _AN_AMOUNT.search(content))]
    free = [n for n in close if card_of(n).start is None]
    best = nearest(label, close, least=0.5)
    likely = [n for n in fits if n in best]
    return (
        likely
        or list(dict.fromkeys([*fits, *(n for n in free if n in best), *(labels_that_fit(content, parse)[:1] if best else ()), *best]))[:3]
    )


_AN_AMOUNT = re.compile(r"(?:的|[×÷*])\s*\d\S*$|^\d\S*$")  # no condition, though it can be read where one stands


def labels_that_fit(content: str, parse: LineParser) -> list[str]:
    """Labels whose content this could be: those that it has the sign of, else those that nearly anything can be content of."""
    folded = canonical(content)
    signed = [x for x in Label if x.card.sign and re.search(x.card.sign, folded)]
    return [x for x in (*signed, *_ORDINARY) if parse(x, content)[1] is None]


_ORDINARY = (Label.STANDARD, Label.CONDITION, Label.SUBJECT)


def only_label(label: str, close: list[str], content: str, parse: LineParser) -> bool:
    """Whether the first is the one label that shares a character with what was written and can hold the content."""
    written = simplified(label)
    if any(ch.isdigit() for ch in written):  # a figure that slipped before the ： is one of the amount's: 标准1：5万元
        return False
    alike = [n for n, known in LABELS.items() if known.start is not None and set(n) & set(written) and parse(n, content)[1] is None]
    return close[:1] == [written] or (alike == close[:1] and len(close) == 1)


# -- labels that were not finished ------------------------------------------------------------------------

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
