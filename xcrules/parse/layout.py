"""The layout of a file: quotes, labelled lines, tables and comments, by how each line begins.

Reads line starts only; what stands after a label's ： is parsed by grammar.py. Recovers at every
label and quote, so one bad line is one finding. Never raises.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

from attrs import define, evolve, field

from ..diagnostic import Diagnostic, Fix
from ..labels import LABELS
from ..nearest import nearest
from ..source import Source, Span
from ..syntax import Body, File, Line, LineError, Quote, Row, Tag, cell_text

LineParser = Callable[[str, str], tuple[Body | None, LineError | None]]

_LABEL = re.compile(r"[ \t　]*([^\W\d]\w{0,11})[ \t　]*([〔\[【][^〕\]】\n]*[〕\]】]?)?[ \t　]*[：:]")
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
    comments: list[Span] = field(factory=list)
    findings: list[Diagnostic] = field(factory=list)

    def take_comments(self) -> tuple[Span, ...]:
        taken, self.comments = tuple(self.comments), []
        return taken

    def add_line(self, line: Line) -> None:
        (self.lines if self.quotes else self.head).append(line)

    @property
    def last(self) -> Line | None:
        lines = self.lines if self.quotes else self.head
        return lines[-1] if lines else None

    def replace_last(self, line: Line) -> None:
        (self.lines if self.quotes else self.head)[-1] = line

    def close_quote(self) -> None:
        if self.quotes:
            self.quotes[-1] = evolve(self.quotes[-1], lines=tuple(self.lines))
        self.lines = []


def lay_out(source: Source, parse: LineParser) -> tuple[File, list[Diagnostic]]:
    """The file's quotes and lines; `parse` reads a line's content for its label."""
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
    if _is_row(build, raw, stripped):
        return _row(build, here, index)
    if match := _LABEL.match(text, here.start, here.end):
        return _labelled(build, lines, index, match)
    _stray(build, here, stripped)
    return index + 1


def _starts_something(text: str, line: _Physical) -> bool:
    raw = text[line.start : line.end].lstrip(" \t　")
    match = _LABEL.match(text, line.start, line.end)
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
        end = lines[at - 1].end
        first_end = lines[index].end
        build.findings.append(
            Diagnostic("E101", "引文没有收尾的 」", Span(source, start, first_end),
                       help="在这段原文的末尾加上 」",
                       fixes=(Fix("补上 」", Span(source, end, end), "」"),))
        )  # fmt: skip
        at -= 1
    else:
        end = close
        rest = text[close + 1 : lines[at].end].strip(" \t\r　")
        if rest:
            build.findings.append(
                Diagnostic("E102", f"引文之后同一行还有「{rest}」", Span(source, close + 1, lines[at].end),
                           help="引文单独成行，栏目另起一行")
            )  # fmt: skip
    words = text[start + 1 : end]
    build.quotes.append(Quote(words, Span(source, start, min(end + 1, len(text))), (), build.take_comments()))
    return at + 1


def _is_row(build: _Builder, raw: str, stripped: str) -> bool:
    if stripped[0] in "|｜":
        return True
    last = build.last
    in_table = last is not None and last.label in LABELS and LABELS[last.label].table
    return in_table and "\t" in raw.strip() and not _LABEL.match(raw)


def _row(build: _Builder, here: _Physical, index: int) -> int:
    span = Span(build.source, here.start, here.end)
    last = build.last
    if last is None or (last.label in LABELS and not LABELS[last.label].table):
        build.findings.append(
            Diagnostic("E103", "这一行是表格，可上面的栏目不带表", span,
                       help="表格紧跟在 事实、参数、读法、对照、案例表 这些栏目之下")
        )  # fmt: skip
        return index + 1
    cells = tuple(_cells(span))
    if not all(set(c.text.strip()) <= set("-:： ") and c.text.strip() for c in cells):
        values = tuple(cell_text(x) for x in cells)
        build.replace_last(evolve(last, rows=(*last.rows, Row(values, cells, span, build.take_comments()))))
    return index + 1


def _cells(row: Span) -> Iterator[Span]:
    """The cells between bars (｜ and tabs too); a bar after a backslash is a character."""
    text = row.text
    bars = [m.start() for m in re.finditer(r"(?<!\\)[|｜]", text)]
    if not bars:
        bars = [-1, *(m.start() for m in re.finditer("\t", text)), len(text)]
    elif text[bars[-1] + 1 :].strip():
        bars.append(len(text))
    for left, right in itertools.pairwise(bars):
        inner = text[left + 1 : right]
        lead = len(inner) - len(inner.lstrip())
        yield row.part(left + 1 + min(lead, len(inner)), left + 1 + max(len(inner.rstrip()), lead))


def _labelled(build: _Builder, lines: list[_Physical], index: int, match: re.Match[str]) -> int:
    source, text = build.source, build.source.text
    end_index = index + 1
    while end_index < len(lines) and _continues(text, lines[end_index]):
        end_index += 1
    start, end = match.end(), lines[end_index - 1].end
    while start < end and text[start] in " \t　":
        start += 1
    content = Span(source, start, start + len(text[start:end].rstrip()))
    label, label_span = match[1], Span(source, match.start(1), match.end(1))
    if label not in LABELS:
        _unknown_label(build, label, label_span)
        build.add_line(Line(label, label_span, (), content, comments=build.take_comments()))
        return end_index
    tags = _tags(build, match) if match[2] else ()
    body, error = build.parse(label, content.text)
    raw = " ".join(content.text.split()) if LABELS[label].start is None or error else ""
    build.add_line(Line(label, label_span, tags, content, body, error, raw=raw, comments=build.take_comments()))
    return end_index


def _continues(text: str, line: _Physical) -> bool:
    """An indented line that begins no label, quote, table or comment goes on with the line above."""
    raw = text[line.start : line.end]
    stripped = raw.strip(" \t\r　")
    return bool(stripped) and raw[0] in " \t　" and stripped[0] not in "「#|｜" and not _LABEL.match(raw)


def _unknown_label(build: _Builder, label: str, span: Span) -> None:
    close = nearest(label, LABELS)
    build.findings.append(
        Diagnostic("E104", f"没有叫「{label}」的栏目", span,
                   help=f"是不是「{close[0]}」？" if close else "栏目有：" + "、".join(LABELS),
                   fixes=tuple(Fix(f"改为 {name}", span, name) for name in close[:2]))
    )  # fmt: skip


def _tags(build: _Builder, match: re.Match[str]) -> tuple[Tag, ...]:
    """〔A20 按国，A23 终身〕."""
    whole = Span(build.source, match.start(2), match.end(2))
    inner = match[2].lstrip("〔[【").rstrip("〕]】")
    if not (match[2].startswith("〔") and match[2].endswith("〕")):
        build.findings.append(
            Diagnostic("E106", "读法写在〔 〕之内", whole, help=f"写成〔{inner}〕",
                       fixes=(Fix("改用〔〕", whole, f"〔{inner}〕"),))
        )  # fmt: skip
    tags, at = [], 1
    for piece in re.split("[，,；;、]", inner):
        span = whole.part(at, at + len(piece))
        at += len(piece) + 1
        if found := _TAG.fullmatch(piece):
            tags.append(Tag(found[1], found[2] or "", span))
        else:
            build.findings.append(
                Diagnostic("E105", f"「{piece.strip()}」不像读法", span, help="写成 〔A08 保底〕：读法的号，空格，选项")
            )
    return tuple(tags)


def _stray(build: _Builder, here: _Physical, stripped: str) -> None:
    start = build.source.text.index(stripped[0], here.start)
    span = Span(build.source, start, start + len(stripped))
    shown = stripped if len(stripped) <= 20 else stripped[:20] + "……"
    words = [label for label in LABELS if stripped.startswith(label)]
    fixes = tuple(Fix(f"在 {w} 后加 ：", span.part(len(w), len(w)), "：") for w in words[:1])
    build.findings.append(
        Diagnostic("E107", f"看不出「{shown}」是什么", span, fixes=fixes,
                   help="每行以 栏目：、「原文」、| 表格 | 或 # 说明 开头；接着上一行写的，行首要空格")
    )  # fmt: skip
    build.add_line(Line("", span.part(0, 0), (), span, comments=build.take_comments()))  # so that nobody asks for it again
