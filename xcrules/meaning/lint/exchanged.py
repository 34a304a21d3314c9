"""Numbers that the law says in one order and the lines in another: two amounts exchanged, one copied from its neighbour (W303)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from attrs import frozen

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.source import Span, canonical
from xcrules.draft import syntax

from .numbers import DAY, NUM, RATE, Mention, Sought, number, same
from .passages import Passage, finding, places_of
from .phrases import OTHERS
from .spoken import law_numbers


@frozen
class _Entry:
    """What a number is for, as one row of a table, one arm of 按（……） or one term of a sum says it."""

    key: tuple[str, ...]
    number: Mention
    at: Span


def exchanged(passages: list[Passage]) -> Iterator[Diagnostic]:
    """Of every list of numbers beneath a quote that says them all."""
    for at, passage in enumerate(passages):
        before = "".join(p.words + "。" for p in passages[: at + 1] if p.part == passage.part)
        for line in passage.lines:
            numbers = passage.numbers_of(line)
            yield from _by_a_flag(passage, line)
            yield from _instalments(passage, line)
            for entries in (*_columns(passage, line), *_arms(passage, line), _terms(line, numbers)):
                yield from _misplaced([e for e in entries if e.number.value], passage, before)


def _misplaced(entries: list[_Entry], passage: Passage, before: str) -> Iterator[Diagnostic]:
    """The first number that stands where the law has another; keys that are numbers are taken in the law's order, others must stand in it."""
    if len(entries) < 2:
        return
    if None not in (at := [_told_at(e.key[0], passage) for e in entries]) and len(set(at)) == len(at):
        entries = [e for _, e in sorted(zip(at, entries, strict=True), key=lambda x: x[0] or ())]
    kinds = {e.number.kind for e in entries}
    own = Sought(e.number for e in entries)
    told = [n for n in passage.numbers if n.kind in kinds and n.kind != DAY and any(same(n, x) for x in own.near(n))]
    if len(kinds) > 1 or not all(
        any(same(n, e.number) for n in passage.said.near(e.number) if n.kind in kinds and n.kind != DAY) for e in entries
    ):
        return
    wrong = _out_of_order([e.number for e in entries], told)
    once = [e.number for e, last in zip(entries, (None, *entries), strict=False) if last is None or e.number.value != last.number.value]
    if not wrong or not _out_of_order(once, told):
        return
    pairs = [_ordered(a.key, b.key, passage, before) for i, (a, b) in enumerate(pairwise(entries)) if {i, i + 1} & set(wrong)]
    if False in pairs or True not in pairs:
        return
    texts = "、".join(dict.fromkeys(n.text for n in told)) if len(told) != len(entries) else "、".join(n.text for n in told)
    right = told[wrong[0]].text if len(told) == len(entries) else ""
    first = entries[wrong[0]]
    yield finding(Code.NUMBER_NOT_IN_LAW, f"「{first.number.text}」写在「{' '.join(first.key)}」处，与原文的次序不合：原文依次是 {texts}", first.at, f"改为 {right}" if right else f"对照原文，依次是 {texts}", unless="另有依据的")


def _out_of_order(own: list[Mention], told: list[Mention]) -> list[int]:
    """Which numbers do not follow one another as in the law: where both are as many, those that differ; else those without which the rest does."""
    if _follow(own, told):
        return []
    if len(own) == len(told):
        return [i for i, (a, b) in enumerate(zip(own, told, strict=True)) if not same(b, a)]
    return [i for i in range(len(own)) if _follow(own[:i] + own[i + 1 :], told)]


def _follow(own: list[Mention], told: list[Mention]) -> bool:
    left = iter(told)
    return all(any(same(law, n) for law in left) for n in own)


def _ordered(one: tuple[str, ...], other: tuple[str, ...], passage: Passage, before: str) -> bool | None:
    """Whether the first text that names both keys names them one after the other, by the first cell in which they differ; None where none does."""
    left_cell, right_cell = next(((a, b) for a, b in zip(one, other, strict=False) if a != b), ("", ""))
    if re.search(r"\d", left_cell) and re.search(r"\d", right_cell):
        first, second = _told_at(left_cell, passage), _told_at(right_cell, passage)
        return None if first is None or second is None or first == second else first < second
    if (years := [m[0] for cell in (left_cell, right_cell) if (m := re.match("第[一二三四五六七八九十]", cell))]) and len(years) == 2 and re.search("前[^,。;]{1,3}年.*后[^,。;]{1,3}年", passage.words):
        return "一二三四五六七八九十".index(years[0][1]) < "一二三四五六七八九十".index(years[1][1])  # 前三年, 后两年
    if left_cell in passage.words and right_cell in passage.words and min(len(left_cell), len(right_cell)) > 1:
        return passage.words.index(left_cell) < passage.words.index(right_cell)
    one_piece, other_piece = _differing(left_cell, right_cell)
    for text in (passage.words, before):
        left, right = _where(one_piece or left_cell, text), _where(other_piece or right_cell, text)
        if left is not None and right is not None and left != right:
            return left < right
    return None


def _told_at(cell: str, passage: Passage) -> tuple[int, ...] | None:
    """Where the law says the numbers of a cell; 满50元 as it stands, before another 50元, is told at its number as the others are."""
    if (whole := passage.words.find(cell)) >= 0 and (number := re.search(r"\d", cell)):
        return (whole + number.start(),)
    nth = cell.startswith("第")  # 第3年 is not told by 连续三年
    at = [min((law.at[0] for law in passage.said.near(n) if same(law, n) and nth <= passage.words[: law.at[0]].endswith("第")), default=-1)
          for n in law_numbers(cell)]
    return tuple(at) if at and -1 not in at else None


def _differing(one: str, other: str) -> tuple[str, str]:
    """What is left of two names without what they begin and end with alike: 博, 硕."""
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    end = next((i for i, (a, b) in enumerate(zip(one[::-1], other[::-1], strict=False)) if a != b), min(len(one), len(other)))
    return one[: len(one) - end], other[: len(other) - end]


def _where(name: str, text: str) -> int | None:
    """Where the law first says the longest piece of a name that it says, of several the one that it says least often."""
    for size in range(len(name), 0 if len(name) < 2 else 1, -1):
        pieces = [name[i : i + size] for i in range(len(name) - size + 1)]
        if found := [(text.count(x), text.find(x)) for x in pieces if x in text]:
            return min(found)[1]
    return None


def _columns(passage: Passage, line: syntax.Line) -> Iterator[list[_Entry]]:
    """The columns of a 对照 that say one number in each row, with the cells of its keys."""
    if not isinstance(line.body, syntax.Lookup) or not line.rows:
        return
    keys, start = len(line.body.keys), line.content.start
    for column in range(keys, len(line.rows[0].values)):
        entries = []
        for row in line.rows[1:]:
            for cell in row.cells[column : column + 1]:
                found = passage.numbers_of(line, (cell.start - start, cell.end - start))
                key = tuple(canonical(x).replace(" ", "") for x in row.values[:keys])
                entries += [_Entry(key, found[0], cell)] if len(found) == 1 else []
        yield entries


def _arms(passage: Passage, line: syntax.Line) -> Iterator[list[_Entry]]:
    for node in passage.nodes_of(line):
        if isinstance(node, syntax.Pick):
            entries = []
            for arm in node.arms:
                key = "、".join(k.text if isinstance(k, syntax.Name) else canonical(line.text)[k.at[0] : k.at[1]] for k in arm.keys if k.at)
                found = passage.numbers_of(line, arm.value.at) if isinstance(arm.value, syntax.Literal) else []
                if key and found:
                    entries.append(_Entry((canonical(key),), found[0], line.span_of(found[0].at)))
            yield entries


def _by_a_flag(passage: Passage, line: syntax.Line) -> Iterator[Diagnostic]:
    """按 科研机构（是 30万元；否 20万元） where the law says 科研机构20万元."""
    for node in passage.nodes_of(line):
        if isinstance(node, syntax.Pick) and [k.text for arm in node.arms for k in arm.keys if isinstance(k, syntax.Name)] == ["是", "否"]:
            yes, no = (passage.numbers_of(line, arm.value.at) for arm in node.arms)
            behind = [_behind(end, passage) for _, end in places_of(node.key.text, passage.words)]
            if len(yes) == len(no) == 1 and behind and all(n and same(n, no[0]) and not same(n, yes[0]) for n in behind):
                yield finding(Code.NUMBER_NOT_IN_LAW, f"「{yes[0].text}」写在「是」处，原文说「{node.key.text}」的是 {no[0].text}", line.span_of(yes[0].at), f"改为 {no[0].text}", unless="另有依据的")


def _behind(end: int, passage: Passage) -> Mention | None:
    """The number of the law close behind a name."""
    near = (law for law in passage.numbers if 0 <= law.at[0] - end <= _NEAR)
    return next((law for law in near if not OTHERS.search(passage.words[end : law.at[0]])), None)


def _instalments(passage: Passage, line: syntax.Line) -> Iterator[Diagnostic]:
    """分 2年 按 40%、60% where the law has 第一年60%，第二年40%; 6:1:3 or 5:3:1 where it has 6:3:1."""
    told, alike = told_shares(passage, line)
    own = [n for n in before_going(passage, line) if n.kind == RATE]
    if told and not alike:
        typed = "、".join(n.text for n in own)
        yield finding(Code.NUMBER_NOT_IN_LAW, f"「{typed}」与原文不合：原文依次是 {told}", line.span_of((own[0].at[0], own[-1].at[1])), f"改为 {told}", unless="另有依据的")


def before_going(passage: Passage, line: syntax.Line) -> list[Mention]:
    """The numbers of a 拨付 but for those of what must hold for it to go on."""
    going = line.body.going if isinstance(line.body, syntax.Payment) else None
    return passage.numbers_of(line, None if going is None else (0, going.at[0]))


def told_shares(passage: Passage, line: syntax.Line) -> tuple[str, bool]:
    """The shares of a 拨付 as the law has them, 60%、40% or 6:3:1, and whether they are the same; empty where it has none or others in percent."""
    shares = [n for n in before_going(passage, line) if n.kind == RATE] if isinstance(line.body, syntax.Payment) else []
    own = _of_whole(shares[0].text) if [":" in n.text for n in shares] == [True] else [n.value for n in shares]
    rates, size = [n for n in passage.numbers if n.kind == RATE and ":" not in n.text], len(own)
    runs = [rates[at : at + size] for at in range(len(rates) - size + 1) if size > 1]
    runs.sort(key=lambda run: run[-1].at[0] - run[0].at[0])  # the closest first
    found = [("、".join(n.text for n in run), [n.value for n in run]) for run in runs]
    found = [(text, each) for text, each in found if sorted(each) == sorted(own)]
    found += [(m[0], _of_whole(m[0])) for m in _SHARES.finditer(passage.words) if m[0].count(":") == size - 1]
    return next(((text, True) for text, each in found if each == own), (found[0][0], False) if found else ("", True))


_SHARES = re.compile(rf"(?:{NUM})(?::(?:{NUM})){{2,}}")


def _of_whole(ratio: str) -> list[Fraction]:
    parts = [number(x) for x in ratio.split(":")]
    return [x / (sum(parts) or 1) for x in parts]


_NEAR = 12  # characters between a name and its number


def _terms(line: syntax.Line, numbers: list[Mention]) -> list[_Entry]:
    """8万元/人 × 博士人数 ＋ 5万元/人 × 硕士人数."""
    text, entries, start = canonical(line.text), [], 0
    for term in re.split(r"(\+)", text) if "+" in text else ():
        found = [n for n in numbers if start <= n.at[0] < start + len(term)]
        name = re.sub(r"[\d.,]+[^\s]*|[×÷]", "", term).strip()
        if len(found) == 1 and name:
            entries.append(_Entry((name,), found[0], line.span_of(found[0].at)))
        start += len(term)
    return entries
