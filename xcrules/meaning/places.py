"""Lines that stand where nothing reads them: 文件 and 原文 beneath a quote or in another file, a second 规定."""

from __future__ import annotations

from collections.abc import Iterator

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic
from xcrules.draft.syntax import Document, Line

_FILES = ("文件", "原文")  # read before the rest, from the head of the main file
_ONCE = ("规定", "文号", "原文")


def check_places(document: Document) -> list[Diagnostic]:
    """A line of the head counts once, where it is looked for."""
    return [*_unread(document), *_twice(document)]


def _unread(document: Document) -> Iterator[Diagnostic]:
    for at, file in enumerate(document.files):
        head = {id(line) for line in file.head}
        for line in file.lines():
            if line.label in _FILES and (at or id(line) not in head):
                where = "别的文件里" if at else "引文之后"
                yield Diagnostic(Code.NEVER_READ, f"「{line.label}」写在{where}，不会去读它", line.label_span,
                                 f"移到 {document.files[0].source.name} 的最前面，第一段引文之前")
            elif line.label in _FILES and "\n" in line.text.strip():
                yield Diagnostic(Code.NEVER_READ, f"「{line.label}」折成了几行，只会读第一行", line.content, "文件名写在一行里，用顿号隔开；或者写成几行 文件：")


def _twice(document: Document) -> Iterator[Diagnostic]:
    first: dict[str, Line] = {}
    for line in document.lines():
        if line.label in _ONCE and first.setdefault(line.label, line) is not line:
            yield Diagnostic(Code.NEVER_READ, f"「{line.label}」写了两次，只有第一次的算数", line.label_span, "留一行")
