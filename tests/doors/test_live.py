"""A policy that follows its files, shared by threads and by forked workers."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import xcrules
from xcrules import cache

ROOT = Path(__file__).resolve().parents[2]
FACTS = {"政策兑现年度": 2023, "申报日期": "2023-09-01", "主体": {"西城区注册": True, "西城区纳税": True, "中关村高新技术企业认定": True},
         "上级资金": [{"类别": "科技重大专项", "级别": "国家级", "金额": 9000000, "到账年度": 2023}]}  # fmt: skip


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
    assert [p.is_error for p in live.problems] == [True]
    amend(folder, "企业年度 二百万", "企业年度 300万元")
    assert live.current().decide(FACTS)["2(1)"].amount == 3000000
    assert live.problems == ()


def test_threads_share_one_policy() -> None:
    policy = xcrules.load("xicheng-2021")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: policy.decide(FACTS).to_json(), range(64)))
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
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_kept_policies_are_only_trusted_when_they_are_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv(cache.OFF, raising=False)
    cache.save("k", ("policy", 1))
    assert cache.load("k") == ("policy", 1)
    kept = cache.folder() / "k"
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-1] + b"x")
    assert cache.load("k") is None  # damaged
    kept.write_bytes(b"")
    assert cache.load("k") is None
    kept.write_bytes(pickle.dumps("somebody else's"))
    assert cache.load("k") is None
    kept.write_bytes(whole)
    kept.chmod(0o666)
    assert cache.load("k") is None  # writable by others
    kept.chmod(0o600)
    assert cache.load("k") == ("policy", 1)
    cache.folder().chmod(0o777)
    assert cache.load("k") is None
    cache.folder().chmod(0o700)
    link = cache.folder() / "link"
    link.symlink_to(kept)
    assert cache.load("link") is None


def test_a_kept_policy_decides_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(cache.OFF, raising=False)
    first = xcrules.load(folder)
    assert len(list(cache.folder().iterdir())) == 1
    second = xcrules.load(folder)
    assert second.decide(FACTS).to_json(details=True) == first.decide(FACTS).to_json(details=True)
    amend(folder, "企业年度 150万元", "企业年度 160万元")
    assert xcrules.load(folder).decide(FACTS)["2(1)"].amount == 1600000


def test_an_unwritable_cache_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert xcrules.load("xicheng-2021").decide(FACTS)["2(1)"].amount == 1500000
