"""Mistakes of the kinds people make: the right line, the right advice among the first two, one finding.

Three corpora. mistakes.jsonl was typed by somebody who had not seen the checker, which was then mended against it;
seen.jsonl likewise; blind.jsonl was typed from the guide and the shipped policies alone and measured before the
checker was looked at (docs/diagnostics.md has those figures too). Kinds in which what is written is well formed and
only says something else than the law (语义走样, 复制遗留) are counted apart. The misses are printed (-s) and listed
in the document; a miss that is not listed there fails the test.
"""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.support.mistakes import HARMLESS, SEVERAL, SILENT_KINDS, Outcome, mistakes, outcome
from tests.support.policies import ROOT

pytestmark = pytest.mark.xdist_group("corpora")  # what one of these tests found out, the next looks at
ALL = ("mistakes.jsonl", "seen.jsonl", "blind.jsonl")
CORPORA = [pytest.param(name, marks=() if name == "blind.jsonl" else pytest.mark.slow) for name in ALL]
LEAST_LINE, LEAST_ADVICE, LEAST_ONE = 0.93, 0.90, 0.93


@cache
def outcomes(corpus: str) -> tuple[Outcome, ...]:
    return tuple(map(outcome, mistakes(corpus)))


def real(corpus: str) -> list[Outcome]:
    return [o for o in outcomes(corpus) if o.mistake.kind not in (HARMLESS, *SILENT_KINDS)]


def report(what: str, missed: list[Outcome], total: int) -> float:
    print(f"\n{what}：{total - len(missed)}／{total}", *(f"  {o}" for o in missed), sep="\n")
    return 1 - len(missed) / total


def test_the_corpora_are_large_and_of_many_kinds() -> None:
    rows = [m for corpus in ALL for m in mistakes(corpus)]
    assert len(rows) >= 700
    assert len({m.number for m in rows}) == len(rows)
    assert len({m.kind for m in rows}) >= 30
    assert len({m.policy for m in mistakes("blind.jsonl")}) == 3


@pytest.mark.parametrize("corpus", CORPORA)
def test_the_right_line(corpus: str) -> None:
    missed = [o for o in real(corpus) if not o.right_line]
    assert report("行对", missed, len(real(corpus))) >= LEAST_LINE


@pytest.mark.parametrize("corpus", CORPORA)
def test_the_right_advice_among_the_first_two(corpus: str) -> None:
    asked = [o for o in real(corpus) if o.mistake.advice]
    assert report("前两条建议里有对的", [o for o in asked if not o.right_advice], len(asked)) >= LEAST_ADVICE


@pytest.mark.parametrize("corpus", CORPORA)
def test_one_mistake_one_finding(corpus: str) -> None:
    """A row that nothing is said of does not count as one finding."""
    one = [o for o in real(corpus) if o.mistake.kind != SEVERAL]
    assert report("只报一处", [o for o in one if not o.single], len(one)) >= LEAST_ONE


@pytest.mark.parametrize("corpus", CORPORA)
def test_no_finding_twice_at_one_place(corpus: str) -> None:
    doubled = [o for o in outcomes(corpus) if len({(d.code, d.place(), d.message) for d in o.found}) != len(o.found)]
    assert [str(o) for o in doubled] == []


@pytest.mark.parametrize("corpus", CORPORA)
def test_what_means_the_same_is_no_mistake(corpus: str) -> None:
    harmless = [o for o in outcomes(corpus) if o.mistake.expected == "不报"]
    assert harmless
    assert [str(o) for o in harmless if o.found] == []


@pytest.mark.slow
def test_the_misses_are_listed() -> None:
    listed = set(re.findall(r"(?m)^- ([MNS]\d{3}) ", (ROOT / "docs" / "diagnostics.md").read_text(encoding="utf-8")))
    rows = [o for corpus in ALL for o in real(corpus)]
    missed = {o.mistake.number for o in rows if not (o.right_line and o.right_advice)}
    missed |= {o.mistake.number for o in rows if o.mistake.kind != SEVERAL and not o.single}
    assert missed == listed
