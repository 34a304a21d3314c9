"""What Lark has read, as values of syntax. One method for each rule of the grammar; places count from the start of the content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from attrs import evolve
from lark import Token, Tree
from lark.tree import Meta

from xcrules.draft import syntax

from .build_examples import BuildExamples, at_of, name_of

_EDGE_WITH = {**{(x, "含"): "以上" for x in ("超过", "高于", "多于")}, **{(x, "含"): "以下" for x in ("低于", "不满", "不足", "少于")},
              **{(x, "不"): "超过" for x in ("达到", "不低于", "不少于", "满")}, **{(x, "不"): "低于" for x in ("不超过", "不高于", "不多于")}}
_DETERMINES = object()
# rules that hold what their value holds, in the same order: words as their text, behind them, of what is placed, the place
_PLACED: dict[str, Callable[..., Any]] = {
    "negation": syntax.Not, "comparison": syntax.Compare, "between": syntax.Between, "trend": syntax.Trend, "sum": syntax.Binary, "product": syntax.Binary,
    "growth": syntax.Growth, "from_to": syntax.FromTo, "recent": syntax.Recent, "per_full": syntax.PerFull, "year_of": syntax.YearOf, "month_of": syntax.YearOf, "year_end": syntax.YearOf,
    "year_ref": syntax.YearRef, "nth_year": syntax.NthYear, "literal": syntax.Literal, "clause": syntax.Literal, "assign": syntax.Assign, "entry": syntax.Assign}
_UNPLACED: dict[str, Callable[..., Any]] = {
    "covered": syntax.Scope, "against_order": syntax.AgainstOrder, "reach": syntax.Reach, "expected_item": syntax.ExpectedItem}


def _names(tokens: Sequence[Token]) -> tuple[syntax.Name, ...]:
    return tuple(name_of(t) for t in tokens)


def _text(token: Token | None) -> str | None:
    return None if token is None else str(token)


def _zeroed(value: syntax.Expr, rest: Sequence[Any]) -> syntax.Expr:
    """The value with what it is where its divisor is 0, if that is said behind it."""
    said = next((x for x in rest if isinstance(x, syntax.Zeroed)), None)
    return value if said is None else syntax.Zeroed(value, said.zero, said.at)


def _order(c: Sequence[Token]) -> syntax.Order:
    return syntax.Order(name_of(c[0]) if len(c) > 1 else None, _way(c[-1]))


def _way(word: Token) -> str:
    return {"从高到低": "从高", "从大到小": "从高", "从低到高": "从低", "从小到大": "从低"}.get(str(word), str(word))


def _whole(of: syntax.Expr) -> syntax.Expr:
    """营收 的 比例 after 占 is 营收; elsewhere 比例 is a name like any other."""
    match of:
        case syntax.PartOf(whole, syntax.Name("比例" | "比重")):
            return whole
        case syntax.Binary(left, operator, right, at):
            return syntax.Binary(left, operator, _whole(right), at)
    return of


class Build(BuildExamples):
    """One method for each further rule of the grammar, named as the rule; called with the place of the rule and what it is made of."""

    def __call__(self, tree: Tree[Any]) -> Any:
        """The value of a tree; lines are refused before that nest deeper than `limits` says."""
        rule, c = str(tree.data), [self(c) if isinstance(c, Tree) else c for c in tree.children]
        if (made := _PLACED.get(rule) or _UNPLACED.get(rule)) is not None:
            return made(*(str(x) if isinstance(x, Token) else x for x in c), *([at_of(tree.meta)] if rule in _PLACED else []))
        return getattr(self, rule)(tree.meta, c)

    def conditions(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return c[0] if len(c) == 1 else syntax.All(tuple(c), at_of(meta))

    def chain(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return c[0] if len(c) == 1 else syntax.Chain(tuple(c[::2]), tuple(map(str, c[1::2])), at_of(meta))

    def first_time(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        at, word = at_of(meta), str(c[1]).removeprefix("首次")
        series = c[0].series if isinstance(c[0], syntax.YearRef) and c[0].word == "本年" else c[0]
        now, before = (syntax.Compare(x, word, c[2], at) for x in (syntax.YearRef("本年", series, c[0].at), syntax.ever(series, c[0].at)))
        return syntax.Chain((now, syntax.Not(before, at)), ("且",), at)

    def ever(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return syntax.ever(c[1], at_of(meta))

    def among(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return syntax.Among(c[0], str(c[1]).startswith("不"), tuple(c[2:]), at_of(meta))

    def text(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return syntax.Verbatim(str(c[0])[1:-1], at_of(meta))

    def enjoyed(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return syntax.Enjoyed(tuple(map(str, c[1:])), at_of(meta))

    def clause_range(self, meta: Meta, c: list[Any]) -> str:
        return f"{c[0]} 至 {c[1]}"

    def result(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return syntax.ResultOf(str(c[0]), str(c[1]), name_of(c[0]).at, at_of(meta))

    def elapsed(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return syntax.Elapsed(c[0], str(c[1]).startswith("未"), str(c[2]), at_of(meta))

    def share(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return syntax.Share(c[0], _whole(c[1]), at_of(meta))

    def year_on_year(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return syntax.Growth(c[0], syntax.YEAR_ON_YEAR, str(c[1])[-2:], at_of(meta))

    def part_of(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        whole, part = c
        if isinstance(whole, syntax.Literal) and isinstance(part, syntax.Name) and (part.text in syntax.RESULTS or whole.text.isdigit()):
            return syntax.ResultOf(whole.text, part.text, whole.at, at_of(meta))  # 5 的 金额
        return syntax.PartOf(whole, part, at_of(meta))

    def window(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return syntax.Window(c[0], c[1], str(c[2]), c[3] is not None, str(c[4]), at_of(meta))

    def extreme(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return syntax.Extreme(str(c[0]), tuple(c[1:]), at_of(meta))

    def name(self, meta: Meta, c: list[Any]) -> syntax.Name:
        return name_of(c[0])

    def group(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return _zeroed(c[0], c[1:])

    def zero(self, meta: Meta, c: list[Any]) -> syntax.Zeroed:
        return syntax.Zeroed(c[1], c[1], at_of(meta))  # of what stands before it: see _zeroed

    def pick(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return syntax.Pick(name_of(c[0]), tuple(c[1:]), at_of(meta))

    def arm(self, meta: Meta, c: list[Any]) -> syntax.Arm:
        return syntax.Arm(tuple(c[:-1]), c[-1])

    def key(self, meta: Meta, c: list[Any]) -> syntax.Name | syntax.Literal:
        return name_of(c[0]) if c[0].type == "NAME" else syntax.Literal(str(c[0]), at_of(meta))

    def key_range(self, meta: Meta, c: list[Any]) -> syntax.KeyBounds:
        return syntax.KeyBounds((("不低于", c[0]), ("不超过", c[1])), at_of(meta))

    def key_bound(self, meta: Meta, c: list[Any]) -> syntax.KeyBounds:
        pairs = [(x, y) if isinstance(x, Token) else ("不低于" if str(y).endswith("以上") else "不超过", x) for x, y in zip(c[::2], c[1::2], strict=True)]
        return syntax.KeyBounds(tuple((str(word), key) for word, key in pairs), at_of(meta))

    def fold(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return syntax.FoldOf(str(c[0]), name_of(c[1]), c[2], tuple(c[3:]), at_of(meta))

    def count(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return syntax.CountOf(name_of(c[0]), tuple(c[1:]), at_of(meta))

    def alike(self, meta: Meta, c: list[Any]) -> syntax.Alike:
        return syntax.Alike(name_of(c[0]), at_of(meta))

    def subject(self, meta: Meta, c: list[Any]) -> syntax.Subject:
        each = _text(c[0])
        rest = c[2:]
        matter = name_of(rest[-1]) if rest and isinstance(rest[-1], Token) else None
        conditions = tuple(e for e in rest if e is not None and not isinstance(e, Token))
        return syntax.Subject(each, name_of(c[1]), conditions, matter)

    def definition(self, meta: Meta, c: list[Any]) -> syntax.Let:
        bounds = tuple(x for x in c[3:] if isinstance(x, syntax.AtMost | syntax.AtLeast))
        return syntax.Let(None if c[0] is None else name_of(c[0]), name_of(c[1]), _zeroed(c[2], c[3:]), bounds)

    def at_most(self, meta: Meta, c: list[Any]) -> syntax.AtMost:
        return syntax.AtMost(*c[1:])

    def at_least(self, meta: Meta, c: list[Any]) -> syntax.AtLeast:
        return syntax.AtLeast(c[1])

    def used(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return c[1]  # type: ignore[no-any-return]

    def standard(self, meta: Meta, c: list[Any]) -> syntax.Standard:
        return syntax.Standard(c[-1], c[0] if len(c) > 1 else None)

    def exception(self, meta: Meta, c: list[Any]) -> syntax.ConditionalAmount:
        return syntax.ConditionalAmount(c[0], c[-1])

    def lookup(self, meta: Meta, c: list[Any]) -> syntax.Lookup:
        cut = next(i for i, x in enumerate(c) if x is _DETERMINES)
        return syntax.Lookup(tuple(c[: cut - 1]), _names(c[cut + 1 :]), segments=c[cut - 1] is not None)

    def lookup_key(self, meta: Meta, c: list[Any]) -> syntax.LookupKey:
        return syntax.LookupKey(name_of(c[0]), c[1] if len(c) > 1 else None)

    def determines(self, meta: Meta, c: list[Any]) -> object:
        return _DETERMINES

    def cell_key(self, meta: Meta, c: list[Any]) -> Any:
        kept = [x for x in c if x is not None]
        return tuple(kept) if isinstance(kept[0], syntax.Bound) else kept[0]

    def bound(self, meta: Meta, c: list[Any]) -> syntax.Bound:
        """1亿元（不含）以上 and 1亿元 以上（不含） are what 超过 1亿元 is; 超过 1亿元（含） is 1亿元 以上, as some laws write it."""
        if isinstance(c[0], Token):
            return syntax.Bound(_EDGE_WITH.get((str(c[0]), str(c[2])[1:2]), str(c[0])), c[1])
        words = [str(x) for x in c[1:] if x is not None]
        edge = next("以上" if w.endswith("以上") else "以下" for w in words if not w.startswith("("))
        excluded = any(w.startswith("(不含") for w in words)
        return syntax.Bound({"以上": "超过", "以下": "低于"}[edge] if excluded else edge, c[0])

    def cell_value(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return c[0]  # type: ignore[no-any-return]

    def discretion(self, meta: Meta, c: list[Any]) -> syntax.Discretion:
        return syntax.Discretion(None if c[0] is None else name_of(c[0]), c[1] if len(c) > 1 else None)

    def limit(self, meta: Meta, c: list[Any]) -> syntax.Cap:
        condition, _, scope, amount, *rest = c
        tail = rest[0] if rest else None
        used, second = (tail.used, tail.amount) if isinstance(tail, syntax.AtMost) else (tail, None)
        return syntax.Cap(scope, amount, used, second, condition)

    def scope(self, meta: Meta, c: list[Any]) -> syntax.Reach:
        *over, reach = c
        named, at = over[0] if over else (reach.whole, reach.whole_at)
        several = isinstance(named, tuple)
        return evolve(reach, whole="几款" if several else named, whole_at=at, clauses=named if several else ())  # type: ignore[no-any-return]

    def whole(self, meta: Meta, c: list[Any]) -> tuple[str, syntax.At]:
        return str(c[0]) if c else "合计", at_of(meta)  # where a condition may stand, 合计 is read as the word of a fold

    def of_clauses(self, meta: Meta, c: list[Any]) -> tuple[tuple[str, ...], syntax.At]:
        return tuple(map(str, c)), at_of(meta)

    def per_key(self, meta: Meta, c: list[Any]) -> syntax.Reach:
        return syntax.Reach("同一", name_of(c[0]), _text(c[1]) if len(c) > 1 else None)

    def fund(self, meta: Meta, c: list[Any]) -> syntax.Fund:
        clauses = next((x for x in c if isinstance(x, tuple)), ())
        found: dict[str, list[Any]] = {kind: [value for x in c if isinstance(x, list) and x[0] == kind for value in x[1:]]
                                       for kind in ("total", "shared", "order", "ranks", "tie", "record")}
        return syntax.Fund(clauses, tuple(found["total"]), len(found["shared"]), tuple(found["order"]), tuple(found["ranks"]), tuple(found["tie"]), tuple(found["record"]))

    def fund_total(self, meta: Meta, c: list[Any]) -> list[Any]:
        return ["total", (str(c[0]), c[1])]

    def fund_shared(self, meta: Meta, c: list[Any]) -> list[Any]:
        return ["shared", True]

    def fund_order(self, meta: Meta, c: list[Any]) -> list[Any]:
        return ["order", _order(c)]

    def fund_ranks(self, meta: Meta, c: list[Any]) -> list[Any]:
        return ["ranks", str(c[0])]

    def fund_record(self, meta: Meta, c: list[Any]) -> list[Any]:
        return ["record", c[0]]

    def fund_tie(self, meta: Meta, c: list[Any]) -> list[Any]:
        return ["tie", None if c[0].type == "BY_PARTS" else _order(c)]

    def count_limit(self, meta: Meta, c: list[Any]) -> syntax.CountCap:
        tail = c[2:]
        used = next((x for x in tail if x is not None and not isinstance(x, Token)), None)
        settle = next((str(x) for x in tail if isinstance(x, Token)), None)
        return syntax.CountCap(c[0], c[1], used, settle)

    def times(self, meta: Meta, c: list[Any]) -> str:
        return " ".join(str(x) for x in c if x is not None) or "1次"

    def highest(self, meta: Meta, c: list[Any]) -> syntax.Highest:
        overall = c[0] is not None and str(c[0]) == "合计"
        _, of, rank, first, take, tied = c
        order, way = ((), _way(first[0])) if first and first[0].type == "ORDERED" else (_names(first or ()), "")
        return syntax.Highest(overall, None if of.type == "EVERY" else name_of(of), None if rank is None else name_of(rank), order, way, _text(take),
                              None if tied is None else _way(tied), of_each=c[0] is not None and not overall)

    def best_first(self, meta: Meta, c: list[Any]) -> list[Any]:
        return c

    def only_one(self, meta: Meta, c: list[Any]) -> syntax.OnlyOne:
        of_all = c[0].type in ("OVERALL", "EACH_PART")
        return syntax.OnlyOne(() if of_all else tuple(map(str, c[:-1])), None if c[-1] is None else name_of(c[-1]), c[0].type == "EACH_PART")

    def against(self, meta: Meta, c: list[Any]) -> syntax.Against:
        return syntax.Against(name_of(c[0]), name_of(c[1]), name_of(c[2]), str(c[3]), name_of(c[4]), tuple(str(x) for x in c[6:] if x is not None), c[5] is not None)

    def whatever_else_is_given(self, meta: Meta, c: list[Any]) -> syntax.Ungated:
        return syntax.Ungated("竞合")

    def payment(self, meta: Meta, c: list[Any]) -> syntax.Payment:
        return syntax.Payment(str(c[0]), c[1], _text(c[3]), c[4], next_year=c[2] is True, since=None if isinstance(c[2], bool) else c[2])

    def payment_open(self, meta: Meta, c: list[Any]) -> syntax.Payment:
        return syntax.Payment(str(c[0]) if len(c) > 1 else "", (), None, open=True)

    def monthly(self, meta: Meta, c: list[Any]) -> syntax.Monthly:
        return syntax.Monthly()

    def paid_from(self, meta: Meta, c: list[Any]) -> bool | syntax.Expr:
        return bool(c) if not c or isinstance(c[0], Token) else c[0]

    def since(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        return c[0] if c[1] is None else syntax.YearOf(c[0], str(c[1]), at_of(meta))

    def payment_on_events(self, meta: Meta, c: list[Any]) -> syntax.Payment:
        names = [x for x in c[1:-2] if x is not None]
        if names and (not isinstance(names[0], Token) or names[0].type == "NEXT_YEAR"):
            next_year = isinstance(names[0], Token)
            return syntax.Payment(f"{len(c[0]) or 1}年", c[0], _text(c[-2]), c[-1], next_year=next_year, since=None if next_year else names[0])
        return syntax.Payment("", c[0], _text(c[-2]), c[-1], _names(names))

    shares = stages = fund_of = BuildExamples.expected_value

    def term(self, meta: Meta, c: list[Any]) -> syntax.Term:
        return syntax.Term(str(c[0]), _text(c[1]), _text(c[2]), name_of(c[-1]))

    def term_until(self, meta: Meta, c: list[Any]) -> syntax.Term:
        return syntax.Term(str(c[0]), None, str(c[1]), name_of(c[-1]))

    def term_year(self, meta: Meta, c: list[Any]) -> str:
        return f"{c[0]} {c[1]}"

    def whatever_the_term(self, meta: Meta, c: list[Any]) -> syntax.Ungated:
        return syntax.Ungated("施行")

    def whoever_it_is(self, meta: Meta, c: list[Any]) -> syntax.Ungated:
        return syntax.Ungated("适用")

    def others_too(self, meta: Meta, c: list[Any]) -> syntax.Ungated:
        return syntax.Ungated("适用", c[1])

    def years(self, meta: Meta, c: list[Any]) -> syntax.Years:
        return syntax.Years(name_of(c[0]), str(c[1]), str(c[2]))

    def rounding(self, meta: Meta, c: list[Any]) -> syntax.Rounding:
        return syntax.Rounding(name_of(c[1]), str(c[2]), c[0] is not None)

    def saying(self, meta: Meta, c: list[Any]) -> syntax.Saying:
        payer, verb, first, second, reverse, exempt = [None if x is None else name_of(x) for x in c if getattr(x, "type", "") != "BY"][-6:]
        assert verb is not None  # the grammar has one
        return syntax.Saying(verb, second or first, reverse, payer, first if second is not None else None, exempt)

    def units(self, meta: Meta, c: list[Any]) -> syntax.UnitWords:
        return syntax.UnitWords(_names([x for x in c if x is not None and x.type == "NAME"]), c[-1] is not None and c[-1].type == "MEASURED")

    def heading(self, meta: Meta, c: list[Any]) -> syntax.Heading:
        return syntax.Heading(name_of(c[0]), tuple(c[1:]))

    def qualifier(self, meta: Meta, c: list[Any]) -> tuple[syntax.Name, ...]:
        return _names(c)

    def series_type(self, meta: Meta, c: list[Any]) -> syntax.TypeText:
        return syntax.TypeText("逐年", _names(c))

    def ledger_type(self, meta: Meta, c: list[Any]) -> syntax.TypeText:
        return syntax.TypeText("逐款", _names(c))

    def plain_type(self, meta: Meta, c: list[Any]) -> syntax.TypeText:
        return syntax.TypeText("", _names(c))
