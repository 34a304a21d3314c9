"""What a block comes to, column by column: 状态, 元 and 缺失 of every clause, and the totals. In whole 分 until they become columns.

Columns: the key; for each clause `款.状态`, and as it may have them `款.方向`, `款.金额`, `款.申请额` (out of a 总额), `款.上限` (of 裁量; empty beside 裁量: no end),
`款.本年度拨付` (of 拨付), `款.缺失`; then 合计, 合计.至多 (empty: no end), 本年度拨付合计, 本年度拨付合计.至多, each by what is said (合计.应补税款) where several things
are; 提示; 退回, which says why a row was not decided: all else in it is null. 元 are decimal128(38, 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from xcrules.base.diagnostic import Diagnostic
from xcrules.base.money import Number, Unlimited
from xcrules.run.decision import ClauseDecision
from xcrules.run.lowered import claims as c
from xcrules.run.lowered.rows import in_cents, is_endless
from xcrules.run.python.compiled import Compiled
from xcrules.run.python.outcomes import Judged
from xcrules.run.results import GRANTED, POOLED, STATUSES, AmountRange

STATUS, WAY, AMOUNT, APPLIED, GIVEN, BOUND, THIS_YEAR, MISSING = "状态", "方向", "金额", "申请额", "分得", "上限", "本年度拨付", "缺失"
NO_CLAUSE = "无此款"  # the status of a clause that another text of the policy has
TOTAL, TOTAL_THIS_YEAR, MOST, NOTICES, REFUSED = "合计", "本年度拨付合计", "至多", "提示", "退回"


class Answer(NamedTuple):
    """One clause for one enterprise, in 分; of what is still open from what is sure to what is possible, None without an end."""

    status: str
    amount: int | None
    applied: int | None
    bound: int | None
    this_year: int | None
    missing: tuple[str, ...] = ()
    way: str = ""  # 应补 or 应退, of a clause that may be owed either way
    span: Span | None = None
    span_this_year: Span | None = None


Span = tuple[int, int | None]
Totals = dict[str, Span]  # by what is said


class AnswerRow(NamedTuple):
    """One enterprise: its clauses in the order of the law, 合计, 本年度拨付合计, what should be known of its facts."""

    clauses: Sequence[Answer]
    total: Totals
    this_year: Totals
    notices: tuple[str, ...]
    applying: tuple[tuple[str | None, ...], ...] = ()  # what is asked of each 总额


def judged_answer(judged: Judged) -> Answer:
    """That of generated code, read from its whole numbers."""
    found, clause = judged.record, judged.clause.lowered
    amount, applied, cent = found.amount, None, clause.cent
    status = found.status
    if amount is not None:
        amount //= cent
    if clause.pooled and judged.applies:
        status, amount, applied = POOLED, None, amount
    bound = None if found.bound is None or is_endless(found.bound) else in_cents(found.bound, cent)
    way = clause.saying.verb if clause.saying is not None and clause.saying.reverse and amount else ""
    if way and clause.saying is not None and judged.reversed():
        way = clause.saying.reverse
    return Answer(status, amount, applied, bound, judged.payment()[0] if clause.payments or found.going else None, (), way)


def decided_answer(clause: ClauseDecision) -> Answer:
    """That of the reference evaluator."""
    return Answer(clause.status, _cents(clause.amount), _cents(clause.applied), _cents(clause.bound), _cents(clause.this_year), clause.missing,
                  clause.direction, _span(clause.amount_range), _span(clause.this_year_range))


def totals(answers: Iterable[Answer]) -> tuple[Totals, Totals]:
    """合计 and 本年度拨付合计 where one thing is said of all clauses."""
    low = now = 0
    high: int | None = 0
    later: int | None = 0
    for _, amount, _, _, this_year, _, _, span, span_this_year in answers:
        paid = amount if this_year is None else this_year
        least, most = (amount, amount) if amount is not None else span or (0, 0)
        low, high = low + least, None if high is None or most is None else high + most
        least, most = (paid, paid) if paid is not None else span_this_year or span or (0, 0)
        now, later = now + least, None if later is None or most is None else later + most
    return {GRANTED: (low, high)}, {GRANTED: (now, later)}


def spans(found: Mapping[str, AmountRange]) -> Totals:
    """Totals of a decision, in 分."""
    return {words: (int(low * 100), _cents(high)) for words, (low, high) in found.items()}


def _cents(amount: Number | None) -> int | None:
    return None if amount is None or isinstance(amount, Unlimited) else int(amount * 100)


def _span(span: AmountRange | None) -> tuple[int, int | None] | None:
    return None if span is None else (int(span[0] * 100), _cents(span[1]))


# -- columns --------------------------------------------------------------------------------------------------


class AnswerColumns:
    """The columns of the answers under one plan."""

    def __init__(self, key: str, compiled: Compiled) -> None:
        self.key, self.clauses = key, [compiled.clause(i).lowered for i in range(len(compiled.plan.clauses))]
        said = [k.saying for k in self.clauses if not k.nature]
        self.words = list(dict.fromkeys(words for x in said for words in ((GRANTED,) if x is None else x.all_words())))
        self.several = len(self.words) > 1  # things said of amounts

    def table(self, keys: list[Any], rows: list[AnswerRow | None], wrong: Mapping[int, tuple[Diagnostic, ...]]) -> Any:
        """A pyarrow.Table of the answers; rows that have none are null but for what is wrong with them."""
        import pyarrow as pa

        columns: dict[str, Any] = {self.key: pa.array(keys, pa.string())}
        for place, clause in enumerate(self.clauses):
            own = [None if row is None else row.clauses[place] for row in rows]
            columns |= {f"{clause.number}.{name}": column for name, column in _clause_columns(clause, own)}
        sums_of = ((TOTAL, [None if row is None else row.total for row in rows]), (TOTAL_THIS_YEAR, [None if row is None else row.this_year for row in rows]))
        for name, found in sums_of:
            for words in self.words:
                sums = [(None, None) if x is None else x.get(words, (0, 0)) for x in found]
                label = f"{name}.{words}" if self.several else name
                columns |= {label: money_column([x for x, _ in sums]), f"{label}.{MOST}": money_column([x for _, x in sums])}
        columns[NOTICES] = pa.array([None if row is None else row.notices for row in rows], pa.list_(pa.string()))
        columns[REFUSED] = pa.array([_said(wrong[i]) if i in wrong else None for i in range(len(rows))], pa.string())
        return pa.table(columns)


def _clause_columns(clause: c.Clause, own: list[Answer | None]) -> Iterator[tuple[str, Any]]:
    import pyarrow as pa

    yield STATUS, status_column([None if x is None else x.status for x in own])
    if not clause.nature:
        if clause.saying is not None and clause.saying.reverse:
            yield WAY, pa.array([x.way or None if x is not None else None for x in own], pa.string())
        yield AMOUNT, money_column([None if x is None else x.amount for x in own])
        if clause.pooled:
            yield APPLIED, money_column([None if x is None else x.applied for x in own])
        if clause.discretionary:
            yield BOUND, money_column([None if x is None else x.bound for x in own])
        if clause.payments:
            yield THIS_YEAR, money_column([None if x is None else x.this_year for x in own])
    yield MISSING, pa.array([None if x is None else x.missing for x in own], pa.list_(pa.string()))


def _said(found: tuple[Diagnostic, ...]) -> str:
    return "；".join(f"[{d.code}] {d.place()}：{d.message}" if d.place() else f"[{d.code}] {d.message}" for d in found)


def money_column(cents: list[int | None]) -> Any:
    """元 as decimal128(38, 2), of whole 分."""
    import pyarrow as pa

    try:
        whole = pa.array(cents, pa.int64()).cast(pa.decimal128(38, 0))  # the same 128 bits, of which two digits are 分
    except (OverflowError, pa.ArrowInvalid):
        whole = pa.array([None if x is None else Decimal(x) for x in cents], pa.decimal128(38, 0))
    return pa.Array.from_buffers(pa.decimal128(38, 2), len(whole), whole.buffers(), offset=whole.offset)


def status_column(words: list[str | None]) -> Any:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array([None if w is None else _PLACE[w] for w in words], pa.int8()), pa.array(STATUSES))


_PLACE = {word: place for place, word in enumerate(STATUSES)}
