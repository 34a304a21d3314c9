"""A lowered clause as the source of one Python function.

The function goes over the items, writes down a row for each that counts, adds them up and applies the
caps; its comments are the lines of the policy. It returns the outcome as a tuple (details.py names its
places), or None where the reference evaluator must be asked.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import define, evolve, field

from .. import calculus as c
from .expressions import Code, NotCovered, Scope, at_scale, lower
from .forms import Form, Item, Lowered
from .scales import identifier


@define(eq=False)
class Writer:
    """Lines of source with their depth."""

    lines: list[str] = field(factory=list)
    depth: int = 1

    def __call__(self, text: str, note: str = "") -> None:
        comment = f"  # {' '.join(note.split())}" if note else ""
        self.lines.append("    " * self.depth + text + comment)


def write_clause(form: Form) -> str:
    """The function of a clause."""
    out = Writer([f"def {form.name}(f):", f"    # {form.clause.number} {' '.join(form.clause.words.split())[:60]}"])
    if form.bare:
        _write_body(out, form)
    else:
        out("try:")
        out.depth = 2
        _write_year(out, form)
        _write_body(out, form)
        out.depth = 1
        out("except Ask:")
        out("    return None")
    return "\n".join(out.lines) + "\n"


def _write_body(out: Writer, form: Form) -> None:
    """Items, sums, caps and the outcome. A bare body raises Ask where the rows would have to be looked at."""
    paid = "going, year" if form.clause.pays else "None, None"
    groups = _part_groups(form)
    totals = list(dict.fromkeys(groups)) or [0]
    for total in totals:
        out(f"t{total} = 0")
    if form.differs:
        out("had = 0")
    if form.clause.discretionary:
        out("awards = 0")
        out("open_ = False")
    if not form.bare:
        out("rows = []")
    for place, item in enumerate(form.items):
        _write_items(out, form, item, place, groups[place])
    if not form.bare:
        _write_limits(out, form)
    elsewhere = " or ".join(f"f.{identifier(t)}" for t in form.outside)
    settled = f"return settled({form.name}_data, f, rows, limits, {paid})"
    if not form.plain:
        out(settled)
    else:
        if elsewhere:
            out(f"if {elsewhere}:", "别处的支持")
            out("    raise Ask" if form.bare else f"    {settled}")
        _write_outcome(out, form, totals, paid)


def _write_year(out: Writer, form: Form) -> None:
    """What earlier grants still pay, for clauses with 拨付."""
    if not form.clause.pays:
        return
    if form.plan.base_year is None:
        raise NotCovered("拨付 without a base year")
    out(f"going = continuing({form.name}_data.pays, f, True)", "以前核定、本年续拨")
    out(f"year = {lower(form.plan.base_year, Scope({})).text} + 0")


# -- items --------------------------------------------------------------------------------------------------


def _write_items(out: Writer, form: Form, item: Item, place: int, total: int) -> None:
    each, depth = item.each, out.depth
    table = f"f.{identifier(each.table)}" if each.table else ""
    note = f"{each.origin.label}：{each.origin.text}"
    if each.is_list:
        out(f"for i, r in enumerate({table}):", note)
        out.depth += 1
    elif table:
        out(f"r = single({table})", note)
    else:
        out(f"# {' '.join(note.split())}")
    written: set[str] = set()
    for guard in each.guards:
        _write_lets(out, item, guard.condition, written)
        test = lower(guard.condition, item.scope)
        note = f"{guard.origin.label}：{guard.origin.text}"
        if each.is_list:
            out(f"if not {test.inner}:", note)
            out("    continue")
        else:
            out(f"if {test.text}:", note)
            out.depth += 1
    _write_worth(out, form, item, written)
    _write_row(out, form, item, place, written)
    out(f"t{total} += a")
    if form.differs:
        out(f"had += {'d' if item.bare is not None else 'a'}")
    out.depth = depth


def _write_worth(out: Writer, form: Form, item: Item, written: set[str]) -> None:
    """The amount `a` of the item, `d` had nothing been granted before, and of 裁量 the award `w`."""
    if isinstance(item.each.grant, c.Amount):
        _write_lets(out, item, item.each.grant.value, written)
    for step, *_ in item.units:
        _write_lets(out, item, step.amount if isinstance(step, c.Floor) else (step.ceiling, step.used), written)
    endless = Code("ENDLESS", form.den, atom=True, signed=False)
    _write_amount(out, form, item, "a", item.amount or endless)
    if item.bare is not None:
        out("d = a")
        out("if a <= 0:", "若以前一分未得")
        out.depth += 1
        _write_amount(out, form, item, "d", endless if item.amount is None else item.bare, bare=True)
        out.depth -= 1
    if item.count is not None:
        out(f"n = {item.count.text}", "件数")
        out("a *= n")
        if item.bare is not None:
            out("d *= n")
    if item.amount is None:
        _write_award(out, form, item)


def _write_award(out: Writer, form: Form, item: Item) -> None:
    grant = item.each.grant
    if item.record is None:
        out("o, w = True, 0", f"{grant.origin.label}：{grant.origin.text}")
        return
    out(f"w = {item.record.text}", f"{grant.origin.label}：{grant.origin.text}")
    out("o = not_recorded(w)")
    out(f"w = 0 if o else min(max({at_scale(item.record, form.den)}, 0), a)".replace(item.record.text, "w", 1))


def _write_row(out: Writer, form: Form, item: Item, place: int, written: set[str]) -> None:
    """What the reasons and the steps on groups want to know of the item; short where it is only an amount."""
    if item.slots:
        _write_lets(out, item, tuple(c.Var(name) for name in item.scope.local), written)
    spot = "i" if item.each.is_list else "0"
    had = "d" if item.bare is not None else "a"
    matter = lower(item.each.matter, item.scope).text if item.each.matter is not None else "NA"
    award, open_ = ("w", "o") if item.amount is None else ("a", "False")
    slots = "".join(f", {at_scale(x.code, form.den) if x.amount else x.code.text}" for x in item.slots)
    if form.bare:
        pass
    elif item.amount is not None and item.bare is None and item.each.matter is None and not slots:
        out(f"rows.append(({place}, {spot}, a))")
    else:
        out(f"rows.append(({place}, {spot}, a, {had}, {award}, {open_}, {matter}{slots}))")
    if form.clause.discretionary:
        out(f"awards += {award}")
        if item.amount is None:
            out("open_ = open_ or (o and a > 0)")


def _write_amount(out: Writer, form: Form, item: Item, name: str, amount: Code, bare: bool = False) -> None:
    grant = item.each.grant
    out(f"{name} = {at_scale(amount, form.den)}", f"{grant.origin.label}：{grant.origin.text}" if not bare else "")
    if amount.signed:
        out(f"if {name} < 0:")
        out(f"    {name} = 0")
    for step, limit, used, unused in item.units:
        if bare:
            assert unused is not None
            limit, used = unused, None
        note = f"{step.origin.label}：{step.origin.text}"
        if isinstance(step, c.Floor):
            _write_bound(out, name, "<", at_scale(limit, form.den), note)
        else:
            _write_bound(out, name, ">", room(limit, used, form.den, form.unit), note)


def _write_bound(out: Writer, name: str, beyond: str, bound: str, note: str) -> None:
    """Bring a name to a bound that it is beyond."""
    if bound.isdigit():
        out(f"if {name} {beyond} {bound}:", note)
        out(f"    {name} = {bound}")
    else:
        out(f"{name} = {'min' if beyond == '>' else 'max'}({name}, {bound})", note)


def room(ceiling: Code, used: Code | None, den: int, unit: int) -> str:
    """What a cap leaves, in whole units of rounding and never below 0."""
    text = at_scale(ceiling, den)
    if ceiling.constant is not None:
        text = str(int(ceiling.constant * den) // unit * unit)
        if used is None:
            return str(max(int(text), 0))
    elif unit > 1:
        text = f"({text}) // {unit} * {unit}"
    if used is None:
        return f"max({text}, 0)" if ceiling.signed else text
    return _left(text, used, den, unit)


def _left(text: str, used: Code, den: int, unit: int) -> str:
    difference = f"{text} - ({at_scale(used, den)})"
    return f"max(({difference}) // {unit} * {unit}, 0)" if unit > 1 else f"max({difference}, 0)"


# -- 设定 ---------------------------------------------------------------------------------------------------


def _write_lets(out: Writer, item: Item, values: object, written: set[str]) -> None:
    """Local names that these values read, each before its first use."""
    for let in _wanted(values, item, written):
        written.add(let.name)
        _write_lets(out, item, let.value, written)
        code = lower(let.value, evolve(item.scope, local={k: v for k, v in item.scope.local.items() if k != let.name}))
        out(f"{item.scope.local[let.name].text} = {code.text}", f"{let.origin.label}：{let.origin.text}")


def _wanted(values: object, item: Item, written: set[str]) -> list[c.Let]:
    seen = list(dict.fromkeys(n.name for n in c.nodes_of(values) if isinstance(n, c.Var)))
    lets, local = item.scope.lets, item.scope.local
    inner = [y for x in seen if x not in local and x in lets for y in _wanted(lets[x].value, item, written)]
    own = [lets[x] for x in seen if x in local and x in lets and x not in written]
    return list(dict.fromkeys([*inner, *own]))


# -- totals -------------------------------------------------------------------------------------------------


def _part_groups(form: Form) -> list[int]:
    """For each part the running total it is added to: parts that no cap tells apart share one."""
    if not form.plain:
        return [0] * len(form.items)
    seen: dict[tuple[bool, ...], int] = {}
    caps = [s.step for s in form.steps if s.step.limit >= 0]
    return [seen.setdefault(tuple(bool(s.parts >> p & 1) for s in caps), p) for p in range(len(form.items))]


def _write_limits(out: Writer, form: Form) -> None:
    """What each cap on a sum says for these facts: its ceiling, the same had nothing been granted, what was used."""
    limits = []
    for cap in form.caps:
        if cap is not None:
            ceiling, bare, used = ("None" if x is None else at_scale(x, form.den) for x in cap)
            limits.append(f"({ceiling}, {'0' if bare == 'None' else bare}, {used})")
    out("limits = " + (f"({', '.join(limits)},)" if limits else "()"))


def _write_outcome(out: Writer, form: Form, totals: list[int], paid: str) -> None:
    """Caps on sums from the inside out, then the status: a zero is 不符合 if the facts alone make it one."""
    capped = any(cap for cap in form.caps)
    if form.bare:
        _write_bare_outcome(out, form, totals)
        return
    if capped and not form.differs:
        out("had = " + " + ".join(f"t{t}" for t in totals))
    total, conditions = _write_caps(out, form, totals)
    positive = " and ".join(["had > 0", *conditions])
    told = capped or form.differs
    out(f"if {total} > 0:")
    out.depth += 1
    if form.differs or conditions:
        out(f"if not ({positive}):")
        out("    raise Ask")
    if form.clause.discretionary:
        out("if open_:")
        out(f"    return DISCRETION, None, {total}, rows, limits, {paid}")
        out(f"a = min(awards, {total})")
        out(f"return GRANTED, {_rounded('a', form)}, {total}, rows, limits, {paid}")
    else:
        out(f"return GRANTED, {_rounded(total, form)}, None, rows, limits, {paid}")
    out.depth -= 1
    zero = f"EXHAUSTED if {positive} else REFUSED" if told else "REFUSED"
    if form.clause.pays:
        zero = f"CONTINUED if going else {zero}"
    out(f"return ({zero}), 0, None, rows, limits, {paid}" if " " in zero else f"return {zero}, 0, None, rows, limits, {paid}")


def _write_bare_outcome(out: Writer, form: Form, totals: list[int]) -> None:
    """The amount in 分; None where it is open."""
    total, conditions = _write_caps(out, form, totals)
    doubtful = [f"not ({x})" for x in conditions] + (["had <= 0"] if form.differs else [])
    if doubtful:
        out(f"if {total} > 0 and ({' or '.join(doubtful)}):")
        out("    raise Ask")
    amount = total
    if form.clause.discretionary:
        out(f"if open_ and {total} > 0:")
        out("    return None")
        out(f"a = min(awards, {total})")
        amount = "a"
    scale = form.den // 100
    out(f"return {_rounded(amount, form)}" + (f" // {scale}" if scale > 1 else ""))


def _write_caps(out: Writer, form: Form, totals: list[int]) -> tuple[str, list[str]]:
    """The name of the total after all caps, and what must hold for a zero to be none of the facts' own."""
    merged = {t: t for t in totals}
    conditions: list[str] = []
    for step, cap in zip(form.steps, form.caps, strict=True):
        names = list(dict.fromkeys(merged[t] for t in totals if step.step.parts >> t & 1))
        if cap is None or not names:
            continue
        first = names[0]
        if len(names) > 1:
            out(f"t{first} = " + " + ".join(f"t{n}" for n in names))
            merged = {t: first if m in names else m for t, m in merged.items()}
        _write_cap(out, form, step, cap, f"t{first}")
        bare = cap[1]
        if bare is not None and not _surely_positive(bare):
            if len(totals) > 1:
                raise NotCovered("a ceiling that may be 0 for some parts")
            conditions.append(f"{at_scale(bare, form.den)} > 0")
    left = list(dict.fromkeys(merged.values()))
    if len(left) > 1:
        out(f"t{left[0]} = " + " + ".join(f"t{n}" for n in left))
    return f"t{left[0]}", conditions


def _write_cap(out: Writer, form: Form, step: Lowered, cap: tuple[Code | None, Code | None, Code | None], name: str) -> None:
    ceiling, _, used = cap
    assert isinstance(step.node, c.Cap)
    note = f"{step.node.origin.label}：{step.node.origin.text}"
    if ceiling is not None:
        _write_bound(out, name, ">", room(ceiling, used, form.den, form.unit), note)
    else:
        assert used is not None
        out(f"{name} = {_left(name, used, form.den, form.unit)}", note)


def _surely_positive(code: Code) -> bool:
    return code.text == "ENDLESS" or (code.constant is not None and code.constant > 0)


def _rounded(name: str, form: Form) -> str:
    unit = form.unit
    if unit == 1:
        return name
    half = Fraction(unit, 2) if form.plan.rounding.half_up else Fraction(0)
    if half.denominator == 2:
        return f"(2 * {name} + {unit}) // {2 * unit} * {unit}"
    plus = f"({name} + {half})" if half else name
    return f"{plus} // {unit} * {unit}"
