"""The label that somebody meant who wrote none: one that looks like it, or what people call it."""

from __future__ import annotations

import re
from collections.abc import Callable

from xcrules.base.nearest import nearest, simplified
from xcrules.base.source import canonical
from xcrules.draft.labels import LABELS, Label, card_of
from xcrules.draft.syntax import Body, LineError

LineParser = Callable[[str, str], tuple[Body | None, LineError | None]]

_CALLED = (  # what the labels are called by people
    ("封顶|最高|最多|不超过|限额", "上限"), ("保底|最低|最少", "下限"), ("^(?:补贴|补助|奖励|资助|支持)(?:标准|金额|额度?)?$|^金额$", "标准"),
    ("^(?:已知|事实是|条件为)$", "给定"), ("^(?:结果|预期|期望|应当得|应给)$", "应得"), ("^(?:排除|不含|不包括)$", "除外"), ("^(?:额外|另加|追加|另奖)$", "加给"), ("^(?:折半|减按一半)$", "减半"),
    ("^(?:有效期|施行日期|生效)$", "施行"), ("^(?:受理|适用范围|适用对象|适用主体|范围)$", "适用"), ("^(?:减免|免除|免征|免缴)$", "除外、减征"), ("^备注$", "注释"), ("^(?:分期|发放|兑付)$", "拨付"),
    ("^(?:资金|年度)?(?:总额|总量)控制$|^(?:资金|年度)(?:总额|总量|预算|规模)$|^统筹$", "总额"),
)


def likely_labels(label: str, content: str, parse: LineParser) -> list[str]:
    """Labels that look like this one; those that can hold the content come first."""
    if called := next((name for words, name in _CALLED if re.search(words, label)), ""):
        return called.split("、")
    close = nearest(label, LABELS, most=6, least=0.3)
    fits = [n for n in close if card_of(n).start is not None and parse(n, content)[1] is None and not (card_of(n).start == "conditions" and _AN_AMOUNT.search(content))]
    free = [n for n in close if card_of(n).start is None]
    best = nearest(label, close, least=0.5)
    likely = [n for n in fits if n in best]
    return likely or list(dict.fromkeys([*fits, *(n for n in free if n in best), *(labels_that_fit(content, parse)[:1] if best else ()), *best]))[:3]


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
