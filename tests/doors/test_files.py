"""What is given for a file: read whole, or refused at once with a finding. Nothing waits and nothing ends in a traceback."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from tests.support.commands import XCRULES, command, process, started
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.files import bounded_lines, read_file, read_input

DECIDE = ("decide", "xicheng-2021")


def code(found: object) -> str:
    assert isinstance(found, Diagnostic)
    return found.code


def test_only_plain_files_are_read(tmp_path: Path) -> None:
    pipe, link, plain = tmp_path / "pipe", tmp_path / "link", tmp_path / "plain"
    os.mkfifo(pipe)
    link.symlink_to(link)
    plain.write_bytes(b"12345")
    for odd in (pipe, link, tmp_path, Path("/dev/zero"), tmp_path / "none", Path("a\0b")):
        assert code(read_file(odd, 10, "文件")) == "E811"
    assert read_file(plain, 5, "文件") == b"12345"
    assert code(read_file(plain, 4, "文件")) == "E901"


def test_standard_input_is_bounded_and_may_be_closed() -> None:
    closed = io.BytesIO()
    closed.close()
    assert read_input(None, 10) == b""
    assert code(read_input(closed, 10)) == "E811"
    assert read_input(io.BytesIO(b"12345"), 5) == b"12345"
    assert code(read_input(io.BytesIO(b"123456"), 5)) == "E901"


@pytest.mark.parametrize("size", [1, 4, 5, 6, 9, 10, 11, 100])
def test_a_line_that_is_too_long_does_not_take_the_next_with_it(size: int) -> None:
    lines = list(bounded_lines(io.BytesIO(b"ab\n" + b"x" * size + b"\ncd\n\nef"), 5))
    middle = lines.pop(1)
    assert lines == [b"ab\n", b"cd\n", b"\n", b"ef"]
    assert middle == b"x" * size + b"\n" if size <= 5 else code(middle) == "E901"


def stream(data: bytes, *arguments: str) -> tuple[list[dict[str, object]], str]:
    code, out, err = command(*DECIDE, *(arguments or ("-",)), "--stream", "--无争议", stdin=data)
    assert code == 0
    return [json.loads(line) for line in out.splitlines()], err


LINES = "\ufeff{\"编号\": 1}\n{x\n\n{\"编号\": 3}\n\n".encode() + b"\xff\xfe1\n" + "{\"编号\": 4, \"不认得\": 1}\n{\"编号\": 5}".encode()


def test_every_line_of_a_stream_is_answered_and_counted() -> None:
    """A byte-order mark is no part of the first enterprise; what cannot be read costs its own line only."""
    answers, told = stream(LINES)
    assert [a.get("编号") for a in answers] == [1, None, 3, None, 4, 5]
    assert [a.get("行") for a in answers] == [None, 2, None, 6, 7, None]
    assert ["错误" in a for a in answers] == [False, True, False, True, True, False]
    assert told.endswith("共 6 行，3 行有误\n")


def test_a_number_that_is_refused_is_not_repeated_at_length() -> None:
    answers, _ = stream(json.dumps({"编号": "甲" * 10_001}).encode() + b"\n")
    assert answers[0]["编号"] == "甲" * 30 + "……"


def test_a_stream_is_read_from_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "企业.ndjson").write_bytes(LINES)
    assert stream(b"", str(tmp_path / "企业.ndjson")) == stream(LINES)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", "{\"编号\": \"甲\"}".encode("gb18030"), b"", b"\x00", b"{" * 100_000])
def test_bad_bytes_on_standard_input_are_a_finding(data: bytes) -> None:
    done = process(*DECIDE, "-", "--json", stdin=data)
    assert done.code == 3
    assert json.loads(done.out)["错误"][0]["位置"].startswith("标准输入")
    assert "Traceback" not in done.err


def test_standard_input_may_be_closed_by_the_caller() -> None:
    line = " ".join(f"'{x}'" for x in (*XCRULES, *DECIDE))
    done = started("sh", "-c", f"{line} - <&-")
    assert done.code == 3
    assert "E811" in done.err
