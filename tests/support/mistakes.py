"""Applying the corpora of seeded mistakes to the shipped policies and looking at what the checker says.

Each row changes one place of one file of a shipped policy, or of the copy that the corpus keeps where the policy has
been written anew since: a mistake is counted in the text in which it was typed. Nothing here decides what the right answer is: the row does, by 行含 or 行
(the right lines), 建议 (what one of the first two pieces of advice must hold; none: any will do; in all but mistakes and blind a pattern,
looked for in the sentence of the finding too, less what it repeats of the text) and 期望
(报: something is to be said; 可: saying nothing is right too; 不报: nothing may be said).
"""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from attrs import frozen

from xcrules.base.diagnostic import Diagnostic, Fix
from xcrules.base.resources import policies_folder
from xcrules.base.source import Source, canonical
from xcrules.draft.parse import parse_file
from xcrules.draft.syntax import Document
from xcrules.meaning.check import check
from xcrules.store.load import load_policy

CORPORA = Path(__file__).parents[1] / "corpus"
FIRST_POLICY = "xicheng-2021"
SEVERAL = "一行两处错"  # the class whose rows hold more than one mistake
HARMLESS = "半角等义（不应报错）"
SILENT_KINDS = ("语义走样", "复制遗留")  # what the text says is wrong and well formed: counted apart


@frozen
class Mistake:
    """One row: in `file` of `policy`, the `nth` `before` becomes `after`."""

    number: str
    policy: str
    kind: str
    file: str
    before: str
    after: str
    nth: int
    on_line: tuple[str, ...]
    lines: tuple[int, ...]
    expected: str
    advice: tuple[str, ...]
    note: str


@frozen
class Outcome:
    """What the checker said of a mistake."""

    mistake: Mistake
    found: tuple[Diagnostic, ...]
    right_line: bool
    right_advice: bool
    single: bool

    @property
    def decisive(self) -> tuple[Diagnostic, ...]:
        """The errors; where there are none, the warnings."""
        return tuple(d for d in self.found if d.is_error) or self.found

    def __str__(self) -> str:
        said = "；".join(f"{d.code} {d.place()} {d.message}" for d in self.decisive[:3]) or "没有发现"
        return f"{self.mistake.number} {self.mistake.kind}「{self.mistake.after.strip()[:40]}」：{said}"


def mistakes(corpus: str = "mistakes.jsonl") -> list[Mistake]:
    lines = (CORPORA / corpus).read_text(encoding="utf-8").splitlines()
    return [_mistake(json.loads(line)) for line in lines if line.strip()]


def _mistake(r: dict[str, Any]) -> Mistake:
    expected = r.get("期望", "不报" if r["类"] == HARMLESS else "报")
    return Mistake(r["编号"], r.get("政策", FIRST_POLICY), r["类"], r["文件"], r["原"], r["改"], r.get("第几", 1),
                   _pieces(r.get("行含", "")), tuple(r.get("行", ())), expected, tuple(r["建议"]), r["说明"])


def _pieces(said: str | list[str]) -> tuple[str, ...]:
    """Of each text that a right line holds its first line."""
    return tuple(x.strip("\n").splitlines()[0] for x in ([said] if isinstance(said, str) else said) if x.strip())


def folder_of(policy: str) -> Path:
    """The text in which the mistakes were typed; 名@now is the one that is shipped, where an earlier one is kept too."""
    name, _, now = policy.partition("@")
    kept = CORPORA / name
    return kept if kept.is_dir() and not now else policies_folder() / name


@cache
def shipped(policy: str) -> Document:
    document = load_policy(folder_of(policy)).document
    assert document is not None
    return document


@cache
def texts(policy: str) -> dict[str, str]:
    folder = folder_of(policy)
    return {p.name: p.read_text(encoding="utf-8") for p in sorted(folder.iterdir()) if p.suffix == ".规则"}


def changed(mistake: Mistake) -> tuple[Source, int]:
    """The file with the mistake in it, and where the change starts."""
    before = texts(mistake.policy)[mistake.file]
    assert before.count(mistake.before) >= mistake.nth, f"{mistake.number}：{mistake.file} 里没有第 {mistake.nth} 处 原"
    start = -1
    for _ in range(mistake.nth):
        start = before.index(mistake.before, start + 1)
    return Source(mistake.file, before[:start] + mistake.after + before[start + len(mistake.before) :]), start


def outcome(mistake: Mistake) -> Outcome:
    """Check the policy with this one change."""
    source, start = changed(mistake)
    return judged(mistake, source, start, findings(mistake.policy, source))


def findings(policy: str, source: Source) -> list[Diagnostic]:
    """What is said of the shipped policy with this one file in the place of its own."""
    file, found = parse_file(source)
    if any(line.label in ("文件", "原文") and line.text not in shipped_heads(policy) for line in file.head):
        return _loaded(policy, source)
    document = shipped(policy)
    files = tuple(file if f.source.name == source.name else f for f in document.files)
    return [*found, *check(Document(policy, files, document.official))[1]]


@cache
def shipped_heads(policy: str) -> frozenset[str]:
    return frozenset(line.text for f in shipped(policy).files for line in f.head)


def _loaded(policy: str, source: Source) -> list[Diagnostic]:
    """A changed list of files is read from a folder, as the drafter's would be."""
    with TemporaryDirectory() as name:
        folder = Path(name) / policy
        shutil.copytree(folder_of(policy), folder)
        (folder / source.name).write_text(source.text, encoding="utf-8")
        return list(load_policy(folder).diagnostics)


def judged(mistake: Mistake, source: Source, start: int, found: list[Diagnostic]) -> Outcome:
    findings = tuple(sorted(dict.fromkeys(found), key=_order))
    first = [d for d in findings if d.is_error] or list(findings)
    if mistake.expected == "不报" or (mistake.expected == "可" and not first):
        return Outcome(mistake, findings, not first, not first, not first)
    lines = _right_lines(mistake, source, start)
    good = [d for d in first if d.span and d.span.source.name == mistake.file and d.span.line in lines]
    advice = not mistake.advice or any(_advises(d, mistake) for d in good[:1] or first[:1])
    return Outcome(mistake, findings, bool(good) and first[0] in good, advice, len(first) == 1)


def _order(d: Diagnostic) -> tuple[str, int, str]:
    return (d.span.source.name, d.span.start, d.code) if d.span else ("", 0, d.code)


def _right_lines(mistake: Mistake, source: Source, start: int) -> set[int]:
    """The lines that hold 行含 or are named by 行, and those that the change touches."""
    count = source.text.count("\n") + 1
    named = {n for n in range(1, count + 1) if any(x in source.line_text(n) for x in mistake.on_line)} | set(mistake.lines)
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
    shown = [_folded(s) for s in suggestions(d)[:2]]
    if mistake.number[0] not in "MN":
        said = [*suggestions(d)[:2], re.sub("「[^」]*」", "", d.message), *shown]
        return any(re.search(a, s) for a in mistake.advice for s in said)
    return any(_folded(a) in s for a in mistake.advice for s in shown)


def _folded(text: str) -> str:
    return canonical(text)
