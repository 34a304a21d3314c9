"""Beneath which 分项 of its clause a line stands, and what cannot be said of one 分项 alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.identity import short_name
from xcrules.draft import syntax
from xcrules.draft.labels import Label
from xcrules.draft.outline import Outline, Placed
from xcrules.meaning import rules
from xcrules.meaning.governing import said_of, wholly_back

_OF_THE_WHOLE = {  # what a line does to the clause, whose total or gate is one
    syntax.Rounding: "取整管一款的合计，或它的每一项", syntax.Monthly: "按月支付的是整款：金额都写成 元/月", syntax.Fund: "总额分的是整款申请的数",
}


def heads(line: syntax.Line) -> tuple[str, ...]:
    """The 分项 that a line 分项 is of: 分项：甲、乙 goes on with two that stand above."""
    return tuple(x.strip(" 　\t，,；;。：:") for x in line.text.split("、")) if line.label == Label.PART else ()


def within(outline: Outline) -> dict[int, tuple[str, ...]]:
    """id of a line → the 分项 beneath whose head it stands; without lines that stand before the first, or beneath a head of all of them."""
    known: dict[str, set[str]] = {}
    last: dict[str, tuple[str, ...]] = {}
    found: dict[int, tuple[str, tuple[str, ...]]] = {}
    for placed in outline.lines:
        if names := heads(placed.line):
            last[placed.number] = names
            known.setdefault(placed.number, set()).update(names)
        elif placed.number in last:
            found[id(placed.line)] = placed.number, last[placed.number]
    return {i: names for i, (number, names) in found.items() if {*names} != known[number]}


def sayings_of(outline: Outline) -> tuple[rules.Saying, ...]:
    """The verbs of 表述, each with the clause or article and the 分项 beneath which it stands, before any line is read."""
    beneath = within(outline)
    return tuple(rules.Saying(body.verb.text, body.noun.text if body.noun else "", clause=x.number, within=beneath.get(id(x.line), ()))
                 for x in outline.lines if isinstance(body := x.line.body, syntax.Saying))


def not_owed(numbers: Collection[str], sayings: Collection[rules.Saying]) -> tuple[str, ...]:
    """Of clauses that are taken together without being named one by one those that are not owed back; all, where nothing else is left."""
    return tuple(n for n in numbers if not wholly_back(said_of(sayings, n))) or tuple(numbers)


def said_of_one(placed: Placed, names: tuple[str, ...]) -> Iterator[Diagnostic]:
    """A line of the whole clause beneath some of its 分项: it would govern the money of the others too."""
    line, body = placed.line, placed.line.body
    why = "各分项一起判断" if isinstance(body, syntax.Ungated) and body.also is not None else _OF_THE_WHOLE.get(type(body), "")
    if len(names) > 1 and isinstance(body, syntax.CountCap) and body.scope.whole == "合计":
        why = "限次：合计 一款只数一个次数"
    alone = isinstance(body, syntax.Fund) and body.clauses
    if names and why and not alone:
        yield Diagnostic(Code.WHOLE_IN_PART, f"「{line.label}：{line.text.strip()}」写在分项「{'、'.join(names)}」下，管的却是 {short_name(placed.number)} 整款：{why}", line.content,
                         "管整款的，写在第一个 分项 之前，或者写在一行列出全部分项的 分项：甲、乙 之下；只管这一个分项的，原文编成两款的分开写，不然写不出")
