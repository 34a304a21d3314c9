"""Every command alike: its help, --json, the page that describes it, the completion of its words."""

from __future__ import annotations

import importlib
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.commands import command
from tests.support.policies import EXAMPLE, ROOT
from xcrules.base.source import display_width
from xcrules.use.cli import COMMANDS, LIMITED, parser_of
from xcrules.use.cli.completion import SHELLS, _bash, flags, words

COMMON = ("help", "json")  # said once, at the head of the page
PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the examples of the help name."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(EXAMPLE, "企业.json")
    Path("企业.jsonl").write_text(json.dumps(json.loads(EXAMPLE.read_text(encoding="utf-8")), ensure_ascii=False) + "\n", encoding="utf-8")
    for name in ("我的政策", "旧版", "新版"):
        shutil.copytree(ROOT / "policies" / "xicheng-2021", name)
    Path("数据").mkdir()
    Path("数据", "企业.csv").write_text("编号,政策兑现年度\n甲,2023\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example_that_works_and_the_exit_codes(place: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, text, _ = command(name, "--help")
    assert code == 0
    assert f"例：{COMMANDS[name].example}" in text
    assert "退出码：0 " in text
    options = text[text.index("选项：") :].partition("\n\n")[0]
    assert max(map(display_width, options.splitlines())) <= 80, "an option is told within the terminal, a 汉字 in two places"
    words_of = shlex.split(re.sub(r"^eval \"\$\((.*)\)\"$", r"\1", COMMANDS[name].example))
    assert words_of[:2] == ["xcrules", name]
    code, text, _ = command(*words_of[1:])
    assert code == 0
    assert text


JSON_CALLS = {
    "list": [], "check": ["我的政策"], "decide": ["我的政策", "企业.json"], "explain": ["我的政策", "企业.json"], "test": ["我的政策"], "mutate": ["我的政策", "2(1)"],
    "prove": ["我的政策", "--款", "3(1)"],
    "amend": ["我的政策", "不超过20万元", "不超过25万元"], "fmt": ["我的政策"], "publish": ["我的政策"], "diff": ["旧版", "新版"], "sheet": ["export", "我的政策", "五栏.xlsx"],
    "batch": ["我的政策", "数据", "结果"], "facts": ["我的政策", "--xlsx", "表.xlsx"], "impact": ["旧版", "新版", "企业.jsonl"], "generate": ["我的政策", "10", "造的"], "new": ["新政策"],
}


@pytest.mark.parametrize("name", JSON_CALLS)
def test_json_is_all_that_is_printed(place: Path, name: str) -> None:
    code, text, _ = command(name, *JSON_CALLS[name], "--json")
    assert code == 0
    json.loads(text)


@pytest.mark.parametrize("name", [n for n in JSON_CALLS if n not in ("list", "new")])
def test_what_is_wrong_is_json_too(place: Path, name: str) -> None:
    argv = [("没有的" if x in ("我的政策", "旧版") else x) for x in JSON_CALLS[name]]
    code, text, _ = command(name, *argv, "--json")
    assert code == 3
    assert {"错误", "问题"} & set(json.loads(text))


def test_every_command_takes_json_but_completion() -> None:
    assert {n for n in COMMANDS if "--json" in flags(n)} == set(COMMANDS) - {"completion"} == set(JSON_CALLS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_of_commands_has_every_option(name: str) -> None:
    section = re.search(rf"(?ms)^## {name}\b.*?(?=^## |\Z)", PAGE)
    assert section, name
    text = section[0].replace("\\|", "|")
    described = COMMANDS[name]
    assert all(word in text for word in (described.example, described.what, described.done, described.findings))
    for action in parser_of(name)._actions:
        shown = action.option_strings if action.option_strings else [str(action.metavar)]
        missing = [x for x in shown if x not in text] if action.dest not in COMMON else []
        assert not missing, missing


def test_the_page_has_every_limit_and_variable() -> None:
    told = re.findall(r"^\| (`MAX_[^|]+) \| ([\d、]+) \|", PAGE, re.MULTILINE)
    values = {name: int(value) for names, said in told for name, value in zip(re.findall(r"MAX_\w+", names), said.split("、"), strict=True)}
    assert set(re.findall(r"`(MAX_\w+)`", PAGE)) == set(LIMITED)
    assert values == {name: getattr(importlib.import_module(f"xcrules.{room}"), name) for name, room in LIMITED.items()}
    found = {v for p in (ROOT / "xcrules").rglob("*.py") for v in re.findall(r"\bXCRULES_\w+|\bXDG_\w+|\bCOLUMNS\b", p.read_text(encoding="utf-8"))}
    assert found
    assert all(f"`{name}`" in PAGE for name in found), found


def completed(line: str, shell: str) -> list[str]:
    """What the shell would offer for the last word of a line."""
    typed = shlex.split(line) + ([""] if line.endswith(" ") else [])
    script = f"COMP_WORDS=({' '.join(shlex.quote(w) for w in typed)}); COMP_CWORD={len(typed) - 1}; _xcrules; echo \"${{COMPREPLY[@]}}\""
    done = subprocess.run([shell, "-c", f"{_bash(shell)}\n{script}"], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_bash_completes() -> None:
    assert completed("xcrules de", "bash") == ["decide"]
    assert completed("xcrules decide xi", "bash") == ["xicheng-2021"]
    assert completed("xcrules decide xicheng-2021 --读", "bash") == ["--读法"]
    assert completed("xcrules completion ", "bash") == [*SHELLS, "-h", "--help"]


def test_every_shell_is_told_every_word() -> None:
    for shell in SHELLS:
        code, text, _ = command("completion", shell)
        assert code == 0
        assert all(word in text for name in COMMANDS for word in (name, *words(name)))
