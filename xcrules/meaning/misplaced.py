"""Lines and quotes that say nothing where they stand: a second 规定, 文件 beneath a quote, a quote without notes, one with notes of two minds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from xcrules.base.diagnostic import Code, Diagnostic, marked
from xcrules.draft.labels import Label, Where, card_of, labels
from xcrules.draft.numbering import read_numbering
from xcrules.draft.outline import Outline
from xcrules.draft.syntax import Document, Line

from . import keys

_FILES = labels(where=Where.HEAD)
_ONCE = [x for x in Label if x.card.once]


def check_places(document: Document, law: Outline) -> list[Diagnostic]:
    """A line of the head counts once, where it is looked for; a quote has notes, and of one mind."""
    return [*_numbering(document, law), *_unread(document), *_twice(document), *_without_notes(law), *_two_minds(law)]


def _numbering(document: Document, law: Outline) -> Iterator[Diagnostic]:
    """编号 names levels in their order, and a text of the policy begins with the first."""
    for line in document.files[0].head:
        if line.label != Label.NUMBERING:
            continue
        read = read_numbering(line.text)
        if read is None:
            yield Diagnostic(Code.BAD_NUMBERING, f"「{line.text.strip()}」读不懂：编号照原文写各级的第一个，从大到小", line.content, "例如 编号：一、（一）1.（1） 或 编号：第一条（一）1.")
        elif read not in law.numbered:
            yield Diagnostic(Code.IDLE_NUMBERING, f"没有一段原文从「{read.levels[0]}」编起", line.content, "照原文的编号写；编号相同的各行只留一行")


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


def _without_notes(law: Outline) -> Iterator[Diagnostic]:
    """Its notes may have come to stand beneath the next quote, so nothing is sure of the lines there either."""
    for (quote, number), (_, following) in zip_longest(law.quotes, law.quotes[1:], fillvalue=(None, "")):
        if quote is not None and not quote.notes and not law.needs_no_notes(quote, number):
            bare = "只是题目的，写 性质：标题；" if re.fullmatch(r"\s*(?:[（(第]?[一二三四五六七八九十百\d]+[）)、条.．]?\s*)?[^\d，,；;。]{2,14}[。：:]?\s*", quote.words) else ""
            yield Diagnostic(Code.LAW_WITHOUT_NOTES, "这段原文下面没有注", quote.span, f"{bare}写明它的效果（给多少的写 标准 或 裁量，至多给多少的写 上限）；没有效果的写 性质：导向 之类；它的行写到了别处的，移到这里",
                             spoils=(*keys.of_clause(number), keys.lines(keys.article(following))))


def _two_minds(law: Outline) -> Iterator[Diagnostic]:
    """A quote that is said to have no effect and has lines with one."""
    for (quote, _), (following, _) in zip_longest(law.quotes, law.quotes[1:], fillvalue=(None, "")):
        if quote is None:
            continue
        nature = next((x for x in quote.lines if x.label == "性质" and x.text.strip()[:2] in ("导向", "服务", "非资")), None)
        working = next((x for x in quote.lines if x.label == Label.SUBJECT or card_of(x.label).grants), None)
        if nature is not None and working is not None:
            strayed = following is not None and not following.notes
            yield Diagnostic(Code.NATURE_WITH_GRANT, f"这段原文写了性质（没有给付效果），又写了{working.label}", working.content if strayed else nature.content,
                             "下一段原文下面没有注：这几行是它的，移到它下面" if strayed and following else f"有给付效果的，删去 性质：{nature.text.strip()}；没有的，删去{working.label}等各行",
                             spoils=(keys.line(following.span),) if strayed and following else ())


def numbered_twice(law: Outline) -> list[Diagnostic]:
    """What is wrong with the numbers of the law, if they are its own and not a slip in a quote."""
    return [marked([d], spoils=(keys.clause(law.number_at(d.span)), keys.DOUBLED), rests_on=(keys.NUMBERING,))[0] for d in law.found]
