"""Paths to a checked Program: the table of contents of the whole. Prints nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from xcrules.base.diagnostic import Code, Diagnostic, errors, shortened
from xcrules.base.resources import policy_name
from xcrules.base.source import Source
from xcrules.base.writing import is_pending
from xcrules.meaning.program import Program

from . import policies
from .texts import amendments_named, find_policy, parsed, read_source, read_sources

if TYPE_CHECKING:
    from xcrules.draft.syntax import Document
    from xcrules.plan.planner import Made

MOST_FINDINGS = 200  # of one policy; the rest is counted
UNREADABLE = (Code.INVISIBLE_CHARACTER, Code.FILE_TOO_LARGE)  # found in a text that is then not looked at any further


@frozen(eq=False)
class Earlier:
    """A text of a policy before an amendment: in force for what has its day before `until` (ordinal), by the fact that says that day."""

    until: int
    date: str
    program: Program
    diagnostics: tuple[Diagnostic, ...] = ()


@frozen(eq=False)
class Loaded:
    """A policy as read: its program (None if it could not be read at all), the findings, its document.

    Of a policy that names amendments (修正：) it is the text after all of them; the texts before each are `earlier`.
    """

    program: Program | None
    diagnostics: tuple[Diagnostic, ...]
    unchecked: Document | None = None  # what could be parsed of a policy without a program
    earlier: tuple[Earlier, ...] = ()
    made: Made = field(factory=dict)  # the pieces of plans that checking made

    @property
    def document(self) -> Document | None:
        return self.program.document if self.program is not None else self.unchecked

    @property
    def usable(self) -> bool:
        return self.program is not None and not errors(self.diagnostics)


def load_policy(policy: str | Path, *, amended: bool = True) -> Loaded:
    """Read, parse and check a policy; the same texts are not checked twice on one machine (see policies.py).

    Where it names amendments they are put to it, unless its own files are asked for as they stand (`amended`), to be written to.
    """
    main = find_policy(policy)
    if isinstance(main, Diagnostic):
        return Loaded(None, (main,))
    stored = policies.find(main) if not is_pending(main.parent) else None
    loaded = Loaded(*stored[:2], made=stored[2]) if stored is not None else _read(main)
    if stored is None and loaded.usable and loaded.program is not None:
        policies.store(main, loaded.program, loaded.diagnostics, loaded.made)
    return _as_amended(main, loaded) if amended else loaded


def read_policy(policy: str | Path) -> Loaded:
    """Read, parse and check a policy and its amendments, whether it is stored or not."""
    main = find_policy(policy)
    return Loaded(None, (main,)) if isinstance(main, Diagnostic) else _as_amended(main, _read(main))


def _read(main: Path) -> Loaded:
    sources, findings = read_sources(main)
    return load_sources(policy_name(str(main)), sources, findings) if sources else Loaded(None, tuple(findings))


def _as_amended(main: Path, loaded: Loaded) -> Loaded:
    if loaded.program is None or not loaded.usable or not (named := amendments_named(loaded.program.sources[0])):
        return loaded
    from .amending.one_edit import as_amended

    return as_amended(loaded, [(name, read_source(main.parent / name, name, span)) for name, span in named])


def load_text(text: str, name: str = "规则") -> Loaded:
    """A policy given as one text, for tests, editors and the docs."""
    return load_sources(name, [Source(name, text)], [])


def load_sources(name: str, sources: list[Source], findings: list[Diagnostic]) -> Loaded:
    """The sources of a policy, parsed and checked; the official text, if there is one, is the last.

    `findings` are those of the reading of the files, which come first among those of the policy.
    """
    from xcrules.meaning.check import check  # with it comes the whole checker, which a stored policy can do without
    from xcrules.meaning.clauses.dropped import check_dropped
    from xcrules.plan.planner import Planner, indistinct_choices

    document, wrong = parsed(name, sources)
    findings = [*findings, *wrong]
    if any(d.code in UNREADABLE for d in findings):
        return Loaded(None, tuple(shortened(findings, MOST_FINDINGS)), document)
    program, wrong = check(document)
    findings = [*findings, *wrong]
    made: Made = {}
    if not errors(findings):
        findings += [*check_dropped(program, findings), *indistinct_choices(Planner(program, made))]
    return Loaded(program, tuple(shortened(findings, MOST_FINDINGS)), made=made)
