"""A plan over the cells of a block: gates, then the clauses, each after those on which it rests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import define, field

from xcrules.facts.arrow.cells import BlockCells
from xcrules.facts.arrow.records import Reads
from xcrules.facts.tables import FactField
from xcrules.run.lowered import claims as c, nodes as n
from xcrules.run.lowered.lower import Lowerer

from .clause_columns import NONE, ClauseColumns, nothing_known
from .doubts import Doubts
from .frames import RowFrame
from .kernels import Kernels
from .outcome import GateColumns, clause_columns, gate_columns
from .several import Remaining, only_one
from .vectors import MOST, NoKernel


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
    over: tuple[c.SharedCap | c.OnlyOne, ...] = field(init=False)
    index: Mapping[str, int] = field(init=False)
    alone: set[str] = field(init=False)  # clauses of which another asks what the facts alone give
    groups: tuple[tuple[int, ...], ...] = field(init=False)  # clauses that rest on each other, or on nothing but facts
    frame: c.Frame = field(init=False)
    _reads: dict[tuple[int, ...], Reads] = field(factory=dict, init=False)
    uncovered: set[str] = field(factory=set, init=False)  # clauses of which some block went to the rows as a whole

    def __attrs_post_init__(self) -> None:
        plan, lowerer = self.lowerer.plan, self.lowerer
        figures = {name: {int(y): int(v * lowerer.figures[name]) for y, v in years.items() if v is not None}
                   for name, years in lowerer.parameters.items()}
        self.kernels, self.frame = Kernels(figures), lowerer.frame
        self.gates = lowerer.gates()
        self.own = {i: lowerer.gates(k) for i, k in enumerate(plan.clauses) if k.ungated}
        self.over = lowerer.shared
        self.index = {k.number: i for i, k in enumerate(plan.clauses)}
        self.alone = {
            x for k in (*self.clauses, *self.over) for r in n.nodes_of(k) if isinstance(r, n.Result) and r.ungranted for x in r.clauses
        }
        self.groups = tuple(_groups({i: {i, *(self.index[x] for x in plan.links.behind(k.number))} for i, k in enumerate(plan.clauses)}))

    def reads(self, group: tuple[int, ...]) -> Reads:
        """The facts that some clauses and their gates read."""
        if group not in self._reads:
            clauses = tuple(self.clauses[i] for i in group)
            pays = any(k.payments for k in clauses)
            over = tuple(x for x in self.over if any(k.number in x.clauses for k in clauses))
            read = (clauses, over, self.gates, tuple(self.own[i] for i in group if i in self.own))
            facts = {name for x in n.nodes_of((*read, self.frame if pays else ())) for name in _facts_of(x)}
            tables = {x.table for k in clauses for x in k.claims if x.table} | {
                x.outside for k in clauses for x in k.steps if isinstance(x, c.Against)
            }
            for x in n.nodes_of(read):
                if isinstance(x, n.FoldItems):
                    tables.add(x.table)
                elif isinstance(x, n.Column) and isinstance(x.home, n.Object):
                    tables.add(x.home.table)
            if pays and self.frame.history is not None:
                tables.add(self.frame.history.table)
            self._reads[group] = Reads(frozenset(facts | {self.base_year}), frozenset(tables))
        return self._reads[group]

    def decide(self, cells: BlockCells) -> list[ClauseColumns]:
        """What each clause comes to, as far as columns say it."""
        root = RowFrame(cells, cells.size)
        try:
            gates = gate_columns(self.kernels, self.gates, root)
        except NoKernel:
            return [nothing_known(cells.size) for _ in self.clauses]
        beyond = gates.open & ~cells.odd
        gates.open |= cells.odd
        gates.live &= ~gates.open
        made: dict[int, ClauseColumns] = {}
        root.came_to = lambda number, ungranted: made[self.index[number]].came_to(ungranted)
        left: dict[int, Remaining] = {}
        for unit in self.lowerer.plan.links.order:
            places = [self.index[x] for x in unit]
            for i in places:
                made[i] = self._clause(i, root, gates, beyond)
            for at, step in enumerate(self.over):
                among = [i for i in places if self.clauses[i].number in step.clauses]
                if among and isinstance(step, c.OnlyOne):
                    only_one([self.clauses[i] for i in among], [made[i] for i in among])
                elif among and isinstance(step, c.SharedCap):
                    left[at] = left[at] if at in left else Remaining.of(self.kernels, step, root)
                    for i in among:
                        left[at].cut(self.clauses[i], made[i])
        for x in made.values():
            x.bound[x.bound >= MOST] = NONE
        return [made[i] for i in range(len(self.clauses))]

    def _asked_past_gates(self, index: int) -> bool:
        """Whether what a clause comes to past gates that are not known is all that is to be known of it: no other rests on it."""
        plan, clause = self.lowerer.plan, self.clauses[index]
        return not (plan.shared or plan.links.linked or plan.clauses[index].ungated or clause.elsewhere or self.kernels.caps)

    def _spec(self, table: str, name: str) -> FactField:
        held = self.lowerer.schema.table(table) if table else None
        return next(f for f in (self.lowerer.schema.top if held is None else held.fields) if f.name == name)

    def _clause(self, index: int, root: RowFrame, gates: GateColumns, beyond: Any) -> ClauseColumns:
        """`beyond`: of whom the gates are open."""
        node, clause = self.lowerer.plan.clauses[index], self.clauses[index]
        try:
            if self._asked_past_gates(index):
                made = clause_columns(
                    self.kernels, clause, self.frame, root, gates.but_for(beyond), False, Doubts(self._spec, self.base_year)
                )
                told = beyond & ~made.open
                made.behind = told if made.behind is None else told & made.behind
                made.waiting = [x._replace(gated=True) if beyond[x.row] else x for x in made.waiting]
                made.open |= beyond
                return made
            if node.ungated:
                gates = self._beside(index, root, gates)
            return clause_columns(self.kernels, clause, self.frame, root, gates, clause.number in self.alone)
        except NoKernel:
            self.uncovered.add(clause.number)
            made = nothing_known(root.size)
            made.status, made.open = (
                gates.status.copy(), gates.open | gates.live | (gates.expired | gates.late if clause.payments else False),
            )
            return made

    def _beside(self, index: int, root: RowFrame, gates: GateColumns) -> GateColumns:
        """The gates of a clause that does not pass all of them: where the others are closed its own count, if it rests on no other clause."""
        beyond = ~gates.live & ~gates.open
        own = gate_columns(self.kernels, self.own[index], root)
        live = gates.live | (beyond & own.live)
        open_ = gates.open | (beyond & own.open) | ((beyond & own.live) if (index,) not in self.groups else False)
        return GateColumns(live & ~open_, own.status, own.expired & ~gates.live, own.covered, np.asarray(open_), own.late & ~gates.live)


def _groups(behind: Mapping[int, set[int]]) -> Iterator[tuple[int, ...]]:
    """Joined where they have any in common."""
    joined: list[set[int]] = []
    for own in behind.values():
        joined = [own.union(*(x for x in joined if x & own)), *(x for x in joined if not x & own)]
    yield from sorted(tuple(sorted(x)) for x in joined)
