"""One mistake, one error: findings that have a common cause are said once, where the cause stands.

A field that was renamed in its table is not unknown in five lines; a quote without its line is not also a
clause without an amount. Only drops, moves and joins findings; adds nothing of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from attrs import evolve

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, Fix, Related
from xcrules.base.nearest import nearest
from xcrules.base.source import Span
from xcrules.draft.labels import LABELS
from xcrules.draft.outline import Outline, outline, paragraph_number
from xcrules.draft.syntax import Line
from xcrules.facts.tables import FactTable
from xcrules.facts.types import NumberType
from xcrules.meaning import rules, values
from xcrules.meaning.clauses.clause import rule_values
from xcrules.meaning.clauses.coverage import all_rules, field_span, values_in
from xcrules.meaning.program import Program

from .pointing import pointed

_INCOMPLETE = (Code.MISSING_SUBJECT, Code.MISSING_GRANT)  # something seems to be missing from a clause
_HOLES = (Code.QUOTE_MISMATCH, Code.LAW_WITHOUT_NOTES, Code.UNREADABLE_LINE, Code.UNKNOWN_LABEL, Code.INCOMPLETE_LABEL, Code.NO_READING_TAG, Code.MISPLACED_TAG)  # something there could not be read, or is not there
_MANY = 2
Owners = dict[str, tuple[list[int], list[str]]]  # by file: where its quotes begin, and of which clause each is


def causes(found: list[Diagnostic], program: Program, law: Outline) -> list[Diagnostic]:
    """The findings with one for each cause."""
    if not found:
        return []
    found = _renamed(found, program)
    found = _not_a_series(found, program)
    found = _not_a_list(found, program)
    found = _shadowed(_unread(found, program))
    owners = _owners(program, law)
    found = _resting(_holes(found, owners), program, owners)
    return pointed(_said_once(found, program, owners), program, law)


def _resting(found: list[Diagnostic], program: Program, owners: Owners) -> list[Diagnostic]:
    """Without what rests on something that was said to be faulty: names that a faulty line was to give, 对象 and 标准 of a
    clause whose reading or order is in doubt, the other cells of a row."""
    faulty = {(d.span.source.name, d.span.line) for d in found if d.is_error and d.span and d.code[:2] in ("E2", "E4")}
    spoilt = set(_given_names(program, faulty))
    unsure = {_clause_at(d, owners) for d in found if d.code in (Code.UNREGISTERED_READING, Code.UNKNOWN_CHOICE)}
    doubled = {_clause_at(d, owners) for d in found if d.code == Code.CONFLICTING_LINES}
    merged = {_clause_at(d, owners) for d in found if d.code == Code.REPEATED_NUMBER}
    kept: list[Diagnostic] = []
    for d in found:
        clause = _clause_at(d, owners)
        if d.code in (Code.UNKNOWN_NAME, Code.UNKNOWN_LIST) and d.span and d.span.text.strip() in spoilt:
            continue
        if d.code in (Code.UNKNOWN_NAME, Code.UNKNOWN_MEMBER, Code.MISSING_SUBJECT, Code.MISSING_GRANT, Code.CONFLICTING_LINES, Code.LIST_OR_SINGLE) and clause in merged:
            continue  # two clauses under one number: what is of the one is strange to the other
        if (d.code == Code.CONFLICTING_LINES and clause in unsure) or (d.code in _INCOMPLETE and clause in doubled):
            continue
        if d.code == Code.TYPE_MISMATCH and any(k.code == Code.TYPE_MISMATCH and k.span and d.span and _same_row(k.span, d.span) for k in kept):
            continue
        kept.append(d)
    return kept


def _given_names(program: Program, faulty: set[tuple[str, int]]) -> Iterator[str]:
    """Names that faulty lines were to give: the left of ＝, the columns of a 对照."""
    for line in program.document.lines():
        if (line.content.source.name, line.label_span.line) not in faulty:
            continue
        if "＝" in line.text or "=" in line.text:
            yield re.split("[＝=]", line.text)[0].strip()
        if line.label == "对照" and line.rows:
            yield from (v.strip() for v in line.rows[0].values)


def _same_row(one: Span, other: Span) -> bool:
    """Whether both stand in one row of a table."""
    return one.source is other.source and one.line == other.line and one.source.line_text(one.line).lstrip().startswith(("|", "｜"))


def _unread(found: list[Diagnostic], program: Program) -> list[Diagnostic]:
    """What follows from a row, a heading, a label or a number that could not be read."""
    codes = {d.code for d in found} | _layout_codes(program)
    dropped: set[str] = set()
    if Code.REPEATED_NUMBER in codes:
        dropped |= {Code.UNKNOWN_CLAUSE}
    if Code.QUOTE_MISMATCH in codes:
        dropped |= {Code.BAD_READING_CLAUSE, Code.REPEATED_NUMBER, Code.OPENS_OR_CITES}
    if any(d.code[:2] == "E5" and d.span and d.span.source.name != program.name and d.code in (Code.UNKNOWN_COLUMN, Code.MISSING_COLUMN, Code.RAGGED_ROW, Code.UNREADABLE_TYPE, Code.REPEATED_MEMBER)
           for d in found):
        dropped |= {Code.UNCOVERED_CASE}
    if codes & {Code.UNKNOWN_LABEL, Code.UNREADABLE_LINE, Code.INCOMPLETE_LABEL}:
        dropped |= {Code.UNUSED_READING, Code.UNUSED_CHOICE}
    if codes & {Code.UNKNOWN_NATURE, Code.QUOTE_MISMATCH, Code.LAW_WITHOUT_NOTES}:
        dropped |= {Code.UNKNOWN_CLAUSE}
    if codes & {Code.UNKNOWN_TABLE_WORD, Code.UNKNOWN_ROLE, Code.NOT_FOUND}:
        dropped |= {Code.UNCOVERED_CASE}  # the row with the role may be the faulty one
    if codes & {Code.UNKNOWN_TABLE_WORD, Code.NOT_FOUND}:
        dropped |= {Code.LIST_OR_SINGLE, Code.COUNT_WITHOUT_RECORD, Code.NOT_OUTSIDE_SUPPORT, Code.LIFETIME_WITHOUT_LEDGER}
    if codes & {Code.REPEATED_READING, Code.BAD_READING_NUMBER, Code.UNREADABLE_CHOICES}:
        dropped |= {Code.UNREGISTERED_READING, Code.UNKNOWN_CHOICE, Code.UNUSED_READING, Code.UNUSED_CHOICE}
    if any(d.code == Code.QUOTE_MISMATCH and d.span and re.fullmatch("[一二三四五六七八九十]+", d.span.text) for d in found):
        dropped |= {Code.UNKNOWN_NAME, Code.AMBIGUOUS_NAME, Code.UNKNOWN_MEMBER, Code.MISSING_SUBJECT, Code.MISSING_GRANT, Code.CONFLICTING_LINES, Code.UNCOVERED_CASE, Code.TYPE_MISMATCH}
    lost = _faulty_names(found, program)
    guessed = {(x.label_span.source.name, x.label_span.line) for x in program.document.lines() if _misread(x)}
    return [d for d in found if d.code not in dropped
            and not (d.span and (d.span.source.name, d.span.line) in guessed)
            and not (d.code in (Code.UNKNOWN_NAME, Code.AMBIGUOUS_NAME, Code.NOT_A_SERIES, Code.UNKNOWN_LIST) and d.span and d.span.text.strip() in lost)]


def _misread(line: Line) -> bool:
    """Whether the label is none and the line was read as the likeliest: what is wrong with its content is a guess."""
    written = re.sub(r"\W", "", line.label_span.text)
    return bool(written) and written not in LABELS


def _layout_codes(program: Program) -> set[str]:
    """What was found before the check: labels that are none, files that are not there."""
    lines = program.document.lines()
    codes = {Code.UNKNOWN_LABEL} if any(line.label not in LABELS or _misread(line) for line in lines) else set()
    named = {n.strip() for line in lines if line.label == "文件" for n in line.text.split("、")}
    return codes | ({Code.NOT_FOUND} if named - {f.source.name for f in program.document.files} else set())


def _faulty_names(found: list[Diagnostic], program: Program) -> set[str]:
    """Names in rows of 事实 that have a fault of their own."""
    faults = [d.span for d in found if d.span and d.code[:2] == "E5"]
    names: set[str] = set()
    for line in program.document.lines():
        if line.label not in LABELS and "＝" in line.text:
            names.add(line.text.split("＝")[0].strip())
        for row in line.rows if line.label == "事实" else ():
            if any(s.source is row.span.source and row.span.start <= s.start <= row.span.end for s in faults) and row.cells:
                names |= {r.cells[0].text.strip() for r in line.rows if r.cells} if row is line.rows[0] else {row.cells[0].text.strip()}
    return names


def _said_once(found: list[Diagnostic], program: Program, owners: Owners) -> list[Diagnostic]:
    """One 「会同时成立」 for each clause; readings named by their choices."""
    seen: set[str] = set()
    kept = []
    for d in sorted(found, key=lambda d: d.span.start if d.span else 0):
        if d.code == Code.NO_PARTS and _clause_at(d, owners) in seen:
            continue
        if d.code == Code.CONFLICTING_LINES and (number := _clause_at(d, owners)):
            if number in seen or any(x.code == Code.LAW_WITHOUT_NOTES and _article_at(x, owners) == _article_at(d, owners) for x in found):
                continue
            seen.add(number)
        kept.append(_with_choices(d, program))
    return kept


def _with_choices(d: Diagnostic, program: Program) -> Diagnostic:
    if d.code == Code.CONFLICTING_LINES and (match := re.search(r"〔(\S+) 选项〕", d.help)) and (reading := program.reading(match[1])):
        named = "、".join(f"〔{reading.number} {x}〕" for x in reading.modelled)
        return evolve(d, help=d.help.replace(match[0], named))
    if d.code == Code.UNREADABLE_CHOICES and d.span and (match := re.search(r"[A-Za-z]+\d+", d.span.source.line_text(d.span.line))):
        used = dict.fromkeys(t.choice for line in program.document.lines() for t in line.tags if t.reading == match[0] and t.choice)
        return evolve(d, help=f"条文里写到的选项有：{'、'.join(used)}；{d.help}") if used and not d.fixes else d
    if d.code == Code.RAGGED_ROW and "条款" in d.help and d.span and (match := re.search(r"[A-Za-z]+\d+", d.span.source.line_text(d.span.line))):
        used = {x.number: "" for x in outline(program.document.files).lines for t in x.line.tags if t.reading == match[0]}
        return evolve(d, help=d.help.replace("如 1(1)", f"条文里用在 {'、'.join(sorted(used))}")) if used else d
    return d


def _lines(found: Iterable[Diagnostic]) -> set[tuple[str, int]]:
    return {(d.span.source.name, d.span.line) for d in found if d.span}


def _same(found: list[Diagnostic], *codes: str) -> dict[str, list[Diagnostic]]:
    """Findings of these codes by what was typed there."""
    groups: dict[str, list[Diagnostic]] = {}
    for d in found:
        if d.code in codes and d.span:
            groups.setdefault(d.span.text.strip(), []).append(d)
    return groups


def _moved(found: list[Diagnostic], group: list[Diagnostic], new: Diagnostic) -> list[Diagnostic]:
    return [*(d for d in found if not any(d is x for x in group)), new]


def _related(group: list[Diagnostic], message: str) -> tuple[Related, ...]:
    return tuple(Related(d.span, message) for d in group[:3] if d.span)


def _renamed(found: list[Diagnostic], program: Program) -> list[Diagnostic]:
    """A name that several lines use and no table declares, beside a declared one that no line uses."""
    groups = {name: group for name, group in _same(found, Code.UNKNOWN_NAME, Code.UNKNOWN_FACT_TABLE, Code.UNKNOWN_LIST).items() if len(_lines(group)) >= _MANY}
    unused = _unused(program) if groups else {}
    tables = {t.name for t in program.schema.nested}
    for name, group in groups.items():
        if any(d.code in (Code.REDEFINED_NAME, Code.UNKNOWN_LABEL) for d in found):
            continue
        wanted = {n for n in unused if n != name and (n in tables) != all(d.code == Code.UNKNOWN_NAME for d in group)}
        close = nearest(name, wanted)
        span = unused.get(close[0]) if close else None
        if span is None:
            continue
        at = span.text.find(close[0])
        place = span.part(at, at + len(close[0])) if at >= 0 else span
        found = _moved(found, group, Diagnostic(
            Code.UNKNOWN_NAME, f"表里的名称是「{close[0]}」，条文里 {len(group)} 处写的却是「{name}」", place, f"两处要一样：这里改为 {name}，或改条文",
            fixes=(Fix(f"改为 {name}", place, name),), related=_related(group, f"这里写的是「{name}」")))
    return found


def _unused(program: Program) -> dict[str, Span | None]:
    """Fields and tables that no rule reads, with their places."""
    read = [v for r in all_rules(program) for x in rule_values(r) for v in values_in(x)]
    fields = {(v.field.table, v.field.name) for v in read if isinstance(v, values.Fact)}
    tables = {v.table for v in read if isinstance(v, values.FoldItems)} | {
        r.body.table for r in all_rules(program) if isinstance(r.body, rules.Subject)
    }
    out: dict[str, Span | None] = {}
    for table in program.schema.tables:
        if table.kind != "顶层" and table.name not in tables and not table.role:
            out[table.name] = table.span
        for field in table.fields:
            if (field.table, field.name) not in fields and not field.role:
                out[field.name] = field_span(program, table, field.name)
    return out


def _not_a_series(found: list[Diagnostic], program: Program) -> list[Diagnostic]:
    """A fact that the lines take by year, declared without 逐年."""
    for name, group in _same(found, Code.NOT_A_SERIES).items():
        for table in program.schema.tables:
            field = table.field_named(name)
            others = [d for d in found if d.code == Code.TYPE_VARIES_BY_READING]
            if field is None or not isinstance(field.type, NumberType) or len(_lines([*group, *others])) < _MANY:
                continue
            cell = _type_cell(program, table, name)
            fixes = (Fix(f"改为 逐年 {cell.text.strip()}", cell, f"逐年 {cell.text.strip()}"),) if cell else ()
            new = Diagnostic(Code.NOT_A_SERIES, f"「{name}」在条文里当作逐年的事实用，这里写的却是 {field.type}", cell or table.span,
                             f"类型改为 逐年 {field.type}", fixes=fixes, related=_related(group, "这里当作逐年的事实"))
            return _moved(found, [*group, *others], new)
    return found


def _type_cell(program: Program, table: FactTable, name: str) -> Span | None:
    for line in program.document.lines():
        if line.label == "事实" and line.content == table.span:
            for row in line.rows:
                if row.cells and row.cells[0].text.strip() == name and len(row.cells) > 1:
                    return row.cells[1]
    return None


def _not_a_list(found: list[Diagnostic], program: Program) -> list[Diagnostic]:
    """A list declared without 逐笔: every 每笔 is wrong, and what stands beside it."""
    groups: dict[str, list[Diagnostic]] = {}
    for d in found:
        for table in program.schema.nested if d.code == Code.LIST_OR_SINGLE and d.span and d.span.text.strip().startswith("每") else ():
            if table.kind == "一份" and table.name in d.span.text.split("，")[0].split():  # type: ignore[union-attr]
                groups.setdefault(table.name, []).append(d)
    for name, group in groups.items():
        table = next(t for t in program.schema.nested if t.name == name)
        word = group[0].span.text.strip() if group[0].span else ""
        if len(_lines(group)) < _MANY or table.span is None:
            continue
        each = f"逐{word[1]}"
        new = Diagnostic(Code.LIST_OR_SINGLE, f"「{table.name}」在条文里{each}判断，这里却没有写 {each}", table.span, f"写成 事实：{table.name}，{each}",
                         fixes=(Fix(f"改为 {table.name}，{each}", table.span, f"{table.span.text}，{each}"),),
                         related=_related(group, "这里逐项判断"))
        return _moved([d for d in found if d.code not in (Code.UNCOVERED_CASE, Code.BAD_GROUP_KEY, Code.CASE_LINE_WITHOUT_CASE)], group, new)
    return found


def _shadowed(found: list[Diagnostic]) -> list[Diagnostic]:
    """A 设定 named as a fact needs no second word about its circle; faulty members no second word about a table."""
    taken = {(d.span.source.name, d.span.line) for d in found if d.code == Code.NAME_IS_A_FACT and d.span}
    kept = [d for d in found if not (d.code == Code.CIRCULAR_LET and d.span and (d.span.source.name, d.span.line) in taken)]
    twice = {d.span.text.split("＝")[0].strip() for d in kept if d.code == Code.REDEFINED_NAME and d.span}
    if twice:
        other = [d for d in kept if d.code == Code.UNKNOWN_NAME and any(n in d.help for n in twice)]
        names = "」「".join(dict.fromkeys(d.span.text for d in other if d.span))
        kept = [evolve(d, help=f"是不是「{names}」？{d.help}") if d.code == Code.REDEFINED_NAME and names else d for d in kept if d not in other]
    members = [d for d in kept if d.code == Code.UNKNOWN_MEMBER and d.span]
    if members and any(d.code == Code.REPEATED_MEMBER for d in kept):
        names = "」「".join(dict.fromkeys(d.span.text for d in members if d.span))
        kept = [evolve(d, help=f"是不是「{names}」？{d.help}") if d.code == Code.REPEATED_MEMBER else d for d in kept if d not in members]
    named = {(d.span.source.name, d.span.line) for d in kept if d.span and d.code in (Code.GLUED_WORDS, Code.SYNTAX, Code.UNKNOWN_NAME, Code.UNKNOWN_NUMBER, Code.UNKNOWN_MEMBER)}
    return [d for d in kept if not (d.code == Code.UNCOVERED_CASE and d.span and _near(d, named))]


def _near(d: Diagnostic, places: set[tuple[str, int]]) -> bool:
    """A table of cases lacks members because the condition above it could not be read."""
    return d.span is not None and any((d.span.source.name, d.span.line - back) in places for back in range(1, 9))


def _holes(found: list[Diagnostic], owners: Owners) -> list[Diagnostic]:
    """In a clause where a quote or a line is missing or unread, only that is said."""
    lacking = {_article_at(d, owners) for d in found if d.code in (Code.MISSING_SUBJECT, Code.CONDITION_UNDER_LEAD)}
    reached = {id(d): {_article_at(d, owners), _next_article(d, owners)} & lacking for d in found if d.code == Code.LAW_WITHOUT_NOTES}
    told = set().union(*reached.values())
    found = [evolve(d, help=f"写在别处的 标准、上限 之类是不是该写在这里？{d.help}") if reached.get(id(d)) else d
             for d in found if not (d.code in (Code.MISSING_SUBJECT, Code.CONDITION_UNDER_LEAD) and _article_at(d, owners) in told)]
    numbers = {_clause_at(d, owners) for d in found if d.code in _HOLES}
    kept, hints = [], {}
    for d in found:
        number = _clause_at(d, owners)
        if d.code in _INCOMPLETE and number and number in numbers:
            hints[number] = d.help
        elif d.code == Code.CONFLICTING_LINES and any(_clause_at(x, owners) == number and x.code in (Code.NO_READING_TAG, Code.MISPLACED_TAG, Code.INCOMPLETE_LABEL) for x in found):
            continue
        else:
            kept.append(d)
    return [evolve(d, help=f"{hints[n]}；{d.help}") if d.code == Code.LAW_WITHOUT_NOTES and (n := _clause_at(d, owners)) in hints else d
            for d in kept]


def _owners(program: Program, law: Outline) -> Owners:
    """Where each quote stands and of which clause it is; one with no line belongs to the clause above."""
    known = {id(x.quote): x.number for x in law.lines if x.quote is not None}
    out: Owners = {}
    number = ""
    for file in program.document.files:
        starts, numbers = out.setdefault(file.source.name, ([], []))
        for quote in file.quotes:
            number = known.get(id(quote)) or (paragraph_number(quote.words, number))
            starts.append(quote.span.start)
            numbers.append(number)
    return out


def _article_at(d: Diagnostic, owners: Owners) -> str:
    """The article that the place stands in: a line that strayed from its quote seldom goes farther."""
    return _clause_at(d, owners).partition("(")[0]


def _next_article(d: Diagnostic, owners: Owners) -> str:
    """The article of the quote behind the place: the notes of a quote may have come to stand under the next."""
    starts, numbers = owners.get(d.span.source.name, ([], [])) if d.span else ([], [])
    at = bisect_right(starts, d.span.start) if d.span else 0
    return numbers[at].partition("(")[0] if at < len(numbers) else ""


def _clause_at(d: Diagnostic, owners: Owners) -> str:
    """The number of the clause that the place stands in."""
    if d.span is None or d.span.source.name not in owners:
        return ""
    starts, numbers = owners[d.span.source.name]
    at = bisect_right(starts, d.span.start)
    return numbers[at - 1] if at else ""
