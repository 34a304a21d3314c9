"""An Arrow block in, an Arrow block out: each row decided as `Policy.decide` decides it.

Rows of which generated code knows the answer are read from its whole numbers, no decision is made of them; clauses that rest on
something unknown go to the reference evaluator. Which of the two it was does not show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from xcrules.base.diagnostic import Diagnostic, XcrulesError
from xcrules.facts.arrow import Block, block_facts, block_rows, key_name
from xcrules.facts.arrow.block import Row
from xcrules.run.decision import ClauseDecision
from xcrules.run.python.outcomes import decided
from xcrules.run.results import totals as totals_of
from xcrules.run.results import totals_this_year

from .answers import AnswerColumns, AnswerRow, decided_answer, judged_answer, spans, totals
from .applying import Applying

if TYPE_CHECKING:
    from xcrules.use.python.engines import Under
    from xcrules.use.python.policy import Policy


class PlainFacts(dict[str, Any]):
    """Facts among rows: as they came, `facts`."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__()
        self.facts = facts


class Wrong(NamedTuple):
    """A row of the block that is not decided, and what is wrong with it."""

    row: int
    found: tuple[Diagnostic, ...]


class DecidedBlock(NamedTuple):
    """A block of answers, a row for each row that came in; `wrong` has the rows that have none."""

    table: Any
    wrong: tuple[Wrong, ...]
    rows: list[AnswerRow | None]


class BlockDecider:
    """What decides blocks by one text of a policy under some readings. Raises XcrulesError (E526, E528) for readings that are not there."""

    def __init__(self, policy: Policy, readings: Mapping[str, str] | None = None) -> None:
        self.policy, self.form = policy, policy.program.form
        self.engines = policy._engines
        self.under: Under = self.engines.under(policy.chosen(readings))
        self.to_facts, self.key = block_facts(self.form), key_name(self.form)
        self.columns = AnswerColumns(self.key, self.under.compiled)
        self.applying = Applying(self.under)

    def decide(self, block: Block) -> DecidedBlock:
        """The answers to a block, a row for each of its rows."""
        return self.decide_rows(block.rows.column(self.key).to_pylist(), block_rows(block, self.form))

    def decide_rows(self, keys: list[Any], rows: Iterable[Row | XcrulesError]) -> DecidedBlock:
        """The answers to rows as they stand in blocks, or to facts."""
        made: list[AnswerRow | None] = []
        wrong: list[Wrong] = []
        for place, (key, row) in enumerate(zip(keys, rows, strict=True)):
            try:
                if isinstance(row, XcrulesError):
                    raise row
                made.append(self.decide_facts(self.raw(row), key))
            except XcrulesError as error:
                made.append(None)
                wrong.append(Wrong(place, error.diagnostics))
        return DecidedBlock(self.columns.table(keys, made, {w.row: w.found for w in wrong}), tuple(wrong), made)

    def raw(self, row: Row) -> Mapping[str, Any]:
        """The facts of a row; what is no row of a block is facts already."""
        return row.facts if isinstance(row, PlainFacts) else self.to_facts(row)

    def decision(self, row: Row) -> tuple[ClauseDecision, ...]:
        """The clauses of a row, with their reasons."""
        return self.under.clauses(self.engines.measured(self.policy.facts(self.raw(row))), "compiled")

    def decide_facts(self, raw: Mapping[str, object], key: Any) -> AnswerRow:
        """The answers to one enterprise. Raises XcrulesError as `Policy.decide` does."""
        facts = self.engines.scaled(self.engines.measured(self.policy.facts(raw)))
        compiled = self.under.compiled
        outcomes = compiled.outcomes(facts)
        unsure = [i for i, x in enumerate(outcomes) if x is None]
        told = iter(compiled.unsettled(facts, unsure, None) if unsure else ())
        notices = tuple([d.message for d in facts.notices])
        asked = tuple(self.applying.rows(key, facts)) if self.applying.funds else ()
        if self.columns.several:
            clauses = [next(told) if x is None else decided(x, None) for x in outcomes]
            return AnswerRow([decided_answer(k) for k in clauses], spans(totals_of(clauses)), spans(totals_this_year(clauses)), notices, asked)
        answers = [decided_answer(next(told)) if x is None else judged_answer(x) for x in outcomes]
        return AnswerRow(answers, *totals(answers), notices, asked)
