"""Cases for a drafter to finish: facts on which a slip shows, the expected figure left to be worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable

from xcrules.draft.outline import outline
from xcrules.meaning.program import Program
from xcrules.meaning.tables.cases import cases
from xcrules.tell.given import covers, given_lines
from xcrules.tell.readback.names import place_name

from .mutation import Verdict
from .sheets import Sheet, plain

_HEAD = "# 这些案例的事实能分出下面注明的改动；应得没有写。逐个按条文手算，填上应得，去掉那一行行首的 #，再挪进案例文件。"


def suggestion(program: Program, verdicts: Iterable[Verdict]) -> str:
    """A rule file with a case for each sheet that tells some slips, all of these named above it."""
    told: dict[int, list[Verdict]] = {}
    for v in verdicts:
        if v.sheet is not None:
            told.setdefault(id(v.sheet), []).append(v)
    samples = _samples(program)
    blocks = [_HEAD, *("\n".join(_block(i, group, program, samples)) for i, group in enumerate(told.values(), 1))]
    return "\n\n".join(blocks) + "\n"


def _block(i: int, group: list[Verdict], program: Program, samples: dict[str, Sheet]) -> list[str]:
    first = group[0]
    assert first.sheet is not None
    name = max((n for n, facts in samples.items() if covers(first.sheet, facts)), key=lambda n: _size(samples[n]), default="")
    readings = "".join(f"，读法 {number} {choice}" for number, choice in first.readings)
    return [
        f"# {place_name(first.clause)}", *(f"#   {v.mutant.origin.span}　{v.mutant.what}" for v in group),
        f"案例：待手算 {first.clause} {i}{f'，以 {name}' if name else ''}{readings}",
        *(f"  给定：{line}" for line in given_lines(first.sheet, samples.get(name, {}), program.schema)),
        f"# 应得：{first.clause} ……",
    ]


def _size(facts: Sheet) -> int:
    return sum(len(v) if isinstance(v, dict) else 1 for v in facts.values())


def _samples(program: Program) -> dict[str, Sheet]:
    """What the cases of the policy begin with."""
    _, found = cases(outline(program.document.files).lines, program.clause_names, program.schema, program.policy_rules, [])
    return {x.name: plain(x.facts) for x in found}
