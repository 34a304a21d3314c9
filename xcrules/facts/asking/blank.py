"""A blank facts file in YAML: every field with a comment, nothing filled in. `decide` reads it as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xcrules.facts.form import Form
from xcrules.facts.tables import FactField, FactTable
from xcrules.facts.types import LedgerType, SeriesType

from .words import table_words, what_to_write

_RESERVED = re.compile(r"(?i)y|n|yes|no|true|false|on|off|null|是|否")
_COLUMN = 28  # where the comments begin


def blank_yaml(form: Form) -> str:
    """The text of the file, ending in a line break."""
    return "\n".join(_lines(form)) + "\n"


def _lines(form: Form) -> Iterator[str]:
    yield f"# {form.title}：填报的事实"
    yield "# 冒号后面填写，留空就是“未知”，不会当作 0 或“否”。确定没有的：名单写 []，数写 0，是否写 否。"
    yield "# 金额单位元；比率写小数，5% 写 0.05；是否写 是 或 否；不适用的写 不适用。"
    for table in form.schema.tables:
        yield ""
        if table.kind == "顶层":
            yield f"# {table.name}"
            for field in table.fields:
                yield from _asked("", field, form)
        elif table.kind == "一份":
            yield f"# {table.name}：{table_words(table)}"
            yield f"{_key(table.name)}:"
            for field in table.fields:
                yield from _asked("  ", field, form)
        else:
            yield from _list(table, form)


def _asked(lead: str, field: FactField, form: Form) -> Iterator[str]:
    yield _entry(lead, field)
    if isinstance(field.type, SeriesType):
        yield from (f'{" " * len(lead)}  "{year}":' for year in form.years)
    if isinstance(field.type, LedgerType):
        yield "#  下面各款，已经得到的去掉行首的 # 并填写；全都没有就在上一行写 {}"
        yield from (f'#  "{number}":   # {words}' for number, words in form.clause_titles.items())


def _list(table: FactTable, form: Form) -> Iterator[str]:
    yield f"# {table.name}：{table_words(table)}。没有就写 {_key(table.name)}: []；"
    yield f"# 有的，去掉下面各行行首的 # 并填写，每多一{table.each}把整段复制一遍"
    yield f"{_key(table.name)}:"
    for index, field in enumerate(table.fields):
        yield from ("#" + line for line in _asked(" - " if index == 0 else "   ", field, form))


def _entry(lead: str, field: FactField) -> str:
    """名称:    # what to write; who certifies it; what absence means."""
    start = f"{lead}{_key(field.name)}:"
    wide = sum(2 if ord(ch) > 255 else 1 for ch in start)
    return start + " " * max(_COLUMN - wide, 2) + f"# {what_to_write(field)}"


def _key(name: str) -> str:
    return f'"{name}"' if _RESERVED.fullmatch(name) else name
