"""Cases held against the policy: facts that are none of it, readings that are not registered; each said once, where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import evolve, frozen

from xcrules.base.diagnostic import Code, Diagnostic, Fix
from xcrules.base.identity import ClauseNames, Unclear, clause_key, clause_name
from xcrules.base.nearest import did_you_mean
from xcrules.base.source import Span, canonical
from xcrules.draft.labels import Group, Label, Where, labels
from xcrules.draft.syntax import Expected, Given, Line, cell_text
from xcrules.facts.given import read_facts
from xcrules.facts.tables import FactField, Schema
from xcrules.facts.types import BoolType, NumberType, SeriesType, YearType, own_literal
from xcrules.meaning.advice import search
from xcrules.meaning.advice.around import Around
from xcrules.meaning.advice.spelling import spelled
from xcrules.meaning.clauses.place import Place
from xcrules.meaning.clauses.wanting import STATUSES
from xcrules.meaning.expressions.scope import NameScope
from xcrules.meaning.program import Case, Program, Reading
from xcrules.meaning.rules import Rule

from .cases import Opened, Sample, put
from .expected import ITEM_KEYS, checked
from .plain import PathTypes


def wrong_alone(line: Line, names: ClauseNames, schema: Schema, policy: tuple[Rule, ...]) -> list[Diagnostic]:
    """What is wrong with a 给定 or 应得, whatever case it is of."""
    findings: list[Diagnostic] = []
    if isinstance(line.body, Given):
        opened = Opened("", line.content, {})
        for item in line.body.items:
            put(opened, item, line, PathTypes(schema), findings)
        findings += read_facts(opened.facts, schema, names)[1]
    elif isinstance(line.body, Expected):
        checked(line.body, line.content, names, policy, findings)
    return findings


@frozen
class CaseLines:
    """What a line of a case may speak of."""

    scope: NameScope
    names: ClauseNames
    policy: tuple[Rule, ...]
    register: tuple[Reading, ...]

    def meant(self, finding: Diagnostic, line: Line) -> Diagnostic:
        """The finding of a 给定 or 应得 with what was probably meant."""
        schema = self.scope.schema
        own = ([f"{t.name}.{f.name}" for t in schema.nested if t.kind == "一份" for f in t.fields] if line.label == Label.GIVEN
               else [*self.names.keys, *map(clause_name, self.names.keys), *STATUSES, *ITEM_KEYS, *(r.number for r in self.register)])
        return search.meant(
            finding, Around(line, "", Place(self.scope), own=(*own,), wrong=lambda x: wrong_alone(x, self.names, schema, self.policy))
        )


def check_cases(program: Program, samples: Iterable[Sample], of_a_case: CaseLines) -> list[Diagnostic]:
    """Of a policy without errors. What is wrong with the facts of a 样本 is not told again at each case that begins with it."""
    findings: list[Diagnostic] = []
    columns: dict[Span, Diagnostic] = {}  # of 案例表 whose name is none of a fact: the same in every row
    said: set[tuple[str, str, str]] = set()
    written: list[tuple[str, Sample | Case]] = [*(("样本", x) for x in samples), *(("案例", x) for x in program.cases)]
    for kind, each in written:
        wrong = [d for d in read_facts(each.facts, program.schema, program.clause_names)[1] if (d.code, d.path, d.message) not in said]
        said |= {(d.code, d.path, d.message) for d in wrong if kind == "样本"}
        for d in (evolve(d, span=each.span) for d in wrong):
            column, cell = _column(d, program)
            if column is not None and d.code == Code.UNKNOWN_FACT:
                columns.setdefault(column, _misnamed(d, column, program.clause_names))
                continue
            placed = (evolve(d, span=cell, help=_value(d, _SAID.findall(d.message), program) or d.help)
                      if cell is not None else _placed(d, program, of_a_case))
            findings.append(evolve(placed, message=f"{kind}「{each.name}」：{d.message.replace('true 或 false', '是 或 否')}"))
    return [*columns.values(), *findings, *(d for case in program.cases for d in _readings(case, program))]


def _readings(case: Case, program: Program) -> Iterator[Diagnostic]:
    for number, choice in case.readings:
        reading = program.reading(number)
        if reading is None:
            yield Diagnostic(Code.UNREGISTERED_READING, f"读法 {number} 没有登记", case.span,
                             did_you_mean(number, [r.number for r in program.readings], "先在 读法 表里登记"))
        elif choice not in reading.modelled:
            yield Diagnostic(Code.UNKNOWN_CHOICE, f"读法 {number} 没有「{choice}」这个可选的选项", case.span, f"可选：{'、'.join(reading.modelled)}")


_SAID = re.compile("「([^「」]*)」")
_INDEX = re.compile(r"\[\d+\]")


def _column(d: Diagnostic, program: Program) -> tuple[Span, Span] | tuple[None, None]:
    """The head and the cell of the column that says it, where the case is a row of a 案例表."""
    tables = (
        line
        for line in program.document.lines()
        if line.label == Label.CASE_TABLE and d.span is not None and line.content.source is d.span.source
    )
    head, row = next(((line.rows[0], row) for line in tables for row in line.rows[1:] if row.span == d.span), (None, None))
    path = _INDEX.sub("", d.path)
    if head is None or row is None or not path:
        return None, None
    found = [x for x in zip(head.cells, row.cells, strict=False) if (_INDEX.sub("", cell_text(x[0])) + ".").startswith(path + ".")]
    return found[0] if found else (None, None)


def _misnamed(d: Diagnostic, column: Span, names: ClauseNames) -> Diagnostic:
    """标准.领城, 3(1) for 应得 3(1): said at the head of the column, with the whole of the name that it may be."""
    name, typed = cell_text(column), d.path.rpartition(".")[2]
    near = (
        [name.replace(typed, x) for x in _SAID.findall(d.help)]
        if d.help.startswith("是不是")
        else []
        if isinstance(clause_key(name, names), Unclear)
        else [f"应得 {name}"]
    )
    return evolve(d, message=f"案例表的列「{name}」：{d.message}", span=column, help=f"是不是「{'」「'.join(near)}」？" if near else d.help,
                  fixes=tuple(Fix(f"改为 {x}", column, x) for x in near))


def _placed(d: Diagnostic, program: Program, of_a_case: CaseLines) -> Diagnostic:
    """At the 给定 line that says it, with the value as it should be written."""
    said = _SAID.findall(d.message)
    names = [*said, *re.split(r"[.\[\]]+", d.path)]
    best: tuple[int, Span, Line] | None = None
    for line in _given(d.span, program):
        at = {w: line.text.find(w) for w in names if w and w in line.text}
        score = sum(len(w) for w in at)
        if at and (best is None or score > best[0]):
            word = next(w for w in [*reversed(said), *reversed(names)] if w in at)
            best = (score, line.content.part(at[word], at[word] + len(word)), line)
    moved = evolve(d, help=_value(d, said, program) or d.help)
    if best is None:
        return moved
    moved = evolve(moved, span=best[1])
    meant = of_a_case.meant(evolve(moved, help=""), best[2]) if not moved.help.startswith(("写成", "一项一项")) else moved
    return meant if meant.help else moved


_OPENING = labels(Group.EXAMPLE, Where.BLOCK)


def _given(span: Span | None, program: Program) -> Iterator[Line]:
    """The 给定 lines beneath the heading of a case."""
    inside = False
    for line in program.document.lines():
        if line.label in _OPENING:
            inside = span is not None and line.content.source is span.source and line.label_span.line == span.line
        elif inside and line.label == "给定":
            yield line


def _value(d: Diagnostic, said: list[str], program: Program) -> str:
    """How the value, or the name, is written."""
    path = d.path.split(".")
    field = _field(path, program)
    if d.help.startswith("没有的写 []"):
        return f"一项一项写 {d.path} 含（栏 为 值）；没有的写 {d.path} 为 无，不知道的不写"
    if (
        d.code == Code.UNKNOWN_FACT
        and len(path) == 1
        and (owners := [t.name for t in program.schema.nested if t.kind == "一份" and t.field_named(path[0])])
    ):
        return f"写成 {'、'.join(f'{o}.{path[0]}' for o in owners)}"
    if field is None or not said:
        return ""
    typed = said[-1]
    if re.fullmatch("不知道?|不[详明]|不清楚|待[定补]|尚?未公布|未填", typed):
        return f"写成 {field.name} 为 未知，或不写"
    if isinstance(field.type, BoolType) and (denied := re.fullmatch("(没有?|无|不\\S*|未\\S*|假|N)|有|真|Y", typed)):
        return f"写成 {'非 ' if denied[1] else ''}{d.path or field.name}"
    if isinstance(field.type, BoolType):
        return f"表里写 是 或 否，不知道的留空；给定 里写 {field.name} 或 非 {field.name}"
    if isinstance(field.type, SeriesType):
        return f"逐年写：{field.name} 含（2023年 为 {_bare_number(d, program, path[-1]) or '……'}）"
    if isinstance(field.type, NumberType):
        mended = spelled(typed)
        literal = own_literal(canonical(mended), field.type)
        if literal is not None and literal.type == field.type:
            return f"写成 {mended}"
        bare = _bare_number(d, program, path[-1])
        if field.type.rate and bare:
            return f"写成 {bare}倍；要是指百分之{bare}，写 {bare}%"
        return f"写成 {bare}{field.type}" if bare and field.type.unit else f"写数和单位，例如 5{field.type}" if field.type.unit and d.code == Code.WRONG_KIND and not d.help.startswith("写成") else ""
    if isinstance(field.type, YearType):
        bare = _bare_number(d, program, path[-1]).removesuffix("年")
        return f"写成 20{bare}年" if re.fullmatch(r"\d\d", bare) else "写四位的年份，例如 2024年"
    if d.code == Code.NOT_A_DATE and (year := _bare_number(d, program, path[-1])) and re.fullmatch(r"(19|20|21)\d\d年?", year):
        return f"写到日，例如 {year[:4]}-06-01"
    return ""


def _bare_number(d: Diagnostic, program: Program, name: str) -> str:
    """What a 给定 line gives for a name, where it is a number."""
    for line in _given(d.span, program):
        if match := re.search(rf"{re.escape(name)}\s*为\s*(\d[\d.,]*[万亿年]?)(?![\w%-])", canonical(line.text)):
            return match[1]
    return ""


def _field(path: list[str], program: Program) -> FactField | None:
    """The fact that a path in the facts leads to."""
    head = re.sub(r"\[.*", "", path[0])
    for table in program.schema.tables:
        fields = path[1:] if table.name == head else path if table.kind == "顶层" else []
        if fields and (field := table.field_named(fields[0])):
            return field
    return None
