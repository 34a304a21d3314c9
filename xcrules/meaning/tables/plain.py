"""The words of 给定 as the plain values that a facts file would hold, and the places where they are put."""

from __future__ import annotations

import re
from functools import lru_cache

from attrs import frozen

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.source import Span, canonical
from xcrules.facts import types
from xcrules.facts.tables import FactField, Schema

known_literal = lru_cache(maxsize=4096)(types.parse_literal)  # cases say the same few over and over


def literal_of(word: str, type_: object = None) -> types.LiteralValue | None:
    return known_literal(canonical(word), types.own_units(type_)) if len(word) <= types.MAX_LITERAL else None


def plain(word: str, literal: bool, type_: types.Type | str | None) -> object:
    """A word or literal of a case as the plain value that a facts file would hold.

    What a word means rests on what is asked for: a text keeps the word as typed, a list (名单) takes 无 for none.
    """
    if isinstance(type_, types.TextType):
        return None if word in _UNKNOWN else word
    if isinstance(type_, types.EnumType) and word in type_.members:
        return word
    if word in ("是", "否"):
        return word == "是"
    if word in _UNKNOWN:
        return None
    if word in ("无", "没有") and type_ == "名单":
        return []
    value = literal_of(word, type_) if literal else None
    return word if value is None else value


_UNKNOWN = ("未知", "空缺")


@frozen
class PathTypes:
    """What is asked for at a place of the facts."""

    schema: Schema

    def at(self, path: str) -> types.Type | str | None:
        """The type at 主体.注册, 上级资金[0].金额, 研发经费.2023; 名单 for a list as a whole."""
        field, deeper = self._field(path)
        if field is None:
            return "名单" if self.schema.is_list(path) else None
        return field.type if not isinstance(field.type, _KEYED) else field.type.element if deeper else None

    def keyed(self, path: str) -> bool:
        """Whether what stands there is told year by year or clause by clause: 已获 含（第十六条 为 1万元）."""
        field, deeper = self._field(path)
        return field is not None and isinstance(field.type, _KEYED) and not deeper

    def _field(self, path: str) -> tuple[FactField | None, bool]:
        """The field of a path, and whether the path goes on to a year or a clause of it."""
        names = [name for name, _ in _STEP.findall(path)]
        table = self.schema.table(names[0]) if names else None
        fields, at = (table.fields, 1) if table is not None else (self.schema.top, 0)
        return next((f for f in fields if names[at : at + 1] == [f.name]), None), len(names) > at + 1


_KEYED = types.SeriesType | types.LedgerType


def as_dict(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, dict) else {}

_STEP = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")


def set_path(facts: dict[str, object], path: str, value: object, span: Span, findings: list[Diagnostic]) -> None:
    """Put a value at 主体.注册, 研发经费.2023 or 上级资金[0].金额; the path's parents are made."""
    steps = [(m[1], m[2]) for m in _STEP.finditer(path)]
    if not steps:
        findings.append(Diagnostic(Code.UNNAMED_COLUMN, "这一列没有列名", span, "列名写事实的路径，如 展览.开支；应得写 应得 款号"))
        return
    target: dict[str, object] = facts
    for name, index in steps[:-1]:
        if index is None:
            target[name] = inner = as_dict(target.get(name))
        else:
            held = target.get(name)
            rows = [*held] if isinstance(held, list) else []
            if int(index) > len(rows):
                findings.append(Diagnostic(Code.SKIPPED_INDEX, f"「{path}」：{name} 还没有第 {len(rows)} 项", span, "序号从 0 起，依次写"))
                return
            if int(index) == len(rows):
                rows.append({})
            rows[int(index)] = inner = as_dict(rows[int(index)])
            target[name] = rows
        target = inner
    target[steps[-1][0]] = value
