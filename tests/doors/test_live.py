"""A policy that follows its files, shared by threads and by forked workers."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import xcrules
from tests.support.commands import python
from tests.support.policies import ROOT
from xcrules.draft.parse import grammar
from xcrules.draft.syntax import Document
from xcrules.store import cache, policies
from xcrules.store.load import load_policy

FACTS = {"政策兑现年度": 2023, "申报日期": "2023-09-01", "主体": {"西城区注册": True, "西城区纳税": True, "中关村高新技术企业认定": True},
         "上级资金": [{"类别": "科技重大专项", "级别": "国家级", "金额": 9000000, "到账年度": 2023}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "policies" / "xicheng-2021", tmp_path / "p")


def amend(folder: Path, old: str, new: str) -> None:
    law = folder / "条文.规则"
    text = law.read_text(encoding="utf-8")
    assert old in text
    law.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_good_change_is_followed_and_a_bad_one_is_not(folder: Path) -> None:
    live = xcrules.LivePolicy(folder)
    old = live.current()
    assert old.decide(FACTS)["2(1)"].amount == 1500000
    amend(folder, "上限〔A56，A57〕：企业年度 150万元", "上限〔A56，A57〕：企业年度 200万元")
    assert live.current().decide(FACTS)["2(1)"].amount == 2000000
    assert old.decide(FACTS)["2(1)"].amount == 1500000
    amend(folder, "企业年度 200万元", "企业年度 二百万")
    assert live.current().decide(FACTS)["2(1)"].amount == 2000000
    line = next(n for n, text in enumerate((folder / "条文.规则").read_text(encoding="utf-8").splitlines(), 1) if "二百万" in text)
    assert [p.is_error for p in live.problems] == [True]
    assert f"条文.规则:{line}:" in str(live.problems[0]), "a log says where"
    amend(folder, "企业年度 二百万", "企业年度 300万元")
    assert live.current().decide(FACTS)["2(1)"].amount == 3000000
    assert live.problems == ()


def test_threads_share_one_policy() -> None:
    policy = xcrules.load("xicheng-2021")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: policy.decide(FACTS).to_json(), range(24)))
    assert all(a == answers[0] for a in answers)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_forked_workers_share_one_policy() -> None:
    code = (
        "import os, sys, xcrules\n"
        f"facts = {FACTS!r}\n"
        "policy = xcrules.load('xicheng-2021')\n"
        "want = policy.decide(facts).to_json()\n"
        "pid = os.fork()\n"
        "if pid == 0: os._exit(0 if policy.decide(facts).to_json() == want else 1)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
    )
    assert python(code).code == 0


def test_tables_of_another_xcrules_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may name a class that only the other has, though both have one grammar."""
    other = tmp_path / "grammar.py"
    other.write_text("class _Another: ...\n", "utf-8")
    mine = grammar.tables_key()
    monkeypatch.setattr(grammar, "__file__", str(other))
    assert grammar.tables_key() != mine


def test_stored_policies_are_only_trusted_when_they_are_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv(cache.OFF, raising=False)
    cache.save("k", ("policy", 1))
    assert cache.load("k") == ("policy", 1)
    stored = cache.folder() / ("k" + cache.SUFFIX)
    whole = stored.read_bytes()
    stored.write_bytes(whole[:-1] + b"x")
    assert cache.load("k") is None  # damaged
    stored.write_bytes(b"")
    assert cache.load("k") is None
    stored.write_bytes(pickle.dumps("somebody else's"))
    assert cache.load("k") is None
    stored.write_bytes(whole)
    stored.chmod(0o666)
    assert cache.load("k") is None  # writable by others
    stored.chmod(0o600)
    assert cache.load("k") == ("policy", 1)
    cache.folder().chmod(0o777)
    assert cache.load("k") is None
    cache.folder().chmod(0o700)
    link = cache.folder() / ("link" + cache.SUFFIX)
    link.symlink_to(stored)
    assert cache.load("link") is None


def test_only_own_files_are_thrown_away(storing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 2)
    cache.save("1" * 32, 1)
    foreign = [cache.folder() / name for name in ("别人的.txt", "notes", f"笔记{cache.SUFFIX}", f"{'a' * 32}{cache.SUFFIX}.bak")]
    for file in foreign:
        file.write_text("x", encoding="utf-8")
    foreign.append(cache.folder() / ("b" * 32 + cache.SUFFIX))
    foreign[-1].mkdir()
    for i, key in enumerate(x * 32 for x in "2345"):
        cache.save(key, key)
        os.utime(cache.folder() / (key + cache.SUFFIX), ns=(i, i))
    assert all(file.exists() for file in foreign)
    assert len(list(cache.folder().glob("?" * 32 + cache.SUFFIX))) <= 4  # and the folder of that name
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    monkeypatch.setenv("HOME", "/nobody")
    assert cache.folder() == Path("/nobody/.cache/xcrules")  # a relative one is none


def test_a_folder_that_is_a_link_is_not_trusted(storing: Path, tmp_path: Path) -> None:
    cache.save("k", 1)
    assert cache.load("k") == 1
    cache.folder().rename(tmp_path / "elsewhere")
    cache.folder().symlink_to(tmp_path / "elsewhere")
    assert cache.load("k") is None
    cache.save("k", 2)
    cache.folder().unlink()
    (tmp_path / "elsewhere").rename(cache.folder())
    assert cache.load("k") == 1


def test_two_installations_store_theirs_side_by_side(storing: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    xcrules.load(folder)
    before = set(cache.folder().iterdir())
    monkeypatch.setattr(policies, "_engine", lambda: "another installation")
    assert stored_at(folder) is None
    xcrules.load(folder)
    assert len(set(cache.folder().iterdir()) - before) == 1
    assert before <= set(cache.folder().iterdir())
    monkeypatch.undo()


def test_the_tables_of_the_grammar_are_made_once(tmp_path: Path) -> None:
    code = (
        "from xcrules.draft.parse import grammar\n"
        "from xcrules.store.load import load_text\n"
        "program = load_text('政策：甲\\n适用：不限\\n第一条\\n「给予1万元。」\\n  标准：1万元\\n').document\n"
        "print(len(grammar._KEPT), program)\n"
    )
    first, second = (python(code, env={"XDG_CACHE_HOME": str(tmp_path)}).out for _ in range(2))
    assert first.startswith("0 ")
    assert second.startswith("1 ")
    assert first[1:] == second[1:]


def test_a_stored_policy_decides_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(cache.OFF, raising=False)
    first = xcrules.load(folder)
    assert stored_at(folder) is not None
    second = xcrules.load(folder)
    assert second.decide(FACTS).to_json(details=True) == first.decide(FACTS).to_json(details=True)
    amend(folder, "企业年度 150万元", "企业年度 160万元")
    assert xcrules.load(folder).decide(FACTS)["2(1)"].amount == 1600000


def stored_at(folder: Path) -> object | None:
    return policies.find(folder / "条文.规则")


@pytest.fixture
def storing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(cache.OFF, raising=False)
    return tmp_path / "cache"


def test_a_stored_document_is_read_when_it_is_asked_for(storing: Path, folder: Path) -> None:
    first = load_policy(folder)
    second = load_policy(folder)
    assert first.program is not None
    assert second.program is not None
    assert isinstance(first.program.written, Document)
    assert not isinstance(second.program.written, Document)
    assert second.program.edition == first.program.edition == xcrules.load(folder).edition
    assert second.program == first.program
    assert second.document == first.document
    assert second.program.document is second.document
    place = second.program.clauses[0].origin.span
    assert place is not None
    assert second.document is not None
    assert any(place.source is f.source for f in second.document.files)  # the text is there once


def test_a_stored_policy_goes_to_another_process(storing: Path, folder: Path) -> None:
    xcrules.load(folder)
    policy = xcrules.load(folder)
    sent = pickle.loads(pickle.dumps(policy))
    assert sent.decide(FACTS).to_json() == policy.decide(FACTS).to_json()
    assert sent.program.document == policy.program.document


@pytest.mark.parametrize("name", ["条文.规则", "事实.规则", "原文.txt"])
def test_any_changed_file_is_read_again(storing: Path, folder: Path, name: str) -> None:
    xcrules.load(folder)
    assert stored_at(folder) is not None
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert stored_at(folder) is None


def test_a_file_that_became_a_link_or_went_is_read_again(storing: Path, folder: Path, tmp_path: Path) -> None:
    xcrules.load(folder)
    (folder / "事实.规则").rename(tmp_path / "elsewhere")
    assert stored_at(folder) is None
    (folder / "事实.规则").symlink_to(tmp_path / "elsewhere")
    assert stored_at(folder) is None
    with pytest.raises(xcrules.XcrulesError, match="E816"):
        xcrules.load(folder)


def test_a_policy_accepted_under_other_limits_is_read_again(storing: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    xcrules.load(folder)
    monkeypatch.setenv("XCRULES_LIMITS", "MAX_BYTES=10")
    assert stored_at(folder) is None


def test_a_name_is_no_other_policys(storing: Path, folder: Path, tmp_path: Path) -> None:
    """The folder's name is the policy's, and stands in what it prints."""
    xcrules.load(folder)
    other = shutil.copytree(folder, tmp_path / "q")
    assert stored_at(other) is None
    assert xcrules.load(other).name == "q"
    assert stored_at(folder) is not None


LIGHT = """
import runpy, sys
sys.argv = ["xcrules", *sys.argv[1:]]
try:
    runpy.run_module("xcrules", run_name="__main__")
except SystemExit as done:
    assert not done.code, done.code
heavy = {"lark", "click", "rich", "yaml", "openpyxl", "xlsxwriter", "python_calamine", "pandas", "xcrules.draft.syntax",
         "xcrules.draft.parse", "xcrules.meaning.check", "xcrules.meaning.expressions", "xcrules.run.python", "xcrules.run.lowered", "xcrules.tell.publish", "xcrules.use.python.live", "xcrules.facts.asking"}
print("\\nloaded:" + ",".join(sorted(heavy & set(sys.modules))))
"""


@pytest.mark.slow
def test_a_stored_policy_is_used_without_the_checker(storing: Path, folder: Path, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps(FACTS, ensure_ascii=False), encoding="utf-8")

    def run(command: str, *options: str) -> tuple[str, str]:
        shown, loaded = python(LIGHT, command, str(folder), *options).out.split("loaded:")
        return shown, loaded.strip()

    assert "xcrules.draft.parse" in run("decide", str(facts), "--json")[1]  # not stored yet: the test can tell
    for options in (["--json"], ["--json", "--读法", "A08=门槛"]):
        shown, loaded = run("decide", str(facts), *options)
        assert json.loads(shown)["条款"]["2(1)"]["金额"] == "1500000.00"
        assert loaded == ""
    assert run("decide", str(facts))[1] == run("explain", str(facts))[1] == "rich"  # for the table, for the tree
    assert run("check")[1] == ""


def test_names_of_the_package_are_there_whatever_was_imported_first() -> None:
    code = (
        "import sys, xcrules\n"
        "assert 'attrs' not in sys.modules\n"
        "assert {'load', 'LivePolicy', '__version__'} <= set(dir(xcrules))\n"
        "from xcrules.store.load import load_policy\n"
        "import xcrules.use.python.policy\n"
        "assert xcrules.load is xcrules.use.python.policy.load\n"
        "from xcrules import LivePolicy, load\n"
        "assert load('xicheng-2021').name == 'xicheng-2021'\n"
        "assert xcrules.LivePolicy is LivePolicy\n"
        "assert all(hasattr(xcrules, n) for n in xcrules.__all__)\n"
        "assert not hasattr(xcrules, 'nothing')\n"
    )
    assert python(code).code == 0


def test_an_unwritable_cache_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert xcrules.load("xicheng-2021").decide(FACTS)["2(1)"].amount == 1500000
