"""Findings as text for people: source lines with carets. Prints nothing, and does not wait for what lays out tables."""

from __future__ import annotations

from collections.abc import Iterable

from xcrules.base.codes import Severity
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.source import Span, display_width
from xcrules.base.spoken import visible

WIDTH = 110

_TINTS = {"red": "31;1", "yellow": "33;1", "cyan": "36", "green": "32"}


def _tinted(text: str, colour: str, wanted: bool) -> str:
    return f"\x1b[{_TINTS[colour]}m{text}\x1b[0m" if wanted else text


def render_diagnostics(found: Iterable[Diagnostic], colour: bool = False) -> str:
    """Every finding with its source line, one after another, and a last line that counts them."""
    found = list(found)
    blocks = [render_diagnostic(d, colour) for d in found]
    wrong = sum(d.is_error for d in found)
    counts = [f"{n} 处{what}" for n, what in ((wrong, Severity.ERROR), (len(found) - wrong, Severity.WARNING)) if n]
    return "\n\n".join([*blocks, "共 " + "，".join(counts)]) if found else ""


def render_diagnostic(d: Diagnostic, colour: bool = False) -> str:
    """One finding: its message, its place with carets, what to do. Words of the text are shown, never obeyed."""
    head, *rest = [visible(x) for x in _told(d)]
    place, tint = "  -->", "red" if d.is_error else "yellow"
    mark = f"{d.severity} {d.code}"
    lines = [_tinted(mark, tint, colour) + head.removeprefix(mark)]
    for line in rest:
        kind = "cyan" if line.startswith(place) else tint if line.strip(" |^") == "" and "^" in line else "green" if line.startswith("  改法") else ""
        lines.append(_tinted(line, kind, colour) if kind else line)
    return "\n".join(lines)


def _told(d: Diagnostic) -> list[str]:
    lines = [f"{d.severity} {d.code}：{d.message}"]
    if d.span:
        lines += _source_lines(d.span)
    elif d.path:
        lines.append(f"  --> {d.path}")
    for related in d.related:
        lines += [f"  另见 {related.span}：{related.message}"]
    lines += [f"  提示：{d.help}"] if d.help else []
    lines += [f"  改法：{f.title}" for f in d.fixes if any(x.title not in d.help for x in d.fixes)]  # all, lest one seem the only way
    return lines


def _source_lines(span: Span) -> list[str]:
    """The first line of a span with carets beneath it, aligned under full-width characters."""
    number, column = span.source.place(span.start)
    raw = span.source.line_text(number).replace("\t", " ")
    start, end = column - 1, min(column - 1 + max(span.end - span.start, 1), max(len(raw), column))
    raw, start, end = _clipped(raw, start, end)
    gutter = " " * len(str(number))
    lead = " " * display_width(raw[:start])
    return [f"  --> {span}", f" {gutter} |", f" {number} | {raw}",
            f" {gutter} | {lead}{'^' * max(display_width(raw[start:end]), 1)}"]


def _clipped(raw: str, start: int, end: int) -> tuple[str, int, int]:
    """A long line shown around the place only."""
    if display_width(raw) <= WIDTH:
        return raw, start, end
    left = max(start - 20, 0)
    piece = raw[left : left + 50]
    mark = "……" if left else ""
    return mark + piece + "……", start - left + len(mark), min(end - left, len(piece)) + len(mark)
