"""What an enterprise fills in: the JSON Schema says what decide says, the blank YAML and the workbook come back."""

from __future__ import annotations

import copy
import datetime
import json
import random
import re
import sys
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import xcrules
from tests.support.workbooks import ERROR, edited, edited_by_lines, made, pages_of, place_of
from xcrules.base.diagnostic import XcrulesError
from xcrules.base.resources import shipped_policies
from xcrules.base.source import Source
from xcrules.facts.asking import blank_yaml, json_schema, listing
from xcrules.facts.files import read_fact_file, read_json, read_yaml
from xcrules.facts.given import NOT_APPLICABLE, Facts, read_facts
from xcrules.facts.types import BoolType, DateType, EnumType, LedgerType, NumberType, SeriesType, TextType, YearType
from xcrules.facts.workbook import form_book, read_workbook
from xcrules.use.cli import main
from xcrules.use.python.policy import Policy

CASES = Path(__file__).resolve().parent.parent / "policies" / "xicheng_cases.jsonl"
LINES = [line for line in CASES.read_text(encoding="utf-8").splitlines() if line.strip()]


@cache
def policy(name: str = "xicheng-2021") -> Policy:
    return xcrules.load(name)


@cache
def blank() -> bytes:
    """The form of the shipped regulation."""
    return form_book(policy().program.form)


@cache
def validator(name: str = "xicheng-2021") -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema(policy(name).program.form))


def faults(raw: object) -> list[str]:
    """The codes that decide has for facts."""
    return [d.code for d in read_facts(raw, policy().program.schema, policy().program.clause_names)[1]]


def checked(raw: object) -> Facts:
    facts, found = read_facts(raw, policy().program.schema, policy().program.clause_names)
    assert found == []
    return facts


# -- JSON Schema --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped_policies())
def test_the_schema_is_a_schema(name: str) -> None:
    schema = json_schema(policy(name).program.form)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)
    assert json.loads(json.dumps(schema)) == schema


def test_every_worked_case_is_valid() -> None:
    assert len(LINES) > 700
    wrong = [n for n, line in enumerate(LINES) if not validator().is_valid(json.loads(line)["事实"])]
    assert wrong == []


BASE: dict[str, Any] = {
    "政策兑现年度": 2023, "申报日期": "2023-09-01", "科技活动经费支出强度": 0.08, "主体": {"西城区注册": True},
    "研发经费": {"2023": 1000000.5}, "区综合贡献": {"2023": -1}, "本年度已获支持": {"2(1)": 1},
    "上级资金": [{"类别": "科技重大专项", "级别": "国家级", "金额": 600000, "到账年度": 2023, "事项标识": "甲"}],
    "专利": [{"件数": 2, "本年度授权国家数": 3}], "新入驻企业": {"西城区注册日期": "2024-02-29"},
}

VALID: list[tuple[str, object]] = [
    ("编号", "甲-1"), ("编号", 7), ("政策兑现年度", "2023"), ("政策兑现年度", 2023.0), ("政策兑现年度", None), ("政策兑现年度", "不适用"),
    ("科技活动经费支出强度", "0.0800"), ("科技活动经费支出强度", 0), ("研发经费", {"2023年": "1e6"}), ("研发经费", {}), ("研发经费", "不适用"),
    ("研发经费.2023", None), ("区综合贡献.2023", "-0.5"), ("上级资金", []), ("上级资金", None), ("上级资金", "不适用"), ("上级资金.0", {}),
    ("上级资金.0.金额", " 600000.00 "), ("上级资金.0.金额", "-0"), ("上级资金.0.金额", 1e17), ("上级资金.0.事项标识", ""), ("专利.0.件数", 2.0),
    ("专利.0.件数", "2.00"), ("主体", {}), ("主体.西城区注册", None), ("主体.西城区注册", "不适用"), ("新入驻企业.西城区注册日期", "2000-02-29"),
    ("本年度已获支持", {}), ("本年度已获支持.3(3)", "498000"),
]

INVALID: list[tuple[str, object]] = [
    ("政策兑现年", 2023), ("政策兑现年度", "二〇二三"), ("政策兑现年度", 23), ("政策兑现年度", 2023.5), ("政策兑现年度", True), ("政策兑现年度", [2023]),
    ("申报日期", "2023-02-29"), ("申报日期", "2023-13-01"), ("申报日期", "2023-04-31"), ("申报日期", "1900-02-29"),
    ("申报日期", "0000-01-01"), ("申报日期", 20231301), ("申报日期", ""), ("科技活动经费支出强度", -0.01),
    ("科技活动经费支出强度", "NaN"), ("科技活动经费支出强度", False), ("研发经费", 1000000), ("研发经费", [1]), ("研发经费", {"23": 1}),
    ("研发经费", {"2023": "百万"}), ("研发经费", {"2023": -1}), ("研发经费", {"2023": True}), ("主体", True), ("主体", [True]), ("主体", {"西城注册": True}),
    ("主体.西城区注册", 1), ("上级资金", {}), ("上级资金", "没有"), ("上级资金", [None]), ("上级资金", ["甲"]),
    ("上级资金.0.金额", "60万吨"), ("上级资金.0.金额", "6,0000"), ("上级资金.0.金额", -1), ("上级资金.0.金额", "-0.01"), ("上级资金.0.金额", 1e18),
    ("上级资金.0.金额", "1" * 19), ("上级资金.0.金额", "0." + "1" * 60), ("上级资金.0.级别", "国家"), ("上级资金.0.级别", 1), ("上级资金.0.级别", ""),
    ("历史已获支持", [{"条款": "3.1"}]), ("历史已获支持", [{"条款": "3(2)"}]), ("人才称号", [{"姓名": "无"}]), ("人才称号", [{"姓名": ""}]),
    ("上级资金.0.事项标识", 12), ("上级资金.0.事项标识", "长" * 10001), ("上级资金.0.备注", "甲"), ("专利.0.件数", 1.5), ("专利.0.件数", "1.5"),
    ("专利.0.件数", -1), ("新入驻企业.西城区注册日期", True), ("本年度已获支持", {"2(9)": 1}), ("本年度已获支持", {"2(1)": -1}), ("本年度已获支持", []),
]

# what offices write and mean one thing by: decide reads it, the schema is for the plain forms
AS_WRITTEN: list[tuple[str, object, str, object]] = [
    ("申报日期", "2023-9-1", "申报日期", "2023-09-01"), ("申报日期", 20230901, "申报日期", "2023-09-01"), ("科技活动经费支出强度", "8%", "科技活动经费支出强度", 0.08),
    ("主体.西城区注册", "是", "主体.西城区注册", True), ("上级资金.0.金额", "60万元", "上级资金.0.金额", 600000), ("上级资金.0.金额", "600,000", "上级资金.0.金额", 600000),
    ("本年度已获支持", {"第二条（一）": 1}, "本年度已获支持", {"2(1)": 1}), ("上级资金.0.级别", "国 家级", "上级资金.0.级别", "国家级"),
]


def changed(path: str, value: object) -> dict[str, Any]:
    facts = copy.deepcopy(BASE)
    target: Any = facts
    *steps, last = path.split(".")
    for step in steps:
        target = target[int(step) if step.isdigit() and isinstance(target, list) else step]
    target[int(last) if last.isdigit() and isinstance(target, list) else last] = value
    return facts


def test_the_base_is_valid() -> None:
    assert faults(BASE) == []
    assert validator().is_valid(BASE)


@pytest.mark.parametrize(("path", "value"), VALID)
def test_valid_facts(path: str, value: object) -> None:
    assert faults(changed(path, value)) == []
    assert validator().is_valid(changed(path, value))


@pytest.mark.parametrize(("path", "value"), INVALID)
def test_invalid_facts(path: str, value: object) -> None:
    assert len(INVALID) >= 40
    assert faults(changed(path, value)) != []
    assert not validator().is_valid(changed(path, value))


@pytest.mark.parametrize(("path", "value", "plain_path", "plain"), AS_WRITTEN)
def test_facts_as_offices_write_them(path: str, value: object, plain_path: str, plain: object) -> None:
    raw, same = changed(path, value), changed(plain_path, plain)
    assert checked(raw).top == checked(same).top
    assert (validator().is_valid(raw), validator().is_valid(same)) == (False, True)


@pytest.mark.parametrize("raw", [[], "甲", 1, None, True])
def test_facts_that_are_no_object(raw: object) -> None:
    assert faults(raw) == ["E802"]
    assert not validator().is_valid(raw)


STRANGE: tuple[object, ...] = (
    None, True, False, 0, 1, -1, 1.5, 2023, 3000, 10**17, "", "是", "其他", "国家级", "不适用", "未知", "2023", "2023-02-28", "2023-02-30",
    "1.0", "+3", "-0.0", "1e2", " 5 ", "٣", "3.", ".5", "甲", [], [1], [{}], {}, {"2023": 1}, {"2023": None}, {"2(1)": 2}, {"甲": 1},
)


def _places(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(p for k, v in inner for p in _places(v, (*path, k)))]


def test_schema_and_decide_agree_on_anything() -> None:
    """Worked cases with one value changed for a strange one: both say yes or both say no; 是 and 未知 are words that decide reads."""
    chance, verdicts = random.Random(2021), {True: 0, False: 0}
    for line in chance.sample(LINES, 250):
        facts = json.loads(line)["事实"]
        for _ in range(6):
            raw = copy.deepcopy(facts)
            *steps, last = chance.choice([p for p in _places(raw) if p])
            target: Any = raw
            for step in steps:
                target = target[step]
            target[last] = copy.deepcopy(chance.choice(STRANGE))
            if any(isinstance(v, str) and re.search(r"[eE٣]", v) for v in STRANGE if v == target[last]):
                continue  # exponents in whole numbers and other digits are decide's to judge (see jsonschema.py)
            ours = faults(json.loads(json.dumps(raw), parse_float=Decimal)) == []
            assert validator().is_valid(raw) == ours or (ours and target[last] in ("是", "未知")), (steps, last, target[last])
            verdicts[ours] += 1
    assert min(verdicts.values()) > 150


# -- YAML ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped_policies())
def test_blank_yaml_is_read_as_nothing_known(name: str) -> None:
    raw, found = read_yaml(Source("空白.yaml", blank_yaml(policy(name).program.form)))
    assert found == []
    facts, found = read_facts(raw, policy(name).program.schema, policy(name).program.clause_names)
    assert found == []
    assert all(not held for held in facts.top.values())
    assert {k.status for k in policy(name).decide(facts).clauses} <= {"待补充", "另行规定", "非资金条款"}


def test_every_field_has_its_comment() -> None:
    text = blank_yaml(policy().program.form)
    for table in policy().program.schema.tables:
        for field in table.fields:
            lines = [x for x in text.splitlines() if re.match(rf"#? *-? *{field.name}: +# .", x)]
            assert lines, field.name
            if isinstance(field.type, EnumType):
                assert any(all(m in x for m in field.type.members) for x in lines)
            if field.source:
                assert any(field.source in x for x in lines)
    assert re.search(r"(?m)^#   本年度缴纳利息: +# 元；兑现年度内实缴的正常利息$", text)
    assert re.search(r"件数: +# 件（整数）；不填按1件；", text)


def test_filled_yaml_is_decided() -> None:
    """The blank with some comments taken off and values written, as the file itself says to do."""
    text = blank_yaml(policy().program.form)
    for field, value in {"政策兑现年度": "2023", "申报日期": "2023-09-01", "西城区注册": "是", "西城区纳税": "是", "中关村高新技术企业认定": "是"}.items():
        text, count = re.subn(rf"(?m)^( *{field}:)", rf"\1 {value}", text)
        assert count == 1
    block = re.search(r"(?m)^上级资金:\n((?:# .*\n)+)", text)
    assert block
    filled = re.sub(r"(?m)^#", "", block[1])
    for field, value in {"类别": "科技重大专项", "级别": "北京市级", "金额": "600000.00", "到账年度": "2023"}.items():
        filled = re.sub(rf"({field}:)", rf"\1 {value}", filled)
    raw, found = read_yaml(Source("填好.yaml", text.replace(block[1], filled)))
    assert found == []
    clause = policy().decide(raw)["2(1)"]  # type: ignore[arg-type]
    assert (clause.status, clause.amount) == ("应予支持", 300000)  # 1:0.5 of 60万元


# -- the workbook -------------------------------------------------------------------------------------


def through(raw: Mapping[str, object]) -> Facts:
    """Facts written into the form and read back."""
    answers, found = read_workbook(form_book(policy().program.form, raw), policy().program.form)
    assert found == []
    return checked(answers)


def known(facts: Facts) -> dict[str, object]:
    """What is known; a yearly table or an object of which nothing is known says nothing."""
    held = {k: {i: v for i, v in x.items() if v != {}} if isinstance(x, dict) else x for k, x in facts.top.items()}
    return {k: x for k, x in held.items() if x != {} or k == "本年度已获支持"}


@pytest.mark.parametrize("line", LINES[::60])
def test_worked_cases_go_through_the_workbook(line: str) -> None:
    raw, _ = read_json(line)
    assert isinstance(raw, dict)
    assert known(through(raw["事实"])) == known(checked(raw["事实"]))


def test_every_field_goes_through_the_workbook() -> None:
    """One value in each field of each table, several items, nothing left out."""
    def value(field: Any, turn: int) -> object:
        match field.type:
            case SeriesType():
                return {"2019": Decimal("0.1"), "2024": Decimal("123456789.01")}
            case LedgerType():
                return {"2(1)": Decimal("0.01"), "9(1)": Decimal(3)}
            case BoolType():
                return turn % 2 == 0
            case EnumType(members):
                return members[turn % len(members)]
            case DateType():
                return ("2023-09-01", "1904-02-29")[turn % 2]
            case YearType():
                return Decimal(2023 + turn)
            case TextType() if field.role == "台账条款":
                return ("3(1)", "3(2)首次", "9(1)")[turn % 3]
            case TextType():
                return ("=1+1", "007", "3(1)")[turn % 3]
            case NumberType() if field.type.unit and field.type.unit[0][0] != "元":
                return Decimal(turn)
        return (Decimal("0.1"), Decimal("12345678901234.56"), Decimal("0.000123456789012345678901234567"))[turn % 3]

    raw: dict[str, object] = {f.name: value(f, 0) for f in policy().program.schema.top}
    for table in policy().program.schema.nested:
        records = [{f.name: value(f, turn) for f in table.fields} for turn in range(3)]
        raw[table.name] = records[0] if table.kind == "一份" else records
    assert through(raw).top == checked(raw).top


def test_unknown_none_and_not_applicable_are_three_things() -> None:
    raw = {"上级资金": [], "专利": "不适用", "高新技术企业": "不适用", "本年度已获支持": {}, "主体": {"西城区注册": "不适用"}, "研发经费": {"2022": "不适用"}}
    assert through(raw).top == checked(raw).top
    assert checked(raw).top["专利"] is NOT_APPLICABLE
    assert through({}).top == {}


def test_a_number_is_what_was_typed() -> None:
    """The double that Excel keeps is taken by its shortest form; units in text are the fact's or an error."""
    book = form_book(policy().program.form, {"上级资金": [{"金额": 1}] * 5})
    cells = dict(zip((f"上级资金!D{r}" for r in range(6, 11)), (0.1, 1000000.01, 900719925474099, "60万元", "600,000.5"), strict=True))
    answers, found = read_workbook(edited(book, cells), policy().program.form)  # type: ignore[arg-type]
    assert found == []
    amounts = [r["金额"] for r in checked(answers).list_of("上级资金") or ()]
    assert amounts == [Fraction(1, 10), Fraction("1000000.01"), 900719925474099, 600000, Fraction("600000.5")]


def test_days_years_rates_and_texts_as_people_type_them() -> None:
    book = blank()
    at = {name: place_of(book, "基本情况", 1, name).replace("!B", "!C") for name in
          ("申报日期", "政策兑现年度", "科技活动经费支出强度", "研发补贴事项标识", "西城区注册", "持有国家高新技术企业证书")}
    wanted = datetime.date(2023, 9, 1).toordinal()
    for day in (datetime.date(2023, 9, 1), "2023-09-01", "2023/9/1", "2023年9月1日", "2023.9.1"):
        answers, _ = read_workbook(edited(book, {at["申报日期"]: day}), policy().program.form)
        assert checked(answers).top == {"申报日期": wanted}
    answers, _ = read_workbook(edited(book, {at["政策兑现年度"]: "2023年", at["科技活动经费支出强度"]: "5.3%", at["研发补贴事项标识"]: 1001,
                                             at["西城区注册"]: "否", at["持有国家高新技术企业证书"]: True}), policy().program.form)
    assert checked(answers).top == {"政策兑现年度": 2023, "科技活动经费支出强度": Fraction(53, 1000), "研发补贴事项标识": "1001",
                                    "主体": {"西城区注册": False}, "高新技术企业": {"持有国家高新技术企业证书": True}}


def found_in(changes: dict[str, object], raw: Mapping[str, object] | None = None) -> list[tuple[str, str]]:
    """Codes and cells of what is wrong with a form after these changes."""
    answers, found = read_workbook(edited(form_book(policy().program.form, raw) if raw else blank(), changes), policy().program.form)
    return [(d.code, d.path) for d in [*found, *read_facts(answers, policy().program.schema, policy().program.clause_names)[1]]]


@pytest.mark.parametrize(("cell", "value", "code"), [
    ("上级资金!C6", "省级", "E808"), ("上级资金!D6", "60万吨", "E802"), ("上级资金!D6", -5, "E809"), ("上级资金!D6", ERROR, "E866"),
    ("上级资金!E6", 23, "E802"), ("上级资金!E6", datetime.date(2023, 1, 1), "E802"), ("专利!F7", 1.5, "E814"), ("专利!D6", "是否", "E802"), ("专利!D6", 1, "E802"),
    ("上级资金!D6", 9007199254740991, "E890"), ("上级资金!F6", 110101199001011234, "E890"), ("上级资金!F6", datetime.date(2024, 3, 1), "E890"),
    ("基本情况!C5", 45170, "E802"), ("基本情况!C6", "九月一日", "E807"), ("基本情况!C6", 2024, "E807"),
    ("逐年数据!J4", "不详", "E802"), ("本年度已获支持!B7", -1, "E809"), ("本年度已获支持!A7", "2(9)", ""), ("上级资金!B3", "有些", "E868"),
    ("上级资金!B3", "有", "E868"), ("标准!C3", "甲", ""), ("基本情况!C12", "不适用", ""),
])
def test_a_fault_names_its_cell(cell: str, value: object, code: str) -> None:
    assert found_in({cell: value}) == ([(code, cell)] if code else [])


def test_contradictions_are_told() -> None:
    raw = {"上级资金": [{"金额": 1}], "主体": {"西城区注册": True}, "本年度已获支持": {"2(1)": 1}}
    whole = place_of(blank(), "基本情况", 0, "主体").replace("!A", "!C")
    assert found_in({"上级资金!B3": "没有"}, raw) == [("E868", "上级资金!B3")]
    assert found_in({"本年度已获支持!B3": "不适用"}, raw) == [("E868", "本年度已获支持!B3")]
    assert found_in({whole: "不适用"}, raw) == [("E868", whole)]
    assert found_in({"本年度已获支持!A5": "2(9)"}, raw) == [("E801", "本年度已获支持!B5")]
    assert found_in({"上级资金!G4": "备注", "上级资金!G6": "甲"}, raw) == []
    assert found_in({"上级资金!G4": "附件", "上级资金!G6": "甲"}, raw) == [("E867", "上级资金!G6")]
    assert found_in({"上级资金!G6": "单位：万元"}, raw) == [("E886", "上级资金!G6")]
    assert found_in({"上级资金!H6": "甲"}, raw) == [("E867", "上级资金!H6")]
    assert found_in({"标准!A1": "甲", "标准!B6": "国际标准"}, raw) == []
    assert found_in({"上级资金!D4": "类别"}, raw) == [("E803", "上级资金!D4")]
    assert found_in({"逐年数据!N3": "附件", "逐年数据!N4": "甲"}, raw) == [("E867", "逐年数据!N4")]


def test_pages_renamed_columns_moved_rows_skipped() -> None:
    pages = pages_of(form_book(policy().program.form, {"上级资金": [{"金额": 1, "级别": "国家级"}, {"金额": 2}]}))
    rows = pages.pop("上级资金")
    head, how, first, second = (r[:6] for r in rows[3:7])
    moved = [[r[0], r[3], r[1], r[2], r[4], r[5]] for r in (head, how, ["", "", "", "", "", ""], first, [" ", "", "", "", "", ""], second)]
    answers, found = read_workbook(made({"改了名": [*rows[:3], *moved], **pages}), policy().program.form)
    assert found == []
    assert checked(answers).list_of("上级资金") == ({"金额": 1, "级别": "国家级"}, {"金额": 2})


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", "{}".encode("utf-16"), made({"甲": [["乙"]]})])
def test_what_is_no_form(data: bytes) -> None:
    _, found = read_workbook(data, policy().program.form, "甲.xlsx")
    assert [(d.code, d.path) for d in found] in ([("E854", "甲.xlsx")], [("E867", "甲.xlsx")], [("E892", "甲.xlsx")])


def test_the_form_has_lists_and_units() -> None:
    pages = pages_of(blank())
    assert list(pages)[:4] == ["填写说明", "基本情况", "逐年数据", "本年度已获支持"]
    assert {t.name for t in policy().program.schema.nested if t.kind == "名单"} <= set(pages)
    assert pages["上级资金"][3][:6] == ["序号", "类别", "级别", "金额", "到账年度", "事项标识"]
    assert pages["上级资金"][4][3:5] == ["元", "年度，四位数"]
    assert [r[0] for r in pages["本年度已获支持"][4:6]] == ["2(1)", "2(2)"]
    assert "2021年" in pages["逐年数据"][2]


# -- the commands -------------------------------------------------------------------------------------


def test_decide_reads_the_filled_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw, _ = read_json(LINES[0])
    assert isinstance(raw, dict)
    facts = tmp_path / "事实.json"
    facts.write_text(json.dumps(json.loads(LINES[0])["事实"], ensure_ascii=False), encoding="utf-8")
    book = tmp_path / "填报.XLSX"
    assert main(["facts", "xicheng-2021", "--xlsx", str(book), "--facts", str(facts)]) == 0
    assert main(["facts", "xicheng-2021", "--xlsx", str(book)]) == 3  # it is there already
    capsys.readouterr()
    assert main(["decide", "xicheng-2021", str(facts), "--json"]) == 0
    by_json = json.loads(capsys.readouterr().out)
    assert main(["decide", "xicheng-2021", str(book), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == by_json
    book.write_bytes(edited(book.read_bytes(), {"上级资金!D6": "很多"}))
    assert main(["decide", "xicheng-2021", str(book), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["错误"][0]["位置"] == "上级资金!D6"


def test_python_door_names_the_cell_too(tmp_path: Path) -> None:
    book = tmp_path / "甲.xlsx"
    book.write_bytes(edited(blank(), {"上级资金!C6": "省级"}))
    raw, found = read_fact_file(book, policy().program.form)
    assert found == []
    with pytest.raises(XcrulesError, match="上级资金!C6"):
        policy().decide(raw)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", shipped_policies())
def test_the_other_forms(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", name, "--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema(policy(name).program.form)
    assert main(["facts", name, "--yaml"]) == 0
    assert capsys.readouterr().out == blank_yaml(policy(name).program.form)
    assert main(["facts", name]) == 0
    assert capsys.readouterr().out.strip() == "\n".join(listing(policy(name).program.form)).strip()
    answers, found = read_workbook(form_book(policy(name).program.form), policy(name).program.form)
    assert found == []
    assert dict(answers) == {}


def test_missing_libraries_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "甲.xlsx"
    book.write_bytes(blank())
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    assert main(["facts", "xicheng-2021", "--xlsx", str(tmp_path / "乙.xlsx")]) == 3
    assert 'pip install "xcrules[excel]"' in capsys.readouterr().err
    assert main(["decide", "xicheng-2021", str(book)]) == 0  # reading takes no library


def test_a_formula_without_a_result_answers_nothing() -> None:
    book = edited_by_lines(blank(), ['贷款!B3 为 =IF(1=1,"没有","")', "标准!H9 为 =A1"])  # 有没有; 备注
    found = read_workbook(book, policy().program.form)[1]
    assert [(d.code, d.path) for d in found] == [("E889", "贷款!B3")]
