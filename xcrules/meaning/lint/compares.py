"""Every comparison of a line, by its sense: in its body, and in the cells of its table, which are written as the law writes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from fractions import Fraction

from attrs import evolve, frozen

from xcrules.base.source import Span, canonical
from xcrules.draft import syntax

from .passages import Passage
from .phrases import by_word, compared

BESIDE_DAYS = frozenset({"早于", "晚于", "不早于", "不晚于"})


@frozen
class Compared:
    """A comparison of a line: its sense and word, what it is held against, and whether only its direction counts (so many years from a day)."""

    sense: str
    word: str
    right: tuple[int, int]
    at: Span
    loose: bool = False
    left: object = None  # what is compared
    back: bool = False  # with a day so long before another: 不早于 退休日期 － 5年 is within 5年
    by_day: str = ""  # of full years, months between two days: as the days compare, 到岗日 {} 毕业日 ＋ 2年

    def written(self, line: syntax.Line) -> str:
        """What it compares with, as it stands in the line."""
        return canonical(line.text)[slice(*self.right)].strip()

    def with_nothing(self, line: syntax.Line) -> bool:
        """高于 0元: that there is any, whatever else the law compares."""
        return re.fullmatch(r"0\D*", self.written(line)) is not None


def in_body(passage: Passage, line: syntax.Line) -> Iterator[Compared]:
    """The comparisons of a line, but for those under 非."""
    nodes, body, senses = passage.nodes_of(line), line.body, by_word()
    denied = {id(x) for node in nodes if isinstance(node, syntax.Not) for x in syntax.pieces_of(node.part)}
    if isinstance(body, syntax.Cap | syntax.Floor) and isinstance(body.amount, syntax.Literal | syntax.PartOf):
        yield Compared(senses[line.label], line.label, body.amount.at, line.label_span)
    for node in nodes:
        match node:
            case _ if id(node) in denied:
                pass
            case syntax.Compare(left=left, word=word, right=right) if word in senses:
                steps = isinstance(right, syntax.Binary)
                back = isinstance(right, syntax.Binary) and right.operator == "-" and word in BESIDE_DAYS
                at = _word_at(line, word, left.at[1], right.at[0])
                yield Compared(senses[word], word, right.at, at, steps, left, back, _by_day(line, node))
            case syntax.AtMost(amount=amount):
                yield Compared("不超过", "至多", amount.at, line.span_of(amount.at), True)
            case syntax.AtLeast(amount=syntax.PartOf(at=at)):
                yield Compared("不低于", "至少", at, line.span_of(at), True)
            case syntax.Elapsed(negated=negated, at=at):
                word = "未满" if negated else "满"
                yield Compared(senses[word], word, at, line.span_of(at), True)
            case syntax.KeyBounds(bounds=bounds):
                yield from (Compared(senses[w], w, x.at, line.span_of(x.at)) for w, x in bounds if w in senses)


def _by_day(line: syntax.Line, node: syntax.Compare) -> str:
    length, text = node.left, canonical(line.text)
    if not isinstance(length, syntax.FromTo) or length.of not in ("年数", "月数"):
        return ""
    start, end, most = (text[slice(*x.at)].strip() for x in (length.start, length.end, node.right))
    return f"{end} {{}} {start} ＋ {most}"


def _word_at(line: syntax.Line, word: str, start: int, end: int) -> Span:
    at = canonical(line.text).find(word, start, end)
    return line.span_of((at, at + len(word)) if at >= 0 else (start, end))


def in_cells(passage: Passage, line: syntax.Line, alone: Fraction | None = None) -> Iterator[Compared]:
    """How the cells of its table compare numbers; `alone`: those of one value."""
    table, start = [c for row in line.rows[1:] for c in row.cells], line.content.start
    for number in passage.numbers_of(line) if table else ():
        if number.at[0] < len(line.text) or alone not in (None, number.value):
            continue
        at = start + number.at[0]
        cell = table[max(bisect_right(table, at, key=lambda c: c.start) - 1, 0)]
        if cell.start <= at < cell.end:
            sense, word = compared(cell.text, evolve(number, at=(at - cell.start, number.at[1] + start - cell.start)))
            if sense and sense != "至":
                yield Compared(sense, word, number.at, cell)
