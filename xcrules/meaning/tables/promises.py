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
from xcrules.facts.types import MONEY, SeriesType, Type
from xcrules.meaning import keys, values
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
        goes_by = body.kind in ("monotone", "slope")
        if goes_by:
            _known_field(body, scope, report)
        column = body.values[0].text if goes_by and isinstance(body.values[0], syntax.Name) else ""
        amounts = tuple(v for each in body.values[goes_by:] if (v := Reader(scope, report, "promise").money(each)) is not None)
        if body.kind == "slope" and not all(isinstance(x, values.Literal) for x in amounts):
            report.error(Code.EXPECTED_NOT_MONEY, "每增、至多增 后面要写死的金额", body.values[1].at, help="写成 每增 1元 至多增 1万元")
        elif len(amounts) == len(body.values) - goes_by:
            kept.append(Promise(line.text, body.kind, body.clauses, amounts, body.word, column, body.alone, line.content))
    return tuple(kept)


def _known_field(body: syntax.Promise, scope: NameScope, report: Report) -> None:
    name = body.values[0]
    names = {f.name for t in scope.schema.tables for f in t.fields if body.kind != "slope" or _is_money(f.type)}
    if isinstance(name, syntax.Name) and name.text not in names:
        report.error(Code.UNKNOWN_NAME, f"没有叫「{name.text}」的{'金额' if body.kind == 'slope' else '事实'}", name.at, help=did_you_mean(name.text, names), rests_on=(keys.name(name.text),))


def _is_money(type_: Type) -> bool:
    return (type_.element if isinstance(type_, SeriesType) else type_) == MONEY
