"""What stands on a line, read by Lark into the values of syntax.py.

One LALR parser with a start symbol for each kind of label. The builder runs without recursion and
decides nothing. Places count from the start of the content.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from lark import Lark, Token, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken
from lark.tree import Meta
from lark.visitors import Transformer_NonRecursive

from .. import syntax as s
from ..labels import LABELS
from ..resources import grammar_file
from ..source import canonical
from .limits import too_deep

CELL_STARTS = ("cell_key", "cell_value", "type")
STARTS = (*dict.fromkeys(label.start for label in LABELS.values() if label.start), *CELL_STARTS)


def _at(meta: Meta) -> s.At:
    return (meta.start_pos, meta.end_pos) if not meta.empty else (0, 0)


def _name(token: Token) -> s.Name:
    return s.Name(str(token), (token.start_pos or 0, token.end_pos or 0))


def _names(tokens: Sequence[Token]) -> tuple[s.Name, ...]:
    return tuple(_name(t) for t in tokens)


def _text(token: Token | None) -> str | None:
    return None if token is None else str(token)


@v_args(meta=True)
class _Build(Transformer_NonRecursive):  # type: ignore[type-arg]
    """One method for each rule of the grammar, named as the rule."""

    def conditions(self, meta: Meta, c: list[Any]) -> s.Expr:
        return c[0] if len(c) == 1 else s.All(tuple(c), _at(meta))

    def chain(self, meta: Meta, c: list[Any]) -> s.Expr:
        return c[0] if len(c) == 1 else s.Chain(tuple(c[::2]), tuple(map(str, c[1::2])), _at(meta))

    def negation(self, meta: Meta, c: list[Any]) -> s.Expr:
        return s.Not(c[0], _at(meta))

    def comparison(self, meta: Meta, c: list[Any]) -> s.Expr:
        return s.Compare(c[0], str(c[1]), c[2], _at(meta))

    def among(self, meta: Meta, c: list[Any]) -> s.Expr:
        return s.Among(c[0], str(c[1]).startswith("不"), tuple(c[2:]), _at(meta))

    def between(self, meta: Meta, c: list[Any]) -> s.Expr:
        return s.Between(c[0], c[1], c[2], _at(meta))

    def trend(self, meta: Meta, c: list[Any]) -> s.Expr:
        return s.Trend(c[0], str(c[1]), str(c[2]), _at(meta))

    def elapsed(self, meta: Meta, c: list[Any]) -> s.Expr:
        return s.Elapsed(c[0], str(c[1]).startswith("未"), str(c[2]), _at(meta))

    def sum(self, meta: Meta, c: list[Any]) -> s.Expr:
        return s.Binary(c[0], str(c[1]), c[2], _at(meta))

    product = sum

    def part_of(self, meta: Meta, c: list[Any]) -> s.Expr:
        return s.PartOf(c[0], c[1], _at(meta))

    def window(self, meta: Meta, c: list[Any]) -> s.Expr:
        return s.Window(c[0], c[1], str(c[2]), c[3] is not None, _at(meta))

    def per_full(self, meta: Meta, c: list[Any]) -> s.Expr:
        return s.PerFull(c[0], str(c[1]), c[2], _at(meta))

    def year_of(self, meta: Meta, c: list[Any]) -> s.Expr:
        return s.YearOf(c[0], str(c[1]), _at(meta))

    def year_ref(self, meta: Meta, c: list[Any]) -> s.Expr:
        return s.YearRef(str(c[0]), c[1], _at(meta))

    def name(self, meta: Meta, c: list[Any]) -> s.Name:
        return _name(c[0])

    def literal(self, meta: Meta, c: list[Any]) -> s.Literal:
        return s.Literal(str(c[0]), _at(meta))

    def group(self, meta: Meta, c: list[Any]) -> s.Expr:
        return c[0]  # type: ignore[no-any-return]

    def pick(self, meta: Meta, c: list[Any]) -> s.Expr:
        return s.Pick(_name(c[0]), tuple(c[1:]), _at(meta))

    def arm(self, meta: Meta, c: list[Any]) -> s.Arm:
        return s.Arm(tuple(c[:-1]), c[-1])

    def key(self, meta: Meta, c: list[Any]) -> s.Name | s.Literal:
        return _name(c[0]) if c[0].type == "NAME" else s.Literal(str(c[0]), _at(meta))

    def fold(self, meta: Meta, c: list[Any]) -> s.Expr:
        return s.FoldOf(str(c[0]), _name(c[1]), _name(c[2]), _at(meta))

    def count(self, meta: Meta, c: list[Any]) -> s.Expr:
        return s.CountOf(_name(c[0]), tuple(c[1:]), _at(meta))

    def subject(self, meta: Meta, c: list[Any]) -> s.Subject:
        each = _text(c[0])
        rest = c[2:]
        matter = _name(rest[-1]) if rest and isinstance(rest[-1], Token) else None
        conditions = tuple(e for e in rest if e is not None and not isinstance(e, Token))
        return s.Subject(each, _name(c[1]), conditions, matter)

    def definition(self, meta: Meta, c: list[Any]) -> s.Definition:
        at_most = next((x for x in c[2:] if isinstance(x, tuple)), (None, None))
        at_least = next((x[0] for x in c[2:] if isinstance(x, list)), None)
        return s.Definition(_name(c[0]), c[1], at_most[0], at_most[1], at_least)

    def at_most(self, meta: Meta, c: list[Any]) -> tuple[s.Expr, s.Expr | None]:
        return c[1], c[2] if len(c) > 2 else None

    def at_least(self, meta: Meta, c: list[Any]) -> list[s.Expr]:
        return [c[1]]

    def used(self, meta: Meta, c: list[Any]) -> s.Expr:
        return c[1]  # type: ignore[no-any-return]

    def exception(self, meta: Meta, c: list[Any]) -> s.ConditionalAmount:
        return s.ConditionalAmount(c[0], c[-1])

    def lookup(self, meta: Meta, c: list[Any]) -> s.Lookup:
        cut = next(i for i, x in enumerate(c) if x is _DETERMINES)
        return s.Lookup(_names(c[:cut]), _names(c[cut + 1 :]))

    def determines(self, meta: Meta, c: list[Any]) -> object:
        return _DETERMINES

    def cell_key(self, meta: Meta, c: list[Any]) -> Any:
        kept = [x for x in c if x is not None]
        return tuple(kept) if isinstance(kept[0], s.Bound) else kept[0]

    def bound(self, meta: Meta, c: list[Any]) -> s.Bound:
        return s.Bound(str(c[1]), c[0]) if isinstance(c[1], Token) else s.Bound(str(c[0]), c[1])

    def cell_value(self, meta: Meta, c: list[Any]) -> s.Expr:
        return c[0]  # type: ignore[no-any-return]

    def discretion(self, meta: Meta, c: list[Any]) -> s.Discretion:
        return s.Discretion(_name(c[0]), _name(c[1]) if len(c) > 1 and c[1] is not None else None)

    def limit(self, meta: Meta, c: list[Any]) -> s.Limit:
        tail = c[2] if len(c) > 2 else None
        return s.Limit(c[0], c[1], tail[1], tail[0]) if isinstance(tail, tuple) else s.Limit(c[0], c[1], tail)

    def scope(self, meta: Meta, c: list[Any]) -> s.Scope:
        whole, reach = (c[0], c[1]) if len(c) > 1 else (None, c[0])
        if whole is None:
            return reach  # type: ignore[no-any-return]
        if isinstance(whole[0], tuple):
            return s.Scope(reach.reach, reach.key, reach.period, "几款", whole[1], whole[0])
        return s.Scope(reach.reach, reach.key, reach.period, whole[0], whole[1])

    def whole(self, meta: Meta, c: list[Any]) -> tuple[str, s.At]:
        return "合计", _at(meta)

    def of_clauses(self, meta: Meta, c: list[Any]) -> tuple[tuple[str, ...], s.At]:
        return tuple(map(str, c)), _at(meta)

    def each_part(self, meta: Meta, c: list[Any]) -> tuple[str, s.At]:
        return "各分项", _at(meta)

    def named_part(self, meta: Meta, c: list[Any]) -> tuple[str, s.At]:
        return str(c[0]), _at(meta)

    def per_item(self, meta: Meta, c: list[Any]) -> s.Scope:
        return s.Scope("单项")

    def per_key(self, meta: Meta, c: list[Any]) -> s.Scope:
        return s.Scope("同一", _name(c[0]), _text(c[1]) if len(c) > 1 else None)

    def per_year(self, meta: Meta, c: list[Any]) -> s.Scope:
        return s.Scope("企业年度")

    def per_life(self, meta: Meta, c: list[Any]) -> s.Scope:
        return s.Scope("企业终身")

    def count_limit(self, meta: Meta, c: list[Any]) -> s.CountLimit:
        tail = c[2:]
        used = next((x for x in tail if x is not None and not isinstance(x, Token)), None)
        settle = next((str(x) for x in tail if isinstance(x, Token)), None)
        return s.CountLimit(c[0], c[1], used, settle)

    def times(self, meta: Meta, c: list[Any]) -> str:
        return str(c[0]) if c else "1次"

    def highest(self, meta: Meta, c: list[Any]) -> s.Highest:
        overall = c[0] is not None
        names = _names([t for t in c if t is not None and t.type == "NAME"])
        return s.Highest(overall, names[0], names[1] if len(names) > 1 else None, names[2:])

    def against(self, meta: Meta, c: list[Any]) -> s.Against:
        return s.Against(_name(c[0]), _name(c[1]), _name(c[2]), str(c[3]), _name(c[4]))

    def against_order(self, meta: Meta, c: list[Any]) -> s.AgainstOrder:
        return s.AgainstOrder(str(c[0]))

    def payment(self, meta: Meta, c: list[Any]) -> s.Payment:
        return s.Payment(str(c[0]), c[1], _text(c[2]) if len(c) > 2 else None)

    def shares(self, meta: Meta, c: list[Any]) -> tuple[str, ...]:
        return tuple(map(str, c))

    def term(self, meta: Meta, c: list[Any]) -> s.Term:
        return s.Term(str(c[0]), _text(c[1]), _text(c[2]), _name(c[-1]))

    def years(self, meta: Meta, c: list[Any]) -> s.YearsLimit:
        return s.YearsLimit(_name(c[0]), str(c[1]), str(c[2]))

    def rounding(self, meta: Meta, c: list[Any]) -> s.Rounding:
        return s.Rounding(_name(c[0]), str(c[1]))

    def heading(self, meta: Meta, c: list[Any]) -> s.Heading:
        return s.Heading(_name(c[0]), tuple(c[1:]))

    def qualifier(self, meta: Meta, c: list[Any]) -> tuple[s.Name, ...]:
        return _names(c)

    def series_type(self, meta: Meta, c: list[Any]) -> s.TypeText:
        return s.TypeText("逐年", _names(c))

    def ledger_type(self, meta: Meta, c: list[Any]) -> s.TypeText:
        return s.TypeText("逐款", _names(c))

    def plain_type(self, meta: Meta, c: list[Any]) -> s.TypeText:
        return s.TypeText("", _names(c))

    def given(self, meta: Meta, c: list[Any]) -> s.Given:
        return s.Given(tuple(c))

    def assign(self, meta: Meta, c: list[Any]) -> s.Assign:
        return s.Assign(str(c[0]), c[1], _at(meta))

    def hold(self, meta: Meta, c: list[Any]) -> s.Assign:
        yes = not (len(c) > 1 and c[0] is not None)
        return s.Assign(str(c[-1]), s.GivenWord("是" if yes else "否", False, _at(meta)), _at(meta))

    entry_flag = hold

    def gather(self, meta: Meta, c: list[Any]) -> s.Gather:
        return s.Gather(str(c[0]), tuple(c[1:]), _at(meta))

    def record(self, meta: Meta, c: list[Any]) -> tuple[s.Assign, ...]:
        return tuple(c)

    entry = assign

    def entry_key(self, meta: Meta, c: list[Any]) -> str:
        return str(c[0])

    def given_literal(self, meta: Meta, c: list[Any]) -> s.GivenWord:
        return s.GivenWord("".join(map(str, c)), True, _at(meta))

    def given_word(self, meta: Meta, c: list[Any]) -> s.GivenWord:
        return s.GivenWord(str(c[0]), False, _at(meta))

    def expected(self, meta: Meta, c: list[Any]) -> s.Expected:
        values = next((x for x in c[2:] if isinstance(x, tuple)), ())
        items = tuple(x for x in c[2:] if isinstance(x, s.ExpectedItem))
        return s.Expected(str(c[0]), str(c[1]), values, items, _at(meta))

    def expected_item(self, meta: Meta, c: list[Any]) -> s.ExpectedItem:
        return s.ExpectedItem(str(c[0]), c[1])

    def expected_value(self, meta: Meta, c: list[Any]) -> tuple[str, ...]:
        return tuple(map(str, c))

    def clause_ref(self, meta: Meta, c: list[Any]) -> str:
        return str(c[0])

    def promise_bound(self, meta: Meta, c: list[Any]) -> s.Promise:
        return s.Promise("bound", (c[0],), (c[2],), str(c[1]))

    def promise_between(self, meta: Meta, c: list[Any]) -> s.Promise:
        return s.Promise("between", (c[0], c[3]), (c[2], c[4], c[5]), str(c[1]))

    def promise_monotone(self, meta: Meta, c: list[Any]) -> s.Promise:
        return s.Promise("monotone", (c[0],), (_name(c[1]),), str(c[2]))

    def promise_among(self, meta: Meta, c: list[Any]) -> s.Promise:
        return s.Promise("among", (c[0],), tuple(c[1:]))


_DETERMINES = object()
_BUILD = _Build()


@cache
def parser() -> Lark:
    """The LALR parser of the language, built once per process."""
    return Lark.open(
        str(grammar_file()), parser="lalr", lexer="contextual", start=list(STARTS),
        propagate_positions=True, maybe_placeholders=True,
    )  # fmt: skip


def parse_line(label: str, content: str) -> tuple[s.Body | None, s.LineError | None]:
    """The content of a line of `label`; free text has no body and no error."""
    start = LABELS[label].start
    return (None, None) if start is None else parse_content(start, canonical(content))


@lru_cache(maxsize=65536)
def parse_content(start: str, folded: str) -> tuple[s.Body | None, s.LineError | None]:
    """The value of canonical text for a start symbol, or where and why it is none."""
    if (deep := too_deep(folded, start)) is not None:
        return None, s.LineError((deep, deep + 1), ("TOO_DEEP",))
    if not folded.strip():
        return None, s.LineError((0, len(folded)), ("EMPTY",))
    try:
        return _BUILD.transform(parser().parse(folded, start=start)), None
    except UnexpectedInput as error:
        return None, _line_error(error, folded)


def reads(start: str, folded: str) -> bool:
    """Whether canonical text can be read from a start symbol; why it cannot is not looked for."""
    if not folded.strip() or too_deep(folded, start) is not None:
        return False
    try:
        parser().parse(folded, start=start)
    except UnexpectedInput:
        return False
    return True


def _line_error(error: UnexpectedInput, folded: str) -> s.LineError:
    match error:
        case UnexpectedToken(token=token) if token.type != "$END":
            start = token.start_pos or 0
            return s.LineError((start, start + len(token)), tuple(sorted(error.accepts or error.expected)))
        case UnexpectedCharacters():
            position = error.pos_in_stream or 0
            return s.LineError((position, run_end(folded, position)), tuple(sorted(error.allowed or ())))
        case UnexpectedToken() | UnexpectedEOF():
            end = len(folded.rstrip())
            return s.LineError((end, end), tuple(sorted(error.expected)))
        case _:
            return s.LineError((0, len(folded)), ())


def run_end(text: str, start: int) -> int:
    """Where the run of characters that begins at `start` ends: at a blank or a separating mark."""
    end = start
    while end < len(text) and text[end] not in " \n\t,;()=+×÷、":
        end += 1
    return max(end, start + 1)
