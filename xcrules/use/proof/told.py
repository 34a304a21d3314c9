"""Proofs in words: their mark, their statement, and what shows that one does not hold as facts that a person reads.

Cases for a drafter to finish: facts on which something shows, the expected figure left to be worked out by hand.

Plain facts as a drafter writes them in a case: 给定 lines, for what a 样本 does not say already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import frozen

from xcrules.base.identity import clause_name
from xcrules.draft.outline import outline
from xcrules.facts.tables import Schema
from xcrules.facts.types import LedgerType, SeriesType, Type, YearType, show
from xcrules.meaning.program import Program
from xcrules.meaning.tables.cases import cases
from xcrules.run.results import shown
from xcrules.tell.readback.names import place_name

from .proving import AMENDED, BINDING, NO_OLDER, NOBODY_LESS, OPEN, PROVED, READING, REFUTED, WRONG, Proof
from .sheets import Sheet, plain

Plain = Mapping[str, Any]


def given_lines(sheet: Plain, base: Plain, schema: Schema) -> list[str]:
    """One line for each fact, object or list that `base` does not say so."""
    types = {f.name: f.type for f in schema.top}
    lines = []
    for name, held in sheet.items():
        if held == base.get(name, ...) or (held == {} and name not in base):  # no figure is what is said of none
            continue
        table = schema.table(name)
        if table is None:
            lines.append(_item(name, held, types[name]))
        elif isinstance(held, list):
            fields = {f.name: f.type for f in table.fields}
            rows = "、".join(f"（{'，'.join(_item(k, v, fields[k]) for k, v in row.items() if v is not None and v != {}) or '　'}）" for row in held)
            lines.append(f"{name} 含{rows}" if held else f"{name} 为 无")
        elif isinstance(held, dict):
            fields, known = {f.name: f.type for f in table.fields}, base.get(name) or {}
            said = [_item(f"{name}.{k}", v, fields[k]) for k, v in held.items() if v != known.get(k, ...) and (v != {} or k in known)]
            lines += ["，".join(said)] if said else []
        else:
            lines.append(f"{name} 为 {held or '未知'}")
    return lines


def covers(sheet: Plain, base: Plain) -> bool:
    """Whether a sheet says all that a 样本 says, so that a case may begin with it."""
    return all(
        covers(sheet[k], v) if isinstance(v, dict) and isinstance(sheet.get(k), dict) else sheet.get(k) == v for k, v in base.items()
    )


def _item(name: str, value: Any, type_: Type) -> str:
    if isinstance(type_, SeriesType | LedgerType) and isinstance(value, dict):
        year = "年" if isinstance(type_, SeriesType) else ""
        return f"{name} 含（{'，'.join(f'{k}{year} 为 {_value(v, type_.element)}' for k, v in value.items())}）"
    if isinstance(value, bool):
        return name if value else f"非 {name}"
    return f"{name} 为 {_value(value, type_)}"


def _value(value: Any, type_: Type) -> str:
    if isinstance(value, int | Decimal | Fraction) and not isinstance(value, bool):
        return f"{value}年" if isinstance(type_, YearType) else show(Fraction(value), type_)
    return show(value, type_)


_HEAD = "# 这些案例的事实能分出下面注明的{}；应得没有写。逐个按条文手算，填上应得，去掉那一行行首的 #，再挪进案例文件。"


# -- cases for a drafter to finish -----------------------------------------------------------------------------------

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


# -- proofs ----------------------------------------------------------------------------------------------------

@frozen
class Witness:
    """A sheet that was found: what it begins with or differs in, its facts, what it comes to."""

    head: str
    facts: tuple[str, ...]
    comes_to: str


def binds(proof: Proof) -> bool:
    """Whether it is a fault where this does not hold: of an amendment only that somebody gets less, and not a promise about one where there is none."""
    return proof.kind in BINDING and (proof.kind != AMENDED or proof.text == NOBODY_LESS) and proof.why != NO_OLDER


def mark(proof: Proof) -> str:
    """✓ proved, ✗ a fault, ! for a person to judge, ? open."""
    return {PROVED: "✓", OPEN: "?", WRONG: "✗"}.get(proof.state) or ("✗" if binds(proof) else "!")


def statement(x: Proof, at_line: bool = False) -> str:
    """What was to be proved, with the line that it is about (unless it is told there) and why it is open."""
    line = f"　{x.line}" if x.line and not at_line and not x.line.endswith(x.text) and x.text and x.line not in x.text else ""
    return f"{x.kind}：{x.text}{line}" + (f"　{x.why}" if x.why else "")


def shows(x: Proof, schema: Schema, samples: dict[str, Sheet]) -> list[Witness]:
    """What refutes it, or bears out that two readings differ."""
    if not (x.state == REFUTED or (x.kind == READING and x.sheets)):
        return []
    made, before = [], Sheet()
    for i, (sheet, decided, readings) in enumerate(zip(x.sheets, x.comes_to, x.readings, strict=True)):
        name = begins_with(sheet, samples) if not i else ""
        given = given_lines(sheet, before if i else samples.get(name, {}), schema)
        lead = f"以 {name}" if name else "改为" if i and given else ""
        head = "，".join([*([lead] if lead else []), *(f"读法 {n} {c}" for n, c in readings)])
        version = ("改后 ", "改前 ")[i] if x.kind == AMENDED else ""
        made.append(Witness(head, tuple(given), f"→ {version}{clause_name(decided.number)} {shown(decided)}"))
        before = sheet
    return made
