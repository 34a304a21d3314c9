"""保证: promises as typed values."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.identity import Unclear, clause_key, short_name
from xcrules.base.nearest import did_you_mean
from xcrules.draft import syntax
from xcrules.draft.outline import Placed
from xcrules.facts.types import MONEY, SeriesType, Type
from xcrules.meaning import keys, values
from xcrules.meaning.expressions.reader import Reader
from xcrules.meaning.expressions.scope import NameScope
from xcrules.meaning.program import Clause, Promise, Reading, names_of
from xcrules.meaning.report import Report, unknown_clause
from xcrules.meaning.rules import Subject


def promises(lines: Iterable[Placed], scope: NameScope, clauses: tuple[Clause, ...], register: tuple[Reading, ...],
             findings: list[Diagnostic]) -> tuple[Promise, ...]:
    """保证 with its clause numbers and its reading known and its amounts typed."""
    kept = []
    names = names_of(clauses)
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
        if body.kind == "only" and not scope.blind and body.word not in [r.number for r in register]:
            report.error(Code.UNREGISTERED_READING, f"读法 {body.word} 没有登记", None, help=did_you_mean(body.word, [r.number for r in register], "先在 读法 表里登记"),
                         rests_on=(keys.REGISTER, keys.reading(body.word)))
            continue
        if body.kind == "each" and not _of_items(clauses, *known[body.clauses[0]]):
            report.error(Code.LIST_OR_SINGLE, f"{short_name(body.clauses[0])} 不是一项一项算的，没有「{body.word}」可说", None, help="只保证 对象 是名单（每项、每笔……）的款")
            continue
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


def _of_items(clauses: Iterable[Clause], number: str, part: str) -> bool:
    """Whether the clause, or this part of it, is about the rows of a list; True where nothing says what it is about."""
    found = [r.body.is_list for k in clauses if k.number == number for p in k.parts if part in ("", p.name)
             for r in (*k.shared, *p.rules) if isinstance(r.body, Subject)]
    return any(found) or not found


def _known_field(body: syntax.Promise, scope: NameScope, report: Report) -> None:
    name = body.values[0]
    names = {f.name for t in scope.schema.tables for f in t.fields if body.kind != "slope" or _is_money(f.type)}
    if isinstance(name, syntax.Name) and name.text not in names:
        report.error(Code.UNKNOWN_NAME, f"没有叫「{name.text}」的{'金额' if body.kind == 'slope' else '事实'}", name.at, help=did_you_mean(name.text, names), rests_on=(keys.name(name.text),))


def _is_money(type_: Type) -> bool:
    return (type_.element if isinstance(type_, SeriesType) else type_) == MONEY
