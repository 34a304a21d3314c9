"""Reading files and standard input whole, up to a stated size, and nothing that is not a file.

A pipe with nobody at its other end would wait for ever and a device has no end, so both are refused.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from .diagnostic import Code, Diagnostic
from .source import Source

_NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
STANDARD_INPUT = "标准输入"


def open_file(path: Path, what: str, /, **place: Any) -> BinaryIO | Diagnostic:
    """A plain file, open for reading; E811 if it is none or cannot be read.

    `what` is the kind of file for the message; `place` goes into the finding (`span` or `path`).
    """
    place = place or {"path": str(path)}
    try:
        file = os.fdopen(os.open(path, os.O_RDONLY | _NO_WAIT), "rb")
    except IsADirectoryError:
        return Diagnostic(Code.NOT_FOUND, f"「{path}」是文件夹，不是{what}", help="给出里面的文件", **place)
    except (OSError, ValueError):  # ValueError: a name with a NUL in it
        return Diagnostic(Code.NOT_FOUND, f"读不到{what}「{path}」", help="核对文件名和路径", **place)
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    return Diagnostic(Code.NOT_FOUND, f"「{path}」不是普通文件", help="先存成文件；事实也可以用 - 从标准输入读", **place)


def read_file(path: Path, limit: int, what: str, /, **place: Any) -> bytes | Diagnostic:
    """All bytes of a plain file; E811 as `open_file`, E901 if there are more than `limit`."""
    file = open_file(path, what, **place)
    if isinstance(file, Diagnostic):
        return file
    with file:
        if os.fstat(file.fileno()).st_size > limit:
            return too_long(path.name, limit, **place or {"path": str(path)})
        return file.read(limit)


def too_long(name: str, limit: int, /, **place: Any) -> Diagnostic:
    """E901."""
    return Diagnostic(Code.FILE_TOO_LARGE, f"「{name}」超过 {limit // 1_000_000} MB 的限制", **place)


def read_input(stream: BinaryIO | None, limit: int) -> bytes | Diagnostic:
    """All of standard input, of at most `limit` bytes. A stream that was closed (None) is empty."""
    try:
        data = stream.read(limit + 1) if stream is not None else b""
    except (OSError, ValueError):  # ValueError: closed
        return Diagnostic(Code.NOT_FOUND, f"读不了{STANDARD_INPUT}", path=STANDARD_INPUT, help="给出事实文件，或用管道送入 JSON")
    return too_long(STANDARD_INPUT, limit, path=STANDARD_INPUT) if len(data) > limit else data


def bounded_lines(stream: BinaryIO, limit: int) -> Iterator[bytes | Diagnostic]:
    """The lines of a stream in order. A line of more than `limit` bytes becomes a finding and is skipped to its end."""
    while line := stream.readline(limit + 1):
        if len(line) <= limit or line.endswith(b"\n"):
            yield line
            continue
        while (rest := stream.readline(limit)) and not rest.endswith(b"\n"):
            pass
        yield Diagnostic(Code.FILE_TOO_LARGE, f"这一行超过 {limit // 1_000_000} MB 的限制")


def decode(data: bytes, name: str, place: dict[str, Any]) -> Source | Diagnostic:
    """UTF-8 (a BOM is dropped); GBK is named, so that the drafter knows what to do."""
    wide = "UTF-32" if data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff") else "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
    if wide:
        return Diagnostic(Code.NOT_UTF8, f"「{name}」是 {wide} 编码，要改成 UTF-8", **place,
                          help=f"用记事本或 WPS 打开，另存为，编码选 UTF-8；或运行 iconv -f {wide} -t UTF-8 原文件 > 新文件")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return Diagnostic(Code.NOT_UTF8, f"「{name}」是 Excel 工作簿或压缩包，不是文字", help="填报表存成 .xlsx 文件，命令里写它的名字；规则用 xcrules sheet import 转成文字", **place)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _not_utf8(data, name, error, place)
    if "\0" in text:
        return Diagnostic(Code.NOT_UTF8, f"「{name}」不是文本文件", **place)
    return Source(name, re.sub("\r(?!\n)", "\n", text))  # lines ended as on an old Mac


def _not_utf8(data: bytes, name: str, error: UnicodeDecodeError, place: dict[str, Any]) -> Diagnostic:
    line = data.count(b"\n", 0, error.start) + 1
    several = b"\n" in data.rstrip(b"\r\n")  # one line by itself has a number of its own where it comes from
    try:
        data.decode("gb18030")
        gbk = b"\0" not in data
    except UnicodeDecodeError:
        gbk = False
    if gbk:
        return Diagnostic(Code.NOT_UTF8, f"「{name}」是 GBK 编码{f'（第 {line} 行起）' if several else ''}，要改成 UTF-8", **place,
                          help="用记事本或 WPS 打开，另存为，编码选 UTF-8；或运行 iconv -f GB18030 -t UTF-8 原文件 > 新文件")
    return Diagnostic(Code.NOT_UTF8, f"「{name}」{f'第 {line} 行' if several else ''}不是 UTF-8 文字", help="另存为 UTF-8 编码的文本", **place)
