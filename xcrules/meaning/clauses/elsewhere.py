"""用于：第八条、第九条: the lines beneath it stand under one sentence of the law and are read in other clauses.

An exemption, a later announcement that halves, the conditions and bounds of 附则: each line keeps its quote, so reasons cite the
sentence that says it. It is read as the clause's own, of one of its 分项 where that is named, and as a lead's where an article with 款 is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import evolve, frozen

from xcrules.base.diagnostic import Code, Diagnostic, Fix
from xcrules.base.identity import ClauseNames, Unclear, clause_key, is_under, short_name
from xcrules.draft import syntax
from xcrules.draft.labels import Group, Label, Where, card_of
from xcrules.draft.outline import Outline, Placed
from xcrules.meaning import keys, rules
from xcrules.meaning.governing import parts_back, said_of, wholly_back
from xcrules.meaning.report import unknown_clause

from .leads import EVERY, OF_ARTICLE, bounds, each_of, over_all_of, together, unclear
from .within import heads, sayings_of

_WHERE = tuple[str, str]  # a clause, and its 分项 ("": the whole)


@frozen
class _Law:
    """What the lines beneath 用于 may be read in."""

    names: ClauseNames
    lines: Mapping[str, list[Placed]]  # of each number
    leading: frozenset[str]
    sayings: tuple[rules.Saying, ...]

    def named(self, text: str) -> _WHERE | None:
        """A clause, or 分项 of one, as 用于 calls it; or an article that has nothing but 款."""
        key, number = clause_key(text, self.names), self.names.article(text)
        if isinstance(key, Unclear):
            return (number, "") if any(is_under(n, number) for n in self.names.numbers) else None
        return self.names.keys[key]

    def said_in(self, where: _WHERE, line: syntax.Line, numbers: tuple[str, ...]) -> syntax.Line:
        """各款 of several clauses, or 分项 of one; of an article with 款 it is for its lead to say."""
        number, part = where
        return line if number in self.leading else each_of(line, self.lines.get(number, ()), numbers, part)

    def some_parts(self, where: tuple[_WHERE, ...]) -> list[str]:
        """The 分项 named, of clauses that have others too."""
        named = {n: {part for number, part in where if number == n} for n, _ in where}
        return [f"{n}{part}" for n, part in where if part and not named[n] >= set(self.names.parts.get(n, ()))]

    def gives(self, number: str) -> bool:
        """Whether it says itself for whom it is, or how much it gives."""
        return any(_is_own(x.line) for x in self.lines.get(number, ()))

    def without(self, where: _WHERE, out: list[_WHERE]) -> list[_WHERE]:
        """A clause, unless it is out; of one of which some 分项 are out the others."""
        number, part = where
        if part or all(n != number for n, _ in out):
            return [] if where in out else [where]
        return [(number, p) for p in self.names.parts.get(number, ()) if (number, "") not in out and (number, p) not in out]

    def given(self, where: Iterable[_WHERE], listed: str = "") -> list[_WHERE]:
        """Without those that are owed back, unless they are named one by one, and not by 各款, a run or an article."""
        named = [self.named(x.strip()) for x in re.split("[、，,]", listed)]
        return [(n, part) for n, part in where if (n, part) in named or self.gives_back((n, part)) not in (n, n + part)]

    def giving(self) -> Iterator[_WHERE]:
        """Every clause that gives something, itself or by its lead."""
        grants = {n for n, lines in self.lines.items() if any(card_of(x.line.label).grants for x in lines)}
        yield from ((n, "") for n in self.lines if n not in self.leading and any(g == n or is_under(n, g) for g in grants))

    def through(self, first: str, last: str) -> list[_WHERE]:
        """第三条 至 第六条: those that give."""
        among = self.names.through(first, last)
        return [x for x in self.giving() if x[0] in among]

    def gives_back(self, where: _WHERE) -> str:
        """The clause, or that of its 分项, that is owed back; "" where none is."""
        number, only = where
        said = said_of(self.sayings, number, self.names.parts.get(number, ()))
        return number if wholly_back(said) else next((number + part for part in parts_back(said) if only in ("", part)), "")


def read_elsewhere(outline: Outline, findings: list[Diagnostic]) -> Outline:
    """The outline with the lines beneath each 用于 in the clauses that it names; under the lead of an article also those beneath its 款 that give nothing themselves."""
    outline = evolve(outline, lines=tuple(_of_its_article(outline, findings)))
    runs = any(_names_a_run(x.line.body) for x in outline.lines)
    if not runs and all(x.line.label != Label.USED_IN for x in outline.lines):
        return outline
    law = law_in(outline)
    outline = evolve(outline, lines=tuple(_told_one_by_one(x, law, findings) for x in outline.lines)) if runs else outline
    above: dict[str, Placed] = {}  # of an article, the last 用于 under its lead
    staying: list[Placed] = []
    moved: list[tuple[_WHERE, Placed]] = []
    head: Placed | None = None
    named, idle = dict[int, tuple[_WHERE, ...]](), dict[int, Placed]()
    for placed in outline.lines:
        if placed.line.label == Label.USED_IN:
            head, named[id(placed)] = placed, tuple(_named(placed, law, findings))
            above |= {placed.number: placed} if placed.number in law.leading else {}
            idle |= {id(placed): placed} if named[id(placed)] else {}
            continue
        if head is not None and placed.quote is not head.quote:
            head = next(
                (above[n] for n in sorted(above, key=len, reverse=True) if is_under(placed.number, n) and not law.gives(placed.number)),
                None,
            )
        where = named[id(head)] if head is not None else ()
        several, placed = len({n for n, _ in where}) > 1, _as_condition(placed) if where else placed
        if head is not None and bounds(placed.line.body):
            where = tuple(law.given(where, head.line.text)) or where
        numbers, some = tuple(dict.fromkeys(n for n, _ in where)), law.some_parts(where)
        if head is None or not where or not _moves(placed.line):
            staying.append(placed)
            continue
        idle.pop(id(head), None)
        if _is_own(placed.line):
            findings.append(_own(placed))
        elif (together(placed.line.body) and (several or some)
              and not (some and (isinstance(placed.line.body, syntax.Fund) or len(where) == 1))):
            staying.append(over_all_of(placed, tuple(n + part for n, part in where) if some else numbers))
        elif some and _of_wholes(placed.line.body):
            findings.append(_of_some(placed, some, several))
        elif several and (wrong := unclear(placed)) is not None:
            findings.append(wrong)
        else:
            moved += [((n, part), evolve(placed, number=n, line=evolve(law.said_in((n, part), placed.line, numbers)))) for n, part in where]
            if (head.line.text.strip().startswith(EVERY) and card_of(placed.line.label).group is Group.WHO
                and (back := next(filter(None, map(law.gives_back, where)), None))):
                findings.append(_spared(back, head))
    findings += [Diagnostic(Code.NOT_ELSEWHERE, "用于 下面没有一行", x.line.label_span, "写出那几款的行：条件、除外、减半、上限……，写在 用于 的下面；没有的，删去。写在导言下的，管到下面没有自己给付的各项", spoils=(keys.lines(x.number),)) for x in idle.values()]
    return evolve(outline, lines=tuple(_joined(staying, moved)))


def _of_its_article(outline: Outline, findings: list[Diagnostic]) -> Iterator[Placed]:
    """适用 beneath the lead of an article, where others give something too, says for whom its 款 are: a condition of each."""
    grants = {x.number for x in outline.lines if card_of(x.line.label).grants}
    for placed in outline.lines:
        own = {n for n in grants if placed.number and is_under(n, placed.number)}
        if isinstance(placed.line.body, syntax.Scope) and placed.number in grants and len(grants) > 1:
            findings.append(Diagnostic(Code.SCOPE_OF_ALL, f"写在 {short_name(placed.number)} 下面，管的却是全规定：不成立的，别的款也不给", placed.line.label_span, "只管这一款的，改写 条件；管全规定的，用 静默：W354，理由",
                                       (Fix("改为 条件", placed.line.label_span, Label.CONDITION),)))
        yield _as_condition(placed) if own and own < grants and placed.number not in grants else placed


def _as_condition(placed: Placed) -> Placed:
    body = placed.line.body
    return (evolve(placed, line=evolve(placed.line, label=Label.CONDITION, body=syntax.Condition(body.value)))
            if isinstance(body, syntax.Scope) else placed)


def law_in(outline: Outline) -> _Law:
    """What its lines may name."""
    lines: dict[str, list[Placed]] = defaultdict(list)
    for placed in outline.lines:
        lines[placed.number].append(placed)
    parts = {n: tuple(dict.fromkeys(name for x in own for name in heads(x.line))) for n, own in lines.items()}
    names = ClauseNames(tuple(n for n in outline.words if n in lines or n in outline.leading), {n: x for n, x in parts.items() if x})
    return _Law(names, lines, outline.leading, sayings_of(outline))


def _named(placed: Placed, law: _Law, findings: list[Diagnostic]) -> Iterator[_WHERE]:
    """The clauses that 用于 names: 各款，除外 第十九条."""
    if placed.quote is None:
        findings.append(Diagnostic(Code.BEFORE_FIRST_ARTICLE, "「用于」写在第一条之前，不在一段引文之下", placed.line.label_span, "移到说这件事的那段引文之下"))
        return
    listed, *spared = re.split(r"[、，,]\s*除外\s+", placed.line.text.strip(), maxsplit=1)
    out = [x for text in spared for x in _listed(text, placed, law, findings)]
    found = [x for each in _listed(listed, placed, law, findings) for x in law.without(each, out)]
    if [n for n, _ in found] == [placed.number] and law.named(listed) is not None:  # the paragraph behind the last 款 of an article may speak of that too
        findings.append(Diagnostic(Code.NOT_ELSEWHERE, f"用于「{listed}」写在这一款自己的下面", placed.line.content, "管这一款的行直接写；管它的一个分项的，写 分项：名称"))
        return
    yield from found


def _names_a_run(body: object) -> bool:
    """Whether a line that is over several clauses names some as 第三条 至 第六条."""
    return any("至" in x for field in ("clauses", "spared", "summed") for x in getattr(getattr(body, "scope", body), field, ()))


def _told_one_by_one(placed: Placed, law: _Law, findings: list[Diagnostic]) -> Placed:
    """Such a line with the clauses of each run: what is taken together is given, and what is given back is no part of it."""
    body: Any = placed.line.body
    if not _names_a_run(body):
        return placed
    holder = getattr(body, "scope", body)

    def each(listed: str, field: str) -> list[str]:
        among = list(_listed(listed, placed, law, findings))
        return [n + part for n, part in (among if field == "spared" else law.given(among))]

    told = {field: tuple(y for x in own for y in (each(x, field) if "至" in x else [x]))
            for field in ("clauses", "spared", "summed") if (own := getattr(holder, field, ()))}
    holder = evolve(holder, **told)
    return evolve(placed, line=evolve(placed.line, body=evolve(body, scope=holder) if hasattr(body, "scope") else holder))


def _listed(listed: str, placed: Placed, law: _Law, findings: list[Diagnostic]) -> Iterator[_WHERE]:
    """各款; 第三条 至 第六条、第八条."""
    for text in re.split(r"\s*[、，,]\s*", listed):
        ends = [x for end in text.split("至") if (x := law.named(end.strip())) is not None]
        if text == EVERY:
            yield from law.giving()
        elif not ends or len(ends) != len(text.split("至")) or len(ends) > 2:
            others = [n for n in law.names.numbers if n != placed.number]
            wrong = (
                unknown_clause(text, others, placed.line.content)
                if text
                else Diagnostic(
                    Code.EMPTY_CONTENT, "「用于」后面没有写是哪几款", placed.line.label_span, "例如 用于：第二条（一）、第三条；各款都管的，写 用于：各款",
                )
            )
            findings.append(evolve(wrong, spoils=keys.of_clause(placed.number)))
        elif len(ends) == 2:
            through = [] if any(part for _, part in ends) else law.through(ends[0][0], ends[1][0])
            if not through:
                findings.append(Diagnostic(Code.NOT_ELSEWHERE, f"「{text}」倒过来了、点了分项，或者其间没有给付的款", placed.line.content, "照条文的次序写款号：第三条 至 第六条", spoils=keys.of_clause(placed.number)))
            yield from through
        else:
            yield from ends if ends[0][0] in law.names.numbers else law.through(ends[0][0], ends[0][0])


def _moves(line: syntax.Line) -> bool:
    """Whether a line speaks of a clause; notes, and what is of the whole policy, stay where they are."""
    card = card_of(line.label)
    return (card.where is Where.CLAUSE and card.group is not Group.NOTE) or isinstance(line.body, OF_ARTICLE)


def _is_own(line: syntax.Line) -> bool:
    """What a clause says only beneath its own words: whom it is for, what it gives."""
    return card_of(line.label).grants or line.label == Label.SUBJECT or line.label == Label.PART


def _of_wholes(body: syntax.Body | None) -> bool:
    """What takes clauses as wholes: together, or one of them only."""
    match body:
        case syntax.Cap(scope=scope) | syntax.CountCap(scope=scope) | syntax.Floor(scope=scope):
            return scope.whole == "合计" and scope.reach != "单项"
        case syntax.Highest(overall=overall):
            return overall
        case _:
            return together(body)


def _of_some(placed: Placed, parts: list[str], several: bool) -> Diagnostic:
    named = "、".join(parts)
    help = ("总额只管整款：那个分项另有编号的，写成自己的一款；没有的，注释 写明怎样压缩，由人算" if isinstance(placed.line.body, syntax.Fund)
            else "几款之间只管其中一个分项的，写不了：那个分项另有编号的，写成自己的一款；没有的，每款各有的写 各款 ……" if several
            else "只管这一个分项的，写它的名字：上限：名字 企业年度 ……；几个分项合起来的，写在那一款下：分项：甲、乙，再写 上限：合计 ……")
    return Diagnostic(Code.NOT_ELSEWHERE, f"「{placed.line.label}：{placed.line.text.strip()}」管的是整款，用于 里点的是一个分项：{named}", placed.line.content, help)


def _spared(back: str, head: Placed) -> Diagnostic:
    """W328: who is barred is just who must give back."""
    return Diagnostic(Code.REFUND_BEHIND_GATES, f"{short_name(back)} 是退回的，各款 也管到它：这里不给的，也就不用退了", head.line.content, f"写 用于：各款，除外 {short_name(back)}；原文不再追回的，用 静默：W328，理由")


def _own(placed: Placed) -> Diagnostic:
    return Diagnostic(Code.NOT_ELSEWHERE, f"「{placed.line.label}」写在 用于 之下：对谁、给多少是那一款自己的", placed.line.label_span,
                      "写到那一款的引文之下；这里另给一笔的，删去 用于", rests_on=keys.of_clause(placed.number))


def _joined(staying: list[Placed], moved: list[tuple[_WHERE, Placed]]) -> Iterator[Placed]:
    """For the whole of a clause before its own lines, where they are for all its 分项; for one of these behind them, beneath its head."""
    whole: dict[str, list[Placed]] = {}
    for (number, part), placed in moved:
        if not part:
            whole.setdefault(number, []).append(placed)
    for placed in staying:
        yield from whole.pop(placed.number, ())
        yield placed
    for lines in whole.values():
        yield from lines
    for (number, part), placed in moved:
        if part:
            head = next(x for x in staying if x.number == number and heads(x.line) == (part,))
            yield evolve(head, line=evolve(head.line))
            yield placed
