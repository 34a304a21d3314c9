"""A plan to claims, steps and gates over whole numbers, once: whatever runs or prints them reads what is made here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from math import lcm

from attrs import field, frozen

from xcrules.facts.scaled.values import CENTS, Parameters, scale_of
from xcrules.facts.tables import Schema
from xcrules.meaning import values
from xcrules.meaning.rules import Event
from xcrules.plan import steps

from . import claims as c, nodes as n
from .values import Lets, Lowering, Standpoint, number

OUTSIDE = Standpoint()  # beside the items


@frozen(eq=False, slots=False)
class Lowerer:
    """Lowers the pieces of one plan."""

    plan: steps.Plan
    schema: Schema
    parameters: Parameters
    lacking: frozenset[tuple[str, str]] = frozenset()  # facts, each with its table, that may not apply though they do not say so
    _clauses: dict[int, c.Clause] = field(factory=dict, init=False, repr=False)

    @cached_property
    def figures(self) -> dict[str, int]:
        """The scales of the parameters."""
        return {name: lcm(*(v.denominator for v in years.values() if v is not None)) for name, years in self.parameters.items()}

    @cached_property
    def _lets(self) -> Lets:
        return {x.name: x for x in self.plan.lets}

    def _begin(self, own: Iterable[steps.Let] = ()) -> Lowering:
        return Lowering(self._lets, self.figures, {x.name: x for x in own}, self.lacking)

    # -- a clause ---------------------------------------------------------------------------------------------

    def clause(self, clause: steps.Decide) -> c.Clause:
        """The clause; its scale is the smallest at which all of its amounts are whole."""
        if id(clause) not in self._clauses:
            self._clauses[id(clause)] = self._clause(clause)
        return self._clauses[id(clause)]

    def _clause(self, clause: steps.Decide) -> c.Clause:
        totals = self._begin()
        group = [s for s in clause.steps if not _of_item(s)]
        asked = tuple(x for s in group if _of_total(s) for x in (s.ceiling, s.used))  # type: ignore[union-attr]
        totals.count((asked, clause.pays), False)
        lowered = tuple(self._step(s, clause, totals) for s in group)
        claims = tuple(self._claim(each, clause, group) for each in clause.claims)
        rounding = self.plan.rounding_of(clause)
        scale = lcm(CENTS, rounding.unit.denominator, *(x.scale for x in _amounts(claims, lowered)))
        scale *= lcm(*(claim.count.scale for claim in claims if claim.count is not None))
        payments = tuple(self._payment(p, totals) for p in clause.pays)
        return c.Clause(
            clause.number, clause.title, clause.words, clause.nature, clause.elsewhere, claims, lowered, payments, tuple(totals.names),
            scale, scale // CENTS, int(rounding.unit * scale), rounding.mode, clause.saying, clause.discretionary, clause.fund is not None,
            clause.fund is not None and clause.fund.settles,
            next((i for i, s in enumerate(group) if isinstance(s, steps.Cap) and s.period == steps.SHARE), None),
        )

    def _payment(self, pay: steps.Payment, totals: Lowering) -> c.Payment:
        going = None if pay.going is None else totals.lower(pay.going, OUTSIDE)
        return c.Payment(pay.part, pay.ledger, pay.shares, pay.after_expiry, tuple(self._event(x, totals) for x in pay.events), going)

    def _event(self, event: Event, totals: Lowering) -> c.Event:
        """Its year; what is so this year (是否) happens in the base year."""
        if event.when is None:
            return c.Event(event.name, None)
        when = totals.lower(event.when, OUTSIDE)
        if not event.dated:
            assert self.plan.base_year is not None  # check has refused 拨付 without one
            when = n.Choose(((when, totals.lower(self.plan.base_year, OUTSIDE)),), n.Nothing(absent=True), absent=True)
        return c.Event(event.name, when)

    def _step(self, step: steps.Step, clause: steps.Decide, totals: Lowering) -> c.Step:
        match step:
            case steps.Cap(reach="同一"):
                return c.CapByKey(_indexes(step.parts, clause), origin=step.origin)
            case steps.Cap():
                ceiling, ungranted = _with_and_without(totals, step.ceiling, OUTSIDE)
                used = None if step.used is None else totals.lower(step.used, OUTSIDE)
                return c.CapTotal(_indexes(step.parts, clause), ceiling, ungranted, used, origin=step.origin)
            case steps.Highest():
                return c.Highest(_indexes(step.parts, clause), step.take, step.lowest, origin=step.origin)
            case steps.Against():
                table = self.schema.table(step.outside)
                amount = table.field_named(step.amount) if table is not None else None
                assert amount is not None
                return c.Against(step.outside, step.matter, step.amount, step.state, scale_of(amount.type), step.received, step.rival,
                                 step.top_up, step.settled, origin=step.origin)
            case steps.Floor():
                raise AssertionError(step)

    def _claim(self, each: steps.Each, clause: steps.Decide, group: list[steps.Step]) -> c.Claim:
        lowering = self._begin(each.lets)
        bounds = [s for s in clause.steps if _of_item(s) and each.part in s.parts]  # type: ignore[union-attr]
        own = [s for s in group if isinstance(s, steps.Highest | steps.Cap) and each.part in s.parts]
        amount = each.grant.value if isinstance(each.grant, steps.Amount) else None
        record = each.grant.record if isinstance(each.grant, steps.Discretion) else None
        asked = (x for s in (*bounds, *own) for x in _asked(s))
        filled = each.grant.filled if isinstance(each.grant, steps.Discretion) else ()
        lowering.count((*(g.condition for g in each.guards), amount, record, filled, each.count, each.matter, *asked), True)
        at = Standpoint(n.Item() if each.table else None, own=True)
        guards = tuple(c.Guard(lowering.lower(g.condition, at), origin=g.origin) for g in each.guards)
        both = isinstance(each.grant, steps.Amount) and each.grant.both
        worth = _worth(lowering, amount, bounds, at, both)
        changes = any(isinstance(s, steps.Cap) and s.used is not None for s in bounds)
        changes = changes or lowering.reads_used((amount, *(x for s in bounds for x in _asked(s))), True)
        return c.Claim(
            each.part, each.table, each.is_list, guards, worth,
            _worth(lowering, amount, bounds, Standpoint(at.item, own=True, ungranted=True), both) if changes else None,
            None if each.count is None else lowering.lower(each.count, at), isinstance(each.grant, steps.Discretion),
            None if record is None else lowering.lower(record, at), tuple(lowering.lower(x, at) for x in filled),
            c.Worth(n.Constant(0), worth.bounds) if record is not None and any(isinstance(b, c.Floor) for b in worth.bounds) else None,
            None if each.matter is None else lowering.lower(each.matter, at),
            tuple(_row_key(lowering, s, at) if s in own else None for s in group), tuple(lowering.names),
            origin=each.origin, grant=each.grant.origin,
        )

    # -- what holds for all -----------------------------------------------------------------------------------

    def gates(self, clause: steps.Decide | None = None) -> c.Gates:
        """有效期, then 适用主体; of a clause that does not pass both, its own."""
        plan, lowering = self.plan, self._begin()
        period, guards = (plan.period, plan.scope) if clause is None else (plan.period_of(clause), plan.scope_of(clause))
        lowering.count((tuple(g.condition for g in guards), period and (period.date, period.year)), False)
        force: list[n.Value] = []
        expired: list[n.Value] = []
        if period is not None:
            day = lowering.lower(period.date, OUTSIDE)
            force.append(n.Compare(">=", day, number(period.first_day)))
            if period.last_day is not None:
                force.append(n.Compare("<=", day, number(period.last_day)))
                expired.append(n.Compare(">", day, number(period.last_day)))
            if period.year is not None and period.first_year is not None and period.last_year is not None:
                year = lowering.lower(period.year, OUTSIDE)
                force += [n.Compare(">=", year, number(period.first_year)), n.Compare("<=", year, number(period.last_year))]
                expired.append(n.Compare(">", year, number(period.last_year)))
        scope = tuple(lowering.lower(g.condition, OUTSIDE) for g in guards)
        return c.Gates(tuple(lowering.names), tuple(force), tuple(expired), scope)

    @cached_property
    def shared(self) -> tuple[c.SharedCap | c.OnlyOne, ...]:
        """Steps over several clauses."""
        return tuple(self._shared(x) if isinstance(x, steps.SharedCap) else c.OnlyOne(x.clauses, origin=x.origin) for x in self.plan.shared)

    def _shared(self, cap: steps.SharedCap) -> c.SharedCap:
        lowering = self._begin()
        lowering.count((cap.ceiling, cap.used), False)
        ceiling, ungranted = _with_and_without(lowering, cap.ceiling, OUTSIDE)
        assert ceiling is not None
        assert ungranted is not None
        used = tuple(lowering.lower(v, OUTSIDE) for v in cap.used)
        return c.SharedCap(cap.clauses, tuple(lowering.names), ceiling, ungranted, used, cap.paid, origin=cap.origin)

    @cached_property
    def frame(self) -> c.Frame:
        """What instalments go by."""
        plan, period = self.plan, self.plan.period
        first, last = (period.first_year, period.last_year) if period else (None, None)
        base = None if plan.base_year is None else self._begin().lower(plan.base_year, OUTSIDE)
        return c.Frame(base, None if first is None else int(first), None if last is None else int(last), self._history())

    def _history(self) -> c.History | None:
        fields = self.plan.history
        table = self.schema.table(fields.table) if fields is not None else None
        amount = table.field_named(fields.amount) if table is not None and fields is not None else None
        if fields is None or amount is None:
            return None
        return c.History(fields.table, fields.clause, fields.year, fields.amount, scale_of(amount.type))


def _of_item(step: steps.Step) -> bool:
    return isinstance(step, steps.Floor) or (isinstance(step, steps.Cap) and step.reach == "单项")


def _of_total(step: steps.Step) -> bool:
    return isinstance(step, steps.Cap) and step.reach in ("分项", "合计")


def _indexes(parts: Iterable[str], clause: steps.Decide) -> c.Parts:
    return frozenset(i for i, each in enumerate(clause.claims) if each.part in parts)


def _asked(step: steps.Step) -> tuple[values.Value | None, ...]:
    """What a step asks of an item."""
    match step:
        case steps.Floor(amount=amount):
            return (amount,)
        case steps.Cap(reach="分项" | "合计") | steps.Against():
            return ()
        case steps.Cap(key=key, ceiling=ceiling, used=used):
            return (key, ceiling, used)
        case steps.Highest(key=key, rank=rank, had=had):
            return (key, rank, had)


def _with_and_without(lowering: Lowering, value: values.Value | None, at: Standpoint) -> tuple[n.Value | None, n.Value | None]:
    """A value, and the same had nothing been granted before."""
    if value is None:
        return None, None
    return lowering.lower(value, at), lowering.lower(value, Standpoint(at.item, at.own, ungranted=True))


def _worth(lowering: Lowering, amount: values.Value | None, bounds: list[steps.Step], at: Standpoint, both: bool) -> c.Worth:
    lowered: list[c.Bound] = []
    for step in bounds:
        if isinstance(step, steps.Floor):
            lowered.append(c.Floor(lowering.lower(step.amount, at), origin=step.origin))
        else:
            assert isinstance(step, steps.Cap)
            used = None if step.used is None or at.ungranted else lowering.lower(step.used, at)
            if step.ceiling is not None:
                lowered.append(c.Ceiling(lowering.lower(step.ceiling, at), used, origin=step.origin))
            elif used is not None:
                lowered.append(c.MadeUp(used, origin=step.origin))
    return c.Worth(n.Endless() if amount is None else lowering.lower(amount, at), tuple(lowered), both)


def _row_key(lowering: Lowering, step: steps.Step, at: Standpoint) -> c.RowKey | None:
    match step:
        case steps.Highest(key=key, rank=rank, had=had):
            return c.RowRank(
                lowering.key(key, at), n.Constant(0) if rank is None else _rank(lowering.lower(rank, at), step),
                n.Constant(0) if had is None else lowering.lower(had, at),
            )
        case steps.Cap(reach="同一", key=key, ceiling=ceiling, used=used):
            assert key is not None
            own, ungranted = _with_and_without(lowering, ceiling, at)
            return c.RowCap(lowering.key(key, at), own, ungranted, None if used is None else lowering.lower(used, at))
        case _:
            return None


def _rank(lowered: n.Value, step: steps.Highest) -> n.Value:
    """The lowest comes first; a number that does not apply is 0. It is always reckoned with: of two that are only passed on, both unknown, neither would be asked for."""
    if step.order:
        return n.Position(lowered, step.order)
    falling = n.Scaled(lowered, -1, scale=lowered.scale, signed=True)
    return n.Scaled(falling, -1, scale=lowered.scale, signed=True) if step.rising else falling


def _amounts(claims: Iterable[c.Claim], group: Iterable[c.Step]) -> Iterator[n.Value]:
    """Every amount of a clause."""
    for claim in claims:
        for worth in (claim.worth, claim.ungranted):
            if worth is not None:
                yield worth.amount
                yield from (
                    x for b in worth.bounds for x in ((b.limit, b.used) if isinstance(b, c.Ceiling) else (b.limit,)) if x is not None
                )
        yield from (x for k in claim.keys if isinstance(k, c.RowCap) for x in (k.ceiling, k.ungranted, k.used) if x is not None)
        if claim.award is not None:
            yield claim.award
    for step in group:
        if isinstance(step, c.CapTotal):
            yield from (x for x in (step.ceiling, step.ungranted, step.used) if x is not None)
        elif isinstance(step, c.Against):
            yield n.Constant(0, scale=step.scale)
