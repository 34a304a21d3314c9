"""The quotes against the official text: character for character, nothing missing, added or moved."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher

from xcrules.base.diagnostic import Code, Diagnostic, Fix
from xcrules.base.source import Source, Span
from xcrules.draft.labels import card_of
from xcrules.draft.outline import Outline
from xcrules.draft.syntax import Quote
from xcrules.meaning import keys
from xcrules.meaning.lint.numbers import same
from xcrules.meaning.lint.spoken import law_numbers
from xcrules.meaning.lint.written import rule_numbers

_PAGE_MARK = re.compile(r"(?m)^[ \t　]*[-—–]\s*\d+\s*[-—–][ \t　]*$")
_COMMENT = re.compile(r"(?m)^#.*$")


def blanked(text: str) -> str:
    """An official text with blanks where page marks and comment lines stand; as long as before."""
    return _COMMENT.sub(lambda m: " " * len(m[0]), _PAGE_MARK.sub(lambda m: " " * len(m[0]), text))


def significant(text: str) -> str:
    """The characters that count: no white space, page marks or comment lines."""
    return "".join(blanked(text).split())


def check_quotes(law: Outline, official: Source | None) -> list[Diagnostic]:
    """Findings where the quotes in order are not the official text, one for each place."""
    quotes = [q for q, _ in law.quotes]
    if official is None or not quotes:
        return []
    wanted = significant(official.text)
    if wanted == "".join("".join(q.words.split()) for q in quotes):
        return []
    written, places = _written(quotes)
    return list(_differences(wanted, written, places, law))


_NUMBER = re.compile("(?m)第.{1,9}[条條]|[（(][一二三四五六七八九十]+[）)]|^[一二三四五六七八九十百]+$")


def _mismatch(law: Outline, difference: str, message: str, span: Span, help: str, fixes: tuple[Fix, ...] = ()) -> Diagnostic:
    """Spoils which lines the clause has; where the words that differ are a number, or stand where one is, the numbering too."""
    number = law.number_at(span)
    first = law.above(span) or 0
    at_head = any(span.start - 5 <= q.span.start <= span.end for q, _ in law.quotes[first : first + 2])
    numbering = (keys.NUMBERING, keys.clause(number)) if at_head or _NUMBER.search(difference) else ()
    return Diagnostic(Code.QUOTE_MISMATCH, message, span, help, fixes, spoils=(*keys.of_clause(number), *numbering))


def _written(quotes: list[Quote]) -> tuple[str, list[tuple[Quote, int]]]:
    """The quoted characters in order, each with its quote and offset in the file."""
    places: list[tuple[Quote, int]] = []
    for quote in quotes:
        places += [(quote, i) for i, ch in enumerate(quote.words, quote.span.start + 1) if not ch.isspace()]
    return "".join("".join(quote.words.split()) for quote in quotes), places


def _differences(wanted: str, written: str, places: list[tuple[Quote, int]], law: Outline) -> Iterator[Diagnostic]:
    quotes = [q for q, _ in law.quotes]
    blocks = _joined([b for b in _blocks(wanted, written) if b[0] != "equal"])
    if (swapped := _swapped(wanted, written, blocks)) is not None:
        first, second = swapped
        quote, start = places[first[3]]
        yield _mismatch(law, written[first[3] : first[4]], f"引文的次序与原文不同：「{_short(wanted[second[1] : second[2]] or written[first[3] : first[4]])}」放错了地方",
                         Span(quote.span.source, start, places[first[4] - 1][1] + 1),
                         f"原文这里接的是「{_short(wanted[first[1] : first[1] + 16])}」；把这一段连同下面的注移到原文的次序")
        return
    for _, a0, a1, b0, b1 in blocks:
        missing, extra = wanted[a0:a1], written[b0:b1]
        quote, start = places[min(b0, len(places) - 1)] if places else (quotes[0], quotes[0].span.start)
        if b0 >= len(places) and places:
            start += 1
        elif b0 and not extra and places[b0 - 1][0] is not quote and missing[-1] in "，。；：、」）的" and len(missing) < 9:
            quote, start = places[b0 - 1][0], places[b0 - 1][1] + 1  # what ends a sentence is missing at the end of a quote
        end = places[b1 - 1][1] + 1 if b1 > b0 else start
        span = Span(quote.span.source, start, end)
        if missing and extra:
            text = f"引文写的是「{_short(extra)}」，原文是「{_short(missing)}」"
        elif missing:
            text = f"引文漏了原文的「{_short(missing)}」"
        else:
            text = f"引文多了原文没有的「{_short(extra)}」"
        if not missing and written[max(b0 - len(extra), 0) : b0] == extra:
            yield _mismatch(law, extra, f"「{_short(extra)}」引了两遍", span, f"「{quote.words}」引了两遍，删去一段", (Fix("删去", span, ""),))
            continue
        back = _to_edge(wanted, missing, extra, a0, b0, places)
        if (dropped := _dropped(wanted[a0 - back : a1 - back], extra, b0 - back, places, law)) is not None:
            yield dropped
            continue
        if missing and extra and (figures := _amended(quote, span, missing)) is not None:
            mine, theirs = figures
            yield _mismatch(law, f"{missing}\n{extra}", text, span,
                            f"引文和下面的注都写 {mine}，原文写 {theirs}：有一边改了，另一边没有跟着改。公布的是 {theirs} 的，运行 "
                            f'xcrules amend 政策 "{mine}" "{theirs}" --款 "{law.number_at(span)}"，各处一起改；公布的是 {mine} 的，把两个数对调了运行，只改原文文件')
            continue
        fixes = (Fix(f"改为「{_short(missing)}」" if missing else "删去", span, missing),) if len(missing) <= 40 else ()
        around = f"「……{wanted[max(a0 - 8, 0) : a0]}▲{wanted[a1 : a1 + 6]}……」"
        help = f"在{around}一带；引文要与原文一字不差（空白、分页除外）"
        if re.search(r"\d", missing + extra):
            help += "；是政策改了的，先改公布的原文文件，再改引文和注"
        yield _mismatch(law, f"{missing}\n{extra}", text, span, help, fixes)


def _amended(quote: Quote, span: Span, missing: str) -> tuple[str, str] | None:
    """A figure of a quote that a line beneath it carries too, and that of the official text: one of the two was amended."""
    start = span.start - quote.span.start - 1
    there = quote.words[:start] + missing + quote.words[span.end - quote.span.start - 1 :]
    carried = [n for line in quote.notes if not card_of(line.label).silent for n in rule_numbers(line)]
    mine, theirs = law_numbers(quote.words), law_numbers(there)
    pairs = (
        [(a, b) for a, b in zip(mine, theirs, strict=True) if (a.value, a.kind) != (b.value, b.kind)] if len(mine) == len(theirs) else []
    )
    if pairs and all(any(same(a, n) for n in carried) for a, _ in pairs):
        return pairs[0][0].text, pairs[0][1].text
    return None


def _to_edge(wanted: str, missing: str, extra: str, start: int, at: int, places: list[tuple[Quote, int]]) -> int:
    """How far back what is missing can be moved to begin between two quotes: 「…第」二条…。第 is 第二条…。"""
    for back in range(min(len(missing), start, at, 12)):
        same = wanted[start - back : start] == missing[len(missing) - back :]
        if not extra and same and at - back < len(places) and places[at - back][0] is not places[at - back - 1][0]:
            return back
    return 0


def _dropped(missing: str, extra: str, at: int, places: list[tuple[Quote, int]], law: Outline) -> Diagnostic | None:
    """A whole sentence that stands in no quote: it wants one of its own, between two that are there."""
    if extra or not 0 < at < len(places) or places[at][0] is places[at - 1][0] or missing[-1] not in "。；：" or len(missing) < 6:
        return None
    before, after = places[at - 1][0], places[at][0]
    where = Span(before.span.source, before.span.end - 1, before.span.end)
    return _mismatch(law, missing, f"引文漏了原文的「{_short(missing)}」", where,
                     f"在「{_short(before.words)}」一段的注之后，加一段引文「{missing}」，下面写它的注；"
                     f"它的后面是「{_short(after.words)}」；引文要与原文一字不差")


Block = tuple[str, int, int, int, int]


def _joined(blocks: list[Block]) -> list[Block]:
    """Differences with only a few characters between them are one slip."""
    joined: list[Block] = []
    for block in blocks:
        if joined and block[1] - joined[-1][2] <= 4 and block[3] - joined[-1][4] <= 4:
            last = joined.pop()
            block = ("replace", last[1], block[2], last[3], block[4])
        joined.append(block)
    return joined


def _swapped(wanted: str, written: str, blocks: list[Block]) -> tuple[Block, Block] | None:
    """Something that is too much in one place and missing in another."""
    if len(blocks) != 2:
        return None
    for extra, missing in (blocks, blocks[::-1]):
        there, here = written[extra[3] : extra[4]], wanted[missing[1] : missing[2]]
        if len(there) > 4 and extra[1] == extra[2] and missing[3] == missing[4] and sorted(there) == sorted(here):
            return extra, missing
    return None


def _short(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:12]}……{text[-8:]}（共 {len(text)} 字）"


def _longest(most: int, same: Callable[[int], bool]) -> int:
    """The greatest length up to `most` at which two texts are still the same."""
    return bisect_left(range(1, most + 1), True, key=lambda n: not same(n))


def _blocks(wanted: str, written: str) -> Iterator[tuple[str, int, int, int, int]]:
    """Opcodes between the texts, the equal ends cut off first so that the middle stays small."""
    most = min(len(wanted), len(written))
    head = _longest(most, lambda n: wanted[:n] == written[:n])
    tail = _longest(most - head, lambda n: wanted[len(wanted) - n :] == written[len(written) - n :])
    middle_a, middle_b = wanted[head : len(wanted) - tail], written[head : len(written) - tail]
    if len(middle_a) * len(middle_b) > 4_000_000:
        yield "replace", head, head + len(middle_a), head, head + len(middle_b)
        return
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, middle_a, middle_b, autojunk=False).get_opcodes():
        yield tag, head + a0, head + a1, head + b0, head + b1
