"""The texts of a policy on disk, and the document that they make.

A policy is a folder with 条文.规则 (which names its other files by 文件： and the official text by 原文：), a single file,
or the name of a policy that comes with the package.
"""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.files import decode, read_file
from xcrules.base.nearest import did_you_mean
from xcrules.base.resources import MAIN_FILE, main_file, shipped_policies
from xcrules.base.source import Source, Span
from xcrules.base.writing import is_pending
from xcrules.meaning.program import Program

from . import cache

if TYPE_CHECKING:
    from xcrules.draft.syntax import Document, File

MAX_BYTES = 16_000_000
_HEAD = re.compile(r"(?m)^[ \t\u3000]*(文件|原文|修正)[ \t]*[：:](.*)$")


def find_policy(policy: str | Path) -> Path | Diagnostic:
    """The main file of a policy given as folder, file, or shipped name."""
    path, main = Path(policy), main_file(str(policy))
    if main is not None:
        return Path(main)
    if path.is_dir():
        return Diagnostic(Code.NOT_FOUND, f"文件夹「{path}」里没有 {MAIN_FILE}", path=str(path), help=_unreadable_names())
    return Diagnostic(Code.NOT_FOUND, f"找不到政策「{policy}」", path=str(policy),
                      help=_unreadable_names() or did_you_mean(str(policy), shipped_policies(), "给出文件夹、文件，或随附的政策：" + "、".join(shipped_policies())))


def _unreadable_names() -> str:
    """Under a locale in which files have no names such as 条文.规则, what to do."""
    coding = sys.getfilesystemencoding()
    return "" if coding == "utf-8" else f"这里的文件名按 {coding} 编码，读不到 {MAIN_FILE}；运行前设环境变量 PYTHONUTF8=1"


def read_sources(main: Path) -> tuple[list[Source], list[Diagnostic]]:
    """The main file, those that its 文件： names, and last the official text that its 原文： names."""
    source = read_source(main, main.name)
    if isinstance(source, Diagnostic):
        return [], [source]
    if is_pending(main.parent):
        return [], [Diagnostic(Code.HALF_WRITTEN, "上一次修正没有写完，几个文件有新有旧", path=str(main.parent), help=f"写完它：xcrules amend {main.parent} --续写")]
    findings: list[Diagnostic] = []
    sources, official = [source], []
    for match in (m for m in _of_head(source) if m[1] != "修正"):
        for name, span in _names(source, match):
            other = read_source(main.parent / name, name, span)
            if isinstance(other, Diagnostic):
                findings.append(other)
            elif match[1] == "原文":
                official.append(evolve(other, official=True))
            else:
                sources.append(other)
    return [*sources, *official[:1]], findings


def _of_head(source: Source) -> Iterator[re.Match[str]]:
    head = re.split(r"(?m)^[ \t\u3000]*「", source.text, maxsplit=1)[0]
    return _HEAD.finditer(head)


def amendments_named(source: Source) -> list[tuple[str, Span]]:
    """The files of amendments that a main file's 修正： names, with their places."""
    return [x for match in _of_head(source) if match[1] == "修正" for x in _names(source, match)]


def _names(source: Source, match: re.Match[str]) -> list[tuple[str, Span]]:
    """The file names on a 文件： or 原文： line, with their places."""
    out, at = [], match.start(2)
    for piece in match[2].split("、"):
        name = piece.strip()
        start = at + len(piece) - len(piece.lstrip())
        if name:
            out.append((name, Span(source, start, start + len(name))))
        at += len(piece) + 1
    return out


def read_source(path: Path, name: str, span: Span | None = None) -> Source | Diagnostic:
    """A text file as UTF-8, or the finding that says why not and how to mend it."""
    place: dict[str, Any] = {"span": span} if span else {"path": str(path)}
    outside = Path(name).is_absolute() or ".." in Path(name).parts
    if outside or os.path.realpath(path.parent) not in map(str, Path(os.path.realpath(path)).parents):
        return Diagnostic(Code.FILE_OUTSIDE_FOLDER, f"「{name}」不在政策的文件夹里", help="文件要与条文放在同一文件夹", **place)
    data = read_file(path, MAX_BYTES, "文件", **place)
    if isinstance(data, Diagnostic):
        return data if os.path.exists(path) else evolve(data, help=_nearby(path, name))
    return decode(data, name, place)


def _nearby(path: Path, name: str) -> str:
    """What the file was probably called."""
    pieces = [p for p in re.split("[；;，,]", name) if p.strip()]
    if len(pieces) > 1:
        return f"几个文件之间用顿号：{'、'.join(p.strip() for p in pieces)}"
    return did_you_mean(name, [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else [], "核对文件名和路径")


# -- the document -------------------------------------------------------------------------------------------


def parsed(name: str, sources: Sequence[Source]) -> tuple[Document, list[Diagnostic]]:
    """The sources of a policy as its document, and what is wrong with their form. The official text, if there is one, is the last."""
    from xcrules.draft.parse import parse_file  # with it comes the grammar, which a stored policy can do without
    from xcrules.draft.syntax import Document

    _grammar_at_hand()
    official = sources[-1] if sources[-1].official else None
    files: list[File] = []
    findings: list[Diagnostic] = []
    for source in sources if official is None else sources[:-1]:
        file, wrong = parse_file(source)
        files.append(file)
        findings += wrong
    return Document(name, tuple(files), official), findings


@functools.cache
def _grammar_at_hand() -> None:
    """Once per process: the tables of the grammar from an earlier one, or stored for the next."""
    from xcrules.draft.parse import grammar

    key = cache.key_of(grammar.tables_key())
    if isinstance(kept := cache.load(key), bytes):
        grammar.use_tables(kept)
    else:
        cache.save(key, grammar.tables())


@frozen(eq=False)
class ReadAgain:
    """The document of a checked policy, parsed again from its sources when it is asked for."""

    name: str
    sources: tuple[Source, ...]

    def __call__(self) -> Document:
        return parsed(self.name, self.sources)[0]


def without_document(program: Program) -> Program:
    """A checked policy as it is stored or sent: the tree of its text stays behind, the text goes."""
    if isinstance(program.written, ReadAgain):
        return program
    return evolve(program, document=ReadAgain(program.document.name, sources_of(program)))


def sources_of(program: Program) -> tuple[Source, ...]:
    """The texts of a checked policy; the official text, if there is one, is the last."""
    if isinstance(program.written, ReadAgain):
        return program.written.sources
    official = program.document.official
    return program.sources if official is None else (*program.sources, official)
