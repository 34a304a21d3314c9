"""What must not change a decision: the order of a list, a fact that no line of the clause reads, a blank key.

And what must change it one way only: more of a thing never gives less money, where the law is monotone.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, strategies as st

from tests.support import law
from tests.support.decisions import amounts, answer, bounds, judged, many
from tests.support.policies import shipped
from tests.support.strategies import CENT, Raw, Values, facts, hints, money
from xcrules.facts.tables import FactField, FactTable

SHIPPED = shipped()

# -- order ------------------------------------------------------------------------------------------------


def shuffled(raw: Raw, data: st.DataObject) -> tuple[Raw, dict[str, list[int]]]:
    """The facts with every list in another order and the keys too; where each record now comes from."""
    orders = {k: data.draw(st.permutations(range(len(v)))) for k, v in raw.items() if isinstance(v, list)}
    moved = {k: [v[i] for i in orders[k]] if k in orders else v for k, v in raw.items()}
    return dict(reversed(moved.items())), orders


def as_before(path: str, orders: dict[str, list[int]]) -> str:
    """A path into the shuffled facts as a path into the facts as they were."""
    return re.sub(r"^(.+?)\[(\d+)\]", lambda m: f"{m[1]}[{orders[m[1]][int(m[2])]}]", path)


@pytest.mark.parametrize("number", law.CLAUSES)
@given(data=st.data(), partial=st.booleans())
def test_order_of_lists(number: str, data: st.DataObject, partial: bool) -> None:
    """No status, amount, bound, range or missing fact depends on the order in which things are written."""
    raw = data.draw(facts(SHIPPED, number, partial))
    other, orders = shuffled(raw, data)
    one, two = judged(SHIPPED, number, raw), judged(SHIPPED, number, other)
    assert answer(one) == answer(two)
    assert set(one.missing) == {as_before(path, orders) for path in two.missing}


@many(2)
@given(number=st.sampled_from(law.CLAUSES), data=st.data())
def test_order_of_lists_and_disputes(number: str, data: st.DataObject) -> None:
    raw = data.draw(facts(SHIPPED, number))
    other, _ = shuffled(raw, data)
    assert judged(SHIPPED, number, raw).disputes == judged(SHIPPED, number, other).disputes


# -- facts that the clause does not read --------------------------------------------------------------------


def words_of(number: str) -> str:
    """The lines that a clause is judged by, as written: its own, and those that stand for the whole policy."""
    program = SHIPPED.program
    clause = program.clause(number)
    assert clause is not None
    return "\n".join(r.origin.text for r in (*clause.rules(), *program.policy_rules))


def is_read(spec: FactField, table: FactTable | None, words: str) -> bool:
    """Whether a line names the fact (and its list), or the fact has a role by which the engine finds it."""
    role = bool(spec.role) and spec.role not in ("本年台账",)
    if table is None:
        return spec.name in words or bool(spec.role)
    return (role or spec.name in words) and (table.name in words or bool(table.role) or table.kind == "一份")


@pytest.mark.parametrize("number", law.CLAUSES)
@given(data=st.data(), partial=st.booleans())
def test_irrelevant_facts(number: str, data: st.DataObject, partial: bool) -> None:
    """Facts that no line of the clause names may be anything, or not given at all."""
    raw = data.draw(facts(SHIPPED, number, partial))
    values, words = Values(hints(SHIPPED, number), 2023, partial=True), words_of(number)
    assert answer(judged(SHIPPED, number, raw)) == answer(judged(SHIPPED, number, _disturbed(raw, values, words, data)))


def _disturbed(raw: Raw, values: Values, words: str, data: st.DataObject) -> Raw:
    """Two or three facts or lists that are not read, drawn anew."""
    schema = SHIPPED.program.schema
    top = [f for f in schema.top if not is_read(f, None, words)]
    loose = {t.name: [f for f in t.fields if not is_read(f, t, words)] for t in schema.nested}
    tables = [t for t in schema.nested if loose[t.name]]
    other = dict(raw)
    for spec in data.draw(st.lists(st.sampled_from(top), min_size=1, max_size=2)) if top else ():
        other[spec.name] = data.draw(values.of(spec).filter(_given))
    for table in data.draw(st.lists(st.sampled_from(tables), min_size=1, max_size=2)):
        if len(loose[table.name]) == len(table.fields):
            other[table.name] = data.draw(values.table(table).filter(_given))
        elif table.name in raw:
            other[table.name] = _loosened(raw[table.name], loose[table.name], values, data)
    return other


def _given(value: object) -> bool:
    return value is None or isinstance(value, bool | str | int | Fraction | dict | list)


def _loosened(held: Any, loose: list[FactField], values: Values, data: st.DataObject) -> Any:
    if isinstance(held, list):
        return [_loosened(x, loose, values, data) for x in held]
    return {**held, **{f.name: data.draw(values.of(f).filter(_given)) for f in loose}}


@pytest.mark.parametrize("number", law.CLAUSES)
@given(data=st.data())
def test_null_is_a_key_left_out(number: str, data: st.DataObject) -> None:
    raw = data.draw(facts(SHIPPED, number, partial=True))
    assert answer(judged(SHIPPED, number, raw)) == answer(judged(SHIPPED, number, _without_null(raw)))


def _without_null(held: Any) -> Any:
    if isinstance(held, list):
        return [_without_null(x) for x in held]
    return {k: _without_null(v) for k, v in held.items() if v is not None} if isinstance(held, dict) else held


# -- more is never less -------------------------------------------------------------------------------------

MORE = (
    ("2(1)", "上级资金", "金额"), ("6(1)", "上级资金", "金额"), ("9(1)", "上级资金", "金额"), ("3(3)", "专利", "件数"),
    ("3(3)", "专利", "本年度授权国家数"), ("4", "应用场景项目", "实际投资总额"),
    ("6(3)", "版权衍生产品", "数量"), ("6(3)", "园区出版作品", "数量"), ("6(3)", "园区出版作品", "版权签约费用"),
    ("7(1)", "贷款", "本年度缴纳利息"),
)
LESS = (("3(3)", "专利", "以前年度已补贴国家数"), ("5(2)", "创新孵化平台", "本年度已获金额"),
        ("6(4)", "人才称号", "个人本年度已获金额"), ("8(1)", "人才称号", "个人本年度已获金额"))


def with_field(raw: Raw, table: str, row: int, name: str, value: object) -> Raw:
    rows = [{**x, name: value} if i == row else x for i, x in enumerate(raw[table])]
    return {**raw, table: rows}


def two_values(number: str, name: str, data: st.DataObject) -> list[Any]:
    numbers = st.integers(0, 9) if name in ("件数", "数量") or "国家数" in name else money(hints(SHIPPED, number).amounts)
    return sorted((data.draw(numbers), data.draw(numbers)))


def money_of(number: str, raw: Raw) -> tuple[Any, Any]:
    """The amount where it is reckoned, the bound where it is decided by somebody.

    Amounts of 裁量 are left out: one more claim without 核定金额 turns 应予支持 into 裁量, and its amount into none.
    """
    made = judged(SHIPPED, number, raw)
    return Fraction(0) if number in law.DISCRETIONARY else amounts(made)[0], bounds(made)[0]


def compare_rows(number: str, table: str, name: str, data: st.DataObject) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    raw = data.draw(facts(SHIPPED, number))
    assume(raw[table])
    row = data.draw(st.integers(0, len(raw[table]) - 1))
    low, high = two_values(number, name, data)
    return money_of(number, with_field(raw, table, row, name, low)), money_of(number, with_field(raw, table, row, name, high))


@pytest.mark.parametrize(("number", "table", "name"), MORE)
@given(data=st.data())
def test_more_of_a_thing_never_gives_less(number: str, table: str, name: str, data: st.DataObject) -> None:
    less, more = compare_rows(number, table, name, data)
    assert less[0] <= more[0]
    assert less[1] <= more[1]


@pytest.mark.parametrize(("number", "table", "name"), LESS)
@given(data=st.data())
def test_more_had_before_never_gives_more(number: str, table: str, name: str, data: st.DataObject) -> None:
    less, more = compare_rows(number, table, name, data)
    assert more[0] <= less[0]
    assert more[1] <= less[1]


@pytest.mark.parametrize("number", ["2(1)", "3(3)", "3(4)", "6(1)", "6(3)", "7(1)", "9(1)"])
@given(data=st.data())
def test_one_more_record_never_gives_less(number: str, data: st.DataObject) -> None:
    """Where amounts are reckoned; a 裁量 clause with one more row may have to wait for a decision."""
    raw = data.draw(facts(SHIPPED, number))
    tables = [k for k, v in raw.items() if isinstance(v, list) and v and k not in ("历史已获支持", "其他区级政策支持")]
    assume(tables)
    table = data.draw(st.sampled_from(tables))
    fewer = {**raw, table: raw[table][:-1]}
    assert money_of(number, fewer)[0] <= money_of(number, raw)[0]


@pytest.mark.parametrize("number", law.YEARLY)
@given(data=st.data())
def test_what_was_had_this_year_comes_off(number: str, data: st.DataObject) -> None:
    raw = data.draw(facts(SHIPPED, number))
    low, high = sorted((data.draw(money(hints(SHIPPED, number).amounts)), data.draw(money())))
    (a, b), (x, y) = (money_of(number, {**raw, "本年度已获支持": {number: had}}) for had in (low, high))
    assert x <= a
    assert y <= b


AWARDS = (("2(2)", "创新平台与奖项"), ("4", "应用场景项目"), ("5(1)", "孵化和加速基地"), ("6(4)", "人才称号"))


@pytest.mark.parametrize(("number", "table"), AWARDS)
@given(data=st.data())
def test_a_higher_award_never_gives_less(number: str, table: str, data: st.DataObject) -> None:
    raw = data.draw(facts(SHIPPED, number))
    assume(raw[table])
    row = data.draw(st.integers(0, len(raw[table]) - 1))
    low, high = two_values(number, "核定金额", data)
    less, more = (judged(SHIPPED, number, with_field(raw, table, row, "核定金额", x)) for x in (low, high))
    assert amounts(less)[0] <= amounts(more)[0]
    assert bounds(less) == bounds(more)


SERIES = (("2(3)", "研发经费"), ("8(2)", "区综合贡献"), ("3(1)", "区综合贡献"))


@pytest.mark.parametrize(("number", "name"), SERIES)
@given(data=st.data())
def test_more_this_year_never_gives_less(number: str, name: str, data: st.DataObject) -> None:
    raw = data.draw(facts(SHIPPED, number))
    year = str(raw["政策兑现年度"])
    more = {**raw, name: {**raw[name], year: raw[name][year] + data.draw(money(hints(SHIPPED, number).amounts)) + CENT}}
    (a, b), (x, y) = money_of(number, raw), money_of(number, more)
    assert a <= x
    assert b <= y
