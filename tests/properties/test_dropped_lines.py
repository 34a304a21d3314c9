"""A line that can be read comes to a rule or to a finding: what neither reader says would be gone without a word."""

from __future__ import annotations

import re
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings, strategies as st

from tests.support.chapters import texts
from tests.support.policies import FIRM, HEAD, REGISTER, ROOT
from tests.support.random_policies import random_policy
from xcrules.base.resources import shipped_policies
from xcrules.base.source import Source
from xcrules.meaning.expressions.reader import Reader
from xcrules.store.load import Loaded, load_policy, load_sources, load_text
from xcrules.store.texts import find_policy, read_sources

MANY = settings().max_examples
CASE = "\n案例：一\n  给定：合格\n  应得：1 待补充 投资\n"
TEXT = HEAD + REGISTER + FIRM + "  条件：投资 高于 1元\n  标准〔A01 甲〕：投资 的 1%\n  标准〔A01 乙〕：1万元\n" + CASE


def dropped(loaded: Loaded) -> list[str]:
    return [f"{d.message} {d.span and d.span.text}" for d in loaded.diagnostics if d.code == "E903"]


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("对象：企业", "对象：企业，投资 高于 1元").replace("  条件：投资 高于 1元\n", "")])
def test_a_reader_that_says_nothing_does_not_lose_a_line(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_text(text).usable
    read = Reader.condition
    monkeypatch.setattr(Reader, "condition", lambda self, expr: None if "投资" in self.report.typed(expr.at) else read(self, expr))
    loaded = load_text(text)
    assert not loaded.usable
    assert [d.code for d in loaded.diagnostics if d.is_error] == ["E903"]


@cache
def policies() -> tuple[str, ...]:
    """Policies of chapters and guide, and the rule files of those that are shipped."""
    chapters = [*sorted((ROOT / "tests" / "spec").glob("*.md")), ROOT / "docs" / "language.md", ROOT / "docs" / "guide.md"]
    return tuple(text for chapter in chapters for text in texts(chapter))


@cache
def words() -> tuple[str, ...]:
    return tuple(sorted({w for text in policies() for w in re.findall(r"[\w㎡·]+|[，、；（）×÷＋－]", text)}))


def edited(r: Random, text: str) -> str:
    """One word of a line cut, put in place of another or beside it; or a line moved, or cut."""
    lines = text.split("\n")
    at = r.choice([i for i, line in enumerate(lines) if line.strip()])
    pieces = re.findall(r"[\w㎡·]+|\s+|.", lines[at])
    i, j, word = r.randrange(len(pieces)), r.randrange(len(pieces)), r.choice(words())
    match r.randrange(5):
        case 0:
            pieces[i] = ""
        case 1:
            pieces[i] = word
        case 2:
            pieces[i] += f" {word} "
        case 3:
            pieces[i], pieces[j] = pieces[j], pieces[i]
        case _:
            line = lines.pop(at)
            lines.insert(r.randrange(len(lines) + 1), r.choice(("", line)))
            return "\n".join(lines)
    lines[at] = "".join(pieces)
    return "\n".join(lines)


@given(st.integers(0, 10**9))
@settings(max_examples=MANY * 8)
def test_no_line_of_an_edited_text_is_dropped(seed: int) -> None:
    r = Random(seed)
    assert dropped(load_text(edited(r, r.choice(policies())))) == []


@given(st.integers(0, 10**9))
@settings(max_examples=MANY * 2)
def test_no_line_of_a_random_policy_is_dropped(seed: int) -> None:
    r = Random(seed)
    text = random_policy(r)
    assert dropped(load_text(text)) == dropped(load_text(edited(r, text))) == []


@pytest.mark.parametrize("name", shipped_policies())
def test_no_line_of_a_shipped_policy_is_dropped(name: str) -> None:
    assert dropped(load_policy(name)) == []
    sources, found = read_sources(find_policy(name))  # type: ignore[arg-type]  # a shipped policy is there
    r = Random(name)
    at = r.choice([n for n, source in enumerate(sources) if not source.official])
    mended = [*sources[:at], Source(sources[at].name, edited(r, sources[at].text)), *sources[at + 1 :]]
    assert dropped(load_sources(name, mended, found)) == []
