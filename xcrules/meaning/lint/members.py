"""Levels, kinds and objects that a quote names, held against what its lines name (W338)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from attrs import frozen

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.source import Span, canonical
from xcrules.draft import syntax
from xcrules.draft.labels import Label
from xcrules.facts.tables import Schema
from xcrules.facts.types import BoolType, EnumType
from xcrules.meaning import keys

from .passages import Passage, finding, mates_of, shared
from .phrases import AWARDS, LEVELS


@frozen
class _Named:
    """Members of a field that a line names, and whether as a condition (为), not only as the arms of a table."""

    field: str
    members: tuple[str, ...]
    asked: bool
    at: Span
    line: syntax.Line


def members_of(
    passages: list[Passage], around: list[syntax.Line], schema: Schema, asked: set[str], defined: dict[str, set[str]]
) -> Iterator[Diagnostic]:
    """Of every quote of a clause; `asked` are the fields that conditions of the policy go by, `defined` what its definitions call 是 or 否, with the names in them."""
    told = "。".join(passage.words for passage in passages)
    named = [list(_named(passage)) for passage in passages]
    found: list[Diagnostic] = []
    for passage, own in zip(passages, named, strict=True):
        mates = [x for p, group in zip(passages, named, strict=True) if p.part == passage.part for x in group]
        for field in dict.fromkeys(x.field for x in own if x.asked):
            found += _of_field(passage, [x for x in own if x.field == field], [x for x in mates if x.field == field], told, schema)
        yield from _of_list(passage, schema)
        yield from _levels_in_order(passage)
    yield from found
    yield from (d for d in _left_out(passages, around, schema, asked, defined) if not any(f"「{d.spoils[0][1]}」" in x.message for x in found))


def _named(passage: Passage) -> Iterator[_Named]:
    for line in passage.lines:
        for node in passage.nodes_of(line):
            if (
                isinstance(node, syntax.Among)
                and isinstance(node.value, syntax.Name)
                and (line.label != Label.EXCLUSION or node is line.body.value)  # type: ignore[union-attr]
            ):
                names = tuple(members_in(node))
                yield _Named(node.value.text, names, not node.negated and line.label != Label.EXCLUSION, line.span_of(node.at), line)


def _of_field(passage: Passage, own: list[_Named], mates: list[_Named], told: str, schema: Schema) -> Iterator[Diagnostic]:
    asked = next(x for x in own if x.asked)
    members = _members(schema, asked.field, asked.members)
    somewhere = set(mentioned(told, members))
    strange = next((x for x in own if x.asked and not any(m in somewhere or _turned(m, told) for m in x.members)), None)
    mates = [x for x in mates if strange is None or x.line not in passage.others(strange.line)]
    said = mentioned(passage.words, members)
    here, carried = {m for x in own for m in x.members}, {m for x in mates for m in x.members}
    carried |= {
        m for line in passage.lines if passage.part_of(line) != passage.part_of(asked.line) for m in _keys(passage, line, asked.field)
    }  # another 分项 has it
    missing = [m for m in said if m not in carried]
    if missing and (strange is not None or not here & set(said)):
        one, right = strange or asked, "、".join(missing if strange is not None else said)
        yield finding(Code.LAW_NAMES_OTHERWISE, f"这里写的是「{'、'.join(one.members)}」，原文说「{right}」", one.at, f"改为 {one.field} 为 {right}", keys.name(one.field))
    elif listed := [
        m for m in missing if m in between(canonical(passage.words), members) or any(_listed(m, x, passage.words) for x in here & set(said))
    ]:
        yield _lacks(asked, listed, members, here)
    elif missing and (unsaid := [m for m in asked.members if m not in mentioned(told, members) and not _turned(m, told)]):
        right = "、".join(m for m in members if m in missing or (m in asked.members and m not in unsaid))
        yield finding(Code.LAW_NAMES_OTHERWISE, f"这里写的是「{'、'.join(unsaid)}」，原文说「{'、'.join(missing)}」", asked.at, f"改为 {asked.field} 为 {right}", keys.name(asked.field))
    else:
        fewer = ((x, _less_than_another(x, own, passage, said)) for x in own if x.asked)
        yield from (_lacks(x, less, members, set(x.members)) for x, less in fewer if less)


def _lacks(asked: _Named, missing: list[str], members: tuple[str, ...], here: set[str]) -> Diagnostic:
    right = "、".join(m for m in members if m in here or m in missing)
    return finding(Code.LAW_NAMES_OTHERWISE, f"原文还说到「{'、'.join(missing)}」，这里没有写", asked.at, f"补上：{asked.field} 为 {right}", unless="确实不算的")


def _less_than_another(own: _Named, every: list[_Named], passage: Passage, said: tuple[str, ...]) -> list[str]:
    """What the line of another choice of the reading names, as the law does, and this one leaves out."""
    others = passage.others(own.line)
    wider = [x for x in every if x.line in others and set(own.members) < set(x.members)]
    return [m for m in said if any(m in x.members for x in wider) and m not in own.members] if set(own.members) & set(said) else []


def _listed(one: str, other: str, words: str) -> bool:
    """Whether the law lists two members beside each other, not as one thing: 早稻、晚稻连作 is a second crop."""
    left, right = (re.escape(canonical(x).removesuffix("级")) for x in (one, other))
    return any(re.search(rf"{a}级?[)”\"]?(?:[、,或和及]|或者|以及)[“\"]?{b}(?!(?:[连轮间套混][作种]|同时|兼)|[^,。;]{{0,2}}叠加)", words) for a, b in ((left, right), (right, left)))


def _members(schema: Schema, field: str, some: tuple[str, ...]) -> tuple[str, ...]:
    """All members of the field of this name that has these."""
    fields = (table.field_named(field) for table in schema.tables)
    return next((f.type.members for f in fields if f is not None and isinstance(f.type, EnumType) and set(some) <= set(f.type.members)), ())


_EXCEPTED = re.compile(r"\([^)]*(?:不含|不包括|除外)[^)]*\)|(?:不含|不包括)[^,。;]*|(?:按照?|参照|比照)[^,。;]{1,20}标准")  # whose standard it borrows is not whom it is for


@lru_cache(maxsize=4096)
def mentioned(words: str, members: tuple[str, ...]) -> tuple[str, ...]:
    """The members that a passage of the law names, in their order; a longer one hides a shorter within it. 国家、省、市级 names three."""
    text = _EXCEPTED.sub("", canonical(words))
    found = between(text, members)
    for member, spoken in _with_more(text, members):
        found.append(member)
        text = text.replace(spoken, " " * len(spoken))
    for member in sorted(members, key=len, reverse=True):
        pattern = _pattern(canonical(member))
        if (len(member) > 1 or member in LEVELS) and member != "其他" and pattern.search(text):  # 其他费用 is of no kind
            found.append(member)
            text = pattern.sub(lambda m: " " * len(m[0]), text)
        elif len(member) > 4 and member in re.sub("[、,]", "", text):  # 对已落户、整合成为…… is 已落户整合
            found.append(member)
    found += [m for m in members if m not in found and any(_listed_short(canonical(m), canonical(x), text) for x in found)]
    return tuple(m for m in members if m in found)


def _with_more(text: str, members: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Members that the law says with a word more, in which another could be seen: 临床试验批件 is 临床批件 and no 临床试验."""
    for member in members:
        told = _parted(canonical(member), text)
        if spoken := next((x for x in told if any(canonical(m) in x for m in members if len(m) > 1)), ""):
            yield member, spoken


def _parted(name: str, text: str) -> Iterator[str]:
    """Where a text has a name with a word more in its middle, and not the name itself: 公益性岗位 for 公益岗位."""
    for at in range(2, len(name) - 1) if name not in text else ():
        head, tail = name[:at], name[at:]
        if head in text and tail in text and (spoken := re.search(f"{re.escape(head)}[^、和及或与,。;()的]{{1,3}}{re.escape(tail)}", text)):
            yield spoken[0]  # a pattern for each place of each name would take longer than all else here


def _turned(member: str, words: str) -> bool:
    """Whether the law says a member the other way round: 复学后 is 退役后复学."""
    name = canonical(member)
    return any(re.search(f"{re.escape(name[at:])}.?{re.escape(name[:at])}", words) for at in range(1, len(name))) if len(name) > 2 else False


def _listed_short(one: str, listed: str, text: str) -> bool:
    """Whether the law names a member behind another without what both begin with: 博士后流动站、工作站."""
    head = next((i for i, (a, b) in enumerate(zip(one, listed, strict=False)) if a != b), 0)
    return head > 1 and len(one) - head > 1 and any(t.startswith(one[head:]) for t in re.split("[、和及或]", text)[1:])


def between(words: str, members: tuple[str, ...]) -> list[str]:
    """The members from one to another, 一级至四级."""
    for span in re.finditer("(?<=([^,。;]{3}))[至到]([^,。;]{1,6})", words):
        first = [i for i, m in enumerate(members) if len(m) > 1 and span[1].removesuffix("级").endswith(m.removesuffix("级"))]
        last = [i for i, m in enumerate(members) if len(m) > 1 and span[2].startswith(m)]
        if first and last and first[0] < last[0]:
            return list(members[first[0] : last[0] + 1])
    return []


@lru_cache(maxsize=4096)
def _pattern(member: str) -> re.Pattern[str]:
    if member.endswith("级") and member[:-1].endswith(LEVELS):
        stem = re.escape(member[:-1])
        return re.compile(rf"{stem}(?:级|(?=[、,或和及]))|(?<=[、,或和及]){stem}(?=[批认评]|级|[^,。;、]{{0,4}}部门)")
    if member in LEVELS:
        return re.compile(f"{member}(?=[、,或和及])|(?<=[、,或和及]){member}")
    return re.compile(re.escape(member[:-1]) + "企?业" if member.endswith("业") and len(member) > 2 else re.escape(member))  # 批发企业 is of 批发业


def _of_list(passage: Passage, schema: Schema) -> Iterator[Diagnostic]:
    """A 对象 that is one list where the quote names another."""
    for line in passage.lines:
        if isinstance(line.body, syntax.Subject) and line.body.each is not None:
            own, words = line.body.name.text, passage.words
            lists = (t.name for t in schema.tables if t.kind == "名单" and len(t.name) >= 4 and t.name != own)
            others = [x for x in lists if x in words.replace(x + own[:2], "")]
            said = own in words or any(_parted(own, words))
            if not said and len(others) == 1 and shared(own, words) < shared(others[0], words) - 1:
                yield finding(Code.LAW_NAMES_OTHERWISE, f"对象写的是「{own}」，原文说「{others[0]}」", line.span_of(line.body.name.at), f"改为 {others[0]}", keys.table(others[0]))


def _levels_in_order(passage: Passage) -> Iterator[Diagnostic]:
    """从高 by levels written from low to high."""
    for line in passage.lines:
        order = line.body.order if isinstance(line.body, syntax.Highest) else ()
        heights = [next((at for at, level in enumerate(LEVELS) if level in x.text), -1) for x in order]
        if len(set(heights)) > 1 and -1 not in heights and heights == sorted(heights, reverse=True):
            at = line.span_of((order[0].at[0], order[-1].at[1]))
            yield finding(Code.LAW_NAMES_OTHERWISE, "从高的次序由低到高写了：在前的才是高的", at, f"改为 {'、'.join(x.text for x in reversed(order))}")


def _left_out(
    passages: list[Passage], around: list[syntax.Line], schema: Schema, asked: set[str], defined: dict[str, set[str]]
) -> Iterator[Diagnostic]:
    """A 是否 or a kind of the object, named by the quote, that no line of the clause asks."""
    for passage in passages:
        mates = mates_of(passage, passages)
        cells = (cell for x in mates for row in x.rows for cell in row.values)
        text = "\n".join([*(x.text for x in (*mates, *around) if x.label != Label.NATURE), *cells])
        names = [x.text for line in passage.lines for x in passage.nodes_of(line) if isinstance(x, syntax.Name)]
        subject = next((x.body for x in mates if isinstance(x.body, syntax.Subject)), None)
        table = schema.table(subject.name.text) if subject is not None else None
        kinds = (syntax.Condition, syntax.Subject, syntax.Standard)
        place = next((x for kind in kinds for x in passage.lines if isinstance(x.body, kind)), None)
        if place is None:
            continue
        for name in sorted(x for x, by in defined.items() if subject is not None and table is None
                           and len(stem := x.removesuffix("企业")) > 2 and stem in passage.words
                           and not any(w in text for w in (stem, *by))):
            yield finding(Code.LAW_NAMES_OTHERWISE, f"原文说到「{name.removesuffix('企业')}」，这一款没有一行写到定义「{name}」", place.content, f"补上 {name}（原文说不要的，写 非 {name}）", keys.name(name), unless="确实不必的")
        for field in table.fields if table is not None else ():
            said = (
                [field.name]
                if isinstance(field.type, BoolType)
                else _kinds(passage.words, field.type.members)
                if isinstance(field.type, EnumType) and field.name in asked
                else []
            )
            said = [x for x in said if len(x) > 2 and (x != field.name or x in passage.words)]
            if said and field.name not in text and not any(x in text or shared(x, n) > 3 for x in said for n in names or [""]):
                right = field.name if isinstance(field.type, BoolType) else f"{field.name} 为 {'、'.join(said)}"
                yield finding(Code.LAW_NAMES_OTHERWISE, f"原文说到「{'、'.join(said)}」，这一款没有一行要它", place.content, f"补上 {right}", keys.name(field.name), unless="确实不必的")


def _kinds(words: str, members: tuple[str, ...]) -> list[str]:
    """The members of a kind that the law names: no levels, which are said of much, and nothing that is given."""
    return [m for m in mentioned(words, members) if not any(level in m for level in LEVELS) and not AWARDS.search(m)]


def members_in(among: syntax.Among) -> list[str]:
    """The members it lists; one may begin with a number, 1类中药."""
    return [m.text for m in among.members if isinstance(m, syntax.Name | syntax.Literal)]


# -- arms that are never come to ---------------------------------------------------------------------------


def idle_arms(passages: list[Passage]) -> Iterator[Diagnostic]:
    """Of every part of a clause: what the law names, a table has and no 条件 lets through."""
    lines = [(p, line, p.part_of(line)) for p in passages for line in p.lines]
    for part in dict.fromkeys([*(p.part for p in passages), *(x for _, _, x in lines)]):
        own = [(p, line) for p, line, x in lines if x == part]
        words = "。".join(dict.fromkeys([*(p.words for p in passages if p.part == part), *(p.words for p, _ in own)]))
        asked = [(x, line) for _, line in own if not line.tags for x in asked_of(line.body)]
        for one, line in asked:
            assert isinstance(one.value, syntax.Name)
            named = {m for x, _ in asked if x.value == one.value for m in members_in(x)}
            arms = {m: None for p, other in own for m in _keys(p, other, one.value.text)}
            lost = [m for m in mentioned(words, tuple(arms)) if m not in named]
            if lost and named & set(arms):
                right = "、".join([*members_in(one), *lost])
                yield finding(Code.LAW_NAMES_OTHERWISE, f"「{'、'.join(lost)}」原文说到，下面也定了数，这里没有写：永远用不到", line.span_of(one.at), f"补上：{one.value.text} 为 {right}", unless="确实不算的，删去那一格；不然")


def asked_of(body: object) -> list[syntax.Among]:
    """What must be one of some members, whatever else holds."""
    parts = (body.value,) if isinstance(body, syntax.Condition) else body.conditions if isinstance(body, syntax.Subject) else ()
    every = [x for part in parts for x in (part.parts if isinstance(part, syntax.All) else (part,))]
    return [x for x in every if isinstance(x, syntax.Among) and not x.negated and isinstance(x.value, syntax.Name)]


def _keys(passage: Passage, line: syntax.Line, field: str) -> Iterator[str]:
    """The members of a field by which a line tells amounts apart."""
    for node in passage.nodes_of(line):
        if isinstance(node, syntax.Pick) and node.key.text == field:
            yield from (k.text for arm in node.arms for k in arm.keys if isinstance(k, syntax.Name) and k.text != "其他")
    if isinstance(line.body, syntax.Lookup):
        columns = [i for i, key in enumerate(line.body.keys) if key.name.text == field]
        cells = (canonical(row.values[i]).replace(" ", "") for i in columns for row in line.rows[1:] if i < len(row.values))
        yield from (m for cell in cells for m in cell.split("、") if m != "其他")
