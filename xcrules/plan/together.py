"""上限：一奖励、二奖励 合计 企业年度 20万元: one bound over 分项 of several clauses, of which the others stay as they are.

Or 上限：一、二 合计 同一 姓名 年度 10万元: one for each person, over the lists of several clauses.

What is left for each is written out in values: the ceiling less what was granted before under all of them, and less what those before it in the
law come to now. 竞合：……，3、4 合计 is the same of what was received elsewhere. So it is a bound of each clause like any other; engines, reasons and what is missing have nothing new to learn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from typing import Literal as OneOf

from attrs import evolve

from xcrules.base.money import CENT
from xcrules.facts.tables import Schema
from xcrules.facts.types import MONEY
from xcrules.meaning import rules, values
from xcrules.meaning.grants import granted_alike, granted_before
from xcrules.meaning.inlining import WHOLE
from xcrules.meaning.program import Program

from . import steps
from .limits import cap_order
from .standard import brought
from .weighed import came_to, comes_to, key_in, left_of, side_of, sums_of

_UP = steps.Rounding(CENT, "进位", origin=values.Origin("取整", "到 分 进位", ""))  # no item has more of its clause's total than this of its own amount


def bounded(
    node: steps.Decide, every: Mapping[str, steps.Decide], over: Iterable[rules.Rule], program: Program, rounding: steps.Rounding
) -> steps.Decide:
    """The clause, with what each of these lines leaves for its 分项; `rounding` is that of all."""
    order, caps = [(k.number, p.name) for k in program.clauses for p in k.parts], list[steps.Cap]()
    for rule in over:
        body = rule.body
        assert isinstance(body, rules.SharedCap)
        sides = sorted(
            (x for x in body.weighed if _under(every[x[0]], x[1])), key=lambda x: order.index((x[0], _under(every[x[0]], x[1])[0]))
        )
        if body.against is not None:
            caps += _less(node, every, rule, [x for x, _ in sides], program.schema)
            continue
        if body.key:
            caps += _for_each(node, every, rule, sides, program.schema)
            continue
        granted = [granted_before(n, _under(every[n], part), body.period, program.schema, every[n].part_names) for n, part in sides]
        assert body.amount is not None
        for place, (number, part) in enumerate(sides):
            if number == node.number:
                taken = [_taken(every[n], p, every[n].rounding or rounding, program.schema) for n, p in sides[:place]]
                used = reduce(_plus, (x for x in (*granted, body.others, *taken) if x is not None), None)
                caps.append(
                    steps.Cap(
                        "分项" if part else "合计", _under(node, part), None, body.amount, used, body.period, body.called, origin=rule.origin,
                    )
                )
    first = [x for x in node.steps if not (isinstance(x, steps.Cap) and x.reach != "单项")]
    own = [x for x in node.steps if isinstance(x, steps.Cap) and x.reach != "单项"]
    readings = (*node.readings, *(x for k in every.values() for x in k.readings), *(x for r in over for x, _ in r.origin.tags))
    return evolve(node, steps=(*first, *sorted([*own, *caps], key=cap_order)), readings=tuple(dict.fromkeys(readings)))


def _for_each(
    node: steps.Decide, every: Mapping[str, steps.Decide], rule: rules.Rule, sides: list[tuple[str, str]], schema: Schema
) -> Iterator[steps.Cap]:
    """What is left for each item of the clause, by what it is alike to others in."""
    body = rule.body
    assert isinstance(body, rules.SharedCap)
    ledgers = tuple(n + x for n, part in sides for x in ([part] if part else every[n].part_names or [""]))
    for place, (_, part) in ((i, x) for i, x in enumerate(sides) if x[0] == node.number):
        of = [each for each in node.claims if each.part in _under(node, part)]
        key = key_in(of[0], body.key, schema)
        taken = [brought(comes_to(side_of(every[n], p), body.key, key, schema, "settled"), _UP) for n, p in sides[:place]]
        used = reduce(_plus, (x for x in (granted_alike(body.key, ledgers, body.period, schema, key), *taken) if x is not None), None)
        yield steps.Cap(
            "同一" if of[0].is_list else "合计", tuple(x.part for x in of), key if of[0].is_list else None, body.amount, used, body.period, body.called,
            origin=rule.origin,
        )


def _less(
    node: steps.Decide, every: Mapping[str, steps.Decide], rule: rules.Rule, clauses: list[str], schema: Schema
) -> Iterator[steps.Cap]:
    """竞合：……，3、4 合计: of what was received elsewhere for a matter the clause bears what those before it in the law come to less than; nothing is left
    where a rival is above what all come to. As in 竞合 of one clause, what they come to is meant before bounds on several items."""
    body = rule.body
    assert isinstance(body, rules.SharedCap)
    assert body.against is not None
    table = schema.table(body.against.outside)
    matter, amount, state = (None if table is None else table.field_of_role(x) for x in ("外部事项", "外部金额", "外部状态"))
    if not node.claims or table is None or matter is None or amount is None or state is None:
        return
    of, unbound = (
        node.claims[0],
        {n: evolve(every[n], steps=tuple(s for s in every[n].steps if not isinstance(s, steps.Cap) or s.reach == "单项")) for n in clauses},
    )
    key = key_in(of, body.key, schema)

    def elsewhere(op: OneOf["合计", "最高"], which: str) -> values.Value:
        told = values.Member(values.Fact(state, of_item=True), (which,))
        return values.FoldItems(
            op, table.name, told, values.Fact(amount, of_item=True), MONEY, table.closed, ((values.Fact(matter, of_item=True), key),)
        )

    came = [comes_to(unbound[n], body.key, key, schema, "settled", of if n == node.number else None) for n in clauses]
    received, place = elsewhere("合计", body.against.received), clauses.index(node.number)
    rival, whole = elsewhere("最高", body.against.rival), reduce(_plus, came)
    left = reduce(lambda one, other: values.Arith("-", one, other, MONEY), came[:place], received)
    if not body.against.top_up:
        left = values.Pick(((values.Compare(">", received, values.NO_MONEY), whole),), values.NO_MONEY, MONEY)
    used = values.Pick(((values.Compare(">", rival, whole), rival),), values.Arith("较大", left, values.NO_MONEY, MONEY), MONEY)
    yield steps.Cap(
        "同一" if of.is_list else "合计", tuple(x.part for x in node.claims), key if of.is_list else None, None, used, "", body.called,
        origin=rule.origin,
    )


def _under(node: steps.Decide, part: str) -> tuple[str, ...]:
    """The parts that a side is: one, or all; none where readings leave it out."""
    return tuple(x.part for x in node.claims if not part or x.part == part)


def _plus(one: values.Value | None, other: values.Value) -> values.Value:
    return other if one is None else values.Arith("+", one, other, MONEY)


def _taken(node: steps.Decide, part: str, rounding: steps.Rounding, schema: Schema) -> values.Value:
    """元 that a side takes, or somewhat more: of a 分项 beside others each item up to the 分, for the total is shared out to these."""
    if len(_under(node, part)) == len(node.claims):
        return brought(came_to(node, schema), rounding)
    came = {x: value for parts, value in sums_of(node, "", values.NO_MONEY, schema, "settled", to=_UP) for x in parts}
    for cap in (s for s in node.steps if isinstance(s, steps.Cap) and s.reach in WHOLE):
        assert cap.ceiling is not None  # check has refused 已得补差
        room = left_of(cap.ceiling, cap.used)
        for name in (x.part for x in node.claims if x.part in cap.parts):
            before, came[name] = came[name], values.Arith("较小", came[name], room, MONEY)
            room = values.Arith("较大", values.Arith("-", room, before, MONEY), values.NO_MONEY, MONEY)
    return came[part]
