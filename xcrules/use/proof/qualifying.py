"""How an enterprise comes to qualify under a clause, as a value: what would have to be otherwise, and what it would then get."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from xcrules.run.decision import ClauseDecision

from .sheets import as_json

LEFT_ALONE = "基准年度和申报日期，过去的日期、年度和那时的一行，以前的和别处的支持，事项标识，公布的参数"


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
