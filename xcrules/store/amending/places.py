"""One change of the law's words, and every place that goes with it: 原文, quote, the lines that carry its figures, the register's 原文.

What only a person can change is told beside: worked cases and promises that name an old figure, reasons and notes in prose. Pure.

A figure of the law as a line writes it: in the form of the one that stands there, so that a change undone leaves the text as it was.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from fractions import Fraction
from itertools import groupby

from attrs import field, frozen

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.identity import ClauseNames, clause_key, is_under
from xcrules.base.numerals import chinese
from xcrules.base.source import Span, canonical
from xcrules.draft.labels import Label, Where, card_of
from xcrules.draft.syntax import Document, Expected, Line, Promise, Quote, Row
from xcrules.facts.types import MULTIPLIERS, NO_UNITS, Units, show
from xcrules.meaning.lint.numbers import DAY, MONEY, RATE, YEAR, Mention, same
from xcrules.meaning.lint.passages import limits_read, with_limits
from xcrules.meaning.lint.spoken import law_numbers
from xcrules.meaning.lint.written import rule_numbers

from .letters import Letters, core
from .woven import Strand

_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
_MONTHS = {"年": 12, "月": 1, "个月": 1}


def in_form_of(rule: Mention, old: Mention, new: Mention) -> str:
    """What a line writes for `new` where it wrote `rule` for `old`: as the law if it did so, else 20万元 for 100000元, 1:0.6 for 1:0.5, 72月 for 六年."""
    typed = canonical(rule.text)
    if typed == "".join(canonical(old.text).split()) and (_FIGURE.search(typed) is None) == (_FIGURE.search(new.text) is None):
        return "".join(new.text.split())
    value = _value(rule, old, new)
    match = _FIGURE.match(typed)
    if new.kind == DAY:
        day = datetime.date.fromordinal(int(value))
        return day.isoformat() if "-" in typed else f"{day.year}年{day.month}月{day.day}日"
    if new.kind == RATE:
        return _rate(typed, value, new)
    if new.kind == YEAR:
        return f"{show(value)}年"
    if match is None:  # 第三年
        return re.sub("第.+年", f"第{chinese(int(value)) if not re.search('[0-9]', typed) else int(value)}年", typed)
    unit = typed[match.end() :]
    scale = next((MULTIPLIERS[unit[:n]] for n in (2, 1) if unit[:n] in MULTIPLIERS), 1)
    if new.kind == MONEY and value * 100 % scale:  # finer than what the line counts in
        return f"{show(value)}元"
    return (f"{int(value / scale):,}" if "," in match[0] else show(value / scale)) + unit


def _value(rule: Mention, old: Mention, new: Mention) -> Fraction:
    """A line may count in months what the law counts in years, or say 当年 ＋ 4年 for the fifth."""
    if rule.unit != old.unit and rule.unit in _MONTHS and old.unit in _MONTHS:
        return new.value * _MONTHS[new.unit if new.unit in _MONTHS else old.unit] / _MONTHS[rule.unit]
    return rule.value + new.value - old.value


def _rate(typed: str, value: Fraction, new: Mention) -> str:
    left = typed.partition(":")[0].replace(",", "")
    if ":" in typed and left.isdigit() and _decimal(value * int(left)):
        return f"{left}:{show(value * int(left))}"
    if ":" in new.text:
        return "".join(new.text.split())
    if typed.endswith("‰") and _decimal(value * 1000):
        return f"{show(value * 1000)}‰"
    return f"{show(value * 100)}%" if _decimal(value * 100) else f"{value.numerator}/{value.denominator}"


def _decimal(value: Fraction) -> bool:
    return (value * 10**8).denominator == 1


# -- the places ----------------------------------------------------------------------------------------------------

@frozen
class Altered:
    """A piece of a text and what stands there afterwards; `before` and `after` are what a person is shown around it."""

    span: Span = field(eq=False, repr=False)
    text: str
    what: str  # 原文, 引文, 上限〔A05 按上限〕, 读法 A14 的 原文
    before: str
    after: str
    pieces: tuple[Strand, ...] = field(default=(), eq=False, repr=False)  # what `text` was put together from


@frozen
class ByHand:
    """What a person has to look at, and where."""

    place: str  # 案例.规则:12:3
    what: str


_NO_FIGURE = re.compile("[^\\d.零〇一二两三四五六七八九十百千万亿]")
LEDGER = "台账"  # the place of what was granted before


@frozen
class Effects:
    """All that one change of words brings about."""

    number: str  # the clause
    edits: tuple[Altered, ...]
    by_hand: tuple[ByHand, ...]


def changed(law: Letters, at: int, old: str, new: str, units: Units = NO_UNITS) -> Effects:
    """The words `old` at letter `at` become `new`. Raises XcrulesError where they cannot by themselves."""
    old, new = ("".join(x.split()) for x in (old, new))
    first, last, text = core(old, new)
    span = law.span(at + first, at + last)
    quote = law.places[max(at + first - 1, at) if first == last else at + first][0]
    number = law.number_of(at + first if first < last else max(at + first - 1, at))
    if span is None:
        raise misfit(f"「{old}」里要改的字分在几段引文里", "把这几段引文并成一段，或一段一段地改", quote.span)
    spaced = with_blanks(span.text, text)
    words = _put(quote.words, span.start - quote.span.start - 1, span.end - quote.span.start - 1, spaced)
    edits = [*_official(law, at + first, at + last, text), Altered(span, spaced, "引文", f"「{_flat(quote.words)}」", f"「{_flat(words)}」")]
    pairs = figures_changed(quote.words, words, units)
    carried, by_hand = carry(law, quote, number, pairs, units)
    if (notes := [x for x in quote.notes if not card_of(x.label).silent]) and _without_figures(quote.words, units) != _without_figures(
        words, units
    ):
        by_hand.append(ByHand(str(quote.span), f"引文改的不只是数，下面的注照旧，看要不要改：{'、'.join(dict.fromkeys(map(_named, notes)))}"))
    if not carried and not by_hand and _NO_FIGURE.sub("", canonical(quote.words)) != _NO_FIGURE.sub("", canonical(words)):
        by_hand.append(ByHand(str(quote.span), "引文里的数改了，没有一行注跟着：别处照着它写的（附表的对照、参数、时效），自己改"))
    edits += [*carried, *_register(law, at + first, at + last, text, number)]
    prose = _in_prose(law.document, law, number, [old for old, new in pairs if _changed(old, new)])
    return Effects(number, tuple(edits), (*by_hand, *prose))


def misfit(message: str, help: str, span: Span | None = None) -> XcrulesError:
    """An amendment does not fit the text."""
    return XcrulesError([Diagnostic(Code.DOES_NOT_FIT, message, span, help, path="" if span is not None else "修正")])


def _put(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def _flat(text: str) -> str:
    return re.sub(r"[ \t\r\u3000]*\n\s*", "", text).strip()


def _official(law: Letters, first: int, last: int, text: str) -> Iterator[Altered]:
    """The same change of the official text; none where that says the new words already."""
    if law.official is None:
        return
    if law.official_text == law.text:
        yield _in_official(law.official_span(first, last), text)
    elif law.official_text != _put(law.text, first, last, text):
        raise misfit("引文与原文在别处也不同", "先用 xcrules check 把引文与原文对齐，再修正", None)


def with_blanks(old: str, new: str) -> str:
    """New words with the blanks of the old ones around what stays."""
    at = [i for i, x in enumerate(old) if not x.isspace()]
    made = ""
    for what, start, end, first, last in SequenceMatcher(None, [old[i] for i in at], new, autojunk=False).get_opcodes():
        made += old[at[start] : at[end - 1] + 1] if what == "equal" else new[first:last]
        made += old[at[end - 1] + 1 : at[end]] if what in ("equal", "replace") and end < len(at) else ""
    return made


def _in_official(span: Span, text: str) -> Altered:
    text = with_blanks(span.text, text)
    start = span.source.text.rfind("\n", 0, span.start) + 1
    after = span.source.text[start : span.start] + text + span.source.text[span.end :].split("\n", 1)[0]
    return Altered(span, text, "原文", span.source.line_text(span.line).strip(), after.strip())


def official_alone(law: Letters, at: int, old: str, new: str) -> Effects | None:
    """The change of the official text, where the quotes have the new words at letter `at` and nothing else is different."""
    old, new = ("".join(x.split()) for x in (old, new))
    if law.official is None or law.official_text != _put(law.text, at, at + len(new), old):
        return None
    first, last, text = core(old, new)
    return Effects(law.number_of(at), (_in_official(law.official_span(at + first, at + last), text),), ())


# -- figures ----------------------------------------------------------------------------------------------


def figures_changed(old: str, new: str, units: Units = NO_UNITS) -> list[tuple[Mention, Mention]]:
    """Figure by figure what became of those of a quote, also of those that stay; none where it has more or fewer of them now, or all stay."""
    before, after = law_numbers(old, units), law_numbers(new, units)
    pairs = list(zip(before, after, strict=True)) if len(before) == len(after) else []
    return pairs if any(_changed(*pair) for pair in pairs) else []


def _changed(one: Mention, other: Mention) -> bool:
    return (one.kind, one.value, one.unit) != (other.kind, other.value, other.unit)


def _without_figures(words: str, units: Units) -> str:
    text = canonical("".join(words.split()))
    for mention in reversed(law_numbers(text, units)):
        text = _put(text, *mention.at, "0")
    return text


def carry(
    law: Letters, quote: Quote, number: str, pairs: list[tuple[Mention, Mention]], units: Units
) -> tuple[list[Altered], list[ByHand]]:
    """The lines of the clause that carry a figure which changes: those beneath the quote, and those beneath quotes that do not say it."""
    edits: list[Altered] = []
    by_hand: list[ByHand] = []
    zone = [(q, law_numbers(q.words, units)) for q, n in law.outline.quotes if n == number or is_under(n, number)]
    for q, said in zone:
        notes = [x for x in q.notes if not card_of(x.label).silent] if q is quote or number else []
        for line in (*notes, *limits_read(with_limits(law.document.lines()), notes)):
            new_texts: list[tuple[Span, str]] = []
            for rule, became in _followed(rule_numbers(line, units), pairs):
                if q is not quote and any(_is(x, old) for old, _ in became for x in said):
                    continue  # that quote says it too, and its lines are its own
                elsewhere = q is not quote and any(
                    _is(x, old) for old, _ in became for other, its in zone if other is not quote for x in its
                )
                old, new = became[0]
                if elsewhere or len({(x.kind, x.value, x.unit) for _, x in became}) > 1 or (old.unit != rule.unit and _divides(line, rule)):
                    by_hand.append(ByHand(str(line.span_of(rule.at)), f"{_named(line)}里的 {rule.text} 看不出跟着哪一处原文：{_flat(line.text)}"))
                elif _changed(old, new):
                    new_texts.append((line.span_of(rule.at), in_form_of(rule, old, new)))  # in the table beneath it too
            edits += [_rewritten(line, [*group]) for _, group in groupby(new_texts, lambda x: x[0].line)]
    return edits, by_hand


def _followed(numbers: list[Mention], pairs: list[tuple[Mention, Mention]]) -> Iterator[tuple[Mention, list[tuple[Mention, Mention]]]]:
    """The figures of a line that the law has, of which some change, each with what it follows: where the line says a figure as often as the law does, one by one in the order of the law."""
    for rule in numbers:
        became = [pair for pair in pairs if _is(pair[0], rule)]
        alike = [x for x in numbers if _is(x, rule)]
        if any(_changed(*pair) for pair in became):
            yield rule, [became[alike.index(rule)]] if len(alike) == len(became) else became


def _is(one: Mention, other: Mention) -> bool:
    return (one.value == other.value and (one.unit == other.unit or one.kind == other.kind)) or same(one, other)


def _divides(line: Line, rule: Mention) -> bool:
    """A bare divisor says how many are averaged: the law's 两年 may be of something else."""
    place = line.span_of(rule.at)
    return place.source.text[: place.start].rstrip().endswith(("÷", "/"))


def _named(line: Line) -> str:
    tags = "，".join(f"{t.reading} {t.choice}".strip() for t in line.tags)
    return f"{line.label}〔{tags}〕" if tags else line.label


def _rewritten(line: Line, texts: list[tuple[Span, str]]) -> Altered:
    """A line of the text with all its figures that change, as one edit: half of them would be another rule."""
    source, start, end = texts[0][0].source, texts[0][0].start, texts[-1][0].end
    text = source.text[start:end]
    for span, new in reversed(texts):
        text = _put(text, span.start - start, span.end - start, new)
    place = Span(source, start, end)
    whole = source.line_text(place.line)
    at = place.column - 1 - (len(whole) - len(whole.lstrip()))
    return Altered(place, text, _named(line), whole.strip(), _put(whole.strip(), at, at + end - start, text))


# -- the register -----------------------------------------------------------------------------------------


def rows_of_register(document: Document) -> Iterator[tuple[Row, dict[str, Span]]]:
    """Each row of the tables of readings, its cells by their column."""
    for line in document.lines():
        if line.label == Label.READINGS and line.rows:
            head = line.rows[0].texts()
            for row in line.rows[1:]:
                yield row, dict(zip(head, row.cells, strict=False))


def _register(law: Letters, first: int, last: int, text: str, number: str) -> Iterator[Altered]:
    """What the register repeats of these words."""
    for _, cells in rows_of_register(law.document):
        cell = cells.get("原文")
        letters = [i for i, x in enumerate(cell.text) if not x.isspace()] if cell is not None else []
        if cell is None or not letters:
            continue
        words = "".join(cell.text.split())
        here = [m.start() for m in re.finditer(f"(?={re.escape(words)})", law.text)]
        touched = (
            [i for i in here if i < last and first < i + len(words)] if first < last else [i for i in here if i < first < i + len(words)]
        )
        if not touched or (len(touched) < len(here) and "".join(cells["条款"].text.split()) != number):
            continue
        at = touched[0]
        if first < at or last > at + len(words):
            raise misfit(f"读法 {cells['号'].text} 的原文「{words}」只抄了要改的一半", "先把这一格抄全，或抄得短些，避开要改的字", cell)
        start = letters[first - at] if first < last else letters[first - at - 1] + 1
        end = letters[last - at - 1] + 1 if first < last else start
        yield Altered(cell.part(start, end), text, f"读法 {cells['号'].text} 的 原文", cell.text, _put(cell.text, start, end, text))


# -- what a person has to look at ---------------------------------------------------------------------------


def _in_prose(document: Document, law: Letters, number: str, old: list[Mention]) -> list[ByHand]:
    """Prose about the clause, and its worked cases and promises, where they name a figure that changes."""
    found: list[ByHand] = []
    for mention in old:
        words = re.compile(r"(?<![\d.])" + r"\s*".join(map(re.escape, mention.text)) + r"(?![\d.])")
        for span, what in _prose(document, law, number):
            if (match := words.search(span.text)) is not None:
                found.append(ByHand(str(span.part(*match.span())), f"{what}提到 {mention.text}：{_around(span.text, match.span())}"))
    return list(dict.fromkeys(found))


def _around(text: str, at: tuple[int, int]) -> str:
    start, end = max(at[0] - 16, 0), at[1] + 16
    piece = " ".join(text[start:end].split())
    return f"{'……' if start else ''}{piece}{'……' if end < len(text) else ''}"


def _prose(document: Document, law: Letters, number: str) -> Iterator[tuple[Span, str]]:
    for quote, n in law.outline.quotes:
        if n == number:
            yield from ((c, "注") for c in quote.comments)
            for line in quote.notes:
                yield from ((c, "注") for c in line.comments)
                if card_of(line.label).silent:
                    yield line.content, line.label
    for _, cells in rows_of_register(document):
        if _names(cells["条款"].text, number):
            yield from ((cell, f"读法 {cells['号'].text} 的{column}") for column, cell in cells.items() if column != "原文")
    yield from _examples(document, law, number)


def _names(text: str, number: str) -> bool:
    """Whether 2(1)(2)/3(3) names the clause."""
    head, _, tail = number.partition("(")
    articles = re.split("[/、，,]", re.sub(r"\s", "", text).replace("（", "(").replace("）", ")"))
    return any(a == number or (a.partition("(")[0] == head and (f"({tail}" in a or "(" not in a)) for a in articles)


def _examples(document: Document, law: Letters, number: str) -> Iterator[tuple[Span, str]]:
    """Lines and comments of the worked cases that expect something of the clause; promises about it."""
    names = ClauseNames(tuple(law.outline.words), {})
    for head, lines in blocks(document):
        if any(isinstance(x.body, Expected) and clause_key(x.body.clause, names) == number for x in lines):
            what = f"案例「{head.text.split('，')[0]}」"
            for line in (head, *lines):
                yield from ((c, what) for c in line.comments)
                yield line.content, what
    for line in document.lines():
        if isinstance(line.body, Promise) and number in {clause_key(x, names) for x in line.body.clauses}:
            yield line.content, "保证"


def blocks(document: Document) -> Iterator[tuple[Line, list[Line]]]:
    """Each 样本 and 案例 with the lines beneath it."""
    head: Line | None = None
    beneath: list[Line] = []
    for line in document.lines():
        if card_of(line.label).where is Where.CASE:
            beneath.append(line)
            continue
        if head is not None:
            yield head, beneath
        head, beneath = (line if line.label in (Label.CASE, Label.SAMPLE) else None), []
    if head is not None:
        yield head, beneath
