"""One mistake, one error: findings that have a common cause are said once, where the cause stands.

A field that was renamed in its table is not unknown in five lines; a quote without its line is not also a
clause without an amount. Only drops, moves and joins findings; adds nothing of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from attrs import evolve

from .. import calculus as c
from .. import program as p
from ..datatypes import NumberType
from ..diagnostic import Diagnostic, Fix, Related
from ..labels import LABELS
from ..nearest import nearest
from ..source import Span
from ..syntax import Line
from .clauses import rule_values
from .coverage import all_rules, field_span, values_in
from .outline import Outline, outline, paragraph_number
from .pointing import pointed

_INCOMPLETE = ("E425", "E426")  # something seems to be missing from a clause
_HOLES = ("E601", "E602", "E107", "E104", "E109", "E105", "E106")  # something there could not be read, or is not there
_MANY = 2
Owners = dict[str, tuple[list[int], list[str]]]  # by file: where its quotes begin, and of which clause each is


def causes(found: list[Diagnostic], program: p.Program, law: Outline) -> list[Diagnostic]:
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


def _resting(found: list[Diagnostic], program: p.Program, owners: Owners) -> list[Diagnostic]:
    """Without what rests on something that was said to be faulty: names that a faulty line was to give, 对象 and 标准 of a
    clause whose reading or order is in doubt, the other cells of a row."""
    faulty = {(d.span.source.name, d.span.line) for d in found if d.is_error and d.span and d.code[:2] in ("E2", "E4")}
    spoilt = set(_given_names(program, faulty))
    unsure = {_clause_at(d, owners) for d in found if d.code in ("E526", "E528")}
    doubled = {_clause_at(d, owners) for d in found if d.code == "E427"}
    merged = {_clause_at(d, owners) for d in found if d.code == "E448"}
    kept: list[Diagnostic] = []
    for d in found:
        clause = _clause_at(d, owners)
        if d.code in ("E301", "E319") and d.span and d.span.text.strip() in spoilt:
            continue
        if d.code in ("E301", "E315", "E425", "E426", "E427", "E406") and clause in merged:
            continue  # two clauses under one number: what is of the one is strange to the other
        if (d.code == "E427" and clause in unsure) or (d.code in _INCOMPLETE and clause in doubled):
            continue
        if d.code == "E302" and any(k.code == "E302" and k.span and d.span and _same_row(k.span, d.span) for k in kept):
            continue
        kept.append(d)
    return kept


def _given_names(program: p.Program, faulty: set[tuple[str, int]]) -> Iterator[str]:
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


def _unread(found: list[Diagnostic], program: p.Program) -> list[Diagnostic]:
    """What follows from a row, a heading, a label or a number that could not be read."""
    codes = {d.code for d in found} | _layout_codes(program)
    dropped: set[str] = set()
    if "E448" in codes:
        dropped |= {"E543"}
    if "E601" in codes:
        dropped |= {"E534", "E448", "E449"}
    if any(d.code[:2] == "E5" and d.span and d.span.source.name != program.name and d.code in ("E502", "E503", "E504", "E510", "E511")
           for d in found):  # fmt: skip
        dropped |= {"E314"}
    if codes & {"E104", "E107", "E109"}:
        dropped |= {"E529", "E530"}
    if codes & {"E404", "E601", "E602"}:
        dropped |= {"E543"}
    if codes & {"E506", "E509", "E811"}:
        dropped |= {"E314"}  # the row with the role may be the faulty one
    if codes & {"E506", "E811"}:
        dropped |= {"E406", "E414", "E415", "E562"}
    if codes & {"E518", "E519", "E521"}:
        dropped |= {"E526", "E528", "E529", "E530"}
    if any(d.code == "E601" and d.span and re.fullmatch("[一二三四五六七八九十]+", d.span.text) for d in found):
        dropped |= {"E301", "E310", "E315", "E425", "E426", "E427", "E314", "E302"}
    lost = _faulty_names(found, program)
    guessed = {(x.label_span.source.name, x.label_span.line) for x in program.document.lines() if _misread(x)}
    return [d for d in found if d.code not in dropped
            and not (d.span and (d.span.source.name, d.span.line) in guessed)
            and not (d.code in ("E301", "E310", "E316", "E319") and d.span and d.span.text.strip() in lost)]  # fmt: skip


def _misread(line: Line) -> bool:
    """Whether the label is none and the line was read as the likeliest: what is wrong with its content is a guess."""
    written = re.sub(r"\W", "", line.label_span.text)
    return bool(written) and written not in LABELS


def _layout_codes(program: p.Program) -> set[str]:
    """What was found before the check: labels that are none, files that are not there."""
    lines = program.document.lines()
    codes = {"E104"} if any(line.label not in LABELS or _misread(line) for line in lines) else set()
    named = {n.strip() for line in lines if line.label == "文件" for n in line.text.split("、")}
    return codes | ({"E811"} if named - {f.source.name for f in program.document.files} else set())


def _faulty_names(found: list[Diagnostic], program: p.Program) -> set[str]:
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


def _said_once(found: list[Diagnostic], program: p.Program, owners: Owners) -> list[Diagnostic]:
    """One 「会同时成立」 for each clause; readings named by their choices."""
    seen: set[str] = set()
    kept = []
    for d in sorted(found, key=lambda d: d.span.start if d.span else 0):
        if d.code == "E408" and _clause_at(d, owners) in seen:
            continue
        if d.code == "E427" and (number := _clause_at(d, owners)):
            if number in seen or any(x.code == "E602" and _article_at(x, owners) == _article_at(d, owners) for x in found):
                continue
            seen.add(number)
        kept.append(_with_choices(d, program))
    return kept


def _with_choices(d: Diagnostic, program: p.Program) -> Diagnostic:
    if d.code == "E427" and (match := re.search(r"〔(\S+) 选项〕", d.help)) and (reading := program.reading(match[1])):
        named = "、".join(f"〔{reading.number} {x}〕" for x in reading.modelled)
        return evolve(d, help=d.help.replace(match[0], named))
    if d.code == "E521" and d.span and (match := re.search(r"[A-Za-z]+\d+", d.span.source.line_text(d.span.line))):
        used = dict.fromkeys(t.choice for line in program.document.lines() for t in line.tags if t.reading == match[0] and t.choice)
        return evolve(d, help=f"条文里写到的选项有：{'、'.join(used)}；{d.help}") if used and not d.fixes else d
    if d.code == "E504" and "条款" in d.help and d.span and (match := re.search(r"[A-Za-z]+\d+", d.span.source.line_text(d.span.line))):
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


def _renamed(found: list[Diagnostic], program: p.Program) -> list[Diagnostic]:
    """A name that several lines use and no table declares, beside a declared one that no line uses."""
    groups = {name: group for name, group in _same(found, "E301", "E405", "E319").items() if len(_lines(group)) >= _MANY}
    unused = _unused(program) if groups else {}
    tables = {t.name for t in program.schema.nested}
    for name, group in groups.items():
        if any(d.code in ("E431", "E104") for d in found):
            continue
        wanted = {n for n in unused if n != name and (n in tables) != all(d.code == "E301" for d in group)}
        close = nearest(name, wanted)
        span = unused.get(close[0]) if close else None
        if span is None:
            continue
        at = span.text.find(close[0])
        place = span.part(at, at + len(close[0])) if at >= 0 else span
        found = _moved(found, group, Diagnostic(
            "E301", f"表里的名称是「{close[0]}」，条文里 {len(group)} 处写的却是「{name}」", place, f"两处要一样：这里改为 {name}，或改条文",
            fixes=(Fix(f"改为 {name}", place, name),), related=_related(group, f"这里写的是「{name}」")))  # fmt: skip
    return found


def _unused(program: p.Program) -> dict[str, Span | None]:
    """Fields and tables that no rule reads, with their places."""
    rules = all_rules(program)
    read = [v for r in rules for x in rule_values(r) for v in values_in(x)]
    fields = {(v.field.table, v.field.name) for v in read if isinstance(v, c.Fact)}
    tables = {v.table for v in read if isinstance(v, c.FoldItems)} | {
        r.body.table for r in rules if isinstance(r.body, p.SubjectRule)
    }
    out: dict[str, Span | None] = {}
    for table in program.schema.tables:
        if table.kind != "顶层" and table.name not in tables and not table.role:
            out[table.name] = table.span
        for field in table.fields:
            if (field.table, field.name) not in fields and not field.role:
                out[field.name] = field_span(program, table, field.name)
    return out


def _not_a_series(found: list[Diagnostic], program: p.Program) -> list[Diagnostic]:
    """A fact that the lines take by year, declared without 逐年."""
    for name, group in _same(found, "E316").items():
        for table in program.schema.tables:
            field = table.field_named(name)
            others = [d for d in found if d.code == "E420"]
            if field is None or not isinstance(field.type, NumberType) or len(_lines([*group, *others])) < _MANY:
                continue
            cell = _type_cell(program, table, name)
            fixes = (Fix(f"改为 逐年 {cell.text.strip()}", cell, f"逐年 {cell.text.strip()}"),) if cell else ()
            new = Diagnostic("E316", f"「{name}」在条文里当作逐年的事实用，这里写的却是 {field.type}", cell or table.span,
                             f"类型改为 逐年 {field.type}", fixes=fixes, related=_related(group, "这里当作逐年的事实"))  # fmt: skip
            return _moved(found, [*group, *others], new)
    return found


def _type_cell(program: p.Program, table: p.FactTable, name: str) -> Span | None:
    for line in program.document.lines():
        if line.label == "事实" and line.content == table.span:
            for row in line.rows:
                if row.cells and row.cells[0].text.strip() == name and len(row.cells) > 1:
                    return row.cells[1]
    return None


def _not_a_list(found: list[Diagnostic], program: p.Program) -> list[Diagnostic]:
    """A list declared without 逐笔: every 每笔 is wrong, and what stands beside it."""
    groups: dict[str, list[Diagnostic]] = {}
    for d in found:
        for table in program.schema.nested if d.code == "E406" and d.span and d.span.text.strip().startswith("每") else ():
            if table.kind == "一份" and table.name in d.span.text.split("，")[0].split():  # type: ignore[union-attr]
                groups.setdefault(table.name, []).append(d)
    for name, group in groups.items():
        table = next(t for t in program.schema.nested if t.name == name)
        word = group[0].span.text.strip() if group[0].span else ""
        if len(_lines(group)) < _MANY or table.span is None:
            continue
        each = f"逐{word[1]}"
        new = Diagnostic("E406", f"「{table.name}」在条文里{each}判断，这里却没有写 {each}", table.span, f"写成 事实：{table.name}，{each}",
                         fixes=(Fix(f"改为 {table.name}，{each}", table.span, f"{table.span.text}，{each}"),),
                         related=_related(group, "这里逐项判断"))  # fmt: skip
        return _moved([d for d in found if d.code not in ("E314", "E410", "E540")], group, new)
    return found


def _shadowed(found: list[Diagnostic]) -> list[Diagnostic]:
    """A 设定 named as a fact needs no second word about its circle; faulty members no second word about a table."""
    taken = {(d.span.source.name, d.span.line) for d in found if d.code == "E424" and d.span}
    kept = [d for d in found if not (d.code == "E421" and d.span and (d.span.source.name, d.span.line) in taken)]
    twice = {d.span.text.split("＝")[0].strip() for d in kept if d.code == "E431" and d.span}
    if twice:
        other = [d for d in kept if d.code == "E301" and any(n in d.help for n in twice)]
        names = "」「".join(dict.fromkeys(d.span.text for d in other if d.span))
        kept = [evolve(d, help=f"是不是「{names}」？{d.help}") if d.code == "E431" and names else d for d in kept if d not in other]
    members = [d for d in kept if d.code == "E315" and d.span]
    if members and any(d.code == "E511" for d in kept):
        names = "」「".join(dict.fromkeys(d.span.text for d in members if d.span))
        kept = [evolve(d, help=f"是不是「{names}」？{d.help}") if d.code == "E511" else d for d in kept if d not in members]
    named = {(d.span.source.name, d.span.line) for d in kept if d.span and d.code in ("E202", "E203", "E301", "E305", "E315")}
    return [d for d in kept if not (d.code == "E314" and d.span and _near(d, named))]


def _near(d: Diagnostic, places: set[tuple[str, int]]) -> bool:
    """A table of cases lacks members because the condition above it could not be read."""
    return d.span is not None and any((d.span.source.name, d.span.line - back) in places for back in range(1, 9))


def _holes(found: list[Diagnostic], owners: Owners) -> list[Diagnostic]:
    """In a clause where a quote or a line is missing or unread, only that is said."""
    lacking = {_article_at(d, owners) for d in found if d.code in ("E425", "E563")}
    reached = {id(d): {_article_at(d, owners), _next_article(d, owners)} & lacking for d in found if d.code == "E602"}
    told = set().union(*reached.values())
    found = [evolve(d, help=f"写在别处的 标准、上限 之类是不是该写在这里？{d.help}") if reached.get(id(d)) else d
             for d in found if not (d.code in ("E425", "E563") and _article_at(d, owners) in told)]  # fmt: skip
    numbers = {_clause_at(d, owners) for d in found if d.code in _HOLES}
    kept, hints = [], {}
    for d in found:
        number = _clause_at(d, owners)
        if d.code in _INCOMPLETE and number and number in numbers:
            hints[number] = d.help
        elif d.code == "E427" and any(_clause_at(x, owners) == number and x.code in ("E105", "E106", "E109") for x in found):
            continue
        else:
            kept.append(d)
    return [evolve(d, help=f"{hints[n]}；{d.help}") if d.code == "E602" and (n := _clause_at(d, owners)) in hints else d
            for d in kept]  # fmt: skip


def _owners(program: p.Program, law: Outline) -> Owners:
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
