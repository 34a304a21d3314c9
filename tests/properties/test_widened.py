"""What widened a construct of the language, on what the chapters do not run: blocks by columns, and the solver. Policies of the chapters, facts by chance."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

import xcrules
from tests.properties.test_columns import assert_both_ways, table_of
from tests.properties.test_solver import agree
from tests.support.chapters import examples

WIDENED = re.compile(r"限次：\S+ (为 \S+ )?的，|同一 [\w]+、|上限：同一 片名 终身|在第一条补贴额的基础上|以后每年")
CHAPTERS = sorted((Path(__file__).parents[1] / "spec").glob("*.md"))
POLICIES = {text: e.place for chapter in CHAPTERS for e in examples(chapter) if e.expected.kind == "结果" and WIDENED.search(text := e.common + e.program)}


@pytest.mark.parametrize("text", POLICIES, ids=POLICIES.get)
def test_columns(text: str) -> None:
    policy = xcrules.loads(text)
    assert_both_ways(policy, table_of(Random(5), policy, 40, odd=False))


@pytest.mark.parametrize("text", POLICIES, ids=POLICIES.get)
def test_solver(text: str) -> None:
    agree(xcrules.loads(text), 12, forms=((2, True),))
