"""Plain facts as a drafter writes them in a case: 给定 lines, for what a 样本 does not say already."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from xcrules.facts.tables import Schema
from xcrules.facts.types import LedgerType, SeriesType, Type, YearType, show

Plain = Mapping[str, Any]


def given_lines(sheet: Plain, base: Plain, schema: Schema) -> list[str]:
    """One line for each fact, object or list that `base` does not say so."""
    types = {f.name: f.type for f in schema.top}
    lines = []
    for name, held in sheet.items():
        if held == base.get(name, ...) or (held == {} and name not in base):  # no figure is what is said of none
            continue
        table = schema.table(name)
        if table is None:
            lines.append(_item(name, held, types[name]))
        elif isinstance(held, list):
            fields = {f.name: f.type for f in table.fields}
            rows = "、".join(f"（{'，'.join(_item(k, v, fields[k]) for k, v in row.items() if v is not None and v != {}) or '　'}）" for row in held)
            lines.append(f"{name} 含{rows}" if held else f"{name} 为 无")
        elif isinstance(held, dict):
            fields, known = {f.name: f.type for f in table.fields}, base.get(name) or {}
            said = [_item(f"{name}.{k}", v, fields[k]) for k, v in held.items() if v != known.get(k, ...) and (v != {} or k in known)]
            lines += ["，".join(said)] if said else []
        else:
            lines.append(f"{name} 为 {held or '未知'}")
    return lines


def covers(sheet: Plain, base: Plain) -> bool:
    """Whether a sheet says all that a 样本 says, so that a case may begin with it."""
    return all(covers(sheet[k], v) if isinstance(v, dict) and isinstance(sheet.get(k), dict) else sheet.get(k) == v for k, v in base.items())


def _item(name: str, value: Any, type_: Type) -> str:
    if isinstance(type_, SeriesType | LedgerType) and isinstance(value, dict):
        year = "年" if isinstance(type_, SeriesType) else ""
        return f"{name} 含（{'，'.join(f'{k}{year} 为 {_value(v, type_.element)}' for k, v in value.items())}）"
    if isinstance(value, bool):
        return name if value else f"非 {name}"
    return f"{name} 为 {_value(value, type_)}"


def _value(value: Any, type_: Type) -> str:
    if isinstance(value, int | Decimal | Fraction) and not isinstance(value, bool):
        return f"{value}年" if isinstance(type_, YearType) else show(Fraction(value), type_)
    return show(value, type_)
