"""A quote of a clause with its lines, as the checks of the law's words read it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

from attrs import frozen

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.source import Span, canonical
from xcrules.draft import syntax
from xcrules.draft.labels import Label, card_of
from xcrules.facts.types import Units

from .following import BORNE, wholes_of
from .numbers import MONEY, RATE, Mention, Sought
from .spoken import law_numbers
from .written import rule_numbers


@frozen(slots=False)
class Passage:
    """A quote of a clause, its lines of effect, the part it stands in, and the numbers in it."""

    quote: syntax.Quote
    lines: tuple[syntax.Line, ...]
    part: str
    numbers: tuple[Mention, ...]
    units: Units
    words: str  # canonical, each character in its place

    @cached_property
    def _written(self) -> dict[int, tuple[list[Mention], list[object]]]:
        return {id(line): (rule_numbers(line, self.units), list(syntax.pieces_of(line.body))) for line in self.lines}

    @property
    def of_wholes(self) -> list[tuple[Mention, Mention]]:
        """Its shares of the whole, and what the lines may write for them."""
        return wholes_of(self.numbers, self.words)

    @cached_property
    def said(self) -> Sought:
        """Its numbers, to be looked up."""
        return Sought(self.numbers)

    def saying(self, rule: Mention) -> list[Mention]:
        """Those of its numbers that are one of a rule, in their order."""
        return sorted(self.said.laws_for(rule), key=lambda n: n.at)

    @cached_property
    def _sought(self) -> dict[int, Sought]:
        return {id(line): Sought(self.numbers_of(line)) for line in self.lines}

    def sought_of(self, line: syntax.Line) -> Sought:
        """The numbers of one of its lines, to be looked up."""
        return self._sought[id(line)]

    def numbers_of(self, line: syntax.Line, within: syntax.At | None = None) -> list[Mention]:
        """The numbers of one of its lines, or those that begin in a stretch of it."""
        numbers = self._written[id(line)][0]
        if within is None:
            return numbers
        first, last = (bisect_left(numbers, at, key=lambda n: n.at[0]) for at in within)
        return numbers[first:last]

    def nodes_of(self, line: syntax.Line) -> list[object]:
        """Every phrase of one of its lines."""
        return self._written[id(line)][1]

    def place(self, at: tuple[int, int]) -> Span:
        """Where a piece of the words stands in the file."""
        return self.quote.span.part(1 + at[0], 1 + at[1])

    def phrase(self, at: tuple[int, int]) -> str:
        """The words around a place, from one mark or number to the next mark, less what stands in brackets."""
        marks = [self.words.rfind(mark, 0, at[0]) + 1 for mark in ",。;:"]
        start = max(marks + [n.at[1] for n in self.numbers if n.kind in (MONEY, RATE) and n.at[1] <= at[0]])
        ends = [end for mark in ",。;:" if (end := self.words.find(mark, at[1])) >= 0]
        return re.sub(r"\([^)]*\)", "", self.words[start : min(ends, default=len(self.words))])

    def borne(self, law: Mention) -> bool:
        """Whether a number is how much each bears: 按6:4的比例承担."""
        return re.match(BORNE, self.words[law.at[1] :]) is not None

    def part_of(self, line: syntax.Line) -> str:
        """The 分项 in which one of its lines stands."""
        return next((x.text.strip() for x in self._heads if x.label_span.start < line.label_span.start), self.part)

    @cached_property
    def _heads(self) -> list[syntax.Line]:
        """The lines that begin a 分项, the last first."""
        return [x for x in reversed(self.quote.notes) if x.label == "分项"]

    def others(self, line: syntax.Line) -> list[syntax.Line]:
        """The lines that another choice of the same reading puts in the place of this one."""
        chosen = {t.reading: t.choice for t in line.tags if t.choice}
        if not chosen:
            return []
        return [x for x in self.lines if x is not line and any(t.choice and chosen.get(t.reading, t.choice) != t.choice for t in x.tags)]


def passages_of(own: list[tuple[int, syntax.Quote]], units: Units) -> list[Passage]:
    """The quotes of a clause with their parts: one that goes on after other quotes begins anew."""
    passages: list[Passage] = []
    part, last = "", -1
    for at, quote in own:
        part = part if at == last + 1 else ""
        last = at
        part = next((line.text.strip() for line in quote.notes if line.label == "分项"), part)
        working = tuple(line for line in quote.notes if not card_of(line.label).silent)
        passages.append(Passage(quote, working, part, tuple(law_numbers(quote.words, units)), units, canonical(quote.words)))
    return passages


def with_limits(lines: Iterable[syntax.Line]) -> list[syntax.Line]:
    """The lines 参数 with limits (在 50元 至 300元) or growth (以后每年 递增 5%)."""
    headings = ((x, x.body) for x in lines if isinstance(x.body, syntax.Heading) and x.label == Label.PARAMETER)
    return [x for x, body in headings if body.within or any("递" in cell.text for row in x.rows for cell in row.cells)]


def limits_read(limited: Iterable[syntax.Line], notes: Iterable[syntax.Line]) -> list[syntax.Line]:
    """Those whose figures are the law's words above notes that read the parameter."""
    text = "\n".join(x.text for x in notes) if limited else ""
    return [x for x in limited if isinstance(x.body, syntax.Heading) and re.search(rf"(?<!\w){re.escape(x.body.name.text)}(?!\w)", text)]


def shared(name: str, words: str) -> int:
    """The length of the longest passage of a name in the words."""
    return max((n for n in range(len(name), 0, -1) if any(name[i : i + n] in words for i in range(len(name) - n + 1))), default=0)


def finding(code: Code, said: str, at: Span, help: str, *spoils: tuple[str, ...], unless: str = "原文另有说法的") -> Diagnostic:
    """A line that says something else than its quote."""
    return Diagnostic(code, said, at, f"{help}；{unless}，用 静默：{code}，理由", spoils=spoils)


def mates_of(passage: Passage, passages: Iterable[Passage]) -> list[syntax.Line]:
    """The lines of the 分项 in which a passage stands."""
    return [x for p in passages if p.part == passage.part for x in p.lines]


def places_of(name: str, words: str) -> list[syntax.At]:
    """Where the law says a name."""
    return [m.span() for m in re.finditer(re.escape(canonical(name)), words)]
