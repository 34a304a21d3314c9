"""The wheel carries the grammar and the policies: built, installed into a fresh environment, decides a case."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.support.policies import ROOT


@pytest.mark.slow
def test_the_wheel_decides_in_a_fresh_environment(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
                   check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "xcrules/_data/grammar/rules.lark" in names
    assert "xcrules/_data/policies/xicheng-2021/条文.规则" in names
    assert not any(n.startswith("tests/") for n in names)
    home = tmp_path / "fresh"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "install", "-q", str(wheel)], check=True, capture_output=True)
    facts = ROOT / "policies" / "xicheng-2021" / "示例企业.json"
    done = subprocess.run([str(home / "bin" / "xcrules"), "decide", "xicheng-2021", str(facts), "--json"], check=True,
                          capture_output=True, cwd=tmp_path)
    assert json.loads(done.stdout)["条款"]["2(1)"]["金额"] == "1350000.25"
