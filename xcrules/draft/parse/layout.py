"""The layout of a file: quotes, labelled lines, tables and comments, by how each line begins.

Reads line starts only; what stands after a label's ： is parsed by grammar.py. Recovers at every
label and quote, so one bad line is one finding. Never raises.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from attrs import define, evolve, field

from xcrules.base.diagnostic import Code, Diagnostic, Fix
from xcrules.base.numerals import HAN
from xcrules.base.source import Source, Span
from xcrules.draft.labels import LABELS, card_of
from xcrules.draft.syntax import File, Line, Quote, Row, Tag

from .called import LABEL, Broken, LineParser, broken, labels_that_fit, likely_labels, only_label

MAX_TAGS = 60  # 一行里的读法
_SHOWN = 60  # 提示里照抄的内容至多这么长

_NUMBERED = re.compile(rf"第\s*(?:{HAN}|\d)+\s*(?:条(?:[ \t　、]+\S|$)|[编章节](?=[ \t　]|$))|{HAN}{{1,4}}、\S|[（(]{HAN}{{1,4}}[）)]\S|[总附][ 　]*则$")  # law without its 「
_BAR = re.compile(r"(?<!\\)[|｜]")
_LATE_TAG = re.compile(r"〔[^〕\n]*〕[ \t　]*")
_TAG = re.compile(r"\s*([A-Za-z]+\d+)(?:\s+([^\s，,；;、]+))?\s*")


@define
class _Physical:
    """One physical line of the text: where it begins and ends (without the line break)."""

    start: int
    end: int


@define
class _Builder:
    """The file being read; frozen into a File at the end."""

    source: Source
    parse: LineParser
    head: list[Line] = field(factory=list)
    quotes: list[Quote] = field(factory=list)
    lines: list[Line] = field(factory=list)  # of the open quote
    rows: list[Row] = field(factory=list)  # of the last line, which is a table
    comments: list[Span] = field(factory=list)
    findings: list[Diagnostic] = field(factory=list)
    stray_row: int | None = None  # where the last row that belongs to no table ends

    def say(self, code: Code, message: str, span: Span, help: str, *fixes: Fix) -> None:
        """A finding."""
        self.findings.append(Diagnostic(code, message, span, help, fixes))

    def take_comments(self) -> tuple[Span, ...]:
        """The comments since the last line or quote, which go with the next."""
        taken, self.comments = tuple(self.comments), []
        return taken

    def add_line(self, line: Line) -> None:
        """The next line of the open quote, or of the head before the first."""
        self.end_table()
        (self.lines if self.quotes else self.head).append(line)

    @property
    def last(self) -> Line | None:
        """The line to which rows of a table belong."""
        lines = self.lines if self.quotes else self.head
        return lines[-1] if lines else None

    def end_table(self) -> None:
        """The rows read so far go to their line."""
        if self.rows:
            lines = self.lines if self.quotes else self.head
            lines[-1] = evolve(lines[-1], rows=tuple(self.rows))
            self.rows = []

    def close_quote(self) -> None:
        """The lines read so far go to their quote."""
        self.end_table()
        if self.quotes:
            self.quotes[-1] = evolve(self.quotes[-1], lines=tuple(self.lines))
        self.lines = []


def lay_out(source: Source, parse: LineParser) -> tuple[File, list[Diagnostic]]:
    """The quotes and lines of a file; `parse` reads a line's content for its label."""
    build = _Builder(source, parse)
    physical = list(_physical_lines(source.text))
    index = 0
    while index < len(physical):
        index = _one(build, physical, index)
    build.close_quote()
    return File(source, tuple(build.head), tuple(build.quotes), build.take_comments()), build.findings


def _physical_lines(text: str) -> Iterator[_Physical]:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield _Physical(start, end)
        start = end + 1


def _one(build: _Builder, lines: list[_Physical], index: int) -> int:
    """Read what begins on line `index`; the index of the line after it."""
    text, here = build.source.text, lines[index]
    raw = text[here.start : here.end]
    stripped = raw.strip(" \t\r　")
    if not stripped:
        return index + 1
    if stripped.startswith("#"):
        begin = here.start + raw.index("#")
        build.comments.append(Span(build.source, begin, begin + len(stripped)))
        return index + 1
    if stripped.startswith("「"):
        return _quote(build, lines, index)
    if stripped[0] in _OTHER_QUOTES or _NUMBERED.match(stripped) or (stripped[-1] == "」" and "「" not in stripped and not LABEL.match(raw)):
        return _odd_quote(build, here, index, stripped)
    if _is_row(build, raw, stripped):
        return _row(build, here, index)
    if match := LABEL.match(text, here.start, here.end):
        return _labelled(build, lines, index, match)
    if unfinished := broken(text, here.start, here.end, build.parse):
        return _mended_label(build, lines, index, unfinished)
    if _UNMARKED.fullmatch(raw.rstrip()):
        return _odd_quote(build, here, index, stripped)
    _stray(build, here, stripped)
    return index + 1


def _starts_something(text: str, line: _Physical) -> bool:
    raw = text[line.start : line.end].lstrip(" \t　")
    match = LABEL.match(text, line.start, line.end)
    return raw.startswith("「") or bool(match and match[1] in LABELS)


def _quote(build: _Builder, lines: list[_Physical], index: int) -> int:
    text, source = build.source.text, build.source
    start = text.index("「", lines[index].start)
    at, close = index, -1
    while at < len(lines) and (at == index or not _starts_something(text, lines[at])):
        close = text.find("」", start if at == index else lines[at].start, lines[at].end)
        if close >= 0:
            break
        at += 1
    build.close_quote()
    if close < 0:
        whole, first = (text[start : x.end].rstrip(" \t\r\n　") for x in (lines[at - 1], lines[index]))  # line ends are no words
        end, first_end = start + len(whole), start + len(first)
        build.say(Code.UNCLOSED_QUOTE, "引文没有收尾的 」", Span(source, start, first_end), "在这段原文的末尾加上 」",
                  Fix("补上 」", Span(source, end, end), "」", sure=True))
        at -= 1
    else:
        end = close
        rest = text[close + 1 : lines[at].end].strip(" \t\r　")
        label = LABEL.match(text, close + 1, lines[at].end) if rest else None
        label = label if label is not None and label[1] in LABELS else None
        if rest:
            fixes = (Fix("另起一行", Span(source, close + 1, label.start(1)), "\n  ", sure=True),) if label is not None else ()
            build.say(Code.TEXT_AFTER_QUOTE, f"引文之后同一行还有「{rest}」", Span(source, close + 1, lines[at].end), "引文单独成行，栏目另起一行", *fixes)
    words = text[start + 1 : end]
    build.quotes.append(Quote(words, Span(source, start, end + (close >= 0)), (), build.take_comments()))
    if close >= 0 and label is not None:  # read as the line that it was to be
        return _labelled(build, lines, at, label)
    return at + 1


_UNMARKED = re.compile("[^\\s：:]{4,}[，。；]")  # a sentence at the margin
_OTHER_QUOTES = "“『\"‘〝"


def _odd_quote(build: _Builder, here: _Physical, index: int, stripped: str) -> int:
    """A quote in other marks, or without its first: read as a quote, and said."""
    start = here.start + build.source.text[here.start : here.end].index(stripped)
    span, words = Span(build.source, start, start + len(stripped)), stripped.strip("「」“”『』\"‘’〝〞")
    build.say(Code.UNQUOTED_LAW, "原文要写在「 」之内", span, f"写成「{words}」" if len(words) < 60 else "换成「 和 」", Fix("改用「 」", span, f"「{words}」", sure=True))
    build.close_quote()
    first = start + (stripped.index(words) if words else 0)
    build.quotes.append(Quote(words, Span(build.source, max(first - 1, here.start), first + len(words) + 1), (), build.take_comments()))
    return index + 1


def _is_row(build: _Builder, raw: str, stripped: str) -> bool:
    if stripped[0] in "|｜":
        return True
    last = build.last
    in_table = last is not None and card_of(last.label).table
    return in_table and ("\t" in raw.strip() or bool(build.rows and stripped.count("|") > 1)) and not LABEL.match(raw)


def _row(build: _Builder, here: _Physical, index: int) -> int:
    span = Span(build.source, here.start, here.end)
    last = build.last
    if last is None or (last.label in LABELS and not card_of(last.label).table):
        above, build.stray_row = build.stray_row, here.end
        if above is not None and not build.source.text[above : here.start].strip():
            return index + 1  # said at the first row
        build.say(Code.STRAY_TABLE, "这一行是表格，可上面的栏目不带表", span, _missing_heading(span.text))
        build.add_line(Line("", span.part(0, 0), (), span.part(0, 0)))  # a table of no label: what it declares is not called unknown
    text = span.text
    lead = len(text) - len(text.lstrip(" \t　"))
    if text[lead] not in "|｜" and "\t" not in text.strip():
        build.say(Code.STRAY_TABLE, "这一行的开头漏了竖线", span, "表的每一行以 | 开头", Fix("补上 |", span.part(lead, lead), "| ", sure=True))
    cells = list(_cells(text))
    if not all(word and _RULED.issuperset(word) for _, word in cells):
        places = tuple(Span(span.source, span.start + at, span.start + at + len(word)) for at, word in cells)
        values = tuple(word.replace("\\|", "|").strip() for _, word in cells)  # what syntax.cell_text makes of one
        build.rows.append(Row(values, places, span, build.take_comments()))
    return index + 1


def _missing_heading(header: str) -> str:
    """Which line should stand above a table, by the columns of its header."""
    columns = {word.strip() for _, word in _cells(header)}
    if {"名称", "类型"} <= columns:
        return "上面补一行栏目：企业自己填报的写 事实：申报，顶层；一笔一笔填的写 事实：某名单，逐笔"
    if {"年度", "值"} <= columns:
        return "上面补一行栏目：参数：名称，元"
    if {"号", "选项"} <= columns:
        return "上面补一行栏目：读法："
    return "上面补一行栏目：企业填报的写 事实：申报，顶层 或 事实：某名单，逐项；别的表写 参数、读法、对照、案例表"


_RULED = frozenset("-:： ")  # a row of these is a line beneath the header


def _cells(text: str) -> Iterator[tuple[int, str]]:
    """The cells between bars (｜ and tabs too), with where each begins; a bar after a backslash is a character."""
    bars = [m.start() for m in _BAR.finditer(text)]
    if not bars:
        bars = [-1, *(m.start() for m in re.finditer("\t", text)), len(text)]
    else:
        bars = [-1, *bars] if text[: bars[0]].strip() else bars
        bars += [len(text)] if text[bars[-1] + 1 :].strip() else []
    for left, right in itertools.pairwise(bars):
        inner = text[left + 1 : right].rstrip()
        word = inner.lstrip()
        yield (left + 1 + len(inner) - len(word)) if word else right, word


def _labelled(build: _Builder, lines: list[_Physical], index: int, match: re.Match[str]) -> int:
    source, text = build.source, build.source.text
    end_index = _end(build, lines, index)
    content = _content(source, match.end(), lines[end_index - 1].end)
    label, label_span = match[1], Span(source, match.start(1), match.end(1))
    if label not in LABELS and not content.text and not likely_labels(label, "", build.parse):  # 创新层：
        place = Span(source, match.start(1), match.end())
        build.say(Code.UNKNOWN_LABEL, f"没有叫「{label}」的栏目", label_span, f"开始一个分项的，写成 分项：{label}", Fix(f"改为 分项：{label}", place, f"分项：{label}"))
        _add(build, "分项", label_span, (), match.start(1), match.end(1))
        return end_index
    if label not in LABELS and (meant := _unknown_label(build, label, label_span, content.text)):
        label = meant  # read as what it was most likely to be, so that what rests on it is not missing too
    if label not in LABELS:
        build.add_line(Line(label, label_span, (), content, comments=build.take_comments()))
        return end_index
    tags, start = _tag_list(build, Span(source, match.start(2), match.end(2))) if match[2] else (), content.start
    if late := _LATE_TAG.match(text, start, content.end) if card_of(label).start is not None else None:
        place = Span(source, match.end(1), late.end())
        build.say(Code.MISPLACED_TAG, f"读法「{late[0].strip()}」写在冒号之前", place, f"写成 {label}{late[0].strip()}：……",
                  Fix(f"改为 {label}{late[0].strip()}：", place, f"{late[0].strip()}：", sure=True))
        tags, start = (*tags, *_tag_list(build, Span(source, late.start(), late.start() + len(late[0].rstrip())))), late.end()
    _add(build, label, label_span, tags, start, lines[end_index - 1].end)
    return end_index


def _end(build: _Builder, lines: list[_Physical], index: int) -> int:
    """The index behind a line and those that go on with it."""
    return next((i for i in range(index + 1, len(lines)) if not _continues(build.source.text, lines[i], build.parse)), len(lines))


def _content(source: Source, start: int, end: int) -> Span:
    """What stands between two places, without the blanks around it."""
    text = source.text[start:end].lstrip(" \t　")
    return Span(source, end - len(text), end - len(text) + len(text.rstrip()))


def _continues(text: str, line: _Physical, parse: LineParser) -> bool:
    """An indented line that begins no label, quote, table or comment goes on with the line above."""
    raw = text[line.start : line.end]
    stripped = raw.strip(" \t\r　")
    if not stripped or raw[0] not in " \t　" or stripped[0] in "「#|｜：:" or LABEL.match(raw):
        return False
    return broken(text, line.start, line.end, parse) is None


def _mended_label(build: _Builder, lines: list[_Physical], index: int, unfinished: Broken) -> int:
    """The line read as if its label were well written, with the finding that says how to write it."""
    source, text = build.source, build.source.text
    place = Span(source, *unfinished.place)
    end = Span(source, unfinished.place[0], unfinished.content)
    content = text[unfinished.content : lines[index].end].strip()
    build.say(Code.INCOMPLETE_LABEL, f"「{place.text.strip()}」不是完整的栏目", place, f"写成 {unfinished.mended}{content if len(content) <= _SHOWN else '……'}",
              Fix(f"改为 {unfinished.mended}", end, unfinished.mended, sure=True))
    end_index = _end(build, lines, index)
    tags = _tag_list(build, Span(source, *unfinished.tags)) if unfinished.tags else ()
    _add(build, unfinished.label, place, tags, unfinished.content, lines[end_index - 1].end)
    return end_index


def _add(build: _Builder, label: str, label_span: Span, tags: tuple[Tag, ...], start: int, end: int) -> None:
    content = _content(build.source, start, end)
    body, error = build.parse(label, content.text)
    raw = " ".join(content.text.split()) if card_of(label).start is None or error else ""
    build.add_line(Line(label, label_span, tags, content, body, error, raw=raw, comments=build.take_comments()))


def _unknown_label(build: _Builder, label: str, span: Span, content: str) -> str:
    """Say that there is no such label; the one that it is read as, or ""."""
    close = likely_labels(label, content, build.parse)
    build.say(Code.UNKNOWN_LABEL, f"没有叫「{label}」的栏目", span, f"是不是「{'」「'.join(close[:2])}」？" if close else "栏目有：" + "、".join(LABELS),
              *(Fix(f"改为 {name}", span, name, sure=only_label(label, close, content, build.parse)) for name in close[:2]))
    return close[0] if close and (card_of(close[0]).start is None or build.parse(close[0], content)[1] is None) else ""


def _tag_list(build: _Builder, whole: Span) -> tuple[Tag, ...]:
    """〔A20 按国，A23 终身〕."""
    inner = whole.text.lstrip("〔[【（(").rstrip("〕]】）)")
    if not (whole.text.startswith("〔") and whole.text.endswith("〕")):
        build.say(Code.MISPLACED_TAG, "读法写在〔 〕之内", whole, f"写成〔{inner}〕", Fix("改用〔〕", whole, f"〔{inner}〕", sure=True))
    tags, at = [], 1
    pieces = re.split("[，,；;、]", inner)
    if len(pieces) > MAX_TAGS:
        build.say(Code.TOO_LONG_OR_DEEP, f"一行里有 {len(pieces)} 个读法，超过 {MAX_TAGS} 个的限制", whole, "分成几行写")
        return ()
    before = len(build.findings)
    for piece in pieces:
        span = whole.part(at, at + len(piece))
        at += len(piece) + 1
        if found := _TAG.fullmatch(piece):
            tags.append(Tag(found[1], found[2] or "", span))
        else:
            tags += _odd_tag(build, piece, span, tags[-1] if tags and not tags[-1].choice else None)
    if len(odd := build.findings[before:]) > 1 and len(tags) == len(pieces):  # all of them in the same way
        listed = "，".join(f"{t.reading} {t.choice}".strip() for t in tags)
        inside = whole.part(1, len(whole.text) - 1)
        build.findings[before:] = [evolve(odd[0], help=f"写成 〔{listed}〕：读法的号，空格，选项", fixes=(Fix(f"改为 {listed}", inside, listed, sure=True),))]
    return tuple(tags)


def _odd_tag(build: _Builder, piece: str, span: Span, last: Tag | None) -> list[Tag]:
    """A20按国, A 20 按国: read as what was meant, and said; 当年起 may be of the one before (`last`)."""
    several = re.findall(r"[A-Za-z]+\d+(?:\s+[^A-Za-z\s]\S*)?", piece)
    if len(several) > 1:
        listed = "，".join(several)
        build.say(Code.NO_READING_TAG, "几个读法之间要用逗号隔开", span, f"写成 〔{listed}〕", Fix(f"改为 {listed}", span, listed, sure=True))
        return [Tag(m[1], m[2] or "", span) for m in map(_TAG.fullmatch, several) if m]
    match = re.fullmatch(r"\s*([A-Za-z]+)\s*(\d+)[\s:：\-—.]*([^\s，,；;、]*)\s*", piece)
    fixed = f"{match[1]}{match[2]} {match[3]}".strip() if match else ""
    fixes = (Fix(f"改为 {fixed}", span, fixed, sure=True),) if match else ()
    build.say(Code.NO_READING_TAG, f"「{piece.strip()}」不像读法", span,
              f"写成 〔{fixed}〕：读法的号，空格，选项" if match else f"写成 〔{f'{last.reading} {piece.strip()}' if last else 'A08 保底'}〕：读法的号，空格，选项", *fixes)
    return [Tag(match[1] + match[2], match[3], span)] if match else []


def _stray(build: _Builder, here: _Physical, stripped: str) -> None:
    start = build.source.text.index(stripped[0], here.start)
    span = Span(build.source, start, start + len(stripped))
    shown = stripped if len(stripped) <= 20 else stripped[:20] + "……"
    words = [label for label in LABELS if stripped.startswith(label)]
    fixes = tuple(Fix(f"在 {w} 后加 ：", span.part(len(w), len(w)), "：",
                      sure=card_of(w).start is not None and build.parse(w, stripped[len(w) :])[1] is None) for w in words[:1])
    content = stripped.lstrip("：: 　")
    could = labels_that_fit(content, build.parse) if len(content) < 400 and not words else []
    hint = f"是不是漏了栏目：{'、'.join(f'{n}：' for n in could[:4])}？" if could else ""
    build.say(Code.UNREADABLE_LINE, f"看不出「{shown}」是什么", span, hint + "每行以 栏目：、「原文」、| 表格 | 或 # 说明 开头；接着上一行写的，行首要空格", *fixes)
    if words and (card_of(words[0]).start is None or fixes[0].sure):  # read as what it is, so that nobody misses it
        _add(build, words[0], span.part(0, len(words[0])), (), start + len(words[0]), span.end)
    else:
        build.add_line(Line("", span.part(0, 0), (), span, comments=build.take_comments()))  # so that nobody asks for it again
