"""Units beneath a line of many (300元/万千瓦时), and advice that never gives a number another amount."""

from __future__ import annotations

from fractions import Fraction

import pytest

from xcrules.draft.format import format_content
from xcrules.facts.types import parse_literal
from xcrules.facts.units import Units
from xcrules.store.load import load_text
from xcrules.tell.readback import read_back

KWH = Units(measured=("千瓦时",))


@pytest.mark.parametrize(("text", "value"), [
    ("300元/万千瓦时", Fraction(300, 10_000)), ("300元/1万千瓦时", Fraction(300, 10_000)), ("300元/10000千瓦时", Fraction(300, 10_000)), ("3元/千瓦时", 3),
    ("2万元/百万吨", Fraction(20_000, 1_000_000)), ("1元/亿元", Fraction(1, 10**8)), ("6元/吨/百公里", Fraction(6, 100)), ("5元/百斤", 100), ("5元/千克", 5000),
    ("3元/万平方米", Fraction(3, 10_000)), ("5‰/万吨", Fraction(5, 10_000_000)), ("5分/万千瓦时", Fraction(5, 1_000_000)), ("1元/0万吨", None), ("1元/万艘", None),
])
def test_beneath_a_line_stand_so_many(text: str, value: Fraction | int | None) -> None:
    found = parse_literal(text, KWH)
    assert (found and found.value) == value


def law(words: str, line: str, types: str = "千瓦时", declared: str = "千瓦时") -> str:
    return f"单位：{declared}，可有小数\n\n事实：申报，顶层\n| 名称 | 类型 |\n| 用量 | {types} |\n\n「第一条 {words}」\n  对象：企业\n{line}"


@pytest.mark.parametrize(("said", "per"), [
    ("每万千瓦时", "万千瓦时"), ("每万千瓦时", "1万千瓦时"), ("每万千瓦时", "10000千瓦时"), ("每1万千瓦时", "万千瓦时"), ("每1万千瓦时", "1万千瓦时"),
])
def test_each_ten_thousand_is_what_the_law_says(said: str, per: str) -> None:
    text = law(f"{said}补助300元。", f"  标准：用量 × 300元/{per}\n\n案例：甲\n  给定：用量 为 5000千瓦时\n  应得：1 应予支持 150元\n")
    found = load_text(text)
    assert [d.code for d in found.diagnostics] == []
    line = f"用量 × 300元/{per}"
    assert format_content(line) == line
    assert f"每{per}300元" in read_back(found.program, "1").replace(" ", "")


def test_what_the_law_does_not_say_is_told_of_many_too() -> None:
    assert [d.code for d in load_text(law("每千瓦时补助3元。", "  标准：用量 × 3元/万千瓦时\n")).diagnostics] == ["W303"]


def told(text: str) -> str:
    """All that is advised."""
    return "\n".join(f"{d.help} {[f.text for f in d.fixes]}" for d in load_text(text).diagnostics)


@pytest.mark.parametrize(("line", "wrong"), [
    ("条件：用量 不低于 1兆瓦", "1千瓦"), ("条件：用量 不低于 1吨", "1千瓦"), ("标准：用量 × 300元/万艘", "300元/千瓦"),
])
def test_no_number_gets_a_unit_in_which_it_is_another_amount(line: str, wrong: str) -> None:
    rest = "" if line.startswith("标准") else "  标准：用量 × 100元/千瓦\n"
    found = told(law("1兆瓦以上的，每千瓦补助100元。", f"  {line}\n{rest}", "千瓦", "千瓦、兆瓦"))
    assert found
    assert wrong not in found


def test_megawatts_are_a_thousand_kilowatts_where_the_policy_has_kilowatts() -> None:
    text = law("1兆瓦以上的，每千瓦补助100元。", "  条件：用量 不低于 1兆瓦\n  标准：用量 × 100元/千瓦\n\n案例：甲\n  给定：用量 为 999千瓦\n  应得：1 不符合\n\n案例：乙\n  给定：用量 为 1000千瓦\n  应得：1 应予支持 10万元\n", "千瓦", "千瓦")
    assert [d.code for d in load_text(text).diagnostics] == []


@pytest.mark.parametrize(("typed", "meant"), [("比率/年", "写成 比率"), ("元/万千瓦时", "写成 元/千瓦时"), ("甲级/乙级", "甲级、乙级")])
def test_a_type_with_a_line_is_never_surely_a_list(typed: str, meant: str) -> None:
    (found,) = [d for d in load_text(law("补助3元。", "  标准：3元\n", typed)).diagnostics if d.code == "E510"]
    assert meant in found.help
    assert not any(fix.sure for fix in found.fixes)
    assert ("比率、" not in found.help)


def test_a_series_has_no_default() -> None:
    text = law("补助3元。", "  标准：3元\n", "逐年 元 | 缺省 0元").replace("| 名称 | 类型 |", "| 名称 | 类型 | 要求 |")
    (found,) = [d for d in load_text(text).diagnostics if d.code == "E513"]
    assert "闭世界" in found.help
