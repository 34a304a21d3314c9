"""W324: a table of rates and 速算扣除数 gives the same on both sides of every edge, or a figure was copied wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from attrs import frozen

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.facts.types import Type, show
from xcrules.meaning import rules, values
from xcrules.meaning.program import Part, Program

_Names = tuple[values.Value, str, str]  # 所得 × 税率 － 速算扣除数: what is multiplied, the two names


@frozen
class _Row:
    """A tier with its figures."""

    low: Fraction | None
    high: Fraction | None
    rate: Fraction
    deduction: Fraction


def uneven(program: Program) -> Iterator[Diagnostic]:
    """Tables whose product less the deduction jumps where two tiers meet."""
    for clause in program.clauses:
        for part in clause.parts:
            used = list(_used(part))
            for rule in part.rules:
                if isinstance(rule.body, rules.Lookup) and not rule.body.segments:
                    yield from _jumps(rule, rule.body, used)


def _used(part: Part) -> Iterator[_Names]:
    for rule in part.rules:
        for node in values.nodes_of(rule.body):
            match node:
                case values.Arith("-", values.Arith("×", key, values.Var(rate)), values.Var(deduction)):
                    yield key, rate, deduction
                case values.Arith("-", values.Arith("×", values.Var(rate), key), values.Var(deduction)):
                    yield key, rate, deduction


def _jumps(rule: rules.Rule, table: rules.Lookup, used: list[_Names]) -> Iterator[Diagnostic]:
    picks = {let.name: let.value for let in table.lets if isinstance(let.value, values.Pick)}
    for key, rate, deduction in used:
        if rate not in picks or deduction not in picks:
            continue
        rows = sorted(_rows(key, picks[rate], picks[deduction]), key=lambda r: (r.low is not None, r.low or 0))
        for one, other in pairwise(rows):
            edge = one.high
            if edge is None or edge != other.low or edge * one.rate - one.deduction == edge * other.rate - other.deduction:
                continue
            below, above, even = (show(x, picks[deduction].type) for x in (
                edge * one.rate - one.deduction, edge * other.rate - other.deduction, one.deduction + edge * (other.rate - one.rate)))
            yield Diagnostic(Code.UNEVEN_DEDUCTION, f"在 {show(edge, _type(key))} 处接不上：前一档算得 {below}，后一档算得 {above}", rule.origin.span,
                             f"核对后一档的 {rate} 和 {deduction}：{rate}对的话，{deduction}是 {even}")
            break


def _rows(key: values.Value, rates: values.Pick, deductions: values.Pick) -> Iterator[_Row]:
    for (test, rate), (_, deduction) in zip(rates.arms, deductions.arms, strict=True):
        figures = [v.value for v in (rate, deduction) if isinstance(v, values.Literal) and isinstance(v.value, Fraction)]
        bounds = test.parts if isinstance(test, values.Logic) and test.op == "且" else (test,)
        if len(figures) != 2 or not all(isinstance(b, values.Compare) and b.left == key for b in bounds):
            continue
        ends = {b.op[0]: b.right.value for b in bounds
                if isinstance(b, values.Compare) and isinstance(b.right, values.Literal) and isinstance(b.right.value, Fraction)}
        yield _Row(ends.get(">"), ends.get("<"), *figures)


def _type(key: values.Value) -> Type | None:
    match key:
        case values.Fact(field=spec):
            return spec.type
        case values.Arith(type=type_):
            return type_
    return None
