"""Every obligation of a policy brought to an end: proved, refuted by a sheet that the engine was asked about again, or left open with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen

from xcrules.base.extras import needed
from xcrules.base.source import Span
from xcrules.run.decision import ClauseDecision
from xcrules.use.python.policy import Policy

from .sheets import Sheet

LAW, PROMISE, MONOTONE, TIER, CONDITION, BOUND, LEAP, READING, AMENDED = "条文的数", "保证", "增减", "档次", "条件", "上下限", "跳变", "读法", "修改前后"
BINDING = (LAW, PROMISE, AMENDED)  # one of these that does not hold is a fault; the others are for a drafter to judge
PROVED, REFUTED, OPEN, WRONG = "已证", "不成立", "未知", "有误"
NOBODY_LESS = "改后没有一家少得"
NO_OLDER = "没有说与哪一版比，加 --against 旧版 才答"
JUMP = Fraction(10_000)  # 元 that one 元 more may change without being told
ROWS = 2


@frozen(eq=False)
class Proof:
    """A statement and its end. `sheets`: facts that refute it (two where it is about two), or bear out that something happens; with what each comes to."""

    clause: str
    kind: str
    text: str
    line: str
    state: str
    why: str = ""
    sheets: tuple[Sheet, ...] = ()
    comes_to: tuple[ClauseDecision, ...] = ()
    readings: tuple[tuple[tuple[str, str], ...], ...] = ()  # of each decision
    at: Span | None = None  # where the line stands, or the quote


def prove(policy: Policy, clauses: tuple[str, ...] = (), readings: tuple[tuple[str, str], ...] = (), rows: int = ROWS, jump: Fraction = JUMP,
          against: Policy | None = None, other_readings: bool = True) -> Iterator[Proof]:
    """Every proof (of an amended policy of the text after all amendments), clause by clause in the order of the law, then of the readings. Raises XcrulesError (E850) where there is no solver."""
    needed("z3")
    from . import asked

    yield from asked.proofs(policy.texts[-1], clauses, readings, rows, jump, against and against.texts[-1], other_readings)


def bounds_of(rows: int) -> str:
    """Within which bounds everything here is proved."""
    from xcrules.run.smt import sheet

    return (f"每张名单至多 {rows} 行，金额至多 {sheet.MOST_MONEY // 10**8}亿元，件数至多 {sheet.MOST_COUNT}，"
            f"年度在 {sheet.FIRST_YEAR} 至 {sheet.LAST_YEAR}，事实都已填报")
