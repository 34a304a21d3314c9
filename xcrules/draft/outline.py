"""The outline of the law, read from its own words: 第二条, （一）, and which lines stand under which.

There is no second numbering: 「第二条 …」 opens 第二条, 「（一）…」 opens its first 款. Texts numbered 一、（一）1. are read as they are (numbering.py).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise, takewhile

from attrs import frozen

from xcrules.base.diagnostic import Code, Diagnostic, Related
from xcrules.base.identity import ClauseNames, figures_of, short_name
from xcrules.base.numerals import chinese_number
from xcrules.base.source import Span
from xcrules.draft.labels import LABELS
from xcrules.draft.numbering import Numbering, Text, afresh, level_of, opens_annex, pieces_of, texts_of
from xcrules.draft.syntax import File, Line, Quote

_NUMERAL = "[〇○零一二两三四五六七八九十百千廿卅\\d]+"
_ARTICLE = re.compile(rf"\s*第\s*({_NUMERAL})\s*[条條](之[一二三四五六七八九十]+)?")
# what follows an article that is cited, not opened: 第二条所列企业, 第二条、第三条, 第二条第一款, 第二条（一）项; but 第二条、对新开的店 opens one
_CITED = re.compile(r"所[列称述指定]|规定|的|、(?=\s*(?:第|附|本|[（(]|\d|[一二三四五六七八九十]+、))|和|及|与|或|至|到|第|中|项|款|等|之|[，,。；;)）》」]|[（(][^（(）)]*[）)]\s*(?:项|款|目|所|规定|的|中|至|、)")
_CITED_ITEM = re.compile(r"\s*[（(][^（()）]{1,3}[）)]\s*(?:所[列称述指]|项(?:所|规定|的|、|和))")  # （二）所列企业, in the middle of an article
_NUMBERED_TITLE = re.compile(r"\s*(?:[（(][^（()）]{1,3}[）)]|\d{1,2}[.．、]|[一二三四五六七八九十]{1,3}、)[\s　]*([^，。；：,;:]{1,30})\s*")
_LEADS = re.compile(r"\s*([^，。；：,;:]{1,30})[：:]\s*")  # the words of an announcement whose 第二条 is a quote of its own
_HEADING = re.compile(rf"\s*第\s*{_NUMERAL}\s*[条條](?:之[一二三四五六七八九十]+)?[\s　]*(?:【[^】]*】|[：:、]?[^，。；：,;:]{{0,30}})\s*")
_CHAPTER = re.compile(rf"\s*第\s*{_NUMERAL}\s*[编章节](?![^\s　：:]*(?:所列|规定|的))[\s　：:]*[^。：:]{{0,40}}(?<![，,；;、])\s*|\s*[总附][\s　]*则\s*")
_TOLD_IN = re.compile(r"[（(]\s*(?:计量)?单位\s*[：:][^（()）]*[）)](?=\s*$)")
_AMOUNT = r"[\d０-９]|[一二两三四五六七八九十百千万亿]+(?:元|年|次|倍|成|个|项|%)"
_BINDS = re.compile("应[当该按在由经]|须|不[得予能]|给予|限于|(?:对象|范围)为|是指|除外")  # what a phrase says that is no title
_NAME_OF_LAW = re.compile(  # before the first article
    r"\s*[^，。；：,;:]{2,60}(?:办法|措施|规定|细则|意见|政策|方案|条例|规则)(?:[（(][^（()）]{1,8}[）)])?\s*"
)
_TITLE_MARK = re.compile(r"\s*[一二三四五六七八九十]+、[^。；：;:]{0,29}[^，。；：,;:\s]\s*")


@frozen
class Opening:
    """An article that a quote opens: its number (7, 7之一), the words of it, and whether the words run on without a blank."""

    number: str
    text: str
    glued: bool


def opening(words: str) -> Opening | None:
    """The article that a quote opens; None where it opens none, or begins by citing one."""
    match = _ARTICLE.match(words)
    if match is None or len(match[1]) > 8:
        return None
    rest = words[match.end() :]
    if _CITED.match(rest):
        return None
    return Opening(f"{chinese_number(match[1])}{match[2] or ''}", match[0].strip(), bool(rest) and not re.match(r"[\s　【\[（(:：、]", rest))


def is_heading(words: str) -> bool:
    """第二条 支持企业自主创新（单位：元）: numbering and a title, no sentence."""
    words = _TOLD_IN.sub("", words)
    return bool((_HEADING.fullmatch(words) and opening(words)) or is_title(words))


def _phrase(words: str) -> str:
    """What follows the number where no more than a phrase does: 租金补贴 of （一）租金补贴, 支持创新 of 第二条 支持创新。"""
    bare = words.rstrip().rstrip("：:。")
    match = _NUMBERED_TITLE.fullmatch(bare) or _LEADS.fullmatch(words)
    return match[1] if match else _ARTICLE.sub("", bare, count=1) if is_heading(bare) else ""


def announces(words: str) -> bool:
    """第二条 支持下列创新活动：, numbering and a phrase without a number that opens a list."""
    text = words.rstrip()
    return text.endswith(("：", ":")) and is_heading(text[:-1]) and not re.search(_AMOUNT, _ARTICLE.sub("", text, count=1))


def is_title(words: str) -> bool:
    """一、支持创新 or 第二章 扶持标准: a heading over several articles, and part of none."""
    return bool(_TITLE_MARK.fullmatch(words) or _CHAPTER.fullmatch(words))


@frozen
class Placed:
    """A line with the quote it stands under and the number of its clause (empty before 第一条)."""

    line: Line
    quote: Quote | None
    number: str
    lead: str = ""  # of a line that a 款 has from the lead of its article: the number of that


@frozen(slots=False)
class Outline:
    """All lines in order with their clause; titles of articles; the words of each clause."""

    lines: tuple[Placed, ...]
    titles: dict[str, str]
    words: dict[str, str]
    quotes: tuple[tuple[Quote, str], ...]  # every quote with the number of its clause
    starts: dict[str, tuple[int, list[int]]]  # by file: which of the quotes is its first, and where each begins
    numbered: tuple[Numbering, ...] = ()  # how its texts are numbered
    found: tuple[Diagnostic, ...] = ()  # numbers that stand twice or are not clear

    def number_at(self, span: Span | None) -> str:
        """The clause beneath whose quotes a place stands; empty before the first."""
        above = self.above(span)
        return "" if above is None else self.quotes[above][1]

    def above(self, span: Span | None) -> int | None:
        """Which of the quotes a place stands in or beneath."""
        first, starts = self.starts.get(span.source.name, (0, ())) if span is not None else (0, ())
        at = bisect_right(starts, span.start) if span is not None else 0
        return first + at - 1 if at else None

    def needs_no_notes(self, quote: Quote, number: str) -> bool:
        """Whether a quote is numbering and a title, or announces what stands beneath it, and says no more."""
        words = quote.words
        if is_heading(words) or announces(words) or opens_annex(words) or (not number and _NAME_OF_LAW.fullmatch(words)):
            return True
        title = _phrase(words)
        announced = words.rstrip().endswith(("：", ":"))
        if not title or re.search(_AMOUNT, title) or (_BINDS.search(title) and not announced):
            return False
        return number in self.leading or id(quote) in self._running_on

    @cached_property
    def _running_on(self) -> frozenset[int]:
        """The quotes whose clause goes on in the next: （一）租金补贴, a line by itself."""
        return frozenset(id(quote) for (quote, number), (_, after) in pairwise(self.quotes) if number == after)

    def annex_of(self, quote: Quote | None) -> str:
        """The heading of the annex in which a quote stands; "" before the first."""
        heading = ""
        for each, _ in self.quotes if quote is not None else ():
            heading = each.words.strip() if opens_annex(each.words) else heading
            if each is quote:
                break
        return heading

    @cached_property
    def leading(self) -> frozenset[str]:
        """The clauses that have others beneath them."""
        return frozenset(above for number in self.words for above in _above(number))

    def unread(self) -> frozenset[str]:
        """The clauses with a line of no known label."""
        return frozenset(x.number for x in self.lines if x.line.label not in LABELS)

    @cached_property
    def names(self) -> ClauseNames:
        """What the clauses may be called where a line names one."""
        return ClauseNames(tuple(self.words), {})


def outline(files: tuple[File, ...]) -> Outline:
    """Walk the quotes in order; the numbering comes from their words."""
    placed: list[Placed] = []
    titles: dict[str, str] = {}
    words: dict[str, str] = {}
    article = number = ""
    opened: dict[str, Quote] = {}
    found: list[Diagnostic] = []
    quotes: list[tuple[Quote, str]] = []
    starts: dict[str, tuple[int, list[int]]] = {}
    texts = texts_of(files, _ARTICLE)
    text, own = Text("", None), None  # how its text is numbered, and what stands beneath 附则
    every = [q.words for file in files for q in file.quotes]
    for file in files:
        placed.extend(Placed(line, None, "") for line in file.head)
        starts[file.source.name] = len(quotes), [q.span.start for q in file.quotes]
        for quote in file.quotes:
            if id(quote) in texts:
                text, own, article, number = texts[id(quote)], None, "", ""
            new = opening(quote.words)
            own = None if new is not None or _runs_on(quote.words, own, text) else own
            if _heads_articles(quote.words, text):
                article = number = ""
                own = _beneath(every[len(quotes) :], text)
            elif new is not None:
                opened_here = text.prefix + new.number
                _note(opened_here, quote, opened, found, article if new.glued else None)
                article = number = opened_here
                titles[article] = _title(quote.words, new.text)
            elif ((numbering := own or text.numbering) is not None and not _CITED_ITEM.match(quote.words)
                  and (key := numbering.opened(quote.words, number.removeprefix(text.prefix)))):
                number = text.prefix + key
                _note(number, quote, opened, found)
                if len(pieces_of(key)) == 1:
                    article = number
                    titles[article] = _title(quote.words, f"{key}、")
            if number and (not is_heading(quote.words) or any(LABELS[x.label].grants for x in quote.lines if x.label in LABELS)):
                words[number] = _joined(words.get(number, ""), quote.words)
            quotes.append((quote, number))
            placed.extend(Placed(line, quote, number) for line in quote.lines)
    found += _first_items_within(opened, quotes)
    return Outline(
        tuple(placed), titles, words, tuple(quotes), starts, tuple(x.numbering for x in texts.values() if x.numbering), tuple(found)
    )


def _title(words: str, number: str) -> str:
    """What an article is called: its heading, or 【落户奖】 and what leads to its 款, 对下列企业给予奖励：; else its number alone."""
    words = " ".join(words.split())
    named = re.match(rf"{re.escape(number)}\s*(【[^】]+】|[^，。；：,;:]{{1,30}}(?=[：:]$))", words)
    return words if is_heading(words) else named[0] if named else number


def _heads_articles(words: str, text: Text) -> bool:
    """Whether a heading stands over several articles: a chapter, and 一、 where the articles are 第一条."""
    return is_title(words) and (text.numbering is None or text.numbering.by_articles or _CHAPTER.fullmatch(words) is not None)


def _beneath(words: list[str], text: Text) -> Numbering | None:
    """How the items beneath the heading 附则, the first of these words, are numbered afresh; None beneath another heading."""
    behind = takewhile(lambda w: not (opening(w) or opens_annex(w) or _heads_articles(w, text)), words[1:])
    return afresh([*behind], text.numbering) if "".join(words[0].split()).endswith("附则") else None


def _runs_on(words: str, own: Numbering | None, text: Text) -> bool:
    """Whether the numbers of the text go on behind those of 附则: 七、 behind 2."""
    return own is not None and text.numbering is not None and level_of(words) == text.numbering.levels[0] not in own.levels


def _above(number: str) -> list[str]:
    pieces = pieces_of(number)
    return ["".join(pieces[:at]) for at in range(1, len(pieces))]


def _note(number: str, quote: Quote, opened: dict[str, Quote], found: list[Diagnostic], after: str | None = None) -> None:
    """What is wrong with a number that a quote opens: it stands twice, or it may be a citation that goes back (`after` is above)."""
    mark = Span(quote.span.source, quote.span.start, quote.span.start + 1 + min(len(quote.words), 12))
    first = opened.setdefault(number, quote)
    if after and figures_of(number)[:2] < figures_of(after)[:2]:
        found.append(Diagnostic(Code.OPENS_OR_CITES, f"看不出「{quote.words[:12].strip()}」是起一条，还是引用前面的一条", mark,
                                "起一条的，条号后面空一格；引用的，把这几个字并到上一段引文里"))
    elif first is not quote:
        found.append(Diagnostic(Code.REPEATED_NUMBER, f"编号 {short_name(number)} 写了两次，两处的注会合成一款", mark,
                                "条号写错的，改成自己的号；附件、另一个文件从「附件」一段引文开始（原文没有这两个字的，在原文里给它加一行标题）；引文以引用别的条款开头的，把它并到上一段引文里；同一条的后半段不重写条号",
                                related=(Related(first.span, "第一次在这里"),)))


def _first_items_within(opened: dict[str, Quote], quotes: list[tuple[Quote, str]]) -> Iterable[Diagnostic]:
    """「第四条 【运营】（一）甲；」 and 「（二）乙。」: what 4(1) was to be is 4, beside 4(2)."""
    for number in opened:
        above, last = number.removesuffix("(2)"), number.endswith("(2)")
        for quote in (q for q, n in quotes if last and n == above and f"{above}(1)" not in opened):
            if at := _FIRST_ITEM.search(quote.words):
                mark = Span(quote.span.source, quote.span.start + 1 + at.start(), quote.span.start + 1 + at.end())
                yield Diagnostic(Code.OPENS_OR_CITES, f"（二）另起了一段，（一）却写在 {short_name(above)} 的这一段里，没有起成 {short_name(above)}(1)", mark,
                                 "在（一）前面断开，另起一段引文，它的各行写在那一段下；是引用的，把（二）也并到上一段里")


_FIRST_ITEM = re.compile("(?<![条款项、第])[（(]一[）)]")


def nearest_clauses(number: str, known: Iterable[str], most: int = 2) -> list[str]:
    """The clauses that a wrong number is likeliest to mean: other 款 of the article, else the articles around it."""
    wanted = figures_of(number)
    every = [(n, figures_of(n)) for n in known]
    inside = [x for x in every if x[1][0] == wanted[0] and len(x[1]) == len(wanted)]
    alike = [x for x in every if len(x[1]) == len(wanted)]
    by_distance = sorted(
        inside or alike or every,
        key=lambda x: (sorted(str(x[1])) != sorted(str(wanted)), [abs(a - b) for a, b in zip(x[1], wanted, strict=False)], x[1]),
    )
    return [n for n, _ in by_distance[:most]]


def _joined(before: str, words: str) -> str:
    """Words in one line, but for lists and tables: what ends a sentence or an item, and a row of cells, stays a line of its own."""
    row = False
    for line in words.splitlines():
        number = _ARTICLE.match(line)
        after = line[number.end() :] if number else ""  # the blank behind 第二条 is the law's own
        blank = after[:1] if after[:1].isspace() and after.strip() else ""
        was_row, row = row, _CELLS.search(line.strip()) is not None and not number
        text = (" " if row else "").join(line.split())
        text = f"{''.join(number[0].split())}{blank}{''.join(after.split())}" if number and blank else text
        inside = "\n" in words.strip() or "\n" in before
        before += ("\n" if inside and (row or was_row or before.endswith(_STOPS)) and text else "") + text
    return before


_CELLS = re.compile(r"[|｜\t]|\S {2,}\S")  # 甲级 | 3万元: a quoted row of a table
_STOPS = ("。", "；", ";", "：", ":")
