"""Lines of worked cases and promises that Lark has read, as values of syntax; and the places of things."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from lark import Token
from lark.tree import Meta

from xcrules.draft import syntax


def at_of(meta: Meta) -> syntax.At:
    return (meta.start_pos, meta.end_pos) if not meta.empty else (0, 0)


def name_of(token: Token) -> syntax.Name:
    return syntax.Name(str(token), (token.start_pos or 0, token.end_pos or 0))


class BuildExamples:
    """One method for each rule of the grammar, as in Build."""

    def given(self, meta: Meta, c: list[Any]) -> syntax.Given:
        return syntax.Given(tuple(c))

    def hold(self, meta: Meta, c: list[Any]) -> syntax.Assign:
        yes = not (len(c) > 1 and c[0] is not None)
        return syntax.Assign(str(c[-1]), syntax.GivenWord("是" if yes else "否", False, at_of(meta)), at_of(meta))

    entry_flag = hold

    def gather(self, meta: Meta, c: list[Any]) -> syntax.Gather:
        return syntax.Gather(str(c[0]), tuple(c[1:]), at_of(meta))

    def record(self, meta: Meta, c: list[Any]) -> tuple[syntax.Assign, ...]:
        return tuple(a for x in c for a in (x if isinstance(x, tuple) else (x,)))

    def entry_years(self, meta: Meta, c: list[Any]) -> tuple[syntax.Assign, ...]:
        return tuple(evolve(a, path=f"{c[0]}.{a.path.removesuffix('年')}") for a in c[1])

    def given_literal(self, meta: Meta, c: list[Any]) -> syntax.GivenWord:
        return syntax.GivenWord("".join(map(str, c)), True, at_of(meta))

    def given_word(self, meta: Meta, c: list[Any]) -> syntax.GivenWord:
        return syntax.GivenWord(str(c[0]), False, at_of(meta))

    def expected(self, meta: Meta, c: list[Any]) -> syntax.Expected:
        values = next((x for x in c[2:] if isinstance(x, tuple)), ())
        items = tuple(x for x in c[2:] if isinstance(x, syntax.ExpectedItem))
        return syntax.Expected(str(c[0]), str(c[1]), values, items, at_of(meta))

    def expected_value(self, meta: Meta, c: list[Any]) -> tuple[str, ...]:
        return tuple(map(str, c))

    def clause_ref(self, meta: Meta, c: list[Any]) -> str:
        return str(c[0])

    entry_key = clause_ref

    def promise_bound(self, meta: Meta, c: list[Any]) -> syntax.Promise:
        return syntax.Promise("bound", (c[0],), (c[2],), str(c[1]))

    def promise_between(self, meta: Meta, c: list[Any]) -> syntax.Promise:
        return syntax.Promise("between", (c[0], c[3]), (c[2], c[4], c[5]), str(c[1]))

    def promise_monotone(self, meta: Meta, c: list[Any]) -> syntax.Promise:
        return syntax.Promise("monotone", (c[0],), (name_of(c[1]),), str(c[2]))

    def promise_among(self, meta: Meta, c: list[Any]) -> syntax.Promise:
        return syntax.Promise("among", (c[0],), tuple(c[1:]))
