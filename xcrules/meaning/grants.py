"""What was granted before, as values: read from the ledger of this year, or from that of earlier years.

A ledger names clauses and their 分项 (3(2), 3(2)首次), and a policy may keep neither, either or both of the two
ledgers: without one there is nothing to take off, and `check` has refused the lines that would need it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import reduce

from xcrules.base.node import parts_of
from xcrules.facts.tables import FactTable, Schema
from xcrules.facts.types import COUNT, MONEY, TEXT, YEAR, YEARS

from . import rules, values
from .inlining import columns_read, inlined
from .matters import columns_of, marks_of

LIFETIME, YEARLY, PAID, LAST_YEAR = "终身", "年度", "已拨", "上年"  # PAID: of what was granted ever, what has been paid out, as the ledger says it


def granted_before(number: str, parts: tuple[str, ...], period: str, schema: Schema, names: tuple[str, ...]) -> values.Value | None:
    """元 granted under these of a clause's parts (`names`): this year, last year, ever, or as far as it is paid. None where no ledger keeps it."""
    if period not in (YEARLY, LIFETIME, PAID, LAST_YEAR):
        return None
    if period == YEARLY:
        field = schema.top_of_role("本年台账")
        return _this_year(values.Fact(field), number, parts, names) if field else None
    history = schema.table_of_role("历史台账")
    amount = history.field_of_role("台账已拨" if period == PAID else "台账金额") if history else None
    if history is None or amount is None or (period == PAID and amount.type != MONEY) or history.field_of_role("台账条款") is None:
        return None
    ledgers = tuple(number + part for part in parts)
    guard = _rows(history, ledgers, "=", 1, schema)[0] if period == LAST_YEAR else _under_any(history, ledgers)
    return values.FoldItems("合计", history.name, guard, values.Fact(amount, of_item=True), MONEY, history.closed)


def _this_year(ledger: values.Fact, number: str, parts: tuple[str, ...], names: tuple[str, ...]) -> values.Value:
    """Under the clause as a whole, or under some of its parts only: what stands at one of these keys counts for the others too."""
    keys = tuple(number + name for name in names)
    if len(keys) < 2 or set(parts) >= set(names):
        return values.At(ledger, values.Literal(number, TEXT), number if keys else "", keys)
    amounts: list[values.Value] = [values.At(ledger, values.Literal(number + part, TEXT), number, keys) for part in parts]
    return reduce(lambda one, other: values.Arith("+", one, other, MONEY), amounts)


def filled_in(record: values.Value, lets: Mapping[str, values.Value]) -> tuple[values.Fact, ...]:
    """The facts that an authority fills in (核定, else 可缺), of those from which an award is reckoned: while one of them is wanting, it is open."""
    if isinstance(record, values.Fact):
        return (record,)
    facts = [x for x in _facts_of(inlined(record, lets)) if x.field.optional]
    return tuple(dict.fromkeys([x for x in facts if x.field.source.startswith("核定")] or facts))


def _facts_of(node: object) -> Iterator[values.Fact]:
    """Those of the enterprise and of the item at hand; not those of lists that are gone over."""
    if isinstance(node, values.Fact):
        yield node
    elif not isinstance(node, values.FoldItems | values.FoldYears):
        yield from (x for part in parts_of(node) for x in _facts_of(part))


Group = tuple[str, tuple[str, ...]]  # a clause, and the keys of its parts


def not_yet(limit: rules.CountCap, group: Group, part: str, schema: Schema, key: values.Value | None) -> values.Value | None:
    """限次 that the ledger of all years tells (`by_history`), or of an item, as a condition of the item; None where it is a cap (`made_up`, or once a year).

    `group`: the clause; `part`: which of its parts counts ("": all of them). `key`: what the item is alike to earlier grants by.
    """
    had = values.Logic("非", (limit.used,)) if limit.reach == "单项" and limit.used is not None else places(limit, group, part, schema, key)
    return had if had is None or limit.condition is None else values.Logic("或", (values.Logic("非", (limit.condition,)), had))


def places(limit: rules.CountCap, group: Group, part: str, schema: Schema, key: values.Value | None) -> values.Compare | None:
    """Whether fewer were granted than are given at most, whatever the case that the line is for."""
    history = schema.table_of_role("历史台账")
    if limit.reach == "单项" or not limit.by_history or history is None or limit.top_up or (limit.key and key is None):
        return None
    ledgers = ledgers_of(limit.groups) or _ledgers(group, part)
    if limit.years == "累计":
        return values.Compare(
            "<", _years_had(history, ledgers, "!=", schema, _alike(limit.key, history, key)), values.Literal(Fraction(limit.times), YEARS)
        )
    running = limit.years == "连续"  # then none was had so many years ago
    guard = (
        _rows(history, ledgers, "<=", limit.times, schema)[0]
        if running
        else _rows(history, ledgers, "=", 0, schema)[0]
        if limit.period == YEARLY
        else _under_any(history, ledgers)
    )
    had = values.FoldItems("计数", history.name, guard, None, COUNT, history.closed, _alike(limit.key, history, key))
    return values.Compare("<", had, values.Literal(Fraction(1 if running else limit.times), COUNT))


def made_up(limit: rules.CountCap, group: Group, parts: tuple[str, ...], schema: Schema, key: values.Value | None) -> values.Value | None:
    """限次：…… 终身 一次，已得补差: 元 that were granted before under these parts (or the clauses that the line names), of what is alike."""
    history = schema.table_of_role("历史台账")
    if not limit.top_up or limit.period != LIFETIME or history is None or (limit.key and key is None):
        return None
    ledgers = ledgers_of(limit.groups) or tuple(x for part in parts for x in _ledgers(group, part))
    had = granted_alike(limit.key, ledgers, LIFETIME, schema, key)
    if had is None:
        return None
    for part in () if limit.key else ("",) if limit.groups or len(parts) != 1 else parts:
        now = _granted_now(limit.groups or (group,), part, ledgers, history, schema)
        had = had if now is None else values.Arith("+", had, now, MONEY)
    return had if limit.condition is None else values.Pick(((limit.condition, had),), values.NO_MONEY, MONEY)


def ledgers_of(groups: Iterable[Group]) -> tuple[str, ...]:
    """Where a ledger keeps what is granted under these clauses."""
    return tuple(x for number, parts in groups for x in parts or (number,))


def _ledgers(group: Group, part: str) -> tuple[str, ...]:
    number, keys = group
    return (number + part,) if part or not keys else keys


def tells(history: FactTable | None, key: str, period: str, schema: Schema) -> bool:
    """Whether a ledger has these columns of items, and says what was granted in this period."""
    return (
        history is not None
        and all(history.field_named(x) is not None for x in columns_of(key))
        and bool(marks_of(history, key))
        and history.field_of_role("台账金额") is not None
        and (
            period == LIFETIME
            or (period == YEARLY and history.field_of_role("台账年度") is not None and schema.top_of_role("基准年度") is not None)
        )
    )


def granted_alike(name: str, ledgers: tuple[str, ...], period: str, schema: Schema, key: values.Value | None) -> values.Value | None:
    """元 granted under these for what is alike in a column ("": for all), in this year or ever. None for a bound on one application, and where no ledger of all years tells."""
    history = schema.table_of_role("历史台账") if period else None
    amount = history.field_of_role("台账金额") if history is not None else None
    if history is None or amount is None or (name and not marks_of(history, name)):
        return None
    guard = _rows(history, ledgers, "=", 0, schema)[0] if period == YEARLY else _under_any(history, ledgers)
    return values.FoldItems("合计", history.name, guard, values.Fact(amount, of_item=True), MONEY, history.closed, _alike(name, history, key))


def granted_for(key: values.Value | None, ledgers: tuple[str, ...], period: str, schema: Schema) -> values.Value | None:
    """The same of what has the key of an item, where the ledger has these columns."""
    name = columns_read(key)
    return granted_alike(name, ledgers, period, schema, key) if tells(schema.table_of_role("历史台账"), name, period, schema) else None


def _alike(name: str, history: FactTable, key: values.Value | None) -> tuple[tuple[values.Value, values.Value], ...]:
    marks, own = marks_of(history, name) if name else (), () if key is None else key.parts if isinstance(key, values.Together) else (key,)
    return tuple((values.Fact(mark, of_item=True), x) for mark, x in zip(marks, own, strict=True)) if marks and own else ()


def _granted_now(groups: tuple[Group, ...], part: str, ledgers: tuple[str, ...], history: FactTable, schema: Schema) -> values.Value | None:
    """元 that the ledger of this year has beyond what that of all years has of this year; None where none is kept."""
    field, amount = schema.top_of_role("本年台账"), history.field_of_role("台账金额")
    if field is None or amount is None or schema.top_of_role("基准年度") is None:
        return None
    ledger = values.Fact(field)
    now: list[values.Value] = [
        values.At(ledger, values.Literal(number + part, TEXT), number if keys else "", keys) for number, keys in groups
    ]
    whole = reduce(lambda one, other: values.Arith("+", one, other, MONEY), now)
    told = values.FoldItems(
        "合计", history.name, _rows(history, ledgers, "=", 0, schema)[0], values.Fact(amount, of_item=True), MONEY, history.closed
    )
    return values.Arith("较大", values.Arith("-", whole, told, MONEY), values.NO_MONEY, MONEY)


def enjoyed(number: str, names: tuple[str, ...], schema: Schema) -> values.Value:
    """享受年次: the years before this one in which the ledger has the clause, under any of its parts, and this one."""
    history = schema.table_of_role("历史台账")
    assert history is not None  # check has refused the name without a ledger
    had = _years_had(history, tuple(number + name for name in names) or (number,), "<", schema)
    return values.Arith("+", had, values.Literal(Fraction(1), YEARS), YEARS)


def _years_had(history: FactTable, ledgers: tuple[str, ...], which: values.CompareOp, schema: Schema,
               alike: tuple[tuple[values.Value, values.Value], ...] = ()) -> values.Value:
    """In how many different years there were grants, before this year (<) or in others (!=)."""
    guard, year = _rows(history, ledgers, which, 0, schema)
    return values.FoldItems("种数", history.name, guard, year, YEARS, history.closed, alike)


def _rows(
    history: FactTable, ledgers: tuple[str, ...], which: values.CompareOp, ago: int, schema: Schema
) -> tuple[values.Value, values.Value]:
    """Which rows are of these parts and of a year that is so to the one so many years before this; and the year of a row."""
    field, base = history.field_of_role("台账年度"), schema.top_of_role("基准年度")
    assert field is not None
    assert base is not None  # check has asked for the year
    year, now = values.Fact(field, of_item=True), values.Fact(base)
    then = values.Arith("-", now, values.Literal(Fraction(ago), YEARS), YEAR) if ago else now
    return values.Logic("且", (_under_any(history, ledgers), values.Compare(which, year, then))), year


def _under_any(history: FactTable, ledgers: tuple[str, ...]) -> values.Value:
    return values.joined("或", [_under(history, ledger) for ledger in ledgers])


def _under(history: FactTable, ledger: str) -> values.Value:
    """Whether a row of the ledger is of this clause or part."""
    field = history.field_of_role("台账条款")
    assert field is not None
    return values.Compare("=", values.Fact(field, of_item=True), values.Literal(ledger, TEXT))
