"""Program and readings to Plan: rules that stand under these readings, lowered to steps in their order.

The order of judging is here and nowhere else: conditions and 限次 of each item, 标准/例外/加给 or 裁量,
下限 and 单项 caps, 从高, 竞合, then caps from the inside out, 终身 last (语言参考“判断的次序”).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import partial, reduce
from itertools import combinations
from typing import TypeVar

import attrs
from attrs import field, frozen

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.money import UNLIMITED
from xcrules.facts.tables import FactTable, Schema
from xcrules.facts.types import COUNT, MONEY, TEXT, EnumType, SeriesType
from xcrules.meaning import rules, values
from xcrules.meaning.inlining import WHOLE, inlined, lets_of, outside, series_names
from xcrules.meaning.program import Clause, Program

from . import steps

T = TypeVar("T")
_REACH_ORDER = {"单项": 0, "同一": 1, "分项": 2, "合计": 3}


def default_readings(program: Program) -> dict[str, str]:
    """The default choice of every registered reading (or what an interpretation document chose)."""
    return {r.number: r.default for r in program.readings}


def plan(program: Program, readings: Mapping[str, str]) -> steps.Plan:
    """The plan of a checked program under a choice for every reading."""
    return Planner(program).plan(readings)


@frozen(eq=False)
class Planner:
    """Plans of one program under many readings, made of pieces that are kept.

    A clause depends only on the readings that its own lines choose by (and those of 竞合), so two plans that
    do not differ in a clause share it: the same object.
    """

    program: Program
    _pieces: dict[tuple[object, ...], object] = field(factory=dict, init=False, repr=False)
    _outer: dict[str, tuple[rules.Rule, ...]] = field(factory=dict, init=False, repr=False)  # by clause, what reaches into it

    def __attrs_post_init__(self) -> None:
        matching = tuple(r for r in self.program.policy_rules if _reaches_clauses(r.body))
        rounding = tuple(r for r in self.program.policy_rules if isinstance(r.body, rules.Rounding) and r.body.clause)
        for clause in self.program.clauses:
            self._outer[clause.number] = (*matching, *(r for r in rounding if _rounds(r, clause.number)))

    def plan(self, readings: Mapping[str, str]) -> steps.Plan:
        """The plan under a choice for every reading."""
        chosen = dict(readings)
        clauses = tuple(self._decide(k, chosen) for k in self.program.clauses)
        return attrs.evolve(self._whole(chosen), clauses=clauses, readings=tuple(sorted(chosen.items())))

    def pieces(self) -> Iterator[tuple[frozenset[str], Callable[[dict[str, str]], object]]]:
        """What a plan is made of: the readings that a piece chooses by, and the piece under a choice for each."""
        yield _chosen_by(self.program.policy_rules), self._whole
        for clause in self.program.clauses:
            yield _chosen_by((*clause.rules(), *self._outer[clause.number])), partial(self._decide, clause)

    def _whole(self, chosen: dict[str, str]) -> steps.Plan:
        return self._kept(("gates",), self.program.policy_rules, chosen, lambda: _gates(self.program, chosen))

    def _decide(self, clause: Clause, chosen: dict[str, str]) -> steps.Decide:
        outer = self._outer[clause.number]
        return self._kept((clause.number,), (*clause.rules(), *outer), chosen, partial(_clause, clause, outer, self.program.schema, chosen))

    def _kept(self, name: tuple[str, ...], all_rules: Iterable[rules.Rule], chosen: dict[str, str], make: Callable[[], T]) -> T:
        numbers = self._pieces.get(name)
        if numbers is None:
            numbers = tuple(dict.fromkeys(number for r in all_rules for number, _ in r.choices))
            self._pieces[name] = numbers
        key = (*name, *(chosen.get(n) for n in numbers))  # type: ignore[attr-defined]
        if key == name:
            key = (*name, None)
        if key not in self._pieces:
            self._pieces[key] = make()
        return self._pieces[key]  # type: ignore[return-value]


def _chosen_by(all_rules: Iterable[rules.Rule]) -> frozenset[str]:
    return frozenset(number for r in all_rules for number, _ in r.choices)


def _reaches_clauses(body: rules.Body) -> bool:
    """竞合, and 定义 that only rename a 逐年 fact: they are put in place in every clause."""
    return isinstance(body, rules.Against | rules.AgainstOrder) or (isinstance(body, rules.Let) and isinstance(body.type, SeriesType))


def _gates(program: Program, chosen: dict[str, str]) -> steps.Plan:
    """The plan without its clauses: what holds for the whole policy."""
    policy = _rules(program.policy_rules, {}, chosen)
    year, day = program.schema.top_of_role("基准年度"), program.schema.top_of_role("申报日期")
    rounding = next((r for r in policy if _rounds(r, "")), None)
    return steps.Plan(
        lets=tuple(_let(let, origin) for let, origin in _set_by(policy)),
        scope=tuple(steps.Guard(r.body.condition, origin=r.origin) for r in policy if isinstance(r.body, rules.Scope)),
        period=_period(policy),
        rounding=_rounding(rounding),
        clauses=(),
        base_year=values.Fact(year) if year else None,
        today=values.Fact(day) if day else None,
        shared=tuple(_shared(r, program) for r in policy if isinstance(r.body, rules.SharedLimit)),
        counters=tuple((t.name, t.each) for t in program.schema.nested if t.each),
        history=_history(program.schema),
    )


def _history(schema: Schema) -> tuple[str, str, str, str]:
    """The ledger of earlier grants: its table, and its columns of clause, year and 元."""
    table = schema.table_of_role("历史台账")
    if table is None:
        return "", "", "", ""
    clause, year, amount = (f.name if (f := table.field_of_role(r)) else "" for r in ("台账条款", "台账年度", "台账金额"))
    return table.name, clause, year, amount


def _let(body: rules.Let, origin: values.Origin) -> steps.Let:
    return steps.Let(body.name, body.value, body.type, origin=origin)


def _rounds(rule: rules.Rule, number: str) -> bool:
    return isinstance(rule.body, rules.Rounding) and rule.body.holds_for(number)


def _rounding(rule: rules.Rule | None) -> steps.Rounding:
    if rule is None or not isinstance(rule.body, rules.Rounding):
        return steps.Rounding(Fraction(1, 100), True, origin=values.Origin("取整", "到 分 四舍五入", ""))
    return steps.Rounding(rule.body.unit, rule.body.half_up, origin=rule.origin)


def _own_rounding(number: str, policy: list[rules.Rule]) -> steps.Rounding | None:
    """取整 under the clause itself, else under its article; None where neither has one."""
    own = [r for r in policy if _rounds(r, number)]
    own.sort(key=lambda r: len(r.body.clause) if isinstance(r.body, rules.Rounding) else 0)
    return _rounding(own[-1]) if own else None


def _period(policy: list[rules.Rule]) -> steps.Period | None:
    term = next((r for r in policy if isinstance(r.body, rules.Term)), None)
    if term is None or not isinstance(term.body, rules.Term):
        return None
    years = next((r for r in policy if isinstance(r.body, rules.YearsLimit)), None)
    limit = years.body if years and isinstance(years.body, rules.YearsLimit) else None
    tags = term.origin.tags + (years.origin.tags if years else ())
    return steps.Period(
        term.body.date, term.body.first_day, term.body.last_day, limit.year if limit else None,
        limit.first if limit else None, limit.last if limit else None, years.origin if years else None,
        origin=attrs.evolve(term.origin, tags=tags),
    )


def indistinct_choices(program: Program) -> list[Diagnostic]:
    """Choices of one reading that come to the same plan: one of them is written nowhere, or twice."""
    base, touched = default_readings(program), dict[str, list[Callable[[dict[str, str]], object]]]()
    for numbers, piece in Planner(program).pieces():
        for number in numbers:
            touched.setdefault(number, []).append(piece)
    found = []
    for reading in program.readings:
        pieces = touched.get(reading.number, [])
        plans = {x: [piece({**base, reading.number: x}) for piece in pieces] for x in reading.modelled}
        for one, other in combinations(plans, 2):
            if plans[one] == plans[other]:
                found.append(Diagnostic(Code.EQUAL_CHOICES, f"读法 {reading.number} 的「{one}」与「{other}」算起来完全一样", reading.span,
                                        f"写出〔{reading.number} {other}〕的不同，或从选项里去掉它"))
    return found


# -- clauses ------------------------------------------------------------------------------------------


def _clause(clause: Clause, matching: tuple[rules.Rule, ...], schema: Schema, chosen: dict[str, str]) -> steps.Decide:
    policy = [r for r in matching if r.active(chosen)]
    renamed = series_names(lets_of(policy), {})
    names = part_names(clause)
    claims, inner, outer, pays = [], [], [], []
    for part in clause.parts:
        all_rules = _rules(part.rules, renamed, chosen)
        each = _each(clause.number, part.name, all_rules, schema)
        if each is None:
            continue
        claims.append(each)
        items, groups = _steps(clause.number, (part.name,), _beside(all_rules, all_rules), names, schema)
        inner += items
        outer += groups
        pays += [_pay(r.body, clause.number, part.name, r.origin) for r in all_rules if isinstance(r.body, rules.Payment)]
    first = clause.parts[0].rules if clause.parts else ()
    totals = _beside([r for r in clause.totals if r.active(chosen)], _rules(first, renamed, chosen))
    items, groups = _steps(clause.number, tuple(x.part for x in claims), totals, names, schema)
    all_steps = _ordered(inner + items, outer + groups, _against(claims, policy, schema), policy)
    numbers = tuple(dict.fromkeys(t[0] for r in clause.rules() for t in r.origin.tags))
    rounding = _own_rounding(clause.number, policy)
    numbers += tuple(t[0] for t in rounding.origin.tags if t[0] not in numbers) if rounding else ()
    return steps.Decide(clause.number, clause.title, clause.words, tuple(claims), all_steps, tuple(pays), rounding, clause.nature, numbers,
                    origin=clause.origin)


def _rules(all_rules: tuple[rules.Rule, ...], renamed: Mapping[str, values.Fact], chosen: dict[str, str]) -> list[rules.Rule]:
    """The rules of a part that stand, with what only renames a 逐年 fact put in place and left out."""
    active = tuple(r for r in all_rules if r.active(chosen))
    names = series_names(lets_of(active), renamed)
    left = (r for r in active if not (isinstance(r.body, rules.Let) and r.body.name in names))
    return list(inlined(tuple(left), names))


def _beside(all_rules: Iterable[rules.Rule], part: Iterable[rules.Rule]) -> list[rules.Rule]:
    """Caps on the whole stand beside the items: what they name in the part is written out."""
    part = list(part)
    lets = {name: let.value for name, let in lets_of(part).items()}
    subject = next((r.body for r in part if isinstance(r.body, rules.Subject)), None)
    one = subject.table if subject is not None and not subject.is_list else ""

    def written_out(rule: rules.Rule) -> rules.Rule:
        body = rule.body
        if not isinstance(body, rules.Limit) or body.reach not in WHOLE:
            return rule
        amount, used = outside(body.amount, lets, one), outside(body.used, lets, one)
        return attrs.evolve(rule, body=attrs.evolve(body, amount=amount, used=used))

    return [written_out(r) for r in all_rules]


def _ordered(inner: list[steps.Step], outer: list[steps.Cap], against: list[steps.Against], policy: list[rules.Rule]) -> tuple[steps.Step, ...]:
    floors = [s for s in inner if isinstance(s, steps.Floor)]
    unit_caps = [s for s in inner if isinstance(s, steps.Cap)]
    best = [s for s in inner if isinstance(s, steps.Highest)]
    caps = sorted(outer, key=lambda s: (s.period == "终身" and s.reach != "同一", _REACH_ORDER[s.reach], len(s.parts)))
    caps_first = any(isinstance(r.body, rules.AgainstOrder) and r.body.caps_first for r in policy)
    tail: list[steps.Step] = [*caps, *against] if caps_first else [*against, *caps]
    return (*floors, *unit_caps, *best, *tail)


def _each(number: str, part: str, all_rules: list[rules.Rule], schema: Schema) -> steps.Each | None:
    subject = next((r for r in all_rules if isinstance(r.body, rules.Subject)), None)
    if subject is None or not isinstance(subject.body, rules.Subject):
        return None
    ledger = number + part
    guards = [steps.Guard(r.body.condition, origin=r.origin) for r in all_rules if isinstance(r.body, rules.Condition)]
    for rule in all_rules:
        if isinstance(rule.body, rules.Lookup) and rule.body.supported is not None:
            guards.append(steps.Guard(rule.body.supported, origin=rule.origin))
        elif isinstance(rule.body, rules.CountLimit) and (guard := _once(rule.body, ledger, schema)) is not None:
            guards.append(steps.Guard(guard, origin=rule.origin))
    lets = tuple(_let(let, origin) for let, origin in _set_by(all_rules))
    table = schema.table(subject.body.table)
    count = table.field_of_role("件数") if table else None
    return steps.Each(
        part, ledger, subject.body.table, subject.body.is_list, lets, tuple(guards), _grant(all_rules),
        values.Fact(count, of_item=True) if count else None, subject.body.matter, origin=subject.origin,
    )


def _set_by(all_rules: Iterable[rules.Rule]) -> Iterator[tuple[rules.Let, values.Origin]]:
    """设定 and 对照 of a part."""
    for rule in all_rules:
        if isinstance(rule.body, rules.Let):
            yield rule.body, rule.origin
        elif isinstance(rule.body, rules.Lookup):
            yield from ((x, rule.origin) for x in rule.body.lets)


def _grant(all_rules: Iterable[rules.Rule]) -> steps.Amount | steps.Discretion:
    for rule in all_rules:
        if isinstance(rule.body, rules.Discretion):
            return steps.Discretion(rule.body.record, rule.body.authority, origin=rule.origin)
    standard = next(r for r in all_rules if isinstance(r.body, rules.Standard))
    assert isinstance(standard.body, rules.Standard)
    value = standard.body.amount
    exceptions = [r for r in all_rules if isinstance(r.body, rules.ConditionalAmount)]
    replacing = tuple(
        (r.body.condition, r.body.amount)
        for r in exceptions
        if isinstance(r.body, rules.ConditionalAmount) and not r.body.adds
    )
    if replacing:
        value = values.Pick(replacing, value, MONEY, span=standard.origin.span)
    for rule in exceptions:
        if isinstance(rule.body, rules.ConditionalAmount) and rule.body.adds:
            arms = ((rule.body.condition, rule.body.amount),)
            extra = values.Pick(arms, values.Literal(Fraction(0), MONEY), MONEY, span=rule.origin.span)
            value = values.Arith("+", value, extra, MONEY, span=rule.origin.span)
    tags = standard.origin.tags + tuple(t for r in exceptions for t in r.origin.tags)
    replaced = tuple(r.origin for r in exceptions if isinstance(r.body, rules.ConditionalAmount) and not r.body.adds)
    added = tuple(r.origin for r in exceptions if isinstance(r.body, rules.ConditionalAmount) and r.body.adds)
    return steps.Amount(value, replaced, added, origin=attrs.evolve(standard.origin, tags=tags))


# -- what was granted before ----------------------------------------------------------------------------


def _once(rule: rules.CountLimit, ledger: str, schema: Schema) -> values.Value | None:
    """限次 per item or per lifetime as a condition; per year it is a cap."""
    if rule.reach == "单项":
        return None if rule.used is None else values.Logic("非", (rule.used,))
    if rule.period != "终身":
        return None
    history = schema.table_of_role("历史台账")
    if history is None:
        return None
    count = values.FoldItems("计数", history.name, _of_ledger(history, ledger), None, COUNT, history.closed)
    return values.Compare("<", count, values.Literal(Fraction(rule.times), COUNT))


def _of_ledger(history: FactTable, ledger: str) -> values.Value:
    field = history.field_of_role("台账条款")
    assert field is not None
    return values.Compare("=", values.Fact(field, of_item=True), values.Literal(ledger, TEXT))


def _granted(number: str, parts: tuple[str, ...], period: str, schema: Schema, names: tuple[str, ...]) -> values.Value | None:
    """What the ledgers say was granted under these of a clause's parts (`names`): this year, or ever."""
    if period == "年度":
        field = schema.top_of_role("本年台账")
        return _granted_this_year(values.Fact(field), number, parts, names) if field else None
    history = schema.table_of_role("历史台账")
    amount = history.field_of_role("台账金额") if history else None
    if history is None or amount is None:
        return None
    tests = tuple(_of_ledger(history, number + part) for part in parts)
    guard = tests[0] if len(tests) == 1 else values.Logic("或", tests)
    return values.FoldItems("合计", history.name, guard, values.Fact(amount, of_item=True), MONEY, history.closed)


def _granted_this_year(ledger: values.Fact, number: str, parts: tuple[str, ...], names: tuple[str, ...]) -> values.Value:
    """Under the clause as a whole, or under some of its parts only."""
    keys = tuple(number + name for name in names)
    if len(keys) < 2 or set(parts) >= set(names):
        return values.At(ledger, values.Literal(number, TEXT), number, keys) if keys else values.At(ledger, values.Literal(number, TEXT))
    found: list[values.Value] = [values.At(ledger, values.Literal(number + part, TEXT), number, keys) for part in parts]
    return reduce(lambda one, other: values.Arith("+", one, other, MONEY), found)


# -- steps ------------------------------------------------------------------------------------------------


def _steps(number: str, parts: tuple[str, ...], all_rules: Iterable[rules.Rule], names: tuple[str, ...],
           schema: Schema) -> tuple[list[steps.Step], list[steps.Cap]]:
    """Steps on items, and caps on groups."""
    items: list[steps.Step] = []
    groups: list[steps.Cap] = []
    for rule in all_rules:
        match rule.body:
            case rules.Limit(floor=True, parts=named, amount=amount):
                items.append(steps.Floor(named or parts, amount, origin=rule.origin))
            case rules.Limit() as limit:
                made = _caps(limit, number, parts, names, schema, rule.origin)
                if limit.reach == "单项":
                    items += made
                else:
                    groups += made
            case rules.CountLimit(period="年度", top_up=top_up, reach="企业年度"):
                used = _granted(number, parts, "年度", schema, names)
                if used is not None:
                    groups.append(_yearly_once(used, parts, top_up, rule.origin))
            case rules.Highest(key=key, rank=rank, order=order):
                items.append(steps.Highest(parts, key, rank, order, origin=rule.origin))
    return items, groups


def _caps(limit: rules.Limit, number: str, parts: tuple[str, ...], names: tuple[str, ...], schema: Schema,
          origin: values.Origin) -> list[steps.Cap]:
    reached = limit.parts or parts
    sets = [(name,) for name in reached] if limit.split else [reached]
    ledger = limit.used is None and limit.reach in ("分项", "合计")
    return [
        steps.Cap(limit.reach, group, limit.key, limit.amount, _granted(number, group, limit.period, schema, names) if ledger else limit.used,
              limit.period, origin=origin)
        for group in sets
    ]


def _yearly_once(used: values.Value, parts: tuple[str, ...], top_up: bool, origin: values.Origin) -> steps.Cap:
    """一年一次: nothing more once something was granted; 已得补差: only what is still missing."""
    if top_up:
        return steps.Cap("合计", parts, None, None, used, "年度", origin=origin)
    spent = values.Compare(">", values.Used(used), values.Literal(Fraction(0), MONEY))
    ceiling = values.Pick(((spent, values.Literal(Fraction(0), MONEY)),), values.Literal(UNLIMITED, MONEY), MONEY)
    return steps.Cap("合计", parts, None, ceiling, None, "年度", origin=origin)


def part_names(clause: Clause) -> tuple[str, ...]:
    """The names of its 分项; none if it has none."""
    return tuple(part.name for part in clause.parts if part.name)


def _shared(rule: rules.Rule, program: Program) -> steps.SharedCap:
    assert isinstance(rule.body, rules.SharedLimit)
    names = {k.number: part_names(k) for k in program.clauses}
    granted = [_granted(n, names.get(n) or ("",), rule.body.period, program.schema, names.get(n, ())) for n in rule.body.clauses]
    used = tuple(v for v in granted if v is not None)
    return steps.SharedCap(rule.body.clauses, rule.body.amount, used, rule.body.period, origin=rule.origin)


def _against(claims: list[steps.Each], policy: list[rules.Rule], schema: Schema) -> list[steps.Against]:
    """竞合 holds for the clauses whose amounts are reckoned and whose items name their matter."""
    if not any(x.matter is not None and isinstance(x.grant, steps.Amount) for x in claims):
        return []
    order_tags = tuple(t for r in policy if isinstance(r.body, rules.AgainstOrder) for t in r.origin.tags)
    found = []
    for rule in policy:
        if isinstance(rule.body, rules.Against) and (table := schema.table(rule.body.outside)):
            names = [table.field_of_role(r) for r in ("外部事项", "外部金额", "外部状态")]
            matter, amount, state = (f.name if f else "" for f in names)
            origin = attrs.evolve(rule.origin, tags=rule.origin.tags + order_tags)
            optional = names[0] is not None and names[0].optional
            states = names[2].type if names[2] is not None else None
            third = not isinstance(states, EnumType) or bool({*states.members} - {rule.body.received, rule.body.rival})
            found.append(steps.Against(table.name, matter, amount, state, rule.body.received, rule.body.rival,
                                   rule.body.top_up, optional, third, origin=origin))
    return found


def _pay(rule: rules.Payment, number: str, part: str, origin: values.Origin) -> steps.Payment:
    return steps.Payment(part, number + part, rule.shares, rule.after_expiry, origin=origin)
