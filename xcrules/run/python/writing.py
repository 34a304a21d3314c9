"""A lowered clause as the source of one Python function.

The function goes over the items and writes down a row for each that counts and what the caps say; its comments are
the lines of the policy. The steps on these rows are runtime/settle's. It returns the outcome as a tuple (forms.py
names its places), or None where the reference evaluator must be asked.
"""

from __future__ import annotations

from attrs import define, evolve, field

from xcrules.facts.scaled.scales import identifier
from xcrules.meaning import values
from xcrules.plan import steps

from .expressions import Code, NotCovered, Scope, at_scale, lower
from .forms import Form, Item


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
    out = Writer([f"def {form.name}(f):", f"    # {form.clause.number} {' '.join(form.clause.words.split())[:60]}", "    try:"], 2)
    _write_year(out, form)
    out("rows = []")
    for place, item in enumerate(form.items):
        _write_items(out, form, item, place)
    _write_limits(out, form)
    out(f"return settled({form.name}_data, f, rows, limits, {'going, year' if form.clause.pays else 'None, None'})")
    out.depth = 1
    out("except Ask:")
    out("    return None")
    return "\n".join(out.lines) + "\n"


def _write_year(out: Writer, form: Form) -> None:
    """What earlier grants still pay, for clauses with 拨付."""
    if not form.clause.pays:
        return
    if form.plan.base_year is None:
        raise NotCovered("拨付 without a base year")
    out(f"going = continuing({form.name}_data.pays, f, True)", "以前核定、本年续拨")
    out(f"year = {lower(form.plan.base_year, Scope({})).text} + 0")


# -- items --------------------------------------------------------------------------------------------------


def _write_items(out: Writer, form: Form, item: Item, place: int) -> None:
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
    out.depth = depth


def _write_worth(out: Writer, form: Form, item: Item, written: set[str]) -> None:
    """The amount `a` of the item, `d` had nothing been granted before, and of 裁量 the award `w`."""
    if isinstance(item.each.grant, steps.Amount):
        _write_lets(out, item, item.each.grant.value, written)
    for step, *_ in item.units:
        _write_lets(out, item, step.amount if isinstance(step, steps.Floor) else (step.ceiling, step.used), written)
    endless = Code("ENDLESS", form.den, atom=True, signed=False)
    _write_amount(out, form, item, "a", item.amount or endless)
    if item.bare is not None:
        out("# 若以前一分未得")
        _write_amount(out, form, item, "d", endless if item.amount is None else item.bare, bare=True)
    if item.count is not None:
        out(f"n = {item.count.text}", "件数")
        out("a *= n")
        if item.bare is not None:
            out("d *= n")
        if _topped(form, item):
            out("u *= n")
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


def _topped(form: Form, item: Item) -> bool:
    """Whether rounding could pass what 单项 caps let an item come to."""
    return form.unit > form.cent and any(isinstance(step, steps.Cap) for step, *_ in item.units)


def _write_row(out: Writer, form: Form, item: Item, place: int, written: set[str]) -> None:
    """What the steps on groups and the reasons want to know of the item."""
    if item.slots:
        _write_lets(out, item, tuple(values.Var(name) for name in item.scope.local), written)
    spot = "i" if item.each.is_list else "0"
    had = "d" if item.bare is not None else "a"
    top = "u" if _topped(form, item) else "ENDLESS"
    matter = lower(item.each.matter, item.scope).text if item.each.matter is not None else "NA"
    award, open_ = ("w", "o") if item.amount is None else ("a", "False")
    slots = "".join(f", {at_scale(x.code, form.den) if x.amount else x.code.text}" for x in item.slots)
    out(f"rows.append(({place}, {spot}, a, {had}, {award}, {open_}, {matter}, {top}{slots}))")


def _write_amount(out: Writer, form: Form, item: Item, name: str, amount: Code, bare: bool = False) -> None:
    grant = item.each.grant
    out(f"{name} = {at_scale(amount, form.den)}", f"{grant.origin.label}：{grant.origin.text}" if not bare else "")
    if amount.signed:
        out(f"if {name} < 0:")
        out(f"    {name} = 0")
    if not bare and _topped(form, item):
        out("u = ENDLESS")
    for step, limit, used, unused in item.units:
        if bare:
            assert unused is not None
            limit, used = unused, None
        note = f"{step.origin.label}：{step.origin.text}"
        if isinstance(step, steps.Floor):
            _write_bound(out, name, "<", at_scale(limit, form.den), note)
        else:
            most = room(limit, used, form.den, form.cent)
            _write_bound(out, name, ">", most, note)
            if not bare and _topped(form, item):
                _write_bound(out, "u", ">", most, "")


def _write_bound(out: Writer, name: str, beyond: str, bound: str, note: str) -> None:
    """Bring a name to a bound that it is beyond."""
    if bound.isdigit():
        out(f"if {name} {beyond} {bound}:", note)
        out(f"    {name} = {bound}")
    else:
        out(f"{name} = {'min' if beyond == '>' else 'max'}({name}, {bound})", note)


def room(ceiling: Code, used: Code | None, den: int, unit: int) -> str:
    """What a cap leaves, in whole 分 (`unit` of 1/den 元) and never below 0."""
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


def _write_lets(out: Writer, item: Item, all_values: object, written: set[str]) -> None:
    """Local names that these values read, each before its first use."""
    for let in _wanted(all_values, item, written):
        written.add(let.name)
        _write_lets(out, item, let.value, written)
        code = lower(let.value, evolve(item.scope, local={k: v for k, v in item.scope.local.items() if k != let.name}))
        out(f"{item.scope.local[let.name].text} = {code.text}", f"{let.origin.label}：{let.origin.text}")


def _wanted(all_values: object, item: Item, written: set[str]) -> list[steps.Let]:
    seen = list(dict.fromkeys(n.name for n in values.nodes_of(all_values) if isinstance(n, values.Var)))
    lets, local = item.scope.lets, item.scope.local
    inner = [y for x in seen if x not in local and x in lets for y in _wanted(lets[x].value, item, written)]
    own = [lets[x] for x in seen if x in local and x in lets and x not in written]
    return list(dict.fromkeys([*inner, *own]))


# -- totals -------------------------------------------------------------------------------------------------


def _write_limits(out: Writer, form: Form) -> None:
    """What each cap on a sum says for these facts: its ceiling, the same had nothing been granted, what was used."""
    limits = []
    for cap in form.caps:
        if cap is not None:
            ceiling, bare, used = ("None" if x is None else at_scale(x, form.den) for x in cap)
            limits.append(f"({ceiling}, {'0' if bare == 'None' else bare}, {used})")
    out("limits = " + (f"({', '.join(limits)},)" if limits else "()"))
