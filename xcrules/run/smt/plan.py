"""A plan as terms: its gates, what each clause comes to, caps over several clauses, of several only the highest (as run/lowered/shared)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from attrs import define, evolve, field

from xcrules.facts.scaled.values import CENTS
from xcrules.run.lowered import claims as c, nodes as n
from xcrules.run.lowered.lower import Lowerer
from xcrules.run.lowered.shared import scale_of_cap
from xcrules.run.results import CONTINUED, DISCRETION, EXHAUSTED, GRANTED, OUTDONE, REFUSED

from .clause import lines_of, settled
from .outcome import CODE, ClauseTerms, instalment_due
from .printing import Printer
from .sheet import OpenSheet
from .terms import ZERO, Symbol, Uncovered, both, chosen, divided, down_to, either, known, least, minus, no, pick, plus, positive, scaled


@define(eq=False, slots=False, kw_only=True)
class LessenedTerms(ClauseTerms):
    """A clause as a step over several leaves it."""

    before: ClauseTerms

    @cached_property
    def steps(self) -> Any:
        return self.before.steps

    @cached_property
    def said(self) -> Any:
        return self.before.said

    def _left(self, stays: Any, nothing: Any) -> Any:
        """The status; `nothing` is that of what comes to nothing by the step, where no earlier grant goes on."""
        return pick(stays, self.before.status, pick(self.going(), CODE[CONTINUED], nothing))


@define(eq=False, slots=False, kw_only=True)
class CappedTerms(LessenedTerms):
    """A clause under a cap over several: `room` is what those before left of it, 分; `free`: what it is had nothing been granted."""

    room: Symbol
    free: Symbol

    @cached_property
    def sure(self) -> Any:
        return both(self.before.sure, known(self.room, self.free))

    @cached_property
    def total(self) -> Symbol:
        return least(self.before.total, scaled(self.room, self.clause.cent))

    @cached_property
    def open(self) -> Any:
        return both(self.before.open, self.total.value > 0)

    @cached_property
    def amount(self) -> Symbol:
        limit, amount = scaled(self.room, self.clause.cent), self.before.amount
        whole = down_to(limit, self.clause.unit)
        return least(amount, whole) if amount.by % self.clause.unit == 0 else chosen(amount.value > limit.value, whole, amount)

    @cached_property
    def status(self) -> Any:
        before, shut = self.before, both(self.said, self.total.value <= 0)
        kept = pick(
            before.open, self.total.value > 0, both(either(self.amount.value > 0, self.amount.value == before.amount.value), no(shut))
        )
        counts = either(before.status == CODE[GRANTED], before.status == CODE[DISCRETION])
        return self._left(either(no(counts), kept), pick(self.free.value > 0, CODE[EXHAUSTED], CODE[REFUSED]))

    def left(self) -> Symbol:
        """What the next clause finds; of a bound it is not known what is taken."""
        taken = divided(chosen(self.open, ZERO, self.amount), self.clause.cent)
        return evolve(positive(minus(self.room, taken)), sure=both(self.sure, no(self.open)))


@define(eq=False, slots=False, kw_only=True)
class ChosenTerms(LessenedTerms):
    """A clause of which only the highest of several is given; `others` with whether each goes first among equal ones."""

    others: Sequence[tuple[ClauseTerms, bool]]

    @cached_property
    def _beaten(self) -> Any:
        mine, found = self.before.worth, False
        for other, first in self.others:
            one, two = mine.value * other.clause.scale, other.worth.value * self.clause.scale
            found = either(found, both(other.worth.value > 0, either(one < two, both(first, mine.value > 0, one <= two))))
        return both(found, either(mine.value > 0, self.before.status == CODE[GRANTED]))

    @cached_property
    def sure(self) -> Any:
        return both(self.before.sure, no(self.before.open), *(both(x.sure, no(x.open)) for x, _ in self.others))

    @cached_property
    def total(self) -> Symbol:
        return chosen(self._beaten, ZERO, self.before.total)

    @cached_property
    def open(self) -> Any:
        return both(self.before.open, no(self._beaten))

    @cached_property
    def amount(self) -> Symbol:
        return chosen(self._beaten, ZERO, self.before.amount)

    @cached_property
    def status(self) -> Any:
        return self._left(no(self._beaten), CODE[OUTDONE])


def room_of_cap(cap: c.SharedCap, printer: Printer) -> tuple[Symbol, Symbol]:
    """分 that a cap leaves at first, and what it would be had nothing been granted."""
    printer, scale = printer.about(cap.names, None), scale_of_cap(cap)
    cent = scale // CENTS
    ceiling, free = (printer.at_scale(x, scale) for x in (cap.ceiling, cap.ungranted))
    used = plus(ZERO, *(printer.at_scale(x, scale) for x in cap.used))
    return positive(divided(minus(down_to(ceiling, cent), used), cent)), divided(free, cent)


def capped(before: ClauseTerms, room: Symbol, free: Symbol) -> CappedTerms:
    return CappedTerms(before.clause, before.lines, before.printer, going=before.going, before=before, room=room, free=free)


def only_one(among: Sequence[ClauseTerms]) -> list[ClauseTerms]:
    """These clauses (in the order of the law), of which one is given."""
    return [
        ChosenTerms(x.clause, x.lines, x.printer, going=x.going, before=x, others=[(y, j < i) for j, y in enumerate(among) if j != i])
        for i, x in enumerate(among)
    ]


# -- the plan ---------------------------------------------------------------------------------------------

def asked_whether_reported(lowerer: Lowerer, clauses: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Facts of which 已报 asks: they may be left out of a sheet."""
    wanted = {*clauses}
    lowered = [lowerer.clause(k) for k in lowerer.plan.clauses if k.number in wanted and not (k.nature or k.elsewhere)]
    columns = [x.of for k in lowered for x in n.nodes_of(k) if isinstance(x, n.Known) and isinstance(x.of, n.Column)]
    return frozenset(
        (x.home.table if isinstance(x.home, n.Object) else "", x.name) for x in columns if isinstance(x.home, n.Enterprise | n.Object)
    )


@define(eq=False, slots=False)
class PlanTerms:
    """What the clauses of a plan come to on a sheet, each worked out when first asked for."""

    lowerer: Lowerer
    sheet: OpenSheet
    _outcomes: dict[str, ClauseTerms] = field(factory=dict, init=False)

    @cached_property
    def printer(self) -> Printer:
        return Printer(self.sheet, self.lowerer.parameters, self.lowerer.figures, self._result)

    def open(self, number: str | None = None) -> Symbol:
        """Whether the gates let a clause be judged: 有效期, 适用主体."""
        own = next((k for k in self.lowerer.plan.clauses if k.number == number and k.ungated), None)
        gates = self.lowerer.gates(own)
        printer = self.printer.about(gates.names, None)
        terms = [printer.term(x) for x in (*gates.force, *gates.scope)]
        return Symbol(both(*(t.value for t in terms)), sure=both(*(t.sure for t in terms)))

    def outcome(self, number: str) -> ClauseTerms:
        """What a clause comes to where the gates are open. Raises Uncovered."""
        if number not in self._outcomes:
            shared = any(number in x.clauses for x in self.lowerer.plan.shared)
            self._outcomes |= self._after_several(number) if shared else {number: self._alone(number)}
        return self._outcomes[number]

    def _after_several(self, number: str) -> dict[str, ClauseTerms]:
        """A clause and those on which it rests, after caps over several and what is given of several only once."""
        plan = self.lowerer.plan
        money = {k.number for k in plan.clauses if not (k.nature or k.elsewhere)}
        wanted = {number, *plan.links.behind(number)} & money
        self._refuse_gates_apart(wanted)
        rooms: dict[int, tuple[Symbol, Symbol]] = {}
        made: dict[str, ClauseTerms] = {}
        for unit in plan.links.order:
            here = [x for x in unit if x in wanted]
            made |= {x: self._alone(x) for x in here}
            for i, step in enumerate(self.lowerer.shared):
                mine = [x for x in here if x in step.clauses]
                if isinstance(step, c.OnlyOne):
                    made |= dict(zip(mine, only_one([made[x] for x in mine]), strict=True))
                    continue
                if mine and step.paid:
                    raise Uncovered("上限按拨付")
                for x in mine:
                    room, free = rooms[i] if i in rooms else room_of_cap(step, self.printer)
                    made[x] = cut = capped(made[x], room, free)
                    rooms[i] = cut.left(), free
        return made

    def _alone(self, number: str) -> ClauseTerms:
        node = next(k for k in self.lowerer.plan.clauses if k.number == number)
        if node.elsewhere:
            raise Uncovered("另行规定")
        if node.fund is not None:
            raise Uncovered("由总额统筹")
        clause = self.lowerer.clause(node)
        printer = self.printer.about(clause.names, None)
        return ClauseTerms(clause, lines_of(clause, printer), printer, going=lambda: self._going(clause, printer))

    def _going(self, clause: c.Clause, printer: Printer) -> Any:
        frame = self.lowerer.frame
        if not clause.payments or frame.base_year is None:
            return False
        year = printer.term(frame.base_year)
        return either(*(instalment_due(pay, frame, printer, year) for pay in clause.payments))

    def _refuse_gates_apart(self, clauses: set[str]) -> None:
        """A clause that is judged where others are not finds nothing taken by these."""
        if len({k.ungated for k in self.lowerer.plan.clauses if k.number in clauses}) > 1:
            raise Uncovered("有的款不看适用或施行，又与别的款相连")

    def _result(self, number: str, ungranted: bool) -> Symbol:
        """分 that another clause comes to."""
        self._refuse_gates_apart({number, *(x for x, before in self.lowerer.plan.links.before.items() if number in before)})
        outcome = self.outcome(number)
        clause = outcome.clause
        if clause.nature:
            return ZERO
        if clause.discretionary:  # known once all is said
            return evolve(divided(outcome.amount, clause.cent), sure=both(outcome.sure, no(both(outcome.open, outcome.total.value > 0))))
        if not ungranted:
            return evolve(divided(outcome.amount, clause.cent), sure=outcome.sure)
        free = settled(clause, outcome.lines, outcome.printer, [x.ungranted for x in outcome.lines], ungranted=True)
        return evolve(divided(outcome._rounded(free.sum(), free), clause.cent), sure=outcome.sure)
