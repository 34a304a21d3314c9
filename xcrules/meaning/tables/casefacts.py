"""Cases held against the policy: facts that are none of it, readings that are not registered; each said once, where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.nearest import nearest
from xcrules.facts.given import read_facts
from xcrules.meaning.program import Case, Program

from .cases import Sample


def check_cases(program: Program, samples: Iterable[Sample]) -> list[Diagnostic]:
    """Of a policy without errors. What is wrong with the facts of a 样本 is not told again at each case that begins with it."""
    found: list[Diagnostic] = []
    said: set[tuple[str, str, str]] = set()
    written: list[tuple[str, Sample | Case]] = [*(("样本", x) for x in samples), *(("案例", x) for x in program.cases)]
    for kind, each in written:
        wrong = [d for d in read_facts(each.facts, program.schema, program.clause_names)[1] if (d.code, d.path, d.message) not in said]
        said |= {(d.code, d.path, d.message) for d in wrong if kind == "样本"}
        found += [evolve(d, span=each.span, message=f"{kind}「{each.name}」：{d.message}") for d in wrong]
    return [*found, *(d for case in program.cases for d in _readings(case, program))]


def _readings(case: Case, program: Program) -> Iterator[Diagnostic]:
    for number, choice in case.readings:
        reading = program.reading(number)
        if reading is None:
            close = nearest(number, [r.number for r in program.readings])
            yield Diagnostic(Code.UNREGISTERED_READING, f"读法 {number} 没有登记", case.span, f"是不是「{close[0]}」？" if close else "先在 读法 表里登记")
        elif choice not in reading.modelled:
            yield Diagnostic(Code.UNKNOWN_CHOICE, f"读法 {number} 没有「{choice}」这个可选的选项", case.span, f"可选：{'、'.join(reading.modelled)}")
