"""Facts of an enterprise: plain nested values in, typed exact values out, or findings with their path.

Shapes (facts.md): the top level is an object; 一份 tables are objects, 名单 are lists of objects, 逐年
are objects from year to number, 逐款 from clause number to number. A missing key or null is unknown.
Numbers may be int, Decimal, Fraction, float (taken by its shortest form) or text of digits; never NaN.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from attrs import evolve, field, frozen

from . import calculus as c
from .datatypes import (
    NOT_APPLICABLE,
    BoolType,
    DateType,
    EnumType,
    LedgerType,
    LiteralValue,
    NotApplicable,
    NumberType,
    SeriesType,
    TextType,
    Type,
    YearType,
    parse_literal,
)  # fmt: skip
from .diagnostic import Diagnostic
from .money import decimal_text
from .nearest import nearest
from .program import FactTable, Schema
from .source import canonical

MAX_DIGITS = 60  # 一个数最多的位数
MAX_WHOLE = 18  # 整数部分最多的位数
MAX_ITEMS = 100_000  # 一张名单最多的项数
MAX_TEXT = 10_000  # 一段文字最多的字数
WHOLE_UNITS = ("件", "国", "部", "人", "家", "项", "次", "台", "套", "场", "册", "株", "户", "辆", "张", "处", "期")
NUMBER_KEY = "编号"  # echoed in the decision, never a fact

Scalar = Fraction | str | bool | NotApplicable
Record = Mapping[str, Scalar]
Held = Scalar | Record | Mapping[Fraction, Fraction | NotApplicable] | Sequence[Record] | NotApplicable

_DIGITS = re.compile(r"[+-]?(\d+)(\.\d+)?([eE][+-]?\d{1,3})?")


class Duplicates(dict[str, object]):
    """An object in which a key stood twice; `keys_twice` names them."""

    keys_twice: tuple[str, ...] = ()


class Placed(dict[str, object]):
    """Facts read from a workbook; `places` has the cell of each path, which findings then name."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, str] = {}

    def place(self, path: str) -> str:
        """The cell of a path, or of the nearest thing that holds it."""
        while path and path not in self.places:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.places.get(path, "")


class TextScalar(str):
    """A YAML scalar: text whose type the schema decides."""


@frozen
class NotANumber:
    """NaN or Infinity, as met in a JSON file."""

    text: str


@frozen
class Facts:
    """Checked facts. Absent keys are unknown; `number` is the caller's 编号, if any."""

    top: Mapping[str, Held] = field(factory=dict)
    number: object = None

    @property
    def money(self) -> int:
        """The scale of amounts where facts are kept as whole numbers: 100 for 分."""
        return 100

    def gives(self, name: str) -> bool:
        """Whether a fact of the top level was given."""
        return name in self.top

    def length(self, table: str) -> int:
        """How many items a list has; 0 if it was not given."""
        return len(self.list_of(table) or ())

    def longest(self) -> int:
        """The number of items in the longest list."""
        return max((len(held) for held in self.top.values() if isinstance(held, tuple)), default=0)

    def list_of(self, table: str) -> Sequence[Record] | None:
        held = self.top.get(table)
        return held if isinstance(held, tuple) else None


def read_facts(raw: object, schema: Schema, clauses: Sequence[str]) -> tuple[Facts, list[Diagnostic]]:
    """The facts in plain nested values, and what is wrong with them (then the facts must not be used)."""
    found: list[Diagnostic] = []
    if not isinstance(raw, Mapping):
        found.append(_wrong("", f"事实要是一个对象（键和值），不是{_kind(raw)}"))
        return Facts(), found
    _duplicates(raw, "", found)
    top: dict[str, Held] = {}
    fields = {f.name: f for f in schema.top}
    tables = {t.name: t for t in schema.nested}
    for key, value in raw.items():
        if key in fields:
            held = _field(fields[key], value, str(key), clauses, found)
        elif key in tables:
            held = _table(tables[key], value, clauses, found)
        elif key == NUMBER_KEY:
            continue
        else:
            found.append(_unknown(str(key), "", [*fields, *tables]))
            continue
        if held is not None:
            top[key] = held
    if isinstance(raw, Placed):
        found = [evolve(d, path=raw.place(d.path) or d.path) for d in found]
    return Facts(top, raw.get(NUMBER_KEY)), found


# -- tables -----------------------------------------------------------------------------------------


def _table(table: FactTable, value: object, clauses: Sequence[str], found: list[Diagnostic]) -> Held | None:
    if _absent(value):
        return None
    if value == "不适用":
        return NOT_APPLICABLE
    if table.kind == "一份":
        return _record(table, value, table.name, clauses, found)
    if not isinstance(value, list | tuple):
        found.append(_wrong(table.name, f"「{table.name}」要是名单（方括号），不是{_kind(value)}"))
        return None
    if len(value) > MAX_ITEMS:
        found.append(Diagnostic("E815", f"「{table.name}」有 {len(value)} 项，超过 {MAX_ITEMS} 项的限制", path=table.name))
        return None
    return tuple(_record(table, x, f"{table.name}[{i}]", clauses, found) for i, x in enumerate(value))


def _record(table: FactTable, value: object, path: str, clauses: Sequence[str], found: list[Diagnostic]) -> Record:
    if not isinstance(value, Mapping):
        found.append(_wrong(path, f"「{path}」要是一个对象，不是{_kind(value)}"))
        return {}
    _duplicates(value, path, found)
    record: dict[str, Scalar] = {}
    fields = {f.name: f for f in table.fields}
    for key, inner in value.items():
        if key not in fields:
            found.append(_unknown(str(key), path, list(fields)))
            continue
        held = _field(fields[key], inner, f"{path}.{key}", clauses, found)
        if held is not None:
            record[key] = held  # type: ignore[assignment]
    return record


def _field(spec: c.FactField, value: object, path: str, clauses: Sequence[str], found: list[Diagnostic]) -> Held | None:
    if _absent(value):
        return None
    match spec.type:
        case SeriesType(element):
            return _keyed(spec, element, value, path, None, found)
        case LedgerType(element):
            return _keyed(spec, element, value, path, clauses, found)
        case scalar:
            return _scalar(spec, scalar, value, path, found)


def _keyed(spec: c.FactField, element: NumberType, value: object, path: str, clauses: Sequence[str] | None,
           found: list[Diagnostic]) -> Held | None:  # fmt: skip
    """逐年 (keys are years) and 逐款 (keys are clause numbers)."""
    if value == "不适用":
        return NOT_APPLICABLE
    if not isinstance(value, Mapping):
        shape = "逐年填写：{年度: 数}" if clauses is None else "逐款填写：{款号: 数}"
        found.append(_wrong(path, f"「{path}」要{shape}，不是{_kind(value)}"))
        return None
    _duplicates(value, path, found)
    held: dict[object, object] = {}
    seen: set[object] = set()
    for key, inner in value.items():
        place = f"{path}.{key}"
        name = _year_key(key) if clauses is None else str(key)
        if clauses is None and name is None:
            found.append(_wrong(place, f"「{key}」不是年度，写成四位数字，如 \"2023\""))
            continue
        if name in seen:
            found.append(Diagnostic("E803", f"「{path}」的 {key} 写了两次", path=place, help="同一个年度只能写一次"))
            continue
        seen.add(name)
        if clauses is not None and name not in clauses:
            found.append(_unknown(str(key), path, list(clauses)))
            continue
        if not _absent(inner) and (number := _scalar(spec, element, inner, place, found)) is not None:
            held[name] = number
    return held  # type: ignore[return-value]


def _year_key(key: object) -> Fraction | None:
    text = str(key).removesuffix("年")
    return Fraction(int(text)) if re.fullmatch(r"\d{4}", text) else None


def _absent(value: object) -> bool:
    return value is None or (isinstance(value, TextScalar) and value in ("", "null", "~", "未知"))


# -- scalars ------------------------------------------------------------------------------------------


def _scalar(spec: c.FactField, type_: Type, value: object, path: str, found: list[Diagnostic]) -> Scalar | None:
    if value == "不适用":
        return NOT_APPLICABLE
    match type_:
        case BoolType():
            return _bool(value, path, found)
        case EnumType(members):
            return _enum(members, value, path, found)
        case TextType():
            return _text(value, path, found)
        case DateType():
            return _date(value, path, found)
        case YearType():
            number = _number(value, type_, path, found)
            return None if number is None else _year(number, path, found)
        case NumberType():
            number = _number(value, type_, path, found)
            return None if number is None else _fits(number, spec, type_, path, found)
    return None


def _bool(value: object, path: str, found: list[Diagnostic]) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, TextScalar) and value.lower() in ("true", "false", "是", "否", "yes", "no"):
        return value.lower() in ("true", "是", "yes")
    found.append(_wrong(path, f"「{path}」要写 true 或 false，不是{_kind(value)}"))
    return None


def _enum(members: tuple[str, ...], value: object, path: str, found: list[Diagnostic]) -> str | None:
    if isinstance(value, str) and value in members:
        return str.__str__(value)  # plain text, of an Enum that is text too
    if not isinstance(value, str):
        found.append(_wrong(path, f"「{path}」要写文字，不是{_kind(value)}"))
        return None
    close = nearest(value, members)
    found.append(Diagnostic("E808", f"「{_short(value)}」不是「{path}」的一种", path=path,
                            help=(f"是不是「{close[0]}」？" if close else "") + "只有：" + "、".join(members)))  # fmt: skip
    return None


def _text(value: object, path: str, found: list[Diagnostic]) -> str | None:
    if isinstance(value, str) and len(value) <= MAX_TEXT:
        return str.__str__(value)
    what = "超过字数限制" if isinstance(value, str) else f"要写文字，不是{_kind(value)}"
    found.append(_wrong(path, f"「{path}」{what}"))
    return None


def _date(value: object, path: str, found: list[Diagnostic]) -> Fraction | None:
    if isinstance(value, LiteralValue) and isinstance(value.type, DateType):
        return value.value
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return Fraction(value.toordinal())
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return Fraction(datetime.date.fromisoformat(value).toordinal())
        except ValueError:
            found.append(Diagnostic("E807", f"「{path}」没有 {value} 这一天", path=path))
            return None
    found.append(Diagnostic("E807", f"「{path}」要写日期，不是{_kind(value)}", path=path, help="写成 2023-09-01"))
    return None


def _year(number: Fraction, path: str, found: list[Diagnostic]) -> Fraction | None:
    if number.denominator == 1 and 1900 <= number <= 2200:
        return number
    found.append(_wrong(path, f"「{path}」要写四位的年度"))
    return None


def _fits(number: Fraction, spec: c.FactField, type_: NumberType, path: str, found: list[Diagnostic]) -> Fraction | None:
    if number < 0 and not spec.signed:
        found.append(Diagnostic("E809", f"「{path}」不能是负数", path=path))
        return None
    if number.denominator != 1 and [u for u, _ in type_.unit if u in WHOLE_UNITS]:
        found.append(Diagnostic("E814", f"「{path}」要是整数", path=path))
        return None
    return number


def _number(value: object, type_: Type, path: str, found: list[Diagnostic]) -> Fraction | None:
    """An exact number from whatever holds one."""
    if isinstance(value, LiteralValue):
        return _literal(value, type_, path, found)
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction | float | str | NotANumber):
        found.append(_wrong(path, f"「{path}」要写数，不是{_kind(value)}"))
        return None
    if isinstance(value, Fraction):
        return value if _small(value) else _too_long(path, found)
    if isinstance(value, NotANumber) or (isinstance(value, float) and not math.isfinite(value)):
        found.append(Diagnostic("E804", f"「{path}」是 {getattr(value, 'text', value)}，不是数", path=path))
        return None
    if isinstance(value, int):
        return Fraction(value) if abs(value) < 10**MAX_WHOLE else _too_long(path, found)
    return _from_decimal(repr(value) if isinstance(value, float) else value, path, found)


def _literal(value: LiteralValue, type_: Type, path: str, found: list[Diagnostic]) -> Fraction | None:
    """150万元 and the like, from a case in the language: the unit must be the fact's."""
    if value.type == type_:
        return value.value
    found.append(_wrong(path, f"「{path}」是{type_}，写的却是{value.type}"))
    return None


def _from_decimal(value: Decimal | str, path: str, found: list[Diagnostic]) -> Fraction | None:
    if isinstance(value, str):
        match = _DIGITS.fullmatch(value.strip())
        if match is None:
            found.append(evolve(_wrong(path, f"「{path}」要写数，不是「{_short(value)}」"), help=_plainly(value)))
            return None
        if len(value) > MAX_DIGITS:
            return _too_long(path, found)
        try:
            value = Decimal(value.strip())
        except InvalidOperation:
            return _too_long(path, found)
    if not value.is_finite():
        found.append(Diagnostic("E804", f"「{path}」是 {value}，不是数", path=path))
        return None
    if len(value.as_tuple().digits) > MAX_DIGITS or value.adjusted() >= MAX_WHOLE or value.adjusted() < -MAX_DIGITS:
        return _too_long(path, found)
    return Fraction(value)


def _plainly(text: str) -> str:
    """150万元 and 5% are how a rule says it; a fact is the bare number in the field's unit."""
    literal = parse_literal(canonical(text.strip()))
    return f"只写数，不写单位：{decimal_text(literal.value, 12)}" if literal and isinstance(literal.type, NumberType | YearType) else ""


def _small(value: Fraction) -> bool:
    limit: int = 10**MAX_DIGITS
    return abs(value) < 10**MAX_WHOLE and abs(value.numerator) < limit and value.denominator < limit


def _too_long(path: str, found: list[Diagnostic]) -> Fraction | None:
    found.append(Diagnostic("E805", f"「{path}」的数太大或太长：整数不超过 {MAX_WHOLE} 位，连小数不超过 {MAX_DIGITS} 位", path=path))
    return None


# -- findings -------------------------------------------------------------------------------------------


def _unknown(key: str, path: str, known: list[str]) -> Diagnostic:
    close = nearest(key, known)
    place = f"{path}.{key}" if path else key or "（空的键）"
    return Diagnostic("E801", f"{f'「{path}」' if path else ''}没有「{_short(key)}」这一项", path=place,
                      help=f"是不是「{'」「'.join(close)}」？" if close else "可填：" + "、".join(known[:12]))  # fmt: skip


def _wrong(path: str, message: str) -> Diagnostic:
    return Diagnostic("E802", message, path=path or "（整份事实）")


def _duplicates(value: object, path: str, found: list[Diagnostic]) -> None:
    if isinstance(value, Duplicates):
        for key in value.keys_twice:
            place = f"{path}.{key}" if path else key
            found.append(Diagnostic("E803", f"「{place}」写了两次", path=place, help="同一个键只能写一次"))


def _kind(value: object) -> str:
    match value:
        case bool():
            return f"是否（{'true' if value else 'false'}）"
        case str():
            return f"文字「{_short(value)}」"
        case int() | float() | Decimal() | Fraction():
            return "数"
        case Mapping():
            return "对象"
        case list() | tuple():
            return "名单"
        case LiteralValue():
            return f"{value.type}"
        case None:
            return "空"
    return "别的"


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:30] + "……"


