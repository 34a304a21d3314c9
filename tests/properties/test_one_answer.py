"""One answer: every door and every way give the same decision to the letter, and the same findings.

First decision and later ones, every engine, a policy that was stored, one that went to a fresh process, `--stream`, and facts in
Python, JSON and YAML: compared as JSON text, over random policies and facts that are complete, full of holes, or spoiled.
"""

from __future__ import annotations

import datetime
import json
import pickle
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given

import xcrules
from tests.support.commands import command, python
from tests.support.decisions import told
from tests.support.engines import DEFAULT, ENGINES
from tests.support.policies import shipped
from tests.support.random_policies import SEEDS, random_facts, random_policy, spoiled
from xcrules.base.source import Source
from xcrules.facts.files import read_json, read_yaml
from xcrules.store import cache

ZERO_CAP = """规定：《保费办法》
事实：申报，顶层
| 名称     | 类型 |
| 保费     | 元   |
| 上级扶持 | 元   |

「第一条 保费」
「给予补贴，扣除上级扶持。」
  对象：企业
  标准：保费
  上限：企业年度 保费 － 上级扶持
"""


def plain(raw: Any) -> Any:
    """The same facts as a file can hold them; numbers of more places than a Decimal has are left to the other tests."""
    match raw:
        case dict():
            return {str(k): plain(v) for k, v in raw.items()}
        case list() | tuple():
            return [plain(x) for x in raw]
        case Fraction():
            return round(raw * 100) if raw.denominator == 1 else int(raw)
        case datetime.date():
            return raw.isoformat()
        case float() if raw != raw:
            return None
        case _:
            return raw


def written(raw: Any) -> str:
    """Plain facts as JSON, with Decimals as the numbers that they are."""
    match raw:
        case dict():
            return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {written(v)}" for k, v in raw.items()) + "}"
        case list():
            return "[" + ", ".join(written(x) for x in raw) + "]"
        case Decimal():
            return f"{raw:f}" if raw.is_finite() else "NaN"
        case _:
            return json.dumps(raw, ensure_ascii=False)


def some_facts(r: Random, policy: xcrules.Policy) -> Any:
    raw = random_facts(r, policy)
    if raw and r.random() < 0.3:
        spoiled(r, raw)
    return plain(raw)


def from_json(text: str) -> Any:
    raw, found = read_json(text)
    assert not found
    return raw


def assert_one_answer(texts: str, enterprises: list[Any]) -> None:
    """Within one process: first, later, reference, sent, and read from JSON."""
    policy = xcrules.loads(texts)
    sent = pickle.loads(pickle.dumps(policy))
    for raw in enterprises:
        text = written(raw)
        first = told(xcrules.loads(texts), raw)
        for way, other in {
            "later": told(policy, raw), "once more": told(policy, raw), **{engine: told(policy, raw, engine=engine) for engine in ENGINES},
            "sent": told(sent, raw), "JSON": told(policy, from_json(text)),
            **{f"{engine} first": told(xcrules.loads(texts), raw, engine=engine) for engine in ENGINES if engine != DEFAULT},
        }.items():
            assert other == first, (way, text, texts)


@given(seed=SEEDS)
def test_ways_of_one_process(seed: int) -> None:
    r = Random(seed)
    texts = random_policy(r)
    try:
        policy = xcrules.loads(texts)
    except xcrules.XcrulesError:
        return
    assert_one_answer(texts, [some_facts(r, policy) for _ in range(2)])


@pytest.mark.parametrize(("premium", "above", "status"), [(100000, 100000, "不符合"), (100000, 100001, "不符合"), (100000, 99999, "应予支持")])
def test_a_cap_that_comes_to_nothing(premium: int, above: int, status: str) -> None:
    """保费 － 上级扶持 is 0: the facts alone made it so."""
    raw = {"保费": premium, "上级扶持": above}
    assert_one_answer(ZERO_CAP, [raw])
    assert xcrules.loads(ZERO_CAP).decide(raw)["1"].status == status


@pytest.fixture(scope="module")
def enterprises() -> list[Any]:
    return [some_facts(Random(seed), shipped()) for seed in range(14)]


def streamed(name: str, enterprises: list[Any]) -> list[str]:
    """What --stream writes, line by line; of a bad line the codes and places."""
    text = "".join(written(raw) + "\n" for raw in enterprises)
    done = command("decide", name, "-", "--stream", "--details", stdin=text.encode())
    assert done.code == 0
    return [as_told(json.loads(line)) for line in done.out.splitlines()]


def as_told(out: dict[str, Any]) -> str:
    wrong = out.get("错误")
    return json.dumps([[d["代码"], d["位置"]] for d in wrong] if wrong else out, ensure_ascii=False)


FRESH = """
import sys, xcrules
from tests.properties.test_one_answer import from_json, told
policy = xcrules.load("xicheng-2021")
for line in sys.stdin:
    print(told(policy, from_json(line)))
"""


def test_every_door(enterprises: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The shipped regulation: Python, --stream, YAML, a stored policy, and a fresh process that begins with another enterprise."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv(cache.OFF, raising=False)
    policy = xcrules.load("xicheng-2021")
    assert list((tmp_path / "xcrules").iterdir())
    right = [told(policy, from_json(written(raw))) for raw in enterprises]
    stored = xcrules.load("xicheng-2021")
    assert [told(stored, raw) for raw in enterprises] == right
    assert streamed("xicheng-2021", enterprises) == right
    text = "".join(written(raw) + "\n" for raw in reversed(enterprises))
    done = python(FRESH, stdin=text.encode())
    assert done.code == 0, done.err
    assert done.out.splitlines() == right[::-1]
    assert sum(x.startswith("[") for x in right) >= 2, "some facts were wrong"
    assert sum("待补充" in x for x in right) >= 2


def test_yaml(enterprises: list[Any]) -> None:
    """JSON is YAML: the same decision, or the same codes at the same places."""
    policy = xcrules.load("xicheng-2021")
    seen = 0
    for raw in enterprises:
        text = written(raw)
        value, found = read_yaml(Source("f.yaml", text))
        if found or "null" in text or "NaN" in text:
            continue
        seen += 1
        right = told(policy, from_json(text))
        if not right.startswith("["):
            assert told(policy, value) == right
    assert seen >= 3


def test_one_command(enterprises: list[Any], tmp_path: Path) -> None:
    policy = xcrules.load("xicheng-2021")
    for raw in enterprises[:6]:
        path = tmp_path / "f.json"
        path.write_text(written(raw), encoding="utf-8")
        code, shown, _ = command("decide", "xicheng-2021", str(path), "--json", "--details")
        out = as_told(json.loads(shown))
        assert out == told(policy, from_json(written(raw)))
        assert (code == 3) == out.startswith("[")
