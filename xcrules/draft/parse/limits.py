"""Limits on what is read, so that hostile or broken text costs time in proportion to its size."""

from __future__ import annotations

import re

MAX_FILE_CHARS = 4_000_000  # 一个规则文件的字数
MAX_LINE_CHARS = 200_000  # 一行内容的字数
MAX_OPERATORS = 60  # 一行里运算、括号、非、的 的个数：嵌套不会深过它
MAX_FIELDS = 500  # 一张事实表的栏数
MAX_MEMBERS = 1_000  # 一栏里列出的情形
MAX_LETS = 40  # 设定一个套一个的层数
MAX_CHOICES = 4_096  # 一处的对象、标准、设定所按的读法，各种搭配
MAX_WRITTEN_OUT = 2_000  # 一个上限里的设定展开来的运算
MAX_VALUES = 100_000  # 一行展开来的运算：有的短语要把它的一部分说两遍
MAX_EXCEPTIONS = 100  # 一款或一个分项里的例外
MAX_READINGS = 100  # 一款的各行，或管全文的各行，所按的读法
MAX_PIECES = 2_000  # 一行里用逗号、顿号、分号隔开的段
MAX_ADVISED = 25  # 一份政策里替多少行想改法；再多的只说错在哪里
FLAT = ("given", "expected", "heading", "type")  # 这些内容不嵌套，只限字数

_OPERATOR = re.compile(r"[+\-×÷(]|(?<!\w)(?:非|的|每满|自)(?!\w)")


_SEPARATOR = re.compile("[,、;]")


def too_deep(folded: str, start: str) -> int | None:
    """Where a line goes past the limits, or None."""
    if len(folded) > MAX_LINE_CHARS:
        return MAX_LINE_CHARS
    if start in FLAT:
        return None
    if len(folded) > MAX_PIECES and (places := _SEPARATOR.finditer(folded)):
        for count, match in enumerate(places, 1):
            if count > MAX_PIECES:
                return match.start()
    for count, match in enumerate(_OPERATOR.finditer(folded), 1):
        if count > MAX_OPERATORS:
            return match.start()
    return None
