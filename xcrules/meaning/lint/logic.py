"""且, 或 and 非 of a line, held against those of its quote (W338)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.draft.labels import Group, Label, card_of

from .numbers import same
from .passages import Passage, finding, places_of, shared
from .phrases import BOTH, EITHER, JOINED, LISTED, OLD, OTHERS, joins, refuses, says, spoken_of_refusal, stopped, stops

_Part = tuple[syntax.Expr, syntax.Line]
_MOST = 64  # parts that are held against each other: each is looked for in the whole line and the whole quote


def logic_of(passages: list[Passage], above: list[syntax.Quote], flags: set[str]) -> Iterator[Diagnostic]:
    """Of every line of a clause; `above` are the quotes of its lead, `flags` what is 是 or 否 in the policy."""
    told = "。".join([*(canonical(q.words) for q in above), *(p.words for p in passages)])
    for passage in passages:
        yield from _both(passage)
        yield from _summed(passage)
        yield from _either(passage, told)
        stopping = any(stops(canonical(q.words)) for q in above)
        yield from () if not stopping and any(spoken_of_refusal(q.words) for q in above) else _negated(passage, flags, stopping)


def _text(part: syntax.Expr, line: syntax.Line) -> str:
    return canonical(line.text)[part.at[0] : part.at[1]]


# -- 甲，乙 where the law says 甲或乙 -----------------------------------------------------------------------


def _both(passage: Passage) -> Iterator[Diagnostic]:
    """甲，乙 where the law says 甲或乙; 甲 不低于 50%，乙 不低于 50% where it says 甲50%以上，或乙50%以上."""
    for one, other in _together(passage) if "或" in passage.words else ():
        named = _names_with_or(passage, one[0], other[0]) or _name_or_number(passage, one, other)
        if named or _numbers_with_or(passage, one, other) or _numbers_with_or(passage, other, one):
            first, second = (_text(part, line) for part, line in (one, other))
            place = other[1].span_of((one[0].at[0] if one[1] is other[1] else other[0].at[0], other[0].at[1]))
            yield finding(Code.LAW_NAMES_OTHERWISE, f"这里要「{first}」和「{second}」都成立，原文说的是或", place, f"改为 {first} 或 {second}")


def _together(passage: Passage) -> Iterator[tuple[_Part, _Part]]:
    """Conditions beside each other that must both hold: in one line, or in one 条件 and the next."""
    for line in passage.lines:
        nodes = passage.nodes_of(line)
        chosen = _chosen(nodes) | _under_no(nodes)  # 非 （甲 且 乙） is 非甲或者非乙
        yield from (((a, line), (b, line)) for node in nodes if id(node) not in chosen for a, b in pairwise(_all_of(node)))
    asked = [(_all_of(x.body.value) or (x.body.value,), x) for x in passage.lines if isinstance(x.body, syntax.Condition) and not x.tags]
    yield from (((one[-1], line), (other[0], next_line)) for (one, line), (other, next_line) in pairwise(asked))


def _chosen(nodes: list[object]) -> set[int]:
    """What stands within a part of an 或: it says one way among several, whatever the law joins them by."""
    chains = (node for node in nodes if isinstance(node, syntax.Chain) and "或" in node.joins)
    return {id(x) for chain in chains for part in chain.parts for x in syntax.pieces_of(part)}


def _under_no(nodes: list[object]) -> set[int]:
    """What stands beneath an odd number of 非."""
    under: set[int] = set()
    for node in nodes:
        under ^= {id(x) for x in syntax.pieces_of(node.part)} if isinstance(node, syntax.Not) else set()
    return under


def _all_of(node: object) -> tuple[syntax.Expr, ...]:
    together = isinstance(node, syntax.All) or (isinstance(node, syntax.Chain) and "或" not in node.joins)
    return node.parts[:_MOST] if together else ()  # type: ignore[attr-defined]  # both have parts


def _names_with_or(passage: Passage, one: syntax.Expr, other: syntax.Expr) -> bool:
    if not (isinstance(one, syntax.Name) and isinstance(other, syntax.Name)):
        return False
    left = _piece(one.text, passage.words)
    behind = re.match("[^,。;]{0,4},?或者?([^,。;、]{0,12})", passage.words[left[1] :]) if left else None
    return behind is not None and shared(canonical(other.text), behind[1]) > 1


def _name_or_number(passage: Passage, one: _Part, other: _Part) -> bool:
    """境内有住所，或者……居住满183天."""
    left = _piece(one[0].text, passage.words) if isinstance(one[0], syntax.Name) else None
    places = _where(*other, passage) if left is not None and isinstance(other[0], syntax.Compare) else []
    return any(left[1] <= at[0] and re.fullmatch(",?或者?[^,。;、]*", passage.words[left[1] : at[0]]) for at in places if left)


def _summed(passage: Passage) -> Iterator[Diagnostic]:
    """甲 ＋ 乙 where the law says 甲或者乙."""
    for line in passage.lines:
        for node in passage.nodes_of(line):
            if isinstance(node, syntax.Binary) and node.operator == "+" and isinstance(node.right, syntax.Name):
                one = node.left.right if isinstance(node.left, syntax.Binary) else node.left
                if isinstance(one, syntax.Name) and re.search(f"{re.escape(canonical(one.text))}、?或者?{re.escape(canonical(node.right.text))}", passage.words):
                    yield finding(Code.LAW_NAMES_OTHERWISE, f"这里把「{one.text}」和「{node.right.text}」相加，原文说的是或", line.span_of((one.at[0], node.right.at[1])), f"改为 孰高（{one.text}、{node.right.text}），或只取一样")


_OR_BEGINS = re.compile("[^,、。;或且并和及]{0,3}(?:[及和]?以[上下内][^,、。;或且并和及]{0,6})?[,、]?或者?(?!以)[^。;]{2}")  # 50%以上，或产值……, no 5年或以上


def _numbers_with_or(passage: Passage, one: _Part, other: _Part) -> bool:
    """Whether the law says the number of the one and then, behind 或, that of the other."""
    left, right = (passage.numbers_of(line, part.right.at) if isinstance(part, syntax.Compare) else [] for part, line in (one, other))
    return len(left) == len(right) == 1 and any(
        same(a, left[0]) and same(b, right[0]) and _OR_BEGINS.match(passage.words[a.at[1] : b.at[0]]) is not None
        for a, b in pairwise(passage.numbers)
    )


# -- 甲 或 乙 where the law says both ------------------------------------------------------------------------


def _either(passage: Passage, told: str) -> Iterator[Diagnostic]:
    """甲 或 乙 where the law has 且 between them, or where it nowhere has a word that lets one be chosen."""
    for line in passage.lines:
        if not isinstance(line.body, syntax.Condition | syntax.Subject):
            continue
        nodes = passage.nodes_of(line)
        denied = _under_no(nodes)
        for node in nodes:
            chain = isinstance(node, syntax.Chain) and id(node) not in denied and "且" not in node.joins and len(node.parts) <= _MOST
            for one, other in pairwise(node.parts) if chain else ():  # type: ignore[attr-defined]
                if any(isinstance(x, syntax.All | syntax.Chain | syntax.Not) for x in (one, other)):
                    continue  # a case of its own
                places = _where(one, line, passage), _where(other, line, passage)
                pairs = ((a, [b for b in right if a < b]) for left, right in (places, places[::-1]) for a in left)
                ways = [passage.words[a[1] : min(after)[0]] for a, after in pairs if after]
                wrong = all(_asks_both(x, passage.words) for x in ways[: len(places[0])]) if ways else EITHER not in joins(JOINED, told)
                if wrong and not _one_kind(_text(one, line), _text(other, line), passage.words):
                    first, second = _text(one, line), _text(other, line)
                    yield finding(Code.LAW_NAMES_OTHERWISE, f"这里「{first}」和「{second}」有一样就够，原文没有说或", line.span_of((one.at[0], other.at[1])), f"改为 {first}，{second}")


def _one_kind(one: str, other: str, words: str) -> bool:
    """Whether the law says but what two names end in: 总部企业 are 新引进总部 and 存量总部."""
    ending = one[len(one) - next((i for i, (a, b) in enumerate(zip(one[::-1], other[::-1], strict=False)) if a != b), 0) :]
    return len(ending) > 1 and ending in words and one not in words and other not in words


def _asks_both(between: str, words: str) -> bool:
    said = joins(JOINED, between)  # of two sentences each may stand alone, and of two to whom something is given
    if EITHER in said or re.search("[。;]|享受|给予|[补奖][贴助励]", between):
        return False
    return BOTH in said or (LISTED not in said and EITHER not in joins(JOINED, words))


def _where(part: syntax.Expr, line: syntax.Line, passage: Passage) -> list[tuple[int, int]]:
    """Where the law says a part of a condition: by its number, or by its name where it says it once."""
    if isinstance(part, syntax.Compare):
        own = passage.numbers_of(line, part.right.at)
        return [law.at for law in passage.saying(own[0])] if len(own) == 1 else []
    names = [x.text for x in syntax.pieces_of(part) if isinstance(x, syntax.Name)] if isinstance(part, syntax.Name | syntax.Among) else []
    place = _piece(names[-1], passage.words) if names else None
    return [place] if place else []


def _piece(name: str, words: str) -> tuple[int, int] | None:
    """Where the law says a name, or what is most of it, if it says it once."""
    name = canonical(name)
    for size in range(len(name), max(len(name) * 3 // 5, 2) - 1, -1):
        for piece in (name[i : i + size] for i in range(len(name) - size + 1)):
            if words.count(piece) == 1:
                return words.index(piece), words.index(piece) + size
    return None


_GIVEN_BACK = re.compile("退回|追回|收回|返还|追缴|缴回")


# -- 非 ------------------------------------------------------------------------------------------------------


def _negated(passage: Passage, flags: set[str], stopping: bool) -> Iterator[Diagnostic]:
    """甲 where the law only says 非甲, 非 甲 where it only says 甲; the other way round for what stops something (of all passages beneath a lead: `stopping`)."""
    if any(x.label == Label.SAYING and _GIVEN_BACK.match(x.text.strip()) for x in passage.quote.lines):
        return  # 弄虚作假的取消资格，并退回: what stops the one has the other given back
    for line in passage.lines:
        nodes = passage.nodes_of(line)
        under = _under_no(nodes)
        opposite, chosen = line.label == Label.EXCLUSION, _chosen(nodes)
        for node in nodes:
            if not isinstance(node, syntax.Name) or node.text not in flags:
                continue
            refused = (id(node) in under) != opposite
            stops_here = stopping or any(stopped(passage.words, at) for at in places_of(node.text, passage.words))
            said = _as_law(node.text, passage.words, stopping, in_part=not opposite)
            if (said == {not refused} and (stops_here or id(node) not in chosen)
                and not _other_way(node.text, id(node) in under, line, passage)
                and not (refused and _another_case(node.text, line, passage.words))):
                right = node.text if refused != opposite else f"非 {node.text}"
                help = "这一行的 条件 改为 除外" if stops_here and not refused and line.label == Label.CONDITION else f"改为 {right}"
                yield finding(Code.LAW_NAMES_OTHERWISE, f"这里{'不要' if refused else '要'}「{node.text}」，原文{'要' if refused else '说这样就停' if stops_here else '不要'}", line.span_of(node.at), help)
                if stops_here:
                    break  # the line as a whole is the wrong way round


_BORROWED = ("按", "按照", "参照", "比照")  # 按主导制定的30%: whose standard it is, not whom it is for


def _as_law(name: str, words: str, stopping: bool, in_part: bool) -> set[bool]:
    """Whether the law refuses what it names, at each place where it names it."""
    places = (at for at in places_of(name, words) if not words[: at[0]].endswith(_BORROWED))
    said = {x for at in places for x in refuses(words, at, stopping=stopping)}
    run_on = words.replace("、", "")
    if not said and in_part and (place := _piece(name, run_on)) and place[1] - place[0] > 2:  # 在南沙区注册, 石油、天然气以外的
        said = refuses(run_on, place, stopping=stopping)
    if any(f"{name[:at]}无{name[at + 1 :]}" in words for at, x in enumerate(name) if x == "有"):  # 无责任 is not 有责任
        return {True, *([False] if canonical(name) in words else [])}
    if not said and name.startswith("新") and says(OLD, words):
        return {True}  # 现有企业 is not 新设
    return {*said, True} if any(name[:at] + no + name[at:] in words for at in range(1, len(name)) for no in ("不", "未", "没有")) else said  # 注册地不在南沙


def _another_case(name: str, line: syntax.Line, words: str) -> bool:
    """减半：非 主导 where the law says 主导的奖励50万元；参与的减半, or ，其他减半: what the line says of the others, the law says behind."""
    card = card_of(line.label)
    of_case = card.group is Group.GIVES and not card.grants and not card.table
    return of_case and re.search(f";[^;。]|[,。](?:{OTHERS.pattern})", words[words.rfind(canonical(name)) :]) is not None


def _other_way(name: str, under: bool, line: syntax.Line, passage: Passage) -> bool:
    """Whether another line beneath the quote says it the other way round: 新设 here and 非 新设 there are two cases."""
    for other in passage.lines:
        if other is not line:
            nodes = passage.nodes_of(other)
            negated = _under_no(nodes)
            if any(isinstance(x, syntax.Name) and x.text == name and (id(x) in negated) != under for x in nodes):
                return True
    return False
