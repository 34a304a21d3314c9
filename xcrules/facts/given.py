"""Facts of an enterprise: plain nested values in, typed exact values out, or findings with their path.

Shapes (facts.md): the top level is an object; 一份 tables are objects, 名单 are lists of objects, 逐年
are objects from year to number, 逐款 from clause number to number. A missing key or null is unknown.
What one value may be written as stands in scalars.py, what identifies in identity.py.

Two texts that are one identity (identity.normal) are kept in one spelling, that of the first in the order of the
tables: whoever compares facts afterwards compares plain text. Clause numbers are kept as the policy writes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from attrs import evolve, field, frozen

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.identity import MOST_LOOKED_AT, ClauseNames, Unclear, clause_key, invisible, looks, normal
from xcrules.base.nearest import nearest
from xcrules.base.spoken import spoken

from .scalars import (
    MAX_DIGITS,
    MAX_TEXT,
    MAX_WHOLE,
    WHOLE_UNITS,
    NotANumber,
    Scalar,
    TextScalar,
    absent,
    kind_of,
    not_applicable,
    noticed,
    read_scalar,
    short,
    simple,
    wrong,
    year_key,
)
from .tables import FactField, FactTable, Schema
from .types import NOT_APPLICABLE, LedgerType, NotApplicable, NumberType, SeriesType, TextType

__all__ = ["MAX_DIGITS", "MAX_ITEMS", "MAX_TEXT", "MAX_WHOLE", "NUMBER_KEY", "WHOLE_UNITS", "Duplicates", "Facts", "Held", "NotANumber",
           "Placed", "Record", "Scalar", "TextScalar", "read_facts"]

MAX_ITEMS = 100_000  # 一张名单最多的项数
MAX_NOTICES = 20  # notices of one kind that are told one by one
NUMBER_KEY = "编号"  # echoed in the decision, never a fact

Record = Mapping[str, Scalar]
Held = Scalar | Record | Mapping[Fraction, Fraction | NotApplicable] | Sequence[Record] | NotApplicable


class Duplicates(dict[str, object]):
    """An object in which a key stood twice; `keys_twice` names them."""

    keys_twice: tuple[str, ...] = ()


class Placed(dict[str, object]):
    """Facts read from a workbook; `places` has the cell of each path, which findings then name.

    `notices` is what is not wrong with the workbook but should be known.
    """

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, str] = {}
        self.notices: list[Diagnostic] = []

    def place(self, path: str) -> str:
        """The cell of a path, or of the nearest thing that holds it."""
        while path and path not in self.places:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.places.get(path, "")


@frozen
class Facts:
    """Checked facts. Absent keys are unknown; `number` is the caller's 编号, if any.

    `notices` are warnings that a decision on these facts repeats: identities that look alike, a share above 1.
    """

    top: Mapping[str, Held] = field(factory=dict)
    number: object = None
    notices: tuple[Diagnostic, ...] = field(default=(), eq=False)

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


def read_facts(raw: object, schema: Schema, clauses: ClauseNames) -> tuple[Facts, list[Diagnostic]]:
    """The facts in plain nested values, and what is wrong with them (then the facts must not be used)."""
    found: list[Diagnostic] = []
    if not isinstance(raw, Mapping):
        found.append(wrong("", f"事实要是一个对象（键和值），不是{kind_of(raw)}"))
        return Facts(), found
    _duplicates(raw, "", found)
    top: dict[str, Held] = {}
    fields = {f.name: f for f in schema.top}
    tables = {t.name: t for t in schema.nested}
    seen: set[str] = set()
    for key, value in raw.items():
        name = _name_of(key, {**fields, **tables}, seen, "", found) if key != NUMBER_KEY or key in fields else None
        if name is None:
            continue
        given = simple(value)
        held = _field(fields[name], given, name, clauses, found) if name in fields else _table(tables[name], given, clauses, found)
        if held is not None:
            top[name] = held
    if not any(d.is_error for d in found):
        found += _joined(top, schema)
    if isinstance(raw, Placed):
        counters = {t.name: t.each for t in schema.nested}
        found = [*raw.notices, *(_at_cell(d, raw, counters) for d in found)]
    notices = tuple(d for d in found if not d.is_error)
    return Facts(top, raw.get(NUMBER_KEY), _few(notices)), [d for d in found if d.is_error]


def _at_cell(found: Diagnostic, raw: Placed, counters: Mapping[str, str]) -> Diagnostic:
    """A finding as a person with the workbook before him wants it: the cell, and rows counted from 1."""
    said = found.message.replace(f"「{found.path}」", f"「{spoken(found.path, counters)}」")
    return evolve(found, message=said, path=raw.place(found.path) or found.path)


def _name_of(key: object, known: Mapping[str, object], seen: set[str], path: str, found: list[Diagnostic]) -> str | None:
    """The table or field that a key names, in whatever width it is typed; said once only."""
    name = key if isinstance(key, str) and key in known else None
    if name is None and isinstance(key, str) and len(key) < 100 and not invisible(key):
        name = next((k for k in known if normal(k) == normal(key)), None)
    if name is None:
        found.append(_unknown(str(key), path, list(known)))
        return None
    if name in seen:
        place = f"{path}.{name}" if path else name
        found.append(Diagnostic(Code.REPEATED_KEY, f"「{place}」写了两次", path=place, help="同一个键只能写一次"))
        return None
    seen.add(name)
    return str.__str__(name)


def _few(notices: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The first of each kind one by one, the rest counted."""
    kept: list[Diagnostic] = []
    for code in dict.fromkeys(d.code for d in notices):
        own = [d for d in notices if d.code == code]
        kept += own[:MAX_NOTICES]
        if len(own) > MAX_NOTICES:
            kept.append(noticed(code, f"另有 {len(own) - MAX_NOTICES} 处同样的情形", own[MAX_NOTICES].path))
    return tuple(kept)


# -- tables -----------------------------------------------------------------------------------------


def _table(table: FactTable, value: object, clauses: ClauseNames, found: list[Diagnostic]) -> Held | None:
    if absent(value):
        return None
    if not_applicable(value):
        return NOT_APPLICABLE
    if table.kind == "一份":
        return _record(table, value, table.name, clauses, found)
    if not isinstance(value, list | tuple):
        found.append(wrong(table.name, f"「{table.name}」要是名单（方括号），不是{kind_of(value)}"))
        return None
    if len(value) > MAX_ITEMS:
        found.append(Diagnostic(Code.LIST_TOO_LONG, f"「{table.name}」有 {len(value)} 项，超过 {MAX_ITEMS} 项的限制", path=table.name))
        return None
    return tuple(_record(table, simple(x), f"{table.name}[{i}]", clauses, found) for i, x in enumerate(value))


def _record(table: FactTable, value: object, path: str, clauses: ClauseNames, found: list[Diagnostic]) -> Record:
    if not isinstance(value, Mapping):
        found.append(wrong(path, f"「{path}」要是一个对象，不是{kind_of(value)}"))
        return {}
    _duplicates(value, path, found)
    record: dict[str, Scalar] = {}
    fields = {f.name: f for f in table.fields}
    seen: set[str] = set()
    for key, inner in value.items():
        if (name := _name_of(key, fields, seen, path, found)) is None:
            continue
        spec, given, at = fields[name], simple(inner), f"{path}.{name}"
        if spec.role == "外部状态" and not_applicable(given):
            found.append(wrong(at, f"「{at}」不能是 不适用", f"写 {spec.type} 之一；没有这笔支持，就不写这一行"))
            continue
        named = spec.role == "台账条款"
        held = _clause_of(given, at, clauses, found) if named else _field(spec, given, at, clauses, found)
        if held is not None:
            record[name] = held  # type: ignore[assignment]
    return record


def _field(spec: FactField, value: object, path: str, clauses: ClauseNames, found: list[Diagnostic]) -> Held | None:
    if absent(value):
        return None
    match spec.type:
        case SeriesType(element):
            return _by_year(spec, element, value, path, found)
        case LedgerType(element):
            return _by_clause(spec, element, value, path, clauses, found)
        case scalar:
            return read_scalar(spec, scalar, value, path, found)


def _by_year(spec: FactField, element: NumberType, value: object, path: str, found: list[Diagnostic]) -> Held | None:
    """逐年: keys are years."""
    if not_applicable(value):
        return NOT_APPLICABLE
    if not isinstance(value, Mapping):
        found.append(wrong(path, f"「{path}」要逐年填写：{{年度: 数}}，不是{kind_of(value)}"))
        return None
    _duplicates(value, path, found)
    held: dict[Fraction, Fraction | NotApplicable] = {}
    seen: set[Fraction] = set()
    for key, inner in value.items():
        place, year = f"{path}.{key}", year_key(key)
        if year is None:
            found.append(wrong(place, f"「{short(str(key))}」不是年度，写成四位数字，如 \"2023\""))
            continue
        if year in seen:
            found.append(Diagnostic(Code.REPEATED_KEY, f"「{path}」的 {key} 写了两次", path=place, help="同一个年度只能写一次"))
            continue
        seen.add(year)
        given = simple(inner)
        if not absent(given) and (number := read_scalar(spec, element, given, f"{path}.{year}", found)) is not None:
            held[year] = number  # type: ignore[assignment]
    return held


# -- ledgers ------------------------------------------------------------------------------------------------


def _by_clause(spec: FactField, element: NumberType, value: object, path: str, clauses: ClauseNames,
               found: list[Diagnostic]) -> Held | None:
    """逐款: keys are clauses, or parts of them. A clause of which only parts are given is what they come to."""
    if not_applicable(value):
        return NOT_APPLICABLE
    if not isinstance(value, Mapping):
        found.append(wrong(path, f"「{path}」要逐款填写：{{款号: 数}}，不是{kind_of(value)}"))
        return None
    _duplicates(value, path, found)
    held: dict[str, Scalar] = {}
    seen: set[str] = set()
    for key, inner in value.items():
        place, name = f"{path}.{key}", clause_key(str(key), clauses)
        if isinstance(name, Unclear):
            help = name.help or "可填：" + "、".join(clauses.numbers[:12])
            found.append(Diagnostic(Code.UNKNOWN_FACT, f"「{path}」的款号「{short(str(key))}」{name.reason}", path=place, help=help))
            continue
        if name in seen:
            found.append(Diagnostic(Code.REPEATED_KEY, f"「{path}」的 {name} 写了两次", path=place, help="同一款只能写一次"))
            continue
        seen.add(name)
        given = simple(inner)
        if not absent(given) and (number := read_scalar(spec, element, given, f"{path}.{name}", found)) is not None:
            held[name] = number
    _summed(held, path, clauses, found)
    return held


def _summed(held: dict[str, Scalar], path: str, clauses: ClauseNames, found: list[Diagnostic]) -> None:
    """The parts of a clause are in what is given for the clause; where only parts are given, their sum stands for it."""
    for number in clauses.parts:
        parts = [x for key in clauses.with_parts(number) if isinstance(x := held.get(key), Fraction)]
        whole = held.get(number)
        if not parts or whole is NOT_APPLICABLE:
            continue
        if whole is None:
            held[number] = sum(parts, Fraction(0))
        elif isinstance(whole, Fraction) and sum(parts) > whole:
            found.append(Diagnostic(Code.PARTS_EXCEED_WHOLE, f"「{path}.{number}」比它各分项的合计还少", path=f"{path}.{number}",
                                    help=f"{number} 写全款的数，或只写各分项的数"))


def _clause_of(value: object, path: str, clauses: ClauseNames, found: list[Diagnostic]) -> Scalar | None:
    """The clause of a row of earlier grants, as the policy writes it; a clause with 分项 wants its part."""
    if absent(value):
        return None
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value  # 16
    if not isinstance(text, str):
        found.append(wrong(path, f"「{path}」要写文字，不是{kind_of(value)}"))
        return None
    key = clause_key(text, clauses)
    if isinstance(key, Unclear):
        help = key.help or "有：" + "、".join(clauses.numbers[:30])
        found.append(Diagnostic(Code.LEDGER_UNKNOWN_CLAUSE, f"「{path}」写的「{short(text)}」{key.reason}", path=path, help=help))
        return None
    if parts := clauses.with_parts(key):
        found.append(Diagnostic(Code.LEDGER_UNKNOWN_CLAUSE, f"「{path}」写的 {key} 有分项，要写明是哪一个", path=path, help=f"写成「{'」或「'.join(parts)}」"))
        return None
    return key


# -- identities ---------------------------------------------------------------------------------------------

_MATTERS = ("事项标识", "外部事项")


def _joined(top: dict[str, Held], schema: Schema) -> list[Diagnostic]:
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


def _texts(top: dict[str, Held], schema: Schema) -> Iterator[tuple[FactField, dict[str, Held], str]]:
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
    for text, path in places.items():
        one = same.setdefault(normal(text), text)
        if one != text:
            yield noticed(Code.TWO_SPELLINGS, f"「{short(text)}」与 {places[one]} 的「{short(one)}」只差写法，按同一个计算", path)
            continue
        other = near.setdefault(looks(text), text) if len(text) < MOST_LOOKED_AT else text
        if other != text:
            yield noticed(Code.SIMILAR_NAMES, f"「{short(text)}」与 {places[other]} 的「{short(other)}」很像，按两个计算，请核对是不是同一个", path)


# -- findings -------------------------------------------------------------------------------------------


def _unknown(key: str, path: str, known: list[str]) -> Diagnostic:
    close = nearest(key, known) if len(key) < 200 else []
    place = f"{path}.{key}" if path else key or "（空的键）"
    return Diagnostic(Code.UNKNOWN_FACT, f"{f'「{path}」' if path else ''}没有「{short(key)}」这一项", path=place,
                      help=f"是不是「{'」「'.join(close)}」？" if close else "可填：" + "、".join(known[:12]))


def _duplicates(value: object, path: str, found: list[Diagnostic]) -> None:
    if isinstance(value, Duplicates):
        for key in value.keys_twice:
            place = f"{path}.{key}" if path else key
            found.append(Diagnostic(Code.REPEATED_KEY, f"「{place}」写了两次", path=place, help="同一个键只能写一次"))
