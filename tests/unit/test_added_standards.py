"""标准 that are added: told in words, in the reasons line by line, and between versions."""

from __future__ import annotations

import xcrules
from tests.support.recompute import lines, wrong
from xcrules.store.load import load_text
from xcrules.tell.changes import change_lines, compare
from xcrules.tell.explain import reason_json
from xcrules.tell.readback import read_back

TEXT = ("规定：试行办法\n事实：申报，顶层\n| 名称 | 类型 |\n| 示范 | 是否 |\n| 标杆 | 是否 |\n| 投资 | 元 |\n\n「第一条 奖励」\n  对象：企业\n"
        "  标准：示范 的，25万元\n  标准：标杆 的，投资 的 10%\n")


def test_the_sentence_says_that_they_are_added() -> None:
    program = load_text(TEXT).program
    assert program is not None
    assert read_back(program, "1") == "企业，示范的，给予25万元；标杆的，按投资的10%给予（符合几项的，相加）。"


def test_each_line_has_a_reason_and_the_sum_recomputes() -> None:
    told = reason_json(xcrules.loads(TEXT).explain({"示范": True, "标杆": True, "投资": 300000}, "1"))
    figures = {r["说明"]: r.get("结果") for r in lines(told) if "算式" in r and "结果" in r}
    assert figures == {"标准：示范 的，25万元": "25万元", "标准：标杆 的，投资 的 10%": "3万元", "各行标准合计": "28万元"}
    assert not wrong(told)


def test_a_line_that_does_not_hold_says_so() -> None:
    told = reason_json(xcrules.loads(TEXT).explain({"示范": False, "标杆": True, "投资": 300000}, "1"))
    assert {r["说明"]: r["结果"] for r in lines(told) if r.get("标签") == "标准" and "结果" in r} == {
        "标准：示范 的，25万元": "不适用于此", "标准：标杆 的，投资 的 10%": "3万元"}


def test_a_line_more_is_one_item() -> None:
    old, new = load_text(TEXT).program, load_text(TEXT + "  标准：投资 高于 1亿元 的，50万元\n").program
    assert old is not None
    assert new is not None
    assert [x for x in change_lines(compare(old, new)) if "标准" in x and "50万元" in x]
