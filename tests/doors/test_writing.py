"""Writing: a link stays a link, a pipe and a device are written to, a file with two names keeps both."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest

from xcrules.base.resources import policies_folder
from xcrules.base.writing import line_end, with_line_end, write_file
from xcrules.use.cli import main

POLICY = "nansha-headquarters-2017"


@pytest.mark.slow
def test_publish_into_a_pipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "管道"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    assert main(["publish", POLICY, "--markdown", "-o", str(pipe)]) == 0
    reader.join(10)
    assert "第一条" in read[0]
    assert pipe.is_fifo()
    capsys.readouterr()


@pytest.mark.slow
def test_devices_are_not_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    before = os.stat("/dev/null")
    assert main(["publish", POLICY, "-o", "/dev/null"]) == 0
    assert os.stat("/dev/null").st_ino == before.st_ino
    capsys.readouterr()


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_fmt_and_fix_keep_links(tmp_path: Path, capsys: pytest.CaptureFixture[str], link: object) -> None:
    folder = shutil.copytree(policies_folder() / POLICY, tmp_path / "甲")
    law, elsewhere = folder / "条文.规则", tmp_path / "共用.规则"
    law.rename(elsewhere)
    shaped = elsewhere.read_text(encoding="utf-8")
    elsewhere.write_text(shaped.replace("标准：超基数 的 95%", "标准：超基数的95%"), encoding="utf-8")
    link(elsewhere, law)  # type: ignore[operator]
    same = os.stat(elsewhere).st_ino
    if link is os.symlink:  # a policy's files stay in its folder
        write_file(law, shaped)
    else:
        assert main(["fmt", str(folder), "--split"]) == 0
    assert elsewhere.read_text(encoding="utf-8") == shaped
    assert (law.is_symlink(), law.stat().st_ino == elsewhere.stat().st_ino) == (link is os.symlink, True)
    assert link is os.symlink or os.stat(elsewhere).st_ino == same
    capsys.readouterr()


def test_fix_keeps_line_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """fmt, --fix and fmt --check agree on a checkout with CRLF."""
    folder = shutil.copytree(policies_folder() / POLICY, tmp_path / "甲")
    for path in folder.glob("*.规则"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    law = folder / "条文.规则"
    shaped = law.read_bytes()
    assert main(["fmt", str(folder), "--check"]) == 0
    law.write_bytes(shaped.replace("标准：超基数 的 95%".encode(), "标准：超基数的95%".encode()))
    assert main(["check", str(folder), "--fix"]) == 0
    assert law.read_bytes() == shaped
    capsys.readouterr()


def test_line_ends() -> None:
    assert [line_end(x) for x in ("", "a", "a\nb\r\n", "a\r\nb\n", "\n")] == ["\n", "\n", "\n", "\r\n", "\n"]
    assert with_line_end("a\r\nb\n", "\r\n") == "a\r\nb\r\n"
    assert with_line_end("a\r\nb\n", "\n") == "a\nb\n"
