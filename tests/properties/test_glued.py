"""Glued words: where the check says that a run splits in one way only, that way is what the drafter meant.

Blanks are taken out of the lines of the shipped files, and of made-up lines whose names are glued from other
words; what `line_splits` then offers as the only split must have the tree of the line as it was.
"""

from __future__ import annotations

import re

from hypothesis import assume, given, strategies as st

from tests.support.decisions import many
from tests.support.programs import TOP_AMOUNTS, TOP_ATOMS, conditions
from xcrules import load
from xcrules.base.resources import shipped_policies
from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.draft.labels import LABELS
from xcrules.draft.parse import parse_content
from xcrules.meaning.expressions.words import line_splits, names_in

FREE = ("heading", "given", "expected")  # what stands there are no declared names


def lines_of(name: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Start symbol, content and known words of each line of a shipped policy that is read by the grammar."""
    program = load(name).program
    schema = program.schema
    names = {t.name for t in schema.tables} | {f.name for t in schema.tables for f in t.fields}
    names |= {m for t in schema.tables for f in t.fields for m in getattr(f.type, "members", ())}
    names |= {x.name for x in program.parameters} | {part.name for k in program.clauses for part in k.parts if part.name}
    lines = [x for x in program.document.lines() if x.label in LABELS and x.body is not None]
    names |= {x.body.name.text for x in lines if isinstance(x.body, syntax.Let)}
    names |= {n.text for x in lines if LABELS[x.label].start not in FREE for n in names_in(x.body)}
    found = [(LABELS[x.label].start or "", x.text, tuple(sorted(names))) for x in lines]
    return [x for x in found if x[0] not in FREE and " " in x[1]]


LINES = [line for name in shipped_policies() for line in lines_of(name)]


def glued(content: str, blanks: list[int]) -> str:
    return "".join(x for i, x in enumerate(content) if i not in blanks)


def claim(start: str, content: str, names: tuple[str, ...], blanks: list[int]) -> None:
    """One split: the tree of the original. And what is offered at all differs from what was typed by blanks only."""
    body, error = parse_content(start, canonical(content))
    assert error is None
    typed = glued(content, blanks)
    offered = line_splits(start, typed, names)
    if len(offered) == 1:
        assert parse_content(start, canonical(offered[0])) == (body, None), (typed, offered)
    for text in offered:
        assert re.sub(r"\s", "", text) == re.sub(r"\s", "", content)


@many(6)
@given(line=st.sampled_from(LINES), data=st.data())
def test_lines_of_the_shipped_policies(line: tuple[str, str, tuple[str, ...]], data: st.DataObject) -> None:
    start, content, names = line
    places = [i for i, x in enumerate(content) if x == " "]
    claim(start, content, names, data.draw(st.lists(st.sampled_from(places), min_size=1, unique=True)))


def test_each_line_glued_whole() -> None:
    """All blanks gone: most lines still have their one split (the others are shown, none chosen)."""
    single = 0
    for start, content, names in LINES:
        blanks = [i for i, x in enumerate(content) if x == " "]
        claim(start, content, names, blanks)
        single += len(line_splits(start, glued(content, blanks), names)) == 1
    assert single >= len(LINES) * 2 // 3


PIECES = ("甲", "真", "甲真", "乙", "非甲", "为", "总额", "总", "额高于", "品类", "金", "类为金", "的", "或乙")


@many(6)
@given(text=st.one_of(conditions(TOP_ATOMS), st.sampled_from(TOP_AMOUNTS)), extra=st.sets(st.sampled_from(PIECES)), data=st.data())
def test_names_glued_from_other_words(text: str, extra: set[str], data: st.DataObject) -> None:
    """Names that are pieces of other words make several splits, and then none is chosen."""
    names = ("甲真", "乙真", "丙真", "品类", "金", "银", "铜", "总额", "另额", "投入", *sorted(extra))
    places = [i for i, x in enumerate(text) if x == " "]
    assume(places)
    blanks = data.draw(st.lists(st.sampled_from(places), min_size=1, unique=True))
    typed = glued(text, blanks)
    offered = line_splits("conditions", typed, names)
    original = parse_content("conditions", canonical(text))
    if offered:
        assert original in [parse_content("conditions", canonical(x)) for x in offered] or _all_words(typed, names)


def _all_words(typed: str, names: tuple[str, ...]) -> bool:
    """A run that is itself a declared name is that name, by rule; it is warned of where it is declared."""
    return any(run in names for run in re.findall(r"[^\s（），、＋－×÷]+", typed))


