"""Imports point one way; the engine knows no regulation; nothing heavy stands in the way."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import xcrules
from xcrules.check.tables import ROLES
from xcrules.check.words import keywords

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "xcrules"

LAYERS: list[tuple[str, ...]] = [
    ("source", "datatypes", "labels", "nearest", "resources", "writing", "cache", "identity", "kept", "node", "numerals", "money", "results", "spoken", "terminal", "runtime"),
    ("diagnostic", "syntax", "calculus", "program", "inlining", "operators", "decision", "carried", "glance", "facts", "scalars", "files", "fixes", "cellformat", "xlsx", "workbook"),
    ("parse",),
    ("check",),
    ("plan", "format"),
    ("load",),
    ("evaluate",),
    ("readings", "effort", "explain", "mending", "readback", "sheet", "factsheet", "typed", "compile", "scaffold"),
    ("engines",),
    ("policy", "publish", "compare", "factfile"),
    ("casework", "report", "live"),
    ("cli",),
]
# what gives reasons reads the traces of the reference evaluator: the one permitted step down among readers
RANK = {name: i for i, layer in enumerate(LAYERS) for name in layer}
SAME_LAYER_OK = {0, 1, 5, 10}  # data modules may use each other


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


def named_facts(policy: str) -> set[str]:
    """Names of the tables and fields of a shipped policy."""
    text = (ROOT / "policies" / policy / "事实.规则").read_text(encoding="utf-8")
    return set(re.findall(r"(?m)^\| ([^\W\d][\w·]*) +\|", text)) | set(re.findall(r"(?m)^(?:事实|参数)：(\w+)", text))


def policy_words() -> set[str]:
    """Names, amounts and dates that belong to the first regulation only: no role, keyword, or name of the others."""
    general = {*ROLES, *keywords(), *named_facts("nansha-technology-2017"), *named_facts("nansha-headquarters-2017")}
    names = {n for n in named_facts("xicheng-2021") - general if len(n) > 2}
    return names | {"150万元", "300万元", "1000万元", "2021年11月1日", "西城", "政策兑现年度", "上级资金"}


POLICY_WORDS = policy_words()
SHIPPED_CLAUSES = set(xcrules.load("xicheng-2021").clauses)


def constants(path: Path) -> set[str]:
    """Every string of a module but its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {id(n.body[0].value) for n in ast.walk(tree) if isinstance(n, documented) and n.body and isinstance(n.body[0], ast.Expr)}
    return {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in docs}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_engine_knows_no_regulation(path: Path) -> None:
    """No fact name, clause number or amount of the regulation in any string, also not in what is shown."""
    for text in constants(path):
        assert not {w for w in POLICY_WORDS if w in text}, f"{path.name}: {text}"
        assert not set(re.findall(r"\d+\(\d+\)", text)) & SHIPPED_CLAUSES, f"{path.name}: {text}"


def test_rule_about_regulations_can_fail() -> None:
    assert {"研发经费", "政策兑现年度", "区综合贡献", "以前已奖励", "150万元"} <= policy_words()
    assert "2(1)" in SHIPPED_CLAUSES
    assert any("每{each} {list}" in text for text in constants(PACKAGE / "check" / "examples.py"))


def test_no_float_on_the_way() -> None:
    """No float literal or float() between input and output; facts.py only looks at floats to take their shortest form."""
    way = ("money", "results", "runtime", "datatypes", "operators", "facts", "scalars", "factfile", "calculus", "program", "plan", "evaluate", "compile", "decision",
           "readings", "engines", "policy", "casework", "explain")  # fmt: skip
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
