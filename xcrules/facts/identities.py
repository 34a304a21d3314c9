"""Texts of an enterprise that are one identity (identity.normal), brought to one spelling: that of the first in the order of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.identity import MOST_LOOKED_AT, looks, normal, pieces

from .tables import FactField, Schema
from .types import TextType
from .unfit import noticed, short

_MATTERS = ("事项标识", "外部事项")


def joined(top: dict[str, Any], schema: Schema) -> list[Diagnostic]:
    """Texts that are one identity brought to one spelling, and what a person should know of those that look alike."""
    first: dict[str, str] = {}
    places: dict[tuple[str, str], dict[str, str]] = {}  # what is compared with each other: spelling to its first place
    for spec, record, path in _texts(top, schema):
        text = record[spec.name]
        assert isinstance(text, str)
        kind = ("事项", "") if spec.role in _MATTERS or not spec.table else (spec.table, spec.name)
        places.setdefault(kind, {}).setdefault(text, path)
        spelling = first.setdefault(normal(text), text)
        if spelling is not text:
            record[spec.name] = spelling
    return [d for own in places.values() for d in _alike(own)]


def _texts(top: dict[str, Any], schema: Schema) -> Iterator[tuple[FactField, dict[str, Any], str]]:
    """Every text that was given, with the record that holds it, in the order of the tables."""
    for spec in schema.top:
        if isinstance(spec.type, TextType) and isinstance(top.get(spec.name), str):
            yield spec, top, spec.name
    for table in schema.nested:
        own = [f for f in table.fields if isinstance(f.type, TextType) and f.role != "台账条款"]
        held = top.get(table.name)
        records = held if isinstance(held, tuple) else (held,) if isinstance(held, dict) else ()
        for i, record in enumerate(records if own else ()):
            path = f"{table.name}[{i}]" if isinstance(held, tuple) else table.name
            for spec in own:
                if isinstance(record.get(spec.name), str):
                    yield spec, record, f"{path}.{spec.name}"


def _alike(places: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Different spellings of one identity, and identities that a person might take for one."""
    same: dict[str, str] = {}
    near: dict[str, str] = {}
    whole = {normal(text): text for text in places}
    for text, path in places.items():
        one = same.setdefault(normal(text), text)
        if one != text:
            yield noticed(Code.TWO_SPELLINGS, f"「{short(text)}」与 {places[one]} 的「{short(one)}」只差写法，按同一个计算", path)
            continue
        for held in (whole[x] for x in pieces(text) if x in whole):
            said = f"「{short(text)}」里有 {places[held]} 的「{short(held)}」，按另一个计算；一格只写一个，几件事分几行写"
            yield noticed(Code.SIMILAR_NAMES, said, path)
        other = near.setdefault(looks(text), text) if len(text) < MOST_LOOKED_AT else text
        if other != text:
            yield noticed(Code.SIMILAR_NAMES, f"「{short(text)}」与 {places[other]} 的「{short(other)}」很像，按两个计算，请核对是不是同一个", path)
