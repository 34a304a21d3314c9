"""Paths to a checked Program: the table of contents of the whole. Reads files; prints nothing.

A policy is a folder with 条文.规则 (which names its other files by 文件：), a single file, or the name
of a policy that comes with the package.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from .check import check
from .diagnostic import Diagnostic, errors, in_order
from .nearest import nearest
from .parse import parse_file
from .plan import indistinct_choices
from .program import Program
from .resources import policies_folder, shipped_policies
from .source import Source, Span
from .syntax import Document, File, Line

MAIN_FILE = "条文.规则"
MAX_BYTES = 16_000_000


@frozen
class Loaded:
    """A policy as read: its document, its program (None if it could not be read at all), the findings."""

    document: Document | None
    program: Program | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def usable(self) -> bool:
        return self.program is not None and not errors(self.diagnostics)


def find_policy(policy: str | Path) -> Path | Diagnostic:
    """The main file of a policy given as folder, file, or shipped name."""
    path = Path(policy)
    if path.is_dir():
        main = path / MAIN_FILE
        return main if main.is_file() else Diagnostic("E811", f"文件夹「{path}」里没有 {MAIN_FILE}", path=str(path))
    if path.is_file():
        return path
    shipped = policies_folder() / str(policy) / MAIN_FILE
    if shipped.is_file():
        return shipped
    close = nearest(str(policy), shipped_policies())
    return Diagnostic("E811", f"找不到政策「{policy}」", path=str(policy),
                      help=f"是不是「{close[0]}」？" if close else "给出文件夹、文件，或随附的政策：" + "、".join(shipped_policies()))  # fmt: skip


def load_policy(policy: str | Path) -> Loaded:
    """Read, parse and check a policy."""
    main = find_policy(policy)
    if isinstance(main, Diagnostic):
        return Loaded(None, None, (main,))
    source = read_source(main, main.name)
    if isinstance(source, Diagnostic):
        return Loaded(None, None, (source,))
    found: list[Diagnostic] = []
    files = _files(main, source, found)
    official = _official(main, files[0], found)
    document = Document(main.parent.name if main.name == MAIN_FILE else main.stem, tuple(files), official)
    program, findings = check(document)
    return Loaded(document, program, tuple(in_order([*found, *findings])))


def load_strictly(policy: str | Path) -> Loaded:
    """The same, with the findings that take a plan for every reading."""
    loaded = load_policy(policy)
    if not loaded.usable or loaded.program is None:
        return loaded
    return evolve(loaded, diagnostics=tuple(in_order([*loaded.diagnostics, *indistinct_choices(loaded.program)])))


def load_text(text: str, name: str = "规则") -> Loaded:
    """A policy given as one text, for tests, editors and the docs."""
    file, found = parse_file(Source(name, text))
    document = Document(name, (file,))
    program, findings = check(document)
    return Loaded(document, program, tuple(in_order([*found, *findings])))


def _files(main: Path, source: Source, found: list[Diagnostic]) -> list[File]:
    """The main file and those that its 文件： names, in order."""
    first, findings = parse_file(source)
    found += findings
    files = [first]
    for line in first.head:
        if line.label == "文件":
            for name, span in _names(line):
                other = read_source(main.parent / name, name, span)
                if isinstance(other, Diagnostic):
                    found.append(other)
                    continue
                file, findings = parse_file(other)
                found += findings
                files.append(file)
    return files


def _names(line: Line) -> list[tuple[str, Span]]:
    out, at = [], 0
    for piece in line.text.split("、"):
        out.append((piece.strip(), line.content.part(at, at + len(piece))))
        at += len(piece) + 1
    return out


def _official(main: Path, file: File, found: list[Diagnostic]) -> Source | None:
    for line in file.head:
        if line.label == "原文":
            source = read_source(main.parent / line.text.strip(), line.text.strip(), line.content)
            if isinstance(source, Source):
                return source
            found.append(source)
    return None


def read_source(path: Path, name: str, span: Span | None = None) -> Source | Diagnostic:
    """A text file as UTF-8, or the finding that says why not and how to mend it."""
    place: dict[str, Any] = {"span": span} if span else {"path": str(path)}
    if path.parent.resolve() not in path.resolve().parents:
        return Diagnostic("E816", f"「{name}」不在政策的文件夹里", help="文件要与条文放在同一文件夹", **place)
    try:
        if path.stat().st_size > MAX_BYTES:
            return Diagnostic("E901", f"「{name}」超过 {MAX_BYTES // 1_000_000} MB 的限制", **place)
        data = path.read_bytes()
    except OSError:
        return Diagnostic("E811", f"读不到文件「{name}」", help="核对文件名和路径", **place)
    return decode(data, name, place)


def decode(data: bytes, name: str, place: dict[str, Any]) -> Source | Diagnostic:
    """UTF-8 (a BOM is dropped); GBK is named, so that the drafter knows what to do."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _not_utf8(data, name, error, place)
    if "\0" in text:
        return Diagnostic("E812", f"「{name}」不是文本文件", **place)
    return Source(name, text)


def _not_utf8(data: bytes, name: str, error: UnicodeDecodeError, place: dict[str, Any]) -> Diagnostic:
    line = data.count(b"\n", 0, error.start) + 1
    try:
        data.decode("gb18030")
        gbk = b"\0" not in data
    except UnicodeDecodeError:
        gbk = False
    if gbk:
        return Diagnostic("E812", f"「{name}」是 GBK 编码（第 {line} 行起），要改成 UTF-8", **place,
                          help="用记事本或 WPS 打开，另存为，编码选 UTF-8；或运行 iconv -f GB18030 -t UTF-8 原文件 > 新文件")  # fmt: skip
    return Diagnostic("E812", f"「{name}」第 {line} 行不是 UTF-8 文字", help="另存为 UTF-8 编码的文本", **place)


