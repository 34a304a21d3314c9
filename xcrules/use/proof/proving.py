"""Every obligation of a policy brought to an end: proved, refuted by a sheet that the engine was asked about again, or left open with the reason.

How an enterprise comes to qualify under a clause, as a value: what would have to be otherwise, and what it would then get.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from attrs import frozen

from xcrules.base.resources import needed
from xcrules.base.source import Span
from xcrules.run.decision import ClauseDecision
from xcrules.use.python.policy import Policy

from .sheets import Sheet, as_json

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


def prove(
    policy: Policy, clauses: tuple[str, ...] = (), readings: tuple[tuple[str, str], ...] = (), rows: int = ROWS, jump: Fraction = JUMP,
    against: Policy | None = None, other_readings: bool = True,
) -> Iterator[Proof]:
    """Every proof (of an amended policy of the text after all amendments), clause by clause in the order of the law, then of the readings. Raises XcrulesError (E850) where there is no solver."""
    needed("z3")
    from . import asked

    yield from asked.proofs(policy.texts[-1], clauses, readings, rows, jump, against and against.texts[-1], other_readings)


def bounds_of(rows: int) -> str:
    """Within which bounds everything here is proved."""
    from xcrules.run.smt import sheet

    return (f"每张名单至多 {rows} 行，金额至多 {sheet.MOST_MONEY // 10**8}亿元，件数至多 {sheet.MOST_COUNT}，"
            f"年度在 {sheet.FIRST_YEAR} 至 {sheet.LAST_YEAR}，事实都已填报")


LEFT_ALONE = "基准年度和申报日期，过去的日期、年度和那时的一行，以前的和别处的支持，事项标识，公布的参数"


# -- how an enterprise comes to qualify ------------------------------------------------------------------------------

@frozen
class Otherwise:
    """A fact that would have to be otherwise: its path as in JSON, and its value before and after as a person writes it; "" where it was not reported.

    `new`: of a row that a list would have to have more.
    """

    path: str
    before: str
    after: str
    new: bool = False


@frozen(eq=False)
class Qualifying:
    """How a clause comes to give something: `now` as it is, `changes` the fewest facts that would have to be otherwise (none: it gives already),
    `facts` with these, as `decide` takes them, and the `decision` on them.

    Where nothing helps there are no facts and no decision: `why` says what fails, `fixed` which of the facts left alone stand in the way.
    """

    clause: str
    now: ClauseDecision
    changes: tuple[Otherwise, ...] = ()
    facts: Mapping[str, Any] | None = None
    decision: ClauseDecision | None = None
    why: str = ""
    fixed: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values: 条款, 现在, and 改, 结果, 事实; or 不能, 挡住的."""
        out: dict[str, Any] = {"条款": self.clause, "现在": self.now.to_json(disputes=False)}
        if self.decision is None:
            return out | {"不能": self.why, "挡住的": [*self.fixed]}
        changes = [{"路径": x.path, "原": x.before or None, "新": x.after, **({"新增": True} if x.new else {})} for x in self.changes]
        return out | {"改": changes, "结果": self.decision.to_json(disputes=False), "事实": as_json(self.facts)}
