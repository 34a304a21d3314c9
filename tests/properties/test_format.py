"""fmt changes no meaning: every accepted text, blanks at every token boundary, whatever the line ends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from tests.support.decisions import many
from xcrules.base.resources import policies_folder, shipped_policies
from xcrules.base.source import Source
from xcrules.draft.format import format_content, format_file, lossless
from xcrules.draft.labels import Label
from xcrules.draft.parse import parse_file, parse_line
from xcrules.draft.syntax import File

SPEC = Path(__file__).resolve().parents[1] / "spec"
TEXTS = {
    **{f"{n}/{p.name}": p.read_text(encoding="utf-8") for n in shipped_policies() for p in (policies_folder() / n).glob("*.规则")},
    **{f"{p.name}:{i}": m for p in sorted(SPEC.glob("*.md"))
       for i, m in enumerate(re.findall(r"(?ms)^```规则[^\n]*\n(.*?)^```", p.read_text(encoding="utf-8")))},
}
LINES = sorted({(line.label, line.text) for text in TEXTS.values() for line in parse_file(Source("文", text))[0].lines()
                if line.body is not None})
# 5， 2017年 is two things and 5,2017年 one number: such neighbours are in few texts, so they are written here
LINES += [("给定", "甲 含（2018年 为 5， 2017年 为 3）"), ("给定", "甲 为 1， 乙 为 2"), ("条件", "甲 为 5， 200 低于 乙"),
          ("标准", "按 种类（甲 5， 300人 6；乙 7， 100 8）"), ("从高", "同一 甲，依 乙（丙、丁）")]
TOKEN = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d[\d,.]*[\w㎡·/%‰:]*(?:\(\d+\)\w*)?|[\w㎡·./\[\]]+|\S")
BLANKS = st.sampled_from(["", "", " ", "  ", "\t", "　", " 　"])


def formatted(text: str) -> tuple[File, File, str]:
    before, _ = parse_file(Source("文", text))
    again = format_file(before)
    return before, parse_file(Source("文", again))[0], again


def test_there_are_texts_of_every_kind() -> None:
    assert len(TEXTS) > 60
    assert {label for label, _ in LINES} >= {x for x in Label if x.card.start} - {"事实", "参数", "读法"}


@pytest.mark.parametrize("name", list(TEXTS))
def test_every_text_of_the_project(name: str) -> None:
    before, after, text = formatted(TEXTS[name])
    assert lossless(before, after)
    assert format_file(after) == text


@many(60)
@given(st.sampled_from(LINES), st.data())
def test_blanks_at_every_boundary(line: tuple[str, str], data: st.DataObject) -> None:
    """A line with other blanks between its words: if it still parses, the one form means the same."""
    label, content = line
    spaced = "".join(t + data.draw(BLANKS) for t in TOKEN.findall(content)).strip()
    body, error = parse_line(label, spaced)
    if error is not None:
        return
    before, after, text = formatted(f"「第一条」\n  {label}：{spaced}\n")
    assert before.quotes[0].lines[0].body == body
    assert lossless(before, after)
    assert format_file(after) == text


@many(12)
@given(st.sampled_from(sorted(TEXTS)), st.sampled_from(["\n", "\r\n"]), st.data())
def test_line_ends_are_kept(name: str, end: str, data: st.DataObject) -> None:
    """A file has the line end of its first line afterwards, and formatting it again changes nothing."""
    lines = TEXTS[name].split("\n")
    typed = lines[0] + end + "".join(x + data.draw(st.sampled_from([end, end, "\r\n"])) for x in lines[1:-1])
    before, after, text = formatted(typed)
    assert lossless(before, after)
    assert text.count("\r\n") == (text.count("\n") if end == "\r\n" else 0)
    assert format_file(after) == text


def test_two_numbers_do_not_grow_together() -> None:
    assert format_content("含（2018年 为 5，  2017年 为 3）") == "含（2018年 为 5， 2017年 为 3）"
    assert format_content("1,500,000元，甲") == "1,500,000元，甲"


def test_what_speaks_of_the_file_is_not_indented_beneath_the_last_quote() -> None:
    *_, text = formatted("「第一条 补贴1万元。」\n标准：1万元\n  样本：甲\n给定：乙\n  # 手算\n  案例：丙，以 甲\n应得：1 不符合\n  参数：丁，元\n  | 年度 | 值 |\n")
    assert text == "「第一条 补贴1万元。」\n  标准：1万元\n样本：甲\n  给定：乙\n# 手算\n案例：丙，以 甲\n  应得：1 不符合\n参数：丁，元\n| 年度 | 值 |\n"
