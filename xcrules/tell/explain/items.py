"""The reasons of one claim: its conditions, the line that set its amount, its 下限 and 单项 caps, its 件数."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import reduce

from attrs import evolve

from xcrules.base.money import CENT, Unlimited, money_text
from xcrules.draft.labels import Label
from xcrules.facts.types import MONEY
from xcrules.meaning import values
from xcrules.meaning.operators import multiply
from xcrules.plan import steps
from xcrules.run.alternatives import told_grants
from xcrules.run.decision import Expression, Reason
from xcrules.run.ranges import abstract as a
from xcrules.run.ranges.abstract import Num
from xcrules.run.reference import Trace
from xcrules.run.reference.claims import GuardTrace, Item, UnitStep
from xcrules.run.reference.values import Env, evaluate

from .formula import exact, named, spelled, value_text
from .wording import ZERO, Wording, ends, figure, holds, money, most_text, span_text, to_unit, unit_reason, worked

# -- a claim ----------------------------------------------------------------------------------------------------


def item_reason(item: Item, amount: Fraction | None, has: str, outdone: str, scope: Wording) -> Reason:
    """A claim, with what it `has` (得, 应退) of the clause's amount after every cap."""
    above = item.each.origin.words
    kids = [guard_reason(g, above, item, scope) for g in item.guards if not _idle(g, item)]
    if (item.grant is not None and item.each.grant.origin.label != Label.SUBJECT) or (isinstance(item.each.grant, steps.Discretion) and item.inside.yes):  # nobody decides on a row that does not count
        kids += _grants(item, scope)
    kids += [_unit(u, item, scope) for u in item.units]
    if item.each.count is not None and item.inside.yes and item.count.known and item.count.lo != 1:
        kids.append(_count(item, scope))
    if outdone:
        kids.append(Reason("从高", outdone, holds=False))
    return Reason(scope.said(item.path) + _mark(item), _worth(item, amount, has), "", holds(item.inside), "", tuple(kids), path=item.path)


def _mark(item: Item) -> str:
    """What a row is known by to the office: its 事项标识."""
    if not item.each.is_list or not isinstance(item.each.matter, values.Fact):
        return ""
    mark = evaluate(item.each.matter, item.env).word
    return f"（{mark.value}）" if mark.value is not None else ""


def _worth(item: Item, amount: Fraction | None, has: str) -> str:
    if not item.inside.yes:
        return "不计"
    if not has:
        return "符合条件"
    if amount is not None:
        return f"{has} {money_text(amount)}"
    if not item.inside.known:
        return "还不能确定是否计入"
    settled = isinstance(item.each.grant, steps.Amount) and item.net.known and not isinstance(item.net.lo, Unlimited)
    return f"单独算 {money_text(item.net.exact)}，最后得多少还不能确定" if settled and item.net.exact >= 0 else ""  # what is cut of it is open


def _count(item: Item, scope: Wording) -> Reason:
    """多件: what one of them is worth, times how many."""
    assert item.each.count is not None
    each = item.units[-1].after if item.units else _granted(item)
    count = scope.term(evaluate(item.each.count, item.env), item.path)
    word = count.shown.lstrip("-0123456789,.万亿") or scope.counters.get(item.each.table, "件")
    if each is None or isinstance(each.lo, Unlimited):
        return Reason(f"共 {count.shown}", "", label="件数")
    product = money(item.net, op="×", kids=(money(each, f"每{word}"), count)) if item.inside.known else None
    value = span_text(ends(item.net)) if product else ""
    return Reason(f"每{word} {span_text(ends(each))} × {count.shown}", value, label="件数", term=product)


def _granted(item: Item) -> Num | None:
    if item.grant is None or isinstance(item.each.grant, steps.Discretion):
        return None
    value = item.grant.number
    return Num(max(value.lo, Fraction(0)), max(value.hi, Fraction(0)), value.needs)


# -- conditions ---------------------------------------------------------------------------------------------------


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
        own = _span_text(kid)
        text = own if own and own != " ".join(above.split()) and own != _span_text(trace) else spelled(inner)
        deeper = tuple(_parts(kid, inner, text)) if isinstance(kid.node, values.Logic) and kid.node.op != trace.node.op else ()
        yield Reason(text, "", "", holds(kid.truth), "" if deeper else named(inner), deeper, term=inner)


def _span_text(trace: Trace) -> str:
    return " ".join(trace.node.span.text.split()) if trace.node.span else ""


def _exclusion(origin: values.Origin, words: str, trace: Trace, at: str, scope: Wording) -> Reason:
    """除外: met where the case is not there."""
    met = holds(trace.truth)
    said = {True: "没有这种情形", False: "有这种情形，除外", None: "还不能确定"}[met]
    term = scope.term(trace, at)
    return Reason(f"除外：{origin.text}", said, words, met, named(term), label="除外", term=term)


def _idle(guard: GuardTrace, item: Item) -> bool:
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
    base = next((v.field.name for v in values.nodes_of(guard.trace.node) if isinstance(v, values.Fact) and v.field.role == "基准年度"), "") if "年度" in origin.text else ""
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
    return told_grants([r for r in rows if r.get(ledger.clause) in (item.each.ledger, None) and (not base or r.get(ledger.year) in (item.env.facts.top.get(base), None))], ledger)


# -- amounts --------------------------------------------------------------------------------------------------------


def _grants(item: Item, scope: Wording) -> list[Reason]:
    grant = item.each.grant
    if isinstance(grant, steps.Discretion):
        return [_award(grant, item, scope)]
    trace = item.grant
    assert trace is not None
    brought = trace
    for _ in range({"截尾": 2, "四舍五入": 3, "进位": 4}[grant.rounded.mode] if grant.rounded is not None else 0):  # as plan/claims wraps it
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
        kids.append(Reason("标准与加给合计" if any(o.label == Label.ADDITION for o, _ in added) else "各行标准合计", value_text(whole.value, MONEY), label="合计", term=scope.term(whole, item.path)))
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
    return Reason(f"{origin.label}：{origin.text}", value_text(whole.value, MONEY), origin.words, any(not t.truth.no for t in tests) or None, named(term), asked, origin.label, term=term)


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
    return Reason(_span_text(test) or "所说的情形", "", "", holds(test.truth), named(tested), term=tested)


def _addition(origin: values.Origin, pick: Trace, item: Item, scope: Wording) -> Reason:
    value = pick.kids[1] if _can(pick) else None
    return _exception(origin, pick.kids[0], value, item, scope)


def _unit(unit: UnitStep, item: Item, scope: Wording) -> Reason:
    """下限 or 单项 cap: the amount before, the bound, and the amount after."""
    if isinstance(unit.step, steps.Floor) and isinstance(item.each.grant, steps.Discretion):
        return _least_award(unit, item, scope)
    origin, earlier, later = unit.step.origin, unit.before, unit.after
    if (recorded := _recorded(item)) is not None:
        earlier, later = a.least(recorded, earlier), a.least(recorded, later)
    before, after = span_text(ends(earlier)), span_text(ends(later))
    made_up = isinstance(unit.step, steps.Cap) and unit.step.ceiling is None
    if isinstance(unit.step, steps.Floor):
        bound, verdict, op, what = scope.term(unit.trace, item.path), "没有低于", "较大", "保底前"
    else:
        bound, verdict, op, what = room(unit.step, unit.before, unit.limit, [(item.env, item.path)], scope), "不减" if made_up else "没有超过", "较小", "封顶前"
    if isinstance(unit.limit.lo, Unlimited):
        verdict = "这里没有上限"
    whole: Expression | None = None
    if isinstance(later.lo, Unlimited):  # nothing has bound it yet: no figure
        value = verdict
    elif isinstance(earlier.lo, Unlimited):
        value, whole = most_text(ends(later)), bound
    else:
        value = f"{before}，{verdict}" if earlier == later else f"{before} → {after}"
        whole = bound if made_up else money(later, op=op, kids=(money(earlier, what), bound))
    note, kids = worked(bound)
    return Reason(f"{origin.label}：{origin.text}", value, origin.words, None, note, kids, origin.label, term=whole)


def _least_award(unit: UnitStep, item: Item, scope: Wording) -> Reason:
    """下限 under 裁量: what was recorded is brought up to it; a recorded 0 is a refusal."""
    origin, bound = unit.step.origin, scope.term(unit.trace, item.path)
    recorded = item.grant.value if item.grant is not None and item.undetermined.no else None
    told = Reason(f"{origin.label}：{origin.text}", "", origin.words, None, named(bound), label=origin.label)
    if not isinstance(recorded, Num) or not unit.limit.known:
        return evolve(told, value=f"核定的不少于 {span_text(ends(unit.limit))}")
    if not recorded.can_be_positive:
        return evolve(told, value="核定为 0 是不给，不补到下限")
    least = unit.limit
    if item.each.count is not None:
        least = a.num(multiply(unit.limit.lo, item.count.lo), multiply(unit.limit.hi, item.count.hi), item.count.needs)
        bound = money(least, op="×", kids=(bound, scope.term(evaluate(item.each.count, item.env), item.path)))
    after = a.most(recorded, least)
    value = f"{span_text(ends(recorded))}，没有低于" if after == recorded else f"{span_text(ends(recorded))} → {span_text(ends(after))}"
    return evolve(told, value=value, term=money(after, op="较大", kids=(money(recorded, "核定"), bound)))


def _recorded(item: Item) -> Num | None:
    """元 that an authority recorded for one piece, no less than 下限; None where it is open, or nobody's to say."""
    value = item.grant.value if item.grant is not None and item.undetermined.no and isinstance(item.each.grant, steps.Discretion) else None
    one = item.count.known and item.count.lo == 1
    if not one or not isinstance(value, Num) or not value.known or value.na:
        return None
    floors = [x.limit for x in item.units if isinstance(x.step, steps.Floor)] if value.can_be_positive else []
    return reduce(a.most, floors, value)


def room(cap: steps.Cap, before: Num, limit: Num, homes: list[tuple[Env, str]], scope: Wording) -> Expression:
    """可用: what a cap leaves, its ceiling less what was used; of several claims the lowest ceiling, the highest use.

    Without a ceiling (已得补差) it is what there was before, less what was had.
    """
    down = Expression("数", exact(CENT), unit=str(MONEY))
    ceilings = [scope.term(evaluate(cap.ceiling, e), at) for e, at in homes] if cap.ceiling is not None else []
    uses = [scope.term(evaluate(cap.used, e), at) for e, at in homes] if cap.used is not None else []
    if limit.lo != limit.hi and any(t != terms[0] for terms in (ceilings, uses) for t in terms):
        return money(limit, "可用")  # which of the claims count is open, and so whose ceiling and use
    ceiling = _one("最低", ceilings) if ceilings else None
    used = _one("最高", uses) if uses else None
    whole = figure("向下取", (ceiling, down)) if ceiling is not None else money(before, "补差前")
    if used is None:
        return money(limit, "可用", op="较大", kids=(whole, ZERO))
    left = figure("-", (whole, used))
    left = figure("向下取", (left, down)) if ceiling is not None else left
    return money(limit, "可用", op="较大", kids=(left, ZERO))


def _one(op: str, terms: list[Expression]) -> Expression:
    """One term for several claims of one group."""
    return terms[0] if all(t == terms[0] for t in terms) else figure(op, tuple(terms))
