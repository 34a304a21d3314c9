"""Facts of an enterprise: plain nested values in, typed exact values out, or findings with their path.

Shapes (facts.md): the top level is an object; 一份 tables are objects, 名单 are lists of objects, 逐年
are objects from year to number, 逐款 from clause number to number. A missing key or null is unknown.
What one value may be written as stands in scalars.py, what identifies in identity.py.

Two texts that are one identity (identity.normal) are kept in one spelling, that of the first in the order of the
tables: whoever compares facts afterwards compares plain text. Clause numbers are kept as the policy writes them.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from attrs import evolve, field, frozen

from xcrules.base.diagnostic import Code, Diagnostic, writable
from xcrules.base.identity import ClauseNames, Unclear, clause_key, invisible, normal, short_name
from xcrules.base.nearest import nearest
from xcrules.base.spoken import spoken

from .identities import joined
from .scalars import MAX_DIGITS, MAX_TEXT, MAX_WHOLE, Scalar, TextScalar, absent, not_applicable, read_scalar, simple, year_key
from .tables import FactField, FactTable, Form, Schema
from .types import NOT_APPLICABLE, LedgerType, NotApplicable, NumberType, SeriesType
from .unfit import NotANumber, kind_of, may_be, noticed, short, wrong

__all__ = ["MAX_DIGITS", "MAX_ITEMS", "MAX_TEXT", "MAX_WHOLE", "NUMBER_KEY", "Duplicates", "Facts", "Given", "NotANumber",
           "PlacedFacts", "Record", "Scalar", "TextScalar", "read_facts"]

MAX_ITEMS = 100_000  # 一张名单最多的项数
MAX_NOTICES = 20  # notices of one kind that are told one by one
MAX_FAULTS = 1_000  # 一份事实里逐处说的错，每一种
NUMBER_KEY = "编号"  # echoed in the decision, never a fact

Record = Mapping[str, Scalar]
Given = Scalar | Record | Mapping[Fraction, Fraction | NotApplicable] | Sequence[Record] | NotApplicable


class Duplicates(dict[str, object]):
    """An object in which a key stood twice; `keys_twice` names them."""

    def __init__(self, pairs: Sequence[tuple[str, object]]) -> None:
        super().__init__(pairs)
        self.keys_twice = tuple(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)


_RECORD = re.compile(r"([^.\[]+)\[(\d+)\]\.?(.*)", re.S)


class PlacedFacts(dict[str, object]):
    """Facts read from a workbook; `places` has the cell of each path, `rows` tells those of a list by the record and the fact; findings name them.

    `notices` is what is not wrong with the workbook but should be known.
    """

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, str] = {}
        self.rows: dict[str, Callable[[int, str], str]] = {}
        self.notices: list[Diagnostic] = []

    def place(self, path: str) -> str:
        """The cell of a path, or of the nearest thing that holds it."""
        while path and path not in self.places:
            record = _RECORD.fullmatch(path)
            if record is not None and record[1] in self.rows and (found := self.rows[record[1]](int(record[2]), record[3])):
                return found
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.places.get(path, "")


@frozen
class Facts:
    """Checked facts. Absent keys are unknown; `number` is the caller's 编号, if any.

    `notices` are warnings that a decision on these facts repeats: identities that look alike, a share above 1.
    """

    top: Mapping[str, Given] = field(factory=dict)
    number: object = None
    notices: tuple[Diagnostic, ...] = field(default=(), eq=False)
    schema: Schema | None = field(default=None, eq=False, repr=False)  # the tables that they were checked against; does not travel, it is larger than the facts

    def __reduce__(self) -> tuple[Any, ...]:
        return Facts, (dict(self.top), self.number, self.notices)

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
        """The rows of a list; None if it was not given, does not apply or is no list."""
        held = self.top.get(table)
        return held if isinstance(held, tuple) else None


def read_facts(raw: object, schema: Schema, clauses: ClauseNames, later: Form | None = None) -> tuple[Facts, list[Diagnostic]]:
    """The facts in plain nested values, and what is wrong with them (then the facts must not be used). What only a `later` text asks for is read as it says, and left aside."""
    if not isinstance(raw, Mapping):
        return Facts(), [wrong("", f"事实要是一个对象（键和值），不是{kind_of(raw)}")]
    reader = _Reader(schema, clauses, _Reader(later.schema, later.clause_names) if later else None)
    top = reader.top(raw)
    found = reader.found
    if not any(d.is_error for d in found):
        found += joined(top, schema)
    if isinstance(raw, PlacedFacts):
        counters = {t.name: t.each for t in schema.nested}
        found = [*raw.notices, *(_at_cell(d, raw, counters) for d in found)]
    notices, faults = ([d for d in found if d.is_error is wrong] for wrong in (False, True))
    return Facts(top, raw.get(NUMBER_KEY), few(notices), schema), [*few(faults, MAX_FAULTS)] if len(faults) > MAX_FAULTS else faults


def _at_cell(found: Diagnostic, raw: PlacedFacts, counters: Mapping[str, str]) -> Diagnostic:
    """A finding as a person with the workbook before him wants it: the cell, and rows counted from 1."""
    said = found.message.replace(f"「{found.path}」", f"「{spoken(found.path, counters)}」")
    return evolve(found, message=said, path=raw.place(found.path) or found.path)


def few(found: Sequence[Diagnostic], most: int = MAX_NOTICES) -> tuple[Diagnostic, ...]:
    """The first of each kind one by one, the rest counted."""
    kinds: dict[str, list[Diagnostic]] = {}
    for d in found:
        kinds.setdefault(d.code, []).append(d)
    told: list[Diagnostic] = []
    for own in kinds.values():
        told += own[:most]
        told += (noticed(x.code, f"另有 {len(own) - most} 处同样的情形", x.path) for x in own[most : most + 1])
    return tuple(told)


# -- objects ------------------------------------------------------------------------------------------------


class _Reader:
    """Plain values being read; what is to be said of them goes to `found`."""

    def __init__(self, schema: Schema, clauses: ClauseNames, later: _Reader | None = None) -> None:
        self.schema, self.clauses, self.later = schema, clauses, later
        self.found: list[Diagnostic] = later.found if later else []

    @property
    def advised(self) -> bool:
        """Whether what is found next may be told by itself; of so many things the rest is counted, and help takes long to find."""
        return len(self.found) < 2 * MAX_FAULTS

    def top(self, raw: Mapping[object, object]) -> dict[str, Given]:
        """The facts by name; those that are unknown, or of which something is wrong, are left out."""
        fields = {f.name: f for f in self.schema.top}
        tables = {t.name: t for t in self.schema.nested}
        if isinstance(number := simple(raw.get(NUMBER_KEY)), Mapping | list | tuple | set):
            self.found.append(wrong(NUMBER_KEY, f"「{NUMBER_KEY}」要写文字或数，不是{kind_of(number)}"))
        elif isinstance(number, str) and len(number) > MAX_TEXT:
            self.found.append(wrong(NUMBER_KEY, f"「{NUMBER_KEY}」超过字数限制"))
        elif isinstance(number, str) and number != writable(number):
            self.found.append(Diagnostic(Code.INVISIBLE_IN_NAME, f"「{NUMBER_KEY}」里有{invisible(number)}", path=NUMBER_KEY, help="重新键入编号"))
        held: dict[str, Given | None] = {}
        for name, value in self._named(raw, {**fields, **tables}, "", self.later.schema if self.later else None):
            held[name] = self._field(fields[name], value, name) if name in fields else self._table(tables[name], value)
        return {name: value for name, value in held.items() if value is not None}

    def _table(self, table: FactTable, value: object) -> Given | None:
        if absent(value):
            return None
        if not_applicable(value):
            return NOT_APPLICABLE
        if table.kind == "一份":
            return self._record(table, value, table.name)
        if not isinstance(value, list | tuple):
            self.found.append(wrong(table.name, f"「{table.name}」要是名单（方括号），不是{kind_of(value)}", "没有的写 []，不知道的不写或写 null"))
            return None
        if self._too_many(value, table.name, "项"):
            return None
        return tuple(self._record(table, simple(x), f"{table.name}[{i}]") for i, x in enumerate(value))

    def _too_many(self, held: Sized, path: str, counter: str) -> bool:
        """Whether a list, or an object by its keys, is longer than may be, which is told."""
        if len(held) <= MAX_ITEMS:
            return False
        message = f"{f'「{path}」' if path else '事实'}有 {len(held)} {counter}，超过 {MAX_ITEMS} {counter}的限制"
        self.found.append(Diagnostic(Code.LIST_TOO_LONG, message, path=path or "（整份事实）", help="核对这张名单" if counter == "项" else "核对这些键"))
        return True

    def _record(self, table: FactTable, value: object, path: str) -> Record:
        if not isinstance(value, Mapping):
            self.found.append(wrong(path, f"「{path}」要是一个对象，不是{kind_of(value)}", f"写 {path}: {{{table.fields[0].name}: 某值}}；案例里一栏一栏写 {path}.{table.fields[0].name} 为 某值；没有的写 不适用" if table.fields else ""))
            return {}
        fields = {f.name: f for f in table.fields}
        named = self._named(value, fields, path, self.later.schema.table(table.name) if self.later else None)
        held = {name: self._cell(fields[name], inner, f"{path}.{name}") for name, inner in named}
        return {name: inner for name, inner in held.items() if inner is not None}  # type: ignore[misc]

    def _cell(self, field: FactField, value: object, path: str) -> Given | None:
        if field.role == "台账条款":
            return self._clause(value, path)
        if field.role == "外部状态" and not_applicable(value):
            self.found.append(wrong(path, f"「{path}」不能是 不适用", f"写 {field.type} 之一；没有这笔支持，就不写这一行"))
            return None
        return self._field(field, value, path)

    def _named(
        self, value: Mapping[object, object], own: Mapping[str, object], path: str, later: Schema | FactTable | None
    ) -> Iterator[tuple[str, object]]:
        """The tables or fields that the keys name, in whatever width they are typed, with their values; each once only."""
        if self._too_many(value, path, "个键"):
            return
        self._twice(value, path)
        more: Sequence[FactField | FactTable] = ()
        if later is not None:
            more = later.fields if isinstance(later, FactTable) else (*later.top, *later.nested)
        known: dict[str, Any] = {**{x.name: x for x in more}, **own}
        seen: set[str] = set()
        for key, inner in value.items():
            said = key if isinstance(key, str) else ""
            if said == NUMBER_KEY and not path and said not in known:
                continue
            name = said if said in known else None
            if name is None and len(said) < 100 and not invisible(said):
                name = next((k for k in known if normal(k) == normal(said)), None) if said else None
            if name is None:
                self.found.append(_unknown(key, path, list(known), self.advised))
            elif name in seen:
                self.found.append(_repeated(_under(path, name)))
            else:
                seen.add(name)
                if name in own:
                    yield str.__str__(name), simple(inner)
                elif self.later:
                    self.later._left_aside(known[name], simple(inner), _under(path, name))

    def _left_aside(self, what: FactField | FactTable, value: object, path: str) -> object:
        return self._table(what, value) if isinstance(what, FactTable) else self._cell(what, value, path)

    def _twice(self, value: object, path: str) -> None:
        self.found += [_repeated(_under(path, key)) for key in (value.keys_twice if isinstance(value, Duplicates) else ())]

    # -- what stands by year or by clause -----------------------------------------------------------------

    def _field(self, field: FactField, value: object, path: str) -> Given | None:
        if absent(value):
            return None
        match field.type:
            case SeriesType(element):
                return self._by_key(field, element, value, path, _BY_YEAR)
            case LedgerType(element):
                held = self._by_key(field, element, value, path, _Keys("逐款填写：{款号: 数}", "同一款", self._ledger_key))
                return self._with_sums(held, path) if isinstance(held, dict) else held
            case scalar:
                return read_scalar(field, scalar, value, path, self.found)

    def _by_key(self, field: FactField, element: NumberType, value: object, path: str, keys: _Keys) -> Given | None:
        """逐年 and 逐款 facts."""
        if not_applicable(value):
            return NOT_APPLICABLE
        if not isinstance(value, Mapping):
            self.found.append(wrong(path, f"「{path}」要{keys.form}，不是{kind_of(value)}"))
            return None
        if self._too_many(value, path, "个键"):
            return None
        self._twice(value, path)
        held: dict[Any, Scalar] = {}
        seen: set[object] = set()
        for given, inner in value.items():
            text = str(given) if isinstance(given := simple(given), str | int | float | Decimal | datetime.date) else kind_of(given)
            key = keys.read(text, path)
            if isinstance(key, Diagnostic):
                self.found.append(key)
            elif key in seen:
                self.found.append(Diagnostic(Code.REPEATED_KEY, f"「{path}」的 {key} 写了两次", path=f"{path}.{text}", help=f"{keys.one}只能写一次"))
            else:
                seen.add(key)
                number = None if absent(inner := simple(inner)) else read_scalar(field, element, inner, f"{path}.{key}", self.found)
                if number is not None:
                    held[key] = number
        return held

    def _ledger_key(self, key: str, path: str) -> str | Diagnostic:
        name = clause_key(key, self.clauses)
        if not isinstance(name, Unclear):
            return name
        return Diagnostic(Code.UNKNOWN_FACT, f"「{path}」的款号「{short(key)}」{name.reason}", path=f"{path}.{key}",
                          help=(name.help or may_be([*map(short_name, self.clauses.numbers)])) if self.advised else "")

    def _with_sums(self, held: dict[Any, Scalar], path: str) -> dict[Any, Scalar]:
        """The parts of a clause are in what is given for the clause; where only parts are given, their sum stands for it."""
        for number in self.clauses.parts:
            parts = [x for key in self.clauses.with_parts(number) if isinstance(x := held.get(key), Fraction)]
            whole = held.get(number)
            if not parts or whole is NOT_APPLICABLE:
                continue
            if whole is None:
                held[number] = sum(parts, Fraction(0))
            elif isinstance(whole, Fraction) and sum(parts) > whole:
                self.found.append(Diagnostic(Code.PARTS_EXCEED_WHOLE, f"「{path}.{short_name(number)}」比它各分项的合计还少", path=f"{path}.{number}",
                                             help=f"{short_name(number)} 写全款的数，或只写各分项的数"))
        return held

    def _clause(self, value: object, path: str) -> str | None:
        """The clause of a row of earlier grants, as the policy writes it; a clause with 分项 wants its part."""
        if absent(value):
            return None
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value  # 款号 16, which YAML and Excel give as a number
        if not isinstance(text, str):
            self.found.append(wrong(path, f"「{path}」要写文字，不是{kind_of(value)}"))
            return None
        key = clause_key(text, self.clauses)
        if isinstance(key, Unclear):
            help = (key.help or "有：" + "、".join(map(short_name, self.clauses.numbers[:30]))) if self.advised else ""
            self.found.append(Diagnostic(Code.LEDGER_UNKNOWN_CLAUSE, f"「{path}」写的「{short(text)}」{key.reason}", path=path, help=help))
            return None
        if parts := self.clauses.with_parts(key):
            self.found.append(Diagnostic(Code.LEDGER_UNKNOWN_CLAUSE, f"「{path}」写的 {short_name(key)} 有分项，要写明是哪一个", path=path,
                                         help=f"写成「{'」或「'.join(map(short_name, parts))}」"))
            return None
        return key


class _Keys(NamedTuple):
    """How the keys of a fact by year or by clause are read."""

    form: str
    one: str
    read: Callable[[str, str], Fraction | str | Diagnostic]


def _year_of(key: str, path: str) -> Fraction | Diagnostic:
    if (year := year_key(key)) is not None:
        return year
    what = "是日期，不是年度" if re.match(r"\s*[0-9]{4}[-/.年](0?[1-9]|1[0-2])(?![0-9])", key[:30]) else "不是年度"
    return wrong(f"{path}.{key}", f"「{short(key)}」{what}，写成四位数字，如 \"2023\"")


_BY_YEAR = _Keys("逐年填写：{年度: 数}", "同一个年度", _year_of)


# -- findings -------------------------------------------------------------------------------------------


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _repeated(place: str) -> Diagnostic:
    return Diagnostic(Code.REPEATED_KEY, f"「{place}」写了两次", path=place, help="同一个键只能写一次")


def repeated_keys(value: dict[str, Any] | list[Any], path: str = "") -> list[Diagnostic]:
    """Every key that stood twice, in all objects of what was read."""
    found = [_repeated(_under(path, key)) for key in value.keys_twice] if isinstance(value, Duplicates) else []
    for key, x in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(x, (dict, list)):
            found += repeated_keys(x, f"{path}[{key}]" if isinstance(value, list) else _under(path, str(key)))
    return found


def _unknown(key: object, path: str, known: list[str], advised: bool) -> Diagnostic:
    """A key that is none."""
    if isinstance(key, bool) or not isinstance(key, str | int | float | Decimal):
        return wrong(path, f"{f'「{path}」里的' if path else ''}键要写文字，不是{kind_of(key)}")
    text = str(simple(key))
    close = nearest(text, known) if advised and len(text) < 200 else []
    outer, point, inner = text.partition(".")  # as a column of a table is headed
    help = f"是不是「{'」「'.join(close)}」？" if close else may_be(known)
    return Diagnostic(Code.UNKNOWN_FACT, f"{f'「{path}」' if path else ''}没有「{short(text)}」这一项", path=_under(path, text) or "（空的键）",
                      help=f"一层一层写：{outer}: {{{short(inner)}: …}}；{text} 是表格的栏名" if point and outer in known else help)
