"""By how much a term can change where one figure is higher: ends of an interval, read off the term without asking the solver.

Most of 越多越升 and of jumps is settled so, products of unknowns among it. What is not seen here (a variable that is no fact may rest on any) changes
by anything: so what is found holds for every sheet, and what is not found is left to the solver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import z3  # type: ignore[import-untyped]

from .sheet import OpenSheet, Place
from .terms import ENDLESS, Symbol

Ends = tuple[int, int]
STILL: Ends = (0, 0)
ANY: Ends = (-ENDLESS * ENDLESS, ENDLESS * ENDLESS)
_Node = tuple[int, tuple[int, ...], Any]  # kind, operands, what else it is
_FACT, _FIGURE, _PRODUCT, _OTHER = -1, -2, -3, -4  # beside the kinds of z3


def _hull(*ends: Ends) -> Ends:
    return min(e[0] for e in ends), max(e[1] for e in ends)


def _plus(*ends: Ends) -> Ends:
    return sum(e[0] for e in ends), sum(e[1] for e in ends)


def _less(one: Ends, other: Ends) -> Ends:
    return one[0] - other[1], one[1] - other[0]


def _times(one: Ends, other: Ends) -> Ends:
    ends = [x * y for x in one for y in other]
    return min(ends), max(ends)


class Slopes:
    """A term of a sheet, read once. Of numbers the ends between which they lie; of truths (0, 1)."""

    def __init__(self, sheet: OpenSheet, term: Symbol) -> None:
        self.nodes: list[_Node] = []
        self.within: list[Ends] = []
        self._kept: list[Any] = []
        self._facts = {made.value.get_id(): (place, made.span) for place, _, made in sheet.variables()}
        self._still = {x.get_id() for _, _, made in sheet.variables() for x in (made.absent, made.sure) if z3.is_const(x)}
        self._still |= {made.get_id() for key, made in sheet._made.items() if key[0] == "present"}
        self._figures = {f.get_id(): (key[1], sheet.span(key[1])) for key, made in sheet._made.items() if key[0] == "figures" for f in made[:1]}
        self._still_of = {made[1].get_id() for key, made in sheet._made.items() if key[0] == "figures"}
        self._products = {made.value.get_id(): (one.value, other.value) for one, other, made in sheet.products if z3.is_expr(made.value)}
        self._seen: dict[int, int] = {}
        self.constant = not z3.is_expr(term.value)
        if not self.constant:
            self._read(term.value)

    # -- reading --------------------------------------------------------------------------------------------------

    def _read(self, term: Any) -> int:
        if not z3.is_expr(term):
            term = z3.IntVal(term)
            self._kept.append(term)  # numbers of terms that are gone are given again
        key = term.get_id()
        if key not in self._seen:
            kind, parts, more = self._kind(term)
            node = kind, tuple(self._read(x) for x in parts), more
            self.nodes.append(node)
            self.within.append(self._ends(node))
            self._seen[key] = len(self.nodes) - 1
        return self._seen[key]

    def _kind(self, term: Any) -> tuple[int, Sequence[Any], Any]:
        key, decl = term.get_id(), term.decl()
        if key in self._products:
            return _PRODUCT, self._products[key], None
        if key in self._facts:
            return _FACT, (), self._facts[key]
        if z3.is_int_value(term):
            return z3.Z3_OP_ANUM, (), term.as_long()
        if decl.get_id() in self._figures:
            return _FIGURE, term.children(), self._figures[decl.get_id()]
        if key in self._still or decl.get_id() in self._still_of or z3.is_true(term) or z3.is_false(term):
            return _FACT if not term.num_args() else _OTHER, term.children(), (None, (0, 1))
        whole = (z3.Z3_OP_IDIV, z3.Z3_OP_MOD)
        if decl.kind() not in _CHANGES or (decl.kind() in whole and not z3.is_int_value(term.arg(1))):
            return _OTHER, term.children(), None if term.num_args() else ANY
        return decl.kind(), term.children(), None

    def _ends(self, node: _Node) -> Ends:
        kind, parts, more = node
        ends = [self.within[x] for x in parts]
        match kind:
            case z3.Z3_OP_ANUM:
                return more, more
            case _ if kind == _FACT:
                return more[1]  # type: ignore[no-any-return]
            case _ if kind == _FIGURE:
                return min(2 * more[1][0], 0), 2 * more[1][1]  # where it is raised it may be as much again
            case z3.Z3_OP_ADD:
                return _plus(*ends)
            case z3.Z3_OP_SUB:
                return _less(ends[0], _plus(*ends[1:]))
            case z3.Z3_OP_UMINUS:
                return _less(STILL, ends[0])
            case _ if kind in (z3.Z3_OP_MUL, _PRODUCT):
                return _times(*ends) if len(ends) == 2 else ANY
            case z3.Z3_OP_IDIV:
                return ends[0][0] // ends[1][0], ends[0][1] // ends[1][0]
            case z3.Z3_OP_MOD:
                return 0, ends[1][0] - 1
            case z3.Z3_OP_ITE:
                lowest = self._extreme(node)
                one, other = ends[1:]
                return (
                    (min(one[0], other[0]), min(one[1], other[1]))
                    if lowest is True
                    else (max(one[0], other[0]), max(one[1], other[1]))
                    if lowest is False
                    else _hull(one, other)
                )
            case _:
                return ANY if kind == _OTHER else (0, 1)

    def _extreme(self, node: _Node) -> bool | None:
        """Whether a choice is the lower (else the higher) of two numbers, by which it is made."""
        test, one, other = node[1]
        kind, sides, _ = self.nodes[test]
        if kind not in (z3.Z3_OP_LE, z3.Z3_OP_LT, z3.Z3_OP_GE, z3.Z3_OP_GT) or {*sides} != {one, other} or one == other:
            return None
        return (kind in (z3.Z3_OP_LE, z3.Z3_OP_LT)) == (sides[0] == one)

    # -- changes --------------------------------------------------------------------------------------------------

    def of(self, places: Sequence[Place], by: Ends) -> Ends:
        """How far the term may change where one of these places has so much more. Of a series one figure."""
        return STILL if self.constant else _hull(*(self._of(place, by) for place in places))

    def _of(self, place: Place, by: Ends) -> Ends:
        made: list[Ends] = []
        for i, (kind, parts, more) in enumerate(self.nodes):
            if kind in (_FACT, _FIGURE) and more[0] == place:
                key = made[parts[0]] if parts else STILL
                made.append((by if kind == _FACT else (0, by[1])) if key == STILL else ANY)
            elif all(made[x] == STILL for x in parts) and (kind != _OTHER or parts or more is not ANY):
                made.append(STILL)
            else:
                low, high = _CHANGES[kind](self, i, [made[x] for x in parts]) if kind in _CHANGES else ANY
                far = self.within[i][1] - self.within[i][0]
                made.append((max(low, -far), min(high, far)))
        return made[-1]

    def _choice(self, i: int, made: list[Ends]) -> Ends:
        test, one, other = made
        if self._extreme(self.nodes[i]) is not None:
            return _hull(one, other)
        yes, no = (self.within[x] for x in self.nodes[i][1][1:])
        ways = [one, other]
        if test[1]:  # it may come to hold
            ways.append(_less(yes, no))
        if test[0]:
            ways.append(_less(no, yes))
        return _hull(*ways)

    def _compared(self, i: int, made: list[Ends]) -> Ends:
        change, kind = _less(made[0], made[1]), self.nodes[i][0]
        if kind in (z3.Z3_OP_LE, z3.Z3_OP_LT):
            change = -change[1], -change[0]
        return (-1 if change[0] < 0 else 0), (1 if change[1] > 0 else 0)

    def _product(self, i: int, made: list[Ends]) -> Ends:
        one, other = (self.within[x] for x in self.nodes[i][1])
        return _plus(_times(made[0], other), _times(one, made[1]))

    def _whole(self, i: int, made: list[Ends]) -> Ends:
        by = self.within[self.nodes[i][1][1]][0]
        return made[0][0] // by, -(-made[0][1] // by)

_CHANGES: dict[int, Callable[[Slopes, int, list[Ends]], Ends]] = {
    z3.Z3_OP_ADD: lambda _, i, made: _plus(*made), z3.Z3_OP_SUB: lambda _, i, made: _less(made[0], _plus(*made[1:])),
    z3.Z3_OP_UMINUS: lambda _, i, made: _less(STILL, made[0]), z3.Z3_OP_MUL: Slopes._product, _PRODUCT: Slopes._product,
    z3.Z3_OP_IDIV: Slopes._whole, z3.Z3_OP_MOD: lambda of, i, made: (-of.within[i][1], of.within[i][1]), z3.Z3_OP_ITE: Slopes._choice,
    z3.Z3_OP_LE: Slopes._compared, z3.Z3_OP_LT: Slopes._compared, z3.Z3_OP_GE: Slopes._compared, z3.Z3_OP_GT: Slopes._compared,
    z3.Z3_OP_AND: lambda _, i, made: _hull(*made), z3.Z3_OP_OR: lambda _, i, made: _hull(*made),
    z3.Z3_OP_NOT: lambda _, i, made: _less(STILL, made[0]), z3.Z3_OP_EQ: lambda *_: (-1, 1), z3.Z3_OP_DISTINCT: lambda *_: (-1, 1),
}
