"""The enterprises of DATA as plain facts, read by what either text asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve

from xcrules.facts.form import Form
from xcrules.facts.given import NUMBER_KEY
from xcrules.facts.tables import FactField, FactTable, Schema
from xcrules.facts.types import EnumType


def joint_form(old: Form, new: Form) -> Form:
    """What both ask: a table or field of either, words of an enumeration that either knows; what both have, as the new text has it."""
    if old.schema == new.schema:
        return new
    before = {t.name: t for t in old.schema.tables}
    tables = [_joint(before.pop(t.name, t), t) for t in new.schema.tables]
    top = {f.name for t in tables if t.kind == "顶层" for f in t.fields}
    rest = [evolve(t, fields=tuple(f for f in t.fields if f.name not in top)) if t.kind == "顶层" else t for t in before.values()]
    return evolve(new, schema=Schema((*tables, *rest), new.schema.units))


def _joint(old: FactTable, new: FactTable) -> FactTable:
    if old is new or (old.kind == "名单") != (new.kind == "名单"):
        return new
    before = {f.name: f for f in old.fields}
    fields = [_wider(before.pop(f.name, f), f) for f in new.fields]
    return evolve(new, fields=(*fields, *before.values()))


def reads_alike(own: Form, within: Form) -> bool:
    """Whether what a text asks stands in a wider form as it asks it, but for words that it does not know."""
    wider = {t.name: ({f.name: f for f in t.fields}, t.kind) for t in within.schema.tables}
    for table in own.schema.tables:
        fields, kind = wider[table.name]
        if kind != table.kind or not all(f.name in fields and (fields[f.name].type == f.type or _words(fields[f.name], f)) for f in table.fields):
            return False
    return True


def pruner(schema: Schema) -> Callable[[Mapping[str, Any]], dict[str, object]]:
    """Facts without what a text does not ask."""
    top = {f.name for f in schema.top} | {NUMBER_KEY}
    inner = {t.name: {f.name for f in t.fields} for t in schema.nested}

    def pruned(raw: Mapping[str, Any]) -> dict[str, object]:
        made: dict[str, object] = {}
        for name, held in raw.items():
            if name in inner:
                keep = inner[name]
                made[name] = [_only(x, keep) for x in held] if isinstance(held, list) else _only(held, keep)
            elif name in top:
                made[name] = held
        return made

    return pruned


def _only(record: object, keep: set[str]) -> object:
    return {k: v for k, v in record.items() if k in keep} if isinstance(record, Mapping) else record


def _words(one: FactField, other: FactField) -> bool:
    return isinstance(one.type, EnumType) and isinstance(other.type, EnumType)


def _wider(old: FactField, new: FactField) -> FactField:
    if isinstance(old.type, EnumType) and isinstance(new.type, EnumType):
        return evolve(new, type=EnumType(tuple(dict.fromkeys((*new.type.members, *old.type.members)))))
    return new
