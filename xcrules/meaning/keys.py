"""What a finding may spoil and what it may rest on: each key is made here, so that both sides mean the same.

A finding that rests on something spoilt by another is not told (causes.py): it may be wrong, and will be told when the
other is mended.
"""

from __future__ import annotations

from xcrules.base.diagnostic import Key
from xcrules.base.source import Span

NUMBERING: Key = ("编号",)  # which articles and 款 the law has
DOUBLED: Key = ("重号",)  # which number one of two under the same was to have
ROLES: Key = ("角色",)  # which fact and which table has a role
LEDGERS: Key = ("台账",)  # whether each ledger has its columns
REGISTER: Key = ("登记",)  # which readings are registered
TAGS: Key = ("标记",)  # which readings the lines name
STATUSES: Key = ("状态",)  # which words 表述 gives to cases
PARTS: Key = ("分项",)  # which 分项 the clauses have
LABELS: Key = ("栏目",)  # whether every line could be read


def name(text: str) -> Key:
    """What a name is: a fact, a table, a 设定, or nothing."""
    return "名称", text


def members(text: str) -> Key:
    """Which members an enumeration has."""
    return "情形", text


def series(text: str) -> Key:
    """Whether a fact is told year by year."""
    return "逐年", text


def table(text: str) -> Key:
    """Whether a table is a list, and of what."""
    return "表", text


def reading(number: str) -> Key:
    """The row of a reading in the register."""
    return "读法", number


def unit(word: str) -> Key:
    """That there is no unit of this name is said where it is written first."""
    return "单位", word


def status(word: str) -> Key:
    """What 应纳 says, of a 表述."""
    return "状态", word


def sample(text: str) -> Key:
    """What a 样本 is: that there is none is said at the first case that begins with it."""
    return "样本", text


def clause(number: str) -> Key:
    """Whether there is a clause of this number, and that it is one."""
    return "款", number


def existing(number: str) -> tuple[Key, ...]:
    """That the law has a clause of this number, and lines beneath it."""
    return NUMBERING, DOUBLED, clause(number), lines(number)


def lines(number: str) -> Key:
    """Which lines a clause, or an article, has."""
    return "各行", number


def of_clause(number: str) -> tuple[Key, ...]:
    """The lines of a clause and of its article: one that strayed from its quote seldom goes farther."""
    return tuple(dict.fromkeys((lines(number), lines(article(number))))) if number else ()


def line(span: Span) -> Key:
    """The line of a file in which something stands."""
    return "行", span.source.name, str(span.line)


def figure(span: Span) -> Key:
    """That what a line counts up to is what the law says."""
    return "数", span.source.name, str(span.line)


def phrase(span: Span) -> Key:
    """What a phrase of the law says: from one mark to the next."""
    text, near = span.source.text, max(span.start - 300, 0)
    return "短语", span.source.name, str(max(text.rfind(mark, near, span.start) for mark in "，。；：、「\n"))


def article(number: str) -> str:
    """2 of 2(1)."""
    return number.partition("(")[0]
