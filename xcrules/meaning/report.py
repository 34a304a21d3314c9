"""Making findings about a line: the place is given in the line's own counting."""

from __future__ import annotations

import re
from collections.abc import Collection

from attrs import field, frozen

from xcrules.base.diagnostic import Code, Diagnostic, Fix, Key
from xcrules.base.identity import clause_name, short_name
from xcrules.base.nearest import nearest
from xcrules.base.source import Span
from xcrules.draft.outline import nearest_clauses
from xcrules.draft.syntax import At, Line

from . import keys


@frozen
class Report:
    """Findings collected while reading one line."""

    line: Line
    findings: list[Diagnostic] = field(factory=list, eq=False)

    def error(self, code: Code, message: str, at: At | None = None, help: str = "", *,
              fixes: tuple[tuple[str, str], ...] = (), sure: bool = False, settled: bool = False,
              spoils: tuple[Key, ...] = (), rests_on: tuple[Key, ...] = ()) -> None:
        """What is wrong; its None is what a reader gives in place of a value. `fixes` are (title, text that replaces the place); `sure` is said of a single one, `settled` of a help beside which no other content is tried."""
        span = self.span(at)
        if any(
            d.code == code and d.message == message and d.span is not None and d.span.source is span.source and d.span.line == span.line
            for d in self.findings
        ):
            return  # twice in one line
        message = message if len(message) <= 400 else f"{message[:200]}……{message[-60:]}"
        help = help if len(help) <= 1200 else f"{help[:900]}……"
        self.findings.append(
            Diagnostic(code, message, span, help,
                       tuple(Fix(title, span, text, sure and len(fixes) == 1) for title, text in fixes),
                       settled=settled, spoils=spoils, rests_on=rests_on)
        )

    def span(self, at: At | None) -> Span:
        return self.line.content if at is None else self.line.span_of(at)

    def typed(self, at: At) -> str:
        """What the drafter wrote at the place."""
        return self.span(at).text


def unknown_clause(number: str, known: Collection[str], span: Span | None) -> Diagnostic:
    """A clause that the law has not; 7(4) is nearer to 7(3) than to 3(4)."""
    same = [n for n in known if keys.article(n) == keys.article(number)]
    line = span.source.line_text(span.line) if span is not None else ""
    shown = clause_name if clause_name(number) in line else short_name
    names = {clause_name(n): n for n in dict.fromkeys((*known, *map(keys.article, known)))} if shown is clause_name else {}
    turned = [n for name, n in names.items() if sorted(name) == sorted(clause_name(number))]  # 第四十条 for 第十四条
    beside = [name for name in names if re.search(rf"(?<!、){name}(?!、)", line)]
    meant = [names[x] for x in nearest(clause_name(number), beside, 1, least=0.7)]  # 第二条 ＋ 第十二条: one of them was typed amiss
    close = list(dict.fromkeys((*turned, *meant, *nearest_clauses(number, same or known))))[:2]
    return Diagnostic(
        Code.UNKNOWN_CLAUSE, f"没有编号为 {short_name(number)} 的款", span, f"是不是 {' 或 '.join(map(shown, close))}？" if close else "",
        rests_on=(*keys.existing(number), *((keys.PARTS,) if re.search(r"\d\)?[^\W\d(]", number) else ())),
    )
