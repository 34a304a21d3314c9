"""从高：1、3 之间，同一 项目编号: of what is alike in a column only what the highest clause gives counts.

What a clause comes to for a key is written out in values: for a list the sum, over the items that count, of what each is worth after
下限 and 单项 caps; for the enterprise or one object that worth alone, where it names that key. Over these go 从高 and 同一 caps by that key,
of what is no list also caps on totals. An item counts where its
own clause comes to more for its key than every other (as much, than a later one). An amount that an authority has not settled yet is
unknown to the others; its own clause stays open while its bound may win. So the engines, the reasons and what is missing have nothing new to learn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any, Literal as OneOf

from attrs import evolve

from xcrules.base.identity import short_name
from xcrules.base.money import UNLIMITED
from xcrules.base.node import rebuilt
from xcrules.facts.tables import Schema
from xcrules.facts.types import MONEY, EnumType
from xcrules.meaning import rules, values
from xcrules.meaning.inlining import WHOLE, columns_read, item_facts, outside
from xcrules.meaning.matters import key_of
from xcrules.meaning.program import Program

from . import steps
from .standard import brought

View = OneOf["settled", "least", "most"]  # of 裁量: what is settled (else unknown), at least, or at most


def outdone(node: steps.Decide, every: Mapping[str, steps.Decide], choices: Iterable[rules.Rule], program: Program) -> steps.Decide:
    """The clause, whose items count only where no other clause comes to more for what they are alike in."""
    claims, order = list(node.claims), [(k.number, p.name) for k in program.clauses for p in k.parts]
    for rule in choices:
        assert isinstance(rule.body, rules.OnlyOne)
        key, weighed = rule.body.key, rule.body.weighed
        for place, each in enumerate(node.claims):
            mine = next((x for x in weighed if x in ((node.number, ""), (node.number, each.part))), None)
            if mine is None:
                continue
            own = key_in(each, key, program.schema) if key else values.NO_MONEY
            for number, part in (x for x in weighed if x != mine):
                other = side_of(every[number], part)
                op: values.CompareOp = ">=" if order.index((node.number, each.part)) < order.index((number, other.claims[0].part)) else ">"
                origin = evolve(rule.origin, text=f"与 {short_name(number)}{part} 之间{f'，同一 {key}' if key else ''}")
                won = _wins(op, side_of(node, mine[1]), each, other, key, own, program.schema)
                claims[place] = evolve(claims[place], guards=(*claims[place].guards, steps.Guard(won, origin=origin)))
    readings = (*node.readings, *(x for k in every.values() for x in k.readings), *(x for r in choices for x, _ in r.origin.tags))
    return evolve(node, claims=tuple(claims), readings=tuple(dict.fromkeys(readings)))


def side_of(node: steps.Decide, part: str) -> steps.Decide:
    """What is weighed of a clause: all of it, or one 分项."""
    return evolve(node, claims=tuple(x for x in node.claims if not part or x.part == part))


def _wins(
    op: values.CompareOp, node: steps.Decide, each: steps.Each, other: steps.Decide, key: str, own: values.Value, schema: Schema
) -> values.Value:
    """Whether the clause of an item comes to more than another; of 裁量 that is not settled, whether it still may."""

    def compared(mine: View, theirs: View) -> values.Value:
        return values.Compare(op, comes_to(node, key, own, schema, mine, each), comes_to(other, key, own, schema, theirs))

    ways = [compared("settled", "settled")]
    if isinstance(each.grant, steps.Discretion):
        settled = _is_settled(each.grant)
        ways = [values.Logic("且", (values.Logic("非", (settled,)), compared("most", "least"))), values.Logic("且", (settled, *ways))]
    for x in own.parts if isinstance(own, values.Together) else (own,):
        if isinstance(x, values.Fact) and x.field.optional:  # what names no key is like nothing else
            ways.insert(0, values.Logic("非", (values.Compare("=", x, x),)))
    return values.joined("或", ways)


def key_in(each: steps.Each, key: str, schema: Schema) -> values.Value:
    found = key_of(each.table, each.is_list, key, each.matter, schema)
    assert found is not None  # check has refused a part without it
    return found


def came_to(clause: steps.Decide, schema: Schema) -> values.Value:
    """元 that a clause comes to in all, before 取整; unknown while an authority has still to say."""
    return comes_to(clause, "", values.NO_MONEY, schema, "settled")


def comes_to(clause: steps.Decide, key: str, own: values.Value, schema: Schema, view: View, at: steps.Each | None = None) -> values.Value:
    """元 that a clause comes to for all that has the key of the item at hand; `at`: the part of that item, which has it whatever it is."""
    sums = sums_of(clause, key, own, schema, view, at)
    for step in (s for s in clause.steps if isinstance(s, steps.Highest | steps.Cap)):
        sums = _bounded(sums, step, clause, key, own, schema)
    return _together("+", sums)


def sums_of(
    clause: steps.Decide, key: str, own: values.Value, schema: Schema, view: View, at: steps.Each | None = None,
    to: steps.Rounding | None = None,
) -> list[Sum]:
    """What each part comes to so, before what bounds its items together; `to`: with what each item is worth brought to this."""
    sums: list[Sum] = []
    for each in clause.claims:
        lets = {x.name: x.value for x in each.lets}
        tests = tuple(_read_from(g.condition, lets, each) for g in each.guards)
        worth = _worth(clause, each, lets, view)
        worth = worth if to is None else brought(worth, to)
        mark = key_in(each, key, schema) if key else values.NO_MONEY
        if each.is_list:
            best = any(isinstance(s, steps.Highest) and each.part in s.parts for s in clause.steps)  # 从高 of its own, by the same column: check has refused others
            inner = [x for x in tests if any(item_facts(x, {}))]
            folded = values.FoldItems(
                "最高" if best else "合计", each.table, _all(inner), worth, MONEY, each.closed, values.alike_in(mark, own) if key else ()
            )
            came = _where([x for x in tests if x not in inner], folded)
        else:
            alike = (
                [values.Compare("=", x, y) for x, y in values.alike_in(outside(mark, {}, each.table), own)]
                if key and each is not at
                else []
            )
            came = _where([*alike, *tests], worth)
        sums.append((frozenset([each.part]), came))
    return sums


Sum = tuple[frozenset[str], values.Value]  # parts, and what they come to for a key


def _bounded(
    sums: list[Sum], step: steps.Highest | steps.Cap, clause: steps.Decide, key: str, own: values.Value, schema: Schema
) -> list[Sum]:
    """The sums after a step over all that is alike; one over other items leaves them (check says so)."""
    under = [x for x in sums if x[0] <= {*step.parts}]
    bound = _over(step, clause, key, own, schema) if isinstance(step, steps.Cap) else None
    if not under or (isinstance(step, steps.Cap) and bound is None):
        return sums
    came = _together("+" if bound is not None else "较大", under)
    return [
        *(x for x in sums if x not in under),
        (frozenset().union(*(p for p, _ in under)), came if bound is None else values.Arith("较小", came, bound, MONEY)),
    ]


def _together(op: values.ArithOp, sums: list[Sum]) -> values.Value:
    return reduce(lambda one, other: values.Arith(op, one, other, MONEY), (x for _, x in sums))


def _over(cap: steps.Cap, clause: steps.Decide, key: str, own: values.Value, schema: Schema) -> values.Value | None:
    """元 that a cap leaves for all that is alike: the lowest ceiling of its items less the most that they had; None where it is over other items."""
    every = [each for each in clause.claims if each.part in cap.parts]
    if cap.ceiling is None:
        return None
    if cap.reach in WHOLE and not (key and any(each.is_list for each in clause.claims)):
        return left_of(cap.ceiling, cap.used)
    marks = [key_in(each, key, schema) for each in every] if key else []
    if cap.reach != "同一" or not key or not all(any(item_facts(m, {})) and columns_read(m) == columns_read(cap.key) for m in marks):
        return None
    first, lets = every[0], {x.name: x.value for x in every[0].lets}
    ceiling, used = _read_from(cap.ceiling, lets, first), _read_from(cap.used, lets, first) if cap.used is not None else None
    if not any(item_facts((ceiling, used), {})):
        return left_of(ceiling, used)
    if len(every) > 1:
        return None
    tests = _all(x for g in first.guards for x in [_read_from(g.condition, lets, first)] if any(item_facts(x, {})))
    lowest = values.FoldItems("最低", first.table, tests, ceiling, MONEY, first.closed, values.alike_in(marks[0], own))
    return left_of(lowest, None if used is None else evolve(lowest, op="最高", body=used))


def _read_from(value: values.Value, lets: Mapping[str, values.Value], each: steps.Each) -> values.Value:
    """What a part says, with its names written out, as it is read from beside it."""
    return outside(value, lets, "" if each.is_list else each.table)


def _all(tests: Iterable[values.Value]) -> values.Value | None:
    return values.joined("且", tests) if (tests := tuple(tests)) else None


def _where(tests: Iterable[values.Value], amount: values.Value) -> values.Value:
    """The amount where all of this holds, else nothing."""
    test = _all(tests)
    return amount if test is None else values.Pick(((test, amount),), values.NO_MONEY, MONEY)


def _worth(clause: steps.Decide, each: steps.Each, lets: Mapping[str, values.Value], view: View) -> values.Value:
    """元 of one item after 下限 and 单项 caps."""
    value = _granted(each.grant, lets, each, view)
    for step in clause.steps:
        if isinstance(step, steps.Floor) and each.part in step.parts:
            value = values.Arith("较大", value, _read_from(step.amount, lets, each), MONEY)
        elif isinstance(step, steps.Cap) and step.reach == "单项" and each.part in step.parts:
            ceiling, used = (None if x is None else _read_from(x, lets, each) for x in (step.ceiling, step.used))
            value = left_of(value, used) if ceiling is None else values.Arith("较小", value, left_of(ceiling, used), MONEY)
    if isinstance(each.grant, steps.Discretion) and view != "most":  # a recorded 0 is a refusal
        value = _where([values.Compare(">", _granted(each.grant, lets, each, view), values.NO_MONEY)], value)
    return value if each.count is None else values.Arith("×", value, _read_from(each.count, {}, each), MONEY)


def _granted(grant: steps.Amount | steps.Discretion, lets: Mapping[str, values.Value], each: steps.Each, view: View) -> values.Value:
    """元 of one item before its bounds, not below 0."""
    if isinstance(grant, steps.Amount):
        return values.Arith("较大", _read_from(grant.value, lets, each), values.NO_MONEY, MONEY)
    assert grant.record is not None  # check has refused 裁量 that nobody records
    settled, record = _read_from(_is_settled(grant), lets, each), _read_from(grant.record, lets, each)
    match view:
        case "settled":
            return values.Arith(
                "较大", _awaited(record, [f.field.name for f in grant.filled if isinstance(f, values.Fact)]), values.NO_MONEY, MONEY
            )
        case "least":
            return _where([settled], values.Arith("较大", record, values.NO_MONEY, MONEY))
        case "most":
            return values.Pick(((settled, values.Arith("较大", record, values.NO_MONEY, MONEY)),), values.Literal(UNLIMITED, MONEY), MONEY)


def _is_settled(grant: steps.Discretion) -> values.Value:
    """Whether all is filled in that an authority says."""
    tests = [values.Member(f, f.field.type.members)
             if isinstance(f, values.Fact) and isinstance(f.field.type, EnumType)
             else values.Compare(">=", f, _lowest(f)) for f in grant.filled]
    found = _all(tests)
    assert found is not None
    return found


def _lowest(fact: values.Value) -> values.Value:
    """What no figure is below: only one that was not filled in is not above it."""
    assert isinstance(fact, values.Fact)
    return values.Literal(-UNLIMITED, fact.field.type) if fact.field.signed else values.Literal(Fraction(0), fact.field.type)


def _awaited(node: Any, names: Iterable[str]) -> Any:
    """A value in which what an authority has still to fill in is unknown, instead of nothing."""
    if isinstance(node, values.Fact):
        return evolve(node, awaited=True) if node.field.name in names and node.field.optional else node
    return rebuilt(node, lambda x: _awaited(x, names))


def left_of(ceiling: values.Value, used: values.Value | None) -> values.Value:
    """What is left of a bound, never below 0."""
    left = ceiling if used is None else values.Arith("-", ceiling, values.Used(used), MONEY)
    return values.Arith("较大", left, values.NO_MONEY, MONEY)
