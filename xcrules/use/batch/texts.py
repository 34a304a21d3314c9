"""Blocks decided by a policy whose text changes from day to day: each row by the text in force on its day, as `Policy.decide` does.

The answers then have the clauses of every text, in the order of the law, and a column 文字 that says by which text a row was decided; a clause
that this text has not has the status 无此款 and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from xcrules.base.diagnostic import XcrulesError
from xcrules.facts.arrow import Block
from xcrules.facts.arrow.block import FAULTS
from xcrules.use.python.policy import Policy

from .answers import AMOUNT, APPLIED, BOUND, MISSING, NO_CLAUSE, NOTICES, REFUSED, STATUS, THIS_YEAR, TOTAL, WAY
from .block import BlockDecider
from .results import BlockResult, Placer, carried_of, numbers_of, result_of, result_tables

TEXT = "文字"


class Dealt(NamedTuple):
    """Rows for one text, by their places; `error` where none of them can be decided, and why."""

    decider: BlockDecider
    text: str | None
    error: XcrulesError | None
    at: list[int]


class Deciders:
    """What decides blocks by each text of a policy, under some readings. Raises XcrulesError (E526, E528) for readings that the text as amended has not."""

    def __init__(self, policy: Policy, readings: Mapping[str, str] | None = None) -> None:
        self.policy = policy
        self.last = BlockDecider(policy.texts[-1], readings)
        self._made: list[BlockDecider | XcrulesError] = [_decider(p, readings) for p in policy.texts[:-1]] + [self.last]
        deciders = [x for x in self._made if isinstance(x, BlockDecider)]
        self.funds = [fund for x in deciders for fund in x.applying.funds]
        for place, decider in enumerate(deciders):
            decider.applying.first = sum(len(x.applying.funds) for x in deciders[:place])
        self._date = policy.earlier[0].date if policy.earlier else ""

    def table(self, block: Block) -> Any:
        """The answers to a block, a row for each of its rows."""
        return self.result(block).answers if self._date else self.last.decide(block).table

    def result(self, block: Block, explained: bool = False) -> BlockResult:
        """A block decided."""
        if not self._date:
            return result_of(self.last, block, explained)
        def column(name: str) -> Any:
            return block.rows.column(name) if name in block.rows.column_names else [None] * block.rows.num_rows

        dealt = self._dealt([x and x.as_py() for x in column(self._date)], [x is not None and x.is_valid for x in column(FAULTS)])
        made = []
        for some in dealt:
            part = block.take(np.array(some.at, np.int64))
            made.append(
                result_of(some.decider, part, explained)
                if some.error is None
                else self._rows(
                    some, part.rows.column(self.last.key).to_pylist(), [], Placer(self.last.form, part, numbers_of(part)), carried_of(part),
                    explained,
                )
            )
        return self._merged(dealt, made)

    def result_of_rows(self, keys: list[Any], rows: list[Any], numbers: Sequence[int], explained: bool) -> BlockResult:
        """Rows that are facts, or what is wrong with them."""
        faulty = [isinstance(x, XcrulesError) for x in rows]
        dealt = self._dealt([None if bad else row.facts.get(self._date) for row, bad in zip(rows, faulty, strict=True)], faulty)
        made = [
            self._rows(
                x, [keys[i] for i in x.at], [rows[i] for i in x.at], Placer(x.decider.form, None, np.array(numbers, np.int64)[x.at]), {},
                explained,
            )
            for x in dealt
        ]
        return self._merged(dealt, made) if self._date else made[0]

    @staticmethod
    def _rows(dealt: Dealt, keys: list[Any], rows: list[Any], placer: Placer, carried: Mapping[str, Any], explained: bool) -> BlockResult:
        found = dealt.decider.decide_rows(keys, rows if dealt.error is None else [dealt.error] * len(keys))
        return result_tables(dealt.decider, found, placer, carried, (lambda at: [rows[i] for i in at]) if explained else None)

    def _dealt(self, days: Sequence[Any], faulty: Sequence[bool]) -> list[Dealt]:
        """The rows by their texts, some for each."""
        if not self._date or not days:
            return [Dealt(self.last, None, None, [*range(len(days))])]
        made: dict[tuple[Any, bool], Dealt] = {}
        for i, (day, bad) in enumerate(zip(days, faulty, strict=True)):
            key = str(day) if isinstance(day, list | dict) else day, bad
            if key not in made:
                made[key] = self._of_day(day, bad, made.values())
            made[key].at.append(i)
        return list({id(x): x for x in made.values()}.values())

    def _of_day(self, day: Any, faulty: bool, made: Iterable[Dealt]) -> Dealt:
        try:
            place = self.policy.text_in_force({self._date: day})
        except XcrulesError as error:
            return Dealt(self.last, None, None if faulty else error, [])  # what is wrong with the row says more
        decider, text = self._made[place], self.policy._text_names[place]
        if isinstance(decider, XcrulesError):
            return Dealt(self.last, text, decider, [])
        return next((x for x in made if x.decider is decider and x.text == text and x.error is None), None) or Dealt(
            decider, text, None, []
        )

    # -- one table of several ---------------------------------------------------------------------------------------

    def _merged(self, dealt: list[Dealt], made: list[BlockResult]) -> BlockResult:
        tables = [self._columns(x, result.answers) for x, result in zip(dealt, made, strict=True)]
        order = np.argsort(np.concatenate([np.array(x.at, np.int64) for x in dealt]), kind="stable")
        answers = pa.concat_tables(tables).unify_dictionaries().take(pa.array(order))
        rest = (
            pa.concat_tables(found) if (found := [x for x in some if x is not None]) else None for some in list(zip(*made, strict=True))[1:]
        )
        return BlockResult(answers, *rest)

    def _columns(self, dealt: Dealt, table: Any) -> Any:
        """The answers of one text with the columns of all."""
        held = dict(zip(table.column_names, table.columns, strict=True))
        wrong = table.column(REFUSED).is_valid()
        held[TEXT] = pa.array([dealt.text] * table.num_rows, pa.string())
        carried = [n for n in table.column_names[1:] if n not in self._types]
        for name, type_ in self._types.items():
            if name not in held:
                none = pa.nulls(table.num_rows, type_)
                held[name] = (
                    pa.DictionaryArray.from_arrays(
                        pa.array([None if x else 0 for x in wrong.to_pylist()], pa.int8()), pa.array([NO_CLAUSE])
                    )
                    if name.endswith(f".{STATUS}")
                    else none
                )
        key, *rest = self._types
        return pa.table({name: held[name] for name in (key, *carried, TEXT, *(n for n in rest if n != TEXT))})

    @cached_property
    def _types(self) -> dict[str, Any]:
        """The columns of all texts: the key, the clauses in the order of the law, totals, 提示, 退回."""
        deciders = [x for x in self._made if isinstance(x, BlockDecider)]
        found = {f.name: f.type for x in deciders for f in x.decide_rows([], []).table.schema}
        numbers: Sequence[str] = ()
        for decider in deciders:
            numbers = [*in_order(numbers, [k.number for k in decider.columns.clauses])]
        clauses = [f"{n}.{c}" for n in numbers for c in (STATUS, WAY, AMOUNT, APPLIED, BOUND, THIS_YEAR, MISSING)]
        names = [self.last.key, TEXT, *clauses, *(n for n in found if TOTAL in n and n not in clauses), NOTICES, REFUSED]
        return {n: found[n] for n in names if n in found} | {TEXT: pa.string()}


def _decider(policy: Policy, readings: Mapping[str, str] | None) -> BlockDecider | XcrulesError:
    """An earlier text may not have a reading that is asked for."""
    try:
        return BlockDecider(policy, readings)
    except XcrulesError as error:
        return error


def in_order(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """All numbers: those of the new text, each that it has no longer behind its old neighbour."""
    made = list(new)
    for i, number in enumerate(old):
        if number not in made:
            before = next((made.index(x) for x in reversed(old[:i]) if x in made), -1)
            made.insert(before + 1, number)
    yield from made
