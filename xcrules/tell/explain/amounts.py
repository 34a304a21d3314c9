"""The reasons of what a claim is given: 标准 and its 例外, 加给, 减征, or 裁量."""

from __future__ import annotations

from fractions import Fraction

from xcrules.draft.labels import Label
from xcrules.facts.types import MONEY
from xcrules.meaning import values
from xcrules.plan import steps
from xcrules.run.decision import Expression, Reason
from xcrules.run.ranges.abstract import Num
from xcrules.run.reference import Trace
from xcrules.run.reference.claims import Item

from .conditions import own_text
from .formula import named, value_text
from .wording import ZERO, Wording, ends, holds, money, span_text, to_unit, unit_reason, worked


def grants(item: Item, scope: Wording) -> list[Reason]:
    """The line that sets the amount of a claim, and those that change it."""
    grant = item.each.grant
    if isinstance(grant, steps.Discretion):
        return [_award(grant, item, scope)]
    trace = item.grant
    assert trace is not None
    brought = trace
    for _ in range({"截尾": 2, "四舍五入": 3, "进位": 4}[grant.rounded.mode] if grant.rounded is not None else 0):  # as plan/standard wraps it
        trace = trace.kids[isinstance(trace.node, values.Arith) and trace.node.op == "-"]
    whole, less = trace, list[tuple[values.Origin, list[Trace], Trace]]()
    for origin in reversed(grant.reliefs):
        inner, tests = _before_relief(whole, origin)
        less, whole = [(origin, tests, whole), *less], inner
    trace, added = whole, list[tuple[values.Origin, Trace]]()
    for origin in reversed(grant.additions):
        trace, extra = trace.kids
        added.insert(0, (origin, extra))
    first = [_addition(grant.origin, trace, item, scope)] if grant.parted else _standard(grant, trace, item, scope)
    kids = first + [_addition(o, t, item, scope) for o, t in added]
    if any(_can(t) for _, t in added):
        what = "标准与加给合计" if any(o.label == Label.ADDITION for o, _ in added) else "各行标准合计"
        kids.append(Reason(what, value_text(whole.value, MONEY), label="合计", term=scope.term(whole, item.path)))
    for origin, tests, whole in less:
        kids.append(_relief(origin, tests, whole, item, scope))
    term, value = scope.term(whole, item.path), brought.number
    if grant.rounded is not None:
        term = to_unit(grant.rounded, value, term)
        kids.append(unit_reason(grant.rounded, span_text(ends(value)), term))
    if value.lo < Fraction(0) and grant.both:
        kids.append(_turned(value, term))
    elif value.lo < Fraction(0):
        above = Num(max(value.lo, Fraction(0)), max(value.hi, Fraction(0)))
        kids.append(Reason("低于 0元 的按 0元 计", span_text(ends(above)), term=money(above, op="较大", kids=(term, ZERO))))
    return kids


def _turned(value: Num, term: Expression) -> Reason:
    """Below 0 it is owed the other way: how far below."""
    other = money(Num(-value.hi, -value.lo, value.needs), op="-", kids=(ZERO, term))
    either = Num(max(value.lo, -value.hi), max(value.hi, -value.lo), value.needs)
    size = Num(max(either.lo, Fraction(0)), either.hi, value.needs)
    term = money(size, op="较大", kids=(ZERO, money(either, op="较大", kids=(term, other))))
    return Reason("低于 0元 的，反方向计", span_text(ends(size)), term=term)


def _before_relief(trace: Trace, origin: values.Origin) -> tuple[Trace, list[Trace]]:
    """What a line of 减征 takes from, and the tests of its cases (as plan/claims writes it)."""
    cases: list[Trace] = []
    while isinstance(trace.node, values.Arith) and trace.node.op == "较小" and trace.node.span == origin.span:
        trace, cases = trace.kids[0], [trace.kids[1], *cases]
    kept = [x.kids[0] if isinstance(x.node, values.Arith) and x.node.op == "较大" else x for x in (trace, *cases)]
    return kept[0].kids[0], [x.kids[1].kids[0] for x in kept]


def _relief(origin: values.Origin, tests: list[Trace], whole: Trace, item: Item, scope: Wording) -> Reason:
    """减征: what there is after it; not known to hold, it is a range."""
    if not any(t.truth.yes for t in tests):
        return _exception(origin, tests[0], None, item, scope)
    term, asked = scope.term(whole, item.path), tuple(_asked(t, item, scope) for t in tests)
    met = any(not t.truth.no for t in tests) or None
    return Reason(f"{origin.label}：{origin.text}", value_text(whole.value, MONEY), origin.words, met, named(term), asked, origin.label, term=term)


def _can(pick: Trace) -> bool:
    return pick.kids[0].truth.yes


def _award(grant: steps.Discretion, item: Item, scope: Wording) -> Reason:
    trace = item.grant
    if trace is None:
        return Reason(f"裁量：{grant.origin.text}", "另由主管部门核定", grant.origin.words, label="裁量")
    held = item.undetermined.yes and not item.undetermined.no
    term = scope.term(trace, item.path)
    value = "还没有核定" if held else value_text(trace.value, MONEY)
    return Reason(f"裁量：{grant.origin.text}", value, grant.origin.words, label="裁量", term=None if held else term)


def _standard(grant: steps.Amount, trace: Trace, item: Item, scope: Wording) -> list[Reason]:
    """The 标准 and its 例外: the one that set the amount has the figure, the others say why not."""
    told: list[Reason] = []
    floored = bool(grant.exceptions) and isinstance(trace.node, values.Arith)  # what an addition stands on is not below 0
    whole, trace = trace, trace.kids[0] if floored else trace
    rest: Trace | None = trace
    parts = iter(trace.kids)
    for origin in grant.exceptions:
        test = next(parts)
        told.append(_exception(origin, test, next(parts) if test.truth.yes else None, item, scope))
        rest = None
        if not test.truth.no:
            break
    else:
        rest = next(parts) if grant.exceptions else trace
    standard = grant.origin
    first = _line(standard, rest, item, scope) if rest is not None else Reason(f"标准：{standard.text}", "由例外代替", standard.words, label="标准")
    if any(r.holds is None for r in told):
        told.append(Reason("例外是否成立未定", value_text(trace.value, MONEY), label="合计", term=scope.term(trace, item.path)))
    if floored and trace.number.lo < Fraction(0):
        told.append(Reason("低于 0元 的按 0元 计", span_text(ends(whole.number)), term=scope.term(whole, item.path)))
    return [first, *told]


def _line(origin: values.Origin, trace: Trace, item: Item, scope: Wording) -> Reason:
    term = scope.term(trace, item.path)
    value = "" if term.op == "数" else value_text(trace.value, MONEY)
    note, kids = worked(term)
    return Reason(f"{origin.label}：{origin.text}", value, origin.words, None, note, kids, origin.label, term=term)


def _exception(origin: values.Origin, test: Trace, value: Trace | None, item: Item, scope: Wording) -> Reason:
    text, asked = f"{origin.label}：{origin.text}", _asked(test, item, scope)
    if value is None:
        return Reason(text, "不适用于此", origin.words, False, "", (asked,), origin.label)
    term = scope.term(value, item.path)
    shown = value_text(value.value, MONEY)
    said = shown if not test.truth.no else f"若成立，{shown}"
    note, kids = worked(term)
    return Reason(text, said, origin.words, holds(test.truth), note, (asked, *kids), origin.label, term=term)


def _asked(test: Trace, item: Item, scope: Wording) -> Reason:
    """Whether the case is there, that a line is for."""
    tested = scope.term(test, item.path)
    return Reason(own_text(test) or "所说的情形", "", "", holds(test.truth), named(tested), term=tested)


def _addition(origin: values.Origin, pick: Trace, item: Item, scope: Wording) -> Reason:
    value = pick.kids[1] if _can(pick) else None
    return _exception(origin, pick.kids[0], value, item, scope)
