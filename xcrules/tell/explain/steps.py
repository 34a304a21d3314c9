"""The reasons of steps on several claims: 从高, 竞合, 上限 and 限次, 取整, 拨付.

The reasons of a clause over a list too long to be told item by item: the first items, and of all of them the sums.

What somebody asks of a hundred thousand items is how many count and what they come to, what the others fail, which caps cut how much:
that is told from the whole numbers of the decision. Where each of them stands is said; none is left out of a figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import assert_never

from attrs import evolve

from xcrules.base.identity import short_name
from xcrules.base.money import Unlimited, brought_to, due_years, money_text
from xcrules.base.spoken import spoken_group
from xcrules.facts.types import MONEY
from xcrules.meaning import values
from xcrules.meaning.inlining import columns_read
from xcrules.plan import steps
from xcrules.run.alternatives import MOST_GRANTS
from xcrules.run.decision import ClauseDecision, Expression, Reason
from xcrules.run.ranges.abstract import Num, point
from xcrules.run.ranges.asks import Items
from xcrules.run.ranges.groups import Bundle, ClauseState, Told, awarded_of, awards_of
from xcrules.run.reference import Evidence
from xcrules.run.reference.claims import Item
from xcrules.run.results import DISCRETION, ELSEWHERE, EXHAUSTED, GRANTED, PENDING, POOLED, REFUSED, CapResult, Conflict, ItemResult

from .conditions import condition
from .formula import exact, named
from .items import room
from .wording import BROUGHT, ZERO, Wording, ends, money, most_text, span_text, to_unit, unit_reason

NOTHING = (Fraction(0), Fraction(0))
MOST_SAID = 5  # items of which a sentence gives the names


def outdone(told: tuple[Told, ...], scope: Wording) -> dict[int, str]:
    """Of each claim that lost to a higher one: which."""
    found: dict[int, str] = {}
    for step in told:
        if isinstance(step.step, steps.Highest) and step.kept is not None:
            best = _said(step.kept, step.whole, scope)
            kept = {id(i) for i in step.kept.items}
            group = f"「{name}」" if (name := spoken_group(step.group)) else ""
            which = "全部" if isinstance(step.step.key, values.Literal) else f"{'同一' * bool(columns_read(step.step.key))}{_what(step.step)}{group}"
            few = "一" if step.step.take == 1 else f" {step.step.take} "
            found |= {id(i): f"{which}{'连同以前得过的' if step.step.had is not None else ''}只取{few}项，取 {best}，本项不计" for i in step.whole.items if id(i) not in kept}
    return found


def _what(best: steps.Highest) -> str:
    return f" {columns} " if (columns := columns_read(best.key)) else "" if isinstance(best.key, values.Together) else "事项"


def step_reasons(clause: ClauseDecision, evidence: Evidence, scope: Wording) -> Iterator[Reason]:
    """Every step in the order in which it was applied, then bounds over several clauses."""
    state = evidence.state
    for told in state.told if state else ():
        match told.step:
            case steps.Highest():
                yield _best(told, told.step, scope)
            case steps.Against():
                assert isinstance(told.result, Conflict)
                yield conflict_reason(told.result, told.step)
            case steps.Cap():
                assert isinstance(told.result, CapResult)
                if told.step.period == steps.SHARE and isinstance(told.result.limit[1], Unlimited):
                    continue  # nothing is given yet
                yield _cap(told.result, told, told.step, evidence, scope)
            case _:
                assert_never(told.step)
    for cap in clause.caps[len(state.caps) if state else 0 :]:
        yield only_one(cap, clause) if cap.label == "从高" else shared_cap(cap, clause)


def _best(told: Told, best: steps.Highest, scope: Wording) -> Reason:
    group = "全部" if isinstance(best.key, values.Literal) else f"{_what(best).strip()} {spoken_group(told.group)}".strip()
    if told.kept is None:
        return Reason(f"{best.origin.label}：{best.origin.text}（{group}）", "有事实未知，还不能确定取哪一项", best.origin.words, label="从高")
    stay = {id(i) for i in told.kept.items}
    kids = tuple(_claim(b, all(id(i) in stay for i in b.items), told.whole, scope) for b in told.whole.kids)
    value = "取 " + _said(told.kept, told.whole, scope)
    tops = tuple(money(b.net, _said(b, told.whole, scope)) for b in told.whole.kids)
    term = money(told.kept.net, op="最高", kids=tops) if best.rank is None and best.take == 1 else None
    return Reason(f"{best.origin.label}：{best.origin.text}（{group}）", value, best.origin.words, None, "", kids, "从高", term=term)


def _said(bundle: Bundle, whole: Bundle, scope: Wording) -> str:
    """人才第1名; of one of several 分项 with its name: the same row may stand in each."""
    part = f"（{next(iter(bundle.parts))}）" if len(whole.parts) > 1 and len(bundle.parts) == 1 else ""
    more = f" 等 {len(bundle.items)} 项" if len(bundle.items) > MOST_SAID else ""
    return "、".join(scope.said(i.path) + part for i in bundle.items[:MOST_SAID]) + more


def _claim(bundle: Bundle, kept: bool, whole: Bundle, scope: Wording) -> Reason:
    said, waiting = _said(bundle, whole, scope), bundle.open.yes and any(i.undetermined.yes for i in bundle.items)
    amount = "金额待核定" if isinstance(bundle.net.lo, Unlimited) else f"{'还没有核定，至多 ' if waiting else ''}{span_text(ends(bundle.net))}"
    return Reason(said, f"{amount}，{'取这一项' if kept else '不计'}", holds=kept, path=bundle.items[0].path if bundle.items else "")


def conflict_reason(x: Conflict, rule: steps.Against) -> Reason:
    """竞合: what is claimed of a matter, what was received or could be had elsewhere, what is left."""
    parts = [f"本款 {span_text(x.before)}"]
    parts += [f"其他政策{rule.received} {span_text(x.received)}"] if x.received != NOTHING else []
    parts += [f"其他政策{rule.rival} {span_text(x.rival)}"] if x.rival != NOTHING else []
    if x.before == x.after:
        value = f"{span_text(x.before)}，{'不减' if _told(x) else '减不减还不能确定'}"
    elif x.rival != NOTHING and x.after == NOTHING:
        value = f"{span_text(x.before)} → 0元（他项更高，不重复）" if x.rival[0] > x.before[1] else f"{span_text(x.before)} → 0元"
    else:
        value = f"减去已得后 {span_text(x.before)} → {span_text(x.after)}" if rule.top_up else f"{span_text(x.before)} → {span_text(x.after)}"
    before, received, rival = money(x.before, "本款"), money(x.received, "已得"), money(x.rival, "可得")
    left = Expression("较大", None, kids=(Expression("-", None, kids=(before, received)), ZERO)) if rule.top_up else Expression(
        "取", None, kids=(Expression("若", None, kids=(Expression(">", None, kids=(received, ZERO)), ZERO)), Expression("否则", None, kids=(before,))))
    arms = (Expression("若", None, kids=(Expression(">", None, kids=(rival, before)), ZERO)), Expression("否则", None, kids=(left,)))
    return Reason(f"竞合：{rule.origin.text}（同一事项 {x.matter}）", value, rule.origin.words, None, "，".join(parts), label="竞合",
                  term=money(x.after, op="取", kids=arms) if _told(x) else None)


def _told(x: Conflict) -> bool:
    """Whether the two figures say it all: unknown states make them depend on one another."""
    return x.received[0] == x.received[1] and x.rival[0] == x.rival[1]


def _cap(cap: CapResult, told: Told, step: steps.Cap, evidence: Evidence, scope: Wording) -> Reason:
    """上限 and 限次 of a year: the sum before, what the bound leaves, the sum after."""
    origin = step.origin
    homes = [(i.env, i.path) for i in told.whole.items] if step.reach == "同一" else [(evidence.env, "")]
    used = span_text(cap.used) if cap.used is not None and cap.used != NOTHING else ""
    limit = Num(*cap.limit)
    free = room(step, Num(*cap.before), limit, homes, scope) if homes and not told.beside else money(limit, "可用")
    name = cap.group or (scope.said(told.whole.items[0].path) if step.reach == "同一" and told.whole.items else "")
    group = f"（{name}）" if name not in ("合计", "") else ""
    text, kids = f"{origin.label}：{origin.text}{group}", cuts(cap, scope)
    if origin.label == "限次":
        note = named(free)
        value = _times(cap, step)
    else:
        basis = named(free) if free.kids and not step.beside else ""  # what the clauses before it take is told as a sum
        apart = origin.label == ELSEWHERE
        beside = f"{'合计来比' if apart else '共用这一上限'}的：{'、'.join(map(short_name, step.beside))}，{'从前面的扣起' if apart else '前面的先占'}" if step.beside else ""
        note = "，".join(filter(None, (beside, "" if apart else f"可用 {span_text(cap.limit)}", f"{'其他政策的支持（前面的扣过以后）' if apart else '前面的和已用' if beside else '已用'} {used}" if used and not basis else "", basis)))
        value = outcome(cap)
    return Reason(text, value, origin.words, None, note, kids, origin.label, term=what_was_left(cap, free))


def what_was_left(cap: CapResult, free: Expression) -> Expression | None:
    """The lower of what there was and what is left; of an amount without an end, what is left, if that has one."""
    if free.op == "值" and isinstance(cap.limit[0], Unlimited):
        free = evolve(free, op="数")  # that there is no end is known
    if not isinstance(cap.before[0], Unlimited):
        return money(cap.after, op="较小", kids=(money(cap.before, {"限次": "补差前", ELSEWHERE: "本款"}.get(cap.label, "封顶前")), free))
    return None if isinstance(cap.after[0], Unlimited) else free


def _times(cap: CapResult, step: steps.Cap) -> str:
    """一年一次: whether something was had this year, and what follows."""
    if not (cap.limit[0] == cap.limit[1] and cap.before[0] == cap.before[1]):
        return outcome(cap)
    when = "以前" if step.period == "终身" else "本年度"
    if cap.before == cap.after and (cap.used == NOTHING if step.ceiling is None else cap.limit != NOTHING and cap.used in (None, NOTHING)):
        return f"{when}没有享受过，不减"
    came = span_text(cap.after) if cap.before == cap.after else outcome(cap)
    return f"{when}已经享受，只补差额：{came}" if step.ceiling is None else f"{when}已经享受，不再给予：{came}"


def outcome(cap: CapResult) -> str:
    before, after = span_text(cap.before), span_text(cap.after)
    if isinstance(cap.limit[0], Unlimited):
        return "这里没有上限" if isinstance(cap.before[0], Unlimited) else f"{before}，这里没有上限"
    if isinstance(cap.before[0], Unlimited):
        return most_text(cap.after)
    return f"{before}，没有超过" if cap.before == cap.after else f"{before} → {after}"


def cuts(cap: CapResult, scope: Wording) -> tuple[Reason, ...]:
    return tuple(Reason(scope.said(path), f"减少 {money_text(x)}", path=path) for path, _, x in cap.cuts)


def only_one(cap: CapResult, clause: ClauseDecision) -> Reason:
    """Of several clauses only the highest: what this one comes to, the highest of the others, and which is taken."""
    before, others = (
        "还没有定" if isinstance(x[1], Unlimited) and (isinstance(x[0], Unlimited) or not x[0]) else span_text(x)
        for x in (cap.before, cap.limit)
    )
    open_yet = clause.status == DISCRETION and cap.limit[1] != 0  # of what an authority still says only the most is known
    if open_yet:
        value = f"{'' if isinstance(cap.before[1], Unlimited) else '至多 '}{before}，核定以后再比"
    elif cap.after[1] == 0:
        value = f"{before} → 0元，{'一样高，取条文在前的一款' if cap.before == cap.limit else '他款更高'}"
    elif open_yet := clause.status == PENDING and not (cap.before == cap.after and cap.limit[1] < cap.before[0]):
        value = f"{before}，还不能确定取哪一款"
    else:
        value = f"{before}，取这一款"
    note = f"只取一款：{'、'.join(map(short_name, cap.group.split('、')))}；其余各款最高 {others}"
    known = not (isinstance(cap.before[1], Unlimited) or isinstance(cap.limit[1], Unlimited))
    taken = known and not open_yet and cap.before == cap.after and cap.before[0] == cap.before[1] and cap.limit[0] == cap.limit[1]
    term = money(cap.after, op="最高", kids=(money(cap.before, "本款"), money(cap.limit, "其余各款最高"))) if taken else None
    return Reason(f"从高：{cap.text}", value, cap.words, None if open_yet else cap.after[1] != 0, note, label="从高", term=term)


def shared_cap(cap: CapResult, clause: ClauseDecision) -> Reason:
    note = f"共用这一上限的：{'、'.join(map(short_name, cap.group.split('、')))}；轮到本款时可用 {span_text(cap.limit)}"
    low, high = cap.after
    units = (
        f"，取整后 {money_text(clause.amount)}"
        if cap is clause.caps[-1] and low == high and not isinstance(high, Unlimited) and clause.amount is not None and clause.amount < high
        else ""
    )
    return Reason(f"上限：{cap.text}", outcome(cap) + units, cap.words, None, note, label="上限", term=what_was_left(cap, money(cap.limit, "可用")))


# -- the total --------------------------------------------------------------------------------------------------------


def total_reasons(clause: ClauseDecision, evidence: Evidence, scope: Wording) -> Iterator[Reason]:
    """取整 where it changed the total, and how the amount falls on the claims."""
    if clause.sure and evidence.state is not None:
        yield _surely(clause.sure, evidence.state, evidence.plan.rounding_of(evidence.clause), scope)
    amount = clause.applied if clause.status == POOLED else clause.amount
    if clause.status not in (GRANTED, POOLED, REFUSED, EXHAUSTED) or amount is None or evidence.outcome is None:
        return
    outcome, rounding = evidence.outcome, evidence.plan.rounding_of(evidence.clause)
    settled = outcome.whole.award if evidence.clause.discretionary else outcome.whole.net
    total = (awarded_of(outcome.state, rounding) if evidence.clause.discretionary else outcome.total).lo
    if settled.known and isinstance(settled.lo, Fraction) and isinstance(total, Fraction) and total != settled.exact:
        yield brought_reason(settled, total, rounding)
    parts = [i for i in clause.items if i.counts and i.amount is not None]
    if len(parts) > 1 and clause.status in (GRANTED, POOLED):
        kids = tuple(money(i.amount, scope.said(i.path) + (f"（{i.part}）" if i.part else "")) for i in parts if i.amount is not None)
        yield Reason("各项之和", money_text(amount), note="，".join(f"{k.name} {k.shown}" for k in kids), label="合计",
                     term=money(amount, op="合计", kids=kids))


def _surely(sure: Fraction, state: ClauseState, rounding: steps.Rounding, scope: Wording) -> Reason:
    """裁量 that is not settled: what is granted whatever is still said; the claims reckoned or recorded."""
    kids = tuple(money(x, scope.said(i.path) + (f"（{i.part}）" if i.part else "")) for i, x in (awards_of(state) or {}).items() if x)
    down = Expression("数", exact(rounding.unit), unit=str(MONEY))
    whole = sum((x for x in (awards_of(state) or {}).values()), Fraction(0))
    op = next((op for mode, op in ((rounding.mode, BROUGHT[rounding.mode]), ("截尾", "向下取")) if brought_to(whole, rounding.unit, mode) == sure), "")
    term = money(sure, op=op, kids=(money(whole, op="合计", kids=kids), down)) if op else None
    return Reason("不论再核定多少，至少给", money_text(sure), note="，".join(f"{k.name} {k.shown}" for k in kids), label="合计", term=term)


def fund_reasons(clause: ClauseDecision, evidence: Evidence) -> Iterator[Reason]:
    """总额: that the amount is applied for, and out of what."""
    fund = evidence.clause.fund
    if fund is not None and clause.status == POOLED:
        others = "、".join(short_name(n) for n in fund.clauses if n != clause.number)
        yield Reason(f"总额：{fund.origin.text}", f"申请 {money_text(clause.applied)}，待统筹" if clause.applied is not None else "待统筹", fund.origin.words, None,
                     f"与 {others} 共用" if others else "", label="总额")


def brought_reason(settled: Num, total: Fraction, rounding: steps.Rounding) -> Reason:
    """The sum of the claims brought to the unit; or, where awards come to less than that, to what the caps leave each of them."""
    value = f"{span_text(ends(settled))} → {money_text(total)}"
    nearest = brought_to(settled.exact, rounding.unit, rounding.mode) == total
    if not nearest and brought_to(settled.exact, rounding.unit, "截尾") != total:
        return Reason("各项都在上限以内", value, note="几个上限合在一起，各项所得的合计", label="上限")
    term = to_unit(rounding, total, money(settled, "各项合计"), "" if nearest else "向下取")
    return unit_reason(rounding, value, term, "" if nearest else "进上去就超过上限，所以舍去")


def _due(evidence: Evidence, year: int | None) -> dict[int | None, str]:
    """By the years in which shares of a new grant are paid: on which events."""
    found: dict[int | None, dict[str, None]] = {}
    if evidence.continuing is not None and not evidence.continuing.needs and year is not None:
        for pay in evidence.clause.pays:
            for event, when in due_years(pay, year, evidence.continuing.happened):
                found.setdefault(when, {})[event] = None
    return {when: "、".join(filter(None, events)) for when, events in found.items()}


def payment_reasons(clause: ClauseDecision, evidence: Evidence, scope: Wording, history: tuple[str, ...]) -> Iterator[Reason]:
    """拨付: earlier grants that go on (`history`), the new grant by years, what is paid this year."""
    for pay, trace in evidence.continuing.asked if evidence.continuing else ():
        yield condition(f"拨付：{pay.origin.text}，续拨", pay.origin.words, trace, "", scope, "拨付")
    for line in history[:MOST_GRANTS]:
        yield Reason("以前核定的分期", line)
    if len(history) > MOST_GRANTS:
        yield Reason("以前核定的分期", f"等 {len(history)} 笔")
    if clause.this_year is None or not (clause.schedule or clause.waiting or clause.this_year):
        return
    base = evidence.continuing.year if evidence.continuing else None
    year = int(base.exact) if base is not None and base.known and not base.na else None
    first = dict(clause.schedule or ()).get(year, Fraction(0)) if year is not None else Fraction(0)
    going = evidence.continuing.amount if evidence.continuing else None
    goes_on = going is not None and going.can_be_positive
    pays, whole = _paying(clause, evidence, goes_on)
    kids: tuple[Expression, ...] = ()
    if pays:
        kids += (money(first - whole, "新核定的本年应拨" if any(p.events for p in pays) else "新核定的首期"),)
    if whole:
        kids += (money(whole, "不分期的"),)
    if going is not None and goes_on:
        kids += (money(going, "以前核定的续拨"),)
    due = _due(evidence, year)
    left = ((y, x - (whole if y == year else 0)) for y, x in clause.schedule or ())
    plan = tuple(Reason(f"{y}年", money_text(x), note=due.get(y, "")) for y, x in left if x or not whole)
    plan += tuple(Reason(f"待 {event}", money_text(x)) for event, x in clause.waiting)
    text = "；".join(dict.fromkeys(p.origin.text for p in pays))
    words = "".join(dict.fromkeys(p.origin.words for p in pays))
    term = money(clause.this_year, op="合计", kids=kids)
    yield Reason(f"拨付：{text}，本年度" if pays else "本年度拨付", money_text(clause.this_year), words, None, "，".join(f"{k.name} {k.shown}" for k in kids), plan,
                 "拨付", term=term)


def _paying(clause: ClauseDecision, evidence: Evidence, goes_on: bool) -> tuple[list[steps.Payment], Fraction]:
    """The 拨付 of what is newly granted (of all, where earlier grants go on), and the 元 that no 拨付 divides."""
    pays = list(evidence.clause.pays)
    if evidence.first is not None or any(i.counts and i.amount is None for i in clause.items):
        return pays, Fraction(0)
    came: dict[str, Fraction] = {}
    for item in clause.items:
        came[item.part] = came.get(item.part, Fraction(0)) + (item.amount or 0 if item.counts else 0)
    divided = {p.part for p in pays}
    whole = sum((x for part, x in came.items() if part not in divided), Fraction(0))
    return pays if goes_on or not whole else [p for p in pays if came.get(p.part)], whole


# -- lists too long to be told item by item --------------------------------------------------------------------------

WHERE = "逐项的见 xcrules decide --json --details 的「项目」「封顶」"


def summed(items: Items[Item], found: Iterable[ItemResult] | None, count: int, has: str, scope: Wording) -> Reason:
    """What all items of a part come to: how many count and for how much, what the others do not meet."""
    title = f"共 {count:,} {scope.counters.get(items.each.table, '项')}"
    if found is None:
        return Reason(title, "事实没有填全，没有逐项说明")
    own = [i for i in found if i.part == items.each.part]
    counted = [i for i in own if i.counts]
    sums = [i.amount for i in counted]
    value = f"计入 {len(counted):,}，不计 {len(own) - len(counted):,}"
    if has and None not in sums:
        value += f"；计入的一共{has} {money_text(sum([x for x in sums if x is not None], Fraction(0)))}"
    failing = Counter((i.labels[0], i.failed[0]) for i in own if not i.counts and i.failed)
    first = items.items[0] if items.items else items.refused[0] if items.refused else None
    shown = len(items.items) + len(items.refused)
    note = f"前 {shown} 项逐项说明如上，其余算法相同；{WHERE}" if first is not None else WHERE
    kids = tuple(Reason(f"{label}：{text}", f"{n:,} 项先因此不计", holds=False) for (label, text), n in failing.most_common())
    return Reason(title, value, note=note, kids=kids, label="合计")


def long_steps(clause: ClauseDecision, evidence: Evidence, first: int, scope: Wording) -> Iterator[Reason]:
    """竞合 and 上限 as they came out, the largest cuts first; then 取整 and the sum."""
    if clause.at_hand is None:
        return
    rule = next((s for s in evidence.clause.steps if isinstance(s, steps.Against)), None)
    if rule is not None:
        touching = sorted(clause.conflicts, key=lambda x: x.before == x.after)
        yield from (conflict_reason(x, rule) for x in touching[:first])
        yield from _others(len(touching) - first, f"竞合：{rule.origin.text}", "个事项")
    shared = [k for k in clause.caps if clause.number in k.group.split("、")]
    by_line: dict[str, list[CapResult]] = {}
    for cap in clause.caps:
        if cap not in shared:
            by_line.setdefault(f"{cap.label}：{cap.text}", []).append(cap)
    for line, caps in by_line.items():
        caps.sort(key=lambda k: -sum([x for *_, x in k.cuts], Fraction(0)))
        yield from (_long_cap(k, first, scope) for k in caps[:first])
        yield from _others(len(caps) - first, line, "组")
    yield from (only_one(k, clause) if k.label == "从高" else shared_cap(k, clause) for k in shared)
    if clause.amount and clause.reckoned is not None and clause.reckoned != clause.amount and not shared:
        yield brought_reason(point(clause.reckoned), clause.amount, evidence.plan.rounding_of(evidence.clause))
    if clause.amount:
        yield Reason("各项之和", money_text(clause.amount), note=f"计入的 {sum(1 for i in clause.items if i.counts):,} 项", label="合计")


def _long_cap(cap: CapResult, first: int, scope: Wording) -> Reason:
    group = f"（{cap.group}）" if cap.group not in ("合计", "") else ""
    used = f"，已用 {span_text(cap.used)}" if cap.used is not None and cap.used[1] else ""
    kids = cuts(cap._replace(cuts=cap.cuts[:first]), scope)
    kids += tuple(_others(len(cap.cuts) - first, "另外减少的", "项"))
    return Reason(f"{cap.label}：{cap.text}{group}", outcome(cap), cap.words, None, f"可用 {span_text(cap.limit)}{used}", kids, cap.label,
                  term=what_was_left(cap, money(cap.limit, "可用")))


def _others(count: int, title: str, word: str) -> Iterator[Reason]:
    if count > 0:
        yield Reason(title, f"另有 {count:,} {word}", note=WHERE)
