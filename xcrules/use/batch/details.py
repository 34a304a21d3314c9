"""明细: each award of a block, for which item, how much, which lines cut it. By columns where these say it, else from the reasons of a decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xcrules.base.money import money_text
from xcrules.base.spoken import spoken
from xcrules.facts.arrow.block import Row
from xcrules.run.columns.awards import Awards
from xcrules.run.columns.clause_columns import PLACE, ClauseColumns
from xcrules.run.decision import ClauseDecision
from xcrules.run.python.details import exact, item_path
from xcrules.run.results import DISCRETION, GRANTED, POOLED, STATUSES

from .answers import money_column, money_of
from .block import BlockDecider, DecidedBlock

DETAILS = ("编号", "款", "状态", "项", "分项", "金额", "封顶", "原文")
_TOLD = (GRANTED, DISCRETION, POOLED)
Rows = Callable[[Sequence[int]], Iterable[Row]]  # those in some places of a block
Counters = Mapping[str, str]


class DetailLines(NamedTuple):
    """Awards: whose, of which clause (by their places), and what is told of them; arrays of numpy, then of Arrow."""

    owner: Any
    clause: Any
    status: Any
    item: Any
    part: Any
    amount: Any
    cuts: Any


def details_of(decider: BlockDecider, keys: Any, decided: DecidedBlock, rows: Rows, counters: Counters) -> Any:
    """The table, in the order of the enterprises and of the law."""
    by_row = {i: [k for k, x in row.clauses.items() if x.status in _TOLD] for i, row in decided.rows.items()}
    lines = []
    for place, x in enumerate(decided.settled or ()):
        said = np.isin(x.status, [PLACE[status] for status in _TOLD]) & ~x.open
        said[[w.row for w in decided.wrong]] = False
        if x.awards is not None:
            lines.append(_by_columns(place, x, x.awards, said & x.awards.told, counters))
            said &= ~x.awards.told
        for i in np.flatnonzero(said).tolist():
            by_row.setdefault(i, []).append(place)
    found = []
    at = sorted(i for i, places in by_row.items() if places)
    for i, row in zip(at, rows(at), strict=True):
        places = sorted(by_row[i])
        for place, clause in zip(places, decider.decision(row, places), strict=True):
            found += [(i, place, *x) for x in _of_clause(clause, counters)]
    every = DetailLines(*map(_joined, zip(*lines, _by_rows(found), strict=True)))
    order = np.lexsort((every.clause, every.owner))
    owner, clause, status, *told = (x.take(order if isinstance(x, np.ndarray) else pa.array(order)) for x in every)
    plan = decider.under.compiled.plan.clauses
    own = keys.take(pa.array(owner)), _words([k.number for k in plan], clause), _words(STATUSES, status)
    return pa.table(dict(zip(DETAILS, (*own, *told, _words([k.words for k in plan], clause)), strict=True)))


def _joined(parts: Sequence[Any]) -> Any:
    return np.concatenate(parts) if isinstance(parts[0], np.ndarray) else pa.chunked_array(parts).unify_dictionaries().combine_chunks()


def _words(words: Sequence[str], which: Any) -> Any:
    """A column of these of the words, each kept once."""
    return pa.array(words, pa.string()).dictionary_encode().take(pa.array(which))


def _by_columns(place: int, x: ClauseColumns, awards: Awards, whose: Any, counters: Counters) -> DetailLines:
    """Those of some enterprises under one clause."""
    clause, rows = awards.clause, awards.rows
    at = np.flatnonzero(whose[rows.owner])
    owner, part, number = rows.owner[at], rows.part[at], awards.number[at]
    starts, items = [], list[str]()
    for i, claim in enumerate(clause.claims):
        starts.append(len(items))
        items += [spoken(item_path(claim, j), counters) for j in range(int(number[part == i].max(initial=0)) + 1)]
    amount = money_of(awards.shares(x.amount)[at] // clause.cent, x.status[owner] != PLACE[DISCRETION], {})
    item, parts = _words(items, np.array(starts)[part] + number), _words([k.part for k in clause.claims], part)
    return DetailLines(owner, np.full(len(at), place), x.status[owner], item, parts, amount, _cuts(awards, at))


def _cuts(awards: Awards, at: Any) -> Any:
    """What caps took from some claims: a sentence for each figure."""
    told = pa.array([""]).take(pa.array(np.zeros(len(at), np.int64)))
    for origin, among, less in awards.taken():
        cut = np.zeros(len(awards.nets), np.int64)
        cut[among] = less
        if not (cut := cut[at]).any():
            continue
        figures, which = np.unique(cut, return_inverse=True)
        texts = [_cut(origin.label, origin.text, exact(x, awards.clause.scale)) if x else "" for x in figures.tolist()]
        apart = pc.if_else(pc.and_(pc.not_equal(told, ""), pa.array(cut > 0)), "；", "")
        told = pc.binary_join_element_wise(told, apart, pa.array(texts, pa.string()).take(pa.array(which)), "")
    return told


def _cut(label: str, text: str, less: Fraction) -> str:
    return f"{label}「{text}」减 {money_text(less)}"


def _of_clause(clause: ClauseDecision, counters: Counters) -> Iterator[tuple[Any, ...]]:
    """Those of one enterprise under one clause, as DetailLines have them."""
    for item in clause.items:
        if item.counts:
            cuts = "；".join(_cut(k.label, k.text, x) for k in clause.caps for *whose, x in k.cuts if whose == [item.path, item.part])
            cents = None if item.amount is None else int(item.amount * 100)
            yield PLACE[clause.status], spoken(item.path, counters), item.part, cents, cuts


def _by_rows(found: Sequence[tuple[Any, ...]]) -> DetailLines:
    columns = list(zip(*found, strict=True)) or [()] * len(DetailLines._fields)
    owner, clause, status = (np.array(x, np.int64) for x in columns[:3])
    item, part, cuts = (pa.array(columns[i], pa.string()) for i in (3, 4, 6))
    return DetailLines(owner, clause, status, item.dictionary_encode(), part.dictionary_encode(), money_column([*columns[5]]), cuts)
