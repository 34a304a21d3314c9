"""What a decision that is open may come to exactly, as plain values: each amount that is possible, or the least and the most of them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import field, frozen

from xcrules.base.diagnostic import Diagnostic
from xcrules.base.money import cents_text, money_text


@frozen
class Possible:
    """元 that are possible, ascending: all of them (`all`), or the least and the most where there are many."""

    amounts: tuple[Fraction, ...]
    all: bool

    def __str__(self) -> str:
        told = [money_text(x) for x in self.amounts]
        return "、".join(told) if self.all else f"{told[0]} 至 {told[-1]}"

    def to_json(self) -> dict[str, object]:
        """{"可能金额": […]} or {"准确区间": [least, most]}."""
        return {"可能金额" if self.all else "准确区间": [cents_text(x) for x in self.amounts]}


@frozen
class Exact:
    """By open clause what it may come to; the total of all clauses; what could not be found, and why. What is not here has its range alone."""

    clauses: Mapping[str, Possible] = field(factory=dict)
    total: Possible | None = None
    notices: tuple[Diagnostic, ...] = ()

    def added_to(self, decision: dict[str, object]) -> dict[str, object]:
        """The JSON of the decision with this in it: in each clause, 合计可能 or 合计准确区间 beside the total, 提示."""
        clauses = decision["条款"]
        assert isinstance(clauses, dict)
        out = decision | {"条款": {n: k | (self.clauses[n].to_json() if n in self.clauses else {}) for n, k in clauses.items()}}
        if self.total is not None:
            out |= {f"合计{k.removesuffix('金额')}": v for k, v in self.total.to_json().items()}
        told = decision["提示"]
        assert isinstance(told, list)
        return out | {"提示": [*told, *({"代码": d.code, "信息": d.message, "位置": d.path} for d in self.notices)]}
