"""A finding is a value: code, severity, place, one sentence, help and fixes. Nothing here prints.

The wording of each finding stands beside the check that makes it; this module only has the shape.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, field, frozen

from .codes import Code as Code, Severity
from .node import Node
from .source import Span

Key = tuple[str, ...]  # of something that a text says: what a name is, which lines a clause has (made in meaning/keys.py)


def writable(text: str) -> str:
    """A text of the caller as UTF-8 can write it: half of a surrogate pair is ?."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


@frozen(eq=False, repr=False)
class Fix(Node):
    """Replace the text of `span` by `text`; `title` says so to a person.

    `sure`: what is written could not be read, and this is the one thing that it can mean; or it means the same
    before and after. Only such a fix may be made without asking a person.
    """

    title: str
    span: Span
    text: str
    sure: bool = False


@frozen(eq=False, repr=False)
class Related(Node):
    """Another place that the finding is about."""

    span: Span
    message: str


@frozen(eq=False, repr=False)
class Diagnostic(Node):
    """One finding, in the drafter's Chinese: of a text at `span`, of facts at `path`; what to do in `help` and `fixes`.

    `code` is a text such as "E301", explained in docs/diagnostics.md under its number.
    """

    code: Code
    message: str = field(converter=writable)
    span: Span | None = None
    help: str = field(default="", converter=writable)
    fixes: tuple[Fix, ...] = ()
    related: tuple[Related, ...] = ()
    path: str = field(default="", converter=writable)  # a place in facts, such as 上级资金[0].金额
    settled: bool = field(default=False, eq=False, repr=False)  # the help says what to write: another content of the line would say something else
    spoils: tuple[Key, ...] = field(default=(), eq=False, repr=False)  # what cannot be known before it is mended
    rests_on: tuple[Key, ...] = field(default=(), eq=False, repr=False)  # what must be known for it to be believed

    @property
    def severity(self) -> Severity:
        """错误 or 警告."""
        return self.code.severity

    @property
    def is_error(self) -> bool:
        """Whether it must be mended before the policy or the facts can be used."""
        return self.severity is Severity.ERROR

    def place(self) -> str:
        """文件:行:列, or the path in the facts."""
        return str(self.span) if self.span else self.path

    def told(self) -> str:
        """In one line: [E301] 条文.规则:3:5：没有叫「…」的事实."""
        return f"[{self.code}] {self.place()}：{self.message}" if self.place() else f"[{self.code}] {self.message}"

    __str__ = told


class XcrulesError(Exception):
    """What the Python door raises: carries the diagnostics, prints as their sentences, travels between processes."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(d.told() for d in self.diagnostics))

    def __reduce__(self) -> tuple[type[XcrulesError], tuple[tuple[Diagnostic, ...]]]:
        return type(self), (self.diagnostics,)  # Exception would come back from the sentence alone


def marked(found: Iterable[Diagnostic], *, spoils: tuple[Key, ...] = (), rests_on: tuple[Key, ...] = ()) -> list[Diagnostic]:
    """The findings, each with these keys beside its own."""
    return [evolve(d, spoils=(*d.spoils, *spoils), rests_on=(*d.rests_on, *rests_on)) for d in found]


def errors(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [d for d in diagnostics if d.is_error]


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """By file and place, each once."""
    unique = dict.fromkeys(diagnostics)
    return sorted(unique, key=lambda d: (d.span.source.name, d.span.start) if d.span else ("", 0))


def first_of(found: Iterable[Diagnostic], most: int) -> list[Diagnostic]:
    """So many of the findings, errors before warnings, in the order they came in."""
    every = list(found)
    if len(every) <= most:
        return every
    kept = {id(d) for d in sorted(every, key=lambda d: not d.is_error)[:most]}
    return [d for d in every if id(d) in kept]


def shortened(found: Iterable[Diagnostic], most: int) -> list[Diagnostic]:
    """The findings in their order; of too many the first, and one that counts the rest."""
    every = in_order(found)
    kept = first_of(every, most)
    left = len(every) - len(kept)
    if not left:
        return every
    wrong = sum(d.is_error for d in every) - sum(d.is_error for d in kept)
    told = "，".join(f"{n} 处{what}" for n, what in ((wrong, Severity.ERROR), (left - wrong, Severity.WARNING)) if n)
    return [*kept, Diagnostic(Code.FINDINGS_LEFT_OUT, f"另有 {left} 处没有列出：{told}", kept[-1].span, "先改前面的，再查一遍")]


def diagnostic_json(d: Diagnostic) -> dict[str, object]:
    """A finding as plain JSON values."""
    out: dict[str, object] = {"代码": d.code, "级别": str(d.severity), "信息": d.message, "位置": d.place()}
    if d.span:
        out |= {"文件": d.span.source.name, "行": d.span.line, "列": d.span.column, "长度": d.span.end - d.span.start}
    if d.help:
        out["提示"] = d.help
    if d.fixes:
        out["改法"] = [{"说明": f.title, "行": f.span.line, "列": f.span.column, "起": f.span.start, "止": f.span.end, "改为": f.text} for f in d.fixes]
    return out
