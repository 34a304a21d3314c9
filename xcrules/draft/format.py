"""One form for the text of a rule file: lossless, idempotent, comments and line ends kept. Changes no meaning.

Works from the laid-out file: quotes stay as typed, labelled lines are indented under their quote and get
one form of punctuation and blanks, tables line up. A line that did not parse stays as it was typed; so does
whatever would be read in another way in the one form, the whole file if need be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import evolve, frozen

from xcrules.base.source import Source, Span, canonical, display_width, pad
from xcrules.base.writing import line_end, with_line_end

from .labels import LABELS, Where, card_of
from .parse import parse_file, parse_line
from .syntax import File, Line, Quote

_WIDE = str.maketrans({",": "，", ";": "；", "(": "（", ")": "）", "=": "＝", "+": "＋"})
_TOKEN = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?![\w㎡])"  # a date before a minus
    r"|(?:附表?\d*-)?(?:(?:附则)?\d+|[一二三四五六七八九十百]+\d*)(?:\((?:\d+|[一二三四五六七八九十]+)\)\w*)+|附表?\d*-\w+|\d[\d,]*(?:\.\d+)?:\d[\d,]*(?:\.\d+)?"  # a clause number, a ratio
    r"|[^\W\d][\w㎡·]*(?:\[\d+\])?(?:\.[\w㎡·]+)+"  # a path
    r"|\d{1,3}(?:,\d{3})+[\w㎡·/%‰.]*"
    r"|[\w㎡·/%‰.\[\]]+|[,;()=+×÷、-]|\S"
)
_BEFORE_A_SIGN = {
    None, *",;(、=+-×÷", "高于", "超过", "多于", "低于", "不满", "不足", "少于", "不超过", "不高于", "不多于", "不低于", "达到", "不少于", "等于", "不等于", "至", "在", "至少", "至多", "以上", "以下"}
_TYPED_SIGN = re.compile(r"(?<!\S)[+-]\d")  # （丙级 －80元/吨）: behind a case, where a minus would stand between blanks
_HEAD, _TAIL = re.compile(r"\d{1,3}(?:,\d{3})*"), re.compile(r"\d{3}")  # 5， 2017年 is not the number 5,2017年
_LISTED = re.compile(r"(?:附表?\d*-)?(?:[一二三四五六七八九十百]+\d*|附则\d+)\(")  # 一（一）1, as the law writes it
PADDED = 36  # a column wider than this is not padded


def format_content(text: str) -> str:
    """One physical line of content in its one form."""
    plain, out = canonical(text), ""
    found = list(_TOKEN.finditer(plain))
    tokens = [x[0] for x in found]
    for earlier, before, token, at in zip([None, None, *tokens], [None, *tokens], tokens, found, strict=False):
        shown = "－" if token == "-" else token.translate(_WIDE) if len(token) == 1 or _LISTED.match(token) else token
        grown = before == "," and earlier is not None and _HEAD.fullmatch(earlier) and _TAIL.match(token)
        signs = earlier in _BEFORE_A_SIGN or ("按" in tokens and _TYPED_SIGN.match(plain, at.start() - 1) is not None)
        out += (" " if grown or (_gap(before, token) and not (signs and before in ("+", "-") and token[0].isdigit())) else "") + shown
    return out


def _gap(before: str | None, token: str) -> bool:
    """Whether a blank stands between two tokens."""
    if before is None or token in ",;)、" or before in ",;(、":
        return False
    if token == "(":
        return before in "=+-×÷" or before in ("或", "且")
    return True


@frozen
class _Piece:
    """A formatted element and where it began in the source."""

    start: int
    text: str


def format_file(file: File) -> str:
    """The whole file in its one form, with the line ends of its first line."""
    typed = file.source.text
    forms = (with_line_end(text, line_end(typed)) for text in (_in_form(file), typed))
    return next((text for text in forms if lossless(parse_file(Source(file.source.name, text))[0], file)), typed)


def _in_form(file: File) -> str:
    pieces = sorted(_pieces(file), key=lambda p: p.start)
    out: list[str] = []
    for piece in pieces:
        if out and (_blank_before(file.source.text, piece.start) or _opens_block(piece.text)):
            out.append("")
        out.append(piece.text)
    return "\n".join(_no_double_blanks(out)) + "\n" if out else ""


def _blank_before(text: str, start: int) -> bool:
    """Whether the line above the one at `start` is blank."""
    line_start = text.rfind("\n", 0, start) + 1
    if line_start == 0:
        return False
    above = text.rfind("\n", 0, line_start - 1) + 1
    return not text[above : line_start - 1].strip()


def _opens_block(text: str) -> bool:
    return bool(re.match(r"「\s*第\s*[〇零一二三四五六七八九十百\d]+\s*条", text))


def _no_double_blanks(lines: list[str]) -> Iterator[str]:
    last = ""
    for line in lines:
        if line or last:
            yield line
        last = line


def _pieces(file: File) -> Iterator[_Piece]:
    for line in file.head:
        yield from _line(line, indent_of(line.label, beneath=False))
    for quote in file.quotes:
        yield from _quote(quote)
    yield from (_Piece(c.start, c.text) for c in file.tail)


def indent_of(label: str, *, beneath: bool) -> str:
    """Notes beneath a quote and what a case says are indented; what speaks of the file is not, wherever it stands."""
    card = card_of(label)
    return "  " if card.where is Where.CASE or (beneath and not card.of_file) else ""


def _quote(quote: Quote) -> Iterator[_Piece]:
    yield from (_Piece(c.start, c.text) for c in quote.comments)
    yield _Piece(quote.span.start, quote.span.text)
    for line in quote.lines:
        yield from _line(line, indent_of(line.label, beneath=True))


def _line(line: Line, indent: str) -> Iterator[_Piece]:
    yield from (_Piece(c.start, indent + c.text) for c in line.comments)
    if text := line_text(line, indent):  # a table without a heading has rows only
        yield _Piece(line.label_span.start, indent + text)
    yield from _rows(line, indent)


def line_text(line: Line, indent: str = "") -> str:
    """栏目〔读法〕：内容, further physical lines indented by four more."""
    known = line.label in LABELS
    tags = "，".join(f"{t.reading} {t.choice}".strip() for t in line.tags)
    content = line.text
    typed = f"\n{indent}    ".join(x.strip() for x in content.split("\n"))
    content = f"\n{indent}    ".join(format_content(x) for x in content.split("\n"))
    if not known or card_of(line.label).start is None or line.error is not None or parse_line(line.label, content)[0] != line.body:
        content = typed
    if not line.label:
        return content  # a line that is none: as it was typed
    return f"{line.label}{f'〔{tags}〕' if tags else ''}：{content}".rstrip()


def _rows(line: Line, indent: str) -> Iterator[_Piece]:
    widths = column_widths([r.values for r in line.rows])
    for row in line.rows:
        yield from (_Piece(c.start, indent + c.text) for c in row.comments)
        yield _Piece(row.span.start, indent + table_row(row.values, widths))


def column_widths(rows: list[tuple[str, ...]]) -> list[int]:
    """How wide the columns of a table are lined up."""
    columns = max(map(len, rows), default=0)
    return [max((w for r in rows if i < len(r) and (w := display_width(escaped(r[i]))) <= PADDED), default=0) for i in range(columns)]


def table_row(values: tuple[str, ...], widths: list[int]) -> str:
    """A row of a table, lined up."""
    cells = [pad(escaped(v), w) if v or w else "" for v, w in zip(values, widths, strict=False)]
    return "| " + " | ".join(cells) + " |"


def escaped(value: str) -> str:
    return value.replace("|", "\\|")


def lossless(one: File, other: File) -> bool:
    """Whether two files say the same, comments included; line ends are no part of what is said."""
    return _plain(one) == _plain(other) and _comments(one) == _comments(other)


def _plain(file: File) -> File:
    if "\r" not in file.source.text:
        return file
    return evolve(file, quotes=tuple(evolve(q, words=q.words.replace("\r", "")) for q in file.quotes))


def _comments(file: File) -> list[tuple[str, ...]]:
    """The comments above each quote, line and row, in their order, and those at the end."""
    held: list[tuple[Span, ...]] = []
    for quote in (None, *file.quotes):
        held += [quote.comments] if quote else []
        for line in quote.lines if quote else file.head:
            held += [line.comments, *(r.comments for r in line.rows)]
    return [tuple(s.text for s in spans) for spans in (*held, file.tail)]
