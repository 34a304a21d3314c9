"""Lines of worked cases and promises that Lark has read, as values of syntax; and the places of things."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import evolve
from lark import Token
from lark.tree import Meta

from xcrules.draft import syntax


def at_of(meta: Meta) -> syntax.At:
    return (meta.start_pos, meta.end_pos) if not meta.empty else (0, 0)


def name_of(token: Token) -> syntax.Name:
    return syntax.Name(str(token), (token.start_pos or 0, token.end_pos or 0))


def _hold(c: list[Any], at: syntax.At) -> syntax.Assign:
    yes = not (len(c) > 1 and c[0] is not None)
    return syntax.Assign(str(c[-1]), syntax.GivenWord("是" if yes else "否", False, at), at)


def _expected(c: list[Any], at: syntax.At) -> syntax.Expected:
    values = next((x for x in c[2:] if isinstance(x, tuple)), ())
    return syntax.Expected(str(c[0]), str(c[1]), values, tuple(x for x in c[2:] if isinstance(x, syntax.ExpectedItem)), at)


EXAMPLES: dict[str, Callable[[list[Any]], Any]] = {  # as in build.py
    "given": lambda c: syntax.Given(tuple(c)),
    "record": lambda c: tuple(a for x in c for a in (x if isinstance(x, tuple) else (x,))),
    "entry_years": lambda c: tuple(evolve(a, path=f"{c[0]}.{a.path.removesuffix('年')}") for a in c[1]),
    "promise_bound": lambda c: syntax.Promise("bound", (c[0],), (c[2],), str(c[1])),
    "promise_bound_alone": lambda c: syntax.Promise("bound", (c[0],), (c[2],), str(c[1]), alone=True),
    "promise_between_alone": lambda c: syntax.Promise("between", (c[0], c[3]), (c[2], c[4], c[5]), str(c[1]), alone=True),
    "promise_total": lambda c: syntax.Promise("total", (c[0],), (c[2],), str(c[1])),
    "promise_slope": lambda c: syntax.Promise("slope", (c[0],), (name_of(c[1]), c[2], c[3])),
    "promise_between": lambda c: syntax.Promise("between", (c[0], c[3]), (c[2], c[4], c[5]), str(c[1])),
    "promise_monotone": lambda c: syntax.Promise("monotone", (c[0],), (name_of(c[1]),), str(c[2])),
    "promise_among": lambda c: syntax.Promise("among", (c[0],), tuple(c[1:])),
    "promise_only": lambda c: syntax.Promise("only", tuple(c[1:]), (), str(c[0])),
    "promise_less": lambda _: syntax.Promise("less", (), ()),
    "promise_each": lambda c: syntax.Promise("each", (c[1],), (), str(c[0])),
    **dict.fromkeys(("expected_value", "shares", "stages", "fund_of", "basis"), lambda c: tuple(map(str, c))),
    **dict.fromkeys(("clause_ref", "entry_key"), lambda c: str(c[0])),
}
EXAMPLES_THERE: dict[str, Callable[[list[Any], syntax.At], Any]] = {
    "hold": _hold, "entry_flag": _hold, "expected": _expected,
    "gather": lambda c, at: syntax.Gather(str(c[0]), tuple(c[1:]), at),
    "given_literal": lambda c, at: syntax.GivenWord("".join(map(str, c)), True, at),
    "given_word": lambda c, at: syntax.GivenWord(str(c[0]), False, at),
}
