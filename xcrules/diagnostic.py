"""A finding is a value: code, severity, place, one sentence, help and fixes. Nothing here prints.

The wording of each finding stands beside the check that makes it; this module only has the shape.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from attrs import field, frozen

from .source import Span


class Severity(StrEnum):
    """错误 stops the policy from being used; 警告 does not."""

    ERROR = "错误"
    WARNING = "警告"


@frozen
class Fix:
    """Replace the text of `span` by `text`; `title` says so to a person."""

    title: str
    span: Span
    text: str


@frozen
class Related:
    """Another place that the finding is about."""

    span: Span
    message: str


@frozen
class Diagnostic:
    """One finding, in the drafter's Chinese."""

    code: str
    message: str
    span: Span | None = None
    help: str = ""
    severity: Severity = Severity.ERROR
    fixes: tuple[Fix, ...] = ()
    related: tuple[Related, ...] = ()
    path: str = field(default="")  # a place in facts, such as 上级资金[0].金额

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def place(self) -> str:
        """文件:行:列, or the path in the facts."""
        return str(self.span) if self.span else self.path


class XcrulesError(Exception):
    """What the Python door raises: carries the diagnostics, prints as their sentences."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(f"[{d.code}] {d.place()}：{d.message}" for d in self.diagnostics))


def errors(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [d for d in diagnostics if d.is_error]


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """By file and place, each once."""
    unique = dict.fromkeys(diagnostics)
    return sorted(unique, key=lambda d: (d.span.source.name, d.span.start) if d.span else ("", 0))
