"""A fact in words: what to write, in which unit, who certifies it, what its absence means.

A blank facts file in YAML: every field with a comment, nothing filled in. `decide` reads it as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xcrules.facts.tables import FactField, FactTable, Form, limits_text
from xcrules.facts.types import BoolType, DateType, EnumType, LedgerType, NumberType, SeriesType, TextType, Type, YearType, show

ANSWER_NONE, ANSWER_SOME, NOT_APPLICABLE = "没有", "有", "不适用"


def number_word(type_: NumberType) -> str:
    """元, 件（整数）, 比率."""
    if type_.rate:
        return "比率"
    return f"{type_}（整数）" if type_.whole else str(type_)


def type_words(type_: Type) -> str:
    """What kind of value is written, for a person."""
    match type_:
        case SeriesType(element):
            return f"逐年，{number_word(element)}"
        case LedgerType(element):
            return f"逐款，{number_word(element)}"
        case NumberType():
            return number_word(type_)
        case EnumType(members):
            return "、".join(members)
        case BoolType():
            return "是或否"
        case YearType():
            return "年度，四位数"
        case DateType():
            return "日期，如 2023-09-01"
        case TextType():
            return "文字"


def absence(field: FactField) -> str:
    """What is taken when nothing is written, "" if that is unknown."""
    if field.default is not None:
        return f"不填按{show(field.default, field.type)}"
    if field.parameter:
        return "不填按公布的参数"
    if field.closed:
        return "不填按没有"
    return "可以不填" if field.optional else ""


def signs(field: FactField) -> str:
    return "，".join(filter(None, ("可为负" if field.signed else "", limits_text(field))))


def remarks(field: FactField) -> str:
    """认定 by whom; what absence means; the policy's own note."""
    return "；".join(filter(None, (field.source, absence(field), signs(field), field.note)))


def what_to_write(field: FactField) -> str:
    """The kind of value, then what there is to say of it."""
    return "；".join(filter(None, (type_words(field.type), remarks(field))))


def table_words(table: FactTable) -> str:
    """逐笔填写，不填按没有."""
    kind = f"逐{table.each}填写" if table.kind == "名单" else "填一份"
    return kind + ("，不填按没有" if table.closed else "")


def listing(form: Form) -> Iterator[str]:
    """The facts as lines of text, table by table."""
    for table in form.schema.tables:
        head = f"{table.name}（直接写在最外层）" if table.kind == "顶层" else f"{table.name}（{table_words(table)}）"
        yield head
        for field in table.fields:
            yield f"  {field.name}：{what_to_write(field)}"
        yield ""


def rows(form: Form) -> list[dict[str, object]]:
    """The same as plain values: one object for each fact, its path in the JSON of facts without row numbers."""
    return [
        {"路径": field.name if table.kind == "顶层" else f"{table.name}{'[]' if table.kind == '名单' else ''}.{field.name}",
         "类型": type_words(field.type), "说明": remarks(field)}
        for table in form.schema.tables for field in table.fields
    ]


# -- a blank file in YAML --------------------------------------------------------------------------------------------

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
