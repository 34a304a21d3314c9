"""Each: the items of a part, whether each counts, and what it is before any step on groups."""

from __future__ import annotations

from fractions import Fraction

from attrs import define, field

from xcrules.base.money import UNLIMITED, Number
from xcrules.base.node import quick
from xcrules.facts.types import NOT_APPLICABLE
from xcrules.plan import steps
from xcrules.run.ranges import abstract as a, asks
from xcrules.run.ranges.abstract import Num, Truth, balance, in_cents, less, multiplied
from xcrules.run.ranges.asks import Items, Rank, any_record

from .asked import ByFacts
from .values import Env, Trace, evaluate, records_of


@quick
class GuardTrace:
    """A condition and what it came to for an item."""

    guard: steps.Guard
    trace: Trace


@quick
class UnitStep:
    """A 下限 or 单项 cap on one item: before and after, for one of its 件数."""

    step: steps.Floor | steps.Cap
    limit: Num
    before: Num
    after: Num
    trace: Trace


ONE = a.ONE


@define(eq=False, repr=False)
class Item(asks.Item):
    """One claim. Amounts are in 元 and for all of its 件数."""

    guards: tuple[GuardTrace, ...]
    grant: Trace | None = None
    count: Num = a.NOTHING
    units: tuple[UnitStep, ...] = ()
    _ungranted: tuple[Env, Num] | None = field(default=None, init=False)

    @property
    def below_zero(self) -> bool:
        """Whether its amount is surely below 0: then it is owed the other way."""
        return self.grant is not None and isinstance(self.grant.value, Num) and self.grant.value.hi < Fraction(0)

    def ungranted(self) -> tuple[Env, Num]:
        """Had nothing been granted before: what is then read, and `net`."""
        if self._ungranted is None:
            lets = {x.name: x for x in self.each.lets}
            free = self.env.inside(self.env.record, self.env.path, lets, whole_unknown=self.env.whole_unknown, ungranted=True)
            unit, _ = _units(_granted(self.each, free)[1], tuple(x.step for x in self.units), free)
            self._ungranted = free, a.if_inside(multiplied(unit, self.count), self.inside)
        return self._ungranted

    def top(self, highest: bool = False) -> Number:
        """What 单项 caps let it come to at most, as far as that is sure; or what they may let it come to (`highest`)."""
        tops = [multiplied(x.limit, self.count) for x in self.units if isinstance(x.step, steps.Cap) and x.step.ceiling is not None]
        return min((x.hi if highest else x.lo for x in tops), default=UNLIMITED)


def claim(each: steps.Each, place: int, all_steps: tuple[steps.Step, ...], env: Env, first: int | None = None) -> Items[Item]:
    """All items of a part (or the first so many), judged one by one; `place` is the part's in the order of the text."""
    units = tuple(s for s in all_steps if isinstance(s, steps.Floor | steps.Cap) and each.part in s.parts
                  and (isinstance(s, steps.Floor) or s.reach == "单项"))
    lets = {x.name: x for x in each.lets}
    if not each.table:
        envs = [env.inside(None, "", lets)]
    elif not each.is_list:
        held = env.facts.top.get(each.table)
        inner = env.inside(held, each.table, lets, whole_unknown=held is None)  # type: ignore[arg-type]
        envs = [] if held is NOT_APPLICABLE else [inner]
    else:
        records = records_of(each.table, env, each.closed)
        if records is None:
            item = _item(each, (place, 0), units, env.inside(None, each.table, lets, whole_unknown=True))
            if not item.inside.yes:  # a condition outside of the list fails already: no record could count
                return Items(each, place, (), (item,))
            return Items(each, place, (), (), each.table, any_record(item, each, all_steps, ByFacts(item.env), frozenset([each.table])))
        envs = [env.inside(r, f"{each.table}[{i}]", lets) for i, r in enumerate(records[:first])]
    items = [_item(each, (place, i), units, inner) for i, inner in enumerate(envs)]
    return Items(each, place, tuple(i for i in items if i.inside.yes), tuple(i for i in items if not i.inside.yes))


def _item(each: steps.Each, rank: Rank, units: tuple[steps.Floor | steps.Cap, ...], env: Env) -> Item:
    guards = tuple(GuardTrace(g, evaluate(g.condition, env)) for g in each.guards)
    given = Truth(True, True, frozenset([each.table])) if env.whole_unknown and not each.is_list else a.TRUE
    inside = a.both((given, *(g.trace.truth for g in guards)))  # an object that was not given may not apply
    path = env.path or "企业"
    if not inside.yes:
        return Item(each, rank, path, env, inside, a.NOTHING, a.NOTHING, a.FALSE, a.Sym(None, na=True), guards)
    grant, unit, award, undetermined = _granted(each, env)
    count = ONE if each.count is None else evaluate(each.count, env).number
    matter = a.Sym(None, na=True) if each.matter is None else evaluate(each.matter, env).word
    net, made = _units(unit, units, env)
    whole = multiplied(net, count)
    settled = whole  # beside 裁量 a reckoned amount stands
    if isinstance(each.grant, steps.Discretion):
        settled = a.least(_raised(award, least_award(units, count, env)), whole)
    return Item(
        each, rank, path, env, inside, a.if_inside(whole, inside), a.if_inside(settled, inside), undetermined, matter, guards, grant, count,
        made,
    )


def _raised(award: Num, least: Num) -> Num:
    """An award by 下限; one of 0 is a refusal."""
    raised = a.most(award, least)
    return raised if not award.can_be_zero else a.num(award.lo, raised.hi, raised.needs) if award.can_be_positive else award


def least_award(units: tuple[steps.Floor | steps.Cap, ...], count: Num, env: Env) -> Num:
    """裁量: 元 that what was recorded is brought up to, by 下限. A recorded 0 is a refusal, and stays one."""
    return multiplied(_units(a.NOTHING, units, env)[0], count) if any(isinstance(x, steps.Floor) for x in units) else a.NOTHING


def _granted(each: steps.Each, env: Env) -> tuple[Trace | None, Num, Num, Truth]:
    """The amount (or for 裁量 the bound so far: none), the award, and whether it is still open."""
    if isinstance(each.grant, steps.Amount):
        trace = evaluate(each.grant.value, env)
        return trace, a.size(trace.number) if each.grant.both else a.at_least_zero(trace.number), a.NOTHING, a.FALSE
    if each.grant.record is None:
        return None, a.NO_LIMIT, a.NOTHING, a.TRUE
    trace = evaluate(each.grant.record, env)
    open_ = any(not x.known or (isinstance(x, Num | a.Sym) and x.na) for x in (evaluate(f, env).value for f in each.grant.filled))
    return trace, a.NO_LIMIT, a.NOTHING if open_ else a.at_least_zero(trace.number), a.of(open_)


def _units(unit: Num, all_steps: tuple[steps.Floor | steps.Cap, ...], env: Env) -> tuple[Num, tuple[UnitStep, ...]]:
    """下限 first, then 单项 caps, as the plan orders them."""
    made = []
    for step in all_steps:
        before = unit
        if isinstance(step, steps.Floor):
            trace = evaluate(step.amount, env)
            limit = trace.number
            unit = a.most(unit, limit)
        else:
            limit, trace = room(step, env, before)
            unit = a.least(unit, limit)
        made.append(UnitStep(step, limit, before, unit, trace))
    return unit, tuple(made)


def room(cap: steps.Cap, env: Env, before: Num) -> tuple[Num, Trace]:
    """What a cap leaves: its ceiling less what was used, never below 0, down to the 分."""
    if cap.ceiling is None:
        ceiling, trace = before, None
    else:
        trace = evaluate(cap.ceiling, env)
        ceiling = in_cents(trace.number)
    if cap.used is None or env.ungranted:
        assert trace is not None or env.ungranted
        return a.at_least_zero(ceiling), trace or evaluate(cap.used, env)  # type: ignore[arg-type]
    used = evaluate(cap.used, env)
    env.kept.read(used.number)
    return balance(before, used.number) if cap.ceiling is None else less(ceiling, used.number), used
