"""What is done with the claims of a clause, in the order of judging: 下限 and 单项 caps, 从高, 竞合, then caps from the inside out, 终身 last."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import assert_never

from attrs import define, evolve, field

from xcrules.base.money import UNLIMITED
from xcrules.facts.tables import Schema
from xcrules.facts.types import COUNT, MONEY, TEXT, EnumType
from xcrules.meaning import rules, values
from xcrules.meaning.grants import LIFETIME, YEARLY, granted_before, granted_for, made_up, places
from xcrules.meaning.inlining import WHOLE, item_facts

from . import steps
from .claims import marked
from .lines import Lines, Subject

_REACH_ORDER = {"单项": 0, "同一": 1, "分项": 2, "合计": 3}
_PLACES = 10**9  # more than any list has items


@define(eq=False)
class Limits:
    """The steps of a clause while its parts are gone over."""

    number: str
    names: tuple[str, ...]  # of its parts
    schema: Schema
    subjects: dict[str, Subject] = field(factory=dict)
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
        return [steps.Cap(cap.reach, x, cap.key, cap.amount, self._used(cap, x), cap.period, origin=origin) for x in groups]

    def _used(self, cap: rules.Cap, group: tuple[str, ...]) -> values.Value | None:
        """What was had of a cap before."""
        if cap.used is not None:
            return cap.used
        if cap.reach in WHOLE:
            return together(granted_before(self.number, group, cap.period, self.schema, self.names), cap.others)
        return granted_for(cap.key, tuple(self.number + x for x in group), cap.period, self.schema) if cap.reach == "同一" else None

    def _pieces(self, limit: rules.CountCap, parts: tuple[str, ...], origin: values.Origin) -> Iterator[steps.Highest]:
        """限次：同一 类别 年度 3件: of this application only the highest, as many as earlier grants leave room for."""
        key = next((marked(limit, self.subjects.get(part), self.schema) for part in parts), None)
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
        key = next((marked(limit, self.subjects.get(part), self.schema) for part in (parts if alone is None else (alone,))), None)
        had = made_up(limit, (self.number, tuple(self.number + x for x in self.names)), parts, self.schema, key)
        by_year = limit.period == YEARLY and not limit.by_history
        used = granted_before(self.number, parts, YEARLY, self.schema, self.names) if by_year else None
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


def together(one: values.Value | None, other: values.Value | None) -> values.Value | None:
    """The sum of what there is."""
    return values.Arith("+", one, other, MONEY) if one is not None and other is not None else one or other


def cap_order(cap: steps.Cap) -> tuple[bool, bool, int, int]:
    """已得补差 first: bounds hold what is still due, and see for themselves what was had; these from the inside out, 终身 last."""
    return cap.ceiling is not None, cap.period == LIFETIME and cap.reach != "同一", _REACH_ORDER[cap.reach], len(cap.parts)


def against(number: str, claims: list[steps.Each], policy: list[rules.Rule], schema: Schema) -> list[steps.Against]:
    """竞合 holds for the clauses whose amounts are reckoned (含裁量: or settled) and whose items name their matter."""
    order_tags = tuple(t for r in policy if isinstance(r.body, rules.AgainstOrder) for t in r.origin.tags)
    found = []
    for rule in policy:
        body = rule.body
        if not isinstance(body, rules.Against) or number in body.summed or (table := schema.table(body.outside)) is None:
            continue
        if any(x.matter is not None and (body.settled or isinstance(x.grant, steps.Amount)) for x in claims):
            matter, amount, state = (table.field_of_role(r) for r in ("台账条款" if body.by_clause else "外部事项", "外部金额", "外部状态"))
            assert matter is not None  # check asks a table of outside support for the three roles
            assert amount is not None
            assert state is not None
            third = not isinstance(state.type, EnumType) or bool({*state.type.members} - {body.received, body.rival})
            origin = evolve(rule.origin, tags=rule.origin.tags + order_tags)
            found.append(steps.Against(table.name, matter.name, amount.name, state.name, body.received, body.rival,
                                       body.top_up, matter.optional, body.settled, third, origin=origin))
    return found
