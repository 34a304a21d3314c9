"""The fact tables as a JSON Schema (2020-12): the plain forms, all of which `decide` accepts, and nothing it rejects.

Values are judged as they stand in JSON. What no schema can say is left to `decide`: a key that stands twice, a number
written with an exponent in a string that is not whole where it should be, an invisible character in a name. `decide`
also reads what offices write (2024年9月1日, 50,000元, 3（1）) and the schema does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor
from types import MappingProxyType

from xcrules.base.identity import DITTO, NOTHING, UNKNOWN_WORDS, ClauseNames
from xcrules.facts.given import MAX_DIGITS, MAX_ITEMS, MAX_TEXT, MAX_WHOLE, NUMBER_KEY
from xcrules.facts.tables import FactField, FactTable, Form
from xcrules.facts.types import BoolType, DateType, EnumType, LedgerType, NumberType, SeriesType, TextType, Type, YearType, show

from .words import NOT_APPLICABLE, table_words, what_to_write

Json = dict[str, object]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_EXPONENT = "[eE][+-]?[0-9]{1,3}"
_WHOLE = f"0*[0-9]{{1,{MAX_WHOLE}}}"
_DAY = "(?!0000)[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
_LEAP = "(?!0000)(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29"


def json_schema(form: Form) -> Json:
    """The schema of a facts object, as plain JSON values."""
    clauses = form.clause_names
    properties: Json = {NUMBER_KEY: {"title": NUMBER_KEY, "description": "申报的编号，原样写进决定，不是事实"}}
    for field in form.schema.top:
        properties[field.name] = _field(field, clauses)
    for table in form.schema.nested:
        properties[table.name] = _table(table, clauses)
    return {
        "$schema": DIALECT, "title": f"{form.title}：事实",
        "description": "缺键或 null 是未知；false、0、[] 是确定没有。金额单位元，按十进制精确读入；比率是一的几分之几，5% 写 0.05。",
        "type": "object", "properties": properties, "additionalProperties": False,
    }


def _table(table: FactTable, clauses: ClauseNames) -> Json:
    record: Json = {"type": "object", "properties": {f.name: _field(f, clauses) for f in table.fields}, "additionalProperties": False}
    shape: Json = record if table.kind == "一份" else {"type": "array", "maxItems": MAX_ITEMS, "items": record}
    return {"title": table.name, "description": table_words(table), **_or_unknown(shape)}


def _field(field: FactField, clauses: ClauseNames) -> Json:
    head: Json = {"title": field.name, "description": what_to_write(field)}
    if field.default is not None:
        head["default"] = field.default if isinstance(field.default, bool | str) else show(field.default)
    if field.role == "台账条款":
        return head | {"enum": [*clauses.rows, None]}
    if field.role == "外部状态":  # other support has a state, or is not known to have one
        return head | {"anyOf": [_shape(field, field.type, clauses), {"type": "null"}]}
    return head | _or_unknown(_shape(field, field.type, clauses))


def _or_unknown(shape: Json) -> Json:
    return {"anyOf": [shape, {"enum": [NOT_APPLICABLE, None]}]}


def _shape(field: FactField, type_: Type, clauses: ClauseNames) -> Json:
    signed = field.signed
    match type_:
        case SeriesType(element):
            number = _or_unknown(_number(element, signed))
            return {"type": "object", "patternProperties": {"^[0-9]{4}年?$": number}, "additionalProperties": False}
        case LedgerType(element):
            number = _or_unknown(_number(element, signed))
            return {"type": "object", "properties": dict.fromkeys(clauses.keys, number), "additionalProperties": False}
        case NumberType():
            return _number(
                type_,
                signed,
                {
                    name: end
                    for name, end in (
                        ("minimum", None if field.least is None else floor(field.least)), ("maximum", None if field.most is None else ceil(field.most)),
                    )
                    if end is not None
                },
            )
        case YearType():
            year = "0*(?:19[0-9]{2}|2[01][0-9]{2}|2200)(?:\\.0+)?"
            text: Json = {"type": "string", "maxLength": MAX_DIGITS, "pattern": rf"^\s*\+?(?:{year}|[0-9.]+{_EXPONENT})\s*$"}
            return {"anyOf": [{"type": "number", "multipleOf": 1, "minimum": 1900, "maximum": 2200}, text]}
        case DateType():
            return {"type": "string", "format": "date", "pattern": f"^(?:{_DAY}|{_LEAP})$"}
        case BoolType():
            return {"type": "boolean"}
        case EnumType(members):
            return {"type": "string", "enum": list(members)}
        case TextType():
            return {"type": "string", "maxLength": MAX_TEXT} | ({} if field.optional else {"not": {"enum": _NO_NAMES}})


_NO_NAMES = sorted(("", "/", "-", "—", "——", "0", *NOTHING, *UNKNOWN_WORDS, *DITTO))


def _number(type_: NumberType, signed: bool, limits: Mapping[str, int] = MappingProxyType({})) -> Json:
    """A number, or its digits as text; bounds as `decide` has them (`limits` of the number only, in whole units)."""
    number: Json = {"type": "number", "exclusiveMaximum": 10**MAX_WHOLE}
    number |= {"exclusiveMinimum": -(10**MAX_WHOLE)} if signed else {"minimum": 0}
    number |= limits
    if type_.whole:
        number["multipleOf"] = 1
    part = r"(?:\.0+)?" if type_.whole else r"(?:\.[0-9]+)?"
    sign = "[+-]?" if signed else r"\+?"
    digits = rf"{sign}(?:{_WHOLE}{part}|[0-9]+(?:\.[0-9]+)?{_EXPONENT})"
    nought = "" if signed else r"|-0+(?:\.0+)?"
    return {"anyOf": [number, {"type": "string", "maxLength": MAX_DIGITS, "pattern": rf"^\s*(?:{digits}{nought})\s*$"}]}
