"""Rows of a table under its header, and values written in a cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen

from xcrules.base.diagnostic import Code, Diagnostic, Fix
from xcrules.base.nearest import nearest
from xcrules.base.source import Span, canonical
from xcrules.draft.labels import RISKS
from xcrules.draft.syntax import Line, Row, cell_text
from xcrules.facts.types import BOOL, COUNT, TEXT, EnumType, Type, own_literal


@frozen
class TableCell:
    """A cell and its place."""

    text: str
    span: Span


def row_at(line: Line, span: Span | None) -> Row | None:
    """The row in which a finding stands."""
    return next((r for r in line.rows if span is not None and r.span.start <= span.start <= r.span.end), None)


def records(line: Line, known: tuple[str, ...], required: tuple[str, ...],
            findings: list[Diagnostic]) -> Iterator[tuple[Row, dict[str, TableCell]]]:
    """Each row under the header as column → cell. Columns may stand in any order."""
    if not line.rows:
        findings.append(Diagnostic(Code.MISSING_TABLE, f"「{line.label}」下面没有表", line.label_span, "表的第一行是列名：| " + " | ".join(known) + " |"))
        return
    header = [TableCell(cell_text(s), s) for s in line.rows[0].cells]
    names, rows = [h.text for h in header], line.rows[1:]
    if not {*names} & {*known} and not any(nearest(x, known) for x in names) and len(names) <= len(known):
        findings.append(Diagnostic(Code.UNKNOWN_COLUMN, f"「{line.label}」的表第一行不是列名", line.rows[0].span, f"上面加一行 | {' | '.join(known[: len(names)])} |"))
        names, rows = [*known[: len(names)]], line.rows  # read as if it were there, so that nothing else is missing
    for cell in header if rows is not line.rows else ():
        if cell.text not in known:
            close = nearest(cell.text, known)
            fixes = tuple(Fix(f"改为 {n}", cell.span, n) for n in close)
            findings.append(Diagnostic(Code.UNKNOWN_COLUMN, f"「{line.label}」的表没有叫「{cell.text}」的列", cell.span,
                                  "列有：" + "、".join(known), fixes=fixes))
            return
    if missing := [n for n in required if n not in names]:
        findings.append(Diagnostic(Code.MISSING_COLUMN, f"「{line.label}」的表缺「{'」「'.join(missing)}」列", line.rows[0].span))
        return
    for row in rows:
        if len(row.cells) != len(header):
            findings.append(ragged(row, names))
            continue
        yield row, {n: TableCell(v, s) for n, v, s in zip(names, row.values, row.cells, strict=True)}


def ragged(row: Row, names: list[str]) -> Diagnostic:
    """A row with more or fewer cells than its head, and which of them seem to be two in one."""
    wide = [x for x in row.values if re.search(r"\S\s{2,}\S", x)] if len(row.cells) < len(names) else []
    help = f"「{wide[0].strip()}」像是两格，中间补一个 |；" if wide else _lacking(row, names) or f"各格依次是 {'、'.join(names)}；"
    return Diagnostic(Code.RAGGED_ROW, f"这一行有 {len(row.cells)} 格，表头有 {len(names)} 列", row.span, help + "每格用 | 隔开，空格子也要写；文字里的竖线写成 \\|")


def _lacking(row: Row, names: list[str]) -> str:
    """Which cell a short row of the register seems to lack."""
    if len(row.cells) >= len(names) or "风险" not in names:
        return ""
    column = "条款" if any(cell_text(x) in RISKS for x in row.cells) else "风险"
    return "像是漏了 风险 一格（高、中、低）；" if column == "风险" else "像是漏了 条款 一格，如 1(1)；"


def constant(text: str, type_: Type) -> Fraction | str | bool | None:
    """A value written in a cell, if it fits the type."""
    if type_ == BOOL:
        return {"是": True, "否": False}.get(text)
    if isinstance(type_, EnumType):
        return text if text in type_.members else None
    if type_ == TEXT:
        return text or None
    literal = own_literal(canonical(text), type_)
    if literal is None:
        return None
    return literal.value if literal.type == type_ or (literal.value == 0 and literal.type == COUNT) else None
