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

from . import calculus as c
from . import program as p
from .datatypes import COUNT, MONEY, TEXT, EnumType, SeriesType
from .diagnostic import Diagnostic
from .inlining import WHOLE, inlined, lets_of, outside, series_names
from .money import UNLIMITED

T = TypeVar("T")
_REACH_ORDER = {"单项": 0, "同一": 1, "分项": 2, "合计": 3}


def default_readings(program: p.Program) -> dict[str, str]:
    """The default choice of every registered reading (or what an interpretation document chose)."""
    return {r.number: r.default for r in program.readings}


def plan(program: p.Program, readings: Mapping[str, str]) -> c.Plan:
    """The plan of a checked program under a choice for every reading."""
    return Planner(program).plan(readings)


@frozen(eq=False)
class Planner:
    """Plans of one program under many readings, made of pieces that are kept.

    A clause depends only on the readings that its own lines choose by (and those of 竞合), so two plans that
    do not differ in a clause share it: the same object.
    """

    program: p.Program
    _pieces: dict[tuple[object, ...], object] = field(factory=dict, init=False, repr=False)
    _outer: dict[str, tuple[p.Rule, ...]] = field(factory=dict, init=False, repr=False)  # by clause, what reaches into it

    def __attrs_post_init__(self) -> None:
        matching = tuple(r for r in self.program.policy_rules if _reaches_clauses(r.body))
        rounding = tuple(r for r in self.program.policy_rules if isinstance(r.body, p.RoundingRule) and r.body.clause)
        for clause in self.program.clauses:
            self._outer[clause.number] = (*matching, *(r for r in rounding if _rounds(r, clause.number)))

    def plan(self, readings: Mapping[str, str]) -> c.Plan:
        """The plan under a choice for every reading."""
        chosen = dict(readings)
        clauses = tuple(self._decide(k, chosen) for k in self.program.clauses)
        return attrs.evolve(self._whole(chosen), clauses=clauses, readings=tuple(sorted(chosen.items())))

    def pieces(self) -> Iterator[tuple[frozenset[str], Callable[[dict[str, str]], object]]]:
        """What a plan is made of: the readings that a piece chooses by, and the piece under a choice for each."""
        yield _chosen_by(self.program.policy_rules), self._whole
        for clause in self.program.clauses:
            yield _chosen_by((*clause.rules(), *self._outer[clause.number])), partial(self._decide, clause)

    def _whole(self, chosen: dict[str, str]) -> c.Plan:
        return self._kept(("gates",), self.program.policy_rules, chosen, lambda: _gates(self.program, chosen))

    def _decide(self, clause: p.Clause, chosen: dict[str, str]) -> c.Decide:
        outer = self._outer[clause.number]
        return self._kept((clause.number,), (*clause.rules(), *outer), chosen, partial(_clause, clause, outer, self.program.schema, chosen))

    def _kept(self, name: tuple[str, ...], rules: Iterable[p.Rule], chosen: dict[str, str], make: Callable[[], T]) -> T:
        numbers = self._pieces.get(name)
        if numbers is None:
            numbers = tuple(dict.fromkeys(number for r in rules for number, _ in r.choices))
            self._pieces[name] = numbers
        key = (*name, *(chosen.get(n) for n in numbers))  # type: ignore[attr-defined]
        if key == name:
            key = (*name, None)
        if key not in self._pieces:
            self._pieces[key] = make()
        return self._pieces[key]  # type: ignore[return-value]


def _chosen_by(rules: Iterable[p.Rule]) -> frozenset[str]:
    return frozenset(number for r in rules for number, _ in r.choices)


def _reaches_clauses(body: p.RuleBody) -> bool:
    """竞合, and 定义 that only rename a 逐年 fact: they are put in place in every clause."""
    return isinstance(body, p.AgainstRule | p.OrderRule) or (isinstance(body, p.LetRule) and isinstance(body.type, SeriesType))


def _gates(program: p.Program, chosen: dict[str, str]) -> c.Plan:
    """The plan without its clauses: what holds for the whole policy."""
    policy = _rules(program.policy_rules, {}, chosen)
    year, day = program.schema.top_of_role("基准年度"), program.schema.top_of_role("申报日期")
    rounding = next((r for r in policy if _rounds(r, "")), None)
    return c.Plan(
        lets=tuple(_let(let, origin) for let, origin in _set_by(policy)),
        scope=tuple(c.Guard(r.body.condition, origin=r.origin) for r in policy if isinstance(r.body, p.ScopeRule)),
        period=_period(policy),
        rounding=_rounding(rounding),
        clauses=(),
        base_year=c.Fact(year) if year else None,
        today=c.Fact(day) if day else None,
        shared=tuple(_shared(r, program) for r in policy if isinstance(r.body, p.SharedLimitRule)),
        counters=tuple((t.name, t.each) for t in program.schema.nested if t.each),
        history=_history(program.schema),
    )


def _history(schema: p.Schema) -> tuple[str, str, str, str]:
    """The ledger of earlier grants: its table, and its columns of clause, year and 元."""
    table = schema.table_of_role("历史台账")
    if table is None:
        return "", "", "", ""
    clause, year, amount = (f.name if (f := table.field_of_role(r)) else "" for r in ("台账条款", "台账年度", "台账金额"))
    return table.name, clause, year, amount


def _let(body: p.LetRule, origin: c.Origin) -> c.Let:
    return c.Let(body.name, body.value, body.type, origin=origin)


def _rounds(rule: p.Rule, number: str) -> bool:
    return isinstance(rule.body, p.RoundingRule) and rule.body.holds_for(number)


def _rounding(rule: p.Rule | None) -> c.RoundTo:
    if rule is None or not isinstance(rule.body, p.RoundingRule):
        return c.RoundTo(Fraction(1, 100), True, origin=c.Origin("取整", "到 分 四舍五入", ""))
    return c.RoundTo(rule.body.unit, rule.body.half_up, origin=rule.origin)


def _own_rounding(number: str, policy: list[p.Rule]) -> c.RoundTo | None:
    """取整 under the clause itself, else under its article; None where neither has one."""
    own = [r for r in policy if _rounds(r, number)]
    own.sort(key=lambda r: len(r.body.clause) if isinstance(r.body, p.RoundingRule) else 0)
    return _rounding(own[-1]) if own else None


def _period(policy: list[p.Rule]) -> c.Period | None:
    term = next((r for r in policy if isinstance(r.body, p.TermRule)), None)
    if term is None or not isinstance(term.body, p.TermRule):
        return None
    years = next((r for r in policy if isinstance(r.body, p.YearsRule)), None)
    limit = years.body if years and isinstance(years.body, p.YearsRule) else None
    tags = term.origin.tags + (years.origin.tags if years else ())
    return c.Period(
        term.body.date, term.body.first_day, term.body.last_day, limit.year if limit else None,
        limit.first if limit else None, limit.last if limit else None, years.origin if years else None,
        origin=attrs.evolve(term.origin, tags=tags),
    )  # fmt: skip


def indistinct_choices(program: p.Program) -> list[Diagnostic]:
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
                found.append(Diagnostic("E533", f"读法 {reading.number} 的「{one}」与「{other}」算起来完全一样", reading.span,
                                        f"写出〔{reading.number} {other}〕的不同，或从选项里去掉它"))  # fmt: skip
    return found


# -- clauses ------------------------------------------------------------------------------------------


def _clause(clause: p.Clause, matching: tuple[p.Rule, ...], schema: p.Schema, chosen: dict[str, str]) -> c.Decide:
    policy = [r for r in matching if r.active(chosen)]
    renamed = series_names(lets_of(policy), {})
    names = part_names(clause)
    claims, inner, outer, pays = [], [], [], []
    for part in clause.parts:
        rules = _rules(part.rules, renamed, chosen)
        each = _each(clause.number, part.name, rules, schema)
        if each is None:
            continue
        claims.append(each)
        items, groups = _steps(clause.number, (part.name,), _beside(rules, rules), names, schema)
        inner += items
        outer += groups
        pays += [_pay(r.body, clause.number, part.name, r.origin) for r in rules if isinstance(r.body, p.PaymentRule)]
    first = clause.parts[0].rules if clause.parts else ()
    totals = _beside([r for r in clause.totals if r.active(chosen)], _rules(first, renamed, chosen))
    items, groups = _steps(clause.number, tuple(x.part for x in claims), totals, names, schema)
    steps = _ordered(inner + items, outer + groups, _against(claims, policy, schema), policy)
    numbers = tuple(dict.fromkeys(t[0] for r in clause.rules() for t in r.origin.tags))
    rounding = _own_rounding(clause.number, policy)
    numbers += tuple(t[0] for t in rounding.origin.tags if t[0] not in numbers) if rounding else ()
    return c.Decide(clause.number, clause.title, clause.words, tuple(claims), steps, tuple(pays), rounding, clause.nature, numbers,
                    origin=clause.origin)  # fmt: skip


def _rules(rules: tuple[p.Rule, ...], renamed: Mapping[str, c.Fact], chosen: dict[str, str]) -> list[p.Rule]:
    """The rules of a part that stand, with what only renames a 逐年 fact put in place and left out."""
    active = tuple(r for r in rules if r.active(chosen))
    names = series_names(lets_of(active), renamed)
    left = (r for r in active if not (isinstance(r.body, p.LetRule) and r.body.name in names))
    return list(inlined(tuple(left), names))


def _beside(rules: Iterable[p.Rule], part: Iterable[p.Rule]) -> list[p.Rule]:
    """Caps on the whole stand beside the items: what they name in the part is written out."""
    part = list(part)
    lets = {name: let.value for name, let in lets_of(part).items()}
    subject = next((r.body for r in part if isinstance(r.body, p.SubjectRule)), None)
    one = subject.table if subject is not None and not subject.is_list else ""

    def written_out(rule: p.Rule) -> p.Rule:
        body = rule.body
        if not isinstance(body, p.LimitRule) or body.reach not in WHOLE:
            return rule
        amount, used = outside(body.amount, lets, one), outside(body.used, lets, one)
        return attrs.evolve(rule, body=attrs.evolve(body, amount=amount, used=used))

    return [written_out(r) for r in rules]


def _ordered(inner: list[c.Step], outer: list[c.Cap], against: list[c.Against], policy: list[p.Rule]) -> tuple[c.Step, ...]:
    floors = [s for s in inner if isinstance(s, c.Floor)]
    unit_caps = [s for s in inner if isinstance(s, c.Cap)]
    best = [s for s in inner if isinstance(s, c.Best)]
    caps = sorted(outer, key=lambda s: (s.period == "终身" and s.reach != "同一", _REACH_ORDER[s.reach], len(s.parts)))
    caps_first = any(isinstance(r.body, p.OrderRule) and r.body.caps_first for r in policy)
    tail: list[c.Step] = [*caps, *against] if caps_first else [*against, *caps]
    return (*floors, *unit_caps, *best, *tail)


def _each(number: str, part: str, rules: list[p.Rule], schema: p.Schema) -> c.Each | None:
    subject = next((r for r in rules if isinstance(r.body, p.SubjectRule)), None)
    if subject is None or not isinstance(subject.body, p.SubjectRule):
        return None
    ledger = number + part
    guards = [c.Guard(r.body.condition, origin=r.origin) for r in rules if isinstance(r.body, p.ConditionRule)]
    for rule in rules:
        if isinstance(rule.body, p.LookupRule) and rule.body.supported is not None:
            guards.append(c.Guard(rule.body.supported, origin=rule.origin))
        elif isinstance(rule.body, p.CountRule) and (guard := _once(rule.body, ledger, schema)) is not None:
            guards.append(c.Guard(guard, origin=rule.origin))
    lets = tuple(_let(let, origin) for let, origin in _set_by(rules))
    table = schema.table(subject.body.table)
    count = table.field_of_role("件数") if table else None
    return c.Each(
        part, ledger, subject.body.table, subject.body.is_list, lets, tuple(guards), _grant(rules),
        c.Fact(count, of_item=True) if count else None, subject.body.matter, origin=subject.origin,
    )  # fmt: skip


def _set_by(rules: Iterable[p.Rule]) -> Iterator[tuple[p.LetRule, c.Origin]]:
    """设定 and 对照 of a part."""
    for rule in rules:
        if isinstance(rule.body, p.LetRule):
            yield rule.body, rule.origin
        elif isinstance(rule.body, p.LookupRule):
            yield from ((x, rule.origin) for x in rule.body.lets)


def _grant(rules: Iterable[p.Rule]) -> c.Amount | c.Award:
    for rule in rules:
        if isinstance(rule.body, p.DiscretionRule):
            return c.Award(rule.body.record, rule.body.authority, origin=rule.origin)
    standard = next(r for r in rules if isinstance(r.body, p.StandardRule))
    assert isinstance(standard.body, p.StandardRule)
    value = standard.body.amount
    exceptions = [r for r in rules if isinstance(r.body, p.ExceptionRule)]
    replacing = tuple(
        (r.body.condition, r.body.amount)
        for r in exceptions
        if isinstance(r.body, p.ExceptionRule) and not r.body.adds
    )
    if replacing:
        value = c.Pick(replacing, value, MONEY, span=standard.origin.span)
    for rule in exceptions:
        if isinstance(rule.body, p.ExceptionRule) and rule.body.adds:
            arms = ((rule.body.condition, rule.body.amount),)
            extra = c.Pick(arms, c.Lit(Fraction(0), MONEY), MONEY, span=rule.origin.span)
            value = c.Arith("+", value, extra, MONEY, span=rule.origin.span)
    tags = standard.origin.tags + tuple(t for r in exceptions for t in r.origin.tags)
    replaced = tuple(r.origin for r in exceptions if isinstance(r.body, p.ExceptionRule) and not r.body.adds)
    added = tuple(r.origin for r in exceptions if isinstance(r.body, p.ExceptionRule) and r.body.adds)
    return c.Amount(value, replaced, added, origin=attrs.evolve(standard.origin, tags=tags))


# -- what was granted before ----------------------------------------------------------------------------


def _once(rule: p.CountRule, ledger: str, schema: p.Schema) -> c.Value | None:
    """限次 per item or per lifetime as a condition; per year it is a cap."""
    if rule.reach == "单项":
        return None if rule.used is None else c.Logic("非", (rule.used,))
    if rule.period != "终身":
        return None
    history = schema.table_of_role("历史台账")
    if history is None:
        return None
    count = c.FoldItems("计数", history.name, _of_ledger(history, ledger), None, COUNT, history.closed)
    return c.Cmp("<", count, c.Lit(Fraction(rule.times), COUNT))


def _of_ledger(history: p.FactTable, ledger: str) -> c.Value:
    field = history.field_of_role("台账条款")
    assert field is not None
    return c.Cmp("=", c.Fact(field, of_item=True), c.Lit(ledger, TEXT))


def _granted(number: str, parts: tuple[str, ...], period: str, schema: p.Schema, names: tuple[str, ...]) -> c.Value | None:
    """What the ledgers say was granted under these of a clause's parts (`names`): this year, or ever."""
    if period == "年度":
        field = schema.top_of_role("本年台账")
        return _granted_this_year(c.Fact(field), number, parts, names) if field else None
    history = schema.table_of_role("历史台账")
    amount = history.field_of_role("台账金额") if history else None
    if history is None or amount is None:
        return None
    tests = tuple(_of_ledger(history, number + part) for part in parts)
    guard = tests[0] if len(tests) == 1 else c.Logic("或", tests)
    return c.FoldItems("合计", history.name, guard, c.Fact(amount, of_item=True), MONEY, history.closed)


def _granted_this_year(ledger: c.Fact, number: str, parts: tuple[str, ...], names: tuple[str, ...]) -> c.Value:
    """Under the clause as a whole, or under some of its parts only."""
    keys = tuple(number + name for name in names)
    if len(keys) < 2 or set(parts) >= set(names):
        return c.At(ledger, c.Lit(number, TEXT), number, keys) if keys else c.At(ledger, c.Lit(number, TEXT))
    found: list[c.Value] = [c.At(ledger, c.Lit(number + part, TEXT), number, keys) for part in parts]
    return reduce(lambda one, other: c.Arith("+", one, other, MONEY), found)


# -- steps ------------------------------------------------------------------------------------------------


def _steps(number: str, parts: tuple[str, ...], rules: Iterable[p.Rule], names: tuple[str, ...],
           schema: p.Schema) -> tuple[list[c.Step], list[c.Cap]]:  # fmt: skip
    """Steps on items, and caps on groups."""
    items: list[c.Step] = []
    groups: list[c.Cap] = []
    for rule in rules:
        match rule.body:
            case p.LimitRule(floor=True, parts=named, amount=amount):
                items.append(c.Floor(named or parts, amount, origin=rule.origin))
            case p.LimitRule() as limit:
                made = _caps(limit, number, parts, names, schema, rule.origin)
                if limit.reach == "单项":
                    items += made
                else:
                    groups += made
            case p.CountRule(period="年度", top_up=top_up, reach="企业年度"):
                used = _granted(number, parts, "年度", schema, names)
                if used is not None:
                    groups.append(_yearly_once(used, parts, top_up, rule.origin))
            case p.HighestRule(key=key, rank=rank, order=order):
                items.append(c.Best(parts, key, rank, order, origin=rule.origin))
    return items, groups


def _caps(limit: p.LimitRule, number: str, parts: tuple[str, ...], names: tuple[str, ...], schema: p.Schema,
          origin: c.Origin) -> list[c.Cap]:  # fmt: skip
    reached = limit.parts or parts
    sets = [(name,) for name in reached] if limit.split else [reached]
    ledger = limit.used is None and limit.reach in ("分项", "合计")
    return [
        c.Cap(limit.reach, group, limit.key, limit.amount, _granted(number, group, limit.period, schema, names) if ledger else limit.used,
              limit.period, origin=origin)
        for group in sets
    ]  # fmt: skip


def _yearly_once(used: c.Value, parts: tuple[str, ...], top_up: bool, origin: c.Origin) -> c.Cap:
    """一年一次: nothing more once something was granted; 已得补差: only what is still missing."""
    if top_up:
        return c.Cap("合计", parts, None, None, used, "年度", origin=origin)
    spent = c.Cmp(">", c.Used(used), c.Lit(Fraction(0), MONEY))
    ceiling = c.Pick(((spent, c.Lit(Fraction(0), MONEY)),), c.Lit(UNLIMITED, MONEY), MONEY)
    return c.Cap("合计", parts, None, ceiling, None, "年度", origin=origin)


def part_names(clause: p.Clause) -> tuple[str, ...]:
    """The names of its 分项; none if it has none."""
    return tuple(part.name for part in clause.parts if part.name)


def _shared(rule: p.Rule, program: p.Program) -> c.SharedCap:
    assert isinstance(rule.body, p.SharedLimitRule)
    names = {k.number: part_names(k) for k in program.clauses}
    granted = [_granted(n, names.get(n) or ("",), rule.body.period, program.schema, names.get(n, ())) for n in rule.body.clauses]
    used = tuple(v for v in granted if v is not None)
    return c.SharedCap(rule.body.clauses, rule.body.amount, used, rule.body.period, origin=rule.origin)


def _against(claims: list[c.Each], policy: list[p.Rule], schema: p.Schema) -> list[c.Against]:
    """竞合 holds for the clauses whose amounts are reckoned and whose items name their matter."""
    if not any(x.matter is not None and isinstance(x.grant, c.Amount) for x in claims):
        return []
    order_tags = tuple(t for r in policy if isinstance(r.body, p.OrderRule) for t in r.origin.tags)
    found = []
    for rule in policy:
        if isinstance(rule.body, p.AgainstRule) and (table := schema.table(rule.body.outside)):
            names = [table.field_of_role(r) for r in ("外部事项", "外部金额", "外部状态")]
            matter, amount, state = (f.name if f else "" for f in names)
            origin = attrs.evolve(rule.origin, tags=rule.origin.tags + order_tags)
            optional = names[0] is not None and names[0].optional
            states = names[2].type if names[2] is not None else None
            third = not isinstance(states, EnumType) or bool({*states.members} - {rule.body.received, rule.body.rival})
            found.append(c.Against(table.name, matter, amount, state, rule.body.received, rule.body.rival,
                                   rule.body.top_up, optional, third, origin=origin))  # fmt: skip
    return found


def _pay(rule: p.PaymentRule, number: str, part: str, origin: c.Origin) -> c.Pay:
    return c.Pay(part, number + part, rule.shares, rule.after_expiry, origin=origin)
