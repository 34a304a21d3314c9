"""One clause under one set of readings: its claims, and what is done with them, in the order of judging.

The order is here and nowhere else: conditions and 限次 of each item, 标准/例外/加给/减征 or 裁量, 下限 and 单项 caps,
从高, 竞合, then caps from the inside out, 终身 last (语言参考“判断的次序”). 竞合 comes after the
caps where a line 竞合：先封顶后从高 says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import assert_never

from attrs import define, evolve, field

from xcrules.base.money import UNLIMITED
from xcrules.facts.tables import Schema
from xcrules.facts.types import COUNT, MONEY, TEXT, YEARS, EnumType
from xcrules.meaning import governing, rules, values
from xcrules.meaning.grants import LIFETIME, YEARLY, Group, enjoyed, filled_in, granted_before, granted_for, made_up, not_yet, places
from xcrules.meaning.inlining import WHOLE, inlined, item_facts, lets_of, outside, series_names
from xcrules.meaning.matters import key_of
from xcrules.meaning.possible import natural
from xcrules.meaning.program import Clause

from . import steps
from .behind import Behind
from .standard import brought, name_the_standard, not_below_nothing, relieved, rounding_of

_REACH_ORDER = {"单项": 0, "同一": 1, "分项": 2, "合计": 3}
_SOMETHING = Fraction(100_000_000)  # 元
_PLACES = 10**9  # more than any list has items


def part_names(clause: Clause) -> tuple[str, ...]:
    """The names of its 分项; none if it has none."""
    return tuple(part.name for part in clause.parts if part.name)


def standing(rule_list: tuple[rules.Rule, ...], renamed: Mapping[str, values.Fact], chosen: dict[str, str], behind: Behind) -> list[rules.Rule]:
    """The rules that stand under these readings, with what only renames a 逐年 fact put in place and left out."""
    active = tuple(r for r in rule_list if r.active(chosen))
    names = series_names(lets_of(active), renamed)
    return behind.told(inlined(tuple(r for r in active if not (isinstance(r.body, rules.Let) and r.body.name in names)), names))


def decide(clause: Clause, policy: list[rules.Rule], schema: Schema, chosen: dict[str, str], behind: Behind) -> steps.Decide:
    """The clause in a plan; `policy` are the rules of the whole policy that reach into it, `chosen` has a choice for every reading, `behind` knows the names of the policy."""
    renamed, names = series_names(lets_of(policy), {}), part_names(clause)
    own = [r for r in clause.rules() if r.active(chosen)]
    saying, fund = governing.saying_of(policy, clause.number, names), _fund((*policy, *own), own, clause.number)
    both, rounding, alone = saying is not None and bool(saying.reverse), rounding_of(policy, clause.number), rounding_of(policy, clause.number, each=True)
    claims: list[steps.Each] = []
    caps, payments = _Steps(clause.number, names, schema), list[steps.Payment]()
    totals = [*behind.told([r for r in clause.totals if r.active(chosen)]), *(_of_fund(fund, own) if fund is not None else ())]
    group = clause.number, tuple(clause.number + name for name in names)
    for part in clause.parts:
        rule_list = _with_years(standing(part.rules, renamed, chosen, behind), clause, schema)
        lines = by_kind(rule_list)
        if lines.subject is None:
            continue
        lines.adjustments, named = name_the_standard(lines.standards, lines.adjustments, [x.name for x in lines.lets], both)
        lines.lets = (*lines.lets, *named)
        if lines.discretion is not None and lines.discretion[0].record is None and fund is not None:
            lines.discretion = evolve(lines.discretion[0], record=fund.record), lines.discretion[1]
        each = _each(group, part.name, lines, schema, both, lets_of((*policy, *rule_list)), alone)
        once = _once_in_all(totals, group, schema, lines.subject)
        claims.append(evolve(each, guards=(*each.guards, *once)) if once else each)
        caps.subjects[part.name] = lines.subject
        beside = by_kind(_beside(rule_list, rule_list))
        caps.add(beside, (part.name,))
        payments += [steps.Payment(part.name, clause.number + part.name, x.shares, x.after_expiry, x.events, x.going, origin=origin) for x, origin in beside.payments]
    first = _with_years(standing(clause.parts[0].rules, renamed, chosen, behind), clause, schema, totals) if clause.parts else []
    caps.add(by_kind(_beside(totals, first)), tuple(x.part for x in claims))
    spared = (*governing.ungated(policy, clause.number), *(["竞合"] if clause.nature or (saying is not None and saying.monthly) else []))
    if "竞合" not in spared and any(isinstance(r.body, rules.Against) and r.body.by_clause for r in policy):
        claims = [evolve(x, matter=values.Literal(x.ledger, TEXT)) for x in claims]
    order = [r.body.caps_first for r in policy if isinstance(r.body, rules.AgainstOrder)]
    readings = [number for r in clause.rules() for number, _ in r.origin.tags]
    readings += [number for x in (rounding, alone, fund) if x is not None for number, _ in x.origin.tags]
    return steps.Decide(
        clause.number, clause.title, clause.words, tuple(claims), caps.in_order([] if "竞合" in spared else _against(clause.number, claims, policy, schema), any(order)), tuple(payments),
        rounding, saying, fund, "" if clause.parts else clause.nature, clause.nature if clause.parts else "", (*(x for x in spared if x != "竞合"), *(steps.Guard(x, origin=where) for x, where in governing.widened(policy, clause.number))), tuple(dict.fromkeys(readings)), origin=clause.origin,
    )


def together(one: values.Value | None, other: values.Value | None) -> values.Value | None:
    """The sum of what there is."""
    return values.Arith("+", one, other, MONEY) if one is not None and other is not None else one or other


def _fund(rule_list: Iterable[rules.Rule], own: list[rules.Rule], number: str) -> steps.Fund | None:
    """The 总额 out of which a clause is met."""
    for rule in rule_list:
        x = rule.body
        if isinstance(x, rules.Fund) and number in x.clauses:
            settles = x.record is not None and any(isinstance(r.body, rules.Discretion) and r.body.record is None for r in own)
            return steps.Fund(x.clauses, x.total, x.yearly, x.shared, x.order, x.ranks, x.tie, x.tie_shared, x.record, settles, origin=rule.origin)
    return None


def _of_fund(fund: steps.Fund, own: list[rules.Rule]) -> Iterator[rules.Rule]:
    """What a 总额 is to a clause: no enterprise is given more by an authority than there is, and none more than its share, once that is known."""
    if fund.total is not None and any(isinstance(r.body, rules.Discretion) for r in own):
        yield rules.Rule(rules.Cap("合计", None, False, None, steps.IN_ALL, fund.total, None), fund.origin)
    if fund.record is not None and not fund.settles:
        share = values.Pick(((values.Compare(">=", fund.record, values.NO_MONEY), fund.record),), values.Literal(UNLIMITED, MONEY), MONEY)
        yield rules.Rule(rules.Cap("合计", None, False, None, steps.SHARE, share, None), evolve(fund.origin, label="统筹"))


def _with_years(rule_list: list[rules.Rule], clause: Clause, schema: Schema, beside: list[rules.Rule] | None = None) -> list[rules.Rule]:
    """With the name 享受年次, where a line of these or beside them reads it."""
    if not any(isinstance(v, values.Var) and v.name == values.ENJOYED for r in (*rule_list, *(beside or ())) for v in values.nodes_of(r.body)):
        return rule_list
    let = rules.Let(values.ENJOYED, enjoyed(clause.number, part_names(clause), schema), YEARS)
    return [rules.Rule(let, clause.origin), *rule_list]


# -- the lines of a part --------------------------------------------------------------------------------


@define(eq=False)
class Lines:
    """The lines of a part by what they do, each with where it stands. A new kind of rule must find its place in `by_kind`."""

    subject: tuple[rules.Subject, values.Origin] | None = None
    conditions: list[tuple[rules.Condition, values.Origin]] = field(factory=list)
    refusals: list[tuple[rules.Lookup | rules.CountCap, values.Origin]] = field(factory=list)  # conditions that are not written as such
    standards: list[tuple[rules.Standard, values.Origin]] = field(factory=list)  # several where each has its condition
    adjustments: list[tuple[rules.ConditionalAmount, values.Origin]] = field(factory=list)
    reliefs: list[tuple[rules.Relief, values.Origin]] = field(factory=list)  # of which no two hold at once
    discretion: tuple[rules.Discretion, values.Origin] | None = None
    limits: list[tuple[rules.Floor | rules.Cap | rules.CountCap | rules.Highest, values.Origin]] = field(factory=list)
    payments: list[tuple[rules.Payment, values.Origin]] = field(factory=list)
    lets: tuple[steps.Let, ...] = ()


def by_kind(rule_list: Iterable[rules.Rule]) -> Lines:
    """The rules of a part in the order written, sorted by what they do."""
    rule_list = list(rule_list)
    lines = Lines(lets=lets_in(rule_list))
    for rule in rule_list:
        origin = rule.origin
        match rule.body:
            case rules.Subject() as body:
                lines.subject = lines.subject or (body, origin)
            case rules.Condition() as body:
                lines.conditions.append((body, origin))
            case rules.Lookup() as body:
                lines.refusals.append((body, origin))
            case rules.Standard() as body:
                lines.standards.append((body, origin))
            case rules.ConditionalAmount() as body:
                lines.adjustments.append((body, origin))
            case rules.Relief() as body:
                lines.reliefs.append((body, origin))
            case rules.Discretion() as body:
                lines.discretion = lines.discretion or (body, origin)
            case rules.CountCap() as body:
                lines.refusals.append((body, origin))
                lines.limits.append((body, origin))
            case rules.Floor() | rules.Cap() | rules.Highest() as body:
                lines.limits.append((body, origin))
            case rules.Payment() as body:
                lines.payments.append((body, origin))
            case rules.Let() | rules.Nature() | rules.Fund():
                pass  # names are collected above; a 性质 and a 总额 are the clause's
            case (rules.SharedCap() | rules.OnlyOne() | rules.Against() | rules.AgainstOrder() | rules.Monthly() | rules.Term() | rules.Ungated() | rules.Years()
                  | rules.Rounding() | rules.Saying() | rules.Scope()):
                pass  # of the whole policy
            case _:
                assert_never(rule.body)
    return lines


def lets_in(rule_list: Iterable[rules.Rule]) -> tuple[steps.Let, ...]:
    """设定, 定义 and what 对照 sets, in the order written."""
    lets: list[steps.Let] = []
    for rule in rule_list:
        lets += [steps.Let(x.name, x.value, x.type, origin=rule.origin) for x in rules.lets_of(rule.body)]
    return tuple(lets)


def _beside(rule_list: Iterable[rules.Rule], part: list[rules.Rule]) -> list[rules.Rule]:
    """Caps on the whole stand beside the items: what they name in the part is written out."""
    lets = {name: let.value for name, let in lets_of(part).items()}
    subject = next((r.body for r in part if isinstance(r.body, rules.Subject)), None)
    table = subject.table if subject is not None and not subject.is_list else ""

    def written_out(rule: rules.Rule) -> rules.Rule:
        body = rule.body
        if isinstance(body, rules.Payment):
            events = tuple(evolve(x, when=outside(x.when, lets, table)) for x in body.events)
            return evolve(rule, body=evolve(body, events=events, going=outside(body.going, lets, table)))
        if isinstance(body, rules.CountCap) and body.condition is not None:
            return evolve(rule, body=evolve(body, condition=outside(body.condition, lets, table)))
        if not isinstance(body, rules.Cap) or body.reach not in WHOLE:
            return rule
        return evolve(rule, body=evolve(body, amount=outside(body.amount, lets, table), used=outside(body.used, lets, table)))

    return [written_out(r) for r in rule_list]


# -- claims ---------------------------------------------------------------------------------------------


def _each(group: Group, part: str, lines: Lines, schema: Schema, both: bool, lets: Mapping[str, rules.Let], alone: steps.Rounding | None) -> steps.Each:
    assert lines.subject is not None
    (subject, origin), number = lines.subject, group[0]
    table = schema.table(subject.table)
    count = table.field_of_role("件数") if table else None
    return steps.Each(
        part, number + part, subject.table, subject.is_list, lines.lets, _guards(lines, group, part, schema), _grant(lines, both, lets, alone),
        values.Fact(count, of_item=True) if count else None, subject.matter, bool(table and table.closed and subject.is_list), origin=origin,
    )


def _guards(lines: Lines, group: Group, part: str, schema: Schema) -> tuple[steps.Guard, ...]:
    """Conditions, then the rows of 对照 and 限次 that refuse an item."""
    guards = [steps.Guard(body.condition, origin=origin) for body, origin in lines.conditions]
    for body, origin in lines.refusals:
        condition = body.supported if isinstance(body, rules.Lookup) else not_yet(body, group, part, schema, _marked(body, lines.subject, schema))
        if condition is not None:
            guards.append(steps.Guard(condition, origin=origin))
    return (*guards, *_any_part(lines))


def _marked(limit: rules.CountCap, subject: tuple[rules.Subject, values.Origin] | None, schema: Schema) -> values.Value | None:
    """What an item is alike to earlier grants by."""
    return key_of(subject[0].table, subject[0].is_list, limit.key, subject[0].matter, schema) if limit.key and subject is not None else None


def _once_in_all(totals: Iterable[rules.Rule], group: Group, schema: Schema, subject: tuple[rules.Subject, values.Origin]) -> tuple[steps.Guard, ...]:
    """限次：合计 企业终身 一次: what was granted under any part counts for all."""
    found = ((not_yet(r.body, group, "", schema, _marked(r.body, subject, schema)), r.origin) for r in totals if isinstance(r.body, rules.CountCap))
    return tuple(steps.Guard(condition, origin=origin) for condition, origin in found if condition is not None)


def _any_part(lines: Lines) -> tuple[steps.Guard, ...]:
    """Of 标准 that each have a condition one must hold, for the item to count."""
    asked = [(body.condition, origin) for body, origin in lines.standards if body.condition is not None]
    if not asked or lines.discretion is not None:
        return ()
    test = values.joined("或", [test for test, _ in asked])
    text = " 或 ".join(" ".join(test.span.text.split()) if test.span else origin.text for test, origin in asked)
    return (steps.Guard(test, origin=evolve(asked[0][1], text=text, tags=tuple(tag for _, origin in asked for tag in origin.tags))),)


def _grant(lines: Lines, both: bool, lets: Mapping[str, rules.Let], alone: steps.Rounding | None) -> steps.Amount | steps.Discretion:
    """元 of an item: 标准 (or the sum of those that hold) or the 例外 that holds in its place, each 加给 that holds on top, 减征 of it all; or what an authority says."""
    known = {name: let.value for name, let in lets.items()} | {x.name: x.value for x in lines.lets}
    if lines.discretion is not None:
        said, origin = lines.discretion
        filled = filled_in(said.record, known) if said.record is not None else ()
        return steps.Discretion(said.record, said.authority, filled, origin=origin)
    if not lines.standards:  # 另行规定: there is something, whatever it is rounded to
        assert lines.subject is not None
        return steps.Amount(values.Literal(_SOMETHING, MONEY), origin=lines.subject[1])
    (standard, origin), *others = lines.standards
    replacing = [x for x in lines.adjustments if not x[0].adds]
    adding = [*((rules.ConditionalAmount(x.condition, not_below_nothing(x.amount), True), where) for x, where in others if x.condition is not None),
              *(x for x in lines.adjustments if x[0].adds)]
    value = standard.amount
    if standard.condition is not None:
        value = values.Pick(((standard.condition, not_below_nothing(value) if others else value),), values.NO_MONEY, MONEY, span=origin.span)
    if replacing:
        value = values.Pick(tuple((x.condition, x.amount) for x, _ in replacing), value, MONEY, span=origin.span)
    if adding and not others and not both and natural(inlined(value, known)).low < 0:
        value = not_below_nothing(value)
    for extra, where in adding:
        value = values.Arith("+", value, values.Pick(((extra.condition, extra.amount),), values.NO_MONEY, MONEY, span=where.span), MONEY, span=where.span)
    if lines.reliefs:
        value = relieved(value, [case for relief, _ in lines.reliefs for case in relief.cases], lines.reliefs[0][1].span)
    beside = [where for _, where in (*replacing, *adding, *lines.reliefs)]
    tags = origin.tags + tuple(tag for where in beside for tag in where.tags)
    if alone is not None:
        value, tags = brought(value, alone), tags + alone.origin.tags
    return steps.Amount(value, tuple(where for _, where in replacing), tuple(where for _, where in adding), tuple(where for _, where in lines.reliefs), standard.condition is not None,
                        both, alone, origin=evolve(origin, tags=tags))


# -- steps ----------------------------------------------------------------------------------------------


@define(eq=False)
class _Steps:
    """The steps of a clause while its parts are gone over."""

    number: str
    names: tuple[str, ...]  # of its parts
    schema: Schema
    subjects: dict[str, tuple[rules.Subject, values.Origin]] = field(factory=dict)
    floors: list[steps.Floor] = field(factory=list)
    item_caps: list[steps.Cap] = field(factory=list)
    highest: list[steps.Highest] = field(factory=list)
    group_caps: list[steps.Cap] = field(factory=list)

    def add(self, lines: Lines, parts: tuple[str, ...]) -> None:
        """What the lines that stand under these parts do."""
        for body, origin in lines.limits:
            match body:
                case rules.Floor():
                    self.floors.append(steps.Floor(body.parts or parts, body.amount, origin=origin))
                case rules.Cap():
                    (self.item_caps if body.reach == "单项" else self.group_caps).extend(self._caps(body, parts, origin))
                case rules.CountCap(top_up=True, made_up_first=True):
                    self.item_caps.extend(x for part in parts for x in self._once(body, parts, origin, part))
                case rules.CountCap():
                    self.group_caps.extend(self._once(body, parts, origin))
                    self.highest.extend(self._pieces(body, parts, origin))
                case rules.Highest():
                    self.highest.append(steps.Highest(body.parts or parts, body.key, body.rank, body.order, body.take,
                                                      body.way not in (None, "从高"), body.tied == "从低", origin=origin))
                case _:
                    assert_never(body)

    def _caps(self, cap: rules.Cap, parts: tuple[str, ...], origin: values.Origin) -> list[steps.Cap]:
        """One cap, or of 各分项 one for each part; what the ledgers say is taken off where the line names nothing else."""
        reached = cap.parts or parts
        groups = [(name,) for name in reached] if cap.split else [reached]
        by_ledger = cap.used is None and cap.reach in WHOLE
        return [
            steps.Cap(
                cap.reach,
                group,
                cap.key,
                cap.amount,
                together(granted_before(self.number, group, cap.period, self.schema, self.names), cap.others)
                if by_ledger
                else cap.used
                or (granted_for(cap.key, tuple(self.number + x for x in group), cap.period, self.schema) if cap.reach == "同一" else None),
                cap.period,
                origin=origin,
            )
            for group in groups
        ]

    def _pieces(self, limit: rules.CountCap, parts: tuple[str, ...], origin: values.Origin) -> Iterator[steps.Highest]:
        """限次：同一 类别 年度 3件: of this application only the highest, as many as earlier grants leave room for."""
        key = next((_marked(limit, self.subjects.get(part), self.schema) for part in parts), None)
        group = self.number, tuple(self.number + x for x in self.names)
        left = places(limit, group, parts[0] if len(parts) == 1 else "", self.schema, key) if limit.pieces else None
        if left is None:
            return
        had, case = left.left, limit.condition
        if case is not None:  # what is not limited has places enough
            had = values.Pick(((case, had),), values.Literal(Fraction(-_PLACES), COUNT), COUNT)
        if case is not None and any(item_facts(case, {})):  # and is apart
            said = case.span.text if case.span is not None else limit.pieces
            apart = values.Pick(((case, values.Literal(said, TEXT)),), values.Literal(f"非{said}", TEXT), TEXT)
            key = values.Together((*(key.parts if isinstance(key, values.Together) else () if key is None else (key,)), apart))
        yield steps.Highest(parts, key or values.EVERY, None, (), limit.times, had=had, origin=origin)

    def _once(self, limit: rules.CountCap, parts: tuple[str, ...], origin: values.Origin, alone: str | None = None) -> list[steps.Cap]:
        """一年一次: nothing more once something was granted; 已得补差: only what is still missing, of each item of the part `alone` by itself. Other 限次 are conditions."""
        key = next((_marked(limit, self.subjects.get(part), self.schema) for part in (parts if alone is None else (alone,))), None)
        had = made_up(limit, (self.number, tuple(self.number + x for x in self.names)), parts, self.schema, key)
        used = granted_before(self.number, parts, YEARLY, self.schema, self.names) if limit.period == YEARLY and not limit.by_history else None
        if alone is not None:
            return [steps.Cap("单项", (alone,), None, None, x, limit.period, origin=origin) for x in (had or used,) if x is not None]
        if had is not None:
            return [steps.Cap("同一" if limit.key else "合计", parts, key, None, had, LIFETIME, origin=origin)]
        if used is None:
            return []
        if limit.top_up:
            used = used if limit.condition is None else values.Pick(((limit.condition, used),), values.NO_MONEY, MONEY)
            return [steps.Cap("合计", parts, None, None, used, YEARLY, origin=origin)]
        spent: values.Value = values.Compare(">", values.Used(used), values.NO_MONEY)
        spent = spent if limit.condition is None else values.Logic("且", (limit.condition, spent))
        ceiling = values.Pick(((spent, values.NO_MONEY),), values.Literal(UNLIMITED, MONEY), MONEY)
        return [steps.Cap("合计", parts, None, ceiling, None, YEARLY, origin=origin)]

    def in_order(self, against: list[steps.Against], caps_first: bool) -> tuple[steps.Step, ...]:
        """The order of judging."""
        caps = sorted(self.group_caps, key=cap_order)
        tail: list[steps.Step] = [*caps, *against] if caps_first else [*against, *caps]
        return (*self.floors, *sorted(self.item_caps, key=lambda x: x.ceiling is None), *self.highest, *tail)


def cap_order(cap: steps.Cap) -> tuple[bool, bool, int, int]:
    """已得补差 first: bounds hold what is still due, and see for themselves what was had; these from the inside out, 终身 last."""
    return cap.ceiling is not None, cap.period == LIFETIME and cap.reach != "同一", _REACH_ORDER[cap.reach], len(cap.parts)


def _against(number: str, claims: list[steps.Each], policy: list[rules.Rule], schema: Schema) -> list[steps.Against]:
    """竞合 holds for the clauses whose amounts are reckoned (含裁量: or settled) and whose items name their matter."""
    order_tags = tuple(t for r in policy if isinstance(r.body, rules.AgainstOrder) for t in r.origin.tags)
    found = []
    for rule in policy:
        weighed = isinstance(rule.body, rules.Against) and number not in rule.body.summed and any(x.matter is not None and (rule.body.settled or isinstance(x.grant, steps.Amount)) for x in claims)
        if isinstance(rule.body, rules.Against) and weighed and (table := schema.table(rule.body.outside)):
            matter, amount, state = (table.field_of_role(r) for r in ("台账条款" if rule.body.by_clause else "外部事项", "外部金额", "外部状态"))
            assert matter is not None  # check asks a table of outside support for the three roles
            assert amount is not None
            assert state is not None
            third = not isinstance(state.type, EnumType) or bool({*state.type.members} - {rule.body.received, rule.body.rival})
            origin = evolve(rule.origin, tags=rule.origin.tags + order_tags)
            found.append(steps.Against(table.name, matter.name, amount.name, state.name, rule.body.received, rule.body.rival,
                                       rule.body.top_up, matter.optional, rule.body.settled, third, origin=origin))
    return found
