"""Proofs in words: their mark, their statement, and what shows that one does not hold as facts that a person reads."""

from __future__ import annotations

from attrs import frozen

from xcrules.base.identity import clause_name
from xcrules.facts.tables import Schema
from xcrules.run.results import shown
from xcrules.tell.given import given_lines

from .proving import AMENDED, BINDING, NO_OLDER, NOBODY_LESS, OPEN, PROVED, READING, REFUTED, WRONG, Proof
from .sheets import Sheet
from .suggested import begins_with


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
