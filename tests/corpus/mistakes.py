"""Applying the corpus of seeded mistakes to the shipped policy and looking at what the checker says.

mistakes.jsonl was typed by somebody who had not seen the checker; each row changes one place of one file.
Nothing here decides what the right answer is: 行含 and 建议 of the row do.
"""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import frozen

from xcrules.check import check
from xcrules.diagnostic import Diagnostic, Fix
from xcrules.load import load_policy
from xcrules.parse import parse_file
from xcrules.resources import policies_folder
from xcrules.source import Source
from xcrules.syntax import Document

CORPUS = Path(__file__).with_name("mistakes.jsonl")
POLICY = "xicheng-2021"
SEVERAL = "一行两处错"  # the class whose rows hold more than one mistake
HARMLESS = "半角等义（不应报错）"


@frozen
class Mistake:
    """One row: in `file`, `before` becomes `after`."""

    number: str
    kind: str
    file: str
    before: str
    after: str
    on_line: str
    advice: tuple[str, ...]
    note: str


@frozen
class Outcome:
    """What the checker said of a mistake."""

    mistake: Mistake
    found: tuple[Diagnostic, ...]
    right_line: bool
    right_advice: bool

    @property
    def decisive(self) -> tuple[Diagnostic, ...]:
        """The errors; where there are none, the warnings."""
        return tuple(d for d in self.found if d.is_error) or self.found

    @property
    def single(self) -> bool:
        return len(self.decisive) == 1

    def __str__(self) -> str:
        said = "；".join(f"{d.code} {d.place()} {d.message}" for d in self.decisive[:3]) or "没有发现"
        return f"{self.mistake.number} {self.mistake.kind}「{self.mistake.on_line.strip()[:40]}」：{said}"


def mistakes() -> list[Mistake]:
    rows = (json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines() if line.strip())
    return [Mistake(r["编号"], r["类"], r["文件"], r["原"], r["改"], r["行含"], tuple(r["建议"]), r["说明"]) for r in rows]


@cache
def shipped() -> Document:
    document = load_policy(POLICY).document
    assert document is not None
    return document


@cache
def texts() -> dict[str, str]:
    folder = policies_folder() / POLICY
    return {p.name: p.read_text(encoding="utf-8") for p in sorted(folder.iterdir()) if p.suffix == ".规则"}


def outcome(mistake: Mistake) -> Outcome:
    """Check the policy with this one change."""
    before = texts()[mistake.file]
    assert before.count(mistake.before) == 1, f"{mistake.number}：原 在 {mistake.file} 里要恰好一处"
    source = Source(mistake.file, before.replace(mistake.before, mistake.after))
    file, found = parse_file(source)
    if any(line.label in ("文件", "原文") and line.text not in shipped_heads() for line in file.head):
        return _judged(mistake, source, _loaded(mistake, source.text))
    document = Document(POLICY, tuple(file if f.source.name == mistake.file else f for f in shipped().files),
                        shipped().official)  # fmt: skip
    return _judged(mistake, source, [*found, *check(document)[1]])


@cache
def shipped_heads() -> frozenset[str]:
    return frozenset(line.text for f in shipped().files for line in f.head)


def _loaded(mistake: Mistake, text: str) -> list[Diagnostic]:
    """A changed list of files is read from a folder, as the drafter's would be."""
    with TemporaryDirectory() as name:
        folder = Path(name) / POLICY
        shutil.copytree(policies_folder() / POLICY, folder)
        (folder / mistake.file).write_text(text, encoding="utf-8")
        return list(load_policy(folder).diagnostics)


def _judged(mistake: Mistake, source: Source, found: list[Diagnostic]) -> Outcome:
    findings = tuple(sorted(dict.fromkeys(found), key=_order))
    first = [d for d in findings if d.is_error] or list(findings)
    lines = _right_lines(mistake, source)
    good = [d for d in first if d.span and d.span.source.name == mistake.file and d.span.line in lines]
    advice = not mistake.advice or any(_advises(d, mistake) for d in good[:1] or first[:1])
    return Outcome(mistake, findings, bool(good) and first[0] in good, advice)


def _order(d: Diagnostic) -> tuple[str, int, str]:
    return (d.span.source.name, d.span.start, d.code) if d.span else ("", 0, d.code)


def _right_lines(mistake: Mistake, source: Source) -> set[int]:
    """The lines that hold 行含, and those that the change touches."""
    count = source.text.count("\n") + 1
    piece = mistake.on_line.strip("\n").splitlines()[0] if mistake.on_line.strip() else ""
    named = {n for n in range(1, count + 1) if piece and piece in source.line_text(n)}
    start = texts()[mistake.file].index(mistake.before)
    head = _common(mistake.before, mistake.after)
    tail = _common(mistake.before[head:][::-1], mistake.after[head:][::-1])
    first = source.place(start + head)[0]
    last = source.place(start + max(len(mistake.after) - tail, head))[0]
    return named | set(range(first, last + 1))


def _common(one: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def suggestions(d: Diagnostic) -> list[str]:
    """What the finding tells the drafter to do, in the order it is shown; a fix with the line it would make."""
    helps = [d.help] if d.help else []
    return [*helps, *(f"{f.title}\n{f.text}\n{_mended(f)}" for f in d.fixes)]


def _mended(fix: Fix) -> str:
    text = fix.span.source.text
    start = text.rfind("\n", 0, fix.span.start) + 1
    end = text.find("\n", fix.span.end)
    return text[start : fix.span.start] + fix.text + text[fix.span.end : end if end >= 0 else len(text)]


def _advises(d: Diagnostic, mistake: Mistake) -> bool:
    return any(_folded(a) in _folded(s) for a in mistake.advice for s in suggestions(d)[:2])


def _folded(text: str) -> str:
    from xcrules.source import canonical

    return canonical(text)
