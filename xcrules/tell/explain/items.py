"""The reasons of one claim: its conditions, the line that set its amount, its 下限 and 单项 caps, its 件数."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce

from attrs import evolve

from xcrules.base.money import CENT, Unlimited, money_text
from xcrules.draft.labels import Label
from xcrules.facts.types import MONEY
from xcrules.meaning import values
from xcrules.meaning.operators import multiply
from xcrules.plan import steps
from xcrules.run.decision import Expression, Reason
from xcrules.run.ranges import abstract as a
from xcrules.run.ranges.abstract import Num
from xcrules.run.reference.claims import Item, UnitStep
from xcrules.run.reference.values import Env, evaluate

from .amounts import grants
from .conditions import guard_reason, idle
from .formula import exact, named
from .wording import ZERO, Wording, ends, figure, holds, money, most_text, span_text, worked

# -- a claim ----------------------------------------------------------------------------------------------------


def item_reason(item: Item, amount: Fraction | None, has: str, outdone: str, scope: Wording) -> Reason:
    """A claim, with what it `has` (得, 应退) of the clause's amount after every cap."""
    above = item.each.origin.words
    kids = [guard_reason(g, above, item, scope) for g in item.guards if not idle(g, item)]
    grant = item.each.grant
    awarded = isinstance(grant, steps.Discretion) and item.inside.yes  # nobody decides on a row that does not count
    if awarded or (item.grant is not None and grant.origin.label != Label.SUBJECT):
        kids += grants(item, scope)
    kids += [unit_step(u, item, scope) for u in item.units]
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


# -- bounds of one claim --------------------------------------------------------------------------------------------


def unit_step(unit: UnitStep, item: Item, scope: Wording) -> Reason:
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
