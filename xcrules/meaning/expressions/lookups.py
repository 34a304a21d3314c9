"""对照: a table that sets names, by its keys. Whether it speaks of every case the whole clause shows (clauses/coverage)."""

from __future__ import annotations

import re
from fractions import Fraction

from attrs import evolve

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.money import Unlimited
from xcrules.base.source import Span
from xcrules.draft import syntax
from xcrules.draft.syntax import cell_text
from xcrules.facts.types import BOOL, MONEY, NumberType, SeriesType, Type
from xcrules.meaning import rules, values
from xcrules.meaning.report import Report

from . import cells, tiers
from .ladders import ladder
from .reader import Reader
from .scope import Typed
from .segments import segmented

Row = tuple[values.Value | None, dict[str, "values.Value | None"]]  # test (None: 其他), results (None: 不予支持)


def lookup_rule(line: syntax.Line, body: syntax.Lookup, read: Reader) -> rules.Body | None:
    """Names from the table, and the condition that a row supports the case."""
    if body.lent:
        return _lent(line, body, read)
    return _lookup(line, body, read) if _headed(line, body, read) else None


def _lent(line: syntax.Line, body: syntax.Lookup, read: Reader) -> rules.Body | None:
    """A table that stands beneath another clause: what is wrong with it here is said here."""
    found: list[Diagnostic] = []
    made = _lookup(line, body, Reader(read.scope, Report(line, found), "lookup"))
    of_table = [
        d
        for d in found
        if d.span is not None and not (line.content.source == d.span.source and line.content.start <= d.span.start <= line.content.end)
    ]
    read.report.findings.extend(d for d in found if d not in of_table)
    if of_table:
        read.report.error(Code.BAD_BORROWING, f"{body.lent} 的表在这里读不通：{of_table[0].message}", None, help="按的要与那张表的依据同一种数；格子里用到那一款自己的名称的，这里也要有同名的")
    return made


def _lookup(line: syntax.Line, body: syntax.Lookup, read: Reader) -> rules.Body | None:
    if (first := _first_time(line, body, read)) is None:
        return None
    line, ever = first
    made = [_key(k, read, bool(ever[at])) for at, k in enumerate(body.keys)]
    typed_keys = [typed for typed, _ in made if typed is not None]
    if len(typed_keys) != len(made):
        return None
    named = tuple(let for _, let in made if let is not None)
    if body.segments:
        return segmented(line, body, typed_keys, named, read)
    types = cells.column_types(line, body, read.scope.schema.units)
    rows: list[Row] = []
    for row in line.rows[1:]:
        one = _row(row, body, typed_keys, types, read, ever)
        if one is None:
            return None
        rows.append(one)
    if (steps := ladder(line.rows[1:], typed_keys, [k.name.text for k in body.keys], read)) is None:
        return None
    nothing: dict[str, values.Value | None] = {r.text: None for r in body.results}
    under = None if any(ever) else _under(rows, line, typed_keys, read)
    rows = [*(rows[n] for n in steps.order), *([(under, nothing)] if under is not None else [(None, nothing)] if any(ever) else ())]
    return _rule(line, rows, types, named, steps.word)


def _first_time(line: syntax.Line, body: syntax.Lookup, read: Reader) -> tuple[syntax.Line, tuple[values.Value | None, ...]] | None:
    """首次达到 5000万元 in all cells of a column: 达到 5000万元 there, and the highest figure of earlier years, for which none of these may hold."""
    ever: list[values.Value | None] = []
    if other := next((x for row in line.rows[1:] for x in zip(row.values, row.cells, strict=True) if re.match("首次\\s*突破", x[0])), None):
        start, good = other[1].start - line.content.start, re.sub("首次\\s*突破", "首次超过", other[0])
        return read.report.error(Code.UNREADABLE_CELL, f"读不懂这一格「{other[0]}」", (start, start + len(other[0])), help=f"写成 {good}；正好是这个数也算的，写 {good.replace('超过', '达到')}")
    for at, key in enumerate(body.keys):
        said = [
            _FIRST_TIME.match(row.values[at]) is not None
            for row in line.rows[1:]
            if at < len(row.values) and row.values[at] not in cells.OTHERS
        ]
        highest = read.read(syntax.ever(key.value or key.name, key.name.at)) if any(said) else None
        if any(said) and (highest is None or not all(said)):
            if highest is not None:
                read.report.error(Code.UNREADABLE_CELL, f"「{key.name.text}」一栏有的写了 首次，有的没有", key.name.at, help="各档都写 首次达到 某数；一样的只写 达到 某数")
            return None
        ever.append(None if highest is None else highest.value)
    if not any(ever):
        return line, tuple(ever)
    return evolve(line, rows=(line.rows[0], *(_stripped(row, ever) for row in line.rows[1:]))), tuple(ever)


_FIRST_TIME = re.compile("首次(?=达到|超过)")


def _stripped(row: syntax.Row, ever: list[values.Value | None]) -> syntax.Row:
    found = list(zip(row.values, row.cells, strict=True))
    for at, highest in enumerate(ever):
        text, cell = found[at]
        if highest is not None and (match := _FIRST_TIME.match(text)):
            found[at] = text[match.end() :], Span(cell.source, cell.start + cell.text.index("首次") + match.end(), cell.end)
    return evolve(row, values=tuple(x for x, _ in found), cells=tuple(x for _, x in found))


def _under(rows: list[Row], line: syntax.Line, keys: list[Typed], read: Reader) -> values.Value | None:
    """Below the lowest of tiers that all say from where on; the law says nothing of it, so nothing is given. None where a row is for it, or who knows."""
    found = [
        test
        for at, key in enumerate(keys)
        if isinstance(key.type, NumberType) and (test := _under_all(rows, line, at, key, read)) is not None
    ]
    return values.joined("或", found, line.content) if found else None


def _under_all(rows: list[Row], line: syntax.Line, at: int, key: Typed, read: Reader) -> values.Value | None:
    found = [tiers.tier(cell_text(row.cells[at]), read.scope.schema.units) for row in line.rows[1:]]
    lows = [x.low for x in found if x is not None]
    if len(lows) < len(found) or not lows or isinstance(lowest := min(lows), Unlimited) or lowest <= 0:
        return None
    ends = [
        v
        for test, _ in rows
        if test is not None
        for v in values.nodes_of(test)
        if isinstance(v, values.Compare)
        and v.op in (">", ">=")
        and v.left == key.value
        and isinstance(v.right, values.Literal)
        and v.right.value == lowest
    ]
    op: values.CompareOp = "<" if any(v.op == ">=" for v in ends) else "<="
    return values.Compare(op, key.value, ends[0].right) if ends else None


def _headed(line: syntax.Line, body: syntax.Lookup, read: Reader) -> bool:
    """The columns are named as the line says; over the rates of 分段 may stand what the law calls them."""
    columns = [*(k.name.text for k in body.keys), *(r.text for r in body.results)]
    written = [*line.rows[0].values] if line.rows else []
    if written == columns or (body.segments and len(written) == len(columns) and written[: len(body.keys)] == columns[: len(body.keys)]):
        return True
    if written == [x for c in columns for x in re.split("以及|[和与及]", c)]:
        joined = next(c for c in columns if c not in written)
        return read.report.error(Code.TABLE_HEADER_MISMATCH, f"「{joined}」是两样，表里也是两栏", None, help=f"几个之间用顿号：{line.label}：{line.text.replace(joined, '、'.join(re.split('以及|[和与及]', joined)))}") or False
    run_on = next((c for c, head in zip(columns, written, strict=False) if head == f"定{c}"), None)  # 按 等级 定级奖
    if run_on is not None and f" 定{run_on}" in line.text:
        good = f"{line.label}：{line.text.replace(f' 定{run_on}', f' 定 定{run_on}')}"
        return read.report.error(Code.TABLE_HEADER_MISMATCH, f"「定{run_on}」前面少一个 定", None, help=f"是不是 {good}？") or False
    wrong = (
        [at for at, (one, other) in enumerate(zip(written, columns, strict=True)) if one != other] if len(written) == len(columns) else []
    )
    head = (
        cells.row_report(read, line.rows[0])
        if len(wrong) == 1 and (wrong[0] >= len(body.keys) or columns[wrong[0]] in read.scope.names())
        else read.report
    )
    one = wrong[0] if len(wrong) == 1 else -1
    here = f"是不是 {line.label}：{line.text.replace(columns[one], written[one], 1)}？" if one >= 0 and columns[one] not in read.scope.names() else ""
    head.error(Code.TABLE_HEADER_MISMATCH, "对照的表，列名要与 按 …… 定 …… 写的一样、次序也一样", None, help=f"{here}{'或表头写 ' if here else ''}| {' | '.join(columns)} |")
    return False


def _key(key: syntax.LookupKey, read: Reader, this_year: bool) -> tuple[Typed | None, rules.Let | None]:
    """What the table goes by; an expression has the name that the line gives it, like a 设定. Of what is had for the first time the figure of the base year."""
    if this_year:
        return read.read(syntax.YearRef("本年", key.value or key.name, key.name.at)), None
    if key.value is None:
        typed = read.name(key.name)
        if typed is None or not isinstance(typed.type, SeriesType):
            return typed, None
        year, text = f"本年{key.name.text}", key.name.text
        read.report.error(Code.TYPE_MISMATCH, f"「{text}」是逐年的事实，看不出按哪一年的", key.name.at, help=f"写明年度，列名也写 {year}：按 {year} ＝ 本年 {text} 定 ……",
                          fixes=((f"改为 {year} ＝ 本年 {text}", f"{year} ＝ 本年 {text}"),))
        return None, None
    typed = read.read(key.value)
    if typed is None:
        return None, None
    return Typed(values.Var(key.name.text, span=read.place(key.name)), typed.type), rules.Let(key.name.text, typed.value, typed.type)


def _row(
    row: syntax.Row, body: syntax.Lookup, keys: list[Typed], types: dict[str, Type], read: Reader, ever: tuple[values.Value | None, ...]
) -> Row | None:
    if not cells.full(row, body, read):
        return None
    tests: list[values.Value] = []
    for cell, key, name, highest in zip(row.cells, keys, body.keys, ever, strict=False):
        text = cell_text(cell)
        if text in cells.OTHERS or (key.type == BOOL and {m.strip() for m in text.split("、")} == {"是", "否"}):
            continue
        test = cells.key_test(cell, key, name.name.text, read)
        if test is None:
            return None
        before = None if highest is None else cells.key_test(cell, Typed(highest, key.type), name.name.text, read)
        tests.append(test if before is None else values.Logic("且", (test, values.Logic("非", (before,), span=cell)), span=cell))
    results: dict[str, values.Value | None] = {}
    for cell, result in zip(row.cells[len(body.keys) :], body.results, strict=True):
        made = cells.result(cell, result.text, types, read)
        if made is False:
            return None
        results[result.text] = None if made is True else made
    return values.joined("且", tests, row.span) if tests else None, results


def _rule(line: syntax.Line, rows: list[Row], types: dict[str, Type], keys: tuple[rules.Let, ...], steps: str) -> rules.Lookup:
    supported_rows: list[tuple[values.Value, values.Value]] = []
    otherwise_supported = False
    lets = []
    for name, type_ in types.items():
        arms = [(t, r[name] or _zero(type_)) for t, r in rows if t is not None]
        last = next((r[name] for t, r in rows if t is None), None)
        lets.append(rules.Let(name, values.Pick(tuple(arms), last, type_, span=line.content), type_))
    for test, results in rows:
        fine = all(v is not None for v in results.values())
        if test is None:
            otherwise_supported = fine
        else:
            supported_rows.append((test, values.Literal(fine, BOOL)))
    supported = values.Pick(tuple(supported_rows), values.Literal(otherwise_supported, BOOL), BOOL, span=line.content)
    return rules.Lookup(tuple(lets), supported, keys, steps=steps, rest=any(test is None for test, _ in rows))


def _zero(type_: Type) -> values.Value:
    return values.Literal(Fraction(0), type_ if isinstance(type_, NumberType) else MONEY)
