"""A clause lowered to nodes as the source of one Python function, whose comments are the lines of the policy.

The function writes down a row for each claim that counts, what the caps ask beside them, and what earlier grants still pay; the
steps on these rows are `settled` of run/lowered. It gives None where the reference evaluator must be asked. `f` is the record of the
enterprise, `r` the row or object of a claim.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, evolve, field

from xcrules.facts.scaled.values import identifier
from xcrules.meaning.values import Origin
from xcrules.run.lowered import claims as c, nodes as n

from .printing import PLAIN, PythonPrinter, at_scale, inner, local, text


@define(eq=False)
class SourceLines:
    """Lines of source with their depth, and which names are written."""

    names: tuple[c.Named, ...] = ()
    lines: list[str] = field(factory=list)
    depth: int = 1
    written: set[str] = field(factory=set)
    say: PythonPrinter = PLAIN

    def __call__(self, line: str, note: str = "") -> None:
        comment = f"  # {' '.join(note.split())}" if note else ""
        self.lines.append("    " * self.depth + line + comment)

    def name(self, held: object) -> None:
        """The names that these values read, each before its first use."""
        wanted, left = set[str](), [held]
        while left:
            read = {x.name for x in n.nodes_of(left.pop()) if isinstance(x, n.Local)} - wanted - self.written
            wanted |= read
            left += [x.value for x in self.names if x.name in read]
        for x in self.names:
            if x.name in wanted:
                self(f"{local(x.name)} = {self.say.text(x.value)}", f"{x.origin.label}：{x.origin.text}")
        self.written |= wanted

    def asks(self) -> str:
        """The source; what meets something unknown gives None."""
        return "\n".join([self.lines[0], "    try:", *self.lines[1:], "    except Ask:", "        return None"]) + "\n"


def clause_source(clause: c.Clause, frame: c.Frame) -> str:
    """The function of a clause."""
    out = SourceLines(lines=["def clause(f):"], depth=2)
    out(f"# {clause.number} {' '.join(clause.words.split())[:60]}")
    paid = "(), None"
    if clause.payments:
        out(f"year = {'NA' if frame.base_year is None else f'sure({text(frame.base_year)})'}")
        out("going = continuing(f, year)", "以前核定、本年续拨")
        paid = "going, year"
    out("rows = []")
    for index, claim in enumerate(clause.claims):
        _write_claim(out, clause, claim, index)
    out("if not rows:")
    out(f"    return rows, (), {paid}")
    out.names, out.written = clause.names, set()
    out.name(clause.steps)
    out(f"limits = ({''.join(_limit(step, clause) + ', ' for step in clause.steps)})")
    out(f"return rows, limits, {paid}")
    return out.asks()


def events_source(clause: c.Clause) -> str:
    """A function that gives, of each part that is paid on events, these with their years (0 the grant, None not yet); and the parts not paid on."""
    out = SourceLines(clause.names, ["def events(f):", "    paid, stopped = {}, set()"])
    out.name(clause.payments)
    for pay in clause.payments:
        if pay.events:
            years = "".join(f"({x.name!r}, {'0' if x.when is None else f'happened({text(x.when)})'}), " for x in pay.events)
            out(f"paid[{pay.part!r}] = ({years})")
        if pay.going is not None:
            out(f"if not {inner(pay.going)}:")
            out(f"    stopped.add({pay.part!r})")
    out("return paid, stopped")
    return "\n".join(out.lines) + "\n"


def below_source(claim: c.Claim, say: PythonPrinter = PLAIN) -> str:
    """A function that says of an item whether its amount is below 0: then it is owed the other way. Over ranges, the amount."""
    out = SourceLines(claim.names, ["def below(f, r):"], say=say)
    out.name(claim.worth.amount)
    out(f"return ({text(claim.worth.amount)}) < 0" if say is PLAIN else f"return {say.text(claim.worth.amount)}")
    return "\n".join(out.lines) + "\n"


def bounding_source(clause: c.Clause, claim: c.Claim) -> str:
    """A function that says of an item which of its bounds change what it is worth."""
    out = SourceLines(claim.names, ["def bounding(f, r):"])
    _write_worth(out, clause, evolve(claim.worth, bounds=()), "a", None, False)
    for i, bound in enumerate(claim.worth.bounds):
        out.name((bound.limit, bound.used if isinstance(bound, c.Ceiling) else None))
        out(f"b{i} = a")
        _write_bound(out, "a", bound, clause, "")
        out(f"b{i} = a != b{i}")
    out(f"return ({''.join(f'b{i}, ' for i in range(len(claim.worth.bounds)))})")
    return "\n".join(out.lines) + "\n"


def failing_source(names: tuple[c.Named, ...], tests: tuple[n.Value, ...]) -> str:
    """A function that says which conditions are not met, of an item or by an enterprise."""
    out = SourceLines(names, ["def failing(f, r):"])
    out.name(tests)
    out(f"return ({''.join(f'not {inner(x)}, ' for x in tests)})")
    return "\n".join(out.lines) + "\n"


def gates_source(gates: c.Gates) -> str:
    """A function that gives None where clauses are judged, else the status of all, and of an expired policy whether it covers them."""
    out = SourceLines(gates.names, ["def gates(f):", "    # 有效期，然后适用主体"])
    out.name(gates)
    out(f"scope = {_all(gates.scope)}")
    if gates.force:
        expired = " or ".join(inner(x) for x in gates.expired) or "False"
        out(f"if not ({_all(gates.force)}):")
        out(f"    return OUT_OF_FORCE, not not scope if {expired} else None")
    out("return None if scope else (OUT_OF_SCOPE, None)")
    return "\n".join(out.lines) + "\n"


def _all(tests: tuple[n.Value, ...]) -> str:
    return text(n.All(tests)) if len(tests) > 1 else text(tests[0]) if tests else "True"


def shared_source(cap: c.SharedCap, scale: int, say: PythonPrinter = PLAIN) -> str:
    """A function that gives the ceiling of a cap over several clauses, the same had nothing been granted, and what was used."""
    out = SourceLines(cap.names, ["def shared(f):"], depth=2, say=say)
    out.name((cap.ceiling, cap.ungranted, cap.used))
    used = " + ".join(f"({say.at_scale(x, scale)})" for x in cap.used) or "0"
    out(f"return {say.at_scale(cap.ceiling, scale)}, {say.at_scale(cap.ungranted, scale)}, {used}")
    return out.asks()


# -- claims -------------------------------------------------------------------------------------------------------


def _write_claim(out: SourceLines, clause: c.Clause, claim: c.Claim, part: int) -> None:
    depth, out.names, out.written = out.depth, claim.names, set()
    note = f"{claim.origin.label}：{claim.origin.text}"
    if claim.is_list:
        out(f"for i, r in enumerate(f.{identifier(claim.table)}):", note)
        out.depth += 1
    elif claim.table:
        out(f"r = single(f.{identifier(claim.table)})", note)
    else:
        out(f"# {' '.join(note.split())}")
    for guard in claim.guards:
        out.name(guard.test)
        line = f"{guard.origin.label}：{guard.origin.text}"
        if claim.is_list:
            out(f"if not {inner(guard.test)}:", line)
            out("    continue")
        else:
            out(f"if {text(guard.test)}:", line)
            out.depth += 1
    _write_row(out, clause, claim, part)
    out.depth = depth


def _write_row(out: SourceLines, clause: c.Clause, claim: c.Claim, part: int) -> None:
    """What the item is worth (`a`; `d` had nothing been granted before, `u` at most), and what the steps on groups ask of it."""
    capped = clause.unit > clause.cent and any(isinstance(b, c.Ceiling) for b in claim.worth.bounds)
    _write_worth(out, clause, claim.worth, "a", claim.grant, capped)
    if claim.ungranted is not None:
        out("# 若以前一分未得")
        _write_worth(out, clause, claim.ungranted, "d", None, False)
    if claim.least is not None:
        out("# 核定的不低于")
        _write_worth(out, clause, claim.least, "e", None, False)
    amounts = ["a", *(["e"] if claim.least is not None else []), *(["d"] if claim.ungranted is not None else []), *(["u"] if capped else [])]
    if claim.count is not None and not (claim.authority and not claim.worth.bounds):
        out.name(claim.count)
        out(f"n = {text(claim.count)}", "件数")
        for name in amounts:
            times = f"{name} * n" if claim.count.scale == 1 else f"{name} * n // {claim.count.scale}"
            out(f"{name} = {times}" if not claim.authority else f"{name} = {times} if {name} < ENDLESS else {name}")
    award, open_, recorded = "a", "False", "None"
    if claim.authority:
        award, open_, recorded = _write_award(out, clause, claim)
    out.name((claim.matter, claim.keys))
    keys = "".join(f"{key_text(k, clause.scale)}, " for k in claim.keys) if any(claim.keys) else ""
    matter = text(claim.matter) if claim.matter is not None else "NA"
    row = (str(part), "i" if claim.is_list else "0", "a", "d" if claim.ungranted is not None else "a", award, open_, matter,
           "u" if capped else "ENDLESS", recorded, f"({keys})")
    out(f"rows.append(({', '.join(row)}))")


def _write_worth(out: SourceLines, clause: c.Clause, worth: c.Worth, name: str, grant: Origin | None, capped: bool) -> None:
    """The lines that give `name` what an item is worth; `grant` is noted beside them, None for no notes. `capped`: `u` too, its ceilings alone."""
    out.name((worth.amount, worth.bounds))
    out(f"{name} = {at_scale(worth.amount, clause.scale)}", _note(grant))
    if worth.amount.signed:
        out(f"if {name} < 0:")
        out(f"    {name} = {f'-{name}' if worth.both else 0}")
    if capped:
        out("u = ENDLESS")
    for bound in worth.bounds:
        _write_bound(out, name, bound, clause, _note(bound.origin) if grant is not None else "")
        if capped and isinstance(bound, c.Ceiling):
            _write_bound(out, "u", bound, clause, "")


def _note(origin: Origin | None) -> str:
    return f"{origin.label}：{origin.text}" if origin is not None else ""


def _write_bound(out: SourceLines, name: str, to: c.Bound, clause: c.Clause, note: str) -> None:
    """Bring a name to a bound that it is beyond; take off what was had of it."""
    if isinstance(to, c.MadeUp):
        out(f"{name} = max({name} - ({at_scale(to.limit, clause.scale)}), 0)", note)
        return
    beyond, bound = ("<", at_scale(to.limit, clause.scale)) if isinstance(to, c.Floor) else (">", _room(to, clause))
    if bound.isdigit():
        out(f"if {name} {beyond} {bound}:", note)
        out(f"    {name} = {bound}")
    else:
        out(f"{name} = {'min' if beyond == '>' else 'max'}({name}, {bound})", note)


def _room(bound: c.Ceiling, clause: c.Clause) -> str:
    """What a cap leaves, in whole 分 and never below 0."""
    room = _to_cents(at_scale(bound.limit, clause.scale), clause.cent)
    if isinstance(bound.limit, n.Constant):
        room = str(int(at_scale(bound.limit, clause.scale)) // clause.cent * clause.cent)
        if bound.used is None:
            return str(max(int(room), 0))
    if bound.used is None:
        return f"max({room}, 0)" if bound.limit.signed else room
    return f"max({_to_cents(f'{room} - ({at_scale(bound.used, clause.scale)})', clause.cent)}, 0)"


def _to_cents(amount: str, cent: int) -> str:
    return f"({amount}) // {cent} * {cent}" if cent > 1 else amount


def _write_award(out: SourceLines, clause: c.Clause, claim: c.Claim) -> tuple[str, str, str]:
    """What was recorded within the bounds, whether that has still to come, and what was recorded."""
    if claim.award is None:
        return "0", "True", "None"
    out.name((claim.award, claim.filled))
    out(f"o = {' or '.join(f'not_recorded({text(x)})' for x in claim.filled)}", _note(claim.grant))
    out(f"v = None if o else {at_scale(claim.award, clause.scale)}")
    out("w = 0 if o or v <= 0 else min(max(v, e), a)" if claim.least is not None else "w = 0 if o else min(max(v, 0), a)")
    return "w", "o", "v"


def key_text(key: c.RowKey | None, scale: int, say: PythonPrinter = PLAIN) -> str:
    match key:
        case c.RowCap(key=word, ceiling=ceiling, ungranted=ungranted, used=used):
            return f"({say.text(word)}, {', '.join(amounts_text((ceiling, ungranted, used), scale, say))})"
        case c.RowRank(key=word, rank=rank, had=had):
            return f"({say.text(word)}, {say.text(rank)}, {say.text(had)})"
        case None:
            return "None"


def amounts_text(amounts: Iterable[n.Value | None], scale: int, say: PythonPrinter = PLAIN) -> list[str]:
    return ["None" if x is None else say.at_scale(x, scale) for x in amounts]


def _limit(step: c.Step, clause: c.Clause) -> str:
    """What a step asks beside the claims."""
    match step:
        case c.CapTotal(ceiling=ceiling, ungranted=ungranted, used=used):
            return f"({', '.join(amounts_text((ceiling, ungranted, used), clause.scale))})"
        case c.Against(outside=outside, matter=matter, amount=amount, state=state):
            return f"[(x.{identifier(matter)}, x.{identifier(amount)}, x.{identifier(state)}) for x in f.{identifier(outside)}]"
        case c.CapByKey() | c.Highest():
            return "None"
