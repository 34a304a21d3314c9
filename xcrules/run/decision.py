"""The answer with its reasons: what each clause comes to, on which items, caps, years and readings.

Status and amounts stand in a decision; its reasons are worked out once, when somebody reads them. Amounts are exact 元. What
reasons are made of stands in results.py, the JSON form in as_json.py; what travels to another process, in pickled.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

import attrs
from attrs import field, frozen

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.money import Number
from xcrules.meaning.rules import Saying

from . import pickled, results
from .as_json import clause_json, decision_json, details_json
from .glance import decision_html, decision_line
from .why import EXCLUDED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .disputes import Comparison


@frozen
class Expression:
    """An expression and what it came to, with every value it names.

    `op` is 数 (a constant), 值 (a value that was given: its name and path), 名 (a name of the policy, with its
    expression the first time), or what is done to the kids: + - × ÷ 不适用 (of a time reckoned with one that does not apply) 整除 进整 较小 较大 加年 年份 向下取 向上取 四舍五入 四舍六入,
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
    kids: tuple[Expression, ...] = ()


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
    term: Expression | None = None  # the expression that comes to the figure; its unit is in it


class Why(Protocol):
    """What gives the reasons of a clause when they are read."""

    def reasons(self) -> Reasons: ...

    def evidence(self) -> object: ...

    def acting(self) -> frozenset[str]: ...

    def refusals(self) -> results.Refusals: ...


@frozen
class Reasons:
    """Why a clause came to what it did: its items, the caps and other support at work, earlier grants, notes. Amounts in 元."""

    items: tuple[results.ItemResult, ...] = ()
    caps: tuple[results.CapResult, ...] = ()
    conflicts: tuple[results.Conflict, ...] = ()
    history: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    touched: frozenset[str] = frozenset()  # readings whose line cut, raised or refused something here
    reckoned: Fraction | None = None  # the amount before 取整, where the clause has reckoned one
    unlisted: frozenset[str] = frozenset()  # 分项 whose list was not given
    traces: object = field(default=None, eq=False, repr=False)  # of the reference evaluator, if it decided

    def reasons(self) -> Reasons:
        """These: they are known already."""
        return self

    def evidence(self) -> object:
        """The traces, if the reference evaluator left any."""
        return self.traces

    def acting(self) -> frozenset[str]:
        """Readings whose line cut or refused something here."""
        return self.touched

    def refusals(self) -> results.Refusals:
        """The parts of items that were refused, with the labels and lines they do not meet; None where some item counts."""
        refused = dict.fromkeys((i.part, tuple(zip(i.labels, i.failed, strict=True))) for i in self.items if not i.counts)
        return None if any(i.counts for i in self.items) else tuple(refused)


NO_REASONS = Reasons()


@frozen(slots=False)
class ClauseDecision:
    """What one clause comes to. Two are equal if they come to the same.

    `number` is "2(1)" of 第二条（一）, `title` its article, `words` the law's own. `status` is one of 应予支持, 裁量, 待统筹, 不符合, 额度用尽,
    从高不重复, 分期续拨, 待补充, 不适用主体, 不在有效期, 另行规定, 非资金条款. Amounts are exact 元; of an open clause (待补充) there is a
    range from what is sure to what is possible, and `missing` has the paths of the facts that can still matter.
    """

    number: str
    title: str
    words: str
    status: str
    amount: Fraction | None = None  # granted, after all caps and 取整; None while it is open
    bound: Number | None = None  # of 裁量: the most that may be granted
    sure: Fraction = Fraction(0)  # of 裁量 that is not settled: what is granted whatever the authority still says (标准 beside it, awards recorded)
    amount_range: results.AmountRange | None = None
    bound_range: results.AmountRange | None = None
    this_year: Fraction | None = None  # of 拨付: the instalment of this year, with what goes on from earlier grants
    this_year_range: results.AmountRange | None = None  # of an open clause with 拨付: what it surely pays this year, and at most
    applied: Fraction | None = None  # of 待统筹: what it comes to, asked of a fund that a later run over all enterprises shares out
    applied_range: results.AmountRange | None = None  # of an open clause with 总额; it has no amount_range
    schedule: tuple[tuple[int, Fraction], ...] | None = None  # of 拨付: the new grant by years
    waiting: tuple[tuple[str, Fraction], ...] = ()  # of 拨付: what of the new grant waits for which event
    missing: tuple[str, ...] = ()
    saying: Saying | None = None  # 表述: the verb and noun that people are told
    reverse: bool = False  # it comes to less than 0, and is owed the other way
    parts: tuple[str, ...] = ()  # the names of its 分项
    _why: Why = field(default=NO_REASONS, eq=False, repr=False, alias="why")
    _compare: Comparison | None = field(default=None, eq=False, repr=False, alias="compare")

    @cached_property
    def reasons(self) -> Reasons:
        """Items, caps and the like. Raises XcrulesError (E830) where a decision came from another process without them."""
        return self._why.reasons()

    @cached_property
    def at_hand(self) -> Reasons | None:
        """The same; None where facts are missing and a list is too long to be told of (E818)."""
        try:
            return self.reasons
        except XcrulesError as error:
            if any(d.code != Code.UNSURE_LIST_TOO_LONG for d in error.diagnostics):
                raise
            return None

    @cached_property
    def evidence(self) -> object:
        """Traces of the reference evaluator, for explain; where other code decided, it judges the clause once more."""
        return self._why.evidence()

    @property
    def judged(self) -> Any:
        """What generated code gave, in whole numbers, behind the gates where these alone are open; None where the clause itself is."""
        return getattr(self._why, "judged", None)

    @cached_property
    def acting(self) -> frozenset[str]:
        """Readings whose line cut or refused something here."""
        return self._why.acting()

    @property
    def refusals(self) -> results.Refusals:
        """The parts of items that were refused, with the labels and lines they do not meet; None where some item counts."""
        return self._why.refusals()

    @property
    def items(self) -> tuple[results.ItemResult, ...]:
        """Each claim, whether it counts, and its amount after all caps."""
        return self.reasons.items

    @property
    def caps(self) -> tuple[results.CapResult, ...]:
        """Caps in the order in which they were applied."""
        return self.reasons.caps

    @property
    def conflicts(self) -> tuple[results.Conflict, ...]:
        """竞合 with other support, matter by matter."""
        return self.reasons.conflicts

    @property
    def history(self) -> tuple[str, ...]:
        """Earlier grants that still pay in this year."""
        return self.reasons.history

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know beside the figures."""
        return self.reasons.notes

    @property
    def reckoned(self) -> Fraction | None:
        """The amount before 取整, where the clause has reckoned one."""
        return self.reasons.reckoned

    @cached_property
    def by_part(self) -> tuple[tuple[str, results.AmountRange], ...]:
        """元 of each 分项 of what is granted; where 表述 tells of them apart, from what is sure to what is possible while it is open too."""
        return results.by_part(self, self.judged)

    @cached_property
    def readings(self) -> tuple[results.ReadingUse, ...]:
        """Readings that the clause rests on; worked out when asked for."""
        return self._compare.uses(self) if self._compare else ()

    @cached_property
    def disputes(self) -> tuple[str, ...]:
        """争议: numbers of readings that made or could make a difference here."""
        return self._compare.disputes(self) if self._compare else ()

    @property
    def exempt(self) -> str:
        """免征税款: what people are told where something would be due but for a 除外, as 表述 has it; else ""."""
        words = "" if self.status != results.REFUSED or self.saying is None else self.saying.exempted()
        return words if words and any(lines and all(label == EXCLUDED for label, _ in lines) for _, lines in self.refusals or ()) else ""

    @cached_property
    def reason(self) -> str:
        """原因: why the clause comes to 0 or is refused; "" where it has money or is still open."""
        return self._compare.why(self) if self._compare else ""

    def outcome(self) -> tuple[object, ...]:
        """What two choices of a reading are compared by."""
        return (
            self.status, self.amount, self.bound, self.sure, self.amount_range, self.bound_range, self.this_year, self.this_year_range,
            self.applied, self.applied_range, self.schedule, self.waiting, self.reverse, results.told_by_part(self),
        )

    @property
    def direction(self) -> str:
        """方向: 应补 or 应退; "" of a clause that has but one, and while that is open."""
        return results.direction(self)

    def to_json(self, disputes: bool = True, reasons: bool = True) -> dict[str, object]:
        """The clause as plain JSON values; only keys that apply."""
        return clause_json(self, disputes, reasons)

    def details_json(self, disputes: bool = True, reasons: bool = True) -> dict[str, object]:
        """The same with items, caps, conflicts, readings and notes."""
        return details_json(self, disputes, reasons)

    def __repr__(self) -> str:
        return f"<ClauseDecision {self.number} {results.shown(self)}>"

    def __getstate__(self) -> dict[str, Any]:
        return pickled.clause_state(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(pickled.clause_again(state))

    def __copy__(self) -> ClauseDecision:
        return self  # a value; what pickle leaves behind is not to be lost in this process

    def __deepcopy__(self, memo: object) -> ClauseDecision:
        return self


def changed(clause: ClauseDecision, **changes: Any) -> ClauseDecision:
    """The clause with other fields, those of its reasons among them."""
    if "evidence" in changes:
        changes["traces"] = changes.pop("evidence")
    why = {name: changes.pop(name) for name in tuple(changes) if name in _REASONS}
    if why:
        changes["why"] = attrs.evolve(clause.reasons, **why)
    return attrs.evolve(clause, **changes)


_REASONS = frozenset(a.name for a in attrs.fields(Reasons))


@frozen(slots=False)
class Decision:
    """A decision on one enterprise: every clause, the total, what was assumed. `decision["2(1)"]` is a clause by its number,
    `"2(1)" in decision` says whether there is one; going over it gives the clauses, in the order of the law.

    `policy` and `edition` say by which text it was decided, `readings` under which choices, `number` is the caller's 编号.
    """

    policy: str
    edition: str
    clauses: tuple[ClauseDecision, ...]
    readings: tuple[tuple[str, str], ...]
    changed_readings: tuple[tuple[str, str], ...] = ()
    assumed: tuple[str, ...] = ()  # ledgers of support that were not given, taken as empty
    without: tuple[str, ...] = ()  # other closed lists that were not given, taken as empty
    number: object = None
    notices: tuple[Diagnostic, ...] = ()  # what the facts made the reader warn of
    text: str = ""  # of a policy with amendments, which of its texts held: 2025-01-01以前

    def __getitem__(self, number: str) -> ClauseDecision:
        """The clause of a number, such as "2(1)". Raises XcrulesError (E543), a KeyError too, if there is none."""
        for clause in self.clauses:
            if clause.number == number:
                return clause
        raise results.UnknownClauseError([results.unknown_clause(number, [k.number for k in self.clauses])])

    def __contains__(self, number: object) -> bool:
        """Whether there is a clause of this number; also whether a clause is one of its own."""
        return any(number in (k.number, k) for k in self.clauses)

    def __iter__(self) -> Iterator[ClauseDecision]:
        return iter(self.clauses)

    @property
    def reasons(self) -> Mapping[str, Reasons]:
        """The reasons of each clause by its number. Raises XcrulesError (E830) where they stayed in another process."""
        return MappingProxyType({k.number: k.reasons for k in self.clauses})

    @property
    def totals(self) -> Mapping[str, results.AmountRange]:
        """元 by what is said of them (表述, or 应予支持): from what is sure to what is possible. Bounds of 裁量 are never in it."""
        return results.totals(self.clauses)

    @property
    def totals_this_year(self) -> Mapping[str, results.AmountRange]:
        """The same of what is paid this year."""
        return results.totals_this_year(self.clauses)

    @property
    def total(self) -> results.AmountRange:
        """元 over all clauses, as in `totals`. Raises XcrulesError (E569) where there are several words: what is owed one way and
        what is given another are not added.
        """
        return results.only_total(self.totals)

    @property
    def this_year(self) -> Fraction:
        """元 surely paid this year: instalments where there are any, else the amounts granted."""
        return results.only_total(self.totals_this_year)[0]

    @property
    def paid_this_year_range(self) -> results.AmountRange:
        """元 paid this year, from what is sure to what is possible while facts are open. Bounds of 裁量 are never in it."""
        return results.only_total(self.totals_this_year)

    @property
    def noticed(self) -> tuple[results.Notice, ...]:
        """What looks odd about the facts."""
        return tuple(results.Notice(d.code, d.message, d.path) for d in self.notices)

    @cached_property
    def warnings(self) -> tuple[results.Notice, ...]:
        """What a person must look at: facts that look odd, matters that count in several clauses, awards that bounds change."""
        return self.noticed + results.counted_twice(self.clauses) + results.given_otherwise(self.clauses)

    @property
    def missing(self) -> tuple[str, ...]:
        """Paths of facts that are unknown and can still matter."""
        return tuple(dict.fromkeys(m for k in self.clauses for m in k.missing))

    def to_json(self, details: bool = False, disputes: bool = True, reasons: bool = True) -> dict[str, object]:
        """The decision as plain JSON values; amounts are strings such as "600000.00".

        Without `disputes` nothing is decided again under other readings: no 争议, no 读法, many times as fast.
        Without `reasons` no 原因.
        """
        return decision_json(self, details, disputes, reasons)

    def __repr__(self) -> str:
        return decision_line(self)

    def _repr_html_(self) -> str:
        return decision_html(self)

    def __getstate__(self) -> bytes:
        return pickled.decision_state({**vars(self), "warnings": self.warnings})

    def __setstate__(self, state: bytes) -> None:
        self.__dict__.update(pickled.decision_again(state))

    def __copy__(self) -> Decision:
        return self

    def __deepcopy__(self, memo: object) -> Decision:
        return self
