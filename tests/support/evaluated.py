"""Terms of the solver as one Python function of concrete facts: what a model would say, thousands of times a second.

A variable that the printing brought in for itself (the binary digits of a factor, the month of a day) has the one value that its domain leaves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import z3  # type: ignore[import-untyped]

from xcrules.run.smt.sheet import OpenSheet

Reader = Mapping[str, Any]  # values by the names of variables; of functions a dict by argument
JOINED = {z3.Z3_OP_ADD: " + ", z3.Z3_OP_MUL: " * ", z3.Z3_OP_SUB: " - ", z3.Z3_OP_AND: " and ", z3.Z3_OP_OR: " or ", z3.Z3_OP_LE: " <= ", z3.Z3_OP_GE: " >= ",
          z3.Z3_OP_LT: " < ", z3.Z3_OP_GT: " > ", z3.Z3_OP_EQ: " == ", z3.Z3_OP_IDIV: " // ", z3.Z3_OP_MOD: " % "}


class Evaluated:
    """Terms made into code; `first` of what is not among the values of a function."""

    def __init__(self, sheet: OpenSheet, roots: Sequence[Any]) -> None:
        self.lines: list[str] = []
        self.names: dict[int, str] = {}
        self.kept: list[Any] = []  # whose ids must stay theirs
        self.own = _digits(sheet) | _months(sheet.domain)
        asked = [self.told(x) for x in (*roots, z3.And([d for d in sheet.domain if d is not True]))]
        code = "\n    ".join(["def found(e):", *self.lines, f"return ({', '.join(asked)},)"])
        held: dict[str, Any] = {"number_of": _number, "month_of": _month}
        exec(code, held)
        self.found = held["found"]

    def at(self, values: Reader) -> tuple[Any, ...] | None:
        """What the terms come to; None where the facts are beyond the bounds of the sheet."""
        *made, within = self.found(values)
        return tuple(made) if within else None

    def told(self, term: Any) -> str:
        """The name of a term in the code, or its figure."""
        if isinstance(term, int):
            return repr(term)
        waiting = [term]
        while waiting:
            x = waiting[-1]
            if x.get_id() in self.names:
                waiting.pop()
            elif missing := [y for y in self._needs(x) if y.get_id() not in self.names]:
                waiting += missing
            else:
                waiting.pop()
                self.kept.append(x)
                self.names[x.get_id()] = self._named(x)
        return self.names[term.get_id()]

    def _needs(self, x: Any) -> Iterable[Any]:
        own = self.own.get(x.get_id())
        return x.children() if own is None else (own[0],)

    def _named(self, x: Any) -> str:
        if z3.is_int_value(x):
            return f"({x.as_long()})"
        if z3.is_true(x) or z3.is_false(x):
            return str(z3.is_true(x))
        if not x.children() and z3.is_and(x):
            return "True"
        name = f"v{len(self.names)}"
        self.lines.append(f"{name} = {self._code(x, [self.names[y.get_id()] for y in self._needs(x)])}")
        return name

    def _code(self, x: Any, of: list[str]) -> str:
        kind = x.decl().kind()
        if (own := self.own.get(x.get_id())) is not None:
            return own[1].format(of[0])
        match kind:
            case z3.Z3_OP_UNINTERPRETED if not of:
                return f"e[{x.decl().name()!r}]"
            case z3.Z3_OP_UNINTERPRETED:
                return f"e[{x.decl().name()!r}].get({of[0]}, {False if z3.is_bool(x) else 0})"
            case z3.Z3_OP_ITE:
                return f"{of[1]} if {of[0]} else {of[2]}"
            case z3.Z3_OP_NOT:
                return f"not {of[0]}"
            case z3.Z3_OP_UMINUS:
                return f"-{of[0]}"
            case z3.Z3_OP_IMPLIES:
                return f"not {of[0]} or {of[1]}"
            case z3.Z3_OP_DISTINCT:
                return f"{of[0]} != {of[1]}"
            case _:
                if kind in (z3.Z3_OP_IDIV, z3.Z3_OP_MOD):
                    assert z3.is_int_value(x.arg(1))
                    assert x.arg(1).as_long() > 0  # rounded as Python rounds
                return JOINED[kind].join(of)


def _digits(sheet: OpenSheet) -> dict[int, tuple[Any, str]]:
    made = (v for k, v in sheet._made.items() if k[0] == "digits")
    return {d.get_id(): (number, f"({{}} >> {i}) & 1 == 1") for number, digits in made for i, d in enumerate(digits)}


def _months(domain: Iterable[Any]) -> dict[int, tuple[Any, str]]:
    """Months and days of the month by the day of which they are: that of `day == first of the month + number - 1`."""
    found: dict[int, tuple[Any, str]] = {}
    for d in domain:
        said = d.arg(1) if z3.is_or(d) and d.num_args() == 2 else d
        own = {x.decl().name().split("!")[0]: x for x in _fresh(said)} if z3.is_eq(said) else {}
        if own.keys() == {"month", "number"} and not _fresh(said.arg(0)):
            found |= {own[x].get_id(): (said.arg(0), f"{x}_of({{}})") for x in own}
    return found


def _fresh(term: Any) -> list[Any]:
    if z3.is_const(term):
        return [term] if z3.is_app(term) and term.decl().kind() == z3.Z3_OP_UNINTERPRETED and term.decl().name().split("!")[0] in ("month", "number") else []
    return [x for y in term.children() for x in _fresh(y)]


def _month(day: int) -> int:
    import datetime

    date = datetime.date.fromordinal(day) if day > 0 else datetime.date(2000, 1, 1)
    return max((date.year - 1904) * 12 + date.month - 1, 0)


def _number(day: int) -> int:
    import datetime

    return datetime.date.fromordinal(day).day if day > 0 else 1
