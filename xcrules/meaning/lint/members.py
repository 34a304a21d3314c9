"""Levels, kinds and objects that a quote names, held against what its lines name (W338)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from attrs import frozen

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.source import Span, canonical
from xcrules.draft import syntax
from xcrules.draft.labels import Label
from xcrules.facts.tables import Schema
from xcrules.facts.types import BoolType, EnumType
from xcrules.meaning import keys

from .numbers import same
from .passages import Passage
from .phrases import LEVELS


@frozen
class _Named:
    """Members of a field that a line names, and whether as a condition (为), not only as the arms of a table."""

    field: str
    members: tuple[str, ...]
    asked: bool
    at: Span
    line: syntax.Line


def members_of(passages: list[Passage], around: list[syntax.Line], schema: Schema) -> Iterator[Diagnostic]:
    """Of every quote of a clause."""
    named = [list(_named(passage)) for passage in passages]
    for passage, own in zip(passages, named, strict=True):
        mates = [x for p, group in zip(passages, named, strict=True) if p.part == passage.part for x in group]
        for field in dict.fromkeys(x.field for x in own if x.asked):
            yield from _of_field(passage, [x for x in own if x.field == field], [x for x in mates if x.field == field], schema)
        yield from _of_list(passage, schema)
        yield from _joined(passage)
        yield from _levels_in_order(passage)
    yield from _left_out(passages, around, schema)


def _named(passage: Passage) -> Iterator[_Named]:
    for line in passage.lines:
        for node in passage.nodes_of(line):
            if isinstance(node, syntax.Among) and isinstance(node.value, syntax.Name):
                names = tuple(m.text for m in node.members if isinstance(m, syntax.Name))
                yield _Named(node.value.text, names, not node.negated and line.label != Label.EXCLUSION, line.span_of(node.at), line)


def _of_field(passage: Passage, own: list[_Named], mates: list[_Named], schema: Schema) -> Iterator[Diagnostic]:
    asked = next(x for x in own if x.asked)
    members = _members(schema, asked.field, asked.members)
    said = mentioned(passage.words, members)
    here, carried = {m for x in own for m in x.members}, {m for x in mates for m in x.members}
    missing = [m for m in said if m not in carried]
    if missing and not here & set(said):
        yield _finding(f"这里写的是「{'、'.join(asked.members)}」，原文说「{'、'.join(said)}」", asked.at, f"改为 {asked.field} 为 {'、'.join(said)}", keys.name(asked.field))
    elif missing := [m for m in missing if any(_listed(m, x, passage.words) for x in here & set(said))]:
        yield _lacks(asked, missing, members, here)
    else:
        yield from (_lacks(x, less, members, set(x.members)) for x in own if x.asked and (less := _less_than_another(x, own, passage, said)))


def _lacks(asked: _Named, missing: list[str], members: tuple[str, ...], here: set[str]) -> Diagnostic:
    right = "、".join(m for m in members if m in here or m in missing)
    return _finding(f"原文还说到「{'、'.join(missing)}」，这里没有写", asked.at, f"补上：{asked.field} 为 {right}", unless="确实不算的")


def _finding(said: str, at: Span, help: str, *spoils: tuple[str, ...], unless: str = "原文另有说法的") -> Diagnostic:
    return Diagnostic(Code.LAW_NAMES_OTHERWISE, said, at, f"{help}；{unless}，用 静默：W338，理由", spoils=spoils)


def _less_than_another(own: _Named, every: list[_Named], passage: Passage, said: tuple[str, ...]) -> list[str]:
    """What the line of another choice of the reading names, as the law does, and this one leaves out."""
    others = passage.others(own.line)
    wider = [x for x in every if x.line in others and set(own.members) < set(x.members)]
    return [m for m in said if any(m in x.members for x in wider) and m not in own.members] if set(own.members) & set(said) else []


def _listed(one: str, other: str, words: str) -> bool:
    """Whether the law lists two members beside each other."""
    left, right = (re.escape(canonical(x).removesuffix("级")) for x in (one, other))
    return any(re.search(rf"{a}级?[)”\"]?(?:[、,或和及]|或者|以及)[“\"]?{b}", words) for a, b in ((left, right), (right, left)))


def _members(schema: Schema, field: str, some: tuple[str, ...]) -> tuple[str, ...]:
    """All members of the field of this name that has these."""
    fields = (table.field_named(field) for table in schema.tables)
    return next((f.type.members for f in fields if f is not None and isinstance(f.type, EnumType) and set(some) <= set(f.type.members)), ())


_EXCEPTED = re.compile(r"\([^)]*(?:不含|不包括|除外)[^)]*\)|(?:不含|不包括)[^,。;]*")


@lru_cache(maxsize=4096)
def mentioned(words: str, members: tuple[str, ...]) -> tuple[str, ...]:
    """The members that a passage of the law names, in their order; a longer one hides a shorter within it. 国家、省、市级 names three."""
    text, found = _EXCEPTED.sub("", canonical(words)), []
    for member in sorted(members, key=len, reverse=True):
        pattern = _pattern(canonical(member))
        if len(member) > 1 and member != "其他" and pattern.search(text):  # 其他费用 is of no kind
            found.append(member)
            text = pattern.sub(lambda m: " " * len(m[0]), text)
        elif len(member) > 4 and member in re.sub("[、,]", "", text):  # 对已落户、整合成为…… is 已落户整合
            found.append(member)
    return tuple(m for m in members if m in found)


@lru_cache(maxsize=4096)
def _pattern(member: str) -> re.Pattern[str]:
    if member.endswith("级") and member[:-1].endswith(LEVELS):
        stem = re.escape(member[:-1])
        return re.compile(rf"{stem}(?:级|(?=[、,或和及]))|(?<=[、,或和及]){stem}(?=[批认评]|级)")
    return re.compile(re.escape(member))


def _of_list(passage: Passage, schema: Schema) -> Iterator[Diagnostic]:
    """A 对象 that is one list where the quote names another."""
    for line in passage.lines:
        if isinstance(line.body, syntax.Subject) and line.body.each is not None:
            own, words = line.body.name.text, passage.words
            others = [x for x in (t.name for t in schema.tables if t.kind == "名单" and len(t.name) >= 4) if x != own and x in words.replace(x + own[:2], "")]
            if own not in words and len(others) == 1 and _shared(own, words) < _shared(others[0], words) - 1:
                yield _finding(f"对象写的是「{own}」，原文说「{others[0]}」", line.span_of(line.body.name.at), f"改为 {others[0]}", keys.table(others[0]))


def _shared(name: str, words: str) -> int:
    """The length of the longest passage of a name in the words."""
    return max((n for n in range(len(name), 0, -1) if any(name[i : i + n] in words for i in range(len(name) - n + 1))), default=0)


_Part = tuple[syntax.Expr, syntax.Line]


def _joined(passage: Passage) -> Iterator[Diagnostic]:
    """甲，乙 where the law says 甲或乙; 甲 不低于 50%，乙 不低于 50% where it says 甲50%以上，或乙50%以上."""
    for one, other in _together(passage) if "或" in passage.words else ():
        if _names_with_or(passage, one[0], other[0]) or _numbers_with_or(passage, one, other) or _numbers_with_or(passage, other, one):
            first, second = (canonical(line.text)[part.at[0] : part.at[1]] for part, line in (one, other))
            place = other[1].span_of((one[0].at[0] if one[1] is other[1] else other[0].at[0], other[0].at[1]))
            yield _finding(f"这里要「{first}」和「{second}」都成立，原文说的是或", place, f"改为 {first} 或 {second}")


def _together(passage: Passage) -> Iterator[tuple[_Part, _Part]]:
    """Conditions beside each other that must both hold: in one line, or in one 条件 and the next."""
    for line in passage.lines:
        yield from (((a, line), (b, line)) for node in passage.nodes_of(line) for a, b in pairwise(_all_of(node)))
    asked = [(_all_of(x.body.value) or (x.body.value,), x) for x in passage.lines if isinstance(x.body, syntax.Condition) and not x.tags]
    yield from (((one[-1], line), (other[0], next_line)) for (one, line), (other, next_line) in pairwise(asked))


def _all_of(node: object) -> tuple[syntax.Expr, ...]:
    return node.parts if isinstance(node, syntax.All) or (isinstance(node, syntax.Chain) and "或" not in node.joins) else ()


def _names_with_or(passage: Passage, one: syntax.Expr, other: syntax.Expr) -> bool:
    return isinstance(one, syntax.Name) and isinstance(other, syntax.Name) and re.search(
        rf"{re.escape(one.text)}[^,。;]{{0,4}}?或者?[^,。;]{{0,4}}?{re.escape(other.text)}", passage.words) is not None


_OR_BEGINS = re.compile("[^,、。;或且并和及]{0,3}(?:[及和]?以[上下内][^,、。;或且并和及]{0,6})?[,、]?或者?(?!以)[^。;]{2}")  # 50%以上，或产值……, no 5年或以上


def _numbers_with_or(passage: Passage, one: _Part, other: _Part) -> bool:
    """Whether the law says the number of the one and then, behind 或, that of the other."""
    left, right = ([n for n in passage.numbers_of(line) if isinstance(part, syntax.Compare) and part.right.at[0] <= n.at[0] < part.right.at[1]] for part, line in (one, other))
    return len(left) == len(right) == 1 and any(
        same(a, left[0]) and same(b, right[0]) and _OR_BEGINS.match(passage.words[a.at[1] : b.at[0]]) is not None for a, b in pairwise(passage.numbers))


def _levels_in_order(passage: Passage) -> Iterator[Diagnostic]:
    """从高 by levels written from low to high."""
    for line in passage.lines:
        order = line.body.order if isinstance(line.body, syntax.Highest) else ()
        heights = [next((at for at, level in enumerate(LEVELS) if level in x.text), -1) for x in order]
        if len(set(heights)) > 1 and -1 not in heights and heights == sorted(heights, reverse=True):
            at = line.span_of((order[0].at[0], order[-1].at[1]))
            yield _finding("从高的次序由低到高写了：在前的才是高的", at, f"改为 {'、'.join(x.text for x in reversed(order))}")


def _left_out(passages: list[Passage], around: list[syntax.Line], schema: Schema) -> Iterator[Diagnostic]:
    """A 是否 of the object, named by the quote, that no line of the clause asks."""
    for passage in passages:
        text = "\n".join(x.text for x in (*(x for p in passages if p.part == passage.part for x in p.lines), *around))
        names = [x.text for line in passage.lines for x in passage.nodes_of(line) if isinstance(x, syntax.Name)]
        subject = next((x.body for p in passages if p.part == passage.part for x in p.lines if isinstance(x.body, syntax.Subject)), None)
        table = schema.table(subject.name.text) if subject is not None else None
        place = next((x for x in passage.lines if isinstance(x.body, syntax.Condition)), None)
        for field in table.fields if table is not None else ():
            if (place is not None and isinstance(field.type, BoolType) and len(field.name) > 2 and field.name in passage.words and field.name not in text
                    and not any(_shared(field.name, x) > 3 for x in names)):
                yield _finding(f"原文说到「{field.name}」，这一款没有一行要它", place.content, f"补上 {field.name}", keys.name(field.name), unless="确实不必的")
