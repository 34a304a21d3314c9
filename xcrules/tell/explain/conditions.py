"""The reasons of what a claim must meet: conditions part by part, 除外, 从高 between clauses, 限次."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from xcrules.meaning import values
from xcrules.run.alternatives import told_grants
from xcrules.run.decision import Expression, Reason
from xcrules.run.ranges.abstract import Num
from xcrules.run.reference import Trace
from xcrules.run.reference.claims import GuardTrace, Item

from .formula import named, spelled
from .wording import Wording, ends, holds, span_text


def guard_reason(guard: GuardTrace, above: str, item: Item, scope: Wording) -> Reason:
    """A condition with what is true of it, whether it is met or not."""
    origin, trace = guard.guard.origin, guard.trace
    words = "" if origin.words == above else origin.words
    match origin.label:
        case "除外":
            return _exclusion(origin, words, trace, item.path, scope)
        case "从高":
            return _weighed(origin, words, trace, item.path, scope)
        case "限次":
            return _once(origin, words, guard, item, scope)
    return condition(origin.text, words, trace, item.path, scope, origin.label)


def condition(text: str, words: str, trace: Trace, at: str, scope: Wording, label: str = "") -> Reason:
    """A truth: its text, whether it holds, and the facts that settle it, part by part where it has parts."""
    term = scope.term(trace, at)
    parts = tuple(_parts(trace, term, text))
    return Reason(text, "", words, holds(trace.truth), named(term) if not parts else "", parts, label, term=term)


def _parts(trace: Trace, term: Expression, above: str) -> Iterator[Reason]:
    """The parts of a 且 or 或; one that has no text of its own in the line is spelled out."""
    if not isinstance(trace.node, values.Logic) or trace.node.op == "非":
        return
    for kid, inner in zip(trace.kids, term.kids, strict=True):
        own = own_text(kid)
        text = own if own and own != " ".join(above.split()) and own != own_text(trace) else spelled(inner)
        deeper = tuple(_parts(kid, inner, text)) if isinstance(kid.node, values.Logic) and kid.node.op != trace.node.op else ()
        yield Reason(text, "", "", holds(kid.truth), "" if deeper else named(inner), deeper, term=inner)


def own_text(trace: Trace) -> str:
    """As it stands in its line."""
    return " ".join(trace.node.span.text.split()) if trace.node.span else ""


def _exclusion(origin: values.Origin, words: str, trace: Trace, at: str, scope: Wording) -> Reason:
    """除外: met where the case is not there."""
    met = holds(trace.truth)
    said = {True: "没有这种情形", False: "有这种情形，除外", None: "还不能确定"}[met]
    term = scope.term(trace, at)
    return Reason(f"除外：{origin.text}", said, words, met, named(term), label="除外", term=term)


def idle(guard: GuardTrace, item: Item) -> bool:
    """Whether a 从高 between clauses has nothing to tell: the row is out by something else, or the other clause has nothing for what is alike."""
    if guard.guard.origin.label != "从高":
        return False
    sides = _sides(guard.trace)
    other = sides[-1].value if sides else None
    return any(g.trace.truth.no and not g.trace.truth.yes for g in item.guards if g.guard.origin.label != "从高") or (
        holds(guard.trace.truth) is True and (not isinstance(other, Num) or other.hi <= Fraction(0)))


def _weighed(origin: values.Origin, words: str, trace: Trace, at: str, scope: Wording) -> Reason:
    """从高 between clauses: what this one comes to for what is alike, and the other."""
    told = [span_text(ends(x.value)) for x in _sides(trace) if isinstance(x.value, Num)]
    said = f"本款 {told[-2]}，他款 {told[-1]}" + "，一样高，取条文在前的" * (told[-2] == told[-1]) if len(told) > 1 else ""
    return Reason(f"从高：{origin.text}", said, words, holds(trace.truth), label="从高", term=scope.term(trace, at))


def _sides(trace: Trace) -> tuple[Trace, ...]:
    """The two amounts that are held against each other, in the case that holds."""
    match trace.node:
        case values.Compare():
            return trace.kids
        case values.Logic(op="且"):
            return _sides(trace.kids[-1]) if all(k.truth.yes for k in trace.kids[:-1]) else ()
        case values.Logic(op="或"):
            return tuple(x for k in trace.kids for x in _sides(k))
    return ()


def _once(origin: values.Origin, words: str, guard: GuardTrace, item: Item, scope: Wording) -> Reason:
    """限次 of a claim or of a lifetime: what was had before."""
    met, term, trace = holds(guard.trace.truth), scope.term(guard.trace, item.path), guard.trace
    if isinstance(trace.node, values.Logic) and trace.node.op == "或":  # of a line that limits in one case
        case, trace = trace.kids
        if holds(case.truth):
            return Reason(f"限次：{origin.text}", "不是这种情形，不限", words, met, named(scope.term(case, item.path)), label="限次", term=term)
    counted = isinstance(trace.node, values.Compare)
    read = (v.field for v in values.nodes_of(guard.trace.node) if isinstance(v, values.Fact))
    base = next((f.name for f in read if f.role == "基准年度" and "年度" in origin.text), "")
    when = "本年度" if base else "以前"
    had = "、".join(grants_before(item, scope, base)) if counted else ""
    ledger = scope.history.table if scope.history is not None and counted else ""
    where = f"（{ledger}{'里没有' if item.env.facts.top.get(ledger) is not None else '未填，按没有'}）" if ledger else ""  # what stands elsewhere was not looked at
    said = {True: f"{when}没有享受过{where}", False: "本年度已经享受满次数" if base else "已经享受过", None: f"还不能确定{when}是否享受过"}[met]
    if met and had:
        said = f"{when}享受过，还没有满{'年' if re.search(r'[0-9]年', origin.text) else '次'}数"
    return Reason(f"限次：{origin.text}", said, words, met, had if counted else named(term), label="限次", term=term)


def grants_before(item: Item, scope: Wording, base: str = "") -> tuple[str, ...]:
    """Earlier grants of the claim's part in the ledger (of the year that the fact `base` tells, if any): 2022年 100万元."""
    ledger = scope.history
    rows = item.env.facts.top.get(ledger.table) if ledger is not None else None
    if ledger is None or not isinstance(rows, tuple):
        return ()
    own, year = [r for r in rows if r.get(ledger.clause) in (item.each.ledger, None)], item.env.facts.top.get(base)
    return told_grants([r for r in own if not base or r.get(ledger.year) in (year, None)], ledger)
