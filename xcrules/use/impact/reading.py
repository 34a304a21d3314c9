"""The enterprises of DATA as plain facts, read by what either text asks."""

from __future__ import annotations

from attrs import evolve

from xcrules.facts.form import Form
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


def _wider(old: FactField, new: FactField) -> FactField:
    if isinstance(old.type, EnumType) and isinstance(new.type, EnumType):
        return evolve(new, type=EnumType(tuple(dict.fromkeys((*new.type.members, *old.type.members)))))
    return new
