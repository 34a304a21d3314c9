"""Plain facts of many enterprises as Arrow: nested with a row for each, or as tables joined by their key."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pyarrow as pa

import xcrules
from tests.support.random_policies import random_facts
from xcrules.facts.arrow import enterprises_name, key_name, mark_name
from xcrules.facts.tables import FactField, Form
from xcrules.facts.types import DateType, LedgerType, SeriesType

Raw = dict[str, Any]
NOT_APPLICABLE = "不适用"


def carried(raw: Raw) -> Raw:
    """The facts without what no Arrow type holds: fractions become decimals."""
    def of(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: of(v) for k, v in value.items()}
        if isinstance(value, list):
            return [of(x) for x in value]
        return Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else value

    made: Raw = of(raw)
    return made


def column(values: list[Any], type_: Any = None) -> pa.Array:
    """Values as one Arrow array that holds each of them exactly: texts if one is a text."""
    known = [v for v in values if v is not None]
    if isinstance(type_, DateType) and all(isinstance(v, str) and len(v) == 10 for v in known):
        return pa.array([None if v is None else datetime.date.fromisoformat(v) for v in values], pa.date32())
    if any(isinstance(v, str) for v in known):
        return pa.array([None if v is None else v if isinstance(v, str) else ("是" if v else "否") if isinstance(v, bool) else str(v) for v in values], pa.string())
    if any(isinstance(v, Decimal | float) for v in known):
        return pa.array([None if v is None else Decimal(str(v)) for v in values])
    return pa.array(values, pa.string() if not known else None)


def records(fields: Iterable[FactField], rows: list[Mapping[str, Any]], flat: str | None, form: Form, marks: bool = True) -> dict[str, pa.Array]:
    """The columns of records; flat: those by year or clause each a column of their own."""
    marked: list[list[str]] = [[] for _ in rows]
    made: dict[str, pa.Array] = {}
    for field in fields:
        values = [row.get(field.name) for row in rows]
        if marks:
            for own, value in zip(marked, values, strict=True):
                own += [field.name] if value == NOT_APPLICABLE else []
                own += [f"{field.name}.{k}" for k, v in value.items() if v == NOT_APPLICABLE] if isinstance(value, dict) else []
            values = [None if v == NOT_APPLICABLE else {k: x for k, x in v.items() if x != NOT_APPLICABLE} if isinstance(v, dict) else v for v in values]
        if not isinstance(field.type, SeriesType | LedgerType):
            made[field.name] = column(values, field.type)
        elif flat is not None:
            for key in dict.fromkeys(k for v in values if v for k in v):
                made[f"{field.name}.{key}"] = column([None if v is None else v.get(key) for v in values])
        else:
            made[field.name] = listed(values, "年度" if isinstance(field.type, SeriesType) else "款号")
    if any(marked):
        made[mark_name(form)] = pa.array(marked, pa.list_(pa.string()))
    return made


def listed(values: list[Any], key: str) -> pa.Array:
    """list<struct> of what stands by year or clause."""
    pairs = [(k, v) for value in values for k, v in (value or {}).items()]
    keys = pa.array([int(k) if key == "年度" else k for k, _ in pairs])
    inner = pa.StructArray.from_arrays([keys, column([v for _, v in pairs])], [key, "数"]) if pairs else pa.array([], pa.struct([(key, pa.int32()), ("数", pa.int64())]))
    return nested(values, inner)


def nested(values: list[Any], inner: pa.Array) -> pa.Array:
    offsets, at = [], 0
    for value in values:
        offsets.append(None if value is None else at)
        at += len(value or ())
    return pa.ListArray.from_arrays(pa.array([*offsets, at], pa.int32()), inner)


def sheets_of(r: Random, policy: xcrules.Policy, number: int) -> list[Raw]:
    """Random facts of so many enterprises, e0, e1 …, as tables can hold them."""
    return [{**carried(random_facts(r, policy)), "编号": f"e{i}"} for i in range(number)]


def flat(sheets: list[Raw]) -> list[Raw]:
    """The same without objects of which nothing is known: flat tables cannot hold these."""
    return [{k: v for k, v in raw.items() if not (isinstance(v, dict) and all(x is None for x in v.values()))} for raw in sheets]


def block_table(sheets: list[Raw], form: Form) -> pa.Table:
    """One row for each sheet, all nested; keys are e0, e1 …"""
    marks: list[list[str]] = [[] for _ in sheets]
    columns = {key_name(form): pa.array([f"e{i}" for i in range(len(sheets))])} | records(form.schema.top, sheets, None, form)
    top = columns.pop(mark_name(form), None)
    for own, said in zip(marks, top.to_pylist() if top is not None else [], strict=False):
        own += said
    for table in form.schema.nested:
        values = [x.get(table.name) for x in sheets]
        for own, value in zip(marks, values, strict=True):
            own += [table.name] if value == NOT_APPLICABLE else []
            if isinstance(value, dict):
                own += [f"{table.name}.{k}" for k, v in value.items() if v == NOT_APPLICABLE]
        values = [None if v == NOT_APPLICABLE else v for v in values]
        if table.kind == "名单":
            rows = [row for value in values for row in value or ()]
            made = records(table.fields, rows, None, form)
            columns[table.name] = nested(values, pa.StructArray.from_arrays(list(made.values()), list(made)))
        else:
            plain = [{k: v for k, v in (x or {}).items() if v != NOT_APPLICABLE} for x in values]
            made = records(table.fields, plain, None, form, marks=False)
            columns[table.name] = pa.StructArray.from_arrays(list(made.values()), list(made), mask=pa.array([x is None for x in values]))
    columns[mark_name(form)] = pa.array(marks, pa.list_(pa.string()))
    return pa.table(columns)


def tables(sheets: list[Raw], form: Form) -> dict[str, pa.Table]:
    """「企业」 and the lists, as files have them; a list of which nothing is known is said to be 未知."""
    keys = [f"e{i}" for i in range(len(sheets))]
    top: dict[str, pa.Array] = {key_name(form): pa.array(keys)}
    made = records(form.schema.top, sheets, "", form)
    marks = [list(x) for x in made.pop(mark_name(form), pa.array([[]] * len(sheets))).to_pylist()]
    top |= made
    found = {}
    for table in form.schema.nested:
        values = [x.get(table.name) for x in sheets]
        if table.kind == "名单":
            rows = [(key, row) for key, value in zip(keys, values, strict=True) if isinstance(value, list) for row in value]
            found[table.name] = pa.table({key_name(form): pa.array([k for k, _ in rows], pa.string())} | records(table.fields, [x for _, x in rows], "", form))
            top[table.name] = pa.array(["未知" if v is None else NOT_APPLICABLE if v == NOT_APPLICABLE else None for v in values], pa.string())
        else:
            for own, value in zip(marks, values, strict=True):
                own += [table.name] if value == NOT_APPLICABLE else []
                own += [f"{table.name}.{k}" for k, v in value.items() if v == NOT_APPLICABLE] if isinstance(value, dict) else []
            plain = [{k: v for k, v in x.items() if v != NOT_APPLICABLE} if isinstance(x, dict) else {} for x in values]
            top |= {f"{table.name}.{n}": c for n, c in records(table.fields, plain, "", form, marks=False).items()}
    for field in form.schema.top:  # of a ledger that is known to be empty
        if isinstance(field.type, LedgerType):
            top[field.name] = pa.array(["没有" if x.get(field.name) == {} else None for x in sheets], pa.string())
    top[mark_name(form)] = pa.array(marks, pa.list_(pa.string()))
    return {enterprises_name(form): pa.table(top)} | found
