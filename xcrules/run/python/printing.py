"""Nodes as Python expressions over whole numbers. A node's text is at its own scale; `at_scale` brings it to another."""

from __future__ import annotations

from math import lcm
from typing import assert_never

from xcrules.facts.scaled.values import identifier
from xcrules.run.lowered import nodes as n

_ATOMS = (
    n.Column, n.Entry, n.Granted, n.Result, n.Figure, n.Local, n.Year, n.Quotient, n.Least, n.Most, n.YearOf, n.SameDay, n.DaysLater,
    n.FromTo, n.Position, n.AsWord, n.Choose, n.FoldItems, n.FoldYears, n.Endless, n.Nothing,
)
_FOLDS = {"sum": "sum", "max": "most", "min": "least"}


class PythonPrinter:
    """The text of nodes over whole numbers; what a text calls stands in helpers.py."""

    def at_scale(self, node: n.Value, scale: int) -> str:
        """The text of a number in units of 1/scale, which must be a multiple of its own."""
        factor = scale // node.scale
        if factor == 1 or isinstance(node, n.Endless):
            return self.text(node)
        return str(int(node.value) * factor) if isinstance(node, n.Constant) else f"{self.inner(node)} * {factor}"

    def inner(self, node: n.Value) -> str:
        """The text with brackets where it needs them."""
        return self.text(node) if _is_atom(node) else f"({self.text(node)})"

    def text(self, node: n.Value) -> str:
        """The expression of a value."""
        match node:
            case n.Constant(value=value):
                return repr(value)
            case n.Endless(sign=sign):
                return "ENDLESS" if sign > 0 else "(-ENDLESS)"
            case n.Nothing():
                return "NA"
            case n.Column(kind=kind, awaited=awaited):
                return f"mark({column(node)})" if kind == "text" else f"awaited({column(node)})" if awaited else column(node)
            case n.Entry(key=key, closed=closed, checked=checked, series=series):
                other = "0" if closed else "UNKNOWN"
                if checked:
                    return f"entry({column(series)}, {self.text(key)}, {key.scale}, {other})"
                return f"{column(series)}.get({self._whole(key)}, {other})"
            case n.Granted(ledger=ledger, key=name, whole=whole, parts=parts, closed=closed):
                return f"granted(f.{identifier(ledger)}, {name!r}, {whole!r}, {parts!r}, {closed})"
            case n.Result(clauses=clauses, ungranted=ungranted):
                return f"result(f, {clauses!r}, {ungranted})"
            case n.Figure(parameter=parameter, year=year):
                table = identifier(parameter, "P_")
                return f"{table}.get({self.text(year)}, UNKNOWN)" if year.scale == 1 else f"figure({table}, {self.text(year)}, {year.scale})"
            case n.Known(of=n.Column() as fact):
                return f"known({column(fact)})"
            case n.Known(of=n.Entry() as entry):
                of = column(entry.series)
                return f"reported({of}, {self.text(entry.key)}, {entry.key.scale})" if entry.checked else f"{self._whole(entry.key)} in {of}"
            case n.Known():
                raise AssertionError(node)
            case n.Local(name=name):
                return local(name)
            case n.Year():
                return "y"
            case n.Add(left=left, right=right):
                return f"{self.at_scale(left, node.scale)} + {self._operand(right, node.scale)}"
            case n.Subtract(left=left, right=right):
                return f"{self.at_scale(left, node.scale)} - {self._operand(right, node.scale)}"
            case n.Times(left=left, right=right):
                return f"{self.inner(left)} * {self.inner(right)}"
            case n.Scaled(of=of, factor=factor):
                return self.text(of) if factor == 1 else f"{self.inner(of)} * {factor}"
            case n.Quotient(left=left, right=right, otherwise=other):
                none = "NA" if isinstance(other, n.Nothing) else f"Fraction({self.text(other)}, {other.scale})"
                return f"quotient({self.text(left)}, {left.scale}, {self.text(right)}, {right.scale}, {none})"
            case n.WholeSteps(of=of, above=above, below=below):
                return f"{self.inner(of)}{f' * {above}' if above != 1 else ''} // {below}"  # // 1 as well: what rests on a quotient is no whole number
            case n.Least(left=left, right=right):
                return f"min({self.at_scale(left, node.scale)}, {self.at_scale(right, node.scale)})"
            case n.Most(left=left, right=right):
                return f"max({self.at_scale(left, node.scale)}, {self.at_scale(right, node.scale)})"
            case n.YearOf(day=day):
                return f"year_of({self.text(day)})"
            case n.SameDay(day=day, years=years, earlier=earlier):
                return f"same_day({self.text(day)}, {'-' if earlier else ''}{self.inner(years)}, {years.scale})"
            case n.DaysLater(day=day, days=days, earlier=earlier):
                return f"days_later({self.text(day)}, {self.text(days)}, {days.scale}, {-1 if earlier else 1})"
            case n.FromTo(of=word, start=start, end=end):
                return f"from_to({word!r}, {self.text(start)}, {self.text(end)})"
            case n.Present(needs=needs, value=value):
                none = " or ".join(f"{self.inner(x)} is NA" for x in needs if x.absent)
                return f"(NA if {none} else {self.text(value)})" if none else self.text(value)
            case n.Earliest(left=left, right=right):
                return f"earlier({self.text(left)}, {self.text(right)})"
            case n.Position(of=of, words=words):
                order = {word: i for i, word in reversed(list(enumerate(words)))}
                return f"{order!r}.get({self.text(of)}, {len(words)})"
            case n.AsWord(of=of):
                return f"key({self.text(of)}, {of.scale})"
            case n.AsOneWord(parts=parts):
                return f"together({', '.join(map(self.text, parts))})"
            case n.Compare():
                return self._compare(node)
            case n.SameRow(row=row, other=other):
                return f"{home(row)} is {home(other)}"
            case n.Among(of=of, members=members, named=True):
                return f"is_named({column(of) if isinstance(of, n.Column) else self.inner(of)}, {members!r})"
            case n.Among(of=of, members=members):
                return f"{self.inner(of)} == {members[0]!r}" if len(members) == 1 else f"{self.inner(of)} in {members!r}"
            case n.All(parts=parts):
                return " and ".join([*(f"{self.inner(p)} is not False" for p in parts if _may_be_unknown(p)), *(self.inner(p) for p in parts)])
            case n.Any(parts=parts):
                return " or ".join([*(f"{self.inner(p)} is True" for p in parts if _may_be_unknown(p)), *(self.inner(p) for p in parts)])
            case n.Not(of=of):
                return f"not {self.inner(of)}"
            case n.Choose(arms=arms, otherwise=otherwise):
                tests = "".join(f"{self._arm(value, node.scale)} if {self.inner(test)} else " for test, value in arms)
                return f"({tests}{self._arm(otherwise, node.scale)})"
            case n.FoldItems(op=op, table=table, depth=depth, guard=guard, body=body):
                where = f" if {self.text(guard)}" if guard is not None else ""
                rows = f"{self.text(body)} for x{depth} in f.{identifier(table)}{where}"
                return f"len({{{rows}}})" if op == "different" else f"{_FOLDS[op]}({rows})"
            case n.FoldYears(op=op, first=first, count=count, last=last, guard=guard, body=body):
                span = f"window({self.text(first)}, {first.scale}, {count}, {self.text(last)}, {last.scale})"
                where = f" if {self.text(guard)}" if guard is not None else ""
                return f"of_years({op!r}, {span}, [{self.text(body)} for y in {span}{where}])"
            case _:
                assert_never(node)

    def _whole(self, key: n.Value) -> str:
        """A key as a whole number: a part of a year is cut off."""
        whole = key.scale == 1 and not any(isinstance(x, n.Quotient | n.FoldYears | n.Local) for x in n.nodes_of(key))
        return self.text(key) if whole else f"{self.inner(key)} // {key.scale}"

    def _operand(self, node: n.Value, scale: int) -> str:
        source = self.at_scale(node, scale)
        return f"({source})" if node.scale != scale and not isinstance(node, n.Constant) else self.inner(node) if node.scale == scale else source

    def _arm(self, node: n.Value, scale: int) -> str:
        return self.at_scale(node, scale) if _is_atom(node) or isinstance(node, n.Constant) else f"({self.at_scale(node, scale)})"

    def _compare(self, node: n.Compare) -> str:
        left, right = node.left, node.right
        scale = lcm(left.scale, right.scale)
        if node.op == "=" and (word := next((x for x in (left, right) if isinstance(x, n.Constant) and isinstance(x.value, str)), None)):
            other = right if word is left else left  # 不适用 is no word: nothing is to be asked first
            if word.value != "不适用":
                return f"{column(other) if isinstance(other, n.Column) else self.inner(other)} == {word.value!r}"
        op = "==" if node.op == "=" else node.op
        asks = [f"{self.inner(x)} is not NA" for x in (left, right) if x.absent]
        return " and ".join([*asks, f"{self._side(left, scale)} {op} {self._side(right, scale)}"])

    def _side(self, node: n.Value, scale: int) -> str:
        if node.scale == scale:
            return self.inner(node)
        source = self.at_scale(node, scale)
        return source if isinstance(node, n.Constant) and not source.startswith("-") else f"({source})"


def _is_atom(node: n.Value) -> bool:
    """Whether its text needs no brackets: that of a value which is printed as another is that one's."""
    match node:
        case n.Constant(value=value):
            return not isinstance(value, int) or value >= 0
        case n.Present(value=value) if not node.absent:
            return _is_atom(value)
        case n.Scaled(of=of, factor=1):
            return _is_atom(of)
        case _:
            return isinstance(node, (*_ATOMS, n.Present))


def column(node: n.Column) -> str:
    """A fact as its record holds it."""
    return f"{home(node.home)}.{identifier(node.name)}"


def home(at: n.Home) -> str:
    """The variable that holds a record."""
    match at:
        case n.Enterprise():
            return "f"
        case n.Object(table=table):
            return f"f.{identifier(table)}"
        case n.Item():
            return "r"
        case n.Folded(depth=depth):
            return f"x{depth}"
        case _:
            assert_never(at)


def local(name: str) -> str:
    """The variable of a named value."""
    return identifier(name, "v_") + "_"


def _may_be_unknown(node: n.Value) -> bool:
    """是否 that nobody reported may stand beside one that settles 或 or 且: these are looked at first, as they raise nothing."""
    return isinstance(node, n.Column) and node.kind == "truth" and not node.sure


PLAIN = PythonPrinter()
at_scale, inner, text = PLAIN.at_scale, PLAIN.inner, PLAIN.text
