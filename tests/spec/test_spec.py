"""The language by chapters: every example in tests/spec/*.md, run as it stands there, on every engine.

How a chapter is written: tests/support/chapters.py. After a deliberate change of the language
`python -m tests.spec.test_spec --update` writes what the engine now says, to be read in the diff.

This is no test of the shipped policies, and no test of how findings are drawn on a terminal.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.chapters import EXPECTING, Example, actual, blocks, decide, examples, policy_of
from tests.support.decisions import same_to_the_letter
from tests.support.engines import DEFAULT, ENGINES, Engine, on_every_engine

CHAPTERS = sorted(Path(__file__).parent.glob("*.md"))
ALL = [e for chapter in CHAPTERS for e in examples(chapter)]


@pytest.mark.parametrize(("engine", "example"), on_every_engine((e.place, e) for e in ALL))
def test_example(engine: Engine, example: Example) -> None:
    assert actual(example, engine) == example.expected.text


OTHERS = [x for x in ENGINES if x != DEFAULT]


@pytest.mark.parametrize("example", [e for e in ALL if e.expected.kind == "结果"], ids=lambda e: e.place)
def test_the_engines_agree_to_the_letter(example: Example) -> None:
    """Also in what the example says nothing of."""
    policy = policy_of(example.common + example.program, example.official)
    for other in OTHERS:
        same_to_the_letter(decide(policy, example, other), decide(policy, example, DEFAULT))


def test_the_chapters_are_many() -> None:
    assert len(ALL) >= 120
    assert len(CHAPTERS) >= 20


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda p: p.stem)
def test_every_block_is_of_a_known_kind(chapter: Path) -> None:
    """A misspelt kind would be an example that never runs."""
    text = chapter.read_text(encoding="utf-8")
    assert {b.kind for b in blocks(text)} <= {"规则", "原文", "yaml", *EXPECTING}
    assert text.count("```") == 2 * len(blocks(text))


# -- rewriting the expectations ----------------------------------------------------------------------------


def updated(chapter: Path) -> str:
    """The chapter with every expectation as the engine now has it."""
    text = chapter.read_text(encoding="utf-8")
    for example in reversed(list(examples(chapter))):
        text = text[: example.expected.start] + actual(example, "reference") + text[example.expected.end :]
    return text


def main(arguments: list[str]) -> int:
    if arguments != ["--update"]:
        print("用法：python -m tests.spec.test_spec --update（重写各章的期望，再看 git diff）")
        return 2
    for chapter in CHAPTERS:
        if (text := updated(chapter)) != chapter.read_text(encoding="utf-8"):
            chapter.write_text(text, encoding="utf-8")
            print(f"改写了 {chapter.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
