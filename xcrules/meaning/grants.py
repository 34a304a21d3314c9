"""What was granted before, as values: read from the ledger of this year, or from that of earlier years.

A ledger names clauses and their 分项 (3(2), 3(2)首次), and a policy may keep neither, either or both of the two
ledgers: without one there is nothing to take off, and `check` has refused the lines that would need it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import reduce

from xcrules.facts.tables import FactTable, Schema
from xcrules.facts.types import COUNT, MONEY, TEXT, YEAR, YEARS

from . import rules, values
from .inlining import inlined

LIFETIME, YEARLY, PAID = "终身", "年度", "已拨"  # PAID: of what was granted ever, what has been paid out, as the ledger says it


def granted_before(number: str, parts: tuple[str, ...], period: str, schema: Schema, names: tuple[str, ...]) -> values.Value | None:
    """元 granted under these of a clause's parts (`names`): this year, ever, or as far as it is paid. None where no ledger keeps it."""
    if period == YEARLY:
        field = schema.top_of_role("本年台账")
        return _this_year(values.Fact(field), number, parts, names) if field else None
    history = schema.table_of_role("历史台账")
    amount = history.field_of_role("台账已拨" if period == PAID else "台账金额") if history else None
    if history is None or amount is None or (period == PAID and amount.type != MONEY) or history.field_of_role("台账条款") is None:
        return None
    guard = _under_any(history, tuple(number + part for part in parts))
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
        parts = node if isinstance(node, tuple) else [getattr(node, x) for x in values.value_fields(node)] if isinstance(node, values.Value) else ()
        yield from (x for part in parts for x in _facts_of(part))


def not_yet(limit: rules.CountCap, ledgers: tuple[str, ...], schema: Schema) -> values.Value | None:
    """限次 of an item or of a lifetime as a condition of the item; None where it is a cap of the year (`yearly_once`).

    `ledgers`: the parts whose grants count, as they are kept.
    """
    if limit.reach == "单项":
        return None if limit.used is None else values.Logic("非", (limit.used,))
    history, ledgers = schema.table_of_role("历史台账"), limit.ledgers or ledgers
    if limit.period != LIFETIME or history is None:
        return None
    if limit.years == "累计":
        return values.Compare("<", _years_had(history, ledgers, "!=", schema), values.Literal(Fraction(limit.times), YEARS))
    running = limit.years == "连续"  # then none was had so many years ago
    guard = _rows(history, ledgers, "<=", limit.times, schema)[0] if running else _under_any(history, ledgers)
    return values.Compare("<", values.FoldItems("计数", history.name, guard, None, COUNT, history.closed), values.Literal(Fraction(1 if running else limit.times), COUNT))


def enjoyed(number: str, names: tuple[str, ...], schema: Schema) -> values.Value:
    """享受年次: the years before this one in which the ledger has the clause, under any of its parts, and this one."""
    history = schema.table_of_role("历史台账")
    assert history is not None  # check has refused the name without a ledger
    had = _years_had(history, tuple(number + name for name in names) or (number,), "<", schema)
    return values.Arith("+", had, values.Literal(Fraction(1), YEARS), YEARS)


def _years_had(history: FactTable, ledgers: tuple[str, ...], which: values.CompareOp, schema: Schema) -> values.Value:
    """In how many different years there were grants, before this year (<) or in others (!=)."""
    guard, year = _rows(history, ledgers, which, 0, schema)
    return values.FoldItems("种数", history.name, guard, year, YEARS, history.closed)


def _rows(history: FactTable, ledgers: tuple[str, ...], which: values.CompareOp, ago: int, schema: Schema) -> tuple[values.Value, values.Value]:
    """Which rows are of these parts and of a year that is so to the one so many years before this; and the year of a row."""
    field, base = history.field_of_role("台账年度"), schema.top_of_role("基准年度")
    assert field is not None
    assert base is not None  # check has asked for the year
    year, now = values.Fact(field, of_item=True), values.Fact(base)
    then = values.Arith("-", now, values.Literal(Fraction(ago), YEARS), YEAR) if ago else now
    return values.Logic("且", (_under_any(history, ledgers), values.Compare(which, year, then))), year


def _under_any(history: FactTable, ledgers: tuple[str, ...]) -> values.Value:
    tests = tuple(_under(history, ledger) for ledger in ledgers)
    return tests[0] if len(tests) == 1 else values.Logic("或", tests)


def _under(history: FactTable, ledger: str) -> values.Value:
    """Whether a row of the ledger is of this clause or part."""
    field = history.field_of_role("台账条款")
    assert field is not None
    return values.Compare("=", values.Fact(field, of_item=True), values.Literal(ledger, TEXT))
