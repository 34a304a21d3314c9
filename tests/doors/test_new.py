"""xcrules new: the scaffold passes check without a word and its cases hold; nothing is overwritten."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from xcrules.base.source import Source
from xcrules.draft.format import format_file
from xcrules.draft.parse import parse_file
from xcrules.store.load import load_policy
from xcrules.tell.scaffold import scaffold
from xcrules.use.cases import run_cases
from xcrules.use.cli import main
from xcrules.use.python.policy import Policy


def test_a_new_policy_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "云溪县技能补贴办法"]) == 0
    assert main(["check", "云溪县技能补贴办法"]) == 0
    assert main(["test", "云溪县技能补贴办法"]) == 0
    assert main(["fmt", "云溪县技能补贴办法", "--check"]) == 0
    loaded = load_policy("云溪县技能补贴办法")
    assert loaded.diagnostics == ()
    assert loaded.program is not None
    results = run_cases(Policy(loaded.program))
    assert len(results) == 3
    assert all(r.holds and r.case.checks for r in results)
    assert loaded.program.title == "云溪县技能补贴办法"


def test_it_shows_what_a_policy_is_made_of(tmp_path: Path) -> None:
    assert main(["new", "甲", str(tmp_path / "乙")]) == 0
    loaded = load_policy(tmp_path / "乙")
    assert loaded.document is not None
    assert loaded.program is not None
    labels = [line.label for line in loaded.document.lines()]
    assert sum(len(f.quotes) for f in loaded.document.files) >= 5
    assert {"上限", "对照", "标准", "施行", "样本", "案例", "应得"} <= set(labels)
    assert [r.modelled for r in loaded.program.readings] == [("不含税", "含税")]


def test_its_cases_can_fail(tmp_path: Path) -> None:
    """The amounts are the law's: changing one is seen by check, changing the rule's by its cases."""
    assert main(["new", "甲", str(tmp_path)]) == 0
    rules = tmp_path / "条文.规则"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("| 高级工   | 3000元   |", "| 高级工   | 3500元   |"), encoding="utf-8")
    assert main(["test", str(tmp_path)]) == 1
    rules.write_text(text.replace("不超过20万元", "不超过30万元"), encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 1


def test_the_texts_are_in_form() -> None:
    for name, text in scaffold("云溪县技能补贴办法").items():
        if name.endswith(".规则"):
            file, found = parse_file(Source(name, text))
            assert found == []
            assert format_file(file) == text


@pytest.mark.parametrize("name", ["", " ", "../甲", "a/b", "甲 乙", "「甲」", "甲" * 61, ".甲", "甲\n乙", "12:30"])
def test_names_that_cannot_be(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", name]) == 3
    assert "E869" in capsys.readouterr().err
    assert os.listdir(tmp_path) == []


def test_what_is_there_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "甲.txt").write_text("乙", encoding="utf-8")
    assert main(["new", "丙", str(tmp_path)]) == 3
    assert main(["new", "丙", str(tmp_path / "甲.txt")]) == 3
    assert re.findall("E86[34]", capsys.readouterr().err) == ["E864", "E864"]
    assert os.listdir(tmp_path) == ["甲.txt"]
