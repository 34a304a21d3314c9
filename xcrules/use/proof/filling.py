"""Values put into plain facts, each in its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from xcrules.facts.tables import FactField, Schema

from .sheets import Sheet

Place = tuple[str, int, str]  # table ("" the enterprise), row, column


class Blank(NamedTuple):
    """A place in facts that is filled in otherwise; without `spec` a list or an object as a whole."""

    place: Place
    key: int | str | None
    spec: FactField | None
    before: str = ""

    def of(self, made: Mapping[str, Any]) -> Any:
        """Its value on a sheet."""
        table, row, name = self.place
        held = made.get(table) if table else made
        held = held[row] if isinstance(held, list) and row < len(held) else held
        value = held.get(name) if isinstance(held, dict) else None
        return value.get(str(self.key)) if self.key is not None and isinstance(value, dict) else value if self.key is None else None


def is_list(schema: Schema, table: str) -> bool:
    """Whether a table has rows."""
    held = schema.table(table)
    return held is not None and held.kind == "名单"


def row_of(schema: Schema, sheet: Sheet, place: Place) -> dict[Any, Any]:
    """What holds a fact: the facts as a whole, an object, a row."""
    table, row, _ = place
    held: dict[Any, Any] = sheet if not table else sheet[table][row] if is_list(schema, table) else sheet.setdefault(table, {})
    return held


def put(schema: Schema, sheet: Sheet, step: Blank, value: Any) -> bool:
    """A value in its place, or none; whether there is one."""
    row, name = row_of(schema, sheet, step.place), step.place[2]
    if step.key is not None:
        row = row.setdefault(name, {})
        name = step.key if step.key in row else str(step.key)  # type: ignore[assignment]
    if value is None:
        row.pop(name, None)
    else:
        row[name] = value
    return value is not None


def path_of(schema: Schema, x: Any) -> str:
    """The path of a fact as in JSON."""
    table, row, name = x.place
    where = [f"{table}[{row}]" if is_list(schema, table) else table] if table else []
    return ".".join([*where, name, *([] if x.key is None else [str(x.key)])])
