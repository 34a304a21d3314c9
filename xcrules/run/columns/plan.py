"""A plan over the cells of a block: gates, then each clause by itself; what rests on other clauses is for the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import define, field

from xcrules.facts.arrow.cells import BlockCells
from xcrules.facts.arrow.records import Reads
from xcrules.plan import steps
from xcrules.run.lowered import claims as c
from xcrules.run.lowered import nodes as n
from xcrules.run.lowered.lower import Lowerer

from .frames import RowFrame
from .kernels import Kernels
from .outcome import ClauseColumns, GateColumns, clause_columns, gate_columns, nothing_known
from .vectors import NoKernel


def _facts_of(node: n.Value) -> Iterator[str]:
    """The facts of the enterprise that a node reads itself; those of rows, of the same name, besides."""
    if isinstance(node, n.Column):
        yield node.name
    elif isinstance(node, n.Granted):
        yield node.ledger


@define(eq=False)
class PlanColumns:
    """The clauses of a plan, lowered, in the order of the law."""

    lowerer: Lowerer
    clauses: Sequence[c.Clause]
    base_year: str = ""  # the fact that says it
    kernels: Kernels = field(init=False)
    gates: c.Gates = field(init=False)
    own: dict[int, c.Gates] = field(init=False)  # of clauses that do not pass all of them
    after: frozenset[str] = field(init=False)  # clauses that are decided with others
    frame: c.Frame = field(init=False)
    _reads: dict[int, Reads] = field(factory=dict, init=False)
    uncovered: set[str] = field(factory=set, init=False)  # clauses of which some block went to the rows as a whole

    def __attrs_post_init__(self) -> None:
        plan, lowerer = self.lowerer.plan, self.lowerer
        figures = {name: {int(y): int(v * lowerer.figures[name]) for y, v in years.items() if v is not None} for name, years in lowerer.parameters.items()}
        self.kernels, self.frame = Kernels(figures), lowerer.frame()
        self.gates = lowerer.gates()
        self.own = {i: lowerer.gates(k) for i, k in enumerate(plan.clauses) if k.ungated}
        self.after = frozenset(number for x in lowerer.shared() for number in x.clauses)

    def reads(self, indexes: Sequence[int]) -> Reads | None:
        """The facts that clauses and their gates read; None where they are decided with others."""
        if self.lowerer.plan.shared or self.lowerer.plan.links.linked:
            return None
        for i in indexes:
            if i not in self._reads:
                self._reads[i] = self._reads_of(i)
        found = [self._reads[i] for i in indexes]
        return Reads(frozenset().union(*(x.facts for x in found)), frozenset().union(*(x.tables for x in found)))

    def _reads_of(self, index: int) -> Reads:
        clause = self.clauses[index]
        gates = [self.gates, *([self.own[index]] if index in self.own else [])]
        facts = {name for x in n.nodes_of((clause, *gates, self.frame if clause.payments else ())) for name in _facts_of(x)}
        tables = {x.table for x in clause.claims if x.table} | {x.outside for x in clause.steps if isinstance(x, c.Against)}
        for x in n.nodes_of((clause, *gates)):
            if isinstance(x, n.FoldItems):
                tables.add(x.table)
            elif isinstance(x, n.Column) and isinstance(x.home, n.Object):
                tables.add(x.home.table)
        if clause.payments and self.frame.history is not None:
            tables.add(self.frame.history.table)
        return Reads(frozenset(facts | {self.base_year}), frozenset(tables))

    def decide(self, cells: BlockCells) -> list[ClauseColumns]:
        """What each clause comes to, as far as columns say it."""
        root = RowFrame(cells, cells.size)
        try:
            gates = gate_columns(self.kernels, self.gates, root)
        except NoKernel:
            return [nothing_known(cells.size) for _ in self.clauses]
        gates.open |= cells.odd
        gates.live &= ~gates.open
        return [self._clause(i, k, root, gates) for i, k in enumerate(self.clauses)]

    def _clause(self, index: int, clause: c.Clause, root: RowFrame, gates: GateColumns) -> ClauseColumns:
        node: steps.Decide = self.lowerer.plan.clauses[index]
        alone = clause.number not in self.after
        try:
            if node.ungated:
                gates = self._beside(index, root, gates, alone)
            if not alone:
                raise NoKernel
            return clause_columns(self.kernels, clause, self.frame, root, gates.live, gates, gates.open)
        except NoKernel:
            self.uncovered.add(clause.number)
            made = nothing_known(root.size)
            made.status, made.open = gates.status.copy(), gates.open | gates.live | (gates.expired if clause.payments else False)
            return made

    def _beside(self, index: int, root: RowFrame, gates: GateColumns, alone: bool) -> GateColumns:
        """The gates of a clause that does not pass all of them: where the others are closed its own count."""
        linked = bool(self.lowerer.plan.shared or self.lowerer.plan.links.linked)
        beyond = ~gates.live & ~gates.open
        own = gate_columns(self.kernels, self.own[index], root)
        live = gates.live | (beyond & own.live)
        open_ = gates.open | (beyond & own.open) | ((beyond & own.live) if linked or not alone else False)
        return GateColumns(live & ~open_, own.status, own.expired & ~gates.live, own.covered, np.asarray(open_))
