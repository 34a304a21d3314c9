"""Members that the amounts of a part tell apart and its conditions leave out: an arm that is never come to (W338)."""

from __future__ import annotations

from collections.abc import Iterator

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.source import canonical
from xcrules.draft import syntax

from .members import mentioned
from .passages import Passage


def idle_arms(passages: list[Passage]) -> Iterator[Diagnostic]:
    """Of every part of a clause: what the law names, a table has and no 条件 lets through."""
    for part in dict.fromkeys(p.part for p in passages):
        own = [p for p in passages if p.part == part]
        words = "。".join(p.words for p in own)
        asked = [(x, line) for p in own for line in p.lines if not line.tags for x in asked_of(line.body)]
        for one, line in asked:
            assert isinstance(one.value, syntax.Name)
            named = {m for x, _ in asked if x.value == one.value for m in _names(x.members)}
            arms = {m: None for p in own for other in p.lines for m in _keys(p, other, one.value.text)}
            lost = [m for m in mentioned(words, tuple(arms)) if m not in named]
            if lost and named & set(arms):
                right = "、".join([*_names(one.members), *lost])
                yield Diagnostic(Code.LAW_NAMES_OTHERWISE, f"「{'、'.join(lost)}」原文说到，下面也定了数，这里没有写：永远用不到", line.span_of(one.at),
                                 f"补上：{one.value.text} 为 {right}；确实不算的，删去那一格，或用 静默：W338，理由")


def asked_of(body: object) -> list[syntax.Among]:
    """What must be one of some members, whatever else holds."""
    parts = (body.value,) if isinstance(body, syntax.Condition) else body.conditions if isinstance(body, syntax.Subject) else ()
    every = [x for part in parts for x in (part.parts if isinstance(part, syntax.All) else (part,))]
    return [x for x in every if isinstance(x, syntax.Among) and not x.negated and isinstance(x.value, syntax.Name)]


def _names(members: tuple[syntax.Expr, ...]) -> list[str]:
    return [m.text for m in members if isinstance(m, syntax.Name)]


def _keys(passage: Passage, line: syntax.Line, field: str) -> Iterator[str]:
    """The members of a field by which a line tells amounts apart."""
    for node in passage.nodes_of(line):
        if isinstance(node, syntax.Pick) and node.key.text == field:
            yield from (k.text for arm in node.arms for k in arm.keys if isinstance(k, syntax.Name) and k.text != "其他")
    if isinstance(line.body, syntax.Lookup):
        columns = [i for i, key in enumerate(line.body.keys) if key.name.text == field]
        yield from (m for i in columns for row in line.rows[1:] if i < len(row.values) for m in canonical(row.values[i]).replace(" ", "").split("、") if m != "其他")
