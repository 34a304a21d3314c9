"""One clause of a plan to expressions: what each item is asked and is worth, what the caps say, in which unit.

Writing these down as a function is writing.py. A clause with a form that has no exact expression over
whole numbers raises NotCovered and stays with the reference evaluator.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import lcm

from attrs import evolve

from xcrules.facts.scaled.scales import CENTS, identifier
from xcrules.facts.types import DateType, EnumType, TextType, Type, YearType
from xcrules.meaning import values
from xcrules.plan import steps

from .expressions import Code, NotCovered, Scope, lower
from .forms import Coded, Form, GroupCap, Item, Lowered, Slot, Unit
from .runtime.forms import AGAINST, BEST, SAME, SUM, Clause, Part, Pay, Step
from .runtime.settle import SLOTS
from .writing import write_clause


def uses_grants(value: object, scope: Scope) -> bool:
    """Whether what was granted before enters into a value; a name is followed once, however often it is used."""
    left, seen = [value], set[str]()
    while left:
        for node in values.nodes_of(left.pop()):
            if isinstance(node, values.Used):
                return True
            if isinstance(node, values.Var) and node.name in scope.lets and node.name not in seen:
                seen.add(node.name)
                left.append(scope.lets[node.name].value)
    return False


# -- a clause -----------------------------------------------------------------------------------------------


def code_clause(clause: steps.Decide, plan: steps.Plan, top: Scope) -> Coded:
    """The clause as data and source. Raises NotCovered where it has a form that is left to the reference."""
    name = "clause_" + "_".join(identifier(x, "c") if not x.isascii() else x for x in _pieces(clause.number))
    all_steps = _steps(clause)
    if clause.discretionary and _parted(all_steps):
        raise NotCovered("a bound that would have to be told apart")
    items = [_item(each, clause, top, all_steps) for each in clause.claims]
    caps = [_group_cap(s.node, top) if isinstance(s.node, steps.Cap) and s.step.limit >= 0 else None for s in all_steps]
    rounding = plan.rounding_of(clause)
    den = _denominator(rounding, items, caps)
    cent, unit = den // CENTS, int(rounding.unit * den)
    form = Form(clause, plan, name, den, cent, unit, tuple(all_steps), tuple(items), tuple(caps))
    data = plain_clause(clause)._replace(
        function=name, den=den, cent=cent, unit=unit, half_up=rounding.half_up, steps=tuple(s.step for s in all_steps),
        scale=den // CENTS, discretionary=clause.discretionary,
    )
    return Coded(data, write_clause(form))


def _parted(all_steps: list[Lowered]) -> bool:
    """Whether a step takes part of what one before it joined: what of the sum is whose would have to be known."""
    joined: list[int] = []
    for node, step in all_steps:
        if joined and not (isinstance(node, steps.Cap) and step.limit >= 0):
            return True
        if any(j & step.parts and j & ~step.parts for j in joined):
            return True
        if isinstance(node, steps.Cap):
            joined.append(step.parts)
    return False


def plain_clause(clause: steps.Decide) -> Clause:
    """What is to be said of a clause that has no function."""
    pays = tuple(Pay(p.part, p.ledger, p.shares, p.after_expiry) for p in clause.pays)
    parts = tuple(_part(each) for each in clause.claims)
    return Clause(clause.number, clause.title, clause.words, clause.nature, parts=parts, pays=pays)


def _part(each: steps.Each) -> Part:
    return Part(
        each.part, each.table, identifier(each.table) if each.table else "", each.is_list,
        tuple(g.origin.text for g in each.guards), tuple(_readings(g.origin) for g in each.guards),
        tuple(g.origin.label for g in each.guards), isinstance(each.grant, steps.Amount),
    )


def _readings(origin: values.Origin) -> tuple[str, ...]:
    return tuple(number for number, choice in origin.tags if choice)


def _pieces(number: str) -> list[str]:
    text = "".join(ch if ch.isalnum() else " " for ch in number)
    return text.split() or ["x"]


def _denominator(rounding: steps.Rounding, items: list[Item], caps: list[GroupCap | None]) -> int:
    """The smallest unit in which every amount of the clause is a whole number."""
    dens = [CENTS, rounding.unit.denominator]
    for item in items:
        codes = [item.amount, item.bare, item.record, *(x for _, *codes in item.units for x in codes)]
        codes += [x.code for x in item.slots if x.amount]
        dens += [x.den for x in codes if x is not None]
    dens += [x.den for cap in caps if cap for x in cap if x is not None]
    return lcm(*dens)


def _steps(clause: steps.Decide) -> list[Lowered]:
    """The steps on groups, with bits for their parts and a place for what they ask of each row."""
    places = {each.part: i for i, each in enumerate(clause.claims)}
    if len(places) != len(clause.claims):
        raise NotCovered("two parts of one name")
    made: list[Lowered] = []
    slot, limit = SLOTS, 0
    for node in clause.steps:
        if isinstance(node, steps.Floor) or (isinstance(node, steps.Cap) and node.reach == "单项"):
            continue
        told = (node.origin.text, node.origin.words, _readings(node.origin))
        match node:
            case steps.Cap(reach="同一"):
                made.append(Lowered(node, Step(SAME, *told, _bits(node.parts, places), slot, label=node.origin.label)))
                slot += 4
            case steps.Cap():
                made.append(Lowered(node, Step(SUM, *told, _bits(node.parts, places), limit=limit, label=node.origin.label)))
                limit += 1
            case steps.Highest():
                made.append(Lowered(node, Step(BEST, *told, _bits(node.parts, places), slot)))
                slot += 2
            case steps.Against():
                names = (node.outside, node.matter, node.amount, node.state)
                outside: tuple[str, str, str, str] = tuple(identifier(n) for n in names)  # type: ignore[assignment]
                made.append(Lowered(node, Step(AGAINST, *told, outside=outside, states=(node.received, node.rival), top_up=node.top_up)))
    return made


def _bits(parts: Iterable[str], places: dict[str, int]) -> int:
    return sum(1 << places[p] for p in set(parts) if p in places)


# -- an item ------------------------------------------------------------------------------------------------


def _item(each: steps.Each, clause: steps.Decide, top: Scope, all_steps: list[Lowered]) -> Item:
    scope = evolve(top, lets={**top.lets, **{x.name: x for x in each.lets}}, record="r" if each.table else "")
    if {x.name for x in each.lets} & set(top.lets):
        raise NotCovered("a 设定 that hides a 定义")
    scope = evolve(scope, local=_locals(each, clause, scope))
    bare = evolve(scope, data=True, local={})
    amount = lower(each.grant.value, scope) if isinstance(each.grant, steps.Amount) else None
    units: list[Unit] = []
    grants = isinstance(each.grant, steps.Amount) and uses_grants(each.grant.value, scope)
    for step in clause.steps:
        if isinstance(step, steps.Floor | steps.Cap) and each.part in step.parts and (isinstance(step, steps.Floor) or step.reach == "单项"):
            limit = step.amount if isinstance(step, steps.Floor) else step.ceiling
            if limit is None:
                raise NotCovered("单项 without a ceiling")
            used = lower(step.used, scope) if isinstance(step, steps.Cap) and step.used is not None else None
            grants = grants or used is not None or uses_grants(limit, scope)
            units.append((step, lower(limit, scope), used, lower(limit, bare)))
    if not grants:
        bare_amount = None
    else:
        bare_amount = lower(each.grant.value, bare) if isinstance(each.grant, steps.Amount) else Code("ENDLESS", atom=True, signed=False)
    count = lower(each.count, scope) if each.count is not None else None
    if count is not None and (count.den != 1 or count.signed):
        raise NotCovered("件数 that may be no whole number")
    if count is not None and amount is None:
        if not units:
            count = None  # no end, however many
        elif not any(x[1].constant is not None for x in units):
            raise NotCovered("件数 of an award without a bound")
    record = lower(each.grant.record, scope) if isinstance(each.grant, steps.Discretion) and each.grant.record is not None else None
    return Item(each, scope, amount, bare_amount, tuple(units), count, record, tuple(_slots(each, all_steps, scope)))


def _locals(each: steps.Each, clause: steps.Decide, scope: Scope) -> dict[str, Code]:
    """设定 that are read in more than one place become local names."""
    all_values: list[object] = [g.condition for g in each.guards]
    all_values += [each.grant.value] if isinstance(each.grant, steps.Amount) else [each.grant.record]
    all_values += [x.amount if isinstance(x, steps.Floor) else (x.ceiling, x.used, x.key) for x in clause.steps
               if isinstance(x, steps.Floor | steps.Cap) and each.part in x.parts]
    all_values += [x.value for x in each.lets]
    reads = [n.name for v in all_values for n in values.nodes_of(v) if isinstance(n, values.Var)]
    found: dict[str, Code] = {}
    for let in each.lets:  # a 设定 reads only those before it
        inner = evolve(scope, local=found)
        if reads.count(let.name) > 1 or _inside_fold(all_values, let.name):
            code = lower(let.value, inner)
            found[let.name] = evolve(code, text=identifier(let.name, "v_") + "_", atom=True, constant=None)
    return found


def _inside_fold(all_values: list[object], name: str) -> bool:
    return any(isinstance(inner, values.Var) and inner.name == name for v in all_values for n in values.nodes_of(v)
               if isinstance(n, values.FoldItems | values.FoldYears) for inner in values.nodes_of(n))


def _slots(each: steps.Each, all_steps: list[Lowered], scope: Scope) -> list[Slot]:
    """What the keyed steps ask of a row: keys, ranks, ceilings. Those of other parts stay empty."""
    none = Slot(Code("None", atom=True))
    made: list[Slot] = []
    for step in all_steps:
        node = step.node
        if step.step.slot < 0 or isinstance(node, steps.Against):
            continue
        if each.part not in node.parts:
            made += [none] * (4 if isinstance(node, steps.Cap) else 2)
        elif isinstance(node, steps.Highest):
            made += [Slot(_key(node.key, scope)), Slot(_rank(node, scope))]
        else:
            assert node.key is not None
            made.append(Slot(_key(node.key, scope)))
            alone = evolve(scope, data=True, local={})
            for value, where in ((node.ceiling, scope), (node.used, scope), (node.ceiling, alone)):
                made.append(none if value is None else Slot(lower(value, where), True))
    return made


def _key(value: values.Value, scope: Scope) -> Code:
    code = lower(value, scope)
    kind = type_of(value, scope)
    day = isinstance(kind, YearType | DateType) and not code.na
    if not isinstance(kind, EnumType | TextType) and not day:
        raise NotCovered("a key that is no word")
    return code


def _rank(best: steps.Highest, scope: Scope) -> Code:
    if best.rank is None:
        return Code("0", atom=True)
    order = {word: i for i, word in reversed(list(enumerate(best.order)))}
    return Code(f"{order!r}.get({lower(best.rank, scope).text}, {len(best.order)})", atom=True)


def type_of(value: values.Value, scope: Scope) -> Type | None:
    """The declared type of a fact or a name; None for other forms."""
    match value:
        case values.Fact(field=spec):
            return spec.type
        case values.Var(name=name) if name in scope.lets:
            return scope.lets[name].type
        case values.Literal(type=type_) | values.Arith(type=type_) | values.Pick(type=type_):
            return type_
        case _:
            return None


def _group_cap(cap: steps.Cap, top: Scope) -> GroupCap:
    bare = evolve(top, data=True)
    ceiling = lower(cap.ceiling, top) if cap.ceiling is not None else None
    free = lower(cap.ceiling, bare) if cap.ceiling is not None else None
    return ceiling, free, lower(cap.used, top) if cap.used is not None else None
