"""Nodes as expressions over ranges: as over whole numbers, but where a range wants to be asked otherwise. And a clause as functions."""

from __future__ import annotations

from hashlib import blake2b
from math import lcm

from xcrules.facts.scaled.values import identifier
from xcrules.run.lowered import claims as c, nodes as n

from ..printing import PythonPrinter, column
from ..writing import SourceLines, amounts_text, key_text

_TRUTHS = (n.Compare, n.Among, n.All, n.Any, n.Not, n.SameRow, n.Known)


class RangePrinter(PythonPrinter):
    """What a text calls stands in ranged/helpers.py."""

    def text(self, node: n.Value) -> str:
        match node:
            case n.Endless(sign=-1):
                return "(0 - ENDLESS)"
            case n.Present(needs=needs, value=value, beside=beside, elapsed=elapsed):
                needed, read = (", ".join(map(self.text, x)) for x in (needs, beside))
                return f"timed(lambda: {self.text(value)}, ({needed},), ({read}{',' if read else ''}), {elapsed})"
            case n.Scaled(of=whole, factor=1):
                return f"plain({self.text(whole)})"
            case n.Quotient(left=left, right=right, otherwise=other):
                none = "None" if isinstance(other, n.Nothing) else self.text(other)
                return f"divided({self.text(left)}, {left.scale}, {self.text(right)}, {right.scale}, {none}, {other.scale})"
            case n.Least(left=left, right=right) | n.Most(left=left, right=right):
                name = "least" if isinstance(node, n.Least) else "most"
                return f"{name}({self.at_scale(left, node.scale)}, {self.at_scale(right, node.scale)})"
            case n.Position(of=word, words=words):
                return f"position({self.text(word)}, {words!r})"
            case n.Compare():
                return self._compare(node)
            case n.Among(of=word, members=members):
                return f"among({self.text(word)}, {members!r})"
            case n.All(parts=parts):
                return f"all_of({', '.join(map(self.text, parts))})"
            case n.Any(parts=parts):
                return f"any_of({', '.join(map(self.text, parts))})"
            case n.Not(of=truth):
                return f"negated({self.text(truth)})"
            case n.Choose(arms=arms, otherwise=otherwise, moment=moment):
                kind = "moment" if moment else "truth" if any(_is_truth(x) for x in (otherwise, *(v for _, v in arms))) else ""
                tests = "".join(f"(lambda: {self.text(test)}, lambda: {self.at_scale(value, node.scale)}), " for test, value in arms)
                return f"chosen({kind!r}, ({tests}), lambda: {self.at_scale(otherwise, node.scale)})"
            case n.FoldItems(op=op, table=table, depth=depth, guard=guard, body=body):
                where = "None" if guard is None else f"lambda x{depth}: {self.text(guard)}"
                return self._once(node, f"fold({op!r}, f.{identifier(table)}, {where}, lambda x{depth}: {self.text(body)})")
            case n.FoldYears(op=op, first=first, count=count, last=last, guard=guard, body=body):
                series = next(x.series for x in n.nodes_of(body) if isinstance(x, n.Entry))
                where = "None" if guard is None else f"lambda y: {self.text(guard)}"
                span = f"{self.text(first)}, {first.scale}, {count}, {self.text(last)}, {last.scale}"
                return f"fold_years({op!r}, {span}, {column(series)}, {where}, lambda y: {self.text(body)})"
            case _:
                return super().text(node)

    def once(self, node: n.Value) -> str:
        """The same; for each of many rows it is not worked out again where that rests on the enterprise alone."""
        return self.text(node) if isinstance(node, (*_PLAIN, n.FoldItems)) else self._once(node, self.text(node))

    def _once(self, node: n.Value, text: str) -> str:
        return f"f.once({blake2b(text.encode(), digest_size=16).hexdigest()!r}, lambda: {text}{', True' if 'result(f, ' in text else ''})" if _of_enterprise(node) else text

    def _compare(self, node: n.Compare) -> str:
        left, right = node.left, node.right
        scale = lcm(left.scale, right.scale)
        asks = "".join(f"{self.inner(x)} is not NA and " for x in (left, right) if x.absent)
        return f"{asks}compared({node.op!r}, {self.text(left)}, {scale // left.scale}, {self.text(right)}, {scale // right.scale})"


_PLAIN = (n.Column, n.Constant, n.Endless, n.Nothing, n.Local)


def _of_enterprise(node: n.Value) -> bool:
    """Whether it comes to the same for every row, and under other readings too."""
    return not any(
        isinstance(x, n.Local | n.Year | n.SameRow) or (isinstance(x, n.Column) and isinstance(x.home, n.Item)) for x in n.nodes_of(node)
    ) and not (
        {x.home.depth for x in n.nodes_of(node) if isinstance(x, n.Column) and isinstance(x.home, n.Folded)}
        - {x.depth for x in n.nodes_of(node) if isinstance(x, n.FoldItems)}
    )


def _is_truth(node: n.Value) -> bool:
    return (isinstance(node, _TRUTHS) or (isinstance(node, n.Column) and node.kind == "truth")
            or (isinstance(node, n.Constant) and isinstance(node.value, bool)))


RANGES = RangePrinter()


def claim_source(clause: c.Clause, index: int) -> str:
    """A function of the record, a row and whether that is there: what the claim is, None where it surely does not count."""
    claim = clause.claims[index]
    out = SourceLines(claim.names, [f"def claim{index}(f, r, t):"], say=RANGES)
    for guard in claim.guards:
        out.name(guard.test)
        out(f"g = {(RANGES.once if claim.is_list else RANGES.text)(guard.test)}", f"{guard.origin.label}：{guard.origin.text}")
        out("if g.__class__ is Truth:")
        out("    t = g if t is True else both((t, g))")
        out("elif not g:")
        out("    return None")
    _write_worth(out, clause, claim.worth, "a")
    out("u = ENDLESS")
    for bound in claim.worth.bounds:
        if isinstance(bound, c.Ceiling):
            out(f"u = least(u, {_room(bound, clause)})")
    if claim.ungranted is not None:
        _write_worth(out, clause, claim.ungranted, "d")
    if claim.least is not None:
        _write_worth(out, clause, claim.least, "e")
    if claim.count is not None:
        out.name(claim.count)
        out(f"n = {RANGES.text(claim.count)}")
        for name in ("a", "u", *(["d"] if claim.ungranted is not None else []), *(["e"] if claim.least is not None else [])):
            out(f"{name} = times({name}, n, {claim.count.scale})")
    award, open_, recorded = "a", "False", "None"
    if claim.authority:
        award, open_, recorded = _write_award(out, clause, claim)
    out.name((claim.matter, claim.keys))
    keys = "".join(f"{key_text(k, clause.scale, RANGES)}, " for k in claim.keys) if any(claim.keys) else ""
    matter = RANGES.text(claim.matter) if claim.matter is not None else "NA"
    out("c = counted(a, t)")
    free, award = ("c" if x == "a" else f"counted({x}, t)" for x in ("a" if claim.ungranted is None else "d", award))
    out(f"return c, {free}, {award}, {open_}, {matter}, u, {recorded}, ({keys}), t")
    return "\n".join(out.lines) + "\n"


def limits_source(clause: c.Clause) -> str:
    """A function that says of each cap on a total its ceiling, the same had nothing been granted, and what was used."""
    out = SourceLines(clause.names, ["def limits(f):"], say=RANGES)
    caps = [(x.ceiling, x.ungranted, x.used) if isinstance(x, c.CapTotal) else None for x in clause.steps]
    out.name(tuple(caps))
    told = "".join(f"({', '.join(amounts_text(x, clause.scale, RANGES))}), " if x is not None else "None, " for x in caps)
    out(f"return ({told})")
    return "\n".join(out.lines) + "\n"


def gates_source(gates: c.Gates) -> str:
    """A function that says whether the policy is in force, whether it was so before, and whether it covers the enterprise."""
    out = SourceLines(gates.names, ["def gates(f):"], say=RANGES)
    out.name(gates)
    told = (n.All(gates.force), n.Any(gates.expired), n.All(gates.scope))
    out(f"return {', '.join(f'as_truth({RANGES.text(x)})' for x in told)}")
    return "\n".join(out.lines) + "\n"


def _write_worth(out: SourceLines, clause: c.Clause, worth: c.Worth, name: str) -> None:
    out.name((worth.amount, worth.bounds))
    amount = RANGES.at_scale(worth.amount, clause.scale)
    out(f"{name} = {amount}" if isinstance(worth.amount, n.Endless) else f"{name} = {'size' if worth.both else 'at_least_zero'}({amount})")
    for bound in worth.bounds:
        if isinstance(bound, c.Floor):
            out(f"{name} = most({name}, {RANGES.at_scale(bound.limit, clause.scale)})")
        elif isinstance(bound, c.MadeUp):
            out(f"{name} = at_least_zero({name} - ({RANGES.at_scale(bound.limit, clause.scale)}))")
        else:
            out(f"{name} = least({name}, {_room(bound, clause)})")


def _room(bound: c.Ceiling, clause: c.Clause) -> str:
    used = "None" if bound.used is None else RANGES.at_scale(bound.used, clause.scale)
    return f"room({RANGES.at_scale(bound.limit, clause.scale)}, {used}, {clause.cent})"


def _write_award(out: SourceLines, clause: c.Clause, claim: c.Claim) -> tuple[str, str, str]:
    if claim.award is None:
        return "0", "True", "None"
    out.name((claim.award, claim.filled))
    out(f"o = {' or '.join(f'unrecorded({RANGES.text(x)})' for x in claim.filled)}")
    out(f"v = None if o else {RANGES.at_scale(claim.award, clause.scale)}")
    out(f"w = 0 if o else awarded(v, {'e' if claim.least is not None else 'None'}, a)")
    return "w", "o", "v"
