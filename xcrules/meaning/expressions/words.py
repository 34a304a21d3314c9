"""Glued words: what a run without blanks could have been.

A run splits into literals, keywords and known names. A split counts if the whole line then parses
and every name in it is known. One split: it is offered. Several: all are shown, none is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from itertools import islice, product

from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.draft.parse.grammar import parse_content, terminal_words
from xcrules.facts.types import NO_UNITS, Units, parse_literal
from xcrules.facts.units import MEASURES
from xcrules.meaning.values import ENJOYED

MAX_SPLITS = 64  # per run, and per line; a run that splits in more ways is not worth showing
MAX_RUN = 80
_RUN = re.compile(r"[^\s,;()=+×÷、\-]+")
_PART = re.compile(r"\d+[^\W\d]\w*")  # 6购置 的 历年已得
_RESERVED = frozenset({"是", "否", "企业", "未知", "其他", "不予支持", "不适用", "比例", "比重", "本年已得", "上年已得", "历年已得", "历年已拨", ENJOYED, *(f"每{m}" for m in MEASURES)})  # 比例 of 占 …… 的 比例


@cache
def keywords() -> frozenset[str]:
    """Every keyword of the grammar."""
    return frozenset(w for words in terminal_words().values() for w in words)


def literal_prefixes(run: str, start: int, units: Units = NO_UNITS) -> Iterator[int]:
    """Ends of the literals that begin at `start`, longest first."""
    if not run[start].isdigit() and not re.match("第|[一二三四五六七八九十百千万]+分之|一半", run[start:]):
        return
    for end in range(min(len(run), start + 24), start, -1):
        if parse_literal(run[start:end], units) is not None or re.fullmatch(r"\d+(之[一二三四五六七八九十]+)?(\(\d+\)\w*)+", run[start:end]):
            yield end


def splits(run: str, names: Collection[str], units: Units = NO_UNITS) -> list[tuple[str, ...]]:
    """Every way to read a run as two or more words, at most MAX_SPLITS."""
    if len(run) > MAX_RUN:
        return []
    known = known_words(names)
    return splits_into(run, known, max(map(len, known)), units)


def known_words(names: Collection[str]) -> frozenset[str]:
    """Keywords, reserved words and names."""
    return keywords() | _RESERVED | frozenset(names)


def splits_into(run: str, known: Collection[str], longest: int, units: Units = NO_UNITS) -> list[tuple[str, ...]]:
    """Every way to read a run as two or more known words, none longer than `longest`."""

    @cache
    def from_(start: int) -> tuple[tuple[str, ...], ...]:
        if start == len(run):
            return ((),)
        ends = [*literal_prefixes(run, start, units),
                *(e for e in range(min(len(run), start + longest), start, -1) if run[start:e] in known)]
        splits = ((run[start:e], *rest) for e in dict.fromkeys(ends) for rest in from_(e))
        return tuple(islice(splits, MAX_SPLITS))

    return [words for words in from_(0) if len(words) > 1]


def is_word(run: str, names: Collection[str], units: Units = NO_UNITS) -> bool:
    return run in keywords() or run in _RESERVED or run in names or parse_literal(run, units) is not None


def _is_new(run: str, behind: str) -> bool:
    """Whether the run is a name of the line's own: that of a 分项, or what it defines (名单 的 栏 apart)."""
    return bool(_PART.fullmatch(run) and behind.startswith(" 的 ")) or ("的" not in run and behind.lstrip().startswith("="))


def line_splits(start: str, content: str, names: Collection[str], units: Units = NO_UNITS) -> list[str]:
    """The contents that gluing could have made into this one: each parses and has only known names."""
    folded = canonical(content)
    runs = [m for m in _RUN.finditer(folded) if not is_word(m[0], names, units) and not _is_new(m[0], folded[m.end() :])]
    options = [splits(m[0], names, units) for m in runs]
    if not runs or not all(options):
        return []
    contents: dict[str, None] = {}
    for chosen in islice(product(*options), MAX_SPLITS):
        text = _replaced(content, runs, chosen)
        body, error = parse_content(start, canonical(text))
        if error is None and not unknown_names(body, names):
            contents[text] = None
    return list(contents)


def in_one_list(content: str, members: Collection[str]) -> str:
    """级别 为 省级 或 市级 → 级别 为 省级、市级: members of an enumeration are listed, not joined."""
    words = content.split(" ")
    for at in range(len(words) - 3, 0, -1):
        if words[at] in members and words[at + 1] == "或" and words[at + 2].partition("、")[0] in members and words[at - 1] in ("为", "不为", "或"):
            words[at : at + 3] = [f"{words[at]}、{words[at + 2]}"]
    return " ".join(words)


def _replaced(content: str, runs: list[re.Match[str]], words: tuple[tuple[str, ...], ...]) -> str:
    """`content` with a blank between the words of each run, all else as typed."""
    pieces, at = [], 0
    for match, parts in zip(runs, words, strict=True):
        pieces.append(content[at : match.start()])
        typed, offset = content[match.start() : match.end()], 0
        for part in parts:
            pieces.append((" " if offset else "") + typed[offset : offset + len(part)])
            offset += len(part)
        at = match.end()
    return "".join(pieces) + content[at:]


def names_in(node: object) -> Iterator[syntax.Name]:
    """Every name in a piece of syntax."""
    return (x for x in syntax.pieces_of(node) if isinstance(x, syntax.Name))


def unknown_names(node: object, names: Collection[str]) -> list[syntax.Name]:
    declared = node.name.text if isinstance(node, syntax.Let) else None
    return [
        n
        for n in names_in(node)
        if n.text not in names and n.text not in _RESERVED and n.text != declared and parse_literal(n.text) is None
    ]
