"""How a line of each kind reads, with names from the policy's own tables: the examples that help shows.

Where the policy has no fact of a kind, a neutral name stands in its place. Judges no line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property

from attrs import frozen

from xcrules.draft.labels import Label, card_of
from xcrules.facts.tables import FactField, FactTable, Schema
from xcrules.facts.types import BOOL, MONEY, TEXT, EnumType, SeriesType


@frozen(slots=False)
class _Seen:
    """The policy's tables, and the line for which an example is wanted: it tells which list is spoken of."""

    schema: Schema
    text: str = ""
    names: Collection[str] | None = None  # that may stand there; None: any

    @cached_property
    def list(self) -> FactTable:
        """Of the lists with members and an amount (or else of all) the one whose words the line has most of."""
        lists = [t for t in self.schema.nested if t.kind == "名单" and not t.role]
        telling = [t for t in lists if _first(t.fields, _is_choice) and _first(t.fields, _is_money)]
        return max(telling or lists, key=self._met, default=FactTable("名单", "名单", ()))

    def _met(self, table: FactTable) -> int:
        words = {table.name, *(f.name for f in table.fields)}
        words |= {m for f in table.fields if isinstance(f.type, EnumType) for m in f.type.members}
        return sum(w in self.text for w in words) if self.text else 0

    def find(self, test: _Test) -> FactField | None:
        """A fact of a kind that may be named where the line stands, of the list first; where none may, one of the list."""
        named = [f for f in (*self.list.fields, *self.every()) if self.names is not None and f.name in self.names]
        return _first((f for f in named if f.name in self.text), test) or _first(named, test) or _first(self.list.fields, test)

    def every(self) -> Iterator[FactField]:
        yield from (f for t in self.schema.nested if not t.role for f in t.fields)
        yield from self.schema.top


def example(label: str, schema: Schema, text: str = "", names: Collection[str] | None = None) -> str:
    """The content of a line of this label, near to `text`; empty where one would say nothing."""
    return card_of(label).example.format_map(_Names(_Seen(schema, text, None if label == Label.SUBJECT else names)))  # a 对象 opens its own list


def example_of(kind: str, schema: Schema) -> str:
    """A name of one kind (see _KINDS), of the policy or neutral."""
    return _KINDS[kind](_Seen(schema))


class _Names(dict[str, str]):
    """Looks up only the names that a form has."""

    def __init__(self, seen: _Seen) -> None:
        super().__init__()
        self.seen = seen

    def __missing__(self, kind: str) -> str:
        return _KINDS[kind](self.seen)


_Test = Callable[[FactField], bool]


def _first(fields: Iterable[FactField], test: _Test) -> FactField | None:
    return next((f for f in fields if test(f)), None)


def _is_choice(field: FactField) -> bool:
    return isinstance(field.type, EnumType)


def _is_money(field: FactField) -> bool:
    return field.type == MONEY


def _of_list(neutral: str, test: _Test) -> Callable[[_Seen], str]:
    return lambda seen: _name(seen.find(test), neutral)


def _of_any(neutral: str, test: _Test) -> Callable[[_Seen], str]:
    return lambda seen: _name(_first(seen.every(), test), neutral)


def _name(field: FactField | None, neutral: str) -> str:
    return field.name if field else neutral


def _choice(seen: _Seen) -> str:
    """The first member that the line has, or else the first."""
    field = seen.find(_is_choice)
    if field is None or not isinstance(field.type, EnumType):
        return "种类 为 甲类"
    return f"{field.name} 为 {next((m for m in field.type.members if m in seen.text), field.type.members[0])}"


def _own(seen: _Seen) -> str:
    """What may stand of one entry of the list: a member and an amount, or else its first column."""
    fields = seen.list.fields
    told = [f"{f.name} 为 {f.type.members[0]}" for f in fields if isinstance(f.type, EnumType)][:1] + [f"{f.name} 为 10万元" for f in fields if _is_money(f)][:1]
    return "，".join(told) or (f"{fields[0].name} 为 某值" if fields else "种类 为 甲类，支出 为 10万元")


def _condition(seen: _Seen) -> str:
    """A member and an amount, as far as the place has facts of these kinds."""
    told = [f"{_choice(seen)}"] if seen.find(_is_choice) else []
    told += [f"{_KINDS['money'](seen)} 不低于 10万元"] if seen.find(_is_money) else []
    if len(told) == 1 and seen.find(_is_money):
        told.append(f"{_KINDS['money'](seen)} 低于 100万元")
    return "，".join(told) or "种类 为 甲类，支出 不低于 10万元"


def _let(seen: _Seen) -> str:
    """A name and what it may be: of the years where the line has a figure of each year, else of the amount that it has."""
    match = re.match(r"\s*([^\W\d]\w*)\s*[＝=]", seen.text)
    series, money = _KINDS["series"](seen), seen.find(_is_money)
    if series in seen.text or not seen.text or money is None or money.name not in seen.text:
        return f"{match[1] if match else '增加额'} ＝ 本年 {series} － 上年 {series}"
    return f"{match[1] if match else '金额'} ＝ {money.name} 的 50%"


def _states(seen: _Seen) -> tuple[str, str]:
    table = seen.schema.table_of_role("外部支持")
    field = table.field_of_role("外部状态") if table else None
    members = field.type.members if field and isinstance(field.type, EnumType) else ()
    return (members[0], members[1]) if len(members) > 1 else ("已得", "未得")


_KINDS: dict[str, Callable[[_Seen], str]] = {
    "list": lambda seen: seen.list.name,
    "each": lambda seen: seen.list.each or "项",
    "choice": _choice,
    "condition": _condition,
    "own": _own,
    "let": _let,
    "kind": _of_list("种类", _is_choice),
    "money": _of_list("支出", _is_money),
    "key": _of_list("名目", lambda f: f.type == TEXT),
    "series": _of_any("支出", lambda f: isinstance(f.type, SeriesType)),
    "award": _of_any("核定数", lambda f: f.type == MONEY and f.source.startswith("核定")),
    "matter": _of_any("事项", lambda f: f.role == "事项标识"),
    "flag": _of_any("曾经得过", lambda f: f.type == BOOL and f.default is not None),
    "approved": _of_any("认定通过", lambda f: f.type == BOOL and f.source.startswith("认定")),
    "day": lambda seen: _name(seen.schema.top_of_role("申报日期"), "申报日期"),
    "year": lambda seen: _name(seen.schema.top_of_role("基准年度"), "申报年度"),
    "outside": lambda seen: t.name if (t := seen.schema.table_of_role("外部支持")) else "别处支持",
    "received": lambda seen: _states(seen)[0],
    "rival": lambda seen: _states(seen)[1],
}
