"""The answer with its reasons: what each clause comes to, on which items, caps, years and readings.

Amounts are exact 元. What a decision is made of, and its JSON form, stand in results.py.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import Protocol

from attrs import field, frozen

from .diagnostic import Diagnostic
from .money import Number
from .results import (
    AmountRange,
    CapResult,
    Conflict,
    ItemResult,
    Notice,
    ReadingUse,
    clause_json,
    counted_twice,
    decision_json,
    details_json,
    paid_this_year,
    total,
)


@frozen
class Term:
    """An expression and what it came to, with every value it names.

    `op` is 数 (a constant), 值 (a value that was given: its name and path), 名 (a name of the policy, with its
    expression the first time), or what is done to the kids: + - × ÷ 整除 较小 较大 加年 年份 向下取 四舍五入,
    > >= < <= = != 属于 且 或 非 已报, 取 (kids: 若 with a test and perhaps a value, then 否则), 合计 最高 最低 计数.
    `value` is as in JSON: exact text of a number (a range: [from, to], null without an end), true, false, a word,
    null when unknown (of a 数: 不限), "不适用".
    """

    op: str
    value: object
    name: str = ""
    unit: str = ""
    path: str = ""
    note: str = ""
    shown: str = ""  # the value as a person writes it
    kids: tuple[Term, ...] = ()


@frozen
class Reason:
    """One step of the reasons: what was asked, in whose words, and what it came to."""

    text: str
    value: str
    words: str = ""  # the quoted law
    holds: bool | None = None
    note: str = ""
    kids: tuple[Reason, ...] = ()
    label: str = ""  # of the line that acted: 标准, 例外, 上限 …
    path: str = ""  # of the item, as in JSON: 贷款[1]
    term: Term | None = None  # the expression that comes to the figure; its unit is in it


class Compare(Protocol):
    """Compares the choices of readings, for one decision."""

    def uses(self, clause: ClauseDecision) -> tuple[ReadingUse, ...]: ...

    def disputes(self, clause: ClauseDecision) -> tuple[str, ...]: ...

    def why(self, clause: ClauseDecision) -> str: ...


@frozen
class ClauseDecision:
    """What one clause comes to. Amounts in 元."""

    number: str
    title: str
    words: str
    status: str
    amount: Fraction | None = None
    bound: Number | None = None
    amount_range: AmountRange | None = None
    bound_range: AmountRange | None = None
    this_year: Fraction | None = None
    this_year_range: AmountRange | None = None  # of an open clause with 拨付: what it surely pays this year, and at most
    schedule: tuple[tuple[int, Fraction], ...] | None = None
    missing: tuple[str, ...] = ()
    items: tuple[ItemResult, ...] = ()
    caps: tuple[CapResult, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    history: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reckoned: Fraction | None = None  # the amount before 取整, where the clause has reckoned one
    touched: frozenset[str] = frozenset()  # readings whose line cut or refused something here
    evidence: object = field(default=None, eq=False, repr=False)  # traces, for explain
    _compare: Compare | None = field(default=None, eq=False, repr=False, alias="compare")

    @cached_property
    def readings(self) -> tuple[ReadingUse, ...]:
        """Readings that the clause rests on; worked out when asked for."""
        return self._compare.uses(self) if self._compare else ()

    @property
    def disputes(self) -> tuple[str, ...]:
        """争议: numbers of readings that made or could make a difference here."""
        return self._compare.disputes(self) if self._compare else ()

    @cached_property
    def reason(self) -> str:
        """原因: why the clause comes to 0 or is refused; "" where it has money or is still open."""
        return self._compare.why(self) if self._compare else ""

    def outcome(self) -> tuple[object, ...]:
        """What two choices of a reading are compared by."""
        return (self.status, self.amount, self.bound, self.amount_range, self.bound_range, self.this_year,
                self.this_year_range, self.schedule)  # fmt: skip

    def to_json(self) -> dict[str, object]:
        """The clause as in facts.md; only keys that apply."""
        return clause_json(self)

    def details_json(self) -> dict[str, object]:
        """The same with items, caps, conflicts, readings and notes."""
        return details_json(self)


@frozen
class Decision:
    """A decision on one enterprise: every clause, the total, what was assumed."""

    policy: str
    edition: str
    clauses: tuple[ClauseDecision, ...]
    readings: tuple[tuple[str, str], ...]
    changed_readings: tuple[tuple[str, str], ...] = ()
    assumed: tuple[str, ...] = ()  # ledgers of support that were not given, taken as empty
    without: tuple[str, ...] = ()  # other closed lists that were not given, taken as empty
    number: object = None
    notices: tuple[Diagnostic, ...] = ()  # what the facts made the reader warn of

    def __getitem__(self, number: str) -> ClauseDecision:
        """The clause of a number, such as "2(1)"; KeyError if there is none."""
        for clause in self.clauses:
            if clause.number == number:
                return clause
        raise KeyError(number)

    @property
    def total(self) -> AmountRange:
        """元 over all clauses: from what is sure to what is possible. Bounds of 裁量 are never in it."""
        return total(self.clauses)

    @property
    def this_year(self) -> Fraction:
        """元 surely paid this year: instalments where there are any, else the amounts granted."""
        return paid_this_year(self.clauses)[0]

    @property
    def paid_this_year_range(self) -> AmountRange:
        """元 paid this year, from what is sure to what is possible while facts are open. Bounds of 裁量 are never in it."""
        return paid_this_year(self.clauses)

    @property
    def noticed(self) -> tuple[Notice, ...]:
        """What looks odd about the facts."""
        return tuple(Notice(d.code, d.message, d.path) for d in self.notices)

    @cached_property
    def warnings(self) -> tuple[Notice, ...]:
        """What a person must look at: facts that look odd, and matters that count in several clauses."""
        return self.noticed + counted_twice(self.clauses)

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(m for k in self.clauses for m in k.missing))

    def to_json(self, details: bool = False, disputes: bool = True, reasons: bool = True) -> dict[str, object]:
        """The decision as plain JSON values; amounts are strings such as "600000.00".

        Without `disputes` nothing is decided again under other readings: no 争议, no 读法, many times as fast.
        Without `reasons` no 原因.
        """
        return decision_json(self, details, disputes, reasons)
