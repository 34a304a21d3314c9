"""Cases for a drafter to finish: facts on which something shows, the expected figure left to be worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from xcrules.draft.outline import outline
from xcrules.meaning.program import Program
from xcrules.meaning.tables.cases import cases
from xcrules.tell.given import covers, given_lines
from xcrules.tell.readback.names import place_name

from .sheets import Sheet, plain

_HEAD = "# 这些案例的事实能分出下面注明的{}；应得没有写。逐个按条文手算，填上应得，去掉那一行行首的 #，再挪进案例文件。"


@frozen
class Telling:
    """A sheet of a clause, under some readings, and what shows on it: a line for each."""

    clause: str
    readings: tuple[tuple[str, str], ...]
    sheet: Sheet
    notes: tuple[str, ...]


def suggestion(program: Program, told: Iterable[Telling], what: str = "改动") -> str:
    """A rule file with a case for each sheet, what shows on it named above it."""
    samples = samples_of(program)
    blocks = [_HEAD.format(what), *("\n".join(_block(i, one, program, samples)) for i, one in enumerate(told, 1))]
    return "\n\n".join(blocks) + "\n"


def _block(i: int, one: Telling, program: Program, samples: dict[str, Sheet]) -> list[str]:
    name = begins_with(one.sheet, samples)
    readings = "".join(f"，读法 {number} {choice}" for number, choice in one.readings)
    return [
        f"# {place_name(one.clause)}", *(f"#   {note}" for note in one.notes),
        f"案例：待手算 {one.clause} {i}{f'，以 {name}' if name else ''}{readings}",
        *(f"  给定：{line}" for line in given_lines(one.sheet, samples.get(name, {}), program.schema)),
        f"# 应得：{one.clause} ……",
    ]


def begins_with(sheet: Sheet, samples: dict[str, Sheet]) -> str:
    """The 样本 that says most of a sheet, and nothing else; "" if none does."""
    return max((n for n, facts in samples.items() if covers(sheet, facts)), key=lambda n: _size(samples[n]), default="")


def _size(facts: Sheet) -> int:
    return sum(len(v) if isinstance(v, dict) else 1 for v in facts.values())


def samples_of(program: Program) -> dict[str, Sheet]:
    """What the cases of the policy begin with."""
    _, found = cases(outline(program.document.files).lines, program.clause_names, program.schema, program.policy_rules, [])
    return {x.name: plain(x.facts) for x in found}
