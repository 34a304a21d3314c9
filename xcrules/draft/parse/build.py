"""What Lark has read, as values of syntax: for each rule of the grammar what is made of it. Places count from the start of the content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from attrs import evolve
from lark import Token, Tree
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
# what is made of what a rule is made of
_MADE: dict[str, Callable[[list[Any]], Any]] = {
    **dict.fromkeys(("clause_range", "through"), lambda c: f"{c[0]} 至 {c[1]}"),
    "name": lambda c: name_of(c[0]),
    "occasions": tuple,
    "group": lambda c: _zeroed(c[0], c[1:]),
    "arm": lambda c: syntax.Arm(tuple(c[:-1]), c[-1]),
    "at_most": lambda c: syntax.AtMost(*c[1:]),
    "at_least": lambda c: syntax.AtLeast(c[1]),
    "used": lambda c: c[1],
    "standard": lambda c: syntax.Standard(c[-1], c[0] if len(c) > 1 else None),
    "exception": lambda c: syntax.ConditionalAmount(c[0], c[-1]),
    "relief": lambda c: syntax.Relief(tuple(c)),
    "relief_case": lambda c: syntax.ReliefCase(c[0], c[3], c[2] is not None, c[4].amount if len(c) > 4 else None),
    "lookup_key": lambda c: syntax.LookupKey(name_of(c[0]), c[1] if len(c) > 1 else None),
    "determines": lambda _: _DETERMINES,
    "cell_value": lambda c: c[0],
    "discretion": lambda c: syntax.Discretion(None if c[0] is None else name_of(c[0]), c[2] if len(c) > 2 else None, c[1] or ()),
    "per_key": lambda c: syntax.Reach("同一", c[0], _text(c[1]) if len(c) > 1 else None),
    "fund_total": lambda c: ["total", (str(c[0]), c[1])],
    "fund_shared": lambda _: ["shared", True],
    "fund_order": lambda c: ["order", _order(c)],
    "fund_ranks": lambda c: ["ranks", str(c[0])],
    "fund_record": lambda c: ["record", c[0]],
    "fund_tie": lambda c: ["tie", None if c[0].type == "BY_PARTS" else _order(c)],
    "times": lambda c: " ".join(str(x) for x in c if x is not None) or "1次",
    "best_first": lambda c: c,
    "against": lambda c: syntax.Against(
        name_of(c[0]), name_of(c[1]), name_of(c[2]), str(c[3]), name_of(c[4]), tuple(str(x) for x in c[6:-1] if x is not None),
        c[5] is not None, c[-1] or (),
    ),
    "summed": lambda c: tuple(str(x) for x in c),
    "whatever_else_is_given": lambda _: syntax.Ungated("竞合"),
    "payment": lambda c: syntax.Payment(
        str(c[0]), c[1], _text(c[3]), c[4], next_year=c[2] is True, since=None if isinstance(c[2], bool) else c[2]
    ),
    "payment_open": lambda c: syntax.Payment(str(c[0]) if len(c) > 1 else "", (), None, open=True),
    "monthly": lambda _: syntax.Monthly(),
    "paid_from": lambda c: bool(c) if not c or isinstance(c[0], Token) else c[0],
    "term": lambda c: syntax.Term(str(c[0]), _text(c[1]), _text(c[2]), name_of(c[-1])),
    "term_until": lambda c: syntax.Term(str(c[0]), None, str(c[1]), name_of(c[-1])),
    "term_year": lambda c: f"{c[0]} {c[1]}",
    "whatever_the_term": lambda _: syntax.Ungated("施行"),
    "whoever_it_is": lambda _: syntax.Ungated("适用"),
    "others_too": lambda c: syntax.Ungated("适用", c[1]),
    "years": lambda c: syntax.Years(name_of(c[0]), str(c[1]), str(c[2])),
    "rounding": lambda c: syntax.Rounding(name_of(c[1]), str(c[2]), c[0] is not None),
    "units": lambda c: syntax.UnitWords(
        _names([x for x in c if x is not None and x.type == "NAME"]), c[-1] is not None and c[-1].type == "MEASURED"
    ),
    "heading": lambda c: syntax.Heading(
        name_of(c[0]), tuple(x for x in c[1:] if isinstance(x, tuple)), tuple(x for x in c[1:] if not isinstance(x, tuple))
    ),
    "qualifier": lambda c: _names(c),
    "series_type": lambda c: syntax.TypeText("逐年", _names(c)),
    "ledger_type": lambda c: syntax.TypeText("逐款", _names(c)),
    "plain_type": lambda c: syntax.TypeText("", _names(c[:-1]), str(c[-1] or "")),
    # worked cases and promises
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
# and of its place
_MADE_THERE: dict[str, Callable[[list[Any], syntax.At], Any]] = {
    "conditions": lambda c, at: c[0] if len(c) == 1 else syntax.All(tuple(c), at),
    "chain": lambda c, at: c[0] if len(c) == 1 else syntax.Chain(tuple(c[::2]), tuple(map(str, c[1::2])), at),
    "ever": lambda c, at: syntax.ever(c[1], at),
    "among": lambda c, at: syntax.Among(c[0], str(c[1]).startswith("不"), tuple(c[2:]), at),
    "signed": lambda c, at: syntax.Literal("".join(c), at),
    "text": lambda c, at: syntax.Verbatim(str(c[0])[1:-1], at),
    "enjoyed": lambda c, at: syntax.Enjoyed(tuple(map(str, c[1:])), at),
    "result": lambda c, at: syntax.ResultOf(str(c[0]), str(c[1]), name_of(c[0]).at, at),
    "elapsed": lambda c, at: syntax.Elapsed(c[0], str(c[1]).startswith("未"), str(c[2]), at),
    "share": lambda c, at: syntax.Share(c[0], _whole(c[1]), at),
    "year_on_year": lambda c, at: syntax.Growth(c[0], syntax.YEAR_ON_YEAR, str(c[1])[-2:], at),
    "window": lambda c, at: syntax.Window(c[0], c[1], str(c[2]), c[3] is not None, str(c[4]), at),
    "extreme": lambda c, at: syntax.Extreme(str(c[0]), tuple(c[1:]), at),
    "zero": lambda c, at: syntax.Zeroed(c[1], c[1], at),  # of what stands before it: see _zeroed
    "partly": lambda c, at: syntax.Partly(
        c[0], ((syntax.Literal(str(c[1]), name_of(c[1]).at), syntax.Literal(str(c[2]), name_of(c[2]).at), str(c[0]).endswith("超过")),), at
    ),  # so too
    "brought": lambda c, at: syntax.Partly(c[1], ((syntax.Literal(str(c[1]), name_of(c[1]).at),) * 2 + (False,),), at, str(c[2])),
    "pick": lambda c, at: syntax.Pick(name_of(c[1]), tuple(c[2:]), str(c[0] or ""), at),
    "key": lambda c, at: c[0] if isinstance(c[0], syntax.Literal) else name_of(c[0]) if c[0].type == "NAME" else syntax.Literal(str(c[0]), at),
    "key_range": lambda c, at: syntax.KeyBounds((("不低于", c[0]), ("不超过", c[1])), at),
    "fold": lambda c, at: syntax.FoldOf(str(c[0]), name_of(c[1]), c[2], tuple(c[3:]), at),
    "count": lambda c, at: syntax.CountOf(name_of(c[0]), tuple(c[1:]), at),
    "alike": lambda c, at: syntax.Alike(c[0], at),
    "columns": lambda c, at: syntax.Name("、".join(c), at),
    "whole": lambda c, at: (str(c[0]) if c else "合计", at),  # where a condition may stand, 合计 is read as the word of a fold
    "of_clauses": lambda c, at: (tuple(map(str, c)), at),
    "since": lambda c, at: c[0] if c[1] is None else syntax.YearOf(c[0], str(c[1]), at),
    "hold": _hold,
    "entry_flag": _hold,
    "expected": _expected,
    "gather": lambda c, at: syntax.Gather(str(c[0]), tuple(c[1:]), at),
    "given_literal": lambda c, at: syntax.GivenWord("".join(map(str, c)), True, at),
    "given_word": lambda c, at: syntax.GivenWord(str(c[0]), False, at),
}


def _names(tokens: Sequence[Token]) -> tuple[syntax.Name, ...]:
    return tuple(name_of(t) for t in tokens)


def _text(token: Token | None) -> str | None:
    return None if token is None else str(token)


def _zeroed(value: syntax.Expr, rest: Sequence[Any]) -> syntax.Expr:
    """The value with what is said behind it: what it is where its divisor is 0, what of a step counts for how much."""
    said = next((x for x in rest if isinstance(x, syntax.Zeroed)), None)
    value = value if said is None else syntax.Zeroed(value, said.zero, said.at)
    parts = [x for x in rest if isinstance(x, syntax.Partly)]
    steps = tuple(step for x in parts for step in x.steps)
    return syntax.Partly(value, steps, (parts[0].at[0], parts[-1].at[1]), parts[0].brought) if parts else value


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


class Build:
    """One method for each rule that takes more than a line, named as the rule; called with the place of the rule and what it is made of."""

    def __call__(self, tree: Tree[Any]) -> Any:
        """The value of a tree; lines are refused before that nest deeper than `limits` says."""
        rule, c = str(tree.data), [self(c) if isinstance(c, Tree) else c for c in tree.children]
        if (made := _PLACED.get(rule) or _UNPLACED.get(rule)) is not None:
            return made(*(str(x) if isinstance(x, Token) else x for x in c), *([at_of(tree.meta)] if rule in _PLACED else []))
        if rule in _MADE:
            return _MADE[rule](c)
        if rule in _MADE_THERE:
            return _MADE_THERE[rule](c, at_of(tree.meta))
        return getattr(self, rule)(tree.meta, c)

    def first_time(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        at, word = at_of(meta), str(c[1]).removeprefix("首次")
        series = c[0].series if isinstance(c[0], syntax.YearRef) and c[0].word == "本年" else c[0]
        now, before = (syntax.Compare(x, word, c[2], at) for x in (syntax.YearRef("本年", series, c[0].at), syntax.ever(series, c[0].at)))
        return syntax.Chain((now, syntax.Not(before, at)), ("且",), at)

    def part_of(self, meta: Meta, c: list[Any]) -> syntax.Expr:
        whole, part = c
        if isinstance(whole, syntax.Literal) and isinstance(part, syntax.Name) and (part.text in syntax.RESULTS or whole.text.isdigit()):
            return syntax.ResultOf(whole.text, part.text, whole.at, at_of(meta))  # 5 的 金额
        return syntax.PartOf(whole, part, at_of(meta))

    def key_bound(self, meta: Meta, c: list[Any]) -> syntax.KeyBounds:
        return syntax.KeyBounds(tuple(({"以上": "不低于", "以下": "不超过"}.get(x.word, x.word), x.value) for x in c), at_of(meta))

    def subject(self, meta: Meta, c: list[Any]) -> syntax.Subject:
        each = _text(c[0])
        rest = c[2:]
        matter = name_of(rest[-1]) if rest and isinstance(rest[-1], Token) else None
        conditions = tuple(e for e in rest if e is not None and not isinstance(e, Token))
        return syntax.Subject(each, name_of(c[1]), conditions, matter)

    def marked_subject(self, meta: Meta, c: list[Any]) -> syntax.Subject:
        return self.subject(meta, [*c[:2], *c[3:], c[2]])

    def definition(self, meta: Meta, c: list[Any]) -> syntax.Let:
        bounds = tuple(x for x in c[3:] if isinstance(x, syntax.AtMost | syntax.AtLeast))
        return syntax.Let(None if c[0] is None else name_of(c[0]), name_of(c[1]), _zeroed(c[2], c[3:]), bounds)

    def lookup(self, meta: Meta, c: list[Any]) -> syntax.Lookup:
        cut = next(i for i, x in enumerate(c) if x is _DETERMINES)
        lent = c[cut + 1] if isinstance(c[cut + 1], syntax.ResultOf) else None
        results = _names(c[cut + 1 :]) if lent is None else (syntax.Name(lent.word, lent.at),)
        return syntax.Lookup(tuple(c[: cut - 1]), results, c[cut - 1] is not None, "" if lent is None else lent.clause)

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

    def limit(self, meta: Meta, c: list[Any]) -> syntax.Cap:
        condition, _, scope, amount, *rest, paid = c
        tail = rest[0] if rest else None
        used, second = (tail.used, tail.amount) if isinstance(tail, syntax.AtMost) else (tail, None)
        return syntax.Cap(scope, amount, used, second, condition, paid is not None)

    def scope(self, meta: Meta, c: list[Any]) -> syntax.Reach:
        *over, reach = c
        named, at = over[0] if over else (reach.whole, reach.whole_at)
        several = isinstance(named, tuple)
        return evolve(reach, whole="几款" if several else named, whole_at=at, clauses=named if several else ())  # type: ignore[no-any-return]

    def fund(self, meta: Meta, c: list[Any]) -> syntax.Fund:
        clauses = next((x for x in c if isinstance(x, tuple)), ())
        found: dict[str, list[Any]] = {kind: [value for x in c if isinstance(x, list) and x[0] == kind for value in x[1:]]
                                       for kind in ("total", "shared", "order", "ranks", "tie", "record")}
        return syntax.Fund(clauses, tuple(found["total"]), len(found["shared"]), tuple(found["order"]), tuple(found["ranks"]), tuple(found["tie"]), tuple(found["record"]))

    def count_limit(self, meta: Meta, c: list[Any]) -> syntax.CountCap:
        condition, _, reach, times, *tail = c
        used = next((x for x in tail if x is not None and not isinstance(x, Token)), None)
        words = {x.type: str(x) for x in tail if isinstance(x, Token)}
        return syntax.CountCap(reach, times, used, words.get("SETTLE"), words.get("MADE_UP"), condition)

    def highest(self, meta: Meta, c: list[Any]) -> syntax.Highest:
        overall = c[0] is not None and str(c[0]) == "合计"
        _, of, rank, first, take, tied = c
        order, way = ((), _way(first[0])) if first and first[0].type == "ORDERED" else (_names(first or ()), "")
        return syntax.Highest(
            overall, None if isinstance(of, Token) else of, None if rank is None else name_of(rank), order, way, _text(take),
            None if tied is None else _way(tied), of_each=c[0] is not None and not overall,
        )

    def only_one(self, meta: Meta, c: list[Any]) -> syntax.OnlyOne:
        word = c[0].type if isinstance(c[0], Token) else ""
        return syntax.OnlyOne(() if word in ("OVERALL", "EACH_PART") else tuple(map(str, c[:-1])), c[-1], word == "EACH_PART")

    def payment_on_events(self, meta: Meta, c: list[Any]) -> syntax.Payment:
        shares, of, after, going = c
        if of is None or isinstance(of, tuple):
            return syntax.Payment("", shares, _text(after), going, of or ())
        next_year = isinstance(of, Token)
        return syntax.Payment(f"{len(shares) or 1}年", shares, _text(after), going, next_year=next_year, since=None if next_year else of)

    def saying(self, meta: Meta, c: list[Any]) -> syntax.Saying:
        payer, verb, first, second, reverse, exempt = [name_of(x) if isinstance(x, Token) else x for x in c if getattr(x, "type", "") != "BY"][-6:]
        assert verb is not None  # the grammar has one
        return syntax.Saying(verb, second or first, reverse, payer, first if second is not None else None, exempt)
