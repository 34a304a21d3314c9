"""The texts as they were typed, kept in a hidden page, so that what nobody changed comes back to the letter.

The five columns hold what a policy says, not its blank lines, paddings and line ends. Those are taken from here:
each line that the workbook still says is written as it was typed, blank lines above it included. A workbook
without this page, or with another in its place, is read all the same. What is said comes from the other pages alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher

from attrs import define, field

from xcrules.base.grids.workbook import MAX_CELL, Grid, excel_length, unfit
from xcrules.base.source import Source, canonical
from xcrules.base.writing import CRLF, LF, line_end, with_line_end
from xcrules.draft.format import format_file, lossless
from xcrules.draft.parse import parse_file

DRAFT = "底稿"
COLUMNS = ("文件", "行末", "文字")
_ENDS = {"CRLF": CRLF, "LF": LF, "": ""}
_NAMES = {end: name for name, end in _ENDS.items()}
_PIECE = 8_000  # characters of a line in one cell: a cell holds 32,767 of Excel's


def draft_rows(sources: Iterable[Source]) -> list[tuple[str, str, str]]:
    """(file, how the line ends, its text) for every line, long ones in pieces that go on (续); [] if a cell cannot hold them."""
    rows = [row for source in sources for row in _lines(source)]
    return [] if any(excel_length(text) > MAX_CELL or unfit(text, "") for _, _, text in rows) else rows


def _lines(source: Source) -> Iterator[tuple[str, str, str]]:
    for line in source.text.splitlines(keepends=True) if _plain(source.text) else []:
        text = line.rstrip("\r\n")
        end = line[len(text) :]
        while len(text) > _PIECE:
            yield source.name, "续", text[:_PIECE]
            text = text[_PIECE:]
        yield source.name, _NAMES[end], text


def _plain(text: str) -> bool:
    """Whether lines end only as this page can tell."""
    return text.splitlines() == text.replace(CRLF, LF).removesuffix(LF).split(LF)


def drafts(grid: Grid | None) -> dict[str, str]:
    """The texts by file; nothing where the page is not as it was written."""
    if grid is None or [str(grid.at(0, i)) for i in range(3)] != list(COLUMNS):
        return {}
    texts: dict[str, list[str]] = {}
    for index in range(1, len(grid.rows)):
        name, end, text = (str(grid.at(index, i)) for i in range(3))
        if end != "续" and end not in _ENDS:
            return {}
        texts.setdefault(name, []).append(text + _ENDS.get(end, ""))
    return {name: "".join(parts) for name, parts in texts.items()}


def as_typed(made: Source, typed: Mapping[str, str]) -> str:
    """The text of a rule file with every unchanged line as it was typed; where that says anything else, as fmt has it."""
    draft = typed.get(made.name)
    file = parse_file(made)[0]
    if draft is None:
        return format_file(file)
    if lossless(parse_file(Source(made.name, draft))[0], file):
        return draft
    merged = _merged(draft, made.text)
    if lossless(parse_file(Source(made.name, merged))[0], file):
        return merged
    return with_line_end(format_file(file), line_end(draft))


@define
class _Line:
    """A line that says something, with the blank lines above it."""

    key: str
    text: str
    above: list[str] = field(factory=list)


def _cut(text: str) -> tuple[list[_Line], list[str]]:
    """The lines that say something, and the blank ones at the end."""
    lines: list[_Line] = []
    above: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.strip():
            lines.append(_Line("".join(canonical(line).split()), line, above))
            above = []
        else:
            above.append(line)
    return lines, above


def _merged(draft: str, made: str) -> str:
    (old, last), (new, _) = _cut(draft), _cut(made)
    end = line_end(draft)
    out: list[str] = []
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, [x.key for x in old], [x.key for x in new], autojunk=False).get_opcodes():
        for line in old[a0:a1] if tag == "equal" else new[b0:b1]:
            ended = line.text if line.text.endswith("\n") else line.text + end
            out += [*line.above, ended] if tag == "equal" else [*(end for _ in line.above), with_line_end(ended, end)]
    return "".join(out + last)
