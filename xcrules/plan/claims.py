"""The items of a part: which count (conditions and 限次), and what each is given, 标准/例外/加给/减征 or 裁量."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from attrs import evolve

from xcrules.facts.tables import Schema
from xcrules.facts.types import MONEY
from xcrules.meaning import rules, values
from xcrules.meaning.grants import Group, filled_in, not_yet
from xcrules.meaning.inlining import inlined
from xcrules.meaning.matters import key_of
from xcrules.meaning.possible import natural

from . import steps
from .lines import Lines, Subject
from .standard import brought, not_below_nothing, relieved

_SOMETHING = Fraction(100_000_000)  # 元


def each(
    group: Group, part: str, lines: Lines, schema: Schema, both: bool, lets: Mapping[str, rules.Let], alone: steps.Rounding | None
) -> steps.Each:
    """The items of a part, as its lines have them."""
    assert lines.subject is not None
    (subject, origin), number = lines.subject, group[0]
    table = schema.table(subject.table)
    count = table.field_of_role("件数") if table else None
    closed = bool(table and table.closed and subject.is_list)
    return steps.Each(
        part, number + part, subject.table, subject.is_list, lines.lets,
        _guards(lines, group, part, schema), _grant(lines, both, lets, alone),
        values.Fact(count, of_item=True) if count else None, subject.matter, closed, origin=origin,
    )


def _guards(lines: Lines, group: Group, part: str, schema: Schema) -> tuple[steps.Guard, ...]:
    """Conditions, then the rows of 对照 and 限次 that refuse an item."""
    guards = [steps.Guard(body.condition, origin=origin) for body, origin in lines.conditions]
    for body, origin in lines.refusals:
        if isinstance(body, rules.Lookup):
            condition = body.supported
        else:
            condition = not_yet(body, group, part, schema, marked(body, lines.subject, schema))
        if condition is not None:
            guards.append(steps.Guard(condition, origin=origin))
    return (*guards, *_any_part(lines))


def marked(limit: rules.CountCap, subject: Subject | None, schema: Schema) -> values.Value | None:
    """What an item is alike to earlier grants by."""
    return key_of(subject[0].table, subject[0].is_list, limit.key, subject[0].matter, schema) if limit.key and subject is not None else None


def once_in_all(totals: Iterable[rules.Rule], group: Group, schema: Schema, subject: Subject) -> tuple[steps.Guard, ...]:
    """限次：合计 企业终身 一次: what was granted under any part counts for all."""
    limits = ((r.body, r.origin) for r in totals if isinstance(r.body, rules.CountCap))
    found = ((not_yet(limit, group, "", schema, marked(limit, subject, schema)), origin) for limit, origin in limits)
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
    adding = [(x.condition, not_below_nothing(x.amount), where) for x, where in others if x.condition is not None]
    adding += [(x.condition, x.amount, where) for x, where in lines.adjustments if x.adds]
    value = standard.amount
    if standard.condition is not None:
        value = not_below_nothing(value) if others else value
        value = values.Pick(((standard.condition, value),), values.NO_MONEY, MONEY, span=origin.span)
    if replacing:
        value = values.Pick(tuple((x.condition, x.amount) for x, _ in replacing), value, MONEY, span=origin.span)
    if adding and not others and not both and natural(inlined(value, known)).low < 0:
        value = not_below_nothing(value)
    for condition, amount, where in adding:
        extra = values.Pick(((condition, amount),), values.NO_MONEY, MONEY, span=where.span)
        value = values.Arith("+", value, extra, MONEY, span=where.span)
    if lines.reliefs:
        value = relieved(value, [case for relief, _ in lines.reliefs for case in relief.cases], lines.reliefs[0][1].span)
    if alone is not None:
        value = brought(value, alone)
    exceptions, additions, reliefs = (tuple(x[-1] for x in held) for held in (replacing, adding, lines.reliefs))
    beside = (*exceptions, *additions, *reliefs, *([alone.origin] if alone is not None else ()))
    origin = evolve(origin, tags=origin.tags + tuple(tag for where in beside for tag in where.tags))
    return steps.Amount(value, exceptions, additions, reliefs, standard.condition is not None, both, alone, origin=origin)
