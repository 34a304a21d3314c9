"""The rules of a part under one set of readings, sorted by what they do. A new kind of rule must find its place in `by_kind`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import assert_never

from attrs import define, evolve, field

from xcrules.meaning import rules, values
from xcrules.meaning.inlining import WHOLE, inlined, lets_of, outside, series_names
from xcrules.meaning.program import Clause

from . import steps
from .behind import Behind


def part_names(clause: Clause) -> tuple[str, ...]:
    """The names of its 分项; none if it has none."""
    return tuple(part.name for part in clause.parts if part.name)


def standing(
    rule_list: tuple[rules.Rule, ...], renamed: Mapping[str, values.Fact], chosen: dict[str, str], behind: Behind
) -> list[rules.Rule]:
    """The rules that stand under these readings, with what only renames a 逐年 fact put in place and left out."""
    active = tuple(r for r in rule_list if r.active(chosen))
    names = series_names(lets_of(active), renamed)
    return behind.told(inlined(tuple(r for r in active if not (isinstance(r.body, rules.Let) and r.body.name in names)), names))


Subject = tuple[rules.Subject, values.Origin]


@define(eq=False)
class Lines:
    """The lines of a part by what they do, each with where it stands."""

    subject: Subject | None = None
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
            case rules.SharedCap() | rules.OnlyOne() | rules.Against() | rules.AgainstOrder() | rules.Monthly() | rules.Term():
                pass  # of the whole policy
            case rules.Ungated() | rules.Years() | rules.Rounding() | rules.Saying() | rules.Scope():
                pass
            case _:
                assert_never(rule.body)
    return lines


def lets_in(rule_list: Iterable[rules.Rule]) -> tuple[steps.Let, ...]:
    """设定, 定义 and what 对照 sets, in the order written."""
    return tuple(steps.Let(x.name, x.value, x.type, origin=rule.origin) for rule in rule_list for x in rules.lets_of(rule.body))


def beside(rule_list: Iterable[rules.Rule], part: list[rules.Rule]) -> list[rules.Rule]:
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
