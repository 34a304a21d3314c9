"""The Arrow shapes of a policy's facts."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

import xcrules
from tests.support.policies import ROOT
from xcrules.base.diagnostic import XcrulesError
from xcrules.facts.arrow import block_facts, block_schema, enterprises_name, key_name, mark_name, table_schemas
from xcrules.facts.arrow.office import _column
from xcrules.facts.arrow.schema import TableHeads
from xcrules.facts.types import MONEY, RATE, ScalarType

XICHENG = xcrules.load("xicheng-2021")
FORM = XICHENG.program.form


def test_tables_are_the_enterprises_and_the_lists() -> None:
    tables = table_schemas(FORM)
    assert next(iter(tables)) == enterprises_name(FORM) == "企业"
    assert set(tables) == {"企业", *(t.name for t in FORM.schema.nested if t.kind == "名单")}
    assert all(schema.names[0] == key_name(FORM) == "编号" and schema.names[-1] == mark_name(FORM) == "不适用" for schema in tables.values())
    enterprises, loans = tables["企业"], tables["贷款"]
    assert enterprises.field("主体.西城区注册").type == pa.bool_()
    assert enterprises.field("研发经费.2022").type == loans.field("本年度缴纳利息").type == pa.decimal128(20, 2)
    assert enterprises.field("申报日期").type == pa.date32()
    assert enterprises.field("贷款").type == enterprises.field("本年度已获支持").type == pa.string()
    assert loans.field("类型").type == pa.dictionary(pa.int32(), pa.string())


def as_row(facts: dict[str, Any]) -> dict[str, Any]:
    """Plain facts as a row of a block."""
    def of(value: Any, type_: pa.DataType) -> Any:
        if pa.types.is_struct(type_):
            return {type_[i].name: of(value.get(type_[i].name), type_[i].type) for i in range(type_.num_fields)} if value is not None else None
        if pa.types.is_list(type_) and isinstance(value, dict):
            first, second = (type_.value_type[i].name for i in (0, 1))
            return [{first: int(k) if pa.types.is_integer(type_.value_type[0].type) else k, second: None if v is None else Decimal(str(v))} for k, v in value.items()]
        if pa.types.is_list(type_) and isinstance(value, list) and pa.types.is_struct(type_.value_type):
            return [of(x, type_.value_type) for x in value]
        if pa.types.is_decimal(type_) and value is not None:
            return Decimal(str(value))
        return datetime.date.fromisoformat(value) if pa.types.is_date(type_) and value is not None else value

    return {f.name: of(facts.get(f.name), f.type) for f in block_schema(FORM)}


def test_a_row_of_a_block_is_the_facts() -> None:
    lines = [json.loads(x) for x in (ROOT / "tests" / "policies" / "xicheng_samples.jsonl").read_text(encoding="utf-8").splitlines()[:40]]
    sheets = [x.get("事实", x) for x in lines]
    good = [x for x in sheets if "不适用" not in json.dumps(x, ensure_ascii=False)]
    block = pa.Table.from_pylist([as_row(x) for x in good], schema=block_schema(FORM))
    facts = block_facts(FORM)
    for sheet, row in zip(good, block.to_pylist(), strict=True):
        assert XICHENG.facts(facts(row)).top == XICHENG.facts(sheet).top


def test_what_does_not_apply_is_named_by_its_record() -> None:
    facts = block_facts(FORM)
    row = {"编号": "7", "研发经费": [{"年度": 2021, "数": Decimal(5)}], "贷款": [{"类型": "信用贷款", "不适用": ["首次贷款"]}],
           "不适用": ["专利", "研发经费.2022", "主体.西城区纳税", "新入驻企业"]}
    assert facts(row) == {
        "编号": "7", "研发经费": {"2021": Decimal(5), "2022": "不适用"}, "贷款": [{"类型": "信用贷款", "首次贷款": "不适用"}],
        "专利": "不适用", "主体": {"西城区纳税": "不适用"}, "新入驻企业": "不适用",
    }
    for path in ("研发经费.2021", "研发经费", "贷款"):
        with pytest.raises(XcrulesError, match=path):
            facts({**row, "不适用": [path]})


@pytest.mark.parametrize(("heading", "help"), [
    ("本年度已获支持.2.1", "是不是「本年度已获支持.2(1)」"), ("本年度已获支持.2-1", "是不是「本年度已获支持.2(1)」"), ("本年度已获支持2(1)", "是不是「本年度已获支持.2(1)」"),
    ("本年度已获支持.9(9)", "「本年度已获支持.9(1)」"), ("研发经费2022", "是不是「研发经费.2022」"), ("研发经费（2022年）", "是不是「研发经费.2022」"),
])
def test_a_heading_by_clause_or_year_is_told_how_it_is_written(heading: str, help: str) -> None:
    _, wrong = TableHeads(FORM).read(["编号", heading])
    assert [d.code for d in wrong] == ["E801"]
    assert help in wrong[0].help


def test_a_heading_names_a_clause_in_any_spelling() -> None:
    heads, wrong = TableHeads(FORM).read(["编号", "本年度已获支持.第二条（一）"])
    assert (wrong, heads[1].path) == ([], ("本年度已获支持", "2(1)"))


@pytest.mark.parametrize("type_", [MONEY, RATE])
def test_a_column_has_every_number_that_was_written(type_: ScalarType) -> None:
    """Of a number with more places than it knows Arrow makes nought, and says nothing."""
    for places in range(70):
        for digits in (1, 123, 10**20 + 1, 10**40 - 1):
            written = Decimal((0, tuple(map(int, str(digits))), -places))
            (held,) = _column([written], type_).to_pylist()
            assert Decimal(held) == written
