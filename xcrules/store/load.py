"""Paths to a checked Program: the table of contents of the whole. Reads files; prints nothing.

A policy is a folder with 条文.规则 (which names its other files by 文件：), a single file, or the name
of a policy that comes with the package.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, errors, shortened
from xcrules.base.files import decode, read_file
from xcrules.base.nearest import nearest
from xcrules.base.node import Node
from xcrules.base.resources import MAIN_FILE, main_file, policy_name, shipped_policies
from xcrules.base.source import Source, Span
from xcrules.meaning.program import Program

from . import kept

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xcrules.draft.syntax import Document, File

MAX_BYTES = 16_000_000


@frozen(eq=False, repr=False)
class Loaded(Node):
    """A policy as read: its document, its program (None if it could not be read at all), the findings."""

    written: Document | Callable[[], Document] | None
    program: Program | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def document(self) -> Document | None:
        return self.written() if callable(self.written) else self.written

    @property
    def usable(self) -> bool:
        return self.program is not None and not errors(self.diagnostics)


MOST_FINDINGS = 200  # of one policy; the rest is counted
UNREADABLE = (Code.INVISIBLE_CHARACTER, Code.FILE_TOO_LARGE)  # found in a text that is then not looked at any further


def find_policy(policy: str | Path) -> Path | Diagnostic:
    """The main file of a policy given as folder, file, or shipped name."""
    from pathlib import Path

    path, main = Path(policy), main_file(str(policy))
    if main is not None:
        return Path(main)
    if path.is_dir():
        return Diagnostic(Code.NOT_FOUND, f"文件夹「{path}」里没有 {MAIN_FILE}", path=str(path))
    close = nearest(str(policy), shipped_policies())
    return Diagnostic(Code.NOT_FOUND, f"找不到政策「{policy}」", path=str(policy),
                      help=f"是不是「{close[0]}」？" if close else "给出文件夹、文件，或随附的政策：" + "、".join(shipped_policies()))


def load_policy(policy: str | Path) -> Loaded:
    """Read, parse and check a policy; the same texts are not checked twice on one machine (see kept.py)."""
    main = main_file(str(policy))
    match kept.find(main, policy_name(main)) if main is not None else None:
        case Program() as program, tuple() as diagnostics:
            return Loaded(lambda: program.document, program, diagnostics)
    loaded = read_policy(policy)
    if loaded.usable and main is not None:
        _keep(main, loaded)
    return loaded


def read_policy(policy: str | Path) -> Loaded:
    """Read, parse and check a policy, whether it is kept or not."""
    main = find_policy(policy)
    if isinstance(main, Diagnostic):
        return Loaded(None, None, (main,))
    sources, found = read_sources(main)
    if not sources:
        return Loaded(None, None, tuple(found))
    return _understood(policy_name(str(main)), sources, found)


def _keep(main: str, loaded: Loaded) -> None:
    """Keep a policy, unless its files have changed since they were read."""
    assert loaded.program is not None
    sources = sources_of(loaded.program)
    try:
        files = tuple((s.name, kept.read(main, s.name)) for s in sources)
    except OSError:
        return
    again = [decode(data, name, {}) for name, data in files]
    if any(not isinstance(x, Source) or x.text != s.text for x, s in zip(again, sources, strict=True)):
        return
    kept.keep(policy_name(main), files, (without_document(loaded.program), loaded.diagnostics))


@frozen(eq=False)
class ReadAgain:
    """The document of a checked policy, parsed again from its sources when it is asked for."""

    name: str
    sources: tuple[Source, ...]

    def __call__(self) -> Document:
        return _parsed(self.name, self.sources)[0]


def without_document(program: Program) -> Program:
    """A checked policy as it is kept or sent: the tree of its text stays behind, the text goes."""
    if isinstance(program.written, ReadAgain):
        return program
    return evolve(program, document=ReadAgain(program.document.name, sources_of(program)))


def sources_of(program: Program) -> tuple[Source, ...]:
    """The texts of a policy; the official text, if there is one, is the last."""
    official = program.document.official
    return program.sources if official is None else (*program.sources, official)


def _understood(name: str, sources: list[Source], found: list[Diagnostic]) -> Loaded:
    """The sources of a policy, parsed and checked. The official text, if there is one, is the last."""
    from xcrules.meaning.check import check
    from xcrules.plan.planner import indistinct_choices

    document, findings = _parsed(name, sources)
    found = [*found, *findings]
    if any(d.code in UNREADABLE for d in found):
        return Loaded(document, None, tuple(shortened(found, MOST_FINDINGS)))
    program, findings = check(document)
    if not errors([*found, *findings]):
        findings = [*findings, *indistinct_choices(program)]
    return Loaded(document, program, tuple(shortened([*found, *findings], MOST_FINDINGS)))


def _parsed(name: str, sources: Sequence[Source]) -> tuple[Document, list[Diagnostic]]:
    """The sources of a policy as its document, and what is wrong with their form."""
    from xcrules.draft.parse import parse_file
    from xcrules.draft.syntax import Document

    official = sources[-1] if sources[-1].official else None
    files: list[File] = []
    found: list[Diagnostic] = []
    for source in sources if official is None else sources[:-1]:
        file, findings = parse_file(source)
        files.append(file)
        found += findings
    return Document(name, tuple(files), official), found


def load_text(text: str, name: str = "规则") -> Loaded:
    """A policy given as one text, for tests, editors and the docs."""
    return _understood(name, [Source(name, text)], [])


def forget() -> None:
    """Drop what is kept in memory of texts read before (for measuring; nothing changes but the time)."""
    from xcrules.draft.parse.grammar import parse_content
    from xcrules.meaning.lint.names import alike_pairs
    from xcrules.meaning.tables.cases import known_literal

    for kept_texts in (parse_content, known_literal, alike_pairs):
        kept_texts.cache_clear()


_HEAD = re.compile(r"(?m)^[ \t\u3000]*(文件|原文)[ \t]*[：:](.*)$")


def read_sources(main: Path) -> tuple[list[Source], list[Diagnostic]]:
    """The main file, those that its 文件： names, and last the official text that its 原文： names."""
    source = read_source(main, main.name)
    if isinstance(source, Diagnostic):
        return [], [source]
    found: list[Diagnostic] = []
    sources, official = [source], []
    head = re.split(r"(?m)^[ \t\u3000]*「", source.text, maxsplit=1)[0]
    for match in _HEAD.finditer(head):
        for name, span in _names(source, match):
            other = read_source(main.parent / name, name, span)
            if isinstance(other, Diagnostic):
                found.append(other)
            elif match[1] == "原文":
                official.append(evolve(other, official=True))
            else:
                sources.append(other)
    return [*sources, *official[:1]], found


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
    from pathlib import Path

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
    close = nearest(name, [p.name for p in path.parent.iterdir()]) if path.parent.is_dir() else []
    return f"是不是「{close[0]}」？" if close else "核对文件名和路径"
