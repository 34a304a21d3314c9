"""What a clause comes to as terms: its total rounded, what is given where nothing is open, the status of a zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from math import lcm
from typing import Any

from attrs import define

from xcrules.base.money import Mode, nested
from xcrules.run.lowered import claims as c
from xcrules.run.results import CONTINUED, DISCRETION, EXHAUSTED, GRANTED, OUTDONE, REFUSED

from .clause import Claimed, Steps, settled
from .printing import Printer
from .terms import ZERO, Symbol, Uncovered, both, chosen, constant, divided, down_to, either, least, minus, no, pick, plus, positive, scaled

STATUSES = (REFUSED, GRANTED, DISCRETION, EXHAUSTED, OUTDONE, CONTINUED)
CODE = {status: i for i, status in enumerate(STATUSES)}


@define(eq=False, slots=False)
class ClauseTerms:
    """What a clause comes to, at the scale of the clause. `sure`: nothing is asked that was not reported."""

    clause: c.Clause
    lines: list[Claimed]
    printer: Printer
    gate: Any = True
    going: Callable[[], Any] = lambda: False

    @cached_property
    def said(self) -> Any:
        """Whether an authority has an amount to say."""
        mine = [x for x in self.lines if self.clause.claims[x.part].authority]
        return either(*(either(x.net.value > 0, x.ungranted.value > 0) for x in mine)) if self.clause.discretionary else False

    @cached_property
    def steps(self) -> Steps:
        if self.clause.discretionary:
            _refuse_crossed(self.clause)
        return settled(self.clause, self.lines, self.printer, [x.net for x in self.lines])

    @cached_property
    def awarded(self) -> Steps:
        """The steps over what an authority has said."""
        return settled(self.clause, self.lines, self.printer, [x.award for x in self.lines]) if self.clause.discretionary else self.steps

    @cached_property
    def sure(self) -> Any:
        rests = [t.sure for _, _, _, t in self.steps.rooms]
        return both(*(x.sure for x in self.lines), *rests)

    @cached_property
    def open(self) -> Any:
        """Whether an authority has still to say something."""
        return both(
            self.said, either(*(both(x.open, x.net.value > 0, no(shut)) for x, shut in zip(self.lines, self.steps.shut, strict=True)))
        )

    @cached_property
    def total(self) -> Symbol:
        """What is given, or may be, rounded; whatever is said."""
        exact = self.steps.sum()
        if not self.clause.discretionary:
            return self._rounded(exact, self.steps)
        return chosen(self.said, down_to(exact, self.clause.cent), self._rounded(exact, self.steps))

    @cached_property
    def amount(self) -> Symbol:
        """What is given where nothing is open."""
        if not self.clause.discretionary:
            return positive(self.total)
        given = self._rounded(self.awarded.sum(), self.awarded)
        below = chosen(given.value > self.total.value, down_to(self.total, self.clause.unit), given)  # rounding passes the bound: to the unit below
        return chosen(self.said, chosen(self.total.value > 0, below, ZERO), positive(self.total))

    @cached_property
    def worth(self) -> Symbol:
        """The bound while something is open, else the amount: 0 where the gates are shut."""
        return chosen(self.gate, chosen(self.open, self.total, self.amount), ZERO)

    @cached_property
    def status(self) -> Any:
        free = settled(self.clause, self.lines, self.printer, [x.ungranted for x in self.lines], ungranted=True)
        zero: Any = CODE[REFUSED]
        for status, total in reversed(self.steps.stages):
            zero = pick(total.value <= 0, CODE[status], zero)
        granted = pick(self.open, CODE[DISCRETION], CODE[GRANTED])
        nothing = pick(self.going(), CODE[CONTINUED], pick(self._rounded(free.sum(), free).value > 0, zero, CODE[REFUSED]))
        return pick(self.total.value > 0, granted, nothing)

    def _rounded(self, exact: Symbol, steps: Steps) -> Symbol:
        clause = self.clause
        if exact.by % clause.unit == 0:
            return exact
        wanted = brought_to(exact, clause.unit, clause.mode)
        if clause.unit == clause.cent or clause.mode == "截尾":
            return wanted
        groups = [members for _, members, _, _ in steps.rooms]
        if any(isinstance(step, c.CapByKey) for step in clause.steps) or not nested(groups):
            raise Uncovered("取整遇到按人或交叉的上限")
        return chosen(wanted.value > _reach(steps, self.lines).value, down_to(exact, clause.unit), wanted)


def _reach(steps: Steps, lines: Sequence[Claimed]) -> Symbol:
    """What all claims may come to at most, where those that have something are raised."""
    tops = [chosen(net.value > 0, line.top, ZERO) for net, line in zip(steps.each(), lines, strict=True)]
    groups: list[tuple[frozenset[int], Symbol]] = [(frozenset([i]), top) for i, top in enumerate(tops)]
    for _, members, _, room in sorted(steps.rooms, key=lambda x: len(x[1])):
        inside = [x for x in groups if x[0] <= members]
        groups = [*(x for x in groups if not x[0] <= members), (members, least(room, plus(*(t for _, t in inside))))]
    return plus(*(t for _, t in groups))


def _refuse_crossed(clause: c.Clause) -> None:
    """Bounds of 裁量 are followed where caps come from the inside out."""
    caps = [s.parts for s in clause.steps if isinstance(s, c.CapTotal | c.CapByKey)]
    if any(one & other and not one <= other for i, one in enumerate(caps) for other in caps[i + 1:]):
        raise Uncovered("裁量的几部分的上限交叉")


def brought_to(total: Symbol, unit: int, mode: Mode) -> Symbol:
    """As base/money.brought_to; the total is not below 0."""
    match mode:
        case "四舍五入":
            return scaled(divided(plus(scaled(total, 2), constant(unit)), 2 * unit), unit)
        case "截尾":
            return down_to(total, unit)
        case "进位":
            return scaled(divided(plus(total, constant(unit - 1)), unit), unit)
        case "四舍六入":
            whole = divided(total, unit)
            rest = minus(total, scaled(whole, unit))
            odd = whole.value % 2 == 1
            up = either(2 * rest.value > unit, both(2 * rest.value == unit, odd))
            return scaled(plus(whole, chosen(up, constant(1), ZERO)), unit)


def instalment_due(pay: c.Payment, frame: c.Frame, printer: Printer, year: Symbol) -> Any:
    """Whether an earlier grant pays something in the base year."""
    history, sheet = frame.history, printer.sheet
    if pay.events or pay.going is not None:
        raise Uncovered("随事件拨付")
    if history is None:
        return False
    found: Any = False
    over = lcm(*(share.denominator for share in pay.shares))
    for row in range(sheet.rows):
        ledger, granted, amount = (sheet.column(history.table, row, x) for x in (history.clause, history.year, history.amount))
        cents = scaled(divided(amount, history.scale // 100), 1) if history.scale % 100 == 0 else amount
        exact = [scaled(cents, share.numerator * (over // share.denominator)) for share in pay.shares]
        whole = [divided(x, over) for x in exact]
        rest = [minus(x, scaled(w, over)) for x, w in zip(exact, whole, strict=True)]
        spare = minus(cents, plus(*whole))
        within = (True if frame.first_year is None or frame.last_year is None
                  else both(granted.value >= frame.first_year, granted.value <= frame.last_year))
        for i in range(1, len(pay.shares)):
            before = [
                pick(rest[j].value >= rest[i].value if j < i else rest[j].value > rest[i].value, 1, 0) for j in range(len(rest)) if j != i
            ]
            paid = either(whole[i].value > 0, sum(before) < spare.value)
            found = either(
                found,
                both(
                    sheet.present(history.table, row), ledger.value == sheet.code(pay.ledger), within, year.value - granted.value == i, paid
                ),
            )
    return found
