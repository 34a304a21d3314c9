"""Mending a policy unasked: what --fix may do, and the last look at whether it did no more than that.

Fixes that say they are sure are made, over and over until none is left; then the whole is compared. What could be
computed before must be computed the same way under every reading, and no line may have come under another clause.
A set of mends that fails is tried one by one. Reads and writes no file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import attrs
from attrs import frozen

from xcrules.base.diagnostic import Diagnostic, errors
from xcrules.base.fixes import mend, obvious
from xcrules.base.source import Source
from xcrules.draft.outline import outline
from xcrules.draft.syntax import Document
from xcrules.meaning.check import check
from xcrules.meaning.program import Program
from xcrules.plan.planner import Planner, default_readings

from .load import UNREADABLE
from .texts import parsed

ROUNDS = 5  # mending one mistake may bring another to light


@frozen
class Read:
    """A document with what it means and what is wrong with it."""

    document: Document
    program: Program | None  # None where a file could not be read at all
    found: tuple[Diagnostic, ...]

    @property
    def usable(self) -> Program | None:
        return None if errors(self.found) else self.program


def read_again(document: Document, texts: Mapping[str, str]) -> Read:
    """The document with other texts for some of its files, read and checked."""
    made, wrong = parsed(document.name, [Source(f.source.name, texts.get(f.source.name, f.source.text)) for f in document.files])
    made = attrs.evolve(made, official=document.official)
    if any(d.code in UNREADABLE for d in wrong):
        return Read(made, None, tuple(wrong))
    program, found = check(made)
    return Read(made, program, (*wrong, *found))


def mended(read: Read) -> tuple[Read, tuple[Diagnostic, ...]]:
    """The policy with everything mended that may be mended unasked, and the findings that were answered."""
    done: list[Diagnostic] = []
    for _ in range(ROUNDS):
        after, answered = _round(read)
        if after is None:
            break
        read, done = after, [*done, *answered]
    return read, tuple(done)


def _round(read: Read) -> tuple[Read | None, tuple[Diagnostic, ...]]:
    """One round of mends: all at once if that is harmless, else those that are, one by one."""
    chosen = obvious(read.found)
    if not chosen:
        return None, ()
    whole = mend(read.found)
    after = read_again(read.document, {m.name: m.text for m in whole})
    if harmless(read, after):
        return after, tuple(d for m in whole for d in m.applied)
    for diagnostic, _ in chosen:
        single = mend([diagnostic])
        after = read_again(read.document, {m.name: m.text for m in single})
        if harmless(read, after):
            return after, (diagnostic,)
    return None, ()


def harmless(before: Read, after: Read) -> bool:
    """Whether a mend left alone what is computed, under every reading, and which clause each line is of."""
    if before.usable and not (after.usable and same_plans(before.usable, after.usable)):
        return False
    return _unmoved(before.document, after.document)


def same_plans(one: Program, other: Program) -> bool:
    """Whether two programs compute the same: under the defaults and with each reading switched."""
    if one.schema != other.schema or [(r.number, r.modelled) for r in one.readings] != [(r.number, r.modelled) for r in other.readings]:
        return False
    base, planners = default_readings(one), (Planner(one), Planner(other))
    if base != default_readings(other):
        return False
    switched = [base, *({**base, r.number: choice} for r in one.readings for choice in r.modelled if choice != base[r.number])]
    return all(planners[0].plan(chosen) == planners[1].plan(chosen) for chosen in switched)


def _unmoved(before: Document, after: Document) -> bool:
    """Whether the lines that both have stand under the same clauses as they did."""
    old, new = _owners(before), _owners(after)
    shared = {text for _, text in old} & {text for _, text in new}
    return Counter(x for x in old if x[1] in shared) == Counter(x for x in new if x[1] in shared)


def _owners(document: Document) -> list[tuple[str, str]]:
    """Each line's clause and words."""
    return [(x.number, f"{x.line.label}：{''.join(x.line.text.split())}") for x in outline(document.files).lines]
