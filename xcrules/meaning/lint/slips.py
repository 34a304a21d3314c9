"""What copying and deleting leave behind: a line written twice beneath one quote (W349), a tier of a 对照 that is gone (W348),
another 款 that is cited (W338)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from xcrules.base.diagnostic import Code, Diagnostic, Related
from xcrules.base.identity import in_figures, is_under
from xcrules.base.source import Span, canonical
from xcrules.draft import syntax
from xcrules.draft.labels import Group, Label, card_of
from xcrules.draft.syntax import Line, cell_text
from xcrules.facts.types import Units
from xcrules.meaning import keys
from xcrules.meaning.expressions import tiers
from xcrules.meaning.possible import Range

from .passages import Passage, finding


def repeated(quote: syntax.Quote) -> Iterator[Diagnostic]:
    """A line that stands twice, with nothing between that begins another part: the second does nothing, or was to say something else."""
    seen: dict[object, Line] = {}
    for line in quote.lines:
        if card_of(line.label).group is Group.PART:
            seen = {}
        if card_of(line.label).group in (Group.EXAMPLE, Group.TABLE, Group.NOTE) or line.rows:  # a note twice misleads nobody
            continue
        first = seen.setdefault((line.label, tuple((t.reading, t.choice) for t in line.tags), *line.text.split()), line)
        if first is not line:
            yield Diagnostic(Code.LINE_TWICE, f"这一行{line.label}写了两遍，第二遍没有作用", line.content, "删去一行；本来要写别的，改过来",
                             related=(Related(first.content, "另一行在这里"),))


_ARTICLE = re.compile("第([一二三四五六七八九十百]+)条")
_ITEM = re.compile("第([一二三四五六七八九十]{1,3})([项款])")


def cited(passages: list[Passage], ruled: tuple[str, ...]) -> Iterator[Diagnostic]:
    """符合第一项条件 beneath words that speak of 第二项 alone: what another 款 has was copied."""
    for passage in passages:
        named = set(_ARTICLE.findall(passage.words, len(m[0]) if (m := _ARTICLE.match(passage.words)) else 0))  # but for its own number
        named = {x for x in named if any(is_under(n, number) or n == number for number in (in_figures(f"第{x}条"),) for n in ruled)}  # 第二条规定的收费: one that only lists what others charge
        for line in passage.lines if named and "至" not in passage.words else ():
            for match in _ARTICLE.finditer(line.text.partition("除外")[0]) if line.label == Label.USED_IN else ():
                if match[1] not in named:
                    left = "、".join(f"第{x}条" for x in sorted(named - set(_ARTICLE.findall(line.text))))
                    yield finding(Code.LAW_NAMES_OTHERWISE, f"这里写的是「{match[0]}」，原文没有说它{f'，说的是「{left}」' if left else ''}", line.span_of(match.span()), f"改为 {left}" if left else "删去它")
        law = _ITEM.findall(passage.words)
        for line in passage.lines if law and "至" not in passage.words else ():
            for match in _ITEM.finditer(canonical(line.text)):
                said = [n for n, kind in law if kind == match[2]]
                if said and match[1] not in said:
                    yield finding(Code.LAW_NAMES_OTHERWISE, f"这里写的是「{match[0]}」，原文说「第{said[0]}{match[2]}」", line.span_of(match.span()), f"改为 {_named(passage, line, match).replace(match[0], f'第{said[0]}{match[2]}')}")


def of_another_part(passages: list[Passage]) -> Iterator[Diagnostic]:
    """除外：2甲 的 本年已得 高于 0元 in 甲 and, copied, in 乙."""
    written = {(p.part, x.label, x.text.strip()) for p in passages for x in p.lines}
    for passage in passages:
        for line in passage.lines if passage.part else ():
            same = (p for p, *rest in written if p not in ("", passage.part) and rest == [line.label, line.text.strip()])
            other = next((p for p in same if re.search(rf"{re.escape(p)} 的 (?:本年|历年)已得", line.text)), None)
            if other is not None and passage.part not in line.text:
                yield finding(Code.LAW_NAMES_OTHERWISE, f"分项「{passage.part}」里看的是分项「{other}」得过多少，与「{other}」的那一行一样", line.content, f"改为 {line.text.strip().replace(other, passage.part)}")


def _named(passage: Passage, line: Line, match: re.Match[str]) -> str:
    """The whole name in which another 款 is cited: 符合第一项条件."""
    return next((x.text for x in passage.nodes_of(line) if isinstance(x, syntax.Name) and x.at[0] <= match.start() < x.at[1]), match[0])


def gaps(passages: list[Passage], units: Units) -> Iterator[Diagnostic]:
    """Numbers between two tiers of a 对照 that no row speaks of, so that 其他 has them: a row was left out, or an end is wrong."""
    for passage in passages:
        for line in passage.lines:
            if isinstance(line.body, syntax.Lookup) and not line.body.segments:
                for column, key in enumerate(line.body.keys):
                    yield from _between(passage, line, key.name.text, column, len(line.body.keys), units)


def _between(passage: Passage, line: Line, name: str, column: int, width: int, units: Units) -> Iterator[Diagnostic]:
    rows: dict[tuple[str, ...], list[tuple[Range, Span, list[str]]]] = defaultdict(list)
    for row in line.rows[1:]:
        cells = [cell_text(x) for x in row.cells]
        ends = tiers.bounds(cells[column], units) if len(cells) > width else None
        written = [(tiers.op_of(x), x.value.text) for x in ends or () if isinstance(x.value, syntax.Literal)]
        tier = tiers.literal_tier(written, units) if ends and len(written) == len(ends) else None
        if tier is not None and tier.low < tier.high:
            rows[(*cells[:column], *cells[column + 1 : width])].append((tier, row.cells[column], [text for _, text in written]))
    for found in rows.values():
        ordered = sorted(found, key=lambda x: (x[0].low, x[0].high))
        for (one, above, last), (other, below, first) in pairwise(ordered):
            if not isinstance(one.high, Fraction) or not isinstance(other.low, Fraction):
                continue
            if one.high < other.low and not (one.high_in and other.low == one.high + 1):  # after 3件 comes 4件
                yield finding(Code.TIER_MISSING, f"「{name}」在「{cell_text(above)}」与「{cell_text(below)}」之间没有一档，落在那里的按 其他", below, f"补上 {last[-1]} 到 {first[0]} 的一行，分界写错的改过来",
                              *(keys.phrase(passage.place(n.at)) for n in passage.numbers))
