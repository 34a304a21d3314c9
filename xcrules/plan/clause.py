"""One clause under one set of readings: its claims, and what is done with them, in the order of judging.

The order is here and nowhere else: conditions and 限次 of each item, 标准/例外/加给/减征 or 裁量, 下限 and 单项 caps,
从高, 竞合, then caps from the inside out, 终身 last (语言参考“判断的次序”). 竞合 comes after the
caps where a line 竞合：先封顶后从高 says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve

from xcrules.base.money import UNLIMITED
from xcrules.facts.tables import Schema
from xcrules.facts.types import MONEY, TEXT, YEARS
from xcrules.meaning import governing, rules, values
from xcrules.meaning.grants import enjoyed
from xcrules.meaning.inlining import lets_of, series_names
from xcrules.meaning.program import Clause

from . import steps
from .behind import Behind
from .claims import each, once_in_all
from .limits import Limits, against
from .lines import beside, by_kind, part_names, standing
from .standard import name_the_standard, rounding_of


def decide(clause: Clause, policy: list[rules.Rule], schema: Schema, chosen: dict[str, str], behind: Behind) -> steps.Decide:
    """The clause in a plan; `policy` are the rules of the whole policy that reach into it, `chosen` has a choice for every reading, `behind` knows the names of the policy."""
    renamed, names = series_names(lets_of(policy), {}), part_names(clause)
    own = [r for r in clause.rules() if r.active(chosen)]
    saying, fund = governing.saying_of(policy, clause.number, names), _fund((*policy, *own), own, clause.number)
    both = saying is not None and bool(saying.reverse)
    rounding, alone = rounding_of(policy, clause.number), rounding_of(policy, clause.number, each=True)
    claims: list[steps.Each] = []
    limits, payments = Limits(clause.number, names, schema), list[steps.Payment]()
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
        claim = each(group, part.name, lines, schema, both, lets_of((*policy, *rule_list)), alone)
        once = once_in_all(totals, group, schema, lines.subject)
        claims.append(evolve(claim, guards=(*claim.guards, *once)) if once else claim)
        limits.subjects[part.name] = lines.subject
        outside = by_kind(beside(rule_list, rule_list))
        limits.add(outside, (part.name,))
        for x, origin in outside.payments:
            payments.append(steps.Payment(part.name, claim.ledger, x.shares, x.after_expiry, x.events, x.going, origin=origin))
    first = _with_years(standing(clause.parts[0].rules, renamed, chosen, behind), clause, schema, totals) if clause.parts else []
    limits.add(by_kind(beside(totals, first)), tuple(x.part for x in claims))
    spared = (*governing.ungated(policy, clause.number), *(["竞合"] if clause.nature or (saying is not None and saying.monthly) else []))
    if "竞合" not in spared and any(isinstance(r.body, rules.Against) and r.body.by_clause for r in policy):
        claims = [evolve(x, matter=values.Literal(x.ledger, TEXT)) for x in claims]
    order = [r.body.caps_first for r in policy if isinstance(r.body, rules.AgainstOrder)]
    readings = [number for r in clause.rules() for number, _ in r.origin.tags]
    readings += [number for x in (rounding, alone, fund) if x is not None for number, _ in x.origin.tags]
    weighed = [] if "竞合" in spared else against(clause.number, claims, policy, schema)
    widened = (steps.Guard(x, origin=where) for x, where in governing.widened(policy, clause.number))
    return steps.Decide(
        clause.number, clause.title, clause.words, tuple(claims), limits.in_order(weighed, any(order)), tuple(payments),
        rounding, saying, fund,
        nature="" if clause.parts else clause.nature, elsewhere=clause.nature if clause.parts else "",
        ungated=(*(x for x in spared if x != "竞合"), *widened), readings=tuple(dict.fromkeys(readings)), origin=clause.origin,
    )


def _fund(rule_list: Iterable[rules.Rule], own: list[rules.Rule], number: str) -> steps.Fund | None:
    """The 总额 out of which a clause is met."""
    for rule in rule_list:
        x = rule.body
        if isinstance(x, rules.Fund) and number in x.clauses:
            settles = x.record is not None and any(isinstance(r.body, rules.Discretion) and r.body.record is None for r in own)
            order = x.order, x.ranks, x.tie, x.tie_shared
            return steps.Fund(x.clauses, x.total, x.yearly, x.shared, *order, x.record, settles, origin=rule.origin)
    return None


def _of_fund(fund: steps.Fund, own: list[rules.Rule]) -> Iterator[rules.Rule]:
    """What a 总额 is to a clause: no enterprise is given more by an authority than there is, and none more than its share, once that is known."""
    if fund.total is not None and any(isinstance(r.body, rules.Discretion) for r in own):
        yield rules.Rule(rules.Cap("合计", None, False, None, steps.IN_ALL, fund.total, None), fund.origin)
    if fund.record is not None and not fund.settles:
        share = values.Pick(((values.Compare(">=", fund.record, values.NO_MONEY), fund.record),), values.Literal(UNLIMITED, MONEY), MONEY)
        yield rules.Rule(rules.Cap("合计", None, False, None, steps.SHARE, share, None), evolve(fund.origin, label="统筹"))


def _with_years(rule_list: list[rules.Rule], clause: Clause, schema: Schema, others: list[rules.Rule] | None = None) -> list[rules.Rule]:
    """With the name 享受年次, where a line of these or beside them reads it."""
    read = (v for r in (*rule_list, *(others or ())) for v in values.nodes_of(r.body))
    if not any(isinstance(v, values.Var) and v.name == values.ENJOYED for v in read):
        return rule_list
    let = rules.Let(values.ENJOYED, enjoyed(clause.number, part_names(clause), schema), YEARS)
    return [rules.Rule(let, clause.origin), *rule_list]
