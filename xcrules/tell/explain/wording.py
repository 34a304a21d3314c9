"""With what reasons are told: places of facts as people say them, spans of 元, terms of 元.

The working of a figure as one writes it on paper: 收入 20万元 － 6万元 － 专项扣除 4.5万元, and of each name in it a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from attrs import evolve, frozen

from xcrules.base.money import Mode, Number, Unlimited, money_text
from xcrules.base.spoken import spoken
from xcrules.facts.types import MONEY
from xcrules.plan import steps
from xcrules.run.decision import Expression, Reason
from xcrules.run.ranges.abstract import Num, Truth
from xcrules.run.reference import Trace
from xcrules.run.results import AmountRange

from .formula import Expressions, exact, named, settling

ZERO = Expression("数", "0", unit=str(MONEY), shown="0元")


@frozen
class Wording:
    """What the reasons of a clause are told with: the words for rows of lists, the ledger of earlier grants."""

    counters: Mapping[str, str]
    history: steps.History | None
    who: str = "企业"  # what stands for the path 企业: 单位, 农户

    def said(self, path: str) -> str:
        return self.who if path == "企业" else spoken(path, self.counters)

    def term(self, trace: Trace, at: str = "") -> Expression:
        return Expressions(at, self.counters).term(trace)


def holds(truth: Truth) -> bool | None:
    return truth.yes if truth.known else None


def span_text(span: AmountRange) -> str:
    """30万元; 介于 10万元 与 30万元."""
    low, high = span
    if low == high:
        return money_text(low)
    return f"至少 {money_text(low)}" if isinstance(high, Unlimited) else f"介于 {money_text(low)} 与 {money_text(high)}"


def most_text(span: AmountRange) -> str:
    """至多 30万元, of a bound that is not settled 上限介于 10万元 与 30万元."""
    return f"至多 {span_text(span)}" if span[0] == span[1] else f"上限{span_text(span)}"


def ends(value: Num) -> AmountRange:
    return value.lo, value.hi  # type: ignore[return-value]


def money(value: Num | AmountRange | Fraction, name: str = "", op: str = "值", kids: tuple[Expression, ...] = ()) -> Expression:
    """A term of 元."""
    low: Number
    high: Number
    low, high = (value, value) if isinstance(value, Fraction) else ends(value) if isinstance(value, Num) else value
    figure = exact(low) if low == high else [exact(low), exact(high)]
    return Expression(op, figure, name, str(MONEY), shown=span_text((low, high)), kids=kids)


def figure(op: str, kids: tuple[Expression, ...]) -> Expression:
    """A step between figures that are told; what it comes to is for the whole to say."""
    return Expression(op, None, unit=str(MONEY), kids=kids)


BROUGHT: dict[Mode, str] = {"四舍五入": "四舍五入", "截尾": "向下取", "进位": "向上取", "四舍六入": "四舍六入"}


def to_unit(rounding: steps.Rounding, value: Num | Fraction, whole: Expression, op: str = "") -> Expression:
    """取整 of a figure to what it comes to."""
    return money(value, op=op or BROUGHT[rounding.mode], kids=(whole, Expression("数", exact(rounding.unit), unit=str(MONEY))))


def unit_reason(rounding: steps.Rounding, value: str, term: Expression, note: str = "") -> Reason:
    return Reason(f"取整：{rounding.origin.text}", value, rounding.origin.words, None, note, label="取整", term=term)


# -- the working of a figure -----------------------------------------------------------------------------------------

_MOST_ROWS = 8  # of a list that are written out
_MOST_LINES = 24
_SHORT_SUM, _MOST_ZEROS = 3, 6  # parts of a sum that all stand in it; parts of 0 that are named
_BOTH = {"较小": "取低", "较大": "取高"}
_LOOSE = ("+", "-", "较小", "较大", "合计", "最高", "最低")  # in brackets wherever they are part of more
_FACTORS = {"×": "×", "÷": "÷", "相除": "÷"}


def worked(term: Expression) -> tuple[str, tuple[Reason, ...]]:
    """What stands behind a figure, and a line for each name that was reckoned; with one name or none its values do."""
    names = _names(term)
    if len(names) < 2:
        return named(term), ()
    lines = [Reason(_equation(x), "", term=x.kids[0]) for x in names if not _nothing(x)]
    more = (Reason(f"…… 共 {len(lines)} 个数", ""),) if len(lines) > _MOST_LINES else ()
    return "" if term.op == "名" else working(term), (*lines[:_MOST_LINES], *more)


def _equation(name: Expression) -> str:
    """税额 ＝ 3.6万元 × 3% ＋ 2万元 × 10% ＝ 3,080元."""
    text = working(name.kids[0])
    return f"{name.name} ＝ {text}" + (f" ＝ {name.shown}" if text != name.shown else "")


def _nothing(term: Expression) -> bool:
    """Whether it is 0 because all is 0 of which it is made."""
    return term.value == "0" and all(_nothing(k) for k in term.kids if k.op not in ("若", "否则") and k.unit)


def _names(term: Expression) -> list[Expression]:
    """Names of numbers with what they stand for, each once, the outermost first."""
    found: dict[str, Expression] = {}
    waiting = [term]
    while waiting:
        each = waiting.pop(0)
        if each.op == "名" and each.kids and each.unit:
            found.setdefault(each.name, each)
        waiting += settling(each)
    return list(found.values())


def working(term: Expression) -> str:
    """A figure with its parts; one that is not known, or no sum or product, is said as it is."""
    match term.op:
        case "值" | "名":
            return f"{term.name} {term.shown}" + (f"（{term.note}）" if term.op == "值" and term.note and term.note != term.shown else "")
        case "+" | "-":
            return _sum(term)
        case "×" | "÷" | "相除" if len(term.kids) > 1:
            return f"{_factor(term.kids[0])} {_FACTORS[term.op]} {_factor(term.kids[1])}"
        case "整除" | "进整":
            return f"{_factor(term.kids[0])} ÷ {_factor(term.kids[1])} {'取整' if term.op == '整除' else '有零头进一'}"
        case "较大" if term.kids[1].op == "数" and term.kids[1].value == "0":
            return working(term.kids[0]) + ("，小于 0 的按 0" if term.value == "0" and term.kids[0].value != "0" else "")
        case "较小" | "较大":
            return f"{_factor(term.kids[0])} 与 {_factor(term.kids[1])} {_BOTH[term.op]}"
        case "向下取":
            return working(term.kids[0])
        case "取":
            return _taken(term)
        case "合计" | "最高" | "最低" if 0 < len(rows := list(_rows(term))) <= _MOST_ROWS:
            return " ＋ ".join(map(_factor, rows)) if term.op == "合计" else f"{'、'.join(map(working, rows))} 中{term.op}"
    return term.shown


def _sum(term: Expression) -> str:
    """In a long one what is 0 stands behind it."""
    parts = list(_signed(term, "＋"))
    short = len(parts) <= _SHORT_SUM
    kept = [(sign, x) for sign, x in parts if x.value != "0" or (short and x.op in ("名", "值"))]
    if not kept or kept[0][0] == "－":
        kept.insert(0, parts[0])
    empty = [x.name for sign, x in parts if (sign, x) not in kept and x.op in ("名", "值")]
    told = f"（{'、'.join(empty)} 为 0）" if 0 < len(empty) <= _MOST_ZEROS else f"（另 {len(empty)} 项为 0）" if empty else ""
    (_, first), *rest = kept
    return _summand(first) + "".join(f" {sign} {_summand(x)}" for sign, x in rest) + told


def _signed(term: Expression, sign: str) -> Iterator[tuple[str, Expression]]:
    if term.op not in ("+", "-") or (sign == "－" and term.op in "+-"):
        yield sign, term
        return
    yield from _signed(term.kids[0], sign)
    yield from _signed(term.kids[1], "－" if term.op == "-" else sign)


def _summand(term: Expression) -> str:
    if term.op == "×" and "＝" in term.note:  # a tier of 分段
        return term.note.partition(" ＝ ")[0]
    return f"（{working(term)}）" if _written(term).op in _LOOSE else working(term)


def _factor(term: Expression) -> str:
    loose = _written(term).op in (*_LOOSE, "整除", "进整") or term.shown.startswith("介于")
    return f"（{working(term)}）" if loose else working(term)


def _written(term: Expression) -> Expression:
    """What is written for it: of a choice the arm that holds, of a list of one row the row."""
    match term.op:
        case "取" if _settled(term):
            return _written(term.kids[-1].kids[-1])
        case "向下取":
            return _written(term.kids[0])
        case "较大" if term.kids[1].op == "数" and term.kids[1].value == "0":
            return _written(term.kids[0])
        case "合计":
            rows = list(_rows(term))
            return term if 1 < len(rows) <= _MOST_ROWS else _written(rows[0]) if len(rows) == 1 else evolve(term, op="数")
    return term


def _settled(term: Expression) -> bool:
    arm = term.kids[-1] if term.kids else None
    return arm is not None and arm.value not in (None, False) and all(kid.value is not None for kid in term.kids)


def _rows(term: Expression) -> Iterator[Expression]:
    """The rows that count."""
    for kid in term.kids:
        if kid.op != "若":
            yield kid
        elif kid.value is True:
            yield kid.kids[-1]


def _taken(term: Expression) -> str:
    """The arm that holds, and what settled it."""
    if not _settled(term):
        return term.shown
    tests = [kid.kids[0] for kid in term.kids if kid.op == "若"]
    why = "，".join(dict.fromkeys(x for test in tests for x in named(test).split("，") if x))
    return working(term.kids[-1].kids[-1]) + (f"（{why}）" if why else "")
