"""Kinds that stand in an order: over whole columns, to the solver, and in words, what the chapter says of one enterprise at a time."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

import xcrules
from tests.properties.test_columns import assert_both_ways, table_of
from tests.soundness import FORMS, Compared
from tests.support.chapters import blocks
from tests.support.pinned import Pinned
from xcrules.facts.arrow import block_of
from xcrules.tell.changes import change_lines, compare
from xcrules.tell.readback import read_back
from xcrules.use.batch.block import BlockDecider
from xcrules.use.proof.mutants import mutants
from xcrules.use.proof.proving import prove

CHAPTER = Path(__file__).parents[1] / "spec" / "46-有高低的几种.md"


@pytest.fixture(scope="module")
def policy() -> xcrules.Policy:
    return xcrules.loads(next(b.text for b in blocks(CHAPTER.read_text(encoding="utf-8")) if b.kind == "规则"))


def test_columns(policy: xcrules.Policy) -> None:
    table = table_of(Random(5), policy, 60, odd=True)
    assert_both_ways(policy, table)
    decider = BlockDecider(policy)
    decider.decide(block_of(table, policy.program.form))
    assert decider.kernels.uncovered == set()


def test_solver(policy: xcrules.Policy) -> None:
    assert not Pinned(policy, rows=1).uncovered
    one = Compared(policy, FORMS[:1])
    assert one.more(12, 3)["sheets"] >= 6
    assert not one.parted


def test_read_back(policy: xcrules.Policy) -> None:
    assert read_back(policy.program, "2") == "每个断面，年均类别高于目标类别的，按（自目标类别至年均类别上升的级数）乘以100万元给予。"
    assert "（自Ⅳ类至年均类别上升的级数）乘以1万元" in read_back(policy.program, "5")
    assert "全部按年均类别从高到低，只取第一个" in read_back(policy.program, "7")


ORDER = """规定：试行办法
事实：申报，顶层
| 名称 | 类型 |
| 等级 | 甲、乙、丙，从高到低 |

「第一条 乙以上的1万元。」
  对象：企业
  条件：等级 不低于 乙
  标准：1万元
"""


def test_another_order_is_told() -> None:
    """diff says so, though members and lines are the same."""
    one, other = (xcrules.loads(t).program for t in (ORDER, ORDER.replace("从高到低", "从低到高")))
    (first, *_) = [x for x in change_lines(compare(one, other)) if "从低到高" in x]
    assert "丙、乙、甲" in first
    assert "甲、乙、丙" in first


STEPS = ORDER.replace("  标准：1万元\n", "  标准：（自 丙 至 等级 的 级数） × 1万元\n")


def test_no_slip_is_made_of_the_order() -> None:
    """The ends change places, and that is all: the order of the kinds is no table of the line, to mutate and to prove."""
    policy = xcrules.loads(STEPS)
    slips = [m.what for m in mutants(policy.program)]
    assert [x for x in slips if "级数" in x] == ["「自 丙 至 等级 的 级数」两头对调"]
    assert not [x for x in prove(policy) if "轮得到" in x.text]
