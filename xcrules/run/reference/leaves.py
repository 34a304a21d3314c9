"""What is known of a fact, of a figure of the policy, of a series at a year: the values that stand for themselves."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from xcrules.facts.tables import FactField
from xcrules.facts.types import NOT_APPLICABLE, LedgerType, SeriesType
from xcrules.meaning import values
from xcrules.run.ranges import abstract as a
from xcrules.run.ranges.abstract import Num, Sym
from xcrules.run.ranges.meaning import held as held_value, not_applicable, nothing, of_parts, unknown

from .env import Env, Trace

FIVE_DIGITS = Fraction(10_000)  # 年度的第一个五位数


def holder_of(node: values.Fact, env: Env) -> tuple[object, str]:
    """What holds a fact (None: the whole of it is unknown), and the path at which it is given."""
    spec = node.field
    if node.of_item:
        env = env.of_list(spec.table)
        return None if env.whole_unknown else env.record or {}, f"{env.path}.{spec.name}"
    if spec.table:
        return env.facts.top.get(spec.table), f"{spec.table}.{spec.name}"
    return env.facts.top, spec.name


def fact(node: values.Fact, env: Env) -> Trace:
    spec, (holder, path) = node.field, holder_of(node, env)
    if not isinstance(holder, Mapping):
        if holder is None:
            return Trace(node, unknown(spec.type, path.rpartition(".")[0], spec.signed), path=path)
        return Trace(node, not_applicable(spec.type), note="不适用", path=path)
    value = holder.get(spec.name)
    if value is not None:
        return Trace(node, held_value(value, spec.type), note="不适用" if value is NOT_APPLICABLE else "", path=path)
    return _missing(node, spec, path, env)


def _missing(node: values.Fact, spec: FactField, path: str, env: Env) -> Trace:
    """A fact that was not given: its default, the parameter that stands for it, nothing, or unknown."""
    if spec.default is not None:
        return Trace(node, held_value(spec.default, spec.type), note="缺省", path=path)
    if spec.parameter and env.base_year is not None:
        assert isinstance(env.base_year, values.Fact)
        found = parameter(node, spec.parameter, fact(env.base_year, env), env, path)
        return Trace(node, found.value, found.kids, "参数", path)
    if spec.closed:
        return Trace(node, nothing(spec.type), note="未填，按 0", path=path)
    if spec.optional and not node.awaited:
        return Trace(node, not_applicable(spec.type), note="未填", path=path)
    return Trace(node, unknown(spec.type, path, spec.signed), path=path)


def parameter(node: values.Value, name: str, at: Trace, env: Env, path: str = "") -> Trace:
    """The policy's figure of a year. Without one the fact at `path` may be given instead; else the figure itself is wanting."""
    year = at.number
    if year.na and not path:
        return Trace(node, a.NOT_APPLICABLE_NUM, (at,), "不适用")
    own = frozenset([path]) if path else a.NONE
    figures = env.parameters[name]
    if not year.known:
        return Trace(node, Num(a.ZERO, figures.most, year.needs | own, may_na=True), (at,))
    figure = figures.get(year.exact)
    if figure is not None:
        return Trace(node, a.point(figure), (at,))
    wanting = f"参数 {name}：{year.exact}年{'未公布' if year.exact in figures else '没有数'}"
    return Trace(
        node, Num(a.ZERO, figures.most, own, may_na=True) if path else a.num(figures.least, figures.most, frozenset([wanting])), (at,)
    )


def entry(node: values.At, key: Trace, env: Env) -> Trace:
    """研发经费 at a year; 本年度已获支持 at a clause number."""
    assert isinstance(node.series, values.Fact)
    spec, (holder, path) = node.series.field, holder_of(node.series, env)
    assert isinstance(spec.type, SeriesType | LedgerType)
    held = holder.get(spec.name) if isinstance(holder, Mapping) else holder
    element = spec.type.element
    if held is NOT_APPLICABLE or (isinstance(key.value, Num) and _no_year(key.value)):
        return Trace(node, a.NOT_APPLICABLE_NUM, (key,), "不适用")
    if holder is None or (isinstance(key.value, Num) and not key.value.known):
        value = unknown(element, path.rpartition(".")[0] if holder is None else path, spec.signed)
        assert isinstance(value, Num)
        return Trace(node, Num(value.lo, value.hi, value.needs | key.value.needs, may_na=True), (key,))
    if node.parts and isinstance(key.value, Sym):
        return Trace(node, of_parts(node, str(key.value.value), spec, held if isinstance(held, Mapping) else {}), (key,))
    word = Fraction(key.value.exact // 1) if isinstance(key.value, Num) else key.value.value if isinstance(key.value, Sym) else None
    if isinstance(held, Mapping) and (figure := held.get(word)) is not None:
        return Trace(node, held_value(figure, element), (key,))
    if spec.closed:
        return Trace(node, a.NOTHING, (key,), "未填，按 0")
    return Trace(node, unknown(element, f"{path}.{word}", spec.signed), (key,))


def _no_year(key: Num) -> bool:
    """Whether a series cannot have a figure there: of no year, or of one that is not of four digits."""
    return key.na or key.hi < a.ZERO or key.lo >= FIVE_DIGITS
