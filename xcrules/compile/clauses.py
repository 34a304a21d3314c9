"""One clause of a plan as a Python function over a sheet.

The function loops over the items, writes down a row for each that counts, adds them up and applies the
caps; its lines name the lines of the policy. It returns the outcome, or None where the reference
evaluator must be asked. Steps that are more than sums and caps go to `settle`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import lcm

import attrs
from attrs import define, evolve, field, frozen

from .. import calculus as c
from ..datatypes import DateType, EnumType, TextType, Type, YearType
from .expressions import Code, NotCovered, Scope, at_scale, constant, lower
from .scales import CENTS, identifier
from .settle import SLOTS, Step

_NOTHING = constant(0)


@frozen(eq=False)
class Coded:
    """A clause lowered: its source, its unit (amounts are in 1/den 元, rounded to `unit` of these), its steps."""

    clause: c.Decide
    name: str
    source: str
    den: int
    unit: int
    steps: tuple[Step, ...]


@frozen(eq=False)
class _Item:
    """The expressions of one Each before they are brought to the clause's unit."""

    each: c.Each
    scope: Scope
    amount: Code | None
    bare: Code | None  # the amount had nothing been granted before, where that differs
    units: tuple[tuple[c.Floor | c.Cap, Code, Code | None, Code | None], ...]  # limit, used, limit had nothing been granted
    count: Code | None


@define(eq=False)
class _Writer:
    """Lines of source with their depth."""

    lines: list[str] = field(factory=list)
    depth: int = 1

    def __call__(self, text: str, note: str = "") -> None:
        comment = f"  # {' '.join(note.split())}" if note else ""
        self.lines.append("    " * self.depth + text + comment)


def nodes_of(held: object) -> Iterator[c.Value]:
    """Every value inside a value, itself first."""
    if isinstance(held, tuple):
        for x in held:
            yield from nodes_of(x)
    elif isinstance(held, c.Value):
        yield held
        for spec in attrs.fields(type(held)):
            yield from nodes_of(getattr(held, spec.name))


def uses_grants(value: object, scope: Scope) -> bool:
    """Whether what was granted before enters into a value."""
    for node in nodes_of(value):
        if isinstance(node, c.Used):
            return True
        if isinstance(node, c.Var) and node.name in scope.lets and uses_grants(scope.lets[node.name].value, scope):
            return True
    return False


# -- a clause -----------------------------------------------------------------------------------------------


def code_clause(clause: c.Decide, plan: c.Plan, top: Scope) -> Coded:
    """The clause as source. Raises NotCovered where it has a form that is left to the reference."""
    number = "_".join(identifier(x, "c") if not x.isalnum() or not x.isascii() else x for x in _pieces(clause.number))
    name = f"clause_{number}"
    steps, slots = _steps(clause)
    items = [_item(each, clause, top) for each in clause.claims]
    caps = [_group_cap(s.node, top) if isinstance(s.node, c.Cap) and s.limit >= 0 else None for s in steps]
    keyed = [_slots(each, steps, item.scope) for each, item in zip(clause.claims, items, strict=True)]
    den = _denominator(clause, plan, items, caps, keyed)
    unit = plan.rounding.unit * den
    out = _Writer()
    paid = "going, year" if clause.pays else "None, None"
    out.lines += [f"def {name}(f):", f"    # {clause.number} {' '.join(clause.words.split())[:60]}"]
    out("try:")
    out.depth = 2
    _write_year(out, clause, plan, name)
    plain = not clause.discretionary and all(isinstance(s.node, c.Against) or s.limit >= 0 for s in steps)
    groups = _part_groups(steps, len(items)) if plain else [0] * len(items)
    totals = list(dict.fromkeys(groups)) or [0]
    data = any(_differs(item) for item in items)
    for total in totals:
        out(f"t{total} = 0")
    if data:
        out("had = 0")
    out("rows = []")
    for place, (item, slot) in enumerate(zip(items, keyed, strict=True)):
        _write_items(out, item, place, groups[place], slot, den, int(unit), data)
    _write_limits(out, caps, den)
    if not plain:
        out(f"return settled({name}_steps, f, rows, limits, {paid})")
    else:
        if _has_against(steps):
            out("if " + " or ".join(f"f.{identifier(t)}" for t in _outside_tables(steps)) + ":", "别处的支持")
            out(f"    return settled({name}_steps, f, rows, limits, {paid})")
        _write_caps(out, steps, caps, totals, den, int(unit), data, plan, paid)
    out.depth = 1
    out("except Ask:")
    out("    return None")
    return Coded(clause, name, "\n".join(out.lines) + "\n", den, int(unit), tuple(steps))


def _pieces(number: str) -> list[str]:
    text = "".join(ch if ch.isalnum() else " " for ch in number)
    return text.split() or ["x"]


def _has_against(steps: Iterable[Step]) -> bool:
    return any(isinstance(s.node, c.Against) for s in steps)


def _outside_tables(steps: Iterable[Step]) -> list[str]:
    return list(dict.fromkeys(s.node.outside for s in steps if isinstance(s.node, c.Against)))


def _differs(item: _Item) -> bool:
    return item.bare is not None


def _denominator(clause: c.Decide, plan: c.Plan, items: list[_Item], caps: list[tuple[Code | None, Code | None, Code | None] | None],
                 keyed: list[list[Code]]) -> int:  # fmt: skip
    """The smallest unit in which every amount of the clause is a whole number."""
    dens = [CENTS, plan.rounding.unit.denominator]
    for item in items:
        codes = [item.amount, item.bare, *(x for _, *codes in item.units for x in codes)]
        dens += [x.den for x in codes if x is not None]
    dens += [x.den for cap in caps if cap for x in cap if x is not None]
    dens += [x.den for slots in keyed for x in slots if isinstance(x, Code)]
    dens += [x.den for item in items if isinstance(item.each.grant, c.Award) and item.each.grant.record is not None
             for x in [lower(item.each.grant.record, item.scope)]]  # fmt: skip
    den = lcm(*dens)
    while (plan.rounding.unit * den).denominator != 1:
        den *= (plan.rounding.unit * den).denominator
    return den


def _steps(clause: c.Decide) -> tuple[list[Step], int]:
    """The steps on groups, with bits for their parts and a place for what they ask of each row."""
    places = {each.part: i for i, each in enumerate(clause.claims)}
    if len(places) != len(clause.claims):
        raise NotCovered("two parts of one name")
    made: list[Step] = []
    slot, limit = SLOTS, 0
    for node in clause.steps:
        match node:
            case c.Floor() | c.Cap(reach="单项"):
                continue
            case c.Cap(reach="同一"):
                made.append(Step(node, _bits(node.parts, places), slot))
                slot += 3
            case c.Cap():
                made.append(Step(node, _bits(node.parts, places), -1, limit))
                limit += 1
            case c.Best():
                made.append(Step(node, _bits(node.parts, places), slot))
                slot += 2
            case c.Against():
                made.append(Step(node))
    return made, slot


def _bits(parts: Iterable[str], places: dict[str, int]) -> int:
    return sum(1 << places[p] for p in set(parts) if p in places)


# -- an item ------------------------------------------------------------------------------------------------


def _item(each: c.Each, clause: c.Decide, top: Scope) -> _Item:
    scope = evolve(top, lets={**top.lets, **{x.name: x for x in each.lets}}, record="r" if each.table else "")
    if {x.name for x in each.lets} & set(top.lets):
        raise NotCovered("a 设定 that hides a 定义")
    scope = evolve(scope, local=_locals(each, clause, scope))
    bare = evolve(scope, data=True, local={})
    amount = lower(each.grant.value, scope) if isinstance(each.grant, c.Amount) else None
    units = []
    grants = isinstance(each.grant, c.Amount) and uses_grants(each.grant.value, scope)
    for step in clause.steps:
        if isinstance(step, c.Floor | c.Cap) and each.part in step.parts and (isinstance(step, c.Floor) or step.reach == "单项"):
            limit = step.amount if isinstance(step, c.Floor) else step.ceiling
            if limit is None:
                raise NotCovered("单项 without a ceiling")
            used = lower(step.used, scope) if isinstance(step, c.Cap) and step.used is not None else None
            grants = grants or used is not None or uses_grants(limit, scope)
            units.append((step, lower(limit, scope), used, lower(limit, bare)))
    bare_amount = (lower(each.grant.value, bare) if isinstance(each.grant, c.Amount) else Code("ENDLESS", atom=True)) if grants else None
    count = lower(each.count, scope) if each.count is not None else None
    if count is not None and (count.den != 1 or count.signed):
        raise NotCovered("件数 that may be no whole number")
    if count is not None and amount is None and not any(x[1].constant is not None for x in units):
        raise NotCovered("件数 of an award without a bound")
    return _Item(each, scope, amount, bare_amount, tuple(units), count)


def _locals(each: c.Each, clause: c.Decide, scope: Scope) -> dict[str, Code]:
    """设定 that are read in more than one place become local names."""
    values: list[object] = [g.condition for g in each.guards]
    values += [each.grant.value] if isinstance(each.grant, c.Amount) else [each.grant.record]
    values += [x.amount if isinstance(x, c.Floor) else (x.ceiling, x.used, x.key) for x in clause.steps
               if isinstance(x, c.Floor | c.Cap) and each.part in x.parts]  # fmt: skip
    values += [x.value for x in each.lets]
    reads = [n.name for v in values for n in nodes_of(v) if isinstance(n, c.Var)]
    found: dict[str, Code] = {}
    for let in each.lets:  # a 设定 reads only those before it
        inner = evolve(scope, local=found)
        if reads.count(let.name) > 1 or _inside_fold(values, let.name):
            code = lower(let.value, inner)
            found[let.name] = evolve(code, text=identifier(let.name, "v_") + "_", atom=True, constant=None)
    return found


def _inside_fold(values: list[object], name: str) -> bool:
    return any(isinstance(inner, c.Var) and inner.name == name for v in values for n in nodes_of(v)
               if isinstance(n, c.FoldItems | c.FoldYears) for inner in nodes_of(n))  # fmt: skip


def _slots(each: c.Each, steps: list[Step], scope: Scope) -> list[Code]:
    """What the keyed steps ask of a row: keys, ranks, ceilings. Those of other parts stay empty."""
    made: list[Code] = []
    for step in steps:
        node = step.node
        if step.slot < 0 or isinstance(node, c.Against):
            continue
        width = 3 if isinstance(node, c.Cap) else 2
        if each.part not in node.parts:
            made += [Code("None", 1, atom=True)] * width
        elif isinstance(node, c.Cap):
            assert node.key is not None
            made += [_key(node.key, scope), *(Code("None", 1) if x is None else _amount_slot(x, scope) for x in (node.ceiling, node.used))]
        else:
            made += [_key(node.key, scope), _rank(node, scope)]
    return made


def _amount_slot(value: c.Value, scope: Scope) -> Code:
    code = lower(value, scope)
    return code if code.constant is not None else evolve(code, na=True)  # na marks: still to be scaled


def _key(value: c.Value, scope: Scope) -> Code:
    code = lower(value, scope)
    kind = type_of(value, scope)
    if not isinstance(kind, EnumType | TextType) and not (isinstance(kind, YearType | DateType) and not code.na):
        raise NotCovered("a key that is no word")
    return evolve(code, den=1, na=False, constant=None)


def _rank(best: c.Best, scope: Scope) -> Code:
    if best.rank is None:
        return Code("0", atom=True)
    order = {word: i for i, word in reversed(list(enumerate(best.order)))}
    return Code(f"{order!r}.get({lower(best.rank, scope).text}, {len(best.order)})", atom=True)


def type_of(value: c.Value, scope: Scope) -> Type | None:
    """The declared type of a fact or a name; None for other forms."""
    match value:
        case c.Fact(field=spec):
            return spec.type
        case c.Var(name=name) if name in scope.lets:
            return scope.lets[name].type
        case c.Lit(type=type_) | c.Arith(type=type_) | c.Pick(type=type_):
            return type_
        case _:
            return None


# -- writing -----------------------------------------------------------------------------------------------


def _write_year(out: _Writer, clause: c.Decide, plan: c.Plan, name: str) -> None:
    """What earlier grants still pay, for clauses with 拨付."""
    if not clause.pays:
        return
    out(f"going = continuing({name}_pays, f, True)", "以前核定、本年续拨")
    if plan.base_year is None:
        raise NotCovered("拨付 without a base year")
    out(f"year = {lower(plan.base_year, Scope({})).text} + 0")


def _write_items(out: _Writer, item: _Item, place: int, total: int, slots: list[Code], den: int, unit: int, data: bool) -> None:
    each = item.each
    table = f"f.{identifier(each.table)}" if each.table else ""
    head = f"for i, r in enumerate({table}):" if each.is_list else f"for i, r in single({table}):" if table else "for i in ONE:"
    out(head, f"{each.origin.label}：{each.origin.text}")
    out.depth += 1
    written: set[str] = set()
    for guard in each.guards:
        _write_lets(out, item, guard.condition, written)
        code = lower(guard.condition, item.scope)
        out(f"if not {code.inner}:", f"{guard.origin.label}：{guard.origin.text}")
        out("    continue")
    award, open_ = _write_grant(out, item, den, unit, written)
    if _differs(item):
        out("d = a")
        out("if a <= 0:", "若以前一分未得")
        out.depth += 1
        _write_amount(out, item, "d", item.bare, den, unit, bare=True)
        out.depth -= 1
    if item.count is not None:
        out(f"n = {item.count.text}", "件数")
        out("a *= n")
        if _differs(item):
            out("d *= n")
    had = "d" if _differs(item) else "a"
    _write_lets(out, item, tuple(c.Var(name) for name in item.scope.local) if slots else (), written)
    matter = lower(each.matter, item.scope).text if each.matter is not None else "NA"
    extra = "".join(f", {_slot(x, den)}" for x in slots)
    out(f"rows.append(({place}, i, a, {had}, {award}, {open_}, {matter}{extra}))")
    out(f"t{total} += a")
    if data:
        out(f"had += {had}")
    out.depth -= 1


def _slot(code: Code, den: int) -> str:
    if code.constant is not None or code.na:
        return at_scale(code, den)
    return code.text


def _write_lets(out: _Writer, item: _Item, values: object, written: set[str]) -> None:
    """Local names that these values read, each before its first use."""
    for let in _wanted(values, item, written):
        written.add(let.name)
        _write_lets(out, item, let.value, written)
        code = lower(let.value, evolve(item.scope, local={k: v for k, v in item.scope.local.items() if k != let.name}))
        out(f"{item.scope.local[let.name].text} = {code.text}", f"{let.origin.label}：{let.origin.text}")


def _wanted(values: object, item: _Item, written: set[str]) -> list[c.Let]:
    values = tuple(values) if isinstance(values, list) else values
    seen = list(dict.fromkeys(n.name for n in nodes_of(values) if isinstance(n, c.Var)))
    direct = [x for x in seen if x not in item.scope.local and x in item.scope.lets]
    inner = [y for x in direct for y in _wanted(item.scope.lets[x].value, item, written)]
    own = [item.scope.lets[x] for x in seen if x in item.scope.local and x in item.scope.lets and x not in written]
    return list(dict.fromkeys([*inner, *own])) if own or inner else []


def _write_grant(out: _Writer, item: _Item, den: int, unit: int, written: set[str]) -> tuple[str, str]:
    """The amount `a` of one piece; for 裁量 also the award `w` and whether it is `open`."""
    grant = item.each.grant
    if isinstance(grant, c.Amount):
        _write_lets(out, item, grant.value, written)
        for step, *_ in item.units:
            _write_lets(out, item, step.amount if isinstance(step, c.Floor) else (step.ceiling, step.used), written)
        _write_amount(out, item, "a", item.amount, den, unit)
        return "a", "False"
    for step, *_ in item.units:
        _write_lets(out, item, step.amount if isinstance(step, c.Floor) else (step.ceiling, step.used), written)
    _write_amount(out, item, "a", Code("ENDLESS", den, atom=True, signed=False), den, unit)
    if grant.record is None:
        return "0", "True"
    record = lower(grant.record, item.scope)
    out(f"w = {record.text}", f"{grant.origin.label}：{grant.origin.text}")
    out("open_ = not_recorded(w)")
    factor = den // record.den
    out(f"w = 0 if open_ else min(max(w{f' * {factor}' if factor > 1 else ''}, 0), a)")
    return "w", "open_"


def _write_amount(out: _Writer, item: _Item, name: str, amount: Code | None, den: int, unit: int, bare: bool = False) -> None:
    assert amount is not None
    grant = item.each.grant
    out(f"{name} = {at_scale(amount, den)}", f"{grant.origin.label}：{grant.origin.text}" if not bare else "")
    if amount.signed:
        out(f"if {name} < 0:")
        out(f"    {name} = 0")
    for step, limit, used, unused in item.units:
        if bare:
            assert unused is not None
            limit, used = unused, None
        note = f"{step.origin.label}：{step.origin.text}"
        if isinstance(step, c.Floor):
            out(f"{name} = max({name}, {at_scale(limit, den)})", note)
        else:
            out(f"{name} = min({name}, {room(limit, used, den, unit)})", note)


def room(ceiling: Code, used: Code | None, den: int, unit: int) -> str:
    """What a cap leaves, in whole units of rounding and never below 0."""
    if used is None and ceiling.constant is not None:
        return str(max(int(ceiling.constant * den) // unit * unit, 0))
    text = at_scale(ceiling, den)
    if ceiling.constant is not None:
        text = str(int(ceiling.constant * den) // unit * unit)
    elif unit > 1:
        text = f"({text}) // {unit} * {unit}"
    if used is None:
        return f"max({text}, 0)" if ceiling.signed else text
    left = f"{text} - {evolve(used, text=at_scale(used, den), atom=used.atom and used.den == den).inner}"
    return f"max(({left}) // {unit} * {unit}, 0)" if unit > 1 else f"max({left}, 0)"


# -- totals -------------------------------------------------------------------------------------------------

Group = tuple[Code | None, Code | None, Code | None]  # ceiling, the same had nothing been granted, used


def _group_cap(cap: c.Cap, top: Scope) -> Group:
    bare = evolve(top, data=True)
    ceiling = lower(cap.ceiling, top) if cap.ceiling is not None else None
    free = lower(cap.ceiling, bare) if cap.ceiling is not None else None
    return ceiling, free, lower(cap.used, top) if cap.used is not None else None


def _part_groups(steps: list[Step], parts: int) -> list[int]:
    """For each part the running total it is added to: parts that no cap tells apart share one."""
    seen: dict[tuple[bool, ...], int] = {}
    caps = [s for s in steps if s.limit >= 0]
    return [seen.setdefault(tuple(bool(s.parts >> p & 1) for s in caps), p) for p in range(parts)]


def _write_limits(out: _Writer, caps: list[Group | None], den: int) -> None:
    """What each cap on a group says for these facts."""
    limits = []
    for cap in caps:
        if cap is not None:
            limits.append("(" + ", ".join("None" if x is None else at_scale(x, den) for x in (cap[0], cap[1] or _NOTHING, cap[2])) + ")")
    out("limits = " + (f"({', '.join(limits)},)" if limits else "()"))


def _write_caps(out: _Writer, steps: list[Step], caps: list[Group | None], totals: list[int], den: int, unit: int, data: bool,
                plan: c.Plan, paid: str) -> None:  # fmt: skip
    """Caps on sums, from the inside out; then the status."""
    merged = {t: t for t in totals}
    members = _members(steps, totals)
    conditions: list[str] = []
    before = " + ".join(f"t{t}" for t in totals)
    if not data and any(cap for cap in caps):
        out(f"had = {before}")
    for step, cap in zip(steps, caps, strict=True):
        if cap is None or not isinstance(step.node, c.Cap):
            continue
        ceiling, free, used = cap
        names = list(dict.fromkeys(merged[t] for t in members[id(step)]))
        if not names:
            continue
        note = f"{step.node.origin.label}：{step.node.origin.text}"
        first = names[0]
        if len(names) > 1:
            out(f"t{first} = " + " + ".join(f"t{n}" for n in names))
            merged = {t: first if m in names else m for t, m in merged.items()}
        if ceiling is None:
            assert used is not None
            left = f"t{first} - ({at_scale(used, den)})"
            out(f"t{first} = max(({left}) // {unit} * {unit}, 0)", note)
            continue
        out(f"t{first} = min(t{first}, {room(ceiling, used, den, unit)})", note)
        if free is not None and not _surely_positive(free):
            if len(totals) > 1:
                raise NotCovered("a ceiling that may be 0 for some parts")
            conditions.append(f"{at_scale(free, den)} > 0")
    left = list(dict.fromkeys(merged.values()))
    total = f"t{left[0]}"
    if len(left) > 1:
        out(f"{total} = " + " + ".join(f"t{n}" for n in left))
    known = data or any(cap for cap in caps)
    positive = " and ".join(["had > 0" if known else f"{total} > 0", *conditions])
    out(f"if {total} > 0:")
    if data or conditions:
        out(f"    if not ({positive}):")
        out("        raise Ask")
    out(f"    return GRANTED, {_rounded(total, unit, plan)}, None, rows, limits, {paid}")
    zero = f"EXHAUSTED if {positive} else REFUSED" if known else "REFUSED"
    if any(isinstance(x.node, c.Cap) for x in steps) and not known:
        raise NotCovered("caps without a total")
    status = f"(CONTINUED if going else {zero})" if "going" in paid else f"({zero})"
    out(f"return {status}, 0, None, rows, limits, {paid}")


def _members(steps: list[Step], totals: list[int]) -> dict[int, list[int]]:
    """The running totals that each cap reaches."""
    return {id(s): [t for t in totals if s.parts >> t & 1] for s in steps if s.limit >= 0}


def _surely_positive(code: Code) -> bool:
    return code.text == "ENDLESS" or (code.constant is not None and code.constant > 0)


def _rounded(name: str, unit: int, plan: c.Plan) -> str:
    if unit == 1:
        return name
    half = Fraction(unit, 2) if plan.rounding.half_up else Fraction(0)
    if half.denominator == 2:
        return f"(2 * {name} + {unit}) // {2 * unit} * {unit}"
    plus = f"({name} + {half})" if half else name
    return f"{plus} // {unit} * {unit}"
