"""Imports point one way; the engine knows no regulation; nothing heavy stands in the way."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "xcrules"

LAYERS: list[tuple[str, ...]] = [
    ("source", "datatypes", "labels", "nearest", "resources", "writing", "cache", "kept", "later", "node", "money", "results", "runtime"),
    ("diagnostic", "syntax", "calculus", "program", "operators", "decision", "facts", "fixes", "workbook"),
    ("parse",),
    ("check",),
    ("plan",),
    ("load",),
    ("evaluate",),
    ("readings", "effort", "explain", "format", "readback", "sheet", "factsheet", "typed", "compile", "scaffold"),
    ("policy", "publish", "compare", "factfile"),
    ("casework", "report", "live"),
    ("cli",),
]
# what gives reasons reads the traces of the reference evaluator: the one permitted step down among readers
RANK = {name: i for i, layer in enumerate(LAYERS) for name in layer}
SAME_LAYER_OK = {0, 1, 5, 9}  # data modules may use each other


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if "_data" not in p.parts)


def unit(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_units(path: Path) -> set[str]:
    """Top-level units of xcrules that a module imports, at its head or inside functions."""
    package = ("xcrules", *path.relative_to(PACKAGE).parts[:-1])
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            names = [*base, *(node.module.split(".") if node.module else [])]
            if len(names) > 1:
                found.add(names[1])
            else:
                found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("xcrules."):
            found.add((node.module or "").split(".")[1])
    return {f for f in found if f in RANK}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    me = unit(path)
    if me in ("__init__", "__main__"):
        return
    assert me in RANK, f"{me} is in no layer: put it into LAYERS"
    for other in imported_units(path) - {me}:
        down = RANK[other] < RANK[me]
        beside = RANK[other] == RANK[me] and RANK[me] in SAME_LAYER_OK
        assert down or beside, f"{path.relative_to(ROOT)} imports {other}, which is not below it"


def test_rule_can_fail() -> None:
    assert RANK["cli"] > RANK["parse"]
    assert imported_units(PACKAGE / "cli" / "decide.py") & {"policy", "report"}


def policy_words() -> set[str]:
    """Names of facts and amounts that belong to the first regulation only."""
    text = (ROOT / "policies" / "xicheng-2021" / "事实.规则").read_text(encoding="utf-8")
    names = set(re.findall(r"(?m)^\| ([^\W\d][\w·]*) +\|", text)) | set(re.findall(r"(?m)^事实：(\w+)", text))
    general = {"名称", "类型", "级别", "金额", "状态", "类别", "件数", "数量", "事项标识", "条款", "申报", "标准", "方式", "领域",
               "途径", "年度", "姓名", "原创", "主体"}  # fmt: skip
    return {n for n in names if n not in general and len(n) > 2}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_engine_knows_no_regulation(path: Path) -> None:
    """No fact name, clause number or amount of the regulation in code (docstrings and comments may give examples)."""
    words = policy_words() | {"150万元", "1000万元", "2(1)首次", "西城区"}
    shown = {"政策兑现年度", "研发经费", "上级资金", "区综合贡献"}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(n.body[0].value) for n in ast.walk(tree)
            if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef) and n.body and isinstance(n.body[0], ast.Expr)}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            used = {c.value for c in ast.walk(node) if isinstance(c, ast.Constant) and isinstance(c.value, str)}
            assert not used & (words | shown), f"{path.name} compares with {used & (words | shown)}"
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            assert node.slice.value not in words | shown, f"{path.name} reads the fact {node.slice.value}"
    assert docs is not None


def test_no_float_on_the_way() -> None:
    """No float literal or float() between input and output; facts.py only looks at floats to take their shortest form."""
    way = ("money", "results", "runtime", "datatypes", "operators", "facts", "factfile", "calculus", "program", "plan", "evaluate", "compile", "decision",
           "readings", "policy", "casework", "explain")  # fmt: skip
    for path in (p for p in modules() if unit(p) in way):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), path
            call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
            assert not call, path


def test_interegular_stays_out() -> None:
    """With it, building a grammar with 汉字 classes takes seconds; nothing we depend on may bring it."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "interegular" not in text
    with pytest.raises(ModuleNotFoundError):
        __import__("interegular")


def test_files_stay_small() -> None:
    """A module that passes 650 lines wants splitting along the pipeline."""
    for path in modules():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 650, path
