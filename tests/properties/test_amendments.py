"""Every figure of every clause of the shipped policies: amended and amended back, every text is as it was."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest

from tests.support.policies import ROOT
from xcrules.base.resources import shipped_policies
from xcrules.base.source import canonical
from xcrules.draft.syntax import Document
from xcrules.meaning.lint.spoken import law_numbers
from xcrules.store.amending.letters import Letters
from xcrules.store.amending.places import changed
from xcrules.store.amending.recut import Consolidated
from xcrules.store.texts import find_policy, parsed, read_sources

FRESH = ("83", "89", "73", "79", "7319", "三百四十七", "四百七十三")  # figures of which each policy lacks one


def document(name: str) -> Document:
    main = find_policy(ROOT / "policies" / name)
    return parsed(name, read_sources(main)[0])[0]  # type: ignore[arg-type]


def texts_of(document: Document) -> dict[str, str]:
    return {s.name: s.text for s in (*(f.source for f in document.files), document.official) if s is not None}


def figures(law: Letters) -> Iterator[tuple[int, str, str]]:
    """Where a figure stands in the law, the words with it that stand there only, and the same with a figure that the law does not say."""
    first = 0
    for quote, _ in law.outline.quotes:
        words = "".join(quote.words.split())
        for mention in law_numbers(quote.words):
            numeral = re.search(r"\d+(?:\.\d+)?|[一二三四五六七八九十百千]+", canonical(quote.words)[slice(*mention.at)])
            if numeral is None or mention.text in ("首次", "首个", "首家"):
                continue
            start = len("".join(quote.words[: mention.at[0] + numeral.start()].split()))
            end = start + len(numeral[0])
            fresh = next(x for x in FRESH if x.isdigit() == numeral[0][0].isdigit() and x not in law.text)
            left, right = start, end
            while len(law.find(words[left:right], law.number_of(first + start))) > 1 and (left or right < len(words)):
                left, right = max(left - 1, 0), min(right + 1, len(words))
            if len(law.find(words[left:right], law.number_of(first + start))) == 1:
                yield first + left, words[left:right], words[left:start] + fresh + words[end:right]
        first += len(words)


def there_and_back(name: str, step: int) -> int:
    whole = document(name)
    law, told = Letters(whole), 0
    for at, old, new in itertools.islice(figures(law), 0, None, step):
        there = Consolidated.of(whole).put(changed(law, at, old, new).edits, (), None).document
        assert texts_of(there) != texts_of(whole)
        assert all("".join(new.split()) in "".join(texts_of(there)[x].split()) for x in ("条文.规则", "原文.txt"))
        back = Consolidated.of(there).put(changed(Letters(there), at, new, old).edits, (), None).document
        assert texts_of(back) == texts_of(whole), (old, new)
        told += 1
    return told


@pytest.mark.parametrize("name", shipped_policies())
def test_there_and_back_is_no_change(name: str) -> None:
    assert there_and_back(name, 20) > 2


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_policies())
def test_of_every_figure(name: str) -> None:
    assert there_and_back(name, 1) > 50
