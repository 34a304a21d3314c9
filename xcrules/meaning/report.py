"""Making findings about a line: the place is given in the line's own counting."""

from __future__ import annotations

from attrs import field, frozen

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, Fix, Related
from xcrules.base.source import Span
from xcrules.draft.syntax import At, Line


@frozen
class Report:
    """Findings collected while reading one line."""

    line: Line
    found: list[Diagnostic] = field(factory=list, eq=False)

    def error(self, code: Code, message: str, at: At | None = None, help: str = "", *,
              fixes: tuple[tuple[str, str], ...] = (), related: tuple[Related, ...] = (), sure: bool = False) -> None:
        """`fixes` are (title, text that replaces the place); `sure` is said of a single one."""
        span = self.span(at)
        message = message if len(message) <= 400 else f"{message[:200]}……{message[-60:]}"
        help = help if len(help) <= 1200 else f"{help[:900]}……"
        self.found.append(
            Diagnostic(code, message, span, help,
                       tuple(Fix(title, span, text, sure and len(fixes) == 1) for title, text in fixes), related)
        )

    def span(self, at: At | None) -> Span:
        return self.line.content if at is None else self.line.span_of(at)

    def typed(self, at: At) -> str:
        """What the drafter wrote at the place."""
        return self.span(at).text
