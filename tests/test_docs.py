"""The documents: every block in docs/*.md runs, and the reference leaves out no label and no keyword.

A document is read as a chapter of tests/spec is (规则, yaml, 结果, 错误, 案例), and may also keep files and
run commands, so that what a reader types and sees is what happens:

    ```规则 存为 条文.规则     the block is written to that file of the reader's folder
    ```命令                    what the reader types; one command to a line, 0 or 1 as the exit code
    ```屏幕                    what is then seen, in full; a line …… stands for any lines

`python -m tests.test_docs --update` rewrites the 屏幕, 结果 and 错误 blocks, to be read in the diff. The list of
findings, docs/diagnostics.md, has a test of its own, and so have the Python blocks of docs/embedding.md.

Of the README files: the Python blocks run, and of the sh blocks the commands that only read (setting up is
tried by a test of the wheel and in CI). Links to files, and names of commands, are looked up everywhere.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from itertools import zip_longest
from pathlib import Path

import pytest
from attrs import frozen

from tests.support.chapters import Block, actual, blocks, checked, examples
from tests.support.policies import ROOT
from xcrules.draft.labels import LABELS
from xcrules.draft.parse.limits import MAX_FILE_CHARS, MAX_LINE_CHARS, MAX_OPERATORS
from xcrules.facts.files import MAX_DEPTH
from xcrules.facts.given import MAX_DIGITS, MAX_ITEMS, MAX_WHOLE
from xcrules.facts.types import UNITS
from xcrules.facts.units import MEASURES
from xcrules.meaning.clauses.bodies import NATURES
from xcrules.meaning.expressions.words import keywords
from xcrules.meaning.tables.facts import ROLES, TABLE_ROLES
from xcrules.run.results import STATUSES
from xcrules.use.cli import COMMANDS, main

DOCS = [p for p in sorted((ROOT / "docs").glob("*.md")) if p.name != "diagnostics.md"]
READMES = sorted(ROOT.glob("README*.md"))
READING = ("decide", "check", "explain", "test")  # commands that write nothing
REFERENCE = ROOT / "docs" / "language.md"
PLAIN = ("规则", "原文", "yaml", "结果", "错误", "案例", "命令", "屏幕")  # the kinds that this file runs
OTHER = ("sh", "python", "json", "text", "")  # run elsewhere, or for the eye
SKIP = "……"


def kept_in(block: Block) -> str:
    """The file that a block is kept in, if it is."""
    return block.options.removeprefix("存为").strip() if block.options.startswith("存为") else ""


# -- programs and examples ---------------------------------------------------------------------------------


@frozen
class Written:
    """A 规则 block as it is read: behind the common one if it says so."""

    place: str
    text: str
    faulty: bool  # the next block says its errors


def programs(document: Path) -> Iterator[Written]:
    text = document.read_text(encoding="utf-8")
    found = blocks(text)
    common = ""
    for block, after in zip_longest(found, found[1:]):
        if block.kind != "规则" or kept_in(block):
            continue
        if block.options == "公用":
            common = block.text
        whole = common + block.text if block.options == "接公用" else block.text
        line = text.count("\n", 0, block.start) + 1
        yield Written(f"{document.name}:{line}", whole, after is not None and after.kind == "错误")


PROGRAMS = [p for document in DOCS for p in programs(document)]
EXAMPLES = [e for document in DOCS for e in examples(document)]


@pytest.mark.parametrize("written", PROGRAMS, ids=lambda w: w.place)
def test_every_rule_block_parses_and_checks(written: Written) -> None:
    wrong = [f"[{d.code}] {d.place()} {d.message}" for d in checked(written.text, "")[1] if d.is_error]
    assert bool(wrong) == written.faulty, wrong


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.place)
def test_every_example_comes_out_as_written(example) -> None:  # type: ignore[no-untyped-def]
    assert actual(example) == example.expected.text


# -- the reader's folder -----------------------------------------------------------------------------------


@frozen
class Seen:
    """A 屏幕 block and what the commands above it really showed."""

    block: Block
    shown: str


def follow(document: Path, folder: Path) -> Iterator[Seen]:
    """Do in `folder` what the document tells its reader to do."""
    shown = ""
    for block in blocks(document.read_text(encoding="utf-8")):
        if name := kept_in(block):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.kind == "命令":
            shown = "".join(run(line, folder) for line in block.text.splitlines() if line.strip())
        elif block.kind == "屏幕":
            yield Seen(block, shown)


def run(line: str, folder: Path) -> str:
    """What one command shows. Installing is for the reader's machine, and shows nothing here."""
    words = shlex.split(line)
    if words[:2] in (["pip", "install"], ["py", "-m"], ["python3", "-m"]):
        return ""
    assert words[0] == "xcrules", line
    out = StringIO()
    with chdir(folder), redirect_stdout(out), redirect_stderr(out):
        code = main(words[1:])
    assert code in (0, 1), f"{line}: {code}\n{out.getvalue()}"
    return "".join(f"{row.rstrip()}\n" for row in out.getvalue().splitlines())


def agrees(expected: str, shown: str) -> bool:
    """Whether the screen is as written; …… on a line of its own stands for any lines."""
    pieces = re.split(rf"(?m)^{SKIP}\n", expected)
    pattern = r"(?:.*\n)*".join(re.escape(p) for p in pieces)
    return re.fullmatch(pattern, shown) is not None


@pytest.mark.parametrize("document", DOCS, ids=lambda p: p.name)
def test_the_reader_sees_what_is_written(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    for seen in follow(document, tmp_path):
        assert agrees(seen.block.text, seen.shown), f"写的是：\n{seen.block.text}\n看到的是：\n{seen.shown}"


@pytest.mark.parametrize("document", DOCS, ids=lambda p: p.name)
def test_every_block_is_run(document: Path) -> None:
    """A misspelt kind would be a block that nothing looks at."""
    text = document.read_text(encoding="utf-8")
    assert {b.kind for b in blocks(text)} <= {*PLAIN, *OTHER}
    assert len(re.findall(r"(?m)^```", text)) == 2 * len(blocks(text)) + 2 * len(re.findall(r"(?m)^```\n[^`]*^```$", text))


# -- the README files, and what all documents name -----------------------------------------------------------


def readme_blocks(kind: str) -> list[tuple[str, str]]:
    return [(f"{p.name}:{b.start}", b.text) for p in READMES for b in blocks(p.read_text(encoding="utf-8")) if b.kind == kind]


@pytest.mark.parametrize(("place", "text"), readme_blocks("python"), ids=lambda x: x if ":" in x[:20] else "")
def test_python_in_the_readmes_runs(place: str, text: str) -> None:
    exec(compile(text, place, "exec"), {})


def test_commands_in_the_readmes_run() -> None:
    ran = 0
    for _, text in readme_blocks("sh"):
        for command in re.findall(r"(?<![\w/.-])(?:\.venv/bin/)?xcrules ([^&|;>\n]+)", text):
            words = shlex.split(command)
            if words[0] in READING:
                with chdir(ROOT), redirect_stdout(StringIO()) as out:
                    assert main(words) == 0, command
                assert out.getvalue(), command
                ran += 1
    assert ran >= len(READMES)


@pytest.mark.parametrize("document", [*DOCS, *READMES], ids=lambda p: p.name)
def test_commands_that_are_named_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert set(re.findall(r"(?<![\w.])xcrules ([a-z]+)(?=[ `\n])", text)) <= set(COMMANDS)


@pytest.mark.parametrize("document", [*DOCS, *READMES], ids=lambda p: p.name)
def test_links_lead_somewhere(document: Path) -> None:
    """Files are there; a # names a heading of this document."""
    text = document.read_text(encoding="utf-8")
    for link in re.findall(r"(?<!`)\]\(([^)\s]+)\)", text):
        if link.startswith("#"):
            assert re.search(rf"(?m)^#+ {re.escape(link[1:])}$", text), link
        elif "://" not in link:
            assert (document.parent / link.partition("#")[0]).exists(), link


# -- the reference is whole --------------------------------------------------------------------------------


def sections(under: str) -> list[str]:
    """The third-level headings under a second-level one."""
    text = REFERENCE.read_text(encoding="utf-8")
    part = re.split(r"(?m)^## ", text.split(f"\n## {under}\n")[1])[0]
    return re.findall(r"(?m)^### (.+)$", part)


def test_every_label_has_one_section_and_no_section_is_of_another() -> None:
    assert sorted(sections("栏目")) == sorted(LABELS)


def test_every_keyword_occurs_in_the_reference() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    code = " ".join([*re.findall(r"`([^`\n]+)`", text), *(b.text for b in blocks(text))])
    words = set(re.findall(r"[一-鿿]+", code))
    assert sorted(keywords() - words) == []


def test_every_label_section_says_what_it_should() -> None:
    """A form or what stands in it, and an example for every label that can stand in one text."""
    text = REFERENCE.read_text(encoding="utf-8")
    for label in LABELS:
        section = re.split(r"(?m)^##+ ", text.split(f"\n### {label}\n")[1])[0]
        assert re.search(rf"(?m)^ *{label}(〔[^〕]*〕)?：|`{label}：", section), label


def test_closed_lists_are_told_in_full() -> None:
    """Units, measure words, roles, 性质 and statuses: the reference names each."""
    words = set(re.findall(r"[\w㎡]+", REFERENCE.read_text(encoding="utf-8")))
    assert sorted({*UNITS, *MEASURES, *ROLES, *TABLE_ROLES, *NATURES, *STATUSES} - words) == []


def test_limits_are_told_as_they_are() -> None:
    text = REFERENCE.read_text(encoding="utf-8").partition("\n## 限制\n")[2]
    for said in (f"| {MAX_FILE_CHARS // 10000} 万字 |", f"| {MAX_LINE_CHARS // 10000} 万字 |", f"| {MAX_OPERATORS} 个 |",
                 f"整数 {MAX_WHOLE} 位，连小数 {MAX_DIGITS} 位", f"| {MAX_ITEMS // 10000} 万项 |", f"| {MAX_DEPTH} 层 |"):
        assert said in text, said


def test_codes_named_in_the_documents_exist() -> None:
    source = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "xcrules").rglob("*.py"))
    for document in DOCS:
        named = set(re.findall(r"\b[EW]\d{3}\b", document.read_text(encoding="utf-8")))
        assert sorted(code for code in named if f'"{code}"' not in source) == []


# -- rewriting what is seen --------------------------------------------------------------------------------


def updated(document: Path, folder: Path) -> str:
    text = document.read_text(encoding="utf-8")
    changes = [(e.expected, actual(e)) for e in examples(document)]
    changes += [(s.block, s.shown) for s in follow(document, folder) if not agrees(s.block.text, s.shown)]
    for block, new in sorted(changes, key=lambda pair: -pair[0].start):
        text = text[: block.start] + new + text[block.end :]
    return text


def rewrite(arguments: list[str]) -> int:
    from tempfile import TemporaryDirectory

    if arguments != ["--update"]:
        print("用法：python -m tests.test_docs --update（重写文档里的屏幕和结果，再看 git diff）")
        return 2
    os.environ["COLUMNS"] = "110"
    for document in DOCS:
        with TemporaryDirectory() as folder:
            text = updated(document, Path(folder))
        if text != document.read_text(encoding="utf-8"):
            document.write_text(text, encoding="utf-8")
            print(f"改写了 {document.name}")
    return 0


if __name__ == "__main__":
    sys.exit(rewrite(sys.argv[1:]))


def test_where_things_are_they_are() -> None:
    """docs/where.md names files of xcrules/ and what stands in them."""
    named = re.findall(r"`([a-z_/]+\.py)(?::([\w.]+))?`", (ROOT / "docs" / "where.md").read_text(encoding="utf-8"))
    assert len(named) > 40
    for name, inside in named:
        path = ROOT / "xcrules" / name
        assert path.is_file(), name
        *outer, last = inside.split(".") if inside else [""]
        text = path.read_text(encoding="utf-8")
        for word in (*outer, last):
            assert not word or re.search(rf"(?m)^\s*(?:def|class) {word}\b|^{word} = ", text), (name, word)
