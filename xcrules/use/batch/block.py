"""An Arrow block in, an Arrow block out: each row decided as `Policy.decide` decides it.

Clauses that the columns of the block settle (run/columns) are taken from there. Of the others each row is read and generated code says it; what
rests on something unknown goes on to ranges and to the reference evaluator. Which of them it was does not show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import compress
from typing import Any, NamedTuple

import numpy as np

from xcrules.base.diagnostic import Diagnostic, XcrulesError
from xcrules.facts.arrow import Block, block_facts, block_rows, key_name
from xcrules.facts.arrow.block import Row
from xcrules.facts.arrow.cells import BlockCells, CellReader
from xcrules.facts.arrow.records import CellRecords
from xcrules.facts.given import read_facts
from xcrules.facts.scaled import ScaledFacts
from xcrules.plan.effort import MAX_COMPARED, MAX_GAPS, MAX_STEPS
from xcrules.run.columns.clause_columns import ClauseColumns
from xcrules.run.columns.doubts import Waiting
from xcrules.run.columns.plan import PlanColumns
from xcrules.run.decision import ClauseDecision
from xcrules.run.python.outcomes import Judged, decided
from xcrules.run.results import totals as totals_of, totals_this_year
from xcrules.use.python.engines import Under
from xcrules.use.python.policy import Policy

from . import PIECE
from .answers import Answer, AnswerColumns, AnswerRow, added, decided_answer, entered_answer, judged_answer, spans, totals, waiting_answer
from .applying import Applying


class PlainFacts(dict[str, Any]):
    """Facts among rows: as they came, `facts`."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__()
        self.facts = facts


class Wrong(NamedTuple):
    """A row of the block that is not decided, and what is wrong with it."""

    row: int
    found: tuple[Diagnostic, ...]


class JudgedBlock(NamedTuple):
    """What the clauses come to: by columns (None: not asked), and of rows, by their places, those that columns leave open."""

    cells: BlockCells | None
    settled: list[ClauseColumns] | None
    rows: dict[int, AnswerRow]
    wrong: list[Wrong]


class DecidedBlock(NamedTuple):
    """A block of answers, a row for each row that came in; `wrong` has the rows that have none, `rows` by their places those that were decided as rows, `settled` what columns say."""

    table: Any
    wrong: tuple[Wrong, ...]
    rows: dict[int, AnswerRow]
    settled: list[ClauseColumns] | None = None


class BlockDecider:
    """What decides blocks by one text of a policy under some readings. Raises XcrulesError (E526, E528) for readings that are not there."""

    def __init__(
        self, policy: Policy, readings: Mapping[str, str] | None = None, beside: Callable[[Judged | ClauseDecision], Any] | None = None
    ) -> None:
        """`beside`: what is told of each clause of a row in place of its answer."""
        self.beside = beside
        self.policy, self.form = policy, policy.program.form
        self.engines = policy._engines
        self.under: Under = self.engines.under(policy.chosen(readings))
        self.to_facts, self.key = block_facts(self.form), key_name(self.form)
        self.columns = AnswerColumns(self.key, self.under.compiled)
        self.applying = Applying(self.under)
        self.reader = CellReader(self.form, policy.program.clause_names)

    @cached_property
    def kernels(self) -> PlanColumns:
        """The clauses over columns."""
        return PlanColumns(self.under.compiled.lowerer, self.columns.clauses, self.engines.records.base_year)

    def decide(self, block: Block) -> DecidedBlock:
        """The answers to a block, a row for each of its rows: by columns as far as these say it, clause by clause, the rest row by row."""
        return self._answered(block.rows.column(self.key), self.judge(block))

    def decide_rows(self, keys: list[Any], rows: Sequence[Row | XcrulesError]) -> DecidedBlock:
        """The answers to rows as they stand in blocks, or to facts."""
        return self._answered(keys, self.judge_rows(keys, rows))

    def _answered(self, keys: Any, found: JudgedBlock) -> DecidedBlock:
        return DecidedBlock(
            self.columns.table(keys, found.settled, found.rows, {w.row: w.found for w in found.wrong}), tuple(found.wrong), found.rows,
            found.settled,
        )

    def judge(self, block: Block) -> JudgedBlock:
        """What the clauses come to in a block."""
        keys = block.rows.column(self.key)
        made: dict[int, AnswerRow] = {}
        wrong: list[Wrong] = []
        if self.applying.funds or not block.rows.num_rows:  # what is asked of a 总额 is told by rows
            self._of_block(block, np.arange(block.rows.num_rows), None, made, wrong)
            return JudgedBlock(None, None, made, wrong)
        cells = self.reader.read(block)
        self._too_long(cells)
        settled = self.kernels.decide(cells)
        open_ = np.stack([x.open for x in settled]) if settled else np.zeros((0, cells.size), bool)
        plain = ~(cells.odd | cells.unfit | self._long(cells))
        if open_.any():
            if not self.columns.several:
                self._told(cells, keys, settled, open_, plain, made)
            self._known_facts(cells, keys, open_, plain, made)
        wanted = np.flatnonzero((open_.any(axis=0) & ~plain) | cells.odd)
        self._of_block(block, wanted, open_, made, wrong)
        cells.noted[wanted] = False
        if self.beside is None and cells.noted.any():
            self._noted(block, np.flatnonzero(cells.noted), cells.noted_of, made)
        return JudgedBlock(cells, settled, made, wrong)

    def _of_block(self, block: Block, wanted: Any, open_: Any, made: dict[int, AnswerRow], wrong: list[Wrong]) -> None:
        """Some enterprises decided one by one, and of these the clauses that are open (None: all)."""
        for start in range(0, len(wanted), PIECE):
            places = wanted[start : start + PIECE]
            part = block.take(places)
            of = None if open_ is None else [np.flatnonzero(open_[:, i]).tolist() for i in places]
            self._rows(part.rows.column(self.key).to_pylist(), block_rows(part, self.form), places.tolist(), of, made, wrong)

    def judge_rows(self, keys: list[Any], rows: Sequence[Row | XcrulesError]) -> JudgedBlock:
        """What the clauses come to in rows."""
        found = JudgedBlock(None, None, {}, [])
        self._rows(keys, rows, range(len(keys)), None, found.rows, found.wrong)
        return found

    def _told(self, cells: BlockCells, keys: Any, settled: list[ClauseColumns], open_: Any, plain: Any, made: dict[int, AnswerRow]) -> None:
        """The clauses of which columns tell all that is open. What gates leave possible is told once for an enterprise, and for all clauses that come to the same."""
        own: dict[int, dict[int, Answer]] = {}
        came: dict[Any, Answer] = {}  # most gates that are not known want one fact, and most clauses come to nothing past them
        gated: dict[int, list[tuple[int, Waiting]]] = {}
        for place, x in enumerate(settled):
            for waits in x.waiting:
                if waits.gated:
                    gated.setdefault(waits.row, []).append((place, waits))
                elif plain[waits.row]:
                    own.setdefault(waits.row, {})[place] = waiting_answer(waits)
        behind = [i for i, x in enumerate(settled) if x.behind is not None]
        known, *told = (np.stack([getattr(settled[i], name) for i in behind]) if behind else open_[:0] for name in ("behind", "status", "amount", "this_year"))
        wanted: Any = known.any(axis=0)
        wanted[[*gated]] = True
        at = np.flatnonzero(wanted & plain)
        records = CellRecords(self.engines.records, cells).of(at, keys.take(at).to_pylist(), self.kernels.reads(()))
        for row, record, mask, *came_to in zip(at.tolist(), records, *(x[:, at].T.tolist() for x in (known, *told)), strict=True):
            gates = self.under.compiled.entered(ScaledFacts(self.engines.records, record))
            if gates is not None:
                own[row] = {place: waiting_answer(waits, gates) for place, waits in gated.get(row, ())}
                said = gates.statuses, frozenset(gates.needs)
                for place, way in compress(zip(behind, zip(*came_to, strict=True), strict=True), mask):
                    if (answer := came.get((said, way))) is None:
                        answer = came[said, way] = entered_answer(gates, *way)
                    own[row][place] = answer
        for row, answers in own.items():
            made[row] = AnswerRow(answers, *totals(answers.values(), self.columns.only), ())
            open_[[*answers], row] = False

    def _known_facts(self, cells: BlockCells, keys: Any, open_: Any, plain: Any, made: dict[int, AnswerRow]) -> None:
        """The open clauses of rows of which nothing is to be said: what a clause reads is taken from the cells, once for all rows that want the same."""
        known, every = CellRecords(self.engines.records, cells), open_.all(axis=0)  # where gates are open, all clauses are: such a row is read once
        for group, rows in ((tuple(range(len(open_))), every), *((group, ~every) for group in self.kernels.groups)):
            own = open_[list(group)]
            at = np.flatnonzero(own.any(axis=0) & rows & plain)
            if not len(at):
                continue
            named = keys.take(at).to_pylist()
            for row, key, record in zip(at.tolist(), named, known.of(at, named, self.kernels.reads(group)), strict=True):
                try:
                    found = self.answers(
                        ScaledFacts(self.engines.records, record), key, [i for i, x in zip(group, own[:, row].tolist(), strict=True) if x]
                    )
                except XcrulesError:
                    plain[row] = False
                else:
                    made[row] = found if row not in made else added(made[row], found)

    def _noted(self, block: Block, places: Any, of: set[str], made: dict[int, AnswerRow]) -> None:
        """What is to be said of rows that columns decide: nothing is wrong with them, and only some facts and tables have it."""
        nothing, program = AnswerRow({}, *totals((), self.columns.only), ()), self.policy.program
        part = Block(
            block.rows.select([x for x in block.rows.column_names if x == self.key or x.partition(".")[0] in of]),
            {name: x for name, x in block.lists.items() if name in of},
        )
        for place, row in zip(places.tolist(), block_rows(part.take(places), self.form), strict=True):
            assert not isinstance(row, XcrulesError)
            notices = read_facts(self.to_facts(row), program.schema, program.clause_names)[0].notices
            made[place] = made.get(place, nothing)._replace(notices=tuple([d.message for d in notices]))

    @staticmethod
    def _long(cells: BlockCells) -> Any:
        """Enterprises with lists of which it may have to be said that they are too long for what has to be done."""
        long = np.zeros(cells.size, bool)
        for table in cells.tables.values():
            if table.offsets is not None:
                long |= np.diff(table.offsets) > MAX_COMPARED
        return long

    def _too_long(self, cells: BlockCells) -> None:
        """Enterprises whose lists may be too long to be gone over are for the rows, which say so."""
        for chain in self.engines.crossings:
            steps = np.ones(cells.size, np.int64)
            for name in chain:
                steps = np.minimum(steps * np.diff(cells.tables[name].offsets), MAX_STEPS + 1)
            cells.odd |= steps > MAX_STEPS
        wide = {t.name: len(t.fields) for t in self.form.schema.nested}
        cells.odd |= sum(np.diff(x.offsets) * wide[name] for name, x in cells.tables.items() if x.offsets is not None) > MAX_GAPS

    def _rows(self, keys: list[Any], rows: Iterable[Row | XcrulesError], places: Sequence[int], of: list[list[int]] | None,
              made: dict[int, AnswerRow], wrong: list[Wrong]) -> None:
        """Rows decided one by one; `of` has the clauses that are wanted of each (None: all)."""
        for i, (key, row, place) in enumerate(zip(keys, rows, places, strict=True)):
            try:
                if isinstance(row, XcrulesError):
                    raise row
                made[place] = self.decide_facts(self.raw(row), key, None if of is None else of[i])
            except XcrulesError as error:
                wrong.append(Wrong(place, error.diagnostics))

    def raw(self, row: Row) -> Mapping[str, Any]:
        """The facts of a row; what is no row of a block is facts already."""
        return row.facts if isinstance(row, PlainFacts) else self.to_facts(row)

    def decision(self, row: Row, of: Iterable[int]) -> tuple[ClauseDecision, ...]:
        """Some clauses of a row in the order of the law, with their reasons."""
        only = tuple([self.columns.clauses[i].number for i in of])
        return self.under.clauses(self.engines.measured(self.policy.facts(self.raw(row))), "compiled", only)

    def decide_facts(self, raw: Mapping[str, object], key: Any, of: Sequence[int] | None = None) -> AnswerRow:
        """The answers to one enterprise, of some clauses or all. Raises XcrulesError as `Policy.decide` does."""
        return self.answers(self.engines.scaled(self.engines.measured(self.policy.facts(raw))), key, of)

    def answers(self, facts: ScaledFacts, key: Any, of: Sequence[int] | None) -> AnswerRow:
        """The answers on facts. Raises XcrulesError."""
        compiled = self.under.compiled
        places = range(len(self.columns.clauses)) if of is None else of
        outcomes = compiled.outcomes(facts) if of is None else compiled.outcomes_of(facts, of)
        unsure = [i for i, x in zip(places, outcomes, strict=True) if x is None]
        told = iter(compiled.unsettled(facts, unsure, None) if unsure else ())
        compiled.filled(facts).made.clear()  # what is known of it would wait for the garbage collector, in circles
        if self.beside is not None:
            return AnswerRow(
                {}, {}, {}, (), (), {i: self.beside(next(told) if x is None else x) for i, x in zip(places, outcomes, strict=True)}, facts
            )
        notices = tuple([d.message for d in facts.notices])
        asked = tuple(self.applying.rows(key, facts)) if self.applying.funds else ()
        if self.columns.several:
            clauses = [next(told) if x is None else decided(x, None) for x in outcomes]
            return AnswerRow(
                dict(zip(places, map(decided_answer, clauses), strict=True)), spans(totals_of(clauses)), spans(totals_this_year(clauses)),
                notices, asked,
            )
        answers = [decided_answer(next(told)) if x is None else judged_answer(x) for x in outcomes]
        return AnswerRow(dict(zip(places, answers, strict=True)), *totals(answers, self.columns.only), notices, asked)
