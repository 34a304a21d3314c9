"""Values of the calculus as Python expressions over whole numbers.

Each expression has a denominator that is known when it is generated: `Code("r.金额 * 3", 1000)` is a value
in thousandths of a 元. Comparisons and sums bring both sides to one denominator, so nothing is ever
rounded and no Fraction is made. What has no such form raises `NotCovered`, and the clause is not compiled.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import gcd, lcm
from typing import assert_never

from attrs import evolve, field, frozen

from xcrules.base.money import Unlimited
from xcrules.facts.scaled.scales import identifier, scale_of
from xcrules.facts.types import YEARS, BoolType, DateType, NumberType, TextType, YearType
from xcrules.meaning import values
from xcrules.plan import steps

MOST_TEXT = 4_000  # of a name that is written out where it stands


class NotCovered(Exception):
    """The plan holds a form that is left to the reference evaluator."""


@frozen
class Code:
    """An expression, its denominator, and what is known of it when it is generated."""

    text: str
    den: int = 1
    na: bool = False  # may be 不适用
    atom: bool = False  # needs no brackets
    signed: bool = True  # may be below 0
    constant: Fraction | None = None

    @property
    def inner(self) -> str:
        return self.text if self.atom else f"({self.text})"


@frozen
class Scope:
    """The names in force: the record at hand, the lets already in local names, the lets still to be written."""

    lets: Mapping[str, steps.Let]
    local: Mapping[str, Code] = field(factory=dict)
    record: str = ""  # the variable of the item
    data: bool = False  # read Used as 0
    depth: int = 0
    parameters: Mapping[str, int] = field(factory=dict)  # their denominators


def constant(value: Fraction | int) -> Code:
    """A number that is known now."""
    number = Fraction(value)
    text = str(number.numerator)
    return Code(text, number.denominator, atom=number >= 0, signed=number < 0, constant=number)


def at_scale(code: Code, den: int) -> str:
    """The expression in units of 1/den; `den` must be a multiple of its own."""
    factor = den // code.den
    if code.constant is not None:
        return str(int(code.constant * den))
    return code.text if factor == 1 else f"{code.inner} * {factor}"


def lower(node: values.Value, scope: Scope) -> Code:
    """The expression of a value."""
    match node:
        case values.Literal(value):
            return _literal(value)
        case values.Fact():
            return _fact(node, scope)
        case values.Var(name):
            return _var(name, scope)
        case values.At():
            return _at(node, scope)
        case values.Parameter(name, year):
            return _parameter(name, year, scope)
        case values.Known(fact):
            return _known(fact, scope)
        case values.Used(value):
            return constant(0) if scope.data else lower(value, scope)
        case values.YearOf(date):
            day = lower(date, scope)
            return Code(f"year_of({day.text})", na=day.na, atom=True, signed=False)
        case values.Arith():
            return _arith(node, scope)
        case values.Compare():
            return _cmp(node, scope)
        case values.Member():
            return _member(node, scope)
        case values.Logic():
            return _logic(node, scope)
        case values.Pick():
            return _pick(node, scope)
        case values.FoldItems():
            return _fold_items(node, scope)
        case values.FoldYears():
            return _fold_years(node, scope)
        case _:
            assert_never(node)


def _literal(value: Fraction | str | bool | Unlimited) -> Code:
    if isinstance(value, Unlimited):
        return Code("ENDLESS", atom=True, signed=False) if value.sign > 0 else Code("-ENDLESS")
    return constant(value) if isinstance(value, Fraction) else Code(repr(value), atom=True)


def _fact(node: values.Fact, scope: Scope) -> Code:
    spec = node.field
    home = scope.record if node.of_item else f"f.{identifier(spec.table)}" if spec.table else "f"
    if not home:
        raise NotCovered("a field of an item where there is none")
    number = isinstance(spec.type, NumberType)
    na = (spec.optional or (spec.closed and not number)) and spec.default is None and not isinstance(spec.type, BoolType)
    return Code(f"{home}.{identifier(spec.name)}", scale_of(spec.type), na=na, atom=True, signed=spec.signed or not number)


def _var(name: str, scope: Scope) -> Code:
    if name in scope.local:
        return scope.local[name]
    if name not in scope.lets:
        raise NotCovered(f"a name from elsewhere: {name}")
    if scope.depth:
        raise NotCovered("a name first met inside a fold")  # its item would be the wrong one
    code = lower(scope.lets[name].value, scope)
    if len(code.text) > MOST_TEXT:
        raise NotCovered("names that, written out, double and double again")
    return code


def _at(node: values.At, scope: Scope) -> Code:
    if not isinstance(node.series, values.Fact):
        raise NotCovered("a series that is no fact")
    spec, key = node.series.field, lower(node.key, scope)
    if key.den != 1 or key.na:
        raise NotCovered("a year that may be no whole number")
    if node.parts:
        text = f"granted(f.{identifier(spec.name)}, {key.text}, {node.whole!r}, {node.parts!r}, {spec.closed})"
        return Code(text, scale_of(spec.type), atom=True, signed=spec.signed)
    other = "0" if spec.closed else "UNKNOWN"
    return Code(f"f.{identifier(spec.name)}.get({key.text}, {other})", scale_of(spec.type), atom=True, signed=spec.signed)


def _parameter(name: str, year: values.Value, scope: Scope) -> Code:
    at = lower(year, scope)
    if at.den != 1 or at.na:
        raise NotCovered("a year that may be no whole number")
    return Code(f"{identifier(name, 'P_')}.get({at.text}, UNKNOWN)", scope.parameters[name], atom=True, signed=False)


def _known(fact: values.At | values.Fact, scope: Scope) -> Code:
    if isinstance(fact, values.Fact):
        return Code(f"known({_fact(fact, scope).text})", atom=True)
    if not isinstance(fact.series, values.Fact):
        raise NotCovered("a series that is no fact")
    if fact.series.field.closed:
        return Code("True", atom=True)
    return Code(f"{lower(fact.key, scope).text} in f.{identifier(fact.series.field.name)}")


# -- operators --------------------------------------------------------------------------------------------


def _arith(node: values.Arith, scope: Scope) -> Code:
    left, right = lower(node.left, scope), lower(node.right, scope)
    match node.op:
        case "+" | "-" if isinstance(node.type, DateType):
            if left.den != 1 or right.den != 1 or left.na or right.na:
                raise NotCovered("a day that may not apply")
            return Code(f"same_day({left.text}, {'-' if node.op == '-' else ''}{right.inner})", atom=True)
        case "+" | "-" if (left.na or right.na) and (isinstance(node.type, YearType) or node.type == YEARS):
            raise NotCovered("a year that may not apply")
        case "+" | "-":
            den = lcm(left.den, right.den)
            signed = node.op == "-" or left.signed or right.signed
            other = evolve(right, text=at_scale(right, den), atom=right.atom and right.den == den)
            return Code(f"{at_scale(left, den)} {node.op} {other.inner}", den, signed=signed)
        case "×":
            return _product(left, right)
        case "÷":
            if right.constant is None or right.constant == 0:
                raise NotCovered("a divisor that is no number")
            return _product(left, constant(1 / right.constant))
        case "整除":
            if right.constant is None or right.constant <= 0:
                raise NotCovered("a divisor that is no number")
            return _whole_steps(left, right.constant)
        case "较小" | "较大":
            den = lcm(left.den, right.den)
            name = "min" if node.op == "较小" else "max"
            signed = left.signed or right.signed if node.op == "较小" else left.signed and right.signed
            return Code(f"{name}({at_scale(left, den)}, {at_scale(right, den)})", den, atom=True, signed=signed)


def _product(left: Code, right: Code) -> Code:
    if left.constant is not None and right.constant is not None:
        return constant(left.constant * right.constant)
    signed = left.signed or right.signed
    if left.constant is not None:
        left, right = right, left
    if right.constant is None:
        return Code(f"{left.inner} * {right.inner}", left.den * right.den, signed=signed)
    factor, den = right.constant.numerator, left.den * right.constant.denominator
    common = gcd(factor, den) or 1
    factor, den = factor // common, den // common
    if factor == 1:
        return evolve(left, den=den, na=False)
    return Code(f"{left.inner} * {factor}", den, signed=signed)


def _whole_steps(left: Code, step: Fraction) -> Code:
    above, below = step.denominator, left.den * step.numerator
    common = gcd(above, below)
    above, below = above // common, below // common
    text = left.inner if above == 1 else f"({left.inner} * {above})"
    return Code(text if below == 1 else f"{text} // {below}", atom=below == 1, signed=left.signed)


def _cmp(node: values.Compare, scope: Scope) -> Code:
    left, right = lower(node.left, scope), lower(node.right, scope)
    texts = [x for x in (node.left, node.right) if isinstance(x, values.Fact) and isinstance(x.field.type, TextType)]
    if texts and (node.op != "=" or not any(isinstance(x, values.Literal) for x in (node.left, node.right))):
        raise NotCovered("two texts that may both be 不适用")  # a sheet keeps that word as it came
    den = lcm(left.den, right.den)
    op = "==" if node.op == "=" else node.op
    test = f"{_operand(left, den)} {op} {_operand(right, den)}"
    asks = [f"{x.inner} is not NA" for x in (left, right) if x.na]
    return Code(" and ".join([*asks, test]))


def _operand(code: Code, den: int) -> str:
    text = at_scale(code, den)
    return text if code.atom or code.constant is not None else f"({text})"


def _member(node: values.Member, scope: Scope) -> Code:
    value = lower(node.value, scope)
    if len(node.members) == 1:
        return Code(f"{value.inner} == {node.members[0]!r}")
    return Code(f"{value.inner} in {node.members!r}")


def _logic(node: values.Logic, scope: Scope) -> Code:
    parts = [lower(p, scope) for p in node.parts]
    if node.op == "非":
        return Code(f"not {parts[0].inner}")
    settled = [p.inner for p, value in zip(parts, node.parts, strict=True) if _may_be_unknown(value)]
    if node.op == "且":
        return Code(" and ".join([*(f"{x} is not False" for x in settled), *(p.inner for p in parts)]))
    return Code(" or ".join([*(f"{x} is True" for x in settled), *(p.inner for p in parts)]))


def _may_be_unknown(value: values.Value) -> bool:
    """是否 that nobody reported may stand beside one that settles 或 or 且: these are looked at first, as they raise nothing."""
    return isinstance(value, values.Fact) and isinstance(value.field.type, BoolType) and value.field.default is None and not (
        value.field.optional or value.field.closed)


def _pick(node: values.Pick, scope: Scope) -> Code:
    arms = [(lower(test, scope), lower(value, scope)) for test, value in node.arms]
    if node.otherwise is not None:
        last = lower(node.otherwise, scope)
    else:
        last = Code("False", atom=True) if isinstance(node.type, BoolType) else constant(0)
    all_values = [*(v for _, v in arms), last]
    den = lcm(*(v.den for v in all_values))
    number = isinstance(node.type, NumberType)
    text = "".join(f"{_operand(v, den)} if {t.inner} else " for t, v in arms) + _operand(last, den)
    return Code(f"({text})", den, na=not number and any(v.na for v in all_values), atom=True, signed=any(v.signed for v in all_values))


# -- folds --------------------------------------------------------------------------------------------------


def _fold_items(node: values.FoldItems, scope: Scope) -> Code:
    record = f"x{scope.depth + 1}"
    inner = evolve(scope, record=record, depth=scope.depth + 1)
    body = lower(node.body, inner) if node.body is not None else constant(1)
    guard = f" if {lower(node.guard, inner).text}" if node.guard is not None else ""
    name = {"合计": "sum", "计数": "sum", "最高": "most", "最低": "least"}[node.op]
    return Code(f"{name}({body.text} for {record} in f.{identifier(node.table)}{guard})", body.den, atom=True, signed=body.signed)


def _fold_years(node: values.FoldYears, scope: Scope) -> Code:
    first, last = lower(node.first, scope), lower(node.last, scope)
    if first.den != 1 or last.den != 1 or last.na:
        raise NotCovered("a window that is not of whole years")
    year = Code("y", atom=True, signed=False)
    inner = evolve(scope, local={**scope.local, "年度": year}, depth=scope.depth + 1)
    body = lower(node.body, inner)
    guard = f" if {lower(node.guard, inner).text}" if node.guard is not None else ""
    years = f"window({first.text}, {node.count}, {last.text})"
    return Code(f"highest({years}, [{body.text} for y in {years}{guard}])", body.den, atom=True, signed=body.signed)
