"""The unions of what is written, what it means and what is done are closed: a new kind is reported at every reader of it.

In a copy of the package a label 翻倍 gets a class at each storey; nothing else is done. What the type checker then says is the
list of the work, which is held here: a reader that ends without assert_never would be missing from it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import xcrules

PACKAGE = Path(xcrules.__file__).parent
ROOT = PACKAGE.parent
STOREYS = {"draft/syntax/lines.py": ("Body = (", "@frozen\nclass Doubling:"), "meaning/rules.py": ("Body = (", "@frozen(eq=False, repr=False)\nclass Doubling(Node):")}
READERS = {
    "meaning/clauses/bodies.py": "what the line means",
    "meaning/rules.py": "the values that the rule holds",
    "plan/lines.py": "what the rule does in a plan",
    "use/proof/mutants.py": "in which ways it is got wrong",
    "tell/changes/items.py": "what it is called between two versions",
}


@pytest.mark.slow
def test_a_new_label_is_reported_at_every_reader(tmp_path: Path) -> None:
    copy = tmp_path / "xcrules"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, (union, head) in STOREYS.items():
        text = (copy / name).read_text(encoding="utf-8")
        assert text.count(f"\n{union}\n") == 1
        new = f'\n{head}\n    """翻倍."""\n\n    share: str\n\n\n{union}\n    Doubling |'
        (copy / name).write_text(text.replace(f"\n{union}\n", new), encoding="utf-8")
    if (ROOT / ".mypy_cache").exists():  # what a check of the package left: only what the label touches is looked at again
        shutil.copytree(ROOT / ".mypy_cache", tmp_path / ".mypy_cache")
    command = [sys.executable, "-m", "mypy", "xcrules"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    named = set(re.findall(r"(?m)^xcrules[/\\](\S+?):\d+: error: .*Doubling", said.replace("\\", "/")))
    assert named == set(READERS), said
    assert said.count("error: ") == len(READERS), said
