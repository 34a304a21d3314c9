"""For which clauses a 竞合 holds: those whose amounts are reckoned (含裁量: or settled) and whose items are marked as a matter,
but for those that say 竞合：不适用. The others, and why not.
"""

from __future__ import annotations

from collections.abc import Mapping

from xcrules.facts.tables import FactField, FactTable, Schema
from xcrules.facts.types import EnumType, TextType, YearType

from . import governing, rules, values
from .program import Program

_KEYS = TextType | EnumType | YearType
UNMARKED, SETTLED, MONTHLY = "没有写是哪件事", "金额由机关核定", "按月支付"


def covered(program: Program, readings: Mapping[str, str] | None = None) -> tuple[list[str], dict[str, list[str]]]:
    """The clauses (with their 分项, where not all are alike) that 竞合 weighs, and the others by why not; under these readings, or under any.

    Those that say 竞合：不适用 are in neither (without readings: those that say so under all), nor those that are weighed together.
    """
    within: list[str] = []
    without: dict[str, list[str]] = {UNMARKED: [], SETTLED: [], MONTHLY: []}
    said = [r for r in program.policy_rules if (r.active(dict(readings)) if readings is not None else not r.choices)]
    weighing = [
        r.body for r in program.policy_rules if isinstance(r.body, rules.Against) and (readings is None or r.active(dict(readings)))
    ]
    summed = {n for b in weighing for n in b.summed}
    by_clause, settled = any(b.by_clause for b in weighing), any(b.settled for b in weighing)
    for clause in (k for k in program.clauses if not k.nature and k.number not in summed and "竞合" not in governing.ungated(said, k.number)):
        monthly = governing.by_month(program.policy_rules, clause.number)
        apart = governing.uncompared(said, clause.number)
        whys = {
            part.name: MONTHLY if monthly else why
            for part in clause.parts
            if part.name not in apart and (why := _why(part.rules, readings, by_clause, settled)) is not None
        }
        alike = len({*whys.values()}) == 1 and not apart
        for name, why in ({"": next(iter(whys.values()))} if alike else whys).items():
            (without[why] if why else within).append(clause.number + name)
    return within, {why: numbers for why, numbers in without.items() if numbers}


def _why(part: tuple[rules.Rule, ...], readings: Mapping[str, str] | None, by_clause: bool, settled: bool) -> str | None:
    """Why not; "" where it holds, None where nothing is given."""
    bodies = [r.body for r in part if readings is None or r.active(dict(readings))]
    subject = next((b for b in bodies if isinstance(b, rules.Subject)), None)
    if subject is None:
        return None
    return (
        SETTLED
        if not settled and any(isinstance(b, rules.Discretion) for b in bodies)
        else ""
        if by_clause or subject.matter is not None
        else UNMARKED
    )


def columns_of(key: str) -> tuple[str, ...]:
    """The columns of 同一 甲、乙, which is told as one name."""
    return tuple(key.split("、"))


def key_of(table: str, is_list: bool, name: str, matter: values.Value | None, schema: Schema) -> values.Value | None:
    """By which column of this name what a part gives is alike to what others give, else its 事项; of the enterprise what 事项 见 names, else a fact of this name."""
    if len(names := columns_of(name)) > 1:
        several = [key_of(table, is_list, x, None, schema) for x in names]
        return None if None in several else values.Together(tuple(x for x in several if x is not None))
    held = schema.table(table) if table else None
    field = held.field_named(name) if held is not None else next((f for f in schema.top if f.name == name), None)
    of_name = values.Fact(field, of_item=bool(table)) if field is not None and isinstance(field.type, _KEYS) else None
    named = matter if isinstance(matter, values.Fact) else None
    return (of_name or named) if table else (named or of_name)


def marks_of(ledger: FactTable | None, key: str) -> tuple[FactField, ...]:
    """The columns of a ledger that say what a grant was for: those of these names, else (of one) its 事项标识. () where one is wanting."""
    names = columns_of(key) if ledger is not None else ()
    assert ledger is not None or not names
    found = [ledger.field_named(x) or (ledger.field_of_role("事项标识") if len(names) == 1 else None) for x in names]  # type: ignore[union-attr]
    fields = tuple(x for x in found if x is not None and isinstance(x.type, _KEYS))
    return fields if len(fields) == len(names) else ()
