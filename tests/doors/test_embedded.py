"""What an embedder meets on an ordinary day: the first call and the later ones give the same, whatever is handed in."""

from __future__ import annotations

import enum
import json
import os
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest

import xcrules
from tests.support.commands import XCRULES, command
from tests.support.policies import ROOT
from xcrules.store import cache

BASE = {"政策兑现年度": 2023, "申报日期": "2023-09-01", "主体": {"西城区注册": True, "西城区纳税": True, "中关村高新技术企业认定": True}}


class Kind(str, enum.Enum):  # noqa: UP042  (what older services have)
    CREDIT = "信用贷款"


def loan(**changes: Any) -> dict[str, Any]:
    return {**BASE, "贷款": [{"类型": "信用贷款", "首次贷款": True, "用于创业创新": True, "本年度缴纳利息": 100000, **changes}]}


def outcomes(raw: dict[str, Any]) -> list[object]:
    """What four calls in a row give: an amount, or the codes of what is wrong."""
    policy = xcrules.load("xicheng-2021")
    found: list[object] = []
    for _ in range(4):
        try:
            found.append(policy.decide(raw)["7(1)"].amount)
        except xcrules.XcrulesError as error:
            found.append([d.code for d in error.diagnostics])
    return found


@pytest.mark.parametrize(
    ("raw", "each"),
    [
        (loan(类型=Kind.CREDIT), 50000),
        (loan(本年度缴纳利息=10**18 - 1), 1000000),
        (loan(本年度缴纳利息=10**18), ["E805"]),
        (loan(本年度缴纳利息=Decimal(10**18)), ["E805"]),
        (loan(本年度缴纳利息=Fraction(10**18)), ["E805"]),
        (loan(本年度缴纳利息=str(10**18)), ["E805"]),
        ({**BASE, "贷款": set()}, ["E802"]),
        ({**loan(), "研发经费": {"2022": 5, "2022年": 7}}, ["E803"]),
    ],
)
def test_every_call_gives_the_same(raw: dict[str, Any], each: object) -> None:
    assert outcomes(raw) == [each] * 4


def test_an_odd_number_is_refused_the_first_time_and_the_fourth() -> None:
    """A number of another library that has no keys: nothing that a quick reader may trip over."""

    class Number:
        def __int__(self) -> int:
            return 3

    assert outcomes({**loan(), "研发经费": Number()}) == [["E802"]] * 4


def test_a_law_that_is_just_being_written_does_not_replace_the_old_one(tmp_path: Path) -> None:
    law = tmp_path / "条文.规则"
    text = "事实：申报，顶层\n| 名称 | 类型 |\n| 合格 | 是否 |\n\n「第一条 办法」\n「（一）给予1万元。」\n  对象：企业\n  条件：合格\n  标准：1万元\n"
    law.write_text(text, encoding="utf-8")
    live = xcrules.LivePolicy(tmp_path)
    old = live.current()
    law.write_text("", encoding="utf-8")
    assert live.current() is old
    assert len(live.problems) == 1
    law.write_text(text.replace("1万元", "2万元"), encoding="utf-8")
    assert live.current().decide({"合格": True})["1(1)"].amount == 20000
    assert live.problems == ()


def test_a_file_that_was_missing_is_found_when_it_comes(tmp_path: Path) -> None:
    (tmp_path / "条文.规则").write_text("「第一条 办法」\n注释：没有\n", encoding="utf-8")
    live = xcrules.LivePolicy(tmp_path)
    (tmp_path / "条文.规则").write_text("文件：事实.规则\n「第一条 办法」\n注释：没有\n", encoding="utf-8")
    live.current()
    assert live.problems
    (tmp_path / "事实.规则").write_text("事实：申报，顶层\n| 名称 | 类型 |\n| 合格 | 是否 |\n", encoding="utf-8")
    live.current()
    assert live.problems == ()


def test_nothing_half_written_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("XCRULES_NO_CACHE", raising=False)

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", full)
    cache.save("甲", 1)
    assert list((tmp_path / "xcrules").iterdir()) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("words", [("decide", "xicheng-2021", "tests/doors/complete.json", "--json"), ("--version",), ("decide", "--help")])
def test_a_full_disk_behind_the_output(words: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([*XCRULES, *words], stdout=full, stderr=subprocess.PIPE, cwd=ROOT, check=False, text=True, encoding="utf-8")
    assert done.returncode == 3
    assert done.stderr.startswith("写不出去：")
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_disk_behind_what_is_wrong() -> None:
    """A closed pipe behind --version is no fault; what cannot be said on standard error is one, and no traceback of the interpreter's."""
    with open("/dev/full", "w") as full:
        assert subprocess.run([*XCRULES, "没有"], stderr=full, cwd=ROOT, check=False).returncode == 3
    read, write = os.pipe()
    os.close(read)
    with open(write, "w") as gone:
        done = subprocess.run([*XCRULES, "--version"], stdout=gone, stderr=subprocess.PIPE, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_names_that_python_keeps_for_itself() -> None:
    policy = xcrules.loads(
        "事实：申报，顶层\n| 名称 | 类型 |\n| class | 元 |\n| int | 是否 |\n| self | 是否 |\n| __slots__ | 是否 |\n\n"
        "「第一条 办法」\n「（一）给予支持。」\n  对象：企业\n  条件：int，self，非 __slots__\n  标准：class\n"
    )
    from xcrules.facts.asking.typed import module_text

    names: dict[str, Any] = {"__name__": "typed"}
    sys.modules["typed"] = type(sys)("typed")
    exec(module_text(policy.program.form), names)
    facts = names["Facts"](class_=5, int_=True, self_=True, slots___=False)
    assert attrs.has(type(facts))
    assert facts.as_facts() == {"class": 5, "int": True, "self": True, "__slots__": False}
    assert policy.decide(facts.as_facts())["1(1)"].amount == 5


def test_without_disputes_all_else_is_the_same() -> None:
    decision = xcrules.load("xicheng-2021").decide(loan())
    whole, short = decision.to_json(details=True), decision.to_json(details=True, disputes=False)

    def less(clause: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in clause.items() if k not in ("争议", "读法")}

    assert any("争议" in k for k in whole["条款"].values())  # type: ignore[attr-defined]
    assert short["条款"] == {n: less(k) for n, k in whole["条款"].items()}  # type: ignore[attr-defined]
    assert [less(k) for k in short["明细"]] == [less(k) for k in whole["明细"]]  # type: ignore[attr-defined]
    assert {k: v for k, v in short.items() if k not in ("条款", "明细")} == {k: v for k, v in whole.items() if k not in ("条款", "明细")}


def test_a_stream_without_disputes() -> None:
    line = (json.dumps(loan(), ensure_ascii=False) + "\n").encode()
    full, short = (json.loads(command("decide", "xicheng-2021", "-", "--stream", *more, stdin=line).out) for more in ([], ["--无争议"]))
    assert "争议" in full["条款"]["7(1)"]
    assert "争议" not in short["条款"]["7(1)"]
    assert short["条款"]["7(1)"]["金额"] == full["条款"]["7(1)"]["金额"]
