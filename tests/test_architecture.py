"""Imports point one way; the engine knows no regulation; nothing heavy stands in the way."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import xcrules
from tests.support import sizes
from tests.support.policies import ROOT
from xcrules.draft.labels import ROLES
from xcrules.meaning.expressions.words import keywords

PACKAGE = ROOT / "xcrules"

ROOMS = ("base", "draft", "facts", "meaning", "plan", "run", "store", "tell", "use")  # what text and facts go through, in this order


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if "_data" not in p.parts)


def place(path: Path) -> tuple[str, ...]:
    """xcrules/run/reference/caps.py: run, reference, caps."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def imported(path: Path) -> set[tuple[str, ...]]:
    """The places in xcrules that a module imports from, at its head or inside functions."""
    package = ("xcrules", *path.relative_to(PACKAGE).parts[:-1])
    found: set[tuple[str, ...]] = set()
    for node in ast.walk(sizes.tree_of(path)):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            target = (*base, *(node.module.split(".") if node.module else ()))
            found |= {(*target, a.name)[1:] for a in node.names if target[0] == "xcrules"}
        elif isinstance(node, ast.Import):
            found |= {tuple(a.name.split("."))[1:] for a in node.names if a.name.startswith("xcrules.")}
    return found


def allowed(here: tuple[str, ...], there: tuple[str, ...]) -> bool:
    """A room imports rooms before it; the packages inside run/ do not import each other, but those that print from lowered/, and ranges/ serves all."""
    if not there or there[0] not in ROOMS or here[0] not in ROOMS:
        return here[0] not in ROOMS or there == ("__version__",)
    if here[0] != there[0]:
        return ROOMS.index(there[0]) < ROOMS.index(here[0])
    engines = [x[1] for x in (here, there) if x[0] == "run" and len(x) > 1 and (PACKAGE / "run" / x[1]).is_dir()]
    return len({*engines}) < 2 or there[1] == "ranges" or (there[1] == "lowered" and here[1] != "reference")


def test_imports_go_one_way(record_property: Callable[[str, object], None]) -> None:
    arrows = {(place(p), there) for p in modules() for there in imported(p) if place(p)}
    assert sorted((here, there) for here, there in arrows if not allowed(here, there)) == []
    record_property("shown", the_map(arrows))


def the_map(arrows: set[tuple[tuple[str, ...], tuple[str, ...]]]) -> str:
    """The rooms, each with those that it imports."""
    into = {room: {there[0] for here, there in arrows if here[0] == room and there[0] != room} for room in ROOMS}
    return "\n".join(f"{room:8}← {' '.join(r for r in ROOMS if r in into[room])}".rstrip() for room in ROOMS)


def test_every_module_is_in_a_room() -> None:
    assert {place(p)[0] for p in modules() if place(p)} == {*ROOMS, "__main__"}


def test_rule_can_fail() -> None:
    assert not allowed(("draft", "labels"), ("meaning", "check"))
    assert not allowed(("run", "python", "printing"), ("run", "reference", "caps"))
    assert not allowed(("run", "reference", "caps"), ("run", "lowered", "nodes"))
    assert not allowed(("run", "lowered", "nodes"), ("run", "python", "writing"))
    assert not allowed(("run", "ranges", "entry"), ("run", "reference", "clause"))
    assert allowed(("run", "python", "writing"), ("run", "lowered", "nodes"))
    assert allowed(("use", "cli", "decide"), ("run", "results"))
    assert ("run", "results", "GRANTED") in imported(PACKAGE / "run" / "reference" / "clause.py")


# classes of one name at several storeys: one concept, as it is written, meant, planned, judged
CONCEPTS = {
    "Against", "AgainstOrder", "All", "Among", "Bundle", "Cap", "Clause", "Compare", "Condition", "ConditionalAmount", "CountCap", "Discretion", "Event",
    "Floor", "FoldItems", "FoldYears", "FromTo", "Fund", "Gates", "Guard", "Relief", "ReliefCase", "Highest", "History", "Item", "Known", "Let", "Literal", "Lookup", "Monthly", "Not", "OnlyOne", "Order", "Payment", "Pick",
    "Promise", "Quotient", "Result", "Rounding", "Saying", "Scope", "SharedCap", "Standard", "Subject", "Term", "Ungated", "YearOf", "Years",
}


def test_one_name_is_one_thing() -> None:
    """No two public classes share a name, but for the storeys of one concept."""
    classes: dict[str, list[str]] = {}
    for path in modules():
        for node in sizes.tree_of(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                classes.setdefault(node.name, []).append("/".join(place(path)))
    assert {name: homes for name, homes in classes.items() if len(homes) > 1 and name not in CONCEPTS} == {}
    assert {name for name in CONCEPTS if len(classes.get(name, [])) < 2} == set()


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
    tree = sizes.tree_of(path)
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
    assert any("每{each} {list}" in text for text in constants(PACKAGE / "draft" / "labels.py"))


EXACT = (("base", "money"), ("facts",), ("meaning", "values"), ("meaning", "operators"), ("plan",), ("run",))
DRAWN = ("facts", "workbook")  # widths of columns


def test_no_float_on_the_way() -> None:
    """No float literal or float() between input and output; facts/scalars.py only looks at floats to take their shortest form."""
    for path in (p for p in modules() if any(place(p)[: len(x)] == x for x in EXACT) and place(p)[:2] != DRAWN):
        for node in ast.walk(sizes.tree_of(path)):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), path
            call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
            assert not call, path


def test_interegular_stays_out() -> None:
    """With it, building a grammar with 汉字 classes takes seconds; nothing we depend on may bring it."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "interegular" not in text
    with pytest.raises(ModuleNotFoundError):
        __import__("interegular")


# -- sizes: they may fall, and what has fallen does not rise again ------------------------------------------------

LONGEST = 400  # lines of a file
TOGETHER, TO_DECISION = 50_215, 25_347  # lines of code, as `python -m tests.support.sizes` counts them


def test_files_stay_small() -> None:
    """What passes the bound wants splitting along the pipeline."""
    lengths = {str(p.relative_to(PACKAGE)): len(p.read_text(encoding="utf-8").splitlines()) for p in modules()}
    assert {name: n for name, n in lengths.items() if n > LONGEST} == {}


def test_lines_are_as_wide_as_a_window() -> None:
    """What does not fit is laid out over several lines, or wants a name of its own."""
    wide = {str(p.relative_to(PACKAGE)): at for p in modules() if (at := sizes.wide_lines(p))}
    assert wide == {}


def test_width_is_that_of_the_code(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(f'x = "{"字" * 200}"\ny = [{"1, " * 50}]\nz = """\n{"w" * 200}\n"""  # {"c" * 200}\n', encoding="utf-8")
    assert sizes.wide_lines(path) == [2]


def test_the_house_stays_small() -> None:
    assert sizes.total() <= TOGETHER
    assert sizes.to_decision() <= TO_DECISION


def test_lines_of_code_are_what_is_neither_blank_nor_comment_nor_docstring(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text('"""Doc.\n\nMore."""\n\n# why\nx = (1,\n     2)  # here\n\n\ndef f():\n    """Doc."""\n    return """a\n\nb"""\n', encoding="utf-8")
    assert sizes.code_lines(path) == 5  # x on two lines, def, return on two that are not blank
