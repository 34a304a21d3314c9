"""A decision from an image is the decision: the same JSON text, for facts of every kind, read from a file."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from test_compiled import NIGHTLY, random_facts, spoiled

import xcrules
from xcrules.cli import quick
from xcrules.factfile import read_json
from xcrules.policy import Policy

ROOT = Path(__file__).resolve().parents[2]
POLICIES = ("xicheng-2021", "nansha-technology-2017", "nansha-headquarters-2017")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A home for kept policies, with the image of each shipped one in it."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        patch.delenv("XCRULES_NO_CACHE", raising=False)
        for name in POLICIES:
            quick.keep_image(name, xcrules.load(name))
        yield folder


def written(raw: object) -> str:
    """Facts as JSON, with Decimals as the numbers that they are."""
    match raw:
        case dict():
            return "{" + ", ".join(f"{json.dumps(str(k))}: {written(v)}" for k, v in raw.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(written(x) for x in raw) + "]"
        case Decimal():
            return f"{raw:f}" if raw.is_finite() else "NaN"
        case datetime.date():
            return f'"{raw.isoformat()}"'
        case _:
            return json.dumps(raw, default=str)


def ordinary(policy: Policy, text: str, details: bool) -> str | None:
    """What the ordinary way prints; None if the facts are wrong."""
    raw, found = read_json(text)
    if found:
        return None
    try:
        decision = policy.decide(raw)  # type: ignore[arg-type]
    except xcrules.XcrulesError:
        return None
    return json.dumps(decision.to_json(details), ensure_ascii=False, indent=2)


@pytest.mark.parametrize("name", POLICIES)
def test_the_same_text(name: str, home: Path, tmp_path: Path) -> None:
    policy, seen = xcrules.load(name), Counter[str]()
    for seed in range(2000 if NIGHTLY else 60):
        r = Random(seed)
        raw = random_facts(r, policy)
        if seed % 5 == 4:
            spoiled(r, raw)
        text, path = written(raw), tmp_path / "f.json"
        path.write_text(text, encoding="utf-8")
        options = ["--details"] if seed % 3 == 0 else []
        answer = quick.answer([name, str(path), "--json", *options])
        right = ordinary(policy, text, bool(options))
        seen["answered" if answer is not None else "left" if right is not None else "refused"] += 1
        assert answer is None or answer == right, text
    assert seen["answered"] >= 10
    assert seen["refused"] >= 3


def test_complete_facts_load_nothing(home: Path) -> None:
    """Not one module of the language, of attrs or of a parser for a decision of which everything is known."""
    facts = ROOT / "tests" / "doors" / "complete.json"
    code = f"""if True:
        import sys
        from xcrules.cli import main
        assert main(["decide", "xicheng-2021", {str(facts)!r}, "--json"]) == 0
        heavy = {{"attr", "attrs", "lark", "argparse", "msgspec", "rich", "yaml", "xcrules.calculus", "xcrules.policy"}}
        assert not heavy & set(sys.modules), heavy & set(sys.modules)
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ordinary(xcrules.load("xicheng-2021"), facts.read_text(encoding="utf-8"), False)


@pytest.mark.parametrize(
    "arguments",
    [["xicheng-2021", "f.json"], ["xicheng-2021", "f.yaml", "--json"], ["xicheng-2021", "-", "--json"], ["xicheng-2021", "--json"],
     ["xicheng-2021", "f.json", "--json", "--读法", "A08=门槛"], ["没有这个", "f.json", "--json"], ["xicheng-2021", "没有.json", "--json"]],
)  # fmt: skip
def test_anything_else_goes_the_ordinary_way(arguments: list[str], home: Path) -> None:
    assert quick.answer(arguments) is None


def test_an_edited_law_is_never_decided_from_its_old_image(home: Path, tmp_path: Path) -> None:
    import shutil

    folder = shutil.copytree(ROOT / "policies" / "xicheng-2021", tmp_path / "xicheng-2021")
    facts = tmp_path / "f.json"
    facts.write_text((ROOT / "tests" / "doors" / "complete.json").read_text(encoding="utf-8"), encoding="utf-8")
    quick.keep_image(str(folder), xcrules.load(folder))
    before = quick.answer([str(folder), str(facts), "--json"])
    assert before is not None
    law = folder / "条文.规则"
    law.write_text(law.read_text(encoding="utf-8").replace("企业年度 150万元", "企业年度 10万元"), encoding="utf-8")
    assert quick.answer([str(folder), str(facts), "--json"]) is None
