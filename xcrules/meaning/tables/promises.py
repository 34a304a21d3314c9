"""保证: promises as typed values."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.identity import ClauseNames, Unclear, clause_key
from xcrules.base.nearest import did_you_mean
from xcrules.draft import syntax
from xcrules.draft.outline import Placed
from xcrules.meaning.expressions.reader import Reader
from xcrules.meaning.expressions.scope import NameScope
from xcrules.meaning.program import Promise
from xcrules.meaning.report import Report, unknown_clause


def promises(lines: Iterable[Placed], scope: NameScope, names: ClauseNames,
             findings: list[Diagnostic]) -> tuple[Promise, ...]:
    """保证 with its clause numbers known and its amounts typed."""
    kept = []
    known = names.keys
    for line in (x.line for x in lines):
        if line.label != "保证" or not isinstance(line.body, syntax.Promise):
            continue
        body = line.body
        read = [clause_key(n, names) for n in body.clauses]
        body = evolve(body, clauses=tuple(n if isinstance(key, Unclear) else key for n, key in zip(body.clauses, read, strict=True)))
        unknown = [n for n in body.clauses if n not in known]
        if unknown:
            findings.append(unknown_clause(unknown[0], names.numbers, line.content))
            continue
        report = Report(line, findings)
        if body.kind == "monotone":
            _known_field(body, scope, report)
            column = body.values[0].text if isinstance(body.values[0], syntax.Name) else ""
            kept.append(Promise(line.text, body.kind, body.clauses, (), body.word, column, line.content))
            continue
        amounts = tuple(v for each in body.values if (v := Reader(scope, report, "promise").money(each)) is not None)
        if len(amounts) == len(body.values):
            kept.append(Promise(line.text, body.kind, body.clauses, amounts, body.word, span=line.content))
    return tuple(kept)


def _known_field(body: syntax.Promise, scope: NameScope, report: Report) -> None:
    name = body.values[0]
    names = {f.name for t in scope.schema.tables for f in t.fields}
    if isinstance(name, syntax.Name) and name.text not in names:
        report.error(Code.UNKNOWN_NAME, f"没有叫「{name.text}」的事实", name.at, help=did_you_mean(name.text, names))
