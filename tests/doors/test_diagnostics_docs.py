"""docs/diagnostics.md: every code of the source has an entry, and every example does what it says.

The wrong example gives the entry's code and no other error; the right one gives no error and not the code.
"""

from __future__ import annotations

import datetime
import io
import json
import re
import shlex
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from attrs import frozen

from tests.support.policies import ROOT
from tests.support.workbooks import edited_by_lines, made
from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, XcrulesError
from xcrules.base.source import Source
from xcrules.draft.book import export_book, import_book
from xcrules.facts.files import read_json, read_yaml
from xcrules.facts.given import read_facts
from xcrules.facts.workbook import form_book, read_workbook
from xcrules.meaning.lint.rules import as_of
from xcrules.store.amending.one_edit import amend_by
from xcrules.store.load import load_policy, load_text
from xcrules.use.cli import main
from xcrules.use.impact.compare import by_fact
from xcrules.use.population.distributions import read_distributions
from xcrules.use.python.policy import load

DOCUMENT = ROOT / "docs" / "diagnostics.md"
CODE = re.compile(r'"([EW]\d{3})"')
_BLOCK = re.compile(r"```(\S+)(?: (\S+))?\n(.*?)```", re.S)
CLAUSE = "「第一条 支持办法」\n「（一）支持企业。」\n"
ANY_CLAUSE = "「第一条 支持办法」\n「（一）给予1万元。」\n  对象：企业\n  条件：合格\n  标准：1万元\n"
PARTS = "「第一条 办法」\n「（一）首次给予1万元，」\n  分项：首次\n  对象：企业\n  标准：1万元\n「再次给予1万元。」\n  分项：再次\n  对象：企业\n  标准：1万元\n"
Found = list[tuple[str, bool]]  # codes, and whether each is an error


@frozen
class Example:
    """A block of an entry."""

    kind: str
    option: str
    text: str


@frozen
class Entry:
    """One code: its examples, or the reason why there are none."""

    code: str
    why: str
    wrong: Example | None
    right: Example | None


def filled(text: str) -> str:
    """〈甲×1000〉 written out."""
    text = re.sub(r"〈U\+([0-9A-F]{4})〉", lambda m: chr(int(m[1], 16)), text)
    return re.sub(r"〈(.{1,5}?)×(\d+)〉", lambda m: m[1] * int(m[2]), text)


@cache
def document() -> str:
    return DOCUMENT.read_text(encoding="utf-8")


@cache
def shared(kind: str) -> str:
    return next(m[3] for m in _BLOCK.finditer(document()) if m[1] == kind) + "\n"


@cache
def entries() -> tuple[Entry, ...]:
    found = []
    for piece in re.split(r"(?m)^### ", document())[1:]:
        code, why = piece[:4], piece.split("\n\n")[1].strip()
        blocks = [Example(m[1], m[2] or "", filled(m[3])) for m in _BLOCK.finditer(piece)]
        found.append(Entry(code, why, *(blocks if len(blocks) == 2 else (None, None))))
    return tuple(found)


# -- the kinds of example -----------------------------------------------------------------------------------


def behind(text: str) -> str:
    return shared("公用") + (shared("公用读法") if "R1" in text else "") + text


def _codes(found: tuple[Diagnostic, ...] | list[Diagnostic]) -> Found:
    return [(d.code, d.is_error) for d in found]


def _text(text: str) -> Found:
    return _codes(load_text(text).diagnostics)


def _reading(text: str) -> Found:
    rows, _, lines = text.partition("++\n")
    lines = lines.replace("-\n", "") if lines else "  条件〔R2〕：合格\n"
    head = shared("公用读法").splitlines()[:2]
    return _text(shared("公用") + "\n".join(head) + "\n" + rows + CLAUSE + "  对象：企业\n  标准：1万元\n" + lines)


def _files(text: str) -> Found:
    with TemporaryDirectory() as name:
        folder = Path(name) / "样例"
        folder.mkdir()
        for piece in text.split("== ")[1:]:
            file, _, body = piece.partition("\n")
            (folder / file.strip()).write_text(body, encoding="utf-8")
        return _codes(load_policy(folder).diagnostics)


def _facts(text: str, rules: str = ANY_CLAUSE) -> Found:
    raw, found = read_json(text)
    loaded = load_text(shared("公用") + rules)
    assert loaded.usable, loaded.diagnostics
    assert loaded.program is not None
    facts, wrong = read_facts(raw, loaded.program.schema, loaded.program.clause_names)
    return _codes(found or [*wrong, *facts.notices])


def _laws(text: str) -> Found:
    raw, found = read_yaml(Source("分布.yaml", text))
    program = load_text(shared("公用") + ANY_CLAUSE).program
    assert program is not None
    try:
        read_distributions(raw, program.schema)
    except XcrulesError as error:
        found = [*found, *error.diagnostics]
    return _codes(found)


def _split(text: str) -> Found:
    program = load_text(shared("公用") + ANY_CLAUSE).program
    assert program is not None
    try:
        by_fact(text.strip(), program.schema)
    except XcrulesError as error:
        return _codes(error.diagnostics)
    return []


TWINS = "读法：登记\n| 号 | 风险 | 问题 | 选项 |\n| R2 | 低 | 怎么算？ | 甲、乙 |\n「第一条 办法」\n「（一）给予1万元。」\n" + (
    "  对象：企业\n  标准〔R2 甲〕：1万元\n  标准〔R2 乙〕：1万元\n"
)


def _command(text: str) -> Found:
    """Codes that the commands print, run beside the folder of a small policy."""
    with TemporaryDirectory() as name, chdir(name):
        for folder, rules in (("样例", shared("公用") + shared("公用读法") + ANY_CLAUSE.replace(
                "  标准：1万元\n", "  标准〔R1 从宽〕：1万元\n  标准〔R1 从严〕：5000元\n")), ("同义", TWINS)):
            Path(folder).mkdir()
            Path(folder, "条文.规则").write_text(rules, encoding="utf-8")
        Path("好.json").write_text(json.dumps({"合格": True}), encoding="utf-8")
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            for line in text.splitlines():
                main(shlex.split(line)[1:])
        return [(m[2], m[1] == "错误") for m in re.finditer(r"(错误|警告) ([EW]\d{3})：", out.getvalue())]


def _amendment(text: str) -> Found:
    """Codes that come of putting an amendment to the small policy."""
    loaded = load_text(shared("公用") + ANY_CLAUSE)
    try:
        amend_by(loaded, Source("修正案.规则", text))
    except XcrulesError as error:
        return _codes(error.diagnostics)
    return []


def _bytes(text: str) -> Found:
    with TemporaryDirectory() as name:
        path = Path(name) / "条文.规则"
        path.write_bytes(bytes.fromhex("".join(text.split())))
        return _codes(load_policy(path).diagnostics)


def _exported(text: str) -> Found:
    loaded = load_text(text)
    try:
        assert loaded.document is not None
        export_book(loaded.document)
    except XcrulesError as error:
        return _codes(error.diagnostics)
    return []


def _sheet(text: str) -> Found:
    first, *others = text.split("== ")
    sheets = {"条文": _rows(first)} | {x.partition("\n")[0].strip(): _rows(x.partition("\n")[2]) for x in others}
    return _codes(import_book(made(sheets)).diagnostics)


def _rows(text: str) -> list[list[object]]:
    def value(cell: str) -> object:
        return datetime.time(1, 30) if cell == "〈时间〉" else cell.replace("〈换行〉", "\n")

    return [[value(c.strip()) for c in line.strip().strip("|").split("|")] for line in text.splitlines() if line.strip()]


def _form(text: str) -> Found:
    program = load("xicheng-2021").program
    answers, found = read_workbook(edited_by_lines(form_book(program.form), text.splitlines()), program.form)
    return _codes([*found, *answers.notices])


def _dated(text: str, day: str) -> Found:
    loaded = load_text(behind(text))
    assert loaded.program is not None
    when = Fraction(datetime.date.fromisoformat(day).toordinal())
    return [*_codes(loaded.diagnostics), *_codes(as_of(loaded.program, when))]


KINDS: dict[str, Callable[[str], Found]] = {
    "注": lambda text: _text(behind(CLAUSE + text)),
    "规则": lambda text: _text(behind(text)),
    "独立": _text,
    "全用": lambda text: _text(CLAUSE + text),
    "读法": _reading,
    "案例": lambda text: _text(shared("公用") + ANY_CLAUSE + text),
    "政策": _files,
    "事实": _facts,
    "分项事实": lambda text: _facts(text, PARTS),
    "命令": _command,
    "分布": _laws,
    "修正": _amendment,
    "分组": _split,
    "字节": _bytes,
    "导出": _exported,
    "五栏表": _sheet,
    "工作簿字节": lambda text: _codes(import_book(bytes.fromhex("".join(text.split()))).diagnostics),
    "填报": _form,
    "填报字节": lambda text: _codes(read_workbook(bytes.fromhex("".join(text.split())), load("xicheng-2021").program.form)[1]),
}


def findings(example: Example) -> Found:
    return _dated(example.text, example.option) if example.kind == "截至" else KINDS[example.kind](example.text)


# -- the tests ----------------------------------------------------------------------------------------------


def test_every_code_has_an_entry_and_every_entry_a_code() -> None:
    source = {m[1] for p in (ROOT / "xcrules").rglob("*.py") for m in CODE.finditer(p.read_text(encoding="utf-8"))}
    listed = [e.code for e in entries()]
    assert sorted(listed) == sorted(source)
    assert len(listed) >= 60


def test_every_title_is_the_heading_of_its_card() -> None:
    titles = re.findall(r"(?m)^### ([EW]\d{3})　(.+)$", document())
    assert {number: title.strip() for number, title in titles} == {str(code): code.heading for code in Code}


def test_every_entry_says_why() -> None:
    assert [e.code for e in entries() if len(e.why) < 8] == []
    without = {e.code for e in entries() if e.wrong is None}
    assert without == {"E817", "E818", "E569", "E830", "E840", "E841", "E842", "E843", "E850", "E853", "E875", "E903", "W334", "W335", "W350", "W351", "W353"}  # thousands of items or findings, a decision, a library that is missing, a page of a million rows, our own mistake


@pytest.mark.parametrize("code", [e.code for e in entries() if e.wrong is not None])
def test_the_wrong_example_gives_the_code_and_the_right_one_does_not(code: str) -> None:
    entry = next(e for e in entries() if e.code == code)
    assert entry.wrong is not None
    assert entry.right is not None
    wrong, right = findings(entry.wrong), findings(entry.right)
    assert code in [c for c, _ in wrong]
    assert [c for c, error in wrong if error] == ([code] if code[0] == "E" else [])
    assert [c for c, error in right if error] == []
    assert code not in [c for c, _ in right]
