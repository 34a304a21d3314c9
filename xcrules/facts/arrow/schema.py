"""The Arrow schemas of a form: as tables, and as blocks in which they are nested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from xcrules.facts.asking.words import absence, table_words, what_to_write
from xcrules.facts.given import NUMBER_KEY
from xcrules.facts.tables import FactField, FactTable, Form
from xcrules.facts.types import BoolType, DateType, EnumType, LedgerType, NumberType, ScalarType, SeriesType, TextType, YearType

ENTERPRISES, MARK = "企业", "不适用"
YEAR_OF, CLAUSE_OF, FIGURE_OF = "年度", "款号", "数"  # what stands by year or by clause in a block
WORDS = ("没有", "未知", "不适用", "有")  # what may stand in 「企业」 for a list as a whole


def key_name(form: Form) -> str:
    """The column that joins the tables: 编号, or another name where a list has a fact of that name."""
    return _free((NUMBER_KEY, f"{ENTERPRISES}{NUMBER_KEY}"), form)


def mark_name(form: Form) -> str:
    """The column in which a record names what does not apply."""
    return _free((MARK, f"{MARK}的项"), form)


def enterprises_name(form: Form) -> str:
    """The table with a row for each enterprise."""
    return _free((ENTERPRISES, f"申报{ENTERPRISES}"), form)


def _free(names: Iterable[str], form: Form) -> str:
    """The first that no fact has; names of our own may be lengthened for ever."""
    taken = {x for t in form.schema.tables for x in (t.name if t.kind != "顶层" else "", *(f.name for f in t.fields))}
    last = ""
    for last in names:
        if last not in taken:
            return last
    while last in taken:
        last += "_"
    return last


def arrow_type(type_: ScalarType) -> Any:
    """The type of a single value."""
    match type_:
        case BoolType():
            return pa.bool_()
        case DateType():
            return pa.date32()
        case YearType():
            return pa.int32()
        case TextType():
            return pa.string()
        case EnumType():
            return pa.dictionary(pa.int32(), pa.string())
        case NumberType(rate=True):
            return pa.decimal128(20, 8)
        case NumberType(whole=True):
            return pa.int64()
        case NumberType(unit=(("元", 1),)):
            return pa.decimal128(20, 2)
        case NumberType():
            return pa.decimal128(24, 6)


# -- tables -------------------------------------------------------------------------------------------------


def table_schemas(form: Form) -> dict[str, Any]:
    """「企业」, then each list: a pyarrow.Schema by name. What to write in a column is in its metadata (说明)."""
    key, mark = pa.field(key_name(form), pa.string(), metadata={"说明": "企业的编号，各表都有，凭它对起来"}), _mark(form)
    top = [x for t in form.schema.tables if t.kind != "名单" for f in t.fields for x in _flat(f, form, f"{t.name}." if t.kind == "一份" else "")]
    whole = [pa.field(t.name, pa.string(), metadata={"说明": _whole(table_words(t))}) for t in form.schema.nested if t.kind == "名单"]
    whole += [pa.field(f"{t.name}.{f.name}" if t.kind == "一份" else f.name, pa.string(), metadata={"说明": _whole(absence(f))})
              for t in form.schema.tables if t.kind != "名单" for f in t.fields if isinstance(f.type, LedgerType)]
    tables = {enterprises_name(form): pa.schema([key, *top, *whole, mark])}
    for table in form.schema.nested:
        if table.kind == "名单":
            tables[table.name] = pa.schema([key, *(x for f in table.fields for x in _flat(f, form, "")), mark], metadata={"说明": table_words(table)})
    return tables


def _whole(words: str) -> str:
    return "；".join(filter(None, (f"{'、'.join(WORDS)}；空着的，有行就是有，没有行就是没有", words)))


def _mark(form: Form) -> Any:
    return pa.field(mark_name(form), pa.list_(pa.string()), metadata={"说明": "这一行里不适用的项的名称"})


def _flat(field: FactField, form: Form, lead: str) -> Iterator[Any]:
    """A column, or one for each year or clause."""
    said = {"说明": what_to_write(field)}
    match field.type:
        case SeriesType(element):
            yield from (pa.field(f"{lead}{field.name}.{year}", arrow_type(element), metadata=said) for year in form.years)
        case LedgerType(element):
            yield from (pa.field(f"{lead}{field.name}.{number}", arrow_type(element), metadata=said) for number in form.clause_titles)
        case scalar:
            yield pa.field(lead + field.name, arrow_type(scalar), metadata=said)


# -- blocks -------------------------------------------------------------------------------------------------


def block_schema(form: Form) -> Any:
    """One row for each enterprise: the key, the facts of the top level, objects as struct, lists as list<struct>."""
    nested = [pa.field(t.name, pa.list_(_record(t, form)) if t.kind == "名单" else _record(t, form)) for t in form.schema.nested]
    return pa.schema([pa.field(key_name(form), pa.string()), *map(_column, form.schema.top), *nested, pa.field(mark_name(form), pa.list_(pa.string()))])


def _record(table: FactTable, form: Form) -> Any:
    mark = [pa.field(mark_name(form), pa.list_(pa.string()))] if table.kind == "名单" else []
    return pa.struct([*map(_column, table.fields), *mark])


def _column(field: FactField) -> Any:
    match field.type:
        case SeriesType(element):
            return pa.field(field.name, pa.list_(pa.struct([(YEAR_OF, pa.int32()), (FIGURE_OF, arrow_type(element))])))
        case LedgerType(element):
            return pa.field(field.name, pa.list_(pa.struct([(CLAUSE_OF, pa.string()), (FIGURE_OF, arrow_type(element))])))
        case scalar:
            return pa.field(field.name, arrow_type(scalar))
