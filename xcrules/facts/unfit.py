"""What is said of a value that is none of its fact: what it is, as people call it, and what to write instead."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from xcrules.base.diagnostic import Code, Diagnostic, writable
from xcrules.base.identity import says_nothing

from .types import LiteralValue

NULL = "不知道的写 null（Python 里是 None）"


class NotANumber:
    """NaN or Infinity, as met in a JSON file."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NotANumber) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__  # as the caller's 编号 it goes back as it came


class Unfit(Exception):
    """Why a value is none of its fact: what is said after the fact's name (`before`: also before it), and what to write."""

    def __init__(self, code: Code, message: str, help: str = "", before: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.help, self.before = code, message, help, before

    def finding(self, name: str, path: str) -> Diagnostic:
        return Diagnostic(self.code, f"{self.before}「{name}」{self.message}", path=path, help=self.help)


def is_finite(value: object) -> bool:
    """Whether this is no NaN and no infinity."""
    if isinstance(value, Decimal):
        return value.is_finite()
    return not isinstance(value, NotANumber) and not (isinstance(value, float) and not math.isfinite(value))


def wrong(path: str, message: str, help: str = "") -> Diagnostic:
    return Diagnostic(Code.WRONG_KIND, message, path=path or "（整份事实）", help=help)


def noticed(code: Code, message: str, path: str) -> Diagnostic:
    """What a decision mentions and does not refuse."""
    return Diagnostic(code, message, path=path)


def nothing_help(value: object) -> str:
    if not is_finite(value):
        return NULL
    return "没有或不知道的，留空或写 null" if isinstance(value, str) and len(value) < 40 and says_nothing(value) else ""


def kind_of(value: object) -> str:
    """What a value is, to tell a person."""
    if not is_finite(value):
        return f" {value}"
    match value:
        case bool():
            return f"是否（{'true' if value else 'false'}）"
        case str():
            return f"文字「{short(value)}」"
        case int() | float() | Decimal() | Fraction():
            return "数"
        case datetime.date():
            return f"日期（{value.isoformat()[:10]}）"
        case dict():
            return "对象"
        case list() | tuple():
            return "名单"
        case LiteralValue():
            return f"{value.type}"
        case None:
            return "空"
    shape = getattr(value, "shape", None)
    if not (isinstance(shape, tuple) and shape):
        return f" {type(value).__name__}"
    ways = ("to_dicts()", "to_dict('records')") if len(shape) > 1 else ("to_dict()", "tolist()", "to_list()")  # of pandas, numpy, Polars
    way = next((way for way in ways if hasattr(value, way.partition("(")[0])), ways[-1])
    return f"一列或一表的值（{type(value).__name__}），" + (f"用 .{way} 变成名单" if len(shape) > 1 else f"取出其中一个，或用 .{way}")


def may_be(known: Sequence[str]) -> str:
    """The first of many names, and how many there are."""
    return "可填：" + "、".join(known[:12]) + (f" 等 {len(known)} 项" if len(known) > 12 else "")


def short(text: str) -> str:
    """The beginning of a text, without characters that cannot be shown."""
    shown = writable(text[:30])
    return shown if len(text) <= 30 else shown + "……"
