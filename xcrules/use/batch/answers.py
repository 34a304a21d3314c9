"""What a block comes to, column by column: 状态, 元 and 缺失 of every clause, and the totals. In whole 分 until they become columns.

Columns: the key; for each clause `款.状态`, and as it may have them `款.方向`, `款.金额`, `款.申请额` (out of a 总额), `款.上限` (of 裁量; empty beside 裁量: no end),
`款.本年度拨付` (of 拨付), `款.缺失`; then 合计, 合计.至多 (empty: no end), 本年度拨付合计, 本年度拨付合计.至多, each by what is said (合计.应补税款) where several things
are; 提示; 退回, which says why a row was not decided: all else in it is null. 元 are decimal128(38, 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from xcrules.base.diagnostic import Diagnostic
from xcrules.base.money import Number, Unlimited
from xcrules.facts.scaled import ScaledFacts
from xcrules.run.columns.clause_columns import PLACE, ClauseColumns
from xcrules.run.columns.doubts import Waiting
from xcrules.run.decision import ClauseDecision
from xcrules.run.lowered import claims as c
from xcrules.run.lowered.rows import in_cents, is_endless
from xcrules.run.python.compiled import Compiled
from xcrules.run.python.outcomes import Judged
from xcrules.run.ranges.abstract import NONE
from xcrules.run.ranges.entry import Entered, past
from xcrules.run.results import GRANTED, PENDING, POOLED, STATUSES, AmountRange

STATUS, WAY, AMOUNT, APPLIED, GIVEN, BOUND, THIS_YEAR, MISSING = "状态", "方向", "金额", "申请额", "分得", "上限", "本年度拨付", "缺失"
_STATUSES = pa.array(STATUSES)
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
    """One enterprise: those of its clauses that were decided as rows, by their places, what they come to together, what should be known of its facts."""

    clauses: Mapping[int, Answer]
    total: Totals
    this_year: Totals
    notices: tuple[str, ...]
    applying: tuple[tuple[str | None, ...], ...] = ()  # what is asked of each 总额
    beside: Mapping[int, Any] = {}  # what is told of clauses in place of answers, and the facts that it is of
    facts: ScaledFacts | None = None


def added(one: AnswerRow, other: AnswerRow) -> AnswerRow:
    """Other clauses of the same enterprise."""
    return AnswerRow(
        {**one.clauses, **other.clauses}, _both(one.total, other.total), _both(one.this_year, other.this_year), one.notices, one.applying,
        {**one.beside, **other.beside},
    )


def _both(one: Totals, other: Totals) -> Totals:
    made = dict(one)
    for words, (low, high) in other.items():
        least, most = made.get(words, (0, 0))
        made[words] = least + low, None if most is None or high is None else most + high
    return made


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
    return Answer(
        clause.status, _cents(clause.amount), _cents(clause.applied), _cents(clause.bound), _cents(clause.this_year), clause.missing,
        clause.direction, _span(clause.amount_range), _span(clause.this_year_range),
    )


def entered_answer(gates: Entered, status: int, amount: int, this_year: int) -> Answer:
    """That of a clause of which the gates alone are open, by what it comes to past them: the place of its status, 分, those paid this year (below 0: all)."""
    found = _waiting(past(gates, frozenset({STATUSES[status]}), NONE)[1], 0, amount if STATUSES[status] == GRANTED else 0)
    return found if this_year < 0 else found._replace(span_this_year=(0, this_year))


def waiting_answer(found: Waiting, gates: Entered | None = None) -> Answer:
    """That of a clause of which columns tell what it waits for; `gates` where these are open too."""
    if gates is None:
        return Answer(PENDING, None, None, None, None, found.missing, "", (found.low, found.high), found.this_year)
    made = _waiting(gates.needs.union(found.missing), 0, found.high)
    return made if found.this_year is None else made._replace(span_this_year=(0, found.this_year[1]))


def _waiting(missing: Iterable[str], low: int, high: int | None) -> Answer:
    return Answer(PENDING, None, None, None, None, tuple(sorted(missing)), span=(low, high))


def totals(answers: Iterable[Answer], words: str) -> tuple[Totals, Totals]:
    """合计 and 本年度拨付合计 where one thing is said of all clauses: `words`."""
    low = now = 0
    high: int | None = 0
    later: int | None = 0
    for _, amount, _, _, this_year, _, _, span, span_this_year in answers:
        paid = amount if this_year is None else this_year
        least, most = (amount, amount) if amount is not None else span or (0, 0)
        low, high = low + least, None if high is None or most is None else high + most
        least, most = (paid, paid) if paid is not None else span_this_year or span or (0, 0)
        now, later = now + least, None if later is None or most is None else later + most
    return {words: (low, high)}, {words: (now, later)}


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
        self.only = self.words[0] if self.words else GRANTED

    def table(
        self, keys: Any, settled: Sequence[ClauseColumns] | None, rows: Mapping[int, AnswerRow], wrong: Mapping[int, tuple[Diagnostic, ...]]
    ) -> Any:
        """A pyarrow.Table of the answers: those of columns, and those of rows by their places; a row that is wrong is null but for what is wrong with it."""
        size = len(keys)
        right = np.ones(size, bool)
        right[list(wrong)] = False
        columns: dict[str, Any] = {self.key: keys if isinstance(keys, pa.ChunkedArray) else pa.array(keys, pa.string())}
        answers: list[dict[int, Answer]] = [{} for _ in self.clauses]
        for i, row in rows.items():
            for place, x in row.clauses.items():
                answers[place][i] = x
        complete = _lists(size, {}, right)
        for place, (clause, own) in enumerate(zip(self.clauses, answers, strict=True)):
            found = _clause_columns(clause, None if settled is None else settled[place], own, right, complete)
            columns |= {f"{clause.number}.{name}": column for name, column in found}
        sums = {words: np.zeros(size, np.int64) for words in self.words}
        paid = {words: np.zeros(size, np.int64) for words in self.words} if any(k.payments for k in self.clauses) else sums
        for clause, came in zip(self.clauses, settled or (), strict=settled is not None):
            words = GRANTED if clause.saying is None else clause.saying.words()
            if words in sums:  # several things are said of one clause only by rows
                amount = np.maximum(came.amount, 0)
                amount[came.open] = 0
                sums[words] += amount
                if paid is not sums:
                    paid[words] += np.where((came.this_year >= 0) & ~came.open, came.this_year, amount)
        made: tuple[Any, ...] = (None, None, None)  # the last column, and of what: often the next is the same
        for name, base, of in ((TOTAL, sums, "total"), (TOTAL_THIS_YEAR, paid, "this_year")):
            for words in self.words:
                spans_of = [(i, getattr(row, of).get(words, (0, 0))) for i, row in rows.items()]
                held = base[words][[*rows]].tolist()
                for end in (0, 1):
                    told = {i: None if (more := span[end]) is None else x + more for (i, span), x in zip(spans_of, held, strict=True)}
                    if made[0] is not base[words] or made[1] != told:
                        made = base[words], told, money_of(base[words], right, told)
                    columns[(f"{name}.{words}" if self.several else name) + (f".{MOST}" if end else "")] = made[2]
        notices = {i: row.notices for i, row in rows.items() if row.notices}
        columns[NOTICES] = _lists(size, notices, right) if notices else complete
        columns[REFUSED] = _sparse(size, {i: "；".join(d.told() for d in found) for i, found in wrong.items()})
        return pa.table(columns)


def _clause_columns(
    clause: c.Clause, settled: ClauseColumns | None, own: Mapping[int, Answer], right: Any, complete: Any
) -> Iterator[tuple[str, Any]]:
    """`complete`: 缺失 of whom nothing is missing."""
    size = len(right)
    status = np.zeros(size, np.int8) if settled is None else settled.status.copy()
    status[list(own)] = [PLACE[x.status] for x in own.values()]
    elsewhere = right.copy()
    elsewhere[list(own)] = False
    yield STATUS, pa.DictionaryArray.from_arrays(pa.array(status, mask=~right), _STATUSES)

    def money(name: str) -> Any:
        held = np.full(size, -1) if settled is None or name == "applied" else getattr(settled, name)
        return money_of(held, elsewhere & (held >= 0), {i: cents for i, x in own.items() if (cents := getattr(x, name)) is not None})

    if not clause.nature:
        if clause.saying is not None and clause.saying.reverse:
            yield WAY, _sparse(size, {i: x.way or None for i, x in own.items()})
        yield AMOUNT, money("amount")
        if clause.pooled:
            yield APPLIED, money("applied")
        if clause.discretionary:
            yield BOUND, money("bound")
        if clause.payments:
            yield THIS_YEAR, money("this_year")
    missing = {i: x.missing for i, x in own.items() if x.missing}
    yield MISSING, _lists(size, missing, right) if missing else complete


def _sparse(size: int, found: Mapping[int, str | None]) -> Any:
    """Texts at some places, null elsewhere."""
    if not found:
        return pa.nulls(size, pa.string())
    texts: list[str | None] = [None] * size
    for i, text in found.items():
        texts[i] = text
    return pa.array(texts, pa.string())


def _lists(size: int, found: Mapping[int, Sequence[str]], right: Any) -> Any:
    """Lists of texts: empty where there is none, null where a row has no answers."""
    offsets = np.zeros(size + 1, np.int32)
    if found:
        offsets[1:][list(found)] = [len(x) for x in found.values()]
        offsets = np.cumsum(offsets, dtype=np.int32)
    texts = [x for i in sorted(found) for x in found[i]]
    mask = None if right.all() else pa.array(~right)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(texts, pa.string()), mask=mask)


def money_of(cents: Any, known: Any, own: Mapping[int, int | None]) -> Any:
    """元 as decimal128(38, 2), of whole 分 where they are known, and of these in the places of others."""
    if not own:
        return decimals(cents, None if known.all() else known, pa.decimal128(38, 2))
    known, cents = known.copy(), cents.copy()
    known[list(own)] = [x is not None for x in own.values()]
    if max(map(abs, filter(None, own.values())), default=0) >= 1 << 62:
        texts = [
            None if not k else Decimal(own[i] or 0) if i in own else Decimal(x)
            for i, (k, x) in enumerate(zip(known.tolist(), cents.tolist(), strict=True))
        ]
        whole = pa.array(texts, pa.decimal128(38, 0))
        return pa.Array.from_buffers(pa.decimal128(38, 2), len(whole), whole.buffers(), offset=whole.offset)
    cents[list(own)] = [x or 0 for x in own.values()]
    return decimals(cents, None if known.all() else known, pa.decimal128(38, 2))


def decimals(values: Any, known: Any | None, type_: Any) -> Any:
    """Whole numbers of the last place (of 64 bits) as decimals; null where they are not known (None: all are)."""
    wide = np.empty((len(values), 2), np.int64)  # 128 bits, the lower half first
    wide[:, 0] = values
    np.right_shift(wide[:, 0], 63, out=wide[:, 1])
    valid = None if known is None else pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(type_, len(values), [valid, pa.py_buffer(wide)])


def money_column(cents: list[int | None]) -> Any:
    """元 as decimal128(38, 2), of whole 分."""
    return money_of(np.zeros(len(cents), np.int64), np.zeros(len(cents), bool), dict(enumerate(cents)))
