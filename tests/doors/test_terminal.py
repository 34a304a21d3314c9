"""What reaches a terminal: words of facts and of the law are shown and never obeyed; width and colour fit the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from rich.cells import cell_len

import xcrules
from tests.support.policies import EXAMPLE
from xcrules.base.spoken import visible
from xcrules.run.decision import Reason
from xcrules.tell.report import decision_summary, decision_table, reason_tree, rendered
from xcrules.use.cli import main

HOSTILE = ["[/]", "[bold]x[/]", "\x1b[31m红", "\x1b]0;标题\x07", "\u202e倒", "\x9b2J", "a\rb", "\u2066隐\u2069", ":smile:"]

@given(st.text(st.characters()))
@settings(max_examples=300)
def test_nothing_acts_on_a_terminal(text: str) -> None:
    shown = visible(text)
    assert not {ch for ch in shown if ch != "\n" and (ord(ch) < 32 or 127 <= ord(ch) < 160 or ch in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200f")}
    assert visible(shown) == shown


def test_what_needs_no_look_is_left_alone() -> None:
    text = "《北京市…规定》（一）150万元，1:0.5；〔2021〕“西城园” ✓ ✗ ㎡ é"
    assert visible(text) == text
    assert visible("a\x1b[0mb\u202ec") == "a\\x1b[0mb\\u202ec"


@pytest.mark.parametrize("word", HOSTILE)
def test_words_of_facts_are_shown(word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    raw["上级资金"][0]["类别"] = word  # no such kind: a finding that names it
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(raw), encoding="utf-8")
    assert main(["decide", "xicheng-2021", str(path)]) == 3
    assert visible(word) in capsys.readouterr().err
    raw = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    raw["作品与设计获奖"][0]["核定金额"] = None
    raw["创新孵化平台"][0]["名称"] = word
    path.write_text(json.dumps(raw), encoding="utf-8")
    code = main(["explain", "xicheng-2021", str(path)])
    told = capsys.readouterr()
    assert not {"\x1b", "\x07", "\u202e", "\x9b", "\r"} & set(told.out + told.err)
    if code == 0:
        assert visible(word) in told.out.replace("\n", "")


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_the_table_is_as_wide_as_the_terminal(width: int) -> None:
    policy = xcrules.load("xicheng-2021")
    decision = policy.decide(xcrules.parse_json(EXAMPLE.read_text(encoding="utf-8")))
    shown = rendered(decision_table(decision, policy.counters, width), width=width)
    assert max(cell_len(line) for line in shown.split("\n")) <= width
    assert "第二条支持企业自主创新" in "".join(shown.split())
    assert "贷款第2笔的本年度缴纳利息" in shown.replace("\n", "").replace(" ", "") + decision_summary(decision, policy.counters)


def test_colour_only_where_a_terminal_has_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    for term, wanted in (("xterm", True), ("dumb", False)):
        monkeypatch.setenv("TERM", term)
        main(["decide", "xicheng-2021", str(EXAMPLE)])
        main(["explain", "xicheng-2021", str(EXAMPLE), "2(9)"])
        told = capsys.readouterr()
        assert ("\x1b[" in told.out, "\x1b[" in told.err) == (wanted, wanted)


def test_trees_show_what_stands_in_them() -> None:
    tree = reason_tree([Reason("[/]", "[bold]x[/]", "\x1b[2J", None, "\u202e")])
    assert rendered(tree) == "[/]：[bold]x[/]（\\u202e）\n「\\x1b[2J」"
