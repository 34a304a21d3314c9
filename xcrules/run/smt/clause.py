"""The claims of a clause as terms, and the steps over them, as run/lowered/amounts takes them with numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from attrs import define, field, frozen

from xcrules.run.lowered import claims as c
from xcrules.run.results import EXHAUSTED, zero_of

from .printing import Printer
from .terms import (
    ENDLESS,
    FAR,
    ZERO,
    Symbol,
    Uncovered,
    both,
    chosen,
    constant,
    divided,
    down_to,
    either,
    known,
    least,
    minus,
    most,
    no,
    plus,
    positive,
    scaled,
)


@frozen(eq=False)
class Claimed:
    """A claim of one row. `counts`: its guards hold."""

    part: int
    printer: Printer
    guards: tuple[Symbol, ...]
    here: Any  # the list has the row
    counts: Any
    sure: Any
    net: Symbol
    ungranted: Symbol
    award: Symbol
    open: Any  # an authority has still to say it
    top: Symbol
    matter: Symbol | None
    keys: tuple[tuple[Symbol, ...] | None, ...]  # by step: key, then ceiling, ungranted, used, or rank, places taken


@define(eq=False)
class Steps:
    """The amounts of claims while the steps are applied. `rooms`: what each cap let which claims come to."""

    clause: c.Clause
    lines: Sequence[Claimed]
    nets: list[Symbol]
    stages: list[tuple[str, Symbol]] = field(factory=list)
    rooms: list[tuple[c.Step, frozenset[int], Symbol, Symbol]] = field(factory=list)  # claims, what they came to, room
    shut: list[Any] = field(factory=list)  # of each claim: a cap leaves it nothing
    groups: list[tuple[frozenset[int], Symbol]] = field(init=False)  # what claims that were brought down come to together: less to solve than the share of each
    _due: list[tuple[list[int], Symbol]] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.tell_apart()

    def tell_apart(self) -> None:
        self.groups = [(frozenset([i]), net) for i, net in enumerate(self.each())]

    def each(self) -> list[Symbol]:
        """What each claim has."""
        for members, room in self._due:
            before = ZERO
            for i in members:
                left = positive(minus(room, before))
                before = plus(before, self.nets[i])
                self.nets[i] = least(self.nets[i], left)
        self._due.clear()
        return self.nets

    def sum(self, members: Sequence[int] | None = None) -> Symbol:
        """What these claims come to, else all."""
        wanted = frozenset(range(len(self.lines)) if members is None else members)
        if any(g & wanted and not g <= wanted for g, _ in self.groups):
            return plus(ZERO, *(self.each()[i] for i in sorted(wanted)))
        return plus(ZERO, *(total for g, total in self.groups if g <= wanted))

    def bring_down(self, members: list[int], room: Symbol) -> None:
        """These claims to what is left for them together, from the last."""
        total = least(self.sum(members), room) if len(members) == len(self.lines) or self.never_below(members) else None
        self._due.append((members, room))
        self.join(members, total)

    def never_below(self, members: Sequence[int]) -> bool:
        return all(self.nets[i].span[0] >= 0 for i in members)

    def join(self, members: list[int], total: Symbol | None) -> None:
        """What these claims come to together from here on, where that is known."""
        mine = frozenset(members)
        if total is None or any(g & mine and not g <= mine for g, _ in self.groups):
            self.tell_apart()
        else:
            self.groups = [*(x for x in self.groups if not x[0] <= mine), (mine, total)]


def lines_of(clause: c.Clause, printer: Printer) -> list[Claimed]:
    """The claims of a clause, in the order of application."""
    made = []
    for part, claim in enumerate(clause.claims):
        for row in range(printer.sheet.rows if claim.is_list else 1):
            here = printer.sheet.present(claim.table, row) if claim.is_list else True
            made.append(_line(clause, claim, part, printer.about(claim.names, (claim.table, row)), here))
    return made


def _line(clause: c.Clause, claim: c.Claim, part: int, printer: Printer, here: Any) -> Claimed:
    guards = tuple(printer.term(g.test) for g in claim.guards)
    counts = both(here, *(g.value for g in guards))
    net, top = _worth(clause, claim.worth, printer)
    free = net if claim.ungranted is None else _worth(clause, claim.ungranted, printer)[0]
    lowest = _worth(clause, claim.least, printer)[0] if claim.least is not None else ZERO
    if claim.count is not None and not (claim.authority and not claim.worth.bounds):
        count, whole = printer.term(claim.count), claim.count.scale
        net, free, top, lowest = (
            x if x.span[0] >= FAR else divided(printer.sheet.product(x, count), whole) for x in (net, free, top, lowest)
        )
    award, open_ = net, False
    if claim.authority:
        award, open_ = ZERO, True
        if claim.award is not None:
            open_ = either(*(printer.term(x).absent for x in claim.filled))
            said = printer.at_scale(claim.award, clause.scale)
            award = chosen(either(open_, said.value <= 0), ZERO, least(most(said, lowest), net))
    keys = tuple(_key(k, printer, clause.scale) for k in claim.keys)
    matter = printer.term(claim.matter) if claim.matter is not None else None
    asked = known(net, free, award, *(x for k in keys for x in k or ()), *((matter,) if matter is not None else ()))
    sure: Any = True
    for g in reversed(guards):  # what stands behind a condition that fails is not asked
        sure = both(g.sure, either(no(g.value), sure if g is not guards[-1] else asked))
    sure = sure if guards else asked
    net, free, award, top = (chosen(counts, x, ZERO) for x in (net, free, award, top))
    return Claimed(part, printer, guards, here, counts, either(no(here), sure), net, free, award, both(counts, open_), top, matter, keys)


def _worth(clause: c.Clause, worth: c.Worth, printer: Printer) -> tuple[Symbol, Symbol]:
    """元 of an item within its bounds, and what its ceilings alone let it come to."""
    amount = printer.at_scale(worth.amount, clause.scale)
    amount = most(amount, scaled(amount, -1)) if worth.both else positive(amount)
    top = constant(ENDLESS)
    for bound in worth.bounds:
        if isinstance(bound, c.Floor):
            amount = most(amount, printer.at_scale(bound.limit, clause.scale))
        elif isinstance(bound, c.MadeUp):
            amount = positive(minus(amount, printer.at_scale(bound.limit, clause.scale)))
        else:
            room = room_of(bound, printer, clause)
            amount, top = least(amount, room), least(top, room)
    return amount, top


def room_of(bound: c.Ceiling, printer: Printer, clause: c.Clause) -> Symbol:
    """What a 单项 cap leaves, in whole 分 and never below 0."""
    room = down_to(printer.at_scale(bound.limit, clause.scale), clause.cent)
    if bound.used is not None:
        room = down_to(minus(room, printer.at_scale(bound.used, clause.scale)), clause.cent)
    return positive(room)


def _key(key: c.RowKey | None, printer: Printer, scale: int) -> tuple[Symbol, ...] | None:
    match key:
        case c.RowCap(key=word, ceiling=ceiling, ungranted=free, used=used):
            asked = (
                constant(ENDLESS) if ceiling is None else printer.at_scale(ceiling, scale),
                constant(ENDLESS) if free is None else printer.at_scale(free, scale),
                ZERO if used is None else printer.at_scale(used, scale),
            )
            return (printer.term(word), *asked)
        case c.RowRank(key=word, rank=rank, had=had):
            return printer.term(word), printer.term(rank), printer.term(had)
        case None:
            return None


# -- steps ------------------------------------------------------------------------------------------------------


def settled(clause: c.Clause, lines: list[Claimed], printer: Printer, nets: list[Symbol], ungranted: bool = False) -> Steps:
    """All steps in their order; `ungranted`: had nothing been granted before and were there no other support."""
    state = Steps(clause, lines, nets)
    state.stages.append((EXHAUSTED, state.sum()))
    state.shut = [False] * len(lines)
    for index, step in enumerate(clause.steps):
        match step:
            case c.CapTotal():
                _cap_total(state, step, printer, ungranted)
            case c.CapByKey():
                _cap_by_key(state, step, index, ungranted)
            case c.Highest():
                _highest(state, step, index)
            case c.Against():
                if not ungranted:
                    _against(state, step, printer)
            case _:
                assert_never(step)
        state.stages.append((zero_of(step.origin), state.sum()))
    return state


def _cap_total(state: Steps, step: c.CapTotal, printer: Printer, ungranted: bool) -> None:
    clause, members = state.clause, [i for i, x in enumerate(state.lines) if x.part in step.parts]
    node = step.ungranted if ungranted else step.ceiling
    ceiling = None if node is None else printer.at_scale(node, clause.scale)
    used = ZERO if step.used is None or ungranted else printer.at_scale(step.used, clause.scale)
    total = state.sum(members)
    room = positive(minus(total, used) if ceiling is None else down_to(minus(down_to(ceiling, clause.cent), used), clause.cent))
    if ceiling is not None:
        state.rooms.append((step, frozenset(members), total, room))
    for i in members:
        state.shut[i] = either(state.shut[i], room.value <= 0)
    state.bring_down(members, room)


def _same(one: Symbol, other: Symbol) -> Any:
    """Whether two keys are one; what has none is by itself."""
    pairs = zip(one.value, other.value, strict=True) if isinstance(one.value, tuple) else [(one.value, other.value)]
    return both(no(one.absent), no(other.absent), *(x == y for x, y in pairs))


def _cap_by_key(state: Steps, step: c.CapByKey, index: int, ungranted: bool) -> None:
    lines, nets, cent = state.lines, list(state.each()), state.clause.cent
    members = [i for i, x in enumerate(lines) if x.part in step.parts]
    after, together = list(nets), list[Symbol]()
    for i in members:
        key, ceiling, free, used = lines[i].keys[index] or ()
        limit, spent, before, total = free if ungranted else ceiling, used, ZERO, nets[i]
        for j in members:
            if j != i:
                k, top, top_free, also = lines[j].keys[index] or ()
                same = both(lines[j].counts, _same(key, k))
                limit = chosen(same, least(limit, top_free if ungranted else top), limit)
                spent = chosen(same, most(spent, also), spent)
                before = plus(before, chosen(same, nets[j], ZERO)) if j < i else before
                total = plus(total, chosen(same, nets[j], ZERO))
        spent = ZERO if ungranted else spent
        room = minus(total, spent) if limit.span[0] >= FAR else down_to(minus(down_to(limit, cent), spent), cent)
        room = positive(room)
        after[i] = least(nets[i], positive(minus(room, before)))
        state.rooms.append((step, frozenset([i]), chosen(lines[i].counts, total, ZERO), room))
        state.shut[i] = either(state.shut[i], room.value <= 0)
        first = both(*(no(both(lines[j].counts, _same(key, (lines[j].keys[index] or ())[0]))) for j in members if j < i))
        together.append(chosen(both(lines[i].counts, first), least(total, room), ZERO))  # what all of one key come to, at the first of them
    state.nets[:] = after
    state.join(members, plus(ZERO, *together) if state.never_below(members) else None)


def _highest(state: Steps, step: c.Highest, index: int) -> None:
    lines, nets = state.lines, list(state.each())
    members = [i for i, x in enumerate(lines) if x.part in step.parts]
    if any(state.clause.claims[lines[i].part].authority for i in members):
        raise Uncovered("裁量的几项从高")
    for i in members:
        key, rank, had = lines[i].keys[index] or ()
        before: list[Any] = []
        for j in members:
            if j != i:
                k, r, _ = lines[j].keys[index] or ()
                one, other = (nets[i].value, nets[j].value) if step.lowest else (nets[j].value, nets[i].value)
                level = one >= other if j < i else one > other
                before.append(both(lines[j].counts, _same(key, k), either(r.value < rank.value, both(r.value == rank.value, level))))
        beaten = (either(*before) if step.take == 1 and had.span == (0, 0)
                  else plus(had, *(chosen(x, constant(1), ZERO) for x in before)).value >= step.take)
        state.nets[i] = chosen(beaten, ZERO, nets[i])
    state.tell_apart()


def _apart(clause: c.Clause, step: c.Against) -> bool:
    """Whether no cap before brings down what an authority says together with what is reckoned; and none comes after such caps."""
    before = clause.steps[: clause.steps.index(step)]
    alike = all(len({clause.claims[i].authority for i in x.parts}) == 1 for x in before if isinstance(x, c.CapTotal | c.CapByKey))
    return not before or (alike and step is clause.steps[-1])


def _against(state: Steps, step: c.Against, printer: Printer) -> None:
    lines, claims, sheet = state.lines, state.clause.claims, printer.sheet
    marks = {i: x.matter for i, x in enumerate(lines) if x.matter is not None and not claims[x.part].authority}
    if not marks and not step.settled:
        return
    if any(k.authority for k in claims) and (step.settled or not _apart(state.clause, step)):
        raise Uncovered("裁量的和定额的共一个上限，再与别处的支持相比")
    nets, factor = list(state.each()), state.clause.scale // step.scale
    if not state.never_below([*marks]):
        raise Uncovered("可以低于 0 的金额与别处的支持相比")
    received_code, rival_code = sheet.code(step.received), sheet.code(step.rival)
    support = [
        (sheet.present(step.outside, r), *(sheet.column(step.outside, r, x) for x in (step.matter, step.amount, step.state)))
        for r in range(sheet.rows)
    ]
    for i, matter in marks.items():
        received = rival = later = ZERO
        for here, mark, amount, status in support:
            match = both(here, _same(mark, matter))
            received = plus(received, chosen(both(match, status.value == received_code), scaled(amount, factor), ZERO))
            rival = most(rival, chosen(both(match, status.value == rival_code), scaled(amount, factor), ZERO))
        total = nets[i]
        for j, other in marks.items():
            share = chosen(_same(matter, other), nets[j], ZERO) if j != i else ZERO
            total, later = plus(total, share), plus(later, share) if j > i else later
        # what was received is taken from the last: so more of one claim never leaves another less, which a share of what is left would not show
        left = positive(minus(nets[i], positive(minus(received, later)))) if step.top_up else chosen(received.value > 0, ZERO, nets[i])
        state.nets[i] = chosen(rival.value > total.value, ZERO, left)
    state.tell_apart()
