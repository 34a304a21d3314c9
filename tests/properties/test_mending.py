"""What is mended unasked changes no money: over generated mistakes, the plans before, after and of the right text.

A mistake is made in a line of a shipped policy; everything sure is mended. What could be read with the mistake in it
must mean the same afterwards, under every reading. What could not must afterwards be what stood there before the
mistake, or still be refused.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import pytest
from hypothesis import assume, given, strategies as st

from tests.support.decisions import many
from xcrules.base.resources import shipped_policies
from xcrules.store.load import load_policy, load_text
from xcrules.store.mending import Read, harmless, mended, read_again, same_plans

NAMES = shipped_policies()
MARKS = "，、；：。,;:.（）()〔〕 　的"
WORDS = ["不", "非 ", "最高 ", "不超过 ", "至多 ", "已用 ", "本年 ", "上年 ", "企业年度 ", "合计 ", "万", "元", "%", "0", "两", "的 ", "，最高 10万元", "，至多 5万元"]
LOSSES = ["万元", "元", "%", "企业年度 ", "单项 ", "企业终身 ", "合计 ", "不", "非 ", "未", "已用 ", "的 ", "每", "按 ", "：", "」", "，", "、", "（", "）", " ", "年", "㎡"]


@cache
def shipped(name: str) -> Read:
    loaded = load_policy(name)
    assert loaded.document is not None
    assert loaded.program is not None
    return Read(loaded.document, loaded.program, loaded.diagnostics)


class Mistake(NamedTuple):
    """One line of the main file of a policy typed wrongly. Small: what Hypothesis shows of a failure is shown whole."""

    policy: str
    start: int
    typed: str
    wrong: str

    def read(self, line: str) -> Read:
        """The policy with another line in the place of this one."""
        right = shipped(self.policy)
        source = right.document.files[0].source
        return read_again(right.document, {source.name: source.text[: self.start] + line + source.text[self.start + len(self.typed) :]})


@st.composite
def mistakes(draw: st.DrawFn) -> Mistake:
    name = draw(st.sampled_from(NAMES))
    file = shipped(name).document.files[0]
    lines = [x for x in file.lines() if x.body is not None or x.label == "性质"]
    line = lines[draw(st.integers(0, len(lines) - 1))]
    start, end = line.label_span.start, line.content.end
    typed = file.source.text[start:end]
    wrong = draw(st.one_of(lost(typed), put_in(typed), taken_for(typed), cut(typed)))
    assume(wrong != typed)
    return Mistake(name, start, typed, wrong)


def lost(typed: str) -> st.SearchStrategy[str]:
    """Something left out."""
    places = [m.span() for word in LOSSES for m in re.finditer(re.escape(word), typed)]
    return st.sampled_from(places).map(lambda p: typed[: p[0]] + typed[p[1] :]) if places else st.just(typed)


def put_in(typed: str) -> st.SearchStrategy[str]:
    """Something too much, between words or at the end."""
    places = [m.start() for m in re.finditer(r"(?<=\s)(?=\S)|(?<=：)|$", typed)]
    return st.tuples(st.sampled_from(places), st.sampled_from(WORDS)).map(lambda x: typed[: x[0]] + x[1] + typed[x[0] :])


def taken_for(typed: str) -> st.SearchStrategy[str]:
    """A mark taken for another, a character for one beside it."""
    marks = [m.start() for m in re.finditer(f"[{re.escape(MARKS)}]", typed)]
    other = st.tuples(st.sampled_from(marks), st.sampled_from(MARKS)).map(lambda x: typed[: x[0]] + x[1] + typed[x[0] + 1 :])
    swap = st.integers(0, max(len(typed) - 2, 0)).map(lambda i: typed[:i] + typed[i + 1 : i + 2] + typed[i : i + 1] + typed[i + 2 :])
    return st.one_of(other, swap) if marks else swap


def cut(typed: str) -> st.SearchStrategy[str]:
    """The line broken off."""
    return st.integers(3, len(typed)).map(lambda i: typed[:i])


@many(3)
@given(mistakes())
def test_mends_change_no_money(mistake: Mistake) -> None:
    right, wrong = shipped(mistake.policy), mistake.read(mistake.wrong)
    after, done = mended(wrong)
    assert all(d.fixes[0].sure for d in done)
    if not done or not after.usable:
        return
    assert right.usable
    meant = [wrong.usable or right.usable]
    if "，最高 10万元" in mistake.wrong:  # put in, and can only mean this
        meant += [x for x in [mistake.read(mistake.wrong.replace("，最高 10万元", "，至多 10万元")).usable] if x]
    same = any(same_plans(x, after.usable) for x in meant)
    assert same, [d.fixes[0].text for d in done]


HEAD = """\
事实：申报，顶层
| 名称 | 类型 | 角色 |
| 年份 | 年度 | 基准年度 |
| 投资 | 元 | |
| 注册地在南沙 | 是否 | |
| 注册日期 | 日期 | |
| 登记日 | 日期 | 申报日期 |
| 合格 | 是否 | |

「第一条 给予补贴。」
  对象：企业
  标准：投资
"""


def read(line: str) -> Read:
    loaded = load_text(HEAD + line)
    assert loaded.document is not None
    return Read(loaded.document, loaded.program, loaded.diagnostics)


@pytest.mark.parametrize("tail", ["最高 300万元", "至多 300万元", "不超过 300万元", "最高不超过 300万元", "封顶 300万元"])
@pytest.mark.parametrize("cap", ["单项 投资", "单项 投资 的 30%"])
def test_two_caps_in_a_line_are_left_to_a_person(cap: str, tail: str) -> None:
    """They are two lines; no edit may drop one or turn it into what was used before."""
    before = read(f"  上限：{cap}，{tail}\n")
    after, done = mended(before)
    assert (done, after.usable) == ((), None)
    (finding,) = [d for d in before.found if d.is_error]
    assert "已用" not in finding.help + "".join(f.text for f in finding.fixes)
    assert f"上限：{cap}" in finding.help
    assert "上限：单项 300万元" in finding.help


def test_moving_a_line_to_another_clause_is_harm() -> None:
    one = load_text(HEAD + "「第二条 给予奖励。」\n  对象：企业\n  标准：5万元\n")
    assert one.document is not None
    start = Read(one.document, one.program, one.diagnostics)
    text = one.document.files[0].source.text
    joined = read_again(one.document, {"规则": text.replace("「第二条 给予奖励。」\n", "「给予奖励。」\n")})
    assert not harmless(start, joined)
    assert harmless(start, read_again(one.document, {"规则": text.replace("标准：5万元", "标准：50000元")}))
    assert not harmless(start, read_again(one.document, {"规则": text.replace("标准：5万元", "标准：6万元")}))
