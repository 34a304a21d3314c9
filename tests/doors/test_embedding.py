"""docs/embedding.md as written: every block runs; the web snippets answer; the typed module passes mypy."""

from __future__ import annotations

import importlib.util
import json
import pickle
import re
import sys
import types
from pathlib import Path
from typing import Any

import pytest

import xcrules
from tests.support.commands import started
from tests.support.policies import ROOT
from xcrules.facts.asking.typed import module_text
from xcrules.store.load import load_text

BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8"), re.S)
FACTS = {"政策兑现年度": 2023, "申报日期": "2023-09-01", "主体": {"西城区注册": True, "西城区纳税": True, "中关村高新技术企业认定": True},
         "上级资金": [{"类别": "设计专项", "级别": "国家级", "金额": 600000.35, "到账年度": 2023}]}


def run(block: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "snippet"}
    exec(compile(block, "docs/embedding.md", "exec"), names)
    return names


def block_with(piece: str) -> str:
    (found,) = [b for b in BLOCKS if piece in b]
    return found


def test_ten_lines(capsys: pytest.CaptureFixture[str]) -> None:
    run(BLOCKS[0])
    assert "不适用主体" in capsys.readouterr().out


def test_live() -> None:
    run(block_with("LivePolicy"))


def test_flask() -> None:
    client = run(block_with("from flask"))["app"].test_client()
    good = client.post("/decide", data=json.dumps(FACTS))
    assert good.status_code == 200
    assert good.get_json()["条款"]["6(1)"]["金额"] == "300000.18"  # 600000.35 × 0.5 ＝ 300000.175, half up
    assert client.post("/decide", data='{"上级资全": []}').status_code == 422
    assert client.post("/decide", data="{").status_code == 422


def test_fastapi() -> None:
    names = run(block_with("from fastapi"))
    assert "/decide" in names["app"].openapi()["paths"]
    good = names["decide"](json.loads(json.dumps(FACTS)))
    assert good.status_code == 200
    assert json.loads(good.body)["条款"]["6(1)"]["金额"] == "300000.18"
    bad = names["decide"]({"上级资全": []})
    assert bad.status_code == 422
    assert json.loads(bad.body)["错误"][0]["代码"] == "E801"
    halves = names["decide"](json.loads('{"\\ud83d": 1, "主体": {"\\ud83d": 1}}'))  # half of a surrogate pair
    assert [x["位置"] for x in json.loads(halves.body)["错误"]] == ["?", "主体.?"]


def test_a_policy_takes_what_is_said() -> None:
    (said,) = re.findall(r"by pickle \((\d+) KB", (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8"))
    assert abs(len(pickle.dumps(xcrules.load("xicheng-2021"))) - int(said) * 1000) < 5_000


def test_pandas() -> None:
    run(block_with("import pandas"))


def test_typed_module_of_odd_names() -> None:
    """Quotation marks in a title, a name that is none in Python: the module is one, and facts keep their names."""
    program = load_text('规定："""甲\\"""\n事实：申报，顶层\n| 名称 | 类型 |\n| 用㎡ | ㎡ |\n| class | 是否 |\n事实：表"，逐项\n| 名称 | 类型 |\n| 乙 | 元 |\n').program
    assert program is not None
    scope: dict[str, Any] = {"__name__": "odd_facts"}
    sys.modules["odd_facts"] = types.ModuleType("odd_facts")
    exec(compile(module_text(program.form), "odd_facts", "exec"), scope)
    facts = scope["Facts"](用m2=3, class_=True)
    assert facts.as_facts() == {"用㎡": 3, "class": True}


def test_typed_module(tmp_path: Path) -> None:
    policy = xcrules.load("xicheng-2021")
    path = tmp_path / "xicheng_facts.py"
    path.write_text(module_text(policy.program.form), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("xicheng_facts", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["xicheng_facts"] = module
    spec.loader.exec_module(module)
    facts = module.Facts(
        政策兑现年度=2023, 申报日期="2023-09-01", 主体=module.主体表(西城区注册=True, 西城区纳税=True, 中关村高新技术企业认定=True),
        上级资金=[module.上级资金行(类别="科技重大专项", 级别="北京市级", 金额=600000, 到账年度=2023)],
    )
    assert policy.decide(facts.as_facts())["2(1)"].amount == 300000
    with pytest.raises(TypeError):
        xcrules.as_facts({"a": 1})


@pytest.mark.slow
def test_typed_module_passes_mypy(tmp_path: Path) -> None:
    path = tmp_path / "xicheng_facts.py"
    path.write_text(module_text(xcrules.load("xicheng-2021").program.form), encoding="utf-8")
    done = started(sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(path))
    assert done.code == 0, done.out
