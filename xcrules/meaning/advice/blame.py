"""A declaration that several lines contradict is the likelier mistake: said once, where it stands.

A field that was renamed in its table is not unknown in five lines. Each finding here spoils what those of the lines rest on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from attrs import evolve, frozen

from xcrules.base.diagnostic import Code, Diagnostic, Fix, Key, Related
from xcrules.base.nearest import nearest
from xcrules.base.source import Span
from xcrules.facts.types import NumberType, SeriesType
from xcrules.meaning import keys, rules, values
from xcrules.meaning.clauses.coverage import facts_read, field_cell
from xcrules.meaning.program import Program

_SEVERAL = 2  # lines


@frozen(slots=False)
class _Tables:
    """What is declared, and what of it no rule reads."""

    program: Program

    @cached_property
    def unused(self) -> dict[str, Span | None]:
        """Fields and tables that no rule reads, with their places."""
        program = self.program
        read = facts_read(program.every_rule)
        tables = {v.table for r in program.every_rule for v in values.nodes_of(r.body) if isinstance(v, values.FoldItems)}
        tables |= {r.body.table for r in program.every_rule if isinstance(r.body, rules.Subject)}
        unused: dict[str, Span | None] = {}
        for table in program.schema.tables:
            if table.kind != "顶层" and table.name not in tables and not table.role:
                unused[table.name] = table.span
            unused |= {f.name: field_cell(program, table, f.name) for f in table.fields if (f.table, f.name) not in read and not f.role}
        return unused


def blamed(findings: list[Diagnostic], program: Program) -> list[Diagnostic]:
    """Findings about declarations, for those of lines that agree among themselves and not with these."""
    groups: dict[Key, list[Diagnostic]] = {}
    for finding in findings:
        for key in finding.rests_on:
            groups.setdefault(key, []).append(finding)
    declared = _Tables(program)
    of_tables = [*_renamed_series(findings, program)]
    for key, group in groups.items():
        if key[0] in _BLAME and len({keys.line(d.span) for d in group if d.span}) >= _SEVERAL:
            of_tables += _BLAME[key[0]](key[1], group, declared)
    return of_tables


def named_twice(findings: list[Diagnostic]) -> list[Diagnostic]:
    """What is declared twice, beside something near to it that is declared nowhere: one of the two was to be that; a quote
    without notes, with a word of it that is declared nowhere."""
    unknown: dict[Code, dict[str, Diagnostic]] = {Code.UNKNOWN_NAME: {}, Code.UNKNOWN_MEMBER: {}}
    for d in findings:
        if d.code in unknown and d.span:
            unknown[d.code].setdefault(d.span.text.strip(), d)
    return [_meant(d, unknown) for d in findings]


def _meant(d: Diagnostic, unknown: dict[Code, dict[str, Diagnostic]]) -> Diagnostic:
    if d.code in (Code.REDEFINED_NAME, Code.NAME_IS_A_FACT):
        words = nearest(d.spoils[0][1], unknown[Code.UNKNOWN_NAME], 1)
    elif d.code == Code.REPEATED_MEMBER:
        words = [word for word, other in unknown[Code.UNKNOWN_MEMBER].items() if {*other.rests_on} & {*d.spoils}]
    elif d.code == Code.LAW_WITHOUT_NOTES and d.span is not None:
        clauses = {keys.clause(x[1]) for x in d.spoils if x == keys.lines(x[1])}
        wanted = [(w, "定义" if re.match(r"\s*(?:定义|适用)", _line_of(used)) else "设定") for w, used in unknown[Code.UNKNOWN_NAME].items()
                  if len(w) > 1 and (w in d.span.text or clauses & {*used.rests_on})]
        help = "；".join(f"别处用到「{w}」，没有一行说它是什么：像是这里漏了一行 {label}：{w} ＝ ……" for w, label in wanted)
        return evolve(d, help=help or d.help, spoils=(*d.spoils, *(keys.name(w) for w, _ in wanted)))
    else:
        return d
    help = f"是不是「{'」「'.join(words)}」？{d.help}" if words else d.help
    return evolve(d, help=help, spoils=(*d.spoils, *map(keys.name, words)))


def _related(group: list[Diagnostic], message: str) -> tuple[Related, ...]:
    return tuple(Related(d.span, message) for d in group[:3] if d.span)


def _renamed(name: str, group: list[Diagnostic], declared: _Tables) -> Iterator[Diagnostic]:
    """A name that several lines use and no table declares, beside a declared one that no line uses."""
    group = [d for d in group if d.code in (Code.UNKNOWN_NAME, Code.UNKNOWN_FACT_TABLE, Code.UNKNOWN_LIST)]
    tables = {t.name for t in declared.program.schema.nested}
    wants_table = any(d.code != Code.UNKNOWN_NAME for d in group)
    unused = (
        {n: span for n, span in declared.unused.items() if n != name and (n in tables) == wants_table} if len(group) >= _SEVERAL else {}
    )
    close = nearest(name, unused)
    span = unused.get(close[0]) if close else None
    if span is None:
        return
    at = span.text.find(close[0])
    place = span.part(at, at + len(close[0])) if at >= 0 else span
    yield Diagnostic(Code.UNKNOWN_NAME, f"表里的名称是「{close[0]}」，条文里 {len(group)} 处写的却是「{name}」", place, f"两处要一样：这里改为 {name}，或改条文",
                     (Fix(f"改为 {name}", place, name),), _related(group, f"这里写的是「{name}」"), spoils=(keys.name(name),))


def _not_a_series(name: str, group: list[Diagnostic], declared: _Tables) -> Iterator[Diagnostic]:
    """A fact that the lines take by year, declared without 逐年."""
    for table in declared.program.schema.tables:
        field = table.field_named(name)
        if field is not None and isinstance(field.type, NumberType):
            cell = field_cell(declared.program, table, name, 1)
            fixes = (Fix(f"改为 逐年 {field.type}", cell, f"逐年 {field.type}"),) if cell and cell != table.span else ()
            yield Diagnostic(Code.NOT_A_SERIES, f"「{name}」在条文里当作逐年的事实用，这里写的却是 {field.type}", cell,
                             f"类型改为 逐年 {field.type}", fixes, _related(group, "这里当作逐年的事实"), spoils=(keys.series(name),))
            return


def _not_a_list(name: str, group: list[Diagnostic], declared: _Tables) -> Iterator[Diagnostic]:
    """A list declared without 逐笔: every 每笔 is wrong, and what stands beside it."""
    table = declared.program.schema.table(name)
    group = [d for d in group if d.code == Code.LIST_OR_SINGLE and d.span and d.span.text.strip().startswith("每")]
    if table is None or table.span is None or table.kind != "一份" or len(group) < _SEVERAL:
        return
    each = f"逐{group[0].span.text.split()[0][1:]}"  # type: ignore[union-attr]  # those without a place are left out
    yield Diagnostic(Code.LIST_OR_SINGLE, f"「{table.name}」在条文里{each}判断，这里却没有写 {each}", table.span, f"写成 事实：{table.name}，{each}",
                     (Fix(f"改为 {table.name}，{each}", table.span, f"{table.span.text}，{each}"),), _related(group, "这里逐项判断"),
                     spoils=(keys.table(name),))


def _renamed_series(findings: list[Diagnostic], program: Program) -> Iterator[Diagnostic]:
    """A 设定 that only gives another name to a fact told year by year, where other lines want a number."""
    wrong = [d for d in findings if d.code in (Code.TYPE_MISMATCH, Code.NOT_MONEY) and d.span]
    for clause, rule in ((k, r) for k in program.clauses for r in k.rules()) if wrong else ():
        match rule.body:
            case rules.Let(name=name, value=values.Fact(field=field), type=SeriesType()) if rule.origin.span is not None:
                year = re.compile(rf"(?:本年|上年|前年|的)\s*{re.escape(name)}|{re.escape(name)}\s*(?:连续|自)")
                group = [
                    d
                    for d in wrong
                    if keys.clause(clause.number) in d.rests_on and name in _line_of(d) + d.message and not year.search(_line_of(d))
                ]
                if group:
                    yield Diagnostic(Code.TYPE_MISMATCH, f"「{name}」设定成了逐年的「{field.name}」，别的行却当作一个数用", rule.origin.span,
                                     f"说明是哪一年的，如 {name} ＝ 本年 {field.name}", related=_related(group, "这里当作一个数"),
                                     spoils=tuple(keys.line(d.span) for d in group if d.span))


def _line_of(d: Diagnostic) -> str:
    return d.span.source.line_text(d.span.line) if d.span else ""


_BLAME = {keys.name("")[0]: _renamed, keys.series("")[0]: _not_a_series, keys.table("")[0]: _not_a_list}
